/* General instructions (GA22 chapter 7): loads, stores, integer arithmetic, logic,
 * comparison, shifts and branches. Those on strings of bytes are in strings.c, those on
 * decimal digits in decimal.c.
 *
 * What is hot is written as HANDLER with a quick way to storage; if that fails, its slow
 * twin does the whole instruction by fetch4() and its like. The macros below make both
 * from one statement of the effect, in which `v` is the operand fetched. */
#include "cpu/blocks.h"
#include "cpu/storage.h"

#define R1 cpu->gr[op->r1].w
#define R2 cpu->gr[op->r2].w
#define R3 cpu->gr[op->r3].w

#define FETCHING(name, address, bytes, type, get, effect)                         \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        type v = fetch##bytes(cpu, address(cpu, op));                             \
        effect;                                                                   \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        const uint8_t *p = quick_fetch(cpu, address(cpu, op), bytes);             \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        type v = get(p);                                                          \
        effect;                                                                   \
        CONTINUE;                                                                 \
    }

#define STORING(name, address, bytes, put, value)                                 \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        store##bytes(cpu, address(cpu, op), value);                               \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint8_t *p = quick_store(cpu, address(cpu, op), bytes);                   \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        put(p, value);                                                            \
        CONTINUE;                                                                 \
    }

#define REGISTERS(name, effect)                                                   \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint32_t v = R2;                                                          \
        effect;                                                                   \
        CONTINUE;                                                                 \
    }

static inline uint8_t get8(const uint8_t *p) { return *p; }
static inline void put8(uint8_t *p, uint8_t v) { *p = v; }

/* ---- condition codes and arithmetic ------------------------------------------- */

static inline uint8_t cc_of_sign(int32_t v)
{
    return (uint8_t)((v < 0) | (v > 0) << 1);
}

static inline uint8_t compare_signed(int32_t a, int32_t b)
{
    return (uint8_t)((a < b) | (a > b) << 1);
}

static inline uint8_t compare_logical(uint32_t a, uint32_t b)
{
    return (uint8_t)((a < b) | (a > b) << 1);
}

static inline uint8_t cc_of_logic(uint32_t v)
{
    return v != 0;
}

/* Fixed-point overflow: the operation is complete, cc is 3, and the interruption comes
 * if the program mask asks for it. */
static void overflow(struct cpu *cpu, const struct op *op)
{
    cpu->psw.cc = 3;
    if (cpu->psw.program_mask & MASK_FIXED_OVERFLOW) {
        cpu->op = op;
        program_interrupt(cpu, PGM_FIXED_OVERFLOW);
    }
}

static inline void add(struct cpu *cpu, const struct op *op, uint32_t v)
{
    int32_t sum;
    bool overflowed = __builtin_add_overflow((int32_t)R1, (int32_t)v, &sum);
    R1 = (uint32_t)sum;
    cpu->psw.cc = cc_of_sign(sum);
    if (unlikely(overflowed))
        overflow(cpu, op);
}

static inline void subtract(struct cpu *cpu, const struct op *op, uint32_t v)
{
    int32_t difference;
    bool overflowed = __builtin_sub_overflow((int32_t)R1, (int32_t)v, &difference);
    R1 = (uint32_t)difference;
    cpu->psw.cc = cc_of_sign(difference);
    if (unlikely(overflowed))
        overflow(cpu, op);
}

static inline void add_logical(struct cpu *cpu, const struct op *op, uint32_t v)
{
    uint32_t sum = R1 + v;
    cpu->psw.cc = (uint8_t)((sum != 0) | (sum < v) << 1);
    R1 = sum;
}

static inline void subtract_logical(struct cpu *cpu, const struct op *op, uint32_t v)
{
    uint32_t before = R1, difference = before - v;
    cpu->psw.cc = (uint8_t)((difference != 0) | (before >= v) << 1);
    R1 = difference;
}

static inline void logic(struct cpu *cpu, const struct op *op, uint32_t result)
{
    R1 = result;
    cpu->psw.cc = cc_of_logic(result);
}

static void require_even(struct cpu *cpu, const struct op *op)
{
    cpu->op = op;
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
}

static void multiply(struct cpu *cpu, const struct op *op, uint32_t v)
{
    int64_t product = (int64_t)(int32_t)cpu->gr[op->r1 + 1].w * (int32_t)v;
    cpu->gr[op->r1].w = (uint32_t)((uint64_t)product >> 32);
    cpu->gr[op->r1 + 1].w = (uint32_t)product;
}

static void divide(struct cpu *cpu, const struct op *op, uint32_t v)
{
    int64_t dividend = (int64_t)((uint64_t)R1 << 32 | cpu->gr[op->r1 + 1].w);
    int32_t divisor = (int32_t)v;
    cpu->op = op;
    if (divisor == 0 || (divisor == -1 && dividend == INT64_MIN))
        program_interrupt(cpu, PGM_FIXED_DIVIDE);
    int64_t quotient = dividend / divisor;
    if (quotient != (int32_t)quotient)
        program_interrupt(cpu, PGM_FIXED_DIVIDE);
    cpu->gr[op->r1].w = (uint32_t)(dividend % divisor);
    cpu->gr[op->r1 + 1].w = (uint32_t)quotient;
}

static inline uint32_t extend(uint16_t v)
{
    return (uint32_t)(int32_t)(int16_t)v;
}

/* ---- register to register --------------------------------------------------------- */

REGISTERS(lr, R1 = v)
REGISTERS(ltr, R1 = v; cpu->psw.cc = cc_of_sign((int32_t)v))
REGISTERS(nr, logic(cpu, op, R1 & v))
REGISTERS(or, logic(cpu, op, R1 | v))
REGISTERS(xr, logic(cpu, op, R1 ^ v))
REGISTERS(cr, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
REGISTERS(clr, cpu->psw.cc = compare_logical(R1, v))
REGISTERS(ar, add(cpu, op, v))
REGISTERS(sr, subtract(cpu, op, v))
REGISTERS(alr, add_logical(cpu, op, v))
REGISTERS(slr, subtract_logical(cpu, op, v))

HANDLER(lcr)
{
    uint32_t v = R2;
    R1 = 0 - v;
    cpu->psw.cc = cc_of_sign((int32_t)R1);
    if (unlikely(v == 0x80000000))
        overflow(cpu, op);
    CONTINUE;
}

HANDLER(lpr)
{
    uint32_t v = R2;
    R1 = (int32_t)v < 0 ? 0 - v : v;
    cpu->psw.cc = R1 ? 2 : 0;
    if (unlikely(v == 0x80000000))
        overflow(cpu, op);
    CONTINUE;
}

HANDLER(lnr)
{
    uint32_t v = R2;
    R1 = (int32_t)v < 0 ? v : 0 - v;
    cpu->psw.cc = R1 ? 1 : 0;
    CONTINUE;
}

INSTRUCTION(mr)
{
    require_even(cpu, op);
    multiply(cpu, op, R2);
}

INSTRUCTION(dr)
{
    require_even(cpu, op);
    divide(cpu, op, R2);
}

INSTRUCTION(spm)
{
    cpu->psw.cc = R1 >> 28 & 3;
    cpu->psw.program_mask = R1 >> 24 & 15;
}

/* ---- storage to register ------------------------------------------------------------- */

FETCHING(l, address_x2, 4, uint32_t, get32, R1 = v)
FETCHING(n, address_x2, 4, uint32_t, get32, logic(cpu, op, R1 & v))
FETCHING(o, address_x2, 4, uint32_t, get32, logic(cpu, op, R1 | v))
FETCHING(x, address_x2, 4, uint32_t, get32, logic(cpu, op, R1 ^ v))
FETCHING(c, address_x2, 4, uint32_t, get32, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
FETCHING(cl, address_x2, 4, uint32_t, get32, cpu->psw.cc = compare_logical(R1, v))
FETCHING(a, address_x2, 4, uint32_t, get32, add(cpu, op, v))
FETCHING(s, address_x2, 4, uint32_t, get32, subtract(cpu, op, v))
FETCHING(al, address_x2, 4, uint32_t, get32, add_logical(cpu, op, v))
FETCHING(sl, address_x2, 4, uint32_t, get32, subtract_logical(cpu, op, v))
FETCHING(lh, address_x2, 2, uint16_t, get16, R1 = extend(v))
FETCHING(ch, address_x2, 2, uint16_t, get16,
         cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)extend(v)))
FETCHING(ah, address_x2, 2, uint16_t, get16, add(cpu, op, extend(v)))
FETCHING(sh, address_x2, 2, uint16_t, get16, subtract(cpu, op, extend(v)))
FETCHING(mh, address_x2, 2, uint16_t, get16, R1 = R1 * extend(v))
FETCHING(ic, address_x2, 1, uint8_t, get8, R1 = (R1 & 0xFFFFFF00) | v)

INSTRUCTION(m)
{
    require_even(cpu, op);
    multiply(cpu, op, fetch4(cpu, address_x2(cpu, op)));
}

INSTRUCTION(d)
{
    require_even(cpu, op);
    divide(cpu, op, fetch4(cpu, address_x2(cpu, op)));
}

HANDLER(la)
{
    set_address(cpu, op->r1, address_x2(cpu, op));
    CONTINUE;
}

STORING(st, address_x2, 4, put32, R1)
STORING(sth, address_x2, 2, put16, (uint16_t)R1)
STORING(stc, address_x2, 1, put8, (uint8_t)R1)

/* ---- several registers ------------------------------------------------------------------ */

static unsigned count_of_registers(const struct op *op)
{
    return ((op->r3 - op->r1) & 15) + 1u;
}

HANDLER(lm)
{
    unsigned n = count_of_registers(op);
    uint64_t from = address_b2(cpu, op);
    uint8_t copy[64];
    const uint8_t *p = quick_fetch(cpu, from, 4 * n);
    if (unlikely(!p)) {
        cpu->op = op;
        fetch_bytes(cpu, copy, from, 4 * n);
        p = copy;
    }
    for (unsigned i = 0, r = op->r1; i < n; i++, r = (r + 1) & 15)
        cpu->gr[r].w = get32(p + 4 * i);
    CONTINUE;
}

HANDLER(stm)
{
    unsigned n = count_of_registers(op);
    uint64_t to = address_b2(cpu, op);
    uint8_t copy[64];
    uint8_t *quick = quick_store(cpu, to, 4 * n);
    uint8_t *p = quick ? quick : copy;
    for (unsigned i = 0, r = op->r1; i < n; i++, r = (r + 1) & 15)
        put32(p + 4 * i, cpu->gr[r].w);
    if (unlikely(!quick)) {
        cpu->op = op;
        store_bytes(cpu, to, copy, 4 * n);
    }
    CONTINUE;
}

/* ---- bytes of a register under mask -------------------------------------------------------- */

/* The bytes that mask M3 selects, packed to the right end's left: in storage order. */
static unsigned select_bytes(uint32_t word, unsigned mask, uint8_t bytes[4])
{
    unsigned n = 0;
    for (int i = 0; i < 4; i++)
        if (mask & (8u >> i))
            bytes[n++] = (uint8_t)(word >> (24 - 8 * i));
    return n;
}

static uint32_t insert_bytes(uint32_t word, unsigned mask, const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++)
        if (mask & (8u >> i))
            word = (word & ~(0xFF000000u >> 8 * i)) | (uint32_t)*bytes++ << (24 - 8 * i);
    return word;
}

INSTRUCTION(icm)
{
    uint8_t bytes[4] = { 0 };
    unsigned mask = op->r3, n = (unsigned)__builtin_popcount(mask);
    /* A mask of zero still may raise access exceptions for the first byte. */
    fetch_bytes(cpu, bytes, address_b2(cpu, op), n ? n : 1);
    uint32_t inserted = get32(bytes) & ~(uint32_t)(0xFFFFFFFFull >> 8 * n);
    R1 = insert_bytes(R1, mask, bytes);
    cpu->psw.cc = cc_of_sign((int32_t)inserted);
}

/* The masks of an address and of a word are nearly all that are met. */
FETCHING(icm_word, address_b2, 4, uint32_t, get32, R1 = v; cpu->psw.cc = cc_of_sign((int32_t)v))
STORING(stcm_word, address_b2, 4, put32, R1)

INSTRUCTION(stcm)
{
    uint8_t bytes[4];
    unsigned n = select_bytes(R1, op->r3, bytes);
    if (n)
        store_bytes(cpu, address_b2(cpu, op), bytes, n);
}

INSTRUCTION(clm)
{
    uint8_t bytes[4], operand[4];
    unsigned n = select_bytes(R1, op->r3, bytes);
    fetch_bytes(cpu, operand, address_b2(cpu, op), n ? n : 1);
    int order = memcmp(bytes, operand, n);
    cpu->psw.cc = order < 0 ? 1 : order > 0 ? 2 : 0;
}

/* ---- a byte in storage and an immediate one --------------------------------------------------- */

static inline uint8_t test_under_mask(uint8_t byte, uint8_t mask)
{
    uint8_t selected = byte & mask;
    return selected == 0 ? 0 : selected == mask ? 3 : 1;
}

FETCHING(tm, address_b1, 1, uint8_t, get8, cpu->psw.cc = test_under_mask(v, op->i))
FETCHING(cli, address_b1, 1, uint8_t, get8, cpu->psw.cc = compare_logical(v, op->i))
STORING(mvi, address_b1, 1, put8, op->i)

#define UPDATING(name, operator)                                                  \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        uint8_t *p = interlocked_operand(cpu, address_b1(cpu, op), 1);            \
        *p = (uint8_t)(*p operator op->i);                                        \
        cpu->psw.cc = *p != 0;                                                    \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint8_t *p = quick_store(cpu, address_b1(cpu, op), 1);                    \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        uint8_t v = (uint8_t)(*p operator op->i);                                 \
        *p = v;                                                                   \
        cpu->psw.cc = v != 0;                                                     \
        CONTINUE;                                                                 \
    }
UPDATING(ni, &)
UPDATING(oi, |)
UPDATING(xi, ^)

/* ---- interlocked updates ------------------------------------------------------------------------- */

static void require_aligned(struct cpu *cpu, uint64_t address, unsigned size)
{
    if (address & (size - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
}

INSTRUCTION(cs)
{
    uint64_t address = address_b2(cpu, op);
    require_aligned(cpu, address, 4);
    uint32_t *p = (uint32_t *)(void *)interlocked_operand(cpu, address, 4);
    uint32_t expected = BIG32(R1);
    bool equal = __atomic_compare_exchange_n(p, &expected, BIG32(R3), false, __ATOMIC_SEQ_CST,
                                             __ATOMIC_SEQ_CST);
    cpu->psw.cc = !equal;
    if (!equal)
        R1 = BIG32(expected);
}

INSTRUCTION(cds)
{
    uint64_t address = address_b2(cpu, op);
    if ((op->r1 | op->r3) & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    require_aligned(cpu, address, 8);
    uint64_t *p = (uint64_t *)(void *)interlocked_operand(cpu, address, 8);
    uint64_t expected = BIG64((uint64_t)R1 << 32 | cpu->gr[op->r1 + 1].w);
    uint64_t new = BIG64((uint64_t)R3 << 32 | cpu->gr[op->r3 + 1].w);
    bool equal = __atomic_compare_exchange_n(p, &expected, new, false, __ATOMIC_SEQ_CST,
                                             __ATOMIC_SEQ_CST);
    cpu->psw.cc = !equal;
    if (!equal) {
        R1 = (uint32_t)(BIG64(expected) >> 32);
        cpu->gr[op->r1 + 1].w = (uint32_t)BIG64(expected);
    }
}

INSTRUCTION(ts)
{
    uint8_t *p = interlocked_operand(cpu, address_b2(cpu, op), 1);
    cpu->psw.cc = __atomic_exchange_n(p, 0xFF, __ATOMIC_SEQ_CST) >> 7;
}

/* ---- shifts ------------------------------------------------------------------------------------------ */

static inline unsigned shift_amount(const struct cpu *cpu, const struct op *op)
{
    return (cpu->gr[op->b2].w + (uint32_t)op->d2) & 63;
}

static inline uint64_t pair(const struct cpu *cpu, const struct op *op)
{
    return (uint64_t)R1 << 32 | cpu->gr[op->r1 + 1].w;
}

static inline void set_pair(struct cpu *cpu, const struct op *op, uint64_t v)
{
    R1 = (uint32_t)(v >> 32);
    cpu->gr[op->r1 + 1].w = (uint32_t)v;
}

HANDLER(sll)
{
    R1 = (uint32_t)((uint64_t)R1 << shift_amount(cpu, op));
    CONTINUE;
}

HANDLER(srl)
{
    R1 = (uint32_t)((uint64_t)R1 >> shift_amount(cpu, op));
    CONTINUE;
}

HANDLER(sra)
{
    int32_t v = (int32_t)((int64_t)(int32_t)R1 >> shift_amount(cpu, op));
    R1 = (uint32_t)v;
    cpu->psw.cc = cc_of_sign(v);
    CONTINUE;
}

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

HANDLER(sla)
{
    bool lost;
    R1 = (uint32_t)shift_left_arithmetic(R1, 32, shift_amount(cpu, op), &lost);
    cpu->psw.cc = cc_of_sign((int32_t)R1);
    if (unlikely(lost))
        overflow(cpu, op);
    CONTINUE;
}

INSTRUCTION(sldl)
{
    require_even(cpu, op);
    set_pair(cpu, op, pair(cpu, op) << shift_amount(cpu, op));
}

INSTRUCTION(srdl)
{
    require_even(cpu, op);
    set_pair(cpu, op, pair(cpu, op) >> shift_amount(cpu, op));
}

static uint8_t cc_of_sign64(int64_t v)
{
    return v < 0 ? 1 : v > 0 ? 2 : 0;
}

INSTRUCTION(srda)
{
    require_even(cpu, op);
    int64_t v = (int64_t)pair(cpu, op) >> shift_amount(cpu, op);
    set_pair(cpu, op, (uint64_t)v);
    cpu->psw.cc = cc_of_sign64(v);
}

INSTRUCTION(slda)
{
    bool lost;
    require_even(cpu, op);
    uint64_t v = shift_left_arithmetic(pair(cpu, op), 64, shift_amount(cpu, op), &lost);
    set_pair(cpu, op, v);
    cpu->psw.cc = cc_of_sign64((int64_t)v);
    if (lost)
        overflow(cpu, op);
}

/* ---- branches -------------------------------------------------------------------------------------------- */

static inline bool condition_met(const struct cpu *cpu, const struct op *op)
{
    return op->r1 << cpu->psw.cc & 8;
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

/* What BAL and BALR leave: in the 24-bit mode ILC, condition code and program mask, too. */
static inline uint64_t link_information(const struct cpu *cpu, const struct op *op)
{
    if (cpu->psw.amode != AMODE_24)
        return return_address(cpu, op);
    uint32_t next = (uint32_t)next_address(cpu, op);
    return (uint32_t)(op->ilc >> 1) << 30 | (uint32_t)cpu->psw.cc << 28 |
           (uint32_t)cpu->psw.program_mask << 24 | next;
}

HANDLER(bc)
{
    if (condition_met(cpu, op))
        return take_branch(cpu, op, address_x2(cpu, op));
    CONTINUE_AFTER_LINK;
}

HANDLER(bc_always)
{
    return take_branch(cpu, op, address_x2(cpu, op));
}

HANDLER(branch_never)
{
    CONTINUE_AFTER_LINK;
}

HANDLER(bcr)
{
    if (condition_met(cpu, op))
        return take_branch(cpu, op, branch_register(cpu, op));
    CONTINUE_AFTER_LINK;
}

/* BCR 15,0 serializes and checkpoints; it does not branch. */
HANDLER(bcr_serialize)
{
    atomic_thread_fence(memory_order_seq_cst);
    CONTINUE_AFTER_LINK;
}

HANDLER(bcr_always)
{
    return take_branch(cpu, op, branch_register(cpu, op));
}

HANDLER(bal)
{
    uint64_t target = address_x2(cpu, op);
    set_address(cpu, op->r1, link_information(cpu, op));
    return take_branch(cpu, op, target);
}

HANDLER(balr)
{
    uint64_t target = branch_register(cpu, op);
    set_address(cpu, op->r1, link_information(cpu, op));
    return take_branch(cpu, op, target);
}

HANDLER(balr_stay)
{
    set_address(cpu, op->r1, link_information(cpu, op));
    CONTINUE_AFTER_LINK;
}

HANDLER(bas)
{
    uint64_t target = address_x2(cpu, op);
    set_address(cpu, op->r1, return_address(cpu, op));
    return take_branch(cpu, op, target);
}

HANDLER(basr)
{
    uint64_t target = branch_register(cpu, op);
    set_address(cpu, op->r1, return_address(cpu, op));
    return take_branch(cpu, op, target);
}

HANDLER(basr_stay)
{
    set_address(cpu, op->r1, return_address(cpu, op));
    CONTINUE_AFTER_LINK;
}

HANDLER(bct)
{
    uint64_t target = address_x2(cpu, op);
    if (--R1)
        return take_branch(cpu, op, target);
    CONTINUE_AFTER_LINK;
}

HANDLER(bctr)
{
    uint64_t target = branch_register(cpu, op);
    if (--R1)
        return take_branch(cpu, op, target);
    CONTINUE_AFTER_LINK;
}

HANDLER(bctr_stay)
{
    R1--;
    CONTINUE_AFTER_LINK;
}

/* The comparand is R3 if that is odd, and else the register after it. */
static inline bool index_exceeds(struct cpu *cpu, const struct op *op)
{
    uint32_t increment = R3, comparand = cpu->gr[op->r3 | 1].w;
    R1 += increment;
    return (int32_t)R1 > (int32_t)comparand;
}

HANDLER(bxh)
{
    uint64_t target = address_b2(cpu, op);
    if (index_exceeds(cpu, op))
        return take_branch(cpu, op, target);
    CONTINUE_AFTER_LINK;
}

HANDLER(bxle)
{
    uint64_t target = address_b2(cpu, op);
    if (!index_exceeds(cpu, op))
        return take_branch(cpu, op, target);
    CONTINUE_AFTER_LINK;
}

/* ---- comparisons with the branch that follows ----------------------------------------------- */

/* One handler for two instructions: the second is a BC in the slot behind, whose link is
 * in the slot after that. An exception belongs to the first. */
static inline const struct op *branch_behind(struct cpu *cpu, const struct op *op)
{
    const struct op *bc = op + 1;
    if (condition_met(cpu, bc))
        return take_branch(cpu, bc, address_x2(cpu, bc));
    GO(op + 3);
}

#define FETCHING_WITH_BRANCH(name, address, bytes, type, get, effect)             \
    static HANDLER(name##_bc)                                                     \
    {                                                                             \
        const uint8_t *p = quick_fetch(cpu, address(cpu, op), bytes);             \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        type v = get(p);                                                          \
        effect;                                                                   \
        return branch_behind(cpu, op);                                            \
    }
#define REGISTERS_WITH_BRANCH(name, effect)                                       \
    static HANDLER(name##_bc)                                                     \
    {                                                                             \
        uint32_t v = R2;                                                          \
        effect;                                                                   \
        return branch_behind(cpu, op);                                            \
    }
REGISTERS_WITH_BRANCH(ltr, R1 = v; cpu->psw.cc = cc_of_sign((int32_t)v))
REGISTERS_WITH_BRANCH(cr, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
REGISTERS_WITH_BRANCH(clr, cpu->psw.cc = compare_logical(R1, v))
FETCHING_WITH_BRANCH(c, address_x2, 4, uint32_t, get32,
                     cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
FETCHING_WITH_BRANCH(cl, address_x2, 4, uint32_t, get32, cpu->psw.cc = compare_logical(R1, v))
FETCHING_WITH_BRANCH(ch, address_x2, 2, uint16_t, get16,
                     cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)extend(v)))
FETCHING_WITH_BRANCH(tm, address_b1, 1, uint8_t, get8,
                     cpu->psw.cc = test_under_mask(v, op->i))
FETCHING_WITH_BRANCH(cli, address_b1, 1, uint8_t, get8,
                     cpu->psw.cc = compare_logical(v, op->i))

/* ---- what decoding asks for (blocks.c) --------------------------------------------------------- */

op_handler *fuse(const struct op *first, const struct op *second)
{
    static const struct { op_handler *alone, *with_branch; } pairs[] = {
        { op_ltr, op_ltr_bc }, { op_cr, op_cr_bc }, { op_clr, op_clr_bc }, { op_c, op_c_bc },
        { op_cl, op_cl_bc }, { op_ch, op_ch_bc }, { op_tm, op_tm_bc }, { op_cli, op_cli_bc },
    };
    if (second->run != op_bc)
        return NULL;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (first->run == pairs[i].alone)
            return pairs[i].with_branch;
    return NULL;
}

/* Choose a handler that need not test what decoding knows already. */
void specialise(struct op *op, uint8_t *flags)
{
    if (op->r3 == 15 && op->run == op_icm) {
        op->run = op_icm_word;
    } else if (op->r3 == 15 && op->run == op_stcm) {
        op->run = op_stcm_word;
    } else if (op->run == op_bc || op->run == op_bcr) {
        bool by_register = op->run == op_bcr;
        if (op->r1 == 0 || (by_register && op->r2 == 0)) {
            op->run = op->r1 == 15 ? op_bcr_serialize : op_branch_never;
        } else if (op->r1 == 15) {
            op->run = by_register ? op_bcr_always : op_bc_always;
            *flags |= ALWAYS;
        }
    } else if (op->run == op_balr || op->run == op_basr || op->run == op_bctr) {
        if (op->r2 == 0)
            op->run = op->run == op_balr ? op_balr_stay
                    : op->run == op_basr ? op_basr_stay : op_bctr_stay;
        else if (op->run != op_bctr)
            *flags |= ALWAYS;
    }
}
