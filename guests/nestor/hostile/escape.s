# Ways out of a minidisk: 191 has cylinders 100 to 149 of a real disk, 192 cylinders 200 to 209, 193 the same
# as 191 to read only. Each program tries to come elsewhere, or to write where it must not. See
# guests/tests/test.inc for how it ends.
        .include "test.inc"
        .set    DISK, 0x191

# A program that must not read the home address of a cylinder that is not ours; how it ends does not matter.
        .macro  stays number, program
        step    \number
        la      1,\program
        bal     9,try
        .endm
# One that must be refused: unit check.
        .macro  refused number, device, program
        step    \number
        la      1,\program
        la      2,\device
        bal     9,try_device
        tm      CSW+4,0x02
        bno     fail
        .endm

        test
        stays   1, indirect_seek
        stays   2, chained_seek
        stays   3, short_seek
        stays   4, load
        refused 5, 0x193, indirect_write
        refused 6, 0x193, write
        refused 7, DISK, extent
        refused 8, DISK, locate
        step    9                       # the arm is where the other one is,
        la      1,seek
        la      2,0x192
        bal     9,try_device
        stays   10, sense_first         # and this one does not seek
        stays   11, read_seek
        stays   12, skip_seek
        stays   13, far_seek
        refused 14, 0x193, erase
        refused 15, 0x193, write_home
        step    16                      # and the honest way
        la      1,seek
        bal     9,try
        holds   address, 0x00006900, 0x01000000
        pass

try:    la      2,DISK
try_device:
        st      1,CAW
        xc      CSW(8),CSW
        mvc     address(8),ours
        mvc     IO_NEW(8,0),ended_psw(0)
again:  sio     0(2)
        bc      1,fail
        bc      2,again
        bc      4,stored
        lpsw    wait
ended:  tm      CSW+5,0xff              # a program check may end it, too
        bnz     stored
        tm      CSW+4,0x04
        bo      stored
        lpsw    wait
stored: lh      3,address+1             # the cylinder; 192's are no harm
        c       3,first
        bl      fail
        c       3,last
        bl      stays_inside
        c       3,others
        bl      fail
        c       3,others_end
        bnl     fail
        c       2,its_address
        bne     fail
stays_inside:
        br      9
        .balign 8
wait:   .long   0xfe020000, 0
ended_psw: .long 0, ended
ours:   .long   0x00006400, 0
first:  .long   100
last:   .long   150
others: .long   200
others_end: .long 210
its_address: .long 0x192

        .set    IDA, 0x04
        .balign 8
# The seek address by an address word.
indirect_seek:
        ccw     0x07, own_word, 6, CC+IDA
        ccw     0x1a, address, 5, SLI
# In two pieces.
chained_seek:
        ccw     0x07, arm_0, 3, CD
        ccw     0x00, arm_0+3, 3, CC
        ccw     0x1a, address, 5, SLI
short_seek:
        ccw     0x07, arm_0, 5, CC+SLI
        ccw     0x1a, address, 5, SLI
# READ IPL goes to the first cylinder of the disk.
load:   ccw     0x02, scratch, 24, CC+SLI
        ccw     0x1a, address, 5, SLI
indirect_write:
        ccw     0x07, arm_5, 6, CC
        ccw     0x39, arm_5+2, 4, CC
        ccw     0x08, .-8, 1
        ccw     0x15, own_word, 16, IDA
write:  ccw     0x07, arm_5, 6, CC
        ccw     0x39, arm_5+2, 4, CC
        ccw     0x08, .-8, 1
        ccw     0x15, arm_5, 16, SLI
write_home:
        ccw     0x1f, mask, 1, CC
        ccw     0x07, arm_5, 6, CC
        ccw     0x19, home, 5, SLI
erase:  ccw     0x07, arm_5, 6, CC
        ccw     0x39, arm_5+2, 4, CC
        ccw     0x08, .-8, 1
        ccw     0x11, arm_5, 8, SLI
# The commands that take a seek address among their parameters.
extent: ccw     0x63, parameters, 16, CC+SLI
        ccw     0x1a, address, 5, SLI
locate: ccw     0x07, arm_5, 6, CC
        ccw     0x47, parameters, 16, CC+SLI
        ccw     0x1a, address, 5, SLI
sense_first:
        ccw     0x04, scratch, 1, CC+SLI
        ccw     0x1a, address, 5, SLI
# A command of zeros is read where the copy of a seek address is: as the second piece of a read it looks
# like a SEEK. Then it is made to be one.
read_seek:
        ccw     0x07, arm_5, 6, CC
        ccw     0x16, scratch, 8, CD
read_seek_piece:
        ccw     0x07, arm_7, 6, CC+SLI
        ccw     0x39, arm_5+2, 4, CC
        ccw     0x1a, address, 5, SLI
        ccw     0x08, read_seek_piece, 1
# The same, but a search tells whether it is the one or the other.
skip_seek:
        ccw     0x07, arm_5, 6, CC
skip_search:
        ccw     0x39, arm_7+2, 4, CC
        ccw     0x16, scratch, 8, CD
        ccw     0x07, arm_7, 6, CC+SLI
        ccw     0x39, arm_5+2, 4, CC
        ccw     0x1a, address, 5, SLI
        ccw     0x07, arm_7, 6, CC
        ccw     0x08, skip_search, 1
# Where halfwords end.
far_seek:
        ccw     0x07, arm_far, 6, CC
        ccw     0x1a, address, 5, SLI
seek:   ccw     0x07, arm_5, 6, CC
        ccw     0x1a, address, 5, SLI
arm_0:  .short  0, 0, 0
arm_5:  .short  0, 5, 1, 0
arm_7:  .short  0, 7, 0
arm_far: .short 0, 0xffff-99, 0
mask:   .byte   0xc0
        .balign 4
own_word: .long arm_0
home:   .byte   0, 0, 0, 0, 0
parameters: .skip 16
        .balign 8
address: .quad  0
scratch: .skip  64
