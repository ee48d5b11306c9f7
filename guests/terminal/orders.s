# Every command and order of a 3270 display, at 0C0. Each step runs one channel program,
# after the operator's key if it says so, and compares status, sense and what was read; the
# operator, or who plays it, sees on the screen that it was written as it should be. Ends in a
# disabled wait: address 0, or the number of the step that failed.
#
# ROWS and COLUMNS are those of the alternate size.
        .include "s370.inc"
        .include "3270.inc"
        .set    DISPLAY, 0x0c0
        .set    DATA, 0x8000            # what is read
        .set    SIZE_2, 1920            # positions of the default size
        .set    SIZE_N, ROWS*COLUMNS

        mvc     PROGRAM_NEW(8,0),failed(0)
        mvc     IO_NEW(8,0),io_new(0)
        l       3,first_step
next:   l       2,0(,3)
        ltr     2,2
        bz      done
        tm      10(3),KEY
        bz      go
await:  tm      attention(0),0x80
        bo      pressed
        lpsw    waiting
pressed: mvi    attention(0),0
go:     l       4,data                  # clear what is read
        mvc     0(256,4),blank(0)
        lr      1,2
        bal     14,io
        clc     11(1,3),csw+4           # unit status
        bne     wrong
        tm      csw+4,0x02
        bz      compare
        la      1,sense
        bal     14,io
        clc     12(1,3),sensed
        bne     wrong
compare: lh     5,8(,3)                 # how many bytes are compared
        bctr    5,0
        ltr     5,5
        bm      step_done
        l       6,4(,3)
        l       4,data
        ex      5,compare_data
        bne     wrong
step_done: la   3,16(,3)
        b       next
compare_data: clc 0(1,4),0(6)

done:   lpsw    passed
wrong:  sr      5,5
        ic      5,13(,3)
        st      5,failed+4
        lpsw    failed

# ---- input and output ------------------------------------------------------------------
# Run the channel program at 1; its CSW goes to csw.
io:     st      1,CAW
start:  sio     DISPLAY
        bc      8,io_wait
        bc      1,gone
        bc      2,start
        tm      CSW+4,0x0a              # ended at once, or checked?
        bnz     io_end
        tm      CSW+4,0x80
        bz      start                   # device end of power-on
        oi      attention(0),0x80
        b       start
io_wait: mvc    IO_NEW(8,0),io_running(0)
        lpsw    waiting
io_interrupted:
        tm      CSW+4,0x80
        bz      no_key
        oi      attention(0),0x80
no_key: tm      CSW+4,0x06              # device end or unit check?
        bz      io_wait
        mvc     IO_NEW(8,0),io_new(0)
io_end: mvc     csw(8,0),CSW(0)
        br      14
key:    tm      CSW+4,0x80
        bz      await
        oi      attention(0),0x80
        b       await
gone:   lpsw    no_display

        .balign 8
csw:    .quad   0
waiting: .long  0xfe020000, 0
io_new: .long   0, key
io_running: .long 0, io_interrupted
failed: .long   0x00020000, 0xbad
no_display: .long 0x00020000, 0x0c0
passed: .long   0x00020000, 0
sense:  ccw     0x04, sensed, 1, SLI
data:   .long   DATA
first_step: .long steps
sensed: .byte   0
attention: .byte 0
blank:  .skip   256

# ---- the steps ----------------------------------------------------------------------------
        .set    KEY, 0x80
        .set    step_number, 0
# step program [, what is to be read] [, flags] [, unit status] [, sense]
        .macro  step program, expected=0, flags=0, status=0x0c, sensed=0
        .set    step_number, step_number + 1
        .long   \program, \expected
        .ifeqs  "\expected", "0"
        .short  0
        .else
        .short  \expected\()_end - \expected
        .endif
        .byte   \flags, \status, \sensed, step_number
        .skip   2
        .endm
        .balign 8
steps:
        step    form                            # 1
        step    read, typed, KEY                # 2  abc, Enter
        step    orders                          # 3
        step    read_all_three, all_three, KEY  # 4  PF1: fields as the orders left them
        step    from_here, here                 # 5
        step    in_pieces, piece_2              # 6
        step    two_forms                       # 7
        step    short_read, rest, KEY           # 8  Enter: fields read in two goes
        step    again, rest_again               # 9
        step    from_start, start_again         # 10
        step    form                            # 11
        step    short, pa1, KEY                 # 12 PA1
        step    form                            # 13
        step    short, clear, KEY               # 14 Clear
        step    form
        step    erase_all                       # 16
        step    read, nothing, KEY              # 17 Enter
        step    alternate                       # 18
        step    read, corner, KEY               # 19 x, Enter
        step    form                            # 20
        step    query                           # 21
        step    read, reply, KEY                # 22 (the terminal answers by itself)
        step    structured                      # 23
        step    read_every, every, KEY          # 24 PA2
        step    unknown, 0, 0, 0x02, 0x80       # 25
        step    beyond, 0, 0, 0x0e, 0x01        # 26
        step    cut, 0, 0, 0x0e, 0x01           # 27
        step    form                            # 28
        step    read, request, KEY              # 29 SysReq
        step    farewell                        # 30
        .long   0

        .macro  data name
        .balign 2
\name:
        .endm
        .macro  program name
        .balign 8
\name:
        .endm

# A form: a title, a field for input.
        program form
        ccw     ERASE_WRITE, form_data, form_end-form_data, SLI
        data    form_data
        .byte   0xc3
        sba     0
        sf      BRIGHT
        ebcdic  "FORM"
        sba     80*2
        sf      PROTECTED
        ebcdic  "NAME:"
        sf      UNPROTECTED
        insert_cursor
        sba     80*2+27
        sf      PROTECTED
form_end:
        program read
        ccw     READ_MODIFIED, DATA, 1000, SLI
        data    typed
        .byte   0x7d
        address 80*2+10
        sba     80*2+7
        ebcdic  "abc"
typed_end:

# The orders. In row 4 ten times *, then the rest of the row is nulls; fields in rows 5 to
# 9; row 12 is filled to its end, then erased but for what is protected.
        program orders
        ccw     ERASE_WRITE, orders_1, orders_2-orders_1, CC+SLI
        ccw     WRITE, orders_2, orders_3-orders_2, CC+SLI
        ccw     WRITE, orders_3, orders_end-orders_3, SLI
        data    orders_1
        .byte   0xc0
        sba14   80*4
        ra      80*4+10, 0x5c
        sba     80*5
        .byte   0x29, 2, 0xc0, UNPROTECTED, 0x42, 0xf2      # a red field
        ebcdic  "RED"
        sba     80*6
        sf      PROTECTED
        ebcdic  "LABEL"
        sba     80*7
        sf      UNPROTECTED
        ebcdic  "OLD"
        sba     80*8
        sf      PROTECTED
        sa      0x41, 0xf2
        ebcdic  "REV"
        sa      0, 0
        ge      0xad
        ebcdic  "CHAINED "
orders_2:                               # goes on behind CHAINED: no address here
        .byte   0x00
        ebcdic  "ON"
        sba     80*6
        pt                              # to the field in row 7: its first position
        ebcdic  "TAB"
        sba     80*5
        .byte   0x2c, 1, 0xc0, MODIFIED # as if it were typed
        sba     80*12
        sf      UNPROTECTED
        ra      80*13, 0x60
        sba     80*13
        sf      PROTECTED
        ebcdic  "KEPT"
        sba     80*14
        sf      MODIFIED
        ebcdic  "M"
        sba     80*15
        sf      PROTECTED
        ebcdic  "END"
        sba     80*12
        eua     80*13+2
        sba     80*7
        sf      MODIFIED
        insert_cursor
orders_3:                               # behind the attribute in row 7
        .byte   0x02
        ebcdic  "NEW"
orders_end:
        program read_all_three
        ccw     READ_MODIFIED, DATA, 1000, SLI
        data    all_three
        .byte   0xf1
        address 80*7+1
        sba     80*5+1
        ebcdic  "RED"
        sba     80*7+1
        ebcdic  "NEW"
        sba     80*14+1
        ebcdic  "M"
all_three_end:

# A read behind a write begins where that ended; read buffer gives what is there.
        program from_here
        ccw     WRITE, here_data, here_data_end-here_data, CC+SLI
        ccw     READ_BUFFER, DATA, 3+8, SLI
        data    here_data
        .byte   0x02
        sba     80*6-1
here_data_end:
        data    here
        .byte   0x60
        address 80*7+1
        .byte   0x00
        sf      PROTECTED
        ebcdic  "LABEL"
here_end:
# The same in two pieces: the second has the rest.
        program in_pieces
        ccw     WRITE, here_data, here_data_end-here_data, CC+SLI
        ccw     READ_BUFFER, DATA, 3+5, CC+SLI
        ccw     READ_BUFFER, DATA, 3+3, SLI
        data    piece_2
        .byte   0x60
        address 80*7+1
        ebcdic  "BEL"
piece_2_end:

# Two modified fields, read in two goes: seven bytes, then from there on.
        program two_forms
        ccw     ERASE_WRITE, two_data, two_data_end-two_data, SLI
        data    two_data
        .byte   0xc2
        sba     80
        sf      MODIFIED
        ebcdic  "FIRST"
        sba     160
        sf      MODIFIED
        insert_cursor
        ebcdic  "SECOND"
        sba     240
        sf      PROTECTED
        ebcdic  "TWO"
two_data_end:
        program short_read
        ccw     READ_MODIFIED, DATA, 3+3+2, CC+SLI
        ccw     READ_MODIFIED, DATA, 1000, SLI
        data    rest
        .byte   0x7d
        address 161
        ebcdic  "RST"
        sba     161
        ebcdic  "SECOND"
rest_end:
# Behind a write the terminal is asked, and the position counts.
        program again
        ccw     WRITE, again_data, again_data_end-again_data, CC+SLI
        ccw     READ_MODIFIED, DATA, 1000, SLI
        data    again_data
        .byte   0x00
        sba     100
again_data_end:
        data    rest_again
        .byte   0x7d
        address 161
        sba     161
        ebcdic  "SECOND"
rest_again_end:
# Select without "from position" begins at the beginning; with it, not.
        program from_start
        ccw     WRITE, again_data, again_data_end-again_data, CC+SLI
        ccw     SELECT_RM_POSITION, 0, 1, CC+SLI
        ccw     READ_MODIFIED, DATA+64, 100, CC+SLI
        ccw     SELECT_RM, 0, 1, CC+SLI
        ccw     READ_MODIFIED, DATA, 64, CC+SLI
        ccw     WRITE, restore, 1, SLI
restore: .byte  0xc3
        data    start_again
        .byte   0x7d
        address 161
        sba     81
        ebcdic  "FIRST"
        sba     161
        ebcdic  "SECOND"
        .skip   64-20
        .byte   0x7d
        address 161
        sba     161
        ebcdic  "SECOND"
start_again_end:

# PA keys and Clear are short: no cursor, no data.
        program short
        ccw     READ_MODIFIED, DATA, 3, SLI
        data    pa1
        .byte   0x6c, 0, 0
pa1_end:
        data    clear
        .byte   0x6d, 0, 0
clear_end:

        program erase_all
        ccw     WRITE, old, old_end-old, CC+SLI
        ccw     ERASE_ALL_UNPROTECTED, 0, 1, SLI
        data    old
        .byte   0x00
        sba     80*2+6
        sf      MODIFIED
        ebcdic  "OLD"
        sba     0
        sf      BRIGHT
        ebcdic  "GONE"
old_end:
        data    nothing
        .byte   0x7d
        address 80*2+7
        .byte   0
nothing_end:

# The last position of the alternate size; an address of the last row.
        program alternate
        ccw     ERASE_WRITE_ALTERNATE, alternate_data, alternate_end-alternate_data, SLI
        data    alternate_data
        .byte   0xc3
        sba     0
        sf      PROTECTED
        ebcdic  "ALTERNATE"
        sba     SIZE_N-COLUMNS
        sf      PROTECTED
        ebcdic  "LAST ROW"
        sba     SIZE_N-5
        sf      UNPROTECTED
        insert_cursor
        sba     SIZE_N-1
        .byte   0x5a
alternate_end:
        data    corner
        .byte   0x7d
        address SIZE_N-3
        sba     SIZE_N-4
        ebcdic  "x"
        .byte   0x5a
corner_end:

# Read partition, query: the terminal tells what it is.
        program query
        ccw     WRITE_STRUCTURED, query_data, query_end-query_data, SLI
        data    query_data
        .byte   0, 5, 0x01, 0xff, 0x02
query_end:
        data    reply
        .byte   0x88
reply_end:

# Outbound 3270 data in a structured field; a write behind it goes on there.
        program structured
        ccw     WRITE_STRUCTURED, structured_data, structured_end-structured_data, CC+SLI
        ccw     WRITE, behind, behind_end-behind, SLI
        data    structured_data
        .short  structured_end-structured_data
        .byte   0x40, 0x00, 0xf5, 0xc2
        sba     80
        sf      MODIFIED
        insert_cursor
        ebcdic  "FIELD"
structured_end:
        data    behind
        .byte   0x02
        ebcdic  "BEHIND"
        sf      PROTECTED
        ebcdic  "."
behind_end:
        program read_every
        ccw     READ_MODIFIED_ALL, DATA, 1000, SLI
        data    every
        .byte   0x6e
every_end:

        program unknown
        ccw     0x07, 0, 1, SLI
        program beyond
        ccw     WRITE, beyond_data, beyond_end-beyond_data, SLI
        data    beyond_data
        .byte   0xc3
        sba     80
        ebcdic  "GOOD"
        sba14   SIZE_2
        ebcdic  "BAD"
beyond_end:
        program cut
        ccw     WRITE, cut_data, 2, SLI
        data    cut_data
        .byte   0xc3, 0x3c

        data    request
        .byte   0xf0
request_end:

        program farewell
        ccw     ERASE_WRITE, farewell_data, farewell_end-farewell_data, SLI
        data    farewell_data
        .byte   0xc3
        sba     80
        sf      BRIGHT
        ebcdic  "ALL STEPS DONE"
farewell_end:
