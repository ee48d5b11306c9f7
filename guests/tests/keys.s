# Storage keys: set and insert, reference and change bits, RRB, protection of stores and
# fetches by key, a move that crosses into a protected block.
        .include "test.inc"
        .set    BLOCK, 0x3000           # a block of 2K
        test
        la      9,8
        sll     9,9                     # 0x1000
        la      8,0(9,9)                # 0x2000
        la      6,0(8,9)                # BLOCK
        step    1                       # a key as it was set
        la      1,0xa8
        ssk     1,6
        sr      2,2
        isk     2,6
        is      2, 0xa8
        step    2                       # BC mode: ISK shows reference and change as zeros,
        l       3,0(,6)                 # but RRB tells: referenced 10 to 1
        rrb     0(6)
        bc      2,ok_2
        b       fail
ok_2:   rrb     0(6)                    # not referenced, not changed: 0
        bnz     fail
        step    3
        st      3,0(,6)                 # referenced and changed: 3
        rrb     0(6)
        bno     fail
        rrb     0(6)                    # changed only: 1
        bnm     fail
        step    4                       # EC mode: all seven bits
        lpsw    to_ec
in_ec:  l       3,4(,6)
        sr      2,2
        isk     2,6
        is      2, 0xae
        step    5                       # the next block has a key of its own
        la      7,0x800(,6)
        la      1,0xb0
        ssk     1,7
        isk     2,6
        is      2, 0xae
        isk     2,7
        is      2, 0xb0
        step    6                       # key A: may do both in the first, only fetch
        mvc     PROGRAM_NEW(8,0),new_6(0)  # in the second, which has no fetch protection
        lpsw    key_a
with_a: st      3,0(,6)
        l       3,0(,7)
        st      3,0(,7)
at_6:   b       fail
next_6: cli     PROGRAM_CODE+1,4
        bne     fail
        holds   PROGRAM_OLD+4, at_6
        step    7                       # a move across the border stores nothing
        mvc     0x7f8(8,6),zeros
        mvc     0(8,7),zeros
        mvc     PROGRAM_NEW(8,0),new_7(0)
        lpsw    key_a_7
move:   mvc     0x7f8(16,6),ones
        b       fail
next_7: clc     0x7f8(8,6),zeros
        bne     fail
        clc     0(8,7),zeros
        bne     fail
        step    8                       # a test under mask of fetch protected storage
        mvc     PROGRAM_NEW(8,0),new_8(0)
        lpsw    key_b
with_b: tm      0(6),1
        b       fail
next_8: cli     PROGRAM_CODE+1,4
        bne     fail
        step    9                       # setting a key takes effect at once
        mvc     PROGRAM_NEW(8,0),new_9(0)
        mvc     SVC_NEW(8,0),done_new(0)
        la      1,0xb0
        ssk     1,6
        lpsw    key_b_9
again:  st      3,0(,6)
        svc     0
done:   pass
        .balign 8
to_ec:  .long   0x00080000, in_ec
key_a:  .long   0x00a80000, with_a
key_a_7: .long  0x00a80000, move
key_b:  .long   0x00b80000, with_b
key_b_9: .long  0x00b80000, again
new_6:  .long   0x00080000, next_6
new_7:  .long   0x00080000, next_7
new_8:  .long   0x00080000, next_8
new_9:  .long   0x000a0000, 0x9
done_new: .long  0x00080000, done
zeros:  .quad   0
ones:   .quad   -1, -1
