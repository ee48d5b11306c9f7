# The I/O instructions of a machine, on its virtual devices (GA22-7000 chapter 13). Every virtual
# device is a subchannel of its own. What is behind it differs: the console is done by us,
# command by command (interpret.s, console.s); disks, tapes and whatever is dedicated
# get a translated channel program (translate.s).
        module  virtual_io

# The device that the instruction names: 10; 9 its number. Condition code 3 set for the machine
# if there is none.
named_device:
        operand
        n       2,halfword_mask
        lr      9,2
        lr      1,2                     # it may be the one that was asked for last under such a number
        n       1,device_bits(12)
        sll     1,2
        l       10,VM_FOUND(1,11)
        ch      2,VD_ADDRESS(,10)
        bne     named_search
        cli     VD_CLASS(10),0
        bcr     7,14
named_search:
        lr      8,14
        lr      7,1
        bal     14,find_virtual
        bnz     no_device
        st      10,VM_FOUND(7,11)
        br      8
no_device:
        oi      RUN+2,0x30
        goto_near go_on

# 10: the virtual device 2 of machine 11. Condition code not 0: there is none.
find_virtual:
        la      10,VM_DEVICE_POOL(,11)
        la      1,VM_END(,11)
find_virtual_look:
        cli     VD_CLASS(10),0
        be      find_virtual_next
        ch      2,VD_ADDRESS(,10)
        bcr     8,14
find_virtual_next:
        la      10,VD_SIZE(,10)
        cr      10,1
        bl      find_virtual_look
        ltr     10,10
        br      14
virtual_device:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        based
        bal     14,find_virtual
        lr      2,10
        leave

# START I/O, START I/O FAST RELEASE; the program's first command tells whether it is immediate.
do_start:
        based
        bal     14,named_device
        tm      VD_FLAGS(10),VF_PENDING
        bo      start_pending
        tm      VD_FLAGS(10),VF_BUSY
        bo      io_busy
        l       5,PAGE0
        l       1,CAW(,5)
        st      1,WORK
        tm      WORK,0x0f               # CAW: key, zeros, address (13-15)
        bnz     start_program_check
        tm      WORK+3,7
        bnz     start_program_check
        la      2,0(,1)
        st      2,VD_CCW(,10)
        mvc     VD_KEY(1,10),WORK
        xc      VD_CSW(8,10),VD_CSW(10)
        ni      VD_FLAGS(10),VF_LINE    # typed ahead
        oi      VD_FLAGS(10),VF_BUSY
        lr      2,10
        cli     VD_CLASS(10),C_CONSOLE
        be      start_interpreted
        l       1,VD_DEVICE(,10)
        ltr     1,1
        bz      start_interpreted
        call    start_translated        # 3: the condition code
        b       start_code
start_interpreted:
        call    interpret
        sr      3,3
        tm      VD_FLAGS(10),VF_IMMEDIATE
        bz      start_code
        bal     14,store_csw            # it has ended already, and that is the answer
        la      3,1
start_code:
        sll     3,4
        stc     3,TEST
        b       io_code
start_program_check:
        xc      VD_CSW(8,10),VD_CSW(10)
        mvi     VD_CSW+5(10),0x20
        l       5,PAGE0
        mvc     CSW+4(2,5),VD_CSW+4(10)
        mvi     TEST,0x10
        b       io_code
# Something is pending: if a channel program has ended the subchannel is busy until that is
# taken; attention and the like come back with the busy bit.
start_pending:
        tm      VD_CSW+4(10),0x08       # channel end
        bo      io_busy
        oi      VD_CSW+4(10),0x10
        bal     14,store_csw
        mvi     TEST,0x10
        b       io_code
io_busy:
        mvi     TEST,0x20
io_code:                                # TEST: the machine's condition code
        ni      RUN+2,0x0f
        oc      RUN+2(1),TEST
        goto_near go

# The CSW of device 10 goes to the machine; nothing is pending there any more.
store_csw:
        l       5,PAGE0
        mvc     CSW(8,5),VD_CSW(10)
# The device has no interruption any more; its channel may.
taken:  lr      6,14
        ni      VD_FLAGS(10),0xff-VF_PENDING-VF_IMMEDIATE
        tm      VD_FLAGS(10),VF_ATTENTION
        bz      taken_clear
        ni      VD_FLAGS(10),0xff-VF_ATTENTION
        xc      VD_CSW(8,10),VD_CSW(10)
        mvi     VD_CSW+4(10),0x80
        oi      VD_FLAGS(10),VF_PENDING
taken_clear:
        call    gather_channels
        lr      14,6
        br      14

# VM_CHANNELS of the current machine, by what its devices have.
gather_channels:
        enter
        la      10,VM_DEVICE_POOL(,11)
        la      9,VM_END(,11)
        sr      8,8
gather_look:
        tm      VD_FLAGS(10),VF_PENDING
        bz      gather_next
        bal     14,channel_bit
        or      8,1
gather_next:
        la      10,VD_SIZE(,10)
        cr      10,9
        bl      gather_look
        st      8,VM_CHANNELS(,11)
        call    summarize
        leave
# 1: the bit of the channel of device 10. Changes 0 and 15.
channel_bit:
        lh      0,VD_ADDRESS(,10)
        srl     0,8
        l       1,highest_bit(12)
        lr      15,0
        srl     1,0(15)
        br      14

# TEST I/O
do_test:
        based
        bal     14,named_device         # CLEAR I/O does no more where the channel doesn't have it (GA22-7000 13-21)
        tm      VD_FLAGS(10),VF_PENDING
        bz      test_not_pending
        bal     14,store_csw
        mvi     TEST,0x10
        b       io_code
test_not_pending:
        ni      RUN+2,0xcf
        tm      VD_FLAGS(10),VF_BUSY
        bz      io_available
        oi      RUN+2,0x20
io_available:
        goto_near go_on

# HALT I/O, HALT DEVICE
do_halt:
        based
        bal     14,named_device
        ni      RUN+2,0xcf
        tm      VD_FLAGS(10),VF_PENDING+VF_BUSY
        bz      halt_stored             # status stored: none
        tm      VD_FLAGS(10),VF_PENDING
        bo      io_available
        lr      2,10
        call    halt_device
        oi      RUN+2,0x10
        l       5,PAGE0
        xc      CSW+4(2,5),CSW+4(5)
        goto_near go
halt_stored:
        oi      RUN+2,0x10
        l       5,PAGE0
        xc      CSW+4(2,5),CSW+4(5)
        goto_near go_on

# TEST CHANNEL: 0 available, 1 an interruption is pending in it, 3 no such channel.
do_test_channel:
        based
        bal     14,operand_channel
        ni      RUN+2,0xcf
        n       1,VM_CHANNELS(,11)
        bz      channel_available
        oi      RUN+2,0x10
channel_available:
        goto_near go_on

# 1: the bit of the channel that the instruction names, 2: its number. Condition code 3 set for the machine if
# there is none.
operand_channel:
        operand
        n       2,halfword_mask
        srl     2,8
        c       2,channels(12)
        bnl     no_device
        l       1,highest_bit(12)
        srl     1,0(2)
        l       0,VM_HAS_CHANNELS(,11)
        ltr     0,0
        bz      find_channels
operand_channel_known:
        nr      0,1
        bcr     7,14
        b       no_device
find_channels:
        lr      3,1
        la      10,VM_DEVICE_POOL(,11)
        la      9,VM_END(,11)
        sr      8,8
find_channels_look:
        cli     VD_CLASS(10),0
        be      find_channels_next
        lr      7,14
        bal     14,channel_bit
        lr      14,7
        or      8,1
find_channels_next:
        la      10,VD_SIZE(,10)
        cr      10,9
        bl      find_channels_look
        st      8,VM_HAS_CHANNELS(,11)
        lr      0,8
        lr      1,3
        b       operand_channel_known

# STORE CHANNEL ID: channel 0 is a byte multiplexer, the others are block multiplexers.
do_stidc:
        based
        bal     14,operand_channel
        l       1,multiplexer(12)
        ltr     2,2
        bz      stidc_store
        l       1,block_multiplexer(12)
stidc_store:
        l       5,PAGE0
        st      1,0xa8(,5)
        ni      RUN+2,0xcf
        goto_near go_on

# The interruption of the lowest channel that is enabled: 3 the device, its CSW is stored.
# Condition code 0: there is none.
take_io:
        enter
        l       4,CR+8
        tm      MODE,8
        bo      take_masked
        sr      4,4                     # BC mode: the system mask, and control register 2
        icm     4,8,MASK                # behind its bit 6
        n       4,first_six(12)
        tm      MASK,2
        bz      take_masked
        l       1,CR+8
        n       1,all_but_six(12)
        or      4,1
take_masked:
        n       4,VM_CHANNELS(,11)
        bz      take_nothing
        la      7,VM_END(,11)
        sr      8,8                     # the best one
        la      10,VM_DEVICE_POOL(,11)
take_look:
        tm      VD_FLAGS(10),VF_PENDING
        bz      take_next
        bal     14,channel_bit
        nr      1,4
        bz      take_next
        ltr     8,8
        bz      take_better
        clc     VD_ADDRESS(1,10),VD_ADDRESS(8)
        bnl     take_next
take_better:
        lr      8,10
take_next:
        la      10,VD_SIZE(,10)
        cr      10,7
        bl      take_look
        ltr     10,8
        bz      take_nothing
        bal     14,store_csw
        lh      3,VD_ADDRESS(,10)
        ltr     10,10
take_nothing:
        leave

# The virtual device 2 has the status in its VD_CSW to tell: an interruption for its machine.
interrupt_machine:
        enter
        lr      10,2
        ni      VD_FLAGS(10),0xff-VF_BUSY
        oi      VD_FLAGS(10),VF_PENDING
        tm      VD_FLAGS(10),VF_DIAGNOSE
        bo      interrupt_diagnose
        l       11,VD_VM(,10)
        c       10,VM_LOADING(,11)
        be      interrupt_loading
        bal     14,channel_bit
        o       1,VM_CHANNELS(,11)
        st      1,VM_CHANNELS(,11)
        oi      VM_PENDING(11),IO
        oi      VM_FLAGS(11),V_WAKE
        leave
interrupt_diagnose:
        lr      2,10
        call    diagnose_ended
        leave
interrupt_loading:
        ni      VD_FLAGS(10),0xff-VF_PENDING
        lr      2,10
        call    load_ended
        leave

        .balign 4
highest_bit: .long 0x80000000
device_bits: .long 15
channels: .long 32
multiplexer: .long 0x10000000
block_multiplexer: .long 0x20000000
first_six: .long 0xfc000000
all_but_six: .long 0x03ffffff
