# Words and numbers for people.
        module  format

# 4 bytes at 2 become hexadecimal digits at 3; afterwards 3 is behind them.
to_hexadecimal:
        enter
hexadecimal_byte:
        unpk    WORK(3),0(2,2)          # two digits; the third is the sign's place
        mvc     0(2,3),WORK
        nc      0(2,3),hexadecimal_nibbles(12)
        tr      0(2,3),hexadecimal_digits(12)
        la      2,1(,2)
        la      3,2(,3)
        bct     4,hexadecimal_byte
        leave
hexadecimal_nibbles: .byte 0x0f, 0x0f
hexadecimal_digits: ebcdic "0123456789ABCDEF"
        .balign 2

# The number 2 becomes decimal digits at 3, without zeros in front; 3: behind them.
to_decimal:
        enter
        cvd     2,WORK
        mvc     WORK+8(12),decimal_pattern(12)
        lr      10,3
        la      1,WORK+19
        edmk    WORK+8(12),WORK+2
        la      4,WORK+20
        sr      4,1
        lr      3,10
        alr     3,4
        bctr    4,0
        ex      4,decimal_move(12)
        leave
decimal_move: mvc 0(1,10),0(1)
decimal_pattern: .byte 0x40, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x21, 0x20
        .balign 2

# The text at 2 (its length first) goes to 3; 3: behind it.
to_text:
        enter
        sr      4,4
        ic      4,0(,2)
        bctr    4,0
        ex      4,text_move(12)
        la      3,1(4,3)
        leave
text_move: mvc  0(1,3),1(2)
        .balign 2

# The PSW of machine 11, the current one: NEW_PSW.
whole_psw:
        mvc     NEW_PSW(2),MASK
        mvc     NEW_PSW+2(6),RUN+2
        tm      MODE,8
        bcr     1,14
        mvi     NEW_PSW+2,0
        mvc     NEW_PSW+4(1),RUN+2
        br      14

say_disabled_wait:
        enter
        l       10,BUFFER
        text    2, "DISABLED WAIT, PSW "
        lr      3,10
        call    to_text
        call    psw_digits
        lr      4,3
        sr      4,10
        lr      3,10
        l       2,VM_TERMINAL(,11)
        call    write_line
        leave

# The PSW of machine 11 in digits at 3; 3: behind it.
psw_digits:
        enter
        call    whole_psw
        la      2,NEW_PSW
        la      4,4
        call    to_hexadecimal
        mvi     0(3),0x40
        la      3,1(,3)
        la      2,NEW_PSW+4
        la      4,4
        call    to_hexadecimal
        leave
