# Clocks: the TOD clock runs; the interval timer, the clock comparator and the CPU timer
# interrupt when they should, and not when they are masked.
        .include "test.inc"
        test
        mvc     EXTERNAL_NEW(8,0),new_psw(0)
        step    1                       # the clock is set, and each value is later
        stck    clock
        bnz     fail
        stck    clock+8
        clc     clock(8),clock+8
        bnl     fail
        step    2                       # bit 51 is a microsecond: it gets on
        l       2,patience
loop_2: stck    clock+8
        lm      4,5,clock+8
        sl      5,clock+4
        srl     5,12
        c       5,some                  # 200 microseconds
        bnl     ok_2
        bct     2,loop_2
        b       fail
ok_2:
        step    3                       # interval timer: steps to negative, code 0080
        mvc     INTERVAL_TIMER(4,0),most
        lctl    0,0,only_interval
        la      14,calm                 # what may be pending since IPL
        lpsw    open
calm:   la      1,1000
        st      1,INTERVAL_TIMER
        la      14,came_3
        lpsw    enabled
came_3: clc     EXTERNAL_CODE(2,0),is_interval
        bne     fail
        l       1,INTERVAL_TIMER
        ltr     1,1
        bnm     fail
        step    4                       # it goes on; it comes once only
        la      14,fail
        lpsw    short_loop
passed_4: l     2,INTERVAL_TIMER
        cr      2,1
        bh      fail
        step    5                       # masked by control register 0: it waits
        mvc     INTERVAL_TIMER(4,0),one
        lctl    0,0,nothing
        la      14,fail
        lpsw    long_loop
passed_5: tm    INTERVAL_TIMER,0x80     # negative meanwhile
        bz      fail
        la      14,came_5               # and comes when it is let in
        lctl    0,0,only_interval
        b       fail
came_5: clc     EXTERNAL_CODE(2,0),is_interval
        bne     fail
        mvc     INTERVAL_TIMER(4,0),most
        step    6                       # clock comparator: code 1004, stays pending
        stck    clock
        lm      4,5,clock
        al      5,later                 # in 300 microseconds
        bc      12,no_carry
        al      4,one
no_carry: stm   4,5,clock
        sckc    clock
        stckc   clock+8
        clc     clock(8),clock+8
        bne     fail
        lctl    0,0,only_comparator
        la      14,came_6
        lpsw    enabled
came_6: clc     EXTERNAL_CODE(2,0),is_comparator
        bne     fail
        stck    clock+8                 # not too early
        clc     clock+8(8),clock
        bl      fail
        la      14,again_6
        lpsw    enabled
again_6: clc    EXTERNAL_CODE(2,0),is_comparator
        bne     fail
        sckc    never                   # moved on: it comes no more
        la      14,fail
        lpsw    short_loop_7
passed_7:
        step    8                       # CPU timer: runs down, interrupts when negative
        spt     cpu_time
        stpt    clock
        clc     clock(8),cpu_time
        bh      fail
        lctl    0,0,only_cpu_timer
        la      14,came_8
        lpsw    enabled
came_8: clc     EXTERNAL_CODE(2,0),is_cpu_timer
        bne     fail
        stpt    clock
        tm      clock,0x80
        bz      fail
        step    9                       # the clock comparator has priority over it
        sckc    long_ago
        lctl    0,0,comparator_and_timer
        la      14,came_9
        lpsw    enabled
came_9: clc     EXTERNAL_CODE(2,0),is_comparator
        bne     fail
        sckc    never
        la      14,came_10
        lpsw    enabled
came_10: clc    EXTERNAL_CODE(2,0),is_cpu_timer
        bne     fail
        spt     much
        pass

external: br    14
# Enabled, and busy for a while.
short:  l       2,a_while
        bct     2,.
        b       passed_4
long:   l       2,patience
long_1: tm      INTERVAL_TIMER,0x80
        bo      passed_5
        bct     2,long_1
        b       fail
short_7: l      2,a_while
        bct     2,.
        b       passed_7
        .balign 8
clock:  .quad   0, 0
new_psw: .long  0x00080000, external
enabled: .long  0x010a0000, 0           # wait
short_loop: .long 0x01080000, short
open:   .long   0x01080000, calm
long_loop: .long 0x01080000, long
short_loop_7: .long 0x01080000, short_7
never:  .quad   -1
long_ago: .quad 0
cpu_time: .quad 200 * 4096              # 200 microseconds
much:   .quad   0x7fffffffffffffff
only_interval: .long 0x00000080
only_comparator: .long 0x00000800
only_cpu_timer: .long 0x00000400
comparator_and_timer: .long 0x00000c00
nothing: .long  0
patience: .long 200000000
a_while: .long  20000
some:   .long   200
later:  .long   300 * 4096
one:    .long   1
most:   .long   0x7fffffff
is_interval: .short 0x0080
is_comparator: .short 0x1004
is_cpu_timer: .short 0x1005
