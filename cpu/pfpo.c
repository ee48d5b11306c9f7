/* PERFORM FLOATING-POINT OPERATION (SA22 chapter 9): numbers from one radix to another, rounded
 * once. Compilers call it to convert between binary and decimal numbers.
 *
 * A source becomes an integer times a power of two or ten; from there on everything is exact, with
 * as many digits as it takes: 10^6144 has 20,410 bits. */
#include "cpu/bfp-arith.h"
#include "cpu/dfp-arith.h"
#include "cpu/fp.h"
#include "cpu/hfp.h"

/* ---- large integers ---------------------------------------------------------------------------------- */

enum { BIG_WORDS = 340, TEN_DIGITS = 19, FIVE_DIGITS = 27 };
#define TEN_19  10000000000000000000u
#define FIVE_27 7450580596923828125u

struct big {
    int count;                      /* of words; the last is not zero */
    uint64_t word[BIG_WORDS];       /* the rightmost first */
};

static void trim(struct big *b)
{
    while (b->count && !b->word[b->count - 1])
        b->count--;
}

static void big_set(struct big *b, uint128 v)
{
    b->word[0] = (uint64_t)v;
    b->word[1] = (uint64_t)(v >> 64);
    b->count = 2;
    trim(b);
}

static void big_multiply(struct big *b, uint64_t factor)
{
    uint128 carry = 0;
    for (int i = 0; i < b->count; i++) {
        carry += (uint128)b->word[i] * factor;
        b->word[i] = (uint64_t)carry;
        carry >>= 64;
    }
    if (carry)
        b->word[b->count++] = (uint64_t)carry;
}

static void big_multiply_five(struct big *b, int power)
{
    for (; power >= FIVE_DIGITS; power -= FIVE_DIGITS)
        big_multiply(b, FIVE_27);
    uint64_t factor = 1;
    while (power-- > 0)
        factor *= 5;
    big_multiply(b, factor);
}

/* The remainder. */
static uint64_t big_divide(struct big *b, uint64_t divisor)
{
    uint128 remainder = 0;
    for (int i = b->count - 1; i >= 0; i--) {
        remainder = remainder << 64 | b->word[i];
        b->word[i] = (uint64_t)(remainder / divisor);
        remainder %= divisor;
    }
    trim(b);
    return (uint64_t)remainder;
}

static int big_bits(const struct big *b)
{
    return b->count ? 64 * b->count - __builtin_clzll(b->word[b->count - 1]) : 0;
}

static void big_shift_left(struct big *b, int by)
{
    int words = by / 64, bits = by % 64;
    b->word[b->count] = 0;
    for (int i = b->count; i >= 0; i--)
        b->word[i + words] = b->word[i] << bits | (bits && i ? b->word[i - 1] >> (64 - bits) : 0);
    for (int i = 0; i < words; i++)
        b->word[i] = 0;
    b->count += words + 1;
    trim(b);
}

/* The 128 bits from bit `from` on; whether there is anything to the right of them. */
static uint128 big_extract(const struct big *b, int from, bool *more)
{
    uint128 v = 0;
    for (int bit = 0; bit < 128; bit += 64) {
        int at = from + bit, w = at >> 6, shift = at & 63;
        uint64_t piece = w >= 0 && w < b->count ? b->word[w] >> shift : 0;
        if (shift && w + 1 >= 0 && w + 1 < b->count)
            piece |= b->word[w + 1] << (64 - shift);
        v |= (uint128)piece << bit;
    }
    *more = false;
    for (int i = 0; i < b->count && 64 * i < from; i++) {
        int left = from - 64 * i;
        uint64_t mask = left >= 64 ? UINT64_MAX : ((uint64_t)1 << left) - 1;
        *more |= (b->word[i] & mask) != 0;
    }
    return v;
}

static int big_compare(const struct big *a, const struct big *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (int i = a->count - 1; i >= 0; i--)
        if (a->word[i] != b->word[i])
            return a->word[i] < b->word[i] ? -1 : 1;
    return 0;
}

static void big_subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < a->count; i++) {
        uint128 d = (uint128)a->word[i] - (i < b->count ? b->word[i] : 0) - borrow;
        a->word[i] = (uint64_t)d;
        borrow = (uint64_t)(d >> 64) & 1;
    }
    trim(a);
}

/* ---- from and to binary and decimal -------------------------------------------------------------------- */

/* Of class BFP_NORMAL: significand * 2^(exponent - 127), its first bit one, the last sticky. */
static struct bfp_number decimal_to_binary(struct dfp_number d)
{
    struct bfp_number n = { BFP_ZERO, d.negative, 0, 0 };
    struct big dividend, divisor;
    bool more = false;
    if (!d.coefficient)
        return n;
    n.class = BFP_NORMAL;
    big_set(&dividend, d.coefficient);
    if (d.exponent >= 0) {
        big_multiply_five(&dividend, d.exponent);
        int bits = big_bits(&dividend);
        n.significand = big_extract(&dividend, bits - 128, &more);
        n.exponent = bits - 1 + d.exponent;
    } else {
        big_set(&divisor, 1);
        big_multiply_five(&divisor, -d.exponent);
        int shift = big_bits(&divisor) - big_bits(&dividend);
        if (shift > 0)
            big_shift_left(&dividend, shift);
        else
            big_shift_left(&divisor, -shift);
        n.exponent = d.exponent - shift;
        if (big_compare(&dividend, &divisor) < 0) {     /* the quotient is in [1, 2) */
            big_shift_left(&dividend, 1);
            n.exponent--;
        }
        for (int i = 0; i < 128; i++) {
            bool one = big_compare(&dividend, &divisor) >= 0;
            if (one)
                big_subtract(&dividend, &divisor);
            n.significand = n.significand << 1 | one;
            big_shift_left(&dividend, 1);
        }
        more = dividend.count != 0;
    }
    n.significand |= more;
    return n;
}

/* 37 or 38 digits, or all of them, and whether there are more. */
static struct dfp_number binary_to_decimal(struct bfp_number b, bool *sticky)
{
    struct dfp_number n = { DFP_FINITE, b.negative, 0, 0 };
    *sticky = false;
    if (b.class == BFP_ZERO)
        return n;
    uint128 m = b.significand;
    int exponent = b.exponent - 127;
    while (!(m & 1)) {
        m >>= 1;
        exponent++;
    }
    struct big v;
    big_set(&v, m);
    if (exponent >= 0) {
        big_shift_left(&v, exponent);
        while (big_bits(&v) > 126) {
            int excess = (int)((big_bits(&v) - 1) * 30103ll / 100000) - 37;
            int by = excess < 1 ? 1 : excess < TEN_DIGITS ? excess : TEN_DIGITS;
            uint64_t power = (uint64_t)dfp_power(by);
            *sticky |= big_divide(&v, power) != 0;
            n.exponent += by;
        }
        n.coefficient = (uint128)(v.count > 1 ? v.word[1] : 0) << 64 | v.word[0];
        return n;
    }
    /* m * 10^k / 2^-exponent, of 37 or 38 digits; ten to the k is 5^k and a shift. */
    int magnitude = (int)((b.exponent * 30103ll - (b.exponent < 0 ? 99999 : 0)) / 100000);
    int k = 36 - magnitude;
    big_multiply_five(&v, k);
    int right = -exponent - k;
    if (right > 0)
        n.coefficient = big_extract(&v, right, sticky);
    else
        n.coefficient = big_extract(&v, 0, sticky) << -right;
    n.exponent = -k;
    return n;
}

/* ---- hexadecimal ---------------------------------------------------------------------------------------- */

static struct bfp_number hexadecimal_source(uint64_t high, uint64_t low)
{
    hfp_wide fraction = hfp_wide_fraction(high, low);
    struct bfp_number n = { BFP_ZERO, high >> 63, 0, 0 };
    if (!fraction)
        return n;
    int zeros = (uint64_t)(fraction >> 64) ? __builtin_clzll((uint64_t)(fraction >> 64))
                                           : 64 + __builtin_clzll((uint64_t)fraction);
    n.class = BFP_NORMAL;
    n.significand = fraction << zeros;
    n.exponent = 4 * (hfp_characteristic(high) - 64) - 112 + 127 - zeros;
    return n;
}

/* Rounded to so many digits; the number's bits as a pair. What does not fit is left to the caller, in
 * *characteristic. */
static uint128 hexadecimal_result(struct bfp_number n, int digits, struct ieee *env,
                                  int *characteristic)
{
    int place = (n.exponent >> 2) + 1;              /* 16^(place - 1) <= value < 16^place */
    int bits = 4 * digits - 3 + (n.exponent & 3);
    uint128 kept = n.significand >> (128 - bits), rest = n.significand << bits;
    uint128 half = (uint128)1 << 127;
    enum ieee_rest r = !rest ? REST_NONE : rest < half ? REST_LESS : rest == half ? REST_HALF
                                                                                  : REST_MORE;
    bool increment = ieee_increment(env->rounding, n.negative, (unsigned)kept & 1, r);
    kept += increment;
    if (kept >> (4 * digits)) {
        kept >>= 4;
        place++;
    }
    if (r != REST_NONE)
        ieee_inexact(env, increment);
    *characteristic = place + 64;
    hfp_wide fraction = kept << (112 - 4 * digits);
    uint64_t sign = (uint64_t)n.negative << 63;
    uint64_t high = sign | (uint64_t)(*characteristic & 0x7F) << 56 | (uint64_t)(fraction >> 56);
    uint64_t low = sign | (uint64_t)((*characteristic - 14) & 0x7F) << 56 |
                   ((uint64_t)fraction & HFP_LONG);
    return (uint128)high << 64 | low;
}

/* ---- the instruction ---------------------------------------------------------------------------------------- */

enum radix { HEXADECIMAL, BINARY, DECIMAL };
struct operand_format {
    bool exists;
    uint8_t radix;
    int width;
    const struct bfp_format *binary;
    const struct dfp_format *decimal;
    int digits;                     /* of a hexadecimal fraction */
};
static const struct operand_format formats[11] = {
    [0] = { true, HEXADECIMAL, 32, NULL, NULL, 6 },
    [1] = { true, HEXADECIMAL, 64, NULL, NULL, 14 },
    [2] = { true, HEXADECIMAL, 128, NULL, NULL, 28 },
    [5] = { true, BINARY, 32, &bfp_short, NULL, 0 },
    [6] = { true, BINARY, 64, &bfp_long, NULL, 0 },
    [7] = { true, BINARY, 128, &bfp_extended, NULL, 0 },
    [8] = { true, DECIMAL, 32, NULL, &dfp_short, 0 },
    [9] = { true, DECIMAL, 64, NULL, &dfp_long, 0 },
    [10] = { true, DECIMAL, 128, NULL, &dfp_extended, 0 },
};

/* Bits 32-63 of general register 0. */
#define PFPO_TEST        0x80000000u
#define PFPO_NO_INEXACT  0x00000080u
#define PFPO_ALTERNATE   0x00000040u
#define PFPO_LARGE_QUANTUM 0x00000010u      /* decimal result: the largest quantum, not one */
enum { PFPO_CONVERT_RADIX = 1, RESULT_REGISTER = 0, SOURCE_REGISTER = 4 };

struct request {
    const struct operand_format *to, *from;
    struct ieee env;
    bool test, alternate, large_quantum;
};

static bool read_request(const struct cpu *cpu, struct request *q)
{
    uint32_t r0 = cpu->gr[0].w;
    unsigned to = r0 >> 16 & 0xFF, from = r0 >> 8 & 0xFF, rounding = r0 & 15;
    *q = (struct request){ .test = r0 & PFPO_TEST, .alternate = r0 & PFPO_ALTERNATE };
    if ((r0 >> 24 & 0x7F) != PFPO_CONVERT_RADIX || to > 10 || from > 10 || !formats[to].exists ||
        !formats[from].exists || formats[to].radix == formats[from].radix ||
        (rounding > 1 && rounding < 8) || (formats[to].radix == BINARY && r0 & 0x30))
        return false;
    q->to = &formats[to];
    q->from = &formats[from];
    q->large_quantum = r0 & PFPO_LARGE_QUANTUM;
    q->env.masks = (uint8_t)(cpu->fpc >> FPC_MASKS_SHIFT & ~(unsigned)IEEE_QUANTUM);
    q->env.inexact_suppressed = r0 & PFPO_NO_INEXACT;
    q->env.rounding = (uint8_t)(rounding == 0 ? fpc_dfp_rounding(cpu->fpc) :
                                rounding == 1 ? fpc_bfp_rounding(cpu->fpc) : rounding - 8);
    return true;
}

/* A source that is no number: its class and, of a NaN, a fraction that says nothing here: NaNs
 * of another radix become the default's payload of zero. */
static bool read_source(const struct cpu *cpu, const struct operand_format *from,
                        struct bfp_number *binary, struct dfp_number *decimal)
{
    uint128 v = get_number(cpu, from->width, SOURCE_REGISTER);
    if (from->radix == DECIMAL) {
        *decimal = dfp_unpack(from->decimal, v);
        static const uint8_t classes[] = { BFP_NORMAL, BFP_INFINITY, BFP_QNAN, BFP_SNAN };
        *binary = (struct bfp_number){ classes[decimal->class], decimal->negative, 0, 0 };
        return decimal->class == DFP_FINITE;
    }
    if (from->radix == BINARY)
        *binary = bfp_unpack(from->binary, v);
    else if (from->width == 128)
        *binary = hexadecimal_source((uint64_t)(v >> 64), (uint64_t)v);
    else
        *binary = hexadecimal_source(from->width == 32 ? (uint64_t)v << 32 : (uint64_t)v, 0);
    return binary->class == BFP_NORMAL || binary->class == BFP_ZERO;
}

static uint128 special_result(const struct operand_format *to, const struct bfp_number *n,
                              struct ieee *env)
{
    if (n->class == BFP_SNAN || to->radix == HEXADECIMAL)
        ieee_signal(env, IEEE_INVALID);
    if (to->radix == HEXADECIMAL) {         /* the largest number */
        uint64_t largest = (uint64_t)n->negative << 63 | 0x7FFFFFFFFFFFFFFFu;
        uint64_t low = (uint64_t)n->negative << 63 | 0x71FFFFFFFFFFFFFFu;
        return to->width == 128 ? (uint128)largest << 64 | low : largest >> (64 - to->width);
    }
    if (to->radix == BINARY)
        return bfp_pack(to->binary, (struct bfp_number){ n->class, n->negative, 0, 0 }, env);
    return dfp_assemble(to->decimal, (struct dfp_number){ n->class == BFP_INFINITY ? DFP_INFINITY
                                                                                    : DFP_QNAN,
                                                          n->negative, 0, 0 });
}

/* A hexadecimal result; *code is a program interruption's. */
static uint128 to_hexadecimal(const struct cpu *cpu, const struct request *q, struct bfp_number n,
                              struct ieee *env, uint8_t *code)
{
    int characteristic;
    if (n.class == BFP_ZERO)
        return n.negative ? (uint128)1 << (q->to->width - 1) : 0;
    uint128 pair = hexadecimal_result(n, q->to->digits, env, &characteristic);
    if (characteristic < 0 && !(cpu->psw.program_mask & MASK_EXPONENT_UNDERFLOW))
        return 0;
    if (characteristic < 0 || characteristic > 127)
        *code = characteristic < 0 ? PGM_EXPONENT_UNDERFLOW : PGM_EXPONENT_OVERFLOW;
    return pair >> (128 - q->to->width);
}

static uint128 to_decimal(const struct request *q, struct bfp_number n, struct ieee *env)
{
    bool sticky;
    struct dfp_number d = binary_to_decimal(n, &sticky);
    int preferred = q->large_quantum ? q->to->decimal->biased_max : 0;
    uint128 r = dfp_round_number(q->to->decimal, d, sticky, preferred, env);
    env->flags &= (uint8_t)~IEEE_QUANTUM;
    return r;
}

INSTRUCTION(pfpo)
{
    (void)op;
    require_bfp(cpu);
    struct request q;
    bool valid = read_request(cpu, &q);
    if (q.test) {
        cpu->gr[1].w = 0;
        cpu->psw.cc = valid ? 0 : 3;
        return;
    }
    if (!valid)
        program_interrupt(cpu, PGM_SPECIFICATION);
    struct bfp_number binary;
    struct dfp_number decimal = { 0 };
    uint128 result;
    uint8_t code = 0;
    if (!read_source(cpu, q.from, &binary, &decimal)) {
        result = special_result(q.to, &binary, &q.env);
    } else {
        if (q.from->radix == DECIMAL)
            binary = decimal_to_binary(decimal);
        result = q.to->radix == BINARY ? bfp_pack(q.to->binary, binary, &q.env) :
                 q.to->radix == DECIMAL ? to_decimal(&q, binary, &q.env)
                                        : to_hexadecimal(cpu, &q, binary, &q.env, &code);
    }
    /* The alternate action puts a condition code in the place of a trap. */
    bool trapped = q.env.dxc, suppressed = ieee_suppressed(&q.env);
    if (!suppressed)
        put_number(cpu, q.to->width, RESULT_REGISTER, result);
    if (!suppressed || q.alternate) {
        cpu->gr[1].w = 0;
        cpu->psw.cc = trapped ? 2 : q.env.flags ? 1 : 0;
    }
    if (q.alternate)
        q.env.dxc = 0;
    conclude(cpu, &q.env);
    if (code)
        program_interrupt(cpu, code);
}
