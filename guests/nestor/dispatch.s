# Who runs next. One machine is the current one: its state lies in the first 4K, and it is
# resumed by `go` in the nucleus for as long as nothing else is to be done. A machine in the
# wait state has no turn until something happens to it (V_WAKE).
        module  dispatch

# Find a machine that can run, the current one first; if there is none, wait.
dispatch:
        based
dispatch_again:
        l       11,VM
        lr      10,11
        tm      VM_FLAGS(11),V_STOPPED+V_DIAGNOSE
        bnz     dispatch_next
        tm      MODE,2
        bz      dispatch_go
        tm      VM_FLAGS(11),V_WAKE
        bo      dispatch_go
# Another one: round the ring; the current one last.
dispatch_next:
        l       10,VM_NEXT(,10)
        cr      10,11
        be      dispatch_self
        tm      VM_FLAGS(10),V_STOPPED+V_DIAGNOSE
        bnz     dispatch_next
        tm      VM_STATE+MODE-STATE(10),2
        bz      dispatch_switch
        tm      VM_FLAGS(10),V_WAKE
        bz      dispatch_next
dispatch_switch:
        lr      2,10
        call    switch_to
        l       11,VM
dispatch_go:
        cli     SLICE_END,0xff          # nobody ran until now
        bne     dispatch_resume
        call    new_slice
dispatch_resume:
        goto_near go
dispatch_self:
        tm      VM_FLAGS(11),V_STOPPED+V_DIAGNOSE
        bnz     dispatch_nobody
        tm      MODE,2
        bz      dispatch_go
        tm      VM_FLAGS(11),V_WAKE
        bo      dispatch_go
dispatch_nobody:
        call    charge
        mvi     SLICE_END,0xff          # nobody's turn ends while nobody runs
        call    set_comparator
        lpsw    nobody_runs(12)

# Its turn is over: the next one.
rotate: based
        l       11,VM
        lr      10,11
        b       dispatch_next

        .balign 8
nobody_runs: .long 0x030a0000, 0        # nobody comes back here, either

translates: .long 4

# Make machine 2 the current one. The caller loads 11 anew.
switch_to:
        enter
        l       11,VM
        cr      2,11
        be      switch_done
        lr      10,2
        call    charge
        lr      2,10
        mvc     VM_STATE(STATE_LENGTH,11),STATE
        std     0,VM_FR(,11)
        std     2,VM_FR+8(,11)
        std     4,VM_FR+16(,11)
        std     6,VM_FR+24(,11)
        lr      11,2
        st      11,VM
        mvc     STATE(STATE_LENGTH),VM_STATE(11)
        ld      0,VM_FR(,11)
        ld      2,VM_FR+8(,11)
        ld      4,VM_FR+16(,11)
        ld      6,VM_FR+24(,11)
        call    first_page
        oi      DIRTY,D_TABLES+D_CONTROLS
switch_done:
        leave

# The time since RUN_SINCE is the current machine's, if anybody ran at all.
charge: enter
        stck    NOW
        cli     SLICE_END,0xff
        be      charge_nobody
        l       11,VM
        lm      0,1,VM_CPU_TIME(11)
        al      1,NOW+4
        bc      12,charge_carried(12)
        al      0,one
charge_carried:
        al      0,NOW
        sl      1,RUN_SINCE+4
        bc      3,charge_borrowed(12)
        sl      0,one
charge_borrowed:
        sl      0,RUN_SINCE
        stm     0,1,VM_CPU_TIME(11)
charge_nobody:
        mvc     RUN_SINCE(8),NOW
        leave

# The first page of the current machine's storage must be there: PAGE0.
first_page:
        enter
        sr      2,2
        near    locate
        st      2,PAGE0
        leave

# The machine waits (bit 14 of its PSW). In a disabled wait it would wait for ever: it stops, and
# its user is told.
machine_waits:
        based
        ni      VM_FLAGS(11),0xff-V_WAKE
        mvc     TEST(1),MASK
        tm      MODE,8
        bz      waits_mask
        ni      TEST,3
waits_mask:
        cli     TEST,0
        bne     waits_enabled
        oi      VM_FLAGS(11),V_STOPPED
        call    say_disabled_wait
        b       dispatch_again
waits_enabled:
        call    look_at_timers
        mvc     TEST(1),MASK
        nc      TEST(1),VM_PENDING(11)
        bz      dispatch_again
        goto    deliver_waiting

# What has changed since it ran is brought into our control registers.
prepare:
        based
        tm      DIRTY,D_PSW             # it has been loaded
        bz      prepare_tables
        ni      DIRTY,0xff-D_PSW
        l       3,PAGE0
        tm      VM_FLAGS(11),V_OWN_PSW
        bz      prepare_psw
        ni      VM_FLAGS(11),0xff-V_OWN_PSW
        la      3,VM_PSW(,11)
prepare_psw:
        goto_near load_psw
prepare_tables:
        tm      DIRTY,D_TABLES
        bz      prepare_controls
        mvc     REAL_CR0(4),monitor_controls
        tm      CR,0x10                 # low-address protection is the machine's affair
        bz      prepare_not_low
        oi      REAL_CR0,0x10
prepare_not_low:
        lctl    0,1,REAL_CR0
        sr      2,2
        ic      2,TRANSLATES
        n       2,translates(12)        # if it translates it must have shadow tables
        call    find_shadow
        tm      TRANSLATES,4
        bz      prepare_controls
        lctl    0,1,RUN_CR0
prepare_controls:
        tm      DIRTY,D_CONTROLS
        bz      prepare_done
        lctl    8,11,CR+32              # monitor masks, PER
        cli     VM_TRACE(11),0
        be      prepare_done
        lctl    9,11,VM_TRACE_CONTROLS(11)
prepare_done:
        tm      DIRTY,D_TIMERS
        mvc     DIRTY(1),ASSISTED
        bz      prepare_go
        call    look_at_timers
prepare_go:
        tm      VM_FLAGS(11),V_STOPPED  # a traced instruction came with an interruption
        bo      prepare_stopped
        goto_near go
prepare_stopped:
        goto    dispatch

# Something is pending and not masked: external first, then I/O (GA22-7000 6-23).
# Nothing has been done for it yet: interruptions of ours may come here, or a machine whose new PSW lets in
# what is pending for ever, a CPU timer that has run out, would keep us from all others.
deliver_waiting:
deliver:
        based
        stosm   WORK,0x03
        stnsm   WORK,0xfc
        tm      MODE,8
        bz      deliver_bc
        ni      TEST,3
deliver_bc:
        tm      TEST,EXT
        bz      deliver_io
        mvc     WORK(1),TEST
        call    take_external           # 3: the code
        mvc     TEST(1),WORK
        bz      deliver_io
        la      2,EXTERNAL_OLD
        sr      4,4
        b       deliver_reflect
deliver_io:
        tm      TEST,IO
        bz      deliver_again
        call    take_io                 # 3: the device; its CSW is stored
        bz      deliver_again
        la      2,IO_OLD
        sr      4,4
deliver_reflect:
        goto_near reflect
deliver_again:                          # its channel is masked, or it is gone
        tm      MODE,2
        bo      deliver_waits
        goto_near go_quiet
deliver_waits:
        ni      VM_FLAGS(11),0xff-V_WAKE
        goto    dispatch

        nucleus
        .balign 4
monitor_controls:                       # 4K pages, 64K segments; clock comparator, key
        .long   0x00800840, 0
monitor_masks: .long 0x00000840
sixteen_segments: .long 0x0f000000
