# A card deck that loads program.bin and itself. Assembled with SIZE (its
# length), LOAD (where it goes, and is entered), PSW (the left half of the PSW: none of it
# in System/370, bit 12 in ESA/390).
#
# IPL reads the first card's PSW and two CCWs, which read a card of CCWs and go there.
# Each such card reads eight cards of the program, then the next card of CCWs into the
# other of two areas, and goes on there. The channel does it all: when IPL ends, the
# program is in storage. Entered with key 0, disabled.
        .include "s370.inc"
        .set    READ, 0x02
        .set    TIC, 0x08
        .set    AREA, 0x300             # and AREA + 0x80, in turn
        .set    CARDS, (SIZE + 79) / 80

        .long   PSW, LOAD
        ccw     READ, AREA, 80, CC+SLI
        ccw     TIC, AREA, 1
        .skip   56, 0x40

        .macro  data_card number
        .if     \number < CARDS
        .if     \number == CARDS - 1
        ccw     READ, LOAD + 80 * (\number), 80
        .else
        ccw     READ, LOAD + 80 * (\number), 80, CC
        .endif
        .else
        .quad   0
        .endif
        .endm

        .set    first, 0
        .set    other, AREA + 0x80
        .rept   (CARDS + 7) / 8
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        data_card first + \n
        .endr
        ccw     READ, other, 80, CC
        ccw     TIC, other, 1
        .set    offset, 80 * first
        .if     SIZE - offset > 640
        .incbin "program.bin", offset, 640
        .else
        .incbin "program.bin", offset
        .endif
        .set    first, first + 8
        .set    other, 2 * AREA + 0x80 - other
        .endr
        .if     80 * CARDS - SIZE
        .skip   80 * CARDS - SIZE, 0
        .endif
