# Real printers, punches and readers: what is in the queues is printed and punched, a file at a time;
# a deck that is read goes to the user whose name is on its first card.
        module  spool_real

# The real device 2 does what there is for it to do, if it is nobody's.
start_spooling:
        enter
        lr      10,2
        tm      RD_FLAGS(10),R_DRAINED+R_SPOOLS
        bnz     start_spool_over
        l       0,RD_OWNER(,10)
        o       0,RD_FILE(,10)
        bnz     start_spool_over
        cli     RD_CLASS(10),C_READER
        be      start_reader
        cli     RD_CLASS(10),C_PRINTER
        be      start_output
        cli     RD_CLASS(10),C_PUNCH
        bne     start_spool_over
start_output:
        la      9,FILES
output_look:
        l       9,SF_NEXT(,9)
        ltr     9,9
        bz      start_spool_over
        clc     SF_QUEUE(1,9),RD_CLASS(10)
        bne     output_look
        tm      SF_FLAGS(9),SFF_HOLD+SFF_USED
        bnz     output_look
        call    get_frame
        bnz     start_spool_over
        st      2,RD_BUFFER(,10)
        st      9,RD_FILE(,10)
        oi      SF_FLAGS(9),SFF_USED
        lh      1,SF_COPIES(,9)
        st      1,RD_COPIES(,10)
        xc      0(SB_DATA,2),0(2)
        mvc     SB_NEXT(4,2),SF_START(9)
        cli     RD_CLASS(10),C_PRINTER
        be      output_title
        bal     14,output_next
        leave
# Printed files begin with a page that says whose they are.
output_title:
        mvc     SB_DATA(title_end-title,2),title(12)
        mvi     SB_RECORDS+3(2),3
        la      8,SB_DATA+title_line-title(,2)
        mvc     8(8,8),SF_ORIGIN(9)
        la      3,23(,8)
        lh      2,SF_ID(,9)
        call    four_digits
        mvc     29(12,8),SF_NAME(9)
        mvc     42(12,8),SF_KIND(9)
        mvc     55(8,8),SF_DATE(9)
        mvc     64(8,8),SF_TIME(9)
        la      3,74(,8)
        l       2,SF_RECORDS(,9)
        call    to_decimal
        mvc     0(8,3),records_word(12)
        bal     14,output_starts
start_spool_over:
        leave

# The block in the buffer of device 10 is executed.
output_starts:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       2,RD_BUFFER(,10)
        l       7,SB_RECORDS(,2)
        la      4,SB_DATA(,2)
        ltr     7,7
        bz      output_started
output_relocate:
        l       1,0(,4)
        alr     1,2
        st      1,0(,4)
        l       1,8(,4)
        alr     1,2
        st      1,8(,4)
        lr      3,4
        la      4,0(,1)
        bct     7,output_relocate
        ni      4(3),0xff-CC            # the last one
        la      3,SB_DATA(,2)
        bal     14,real_starts
output_started:
        lm      6,14,0(13)
        br      14

# The program at 3 is started on device 10; if the device is not ready it waits.
real_starts:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        ni      RD_FLAGS(10),0xff-R_WAITS
        oi      RD_FLAGS(10),R_SPOOLS
        st      3,RD_PROGRAM(,10)
        lr      2,10
        call    start_real
        bz      real_started
        bc      3,real_waits(12)        # busy: it will interrupt
        tm      CSW+4,0x02
        bo      real_checks
        tm      CSW+4,0x04              # at once
        bz      real_waits
        mvc     IO_STATUS(8),CSW
        lm      6,14,0(13)
        lr      2,10
        goto    spool_interrupted
real_checks:
        bal     14,not_ready
        b       real_started
real_waits:
        oi      RD_FLAGS(10),R_WAITS
real_started:
        lm      6,14,0(13)
        br      14

# Device 10 has shown a unit check. Not ready: the operator is told, and its device end waited for.
# Condition code 0: it is something else.
not_ready:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        lr      2,10
        call    sense_real              # 2
        n       2,intervention(12)
        bz      not_ready_over
        oi      RD_FLAGS(10),R_WAITS
        cli     RD_CLASS(10),C_READER
        be      not_ready_deck
        l       3,BUFFER
        text    2, "NOT READY: "
        call    to_text
        la      2,RD_ADDRESS(,10)
        la      4,2
        call    to_hexadecimal
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,OPERATOR
        call    write_line
        b       not_ready_told
not_ready_deck:                         # an empty reader: the end of the deck, whether its end-of-
        ni      RD_FLAGS(10),0xff-R_SKIPS       # file key was pressed or not
        l       2,RD_SPOOL(,10)
        sr      3,3
        call    spool_close
        l       2,RD_SPOOL(,10)
        mvi     VD_CLASS(2),0
not_ready_told:
        ltr     13,13
not_ready_over:
        lm      6,14,0(13)
        br      14

# The real device 2, which spools, has interrupted: IO_STATUS.
spool_interrupted:
        enter
        lr      10,2
        tm      RD_FLAGS(10),R_WAITS    # it is ready
        bo      spool_again
        tm      IO_STATUS+4,0x02
        bz      spool_no_check
        bal     14,not_ready
        bnz     spool_over
spool_no_check:
        tm      IO_STATUS+4,0x04
        bz      spool_over
        cli     RD_CLASS(10),C_READER
        be      spool_reader
        ni      RD_FLAGS(10),0xff-R_SPOOLS
        bal     14,output_next
spool_over:
        leave
spool_reader:
        tm      IO_STATUS+4,0x08        # it has become ready while we waited: what was begun is
        bz      spool_again             # gone
        ni      RD_FLAGS(10),0xff-R_SPOOLS
        b       card_was_read
spool_again:
        tm      IO_STATUS+4,0x04
        bz      spool_over
        l       3,RD_PROGRAM(,10)
        bal     14,real_starts
        leave

start_again:                            # for other modules: device 2, program 3
        enter
        lr      10,2
        bal     14,real_starts
        leave

# The next block of the file of device 10, the next copy, or the next file.
output_next:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       9,RD_FILE(,10)
        l       2,RD_BUFFER(,10)
        l       3,SB_NEXT(,2)
        ltr     3,3
        bnz     output_block
        l       1,RD_COPIES(,10)
        bctr    1,0
        st      1,RD_COPIES(,10)
        l       3,SF_START(,9)
        ltr     1,1
        bp      output_block
        sr      0,0
        st      0,RD_FILE(,10)
        call    give_frame
        lr      2,9
        call    purge_file
        lr      2,10
        call    start_spooling
        b       output_over
output_block:
        call    spool_read
        bal     14,output_starts
output_over:
        lm      6,14,0(13)
        br      14

# ---- the reader --------------------------------------------------------------------------------------
# Its frame has a command, and at 16 a card.
start_reader:
        l       2,RD_BUFFER(,10)
        ltr     2,2
        bnz     reader_next
        call    get_frame
        bnz     start_spool_over
        st      2,RD_BUFFER(,10)
reader_next:
        bal     14,read_card
        leave
read_card:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       3,RD_BUFFER(,10)
        mvc     0(8,3),read_command(12)
        la      1,16(,3)
        st      1,0(,3)
        mvi     0(3),0x02
        bal     14,real_starts
        lm      6,14,0(13)
        br      14

card_was_read:
        l       8,RD_SPOOL(,10)
        l       9,RD_BUFFER(,10)
        tm      IO_STATUS+4,0x01        # unit exception: the last one was read
        bo      deck_ends
        tm      RD_FLAGS(10),R_SKIPS
        bo      card_next
        cli     VD_CLASS(8),0           # the first one
        be      deck_begins
        lr      2,8
        la      3,16(,9)
        la      4,80
        la      5,0x01
        call    spool_record
        bnz     deck_lost
card_next:
        tm      RD_FLAGS(10),R_DRAINED
        bo      card_stops
        bal     14,read_card
        leave
card_stops:
        lr      2,9
        call    give_frame
        sr      0,0
        st      0,RD_BUFFER(,10)
        leave
deck_ends:
        ni      RD_FLAGS(10),0xff-R_SKIPS
        lr      2,8
        sr      3,3
        call    spool_close
        mvi     VD_CLASS(8),0
        b       card_next
deck_lost:
        lr      2,8
        la      3,1
        call    spool_close
deck_for_nobody:
        oi      RD_FLAGS(10),R_SKIPS
        l       2,OPERATOR
        text    3, "READER: ID CARD OR USER UNKNOWN, OR NO ROOM"
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
        b       card_next
# ID NAME [CLASS C]
deck_begins:
        l       5,BUFFER
        la      5,512(,5)
        mvi     0(5),0x40
        mvc     1(255,5),0(5)
        mvc     0(80,5),16(9)
        oc      0(80,5),capitals(12)
        st      5,COMMAND_AT
        mvc     COMMAND_TERMINAL(4),OPERATOR
        call    next_word
        bnz     deck_for_nobody
        clc     0(3,2),id_word(12)
        be      deck_user
        clc     0(7,2),userid_word(12)
        bne     deck_for_nobody
deck_user:
        call    next_word
        bnz     deck_for_nobody
        call    name_word
        la      2,WORK
        call    find_user
        bnz     deck_for_nobody
        xc      0(VD_SIZE,8),0(8)
        mvi     VD_CLASS(8),C_PUNCH
        mvi     VD_SPOOL_CLASS(8),0xc1
        mvc     VD_VM(4,8),RING         # the operator's
        mvc     VD_TO(8,8),DE_NAME(3)
        lr      2,8
        call    spool_options
        b       card_next

        .balign 8
read_command: ccw 0x02, 0, 80, SLI
intervention: .long 0x4000
capitals: .skip 80, 0x40
id_word: ebcdic "ID "
userid_word: ebcdic "USERID "
records_word: ebcdic " RECORDS"
        .balign 8
title:                                  # a block: to a new page, a line, to a new page
        ccw     0x8b, SB_DATA+16, 1, CC+SLI
        ccw     0x08, SB_DATA+title_1-title, 1
        .quad   0
title_1:
        ccw     0x19, SB_DATA+title_line-title, 96, CC+SLI
        ccw     0x08, SB_DATA+title_2-title, 1
title_line:
        ebcdic  "NESTOR            FILE                                                 "
        .skip   96+title_line-., 0x40
title_2:
        ccw     0x8b, SB_DATA+title_2+16-title, 1, CC+SLI
        ccw     0x08, SB_DATA+title_end-title, 1
        .quad   0
title_end:
