# The directory from a disk at 301, if there is one: its data set NESTOR.DIRECT, with cards of 80 bytes.
# The statements are VM/370's, as far as they say something here:
#
#   USER name [password] storage            NOPASS, or no word at all: no password
#   CONSOLE address [type]                 3270: a display
#   SPECIAL address 3270                   a display besides
#   SPOOL address [type] READER, PUNCH or PRINTER; a type 1403 or 3211 is a printer
#   MDISK address type first count real [mode [password to read, to write, for M]]     modes as for LINK
#   DEDICATE address real
#
# What begins with an asterisk is a comment.
        module  directory_disk

# While it is read nobody is logged on: where a machine's control registers would be.
        layout  CR
        field   DISK_PLACE, 8           # seek address, and record
        field   DISK_END, 4             # the last track
        field   DISK_ROW, 4             # where the next device of the entry is noted
        field   DISK_CARDS, 8

read_directory:
        enter
        address_of directory
        mvc     DIRECTORY(4),address_directory
        l       2,directory_disk(12)
        call    real_device
        bnz     read_over
        lr      10,2
        call    get_frame               # to read into
        bnz     read_over
        lr      9,2
        la      2,label_place(12)       # the volume's label tells where the table of contents is
        la      3,80
        bal     14,read_record
        bnz     read_no_file
        mvc     DISK_PLACE+2(4),11(9)
        l       2,BUFFER
        la      2,PROGRAM_AT(,2)
        mvc     0(32,2),contents_program(12)
        la      1,DISK_PLACE
        st      1,0(,2)
        mvi     0(2),0x07
        la      1,file_key(12)
        st      1,8(,2)
        mvi     8(2),0xa9               # by key, on all tracks
        la      1,8(,2)
        st      1,16(,2)
        mvi     16(2),0x08
        st      9,24(,2)
        mvi     24(2),0x06
        bal     14,run_program
        bnz     read_no_file
        mvc     DISK_PLACE+2(4),63(9)   # its first extent
        mvc     DISK_END(4),67(9)
        mvi     DISK_PLACE+6,0
        xc      DIRECTORY(4),DIRECTORY
        la      6,DIRECTORY             # where the next entry is chained: DE_NEXT is 0
        sr      7,7                     # the entry being made
        sr      8,8                     # number of the card
read_block:
        sr      1,1
        ic      1,DISK_PLACE+6
        la      1,1(,1)
        stc     1,DISK_PLACE+6
        la      2,DISK_PLACE
        l       3,block_most(12)
        bal     14,read_record
        bnz     read_track
        la      4,0(,9)                 # the cards of the block
        l       5,block_most(12)
        sh      5,CSW+6
        alr     5,9
read_card_next:
        la      1,80(,4)
        cr      1,5
        bh      read_block
        la      8,1(,8)
        stm     4,5,DISK_CARDS
        bal     14,directory_card
        lm      4,5,DISK_CARDS
        la      4,80(,4)
        b       read_card_next
read_track:                             # no more on this track; the end of the file: unit exception
        tm      CSW+4,0x01
        bo      read_finished
        clc     DISK_PLACE+2(4),DISK_END
        bnl     read_finished
        mvi     DISK_PLACE+6,0
        lh      1,DISK_PLACE+4
        la      1,1(,1)
        sth     1,DISK_PLACE+4
        b       read_block              # an extent of one cylinder, or less
read_finished:
        call    get_frame               # the operator is always there
        bnz     read_over
        l       1,address_directory
        mvc     0(64,2),0(1)
        xc      DE_NEXT(4,2),DE_NEXT(2)
        st      2,0(,6)
        b       read_give
read_no_file:
        bal     14,complain_directory
read_give:
        lr      2,9
        call    give_frame
read_over:
        leave

# The card at 4, number 8.
directory_card:
        stm     8,14,FRAME(13)
        la      13,FRAME(,13)
        l       5,BUFFER
        la      5,512(,5)
        mvi     0(5),0x40
        mvc     1(255,5),0(5)
        mvc     0(72,5),0(4)
        oc      0(72,5),big_letters(12)
        st      5,COMMAND_AT
        cli     0(5),0x5c
        be      card_over
        call    next_word
        bnz     card_over
        call    name_word
        la      8,statements(12)
        call    keyword_again
        bnz     card_wrong
        lr      15,2
        br      15
card_over:
        lm      8,14,0(13)
        br      14
card_wrong:
        lm      8,14,0(13)
complain_directory:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        text    2, "DIRECTORY: WRONG CARD "
        l       3,BUFFER
        call    to_text
        lr      2,8
        call    to_decimal
        lr      4,3
        l       3,BUFFER
        sr      4,3
        l       2,OPERATOR
        call    write_line
        lm      6,14,0(13)
        br      14
        .balign 4
statements:
        keyword_row "USER    ", card_user
        keyword_row "CONSOLE ", card_console
        keyword_row "SPECIAL ", card_special
        keyword_row "SPOOL   ", card_spool
        keyword_row "MDISK   ", card_minidisk
        keyword_row "DEDICATE", card_dedicated
        .long   0

card_user:
        call    next_word
        bnz     card_wrong
        call    name_word
        mvc     NOW(8),WORK
        sr      7,7
        l       1,FREE_COUNT            # a page each: they are few
        c       1,fewest_frames(12)
        bl      card_wrong
        call    get_frame
        bnz     card_wrong
        lr      7,2
        lr      4,2
        la      5,4095
        la      5,1(,5)
        sr      1,1
        mvcl    4,0
        mvc     DE_NAME(8,7),NOW
        mvi     DE_PASSWORD(7),0x40
        mvc     DE_PASSWORD+1(7,7),DE_PASSWORD(7)
        la      10,DE_DEVICES(,7)
        st      10,DISK_ROW
        st      7,0(,6)
        lr      6,7
user_word:
        call    next_word
        bnz     card_wrong
        call    name_word
        la      2,WORK                  # a size: digits and K or M
        mvi     WORK+8,0x40
        call    decimal                 # 2; 3
        bnz     user_password
        cli     1(3),0x40
        bne     user_password
        cli     0(3),0xd4               # M
        be      user_megabytes
        cli     0(3),0xd2               # K
        bne     user_password
        srl     2,6
        b       user_storage
user_megabytes:
        sll     2,4
user_storage:
        ltr     2,2
        bz      card_wrong
        c       2,most_storage(12)
        bh      card_wrong
        sth     2,DE_STORAGE(,7)
        b       card_over
user_password:
        clc     WORK(6),no_password(12)
        be      user_word
        mvc     DE_PASSWORD(8,7),WORK
        b       user_word

card_console:
        la      9,C_CONSOLE
        bal     10,new_row              # 8: it
card_terminal:
        call    next_word
        bnz     card_over
        clc     0(4,2),display_type(12)
        bne     card_over
        mvi     DD_CLASS(8),C_DISPLAY
        b       card_over
card_special:
        la      9,C_DISPLAY
        bal     10,new_row
        b       card_terminal
display_type: ebcdic "3270"
card_spool:
        sr      9,9
        bal     10,new_row
spool_word:
        call    next_word
        bnz     spool_typed
        call    name_word
        lr      9,8
        la      8,spooled(12)
        call    keyword_again
        lr      8,9
        bnz     spool_word
        stc     2,DD_CLASS(,8)
        b       spool_word
spool_typed:
        cli     DD_CLASS(8),0
        be      card_wrong
        b       card_over
card_minidisk:
        la      9,C_DISK
        bal     10,new_row
        call    next_word               # its type
        bnz     card_wrong
        bal     10,decimal_word
        sth     2,DD_FIRST(,8)
        bal     10,decimal_word
        ltr     2,2
        bz      card_wrong
        sth     2,DD_CYLINDERS(,8)
        bal     10,address_word
        sth     2,DD_REAL(,8)
        call    access_mode
        bm      card_over
        bo      card_wrong
        stc     2,DD_ACCESS(,8)
        la      9,DD_PASSWORDS(,8)
        la      10,3
card_password:
        call    next_word
        bnz     card_over
        call    name_word
        mvc     0(8,9),WORK
        la      9,8(,9)
        bct     10,card_password
        b       card_over
card_dedicated:
        la      9,C_DEDICATED
        bal     10,new_row
        bal     10,address_word
        sth     2,DD_REAL(,8)
        b       card_over

# 8: a row of the entry 7, with the address that is the next word and class 9.
new_row:
        ltr     7,7
        bz      card_wrong
        lr      15,10
        st      15,NOW
        bal     10,address_word
        l       10,NOW
        l       8,DISK_ROW
        la      1,DD_SIZE(,8)
        la      0,DD_SIZE(,1)           # and one of zeros
        sr      0,7
        c       0,block_most(12)
        bh      card_wrong
        st      1,DISK_ROW
        mvi     DD_PASSWORDS(8),0x40
        mvc     DD_PASSWORDS+1(23,8),DD_PASSWORDS(8)
        sth     2,DD_ADDRESS(,8)
        stc     9,DD_CLASS(,8)
        br      10
address_word:
        call    next_word
        bnz     card_wrong
        call    hexadecimal
        bnz     card_wrong
        br      10
decimal_word:
        call    next_word
        bnz     card_wrong
        call    decimal
        bnz     card_wrong
        c       2,most_cylinder(12)
        bh      card_wrong
        br      10

# The record whose seek address and number are at 2 to the frame at 9, at most 3 bytes. Condition code
# not 0: it can't be read.
read_record:
        l       1,BUFFER
        la      1,PROGRAM_AT(,1)
        mvc     0(32,1),record_program(12)
        st      2,0(,1)
        mvi     0(1),0x07
        la      0,2(,2)
        st      0,8(,1)
        mvi     8(1),0x31
        la      0,8(,1)
        st      0,16(,1)
        mvi     16(1),0x08
        st      9,24(,1)
        mvi     24(1),0x06
        sth     3,30(,1)
        lr      2,1
# The program at 2 on device 10, to its end. Condition code 0: it ended well.
run_program:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        lr      3,2
        lr      2,10
        xc      CSW(8),CSW
        call    start_real
        bc      3,run_over(12)
run_waits:
        tm      CSW+4,0x06
        bnz     run_over
        lh      1,RD_ADDRESS(,10)
        tio     0(1)
        bnz     run_waits
run_over:
        clc     CSW+4(2),run_well(12)
        lm      6,14,0(13)
        br      14

        .set    PROGRAM_AT, 2048        # in BUFFER
        .balign 8
record_program:
        ccw     0, 0, 6, CC
        ccw     0, 0, 5, CC
        ccw     0, 0, 1
        ccw     0, 0, 0, SLI
contents_program:
        ccw     0, 0, 6, CC
        ccw     0, 0, 44, CC
        ccw     0, 0, 1
        ccw     0, 0, 96, SLI
label_place: .byte 0, 0, 0, 0, 0, 0, 3, 0
run_well: .byte 0x0c, 0
        .balign 4
directory_disk: .long 0x301
block_most: .long 4096
most_storage: .long 256
most_cylinder: .long 16383
fewest_frames: .long 64
file_key: ebcdic "NESTOR.DIRECT                               "
big_letters: .skip 72, 0x40
no_password: ebcdic "NOPASS"
        .balign 4
spooled:
        keyword_row "READER  ", C_READER
        keyword_row "PUNCH   ", C_PUNCH
        keyword_row "PRINTER ", C_PRINTER
        keyword_row "1403    ", C_PRINTER
        keyword_row "3211    ", C_PRINTER
        .long   0
