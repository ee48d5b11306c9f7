# The nucleus: where interruptions arrive, the shortest ways through the monitor, and what all
# of it calls. It lies in the first 4K, which need no base register.
#
# Whoever is interrupted in the problem state is a virtual machine: every privileged operation
# that it tries comes here as a program interruption (GA22-7000 6-20), and so do its SUPERVISOR
# CALLs. We ourselves are interrupted only in the wait state; while we work, nothing disturbs us.
        nucleus
        .org    0x400
        b       start

# ---- a program interruption -------------------------------------------------------------
program_first:
        stm     0,15,GR
clock_program:
        stpt    CLOCKED                 # the CPU timer measures the machine's own time
        lm      11,13,VM                # and 13 the stack
        mvc     RUN(8),PROGRAM_OLD
        cli     PROGRAM_CODE+1,2        # privileged operation
        bne     other_program
        tm      MODE,1                  # in the problem state of its own?
        bo      other_program

# Simulate a privileged instruction. Its old PSW points behind it (suppression).
privileged:
        l       2,RUN+4
        sh      2,PROGRAM_CODE-2        # instruction length
        lra     3,0(,2)                 # with the tables it ran with
        bnz     operand_fault
        tm      RUN+7,0xfc              # may it lie across two pages?
        bz      crossing
fetched:                                # it is at 3
        cli     0(3),0x82               # by far the most of them
        be      do_lpsw
        mvc     INSTRUCTION(4),0(3)
        sr      4,4
        ic      4,INSTRUCTION
        ic      4,privileged_kinds(4)
        l       15,privileged_routines(4)
        br      15

other_program:
        oc      DIRTY(1),ASSISTED
        goto    program_interrupted
crossing:
        goto    fetch_across
fetched_instruction:
        la      3,INSTRUCTION
        b       fetched

# The second-operand address of an instruction of format S, SI or RS: 2. Changes 1.
operand:
        lh      2,INSTRUCTION+2
        lr      1,2
        srl     1,10
        n       1,register_mask
        bz      operand_low
        n       2,low_12
        al      2,GR(1)
        la      2,0(,2)
        br      14
operand_low:
        n       2,low_12
        br      14

# 3: where the byte at the machine's address 2 is. The access must be allowed with its key.
# If the page is not there the machine does the instruction again when it is.
to_fetch:
        lra     3,0(,2)
        bnz     operand_fault
        tm      MODE,0xf0
        bzr     14
        goto    check_fetch
to_store:
        lra     3,0(,2)
        bnz     operand_fault
        tm      MODE,0xf0
        bzr     14
        goto    check_store
operand_fault:
        goto    resolve_operand

# ---- LOAD PSW and its kin (GA22-7000 10-8, 10-16 ...) ---------------------------------------
do_lpsw:
        lh      2,2(,3)                 # `operand`, without the way there and back
        lr      1,2
        n       2,low_12
        srl     1,10
        n       1,register_mask
        bz      lpsw_low
        al      2,GR(1)
lpsw_low:
        la      1,7
        nr      1,2
        bnz     specification
        lra     3,0(,2)
        bnz     operand_fault
        tm      MODE,0xf0
        bz      load_psw
        near    to_fetch
        b       load_psw

# The machine's PSW becomes the doubleword at 3. Goes on to resume it.
load_psw:
        mvc     MASK(2),0(3)
        mvc     RUN+4(4),4(3)
        tm      MODE,8
        bo      load_ec
        mvc     RUN(1),RUN_MASK         # translation, I/O and external: ours
        mvi     RUN+4,0
        mvc     RUN+2(1),4(3)
        ni      RUN+2,0x3f
load_no_translation:
        cli     TRANSLATES,0
        be      load_key
        mvi     TRANSLATES,0
        lctl    0,1,REAL_CR0
load_key:
        mvc     RUN+1(1),MODE
        oi      RUN+1,0x0d              # EC mode, machine checks, problem state

# Resume the machine; but what is pending comes first. The masks of both modes have external in
# bit 7; I/O is bits 0 to 6 or bit 6, and `deliver` looks more closely.
go:     cli     VM_PENDING(11),0
        bne     go_pending
go_quiet:
        tm      MODE,3
        bnz     go_other
go_ready:
        cli     DIRTY,0
        bne     prepare_first
clock_run:
        spt     CLOCKED
        lm      0,15,GR
        lpsw    RUN
go_other:                               # it waits, or is in its problem state
        tm      MODE,2
        bo      waits
        oc      DIRTY(1),ASSISTED
        b       go_ready
go_pending:
        mvc     LIST_PSW(1),VM_PENDING(11)
        mvc     TEST(1),MASK
        nc      TEST(1),VM_PENDING(11)
        bz      go_quiet
        goto    deliver

load_ec:
        mvc     RUN(1),MASK
        ni      RUN,0x40                # PER
        oc      RUN(1),RUN_MASK
        mvc     RUN+2(1),2(3)
        l       0,0(,3)
        n       0,ec_zeros              # what must be zero in the EC mode (4-7)
        bnz     malformed
        cli     4(3),0
        bne     malformed
        tm      MASK,4
        bz      load_no_translation
        cli     TRANSLATES,0
        bne     load_key
        mvi     TRANSLATES,4
        lctl    0,1,RUN_CR0
        cli     RUN_CR0+1,0
        bne     load_key
        oi      DIRTY,D_TABLES
        b       load_key

malformed:
        goto    malformed_psw
waits:  goto    machine_waits

# Before the machine runs something must be brought up to date. If it is just what the processor's
# virtual-machine assist is to know (GA22-7074), that is done here: it then executes for the
# machine the simplest of what would come to us, SET SYSTEM MASK, LOAD PSW, SUPERVISOR CALL, LOAD
# REAL ADDRESS, on the machine's own PSW in MASK. A privileged operation comes from the machine's
# supervisor state: if it goes on in it, nothing is new.
prepare_first:
        cli     DIRTY,D_ASSIST
        bne     prepare_more
        mvi     DIRTY,0
        lctl    6,6,ASSIST
        tm      MODE,1
        bz      go_ready
        lctl    6,6,ASSIST_PROBLEM
        b       go_ready
prepare_more:
        goto    prepare

# SET SYSTEM MASK
do_ssm:
        near    operand
        tm      CR,0x40                 # suppressed by control register 0?
        bo      special_operation
        near    to_fetch
        mvc     TEST(1),MASK
        mvc     MASK(1),0(3)
new_mask:                               # TEST: the one before
        tm      MODE,8
        bz      go
        xc      TEST(1),MASK            # more than I/O and external?
        tm      TEST,0xfc
        bz      go
        mvc     NEW_PSW(2),MASK         # then as LOAD PSW, the rest of it as it was
        mvc     NEW_PSW+2(6),RUN+2
        la      3,NEW_PSW
        b       load_psw

# STORE THEN AND, STORE THEN OR SYSTEM MASK
do_stnsm:
        near    operand
        near    to_store
        mvc     0(1,3),MASK
        mvc     TEST(1),MASK
        nc      MASK(1),INSTRUCTION+1
        b       new_mask
do_stosm:
        near    operand
        near    to_store
        mvc     0(1,3),MASK
        mvc     TEST(1),MASK
        oc      MASK(1),INSTRUCTION+1
        b       new_mask

# A DIAGNOSE has ended; the machine's condition code is in bits 2 and 3 of TEST.
diagnosed:
        ni      RUN+2,0x0f
        oc      RUN+2(1),TEST
        b       go

# ---- interruptions for the machine ------------------------------------------------------------
specification:
        la      3,6
        b       exception
special_operation:
        la      3,0x13
        b       exception
operation_exception:
        la      3,1
        b       exception
protected:
        la      3,4
        b       exception
addressing:
        la      3,5

# The instruction we simulate ends with program interruption 3.
exception:
        sr      4,4
        ic      4,PROGRAM_CODE-1
program_exception:
        la      2,PROGRAM_OLD

# An interruption of the machine: 2 the real address of its old PSW, 3 the code, 4 the length of
# the instruction. What is stored differs between BC and EC mode (GA22-7000 6-5). Then its new PSW.
reflect:
        l       5,PAGE0
        alr     5,2
        mvc     0(2,5),MASK
        mvc     4(4,5),RUN+4
        tm      MODE,8
        bo      reflect_ec
        sth     3,2(,5)
        sll     4,5
        stc     4,4(,5)
        oc      4(1,5),RUN+2
        la      3,0x40(,5)
        b       load_psw
reflect_ec:
        mvc     2(1,5),RUN+2
        mvi     3(5),0
        sll     4,16
        or      4,3
        srl     2,1                     # 18: code at 84; 20: at 88; 28: at 8C; 38: at B8
        sr      1,1
        ic      1,reflect_table-12(2)
        al      1,PAGE0
        st      4,0(,1)
        la      3,0x40(,5)
        b       load_psw

# ---- SUPERVISOR CALL ------------------------------------------------------------------------------
svc_first:
        stm     0,15,GR
clock_svc:
        stpt    CLOCKED
        lm      11,13,VM
        mvc     RUN(8),SVC_OLD
        oc      DIRTY(1),ASSISTED
        sr      4,4
        ic      4,SVC_CODE-1
        lh      3,SVC_CODE
        la      2,SVC_OLD
        b       reflect

# ---- the world outside ---------------------------------------------------------------------------
external_first:
        tm      EXTERNAL_OLD+1,1
        bz      external_waiting
        stm     0,15,GR
clock_external:
        stpt    CLOCKED
        mvc     RUN(8),EXTERNAL_OLD
        oc      DIRTY(1),ASSISTED
external_waiting:
        l       11,VM
        l       13,STACK
        goto    external_interrupted

io_first:
        tm      IO_OLD+1,1
        bz      io_waiting
        stm     0,15,GR
clock_io:
        stpt    CLOCKED
        mvc     RUN(8),IO_OLD
        oc      DIRTY(1),ASSISTED
io_waiting:
        l       11,VM
        l       13,STACK
        mvc     IO_STATUS(8),CSW
        goto    io_interrupted

# ---- storage of the machine ------------------------------------------------------------------------
# 2: real address of the machine's -> 2: where it is, the page made to be there if need be.
# Condition code 0, or 3: beyond its storage, or no frame can be had. Changes 1.
locate: cl      2,SIZE
        bnl     locate_beyond
        lr      1,2
        srl     1,12
        alr     1,1
        al      1,PAGES
        tm      1(1),8
        bo      locate_absent
        lh      1,0(,1)
        n       1,frame_mask
        sll     1,8
        n       2,low_12
        or      2,1
        cr      1,1                     # condition code 0
        br      14
locate_beyond:
        tm      one+3,1                 # condition code 3
        br      14
locate_absent:
        address_of page_in
        l       15,address_page_in
        br      15

# ---- constants ---------------------------------------------------------------------------------------
        .balign 8
zeros:  .quad   0
page_mask: .long 0x00fff000
register_mask: .long 0x3c
low_12: .long   0xfff
frame_mask: .long 0xfff0
address_mask: .long 0xffffff
halfword_mask: .long 0xffff
one:    .long   1
ec_zeros: .long 0xb800c0ff
reflect_table:                          # (old PSW - 18) / 2 -> where the code goes
        .byte   0x84, 0, 0, 0, 0x88, 0, 0, 0, 0x8c, 0, 0, 0, 0, 0, 0, 0, 0xb8
        .balign 4
privileged_routines:
        .long   operation_exception, do_lpsw, do_ssm, do_stnsm, do_stosm, do_ssk, do_isk
        .long   do_lctl, do_stctl, do_lra, do_b2, do_diagnose, do_start, do_test, do_halt
        .long   do_test_channel, do_execute, do_e5, do_sigp, not_simulated
        .set    K, 4
privileged_kinds:
        .skip   8, 0
        .byte   5*4, 6*4                # 08 SSK, 09 ISK
        .skip   0x44-0x0a, 0
        .byte   16*4                    # 44 EXECUTE
        .skip   0x80-0x45, 0
        .byte   2*4, 0, 1*4, 11*4       # 80 SSM, 82 LPSW, 83 DIAGNOSE
        .skip   0x9c-0x84, 0
        .byte   12*4, 13*4, 14*4, 15*4  # 9C SIO, 9D TIO, 9E HIO, 9F TCH
        .skip   0xac-0xa0, 0
        .byte   3*4, 4*4, 18*4          # AC STNSM, AD STOSM, AE SIGP
        .skip   0xb1-0xaf, 0
        .byte   9*4, 10*4               # B1 LRA, B2
        .skip   0xb6-0xb3, 0
        .byte   8*4, 7*4                # B6 STCTL, B7 LCTL
        .skip   0xe5-0xb8, 0
        .byte   17*4                    # E5
        .skip   0x100-0xe6, 0
