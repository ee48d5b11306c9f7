/* Binary floating point: take apart, compute with 128 bits of significand, round, put together.
 * 128 bits are enough for a product of long numbers to be exact and for everything else to keep
 * two bits beyond the longest precision, the last of them "sticky": one if anything
 * behind it is. */
#include "cpu/bfp-arith.h"

#include <stddef.h>

const struct bfp_format bfp_short = { 32, 24, 127, 192, 0 };
const struct bfp_format bfp_long = { 64, 53, 1023, 1536, 512 };
const struct bfp_format bfp_extended = { 128, 113, 16383, 24576, 8192 };

static const uint128 TOP = (uint128)1 << 127;

static int leading_zeros(uint128 v)
{
    uint64_t high = (uint64_t)(v >> 64);
    return high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)v);
}

/* Shift right, what falls out at the right being kept in the last bit. */
static uint128 shift_sticky(uint128 v, int by)
{
    if (by <= 0)
        return v;
    if (by > 127)
        return v != 0;
    return v >> by | ((v << (128 - by)) != 0);
}

/* ---- taking apart ------------------------------------------------------------------------- */

static uint128 fraction_mask(const struct bfp_format *f)
{
    return ((uint128)1 << (f->precision - 1)) - 1;
}

static uint128 sign_bit(const struct bfp_format *f)
{
    return (uint128)1 << (f->width - 1);
}

bool bfp_negative(const struct bfp_format *f, uint128 v)
{
    return v >> (f->width - 1) & 1;
}

static int biased_exponent(const struct bfp_format *f, uint128 v)
{
    return (int)(v >> (f->precision - 1)) & (2 * f->bias + 1);
}

enum bfp_class bfp_classify(const struct bfp_format *f, uint128 v)
{
    int exponent = biased_exponent(f, v);
    uint128 fraction = v & fraction_mask(f);
    if (exponent == 0)
        return fraction ? BFP_SUBNORMAL : BFP_ZERO;
    if (exponent <= 2 * f->bias)
        return BFP_NORMAL;
    return !fraction ? BFP_INFINITY : fraction >> (f->precision - 2) ? BFP_QNAN : BFP_SNAN;
}

int bfp_code(const struct bfp_format *f, uint128 v)
{
    enum bfp_class class = bfp_classify(f, v);
    return class >= BFP_QNAN ? 3 : class == BFP_ZERO ? 0 : bfp_negative(f, v) ? 1 : 2;
}

struct bfp_number bfp_unpack(const struct bfp_format *f, uint128 v)
{
    struct bfp_number n = { (uint8_t)bfp_classify(f, v), bfp_negative(f, v), 0, 0 };
    uint128 fraction = (v & fraction_mask(f)) << (128 - f->precision);
    if (n.class == BFP_NORMAL) {
        n.exponent = biased_exponent(f, v) - f->bias;
        n.significand = fraction | TOP;
    } else if (n.class == BFP_SUBNORMAL) {
        int zeros = leading_zeros(fraction);
        n.class = BFP_NORMAL;
        n.exponent = 1 - f->bias - zeros;
        n.significand = fraction << zeros;
    } else {
        n.significand = fraction;
    }
    return n;
}

/* ---- putting together --------------------------------------------------------------------- */

static uint128 infinity(const struct bfp_format *f, bool negative)
{
    return (negative ? sign_bit(f) : 0) |
           (uint128)(unsigned)(2 * f->bias + 1) << (f->precision - 1);
}

static uint128 default_nan(const struct bfp_format *f)
{
    return infinity(f, false) | (uint128)1 << (f->precision - 2);
}

static uint128 zero(const struct bfp_format *f, bool negative)
{
    return negative ? sign_bit(f) : 0;
}

/* The significand cut to the precision and rounded; it can have become 2^precision. */
struct cut {
    uint128 kept;
    bool inexact, incremented;
};

static struct cut cut(uint128 significand, int precision, bool negative, unsigned rounding)
{
    int drop = 128 - precision;
    uint128 kept = significand >> drop, rest = significand << precision;
    enum ieee_rest r = !rest ? REST_NONE : rest < TOP ? REST_LESS :
                       rest == TOP ? REST_HALF : REST_MORE;
    bool increment = ieee_increment(rounding, negative, (unsigned)kept & 1, r);
    return (struct cut){ kept + increment, r != REST_NONE, increment };
}

/* `exponent` is that of a kept first bit; the carry of 2^precision goes into it by itself. */
static uint128 assemble(const struct bfp_format *f, bool negative, int exponent, uint128 kept)
{
    return zero(f, negative) +
           ((uint128)(unsigned)(exponent + f->bias - 1) << (f->precision - 1)) + kept;
}

/* An overflow or underflow that traps: the exponent is scaled back into the range of the
 * `target`, which for LOAD ROUNDED is the source's format. */
static uint128 scaled(const struct bfp_format *f, const struct bfp_format *target, int scale,
                      const struct bfp_number *n, struct cut c, unsigned exception,
                      struct ieee *env)
{
    env->dxc = ieee_scaled_code(exception, c.inexact, c.incremented);
    int exponent = n->exponent + (exception == IEEE_OVERFLOW ? -scale : scale);
    return assemble(target, n->negative, exponent, c.kept << (target->precision - f->precision));
}

static uint128 overflowed(const struct bfp_format *f, bool negative, struct ieee *env)
{
    bool to_infinity = ieee_overflows_to_infinity(env->rounding, negative);
    env->flags |= IEEE_OVERFLOW;
    ieee_inexact(env, to_infinity);
    return infinity(f, negative) - !to_infinity;
}

static uint128 round_into(const struct bfp_format *f, const struct bfp_format *target, int scale,
                          struct bfp_number n, struct ieee *env)
{
    int subnormal = 1 - f->bias - n.exponent;       /* tiny, before rounding */
    if (subnormal > 0) {
        if (env->masks & IEEE_UNDERFLOW)
            return scaled(f, target, scale, &n,
                          cut(n.significand, f->precision, n.negative, env->rounding),
                          IEEE_UNDERFLOW, env);
        struct cut c = cut(shift_sticky(n.significand, subnormal), f->precision, n.negative,
                           env->rounding);
        if (c.inexact) {
            env->flags |= IEEE_UNDERFLOW;
            ieee_inexact(env, c.incremented);
        }
        return zero(f, n.negative) + c.kept;
    }
    struct cut c = cut(n.significand, f->precision, n.negative, env->rounding);
    if (n.exponent + (int)(c.kept >> f->precision) > f->bias) {
        if (env->masks & IEEE_OVERFLOW)
            return scaled(f, target, scale, &n, c, IEEE_OVERFLOW, env);
        return overflowed(f, n.negative, env);
    }
    if (c.inexact)
        ieee_inexact(env, c.incremented);
    return assemble(f, n.negative, n.exponent, c.kept);
}

/* A NaN's fraction is extended or cut at the right; it is quiet then. */
static uint128 pack_nan(const struct bfp_format *f, struct bfp_number n)
{
    return default_nan(f) | zero(f, n.negative) | n.significand >> (128 - f->precision);
}

uint128 bfp_pack(const struct bfp_format *f, struct bfp_number n, struct ieee *env)
{
    switch ((enum bfp_class)n.class) {
    case BFP_ZERO:     return zero(f, n.negative);
    case BFP_INFINITY: return infinity(f, n.negative);
    case BFP_QNAN: case BFP_SNAN: return pack_nan(f, n);
    default:           return round_into(f, f, f->scale, n, env);
    }
}

static uint128 invalid(const struct bfp_format *f, struct ieee *env)
{
    ieee_signal(env, IEEE_INVALID);
    return default_nan(f);
}

/* ---- NaNs -------------------------------------------------------------------------------------- */

/* A signaling NaN goes before a quiet one, then the earlier operand before the later. */
static uint128 propagate(const struct bfp_format *f, const struct bfp_number *numbers, int count,
                         struct ieee *env)
{
    const struct bfp_number *chosen = NULL;
    for (int i = count - 1; i >= 0; i--)
        if (numbers[i].class >= BFP_QNAN && !(chosen && chosen->class > numbers[i].class))
            chosen = &numbers[i];
    if (chosen->class == BFP_SNAN)
        ieee_signal(env, IEEE_INVALID);
    return pack_nan(f, *chosen);
}

static bool is_nan(const struct bfp_number *n) { return n->class >= BFP_QNAN; }

/* ---- addition ------------------------------------------------------------------------------------ */

/* Neither is zero; the sum can be: class zero, its sign to be seen to by the caller. */
static struct bfp_number add_finite(struct bfp_number a, struct bfp_number b)
{
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand)) {
        struct bfp_number swap = a;
        a = b;
        b = swap;
    }
    uint128 other = shift_sticky(b.significand, a.exponent - b.exponent);
    if (a.negative == b.negative) {
        uint128 sum = a.significand + other;
        if (sum < other) {
            sum = shift_sticky(sum, 1) | TOP;
            a.exponent++;
        }
        a.significand = sum;
        return a;
    }
    uint128 difference = a.significand - other;
    if (!difference) {
        a.class = BFP_ZERO;
        return a;
    }
    int zeros = leading_zeros(difference);
    a.significand = difference << zeros;
    a.exponent -= zeros;
    return a;
}

/* The sign of a sum that is zero: that of both, if they agree, or by the rounding method. */
static bool zero_sign(const struct bfp_number *a, const struct bfp_number *b,
                      const struct ieee *env)
{
    return a->negative == b->negative ? a->negative : env->rounding == ROUND_DOWN;
}

/* No NaNs. */
static uint128 add_numbers(const struct bfp_format *f, struct bfp_number a, struct bfp_number b,
                           struct ieee *env)
{
    if (a.class == BFP_INFINITY || b.class == BFP_INFINITY) {
        if (a.class == b.class && a.negative != b.negative)
            return invalid(f, env);
        return infinity(f, a.class == BFP_INFINITY ? a.negative : b.negative);
    }
    if (a.class == BFP_ZERO && b.class == BFP_ZERO)
        return zero(f, zero_sign(&a, &b, env));
    if (b.class == BFP_ZERO)
        return round_into(f, f, f->scale, a, env);
    if (a.class == BFP_ZERO)
        return round_into(f, f, f->scale, b, env);
    struct bfp_number sum = add_finite(a, b);
    if (sum.class == BFP_ZERO)
        return zero(f, zero_sign(&a, &b, env));
    return round_into(f, f, f->scale, sum, env);
}

static uint128 add(const struct bfp_format *f, uint128 a, uint128 b, bool subtract,
                   struct ieee *env)
{
    struct bfp_number n[2] = { bfp_unpack(f, a), bfp_unpack(f, b) };
    if (is_nan(&n[0]) || is_nan(&n[1]))
        return propagate(f, n, 2, env);
    n[1].negative ^= subtract;
    return add_numbers(f, n[0], n[1], env);
}

uint128 bfp_add(const struct bfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    return add(f, a, b, false, env);
}

uint128 bfp_subtract(const struct bfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    return add(f, a, b, true, env);
}

/* ---- multiplication --------------------------------------------------------------------------------- */

/* The left 128 bits of the product of two significands, sticky, and how far that is from being
 * normalized: the product of two numbers in [1, 2) is in [1, 4). */
static struct bfp_number multiply_finite(const struct bfp_number *a, const struct bfp_number *b)
{
    uint64_t a1 = (uint64_t)(a->significand >> 64), a0 = (uint64_t)a->significand;
    uint64_t b1 = (uint64_t)(b->significand >> 64), b0 = (uint64_t)b->significand;
    uint128 product = (uint128)a1 * b1;
    bool sticky = false;
    if (a0 | b0) {
        uint128 low = (uint128)a0 * b0, m1 = (uint128)a1 * b0, m2 = (uint128)a0 * b1;
        uint128 middle = (low >> 64) + (uint64_t)m1 + (uint64_t)m2;
        product += (m1 >> 64) + (m2 >> 64) + (middle >> 64);
        sticky = (uint64_t)middle | (uint64_t)low;
        if (!(product >> 127)) {        /* the bit that comes in may be a real one */
            sticky = (uint64_t)middle << 1 | (uint64_t)low;
            return (struct bfp_number){ BFP_NORMAL, a->negative ^ b->negative,
                a->exponent + b->exponent,
                product << 1 | ((uint64_t)middle >> 63) | sticky };
        }
    }
    struct bfp_number n = { BFP_NORMAL, a->negative ^ b->negative, a->exponent + b->exponent + 1,
                            product };
    if (!(product >> 127)) {
        n.significand <<= 1;
        n.exponent--;
    }
    n.significand |= sticky;
    return n;
}

/* No NaNs; of class infinity, zero, or normal. BFP_SNAN: zero times infinity. */
static struct bfp_number multiply_numbers(const struct bfp_number *a, const struct bfp_number *b)
{
    if (a->class == BFP_NORMAL && b->class == BFP_NORMAL)
        return multiply_finite(a, b);
    struct bfp_number n = { BFP_ZERO, a->negative ^ b->negative, 0, 0 };
    bool infinite = a->class == BFP_INFINITY || b->class == BFP_INFINITY;
    bool none = a->class == BFP_ZERO || b->class == BFP_ZERO;
    n.class = infinite && none ? BFP_SNAN : infinite ? BFP_INFINITY : BFP_ZERO;
    return n;
}

uint128 bfp_multiply_longer(const struct bfp_format *from, const struct bfp_format *to,
                            uint128 a, uint128 b, struct ieee *env)
{
    struct bfp_number n[2] = { bfp_unpack(from, a), bfp_unpack(from, b) };
    if (is_nan(&n[0]) || is_nan(&n[1]))
        return propagate(to, n, 2, env);
    struct bfp_number product = multiply_numbers(&n[0], &n[1]);
    return product.class == BFP_SNAN ? invalid(to, env) : bfp_pack(to, product, env);
}

uint128 bfp_multiply(const struct bfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    return bfp_multiply_longer(f, f, a, b, env);
}

uint128 bfp_multiply_add(const struct bfp_format *f, uint128 a, uint128 b, uint128 c,
                         bool subtract, struct ieee *env)
{
    struct bfp_number n[3] = { bfp_unpack(f, a), bfp_unpack(f, b), bfp_unpack(f, c) };
    struct bfp_number product = { BFP_QNAN, false, 0, 0 };
    if (!is_nan(&n[0]) && !is_nan(&n[1])) {
        product = multiply_numbers(&n[0], &n[1]);
        if (product.class == BFP_SNAN)      /* whatever is to be added, even a NaN */
            return invalid(f, env);
    }
    if (is_nan(&product) || is_nan(&n[2]))
        return propagate(f, n, 3, env);
    n[2].negative ^= subtract;
    return add_numbers(f, product, n[2], env);
}

/* ---- division, square root ------------------------------------------------------------------------------ */

static struct bfp_number divide_finite(const struct bfp_number *a, const struct bfp_number *b,
                                       int precision)
{
    uint128 remainder = a->significand, divisor = b->significand, quotient = 0;
    int exponent = a->exponent - b->exponent;
    int bits;
    if (precision <= 62) {
        /* Short and long: one division of 127 bits by 64. */
        uint64_t d = (uint64_t)(divisor >> 64);
        quotient = (remainder >> 1) / d;
        remainder = (remainder >> 1) % d;
        bits = 64;
    } else {
        /* Both have their first bit: the quotient is in (1/2, 2). */
        bool carry = false;
        for (bits = 0; bits < 117; bits++) {
            bool one = carry || remainder >= divisor;
            if (one)
                remainder -= divisor;
            quotient = quotient << 1 | one;
            carry = remainder >> 127;
            remainder <<= 1;
        }
        remainder |= carry;
    }
    int zeros = leading_zeros(quotient);
    return (struct bfp_number){ BFP_NORMAL, a->negative ^ b->negative,
                                exponent + (128 - zeros) - bits,
                                quotient << zeros | (remainder != 0) };
}

uint128 bfp_divide(const struct bfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    struct bfp_number n[2] = { bfp_unpack(f, a), bfp_unpack(f, b) };
    if (is_nan(&n[0]) || is_nan(&n[1]))
        return propagate(f, n, 2, env);
    bool negative = n[0].negative ^ n[1].negative;
    if (n[0].class == n[1].class && n[0].class != BFP_NORMAL)
        return invalid(f, env);             /* 0/0, infinity/infinity */
    if (n[0].class == BFP_INFINITY)
        return infinity(f, negative);
    if (n[0].class == BFP_ZERO || n[1].class == BFP_INFINITY)
        return zero(f, negative);
    if (n[1].class == BFP_ZERO) {
        ieee_signal(env, IEEE_DIVIDE);
        return infinity(f, negative);
    }
    return round_into(f, f, f->scale, divide_finite(&n[0], &n[1], f->precision), env);
}

/* Bit by bit, two of the radicand for one of the root. */
uint128 bfp_square_root(const struct bfp_format *f, uint128 a, struct ieee *env)
{
    struct bfp_number n = bfp_unpack(f, a);
    if (is_nan(&n))
        return propagate(f, &n, 1, env);
    if (n.class == BFP_ZERO)
        return zero(f, n.negative);
    if (n.negative)
        return invalid(f, env);
    if (n.class == BFP_INFINITY)
        return infinity(f, false);
    uint128 radicand = n.significand >> 1, root = 0, remainder = 0;     /* 1.x with 126 bits behind */
    if (n.exponent & 1)
        radicand = n.significand;
    int bits = f->precision + 2;
    for (int i = 0; i < bits; i++) {
        remainder = remainder << 2 | radicand >> 126;
        radicand <<= 2;
        root <<= 1;
        if (remainder > root << 1) {
            remainder -= (root << 1) + 1;
            root++;
        }
    }
    n.exponent = (n.exponent - (n.exponent & 1)) / 2;
    n.significand = root << (128 - bits) | ((remainder | radicand) != 0);
    return round_into(f, f, f->scale, n, env);
}

/* ---- comparison ------------------------------------------------------------------------------------------ */

static int compare_magnitudes(const struct bfp_number *a, const struct bfp_number *b)
{
    /* BFP_ZERO < BFP_NORMAL < BFP_INFINITY */
    if (a->class != b->class)
        return a->class < b->class ? -1 : 1;
    if (a->class != BFP_NORMAL)
        return 0;
    if (a->exponent != b->exponent)
        return a->exponent < b->exponent ? -1 : 1;
    return a->significand < b->significand ? -1 : a->significand > b->significand;
}

int bfp_compare(const struct bfp_format *f, uint128 a, uint128 b, bool signal, struct ieee *env)
{
    struct bfp_number x = bfp_unpack(f, a), y = bfp_unpack(f, b);
    if (is_nan(&x) || is_nan(&y)) {
        if (signal || x.class == BFP_SNAN || y.class == BFP_SNAN)
            ieee_signal(env, IEEE_INVALID);
        return 3;
    }
    if (x.class == BFP_ZERO && y.class == BFP_ZERO)
        return 0;
    if (x.negative != y.negative)
        return x.negative ? 1 : 2;
    int order = compare_magnitudes(&x, &y);
    return !order ? 0 : (order < 0) == !x.negative ? 1 : 2;
}

/* ---- loads ------------------------------------------------------------------------------------------------- */

uint128 bfp_load(const struct bfp_format *f, uint128 a, struct ieee *env)
{
    if (bfp_classify(f, a) != BFP_SNAN)
        return a;
    ieee_signal(env, IEEE_INVALID);
    return a | (uint128)1 << (f->precision - 2);
}

uint128 bfp_lengthen(const struct bfp_format *from, const struct bfp_format *to, uint128 a,
                     struct ieee *env)
{
    struct bfp_number n = bfp_unpack(from, a);
    if (n.class == BFP_SNAN)
        ieee_signal(env, IEEE_INVALID);
    return bfp_pack(to, n, env);
}

uint128 bfp_round(const struct bfp_format *from, const struct bfp_format *to, uint128 a,
                  struct ieee *env)
{
    struct bfp_number n = bfp_unpack(from, a);
    if (n.class == BFP_NORMAL)
        return round_into(to, from, from->rounded_scale, n, env);
    if (n.class == BFP_SNAN)
        ieee_signal(env, IEEE_INVALID);
    return bfp_pack(to, n, env);
}

/* A finite number as an integer, rounded: its magnitude, if that is below 2^127. */
static struct cut to_magnitude(const struct bfp_number *n, unsigned rounding)
{
    if (n->exponent >= 126)
        return (struct cut){ n->significand, false, false };     /* no fraction; too large anyway */
    if (n->exponent >= 0)
        return cut(n->significand, n->exponent + 1, n->negative, rounding);
    /* Below one: a bit for the units' place. */
    return cut(shift_sticky(n->significand, -n->exponent), 1, n->negative, rounding);
}

uint128 bfp_round_to_integer(const struct bfp_format *f, uint128 a, struct ieee *env)
{
    struct bfp_number n = bfp_unpack(f, a);
    if (is_nan(&n))
        return propagate(f, &n, 1, env);
    if (n.class != BFP_NORMAL || n.exponent >= f->precision - 1)
        return a;
    struct cut c = to_magnitude(&n, env->rounding);
    if (c.inexact)
        ieee_inexact(env, c.incremented);
    if (!c.kept)
        return zero(f, n.negative);
    int zeros = leading_zeros(c.kept);
    return assemble(f, n.negative, 127 - zeros, c.kept << zeros >> (128 - f->precision));
}

/* ---- integers -------------------------------------------------------------------------------------------------- */

uint128 bfp_from_integer(const struct bfp_format *f, uint64_t v, bool is_signed, struct ieee *env)
{
    if (!v)
        return 0;
    bool negative = is_signed && v >> 63;
    uint64_t magnitude = negative ? -v : v;
    int zeros = __builtin_clzll(magnitude);
    struct bfp_number n = { BFP_NORMAL, negative, 63 - zeros,
                            (uint128)(magnitude << zeros) << 64 };
    return round_into(f, f, f->scale, n, env);
}

uint64_t bfp_to_integer(const struct bfp_format *f, uint128 a, int bits, bool is_signed,
                        struct ieee *env, int *cc)
{
    struct bfp_number n = bfp_unpack(f, a);
    uint64_t ones = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    uint64_t least = is_signed ? (uint64_t)1 << (bits - 1) : 0;     /* also what a NaN gives */
    uint64_t greatest = ones - least;
    if (n.class == BFP_ZERO) {
        *cc = 0;
        return 0;
    }
    *cc = n.negative ? 1 : 2;
    if (n.class == BFP_NORMAL && n.exponent <= 64) {
        struct cut c = to_magnitude(&n, env->rounding);
        if (c.kept <= (n.negative ? least : greatest)) {
            if (c.inexact)
                ieee_inexact(env, c.incremented);
            return (n.negative ? -(uint64_t)c.kept : (uint64_t)c.kept) & ones;
        }
    }
    *cc = 3;
    /* Invalid, and inexact as well (unless suppressed), since the result is no integer near it. */
    ieee_signal(env, IEEE_INVALID);
    if (!env->dxc)
        ieee_inexact(env, false);
    return is_nan(&n) || n.negative ? least : greatest;
}

/* ---- DIVIDE TO INTEGER ------------------------------------------------------------------------------------------ */

/* An integer times 2^exponent, below 2^128, rounded into the format. */
static uint128 pack_scaled_integer(const struct bfp_format *f, bool negative, uint128 magnitude,
                                   int exponent, struct ieee *env)
{
    int zeros = leading_zeros(magnitude);
    struct bfp_number n = { BFP_NORMAL, negative, exponent + 127 - zeros, magnitude << zeros };
    return round_into(f, f, f->scale, n, env);
}

/* The partial quotient: as many bits as the format has, truncated. The remainder is exact. */
static uint128 divide_partially(const struct bfp_format *f, const struct bfp_number *a,
                                const struct bfp_number *b, struct ieee *env, uint128 *quotient,
                                int *cc)
{
    int drop = 128 - f->precision;
    uint128 dividend = a->significand >> drop, divisor = b->significand >> drop;
    /* One bit more if the quotient of the significands is below one. */
    int shift = f->precision - 1 + (dividend < divisor);
    uint128 q = (dividend << shift) / divisor, r = (dividend << shift) % divisor;
    int exponent = a->exponent - b->exponent - shift;       /* of the quotient's last bit */
    int first = exponent + f->precision - 1;
    bool overflow = first > f->bias;
    *quotient = assemble(f, a->negative ^ b->negative, first - (overflow ? f->scale : 0), q);
    *cc = (r ? 2 : 0) + overflow;
    if (!r)
        return zero(f, a->negative);
    return pack_scaled_integer(f, a->negative, r, exponent + b->exponent - (f->precision - 1),
                               env);
}

/* The final quotient: a whole number that the format can hold. */
static uint128 divide_finally(const struct bfp_format *f, const struct bfp_number *a,
                              const struct bfp_number *b, unsigned rounding, struct ieee *env,
                              uint128 *quotient)
{
    int drop = 128 - f->precision;
    uint128 divisor = b->significand >> drop, q = 0, r;
    bool negative = a->negative ^ b->negative;
    enum ieee_rest rest;
    int shift = a->exponent - b->exponent;
    if (shift >= 0) {
        uint128 dividend = (a->significand >> drop) << shift;
        q = dividend / divisor;
        r = dividend % divisor;
        rest = !r ? REST_NONE : 2 * r < divisor ? REST_LESS : 2 * r == divisor ? REST_HALF
                                                                               : REST_MORE;
    } else {
        struct bfp_number twice = *a;
        twice.exponent++;
        int order = compare_magnitudes(&twice, b);
        r = 0;
        rest = order < 0 ? REST_LESS : order == 0 ? REST_HALF : REST_MORE;
    }
    bool increment = ieee_increment(rounding, negative, (unsigned)q & 1, rest);
    struct ieee exact = { .rounding = ROUND_TO_ZERO };
    q += increment;
    *quotient = q ? pack_scaled_integer(f, negative, q, 0, &exact) : zero(f, negative);
    if (shift < 0) {
        if (!increment)
            return round_into(f, f, f->scale, *a, env);
        struct bfp_number other = *b;
        other.negative = !a->negative;
        return add_numbers(f, *a, other, env);
    }
    if (!r)
        return zero(f, a->negative);
    return pack_scaled_integer(f, a->negative ^ increment, increment ? divisor - r : r,
                               b->exponent - (f->precision - 1), env);
}

uint128 bfp_divide_to_integer(const struct bfp_format *f, uint128 a, uint128 b,
                              unsigned quotient_rounding, struct ieee *env, uint128 *quotient,
                              int *cc)
{
    struct bfp_number n[2] = { bfp_unpack(f, a), bfp_unpack(f, b) };
    *cc = 1;
    if (is_nan(&n[0]) || is_nan(&n[1]))
        return *quotient = propagate(f, n, 2, env);
    if (n[0].class == BFP_INFINITY || n[1].class == BFP_ZERO)
        return *quotient = invalid(f, env);
    *cc = 0;
    if (n[0].class == BFP_ZERO || n[1].class == BFP_INFINITY) {
        *quotient = zero(f, n[0].negative ^ n[1].negative);
        return a;
    }
    int exponent = n[0].exponent - n[1].exponent - (n[0].significand < n[1].significand);
    if (exponent >= f->precision)
        return divide_partially(f, &n[0], &n[1], env, quotient, cc);
    return divide_finally(f, &n[0], &n[1], quotient_rounding, env, quotient);
}

/* ---- hexadecimal floating point ------------------------------------------------------------------------------------ */

/* A long HFP number is fraction * 16^(characteristic - 64), the fraction's 56 bits behind
 * the point. */
enum { HFP_FRACTION_BITS = 56 };
#define HFP_FRACTION 0x00FFFFFFFFFFFFFFu
#define HFP_LARGEST  0x7FFFFFFFFFFFFFFFu

uint128 bfp_from_hfp(const struct bfp_format *f, uint64_t hfp, unsigned rounding, int *cc)
{
    bool negative = hfp >> 63;
    uint64_t fraction = hfp & HFP_FRACTION;
    if (!fraction) {
        *cc = 0;
        return zero(f, negative);
    }
    int zeros = __builtin_clzll(fraction);
    int exponent = 4 * ((int)(hfp >> 56 & 0x7F) - 64) - HFP_FRACTION_BITS + 63 - zeros;
    struct bfp_number n = { BFP_NORMAL, negative, exponent, (uint128)(fraction << zeros) << 64 };
    struct ieee env = { .rounding = (uint8_t)rounding };
    uint128 result = round_into(f, f, f->scale, n, &env);
    *cc = env.flags & IEEE_OVERFLOW ? 3 : negative ? 1 : 2;
    return result;
}

uint64_t bfp_to_hfp(const struct bfp_format *f, uint128 a, int *cc)
{
    struct bfp_number n = bfp_unpack(f, a);
    uint64_t sign = (uint64_t)n.negative << 63;
    *cc = n.class == BFP_ZERO ? 0 : n.negative ? 1 : 2;
    if (n.class == BFP_ZERO)
        return sign;
    /* 1.x * 2^exponent: the hexadecimal point stands before the digit with the one. */
    int digits = (n.exponent >> 2) + 1;
    if (n.class != BFP_NORMAL || digits > 63) {
        *cc = 3;
        return sign | HFP_LARGEST;
    }
    if (digits < -64)
        return sign;
    uint64_t fraction = (uint64_t)(n.significand >> 64) >> (8 + 3 - (n.exponent & 3));
    return sign | (uint64_t)(unsigned)(digits + 64) << 56 | fraction;
}
