# The directory: who may log on, with which machine. These are built in; see directory-disk.s.
        module  directory

        layout  0
        field   DE_NEXT, 4
        field   DE_NAME, 8
        field   DE_PASSWORD, 8          # blanks: none
        field   DE_STORAGE, 2           # in units of 64K
        field   DE_DEVICES, 0
        layout  0
        field   DD_ADDRESS, 2
        field   DD_CLASS, 1             # 0: the end
        field   DD_ACCESS, 1            # DA_...
        field   DD_REAL, 2              # the real device
        field   DD_FIRST, 2             # minidisk: first cylinder, how many
        field   DD_CYLINDERS, 2
        field   DD_PASSWORDS, 3*8       # to read, to write, to write while others do; blank: none
        field   DD_SIZE, 0

        .macro  user name, megabytes, next
        .balign 4
        .long   \next
        ebcdic  "\name"
        ebcdic  "        "
        .short  16*\megabytes
        .endm
        .macro  has address, class, real=0, first=0, cylinders=0, access=0
        .short  \address
        .byte   \class, \access
        .short  \real, \first, \cylinders
        .skip   3*8, 0x40
        .endm
        .macro  user_end
        .short  0, 0, 0, 0, 0
        .endm

        .balign 4
directory:
        user    "OPERATOR", 8, alice
        has     0x01f, C_CONSOLE
        has     0x00c, C_READER
        has     0x00d, C_PUNCH
        has     0x00e, C_PRINTER
        user_end
alice:  user    "ALICE   ", 8, bob
        has     0x01f, C_CONSOLE
        has     0x00c, C_READER
        has     0x00d, C_PUNCH
        has     0x00e, C_PRINTER
        user_end
bob:    user    "BOB     ", 16, 0
        has     0x01f, C_CONSOLE
        has     0x00c, C_READER
        has     0x00d, C_PUNCH
        has     0x00e, C_PRINTER
        user_end

# Find the user whose name is the 8 bytes at 2: 3 the entry; condition code not 0: unknown.
find_user:
        enter
        l       3,DIRECTORY
find_user_next:
        clc     DE_NAME(8,3),0(2)
        be      find_user_found
        l       3,DE_NEXT(,3)
        ltr     3,3
        bnz     find_user_next
        tm      one+3,1
find_user_found:
        leave

# Make the virtual device 2 (its VD_VM is set) from the row 3. Condition code not 0: what it
# needs is not in this room.
make_device:
        enter
        lr      10,2
        lr      9,3
        l       1,VD_VM(,10)
        xc      0(VD_SIZE,10),0(10)
        st      1,VD_VM(,10)
        xc      VM_HAS_CHANNELS(4,1),VM_HAS_CHANNELS(1)
        mvc     VD_ADDRESS(2,10),DD_ADDRESS(9)
        mvc     VD_CLASS(1,10),DD_CLASS(9)
        mvc     VD_ACCESS(1,10),DD_ACCESS(9)
        mvc     VD_FIRST(4,10),DD_FIRST(9)
        lh      2,DD_REAL(,9)
        ltr     2,2
        bz      make_done_device
        call    real_device
        bnz     make_not_there
        cli     VD_CLASS(10),C_DEDICATED
        bne     make_shared
        mvc     VD_CLASS(1,10),RD_CLASS(2)
make_shared:
        st      2,VD_DEVICE(,10)
        cli     VD_CLASS(10),C_DISK
        bne     make_whole
        lr      8,2
        lr      2,10
        call    share_disk
        bnz     make_not_there
        lr      2,8
make_whole:
        lh      0,DD_CYLINDERS(,9)      # a minidisk shares the drive, the rest is dedicated
        ltr     0,0
        bnz     make_done_device
        l       0,RD_OWNER(,2)
        o       0,RD_FILE(,2)
        bnz     make_not_there
        tm      RD_FLAGS(2),R_SPOOLS+R_WAITS
        bnz     make_not_there
        l       1,RD_TERMINAL(,2)       # a display on which nobody is logged on; no typewriter
        ltr     1,1
        bz      make_dedicated
        cli     RD_CLASS(2),C_DISPLAY
        bne     make_not_there
        l       0,T_VM(,1)
        ltr     0,0
        bnz     make_not_there
        tm      T_FLAGS(1),TF_WRITES+TF_READS
        bnz     make_not_there
        oi      T_FLAGS(1),TF_ABSENT    # it is no terminal of ours now
make_dedicated:
        st      10,RD_OWNER(,2)
make_done_device:
        mvi     VD_SPOOL_CLASS(10),0xc1 # A; a reader takes all
        cli     VD_CLASS(10),C_READER
        bne     make_over
        mvi     VD_SPOOL_CLASS(10),0x5c
make_over:
        cr      1,1
        leave
make_not_there:
        mvi     VD_CLASS(10),0
        xc      VD_DEVICE(4,10),VD_DEVICE(10)
        ltr     13,13
        leave

# The virtual device 2 goes away.
remove_device:
        enter
        lr      10,2
        call    reset_virtual
        l       1,VD_DEVICE(,10)
        ltr     1,1
        bz      remove_spooled
        c       10,RD_OWNER(,1)
        bne     remove_done
        sr      0,0
        st      0,RD_OWNER(,1)
        lr      2,1
        l       1,RD_TERMINAL(,2)
        ltr     1,1
        bnz     remove_display
        call    start_spooling
        b       remove_done
remove_display:                         # it is a terminal again
        lr      2,1
        ni      T_FLAGS(2),0xff-TF_ABSENT
        oi      T_FLAGS(2),TF_NEW+TF_TYPED
        call    display_next
        b       remove_done
remove_spooled:
        lr      2,10                    # what was read stays, what was written goes its way
        sr      3,3
        cli     VD_CLASS(10),C_READER
        bne     remove_close
        la      3,2
remove_close:
        call    spool_close
remove_done:
        mvi     VD_CLASS(10),0
        l       1,VD_VM(,10)
        xc      VM_HAS_CHANNELS(4,1),VM_HAS_CHANNELS(1)
        leave

# The virtual device 2 is reset.
reset_virtual:
        enter
        lr      10,2
        l       9,VD_DEVICE(,10)
        ltr     9,9
        bz      reset_flags
        c       10,RD_VDEV(,9)
        be      reset_halt
        la      1,RD_QUEUE-VD_NEXT(,9)  # it may be among those that wait
reset_waits:
        l       2,VD_NEXT(,1)
        ltr     2,2
        bz      reset_flags
        cr      2,10
        be      reset_unqueue
        lr      1,2
        b       reset_waits
reset_unqueue:
        mvc     VD_NEXT(4,1),VD_NEXT(10)
        b       reset_flags
reset_halt:                             # the channel must let go of the storage first
        lr      2,9
        call    stop_real
        call    end_program_of
reset_flags:
        tm      VD_FLAGS(10),VF_DIAGNOSE
        bz      reset_nothing
        l       1,VD_VM(,10)
        ni      VM_FLAGS(1),0xff-V_DIAGNOSE
reset_nothing:
        mvi     VD_FLAGS(10),0
        xc      VD_CSW(8,10),VD_CSW(10)
        xc      VD_SENSE(4,10),VD_SENSE(10)
        leave
