# Segment and page tables that lead to themselves, beyond storage, and change under way; storage
# keys and prefixes at random. For ever.
        .include "s370.inc"
        .set    TABLES, 0x4000

again:  mvc     EXTERNAL_NEW(40,0),psws(0)
        l       9,tables
        la      8,256
make:   l       1,state
        m       0,factor
        al      1,more
        st      1,state
        tm      state+2,3               # many of the entries point back here
        bnz     make_put
        l       1,back
make_put:
        st      1,0(,9)
        la      9,4(,9)
        bct     8,make
        l       1,state                 # formats and lengths at random
        st      1,controls
        n       1,tables_only
        o       1,tables
        st      1,controls+4
        lctl    0,1,controls
        srl     1,4
        n       1,blocks
        ssk     1,1
        isk     2,1
        lra     2,0(,1)
        st      1,prefix
        ni      prefix+2,0xf0
        mvi     prefix+3,0
        tm      state+1,0x0f
        bnz     go_on
        spx     prefix
go_on:  lpsw    translated
psws:   .rept   5
        .long   0x00080000, again
        .endr
        .balign 8
translated: .long 0x040c0000, reach
reach:  l       1,0(,1)
        st      1,0(,2)
        ptlb
        mvc     0(256,2),0(1)
        b       again
        .balign 4
tables: .long   TABLES
tables_only: .long 0xff003fc0
blocks: .long   0x00fff800
back:   .long   TABLES
state:  .long   815
factor: .long   1103515245
more:   .long   12345
controls: .long 0, 0
prefix: .long   0
