# Access registers: operands in storage that are in other spaces than the program, by two entries
# of an access list. Now and then a move from the one space to the other.
#
# All spaces are real-space designations, so that nothing depends on tables but those of
# access-register translation.
        .include "kernel.inc"
        .machine "z10"
        kernel  20000
        larl    3,control_table
        st      3,designations+12(12)
        larl    3,list
        st      3,control_table+16(12)
        larl    3,first_space
        st      3,list+2*16+8(12)
        larl    3,second_space
        st      3,list+3*16+8(12)
        larl    3,work
        stg     3,work_psw+8(12)
        llilh   5,0x21                  # something to compute with
        lghi    7,1024
        lhi     6,1
seed:   msfi    6,69069
        ahi     6,1
        st      6,0(5)
        la      5,4(5)
        brct    7,seed
        lctlg   1,2,designations(12)
        lctlg   8,8,authority(12)
        lctlg   0,0,control0(12)
        lpswe   work_psw(12)

work:   lhi     3,2
        sar     4,3
        sar     5,3
        lhi     3,3
        sar     6,3
        sac     512
outer:  lghi    7,64
        llilh   4,0x20
        llilh   5,0x21
loop:   l       8,0(4)
        a       8,4(5)
        st      8,8(4)
        x       1,0(5)
        mvc     16(16,4),0(5)
        ic      8,3(5)
        stc     8,40(5)
        clc     0(8,4),8(5)
        alr     1,8
        la      4,48(4)
        la      5,48(5)
        brct    7,loop
        llilh   6,0x21
        llilh   4,0x20
        mvc     0(256,6),8(4)
        brct    2,outer
        finish

        .balign 16
work_psw: .quad 0x0400000180000000, 0
designations: .quad 0x20, 0             # control registers 1, 2
authority: .quad 0
control0: .quad 0x04040000             # with the secondary-space control, which Hercules asks for
        .balign 64
first_space: .long 0, 0                 # ASN-second-table entries
        .quad   0x120
        .long   0, 7
        .fill   10,4,0
second_space: .long 0, 0
        .quad   0x1a0
        .long   0, 7
        .fill   10,4,0
control_table: .fill 16,4,0
        .balign 128
list:   .fill   8,4,0
        .long   0, 0, 0, 7
        .long   0, 0, 0, 7
        .fill   16,4,0
