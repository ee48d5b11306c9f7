# Arithmetic, logic and shifts in registers.
        .include "kernel.inc"
        kernel  12000000
        sr      1,1
        l       3,seed(12)
        la      4,1
        sr      5,5
loop:
        alr     1,3
        lr      6,1
        srl     6,3
        xr      3,6
        lr      7,3
        sll     7,5
        alr     3,7
        ar      5,4
        la      5,7(5,4)
        nr      6,5
        or      1,6
        lr      8,3
        mr      8,4
        sldl    8,4
        alr     1,9
        slr     1,5
        lcr     9,4
        lpr     9,9
        ltr     10,9
        cr      10,4
        clr     1,3
        srda    8,2
        alr     1,9
        bct     2,loop(12)
        finish
seed:   .long   0x12345679
