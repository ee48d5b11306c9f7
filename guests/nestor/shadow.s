# Shadow tables. A machine that translates addresses has tables from virtual to real, its real
# being virtual to us. The processor needs one table for both steps, so we keep it: entries are
# made from the machine's when they are missed, as a translation-lookaside buffer is filled, and
# like that one they are forgotten when the machine purges (GA22-7000 3-25). A set of shadow
# tables belongs to a segment table of the machine; there are several, so that to change from
# one to the other and back loses nothing.
        module  shadow

# What control registers 0 and 1 of the current machine say: FORMAT, RUN_CR0, RUN_CR1, and the set for
# them: SHADOW. If there is none yet it is made, unless 2 is zero.
find_shadow:
        enter
        st      11,SPACE_KEY
        l       8,CR
        n       8,format_mask(12)
        l       1,REAL_CR0              # low-address protection
        n       1,no_format(12)
        or      1,8
        st      1,RUN_CR0
        c       8,SPACE_KEY+S_CONTROL0
        be      find_format_known
        st      8,SPACE_KEY+S_CONTROL0
        la      1,formats(12)
find_format:
        mvc     FORMAT(28),4(1)
        c       8,0(,1)
        be      find_format_known
        la      1,32(,1)
        cli     3(1),0xff               # the end of them: what is not one
        bne     find_format
        xc      FORMAT(28),FORMAT
find_format_known:
        mvc     SPACE_KEY+S_CONTROL1(4),CR+4
        mvc     SPACE_KEY+S_PURGES(4),VM_PURGES(11)
        sr      7,7
        ic      7,CR+4+2
        n       7,register_mask
        la      7,VM_SPACES(7,11)
        l       10,0(,7)
        clc     0(16,10),SPACE_KEY
        be      find_found
        l       1,PAGE_MASK
        ltr     1,1
        bz      find_nothing            # it cannot translate
        l       10,SHADOWS
        l       9,SHADOW_HAND
find_look:
        clc     0(12,10),SPACE_KEY
        be      find_empty
        al      10,set_size(12)
        c       10,SHADOWS_END
        bl      find_look
        ltr     2,2
        bz      find_later
# None: the next in turn is taken from whoever has it.
        lr      10,9
        al      9,set_size(12)
        c       9,SHADOWS_END
        bl      find_hand
        l       9,SHADOWS
find_hand:
        st      9,SHADOW_HAND
        la      1,S_SEGMENTS(,10)
        l       2,SEGMENT_MASK
        srl     2,6
        sll     2,24                    # 16 segments of 1M or 256 of 64K
        or      1,2
        bal     14,new_set
        st      1,S_RUN_CR1(,10)
find_empty:                             # its tables are of before a purge, or those at this place were others
        mvc     0(16,10),SPACE_KEY
        bal     14,clear_set
        ptlb
        st      10,0(,7)
find_found:
        st      10,SHADOW
        mvc     RUN_CR1(4),S_RUN_CR1(10)
        ni      TRANSLATES,4
        leave
find_later:
        mvi     TRANSLATES,0x80
find_nothing:
        l       10,NO_SHADOW
        st      10,SHADOW
        mvc     RUN_CR1(4),S_RUN_CR1(10)
        leave

# Set 10 has been used for nothing. All its segments are invalid, and where the machine's own tables are
# is not known.
new_set:
        xc      S_ENTRY(256,10),S_ENTRY(10)
        xc      S_ENTRY+256(256,10),S_ENTRY+256(10)
        xc      S_ENTRY+512(256,10),S_ENTRY+512(10)
        xc      S_ENTRY+768(256,10),S_ENTRY+768(10)
        br      14
clear_set:
        invalidate_segments
        mvc     S_AT(4,10),no_entry_at
        mvc     S_AT+4(252,10),S_AT(10)
        mvc     S_AT+256(256,10),S_AT(10)
        mvc     S_AT+512(256,10),S_AT(10)
        mvc     S_AT+768(256,10),S_AT(10)
        br      14
# The set 2, which is nobody's.
new_shadow:
        enter
        lr      10,2
        xc      0(S_SEGMENTS,10),0(10)
        la      1,S_SEGMENTS(,10)
        st      1,S_RUN_CR1(,10)
        bal     14,new_set
        bal     14,clear_set
        leave

# Forget all that machine 2 has: it purges, or a frame was taken from it. What is not in use is emptied
# when it is to be used.
flush_shadows:
        enter
        l       1,VM_PURGES(,2)
        la      1,1(,1)
        st      1,VM_PURGES(,2)
        c       2,VM
        bne     flush_done
        st      1,SPACE_KEY+S_PURGES
        l       10,SHADOW
        st      1,S_PURGES(,10)
        bal     14,clear_set
flush_done:
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
        lr      3,10
        l       1,SEGMENT_SHIFT
        srl     3,0(1)
        n       3,SEGMENT_MASK
        la      2,S_SEGMENTS(3,6)       # 2: the segment's entry
        srl     3,2
        l       5,PAGE_MASK
        la      5,2(,5)                 # 5: how long its page table is
        lr      1,3
        mr      0,5
        la      4,0(1,6)
        al      4,shadow_pages(12)      # 4: and where
        tm      3(2),1
        bz      fill_page
# A new page table: all pages invalid, whatever the format.
        lr      3,4
        sr      0,0
        l       1,all_invalid(12)
        mvcl    4,0
        lr      4,3
        lr      1,4
        o       1,full_length(12)
        st      1,0(,2)
fill_page:
        n       8,protect_bit(12)       # segment protection is the machine's
        bz      fill_unprotected
        oi      3(2),4
fill_unprotected:
        lr      3,10
        l       1,PAGE_SHIFT
        srl     3,0(1)
        n       3,PAGE_MASK
        alr     3,4
        n       7,FRAME_BITS
        srl     7,8
        sth     7,0(,3)
filled: cr      1,1
        leave
fill_beyond:
        la      3,5
fill_exception:
        tm      one+3,1
        leave

# ---- the machine's own tables ------------------------------------------------------------------------
# Translate the address 2 as control registers 0 and 1 of the machine say. Condition code 0: 2 is
# the real address, 4 the segment-table entry. Else 3: the program interruption; 1: what LOAD
# REAL ADDRESS answers, 0 if that too is interrupted; 5: address of the entry.
walk:   enter
        lr      10,2
        l       1,PAGE_MASK
        ltr     1,1
        bz      walk_malformed          # not one of the four formats
        lr      7,10
        l       1,SEGMENT_SHIFT
        srl     7,0(1)
        n       7,SEGMENT_MASK          # 7: segment * 4
        sr      3,3
        ic      3,CR+4                  # the table's length in units of 16
        lr      4,7
        srl     4,6
        l       5,CR+4
        n       5,segment_origin(12)
        alr     5,7
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
        lr      8,10
        l       1,PAGE_SHIFT
        srl     8,0(1)
        n       8,PAGE_MASK             # 8: page * 2
        lr      9,10
        l       1,SEGMENT_SHIFT
        bctr    1,0
        bctr    1,0
        srl     9,0(1)
        n       9,sixteenth(12)         # the page's first four bits against the length
        lr      5,4
        n       5,page_origin(12)
        alr     5,8
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
        lr      4,9                     # 4: the segment's entry
        lh      9,0(,2)
        la      1,2
        la      3,0x11
        tm      CR+1,0x80
        bo      walk_4k
        tm      1(2),4
        bo      walk_ended
        b       walk_zeros
walk_4k:
        tm      1(2),8
        bo      walk_ended
walk_zeros:
        lr      2,9
        n       2,PAGE_BAD
        bnz     walk_malformed
        sll     9,8
        n       9,FRAME_BITS
        n       10,BYTE_BITS
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

# Where the tables for the virtual address 2 are, which were walked just now, for LOAD REAL ADDRESS. They
# must be there both, and the page table be whole, and in one page.
know_segment:
        enter
        lr      6,2
        l       10,SHADOW
        c       10,NO_SHADOW
        bne     know_set
        la      2,1
        call    find_shadow
        l       10,SHADOW
know_set:
        l       1,SEGMENT_SHIFT
        srl     6,0(1)
        n       6,SEGMENT_MASK
        l       7,CR+4
        n       7,segment_origin(12)
        alr     7,6
        la      7,0(,7)
        lr      2,7
        near    locate
        bnz     know_done
        lr      8,2
        l       9,0(,2)                 # the entry
        cl      9,full_length(12)
        bl      know_done
        lr      2,9
        n       2,page_origin(12)
        l       1,PAGE_MASK
        la      1,1(1,2)
        xr      1,2
        n       1,page_mask
        bnz     know_done
        near    locate
        bnz     know_done
        st      2,S_TABLE(6,10)
        lr      2,7                     # it is where it was: so nothing was paged out
        near    locate
        bnz     know_done
        cr      2,8
        bne     know_done
        st      9,S_ENTRY(6,10)
        st      8,S_AT(6,10)
know_done:
        leave

        .balign 4
format_mask: .long 0x00f80000
no_format: .long 0xff07ffff
formats:                                # control register 0, and what FORMAT is
        .long   0x00800000, 14, 0x3fc, 11, 0x1e, 0x0e, 0x00fff000, 0xfff       # 4K in 64K
        .long   0x00400000, 14, 0x3fc, 10, 0x3e, 0x06, 0x00fff800, 0x7ff       # 2K
        .long   0x00900000, 18, 0x3c, 11, 0x1fe, 0x0e, 0x00fff000, 0xfff       # 4K in 1M
        .long   0x00500000, 18, 0x3c, 10, 0x3fe, 0x06, 0x00fff800, 0x7ff       # 2K
        .long   0xff
set_size: .long S_SIZE
shadow_pages: .long S_PAGES
all_invalid: .long 0x0c000000
sixteenth: .long 15
full_length: .long 0xf0000000
protect_bit: .long 4
segment_origin: .long 0xffffc0
page_origin: .long 0xfffff8
