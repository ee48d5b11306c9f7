# Channel programs that Nestor executes itself, command by command (GA22-7000 chapter 13): those
# for the console, and for readers, punches and printers that are spooled. A device is given a command and
# has the data moved. A command that must wait leaves VF_WANTS and is begun again by `proceed`.
        module  interpret

# Execute the channel program of the virtual device 2, from VD_CCW on.
interpret:
        enter
        lr      10,2
        l       2,VD_VM(,10)
        call    switch_to               # its storage is moved
        l       11,VM
        sr      9,9                     # the number of commands so far
next_command:
        bal     14,fetch_ccw
        la      9,1(,9)
        c       9,most_commands(12)     # one that never ends would keep us from all others
        bnl     end_program_check
do_command:
        cli     VD_CLASS(10),C_DISPLAY
        be      command_screen
        cli     VD_CLASS(10),C_CONSOLE
        bne     command_spooled
        cli     VD_COMMAND(10),0x09
        be      command_write
        cli     VD_COMMAND(10),0x01
        be      command_write
        cli     VD_COMMAND(10),0x0a
        be      command_read
        cli     VD_COMMAND(10),0x0b
        be      command_control
command_common:
        cli     VD_COMMAND(10),0x03
        be      command_control
        cli     VD_COMMAND(10),0x04
        be      command_sense
        xc      VD_SENSE(4,10),VD_SENSE(10)
        b       command_reject

# Spooled devices. Printers write with 1 in the last three bits, 3 only moves the paper; how far, the
# others say (GA24-3312). Punches: stackers in the first two bits; readers, too.
command_spooled:
        cli     VD_COMMAND(10),0x03
        be      command_control
        cli     VD_COMMAND(10),0x04
        be      command_sense
        xc      VD_SENSE(4,10),VD_SENSE(10)
        cli     VD_CLASS(10),C_READER
        be      command_card
        cli     VD_CLASS(10),C_PRINTER
        be      command_print
        cli     VD_CLASS(10),C_PUNCH
        bne     command_reject
        cli     VD_COMMAND(10),0xc1
        bnl     command_reject
        la      3,80
        mvc     TEST(1),VD_COMMAND(10)
        ni      TEST,0x3f
        cli     TEST,0x01
        be      command_gather
        b       command_reject
command_print:
        la      3,132
        sr      1,1
        ic      1,VD_COMMAND(,10)
        srl     1,3
        la      1,print_commands(1,12)
        mvc     TEST(1),VD_COMMAND(10)
        ni      TEST,0x07
        cli     TEST,0x01
        be      command_write_line
        cli     TEST,0x03
        bne     command_reject
        tm      0(1),2
        bz      command_buffers
        l       6,BUFFER                # paper only: a record of a blank
        mvi     0(6),0x40
        la      4,1
        bal     14,spool_it
        b       command_control
command_write_line:
        tm      0(1),1
        bo      command_gather
        b       command_reject
command_buffers:                        # character sets and forms: as if they were loaded
        tm      0(1),4
        bo      command_control
        tm      0(1),8
        bz      command_reject
        l       6,BUFFER
        la      7,512
        sr      8,8
        bal     14,move_data
        b       command_read_done
# 3: how many bytes the device takes.
command_gather:
        stc     3,VD_CHUNK+1(,10)
        lr      7,3
        l       6,BUFFER
        mvc     VD_SENSE+3(1,10),VD_COMMAND(10) # the command that counts, whatever is chained
gather_more:
        sr      8,8
        bal     14,move_data
        alr     6,2
        sr      7,2
        tm      VD_COMMAND+4(10),CD
        bz      gathered
        ltr     7,7
        bz      gathered
        bal     14,fetch_ccw
        b       gather_more
gathered:
        lr      4,6
        s       4,BUFFER
        bnp     command_read_done
        mvc     VD_COMMAND(1,10),VD_SENSE+3(10)
        mvi     VD_SENSE+3(10),0
        bal     14,spool_it
        b       command_read_done
command_card:
        mvc     TEST(1),VD_COMMAND(10)
        ni      TEST,0x3f
        cli     TEST,0x02
        be      command_card_read
        cli     TEST,0x23               # feed only
        bne     command_reject
        lr      2,10
        call    card_taken
        b       command_control
command_card_read:
        lr      2,10
        call    spool_card
        c       1,one
        be      card_end_of_file
        bh      command_intervention
        lr      6,3
        lr      7,4
        la      8,1
        mvc     VD_SENSE+3(1,10),VD_COMMAND(10)
card_more:
        bal     14,move_data
        alr     6,2
        sr      7,2
        tm      VD_COMMAND+4(10),CD
        bz      card_moved
        ltr     7,7
        bz      card_moved
        bal     14,fetch_ccw
        b       card_more
card_moved:
        cli     VD_SENSE+3(10),0xc2     # without feeding: the same one again
        be      card_stays
        lr      2,10
        call    card_taken
card_stays:
        ltr     7,7
        bnz     read_wrong_length
        b       command_read_done
card_end_of_file:
        lr      2,10
        sr      3,3
        call    spool_close
        la      1,0x0d                  # unit exception
        b       end_program
command_intervention:
        oi      VD_SPOOL_FLAGS(10),SP_EMPTY
command_not_ready:
        mvi     VD_SENSE(10),0x40
        la      1,0x0e
        b       end_program
command_reject:
        mvi     VD_SENSE(10),0x80
        la      1,0x0e
        b       end_program
# The record of length 4 in BUFFER goes to the file of device 10. There may be no room for it.
spool_it:
        lr      7,14
        lr      2,10
        l       3,BUFFER
        sr      5,5
        ic      5,VD_COMMAND(,10)
        call    spool_record
        lr      14,7
        bcr     8,14
        b       command_not_ready
print_commands:                         # by the first five bits: 1 writes, 2 moves, 4 nothing, 8 loads
        .byte   3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 4, 4
        .byte   0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 8, 8
        .balign 2

# A display (GA23-0059): what its user has at his terminal, while the machine writes there. Where Nestor has
# something on the screen, a machine waits until the user is done with it, and is told then that the screen was
# cleared.
command_screen:
        l       6,VM_TERMINAL(,11)
        tm      T_SCREEN(6),TS_DONE
        bo      screen_finished
        cli     VD_COMMAND(10),0x0b     # SELECT
        be      command_control
        cli     VD_COMMAND(10),0x03
        be      command_control
        cli     VD_COMMAND(10),0x04
        be      command_sense
        xc      VD_SENSE(4,10),VD_SENSE(10)
        tm      T_FLAGS(6),TF_DISPLAY
        bz      command_not_ready
        tm      T_FLAGS(6),TF_ABSENT
        bo      command_not_ready
        la      3,screen_commands(12)
screen_look_up:
        cli     0(3),0
        be      command_reject
        clc     0(1,3),VD_COMMAND(10)
        be      screen_command
        la      3,1(,3)
        b       screen_look_up
screen_commands:
        .byte   0x01, 0x05, 0x0d, 0x0f, 0x02, 0x06, 0x0e, 0
        .balign 2
screen_command:
        mvc     VD_SENSE+3(1,10),VD_COMMAND(10) # the command that counts, whatever is chained
        tm      VD_COMMAND(10),0x01
        bz      screen_read
        tm      T_SCREEN(6),TS_TAKEN
        bo      screen_waits
        lr      3,6
        a       3,screen_page(12)
        st      3,T_SCREEN_CCW(,6)
        lr      6,3
        l       7,screen_most(12)
screen_more:
        sr      8,8
        bal     14,move_data
        alr     6,2
        sr      7,2
        tm      VD_COMMAND+4(10),CD
        bz      screen_gathered
        bal     14,fetch_ccw
        b       screen_more
screen_gathered:
        lr      3,6
        l       6,VM_TERMINAL(,11)
        s       3,T_SCREEN_CCW(,6)
        mvc     T_SCREEN_CCW(1,6),VD_SENSE+3(10)
        tm      T_SCREEN(6),TS_FULL
        bo      screen_starts
        tm      T_SCREEN_CCW(6),0x04    # what is not written anew is written on an empty screen
        bo      screen_starts
        mvi     T_SCREEN_CCW(6),0x05
screen_starts:                          # 3: how many bytes
        mvi     VD_SENSE+3(10),0
        st      3,T_SCREEN_CCW+4(,6)
        ni      T_SCREEN(6),0xff-TS_KEY
        oi      T_SCREEN(6),TS_FULL+TS_START
        oi      VD_FLAGS(10),VF_WANTS
        lr      2,6
        call    display_next
        leave
screen_waits:
        mvi     VD_SENSE+3(10),0
        oi      VD_FLAGS(10),VF_WANTS
        leave
# A key was pressed, and what it sent is there; or it is to be read from the screen. Without a screen
# there is nothing but the key.
screen_read:
        tm      T_SCREEN(6),TS_FULL
        bz      screen_empty
        cli     VD_COMMAND(10),0x02
        be      screen_read_real
        tm      T_SCREEN(6),TS_KEY
        bz      screen_read_real
        ni      T_SCREEN(6),0xff-TS_KEY
        lh      7,T_KEY_LENGTH(,6)
        a       6,screen_keys(12)
        b       screen_give
screen_read_real:
        lr      3,6
        a       3,screen_page(12)
        st      3,T_SCREEN_CCW(,6)
        mvc     T_SCREEN_CCW(1,6),VD_COMMAND(10)
        l       3,screen_most(12)
        b       screen_starts
screen_empty:
        lr      1,6
        a       1,screen_keys(12)
        mvc     0(3,1),no_key(12)
        la      7,3
        tm      T_SCREEN(6),TS_CLEARED
        bz      screen_no_key
        ni      T_SCREEN(6),0xff-TS_CLEARED
        mvi     0(1),0x6d
        la      7,1
screen_no_key:
        lr      6,1
        cli     VD_COMMAND(10),0x02
        bne     screen_give
        la      4,3(,6)                 # a buffer of zeros
        l       5,screen_most(12)
        s       5,screen_three(12)
        sr      1,1
        mvcl    4,0
        l       7,screen_whole(12)
screen_give:
        mvi     VD_SENSE+3(10),0
        la      8,1
screen_give_more:
        bal     14,move_data
        alr     6,2
        sr      7,2
        tm      VD_COMMAND+4(10),CD
        bz      screen_given
        ltr     7,7
        bz      screen_given
        bal     14,fetch_ccw
        b       screen_give_more
screen_given:
        ltr     7,7
        bnz     read_wrong_length
        b       command_read_done
# The terminal has done it.
screen_finished:
        ni      T_SCREEN(6),0xff-TS_DONE-TS_CLEARED
        tm      T_SCREEN_CCW(6),0x01
        bo      command_read_done
        lh      7,T_KEY_LENGTH(,6)
        a       6,screen_page(12)
        b       screen_give

# A command without data. As the first and last it has ended before START I/O has.
command_control:
        tm      VD_COMMAND+4(10),CC
        bo      command_done
        c       9,only_one(12)
        bne     command_done
        oi      VD_FLAGS(10),VF_IMMEDIATE
        b       command_done

command_sense:
        la      6,VD_SENSE(,10)
        la      7,1
        la      8,1
        bal     14,move_data
        xc      VD_SENSE(4,10),VD_SENSE(10)
        b       command_read_done

# The console writes a line; without room on the terminal it waits.
command_write:
        l       2,VM_TERMINAL(,11)
        ltr     2,2
        bz      write_gather
        call    terminal_room
        bz      command_waits
write_gather:
        l       6,BUFFER
        la      7,256
write_more:
        sr      8,8
        bal     14,move_data
        alr     6,2
        sr      7,2
        tm      VD_COMMAND+4(10),CD
        bz      write_line_now
        bal     14,fetch_ccw
        b       write_more
write_line_now:
        l       3,BUFFER
        lr      4,6
        sr      4,3
write_piece:                            # what is longer than a line goes on in the next
        lr      6,3
        lr      7,4
        l       2,VM_TERMINAL(,11)
        call    write_line
        la      3,132(,6)
        lr      4,7
        s       4,line_length(12)
        bp      write_piece
        b       command_done

# The console reads a line, when there is one.
command_read:
        tm      VD_FLAGS(10),VF_LINE
        bz      command_waits
        l       5,VM_TERMINAL(,11)
        la      6,VM_LINE(,11)
        sr      7,7
        ic      7,VM_LINE_LENGTH(,11)
read_more:
        la      8,1
        bal     14,move_data
        alr     6,2
        sr      7,2
        tm      VD_COMMAND+4(10),CD
        bz      read_ends
        ltr     7,7
        bz      read_ends
        bal     14,fetch_ccw
        b       read_more
read_ends:
        ni      VD_FLAGS(10),0xff-VF_LINE
        lr      2,11
        call    console_read            # what was typed ahead
        ltr     7,7                     # more was typed than asked for
        bnz     read_wrong_length
command_read_done:
        lh      1,VD_COMMAND+6(,10)
        n       1,halfword_mask
        bz      command_done
read_wrong_length:
        tm      VD_COMMAND+4(10),SLI
        bo      command_done
        mvi     VD_CSW+5(10),0x40
        la      1,0x0c
        b       end_program

command_done:
        tm      VD_COMMAND+4(10),CC
        bo      next_command
        la      1,0x0c                  # channel end, device end
# The program ends with the unit status 1.
end_program:
        stc     1,VD_CSW+4(,10)
end_status:
        mvc     VD_CSW(4,10),VD_CCW(10)
        mvc     VD_CSW(1,10),VD_KEY(10)
        mvc     VD_CSW+6(2,10),VD_COMMAND+6(10)
        ni      VD_FLAGS(10),0xff-VF_BUSY-VF_WANTS
        tm      VD_FLAGS(10),VF_IMMEDIATE
        bo      end_done
        lr      2,10
        call    interrupt_machine
end_done:
        leave
end_program_check:
        la      1,0x20
        b       end_channel
end_protection_check:
        la      1,0x10
end_channel:
        stc     1,VD_CSW+5(,10)
        xc      VD_COMMAND+6(2,10),VD_COMMAND+6(10)
        ltr     9,9
        la      1,0x0c
        bnz     end_program
        sr      1,1                     # nothing had begun
        b       end_program

# The command must wait: VD_COMMAND is begun again.
command_waits:
        oi      VD_FLAGS(10),VF_WANTS
        cli     VD_COMMAND(10),0x0a
        bne     waits_done
        oi      VM_FLAGS(11),V_READS
        l       2,VM_TERMINAL(,11)
        call    terminal_kick
waits_done:
        leave
proceed:
        enter
        lr      10,2
        l       2,VD_VM(,10)
        call    switch_to
        l       11,VM
        ni      VD_FLAGS(10),0xff-VF_WANTS
        la      9,2
        b       do_command

# The next CCW to VD_COMMAND, through transfers in channel.
fetch_ccw:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        sr      8,8
fetch_next:
        l       2,VD_CCW(,10)
        la      1,7
        nr      1,2
        bnz     fetch_program_check
        la      2,0(,2)
        near    locate
        bnz     fetch_program_check
        mvc     VD_COMMAND(8,10),0(2)
        l       2,VD_CCW(,10)
        la      2,8(,2)
        st      2,VD_CCW(,10)
        mvc     TEST(1),VD_COMMAND(10)
        ni      TEST,0x0f
        cli     TEST,8
        bne     fetch_command
        ltr     8,8                     # two in a row
        bnz     fetch_program_check
        la      8,1
        l       2,VD_COMMAND(,10)
        la      2,0(,2)
        st      2,VD_CCW(,10)
        b       fetch_next
fetch_command:
        tm      VD_COMMAND+4(10),0x03
        bnz     fetch_program_check
        lh      1,VD_COMMAND+6(,10)
        ltr     1,1
        bz      fetch_program_check
        lm      6,14,0(13)
        br      14
fetch_program_check:
        lm      6,14,0(13)
        b       end_program_check

# Move data between the storage that VD_COMMAND has and the buffer at 6, at most 7 bytes: to the
# buffer if 8 is 0, else from it. 2: how many. The count in VD_COMMAND becomes what is left.
move_data:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       9,VD_COMMAND(,10)
        la      9,0(,9)
        tm      VD_COMMAND+4(10),0x04   # indirect data addresses
        bz      move_next
        st      9,VD_IDAW(,10)
        bal     14,next_idaw
move_next:
        lh      3,VD_COMMAND+6(,10)
        n       3,halfword_mask
        bz      move_done
        cr      3,7
        bnh     move_available
        ltr     3,7
        bz      move_done
move_available:
        lr      1,9
        n       1,block_low(12)
        la      4,2048
        sr      4,1
        cr      4,3
        bnh     move_in_block
        lr      4,3
move_in_block:
        c       4,most_at_once(12)
        bnh     move_little
        la      4,256
move_little:
        sth     4,VD_CHUNK(,10)
        lr      2,9
        near    locate
        bnz     move_program_check
        cli     VD_KEY(10),0
        be      move_allowed
        lr      1,2
        n       1,block_high(12)
        isk     0,1
        stc     0,WORK
        stc     0,TEST
        xc      TEST(1),VD_KEY(10)
        tm      TEST,0xf0
        bz      move_allowed
        ltr     8,8
        bnz     move_protection_check
        tm      WORK,8
        bo      move_protection_check
move_allowed:
        lh      4,VD_CHUNK(,10)
        bctr    4,0
        ltr     8,8
        bnz     move_to_machine
        ex      4,move_from(12)
        b       move_on
move_to_machine:
        tm      VD_COMMAND+4(10),SKIP
        bo      move_on
        ex      4,move_to(12)
move_on:
        la      4,1(,4)
        alr     6,4
        sr      7,4
        alr     9,4
        lh      3,VD_COMMAND+6(,10)
        sr      3,4
        sth     3,VD_COMMAND+6(,10)
        tm      VD_COMMAND+4(10),0x04
        bz      move_next
        lr      1,9
        n       1,block_low(12)
        bnz     move_next
        lh      3,VD_COMMAND+6(,10)
        n       3,halfword_mask
        bz      move_done
        bal     14,next_idaw
        b       move_next
move_done:
        lr      2,6
        s       2,0(,13)
        lm      6,14,0(13)
        br      14
next_idaw:
        lr      5,14
        l       2,VD_IDAW(,10)
        la      1,3
        nr      1,2
        bnz     move_program_check
        lr      9,5
        near    locate
        bnz     move_program_check
        lr      14,9
        l       9,0(,2)
        l       2,VD_IDAW(,10)
        la      2,4(,2)
        st      2,VD_IDAW(,10)
        br      14
move_program_check:
        lm      6,14,0(13)
        b       end_program_check
move_protection_check:
        lm      6,14,0(13)
        b       end_protection_check
move_from: mvc  0(1,6),0(2)
move_to: mvc    0(1,2),0(6)
        .balign 4
screen_page: .long 2*4096
screen_keys: .long 3*4096
screen_most: .long 4095
screen_whole: .long 3+1920
screen_three: .long 3
no_key: .byte   0x60, 0x40, 0x40, 0
only_one: .long 1
most_commands: .long 4096
line_length: .long 132
block_low: .long 0x7ff
block_high: .long 0xfff800
most_at_once: .long 256
