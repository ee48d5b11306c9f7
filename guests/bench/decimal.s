# Decimal arithmetic as a billing program has it: zoned fields packed, multiplied,
# divided, rounded, summed up, edited and unpacked.
        .include "kernel.inc"
        kernel  250000
        sr      1,1
        la      11,0x800
        sll     11,8
        mvc     0(8,11),price(12)
loop:
        pack    quantity(4,12),zoned(6,12)
        zap     product(8,12),quantity(4,12)
        mp      product(8,12),price+4(3,12)
        srp     product(8,12),62,5      # two digits to the right, rounded
        ap      total(8,12),product(8,12)
        sp      total(8,12),rebate(2,12)
        zap     dividend(12,12),total(8,12)
        dp      dividend(12,12),divisor(3,12)
        cp      dividend+9(3,12),divisor(3,12)
        bnl     wrong(12)
        cvb     5,product(12)
        alr     1,5
        cvd     2,binary(12)
        ap      total(8,12),binary+4(4,12)
        mvc     line(20,12),pattern(12)
        ed      line(20,12),total(12)
        unpk    zoned(6,12),binary+4(4,12)
        oi      zoned+5(12),0xf0
        mvo     work(5,12),quantity(4,12)
        al      1,work(12)
        al      1,dividend+4(12)
        x       1,line+12(12)
        bct     2,loop(12)
        finish
wrong:  la      1,1
        finish
        .balign 8
product: .quad  0
binary: .quad   0
work:   .quad   0
total:  .quad   0x0c
dividend: .skip 12
price:  .byte   0,0,0,0,0x01,0x99,0x5c
rebate: .byte   0x12,0x5c
divisor: .byte  0x00,0x36,0x5c
quantity: .skip 4
zoned:  ebcdic  "001729"
line:   .skip   20
pattern: .byte  0x40,0x20,0x20,0x20,0x6b,0x20,0x20,0x20,0x6b,0x20,0x20,0x20,0x6b,0x20,0x21,0x20,0x4b,0x20,0x20,0x60
