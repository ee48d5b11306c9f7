/* Hexadecimal floating point as pure arithmetic (GA22 chapter 9): numbers in, a number,
 * a condition code and perhaps an exception out. Private to cpu/.
 *
 * A long number is a 64-bit word: sign, characteristic, 56 bits of fraction. A short
 * one is the same with only the leftmost 24 bits of fraction: what to keep is a mask,
 * HFP_SHORT or HFP_LONG, and constant where these functions are used. */
#ifndef CPU_HFP_H
#define CPU_HFP_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

#define HFP_SIGN  0x8000000000000000u
#define HFP_LONG  0x00FFFFFFFFFFFFFFu
#define HFP_SHORT 0x00FFFFFF00000000u

typedef unsigned __int128 hfp_wide;    /* 112 bits of fraction and a guard digit */

/* Inline into each handler, with the format and the kind of addition constant there: a
 * handler without calls needs no stack frame. */
#define HFP_INLINE static inline __attribute__((always_inline))

/* `code` is a program interruption's code or 0; the number is valid in any case, since
 * all of these exceptions complete the operation (GA22 chapter 6). Only a zero divisor suppresses
 * it: the number is the first operand then. */
struct hfp_result {
    uint64_t number;
    uint8_t cc, code;
};
struct hfp_extended {
    uint64_t high, low;
    uint8_t cc, code;
};

static inline int hfp_characteristic(uint64_t v) { return (int)(v >> 56 & 0x7F); }

static inline uint8_t hfp_sign_code(uint64_t v) { return (uint8_t)(2 - (v >> 63)); }

/* The condition code of a number that is loaded. */
static inline uint8_t hfp_load_code(uint64_t v, uint64_t format)
{
    return !(v & format) ? 0 : hfp_sign_code(v);
}

/* A result with a fraction that is not zero, the exponent's range now to be looked at. A
 * characteristic beyond it is wrapped by 128, except that an underflow not wanted gives
 * a true zero (GA22 9-6). */
HFP_INLINE struct hfp_result hfp_in_range(uint64_t sign, int characteristic, uint64_t fraction,
                                           unsigned program_mask)
{
    struct hfp_result r = { sign | fraction, hfp_sign_code(sign), 0 };
    if (__builtin_expect((unsigned)characteristic > 127, 0)) {
        if (characteristic < 0 && !(program_mask & MASK_EXPONENT_UNDERFLOW))
            return (struct hfp_result){ 0, 0, 0 };
        r.code = characteristic < 0 ? PGM_EXPONENT_UNDERFLOW : PGM_EXPONENT_OVERFLOW;
        characteristic &= 0x7F;
    }
    r.number |= (uint64_t)(unsigned)characteristic << 56;
    return r;
}

/* The same for an extended number; the low-order characteristic is 14 less and has no
 * exceptions of its own. */
static inline struct hfp_extended hfp_in_range_wide(uint64_t sign, int characteristic,
                                                    hfp_wide fraction, unsigned program_mask)
{
    struct hfp_result high = hfp_in_range(sign, characteristic, (uint64_t)(fraction >> 56),
                                          program_mask);
    if (!high.cc)
        return (struct hfp_extended){ 0, 0, 0, 0 };
    uint64_t low = sign | (uint64_t)((characteristic - 14) & 0x7F) << 56 |
                   ((uint64_t)fraction & HFP_LONG);
    return (struct hfp_extended){ high.number, low, high.cc, high.code };
}

/* Digits to shift left so that the leftmost of 14, or 28, is not zero; and the same with
 * a guard digit to the right of them. */
static inline int hfp_guarded_zeros(uint64_t fraction)
{
    return (__builtin_clzll(fraction) - 4) >> 2;
}
static inline int hfp_guarded_zeros_wide(hfp_wide fraction)
{
    uint64_t high = (uint64_t)(fraction >> 60);
    return high ? (__builtin_clzll(high) - 8) >> 2 : 14 + hfp_guarded_zeros((uint64_t)fraction);
}
static inline int hfp_leading_zeros(uint64_t fraction)
{
    return (__builtin_clzll(fraction) - 8) >> 2;
}
static inline int hfp_leading_zeros_wide(hfp_wide fraction)
{
    uint64_t high = (uint64_t)(fraction >> 56);
    return high ? hfp_leading_zeros(high) : 14 + hfp_leading_zeros((uint64_t)fraction);
}

/* ---- addition, subtraction, comparison ----------------------------------------------- */

/* The intermediate sum: a sign, the greater characteristic, and the fraction with the
 * guard digit to its right; a carry stands to its left (GA22 9-5). */
struct hfp_sum {
    uint64_t sign, fraction;
    int characteristic;
};

HFP_INLINE struct hfp_sum hfp_intermediate_sum(uint64_t a, uint64_t b, uint64_t format)
{
    bool swap = a << 1 < b << 1;
    uint64_t greater = swap ? b : a, other = swap ? a : b;
    int characteristic = hfp_characteristic(greater);
    int distance = characteristic - hfp_characteristic(other);
    uint64_t aligned = (other & format) << 4;
    aligned = __builtin_expect(distance < 16, 1) ? aligned >> 4 * distance : 0;
    uint64_t minus = -((a ^ b) >> 63);          /* all ones if the signs differ */
    uint64_t sum = ((greater & format) << 4) + (((aligned & (format << 4 | format)) ^ minus) - minus);
    if (__builtin_expect((int64_t)sum < 0, 0)) { /* the greater was not normalized */
        sum = -sum;
        greater = ~greater;
    }
    return (struct hfp_sum){ greater & HFP_SIGN, sum, characteristic };
}

/* A zero sum: a significance exception or, if that is not wanted, a true zero. */
static inline struct hfp_result hfp_zero_sum(int characteristic, unsigned program_mask)
{
    if (program_mask & MASK_SIGNIFICANCE)
        return (struct hfp_result){ (uint64_t)characteristic << 56, 0, PGM_SIGNIFICANCE };
    return (struct hfp_result){ 0, 0, 0 };
}

HFP_INLINE struct hfp_result hfp_add(uint64_t a, uint64_t b, uint64_t format, bool normalized,
                                      unsigned program_mask)
{
    struct hfp_sum sum = hfp_intermediate_sum(a, b, format);
    /* Unnormalized, the guard digit does not keep a sum from being zero. */
    uint64_t counts = normalized ? UINT64_MAX : (format << 4 | format << 8);
    if (__builtin_expect(!(sum.fraction & counts), 0))
        return hfp_zero_sum(sum.characteristic, program_mask);
    /* Left by whole digits until the first is at the very left, a carry or not. */
    unsigned left = normalized ? __builtin_clzll(sum.fraction) & ~3u : sum.fraction >> 60 ? 0 : 4;
    return hfp_in_range(sum.sign, sum.characteristic + 1 - (int)(left / 4),
                        sum.fraction << left >> 8 & format, program_mask);
}

/* The condition code: the guard digit takes part. */
HFP_INLINE uint8_t hfp_compare(uint64_t a, uint64_t b, uint64_t format)
{
    struct hfp_sum difference = hfp_intermediate_sum(a, b ^ HFP_SIGN, format);
    uint8_t code = hfp_sign_code(difference.sign);
    return difference.fraction ? code : 0;
}

static inline hfp_wide hfp_wide_fraction(uint64_t high, uint64_t low)
{
    return (hfp_wide)(high & HFP_LONG) << 56 | (low & HFP_LONG);
}

static inline struct hfp_extended hfp_add_extended(uint64_t a_high, uint64_t a_low,
                                                   uint64_t b_high, uint64_t b_low,
                                                   unsigned program_mask)
{
    hfp_wide larger = hfp_wide_fraction(a_high, a_low) << 4;
    hfp_wide smaller = hfp_wide_fraction(b_high, b_low) << 4;
    int distance = hfp_characteristic(a_high) - hfp_characteristic(b_high);
    int characteristic = hfp_characteristic(a_high);
    uint64_t sign = a_high & HFP_SIGN;
    if (distance < 0) {
        hfp_wide swap = larger;
        larger = smaller;
        smaller = swap;
        distance = -distance;
        characteristic = hfp_characteristic(b_high);
        sign = b_high & HFP_SIGN;
    }
    smaller = distance < 32 ? smaller >> 4 * distance : 0;
    hfp_wide sum = larger + smaller;
    if ((a_high ^ b_high) & HFP_SIGN) {
        sum = larger - smaller;
        if (larger < smaller) {
            sum = -sum;
            sign ^= HFP_SIGN;
        }
    }
    if (sum >> 116)
        return hfp_in_range_wide(sign, characteristic + 1, sum >> 8, program_mask);
    if (!sum) {
        struct hfp_result zero = hfp_zero_sum(characteristic, program_mask);
        uint64_t low = zero.code ? (uint64_t)((characteristic - 14) & 0x7F) << 56 : 0;
        return (struct hfp_extended){ zero.number, low, 0, zero.code };
    }
    int zeros = hfp_guarded_zeros_wide(sum);
    return hfp_in_range_wide(sign, characteristic - zeros, (sum << 4 * zeros) >> 4, program_mask);
}

/* ---- multiplication, division, halving, rounding ---------------------------------------- */

/* An operand made normal before a multiplication or division: the fraction is not zero,
 * its first digit stands at the very left; the characteristic may become negative. */
struct hfp_operand {
    uint64_t fraction;
    int characteristic;
};
HFP_INLINE struct hfp_operand hfp_normal(uint64_t v, uint64_t format)
{
    uint64_t fraction = v & format;
    unsigned left = __builtin_clzll(fraction) & ~3u;
    return (struct hfp_operand){ fraction << left, hfp_characteristic(v) + 2 - (int)(left / 4) };
}

/* Long operands, and all 28 digits of their product. */
static inline struct hfp_extended hfp_multiply_exactly(uint64_t a, uint64_t b,
                                                       unsigned program_mask)
{
    if (!(a & HFP_LONG) || !(b & HFP_LONG))
        return (struct hfp_extended){ 0, 0, 0, 0 };
    struct hfp_operand x = hfp_normal(a, HFP_LONG), y = hfp_normal(b, HFP_LONG);
    hfp_wide product = (hfp_wide)(x.fraction >> 8) * (y.fraction >> 8);
    int characteristic = x.characteristic + y.characteristic - 64;
    if (!(product >> 108)) {
        product <<= 4;
        characteristic--;
    }
    return hfp_in_range_wide((a ^ b) & HFP_SIGN, characteristic, product, program_mask);
}

/* Fourteen digits of the product: of short operands that is all of it. */
HFP_INLINE struct hfp_result hfp_multiply(uint64_t a, uint64_t b, uint64_t format,
                                           unsigned program_mask)
{
    if (__builtin_expect(!(a & format) || !(b & format), 0))
        return (struct hfp_result){ 0, 0, 0 };
    struct hfp_operand x = hfp_normal(a, format), y = hfp_normal(b, format);
    uint64_t product = (uint64_t)((hfp_wide)x.fraction * y.fraction >> 64);
    int first = product >> 60 != 0;     /* or the first digit is zero */
    return hfp_in_range((a ^ b) & HFP_SIGN, x.characteristic + y.characteristic - 65 + first,
                        product >> (first ? 8 : 4), program_mask);
}

static inline struct hfp_extended hfp_multiply_extended(uint64_t a_high, uint64_t a_low,
                                                        uint64_t b_high, uint64_t b_low,
                                                        unsigned program_mask)
{
    hfp_wide a = hfp_wide_fraction(a_high, a_low), b = hfp_wide_fraction(b_high, b_low);
    if (!a || !b)
        return (struct hfp_extended){ 0, 0, 0, 0 };
    int a_zeros = hfp_leading_zeros_wide(a), b_zeros = hfp_leading_zeros_wide(b);
    int characteristic = hfp_characteristic(a_high) - a_zeros + hfp_characteristic(b_high) -
                         b_zeros - 64;
    a <<= 4 * a_zeros;
    b <<= 4 * b_zeros;
    uint64_t a1 = (uint64_t)(a >> 56), a0 = (uint64_t)a & HFP_LONG;
    uint64_t b1 = (uint64_t)(b >> 56), b0 = (uint64_t)b & HFP_LONG;
    hfp_wide middle = (hfp_wide)a1 * b0 + (hfp_wide)a0 * b1 + ((hfp_wide)a0 * b0 >> 56);
    hfp_wide product = (hfp_wide)a1 * b1 + (middle >> 56);      /* of 56 digits the left 28 */
    if (!(product >> 108)) {
        product = product << 4 | ((uint64_t)(middle >> 52) & 0xF);
        characteristic--;
    }
    return hfp_in_range_wide((a_high ^ b_high) & HFP_SIGN, characteristic, product, program_mask);
}

/* A zero divisor suppresses the operation, whatever the dividend. */
HFP_INLINE struct hfp_result hfp_divide(uint64_t a, uint64_t b, uint64_t format,
                                         unsigned program_mask)
{
    if (__builtin_expect(!(b & format), 0))
        return (struct hfp_result){ a, 0, PGM_FLOAT_DIVIDE };
    if (__builtin_expect(!(a & format), 0))
        return (struct hfp_result){ 0, 0, 0 };
    struct hfp_operand x = hfp_normal(a, format), y = hfp_normal(b, format);
    int first = x.fraction >= y.fraction;       /* the quotient is 1 or more */
    uint64_t quotient;
    if (format == HFP_SHORT)
        quotient = (x.fraction >> 40 << (24 - 4 * first)) / (y.fraction >> 40) << 32;
    else
        quotient = (uint64_t)(((hfp_wide)x.fraction << (56 - 4 * first)) / y.fraction);
    return hfp_in_range((a ^ b) & HFP_SIGN, x.characteristic - y.characteristic + 64 + first,
                        quotient, program_mask);
}

HFP_INLINE struct hfp_result hfp_halve(uint64_t v, uint64_t format, unsigned program_mask)
{
    uint64_t fraction = (v & format) << 3;      /* halved, a guard digit to the right */
    if (!fraction)
        return (struct hfp_result){ 0, 0, 0 };
    int zeros = hfp_guarded_zeros(fraction);
    return hfp_in_range(v & HFP_SIGN, hfp_characteristic(v) - zeros,
                        (fraction << 4 * zeros) >> 4 & format, program_mask);
}

/* Add `one` to the fraction and cut it to the format; no normalization. A zero remains
 * what it was. */
static inline struct hfp_result hfp_rounded(uint64_t v, uint64_t one, uint64_t format)
{
    uint64_t fraction = (v & HFP_LONG) + one;
    int characteristic = hfp_characteristic(v);
    if (fraction >> 56) {
        fraction >>= 4;
        characteristic++;
    }
    return hfp_in_range(v & HFP_SIGN, characteristic, fraction & format, 0);
}

#endif
