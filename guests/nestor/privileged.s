# Privileged instructions, as the Principles of Operation define them (GA22-7000 chapter 10), done
# on the machine's own registers, keys and clocks. The shortest ones are in the nucleus.
        module  privileged

# ---- storage keys: 2K blocks; 2 the block's number, 3 where it is ------------------------------------
# The hardware's keys are the machine's while the page is there, but for reference and change bits
# that we have reset; KEYS has those, and the whole key of a page that is not.
key_operand:
        sr      1,1
        ic      1,INSTRUCTION+1
        lr      4,1
        n       1,key_low_four(12)
        sll     1,2
        l       2,GR(1)                 # 2: address
        srl     4,4
        sll     4,2                     # 4: R1 * 4
        lr      3,2
        n       3,key_low_four(12)
        bnz     key_specification
        la      2,0(,2)
key_block:
        lr      3,2
        srl     3,11
        al      3,KEYS                  # 3: what KEYS has
        cl      2,SIZE
        bcr     4,14
        goto_near addressing
key_specification:
        goto_near specification

do_ssk: based
        bal     14,key_operand
        l       5,GR(4)
        stc     5,0(,3)
        ni      0(3),0xfe
        bal     14,key_resident
        bnz     key_done
        n       5,key_bits(12)
        ssk     5,2
        ni      0(3),0xf8               # reference and change are in the hardware now
key_done:
        goto_near go

do_isk: based
        bal     14,key_operand
        bal     14,key_inspect
        tm      MODE,8                  # bits 29 and 30 are given in the EC mode only
        bo      key_insert
        n       0,key_without(12)
key_insert:
        la      4,GR(4)
        st      0,WORK
        mvc     3(1,4),WORK+3
        goto_near go

# RESET REFERENCE BIT: the condition code is reference and change as they were.
do_rrb: bal     14,key_address
        bal     14,key_inspect
        ni      0(3),0xfb
        ltr     6,6
        bz      key_reset
        rrb     0(6)
key_reset:
        n       0,key_without_reverse(12)
        sll     0,3
        stc     0,TEST
        bal     14,set_code
        goto_near go
key_address:
        lr      5,14
        near    operand
        lr      14,5
        la      2,0(,2)
        b       key_block

# SSKE, ISKE, RRBE are not in this machine: its keys are for blocks of 2K.

# 0: the key of block 2; 6: where it is, 0 if it is not there.
key_inspect:
        sr      0,0
        sr      6,6
        ic      0,0(,3)
        lr      5,14
        bal     14,key_resident
        bnz     key_inspected
        lr      1,0
        lr      6,2
        isk     1,2
        or      0,1
key_inspected:
        lr      14,5
        br      14

# Is the page of address 2 there? Condition code 0: yes, 2 where it is. Changes 1.
key_resident:
        lr      1,2
        srl     1,12
        alr     1,1
        al      1,PAGES
        tm      1(1),8
        bcr     1,14
        lh      1,0(,1)
        n       1,frame_mask
        sll     1,8
        n       2,key_low_12(12)
        or      2,1
        cr      1,1
        br      14

# TEST, bits 2 and 3: the machine's condition code.
set_code:
        ni      TEST,0x30
        ni      RUN+2,0x0f
        oc      RUN+2(1),TEST
        br      14

# ---- control registers ------------------------------------------------------------------------------------
# LOAD CONTROL, STORE CONTROL: registers R1 to R3, round from 15 to 0.
control_operands:
        lr      5,14
        near    operand
        la      1,3
        nr      1,2
        bnz     key_specification
        sr      6,6
        ic      6,INSTRUCTION+1
        lr      7,6
        srl     6,4                     # 6: R1
        n       7,key_low_four(12)      # 7: R3
        lr      10,2
        lr      14,5
        br      14

do_lctl:
        based
        bal     14,control_operands
        lr      9,6
lctl_fetch:                             # all operands are there, or nothing is done
        la      2,0(,10)
        near    to_fetch
        la      10,4(,10)
        lr      1,6
        sll     1,2
        l       0,0(,3)
        st      0,VM_CONTROL_VALUES(1,11)
        cr      6,7
        la      6,1(,6)
        bne     lctl_more
        b       lctl_load
lctl_more:
        n       6,key_low_four(12)
        b       lctl_fetch
lctl_load:
        lr      1,9
        sll     1,2
        l       0,VM_CONTROL_VALUES(1,11)
        c       9,key_one(12)
        bh      lctl_other
        cl      0,CR(1)                 # control registers 0 and 1
        be      lctl_store
        oi      DIRTY,D_TABLES+D_TIMERS
        b       lctl_store
lctl_other:
        oi      DIRTY,D_CONTROLS
lctl_store:
        st      0,CR(1)
        cr      9,7
        be      lctl_done
        la      9,1(,9)
        n       9,key_low_four(12)
        b       lctl_load
lctl_done:
        goto_near go

do_stctl:
        based
        bal     14,control_operands
        lr      8,10
        lr      9,6
stctl_probe:                            # may all be stored?
        la      2,0(,10)
        near    to_store
        la      10,4(,10)
        cr      9,7
        la      9,1(,9)
        bne     stctl_probe
stctl_next:
        la      2,0(,8)
        near    to_store
        lr      1,6
        sll     1,2
        l       0,CR(1)
        st      0,0(,3)
        la      8,4(,8)
        cr      6,7
        be      stctl_done
        la      6,1(,6)
        n       6,key_low_four(12)
        b       stctl_next
stctl_done:
        goto_near go

# ---- translation ------------------------------------------------------------------------------------------------
# LOAD REAL ADDRESS, through the machine's own tables, whether it translates or not.
do_lra: based
        near    operand
        sr      1,1
        ic      1,INSTRUCTION+1
        lr      6,1
        srl     6,4
        sll     6,2                     # 6: R1
        n       1,key_low_four(12)      # index
        bz      lra_no_index
        sll     1,2
        al      2,GR(1)
        la      2,0(,2)
lra_no_index:
        call    walk
        bnz     lra_not
        st      2,GR(6)
        sr      1,1
lra_code:
        sll     1,4
        stc     1,TEST
        bal     14,set_code
        goto_near go
lra_not:
        ltr     1,1
        bz      lra_exception
        st      5,GR(6)
        b       lra_code
lra_exception:
        goto_near exception

do_ptlb:
        lr      2,11
        call    flush_shadows
        goto_near go

# INVALIDATE PAGE TABLE ENTRY: R1 a segment-table entry, R2 an address.
do_ipte:
        sr      1,1
        ic      1,INSTRUCTION+3
        lr      2,1
        srl     1,4
        sll     1,2
        n       2,key_low_four(12)
        sll     2,2
        l       3,GR(2)                 # 3: address
        l       1,GR(1)                 # 1: segment-table entry
        tm      CR+1,0x10
        bo      ipte_megabyte
        n       3,key_low_16(12)
        b       ipte_index
ipte_megabyte:
        n       3,key_low_20(12)
ipte_index:
        n       1,key_page_origin(12)
        la      6,8                     # the invalid bit of 4K pages
        srl     3,11
        tm      CR+1,0x80
        bo      ipte_4k
        la      6,4
        alr     3,3
ipte_4k:
        n       3,key_even(12)
        alr     1,3
        la      2,0(,1)
        near    locate
        bnz     ipte_beyond
        lr      3,2
        tm      MODE,0xf0
        bz      ipte_allowed
        call    check_store
ipte_allowed:
        stc     6,TEST
        oc      1(1,3),TEST
        b       do_ptlb
ipte_beyond:
        goto_near addressing

# TEST PROTECTION is of format SSE: the first operand an address, the second a key.
do_e5:  based
        cli     INSTRUCTION+1,1
        bne     e5_not
        l       2,RUN+4                 # bytes 4 and 5 of the instruction
        bctr    2,0
        bctr    2,0
        lra     3,0(,2)
        bnz     e5_fault
        mvc     INSTRUCTION+4(2),0(3)
        near    operand
        lr      10,2
        mvc     INSTRUCTION+2(2),INSTRUCTION+4
        near    operand
        n       2,key_access(12)
        lr      9,2
        lr      2,10
        tm      MODE,8
        bz      tprot_real
        tm      MASK,4
        bz      tprot_real
        call    walk
        sr      8,8
        bnz     tprot_untranslated
        lr      8,4
        n       8,key_protect(12)       # segment protection
        b       tprot_found
tprot_real:
        sr      8,8
tprot_found:
        near    locate
        bnz     ipte_beyond
        tprot   0(2),0(9)
        bnz     tprot_code
        ltr     8,8
        bz      tprot_code
        cli     zeros,1                 # condition code 1: no storing
tprot_code:
        la      1,3
        bo      tprot_set
        la      1,2
        bh      tprot_set
        la      1,1
        bl      tprot_set
        sr      1,1
tprot_set:
        b       lra_code
tprot_untranslated:
        ltr     1,1
        bz      lra_exception
        la      1,3
        b       lra_code
e5_fault:
        goto    resolve_operand
e5_not: goto_near operation_exception

# ---- instructions whose operation code begins with B2 ---------------------------------------------------------------
do_b2:  based
        sr      4,4
        ic      4,INSTRUCTION+1
        c       4,b2_last(12)
        bh      e5_not
        ic      4,b2_kinds(4,12)
        l       15,b2_routines(4,12)
        br      15

# SET CLOCK: all machines share one, and it is ours: it is secure (condition code 1).
do_sck: near    operand
        bal     14,doubleword
        near    to_fetch
        mvi     TEST,0x10
        bal     14,set_code
        goto_near go

doubleword:
        la      1,7
        nr      1,2
        bcr     8,14
        goto_near specification
do_sckc:
        near    operand
        bal     14,doubleword
        near    to_fetch
        mvc     COMPARATOR(8),0(3)
        oi      DIRTY,D_TIMERS
        goto_near go
do_stckc:
        near    operand
        bal     14,doubleword
        near    to_store
        mvc     0(8,3),COMPARATOR
        goto_near go
do_spt: near    operand
        bal     14,doubleword
        near    to_fetch
        stck    NOW
        lm      0,1,0(3)
        al      1,NOW+4
        bc      12,spt_no_carry(12)
        al      0,one
spt_no_carry:
        al      0,NOW
        stm     0,1,CPU_TIMER
        oi      DIRTY,D_TIMERS
        goto_near go
do_stpt:
        near    operand
        bal     14,doubleword
        near    to_store
        stck    NOW
        lm      0,1,CPU_TIMER
        sl      1,NOW+4
        bc      3,stpt_no_borrow(12)
        sl      0,one
stpt_no_borrow:
        sl      0,NOW
        stm     0,1,0(3)
        goto_near go

# STORE CPU ID: ours, with version FF, as a machine that is not of iron says.
do_stidp:
        near    operand
        bal     14,doubleword
        near    to_store
        stidp   0(3)
        mvi     0(3),0xff
        goto_near go

do_stap:
        near    operand
        la      1,1
        nr      1,2
        bnz     key_specification
        near    to_store
        xc      0(2,3),0(3)
        goto_near go

# Prefixing: the first page and another change places in the machine's tables, so that all that
# follows has real addresses (GA22-7000 3-12).
do_spx: near    operand
        la      1,3
        nr      1,2
        bnz     key_specification
        near    to_fetch
        l       6,0(,3)
        n       6,key_prefix(12)
        lr      2,6
        near    locate                  # it must be there
        bnz     ipte_beyond
        l       2,PREFIX
        bal     14,exchange
        st      6,PREFIX
        lr      2,6
        bal     14,exchange
        lr      2,11
        call    flush_shadows
        call    first_page
        goto_near go
do_stpx:
        near    operand
        la      1,3
        nr      1,2
        bnz     key_specification
        near    to_store
        mvc     0(4,3),PREFIX
        goto_near go
# A reset: the prefix is zero.
unprefix:
        enter
        l       2,PREFIX
        bal     14,exchange
        xc      PREFIX(4),PREFIX
        leave
# Page 0 and the one at 2.
exchange:
        ltr     7,2
        bcr     8,14
        lr      8,14
        lr      3,2
        srl     2,11
        lr      4,2
        l       5,PAGES
        bal     14,exchange_halfwords
        lr      2,4
        l       5,SLOTS
        bal     14,exchange_halfwords
        lr      2,4
        l       5,KEYS
        bal     14,exchange_halfwords
        lr      2,7
        call    name_frame              # the frames have other pages now
        sr      2,2
        call    name_frame
        lr      14,8
        br      14
exchange_halfwords:
        alr     2,5
        xc      0(2,2),0(5)
        xc      0(2,5),0(2)
        xc      0(2,2),0(5)
        br      14

do_spka:
        near    operand
        stc     2,TEST
        ni      TEST,0xf0
        ni      MODE,0x0f
        oc      MODE(1),TEST
        ni      RUN+1,0x0f
        oc      RUN+1(1),TEST
        goto_near go
do_ipk: mvc     GR+8+3(1),MODE
        ni      GR+8+3,0xf0
        goto_near go

# SIGNAL PROCESSOR: there is no other processor, and this one answers for itself to what it can
# (GA22-7000 4-33): it is not operational at any other address.
do_sigp:
        based
        mvi     TEST,0x30
        bal     14,set_code
        goto_near go

# The channel sets are as they are.
not_simulated:
        goto_near operation_exception

        .balign 4
b2_routines:
        .long   operation_exception, do_stidp, do_stidc, do_sck, do_sckc, do_stckc, do_spt, do_stpt
        .long   do_spka, do_ipk, do_ptlb, do_spx, do_stpx, do_stap, do_rrb, do_ipte
b2_last: .long  0x21
b2_kinds:
        .byte   0, 0, 1*4, 2*4, 3*4, 0, 4*4, 5*4        # 02 STIDP ... 07 STCKC
        .byte   6*4, 7*4, 8*4, 9*4, 0, 10*4, 0, 0       # 08 SPT 09 STPT 0A SPKA 0B IPK 0D PTLB
        .byte   11*4, 12*4, 13*4, 14*4, 0, 0, 0, 0      # 10 SPX 11 STPX 12 STAP 13 RRB
        .byte   0, 0, 0, 0, 0, 0, 0, 0
        .byte   0, 15*4                                 # 21 IPTE
        .balign 4
key_low_four: .long 15
key_bits: .long 0xfe
key_without: .long 0xf8
key_without_reverse: .long 6
key_low_12: .long 0xfff
key_low_16: .long 0xffff
key_low_20: .long 0xfffff
key_page_origin: .long 0xfffff8
key_even: .long 0xfffe
key_access: .long 0xf0
key_protect: .long 4
key_prefix: .long 0xfff000
key_one: .long  1
