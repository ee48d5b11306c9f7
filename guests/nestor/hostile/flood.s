# Prints and punches for ever, and writes on the console as fast as it can.
        .include "s370.inc"
        mvc     PROGRAM_NEW(8,0),next_psw(0)
        mvc     IO_NEW(8,0),next_psw(0)
        la      6,print
        la      5,0x00e
next:   st      6,CAW
        sio     0(5)
        tio     0(5)
        la      6,punch
        la      5,0x00d
        st      6,CAW
        sio     0(5)
        tio     0(5)
        la      6,say
        la      5,0x01f
        st      6,CAW
        sio     0(5)
        la      6,print
        la      5,0x00e
        b       next
        .balign 8
next_psw: .long 0, next
print:  .rept   50
        ccw     0x09, next, 132, CC
        .endr
        ccw     0x09, next, 132, 0
punch:  .rept   50
        ccw     0x01, next, 80, CC
        .endr
        ccw     0x01, next, 80, 0
say:    ccw     0x09, words, words_end-words, SLI
words:  ebcdic  "AGAIN AND AGAIN"
words_end:
