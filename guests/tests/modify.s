# A program that stores into itself: the very next instruction, the target of EXECUTE,
# code that ran before, the middle of an instruction, and code that a channel reads in.
        .include "test.inc"
        test
        step    1                       # the next instruction
        la      2,100
        sr      1,1
loop_1: mvi     next_1+3,7
next_1: la      1,0(,1)
        mvi     next_1+3,9
        al      1,one
        bct     2,loop_1
        is      1, 800
        step    2                       # a branch turned on and off
        la      2,10
        sr      1,1
loop_2: xi      switch+1,0xf0
switch: nop     skip
        al      1,one
skip:   bct     2,loop_2
        is      1, 5
        step    3                       # the target of EXECUTE
        la      2,10
        sr      1,1
loop_3: stc     2,target+3
        ex      0,target
        bct     2,loop_3
        is      1, 55
        b       over_3
target: la      1,0(,1)
over_3:
        step    4                       # a subroutine that was run, changed from outside
        la      10,1
        bal     14,routine
        mvc     routine(2),subtract
        bal     14,routine
        mvc     routine(2),add
        bal     14,routine
        is      1, 56
        step    5                       # an MVC over three instructions that follow
        sr      1,1
        la      2,3
loop_5: mvc     here_5(12),plain
        mvc     here_5(12),other
here_5: la      1,1(,1)
        la      1,1(,1)
        la      1,1(,1)
        bct     2,loop_5
        is      1, 9 * 256
        step    6                       # STM over the next two, STH into the second half
        la      2,2
        lm      4,5,other
loop_6: stm     4,5,here_6
here_6: la      1,0(,1)
        la      1,0(,1)
        sth     2,there_6+2
there_6: la     1,0
        bct     2,loop_6
        is      1, 1
        step    7                       # a card into code that has just run
        la      2,2
        sr      1,1
loop_7: la      1,1(,1)
        bct     2,loop_7
        mvc     IO_NEW(8,0),io_new(0)
        la      3,read
        st      3,CAW
        sio     0x00c
        bnz     fail
        lpsw    wait
ended:  tm      CSW+4,0x0c
        bno     fail
        mvc     saved(80),card
        la      2,2
        sr      1,1
        mvc     read(4),into_code
        la      3,read
        st      3,CAW
        bal     14,code
        is      1, 3
        step    8
        sio     0x00c                   # the deck is at its end: unit exception, or unit check
        bz      wait_8
        bc      4,stored
        b       fail
wait_8: mvc     IO_NEW(8,0),io_new_8(0)
        lpsw    wait
stored: pass

routine: alr    1,10
        br      14
code:   la      1,1(,1)
        bct     2,code
        la      1,1(,1)
        br      14
        .balign 8
io_new: .long   0, ended
io_new_8: .long 0, stored
wait:   .long   0xfe020000, 0
read:   ccw     0x02, card, 80
into_code: ccw  0x02, code, 80
one:    .long   1
plain:  la      1,1(,1)
        la      1,1(,1)
        la      1,1(,1)
        .balign 4
other:  la      1,256(,1)
        la      1,256(,1)
        la      1,256(,1)
add:    alr     1,10
subtract: slr   1,10
saved:  .skip   80
card:   .skip   80
