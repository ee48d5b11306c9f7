# DIAGNOSE codes that are input and output: 18 and 20 end when their channel program has, without an
# interruption; 28 changes a channel program that is under way.
        module  diagnose_io

        .macro  diagnose_answer code, register15=0
        la      1,\register15
        mvi     TEST,\code*16
        b       diagnose_io_answers
        .endm
diagnose_io_answers:
        st      1,GR+60
        goto_near diagnosed

# 20: R1 a device, R3 the address of a channel program, its key in the first byte.
diagnose_20:
        based
        mvi     VM_DIAGNOSE(11),0x20
        bal     14,diagnose_device      # 10
        cli     VD_CLASS(10),C_CONSOLE
        be      diagnose_20_unsupported
        cli     VD_CLASS(10),C_DISPLAY
        bne     diagnose_starts
diagnose_20_unsupported:
        diagnose_answer 3, 13

# 18: R1 a disk, R3 the address of a channel program of the form that CMS uses, 15 how many records it
# reads or writes.
diagnose_18:
        based
        mvi     VM_DIAGNOSE(11),0x18
        bal     14,diagnose_device
        cli     VD_CLASS(10),C_DISK
        bne     diagnose_18_no_disk
        bal     14,check_program
        b       diagnose_starts
diagnose_18_no_disk:
        diagnose_answer 1, 2

# 10: the device that R1 names; it must have nothing to do.
diagnose_device:
        lr      8,14
        l       2,GR(3)
        call    virtual_device
        bnz     diagnose_no_device
        lr      10,2
        tm      VD_FLAGS(10),VF_BUSY+VF_PENDING
        bcr     8,8
        diagnose_answer 1, 5
diagnose_no_device:
        diagnose_answer 1, 1

# Start it; the machine stands still until it has ended.
diagnose_starts:
        sr      4,4
        ic      4,VM_DIAGNOSE_Y(,11)
        l       1,GR(4)
        la      2,0(,1)
        st      2,VD_CCW(,10)
        stc     2,TEST
        st      1,WORK
        mvc     VD_KEY(1,10),WORK
        ni      VD_KEY(10),0xf0
        tm      TEST,7
        bz      diagnose_aligned
        diagnose_answer 3, 13
diagnose_aligned:
        xc      VD_CSW(8,10),VD_CSW(10)
        mvi     VD_FLAGS(10),VF_BUSY+VF_DIAGNOSE
        oi      VM_FLAGS(11),V_DIAGNOSE
        lr      2,10
        l       1,VD_DEVICE(,10)
        ltr     1,1
        bz      diagnose_interpreted
        call    start_translated        # 3: the condition code
        ltr     3,3
        bz      diagnose_waits
        c       3,one
        be      diagnose_at_once
        ni      VM_FLAGS(11),0xff-V_DIAGNOSE
        mvi     VD_FLAGS(10),0
        b       diagnose_no_device
diagnose_interpreted:
        call    interpret
        tm      VD_FLAGS(10),VF_IMMEDIATE
        bz      diagnose_waits
diagnose_at_once:
        lr      2,10
        call    diagnose_ended
diagnose_waits:
        goto    dispatch

# The device 2 has ended what a DIAGNOSE began: VD_CSW tells how.
diagnose_ended:
        enter
        lr      10,2
        l       2,VD_VM(,10)
        call    switch_to
        l       11,VM
        mvi     VD_FLAGS(10),0
        ni      VM_FLAGS(11),0xff-V_DIAGNOSE
        ni      RUN+2,0x0f
        la      1,13
        tm      VD_CSW+4(10),0x02       # unit check
        bo      ended_check
        tm      VD_CSW+5(10),0xbf       # what the channel has seen, but for a wrong length
        bnz     ended_error
        tm      VD_CSW+4(10),0x04
        bz      ended_error             # no device end
        cli     VM_DIAGNOSE(11),0x20
        bne     ended_well
        la      1,2
        tm      VD_CSW+4(10),0x01       # unit exception
        bo      ended_exception
        la      1,3
        tm      VD_CSW+5(10),0x40
        bz      ended_well
ended_exception:
        st      1,GR+60
        oi      RUN+2,0x20
ended_well:
        leave
ended_check:
        lr      2,10
        call    sense_device            # 2: the first two bytes
        la      1,13
        cli     VM_DIAGNOSE(11),0x20
        bne     ended_error
        sr      4,4
        ic      4,VM_DIAGNOSE_Y(,11)
        sth     2,GR+2(4)
ended_error:
        st      1,GR+60
        oi      RUN+2,0x30
        cli     VM_DIAGNOSE(11),0x18
        bne     ended_well
        l       5,PAGE0
        mvc     CSW(8,5),VD_CSW(10)
        leave

# The channel program of an 18, at the address in R3: is it of the form SEEK, [SET SECTOR,] SEARCH, TIC,
# READ or WRITE, and so on with SEEK HEAD or SEEK? 7: where, 8: how many records are left.
check_program:
        stm     6,14,FRAME(13)
        la      13,FRAME(,13)
        sr      4,4
        ic      4,VM_DIAGNOSE_Y(,11)
        l       7,GR(4)
        la      7,0(,7)
        la      1,7
        nr      1,7
        la      1,5
        bnz     check_wrong
        l       8,GR+60
        la      1,11
        ltr     8,8
        bnp     check_wrong
        c       8,most_records(12)
        bh      check_wrong
        sr      9,9                     # the cylinder is not known yet
        bctr    9,0
check_next:
        lr      2,7
        near    locate
        la      1,5
        bnz     check_wrong
        mvc     CCW(8),0(2)
        la      7,8(,7)
        l       2,CCW
        la      2,0(,2)
        cli     CCW,0x08
        be      check_next
        cli     CCW,0x23                # SET SECTOR
        be      check_next
        cli     CCW,0x03
        be      check_next
        cli     CCW,0x07
        be      check_seek
        cli     CCW,0x0b
        be      check_seek
        cli     CCW,0x1b
        be      check_seek
        cli     CCW,0x31
        be      check_search
        la      1,7
        cli     CCW,0x06
        be      check_data
        cli     CCW,0x05
        bne     check_wrong
        la      1,3
        tm      VD_ACCESS(10),0x80
        bo      check_forbidden
check_data:
        lh      3,CCW+6
        la      1,8
        n       3,halfword_mask
        bz      check_wrong
        la      1,9
        c       3,longest_record(12)
        bh      check_wrong
        alr     3,2
        la      1,10
        cl      3,SIZE
        bh      check_wrong
        bct     8,check_more
        tm      CCW+4,CC                # the last one
        la      1,11
        bo      check_wrong
        lm      6,14,0(13)
        br      14
check_more:
        tm      CCW+4,CC
        la      1,11
        bo      check_next
        b       check_wrong
check_search:
        la      2,4(,2)
        b       check_argument
check_seek:
        la      2,5(,2)
check_argument:
        near    locate
        la      1,6
        bnz     check_wrong
        cli     CCW,0x31
        be      check_next
        l       2,CCW
        la      2,2(,2)
        near    locate                  # the cylinder
        mvc     WORK(1),0(2)
        l       2,CCW
        la      2,3(,2)
        near    locate
        mvc     WORK+1(1),0(2)
        lh      3,WORK
        n       3,halfword_mask
        lh      0,VD_CYLINDERS(,10)
        ltr     0,0
        bz      check_cylinder
        la      1,4
        cr      3,0
        bnl     check_forbidden
check_cylinder:
        la      1,12
        cli     CCW,0x1b
        bne     check_seek_well
        cr      3,9
        bne     check_wrong
check_seek_well:
        lr      9,3
        b       check_next
check_wrong:
        mvi     TEST,0x20
        b       check_answers
check_forbidden:
        mvi     TEST,0x10
check_answers:
        l       13,STACK
        b       diagnose_io_answers

# 28: R1 the address of a command that was changed, a no-operation or a transfer in channel, in the
# program that the device R3 executes.
diagnose_28:
        based
        cr      3,4
        la      1,1
        be      modify_wrong
        l       8,GR(3)
        l       2,GR(4)
        n       2,halfword_mask
        call    virtual_device
        la      1,2
        bnz     modify_wrong
        lr      10,2
        la      8,0(,8)
        lr      2,8
        near    locate
        la      1,3
        bnz     modify_wrong
        mvc     CCW(8),0(2)
        la      1,7
        nr      1,8
        la      1,4
        bnz     modify_wrong
        cli     CCW,0x03
        be      modify_asks
        la      1,6
        cli     CCW,0x08
        bne     modify_wrong
        l       2,CCW
        la      2,0(,2)
        la      1,7
        nr      1,2
        la      1,8
        bnz     modify_wrong
        near    locate
        la      1,7
        bnz     modify_wrong
modify_asks:
        tm      VD_FLAGS(10),VF_BUSY    # it has ended already
        la      1,9
        bz      modify_late
        lr      2,10
        lr      3,8
        call    modify_program          # 1: 0, or what is wrong
        ltr     1,1
        bnz     modify_wrong
        mvi     TEST,0
        b       diagnose_io_answers
modify_wrong:
        mvi     TEST,0x10
        b       diagnose_io_answers
modify_late:
        mvi     TEST,0x20
        b       diagnose_io_answers

        .balign 4
most_records: .long 15
longest_record: .long 4096
