# The console of a machine, a 3215: what its user's terminal has to do with it.
        module  console

# 10: the console of machine 2. Condition code not 0: it has none.
console_of:
        la      10,VM_DEVICE_POOL(,2)
        la      1,VM_END(,2)
console_look:
        cli     VD_CLASS(10),C_CONSOLE
        bcr     8,14
        la      10,VD_SIZE(,10)
        cr      10,1
        bl      console_look
        ltr     10,10
        br      14

console_device:                         # for other modules: 2
        enter
        bal     14,console_of
        lr      2,10
        leave

# A line for machine 2: text at 3, length 4. It answers the read that waits; without one it is
# kept, and attention asks the machine to read it.
console_line:
        enter
        lr      9,2
        bal     14,console_of
        bnz     console_done
        stc     4,VM_LINE_LENGTH(,9)
        ltr     4,4
        bz      console_empty
        bctr    4,0
        ex      4,console_move(12)
console_empty:
        oi      VD_FLAGS(10),VF_LINE
        ni      VM_FLAGS(9),0xff-V_READS
        tm      VD_FLAGS(10),VF_WANTS
        bz      console_rings
        cli     VD_COMMAND(10),0x0a
        bne     console_rings
        lr      2,10
        call    proceed
console_done:
        leave
console_move: mvc VM_LINE(1,9),0(3)

# The request key: attention for machine 2.
console_attention:
        enter
        lr      9,2
        bal     14,console_of
        bnz     console_done
console_rings:
        tm      VD_FLAGS(10),VF_BUSY+VF_PENDING
        bz      console_now
        oi      VD_FLAGS(10),VF_ATTENTION       # behind what is going on
        b       console_done
console_now:
        xc      VD_CSW(8,10),VD_CSW(10)
        mvi     VD_CSW+4(10),0x80
        lr      2,10
        call    interrupt_machine
        b       console_done

# There is room on the terminal of machine 2: its console may have waited for it.
console_room:
        enter
        lr      9,2
        bal     14,console_of
        bnz     console_done
        tm      VD_FLAGS(10),VF_WANTS
        bz      console_done
        cli     VD_COMMAND(10),0x0a
        be      console_done
        lr      2,10
        call    proceed
        b       console_done

# HALT I/O on the virtual device 2, which is busy.
halt_device:
        enter
        lr      10,2
        cli     VD_CLASS(10),C_CONSOLE
        bne     halt_real
        tm      VD_FLAGS(10),VF_WANTS
        bz      console_done
        l       9,VD_VM(,10)
        ni      VM_FLAGS(9),0xff-V_READS
        ni      VD_FLAGS(10),0xff-VF_WANTS
        mvc     VD_CSW(4,10),VD_CCW(10)
        mvc     VD_CSW(1,10),VD_KEY(10)
        mvi     VD_CSW+4(10),0x0c
        mvc     VD_CSW+6(2,10),VD_COMMAND+6(10)
        lr      2,10
        call    interrupt_machine
        b       console_done
halt_real:
        call    halt_translated
        b       console_done
