# The program in guest.c, which has it in hexadecimal: as -m31 -mesa -I guests guest.s,
# ld -m elf_s390 -Ttext=0 --oformat binary. It is loaded at 400.
        .include "s370.inc"
        .org 0
start:  la    3,IO_NEW
        mvc   IO_NEW(8),0x400+bcnew-start
        mvc   PROGRAM_NEW(8),0x400+dead-start
        lctl  2,2,0x400+ones-start
        cli   0x304,0
        be    0x400+ready-start
        mvc   IO_NEW(8),0x400+ecnew-start
ready:  l     1,0x300
        sr    5,5
again:  mvc   CAW(4),0x400+caw-start
        sio   0x1a0
        bc    7,0x400+fail1-start
        cli   0x304,0
        bne   0x400+ecw-start
        lpsw  0x400+bcwait-start
ecw:    lpsw  0x400+ecwait-start
        # the interruption comes here
taken:  cli   0x304,0
        bne   0x400+ectake-start
        clc   0x3a(2),0x400+device-start
        bne   0x400+fail2-start
        b     0x400+both-start
ectake: clc   0xba(2),0x400+device-start
        bne   0x400+fail3-start
both:   clc   CSW(8),0x400+csw-start
        bne   0x400+fail4-start
        a     5,0x804
        bct   1,0x400+again-start
        # the same by TEST I/O, with interruptions disabled
        l     1,0x300
polls:  mvc   CAW(4),0x400+caw-start
        sio   0x1a0
        bc    7,0x400+fail5-start
poll:   tio   0x1a0
        bc    2,0x400+poll-start
        bc    11,0x400+fail6-start
        clc   CSW(8),0x400+csw-start
        bne   0x400+fail7-start
        a     5,0x804
        bct   1,0x400+polls-start
        tio   0x1a0
        bc    7,0x400+fail8-start
        # an immediate operation, a program check at the start, a missing device
        mvc   CAW(4),0x400+caw3-start
        sio   0x1a0
        bc    11,0x400+fail9-start
        clc   CSW+4(2),0x400+ended-start
        bne   0x400+fail9-start
        mvi   CAW,1
        sio   0x1a0
        bc    11,0x400+fail10-start
        clc   CSW+4(2),0x400+checked-start
        bne   0x400+fail10-start
        sio   0x1a1
        bc    14,0x400+fail11-start
        lpsw  0x400+done-start
fail1:  lpsw  0x400+f1-start
fail2:  lpsw  0x400+f2-start
fail3:  lpsw  0x400+f3-start
fail4:  lpsw  0x400+f4-start
fail5:  lpsw  0x400+f5-start
fail6:  lpsw  0x400+f6-start
fail7:  lpsw  0x400+f7-start
fail8:  lpsw  0x400+f8-start
fail9:  lpsw  0x400+f9-start
fail10: lpsw  0x400+f10-start
fail11: lpsw  0x400+f11-start
        .balign 8
bcnew:  .long 0x00000000,0x400+taken-start
ecnew:  .long 0x00080000,0x400+taken-start
dead:   .long 0x00020000,0xdead
bcwait: .long 0xfe020000,0
ecwait: .long 0x020a0000,0
done:   .long 0x00020000,0
f1:     .long 0x00020000,1
f2:     .long 0x00020000,2
f3:     .long 0x00020000,3
f4:     .long 0x00020000,4
f5:     .long 0x00020000,5
f6:     .long 0x00020000,6
f7:     .long 0x00020000,7
f8:     .long 0x00020000,8
f9:     .long 0x00020000,9
f10:    .long 0x00020000,10
f11:    .long 0x00020000,11
read:   ccw   0x02,0x800,8
nop:    ccw   0x03,0,1
csw:    .long 0x400+read-start+8,0x0c000000
caw:    .long 0x400+read-start
caw3:   .long 0x400+nop-start
ones:   .long -1
device: .short 0x01a0
ended:  .short 0x0c00
checked: .short 0x0020
