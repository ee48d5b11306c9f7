# DIAGNOSE: what a machine may ask of us.
        module  diagnose

do_diagnose:
        based
        near    operand
        sr      3,3
        ic      3,INSTRUCTION+1
        lr      4,3
        srl     3,4
        sll     3,2                     # 3: R1 * 4
        n       4,diagnose_low_four(12)
        sll     4,2                     # 4: R3 * 4
        c       2,diagnose_level(12)
        be      diagnose_100
        goto_near specification

# 100: the level. On the iron it is 0; we know ours, and our machines are one deeper.
diagnose_100:
        l       1,LEVEL
        la      1,1(,1)
        st      1,GR(3)
        goto_near go

        .balign 4
diagnose_low_four: .long 15
diagnose_level: .long 0x100
