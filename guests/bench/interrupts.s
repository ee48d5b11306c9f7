# The interruption path: supervisor calls and program interruptions to short handlers
# and back, SSM and LPSW, problem and supervisor state.
        .include "kernel.inc"
        kernel  1500000
        sr      1,1
        la      3,call(12)
        st      3,SVC_NEW+4
        la      3,check(12)
        st      3,PROGRAM_NEW+4
        sr      3,3
        st      3,SVC_NEW
        st      3,PROGRAM_NEW
        la      3,problem(12)
        st      3,user+4(12)
        lpsw    user(12)
problem:
loop:
        svc     7
        la      1,1(,1)
        svc     33
        .short  0                       # an operation exception
        alr     1,2
        bct     2,loop(12)
        svc     255

call:   stm     14,0,save(12)
        lh      15,SVC_OLD+2
        n       15,mask(12)
        alr     1,15
        c       15,mask(12)
        be      end(12)
        ssm     off(12)
        lm      14,0,save(12)
        lpsw    SVC_OLD

check:  cli     PROGRAM_OLD+3,1         # BC mode: the code is in the old PSW
        bne     wrong(12)
        la      1,3(,1)
        lpsw    PROGRAM_OLD
end:    finish
wrong:  la      1,1
        finish
        .balign 8
user:   .long   0x00010000, 0           # problem state
save:   .skip   16
mask:   .long   255
off:    .byte   0
