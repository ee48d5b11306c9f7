# A channel program without an end, on a disk that others have a part of.
        .include "s370.inc"
        mvc     IO_NEW(8,0),next_psw(0)
        la      1,endless
again:  st      1,CAW
        sio     0x191
        lpsw    wait
        .balign 8
next_psw: .long 0, again
wait:   .long   0xfe020000, 0
endless: ccw    0x03, 0, 1, CC+SLI
        ccw     0x08, endless, 1
