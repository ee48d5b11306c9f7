/* Binary floating-point instructions (SA22 chapter 19). The arithmetic is in bfp-arith.h; here are
 * registers, operands, condition codes and exceptions.
 *
 * Frequent instructions have a quick handler, which lets the host compute: that is the same
 * arithmetic while rounding is to the nearest, nothing traps, and operands and result are
 * ordinary. Whether a result is inexact the host cannot tell at a price worth paying; but it
 * matters no more once the FPC register says that something was, and until then there are
 * cheap ways to see that nothing is. All else is left to the slow twin. */
#include <math.h>

#include "cpu/bfp-arith.h"
#include "cpu/fp.h"

#define SHORT_ (&bfp_short)
#define LONG_ (&bfp_long)
#define EXTENDED_ (&bfp_extended)

static struct ieee environment(const struct cpu *cpu)
{
    return (struct ieee){ .masks = (uint8_t)(cpu->fpc >> FPC_MASKS_SHIFT),
                          .rounding = (uint8_t)fpc_bfp_rounding(cpu->fpc) };
}

/* A mask field M3 or M4 of an instruction: its rounding method. */
static unsigned rounding_method(struct cpu *cpu, unsigned m)
{
    static const int8_t methods[8] = { -1, ROUND_NEAREST_AWAY, -1, ROUND_FOR_SHORTER,
                                       ROUND_NEAREST_EVEN, ROUND_TO_ZERO, ROUND_UP, ROUND_DOWN };
    if (m == 0)
        return fpc_bfp_rounding(cpu->fpc);
    if (m > 7 || methods[m] < 0)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return (unsigned)methods[m];
}

/* M3 the method; bit 1 of M4 suppresses the inexact exception. */
static struct ieee environment_of(struct cpu *cpu, const struct op *op)
{
    struct ieee env = environment(cpu);
    env.rounding = (uint8_t)rounding_method(cpu, op->r3);
    env.inexact_suppressed = op->i & 4;
    return env;
}

static void require_pairs(struct cpu *cpu, const struct bfp_format *f, unsigned numbers)
{
    if (f == &bfp_extended)
        require_pair(cpu, numbers);
}

/* ---- by the host ------------------------------------------------------------------------------------ */

/* Rounding to the nearest, no traps, and all registers there. */
static inline bool host_rounds(const struct cpu *cpu)
{
    return !((cpu->fpc & (FPC_MASKS | FPC_BFP_ROUNDING)) | cpu->fpr_missing);
}
static inline bool inexact_before(const struct cpu *cpu)
{
    return cpu->fpc & (uint32_t)IEEE_INEXACT << FPC_FLAGS_SHIFT;
}

static inline float to_float(uint32_t v) { float r; memcpy(&r, &v, sizeof r); return r; }
static inline double to_double(uint64_t v) { double r; memcpy(&r, &v, sizeof r); return r; }
static inline uint32_t from_float(float v) { uint32_t r; memcpy(&r, &v, sizeof r); return r; }
static inline uint64_t from_double(double v) { uint64_t r; memcpy(&r, &v, sizeof r); return r; }

/* Neither zero, subnormal, infinite nor a NaN; nor was it so before it was rounded. */
static inline bool ordinary_short(uint32_t v) { return (v >> 23 & 0xFF) - 2 < 0xFD; }
static inline bool ordinary_long(uint64_t v) { return (v >> 52 & 0x7FF) - 2 < 0x7FD; }

/* Each gives true if *r is the result and it changes nothing in the FPC register. */
#define QUICK(name, bits) \
    static inline bool name(const struct cpu *cpu, bits a, bits b, bits *r)

/* What rounding took from a sum is computed exactly (Knuth). A sum that is zero is exact. */
#define QUICK_SUM(name, bits, type, load, save, ordinary, sign)             \
    QUICK(name, bits)                                                       \
    {                                                                       \
        type x = load(a), y = load(b sign), sum = x + y;                    \
        *r = save(sum);                                                     \
        if (!ordinary(*r) && !(sum == 0))                                   \
            return false;                                                   \
        if (inexact_before(cpu))                                            \
            return true;                                                    \
        type part = sum - x;                                                \
        return (x - (sum - part)) + (y - part) == 0;                        \
    }
QUICK_SUM(quick_add_short, uint32_t, float, to_float, from_float, ordinary_short, )
QUICK_SUM(quick_add_long, uint64_t, double, to_double, from_double, ordinary_long, )
QUICK_SUM(quick_subtract_short, uint32_t, float, to_float, from_float, ordinary_short, ^ 1u << 31)
QUICK_SUM(quick_subtract_long, uint64_t, double, to_double, from_double, ordinary_long, ^ 1ull << 63)

QUICK(quick_multiply_short, uint32_t)
{
    double product = (double)to_float(a) * to_float(b);     /* exact */
    float rounded = (float)product;
    *r = from_float(rounded);
    return ordinary_short(*r) && (inexact_before(cpu) || rounded == product);
}
/* The product of the significands has as many zeros at the right as both; 53 bits are kept. */
QUICK(quick_multiply_long, uint64_t)
{
    *r = from_double(to_double(a) * to_double(b));
    if (!ordinary_long(*r))
        return false;
    if (inexact_before(cpu))
        return true;
    const uint64_t implied = 1ull << 52;
    return __builtin_ctzll(a | implied) + __builtin_ctzll(b | implied) >= 53;
}
QUICK(quick_divide_short, uint32_t)
{
    float x = to_float(a), y = to_float(b), quotient = x / y;
    *r = from_float(quotient);
    return ordinary_short(*r) && (inexact_before(cpu) || (double)quotient * y == x);
}
QUICK(quick_divide_long, uint64_t)
{
    *r = from_double(to_double(a) / to_double(b));
    return ordinary_long(*r) && inexact_before(cpu);
}

static inline uint8_t sign_code_short(uint32_t v) { return !(v << 1) ? 0 : v >> 31 ? 1 : 2; }
static inline uint8_t sign_code_long(uint64_t v) { return !(v << 1) ? 0 : v >> 63 ? 1 : 2; }

/* ---- two operands, one result ---------------------------------------------------------------------------- */

typedef uint128 bfp_operation(const struct bfp_format *, uint128, uint128, struct ieee *);

static void two_operands(struct cpu *cpu, const struct op *op, const struct bfp_format *f,
                         bfp_operation *operation, uint128 b, bool code)
{
    struct ieee env = environment(cpu);
    uint128 r = operation(f, get_number(cpu, f->width, op->r1), b, &env);
    if (!ieee_suppressed(&env)) {
        put_number(cpu, f->width, op->r1, r);
        if (code)
            cpu->psw.cc = (uint8_t)bfp_code(f, r);
    }
    conclude(cpu, &env);
}

#define SLOW_TWINS(rr, rx, format, fetch, operation, code)                                  \
    op_handler op_##rr##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rr##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        two_operands(cpu, op, format, operation, get_number(cpu, (format)->width, op->r2), code); \
    }                                                                                       \
    op_handler op_##rx##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rx##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        two_operands(cpu, op, format, operation, fetch(cpu, address_x2(cpu, op)), code);    \
    }

#define SHORT(rr, rx, operation, quick, code)                                               \
    SLOW_TWINS(rr, rx, SHORT_, fetch_word, operation, code)                                 \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        uint32_t r;                                                                         \
        if (unlikely(!host_rounds(cpu) ||                                                   \
                     !quick(cpu, get_left(cpu, op->r1), get_left(cpu, op->r2), &r)))        \
            return op_##rr##_slow(cpu, op);                                                 \
        put_left(cpu, op->r1, r);                                                           \
        if (code)                                                                           \
            cpu->psw.cc = sign_code_short(r);                                               \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        uint32_t r;                                                                         \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 4);                        \
        if (unlikely(!p || !host_rounds(cpu) || !quick(cpu, get_left(cpu, op->r1), get32(p), &r))) \
            return op_##rx##_slow(cpu, op);                                                 \
        put_left(cpu, op->r1, r);                                                           \
        if (code)                                                                           \
            cpu->psw.cc = sign_code_short(r);                                               \
        CONTINUE;                                                                           \
    }

#define LONG(rr, rx, operation, quick, code)                                                \
    SLOW_TWINS(rr, rx, LONG_, fetch_doubleword, operation, code)                            \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        uint64_t r;                                                                         \
        if (unlikely(!host_rounds(cpu) || !quick(cpu, cpu->fpr[op->r1], cpu->fpr[op->r2], &r))) \
            return op_##rr##_slow(cpu, op);                                                 \
        cpu->fpr[op->r1] = r;                                                               \
        if (code)                                                                           \
            cpu->psw.cc = sign_code_long(r);                                                \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        uint64_t r;                                                                         \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 8);                        \
        if (unlikely(!p || !host_rounds(cpu) || !quick(cpu, cpu->fpr[op->r1], get64(p), &r))) \
            return op_##rx##_slow(cpu, op);                                                 \
        cpu->fpr[op->r1] = r;                                                               \
        if (code)                                                                           \
            cpu->psw.cc = sign_code_long(r);                                                \
        CONTINUE;                                                                           \
    }

SHORT(aebr, aeb, bfp_add, quick_add_short, true)
SHORT(sebr, seb, bfp_subtract, quick_subtract_short, true)
SHORT(meebr, meeb, bfp_multiply, quick_multiply_short, false)
SHORT(debr, deb, bfp_divide, quick_divide_short, false)
LONG(adbr, adb, bfp_add, quick_add_long, true)
LONG(sdbr, sdb, bfp_subtract, quick_subtract_long, true)
LONG(mdbr, mdb, bfp_multiply, quick_multiply_long, false)
LONG(ddbr, ddb, bfp_divide, quick_divide_long, false)

#define EXTENDED(rr, operation, code)                                                       \
    INSTRUCTION(rr)                                                                         \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        require_pair(cpu, op->r1 | op->r2);                                                 \
        two_operands(cpu, op, EXTENDED_, operation, get_pair(cpu, op->r2), code);           \
    }
EXTENDED(axbr, bfp_add, true)
EXTENDED(sxbr, bfp_subtract, true)
EXTENDED(mxbr, bfp_multiply, false)
EXTENDED(dxbr, bfp_divide, false)

/* Products of a longer format: always exact. */
static void multiply_longer(struct cpu *cpu, const struct op *op, const struct bfp_format *from,
                            const struct bfp_format *to, uint128 b)
{
    struct ieee env = environment(cpu);
    uint128 r = bfp_multiply_longer(from, to, get_number(cpu, from->width, op->r1), b, &env);
    if (!ieee_suppressed(&env))
        put_number(cpu, to->width, op->r1, r);
    conclude(cpu, &env);
}
INSTRUCTION(mdebr)
{
    require_bfp(cpu);
    multiply_longer(cpu, op, SHORT_, LONG_, get_left(cpu, op->r2));
}
INSTRUCTION(mdeb)
{
    require_bfp(cpu);
    multiply_longer(cpu, op, SHORT_, LONG_, fetch_word(cpu, address_x2(cpu, op)));
}
INSTRUCTION(mxdbr)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1);
    multiply_longer(cpu, op, LONG_, EXTENDED_, cpu->fpr[op->r2]);
}
INSTRUCTION(mxdb)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1);
    multiply_longer(cpu, op, LONG_, EXTENDED_, fetch_doubleword(cpu, address_x2(cpu, op)));
}

/* ---- multiply and add, multiply and subtract ---------------------------------------------------------------- */

/* The second operand by the third, and the first. */
static void multiply_add(struct cpu *cpu, const struct op *op, const struct bfp_format *f,
                         uint128 b, bool subtract)
{
    struct ieee env = environment(cpu);
    uint128 r = bfp_multiply_add(f, b, get_number(cpu, f->width, op->r3),
                                 get_number(cpu, f->width, op->r1), subtract, &env);
    if (!ieee_suppressed(&env))
        put_number(cpu, f->width, op->r1, r);
    conclude(cpu, &env);
}
#define MULTIPLY_ADD(rr, rx, format, fetch, subtract)                                       \
    op_handler op_##rr##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rr##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        multiply_add(cpu, op, format, get_number(cpu, (format)->width, op->r2), subtract);  \
    }                                                                                       \
    op_handler op_##rx##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rx##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        multiply_add(cpu, op, format, fetch(cpu, address_x2(cpu, op)), subtract);           \
    }
MULTIPLY_ADD(maebr, maeb, SHORT_, fetch_word, false)
MULTIPLY_ADD(msebr, mseb, SHORT_, fetch_word, true)
MULTIPLY_ADD(madbr, madb, LONG_, fetch_doubleword, false)
MULTIPLY_ADD(msdbr, msdb, LONG_, fetch_doubleword, true)

#define QUICK_MULTIPLY_ADD(rr, rx, sign)                                                    \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        uint64_t r;                                                                         \
        if (unlikely(!quick_fused(cpu, cpu->fpr[op->r2], cpu->fpr[op->r3],                  \
                                  cpu->fpr[op->r1] sign, &r)))                              \
            return op_##rr##_slow(cpu, op);                                                 \
        cpu->fpr[op->r1] = r;                                                               \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        uint64_t r;                                                                         \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 8);                        \
        if (unlikely(!p || !quick_fused(cpu, get64(p), cpu->fpr[op->r3],                    \
                                        cpu->fpr[op->r1] sign, &r)))                        \
            return op_##rx##_slow(cpu, op);                                                 \
        cpu->fpr[op->r1] = r;                                                               \
        CONTINUE;                                                                           \
    }
static inline bool quick_fused(const struct cpu *cpu, uint64_t a, uint64_t b, uint64_t c,
                               uint64_t *r)
{
    if (!host_rounds(cpu) || !inexact_before(cpu))
        return false;
    *r = from_double(fma(to_double(a), to_double(b), to_double(c)));
    return ordinary_long(*r);
}
QUICK_MULTIPLY_ADD(madbr, madb, )
QUICK_MULTIPLY_ADD(msdbr, msdb, ^ 1ull << 63)

#define QUICK_MULTIPLY_ADD_SHORT(rr, rx, sign)                                              \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        uint32_t r;                                                                         \
        if (unlikely(!quick_fused_short(cpu, get_left(cpu, op->r2), get_left(cpu, op->r3),  \
                                        get_left(cpu, op->r1) sign, &r)))                   \
            return op_##rr##_slow(cpu, op);                                                 \
        put_left(cpu, op->r1, r);                                                           \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        uint32_t r;                                                                         \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 4);                        \
        if (unlikely(!p || !quick_fused_short(cpu, get32(p), get_left(cpu, op->r3),         \
                                              get_left(cpu, op->r1) sign, &r)))             \
            return op_##rx##_slow(cpu, op);                                                 \
        put_left(cpu, op->r1, r);                                                           \
        CONTINUE;                                                                           \
    }
static inline bool quick_fused_short(const struct cpu *cpu, uint32_t a, uint32_t b, uint32_t c,
                                     uint32_t *r)
{
    if (!host_rounds(cpu) || !inexact_before(cpu))
        return false;
    *r = from_float(fmaf(to_float(a), to_float(b), to_float(c)));
    return ordinary_short(*r);
}
QUICK_MULTIPLY_ADD_SHORT(maebr, maeb, )
QUICK_MULTIPLY_ADD_SHORT(msebr, mseb, ^ 1u << 31)

/* ---- comparison ------------------------------------------------------------------------------------------------ */

static void compare(struct cpu *cpu, const struct op *op, const struct bfp_format *f, uint128 b,
                    bool signal)
{
    struct ieee env = environment(cpu);
    int cc = bfp_compare(f, get_number(cpu, f->width, op->r1), b, signal, &env);
    if (!ieee_suppressed(&env))
        cpu->psw.cc = (uint8_t)cc;
    conclude(cpu, &env);
}

/* A NaN is not equal to itself. */
#define COMPARE(rr, rx, format, fetch, get, bits, bytes, load, left, signal)                \
    op_handler op_##rr##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rr##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        compare(cpu, op, format, left(cpu, op->r2), signal);                                \
    }                                                                                       \
    op_handler op_##rx##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rx##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        compare(cpu, op, format, fetch(cpu, address_x2(cpu, op)), signal);                  \
    }                                                                                       \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        double x = load(left(cpu, op->r1)), y = load(left(cpu, op->r2));                    \
        if (unlikely(cpu->fpr_missing || __builtin_isunordered(x, y)))                      \
            return op_##rr##_slow(cpu, op);                                                 \
        cpu->psw.cc = x == y ? 0 : x < y ? 1 : 2;                                           \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), bytes);                    \
        if (unlikely(!p || cpu->fpr_missing))                                               \
            return op_##rx##_slow(cpu, op);                                                 \
        double x = load(left(cpu, op->r1)), y = load(get(p));                               \
        if (unlikely(__builtin_isunordered(x, y)))                                          \
            return op_##rx##_slow(cpu, op);                                                 \
        cpu->psw.cc = x == y ? 0 : x < y ? 1 : 2;                                           \
        CONTINUE;                                                                           \
    }
static inline uint64_t get_long(const struct cpu *cpu, unsigned r) { return cpu->fpr[r]; }
COMPARE(cebr, ceb, SHORT_, fetch_word, get32, uint32_t, 4, to_float, get_left, false)
COMPARE(kebr, keb, SHORT_, fetch_word, get32, uint32_t, 4, to_float, get_left, true)
COMPARE(cdbr, cdb, LONG_, fetch_doubleword, get64, uint64_t, 8, to_double, get_long, false)
COMPARE(kdbr, kdb, LONG_, fetch_doubleword, get64, uint64_t, 8, to_double, get_long, true)
INSTRUCTION(cxbr)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1 | op->r2);
    compare(cpu, op, EXTENDED_, get_pair(cpu, op->r2), false);
}
INSTRUCTION(kxbr)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1 | op->r2);
    compare(cpu, op, EXTENDED_, get_pair(cpu, op->r2), true);
}

/* ---- loads ------------------------------------------------------------------------------------------------------- */

static void load_and_test(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_bfp(cpu);
    require_pairs(cpu, f, op->r1 | op->r2);
    struct ieee env = environment(cpu);
    uint128 r = bfp_load(f, get_number(cpu, f->width, op->r2), &env);
    if (!ieee_suppressed(&env)) {
        put_number(cpu, f->width, op->r1, r);
        cpu->psw.cc = (uint8_t)bfp_code(f, r);
    }
    conclude(cpu, &env);
}
INSTRUCTION(ltxbr) { load_and_test(cpu, op, EXTENDED_); }
op_handler op_ltebr_slow __attribute__((noinline, cold)), op_ltdbr_slow __attribute__((noinline, cold));
INSTRUCTION(ltebr_slow) { load_and_test(cpu, op, SHORT_); }
INSTRUCTION(ltdbr_slow) { load_and_test(cpu, op, LONG_); }
HANDLER(ltebr)
{
    uint32_t v = get_left(cpu, op->r2);
    if (unlikely(cpu->fpr_missing || v << 1 > 0xFF000000u))             /* a NaN */
        return op_ltebr_slow(cpu, op);
    put_left(cpu, op->r1, v);
    cpu->psw.cc = sign_code_short(v);
    CONTINUE;
}
HANDLER(ltdbr)
{
    uint64_t v = cpu->fpr[op->r2];
    if (unlikely(cpu->fpr_missing || v << 1 > 0xFFE0000000000000u))     /* a NaN */
        return op_ltdbr_slow(cpu, op);
    cpu->fpr[op->r1] = v;
    cpu->psw.cc = sign_code_long(v);
    CONTINUE;
}

/* Complement, negative, positive: the sign, and the condition code, and no exceptions. */
enum sign_change { KEEP_SIGN, FLIP_SIGN, SET_SIGN, CLEAR_SIGN };
static void load_sign(struct cpu *cpu, const struct op *op, const struct bfp_format *f,
                      enum sign_change change)
{
    require_bfp(cpu);
    require_pairs(cpu, f, op->r1 | op->r2);
    uint128 sign = (uint128)1 << (f->width - 1), v = get_number(cpu, f->width, op->r2);
    v = change == FLIP_SIGN ? v ^ sign : change == SET_SIGN ? v | sign : v & ~sign;
    put_number(cpu, f->width, op->r1, v);
    cpu->psw.cc = (uint8_t)bfp_code(f, v);
}
INSTRUCTION(lcebr) { load_sign(cpu, op, SHORT_, FLIP_SIGN); }
INSTRUCTION(lcdbr) { load_sign(cpu, op, LONG_, FLIP_SIGN); }
INSTRUCTION(lcxbr) { load_sign(cpu, op, EXTENDED_, FLIP_SIGN); }
INSTRUCTION(lnebr) { load_sign(cpu, op, SHORT_, SET_SIGN); }
INSTRUCTION(lndbr) { load_sign(cpu, op, LONG_, SET_SIGN); }
INSTRUCTION(lnxbr) { load_sign(cpu, op, EXTENDED_, SET_SIGN); }
INSTRUCTION(lpebr) { load_sign(cpu, op, SHORT_, CLEAR_SIGN); }
INSTRUCTION(lpdbr) { load_sign(cpu, op, LONG_, CLEAR_SIGN); }
INSTRUCTION(lpxbr) { load_sign(cpu, op, EXTENDED_, CLEAR_SIGN); }

static void lengthen(struct cpu *cpu, const struct op *op, const struct bfp_format *from,
                     const struct bfp_format *to, uint128 v)
{
    struct ieee env = environment(cpu);
    uint128 r = bfp_lengthen(from, to, v, &env);
    if (!ieee_suppressed(&env))
        put_number(cpu, to->width, op->r1, r);
    conclude(cpu, &env);
}
#define LENGTHEN(rr, rx, from, to, fetch)                                                   \
    INSTRUCTION(rr)                                                                         \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        require_pairs(cpu, to, op->r1);                                                     \
        lengthen(cpu, op, from, to, get_number(cpu, (from)->width, op->r2));                \
    }                                                                                       \
    INSTRUCTION(rx)                                                                         \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        require_pairs(cpu, to, op->r1);                                                     \
        lengthen(cpu, op, from, to, fetch(cpu, address_x2(cpu, op)));                       \
    }
LENGTHEN(ldebr_slow, ldeb_slow, SHORT_, LONG_, fetch_word)
LENGTHEN(lxdbr, lxdb, LONG_, EXTENDED_, fetch_doubleword)
LENGTHEN(lxebr, lxeb, SHORT_, EXTENDED_, fetch_word)
HANDLER(ldebr)
{
    uint32_t v = get_left(cpu, op->r2);
    if (unlikely(cpu->fpr_missing || !ordinary_short(v)))
        return op_ldebr_slow(cpu, op);
    cpu->fpr[op->r1] = from_double(to_float(v));
    CONTINUE;
}
HANDLER(ldeb)
{
    const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 4);
    if (unlikely(!p || cpu->fpr_missing || !ordinary_short(get32(p))))
        return op_ldeb_slow(cpu, op);
    cpu->fpr[op->r1] = from_double(to_float(get32(p)));
    CONTINUE;
}

/* After an overflow or underflow that traps the result is of the longer format: its register
 * must be able to hold that. */
static void load_rounded(struct cpu *cpu, const struct op *op, const struct bfp_format *from,
                         const struct bfp_format *to)
{
    require_bfp(cpu);
    struct ieee env = environment_of(cpu, op);
    require_pairs(cpu, from, op->r1 | op->r2);
    uint128 r = bfp_round(from, to, get_number(cpu, from->width, op->r2), &env);
    if (!ieee_suppressed(&env))
        put_number(cpu, bfp_scaled(&env) ? from->width : to->width, op->r1, r);
    conclude(cpu, &env);
}
op_handler op_ledbr_slow __attribute__((noinline, cold));
INSTRUCTION(ledbr_slow) { load_rounded(cpu, op, LONG_, SHORT_); }
INSTRUCTION(lexbr) { load_rounded(cpu, op, EXTENDED_, SHORT_); }
INSTRUCTION(ldxbr) { load_rounded(cpu, op, EXTENDED_, LONG_); }
HANDLER(ledbr)
{
    double v = to_double(cpu->fpr[op->r2]);
    float rounded = (float)v;
    uint32_t r = from_float(rounded);
    if (unlikely(!host_rounds(cpu) || (op->r3 & ~4) || !ordinary_short(r) ||
                 !(inexact_before(cpu) || rounded == v)))
        return op_ledbr_slow(cpu, op);
    put_left(cpu, op->r1, r);
    CONTINUE;
}

/* LOAD FP INTEGER. */
static void load_integer(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_bfp(cpu);
    struct ieee env = environment_of(cpu, op);
    require_pairs(cpu, f, op->r1 | op->r2);
    uint128 r = bfp_round_to_integer(f, get_number(cpu, f->width, op->r2), &env);
    if (!ieee_suppressed(&env))
        put_number(cpu, f->width, op->r1, r);
    conclude(cpu, &env);
}
INSTRUCTION(fiebr) { load_integer(cpu, op, SHORT_); }
op_handler op_fidbr_slow __attribute__((noinline, cold));
INSTRUCTION(fidbr_slow) { load_integer(cpu, op, LONG_); }
HANDLER(fidbr)
{
    enum { M3_NEAREST = 4, M3_ZERO, M3_UP, M3_DOWN };
    double v = to_double(cpu->fpr[op->r2]), r;
    unsigned m3 = op->r3 ? op->r3 : M3_NEAREST;
    if (unlikely(!host_rounds(cpu) || m3 < M3_NEAREST || m3 > M3_DOWN ||
                 !ordinary_long(cpu->fpr[op->r2])))
        return op_fidbr_slow(cpu, op);
    r = m3 == M3_NEAREST ? rint(v) : m3 == M3_ZERO ? trunc(v) : m3 == M3_UP ? ceil(v) : floor(v);
    if (unlikely(r != v && !(op->i & 4) && !inexact_before(cpu)))
        return op_fidbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_double(r);
    CONTINUE;
}
INSTRUCTION(fixbr) { load_integer(cpu, op, EXTENDED_); }

/* ---- square root ---------------------------------------------------------------------------------------------------- */

static void square_root(struct cpu *cpu, const struct op *op, const struct bfp_format *f, uint128 v)
{
    struct ieee env = environment(cpu);
    uint128 r = bfp_square_root(f, v, &env);
    if (!ieee_suppressed(&env))
        put_number(cpu, f->width, op->r1, r);
    conclude(cpu, &env);
}
op_handler op_sqebr_slow __attribute__((noinline, cold));
INSTRUCTION(sqebr_slow)
{
    require_bfp(cpu);
    square_root(cpu, op, SHORT_, get_left(cpu, op->r2));
}
HANDLER(sqebr)
{
    uint32_t v = get_left(cpu, op->r2);
    if (unlikely(!host_rounds(cpu) || !inexact_before(cpu) || !ordinary_short(v) || v >> 31))
        return op_sqebr_slow(cpu, op);
    put_left(cpu, op->r1, from_float(sqrtf(to_float(v))));
    CONTINUE;
}
INSTRUCTION(sqeb)
{
    require_bfp(cpu);
    square_root(cpu, op, SHORT_, fetch_word(cpu, address_x2(cpu, op)));
}
op_handler op_sqdbr_slow __attribute__((noinline, cold));
INSTRUCTION(sqdbr_slow)
{
    require_bfp(cpu);
    square_root(cpu, op, LONG_, cpu->fpr[op->r2]);
}
HANDLER(sqdbr)
{
    uint64_t v = cpu->fpr[op->r2];
    if (unlikely(!host_rounds(cpu) || !inexact_before(cpu) || !ordinary_long(v) || v >> 63))
        return op_sqdbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_double(sqrt(to_double(v)));
    CONTINUE;
}
INSTRUCTION(sqdb)
{
    require_bfp(cpu);
    square_root(cpu, op, LONG_, fetch_doubleword(cpu, address_x2(cpu, op)));
}
INSTRUCTION(sqxbr)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1 | op->r2);
    square_root(cpu, op, EXTENDED_, get_pair(cpu, op->r2));
}

/* ---- integers --------------------------------------------------------------------------------------------------------- */

static void from_integer(struct cpu *cpu, const struct op *op, const struct bfp_format *f, int bits,
                         bool is_signed)
{
    require_bfp(cpu);
    struct ieee env = environment_of(cpu, op);
    require_pairs(cpu, f, op->r1);
    uint128 r = bfp_from_integer(f, get_integer(cpu, op->r2, bits, is_signed), is_signed, &env);
    put_number(cpu, f->width, op->r1, r);
    conclude(cpu, &env);
}
INSTRUCTION(cxfbr) { from_integer(cpu, op, EXTENDED_, 32, true); }
INSTRUCTION(cegbr) { from_integer(cpu, op, SHORT_, 64, true); }
INSTRUCTION(cxgbr) { from_integer(cpu, op, EXTENDED_, 64, true); }
INSTRUCTION(celfbr) { from_integer(cpu, op, SHORT_, 32, false); }
INSTRUCTION(cdlfbr) { from_integer(cpu, op, LONG_, 32, false); }
INSTRUCTION(cxlfbr) { from_integer(cpu, op, EXTENDED_, 32, false); }
INSTRUCTION(celgbr) { from_integer(cpu, op, SHORT_, 64, false); }
INSTRUCTION(cdlgbr) { from_integer(cpu, op, LONG_, 64, false); }
INSTRUCTION(cxlgbr) { from_integer(cpu, op, EXTENDED_, 64, false); }
op_handler op_cefbr_slow __attribute__((noinline, cold));
INSTRUCTION(cefbr_slow) { from_integer(cpu, op, SHORT_, 32, true); }
HANDLER(cefbr)
{
    int32_t v = (int32_t)cpu->gr[op->r2].w;
    float r = (float)v;
    if (unlikely(!host_rounds(cpu) || op->r3 || !(inexact_before(cpu) || (double)r == (double)v)))
        return op_cefbr_slow(cpu, op);
    put_left(cpu, op->r1, from_float(r));
    CONTINUE;
}
op_handler op_cdfbr_slow __attribute__((noinline, cold));
INSTRUCTION(cdfbr_slow) { from_integer(cpu, op, LONG_, 32, true); }
HANDLER(cdfbr)
{
    if (unlikely(cpu->fpr_missing || op->r3))
        return op_cdfbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_double((int32_t)cpu->gr[op->r2].w);
    CONTINUE;
}
op_handler op_cdgbr_slow __attribute__((noinline, cold));
INSTRUCTION(cdgbr_slow) { from_integer(cpu, op, LONG_, 64, true); }
HANDLER(cdgbr)
{
    uint64_t v = cpu->gr[op->r2].d;
    if (unlikely(cpu->fpr_missing || op->r3 || v + (1ull << 53) > 1ull << 54))
        return op_cdgbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_double((double)(int64_t)v);
    CONTINUE;
}

static void to_integer(struct cpu *cpu, const struct op *op, const struct bfp_format *f, int bits,
                       bool is_signed)
{
    require_bfp(cpu);
    struct ieee env = environment_of(cpu, op);
    require_pairs(cpu, f, op->r2);
    int cc;
    uint64_t r = bfp_to_integer(f, get_number(cpu, f->width, op->r2), bits, is_signed, &env, &cc);
    if (!ieee_suppressed(&env)) {
        put_integer(cpu, op->r1, bits, r);
        cpu->psw.cc = (uint8_t)cc;
    }
    conclude(cpu, &env);
}
INSTRUCTION(cfxbr) { to_integer(cpu, op, EXTENDED_, 32, true); }
INSTRUCTION(cgxbr) { to_integer(cpu, op, EXTENDED_, 64, true); }
INSTRUCTION(clfebr) { to_integer(cpu, op, SHORT_, 32, false); }
INSTRUCTION(clfdbr) { to_integer(cpu, op, LONG_, 32, false); }
INSTRUCTION(clfxbr) { to_integer(cpu, op, EXTENDED_, 32, false); }
INSTRUCTION(clgebr) { to_integer(cpu, op, SHORT_, 64, false); }
INSTRUCTION(clgdbr) { to_integer(cpu, op, LONG_, 64, false); }
INSTRUCTION(clgxbr) { to_integer(cpu, op, EXTENDED_, 64, false); }

/* What a compiler writes for a cast: towards zero. */
enum { M3_TO_ZERO = 5 };
static inline bool quick_to_integer(const struct cpu *cpu, const struct op *op, double v,
                                    double limit)
{
    return !((cpu->fpc & FPC_MASKS) | cpu->fpr_missing) && op->r3 == M3_TO_ZERO && v < limit &&
           v > -limit && (inexact_before(cpu) || (double)(int64_t)v == v);
}
static inline uint8_t code_of_double(double v) { return v == 0 ? 0 : v < 0 ? 1 : 2; }
#define TO_INTEGER(name, format, bits, value, to, type, limit)                              \
    op_handler op_##name##_slow __attribute__((noinline, cold));                            \
    INSTRUCTION(name##_slow) { to_integer(cpu, op, format, bits, true); }                   \
    HANDLER(name)                                                                           \
    {                                                                                       \
        double v = value;                                                                   \
        if (unlikely(!quick_to_integer(cpu, op, v, limit)))                                 \
            return op_##name##_slow(cpu, op);                                               \
        to = (u##type)(type)v;                                                              \
        cpu->psw.cc = code_of_double(v);                                                    \
        CONTINUE;                                                                           \
    }
TO_INTEGER(cfebr, SHORT_, 32, to_float(get_left(cpu, op->r2)), cpu->gr[op->r1].w, int32_t, 0x1p31)
TO_INTEGER(cgebr, SHORT_, 64, to_float(get_left(cpu, op->r2)), cpu->gr[op->r1].d, int64_t, 0x1p63)
TO_INTEGER(cfdbr, LONG_, 32, to_double(cpu->fpr[op->r2]), cpu->gr[op->r1].w, int32_t, 0x1p31)
TO_INTEGER(cgdbr, LONG_, 64, to_double(cpu->fpr[op->r2]), cpu->gr[op->r1].d, int64_t, 0x1p63)

/* ---- DIVIDE TO INTEGER, TEST DATA CLASS ---------------------------------------------------------------------------------- */

static void divide_to_integer(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_bfp(cpu);
    if (op->r1 == op->r2 || op->r2 == op->r3 || op->r1 == op->r3)
        program_interrupt(cpu, PGM_SPECIFICATION);
    unsigned rounding = rounding_method(cpu, op->i);
    struct ieee env = environment(cpu);
    uint128 quotient;
    int cc;
    uint128 remainder = bfp_divide_to_integer(f, get_number(cpu, f->width, op->r1),
                                              get_number(cpu, f->width, op->r2), rounding, &env,
                                              &quotient, &cc);
    if (!ieee_suppressed(&env)) {
        put_number(cpu, f->width, op->r1, remainder);
        put_number(cpu, f->width, op->r3, quotient);
        cpu->psw.cc = (uint8_t)cc;
    }
    conclude(cpu, &env);
}
INSTRUCTION(diebr) { divide_to_integer(cpu, op, SHORT_); }
INSTRUCTION(didbr) { divide_to_integer(cpu, op, LONG_); }

/* The address is a mask of 12 bits. */
static void test_data_class(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_bfp(cpu);
    require_pairs(cpu, f, op->r1);
    uint128 v = get_number(cpu, f->width, op->r1);
    unsigned bit = 0x800u >> (2 * bfp_classify(f, v) + bfp_negative(f, v));
    cpu->psw.cc = (address_x2(cpu, op) & bit) != 0;
}
INSTRUCTION(tceb) { test_data_class(cpu, op, SHORT_); }
INSTRUCTION(tcdb) { test_data_class(cpu, op, LONG_); }
INSTRUCTION(tcxb) { test_data_class(cpu, op, EXTENDED_); }

/* ---- hexadecimal floating point ---------------------------------------------------------------------------------------------- */

/* CONVERT HFP TO BFP: M3 as everywhere, but that 0 means towards zero. */
static void from_hexadecimal(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_registers(cpu, op->r1 | op->r2);
    unsigned rounding = ROUND_TO_ZERO;
    if (op->r3)
        rounding = rounding_method(cpu, op->r3);
    int cc;
    uint128 r = bfp_from_hfp(f, cpu->fpr[op->r2], rounding, &cc);
    put_number(cpu, f->width, op->r1, r);
    cpu->psw.cc = (uint8_t)cc;
}
INSTRUCTION(tbedr) { from_hexadecimal(cpu, op, SHORT_); }
INSTRUCTION(tbdr) { from_hexadecimal(cpu, op, LONG_); }

static void to_hexadecimal(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_registers(cpu, op->r1 | op->r2);
    int cc;
    cpu->fpr[op->r1] = bfp_to_hfp(f, get_number(cpu, f->width, op->r2), &cc);
    cpu->psw.cc = (uint8_t)cc;
}
INSTRUCTION(thder) { to_hexadecimal(cpu, op, SHORT_); }
INSTRUCTION(thdr) { to_hexadecimal(cpu, op, LONG_); }
