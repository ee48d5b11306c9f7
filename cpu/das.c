/* Dual address spaces: ASN translation and authorization, PC, PT, SSAR, LASP, the moves
 * between spaces, and what sets and tells the space (GA22 3-13 to 3-18, chapter 10).
 * DAS tracing is not provided. */
#include "cpu/control.h"

static void need_dat(struct cpu *cpu)
{
    if (!psw_dat(&cpu->psw))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

/* In the problem state some instructions need the extraction-authority control. */
static void need_extraction_authority(struct cpu *cpu)
{
    need_dat(cpu);
    if (cpu->psw.problem && !control_bit(cpu, 0, CR0_EXTRACTION_AUTHORITY))
        program_interrupt(cpu, PGM_PRIVILEGED);
}

/* ---- what the control registers hold ------------------------------------------- */

static uint16_t left_half(uint64_t word) { return (uint16_t)(word >> 16); }
static uint16_t right_half(uint64_t word) { return (uint16_t)word; }
static uint32_t halves(uint16_t left, uint16_t right) { return (uint32_t)left << 16 | right; }

static uint16_t key_mask(const struct cpu *cpu) { return left_half(cpu->cr[3]); }
static uint16_t secondary_asn(const struct cpu *cpu) { return right_half(cpu->cr[3]); }
static uint16_t authorization_index(const struct cpu *cpu) { return left_half(cpu->cr[4]); }
static uint16_t primary_asn(const struct cpu *cpu) { return right_half(cpu->cr[4]); }

/* ---- ASN translation ------------------------------------------------------------ */

/* What an ASN-second-table entry says. */
struct address_space {
    uint32_t authority_origin, authority_length;
    uint16_t authorization_index;
    uint32_t segment_designation, linkage_designation;
};

enum { ENTRY_INVALID = 0x80000000u };

/* 0, or the code of an AFX- or ASX-translation exception, which is the caller's to raise;
 * what else can be wrong is raised here. */
static int translate_asn(struct cpu *cpu, uint16_t asn, struct address_space *space)
{
    cpu->translation_exception = asn;
    uint32_t first_table = (uint32_t)(cpu->cr[14] & 0xFFF) << 12;
    uint32_t first = real_word(cpu, (first_table + (uint32_t)(asn >> 6) * 4) & 0xFFFFFF);
    if (first & ENTRY_INVALID)
        return PGM_AFX_TRANSLATION;
    if (first & 0x7F00000F)
        program_interrupt(cpu, PGM_ASN_TRANSLATION_SPECIFICATION);
    uint32_t entry = ((first & 0x00FFFFF0) + (asn & 0x3Fu) * 16) & 0xFFFFFF, words[4];
    for (uint32_t i = 0; i < 4; i++)
        words[i] = real_word(cpu, (entry + 4 * i) & 0xFFFFFF);
    if (words[0] & ENTRY_INVALID)
        return PGM_ASX_TRANSLATION;
    if (words[0] & 0x7F000003 || words[1] & 0xF || words[3] & 0x7F000000)
        program_interrupt(cpu, PGM_ASN_TRANSLATION_SPECIFICATION);
    *space = (struct address_space){
        .authority_origin = words[0] & 0x00FFFFFC, .authority_length = words[1] >> 4 & 0xFFF,
        .authorization_index = (uint16_t)(words[1] >> 16),
        .segment_designation = words[2], .linkage_designation = words[3],
    };
    return 0;
}

/* The authority table has two bits for each authorization index: primary, secondary. */
static bool authorized(struct cpu *cpu, const struct address_space *space, uint16_t index,
                       bool secondary)
{
    if (index >> 4 > space->authority_length)
        return false;
    uint32_t address = (space->authority_origin + (index >> 2)) & 0xFFFFFF;
    uint32_t byte = real_word(cpu, address & ~3u) >> (24 - 8 * (address & 3));
    return byte & (secondary ? 0x40u : 0x80u) >> 2 * (index & 3);
}

/* A translated space for the instructions that switch to it. */
static struct address_space other_space(struct cpu *cpu, uint16_t asn)
{
    struct address_space space;
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    int code = translate_asn(cpu, asn, &space);
    if (code)
        program_interrupt(cpu, code);
    return space;
}

/* ---- switching the primary space ------------------------------------------------- */

enum { SPACE_SWITCH_EVENT = 1 };   /* bit 31 of a segment-table designation */

static void make_secondary(struct cpu *cpu, uint16_t asn, uint32_t designation)
{
    cpu->cr[3] = halves(key_mask(cpu), asn);
    cpu->cr[7] = designation;
}

/* Make it the primary space. Tells whether a space-switch event is due, which identifies
 * the space that was left. */
static bool make_primary(struct cpu *cpu, uint16_t asn, const struct address_space *space)
{
    bool event = (cpu->cr[1] | space->segment_designation) & SPACE_SWITCH_EVENT;
    cpu->translation_exception = (uint32_t)(cpu->cr[1] & SPACE_SWITCH_EVENT) << 31 |
                                 primary_asn(cpu);
    cpu->cr[1] = space->segment_designation;
    cpu->cr[4] = halves(space->authorization_index, asn);
    cpu->cr[5] = space->linkage_designation;
    return event;
}

/* Go on at psw.ia; a space-switch event interrupts when the instruction is complete. */
static const struct op *go_on(struct cpu *cpu, const struct op *op, bool event)
{
    cpu->branched = true;
    break_sequence(cpu, op);
    context_changed(cpu);
    if (event)
        take_program_interruption(cpu, PGM_SPACE_SWITCH, op->ilc);
    return leave_block(cpu, op);
}

static bool secondary_mode(const struct cpu *cpu)
{
    return cpu->psw.space == SPACE_CONTROL_SECONDARY;
}

static void need_linkage(struct cpu *cpu)
{
    need_dat(cpu);
    if (secondary_mode(cpu) || !control_bit(cpu, 5, CR5_SUBSYSTEM_LINKAGE))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

/* ---- PROGRAM CALL -------------------------------------------------------------------- */

struct entry {
    uint16_t key_mask, asn, new_keys;
    uint32_t address;          /* with the problem-state bit in bit 31 */
    uint32_t parameter;
};

static uint32_t linkage_entry(struct cpu *cpu, uint32_t number)
{
    uint32_t designation = (uint32_t)cpu->cr[5], index = number >> 8;
    if (index >> 5 > (designation & 0x7F))
        program_interrupt(cpu, PGM_LX_TRANSLATION);
    uint32_t entry = real_word(cpu, ((designation & 0x00FFFF80) + 4 * index) & 0xFFFFFF);
    if (entry & ENTRY_INVALID)
        program_interrupt(cpu, PGM_LX_TRANSLATION);
    if (entry & 0x7F000000)
        program_interrupt(cpu, PGM_PC_TRANSLATION_SPECIFICATION);
    return entry;
}

static struct entry entry_for(struct cpu *cpu, uint32_t number)
{
    cpu->translation_exception = number;
    uint32_t linkage = linkage_entry(cpu, number), index = number & 0xFF, words[4];
    if (index >> 2 > (linkage & 0x3F))
        program_interrupt(cpu, PGM_EX_TRANSLATION);
    uint32_t address = ((linkage & 0x00FFFFC0) + 16 * index) & 0xFFFFFF;
    for (uint32_t i = 0; i < 4; i++)
        words[i] = real_word(cpu, (address + 4 * i) & 0xFFFFFF);
    if (words[1] & 0xFF000000)
        program_interrupt(cpu, PGM_PC_TRANSLATION_SPECIFICATION);
    return (struct entry){ left_half(words[0]), right_half(words[0]), left_half(words[3]),
                           words[1], words[2] };
}

HANDLER(pc)
{
    cpu->op = op;
    need_linkage(cpu);
    struct entry entry = entry_for(cpu, (uint32_t)address_b2(cpu, op) & 0xFFFFF);
    if (cpu->psw.problem && !(entry.key_mask & key_mask(cpu)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    struct address_space space;
    if (entry.asn)
        space = other_space(cpu, entry.asn);
    cpu->gr[3].w = halves(key_mask(cpu), primary_asn(cpu));
    cpu->gr[4].w = entry.parameter;
    cpu->gr[14].w = (uint32_t)next_address(cpu, op) | cpu->psw.problem;
    cpu->psw.ia = entry.address & 0x00FFFFFE;
    cpu->psw.problem = entry.address & 1;
    cpu->cr[3] = halves(key_mask(cpu) | entry.new_keys, 0);
    make_secondary(cpu, primary_asn(cpu), (uint32_t)cpu->cr[1]);
    return go_on(cpu, op, entry.asn && make_primary(cpu, entry.asn, &space));
}

/* ---- PROGRAM TRANSFER ------------------------------------------------------------------ */

HANDLER(pt)
{
    cpu->op = op;
    need_linkage(cpu);
    uint32_t r1 = cpu->gr[op->r1].w, r2 = cpu->gr[op->r2].w;
    if (cpu->psw.problem && !(r2 & 1))
        program_interrupt(cpu, PGM_PRIVILEGED);
    if (r2 & 0xFF000000)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint16_t asn = right_half(r1);
    bool event = false;
    if (asn != primary_asn(cpu)) {
        struct address_space space = other_space(cpu, asn);
        if (!authorized(cpu, &space, authorization_index(cpu), false))
            program_interrupt(cpu, PGM_PRIMARY_AUTHORITY);
        event = make_primary(cpu, asn, &space);
    }
    cpu->cr[3] = halves(key_mask(cpu) & left_half(r1), 0);
    make_secondary(cpu, asn, (uint32_t)cpu->cr[1]);
    cpu->psw.ia = r2 & 0x00FFFFFE;
    cpu->psw.problem = r2 & 1;
    return go_on(cpu, op, event);
}

/* ---- SET SECONDARY ASN -------------------------------------------------------------------- */

INSTRUCTION(ssar)
{
    uint16_t asn = right_half(cpu->gr[op->r1].w);
    uint32_t designation = (uint32_t)cpu->cr[1];
    need_dat(cpu);
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (asn != primary_asn(cpu)) {
        struct address_space space = other_space(cpu, asn);
        if (!authorized(cpu, &space, authorization_index(cpu), true))
            program_interrupt(cpu, PGM_SECONDARY_AUTHORITY);
        designation = space.segment_designation;
    }
    make_secondary(cpu, asn, designation);
    context_changed(cpu);
}

/* ---- LOAD ADDRESS SPACE PARAMETERS ---------------------------------------------------------- */

enum lasp_function { FORCE_TRANSLATION = 4, USE_GIVEN_INDEX = 2, SKIP_AUTHORIZATION = 1 };

/* What is to become of the control registers. */
struct lasp {
    uint16_t keys, secondary, index, primary;          /* the first operand */
    uint32_t primary_designation, secondary_designation, linkage_designation;
};

/* Steps of LASP: condition code 0 if the next may follow. */
static int find_primary(struct cpu *cpu, struct lasp *lasp, unsigned functions)
{
    struct address_space space = { .authorization_index = authorization_index(cpu) };
    lasp->primary_designation = (uint32_t)cpu->cr[1];
    lasp->linkage_designation = (uint32_t)cpu->cr[5];
    if (lasp->primary != primary_asn(cpu) || functions & FORCE_TRANSLATION) {
        if (translate_asn(cpu, lasp->primary, &space))
            return 1;
        if ((space.segment_designation | cpu->cr[1]) & SPACE_SWITCH_EVENT)
            return 3;
        lasp->primary_designation = space.segment_designation;
        lasp->linkage_designation = space.linkage_designation;
    }
    if (!(functions & USE_GIVEN_INDEX))
        lasp->index = space.authorization_index;
    return 0;
}

static int find_secondary(struct cpu *cpu, struct lasp *lasp, unsigned functions)
{
    if (lasp->secondary == lasp->primary) {
        lasp->secondary_designation = lasp->primary_designation;
        return 0;
    }
    if (lasp->secondary == secondary_asn(cpu) && !(functions & FORCE_TRANSLATION) &&
        functions & SKIP_AUTHORIZATION) {
        lasp->secondary_designation = (uint32_t)cpu->cr[7];
        return 0;
    }
    struct address_space space;
    if (translate_asn(cpu, lasp->secondary, &space))
        return 2;
    lasp->secondary_designation = space.segment_designation;
    bool test = !(functions & SKIP_AUTHORIZATION);
    return test && !authorized(cpu, &space, lasp->index, true) ? 2 : 0;
}

INSTRUCTION(lasp)
{
    uint64_t address = address_b1(cpu, op);
    unsigned functions = address_b2(cpu, op) & 7;
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (address & 7)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t given = fetch8(cpu, address);
    struct lasp lasp = { (uint16_t)(given >> 48), (uint16_t)(given >> 32),
                         (uint16_t)(given >> 16), (uint16_t)given, 0, 0, 0 };
    int cc = find_primary(cpu, &lasp, functions);
    if (cc == 0)
        cc = find_secondary(cpu, &lasp, functions);
    cpu->psw.cc = (uint8_t)cc;
    if (cc)
        return;
    cpu->cr[1] = lasp.primary_designation;
    cpu->cr[3] = halves(lasp.keys, lasp.secondary);
    cpu->cr[4] = halves(lasp.index, lasp.primary);
    cpu->cr[5] = lasp.linkage_designation;
    cpu->cr[7] = lasp.secondary_designation;
    context_changed(cpu);
}

/* ---- moves ---------------------------------------------------------------------------------------- */

/* The third operand's key, which a program in the problem state must be allowed to use. */
static uint8_t given_key(struct cpu *cpu, const struct op *op)
{
    uint8_t key = cpu->gr[op->r3].w & KEY_ACCESS;
    if (cpu->psw.problem && !(key_mask(cpu) & 0x8000 >> (key >> 4)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    return key;
}

/* Up to 256 bytes, as if one by one; condition code 3 if there are more to move. */
static void move(struct cpu *cpu, const struct op *op, struct access to, struct access from)
{
    uint8_t bytes[256];
    uint32_t true_length = cpu->gr[op->r1].w;
    unsigned length = true_length < 256 ? true_length : 256;
    uint64_t target = address_b1(cpu, op), source = address_b2(cpu, op);
    fetch_bytes_as(cpu, from, bytes, source, length);
    uint64_t distance = (target - source) & cpu->address_mask;
    if (to.space == from.space)
        for (unsigned i = 0; distance && distance + i < length; i++)
            bytes[distance + i] = bytes[i];
    store_bytes_as(cpu, to, target, bytes, length);
    cpu->psw.cc = true_length > 256 ? 3 : 0;
}

INSTRUCTION(mvck)
{
    struct access from = { given_key(cpu, op), SPACE_CURRENT };
    move(cpu, op, current_access(cpu), from);
}

static void need_secondary_space(struct cpu *cpu)
{
    if (!psw_dat(&cpu->psw) || !control_bit(cpu, 0, CR0_SECONDARY_SPACE))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

INSTRUCTION(mvcp)
{
    need_secondary_space(cpu);
    struct access secondary = { given_key(cpu, op), SPACE_SECONDARY };
    move(cpu, op, (struct access){ cpu->psw.key, SPACE_PRIMARY }, secondary);
}

INSTRUCTION(mvcs)
{
    need_secondary_space(cpu);
    struct access secondary = { given_key(cpu, op), SPACE_SECONDARY };
    move(cpu, op, secondary, (struct access){ cpu->psw.key, SPACE_PRIMARY });
}

/* ---- the space itself -------------------------------------------------------------------------------- */

INSTRUCTION(sac)
{
    need_secondary_space(cpu);
    unsigned code = address_b2(cpu, op) >> 8 & 15;
    if (code > 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    cpu->psw.space = code ? SPACE_CONTROL_SECONDARY : SPACE_CONTROL_PRIMARY;
    context_changed(cpu);
}

INSTRUCTION(iac)
{
    need_extraction_authority(cpu);
    uint32_t *r1 = &cpu->gr[op->r1].w;
    *r1 = (*r1 & 0xFFFF00FF) | (uint32_t)secondary_mode(cpu) << 8;
    cpu->psw.cc = secondary_mode(cpu);
}

INSTRUCTION(epar)
{
    need_extraction_authority(cpu);
    cpu->gr[op->r1].w = primary_asn(cpu);
}

INSTRUCTION(esar)
{
    need_extraction_authority(cpu);
    cpu->gr[op->r1].w = secondary_asn(cpu);
}
