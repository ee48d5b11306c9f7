# DIAGNOSE 14: a machine reads its spool files block by block, and what is known of them (GC20-1807). R3
# names a reader, R3+1 what is to be done; 0 to 3 in the condition code tell: done, the end, no file, an
# error, which is then in R3+1.
        module  spool_diagnose

diagnose_14:
        based
        lr      8,3                     # 8: R1 * 4, 9: R3 * 4
        lr      9,4
        la      1,4
        nr      1,9
        bnz     refused_14              # R3 must be even
        l       7,GR+4(9)
        n       7,halfword_mask
        c       7,descriptor(12)        # FFF has no reader
        be      next_descriptor
        l       2,GR(9)
        n       2,halfword_mask
        call    virtual_device
        la      1,4
        bnz     error_14
        lr      10,2
        la      1,8
        cli     VD_CLASS(10),C_READER
        bne     error_14
        la      1,12
        l       0,VD_DEVICE(,10)
        ltr     0,0
        bnz     error_14
        tm      VD_FLAGS(10),VF_BUSY+VF_PENDING
        bnz     error_14
        c       7,last_function(12)
        bh      refused_14
        la      1,3
        nr      1,7
        bnz     refused_14
        l       15,functions_14(7,12)
        br      15
refused_14:
        goto_near specification
beyond_14:
        l       13,STACK
        goto_near addressing
error_14:
        st      1,GR+4(9)
        mvi     TEST,0x30
        goto_near diagnosed
end_14: mvi     TEST,0x10
        goto_near diagnosed
no_file_14:
        mvi     TEST,0x20
        goto_near diagnosed
done_14:
        mvi     TEST,0
        goto_near diagnosed
        .balign 4
functions_14:
        .long   next_buffer, next_printed, next_punched, select_file, repeat_file, restart_file
        .long   backspace_file, no_file_14, no_file_14
descriptor: .long 0xfff
last_function: .long 0x20

# 0: the next block, to the page at R1.
next_buffer:
        bal     14,page_of_machine      # 6
        l       1,VD_FILE(,10)
        ltr     1,1
        bz      next_opens
        tm      VD_SPOOL_FLAGS(10),SP_BLOCKS
        bz      next_shows              # opened, but nothing was taken
        lr      2,10
        sr      3,3
        call    another_block
        bz      next_shows
        tm      VD_SPOOL_FLAGS(10),SP_CONT
        bz      end_14
        ni      VD_SPOOL_FLAGS(10),0xff-SP_BLOCKS
        lr      2,10
        sr      3,3
        call    spool_close
        lr      2,10
        call    open_active
        bz      next_shows
        b       end_14
next_opens:
        lr      2,10
        call    open_active
        bnz     no_file_14
next_shows:
        oi      VD_SPOOL_FLAGS(10),SP_BLOCKS
        bal     14,give_block
        b       done_14
# The page that R1 names: 6.
page_of_machine:
        lr      6,14
        l       2,GR(8)
        la      2,0(,2)
        lr      1,2
        n       1,low_12
        bnz     refused_14
        near    locate
        bnz     beyond_14
        lr      14,6
        lr      6,2
        br      14
# The block of device 10 to the page at 6.
give_block:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       8,VD_BUFFER(,10)
        la      7,4095
        la      7,1(,7)
        lr      9,7
        mvcl    6,8
        lm      6,14,0(13)
        br      14

# 4, 8: what is known of the next printed or punched file, to 104 bytes at R1.
next_printed:
        mvi     WORK+8,0x41
        b       next_of_kind
next_punched:
        mvi     WORK+8,0x82
next_of_kind:
        l       2,GR(8)
        la      2,0(,2)
        lr      1,2
        n       1,low_12
        la      1,103(,1)
        c       1,last_of_page(12)      # in one page
        bh      refused_14
        near    locate
        bnz     beyond_14
        lr      6,2
        lh      7,VD_LOOKED(,10)        # on from the one that was told of last
        sr      9,9
        ltr     7,7
        bz      kind_first
        bal     14,file_of_number
        lr      9,2
kind_first:
        la      8,C_READER
kind_next:
        la      2,VM_NAME(,11)
        call    next_file
        bnz     kind_none
        lr      9,2
        clc     SF_TYPE(1,9),WORK+8
        bne     kind_next
        mvc     VD_LOOKED(2,10),SF_ID(9)
        mvc     0(SF_TOLD,6),0(9)
        b       done_14
kind_none:
        sr      0,0
        sth     0,VD_LOOKED(,10)
        ltr     7,7
        bz      no_file_14
        b       end_14

# C: the file with the number in R1 is to be the next one.
select_file:
        lh      7,GR+2(8)
        bal     14,file_of_number       # 2
        bz      no_file_14
        lr      9,2
        call    unqueue_file
        mvc     SF_NEXT(4,9),FILES
        st      9,FILES
        b       done_14
# The file of this machine with the number 7: 2; 0, condition code 0: there is none.
file_of_number:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        sr      9,9
        la      8,C_READER
number_next:
        la      2,VM_NAME(,11)
        call    next_file
        bnz     number_none
        lr      9,2
        ch      7,SF_ID(,9)
        bne     number_next
        b       number_over
number_none:
        sr      2,2
number_over:
        lm      6,14,0(13)
        ltr     2,2
        br      14

# 10: R1 copies of the file that is being read.
repeat_file:
        l       1,VD_FILE(,10)
        ltr     1,1
        bz      no_file_14
        l       2,GR(8)
        ltr     2,2
        bnp     refused_14
        n       2,one_byte(12)
        sth     2,SF_COPIES(,1)
        b       done_14

# 14: from the beginning. 18: the block before; of the first one the first.
restart_file:
        l       1,VD_FILE(,10)
        ltr     1,1
        bz      no_file_14
        l       3,SF_START(,1)
        lr      2,10
        call    another_block
        ni      VD_SPOOL_FLAGS(10),0xff-SP_BLOCKS
        b       done_14
backspace_file:
        l       1,VD_FILE(,10)
        ltr     1,1
        bz      no_file_14
        bal     14,page_of_machine      # 6
        l       2,VD_BUFFER(,10)
        l       3,SB_BEFORE(,2)
        ltr     3,3
        bz      next_shows
        lr      2,10
        call    another_block
        b       next_shows

# FFF: what is known of the file behind the one with the number in R3 (0: the first), and its first
# record, to 252 bytes at R1.
next_descriptor:
        l       7,GR(9)
        sr      9,9
        n       7,halfword_mask
        bz      descriptor_next
        bal     14,file_of_number
        bz      no_file_14
        lr      9,2
descriptor_next:
        st      8,NOW
        la      8,C_READER
        la      2,VM_NAME(,11)
        call    next_file
        l       8,NOW
        bnz     end_14
        lr      9,2
        l       2,SPOOL_PAGE
        l       3,SF_START(,9)
        call    spool_read
        l       6,BUFFER
        mvc     0(SF_TOLD,6),0(9)
        l       5,SPOOL_PAGE
        mvc     SF_TOLD(252-SF_TOLD,6),SB_DATA(5)
        l       10,GR(8)
        la      10,0(,10)
        la      9,252
        call    give_machine
        b       done_14

        .balign 4
last_of_page: .long 4095
one_byte: .long 0xff
