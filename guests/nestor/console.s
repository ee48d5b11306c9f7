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
# kept, and attention asks the machine to read it. Behind it others may wait.
console_line:
        enter
        lr      9,2
        bal     14,console_of
        bnz     console_done
        tm      VD_FLAGS(10),VF_LINE
        bz      console_line_now
        l       1,VM_TYPED(,9)
        c       1,most_typed(12)
        bnl     console_done            # nobody reads them
        la      0,1(,1)
        st      0,VM_TYPED(,9)
        mh      1,typed_size(12)
        bal     14,typed_at             # 1
        stc     4,0(,1)
        ltr     4,4
        bz      console_done
        bctr    4,0
        ex      4,console_keep(12)
        b       console_done
# The line of machine 2 has been read: the next one.
console_read:
        enter
        lr      9,2
        l       8,VM_TYPED(,9)
        ltr     8,8
        bz      console_done
        bctr    8,0
        st      8,VM_TYPED(,9)
        bal     14,console_of
        bnz     console_done
        sr      1,1
        bal     14,typed_at
        mvc     VM_LINE_LENGTH(133,9),0(1)
console_shift:
        ltr     8,8
        bz      console_empty
        mvc     0(LINE_SIZE,1),LINE_SIZE(1)
        la      1,LINE_SIZE(,1)
        bct     8,console_shift
        b       console_empty
typed_at:                               # 1: + the lines of machine 9
        alr     1,9
        s       1,typed_back(12)
        br      14
console_line_now:
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
console_keep: mvc 1(1,1),0(3)
        .balign 4
most_typed: .long 22
typed_back: .long AREA_VM-AREA_TYPED
typed_size: .short LINE_SIZE, 0

# The request key: attention for machine 2.
console_attention:
        enter
        lr      9,2
        call    screen_device           # a display has the keyboard
        lr      10,2
        bz      console_rings
        lr      2,9
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
        l       1,VD_DEVICE(,10)
        ltr     1,1
        bnz     halt_real
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
