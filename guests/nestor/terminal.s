# Terminals: typewriters on which somebody talks to Nestor and to a machine. Lines to be written
# wait in a row; a line that was typed is a command, or belongs to the machine.
        module  terminal

# A terminal for each console; its storage is a page at 2 upward. 2: behind the last one.
make_terminals:
        enter
        l       10,DEVICES
        la      9,LAST_TERMINAL
make_next:
        ltr     10,10
        bz      make_done
        cli     RD_CLASS(10),C_DISPLAY
        be      make_terminal
        cli     RD_CLASS(10),C_CONSOLE
        bne     make_other
make_terminal:
        st      2,0(,9)
        lr      9,2
        st      9,RD_TERMINAL(,10)
        lr      4,9
        la      5,4095
        la      5,1(,5)
        lr      2,9
        alr     2,5
        sr      1,1
        mvcl    4,0
        st      10,T_DEVICE(,9)
        mvi     T_ATTENTION(9),0xff
        mvi     T_WAKE(9),0xff
        cli     RD_CLASS(10),C_DISPLAY
        bne     make_keeps
        mvi     T_FLAGS(9),TF_DISPLAY
        lr      2,9                     # and three more pages: Nestor's screens, the machine's, keys
        a       2,four_pages(12)
make_keeps:
        st      2,T_KEPT(,9)
        lr      4,2
        la      5,4095
        la      5,1(,5)
        alr     2,5
        sr      1,1
        mvcl    4,0
make_other:
        l       10,RD_NEXT(,10)
        b       make_next
make_done:
        st      2,NOWHERE
        lr      4,2
        la      5,4095
        la      5,1(,5)
        alr     5,5
        alr     2,5
        sr      1,1
        mvcl    4,0
        l       1,NOWHERE
        la      0,4095(,1)
        al      0,one
        st      0,T_KEPT(,1)
        mvi     T_WAKE(1),0xff
        mvi     T_FLAGS(1),TF_DISPLAY+TF_ABSENT
        leave

# Say the text at 3 (its length first) on the terminal of machine 11.
say:    enter
        l       2,VM_TERMINAL(,11)
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        call    write_line
        leave

# A line for terminal 2 (0: nowhere): text at 3, length 4. It is cut where the paper ends. When
# there is no room for more lines, it is lost.
write_line:
        enter
        ltr     10,2
        bz      write_done
        c       10,one                  # the machine's storage: DIAGNOSE 08
        be      write_storage
        tm      T_FLAGS(10),TF_DISPLAY
        bo      write_display
        l       1,T_COUNT(,10)
        c       1,most_lines(12)
        bnl     write_done
        c       4,longest(12)
        bnh     write_fits
        l       4,longest(12)
write_fits:
        al      1,T_FIRST(,10)
        c       1,most_lines(12)
        bl      write_place
        s       1,most_lines(12)
write_place:
        m       0,line_size(12)
        la      1,T_LINES(1,10)
        stc     4,0(,1)
        ltr     4,4
        bz      write_counted
        bctr    4,0
        ex      4,move_text(12)
write_counted:
        l       1,T_COUNT(,10)
        la      1,1(,1)
        st      1,T_COUNT(,10)
        bal     14,next_action
write_done:
        leave
write_display:
        call    show_line
        leave
write_storage:
        lr      8,3
        lr      9,4
        lr      10,3
        alr     10,4                    # behind the last letter comes 15
write_storage_byte:
        l       1,ANSWER_ROOM
        ltr     1,1
        bz      write_storage_full
        l       2,ANSWER_AT
        near    locate
        bnz     write_storage_full
        mvi     0(2),0x15
        cr      8,10
        be      write_storage_put
        mvc     0(1,2),0(8)
write_storage_put:
        l       1,ANSWER_ROOM
        bctr    1,0
        st      1,ANSWER_ROOM
        l       1,ANSWER_AT
        la      1,1(,1)
        st      1,ANSWER_AT
        b       write_storage_next
write_storage_full:
        l       1,ANSWER_LOST
        la      1,1(,1)
        st      1,ANSWER_LOST
write_storage_next:
        la      8,1(,8)
        cr      8,10
        bnh     write_storage_byte
        leave
move_text: mvc  1(1,1),0(3)
        .balign 4
most_lines: .long LINES
longest: .long  132
line_size: .long LINE_SIZE
four_pages: .long 4*4096

# What terminal 10 is to do next, if it does nothing: write, or read.
next_action:
        tm      T_FLAGS(10),TF_WRITES+TF_READS
        bcr     5,14
        lr      9,14
        l       1,T_COUNT(,10)
        ltr     1,1
        bz      next_read
        l       1,T_FIRST(,10)
        m       0,line_size(12)
        la      1,T_LINES(1,10)
        sr      0,0
        ic      0,0(,1)
        ltr     0,0
        la      1,1(,1)
        bnz     next_write
        la      1,blank(12)             # an empty line
        la      0,1
next_write:
        st      1,T_CCW(,10)
        mvi     T_CCW(10),0x09          # with carrier return
        st      0,T_CCW+4(,10)
        mvi     T_CCW+4(10),SLI
        oi      T_FLAGS(10),TF_WRITES
next_start:
        l       2,T_DEVICE(,10)
        la      3,T_CCW(,10)
        call    start_real
        bcr     8,9
        bc      3,next_not(12)          # busy: its interruption will begin anew. Or not there
        tm      CSW+4,0x80              # attention comes first: again
        bz      next_not
        oi      T_FLAGS(10),TF_ATTENTION
        b       next_start
next_not:
        ni      T_FLAGS(10),0xff-TF_WRITES-TF_READS
        br      9
next_read:
        tm      T_FLAGS(10),TF_ABSENT
        bcr     1,9
        tm      T_FLAGS(10),TF_ATTENTION
        bo      next_read_now
        bal     8,machine_reads
        bcr     8,9
next_read_now:
        bal     8,machine_reads         # attention is given up on soon if nothing was typed,
        bnz     next_read_wait          # unless the machine waits for a line
        stck    T_ATTENTION(10)
        lm      0,1,T_ATTENTION(10)
        al      1,patience(12)
        bc      12,next_carried(12)
        al      0,one
next_carried:
        stm     0,1,T_ATTENTION(10)
        call    set_comparator
        b       next_read_start
next_read_wait:
        mvi     T_ATTENTION(10),0xff
next_read_start:
        ni      T_FLAGS(10),0xff-TF_ATTENTION
        la      1,T_INPUT(,10)
        st      1,T_CCW(,10)
        mvi     T_CCW(10),0x0a
        la      0,132
        st      0,T_CCW+4(,10)
        mvi     T_CCW+4(10),SLI
        oi      T_FLAGS(10),TF_READS
        b       next_start

# Does the machine of terminal 10 wait for a line (and can take it)? Condition code not 0: yes.
machine_reads:
        l       1,T_VM(,10)
        ltr     1,1
        bcr     8,8
        tm      VM_FLAGS(1),V_STOPPED
        bo      machine_reads_not
        tm      VM_FLAGS(1),V_READS
        bcr     15,8
machine_reads_not:
        cr      1,1
        bcr     15,8
        .balign 4
patience: .long 50000 << 12             # 50 milliseconds
blank:  .byte   0x40
        .balign 2

# Look whether terminal 2 has something to do: the machine waits for a line now.
terminal_kick:
        enter
        ltr     10,2
        bz      kick_done
        tm      T_FLAGS(10),TF_DISPLAY
        bo      kick_done               # a display is read when a key is pressed
        bal     14,next_action
kick_done:
        leave

# How many lines can terminal 2 take? 1; condition code 0: none.
terminal_room:
        tm      T_STATE(2),TT_MORE+TT_HOLDING
        bc      5,room_waiting-terminal_room(15)
        la      1,LINES
        s       1,T_COUNT(,2)
        br      14
room_waiting:                           # two are kept for Nestor
        l       1,T_KEPT(,2)
        lh      0,K_WAITING(,1)
        la      1,MORE_LINES-2
        sr      1,0
        bcr     2,14
        sr      1,1
        br      14

# The device of terminal 2 has interrupted: IO_STATUS.
terminal_interrupted:
        enter
        lr      10,2
        tm      IO_STATUS+4,0x80
        bz      terminal_no_attention
        ni      T_FLAGS(10),0xff-TF_ABSENT
        oi      T_FLAGS(10),TF_ATTENTION
terminal_no_attention:
        tm      T_FLAGS(10),TF_WRITES+TF_READS
        bnz     terminal_ended
        tm      IO_STATUS+4,0x04        # device end alone: somebody has come, and whoever was there is gone
        bz      terminal_next
        tm      IO_STATUS+4,0x08
        bo      terminal_next
        ni      T_FLAGS(10),0xff-TF_ABSENT
        bal     14,terminal_leaves
        l       1,T_VM(,10)
        ltr     1,1
        bnz     terminal_next
        lr      2,10
        call    logo
        b       terminal_next
terminal_ended:
        tm      T_FLAGS(10),TF_WRITES
        bo      terminal_wrote
        tm      T_FLAGS(10),TF_READS
        bz      terminal_next
        tm      IO_STATUS+4,0x04        # device end
        bz      terminal_next
        ni      T_FLAGS(10),0xff-TF_READS
        mvi     T_ATTENTION(10),0xff
        tm      T_FLAGS(10),TF_HALTED
        bo      terminal_rang
        tm      IO_STATUS+4,0x02        # unit check: nobody there
        bo      terminal_absent
        la      1,132
        sh      1,IO_STATUS+6
        stc     1,T_LENGTH(,10)
        lr      2,10
        call    line_typed
        b       terminal_next
# Attention, and no line: it is for the machine.
terminal_rang:
        ni      T_FLAGS(10),0xff-TF_HALTED
        tm      T_STATE(10),TT_ASKS+TT_SLEEPS
        bnz     terminal_asked
        l       2,T_VM(,10)
        ltr     2,2
        bz      terminal_next
        call    console_attention
        b       terminal_next
terminal_absent:
        oi      T_FLAGS(10),TF_ABSENT
        bal     14,terminal_leaves
        b       terminal_next
# Who was at terminal 10 is not there any more; but the operator's is the operator's.
terminal_leaves:
        c       10,OPERATOR
        bcr     8,14
        lr      9,14
        ni      T_STATE(10),0xff-TT_ASKS
        lr      2,10
        call    disconnect
        br      9
terminal_asked:                         # no password
        mvi     T_LENGTH(10),0
        lr      2,10
        call    line_typed
        b       terminal_next
terminal_wrote:
        tm      IO_STATUS+4,0x06        # device end, unit check
        bz      terminal_next
        ni      T_FLAGS(10),0xff-TF_WRITES
        l       1,T_COUNT(,10)
        bctr    1,0
        st      1,T_COUNT(,10)
        l       1,T_FIRST(,10)
        la      1,1(,1)
        c       1,most_lines(12)
        bl      terminal_first
        sr      1,1
terminal_first:
        st      1,T_FIRST(,10)
        l       2,T_VM(,10)             # its console may have waited for room
        ltr     2,2
        bz      terminal_next
        call    console_room
terminal_next:
        bal     14,next_action
        leave

# A line has been typed at terminal 2.
line_typed:
        enter
        lr      10,2
        tm      T_STATE(10),TT_SLEEPS
        bo      line_wakes
line_awake:
        tm      T_STATE(10),TT_ASKS
        bo      line_password
        lr      2,10
        call    edit_line
        leave
line_wakes:
        lr      2,10
        call    wake_up
        cli     T_LENGTH(10),0
        bne     line_awake
        leave
line_password:
        lr      2,10
        call    password_typed
        leave
# And has been edited: 3, of length 4.
line_edited:
        enter
        lr      10,2
        l       11,T_VM(,10)
        ltr     4,4
        bz      line_plain
        cli     0(3),0x7b               # number sign: a command for us, and two of them:
        bne     line_plain              # one for the machine
        la      3,1(,3)
        bctr    4,0
        ltr     4,4
        bz      line_command
        cli     0(3),0x7b
        be      line_machine
        b       line_command
line_plain:
        ltr     11,11
        bz      line_command
        tm      VM_FLAGS(11),V_STOPPED
        bo      line_command
        lr      2,11
        call    console_device
        bz      line_machine
line_command:
        lr      2,10
        call    command
        leave
line_machine:
        lr      2,11
        call    console_line
        leave

# Attention without a line is given up on: T_ATTENTION is due. And who sleeps wakes up: T_WAKE.
terminal_time:
        enter
        l       10,LAST_TERMINAL
time_look:
        ltr     10,10
        bz      time_done
        clc     T_WAKE(8,10),NOW
        bh      time_attention
        lr      2,10
        call    wake_up
time_attention:
        clc     T_ATTENTION(8,10),NOW
        bh      time_next
        mvi     T_ATTENTION(10),0xff
        tm      T_FLAGS(10),TF_READS
        bz      time_next
        l       1,T_DEVICE(,10)
        lh      1,RD_ADDRESS(,1)
        hio     0(1)
        bz      time_next               # a line has come after all
        oi      T_FLAGS(10),TF_HALTED
time_next:
        l       10,T_NEXT(,10)
        b       time_look
time_done:
        leave

# WAKE_AT becomes the earliest of those times.
terminal_due:
        l       1,LAST_TERMINAL
due_look:
        ltr     1,1
        bcr     8,14
        clc     T_WAKE(8,1),WAKE_AT
        bc      11,due_attention-terminal_due(15)
        mvc     WAKE_AT(8),T_WAKE(1)
due_attention:
        clc     T_ATTENTION(8,1),WAKE_AT
        bc      11,due_next-terminal_due(15)
        mvc     WAKE_AT(8),T_ATTENTION(1)
due_next:
        l       1,T_NEXT(,1)
        bc      15,due_look-terminal_due(15)
