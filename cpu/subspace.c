/* BRANCH AND SET AUTHORITY, BRANCH IN SUBSPACE GROUP: both keep what they must remember in the
 * dispatchable-unit control table (SA22-7201 10-7 to 10-18, SA22 10-6 to 10-17). */
#include "cpu/spaces.h"

#include "cpu/general.h"

/* Of the control table: words, and what is in them. Return address and authority are elsewhere in
 * z/Architecture's. */
enum { BASE_SPACE = 0, SUBSPACE = 4, SUBSPACE_SEQUENCE = 12, WIDE_AUTHORITY = 20,
       RETURN_ADDRESS = 32, AUTHORITY = 36 };
enum { SUBSPACE_ACTIVE = 0x80000000u, SPACE_ORIGIN = 0x7FFFFFC0 };
enum { REDUCED = 8, WAS_PROBLEM = 1 };

static void need_control_table(struct cpu *cpu)
{
    if (!psw_dat(&cpu->psw) || !has_space_functions(cpu))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

static void store_real_word(struct cpu *cpu, uint32_t real, uint32_t word)
{
    uint8_t *to = real_storage(cpu, real, 4);
    if (!to)
        program_interrupt(cpu, PGM_ADDRESSING);
    put32(to, word);
    real_changed(cpu, real, 4);
}

/* ---- BRANCH AND SET AUTHORITY -------------------------------------------------------------------- */

static uint32_t authority_word(const struct cpu *cpu)
{
    return control_table(cpu) + (space_format(cpu)->wide ? WIDE_AUTHORITY : AUTHORITY);
}

static void store_return_address(struct cpu *cpu, uint64_t next)
{
    uint32_t at = control_table(cpu) + RETURN_ADDRESS;
    uint64_t address = cpu->psw.amode == AMODE_64 ? next : mode_and_address(cpu, next);
    if (!space_format(cpu)->wide) {
        store_real_word(cpu, at, (uint32_t)address);
        return;
    }
    store_real_word(cpu, at, (uint32_t)(address >> 32));
    store_real_word(cpu, at + 4, (uint32_t)address);
}

/* The mode is that in which the return address was stored, of 24 or 31 bits, or the 64-bit mode. */
static uint64_t fetch_return_address(struct cpu *cpu)
{
    uint32_t at = control_table(cpu) + RETURN_ADDRESS, word = real_word(cpu, at);
    if (space_format(cpu)->wide) {
        uint32_t right = real_word(cpu, at + 4);
        if (cpu->psw.amode == AMODE_64)
            return (uint64_t)word << 32 | right;
        word = right;
    }
    set_amode(cpu, word >> 31 ? AMODE_31 : AMODE_24);
    return word & cpu->address_mask;
}

/* From base to reduced authority: R1 has the keys that are left, and the one to be used. */
static uint64_t reduce_authority(struct cpu *cpu, const struct op *op)
{
    uint8_t key = R1 & KEY_ACCESS;
    if (!op->r2)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (cpu->psw.problem && !(key_mask(cpu) & 0x8000 >> (key >> 4)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    uint64_t to = branch_register(cpu, op);
    trace_branch(cpu, to);
    store_return_address(cpu, next_address(cpu, op));
    store_real_word(cpu, authority_word(cpu),
                    halves(key_mask(cpu), (uint16_t)(cpu->psw.key | REDUCED | cpu->psw.problem)));
    set_key_mask(cpu, key_mask(cpu) & left_half(R1));
    cpu->psw.key = key;
    cpu->psw.problem = true;
    return to;
}

static uint64_t restore_authority(struct cpu *cpu, const struct op *op, uint32_t saved)
{
    if (op->r2)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    uint64_t next = next_address(cpu, op);
    enum amode amode = cpu->psw.amode;
    uint64_t here = amode == AMODE_64 ? next : mode_and_address(cpu, next);
    uint64_t to = fetch_return_address(cpu);
    trace_branch(cpu, to);
    if (op->r1 && amode == AMODE_64)
        G1 = here;
    else if (op->r1)
        R1 = (uint32_t)here;
    store_real_word(cpu, authority_word(cpu), saved & ~(uint32_t)REDUCED);
    set_key_mask(cpu, left_half(saved));
    cpu->psw.key = saved & KEY_ACCESS;
    cpu->psw.problem = saved & WAS_PROBLEM;
    return to;
}

HANDLER(bsa)
{
    cpu->op = op;
    need_control_table(cpu);
    uint32_t saved = real_word(cpu, authority_word(cpu));
    cpu->psw.ia = saved & REDUCED ? restore_authority(cpu, op, saved) : reduce_authority(cpu, op);
    return go_on(cpu, op, false);
}

/* ---- BRANCH IN SUBSPACE GROUP ---------------------------------------------------------------------- */

/* The space to go to: the base space, or a subspace with its entry. */
struct destination {
    bool base;
    struct address_space space;
};

static void need_entry(struct cpu *cpu, uint32_t origin, struct address_space *space)
{
    cpu->exception_access_id = cpu->op->r2;
    if (read_space_entry(cpu, origin, space))
        program_interrupt(cpu, PGM_ASTE_VALIDITY);
}

static struct destination destination_of(struct cpu *cpu, uint32_t alet, uint32_t base)
{
    struct destination to = { .base = alet == ALET_PRIMARY };
    uint32_t table = control_table(cpu), origin = base;
    if (alet == ALET_SECONDARY) {
        origin = real_word(cpu, table + SUBSPACE) & SPACE_ORIGIN;
        if (!origin)
            program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    } else if (alet != ALET_PRIMARY) {
        struct access_space named = find_alet(cpu, alet, extended_authority(cpu));
        cpu->exception_access_id = cpu->op->r2;
        if (named.code)
            program_interrupt(cpu, named.code);
        origin = named.origin;
        to.base = origin == base;
    }
    need_entry(cpu, origin, &to.space);
    if (alet == ALET_SECONDARY && to.space.sequence_number != real_word(cpu, table + SUBSPACE_SEQUENCE))
        program_interrupt(cpu, PGM_ASTE_SEQUENCE);
    bool in_group = to.space.designation & space_format(cpu)->subspace_group;
    if (!to.base && (!in_group || to.space.base_space))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    return to;
}

static void enter(struct cpu *cpu, const struct destination *to)
{
    uint64_t kept = space_format(cpu)->subspace_kept, designation = to->space.designation;
    uint32_t table = control_table(cpu), active = real_word(cpu, table + SUBSPACE);
    if (!to->base)
        designation = (designation & ~kept) | (cpu->cr[1] & kept);
    if (to->base) {
        store_real_word(cpu, table + SUBSPACE, active & ~SUBSPACE_ACTIVE);
    } else {
        store_real_word(cpu, table + SUBSPACE, to->space.origin | SUBSPACE_ACTIVE);
        store_real_word(cpu, table + SUBSPACE_SEQUENCE, to->space.sequence_number);
    }
    set_designation(cpu, 1, designation);
    make_secondary(cpu, primary_asn(cpu), designation);
    if (reuses_numbers(cpu))
        set_instances(cpu, primary_instance(cpu), primary_instance(cpu));
}

/* The primary space must be the group's base space; R2 has the address and mode to go on with,
 * R1 gets those of here. */
HANDLER(bsg)
{
    cpu->op = op;
    need_control_table(cpu);
    uint32_t base = real_word(cpu, control_table(cpu) + BASE_SPACE) & SPACE_ORIGIN;
    if (((uint32_t)cpu->cr[5] & SPACE_ORIGIN) != base ||
        !(cpu->cr[1] & space_format(cpu)->subspace_group))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    uint32_t alet = alet_in(cpu, op->r2);
    struct destination to = destination_of(cpu, alet, base);
    uint64_t target = G2, here = return_address(cpu, op);
    enum amode amode = cpu->psw.amode;
    if (amode != AMODE_64)
        amode = target >> 31 & 1 ? AMODE_31 : AMODE_24;
    target &= amode == AMODE_64 ? UINT64_MAX : amode == AMODE_31 ? 0x7FFFFFFF : 0x00FFFFFF;
    trace_subspace_branch(cpu, alet, target);
    if (op->r1)
        set_address(cpu, op->r1, here);
    enter(cpu, &to);
    set_amode(cpu, amode);
    cpu->psw.ia = target;
    return go_on(cpu, op, false);
}
