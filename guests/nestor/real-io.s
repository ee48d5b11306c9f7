# The real devices: what there is, starting them, and whose interruption it is.
        module  real_io

# Which devices are there? Those of the table that answer TEST I/O. Nestor is made for a room,
# as systems of its kind were: this one. 10: where their blocks may be made; afterwards behind.
find_devices:
        enter
        la      8,room(12)
        la      9,DEVICES
find_row:
        lh      7,0(,8)
        ltr     7,7
        bm      find_end
        sr      6,6
        ic      6,2(,8)
find_device:
        tio     0(7)
        bo      find_not
        xc      0(RD_SIZE,10),0(10)
        st      10,0(,9)
        lr      9,10
        sth     7,RD_ADDRESS(,10)
        mvc     RD_CLASS(1,10),3(8)
        bal     14,find_type
        lr      1,10
        la      10,RD_SIZE(,10)
        cli     RD_CLASS(1),C_READER
        bne     find_not
        oi      RD_FLAGS(1),R_DRAINED   # until the operator starts it
        st      10,RD_SPOOL(,1)
        la      10,VD_SIZE(,10)
find_not:
        la      7,1(,7)
        bct     6,find_device
        la      8,4(,8)
        b       find_row
find_end:
        sr      0,0
        st      0,0(,9)
        lr      2,10
        leave

# What kind of device 10 is, in the code of VM/370 (RD_TYPE). Disks of that time don't tell it, but
# the last head that they have does.
find_type:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        sr      1,1
        ic      1,RD_CLASS(,10)
        alr     1,1
        la      1,class_types(1,12)
        mvc     RD_TYPE(2,10),0(1)
        cli     RD_CLASS(10),C_DISK
        bne     type_found
        la      8,disk_types(12)
type_try:
        lh      4,0(,8)
        ltr     4,4
        bm      type_found
        lr      2,10
        la      3,seek_head(12)
        bal     14,short_program
        tm      CSW+4,0x02
        bz      type_known
        la      8,4(,8)
        b       type_try
type_known:
        mvc     RD_TYPE(2,10),2(8)
type_found:
        lm      6,14,0(13)
        br      14
class_types:                            # by C_...
        .byte   0, 0, 0x80, 0x00, 0x20, 0x82, 0x10, 0x82, 0x10, 0x41, 0x04, 0x00, 0x08, 0x10
        .byte   0x40, 0x04, 0x04, 0x08, 0x04, 0x00
        .balign 2
disk_types:                             # 3350, 2314, 3330, 3380, 3340, 2311
        .short  29, 0x0408, 19, 0x0440, 18, 0x0410, 14, 0x0420, 11, 0x0401, 9, 0x0480, -1

# The command at 3 on device 2, which nobody uses; it moves what is at 1 afterwards, 24 bytes, and a SEEK
# goes to head 4 of cylinder 0. Its end is waited for: CSW.
short_program:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        lr      9,2
        l       8,BUFFER
        la      8,2048(,8)
        mvc     0(8,8),0(3)
        la      1,8(,8)
        st      1,0(,8)
        mvc     0(1,8),0(3)
        xc      8(24,8),8(8)
        sth     4,12(,8)
        lr      3,8
        xc      CSW(8),CSW
        call    start_real
        bc      3,short_over(12)        # busy, or not there
short_wait:
        tm      CSW+4,0x06              # device end, unit check
        bnz     short_over
        lh      1,RD_ADDRESS(,9)
        tio     0(1)
        bnz     short_wait
short_over:
        la      1,8(,8)
        lm      6,14,0(13)
        br      14

# SENSE on the virtual device 2: 2, its first two bytes.
sense_device:
        enter
        lr      10,2
        sr      2,2
        icm     2,12,VD_SENSE(10)
        srl     2,16
        l       9,VD_DEVICE(,10)
        ltr     9,9
        bz      sense_have
        lr      2,9
        call    sense_real
sense_have:
        leave
sense_real:                             # the same of the real device 2
        enter
        la      3,sense(12)
        bal     14,short_program
        lh      2,0(,1)
        leave
        .balign 8
sense:  ccw     0x04, 0, 24, SLI
seek_head: ccw  0x07, 0, 6, SLI

        .macro  devices first, count, class
        .short  \first
        .byte   \count, \class
        .endm
        .balign 2
room:   devices 0x01f, 1, C_CONSOLE
        devices 0x009, 1, C_CONSOLE
        devices 0x010, 4, C_CONSOLE
        devices 0x00c, 1, C_READER
        devices 0x00d, 1, C_PUNCH
        devices 0x00e, 2, C_PRINTER
        devices 0x0c0, 8, C_DISPLAY
        devices 0x130, 8, C_DISK
        devices 0x148, 8, C_DISK
        devices 0x150, 16, C_DISK
        devices 0x190, 32, C_DISK
        devices 0x300, 1, C_PAGER
        devices 0x301, 1, C_DIRECTORY
        devices 0x480, 4, C_TAPE
        devices 0x580, 4, C_TAPE
        .short  -1
        .balign 4

# The real device with the address 2: 10; condition code 3 if there is none.
find_real:
        l       10,DEVICES
        n       2,halfword_mask
find_real_next:
        ltr     10,10
        bz      find_real_none
        ch      2,RD_ADDRESS(,10)
        bcr     8,14
        l       10,RD_NEXT(,10)
        b       find_real_next
find_real_none:
        tm      one+3,1
        br      14
real_device:
        stm     6,14,FRAME(13)          # for other modules
        la      13,FRAME(,13)
        based
        bal     14,find_real
        lr      2,10
        leave

# Start the channel program at 3 (with the key in bits 0-3) on the device of block 2. The condition
# code is the instruction's.
start_real:
        enter
        lctl    0,0,monitor_controls    # low-address protection is the machine's, not ours
        oi      DIRTY,D_TABLES
        st      3,CAW
        lh      1,RD_ADDRESS(,2)
        sio     0(1)
        leave

# The channel program of real device 2 is halted, and its end waited for; what it was does not matter.
stop_real:
        enter
        lh      1,RD_ADDRESS(,2)
        hio     0(1)
stop_wait:
        tio     0(1)
        bc      2,stop_wait(12)
        leave

# A machine waits for a device that executes another's program. If that goes on for longer than 8 seconds, it is
# halted: a channel program can be without end.
somebody_waits:
        enter
        stck    NOW
        bal     14,look_later
        leave
look_later:
        mvc     PATIENCE(8),NOW
        l       1,PATIENCE
        al      1,eight_seconds(12)
        st      1,PATIENCE
        lr      9,14
        call    set_comparator
        br      9
halt_endless:
        enter
        mvi     PATIENCE,0xff
        lm      0,1,NOW
        sl      0,eight_seconds(12)
        stm     0,1,WORK
        l       10,DEVICES
endless_look:
        ltr     10,10
        bz      endless_over
        l       0,RD_QUEUE(,10)
        ltr     0,0
        bz      endless_next
        clc     RD_SINCE(8,10),WORK
        bh      endless_later
        lh      1,RD_ADDRESS(,10)
        hio     0(1)
endless_later:
        bal     14,look_later
endless_next:
        l       10,RD_NEXT(,10)
        b       endless_look
endless_over:
        leave
eight_seconds: .long 8                  # of 1.05 seconds, the unit of its first word

# An I/O interruption: whose?
io_interrupted:
        based
        lh      2,IO_ADDRESS
        bal     14,find_real
        bnz     io_done                 # nobody we know
        cli     RD_CLASS(10),C_DISPLAY
        be      io_display
        cli     RD_CLASS(10),C_CONSOLE
        bne     io_not_console
        l       2,RD_TERMINAL(,10)
        ltr     2,2
        bz      io_done
        call    terminal_interrupted
        b       io_done
io_spooled:
        lr      2,10
        call    spool_interrupted
        b       io_done
io_display:
        l       0,RD_OWNER(,10)
        ltr     0,0
        bnz     io_dedicated
        l       2,RD_TERMINAL(,10)
        ltr     2,2
        bz      io_done
        call    display_interrupted
        b       io_done
io_not_console:
        tm      RD_FLAGS(10),R_SPOOLS+R_WAITS
        bnz     io_spooled
        cli     RD_CLASS(10),C_PAGER
        be      io_done
io_dedicated:
        lr      2,10
        call    device_interrupted
io_done:
        l       11,VM
        goto    dispatch

        nucleus
        .balign 8
PATIENCE: .quad -1                      # when to look at devices that machines wait for
