/* Floating-point instructions of System/370 (GA22 chapter 9). The arithmetic is in
 * hfp.h; here are registers, operands, condition codes and exceptions.
 *
 * Without the additional registers of ESA/390 there are 0, 2, 4 and 6, and 0 and 4 for extended
 * numbers; another one is found before an operand in storage is looked at.
 *
 * Short and long instructions have a quick handler that calls nothing. Whatever is out of
 * the ordinary, be it a register's number, a place in storage or an exception, is left to
 * the slow twin, which does the instruction from its start. */
#include "cpu/fp.h"
#include "cpu/hfp.h"

static inline void require_pairs(struct cpu *cpu, unsigned numbers)
{
    require_pair(cpu, numbers);
    require_registers(cpu, numbers);
}

/* A short number in storage comes as it stands in a register, zeros to its right. */
static inline uint64_t get_short(const uint8_t *p) { return (uint64_t)get32(p) << 32; }
static inline uint64_t get_long(const uint8_t *p) { return get64(p); }
static inline uint64_t fetch_short(struct cpu *cpu, uint64_t address)
{
    return (uint64_t)fetch4(cpu, address) << 32;
}
static inline uint64_t fetch_long(struct cpu *cpu, uint64_t address)
{
    return fetch8(cpu, address);
}

/* How results go to the first operand's register. */
static inline void put_short(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    uint64_t *fpr = &cpu->fpr[op->r1];
    *fpr = (r.number & 0xFFFFFFFF00000000u) | (uint32_t)*fpr;
}
static inline void put_long(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    cpu->fpr[op->r1] = r.number;
}
static inline void put_short_cc(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    put_short(cpu, op, r);
    cpu->psw.cc = r.cc;
}
static inline void put_long_cc(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    put_long(cpu, op, r);
    cpu->psw.cc = r.cc;
}
static inline void put_cc(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    (void)op;
    cpu->psw.cc = r.cc;
}

/* All exceptions come when the result is there. */
static inline void raise(struct cpu *cpu, uint8_t code)
{
    if (unlikely(code))
        program_interrupt(cpu, code);
}

/* ---- two operands, one result ------------------------------------------------------------ */

#define IN_REGISTERS(name, put, operation)                                        \
    op_handler op_##name##_slow __attribute__((noinline, cold));                  \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        require_registers(cpu, op->r1 | op->r2);                         \
        struct hfp_result r = operation(cpu, cpu->fpr[op->r1], cpu->fpr[op->r2]); \
        put(cpu, op, r);                                                          \
        raise(cpu, r.code);                                                       \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        struct hfp_result r = operation(cpu, cpu->fpr[op->r1], cpu->fpr[op->r2]); \
        if (unlikely(((op->r1 | op->r2) & cpu->fpr_missing) || r.code))             \
            return op_##name##_slow(cpu, op);                                     \
        put(cpu, op, r);                                                          \
        CONTINUE;                                                                 \
    }

#define IN_STORAGE(name, bytes, format, put, operation)                           \
    op_handler op_##name##_slow __attribute__((noinline, cold));                  \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        require_registers(cpu, op->r1);                                    \
        uint64_t b = fetch_##format(cpu, address_x2(cpu, op));                    \
        struct hfp_result r = operation(cpu, cpu->fpr[op->r1], b);                \
        put(cpu, op, r);                                                          \
        raise(cpu, r.code);                                                       \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), bytes);          \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        struct hfp_result r = operation(cpu, cpu->fpr[op->r1], get_##format(p));  \
        if (unlikely((op->r1 & cpu->fpr_missing) || r.code))                        \
            return op_##name##_slow(cpu, op);                                     \
        put(cpu, op, r);                                                          \
        CONTINUE;                                                                 \
    }

#define SHORT(rr, rx, put, operation)  \
    IN_REGISTERS(rr, put, operation)   \
    IN_STORAGE(rx, 4, short, put, operation)
#define LONG(rr, rx, put, operation)   \
    IN_REGISTERS(rr, put, operation)   \
    IN_STORAGE(rx, 8, long, put, operation)

/* An operation on numbers in a format, as the macros above want it. */
#define OPERATION(name, ...)                                                      \
    HFP_INLINE struct hfp_result name(const struct cpu *cpu, uint64_t a, uint64_t b) \
    {                                                                             \
        const unsigned mask = cpu->psw.program_mask;                              \
        (void)mask, (void)a;                                                      \
        return __VA_ARGS__;                                                       \
    }

#define NUMBER(v) (struct hfp_result){ (v), 0, 0 }
#define TESTED(v, format) (struct hfp_result){ (v), hfp_load_code((v), (format)), 0 }

OPERATION(load, NUMBER(b))
SHORT(ler, le, put_short, load)
LONG(ldr, ld, put_long, load)

/* Load and test, complement, positive, negative: the sign bit is all that changes. */
OPERATION(test_short, TESTED(b, HFP_SHORT))
OPERATION(complement_short, TESTED(b ^ HFP_SIGN, HFP_SHORT))
OPERATION(positive_short, TESTED(b & ~HFP_SIGN, HFP_SHORT))
OPERATION(negative_short, TESTED(b | HFP_SIGN, HFP_SHORT))
IN_REGISTERS(lter, put_short_cc, test_short)
IN_REGISTERS(lcer, put_short_cc, complement_short)
IN_REGISTERS(lper, put_short_cc, positive_short)
IN_REGISTERS(lner, put_short_cc, negative_short)
OPERATION(test_long, TESTED(b, HFP_LONG))
OPERATION(complement_long, TESTED(b ^ HFP_SIGN, HFP_LONG))
OPERATION(positive_long, TESTED(b & ~HFP_SIGN, HFP_LONG))
OPERATION(negative_long, TESTED(b | HFP_SIGN, HFP_LONG))
IN_REGISTERS(ltdr, put_long_cc, test_long)
IN_REGISTERS(lcdr, put_long_cc, complement_long)
IN_REGISTERS(lpdr, put_long_cc, positive_long)
IN_REGISTERS(lndr, put_long_cc, negative_long)

OPERATION(add_short, hfp_add(a, b, HFP_SHORT, true, mask))
OPERATION(add_long, hfp_add(a, b, HFP_LONG, true, mask))
OPERATION(subtract_short, hfp_add(a, b ^ HFP_SIGN, HFP_SHORT, true, mask))
OPERATION(subtract_long, hfp_add(a, b ^ HFP_SIGN, HFP_LONG, true, mask))
OPERATION(add_short_unnormalized, hfp_add(a, b, HFP_SHORT, false, mask))
OPERATION(add_long_unnormalized, hfp_add(a, b, HFP_LONG, false, mask))
OPERATION(subtract_short_unnormalized, hfp_add(a, b ^ HFP_SIGN, HFP_SHORT, false, mask))
OPERATION(subtract_long_unnormalized, hfp_add(a, b ^ HFP_SIGN, HFP_LONG, false, mask))
SHORT(aer, ae, put_short_cc, add_short)
SHORT(ser, se, put_short_cc, subtract_short)
SHORT(aur, au, put_short_cc, add_short_unnormalized)
SHORT(sur, su, put_short_cc, subtract_short_unnormalized)
LONG(adr, ad, put_long_cc, add_long)
LONG(sdr, sd, put_long_cc, subtract_long)
LONG(awr, aw, put_long_cc, add_long_unnormalized)
LONG(swr, sw, put_long_cc, subtract_long_unnormalized)

OPERATION(compare_short, (struct hfp_result){ 0, hfp_compare(a, b, HFP_SHORT), 0 })
OPERATION(compare_long, (struct hfp_result){ 0, hfp_compare(a, b, HFP_LONG), 0 })
SHORT(cer, ce, put_cc, compare_short)
LONG(cdr, cd, put_cc, compare_long)

/* The product of short numbers is a long one. */
OPERATION(multiply_short, hfp_multiply(a, b, HFP_SHORT, mask))
OPERATION(multiply_long, hfp_multiply(a, b, HFP_LONG, mask))
OPERATION(divide_short, hfp_divide(a, b, HFP_SHORT, mask))
OPERATION(divide_long, hfp_divide(a, b, HFP_LONG, mask))
SHORT(mer, me, put_long, multiply_short)
LONG(mdr, md, put_long, multiply_long)
SHORT(der, de, put_short, divide_short)
LONG(ddr, dd, put_long, divide_long)

OPERATION(halve_short, hfp_halve(b, HFP_SHORT, mask))
OPERATION(halve_long, hfp_halve(b, HFP_LONG, mask))
OPERATION(round_to_short, hfp_rounded(b, 1ull << 31, HFP_SHORT))
IN_REGISTERS(her, put_short, halve_short)
IN_REGISTERS(hdr, put_long, halve_long)
IN_REGISTERS(lrer, put_short, round_to_short)

/* ---- store --------------------------------------------------------------------------------- */

INSTRUCTION(ste_slow)
{
    require_registers(cpu, op->r1);
    store4(cpu, address_x2(cpu, op), (uint32_t)(cpu->fpr[op->r1] >> 32));
}
HANDLER(ste)
{
    uint8_t *p = quick_store(cpu, address_x2(cpu, op), 4);
    if (unlikely(!p || op->r1 & cpu->fpr_missing))
        return op_ste_slow(cpu, op);
    put32(p, (uint32_t)(cpu->fpr[op->r1] >> 32));
    CONTINUE;
}

INSTRUCTION(std_slow)
{
    require_registers(cpu, op->r1);
    store8(cpu, address_x2(cpu, op), cpu->fpr[op->r1]);
}
HANDLER(std)
{
    uint8_t *p = quick_store(cpu, address_x2(cpu, op), 8);
    if (unlikely(!p || op->r1 & cpu->fpr_missing))
        return op_std_slow(cpu, op);
    put64(p, cpu->fpr[op->r1]);
    CONTINUE;
}

/* ---- extended numbers ------------------------------------------------------------------------ */

static inline void put_extended(struct cpu *cpu, const struct op *op, struct hfp_extended r)
{
    cpu->fpr[op->r1] = r.high;
    cpu->fpr[op->r1 + 2] = r.low;
    raise(cpu, r.code);
}

INSTRUCTION(lrdr)
{
    require_pair(cpu, op->r2);
    require_registers(cpu, op->r1 | op->r2);
    uint64_t one = cpu->fpr[op->r2 + 2] >> 55 & 1;
    struct hfp_result r = hfp_rounded(cpu->fpr[op->r2], one, HFP_LONG);
    put_long(cpu, op, r);
    raise(cpu, r.code);
}

static inline void add_extended(struct cpu *cpu, const struct op *op, uint64_t flip)
{
    require_pairs(cpu, op->r1 | op->r2);
    const uint64_t *a = &cpu->fpr[op->r1], *b = &cpu->fpr[op->r2];
    struct hfp_extended r = hfp_add_extended(a[0], a[2], b[0] ^ flip, b[2],
                                             cpu->psw.program_mask);
    cpu->psw.cc = r.cc;
    put_extended(cpu, op, r);
}
INSTRUCTION(axr) { add_extended(cpu, op, 0); }
INSTRUCTION(sxr) { add_extended(cpu, op, HFP_SIGN); }

INSTRUCTION(mxr)
{
    require_pairs(cpu, op->r1 | op->r2);
    const uint64_t *a = &cpu->fpr[op->r1], *b = &cpu->fpr[op->r2];
    put_extended(cpu, op, hfp_multiply_extended(a[0], a[2], b[0], b[2], cpu->psw.program_mask));
}

/* Long operands, extended product. */
INSTRUCTION(mxdr)
{
    require_pair(cpu, op->r1);
    require_registers(cpu, op->r1 | op->r2);
    put_extended(cpu, op, hfp_multiply_exactly(cpu->fpr[op->r1], cpu->fpr[op->r2],
                                               cpu->psw.program_mask));
}
INSTRUCTION(mxd)
{
    require_pairs(cpu, op->r1);
    uint64_t address = address_x2(cpu, op);
    const uint8_t *p = quick_fetch(cpu, address, 8);
    uint64_t b = likely(p) ? get64(p) : fetch8(cpu, address);
    put_extended(cpu, op, hfp_multiply_exactly(cpu->fpr[op->r1], b, cpu->psw.program_mask));
}
