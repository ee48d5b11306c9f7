# Dynamic address translation with many spaces: 32 segment tables, switched by LCTL, each
# with 16 pages of its own; the pages of one space at a time are out, come in by a page
# translation exception, and go out again with PTLB. 4K pages, 64K segments, EC mode.
#
# Segment 0 and 1 are common: low storage and this program, real = virtual. Segment 2
# is the space's own. Tables are at 512K, a page table of the common segments first;
# frames are at 1M, 64K for a space.
        .include "kernel.inc"
        .set    SPACES, 32
        .set    PAGES, 16
        kernel  20000
        sr      1,1
        la      3,page_in(12)
        st      3,new_psw+4(12)
        mvc     PROGRAM_NEW(8,0),new_psw(12)
        la      3,work(12)
        st      3,work_psw+4(12)

        l       11,tables(12)           # common page tables: pages 0-15, 16-31
        lr      4,11
        la      5,2 * PAGES
        sr      6,6
common: lr      7,6
        sll     7,4                     # page frame number in bits 0-11
        sth     7,0(,4)
        la      4,2(,4)
        la      6,1(,6)
        bct     5,common(12)

        la      9,64(,11)               # 9: the space's segment table, 64 bytes, then
        lr      10,9                    # its page table, 32 bytes: 128 bytes a space
        la      8,SPACES
        l       6,frames(12)
        srl     6,12                    # 6: frame number
        l       3,length(12)
space:  lr      7,11
        or      7,3
        st      7,0(,9)
        la      7,32(,7)
        st      7,4(,9)
        la      4,64(,9)
        lr      7,4
        or      7,3
        st      7,8(,9)
        mvi     15(9),1                 # segment 3: invalid
        la      5,PAGES
own:    lr      7,6
        sll     7,4
        sth     7,0(,4)
        la      4,2(,4)
        la      6,1(,6)
        bct     5,own(12)
        la      9,128(,9)
        bct     8,space(12)

        lctl    0,0,control0(12)
        st      10,control1(12)
        lctl    1,1,control1(12)
        lpsw    work_psw(12)

work:                                   # here with translation on; r10: first space
        lr      9,10
        la      8,SPACES
        l       11,window(12)
turn:   st      9,control1(12)
        lctl    1,1,control1(12)        # to the next space
        lr      4,11
        la      5,PAGES
touch:  l       6,0(,4)                 # every page read and written, here and there
        alr     6,2
        alr     6,8
        st      6,0(,4)
        al      1,0(,4)
        x       6,2048(,4)
        st      6,2048(,4)
        a       4,step(12)
        bct     5,touch(12)
        la      9,128(,9)
        bct     8,turn(12)

        lr      9,2                     # put one page of one space out
        n       9,spaces_mask(12)
        sll     9,7
        alr     9,10
        lr      4,2
        srl     4,5
        n       4,pages_mask(12)
        alr     4,4
        alr     9,4
        stosm   mask(12),0              # (only to look at the mask)
        stnsm   mask(12),0xfb           # translation off: tables are real
        oi      65(9),8                 # invalid
        stosm   mask(12),4
        ptlb
        bct     2,work(12)
        c       14,zero(12)             # did pages come in?
        be      wrong(12)
        alr     1,14
        finish
wrong:  la      1,1
        finish

# Page translation exception: make the page of the current space valid, and go back.
page_in:
        st      4,save(12)
        st      5,save+4(12)
        clc     PROGRAM_CODE(2,0),translation(12)
        bne     wrong(12)
        l       4,TRANSLATION_ADDRESS(,0)
        srl     4,11
        n       4,page_bits(12)
        a       4,control1(12)
        ni      65(4),0xf7
        la      14,1(,14)
        l       4,save(12)
        l       5,save+4(12)
        lpsw    PROGRAM_OLD
        .balign 8
new_psw: .long  0x00080000, 0
work_psw: .long 0x04080000, 0
stop:   .long   0x000a0000, 0
tables: .long   0x80000
frames: .long   0x100000
length: .long   0xf0000000              # a page table of 16 entries
window: .long   0x20000                 # the space's own segment
control0: .long 0x00800000              # 4K pages, 64K segments
control1: .long 0
step:   .long   4096 + 4
spaces_mask: .long SPACES - 1
pages_mask: .long PAGES - 1
page_bits: .long 0x1e
zero:   .long   0
save:   .long   0, 0
translation: .short 0x0011
mask:   .byte   0
