/* Relative branches, and those that compare or count; branches that set the addressing
 * mode; operands that are found relative to the instruction (SA22 chapter 7). */
#include "cpu/control.h"
#include "cpu/general.h"

/* ---- branch on condition, branch and save ----------------------------------------------- */

BRANCHING(brc, condition_met(cpu, op), address_relative)

HANDLER(brc_always)
{
    return take_branch(cpu, op, address_relative(cpu, op));
}

/* ---- branch on count, on index ---------------------------------------------------------------- */

BRANCHING(brct, --R1, address_relative)
BRANCHING(brctg, --G1, address_relative)
BRANCHING(brcth, --H1, address_relative)
COUNTING(bctg, --G1, address_x2)
COUNTING(bctgr, --G1, branch_register)

HANDLER(bctgr_stay)
{
    G1--;
    CONTINUE_AFTER_LINK;
}

static inline bool index_exceeds64(struct cpu *cpu, const struct op *op)
{
    uint64_t increment = G3, comparand = cpu->gr[op->r3 | 1].d;
    G1 += increment;
    return (int64_t)G1 > (int64_t)comparand;
}

COUNTING(brxh, index_exceeds(cpu, op), address_relative)
COUNTING(brxle, !index_exceeds(cpu, op), address_relative)
COUNTING(brxhg, index_exceeds64(cpu, op), address_relative)
COUNTING(brxlg, !index_exceeds64(cpu, op), address_relative)
COUNTING(bxhg, index_exceeds64(cpu, op), address_b2)
COUNTING(bxleg, !index_exceeds64(cpu, op), address_b2)

/* ---- compare and branch: M3's bits are equal, first operand low, first operand high ------------- */

/* With a relative address, and with one of a base and a displacement. */
#define COMPARE_AND_BRANCHES(relative, based, comparison)                         \
    BRANCHING(relative, op->r3 << (comparison) & 8, address_relative)             \
    BRANCHING(based, op->r3 << (comparison) & 8, address_b2)
COMPARE_AND_BRANCHES(crj, crb, compare_signed((int32_t)R1, (int32_t)R2))
COMPARE_AND_BRANCHES(cgrj, cgrb, compare_signed64(G1, G2))
COMPARE_AND_BRANCHES(clrj, clrb, compare_logical(R1, R2))
COMPARE_AND_BRANCHES(clgrj, clgrb, compare_logical64(G1, G2))
COMPARE_AND_BRANCHES(cij, cib, compare_signed((int32_t)R1, (int8_t)op->i))
COMPARE_AND_BRANCHES(cgij, cgib, compare_signed64(G1, extend8(op->i)))
COMPARE_AND_BRANCHES(clij, clib, compare_logical(R1, op->i))
COMPARE_AND_BRANCHES(clgij, clgib, compare_logical64(G1, op->i))

/* ---- addressing modes ------------------------------------------------------------------------------ */

/* The mode that an address asks for: 64 bits by an odd one, and else by bit 32. */
static enum amode mode_of(uint64_t address)
{
    return address & 1 ? AMODE_64 : address & 0x80000000 ? AMODE_31 : AMODE_24;
}

/* ESA/390 has no third mode, and there an odd address is only odd. */
static enum amode mode_of_word(uint64_t address)
{
    return address & 0x80000000 ? AMODE_31 : AMODE_24;
}

static const struct op *branch_in_mode(struct cpu *cpu, const struct op *op, uint64_t address,
                                       enum amode mode)
{
    set_amode(cpu, mode);
    return take_branch(cpu, op, address & cpu->address_mask);
}

static const struct op *branch_with_mode(struct cpu *cpu, const struct op *op, uint64_t address)
{
    enum amode mode = mode_of(address);
    return branch_in_mode(cpu, op, mode == AMODE_64 ? address - 1 : address, mode);
}

/* The present mode in front of the address, or behind it. */
static void save_mode(struct cpu *cpu, const struct op *op)
{
    switch ((enum amode)cpu->psw.amode) {
    case AMODE_24: R1 &= 0x7FFFFFFF; break;
    case AMODE_31: R1 |= 0x80000000; break;
    case AMODE_64: G1 |= 1; break;
    }
}

HANDLER(bsm)
{
    uint64_t address = G2;
    if (op->r1)
        save_mode(cpu, op);
    if (op->r2)
        return branch_with_mode(cpu, op, address);
    CONTINUE_AFTER_LINK;
}

HANDLER(bsm_esa)
{
    uint64_t address = R2;
    if (op->r1)
        save_mode(cpu, op);
    if (op->r2)
        return branch_in_mode(cpu, op, address, mode_of_word(address));
    CONTINUE_AFTER_LINK;
}

static void save_return(struct cpu *cpu, const struct op *op)
{
    set_address(cpu, op->r1, return_address(cpu, op) | (cpu->psw.amode == AMODE_64));
}

HANDLER(bassm)
{
    uint64_t address = G2;
    save_return(cpu, op);
    if (op->r2)
        return branch_with_mode(cpu, op, address);
    CONTINUE_AFTER_LINK;
}

HANDLER(bassm_esa)
{
    uint64_t address = R2;
    save_return(cpu, op);
    if (op->r2)
        return branch_in_mode(cpu, op, address, mode_of_word(address));
    CONTINUE_AFTER_LINK;
}

/* A mode must have room for where the program is (SA22 7-350). */
static void set_mode(struct cpu *cpu, const struct op *op, enum amode mode, uint64_t beyond)
{
    if (instruction_address(op) + op->ilc > beyond)
        program_interrupt(cpu, PGM_SPECIFICATION);
    set_amode(cpu, mode);
}

INSTRUCTION(sam24) { set_mode(cpu, op, AMODE_24, 0x01000000); }
INSTRUCTION(sam31) { set_mode(cpu, op, AMODE_31, 0x80000000); }
INSTRUCTION(sam64) { set_mode(cpu, op, AMODE_64, UINT64_MAX); }

INSTRUCTION(tam)
{
    (void)op;
    cpu->psw.cc = cpu->psw.amode == AMODE_64 ? 3 : cpu->psw.amode == AMODE_31 ? 1 : 0;
}

/* ---- operands relative to the instruction ------------------------------------------------------------- */

/* They are in the space of the instructions, and must lie on their boundary. */
static struct access instruction_access(const struct cpu *cpu)
{
    bool same = instruction_space(cpu) == cpu->psw.space;
    return (struct access){ cpu->psw.key, same ? SPACE_CURRENT : SPACE_PRIMARY };
}

static inline bool plain_relative(const struct cpu *cpu, uint64_t a, unsigned bytes)
{
    return likely(!(a & (bytes - 1)) && cpu->code_context == cpu->context);
}

static uint64_t fetch_relative(struct cpu *cpu, const struct op *op, unsigned bytes)
{
    uint8_t field[8] = { 0 };
    uint64_t a = address_relative(cpu, op);
    require_aligned(cpu, a, bytes);
    fetch_bytes_as(cpu, instruction_access(cpu), field + 8 - bytes, a, bytes);
    return get64(field);
}

#define FETCHING_RELATIVE(name, bits, effect)                                     \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        uint##bits##_t v = (uint##bits##_t)fetch_relative(cpu, op, bits / 8);     \
        effect;                                                                   \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint64_t a = address_relative(cpu, op);                                   \
        const uint8_t *p = plain_relative(cpu, a, bits / 8) ? quick_fetch(cpu, a, bits / 8) : NULL; \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        uint##bits##_t v = get##bits(p);                                          \
        effect;                                                                   \
        CONTINUE;                                                                 \
    }

#define STORING_RELATIVE(name, bits, value)                                       \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        uint8_t field[bits / 8];                                                  \
        uint64_t a = address_relative(cpu, op);                                   \
        require_aligned(cpu, a, sizeof field);                                    \
        put##bits(field, value);                                                  \
        store_bytes_as(cpu, instruction_access(cpu), a, field, sizeof field);     \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        uint64_t a = address_relative(cpu, op);                                   \
        uint8_t *p = plain_relative(cpu, a, bits / 8) ? quick_store(cpu, a, bits / 8) : NULL; \
        if (unlikely(!p))                                                         \
            return op_##name##_slow(cpu, op);                                     \
        put##bits(p, value);                                                      \
        CONTINUE;                                                                 \
    }

FETCHING_RELATIVE(lrl, 32, R1 = v)
FETCHING_RELATIVE(lgrl, 64, G1 = v)
FETCHING_RELATIVE(lgfrl, 32, G1 = extend32(v))
FETCHING_RELATIVE(llgfrl, 32, G1 = v)
FETCHING_RELATIVE(lhrl, 16, R1 = extend(v))
FETCHING_RELATIVE(lghrl, 16, G1 = extend16(v))
FETCHING_RELATIVE(llhrl, 16, R1 = v)
FETCHING_RELATIVE(llghrl, 16, G1 = v)
FETCHING_RELATIVE(crl, 32, cpu->psw.cc = compare_signed((int32_t)R1, (int32_t)v))
FETCHING_RELATIVE(cgrl, 64, cpu->psw.cc = compare_signed64(G1, v))
FETCHING_RELATIVE(cgfrl, 32, cpu->psw.cc = compare_signed64(G1, extend32(v)))
FETCHING_RELATIVE(chrl, 16, cpu->psw.cc = compare_signed((int32_t)R1, (int16_t)v))
FETCHING_RELATIVE(cghrl, 16, cpu->psw.cc = compare_signed64(G1, extend16(v)))
FETCHING_RELATIVE(clrl, 32, cpu->psw.cc = compare_logical(R1, v))
FETCHING_RELATIVE(clgrl, 64, cpu->psw.cc = compare_logical64(G1, v))
FETCHING_RELATIVE(clgfrl, 32, cpu->psw.cc = compare_logical64(G1, v))
FETCHING_RELATIVE(clhrl, 16, cpu->psw.cc = compare_logical(R1, v))
FETCHING_RELATIVE(clghrl, 16, cpu->psw.cc = compare_logical64(G1, v))
STORING_RELATIVE(sthrl, 16, (uint16_t)R1)
STORING_RELATIVE(strl, 32, R1)
STORING_RELATIVE(stgrl, 64, G1)

HANDLER(larl)
{
    set_address(cpu, op->r1, address_relative(cpu, op));
    CONTINUE;
}
