# Writes a word into every page of storage, then looks four times whether all are still there,
# and tells how long it took.
        .include "program.inc"
        mvc     PROGRAM_NEW(8,0),beyond(0)
        l       4,first
size:   isk     5,4                     # an addressing exception ends this
        al      4,page
        c       4,most
        bl      size
sized:  st      4,end
        stck    begun
        l       4,first
write:  st      4,0(,4)
        al      4,page
        c       4,end
        bl      write
        la      6,4
again:  l       4,first
look:   c       4,0(,4)
        bne     wrong
        al      4,page
        c       4,end
        bl      look
        bct     6,again
        bal     14,elapsed
        lr      9,2
        mvc     line(text_1_end-text_1),text_1
        la      3,line
        la      3,text_1_end-text_1(,3)
        l       2,end
        srl     2,12
        bal     14,put_number
        mvc     0(text_2_end-text_2,3),text_2
        la      3,text_2_end-text_2(,3)
        lr      2,9
        bal     14,put_number
        mvc     0(13,3),text_3
        la      3,13(,3)
        bal     14,put_line
        lpsw    program_ends
wrong:  mvc     line(text_4_end-text_4),text_4
        la      3,line
        la      3,text_4_end-text_4(,3)
        bal     14,put_line
        lpsw    program_ends
        .balign 8
beyond: .long   0, sized
first:  .long   0x2000
page:   .long   4096
most:   .long   0x1000000
end:    .long   0
        program_parts
text_1: ebcdic  "PAGES WRITTEN ONCE AND READ FOUR TIMES: "
text_1_end:
text_2: ebcdic  " IN "
text_2_end:
text_3: ebcdic  " MICROSECONDS"
text_4: ebcdic  "A PAGE HAS LOST WHAT WAS IN IT"
text_4_end:
line:   .skip   132
