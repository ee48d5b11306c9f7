# Dynamic address translation with many spaces: 32 segment tables, switched by LCTLG, each with
# 16 pages of its own; one page of one space goes out by IPTE in each round, and comes in by a
# page-translation exception.
#
# Segment 0 is common: low storage and this program, real = virtual. Segment 1 is the space's
# own. Tables are at 2M, 8K for a space: segment table, page table. Frames are at 4M, 64K for a
# space.
        .include "kernel.inc"
        .set    SPACES, 32
        .set    PAGES, 16
        kernel  15000
        sr      1,1
        larl    3,page_in
        stg     3,new_psw+8(12)
        mvc     PROGRAM_NEW(16),new_psw(12)
        larl    3,work
        stg     3,work_psw+8(12)
        llilh   11,0x1f                 # the common page table, at 1984K
        lgr     4,11
        lghi    5,256
        lghi    6,0
common: stg     6,0(4)
        aghi    4,8
        aghi    6,4096
        brct    5,common

        llilh   9,0x20                  # 9: a space's segment table
        lgr     10,9
        lghi    8,SPACES
        llilh   6,0x40                  # 6: the next frame
        llgf    3,invalid(12)
space:  stg     11,0(9)
        lay     4,4096(9)
        stg     4,8(9)
        la      5,16(9)                 # the other segments are invalid
        lghi    7,510
none:   stg     3,0(5)
        aghi    5,8
        brct    7,none
        lghi    5,PAGES
own:    stg     6,0(4)
        aghi    4,8
        aghi    6,4096
        brct    5,own
        lghi    5,256 - PAGES
        lghi    7,0x400
gone:   stg     7,0(4)
        aghi    4,8
        brct    5,gone
        aghi    9,8192
        brct    8,space
        stg     10,SCRATCH
        lctlg   1,1,SCRATCH
        lpswe   work_psw(12)

work:   lgr     9,10                    # here with translation on; r10: the first space
        lghi    8,SPACES
turn:   stg     9,SCRATCH
        lctlg   1,1,SCRATCH        # to the next space
        llilh   4,0x10
        lghi    5,PAGES
touch:  lg      6,0(4)                  # every page read and written, here and there
        algr    6,2
        algr    6,8
        stg     6,0(4)
        al      1,4(4)
        xg      6,2048(4)
        stg     6,2048(4)
        aghi    4,4096 + 8
        brct    5,touch
        aghi    9,8192
        brct    8,turn

        lgr     9,2                     # put one page of one space out
        lghi    4,SPACES - 1
        ngr     9,4
        sllg    9,9,13
        lay     9,4096(9,10)            # its page table
        lgr     4,2
        srlg    4,4,5
        lghi    5,PAGES - 1
        ngr     4,5
        sllg    4,4,12
        afi     4,0x100000
        ipte    9,4
        brct    2,work
        ltr     14,14                   # did pages come in?
        jz      wrong
        alr     1,14
        finish
wrong:  la      1,1
        finish

# Page translation exception: make the page of the current space valid, and go back. The
# tables are real: translation is off.
page_in:
        stmg    4,5,SCRATCH+8
        clc     PROGRAM_CODE(2,0),translation(12)
        jne     wrong
        lg      4,TRANSLATION_ADDRESS
        srlg    4,4,12
        nill    4,0xff
        sllg    4,4,3
        ag      4,SCRATCH               # its segment table
        lay     4,4096(4)
        ni      6(4),0xfb
        la      14,1(14)
        lmg     4,5,SCRATCH+8
        lpswe   PROGRAM_OLD
        .balign 8
new_psw: .quad  0x0000000180000000, 0
work_psw: .quad 0x0400000180000000, 0
invalid: .long  0x20
translation: .short 0x0011
