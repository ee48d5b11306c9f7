# Heap sort of 2000 random words.
        .include "kernel.inc"
        kernel  300
        sr      1,1
        la      11,0x800
        sll     11,8                    # the words
again:
        st      2,left(12)
        l       3,count(12)             # fill
        lr      4,11
        l       7,seed(12)
fill:   l       9,factor(12)
        mr      6,9
        al      7,addend(12)
        st      7,0(,4)
        la      4,4(,4)
        bct     3,fill(12)
        st      7,seed(12)

        l       3,count(12)             # make a heap: sift from the middle down to 0
        srl     3,1
        l       5,count(12)             # 5: size of the heap
heap:   bctr    3,0
        lr      6,3
        bal     14,sift(12)
        ltr     3,3
        bp      heap(12)

        l       5,count(12)             # take the greatest from the top, again and again
take:   bctr    5,0
        lr      8,5
        sll     8,2
        l       9,0(8,11)
        l       10,0(,11)
        st      10,0(8,11)
        st      9,0(,11)
        sr      6,6
        bal     14,sift(12)
        c       5,one(12)
        bh      take(12)

        l       3,count(12)             # look at the order
        bctr    3,0
        lr      4,11
look:   l       9,0(,4)
        c       9,4(,4)
        bh      wrong(12)
        alr     1,9
        x       1,4(,4)
        la      4,4(,4)
        bct     3,look(12)
        l       2,left(12)
        bct     2,again(12)
        finish
wrong:  la      1,1
        finish

# Sift the element with index 6 down in the heap of size 5.
sift:   lr      8,6
        sll     8,2
        l       9,0(8,11)               # its value
down:   lr      7,6
        la      7,1(6,7)                # left child: 2i + 1
        cr      7,5
        bnl     place(12)
        lr      10,7
        sll     10,2
        l       15,0(10,11)
        la      4,1(,7)
        cr      4,5
        bnl     greater(12)
        c       15,4(10,11)
        bnl     greater(12)
        l       15,4(10,11)
        lr      7,4
greater: cr     9,15
        bnl     place(12)
        lr      8,6
        sll     8,2
        st      15,0(8,11)
        lr      6,7
        b       down(12)
place:  lr      8,6
        sll     8,2
        st      9,0(8,11)
        br      14
        .balign 4
left:   .long   0
one:    .long   1
count:  .long   2000
seed:   .long   20260101
factor: .long   1103515245
addend: .long   12345
