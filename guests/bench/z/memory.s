# Loads and stores of 64 bits and of parts, with short and long displacements, over 512K.
        .include "kernel.inc"
        kernel  300
        lghi    1,0
        llilh   11,8                    # the table: 512K
        llilh   15,7                    # a save area, not beside code: 448K
pass:   lgr     3,11
        lgfi    4,16384
row:    lg      5,0(3)
        ag      5,one(12)
        stg     5,0(3)
        llgc    6,9(3)
        lgh     7,10(3)
        agr     6,7
        sth     6,12(3)
        algf    1,12(3)
        lgf     7,4(3)
        ng      7,mask(12)
        xg      7,8(3)
        stg     7,16(3)
        stmg    6,13,0(15)
        lmg     6,13,0(15)
        cg      7,16(3)
        jne     wrong
        ly      8,-8(3)
        sty     8,24(3)
        clg     7,65536(3)
        jhe     over
        ahi     1,1
over:   stcy    6,28(3)
        lhy     9,26(3)
        ar      1,9
        llgt    10,16(3)
        xr      1,10
        aghi    3,32
        brct    4,row
        brct    2,pass
        finish
wrong:  la      1,1
        finish
        .balign 8
one:    .quad   0x100000001
mask:   .quad   0x0f0f0f0f00ff00ff
