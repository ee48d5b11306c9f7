/* Decimal floating point (cpu/dfp-arith.h): the cases of a file made by dfp-vectors.py (the
 * argument, or tests/unit/dfp.vectors), whose results are Python's; and tables for what that has
 * not: traps, suppression, digits and exponents as such. */
#include "cpu/dfp-arith.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/dpd.h"
#include "tests/unit/check.h"

#define HALVES(v) (uint64_t)((v) >> 64), (uint64_t)(v)

static uint128 hexadecimal(const char *text)
{
    uint128 v = 0;
    for (; *text; text++)
        v = v << 4 | (unsigned)(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    return v;
}

static uint128 operate(const char *operation, const struct dfp_format *f, uint128 a, uint128 b,
                       struct ieee *env)
{
    switch (*operation) {
    case 'a': return dfp_add(f, a, b, env);
    case 's': return dfp_subtract(f, a, b, env);
    case 'm': return dfp_multiply(f, a, b, env);
    case 'd': return dfp_divide(f, a, b, env);
    case 'q': return dfp_quantize(f, a, b, env);
    case 'i': return dfp_round_to_integer(f, a, env);
    case 'r': return dfp_round(f, f == &dfp_long ? &dfp_short : &dfp_long, a, false, env);
    default:  return (unsigned)dfp_compare(f, a, b, false, env);
    }
}

static void vectors(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!check(file, "%s is not there", path))
        return;
    char operation[16], a[40], b[40], result[40];
    unsigned digits, rounding, flags;
    while (fscanf(file, "%15s %u %u %39s %39s %39s %x", operation, &digits, &rounding, a, b, result,
                  &flags) == 7) {
        const struct dfp_format *f = digits == 16 ? &dfp_long : &dfp_extended;
        struct ieee env = { .rounding = (uint8_t)rounding };
        uint128 r = operate(operation, f, hexadecimal(a), hexadecimal(b), &env);
        check(r == hexadecimal(result) && env.flags == flags && !env.dxc,
              "%s %u method %u %s %s: %" PRIx64 "%016" PRIx64 " flags %02x, not %s flags %02x",
              operation, digits, rounding, a, b, HALVES(r), env.flags, result, flags);
    }
    check(feof(file), "a line that cannot be read");
    fclose(file);
}

static uint128 number(const struct dfp_format *f, bool negative, uint64_t coefficient, int exponent)
{
    return dfp_assemble(f, (struct dfp_number){ DFP_FINITE, negative, exponent, coefficient });
}

#define L(coefficient, exponent) number(&dfp_long, false, coefficient, exponent)

/* All declets decode, the canonical ones encode; 24 are not canonical. */
static void declets(void)
{
    unsigned others = 0;
    for (unsigned d = 0; d < 1024; d++) {
        if (!check(dpd_values[d] < 1000, "declet %03x is %u", d, dpd_values[d]))
            return;
        unsigned canonical = dpd_declets[dpd_values[d]];
        others += canonical != d;
        check(dpd_values[canonical] == dpd_values[d], "declet %03x", d);
    }
    check(others == 24, "%u are not canonical", others);
    static const struct { uint16_t value, declet; } known[] = {
        { 0, 0 }, { 5, 5 }, { 9, 0x009 }, { 80, 0x00A }, { 99, 0x05F }, { 555, 0x2D5 },
        { 888, 0x06E }, { 999, 0x0FF }, { 799, 0x3DF }, { 979, 0x3BF } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        check(dpd_declets[known[i].value] == known[i].declet, "%u is %03x", known[i].value,
              dpd_declets[known[i].value]);
}

static void encodings(void)
{
    check(L(1, 0) == 0x2238000000000001u, "one is %016" PRIx64, (uint64_t)L(1, 0));
    check(L(9999999999999999u, 369) == 0x77FCFF3FCFF3FCFFu, "the largest number");
    check(dfp_assemble(&dfp_extended, (struct dfp_number){ 0, true, -6176, 7 }) ==
          ((uint128)0x8000000000000000u << 64 | 7), "an extended number");
    struct ieee env = { 0 };
    check(dfp_load(&dfp_long, 0x7800000000000123u, &env) == 0x7800000000000000u, "infinity's digits");
    check(dfp_load(&dfp_long, 0x7C000000000003FFu, &env) == 0x7C000000000000FFu && !env.flags,
          "a declet that is not canonical");
    check(dfp_load(&dfp_long, 0xFE00000000000123u, &env) == 0xFC00000000000123u &&
          env.flags == IEEE_INVALID, "a signaling NaN");
    check(dfp_lengthen(&dfp_long, &dfp_extended, 0x7E00000000000123u, true, &env) ==
          ((uint128)0x7E00000000000000u << 64 | 0x123), "quietly");
    check(dfp_lengthen(&dfp_short, &dfp_long, 0x22500001, false, &env) == L(1, 0), "lengthen");
}

static void traps(void)
{
    static const struct { uint64_t a, b; int e, f; uint8_t masks; uint64_t r; int re; uint8_t dxc; }
    products[] = {
        { 5, 2, 369, 300, IEEE_OVERFLOW, 10, 669 - 576, 0x20 },
        { 5, 2, -398, -10, IEEE_UNDERFLOW, 10, -408 + 576, 0x10 },
        { 9999999999999999u, 9999999999999999u, 0, 0, IEEE_INEXACT, 9999999999999998u, 16, 0x08 },
        { 9999999999999999u, 9999999999999999u, 200, 200, IEEE_OVERFLOW, 9999999999999998u,
          416 - 576, 0x28 },
        { 10, 1000000000000000u, 0, 0, IEEE_QUANTUM, 1000000000000000u, 1, DXC_QUANTUM },
    };
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        struct ieee env = { .masks = products[i].masks };
        uint64_t r = (uint64_t)dfp_multiply(&dfp_long, L(products[i].a, products[i].e),
                                            L(products[i].b, products[i].f), &env);
        uint64_t expected = (uint64_t)L(products[i].r, products[i].re);
        check(r == expected && env.dxc == products[i].dxc && !env.flags,
              "product %zu: %016" PRIx64 " dxc %02x, not %016" PRIx64, i, r, env.dxc, expected);
    }
    struct ieee env = { .masks = IEEE_DIVIDE };
    dfp_divide(&dfp_long, L(1, 0), L(0, 0), &env);
    check(env.dxc == 0x40 && ieee_suppressed(&env), "division by zero");
    env = (struct ieee){ .masks = IEEE_INEXACT };
    check(dfp_divide(&dfp_long, L(2, 0), L(3, 0), &env) == L(6666666666666667u, -16) &&
          env.dxc == 0x0C, "two thirds are incremented");
    env = (struct ieee){ .masks = IEEE_OVERFLOW };
    check(dfp_round(&dfp_long, &dfp_short, L(12, 300), false, &env) == L(12, 108) &&
          env.dxc == 0x20 && dfp_scaled(&env), "LOAD ROUNDED scales in the source's format");
    env = (struct ieee){ .inexact_suppressed = true };
    check(dfp_round_to_integer(&dfp_long, L(15, -1), &env) == L(2, 0) && !env.flags, "suppressed");
}

static void integers(void)
{
    struct ieee env = { 0 };
    int cc;
    check(dfp_from_integer(&dfp_long, UINT64_MAX, true, &env) == number(&dfp_long, true, 1, 0), "-1");
    check(dfp_from_integer(&dfp_long, UINT64_MAX, false, &env) == L(1844674407370955u, 4) &&
          env.flags == IEEE_INEXACT, "2**64 - 1");
    static const struct { bool negative; uint64_t c; int e, bits; bool is_signed; uint64_t r; int cc;
                          uint8_t flags; } cases[] = {
        { false, 0, 5, 64, true, 0, 0, 0 }, { true, 25, -1, 64, true, (uint64_t)-2, 1, 8 },
        { false, 35, -1, 64, true, 4, 2, 8 }, { false, 2147483648, 0, 32, true, 0x7FFFFFFF, 3, 0x80 },
        { true, 2147483648, 0, 32, true, 0x80000000, 1, 0 },
        { true, 1, 0, 32, false, 0, 3, 0x80 }, { true, 4, -1, 32, false, 0, 1, 8 },
        { false, 9223372036854775807u / 1000, 3, 64, true, 9223372036854775000u, 2, 0 },
        { false, 1, 19, 64, true, INT64_MAX, 3, 0x80 },
        { false, 1, 19, 64, false, 10000000000000000000u, 2, 0 },
        { false, 1, 300, 64, false, UINT64_MAX, 3, 0x80 }, { false, 1, -300, 64, true, 0, 2, 8 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        env = (struct ieee){ 0 };
        uint64_t r = dfp_to_integer(&dfp_long, number(&dfp_long, cases[i].negative, cases[i].c,
                                                      cases[i].e), cases[i].bits,
                                    cases[i].is_signed, &env, &cc);
        check(r == cases[i].r && cc == cases[i].cc && env.flags == cases[i].flags,
              "integer %zu: %016" PRIx64 " cc %d flags %02x", i, r, cc, env.flags);
    }
    uint128 packed = (uint128)0x12345678u << 96 | 0x90123456u;
    check(dfp_packed(dfp_digits(packed)) == packed, "packed digits");
}

static void parts(void)
{
    const struct dfp_format *f = &dfp_long;
    check(dfp_biased_exponent(f, L(1, 3)) == 401 && dfp_biased_exponent(f, 0x7800000000000000u) == -1 &&
          dfp_biased_exponent(f, 0x7C00000000000000u) == -2 &&
          dfp_biased_exponent(f, 0x7E00000000000000u) == -3, "exponents");
    check(dfp_significance(f, L(120, 3)) == 3 && dfp_significance(f, L(0, 0)) == 0 &&
          dfp_significance(f, 0xFE00000000000000u) == -3, "significance");
    check(dfp_insert_exponent(f, L(123, 0), 400) == L(123, 2), "insert 400");
    check(dfp_insert_exponent(f, L(123, 0), 768) == 0x7C000000000000A3u, "insert too much");
    check(dfp_insert_exponent(f, L(123, 0), -1) == 0x78000000000000A3u, "insert -1");
    check(dfp_insert_exponent(f, 0x7E000000000000A3u, 398) == L(123, 0), "into a NaN");
    check(dfp_shift_left(f, L(123, 4), 14) == L(2300000000000000u, 4), "shift left");
    check(dfp_shift_right(f, L(12399, 4), 2) == L(123, 4), "shift right");
    check(dfp_shift_left(f, 0x7C000000000000A3u, 13) == (0x7C00000000000000u |
          (uint64_t)dfp_shift_left(f, L(230000000000000u, 0), 0) % (1ull << 50)), "shift a NaN");
    struct ieee env = { 0 };
    check(dfp_reround(f, L(12345, 0), 3, &env) == L(123, 2) && env.flags == IEEE_INEXACT, "reround");
    check(dfp_reround(f, L(99999, 0), 3, &env) == L(100, 3), "reround with a carry");
    check(dfp_reround(f, L(12345, 0), 0, &env) == L(12345, 0), "no significance asked");
    check(dfp_compare_exponents(f, L(1, 3), L(7, 2)) == 2 &&
          dfp_compare_exponents(f, 0x7800000000000000u, 0xF800000000000000u) == 0 &&
          dfp_compare_exponents(f, 0x7800000000000000u, L(1, 0)) == 3, "compare exponents");
    static const struct { uint64_t v; unsigned class, group; } tests[] = {
        { 0x2238000000000000u, 0x800, 0x800 }, { 0xA238000000000000u, 0x400, 0x400 },
        { 0x0000000000000000u, 0x800, 0x200 }, { 0x0000000000000001u, 0x200, 0x080 },
        { 0x2238000000000001u, 0x080, 0x020 }, { 0xA638000000000001u, 0x040, 0x004 },
        { 0x7800000000000000u, 0x020, 0x002 }, { 0xFC00000000000000u, 0x004, 0x001 },
        { 0x7E00000000000000u, 0x002, 0x002 } };
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        check(dfp_data_class(f, tests[i].v) == tests[i].class &&
              dfp_data_group(f, tests[i].v) == tests[i].group, "%016" PRIx64 ": %03x %03x", tests[i].v,
              dfp_data_class(f, tests[i].v), dfp_data_group(f, tests[i].v));
}

int main(int argc, char **argv)
{
    const char *source = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/unit/dfp.vectors", source ? source : ".");
    vectors(argc > 1 ? argv[1] : path);
    declets();
    encodings();
    traps();
    integers();
    parts();
    return checks_done();
}
