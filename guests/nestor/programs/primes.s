# Counts the primes below a limit by trial division, and tells how long it took: a loop of
# computation, with no privileged instruction in it.
        .include "program.inc"
        .set    LIMIT, 60000
        stck    begun
        la      8,1                     # 2 is one
        la      6,3                     # 6: the number
number: la      7,3                     # 7: the divisor
divisor:
        lr      1,7
        mr      0,7
        cr      1,6
        bh      prime
        lr      5,6
        sr      4,4
        dr      4,7
        ltr     4,4
        bz      next
        la      7,2(,7)
        b       divisor
prime:  la      8,1(,8)
next:   la      6,2(,6)
        c       6,limit
        bl      number
        bal     14,elapsed
        lr      9,2
        mvc     line(text_1_end-text_1),text_1
        la      3,line
        la      3,text_1_end-text_1(,3)
        lr      2,8
        bal     14,put_number
        mvc     0(text_2_end-text_2,3),text_2
        la      3,text_2_end-text_2(,3)
        lr      2,9
        bal     14,put_number
        mvc     0(13,3),text_3
        la      3,13(,3)
        bal     14,put_line
        lpsw    program_ends
        .balign 4
limit:  .long   LIMIT
        program_parts
text_1: ebcdic  "PRIMES BELOW 60000: "
text_1_end:
text_2: ebcdic  " IN "
text_2_end:
text_3: ebcdic  " MICROSECONDS"
line:   .skip   132
