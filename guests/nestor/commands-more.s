# More commands: messages, the keys of devices, the order of spool files, how the machines get on.
        module  commands_more

# ---- MESSAGE user text; WARNING user text, the operator's -----------------------------------------------------
# The user may be * (oneself), OP (the operator), or, from the operator, ALL.
do_warning:
        enter
        c       11,RING
        bne     warning_operators
        mvi     VM_ROW(11),SET_WNG_OFF
        b       message_begins
warning_operators:
        refuse  "THE OPERATOR DOES THAT"
        leave
do_message:
        enter
        mvi     VM_ROW(11),0
message_begins:
        call    next_word
        bnz     message_what
        call    name_word
        l       9,COMMAND_AT            # 9: what it says
        call    next_word
        bnz     message_what
        lr      10,11
        clc     WORK(8),oneself(12)
        be      message_send
        l       10,RING
        clc     WORK(8),the_operator(12)
        be      message_send
        clc     WORK(8),everybody(12)
        bne     message_look
        c       11,RING
        be      message_all
message_look:
        clc     VM_NAME(8,10),WORK
        be      message_send
        l       10,VM_NEXT(,10)
        c       10,RING
        bne     message_look
        refuse  "NOT LOGGED ON"
        leave
message_send:
        bal     14,send_message
        bz      message_over
        refuse  "NOT RECEIVING"
message_over:
        leave
message_what:
        refuse  "MESSAGE USER TEXT"
        leave
message_all:
        l       10,VM_NEXT(,10)
        c       10,RING
        be      message_over
        bal     14,send_message
        b       message_all
# The text at 9 to machine 10. Condition code not 0: it does not want it.
send_message:
        clc     VM_TERMINAL(4,10),NOWHERE
        be      message_refused
        cli     VM_ROW(11),0
        bne     message_warning
        tm      VM_FLAGS(10),V_QUIET
        bo      message_refused
        b       message_goes
message_warning:
        tm      VM_EMSG(10),SET_WNG_OFF
        bo      message_refused
message_goes:
        lr      7,14
        begin_line "MESSAGE FROM "
        cli     VM_ROW(11),0
        be      message_from
        begin_line "WARNING FROM "
message_from:
        mvc     0(8,3),VM_NAME(11)
        la      3,8(,3)
        mvc     0(130,3),0(9)
        la      1,129(,3)
message_blank:                          # without the blanks behind
        cli     0(1),0x40
        bne     message_end
        bctr    1,0
        b       message_blank
message_end:
        la      4,1(,1)
        l       3,BUFFER
        sr      4,3
        l       2,VM_TERMINAL(,10)
        call    write_line
        cr      1,1
        br      7
message_refused:
        ltr     13,13
        br      14
oneself: ebcdic "*       "
the_operator: ebcdic "OP      "
everybody: ebcdic "ALL     "

# ---- READY address, RESET address --------------------------------------------------------------------------
do_ready:
        enter
        bal     14,the_device           # 2
        tm      VD_FLAGS(2),VF_BUSY+VF_PENDING
        bnz     ready_busy
        xc      VD_CSW(8,2),VD_CSW(2)
        mvi     VD_CSW+4(2),0x04        # device end
        call    interrupt_machine
        leave
ready_busy:
        refuse  "IT IS BUSY"
        leave
do_reset:
        enter
        bal     14,the_device
        call    reset_virtual
        say_text "RESET"
        leave
the_device:
        lr      7,14
        call    next_word
        bnz     device_what
        call    hexadecimal
        bnz     device_what
        call    virtual_device
        bcr     8,7
        refuse  "NO SUCH DEVICE"
        leave
device_what:
        refuse  "READY ADDRESS, RESET ADDRESS"
        leave

# ---- ORDER kind number... ------------------------------------------------------------------------------------
# Those files come first, in that order.
do_order:
        enter
        bal     14,order_kind           # 8
        xc      VM_ROW(4,11),VM_ROW(11) # how many
        sr      10,10                   # behind which file the next one goes; 0: to the front
order_next:
        call    next_word
        bnz     order_over
        call    decimal
        bnz     order_what
        lr      7,2
        la      6,FILES-SF_NEXT         # 6: the one before it
order_look_at:
        l       9,SF_NEXT(,6)
        ltr     9,9
        bz      order_none
        ch      7,SF_ID(,9)
        bne     order_other
        stc     8,TEST
        clc     SF_QUEUE(1,9),TEST
        bne     order_other
        clc     SF_USER(8,9),VM_NAME(11)
        be      order_found
order_other:
        lr      6,9
        b       order_look_at
order_found:
        cr      9,10
        be      order_next
        mvc     SF_NEXT(4,6),SF_NEXT(9) # out of the chain, and in again
        ltr     10,10
        bnz     order_behind
        la      10,FILES-SF_NEXT
order_behind:
        mvc     SF_NEXT(4,9),SF_NEXT(10)
        st      9,SF_NEXT(,10)
        lr      10,9
        b       order_next
order_over:
        ltr     10,10
        bz      order_what
        call    order_files
        leave
order_none:
        refuse  "NO SUCH FILE"
        leave
order_what:
        refuse  "ORDER READER, PRINTER, PUNCH   NUMBERS"
        leave
order_kind:
        lr      7,14
        la      8,order_kinds(12)
        call    keyword                 # 2
        bnz     order_what
        lr      8,2
        br      7
        .balign 4
order_kinds:
        keyword_row "READER  ", C_READER
        keyword_row "RDR     ", C_READER
        keyword_row "PUNCH   ", C_PUNCH
        keyword_row "PCH     ", C_PUNCH
        keyword_row "PRINTER ", C_PRINTER
        keyword_row "PRT     ", C_PRINTER
        .long   0
# All files get their places anew; those whose place has changed are kept.
order_files:
        enter
        la      9,FILES-SF_NEXT
        sr      8,8
        st      8,FILE_ORDER
order_file:
        l       9,SF_NEXT(,9)
        ltr     9,9
        bz      order_filed
        l       8,FILE_ORDER
        la      8,1(,8)
        st      8,FILE_ORDER
        c       8,SF_ORDER(,9)
        be      order_file
        st      8,SF_ORDER(,9)
        lr      2,9
        call    keep_file
        b       order_file
order_filed:
        leave

# ---- INDICATE [LOAD, USER] -------------------------------------------------------------------------------------
do_indicate:
        enter
        la      8,indicate_table(12)
        call    keyword
        bz      indicate_kind
        bo      indicate_what
        la      2,indicate_load(12)
indicate_kind:
        br      2
indicate_what:
        refuse  "INDICATE LOAD, INDICATE USER"
        leave
indicate_load:
        sr      7,7
        l       10,RING
indicate_machine:
        la      7,1(,7)
        l       10,VM_NEXT(,10)
        c       10,RING
        bne     indicate_machine
        begin_line "MACHINES "
        lr      2,7
        call    to_decimal
        add     ", STORAGE "
        l       1,FRAMES_END            # of the frames that are there for machines
        s       1,FRAMES
        srl     1,3
        l       2,FREE_COUNT
        lr      9,1
        sr      9,2
        lr      1,9
        m       0,hundred(12)
        l       5,FRAMES_END
        s       5,FRAMES
        srl     5,3
        dr      0,5
        lr      2,1
        call    to_decimal
        add     "% IN USE"
        call    line_out
        leave
indicate_user:
        sr      7,7                     # how many frames are this machine's
        l       1,FRAMES
indicate_frame:
        c       11,F_OWNER(,1)
        bne     indicate_next_frame
        la      7,1(,7)
indicate_next_frame:
        la      1,F_SIZE(,1)
        c       1,FRAMES_END
        bl      indicate_frame
        begin_line "PAGES IN STORAGE "
        lr      2,7
        call    to_decimal
        add     ", PROCESSOR TIME "
        call    processor_time
        call    line_out
        leave
        .balign 4
indicate_table:
        keyword_row "LOAD    ", indicate_load
        keyword_row "USER    ", indicate_user
        .long   0
hundred: .long  100

# The time that machine 11 has had, at 3, which goes on: seconds and hundredths.
processor_time:
        enter
        lr      10,3
        call    charge
        lm      0,1,VM_CPU_TIME(11)
        srdl    0,12                    # microseconds
        d       0,ten_thousand(12)
        lr      7,1                     # hundredths
        sr      6,6
        d       6,hundred(12)           # 7: seconds, 6: hundredths
        lr      3,10
        lr      2,7
        call    to_decimal
        mvi     0(3),0x4b
        la      3,1(,3)
        cvd     6,WORK
        unpk    0(2,3),WORK+6(2)
        oi      1(3),0xf0
        la      3,2(,3)
        mvc     0(8,3),seconds_word(12)
        la      3,8(,3)
        leave
seconds_word: ebcdic " SECONDS"
        .balign 4
ten_thousand: .long 10000
