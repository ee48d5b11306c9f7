# Interruptions without end: the clock comparator is always due, and so is the CPU timer; the
# interval timer is set to be due at once; each interruption leads to the next.
        .include "s370.inc"
        mvc     EXTERNAL_NEW(8,0),new(0)
        mvc     PROGRAM_NEW(8,0),new(0)
        mvc     SVC_NEW(8,0),new(0)
        lctl    0,0,controls
        sckc    past
        spt     gone
storm:  mvc     INTERVAL_TIMER(4,0),past(0)
        spt     gone
        lpsw    open
        .balign 8
new:    .long   0, storm
open:   .long   0xff020000, storm
past:   .quad   0
gone:   .quad   -1
controls: .long 0x00000cc0
