# The C program mix.c: integers and strings in the mixture of the established benchmarks of
# compiled code (records and strings; lists, a matrix, a state machine, a cyclic checksum).
        .include "kernel.inc"
        kernel  1000
        llilh   15,7                    # the stack grows down from 448K
        aghi    15,-160
        llgfr   2,2
        brasl   14,work
        lr      1,2
        finish
