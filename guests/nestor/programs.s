# Programs to IPL that are in the box: made apart, at 1K, and put into storage as they are.
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
        program "GREETING", greeting, primes
        program "PRIMES  ", primes, paging
        program "PAGING  ", paging, lines
        program "LINES   ", lines, masks
        program "MASKS   ", masks, screen
        program "SCREEN  ", screen, monitor
        program "MONITOR ", monitor, programs_end
        program "NESTOR  ", image_begin, image_end
        .long   0
        .balign 8
greeting:
        .incbin "greeting.bin"
        .balign 8
primes: .incbin "primes.bin"
        .balign 8
paging: .incbin "paging.bin"
        .balign 8
lines:  .incbin "lines.bin"
        .balign 8
masks:  .incbin "masks.bin"
        .balign 8
screen: .incbin "screen.bin"
        .balign 8
monitor: .incbin "monitor.bin"
programs_end:
