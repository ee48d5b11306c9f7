# The guest of the default machine: greets the operator on the console printer-keyboard
# 01F and answers what is typed there, until told to quit: then a disabled wait with
# code 0. Whoever comes to a display, 0C0 or 0C1, gets a screen, and again after each key.
#
# It lies at 1K, in the 4K that need no base register. Register 14: return addresses of
# the first level, 13: of the second, 10: of commands. 3: a text to say.
        .include "s370.inc"
        .set    CONSOLE, 0x01f
        .set    WRITE, 0x09             # with carrier return
        .set    INQUIRY, 0x0a           # read a line
        .set    LINE, 72                # longest line
        .set    ERASE_WRITE, 0x05       # of a display

        mvc     PROGRAM_NEW(8,0),failed(0)
        mvc     MACHINE_NEW(8,0),failed(0)
        mvc     IO_NEW(8,0),io_new(0)
        la      5,0x0c0                 # who is at a display already
        bal     11,show
        la      5,0x0c1
        bal     11,show
        la      3,greeting
        bal     13,say
        la      3,invitation
        bal     13,say

# ---- the conversation -----------------------------------------------------------------
next:   tm      request(0),0x80         # has attention come while we spoke?
        bo      asked
        lpsw    listening
attention:
        tm      CSW+4,0x80
        bz      next
asked:  mvi     request(0),0
        mvi     line,0x40
        mvc     line+1(LINE+7),line
        la      1,read
        bal     14,io
        oc      line(8),blanks          # small letters become capitals
        clc     line(8),blanks
        be      next
        la      9,commands
look:   cli     0(9),0
        be      unknown
        clc     0(8,9),line
        be      found
        la      9,12(,9)
        b       look
unknown: la     3,sorry
        bal     13,say
        b       next
found:  l       9,8(,9)
        balr    10,9
        b       next

# ---- commands ---------------------------------------------------------------------------
help:   la      3,help_1
        bal     13,say
        la      3,help_2
        bal     13,say
        la      3,help_3
        bal     13,say
        la      3,help_4
        bal     13,say
        br      10

# The time of day: bit 51 of the clock is a microsecond since 1 January 1900.
time:   stck    clock
        lm      6,7,clock
        srdl    6,12
        d       6,minute_us             # 6: microseconds left, 7: minutes
        lr      5,6
        sr      4,4
        d       4,second_us             # 5: seconds
        sr      6,6
        d       6,day                   # 6: minute of the day
        srda    6,32
        d       6,sixty                 # 6: minute, 7: hour
        cvd     7,clock
        bal     14,digits
        mvc     time_text+11(2),pair
        cvd     6,clock
        bal     14,digits
        mvc     time_text+14(2),pair
        cvd     5,clock
        bal     14,digits
        mvc     time_text+17(2),pair
        la      3,time_text
        bal     13,say
        br      10
digits: unpk    pair(2),clock+6(2)
        oi      pair+1,0xf0
        br      14

# Who runs this: STORE CPU ID, and how much storage there is, by trying.
who:    stidp   clock
        unpk    hex(7),clock+1(4)       # serial
        tr      hex(6),hex_table-0xf0
        mvc     who_text+37(6),hex
        unpk    hex(5),clock+4(3)       # model
        tr      hex(4),hex_table-0xf0
        mvc     who_text+24(4),hex
        sr      4,4
        mvc     PROGRAM_NEW(8,0),no_more(0)
try:    isk     5,4                     # an addressing exception ends this
        a       4,block
        c       4,all
        bl      try
counted: mvc    PROGRAM_NEW(8,0),failed(0)
        srl     4,10
        cvd     4,clock
        mvc     who_text+50(6),edit
        ed      who_text+50(6),clock+5
        la      3,who_text
        bal     13,say
        br      10

quit:   la      3,farewell
        bal     13,say
        lpsw    ended

# ---- the console ------------------------------------------------------------------------
# Say the text at 3: a byte of length, then the text.
say:    sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        st      3,print
        mvi     print,WRITE
        sth     4,print+6
        la      1,print
        bal     14,io
        br      13

# Run the channel program at 1, and wait for its end.
io:     st      1,CAW
start:  sio     CONSOLE
        bc      8,wait
        bc      1,gone
clear:  tio     CONSOLE                 # busy, or status that came first: clear it
        bc      2,clear
        tm      CSW+4,0x80
        bz      start
        oi      request(0),0x80
        b       start
wait:   mvc     then(4),io_ended
        lpsw    listening
ended_io:
        tm      CSW+4,0x80
        bz      no_attention
        oi      request(0),0x80
no_attention:
        tm      CSW+4,0x04              # device end?
        bz      wait
        mvc     then(4),io_asked
        br      14
gone:   lpsw    no_console

# ---- interruptions, and displays ----------------------------------------------------------
interrupted:
        clc     IO_OLD+2(2),console
        bne     display
        l       12,then
        br      12
display: lh     5,IO_OLD+2
        tm      CSW+4,0x0a              # the end of our own screen, or nobody there any more?
        bnz     rest
        bal     11,show                 # power on, or a key
rest:   lpsw    IO_OLD                  # go on waiting

# A screen for the display at 5, if one is there.
show:   la      1,draw
        st      1,CAW
        sio     0(5)
        bc      2,show
        bcr     8+1,11
        tm      CSW+4,0x10              # something came first: once more
        bo      show
        br      11

# ---- data -------------------------------------------------------------------------------
        .balign 8
listening: .long 0xfe020000, 0          # wait, with all channels enabled
io_new: .long   0, interrupted
no_more: .long  0, counted
failed: .long   0x00020000, 0xbad       # a program check: ours
no_console: .long 0x00020000, 0x01f
ended:  .long   0x00020000, 0
clock:  .quad   0
print:  ccw     WRITE, 0, 0, SLI
read:   ccw     INQUIRY, line, LINE, SLI
draw:   ccw     ERASE_WRITE, screen, screen_end-screen, SLI
then:   .long   attention               # where to after an interruption by the console
io_asked: .long attention
io_ended: .long ended_io
minute_us: .long 60000000
second_us: .long 1000000
day:    .long   1440
sixty:  .long   60
block:  .long   0x800
all:    .long   0x1000000               # 24-bit addresses end here
console: .short CONSOLE
request: .byte  0
pair:   .skip   2
hex:    .skip   8
hex_table: ebcdic "0123456789ABCDEF"
edit:   .byte   0x40,0x20,0x20,0x20,0x21,0x20
blanks: .skip   8,0x40
        .balign 4
commands:
        .macro  command name, routine
        ebcdic  "\name"
        .long   \routine
        .endm
        command "HELP    ", help
        command "TIME    ", time
        command "WHO     ", who
        command "QUIT    ", quit
        .byte   0
        .macro  text string
        .byte   9f - 8f
8:      ebcdic  "\string"
9:
        .endm
greeting: text  "Good day. This is a program of its own on a System/370 by Endicott."
invitation: text "Type /help at the operator prompt: what follows / comes to me."
help_1: text    "help   this"
help_2: text    "time   the time of day clock, UTC"
help_3: text    "who    the machine I run on"
help_4: text    "quit   the end: a disabled wait"
sorry:  text    "I do not know that. Try help."
time_text: text "It is now 00:00:00 UTC."
who_text: text  "I run on a System/370, 0000, serial 000000, with      0K of storage."
farewell: text  "Good bye."
        .macro  field row_column, attribute, string     # where, as two 6-bit characters
        .byte   0x11
        .short  \row_column
        .byte   0x1d, \attribute
        ebcdic  "\string"
        .endm
screen: .byte   0xc3                    # keyboard free, nothing modified
        field   0xc150, 0xf8, "Good day. This is a program of its own on a System/370 by Endicott."
        field   0xc3f0, 0xf0, "It talks at its console, 01F, and shows this to who comes to a display."
        .byte   0x11, 0xc6, 0x50, 0x1d, 0x40, 0x13      # a field, and the cursor in it
        .byte   0x11, 0xc7, 0x60, 0x1d, 0xf0
screen_end:
line:   .skip   LINE+8
