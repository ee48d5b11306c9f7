# DIAGNOSE: what a machine may ask of us, as VM/370's System Programmer's Guide (GC20-1807) has it.
# R1 and R3 of the instruction name registers; the second-operand address is the code. What is
# not in the table is a specification exception, as on the iron. Those about devices are in
# diagnose-io.s, the one about spool files in spool-diagnose.s.
        module  diagnose

do_diagnose:
        based
        operand
        la      2,0(,2)
        ic      10,1(,3)
        lr      3,10
        lr      4,10
        srl     3,4
        sll     3,2                     # 3: R1 * 4
        n       4,diagnose_low_four(12)
        sll     4,2                     # 4: R3 * 4
        stc     3,VM_DIAGNOSE_X(,11)
        stc     4,VM_DIAGNOSE_Y(,11)
        la      5,diagnose_codes(12)
diagnose_look:
        lh      1,0(,5)
        ltr     1,1
        bm      diagnose_refused
        cr      1,2
        be      diagnose_found
        la      5,8(,5)
        b       diagnose_look
diagnose_found:
        l       15,4(,5)
        br      15
diagnose_refused:
        goto_near specification
        .macro  diagnose_row code, routine
        .short  \code, 0
        .long   \routine
        .endm
        .balign 4
diagnose_codes:
        diagnose_row 0x00, diagnose_00
        diagnose_row 0x08, diagnose_08
        diagnose_row 0x0c, diagnose_0c
        diagnose_row 0x10, diagnose_10
        diagnose_row 0x14, diagnose_14
        diagnose_row 0x18, diagnose_18
        diagnose_row 0x20, diagnose_20
        diagnose_row 0x24, diagnose_24
        diagnose_row 0x28, diagnose_28
        diagnose_row 0x54, diagnose_54
        diagnose_row 0x58, diagnose_58
        diagnose_row 0x5c, diagnose_5c
        diagnose_row 0x60, diagnose_60
        diagnose_row 0x64, diagnose_64
        diagnose_row 0x100, diagnose_100
        .short  -1

# Between the machine's real storage at 10 and ours at 6, 9 bytes. All of it is tried first, so
# that what ends with an addressing exception has stored nothing.
to_machine:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        bal     14,try_machine
to_machine_byte:
        la      2,0(,10)
        near    locate
        bnz     diagnose_beyond
        mvc     0(1,2),0(6)
        la      6,1(,6)
        la      10,1(,10)
        bct     9,to_machine_byte
        lm      6,14,0(13)
        br      14
give_machine:                           # for other modules
        enter
        bal     14,to_machine
        leave
from_machine:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
from_machine_byte:
        la      2,0(,10)
        near    locate
        bnz     diagnose_beyond
        mvc     0(1,6),0(2)
        la      6,1(,6)
        la      10,1(,10)
        bct     9,from_machine_byte
        lm      6,14,0(13)
        br      14
try_machine:
        lr      2,10
        alr     2,9
        bctr    2,0
        la      0,0(,2)
        cr      0,2                     # round the end of 16M?
        bne     diagnose_beyond
        cl      2,SIZE
        bcr     4,14
diagnose_beyond:
        l       13,STACK
        goto_near addressing

# 00: who we are. R1 an address, R3 how many bytes are wanted; it is less by those that are given:
# name, version, processor version, user.
diagnose_00:
        l       6,BUFFER
        mvc     0(24,6),identity(12)
        mvc     16(8,6),VM_NAME(11)
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
        la      10,0(,10)
        bal     14,to_machine
        st      8,0(,7)
diagnose_done:
        goto_near go

# 08: a command. R1 its address; R3 its length, and in its first byte 40 if the answer is wanted in
# storage: R1+1 has that address, R3+1 its length. R3 becomes the return code: 0; 1 if there is no
# such command; 2 if it could not be done. Of an answer R3+1 becomes the length, with condition
# code 0; or if it does not fit, how much of it is lost, with condition code 1.
diagnose_08:
        l       9,GR(4)
        sr      0,0
        st      0,ANSWER_AT
        la      8,0(,9)
        cl      8,longest_command(12)
        bh      diagnose_refused
        st      9,WORK
        tm      WORK,0x40
        bz      diagnose_08_fetch
        c       3,last_register(12)     # there must be a register behind each, and not the other
        be      diagnose_refused
        c       4,last_register(12)
        be      diagnose_refused
        lr      1,3
        sr      1,4
        bz      diagnose_refused
        lpr     1,1
        c       1,one_register(12)
        be      diagnose_refused
        l       1,GR+4(4)
        cl      1,longest_answer(12)
        bh      diagnose_refused
        st      1,ANSWER_ROOM
        l       1,GR+4(3)
        la      1,0(,1)
        st      1,ANSWER_AT
diagnose_08_fetch:
        xc      ANSWER_LOST(4),ANSWER_LOST
        l       10,GR(3)
        la      10,0(,10)
        l       6,BUFFER
        la      6,256(,6)
        lr      9,8
        ltr     9,9
        bz      diagnose_done           # nothing: no operation
        bal     14,from_machine
        lr      10,11                   # which machine it is: after LOGOFF it is another
        xc      COMMAND_CODE(4),COMMAND_CODE
# More than one command: 15 stands between them.
        lr      7,6
        alr     7,9                     # the end
diagnose_08_next:
        lr      8,6
diagnose_08_letter:
        cr      8,7
        bnl     diagnose_08_do
        cli     0(8),0x15
        be      diagnose_08_do
        la      8,1(,8)
        b       diagnose_08_letter
diagnose_08_do:
        l       2,VM_TERMINAL(,11)
        l       1,ANSWER_AT
        ltr     1,1
        bz      diagnose_08_terminal
        la      2,1                     # to storage: `write_line` knows
diagnose_08_terminal:
        lr      3,6
        lr      4,8
        sr      4,6
        call    command_of
        c       10,VM
        bne     diagnose_08_gone
        lr      11,10
        la      6,1(,8)
        cr      6,7
        bl      diagnose_08_next
        sr      4,4
        ic      4,VM_DIAGNOSE_Y(,11)
        l       1,COMMAND_CODE
        st      1,GR(4)
        l       1,ANSWER_AT
        ltr     1,1
        bz      diagnose_08_gone
        sr      3,3
        ic      3,VM_DIAGNOSE_X(,11)
        sl      1,GR+4(3)               # how far it came
        st      1,GR+4(4)
        ni      RUN+2,0x0f
        l       1,ANSWER_LOST
        ltr     1,1
        bz      diagnose_08_gone
        st      1,GR+4(4)
        oi      RUN+2,0x10
diagnose_08_gone:
        goto    dispatch                # it may have stopped

# 0C: R1 the address of 32 bytes: MM/DD/YY, HH:MM:SS, time of the processor for this machine without
# us and with us in microseconds. We do not tell these apart.
diagnose_0c:
        l       10,GR(3)
        la      10,0(,10)
        la      1,7
        nr      1,10
        bnz     diagnose_refused
        call    charge
        l       6,BUFFER
        lr      3,6
        call    date_and_time
        lm      0,1,VM_CPU_TIME(11)
        srdl    0,12
        stm     0,1,WORK
        mvc     24(8,6),WORK            # all of it, and without ours
        l       2,LEVEL
        ltr     2,2
        bnz     diagnose_0c_same
        sr      0,0
        lr      1,0
        sl      1,CLOCKED+4
        bc      3,diagnose_0c_no_borrow(12)
        sl      0,one
diagnose_0c_no_borrow:
        sl      0,CLOCKED
        srdl    0,12
        stm     0,1,WORK
diagnose_0c_same:
        mvc     16(8,6),WORK
        la      9,32
        bal     14,to_machine
        goto_near go

# 10: the pages from R1 to R3 are released: zeros, and no frame or slot.
diagnose_10:
        l       8,GR(3)
        l       9,GR(4)
        n       8,diagnose_address(12)
        n       9,diagnose_address(12)
        lr      1,8
        or      1,9
        n       1,low_12
        bnz     diagnose_refused
        cr      8,9
        bh      diagnose_refused
        cl      9,SIZE
        bnl     diagnose_beyond
diagnose_10_page:
        lr      2,8
        call    release_page
        al      8,diagnose_page(12)
        cr      8,9
        bnh     diagnose_10_page
        goto_near go

# 24: what is at the virtual address in R1, or where the console is (-1). R3: class, type, status and
# flags of the virtual device; R3+1: class, type, model and features of the real one. Condition code 2:
# there is no real one; 3: no such device.
diagnose_24:
        l       2,GR(3)
        lr      8,3
        lr      9,4
        c       2,minus_one(12)
        bne     diagnose_24_find
        lr      2,11
        call    console_device          # 2
        bnz     diagnose_24_none
        lh      1,VD_ADDRESS(,2)
        st      1,GR(8)
        b       diagnose_24_found
diagnose_24_find:
        call    virtual_device          # 2
        bnz     diagnose_24_none
diagnose_24_found:
        lr      10,2
        sr      1,1
        ic      1,VD_CLASS(,10)
        alr     1,1
        la      1,device_types(1,12)
        xc      WORK(8),WORK
        mvc     WORK(2),0(1)
        tm      VD_ACCESS(10),0x80      # read only
        bz      diagnose_24_writes
        oi      WORK+3,0x80
diagnose_24_writes:
        l       7,VD_DEVICE(,10)
        mvi     TEST,0x20
        cli     VD_CLASS(10),C_CONSOLE
        bne     diagnose_24_real
        l       7,VM_TERMINAL(,11)
        l       7,T_DEVICE(,7)
        mvi     WORK+7,80               # line length
diagnose_24_real:
        ltr     7,7
        bz      diagnose_24_store
        mvi     TEST,0
        mvc     WORK+4(3),RD_TYPE(7)
        cli     RD_CLASS(7),C_DISK
        bne     diagnose_24_store
        mvc     WORK(2),RD_TYPE(7)
        lh      0,VD_CYLINDERS(,10)     # dedicated?
        ltr     0,0
        bnz     diagnose_24_store
        oi      WORK+2,0x01
diagnose_24_store:
        l       1,WORK
        st      1,GR(9)
        c       9,last_register(12)
        be      diagnose_24_done
        l       1,WORK+4
        st      1,GR+4(9)
diagnose_24_done:
        goto_near diagnosed
diagnose_24_none:
        mvi     TEST,0x30
        goto_near diagnosed
device_types:                           # by C_...: class, type
        .byte   0, 0
        .byte   0x80, 0x00              # console: 3215
        .byte   0x20, 0x82              # reader: 2540
        .byte   0x10, 0x82              # punch: 2540
        .byte   0x10, 0x41              # printer: 1403
        .byte   0x04, 0x00              # disk
        .byte   0x08, 0x10              # tape: 3420
        .byte   0x40, 0x04              # display: 3277
        .balign 4

# 54: R1 not 0: PA2 is the external interruption key from now on; 0: it is Nestor's.
diagnose_54:
        ni      VM_EMSG(11),0xff-SET_PA2
        l       1,GR(3)
        ltr     1,1
        bz      diagnose_done
        oi      VM_EMSG(11),SET_PA2
        goto_near go

# 5C: R1 the address of a message, R3 its length: both changed to what SET EMSG leaves of it. The code
# is 10 bytes long, and a blank follows.
diagnose_5c:
        tm      VM_EMSG(11),EM_CODE
        bo      diagnose_5c_code
        tm      VM_EMSG(11),EM_TEXT
        bz      diagnose_5c_none
        l       1,GR(3)
        la      1,11(,1)
        st      1,GR(3)
        l       1,GR(4)
        s       1,eleven(12)
        bnm     diagnose_5c_store
diagnose_5c_none:
        sr      1,1
        b       diagnose_5c_store
diagnose_5c_code:
        tm      VM_EMSG(11),EM_TEXT
        bo      diagnose_done
        la      1,10
        c       1,GR(4)
        bnl     diagnose_done           # it is no longer than that
diagnose_5c_store:
        st      1,GR(4)
        goto_near go

# 60: how much storage there is: R1.
diagnose_60:
        mvc     WORK(4),SIZE
        l       1,WORK
        st      1,GR(3)
        goto_near go

# 64: named segments. R1 the address of a name, R3 what is to be done. There are none here: 44, with
# condition code 2.
diagnose_64:
        l       2,GR(3)
        la      2,0(,2)
        la      1,7
        nr      1,2
        bnz     diagnose_refused
        lr      9,4
        near    locate
        bnz     diagnose_beyond
        l       1,GR(9)
        c       1,find_segment(12)      # 0, 4: load, 8: purge, C: find
        bh      diagnose_refused
        la      0,3
        nr      0,1
        bnz     diagnose_refused
        ltr     1,1
        bm      diagnose_refused
        la      1,44
        st      1,GR(9)
        mvi     TEST,0x20
        goto_near diagnosed

# 100: the level. On the iron it is 0; we know ours, and our machines are one deeper.
diagnose_100:
        l       1,LEVEL
        la      1,1(,1)
        st      1,GR(3)
        goto_near go

        .balign 4
diagnose_low_four: .long 15
diagnose_address: .long 0xffffff
diagnose_page: .long 4096
longest_command: .long 132
longest_answer: .long 8192
last_register: .long 15*4
one_register: .long 4
minus_one: .long -1
eleven: .long   11
find_segment: .long 12
identity:
        ebcdic  "NESTOR  "
        .byte   1, 0, 0, 0xff, 0, 0, 0, 0
        .skip   8, 0x40
