# Address spaces on z/Architecture: access registers, the linkage stack, calls between spaces,
# subspaces and the trace table, in some thousands of checks that count themselves.
#
# The image is loaded at 0 and begins in ESA/390. It ends in a disabled wait whose address is 0 if
# all was well, and else the number of the step that failed. `checks` (a word at 0x800) counts.
#
# Each space maps its first megabyte to itself and its second one to a frame of its own: space n
# to (n + 1) megabytes. 0 is the primary space, 1 the secondary, 5 the home space; 2, 3 and 4 are
# those of access lists. The first word of a frame says which it is.
        .machine "zEC12"
        .set    EDAT, 0x00800000
        .set    SECONDARY_CONTROL, 0x04000000
        .set    EXTRACTION, 0x08000000
        .set    DATA, 0x100000
        .set    STACK, 0x108000         # in the home space
        .set    TRACE_TABLE, 0x1e000    # to 0x20000
        .set    FIRST_TABLE, 0x14000
        .set    SAVED, 0x810           # eight bytes for whoever needs them

        .org    0
        .long   0x00080000, 0x80000000 + start
        .org    0x1a0                   # restart, external, SVC, program, machine check, I/O
        .quad   0x0002000180000000, 0xe01
        .org    0x1b0
        .quad   0x0002000180000000, 0xe02
        .quad   0x0002000180000000, 0xe03
        .quad   0x0000000180000000, interrupted
        .quad   0x0002000180000000, 0xe05
        .quad   0x0002000180000000, 0xe06
        .org    0x800
checks: .long   0
step:   .long   0
        .quad   0, 0                    # SAVED
expected: .long 0                       # a program interruption that is waited for: its code
        .balign 8
resume: .quad   0                       # and where to go on
        .balign 16
done_psw: .quad 0x0002000180000000, 0
fail_psw: .quad 0x0002000180000000, 0

# Of instructions with an operand in storage only those with a relative address are used for the
# program's own data: they always mean the primary space.
        .macro  begin n
        lhi     %r0,\n
        strl    %r0,step
        .endm
        .macro  counted
        lrl     %r0,checks
        ahi     %r0,1
        strl    %r0,checks
        .endm
        .macro  equal r, value          # registers 0 and 1 are used up
        .ifc    \r,%r0
        .error  "register 0 counts"
        .endif
        llilf   %r0,\value
        clr     \r,%r0
        jne     fail
        counted
        .endm
        .macro  same r, s
        clgr    \r,\s
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
# What follows ends with this program interruption.
        .macro  expect code, after
        lhi     %r0,\code
        strl    %r0,expected
        lghi    %r0,0
        larl    %r0,\after
        stgrl   %r0,resume
        .endm
        .macro  resumed
        lrl     %r0,expected
        ltr     %r0,%r0
        jnz     fail
        counted
        .endm

        .org    0x2000
fail:   lrl     %r1,step
        larl    %r2,fail_psw
        sac     0
        stg     %r1,8(%r2)
        lpswe   0(%r2)
interrupted:
        stgrl   %r1,interrupted_r1
        l       %r1,0x8c(%r0)           # code and length
        nilh    %r1,0
        strl    %r0,interrupted_r0
        lrl     %r0,expected
        cr      %r0,%r1
        jne     wrong
        lhi     %r0,0
        strl    %r0,expected
        lgrl    %r1,resume
        stg     %r1,0x158(%r0)          # the old PSW's address
        lrl     %r0,interrupted_r0
        lgrl    %r1,interrupted_r1
        lpswe   0x150(%r0)
wrong:  lrl     %r0,step
        sllg    %r1,%r1,16
        lgfr    %r0,%r0
        ogr     %r1,%r0
        larl    %r2,fail_psw
        stg     %r1,8(%r2)
        lpswe   0(%r2)
        .balign 8
interrupted_r0: .quad 0
interrupted_r1: .quad 0

start:  basr    %r12,0
        lhi     %r1,1
        lhi     %r2,0
        lhi     %r3,0
        sigp    %r1,%r2,0x12            # z/Architecture
        sam64
        begin   1
        larl    %r1,controls
        lctlg   %c0,%c15,0(%r1)
        ptlb
        palb
# markers, with translation off
        lhi     %r1,0
        llilf   %r2,0x100000
        llilf   %r3,0xa0a0a0a0
mark:   st      %r3,0(%r2)
        st      %r3,4(%r2)
        alfi    %r3,0x01010101
        alfi    %r2,0x100000
        ahi     %r1,1
        chi     %r1,6
        jl      mark
        larl    %r1,translated
        lpswe   0(%r1)
        .balign 16
translated: .quad 0x0400000180000000, on
on:

# ---- access registers, in each addressing mode ---------------------------------------------
        sam24
        brasl   %r14,access_registers
        sam31
        brasl   %r14,access_registers
        sam64
        brasl   %r14,access_registers
        brasl   %r14,access_exceptions
        brasl   %r14,stack
        brasl   %r14,calls
        brasl   %r14,reuse
        brasl   %r14,subspaces
        brasl   %r14,tracing
        larl    %r2,done_psw
        lpswe   0(%r2)

# Registers 8 and 9 go over the table of ALETs: an ALET and the number of its space.
access_registers:
        lgr     %r13,%r14
        begin   10
        larl    %r8,alets
first:  larl    %r9,alets
second:
        lam     %a2,%a2,0(%r8)
        lam     %a3,%a3,0(%r9)
        l       %r4,4(%r8)              # spaces
        l       %r5,4(%r9)
        llilf   %r2,DATA
        llilf   %r3,DATA
        lhi     %r6,0
        sar     %a4,%r6
        sar     %a5,%r6
        sar     %a6,%r6
        sac     512
        # the word that says which it is
        l       %r1,0(%r2)
        lr      %r6,%r4
        msfi    %r6,0x01010101
        alfi    %r6,0xa0a0a0a0
        llgfr   %r6,%r6
        llgfr   %r1,%r1
        same    %r1,%r6
        lr      %r7,%r5
        msfi    %r7,0x01010101
        alfi    %r7,0xa0a0a0a0
        llgfr   %r7,%r7
        # a move from the one to the other
        xc      0x100(8,%r2),0x100(%r2)
        mvc     0x100(8,%r2),0(%r3)
        l       %r1,0x104(%r2)
        llgfr   %r1,%r1
        same    %r1,%r7
        # a comparison
        clc     0(4,%r2),0(%r3)
        ipm     %r1
        srl     %r1,28
        lhi     %r11,0
        clr     %r6,%r7
        je      0f
        lhi     %r11,1
        jl      0f
        lhi     %r11,2
0:      llgfr   %r1,%r1
        llgfr   %r11,%r11
        same    %r1,%r11
        # decimal arithmetic: 1 + 23
        mvhhi   0x200(%r2),0x001c
        mvhhi   0x210(%r3),0x023c
        ap      0x200(2,%r2),0x210(2,%r3)
        llh     %r1,0x200(%r2)
        equal   %r1,0x024c
        # a byte, a translation of it
        mvi     0x220(%r2),3
        mvghi   0x230(%r3),0
        mvi     0x233(%r3),0x5a
        tr      0x220(1,%r2),0x230(%r3)
        llc     %r1,0x220(%r2)
        equal   %r1,0x5a
        # a long move
        llilf   %r10,0x00000008
        la      %r4,0x300(%r2)
        cpya    %a4,%a2
        lgr     %r5,%r10
        la      %r6,0(%r3)
        cpya    %a6,%a3
        lr      %r7,%r10
        mvcl    %r4,%r6
        cc      0
        l       %r1,0x304(%r2)
        c       %r1,0(%r3)
        jne     fail
        counted
        # real addresses
        l       %r4,0(%r2)
        slfi    %r4,0xa0a0a0a0
        lhi     %r5,0
        lra     %r1,0x10(%r2)
        cc      0
        srl     %r1,20
        llgcr   %r4,%r4
        ahi     %r4,1
        llgfr   %r1,%r1
        llgfr   %r4,%r4
        same    %r1,%r4
        # LOAD ADDRESS EXTENDED brings the ALET along
        lae     %r10,0x40(%r3)
        ear     %r1,%a10
        ear     %r11,%a3
        llgfr   %r1,%r1
        llgfr   %r11,%r11
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
        br      %r13

# Each exception of access-register translation, with the register's number.
access_exceptions:
        lgr     %r13,%r14
        begin   20
        larl    %r8,bad_alets
0:      lam     %a7,%a7,0(%r8)
        llgh    %r1,4(%r8)
        strl    %r1,expected
        larl    %r1,1f
        stgrl   %r1,resume
        llilf   %r7,DATA
        lgr     %r9,%r8
        sac     512
        l       %r1,0(%r7)
        j       fail
1:      sac     0
        resumed
        llgh    %r10,4(%r8)             # an ALET that is none says nothing
        chi     %r10,0x28
        je      2f
        llc     %r1,0xa0(%r0)
        equal   %r1,7
2:
        ear     %r1,%a7                 # TEST ACCESS finds it, too
        llilf   %r2,0x00050000
        tar     %a7,%r2
        cc      3
        ahi     %r8,8
        larl    %r1,bad_alets_end
        cr      %r8,%r1
        jl      0b
        lhi     %r1,0
        sar     %a7,%r1
        # an entry that is made valid counts after PURGE ALB at the latest
        begin   21
        larl    %r1,du_list
        mvi     0x70(%r1),0
        palb
        llilf   %r2,7
        sar     %a2,%r2
        llilf   %r2,DATA
        sac     512
        l       %r1,0(%r2)
        sac     0
        equal   %r1,0xa2a2a2a2
        larl    %r1,du_list
        mvi     0x70(%r1),0x80
        palb
        expect  0x29,2f
        llilf   %r2,DATA
        sac     512
        l       %r1,0(%r2)
        j       fail
2:      sac     0
        resumed
        # a list that may only be fetched from
        begin   22
        llilf   %r2,4
        sar     %a2,%r2
        llilf   %r2,DATA
        sac     512
        l       %r1,0(%r2)
        equal   %r1,0xa4a4a4a4
        expect  4,3f
        st      %r1,8(%r2)
        j       fail
3:      sac     0
        resumed
        llilf   %r2,4
        sar     %a2,%r2
        llilf   %r2,DATA
        sac     512
        tprot   0(%r2),0
        cc      1
        sac     0
        lhi     %r2,0
        sar     %a2,%r2
        br      %r13

# ---- the linkage stack ------------------------------------------------------------------------
# Sections of three, two and four entries. Register 15 counts the depth; each level has its own
# contents of all other registers and returns in another addressing mode.
        .macro  fill                    # general registers 1-14 and access registers 0-14
        .irp    r,1,2,3,4,5,6,7,8,9,10,11,12,13,14
        sllg    %r\r,%r15,40
        aghi    %r\r,0x111*\r
        sar     %a\r,%r\r
        .endr
        .endm
        .macro  filled from, to         # registers 0 and 1 are used up
        .irp    r,2,3,4,5,6,7,8,9,10,11,12,13,14
        .if     \r >= \from && \r <= \to
        sllg    %r1,%r15,40
        aghi    %r1,0x111*\r
        same    %r\r,%r1
        ear     %r0,%a\r
        llgfr   %r1,%r1
        clr     %r0,%r1
        jne     fail
        counted
        .endif
        .endr
        .endm
stack:  stgrl   %r14,back
        begin   30
        lhi     %r15,1
deeper: fill
        stctg   %c15,%c15,SAVED(%r0)
        stgrl   %r15,depth
        begin   31
        llgfr   %r1,%r15                # the level's return address: its mode, by turns
        nill    %r1,3
        larl    %r0,returned
        chi     %r1,1
        jl      0f
        je      1f
        oill    %r0,1                   # 64
        j       2f
1:      oilh    %r0,0x8000              # 31
0:                                      # 24
2:      lgr     %r1,%r0
        lgr     %r2,%r1
        larl    %r3,pushed
        cghi    %r15,10
        je      full
        bakr    %r2,%r3
        j       fail
pushed: counted
        stctg   %c15,%c15,SAVED+8(%r0)
        begin   32
        lhi     %r1,0                   # keys and ASNs
        esta    %r4,%r1
        cc      0
        equal   %r4,0xc0000002
        llgfr   %r5,%r5
        llilf   %r6,0x00050001
        same    %r5,%r6
        lhi     %r1,2                   # the branch address
        esta    %r4,%r1
        larl    %r6,pushed
        oill    %r6,1
        llgfr   %r5,%r5
        llgfr   %r6,%r6
        same    %r5,%r6
        lhi     %r1,4                   # the PSW: its address is what R1 said
        esta    %r4,%r1
        larl    %r6,returned
        same    %r5,%r6
        begin   33
        lr      %r4,%r15                # the modifiable area
        sll     %r4,8
        lr      %r5,%r15
        msta    %r4
        lhi     %r1,3
        lhi     %r6,0
        lhi     %r7,0
        esta    %r6,%r1
        llgfr   %r6,%r6
        llgfr   %r4,%r4
        same    %r6,%r4
        begin   34                      # the registers
        lghi    %r4,-1
        lghi    %r14,-1
        eregg   %r4,%r14
        filled  4, 14
        lghi    %r8,-1
        ereg    %r8,%r8
        sllg    %r1,%r15,40
        aghi    %r1,0x888
        srlg    %r8,%r8,0
        llgfr   %r8,%r8
        llgfr   %r1,%r1
        same    %r8,%r1
        aghi    %r15,1
        j       deeper

# There is no room: nothing has changed.
full:   begin   40
        expect  0x30,0f
        bakr    %r2,%r3
        j       fail
0:      resumed
        stctg   %c15,%c15,SAVED(%r0)
        lg      %r4,SAVED(%r0)
        lg      %r5,SAVED+8(%r0)
        same    %r4,%r5
        aghi    %r15,-1
        begin   41
        lghi    %r2,-1
        lghi    %r9,-1
        lhi     %r1,-1
        sar     %a9,%r1
        pr
        j       fail

# PROGRAM RETURN goes on here, in the level's mode, with its registers.
returned:
        tam
        ipm     %r1
        begin   42
        srl     %r1,28
        nill    %r1,3
        llgfr   %r0,%r15
        nill    %r0,3
        cijne   %r0,0,0f
        cijne   %r1,0,fail
        j       2f
0:      cijne   %r0,1,1f
        cijne   %r1,1,fail
        j       2f
1:      cijne   %r1,3,fail
2:      counted
        sam64
        begin   43
        larl    %r1,returned            # register 2 was the return address, 3 the branch's
        filled  4, 14
        aghi    %r15,-1
        cghi    %r15,0
        je      empty
        lghi    %r7,-1
        pr
        j       fail
empty:  begin   44
        expect  0x31,0f
        pr
        j       fail
0:      resumed
        expect  0x31,0f
        lhi     %r1,0
        ereg    %r4,%r4
        j       fail
0:      resumed
        # a header that stops PROGRAM RETURN, an entry of no type
        begin   45
        lhi     %r1,0
        .irp    r,1,2,3,4,5,6,7,8,9,10,11,12,13,14
        sar     %a\r,%r1
        .endr
        sac     768
        llilf   %r2,STACK
        oi      8(%r2),0x80
        sac     0
        expect  0x34,0f
        pr
        j       fail
0:      resumed
        sac     768
        llilf   %r2,STACK
        mvi     8(%r2),0x0a
        sac     0
        expect  0x33,0f
        pr
        j       fail
0:      resumed
        sac     768
        llilf   %r2,STACK
        mvi     8(%r2),0x09
        sac     0
        lgrl    %r14,back
        br      %r14
        .balign 8
back:   .quad   0
depth:  .quad   0

# ---- calls between spaces -----------------------------------------------------------------------
calls:  stgrl   %r14,back
        begin   50
        sam31
        pc      0(%r0)                  # basic, to this space
called_0_back:
        j       after_0
called_0:
        begin   51
        larl    %r1,called_0_back
        oilh    %r1,0x8000
        llgfr   %r14,%r14
        llgfr   %r1,%r1
        same    %r14,%r1
        equal   %r4,0x12345678
        equal   %r3,0xc0000001
        pt      %r3,%r14
        j       fail
after_0:
        begin   52                      # the secondary space is the primary one now
        esar    %r1
        equal   %r1,1
        pc      1(%r0)                  # basic, to ASN 2
        begin   53
        epar    %r1
        equal   %r1,1
        j       after_1
called_1:
        begin   54
        epar    %r1
        equal   %r1,2
        esar    %r1
        equal   %r1,1
        llilf   %r2,DATA                # the primary space's data are those of space 2
        l       %r1,0(%r2)
        equal   %r1,0xa2a2a2a2
        sac     256
        l       %r1,0(%r2)
        sac     0
        equal   %r1,0xa0a0a0a0
        pt      %r3,%r14
        j       fail
after_1:
        begin   55
        sam64
        llilf   %r5,0x55555555
        lgr     %r6,%r5
        sar     %a5,%r5
        pc      2(%r0)                  # stacking, to ASN 2, with key 8, in the 31-bit mode, with
        begin   56                      # access registers
        llilf   %r1,0x55555555
        same    %r5,%r1
        ear     %r2,%a5
        llgfr   %r2,%r2
        same    %r2,%r1
        tam
        cc      3
        epar    %r2
        equal   %r2,1
        ipk
        llgcr   %r2,%r2
        equal   %r2,0
        iac     %r2
        cc      0
        j       after_2
called_2:
        ipk                             # storage has the key 0
        lgr     %r6,%r2
        spka    0
        begin   57
        tam
        cc      1
        iac     %r2
        cc      2
        llgcr   %r2,%r6
        equal   %r2,0x80
        epar    %r2
        equal   %r2,2
        esar    %r2
        equal   %r2,2
        lhi     %r2,0
        sar     %a2,%r2
        llilf   %r2,DATA
        l       %r1,0(%r2)
        equal   %r1,0xa2a2a2a2
        lhi     %r1,2
        esta    %r2,%r1
        cc      1
        equal   %r3,2
        equal   %r2,0x00020077
        lhi     %r1,1
        esta    %r2,%r1
        lghi    %r5,-1
        sar     %a5,%r5
        pr
        j       fail
after_2:
        lhi     %r1,0
        sar     %a5,%r1
        # nested: from the called program a call again, and back twice
        begin   58
        lhi     %r11,0
        pc      3(%r0)
        begin   59
        lrl     %r1,nesting
        equal   %r1,3
        j       after_3
called_3:
        lrl     %r1,nesting
        ahi     %r1,1
        strl    %r1,nesting
        chi     %r1,3
        je      0f
        pc      3(%r0)
0:      pr
        .balign 4
nesting: .long  0
after_3:
        begin   60
        expect  0x23,0f
        pc      64(%r0)
        j       fail
0:      resumed
        lg      %r1,0xa8(%r0)
        equal   %r1,64
        expect  0x22,0f
        lhi     %r1,0x2000
        pc      0(%r1)
        j       fail
0:      resumed
        expect  0x13,0f                 # basic, but of the 31-bit mode
        pc      0(%r0)
        j       fail
0:      resumed
        begin   61
        lhi     %r1,2
        ssar    %r1
        llilf   %r2,DATA
        sac     256
        l       %r1,0(%r2)
        sac     0
        equal   %r1,0xa2a2a2a2
        lhi     %r1,3
        expect  0x21,0f
        ssar    %r1
        j       fail
0:      resumed
        lhi     %r1,1                   # keyed moves between the spaces
        ssar    %r1
        larl    %r1,controls
        lctlg   %c7,%c7,56(%r1)
        begin   62
        llilf   %r2,DATA
        llilf   %r3,DATA
        lghi    %r4,4
        lhi     %r5,0
        mvcp    0x400(%r4,%r2),0(%r3),%r5
        cc      0
        l       %r1,0x400(%r2)
        equal   %r1,0xa1a1a1a1
        mvcs    0x410(%r4,%r2),0(%r3),%r5
        sac     256
        l       %r1,0x410(%r2)
        sac     0
        equal   %r1,0xa0a0a0a0
        llilf   %r0,0x00810001          # to the secondary space, from the primary one
        lghi    %r4,4096
        ahi     %r2,0x1000
        mvcos   0(%r2),0(%r3),%r4
        cc      0
        sac     256
        l       %r1,0(%r2)
        sac     0
        equal   %r1,0xa0a0a0a0
        lgrl    %r14,back
        br      %r14

# ---- numbers that are used again -----------------------------------------------------------
# The same calls, and more, with ASN-and-LX reuse: numbers have instances, 11 for the primary
# space and 330077 for ASN 2, and linkage indexes two tables.
        .macro  instance r, left, right
        llihf   %r0,\left
        oilf    %r0,\right
        clgr    \r,%r0
        jne     fail
        counted
        .endm
        .macro  identified n            # the translation exception
        lg      %r1,0xa8(%r0)
        equal   %r1,\n
        .endm
reuse:  stfl    0(%r0)                  # not every machine has it
        tm      200(%r0),2
        bzr     %r14
        stgrl   %r14,back
        begin   70
        sam64
        larl    %r1,reusing
        lctlg   %c0,%c0,0(%r1)
        lctlg   %c3,%c4,8(%r1)
        larl    %r1,first_linkage
        oilh    %r1,0x8000
        ahi     %r1,1
        strl    %r1,primary_entry+24
        strl    %r1,entry_2+24
        sam31
        epair   %r1
        instance %r1,0x11,1
        esair   %r1
        instance %r1,0x22,2
        pc      1(%r0)
        begin   71
        epair   %r1
        instance %r1,0x11,1
        esair   %r1
        instance %r1,0x11,1
        llilf   %r2,0x180001            # a long number
        pc      0(%r2)
        begin   72
        llihf   %r15,0x77               # a second entry that is not for everybody
        llilf   %r2,0x101
        pc      0(%r2)
        begin   73
        expect  0x2e,0f
        llihf   %r15,0x78
        llilf   %r2,0x180101
        pc      0(%r2)
        j       fail
0:      resumed
        identified 0x180101
        expect  0x27,0f
        pc      0x200(%r0)
        j       fail
0:      resumed
        identified 0x200
        expect  0x26,0f
        llilf   %r2,0x2000
        pc      0(%r2)
        j       fail
0:      resumed
        identified 0x2000
        expect  0x26,0f
        llilf   %r2,0x280003
        pc      0(%r2)
        j       fail
0:      resumed
        identified 0x280003
        expect  0x23,0f
        llilf   %r2,0x180008
        pc      0(%r2)
        j       fail
0:      resumed
        identified 0x180008
        begin   74
        pc      2(%r0)                  # stacking, and back
        tam
        cc      1
        epair   %r1
        instance %r1,0x11,1
        lhi     %r1,0
        sar     %a5,%r1
        begin   75
        pc      4(%r0)
        begin   76
        epair   %r1
        instance %r1,0x11,1
        esair   %r1
        instance %r1,0x11,1
        larl    %r1,traced_spaces       # a trace entry has the long number behind the address
        lctlg   %c12,%c12,0(%r1)
        llilf   %r2,0x180005
        pc      0(%r2)
after_5: larl   %r1,no_trace
        lctlg   %c12,%c12,0(%r1)
        begin   77
        llilf   %r1,TRACE_TABLE
        l       %r2,0(%r1)
        llgfr   %r2,%r2
        equal   %r2,0x22080000
        l       %r2,4(%r1)
        larl    %r3,after_5
        oilh    %r3,0x8000
        clr     %r2,%r3
        jne     fail
        counted
        l       %r2,8(%r1)
        llgfr   %r2,%r2
        equal   %r2,0x180005
        sam64
        larl    %r1,controls
        lctlg   %c0,%c0,0(%r1)
        lctlg   %c3,%c4,24(%r1)
        larl    %r1,linkage_table
        oilh    %r1,0x8000
        strl    %r1,primary_entry+24
        strl    %r1,entry_2+24
        lghi    %r15,0
        lgrl    %r14,back
        br      %r14

called_4:
        begin   80
        epair   %r1
        instance %r1,0x330077,2
        esair   %r1
        instance %r1,0x11,1
        llilf   %r1,1
        iihf    %r1,0x11
        ssair   %r1
        esair   %r1
        instance %r1,0x11,1
        expect  0x2f,0f                 # not this instance
        llilf   %r1,1
        iihf    %r1,0x12
        ssair   %r1
        j       fail
0:      resumed
        expect  0x2f,0f
        iihf    %r3,0x12
        pti     %r3,%r14
        j       fail
0:      resumed
        begin   81
        larl    %r2,primary_entry
        oi      7(%r2),1                # reusable: PT is not enough
        expect  0x13,0f
        pt      %r3,%r14
        j       fail
0:      resumed
        larl    %r2,primary_entry
        ni      7(%r2),0xfe
        iihf    %r3,0x11
        pti     %r3,%r14
        j       fail

called_5:
        begin   82
        lhi     %r1,5
        esta    %r2,%r1
        cc      1
        llgfr   %r2,%r2
        llgfr   %r3,%r3
        equal   %r2,0x11
        equal   %r3,0x11
        larl    %r2,no_trace            # PROGRAM RETURN is not to be traced
        lctlg   %c12,%c12,0(%r2)
        larl    %r2,primary_entry
        mvi     47(%r2),0x12            # the number has another instance by now
        expect  0x2f,0f
        pr
        j       fail
0:      resumed
        llc     %r2,0xa0(%r0)
        equal   %r2,0x20
        larl    %r2,primary_entry
        mvi     47(%r2),0x11
        pr
        j       fail

# ---- subspaces --------------------------------------------------------------------------------------
subspaces:
        stgrl   %r14,back
        begin   70
        larl    %r1,grouped
        lctlg   %c1,%c1,0(%r1)
        lhi     %r8,20
0:      lhi     %r1,8                   # to the subspace, whose frame is space 3's
        sar     %a3,%r1
        larl    %r3,1f
        bsg     %r2,%r3
        j       fail
1:      llilf   %r4,DATA
        l       %r1,0(%r4)
        equal   %r1,0xa3a3a3a3
        lhi     %r1,0                   # and back to the base space
        sar     %a3,%r1
        larl    %r3,2f
        bsg     %r2,%r3
        j       fail
2:      l       %r1,0(%r4)
        equal   %r1,0xa0a0a0a0
        lhi     %r1,1                   # to the subspace that was the last
        sar     %a3,%r1
        larl    %r3,3f
        bsg     %r2,%r3
        j       fail
3:      l       %r1,0(%r4)
        equal   %r1,0xa3a3a3a3
        lhi     %r1,0
        sar     %a3,%r1
        larl    %r3,4f
        bsg     %r0,%r3
        j       fail
4:      brct    %r8,0b
        begin   71                      # reduced authority and back
        sam31
        larl    %r3,1f
        llilf   %r2,0x80000000
        bsa     %r2,%r3
        j       3f                      # here it goes on when authority is restored
1:      expect  2,2f
        stpx    SAVED(%r0)
        j       fail
2:      resumed
        bsa     %r0,%r0
        j       fail
3:      stpx    SAVED(%r0)
        tam
        cc      1
        sam64
        counted
        lgrl    %r14,back
        br      %r14

# ---- the trace table -----------------------------------------------------------------------------------
# Branches are traced until the table's page is full.
tracing:
        stgrl   %r14,back
        begin   80
        larl    %r1,traced_branches
        lctlg   %c12,%c12,0(%r1)
        lhi     %r8,1023
        larl    %r3,1f
0:
1:      basr    %r2,0
        larl    %r3,2f
        basr    %r2,%r3
        j       fail
2:      brct    %r8,1b
        expect  0x16,3f                 # the last word would reach the end
        basr    %r2,%r3
        j       fail
3:      resumed
        larl    %r1,no_trace
        lctlg   %c12,%c12,0(%r1)
        begin   81
        llilf   %r2,TRACE_TABLE
        lhi     %r8,1023
        larl    %r3,2b
        oilh    %r3,0x8000
        llgfr   %r3,%r3
4:      llgf    %r1,0(%r2)
        same    %r1,%r3
        ahi     %r2,4
        brct    %r8,4b
        begin   82                      # TRACE: clock, operand, registers
        larl    %r1,traced_explicitly
        lctlg   %c12,%c12,0(%r1)
        llilf   %r5,0x55555555
        llilf   %r6,0x66666666
        larl    %r7,operand
        trace   %r5,%r6,0(%r7)
        tracg   %r5,%r6,0(%r7)
        larl    %r1,no_trace
        stctg   %c12,%c12,SAVED(%r0)
        lctlg   %c12,%c12,0(%r1)
        lg      %r1,SAVED(%r0)
        equal   %r1,TRACE_TABLE + 0x1000 + 20 + 32 + 1
        llilf   %r2,TRACE_TABLE + 0x1000
        llc     %r1,0(%r2)
        equal   %r1,0x71
        l       %r1,8(%r2)
        equal   %r1,0x01234567
        l       %r1,12(%r2)
        equal   %r1,0x55555555
        l       %r1,16(%r2)
        equal   %r1,0x66666666
        llh     %r1,20(%r2)
        equal   %r1,0x7180
        l       %r1,32(%r2)
        equal   %r1,0x01234567
        lg      %r1,44(%r2)
        llilf   %r3,0x66666666
        same    %r1,%r3
        lgrl    %r14,back
        br      %r14
        .balign 4
operand: .long  0x01234567

# ---- tables ------------------------------------------------------------------------------------------------
        .balign 8
controls:
        .quad   SECONDARY_CONTROL + EXTRACTION + EDAT + 0xe0
        .quad   segments_0 + 0x0        # primary
        .quad   control_table
        .quad   0xc0000002              # key mask, secondary ASN
        .quad   0x00070001              # authorization index, primary ASN
        .quad   primary_entry
        .quad   0
        .quad   segments_1              # secondary
        .quad   0x00050000              # extended authorization index
        .quad   0, 0, 0, 0
        .quad   segments_5              # home
        .quad   0x00080000 + FIRST_TABLE / 4096
        .quad   STACK + 8
grouped: .quad  segments_0 + 0x200
traced_branches: .quad 0x8000000000000000 + TRACE_TABLE
traced_explicitly: .quad TRACE_TABLE + 0x1000 + 1
no_trace: .quad 0
traced_spaces: .quad TRACE_TABLE + 2
reusing:                                # control registers 0, 3, 4
        .quad   SECONDARY_CONTROL + EXTRACTION + EDAT + 0xe0 + 0x80000
        .quad   0x00000022c0000002, 0x0000001100070001
zeros:  .quad   0
        .balign 8
alets:  .long   0, 0, 1, 1, 2, 2, 3, 3, 5, 3, 6, 4, 0x01000001, 4, 0x01000002, 2
alets_end:
bad_alets:
        .long   0x02000000, 0x00280000, 0x80000000, 0x00280000, 0x00000100, 0x00290000
        .long   0x00000007, 0x00290000, 0x00010002, 0x002a0000, 0x00000009, 0x002b0000
        .long   0x0000000a, 0x002c0000, 0x0000000b, 0x002d0000, 0x01000010, 0x00290000
bad_alets_end:

        .macro  segments n
        .balign 4096
segments_\n:
        .quad   0x400, 0x400 + (\n + 1) * 0x100000
        .endm
        segments 0
        segments 1
        segments 2
        segments 3
        segments 4
        segments 5

        .balign 64
control_table:
        .long   primary_entry, 0, 0, 0, du_list + 1, 0, 0, 0
        .long   0, 0, 0, 0, 0, 0, 0, 0
        .balign 128
du_list:
        .long   0, 0, 0, 0, 0, 0, 0, 0
        .long   0x00000009, 0, entry_2, 0x77
        .long   0x00000009, 0, entry_3, 0x77
        .long   0x02000009, 0, entry_4, 0x77
        .long   0x01000005, 0, entry_3, 0x77    # private, of our own authority
        .long   0x01000006, 0, entry_4, 0x77    # private, by the authority table
        .long   0x80000009, 0, entry_2, 0x77
        .long   0x00000009, 0, entry_sub, 0x99
        .long   0x00000009, 0, entry_bad, 0x77
        .long   0x00000009, 0, entry_2, 0x78
        .long   0x01000006, 0, entry_2, 0x77
        .long   0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0
        .balign 128
primary_list:
        .long   0x80000000, 0, 0, 0
        .long   0x00000009, 0, entry_4, 0x77
        .long   0x00000009, 0, entry_2, 0x77
        .long   0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0
        .long   0x80000000, 0, 0, 0, 0x80000000, 0, 0, 0

        .macro  space_entry n, authority, list, linkage, sequence, group=0, instance=0
        .balign 64
        .long   \authority, 0x00070030
        .quad   segments_\n + \group
        .long   \list, \sequence, \linkage, 0, 0, 0, 0, \instance, 0, 0, 0, 0
        .endm
# ASN 1 is the primary space, ASN 2 is space 2.
        .org    FIRST_TABLE
        .long   second_table
        .balign 4096
second_table:
        .long   0x80000000
        .fill   15,4,0
primary_entry:
        space_entry 0, all_authority, primary_list, 0x80000000 + linkage_table, 0x55, 0x200, 0x11
entry_2: space_entry 2, no_extended, 0, 0x80000000 + linkage_table, 0x77, 0, 0x330077
        .long   0x80000000
        .fill   15,4,0
entry_3: space_entry 3, no_extended, 0, 0, 0x77
entry_4: space_entry 4, all_authority, 0, 0, 0x77
entry_bad:
        .long   0x80000000
        .fill   15,4,0
entry_sub:
        .long   no_extended, 0x00070030
        .quad   segments_3 + 0x200
        .long   0, 0x99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        .balign 4
all_authority: .fill 16,1,0xff
no_extended: .byte 0xff, 0x83, 0xff, 0xff       # indexes 5 and 6 have none, 4 and 7 have
        .fill   12,1,0xff
        .balign 128
linkage_table:
        .long   entry_table
        .fill   31,4,0x80000000
        .balign 64
        .macro  call address, mode, keys, asn, new_keys, options, authority, space, high, parameter
        .long   0, \mode + \address, \keys << 16 + \asn, \new_keys << 16
        .long   \options + \authority, \space, \high, \parameter
        .endm
entry_table:
        call    called_0, 0x80000000, 0xc000, 0, 0x0f00, 0, 0, 0, 0, 0x12345678
        call    called_1, 0x80000000, 0xc000, 2, 0x0f00, 0, 0, entry_2, 0, 0x12345678
        call    called_2, 0x80000000, 0xc000, 2, 0x00ff, 0x9f800000, 0x33, entry_2, 0, 0x12345678
        call    called_3, 0, 0xc000, 0, 0x0f00, 0xc0000000, 0, 0, 0, 0x12345678
        call    called_4, 0x80000000, 0xc000, 2, 0x0f00, 0, 0, entry_2, 0, 0x12345678
        call    called_5, 0x80000000, 0xc000, 2, 0x0f00, 0x80000000, 0, entry_2, 0, 0x12345678
        .balign 256
first_linkage:                          # of two steps; the second tables of the first index 0 in each
        .long   second_linkage, 0x80000000
        .fill   62,4,0x80000000
        .long   second_linkage
        .fill   63,4,0x80000000
second_linkage:
        .long   entry_table + 1, 0, entry_table + 1, 0x77
        .fill   60,4,0x80000000

# The linkage stack's sections, in the home space's frame.
        .org    0x1e000
        .fill   0x2000,1,0
        .org    0x600000 + STACK - DATA
stack_1: .quad  0
        .byte   0x09, 1
        .short  3 * 296, 0, 0
        .fill   3 * 296,1,0
        .quad   STACK + (stack_2 - stack_1) + 8 + 1
        .byte   0x0a, 1
        .short  0, 0, 0
        .balign 16
stack_2: .quad  0
        .byte   0x09, 2
        .short  2 * 296 + 8, 0, 0
        .fill   2 * 296 + 8,1,0
        .quad   STACK + (stack_3 - stack_1) + 8 + 1
        .byte   0x0a, 2
        .short  0, 0, 0
        .balign 16
stack_3: .quad  0
        .byte   0x09, 3
        .short  4 * 296, 0, 0
        .fill   4 * 296,1,0
        .quad   0
        .byte   0x0a, 3
        .short  0, 0, 0
        .balign 8
