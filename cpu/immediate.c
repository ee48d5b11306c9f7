/* General instructions with an operand in the instruction itself (SA22 chapter 7): the
 * immediate facility's, the extended-immediate facility's, and those on storage. */
#include "cpu/general.h"

/* The operand of 16 or 32 bits, with its sign or without. Where a halfword and a word are
 * used alike (AHI, AFI) there is one handler. */
#define WITH_SIGNED32(name, effect) SIMPLE(name, uint32_t, (uint32_t)op->d2, effect)
#define WITH_SIGNED64(name, effect) SIMPLE(name, uint64_t, (uint64_t)(int64_t)op->d2, effect)
#define WITH_LOGICAL(name, effect)  SIMPLE(name, uint64_t, (uint32_t)op->d2, effect)
#define WITH_LOGICAL16(name, effect) SIMPLE(name, uint64_t, (uint16_t)op->d2, effect)

/* ---- load -------------------------------------------------------------------------- */

WITH_SIGNED32(lhi, R1 = v)
WITH_SIGNED64(lghi, G1 = v)

/* A part of the register: 16 or 32 bits, `shift` bits from its right end. */
#define PART(shift, bits) ((UINT64_MAX >> (64 - (bits))) << (shift))
#define INSERT(name, shift, bits)                                                 \
    WITH_LOGICAL(ii##name, G1 = (G1 & ~PART(shift, bits)) | (v << (64 - (bits)) >> (64 - (bits)) << (shift)))
#define LOAD(name, shift, bits)                                                   \
    WITH_LOGICAL(lli##name, G1 = v << (64 - (bits)) >> (64 - (bits)) << (shift))

/* And, or, exclusive or with a part; the condition code is about that part. */
#define COMBINE(name, shift, bits, operation)                                     \
    WITH_LOGICAL(name, combine(cpu, op, PART(shift, bits), v << (shift), operation))

enum operation { AND, OR, XOR };

static inline void combine(struct cpu *cpu, const struct op *op, uint64_t part, uint64_t v,
                           enum operation operation)
{
    uint64_t old = G1, bits = v & part;
    uint64_t new = operation == AND ? old & (bits | ~part) : operation == OR ? old | bits
                                                                             : old ^ bits;
    G1 = new;
    cpu->psw.cc = (new & part) != 0;
}

#define PARTS(X, ...)                                                             \
    X(hh, 48, 16, __VA_ARGS__) X(hl, 32, 16, __VA_ARGS__)                         \
    X(lh, 16, 16, __VA_ARGS__) X(ll, 0, 16, __VA_ARGS__)                          \
    X(hf, 32, 32, __VA_ARGS__) X(lf, 0, 32, __VA_ARGS__)

#define INSERT_INTO(name, shift, bits, ...) INSERT(name, shift, bits)
#define LOAD_INTO(name, shift, bits, ...) LOAD(name, shift, bits)
#define AND_INTO(name, shift, bits, ...) COMBINE(ni##name, shift, bits, AND)
#define OR_INTO(name, shift, bits, ...) COMBINE(oi##name, shift, bits, OR)
PARTS(INSERT_INTO, 0)
PARTS(LOAD_INTO, 0)
PARTS(AND_INTO, 0)
PARTS(OR_INTO, 0)
COMBINE(xihf, 32, 32, XOR)
COMBINE(xilf, 0, 32, XOR)

/* ---- arithmetic ----------------------------------------------------------------------- */

SIMPLE_TEST(ahi, uint32_t, (uint32_t)op->d2, add32(cpu, op, &R1, R1, v))
SIMPLE_TEST(aghi, uint64_t, (uint64_t)(int64_t)op->d2, add64(cpu, op, &G1, G1, v))
WITH_SIGNED32(mhi, R1 = R1 * v)
WITH_SIGNED64(mghi, G1 = G1 * v)
WITH_SIGNED32(alfi, add_logical32(cpu, &R1, R1, v))
WITH_LOGICAL(algfi, add_logical64(cpu, &G1, G1, v))
WITH_SIGNED32(slfi, subtract_logical32(cpu, &R1, R1, v))
WITH_LOGICAL(slgfi, subtract_logical64(cpu, &G1, G1, v))
WITH_SIGNED32(ahik, add32(cpu, op, &R1, R3, v))
WITH_SIGNED64(aghik, add64(cpu, op, &G1, G3, v))
WITH_SIGNED32(alhsik, add_logical32(cpu, &R1, R3, v))
WITH_SIGNED64(alghsik, add_logical64(cpu, &G1, G3, v))

/* ---- comparison -------------------------------------------------------------------------- */

SIMPLE_TEST(chi, uint32_t, (uint32_t)op->d2, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
SIMPLE_TEST(cghi, uint64_t, (uint64_t)(int64_t)op->d2, cpu->psw.cc = compare_signed64(G1, v))
SIMPLE_TEST(clfi, uint32_t, (uint32_t)op->d2, cpu->psw.cc = compare_logical(R1, v))
SIMPLE_TEST(clgfi, uint64_t, (uint32_t)op->d2, cpu->psw.cc = compare_logical64(G1, v))

/* ---- test under mask ------------------------------------------------------------------------ */

/* Of the selected bits: all zeros, mixed with the leftmost 0 or 1, all ones. */
static inline uint8_t test16(uint16_t v, uint16_t mask)
{
    uint16_t selected = v & mask;
    if (selected == 0)
        return 0;
    if (selected == mask)
        return 3;
    return selected & (uint16_t)(0x8000 >> (__builtin_clz(mask) - 16)) ? 2 : 1;
}

SIMPLE_TEST(tmll, uint16_t, (uint16_t)op->d2, cpu->psw.cc = test16((uint16_t)G1, v))
WITH_LOGICAL16(tmlh, cpu->psw.cc = test16((uint16_t)(G1 >> 16), (uint16_t)v))
WITH_LOGICAL16(tmhl, cpu->psw.cc = test16((uint16_t)(G1 >> 32), (uint16_t)v))
WITH_LOGICAL16(tmhh, cpu->psw.cc = test16((uint16_t)(G1 >> 48), (uint16_t)v))

/* ---- with storage ------------------------------------------------------------------------------ */

STORING(mvhhi, address_b1, 16, (uint16_t)op->d2)
STORING(mvhi, address_b1, 32, (uint32_t)op->d2)
STORING(mvghi, address_b1, 64, (uint64_t)(int64_t)op->d2)

FETCHING(chhsi, address_b1, 16, cpu->psw.cc = compare_signed((int16_t)v, op->d2))
FETCHING(chsi, address_b1, 32, cpu->psw.cc = compare_signed((int32_t)v, op->d2))
FETCHING(cghsi, address_b1, 64, cpu->psw.cc = compare_signed64(v, (uint64_t)(int64_t)op->d2))
FETCHING(clhhsi, address_b1, 16, cpu->psw.cc = compare_logical(v, (uint16_t)op->d2))
FETCHING(clfhsi, address_b1, 32, cpu->psw.cc = compare_logical(v, (uint16_t)op->d2))
FETCHING(clghsi, address_b1, 64, cpu->psw.cc = compare_logical64(v, (uint16_t)op->d2))
