# A program that changes itself: switches turned by MVI and OI, a length stored into an
# MVC, an address stored into a load, and data in the same 64 bytes as code.
        .include "kernel.inc"
        kernel  2000000
        sr      1,1
        la      11,0x800
        sll     11,8
loop:
switch: nop     first(12)               # a switch: BC 0 or BC 15
        la      1,5(,1)
        mvi     switch+1(12),0xf0
        b       second(12)
first:  la      1,11(,1)
        mvi     switch+1(12),0x00
second:
        lr      4,2
        n       4,seven(12)
        stc     4,move+1(12)            # the length of the very next instruction
move:   mvc     0(1,11),text(12)
        al      1,0(,11)
        sll     4,2
        la      5,words                 # the displacement
        ar      5,4
        sth     5,load+2(12)
        oi      load+2(12),0xc0         # the base
load:   l       6,0(,12)
        alr     1,6
        ap      count(4,12),one(1,12)   # a counter between instructions
        b       over(12)
count:  .byte   0,0,0,0x0c
one:    .byte   0x1c
        .balign 2
over:   ic      7,count+2(12)
        alr     1,7
        bct     2,loop(12)
        finish
        .balign 4
seven:  .long   7
words:  .long   1, 3, 5, 7, 11, 13, 17, 19
text:   ebcdic  "SELFMADE"
