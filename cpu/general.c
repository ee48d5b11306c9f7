/* General instructions (GA22 chapter 7): loads, stores, integer arithmetic, logic,
 * comparison, shifts and branches. Those on strings of bytes are in strings.c, those on
 * decimal digits in decimal.c. */
#include "cpu/general.h"

/* ---- arithmetic that ends otherwise than well --------------------------------- */

void fixed_overflow(struct cpu *cpu, const struct op *op)
{
    cpu->psw.cc = 3;
    if (cpu->psw.program_mask & MASK_FIXED_OVERFLOW) {
        cpu->op = op;
        program_interrupt(cpu, PGM_FIXED_OVERFLOW);
    }
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

/* ---- register to register --------------------------------------------------------- */

REGISTERS(lr, R1 = v)
REGISTERS_TEST(ltr, R1 = v; cpu->psw.cc = cc_of_sign((int32_t)v))
REGISTERS(nr, logic32(cpu, &R1, R1 & v))
REGISTERS(or, logic32(cpu, &R1, R1 | v))
REGISTERS(xr, logic32(cpu, &R1, R1 ^ v))
REGISTERS_TEST(cr, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
REGISTERS_TEST(clr, cpu->psw.cc = compare_logical(R1, v))
REGISTERS(ar, add32(cpu, op, &R1, R1, v))
REGISTERS(sr, subtract32(cpu, op, &R1, R1, v))
REGISTERS(alr, add_logical32(cpu, &R1, R1, v))
REGISTERS(slr, subtract_logical32(cpu, &R1, R1, v))

HANDLER(lcr)
{
    uint32_t v = R2;
    R1 = 0 - v;
    cpu->psw.cc = cc_of_sign((int32_t)R1);
    if (unlikely(v == 0x80000000))
        fixed_overflow(cpu, op);
    CONTINUE;
}

HANDLER(lpr)
{
    uint32_t v = R2;
    R1 = (int32_t)v < 0 ? 0 - v : v;
    cpu->psw.cc = R1 ? 2 : 0;
    if (unlikely(v == 0x80000000))
        fixed_overflow(cpu, op);
    CONTINUE;
}

HANDLER(lnr)
{
    uint32_t v = R2;
    R1 = (int32_t)v < 0 ? v : 0 - v;
    cpu->psw.cc = R1 ? 1 : 0;
    CONTINUE;
}

WITH_PAIR(mr, multiply(cpu, op, R2))
WITH_PAIR(dr, divide(cpu, op, R2))

INSTRUCTION(spm)
{
    cpu->psw.cc = R1 >> 28 & 3;
    cpu->psw.program_mask = R1 >> 24 & 15;
}

/* ---- storage to register ------------------------------------------------------------- */

FETCHING(l, address_x2, 32, R1 = v)
FETCHING(n, address_x2, 32, logic32(cpu, &R1, R1 & v))
FETCHING(o, address_x2, 32, logic32(cpu, &R1, R1 | v))
FETCHING(x, address_x2, 32, logic32(cpu, &R1, R1 ^ v))
FETCHING_TEST(c, address_x2, 32, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
FETCHING_TEST(cl, address_x2, 32, cpu->psw.cc = compare_logical(R1, v))
FETCHING(a, address_x2, 32, add32(cpu, op, &R1, R1, v))
FETCHING(s, address_x2, 32, subtract32(cpu, op, &R1, R1, v))
FETCHING(al, address_x2, 32, add_logical32(cpu, &R1, R1, v))
FETCHING(sl, address_x2, 32, subtract_logical32(cpu, &R1, R1, v))
FETCHING(lh, address_x2, 16, R1 = extend(v))
FETCHING_TEST(ch, address_x2, 16, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)extend(v)))
FETCHING(ah, address_x2, 16, add32(cpu, op, &R1, R1, extend(v)))
FETCHING(sh, address_x2, 16, subtract32(cpu, op, &R1, R1, extend(v)))
FETCHING(mh, address_x2, 16, R1 = R1 * extend(v))
FETCHING(ic, address_x2, 8, R1 = (R1 & 0xFFFFFF00) | v)

WITH_PAIR(m, multiply(cpu, op, fetch4(cpu, address_x2(cpu, op))))
WITH_PAIR(d, divide(cpu, op, fetch4(cpu, address_x2(cpu, op))))

HANDLER(la)
{
    set_address(cpu, op->r1, address_x2(cpu, op));
    CONTINUE;
}

STORING(st, address_x2, 32, R1)
STORING(sth, address_x2, 16, (uint16_t)R1)
STORING(stc, address_x2, 8, (uint8_t)R1)

/* ---- several registers ------------------------------------------------------------------ */

INSTRUCTION(lm_slow)
{
    uint8_t copy[64];
    unsigned n = count_of_registers(op);
    fetch_bytes(cpu, copy, address_b2(cpu, op), 4 * n);
    FOR_REGISTERS(op->r1, n, cpu->gr[r].w = get32(copy + 4 * i));
}

HANDLER(lm)
{
    unsigned n = count_of_registers(op);
    const uint8_t *p = quick_fetch(cpu, address_b2(cpu, op), 4 * n);
    if (unlikely(!p))
        return op_lm_slow(cpu, op);
    FOR_REGISTERS(op->r1, n, cpu->gr[r].w = get32(p + 4 * i));
    CONTINUE;
}

INSTRUCTION(stm_slow)
{
    uint8_t copy[64];
    unsigned n = count_of_registers(op);
    FOR_REGISTERS(op->r1, n, put32(copy + 4 * i, cpu->gr[r].w));
    store_bytes(cpu, address_b2(cpu, op), copy, 4 * n);
}

HANDLER(stm)
{
    unsigned n = count_of_registers(op);
    uint8_t *p = quick_store(cpu, address_b2(cpu, op), 4 * n);
    if (unlikely(!p))
        return op_stm_slow(cpu, op);
    FOR_REGISTERS(op->r1, n, put32(p + 4 * i, cpu->gr[r].w));
    CONTINUE;
}

/* ---- bytes of a register under mask -------------------------------------------------------- */

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
FETCHING(icm_word, address_b2, 32, R1 = v; cpu->psw.cc = cc_of_sign((int32_t)v))
STORING(stcm_word, address_b2, 32, R1)

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

FETCHING_TEST(tm, address_b1, 8, cpu->psw.cc = test_under_mask(v, op->i))
FETCHING_TEST(cli, address_b1, 8, cpu->psw.cc = compare_logical(v, op->i))
STORING(mvi, address_b1, 8, op->i)

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

static inline uint64_t pair(const struct cpu *cpu, const struct op *op)
{
    return (uint64_t)R1 << 32 | cpu->gr[op->r1 + 1].w;
}

static inline void set_pair(struct cpu *cpu, const struct op *op, uint64_t v)
{
    R1 = (uint32_t)(v >> 32);
    cpu->gr[op->r1 + 1].w = (uint32_t)v;
}

SHIFTING(sll, R1 = (uint32_t)((uint64_t)R1 << by))
SHIFTING(srl, R1 = (uint32_t)((uint64_t)R1 >> by))
SHIFTING(sra, int32_t v = (int32_t)((int64_t)(int32_t)R1 >> by);
              R1 = (uint32_t)v;
              cpu->psw.cc = cc_of_sign(v))
SHIFTING(sla, bool lost;
              R1 = (uint32_t)shift_left_arithmetic(R1, 32, by, &lost);
              end_of_shift(cpu, op, (int32_t)R1, lost))

WITH_PAIR(sldl, set_pair(cpu, op, pair(cpu, op) << shift_amount(cpu, op)))
WITH_PAIR(srdl, set_pair(cpu, op, pair(cpu, op) >> shift_amount(cpu, op)))

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
    end_of_shift(cpu, op, (int64_t)v, lost);
}

/* ---- branches -------------------------------------------------------------------------------------------- */

/* What BAL and BALR leave: in the 24-bit mode ILC, condition code and program mask, too. */
static inline uint64_t link_information(const struct cpu *cpu, const struct op *op)
{
    if (cpu->psw.amode != AMODE_24)
        return return_address(cpu, op);
    uint32_t next = (uint32_t)next_address(cpu, op);
    return (uint32_t)(op->ilc >> 1) << 30 | (uint32_t)cpu->psw.cc << 28 |
           (uint32_t)cpu->psw.program_mask << 24 | next;
}

BRANCHING(bc, condition_met(cpu, op), address_x2)
BRANCHING(bcr, condition_met(cpu, op), branch_register)

HANDLER(bc_always)
{
    return take_branch(cpu, op, address_x2(cpu, op));
}

HANDLER(branch_never)
{
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

/* What R1 gets in front of a branch, and where that goes: it may be to what R1 was. */
#define SAVING(name, information, address)                                        \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint64_t target = address(cpu, op);                                       \
        set_address(cpu, op->r1, information(cpu, op));                           \
        return take_branch(cpu, op, target);                                      \
    }
SAVING(bal, link_information, address_x2)
SAVING(balr, link_information, branch_register)
SAVING(bas, return_address, address_x2)
SAVING(basr, return_address, branch_register)
SAVING(bras, return_address, address_relative)

HANDLER(balr_stay)
{
    set_address(cpu, op->r1, link_information(cpu, op));
    CONTINUE_AFTER_LINK;
}

HANDLER(basr_stay)
{
    set_address(cpu, op->r1, return_address(cpu, op));
    CONTINUE_AFTER_LINK;
}

COUNTING(bct, --R1, address_x2)
COUNTING(bctr, --R1, branch_register)
COUNTING(bxh, index_exceeds(cpu, op), address_b2)
COUNTING(bxle, !index_exceeds(cpu, op), address_b2)

HANDLER(bctr_stay)
{
    R1--;
    CONTINUE_AFTER_LINK;
}
