# Loads and stores of words, halfwords and bytes, and of registers by the dozen, over a
# table of 32K and a save area.
        .include "kernel.inc"
        kernel  1500
        sr      1,1
        la      11,0x800
        sll     11,8                    # the table: 512K
pass:
        lr      3,11
        l       4,rows(12)
row:
        l       5,0(,3)
        a       5,one(12)
        st      5,0(,3)
        lh      6,2(,3)
        ah      6,half(12)
        sth     6,6(,3)
        al      1,4(,3)
        sr      7,7
        ic      7,1(,3)
        al      7,8(2,3)
        stc     7,9(,3)
        n       7,mask(12)
        o       7,12(,3)
        x       7,one(12)
        st      7,12(,3)
        alr     1,7
        cl      7,0(,3)
        stm     14,11,save(12)
        lm      14,0,save(12)
        icm     8,6,13(3)
        stcm    8,9,10(3)
        mvi     11(3),0x5a
        tm      3(3),1
        la      3,16(,3)
        bct     4,row(12)
        bct     2,pass(12)
        finish
        .balign 4
rows:   .long   1024 * 2
one:    .long   1
mask:   .long   0x0f0f0f0f
half:   .short  259
save:   .skip   64
