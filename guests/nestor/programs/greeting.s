# A greeting: says how deep it is. Level 1 is a machine of a Nestor that runs on the iron; the
# DIAGNOSE with code 100 asks for the level, and on the iron it is refused.
        .include "s370.inc"
        .set    CONSOLE, 0x01f
        mvc     PROGRAM_NEW(8,0),refused(0)
        sr      3,3
        .long   0x83330100
known:  cvd     3,number
        unpk    digits(2),number+6(2)
        oi      digits+1,0xf0
        cli     digits,0xf0
        bne     say
        mvc     digits(1),digits+1
        mvi     digits+1,0x40
say:    la      1,write
        st      1,CAW
        mvc     IO_NEW(8,0),io_new(0)
        sio     CONSOLE
        bc      7,lost
        lpsw    wait
ended:  tm      CSW+4,0x04
        bz      again
        lpsw    done
again:  lpsw    wait
lost:   lpsw    failed
        .balign 8
refused: .long  0, known
io_new: .long   0, ended
wait:   .long   0xfe020000, 0
done:   .long   0x00020000, 0
failed: .long   0x00020000, 0xbad
write:  ccw     0x09, hello, hello_end-hello, SLI
number: .quad   0
hello:  ebcdic  "HELLO FROM LEVEL "
digits: ebcdic  "  "
hello_end:
