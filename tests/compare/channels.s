# Executes the channel programs of channels.c on a bare System/370, one after another:
# scripts/compare-channels has it assembled and loaded at 0, the table of programs at 10000. What a
# program's 800 bytes hold is said in channels.c. Its CCWs are started, and TEST I/O asks until the
# device has ended; after a unit check a sense command follows. The first CSW is kept, or the first
# with channel end if that comes later, with the statuses of all.
        .include "s370.inc"
SIZE = 0x800
BEGIN = 64                          # of the CCWs
CSW_LEFT = 0x340
        .org 0
        .long 0,0x400               # the restart key's
        .org EXTERNAL_NEW
        .long 0x00020000,0xEEE1,0x00020000,0xEEE2,0x00020000,0xEEE3,0x00020000,0xEEE4,0x00020000,0xEEE5
        .org 0x400
        l     %r2,table
test:   lh    %r3,0(%r2)            # device
        ltr   %r3,%r3
        bz    done
        la    %r1,BEGIN(%r2)
        bal   %r14,start
        mvc   8(8,%r2),CSW_LEFT
        stc   %r7,2(%r2)
        tm    12(%r2),0x02          # unit check
        bz    next
        la    %r1,24(%r2)
        st    %r1,sense
        mvi   sense,0x04
        la    %r1,sense
        bal   %r14,start
        mvc   16(8,%r2),CSW_LEFT
next:   ah    %r2,size
        b     test
done:   lpsw  end

# CCWs at register 1, device in register 3: condition code in register 7, CSW at CSW_LEFT.
start:  st    %r1,CAW
        xc    CSW_LEFT(8),CSW_LEFT
        sr    %r9,%r9               # 1: there is a CSW
        stck  now
        l     %r8,now
        a     %r8,patience
again:  xc    CSW(8),CSW
        sio   0(%r3)
        balr  %r7,0
        sll   %r7,2
        srl   %r7,30
        ch    %r7,two
        be    busy
        ch    %r7,one
        be    status
        bhr   %r14                  # not operational
poll:   xc    CSW(8),CSW
        tio   0(%r3)
        bc    1,gone
        bc    2,wait
        bc    4,status
        ltr   %r9,%r9               # available: all status has been there
        bnzr  %r14
wait:   stck  now
        c     %r8,now
        bh    poll
        mvi   3(%r2),0xFF           # it never ends: that is for the report
        b     done
busy:   stck  now
        c     %r8,now
        bh    again
        mvi   3(%r2),0xFD
        br    %r14
gone:   mvi   3(%r2),0xFE
        br    %r14
status: ltr   %r9,%r9
        bnz   later
        la    %r9,1
        mvc   CSW_LEFT(8),CSW
        b     ended
later:  tm    CSW+4,0x08
        bz    merge
        oc    CSW+4(2),CSW_LEFT+4
        mvc   CSW_LEFT(8),CSW
        b     ended
merge:  oc    CSW_LEFT+4(2),CSW+4
ended:  tm    CSW_LEFT+4,0x04       # device end
        bor   %r14
        tm    CSW_LEFT+4,0x02       # unit check without an end, or a check of the channel
        bo    early
        tm    CSW_LEFT+5,0x3F
        bz    wait
early:  tm    CSW_LEFT+4,0x08
        bo    wait
        br    %r14
        .balign 8
end:    .long 0x00020000,0xFFF0
now:    .skip 8
sense:  .long 0x04000000,0x20000018
table:  .long 0x10000
patience: .long 3                   # times 1.05 s
one:    .short 1
two:    .short 2
size:   .short SIZE
