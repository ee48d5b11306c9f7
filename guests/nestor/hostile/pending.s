# The CPU timer has run out, which is pending for as long as it is negative, and the new PSW lets it in again:
# no instruction is ever executed.
        .include "s370.inc"
        mvc     EXTERNAL_NEW(8,0),again_psw(0)
        spt     negative
        lctl    0,0,timer_mask
        lpsw    again_psw
        .balign 8
again_psw: .long 0x010a0000, 0x400
negative: .long -1, -1
timer_mask: .long 0x00000400
