# Displays 0C0 to 0FF, all at once: whoever comes gets a screen with the device's number, and
# after each key the screen again, with what was typed. The displays do not wait for each
# other. Each has a block of 4K:
#
#   0 CCW to read   8 CCW to write   16 state   17 attention has come   100 input   200 screen
        .include "s370.inc"
        .include "3270.inc"
        .set    IDLE, 0
        .set    READS, 1
        .set    WRITES, 2

        mvc     PROGRAM_NEW(8,0),failed(0)
        mvc     IO_NEW(8,0),io_new(0)
        la      7,64                    # make the blocks
        l       9,blocks
        la      8,0x0c0
make:   mvc     0(16,9),ccws
        la      1,0x100(,9)
        st      1,0(,9)
        mvi     0(9),READ_MODIFIED
        la      1,0x200(,9)
        st      1,8(,9)
        mvi     8(9),ERASE_WRITE
        mvi     16(9),IDLE
        mvi     17(9),0
        la      1,0x200(,9)             # the screen, copied by 256 bytes
        la      2,screen
        la      3,screen_end-screen+255
        srl     3,8
copy:   mvc     0(256,1),0(2)
        la      1,256(,1)
        la      2,256(,2)
        bct     3,copy
        st      8,word                  # its number
        unpk    digits(5),word+2(3)
        tr      digits(4),hex-0xf0
        mvc     0x200+number-screen(3,9),digits+1
        a       9,block
        la      8,1(,8)
        bct     7,make
        sr      7,7                     # clear what is pending from connections: write to all
        la      8,0x0c0
        l       9,blocks
begin:  bal     14,start_write
        la      8,1(,8)
        a       9,block
        la      7,1(,7)
        c       7,sixty_four
        bl      begin
rest:   lpsw    waiting

interrupted:
        lh      8,IO_OLD+2
        lr      9,8
        s       9,first
        bm      rest
        c       9,sixty_four
        bnl     rest
        sll     9,12
        a       9,blocks
        la      14,rest
        tm      CSW+4,0x02              # nobody there
        bo      lost
        tm      CSW+4,0x80
        bz      no_key
        oi      17(9),0x80
no_key: tm      CSW+4,0x04
        bz      look
        tm      CSW+4,0x08
        bz      start_write             # power on
        cli     16(9),READS
        be      echo
        mvi     16(9),IDLE
look:   cli     16(9),IDLE
        bne     rest
        tm      17(9),0x80
        bz      rest
        mvi     17(9),0
        mvc     0x100(20,9),blanks
        mvi     16(9),READS
        lr      1,9
        b       start
lost:   mvi     16(9),IDLE
        br      14

echo:   mvc     0x200+typed-screen(8,9),0x106(9)
start_write:
        mvi     16(9),WRITES
        la      1,8(,9)
start:  st      1,CAW
again:  sio     0(8)
        bcr     8,14
        bc      1,lost
        bc      2,again
        tm      CSW+4,0x02
        bo      lost
        tm      CSW+4,0x80
        bz      again
        oi      17(9),0x80
        b       again

        .balign 8
waiting: .long  0xfe020000, 0
io_new: .long   0, interrupted
failed: .long   0x00020000, 0xbad
ccws:   ccw     0, 0, 200, SLI
        ccw     0, 0, screen_end-screen, SLI
word:   .long   0
blocks: .long   0x10000
block:  .long   0x1000
first:  .long   0x0c0
sixty_four: .long 64
digits: .skip   8
hex:    ebcdic  "0123456789ABCDEF"
blanks: .skip   20, 0x40

screen: .byte   0xc3
        sba     0
        sf      BRIGHT
        ebcdic  "SESSION "
number: ebcdic  "000 "
        ebcdic  "YOU TYPED "
typed:  .skip   8, 0x40
        sba     80
        sf      UNPROTECTED
        insert_cursor
        sba     100
        sf      PROTECTED
        .irp    row, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22
        sba     80*\row
        .skip   79, 0x81 + \row
        .endr
        ebcdic  "LAST"
screen_end:
        .skip   256
