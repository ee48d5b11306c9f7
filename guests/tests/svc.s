# Supervisor call: the old PSW byte for byte, in BC and EC mode; ILC, through EXECUTE too.
        .include "test.inc"
        test
        step    1                       # BC mode: ILC 1, condition code, mask, code 7
        mvc     SVC_NEW(8,0),bc_1(0)
        la      1,0x7f
        sll     1,24
        spm     1                       # condition code 3, all masks
        svc     7
here_1: b       fail
back_1: holds   SVC_OLD, 0x00000007, 0x7f000000 + here_1

        step    2                       # by EXECUTE: ILC 2
        mvc     SVC_NEW(8,0),bc_2(0)
        sr      1,1
        spm     1
        la      1,0x2a
        ex      1,call
here_2: b       fail
call:   svc     1
back_2: holds   SVC_OLD, 0x0000002b, 0x80000000 + here_2

        step    3                       # EC mode: ILC and code at 136
        mvc     SVC_NEW(8,0),ec_3(0)
        lpsw    to_ec
in_ec:  sr      1,1                     # condition code 0
        ltr     1,1
        svc     255
here_3: b       fail
back_3: holds   0x88, 0x000200ff
        holds   SVC_OLD, 0x00090000, here_3

        step    4                       # the key and the problem state are kept
        mvc     SVC_NEW(8,0),ec_4(0)
        lpsw    to_key
in_key: svc     0
here_4: b       fail
back_4: holds   SVC_OLD, 0x00892f00, here_4
        holds   0x88, 0x00020000

        step    5                       # PER: its interruption follows, with the new PSW as its old one
        mvc     SVC_NEW(8,0),ec_5(0)
        mvc     PROGRAM_NEW(8,0),ec_program(0)
        lctl    9,11,fetching
        lpsw    to_events
in_events:
        svc     3
here_5: b       fail
back_5: b       fail
event_5:
        holds   SVC_OLD, 0x40080000, here_5
        holds   0x88, 0x00020003
        holds   PROGRAM_OLD, 0x00080000, back_5
        holds   0x8c, 0x00020080
        clc     PER_CODE(6,0),per_5(0)
        bne     fail
        pass
        .balign 8
bc_1:   .long   0, back_1
bc_2:   .long   0, back_2
ec_3:   .long   0x00080000, back_3
ec_4:   .long   0x00080000, back_4
ec_5:   .long   0x00080000, back_5
per_5:  .short  0x4000
        .long   in_events
        .short  0
ec_program: .long 0x00080000, event_5
to_events: .long 0x40080000, in_events
to_ec:  .long   0x00090000, in_ec       # problem state
to_key: .long   0x00892f00, in_key      # key 8, condition code 2, all masks
fetching: .long 0x40000000, in_events, in_events + 1
