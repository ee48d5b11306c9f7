# A minidisk 191 of 50 cylinders, from cylinder 100 of a real disk on: seeks go there, and nowhere
# else. See guests/tests/test.inc for how it ends.
        .include "test.inc"
        .set    DISK, 0x191
        test
        step    1                       # cylinder 5: home address 0069
        bal     14,run
        cli     CSW+4,0x0c
        bne     fail
        holds   address, 0x00006900, 0x02000000
        step    2                       # without a seek: where the arm was
        la      1,home
        st      1,CAW
        bal     14,start
        cli     CSW+4,0x0c
        bne     fail
        holds   address, 0x00006900, 0x02000000
        step    3                       # recalibrate: its cylinder 0
        la      1,back
        st      1,CAW
        bal     14,start
        cli     CSW+4,0x0c
        bne     fail
        holds   address, 0x00006400, 0x00000000
        step    4                       # the last cylinder
        mvi     there+3,49
        bal     14,run
        cli     CSW+4,0x0c
        bne     fail
        holds   address, 0x00009500, 0x02000000
        step    5                       # one more: a unit check
        mvi     there+3,50
        bal     14,run
        tm      CSW+4,0x02
        bno     fail
        step    6                       # far away
        mvi     there+2,0xff
        mvi     there+3,0xff
        bal     14,run
        tm      CSW+4,0x02
        bno     fail
        step    7                       # what SENSE says of that: command reject
        la      1,sense
        st      1,CAW
        bal     14,start
        cli     CSW+4,0x0c
        bne     fail
        tm      address,0x80
        bno     fail
        step    8                       # and it works again
        mvi     there+2,0
        mvi     there+3,7
        bal     14,run
        cli     CSW+4,0x0c
        bne     fail
        holds   address, 0x00006b00, 0x02000000
        step    9                       # reads as many tracks as there are: it stops at the
        mvi     there+3,49              # cylinder's end
        mvc     there+4(2),last_head
        la      1,tracks
        st      1,CAW
        bal     14,start
        tm      CSW+4,0x02
        bno     fail
        pass

run:    la      1,seek
        st      1,CAW
start:  mvc     IO_NEW(8,0),ended_psw(0)
again:  sio     DISK
        bc      1,fail
        bc      2,again
        bc      4,stored
        lpsw    wait
ended:  tm      CSW+4,0x04
        bo      stored
        lpsw    wait
stored: br      14
        .balign 8
wait:   .long   0xfe020000, 0
ended_psw: .long 0, ended
seek:   ccw     0x07, there, 6, CC
home:   ccw     0x1a, address, 5, 0
back:   ccw     0x13, 0, 1, CC
        ccw     0x1a, address, 5, 0
sense:  ccw     0x04, address, 1, SLI
tracks: ccw     0x07, there, 6, CC
        ccw     0x92, address, 8, CC+SLI
        ccw     0x92, address, 8, CC+SLI
        ccw     0x92, address, 8, CC+SLI
        ccw     0x92, address, 8, CC+SLI
        ccw     0x08, tracks+8, 1
there:  .short  0, 5, 2
last_head: .short 18
        .balign 8
address: .quad  0
