# DIAGNOSE codes that are input and output, on a minidisk 191 of 50 cylinders and on it as 192,
# read only; see guests/tests/test.inc for how it ends.
        .include "test.inc"
        .macro  diagnose r1, r3, code
        .long   0x83000000 + (\r1 << 20) + (\r3 << 16) + \code
        .endm
        .macro  condition code
        bc      15-(8 >> \code),fail
        .endm
        test
        step    1                       # 24: a 3330
        la      4,0x191
        diagnose 4, 6, 0x24
        condition 0
        is      6, 0x04100000
        n       7,first_half
        is      7, 0x04100000
        la      4,0x192
        diagnose 4, 6, 0x24
        condition 0
        is      6, 0x04100080           # read only
        step    2                       # 20: format a track; no interruption comes of it
        la      4,0x191
        la      5,format
        diagnose 4, 5, 0x20
        condition 0
        is      15, 0
        mvc     IO_NEW(8,0),wrong(0)
        ssm     all
        ssm     none
        step    3                       # 18: write and read two records
        la      5,write
        la      15,2
        diagnose 4, 5, 0x18
        condition 0
        xc      data(80),data
        la      5,read
        la      15,2
        diagnose 4, 5, 0x18
        condition 0
        clc     data(80),pattern
        bne     fail
        step    4                       # one too few
        la      15,1
        diagnose 4, 5, 0x18
        condition 2
        is      15, 11
        step    5                       # no such device; no disk; read only; beyond its end
        la      15,2
        la      4,0x7ff
        diagnose 4, 5, 0x18
        condition 1
        is      15, 1
        la      15,2
        la      4,0x01f
        diagnose 4, 5, 0x18
        condition 1
        is      15, 2
        la      4,0x192
        la      5,write
        la      15,2
        diagnose 4, 5, 0x18
        condition 1
        is      15, 3
        la      4,0x191
        la      5,read
        la      15,2
        mvi     place+3,50
        diagnose 4, 5, 0x18
        condition 1
        is      15, 4
        mvi     place+3,0
        step    6                       # not a doubleword; neither read nor write; no bytes
        la      15,2
        la      5,read+4
        diagnose 4, 5, 0x18
        condition 2
        is      15, 5
        la      15,2
        la      5,read
        mvi     read_1,0x0e
        diagnose 4, 5, 0x18
        condition 2
        is      15, 7
        mvi     read_1,0x06
        mvi     read_1+7,0
        la      15,2
        diagnose 4, 5, 0x18
        condition 2
        is      15, 8
        mvi     read_1+7,40
        step    7                       # a record that is not there: 13, and the CSW
        mvi     place+6,9
        la      15,2
        xc      CSW(8),CSW
        diagnose 4, 5, 0x18
        condition 3
        is      15, 13
        tm      CSW+4,0x02
        bno     fail
        step    8                       # 20, the same: sense in the register
        la      4,0x191
        la      5,read
        diagnose 4, 5, 0x20
        condition 3
        is      15, 13
        n       5,second_half
        is      5, 0x0008               # no record found
        mvi     place+6,1
        step    9                       # wrong length
        la      5,short
        diagnose 4, 5, 0x20
        condition 2
        is      15, 3
        step    10                      # 28: what is not under way can't be changed
        la      4,read
        la      5,0x191
        diagnose 4, 4, 0x28
        condition 1
        is      15, 1
        la      4,short+16              # a transfer in channel
        diagnose 4, 5, 0x28
        condition 2
        is      15, 9
        la      4,read                  # a seek
        diagnose 4, 5, 0x28
        condition 1
        is      15, 6
        la      4,4(,4)
        diagnose 4, 5, 0x28
        condition 1
        is      15, 4
        la      5,0x7ff
        la      4,short+16
        diagnose 4, 5, 0x28
        condition 1
        is      15, 2
        step    11                      # a program that goes round until it is changed
        mvc     IO_NEW(8,0),ended(0)
        la      1,round
        st      1,CAW
        sio     0x191
        bc      7,fail
        la      4,round_tic
        la      5,0x191
        la      1,way_out
        st      1,round_tic
        mvi     round_tic,0x08
        diagnose 4, 5, 0x28
        condition 0
        is      15, 0
        lpsw    wait
end:    clc     CSW(4),out_at
        bne     fail
        cli     CSW+4,0x0c
        bne     fail
        pass

        .balign 8
wait:   .long   0xfe020000, 0
ended:  .long   0, end
wrong:  .long   0x00020000, 0xeee
format: ccw     0x07, place, 6, CC
        ccw     0x31, place_0, 5, CC
        ccw     0x08, format+8, 1
        ccw     0x1d, count_1, 8, CD
        ccw     0, data, 40, CC
        ccw     0x1d, count_2, 8, CD
        ccw     0, data+40, 40, 0
write:  ccw     0x07, place, 6, CC
        ccw     0x31, place+2, 5, CC
        ccw     0x08, write+8, 1
        ccw     0x05, pattern, 40, CC+SLI
        ccw     0x1b, place, 6, CC
        ccw     0x31, place_2, 5, CC
        ccw     0x08, write+40, 1
        ccw     0x05, pattern+40, 40, SLI
read:   ccw     0x07, place, 6, CC
        ccw     0x31, place+2, 5, CC
        ccw     0x08, read+8, 1
read_1: ccw     0x06, data, 40, CC+SLI
        ccw     0x1b, place, 6, CC
        ccw     0x31, place_2, 5, CC
        ccw     0x08, read+40, 1
        ccw     0x06, data+40, 40, SLI
short:  ccw     0x07, place, 6, CC
        ccw     0x31, place+2, 5, CC
        ccw     0x08, short+8, 1
        ccw     0x06, data, 30, 0
round:  ccw     0x07, place, 6, CC
        ccw     0x03, 0, 1, CC+SLI
round_tic: ccw  0x08, round+8, 1
way_out: ccw    0x03, 0, 1, SLI
out_at: .long   way_out+8
place:  .short  0, 0, 0
        .byte   1, 0
place_0: .byte  0, 0, 0, 0, 0, 0
place_2: .byte  0, 0, 0, 0, 2, 0
count_1: .byte  0, 0, 0, 0, 1, 0, 0, 40
count_2: .byte  0, 0, 0, 0, 2, 0, 0, 40
        .balign 4
first_half: .long 0xffff0000
second_half: .long 0xffff
all:    .byte   0xff
none:   .byte   0
pattern: ebcdic "THE FIRST RECORD, WHICH IS 40 BYTES LONG"
        ebcdic  "THE SECOND RECORD, 40 BYTES LONG AS WELL"
data:   .skip   80
