# The string instructions of C libraries: MVST, CLST, SRST, MVCLE, CLCLE, TRT, TRTR and CLC of
# strings that end in a zero.
        .include "kernel.inc"
        kernel  150000
        sr      1,1
        llilh   11,8                    # a work area: 512K
        lr      13,2
loop:   lghi    0,0
        la      4,text(12)              # copy the text to its end
        lgr     6,11
copy:   mvst    6,4
        jo      copy
        sgr     6,11
        ar      1,6                     # its length
        la      4,text(12)
        lgr     6,11
compare: clst   6,4
        jo      compare
        jne     wrong
        lghi    0,'z'                   # the first of a letter
        la      6,512(11)
        lgr     4,11
search: srst    6,4
        jo      search
        jh      wrong
        sgr     6,11
        ar      1,6
        lgr     4,11                    # two copies with padding
        lghi    5,80
        la      6,1024(11)
        lghi    7,200
move:   mvcle   6,4,0x20
        jo      move
        la      4,1024(11)
        lghi    5,80
        lgr     6,11
        lghi    7,80
long:   clcle   6,4,0x20
        jo      long
        jne     wrong
        lr      10,1
        trt     0(80,11),delimit(12)    # answers in registers 1 and 2
        jz      wrong
        sgr     1,11
        ar      10,1
        ar      10,2
        lr      1,10
        mvi     80(11),0
        clc     0(60,11),text(12)
        jne     wrong
        stc     13,40(11)               # another text each time, in the copy alone
        brct    13,loop
        finish
wrong:  la      1,1
        finish
        .balign 8
text:   .ascii  "the quick brown fox jumps over the la"
        .asciz  "zy dog, and the dog sleeps on until noon.."
        .balign 8
delimit: .skip  44
        .byte   4
        .skip   211
