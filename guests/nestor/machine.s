# Making and ending a virtual machine, resetting and loading it.
        module  machine

# The user of the directory's entry 3 logs on at terminal 2.
log_on: enter
        lr      10,2
        lr      9,3
        l       8,AREAS
        ltr     8,8
        bz      log_on_full
        mvc     AREAS(4),0(8)
        lr      7,8
        al      7,vm_of_area(12)        # 7: the machine
        lr      4,7
        la      5,4095
        la      5,1(,5)
        sr      1,1
        mvcl    4,0
        st      9,VM_ENTRY(,7)
        mvc     VM_NAME(8,7),DE_NAME(9)
        st      10,VM_TERMINAL(,7)
        st      7,T_VM(,10)
        oi      VM_FLAGS(7),V_STOPPED
        mvi     VM_EMSG(7),EM_TEXT
        mvi     VM_DUE(7),0xff
        la      6,VM_STATE(,7)
        lr      1,8
        st      1,PAGES-STATE(,6)
        al      1,area_slots(12)
        st      1,SLOTS-STATE(,6)
        al      1,area_slots(12)
        st      1,KEYS-STATE(,6)
        al      1,area_slots(12)
        st      1,MAP-STATE(,6)
        al      1,sixteen_segments
        st      1,LIST_SEGMENTS-STATE(,6)
        la      1,CR
        st      1,LIST_CONTROLS-STATE(,6)
        la      1,MASK
        st      1,LIST_PSW-STATE(,6)
        l       4,area_slots(12)        # no slots to be given back
        lr      5,4
        alr     4,8
        sr      1,1
        mvcl    4,0
        la      2,16                    # segment table: page tables of 16 pages each
        l       1,MAP-STATE(,6)
        l       3,PAGES-STATE(,6)
        lr      0,3
        la      4,256
log_on_segment:
        lr      5,3
        o       5,full_table(12)
        st      5,0(,1)
        la      1,4(,1)
        la      3,32(,3)
        bct     4,log_on_segment
        la      1,VM_DEVICE_POOL(,7)
        st      1,VM_FOUND(,7)
        mvc     VM_FOUND+4(60,7),VM_FOUND(7)
        lh      1,DE_STORAGE(,9)
        sll     1,16
        st      1,SIZE-STATE(,6)
        lr      2,7
        call    clear_storage
        l       1,RING                  # into the ring
        ltr     1,1
        bnz     log_on_ring
        st      7,RING
        st      7,VM_NEXT(,7)
        st      7,VM                    # the first one: nobody was current
        mvc     STATE(STATE_LENGTH),VM_STATE(7)
        b       log_on_devices
log_on_ring:
        mvc     VM_NEXT(4,7),VM_NEXT(1)
        st      7,VM_NEXT(,1)
log_on_devices:
        la      9,DE_DEVICES(,9)
        la      8,VM_DEVICE_POOL(,7)
log_on_device:
        cli     DD_CLASS(9),0
        be      log_on_reset
        la      1,VM_END(,7)            # no more places
        cr      8,1
        bnl     log_on_reset
        lr      2,8
        lr      3,9
        st      7,VD_VM(,8)
        call    make_device             # condition code not 0: not here
        bnz     log_on_no_device
        la      8,VD_SIZE(,8)
log_on_next_device:
        la      9,DD_SIZE(,9)
        b       log_on_device
log_on_no_device:
        text    2, "NOT THERE, OR SOMEBODY HAS IT: "
        l       3,BUFFER
        call    to_text
        la      2,DD_ADDRESS(,9)
        la      4,2
        call    to_hexadecimal
        lr      4,3
        l       3,BUFFER
        sr      4,3
        lr      2,10
        call    write_line
        b       log_on_next_device
log_on_reset:
        lr      2,7
        call    switch_to
        l       11,VM
        call    reset_machine
        reply   "LOGON COMPLETE"
        leave
log_on_full:
        text    3, "NO ROOM FOR ANOTHER MACHINE"
        lr      2,10
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
        leave

# Machine 11, the current one: initial CPU reset and reset of its devices (GA22-7000 4-38).
reset_machine:
        enter
        la      10,VM_DEVICE_POOL(,11)
        la      9,VM_END(,11)
reset_device:
        cli     VD_CLASS(10),0
        be      reset_next
        lr      2,10
        call    reset_virtual
reset_next:
        la      10,VD_SIZE(,10)
        cr      10,9
        bl      reset_device
        ni      VM_FLAGS(11),V_STOPPED+V_QUIET+V_SCREEN
        mvi     VM_PENDING(11),0
        mvi     LIST_PSW,0
        l       1,VM_TERMINAL(,11)      # it may have its display
        ni      T_SCREEN(1),0xff-TS_TAKEN-TS_KEY-TS_CLEARED-TS_DONE
        mvi     VM_EXTERNAL(11),0
        xc      VM_TYPED(4,11),VM_TYPED(11)
        xc      VM_CHANNELS(4,11),VM_CHANNELS(11)
        mvc     CR(64),reset_controls(12)
        xc      MASK(2),MASK
        oi      RUN_MASK,7
        mvi     DIRTY,D_TABLES+D_CONTROLS
        mvi     TRANSLATES,0
        mvc     RUN(8),reset_psw(12)
        mvc     COMPARATOR(8),all_ones(12)
        stck    CPU_TIMER
        stck    TIMER_AT
        xc      TIMER_WORD(4),TIMER_WORD
        l       2,PREFIX
        ltr     2,2
        bz      reset_done
        call    unprefix
reset_done:
        lr      2,11
        call    flush_shadows
        call    first_page
        leave

# Machine 11 is to begin with the PSW at its location 0: the end of IPL.
load_initial_psw:
        ni      VM_FLAGS(11),0xff-V_STOPPED
        oi      DIRTY,D_PSW
        br      14

# IPL (GA22-7000 4-42): 24 bytes to location 0 and on with the channel program there. Machine 11
# stands still until load_ended. 2: the virtual device.
load_from_device:
        enter
        lr      10,2
        call    reset_machine
        oi      VM_FLAGS(11),V_STOPPED
        st      10,VM_LOADING(,11)
        l       5,PAGE0
        mvc     0(8,5),initial_read(12)
        sr      0,0
        st      0,VD_CCW(,10)
        mvi     VD_KEY(10),0
        oi      VD_FLAGS(10),VF_BUSY
        lr      2,10
        l       1,VD_DEVICE(,10)
        ltr     1,1
        bz      load_interpreted
        call    start_translated
        c       3,one
        be      load_at_once
        bh      load_nothing
        leave
load_interpreted:
        call    interpret
        leave
load_at_once:
        lr      2,10
        call    load_ended
        leave
load_nothing:
        oi      VD_CSW+5(10),0x02
        b       load_at_once

# The virtual device 2 from which its machine is loaded has ended: VD_CSW.
load_ended:
        enter
        lr      10,2
        l       2,VD_VM(,10)
        call    switch_to
        l       11,VM
        cli     VD_CSW+5(10),0
        bne     load_failed
        tm      VD_CSW+4(10),0x03
        bnz     load_failed
        tm      VD_CSW+4(10),0x04       # device end
        bz      load_goes_on
        sr      0,0
        st      0,VM_LOADING(,11)
        l       5,PAGE0
        tm      1(5),8                  # the device's address: in the BC mode into the PSW
        bo      load_in_ec
        mvc     2(2,5),VD_ADDRESS(10)
        b       load_psw_now
load_in_ec:
        xc      0xb8(2,5),0xb8(5)
        mvc     IO_ADDRESS(2,5),VD_ADDRESS(10)
load_psw_now:
        call    load_initial_psw
load_goes_on:
        leave
load_failed:
        sr      0,0
        st      0,VM_LOADING(,11)
        text    2, "IPL FAILED, CSW "
        l       3,BUFFER
        call    to_text
        la      2,VD_CSW(,10)
        la      4,8
        call    to_hexadecimal
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,VM_TERMINAL(,11)
        call    write_line
        leave

# Load a program of ours into machine 11: 2 its row in the table.
load_program:
        enter
        lr      10,2
        lr      2,11
        call    clear_storage
        call    reset_machine
        l       9,PR_FROM(,10)
        l       8,PR_END(,10)
        la      7,0x400                 # where it goes
load_part:
        lr      2,7
        near    locate
        bnz     load_too_big
        mvc     0(256,2),0(9)
        la      7,256(,7)
        la      9,256(,9)
        cr      9,8
        bl      load_part
        l       5,PAGE0
        mvc     0(8,5),program_psw(12)
        cr      1,1
        leave
load_too_big:
        reply   "STORAGE IS TOO SMALL"
        ltr     13,13
        leave

        .balign 8
initial_read: ccw 0x02, 0, 24, CC+SLI
reset_psw: .long 0x070d0000, 0
program_psw: .long 0, 0x400
all_ones: .quad -1
reset_controls:                         # GA22-7000 4-9
        .long   0x000000e0, 0, 0xffffffff, 0, 0, 0, 0, 0
        .long   0, 0, 0, 0, 0, 0, 0xc2000000, 512
vm_of_area: .long AREA_VM
area_slots: .long 0x2000
full_table: .long 0xf0000000
