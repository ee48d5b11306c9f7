# What DIAGNOSE answers in a machine of Nestor's; see guests/tests/test.inc for how it ends.
        .include "test.inc"
        .set    PAGE, 0x2000
        .macro  diagnose r1, r3, code
        .long   0x83000000 + (\r1 << 20) + (\r3 << 16) + \code
        .endm
# The DIAGNOSE behind it ends with program interruption `code`.
        .macro  refused code, words:vararg
        mvc     PROGRAM_NEW(8,0),7f(0)
        \words
        b       fail
        .balign 8
7:      .long   0, 8f
8:      cli     PROGRAM_OLD+3,\code
        bne     fail
        .endm
        .macro  condition code
        bc      15-(8 >> \code),fail
        .endm
        test
        step    1                       # 60: the size of storage
        diagnose 3, 0, 0x60
        is      3, 0x800000
        step    2                       # 100: a level
        sr      3,3
        diagnose 3, 3, 0x100
        ltr     3,3
        bnp     fail
        step    3                       # 00: who; 24 bytes of the 30 that are wanted
        l       4,page
        la      5,30
        diagnose 4, 5, 0x00
        is      5, 6
        clc     0(8,4),nestor
        bne     fail
        clc     16(8,4),operator
        bne     fail
        step    4                       # 08: a command
        la      4,words
        la      5,words_end-words
        diagnose 4, 5, 0x08
        ltr     5,5
        bnz     fail
        step    5                       # its answer into storage
        la      4,words
        l       5,page
        l       6,into_storage
        la      7,80
        .long   0x83460008              # R1+1 and R3 must not be the same register: they are not
        condition 0
        is      7, 18
        ltr     6,6
        bnz     fail
        clc     0(18,5),level_answer
        bne     fail
        step    6                       # there is not enough room for it
        l       6,into_storage
        la      7,10
        xc      0(20,5),0(5)
        .long   0x83460008
        condition 1
        is      7, 8
        clc     0(10,5),level_answer
        bne     fail
        cli     10(5),0
        bne     fail
        step    7                       # no such command; one that can't be done; both
        la      4,unknown
        la      6,unknown_1-unknown
        .long   0x83460008
        is      6, 1
        la      4,unknown_1
        la      6,unknown_end-unknown_1
        .long   0x83460008
        is      6, 2
        la      4,unknown
        la      6,unknown_end-unknown
        .long   0x83460008
        is      6, 2
        la      6,133
        refused 6, .long 0x83460008
        step    8                       # registers that follow each other, with an answer
        l       6,into_storage
        la      7,80
        refused 6, .long 0x83560008
        step    9                       # 0C: the date and the time
        l       4,page
        diagnose 4, 0, 0x0c
        cli     2(4),0x61
        bne     fail
        cli     13(4),0x7a
        bne     fail
        clc     16(8,4),24(4)           # no time of the processor can be less than that with us
        bh      fail
        l       8,20(,4)
        ltr     8,8
        bz      fail
        la      4,4(,4)
        refused 6, diagnose 4, 0, 0x0c
        step    10                      # 10: a page is released: zeros
        l       4,page
        mvi     0(4),0xff
        mvi     0xfff(4),0xff
        lr      5,4
        al      5,page_size
        mvi     0(5),0xff
        diagnose 4, 4, 0x10
        cli     0(4),0
        bne     fail
        cli     0xfff(4),0
        bne     fail
        cli     0(5),0xff
        bne     fail
        refused 6, diagnose 5, 4, 0x10
        la      5,1(,5)
        refused 6, diagnose 4, 5, 0x10
        l       5,far
        refused 5, diagnose 4, 5, 0x10
        step    11                      # 24: the console, wherever it is
        l       4,minus_one
        diagnose 4, 6, 0x24
        condition 0
        is      4, 0x1f
        is      6, 0x80000000
        step    12                      # a reader with nothing real behind it, or nothing at all
        la      4,0x123
        diagnose 4, 6, 0x24
        condition 3
        step    13                      # 5C: as SET EMSG has it; first of all, TEXT
        la      4,1024
        la      5,30
        diagnose 4, 5, 0x5c
        is      4, 1035
        is      5, 19
        la      6,emsg_code
        la      7,emsg_off-emsg_code
        diagnose 6, 7, 0x08
        la      4,1024
        la      5,30
        diagnose 4, 5, 0x5c
        is      4, 1024
        is      5, 10
        la      6,emsg_off
        la      7,emsg_on-emsg_off
        diagnose 6, 7, 0x08
        la      5,30
        diagnose 4, 5, 0x5c
        is      5, 0
        la      6,emsg_on
        la      7,emsg_end-emsg_on
        diagnose 6, 7, 0x08
        la      5,30
        diagnose 4, 5, 0x5c
        is      4, 1024
        is      5, 30
        step    14                      # 64: there are no named segments
        la      4,nestor
        la      5,12
        diagnose 4, 5, 0x64
        condition 2
        is      5, 44
        la      5,3
        refused 6, diagnose 4, 5, 0x64
        la      4,1(,4)
        la      5,12
        refused 6, diagnose 4, 5, 0x64
        la      4,1                     # 54: PA2, and back
        diagnose 4, 0, 0x54
        sr      4,4
        diagnose 4, 0, 0x54
        step    15                      # 04, 68 and others are refused
        refused 6, diagnose 0, 0, 0x04
        refused 6, diagnose 0, 0, 0x68
        refused 6, diagnose 0, 0, 0x02
        step    16                      # an answer beyond storage
        l       4,far
        la      5,24
        refused 5, diagnose 4, 5, 0x00
        pass
        .balign 8
nestor: ebcdic  "NESTOR  "
operator: ebcdic "OPERATOR"
page:   .long   PAGE
page_size: .long 4096
far:    .long   0x800000
minus_one: .long -1
into_storage: .long 0x40000000 + words_end-words
words:  ebcdic  "query level"
words_end:
level_answer: ebcdic "NESTOR AT LEVEL 1"
        .byte   0x15
unknown: ebcdic "frobnicate"
        .byte   0x15
unknown_1: ebcdic "detach 7ff"
unknown_end:
emsg_code: ebcdic "set emsg code"
emsg_off: ebcdic "set emsg off"
emsg_on: ebcdic "set emsg on"
emsg_end:
