# What DIAGNOSE answers in a machine of Nestor's; see guests/tests/test.inc for how it ends.
        .include "test.inc"
        test
        step    1                       # 60: the size of storage
        .long   0x83300060
        is      3, 0x800000
        step    2                       # 100: a level
        sr      3,3
        .long   0x83300100
        ltr     3,3
        bnp     fail
        step    3                       # 00: who; 24 bytes of the 30 that are wanted
        la      4,0x2ff
        la      4,0xf01(,4)             # 1200
        la      5,30
        .long   0x83450000
        is      5, 6
        clc     0(8,4),nestor
        bne     fail
        clc     16(8,4),operator
        bne     fail
        step    4                       # 08: a command
        la      4,words
        la      5,words_end-words
        .long   0x83450008
        ltr     5,5
        bnz     fail
        step    5                       # 04 and 68 are refused
        mvc     PROGRAM_NEW(8,0),refused(0)
        .long   0x83000004
        b       fail
next_5: cli     PROGRAM_OLD+3,6
        bne     fail
        mvc     PROGRAM_NEW(8,0),refused_6(0)
        .long   0x83000068
        b       fail
next_6: pass
        .balign 8
refused: .long  0, next_5
refused_6: .long 0, next_6
nestor: ebcdic  "NESTOR  "
operator: ebcdic "OPERATOR"
words:  ebcdic  "query level"
words_end:
