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
        clc     WORK(3),reset_word(12)
        bne     system_what
        clc     WORK(5),reset_word(12)
        be      system_reset
        clc     WORK(7),restart_word(12)
        bne     system_what
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
system_what:
        refuse  "SYSTEM RESET OR RESTART"
        leave
reset_word: ebcdic "RESET"
restart_word: ebcdic "RESTART"
        .balign 2

# ---- DISPLAY ----------------------------------------------------------------------------------------
do_display:
        enter
        call    next_word
        bnz     display_what
        ltr     3,3
        bnz     display_long
        cli     0(2),0xc7               # G
        be      display_general
        cli     0(2),0xe7               # X
        be      display_control
        cli     0(2),0xe8               # Y
        be      display_floating
        cli     0(2),0xd2               # K
        be      display_key
display_long:
        clc     0(4,2),psw_word(12)
        be      display_psw
        lr      9,2                     # address[.length]
        bal     14,split
        lr      2,9
        call    hexadecimal
        bnz     display_what
        la      8,0(,2)
        n       8,words_only(12)
        la      7,16
        ltr     10,10
        bz      display_line
        lr      2,10
        call    hexadecimal
        bnz     display_what
        ltr     7,2
        bz      display_what
        c       7,display_most(12)
        bnh     display_line
        l       7,display_most(12)
display_line:                           # 16 bytes a line
        st      8,NOW
        l       3,BUFFER
        la      2,NOW+1
        la      4,3
        call    to_hexadecimal
        la      9,4
display_word:
        mvi     0(3),0x40
        la      3,1(,3)
        st      3,WORK+12
        lr      2,8
        near    locate
        l       3,WORK+12
        bnz     display_beyond
        la      4,4
        call    to_hexadecimal
        la      8,4(,8)
        bct     9,display_word
        call    line_out
        s       7,sixteen(12)
        bp      display_line
        leave
display_beyond:
        refuse  "BEYOND STORAGE"
        leave
display_what:
        refuse  "DISPLAY G, X, Y, PSW, K ADDRESS, ADDRESS.LENGTH"
        leave

# 9: a word; if it has a dot, that becomes a blank and 10 is what is behind it, else 0.
split:  lr      10,9
split_look:
        cli     0(10),0x40
        be      split_none
        cli     0(10),0x4b
        be      split_here
        la      10,1(,10)
        b       split_look
split_here:
        mvi     0(10),0x40
        la      10,1(,10)
        br      14
split_none:
        sr      10,10
        br      14

display_general:
        la      8,GR
        b       display_registers
display_control:
        la      8,CR
display_registers:
        sr      9,9
display_row:
        l       3,BUFFER
        lr      2,9
        call    to_decimal
        la      7,4
display_register:
        mvi     0(3),0x40
        la      3,1(,3)
        lr      2,8
        la      4,4
        call    to_hexadecimal
        la      8,4(,8)
        bct     7,display_register
        call    line_out
        la      9,4(,9)
        c       9,sixteen(12)
        bl      display_row
        leave
display_floating:
        std     0,VM_FR(,11)
        std     2,VM_FR+8(,11)
        std     4,VM_FR+16(,11)
        std     6,VM_FR+24(,11)
        la      8,VM_FR(,11)
        sr      9,9
display_pair:
        l       3,BUFFER
        lr      2,9
        call    to_decimal
        mvi     0(3),0x40
        la      3,1(,3)
        lr      2,8
        la      4,8
        call    to_hexadecimal
        call    line_out
        la      8,8(,8)
        la      9,2(,9)
        c       9,eight_registers(12)
        bl      display_pair
        leave
display_psw:
        text    2, "PSW "
        l       3,BUFFER
        call    to_text
        call    psw_digits
        call    line_out
        leave
display_key:
        call    next_word
        bnz     display_what
        call    hexadecimal
        bnz     display_what
        lr      8,2
        near    locate                  # so that it is in the hardware
        bnz     display_beyond
        n       2,blocks_only(12)
        isk     0,2
        srl     8,11
        al      8,KEYS
        stc     0,WORK
        oc      WORK(1),0(8)
        mvc     NOW(1),WORK
        text    2, "KEY "
        l       3,BUFFER
        call    to_text
        la      2,NOW
        la      4,1
        call    to_hexadecimal
        call    line_out
        leave
psw_word: ebcdic "PSW "
        .balign 4
words_only: .long 0xfffffc
blocks_only: .long 0xfff800
display_most: .long 256
sixteen: .long  16
eight_registers: .long 8

# ---- STORE -------------------------------------------------------------------------------------------
do_store:
        enter
        call    next_word
        bnz     store_what
        ltr     3,3
        bnz     store_psw
        cli     0(2),0xc7               # G
        la      8,GR
        be      store_register
        cli     0(2),0xe7               # X
        la      8,CR
        be      store_register
        cli     0(2),0xe2               # S
        bne     store_what
        bal     14,number
        lr      9,2
        n       9,words_only(12)
store_next:
        call    next_word
        bnz     store_done
        call    long_hexadecimal
        bnz     store_what
        lr      8,2
        lr      2,9
        near    locate
        bnz     display_beyond
        st      8,0(,2)
        la      9,4(,9)
        b       store_next
store_register:
        bal     14,number
        c       2,sixteen(12)
        bnl     store_what
        sll     2,2
        alr     8,2
        call    next_word
        bnz     store_what
        call    long_hexadecimal
        bnz     store_what
        st      2,0(,8)
        oi      DIRTY,D_TABLES+D_CONTROLS+D_TIMERS
store_done:
        say_text "STORED"
        leave
store_psw:
        clc     0(4,2),psw_word(12)
        bne     store_what
        call    next_word
        bnz     store_what
        call    long_hexadecimal
        bnz     store_what
        lr      9,2
        call    next_word
        bnz     store_what
        call    long_hexadecimal
        bnz     store_what
        st      9,VM_PSW(,11)
        st      2,VM_PSW+4(,11)
        oi      DIRTY,D_PSW
        oi      VM_FLAGS(11),V_OWN_PSW
        b       store_done
store_what:
        refuse  "STORE G N, X N, S ADDRESS, PSW   AND A VALUE"
        leave
# The next word is a hexadecimal number: 2.
number: lr      7,14
        call    next_word
        bnz     store_what
        call    hexadecimal
        bnz     store_what
        lr      14,7
        br      14

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
