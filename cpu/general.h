/* What the files of general instructions share: names for registers, the macros that make
 * a handler out of one statement of its effect, condition codes, arithmetic. Private to
 * cpu/. "SA22" is z/Architecture's Principles of Operation, SA22-7832.
 *
 * What is hot is written as HANDLER with a quick way to storage; if that fails, its slow
 * twin does the whole instruction by fetch4() and its like. The macros make both from one
 * statement of the effect, in which `v` is the operand fetched. */
#ifndef CPU_GENERAL_H
#define CPU_GENERAL_H

#include "cpu/storage.h"

/* Registers, of which 32-bit instructions use the right half: R; all of it: G; the left
 * half: H. */
#define R1 cpu->gr[op->r1].w
#define R2 cpu->gr[op->r2].w
#define R3 cpu->gr[op->r3].w
#define G1 cpu->gr[op->r1].d
#define G2 cpu->gr[op->r2].d
#define G3 cpu->gr[op->r3].d
#define H1 cpu->gr[op->r1].high
#define H2 cpu->gr[op->r2].high
#define H3 cpu->gr[op->r3].high

/* ---- handlers from effects ----------------------------------------------------- */

/* An operand in storage has 8, 16, 32 or 64 bits; storage.h's accesses count bytes. */
#define FETCH8 fetch1
#define FETCH16 fetch2
#define FETCH32 fetch4
#define FETCH64 fetch8
#define STORE8 store1
#define STORE16 store2
#define STORE32 store4
#define STORE64 store8

#define FETCHING_QUICKLY(name, address, bits, effect, next)                       \
    {                                                                             \
        const uint8_t *p = quick_fetch(cpu, address(cpu, op), bits / 8);          \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        uint##bits##_t v = get##bits(p);                                          \
        effect;                                                                   \
        next;                                                                     \
    }

#define FETCHING(name, address, bits, effect)                                     \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        uint##bits##_t v = FETCH##bits(cpu, address(cpu, op));                    \
        effect;                                                                   \
    }                                                                             \
    HANDLER(name) FETCHING_QUICKLY(name, address, bits, effect, CONTINUE)

#define STORING(name, address, bits, value)                                       \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        STORE##bits(cpu, address(cpu, op), value);                                \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint8_t *p = quick_store(cpu, address(cpu, op), bits / 8);                \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        put##bits(p, value);                                                      \
        CONTINUE;                                                                 \
    }

/* Between registers, or a register and an immediate operand. */
#define SIMPLE(name, type, operand, effect)                                       \
    HANDLER(name)                                                                 \
    {                                                                             \
        type v = operand;                                                         \
        effect;                                                                   \
        CONTINUE;                                                                 \
    }
#define REGISTERS(name, effect) SIMPLE(name, uint32_t, R2, effect)
#define REGISTERS64(name, effect) SIMPLE(name, uint64_t, G2, effect)

/* R1 names an even-odd pair of registers. */
#define WITH_PAIR(name, effect)                                                   \
    INSTRUCTION(name)                                                             \
    {                                                                             \
        require_even(cpu, op);                                                    \
        effect;                                                                   \
    }

/* `by` is how far. */
#define SHIFTING(name, effect)                                                    \
    HANDLER(name)                                                                 \
    {                                                                             \
        unsigned by = shift_amount(cpu, op);                                      \
        effect;                                                                   \
        CONTINUE;                                                                 \
    }

#define BRANCHING(name, condition, address)                                       \
    HANDLER(name)                                                                 \
    {                                                                             \
        if (condition)                                                            \
            return take_branch(cpu, op, address(cpu, op));                        \
        CONTINUE_AFTER_LINK;                                                      \
    }

/* The condition changes R1, and the branch may go to what was there. */
#define COUNTING(name, condition, address)                                        \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint64_t target = address(cpu, op);                                       \
        if (condition)                                                            \
            return take_branch(cpu, op, target);                                  \
        CONTINUE_AFTER_LINK;                                                      \
    }

/* FETCHING and SIMPLE for what is mostly followed by BC or BRC, and then shares a handler with it:
 * FUSABLE lists all of them. */
#define FETCHING_TEST(name, address, bits, effect)                                \
    FETCHING(name, address, bits, effect)                                         \
    HANDLER(name##_bc)                                                            \
        FETCHING_QUICKLY(name, address, bits, effect, BRANCH_BEHIND(address_x2))  \
    HANDLER(name##_brc)                                                           \
        FETCHING_QUICKLY(name, address, bits, effect, BRANCH_BEHIND(address_relative))
#define SIMPLE_TEST(name, type, operand, effect)                                  \
    SIMPLE(name, type, operand, effect)                                           \
    HANDLER(name##_bc)                                                            \
    {                                                                             \
        type v = operand;                                                         \
        effect;                                                                   \
        BRANCH_BEHIND(address_x2);                                                \
    }                                                                             \
    HANDLER(name##_brc)                                                           \
    {                                                                             \
        type v = operand;                                                         \
        effect;                                                                   \
        BRANCH_BEHIND(address_relative);                                          \
    }
#define REGISTERS_TEST(name, effect) SIMPLE_TEST(name, uint32_t, R2, effect)
#define REGISTERS64_TEST(name, effect) SIMPLE_TEST(name, uint64_t, G2, effect)

#define FUSABLE(X)                                                                \
    X(ltr) X(cr) X(clr) X(c) X(cl) X(ch) X(tm) X(cli)                             \
    X(ltgr) X(cgr) X(clgr) X(cg) X(clg) X(lt) X(ltg)                              \
    X(chi) X(cghi) X(clfi) X(clgfi) X(ahi) X(aghi) X(tmll)

static inline bool condition_met(const struct cpu *cpu, const struct op *op)
{
    return op->r1 << cpu->psw.cc & 8;
}

/* One handler for two instructions: the second is a branch in the slot behind, whose link
 * is in the slot after that. An exception belongs to the first. */
#define BRANCH_BEHIND(address)                                                    \
    do {                                                                          \
        const struct op *branch = op + 1;                                         \
        if (condition_met(cpu, branch))                                           \
            return take_branch(cpu, branch, address(cpu, branch));                \
        GO(op + 3);                                                               \
    } while (0)

static inline uint8_t get8(const uint8_t *p) { return *p; }
static inline void put8(uint8_t *p, uint8_t v) { *p = v; }

/* ---- condition codes ------------------------------------------------------------- */

static inline uint8_t cc_of_sign(int32_t v) { return (uint8_t)((v < 0) | (v > 0) << 1); }
static inline uint8_t cc_of_sign64(int64_t v) { return (uint8_t)((v < 0) | (v > 0) << 1); }

static inline uint8_t compare_signed(int32_t a, int32_t b)
{
    return (uint8_t)((a < b) | (a > b) << 1);
}

static inline uint8_t compare_signed64(uint64_t a, uint64_t b)
{
    return (uint8_t)(((int64_t)a < (int64_t)b) | ((int64_t)a > (int64_t)b) << 1);
}

static inline uint8_t compare_logical(uint32_t a, uint32_t b)
{
    return (uint8_t)((a < b) | (a > b) << 1);
}

static inline uint8_t compare_logical64(uint64_t a, uint64_t b)
{
    return (uint8_t)((a < b) | (a > b) << 1);
}

static inline uint8_t cc_of_order(int order)
{
    return order < 0 ? 1 : order > 0 ? 2 : 0;
}

/* ---- arithmetic ---------------------------------------------------------------------- */

/* Sign extension. */
static inline uint32_t extend(uint16_t v) { return (uint32_t)(int32_t)(int16_t)v; }
static inline uint64_t extend8(uint8_t v) { return (uint64_t)(int64_t)(int8_t)v; }
static inline uint64_t extend16(uint16_t v) { return (uint64_t)(int64_t)(int16_t)v; }
static inline uint64_t extend32(uint32_t v) { return (uint64_t)(int64_t)(int32_t)v; }

/* Fixed-point overflow: the operation is complete, cc is 3, and the interruption comes
 * if the program mask asks for it. In general.c. */
void fixed_overflow(struct cpu *, const struct op *);

/* add32, add64 and so on: each puts the result where `to` says, and sets the condition code.
 * In logical arithmetic its bit 1 is the carry out, or no borrow. */
#define ARITHMETIC(bits)                                                          \
    static inline void add##bits(struct cpu *cpu, const struct op *op, uint##bits##_t *to, \
                                 uint##bits##_t a, uint##bits##_t b)              \
    {                                                                             \
        int##bits##_t sum;                                                        \
        bool overflowed = __builtin_add_overflow((int##bits##_t)a, (int##bits##_t)b, &sum); \
        *to = (uint##bits##_t)sum;                                                \
        cpu->psw.cc = (uint8_t)((sum < 0) | (sum > 0) << 1);                      \
        if (unlikely(overflowed))                                                 \
            fixed_overflow(cpu, op);                                              \
    }                                                                             \
    static inline void subtract##bits(struct cpu *cpu, const struct op *op, uint##bits##_t *to, \
                                      uint##bits##_t a, uint##bits##_t b)         \
    {                                                                             \
        int##bits##_t difference;                                                 \
        bool overflowed = __builtin_sub_overflow((int##bits##_t)a, (int##bits##_t)b, &difference); \
        *to = (uint##bits##_t)difference;                                         \
        cpu->psw.cc = (uint8_t)((difference < 0) | (difference > 0) << 1);        \
        if (unlikely(overflowed))                                                 \
            fixed_overflow(cpu, op);                                              \
    }                                                                             \
    static inline void add_logical##bits(struct cpu *cpu, uint##bits##_t *to,     \
                                         uint##bits##_t a, uint##bits##_t b)      \
    {                                                                             \
        uint##bits##_t sum = a + b;                                               \
        cpu->psw.cc = (uint8_t)((sum != 0) | (sum < b) << 1);                     \
        *to = sum;                                                                \
    }                                                                             \
    static inline void subtract_logical##bits(struct cpu *cpu, uint##bits##_t *to, \
                                              uint##bits##_t a, uint##bits##_t b) \
    {                                                                             \
        cpu->psw.cc = (uint8_t)((a != b) | (a >= b) << 1);                        \
        *to = a - b;                                                              \
    }                                                                             \
    static inline void logic##bits(struct cpu *cpu, uint##bits##_t *to, uint##bits##_t result) \
    {                                                                             \
        *to = result;                                                             \
        cpu->psw.cc = result != 0;                                                \
    }
ARITHMETIC(32)
ARITHMETIC(64)

/* The sign stays; the other bits move left, and overflow is a bit unlike the sign that
 * is lost. */
static inline uint64_t shift_left_arithmetic(uint64_t v, unsigned bits, unsigned by, bool *lost)
{
    uint64_t sign = v >> (bits - 1) & 1, magnitude_mask = ((uint64_t)1 << (bits - 1)) - 1;
    unsigned __int128 moved = (unsigned __int128)(v & magnitude_mask) << by;
    uint64_t fill = sign ? magnitude_mask : 0;
    unsigned __int128 gone = (unsigned __int128)(v & magnitude_mask) >> (by < bits - 1 ? bits - 1 - by : 0);
    unsigned __int128 like = (unsigned __int128)fill >> (by < bits - 1 ? bits - 1 - by : 0);
    /* Beyond the last digit the zeros that came in from the right go out, too. */
    *lost = by && (gone != like || (sign && by >= bits));
    return ((uint64_t)moved & magnitude_mask) | sign << (bits - 1);
}

/* SLA and its like, when the result `v` is in its register. */
static inline void end_of_shift(struct cpu *cpu, const struct op *op, int64_t v, bool lost)
{
    cpu->psw.cc = cc_of_sign64(v);
    if (unlikely(lost))
        fixed_overflow(cpu, op);
}

static inline uint8_t test_under_mask(uint8_t byte, uint8_t mask)
{
    uint8_t selected = byte & mask;
    return selected == 0 ? 0 : selected == mask ? 3 : 1;
}

/* ---- what operands must be -------------------------------------------------------------- */

static inline void require_even(struct cpu *cpu, const struct op *op)
{
    cpu->op = op;
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
}

static inline void require_even_pairs(struct cpu *cpu, const struct op *op)
{
    cpu->op = op;
    if ((op->r1 | op->r2) & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
}

static inline void require_aligned(struct cpu *cpu, uint64_t address, unsigned size)
{
    if (address & (size - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
}

/* ---- parts of operands ---------------------------------------------------------- */

/* Registers from R1 to R3, as LM counts. */
static inline unsigned count_of_registers(const struct op *op)
{
    return ((op->r3 - op->r1) & 15) + 1u;
}

/* For n registers from `first` on, the i-th being r: register 0 follows 15. */
#define FOR_REGISTERS(first, n, statement)                                        \
    do {                                                                          \
        if (likely((first) + (n) <= 16))                                          \
            for (unsigned i = 0, r = (first); i < (n); i++, r++)                  \
                statement;                                                        \
        else                                                                      \
            for (unsigned i = 0, r = (first); i < (n); i++, r = (r + 1) & 15)     \
                statement;                                                        \
    } while (0)

/* The bytes that mask M3 selects, packed to the right end's left: in storage order. */
static inline unsigned select_bytes(uint32_t word, unsigned mask, uint8_t bytes[4])
{
    unsigned n = 0;
    for (int i = 0; i < 4; i++)
        if (mask & (8u >> i))
            bytes[n++] = (uint8_t)(word >> (24 - 8 * i));
    return n;
}

static inline uint32_t insert_bytes(uint32_t word, unsigned mask, const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++)
        if (mask & (8u >> i))
            word = (word & ~(0xFF000000u >> 8 * i)) | (uint32_t)*bytes++ << (24 - 8 * i);
    return word;
}

static inline unsigned shift_amount(const struct cpu *cpu, const struct op *op)
{
    return (cpu->gr[op->b2].w + (uint32_t)op->d2) & 63;
}

static inline uint64_t branch_register(const struct cpu *cpu, const struct op *op)
{
    return cpu->gr[op->r2].d & cpu->address_mask;
}

/* What BAS and its like leave in R1: the address, and the 31-bit mode's bit in front. */
static inline uint64_t return_address(const struct cpu *cpu, const struct op *op)
{
    return next_address(cpu, op) | (cpu->psw.amode == AMODE_31 ? 0x80000000 : 0);
}

/* The comparand is R3 if that is odd, and else the register after it. */
static inline bool index_exceeds(struct cpu *cpu, const struct op *op)
{
    uint32_t increment = R3, comparand = cpu->gr[op->r3 | 1].w;
    R1 += increment;
    return (int32_t)R1 > (int32_t)comparand;
}

/* ---- addresses and lengths in registers ---------------------------------------------- */

static inline uint64_t address_in(const struct cpu *cpu, unsigned r)
{
    return cpu->gr[r].d & cpu->address_mask;
}

/* A length is all of the register in the 64-bit mode, else its right half. */
static inline uint64_t length_in(const struct cpu *cpu, unsigned r)
{
    return cpu->psw.amode == AMODE_64 ? cpu->gr[r].d : cpu->gr[r].w;
}

static inline void set_length(struct cpu *cpu, unsigned r, uint64_t length)
{
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[r].d = length;
    else
        cpu->gr[r].w = (uint32_t)length;
}

/* ---- instructions of any length that are interrupted and go on ------------------------------ */

/* Somebody wants the CPU's attention in the middle: the registers show how far we are,
 * and the instruction is executed again. */
static inline bool wanted_elsewhere(const struct cpu *cpu)
{
    return atomic_load_explicit(&cpu->floor, memory_order_relaxed) != 0;
}

static inline const struct op *suspend(struct cpu *cpu, const struct op *op)
{
    cpu->psw.ia = instruction_address(op);
    cpu->budget++;
    return leave_block(cpu, op);
}

#endif
