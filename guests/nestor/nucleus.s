# The nucleus: where interruptions arrive, the shortest ways through the monitor, and what all
# of it calls. It lies in the first 4K, which need no base register.
#
# Whoever is interrupted in the problem state is a virtual machine: every privileged operation
# that it tries comes here as a program interruption (GA22-7000 6-20), and so do its SUPERVISOR
# CALLs. We ourselves are interrupted only in the wait state; while we work, nothing disturbs us.
        nucleus
        .org    0x400
        b       start
        .org    NUCLEUS_BEGIN

# ---- a program interruption -------------------------------------------------------------
program_first:
        stm     0,15,GR
clock_program:
        stpt    CLOCKED                 # the CPU timer measures the machine's own time
        lm      10,13,ZERO              # 12: the module of privileged instructions, 13: the stack
        mvc     RUN(8),PROGRAM_OLD
        cli     PROGRAM_CODE+1,2        # privileged operation
        bne     other_program
        tm      MODE,1                  # in the problem state of its own?
        bo      privileged_operation

# Simulate a privileged instruction. Its old PSW points behind it (suppression).
privileged:
        l       2,RUN+4
        sh      2,PROGRAM_CODE-2        # instruction length
        lra     3,0(,2)                 # with the tables it ran with
        bnz     operand_fault
        tm      RUN+7,0xf8              # may it lie across two pages?
        bz      crossing
fetched:                                # it is at 3
        ic      10,0(,3)
        ic      10,privileged_kinds(10)
        bc      15,0(10,12)             # privileged.s begins with a branch for each

privileged_operation:
        oc      DIRTY(1),ASSISTED
        la      3,2
        b       exception
other_program:
        oc      DIRTY(1),ASSISTED
        goto    program_interrupted
crossing:
        lh      1,RUN+6
        n       1,crossing_bits
        bnz     fetched
        goto    fetch_across
fetched_instruction:
        la      3,INSTRUCTION
privileged_again:
        lm      10,13,ZERO
        b       fetched

# For a machine whose key is not zero (to_fetch, to_store): may it, at 3? (GA22-7000 3-9) Changes 1.
keyed_fetch:
        lr      1,3
        n       1,block_mask
        isk     1,1
        stc     1,WORK
        xc      WORK(1),MODE
        tm      WORK,0xf0
        bcr     8,14
        stc     1,WORK
        tm      WORK,8                  # fetch protection
        bcr     8,14
        b       protected
keyed_store:
        lr      1,3
        n       1,block_mask
        isk     1,1
        stc     1,WORK
        xc      WORK(1),MODE
        tm      WORK,0xf0
        bcr     8,14
        b       protected
operand_fault:
        goto    resolve_operand

# ---- LOAD PSW and its kin (GA22-7000 10-8, 10-16 ...) ---------------------------------------
do_lpsw:
        operand
        aligned 7
        to_fetch

# The machine's PSW becomes the doubleword at 3. Goes on to resume it.
load_psw:
        mvc     MASK(2),0(3)
        tm      MODE,8
        bo      load_ec
        mvc     RUN(1),RUN_MASK         # translation, I/O and external: ours
        mvc     RUN+4(4),4(3)
        mvi     RUN+4,0
        mvc     RUN+2(1),4(3)
        ni      RUN+2,0x3f
load_no_translation:
        cli     TRANSLATES,4
        bne     load_key
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
go_on:                                  # whatever let it run until now has not changed
clock_run:
        spt     CLOCKED
        lm      0,15,GR
        lpsw    RUN
go_masks:                               # only a mask has
        cli     VM_PENDING(11),0
        be      go_on
go_pending:
        mvc     LIST_PSW(1),VM_PENDING(11)
        mvc     TEST(1),MASK
        nc      TEST(1),VM_PENDING(11)
        bz      go_quiet
        goto    deliver
go_other:                               # it waits, or is in its problem state
        tm      MODE,2
        bo      waits
        oc      DIRTY(1),ASSISTED
        b       go_ready

load_ec:
        mvc     RUN(1),RUN_MASK
        mvc     RUN+2(6),2(3)
        mvc     WORK(5),0(3)
        nc      WORK(5),ec_zeros        # what must be zero in the EC mode (4-7)
        bnz     malformed
        tm      MASK,0x44
        bz      load_no_translation
        tm      MASK,0x40               # PER
        bo      load_per
load_translation:
        cli     TRANSLATES,4
        be      load_key
        bh      load_unknown
        mvi     TRANSLATES,4
        lctl    0,1,RUN_CR0
        b       load_key
load_per:
        oi      RUN,0x40
        tm      MASK,4
        bz      load_no_translation
        b       load_translation
load_unknown:
        mvi     TRANSLATES,4
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
        operand
        tm      CR,0x40                 # suppressed by control register 0?
        bo      special_operation
        to_fetch
        mvc     TEST(1),MASK
        mvc     MASK(1),0(3)
new_mask:                               # TEST: the one before
        tm      MODE,8
        bz      go_masks
        xc      TEST(1),MASK            # more than I/O and external?
        tm      TEST,0xfc
        bz      go_masks
        mvc     NEW_PSW(2),MASK         # then as LOAD PSW, the rest of it as it was
        mvc     NEW_PSW+2(6),RUN+2
        la      3,NEW_PSW
        b       load_psw

# STORE THEN AND, STORE THEN OR SYSTEM MASK
do_stnsm:
        ic      10,1(,3)
        operand
        to_store
        mvc     TEST(1),MASK
        mvc     0(1,3),MASK
        stc     10,WORK
        nc      MASK(1),WORK
        b       new_mask
do_stosm:
        ic      10,1(,3)
        operand
        to_store
        mvc     TEST(1),MASK
        mvc     0(1,3),MASK
        stc     10,WORK
        oc      MASK(1),WORK
        b       new_mask

# LOAD REAL ADDRESS, through the machine's own tables, whether it translates or not. They are looked at
# each time (10-13); but where the tables of a segment are is known while its entry says what it
# said when they were looked for, and nothing has been paged out since.
do_lra: l       5,0(,3)
        operand_of 5
        lr      1,5                     # index
        srl     1,14
        n       1,register_mask
        bz      lra_no_index
        al      2,GR(1)
lra_no_index:
        srl     5,18
        n       5,register_mask         # 5: R1 * 4
        lm      6,13,SHADOW             # the shadow tables, and the seven of FORMAT
        lr      1,2
        srl     1,0(7)
        nr      1,8                     # 1: segment * 4
        l       3,S_AT(1,6)
        l       4,0(,3)                 # its entry
        c       4,S_ENTRY(1,6)
        bne     lra_walk
        lr      3,2
        srl     3,0(9)
        nr      3,10                    # page * 2
        al      3,S_TABLE(1,6)
        lh      4,0(,3)                 # its entry
        lr      3,4
        nr      3,11
        bnz     lra_walk
        sll     4,8
        nr      4,12
        nr      2,13
        or      2,4
        st      2,GR(5)
        ni      RUN+2,0xcf              # condition code 0
clock_lra:
        spt     CLOCKED
        lm      0,15,GR
        lpsw    RUN
lra_walk:
        lr      6,5
        lm      11,13,VM
        goto    long_lra

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
block_mask: .long 0xfff800
frame_mask: .long 0xfff0
address_mask: .long 0xffffff
halfword_mask: .long 0xffff
one:    .long   1
crossing_bits: .long 0x0ff8
no_entry: .long   1                       # an entry that S_ENTRY never has
no_entry_at: .long no_entry
ec_zeros: .byte 0xb8, 0, 0xc0, 0xff, 0xff
reflect_table:                          # (old PSW - 18) / 2 -> where the code goes
        .byte   0x84, 0, 0, 0, 0x88, 0, 0, 0, 0x8c, 0, 0, 0, 0, 0, 0, 0, 0xb8
privileged_kinds:                       # which of the branches that privileged.s begins with
        .skip   8, 0
        .byte   4*K_SSK, 4*K_ISK        # 08, 09
        .skip   0x44-0x0a, 0
        .byte   4*K_EXECUTE             # 44
        .skip   0x80-0x45, 0
        .byte   4*K_SSM, 0, 4*K_LPSW, 4*K_DIAGNOSE      # 80 ... 83
        .skip   0x9c-0x84, 0
        .byte   4*K_START, 4*K_TEST, 4*K_HALT, 4*K_TEST_CHANNEL         # 9C ... 9F
        .skip   0xac-0xa0, 0
        .byte   4*K_STNSM, 4*K_STOSM, 4*K_SIGP          # AC ... AE
        .skip   0xb1-0xaf, 0
        .byte   4*K_LRA, 4*K_B2         # B1, B2
        .skip   0xb6-0xb3, 0
        .byte   4*K_STCTL, 4*K_LCTL     # B6, B7
        .skip   0xe5-0xb8, 0
        .byte   4*K_E5                  # E5
        .skip   0x100-0xe6, 0
