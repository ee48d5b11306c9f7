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

# Which word of the table at 8 is the next of the command? 2: its routine; condition code 3: none; 2: there
# is no word.
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
        be      keyword_unknown
        ex      3,keyword_compare(12)
        be      keyword_found
        la      8,12(,8)
        b       keyword_look
keyword_unknown:
        tm      one+3,1
        leave
keyword_found:
        l       2,8(,8)
        cr      1,1
        leave
keyword_none:
        ltr     13,13
        leave
keyword_compare: clc WORK(1),0(8)

# ---- QUERY -------------------------------------------------------------------------------------
do_query:
        enter
        call    next_word
        bnz     query_what
        cli     0(2),0xd7               # PF, and perhaps a number
        bne     query_word
        cli     1(2),0xc6
        be      query_pf_keys
query_word:
        call    name_word
        la      8,query_table(12)
        call    keyword_again
        bnz     query_somebody
        lr      15,2
        bcr     15,15
query_pf_keys:
        goto    query_pf
query_somebody:                         # a user's name
        call    word_again
        call    name_word
        l       9,RING
query_somebody_look:
        clc     VM_NAME(8,9),WORK
        be      query_somebody_is
        l       9,VM_NEXT(,9)
        c       9,RING
        bne     query_somebody_look
        la      2,WORK
        call    find_user
        bnz     query_what
        refuse  "NOT LOGGED ON"
        leave
query_what:
        refuse  "QUERY VIRTUAL, USERS, NAME, STORAGE, TIME, LEVEL, READER, PRINTER, PUNCH, FILES, LINKS, SET, TERMINAL, PF"
        leave
query_somebody_is:
        bal     14,user_line
        leave
        .balign 4
query_table:
        keyword_row "VIRTUAL ", query_virtual
        keyword_row "USERS   ", query_users
        keyword_row "NAMES   ", query_users
        keyword_row "STORAGE ", query_storage
        keyword_row "TIME    ", query_time
        keyword_row "TERMINAL", query_terminal
        keyword_row "LEVEL   ", query_level
        keyword_row "CPLEVEL ", query_level
        keyword_row "READER  ", query_files
        keyword_row "RDR     ", query_files
        keyword_row "PRINTER ", query_files
        keyword_row "PRT     ", query_files
        keyword_row "PUNCH   ", query_files
        keyword_row "PCH     ", query_files
        keyword_row "PUN     ", query_files
        keyword_row "FILES   ", query_counts
        keyword_row "LINKS   ", query_links
        keyword_row "SET     ", query_set
        .long   0

# QUERY VIRTUAL [ALL, a kind, an address]: 6 the lowest and 7 the highest class, 10 the address or 0.
query_virtual:
        la      6,C_CONSOLE
        la      7,C_DISPLAY
        sr      10,10
        call    next_word
        bnz     query_devices
        call    name_word
        la      8,virtual_kinds(12)
        call    keyword_again
        bnz     query_address
        lr      6,2
        srl     6,4
        lr      7,2
        n       7,low_digit(12)
        bnz     query_devices
        b       query_storage
query_address:
        call    word_again
        call    hexadecimal
        bnz     query_virtual_what
        ltr     10,2
        bz      query_virtual_what
query_devices:
        sr      2,2                     # how many there are
        st      2,VM_ROW(,11)
        la      9,VM_DEVICE_POOL(,11)
query_device:
        sr      1,1
        ic      1,VD_CLASS(,9)
        cr      1,6
        bl      query_device_next
        cr      1,7
        bh      query_device_next
        ltr     10,10
        bz      query_device_this
        ch      10,VD_ADDRESS(,9)
        bne     query_device_next
query_device_this:
        oi      VM_ROW(11),1
        bal     14,device_line
query_device_next:
        la      9,VD_SIZE(,9)
        la      1,VM_END(,11)
        cr      9,1
        bl      query_device
        tm      VM_ROW(11),1
        bo      query_devices_over
        refuse  "NO SUCH DEVICE"
query_devices_over:
        leave
query_virtual_what:
        refuse  "QUERY VIRTUAL, ALL, CONSOLE, DASD, TAPES, UR, GRAF, STORAGE OR AN ADDRESS"
        leave
        .balign 4
low_digit: .long 15
virtual_kinds:                          # from a class to a class
        keyword_row "ALL     ", C_CONSOLE*16 + C_DISPLAY
        keyword_row "CONSOLE ", C_CONSOLE*16 + C_CONSOLE
        keyword_row "DASD    ", C_DISK*16 + C_DISK
        keyword_row "TAPES   ", C_TAPE*16 + C_TAPE
        keyword_row "UR      ", C_READER*16 + C_PRINTER
        keyword_row "GRAF    ", C_DISPLAY*16 + C_DISPLAY
        keyword_row "STORAGE ", 0
        .long   0

# The virtual device 9 in a line.
device_line:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
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
        bz      device_spooled
        add     " ON "
        la      2,RD_ADDRESS(,8)
        la      4,2
        call    to_hexadecimal
        lh      2,VD_CYLINDERS(,9)
        ltr     2,2
        bz      device_say
        add     " CYLINDERS FROM "
        lh      2,VD_FIRST(,9)
        call    to_decimal
        add     ", "
        lh      2,VD_CYLINDERS(,9)
        call    to_decimal
        tm      VD_ACCESS(9),0x80
        bz      device_say
        add     " READ ONLY"
        b       device_say
device_spooled:                         # what SPOOL has said
        cli     VD_CLASS(9),C_READER
        bl      device_say
        cli     VD_CLASS(9),C_PRINTER
        bh      device_say
        add     " CLASS "
        mvc     0(1,3),VD_SPOOL_CLASS(9)
        la      3,1(,3)
        tm      VD_SPOOL_FLAGS(9),SP_CONT
        bz      device_no_cont
        add     " CONT"
device_no_cont:
        tm      VD_SPOOL_FLAGS(9),SP_HOLD
        bz      device_no_hold
        add     " HOLD"
device_no_hold:
        cli     VD_CLASS(9),C_READER
        be      device_say
        lh      2,VD_COPIES(,9)
        ltr     2,2
        bz      device_no_copies
        add     " COPY "
        lh      2,VD_COPIES(,9)
        call    to_decimal
device_no_copies:
        cli     VD_TO(9),0
        be      device_say
        add     " TO "
        mvc     0(8,3),VD_TO(9)
        la      3,8(,3)
device_say:
        call    line_out
        lm      6,14,0(13)
        br      14
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

# QUERY LINKS address: who else has those cylinders.
query_links:
        call    next_word
        bnz     query_links_what
        call    hexadecimal
        bnz     query_links_what
        call    virtual_device          # 2
        bnz     query_links_none
        cli     VD_CLASS(2),C_DISK
        bne     query_links_none
        lr      7,2
        l       10,RING
query_links_machine:
        la      9,VM_DEVICE_POOL(,10)
query_links_device:
        cli     VD_CLASS(9),C_DISK
        bne     query_links_next
        clc     VD_DEVICE(4,9),VD_DEVICE(7)
        bne     query_links_next
        clc     VD_FIRST(4,9),VD_FIRST(7)
        bne     query_links_next
        l       3,BUFFER
        mvc     0(8,3),VM_NAME(10)
        mvi     8(3),0x40
        la      3,9(,3)
        la      2,VD_ADDRESS(,9)
        la      4,2
        call    to_hexadecimal
        tm      VD_ACCESS(9),0x80
        bz      query_links_writes
        add     " READ ONLY"
query_links_writes:
        call    line_out
query_links_next:
        la      9,VD_SIZE(,9)
        la      1,VM_END(,10)
        cr      9,1
        bl      query_links_device
        l       10,VM_NEXT(,10)
        c       10,RING
        bne     query_links_machine
        leave
query_links_none:
        refuse  "NO SUCH DISK"
        leave
query_links_what:
        refuse  "QUERY LINKS ADDRESS"
        leave

query_users:
        l       9,RING
query_user:
        bal     14,user_line
        l       9,VM_NEXT(,9)
        c       9,RING
        bne     query_user
        leave
# Machine 9 and where its user is, in a line.
user_line:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       3,BUFFER
        mvc     0(8,3),VM_NAME(9)
        la      3,8(,3)
        l       8,VM_TERMINAL(,9)
        l       8,T_DEVICE(,8)
        ltr     8,8
        bz      user_away
        add     " ON "
        la      2,RD_ADDRESS(,8)
        la      4,2
        call    to_hexadecimal
        b       user_say
user_away:
        add     " DISCONNECTED"
user_say:
        call    line_out
        lm      6,14,0(13)
        br      14

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
        mvc     WORK(8),5(3)
        mvc     5(8,3),13(3)
        mvi     13(3),0x40
        mvc     14(8,3),WORK
        la      3,22(,3)
        add     ", PROCESSOR TIME "
        call    processor_time
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
        help_line "LOGON NAME, LOGOFF, DISCONN    A MACHINE OF YOUR OWN, ITS END, LEAVING IT ALONE"
        help_line "IPL GREETING OR NESTOR, IPL ADDRESS    A PROGRAM IN THE BOX, OR FROM A DEVICE"
        help_line "BEGIN, STOP, SLEEP N SEC   LET THE MACHINE RUN, STOP IT"
        help_line "ATTN, EXTERNAL, SYSTEM RESET, CLEAR OR RESTART, READY OR RESET ADDRESS   KEYS"
        help_line "DISPLAY G, X, Y, PSW, 500, T500-5FF, K500.800    DUMP 0-FFF"
        help_line "STORE G5, X0, Y2, 500, S500, PSW   AND VALUES"
        help_line "TRACE ALL, BRANCH, SVC, PRIV, SIO, PROGRAM, END    STOP AFTER SUCH INSTRUCTIONS"
        help_line "ADSTOP ADDRESS, OFF        STOP AFTER THAT INSTRUCTION"
        help_line "QUERY VIRTUAL, USERS, STORAGE, TIME, LEVEL, LINKS, SET, TERMINAL, PF"
        help_line "QUERY READER, PRINTER, PUNCH, FILES    INDICATE USER, LOAD"
        help_line "DEFINE STORAGE N K OR M, CONSOLE ADDRESS 3270, GRAF ADDRESS"
        help_line "DEFINE DISK ADDRESS REAL FIRST COUNT MODE"
        help_line "ATTACH ADDRESS, DETACH ADDRESS, LINK USER ADDRESS AS ADDRESS MODE PASSWORD"
        help_line "SPOOL DEVICE TO USER, CLASS C, COPY N, HOLD, CONT    CLOSE DEVICE"
        help_line "CHANGE, PURGE, ORDER, TRANSFER    FILES THAT QUERY READER, ... TELL OF"
        help_line "START ADDRESS, DRAIN ADDRESS, FORCE USER, WARNING USER TEXT   THE OPERATOR'S"
        help_line "MESSAGE USER TEXT, SET MSG, WNG, IMSG, RUN, LINEDIT ON OR OFF, EMSG, PF1 TEXT"
        help_line "TERMINAL LINEND, CHARDEL, LINEDEL, ESCAPE   A CHARACTER OR OFF"
        help_line "A LINE WITH A NUMBER SIGN IN FRONT IS A COMMAND WHILE THE MACHINE RUNS."
        help_line "TWO OF THEM: ONE IS FOR THE MACHINE, WHICH MAY BE ANOTHER NESTOR."
        .byte   0
        .balign 2
