# The sieve of Eratosthenes over 8190 odd numbers.
        .include "kernel.inc"
        kernel  1200
        la      11,0x800
        sll     11,8
again:
        lr      4,11                    # all ones: MVCL with padding
        l       5,size(12)
        sr      6,6
        l       7,pad(12)
        mvcl    4,6
        sr      1,1                     # primes found
        sr      3,3                     # i
        l       10,size(12)
next:   lr      9,11
        alr     9,3
        cli     0(9),1
        bne     composite(12)
        la      4,3(3,3)                # the prime: 2i + 3
        la      1,1(,1)
        lr      5,3
        ar      5,4
        cr      5,10
        bnl     composite(12)
        sr      6,6
strike: stc     6,0(5,11)
        ar      5,4
        cr      5,10
        bl      strike(12)
composite:
        la      3,1(,3)
        cr      3,10
        bl      next(12)
        bct     2,again(12)
        finish
        .balign 4
size:   .long   8190
pad:    .long   0x01000000
