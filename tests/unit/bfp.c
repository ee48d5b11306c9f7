/* Binary floating point (cpu/bfp-arith.h): random operands, most of them near some boundary,
 * against the host's floating-point unit in four rounding modes, with its exceptions; tables for
 * what the host has not: NaNs, ties away, prepare for shorter, traps and their scaled results,
 * DIVIDE TO INTEGER, hexadecimal numbers. */
#include "cpu/bfp-arith.h"

#include <fenv.h>
#include <math.h>
#include <string.h>

#include "tests/unit/check.h"
#include "tests/unit/random.h"

static uint64_t random_state = 0x9E3779B97F4A7C15u;
static uint64_t random64(void)
{
    return next_random(&random_state) * 0x2545F4914F6CDD1Du;
}

/* Runs of ones and zeros in the fraction; exponents near each other, the ends, or anything. */
static uint128 random_number(const struct bfp_format *f)
{
    uint64_t r = random64();
    uint128 fraction = (uint128)random64() << 64 | random64();
    switch (r & 7) {
    case 0: fraction = 0; break;
    case 1: fraction = ~(uint128)0; break;
    case 2: fraction = ~(uint128)0 << (r >> 8 & 127); break;
    case 3: fraction = (uint128)1 << (r >> 8 & 127); break;
    case 4: fraction = fraction << (128 - f->precision / 2) >> 1; break;
    }
    fraction = fraction >> (129 - f->precision);
    unsigned top = 2 * (unsigned)f->bias + 1, exponent = (unsigned)(r >> 16);
    switch (r >> 3 & 7) {
    case 0: exponent = exponent & 3; break;
    case 1: exponent = top - (exponent & 3); break;
    case 2: case 3: case 4: exponent = (unsigned)f->bias + (exponent & 63) - 31; break;
    case 5: exponent = (unsigned)f->bias / 2 + (exponent & 63); break;
    default: exponent &= top;
    }
    return (uint128)(r >> 63) << (f->width - 1) | (uint128)(exponent & top) << (f->precision - 1) |
           fraction;
}

static const int host_modes[] = { FE_TONEAREST, FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD };

static unsigned host_flags(void)
{
    int raised = fetestexcept(FE_ALL_EXCEPT);
    return (raised & FE_INVALID ? IEEE_INVALID : 0u) | (raised & FE_DIVBYZERO ? IEEE_DIVIDE : 0u) |
           (raised & FE_OVERFLOW ? IEEE_OVERFLOW : 0u) |
           (raised & FE_UNDERFLOW ? IEEE_UNDERFLOW : 0u) | (raised & FE_INEXACT ? IEEE_INEXACT : 0u);
}

static bool smallest_normal(const struct bfp_format *f, uint128 v)
{
    return (v & ~((uint128)1 << (f->width - 1))) == (uint128)1 << (f->precision - 1);
}

/* NaNs are compared as such; the host may find tininess after rounding. */
static bool same(const struct bfp_format *f, uint128 ours, unsigned flags, uint128 host,
                 unsigned expected)
{
    if (bfp_code(f, host) == 3)
        return bfp_code(f, ours) == 3 && flags == expected;
    if (smallest_normal(f, host) && flags & IEEE_INEXACT)
        flags &= ~(unsigned)IEEE_UNDERFLOW, expected &= ~(unsigned)IEEE_UNDERFLOW;
    return ours == host && flags == expected;
}

enum operation { ADD, SUBTRACT, MULTIPLY, DIVIDE, ROOT, FUSED, OPERATIONS };
static const char *const names[] = { "add", "subtract", "multiply", "divide", "root", "fused" };

static uint128 ours(const struct bfp_format *f, enum operation o, uint128 a, uint128 b, uint128 c,
                    struct ieee *env)
{
    switch (o) {
    case ADD:      return bfp_add(f, a, b, env);
    case SUBTRACT: return bfp_subtract(f, a, b, env);
    case MULTIPLY: return bfp_multiply(f, a, b, env);
    case DIVIDE:   return bfp_divide(f, a, b, env);
    case ROOT:     return bfp_square_root(f, a, env);
    default:       return bfp_multiply_add(f, a, b, c, false, env);
    }
}

#define HOST(name, type, bits, root, fused)                                               \
    static uint128 name(enum operation o, uint128 a_, uint128 b_, uint128 c_)             \
    {                                                                                     \
        bits word;                                                                        \
        volatile type a, b, c, r = 0;                                                     \
        word = (bits)a_, memcpy((void *)&a, &word, sizeof word);                          \
        word = (bits)b_, memcpy((void *)&b, &word, sizeof word);                          \
        word = (bits)c_, memcpy((void *)&c, &word, sizeof word);                          \
        feclearexcept(FE_ALL_EXCEPT);                                                     \
        switch (o) {                                                                      \
        case ADD:      r = a + b; break;                                                  \
        case SUBTRACT: r = a - b; break;                                                  \
        case MULTIPLY: r = a * b; break;                                                  \
        case DIVIDE:   r = a / b; break;                                                  \
        case ROOT:     r = root; break;                                                   \
        default:       r = fused; break;                                                  \
        }                                                                                 \
        memcpy(&word, (void *)&r, sizeof word);                                           \
        return word;                                                                      \
    }
HOST(host_short, float, uint32_t, sqrtf(a), fmaf(a, b, c))
HOST(host_long, double, uint64_t, sqrt(a), fma(a, b, c))
#ifdef __SIZEOF_FLOAT128__
HOST(host_extended, __float128, uint128, a, a)      /* neither root nor fused */
#endif

static void against_host(const struct bfp_format *f, const char *format,
                         uint128 (*host)(enum operation, uint128, uint128, uint128), int count,
                         enum operation operations)
{
    for (int i = 0; i < count; i++) {
        enum operation o = (enum operation)(i % operations);
        unsigned mode = i / OPERATIONS & 3;
        uint128 a = random_number(f), b = random_number(f), c = random_number(f);
        if (o == FUSED && (bfp_code(f, a) == 3 || bfp_code(f, b) == 3 || bfp_code(f, c) == 3))
            continue;
        struct ieee env = { .rounding = (uint8_t)mode };
        uint128 result = ours(f, o, a, b, c, &env);
        fesetround(host_modes[mode]);
        uint128 expected = host(o, a, b, c);
        unsigned flags = host_flags();
        fesetround(FE_TONEAREST);
        if (!check(same(f, result, env.flags, expected, flags),
                   "%s %s mode %u: %016llx%016llx, %016llx%016llx, %016llx%016llx gives %016llx%016llx "
                   "flags %02x, not %016llx%016llx flags %02x", format, names[o], mode,
                   (unsigned long long)(a >> 64), (unsigned long long)a,
                   (unsigned long long)(b >> 64), (unsigned long long)b,
                   (unsigned long long)(c >> 64), (unsigned long long)c,
                   (unsigned long long)(result >> 64), (unsigned long long)result, env.flags,
                   (unsigned long long)(expected >> 64), (unsigned long long)expected, flags))
            return;
    }
}

/* Between formats and integers, likewise. */
static void conversions_against_host(int count)
{
    for (int i = 0; i < count; i++) {
        unsigned mode = i & 3;
        uint64_t bits = (uint64_t)random_number(&bfp_long);
        struct ieee env = { .rounding = (uint8_t)mode };
        uint32_t rounded = (uint32_t)bfp_round(&bfp_long, &bfp_short, bits, &env);
        volatile double d;
        memcpy((void *)&d, &bits, sizeof bits);
        fesetround(host_modes[mode]);
        feclearexcept(FE_ALL_EXCEPT);
        volatile float f = (float)d;
        unsigned flags = host_flags();
        uint32_t expected;
        memcpy(&expected, (void *)&f, sizeof expected);
        check(same(&bfp_short, rounded, env.flags, expected, flags),
              "round %016llx mode %u: %08x flags %02x, not %08x flags %02x",
              (unsigned long long)bits, mode, rounded, env.flags, expected, flags);
        int64_t integer = (int64_t)random64() >> (random64() & 63);
        env = (struct ieee){ .rounding = (uint8_t)mode };
        uint64_t from = (uint64_t)bfp_from_integer(&bfp_long, (uint64_t)integer, true, &env);
        feclearexcept(FE_ALL_EXCEPT);
        volatile int64_t v = integer;
        d = (double)v;
        flags = host_flags();
        uint64_t expected64;
        memcpy(&expected64, (void *)&d, sizeof expected64);
        check(from == expected64 && env.flags == flags, "from %lld mode %u: %016llx, not %016llx",
              (long long)integer, mode, (unsigned long long)from, (unsigned long long)expected64);
        /* To an integer: rint() first, which the host rounds. */
        memcpy((void *)&d, &bits, sizeof bits);
        feclearexcept(FE_ALL_EXCEPT);
        volatile double whole = rint(d);
        flags = host_flags() & ~(unsigned)IEEE_INVALID;
        fesetround(FE_TONEAREST);
        env = (struct ieee){ .rounding = (uint8_t)mode };
        uint64_t ours = (uint64_t)bfp_round_to_integer(&bfp_long, bits, &env);
        memcpy(&expected64, (void *)&whole, sizeof expected64);
        check(same(&bfp_long, ours, env.flags & ~(unsigned)IEEE_INVALID, expected64, flags),
              "integer of %016llx mode %u: %016llx, not %016llx", (unsigned long long)bits, mode,
              (unsigned long long)ours, (unsigned long long)expected64);
        int cc;
        env = (struct ieee){ .rounding = (uint8_t)mode };
        int64_t to = (int64_t)bfp_to_integer(&bfp_long, bits, 64, true, &env, &cc);
        bool fits = whole >= -0x1p63 && whole < 0x1p63;
        check(fits ? to == (int64_t)whole && env.flags == flags
                   : cc == 3 && env.flags == (IEEE_INVALID | IEEE_INEXACT) &&
                     to == (whole > 0 ? INT64_MAX : INT64_MIN),
              "to an integer %016llx mode %u: %lld", (unsigned long long)bits, mode, (long long)to);
    }
}

/* Short products are exact in long numbers: rounding these shows the methods without hardware. */
static uint32_t round_by_hand(uint64_t product, unsigned rounding)
{
    uint64_t kept = product >> 29, rest = product << 35;
    uint64_t half = 1ull << 63;
    bool up = rounding == ROUND_NEAREST_AWAY ? rest >= half :
              rounding == ROUND_NEAREST_TO_ZERO ? rest > half :
              rounding == ROUND_AWAY ? rest != 0 : rest != 0 && !(kept & 1);
    kept = (kept & 0x3FFFFFFFFFFFFFFFu) + up;
    return (uint32_t)(product >> 63 << 31) | (uint32_t)((kept & 0x3FFFFFFFF) - ((1023u - 127u) << 23));
}

static void other_rounding(int count)
{
    static const uint8_t methods[] = { ROUND_NEAREST_AWAY, ROUND_NEAREST_TO_ZERO, ROUND_AWAY,
                                       ROUND_FOR_SHORTER };
    for (int i = 0; i < count; i++) {
        uint32_t a = (uint32_t)random64() & 0xBFFFFFFF, b = (uint32_t)random64() & 0xBFFFFFFF;
        a = (a & 0x80FFFFFF) | 0x3F000000, b = (b & 0x80FFFFFF) | 0x3F000000;
        if (i & 1)
            b &= ~0xFFFu, a &= ~0x3FFu;         /* ties happen */
        struct ieee env = { .rounding = methods[i & 3] };
        uint64_t product = (uint64_t)bfp_multiply_longer(&bfp_short, &bfp_long, a, b, &env);
        check(!env.flags, "a short product is exact");
        uint32_t ours = (uint32_t)bfp_multiply(&bfp_short, a, b, &env);
        check(ours == round_by_hand(product, methods[i & 3]),
              "%08x * %08x method %u: %08x, not %08x", a, b, methods[i & 3], ours,
              round_by_hand(product, methods[i & 3]));
    }
}

static void extended_roots(int count)
{
    for (int i = 0; i < count; i++) {
        uint128 a = random_number(&bfp_extended) & ~((uint128)1 << 127);
        if (bfp_classify(&bfp_extended, a) >= BFP_INFINITY || !a)
            continue;
        struct ieee down = { .rounding = ROUND_TO_ZERO }, up = { .rounding = ROUND_UP };
        uint128 root = bfp_square_root(&bfp_extended, a, &down);
        uint128 square = bfp_multiply(&bfp_extended, root, root, &down);
        uint128 above = bfp_multiply(&bfp_extended, root + 1, root + 1, &up);
        check(square <= a && above > a, "root of %016llx%016llx", (unsigned long long)(a >> 64),
              (unsigned long long)a);
    }
}

/* ---- tables ------------------------------------------------------------------------------------- */

#define S_INF 0x7F800000u
#define S_NAN 0x7FC00000u

static void nans(void)
{
    static const struct { uint32_t a, b, r; uint8_t flags; } cases[] = {
        { 0x7FCA0000, 0x3F800000, 0x7FCA0000, 0 },
        { 0x3F800000, 0xFFCB0000, 0xFFCB0000, 0 },
        { 0x7FCA0000, 0x7FCB0000, 0x7FCA0000, 0 },
        { 0x7FCA0000, 0x7F8B0000, 0x7FCB0000, IEEE_INVALID },
        { 0x7F8A0000, 0x7FCB0000, 0x7FCA0000, IEEE_INVALID },
        { 0x7F8A0000, 0x7F8B0000, 0x7FCA0000, IEEE_INVALID },
        { S_INF, 0xFF800000, S_NAN, IEEE_INVALID },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ieee env = { 0 };
        uint32_t r = (uint32_t)bfp_add(&bfp_short, cases[i].a, cases[i].b, &env);
        check(r == cases[i].r && env.flags == cases[i].flags, "%08x + %08x: %08x flags %02x",
              cases[i].a, cases[i].b, r, env.flags);
    }
    struct ieee env = { 0 };
    check(bfp_multiply_add(&bfp_short, S_INF, 0, 0x7FCA0000, false, &env) == S_NAN &&
          env.flags == IEEE_INVALID, "infinity * 0 + QNaN is invalid");
    env = (struct ieee){ 0 };
    check(bfp_subtract(&bfp_short, 0, 0x7FCA0000, &env) == 0x7FCA0000, "a NaN keeps its sign");
    env = (struct ieee){ .masks = IEEE_INVALID };
    bfp_add(&bfp_short, 0x7F8A0000, 0, &env);
    check(env.dxc == 0x80 && ieee_suppressed(&env) && !env.flags, "a trap sets no flag");
    env = (struct ieee){ 0 };
    check(bfp_round(&bfp_long, &bfp_short, 0x7FF0100000000000u, &env) == 0x7FC08000 &&
          env.flags == IEEE_INVALID, "a NaN's fraction is cut");
    check(bfp_lengthen(&bfp_short, &bfp_long, 0xFFC08001u, &env) == 0xFFF8100020000000u,
          "a NaN's fraction is extended");
}

/* What the z/Architecture gives for LOAD ROUNDED with all masks on. */
static void scaled_results(void)
{
    static const struct { uint64_t a, r; uint8_t dxc; } cases[] = {
        { 0x47EFFFFFFFFFFFFFu, 0x27F0000000000000u, 0x2C },
        { 0xC7EFFFFFFFFFFFFFu, 0xA7F0000000000000u, 0x2C },
        { 0x47FFFFFFEFFFFFFFu, 0x27FFFFFFE0000000u, 0x28 },
        { 0x3690000000000000u, 0x5690000000000000u, 0x10 },
        { 0xB690000000000000u, 0xD690000000000000u, 0x10 },
        { 0x47F0000000000000u, 0x27F0000000000000u, 0x20 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ieee env = { .masks = 0xF8 };
        uint64_t r = (uint64_t)bfp_round(&bfp_long, &bfp_short, cases[i].a, &env);
        check(r == cases[i].r && env.dxc == cases[i].dxc && bfp_scaled(&env) && !env.flags,
              "round %016llx: %016llx dxc %02x", (unsigned long long)cases[i].a,
              (unsigned long long)r, env.dxc);
    }
    struct ieee env = { .masks = IEEE_OVERFLOW };
    check(bfp_multiply(&bfp_short, 0x7F000000, 0x40000000, &env) == 0x1F800000 && env.dxc == 0x20,
          "2**128 is scaled to 2**-64");
    env = (struct ieee){ .masks = IEEE_UNDERFLOW };
    check(bfp_multiply(&bfp_short, 0x00800000, 0x3F000000, &env) == 0x60000000 &&
          env.dxc == 0x10, "2**-127 is scaled to 2**65");
    env = (struct ieee){ .masks = IEEE_INEXACT };
    check(bfp_divide(&bfp_short, 0x3F800000, 0x40400000, &env) == 0x3EAAAAAB && env.dxc == 0x0C,
          "a third is incremented");
    env = (struct ieee){ .masks = IEEE_INEXACT };
    check(bfp_multiply(&bfp_short, 0x7F000000, 0x7F000000, &env) == S_INF && env.dxc == 0x0C &&
          env.flags == IEEE_OVERFLOW, "an overflow that does not trap is inexact");
    env = (struct ieee){ .inexact_suppressed = true, .masks = IEEE_INEXACT };
    check(bfp_round(&bfp_long, &bfp_short, 0x3690000000000000u, &env) == 0 && !env.dxc &&
          env.flags == IEEE_UNDERFLOW, "inexact is suppressed, underflow is not");
}

static void divide_to_integer(void)
{
    static const struct { uint32_t a, b, remainder, quotient; uint8_t masks, cc, dxc; } cases[] = {
        { 0xC1000000, 0xC0800000, 0x80000000, 0x40000000, 0, 0, 0 },        /* -8 / -4 */
        { 0xC0E00000, 0xC0800000, 0x3F800000, 0x40000000, 0, 0, 0 },        /* -7 / -4 */
        { 0xC0C00000, 0xC0800000, 0x40000000, 0x40000000, 0, 0, 0 },
        { 0xC0A00000, 0xC0800000, 0xBF800000, 0x3F800000, 0, 0, 0 },
        { 0xC0000000, 0xC0800000, 0xC0000000, 0x00000000, 0, 0, 0 },
        { 0x3F800000, 0xC0800000, 0x3F800000, 0x80000000, 0, 0, 0 },
        { 0x40400000, 0xC0800000, 0xBF800000, 0xBF800000, 0, 0, 0 },
        { 0x7F7FFFFF, 0x00000001, 0x00000000, 0x69FFFFFF, 0, 1, 0 },        /* quotient scaled */
        { 0x4C800000, 0x40400000, 0x40800000, 0x4BAAAAAA, 0, 2, 0 },        /* partial */
        { 0x00FFFFFF, 0x00FFFFFE, 0x00000001, 0x3F800000, 0, 0, 0 },
        { 0x00FFFFFF, 0x00FFFFFE, 0x55000000, 0x3F800000, 0xF8, 0, 0x10 },  /* remainder scaled */
        { 0xC0000000, 0xFF800000, 0xC0000000, 0x00000000, 0, 0, 0 },
        { S_INF, 0x3F800000, S_NAN, S_NAN, 0, 1, 0 },
        { 0x3F800000, 0x80000000, S_NAN, S_NAN, 0, 1, 0 },
        { 0x7FCA0000, 0x80000000, 0x7FCA0000, 0x7FCA0000, 0, 1, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ieee env = { .masks = cases[i].masks };
        uint128 quotient;
        int cc;
        uint32_t r = (uint32_t)bfp_divide_to_integer(&bfp_short, cases[i].a, cases[i].b, 0, &env,
                                                     &quotient, &cc);
        check(r == cases[i].remainder && quotient == cases[i].quotient && cc == cases[i].cc &&
              env.dxc == cases[i].dxc, "%08x / %08x: %08x, %08x cc %d dxc %02x", cases[i].a,
              cases[i].b, r, (uint32_t)quotient, cc, env.dxc);
    }
    /* Against the host: the quotient to the nearest has the host's remainder. */
    for (int i = 0; i < 20000; i++) {
        uint32_t a = (uint32_t)random_number(&bfp_short), b = (uint32_t)random_number(&bfp_short);
        struct ieee env = { 0 };
        uint128 quotient;
        int cc;
        uint32_t r = (uint32_t)bfp_divide_to_integer(&bfp_short, a, b, 0, &env, &quotient, &cc);
        float x, y;
        memcpy(&x, &a, 4), memcpy(&y, &b, 4);
        float expected = remainderf(x, y);
        uint32_t bits;
        memcpy(&bits, &expected, 4);
        if (cc == 0)
            check(r == bits, "remainder of %08x and %08x: %08x, not %08x", a, b, r, bits);
    }
}

static void compares(void)
{
    static const struct { uint32_t a, b; int cc; bool signal; uint8_t flags; } cases[] = {
        { 0, 0x80000000, 0, false, 0 }, { 0x3F800000, 0x40000000, 1, true, 0 },
        { 0xBF800000, 0xC0000000, 2, false, 0 }, { 0xFF800000, 0xFF7FFFFF, 1, false, 0 },
        { S_INF, S_INF, 0, true, 0 }, { S_NAN, 0, 3, false, 0 },
        { S_NAN, 0, 3, true, IEEE_INVALID }, { 0, 0x7F800001, 3, false, IEEE_INVALID },
        { 0x00000001, 0, 2, false, 0 }, { 0x80000001, 0, 1, false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ieee env = { 0 };
        int cc = bfp_compare(&bfp_short, cases[i].a, cases[i].b, cases[i].signal, &env);
        check(cc == cases[i].cc && env.flags == cases[i].flags, "%08x : %08x is %d", cases[i].a,
              cases[i].b, cc);
    }
}

static void to_logical(void)
{
    static const struct { uint32_t a; uint8_t rounding; uint32_t r; int cc; uint8_t flags; } cases[] = {
        { 0x3F800000, 0, 1, 2, 0 },
        { 0xBF000000, ROUND_NEAREST_EVEN, 0, 1, IEEE_INEXACT },
        { 0xBF000000, ROUND_DOWN, 0, 3, IEEE_INVALID | IEEE_INEXACT },
        { 0xBFC00000, ROUND_TO_ZERO, 0, 3, IEEE_INVALID | IEEE_INEXACT },
        { 0x4F7FFFFF, 0, 0xFFFFFF00, 2, 0 },
        { 0x4F800000, 0, 0xFFFFFFFF, 3, IEEE_INVALID | IEEE_INEXACT },
        { S_NAN, 0, 0, 3, IEEE_INVALID | IEEE_INEXACT },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ieee env = { .rounding = cases[i].rounding };
        int cc;
        uint64_t r = bfp_to_integer(&bfp_short, cases[i].a, 32, false, &env, &cc);
        check(r == cases[i].r && cc == cases[i].cc && env.flags == cases[i].flags,
              "%08x: %llx cc %d flags %02x", cases[i].a, (unsigned long long)r, cc, env.flags);
    }
}

static void hexadecimal(void)
{
    static const struct { uint64_t bfp, hfp; int cc; } cases[] = {
        { 0, 0, 0 }, { 0x8000000000000000u, 0x8000000000000000u, 0 },
        { 0x3FF0000000000000u, 0x4110000000000000u, 2 },
        { 0xBFE0000000000000u, 0xC080000000000000u, 1 },
        { 0x4070000000000000u, 0x4310000000000000u, 2 },
        { 0x7FF0000000000000u, 0x7FFFFFFFFFFFFFFFu, 3 },
        { 0x4FB0000000000000u, 0x7FFFFFFFFFFFFFFFu, 3 },        /* 16**63 */
    };
    int cc;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t r = bfp_to_hfp(&bfp_long, cases[i].bfp, &cc);
        check(r == cases[i].hfp && cc == cases[i].cc, "%016llx: %016llx cc %d",
              (unsigned long long)cases[i].bfp, (unsigned long long)r, cc);
        if (cc == 3)
            continue;
        r = (uint64_t)bfp_from_hfp(&bfp_long, r, ROUND_NEAREST_EVEN, &cc);
        check(r == cases[i].bfp, "and back: %016llx", (unsigned long long)r);
    }
    check(bfp_to_hfp(&bfp_long, 0x00B0000000000000u, &cc) == 0 && cc == 2, "too small is zero");
    check(bfp_from_hfp(&bfp_short, 0x7FFFFFFFFFFFFFFFu, ROUND_TO_ZERO, &cc) == 0x7F7FFFFF && cc == 3,
          "too large, to zero");
    check(bfp_from_hfp(&bfp_short, 0xFFFFFFFFFFFFFFFFu, ROUND_DOWN, &cc) == 0xFF800000 && cc == 3,
          "too large, to infinity");
}

int main(void)
{
    against_host(&bfp_short, "short", host_short, 300000, OPERATIONS);
    against_host(&bfp_long, "long", host_long, 300000, OPERATIONS);
#ifdef __SIZEOF_FLOAT128__
    against_host(&bfp_extended, "extended", host_extended, 200000, ROOT);
#else
    skip("extended numbers: the host has none");
#endif
    conversions_against_host(50000);
    other_rounding(20000);
    extended_roots(5000);
    nans();
    scaled_results();
    divide_to_integer();
    compares();
    to_logical();
    hexadecimal();
    return checks_done();
}
