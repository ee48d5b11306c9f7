/* Binary floating point as pure arithmetic (SA22-7832 chapters 9 and 19): bits in, bits out,
 * exceptions in a struct ieee. Private to cpu/.
 *
 * A number of any format is the rightmost 32, 64 or 128 bits of a uint128. Where a function
 * leaves ieee_suppressed(env), what it returned means nothing. */
#ifndef CPU_BFP_ARITH_H
#define CPU_BFP_ARITH_H

#include "cpu/ieee.h"

struct bfp_format {
    int width, precision;       /* bits; the precision counts the implied one */
    int bias;                   /* also the largest exponent; the smallest is 1 - bias */
    int scale;                  /* of the exponent, if an overflow or underflow traps */
    int rounded_scale;          /* the same, where this format is LOAD ROUNDED's source */
};
extern const struct bfp_format bfp_short, bfp_long, bfp_extended;

enum bfp_class { BFP_ZERO, BFP_NORMAL, BFP_SUBNORMAL, BFP_INFINITY, BFP_QNAN, BFP_SNAN };
enum bfp_class bfp_classify(const struct bfp_format *, uint128);
bool bfp_negative(const struct bfp_format *, uint128);
/* The condition code of a result: 0 zero, 1 negative, 2 positive, 3 NaN. */
int bfp_code(const struct bfp_format *, uint128);

uint128 bfp_add(const struct bfp_format *, uint128 a, uint128 b, struct ieee *);
uint128 bfp_subtract(const struct bfp_format *, uint128 a, uint128 b, struct ieee *);
uint128 bfp_multiply(const struct bfp_format *, uint128 a, uint128 b, struct ieee *);
/* Operands of one format, their product of a longer one. */
uint128 bfp_multiply_longer(const struct bfp_format *from, const struct bfp_format *to,
                            uint128 a, uint128 b, struct ieee *);
/* a * b + c, or a * b - c, rounded once; short and long. */
uint128 bfp_multiply_add(const struct bfp_format *, uint128 a, uint128 b, uint128 c,
                         bool subtract, struct ieee *);
uint128 bfp_divide(const struct bfp_format *, uint128 a, uint128 b, struct ieee *);
uint128 bfp_square_root(const struct bfp_format *, uint128 a, struct ieee *);
/* Condition code 0 equal, 1 low, 2 high, 3 unordered; `signal`: a quiet NaN is invalid, too. */
int bfp_compare(const struct bfp_format *, uint128 a, uint128 b, bool signal, struct ieee *);
/* LOAD AND TEST: a signaling NaN is invalid. */
uint128 bfp_load(const struct bfp_format *, uint128 a, struct ieee *);
uint128 bfp_lengthen(const struct bfp_format *from, const struct bfp_format *to, uint128 a,
                     struct ieee *);
/* LOAD ROUNDED. After an overflow or underflow that trapped (bfp_scaled()) the result is of the
 * format `from`. */
uint128 bfp_round(const struct bfp_format *from, const struct bfp_format *to, uint128 a,
                  struct ieee *);
static inline bool bfp_scaled(const struct ieee *env)
{
    return (env->dxc & (IEEE_OVERFLOW | IEEE_UNDERFLOW)) && !ieee_suppressed(env);
}
/* LOAD FP INTEGER. */
uint128 bfp_round_to_integer(const struct bfp_format *, uint128 a, struct ieee *);
/* DIVIDE TO INTEGER, short and long: the remainder, which the env's method rounds if it must be;
 * `quotient_rounding` is for the final quotient. */
uint128 bfp_divide_to_integer(const struct bfp_format *, uint128 a, uint128 b,
                              unsigned quotient_rounding, struct ieee *, uint128 *quotient,
                              int *cc);

/* Integers of 32 or 64 bits, the narrow ones sign-extended or zero-extended in a word. */
uint128 bfp_from_integer(const struct bfp_format *, uint64_t v, bool is_signed, struct ieee *);
uint64_t bfp_to_integer(const struct bfp_format *, uint128 a, int bits, bool is_signed,
                        struct ieee *, int *cc);

/* Between long hexadecimal floating point and this; no exceptions. */
uint128 bfp_from_hfp(const struct bfp_format *, uint64_t hfp, unsigned rounding, int *cc);
uint64_t bfp_to_hfp(const struct bfp_format *, uint128 a, int *cc);

/* ---- exact numbers: for conversions between radixes (pfpo.c) -------------------------------- */

/* A finite number is significand * 2^(exponent - 127); the significand's first bit is one. A NaN has
 * its fraction from the second bit on. */
struct bfp_number {
    uint8_t class;              /* subnormal numbers are BFP_NORMAL, too */
    bool negative;
    int exponent;
    uint128 significand;
};
struct bfp_number bfp_unpack(const struct bfp_format *, uint128);
/* Round to the format; of class zero, normal, infinity, or quiet NaN. The last bit of the significand
 * may stand for any number of ones behind it. */
uint128 bfp_pack(const struct bfp_format *, struct bfp_number, struct ieee *);

#endif
