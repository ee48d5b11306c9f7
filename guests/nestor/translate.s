# Channel programs for real devices: a copy is made of the machine's, in which every address is a
# real one, and the pages that it uses are locked until it ends (Goldberg called it the I/O part
# of the f-map). A run of commands is copied in one piece, because a device that signals status
# modifier skips one (GA22-7000 13-32); where a transfer in channel leads to another run, that is
# copied too.
#
# Programs that read their own commands, as all that IPL do, are copied as far as they stand. When
# that part has been executed the rest is there. On disks it is begun again from the beginning
# then, because the position matters, but without storing what was read already.
        module  translate

# START I/O for the virtual device 2, of the current machine: its program is at VD_CCW. 3: the
# condition code.
start_translated:
        enter
        lr      10,2
        mvc     VD_BEGIN(4,10),VD_CCW(10)
        sr      0,0
        sth     0,VD_DONE(,10)
        bal     14,attempt
        c       3,only_stored(12)
        bne     start_over
        l       5,PAGE0
        mvc     CSW+4(2,5),VD_CSW+4(10)
start_over:
        leave

# Start the program of device 10, or let it wait for the real device. 3: the condition code.
attempt:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       9,VD_DEVICE(,10)
        l       1,RD_VDEV(,9)
        ltr     1,1
        bnz     attempt_later
        bal     14,translate
        st      10,RD_VDEV(,9)
        lr      2,9
        l       3,VD_PROGRAM(,10)
        la      3,P_COMMANDS(,3)
        sr      1,1
        ic      1,VD_KEY(,10)
        sll     1,24
        or      3,1
        call    start_real
        bz      attempt_begun
        bc      2,attempt_busy(12)
        bo      attempt_none
# Status at once: it is the answer.
        mvc     IO_STATUS(8),CSW
        xc      VD_CSW(8,10),VD_CSW(10)
        mvc     VD_CSW+4(2,10),IO_STATUS+4
        bal     14,finish_program
        ni      VD_FLAGS(10),0xff-VF_BUSY
        la      3,1
        b       attempt_done
attempt_none:
        bal     14,finish_program
        ni      VD_FLAGS(10),0xff-VF_BUSY
        la      3,3
        b       attempt_done
attempt_busy:                           # an interruption of the device is on its way to us
        bal     14,finish_program
attempt_later:
        la      1,RD_QUEUE-VD_NEXT(,9)  # at the end of those that wait
attempt_behind:
        l       2,VD_NEXT(,1)
        ltr     2,2
        bz      attempt_last
        lr      1,2
        b       attempt_behind
attempt_last:
        st      10,VD_NEXT(,1)
        sr      0,0
        st      0,VD_NEXT(,10)
        call    somebody_waits
        b       attempt_waits
attempt_begun:
        stck    RD_SINCE(9)
attempt_waits:
        sr      3,3
attempt_done:
        lm      6,14,0(13)
        br      14

# The program of device 10 has ended: its pages are free, and the real device is. Changes 0-5.
finish_program:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       9,VD_DEVICE(,10)
        sr      0,0
        st      0,RD_VDEV(,9)
        l       8,VD_PROGRAM(,10)
        st      0,VD_PROGRAM(,10)
finish_page:
        ltr     8,8
        bz      finish_done
        la      7,P_IDAW_AREA(,8)
        lh      6,P_IDAWS(,8)
        ltr     6,6
        bz      finish_commands
finish_idaw:
        cli     0(7),0                  # not one that points nowhere
        bne     finish_idaw_next
        l       2,0(,7)
        bal     14,unlock
finish_idaw_next:
        la      7,4(,7)
        bct     6,finish_idaw
finish_commands:
        la      7,P_GUEST(,8)
        la      4,P_COMMANDS(,8)
        lh      6,P_COUNT(,8)
        ltr     6,6
        bz      finish_free
finish_command:
        tm      0(7),PG_LOCKED
        bz      finish_command_next
        l       2,0(,4)
        la      2,0(,2)
        bal     14,unlock
finish_command_next:
        la      4,8(,4)
        la      7,4(,7)
        bct     6,finish_command
finish_free:
        lr      2,8
        l       8,P_NEXT(,8)
        bal     14,entry_of
        mvc     F_NEXT(4,1),FREE_FRAME
        st      1,FREE_FRAME
        l       1,FREE_COUNT
        la      1,1(,1)
        st      1,FREE_COUNT
        b       finish_page
finish_done:
        lm      6,14,0(13)
        br      14

end_program_of:                         # for other modules; 10: the device
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        based
        bal     14,finish_program
        leave

entry_of:                               # 1: the entry of the frame with address 2
        lr      1,2
        srl     1,12
        sll     1,3
        al      1,FRAMES
        br      14
unlock: lr      1,2
        srl     1,12
        sll     1,3
        al      1,FRAMES
        lh      0,F_LOCKS(,1)
        bctr    0,0
        sth     0,F_LOCKS(,1)
        br      14
lock:   lr      1,2
        srl     1,12
        sll     1,3
        al      1,FRAMES
        lh      0,F_LOCKS(,1)
        ah      0,one+2
        sth     0,F_LOCKS(,1)
        br      14

# ---- making the copy --------------------------------------------------------------------------------
# 8: the page being filled, 7: address of the machine's command, 10: the device.
translate:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       1,BUFFER
        la      1,1024(,1)
        st      1,RANGES
        st      1,RANGES_END
        sr      0,0
        st      0,VD_PROGRAM(,10)
        st      0,VD_RESUME(,10)
        bal     14,new_page
        st      8,VD_PROGRAM(,10)
        lh      0,VD_CYLINDERS(,10)     # a minidisk: the arm has been elsewhere meanwhile
        ltr     0,0
        bz      translate_begin
        l       7,VD_BEGIN(,10)
        lr      2,7
        near    locate
        bnz     translate_begin
        cli     0(2),0x04               # a seek would make SENSE useless
        bne     translate_seek
        tm      4(2),CD+CC
        bz      translate_begin
translate_seek:
        cli     0(2),0x07               # it goes there itself
        be      translate_begin
        s       7,seven(12)             # no command's address
        bal     14,new_command          # 6
        mvc     CCW(8),seek_first(12)
        mvc     0(8,6),CCW
        la      3,VD_SEEK(,10)
        bal     14,seek_address
translate_begin:
        mvi     PIECE,0
        l       7,VD_BEGIN(,10)
        bal     14,translate_run
        bal     14,close_transfers
        lm      6,14,0(13)
        br      14

# Transfers of device 10's program to where nothing is translated yet: another run each.
close_transfers:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       9,VD_PROGRAM(,10)
open_page:
        sr      6,6
open_look:
        ch      6,P_COUNT(,9)
        bnl     open_next_page
        lr      1,6
        sll     1,2
        la      1,P_GUEST(1,9)
        tm      0(1),PG_OPEN
        bz      open_next
        ni      0(1),0xff-PG_OPEN
        bal     14,open_piece
        lr      5,6
        sll     5,3
        la      5,P_COMMANDS(5,9)
        l       7,0(,5)
        la      7,0(,7)
        bal     14,find_command         # 2
        bz      open_found
        bal     14,translate_run
        lr      1,6
        sll     1,2
        la      1,P_GUEST(1,9)
        bal     14,open_piece
        bal     14,find_command
        bz      open_found
        sr      2,2                     # to nowhere: the channel will say so
open_found:
        lr      5,6
        sll     5,3
        la      5,P_COMMANDS(5,9)
        st      2,0(,5)
        mvi     0(5),0x08
open_next:
        la      6,1(,6)
        b       open_look
open_next_page:
        l       9,P_NEXT(,9)
        ltr     9,9
        bnz     open_page
        lm      6,14,0(13)
        br      14
open_piece:                             # what it leads to is what it is itself, as its note at 1 tells
        mvc     PIECE(1),0(1)
        ni      PIECE,PG_PIECE+PG_EITHER
        br      14

# The run of commands that begins at 7.
translate_run:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       8,VD_PROGRAM(,10)       # the last page
run_page:
        l       1,P_NEXT(,8)
        ltr     1,1
        bz      run_begin
        lr      8,1
        b       run_page
run_begin:
        mvi     SEARCHES,0
        mvi     SKIPS,0
run_next:
        bal     14,is_read_here         # still to be read: not now
        bz      run_not_yet
        xc      CCW(8),CCW              # the channel finds a command of zeros wrong
        la      1,7
        nr      1,7
        bnz     run_bad
        lr      2,7
        near    locate
        bnz     run_bad
        mvc     CCW(8),0(2)
        ltr     7,7                     # IPL: the first command has read over itself
        bnz     run_as_found
        c       10,VM_LOADING(,11)
        bne     run_as_found
        mvc     CCW(8),initial_command(12)
run_as_found:
        mvc     TEST(1),CCW
        ni      TEST,0x0f
        cli     TEST,8
        be      run_new                 # two transfers in a row are not allowed: never join one
        bal     14,find_command         # translated already: go there
        bz      run_joins
        bal     14,minidisk_looks
run_new:
        bal     14,new_command          # 6: its place, 5: what is noted of it
        oc      0(1,5),PIECE
        mvc     0(8,6),CCW
        ni      4(6),0xff-0x04
        mvc     TEST(1),CCW
        ni      TEST,0x0f
        cli     TEST,8
        be      run_transfer
        lh      1,CCW+6
        ltr     1,1
        bz      run_translated
        bal     14,translate_data
run_translated:
        st      6,LAST_COMMAND
        cli     VD_CLASS(10),C_DISK
        bne     run_kind
        tm      PIECE,PG_PIECE          # a piece belongs to a command that came before
        bo      run_kind
        mvi     SKIPS,0
        tm      CCW,0x60                # searches end in 1, 9 or D; writes, too, but they are 0. and 1.
        bz      run_kind
        mvc     TEST(1),CCW
        ni      TEST,0x03
        cli     TEST,1
        bne     run_kind
        mvi     SKIPS,1
run_kind:
        tm      PIECE,PG_EITHER
        bz      run_sure
        mvi     SKIPS,1
run_sure:
        mvi     PIECE,0
        tm      CCW+4,CD
        bz      run_command_ends
        mvi     PIECE,PG_PIECE
        cli     SEARCHES,0              # or this one is skipped, and the next one is a command
        mvi     SEARCHES,0
        be      run_on
        oi      PIECE,PG_EITHER
        b       run_on
run_command_ends:
        tm      CCW+4,CC
        bo      run_chains
        cli     SEARCHES,0              # the end; is there a way around it?
        be      run_done
        mvi     SEARCHES,0
        b       run_on
run_chains:
        mvc     SEARCHES(1),SKIPS
run_on: la      7,8(,7)
        b       run_next
run_transfer:
        xc      0(8,6),0(6)
        cli     SEARCHES,0              # is there a way around it?
        be      run_transfer_only
        bal     14,run_opens
        mvi     SEARCHES,0
        b       run_on
run_transfer_only:
        l       1,CCW                   # to what is still to be read?
        lr      4,7
        la      7,0(,1)
        bal     14,is_read_here
        bz      run_not_yet
        bal     14,run_opens
        b       run_done
run_opens:
        oi      0(5),PG_OPEN
        oc      0(1,5),PIECE
        mvc     0(4,6),CCW
        mvi     0(6),0x08
        mvi     7(6),1
        br      14
run_joins:
        lr      3,2
        bal     14,new_command
        st      3,0(,6)
        mvi     0(6),0x08
        xc      4(4,6),4(6)
        mvi     3(5),1                  # no command's address
        cli     SEARCHES,0              # what may be skipped to is next to it all the same
        be      run_done
        mvi     SEARCHES,0
        b       run_on
run_bad:
        bal     14,new_command
        xc      0(8,6),0(6)
        b       run_done
run_not_yet:                            # the command before it is the last one for now
        st      7,VD_RESUME(,10)
        l       1,LAST_COMMAND
        ni      4(1),0xff-CC
        b       run_left
run_done:                               # whatever is skipped, nobody gets into the next run
        mvi     TEST,0
        mvi     SEARCHES,0
        la      7,1
        bal     14,new_command
run_left:
        lm      6,14,0(13)
        br      14

# 2: where the command at 7 has been translated to. Condition code not 0: nowhere.
find_command:
        l       3,VD_PROGRAM(,10)
find_command_page:
        lh      4,P_COUNT(,3)
        la      2,P_COMMANDS(,3)
        la      1,P_GUEST(,3)
        ltr     4,4
        bz      find_command_next_page
find_command_look:
        l       0,0(,1)
        sll     0,8
        srl     0,8
        cr      0,7
        bne     find_command_next
        mvc     KIND(1),0(1)            # and of that kind
        xc      KIND(1),PIECE
        tm      KIND,PG_PIECE+PG_EITHER
        bz      find_command_found
find_command_next:
        la      1,4(,1)
        la      2,8(,2)
        bct     4,find_command_look
find_command_next_page:
        l       3,P_NEXT(,3)
        ltr     3,3
        bnz     find_command_page
        ltr     14,14
find_command_found:
        br      14
        br      14

# Is the command at 7 in a place that a command before it reads to? Condition code 0: yes.
is_read_here:
        l       1,RANGES
        la      2,7(,7)
is_read_look:
        c       1,RANGES_END
        bnl     is_read_not
        c       2,0(,1)
        bl      is_read_next
        c       7,4(,1)
        bh      is_read_next
        cr      1,1
        br      14
is_read_next:
        la      1,8(,1)
        b       is_read_look
is_read_not:
        ltr     14,14
        br      14

# A place for a command: 6, with 5 its note: the address 7. On another page if this one is full
# and no command before it could skip one.
new_command:
        lh      1,P_COUNT(,8)
        ch      1,many_commands(12)
        bl      new_command_room
        cli     SEARCHES,0
        bne     new_command_place
        cli     TEST,8                  # nor before a transfer in channel
        bne     new_command_page
new_command_place:
        lr      6,1
        sll     6,3
        la      6,P_COMMANDS(6,8)
        lr      5,1
        sll     5,2
        la      5,P_GUEST(5,8)
        st      7,0(,5)
        la      1,1(,1)
        sth     1,P_COUNT(,8)
        br      14
new_command_room:
        cli     TEST,8
        be      new_command_place
        lh      0,P_IDAWS(,8)
        ch      0,many_idaws(12)
        bh      new_command_page
        lh      0,P_SEEKS(,8)
        ch      0,many_seeks(12)
        bh      new_command_page
        b       new_command_place
new_command_page:
        lr      6,1
        sll     6,3
        la      6,P_COMMANDS(6,8)
        lr      5,1
        sll     5,2
        la      5,P_GUEST(5,8)
        la      0,1                     # no command's address
        st      0,0(,5)
        la      1,1(,1)
        sth     1,P_COUNT(,8)
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        lr      7,8
        bal     14,new_page
        st      8,P_NEXT(,7)
        la      1,P_COMMANDS(,8)
        st      1,0(,6)
        mvi     0(6),0x08
        lr      1,8
        lm      6,14,0(13)
        lr      8,1
        lh      1,P_COUNT(,8)
        b       new_command_room

# 8: a new page.
new_page:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        call    get_frame
        bnz     no_page
        lr      8,2
        lr      4,2                     # commands of zeros are none
        l       5,page_bytes(12)
        sr      1,1
        mvcl    4,0
        lr      1,8
        lm      6,14,0(13)
        lr      8,1
        br      14
no_page:                                # no storage at all: the machine can't go on
        oi      VM_FLAGS(11),V_STOPPED
        reply   "NO STORAGE FOR CHANNEL PROGRAMS"
        goto    dispatch

# The data of the command in CCW, whose copy is at 6, noted at 5.
translate_data:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        lh      9,CCW+6
        n       9,halfword_mask         # 9: how many bytes
        l       7,CCW
        la      7,0(,7)                 # 7: where
        lh      0,VD_CYLINDERS(,10)
        ltr     0,0
        bz      data_no_minidisk
        bal     14,minidisk_command
        bz      data_done
data_no_minidisk:
        tm      CCW+4,0x04
        bo      data_indirect
        bal     14,note_range
        mvc     TEST(1),CCW
        ni      TEST,0x0f
        cli     TEST,0x0c
        be      data_backward
        lr      1,7                     # all in one page?
        n       1,low_12
        alr     1,9
        c       1,page_bytes(12)
        bh      data_pieces
        lr      2,7
        near    locate
        bnz     data_nowhere
        bal     14,lock
        st      2,0(,6)
        mvc     0(1,6),CCW
        bal     14,data_note
        oi      0(5),PG_LOCKED
data_done:
        lm      6,14,0(13)
        br      14
# 5: the note of the command at 6.
data_note:
        lr      5,6
        sr      5,8
        s       5,commands_at(12)
        srl     5,1
        la      5,P_GUEST(5,8)
        br      14
data_nowhere:                           # an address word that the channel finds wrong
        bal     14,data_list
        l       2,nowhere(12)
        bal     14,data_word
        b       data_done
data_pieces:
        bal     14,data_list
        lr      2,7
data_piece:
        bal     14,data_address
        lr      1,7
        n       1,low_11_bits(12)
        s       1,block_bytes(12)       # - what there is in this block
        alr     9,1
        sr      7,1
        lr      2,7
        ltr     9,9
        bp      data_piece
        b       data_done
data_backward:
        bal     14,data_list
data_piece_backward:
        lr      2,7
        bal     14,data_address
        lr      1,7
        n       1,low_11_bits(12)
        la      1,1(,1)
        sr      7,1
        sr      9,1
        bp      data_piece_backward
        b       data_done

# The machine has address words itself: 7 their list.
data_indirect:
        bal     14,data_list
        lr      2,7
        near    locate
        bnz     data_indirect_nowhere
        l       1,0(,2)                 # the first one tells how many there are
        n       1,low_11_bits(12)
        alr     9,1
        mvc     TEST(1),CCW
        ni      TEST,0x0f
        cli     TEST,0x0c
        bne     data_word_next
        sr      9,1                     # backward: down to the block's beginning
        lcr     1,1
        la      1,2047(,1)
        alr     9,1
data_word_next:
        lr      2,7
        near    locate
        bnz     data_indirect_nowhere
        l       2,0(,2)
        st      2,WORK
        cli     WORK,0
        bne     data_indirect_nowhere
        bal     14,data_address
        la      7,4(,7)
        s       9,block_bytes(12)
        bp      data_word_next
        b       data_done
data_indirect_nowhere:
        l       2,nowhere(12)
        bal     14,data_word
        b       data_done

# The command at 6 gets a list of address words.
data_list:
        lh      1,P_IDAWS(,8)
        sll     1,2
        la      1,P_IDAW_AREA(1,8)
        st      1,0(,6)
        mvc     0(1,6),CCW
        oi      4(6),0x04
        br      14
# A word for the machine's address 2.
data_address:
        lr      4,14
        st      4,VD_IDAW(,10)
        near    locate
        l       14,VD_IDAW(,10)
        bnz     data_address_nowhere
        lr      4,14
        bal     14,lock
        lr      14,4
        b       data_word
data_address_nowhere:
        l       2,nowhere(12)
data_word:
        lh      1,P_IDAWS(,8)
        lr      3,1
        la      1,1(,1)
        sth     1,P_IDAWS(,8)
        sll     3,2
        la      3,P_IDAW_AREA(3,8)
        st      2,0(,3)
        br      14

# A command that reads: its range is noted, unless it has been done already; then it is
# repeated without storing. 7: where, 9: how many.
note_range:
        tm      CCW,0x02                # read: ..10; sense, read backward: .100
        bz      note_sense
        tm      CCW,0x01
        bcr     1,14
        b       note_reads
note_sense:
        tm      CCW,0x03
        bcr     7,14
        tm      CCW,0x04
        bcr     8,14
note_reads:
        lh      1,P_COUNT(,8)           # on the first page only: IPL is short
        bctr    1,0
        ch      1,VD_DONE(,10)
        bnl     note_new
        oi      4(6),SKIP
        br      14
note_new:
        l       1,RANGES_END
        lr      2,1
        s       2,RANGES
        ch      2,most_ranges(12)
        bcr     11,14
        st      7,0(,1)
        lr      2,7
        alr     2,9
        bctr    2,0
        st      2,4(,1)
        la      1,8(,1)
        st      1,RANGES_END
        br      14

# ---- minidisks --------------------------------------------------------------------------------------
# What each command means for a part of a disk. Those that are not here, among them all that have a seek
# address among their parameters, DEFINE EXTENT and LOCATE RECORD, its control unit rejects.
        .set    MC_REJECTED, 0*4
        .set    MC_PLAIN, 1*4           # it stays where it is
        .set    MC_WRITE, 2*4
        .set    MC_SEEK, 3*4
        .set    MC_RECALIBRATE, 4*4
        .set    MC_SEARCH, 5*4          # for what has the cylinder in it
        .set    MC_SENSE, 6*4           # what is reserved would be all of the disk: as SENSE
        .macro  of_kind new, codes:vararg
        .irp    known, \codes
        .if     code == \known
        .set    kind, \new
        .endif
        .endr
        .endm
        .set    code, 0
minidisk_kinds:
        .rept   256
        .set    kind, MC_REJECTED
        of_kind MC_PLAIN, 0x03, 0x04, 0x0f, 0x1f, 0x22, 0x23, 0xa4, 0xe4, 0x5e
        of_kind MC_PLAIN, 0x06, 0x0e, 0x12, 0x16, 0x1a, 0x1e, 0x86, 0x8e, 0x92, 0x96, 0x9a, 0x9e
        of_kind MC_PLAIN, 0x29, 0x49, 0x69, 0x51, 0x71, 0xa9, 0xc9, 0xe9, 0xd1, 0xf1
        of_kind MC_WRITE, 0x01, 0x05, 0x0d, 0x11, 0x15, 0x19, 0x1d
        of_kind MC_SEEK, 0x07, 0x0b, 0x1b
        of_kind MC_RECALIBRATE, 0x13
        of_kind MC_SEARCH, 0x31, 0xb1, 0x39, 0xb9
        of_kind MC_SENSE, 0x14, 0x94, 0xb4
        .byte   kind
        .set    code, code + 1
        .endr

# A command in CCW, number SEARCHES: before it gets its place. READ IPL is a seek, READ R0 of no bytes, and
# READ DATA; what may be a command or a piece of data, as a search decides, must be harmless as both.
minidisk_looks:
        lh      0,VD_CYLINDERS(,10)
        ltr     0,0
        bcr     8,14
        tm      PIECE,PG_PIECE
        bo      minidisk_piece
        cli     CCW,0x02
        bcr     7,14
        lr      9,14
        mvi     CCW,0x06
        mvc     WORK(8),CCW
        mvc     CCW(8),seek_first(12)
        bal     14,new_command
        mvc     0(8,6),CCW
        la      3,zeros
        bal     14,seek_address
        bal     14,new_command
        mvc     0(8,6),read_r0(12)
        st      8,0(,6)
        mvi     0(6),0x16
        mvc     CCW(8),WORK
        br      9
minidisk_piece:
        tm      PIECE,PG_EITHER
        bcr     8,14
        sr      1,1
        ic      1,CCW
        la      1,minidisk_kinds(1,12)
        cli     0(1),MC_PLAIN
        bcr     8,14
        xc      CCW(8),CCW              # the channel finds it wrong
        br      14

# The command in CCW for a part of a disk. Condition code 0: it needs no more.
minidisk_command:
        tm      PIECE,PG_PIECE
        bo      minidisk_other
        sr      1,1
        ic      1,CCW
        ic      1,minidisk_kinds(1,12)
        bc      15,minidisk_table(1,12)
minidisk_table:
        b       minidisk_rejected
        b       minidisk_other
        b       minidisk_write
        b       minidisk_seek
        b       minidisk_recalibrate
        b       minidisk_search
        mvi     0(6),0x04
        mvi     CCW,0x04
        b       minidisk_other
minidisk_write:
        tm      VD_ACCESS(10),DA_READ
        bz      minidisk_other
minidisk_rejected:
        mvi     0(6),0x3b               # no command of any disk
        mvi     CCW,0x3b
minidisk_other:
        ltr     14,14
        br      14
# The home address and record 0 of a track have the real cylinder in them, all other records what the
# machine has given them.
minidisk_search:
        tm      CCW+4,CD+0x04
        bnz     minidisk_other
        c       9,five_bytes(12)
        bh      minidisk_other
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        xc      NOW(8),NOW
        lr      4,9
        la      5,NOW+2
        bal     14,minidisk_argument
        cli     NOW+6,0
        bne     minidisk_no_seek
        lh      1,NOW+2
        n       1,halfword_mask
        ch      1,VD_CYLINDERS(,10)
        bnl     minidisk_no_seek
        lm      6,14,0(13)
        la      3,NOW
        lr      9,14
        bal     14,seek_address
        lr      14,9
        la      4,2(,4)
        st      4,0(,6)
        mvc     0(1,6),CCW
        cr      1,1
        br      14
# As many bytes as 4 says, at the machine's address 7, go to 5; all of them, or the command is rejected.
minidisk_argument:
        lr      3,14
minidisk_byte:
        stm     3,5,WORK
        lr      2,7
        near    locate
        lm      3,5,WORK
        bnz     minidisk_no_argument
        mvc     0(1,5),0(2)
        la      5,1(,5)
        la      7,1(,7)
        bct     4,minidisk_byte
        br      3
minidisk_recalibrate:
        tm      CCW+4,CD
        bo      minidisk_rejected
        xc      VD_SEEK(6,10),VD_SEEK(10)
        mvi     CCW,0x07
        mvc     0(8,6),seek_first(12)
        mvc     4(1,6),CCW+4
        ni      4(6),0xff-0x04
        b       minidisk_seek_there
minidisk_seek:
        ch      9,six_bytes(12)         # with less, or in pieces: none
        bl      minidisk_rejected
        tm      CCW+4,CD
        bo      minidisk_rejected
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        tm      CCW+4,0x04
        bz      minidisk_seek_direct
        la      4,4                     # its address word
        la      5,NOW
        bal     14,minidisk_argument
        l       7,NOW
        lr      1,7
        n       1,low_11_bits(12)
        c       1,last_six(12)          # and not the next one, too
        bh      minidisk_no_argument
minidisk_seek_direct:
        la      5,VD_SEEK(,10)
        la      4,6
        bal     14,minidisk_argument
        lm      6,14,0(13)
minidisk_seek_there:
        la      3,VD_SEEK(,10)
        b       seek_address
minidisk_no_seek:
        lm      6,14,0(13)
        b       minidisk_other
minidisk_no_argument:
        lm      6,14,0(13)
        b       minidisk_rejected

# The copy at 6 seeks to the address at 3, moved to where the minidisk is. What is behind its
# end becomes a cylinder that no disk has. Condition code 0.
seek_address:
        lh      1,P_SEEKS(,8)
        lr      4,1
        la      1,1(,1)
        sth     1,P_SEEKS(,8)
        sll     4,3
        la      4,P_SEEK_AREA(4,8)
        st      4,0(,6)
        mvc     0(1,6),CCW
        mvc     0(6,4),0(3)
        lh      1,2(,3)
        n       1,halfword_mask
        lh      0,VD_CYLINDERS(,10)
        cr      1,0
        bnl     seek_outside
        ah      1,VD_FIRST(,10)
        sth     1,2(,4)
        cr      1,1
        br      14
seek_outside:
        mvi     2(4),0xff
        mvi     3(4),0xff
        xc      VD_SEEK(6,10),VD_SEEK(10)
        cr      1,1
        br      14

# ---- what comes back -----------------------------------------------------------------------------------
# An interruption of the real device 2: IO_STATUS.
device_interrupted:
        enter
        lr      9,2
        l       10,RD_VDEV(,9)
        ltr     10,10
        bnz     ended_ours
        l       10,RD_OWNER(,9)         # nobody's program: for whom the device is dedicated to
        ltr     10,10
        bz      ended_queue
        oc      VD_CSW+4(2,10),IO_STATUS+4
        tm      VD_FLAGS(10),VF_PENDING
        bo      ended_queue
        xc      VD_CSW(4,10),VD_CSW(10)
        mvc     VD_CSW+4(4,10),IO_STATUS+4
        tm      VD_FLAGS(10),VF_BUSY    # it waits for the device: it will see
        bo      ended_queue
        lr      2,10
        call    interrupt_machine
        b       ended_queue
ended_ours:
        bal     14,machine_address
        mvc     VD_CSW+4(4,10),IO_STATUS+4
        clc     IO_STATUS+4(2),pci_alone(12)
        be      ended_pci
        tm      IO_STATUS+4,0x0e        # attention and the like: something else
        bz      ended_queue
        clc     IO_STATUS+4(2),all_well(12)
        bne     ended_for_machine
        l       1,VD_RESUME(,10)
        ltr     1,1
        bnz     ended_resume
ended_for_machine:
        bal     14,finish_program
        lr      2,10
        call    interrupt_machine
        tm      IO_STATUS+4,0x06        # a minidisk keeps the drive until its device end
        bnz     ended_queue
        lh      0,VD_CYLINDERS(,10)
        ltr     0,0
        bz      ended_queue
        st      10,RD_VDEV(,9)
# Whoever waits for the device is next.
ended_queue:
        l       1,RD_VDEV(,9)
        ltr     1,1
        bnz     ended_done
        l       10,RD_QUEUE(,9)
        ltr     10,10
        bz      ended_done
        mvc     RD_QUEUE(4,9),VD_NEXT(10)
ended_begin:
        l       2,VD_VM(,10)
        call    switch_to
        l       11,VM
        bal     14,attempt
        ltr     3,3
        bz      ended_done
        c       3,not_there(12)
        be      ended_gone
        lr      2,10                    # status at once, but its START I/O was long ago
        call    interrupt_machine
        b       ended_queue
ended_gone:
        xc      VD_CSW(8,10),VD_CSW(10)
        mvi     VD_CSW+5(10),0x02       # interface control check
        lr      2,10
        call    interrupt_machine
ended_done:
        leave
ended_pci:
        lr      2,10
        tm      VD_FLAGS(10),VF_PENDING+VF_DIAGNOSE
        bnz     ended_done
        call    interrupt_machine
        oi      VD_FLAGS(10),VF_BUSY
        b       ended_done
# What was to be read of the program has been read: on with it.
ended_resume:
        l       1,VD_PROGRAM(,10)
        lh      1,P_COUNT(,1)
        sth     1,VD_DONE(,10)
        bal     14,finish_program
        cli     VD_CLASS(10),C_DISK
        be      ended_begin
        mvc     VD_BEGIN(4,10),VD_RESUME(10)
        sr      0,0
        sth     0,VD_DONE(,10)
        b       ended_begin

# VD_CSW's first word: the real address in IO_STATUS as the machine knows it.
machine_address:
        l       2,IO_STATUS
        la      2,0(,2)
        ltr     2,2
        bz      machine_address_put
        s       2,eight_bytes(12)
        lr      1,2
        n       1,page_mask             # the page of the program
        lr      3,2
        sr      3,1
        s       3,commands_at(12)
        srl     3,1
        l       2,P_GUEST(3,1)
        la      2,8(,2)
        n       2,doublewords(12)
machine_address_put:
        st      2,VD_CSW(,10)
        mvc     VD_CSW(1,10),VD_KEY(10)
        br      14

# The machine has changed its command at 3, a no-operation or a transfer in channel, in the program that the
# virtual device 2 executes: CCW is what it is now. 1: 0; 5, it is not there; 6, it was something else.
modify_program:
        enter
        lr      10,2
        lr      7,3
        la      9,5
        mvi     PIECE,0
        l       0,VD_PROGRAM(,10)
        ltr     0,0
        bz      modify_over
        bal     14,find_command         # 2
        bnz     modify_over
        la      9,6
        lr      6,2
        cli     0(6),0x03
        be      modify_may
        cli     0(6),0x08
        bne     modify_over
modify_may:
        sr      9,9
        cli     CCW,0x03
        bne     modify_transfer
        mvc     4(4,6),CCW+4
        mvi     0(6),0x03
        b       modify_over
modify_transfer:
        l       7,CCW
        la      7,0(,7)
        bal     14,find_command
        bz      modify_there
        bal     14,translate_run        # it is not part of the program yet
        bal     14,close_transfers
        mvi     PIECE,0
        bal     14,find_command
        bz      modify_there
        sr      2,2
modify_there:
        icm     2,8,transfer(12)
        st      2,0(,6)
modify_over:
        lr      1,9
        leave
transfer: .byte 0x08, 0

# HALT I/O on the virtual device 2.
halt_translated:
        enter
        l       1,VD_DEVICE(,2)
        c       2,RD_VDEV(,1)
        bne     halt_waits
        lh      1,RD_ADDRESS(,1)
        hio     0(1)
halt_waits:
        leave

        .balign 8
seek_first: ccw 0x07, 0, 6, CC
read_r0: ccw    0x16, 0, 8, CC+SLI+SKIP
initial_command: ccw 0x02, 0, 24, CC+SLI
page_bytes: .long 4096
block_bytes: .long 2048
low_11_bits: .long 0x7ff
nowhere: .long  0xffffffff
commands_at: .long P_COMMANDS
five_bytes: .long 5
eight_bytes: .long 8
not_there: .long 3
seven:  .long   7
only_stored: .long 1
doublewords: .long 0xfffff8
many_commands: .short P_MOST - 8
many_idaws: .short P_MOST_IDAWS - 40
many_seeks: .short P_MOST_SEEKS - 2
most_ranges: .short 8*100
six_bytes: .short 6
        .balign 4
last_six: .long 2048-6

pci_alone: .byte 0, 0x80
all_well: .byte 0x0c, 0
