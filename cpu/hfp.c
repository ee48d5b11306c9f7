/* Floating-point instructions of System/370 (GA22 chapter 9). The arithmetic is in
 * hfp.h; here are registers, operands, condition codes and exceptions.
 *
 * Registers are 0, 2, 4 and 6, and 0 and 4 for extended numbers; anything else is a
 * specification exception, found before an operand in storage is looked at. */
#include "cpu/hfp.h"
#include "cpu/storage.h"

/* Bits of a register's number that must be zero. */
enum { NOT_A_REGISTER = 9, NOT_A_PAIR = 11 };

static inline void require(struct cpu *cpu, unsigned bits)
{
    if (unlikely(bits))
        program_interrupt(cpu, PGM_SPECIFICATION);
}

/* A short number in storage comes as it stands in a register, zeros to its right. */
static inline uint64_t fetch_short(struct cpu *cpu, const struct op *op)
{
    uint64_t address = address_x2(cpu, op);
    const uint8_t *p = quick_fetch(cpu, address, 4);
    return (uint64_t)(likely(p) ? get32(p) : fetch4(cpu, address)) << 32;
}
static inline uint64_t fetch_long(struct cpu *cpu, const struct op *op)
{
    uint64_t address = address_x2(cpu, op);
    const uint8_t *p = quick_fetch(cpu, address, 8);
    return likely(p) ? get64(p) : fetch8(cpu, address);
}

static inline void put_short(struct cpu *cpu, unsigned r, uint64_t number)
{
    cpu->fpr[r] = (number & 0xFFFFFFFF00000000u) | (uint32_t)cpu->fpr[r];
}

static inline void raise(struct cpu *cpu, uint8_t code)
{
    if (unlikely(code))
        program_interrupt(cpu, code);
}

/* All of these exceptions come after the result is there. */
static inline void put_short_result(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    put_short(cpu, op->r1, r.number);
    raise(cpu, r.code);
}
static inline void put_long_result(struct cpu *cpu, const struct op *op, struct hfp_result r)
{
    cpu->fpr[op->r1] = r.number;
    raise(cpu, r.code);
}
static inline void put_extended_result(struct cpu *cpu, const struct op *op, struct hfp_extended r)
{
    cpu->fpr[op->r1] = r.high;
    cpu->fpr[op->r1 + 2] = r.low;
    raise(cpu, r.code);
}

/* ---- load, store ------------------------------------------------------------------ */

INSTRUCTION(le_slowly)
{
    require(cpu, op->r1 & NOT_A_REGISTER);
    put_short(cpu, op->r1, fetch_short(cpu, op));
}
HANDLER(le)
{
    const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 4);
    if (unlikely(!p || op->r1 & NOT_A_REGISTER))
        return op_le_slowly(cpu, op);
    put_short(cpu, op->r1, (uint64_t)get32(p) << 32);
    CONTINUE;
}

INSTRUCTION(ld_slowly)
{
    require(cpu, op->r1 & NOT_A_REGISTER);
    cpu->fpr[op->r1] = fetch_long(cpu, op);
}
HANDLER(ld)
{
    const uint8_t *p = quick_fetch(cpu, address_x2(cpu, op), 8);
    if (unlikely(!p || op->r1 & NOT_A_REGISTER))
        return op_ld_slowly(cpu, op);
    cpu->fpr[op->r1] = get64(p);
    CONTINUE;
}

INSTRUCTION(ste_slowly)
{
    require(cpu, op->r1 & NOT_A_REGISTER);
    store4(cpu, address_x2(cpu, op), (uint32_t)(cpu->fpr[op->r1] >> 32));
}
HANDLER(ste)
{
    uint8_t *p = quick_store(cpu, address_x2(cpu, op), 4);
    if (unlikely(!p || op->r1 & NOT_A_REGISTER))
        return op_ste_slowly(cpu, op);
    put32(p, (uint32_t)(cpu->fpr[op->r1] >> 32));
    CONTINUE;
}

INSTRUCTION(std_slowly)
{
    require(cpu, op->r1 & NOT_A_REGISTER);
    store8(cpu, address_x2(cpu, op), cpu->fpr[op->r1]);
}
HANDLER(std)
{
    uint8_t *p = quick_store(cpu, address_x2(cpu, op), 8);
    if (unlikely(!p || op->r1 & NOT_A_REGISTER))
        return op_std_slowly(cpu, op);
    put64(p, cpu->fpr[op->r1]);
    CONTINUE;
}

INSTRUCTION(ler)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_REGISTER);
    put_short(cpu, op->r1, cpu->fpr[op->r2]);
}
INSTRUCTION(ldr)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_REGISTER);
    cpu->fpr[op->r1] = cpu->fpr[op->r2];
}

/* Load and test, complement, positive, negative: the sign bit is all that changes. */
static inline void load_short(struct cpu *cpu, const struct op *op, uint64_t and, uint64_t xor)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_REGISTER);
    uint64_t v = (cpu->fpr[op->r2] & and) ^ xor;
    put_short(cpu, op->r1, v);
    cpu->psw.cc = hfp_load_code(v, HFP_SHORT);
}
static inline void load_long(struct cpu *cpu, const struct op *op, uint64_t and, uint64_t xor)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_REGISTER);
    uint64_t v = (cpu->fpr[op->r2] & and) ^ xor;
    cpu->fpr[op->r1] = v;
    cpu->psw.cc = hfp_load_code(v, HFP_LONG);
}
INSTRUCTION(lter) { load_short(cpu, op, UINT64_MAX, 0); }
INSTRUCTION(lcer) { load_short(cpu, op, UINT64_MAX, HFP_SIGN); }
INSTRUCTION(lper) { load_short(cpu, op, ~HFP_SIGN, 0); }
INSTRUCTION(lner) { load_short(cpu, op, ~HFP_SIGN, HFP_SIGN); }
INSTRUCTION(ltdr) { load_long(cpu, op, UINT64_MAX, 0); }
INSTRUCTION(lcdr) { load_long(cpu, op, UINT64_MAX, HFP_SIGN); }
INSTRUCTION(lpdr) { load_long(cpu, op, ~HFP_SIGN, 0); }
INSTRUCTION(lndr) { load_long(cpu, op, ~HFP_SIGN, HFP_SIGN); }

INSTRUCTION(lrer)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_REGISTER);
    put_short_result(cpu, op, hfp_rounded(cpu->fpr[op->r2], 1ull << 31, HFP_SHORT));
}
INSTRUCTION(lrdr)
{
    require(cpu, (op->r1 & NOT_A_REGISTER) | (op->r2 & NOT_A_PAIR));
    uint64_t one = cpu->fpr[op->r2 + 2] >> 55 & 1;
    put_long_result(cpu, op, hfp_rounded(cpu->fpr[op->r2], one, HFP_LONG));
}

/* ---- add, subtract, compare -------------------------------------------------------- */

static inline void add_short(struct cpu *cpu, const struct op *op, uint64_t b, bool normalized)
{
    struct hfp_result r = hfp_add(cpu->fpr[op->r1], b, HFP_SHORT, normalized,
                                  cpu->psw.program_mask);
    cpu->psw.cc = r.cc;
    put_short_result(cpu, op, r);
}
static inline void add_long(struct cpu *cpu, const struct op *op, uint64_t b, bool normalized)
{
    struct hfp_result r = hfp_add(cpu->fpr[op->r1], b, HFP_LONG, normalized,
                                  cpu->psw.program_mask);
    cpu->psw.cc = r.cc;
    put_long_result(cpu, op, r);
}

/* The second operand of the RR and RX forms. */
static inline uint64_t in_register(struct cpu *cpu, const struct op *op)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_REGISTER);
    return cpu->fpr[op->r2];
}
static inline uint64_t in_storage_short(struct cpu *cpu, const struct op *op)
{
    require(cpu, op->r1 & NOT_A_REGISTER);
    return fetch_short(cpu, op);
}
static inline uint64_t in_storage_long(struct cpu *cpu, const struct op *op)
{
    require(cpu, op->r1 & NOT_A_REGISTER);
    return fetch_long(cpu, op);
}

INSTRUCTION(aer) { add_short(cpu, op, in_register(cpu, op), true); }
INSTRUCTION(ae)  { add_short(cpu, op, in_storage_short(cpu, op), true); }
INSTRUCTION(adr) { add_long(cpu, op, in_register(cpu, op), true); }
INSTRUCTION(ad)  { add_long(cpu, op, in_storage_long(cpu, op), true); }
INSTRUCTION(aur) { add_short(cpu, op, in_register(cpu, op), false); }
INSTRUCTION(au)  { add_short(cpu, op, in_storage_short(cpu, op), false); }
INSTRUCTION(awr) { add_long(cpu, op, in_register(cpu, op), false); }
INSTRUCTION(aw)  { add_long(cpu, op, in_storage_long(cpu, op), false); }
INSTRUCTION(ser) { add_short(cpu, op, in_register(cpu, op) ^ HFP_SIGN, true); }
INSTRUCTION(se)  { add_short(cpu, op, in_storage_short(cpu, op) ^ HFP_SIGN, true); }
INSTRUCTION(sdr) { add_long(cpu, op, in_register(cpu, op) ^ HFP_SIGN, true); }
INSTRUCTION(sd)  { add_long(cpu, op, in_storage_long(cpu, op) ^ HFP_SIGN, true); }
INSTRUCTION(sur) { add_short(cpu, op, in_register(cpu, op) ^ HFP_SIGN, false); }
INSTRUCTION(su)  { add_short(cpu, op, in_storage_short(cpu, op) ^ HFP_SIGN, false); }
INSTRUCTION(swr) { add_long(cpu, op, in_register(cpu, op) ^ HFP_SIGN, false); }
INSTRUCTION(sw)  { add_long(cpu, op, in_storage_long(cpu, op) ^ HFP_SIGN, false); }

static void add_extended(struct cpu *cpu, const struct op *op, uint64_t flip)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_PAIR);
    const uint64_t *a = &cpu->fpr[op->r1], *b = &cpu->fpr[op->r2];
    struct hfp_extended r = hfp_add_extended(a[0], a[2], b[0] ^ flip, b[2],
                                             cpu->psw.program_mask);
    cpu->psw.cc = r.cc;
    put_extended_result(cpu, op, r);
}
INSTRUCTION(axr) { add_extended(cpu, op, 0); }
INSTRUCTION(sxr) { add_extended(cpu, op, HFP_SIGN); }

INSTRUCTION(cer)
{
    uint64_t b = in_register(cpu, op);
    cpu->psw.cc = hfp_compare(cpu->fpr[op->r1], b, HFP_SHORT);
}
INSTRUCTION(ce)
{
    uint64_t b = in_storage_short(cpu, op);
    cpu->psw.cc = hfp_compare(cpu->fpr[op->r1], b, HFP_SHORT);
}
INSTRUCTION(cdr)
{
    uint64_t b = in_register(cpu, op);
    cpu->psw.cc = hfp_compare(cpu->fpr[op->r1], b, HFP_LONG);
}
INSTRUCTION(cd)
{
    uint64_t b = in_storage_long(cpu, op);
    cpu->psw.cc = hfp_compare(cpu->fpr[op->r1], b, HFP_LONG);
}

/* ---- multiply, divide, halve -------------------------------------------------------- */

/* Short operands, long product. */
static inline void multiply_short(struct cpu *cpu, const struct op *op, uint64_t b)
{
    put_long_result(cpu, op, hfp_multiply(cpu->fpr[op->r1], b, HFP_SHORT,
                                          cpu->psw.program_mask));
}
static inline void multiply_long(struct cpu *cpu, const struct op *op, uint64_t b)
{
    put_long_result(cpu, op, hfp_multiply(cpu->fpr[op->r1], b, HFP_LONG, cpu->psw.program_mask));
}
INSTRUCTION(mer) { multiply_short(cpu, op, in_register(cpu, op)); }
INSTRUCTION(me)  { multiply_short(cpu, op, in_storage_short(cpu, op)); }
INSTRUCTION(mdr) { multiply_long(cpu, op, in_register(cpu, op)); }
INSTRUCTION(md)  { multiply_long(cpu, op, in_storage_long(cpu, op)); }

/* Long operands, extended product. */
static inline void multiply_to_extended(struct cpu *cpu, const struct op *op, uint64_t b)
{
    put_extended_result(cpu, op, hfp_multiply_exactly(cpu->fpr[op->r1], b,
                                                      cpu->psw.program_mask));
}
INSTRUCTION(mxdr)
{
    require(cpu, (op->r1 & NOT_A_PAIR) | (op->r2 & NOT_A_REGISTER));
    multiply_to_extended(cpu, op, cpu->fpr[op->r2]);
}
INSTRUCTION(mxd)
{
    require(cpu, op->r1 & NOT_A_PAIR);
    multiply_to_extended(cpu, op, fetch_long(cpu, op));
}
INSTRUCTION(mxr)
{
    require(cpu, (op->r1 | op->r2) & NOT_A_PAIR);
    const uint64_t *a = &cpu->fpr[op->r1], *b = &cpu->fpr[op->r2];
    put_extended_result(cpu, op, hfp_multiply_extended(a[0], a[2], b[0], b[2],
                                                       cpu->psw.program_mask));
}

/* A zero divisor suppresses the operation, whatever the dividend. */
static inline struct hfp_result divide(struct cpu *cpu, const struct op *op, uint64_t b,
                                       uint64_t format)
{
    if (unlikely(!(b & format)))
        program_interrupt(cpu, PGM_FLOAT_DIVIDE);
    return hfp_divide(cpu->fpr[op->r1], b, format, cpu->psw.program_mask);
}
INSTRUCTION(der) { put_short_result(cpu, op, divide(cpu, op, in_register(cpu, op), HFP_SHORT)); }
INSTRUCTION(de)
{
    put_short_result(cpu, op, divide(cpu, op, in_storage_short(cpu, op), HFP_SHORT));
}
INSTRUCTION(ddr) { put_long_result(cpu, op, divide(cpu, op, in_register(cpu, op), HFP_LONG)); }
INSTRUCTION(dd)
{
    put_long_result(cpu, op, divide(cpu, op, in_storage_long(cpu, op), HFP_LONG));
}

INSTRUCTION(her)
{
    uint64_t v = in_register(cpu, op);
    put_short_result(cpu, op, hfp_halve(v, HFP_SHORT, cpu->psw.program_mask));
}
INSTRUCTION(hdr)
{
    uint64_t v = in_register(cpu, op);
    put_long_result(cpu, op, hfp_halve(v, HFP_LONG, cpu->psw.program_mask));
}
