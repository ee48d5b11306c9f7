# A loop of input and output: writes some lines, and tells how long it took.
        .include "program.inc"
        stck    begun
        la      8,10
more:   mvc     line(9),text_1
        la      3,line+9
        bal     14,put_line
        bct     8,more
        bal     14,elapsed
        lr      9,2
        mvc     line(text_2_end-text_2),text_2
        la      3,line
        la      3,text_2_end-text_2(,3)
        bal     14,put_number
        mvc     0(13,3),text_3
        la      3,13(,3)
        bal     14,put_line
        lpsw    program_ends
        program_parts
text_1: ebcdic  "ONE OF 10"
text_2: ebcdic  "LINES WRITTEN: 10 IN "
text_2_end:
text_3: ebcdic  " MICROSECONDS"
line:   .skip   132
