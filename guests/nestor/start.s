# The beginning: what machine is this, and where is everything to be?
        module  start

start_up:
        based
        xc      0x200(256),0x200
        xc      0x300(256),0x300
        mvc     EXTERNAL_NEW(40),new_psws(12)
        xc      ZERO(NUCLEUS_BEGIN-ZERO),ZERO
        la      13,boot_stack(12)       # none yet: nothing below calls deeper than once
        mvc     PRIVILEGED(4),privileged_address(12)
        l       1,image_end_address(12)
        la      1,4095(,1)
        n       1,page_mask
        st      1,STACK
        lr      13,1
        lctl    0,15,initial_controls(12)

# How much storage? ISK ends with an addressing exception behind it.
        mvc     PROGRAM_NEW(8),size_psw(12)
        sr      4,4
size_try:
        isk     0,4
        al      4,size_step(12)
        cl      4,size_most(12)
        bl      size_try
size_known:
        st      4,REAL_SIZE
# On which level? A host that has our DIAGNOSE answers with its own.
        sr      3,3
        mvc     PROGRAM_NEW(8),level_psw(12)
        .long   0x83330100              # DIAGNOSE 3,3,100
level_known:
        st      3,LEVEL
        ltr     3,3                     # in a machine, to look at the CPU timer costs as much as what
        bz      level_clocked           # is measured by it
        mvc     clock_program(4),no_clock(12)
        mvc     clock_svc(4),no_clock(12)
        mvc     clock_external(4),no_clock(12)
        mvc     clock_io(4),no_clock(12)
        mvc     clock_run(4),no_clock(12)
        mvc     clock_lra(4),no_clock(12)
level_clocked:
# A turn is a tenth of a second. Far down what ends one takes longer, four times as long on each level: so a turn
# is longer, too, or there were nothing but ends.
        lr      1,3
        s       1,turn_levels(12)
        bnm     turn_longer
        sr      1,1
turn_longer:
        alr     1,1
        lm      4,5,turn(12)
        sldl    4,0(1)
        stm     4,5,SLICE
# Does the processor have the virtual-machine assist? Then INSERT PSW KEY is executed for a machine
# in its supervisor state, and it is the operation behind it that fails.
        mvc     PROGRAM_NEW(8),assist_psw(12)
        lctl    6,6,probe_control(12)
        lpsw    probe_psw(12)
probe:  ipk
        .short  0
assist_known:
        lctl    6,6,initial_controls(12)
        mvc     ASSIST(8),assist_controls(12)
        cli     PROGRAM_CODE+1,1
        bne     not_assisted
        mvi     ASSISTED,D_ASSIST
not_assisted:
        mvc     PROGRAM_NEW(8),new_psws+16(12)
        l       10,STACK                # what follows the image: stack, buffer,
        al      10,page_size(12)
        st      10,BUFFER
        al      10,page_size(12)
        lr      2,10                    # devices and terminals,
        lr      4,10
        l       5,page_size(12)
        alr     5,5
        sr      1,1
        mvcl    4,0
        call    find_devices
        al      2,round_up(12)
        n       2,page_mask
        call    make_terminals
        st      2,FRAMES                # the table of frames,
        lr      10,2
        l       5,REAL_SIZE
        srl     5,9
        lr      4,10
        alr     10,5
        al      10,round_up(12)
        n       10,page_mask
        sr      1,1
        mvcl    4,0
        st      4,FRAMES_END
        l       3,REAL_SIZE             # areas for machines: one, and one for each 2M,
        srl     3,21
        la      3,2(,3)
area_next:
        mvc     0(4,10),AREAS
        st      10,AREAS
        al      10,area_size(12)
        bct     3,area_next
        st      10,NO_SHADOW            # shadow tables: one in which there will be nothing,
        st      10,SHADOW
        lr      2,10
        call    new_shadow
        al      10,shadow_size(12)
        st      10,SHADOWS              # 4, and one for each half of a M
        st      10,SHADOW_HAND
        l       3,REAL_SIZE
        srl     3,19
        la      3,4(,3)
        sr      0,0
shadow_next:
        st      0,S_OWNER(,10)
        al      10,shadow_size(12)
        bct     3,shadow_next
        st      10,SHADOWS_END
        al      10,round_up(12)
        n       10,page_mask

# What is left is for the machines.
        l       9,REAL_SIZE
        l       1,FRAMES
        lr      2,10
        srl     2,9
        alr     1,2                     # its first entry
        sr      3,3
frame_next:
        mvc     F_NEXT(4,1),FREE_FRAME
        st      1,FREE_FRAME
        la      3,1(,3)
        la      1,F_SIZE(,1)
        c       1,FRAMES_END
        bl      frame_next
        st      3,FREE_COUNT
        mvc     HAND(4),FRAMES
        call    get_frame
        st      2,SPOOL_PAGE
        call    find_pager
        mvi     SLICE_END,0xff

# The operator is there from the beginning; the other terminals are invited.
        l       10,LAST_TERMINAL
        st      10,OPERATOR
        lr      2,10
        call    fresh_terminal
        call    read_directory
        call    restore_files
        la      2,operator_name(12)
        call    find_user               # 3
        lr      2,10
        call    log_on
        l       10,LAST_TERMINAL
        l       10,T_NEXT(,10)
invite: ltr     10,10
        bz      invited
        lr      2,10
        call    logo
        l       10,T_NEXT(,10)
        b       invite
invited:
        l       11,VM
        goto    dispatch

        .balign 8
new_psws:                               # EC mode, disabled, translation off
        .long   0x00080000, external_first, 0x00080000, svc_first, 0x00080000, program_first
        .long   0x000a0000, 0x0eee01, 0x00080000, io_first
size_psw: .long 0x00080000, size_known
level_psw: .long 0x00080000, level_known
assist_psw: .long 0x00080000, assist_known
probe_psw: .long 0x00090000, probe
probe_list: .long 0, 0, probe_machine, 0, 0, 0
probe_machine: .long 0, 0
probe_control: .long A_ON<<24 + probe_list
assist_controls:
        .long   (A_ON+A_NO_KEYS+A_SHADOW)<<24 + LIST_SEGMENTS
        .long   (A_ON+A_NO_KEYS+A_SHADOW+A_PROBLEM)<<24 + LIST_SEGMENTS
initial_controls:
        .long   0x00800840, 0, 0xffffffff, 0, 0, 0, 0, 0
        .long   0, 0, 0, 0, 0, 0, 0, 0
turn:   .quad   100000 << 12
turn_levels: .long 5
no_clock: bc    0,0
operator_name: ebcdic "OPERATOR"
size_step: .long 0x10000
size_most: .long 0x1000000
page_size: .long 4096
round_up: .long 4095
area_size: .long AREA_SIZE
shadow_size: .long S_SIZE
privileged_address: .long privileged_branches
image_end_address: .long image_end
boot_stack:
