# Compare and branch: a walk steered by the bits of a random number, through branch
# tables and subroutines.
        .include "kernel.inc"
        kernel  4000000
        lr      10,2
        sr      1,1
        l       3,seed(12)
        l       9,factor(12)
loop:
        mr      2,9                     # 2,3 = 3 * factor; the count is kept in 10
        al      3,addend(12)
        lr      5,3
        srl     5,16
        la      6,3
        nr      6,5
        sll     6,2
        b       table(6,12)
table:  b       even(12)
        b       odd(12)
        b       low(12)
        b       high(12)
even:   la      1,1(,1)
        ltr     3,3
        bm      minus(12)
        bal     14,double(12)
        b       join(12)
odd:    la      1,3(,1)
        bal     14,double(12)
        ltr     3,3
        bnz     minus(12)
low:    c       3,seed(12)
        bl      join(12)
        bal     14,double(12)
        b       join(12)
high:   la      15,double(12)
        balr    14,15
        tm      pattern(12),0x80
        bo      join(12)
        la      1,9(,1)
minus:  x       1,pattern(12)
        tm      pattern+3(12),0x01
        bz      join(12)
        la      7,1
        cr      7,1
        be      join(12)
        bal     14,double(12)
join:
        la      7,1
        la      6,4
        sr      8,8
inner:  bxle    8,6,inner(12)           # 8 += 6 while 8 <= 7: twice
        bct     10,loop(12)
        finish
double: alr     1,1
        bcr     10,14                   # back, unless minus
        x       1,seed(12)
        br      14
        .balign 4
seed:   .long   0x2545f491
factor: .long   1103515245
addend: .long   12345
pattern: .long  0x13579bdf
