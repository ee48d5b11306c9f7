# Displays 0C0 to 0DF: each gets a whole screen ten times a second, without being asked, with
# the time-of-day clock in hexadecimal as it was just before the write was started. For
# measuring how long a screen takes.
        .include "s370.inc"
        .include "3270.inc"
        .set    DISPLAYS, 32
        .set    FIRST, 0x0c0
        .set    BLOCK, 0x1000           # of each display, from 10000 on: CCW, clock, screen
        .set    TOD, 8
        .set    SCREEN, 0x100

        mvc     PROGRAM_NEW(8,0),failed(0)
        mvc     IO_NEW(8,0),io_new(0)
        mvc     EXTERNAL_NEW(8,0),external_new(0)
        la      7,DISPLAYS
        l       9,blocks
make:   mvc     0(8,9),write
        la      1,SCREEN(,9)
        st      1,0(,9)
        mvi     0(9),ERASE_WRITE
        la      2,screen                # copied by 256 bytes
        la      3,(screen_end-screen+255)/256
copy:   mvc     0(256,1),0(2)
        la      1,256(,1)
        la      2,256(,2)
        bct     3,copy
        a       9,block
        bct     7,make
        lctl    0,0,comparator_only
again:  la      8,FIRST
        l       9,blocks
        b       set

# Every 3125 microseconds: the next display.
next:   stck    TOD(9)
        unpk    SCREEN+digits-screen(9,9),TOD(5,9)
        unpk    SCREEN+digits-screen+8(9,9),TOD+4(5,9)
        tr      SCREEN+digits-screen(16,9),hex-0xf0
        mvi     SCREEN+digits-screen+16(9),0x40
        st      9,CAW
        sio     0(8)                    # nobody there, or still busy: another time
        la      8,1(,8)
        a       9,block
        c       8,behind
        be      again
set:    stck    now
        lm      4,5,now
        al      5,interval
        bc      12,no_carry
        la      0,1
        alr     4,0
no_carry: stm   4,5,now
        sckc    now
rest:   lpsw    waiting

        .balign 8
now:    .quad   0
waiting: .long  0xff020000, 0
io_new: .long   0, rest
external_new: .long 0, next
failed: .long   0x00020000, 0xbad
write:  ccw     0, 0, screen_end-screen, SLI
comparator_only: .long 0x00000800
interval: .long 3125 << 12
blocks: .long   0x10000
block:  .long   BLOCK
behind: .long   FIRST+DISPLAYS
hex:    ebcdic  "0123456789ABCDEF"

screen: .byte   0xc3
        sba     0
        sf      BRIGHT
        ebcdic  "CLOCK "
digits: .skip   17, 0x40
        sba     80
        sf      UNPROTECTED
        insert_cursor
        sba     100
        sf      PROTECTED
        .irp    row, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22
        sba     80*\row
        .skip   79, 0x81 + \row
        .endr
        sba     80*23
        .skip   79, 0x5c
screen_end:
        .skip   256
