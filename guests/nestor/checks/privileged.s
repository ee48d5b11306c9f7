# What a privileged instruction costs: each a thousand times, in a machine of 1M or more. In virtual time
# (endicott -V, 20 ns an instruction) what is printed is the number of the monitor's instructions for one:
# the loop's own two are not counted.
        .include "program.inc"
        mvc     PROGRAM_NEW(8),not_there
        mvc     SVC_NEW(8),svc_new
        mvc     IO_NEW(8),io_new        # what is pending is none of our affair
        mvi     80,0x7f
        mvc     EXTERNAL_NEW(8),io_new
idle:   lctl    0,0,controls
        stosm   byte,0xff
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

# Translation tables: 4K pages in 64K segments, the first segment as it is; two segment tables for them.
# The operands have a base register, 11.
ready:  lctl    0,1,controls
        lctl    14,14,controls+8
        la      11,data
        la      1,tables_end-16*2
        la      2,0
        la      3,16
ready_page:
        sth     2,0(,1)
        la      2,16(,2)
        la      1,2(,1)
        bct     3,ready_page
        br      14

do_ssm: ssm     zero-data(11)
        bct     8,do_ssm
        b       again
do_stosm: stosm byte-data(11),0
        bct     8,do_stosm
        b       again
do_stnsm: stnsm byte-data(11),0xff
        bct     8,do_stnsm
        b       again
do_lpsw_bc: lpsw bc_psw-data(11)
lpsw_bc_next:
        bct     8,do_lpsw_bc
        b       again
do_lpsw_ec: lpsw ec_psw-data(11)
lpsw_ec_next:
        bct     8,do_lpsw_ec
        lpsw    bc_again
do_dat: lpsw    dat_psw-data(11)
dat_next: lpsw  ec_psw_2-data(11)
dat_off: bct    8,do_dat
        lpsw    bc_again
do_svc: svc     1
        bct     8,do_svc
        b       again
svc_handler: lpsw SVC_OLD
do_lra: lra     1,zero-data(,11)
        bct     8,do_lra
        b       again
do_lra_x: lra   1,0(11,0)
        bct     8,do_lra_x
        b       again
do_lra_dat:
        lpsw    lra_dat_psw
lra_dat_next: lra 1,zero-data(,11)
        bct     8,lra_dat_next
        lpsw    bc_again
do_lra_x_b: lra 1,0(11,11)
        bct     8,do_lra_x_b
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
do_rrb: rrb     0(11)
        bct     8,do_rrb
        b       again
do_stctl: stctl 0,0,word-data(11)
        bct     8,do_stctl
        b       again
do_stctl_all: stctl 0,15,registers-data(11)
        bct     8,do_stctl_all
        b       again
do_lctl_0: lctl 0,0,controls-data(11)
        bct     8,do_lctl_0
        b       again
do_lctl_1: la   7,controls+4            # one segment table and the other
lctl_1_next: lctl 1,1,0(7)
        x       7,other
        bct     8,lctl_1_next
        b       again
do_lctl_1_dat:
        la      7,controls+4
        lpsw    lctl_dat_psw
lctl_dat_next: lctl 1,1,0(7)
        x       7,other
        bct     8,lctl_dat_next
        lpsw    bc_again
do_lctl_01: la  7,controls
lctl_01_next: lctl 0,1,0(7)
        x       7,other
        bct     8,lctl_01_next
        b       again
do_lctl_2: lctl 2,2,ones-data(11)
        bct     8,do_lctl_2
        b       again
do_lctl_4: lctl 4,4,zero-data(11)
        bct     8,do_lctl_4
        b       again
do_lctl_8: lctl 8,8,zero-data(11)
        bct     8,do_lctl_8
        b       again
do_lctl_9: lctl 9,11,zero-data(11)
        bct     8,do_lctl_9
        b       again
do_tch: tch     0(0)
        bct     8,do_tch
        b       again
do_stidc: stidc 0(0)
        bct     8,do_stidc
        b       again
do_tio: la      7,CONSOLE
tio_next: tio   0(7)
        bct     8,tio_next
        b       again
do_clrio: la    7,CONSOLE
clrio_next: clrio 0(7)
        bct     8,clrio_next
        b       again
do_hio: la      7,CONSOLE
hio_next: hio   0(7)
        bct     8,hio_next
        b       again
do_sio: la      7,CONSOLE
        la      1,no_operation
        st      1,CAW
sio_next: sio   0(7)
        bct     8,sio_next
        b       again
do_sck: sck     zero-data(11)
        bct     8,do_sck
        b       again
do_sckc: sckc   ones-data(11)
        bct     8,do_sckc
        b       again
do_stckc: stckc twofold-data(11)
        bct     8,do_stckc
        b       again
do_spt: spt     hour-data(11)
        bct     8,do_spt
        b       again
do_spt_most: spt most-data(11)
        bct     8,do_spt_most
        b       again
do_spt_less: spt soon-data(11)
        bct     8,do_spt_less
        spt     most-data(11)
        b       again
do_spt_key: spka 0x10                   # whose storage this is not
spt_key_next: spt most-data(11)
        bct     8,spt_key_next
        spka    0
        b       again
do_stpt: stpt   twofold-data(11)
        bct     8,do_stpt
        b       again
do_stidp: stidp twofold-data(11)
        bct     8,do_stidp
        b       again
do_stap: stap   word-data(11)
        bct     8,do_stap
        b       again
do_spka: spka   0(0)
        bct     8,do_spka
        b       again
do_ipk: ipk
        bct     8,do_ipk
        b       again
do_ptlb: ptlb
        bct     8,do_ptlb
        b       again
do_spx: la      7,0
spx_next: spx   prefixes-data(11)
        bct     8,spx_next
        b       again
do_spx_new:                             # what is in page 0 is in page 8, too
        la      2,2048
        alr     2,2
        lr      5,2
        lr      3,2
        sll     2,3
        sr      4,4
        mvcl    2,4
        la      7,prefixes
spx_new_next: spx 0(7)
        x       7,other_prefix
        bct     8,spx_new_next
        spx     prefixes
        b       again
do_stpx: stpx   word-data(11)
        bct     8,do_stpx
        b       again
do_ipte: l      1,segments
        l       2,far
ipte_next: ipte 1,2
        bct     8,ipte_next
        b       again
do_tprot: tprot zero-data(11),0(0)
        bct     8,do_tprot
        b       again
do_sigp: sigp   1,2,1(0)
        bct     8,do_sigp
        b       again
do_execute: ex  0,executed
        bct     8,do_execute
        b       again
executed: ssm   zero-data(11)
        .macro  measured name, routine, own
        .long   \routine
        ebcdic  "\name"
        .long   \own
        .endm
        .balign 8
data:
bc_psw: .long   0, lpsw_bc_next
ec_psw: .long   0x00080000, lpsw_ec_next
ec_psw_2: .long 0x00080000, dat_off
dat_psw: .long  0x04080000, dat_next
zero:   .quad   0, 0
ones:   .quad   -1
most:   .quad   0x7fffffffffffffff
hour:   .quad   3600000000 << 12
soon:   .quad   50000 << 12
no_operation: .long 0x03000000, 0x20000001
twofold: .quad  0
        .balign 32
controls: .long 0x008000e0, segments, 0xc2000000, 0
controls_2: .long 0x008000e0, segments_2
word:   .long   0
        .balign 8
prefixes: .long 0, 0x8000
other_prefix: .long 4
byte:   .long   0
registers: .skip 64
        .balign 8
bc_again: .long 0, again
lra_dat_psw: .long 0x04080000, lra_dat_next
lctl_dat_psw: .long 0x04080000, lctl_dat_next
svc_new: .long  0, svc_handler
io_new: .long   0, idle
not_there: .long 0x00020000, 0xbad
twenty: .long   20
other:  .long   16
far:    .long   0xf000
rows:
        measured "SSM     ", do_ssm, 2
        measured "STNSM   ", do_stnsm, 2
        measured "STOSM   ", do_stosm, 2
        measured "LPSW BC ", do_lpsw_bc, 2
        measured "LPSW EC ", do_lpsw_ec, 2
        measured "DAT PAIR", do_dat, 3
        measured "SVC+LPSW", do_svc, 3
        measured "LRA     ", do_lra, 2
        measured "LRA X   ", do_lra_x, 2
        measured "LRA X+B ", do_lra_x_b, 2
        measured "LRA DAT ", do_lra_dat, 2
        measured "ISK     ", do_isk, 2
        measured "SSK     ", do_ssk, 2
        measured "RRB     ", do_rrb, 2
        measured "STCTL   ", do_stctl, 2
        measured "STCTL 16", do_stctl_all, 2
        measured "LCTL 0  ", do_lctl_0, 2
        measured "LCTL DAT", do_lctl_1_dat, 3
        measured "LCTL 1  ", do_lctl_1, 3
        measured "LCTL 0+1", do_lctl_01, 3
        measured "LCTL 2  ", do_lctl_2, 2
        measured "LCTL 4  ", do_lctl_4, 2
        measured "LCTL 8  ", do_lctl_8, 2
        measured "LCTL PER", do_lctl_9, 2
        measured "TPROT   ", do_tprot, 2
        measured "PTLB    ", do_ptlb, 2
        measured "IPTE    ", do_ipte, 2
        measured "SCK     ", do_sck, 2
        measured "SCKC    ", do_sckc, 2
        measured "STCKC   ", do_stckc, 2
        measured "SPT     ", do_spt, 2
        measured "SPT MOST", do_spt_most, 2
        measured "SPT SOON", do_spt_less, 2
        measured "SPT KEY ", do_spt_key, 2
        measured "STPT    ", do_stpt, 2
        measured "STIDP   ", do_stidp, 2
        measured "STAP    ", do_stap, 2
        measured "SPKA    ", do_spka, 2
        measured "IPK     ", do_ipk, 2
        measured "SPX     ", do_spx, 2
        measured "SPX NEW ", do_spx_new, 3
        measured "STPX    ", do_stpx, 2
        measured "SIGP    ", do_sigp, 2
        measured "TCH     ", do_tch, 2
        measured "STIDC   ", do_stidc, 2
        measured "TIO     ", do_tio, 2
        measured "CLRIO   ", do_clrio, 2
        measured "HIO     ", do_hio, 2
        measured "SIO     ", do_sio, 2
        measured "EX SSM  ", do_execute, 2
        .long   0
        program_parts
line:   .skip   132
        .balign 64
segments: .long 0xf0000000 + tables_end - 32
        .skip   4096 - 4
segments_2: .long 0xf0000000 + tables_end - 32
        .balign 64
tables: .skip   32
tables_end:
