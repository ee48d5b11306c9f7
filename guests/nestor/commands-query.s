# Commands that tell, and those about users and devices.
        module  commands_query

# A line is put together at LINE, 3 going on; `line_out` says it to the terminal that asked.
        .macro  begin_line words
        text    2, "\words"
        l       3,BUFFER
        call    to_text
        .endm
        .macro  add words
        text    2, "\words"
        call    to_text
        .endm
line_out:
        enter
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,COMMAND_TERMINAL
        call    write_line
        leave

# Which word of the table at 8 is the next of the command? 10: its routine; condition code not 0: none.
keyword:
        enter
        call    next_word
        bnz     keyword_none
        call    name_word
        b       keyword_look
keyword_again:                          # the word is in WORK, its length - 1 in 3
        enter
keyword_look:
        cli     0(8),0
        be      keyword_none
        ex      3,keyword_compare(12)
        be      keyword_found
        la      8,12(,8)
        b       keyword_look
keyword_found:
        l       2,8(,8)
        cr      1,1
        leave
keyword_none:
        ltr     13,13
        leave
keyword_compare: clc WORK(1),0(8)
        .macro  keyword_row name, routine
        ebcdic  "\name"
        .long   \routine
        .endm

# ---- QUERY -------------------------------------------------------------------------------------
do_query:
        enter
        la      8,query_table(12)
        call    keyword
        bnz     query_what
        lr      15,2
        bcr     15,15
query_what:
        text    3, "QUERY VIRTUAL, USERS, STORAGE, TIME, LEVEL, READER, PRINTER, PUNCH, FILES"
        call    complain
        leave
        .balign 4
query_table:
        keyword_row "VIRTUAL ", query_virtual
        keyword_row "USERS   ", query_users
        keyword_row "NAMES   ", query_users
        keyword_row "STORAGE ", query_storage
        keyword_row "TIME    ", query_time
        keyword_row "LEVEL   ", query_level
        keyword_row "READER  ", query_files
        keyword_row "RDR     ", query_files
        keyword_row "PRINTER ", query_files
        keyword_row "PRT     ", query_files
        keyword_row "PUNCH   ", query_files
        keyword_row "PCH     ", query_files
        keyword_row "FILES   ", query_counts
        .long   0

query_virtual:
        la      9,VM_DEVICE_POOL(,11)
query_device:
        cli     VD_CLASS(9),0
        be      query_device_next
        l       3,BUFFER
        la      2,VD_ADDRESS(,9)
        la      4,2
        call    to_hexadecimal
        add     " "
        sr      1,1
        ic      1,VD_CLASS(,9)
        mh      1,class_length(12)
        la      2,class_names(1,12)
        call    to_text
        l       8,VD_DEVICE(,9)
        ltr     8,8
        bz      query_device_say
        add     " ON "
        la      2,RD_ADDRESS(,8)
        la      4,2
        call    to_hexadecimal
        lh      2,VD_CYLINDERS(,9)
        ltr     2,2
        bz      query_device_say
        add     " CYLINDERS FROM "
        lh      2,VD_FIRST(,9)
        call    to_decimal
        add     ", "
        lh      2,VD_CYLINDERS(,9)
        call    to_decimal
        tm      VD_ACCESS(9),0x80
        bz      query_device_say
        add     " READ ONLY"
query_device_say:
        call    line_out
query_device_next:
        la      9,VD_SIZE(,9)
        la      1,VM_END(,11)
        cr      9,1
        bl      query_device
        leave
class_length: .short 8
class_names:                            # length, text; 8 bytes each
        .byte   0
        .skip   7, 0x40
        .byte   7
        ebcdic  "CONSOLE"
        .byte   6
        ebcdic  "READER "
        .byte   5
        ebcdic  "PUNCH  "
        .byte   7
        ebcdic  "PRINTER"
        .byte   4
        ebcdic  "DISK   "
        .byte   4
        ebcdic  "TAPE   "
        .byte   7
        ebcdic  "DISPLAY"
        .balign 2

query_users:
        l       10,RING
        lr      9,10
query_user:
        l       3,BUFFER
        mvc     0(8,3),VM_NAME(9)
        la      3,8(,3)
        l       8,VM_TERMINAL(,9)
        l       8,T_DEVICE(,8)
        ltr     8,8
        bz      query_user_away
        add     " ON "
        la      2,RD_ADDRESS(,8)
        la      4,2
        call    to_hexadecimal
        b       query_user_say
query_user_away:
        add     " DISCONNECTED"
query_user_say:
        call    line_out
        l       9,VM_NEXT(,9)
        cr      9,10
        bne     query_user
        leave

query_storage:
        begin_line "STORAGE "
        l       2,SIZE
        srl     2,10
        call    to_decimal
        add     "K, "
        l       2,FREE_COUNT
        sll     2,2
        call    to_decimal
        add     "K OF THE REAL ONE ARE FREE"
        call    line_out
        leave

query_time:
        begin_line "TIME "
        call    date_and_time           # the date comes first
        l       3,BUFFER
        mvc     5(8,3),13(3)
        la      3,13(,3)
        call    line_out
        leave

query_level:
        begin_line "NESTOR AT LEVEL "
        l       2,LEVEL
        la      2,1(,2)
        call    to_decimal
        call    line_out
        leave

# ---- HELP ------------------------------------------------------------------------------------------
do_help:
        enter
        la      9,help_lines(12)
help_next:
        sr      4,4
        ic      4,0(,9)
        ltr     4,4
        bz      help_done
        la      3,1(,9)
        la      9,1(4,9)
        l       2,COMMAND_TERMINAL
        call    write_line
        b       help_next
help_done:
        leave
        .macro  help_line words
        .byte   8f-7f
7:      ebcdic  "\words"
8:
        .endm
help_lines:
        help_line "LOGON NAME, LOGOFF         A MACHINE OF YOUR OWN, AND ITS END"
        help_line "IPL GREETING OR NESTOR     A PROGRAM IN THE BOX"
        help_line "IPL ADDRESS                FROM A DEVICE"
        help_line "BEGIN, STOP                LET THE MACHINE RUN, STOP IT"
        help_line "ATTN, EXTERNAL, SYSTEM RESET OR RESTART    ITS KEYS"
        help_line "DISPLAY G, X, Y, PSW, K ADDRESS, ADDRESS.LENGTH"
        help_line "STORE G N, X N, S ADDRESS, PSW   AND A VALUE"
        help_line "TRACE ON, OFF              STOP AFTER EACH INSTRUCTION"
        help_line "ADSTOP ADDRESS, OFF        STOP AFTER THAT INSTRUCTION"
        help_line "QUERY VIRTUAL, USERS, STORAGE, TIME, LEVEL, READER, PRINTER, PUNCH, FILES"
        help_line "DEFINE STORAGE N K OR M, CONSOLE ADDRESS 3270, GRAF ADDRESS"
        help_line "DEFINE DISK ADDRESS REAL FIRST COUNT MODE"
        help_line "ATTACH ADDRESS, DETACH ADDRESS, LINK USER ADDRESS AS ADDRESS MODE PASSWORD"
        help_line "SPOOL DEVICE TO USER, CLASS C, COPY N, HOLD, CONT    CLOSE DEVICE"
        help_line "CHANGE, PURGE, TRANSFER    FILES THAT QUERY READER, PRINTER, PUNCH TELL OF"
        help_line "START ADDRESS, DRAIN ADDRESS  REAL READER, PRINTER, PUNCH  (THE OPERATOR)"
        help_line "MESSAGE USER TEXT, SET MSG OR EMSG ON OR OFF"
        help_line "A LINE WITH A NUMBER SIGN IN FRONT IS A COMMAND WHILE THE MACHINE RUNS."
        help_line "TWO OF THEM: ONE IS FOR THE MACHINE, WHICH MAY BE ANOTHER NESTOR."
        .byte   0
        .balign 2

# ---- MESSAGE user text --------------------------------------------------------------------------------
do_message:
        enter
        call    next_word
        bnz     message_what
        call    name_word
        l       9,RING
        lr      10,9
message_look:
        clc     VM_NAME(8,10),WORK
        be      message_found
        l       10,VM_NEXT(,10)
        cr      10,9
        bne     message_look
        text    3, "NOT LOGGED ON"
        call    complain
        leave
message_found:
        clc     VM_TERMINAL(4,10),NOWHERE
        be      message_quiet
        tm      VM_FLAGS(10),V_QUIET
        bo      message_quiet
        begin_line "MESSAGE FROM "
        mvc     0(8,3),VM_NAME(11)
        la      3,8(,3)
        l       1,COMMAND_AT            # the rest of the line
        mvc     0(100,3),0(1)
        la      4,112
        l       3,BUFFER
        l       2,VM_TERMINAL(,10)
        la      1,112(,3)
message_blank:                          # without the blanks behind
        cli     0(1),0x40
        bne     message_end
        bctr    1,0
        b       message_blank
message_end:
        la      4,1(,1)
        sr      4,3
        call    write_line
        leave
message_quiet:
        text    3, "NOT RECEIVING"
        call    complain
        leave
message_what:
        text    3, "MESSAGE USER TEXT"
        call    complain
        leave

# ---- SET ------------------------------------------------------------------------------------------------
do_set: enter
        la      8,set_table(12)
        call    keyword
        bnz     set_what
        lr      15,2
        bcr     15,15
set_what:
        text    3, "SET MSG ON OR OFF, EMSG ON, OFF, CODE OR TEXT"
        call    complain
        leave
set_message:
        la      8,on_off_table(12)
        call    keyword
        bnz     set_what
        ltr     2,2
        bz      set_message_off
        ni      VM_FLAGS(11),0xff-V_QUIET
        leave
set_message_off:
        oi      VM_FLAGS(11),V_QUIET
        leave
set_errors:                             # for DIAGNOSE 5C
        la      8,errors_table(12)
        call    keyword
        bnz     set_what
        stc     2,VM_EMSG(,11)
        leave
        .balign 4
set_table:
        keyword_row "MSG     ", set_message
        keyword_row "EMSG    ", set_errors
        .long   0
errors_table:
        keyword_row "CODE    ", EM_CODE
        keyword_row "TEXT    ", EM_TEXT
on_off_table:
        keyword_row "ON      ", EM_CODE+EM_TEXT
        keyword_row "OFF     ", 0
        .long   0
