# Executes the tests of fp.c on a bare z/Architecture machine: scripts/compare-float-peer puts it,
# at 800, in front of a table of tests. A test is 512 bytes: instruction, FPC register (8), general
# registers 0-3 (16), storage operand (48), floating-point registers (64); what comes of it: IPM's
# word or -1 after an interruption (192), its code (196) and DXC (200), FPC register (204), general
# registers (208), floating-point registers (256).
        .globl _start
_start: lctlg   %c0,%c0,cr0
        llilh   %r7,1
next:   mvc     slot(6),0(%r7)
        lfpc    8(%r7)
        .irp    n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        ld      %f\n,64+8*\n(%r7)
        .endr
        la      %r5,48(%r7)
        lmg     %r0,%r3,16(%r7)
        cr      %r0,%r0
slot:   .skip   6
        stmg    %r0,%r3,208(%r7)
        ipm     %r0
        st      %r0,192(%r7)
leave:  stfpc   204(%r7)
        .irp    n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        std     %f\n,256+8*\n(%r7)
        .endr
        la      %r7,512(%r7)
        clg     %r7,limit(%r0)
        jl      next
        lpswe   done
failed: stmg    %r0,%r3,208(%r7)
        lghi    %r0,-1
        st      %r0,192(%r7)
        mvc     196(4,%r7),0x8C
        mvc     200(4,%r7),0x90
        j       leave
        .align  8
cr0:    .quad   0x40000
done:   .quad   0x0002000180000000, 0
        .org    _start+0x700
        .quad   failed
limit:  .quad   0
