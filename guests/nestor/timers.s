# The clocks of a machine (GA22-7000 chapter 4). STORE CLOCK is not privileged, so all machines
# see the one time-of-day clock; the others are worked out from it: a CPU timer is the time when
# it reaches zero, and the interval timer at location 80 is brought up to date when its machine
# waits, when its turn ends and when it is due. Ours is the clock comparator.
        module  timers

# Bring the current machine's timers up to now: what is pending, and when to look again.
look_at_timers:
        enter
        stck    NOW
        l       10,PAGE0
        la      10,INTERVAL_TIMER(,10)
        mvi     VM_DUE(11),0xff         # never
        mvc     VM_DUE+1(7,11),VM_DUE(11)

# The interval timer counts 76,800 a second in bit 31; 48/625 of a microsecond's count.
        clc     0(4,10),TIMER_WORD
        bne     timer_set               # the program has set it meanwhile
        lm      0,1,NOW
        sl      1,TIMER_AT+4
        bc      3,timer_no_borrow(12)
        sl      0,one
timer_no_borrow:
        sl      0,TIMER_AT
        srdl    0,12                    # microseconds since then
        ltr     0,0
        bnz     timer_long
        cl      1,timer_limit(12)
        bl      timer_elapsed
timer_long:
        l       1,timer_limit(12)       # an hour at most: the count goes round in 15 anyway
timer_elapsed:
        m       0,forty_eight(12)
        d       0,six_hundred(12)       # 1: counts, 0: what is left of the next one
        l       2,0(,10)
        lr      3,2
        sr      3,1
        st      3,0(,10)
        st      3,TIMER_WORD
        ltr     2,2
        bm      timer_past
        ltr     3,3
        bnm     timer_past
        oi      VM_EXTERNAL(11),E_TIMER
timer_past:
        m       0,six_hundred(12)       # TIMER_AT goes on by whole counts
        d       0,forty_eight(12)
        sr      0,0
        sldl    0,12
        al      1,TIMER_AT+4
        bc      12,timer_no_carry(12)
        al      0,one
timer_no_carry:
        al      0,TIMER_AT
        stm     0,1,TIMER_AT
        b       timer_next
timer_set:
        mvc     TIMER_WORD(4),0(10)
        mvc     TIMER_AT(8),NOW
timer_next:
        l       1,TIMER_WORD
        ltr     1,1
        bm      timer_done              # it has gone by
        la      1,1(,1)
        l       3,TIMER_WORD
        al      3,one
        sr      2,2
        lr      1,3
        m       0,six_hundred(12)
        srda    0,2                     # by 48 = 4 * 12, so that the quotient fits
        cl      0,six(12)
        bl      timer_near
        sr      0,0                     # more than 35 minutes: look again then
        l       1,timer_limit(12)
timer_near:
        d       0,twelve(12)
        lr      3,1
        al      3,one
        sr      2,2
        sldl    2,12
        al      3,TIMER_AT+4
        bc      12,timer_due_carried(12)
        al      2,one
timer_due_carried:
        al      2,TIMER_AT
        bal     4,due_at
timer_done:

# The clock comparator is pending while it is less than the clock.
        ni      VM_EXTERNAL(11),0xff-E_COMPARATOR-E_CPU_TIMER
        clc     COMPARATOR(8),NOW
        bl      comparator_pending
        lm      2,3,COMPARATOR
        bal     4,due_at                # masked or not: a mask that opens changes nothing here
        b       cpu_timer
comparator_pending:
        oi      VM_EXTERNAL(11),E_COMPARATOR

# The CPU timer is pending while it is negative.
cpu_timer:
        lm      2,3,CPU_TIMER
        sl      3,NOW+4
        bc      3,cpu_timer_no_borrow(12)
        sl      2,one
cpu_timer_no_borrow:
        sl      2,NOW
        ltr     2,2
        bm      cpu_timer_pending
        clc     CPU_TIMER(8),NOW
        bl      timers_looked           # beyond the end of the clock
        lm      2,3,CPU_TIMER
        bal     4,due_at
        b       timers_looked
cpu_timer_pending:
        oi      VM_EXTERNAL(11),E_CPU_TIMER
timers_looked:
        call    summarize
        call    set_comparator
        leave

# VM_DUE becomes the time 2,3 if that is earlier.
due_at: stm     2,3,WORK
        clc     WORK(8),VM_DUE(11)
        bcr     11,4
        mvc     VM_DUE(8,11),WORK
        br      4

# What is pending and allowed by control registers 0 and 2: VM_PENDING of the current machine.
summarize:
        enter
        mvi     VM_PENDING(11),0
        mvc     TEST(1),CR+3
        ni      TEST,E_TIMER+E_KEY
        mvc     WORK(1),CR+2
        ni      WORK,E_COMPARATOR+E_CPU_TIMER
        oc      TEST(1),WORK
        nc      TEST(1),VM_EXTERNAL(11)
        bz      summarize_io
        oi      VM_PENDING(11),EXT+ANY
summarize_io:
        l       1,VM_CHANNELS(,11)      # take_io knows the masks
        ltr     1,1
        bz      summarize_done
        oi      VM_PENDING(11),IO
summarize_done:
        mvc     LIST_PSW(1),VM_PENDING(11)
        leave

# Take the external interruption of the highest priority that is allowed. 3: its code;
# condition code 0: there is none.
take_external:
        enter
        mvc     TEST(1),CR+3
        ni      TEST,E_TIMER+E_KEY
        nc      TEST(1),VM_EXTERNAL(11)
        bz      take_clocks
        sr      3,3
        ic      3,TEST                  # both at once: 00C0
        xc      VM_EXTERNAL(1,11),TEST
        b       take_found
take_clocks:
        tm      CR+2,E_COMPARATOR
        bz      take_cpu_timer
        la      3,4
        tm      VM_EXTERNAL(11),E_COMPARATOR
        bo      take_clock
take_cpu_timer:
        tm      CR+2,E_CPU_TIMER
        bz      take_none
        la      3,5
        tm      VM_EXTERNAL(11),E_CPU_TIMER
        bz      take_none
take_clock:
        la      1,0x100
        sll     1,4
        or      3,1                     # 1004, 1005; they stay until the clock is set
take_found:
        call    summarize_later
        ltr     3,3
        leave
take_none:
        sr      3,3
        leave
summarize_later:
        enter
        lr      10,3
        call    summarize
        lr      3,10
        leave

# ---- our clock --------------------------------------------------------------------------------
# Set it for the earliest of all that is due: a machine's timers, the end of a turn.
set_comparator:
        enter
        mvc     WAKE_AT(8),SLICE_END
        l       10,RING
        lr      9,10
comparator_look:
        clc     VM_DUE(8,10),WAKE_AT
        bnl     comparator_later
        mvc     WAKE_AT(8),VM_DUE(10)
comparator_later:
        l       10,VM_NEXT(,10)
        cr      10,9
        bne     comparator_look
        call    terminal_due
        clc     PATIENCE(8),WAKE_AT
        bnl     comparator_set
        mvc     WAKE_AT(8),PATIENCE
comparator_set:
        sckc    WAKE_AT
        leave

external_interrupted:
        based
        lh      1,EXTERNAL_CODE
        c       1,comparator_code(12)
        bne     external_other
        stck    NOW
        call    terminal_time
        clc     PATIENCE(8),NOW
        bh      external_patient
        call    halt_endless
external_patient:
        l       10,RING
external_look:
        clc     VM_DUE(8,10),NOW
        bh      external_not_due
        l       9,VM
        lr      2,10
        call    switch_to
        l       11,VM
        call    look_at_timers
        oi      VM_FLAGS(11),V_WAKE
        lr      2,9
        call    switch_to
        l       11,VM
external_not_due:
        l       10,VM_NEXT(,10)
        c       10,RING
        bne     external_look
        stck    NOW
        clc     NOW(8),SLICE_END
        bl      external_go
        call    new_slice
        call    look_at_timers
        goto    rotate
external_go:
        call    set_comparator
        goto    dispatch
external_other:
        c       1,key_code(12)
        bne     external_go
        l       10,RING                 # the interrupt key: the operator's machine
        oi      VM_EXTERNAL(10),E_KEY
        oi      VM_FLAGS(10),V_WAKE
        l       9,VM
        lr      2,10
        call    switch_to
        l       11,VM
        call    summarize
        lr      2,9
        call    switch_to
        b       external_go

# A turn for whoever runs now.
new_slice:
        enter
        call    charge                  # NOW
        lm      0,1,NOW
        al      1,SLICE+4
        bc      12,new_slice_carried(12)
        al      0,one
new_slice_carried:
        al      0,SLICE
        stm     0,1,SLICE_END
        call    set_comparator
        leave

        .balign 4
timer_limit: .long 3600000000 / 2
forty_eight: .long 48
six_hundred: .long 625
twelve: .long   12
six:    .long   6
comparator_code: .long 0x1004
key_code: .long 0x40
