# A loop of privileged instructions: sets the system mask ten thousand times.
        .include "program.inc"
        stck    begun
        l       8,times
next:   ssm     mask
        bct     8,next
        bal     14,elapsed
        lr      9,2
        mvc     line(text_1_end-text_1),text_1
        la      3,line
        la      3,text_1_end-text_1(,3)
        lr      2,9
        bal     14,put_number
        mvc     0(13,3),text_3
        la      3,13(,3)
        bal     14,put_line
        lpsw    program_ends
        .balign 4
times:  .long   10000
mask:   .long   0
        program_parts
text_1: ebcdic  "MASKS SET: 10000 IN "
text_1_end:
text_3: ebcdic  " MICROSECONDS"
line:   .skip   132
