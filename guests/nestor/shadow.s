# Shadow tables. A machine that translates addresses has tables from virtual to real, its real
# being virtual to us. The processor needs one table for both steps, so we keep it: entries are
# made from the machine's when they are missed, as a translation-lookaside buffer is filled, and
# like that one they are forgotten when the machine purges (GA22-7000 3-25). A set of shadow
# tables belongs to a segment table of the machine; there are several, so that to change from
# one to the other and back loses nothing.
        module  shadow

# The set for control registers 0 and 1 of the current machine: SHADOW, RUN_CR0, RUN_CR1.
find_shadow:
        enter
        l       10,SHADOWS
        l       9,SHADOW_HAND
        l       8,CR
        n       8,format_mask(12)
find_look:
        c       11,S_OWNER(,10)
        bne     find_next
        c       8,S_CONTROL0(,10)
        bne     find_next
        clc     S_CONTROL1(4,10),CR+4
        be      find_found
find_next:
        al      10,set_size(12)
        c       10,SHADOWS_END
        bl      find_look
# None: the next in turn is taken from whoever has it.
        lr      10,9
        al      9,set_size(12)
        c       9,SHADOWS_END
        bl      find_hand
        l       9,SHADOWS
find_hand:
        st      9,SHADOW_HAND
        st      11,S_OWNER(,10)
        st      8,S_CONTROL0(,10)
        mvc     S_CONTROL1(4,10),CR+4
        la      1,0(,10)
        tm      S_CONTROL0+1(10),0x10   # segments of 1M: 16 of them
        bo      find_length
        al      1,sixteen_segments
find_length:
        st      1,S_RUN_CR1(,10)
        bal     14,clear_set
        ptlb                            # the tables at this place were others
find_found:
        st      10,SHADOW
        mvc     RUN_CR0(4),S_CONTROL0(10)
        mvc     RUN_CR1(4),S_RUN_CR1(10)
        leave

# All segments of set 10 are invalid.
clear_set:
        mvi     3(10),1
        xc      0(3,10),0(10)
        mvc     4(252,10),0(10)
        mvc     256(256,10),0(10)
        mvc     512(256,10),0(10)
        mvc     768(256,10),0(10)
        br      14

# Forget all that machine 2 has: it purges, or a frame was taken from it.
flush_shadows:
        enter
        lr      9,2
        l       10,SHADOWS
flush_look:
        c       9,S_OWNER(,10)
        bne     flush_next
        bal     14,clear_set
flush_next:
        al      10,set_size(12)
        c       10,SHADOWS_END
        bl      flush_look
        ptlb
        leave

# Give all its sets away: machine 2 ends.
free_shadows:
        enter
        sr      0,0
        l       10,SHADOWS
free_look:
        c       2,S_OWNER(,10)
        bne     free_next
        st      0,S_OWNER(,10)
free_next:
        al      10,set_size(12)
        c       10,SHADOWS_END
        bl      free_look
        leave

# The machine missed a translation of the address 2: make the entry. Condition code 0, or 3 and
# register 3 the program interruption that it gets.
fill_shadow:
        enter
        lr      10,2
        call    walk
        bnz     fill_exception
        lr      9,2                     # real address
        lr      8,4                     # segment-table entry
        near    locate
        bnz     fill_beyond
        lr      7,2                     # where it is
        l       6,SHADOW
        lr      1,10                    # the segment
        lr      3,10
        tm      CR+1,0x10
        bo      fill_megabyte
        srl     1,16
        n       3,low_16(12)
        b       fill_segment
fill_megabyte:
        srl     1,20
        n       3,low_20(12)
fill_segment:
        lr      2,1
        sll     2,2
        alr     2,6                     # 2: its entry, 3: address in the segment
        bal     14,page_table           # 4: the page table's address, 5: its bytes
        tm      3(2),1
        bz      fill_page
# A new page table: all pages invalid, whatever the format.
        st      4,WORK
        sr      0,0
        l       1,all_invalid(12)
        mvcl    4,0
        l       4,WORK
        lr      1,4
        o       1,full_length(12)
        st      1,0(,2)
fill_page:
        n       8,protect_bit(12)       # segment protection is the machine's
        bz      fill_unprotected
        oi      3(2),4
fill_unprotected:
        tm      CR+1,0x80
        bo      fill_4k
        srl     3,11
        alr     3,3
        alr     3,4
        lr      1,7
        srl     1,8
        n       1,page_2k(12)
        sth     1,0(,3)
        b       filled
fill_4k:
        srl     3,12
        alr     3,3
        alr     3,4
        lr      1,7
        srl     1,8
        n       1,frame_mask
        sth     1,0(,3)
filled: cr      1,1
        leave
fill_beyond:
        la      3,5
fill_exception:
        tm      one+3,1
        leave

# 1: segment -> 4: where its page table is, 5: how long. Changes 0 and 1.
page_table:
        la      5,32
        tm      CR+1,0x10
        bz      page_table_small
        la      5,512
page_table_small:
        tm      CR+1,0x80
        bo      page_table_4k
        alr     5,5
page_table_4k:
        mr      0,5
        la      4,0(1,6)
        al      4,shadow_pages(12)
        br      14

# ---- the machine's own tables ------------------------------------------------------------------------
# Translate the address 2 as control registers 0 and 1 of the machine say. Condition code 0: 2 is
# the real address, 4 the segment-table entry. Else 3: the program interruption; 1: what LOAD
# REAL ADDRESS answers, 0 if that too is interrupted; 5: address of the entry.
walk:   enter
        lr      10,2
        mvc     TEST(1),CR+1            # the four formats
        tm      CR+1,0x28
        bnz     walk_malformed
        tm      CR+1,0xc0
        bz      walk_malformed
        bo      walk_malformed
        lr      1,10
        lr      7,10
        tm      CR+1,0x10
        bo      walk_megabyte
        srl     1,16
        n       7,low_16(12)            # 7: address in the segment
        b       walk_segment
walk_megabyte:
        srl     1,20
        n       7,low_20(12)
walk_segment:
        sr      3,3
        ic      3,CR+4                  # the table's length in units of 16
        lr      4,1
        srl     4,4
        sll     1,2
        l       5,CR+4
        n       5,segment_origin(12)
        alr     5,1
        la      6,0(,5)                 # 6: the entry
        cr      4,3
        la      3,0x10
        la      1,3
        bh      walk_ended
        lr      2,6
        near    locate
        bnz     walk_beyond
        l       4,0(,2)
        la      1,1
        la      3,0x10
        st      4,WORK
        tm      WORK+3,1
        bo      walk_ended
        tm      WORK,0x0f
        bnz     walk_malformed
        lr      8,7
        srl     8,11
        lr      9,7
        tm      CR+1,0x80
        bz      walk_index
        srl     8,1
walk_index:                             # 8: page; its first four bits against the length
        srl     9,12
        tm      CR+1,0x10
        bz      walk_sixteenth
        srl     9,4
walk_sixteenth:
        lr      5,4
        n       5,page_origin(12)
        lr      1,8
        alr     1,1
        alr     5,1
        la      6,0(,5)
        lr      1,4
        srl     1,28
        cr      9,1
        la      1,3
        la      3,0x11
        bh      walk_ended
        lr      9,4
        lr      2,6
        near    locate
        bnz     walk_beyond
        lr      4,9
        sr      9,9
        icm     9,3,0(2)
        sll     9,8
        la      1,2
        la      3,0x11
        tm      CR+1,0x80
        bo      walk_4k
        tm      1(2),4
        bo      walk_ended
        tm      1(2),2
        bnz     walk_malformed
        n       9,address_2k(12)
        n       10,low_11(12)
        b       walk_found
walk_4k:
        tm      1(2),8
        bo      walk_ended
        tm      1(2),6
        bnz     walk_malformed
        n       9,address_4k(12)
        n       10,low_12
walk_found:
        lr      2,9
        or      2,10
        cr      1,1
        b       walk_return
walk_malformed:
        la      3,0x12
        sr      1,1
        b       walk_ended
walk_beyond:
        la      3,5
        sr      1,1
walk_ended:
        tm      one+3,1                 # condition code 3
walk_return:
        lr      5,6
        leave

        .balign 4
format_mask: .long 0x00f80000
set_size: .long SHADOW_SIZE
shadow_pages: .long SHADOW_PAGES
all_invalid: .long 0x0c000000
low_16: .long   0xffff
low_20: .long   0xfffff
low_11: .long   0x7ff
full_length: .long 0xf0000000
protect_bit: .long 4
page_2k: .long  0xfff8
segment_origin: .long 0xffffc0
page_origin: .long 0xfffff8
address_2k: .long 0xfff800
address_4k: .long 0xfff000
