# Spooling: what goes to a virtual printer or punch, and what comes from a virtual reader, is a file
# on the paging disk (in storage, if there is none) until it is closed, and then in a queue: for a
# real printer or punch, or for somebody's reader.
#
# A file is a chain of blocks of 4096 bytes, each in a slot. A block is a channel program (as
# in CP): for each record a command with its data behind it, addresses counted from the block's
# beginning.
        module  spool

# ---- slots ------------------------------------------------------------------------------------
# 2: a slot; condition code not 0: there is none. Without a disk a slot is a frame. Machines must go on when
# somebody prints for ever: a quarter of the disk is for paging only, three quarters of the frames are.
spool_slot:
        enter
        l       10,SPOOL_SLOTS
        l       0,PAGER
        ltr     0,0
        bz      slot_frame
        c       10,most_spooled(12)
        bnl     slot_none
        call    get_slot
        bnz     slot_over
        b       slot_counted
slot_frame:
        l       1,FRAMES_END
        s       1,FRAMES
        srl     1,5                     # 8 bytes for each
        cr      10,1
        bnl     slot_none
        call    get_frame
        bnz     slot_over
        srl     2,12
slot_counted:
        la      10,1(,10)
        st      10,SPOOL_SLOTS
        cr      1,1
        leave
slot_none:
        tm      one+3,1
slot_over:
        leave
spool_free_slot:                        # 2
        enter
        l       1,SPOOL_SLOTS
        bctr    1,0
        st      1,SPOOL_SLOTS
        l       0,PAGER
        ltr     0,0
        bz      free_slot_frame
        call    free_slot
        leave
free_slot_frame:
        sll     2,12
        call    give_frame
        leave
# The block in slot 3 comes to the frame at 2, or goes there.
spool_read:
        enter
        l       0,PAGER
        ltr     0,0
        bz      read_frame
        call    page_read
        leave
read_frame:
        lr      6,3
        sll     6,12
        lr      8,2
        b       move_block
spool_write:
        enter
        l       0,PAGER
        ltr     0,0
        bz      write_frame
        call    page_write
        leave
write_frame:
        lr      6,2
        lr      8,3
        sll     8,12
move_block:
        la      7,4095
        la      7,1(,7)
        lr      9,7
        mvcl    8,6
        leave

# ---- files ------------------------------------------------------------------------------------
# 2: a new file, empty, of device 10. Condition code not 0: no room.
new_file:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       9,FREE_FILES
        ltr     9,9
        bnz     new_file_have
        call    new_file_page
        bnz     new_file_none
        l       9,FREE_FILES
new_file_have:
        call    spool_slot
        bnz     new_file_none
        mvc     FREE_FILES(4),SF_NEXT(9)
        xc      0(SF_SIZE,9),0(9)
        st      2,SF_START(,9)
        st      2,SF_LAST(,9)
        l       1,LAST_FILE             # 1 to 9900, as people can say it
        c       1,highest_file(12)
        bl      new_file_number
        sr      1,1
new_file_number:
        la      1,1(,1)
        st      1,LAST_FILE
        sth     1,SF_ID(,9)
        mvi     SF_NAME(9),0x40
        mvc     SF_NAME+1(23,9),SF_NAME(9)
        la      3,SF_DATE(,9)
        call    date_and_time
        lr      2,9
        cr      1,1
        lm      6,14,0(13)
        br      14
new_file_none:
        tm      one+3,1
        lm      6,14,0(13)
        br      14

# The file 2 is put at the end of the queues.
queue_file:
        enter
        la      1,FILES
queue_look:
        l       3,SF_NEXT(,1)
        ltr     3,3
        bz      queue_last
        lr      1,3
        b       queue_look
queue_last:
        st      2,SF_NEXT(,1)
        st      3,SF_NEXT(,2)
        l       1,FILE_ORDER
        la      1,1(,1)
        st      1,FILE_ORDER
        st      1,SF_ORDER(,2)
        call    keep_file
        leave

# The file 2 is taken out of its queue.
unqueue_file:
        enter
        la      1,FILES
unqueue_look:
        l       3,SF_NEXT(,1)
        ltr     3,3
        bz      unqueue_over
        cr      3,2
        be      unqueue_found
        lr      1,3
        b       unqueue_look
unqueue_found:
        mvc     SF_NEXT(4,1),SF_NEXT(2)
unqueue_over:
        leave

# The file 2 is thrown away: queue, slots, block.
purge_file:
        enter
        lr      9,2
        call    unqueue_file
        cli     SF_QUEUE(9),0
        be      purge_blocks
        mvi     SF_QUEUE(9),0
        lr      2,9
        call    keep_file
purge_blocks:
        l       8,SF_START(,9)
purge_block:
        ltr     3,8
        bz      purge_over
        l       2,SPOOL_PAGE
        call    spool_read
        lr      2,8
        l       1,SPOOL_PAGE
        l       8,SB_NEXT(,1)
        call    spool_free_slot
        b       purge_block
purge_over:
        mvc     SF_NEXT(4,9),FREE_FILES
        st      9,FREE_FILES
        leave

# The next file in the queues behind 9 (0: from the beginning) that is of queue 8 and belongs to the
# user at 2: 9. Condition code not 0: there is none.
find_file:
        ltr     9,9
        bnz     find_file_next
        la      9,FILES
find_file_next:
        l       9,SF_NEXT(,9)
        ltr     9,9
        bz      find_file_none
        stc     8,TEST
        clc     SF_QUEUE(1,9),TEST
        bne     find_file_next
        clc     SF_USER(8,9),0(2)
        bne     find_file_next
        br      14
find_file_none:
        tm      one+3,1
        br      14
next_file:
        stm     6,14,FRAME(13)          # for other modules: 9, 8, 2 -> 9 in register 2
        la      13,FRAME(,13)
        based
        bal     14,find_file
        lr      2,9
        leave

# ---- a device that writes ------------------------------------------------------------------------
# A record for device 2: text at 3, length 4 (not 0), the command 5. Condition code not 0: there is no
# room for it.
spool_record:
        enter
        lr      10,2
        lr      7,3
        lr      8,4
        lr      9,5
        l       6,VD_FILE(,10)
        ltr     6,6
        bnz     record_fits
        bal     14,new_file             # 2
        bnz     record_none
        lr      6,2
        call    get_frame
        bnz     record_no_frame
        st      2,VD_BUFFER(,10)
        xc      0(SB_DATA,2),0(2)
        st      6,VD_FILE(,10)
        mvc     VD_BLOCK(4,10),SF_START(6)
        la      0,SB_DATA
        sth     0,VD_OFFSET(,10)
record_fits:
        la      1,7(,8)
        n       1,doublewords_only(12)
        la      1,16(,1)
        ah      1,VD_OFFSET(,10)
        c       1,block_size(12)
        bnh     record_place
        call    spool_slot              # the next block
        bnz     record_none
        lr      0,2
        l       2,VD_BUFFER(,10)
        st      0,SB_NEXT(,2)
        l       3,VD_BLOCK(,10)
        st      0,VD_BLOCK(,10)
        st      0,SF_LAST(,6)
        st      3,WORK+8
        call    spool_write
        l       2,VD_BUFFER(,10)
        xc      0(SB_DATA,2),0(2)
        mvc     SB_BEFORE(4,2),WORK+8
        la      0,SB_DATA
        sth     0,VD_OFFSET(,10)
record_place:
        l       5,VD_BUFFER(,10)
        lh      2,VD_OFFSET(,10)
        la      4,0(2,5)                # its command,
        la      1,16(,2)
        st      1,0(,4)
        stc     9,0(,4)
        mvi     4(4),CC+SLI
        mvi     5(4),0
        sth     8,6(,4)
        lr      1,8                     # its data,
        bctr    1,0
        ex      1,record_move(12)
        la      1,7(,8)                 # and a transfer to what comes next
        n       1,doublewords_only(12)
        la      1,16(1,2)
        sth     1,VD_OFFSET(,10)
        st      1,8(,4)
        mvi     8(4),0x08
        xc      12(4,4),12(4)
        mvi     15(4),1
        l       1,SB_RECORDS(,5)
        la      1,1(,1)
        st      1,SB_RECORDS(,5)
        l       1,SF_RECORDS(,6)
        la      1,1(,1)
        st      1,SF_RECORDS(,6)
        ch      8,SF_RECORD_SIZE(,6)
        bnh     record_done
        sth     8,SF_RECORD_SIZE(,6)
record_done:
        cr      1,1
        leave
record_no_frame:
        lr      2,6
        call    purge_file
record_none:
        tm      one+3,1
        leave
record_move: mvc 16(1,4),0(7)

# The file of device 2 is closed. One that was written goes to a queue, or if 3 is not 0 nowhere. One that
# was read is thrown away; but if the reader was spooled HOLD or 3 is 1 it is held, and if 3 is 2 it
# stays as it was. 2: the file; condition code not 0: there was none.
spool_close:
        enter
        lr      10,2
        lr      8,3
        l       9,VD_FILE(,10)
        ltr     9,9
        bz      close_none
        cli     VD_CLASS(10),C_READER
        be      close_reader
        l       2,VD_BUFFER(,10)
        l       3,VD_BLOCK(,10)
        call    spool_write
        bal     14,close_buffer
        lr      2,9
        ltr     8,8
        bnz     close_away
        mvc     SF_CLASS(1,9),VD_SPOOL_CLASS(10)
        mvc     SF_COPIES(2,9),VD_COPIES(10)
        mvc     SF_TYPE(1,9),close_types(12)
        cli     VD_CLASS(10),C_PRINTER
        be      close_typed
        mvc     SF_TYPE(1,9),close_types+1(12)
close_typed:
        mvc     SF_QUEUE(1,9),VD_CLASS(10)
        l       1,VD_VM(,10)
        mvc     SF_ORIGIN(8,9),VM_NAME(1)
        mvc     SF_USER(8,9),VM_NAME(1)
        cli     VD_TO(10),0
        be      close_held
        mvi     SF_QUEUE(9),C_READER    # for somebody's reader
        mvc     SF_USER(8,9),VD_TO(10)
close_held:
        tm      VD_SPOOL_FLAGS(10),SP_HOLD
        bz      close_queue
        oi      SF_FLAGS(9),SFF_HOLD
close_queue:
        lr      2,9
        call    queue_file
        lr      2,9
        call    announce_file
        lr      2,9
        cr      1,1
        leave
close_reader:                           # what was being read
        bal     14,close_buffer
        ni      SF_FLAGS(9),0xff-SFF_USED
        ni      VD_SPOOL_FLAGS(10),0xff-SP_READ-SP_BLOCKS
        lr      2,9
        c       8,one
        bh      close_kept
        be      close_holds
        tm      VD_SPOOL_FLAGS(10),SP_HOLD
        bz      close_away
close_holds:
        oi      SF_FLAGS(9),SFF_HOLD
        call    keep_file
        b       close_kept
close_away:
        call    purge_file
close_kept:
        lr      2,9
        cr      1,1
        leave
close_none:
        tm      one+3,1
        leave
close_buffer:                           # of device 10
        lr      7,14
        l       2,VD_BUFFER(,10)
        call    give_frame
        xc      VD_FILE(4,10),VD_FILE(10)
        xc      VD_BUFFER(4,10),VD_BUFFER(10)
        br      7
close_types: .byte 0x41, 0x82           # as DIAGNOSE 24 tells it: a 1403, a 2540's punch

# ---- a device that reads ---------------------------------------------------------------------------
# The next card of the reader 2: 3 where, 4 its length; 1: 0, 1 if the file has ended, 2 if there is no
# file. A card stays there until `card_taken`.
spool_card:
        enter
        lr      10,2
card_look:
        l       9,VD_FILE(,10)
        ltr     9,9
        bnz     card_block
        lr      2,10
        bal     14,open_reader
        bnz     card_empty
        b       card_look
card_block:
        l       5,VD_BUFFER(,10)
        lh      2,VD_OFFSET(,10)
        la      4,0(2,5)
        l       1,VD_LEFT(,10)
        ltr     1,1
        bnz     card_there
        lr      2,10
        bal     14,next_block
        bz      card_look
        tm      VD_SPOOL_FLAGS(10),SP_CONT
        bz      card_end
        lr      2,10                    # the next file, if there is one
        sr      3,3
        call    spool_close
        oi      VD_SPOOL_FLAGS(10),SP_READ
        b       card_look
card_end:
        la      1,1
        leave
card_empty:
        la      1,2
        tm      VD_SPOOL_FLAGS(10),SP_READ
        bz      card_nothing
        ni      VD_SPOOL_FLAGS(10),0xff-SP_READ
        la      1,1                     # all have been read, one after the other
card_nothing:
        leave
card_there:
        oi      VD_SPOOL_FLAGS(10),SP_READ
        la      3,16(,4)
        lh      4,6(,4)
        sr      1,1
        leave
# The reader 2 goes on to the next card.
card_taken:
        enter
        lr      10,2
        l       5,VD_BUFFER(,10)
        ltr     5,5
        bz      taken_over
        lh      2,VD_OFFSET(,10)
        la      4,0(2,5)
        l       1,8(,4)                 # the transfer knows
        la      1,0(,1)
        sth     1,VD_OFFSET(,10)
        l       1,VD_LEFT(,10)
        bctr    1,0
        st      1,VD_LEFT(,10)
taken_over:
        leave

# The first file for reader 10 that is not held or in use, and of its class. Condition code not 0: none.
open_reader:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        sr      9,9
        la      8,C_READER
        l       2,VD_VM(,10)
        la      2,VM_NAME(,2)
reader_look:
        bal     14,find_file            # 9
        bnz     open_none
        tm      SF_FLAGS(9),SFF_HOLD+SFF_USED
        bnz     reader_look
        cli     VD_SPOOL_CLASS(10),0x5c # any
        be      reader_found
        clc     SF_CLASS(1,9),VD_SPOOL_CLASS(10)
        bne     reader_look
reader_found:
        call    get_frame
        bnz     open_none
        st      2,VD_BUFFER(,10)
        st      9,VD_FILE(,10)
        oi      SF_FLAGS(9),SFF_USED
        l       3,SF_START(,9)
        bal     14,load_block
        cr      1,1
open_none:
        lm      6,14,0(13)
        br      14
open_active:                            # for other modules: device 2
        enter
        lr      10,2
        bal     14,open_reader
        leave

# The block in slot 3 into the buffer of device 10.
load_block:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        st      3,VD_BLOCK(,10)
        la      0,SB_DATA
        sth     0,VD_OFFSET(,10)
        l       2,VD_BUFFER(,10)
        call    spool_read
        l       2,VD_BUFFER(,10)
        mvc     VD_LEFT(4,10),SB_RECORDS(2)
        lm      6,14,0(13)
        br      14

# The next block of what device 10 reads. Condition code not 0: there is none.
next_block:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       2,VD_BUFFER(,10)
        l       3,SB_NEXT(,2)
        ltr     3,3
        bz      next_block_none
        bal     14,load_block
        cr      1,1
        b       next_block_over
next_block_none:
        tm      one+3,1
next_block_over:
        lm      6,14,0(13)
        br      14
another_block:                          # for other modules: device 2; 3: 0, the next; else that slot
        enter
        lr      10,2
        ltr     3,3
        bz      another_next
        bal     14,load_block
        cr      1,1
        leave
another_next:
        bal     14,next_block
        leave

        .balign 4
block_size: .long 4096
highest_file: .long 9900
most_spooled: .long MOST_SLOTS/4*3
doublewords_only: .long 0xfffff8
