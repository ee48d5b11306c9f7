# Moving, comparing and translating strings: MVC, CLC, TR, TRT, NC, OC, XC, MVCL, CLCL.
        .include "kernel.inc"
        kernel  130000
        sr      1,1
        la      11,0x800
        sll     11,8                    # a work area of 8K: 512K
        sr      4,4
        la      5,7
fill:   lr      6,4                     # the table: 7 more than the character
        alr     6,5
        stc     6,table(4,12)
        la      4,1(,4)
        c       4,bound(12)
        bl      fill(12)
        mvc     0(256,11),table(12)
loop:
        mvc     256(16,11),text(12)
        mvc     272(80,11),text(12)
        mvc     512(256,11),256(11)
        mvi     1024(11),0x40
        mvc     1025(79,11),1024(11)    # propagates a blank
        clc     272(80,11),text(12)
        bne     wrong(12)
        clc     256(16,11),1024(11)
        be      wrong(12)
        tr      256(80,11),table(12)
        xc      272(16,11),256(11)
        nc      300(8,11),256(11)
        oc      308(8,11),256(11)
        lr      8,2                     # TRT answers in registers 1 and 2
        lr      9,1
        trt     text(60,12),delimit(12)
        alr     9,2
        slr     1,12
        alr     1,9
        lr      2,8
        mvc     2048(4,11),308(11)
        al      1,2048(,11)
        mvz     320(20,11),256(11)
        mvn     340(20,11),256(11)
        la      4,1024(,11)
        la      5,600
        la      6,2048(,11)
        lr      7,5
        mvcl    6,4
        la      4,1024(,11)
        la      5,600
        la      6,2048(,11)
        lr      7,5
        clcl    6,4
        bne     wrong(12)
        al      1,256(,11)
        bct     2,loop(12)
        finish
wrong:  la      1,1
        finish
        .balign 4
bound:  .long   256
text:   ebcdic  "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG, AND THE DOG SLEEPS ON UNTIL NOON..."
delimit: .skip  64
        .byte   4
        .skip   191
table:  .skip   256
