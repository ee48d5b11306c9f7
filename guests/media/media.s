# A disk at work: a 3390 at 150 with tracks of 12 records of 4096 bytes, read or written by
# chains of one track, or one record updated at a random place. scripts/bench-media.
#   KIND        0 read tracks, 1 write tracks, 2 update records at random, 3 format tracks
#   CYLINDERS   of the disk that are used
#   LOOPS       times through all tracks; updates
        .include "kernel.inc"
        .set    LOADED, 0x10000
        .set    BUFFER, 0x40000         # 12 records
        .set    OLD, 0x50000
        .set    RECORDS, 12
        .set    RECORD, 4096
        .set    HEADS, 15
        kernel  1
        la      3,taken(12)
        st      3,IO_NEW+4
        sr      3,3
        st      3,IO_NEW
        # Text of sorts: one of 64 phrases after the other, at random.
        l       4,buffer(12)
        l       5,size(12)
        l       6,seed(12)
fill:   bal     14,random(12)
        lr      8,6
        srl     8,16
        n       8,sixtythree(12)
        sll     8,3
        la      8,phrases(8)
        alr     8,12
        mvc     0(8,4),0(8)
        la      4,8(,4)
        bct     5,fill(12)
        sr      1,1
        b       again(12)
        # pass after pass
again:
        .if     KIND == 2
        bal     14,random(12)
        lr      9,6
        srl     9,8
        sr      8,8
        d       8,tracks(12)            # the remainder: a track
        lr      9,8
        sr      8,8
        d       8,heads(12)
        sth     9,where+2(12)
        sth     8,where+4(12)
        bal     14,random(12)
        lr      9,6
        srl     9,8
        sr      8,8
        d       8,records(12)
        la      8,1(,8)
        stc     8,where+6(12)
        l       8,buffer(12)
        st      2,0(,8)
        bal     13,go(12)
        l       8,old(12)
        x       1,0(,8)
        bct     2,again(12)
        finish
        .else
        sr      7,7                     # the track
track:  lr      9,7
        sr      8,8
        d       8,heads(12)
        sth     9,where+2(12)
        sth     8,where+4(12)
        .if     KIND == 0
        mvi     where+6(12),1
        .else
        # every record of the track says which it is
        l       4,buffer(12)
        la      5,RECORDS
stamp:  st      7,0(,4)
        st      2,4(,4)
        al      4,record(12)
        bct     5,stamp(12)
        # counts and search arguments: the same place
        la      4,ids(12)
        la      5,RECORDS
        .if     KIND == 3
        mvc     r0(4,12),where+2(12)
        .endif
place:  mvc     0(4,4),where+2(12)
        la      4,8(,4)
        bct     5,place(12)
        .endif
        bal     13,go(12)
        l       8,buffer(12)
        al      1,0(,8)
        la      7,1(,7)
        c       7,tracks(12)
        bl      track(12)
        bct     2,again(12)
        finish
        .endif

random: lr      11,6
        m       10,factor(12)
        al      11,factor+4(12)
        lr      6,11
        br      14

# The chain at `program`, to its end.
go:     mvc     CAW(4,0),caw(12)
        sio     0x150(0)
        bc      7,failed(12)
        lpsw    wait(12)
taken:  clc     CSW+4(2,0),ended(12)
        bne     failed(12)
        br      13
failed: la      1,0xbad
        st      1,kernel_wait+4(12)
        l       1,CSW+4
        la      1,0(,1)
        lpsw    kernel_wait(12)

        .balign 8
wait:   .long   0xfe020000, 0
caw:    .long   LOADED+program
ended:  .short  0x0c00
        .balign 4
tracks: .long   CYLINDERS*HEADS
heads:  .long   HEADS
records: .long  RECORDS
record: .long   RECORD
size:   .long   RECORDS*RECORD/8
buffer: .long   BUFFER
old:    .long   OLD
seed:   .long   12345
factor: .long   1103515245, 12345
sixtythree: .long 63
where:  .byte   0,0,0,0,0,0,1,0         # bin, cylinder, head, record
        .balign 8
program:
        ccw     0x07,LOADED+where,6,CC
        .if     KIND == 0
        ccw     0x31,LOADED+where+2,5,CC
        ccw     0x08,LOADED+program+8,0
        .set    i, 0
        .rept   RECORDS
        .if     i == RECORDS-1
        ccw     0x06,BUFFER+i*RECORD,RECORD
        .else
        ccw     0x06,BUFFER+i*RECORD,RECORD,CC
        .endif
        .set    i, i+1
        .endr
        .endif
        .if     KIND == 1
        .set    i, 0
        .rept   RECORDS
        ccw     0x31,LOADED+ids+8*i,5,CC
        ccw     0x08,LOADED+program+8+24*i,0
        .if     i == RECORDS-1
        ccw     0x05,BUFFER+i*RECORD,RECORD
        .else
        ccw     0x05,BUFFER+i*RECORD,RECORD,CC
        .endif
        .set    i, i+1
        .endr
        .endif
        .if     KIND == 2
        ccw     0x31,LOADED+where+2,5,CC
        ccw     0x08,LOADED+program+8,0
        ccw     0x06,OLD,RECORD,CC
        ccw     0x31,LOADED+where+2,5,CC
        ccw     0x08,LOADED+program+32,0
        ccw     0x05,BUFFER,RECORD
        .endif
        .if     KIND == 3
        ccw     0x31,LOADED+r0,5,CC
        ccw     0x08,LOADED+program+8,0
        .set    i, 0
        .rept   RECORDS
        ccw     0x1d,LOADED+ids+8*i,8,CD
        .if     i == RECORDS-1
        ccw     0x1d,BUFFER+i*RECORD,RECORD
        .else
        ccw     0x1d,BUFFER+i*RECORD,RECORD,CC
        .endif
        .set    i, i+1
        .endr
        .endif
        .if     KIND == 3
r0:     .byte   0,0,0,0,0,0,0,0
        .endif
ids:
        .set    i, 1
        .rept   RECORDS
        .byte   0,0,0,0,i,0,RECORD>>8,RECORD&255
        .set    i, i+1
        .endr
phrases:
        .set    i, 1
        .rept   512
        .set    i, (i*1103515245+12345)&0x7fffffff
        .byte   (i>>16)&255
        .endr
