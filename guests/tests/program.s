# Program interruptions: a table of instructions, each executed in a slot of its own, in
# BC and in EC mode; code, ILC and address in the old PSW. The step is the row's number.
        .include "test.inc"
        test
        la      1,0x0f                  # all of the program mask
        sll     1,24
        spm     1
        l       10,rows
        la      11,1
        la      2,odd+1                 # an odd address
        l       3,beyond                # an address that there is not
        l       6,locked                # storage of another key, fetch protected
        la      7,0x88
        ssk     7,6
row:    mvc     slot(6),0(10)
        mvc     PROGRAM_NEW(8,0),bc_new(0)
        bal     13,operands
        b       slot
bc_here: cli    PROGRAM_OLD+2,0
        bne     fail
        clc     PROGRAM_OLD+3(1),6(10)
        bne     fail
        bal     14,check_address
        ic      8,PROGRAM_OLD+4
        la      9,0xc0
        nr      8,9
        srl     8,6
        sr      9,9
        ic      9,7(10)
        cr      8,9
        bne     fail

        mvc     PROGRAM_NEW(8,0),ec_new(0)
        bal     13,operands
        lpsw    to_ec
ec_here: cli    PROGRAM_CODE,0
        bne     fail
        clc     PROGRAM_CODE+1(1),6(10)
        bne     fail
        bal     14,check_address
        sr      8,8
        ic      8,PROGRAM_CODE-1        # ILC in bits 13-14
        srl     8,1
        sr      9,9
        ic      9,7(10)
        cr      8,9
        bne     fail
        lpsw    to_bc
next:   la      10,8(,10)
        la      11,1(,11)
        c       10,end
        bl      row
        b       key_test

operands: l     5,largest
        ld      0,greatest
        ld      2,least
        ld      4,greatest
        br      13

check_address:                          # the address is that behind the instruction
        sr      8,8
        ic      8,7(10)
        alr     8,8
        la      8,slot(8)
        l       9,PROGRAM_OLD+4
        la      9,0(,9)
        cr      8,9
        bne     fail
        br      14

# What key 0 is not told: protection, with key 9.
key_test:
        la      11,100
        mvc     PROGRAM_NEW(8,0),store_new(0)
        lpsw    key_9_store
store:  st      1,0(,6)
        b       fail
stored: cli     PROGRAM_OLD+3,4
        bne     fail
        la      11,101
        mvc     PROGRAM_NEW(8,0),fetch_new(0)
        lpsw    key_9_fetch
fetch:  l       1,0(,6)
        b       fail
fetched: cli    PROGRAM_OLD+3,4
        bne     fail
        la      11,102                  # a privileged operation in the problem state
        mvc     PROGRAM_NEW(8,0),problem_new(0)
        lpsw    problem
in_problem: ssm 0
        b       fail
not_allowed: holds PROGRAM_OLD, 0x00010002
        la      11,103                  # a wait in EC mode with reserved bits: specification
        mvc     PROGRAM_NEW(8,0),early_new(0)
        lpsw    malformed
early:  cli     PROGRAM_CODE+1,6
        bne     fail
        pass

        .balign 8
bc_new: .long   0, bc_here
ec_new: .long   0x00080000, ec_here
to_ec:  .long   0x00080f00, slot
to_bc:  .long   0, 0x0f000000 + next
store_new: .long 0, stored
fetch_new: .long 0, fetched
problem_new: .long 0, not_allowed
early_new: .long 0x00080000, early
key_9_store: .long 0x00900000, store
key_9_fetch: .long 0x00900000, fetch
problem: .long  0x00010000, in_problem
malformed: .long 0x80080000, 0          # bit 0 of an EC PSW must be zero
largest: .long  0x7fffffff
beyond: .long   0xfffff8
greatest: .quad 0x7fffffffffffffff
least:  .quad   0x0010000000000000
        .balign 8
odd:    .long   0
locked: .long   0x4000
no_fraction: .quad 0x4200000000000000
        .balign 2
slot:   .skip   6
        b       fail
        .balign 4
rows:   .long   table
end:    .long   table_end
# Instruction (6 bytes), code, ILC in halfwords.
        .macro  row code, ilc, instruction:vararg
7:      \instruction
        .if     6 - (. - 7b)
        .skip   6 - (. - 7b)
        .endif
        .byte   \code, \ilc
        .endm
table:  row     0x01, 1, .short 0x0000
        row     0x01, 2, .long  0x52000000
        row     0x01, 3, .short 0xe0ff,0,0
        row     0x03, 2, ex     0,slot
        row     0x06, 2, ex     0,0(2)
        row     0x05, 2, ex     0,0(3)
        row     0x05, 2, l      1,0(,3)
        row     0x05, 2, st     1,0(,3)
        row     0x05, 3, mvc    0(8,3),slot
        row     0x05, 2, lm     1,2,0(3)
        row     0x06, 1, .short 0x1c15         # mr    1,5
        row     0x06, 2, .long  0x5d700000     # d     7,0
        row     0x06, 2, .long  0x8d300001     # sldl  3,1
        row     0x06, 1, .short 0x3812         # ler   1,2
        row     0x06, 1, .short 0x3602         # axr   0,2
        row     0x06, 3, mp     slot(4),slot(4)
        row     0x06, 2, cs     2,3,odd+1
        row     0x07, 3, ap     slot(2),odd(2)
        row     0x07, 2, cvb    1,greatest
        row     0x08, 1, ar     5,5
        row     0x08, 2, sla    5,1
        row     0x09, 2, d      4,odd
        row     0x0b, 3, dp     dividend(4),zero(2)
        row     0x0a, 3, ap     nines(2),nines(2)
        row     0x0c, 1, adr    0,0
        row     0x0d, 1, hdr    2,2
        row     0x0e, 1, sdr    4,4
        row     0x0f, 2, dd     0,no_fraction
table_end:
nines:  .byte   0x99,0x9c
zero:   .byte   0x00,0x0c
dividend: .byte 0,0,1,0x0c
