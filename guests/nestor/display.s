# Terminals that are 3270 displays (GA23-0059). The last lines stand on the screen, the one before
# the last of it is for typing, the last one tells who is there. It is all written when there is
# something new and the display has nothing else to do, so what comes quickly is seen at once; but
# the row for typing is only written after something was typed.
        module  display

        .set    ROWS, 22                # for lines
        .set    WIDTH, 79               # behind an attribute
        .set    SCREEN, 4096            # the data stream, in the terminal's second page
        .set    INPUT, 4096+2560        # what was read

# What display 10 is to do next.
display_next:
        enter
        lr      10,2
        tm      T_FLAGS(10),TF_WRITES+TF_READS
        bnz     display_done
        tm      T_FLAGS(10),TF_ABSENT
        bo      display_done
        tm      T_FLAGS(10),TF_ATTENTION
        bo      display_read
        tm      T_SCREEN(10),TS_START
        bo      display_machine
        tm      T_SCREEN(10),TS_FULL
        bo      display_done
        tm      T_FLAGS(10),TF_NEW
        bz      display_done
        ni      T_FLAGS(10),0xff-TF_NEW
        bal     14,make_screen          # 3: its end
        la      1,SCREEN/2(,10)
        la      1,SCREEN/2(,1)
        sr      3,1
        st      1,T_CCW(,10)
        mvi     T_CCW(10),0x05          # erase and write
        ni      T_FLAGS(10),0xff-TF_TYPED
        cli     0(1),0xc3
        be      display_writes
        mvi     T_CCW(10),0x01          # write, around what is being typed
display_writes:
        oi      T_FLAGS(10),TF_WRITES
        b       display_start
display_machine:                        # what the machine wants
        ni      T_SCREEN(10),0xff-TS_START
        oi      T_SCREEN(10),TS_UNDER
        mvc     T_CCW(4,10),T_SCREEN_CCW(10)
        l       3,T_SCREEN_CCW+4(,10)
        b       display_writes
display_read:
        ni      T_FLAGS(10),0xff-TF_ATTENTION
        lr      1,10
        a       1,input_at(12)
        la      3,256
        tm      T_SCREEN(10),TS_FULL
        bz      display_read_line
        lr      1,10
        a       1,keys_at(12)
        la      3,4095
display_read_line:
        st      1,T_CCW(,10)
        mvi     T_CCW(10),0x06          # read modified
        oi      T_FLAGS(10),TF_READS
display_start:
        st      3,T_CCW+4(,10)
        mvi     T_CCW+4(10),SLI
display_start_again:
        l       2,T_DEVICE(,10)
        la      3,T_CCW(,10)
        call    start_real
        bz      display_done
        bc      1,display_gone(12)
        bc      2,display_busy(12)
        tm      CSW+4,0x02              # status at once
        bo      display_gone
        tm      CSW+4,0x80              # a key first: again, and that later
        bz      display_busy
        oi      T_FLAGS(10),TF_ATTENTION
        b       display_start_again
display_busy:                           # something else comes first
        tm      T_FLAGS(10),TF_READS
        bz      display_again
        oi      T_FLAGS(10),TF_ATTENTION
display_again:
        tm      T_SCREEN(10),TS_UNDER
        bz      display_own
        ni      T_SCREEN(10),0xff-TS_UNDER
        oi      T_SCREEN(10),TS_START
display_own:
        ni      T_FLAGS(10),0xff-TF_READS-TF_WRITES
        oi      T_FLAGS(10),TF_NEW+TF_TYPED
        b       display_done
display_gone:
        bal     14,display_leaves
display_done:
        leave

# The display of terminal 2 has interrupted: IO_STATUS.
display_interrupted:
        enter
        lr      10,2
        tm      IO_STATUS+4,0x80
        bz      display_no_key
        oi      T_FLAGS(10),TF_ATTENTION
display_no_key:
        tm      IO_STATUS+4,0x02
        bo      display_lost
        tm      IO_STATUS+4,0x04
        bz      display_goes_on
        tm      IO_STATUS+4,0x08        # device end alone: somebody has come
        bz      display_there
        ni      T_FLAGS(10),0xff-TF_WRITES
        tm      T_SCREEN(10),TS_UNDER
        bo      display_ended
        tm      T_FLAGS(10),TF_READS
        bz      display_goes_on
        ni      T_FLAGS(10),0xff-TF_READS
        tm      T_SCREEN(10),TS_FULL
        bo      display_pressed
        bal     14,what_was_typed
        b       display_goes_on
display_ended:
        lr      2,10
        sr      3,3
        call    full_ended
        b       display_goes_on
display_pressed:
        call    full_key
        b       display_goes_on
display_lost:
        bal     14,display_leaves
        leave
# Nobody is at display 10 any more; the screen is not the machine's when somebody comes back.
display_leaves:
        lr      9,14
        ni      T_FLAGS(10),0xff-TF_READS-TF_WRITES-TF_ATTENTION
        oi      T_FLAGS(10),TF_ABSENT
        ni      T_STATE(10),0xff-TT_ASKS
        tm      T_SCREEN(10),TS_UNDER+TS_START+TS_FULL
        bz      display_disconnect
        lr      2,10
        la      3,1
        call    full_ended
        tm      T_SCREEN(10),TS_FULL
        bz      display_disconnect
        ni      T_SCREEN(10),0xff-TS_FULL-TS_KEY
        oi      T_SCREEN(10),TS_TAKEN
display_disconnect:                     # its machine waits for a LOGON, its lines are for nobody else
        l       0,T_VM(,10)
        ltr     0,0
        bcr     8,9
        lr      2,10
        call    disconnect
        sr      0,0
        st      0,T_COUNT(,10)
        st      0,T_FIRST(,10)
        lr      2,10
        call    logo
        br      9
display_there:
        bal     14,display_leaves       # who had the screen before is gone
        ni      T_FLAGS(10),0xff-TF_READS-TF_WRITES-TF_ABSENT-TF_ATTENTION
        oi      T_FLAGS(10),TF_NEW+TF_TYPED
display_goes_on:
        lr      2,10
        call    display_next
        leave

# A key: INPUT has its code, the cursor's address and what was typed.
what_was_typed:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        oi      T_FLAGS(10),TF_NEW+TF_TYPED
        lr      9,10
        a       9,input_at(12)
        la      8,256
        sh      8,IO_STATUS+6           # how much
        l       1,T_KEPT(,10)           # somebody is there and has seen what there is
        sr      0,0
        sth     0,K_UNSEEN(,1)
        ni      T_STATE(10),0xff-TT_FILLED
        tm      T_STATE(10),TT_SLEEPS
        bo      typed_wakes
        tm      T_STATE(10),TT_MORE+TT_HOLDING
        bz      typed_key
        cli     0(9),0x7d               # an empty line: it stays, or only for a while
        bne     typed_goes_on
        c       8,typed_before(12)
        bh      typed_goes_on
        xi      T_STATE(10),TT_MORE+TT_HOLDING
        lr      2,10
        bal     14,more_later
        b       typed_done
typed_goes_on:
        lr      2,10
        call    another_screen
        cli     0(9),0x6e               # PA2 only says so, and here CLEAR, too
        be      typed_done
        cli     0(9),0x6d
        be      typed_done
        b       typed_key
typed_wakes:
        lr      2,10
        call    wake_up
        cli     0(9),0x7d
        bne     typed_done
        c       8,typed_before(12)
        bnh     typed_done
typed_key:
        cli     0(9),0x6d               # CLEAR
        be      typed_clear
        cli     0(9),0x6c               # PA1: the request key of the machine
        be      typed_attention
        cli     0(9),0x6e               # PA2
        be      typed_external
        cli     0(9),0x7d               # ENTER
        bne     typed_pf
        s       8,typed_before(12)      # key, cursor, order and address
        bp      typed_line
        sr      8,8
        tm      T_STATE(10),TT_ASKS
        bo      typed_line
        l       1,T_VM(,10)             # an empty line: if none is wanted, the request key
        ltr     1,1
        bz      typed_done
        tm      VM_FLAGS(1),V_STOPPED
        bo      typed_done
        tm      VM_FLAGS(1),V_READS
        bz      typed_attention
typed_line:
        c       8,typed_most(12)
        bnh     typed_fits
        l       8,typed_most(12)
typed_fits:
        stc     8,T_LENGTH(,10)
        ltr     1,8
        bz      typed_empty
        bctr    1,0
        ex      1,typed_move(12)
        tm      T_STATE(10),TT_ASKS     # a password
        bo      typed_empty
        lr      2,10                    # to be seen among the others
        la      3,T_INPUT(,10)
        lr      4,8
        call    write_line
typed_empty:
        lr      2,10
        call    line_typed
        b       typed_done
typed_external:
        l       1,T_VM(,10)
        ltr     1,1
        bz      typed_done
        tm      VM_EMSG(1),SET_PA2
        bz      typed_done
        oi      VM_EXTERNAL(1),E_KEY
        oi      VM_FLAGS(1),V_WAKE
        lr      2,1
        call    switch_to
        l       11,VM
        call    summarize
        b       typed_done
typed_pf:                               # PF keys 1 to 24, as 1 to 12
        la      3,PF_KEYS
        la      1,pf_codes(12)
typed_pf_look:
        clc     0(1,1),0(9)
        be      typed_pf_found
        clc     PF_KEYS(1,1),0(9)
        be      typed_pf_found
        la      1,1(,1)
        bct     3,typed_pf_look
        b       typed_done
typed_pf_found:
        lr      2,10
        call    pf_pressed              # 4
        ltr     4,4
        bz      typed_done
        stc     4,T_LENGTH(,10)
        lr      2,10
        la      3,T_INPUT(,10)
        call    write_line
        b       typed_empty
typed_attention:
        l       2,T_VM(,10)
        ltr     2,2
        bz      typed_done
        call    console_attention
        b       typed_done
typed_clear:
        sr      0,0
        st      0,T_COUNT(,10)
        st      0,T_FIRST(,10)
        lr      2,10
        call    screen_back
typed_done:
        oi      T_FLAGS(10),TF_NEW      # its state, too
        lm      6,14,0(13)
        br      14
typed_move: mvc T_INPUT(1,10),6(9)

# The data stream for terminal 10; 3: its end.
make_screen:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        la      3,SCREEN/2(,10)
        la      3,SCREEN/2(,3)
        mvi     0(3),0xc3               # restore the keyboard
        tm      T_FLAGS(10),TF_TYPED
        bo      make_begin
        mvi     0(3),0x40               # leave it, and what is being typed, alone
make_begin:
        la      3,1(,3)
        sr      9,9                     # row
make_row:
        c       9,T_COUNT(,10)
        bnl     make_input
        lr      2,9
        mh      2,columns(12)
        bal     14,set_address
        mvc     0(2,3),protected_field(12)
        la      3,2(,3)
        l       1,T_FIRST(,10)
        alr     1,9
        c       1,all_lines(12)
        bl      make_line
        s       1,all_lines(12)
make_line:
        mh      1,display_line_size(12)
        la      1,T_LINES(1,10)
        sr      4,4
        ic      4,0(,1)
        ltr     4,4
        bz      screen_next
        bctr    4,0
        ex      4,make_move(12)
        ex      4,make_visible(12)
        la      3,1(4,3)
        la      9,1(,9)
        la      4,1(,4)
        c       4,width(12)             # a full row: to repeat from here to here would clear all
        be      make_row
        b       screen_fill
screen_next:
        la      9,1(,9)
screen_fill:
        lr      2,9                     # nothing more in this row
        mh      2,columns(12)
        bal     14,fill_to
        b       make_row
make_input:
        lr      2,9
        mh      2,columns(12)
        c       9,rows(12)
        bnl     make_typing
        bal     14,set_address
        l       2,input_row(12)
        bal     14,fill_to
make_typing:
        tm      T_FLAGS(10),TF_TYPED
        bz      make_status
        l       2,input_row(12)
        bal     14,set_address
        mvc     0(3,3),input_field(12)
        tm      T_STATE(10),TT_ASKS
        bz      make_typing_seen
        mvi     1(3),0x4c               # not displayed
make_typing_seen:
        la      3,3(,3)
        tm      T_STATE(10),TT_FILLED
        bz      make_status
        l       1,T_KEPT(,10)           # something stands there already, as if it had been typed
        sr      4,4
        ic      4,K_SHOWN(,1)
        ltr     4,4
        bz      make_status
        c       4,typed_most(12)
        bnh     make_filled
        l       4,typed_most(12)
make_filled:
        s       3,one
        bctr    4,0
        ex      4,fill_move(12)
        ex      4,make_visible(12)
        s       3,one
        mvi     0(3),0xc1               # modified
        la      3,2(4,3)
        mvi     0(3),0x13               # the cursor behind it
        la      3,1(,3)
make_status:
        l       2,status_row(12)
        bal     14,set_address
        mvc     0(2,3),protected_field(12)
        mvc     2(7,3),nestor_word(12)
        la      3,9(,3)
        l       2,LEVEL
        la      2,1(,2)
        call    to_decimal
        mvi     0(3),0x40
        la      3,1(,3)
        mvi     0(3),0x40
        mvc     1(15,3),0(3)
        l       9,T_VM(,10)
        ltr     9,9
        bz      make_named
        mvc     0(8,3),VM_NAME(9)
        mvc     9(7,3),stopped_word(12)
        tm      VM_FLAGS(9),V_STOPPED
        bo      make_named
        mvc     9(7,3),running_word(12)
make_named:
        tm      T_STATE(10),TT_MORE
        bz      make_not_more
        mvc     9(7,3),more_word(12)
make_not_more:
        tm      T_STATE(10),TT_HOLDING
        bz      make_not_holding
        mvc     9(7,3),holding_word(12)
make_not_holding:
        la      3,16(,3)
screen_done:
        lr      1,3
        lm      6,14,0(13)
        lr      3,1
        br      14
make_move: mvc  0(1,3),1(1)
fill_move: mvc  0(1,3),K_SHOWN+1(1)
make_visible: tr 0(1,3),visible(12)

# REPEAT TO ADDRESS 2, zeros.
fill_to:
        lr      4,14
        bal     14,set_address
        lr      14,4
        lr      1,3
        s       1,three(12)
        mvi     0(1),0x3c
        mvi     0(3),0
        la      3,1(,3)
        br      14

# SET BUFFER ADDRESS 2 at 3, which goes on.
set_address:
        mvi     0(3),0x11
        lr      1,2
        srl     1,6
        ic      1,address_codes(1,12)
        stc     1,1(,3)
        lr      1,2
        n       1,six_bits(12)
        ic      1,address_codes(1,12)
        stc     1,2(,3)
        la      3,3(,3)
        br      14

# A line for display 10: text at 3, length 4; what is too long goes on below. The oldest goes.
show_line:
        enter
        lr      10,2
        lr      9,3
        lr      8,4
        call    take_screen
        tm      T_FLAGS(10),TF_ABSENT
        bo      display_piece
        l       7,T_KEPT(,10)           # has somebody seen what is on the screen?
        tm      T_STATE(10),TT_MORE+TT_HOLDING
        bnz     display_waits
        lh      1,K_UNSEEN(,7)
        la      1,1(,1)
        c       8,width(12)
        bnh     display_unseen
        la      1,1(,1)
display_unseen:
        c       1,rows(12)
        bh      display_full
        sth     1,K_UNSEEN(,7)
display_piece:
        l       1,T_COUNT(,10)
        c       1,rows(12)
        bl      display_room
        bctr    1,0
        st      1,T_COUNT(,10)
        l       2,T_FIRST(,10)
        la      2,1(,2)
        c       2,all_lines(12)
        bl      display_first
        sr      2,2
display_first:
        st      2,T_FIRST(,10)
display_room:
        al      1,T_FIRST(,10)
        c       1,all_lines(12)
        bl      display_place
        s       1,all_lines(12)
display_place:
        mh      1,display_line_size(12)
        la      1,T_LINES(1,10)
        lr      4,8
        sr      6,6                     # between two words
        c       4,width(12)
        bnh     display_put
        l       4,width(12)
        lr      5,4
        la      2,0(4,9)
display_word:
        cli     0(2),0x40
        be      display_break
        bctr    2,0
        bct     5,display_word
        b       display_put
display_break:
        lr      0,8
        sr      0,5
        c       0,width(12)             # if the rest fits in a row
        bh      display_put
        lr      4,5
        la      6,1
display_put:
        stc     4,0(,1)
        ltr     2,4
        bz      display_counted
        bctr    2,0
        ex      2,display_move(12)
display_counted:
        alr     9,4
        alr     9,6
        l       1,T_COUNT(,10)
        la      1,1(,1)
        st      1,T_COUNT(,10)
        sr      8,4
        sr      8,6
        bp      display_piece
        oi      T_FLAGS(10),TF_NEW
        lr      2,10
        call    display_next
        leave
display_move: mvc 1(1,1),0(9)
display_full:                           # it waits until there is room for another screen
        oi      T_STATE(10),TT_MORE
        lr      2,10
        bal     14,more_later
display_waits:
        lh      1,K_WAITING(,7)
        c       1,most_waiting(12)
        bnl     display_lost_line
        la      0,1(,1)
        sth     0,K_WAITING(,7)
        mh      1,display_line_size(12)
        la      1,K_QUEUE(1,7)
        c       8,longest_waiting(12)
        bnh     display_keep
        l       8,longest_waiting(12)
display_keep:
        stc     8,0(,1)
        ltr     8,8
        bz      display_kept
        bctr    8,0
        ex      8,display_move(12)
display_kept:
        oi      T_FLAGS(10),TF_NEW
        lr      2,10
        call    display_next
display_lost_line:
        leave

# MORE... at terminal 2 is over in a minute, HOLDING never. 2 stays.
more_later:
        mvi     T_WAKE(2),0xff
        tm      T_STATE(2),TT_MORE
        bcr     8,14
        lr      9,14
        stck    NOW
        lm      0,1,NOW
        a       0,a_minute(12)          # nearly
        stm     0,1,T_WAKE(2)
        call    set_comparator
        br      9

# Another screen of lines for terminal 2.
another_screen:
        enter
        lr      10,2
        tm      T_STATE(10),TT_MORE+TT_HOLDING
        bz      another_over
        ni      T_STATE(10),0xff-TT_MORE-TT_HOLDING
        mvi     T_WAKE(10),0xff
        sr      0,0
        st      0,T_COUNT(,10)
        st      0,T_FIRST(,10)
        l       7,T_KEPT(,10)
        lh      8,K_WAITING(,7)
        sth     0,K_UNSEEN(,7)
        sth     0,K_WAITING(,7)
        la      9,K_QUEUE(,7)
        oi      T_FLAGS(10),TF_NEW+TF_TYPED
        ltr     8,8
        bz      another_room
another_line:                           # what does not fit is put behind those that have gone
        lr      2,10
        la      3,1(,9)
        sr      4,4
        ic      4,0(,9)
        call    write_line
        la      9,LINE_SIZE(,9)
        bct     8,another_line
another_room:
        l       2,T_VM(,10)             # its console may have waited for room
        ltr     2,2
        bz      another_over
        call    console_room
another_over:
        leave

        .balign 4
input_at: .long INPUT
keys_at: .long  3*4096
typed_before: .long 6
typed_most: .long WIDTH
input_row: .long 22*80
status_row: .long 23*80
six_bits: .long 63
three:  .long   3
rows:   .long   ROWS
most_waiting: .long MORE_LINES
longest_waiting: .long LINE_SIZE-4
a_minute: .long 60000000/1048576        # seconds and a bit, as the clock's first word counts them
all_lines: .long LINES
width:  .long   WIDTH
columns: .short 80
display_line_size: .short LINE_SIZE
protected_field: .byte 0x1d, 0xf0
input_field: .byte 0x1d, 0x40, 0x13
nestor_word: ebcdic "NESTOR "
stopped_word: ebcdic "STOPPED"
running_word: ebcdic "RUNNING"
more_word: ebcdic "MORE..."
holding_word: ebcdic "HOLDING"
pf_codes:                               # PF12 to PF1, PF24 to PF13
        .byte   0x7c, 0x7b, 0x7a, 0xf9, 0xf8, 0xf7, 0xf6, 0xf5, 0xf4, 0xf3, 0xf2, 0xf1
        .byte   0x4c, 0x4b, 0x4a, 0xc9, 0xc8, 0xc7, 0xc6, 0xc5, 0xc4, 0xc3, 0xc2, 0xc1
address_codes:
        .byte   0x40, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f
        .byte   0x50, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f
        .byte   0x60, 0x61, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f
        .byte   0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f
visible:                                # no orders in what somebody says
        .skip   64, 0x40
        .set    code, 64
        .rept   192
        .byte   code
        .set    code, code + 1
        .endr
        .balign 2
