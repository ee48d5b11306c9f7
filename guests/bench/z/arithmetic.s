# Arithmetic, logic and shifts in registers of 64 bits, as compilers use them.
        .include "kernel.inc"
        kernel  2000000
        llgfr   2,2
        lg      3,seed(12)
        lghi    4,1
        lghi    11,1021
loop:
        algr    4,3
        srlg    6,4,3
        xgr     3,6
        sllg    7,3,5
        agr     3,7
        aghi    4,7
        lgr     6,4
        ngr     6,3
        ogr     4,6
        lgr     9,3
        msgr    9,4
        alcgr   9,3
        mlgr    8,11
        xgr     4,8
        lghi    8,0
        dlgr    8,11                    # the remainder in 8
        algr    4,8
        slgr    4,9
        lcgr    10,4
        lpgr    10,10
        lgfr    7,10
        cgr     7,4
        jh      high
        aghi    4,3
high:   srag    10,7,2
        llgcr   6,10
        la      4,9(6,4)
        clgr    4,3
        jl      low
        rllg    3,3,13
low:    brctg   2,loop
        lgr     1,4
        srlg    0,4,32
        xr      1,0
        finish
        .balign 8
seed:   .quad   0x123456789abcdef1
