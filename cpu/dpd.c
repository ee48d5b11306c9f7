/* The tables of densely packed decimal, worked out by the compiler.
 *
 * A declet is pqr stu v wxy. If v is zero all three digits are small (0-7) and stand there; else
 * wx, and perhaps st, tell which are large (8, 9) and keep one bit of their own. */
#include "cpu/dpd.h"

/* ---- declet to value ---------------------------------------------------------------------------- */

#define PQR(d) ((d) >> 7 & 7)
#define STU(d) ((d) >> 4 & 7)
#define WXY(d) ((d) & 7)
#define LARGE_R(d) (8 | ((d) >> 7 & 1))
#define LARGE_U(d) (8 | ((d) >> 4 & 1))
#define LARGE_Y(d) (8 | ((d) & 1))
#define PQU(d) (((d) >> 7 & 6) | ((d) >> 4 & 1))
#define PQY(d) (((d) >> 7 & 6) | ((d) & 1))
#define STY(d) (((d) >> 4 & 6) | ((d) & 1))
#define DIGITS(a, b, c) (100 * (a) + 10 * (b) + (c))

#define VALUE(d)                                                                     \
    (!((d) & 8)         ? DIGITS(PQR(d), STU(d), WXY(d)) :                           \
     ((d) & 6) == 0     ? DIGITS(PQR(d), STU(d), LARGE_Y(d)) :                       \
     ((d) & 6) == 2     ? DIGITS(PQR(d), LARGE_U(d), STY(d)) :                       \
     ((d) & 6) == 4     ? DIGITS(LARGE_R(d), STU(d), PQY(d)) :                       \
     ((d) & 0x60) == 0    ? DIGITS(LARGE_R(d), LARGE_U(d), PQY(d)) :                 \
     ((d) & 0x60) == 0x20 ? DIGITS(LARGE_R(d), PQU(d), LARGE_Y(d)) :                 \
     ((d) & 0x60) == 0x40 ? DIGITS(PQR(d), LARGE_U(d), LARGE_Y(d)) :                 \
                            DIGITS(LARGE_R(d), LARGE_U(d), LARGE_Y(d)))

#define FOUR(of, n) of(n), of((n) + 1), of((n) + 2), of((n) + 3)
#define SIXTEEN(of, n) FOUR(of, n), FOUR(of, (n) + 4), FOUR(of, (n) + 8), FOUR(of, (n) + 12)
#define SIXTY_FOUR(of, n) \
    SIXTEEN(of, n), SIXTEEN(of, (n) + 16), SIXTEEN(of, (n) + 32), SIXTEEN(of, (n) + 48)
#define ALL_1024(of)                                                                 \
    SIXTY_FOUR(of, 0), SIXTY_FOUR(of, 64), SIXTY_FOUR(of, 128), SIXTY_FOUR(of, 192), \
    SIXTY_FOUR(of, 256), SIXTY_FOUR(of, 320), SIXTY_FOUR(of, 384), SIXTY_FOUR(of, 448), \
    SIXTY_FOUR(of, 512), SIXTY_FOUR(of, 576), SIXTY_FOUR(of, 640), SIXTY_FOUR(of, 704), \
    SIXTY_FOUR(of, 768), SIXTY_FOUR(of, 832), SIXTY_FOUR(of, 896), SIXTY_FOUR(of, 960)

const uint16_t dpd_values[1024] = { ALL_1024(VALUE) };

/* ---- value to declet ---------------------------------------------------------------------------- */

#define A(n) ((n) / 100)
#define B(n) ((n) / 10 % 10)
#define C(n) ((n) % 10)
#define HIGH(digit) ((digit) << 7)              /* into pqr */
#define MIDDLE(digit) ((digit) << 4)            /* into stu */
#define LARGE(n) ((A(n) > 7) << 2 | (B(n) > 7) << 1 | (C(n) > 7))

#define DECLET(n)                                                                    \
    (LARGE(n) == 0 ? HIGH(A(n)) | MIDDLE(B(n)) | C(n) :                              \
     LARGE(n) == 1 ? HIGH(A(n)) | MIDDLE(B(n)) | 8 | (C(n) & 1) :                    \
     LARGE(n) == 2 ? HIGH(A(n)) | MIDDLE((C(n) & 6) | (B(n) & 1)) | 0xA | (C(n) & 1) : \
     LARGE(n) == 3 ? HIGH(A(n)) | MIDDLE(4 | (B(n) & 1)) | 0xE | (C(n) & 1) :        \
     LARGE(n) == 4 ? HIGH((C(n) & 6) | (A(n) & 1)) | MIDDLE(B(n)) | 0xC | (C(n) & 1) : \
     LARGE(n) == 5 ? HIGH((B(n) & 6) | (A(n) & 1)) | MIDDLE(2 | (B(n) & 1)) | 0xE | (C(n) & 1) : \
     LARGE(n) == 6 ? HIGH((C(n) & 6) | (A(n) & 1)) | MIDDLE(B(n) & 1) | 0xE | (C(n) & 1) : \
                     HIGH(A(n) & 1) | MIDDLE(6 | (B(n) & 1)) | 0xE | (C(n) & 1))

#define TEN(n) FOUR(DECLET, n), FOUR(DECLET, (n) + 4), DECLET((n) + 8), DECLET((n) + 9)
#define HUNDRED(n) TEN(n), TEN((n) + 10), TEN((n) + 20), TEN((n) + 30), TEN((n) + 40), \
    TEN((n) + 50), TEN((n) + 60), TEN((n) + 70), TEN((n) + 80), TEN((n) + 90)

const uint16_t dpd_declets[1000] = {
    HUNDRED(0), HUNDRED(100), HUNDRED(200), HUNDRED(300), HUNDRED(400), HUNDRED(500),
    HUNDRED(600), HUNDRED(700), HUNDRED(800), HUNDRED(900)
};
