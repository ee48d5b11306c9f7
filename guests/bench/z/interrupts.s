# The interruption path: supervisor calls and program interruptions to short handlers and back
# by LPSWE, SSM, problem and supervisor state.
        .include "kernel.inc"
        kernel  1200000
        larl    3,call
        stg     3,SVC_NEW+8
        larl    3,check
        stg     3,PROGRAM_NEW+8
        mvc     SVC_NEW(8),mode(12)
        mvc     PROGRAM_NEW(8),mode(12)
        sr      1,1
        larl    3,problem
        stg     3,user+8(12)
        lpswe   user(12)
problem:
loop:   svc     7
        la      1,1(1)
        svc     33
        .short  0                       # an operation exception
        alr     1,2
        brct    2,loop
        svc     255

call:   stmg    14,0,SCRATCH
        llgh    15,SVC_CODE
        alr     1,15
        chi     15,255
        je      end
        ssm     off(12)
        lmg     14,0,SCRATCH
        lpswe   SVC_OLD

check:  cli     PROGRAM_CODE+1,1
        jne     wrong
        la      1,3(1)
        lpswe   PROGRAM_OLD
end:    finish
wrong:  la      1,1
        finish
        .balign 8
mode:   .quad   0x0000000180000000
user:   .quad   0x0001000180000000, 0   # problem state
off:    .byte   0
