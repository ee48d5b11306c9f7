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

# What day and time it is, 16 bytes at 3: MM/DD/YYHH:MM:SS. Bit 51 of the clock is a microsecond since
# 1900. 3: behind.
date_and_time:
        enter
        stck    NOW
        lm      6,7,NOW
        srdl    6,12
        d       6,minute_us(12)         # 6: microseconds, 7: minutes
        lr      9,7
        lr      7,6
        sr      6,6
        d       6,second_us(12)
        lr      10,7                    # 10: seconds
        sr      8,8
        d       8,day_minutes(12)       # 8: minute of the day, 9: days since 1900
        la      9,1(,9)                 # 1900 was no leap year: as if it had been one
        lr      7,9
        sr      6,6
        d       6,four_years(12)        # 6: day in four years, the first of which is a leap year
        sll     7,2
        lr      9,7                     # 9: year
        la      2,29                    # February
        c       6,leap_year(12)
        bl      date_month
        la      2,28
        s       6,leap_year(12)
        lr      5,6
        sr      4,4
        d       4,year_days(12)
        la      9,1(5,9)
        lr      6,4
date_month:                             # 6: day of the year
        la      7,month_days(12)
        la      5,1                     # 5: month
        sr      1,1
date_next_month:
        ic      1,0(,7)
        c       5,february(12)
        bne     date_days
        lr      1,2
date_days:
        sr      6,1
        bm      date_found
        la      7,1(,7)
        la      5,1(,5)
        b       date_next_month
date_found:
        la      6,1(1,6)
        lr      2,5
        bal     14,two_digits
        mvi     0(3),0x61
        la      3,1(,3)
        lr      2,6
        bal     14,two_digits
        mvi     0(3),0x61
        la      3,1(,3)
        lr      2,9
        bal     14,two_digits
        lr      7,8
        sr      6,6
        d       6,sixty(12)             # 7: hour, 6: minute
        lr      2,7
        bal     14,two_digits
        mvi     0(3),0x7a
        la      3,1(,3)
        lr      2,6
        bal     14,two_digits
        mvi     0(3),0x7a
        la      3,1(,3)
        lr      2,10
        bal     14,two_digits
        leave
# The number 2 in four digits at 3, which goes on.
four_digits:
        cvd     2,WORK
        unpk    0(4,3),WORK+5(3)
        oi      3(3),0xf0
        la      3,4(,3)
        br      14
two_digits:
        cvd     2,WORK
        unpk    0(2,3),WORK+6(2)
        oi      1(3),0xf0
        la      3,2(,3)
        br      14
        .balign 4
minute_us: .long 60000000
second_us: .long 1000000
day_minutes: .long 1440
sixty:  .long   60
four_years: .long 1461
leap_year: .long 366
year_days: .long 365
february: .long 2
month_days: .byte 31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
