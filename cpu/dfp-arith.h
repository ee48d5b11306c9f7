/* Decimal floating point as pure arithmetic (SA22-7832 chapters 9 and 20): bits in, bits out,
 * exceptions in a struct ieee. Private to cpu/.
 *
 * A number of any format is the rightmost 32, 64 or 128 bits of a uint128, densely packed.
 * What comes out is canonical. Where a function leaves ieee_suppressed(env), what it
 * returned means nothing.
 *
 * "Exponent" is always that of the last digit of the coefficient: the power of ten that is
 * the quantum. */
#ifndef CPU_DFP_ARITH_H
#define CPU_DFP_ARITH_H

#include "cpu/ieee.h"

struct dfp_format {
    int width;                  /* bits */
    int digits;
    int bias;                   /* the smallest exponent is -bias */
    int biased_max;
    int scale;                  /* of the exponent, if an overflow or underflow traps */
    int rounded_scale;          /* the same, where this format is LOAD ROUNDED's source */
};
extern const struct dfp_format dfp_short, dfp_long, dfp_extended;

enum dfp_class { DFP_FINITE, DFP_INFINITY, DFP_QNAN, DFP_SNAN };

struct dfp_number {
    uint8_t class;
    bool negative;
    int exponent;               /* of finite numbers */
    uint128 coefficient;        /* infinity and NaN: without the leftmost digit */
};
struct dfp_number dfp_unpack(const struct dfp_format *, uint128);
/* As it is: a finite number must fit. */
uint128 dfp_assemble(const struct dfp_format *, struct dfp_number);
/* A finite number of any length rounded into the format, its exponent as near `preferred` as
 * may be if it is exact. `sticky`: there is more, less than one, behind the coefficient, which must
 * have two digits more than the format then. */
uint128 dfp_round_number(const struct dfp_format *, struct dfp_number, bool sticky, int preferred,
                         struct ieee *);

/* 0 zero, 1 negative, 2 positive, 3 NaN. */
int dfp_code(const struct dfp_format *, uint128);

uint128 dfp_add(const struct dfp_format *, uint128 a, uint128 b, struct ieee *);
uint128 dfp_subtract(const struct dfp_format *, uint128 a, uint128 b, struct ieee *);
uint128 dfp_multiply(const struct dfp_format *, uint128 a, uint128 b, struct ieee *);
uint128 dfp_divide(const struct dfp_format *, uint128 a, uint128 b, struct ieee *);
/* 0 equal, 1 low, 2 high, 3 unordered; `signal`: a quiet NaN is invalid, too. */
int dfp_compare(const struct dfp_format *, uint128 a, uint128 b, bool signal, struct ieee *);
/* COMPARE BIASED EXPONENT. */
int dfp_compare_exponents(const struct dfp_format *, uint128 a, uint128 b);

/* LOAD AND TEST: canonical; a signaling NaN is invalid. */
uint128 dfp_load(const struct dfp_format *, uint128 a, struct ieee *);
/* `quietly`: a signaling NaN remains one, an infinity keeps its digits (M4 bit 0). */
uint128 dfp_lengthen(const struct dfp_format *from, const struct dfp_format *to, uint128 a,
                     bool quietly, struct ieee *);
/* LOAD ROUNDED. After an overflow or underflow that trapped (dfp_scaled()) the result is of the
 * format `from`. */
uint128 dfp_round(const struct dfp_format *from, const struct dfp_format *to, uint128 a,
                  bool quietly, struct ieee *);
static inline bool dfp_scaled(const struct ieee *env)
{
    return (env->dxc & (IEEE_OVERFLOW | IEEE_UNDERFLOW)) && !ieee_suppressed(env);
}
/* LOAD FP INTEGER. */
uint128 dfp_round_to_integer(const struct dfp_format *, uint128 a, struct ieee *);
uint128 dfp_quantize(const struct dfp_format *, uint128 value, uint128 quantum, struct ieee *);
uint128 dfp_reround(const struct dfp_format *, uint128 value, unsigned significance,
                    struct ieee *);

uint128 dfp_from_integer(const struct dfp_format *, uint64_t v, bool is_signed, struct ieee *);
uint64_t dfp_to_integer(const struct dfp_format *, uint128 a, int bits, bool is_signed,
                        struct ieee *, int *cc);

/* Packed digits, four bits each, without a sign. */
uint128 dfp_digits(uint128 packed);                     /* their value; they must be digits */
uint128 dfp_packed(uint128 value);                      /* its rightmost 32 digits */

/* EXTRACT BIASED EXPONENT and SIGNIFICANCE: -1 infinity, -2 quiet, -3 signaling NaN. */
int64_t dfp_biased_exponent(const struct dfp_format *, uint128 a);
int64_t dfp_significance(const struct dfp_format *, uint128 a);
uint128 dfp_insert_exponent(const struct dfp_format *, uint128 a, int64_t biased);
/* The coefficient, by 0 to 63 digits. */
uint128 dfp_shift_left(const struct dfp_format *, uint128 a, unsigned by);
uint128 dfp_shift_right(const struct dfp_format *, uint128 a, unsigned by);

/* TEST DATA CLASS and TEST DATA GROUP: the bit of the 12 that the number has, 0x800 .. 0x001. */
unsigned dfp_data_class(const struct dfp_format *, uint128 a);
unsigned dfp_data_group(const struct dfp_format *, uint128 a);

/* ---- for radix conversion (pfpo.c) ------------------------------------------------------------ */

int dfp_count_digits(uint128 v);                        /* 0 for zero */
uint128 dfp_power(int n);                               /* 10^n, n at most 38 */

#endif
