# Program interruptions: those that belong to the machine go to it, those that come from our
# tables are resolved, and privileged operations that need more than the nucleus.
        nucleus
        .balign 8
own_fault: .long 0x000a0000, 0x0eee00

        module  program

# Any program interruption of a machine but a privileged operation in its supervisor state.
program_interrupted:
        based
        tm      PROGRAM_OLD+1,1
        bz      own_program_interruption
        tm      PROGRAM_CODE+1,0x80     # PER, alone or with another
        bo      program_event
program_no_event:
        lh      3,PROGRAM_CODE
        cli     PROGRAM_CODE+1,0x11
        bh      program_other
        cli     PROGRAM_CODE+1,0x10
        bl      program_reflect
        l       2,TRANSLATION_ADDRESS
        la      2,0(,2)
        goto    resolve
program_other:
        cli     PROGRAM_CODE+1,0x40
        bne     program_reflect
        l       5,PAGE0                 # MONITOR CALL
        mvc     MONITOR_CLASS(2,5),MONITOR_CLASS
        mvc     MONITOR_CODE(4,5),MONITOR_CODE
program_reflect:
        sr      4,4
        ic      4,PROGRAM_CODE-1
        goto_near program_exception

# A PER event: the machine's own if it asked for that one, else ours.
program_event:
        cli     VM_TRACE(11),0
        be      program_event_theirs
        call    trace_event             # the machine stops when what comes with it has been done
        ni      PROGRAM_CODE+1,0x7f
        cli     PROGRAM_CODE+1,0
        bne     program_event_with
        goto    dispatch
program_event_with:
        cli     PROGRAM_CODE+1,2        # a privileged operation
        bne     program_no_event
        tm      MODE,1
        bo      program_no_event
        mvc     WAKE_AT(8),zeros        # however it ends, we are there before the next one
        sckc    WAKE_AT
        lm      10,13,ZERO
        goto_near privileged
program_event_theirs:
        l       5,PAGE0
        mvc     PER_CODE(6,5),PER_CODE
        ni      PROGRAM_CODE+1,0x7f
        cli     PROGRAM_CODE+1,0x10     # a fault of our tables and an event
        bl      program_event_both
        cli     PROGRAM_CODE+1,0x11
        bnh     program_no_event        # the instruction is done again, and so is the event
program_event_both:
        oi      PROGRAM_CODE+1,0x80
        cli     PROGRAM_CODE+1,0x82     # and a privileged operation? The event is lost,
        bne     program_event_reflect   # the operation is not
        tm      MODE,1
        bo      program_event_reflect
        ni      PROGRAM_CODE+1,0x7f
        lm      10,13,ZERO
        goto_near privileged
program_event_reflect:
        lh      3,PROGRAM_CODE
        n       3,halfword_mask
        b       program_reflect

# A malformed PSW was loaded: a specification exception at once, with length 0 (GA22-7000 6-7).
# If it is the new PSW of program interruptions there is no end to that.
malformed_psw:
        based
        mvi     RUN+3,0
        mvc     RUN+1(1),MODE
        oi      RUN+1,0x0d
        l       1,PAGE0
        la      1,PROGRAM_NEW(,1)
        cr      1,3
        be      malformed_loop
        la      3,6
        sr      4,4
        goto_near program_exception
malformed_loop:
        oi      VM_FLAGS(11),V_STOPPED
        reply   "PROGRAM INTERRUPTION LOOP"
        goto    dispatch

# An interruption of ours: a fault in Nestor, and the end; unless it is the PER event of a SUPERVISOR CALL of
# the machine's, which comes behind it, before the first instruction of `svc_first`. Then the machine's registers
# are still those that were stored.
own_program_interruption:
        cli     PROGRAM_CODE+1,0x80
        bne     own_fault_indeed
        clc     PROGRAM_OLD+5(3),SVC_NEW+5
        be      program_event_svc
own_fault_indeed:
        lpsw    own_fault
program_event_svc:
        mvc     RUN(8),SVC_OLD
        oc      DIRTY(1),ASSISTED
        cli     VM_TRACE(11),0
        be      program_event_svc_theirs
        call    trace_event
        sr      4,4
        ic      4,SVC_CODE-1
        lh      3,SVC_CODE
        la      2,SVC_OLD
        goto_near reflect
program_event_svc_theirs:               # the machine has both in that order: its new PSW for SVC becomes the old
        l       5,PAGE0                 # one of the program interruption
        mvc     PER_CODE(6,5),PER_CODE
        mvc     SVC_OLD(2,5),MASK
        mvc     SVC_OLD+4(4,5),RUN+4
        sr      4,4
        ic      4,SVC_CODE-1
        lh      3,SVC_CODE
        tm      MODE,8
        bo      event_svc_ec
        sth     3,SVC_OLD+2(,5)
        sll     4,5
        stc     4,SVC_OLD+4(,5)
        oc      SVC_OLD+4(1,5),RUN+2
        b       event_svc_new
event_svc_ec:
        mvc     SVC_OLD+2(1,5),RUN+2
        mvi     SVC_OLD+3(5),0
        sll     4,16
        or      4,3
        st      4,SVC_CODE-2(,5)
event_svc_new:
        mvc     MASK(2),SVC_NEW(5)
        mvc     RUN+4(4),SVC_NEW+4(5)
        mvi     RUN+4,0
        mvc     RUN+2(1),SVC_NEW+2(5)
        tm      MODE,8
        bo      event_svc_reflect
        mvc     RUN+2(1),SVC_NEW+4(5)
        ni      RUN+2,0x3f
event_svc_reflect:
        la      3,0x80
        la      4,2
        la      2,PROGRAM_OLD
        goto_near reflect

# ---- finding operands ---------------------------------------------------------------------------
# The instruction may lie across two pages: halfword by halfword.
fetch_across:
        based
        lr      10,2
        sr      9,9
        sr      8,8
        ic      8,PROGRAM_CODE-1
fetch_halfword:
        la      2,0(9,10)
        lra     3,0(,2)
        bnz     fetch_fault
        la      4,INSTRUCTION(9)
        mvc     0(2,4),0(3)
        la      9,2(,9)
        cr      9,8
        bl      fetch_halfword
        goto_near fetched_instruction
fetch_fault:
        goto    resolve_operand

# The page of the operand at 2 is not in our tables: make it so, or tell the machine why it can't
# be. In the first case it does the instruction again.
resolve_operand:
        based
        sr      1,1
        ic      1,PROGRAM_CODE-1
        l       3,RUN+4
        sr      3,1
        la      3,0(,3)
        st      3,RUN+4
        la      2,0(,2)

# A fault of our tables at address 2; the old PSW points to the instruction (nullification).
resolve:
        based
        tm      TRANSLATES,4
        bo      resolve_shadow
        near    locate
        bz      resolved
resolve_addressing:
        bal     14,after_instruction
        la      3,5
        goto_near program_exception
resolve_shadow:
        lr      10,2
        call    fill_shadow             # condition code 0, or 3: an exception
        bz      resolved
        c       3,five(12)
        be      resolve_addressing
        c       3,eighteen(12)
        be      resolve_suppressed
        l       5,PAGE0
        st      10,TRANSLATION_ADDRESS(,5)
        mvi     TRANSLATION_ADDRESS(5),0
        sr      4,4
        ic      4,PROGRAM_CODE-1
        goto_near program_exception
resolve_suppressed:
        bal     14,after_instruction
        goto_near program_exception
resolved:
        goto_near go

# 4: the instruction's length; the machine's PSW points behind it.
after_instruction:
        sr      4,4
        ic      4,PROGRAM_CODE-1
        l       1,RUN+4
        alr     1,4
        la      1,0(,1)
        st      1,RUN+4
        br      14
        .balign 4
five:   .long   5
eighteen: .long 0x12

# ---- EXECUTE of a privileged instruction -------------------------------------------------------------
# The machine did not get as far as to the target: find it, and put in what the register has.
do_execute:
        based
        lr      10,2                    # where the EXECUTE is: only its address counts
        sr      1,1
        ic      1,INSTRUCTION+1
        lr      5,1                     # R1 and X2
        n       1,low_four(12)
        bal     14,register_of
        lr      3,1
        lh      2,INSTRUCTION+2
        lr      1,2
        n       2,low_12
        srl     1,12
        n       1,low_four(12)
        bal     14,register_of
        alr     2,1
        alr     2,3
        la      10,0(,2)
        srl     5,4
        sr      7,7
        n       5,low_four(12)
        bz      execute_as_is
        sll     5,2
        ic      7,GR+3(5)
execute_as_is:
        lr      2,10
        lra     3,0(,2)
        bnz     fetch_fault
        mvc     INSTRUCTION(2),0(3)
        sr      8,8
        ic      8,INSTRUCTION
        srl     8,6                     # length by the first two bits
        ic      8,lengths(8,12)
        la      9,2
execute_rest:
        cr      9,8
        bnl     execute_changed
        la      2,0(9,10)
        lra     3,0(,2)
        bnz     fetch_fault
        la      4,INSTRUCTION(9)
        mvc     0(2,4),0(3)
        la      9,2(,9)
        b       execute_rest
execute_changed:
        stc     7,TEST
        oc      INSTRUCTION+1(1),TEST
        cli     INSTRUCTION,0x44
        be      execute_execute
        goto_near fetched_instruction
execute_execute:
        la      3,3
        goto_near exception

# 1: a register's number -> its contents; 0: none.
register_of:
        ltr     1,1
        bcr     8,14
        sll     1,2
        l       1,GR(1)
        br      14
        .balign 4
low_four: .long 15
lengths: .byte  2, 4, 4, 6
        .balign 4
