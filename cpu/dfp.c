/* Decimal floating-point instructions (SA22 chapter 20). The arithmetic is in dfp-arith.h; here are
 * registers, operands, condition codes and exceptions. */
#include "cpu/dfp-arith.h"
#include "cpu/fp.h"

#define SHORT_ (&dfp_short)
#define LONG_ (&dfp_long)
#define EXTENDED_ (&dfp_extended)

/* A mask field with a rounding method: 0 and 2 mean that of the FPC register. */
static unsigned rounding_method(const struct cpu *cpu, unsigned m)
{
    static const uint8_t methods[16] = {
        0, ROUND_NEAREST_AWAY, 0, ROUND_FOR_SHORTER,
        ROUND_NEAREST_EVEN, ROUND_TO_ZERO, ROUND_UP, ROUND_DOWN,
        ROUND_NEAREST_EVEN, ROUND_TO_ZERO, ROUND_UP, ROUND_DOWN,
        ROUND_NEAREST_AWAY, ROUND_NEAREST_TO_ZERO, ROUND_AWAY, ROUND_FOR_SHORTER
    };
    return m == 0 || m == 2 ? fpc_dfp_rounding(cpu->fpc) : methods[m & 15];
}

static struct ieee environment(const struct cpu *cpu, unsigned m)
{
    return (struct ieee){ .masks = (uint8_t)(cpu->fpc >> FPC_MASKS_SHIFT),
                          .rounding = (uint8_t)rounding_method(cpu, m) };
}

/* M3 the method; M4 bit 0 keeps signaling NaNs, bit 1 suppresses the inexact exception. */
enum { M4_QUIETLY = 8, M4_NO_INEXACT = 4 };
static struct ieee environment_of(const struct cpu *cpu, const struct op *op)
{
    struct ieee env = environment(cpu, op->r3);
    env.inexact_suppressed = op->i & M4_NO_INEXACT;
    return env;
}

static void require(struct cpu *cpu, const struct dfp_format *f, unsigned numbers)
{
    require_dfp(cpu);
    if (f == &dfp_extended)
        require_pair(cpu, numbers);
}

static uint128 get(const struct cpu *cpu, const struct dfp_format *f, unsigned r)
{
    return get_number(cpu, f->width, r);
}

/* A result, unless the operation is suppressed; then what comes of the environment. */
static void put(struct cpu *cpu, const struct dfp_format *f, unsigned r, uint128 v,
                const struct ieee *env)
{
    if (!ieee_suppressed(env))
        put_number(cpu, f->width, r, v);
    conclude(cpu, env);
}

/* ---- arithmetic --------------------------------------------------------------------------------------- */

typedef uint128 dfp_operation(const struct dfp_format *, uint128, uint128, struct ieee *);

/* The second operand and the third give the first; M4 is the rounding method. */
static void arithmetic(struct cpu *cpu, const struct op *op, const struct dfp_format *f,
                       dfp_operation *operation, bool code)
{
    require(cpu, f, op->r1 | op->r2 | op->r3);
    struct ieee env = environment(cpu, op->i);
    uint128 r = operation(f, get(cpu, f, op->r2), get(cpu, f, op->r3), &env);
    if (code && !ieee_suppressed(&env))
        cpu->psw.cc = (uint8_t)dfp_code(f, r);
    put(cpu, f, op->r1, r, &env);
}
INSTRUCTION(adtr) { arithmetic(cpu, op, LONG_, dfp_add, true); }
INSTRUCTION(axtr) { arithmetic(cpu, op, EXTENDED_, dfp_add, true); }
INSTRUCTION(sdtr) { arithmetic(cpu, op, LONG_, dfp_subtract, true); }
INSTRUCTION(sxtr) { arithmetic(cpu, op, EXTENDED_, dfp_subtract, true); }
INSTRUCTION(mdtr) { arithmetic(cpu, op, LONG_, dfp_multiply, false); }
INSTRUCTION(mxtr) { arithmetic(cpu, op, EXTENDED_, dfp_multiply, false); }
INSTRUCTION(ddtr) { arithmetic(cpu, op, LONG_, dfp_divide, false); }
INSTRUCTION(dxtr) { arithmetic(cpu, op, EXTENDED_, dfp_divide, false); }

static void compare(struct cpu *cpu, const struct op *op, const struct dfp_format *f, bool signal)
{
    require(cpu, f, op->r1 | op->r2);
    struct ieee env = environment(cpu, 0);
    int cc = dfp_compare(f, get(cpu, f, op->r1), get(cpu, f, op->r2), signal, &env);
    if (!ieee_suppressed(&env))
        cpu->psw.cc = (uint8_t)cc;
    conclude(cpu, &env);
}
INSTRUCTION(cdtr) { compare(cpu, op, LONG_, false); }
INSTRUCTION(cxtr) { compare(cpu, op, EXTENDED_, false); }
INSTRUCTION(kdtr) { compare(cpu, op, LONG_, true); }
INSTRUCTION(kxtr) { compare(cpu, op, EXTENDED_, true); }

static void compare_exponents(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1 | op->r2);
    cpu->psw.cc = (uint8_t)dfp_compare_exponents(f, get(cpu, f, op->r1), get(cpu, f, op->r2));
}
INSTRUCTION(cedtr) { compare_exponents(cpu, op, LONG_); }
INSTRUCTION(cextr) { compare_exponents(cpu, op, EXTENDED_); }

/* ---- loads ------------------------------------------------------------------------------------------------- */

static void load_and_test(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1 | op->r2);
    struct ieee env = environment(cpu, 0);
    uint128 r = dfp_load(f, get(cpu, f, op->r2), &env);
    if (!ieee_suppressed(&env))
        cpu->psw.cc = (uint8_t)dfp_code(f, r);
    put(cpu, f, op->r1, r, &env);
}
INSTRUCTION(ltdtr) { load_and_test(cpu, op, LONG_); }
INSTRUCTION(ltxtr) { load_and_test(cpu, op, EXTENDED_); }

static void lengthen(struct cpu *cpu, const struct op *op, const struct dfp_format *from,
                     const struct dfp_format *to)
{
    require(cpu, to, op->r1);
    struct ieee env = environment(cpu, 0);
    put(cpu, to, op->r1,
        dfp_lengthen(from, to, get(cpu, from, op->r2), op->i & M4_QUIETLY, &env), &env);
}
INSTRUCTION(ldetr) { lengthen(cpu, op, SHORT_, LONG_); }
INSTRUCTION(lxdtr) { lengthen(cpu, op, LONG_, EXTENDED_); }

/* After an overflow or underflow that traps the result is of the longer format. */
static void load_rounded(struct cpu *cpu, const struct op *op, const struct dfp_format *from,
                         const struct dfp_format *to)
{
    require(cpu, from, op->r1 | op->r2);
    struct ieee env = environment_of(cpu, op);
    uint128 r = dfp_round(from, to, get(cpu, from, op->r2), op->i & M4_QUIETLY, &env);
    put(cpu, dfp_scaled(&env) ? from : to, op->r1, r, &env);
}
INSTRUCTION(ledtr) { load_rounded(cpu, op, LONG_, SHORT_); }
INSTRUCTION(ldxtr) { load_rounded(cpu, op, EXTENDED_, LONG_); }

static void load_integer(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1 | op->r2);
    struct ieee env = environment_of(cpu, op);
    put(cpu, f, op->r1, dfp_round_to_integer(f, get(cpu, f, op->r2), &env), &env);
}
INSTRUCTION(fidtr) { load_integer(cpu, op, LONG_); }
INSTRUCTION(fixtr) { load_integer(cpu, op, EXTENDED_); }

/* ---- quantum, significance, parts ------------------------------------------------------------------------------ */

/* The third operand gets the quantum of the second. */
static void quantize(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1 | op->r2 | op->r3);
    struct ieee env = environment(cpu, op->i);
    put(cpu, f, op->r1, dfp_quantize(f, get(cpu, f, op->r3), get(cpu, f, op->r2), &env), &env);
}
INSTRUCTION(qadtr) { quantize(cpu, op, LONG_); }
INSTRUCTION(qaxtr) { quantize(cpu, op, EXTENDED_); }

static void reround(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1 | op->r3);
    struct ieee env = environment(cpu, op->i);
    put(cpu, f, op->r1, dfp_reround(f, get(cpu, f, op->r3), cpu->gr[op->r2].w & 63, &env), &env);
}
INSTRUCTION(rrdtr) { reround(cpu, op, LONG_); }
INSTRUCTION(rrxtr) { reround(cpu, op, EXTENDED_); }

static void insert_exponent(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1 | op->r3);
    put_number(cpu, f->width, op->r1,
               dfp_insert_exponent(f, get(cpu, f, op->r3), (int64_t)cpu->gr[op->r2].d));
}
INSTRUCTION(iedtr) { insert_exponent(cpu, op, LONG_); }
INSTRUCTION(iextr) { insert_exponent(cpu, op, EXTENDED_); }

static void extract_exponent(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r2);
    cpu->gr[op->r1].d = (uint64_t)dfp_biased_exponent(f, get(cpu, f, op->r2));
}
INSTRUCTION(eedtr) { extract_exponent(cpu, op, LONG_); }
INSTRUCTION(eextr) { extract_exponent(cpu, op, EXTENDED_); }

static void extract_significance(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r2);
    cpu->gr[op->r1].d = (uint64_t)dfp_significance(f, get(cpu, f, op->r2));
}
INSTRUCTION(esdtr) { extract_significance(cpu, op, LONG_); }
INSTRUCTION(esxtr) { extract_significance(cpu, op, EXTENDED_); }

typedef uint128 dfp_shift(const struct dfp_format *, uint128, unsigned);
static void shift(struct cpu *cpu, const struct op *op, const struct dfp_format *f,
                  dfp_shift *direction)
{
    require(cpu, f, op->r1 | op->r3);
    put_number(cpu, f->width, op->r1,
               direction(f, get(cpu, f, op->r3), address_x2(cpu, op) & 63));
}
INSTRUCTION(sldt) { shift(cpu, op, LONG_, dfp_shift_left); }
INSTRUCTION(slxt) { shift(cpu, op, EXTENDED_, dfp_shift_left); }
INSTRUCTION(srdt) { shift(cpu, op, LONG_, dfp_shift_right); }
INSTRUCTION(srxt) { shift(cpu, op, EXTENDED_, dfp_shift_right); }

/* The address is a mask of 12 bits. */
typedef unsigned dfp_test(const struct dfp_format *, uint128);
static void test(struct cpu *cpu, const struct op *op, const struct dfp_format *f, dfp_test *kind)
{
    require(cpu, f, op->r1);
    cpu->psw.cc = (address_x2(cpu, op) & kind(f, get(cpu, f, op->r1))) != 0;
}
INSTRUCTION(tdcet) { test(cpu, op, SHORT_, dfp_data_class); }
INSTRUCTION(tdcdt) { test(cpu, op, LONG_, dfp_data_class); }
INSTRUCTION(tdcxt) { test(cpu, op, EXTENDED_, dfp_data_class); }
INSTRUCTION(tdget) { test(cpu, op, SHORT_, dfp_data_group); }
INSTRUCTION(tdgdt) { test(cpu, op, LONG_, dfp_data_group); }
INSTRUCTION(tdgxt) { test(cpu, op, EXTENDED_, dfp_data_group); }

/* ---- binary integers -------------------------------------------------------------------------------------------------- */

static void from_integer(struct cpu *cpu, const struct op *op, const struct dfp_format *f, int bits,
                         bool is_signed)
{
    require(cpu, f, op->r1);
    struct ieee env = environment_of(cpu, op);
    uint64_t v = get_integer(cpu, op->r2, bits, is_signed);
    put(cpu, f, op->r1, dfp_from_integer(f, v, is_signed, &env), &env);
}
INSTRUCTION(cdgtr) { from_integer(cpu, op, LONG_, 64, true); }
INSTRUCTION(cxgtr) { from_integer(cpu, op, EXTENDED_, 64, true); }
INSTRUCTION(cdftr) { from_integer(cpu, op, LONG_, 32, true); }
INSTRUCTION(cxftr) { from_integer(cpu, op, EXTENDED_, 32, true); }
INSTRUCTION(cdlgtr) { from_integer(cpu, op, LONG_, 64, false); }
INSTRUCTION(cxlgtr) { from_integer(cpu, op, EXTENDED_, 64, false); }
INSTRUCTION(cdlftr) { from_integer(cpu, op, LONG_, 32, false); }
INSTRUCTION(cxlftr) { from_integer(cpu, op, EXTENDED_, 32, false); }

static void to_integer(struct cpu *cpu, const struct op *op, const struct dfp_format *f, int bits,
                       bool is_signed)
{
    require(cpu, f, op->r2);
    struct ieee env = environment_of(cpu, op);
    int cc;
    uint64_t r = dfp_to_integer(f, get(cpu, f, op->r2), bits, is_signed, &env, &cc);
    if (!ieee_suppressed(&env)) {
        put_integer(cpu, op->r1, bits, r);
        cpu->psw.cc = (uint8_t)cc;
    }
    conclude(cpu, &env);
}
INSTRUCTION(cgdtr) { to_integer(cpu, op, LONG_, 64, true); }
INSTRUCTION(cgxtr) { to_integer(cpu, op, EXTENDED_, 64, true); }
INSTRUCTION(cfdtr) { to_integer(cpu, op, LONG_, 32, true); }
INSTRUCTION(cfxtr) { to_integer(cpu, op, EXTENDED_, 32, true); }
INSTRUCTION(clgdtr) { to_integer(cpu, op, LONG_, 64, false); }
INSTRUCTION(clgxtr) { to_integer(cpu, op, EXTENDED_, 64, false); }
INSTRUCTION(clfdtr) { to_integer(cpu, op, LONG_, 32, false); }
INSTRUCTION(clfxtr) { to_integer(cpu, op, EXTENDED_, 32, false); }

/* ---- packed digits in general registers ----------------------------------------------------------------------------------- */

enum { SIGN_PLUS = 0xC, SIGN_MINUS = 0xD, SIGN_NONE = 0xF };

static bool is_minus(struct cpu *cpu, unsigned sign)
{
    if (sign < 10)
        data_exception(cpu, DXC_DECIMAL);
    return sign == 0xB || sign == SIGN_MINUS;
}

static uint128 checked_digits(struct cpu *cpu, uint128 packed)
{
    for (int i = 0; i < 128; i += 4)
        if (((unsigned)(packed >> i) & 15) > 9)
            data_exception(cpu, DXC_DECIMAL);
    return dfp_digits(packed);
}

/* An extended number's digits are in an even-odd pair of general registers. */
static uint128 get_packed(struct cpu *cpu, const struct dfp_format *f, unsigned r)
{
    if (f != &dfp_extended)
        return cpu->gr[r].d;
    if (r & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return (uint128)cpu->gr[r].d << 64 | cpu->gr[r + 1].d;
}
static void put_packed(struct cpu *cpu, const struct dfp_format *f, unsigned r, uint128 v)
{
    if (f == &dfp_extended) {
        if (r & 1)
            program_interrupt(cpu, PGM_SPECIFICATION);
        cpu->gr[r].d = (uint64_t)(v >> 64);
        r++;
    }
    cpu->gr[r].d = (uint64_t)v;
}

static void from_packed(struct cpu *cpu, const struct op *op, const struct dfp_format *f,
                        bool is_signed)
{
    require(cpu, f, op->r1);
    uint128 packed = get_packed(cpu, f, op->r2);
    struct dfp_number n = { DFP_FINITE, false, 0, 0 };
    if (is_signed) {
        n.coefficient = checked_digits(cpu, packed >> 4);
        n.negative = is_minus(cpu, (unsigned)packed & 15);
    } else {
        n.coefficient = checked_digits(cpu, packed);
    }
    put_number(cpu, f->width, op->r1, dfp_assemble(f, n));
}
INSTRUCTION(cdutr) { from_packed(cpu, op, LONG_, false); }
INSTRUCTION(cxutr) { from_packed(cpu, op, EXTENDED_, false); }
INSTRUCTION(cdstr) { from_packed(cpu, op, LONG_, true); }
INSTRUCTION(cxstr) { from_packed(cpu, op, EXTENDED_, true); }

/* As many digits as there is room for, from the right; of infinities and NaNs, too. M4's last bit
 * chooses the plus sign. */
static void to_packed(struct cpu *cpu, const struct op *op, const struct dfp_format *f,
                      bool is_signed)
{
    require(cpu, f, op->r2);
    struct dfp_number n = dfp_unpack(f, get(cpu, f, op->r2));
    uint128 packed = dfp_packed(n.coefficient);
    if (is_signed)
        packed = packed << 4 | (n.negative ? SIGN_MINUS : op->i & 1 ? SIGN_NONE : SIGN_PLUS);
    put_packed(cpu, f, op->r1, packed);
}
INSTRUCTION(cudtr) { to_packed(cpu, op, LONG_, false); }
INSTRUCTION(cuxtr) { to_packed(cpu, op, EXTENDED_, false); }
INSTRUCTION(csdtr) { to_packed(cpu, op, LONG_, true); }
INSTRUCTION(csxtr) { to_packed(cpu, op, EXTENDED_, true); }

/* ---- zoned digits in storage (zEC12) ----------------------------------------------------------------------------------------- */

/* M3: the last byte's zone is a sign; zones of 3, not F; plus is F, not C; a zero is never
 * negative. */
enum { ZONED_SIGNED = 8, ZONED_ASCII = 4, ZONED_PLUS_F = 2, ZONED_PLUS_ZERO = 1 };
enum { MAX_ZONED = 34 };

static unsigned zoned_length(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    require(cpu, f, op->r1);
    unsigned length = op->i + 1u;
    if (length > (unsigned)f->digits)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return length;
}

static void from_zoned(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    unsigned length = zoned_length(cpu, op, f);
    uint8_t bytes[MAX_ZONED];
    fetch_bytes(cpu, bytes, address_b1(cpu, op), length);
    struct dfp_number n = { DFP_FINITE, false, 0, 0 };
    for (unsigned i = 0; i < length; i++) {
        if ((bytes[i] & 15) > 9)
            data_exception(cpu, DXC_DECIMAL);
        n.coefficient = n.coefficient * 10 + (bytes[i] & 15);
    }
    if (op->r3 & ZONED_SIGNED)
        n.negative = is_minus(cpu, bytes[length - 1] >> 4);
    put_number(cpu, f->width, op->r1, dfp_assemble(f, n));
}
INSTRUCTION(cdzt) { from_zoned(cpu, op, LONG_); }
INSTRUCTION(cxzt) { from_zoned(cpu, op, EXTENDED_); }

static void to_zoned(struct cpu *cpu, const struct op *op, const struct dfp_format *f)
{
    unsigned length = zoned_length(cpu, op, f);
    uint128 v = get(cpu, f, op->r1);
    struct dfp_number n = dfp_unpack(f, v);
    bool none = n.class == DFP_FINITE && !n.coefficient;
    uint8_t bytes[MAX_ZONED], zone = op->r3 & ZONED_ASCII ? 0x30 : 0xF0;
    for (unsigned i = length; i-- > 0; n.coefficient /= 10)
        bytes[i] = zone | (uint8_t)(n.coefficient % 10);
    if (op->r3 & ZONED_SIGNED) {
        bool minus = n.negative && !(none && op->r3 & ZONED_PLUS_ZERO);
        unsigned sign = minus ? SIGN_MINUS : op->r3 & ZONED_PLUS_F ? SIGN_NONE : SIGN_PLUS;
        bytes[length - 1] = (uint8_t)(sign << 4 | (bytes[length - 1] & 15));
    }
    store_bytes(cpu, address_b1(cpu, op), bytes, length);
    cpu->psw.cc = n.coefficient || n.class != DFP_FINITE ? 3 : none ? 0 : n.negative ? 1 : 2;
}
INSTRUCTION(czdt) { to_zoned(cpu, op, LONG_); }
INSTRUCTION(czxt) { to_zoned(cpu, op, EXTENDED_); }
