# Who is at which terminal: LOGON and its password, DISCONN, LOGOFF, FORCE.
#
# A machine that nobody is at has the terminal NOWHERE, a display at which nobody is: lines go there
# as they would to any other, and are never seen.
        nucleus
        .balign 4
NOWHERE: .long  0
TYPED_AT: .long 0                       # the line that was typed, and how long it is; 0: DIAGNOSE 08
TYPED_LENGTH: .long 0

        module  users

# A password is wanted; 3: the words that ask for it. The command that is being done begins anew when it
# has been typed. Condition code not 0: there is nobody to be asked.
ask_password:
        enter
        lr      8,3
        l       4,TYPED_LENGTH
        ltr     4,4
        bz      ask_nobody
        l       10,COMMAND_TERMINAL
        oi      T_STATE(10),TT_ASKS
        oi      T_FLAGS(10),TF_NEW+TF_TYPED
        l       9,T_KEPT(,10)
        stc     4,K_LENGTH(,9)
        bctr    4,0
        l       1,TYPED_AT
        ex      4,ask_keep(12)
        lr      3,8
        call    answer
        cr      1,1
        leave
ask_nobody:
        ltr     13,13
        leave
ask_keep: mvc   K_TEXT(1,9),0(1)

# What was typed at terminal 2, T_INPUT, is the password that was asked for.
password_typed:
        enter
        lr      10,2
        ni      T_STATE(10),0xff-TT_ASKS
        l       9,T_KEPT(,10)
        mvi     K_PASSWORD(9),0x40      # in capitals, with blanks behind it
        mvc     K_PASSWORD+1(7,9),K_PASSWORD(9)
        sr      3,3
        ic      3,T_LENGTH(,10)
        ltr     3,3
        bz      password_none
        c       3,eight_letters(12)
        bnh     password_fits
        l       3,eight_letters(12)
password_fits:
        bctr    3,0
        ex      3,password_move(12)
        oc      K_PASSWORD(8,9),all_blank(12)
        la      3,K_TEXT(,9)
        sr      4,4
        ic      4,K_LENGTH(,9)
        lr      2,10
        call    command
        b       password_forget
password_none:
        lr      2,10
        text    3, "NO PASSWORD, NOTHING DONE"
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
password_forget:                        # it stays nowhere
        xc      K_PASSWORD(8,9),K_PASSWORD(9)
        xc      T_INPUT(132,10),T_INPUT(10)
        leave
password_move: mvc K_PASSWORD(1,9),T_INPUT(10)

# The password that goes with the command: WORK. It is the command's next word, or has been typed apart.
# Condition code not 0: there is none.
given_password:
        enter
        call    next_word
        bz      given_word
        l       9,COMMAND_TERMINAL
        l       1,TYPED_LENGTH
        ltr     1,1
        bz      given_none
        l       9,T_KEPT(,9)
        cli     K_PASSWORD(9),0
        be      given_none
        mvc     WORK(8),K_PASSWORD(9)
        xc      K_PASSWORD(8,9),K_PASSWORD(9)
        b       given_well
given_word:
        clc     0(5,2),pass_word(12)    # PASS=
        bne     given_name
        la      2,5(,2)
        s       3,five_more(12)
        bm      given_none
given_name:
        call    name_word
given_well:
        cr      1,1
        leave
given_none:
        ltr     13,13
        leave

# ---- LOGON name [password] [MASK] ------------------------------------------------------------------
do_logon:
        enter
        ltr     11,11
        bnz     logon_twice
        call    next_word
        bnz     logon_who
        call    name_word
        la      2,WORK
        call    find_user               # 3
        bnz     logon_unknown
        lr      9,3
        l       10,RING                 # is its machine there already?
logon_look:
        c       9,VM_ENTRY(,10)
        be      logon_there
        l       10,VM_NEXT(,10)
        c       10,RING
        bne     logon_look
        sr      10,10
        b       logon_password
logon_there:
        clc     VM_TERMINAL(4,10),NOWHERE
        bne     logon_elsewhere
logon_password:
        cli     DE_PASSWORD(9),0x40
        be      logon_allowed
        call    given_password
        bnz     logon_ask
        clc     WORK(8),DE_PASSWORD(9)
        bne     logon_wrong
logon_allowed:
        ltr     10,10
        bnz     reconnect
        lr      3,9
        l       2,COMMAND_TERMINAL
        call    log_on
        leave
logon_ask:
        text    3, "ENTER PASSWORD:"
        call    ask_password
        bz      logon_over
logon_wrong:
        refuse  "WRONG PASSWORD, NOT LOGGED ON"
logon_over:
        leave
logon_twice:
        refuse  "YOU ARE LOGGED ON ALREADY"
        leave
logon_who:
        refuse  "LOGON NAME"
        leave
logon_unknown:
        refuse  "NOT IN THE DIRECTORY"
        leave
logon_elsewhere:
        refuse  "LOGGED ON ELSEWHERE"
        leave
# Machine 10 has a terminal again.
reconnect:
        l       9,COMMAND_TERMINAL
        st      9,VM_TERMINAL(,10)
        st      10,T_VM(,9)
        c       10,RING
        bne     reconnect_stops
        st      9,OPERATOR
reconnect_stops:
        tm      VM_EMSG(10),SET_RUN
        bo      reconnect_runs
        oi      VM_FLAGS(10),V_STOPPED
        tm      VM_FLAGS(10),V_SCREEN   # BEGIN gives it its screen again
        bz      reconnect_says
        ni      VM_FLAGS(10),0xff-V_SCREEN
        oi      T_SCREEN(9),TS_TAKEN
reconnect_says:
        tm      VM_FLAGS(10),V_STOPPED
        bz      reconnect_runs
        text    3, "RECONNECTED. BEGIN LETS THE MACHINE GO ON"
        call    answer
        leave
reconnect_runs:
        text    3, "RECONNECTED"
        call    answer
        leave

# ---- DISCONN ------------------------------------------------------------------------------------------
do_disconnect:
        enter
        l       2,VM_TERMINAL(,11)
        c       2,NOWHERE
        be      disconnect_over
        text    3, "DISCONNECTED. LOGON BRINGS YOU BACK"
        call    answer
        l       2,VM_TERMINAL(,11)
        call    disconnect
        call    logo
disconnect_over:
        leave
# Terminal 2 has no machine any more, which goes on without it; 2 stays.
disconnect:
        enter
        l       10,T_VM(,2)
        ltr     10,10
        bz      disconnect_over
        tm      T_SCREEN(2),TS_UNDER+TS_START
        bz      disconnect_screen       # what the machine wanted of the screen can't be done
        lr      9,2
        la      3,1
        call    full_ended
        lr      2,9
disconnect_screen:
        mvc     VM_TERMINAL(4,10),NOWHERE
        ni      T_STATE(2),0xff-TT_ASKS
        call    wake_up
        sr      0,0
        st      0,T_VM(,2)
        tm      T_SCREEN(2),TS_FULL+TS_TAKEN
        bz      disconnect_clear
        oi      VM_FLAGS(10),V_SCREEN
disconnect_clear:
        mvi     T_SCREEN(2),0
        oi      T_FLAGS(2),TF_NEW+TF_TYPED
        c       10,RING
        bne     disconnect_over
        sr      0,0
        st      0,OPERATOR
        leave

# ---- SLEEP [n [SEC, MIN, HRS]] ------------------------------------------------------------------------
# The machine stands still until then, or until somebody types something.
do_sleep:
        enter
        l       10,VM_TERMINAL(,11)
        c       10,NOWHERE
        be      sleep_nowhere
        mvc     NOW(8),never(12)
        call    next_word
        bnz     sleep_now
        call    decimal                 # 2
        bnz     sleep_what
        cli     0(3),0x40
        bne     sleep_what
        lr      9,2
        la      8,sleep_units(12)
        call    keyword
        bz      sleep_unit
        bo      sleep_what              # a word that is none of them
        la      2,60                    # minutes
sleep_unit:
        lr      1,2
        mr      0,9
        ltr     0,0
        bnz     sleep_what
        c       1,longest_sleep(12)
        bh      sleep_what
        m       0,microseconds(12)
        sldl    0,12
        stck    NOW
        al      1,NOW+4
        bc      12,sleep_carried(12)
        al      0,one
sleep_carried:
        al      0,NOW
        stm     0,1,NOW
sleep_now:
        mvc     T_WAKE(8,10),NOW
        oi      T_STATE(10),TT_SLEEPS
        tm      VM_FLAGS(11),V_STOPPED
        bo      sleep_stopped
        oi      T_STATE(10),TT_RUNS
sleep_stopped:
        oi      VM_FLAGS(11),V_STOPPED
        call    set_comparator
        leave
sleep_nowhere:
        refuse  "NOBODY IS THERE TO WAKE THE MACHINE"
        leave
sleep_what:
        refuse  "SLEEP, OR SLEEP NUMBER SEC, MIN OR HRS, A DAY AT MOST"
        leave
        .balign 4
sleep_units:
        keyword_row "SEC     ", 1
        keyword_row "MIN     ", 60
        keyword_row "HRS     ", 3600
        .long   0
never:  .quad   -1
longest_sleep: .long 86400
microseconds: .long 1000000
# The terminal of machine 11 has no room for more lines: it sleeps until there is some.
sleep_for_room:
        enter
        l       10,VM_TERMINAL(,11)
        c       10,NOWHERE
        be      wake_over
        oi      T_STATE(10),TT_SLEEPS+TT_RUNS
        oi      VM_FLAGS(11),V_STOPPED
        oi      DIRTY,D_CONTROLS        # so that `prepare` sees it
        tm      T_STATE(10),TT_MORE+TT_HOLDING
        bnz     wake_over               # that ends both
        stck    NOW
        lm      0,1,NOW
        al      1,short_sleep(12)
        bc      12,short_carried(12)
        al      0,one
short_carried:
        stm     0,1,T_WAKE(10)
        call    set_comparator
        leave
        .balign 4
short_sleep: .long 100000 << 12         # a tenth of a second

# T_WAKE of terminal 2 has come, or somebody is there; 2 stays.
wake_up:
        enter
        lr      10,2
        mvi     T_WAKE(10),0xff
        tm      T_STATE(10),TT_SLEEPS
        bz      wake_more
        oi      T_FLAGS(10),TF_NEW
        l       1,T_VM(,10)
        tm      T_STATE(10),TT_RUNS
        bz      wake_stays
        ni      VM_FLAGS(1),0xff-V_STOPPED
        oi      VM_FLAGS(1),V_WAKE
wake_stays:
        ni      T_STATE(10),0xff-TT_SLEEPS-TT_RUNS
wake_more:
        tm      T_FLAGS(10),TF_DISPLAY
        bz      wake_over
        lr      2,10
        call    another_screen
        lr      2,10
        call    display_next
wake_over:
        lr      2,10
        leave

# ---- LOGOFF, FORCE name -----------------------------------------------------------------------------
do_logoff:
        enter
        c       11,RING
        be      logoff_operator
        lr      2,11
        bal     14,log_off
        leave
logoff_operator:
        refuse  "THE OPERATOR STAYS"
        leave
do_force:
        enter
        c       11,RING
        bne     force_operators
        call    next_word
        bnz     force_what
        call    name_word
        l       10,RING
force_look:
        l       10,VM_NEXT(,10)
        c       10,RING
        be      force_nobody
        clc     VM_NAME(8,10),WORK
        bne     force_look
        text    3, "THE OPERATOR LOGS YOU OFF"
        l       2,VM_TERMINAL(,10)
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
        lr      2,10
        bal     14,log_off
        text    3, "LOGGED OFF"
        call    answer
        leave
force_operators:
        refuse  "THE OPERATOR DOES THAT"
        leave
force_what:
        refuse  "FORCE NAME"
        leave
force_nobody:
        refuse  "NOT LOGGED ON, OR THE OPERATOR"
        leave

# Machine 2 goes away with all it has.
log_off:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        lr      10,2
        call    switch_to
        lr      11,10
        oi      VM_FLAGS(10),V_STOPPED
        call    reset_machine
        oi      VM_FLAGS(10),V_STOPPED
        la      9,VM_DEVICE_POOL(,10)
logoff_device:
        cli     VD_CLASS(9),0
        be      logoff_device_next
        lr      2,9
        call    remove_device
logoff_device_next:
        la      9,VD_SIZE(,9)
        la      1,VM_END(,10)
        cr      9,1
        bl      logoff_device
        l       2,RING                  # somebody else is current
        call    switch_to
        lr      2,10
        call    clear_storage
        lr      2,10
        call    free_shadows
        l       1,RING
logoff_before:
        c       10,VM_NEXT(,1)
        be      logoff_out
        l       1,VM_NEXT(,1)
        b       logoff_before
logoff_out:
        mvc     VM_NEXT(4,1),VM_NEXT(10)
        l       1,VM_TERMINAL(,10)
        c       1,NOWHERE
        be      logoff_area
        ni      T_STATE(1),0xff-TT_SLEEPS-TT_RUNS-TT_ASKS
        mvi     T_WAKE(1),0xff
        sr      0,0
        st      0,T_VM(,1)
        lr      2,1
        call    logo
logoff_area:
        s       10,logoff_vm(12)
        mvc     0(4,10),AREAS
        st      10,AREAS
        lm      6,14,0(13)
        br      14

# ---- the invitation of terminal 2 -------------------------------------------------------------------
logo:   enter
        lr      10,2
        call    fresh_terminal
        tm      T_FLAGS(10),TF_DISPLAY
        bz      logo_invites
        la      9,logo_lines(12)
        la      8,8
logo_line:
        lr      2,10
        lr      3,9
        la      4,36
        call    write_line
        la      9,36(,9)
        bct     8,logo_line
logo_invites:
        lr      2,10
        text    3, "NESTOR. LOGON NAME"
        lr      2,10
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
        leave
logo_lines:
        ebcdic  "                                    "
        ebcdic  "                                    "
        ebcdic  "*   * ***** ***** ***** ***** ****  "
        ebcdic  "**  * *     *       *   *   * *   * "
        ebcdic  "* * * ***   *****   *   *   * ****  "
        ebcdic  "*  ** *         *   *   *   * *  *  "
        ebcdic  "*   * ***** *****   *   ***** *   * "
        ebcdic  "                                    "
all_blank: ebcdic "        "
pass_word: ebcdic "PASS="
        .balign 4
eight_letters: .long 8
five_more: .long 5
logoff_vm: .long AREA_VM
