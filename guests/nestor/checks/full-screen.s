# A program that has the whole screen of its user's display: DIAGNOSE 58. What is typed comes back in
# the next screen; CLEAR ends it, in a disabled wait with address 0, or with that of the step that
# failed. When Nestor has taken the screen it is written anew.
        .include "test.inc"
        .include "3270.inc"
        .macro  diagnose r1, r3, code
        .long   0x83000000 + (\r1 << 20) + (\r3 << 16) + \code
        .endm
        test
        la      6,0x01f                 # the console
        mvc     IO_NEW(8,0),pressed_psw(0)
        step    1                       # lines, as Nestor puts them
        la      4,lines
        diagnose 4, 6, 0x58
        bnz     fail
        step    2                       # reading without a screen: it is not ours
        la      4,read
        diagnose 4, 6, 0x58
        bc      11,fail
        clc     CSW+4(2),taken
        bne     fail
        lpsw    wait                    # until a key is pressed: attention
pressed:
        tm      CSW+4,0x80
        bz      rest
        cli     written,1
        be      look
write:  mvi     written,1
        step    3
        la      4,screen
        diagnose 4, 6, 0x58
        bnz     fail
rest:   lpsw    wait
look:   step    4
        mvi     input,0
        mvi     input+6,0x40
        mvc     input+7(40),input+6
        la      4,read
        diagnose 4, 6, 0x58
        bz      there
        clc     CSW+4(2),taken          # Nestor had something to say
        bne     fail
        b       write
there:  cli     input,0x6d              # CLEAR
        be      over
        mvc     echo(20),input+6
        b       write
over:   pass
        .balign 8
wait:   .long   0xfe020000, 0
pressed_psw: .long 0, pressed
        .macro  display command, address, count, control
        .long   (\command << 24) + (\address)
        .byte   SLI, \control
        .short  \count
        .endm
lines:  display 0x19, text, 160, 0x84   # the screen is cleared; line 4
screen: display 0x29, stream, stream_end-stream, 0x80
read:   display 0x2a, input, 100, 0x80
taken:  .byte   0x8e, 0
written: .byte  0
text:   ebcdic  "THE FIRST OF TWO LINES                                                          "
        ebcdic  "PRESS ENTER                                                                     "
stream: .byte   0xc3
        sba     0
        sf      PROTECTED
        ebcdic  "A WHOLE SCREEN. YOU TYPED: "
echo:   ebcdic  "NOTHING             "
        sba     (80*2)
        sf      UNPROTECTED
        .byte   0x13
        sba     (80*3)
        sf      PROTECTED
stream_end:
input:  .skip   200
