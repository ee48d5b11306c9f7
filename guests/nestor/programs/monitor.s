# A conversational monitor: files of lines on a minidisk, 191 unless DISK says another, and commands for
# them. It is written with the macros of Nestor's own (nestor.inc): registers 6 to 10 are kept, 12 is the
# module's base, 13 the stack. In BC mode, with interruptions only where it waits for one.
#
# The disk: 7 blocks of 800 bytes on each track. Block 0: a label, how many there are, and a bit for
# each that is taken. Blocks 1 to 4: 25 files each: name, first block, lines. A block of a file: the
# number of the next one, and 9 lines of 80 bytes.
        .include "s370.inc"
        .include "nestor.inc"
        .set    CONSOLE, 0x01f
        .set    READER, 0x00c
        .set    PUNCH, 0x00d
        .set    PRINTER, 0x00e

        layout  0x200
        field   PROGRAM, 64             # a channel program
        field   PLACE, 8                # and its seek address
        field   WORD, 8                 # a word of the command, with blanks
        field   NAME, 8                 # the file that is looked for
        field   NUMBER, 8
        field   DISK, 4                 # the disk's address
        field   READY, 4                # not 0: its label and directory are in storage
        field   AT, 4                   # what is left of the line
        field   IN_NEXT, 4              # reading a file: its next block, line of this one, lines left
        field   IN_LINE, 4
        field   IN_LEFT, 4
        field   OUT_FIRST, 4            # writing one: the first block, this one, line in it, lines
        field   OUT_BLOCK, 4
        field   OUT_LINE, 4
        field   OUT_LINES, 4
        field   RUN_NEXT, 4             # the file that commands come from; RUN_LEFT 0: none
        field   RUN_LINE, 4
        field   RUN_LEFT, 4
        field   LAST, 4                 # EDIT: behind the last line, and the current one
        field   CURRENT, 4
        field   VARIABLES_OVER, 0
        .set    INPUT, 0xa00           # what was typed, and the same in capitals
        .set    UPPER, 0xb00
        .set    OUTPUT, 0xc00
        .set    STACK_AT, 0xd00
        .set    LABEL, 0x5000           # beyond the program
        .set    DIRECTORY, 0x5400
        .set    IN_BUFFER, 0x6400
        .set    OUT_BUFFER, 0x6800
        .set    RUN_BUFFER, 0x6c00
        .set    LINES_AT, 0x10000       # EDIT has its lines here
        .set    MOST_EDITED, 4000
        .set    BLOCK, 800
        .set    A_TRACK, 7
        .set    IN_BLOCK, 9
# The label.
        layout  0
        field   L_MARK, 8
        field   L_HEADS, 4
        field   L_BLOCKS, 4
        field   L_BITS, 784
# A file.
        layout  0
        field   FI_NAME, 8              # 0: a free place
        field   FI_FIRST, 4
        field   FI_LINES, 4
        field   FI_SPARE, 16
        field   FI_SIZE, 0
        .set    MOST_FILES, 100

# 12: the module that begins with the routine.
        .macro  base_of name
        address_of \name
        l       12,address_\name
        .endm

        nucleus
        la      13,STACK_AT
        mvc     EXTERNAL_NEW(40),broken
        xc      PROGRAM(VARIABLES_OVER-PROGRAM),PROGRAM
        la      1,0x191
        st      1,DISK
        goto    greet

# ---- devices --------------------------------------------------------------------------------------
# Execute the program at 3 on device 2. Condition code 0: it ended well; else the CSW tells.
do_io:  st      3,CAW
        mvc     IO_NEW(8),io_new
io_start:
        xc      CSW(8),CSW
        sio     0(2)
        bc      1,io_failed
        bc      2,io_start
        bc      4,io_stored
io_wait:
        lpsw    io_waits
io_ended:
        ch      2,IO_OLD+2
        bne     io_wait
        tm      CSW+4,0x06
        bz      io_wait
io_over:
        clc     CSW+4(2),io_well
        br      14
io_stored:
        tm      CSW+4,0x80              # attention comes first
        bo      io_start
        cli     CSW+5,0                 # the channel has found something wrong
        bne     io_over
        tm      CSW+4,0x06
        bz      io_wait
        b       io_over
io_failed:
        ltr     14,14
        br      14

# The line at 3, of length 4, on the console.
print:  st      3,PROGRAM
        mvi     PROGRAM,0x09
        st      4,PROGRAM+4
        mvi     PROGRAM+4,SLI
        ltr     4,4
        bnz     print_now
        mvi     OUTPUT_BLANK,0x40       # an empty line
        la      3,OUTPUT_BLANK
        st      3,PROGRAM
        mvi     PROGRAM,0x09
        mvi     PROGRAM+7,1
print_now:
        lr      5,14
        la      2,CONSOLE
        la      3,PROGRAM
        near    do_io
        br      5
# The text at 3, its length first.
print_text:
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        b       print
        .macro  say words
        text    3, "\words"
        near    print_text
        .endm
        .set    OUTPUT_BLANK, OUTPUT+255

# The card image at 3 without the blanks behind, on the console.
print_line:
        la      4,80
print_blank:
        la      1,0(4,3)
        bctr    1,0
        cli     0(1),0x40
        bne     print
        bct     4,print_blank
        b       print

# A command of Nestor's (DIAGNOSE 08): text at 3, its length first. Condition code not 0: it didn't do it.
tell_nestor:
        sr      4,4
        ic      4,0(,3)
        la      3,1(,3)
        .long   0x83340008
        ltr     4,4
        br      14
        .macro  nestor words
        text    3, "\words"
        near    tell_nestor
        .endm

# 3 goes on behind the number 2 in decimal digits. Changes 1, 2, 4.
put_number:
        cvd     2,NUMBER
        mvc     OUTPUT+240(12),digits
        la      1,OUTPUT+251
        edmk    OUTPUT+240(12),NUMBER+2
        la      4,OUTPUT+252
        sr      4,1
        lr      2,3
        alr     3,4
        bctr    4,0
        ex      4,put_digits
        br      14
put_digits: mvc 0(1,2),0(1)

        .balign 8
broken: .long   0x00020000, 0xe18, 0x00020000, 0xe20, 0x00020000, 0xe28
        .long   0x00020000, 0xe30, 0x00020000, 0xe38
io_new: .long   0, io_ended
io_waits: .long 0xfe020000, 0
io_well: .byte  0x0c, 0x00
digits: .byte   0x40, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x21, 0x20
        .balign 4
low_byte: .long 0xff
page_mask: .long 0x00fff000
label_at: .long LABEL
files_at: .long DIRECTORY
in_at:  .long   IN_BUFFER
out_at: .long   OUT_BUFFER
run_at: .long   RUN_BUFFER

# ---- commands ---------------------------------------------------------------------------------------
        module  talk

greet:  based
        nestor  "SPOOL READER CLASS *"
        say     "NESTOR'S MONITOR. HELP TELLS WHAT THERE IS"
next_command:
        la      13,STACK_AT             # what went wrong comes here, too
        base_of greet
        say     "READY"
        call    read_line
        call    next_word
        bnz     next_command
        la      9,commands(12)
command_look:
        cli     0(9),0
        be      no_command
        clc     0(8,9),WORD
        be      command_found
        la      9,12(,9)
        b       command_look
command_found:
        l       15,8(,9)
        br      15
no_command:
        say     "UNKNOWN COMMAND. HELP TELLS WHAT THERE IS"
        b       next_command
        .macro  word_row name, routine
        ebcdic  "\name"
        .long   \routine
        .endm
        .balign 4
commands:
        word_row "HELP    ", do_help
        word_row "LIST    ", do_list
        word_row "TYPE    ", do_type
        word_row "COPY    ", do_copy
        word_row "ERASE   ", do_erase
        word_row "EDIT    ", do_edit
        word_row "RUN     ", do_run
        word_row "READ    ", do_read
        word_row "PUNCH   ", do_punch
        word_row "PRINT   ", do_print
        word_row "DISK    ", do_disk
        word_row "FORMAT  ", do_format
        word_row "CP      ", do_cp
        .long   0

do_help:
        based
        say     "LIST                 THE FILES"
        say     "TYPE NAME            ONE OF THEM"
        say     "COPY NAME NEW, ERASE NAME"
        say     "EDIT NAME            LINE BY LINE. HELP TELLS THERE, TOO"
        say     "RUN NAME             COMMANDS THAT ARE IN A FILE, OR A DECK THAT LOADS ITSELF"
        say     "READ NAME            FROM THE READER INTO A FILE"
        say     "PUNCH NAME, PRINT NAME"
        say     "DISK ADDRESS         WHERE THE FILES ARE: 191 AT FIRST"
        say     "FORMAT               MAKES IT EMPTY"
        say     "CP COMMAND           FOR NESTOR, AS WITH A NUMBER SIGN IN FRONT"
        goto    next_command

# A line to INPUT, with blanks behind, and in capitals to UPPER: from the console, or from the
# file that runs. 4: its length.
read_line:
        enter
        mvi     INPUT,0x40
        mvc     INPUT+1(255),INPUT
        l       1,RUN_LEFT
        ltr     1,1
        bnz     read_from_file
        mvc     PROGRAM(8),read_command(12)
        la      2,CONSOLE
        la      3,PROGRAM
        near    do_io
        la      4,132
        sh      4,CSW+6
read_have:
        mvc     UPPER(256),INPUT
        oc      UPPER(132),all_blanks(12)
        la      1,UPPER
        st      1,AT
        leave
read_from_file:
        la      2,RUN_NEXT
        l       3,run_at
        call    file_line               # 3: the line
        mvc     INPUT(80),0(3)
        la      3,INPUT
        near    print_line
        la      4,80
        la      3,INPUT+79
read_trim:
        cli     0(3),0x40
        bne     read_have
        bctr    3,0
        bct     4,read_trim
        b       read_have

# The next word of the line to WORD, in capitals; 2: its length. Condition code not 0: there is none.
next_word:
        enter
        mvc     WORD(8),all_blanks(12)
        l       2,AT
        la      4,UPPER+140
word_begins:
        cli     0(2),0x40
        bne     word_begun
        la      2,1(,2)
        cr      2,4
        bl      word_begins
        ltr     4,4
        leave
word_begun:
        lr      3,2
word_letter:
        la      3,1(,3)
        cli     0(3),0x40
        bne     word_letter
        st      3,AT
        lr      4,3
        sr      4,2
        lr      3,4
        c       4,eight(12)
        bnh     word_fits
        l       4,eight(12)
word_fits:
        bctr    4,0
        ex      4,word_move(12)
        lr      2,3
        cr      1,1
        leave
word_move: mvc  WORD(1),0(2)

# The number in the word at WORD: 2; 1 if there is no word. Condition code not 0: it is no number.
word_number:
        enter
        call    next_word
        la      2,1
        bnz     number_well
        sr      2,2
        la      3,WORD
number_digit:
        cli     0(3),0x40
        be      number_well
        cli     0(3),0xf0
        bl      number_wrong
        cli     0(3),0xf9
        bh      number_wrong
        mh      2,ten(12)
        sr      1,1
        ic      1,0(,3)
        n       1,low_four_bits(12)
        alr     2,1
        la      3,1(,3)
        c       3,word_end(12)
        bl      number_digit
number_well:
        cr      1,1
        leave
number_wrong:
        ltr     13,13
        leave

do_list:
        based
        call    need_disk
        l       10,files_at
        la      9,MOST_FILES
        sr      8,8
list_next:
        cli     FI_NAME(10),0
        be      list_no_file
        la      8,1(,8)
        mvc     OUTPUT(8),FI_NAME(10)
        mvi     OUTPUT+8,0x40
        la      3,OUTPUT+9
        l       2,FI_LINES(,10)
        near    put_number
        mvc     0(6,3),lines_word(12)
        lr      4,3
        la      4,6(,4)
        la      3,OUTPUT
        sr      4,3
        near    print
list_no_file:
        la      10,FI_SIZE(,10)
        bct     9,list_next
        ltr     8,8
        bnz     list_done
        say     "NO FILES"
list_done:
        goto    next_command
lines_word: ebcdic " LINES"

do_type:
        based
        call    named_file              # 2
        lr      10,2
        call    open_file
type_next:
        la      2,IN_NEXT
        l       3,in_at
        call    file_line
        bnz     type_done
        near    print_line
        b       type_next
type_done:
        goto    next_command

do_copy:
        based
        call    named_file              # 2
        lr      10,2
        call    open_file
        call    new_name
        call    begin_file
copy_next:
        la      2,IN_NEXT
        l       3,in_at
        call    file_line
        bnz     copy_done
        call    put_line
        b       copy_next
copy_done:
        call    end_file
        goto    next_command

do_erase:
        based
        call    named_file              # 2
        lr      10,2
        call    erase_file
        call    write_directory
        goto    next_command

# Commands from a file; or if it does not begin with a letter, it is a deck that loads itself.
do_run: based
        call    named_file              # 2
        lr      10,2
        call    open_file
        la      2,IN_NEXT
        l       3,in_at
        call    file_line
        bnz     run_done
        cli     0(3),0x40
        bl      run_deck
        call    open_file
        mvc     RUN_NEXT(12),IN_NEXT
run_done:
        goto    next_command
run_deck:
        nestor  "SPOOL PUNCH TO * CLASS R"
        bnz     run_not
        call    open_file
        la      6,PUNCH
        la      7,0x01
        call    cards_out
        nestor  "CLOSE PUNCH"
        nestor  "CLOSE READER HOLD"
        nestor  "SPOOL READER CLASS R NOCONT"
        nestor  "SPOOL PUNCH OFF CLASS A"
        nestor  "IPL 00C"
run_not:
        say     "THERE IS NO PUNCH"
        goto    next_command

do_punch:
        based
        call    named_file              # 2
        lr      10,2
        call    open_file
        la      6,PUNCH
        la      7,0x01
        call    cards_out
        nestor  "CLOSE PUNCH"
        goto    next_command
do_print:
        based
        call    named_file              # 2
        lr      10,2
        call    open_file
        la      6,PRINTER
        la      7,0x09
        call    cards_out
        nestor  "CLOSE PRINTER"
        goto    next_command
# The lines of the open file to device 6, with command 7.
cards_out:
        enter
cards_next:
        la      2,IN_NEXT
        l       3,in_at
        call    file_line
        bnz     cards_over
        st      3,PROGRAM
        stc     7,PROGRAM
        mvc     PROGRAM+4(4),one_card(12)
        lr      2,6
        la      3,PROGRAM
        near    do_io
        bz      cards_next
        say     "THE DEVICE DOES NOT DO IT"
        goto    next_command
cards_over:
        leave

do_read:
        based
        call    need_disk
        call    new_name
        call    begin_file
read_card:
        mvi     OUTPUT,0x40
        mvc     OUTPUT+1(79),OUTPUT
        la      1,OUTPUT
        st      1,PROGRAM
        mvi     PROGRAM,0x02
        mvc     PROGRAM+4(4),one_card(12)
        la      2,READER
        la      3,PROGRAM
        near    do_io
        bnz     read_ends
        la      3,OUTPUT
        call    put_line
        b       read_card
read_ends:
        tm      CSW+4,0x01              # unit exception
        bz      read_nothing
        call    end_file
        goto    next_command
read_nothing:
        call    read_label              # as it was
        say     "THE READER HAS NO FILE"
        goto    next_command

do_disk:
        based
        call    next_word
        bnz     disk_what
        sr      2,2
        la      3,WORD
        la      4,4
disk_digit:
        cli     0(3),0x40
        be      disk_is
        sr      1,1
        ic      1,0(,3)
        cli     0(3),0xf0
        bnl     disk_take
        la      1,9(,1)
disk_take:
        n       1,low_four_bits(12)
        sll     2,4
        or      2,1
        la      3,1(,3)
        bct     4,disk_digit
disk_is:
        st      2,DISK
        sr      0,0
        st      0,READY
        goto    next_command
disk_what:
        say     "DISK ADDRESS"
        goto    next_command

# CP and a command
do_cp:  based
        l       1,AT                    # the same place in what was typed
        lr      2,1
        s       2,to_input(12)
        la      3,INPUT+132
        sr      3,2
        lr      4,3
        lr      3,2
        .long   0x83340008
        goto    next_command

        .balign 8
read_command: ccw 0x0a, INPUT, 132, SLI
one_card: .byte SLI, 0, 0, 80
eight:  .long   8
word_end: .long WORD+8
low_four_bits: .long 15
to_input: .long UPPER-INPUT
ten:    .short  10
all_blanks: .skip 132, 0x40
        .balign 4

# ---- files ------------------------------------------------------------------------------------------
        module  files

# The command needs the disk: its label and directory, or it ends.
need_disk:
        enter
        l       0,READY
        ltr     0,0
        bnz     need_have
        call    read_label
need_have:
        leave
read_label:
        enter
        sr      9,9                     # blocks 0 to 4
        l       8,label_at
read_label_next:
        lr      2,9
        lr      3,8
        la      4,0x06
        bal     14,disk_block
        bnz     no_disk
        ltr     9,9
        bnz     read_label_on
        clc     L_MARK(8,8),mark(12)
        bne     no_disk
        l       8,files_at
        s       8,block_length(12)
read_label_on:
        al      8,block_length(12)
        la      9,1(,9)
        c       9,last_file_block(12)
        bnh     read_label_next
        mvi     READY+3,1
        leave
no_disk:
        sr      0,0
        st      0,READY
        say     "NO DISK, OR NOT ONE OF MINE. FORMAT MAKES IT ONE, AND EMPTY"
        goto    next_command

# Label and directory go to the disk.
write_directory:
        enter
        la      9,4
        l       8,files_at
        al      8,three_blocks(12)
write_directory_next:
        lr      2,9
        lr      3,8
        la      4,0x05
        bal     14,disk_block
        bnz     disk_error
        s       8,block_length(12)
        bct     9,write_directory_next
        sr      2,2
        l       3,label_at
        la      4,0x05
        bal     14,disk_block
        bnz     disk_error
        leave
disk_error:
        sr      0,0
        st      0,READY
        say     "THE DISK CAN'T BE READ OR WRITTEN THERE"
        goto    next_command

# The next word is the name of a file that is there: 2. Or the command ends.
named_file:
        enter
        call    need_disk
        call    new_name
        call    look_for                # 2
        bnz     named_not
        leave
named_not:
        say     "NO SUCH FILE"
        goto    next_command
look_for:                               # 2: the file NAME. Condition code not 0: there is none
        enter
        bal     14,find_file
        lr      2,10
        leave
# The next word is a name: NAME.
new_name:
        enter
        call    next_word
        bnz     name_what
        mvc     NAME(8),WORD
        leave
name_what:
        say     "THE NAME OF A FILE"
        goto    next_command
# 10: the file NAME. Condition code not 0: there is none.
find_file:
        l       10,files_at
        la      1,MOST_FILES
find_next:
        clc     FI_NAME(8,10),NAME
        bcr     8,14
        la      10,FI_SIZE(,10)
        bct     1,find_next
        ltr     10,10
        br      14

# Read file 10 from the beginning: IN_...
open_file:
        enter
        mvc     IN_NEXT(4),FI_FIRST(10)
        la      0,IN_BLOCK
        st      0,IN_LINE
        mvc     IN_LEFT(4),FI_LINES(10)
        leave
# The next line of the file whose three words are at 2, with its buffer at 3: 3. Condition code not 0:
# there are no more.
file_line:
        enter
        lr      10,2
        lr      9,3
        l       1,8(,10)
        ltr     1,1
        bz      file_ends
        bctr    1,0
        st      1,8(,10)
        l       1,4(,10)
        la      0,IN_BLOCK
        cr      1,0
        bl      file_have
        l       2,0(,10)
        la      4,0x06
        bal     14,disk_block
        bnz     disk_error
        mvc     0(4,10),0(9)
        sr      1,1
file_have:
        la      0,1(,1)
        st      0,4(,10)
        mh      1,line_length(12)
        la      3,8(1,9)
        cr      1,1
        leave
file_ends:
        tm      low_byte+3,1
        leave

# A new file: lines are put to it, and in the end it has the name NAME.
begin_file:
        enter
        xc      OUT_FIRST(16),OUT_FIRST
        la      0,IN_BLOCK
        st      0,OUT_LINE
        leave
# The 80 bytes at 3.
put_line:
        enter
        lr      10,3
        l       9,OUT_LINE
        la      0,IN_BLOCK
        cr      9,0
        bl      put_have
        bal     14,free_block           # 2
        bnz     put_full
        lr      9,2
        l       1,OUT_BLOCK
        ltr     1,1
        bz      put_first
        l       3,out_at
        st      9,0(,3)
        lr      2,1
        la      4,0x05
        bal     14,disk_block
        bnz     disk_error
        b       put_new
put_first:
        st      9,OUT_FIRST
put_new:
        st      9,OUT_BLOCK
        l       3,out_at
        xc      0(8,3),0(3)
        sr      9,9
put_have:
        la      0,1(,9)
        st      0,OUT_LINE
        mh      9,line_length(12)
        al      9,out_at
        mvc     8(80,9),0(10)
        l       1,OUT_LINES
        la      1,1(,1)
        st      1,OUT_LINES
        leave
put_full:
        call    read_label              # as it was
        say     "THE DISK IS FULL"
        goto    next_command
# The last block is written; an older file of the name goes.
end_file:
        enter
        l       2,OUT_BLOCK
        ltr     2,2
        bz      end_empty
        l       3,out_at
        la      4,0x05
        bal     14,disk_block
        bnz     disk_error
end_empty:
        bal     14,find_file            # 10
        bnz     end_new
        call    erase_file
        b       end_place
end_new:
        l       10,files_at
        la      1,MOST_FILES
end_look:
        cli     FI_NAME(10),0
        be      end_place
        la      10,FI_SIZE(,10)
        bct     1,end_look
        b       put_full
end_place:
        mvc     FI_NAME(8,10),NAME
        mvc     FI_FIRST(4,10),OUT_FIRST
        mvc     FI_LINES(4,10),OUT_LINES
        call    write_directory
        leave

# The blocks of file 10 are free, and its place.
erase_file:
        enter
        l       9,FI_FIRST(,10)
        xc      0(FI_SIZE,10),0(10)
erase_next:
        ltr     2,9
        bz      erase_over
        l       3,in_at
        la      4,0x06
        bal     14,disk_block
        bnz     disk_error
        lr      2,9
        bal     14,block_bit            # 1, 3
        x       3,bits(12)
        ex      3,bit_reset(12)
        l       1,in_at
        l       9,0(,1)
        b       erase_next
erase_over:
        leave

# 2: a free block, taken now. Condition code not 0: there is none.
free_block:
        lr      5,14
        la      2,1
        l       4,label_at
free_look:
        c       2,L_BLOCKS(,4)
        bnl     free_none
        bal     14,block_bit
        ex      3,bit_test(12)
        bz      free_found
        la      2,1(,2)
        b       free_look
free_found:
        ex      3,bit_set(12)
        cr      1,1
        br      5
free_none:
        ltr     5,5
        br      5
# Block 2: its bit 3, in the byte at 1.
block_bit:
        lr      1,2
        srl     1,3
        al      1,label_at
        la      1,L_BITS(,1)
        lr      3,2
        n       3,seven_bits(12)
        la      0,0x80
        lr      15,3
        lr      3,0
        srl     3,0(15)
        br      14
bit_test: tm    0(1),0
bit_set: oi     0(1),0
bit_reset: ni   0(1),0

# Read (4: 06) or write (05) block 2 at 3. Condition code not 0: it can't be done.
disk_block:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        l       5,label_at
        l       5,L_HEADS(,5)
        ltr     2,2                     # where the label is, is known
        bnz     block_place
        la      5,1
block_place:
        lr      7,2
        sr      6,6
        d       6,a_track(12)           # 6: record - 1, 7: track
        la      6,1(,6)
        stc     6,PLACE+6
        sr      6,6
        dr      6,5                     # 6: head, 7: cylinder
        xc      PLACE(2),PLACE
        sth     7,PLACE+2
        sth     6,PLACE+4
        mvc     PROGRAM(32),block_program(12)
        st      3,PROGRAM+24
        stc     4,PROGRAM+24
        l       2,DISK
        la      3,PROGRAM
        near    do_io
        lm      6,14,0(13)
        br      14

# FORMAT: how many heads and cylinders there are, seeks tell. All tracks are written.
do_format:
        based
        sr      0,0
        st      0,READY
        sr      9,9                     # heads
        xc      PLACE(6),PLACE
format_head:
        sth     9,PLACE+4
        bal     14,format_seek
        bnz     format_heads
        la      9,1(,9)
        c       9,most_heads(12)
        bl      format_head
format_heads:
        ltr     9,9
        bz      format_nothing
        sr      8,8                     # cylinders
        sth     8,PLACE+4
format_cylinder:
        sth     8,PLACE+2
        bal     14,format_seek
        bnz     format_cylinders
        la      8,1(,8)
        c       8,most_cylinders(12)
        bl      format_cylinder
format_cylinders:
        l       10,label_at
        lr      4,10
        la      5,BLOCK
        sr      1,1
        mvcl    4,0
        mvc     L_MARK(8,10),mark(12)
        st      9,L_HEADS(,10)
        lr      7,9                     # tracks
        mr      6,8
        c       7,most_tracks(12)
        bnh     format_tracks
        l       7,most_tracks(12)
format_tracks:
        lr      1,7
        mh      1,a_track+2(12)
        st      1,L_BLOCKS(,10)
        mvi     L_BITS(10),0xf8         # label and directory are taken
        l       4,files_at
        la      5,MOST_FILES*FI_SIZE
        sr      1,1
        mvcl    4,0
        sr      6,6                     # the track
format_track:
        lr      5,6
        sr      4,4
        dr      4,9                     # 4: head, 5: cylinder
        sth     5,PLACE+2
        sth     4,PLACE+4
        mvi     PLACE+6,0
        l       3,out_at            # a program of 3 and a count and its data for each record
        mvc     0(24,3),block_program(12)
        la      3,24(,3)
        l       2,in_at             # counts
        la      8,1
format_record:
        mvc     0(4,2),PLACE+2
        stc     8,4(,2)
        mvi     5(2),0
        mvc     6(2,2),block_length+2(12)
        st      2,0(,3)
        mvi     0(3),0x1d
        mvc     4(4,3),count_part(12)
        mvc     8(8,3),data_part(12)
        la      2,8(,2)
        la      3,16(,3)
        la      8,1(,8)
        c       8,a_track(12)
        bnh     format_record
        s       3,eight_here(12)
        ni      4(3),0xff-CC
        l       3,out_at
        la      1,8(,3)                 # the transfer goes to the search
        st      1,16(,3)
        mvi     16(3),0x08
        l       2,DISK
        near    do_io
        bnz     format_nothing
        la      6,1(,6)
        cr      6,7
        bl      format_track
        call    write_directory
        mvi     READY+3,1
        la      3,OUTPUT
        l       2,L_BLOCKS(,10)
        near    put_number
        mvc     0(7,3),blocks_word(12)
        la      4,7(,3)
        la      3,OUTPUT
        sr      4,3
        near    print
        goto    next_command
format_nothing:
        b       disk_error
format_seek:
        lr      10,14
        mvc     PROGRAM(8),block_program(12)
        mvi     PROGRAM+4,0
        l       2,DISK
        la      3,PROGRAM
        near    do_io
        br      10
        .balign 8
block_program:
        ccw     0x07, PLACE, 6, CC
        ccw     0x31, PLACE+2, 5, CC
        ccw     0x08, PROGRAM+8, 1
        ccw     0, 0, BLOCK, 0
data_part:
        ccw     0, OUTPUT, BLOCK, CC
count_part: .byte CD, 0, 0, 8
block_length: .long BLOCK
three_blocks: .long 3*BLOCK
last_file_block: .long 4
a_track: .long  A_TRACK
bits:   .long   0xff
seven_bits: .long 7
most_heads: .long 64
most_cylinders: .long 1000
most_tracks: .long 784*8/A_TRACK
eight_here: .long 8
line_length: .short 80
mark:   ebcdic  "NESTOR 1"
blocks_word: ebcdic " BLOCKS"
        .balign 4

# ---- EDIT ---------------------------------------------------------------------------------------------
        module  edit

do_edit:
        based
        call    need_disk
        call    new_name
        l       9,lines_at(12)
        call    look_for                # 2
        bnz     edit_new
        lr      10,2
        call    open_file
edit_load:
        la      2,IN_NEXT
        l       3,in_at
        call    file_line
        bnz     edit_loaded
        mvc     0(80,9),0(3)
        la      9,80(,9)
        c       9,last_place(12)
        bl      edit_load
        say     "TOO LONG TO EDIT"
        goto    next_command
edit_new:
        say     "A NEW FILE"
edit_loaded:
        st      9,LAST
        l       1,lines_at(12)
        s       1,line(12)              # above the first line
        st      1,CURRENT
edit_next:
        la      13,STACK_AT
        base_of do_edit
        say     "EDIT"
        call    read_line
        call    next_word
        bnz     edit_next
        la      9,edits(12)
edit_look:
        cli     0(9),0
        be      edit_unknown
        clc     0(8,9),WORD
        be      edit_found
        clc     0(1,9),WORD             # one letter is enough
        bne     edit_other
        cli     WORD+1,0x40
        be      edit_found
edit_other:
        la      9,12(,9)
        b       edit_look
edit_found:
        l       15,8(,9)
        br      15
edit_unknown:
        say     "UNKNOWN. HELP TELLS WHAT THERE IS"
        b       edit_next
        .balign 4
edits:
        word_row "TOP     ", edit_top
        word_row "BOTTOM  ", edit_bottom
        word_row "NEXT    ", edit_forward
        word_row "UP      ", edit_back
        word_row "LOCATE  ", edit_locate
        word_row "PRINT   ", edit_print
        word_row "INPUT   ", edit_input
        word_row "DELETE  ", edit_delete
        word_row "REPLACE ", edit_replace
        word_row "CHANGE  ", edit_change
        word_row "FILE    ", edit_file
        word_row "QUIT    ", edit_quit
        word_row "HELP    ", edit_help
        .long   0

edit_help:
        say     "TOP, BOTTOM, NEXT N, UP N       THE FIRST LETTERS ARE ENOUGH"
        say     "LOCATE TEXT                     THE NEXT LINE THAT HAS IT"
        say     "PRINT N                         LINES FROM HERE ON"
        say     "INPUT TEXT                      A LINE BEHIND THIS ONE; INPUT ALONE: UNTIL A DOT"
        say     "DELETE N, REPLACE TEXT"
        say     "CHANGE /OLD/NEW/"
        say     "FILE, QUIT                      KEEP IT, OR LEAVE IT AS IT WAS"
        b       edit_next
edit_quit:
        goto    next_command
edit_file:
        call    begin_file
        l       9,lines_at(12)
edit_write:
        c       9,LAST
        bnl     edit_written
        lr      3,9
        call    put_line
        la      9,80(,9)
        b       edit_write
edit_written:
        call    end_file
        goto    next_command

edit_top:
        l       1,lines_at(12)
        s       1,line(12)
        st      1,CURRENT
        b       edit_show
edit_bottom:
        l       1,LAST
        s       1,line(12)
        st      1,CURRENT
        b       edit_show
edit_forward:
        call    word_number
        bnz     edit_unknown
        mh      2,line+2(12)
        al      2,CURRENT
        c       2,LAST
        bl      edit_moved
        l       2,LAST
        s       2,line(12)
        b       edit_moved
edit_back:
        call    word_number
        bnz     edit_unknown
        mh      2,line+2(12)
        lcr     2,2
        al      2,CURRENT
        c       2,lines_at(12)
        bnl     edit_moved
        l       2,lines_at(12)
        s       2,line(12)
edit_moved:
        st      2,CURRENT
edit_show:
        l       3,CURRENT
        c       3,lines_at(12)
        bl      edit_above
        c       3,LAST
        bnl     edit_above
        near    print_line
        b       edit_next
edit_above:
        say     "TOP OF FILE"
        b       edit_next

edit_print:
        call    word_number
        bnz     edit_unknown
        lr      9,2
        l       10,CURRENT
        c       10,lines_at(12)
        bnl     print_next_line
        l       10,lines_at(12)
print_next_line:
        c       10,LAST
        bnl     edit_next
        st      10,CURRENT
        lr      3,10
        near    print_line
        la      10,80(,10)
        bct     9,print_next_line
        b       edit_next

# The text behind the command's word: 9 where, as it was typed.
text_of: l      9,AT
        la      9,1(,9)                 # the blank
        la      1,UPPER-INPUT
        sr      9,1
        br      14

edit_locate:
        bal     14,text_of
        la      7,INPUT+132             # its length - 1: 8
locate_trim:
        bctr    7,0
        cr      7,9
        bl      edit_unknown
        cli     0(7),0x40
        be      locate_trim
        lr      8,7
        sr      8,9
        l       10,CURRENT
locate_line:
        la      10,80(,10)
        c       10,LAST
        bnl     locate_not
        lr      6,10
        la      7,79(,10)
        sr      7,8                     # the last place where it can begin
locate_place:
        cr      6,7
        bh      locate_line
        ex      8,locate_compare(12)
        be      locate_found
        la      6,1(,6)
        b       locate_place
locate_found:
        st      10,CURRENT
        b       edit_show
locate_not:
        say     "NOT FOUND"
        b       edit_next
locate_compare: clc 0(1,6),0(9)

edit_replace:
        l       10,CURRENT
        c       10,lines_at(12)
        bl      edit_above
        bal     14,text_of
        mvc     0(80,10),0(9)
        b       edit_next

edit_input:
        call    next_word
        bnz     input_lines
        l       1,edit_word_at(12)      # from the beginning again: the text behind the word
        st      1,AT
        call    next_word
        bal     14,text_of
        bal     14,insert
        b       edit_next
input_lines:
        call    read_line
        ltr     4,4
        bz      edit_next
        clc     INPUT(2),end_of_input(12)
        be      edit_next
        l       9,input_at(12)
        bal     14,insert
        b       input_lines
# The 80 bytes at 9 become a line behind the current one, and that.
insert: lr      8,14
        l       1,LAST
        c       1,last_place(12)
        bnl     insert_full
        l       10,CURRENT
        la      10,80(,10)
insert_move:                            # from the end on
        cr      1,10
        bnh     insert_here
        lr      2,1
        s       2,line(12)
        mvc     0(80,1),0(2)
        lr      1,2
        b       insert_move
insert_here:
        mvc     0(80,10),0(9)
        st      10,CURRENT
        l       1,LAST
        la      1,80(,1)
        st      1,LAST
        br      8
insert_full:
        say     "THE FILE IS FULL"
        b       edit_next

edit_delete:
        call    word_number
        bnz     edit_unknown
        l       10,CURRENT
        c       10,lines_at(12)
        bl      edit_above
        c       10,LAST
        bnl     edit_above
        mh      2,line+2(12)
        lr      1,10
        alr     1,2                     # what stays
        c       1,LAST
        bnh     delete_move
        l       1,LAST
delete_move:
        c       1,LAST
        bnl     delete_done
        mvc     0(80,10),0(1)
        la      10,80(,10)
        la      1,80(,1)
        b       delete_move
delete_done:
        l       1,CURRENT
        st      10,LAST
        cr      1,10                    # the last one: the one before it
        bl      edit_show
        s       1,line(12)
        st      1,CURRENT
        b       edit_show

# CHANGE /old/new/: any letter will do for the stroke.
edit_change:
        l       10,CURRENT
        c       10,lines_at(12)
        bl      edit_above
        bal     14,text_of
        mvc     WORD(1),0(9)            # the stroke
        cli     WORD,0x40
        be      edit_unknown
        la      9,1(,9)
        lr      7,9                     # 7: behind the old text
        bal     14,stroke
        lr      8,7
        sr      8,9
        bnp     edit_unknown            # nothing to be changed
        la      5,1(,7)                 # 5: the new one, 7: behind it
        la      7,1(,7)
        bal     14,stroke
        sr      7,5                     # 7: its length
        bctr    8,0
        lr      6,10
        la      4,79(,10)
        sr      4,8
change_place:
        cr      6,4
        bh      locate_not
        ex      8,locate_compare(12)
        be      change_here
        la      6,1(,6)
        b       change_place
change_here:                            # in OUTPUT: before it, the new text, what is behind it
        mvi     OUTPUT,0x40
        mvc     OUTPUT+1(239),OUTPUT
        la      3,OUTPUT
        lr      1,6
        sr      1,10
        bz      change_new
        bctr    1,0
        ex      1,change_before(12)
        la      3,1(1,3)
change_new:
        ltr     1,7
        bz      change_rest
        bctr    1,0
        ex      1,change_text(12)
        alr     3,7
change_rest:
        la      6,1(8,6)                # behind the old text
        la      1,80(,10)
        sr      1,6
        bz      change_put
        bctr    1,0
        ex      1,change_behind(12)
change_put:
        mvc     0(80,10),OUTPUT
        b       edit_show
change_before: mvc 0(1,3),0(10)
change_text: mvc 0(1,3),0(5)
change_behind: mvc 0(1,3),0(6)
# 7 goes on to the stroke, or the end of the line.
stroke: c       7,input_end(12)
        bcr     11,14
        clc     0(1,7),WORD
        bcr     8,14
        la      7,1(,7)
        b       stroke

        .balign 4
lines_at: .long LINES_AT
last_place: .long LINES_AT+80*MOST_EDITED
line:   .long   80
input_at: .long INPUT
input_end: .long INPUT+132
edit_word_at: .long UPPER
end_of_input: ebcdic ". "
