/* Hexadecimal floating point beyond System/370's (SA22 chapter 18): square root, division of
 * extended numbers, the HFP extensions, multiply and add. The arithmetic that System/370 has is in
 * hfp.h. */
#include "cpu/fp.h"
#include "cpu/hfp.h"

/* A number of any length: the fraction's digits from the left of 112 bits. */
struct hfp_number {
    uint64_t sign;
    int characteristic;
    hfp_wide fraction;
};
enum { WIDE_BITS = 112 };

static struct hfp_number from_long(uint64_t v)
{
    return (struct hfp_number){ v & HFP_SIGN, hfp_characteristic(v), (hfp_wide)(v & HFP_LONG) << 56 };
}
static struct hfp_number from_short(uint32_t v) { return from_long((uint64_t)v << 32); }
static struct hfp_number from_pair(const struct cpu *cpu, unsigned r)
{
    return (struct hfp_number){ cpu->fpr[r] & HFP_SIGN, hfp_characteristic(cpu->fpr[r]),
                                hfp_wide_fraction(cpu->fpr[r], cpu->fpr[r + 2]) };
}

/* Without leading zeros; a fraction of zero stays. */
static struct hfp_number normalized(struct hfp_number n)
{
    if (n.fraction) {
        int zeros = hfp_leading_zeros_wide(n.fraction);
        n.fraction <<= 4 * zeros;
        n.characteristic -= zeros;
    }
    return n;
}

/* ---- results: `width` bits of number ------------------------------------------------------------- */

/* Cut to the format; the characteristic's range is looked at, and a zero is a true zero. */
static void put_result(struct cpu *cpu, unsigned r1, int width, struct hfp_number n)
{
    uint8_t code = 0;
    if (width < 128)
        n.fraction &= (hfp_wide)(width == 32 ? HFP_SHORT : HFP_LONG) << 56;
    if (!n.fraction) {
        put_number(cpu, width, r1, 0);
        return;
    }
    struct hfp_extended r = hfp_in_range_wide(n.sign, n.characteristic, n.fraction,
                                              cpu->psw.program_mask);
    code = r.code;
    if (width == 32)
        put_left(cpu, r1, (uint32_t)(r.high >> 32));
    else if (width == 64)
        cpu->fpr[r1] = r.high;
    else
        put_pair(cpu, r1, (uint128)r.high << 64 | r.low);
    if (code)
        program_interrupt(cpu, code);
}

static void require(struct cpu *cpu, int width, unsigned numbers)
{
    if (width == 128)
        require_pair(cpu, numbers);
    require_registers(cpu, numbers);
}

static struct hfp_number get(const struct cpu *cpu, int width, unsigned r)
{
    return width == 32 ? from_short(get_left(cpu, r)) : width == 64 ? from_long(cpu->fpr[r])
                                                                    : from_pair(cpu, r);
}

/* ---- square root ------------------------------------------------------------------------------------ */

/* The root of a fraction with `bits` bits, and one more: bit by bit, two of the radicand for one of
 * the root. */
static hfp_wide root_bits(hfp_wide radicand, int bits)
{
    hfp_wide root = 0, remainder = 0;
    for (int i = 0; i <= bits; i++) {
        remainder = remainder << 2 | radicand >> 126;
        radicand <<= 2;
        root <<= 1;
        if (remainder > root << 1) {
            remainder -= (root << 1) + 1;
            root++;
        }
    }
    return root;
}

/* Normalized, and rounded by one half of the last place. */
static void square_root(struct cpu *cpu, const struct op *op, int width, struct hfp_number n)
{
    if (!n.fraction) {
        put_number(cpu, width, op->r1, 0);
        return;
    }
    if (n.sign)
        program_interrupt(cpu, PGM_HFP_SQUARE_ROOT);
    n = normalized(n);
    int bits = width == 32 ? 24 : width == 64 ? 56 : WIDE_BITS;
    /* An even exponent: an odd one takes a zero digit in front. */
    bool odd = n.characteristic & 1;
    hfp_wide root = root_bits(n.fraction << (16 - 4 * odd), bits);
    root = (root + 1) >> 1;
    n.characteristic = (n.characteristic + odd) / 2 + 32;
    if (root >> bits) {
        root >>= 4;
        n.characteristic++;
    }
    n.fraction = root << (WIDE_BITS - bits);
    put_result(cpu, op->r1, width, n);
}
INSTRUCTION(sqer)
{
    require(cpu, 32, op->r1 | op->r2);
    square_root(cpu, op, 32, get(cpu, 32, op->r2));
}
INSTRUCTION(sqdr)
{
    require(cpu, 64, op->r1 | op->r2);
    square_root(cpu, op, 64, get(cpu, 64, op->r2));
}
INSTRUCTION(sqxr)
{
    require(cpu, 128, op->r1 | op->r2);
    square_root(cpu, op, 128, get(cpu, 128, op->r2));
}
INSTRUCTION(sqe)
{
    require(cpu, 32, op->r1);
    square_root(cpu, op, 32, from_short(fetch_word(cpu, address_x2(cpu, op))));
}
INSTRUCTION(sqd)
{
    require(cpu, 64, op->r1);
    square_root(cpu, op, 64, from_long(fetch_doubleword(cpu, address_x2(cpu, op))));
}

/* ---- division of extended numbers; short products of short numbers --------------------------------------- */

INSTRUCTION(dxr)
{
    require(cpu, 128, op->r1 | op->r2);
    struct hfp_number a = normalized(from_pair(cpu, op->r1)), b = normalized(from_pair(cpu, op->r2));
    if (!b.fraction)
        program_interrupt(cpu, PGM_FLOAT_DIVIDE);
    if (a.fraction) {
        bool first = a.fraction >= b.fraction;          /* the quotient is one or more */
        hfp_wide quotient = a.fraction / b.fraction, remainder = a.fraction % b.fraction;
        for (int i = 0; i < WIDE_BITS - 4 * first; i++) {
            remainder <<= 1;
            bool one = remainder >= b.fraction;
            remainder -= one ? b.fraction : 0;
            quotient = quotient << 1 | one;
        }
        a.fraction = quotient;
        a.characteristic += 64 - b.characteristic + first;
        a.sign ^= b.sign;
    }
    put_result(cpu, op->r1, 128, a);
}

static void multiply_short(struct cpu *cpu, const struct op *op, uint32_t b)
{
    struct hfp_result r = hfp_multiply(cpu->fpr[op->r1], (uint64_t)b << 32, HFP_SHORT,
                                       cpu->psw.program_mask);
    put_left(cpu, op->r1, (uint32_t)(r.number >> 32));
    if (r.code)
        program_interrupt(cpu, r.code);
}
INSTRUCTION(meer)
{
    require(cpu, 32, op->r1 | op->r2);
    multiply_short(cpu, op, get_left(cpu, op->r2));
}
INSTRUCTION(mee)
{
    require(cpu, 32, op->r1);
    multiply_short(cpu, op, fetch_word(cpu, address_x2(cpu, op)));
}

/* ---- multiply and add ------------------------------------------------------------------------------------------ */

/* The sum as if all its digits were there, then cut: 29 digits on the left, and whether there is
 * anything behind them. No significance exception. */
static struct hfp_number add_exactly(struct hfp_number a, struct hfp_number b)
{
    if (!a.fraction || !b.fraction)
        return a.fraction ? a : b;
    if (a.characteristic < b.characteristic ||
        (a.characteristic == b.characteristic && a.fraction < b.fraction)) {
        struct hfp_number swap = a;
        a = b;
        b = swap;
    }
    int distance = a.characteristic - b.characteristic;
    hfp_wide larger = a.fraction << 8, whole = b.fraction << 8;     /* two digits more */
    hfp_wide smaller = distance < 30 ? whole >> 4 * distance : 0;
    bool lost = distance >= 30 || smaller << 4 * distance != whole;
    hfp_wide sum = a.sign == b.sign ? larger + smaller : larger - smaller - lost;
    if (sum >> 120) {
        sum >>= 4;
        a.characteristic++;
    } else if (sum) {
        int zeros = 0;
        for (; !(sum >> 116); sum <<= 4)
            zeros++;
        a.characteristic -= zeros;
    }
    a.fraction = sum >> 8;
    return a;
}

static struct hfp_number multiply_exactly(struct hfp_number a, struct hfp_number b)
{
    a = normalized(a), b = normalized(b);
    hfp_wide product = (hfp_wide)(uint64_t)(a.fraction >> 56) * (uint64_t)(b.fraction >> 56);
    return normalized((struct hfp_number){ a.sign ^ b.sign, a.characteristic + b.characteristic - 64,
                                           product });
}

static void multiply_add(struct cpu *cpu, const struct op *op, int width, struct hfp_number b,
                         bool subtract)
{
    struct hfp_number product = multiply_exactly(get(cpu, width, op->r3), b);
    struct hfp_number addend = normalized(get(cpu, width, op->r1));
    addend.sign ^= subtract ? HFP_SIGN : 0;
    put_result(cpu, op->r1, width, add_exactly(product, addend));
}
#define MULTIPLY_ADD(rr, rx, width, fetched, subtract)                              \
    INSTRUCTION(rr)                                                                 \
    {                                                                               \
        require(cpu, width, op->r1 | op->r2 | op->r3);                              \
        multiply_add(cpu, op, width, get(cpu, width, op->r2), subtract);            \
    }                                                                               \
    INSTRUCTION(rx)                                                                 \
    {                                                                               \
        require(cpu, width, op->r1 | op->r3);                                       \
        multiply_add(cpu, op, width, fetched, subtract);                            \
    }
#define FETCHED_SHORT from_short(fetch_word(cpu, address_x2(cpu, op)))
#define FETCHED_LONG from_long(fetch_doubleword(cpu, address_x2(cpu, op)))
MULTIPLY_ADD(maer, mae, 32, FETCHED_SHORT, false)
MULTIPLY_ADD(mser, mse, 32, FETCHED_SHORT, true)
MULTIPLY_ADD(madr, mad, 64, FETCHED_LONG, false)
MULTIPLY_ADD(msdr, msd, 64, FETCHED_LONG, true)

/* ---- unnormalized: long numbers, extended result or either half of it ---------------------------------------------- */

enum parts { BOTH, HIGH_PART, LOW_PART };

/* Characteristics wrap; there are no exceptions. Of a pair, R1 can be either register. */
static void put_parts(struct cpu *cpu, const struct op *op, enum parts parts, struct hfp_number n)
{
    uint64_t high = n.sign | (uint64_t)(n.characteristic & 0x7F) << 56 | (uint64_t)(n.fraction >> 56);
    uint64_t low = n.sign | (uint64_t)((n.characteristic - 14) & 0x7F) << 56 |
                   ((uint64_t)n.fraction & HFP_LONG);
    if (parts == BOTH)
        put_pair(cpu, op->r1 & ~2u, (uint128)high << 64 | low);
    else
        cpu->fpr[op->r1] = parts == HIGH_PART ? high : low;
}

static struct hfp_number multiply_unnormalized(struct hfp_number a, struct hfp_number b)
{
    return (struct hfp_number){ a.sign ^ b.sign, a.characteristic + b.characteristic - 64,
                                (hfp_wide)(uint64_t)(a.fraction >> 56) * (uint64_t)(b.fraction >> 56) };
}

static void multiply_parts(struct cpu *cpu, const struct op *op, enum parts parts,
                           struct hfp_number b)
{
    put_parts(cpu, op, parts, multiply_unnormalized(from_long(cpu->fpr[op->r3]), b));
}
#define MULTIPLY_PARTS(rr, rx, parts)                                               \
    INSTRUCTION(rr)                                                                 \
    {                                                                               \
        require_registers(cpu, op->r1 | op->r2 | op->r3);                           \
        multiply_parts(cpu, op, parts, from_long(cpu->fpr[op->r2]));                \
    }                                                                               \
    INSTRUCTION(rx)                                                                 \
    {                                                                               \
        require_registers(cpu, op->r1 | op->r3);                                    \
        multiply_parts(cpu, op, parts, FETCHED_LONG);                               \
    }
MULTIPLY_PARTS(myr, my, BOTH)
MULTIPLY_PARTS(myhr, myh, HIGH_PART)
MULTIPLY_PARTS(mylr, myl, LOW_PART)

/* The first operand added to the product. The sum has the product's characteristic: the first
 * operand is shifted to it, left or right, and what stands beyond the 28 digits on either side is
 * cut off the exact sum. */
static struct hfp_number add_unnormalized(struct hfp_number product, struct hfp_number addend)
{
    int left = 4 * (addend.characteristic - product.characteristic);
    hfp_wide shifted, kept = ((hfp_wide)1 << WIDE_BITS) - 1;
    bool rest = false, beyond = false;          /* digits on the right, and on the left, of it */
    if (left >= 0) {
        shifted = left < 128 ? addend.fraction << left : 0;
        beyond = left >= 128 ? addend.fraction != 0 : shifted >> left != addend.fraction;
    } else {
        shifted = left > -128 ? addend.fraction >> -left : 0;
        rest = left > -128 ? shifted << -left != addend.fraction : addend.fraction != 0;
    }
    struct hfp_number sum = product;
    if (addend.sign == product.sign) {
        sum.fraction = product.fraction + shifted;
    } else if (beyond || shifted > product.fraction || (shifted == product.fraction && rest)) {
        sum.fraction = shifted - product.fraction;
        sum.sign = addend.sign;
    } else {
        sum.fraction = product.fraction - shifted - rest;
        if (shifted == product.fraction)
            sum.sign = 0;
    }
    sum.fraction &= kept;
    return sum;
}

static void multiply_add_parts(struct cpu *cpu, const struct op *op, enum parts parts,
                               struct hfp_number b)
{
    struct hfp_number product = multiply_unnormalized(from_long(cpu->fpr[op->r3]), b);
    put_parts(cpu, op, parts, add_unnormalized(product, from_long(cpu->fpr[op->r1])));
}
#define MULTIPLY_ADD_PARTS(rr, rx, parts)                                           \
    INSTRUCTION(rr)                                                                 \
    {                                                                               \
        require_registers(cpu, op->r1 | op->r2 | op->r3);                           \
        multiply_add_parts(cpu, op, parts, from_long(cpu->fpr[op->r2]));            \
    }                                                                               \
    INSTRUCTION(rx)                                                                 \
    {                                                                               \
        require_registers(cpu, op->r1 | op->r3);                                    \
        multiply_add_parts(cpu, op, parts, FETCHED_LONG);                           \
    }
MULTIPLY_ADD_PARTS(mayr, may, BOTH)
MULTIPLY_ADD_PARTS(mayhr, mayh, HIGH_PART)
MULTIPLY_ADD_PARTS(maylr, mayl, LOW_PART)

/* ---- loads ---------------------------------------------------------------------------------------------------------- */

/* The low-order characteristic of an extended number is 14 less, unless the number is zero. */
static void put_extended(struct cpu *cpu, unsigned r1, struct hfp_number n)
{
    uint64_t high = n.sign, low = n.sign;
    if (n.fraction) {
        high |= (uint64_t)(n.characteristic & 0x7F) << 56 | (uint64_t)(n.fraction >> 56);
        low |= (uint64_t)((n.characteristic - 14) & 0x7F) << 56 | ((uint64_t)n.fraction & HFP_LONG);
    }
    put_pair(cpu, r1, (uint128)high << 64 | low);
}

INSTRUCTION(lder)
{
    require_registers(cpu, op->r1 | op->r2);
    cpu->fpr[op->r1] = (uint64_t)get_left(cpu, op->r2) << 32;
}
INSTRUCTION(lde)
{
    require_registers(cpu, op->r1);
    cpu->fpr[op->r1] = (uint64_t)fetch_word(cpu, address_x2(cpu, op)) << 32;
}
INSTRUCTION(lxdr)
{
    require_pair(cpu, op->r1);
    require_registers(cpu, op->r1 | op->r2);
    put_extended(cpu, op->r1, from_long(cpu->fpr[op->r2]));
}
INSTRUCTION(lxd)
{
    require(cpu, 128, op->r1);
    put_extended(cpu, op->r1, FETCHED_LONG);
}
INSTRUCTION(lxer)
{
    require_pair(cpu, op->r1);
    require_registers(cpu, op->r1 | op->r2);
    put_extended(cpu, op->r1, from_short(get_left(cpu, op->r2)));
}
INSTRUCTION(lxe)
{
    require(cpu, 128, op->r1);
    put_extended(cpu, op->r1, FETCHED_SHORT);
}

INSTRUCTION(lexr)
{
    require_pair(cpu, op->r2);
    require_registers(cpu, op->r1 | op->r2);
    struct hfp_result r = hfp_rounded(cpu->fpr[op->r2], 1ull << 31, HFP_SHORT);
    put_left(cpu, op->r1, (uint32_t)(r.number >> 32));
    if (r.code)
        program_interrupt(cpu, r.code);
}

/* Load and test, complement, negative, positive. */
static void load_sign(struct cpu *cpu, const struct op *op, uint64_t clear, uint64_t flip)
{
    require(cpu, 128, op->r1 | op->r2);
    struct hfp_number n = from_pair(cpu, op->r2);
    n.sign = (n.sign & ~clear) ^ flip;
    put_extended(cpu, op->r1, n);
    cpu->psw.cc = !n.fraction ? 0 : hfp_sign_code(n.sign);
}
INSTRUCTION(ltxr) { load_sign(cpu, op, 0, 0); }
INSTRUCTION(lcxr) { load_sign(cpu, op, 0, HFP_SIGN); }
INSTRUCTION(lpxr) { load_sign(cpu, op, HFP_SIGN, 0); }
INSTRUCTION(lnxr) { load_sign(cpu, op, HFP_SIGN, HFP_SIGN); }

/* Comparison is subtraction, whose result's range does not matter. */
INSTRUCTION(cxr)
{
    require(cpu, 128, op->r1 | op->r2);
    const uint64_t *a = &cpu->fpr[op->r1], *b = &cpu->fpr[op->r2];
    cpu->psw.cc = hfp_add_extended(a[0], a[2], b[0] ^ HFP_SIGN, b[2],
                                   MASK_EXPONENT_UNDERFLOW).cc;
}

/* LOAD FP INTEGER: cut, and normalized. */
static void load_integer(struct cpu *cpu, const struct op *op, int width)
{
    require(cpu, width, op->r1 | op->r2);
    struct hfp_number n = get(cpu, width, op->r2);
    int digits = n.characteristic - 64;
    if (digits <= 0)
        n.fraction = 0;
    else if (digits < WIDE_BITS / 4)
        n.fraction = n.fraction >> (WIDE_BITS - 4 * digits) << (WIDE_BITS - 4 * digits);
    put_result(cpu, op->r1, width, normalized(n));
}
INSTRUCTION(fier) { load_integer(cpu, op, 32); }
INSTRUCTION(fidr) { load_integer(cpu, op, 64); }
INSTRUCTION(fixr) { load_integer(cpu, op, 128); }

/* ---- integers -------------------------------------------------------------------------------------------------------- */

static void from_integer(struct cpu *cpu, const struct op *op, int width, int bits)
{
    require(cpu, width, op->r1);
    uint64_t v = get_integer(cpu, op->r2, bits, true), magnitude = v >> 63 ? -v : v;
    struct hfp_number n = { v & HFP_SIGN, 64 + WIDE_BITS / 4, magnitude };
    put_result(cpu, op->r1, width, normalized(n));
}
INSTRUCTION(cefr) { from_integer(cpu, op, 32, 32); }
INSTRUCTION(cdfr) { from_integer(cpu, op, 64, 32); }
INSTRUCTION(cxfr) { from_integer(cpu, op, 128, 32); }
INSTRUCTION(cegr) { from_integer(cpu, op, 32, 64); }
INSTRUCTION(cdgr) { from_integer(cpu, op, 64, 64); }
INSTRUCTION(cxgr) { from_integer(cpu, op, 128, 64); }

/* M3, where 0 means towards zero. */
static unsigned rounding_method(struct cpu *cpu, unsigned m)
{
    static const int8_t methods[8] = { ROUND_TO_ZERO, ROUND_NEAREST_AWAY, -1, -1,
                                       ROUND_NEAREST_EVEN, ROUND_TO_ZERO, ROUND_UP, ROUND_DOWN };
    if (m > 7 || methods[m] < 0)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return (unsigned)methods[m];
}

static void to_integer(struct cpu *cpu, const struct op *op, int width, int bits)
{
    require(cpu, width, op->r2);
    unsigned rounding = rounding_method(cpu, op->r3);
    struct hfp_number n = normalized(get(cpu, width, op->r2));
    uint64_t limit = (uint64_t)1 << (bits - 1);
    if (!n.fraction) {
        put_integer(cpu, op->r1, bits, 0);
        cpu->psw.cc = 0;
        return;
    }
    int digits = n.characteristic - 64;
    hfp_wide magnitude = (hfp_wide)1 << 100;                    /* too large */
    if (digits <= 0) {
        bool nearly = digits == 0 && n.fraction >= (hfp_wide)1 << (WIDE_BITS - 1);
        enum ieee_rest rest = !nearly ? REST_LESS :
                              n.fraction == (hfp_wide)1 << (WIDE_BITS - 1) ? REST_HALF : REST_MORE;
        magnitude = ieee_increment(rounding, n.sign, 0, rest);
    } else if (digits <= 17) {
        int behind = WIDE_BITS - 4 * digits;
        hfp_wide rest = n.fraction << (128 - behind), half = (hfp_wide)1 << 127;
        enum ieee_rest r = !rest ? REST_NONE : rest < half ? REST_LESS : rest == half ? REST_HALF
                                                                                      : REST_MORE;
        magnitude = n.fraction >> behind;
        magnitude += ieee_increment(rounding, n.sign, (unsigned)magnitude & 1, r);
    }
    bool fits = magnitude <= limit - !n.sign;
    uint64_t v = fits ? (uint64_t)magnitude : limit - !n.sign;
    put_integer(cpu, op->r1, bits, n.sign ? -v : v);
    cpu->psw.cc = !fits ? 3 : n.sign ? 1 : 2;
}
INSTRUCTION(cfer) { to_integer(cpu, op, 32, 32); }
INSTRUCTION(cfdr) { to_integer(cpu, op, 64, 32); }
INSTRUCTION(cfxr) { to_integer(cpu, op, 128, 32); }
INSTRUCTION(cger) { to_integer(cpu, op, 32, 64); }
INSTRUCTION(cgdr) { to_integer(cpu, op, 64, 64); }
INSTRUCTION(cgxr) { to_integer(cpu, op, 128, 64); }
