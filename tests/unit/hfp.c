/* cpu/hfp.h against arithmetic as the manual tells it, a hexadecimal digit at a time
 * (GA22 chapter 9). */
#include "cpu/hfp.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

#include <string.h>

enum { DIGITS = 80 };   /* more than any operation needs */

/* A number as digits, the leftmost first; the point is to the left of digit[0]. */
struct paper {
    bool negative;
    int characteristic;
    unsigned char digit[DIGITS];
};

struct answer {
    struct paper number;
    int cc, code;
};

/* A long number with a liking for characteristics near each other and near the ends,
 * for zeros and ones in the fraction. */
static uint64_t random_number(uint64_t *seed)
{
    uint64_t r = next_random(seed), fraction = next_random(seed) & HFP_LONG;
    switch (r & 7) {
    case 0: fraction >>= r >> 8 & 60; break;
    case 1: fraction &= next_random(seed) & next_random(seed); break;
    case 2: fraction |= next_random(seed) | next_random(seed); break;
    case 3: fraction = HFP_LONG << (r >> 8 & 63) & HFP_LONG; break;
    case 4: fraction = HFP_LONG >> (r >> 8 & 63); break;
    case 5: fraction = 1ull << (r >> 8 & 63) & HFP_LONG; break;
    }
    unsigned c = r >> 16 & 0x7F;
    switch (r >> 24 & 3) {
    case 0: c = 64 + (c & 7); break;
    case 1: c = r >> 26 & 1 ? 127 - (c & 15) : c & 15; break;
    }
    return (r >> 32 & 1) << 63 | (uint64_t)c << 56 | (fraction & HFP_LONG);
}

static struct paper to_paper(uint64_t high, uint64_t low, int digits)
{
    struct paper p = { .negative = high >> 63, .characteristic = high >> 56 & 0x7F };
    for (int i = 0; i < digits; i++)
        p.digit[i] = (i < 14 ? high >> (52 - 4 * i) : low >> (52 - 4 * (i - 14))) & 15;
    return p;
}

static uint64_t part(const struct paper *p, int first, int characteristic, int digits)
{
    uint64_t v = (uint64_t)p->negative << 63 | (uint64_t)(characteristic & 0x7F) << 56;
    for (int i = 0; i < 14 && first + i < digits; i++)
        v |= (uint64_t)p->digit[first + i] << (52 - 4 * i);
    return v;
}

static bool zero_to(const struct paper *p, int digits)
{
    for (int i = 0; i < digits; i++)
        if (p->digit[i])
            return false;
    return true;
}

static void shift_right(struct paper *p)
{
    memmove(p->digit + 1, p->digit, DIGITS - 1);
    p->digit[0] = 0;
    p->characteristic++;
}

static void shift_left(struct paper *p)
{
    memmove(p->digit, p->digit + 1, DIGITS - 1);
    p->digit[DIGITS - 1] = 0;
    p->characteristic--;
}

static void normalize(struct paper *p)
{
    while (!p->digit[0])
        shift_left(p);
}

static struct answer true_zero(void)
{
    return (struct answer){ .cc = 0 };
}

/* The end of every operation: cut to the format, look at the characteristic. */
static struct answer finish(struct paper p, int digits, unsigned mask)
{
    struct answer a = { p, p.negative ? 1 : 2, 0 };
    memset(a.number.digit + digits, 0, DIGITS - digits);
    if (p.characteristic > 127)
        a.code = PGM_EXPONENT_OVERFLOW;
    if (p.characteristic < 0) {
        if (!(mask & MASK_EXPONENT_UNDERFLOW))
            return true_zero();
        a.code = PGM_EXPONENT_UNDERFLOW;
    }
    return a;
}

static int magnitude_order(const struct paper *a, const struct paper *b, int digits)
{
    return memcmp(a->digit, b->digit, (size_t)digits);
}

/* Align, with one guard digit, and add; *carry is the digit to the left. */
static struct paper align_and_add(struct paper a, struct paper b, int digits, int *carry)
{
    if (a.characteristic < b.characteristic) {
        struct paper swap = a;
        a = b;
        b = swap;
    }
    while (b.characteristic < a.characteristic)
        shift_right(&b);
    memset(b.digit + digits + 1, 0, DIGITS - digits - 1);
    *carry = 0;
    if (a.negative == b.negative) {
        for (int i = digits; i >= 0; i--) {
            int d = a.digit[i] + b.digit[i] + *carry;
            a.digit[i] = d & 15;
            *carry = d >> 4;
        }
        return a;
    }
    int characteristic = a.characteristic;
    if (magnitude_order(&a, &b, digits + 1) < 0) {
        struct paper swap = a;
        a = b;
        b = swap;
    }
    int borrow = 0;
    for (int i = digits; i >= 0; i--) {
        int d = a.digit[i] - b.digit[i] - borrow;
        borrow = d < 0;
        a.digit[i] = d & 15;
    }
    a.characteristic = characteristic;
    return a;
}

static struct answer add(struct paper a, struct paper b, int digits, bool normalized, unsigned mask)
{
    int carry;
    struct paper sum = align_and_add(a, b, digits, &carry);
    if (carry) {
        shift_right(&sum);
        sum.digit[0] = (unsigned char)carry;
        return finish(sum, digits, mask);
    }
    if (zero_to(&sum, normalized ? digits + 1 : digits)) {
        if (!(mask & MASK_SIGNIFICANCE))
            return true_zero();
        struct answer zero = { { .characteristic = sum.characteristic }, 0, PGM_SIGNIFICANCE };
        return zero;
    }
    if (normalized)
        normalize(&sum);
    return finish(sum, digits, mask);
}

static struct answer multiply(struct paper a, struct paper b, int operand, int result, unsigned mask)
{
    if (zero_to(&a, operand) || zero_to(&b, operand))
        return true_zero();
    normalize(&a);
    normalize(&b);
    struct paper product = { a.negative != b.negative, a.characteristic + b.characteristic - 64, { 0 } };
    for (int i = operand - 1; i >= 0; i--) {
        int carry = 0;
        for (int j = operand - 1; j >= 0; j--) {
            int d = product.digit[i + j + 1] + a.digit[i] * b.digit[j] + carry;
            product.digit[i + j + 1] = d & 15;
            carry = d >> 4;
        }
        product.digit[i] = (unsigned char)carry;
    }
    normalize(&product);
    return finish(product, result, mask);
}

/* Long division: as often as the divisor goes into the remainder. Digit 0 of both is
 * kept free for the remainder's overflow. */
static struct answer divide(struct paper a, struct paper b, int digits, unsigned mask)
{
    if (zero_to(&a, digits))
        return true_zero();
    normalize(&a);
    normalize(&b);
    struct paper quotient = { a.negative != b.negative, a.characteristic - b.characteristic + 65, { 0 } };
    shift_right(&a);
    shift_right(&b);
    for (int i = 0; i <= digits; i++) {
        while (magnitude_order(&a, &b, digits + 1) >= 0) {
            int borrow = 0;
            for (int k = digits; k >= 0; k--) {
                int d = a.digit[k] - b.digit[k] - borrow;
                borrow = d < 0;
                a.digit[k] = d & 15;
            }
            quotient.digit[i]++;
        }
        shift_left(&a);
    }
    if (!quotient.digit[0])
        normalize(&quotient);
    return finish(quotient, digits, mask);
}

static struct answer halve(struct paper a, int digits, unsigned mask)
{
    if (zero_to(&a, digits))
        return true_zero();
    for (int i = digits; i >= 0; i--)
        a.digit[i] = a.digit[i] >> 1 | (i ? a.digit[i - 1] & 1 : 0) << 3;
    normalize(&a);
    return finish(a, digits, mask);
}

static void same(const char *what, int number, struct hfp_result got, struct answer right, int digits)
{
    uint64_t expected = part(&right.number, 0, right.number.characteristic, digits);
    check(got.number == expected && got.cc == right.cc && got.code == right.code,
          "%s %d: %016llX cc %d code %X, not %016llX cc %d code %X", what, number,
          (unsigned long long)got.number, got.cc, got.code, (unsigned long long)expected,
          right.cc, (unsigned)right.code);
}

static void same_extended(const char *what, int number, struct hfp_extended got, struct answer right)
{
    uint64_t high = part(&right.number, 0, right.number.characteristic, 28);
    uint64_t low = part(&right.number, 14, right.number.characteristic - 14, 28);
    if (!right.cc && !right.code)
        high = low = 0;
    check(got.high == high && got.low == low && got.cc == right.cc && got.code == right.code,
          "%s %d: %016llX %016llX cc %d code %X, not %016llX %016llX cc %d code %X", what, number,
          (unsigned long long)got.high, (unsigned long long)got.low, got.cc, got.code,
          (unsigned long long)high, (unsigned long long)low, right.cc, (unsigned)right.code);
}

static void test_formats(uint64_t format, int digits, uint64_t seed)
{
    for (int i = 0; i < 20000; i++) {
        uint64_t x = random_number(&seed), y = random_number(&seed);
        if (i % 5 == 0)
            y = x ^ (1ull << (next_random(&seed) & 63));
        struct paper a = to_paper(x, 0, digits), b = to_paper(y, 0, digits);
        unsigned mask = i & 3;
        same("add", i, hfp_add(x, y, format, true, mask), add(a, b, digits, true, mask), digits);
        same("add unnormalized", i, hfp_add(x, y, format, false, mask),
             add(a, b, digits, false, mask), digits);
        struct paper minus = b;
        minus.negative = !b.negative;
        int carry;
        struct paper difference = align_and_add(a, minus, digits, &carry);
        int order = !carry && zero_to(&difference, digits + 1) ? 0 : difference.negative ? 1 : 2;
        check(hfp_compare(x, y, format) == order, "compare %d", i);
        same("multiply", i, hfp_multiply(x, y, format, mask), multiply(a, b, digits, 14, mask), 14);
        if (y & format)
            same("divide", i, hfp_divide(x, y, format, mask), divide(a, b, digits, mask), digits);
        same("halve", i, hfp_halve(x, format, mask), halve(a, digits, mask), digits);
        /* Multiply, divide and halve have no condition code; the fields agree anyhow. */
    }
}

static void test_extended(void)
{
    uint64_t seed = 77777;
    for (int i = 0; i < 20000; i++) {
        uint64_t x[2] = { random_number(&seed), random_number(&seed) };
        uint64_t y[2] = { random_number(&seed), random_number(&seed) };
        if (i % 5 == 0)
            y[0] = x[0] ^ HFP_SIGN, y[1] = i % 2 ? x[1] : y[1];
        struct paper a = to_paper(x[0], x[1], 28), b = to_paper(y[0], y[1], 28);
        unsigned mask = i & 3;
        same_extended("add extended", i, hfp_add_extended(x[0], x[1], y[0], y[1], mask),
                      add(a, b, 28, true, mask));
        same_extended("multiply extended", i, hfp_multiply_extended(x[0], x[1], y[0], y[1], mask),
                      multiply(a, b, 28, 28, mask));
        same_extended("multiply to extended", i, hfp_multiply_exactly(x[0], y[0], mask),
                      multiply(to_paper(x[0], 0, 14), to_paper(y[0], 0, 14), 14, 28, mask));
    }
}

static void test_rounding(void)
{
    static const struct { uint64_t from, to; uint8_t code; } rows[] = {
        { 0x4112345678000000u, 0x4112345600000000u, 0 },
        { 0x4112345680000000u, 0x4112345700000000u, 0 },
        { 0xC1FFFFFF80000000u, 0xC210000000000000u, 0 },
        { 0x7FFFFFFFFFFFFFFFu, 0x0010000000000000u, PGM_EXPONENT_OVERFLOW },
        { 0x4100000000000000u, 0x4100000000000000u, 0 },
        { 0x0000000080000000u, 0x0000000100000000u, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hfp_result r = hfp_rounded(rows[i].from, 1ull << 31, HFP_SHORT);
        check(r.number == rows[i].to && r.code == rows[i].code, "row %zu: %016llX %X", i,
              (unsigned long long)r.number, r.code);
    }
}

int main(void)
{
    test_formats(HFP_LONG, 14, 4711);
    test_formats(HFP_SHORT, 6, 815);
    test_extended();
    test_rounding();
    return checks_done();
}
