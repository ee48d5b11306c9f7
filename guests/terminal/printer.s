# A 3287 printer at 0C8: intervention required while there is none, pages when there is one, with
# the device end that tells that a page is on paper, and what becomes of that when the printer is
# taken away meanwhile. Ends in a disabled wait: address 0, or the number of the step that failed.
        .include "s370.inc"
        .include "3270.inc"
        .set    PRINTER, 0x0c8
        .set    START, 0xc8             # write control: print, new lines as the data has them
        .set    NO_START, 0xc0
        .set    KEY, 0x40               # interruption code of the interrupt key

        mvc     PROGRAM_NEW(8,0),failed(0)
        mvc     EXTERNAL_NEW(8,0),external_new(0)
        la      3,1                     # nobody there: not started
        la      1,page_one
        bal     14,io
        clc     statuses(2),unit_check
        bne     wrong
        bal     13,intervention
        la      3,2                     # a printer comes: device end
        bal     13,power_on
        la      3,3                     # a page: channel end, and device end when it is printed
        la      1,page_one
        bal     14,io
        clc     statuses(2),printed
        bne     wrong
        la      3,4                     # the buffer is written: no paper moves
        la      1,page_two
        bal     14,io
        clc     statuses(2),written
        bne     wrong
        la      3,5                     # and then printed
        la      1,print
        bal     14,io
        clc     statuses(2),printed
        bne     wrong
        la      3,6                     # in one channel program
        la      1,page_three
        bal     14,io
        clc     statuses(2),printed
        bne     wrong
        lpsw    for_key                 # until the interrupt key
external:
        tm      EXTERNAL_OLD+3,KEY
        bo      taken_away
        lpsw    EXTERNAL_OLD
taken_away:
        la      3,7                     # the printer goes while it prints
        la      1,page_one
        bal     14,io
        clc     statuses(2),not_printed
        bne     wrong
        bal     13,intervention
        la      3,8                     # another comes, and gets the page
        bal     13,power_on
        la      3,9
        la      1,page_four
        bal     14,io
        clc     statuses(2),printed
        bne     wrong
        lpsw    passed
wrong:  st      3,failed+4
        lpsw    failed

# Sense: intervention required, and nothing else.
intervention:
        la      1,sense
        bal     14,io
        clc     sensed(1),required
        bne     wrong
        br      13

# Wait for the device end alone, unless a start has met it already.
power_on:
        tm      came,0x04
        bo      is_on
        mvc     IO_NEW(8,0),io_alone(0)
        lpsw    waiting
alone:  clc     CSW+4(1,0),printed+1
        bne     wrong
is_on:  mvi     came,0
        br      13

# Run the channel program at 1; the unit status, and if it was channel end alone the one behind
# it, go to statuses.
io:     st      1,CAW
        mvc     statuses(2),none
        mvc     IO_NEW(8,0),io_new(0)
start:  sio     PRINTER
        bc      8,io_wait
        bc      1,gone
        bc      2,start
        tm      CSW+4,0x10              # something came first: once more
        bz      refused
        oc      came(1),CSW+4
        b       start
refused: mvc    statuses(1),CSW+4
        br      14
io_wait: lpsw   waiting
ended:  cli     statuses,0
        bne     second
        mvc     statuses(1),CSW+4
        tm      CSW+4,0x06              # device end or unit check?
        bz      io_wait
        br      14
second: mvc     statuses+1(1),CSW+4
        br      14
gone:   lpsw    no_printer

        .balign 8
waiting: .long  0xfe020000, 0
for_key: .long  0x01020000, 0
external_new: .long 0, external
io_new: .long   0, ended
io_alone: .long 0, alone
failed: .long   0x00020000, 0xbad
no_printer: .long 0x00020000, 0x0c8
passed: .long   0x00020000, 0
statuses: .short 0
came:   .byte   0
        .balign 2
none:   .short  0
unit_check: .byte 0x02, 0
printed: .byte  0x08, 0x04
written: .byte  0x0c, 0
not_printed: .byte 0x08, 0x06
required: .byte 0x40
sensed: .byte   0

        .macro  line text
        ebcdic  "\text"
        .byte   0x15                    # new line
        .endm
        .balign 8
sense:  ccw     0x04, sensed, 1, SLI
page_one: ccw   ERASE_WRITE, one, one_end-one, SLI
page_two: ccw   ERASE_WRITE, two, two_end-two, SLI
print:  ccw     WRITE, start_print, 1, SLI
page_three: ccw ERASE_WRITE, three, three_end-three, CC+SLI
        ccw     WRITE, start_print, 1, SLI
page_four: ccw  ERASE_WRITE, four, four_end-four, SLI
start_print: .byte START
one:    .byte   START
        line    "PAGE ONE"
        line    "ITS SECOND LINE"
        .byte   0x19                    # end of message
one_end:
two:    .byte   NO_START
        line    "PAGE TWO"
        .byte   0x19
two_end:
three:  .byte   NO_START
        line    "PAGE THREE"
        .byte   0x19
three_end:
four:   .byte   START
        line    "PAGE FOUR"
        .byte   0x19
four_end:
