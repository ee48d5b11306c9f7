# The paging disk: a 3350 that Nestor has for itself. A slot is a record of 4096 bytes, four on a
# track. A track is written anew, counts and all, when its first slot is given out for the first
# time, so that any 3350 will do. One transfer at a time, and all wait for it: it is rare, and
# simple.
        module  pager
        .set    SLOTS_A_TRACK, 4
        .set    TRACKS_A_CYLINDER, 30
        .set    MOST_SLOTS, 32000       # of 66,600

# Is there one? Then a bit for each slot, from the free storage at the end of ours: 10.
find_pager:
        enter
        l       2,pager_address(12)
        call    real_device
        bnz     find_pager_done
        st      2,PAGER
        call    get_frame
        bnz     find_pager_not
        st      2,SLOT_MAP
        lr      4,2
        la      5,4095
        la      5,1(,5)
        sr      1,1
        mvcl    4,0
        la      1,KEPT_PAGES            # those of the spool files
        st      1,SLOT_HAND
        st      1,SLOT_COUNT
        l       1,SLOT_MAP
        mvc     0(KEPT_PAGES/8,1),all_taken(12)
        oi      0(1),0x80               # and slot 0 is none
        leave
find_pager_not:
        sr      0,0
        st      0,PAGER
find_pager_done:
        leave

# A free slot: 2. Condition code not 0: none.
get_slot:
        enter
        l       0,PAGER
        ltr     0,0
        bz      get_slot_none
        l       10,SLOT_HAND
        l       9,most_slots(12)
get_slot_look:
        la      10,1(,10)
        c       10,most_slots(12)
        bnh     get_slot_try
        la      10,1
get_slot_try:
        bal     14,slot_bit             # 1: the byte, 2: the bit
        ex      2,slot_test(12)
        bz      get_slot_found
        bct     9,get_slot_look
get_slot_none:
        tm      one+3,1
        leave
get_slot_found:
        ex      2,slot_set(12)
        st      10,SLOT_HAND
        c       10,SLOT_COUNT           # the highest one so far: is the track there?
        bnh     get_slot_have
        lr      2,10
        la      2,SLOTS_A_TRACK-1(,2)
        n       2,track_mask(12)
        st      2,SLOT_COUNT
        lr      2,10
        bal     14,format_track
get_slot_have:
        lr      2,10
        cr      1,1
        leave
slot_test: tm   0(1),0
slot_set: oi    0(1),0
slot_reset: ni  0(1),0
slot_bit:                               # of slot 10
        lr      1,10
        srl     1,3
        al      1,SLOT_MAP
        lr      3,10
        n       3,seven_slots(12)
        la      2,0x80
        srl     2,0(3)
        br      14
free_slot:
        enter
        lr      10,2
        bal     14,slot_bit
        x       2,all_bits(12)
        ex      2,slot_reset(12)
        leave

# Slot 2 is not free: it has something of before. Condition code not 0: there is no such slot, or it was not
# free already.
claim_slot:
        enter
        ltr     10,2
        bnp     get_slot_none
        c       10,most_slots(12)
        bh      get_slot_none
        bal     14,slot_bit
        ex      2,slot_test(12)
        bnz     get_slot_none
        ex      2,slot_set(12)
        c       10,SLOT_COUNT
        bnh     get_slot_have
        la      2,SLOTS_A_TRACK-1(,10)
        n       2,track_mask(12)
        st      2,SLOT_COUNT
        st      2,SLOT_HAND
        b       get_slot_have

# Read or write slot 3 from or to the frame at 2.
page_read:
        enter
        la      9,0x06
        b       page_transfer
page_write:
        enter
        la      9,0x05
page_transfer:
        lr      8,2
        lr      2,3
        bal     14,slot_place
        l       1,BUFFER
        la      1,PAGER_PROGRAM(,1)
        mvc     0(32,1),page_program(12)
        lr      2,1
        la      3,40(,1)
        st      3,0(,1)                 # seek
        mvi     0(1),0x07
        la      3,42(,1)
        st      3,8(,1)                 # search
        mvi     8(1),0x31
        la      3,8(,1)
        st      3,16(,1)                # again
        mvi     16(1),0x08
        st      8,24(,1)
        stc     9,24(,1)
        bal     14,pager_io
        leave

# 2: a slot -> its seek address and record in BUFFER, where page_program wants it. Changes 0-5.
slot_place:
        l       5,BUFFER
        la      5,PAGER_PROGRAM+40(,5)
        lr      1,2
        bctr    1,0
        sr      0,0
        d       0,slots_a_track(12)     # 0: record - 1, 1: track
        la      2,1
        alr     2,0
        stc     2,6(,5)
        sr      0,0
        d       0,tracks_a_cylinder(12) # 0: head, 1: cylinder
        xc      0(2,5),0(5)
        sth     1,2(,5)
        sth     0,4(,5)
        br      14

format_slots:                           # for other modules
        enter
        bal     14,format_track
        leave
# Write all records of the track of slot 2; what is in them does not matter yet.
format_track:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        bal     14,slot_place
        l       1,BUFFER
        la      1,PAGER_PROGRAM(,1)
        la      10,40(,1)               # seek address, and behind it the record
        mvi     6(10),0                 # record 0
        la      6,48(,1)                # four counts
        la      7,80(,1)                # the program: it is longer than the other
        lr      2,7
        mvc     0(24,7),page_program(12)
        st      10,0(,7)
        mvi     0(7),0x07
        la      3,2(,10)
        st      3,8(,7)
        mvi     8(7),0x31
        la      3,8(,7)
        st      3,16(,7)
        mvi     16(7),0x08
        la      7,24(,7)
        la      9,1
format_record:
        mvc     0(4,6),2(10)            # cylinder and head
        stc     9,4(,6)
        mvi     5(6),0
        mvc     6(2,6),page_length(12)
        st      6,0(,7)
        mvi     0(7),0x1d               # write count, key and data
        mvc     4(4,7),count_part(12)
        l       3,BUFFER
        st      3,8(,7)
        mvc     12(4,7),data_part(12)
        la      6,8(,6)
        la      7,16(,7)
        la      9,1(,9)
        c       9,slots_a_track(12)
        bnh     format_record
        s       7,sixteen_bytes(12)
        ni      12(7),0xff-CC           # the last one
        bal     14,pager_io
        lm      6,14,0(13)
        br      14

# Execute the channel program at 2 and wait for its end, and for nothing else. Condition code 0; else it has
# failed, but that must not be unless PAGER_TRIES.
pager_io:
        lr      3,2
        lr      10,14
        l       2,PAGER
        call    start_real
        bnz     pager_failed
        mvc     IO_NEW(8),pager_new(12)
        lctl    2,2,pager_channel(12)
pager_wait:
        lpsw    pager_waits(12)
pager_ended:
        lh      1,IO_ADDRESS
        c       1,pager_address(12)
        bne     pager_wait
        tm      CSW+4,0x04
        bz      pager_wait
        tm      CSW+4,0x02
        bo      pager_failed
        cli     CSW+5,0
        bne     pager_failed
        bal     14,pager_waited
        cr      1,1
        br      10
pager_waited:
        lctl    2,2,all_channels_on(12)
        mvc     IO_NEW(8),pager_over(12)
        br      14
pager_failed:
        bal     14,pager_waited
        tm      PAGER_TRIES,1           # condition code 3
        bcr     1,10
        lpsw    pager_lost(12)

        .set    PAGER_PROGRAM, 2048     # in BUFFER
        .balign 8
page_program:
        ccw     0x07, 0, 6, CC
        ccw     0x31, 0, 5, CC
        ccw     0x08, 0, 1, 0
        ccw     0x05, 0, 4096, 0
pager_new: .long 0x00080000, pager_ended
pager_over: .long 0x00080000, io_first
pager_waits: .long 0x020a0000, 0
pager_lost: .long 0x000a0000, 0x0eee02
pager_channel: .long 0x10000000
all_channels_on: .long 0xffffffff
pager_address: .long 0x300
most_slots: .long MOST_SLOTS
slots_a_track: .long SLOTS_A_TRACK
tracks_a_cylinder: .long TRACKS_A_CYLINDER
track_mask: .long 0xfffffffc
seven_slots: .long 7
all_bits: .long 0xff
all_taken: .fill KEPT_PAGES/8, 1, 0xff
        .balign 4
sixteen_bytes: .long 16
count_part:
        .byte   CD, 0, 0, 8
data_part:
        .byte   CC, 0, 0x10, 0
page_length: .short 4096
