# Long hexadecimal floating point: a polynomial, a quotient, a sum of them, compares.
        .include "kernel.inc"
        kernel  4000000
        ld      6,zero(12)
        ld      2,start(12)
        sr      1,1
loop:
        ldr     0,2                     # ((x * a + b) * x + c) / (x + 1)
        md      0,a(12)
        ad      0,b(12)
        mdr     0,2
        ad      0,c(12)
        ldr     4,2
        ad      4,one(12)
        ddr     0,4
        ltdr    0,0
        bm      minus(12)
        ldr     4,0
        hdr     4,4
        sdr     0,4
        adr     6,0
minus:  ad      2,step(12)
        cd      2,limit(12)
        bl      below(12)
        ld      2,start(12)
        lcdr    4,6
        std     4,result(12)
        x       1,result(12)
        al      1,result+4(12)
        ld      6,zero(12)
below:  lpdr    4,6
        sd      4,one(12)
        std     4,result(12)
        bct     2,loop(12)
        std     6,result(12)
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
