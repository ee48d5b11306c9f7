# DIAGNOSE 58: a machine has the whole screen of its user's display (GC20-1807; 29 and 2A as in VM/SP).
# R1 is the address of a command. 19 puts lines on the screen as Nestor does: the fourth byte behind the
# address tells the first line, and clears the screen with 80. 29 writes a data stream, and clears with
# 80 there; the keyboard is the machine's then, whose console gets attention for each key. 2A reads: what
# was modified with 80, else all. The user comes back to Nestor with PA1, and Nestor's own lines take the
# screen back, too: of that the machine hears by the unit status 8E, and may write anew.
        module  full_screen

diagnose_58:
        based
        mvi     VM_DIAGNOSE(11),0x58
        l       9,VM_TERMINAL(,11)
        tm      T_FLAGS(9),TF_DISPLAY
        bz      full_unit_check
        tm      T_FLAGS(9),TF_ABSENT
        bo      full_unit_check
        l       7,GR(3)
        la      7,0(,7)
        sr      6,6                     # how many bytes there are
        bal     14,full_command
        mvc     WORK+8(8),CCW           # the first command counts
        cli     CCW,0x2a
        be      full_read
        cli     CCW,0x29
        be      full_gather
        cli     CCW,0x19
        bne     full_unit_check
full_gather:
        lh      5,CCW+6
        n       5,halfword_mask
        bz      full_unit_check
        l       10,CCW
        la      10,0(,10)
full_byte:
        c       6,full_most(12)
        bnl     full_unit_check
        lr      2,10
        near    locate
        bnz     full_beyond
        lr      1,9
        al      1,full_at(12)
        alr     1,6
        mvc     0(1,1),0(2)
        la      6,1(,6)
        la      10,1(,10)
        bct     5,full_byte
        tm      CCW+4,CD
        bz      full_gathered
        la      7,8(,7)
        bal     14,full_command
        b       full_gather
full_gathered:
        cli     WORK+8,0x19
        be      full_lines
        la      0,0x05                  # erase and write
        tm      WORK+13,0x80
        bo      full_starts
        tm      T_SCREEN(9),TS_FULL
        bz      full_taken
        la      0,0x01
full_starts:                            # 0: the command, 6: how many bytes
        oi      T_SCREEN(9),TS_FULL+TS_START
        ni      T_SCREEN(9),0xff-TS_KEY-TS_TAKEN
        lr      1,9
        al      1,full_at(12)
        st      1,T_SCREEN_CCW(,9)
        stc     0,T_SCREEN_CCW(,9)
        st      6,T_SCREEN_CCW+4(,9)
        oi      VM_FLAGS(11),V_DIAGNOSE
        lr      2,9
        call    display_next
        goto    dispatch
# The command at the machine's address 7: CCW.
full_command:
        lr      8,14
        la      1,7
        nr      1,7
        bnz     full_not_aligned
        lr      2,7
        near    locate
        bnz     full_beyond
        mvc     CCW(8),0(2)
        br      8
full_not_aligned:
        goto_near specification
full_beyond:
        goto_near addressing
full_unit_check:
        lh      0,unit_check(12)
        b       full_wrong
full_taken:
        lh      0,taken_away(12)
full_wrong:                             # 0: unit and channel status
        l       5,PAGE0
        xc      CSW(8,5),CSW(5)
        sth     0,CSW+4(,5)
        mvi     TEST,0x10
        goto_near diagnosed

# 2A: what was read when the key was pressed is still there.
full_read:
        tm      T_SCREEN(9),TS_FULL
        bz      full_taken
        mvc     T_READ_AT(8,9),CCW
        la      0,0x06
        tm      CCW+5,0x80
        bz      full_read_buffer
        tm      T_SCREEN(9),TS_KEY
        bz      full_read_now
        l       8,keys_page(12)
        bal     14,full_give
        mvi     TEST,0
        goto_near diagnosed
full_read_buffer:
        la      0,0x02
full_read_now:
        l       6,full_most(12)
        b       full_starts
# T_KEY_LENGTH bytes of terminal 9, from its page 8 on, go to the machine, as many as it wants; its CSW tells.
full_give:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        ni      T_SCREEN(9),0xff-TS_KEY
        lh      6,T_KEY_LENGTH(,9)
        lh      5,T_READ_AT+6(,9)
        n       5,halfword_mask
        l       10,T_READ_AT(,9)
        la      10,0(,10)
        alr     8,9
give_byte:
        ltr     6,6
        bnp     give_done
        ltr     5,5
        bz      give_done
        lr      2,10
        near    locate
        bnz     give_done
        mvc     0(1,2),0(8)
        la      8,1(,8)
        la      10,1(,10)
        bctr    5,0
        bct     6,give_byte
give_done:
        l       1,PAGE0
        xc      CSW(8,1),CSW(1)
        mvi     CSW+4(1),0x0c
        sth     5,CSW+6(,1)
        lm      6,14,0(13)
        br      14

# 19: lines of 80 bytes, from the one that WORK+13 tells on.
full_lines:
        cli     WORK+13,0xff
        be      lines_clear
        tm      WORK+13,0x80
        bz      lines_begin
lines_clear:
        sr      0,0
        st      0,T_COUNT(,9)
        st      0,T_FIRST(,9)
        cli     WORK+13,0xff
        be      lines_over
lines_begin:
        sr      7,7
        ic      7,WORK+13
        n       7,line_number(12)
        lr      10,9
        al      10,full_at(12)
lines_next:
        c       7,last_row(12)
        bh      lines_over
        c       7,T_COUNT(,9)           # blank ones above it
        bl      lines_there
        lr      2,9
        lr      3,9
        sr      4,4
        call    write_line
        b       lines_next
lines_there:
        l       1,T_FIRST(,9)
        alr     1,7
        c       1,lines_in_all(12)
        bl      lines_place
        s       1,lines_in_all(12)
lines_place:
        mh      1,line_place(12)
        la      1,T_LINES(1,9)
        lr      4,6
        c       4,row_width(12)
        bl      lines_put
        la      4,79                    # the first column is an attribute
lines_put:
        stc     4,0(,1)
        bctr    4,0
        ex      4,lines_move(12)
        la      7,1(,7)
        la      10,80(,10)
        s       6,row_width(12)
        bp      lines_next
lines_over:
        oi      T_FLAGS(9),TF_NEW
        lr      2,9
        call    display_next
        mvi     TEST,0
        goto_near diagnosed
lines_move: mvc 1(1,1),0(10)

# What the machine of terminal 2 wanted of its display has ended: IO_STATUS. Or 3 is not 0: it can't be done.
full_ended:
        enter
        lr      9,2
        lr      8,3
        ni      T_SCREEN(9),0xff-TS_UNDER-TS_START
        l       2,T_VM(,9)
        ltr     2,2
        bz      ended_over
        call    switch_to
        l       11,VM
        tm      VM_FLAGS(11),V_DIAGNOSE
        bz      ended_program
        cli     VM_DIAGNOSE(11),0x58
        bne     ended_program
        ni      VM_FLAGS(11),0xff-V_DIAGNOSE
        ni      RUN+2,0x0f
        ltr     8,8
        bnz     ended_lost
        tm      T_SCREEN_CCW(9),0x02    # it was a read
        bz      ended_over
        l       1,full_most(12)
        sh      1,IO_STATUS+6
        sth     1,T_KEY_LENGTH(,9)
        l       8,full_at(12)
        bal     14,full_give
        b       ended_over
ended_lost:
        ni      T_SCREEN(9),0xff-TS_FULL
        l       5,PAGE0
        xc      CSW(8,5),CSW(5)
        mvi     CSW+4(5),0x02
        oi      RUN+2,0x10
ended_over:
        leave
ended_program:                          # it is a channel program's that waits
        lr      2,11
        bal     14,screen_of
        bnz     ended_over
        tm      VD_FLAGS(2),VF_WANTS
        bz      ended_over
        ltr     8,8
        bnz     ended_proceed
        oi      T_SCREEN(9),TS_DONE
        l       1,full_most(12)
        sh      1,IO_STATUS+6
        sth     1,T_KEY_LENGTH(,9)
ended_proceed:
        call    proceed
        leave

# A key at terminal 10 while its screen is the machine's; what it sends is there.
full_key:
        enter
        la      1,4095
        sh      1,IO_STATUS+6
        sth     1,T_KEY_LENGTH(,10)
        oi      T_SCREEN(10),TS_KEY
        lr      1,10
        al      1,keys_page(12)
        cli     0(1),0x6c               # PA1: back to Nestor
        bne     key_machine
        lr      2,10
        bal     14,take_back
        leave
key_machine:
        l       2,T_VM(,10)
        ltr     2,2
        bz      key_over
        call    console_attention
key_over:
        leave
# Nestor has lines for terminal 2: the screen is its own again.
take_screen:
        enter
        bal     14,take_back
        leave
take_back:
        tm      T_SCREEN(2),TS_FULL
        bcr     8,14
        ni      T_SCREEN(2),0xff-TS_FULL-TS_KEY
        oi      T_SCREEN(2),TS_TAKEN
        oi      T_FLAGS(2),TF_NEW+TF_TYPED
        br      14
# The user of terminal 2 gives its screen to the machine again, which is to write it anew.
screen_back:
        enter
        lr      9,2
        tm      T_SCREEN(9),TS_TAKEN
        bz      ended_over
        ni      T_SCREEN(9),0xff-TS_TAKEN
        oi      T_SCREEN(9),TS_CLEARED
        l       2,T_VM(,9)
        ltr     2,2
        bz      ended_over
        call    console_attention
        l       2,T_VM(,9)
        bal     14,screen_of
        bnz     ended_over
        tm      VD_FLAGS(2),VF_WANTS    # it has waited for that
        bz      ended_over
        call    proceed
        leave
# 2: the virtual display of machine 2. Condition code not 0: it has none. Changes 1.
screen_of:
        la      1,VM_END(,2)
        la      2,VM_DEVICE_POOL(,2)
screen_of_look:
        cli     VD_CLASS(2),C_DISPLAY
        bne     screen_of_next
        l       0,VD_DEVICE(,2)
        ltr     0,0
        bcr     8,14
screen_of_next:
        la      2,VD_SIZE(,2)
        cr      2,1
        bl      screen_of_look
        ltr     14,14
        br      14
screen_device:                          # for other modules
        enter
        bal     14,screen_of
        leave

        .balign 4
full_at: .long  2*4096
keys_page: .long 3*4096
full_most: .long 4095
line_number: .long 0x7f
last_row: .long 21
lines_in_all: .long LINES
row_width: .long 80
line_place: .short LINE_SIZE
unit_check: .short 0x0200
taken_away: .short 0x8e00 - 0x10000
