# Spooled devices: what is punched to oneself is read again, by channel programs and by DIAGNOSE 14;
# see guests/tests/test.inc for how it ends. Leaves two printed files.
        .include "test.inc"
        .set    PAGE, 0x2000
        .set    READER, 0x00c
        .set    PUNCH, 0x00d
        .set    PRINTER, 0x00e
        .macro  diagnose r1, r3, code
        .long   0x83000000 + (\r1 << 20) + (\r3 << 16) + \code
        .endm
        .macro  condition code
        bc      15-(8 >> \code),fail
        .endm
# Tell Nestor.
        .macro  tell words
        la      2,8f
        la      3,9f-8f
        diagnose 2, 3, 0x08
        ltr     3,3
        bnz     fail
        b       7f
8:      ebcdic  "\words"
9:      .balign 2
7:
        .endm
# Start the program on the device; the CSW is its end.
        .macro  do device, program
        la      1,\program
        st      1,CAW
        la      2,\device
        bal     14,start
        .endm
        test
        step    1                       # the end of what this was loaded from; then nothing
        do      READER, read            # to read: intervention required
        cli     CSW+4,0x0d
        bne     fail
        do      READER, read
        cli     CSW+4,0x0e
        bne     fail
        do      READER, sense
        cli     sensed,0x40
        bne     fail
        step    2                       # 100 cards to oneself: more than one block
        tell    "spool punch to *"
        bal     9,punch_100
        tell    "close punch name many cards"
        bal     14,take_ready
        step    3                       # read them
        bal     9,read_100
        step    4                       # the end, and then nothing again
        do      READER, read
        cli     CSW+4,0x0d
        bne     fail
        do      READER, read
        cli     CSW+4,0x0e
        bne     fail
        step    5                       # shorter than a card, longer, a card in two pieces
        bal     9,punch_100
        tell    "close punch"
        bal     14,take_ready
        do      READER, read_short
        cli     CSW+4,0x0c
        bne     fail
        cli     CSW+5,0x40
        bne     fail
        do      READER, read_long
        cli     CSW+5,0x40
        bne     fail
        clc     CSW+6(2),twenty
        bne     fail
        do      READER, read_pieces
        cli     CSW+5,0
        bne     fail
        clc     piece(4),card_3
        bne     fail
        step    6                       # commands that these devices don't have
        do      READER, write_it
        cli     CSW+4,0x0e
        bne     fail
        do      READER, sense
        cli     sensed,0x80
        bne     fail
        do      PRINTER, read
        cli     CSW+4,0x0e
        bne     fail
        step    7                       # printed to oneself; closed and held
        tell    "close reader"
        do      PRINTER, page
        cli     CSW+4,0x0c
        bne     fail
        tell    "spool printer to * hold class b"
        tell    "close printer name listing text"
        do      READER, read            # held: nothing
        cli     CSW+4,0x0e
        bne     fail
        step    8                       # a file of 100 cards behind it, for DIAGNOSE 14
        bal     9,punch_100
        tell    "close punch"
        bal     14,take_ready
        l       4,page_at
        la      6,READER
        la      7,8                     # the next punched file
        diagnose 4, 6, 0x14
        condition 0
        clc     28(4,4),hundred         # records
        bne     fail
        cli     39(4),0x82
        bne     fail
        la      7,8                     # no more of them
        diagnose 4, 6, 0x14
        condition 1
        la      7,4                     # a printed one
        diagnose 4, 6, 0x14
        condition 0
        clc     44(7,4),listing
        bne     fail
        cli     38(4),0x40              # held
        bne     fail
        cli     40(4),0xc2              # class B
        bne     fail
        step    9                       # its blocks: 42, 42 and 16 cards
        la      7,0
        diagnose 4, 6, 0x14
        condition 0
        clc     8(4,4),forty_two
        bne     fail
        cli     16(4),0x01
        bne     fail
        clc     32(4,4),card_1
        bne     fail
        la      7,0
        diagnose 4, 6, 0x14
        condition 0
        la      7,0
        diagnose 4, 6, 0x14
        condition 0
        cli     11(4),16
        bne     fail
        la      7,0
        diagnose 4, 6, 0x14
        condition 1
        step    10                      # back one; from the beginning
        la      7,0x18
        diagnose 4, 6, 0x14
        condition 0
        cli     11(4),42
        bne     fail
        la      7,0x14
        diagnose 4, 6, 0x14
        condition 0
        la      7,0
        diagnose 4, 6, 0x14
        condition 0
        clc     32(4,4),card_1
        bne     fail
        step    11                      # the file behind the first; behind the last
        la      6,0
        l       7,descriptors
        diagnose 4, 6, 0x14
        condition 0
        lh      6,32(4)
        l       7,descriptors
        diagnose 4, 6, 0x14
        condition 0
        clc     120(4,4),card_1
        bne     fail
        lh      6,32(4)
        l       7,descriptors
        diagnose 4, 6, 0x14
        condition 1
        step    12                      # errors: no device, no reader
        la      6,0x7ff
        la      7,0
        diagnose 4, 6, 0x14
        condition 3
        is      7, 4
        la      6,PRINTER
        diagnose 4, 6, 0x14
        condition 3
        is      7, 8
        step    13                      # nothing open: nothing to go back in
        tell    "close reader"
        la      6,READER
        la      7,0x18
        diagnose 4, 6, 0x14
        condition 2
        step    14                      # print for the printer
        tell    "spool printer off nohold class a copy 2"
        do      PRINTER, page
        tell    "close printer"
        tell    "purge reader all"
        pass

# Punch cards numbered 1 to 100; read them.
punch_100:
        la      8,1
punch_next:
        bal     10,make_card
        do      PUNCH, write_it
        cli     CSW+4,0x0c
        bne     fail
        la      8,1(,8)
        c       8,hundred
        bnh     punch_next
        br      9
read_100:
        la      8,1
read_next:
        bal     10,make_card
        do      READER, read
        cli     CSW+4,0x0c
        bne     fail
        clc     card(80),place
        bne     fail
        la      8,1(,8)
        c       8,hundred
        bnh     read_next
        br      9
make_card:
        cvd     8,double
        unpk    card+5(4),double+5(3)
        oi      card+8,0xf0
        br      10

# Closed, the cards make the reader ready: a device end.
take_ready:
        mvc     IO_NEW(8,0),came(0)
        lpsw    wait
ready:  cli     CSW+4,0x04
        bne     fail
        clc     IO_OLD+2(2),reader_address
        bne     fail
        br      14

start:  mvc     IO_NEW(8,0),ended_psw(0)
again:  sio     0(2)
        bc      1,fail
        bc      2,again
        bc      4,stored
        lpsw    wait
ended:  ch      2,IO_OLD+2
        bne     again_waits
stored: br      14
again_waits:
        lpsw    wait
        .balign 8
wait:   .long   0xfe020000, 0
ended_psw: .long 0, ended
came:   .long   0, ready
double: .quad   0
read:   ccw     0x02, place, 80
read_short: ccw 0x02, place, 60
read_long: ccw  0x02, place, 100
read_pieces: ccw 0x02, place, 5, CD
        ccw     0, piece, 75
write_it: ccw   0x01, card, 80
sense:  ccw     0x04, sensed, 1
page:   ccw     0x8b, 0, 1, CC+SLI
        ccw     0x09, line_1, line_1_end-line_1, CC+SLI
        ccw     0x11, line_2, line_2_end-line_2, CC+SLI
        ccw     0x0b, 0, 1, SLI
hundred: .long  100
forty_two: .long 42
page_at: .long  PAGE
descriptors: .long 0xfff
twenty: .short  20
reader_address: .short READER
sensed: .byte   0
        .balign 2
card_1: ebcdic  "CARD"
card_3: ebcdic  "0003"
listing: ebcdic "LISTING"
line_1: ebcdic  "A FIRST LINE"
line_1_end:
line_2: ebcdic  "AND A SECOND ONE"
line_2_end:
        .balign 2
card:   ebcdic  "CARD 0000"
        .skip   71, 0x40
place:  .skip   100
piece:  .skip   80
