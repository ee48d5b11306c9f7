# Commands: a word, found in a table by its first letters, and operands.
        module  commands

# The line at 3, of length 4, is a command from terminal 2.
command:
        enter
        lr      10,2
        st      3,TYPED_AT              # it may be begun anew with a password
        st      4,TYPED_LENGTH
        l       11,T_VM(,10)
        b       command_begins
command_of:                             # of machine 11; the answer goes to 2
        enter
        lr      10,2
        xc      TYPED_LENGTH(4),TYPED_LENGTH
command_begins:
        l       5,BUFFER                # in capitals, with blanks behind it
        la      5,512(,5)
        mvi     0(5),0x40
        mvc     1(255,5),0(5)
        ltr     4,4
        bz      command_over
        bctr    4,0
        ex      4,command_copy(12)
        oc      0(160,5),upper(12)
        st      5,COMMAND_AT
        st      10,COMMAND_TERMINAL
command_again:
        call    next_word               # 2: where, 3: its length - 1
        bnz     command_over
        cli     0(2),0x5c               # a comment
        be      command_over
        clc     0(3,2),cp_word(12)      # the name of them all
        be      command_again
        l       9,COMMAND_AT
        address_of command_table
        l       8,address_command_table
command_look:
        cli     0(8),0
        be      command_unknown
        sr      1,1
        ic      1,CO_LEAST(,8)          # how many letters are enough
        cr      3,1
        bl      command_next
        ex      3,command_compare(12)
        be      command_found
command_next:
        la      8,CO_SIZE(,8)
        b       command_look
command_found:
        tm      CO_FLAGS(8),CO_ANYBODY
        bo      command_do
        ltr     11,11
        bz      command_log_on_first
        lr      2,11
        call    switch_to
command_do:
        l       15,CO_ROUTINE(,8)
        balr    14,15
command_over:
        leave
command_log_on_first:
        text    3, "LOGON FIRST"
        b       command_say
command_unknown:
        text    3, "UNKNOWN COMMAND. HELP TELLS WHAT THERE IS"
        call    answer
        mvi     COMMAND_CODE+3,1
        leave
command_say:                            # it could not be done
        call    answer
        mvi     COMMAND_CODE+3,2
        leave
command_copy: mvc 0(1,5),0(3)
command_compare: clc 0(1,2),CO_NAME(8)
upper:  .skip   160, 0x40
cp_word: ebcdic "CP "
        .balign 2

# The text at 3 to the terminal that gave the command.
answer: enter
        l       2,COMMAND_TERMINAL
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
        leave

complain:                               # the same; the command could not be done
        enter
        call    answer
        mvi     COMMAND_CODE+3,2
        leave

# The next word of the command: 2 where, 3 its length - 1. Condition code not 0: there is none.
next_word:
        enter
        l       2,COMMAND_AT
        l       4,BUFFER
        la      4,512+200(,4)           # there are blanks
word_begins:
        cli     0(2),0x40
        bne     word_begun
        la      2,1(,2)
        cr      2,4
        bl      word_begins
        ltr     4,4
        leave
word_begun:
        lr      3,2
word_letter:
        la      3,1(,3)
        cli     0(3),0x40
        bne     word_letter
        st      3,COMMAND_AT
        sr      3,2
        bctr    3,0
        cr      1,1
        leave

        .macro  command_row name, least, routine, flags=0
        ebcdic  "\name"
        .byte   \least - 1, \flags, 0, 0
        .long   \routine
        .endm
        layout  0
        field   CO_NAME, 8
        field   CO_LEAST, 1
        field   CO_FLAGS, 3
        field   CO_ROUTINE, 4
        field   CO_SIZE, 0
        .set    CO_ANYBODY, 1           # without being logged on
        .balign 4
command_table:
        command_row "LOGON   ", 1, do_logon, CO_ANYBODY
        command_row "LOGIN   ", 1, do_logon, CO_ANYBODY
        command_row "IPL     ", 1, do_ipl
        command_row "BEGIN   ", 1, do_begin
        command_row "ADSTOP  ", 2, do_adstop
        command_row "ATTACH  ", 3, do_attach
        command_row "ATTN    ", 4, do_attn
        command_row "CHANGE  ", 2, do_change
        command_row "CLOSE   ", 1, do_close
        command_row "DEFINE  ", 3, do_define
        command_row "DETACH  ", 3, do_detach
        command_row "DISCONN ", 4, do_disconnect
        command_row "DISPLAY ", 1, do_display
        command_row "DRAIN   ", 2, do_drain
        command_row "DUMP    ", 2, do_dump
        command_row "EXTERNAL", 1, do_external
        command_row "FORCE   ", 5, do_force
        command_row "HELP    ", 1, do_help, CO_ANYBODY
        command_row "INDICATE", 3, do_indicate
        command_row "LINK    ", 3, do_link
        command_row "LOGOFF  ", 4, do_logoff
        command_row "LOGOUT  ", 4, do_logoff
        command_row "MESSAGE ", 1, do_message
        command_row "MSG     ", 1, do_message
        command_row "ORDER   ", 3, do_order
        command_row "PURGE   ", 2, do_purge
        command_row "QUERY   ", 1, do_query
        command_row "READY   ", 3, do_ready
        command_row "REQUEST ", 3, do_attn
        command_row "RESET   ", 3, do_reset
        command_row "SET     ", 3, do_set
        command_row "SLEEP   ", 2, do_sleep
        command_row "SPOOL   ", 2, do_spool
        command_row "STORE   ", 2, do_store
        command_row "START   ", 3, do_start_device
        command_row "STOP    ", 4, do_stop
        command_row "SYSTEM  ", 3, do_system
        command_row "TERMINAL", 4, do_terminal
        command_row "TRACE   ", 2, do_trace
        command_row "TRANSFER", 4, do_transfer
        command_row "WARNING ", 1, do_warning
        command_row "WNG     ", 1, do_warning
        .long   0

# ---- words ----------------------------------------------------------------------------------
# The word at 2 as a name of 8 letters: WORK.
eight:  mvc     WORK(8),upper(12)
        la      1,7
        cr      3,1
        bnh     eight_fits
        lr      3,1
eight_fits:
        ex      3,eight_move(12)
        br      14
eight_move: mvc WORK(1),0(2)

# ---- IPL, BEGIN ----------------------------------------------------------------------------
do_ipl: enter
        call    next_word
        bnz     ipl_what
        bal     14,eight
        address_of programs
        l       10,address_programs
ipl_look:
        cli     0(10),0
        be      ipl_device
        clc     PR_NAME(8,10),WORK
        be      ipl_program
        la      10,PR_SIZE(,10)
        b       ipl_look
ipl_program:
        lr      2,10
        call    load_program
        bnz     ipl_over
        call    load_initial_psw
ipl_over:
        leave
ipl_device:
        la      2,WORK
        mvi     WORK+8,0x40
        call    hexadecimal             # 2
        bnz     ipl_what
        call    virtual_device          # 2
        bnz     ipl_no_device
        call    load_from_device
        leave
ipl_no_device:
        text    3, "NO SUCH DEVICE"
        b       command_say
ipl_what:
        text    3, "IPL WHAT? A DEVICE, GREETING, PRIMES, PAGING, LINES, MASKS, SCREEN, MONITOR, NESTOR"
        b       command_say

# BEGIN [address]
do_begin:
        enter
        call    next_word
        bnz     begin_now
        call    hexadecimal
        bnz     begin_what
        la      2,0(,2)
        st      2,RUN+4
        ni      MODE,0xfd               # it does not wait there
        ni      RUN+1,0xfd
begin_now:
        ni      VM_FLAGS(11),0xff-V_STOPPED
        oi      VM_FLAGS(11),V_WAKE
        l       2,VM_TERMINAL(,11)      # its screen, too
        call    screen_back
        leave
begin_what:
        text    3, "BEGIN, OR BEGIN AND A HEXADECIMAL ADDRESS"
        b       command_say

do_stop:
        oi      VM_FLAGS(11),V_STOPPED
        br      14

# ATTACH a real device, under its own address.
do_attach:
        enter
        call    may_choose
        bnz     attach_operators
        call    next_word
        bnz     ipl_no_device
        call    hexadecimal
        bnz     ipl_no_device
        lr      9,2
        call    virtual_device          # instead of what was there
        bnz     attach_new
        call    remove_device
attach_new:
        lr      2,9
        call    real_device
        bnz     ipl_no_device
        xc      WORK(16),WORK
        sth     9,WORK+DD_ADDRESS
        sth     9,WORK+DD_REAL
        mvc     WORK+DD_CLASS(1),RD_CLASS(2)
        la      2,VM_DEVICE_POOL(,11)
        la      1,VM_END(,11)
attach_look:
        cli     VD_CLASS(2),0
        be      attach_here
        la      2,VD_SIZE(,2)
        cr      2,1
        bl      attach_look
        text    3, "TOO MANY DEVICES"
        b       command_say
attach_here:
        st      11,VD_VM(,2)
        la      3,WORK
        call    make_device
        bnz     attach_taken
        text    3, "ATTACHED"
        call    answer
        leave
attach_operators:
        text    3, "THE OPERATOR DOES THAT"
        b       command_say
attach_taken:
        text    3, "ATTACHED ELSEWHERE"
        b       command_say

# The hexadecimal number at 2, ended by a blank: 2. Condition code not 0: it is none, or has more
# digits than an address.
hexadecimal:
        enter
        la      8,6
        b       hexadecimal_begins
long_hexadecimal:                       # a word
        enter
        la      8,8
hexadecimal_begins:
        lr      10,2
        sr      9,9
hexadecimal_digit:
        sr      1,1
        ic      1,0(,10)
        cli     0(10),0x40
        be      hexadecimal_end
        cli     0(10),0xf9
        bh      hexadecimal_not
        cli     0(10),0xf0
        bnl     hexadecimal_take
        cli     0(10),0xc1
        bl      hexadecimal_not
        cli     0(10),0xc6
        bh      hexadecimal_not
        la      1,9(,1)
hexadecimal_take:
        n       1,low_nibble(12)
        sll     9,4
        or      9,1
        la      10,1(,10)
        bct     8,hexadecimal_digit
        cli     0(10),0x40
        bne     hexadecimal_not
hexadecimal_end:
        lr      2,9
        cr      1,1
        leave
hexadecimal_not:
        ltr     13,13
        leave
        .balign 4
low_nibble: .long 15

# The decimal number at 2: 2, and 3 what is behind it. Condition code not 0: it is none.
decimal:
        enter
        lr      3,2
        sr      2,2
        la      8,7
decimal_digit:
        cli     0(3),0xf0
        bl      decimal_end
        cli     0(3),0xf9
        bh      decimal_end
        sr      1,1
        ic      1,0(,3)
        n       1,low_nibble(12)
        mh      2,ten(12)
        alr     2,1
        la      3,1(,3)
        bct     8,decimal_digit
        ltr     13,13
        leave
decimal_end:
        c       8,seven_digits(12)      # none at all?
        be      decimal_not
        cr      1,1
        leave
decimal_not:
        ltr     13,13
        leave
        .balign 4
ten:    .short  10, 0
seven_digits: .long 7

        .balign 4
# The word that was the last one: 2 where it begins.
word_again:
        enter
        l       2,COMMAND_AT
word_again_back:
        bctr    2,0
        cli     0(2),0x40
        bne     word_again_back
        la      2,1(,2)
        leave
# A word at 2 as a name of 8 letters in WORK, for other modules.
name_word:
        enter
        bal     14,eight
        leave
        .balign 2
