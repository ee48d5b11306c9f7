# Two CPUs: the second is started by SIGP restart and gets a prefix of its own; they signal
# each other; MVCL and CLCL on one go on rightly while the other interrupts them; stop and
# store status; reset. CPU 1 executes the copy of this page at PREFIX.
        .include "test.inc"
        .set    PREFIX, 0x8000
        .set    SHARED, 0x5000          # words that both see
        .set    READY, 0                # what CPU 1 has come to
        .set    ADDRESS, 4
        .set    ITS_PREFIX, 8
        .set    CODE, 12                # external: sender, code
        .set    RESULT, 16              # of MVCL and CLCL: 1 right, 2 wrong
        .set    COUNT, 20               # interruptions of CPU 1
        .set    ROUNDS, 100
        .macro  order r, number         # to CPU 1, until it is not busy; status in r
8:      sigp    \r,3,\number
        bc      2,8b
        .endm
        test
        mvc     EXTERNAL_NEW(8,0),external_0(0)
        mvc     0(8,0),restart_psw(0)
        l       12,shared
        lctl    0,0,signals
        xc      0(32,12),0(12)
        la      3,1                     # CPU 1 in all that follows

        step    1                       # who is there
        stap    work
        lh      1,work
        ltr     1,1
        bnz     fail
        order   4,1
        bc      11,fail                 # 1: status stored
        is      4, 0x40                 # stopped
        la      5,2
        sigp    4,5,1
        bc      14,fail                 # 3: no CPU 2
        sigp    4,3,0xff
        bc      11,fail
        is      4, 2                    # invalid order

        step    2                       # a copy of this page, and restart
        l       6,prefix
        la      7,2048
        alr     7,7
        sr      8,8
        la      9,2048
        alr     9,9
        mvcl    6,8
        order   4,6
        bnz     fail
2:      l       1,READY(12)
        c       1,one(0)
        bne     2b
        is      1, 1
        clc     ADDRESS(8,12),told(0)
        bne     fail
        clc     8(8,0),zeros(0)         # its old PSW, of a CPU that was reset
        bne     fail

        step    3                       # external call there, emergency signal back
        la      10,ROUNDS
3:      mvi     signalled,0
        order   4,2
        bnz     fail
        bal     14,await
        holds   0x84, 0x00011201
        clc     CODE(4,12),called(0)
        bne     fail
        bct     10,3b

        step    4                       # a storm of signals while it moves and compares
        mvi     READY+3(12),2
        sr      10,10
4:      order   4,3
        bnz     fail
        la      10,1(,10)
        l       1,RESULT(12)
        ltr     1,1
        bz      4b
        is      1, 1
        l       1,COUNT(12)
        ltr     1,1
        bz      fail

        step    5                       # stop and store status
        xc      216(40,0),216
        xc      256(256,0),256
        order   4,9
        bnz     fail
5:      sigp    4,3,1
        bc      2,5b
        bc      11,fail
        is      4, 0x40
        clc     264(4,0),prefix(0)
        bne     fail
        clc     384+36(4,0),magic(0)    # its register 9
        bne     fail

        step    6                       # start goes on from there; CPU reset stops it
        order   4,4
        bnz     fail
        mvi     READY+3(12),0
6:      cli     READY+3(12),9
        bne     6b
        sigp    4,3,12
        bnz     fail
6:      sigp    4,3,1
        bc      2,6b
        bc      11,fail
        is      4, 0x40
        sigp    4,3,11                  # initial CPU reset: its prefix is zero again
        bnz     fail
        order   4,9
        bnz     fail
6:      sigp    4,3,1
        bc      2,6b
        clc     264(4,0),zeros(0)
        bne     fail
        pass

# Wait, enabled, until CPU 1 has signalled.
await:  lpsw    enabled
awake:  cli     signalled,1
        bne     await
        br      14
on_0:   mvi     signalled,1             # EXTERNAL_OLD is in the wait or in front of it
        mvc     back(8),EXTERNAL_OLD
        ni      back+1,0xfd
        ni      back,0xfe
        lpsw    back

# ---- CPU 1 ------------------------------------------------------------------------------
cpu_1:  spx     prefix                  # from here on in the copy
        mvc     EXTERNAL_NEW(8,0),external_1(0)
        l       12,shared
        lctl    0,0,signals
        stap    work
        lh      1,work
        st      1,ADDRESS(12)
        stpx    ITS_PREFIX(12)
        la      1,1
        st      1,READY(12)
        sr      3,3
        l       9,magic
rest:   cli     READY+3(12),2           # an enabled loop
        be      moves
        ssm     external_mask
        ssm     all_off
        b       rest

moves:  ssm     external_mask
        la      10,20
        l       2,fill_from             # bytes to move
        la      1,255
1:      stc     1,0(1,2)
        bct     1,1b
again:  l       2,fill_from             # spread them: they overlap, piece after piece
        la      4,256(,2)
        lr      6,2
        la      7,255
        st      10,0(,2)                # other bytes each time
spread: mvc     0(256,4),0(6)
        la      6,256(,6)
        la      4,256(,4)
        bct     7,spread
        l       2,move_to
        l       4,fill_from
        l       3,move_length
        lr      5,3
        mvcl    2,4
        bnz     wrong
        l       2,move_to
        l       4,fill_from
        l       3,move_length
        lr      5,3
        clcl    2,4
        bne     wrong
        ltr     3,3
        bnz     wrong
        bct     10,again
        mvi     RESULT+3(12),1
        b       loop_1
wrong:  mvi     RESULT+3(12),2
loop_1: ssm     all_off
        cli     READY+3(12),0           # until CPU 0 says so
        bne     loop_1
        mvi     READY+3(12),9
        b       .

on_1:   st      1,save
        mvc     CODE(4,12),0x84(0)
        l       1,COUNT(12)
        la      1,1(,1)
        st      1,COUNT(12)
        cli     0x87,2                  # an external call is answered
        bne     1f
        st      3,save_3
        sr      3,3
        sigp    1,3,3
        l       3,save_3
1:      l       1,save
        lpsw    EXTERNAL_OLD

        .balign 8
restart_psw: .long 0x00080000, cpu_1
external_0: .long 0x00080000, on_0
external_1: .long 0x00080000, on_1
enabled: .long  0x010a0000, awake
back:   .long   0, 0
shared: .long   SHARED
prefix: .long   PREFIX
told:   .long   1, PREFIX
called: .long   0x00001202
one:    .long   1
zeros:  .long   0, 0
magic:  .long   0x370370
signals: .long  0x00006000         # emergency signal and external call only
work:   .long   0
save:   .long   0
save_3: .long   0
fill_from: .long 0x40000
move_to: .long  0x100003
move_length: .long 0x10000
signalled: .byte 0
external_mask: .byte 1
all_off: .byte  0
