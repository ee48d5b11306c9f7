# Long binary floating point: a polynomial and its mean, conversions, square roots.
        .include "kernel.inc"
        kernel  1500000
        lzdr    6
        ld      2,start(12)
        lr      3,2
        sr      1,1
loop:
        ldr     0,2                     # ((x * a + b) * x + c) / (x + 1)
        mdb     0,a(12)
        adb     0,b(12)
        mdbr    0,2
        adb     0,c(12)
        ldr     4,2
        adb     4,one(12)
        ddbr    0,4
        ltdbr   0,0
        jm      minus
        sqdbr   4,0
        sdbr    0,4
        adbr    6,0
minus:  madb    6,2,one(12)             # 6 += 2 * one
        adb     2,step(12)
        cdb     2,limit(12)
        jl      below
        ld      2,start(12)
        lcdbr   4,6
        std     4,result(12)
        x       1,result(12)
        al      1,result+4(12)
        lzdr    6
below:  cfdbr   5,5,6
        ar      1,5
        cdfbr   8,5
        adbr    6,8
        mdb     6,half(12)
        brct    3,loop
        std     6,result(12)
        x       1,result(12)
        al      1,result+4(12)
        finish
        .balign 8
one:    .double 1.0
half:   .double 0.375
a:      .double 0.78539816
b:      .double -1.6
c:      .double 38.25
start:  .double 0.125
step:   .double 0.17
limit:  .double 100
result: .quad   0
