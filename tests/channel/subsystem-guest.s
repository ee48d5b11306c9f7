# The program in subsystem-guest.c, which has it in hexadecimal: as -m31 -mesa, ld -m elf_s390
# -Ttext=0x2000 --oformat binary. It begins with addresses for the new PSWs, which the C
# program makes in the format of the architecture; MODE is not zero in z/Architecture.
        .equ    ZMODE,0x304
        .equ    COUNT,0x300
        .equ    DATA,0x310                 # where the device's bytes go
        .equ    WAITIO,0x320               # PSWs of the C program's: enabled for I/O,
        .equ    WAITMCK,0x330              # for machine checks,
        .equ    DONE,0x340                 # and the end
        .equ    IRB,0x380
        .equ    SCHIB,0x400
        .equ    BLOCK,0x6000
        .equ    r0,0
        .equ    r1,1
        .equ    r2,2
        .equ    r3,3
        .equ    r4,4
        .equ    r5,5
        .equ    r10,10
        .equ    r11,11
        .equ    r12,12
base:
        .long   start,taken,program,report
start:  basr    r12,0
here:   s       r12,delta-here(r12)
# every subchannel is asked who it is
        l       r1,first-base(r12)
look:   stsch   SCHIB
        bnz     fail-base(r12)
        clc     SCHIB+6(2),device-base(r12)
        be      found-base(r12)
        la      r1,1(r1)
        b       look-base(r12)
found:  mvc     SCHIB(4),parameter-base(r12)
        mvi     SCHIB+4,0x18                # subclass 3
        oi      SCHIB+5,0x80                # enabled
        msch    SCHIB
        bnz     fail-base(r12)
        stsch   SCHIB
        clc     SCHIB(4),parameter-base(r12)
        bne     fail-base(r12)
        lctl    6,6,subclass-base(r12)
        lctl    14,14,reports-base(r12)
# nothing has happened yet
        tpi     0
        bnz     fail-base(r12)
        tsch    IRB
        bnm     fail-base(r12)
        stcrw   IRB
        bnm     fail-base(r12)
        clc     IRB(4),zeros-base(r12)
        bne     fail-base(r12)
        rsch
        bc      13,fail-base(r12)
        xsch
        bc      13,fail-base(r12)
# operand exceptions, and what they leave
        la      r10,0x15
        lr      r4,r1
        slr     r1,r1
        la      r11,after1-base(r12)
        ssch    orb-base(r12)
        b       fail-base(r12)
after1: la      r11,after2-base(r12)
        csch
        b       fail-base(r12)
after2: la      r1,256
        la      r11,after3-base(r12)
        rchp
        b       fail-base(r12)
after3: la      r11,after4-base(r12)
        la      r1,1
        sal
        b       fail-base(r12)
after4: la      r11,after5-base(r12)
        la      r1,4
        schm
        b       fail-base(r12)
after5: la      r1,0x77
        rchp                                # no such path
        bc      14,fail-base(r12)
        la      r10,6                       # not on a word
        lr      r1,r4
        la      r11,after6-base(r12)
        tsch    IRB+1
        b       fail-base(r12)
after6: la      r11,after7-base(r12)
        stcps   IRB+4
        b       fail-base(r12)
after7: la      r11,after8-base(r12)
        l       r3,odd-base(r12)
        .long   0xb25f0030                  # chsc 3
        b       fail-base(r12)
after8: stcps   IRB
        slr     r1,r1
        sal
        slr     r2,r2
        schm
        lr      r1,r4
# the subsystem's characteristics
        l       r3,block-base(r12)
        mvc     0(16,r3),request-base(r12)
        .long   0xb25f0030
        bnz     fail-base(r12)
        clc     16(4,r3),response-base(r12)
        bne     fail-base(r12)
# interrupt-driven
        l       r2,COUNT
        slr     r5,r5
again:  ssch    orb-base(r12)
        bnz     fail-base(r12)
        cli     ZMODE,0
        bne     waitz-base(r12)
        lpsw    WAITIO
waitz:  .insn   s,0xb2b20000,WAITIO         # lpswe
taken:  c       r1,184
        bne     fail-base(r12)
        clc     188(4),parameter2-base(r12)
        bne     fail-base(r12)
        cli     ZMODE,0
        be      esa-base(r12)
        clc     192(4),word-base(r12)
        bne     fail-base(r12)
esa:    tsch    IRB
        bnz     fail-base(r12)
        clc     IRB(12),scsw-base(r12)
        bne     fail-base(r12)
        a       r5,DATA+4
        bct     r2,again-base(r12)
# by TEST PENDING INTERRUPTION, where the code is stored and elsewhere
        l       r2,COUNT
polls:  ssch    orb-base(r12)
        bnz     fail-base(r12)
        mvc     184(8),zeros-base(r12)
poll:   tpi     0
        bz      poll-base(r12)
        bnm     fail-base(r12)
        c       r1,184
        bne     fail-base(r12)
        clc     188(4),parameter2-base(r12)
        bne     fail-base(r12)
        tsch    IRB
        bnz     fail-base(r12)
        a       r5,DATA+4
        ssch    orb-base(r12)
        bnz     fail-base(r12)
poll2:  tpi     SCHIB
        bz      poll2-base(r12)
        c       r1,SCHIB
        bne     fail-base(r12)
        clc     SCHIB+4(4),parameter2-base(r12)
        bne     fail-base(r12)
        tsch    IRB
        bnz     fail-base(r12)
        a       r5,DATA+4
        bct     r2,polls-base(r12)
# clear and halt
        csch
        bnz     fail-base(r12)
        tsch    IRB
        bnz     fail-base(r12)
        clc     IRB(4),cleared-base(r12)
        bne     fail-base(r12)
        hsch
        bnz     fail-base(r12)
        tsch    IRB
        bnz     fail-base(r12)
        clc     IRB(4),halted-base(r12)
        bne     fail-base(r12)
        tpi     0
        bnz     fail-base(r12)
# a device comes: channel report pending
        cli     ZMODE,0
        bne     waitz2-base(r12)
        lpsw    WAITMCK
waitz2: .insn   s,0xb2b20000,WAITMCK
report: tm      0xe9,0x40                   # machine-check-interruption code, bit 9
        bz      fail-base(r12)
        stcrw   IRB
        bnz     fail-base(r12)
        mvc     0x368(4),IRB
        stcrw   IRB
        bnm     fail-base(r12)
        cli     ZMODE,0
        bne     donez-base(r12)
        lpsw    DONE
donez:  .insn   s,0xb2b20000,DONE
# a program interruption that was expected goes on at register 11
program: lh     r3,0x8e
        cr      r3,r10
        bne     fail-base(r12)
        br      r11
fail:   svc     255                         # the C program's new PSW is a disabled wait
        .align  4
delta:  .long   here-base
odd:    .long   BLOCK+1
first:  .long   0x00010000
parameter: .long 0x12345678
parameter2: .long 0x9abcdef0
subclass: .long 0x10000000
reports: .long  0x10000000
zeros:  .long   0,0
orb:    .long   0x9abcdef0,0x0080ff00,ccw,0,0,0,0,0
word:   .long   0x18000000
scsw:   .long   0x00804007,ccw+8,0x0c000000
cleared: .long  0x00001001
halted: .long   0x00002001
request: .long  0x00100010,0,0,0
response: .long 0x0ff00001
block:  .long   BLOCK
device: .short  0x01a0
        .align  8
ccw:    .long   0x02200008,DATA
