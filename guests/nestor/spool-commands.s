# Commands about spooling: SPOOL and CLOSE for devices, QUERY, CHANGE, TRANSFER and PURGE for files, START
# and DRAIN for real devices.
        module  spool_commands

# ---- devices --------------------------------------------------------------------------------------
# The next word names a spooled device, or all of a kind: 8 its class, or 0 and 9 the address. Condition
# code not 0: neither.
which_device:
        stm     10,14,FRAME(13)
        la      13,FRAME(,13)
        sr      9,9
        la      8,kinds(12)
        call    next_word
        bnz     which_none
        call    name_word
        call    keyword_again           # 2
        bnz     which_address
        lr      8,2
        cr      1,1
        b       which_over
which_address:
        l       2,COMMAND_AT            # back to the word
        s       2,one
        bctr    2,0
which_begins:
        cli     0(2),0x40
        be      which_begun
        bctr    2,0
        b       which_begins
which_begun:
        la      2,1(,2)
        call    hexadecimal
        bnz     which_none
        lr      9,2
        sr      8,8
        cr      1,1
        b       which_over
which_none:
        ltr     13,13
which_over:
        lm      10,14,0(13)
        br      14
        .balign 4
kinds:  keyword_row "READER  ", C_READER
        keyword_row "RDR     ", C_READER
        keyword_row "PUNCH   ", C_PUNCH
        keyword_row "PUN     ", C_PUNCH
        keyword_row "PCH     ", C_PUNCH
        keyword_row "PRINTER ", C_PRINTER
        keyword_row "PRT     ", C_PRINTER
        .long   0

# The next spooled device of machine 11 behind 10 (0: the first) that 8 and 9 name: 10; 0: there is none.
which_next:
        la      1,VD_SIZE(,10)
        ltr     10,10
        bnz     which_look
        la      1,VM_DEVICE_POOL(,11)
which_look:
        lr      10,1
        la      1,VM_END(,11)
        cr      10,1
        bnl     which_no_more
        la      1,VD_SIZE(,10)
        l       0,VD_DEVICE(,10)
        ltr     0,0
        bnz     which_look
        cli     VD_CLASS(10),C_READER
        bl      which_look
        cli     VD_CLASS(10),C_PRINTER
        bh      which_look
        ltr     8,8
        bnz     which_class
        ch      9,VD_ADDRESS(,10)
        bne     which_look
        br      14
which_class:
        stc     8,TEST
        clc     VD_CLASS(1,10),TEST
        bne     which_look
        br      14
which_no_more:
        sr      10,10
        br      14

# SPOOL device options
do_spool:
        enter
        bal     14,which_device
        bnz     spool_what
        l       7,COMMAND_AT            # for each of them anew
        sr      10,10
        bal     14,which_next
        ltr     10,10
        bz      spool_nothing
spool_do:
        st      7,COMMAND_AT
        lr      2,10
        call    spool_options
        bnz     spool_what
        bal     14,which_next
        ltr     10,10
        bnz     spool_do
        leave
spool_nothing:
        refuse  "NO SUCH DEVICE"
        leave
spool_what:
        refuse  "SPOOL READER, PUNCH, PRINTER OR ADDRESS   TO USER, OFF, CLASS C, COPY N, HOLD, CONT"
        leave

# What is left of the command, for the spooled device 2. Condition code not 0: it makes no sense.
spool_options:
        enter
        lr      10,2
option_next:
        call    next_word
        bnz     option_end
        call    name_word
        la      8,options(12)
        call    keyword_again
        bnz     option_name             # TO need not be said
        lr      15,2
        br      15
option_end:
        cr      1,1
        leave
option_wrong:
        ltr     13,13
        leave
        .balign 4
options:
        keyword_row "TO      ", option_to
        keyword_row "OFF     ", option_off
        keyword_row "SYSTEM  ", option_off
        keyword_row "CLASS   ", option_class
        keyword_row "COPY    ", option_copy
        keyword_row "HOLD    ", option_hold
        keyword_row "NOHOLD  ", option_nohold
        keyword_row "CONT    ", option_cont
        keyword_row "NOCONT  ", option_nocont
        .long   0
option_to:
        call    next_word
        bnz     option_wrong
        call    name_word
option_name:
        cli     WORK,0x5c               # oneself
        bne     option_user
        mvc     WORK(8),VM_NAME(11)
option_user:
        la      2,WORK
        call    find_user               # 3
        bnz     option_wrong
        mvc     VD_TO(8,10),DE_NAME(3)
        b       option_next
option_off:
        xc      VD_TO(8,10),VD_TO(10)
        b       option_next
option_class:
        call    next_word
        bnz     option_wrong
        mvc     VD_SPOOL_CLASS(1,10),0(2)
        b       option_next
option_copy:
        bal     14,copies               # 2
        bnz     option_wrong
        sth     2,VD_COPIES(,10)
        b       option_next
option_hold:
        oi      VD_SPOOL_FLAGS(10),SP_HOLD
        b       option_next
option_nohold:
        ni      VD_SPOOL_FLAGS(10),0xff-SP_HOLD
        b       option_next
option_cont:
        oi      VD_SPOOL_FLAGS(10),SP_CONT
        b       option_next
option_nocont:
        ni      VD_SPOOL_FLAGS(10),0xff-SP_CONT
        b       option_next
copies: lr      7,14                    # 2: a number from 1 to 99
        call    next_word
        bnz     copies_wrong
        call    decimal
        bnz     copies_wrong
        ltr     2,2
        bz      copies_wrong
        c       2,most_copies(12)
        bh      copies_wrong
        lr      14,7
        cr      1,1
        br      14
copies_wrong:
        lr      14,7
        ltr     13,13
        br      14
        .balign 4
most_copies: .long 99

# CLOSE device [HOLD, PURGE] [NAME name [kind]]
do_close:
        enter
        bal     14,which_device
        bnz     close_what
        xc      VM_ROW(12,11),VM_ROW(11)        # 0 or what `spool_close` is told
        mvi     VM_FILE_NAME(11),0x40
        mvc     VM_FILE_NAME+1(23,11),VM_FILE_NAME(11)
        bal     14,close_words
        bnz     close_what
        sr      10,10
close_next_device:
        bal     14,which_next
        ltr     10,10
        bz      close_over
        l       1,VD_FILE(,10)
        ltr     1,1
        bz      close_next_device
        cli     VM_FILE_NAME(11),0x40
        be      close_now
        mvc     SF_NAME(24,1),VM_FILE_NAME(11)
close_now:
        lr      2,10
        sr      3,3
        ic      3,VM_ROW(,11)
        call    spool_close
        b       close_next_device
close_over:
        leave
close_what:
        refuse  "CLOSE READER, PUNCH, PRINTER OR ADDRESS   HOLD, PURGE, NAME NAME KIND"
        leave
close_words:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
close_word:
        call    next_word
        bnz     close_words_end
        call    name_word
        la      8,close_options(12)
        call    keyword_again
        bnz     close_words_over
        ltr     2,2
        bz      close_name
        stc     2,VM_ROW(,11)
        b       close_word
close_name:
        bal     14,file_name
        b       close_word
close_words_end:
        cr      1,1
close_words_over:
        lm      6,14,0(13)
        br      14
        .balign 4
close_options:
        keyword_row "HOLD    ", 1
        keyword_row "PURGE   ", 1
        keyword_row "NAME    ", 0
        .long   0
# The next one or two words: VM_FILE_NAME.
file_name:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        la      9,VM_FILE_NAME(,11)
        la      8,2
        mvi     VM_FILE_NAME(11),0x40
        mvc     VM_FILE_NAME+1(23,11),VM_FILE_NAME(11)
file_name_next:
        call    next_word
        bnz     file_name_over
        c       3,longest_name(12)
        bnh     file_name_fits
        l       3,longest_name(12)
file_name_fits:
        ex      3,file_name_move(12)
        la      9,12(,9)
        bct     8,file_name_next
file_name_over:
        lm      6,14,0(13)
        br      14
file_name_move: mvc 0(1,9),0(2)
        .balign 4
longest_name: .long 11

# ---- files ---------------------------------------------------------------------------------------------
# QUERY READER, PRINTER, PUNCH: the word for the kind was the last one.
query_files:                            # in the frame of do_query
        based
        la      8,kinds(12)             # the word is still in WORK
        la      3,2
        call    keyword_again
        lr      8,2
        sr      9,9
        mvi     VM_ROW(11),0
query_file:
        la      2,VM_NAME(,11)
        call    next_file               # 2
        bnz     query_end
        lr      9,2
        cli     VM_ROW(11),0
        bne     query_file_row
        mvi     VM_ROW(11),1
        begin_line "FROM     FILE C RECORDS CPY HOLD DATE     TIME     NAME         KIND"
        call    line_out
query_file_row:
        l       3,BUFFER
        mvi     0(3),0x40
        mvc     1(100,3),0(3)
        mvc     0(8,3),SF_ORIGIN(9)
        la      3,9(,3)
        lh      2,SF_ID(,9)
        call    four_digits
        l       3,BUFFER
        mvc     14(1,3),SF_CLASS(9)
        la      3,16(,3)
        l       2,SF_RECORDS(,9)
        call    to_decimal
        l       3,BUFFER
        la      3,24(,3)
        lh      2,SF_COPIES(,9)
        ltr     2,2
        bnz     query_copies
        la      2,1
query_copies:
        call    to_decimal
        l       3,BUFFER
        mvc     28(4,3),none_word(12)
        tm      SF_FLAGS(9),SFF_HOLD
        bz      query_used
        mvc     28(4,3),held_word(12)
query_used:
        tm      SF_FLAGS(9),SFF_USED
        bz      query_dates
        mvc     28(4,3),used_word(12)
query_dates:
        mvc     33(8,3),SF_DATE(9)
        mvc     42(8,3),SF_TIME(9)
        mvc     51(12,3),SF_NAME(9)
        mvc     64(12,3),SF_KIND(9)
        la      3,76(,3)
        call    line_out
        b       query_file
query_end:
        cli     VM_ROW(11),0
        bne     query_over
        begin_line "NO FILES"
        call    line_out
query_over:
        leave
none_word: ebcdic "NONE"
held_word: ebcdic "USER"
used_word: ebcdic "USED"

query_counts:                            # in the frame of do_query
        based
        begin_line "FILES: "
        la      8,C_READER
query_count:
        sr      7,7
        sr      9,9
query_count_file:
        lr      6,3
        la      2,VM_NAME(,11)
        call    next_file
        bnz     query_counted
        lr      9,2
        la      7,1(,7)
        lr      3,6
        b       query_count_file
query_counted:
        lr      3,6
        lr      2,7
        call    to_decimal
        lr      1,8
        sll     1,3
        la      2,count_words-8*C_READER(1,12)
        call    to_text
        la      8,1(,8)
        c       8,last_kind(12)
        bnh     query_count
        call    line_out
        leave
count_words:                            # 8 bytes each
        .byte   6
        ebcdic  " RDR, "
        .byte   0, 6
        ebcdic  " PUN, "
        .byte   0, 4
        ebcdic  " PRT"
        .byte   0, 0, 0
        .balign 4
last_kind: .long C_PRINTER

# The next two words are a kind, 8, and a number or ALL, 7 (0: all). Condition code not 0: they are not.
which_files:
        stm     9,14,FRAME(13)
        la      13,FRAME(,13)
        la      8,kinds(12)
        call    keyword                 # 2
        bnz     files_none
        lr      8,2
file_number:
        call    next_word
        bnz     files_none
        sr      7,7
        clc     0(4,2),all_word(12)
        be      files_well
        call    decimal
        bnz     files_none
        lr      7,2
files_well:
        cr      1,1
        b       files_over
files_none:
        ltr     13,13
files_over:
        lm      9,14,0(13)
        br      14
which_file:                             # the number only
        stm     9,14,FRAME(13)
        la      13,FRAME(,13)
        b       file_number
all_word: ebcdic "ALL "

# The next of these files behind 9: 9; 0: there is none. Those in use are let alone.
each_file:
        stm     10,14,FRAME(13)
        la      13,FRAME(,13)
each_look:
        la      2,VM_NAME(,11)
        call    next_file
        bnz     each_none
        lr      9,2
        tm      SF_FLAGS(9),SFF_USED
        bo      each_look
        ltr     7,7
        bz      each_over
        ch      7,SF_ID(,9)
        bne     each_look
        b       each_over
each_none:
        sr      9,9
each_over:
        lm      10,14,0(13)
        br      14

# PURGE kind number or ALL
do_purge:
        enter
        bal     14,which_files
        bnz     purge_what
        sr      10,10                   # how many
purge_next:
        sr      9,9
        bal     14,each_file
        ltr     9,9
        bnz     purge_this
        bal     14,which_file           # another number
        bz      purge_next
        b       files_told
purge_this:
        lr      2,9
        call    purge_file
        la      10,1(,10)
        b       purge_next
purge_what:
        refuse  "PURGE READER, PRINTER, PUNCH   NUMBERS OR ALL"
        leave
# 10: how many files it was done to.
files_told:
        ltr     10,10
        bz      files_no_such
        l       3,BUFFER
        lr      2,10
        call    to_decimal
        add     " FILES"
        call    line_out
        leave
files_no_such:
        refuse  "NO SUCH FILE"
        leave

# TRANSFER [READER] number or ALL [TO] user: from one's reader to another's.
do_transfer:
        enter
        l       10,COMMAND_AT
        la      8,kinds(12)
        call    keyword                 # 2
        bnz     transfer_reader
        c       2,kinds+8(12)
        bne     transfer_what
        l       10,COMMAND_AT
transfer_reader:
        st      10,COMMAND_AT
        la      8,C_READER
        bal     14,which_file
        bnz     transfer_what
        call    next_word
        bnz     transfer_what
        clc     0(3,2),to_word(12)
        bne     transfer_user
        call    next_word
        bnz     transfer_what
transfer_user:
        call    name_word
        la      2,WORK
        call    find_user               # 3
        bnz     transfer_what
        lr      6,3
        sr      10,10
        clc     DE_NAME(8,6),VM_NAME(11)
        be      files_told
transfer_next:
        sr      9,9
        bal     14,each_file
        ltr     9,9
        bz      files_told
        mvc     SF_USER(8,9),DE_NAME(6)
        mvc     SF_ORIGIN(8,9),VM_NAME(11)
        lr      2,9
        call    keep_file
        lr      2,9
        call    announce_file
        la      10,1(,10)
        b       transfer_next
transfer_what:
        refuse  "TRANSFER NUMBER OR ALL TO USER"
        leave
to_word: ebcdic "TO "
        .balign 2

# CHANGE kind number or ALL   CLASS c, COPY n, HOLD, NOHOLD, NAME name kind
do_change:
        enter
        bal     14,which_files
        bnz     change_what
        l       6,COMMAND_AT
        sr      10,10
        sr      9,9
change_next:
        bal     14,each_file
        ltr     9,9
        bz      files_told
        la      10,1(,10)
        st      6,COMMAND_AT
change_word:
        call    next_word
        bnz     change_ready
        call    name_word
        st      8,NOW
        la      8,changes(12)
        call    keyword_again
        l       8,NOW
        bnz     change_what
        lr      15,2
        br      15
change_ready:
        lr      2,9
        call    keep_file
        l       2,DEVICES               # a printer or punch may have waited for it
change_device:
        ltr     2,2
        bz      change_next
        st      2,NOW
        call    start_spooling
        l       2,NOW
        l       2,RD_NEXT(,2)
        b       change_device
change_class:
        call    next_word
        bnz     change_what
        mvc     SF_CLASS(1,9),0(2)
        b       change_word
change_copy:
        st      7,NOW
        bal     14,copies
        l       7,NOW
        bnz     change_what
        sth     2,SF_COPIES(,9)
        b       change_word
change_hold:
        oi      SF_FLAGS(9),SFF_HOLD
        b       change_word
change_nohold:
        ni      SF_FLAGS(9),0xff-SFF_HOLD
        b       change_word
change_name:
        bal     14,file_name
        mvc     SF_NAME(24,9),VM_FILE_NAME(11)
        b       change_word
change_what:
        refuse  "CHANGE READER, PRINTER, PUNCH   NUMBER OR ALL   CLASS C, COPY N, HOLD, NOHOLD, NAME NAME"
        leave
        .balign 4
changes:
        keyword_row "CLASS   ", change_class
        keyword_row "COPY    ", change_copy
        keyword_row "HOLD    ", change_hold
        keyword_row "NOHOLD  ", change_nohold
        keyword_row "NAME    ", change_name
        .long   0

# ---- what others hear of a file -----------------------------------------------------------------------
# The file 2 has come to its queue: who made it and whose it is are told, readers and real devices look at it.
announce_file:
        enter
        lr      9,2
        la      2,SF_ORIGIN(,9)
        bal     14,logged_on            # 10
        bnz     announce_user
        tm      VM_EMSG(10),SET_IMSG_OFF
        bo      announce_user
        begin_line "PRT FILE "
        cli     SF_TYPE(9),0x41
        be      announce_number
        begin_line "PUN FILE "
announce_number:
        lh      2,SF_ID(,9)
        call    four_digits
        cli     SF_QUEUE(9),C_READER
        be      announce_to
        add     " FOR "
        b       announce_whom
announce_to:
        add     " TO "
announce_whom:
        mvc     0(8,3),SF_USER(9)
        la      3,8(,3)
        add     " COPY "
        lh      2,SF_COPIES(,9)
        ltr     2,2
        bnz     announce_copies
        la      2,1
announce_copies:
        call    to_decimal
        tm      SF_FLAGS(9),SFF_HOLD
        bo      announce_hold
        add     " NOHOLD"
        b       announce_tell
announce_hold:
        add     " HOLD"
announce_tell:
        bal     14,tell
announce_user:
        cli     SF_QUEUE(9),C_READER
        bne     announce_real
        la      2,SF_USER(,9)
        bal     14,logged_on
        bnz     announce_over
        tm      VM_EMSG(10),SET_IMSG_OFF
        bo      announce_readers
        begin_line "RDR FILE "
        lh      2,SF_ID(,9)
        call    four_digits
        add     " FROM "
        mvc     0(8,3),SF_ORIGIN(9)
        la      3,8(,3)
        bal     14,tell
announce_readers:
        la      8,VM_DEVICE_POOL(,10)   # a reader that had nothing to read is ready now
announce_reader:
        cli     VD_CLASS(8),C_READER
        bne     announce_next
        tm      VD_SPOOL_FLAGS(8),SP_EMPTY
        bz      announce_next
        tm      VD_FLAGS(8),VF_BUSY+VF_PENDING
        bnz     announce_next
        ni      VD_SPOOL_FLAGS(8),0xff-SP_EMPTY
        xc      VD_CSW(8,8),VD_CSW(8)
        mvi     VD_CSW+4(8),0x04
        lr      2,8
        call    interrupt_machine
announce_next:
        la      8,VD_SIZE(,8)
        la      1,VM_END(,10)
        cr      8,1
        bl      announce_reader
announce_over:
        leave
announce_real:
        l       10,DEVICES
announce_device:
        ltr     10,10
        bz      announce_over
        clc     SF_QUEUE(1,9),RD_CLASS(10)
        bne     announce_device_next
        lr      2,10
        call    start_spooling
announce_device_next:
        l       10,RD_NEXT(,10)
        b       announce_device

# The line in BUFFER, up to 3, on the terminal of machine 10.
tell:   lr      8,14
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,VM_TERMINAL(,10)
        call    write_line
        lr      14,8
        br      14

# 10: the machine with the name at 2. Condition code not 0: not logged on.
logged_on:
        l       10,RING
logged_look:
        clc     VM_NAME(8,10),0(2)
        bcr     8,14
        l       10,VM_NEXT(,10)
        c       10,RING
        bne     logged_look
        ltr     10,10
        br      14

# ---- START, DRAIN: real readers, punches, printers; the operator's --------------------------------------
do_start_device:
        enter
        bal     14,operators_device     # 10
        ni      RD_FLAGS(10),0xff-R_DRAINED
        tm      RD_FLAGS(10),R_WAITS    # it may have missed its device end
        bz      start_now
        ni      RD_FLAGS(10),0xff-R_WAITS-R_SPOOLS
        l       3,RD_PROGRAM(,10)
        lr      2,10
        call    start_again
        leave
start_now:
        lr      2,10
        call    start_spooling
        leave
do_drain:
        enter
        bal     14,operators_device
        oi      RD_FLAGS(10),R_DRAINED
        cli     RD_CLASS(10),C_READER
        bne     drain_over
        tm      RD_FLAGS(10),R_WAITS
        bz      drain_over
        ni      RD_FLAGS(10),0xff-R_WAITS-R_SPOOLS
        l       2,RD_BUFFER(,10)
        call    give_frame
        sr      0,0
        st      0,RD_BUFFER(,10)
drain_over:
        leave
operators_device:
        lr      8,14
        c       11,RING
        bne     operators_only
        call    next_word
        bnz     operators_what
        call    hexadecimal
        bnz     operators_what
        call    real_device
        bnz     operators_what
        lr      10,2
        cli     RD_CLASS(10),C_READER
        bl      operators_what
        cli     RD_CLASS(10),C_PRINTER
        bh      operators_what
        br      8
operators_only:
        refuse  "THE OPERATOR DOES THAT"
        leave
operators_what:
        refuse  "THE ADDRESS OF A REAL READER, PUNCH OR PRINTER"
        leave
