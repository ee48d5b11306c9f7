# Short binary floating point: a polynomial and its mean, conversions.
        .include "kernel.inc"
        kernel  1500000
        lzer    6
        le      2,start(12)
        lr      3,2
        sr      1,1
loop:
        ler     0,2                     # ((x * a + b) * x + c) / (x + 1)
        meeb    0,a(12)
        aeb     0,b(12)
        meebr   0,2
        aeb     0,c(12)
        ler     4,2
        aeb     4,one(12)
        debr    0,4
        ltebr   0,0
        jm      minus
        sqebr   4,0
        sebr    0,4
        aebr    6,0
minus:  maeb    6,2,one(12)             # 6 += 2 * one
        aeb     2,step(12)
        ceb     2,limit(12)
        jl      below
        le      2,start(12)
        lcebr   4,6
        ste     4,result(12)
        x       1,result(12)
        lzer    6
below:  cfebr   5,5,6
        ar      1,5
        cefbr   8,5
        aebr    6,8
        meeb    6,half(12)
        brct    3,loop
        ste     6,result(12)
        x       1,result(12)
        finish
        .balign 8
one:    .float 1.0
half:   .float 0.375
a:      .float 0.78539816
b:      .float -1.6
c:      .float 38.25
start:  .float 0.125
step:   .float 0.17
limit:  .float 100
result: .quad   0
