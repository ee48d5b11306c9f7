# EXECUTE, as compilers and access methods use it: of moves and compares whose length,
# and tests whose mask, is in a register.
        .include "kernel.inc"
        kernel  2500000
        sr      1,1
        la      3,1
        la      11,0x800
        sll     11,8
loop:
        lr      4,2
        n       4,lengths(12)
        ex      4,move(12)
        ex      4,compare(12)
        bne     wrong(12)
        ic      5,5(4,11)
        ex      5,test(12)
        bo      ones(12)
        alr     1,4
ones:
        ex      4,clear(12)
        ex      3,add(12)
        ex      0,pack(12)
        al      1,32(,11)
        stc     2,text+3(12)
        bct     2,loop(12)
        finish
wrong:  la      1,1
        finish
move:   mvc     0(1,11),text(12)
compare: clc    0(1,11),text(12)
clear:  xc      64(1,11),0(11)
test:   tm      text+2(12),0
add:    alr     1,2
pack:   pack    32(4,11),number(7,12)
        .balign 4
lengths: .long  31
text:   ebcdic  "A TEXT OF SOME THIRTY-TWO BYTES."
number: ebcdic  "1234567"
