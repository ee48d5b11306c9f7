# Commands that are the panel of a machine: its keys, its lights, its storage; and what can be
# changed about it.
        module  commands_panel

# ---- keys ----------------------------------------------------------------------------------------
do_attn:
        enter
        lr      2,11
        call    console_attention
        leave
# EXTERNAL [40 or 80]: the key, or the interval timer
do_external:
        enter
        la      9,E_KEY
        call    next_word
        bnz     external_now
        call    hexadecimal
        bnz     external_what
        lr      9,2
        c       9,external_key(12)
        be      external_now
        c       9,external_timer(12)
        bne     external_what
external_now:
        stc     9,TEST
        oc      VM_EXTERNAL(1,11),TEST
        oi      VM_FLAGS(11),V_WAKE
        call    summarize
        leave
external_what:
        refuse  "EXTERNAL 40, THE KEY, OR 80, THE INTERVAL TIMER"
        leave
        .balign 4
external_key: .long E_KEY
external_timer: .long E_TIMER
# SYSTEM RESET, SYSTEM RESTART
do_system:
        enter
        call    next_word
        bnz     system_what
        call    name_word
        la      8,system_table(12)
        call    keyword_again
        bnz     system_what
        br      2
system_restart:
        call    whole_psw               # the current PSW goes to 8, the one at 0 is loaded
        l       5,PAGE0
        mvc     8(8,5),NEW_PSW
        call    load_initial_psw
        leave
system_reset:
        call    reset_machine
        oi      VM_FLAGS(11),V_STOPPED
        say_text "RESET"
        leave
system_clear:
        lr      2,11
        call    clear_storage
        call    reset_machine
        oi      VM_FLAGS(11),V_STOPPED
        say_text "STORAGE IS CLEARED"
        leave
system_what:
        refuse  "SYSTEM RESET, CLEAR OR RESTART"
        leave
        .balign 4
system_table:
        keyword_row "RESET   ", system_reset
        keyword_row "CLEAR   ", system_clear
        keyword_row "RESTART ", system_restart
        .long   0

# ---- TRACE, ADSTOP: PER (GA22-7000 4-14) --------------------------------------------------------------
# While they are on, the machine's own PER is not.
# TRACE what... [RUN] [OFF], TRACE END. What: ALL (or ON, INSTRUCT), BRANCH, SVC, PRIV, SIO, PROGRAM.
do_trace:
        enter
        sr      9,9                     # what
        call    next_word
        bnz     trace_what
trace_word:
        call    name_word
        la      8,trace_table(12)
        call    keyword_again           # 2
        bnz     trace_what
        ltr     2,2
        bz      trace_less
        or      9,2
        call    next_word
        bz      trace_word
        stc     9,TEST
        oc      VM_TRACE(1,11),TEST
        tm      VM_TRACE(11),TR_ANY
        bz      trace_what
        b       trace_how
trace_less:                             # OFF, END: that, or all of it
        ltr     9,9
        bz      trace_off
        la      0,255
        xr      0,9
        stc     0,TEST
        nc      VM_TRACE(1,11),TEST
        tm      VM_TRACE(11),TR_ANY
        bz      trace_off
trace_how:                              # everywhere, what PER can tell apart
        mvc     VM_TRACE_CONTROLS(12,11),everywhere(12)
        tm      VM_TRACE(11),TR_BRANCH
        bz      trace_set
        oi      VM_TRACE_CONTROLS(11),0x80
        tm      VM_TRACE(11),TR_ANY-TR_BRANCH
        bnz     trace_set
        mvi     VM_TRACE_CONTROLS(11),0x80
        b       trace_set
trace_what:
        refuse  "TRACE ALL, BRANCH, SVC, PRIV, SIO, PROGRAM   RUN OR OFF, TRACE END"
        leave
        .balign 4
trace_table:
        keyword_row "ON      ", TR_ALL
        keyword_row "ALL     ", TR_ALL
        keyword_row "INSTRUCT", TR_ALL
        keyword_row "BRANCH  ", TR_BRANCH
        keyword_row "SVC     ", TR_SVC
        keyword_row "PRIV    ", TR_PRIVILEGED
        keyword_row "SIO     ", TR_IO
        keyword_row "PROGRAM ", TR_PROGRAM
        keyword_row "RUN     ", TR_RUN
        keyword_row "OFF     ", 0
        keyword_row "END     ", 0
        .long   0
trace_off:
        mvi     VM_TRACE(11),0
        mvi     RUN_MASK,7
        ni      RUN,0xbf
        oi      DIRTY,D_CONTROLS
        leave
do_adstop:
        enter
        call    next_word
        bnz     adstop_what
        clc     0(4,2),off_word(12)
        be      trace_off
        call    hexadecimal
        bnz     adstop_what
        mvi     VM_TRACE(11),TR_ALL
        mvc     VM_TRACE_CONTROLS(4,11),everywhere(12)
        st      2,VM_TRACE_CONTROLS+4(,11)
        st      2,VM_TRACE_CONTROLS+8(,11)
trace_set:
        mvi     RUN_MASK,0x47
        oi      RUN,0x40
        oi      DIRTY,D_CONTROLS
        leave
adstop_what:
        refuse  "ADSTOP ADDRESS OR OFF"
        leave
        .balign 4
everywhere: .long 0x40000000, 0, 0xffffff
off_word: ebcdic "OFF "
        .balign 2

# There was a PER event. If it is what TRACE wants it is shown, and the machine stops, unless TRACE says RUN.
trace_event:
        enter
        sr      9,9                     # what it is: TR_...
        l       2,PER_ADDRESS
        la      2,0(,2)
        lra     10,0(,2)                # 10: the instruction
        bz      trace_there
        sr      10,10
        b       trace_code
trace_there:
        cli     0(10),0x0a
        bne     trace_not_svc
        o       9,trace_svc(12)
trace_not_svc:
        la      1,trace_operations(12)  # an assist may have executed it
        la      2,trace_operations_end-trace_operations
trace_privileged_look:
        clc     0(1,1),0(10)
        be      trace_is_privileged
        la      1,1(,1)
        bct     2,trace_privileged_look
        clc     0(1,10),trace_b2(12)
        bne     trace_not_privileged
        cli     1(10),0x05              # STORE CLOCK
        be      trace_not_privileged
trace_is_privileged:
        o       9,trace_privileged(12)
trace_not_privileged:
        cli     0(10),0x9c
        bl      trace_code
        cli     0(10),0x9f
        bh      trace_code
        o       9,trace_io(12)
trace_code:
        tm      PER_CODE,0x80
        bz      trace_not_branch
        o       9,trace_branch(12)
trace_not_branch:
        mvc     TEST(1),PROGRAM_CODE+1  # a program interruption that comes with it
        ni      TEST,0x7f
        bz      trace_wanted
        cli     TEST,2
        bne     trace_program
        tm      MODE,1                  # in the machine's supervisor state that is none
        bz      trace_wanted
trace_program:
        o       9,trace_interruption(12)
trace_wanted:
        o       9,trace_all(12)
        stc     9,TEST
        nc      TEST(1),VM_TRACE(11)
        bz      trace_over
        tm      VM_TRACE(11),TR_RUN
        bo      trace_runs
        oi      VM_FLAGS(11),V_STOPPED
        oi      DIRTY,D_CONTROLS        # so that `prepare` sees it
        begin_line "STOPPED BEHIND "
        b       trace_where
trace_runs:
        begin_line "EXECUTED "
trace_where:
        la      2,PER_ADDRESS+1
        la      4,3
        call    to_hexadecimal
        mvi     0(3),0x40
        la      3,1(,3)
        ltr     2,10
        bz      trace_psw
        la      4,4
        call    to_hexadecimal
trace_psw:
        add     " PSW "
        call    psw_digits
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,VM_TERMINAL(,11)
        call    write_line
        tm      VM_TRACE(11),TR_RUN
        bz      trace_over
        l       2,VM_TERMINAL(,11)      # nothing is to be lost
        call    terminal_room           # 1
        c       1,few_lines(12)
        bh      trace_over
        call    sleep_for_room
trace_over:
        leave
        .balign 4
few_lines: .long 4
trace_all: .long TR_ALL
trace_svc: .long TR_SVC
trace_io: .long TR_IO
trace_branch: .long TR_BRANCH
trace_privileged: .long TR_PRIVILEGED
trace_interruption: .long TR_PROGRAM
trace_operations:
        .byte   0x08, 0x09, 0x80, 0x82, 0x83, 0x9c, 0x9d, 0x9e, 0x9f, 0xac, 0xad, 0xae, 0xb1, 0xb6, 0xb7, 0xe5
trace_operations_end:
trace_b2: .byte 0xb2, 0

# ---- DEFINE ----------------------------------------------------------------------------------------------
do_define:
        enter
        la      8,define_table(12)
        call    keyword
        bo      define_address
        bnz     define_what
        lr      15,2
        bcr     15,15
define_what:
        refuse  "DEFINE STORAGE N K OR M, CONSOLE, GRAF, READER, PUNCH, PRINTER ADDRESS, ADDRESS AS ADDRESS, DISK ADDRESS REAL FIRST COUNT MODE"
        leave
# address AS address: a device gets another one
define_address:
        call    word_again              # 2
        call    hexadecimal
        bnz     define_what
        call    virtual_device          # 2
        bnz     detach_what
        lr      10,2
        bal     14,as_number            # 2
        lr      9,2
        call    virtual_device
        bz      define_there
        lr      2,10
        call    reset_virtual
        sth     9,VD_ADDRESS(,10)
        say_text "DEFINED"
        leave
define_there:
        refuse  "THERE IS SUCH A DEVICE ALREADY"
        leave
# [AS] address: 2
as_number:
        lr      7,14
        call    next_word
        bnz     define_what
        clc     0(3,2),as_word(12)
        bne     as_number_is
        call    next_word
        bnz     define_what
as_number_is:
        call    hexadecimal
        bnz     define_what
        c       2,highest_address(12)
        bh      define_what
        lr      14,7
        br      14
        .balign 4
highest_address: .long 0xfff
as_word: ebcdic "AS "
        .balign 2
        .balign 4
define_table:
        keyword_row "STORAGE ", define_storage
        keyword_row "CONSOLE ", define_console
        keyword_row "GRAF    ", define_graf
        keyword_row "DISK    ", define_disk
        keyword_row "READER  ", define_reader
        keyword_row "RDR     ", define_reader
        keyword_row "PUNCH   ", define_punch
        keyword_row "PCH     ", define_punch
        keyword_row "PRINTER ", define_printer
        keyword_row "PRT     ", define_printer
        .long   0

define_storage:
        call    next_word
        bnz     define_what
        call    decimal                 # 2; 3: what follows it
        bnz     define_what
        cli     0(3),0xd2               # K
        be      define_k
        cli     0(3),0xd4               # M
        bne     define_what
        sll     2,10
define_k:
        ltr     2,2
        bz      define_what
        c       2,most_k(12)
        bh      define_what
        lr      1,2
        n       1,three_k(12)           # pages of 4K
        bnz     define_what
        sll     2,10
        lr      9,2
        lr      2,11
        call    clear_storage
        st      9,SIZE
        call    reset_machine
        oi      VM_FLAGS(11),V_STOPPED
        say_text "STORAGE IS CLEARED"
        leave
        .balign 4
most_k: .long   16384
three_k: .long  3

# [AS] address [3270 or 3215]
define_console:
        bal     14,as_number
        lr      9,2
        lr      2,11
        call    console_device
        bz      define_console_have
        lr      2,11
        call    screen_device
        bnz     define_what
define_console_have:
        lr      10,2
        call    next_word
        bnz     define_console_now
        mvi     TEST,C_CONSOLE
        clc     0(4,2),screen_word(12)
        bne     define_console_kind
        mvi     TEST,C_DISPLAY
define_console_kind:
        mvc     VD_CLASS(1,10),TEST
define_console_now:
        lr      2,10
        call    reset_virtual
        sth     9,VD_ADDRESS(,10)
        say_text "DEFINED"
        leave
screen_word: ebcdic "3270"
# A display: its user's terminal. Or a spooled device.
define_graf:
        la      9,C_DISPLAY
        b       define_device
define_reader:
        la      9,C_READER
        b       define_device
define_punch:
        la      9,C_PUNCH
        b       define_device
define_printer:
        la      9,C_PRINTER
define_device:                          # of class 9; one that is there already goes
        xc      VM_ROW(12,11),VM_ROW(11)
        stc     9,VM_ROW+DD_CLASS(,11)
        bal     14,as_number
        sth     2,VM_ROW+DD_ADDRESS(,11)
        call    new_device
        bnz     define_over
        say_text "DEFINED"
define_over:
        leave

do_detach:
        enter
        call    next_word
        bnz     detach_address
        call    hexadecimal
        bnz     detach_address
        call    virtual_device
        bnz     detach_what
        call    remove_device
        say_text "DETACHED"
        leave
detach_address:
        refuse  "DETACH ADDRESS"
        leave
detach_what:
        refuse  "NO SUCH DEVICE"
        leave
