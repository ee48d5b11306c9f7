# Commands that are the panel of a machine: its keys, its lights, its storage; and what can be
# changed about it.
        module  commands_panel

# ---- keys ----------------------------------------------------------------------------------------
do_attn:
        enter
        lr      2,11
        call    console_attention
        leave
do_external:
        enter
        oi      VM_EXTERNAL(11),E_KEY
        oi      VM_FLAGS(11),V_WAKE
        call    summarize
        leave
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
do_trace:
        enter
        call    next_word
        bnz     trace_what
        clc     0(3,2),on_word(12)
        be      trace_on
        clc     0(4,2),off_word(12)
        be      trace_off
trace_what:
        refuse  "TRACE ON OR OFF"
        leave
trace_on:
        mvc     VM_TRACE_CONTROLS(12,11),everywhere(12)
        b       trace_set
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
        mvc     VM_TRACE_CONTROLS(4,11),everywhere(12)
        st      2,VM_TRACE_CONTROLS+4(,11)
        st      2,VM_TRACE_CONTROLS+8(,11)
trace_set:
        mvi     VM_TRACE(11),1
        mvi     RUN_MASK,0x47
        oi      RUN,0x40
        oi      DIRTY,D_CONTROLS
        leave
adstop_what:
        refuse  "ADSTOP ADDRESS OR OFF"
        leave
        .balign 4
everywhere: .long 0x40000000, 0, 0xffffff
on_word: ebcdic "ON "
off_word: ebcdic "OFF "
        .balign 2

# An instruction was executed that we look at: show it, and stop.
trace_event:
        enter
        oi      VM_FLAGS(11),V_STOPPED
        oi      DIRTY,D_CONTROLS        # so that `prepare` sees it
        text    2, "STOPPED BEHIND "
        l       3,BUFFER
        call    to_text
        la      2,PER_ADDRESS+1
        la      4,3
        call    to_hexadecimal
        mvi     0(3),0x40
        la      3,1(,3)
        lr      9,3
        l       2,PER_ADDRESS
        la      2,0(,2)
        lra     10,0(,2)
        lr      3,9
        bnz     trace_psw
        lr      2,10
        la      4,4
        call    to_hexadecimal
trace_psw:
        text    2, " PSW "
        call    to_text
        call    psw_digits
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,VM_TERMINAL(,11)
        call    write_line
        leave

# ---- DEFINE ----------------------------------------------------------------------------------------------
do_define:
        enter
        la      8,define_table(12)
        call    keyword
        bnz     define_what
        lr      15,2
        bcr     15,15
define_what:
        refuse  "DEFINE STORAGE N K OR M, CONSOLE ADDRESS 3270, GRAF ADDRESS, DISK ADDRESS REAL FIRST COUNT MODE"
        leave
        .balign 4
define_table:
        keyword_row "STORAGE ", define_storage
        keyword_row "CONSOLE ", define_console
        keyword_row "GRAF    ", define_graf
        keyword_row "DISK    ", define_disk
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
        call    next_word
        bnz     define_what
        cli     0(2),0xc1               # AS
        bne     define_console_at
        cli     1(2),0xe2
        bne     define_console_at
        call    next_word
        bnz     define_what
define_console_at:
        call    hexadecimal
        bnz     define_what
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
# A display: its user's terminal.
define_graf:
        xc      VM_ROW(12,11),VM_ROW(11)
        mvi     VM_ROW+DD_CLASS(11),C_DISPLAY
        bal     14,number_or_not
        sth     2,VM_ROW+DD_ADDRESS(,11)
        call    new_device
        bnz     define_over
        say_text "DEFINED"
define_over:
        leave
number_or_not:
        lr      7,14
        call    next_word
        bnz     define_what
        call    hexadecimal
        bnz     define_what
        lr      14,7
        br      14

do_detach:
        enter
        bal     14,number_or_not
        call    virtual_device
        bnz     detach_what
        call    remove_device
        say_text "DETACHED"
        leave
detach_what:
        refuse  "NO SUCH DEVICE"
        leave
