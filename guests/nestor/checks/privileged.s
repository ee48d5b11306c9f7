# What a privileged instruction costs: each a thousand times, in a machine of 1M or more. In virtual time
# (endicott -V, 20 ns an instruction) what is printed is the number of the monitor's instructions for one:
# the loop's own two are not counted.
        .include "program.inc"
        mvc     PROGRAM_NEW(8),not_there
        mvc     SVC_NEW(8),svc_new
        mvc     IO_NEW(8),io_new        # what is pending is none of our affair
        mvi     80,0x7f
idle:   stosm   byte,0xfe
        stnsm   byte,0
        la      10,rows
row:    l       9,0(,10)                # its code
        ltr     9,9
        bz      rows_end
        bal     14,ready
        stck    begun
        la      8,1000
        br      9
again:  bal     14,elapsed              # 20 microseconds are an instruction each
        sr      3,3
        srdl    2,32
        d       2,twenty
        s       3,12(,10)               # those of the loop
        lr      9,3
        mvc     line(8),4(10)
        la      3,line+8
        lr      2,9
        bal     14,put_number
        bal     14,put_line
        la      10,16(,10)
        b       row
rows_end:
        lpsw    program_ends

# Translation tables: 4K pages in 64K segments, the first segment as it is.
ready:  lctl    0,1,controls
        la      1,tables_end-16*2
        la      2,0
        la      3,16
ready_page:
        sth     2,0(,1)
        la      2,16(,2)
        la      1,2(,1)
        bct     3,ready_page
        br      14

do_ssm: ssm     zero
        bct     8,do_ssm
        b       again
do_stosm: stosm  byte,0
        bct     8,do_stosm
        b       again
do_lpsw_bc: lpsw bc_psw
lpsw_bc_next:
        bct     8,do_lpsw_bc
        b       again
do_lpsw_ec: lpsw ec_psw
lpsw_ec_next:
        bct     8,do_lpsw_ec
        lpsw    bc_again
do_dat: lpsw    dat_psw
dat_next: lpsw  ec_psw_2
dat_off: bct    8,do_dat
        lpsw    bc_again
do_svc: svc     1
        bct     8,do_svc
        b       again
svc_handler: lpsw SVC_OLD
do_lra: lra     1,zero
        bct     8,do_lra
        b       again
do_isk: la      2,2048
        la      2,2048(,2)
isk_next: isk   1,2
        bct     8,isk_next
        b       again
do_ssk: la      2,2048
        la      2,2048(,2)
        sr      1,1
ssk_next: ssk   1,2
        bct     8,ssk_next
        b       again
do_stctl: stctl 0,0,word
        bct     8,do_stctl
        b       again
do_lctl: lctl   4,4,zero
        bct     8,do_lctl
        b       again
do_tch: tch     0
        bct     8,do_tch
        b       again
do_stpt: stpt   double
        bct     8,do_stpt
        b       again
do_stidp: stidp double
        bct     8,do_stidp
        b       again
        .macro  measured name, routine, own
        .long   \routine
        ebcdic  "\name"
        .long   \own
        .endm
        .balign 8
bc_psw: .long   0, lpsw_bc_next
bc_again: .long 0, again
ec_psw: .long   0x00080000, lpsw_ec_next
ec_psw_2: .long 0x00080000, dat_off
dat_psw: .long  0x04080000, dat_next
svc_new: .long  0, svc_handler
io_new: .long   0, idle
not_there: .long 0x00020000, 0xbad
zero:   .quad   0
controls: .long 0x008000e0, segments
twenty: .long   20
word:   .long   0
byte:   .long   0
rows:   measured "SSM     ", do_ssm, 2
        measured "STOSM   ", do_stosm, 2
        measured "LPSW BC ", do_lpsw_bc, 2
        measured "LPSW EC ", do_lpsw_ec, 2
        measured "DAT PAIR", do_dat, 3
        measured "SVC+LPSW", do_svc, 3
        measured "LRA     ", do_lra, 2
        measured "ISK     ", do_isk, 2
        measured "SSK     ", do_ssk, 2
        measured "STCTL   ", do_stctl, 2
        measured "LCTL    ", do_lctl, 2
        measured "TCH     ", do_tch, 2
        measured "STPT    ", do_stpt, 2
        measured "STIDP   ", do_stidp, 2
        .long   0
        program_parts
line:   .skip   132
        .balign 64
segments: .long 0xf0000000 + tables_end - 32
        .balign 64
tables: .skip   32
tables_end:
