# Random instructions in the supervisor state, again and again: whatever interrupts them leads
# to the next handful. SEED is given when this is assembled. It may end in any way, or not at all.
        .include "s370.inc"
        .set    PLACE, 0x3000           # where they are made
        .set    HOW_MANY, 64            # words

        l       10,seed
        st      10,state
again:  mvc     EXTERNAL_NEW(40,0),psws(0)
        sr      9,9
        l       8,place
make:   l       1,state                 # x := 1103515245 x + 12345
        m       0,factor
        al      1,more
        st      1,state
        srl     1,12
        sth     1,0(9,8)
        la      9,2(,9)
        c       9,bytes
        bl      make
        stck    until                   # half a millisecond for them
        l       1,until+4
        al      1,while
        st      1,until+4
        lctl    0,0,controls
        sckc    until
        lm      0,15,registers
        lpsw    run

        .balign 8
run:    .long   0x01080000, PLACE       # EC mode, external
psws:   .rept   5
        .long   0x00080000, again
        .endr
until:  .quad   0
controls: .long 0x00000800
state:  .long   0
seed:   .long   SEED
factor: .long   1103515245
more:   .long   12345
while:  .long   500 << 12
place:  .long   PLACE
bytes:  .long   4 * HOW_MANY
registers:
        .long   0, 0x1000, 0x2000, 0x3000, 0xffffff, 0x800000, 0x400, 0x7ff
        .long   0x3100, 0x12345678, -1, 0x48, 0x50, 0x3000, 0xfffff8, 0x3080
