# DISPLAY, DUMP and STORE: what a machine has in its registers and its storage. The operands are VM/370's:
#
#   G X Y PSW CAW CSW                  general, control, floating-point registers, all of them, and words
#   G5 G0-7 G0.4                       one, from one to another, how many; numbers decimal or hexadecimal
#   500 500-5FF 500.100 500-END        storage: around an address, from one to another, how many bytes
#   L500 T500 K500                     the same; with its characters; its keys
        nucleus
        .balign 4
DUMP_TO: .long  0                       # the printer that the lines go to; 0: the terminal
DUMP_KEPT: .long 0, 0
OPERAND_RETURN: .long 0
SAME_RETURN: .long 0

        module  display_store

do_display:
        enter
        sr      0,0
        st      0,DUMP_TO
        call    next_word
        bnz     display_what
display_operand:
        lr      9,2                     # 9: what is left of the operand
        bal     14,one_operand
        call    next_word
        bz      display_operand
        leave

# The operand at 9 is displayed. An operand that makes no sense ends the command.
one_operand:
        st      14,OPERAND_RETURN
        la      8,words_displayed(12)
        clc     3(1,9),one_blank(12)
        bne     operand_not_word
operand_word:
        cli     0(8),0
        be      operand_not_word
        clc     0(3,9),0(8)
        be      operand_word_found
        la      8,12(,8)
        b       operand_word
operand_word_found:
        l       15,8(,8)
        br      15
operand_not_word:
        la      8,register_kinds(12)    # a letter that is not a digit, so that nobody is mistaken
operand_kind:
        cli     0(8),0
        be      operand_storage
        clc     0(1,9),0(8)
        be      operand_registers
        la      8,12(,8)
        b       operand_kind

# Registers: 7 the first, 6 the last one.
operand_registers:
        la      9,1(,9)
        la      6,15
        cli     8(8),8                  # Y: 0, 2, 4, 6
        bne     registers_range
        la      6,6
registers_range:
        bal     14,range
        bnz     display_what
        lr      10,6
        sr      6,6
        ic      6,8(,8)                 # bytes of each
        lr      1,7
        n       1,one
        bz      registers_even
        c       6,four(12)
        bne     display_what            # no odd floating-point registers
registers_even:
        std     0,VM_FR(,11)
        std     2,VM_FR+8(,11)
        std     4,VM_FR+16(,11)
        std     6,VM_FR+24(,11)
registers_line:
        l       3,BUFFER
        mvc     0(3,3),1(8)
        mvi     3(3),0x40
        la      3,4(,3)
        lr      2,7
        call    to_decimal
        mvi     0(3),0x40
        mvi     1(3),0x7e
        la      3,2(,3)
registers_next:
        mvi     0(3),0x40
        la      3,1(,3)
        lr      1,7
        sll     1,2                     # a register has 4 bytes; a floating-point one 8, for two numbers
        lh      2,10(,8)
        alr     2,1
        cli     8(8),8
        bne     registers_at
        alr     2,11
registers_at:
        lr      4,6
        call    to_hexadecimal
        la      7,1(,7)
        cli     8(8),8
        bne     registers_four
        la      7,1(,7)
        b       registers_out
registers_four:
        cr      7,10
        bh      registers_out
        lr      1,7
        n       1,low_two(12)
        bnz     registers_next
registers_out:
        bal     14,panel_line
        cr      7,10
        bnh     registers_line
operand_over:
        l       14,OPERAND_RETURN
        br      14

operand_psw:
        begin_line "PSW "
        call    psw_digits
        bal     14,panel_line
        b       operand_over
operand_caw:
        begin_line "CAW "
        la      2,CAW
        la      4,4
        b       operand_low_word
operand_csw:
        begin_line "CSW "
        la      2,CSW
        la      4,8
operand_low_word:
        al      2,PAGE0
        call    to_hexadecimal
        bal     14,panel_line
        b       operand_over

# Storage: 7 where it begins, 6 where it ends.
operand_storage:
        mvi     VM_ROW(11),0
        cli     0(9),0xd3               # L
        be      storage_letter
        cli     0(9),0xe3               # T
        be      storage_letter
        cli     0(9),0xd2               # K
        bne     storage_range
storage_letter:
        mvc     VM_ROW(1,11),0(9)
        la      9,1(,9)
        cli     0(9),0x40               # the address may stand apart
        bne     storage_range
        call    next_word
        bnz     display_what
        lr      9,2
storage_range:
        l       6,SIZE
        bctr    6,0
        sr      8,8
        bal     14,range
        bnz     display_what
        cr      7,6                     # just an address: the 16 bytes there
        bne     storage_ends
        n       7,whole_words(12)
        la      6,15(,7)
storage_ends:
        lr      1,6
        sr      1,7
        l       0,DUMP_TO
        ltr     0,0
        bnz     storage_dump
        cli     VM_ROW(11),0xd2
        bne     storage_few
        srl     1,7                     # a line is 2K of it, not 16 bytes
storage_few:
        c       1,most_bytes(12)
        bnl     storage_much
        b       storage_kind
storage_dump:
        c       1,most_dumped(12)
        bnl     storage_dump_much
storage_kind:
        cli     VM_ROW(11),0xd2
        be      storage_keys
        n       7,whole_words(12)
        lr      8,7
        xc      VM_ROW+4(4,11),VM_ROW+4(11)     # no line before
storage_line:
        st      8,NOW
        l       3,BUFFER
        la      2,NOW+1
        la      4,3
        call    to_hexadecimal
        la      9,4
        lr      10,3                    # where the words go
storage_word:
        lr      2,8
        near    locate
        bnz     storage_short
        lr      3,10
        mvi     0(3),0x40
        la      3,1(,3)
        l       1,BUFFER
        lr      4,9
        sll     4,2
        la      1,1040(,1)              # and their characters, for the end of the line
        sr      1,4
        mvc     0(4,1),0(2)
        la      4,4
        call    to_hexadecimal
        lr      10,3
        la      8,4(,8)
        bct     9,storage_word
        cli     VM_ROW(11),0xe3
        be      storage_characters
        l       1,DUMP_TO
        ltr     1,1
        bz      storage_out
storage_characters:
        l       1,BUFFER
        la      1,1024(,1)
        mvc     0(2,3),two_blanks(12)
        mvi     2(3),0x5c
        mvc     3(16,3),0(1)
        tr      3(16,3),seen(12)
        mvi     19(3),0x5c
        la      3,20(,3)
storage_out:
        bal     14,same_line
        be      storage_again
        bal     14,panel_line
storage_again:
        cr      8,6
        bnh     storage_line
        b       operand_over
storage_short:                          # the end of storage, in the line or before it
        c       9,four(12)
        be      storage_beyond
        lr      3,10
        bal     14,panel_line
        b       operand_over
storage_beyond:
        refuse  "BEYOND STORAGE"
        leave
storage_much:
        refuse  "MORE THAN 24 LINES: DUMP PRINTS THEM"
        leave
storage_dump_much:
        refuse  "AT MOST 1M AT A TIME"
        leave

# In a dump: is the line up to 3 as the one before, but for the address? Told once.
same_line:
        l       1,DUMP_TO
        ltr     1,1
        bnz     same_look
        ltr     12,12
        br      14
same_look:
        l       1,BUFFER
        la      2,1536(,1)
        clc     6(56,1),6(2)
        bne     same_not
        tm      VM_ROW+4(11),1          # there was one
        bz      same_not
        tm      VM_ROW+5(11),1
        bo      same_said
        mvi     VM_ROW+5(11),1
        mvc     6(14,1),as_above(12)
        la      3,20(,1)
        st      14,SAME_RETURN
        bal     14,panel_line
        l       14,SAME_RETURN
same_said:
        cr      1,1
        br      14
same_not:
        mvi     VM_ROW+5(11),0
        mvi     VM_ROW+4(11),1
        mvc     0(64,2),0(1)
        ltr     12,12
        br      14

# Keys: 7 to 6, a line for each block.
storage_keys:
        n       7,whole_blocks(12)
keys_line:
        st      7,NOW
        l       3,BUFFER
        la      2,NOW+1
        la      4,3
        call    to_hexadecimal
        add     " KEY "
        lr      10,3
        lr      2,7
        near    locate                  # so that it is in the hardware
        bnz     storage_beyond
        n       2,whole_blocks(12)
        isk     0,2
        lr      1,7
        srl     1,11
        al      1,KEYS
        stc     0,NOW
        oc      NOW(1),0(1)
        lr      3,10
        la      2,NOW
        la      4,1
        call    to_hexadecimal
        bal     14,panel_line
        al      7,block_size_of_key(12)
        cr      7,6
        bnh     keys_line
        b       operand_over
display_what:
        refuse  "DISPLAY G5, X0-3, Y, PSW, CAW, CSW, 500, 500-5FF, 500.80   WITH L, T OR K BEFORE AN ADDRESS"
        leave

# The range at 9: 7 the first, 6 the last one, 6 being the highest that there is. 8: registers, 0: storage.
# Condition code not 0: it makes no sense.
range:  stm     8,14,FRAME(13)
        la      13,FRAME(,13)
        sr      7,7
        cli     0(9),0x40               # all
        be      range_all
        bal     14,hexadecimal_at       # 2; 9 goes on
        bnz     range_wrong
        bal     14,range_number
        lr      7,2
        cr      7,6
        bh      range_beyond
        cli     0(9),0x4b               # a dot
        be      range_count
        cli     0(9),0x60               # to
        be      range_to
        cli     0(9),0x7a
        be      range_to
        lr      6,7
        b       range_end
range_to:
        la      9,1(,9)
        clc     0(3,9),end_word(12)
        be      range_to_end
        bal     14,hexadecimal_at
        bnz     range_wrong
        bal     14,range_number
        cr      2,6
        bnh     range_last
        ltr     8,8                     # storage: up to its end
        bz      range_end
        b       range_wrong
range_beyond:                           # the command will find that out
        ltr     8,8
        bnz     range_wrong
        lr      6,7
        b       range_all
range_count:
        la      9,1(,9)
        clc     0(3,9),end_word(12)
        be      range_to_end
        bal     14,hexadecimal_at
        bnz     range_wrong
        ltr     2,2
        bz      range_wrong
        bctr    2,0
        alr     2,7
        cr      2,6
        bnh     range_last
        b       range_end               # up to the end
range_last:
        cr      2,7
        bl      range_wrong
        lr      6,2
        b       range_end
range_to_end:
        la      9,3(,9)
range_end:
        cli     0(9),0x40
        bne     range_wrong
range_all:
        cr      1,1
        b       range_over
range_wrong:
        ltr     13,13
range_over:
        lm      8,14,0(13)
        br      14
# A register's number may be decimal: 10 to 15.
range_number:
        ltr     8,8
        bcr     8,14
        c       2,sixteen_of(12)
        bcr     4,14
        s       2,six_of(12)
        br      14

# The hexadecimal number at 9, which goes on behind it: 2. Condition code not 0: there is none, or it is longer
# than an address.
hexadecimal_at:
        sr      2,2
        la      0,6
        lr      3,9
hexadecimal_at_next:
        cli     0(9),0xc1
        bl      hexadecimal_at_end
        cli     0(9),0xc6
        bnh     hexadecimal_at_letter
        cli     0(9),0xf0
        bl      hexadecimal_at_end
        cli     0(9),0xf9
        bh      hexadecimal_at_end
        sr      1,1
        ic      1,0(,9)
        n       1,digit_mask(12)
        b       hexadecimal_at_take
hexadecimal_at_letter:
        sr      1,1
        ic      1,0(,9)
        s       1,letter_less(12)
hexadecimal_at_take:
        sll     2,4
        or      2,1
        la      9,1(,9)
        bct     0,hexadecimal_at_next
        cli     0(9),0xc1               # more of it
        bnl     hexadecimal_at_none
hexadecimal_at_end:
        cr      9,3
        be      hexadecimal_at_none
        cr      1,1
        br      14
hexadecimal_at_none:
        ltr     13,13
        br      14

# The line in BUFFER, up to 3, for whoever wants it.
panel_line:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       2,DUMP_TO
        ltr     2,2
        bnz     panel_prints
        call    line_out
        b       panel_line_over
panel_prints:
        lr      4,3
        l       3,BUFFER
        sr      4,3
        la      5,0x09
        call    spool_record
        bnz     panel_full
panel_line_over:
        lm      6,14,0(13)
        br      14
panel_full:
        lm      6,14,0(13)
        refuse  "NO ROOM FOR MORE OF THE SPOOL FILE"
        leave

# ---- DUMP address-address ... -----------------------------------------------------------------------
# On the machine's printer: registers, PSW, and that storage. CLOSE PRINTER sends it on its way.
do_dump:
        enter
        la      10,VM_DEVICE_POOL(,11)
dump_look:
        cli     VD_CLASS(10),C_PRINTER
        bne     dump_next_device
        l       0,VD_DEVICE(,10)        # spooled, and not at work
        ltr     0,0
        bnz     dump_next_device
        tm      VD_FLAGS(10),VF_BUSY
        bz      dump_here
dump_next_device:
        la      10,VD_SIZE(,10)
        la      1,VM_END(,11)
        cr      10,1
        bl      dump_look
        refuse  "NO PRINTER THAT IS SPOOLED AND FREE"
        leave
dump_here:
        call    next_word
        bnz     dump_what
        lr      8,2
        st      10,DUMP_TO
        la      7,dump_first(12)        # as if they had been asked for
dump_register:
        stm     7,8,DUMP_KEPT
        lr      9,7
        bal     14,one_operand
        lm      7,8,DUMP_KEPT
        la      7,4(,7)
        cli     0(7),0
        bne     dump_register
        lr      2,8
dump_operand:
        lr      9,2
        bal     14,one_operand
        call    next_word
        bz      dump_operand
        say_text "DUMPED. CLOSE PRINTER PRINTS IT"
        leave
dump_what:
        refuse  "DUMP 0-5FF, DUMP 500.100, DUMP 0-END"
        leave
dump_first: ebcdic "PSW G   X   Y   "
        .byte   0
        .balign 2

# ---- STORE ----------------------------------------------------------------------------------------------
#   G5 VALUE... X0 VALUE... Y0 VALUE... (a space before the number is nobody's fault)
#   500 VALUE... L500 VALUE...         words, the first one at the word boundary
#   S500 STRING...                     bytes, two digits each
#   PSW [VALUE] VALUE, STATUS
do_store:
        enter
        call    next_word
        bnz     store_what
        lr      9,2
        clc     0(4,9),dump_first(12)   # PSW
        be      store_psw
        cli     0(9),0xe2               # S, or STATUS
        bne     store_not_string
        clc     0(5,9),status_word(12)
        be      store_status
        bal     14,behind_letter
        bal     14,store_address        # 8
store_string:
        call    next_word
        bnz     store_done
        lr      9,2
store_byte:
        lr      2,8
        near    locate
        bnz     store_beyond
        lr      7,2
        la      6,2                     # two digits
        sr      10,10
store_digit:
        bal     14,one_digit            # 1
        bnz     store_what
        sll     10,4
        or      10,1
        la      9,1(,9)
        bct     6,store_digit
        stc     10,0(,7)
        la      8,1(,8)
        cli     0(9),0x40
        bne     store_byte
        b       store_string

store_not_string:
        la      8,register_kinds(12)
store_kind:
        cli     0(8),0
        be      store_words
        clc     0(1,9),0(8)
        be      store_registers
        la      8,12(,8)
        b       store_kind
store_registers:
        bal     14,behind_letter
        bal     14,hexadecimal_at
        bnz     store_what
        cli     0(9),0x40
        bne     store_what
        bal     14,range_number
        lr      7,2                     # 7: the register
        std     0,VM_FR(,11)
        std     2,VM_FR+8(,11)
        std     4,VM_FR+16(,11)
        std     6,VM_FR+24(,11)
        call    next_word
        bnz     store_what
store_register:
        cli     8(8),8
        be      store_floating
        c       7,sixteen_of(12)
        bnl     store_what
        call    long_hexadecimal        # 2
        bnz     store_what
        lr      1,7
        sll     1,2
        ah      1,10(,8)
        st      2,0(,1)
        la      7,1(,7)
        b       store_next_register
store_floating:                         # from the left
        c       7,six_of(12)
        bh      store_what
        lr      9,2
        lr      1,7
        n       1,one
        bnz     store_what
        lr      10,7
        sll     10,2
        la      10,VM_FR(10,11)
        xc      0(8,10),0(10)
        la      6,16
store_floating_digit:
        cli     0(9),0x40
        be      store_floating_done
        bal     14,one_digit
        bnz     store_what
        stc     1,TEST
        lr      2,6                     # an even number is left: the left half of a byte
        n       2,one
        bnz     store_floating_right
        sll     1,4
        stc     1,TEST
        oc      0(1,10),TEST
        b       store_floating_next
store_floating_right:
        oc      0(1,10),TEST
        la      10,1(,10)
store_floating_next:
        la      9,1(,9)
        bct     6,store_floating_digit
        cli     0(9),0x40
        bne     store_what
store_floating_done:
        la      7,2(,7)
store_next_register:
        call    next_word
        bz      store_register
        ld      0,VM_FR(,11)
        ld      2,VM_FR+8(,11)
        ld      4,VM_FR+16(,11)
        ld      6,VM_FR+24(,11)
        oi      DIRTY,D_TABLES+D_CONTROLS+D_TIMERS
store_done:
        say_text "STORED"
        leave
store_words:
        cli     0(9),0xd3               # L
        bne     store_words_at
        la      9,1(,9)
store_words_at:
        bal     14,store_address        # 8
        n       8,whole_words(12)
        call    next_word
        bnz     store_what
store_word:
        call    long_hexadecimal        # 2
        bnz     store_what
        lr      10,2
        lr      2,8
        near    locate
        bnz     store_beyond
        st      10,0(,2)
        la      8,4(,8)
        call    next_word
        bz      store_word
        b       store_done
store_psw:
        call    whole_psw
        mvc     VM_PSW(8,11),NEW_PSW
        call    next_word
        bnz     store_what
        call    long_hexadecimal
        bnz     store_what
        lr      9,2
        call    next_word
        bnz     store_psw_address       # one word: the second one
        st      9,VM_PSW(,11)
        call    long_hexadecimal
        bnz     store_what
        lr      9,2
store_psw_address:
        st      9,VM_PSW+4(,11)
        oi      DIRTY,D_PSW
        oi      VM_FLAGS(11),V_OWN_PSW
        b       store_done
# As the key of that name does (GA22-7000, Store Status).
store_status:
        std     0,VM_FR(,11)
        std     2,VM_FR+8(,11)
        std     4,VM_FR+16(,11)
        std     6,VM_FR+24(,11)
        l       5,PAGE0
        stck    NOW
        lm      0,1,CPU_TIMER
        sl      1,NOW+4
        bc      3,status_borrowed(12)
        sl      0,one
status_borrowed:
        sl      0,NOW
        stm     0,1,WORK
        mvc     0xd8(8,5),WORK
        mvc     0xe0(8,5),COMPARATOR
        call    whole_psw
        mvc     0x100(8,5),NEW_PSW
        mvc     0x108(4,5),PREFIX
        mvc     0x160(32,5),VM_FR(11)
        mvc     0x180(64,5),GR
        mvc     0x1c0(64,5),CR
        b       store_done
store_beyond:
        refuse  "BEYOND STORAGE"
        leave
store_what:
        refuse  "STORE G5, X0, Y2, 500, S500 OR PSW   AND VALUES, OR STORE STATUS"
        leave

# 9: behind the letter that it is at; the number may stand apart.
behind_letter:
        la      9,1(,9)
        cli     0(9),0x40
        bcr     7,14
        lr      7,14
        call    next_word
        bnz     store_what
        lr      9,2
        br      7
# 8: the address at 9.
store_address:
        lr      7,14
        bal     14,hexadecimal_at
        bnz     store_what
        cli     0(9),0x40
        bne     store_what
        lr      8,2
        br      7
# 1: the hexadecimal digit at 9. Condition code not 0: it is none.
one_digit:
        sr      1,1
        ic      1,0(,9)
        cli     0(9),0xf0
        bl      one_letter
        cli     0(9),0xf9
        bcr     2,14
        n       1,digit_mask(12)
        cr      1,1
        br      14
one_letter:
        s       1,letter_less(12)
        cli     0(9),0xc1
        bcr     4,14
        cli     0(9),0xc6
        bcr     2,14
        cr      1,1
        br      14

        .balign 4
low_two: .long  3
whole_words: .long 0xfffffc
whole_blocks: .long 0xfff800
most_bytes: .long 384
most_dumped: .long 0x100000
block_size_of_key: .long 2048
four:   .long   4
six_of: .long   6
sixteen_of: .long 16
digit_mask: .long 15
letter_less: .long 0xb7
# A letter, three to be said, the bytes of each, and where the first one is.
register_kinds:
        ebcdic  "GGPR    "
        .byte   4, 0
        .short  GR
        ebcdic  "XECR    "
        .byte   4, 0
        .short  CR
        ebcdic  "YFPR    "
        .byte   8, 0
        .short  VM_FR
        .long   0
words_displayed:
        keyword_row "PSW     ", operand_psw
        keyword_row "CAW     ", operand_caw
        keyword_row "CSW     ", operand_csw
        .byte   0
one_blank: ebcdic " "
two_blanks: ebcdic "  "
end_word: ebcdic "END"
status_word: ebcdic "STATUS"
as_above: ebcdic " SAME AS ABOVE"
seen:                                   # characters that are seen, the others as a dot
        .skip   64, 0x4b
        .set    code, 64
        .rept   192
        .byte   code
        .set    code, code + 1
        .endr
        .balign 2
