# Programs to IPL that are in the box.
        module  programs
        layout  0
        field   PR_NAME, 8
        field   PR_FROM, 4
        field   PR_END, 4
        field   PR_SIZE, 0
        .macro  program name, from, end
        ebcdic  "\name"
        .long   \from, \end
        .endm
programs:
        program "GREETING", greeting, greeting_end
        program "NESTOR  ", image_begin, image_end
        .long   0
        .balign 4
greeting:
        .incbin "greeting.bin"
greeting_end:
