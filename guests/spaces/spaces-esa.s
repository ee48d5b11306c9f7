# Address spaces on ESA/390: what spaces-z.s checks, with tables of words, segment and page tables,
# and a linkage stack of entries of 168 bytes. Variables are below 4K and need no base register,
# so in the access-register mode, too, they are in the primary space.
#
# The image is loaded at 0 and ends in a disabled wait: address 0 if all was well, else the step
# that failed, and on its left the code of a program interruption that nobody waited for.
        .machine "z900"
        .set    DATA, 0x100000
        .set    STACK, 0x108000         # in the home space: space 5
        .set    TRACE_TABLE, 0x1e000
        .set    FIRST_TABLE, 0x14000
        .set    PAGES, 0x200000 - 0x10000       # page tables: 1K for each of seven

        .org    0
        .long   0x00080000, 0x80000000 + start
        .org    0x58                    # external, SVC, program, machine check, I/O
        .long   0x000a0000, 0x80000e02, 0x000a0000, 0x80000e03, 0x00080000, 0x80000000 + interrupted
        .long   0x000a0000, 0x80000e05, 0x000a0000, 0x80000e06
        .org    0x800
checks: .long   0
step:   .long   0
expected: .long 0
resume: .long   0
saved:  .long   0, 0, 0, 0
registers: .long 0, 0
back:   .long   0
nesting: .long  0
        .balign 8
done_psw: .long 0x000a0000, 0x80000000
fail_psw: .long 0x000a0000, 0x80000000
translated: .long 0x04080000, 0x80000000 + on
zero:   .long   0
first_marker: .long 0xa0a0a0a0
next_marker: .long 0x01010101
megabyte: .long 0x100000

        .macro  begin n
        lhi     %r0,\n
        st      %r0,step
        .endm
        .macro  counted
        l       %r0,checks
        ahi     %r0,1
        st      %r0,checks
        .endm
        .macro  same r, s
        clr     \r,\s
        jne     fail
        counted
        .endm
        .macro  cc n
        .if     \n == 0
        jnz     fail
        .elseif \n == 1
        jnl     fail
        .elseif \n == 2
        jnh     fail
        .else
        jno     fail
        .endif
        counted
        .endm
        .macro  expect code, after
        lhi     %r0,\code
        st      %r0,expected
        larl    %r0,\after
        st      %r0,resume
        .endm
        .macro  resumed
        l       %r0,expected
        ltr     %r0,%r0
        jnz     fail
        counted
        .endm

        .org    0xc00
packed_1: .byte 0, 0x1c
packed_23: .byte 0x02, 0x3c
packed_24: .byte 0x02, 0x4c
        .balign 4
keys_asn: .long 0xc0000002
authority_asn: .long 0x00050001
keys_1: .long   0xc0000001
parameter: .long 0x12345678
marker_1: .long 0xa1a1a1a1
marker_2: .long 0xa2a2a2a2
called_space: .long 0x00020077
stack_at: .long STACK
trace_at: .long TRACE_TABLE
operand: .long  0x01234567
pages:  .long   PAGES
mode:   .long   0x80000000
authority: .long 0x00050000

        .org    0x2000
fail:   l       %r1,step
        st      %r1,fail_psw+4
        oi      fail_psw+4,0x80
        lpsw    fail_psw
interrupted:
        stm     %r0,%r1,registers
        lh      %r1,0x8e
        l       %r0,expected
        cr      %r0,%r1
        jne     wrong
        xc      expected(4),expected
        l       %r1,resume
        o       %r1,mode
        st      %r1,0x2c
        lm      %r0,%r1,registers
        lpsw    0x28
wrong:  l       %r0,step
        sll     %r1,16
        or      %r1,%r0
        st      %r1,fail_psw+4
        oi      fail_psw+4,0x80
        lpsw    fail_psw

start:  begin   1
# page tables: 0 maps the first megabyte to itself, n the second one to n megabytes
        l       %r2,pages
        lhi     %r3,0
        lhi     %r4,7
0:      lhi     %r5,256
1:      st      %r3,0(%r2)
        ahi     %r3,4096/2
        ahi     %r3,4096/2
        ahi     %r2,4
        brct    %r5,1b
        brct    %r4,0b
# markers
        lhi     %r1,6
        l       %r2,megabyte
        l       %r3,first_marker
0:      st      %r3,0(%r2)
        st      %r3,4(%r2)
        al      %r3,next_marker
        al      %r2,megabyte
        brct    %r1,0b
        larl    %r1,controls
        lctl    %c0,%c15,0(%r1)
        ptlb
        palb
        lpsw    translated
on:     larl    %r14,8f
        j       access_registers
8:      larl    %r14,8f
        j       access_exceptions
8:      larl    %r14,8f
        j       stack
8:      larl    %r14,8f
        j       calls
8:      larl    %r14,8f
        j       tracing
8:      lpsw    done_psw

# Registers 8 and 9 go over the table of ALETs: an ALET and the number of its space.
access_registers:
        st      %r14,back
        begin   10
        lhi     %r1,0
        sar     %a0,%r1
        larl    %r8,alets
first:  larl    %r9,alets
second: lam     %a2,%a2,0(%r8)
        lam     %a3,%a3,0(%r9)
        l       %r4,4(%r8)
        l       %r5,4(%r9)
        l       %r2,megabyte
        lr      %r3,%r2
        lhi     %r6,0
        sar     %a4,%r6
        sar     %a5,%r6
        sar     %a6,%r6
        sac     512
        l       %r1,0(%r2)
        ms      %r4,next_marker
        al      %r4,first_marker
        same    %r1,%r4
        ms      %r5,next_marker
        al      %r5,first_marker
        xc      0x100(8,%r2),0x100(%r2)
        mvc     0x100(8,%r2),0(%r3)
        l       %r1,0x104(%r2)
        same    %r1,%r5
        clc     0(4,%r2),0(%r3)
        ipm     %r1
        srl     %r1,28
        lhi     %r11,0
        clr     %r4,%r5
        je      0f
        lhi     %r11,1
        jl      0f
        lhi     %r11,2
0:      same    %r1,%r11
        mvc     0x200(2,%r2),packed_1
        mvc     0x210(2,%r3),packed_23
        ap      0x200(2,%r2),0x210(2,%r3)
        clc     0x200(2,%r2),packed_24
        jne     fail
        counted
        mvi     0x220(%r2),3
        xc      0x230(8,%r3),0x230(%r3)
        mvi     0x233(%r3),0x5a
        tr      0x220(1,%r2),0x230(%r3)
        cli     0x220(%r2),0x5a
        jne     fail
        counted
        la      %r4,0x300(%r2)
        cpya    %a4,%a2
        lhi     %r5,8
        lr      %r6,%r3
        cpya    %a6,%a3
        lhi     %r7,8
        mvcl    %r4,%r6
        cc      0
        l       %r1,0x304(%r2)
        c       %r1,0(%r3)
        jne     fail
        counted
        l       %r4,0(%r2)
        sl      %r4,first_marker
        sll     %r4,24
        srl     %r4,24
        ahi     %r4,1
        lhi     %r5,0
        lra     %r1,0x10(%r2)
        cc      0
        srl     %r1,20
        same    %r1,%r4
        lae     %r10,0x40(%r3)
        ear     %r1,%a10
        ear     %r11,%a3
        same    %r1,%r11
        sac     0
        ahi     %r9,8
        larl    %r1,alets_end
        cr      %r9,%r1
        jl      second
        ahi     %r8,8
        cr      %r8,%r1
        jl      first
        lhi     %r1,0
        sar     %a10,%r1
        sar     %a2,%r1
        sar     %a3,%r1
        l       %r14,back
        br      %r14

access_exceptions:
        st      %r14,back
        begin   20
        larl    %r8,bad_alets
0:      lam     %a7,%a7,0(%r8)
        lh      %r1,4(%r8)
        st      %r1,expected
        larl    %r1,1f
        st      %r1,resume
        l       %r7,megabyte
        sac     512
        l       %r1,0(%r7)
        j       fail
1:      sac     0
        resumed
        lh      %r10,4(%r8)
        chi     %r10,0x28
        je      2f
        cli     0xa0,7
        jne     fail
        counted
2:      l       %r2,authority
        tar     %a7,%r2
        cc      3
        sac     512
        lra     %r1,0(%r7)
        cc      3
        sac     0
        o       %r10,mode
        same    %r1,%r10
        ahi     %r8,8
        larl    %r1,bad_alets_end
        cr      %r8,%r1
        jl      0b
        lhi     %r1,0
        sar     %a7,%r1
        begin   22
        lhi     %r1,4
        sar     %a2,%r1
        l       %r2,megabyte
        expect  4,3f
        sac     512
        st      %r1,8(%r2)
        j       fail
3:      sac     0
        resumed
        lhi     %r1,0
        sar     %a2,%r1
        l       %r14,back
        br      %r14

# ---- the linkage stack: sections of three, two and four entries
        .macro  fill
        .irp    r,1,2,3,4,5,6,7,8,9,10,11,12,13,14
        lr      %r\r,%r15
        sll     %r\r,20
        ahi     %r\r,0x111*\r
        sar     %a\r,%r\r
        .endr
        .endm
        .macro  filled from
        .irp    r,2,3,4,5,6,7,8,9,10,11,12,13,14
        .if     \r >= \from
        lr      %r1,%r15
        sll     %r1,20
        ahi     %r1,0x111*\r
        same    %r\r,%r1
        ear     %r0,%a\r
        clr     %r0,%r1
        jne     fail
        counted
        .endif
        .endr
        .endm
stack:  st      %r14,back
        lhi     %r15,1
deeper: begin   30
        fill
        stctl   %c15,%c15,saved
        larl    %r2,returned
        tml     %r15,1
        jz      0f
        o       %r2,mode
0:      larl    %r3,pushed
        chi     %r15,10
        je      full
        bakr    %r2,%r3
        j       fail
pushed: counted
        stctl   %c15,%c15,saved+4
        begin   32
        lhi     %r1,0
        esta    %r4,%r1
        cc      0
        c       %r4,keys_asn
        jne     fail
        counted
        c       %r5,authority_asn
        jne     fail
        counted
        lhi     %r1,2
        esta    %r4,%r1
        larl    %r6,pushed
        o       %r6,mode
        same    %r5,%r6
        lhi     %r1,1
        esta    %r4,%r1
        larl    %r6,returned
        tml     %r15,1
        jz      0f
        o       %r6,mode
0:      same    %r5,%r6
        begin   33
        lr      %r4,%r15
        sll     %r4,8
        lr      %r5,%r15
        msta    %r4
        lhi     %r1,3
        lhi     %r6,0
        lhi     %r7,0
        esta    %r6,%r1
        same    %r6,%r4
        same    %r7,%r5
        begin   34
        lhi     %r4,-1
        lhi     %r14,-1
        ereg    %r4,%r14
        filled  4
        expect  6,1f
        lhi     %r1,4
        esta    %r4,%r1
        j       fail
1:      resumed
        ahi     %r15,1
        j       deeper
full:   begin   40
        expect  0x30,0f
        bakr    %r2,%r3
        j       fail
0:      resumed
        stctl   %c15,%c15,saved
        l       %r4,saved
        l       %r5,saved+4
        same    %r4,%r5
        ahi     %r15,-1
        begin   41
        lhi     %r9,-1
        sar     %a9,%r9
        pr
        j       fail
returned:
        lhi     %r1,0
        lr      %r0,%r15
        begin   42
        bras    %r1,0f                  # bit 0 says in which mode
0:      srl     %r1,31
        lr      %r0,%r15
        sll     %r0,31
        srl     %r0,31
        clr     %r0,%r1
        jne     fail
        counted
        larl    %r1,0f
        o       %r1,mode
        bsm     %r0,%r1
0:      begin   43
        filled  4
        ahi     %r15,-1
        ltr     %r15,%r15
        jz      empty
        lhi     %r7,-1
        pr
        j       fail
empty:  begin   44
        expect  0x31,0f
        pr
        j       fail
0:      resumed
        lhi     %r1,0
        .irp    r,1,2,3,4,5,6,7,8,9,10,11,12,13,14
        sar     %a\r,%r1
        .endr
        sac     768
        l       %r2,stack_at
        oi      8(%r2),0x80
        sac     0
        expect  0x34,0f
        pr
        j       fail
0:      resumed
        sac     768
        l       %r2,stack_at
        mvi     8(%r2),0x02
        sac     0
        expect  0x33,0f
        pr
        j       fail
0:      resumed
        sac     768
        l       %r2,stack_at
        mvi     8(%r2),0x01
        sac     0
        l       %r14,back
        br      %r14

# ---- calls between spaces
calls:  st      %r14,back
        begin   50
        pc      0
called_0_back:
        j       after_0
called_0:
        begin   51
        larl    %r1,called_0_back
        o       %r1,mode
        same    %r14,%r1
        c       %r4,parameter
        jne     fail
        counted
        c       %r3,keys_1
        jne     fail
        counted
        pt      %r3,%r14
        j       fail
after_0:
        begin   52
        esar    %r1
        chi     %r1,1
        jne     fail
        counted
        pc      1
        begin   53
        epar    %r1
        chi     %r1,1
        jne     fail
        counted
        j       after_1
called_1:
        begin   54
        epar    %r1
        chi     %r1,2
        jne     fail
        counted
        l       %r2,megabyte
        l       %r1,0(%r2)
        c       %r1,marker_2
        jne     fail
        counted
        sac     256
        l       %r1,0(%r2)
        sac     0
        c       %r1,first_marker
        jne     fail
        counted
        pt      %r3,%r14
        j       fail
after_1:
        begin   55
        l       %r5,parameter
        sar     %a5,%r5
        pc      2
        begin   56
        c       %r5,parameter
        jne     fail
        counted
        ear     %r2,%a5
        same    %r2,%r5
        epar    %r2
        chi     %r2,1
        jne     fail
        counted
        iac     %r2
        cc      0
        j       after_2
called_2:
        ipk
        lr      %r6,%r2
        spka    0
        begin   57
        iac     %r2
        cc      2
        sll     %r6,24
        srl     %r6,24
        chi     %r6,0x80
        jne     fail
        counted
        epar    %r2
        chi     %r2,2
        jne     fail
        counted
        esar    %r2
        chi     %r2,2
        jne     fail
        counted
        lhi     %r2,0
        sar     %a2,%r2
        l       %r2,megabyte
        l       %r1,0(%r2)
        c       %r1,marker_2
        jne     fail
        counted
        lhi     %r1,2
        esta    %r2,%r1
        cc      1
        chi     %r3,2
        jne     fail
        counted
        c       %r2,called_space
        jne     fail
        counted
        lhi     %r5,-1
        sar     %a5,%r5
        pr
        j       fail
after_2:
        lhi     %r1,0
        sar     %a5,%r1
        begin   58
        pc      3
        begin   59
        l       %r1,nesting
        chi     %r1,3
        jne     fail
        counted
        j       after_3
called_3:
        l       %r1,nesting
        ahi     %r1,1
        st      %r1,nesting
        chi     %r1,3
        je      0f
        pc      3
0:      pr
after_3:
        begin   60
        expect  0x23,0f
        pc      64
        j       fail
0:      resumed
        l       %r1,0x90
        chi     %r1,64
        jne     fail
        counted
        lhi     %r1,0x2000
        expect  0x22,0f
        pc      0(%r1)
        j       fail
0:      resumed
        begin   61
        lhi     %r1,2
        ssar    %r1
        l       %r2,megabyte
        sac     256
        l       %r1,0(%r2)
        sac     0
        c       %r1,marker_2
        jne     fail
        counted
        lhi     %r1,3
        expect  0x21,0f
        ssar    %r1
        j       fail
0:      resumed
        begin   62
        larl    %r1,controls
        lctl    %c7,%c7,28(%r1)
        l       %r2,megabyte
        lr      %r3,%r2
        lhi     %r4,4
        lhi     %r5,0
        mvcp    0x400(%r4,%r2),0(%r3),%r5
        cc      0
        l       %r1,0x400(%r2)
        c       %r1,marker_1
        jne     fail
        counted
        mvcs    0x410(%r4,%r2),0(%r3),%r5
        sac     256
        l       %r1,0x410(%r2)
        sac     0
        c       %r1,first_marker
        jne     fail
        counted
        l       %r14,back
        br      %r14

# ---- the trace table
tracing:
        st      %r14,back
        begin   80
        larl    %r1,traced_branches
        lctl    %c12,%c12,0(%r1)
        lhi     %r8,1023
        larl    %r3,2f
1:      basr    %r2,%r3
        j       fail
2:      brct    %r8,1b
        expect  0x16,3f
        basr    %r2,%r3
        j       fail
3:      resumed
        lctl    %c12,%c12,zero
        begin   81
        l       %r2,trace_at
        lhi     %r8,1023
        larl    %r3,2b
        o       %r3,mode
4:      l       %r1,0(%r2)
        same    %r1,%r3
        ahi     %r2,4
        brct    %r8,4b
        begin   82
        larl    %r1,traced_explicitly
        lctl    %c12,%c12,0(%r1)
        l       %r5,keys_1
        l       %r6,marker_1
        trace   %r5,%r6,operand
        stctl   %c12,%c12,saved
        lctl    %c12,%c12,zero
        l       %r2,trace_at
        ahi     %r2,0x1000
        cli     0(%r2),0x71
        jne     fail
        counted
        l       %r1,8(%r2)
        c       %r1,operand
        jne     fail
        counted
        l       %r1,16(%r2)
        same    %r1,%r6
        la      %r1,20+1(%r2)
        l       %r2,saved
        same    %r1,%r2
        l       %r14,back
        br      %r14

# ---- tables
        .org    0x8000
controls:
        .long   0x0cb100e0, segments_0, control_table, 0xc0000002, 0x00070001, primary_entry, 0
        .long   segments_1, 0x00050000, 0, 0, 0, 0, segments_5
        .long   0x00080000 + FIRST_TABLE / 4096, STACK + 8
traced_branches: .long 0x80000000 + TRACE_TABLE
traced_explicitly: .long TRACE_TABLE + 0x1000 + 1
alets:  .long   0, 0, 1, 1, 2, 2, 3, 3, 5, 3, 6, 4, 0x01000001, 4, 0x01000002, 2
alets_end:
bad_alets:
        .long   0x02000000, 0x00280000, 0x80000000, 0x00280000, 0x00000100, 0x00290000
        .long   0x00000007, 0x00290000, 0x00010002, 0x002a0000, 0x00000009, 0x002b0000
        .long   0x0000000a, 0x002c0000, 0x0000000b, 0x002d0000, 0x01000010, 0x00290000
bad_alets_end:
        .balign 64
control_table:
        .long   primary_entry, 0, 0, 0, du_list + 1, 0, 0, 0
        .long   0, 0, 0, 0, 0, 0, 0, 0
        .balign 128
du_list:
        .long   0, 0, 0, 0, 0, 0, 0, 0
        .long   0x00000009, 0, entry_2, 0x77, 0x00000009, 0, entry_3, 0x77
        .long   0x02000009, 0, entry_4, 0x77, 0x01000005, 0, entry_3, 0x77
        .long   0x01000006, 0, entry_4, 0x77, 0x80000009, 0, entry_2, 0x77
        .long   0x80000009, 0, entry_2, 0x77, 0x00000009, 0, entry_bad, 0x77
        .long   0x00000009, 0, entry_2, 0x78, 0x01000006, 0, entry_2, 0x77
        .long   0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0
        .balign 128
primary_list:
        .long   0x80000000, 0, 0, 0
        .long   0x00000009, 0, entry_4, 0x77, 0x00000009, 0, entry_2, 0x77
        .long   0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0
        .long   0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0

        .macro  segments n              # two segments of 256 pages
        .balign 4096
segments_\n:
        .long   PAGES + 15, PAGES + (\n + 1) * 1024 + 15
        .fill   14,4,0x20
        .endm
        segments 0
        segments 1
        segments 2
        segments 3
        segments 4
        segments 5

        .macro  space_entry n, authority, list, linkage, sequence
        .balign 64
        .long   \authority, 0x00070030, segments_\n, \linkage, \list, \sequence
        .fill   10,4,0
        .endm
        .org    FIRST_TABLE
        .long   second_table
        .balign 4096
second_table:
        .long   0x80000000
        .fill   15,4,0
primary_entry:
        space_entry 0, all_authority, primary_list, 0x80000000 + linkage_table, 0x55
entry_2: space_entry 2, no_extended, 0, 0x80000000 + linkage_table, 0x77
        .long   0x80000000
        .fill   15,4,0
entry_3: space_entry 3, no_extended, 0, 0, 0x77
entry_4: space_entry 4, all_authority, 0, 0, 0x77
entry_bad:
        .long   0x80000000
        .fill   15,4,0
        .balign 4
all_authority: .fill 16,1,0xff
no_extended: .byte 0xff, 0x83, 0xff, 0xff
        .fill   12,1,0xff
        .balign 128
linkage_table:
        .long   entry_table
        .fill   31,4,0x80000000
        .balign 64
        .macro  call address, keys, asn, new_keys, options, space
        .long   \keys << 16 + \asn, 0x80000000 + \address, 0x12345678, \new_keys << 16
        .long   \options, \space, 0, 0
        .endm
entry_table:
        call    called_0, 0xc000, 0, 0x0f00, 0, 0
        call    called_1, 0xc000, 2, 0x0f00, 0, entry_2
        call    called_2, 0xc000, 2, 0x00ff, 0x9f800033, entry_2
        call    called_3, 0xc000, 0, 0x0f00, 0x80000000, 0

        .org    0x600000 + STACK - DATA
stack_1: .quad  0
        .byte   0x01, 1
        .short  3 * 168, 0, 0
        .fill   3 * 168,1,0
        .long   0, 0x80000000 + STACK + (stack_2 - stack_1) + 8
        .byte   0x02, 1
        .short  0, 0, 0
        .balign 16
stack_2: .quad  0
        .byte   0x01, 2
        .short  2 * 168 + 8, 0, 0
        .fill   2 * 168 + 8,1,0
        .long   0, 0x80000000 + STACK + (stack_3 - stack_1) + 8
        .byte   0x02, 2
        .short  0, 0, 0
        .balign 16
stack_3: .quad  0
        .byte   0x01, 3
        .short  4 * 168, 0, 0
        .fill   4 * 168,1,0
        .quad   0
        .byte   0x02, 3
        .short  0, 0, 0
        .balign 8
