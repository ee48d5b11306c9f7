# Short hexadecimal floating point: a polynomial, a quotient, a sum of them, compares.
        .include "kernel.inc"
        kernel  4000000
        le      6,zero(12)
        le      2,start(12)
        sr      1,1
loop:
        ler     0,2                     # ((x * a + b) * x + c) / (x + 1)
        me      0,a(12)
        ae      0,b(12)
        mer     0,2
        ae      0,c(12)
        ler     4,2
        ae      4,one(12)
        der     0,4
        lter    0,0
        bm      minus(12)
        ler     4,0
        her     4,4
        ser     0,4
        aer     6,0
minus:  ae      2,step(12)
        ce      2,limit(12)
        bl      below(12)
        le      2,start(12)
        lcer    4,6
        ste     4,result(12)
        x       1,result(12)
        al      1,result+4(12)
        le      6,zero(12)
below:  lper    4,6
        se      4,one(12)
        ste     4,result(12)
        bct     2,loop(12)
        ste     6,result(12)
        x       1,result(12)
        al      1,result+4(12)
        finish
        .balign 8
zero:   .quad   0
one:    .quad   0x4110000000000000
a:      .quad   0x40c90fdaa22168c2
b:      .quad   0xc119999999999999
c:      .quad   0x426400000abcdef1
start:  .quad   0x4020000000000001
step:   .quad   0x3f28f5c28f5c28f5
limit:  .quad   0x4264000000000000
result: .quad   0
