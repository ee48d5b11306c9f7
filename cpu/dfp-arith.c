/* Decimal floating point: take apart, compute with binary coefficients of up to 38 digits in 128
 * bits, round, put together. What is behind the 38th digit is "sticky": it is there or not. */
#include "cpu/dfp-arith.h"

#include <stddef.h>

#include "cpu/dpd.h"

const struct dfp_format dfp_short = { 32, 7, 101, 191, 144, 0 };
const struct dfp_format dfp_long = { 64, 16, 398, 767, 576, 192 };
const struct dfp_format dfp_extended = { 128, 34, 6176, 12287, 9216, 3072 };

/* ---- powers of ten ----------------------------------------------------------------------------- */

static const uint64_t powers[20] = {
    1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u,
    10000000000u, 100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
    1000000000000000u, 10000000000000000u, 100000000000000000u, 1000000000000000000u,
    10000000000000000000u
};

uint128 dfp_power(int n)
{
    return n < 20 ? powers[n] : (uint128)powers[19] * powers[n - 19];
}

int dfp_count_digits(uint128 v)
{
    if (!v)
        return 0;
    uint64_t high = (uint64_t)(v >> 64);
    int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)v);
    int digits = bits * 1233 >> 12;             /* log10(2): one too few at most */
    return digits >= 38 ? 38 + (v >= dfp_power(38)) : digits + (v >= dfp_power(digits));
}

/* A coefficient without its last `by` digits, 0 to any number, and what they were. */
struct parted {
    uint128 quotient;
    enum ieee_rest rest;
};

static struct parted part(uint128 v, int by, bool sticky)
{
    if (by == 0)
        return (struct parted){ v, sticky ? REST_LESS : REST_NONE };
    if (by > 38)
        return (struct parted){ 0, v || sticky ? REST_LESS : REST_NONE };
    uint128 quotient, rest, divisor = dfp_power(by);
    if (!(uint64_t)(v >> 64) && by < 20) {
        quotient = (uint64_t)v / powers[by];
        rest = (uint64_t)v % powers[by];
    } else {
        quotient = v / divisor;
        rest = v - quotient * divisor;
    }
    uint128 half = divisor >> 1;
    enum ieee_rest r = rest > half ? REST_MORE : rest == half ? REST_HALF :
                       rest ? REST_LESS : REST_NONE;
    if (sticky)
        r = r == REST_NONE ? REST_LESS : r == REST_HALF ? REST_MORE : r;
    return (struct parted){ quotient, r };
}

/* Take zeros off the right, `most` of them at most; how many there were. */
static int strip_zeros(uint128 *v, int most)
{
    int stripped = 0;
    for (int step = 16; step; step >>= 1) {
        while (stripped + step <= most) {
            struct parted p = part(*v, step, false);
            if (p.rest != REST_NONE)
                break;
            *v = p.quotient;
            stripped += step;
        }
    }
    return stripped;
}

/* ---- taking apart, putting together --------------------------------------------------------------- */

/* Leftmost: the sign; five bits that tell class, leftmost digit and the exponent's first
 * two bits; the rest of the exponent; declets. */
enum { INFINITY_FIELD = 0x1E, NAN_FIELD = 0x1F };

static int trailing_bits(const struct dfp_format *f) { return (f->digits - 1) / 3 * 10; }
static int exponent_bits(const struct dfp_format *f) { return f->width - 6 - trailing_bits(f); }

static uint64_t declets_value(uint64_t declets, int count)
{
    uint64_t v = 0;
    for (int i = count - 1; i >= 0; i--)
        v = v * 1000 + dpd_values[declets >> (10 * i) & 1023];
    return v;
}

static uint128 trailing_value(const struct dfp_format *f, uint128 v)
{
    if (f->width < 128)
        return declets_value((uint64_t)v, (f->digits - 1) / 3);
    return (uint128)declets_value((uint64_t)(v >> 60), 5) * 1000000000000000000u +
           declets_value((uint64_t)v, 6);
}

static uint64_t to_declets(uint64_t v, int count)
{
    uint64_t declets = 0;
    for (int i = 0; i < count; i++, v /= 1000)
        declets |= (uint64_t)dpd_declets[v % 1000] << (10 * i);
    return declets;
}

struct dfp_number dfp_unpack(const struct dfp_format *f, uint128 v)
{
    struct dfp_number n = { DFP_FINITE, v >> (f->width - 1) & 1, 0, trailing_value(f, v) };
    unsigned field = (unsigned)(v >> (f->width - 6)) & 0x1F;
    if (field >= INFINITY_FIELD) {
        n.class = field == INFINITY_FIELD ? DFP_INFINITY :
                  v >> (f->width - 7) & 1 ? DFP_SNAN : DFP_QNAN;
        return n;
    }
    bool large = field >= 0x18;                 /* the digit is 8 or 9 */
    unsigned digit = large ? 8 | (field & 1) : field & 7;
    unsigned first = large ? field >> 1 & 3 : field >> 3;
    unsigned rest = (unsigned)(v >> trailing_bits(f)) & ((1u << exponent_bits(f)) - 1);
    n.exponent = (int)(first << exponent_bits(f) | rest) - f->bias;
    n.coefficient += digit * dfp_power(f->digits - 1);
    return n;
}

uint128 dfp_assemble(const struct dfp_format *f, struct dfp_number n)
{
    uint128 power = dfp_power(f->digits - 1);
    unsigned digit = 0;
    if (n.coefficient >= power) {
        digit = (unsigned)(n.coefficient / power);
        n.coefficient -= digit * power;
    }
    uint128 v;
    if (f->width < 128) {
        v = to_declets((uint64_t)n.coefficient, (f->digits - 1) / 3);
    } else {
        uint64_t high = (uint64_t)(n.coefficient / 1000000000000000000u);
        uint64_t low = (uint64_t)(n.coefficient - (uint128)high * 1000000000000000000u);
        v = (uint128)to_declets(high, 5) << 60 | to_declets(low, 6);
    }
    unsigned field, rest = 0;
    if (n.class == DFP_FINITE) {
        unsigned biased = (unsigned)(n.exponent + f->bias), first = biased >> exponent_bits(f);
        rest = biased & ((1u << exponent_bits(f)) - 1);
        field = digit < 8 ? first << 3 | digit : 0x18 | first << 1 | (digit & 1);
    } else {
        field = n.class == DFP_INFINITY ? INFINITY_FIELD : NAN_FIELD;
        if (n.class == DFP_SNAN)
            rest = 1u << (exponent_bits(f) - 1);
    }
    return v | (uint128)rest << trailing_bits(f) | (uint128)field << (f->width - 6) |
           (uint128)n.negative << (f->width - 1);
}

static uint128 infinity(const struct dfp_format *f, bool negative)
{
    return dfp_assemble(f, (struct dfp_number){ DFP_INFINITY, negative, 0, 0 });
}

static uint128 invalid(const struct dfp_format *f, struct ieee *env)
{
    ieee_signal(env, IEEE_INVALID);
    return dfp_assemble(f, (struct dfp_number){ DFP_QNAN, false, 0, 0 });
}

/* A NaN becomes quiet; a shorter format keeps the digits at the right. */
static uint128 pack_nan(const struct dfp_format *f, struct dfp_number n)
{
    n.class = DFP_QNAN;
    n.coefficient = n.coefficient % dfp_power(f->digits - 1);
    return dfp_assemble(f, n);
}

static bool is_nan(const struct dfp_number *n) { return n->class >= DFP_QNAN; }

/* A signaling NaN goes before a quiet one, then the first operand before the second. */
static uint128 propagate(const struct dfp_format *f, const struct dfp_number *a,
                         const struct dfp_number *b, struct ieee *env)
{
    if (a->class == DFP_SNAN || b->class == DFP_SNAN)
        ieee_signal(env, IEEE_INVALID);
    bool second = b->class > a->class || !is_nan(a);
    return pack_nan(f, second ? *b : *a);
}

int dfp_code(const struct dfp_format *f, uint128 v)
{
    struct dfp_number n = dfp_unpack(f, v);
    return is_nan(&n) ? 3 : n.class == DFP_FINITE && !n.coefficient ? 0 : n.negative ? 1 : 2;
}

/* ---- rounding ------------------------------------------------------------------------------------------ */

static int least_exponent(const struct dfp_format *f) { return -f->bias; }
static int greatest_exponent(const struct dfp_format *f) { return f->biased_max - f->bias; }

static int clamp_exponent(const struct dfp_format *f, int exponent)
{
    return exponent < least_exponent(f) ? least_exponent(f) :
           exponent > greatest_exponent(f) ? greatest_exponent(f) : exponent;
}

/* An exact result that has not its preferred quantum. Nothing worse has happened. */
static void check_quantum(struct ieee *env, int exponent, int preferred)
{
    if (exponent == preferred || env->dxc)
        return;
    if (env->masks & IEEE_QUANTUM)
        env->dxc = DXC_QUANTUM;
    else
        env->flags |= IEEE_QUANTUM;
}

/* An exact coefficient towards the preferred quantum, within the format. */
static void approach(const struct dfp_format *f, struct dfp_number *n, int preferred)
{
    int target = clamp_exponent(f, preferred);
    if (n->exponent < target) {
        n->exponent += strip_zeros(&n->coefficient, target - n->exponent);
    } else if (n->exponent > target) {
        int room = f->digits - dfp_count_digits(n->coefficient);
        int by = n->exponent - target < room ? n->exponent - target : room;
        n->coefficient *= dfp_power(by);
        n->exponent -= by;
    }
}

/* Cut so many digits off and round. */
static enum ieee_rest cut(const struct dfp_format *f, struct dfp_number *n, int drop, bool sticky,
                          unsigned rounding, bool *incremented)
{
    struct parted p = part(n->coefficient, drop, sticky);
    *incremented = ieee_increment(rounding, n->negative, (unsigned)(p.quotient % 10), p.rest);
    n->coefficient = p.quotient + *incremented;
    n->exponent += drop;
    if (n->coefficient == dfp_power(f->digits)) {
        n->coefficient /= 10;
        n->exponent++;
    }
    return p.rest;
}

static uint128 overflowed(const struct dfp_format *f, bool negative, struct ieee *env)
{
    bool to_infinity = ieee_overflows_to_infinity(env->rounding, negative);
    env->flags |= IEEE_OVERFLOW;
    ieee_inexact(env, to_infinity);
    if (to_infinity)
        return infinity(f, negative);
    return dfp_assemble(f, (struct dfp_number){ DFP_FINITE, negative, greatest_exponent(f),
                                                dfp_power(f->digits) - 1 });
}

static uint128 round_into(const struct dfp_format *f, const struct dfp_format *target, int scale,
                          struct dfp_number n, bool sticky, int preferred, struct ieee *env)
{
    if (!n.coefficient && !sticky) {
        n.exponent = clamp_exponent(f, preferred);
        check_quantum(env, n.exponent, preferred);
        return dfp_assemble(f, n);
    }
    int digits = dfp_count_digits(n.coefficient);
    int excess = digits > f->digits ? digits - f->digits : 0, drop = excess;
    /* Tiny before rounding: below 10^(digits - 1) of the smallest quanta. */
    bool tiny = n.exponent + digits < least_exponent(f) + f->digits;
    if (tiny && !(env->masks & IEEE_UNDERFLOW) && n.exponent + drop < least_exponent(f))
        drop = least_exponent(f) - n.exponent;
    bool incremented;
    bool inexact = cut(f, &n, drop, sticky, env->rounding, &incremented) != REST_NONE;
    if (tiny && env->masks & IEEE_UNDERFLOW) {
        env->dxc = ieee_scaled_code(IEEE_UNDERFLOW, inexact, incremented);
        n.exponent += scale;
        if (!inexact)
            approach(target, &n, preferred + scale);
        return dfp_assemble(target, n);
    }
    if (n.exponent + dfp_count_digits(n.coefficient) > greatest_exponent(f) + f->digits) {
        if (!(env->masks & IEEE_OVERFLOW))
            return overflowed(f, n.negative, env);
        env->dxc = ieee_scaled_code(IEEE_OVERFLOW, inexact, incremented);
        n.exponent -= scale;
        if (!inexact)
            approach(target, &n, preferred - scale);
        return dfp_assemble(target, n);
    }
    if (inexact) {
        if (tiny)
            env->flags |= IEEE_UNDERFLOW;
        ieee_inexact(env, incremented);
        return dfp_assemble(f, n);
    }
    approach(f, &n, preferred);
    check_quantum(env, n.exponent, preferred);
    return dfp_assemble(f, n);
}

uint128 dfp_round_number(const struct dfp_format *f, struct dfp_number n, bool sticky,
                         int preferred, struct ieee *env)
{
    return round_into(f, f, f->scale, n, sticky, preferred, env);
}

/* ---- addition -------------------------------------------------------------------------------------------- */

enum { WORKING_DIGITS = 37 };       /* two of them can be added in 128 bits */

static uint128 add_finite(const struct dfp_format *f, struct dfp_number a, struct dfp_number b,
                          struct ieee *env)
{
    if (a.exponent < b.exponent) {
        struct dfp_number swap = a;
        a = b;
        b = swap;
    }
    int preferred = b.exponent;
    int distance = a.exponent - b.exponent;
    if (!a.coefficient && distance) {
        if (!b.coefficient)
            b.negative = a.negative == b.negative ? a.negative : env->rounding == ROUND_DOWN;
        return round_into(f, f, f->scale, b, false, preferred, env);
    }
    bool sticky = false;
    if (distance) {
        int room = WORKING_DIGITS - dfp_count_digits(a.coefficient);
        int by = distance < room ? distance : room;
        a.coefficient *= dfp_power(by);
        a.exponent -= by;
        struct parted p = part(b.coefficient, distance - by, false);
        b.coefficient = p.quotient;
        sticky = p.rest != REST_NONE;
    }
    if (a.negative == b.negative) {
        a.coefficient += b.coefficient;
    } else if (a.coefficient >= b.coefficient) {
        a.coefficient -= b.coefficient + sticky;    /* the rest stands above the difference then */
    } else {
        a.coefficient = b.coefficient - a.coefficient;      /* never with a rest */
        a.negative = b.negative;
    }
    if (!a.coefficient && !sticky && a.negative != b.negative)
        a.negative = env->rounding == ROUND_DOWN;
    return round_into(f, f, f->scale, a, sticky, preferred, env);
}

static uint128 add(const struct dfp_format *f, uint128 a, uint128 b, bool subtract,
                   struct ieee *env)
{
    struct dfp_number x = dfp_unpack(f, a), y = dfp_unpack(f, b);
    if (is_nan(&x) || is_nan(&y))
        return propagate(f, &x, &y, env);
    y.negative ^= subtract;
    if (x.class == DFP_INFINITY || y.class == DFP_INFINITY) {
        if (x.class == y.class && x.negative != y.negative)
            return invalid(f, env);
        return infinity(f, x.class == DFP_INFINITY ? x.negative : y.negative);
    }
    return add_finite(f, x, y, env);
}

uint128 dfp_add(const struct dfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    return add(f, a, b, false, env);
}

uint128 dfp_subtract(const struct dfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    return add(f, a, b, true, env);
}

/* ---- multiplication ------------------------------------------------------------------------------------------ */

struct wide {
    uint64_t word[4];               /* the rightmost first */
};

static struct wide multiply_wide(uint128 a, uint128 b)
{
    uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a, b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
    uint128 low = (uint128)a0 * b0, m1 = (uint128)a1 * b0, m2 = (uint128)a0 * b1;
    uint128 middle = (low >> 64) + (uint64_t)m1 + (uint64_t)m2;
    uint128 high = (uint128)a1 * b1 + (m1 >> 64) + (m2 >> 64) + (middle >> 64);
    return (struct wide){ { (uint64_t)low, (uint64_t)middle, (uint64_t)high,
                            (uint64_t)(high >> 64) } };
}

/* In place; the remainder. */
static uint64_t divide_wide(struct wide *w, uint64_t divisor)
{
    uint128 remainder = 0;
    for (int i = 3; i >= 0; i--) {
        remainder = remainder << 64 | w->word[i];
        w->word[i] = (uint64_t)(remainder / divisor);
        remainder %= divisor;
    }
    return (uint64_t)remainder;
}

static int bits_wide(const struct wide *w)
{
    for (int i = 3; i >= 0; i--)
        if (w->word[i])
            return 64 * i + 64 - __builtin_clzll(w->word[i]);
    return 0;
}

/* Its leftmost 37 or 38 digits, if it has more; how many are gone, and if anything was in them. */
static uint128 shorten(struct wide w, int *gone, bool *sticky)
{
    int bits = bits_wide(&w);
    *gone = bits <= 126 ? 0 : ((bits - 1) * 1233 >> 12) - WORKING_DIGITS;
    *sticky = false;
    for (int left = *gone; left > 0; left -= 19)
        *sticky |= divide_wide(&w, powers[left < 19 ? left : 19]) != 0;
    return (uint128)w.word[1] << 64 | w.word[0];
}

uint128 dfp_multiply(const struct dfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    struct dfp_number x = dfp_unpack(f, a), y = dfp_unpack(f, b);
    if (is_nan(&x) || is_nan(&y))
        return propagate(f, &x, &y, env);
    bool negative = x.negative ^ y.negative;
    if (x.class == DFP_INFINITY || y.class == DFP_INFINITY) {
        if ((x.class == DFP_FINITE && !x.coefficient) || (y.class == DFP_FINITE && !y.coefficient))
            return invalid(f, env);
        return infinity(f, negative);
    }
    struct dfp_number n = { DFP_FINITE, negative, x.exponent + y.exponent, 0 };
    int preferred = n.exponent, gone = 0;
    bool sticky = false;
    if (f->width < 128)
        n.coefficient = (uint128)(uint64_t)x.coefficient * (uint64_t)y.coefficient;
    else
        n.coefficient = shorten(multiply_wide(x.coefficient, y.coefficient), &gone, &sticky);
    n.exponent += gone;
    return round_into(f, f, f->scale, n, sticky, preferred, env);
}

/* ---- division -------------------------------------------------------------------------------------------------- */

/* Knuth's algorithm D, base 2^64: a dividend of four words by a divisor of two, whose quotient
 * has two. */
static uint128 divide_long(struct wide dividend, uint128 divisor, bool *remainder)
{
    int shift = __builtin_clzll((uint64_t)(divisor >> 64));
    divisor <<= shift;
    uint64_t d1 = (uint64_t)(divisor >> 64), d0 = (uint64_t)divisor, *u = dividend.word;
    if (shift) {
        for (int i = 3; i > 0; i--)
            u[i] = u[i] << shift | u[i - 1] >> (64 - shift);
        u[0] <<= shift;
    }
    uint64_t q[2];
    for (int j = 1; j >= 0; j--) {
        /* Three words by two. The estimate is two too large at most. */
        uint128 top = (uint128)u[j + 2] << 64 | u[j + 1], estimate = top / d1, rest = top % d1;
        while (estimate >> 64 || estimate * d0 > (rest << 64 | u[j])) {
            estimate--;
            rest += d1;
            if (rest >> 64)
                break;
        }
        q[j] = (uint64_t)estimate;
        uint128 product = (uint128)q[j] * d0;
        uint128 low = ((uint128)u[j + 1] << 64 | u[j]) - product - ((uint128)q[j] * d1 << 64);
        u[j] = (uint64_t)low;
        u[j + 1] = (uint64_t)(low >> 64);
        u[j + 2] = 0;
    }
    *remainder = u[0] | u[1];
    return (uint128)q[1] << 64 | q[0];
}

static uint128 divide_finite(const struct dfp_format *f, const struct dfp_number *a,
                             const struct dfp_number *b, struct ieee *env)
{
    struct dfp_number n = { DFP_FINITE, a->negative ^ b->negative, a->exponent - b->exponent, 0 };
    int preferred = n.exponent;
    bool sticky = false;
    /* As many digits of quotient as make at least two more than the format's. */
    int by = (f->width < 128 ? f->digits + 2 : WORKING_DIGITS) + dfp_count_digits(b->coefficient) -
             dfp_count_digits(a->coefficient);
    if (!a->coefficient) {
        by = 0;
    } else if (f->width < 128) {
        uint128 dividend = a->coefficient * dfp_power(by);
        n.coefficient = dividend / (uint64_t)b->coefficient;
        sticky = dividend != n.coefficient * (uint64_t)b->coefficient;
    } else {
        /* Up to 71 digits by up to 34. */
        int first = by > 38 ? 38 : by;
        struct wide dividend = multiply_wide(a->coefficient, dfp_power(first));
        for (int left = by - first; left > 0; left -= 19) {
            uint128 carry = 0;
            for (int i = 0; i < 4; i++) {
                carry += (uint128)dividend.word[i] * powers[left < 19 ? left : 19];
                dividend.word[i] = (uint64_t)carry;
                carry >>= 64;
            }
        }
        if (b->coefficient >> 64) {
            n.coefficient = divide_long(dividend, b->coefficient, &sticky);
        } else {
            sticky = divide_wide(&dividend, (uint64_t)b->coefficient) != 0;
            n.coefficient = (uint128)dividend.word[1] << 64 | dividend.word[0];
        }
    }
    n.exponent -= by;
    return round_into(f, f, f->scale, n, sticky, preferred, env);
}

uint128 dfp_divide(const struct dfp_format *f, uint128 a, uint128 b, struct ieee *env)
{
    struct dfp_number x = dfp_unpack(f, a), y = dfp_unpack(f, b);
    if (is_nan(&x) || is_nan(&y))
        return propagate(f, &x, &y, env);
    bool negative = x.negative ^ y.negative;
    if (x.class == DFP_INFINITY)
        return y.class == DFP_INFINITY ? invalid(f, env) : infinity(f, negative);
    if (y.class == DFP_INFINITY)        /* zero, of the smallest quantum */
        return dfp_assemble(f, (struct dfp_number){ DFP_FINITE, negative, least_exponent(f), 0 });
    if (!y.coefficient) {
        if (!x.coefficient)
            return invalid(f, env);
        ieee_signal(env, IEEE_DIVIDE);
        return infinity(f, negative);
    }
    return divide_finite(f, &x, &y, env);
}

/* ---- comparison ----------------------------------------------------------------------------------------------------- */

static int compare_magnitudes(const struct dfp_number *a, const struct dfp_number *b)
{
    if (a->class != b->class)
        return a->class == DFP_INFINITY ? 1 : -1;
    if (a->class == DFP_INFINITY)
        return 0;
    if (!a->coefficient || !b->coefficient)
        return a->coefficient ? 1 : b->coefficient ? -1 : 0;
    int left = a->exponent + dfp_count_digits(a->coefficient);
    int right = b->exponent + dfp_count_digits(b->coefficient);
    if (left != right)
        return left < right ? -1 : 1;
    uint128 x = a->coefficient, y = b->coefficient;     /* the exponents differ by 33 at most */
    if (a->exponent > b->exponent)
        x *= dfp_power(a->exponent - b->exponent);
    else
        y *= dfp_power(b->exponent - a->exponent);
    return x < y ? -1 : x > y;
}

int dfp_compare(const struct dfp_format *f, uint128 a, uint128 b, bool signal, struct ieee *env)
{
    struct dfp_number x = dfp_unpack(f, a), y = dfp_unpack(f, b);
    if (is_nan(&x) || is_nan(&y)) {
        if (signal || x.class == DFP_SNAN || y.class == DFP_SNAN)
            ieee_signal(env, IEEE_INVALID);
        return 3;
    }
    int order = compare_magnitudes(&x, &y);
    bool zeros = !order && x.class == DFP_FINITE && !x.coefficient;
    if (x.negative != y.negative)
        return zeros ? 0 : x.negative ? 1 : 2;
    return !order ? 0 : (order < 0) == !x.negative ? 1 : 2;
}

int dfp_compare_exponents(const struct dfp_format *f, uint128 a, uint128 b)
{
    struct dfp_number x = dfp_unpack(f, a), y = dfp_unpack(f, b);
    if (x.class == DFP_FINITE && y.class == DFP_FINITE)
        return x.exponent == y.exponent ? 0 : x.exponent < y.exponent ? 1 : 2;
    return (is_nan(&x) && is_nan(&y)) || (x.class == DFP_INFINITY && y.class == DFP_INFINITY) ? 0
                                                                                              : 3;
}

/* ---- loads ------------------------------------------------------------------------------------------------------------- */

/* Infinities and NaNs between formats. */
static uint128 convert_special(const struct dfp_format *to, struct dfp_number n, bool quietly,
                               struct ieee *env)
{
    if (n.class == DFP_INFINITY && !quietly)
        return infinity(to, n.negative);
    n.coefficient %= dfp_power(to->digits - 1);
    if (n.class == DFP_SNAN && !quietly) {
        ieee_signal(env, IEEE_INVALID);
        n.class = DFP_QNAN;
    }
    return dfp_assemble(to, n);
}

uint128 dfp_load(const struct dfp_format *f, uint128 a, struct ieee *env)
{
    struct dfp_number n = dfp_unpack(f, a);
    return n.class == DFP_FINITE ? dfp_assemble(f, n) : convert_special(f, n, false, env);
}

uint128 dfp_lengthen(const struct dfp_format *from, const struct dfp_format *to, uint128 a,
                     bool quietly, struct ieee *env)
{
    struct dfp_number n = dfp_unpack(from, a);
    return n.class == DFP_FINITE ? dfp_assemble(to, n) : convert_special(to, n, quietly, env);
}

uint128 dfp_round(const struct dfp_format *from, const struct dfp_format *to, uint128 a,
                  bool quietly, struct ieee *env)
{
    struct dfp_number n = dfp_unpack(from, a);
    if (n.class != DFP_FINITE)
        return convert_special(to, n, quietly, env);
    return round_into(to, from, from->rounded_scale, n, false, n.exponent, env);
}

uint128 dfp_round_to_integer(const struct dfp_format *f, uint128 a, struct ieee *env)
{
    struct dfp_number n = dfp_unpack(f, a);
    if (n.class != DFP_FINITE)
        return convert_special(f, n, false, env);
    if (n.exponent < 0) {
        bool incremented;
        if (cut(f, &n, -n.exponent, false, env->rounding, &incremented) != REST_NONE)
            ieee_inexact(env, incremented);
    }
    return dfp_assemble(f, n);
}

/* ---- quantum and significance ---------------------------------------------------------------------------------------------- */

uint128 dfp_quantize(const struct dfp_format *f, uint128 value, uint128 quantum, struct ieee *env)
{
    struct dfp_number n = dfp_unpack(f, value), q = dfp_unpack(f, quantum);
    if (is_nan(&n) || is_nan(&q))
        return propagate(f, &n, &q, env);
    if (n.class == DFP_INFINITY && q.class == DFP_INFINITY)
        return infinity(f, n.negative);
    if (n.class == DFP_INFINITY || q.class == DFP_INFINITY)
        return invalid(f, env);
    int by = q.exponent - n.exponent;
    if (by <= 0) {
        if (n.coefficient && -by > f->digits - dfp_count_digits(n.coefficient))
            return invalid(f, env);
        n.coefficient = n.coefficient ? n.coefficient * dfp_power(-by) : 0;
    } else {
        struct parted p = part(n.coefficient, by, false);
        bool increment = ieee_increment(env->rounding, n.negative, (unsigned)(p.quotient % 10),
                                        p.rest);
        n.coefficient = p.quotient + increment;
        if (p.rest != REST_NONE)
            ieee_inexact(env, increment);
    }
    n.exponent = q.exponent;
    return dfp_assemble(f, n);
}

uint128 dfp_reround(const struct dfp_format *f, uint128 value, unsigned significance,
                    struct ieee *env)
{
    struct dfp_number n = dfp_unpack(f, value);
    if (n.class != DFP_FINITE)
        return convert_special(f, n, false, env);
    int digits = dfp_count_digits(n.coefficient);
    if (!significance || digits <= (int)significance)
        return dfp_assemble(f, n);
    int drop = digits - (int)significance;
    struct parted p = part(n.coefficient, drop, false);
    bool increment = ieee_increment(env->rounding, n.negative, (unsigned)(p.quotient % 10), p.rest);
    n.coefficient = p.quotient + increment;
    n.exponent += drop;
    if (n.coefficient == dfp_power((int)significance)) {
        n.coefficient /= 10;
        n.exponent++;
    }
    if (n.exponent > greatest_exponent(f))
        return invalid(f, env);
    if (p.rest != REST_NONE)
        ieee_inexact(env, increment);
    return dfp_assemble(f, n);
}

int64_t dfp_biased_exponent(const struct dfp_format *f, uint128 a)
{
    struct dfp_number n = dfp_unpack(f, a);
    return n.class == DFP_FINITE ? n.exponent + f->bias : -(int64_t)n.class;
}

int64_t dfp_significance(const struct dfp_format *f, uint128 a)
{
    struct dfp_number n = dfp_unpack(f, a);
    return n.class == DFP_FINITE ? dfp_count_digits(n.coefficient) : -(int64_t)n.class;
}

uint128 dfp_insert_exponent(const struct dfp_format *f, uint128 a, int64_t biased)
{
    struct dfp_number n = dfp_unpack(f, a);
    if (biased >= 0 && biased <= f->biased_max) {
        n.class = DFP_FINITE;
        n.exponent = (int)biased - f->bias;
        return dfp_assemble(f, n);
    }
    n.coefficient %= dfp_power(f->digits - 1);
    n.class = biased == -1 ? DFP_INFINITY : biased == -3 ? DFP_SNAN : DFP_QNAN;
    return dfp_assemble(f, n);
}

/* Of infinities and NaNs the leftmost digit is no part. */
static uint128 coefficient_limit(const struct dfp_format *f, const struct dfp_number *n)
{
    return dfp_power(n->class == DFP_FINITE ? f->digits : f->digits - 1);
}

uint128 dfp_shift_left(const struct dfp_format *f, uint128 a, unsigned by)
{
    struct dfp_number n = dfp_unpack(f, a);
    uint128 limit = coefficient_limit(f, &n);
    for (; by && n.coefficient; by--)
        n.coefficient = n.coefficient * 10 % limit;
    return dfp_assemble(f, n);
}

uint128 dfp_shift_right(const struct dfp_format *f, uint128 a, unsigned by)
{
    struct dfp_number n = dfp_unpack(f, a);
    n.coefficient = part(n.coefficient, (int)by, false).quotient;
    return dfp_assemble(f, n);
}

/* ---- integers --------------------------------------------------------------------------------------------------------------------- */

uint128 dfp_from_integer(const struct dfp_format *f, uint64_t v, bool is_signed, struct ieee *env)
{
    bool negative = is_signed && v >> 63;
    struct dfp_number n = { DFP_FINITE, negative, 0, negative ? -v : v };
    return round_into(f, f, f->scale, n, false, 0, env);
}

uint64_t dfp_to_integer(const struct dfp_format *f, uint128 a, int bits, bool is_signed,
                        struct ieee *env, int *cc)
{
    struct dfp_number n = dfp_unpack(f, a);
    uint64_t ones = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    uint64_t least = is_signed ? (uint64_t)1 << (bits - 1) : 0;     /* also what a NaN gives */
    uint64_t greatest = ones - least;
    if (n.class == DFP_FINITE && !n.coefficient) {
        *cc = 0;
        return 0;
    }
    *cc = n.negative ? 1 : 2;
    if (n.class == DFP_FINITE && n.exponent + dfp_count_digits(n.coefficient) <= 20) {
        bool incremented = false, inexact = false;
        if (n.exponent < 0) {
            struct parted p = part(n.coefficient, -n.exponent, false);
            inexact = p.rest != REST_NONE;
            incremented = ieee_increment(env->rounding, n.negative, (unsigned)(p.quotient % 10),
                                         p.rest);
            n.coefficient = p.quotient + incremented;
        } else {
            n.coefficient *= dfp_power(n.exponent);
        }
        if (n.coefficient <= (n.negative ? least : greatest)) {
            if (inexact)
                ieee_inexact(env, incremented);
            return (n.negative ? -(uint64_t)n.coefficient : (uint64_t)n.coefficient) & ones;
        }
    }
    *cc = 3;
    ieee_signal(env, IEEE_INVALID);     /* alone; binary numbers are inexact as well */
    return is_nan(&n) || n.negative ? least : greatest;
}

uint128 dfp_digits(uint128 packed)
{
    uint128 v = 0;
    for (int i = 124; i >= 0; i -= 4)
        v = v * 10 + ((unsigned)(packed >> i) & 15);
    return v;
}

uint128 dfp_packed(uint128 value)
{
    uint128 packed = 0;
    for (int i = 0; i < 128; i += 4, value /= 10)
        packed |= value % 10 << i;
    return packed;
}

/* ---- tests --------------------------------------------------------------------------------------------------------------------------- */

unsigned dfp_data_class(const struct dfp_format *f, uint128 a)
{
    struct dfp_number n = dfp_unpack(f, a);
    int pair = 3 + n.class - DFP_INFINITY;      /* zero, subnormal, normal, infinity, QNaN, SNaN */
    if (n.class == DFP_FINITE)
        pair = !n.coefficient ? 0 :
               n.exponent + dfp_count_digits(n.coefficient) < least_exponent(f) + f->digits ? 1 : 2;
    return 0x800u >> (2 * pair + n.negative);
}

unsigned dfp_data_group(const struct dfp_format *f, uint128 a)
{
    struct dfp_number n = dfp_unpack(f, a);
    bool extreme = n.exponent == least_exponent(f) || n.exponent == greatest_exponent(f);
    int pair = n.class != DFP_FINITE ? 5 :
               !n.coefficient ? extreme :
               extreme ? 2 : 3 + (n.coefficient >= dfp_power(f->digits - 1));
    return 0x800u >> (2 * pair + n.negative);
}
