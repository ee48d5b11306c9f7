/* Packed decimal numbers as machine words: 31 digits of four bits each in two words,
 * added and compared as they stand, and turned into binary only to multiply and
 * divide. Pure arithmetic: nothing here knows of a CPU. Private to cpu/. */
#ifndef CPU_PACKED_H
#define CPU_PACKED_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"

/* A decimal operand (GA22 8-1): high has the leftmost 15 digits, low the rightmost
 * 16. The digits and the sign code are as storage had them, valid or not. */
struct packed {
    uint64_t high, low;
    uint8_t sign;       /* a sign code */
};

enum { PACKED_PLUS = 0xC, PACKED_MINUS = 0xD };   /* the preferred codes (GA22 8-2) */

/* ---- words of four-bit digits -------------------------------------------------- */

#define EACH_DIGIT 0x1111111111111111u

static inline bool digits_valid(uint64_t digits)
{
    return !(digits & (digits << 1 | digits << 2) & EACH_DIGIT << 3);
}

/* The carry is taken in and given out. A six in every digit makes decimal carries
 * binary ones; where there was none it is taken away again. */
static inline uint64_t digits_add(uint64_t a, uint64_t b, bool *carry)
{
    uint64_t biased = a + EACH_DIGIT * 6, sum;
    bool out = __builtin_add_overflow(biased, b, &sum);
    out |= __builtin_add_overflow(sum, (uint64_t)*carry, &sum);
    uint64_t carries = ((biased ^ b ^ sum) >> 4 | (uint64_t)out << 60) & EACH_DIGIT;
    *carry = out;
    return sum - (carries ^ EACH_DIGIT) * 6;
}

static inline uint64_t digits_subtract(uint64_t a, uint64_t b, bool *borrow)
{
    uint64_t difference;
    bool out = __builtin_sub_overflow(a, b, &difference);
    out |= __builtin_sub_overflow(difference, (uint64_t)*borrow, &difference);
    uint64_t borrows = ((a ^ b ^ difference) >> 4 | (uint64_t)out << 60) & EACH_DIGIT;
    *borrow = out;
    return difference - borrows * 6;
}

/* Sixteen digits to binary, each step joining neighbours: x is high * base^2 + low
 * with the places 2^n apart, and is to be high * base + low. */
static inline uint64_t digits_to_binary(uint64_t x)
{
    x -= (x >> 4 & 0x0F0F0F0F0F0F0F0Fu) * (16 - 10);
    x -= (x >> 8 & 0x00FF00FF00FF00FFu) * (256 - 100);
    x -= (x >> 16 & 0x0000FFFF0000FFFFu) * (65536 - 10000);
    return x - (x >> 32) * (4294967296u - 100000000u);
}

/* The way back, for values below 10^16. The divisions by 100 and by 10 are done in
 * all lanes at once by multiplying with a reciprocal good for their range. */
static inline uint64_t digits_from_binary(uint64_t v)
{
    uint64_t x = v + v / 100000000 * (4294967296u - 100000000u);
    uint64_t upper = (x >> 32) / 10000, lower = (uint32_t)x / 10000;
    x += (upper << 32 | lower) * (65536 - 10000);
    uint64_t even = (x & 0x0000FFFF0000FFFFu) * 5243 >> 19 & 0x0000007F0000007Fu;
    uint64_t odd = (x >> 16 & 0x0000FFFF0000FFFFu) * 5243 >> 19 & 0x0000007F0000007Fu;
    x += (even | odd << 16) * (256 - 100);
    uint64_t tens = (x & 0x00FF00FF00FF00FFu) * 103 >> 10 & 0x000F000F000F000Fu;
    uint64_t tens_above = (x >> 8 & 0x00FF00FF00FF00FFu) * 103 >> 10 & 0x000F000F000F000Fu;
    return x + (tens | tens_above << 8) * (16 - 10);
}

/* Sixteen digits to the low halves of sixteen bytes, and back: eight at a time. */
static inline uint64_t digits_spread(uint32_t digits)
{
    uint64_t x = digits;
    x = (x | x << 16) & 0x0000FFFF0000FFFFu;
    x = (x | x << 8) & 0x00FF00FF00FF00FFu;
    return (x | x << 4) & 0x0F0F0F0F0F0F0F0Fu;
}
static inline uint32_t digits_gather(uint64_t zoned)
{
    uint64_t x = zoned & 0x0F0F0F0F0F0F0F0Fu;
    x = (x | x >> 4) & 0x00FF00FF00FF00FFu;
    x = (x | x >> 8) & 0x0000FFFF0000FFFFu;
    return (uint32_t)(x | x >> 16);
}

/* ---- bytes ------------------------------------------------------------------------- */

/* 1..8 bytes as the right end of a word, and the right end of a word to 1..8 bytes:
 * two moves that may overlap, and no byte beyond the operand. */
static inline uint64_t bytes_load(const uint8_t *p, unsigned length)
{
    if (length == 8)
        return get64(p);
    if (length >= 4)
        return (uint64_t)get32(p) << 8 * (length - 4) | get32(p + length - 4);
    if (length >= 2)
        return (uint64_t)get16(p) << 8 * (length - 2) | get16(p + length - 2);
    return *p;
}
static inline void bytes_store(uint8_t *p, unsigned length, uint64_t v)
{
    if (length == 8) {
        put64(p, v);
    } else if (length >= 4) {
        put32(p, (uint32_t)(v >> 8 * (length - 4)));
        put32(p + length - 4, (uint32_t)v);
    } else if (length >= 2) {
        put16(p, (uint16_t)(v >> 8 * (length - 2)));
        put16(p + length - 2, (uint16_t)v);
    } else {
        *p = (uint8_t)v;
    }
}

/* ---- packed numbers ------------------------------------------------------------------ */

/* From and to an operand of 1..16 bytes. What does not fit is cut off. */
static inline struct packed packed_load(const uint8_t *p, unsigned length)
{
    if (length <= 8) {
        uint64_t word = bytes_load(p, length);
        return (struct packed){ 0, word >> 4, word & 0xF };
    }
    uint64_t high = bytes_load(p, length - 8), low = get64(p + length - 8);
    return (struct packed){ high >> 4, high << 60 | low >> 4, low & 0xF };
}
static inline void packed_store(uint8_t *p, unsigned length, struct packed v)
{
    uint64_t low = v.low << 4 | v.sign;
    if (length <= 8) {
        bytes_store(p, length, low);
    } else {
        bytes_store(p, length - 8, v.high << 4 | v.low >> 60);
        put64(p + length - 8, low);
    }
}

static inline bool packed_negative(struct packed v) { return v.sign == 0xB || v.sign == 0xD; }
static inline bool packed_zero(struct packed v) { return !(v.high | v.low); }
static inline bool packed_valid(struct packed v)
{
    return v.sign > 9 && digits_valid(v.low) && digits_valid(v.high);
}

/* Do the digits fit into an operand of 1..16 bytes? */
static inline bool packed_fits(struct packed v, unsigned length)
{
    if (length <= 8)
        return !(v.high | v.low >> (8 * length - 4));
    return !(v.high >> (8 * length - 68));
}

/* The same number with nothing left of an operand of 1..16 bytes. */
static inline struct packed packed_cut(struct packed v, unsigned length)
{
    if (length <= 8) {
        v.high = 0;
        v.low &= (1ull << (8 * length - 4)) - 1;
    } else {
        v.high &= (1ull << (8 * length - 68)) - 1;
    }
    return v;
}

static inline struct packed packed_signed(struct packed v, bool negative)
{
    v.sign = negative ? PACKED_MINUS : PACKED_PLUS;
    return v;
}

/* -1, 0 or 1 as the digits of `a` are less than, equal to or greater than those of `b`. */
static inline int packed_compare_digits(struct packed a, struct packed b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

/* The sum of valid numbers, of up to 32 digits, with a preferred sign; zero is plus. */
static inline struct packed packed_add(struct packed a, struct packed b)
{
    bool negative = packed_negative(a), carry = false;
    struct packed sum;
    if (negative == packed_negative(b)) {
        sum.low = digits_add(a.low, b.low, &carry);
        sum.high = (a.high | b.high | carry) ? digits_add(a.high, b.high, &carry) : 0;
    } else {
        if (packed_compare_digits(a, b) < 0) {
            struct packed swap = a;
            a = b;
            b = swap;
            negative = !negative;
        }
        sum.low = digits_subtract(a.low, b.low, &carry);
        sum.high = a.high ? digits_subtract(a.high, b.high, &carry) : 0;
    }
    return packed_signed(sum, negative && !packed_zero(sum));
}

#define TEN_TO_16 10000000000000000u

/* The digits' value and back. No more than 31 digits. */
static inline unsigned __int128 packed_to_binary(struct packed v)
{
    uint64_t low = digits_to_binary(v.low);
    if (!v.high)
        return low;
    return (unsigned __int128)digits_to_binary(v.high) * TEN_TO_16 + low;
}
static inline struct packed packed_from_binary(unsigned __int128 v, bool negative)
{
    struct packed result = { 0, 0, negative ? PACKED_MINUS : PACKED_PLUS };
    if (v < TEN_TO_16) {
        result.low = digits_from_binary((uint64_t)v);
    } else {
        result.low = digits_from_binary((uint64_t)(v % TEN_TO_16));
        result.high = digits_from_binary((uint64_t)(v / TEN_TO_16));
    }
    return result;
}

#endif
