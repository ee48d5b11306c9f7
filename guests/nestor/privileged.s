# Privileged instructions, as the Principles of Operation define them (GA22-7000 chapter 10), done
# on the machine's own registers, keys and clocks. The shortest ones are in the nucleus.
#
# At the beginning of each, 2 is the address of the instruction, 3 is where it is, and 10 is less than
# 256. Those that change nothing of what lets the machine run end at `go_on`, the others at `go`.
        module  privileged

# The nucleus comes here with four times a number K_... in 10.
        .set    K, 0
        .macro  operation name, routine, in_nucleus
        .ifb    \in_nucleus
        b       \routine
        .else
        goto_near \routine
        .endif
        .set    K_\name, K
        .set    K, K+1
        .endm
privileged_branches:
        goto_near operation_exception
        .set    K, 1
        operation LPSW, do_lpsw, nucleus
        operation SSM, do_ssm, nucleus
        operation STNSM, do_stnsm, nucleus
        operation STOSM, do_stosm, nucleus
        operation LRA, do_lra, nucleus
        operation SSK, do_ssk
        operation ISK, do_isk
        operation STCTL, do_stctl
        operation LCTL, do_lctl
        operation B2, do_b2
        operation E5, do_e5
        operation SIGP, do_sigp
        operation DIAGNOSE, to_diagnose
        operation START, to_start
        operation TEST, to_test
        operation HALT, to_halt
        operation TEST_CHANNEL, to_test_channel
        operation EXECUTE, to_execute
        operation STIDP, do_stidp
        operation STIDC, to_stidc
        operation SCK, do_sck
        operation SCKC, do_sckc
        operation STCKC, do_stckc
        operation SPT, do_spt
        operation STPT, do_stpt
        operation SPKA, do_spka
        operation IPK, do_ipk
        operation PTLB, do_ptlb
        operation SPX, do_spx
        operation STPX, do_stpx
        operation STAP, do_stap
        operation RRB, do_rrb
        operation IPTE, do_ipte

# What other modules do.
to_diagnose: goto do_diagnose
to_start: goto  do_start
to_test: goto   do_test
to_halt: goto   do_halt
to_test_channel: goto do_test_channel
to_stidc: goto  do_stidc
to_execute:
        mvc     INSTRUCTION(4),0(3)
        goto    do_execute

do_b2:  ic      10,1(,3)
        ic      10,b2_kinds(10,12)
        bc      15,0(10,12)

# ---- storage keys: 2K blocks ------------------------------------------------------------------------------
# The hardware's keys are the machine's while the page is there, but for reference and change bits
# that we have reset; KEYS has those, and the whole key of a page that is not.

# The block of address 2: 2 where it is, 3 what KEYS has. Goes to `absent` if its page is not there.
        .macro  key_block absent
        la      2,0(,2)
        lr      3,2
        srl     3,11
        al      3,KEYS
        lr      1,2
        srl     1,12
        alr     1,1
        al      1,PAGES
        tm      1(1),8
        bo      \absent
        lh      1,0(,1)
        n       1,frame_mask
        sll     1,8
        n       2,low_12
        or      2,1
        .endm
# 2: the address in R2, of a block; 4: R1 * 4.
        .macro  key_registers
        l       5,0(,3)
        lr      4,5
        srl     4,18
        n       4,register_mask
        srl     5,14
        n       5,register_mask
        l       2,GR(5)
        aligned 15
        .endm

do_ssk: key_registers
        key_block ssk_absent
        l       5,GR(4)
        stc     5,0(,3)
        n       5,key_bits(12)
        ssk     5,2
        ni      0(3),0xf8               # reference and change are in the hardware now
        goto_near go_on
ssk_absent:
        bal     14,key_exists
        l       5,GR(4)
        stc     5,0(,3)
        ni      0(3),0xfe
        goto_near go_on

do_isk: key_registers
        key_block isk_absent
        isk     1,2
isk_insert:
        ic      0,0(,3)
        or      0,1
        tm      MODE,8                  # bits 29 and 30 are given in the EC mode only
        bo      isk_all
        n       0,key_without(12)
isk_all:
        stc     0,GR+3(4)
        goto_near go_on
isk_absent:
        bal     14,key_exists
        sr      1,1
        b       isk_insert

# RESET REFERENCE BIT: the condition code is reference and change as they were.
do_rrb: operand
        key_block rrb_absent
        tm      0(3),6
        bnz     rrb_both
        rrb     0(2)
set_code:                               # ours is the machine's
        balr    1,0
        st      1,WORK
        ni      WORK,0x30
        ni      RUN+2,0x0f
        oc      RUN+2(1),WORK
        goto_near go_on
rrb_both:
        sr      1,1
        isk     1,2
        rrb     0(2)
        b       rrb_kept
rrb_absent:
        bal     14,key_exists
        sr      1,1
rrb_kept:
        sr      0,0
        ic      0,0(,3)
        or      0,1
        ni      0(3),0xfb
        n       0,key_used(12)
        sll     0,3
        stc     0,TEST
        ni      RUN+2,0x0f
        oc      RUN+2(1),TEST
        goto_near go_on

key_exists:
        cl      2,SIZE
        bcr     4,14
        goto_near addressing

# SSKE, ISKE, RRBE are not in this machine: its keys are for blocks of 2K.

# ---- control registers ------------------------------------------------------------------------------------
# LOAD CONTROL, STORE CONTROL: registers R1 to R3, round from 15 to 0. Mostly it is one.
        .macro  control_operands several
        operand
        aligned 3
        ic      10,1(,3)
        lr      1,10
        srl     1,4                     # 1: R1
        n       10,low_four_bits(12)         # 10: R3
        cr      1,10
        bne     \several
        .endm

do_lctl:
        control_operands lctl_several
        sll     10,2
        to_fetch
        l       0,0(,3)
        bc      15,lctl_effects(10,12)
lctl_effects:
        b       lctl_0
        b       lctl_1
        b       lctl_2
        b       lctl_none
        b       lctl_none
        b       lctl_none
        b       lctl_none
        b       lctl_none
        b       lctl_events
        b       lctl_events
        b       lctl_events
        b       lctl_events
        b       lctl_none
        b       lctl_none
        b       lctl_none
        b       lctl_none
lctl_none:
        st      0,CR(10)
        goto_near go_on
lctl_0: lr      1,0
        x       1,CR
        st      0,CR
        n       1,lctl_matters(12)      # translation, or a mask?
        bnz     lctl_new_0
        goto_near go_on
lctl_new_0:
        n       1,lctl_tables(12)
        bnz     lctl_dirty
        cli     VM_EXTERNAL(11),0
        bne     lctl_masks
        goto_near go_on
lctl_masks:
        call    summarize
        goto_near go
lctl_1: st      0,CR+4
lctl_space:                             # the set that was last for such a one
        ic      10,CR+4+2
        n       10,register_mask
        l       6,VM_SPACES(10,11)
        mvc     SPACE_KEY+S_CONTROL1(4),CR+4
        clc     0(16,6),SPACE_KEY
        bne     lctl_another
        st      6,SHADOW
        mvc     RUN_CR1(4),S_RUN_CR1(6)
        tm      TRANSLATES,4
        bz      lctl_known
        lctl    1,1,RUN_CR1
        goto_near go_on
lctl_known:
        mvi     TRANSLATES,0
        goto_near go_on
lctl_2: st      0,CR+8                  # take_io looks at it
        goto_near go_masks
lctl_events:                            # monitor masks, PER
        st      0,CR(10)
        cli     VM_TRACE(11),0
        bne     lctl_dirty
        lctl    8,11,CR+32
        goto_near go_on
lctl_another:                           # to be looked for when it translates
        tm      TRANSLATES,4
        bo      lctl_translates
        mvi     TRANSLATES,0x80
        mvc     SHADOW(4),NO_SHADOW
        goto_near go_on
lctl_translates:
        oi      DIRTY,D_TABLES
        goto_near go
lctl_dirty:
        oi      DIRTY,D_TABLES+D_CONTROLS+D_TIMERS
        goto_near go

# Several: in one piece, if they are, and their place is.
lctl_several:
        cli     1(3),0x01
        be      lctl_pair
        tm      MODE,0xf0
        bnz     lctl_others
        sr      10,1
        bm      lctl_round
        sll     10,2
        la      10,3(,10)
        la      5,0(10,2)
        xr      5,2
        n       5,page_mask
        bnz     lctl_split
        lra     3,0(,2)
        bc      7,operand_fault
        sll     1,2
        la      4,CR(1)
        ex      10,lctl_move(12)
        c       1,first_event(12)
        bl      lctl_dirty
        cli     VM_TRACE(11),0
        bne     lctl_dirty
        lctl    8,11,CR+32
        goto_near go_on
lctl_move: mvc  0(1,4),0(3)
# Registers 0 and 1 are for a monitor that goes from one space to another.
lctl_pair:
        lr      1,2
        n       1,low_11(12)
        c       1,last_word(12)         # one page, one key
        be      lctl_apart
        to_fetch
        lm      0,1,0(3)
        lr      4,0
        x       4,CR
        n       4,lctl_matters(12)
        stm     0,1,CR
        bnz     lctl_dirty
        b       lctl_space
lctl_apart:
        sr      1,1
        b       lctl_others

lctl_split:
        srl     10,2
lctl_round:
        alr     10,1
lctl_others:                            # all operands are there, or nothing is done
        lr      9,1
        lr      6,1
        lr      7,10
        lr      10,2
lctl_fetch:
        lr      2,10
        to_fetch
        la      10,4(,10)
        lr      1,6
        sll     1,2
        l       0,0(,3)
        st      0,VM_CONTROL_VALUES(1,11)
        cr      6,7
        be      lctl_load
        la      6,1(,6)
        n       6,low_four_bits(12)
        b       lctl_fetch
lctl_load:
        lr      1,9
        sll     1,2
        l       0,VM_CONTROL_VALUES(1,11)
        st      0,CR(1)
        cr      9,7
        be      lctl_dirty
        la      9,1(,9)
        n       9,low_four_bits(12)
        b       lctl_load

do_stctl:
        control_operands stctl_several
        sll     10,2
        to_store
        l       0,CR(10)
        st      0,0(,3)
        goto_near go_on
stctl_several:                          # in one piece, if they are, and their place is
        tm      MODE,0xf0
        bnz     stctl_others
        sr      10,1
        bm      stctl_round
        sll     10,2
        la      10,3(,10)
        la      5,0(10,2)
        xr      5,2
        n       5,page_mask
        bnz     stctl_split
        lra     3,0(,2)
        bc      7,operand_fault
        sll     1,2
        la      1,CR(1)
        ex      10,stctl_move(12)
        goto_near go_on
stctl_move: mvc 0(1,3),0(1)
stctl_split:
        srl     10,2
stctl_round:
        alr     10,1
stctl_others:                           # may all be stored?
        lr      8,2
        lr      9,1
        lr      6,1
        lr      7,10
        lr      10,2
stctl_probe:
        lr      2,10
        to_store
        la      10,4(,10)
        cr      9,7
        be      stctl_next
        la      9,1(,9)
        n       9,low_four_bits(12)
        b       stctl_probe
stctl_next:
        lr      2,8
        to_store
        lr      1,6
        sll     1,2
        l       0,CR(1)
        st      0,0(,3)
        la      8,4(,8)
        cr      6,7
        be      stctl_done
        la      6,1(,6)
        n       6,low_four_bits(12)
        b       stctl_next
stctl_done:
        goto_near go_on

# ---- translation ------------------------------------------------------------------------------------------------
# LOAD REAL ADDRESS when the nucleus does not know where the tables are: 2 the address, 6 is R1 * 4.
long_lra:
        la      2,0(,2)
        lr      7,2
        call    walk
        bnz     lra_not
        st      2,GR(6)
        lr      2,7
        call    know_segment
        sr      1,1
lra_code:
        sll     1,4
        stc     1,TEST
        ni      RUN+2,0x0f
        oc      RUN+2(1),TEST
        goto_near go
lra_not:
        ltr     1,1
        bz      lra_exception
        st      5,GR(6)
        b       lra_code
lra_exception:
        goto_near exception

# As flush_shadows, without the way there and back; and the machine's own tables are where they were.
do_ptlb:
        l       1,VM_PURGES(,11)
        la      1,1(,1)
        st      1,VM_PURGES(,11)
        st      1,SPACE_KEY+S_PURGES
        l       10,SHADOW
        st      1,S_PURGES(,10)
        invalidate_segments
        ptlb
        goto_near go_on

# INVALIDATE PAGE TABLE ENTRY: R1 a segment-table entry, R2 an address.
do_ipte:
        ic      10,3(,3)
        lr      1,10
        srl     1,4
        sll     1,2
        n       10,low_four_bits(12)
        sll     10,2
        l       3,GR(10)
        l       4,PAGE_SHIFT
        srl     3,0(4)
        n       3,PAGE_MASK             # 3: page * 2
        l       2,GR(1)
        n       2,key_page_origin(12)
        alr     2,3
        la      2,0(,2)
        lr      1,2                     # as `locate`
        srl     1,12
        alr     1,1
        al      1,PAGES
        tm      1(1),8
        bo      ipte_absent
        lh      3,0(,1)
        n       3,frame_mask
        sll     3,8
        n       2,low_12
        or      3,2
        tm      MODE,0xf0
        bz      ipte_allowed
        near    keyed_store
ipte_allowed:
        tm      CR+1,0x80
        bz      ipte_2k
        oi      1(3),8
        b       do_ptlb
ipte_2k:
        oi      1(3),4
        b       do_ptlb
ipte_absent:
        near    locate
        bz      do_again
ipte_beyond:
        goto_near addressing

# TEST PROTECTION is of format SSE: the first operand an address, the second a key.
do_e5:  cli     1(3),1
        bne     e5_not
        operand 4
        lr      9,2
        n       9,key_access(12)
        operand
        lra     10,0(,2)
        bnz     tprot_absent
        tm      TRANSLATES,4
        bz      tprot_at
        lr      1,2                     # its segment may be protected
        l       3,SEGMENT_SHIFT
        srl     1,0(3)
        n       1,SEGMENT_MASK
        al      1,SHADOW
        tm      S_SEGMENTS+3(1),4
        bo      tprot_segment
tprot_at:
        tprot   0(10),0(9)
        b       set_code
tprot_segment:
        tprot   0(10),0(9)
        bnz     set_code
        cli     zeros,1                 # condition code 1: no storing
        b       set_code
tprot_absent:                           # it may be in the machine's tables, and not yet in ours
        la      2,0(,2)
        lr      10,2
        tm      TRANSLATES,4
        bz      tprot_page
        call    walk
        bnz     tprot_untranslated
        lr      2,10
        call    fill_shadow
        bz      do_again
        goto_near exception
tprot_page:
        near    locate
        bnz     ipte_beyond
do_again:                               # now it is there: once more
        l       2,RUN+4
        sr      1,1
        ic      1,PROGRAM_CODE-1
        sr      2,1
        la      2,0(,2)
        st      2,RUN+4
        goto_near go
tprot_untranslated:
        ltr     1,1
        bz      lra_exception
        la      1,3
        b       lra_code
e5_not: goto_near operation_exception

# ---- clocks ---------------------------------------------------------------------------------------------------------
# SET CLOCK: all machines share one, and it is ours: it is secure (condition code 1).
do_sck: operand
        aligned 7
        to_fetch
        ni      RUN+2,0xcf
        oi      RUN+2,0x10
        goto_near go_on

# If what is set changes what is pending, look_at_timers sees to it; else it is enough that our own clock
# wakes us when it is due.
do_sckc:
        operand
        aligned 7
        to_fetch
        mvc     COMPARATOR(8),0(3)
        stck    NOW
        tm      VM_EXTERNAL(11),E_COMPARATOR
        bo      timer_pending
        clc     COMPARATOR(8),NOW
        bl      timer_pending
        clc     COMPARATOR(8),VM_DUE(11)
        bnl     sckc_later
        mvc     VM_DUE(8,11),COMPARATOR
        clc     COMPARATOR(8),WAKE_AT
        bnl     sckc_later
        mvc     WAKE_AT(8),COMPARATOR
        sckc    WAKE_AT
sckc_later:
        goto_near go_on
timer_pending:
        oi      DIRTY,D_TIMERS
        goto_near go
do_spt: operand
        aligned 7
        to_fetch
        stck    NOW
        lm      0,1,0(3)
        al      1,NOW+4
        bc      12,spt_no_carry(12)
        al      0,one
spt_no_carry:
        al      0,NOW
        stm     0,1,CPU_TIMER
        bc      3,spt_negative(12)
        tm      VM_EXTERNAL(11),E_CPU_TIMER
        bo      timer_pending
        clc     CPU_TIMER(8),VM_DUE(11)
        bnl     spt_later
        mvc     VM_DUE(8,11),CPU_TIMER
        clc     CPU_TIMER(8),WAKE_AT
        bnl     spt_later
        mvc     WAKE_AT(8),CPU_TIMER
        sckc    WAKE_AT
spt_later:
        goto_near go_on
spt_negative:                           # or beyond the end of the clock
        tm      0(3),0x80
        bo      timer_pending
        tm      VM_EXTERNAL(11),E_CPU_TIMER
        bo      timer_pending
        goto_near go_on
do_stckc:
        operand
        aligned 7
        to_store
        mvc     0(8,3),COMPARATOR
        goto_near go_on
do_stpt:
        operand
        aligned 7
        to_store
        stck    NOW
        lm      0,1,CPU_TIMER
        sl      1,NOW+4
        bc      3,stpt_no_borrow(12)
        sl      0,one
stpt_no_borrow:
        sl      0,NOW
        stm     0,1,0(3)
        goto_near go_on

# ---- the processor -----------------------------------------------------------------------------------------------
# STORE CPU ID: ours, with version FF, as a machine that is not of iron says.
do_stidp:
        operand
        aligned 7
        to_store
        stidp   0(3)
        mvi     0(3),0xff
        goto_near go_on

do_stap:
        operand
        aligned 1
        to_store
        xc      0(2,3),0(3)
        goto_near go_on

# Prefixing: the first page and another change places in the machine's tables, so that all that
# follows has real addresses (GA22-7000 3-12).
do_spx: operand
        aligned 3
        to_fetch
        l       6,0(,3)
        n       6,key_prefix(12)
        c       6,PREFIX
        be      do_ptlb
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
        operand
        aligned 3
        to_store
        mvc     0(4,3),PREFIX
        goto_near go_on
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
        operand
        stc     2,TEST
        ni      TEST,0xf0
        ni      MODE,0x0f
        oc      MODE(1),TEST
        ni      RUN+1,0x0f
        oc      RUN+1(1),TEST
        goto_near go_on
do_ipk: mvc     GR+8+3(1),MODE
        ni      GR+8+3,0xf0
        goto_near go_on

# SIGNAL PROCESSOR: there is no other processor (GA22-7000 4-33).
do_sigp:
        oi      RUN+2,0x30
        goto_near go_on

        .balign 4
key_bits: .long 0xfe
key_without: .long 0xf8
key_used: .long 6
key_page_origin: .long 0xfffff8
key_access: .long 0xf0
key_prefix: .long 0xfff000
low_four_bits: .long 15
first_event: .long 4*8
low_11: .long   0x7ff
last_word: .long 0x7fc
lctl_tables: .long 0x10f80000           # low-address protection and the format of tables,
lctl_matters: .long 0x10f80cc0          # and what external interruptions are let in
b2_kinds:
        .byte   0, 0, 4*K_STIDP, 4*K_STIDC, 4*K_SCK, 0, 4*K_SCKC, 4*K_STCKC             # 00 ... 07
        .byte   4*K_SPT, 4*K_STPT, 4*K_SPKA, 4*K_IPK, 0, 4*K_PTLB, 0, 0                 # 08 ... 0F
        .byte   4*K_SPX, 4*K_STPX, 4*K_STAP, 4*K_RRB, 0, 0, 0, 0                        # 10 ... 17
        .skip   0x21-0x18, 0
        .byte   4*K_IPTE                                                                # 21
        .skip   0x100-0x22, 0
