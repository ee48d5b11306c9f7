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

/* Short and long numbers are called by their bits: formats, registers, operands in storage. */
#define FORMAT32 (&bfp_short)
#define FORMAT64 (&bfp_long)
#define EXTENDED_ (&bfp_extended)
#define FETCH32 fetch_word
#define FETCH64 fetch_doubleword

static inline uint32_t get_fpr32(const struct cpu *cpu, unsigned r) { return get_left(cpu, r); }
static inline uint64_t get_fpr64(const struct cpu *cpu, unsigned r) { return cpu->fpr[r]; }
static inline void put_fpr32(struct cpu *cpu, unsigned r, uint32_t v) { put_left(cpu, r, v); }
static inline void put_fpr64(struct cpu *cpu, unsigned r, uint64_t v) { cpu->fpr[r] = v; }

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

typedef float float32;
typedef double float64;
static inline float to_host32(uint32_t v) { float r; memcpy(&r, &v, sizeof r); return r; }
static inline double to_host64(uint64_t v) { double r; memcpy(&r, &v, sizeof r); return r; }
static inline uint32_t from_host32(float v) { uint32_t r; memcpy(&r, &v, sizeof r); return r; }
static inline uint64_t from_host64(double v) { uint64_t r; memcpy(&r, &v, sizeof r); return r; }

/* Neither zero, subnormal, infinite nor a NaN; nor was it so before it was rounded. */
static inline bool ordinary32(uint32_t v) { return (v >> 23 & 0xFF) - 2 < 0xFD; }
static inline bool ordinary64(uint64_t v) { return (v >> 52 & 0x7FF) - 2 < 0x7FD; }

/* Each gives true if *r is the result and it changes nothing in the FPC register. */
#define QUICK(name, bits)                                                                   \
    static inline bool name##bits(const struct cpu *cpu, uint##bits##_t a, uint##bits##_t b, \
                                  uint##bits##_t *r)

/* What rounding took from a sum is computed exactly (Knuth). A sum that is zero is exact. */
#define QUICK_SUM(name, bits, subtract)                                                     \
    QUICK(name, bits)                                                                       \
    {                                                                                       \
        uint##bits##_t flip = (uint##bits##_t)(subtract) << (bits - 1);                     \
        float##bits x = to_host##bits(a), y = to_host##bits(b ^ flip), sum = x + y;         \
        *r = from_host##bits(sum);                                                          \
        if (!ordinary##bits(*r) && !(sum == 0))                                             \
            return false;                                                                   \
        if (inexact_before(cpu))                                                            \
            return true;                                                                    \
        float##bits part = sum - x;                                                         \
        return (x - (sum - part)) + (y - part) == 0;                                        \
    }
QUICK_SUM(quick_add, 32, false)
QUICK_SUM(quick_add, 64, false)
QUICK_SUM(quick_subtract, 32, true)
QUICK_SUM(quick_subtract, 64, true)

QUICK(quick_multiply, 32)
{
    double product = (double)to_host32(a) * to_host32(b);     /* exact */
    float rounded = (float)product;
    *r = from_host32(rounded);
    return ordinary32(*r) && (inexact_before(cpu) || rounded == product);
}
/* The product of the significands has as many zeros at the right as both; 53 bits are kept. */
QUICK(quick_multiply, 64)
{
    *r = from_host64(to_host64(a) * to_host64(b));
    if (!ordinary64(*r))
        return false;
    if (inexact_before(cpu))
        return true;
    const uint64_t implied = 1ull << 52;
    return __builtin_ctzll(a | implied) + __builtin_ctzll(b | implied) >= 53;
}
QUICK(quick_divide, 32)
{
    float x = to_host32(a), y = to_host32(b), quotient = x / y;
    *r = from_host32(quotient);
    return ordinary32(*r) && (inexact_before(cpu) || (double)quotient * y == x);
}
QUICK(quick_divide, 64)
{
    *r = from_host64(to_host64(a) / to_host64(b));
    return ordinary64(*r) && inexact_before(cpu);
}

static inline uint8_t sign_code32(uint32_t v) { return !(v << 1) ? 0 : v >> 31 ? 1 : 2; }
static inline uint8_t sign_code64(uint64_t v) { return !(v << 1) ? 0 : v >> 63 ? 1 : 2; }

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

/* The slow twins of an instruction's two forms, whose second operand is `b`. */
#define SLOW_TWINS(rr, rx, bits, effect)                                                    \
    op_handler op_##rr##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rr##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        uint128 b = get_fpr##bits(cpu, op->r2);                                             \
        effect;                                                                             \
    }                                                                                       \
    op_handler op_##rx##_slow __attribute__((noinline, cold));                              \
    INSTRUCTION(rx##_slow)                                                                  \
    {                                                                                       \
        require_bfp(cpu);                                                                   \
        uint128 b = FETCH##bits(cpu, address_x2(cpu, op));                                  \
        effect;                                                                             \
    }

/* The quick ones, if the host rounds as it must: `computed` is whether the result is in r; then
 * comes the condition code. */
#define QUICK_TWINS(rr, rx, bits, computed, code)                                           \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        if (unlikely(!host_rounds(cpu)))                                                    \
            return op_##rr##_slow(cpu, op);                                                 \
        uint##bits##_t r, b = get_fpr##bits(cpu, op->r2);                                   \
        if (unlikely(!(computed)))                                                          \
            return op_##rr##_slow(cpu, op);                                                 \
        put_fpr##bits(cpu, op->r1, r);                                                      \
        code;                                                                               \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), bits / 8);                 \
        if (unlikely(!p || !host_rounds(cpu)))                                              \
            return op_##rx##_slow(cpu, op);                                                 \
        uint##bits##_t r, b = get##bits(p);                                                 \
        if (unlikely(!(computed)))                                                          \
            return op_##rx##_slow(cpu, op);                                                 \
        put_fpr##bits(cpu, op->r1, r);                                                      \
        code;                                                                               \
        CONTINUE;                                                                           \
    }

#define ARITHMETIC(rr, rx, bits, operation, quick, tests)                                   \
    SLOW_TWINS(rr, rx, bits, two_operands(cpu, op, FORMAT##bits, operation, b, tests))      \
    QUICK_TWINS(rr, rx, bits, quick##bits(cpu, get_fpr##bits(cpu, op->r1), b, &r),          \
                if (tests) cpu->psw.cc = sign_code##bits(r))

ARITHMETIC(aebr, aeb, 32, bfp_add, quick_add, true)
ARITHMETIC(sebr, seb, 32, bfp_subtract, quick_subtract, true)
ARITHMETIC(meebr, meeb, 32, bfp_multiply, quick_multiply, false)
ARITHMETIC(debr, deb, 32, bfp_divide, quick_divide, false)
ARITHMETIC(adbr, adb, 64, bfp_add, quick_add, true)
ARITHMETIC(sdbr, sdb, 64, bfp_subtract, quick_subtract, true)
ARITHMETIC(mdbr, mdb, 64, bfp_multiply, quick_multiply, false)
ARITHMETIC(ddbr, ddb, 64, bfp_divide, quick_divide, false)

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
    multiply_longer(cpu, op, FORMAT32, FORMAT64, get_left(cpu, op->r2));
}
INSTRUCTION(mdeb)
{
    require_bfp(cpu);
    multiply_longer(cpu, op, FORMAT32, FORMAT64, fetch_word(cpu, address_x2(cpu, op)));
}
INSTRUCTION(mxdbr)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1);
    multiply_longer(cpu, op, FORMAT64, EXTENDED_, cpu->fpr[op->r2]);
}
INSTRUCTION(mxdb)
{
    require_bfp(cpu);
    require_pair(cpu, op->r1);
    multiply_longer(cpu, op, FORMAT64, EXTENDED_, fetch_doubleword(cpu, address_x2(cpu, op)));
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

#define QUICK_FUSED(bits, fused)                                                            \
    static inline bool quick_fused##bits(const struct cpu *cpu, uint##bits##_t a,           \
                                         uint##bits##_t b, uint##bits##_t c, uint##bits##_t *r) \
    {                                                                                       \
        if (!inexact_before(cpu))                                                           \
            return false;                                                                   \
        *r = from_host##bits(fused(to_host##bits(a), to_host##bits(b), to_host##bits(c)));  \
        return ordinary##bits(*r);                                                          \
    }
QUICK_FUSED(32, fmaf)
QUICK_FUSED(64, fma)

#define MULTIPLY_ADD(rr, rx, bits, subtract)                                                \
    SLOW_TWINS(rr, rx, bits, multiply_add(cpu, op, FORMAT##bits, b, subtract))              \
    QUICK_TWINS(rr, rx, bits,                                                               \
                quick_fused##bits(cpu, b, get_fpr##bits(cpu, op->r3),                       \
                                  get_fpr##bits(cpu, op->r1) ^                              \
                                      (uint##bits##_t)(subtract) << (bits - 1), &r), )
MULTIPLY_ADD(maebr, maeb, 32, false)
MULTIPLY_ADD(msebr, mseb, 32, true)
MULTIPLY_ADD(madbr, madb, 64, false)
MULTIPLY_ADD(msdbr, msdb, 64, true)

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
#define COMPARE(rr, rx, bits, signal)                                                       \
    SLOW_TWINS(rr, rx, bits, compare(cpu, op, FORMAT##bits, b, signal))                     \
    HANDLER(rr)                                                                             \
    {                                                                                       \
        double x = to_host##bits(get_fpr##bits(cpu, op->r1));                               \
        double y = to_host##bits(get_fpr##bits(cpu, op->r2));                               \
        if (unlikely(cpu->fpr_missing || __builtin_isunordered(x, y)))                      \
            return op_##rr##_slow(cpu, op);                                                 \
        cpu->psw.cc = x == y ? 0 : x < y ? 1 : 2;                                           \
        CONTINUE;                                                                           \
    }                                                                                       \
    HANDLER(rx)                                                                             \
    {                                                                                       \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), bits / 8);                 \
        if (unlikely(!p || cpu->fpr_missing))                                               \
            return op_##rx##_slow(cpu, op);                                                 \
        double x = to_host##bits(get_fpr##bits(cpu, op->r1)), y = to_host##bits(get##bits(p)); \
        if (unlikely(__builtin_isunordered(x, y)))                                          \
            return op_##rx##_slow(cpu, op);                                                 \
        cpu->psw.cc = x == y ? 0 : x < y ? 1 : 2;                                           \
        CONTINUE;                                                                           \
    }
COMPARE(cebr, ceb, 32, false)
COMPARE(kebr, keb, 32, true)
COMPARE(cdbr, cdb, 64, false)
COMPARE(kdbr, kdb, 64, true)
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
INSTRUCTION(ltebr_slow) { load_and_test(cpu, op, FORMAT32); }
INSTRUCTION(ltdbr_slow) { load_and_test(cpu, op, FORMAT64); }
HANDLER(ltebr)
{
    uint32_t v = get_left(cpu, op->r2);
    if (unlikely(cpu->fpr_missing || v << 1 > 0xFF000000u))             /* a NaN */
        return op_ltebr_slow(cpu, op);
    put_left(cpu, op->r1, v);
    cpu->psw.cc = sign_code32(v);
    CONTINUE;
}
HANDLER(ltdbr)
{
    uint64_t v = cpu->fpr[op->r2];
    if (unlikely(cpu->fpr_missing || v << 1 > 0xFFE0000000000000u))     /* a NaN */
        return op_ltdbr_slow(cpu, op);
    cpu->fpr[op->r1] = v;
    cpu->psw.cc = sign_code64(v);
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
INSTRUCTION(lcebr) { load_sign(cpu, op, FORMAT32, FLIP_SIGN); }
INSTRUCTION(lcdbr) { load_sign(cpu, op, FORMAT64, FLIP_SIGN); }
INSTRUCTION(lcxbr) { load_sign(cpu, op, EXTENDED_, FLIP_SIGN); }
INSTRUCTION(lnebr) { load_sign(cpu, op, FORMAT32, SET_SIGN); }
INSTRUCTION(lndbr) { load_sign(cpu, op, FORMAT64, SET_SIGN); }
INSTRUCTION(lnxbr) { load_sign(cpu, op, EXTENDED_, SET_SIGN); }
INSTRUCTION(lpebr) { load_sign(cpu, op, FORMAT32, CLEAR_SIGN); }
INSTRUCTION(lpdbr) { load_sign(cpu, op, FORMAT64, CLEAR_SIGN); }
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
LENGTHEN(ldebr_slow, ldeb_slow, FORMAT32, FORMAT64, fetch_word)
LENGTHEN(lxdbr, lxdb, FORMAT64, EXTENDED_, fetch_doubleword)
LENGTHEN(lxebr, lxeb, FORMAT32, EXTENDED_, fetch_word)
HANDLER(ldebr)
{
    uint32_t v = get_left(cpu, op->r2);
    if (unlikely(cpu->fpr_missing || !ordinary32(v)))
        return op_ldebr_slow(cpu, op);
    cpu->fpr[op->r1] = from_host64(to_host32(v));
    CONTINUE;
}
HANDLER(ldeb)
{
    const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 4);
    if (unlikely(!p || cpu->fpr_missing || !ordinary32(get32(p))))
        return op_ldeb_slow(cpu, op);
    cpu->fpr[op->r1] = from_host64(to_host32(get32(p)));
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
INSTRUCTION(ledbr_slow) { load_rounded(cpu, op, FORMAT64, FORMAT32); }
INSTRUCTION(lexbr) { load_rounded(cpu, op, EXTENDED_, FORMAT32); }
INSTRUCTION(ldxbr) { load_rounded(cpu, op, EXTENDED_, FORMAT64); }
HANDLER(ledbr)
{
    double v = to_host64(cpu->fpr[op->r2]);
    float rounded = (float)v;
    uint32_t r = from_host32(rounded);
    if (unlikely(!host_rounds(cpu) || (op->r3 & ~4) || !ordinary32(r) ||
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
INSTRUCTION(fiebr) { load_integer(cpu, op, FORMAT32); }
op_handler op_fidbr_slow __attribute__((noinline, cold));
INSTRUCTION(fidbr_slow) { load_integer(cpu, op, FORMAT64); }
HANDLER(fidbr)
{
    enum { M3_NEAREST = 4, M3_ZERO, M3_UP, M3_DOWN };
    double v = to_host64(cpu->fpr[op->r2]), r;
    unsigned m3 = op->r3 ? op->r3 : M3_NEAREST;
    if (unlikely(!host_rounds(cpu) || m3 < M3_NEAREST || m3 > M3_DOWN ||
                 !ordinary64(cpu->fpr[op->r2])))
        return op_fidbr_slow(cpu, op);
    r = m3 == M3_NEAREST ? rint(v) : m3 == M3_ZERO ? trunc(v) : m3 == M3_UP ? ceil(v) : floor(v);
    if (unlikely(r != v && !(op->i & 4) && !inexact_before(cpu)))
        return op_fidbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_host64(r);
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
    square_root(cpu, op, FORMAT32, get_left(cpu, op->r2));
}
HANDLER(sqebr)
{
    uint32_t v = get_left(cpu, op->r2);
    if (unlikely(!host_rounds(cpu) || !inexact_before(cpu) || !ordinary32(v) || v >> 31))
        return op_sqebr_slow(cpu, op);
    put_left(cpu, op->r1, from_host32(sqrtf(to_host32(v))));
    CONTINUE;
}
INSTRUCTION(sqeb)
{
    require_bfp(cpu);
    square_root(cpu, op, FORMAT32, fetch_word(cpu, address_x2(cpu, op)));
}
op_handler op_sqdbr_slow __attribute__((noinline, cold));
INSTRUCTION(sqdbr_slow)
{
    require_bfp(cpu);
    square_root(cpu, op, FORMAT64, cpu->fpr[op->r2]);
}
HANDLER(sqdbr)
{
    uint64_t v = cpu->fpr[op->r2];
    if (unlikely(!host_rounds(cpu) || !inexact_before(cpu) || !ordinary64(v) || v >> 63))
        return op_sqdbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_host64(sqrt(to_host64(v)));
    CONTINUE;
}
INSTRUCTION(sqdb)
{
    require_bfp(cpu);
    square_root(cpu, op, FORMAT64, fetch_doubleword(cpu, address_x2(cpu, op)));
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
INSTRUCTION(cegbr) { from_integer(cpu, op, FORMAT32, 64, true); }
INSTRUCTION(cxgbr) { from_integer(cpu, op, EXTENDED_, 64, true); }
INSTRUCTION(celfbr) { from_integer(cpu, op, FORMAT32, 32, false); }
INSTRUCTION(cdlfbr) { from_integer(cpu, op, FORMAT64, 32, false); }
INSTRUCTION(cxlfbr) { from_integer(cpu, op, EXTENDED_, 32, false); }
INSTRUCTION(celgbr) { from_integer(cpu, op, FORMAT32, 64, false); }
INSTRUCTION(cdlgbr) { from_integer(cpu, op, FORMAT64, 64, false); }
INSTRUCTION(cxlgbr) { from_integer(cpu, op, EXTENDED_, 64, false); }
op_handler op_cefbr_slow __attribute__((noinline, cold));
INSTRUCTION(cefbr_slow) { from_integer(cpu, op, FORMAT32, 32, true); }
HANDLER(cefbr)
{
    int32_t v = (int32_t)cpu->gr[op->r2].w;
    float r = (float)v;
    if (unlikely(!host_rounds(cpu) || op->r3 || !(inexact_before(cpu) || (double)r == (double)v)))
        return op_cefbr_slow(cpu, op);
    put_left(cpu, op->r1, from_host32(r));
    CONTINUE;
}
op_handler op_cdfbr_slow __attribute__((noinline, cold));
INSTRUCTION(cdfbr_slow) { from_integer(cpu, op, FORMAT64, 32, true); }
HANDLER(cdfbr)
{
    if (unlikely(cpu->fpr_missing || op->r3))
        return op_cdfbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_host64((int32_t)cpu->gr[op->r2].w);
    CONTINUE;
}
op_handler op_cdgbr_slow __attribute__((noinline, cold));
INSTRUCTION(cdgbr_slow) { from_integer(cpu, op, FORMAT64, 64, true); }
HANDLER(cdgbr)
{
    uint64_t v = cpu->gr[op->r2].d;
    if (unlikely(cpu->fpr_missing || op->r3 || v + (1ull << 53) > 1ull << 54))
        return op_cdgbr_slow(cpu, op);
    cpu->fpr[op->r1] = from_host64((double)(int64_t)v);
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
INSTRUCTION(clfebr) { to_integer(cpu, op, FORMAT32, 32, false); }
INSTRUCTION(clfdbr) { to_integer(cpu, op, FORMAT64, 32, false); }
INSTRUCTION(clfxbr) { to_integer(cpu, op, EXTENDED_, 32, false); }
INSTRUCTION(clgebr) { to_integer(cpu, op, FORMAT32, 64, false); }
INSTRUCTION(clgdbr) { to_integer(cpu, op, FORMAT64, 64, false); }
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
TO_INTEGER(cfebr, FORMAT32, 32, to_host32(get_left(cpu, op->r2)), cpu->gr[op->r1].w, int32_t, 0x1p31)
TO_INTEGER(cgebr, FORMAT32, 64, to_host32(get_left(cpu, op->r2)), cpu->gr[op->r1].d, int64_t, 0x1p63)
TO_INTEGER(cfdbr, FORMAT64, 32, to_host64(cpu->fpr[op->r2]), cpu->gr[op->r1].w, int32_t, 0x1p31)
TO_INTEGER(cgdbr, FORMAT64, 64, to_host64(cpu->fpr[op->r2]), cpu->gr[op->r1].d, int64_t, 0x1p63)

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
INSTRUCTION(diebr) { divide_to_integer(cpu, op, FORMAT32); }
INSTRUCTION(didbr) { divide_to_integer(cpu, op, FORMAT64); }

/* The address is a mask of 12 bits. */
static void test_data_class(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_bfp(cpu);
    require_pairs(cpu, f, op->r1);
    uint128 v = get_number(cpu, f->width, op->r1);
    unsigned bit = 0x800u >> (2 * bfp_classify(f, v) + bfp_negative(f, v));
    cpu->psw.cc = (address_x2(cpu, op) & bit) != 0;
}
INSTRUCTION(tceb) { test_data_class(cpu, op, FORMAT32); }
INSTRUCTION(tcdb) { test_data_class(cpu, op, FORMAT64); }
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
INSTRUCTION(tbedr) { from_hexadecimal(cpu, op, FORMAT32); }
INSTRUCTION(tbdr) { from_hexadecimal(cpu, op, FORMAT64); }

static void to_hexadecimal(struct cpu *cpu, const struct op *op, const struct bfp_format *f)
{
    require_registers(cpu, op->r1 | op->r2);
    int cc;
    cpu->fpr[op->r1] = bfp_to_hfp(f, get_number(cpu, f->width, op->r2), &cc);
    cpu->psw.cc = (uint8_t)cc;
}
INSTRUCTION(thder) { to_hexadecimal(cpu, op, FORMAT32); }
INSTRUCTION(thdr) { to_hexadecimal(cpu, op, FORMAT64); }
