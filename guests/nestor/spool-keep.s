# Spool files that outlive an IPL of Nestor. What is known of the closed files, SF_..., stands in pages that are
# on the paging disk, too, each in a slot of its own from 1 on: whenever something of a file changes its page is
# written, one block, so that the disk is right at any moment. With the next IPL the files are found there, and their
# blocks by going through them.
        module  spool_keep

        layout  31*SF_SIZE              # behind the files of a page
        field   FP_MARK, 8
        field   FP_SLOT, 4
        .set    KEPT_PAGES, 32

# A page of 31 free files; condition code not 0: no room for it.
new_file_page:
        enter
        l       10,FILE_PAGES
        la      10,1(,10)
        l       0,PAGER
        ltr     0,0
        bz      page_not_kept
        c       10,kept_pages(12)
        bh      page_none
page_not_kept:
        call    get_frame
        bnz     page_none
        st      10,FILE_PAGES
        lr      9,2
        lr      4,2
        l       5,page_bytes_long(12)
        sr      1,1
        mvcl    4,0
        mvc     FP_MARK(8,9),page_mark(12)
        st      10,FP_SLOT(,9)
        bal     14,carve
        cr      1,1
        leave
page_none:
        tm      one+3,1
        leave
# The files of page 9 that are of no queue are free.
carve:  la      1,31
carve_next:
        cli     SF_QUEUE(9),0
        bne     carve_used
        mvc     SF_NEXT(4,9),FREE_FILES
        st      9,FREE_FILES
carve_used:
        la      9,SF_SIZE(,9)
        bct     1,carve_next
        br      14

# Something of the file 2 has changed.
keep_file:
        enter
        l       0,PAGER
        ltr     0,0
        bz      keep_over
        n       2,page_mask
        l       3,FP_SLOT(,2)
        call    page_write
keep_over:
        leave

# After IPL: the files that are on the disk. Or it begins anew: a disk that is not Nestor's has none.
restore_files:
        enter
        l       0,PAGER
        ltr     0,0
        bz      restore_over
        mvi     PAGER_TRIES,1
        sr      10,10                   # 10: slot
        sr      8,8                     # 8: how many files
restore_page:
        la      10,1(,10)
        c       10,kept_pages(12)
        bh      restore_said
        call    get_frame
        bnz     restore_said
        lr      9,2
        lr      3,10
        call    page_read
        bnz     restore_none
        clc     FP_MARK(8,9),page_mark(12)
        bne     restore_none
        c       10,FP_SLOT(,9)
        bne     restore_none
        st      10,FILE_PAGES
        la      7,31
        lr      6,9
restore_file:
        cli     SF_QUEUE(6),0
        be      restore_next
        ni      SF_FLAGS(6),0xff-SFF_USED
        lr      2,6
        bal     14,claim_blocks
        bnz     restore_lost
        lr      2,6
        bal     14,into_order
        la      8,1(,8)
        b       restore_next
restore_lost:
        mvi     SF_QUEUE(6),0
restore_next:
        la      6,SF_SIZE(,6)
        bct     7,restore_file
        bal     14,carve
        b       restore_page
restore_none:                           # no page
        lr      2,9
        call    give_frame
        c       10,one
        bne     restore_said
        bal     14,cold_start
restore_said:
        mvi     PAGER_TRIES,0
        ltr     8,8
        bz      restore_over
        l       3,BUFFER
        lr      2,8
        call    to_decimal
        text    2, " SPOOL FILES OF BEFORE"
        call    to_text
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,OPERATOR
        call    write_line
restore_over:
        leave

# The blocks of file 2 are taken. Condition code not 0: they are not what they must be.
claim_blocks:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       10,SF_START(,2)
        sr      7,7                     # the one before
claim_next:
        lr      2,10
        call    claim_slot
        bnz     claim_over
        l       1,SPOOL_SLOTS
        la      1,1(,1)
        st      1,SPOOL_SLOTS
        l       2,SPOOL_PAGE
        lr      3,10
        call    page_read
        bnz     claim_over
        l       1,SPOOL_PAGE
        c       7,SB_BEFORE(,1)
        bne     claim_over
        lr      7,10
        l       10,SB_NEXT(,1)
        ltr     10,10
        bnz     claim_next
claim_over:
        lm      6,14,0(13)
        br      14

# The file 2 goes to its place in the queues, as it was.
into_order:
        la      1,FILES
order_look:
        l       3,SF_NEXT(,1)
        ltr     3,3
        bz      order_here
        clc     SF_ORDER(4,3),SF_ORDER(2)
        bh      order_here
        lr      1,3
        b       order_look
order_here:
        st      2,SF_NEXT(,1)
        st      3,SF_NEXT(,2)
        ltr     3,3                     # the last one tells what comes next
        bcr     7,14
        mvc     FILE_ORDER(4),SF_ORDER(2)
        lh      1,SF_ID(,2)
        st      1,LAST_FILE
        br      14

# The places of the pages become records, without anything in them.
cold_start:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        mvi     PAGER_TRIES,0
        la      10,1
cold_track:
        lr      2,10
        call    format_slots
        la      10,SLOTS_A_TRACK(,10)
        c       10,kept_pages(12)
        bnh     cold_track
        l       4,SPOOL_PAGE
        l       5,page_bytes_long(12)
        sr      1,1
        mvcl    4,0
        l       10,kept_pages(12)
cold_page:
        l       2,SPOOL_PAGE
        lr      3,10
        call    page_write
        bct     10,cold_page
        lm      6,14,0(13)
        br      14

        .balign 4
kept_pages: .long KEPT_PAGES
page_bytes_long: .long 4096
page_mark: ebcdic "NESTOR 1"
