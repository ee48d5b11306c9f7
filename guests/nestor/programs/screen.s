# A program with a display of its own, 0C0, which it defines: the whole screen of its user's terminal. What is
# typed is shown in the next screen; PF3 ends it. PA1 is Nestor's, and CLEAR, from there, comes back here.
        .include "program.inc"
        .include "3270.inc"
        .set    DISPLAY, 0x0c0
        mvc     PROGRAM_NEW(8,0),program_ends(0)
        tio     DISPLAY
        bc      14,there
        la      2,define                # there is none: DIAGNOSE 8, DEFINE GRAF 0C0
        la      3,define_end-define
        .long   0x83230008
there:  mvc     IO_NEW(8),interrupted_psw
show:   la      1,write
        bal     14,run
        bnz     over                    # no display
rest:   mvi     status,0
        lpsw    enabled                 # until a key is pressed
pressed:
        tm      status,0x80
        bz      rest
        mvi     input+6,0x40
        mvc     input+7(40),input+6
        la      1,read
        bal     14,run
        bnz     over
        cli     input,0xf3              # PF3
        be      over
        cli     input,0x7d              # ENTER
        bne     show
        mvc     echo(20),input+6
        b       show
over:   lpsw    program_ends

# The channel program at 1, to its end. Condition code 0: it ended well.
run:    st      1,CAW
        st      14,return
        mvi     status,0
run_start:
        sio     DISPLAY
        bc      2,run_start
        bc      1,over
        bc      8,run_wait
        mvc     status(1),CSW+4         # status at once: attention comes first
        tm      status,0x02
        bo      run_over
        b       run_start
run_wait:
        lpsw    running
run_interrupted:
        tm      status,0x06
        bz      run_wait
run_over:
        tm      status,0x02
        l       14,return
        br      14
interrupted:
        mvc     status(1),CSW+4
        cli     IO_OLD+7,2              # which wait was it?
        be      run_interrupted
        b       pressed
        .balign 8
enabled: .long  0xfe020000, 0
running: .long  0xfe020000, 2
interrupted_psw: .long 0, interrupted
write:  ccw     0x05, stream, stream_end-stream, SLI
read:   ccw     0x06, input, 60, SLI
return: .long   0
status: .byte   0
define: ebcdic  "DEFINE GRAF 0C0"
define_end:
stream: .byte   0xc3
        sba     (80*3+10)
        sf      PROTECTED
        ebcdic  "A SCREEN OF ITS OWN. YOU TYPED: "
echo:   ebcdic  "NOTHING             "
        sba     (80*5+10)
        sf      PROTECTED
        ebcdic  "HERE:"
        sf      UNPROTECTED
        .byte   0x13
        sba     (80*5+40)
        sf      PROTECTED
        sba     (80*7+10)
        sf      PROTECTED
        ebcdic  "PF3 ENDS. PA1 IS NESTOR, AND FROM THERE CLEAR COMES BACK."
stream_end:
input:  .skip   80
        program_parts
line:   .skip   132
