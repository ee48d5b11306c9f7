# DIAGNOSE: what a machine may ask of us.
        module  diagnose

do_diagnose:
        based
        near    operand
        sr      3,3
        ic      3,INSTRUCTION+1
        lr      4,3
        srl     3,4
        sll     3,2                     # 3: R1 * 4
        n       4,diagnose_low_four(12)
        sll     4,2                     # 4: R3 * 4
        la      5,diagnose_codes(12)
diagnose_look:
        lh      1,0(,5)
        ltr     1,1
        bm      diagnose_refused        # a specification exception, as on the iron
        cr      1,2
        be      diagnose_found
        la      5,8(,5)
        b       diagnose_look
diagnose_found:
        l       15,4(,5)
        br      15
diagnose_refused:
        goto_near specification
        .balign 4
diagnose_codes:
        .short  0x00, 0
        .long   diagnose_00
        .short  0x08, 0
        .long   diagnose_08
        .short  0x60, 0
        .long   diagnose_60
        .short  0x100, 0
        .long   diagnose_100
        .short  -1

# 00: who we are. R1 an address, R3 how many bytes are wanted; it is less by those that are given:
# name, version, processor version, user.
diagnose_00:
        l       5,BUFFER
        mvc     0(24,5),identity(12)
        mvc     16(8,5),VM_NAME(11)
        l       8,GR(4)
        la      7,GR(4)
        la      9,24
        cr      8,9
        bnl     diagnose_00_length
        ltr     9,8
        bnp     diagnose_done
diagnose_00_length:
        sr      8,9
        l       10,GR(3)
        lr      6,5
diagnose_00_byte:
        la      2,0(,10)
        near    locate
        bnz     diagnose_beyond
        mvc     0(1,2),0(6)
        la      6,1(,6)
        la      10,1(,10)
        bct     9,diagnose_00_byte
        st      8,0(,7)
diagnose_done:
        goto_near go
diagnose_beyond:
        goto_near addressing

# 08: a command. R1 its address, R3 its length; R3 becomes the return code 0. An answer into
# storage, which a bit in R3's first byte asks for, is not given: refused.
diagnose_08:
        l       9,GR(4)
        cl      9,longest_command(12)
        bh      diagnose_refused
        l       10,GR(3)
        la      7,GR(4)
        l       6,BUFFER
        la      6,256(,6)
        lr      8,9
        ltr     8,8
        bz      diagnose_08_have
diagnose_08_byte:
        la      2,0(,10)
        near    locate
        bnz     diagnose_beyond
        mvc     0(1,6),0(2)
        la      6,1(,6)
        la      10,1(,10)
        bct     8,diagnose_08_byte
diagnose_08_have:
        sr      0,0
        st      0,0(,7)
        l       2,VM_TERMINAL(,11)
        ltr     2,2
        bz      diagnose_done
        l       3,BUFFER
        la      3,256(,3)
        lr      4,9
        call    command
        goto    dispatch                # it may have stopped

# 60: how much storage there is: R1.
diagnose_60:
        mvc     WORK(4),SIZE
        l       1,WORK
        st      1,GR(3)
        goto_near go

# 100: the level. On the iron it is 0; we know ours, and our machines are one deeper.
diagnose_100:
        l       1,LEVEL
        la      1,1(,1)
        st      1,GR(3)
        goto_near go

        .balign 4
diagnose_low_four: .long 15
longest_command: .long 132
identity:
        ebcdic  "NESTOR  "
        .byte   1, 0, 0, 0xff, 0, 0, 0, 0
        .skip   8, 0x40
