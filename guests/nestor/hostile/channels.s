# Channel programs aimed at what is not this machine's: addresses and address words beyond its
# storage, programs that transfer to themselves, noise. Goes through its devices for ever.
        .include "s370.inc"
        .set    NOISE, 0x3000

        mvc     PROGRAM_NEW(8,0),next_psw(0)
        mvc     IO_NEW(8,0),next_psw(0)
        mvc     EXTERNAL_NEW(8,0),next_psw(0)
again:  la      7,programs              # each program on each device
each_program:
        la      6,devices
each_device:
        lh      5,0(,6)
        ltr     5,5
        bz      program_done
        mvc     CAW(4),0(7)
        st      6,saved
        st      7,saved+4
        sio     0(5)
        tio     0(5)
        hio     0(5)
        lpsw    a_while                 # whatever comes
next:   l       6,saved
        l       7,saved+4
        la      6,2(,6)
        b       each_device
program_done:
        la      7,4(,7)
        clc     0(4,7),all_ones
        bne     each_program
        l       9,noise                 # then noise
        la      8,64
make:   l       1,state
        m       0,factor
        al      1,more
        st      1,state
        st      1,0(,9)
        la      9,4(,9)
        bct     8,make
        b       again

        .balign 8
next_psw: .long 0, next
a_while: .long  0xff000000, spin
spin:   la      4,500
        bct     4,.
        b       next
        .balign 4
saved:  .long   0, 0
noise:  .long   NOISE
state:  .long   4711
factor: .long   1103515245
more:   .long   12345
all_ones: .long -1
devices: .short 0x01f, 0x00c, 0x00d, 0x00e, 0x150, 0x300, 0x009, 0
        .balign 4
programs:
        .long   beyond, indirect, around, itself, low, chained, NOISE, 0xfffff8, 0xf00001, all_ones, -1
        .balign 8
beyond: ccw     0x02, 0xfff000, 0xffff, CC+SLI
        ccw     0x01, 0xfff000, 0xffff, CC+SLI
        ccw     0x0a, 0x7ffff8, 0xffff, SLI
indirect: ccw   0x02, words, 0x2000, SLI+4
around: ccw     0x08, around, 1
itself: ccw     0x03, 0, 1, CC
        ccw     0x08, itself, 1
low:    ccw     0x02, 0, 0xffff, SLI
chained: ccw    0x09, 0xfffff0, 16, CD
        ccw     0x09, 0x000000, 16, CD
        ccw     0x09, 0xf00000, 16, 0
words:  .long   0x00000000, 0x00ffe000, 0xff000000, 0x00800000, 0x00fff800
