# Storage of the machines, on demand: a page has a frame from when it is first touched, and gives
# it up to others when storage is short and it has not been used for a while; then it is on the
# paging disk. A frame that the channel works on is locked.
        module  paging

# The page of the current machine's real address 2 has no frame: give it one, with what it had
# in it. 2: where the byte is; condition code 0. Or 3: there is no frame to be had.
page_in:
        enter
        lr      6,2
        lr      10,2
        call    get_frame               # 2: its address, 3: its entry
        bnz     page_in_failed
        lr      9,2
        lr      8,3
        srl     10,12                   # 10: page
        st      11,F_OWNER(,8)
        sth     10,F_PAGE(,8)
        lr      7,10
        alr     7,7
        lr      1,7
        al      1,SLOTS
        lh      3,0(,1)
        n       3,halfword_mask
        bz      page_in_zeros           # it never had to go
        mvi     F_LOCKS+1(8),1
        call    page_read
        mvi     F_LOCKS+1(8),0
        b       page_in_keys
page_in_zeros:
        lr      4,9
        la      5,4095
        la      5,1(,5)
        sr      1,1
        mvcl    4,0
page_in_keys:                           # reference and change as they were stay in KEYS: the
        lr      1,7                     # hardware begins anew
        al      1,KEYS
        sr      0,0
        ic      0,0(,1)
        n       0,access_bits(12)
        ssk     0,9
        ic      0,1(,1)
        n       0,access_bits(12)
        la      2,2048(,9)
        ssk     0,2
        lr      1,9
        srl     1,8
        al      7,PAGES
        sth     1,0(,7)
        ltr     10,10
        bnz     page_in_other
        st      9,PAGE0
page_in_other:
        lr      2,6
        n       2,low_12
        or      2,9
        cr      1,1
        leave
page_in_failed:
        tm      one+3,1
        leave

# A free frame: 2 its address, 3 its entry in FRAMES. Condition code 3: none.
get_frame:
        enter
        l       3,FREE_FRAME
        ltr     3,3
        bz      get_other
        mvc     FREE_FRAME(4),F_NEXT(3)
        l       1,FREE_COUNT
        bctr    1,0
        st      1,FREE_COUNT
        xc      F_NEXT(4,3),F_NEXT(3)
get_have:
        lr      2,3
        s       2,FRAMES
        sll     2,9                     # 8 bytes for 4096
        cr      1,1
        leave
# Take one from a machine: the hand goes round until it meets a frame that nobody has used since
# it came by last, at most twice around.
get_other:
        l       10,HAND
        lr      9,10
        la      8,3
get_look:
        al      10,entry_size(12)
        c       10,FRAMES_END
        bl      get_candidate
        l       10,FRAMES
get_candidate:
        cr      10,9
        bne     get_try
        bct     8,get_try
        tm      one+3,1
        leave
get_try:
        l       7,F_OWNER(,10)
        ltr     7,7
        bz      get_look
        lh      0,F_LOCKS(,10)
        ltr     0,0
        bnz     get_look
        c       7,VM
        bne     get_not_first
        lh      0,F_PAGE(,10)
        ltr     0,0
        bz      get_look                # the current machine's PAGE0
get_not_first:
        bal     14,is_used
        bo      get_look
        st      10,HAND
        lr      2,10
        call    take_away
        bnz     get_look                # it can go nowhere
        lr      3,10
        b       get_have

# Has the frame of entry 10, machine 7's, been referenced? Condition code 3: yes, and it is
# reset. The machine's own reference bit is kept in its KEYS: 6 their address.
is_used:
        lr      2,10
        s       2,FRAMES
        sll     2,9                     # 2: the frame
        lh      6,F_PAGE(,10)
        n       6,halfword_mask
        alr     6,6
        alr     6,7
        al      6,keys_of_vm(12)
        mvi     TEST,0
        rrb     0(2)
        bc      12,is_used_second(12)
        oi      0(6),4
        mvi     TEST,1
is_used_second:
        la      2,2048(,2)
        rrb     0(2)
        bc      12,is_used_said(12)
        oi      1(6),4
        mvi     TEST,1
is_used_said:
        tm      TEST,1
        br      14

# The frame of entry 2 is taken from its machine. Condition code 0: done; it is written if it was
# changed. Not 0: there is no room on the disk for it.
take_away:
        enter
        lr      10,2
        l       7,F_OWNER(,10)
        lh      6,F_PAGE(,10)
        n       6,halfword_mask
        alr     6,6
        lr      9,10
        s       9,FRAMES
        sll     9,9                     # 9: the frame
        isk     0,9
        la      2,2048(,9)
        isk     1,2
        lr      3,6
        alr     3,7
        lr      8,3
        al      3,keys_of_vm(12)
        stc     0,TEST
        oc      0(1,3),TEST
        stc     1,WORK
        oc      1(1,3),WORK
        oc      TEST(1),WORK
        lr      3,8
        al      3,slots_of_vm(12)       # 3: its slot
        tm      TEST,2
        bz      take_unchanged
        lh      0,0(,3)
        ltr     0,0
        bnz     take_write
        lr      6,3
        call    get_slot                # 2: a slot
        bnz     take_refused
        lr      3,6
        sth     2,0(,3)
take_write:
        lh      3,0(,3)
        n       3,halfword_mask
        lr      2,9
        call    page_write
take_unchanged:
        al      8,pages_of_vm(12)
        mvi     0(8),0
        mvi     1(8),8
        lr      2,7
        call    flush_shadows
        xc      F_OWNER(8,10),F_OWNER(10)
        cr      1,1
take_refused:
        leave

# The frame of the current machine's real address 2, if it has one, is of that page.
name_frame:
        lr      3,2
        srl     3,12
        lr      1,3
        alr     1,1
        al      1,PAGES
        tm      1(1),8
        bcr     1,14
        lh      1,0(,1)
        n       1,frame_mask
        srl     1,1
        al      1,FRAMES
        sth     3,F_PAGE(,1)
        br      14

# The frame with address 2 is free again.
give_frame:
        enter
        srl     2,12
        sll     2,3
        al      2,FRAMES
        mvc     F_NEXT(4,2),FREE_FRAME
        st      2,FREE_FRAME
        l       1,FREE_COUNT
        la      1,1(,1)
        st      1,FREE_COUNT
        leave

# The page of the current machine's real address 2 is to be zeros, as if it had never been touched;
# one that is locked, and the first, are cleared where they are.
release_page:
        enter
        lr      10,2
        srl     10,12
        alr     10,10
        lr      8,10
        al      8,SLOTS
        lh      2,0(,8)
        n       2,halfword_mask
        bz      release_no_slot
        call    free_slot
        sr      0,0
        sth     0,0(,8)
release_no_slot:
        lr      8,10
        al      8,PAGES
        tm      1(8),8
        bo      release_done
        lh      9,0(,8)
        n       9,frame_mask
        lr      1,9
        srl     1,1
        al      1,FRAMES                # its entry
        lh      0,F_LOCKS(,1)
        ltr     0,0
        bnz     release_clear
        ltr     10,10
        bz      release_clear
        xc      F_OWNER(8,1),F_OWNER(1)
        mvc     F_NEXT(4,1),FREE_FRAME
        st      1,FREE_FRAME
        l       1,FREE_COUNT
        la      1,1(,1)
        st      1,FREE_COUNT
        mvi     0(8),0
        mvi     1(8),8
        lr      2,11
        call    flush_shadows
        leave
release_clear:
        lr      4,9
        sll     4,8
        la      5,4095
        la      5,1(,5)
        sr      1,1
        mvcl    4,0
release_done:
        leave

# All storage of machine 2, which is stopped, is cleared: frames and slots are given back.
clear_storage:
        enter
        lr      9,2
        call    flush_shadows
        l       10,FRAMES
clear_look:
        c       9,F_OWNER(,10)
        bne     clear_next
        lh      0,F_LOCKS(,10)
        ltr     0,0
        bnz     clear_next
        sr      0,0
        st      0,F_OWNER(,10)
        mvc     F_NEXT(4,10),FREE_FRAME
        st      10,FREE_FRAME
        l       1,FREE_COUNT
        la      1,1(,1)
        st      1,FREE_COUNT
clear_next:
        al      10,entry_size(12)
        c       10,FRAMES_END
        bl      clear_look
        lr      10,9
        al      10,slots_of_vm(12)
        l       8,pages_in_all(12)
clear_slot:
        lh      2,0(,10)
        n       2,halfword_mask
        bz      clear_no_slot
        call    free_slot
clear_no_slot:
        sr      0,0
        sth     0,0(,10)
        la      10,2(,10)
        bct     8,clear_slot
        lr      4,9                     # all pages absent
        al      4,pages_of_vm(12)
        l       5,table_bytes(12)
        sr      0,0
        l       1,absent(12)
        mvcl    4,0
        lr      4,9
        al      4,keys_of_vm(12)
        l       5,table_bytes(12)
        sr      1,1
        mvcl    4,0
        leave

        .balign 4
access_bits: .long 0xf8
entry_size: .long F_SIZE
pages_of_vm: .long AREA_PAGES - AREA_VM
slots_of_vm: .long AREA_SLOTS - AREA_VM
keys_of_vm: .long AREA_KEYS - AREA_VM
pages_in_all: .long 4096
table_bytes: .long 0x2000
absent: .long   0x08000000
