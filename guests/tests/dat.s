# Dynamic address translation: both page sizes, both segment sizes, translation
# exceptions and their addresses, LRA, tables changed under way with PTLB, reference
# to an operand across two pages.
        .include "test.inc"
        .set    SEGMENTS, 0x2000        # segment table
        .set    PAGES, 0x2400           # page table of segment 0: identity
        .set    OTHERS, 0x2600          # page table of segment 1
        .set    FRAME, 0x4000           # real storage to be found through segment 1
        .macro  faulted page            # the low bits are unpredictable
        l       1,TRANSLATION_ADDRESS
        srl     1,11
        sll     1,11
        is      1, \page
        .endm
        test
        mvc     PROGRAM_NEW(8,0),new_psw(0)

# ---- 4K pages, 64K segments ----------------------------------------------------------
        l       2,segments
        l       3,pages
        l       4,others
        l       1,length
        or      1,3
        st      1,0(,2)
        l       1,length
        or      1,4
        st      1,4(,2)
        mvi     11(2),1                 # segment 2: invalid
        sr      1,1                     # identity
        la      5,16
fill:   sth     1,0(,3)
        la      3,2(,3)
        la      1,16(,1)
        bct     5,fill
        mvc     0(8,4),four_pages       # segment 1: FRAME, FRAME+4K, invalid, bad format
        l       6,frame
        l       7,magic
        st      7,0x10(,6)
        la      8,0x800(,6)
        st      7,0x7fc(,8)             # the last word of the first page
        la      8,0x800(,8)
        st      6,0(,8)                 # the first of the second
        lctl    0,1,controls_4k

        step    1                       # LRA without translation on
        l       9,virtual               # 0x10000
        lra     10,0x10(,9)
        bnz     fail
        is      10, FRAME + 0x10
        step    2                       # invalid page: 2, and the entry's address
        l       8,second
        lra     10,0(,8)
        bnz     fail
        l       8,third
        lra     10,0x800(,8)
        bc      2,ok_2
        b       fail
ok_2:   is      10, OTHERS + 4
        step    3                       # invalid segment: 1
        alr     9,9                     # 0x20000
        lra     10,0(,9)
        bnm     fail
        is      10, SEGMENTS + 8
        step    4                       # beyond the table: 3
        alr     9,9                     # 0x40000: behind the 16 entries? those are zero;
        l       9,far                   # 0x100000 is not in a table of 16 entries
        lra     10,0(,9)
        bno     fail
        step    5                       # through the translation
        l       9,virtual
        lpsw    dat_on
on_5:   l       10,0x10(,9)
        c       10,magic
        bne     fail
        step    6                       # an operand over two pages that are neighbours
        la      8,0x7ff(,9)
        l       10,0x7ff(,8)            # bytes FFE..., 2 of one and 2 of the other
        is      10, 0xbabe0000
        step    7                       # page translation: nothing is done, address stored
        mvi     expect,0x11
        l       8,third
        s       8,eight                 # 16 bytes over the second page's end
        la      14,after_7
at_7:   mvc     0(16,8),0(9)
        b       fail
after_7: faulted 0x00012000
        holds   PROGRAM_OLD+4, at_7
        step    8                       # segment translation
        mvi     expect,0x10
        la      14,after_8
        alr     9,9
at_8:   st      1,0x123(,9)
        b       fail
after_8: faulted 0x00020000
        holds   PROGRAM_OLD+4, at_8
        step    9                       # translation specification: a page table entry of
        mvi     expect,0x12             # a wrong form; the instruction is suppressed
        la      14,after_9
        l       9,virtual
        l       8,fourth
at_9:   l       1,0(,8)
        b       fail
after_9: holds  PROGRAM_OLD+4, at_9 + 4
        step    10                      # an entry made valid needs no PTLB; one made
        stnsm   mask,0xfb               # other does
        l       4,others
        mvc     4(2,4),0(4)             # third page: FRAME too
        stosm   mask,4
        l       8,third
        l       10,0x10(,8)
        c       10,magic
        bne     fail
        stnsm   mask,0xfb
        mvc     4(2,4),2(4)             # third page: FRAME + 4K
        ptlb
        stosm   mask,4
        l       10,0(,8)
        is      10, FRAME
        step    11                      # two addresses, one storage
        l       9,virtual
        la      7,0x800(,9)
        l       10,number
        st      10,0x800(,7)            # by way of page 1
        c       10,0(,8)                # page 2
        bne     fail
        l       6,frame
        la      6,0x800(,6)
        c       10,0x800(,6)            # segment 0
        bne     fail
        mvi     0(8),0x77
        cli     0x800(7),0x77
        bne     fail
        step    12                      # code behind another address: changed here, run there
        l       6,frame
        mvc     0x200(12,6),routine
        bal     14,0x200(9)
        is      1, 1
        mvi     0x203(6),5
        bal     14,0x200(9)
        is      1, 5
        mvi     0x203(9),6
        bal     14,0x200(6)
        is      1, 6

# ---- 2K pages, 1M segments ---------------------------------------------------------------
        step    20
        lpsw    dat_off
off:    l       2,segments
        l       4,others
        st      4,0(,2)                 # length 0: a sixteenth of 512 entries
        lr      5,4                     # identity for the first 16 pages of 2K
        sr      1,1
        la      3,16
fill_2k: sth    1,0(,5)
        la      5,2(,5)
        la      1,8(,1)
        bct     3,fill_2k
        la      1,1
        st      1,4(,2)
        mvc     30(2,4),page_2k         # the last, 0x7800, is at FRAME + 2K
        lctl    0,1,controls_2k
        ptlb
        l       6,frame
        la      6,0x800(,6)
        l       10,number
        st      10,4(,6)
        l       9,last_2k
        lra     10,4(,9)
        bnz     fail
        is      10, FRAME + 0x804
        lpsw    dat_on_2k
on_2k:  l       10,4(,9)
        c       10,number
        bne     fail
        step    21                      # behind the page table's end
        mvi     expect,0x11
        la      14,after_21
        l       9,virtual
at_21:  st      1,8(,9)
        b       fail
after_21: faulted 0x00010000
        step    22
        mvi     expect,0x10
        la      14,after_22
        l       9,far
        st      1,0(,9)
        b       fail
after_22: faulted 0x00100000
        pass

# A program interruption that was expected: on to register 14, translation as it was.
caught: clc     PROGRAM_CODE+1(1),expect
        bne     fail
        cli     PROGRAM_CODE,0
        bne     fail
        st      14,resume+4
        mvi     resume+4,0
        mvc     resume(1),PROGRAM_OLD
        lpsw    resume

        .balign 8
new_psw: .long  0x00080000, caught
resume: .long   0x00080000, 0
dat_on: .long   0x04080000, on_5
dat_off: .long  0x00080000, off
dat_on_2k: .long 0x04080000, on_2k
segments: .long SEGMENTS
pages:  .long   PAGES
others: .long   OTHERS
frame:  .long   FRAME
length: .long   0xf0000000
virtual: .long  0x10000
second: .long   0x11000
third:  .long   0x12000
fourth: .long   0x13000
eight:  .long   8
last_2k: .long  0x7800
far:    .long   0x100000
number: .long   0x12345678
magic:  .long   0xcafebabe
controls_4k: .long 0x00800000, SEGMENTS
controls_2k: .long 0x00500000, SEGMENTS
four_pages: .short 0x0040, 0x0050, 0x0008, 0x0002
page_2k: .short 0x48
expect: .byte   0
mask:   .byte   0
        .balign 2
routine: la     1,1
        br      14
