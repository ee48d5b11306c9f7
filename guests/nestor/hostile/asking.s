# DIAGNOSE with random registers, again and again, and channel programs of random commands for the
# spooled devices: whatever interrupts them leads to the next. SEED is given when this is assembled.
        .include "s370.inc"
        .set    REGISTERS, 0x3000       # 16 of them, random
        .set    PROGRAM, 0x3100         # a channel program
        .set    ROOM, 0x8000            # where most addresses point to

        l       10,seed
        st      10,state
again:  mvc     EXTERNAL_NEW(40,0),psws(0)
        la      9,32                    # random words; those of a third point into our room, a third
        l       8,registers             # are small
word:   bal     14,random
        lr      3,2
        srl     3,24
        n       3,three
        bz      whole
        n       2,low_12
        c       3,three
        be      put
        al      2,room
whole:
put:    st      2,0(,8)
        la      8,4(,8)
        bct     9,word
        bal     14,random               # which code
        srl     2,8
        n       2,fifteen
        alr     2,2
        lh      3,codes(2)
        sth     3,ask+2
        bal     14,random               # and which registers
        srl     2,16
        stc     2,ask+1
        bal     14,random
        srl     2,20
        n       2,three
        la      2,0x00c(,2)             # a device, and four random commands for it
        st      2,device
        l       8,program
        la      9,4
command:
        bal     14,random
        srl     2,4
        st      2,0(,8)
        bal     14,random
        n       2,flags
        st      2,4(,8)
        la      8,8(,8)
        bct     9,command
        mvc     CAW(4,0),program(0)
        l       2,device
        sio     0(2)
        stm     0,15,kept
        l       1,registers
        lm      0,15,0(1)
ask:    .long   0x83000000
        b       again

random: l       1,state                 # x := 1103515245 x + 12345
        m       0,factor
        al      1,more
        st      1,state
        lr      2,1
        br      14

        .balign 8
psws:   .rept   5
        .long   0, again
        .endr
kept:   .skip   64
device: .long   0
state:  .long   0
seed:   .long   SEED
factor: .long   1103515245
more:   .long   12345
three:  .long   3
fifteen: .long  15
low_12: .long   0xfff
flags:  .long   0xf4000fff
room:   .long   ROOM
registers: .long REGISTERS
program: .long  PROGRAM
codes:  .short  0x00, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x20, 0x24, 0x28, 0x58, 0x5c, 0x60, 0x64, 0x100, 0x14, 0x20
