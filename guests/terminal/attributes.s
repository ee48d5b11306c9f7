# Draws every attribute of a 3270 display at 0C0: field attributes, colours, extended
# highlighting, graphic escape; again after each key. For pictures of terminals.
        .include "s370.inc"
        .include "3270.inc"

        mvc     IO_NEW(8,0),io_new(0)
draw:   la      1,write
        st      1,CAW
again:  sio     0x0c0
        bc      2,again
        bc      8+1,rest
        tm      CSW+4,0x10              # busy: not started, for a terminal has come just now
        bo      again                   # or a key; otherwise nobody is there yet
        lpsw    waiting
interrupted:
        tm      CSW+4,0x80              # a key
        bo      draw
        tm      CSW+4,0x02              # nobody there yet
        bo      rest
        tm      CSW+4,0x08              # power on
        bz      draw
rest:   lpsw    waiting

        .balign 8
waiting: .long  0xfe020000, 0
io_new: .long   0, interrupted
write:  ccw     ERASE_WRITE, screen, screen_end-screen, SLI

# A field with an attribute and two extended ones.
        .macro  sfe attribute, type1, value1, type2=0x41, value2=0
        .byte   0x29, 3, 0xc0, \attribute, \type1, \value1, \type2, \value2
        .endm
screen: .byte   0xc3
        sba     0
        sf      BRIGHT
        ebcdic  "EVERY ATTRIBUTE"
        .irp    row, 1,2,3,4,5,6,7
        sba     (80*(\row+1))
        sfe     PROTECTED, 0x42, 0xf0+\row
        ebcdic  "COLOR "
        .byte   0xf0+\row
        sfe     PROTECTED, 0x42, 0xf0+\row, 0x41, 0xf1
        ebcdic  "BLINKS"
        sfe     PROTECTED, 0x42, 0xf0+\row, 0x41, 0xf2
        ebcdic  "REVERSE"
        sfe     PROTECTED, 0x42, 0xf0+\row, 0x41, 0xf4
        ebcdic  "UNDERSCORE"
        sfe     PROTECTED, 0x42, 0xf0+\row, 0x41, 0xf8
        ebcdic  "INTENSE"
        sfe     PROTECTED, 0x42, 0xf7, 0x45, 0xf0+\row
        ebcdic  "BACKGROUND"
        sf      PROTECTED
        .endr
        sba     800
        sf      PROTECTED
        ebcdic  "PROTECTED"
        sf      BRIGHT
        ebcdic  "BRIGHT"
        sf      UNPROTECTED
        ebcdic  "UNPROTECTED"
        sf      0xc8
        ebcdic  "BRIGHT INPUT"
        sf      0x4c
        ebcdic  "HIDDEN"
        sf      PROTECTED
        sba     960
        sf      PROTECTED
        sa      0x42, 0xf2
        ebcdic  "R"
        sa      0x42, 0xf6
        ebcdic  "A"
        sa      0x42, 0xf4
        ebcdic  "I"
        sa      0x42, 0xf5
        ebcdic  "N"
        sa      0x42, 0xf1
        ebcdic  "BOW"
        sa      0x00, 0x00
        sba     1121
        ge      0xc5
        ge      0xa2
        ge      0xd7
        ge      0xa2
        ge      0xd5
        sba     1201
        ge      0x85
        ebcdic  "A"
        ge      0x85
        ebcdic  "B"
        ge      0x85
        sba     1281
        ge      0xc4
        ge      0xa2
        ge      0xc7
        ge      0xa2
        ge      0xd4
        ebcdic  "  APL "
        ge      0xba
        ge      0xb3
        ge      0x8c
        ge      0xae
        sba     1600
        sf      UNPROTECTED
        insert_cursor
        .skip   20
        sf      PROTECTED
screen_end:
