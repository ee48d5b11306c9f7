# Extended hexadecimal floating point: AXR, SXR, MXR, MXDR, LRDR, LRER.
        .include "kernel.inc"
        kernel  4000000
        sr      1,1
        ld      0,x(12)
        ld      2,x+8(12)
loop:
        ld      4,y(12)
        ld      6,y+8(12)
        mxr     0,4                     # x = x * y + z - w, kept near 1
        ld      4,z(12)
        ld      6,z+8(12)
        axr     0,4
        ld      4,w(12)
        ld      6,w+8(12)
        sxr     0,4
        std     0,x(12)
        std     2,x+8(12)
        lrdr    4,0
        std     4,result(12)
        lrer    6,0
        ste     6,result+8(12)
        ld      4,x(12)
        mxd     4,y(12)
        std     6,result+16(12)
        x       1,result+4(12)
        al      1,result+8(12)
        x       1,result+20(12)
        bct     2,loop(12)
        finish
        .balign 8
x:      .quad   0x4112345678abcdef, 0x33123456789abcde
y:      .quad   0x40f1111111111111, 0x3222222222222222
z:      .quad   0x4013579bdf02468a, 0x320fedcba9876543
w:      .quad   0x3f77777777777777, 0x3188888888888888
result: .skip   32
