# What a user can have another way: SET, TERMINAL, what QUERY tells of them, and the editing of lines.
        nucleus
        .balign 4
EDIT_PIECES: .long 0                    # how many line ends there have been

        module  settings

# ---- SET ------------------------------------------------------------------------------------------------
do_set: enter
        call    next_word
        bnz     set_what
        cli     0(2),0xd7               # PF, and a number behind it
        bne     set_word
        cli     1(2),0xc6
        be      set_pf
set_word:
        call    name_word
        la      8,set_table(12)
        call    keyword_again
        bnz     set_what
        lr      15,2
        br      15
set_what:
        refuse  "SET MSG, WNG, IMSG, RUN, LINEDIT ON OR OFF, EMSG ON, OFF, CODE OR TEXT, PF1 TO PF12"
        leave
# ON or OFF: condition code 0: off.
on_or_off:
        lr      7,14
        la      8,on_off_table(12)
        call    keyword
        bnz     set_what
        ltr     2,2
        br      7
set_message:
        bal     14,on_or_off
        bz      set_quiet
        ni      VM_FLAGS(11),0xff-V_QUIET
        leave
set_quiet:
        oi      VM_FLAGS(11),V_QUIET
set_over:
        leave
set_warning:
        la      6,SET_WNG_OFF
        b       set_off_bit
set_information:
        la      6,SET_IMSG_OFF
        b       set_off_bit
set_linedit:
        la      6,SET_LINEDIT_OFF
set_off_bit:                            # 6: the bit that is on if this is off
        bal     14,on_or_off
        bnz     set_bit_off
set_bit_on:
        stc     6,TEST
        oc      VM_EMSG(1,11),TEST
        leave
set_bit_off:
        la      0,255
        xr      0,6
        stc     0,TEST
        nc      VM_EMSG(1,11),TEST
        leave
set_run:
        la      6,SET_RUN
        bal     14,on_or_off
        bnz     set_bit_on
        b       set_bit_off
set_errors:                             # for DIAGNOSE 5C
        la      8,errors_table(12)
        call    keyword
        bnz     set_what
        ni      VM_EMSG(11),0xff-EM_CODE-EM_TEXT
        stc     2,TEST
        oc      VM_EMSG(1,11),TEST
        leave
set_always:                             # it can't be had another way
        bal     14,on_or_off
        bnz     set_over
        refuse  "ALWAYS ON HERE"
        leave
set_timer:
        la      8,timer_table(12)
        call    keyword
        bnz     set_what
        ltr     2,2
        bnz     set_over
        refuse  "ALWAYS ON HERE"
        leave
        .balign 4
set_table:
        keyword_row "MSG     ", set_message
        keyword_row "WNG     ", set_warning
        keyword_row "IMSG    ", set_information
        keyword_row "EMSG    ", set_errors
        keyword_row "RUN     ", set_run
        keyword_row "LINEDIT ", set_linedit
        keyword_row "ECMODE  ", set_always
        keyword_row "TIMER   ", set_timer
        .long   0
errors_table:
        keyword_row "CODE    ", EM_CODE
        keyword_row "TEXT    ", EM_TEXT
on_off_table:
        keyword_row "ON      ", EM_CODE+EM_TEXT
        keyword_row "OFF     ", 0
        .long   0
timer_table:
        keyword_row "REAL    ", 1
        keyword_row "ON      ", 1
        keyword_row "OFF     ", 0
        .long   0

# ---- SET PFn [IMMED, DELAYED] text; RETRIEVE ------------------------------------------------------------
set_pf: bal     14,pf_number            # 8: its place
        ltr     8,8
        bz      set_what
        mvi     0(8),0                  # nothing behind it: it has no meaning any more
        mvi     1(8),PF_DELAYED
        call    next_word
        bnz     set_over
        call    name_word
        lr      9,8
        la      8,pf_table(12)
        call    keyword_again
        lr      8,9
        bnz     pf_text
        stc     2,1(,8)
        cli     1(8),PF_RETRIEVE
        be      pf_retrieve
        call    next_word
        bnz     set_over
        b       pf_as_typed
pf_text:                                # the word was the first of the text
        call    word_again              # 2
pf_as_typed:                            # as it was typed, not in capitals
        s       2,BUFFER
        s       2,command_place(12)        # how far into the line
        l       1,TYPED_LENGTH
        ltr     1,1
        bz      pf_from_command
        lr      4,1
        sr      4,2                     # how much of it is left
        al      2,TYPED_AT
        b       pf_keep
pf_from_command:
        al      2,BUFFER
        al      2,command_place(12)
        la      4,PF_SIZE-2
pf_keep:
        c       4,pf_most(12)
        bnh     pf_fits
        l       4,pf_most(12)
pf_fits:
        ltr     4,4
        bnp     set_over
        stc     4,0(,8)
        bctr    4,0
        ex      4,pf_move(12)
        leave
pf_retrieve:
        mvi     0(8),1
        leave
pf_move: mvc    2(1,8),0(2)
# The number behind PF, the word at 2: 8 where that key's meaning is, 0: no such key.
pf_number:
        lr      9,14
        sr      8,8
        la      2,2(,2)
        call    decimal                 # 2, 3
        bcr     7,9
        cli     0(3),0x40
        bcr     7,9
        ltr     2,2
        bcr     8,9
        c       2,pf_keys(12)
        bcr     2,9
        l       8,VM_TERMINAL(,11)
        l       8,T_KEPT(,8)
        bctr    2,0
        mh      2,pf_size(12)
        la      8,K_PF(2,8)
        br      9
        .balign 4
pf_table:
        keyword_row "IMMED   ", PF_IMMEDIATE
        keyword_row "DELAYED ", PF_DELAYED
        keyword_row "RETRIEVE", PF_RETRIEVE
        .long   0
pf_keys: .long  PF_KEYS
pf_most: .long  PF_SIZE-2
pf_size: .short PF_SIZE, 0
command_place: .long 512

# The PF key 3 (1 to 12) was pressed at terminal 2. 4: how much is to be done as if it had been typed; it is in
# T_INPUT then.
pf_pressed:
        enter
        lr      10,2
        lr      7,3
        l       9,T_KEPT(,10)
        bctr    3,0
        mh      3,pf_size(12)
        la      8,K_PF(3,9)
        sr      4,4
        ic      4,0(,8)
        ltr     4,4
        bz      pf_nothing
        cli     1(8),PF_RETRIEVE
        be      pf_last
        la      2,2(,8)
        bctr    4,0
        cli     1(8),PF_IMMEDIATE
        be      pf_types
        ex      4,pf_show(12)
        la      4,1(,4)
        stc     4,K_SHOWN(,9)
        b       pf_shown
pf_last:
        mvc     K_SHOWN(160,9),K_LAST(9)
pf_shown:
        oi      T_STATE(10),TT_FILLED
        sr      4,4
        leave
pf_types:
        ex      4,pf_type(12)
        la      4,1(,4)
        leave
pf_nothing:
        l       3,BUFFER
        text    2, "PF"
        call    to_text
        lr      2,7
        call    to_decimal
        text    2, " HAS NO MEANING. SET PF GIVES IT ONE"
        call    to_text
        lr      4,3
        l       3,BUFFER
        sr      4,3
        lr      2,10
        call    write_line
        sr      4,4
        leave
pf_show: mvc    K_SHOWN+1(1,9),0(2)
pf_type: mvc    T_INPUT(1,10),0(2)

# ---- TERMINAL ---------------------------------------------------------------------------------------------
# LINEND, CHARDEL, LINEDEL, ESCAPE   a character, ON (the customary one) or OFF; as many as there are
do_terminal:
        enter
        l       7,VM_TERMINAL(,11)
        l       7,T_KEPT(,7)
        call    next_word
        bnz     terminal_what
terminal_option:
        call    name_word
        la      8,terminal_table(12)
        call    keyword_again           # 2: which of the four
        bnz     terminal_what
        la      6,K_LINEND(2,7)
        la      9,edit_symbols(2,12)
        call    next_word
        bnz     terminal_what
        ltr     3,3
        bz      terminal_one
        call    name_word
        la      8,on_off_table(12)
        call    keyword_again
        bnz     terminal_what
        mvi     0(6),0
        ltr     2,2
        bz      terminal_option_next
        mvc     0(1,6),0(9)
        b       terminal_option_next
terminal_one:
        mvc     0(1,6),0(2)
terminal_option_next:
        call    next_word
        bz      terminal_option
        leave
terminal_what:
        refuse  "TERMINAL LINEND, CHARDEL, LINEDEL, ESCAPE   A CHARACTER, ON OR OFF"
        leave
        .balign 4
terminal_table:
        keyword_row "LINEND  ", 0
        keyword_row "CHARDEL ", 1
        keyword_row "LINEDEL ", 2
        keyword_row "ESCAPE  ", 3
        .long   0
edit_symbols: .byte 0x7b, 0x7c, 0x4a, 0x7f      # # @ cent "

# Terminal 2 begins anew: the customary symbols, no PF keys, nothing to retrieve.
fresh_terminal:
        enter
        l       1,T_KEPT(,2)
        mvc     K_LINEND(4,1),edit_symbols(12)
        mvi     K_LAST(1),0
        xc      K_UNSEEN(4,1),K_UNSEEN(1)
        ni      T_STATE(2),TT_ASKS
        mvi     T_WAKE(2),0xff
        la      1,K_PF(,1)
        la      0,PF_KEYS
fresh_pf:
        mvi     0(1),0
        la      1,PF_SIZE(,1)
        bct     0,fresh_pf
        leave

# ---- QUERY SET, TERMINAL, PF -----------------------------------------------------------------------------
        .macro  add_on_off
        bal     14,on_off_text
        .endm
on_off_text:                            # condition code 0: ON
        lr      7,14
        la      2,on_text(12)
        bz      on_off_add
        la      2,off_text(12)
on_off_add:
        call    to_text
        br      7
on_text: .byte  2
        ebcdic  "ON"
off_text: .byte 3
        ebcdic  "OFF"
        .balign 2
query_set:                              # in the frame of do_query
        based
        begin_line "MSG "
        tm      VM_FLAGS(11),V_QUIET
        add_on_off
        add     ", WNG "
        tm      VM_EMSG(11),SET_WNG_OFF
        add_on_off
        add     ", IMSG "
        tm      VM_EMSG(11),SET_IMSG_OFF
        add_on_off
        add     ", EMSG "
        tm      VM_EMSG(11),EM_CODE+EM_TEXT
        bz      query_emsg_all
        bo      query_emsg_all
        tm      VM_EMSG(11),EM_CODE
        bo      query_emsg_code
        add     "TEXT"
        b       query_run
query_emsg_code:
        add     "CODE"
        b       query_run
query_emsg_all:
        mvc     TEST(1),VM_EMSG(11)
        xi      TEST,EM_CODE+EM_TEXT
        tm      TEST,EM_CODE+EM_TEXT
        add_on_off
query_run:
        add     ", RUN "
        mvc     TEST(1),VM_EMSG(11)
        xi      TEST,SET_RUN
        tm      TEST,SET_RUN
        add_on_off
        add     ", LINEDIT "
        tm      VM_EMSG(11),SET_LINEDIT_OFF
        add_on_off
        add     ", ECMODE ON, TIMER REAL"
        call    line_out
        leave
query_terminal:
        based
        l       6,VM_TERMINAL(,11)
        l       6,T_KEPT(,6)
        la      6,K_LINEND(,6)
        l       3,BUFFER
        la      8,terminal_table(12)
query_symbol:
        mvc     0(8,3),0(8)
        la      3,8(,3)
        mvc     0(1,3),0(6)
        la      3,1(,3)
        cli     0(6),0
        bne     query_symbol_next
        bctr    3,0
        la      2,off_text(12)
        call    to_text
query_symbol_next:
        mvc     0(2,3),between(12)
        la      3,2(,3)
        la      6,1(,6)
        la      8,12(,8)
        cli     0(8),0
        bne     query_symbol
        s       3,two_of(12)
        call    line_out
        leave
between: ebcdic ", "
        .balign 4
two_of: .long   2
# QUERY PF, QUERY PFn: the word is at 2
query_pf:
        based
        l       6,VM_TERMINAL(,11)
        l       6,T_KEPT(,6)
        la      6,K_PF(,6)
        sr      10,10                   # all
        cli     2(2),0x40
        be      query_pf_all
        bal     14,pf_number
        ltr     8,8
        bz      query_pf_none
        lr      10,8
query_pf_all:
        la      7,1
query_pf_next:
        ltr     10,10
        bz      query_pf_this
        cr      10,6
        bne     query_pf_skip
query_pf_this:
        begin_line "PF"
        lr      2,7
        call    to_decimal
        mvi     0(3),0x40
        la      3,1(,3)
        sr      4,4
        ic      4,0(,6)
        ltr     4,4
        bz      query_pf_unset
        sr      1,1
        ic      1,1(,6)
        mh      1,twelve_of(12)
        la      1,pf_table-12(1,12)
        mvc     0(8,3),0(1)
        mvi     8(3),0x40
        la      3,9(,3)
        cli     1(6),PF_RETRIEVE
        be      query_pf_out
        bctr    4,0
        ex      4,query_pf_move(12)
        la      3,1(4,3)
query_pf_out:
        call    line_out
        b       query_pf_skip
query_pf_unset:
        add     "HAS NO MEANING"
        b       query_pf_out
query_pf_skip:
        la      6,PF_SIZE(,6)
        la      7,1(,7)
        c       7,pf_keys(12)
        bnh     query_pf_next
        leave
query_pf_none:
        refuse  "PF1 TO PF12"
        leave
query_pf_move: mvc 0(1,3),2(6)
twelve_of: .short 12

# ---- the editing of lines ------------------------------------------------------------------------------------
# A line that was typed at terminal 2 is taken apart by the line-end symbol, what was deleted is left out, and what
# comes of it is done piece by piece. One that begins with two number signs is for another Nestor, which
# will do that.
edit_line:
        enter
        lr      10,2
        l       9,T_KEPT(,10)
        sr      8,8
        ic      8,T_LENGTH(,10)         # 8: how much is left
        stc     8,K_LAST(,9)
        mvc     K_LAST+1(159,9),T_INPUT(10)
        l       1,T_VM(,10)
        ltr     1,1
        bz      edit_wanted
        tm      VM_EMSG(1),SET_LINEDIT_OFF
        bo      edit_as_it_is
edit_wanted:
        clc     T_INPUT(2,10),two_signs(12)
        be      edit_as_it_is
        la      7,T_INPUT(,10)          # 7: the next character
        la      6,K_EDITED(,9)          # 6: where it goes
        sr      0,0
        st      0,EDIT_PIECES
        cli     0(7),0x7b               # a number sign in front is no line end
        bne     edit_next
        c       8,one
        bl      edit_next
        b       edit_take
edit_next:
        ltr     8,8
        bz      edit_last
        clc     0(1,7),K_ESCAPE(9)
        be      edit_escape
        clc     0(1,7),K_CHARDEL(9)
        be      edit_back
        clc     0(1,7),K_LINEDEL(9)
        be      edit_all_back
        clc     0(1,7),K_LINEND(9)
        be      edit_end
edit_take:
        mvc     0(1,6),0(7)
        la      6,1(,6)
edit_skip:
        la      7,1(,7)
        bctr    8,0
        b       edit_next
edit_escape:                            # the next one is only itself
        c       8,one
        be      edit_take
        la      7,1(,7)
        bctr    8,0
        b       edit_take
edit_back:
        la      1,K_EDITED(,9)
        cr      6,1
        be      edit_skip
        bctr    6,0
        b       edit_skip
edit_all_back:
        la      6,K_EDITED(,9)
        b       edit_skip
edit_end:
        bal     14,edit_piece
        la      6,K_EDITED(,9)
        l       1,EDIT_PIECES
        la      1,1(,1)
        st      1,EDIT_PIECES
        b       edit_skip
edit_last:                              # the line end may have been the last of all
        la      1,K_EDITED(,9)
        cr      6,1
        bne     edit_do_last
        l       1,EDIT_PIECES
        ltr     1,1
        bnz     edit_over
edit_do_last:
        bal     14,edit_piece
edit_over:
        leave
edit_as_it_is:
        la      3,T_INPUT(,10)
        lr      4,8
        lr      2,10
        call    line_edited
        leave
# The piece up to 6.
edit_piece:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        la      3,K_EDITED(,9)
        lr      4,6
        sr      4,3
        l       1,EDIT_PIECES
        ltr     1,1
        bz      edit_piece_do
        clc     0(3,3),cp_blank(12)     # behind a line end: #CP as in front
        be      edit_piece_command
        clc     0(3,3),cp_small(12)
        bne     edit_piece_do
edit_piece_command:
        c       4,three_of(12)
        bl      edit_piece_do
        lr      2,10
        l       11,T_VM(,10)
        call    command
        b       edit_piece_over
edit_piece_do:
        lr      2,10
        call    line_edited
edit_piece_over:
        lm      6,14,0(13)
        br      14
two_signs: .byte 0x7b, 0x7b
cp_blank: ebcdic "CP "
cp_small: .byte 0x83, 0x97, 0x40
        .balign 4
three_of: .long 3
