/* ASN translation and authorization, and the formats of its tables (GA22 3-13 to 3-18;
 * SA22-7201 3-15 to 3-20; SA22 3-24 to 3-35). */
#include "cpu/spaces.h"

/* ---- formats ------------------------------------------------------------------------------- */

static const struct space_format s370_format = {
    .real = 0x00FFFFFF, .asn_first_origin = 0xFFF,
    .first_reserved = 0x7F00000F, .second_origin = 0x00FFFFF0, .second_words = 4,
    .second_reserved = { 0x7F000003, 0xF }, .authority_origin = 0x00FFFFFC,
    .linkage_place = 3, .linkage_reserved = 0x7F000000, .space_switch_event = 1, .last_space_code = 1,
    .linkage_origin = 0x00FFFF80, .entry_origin = 0x00FFFFC0, .entry_reserved = 0x7F000000,
    .entry_words = 4, .entry_place = { .keys = 0, .new_keys = 3, .parameter = 2 },
    .short_addresses = true,
};

static const struct space_format esa390_format = {
    .real = 0x7FFFFFFF, .asn_first_origin = 0x7FFFF,
    .first_reserved = 0xF, .second_origin = 0x7FFFFFF0, .second_words = 4,
    .second_reserved = { 0x3, 0xF }, .authority_origin = 0x7FFFFFFC,
    .linkage_place = 3, .space_switch_event = 0x80000000, .last_space_code = 3,
    .linkage_origin = 0x7FFFFF80, .entry_origin = 0x7FFFFFC0,
    .entry_words = 4, .entry_place = { .keys = 0, .new_keys = 3, .parameter = 2 },
};

static const struct space_format esa390_functions_format = {
    .real = 0x7FFFFFFF, .asn_first_origin = 0x7FFFF,
    .first_reserved = 0x3F, .second_origin = 0x7FFFFFC0, .second_words = 16,
    .second_reserved = { 0x2, 0xF }, .authority_origin = 0x7FFFFFFC,
    .linkage_place = 3, .by_primary_entry = true, .space_switch_event = 0x80000000,
    .last_space_code = 3,
    .linkage_origin = 0x7FFFFF80, .entry_origin = 0x7FFFFFC0,
    .entry_words = 8, .entry_place = { .keys = 0, .new_keys = 3, .parameter = 2 },
    .subspace_group = 0x200, .subspace_kept = 0x80000080,
};

static const struct space_format zarch_format = {
    .real = 0x7FFFFFFF, .asn_first_origin = 0x7FFFF,
    .second_origin = 0x7FFFFFC0, .second_words = 16, .authority_origin = 0x7FFFFFFC,
    .wide = true, .linkage_place = 6, .by_primary_entry = true, .space_switch_event = 0x40,
    .last_space_code = 3,
    .linkage_origin = 0x7FFFFF80, .entry_origin = 0x7FFFFFC0,
    .entry_words = 8, .entry_place = { .keys = 2, .new_keys = 3, .parameter = 7 },
    .subspace_group = 0x200, .subspace_kept = 0xC0,
};

const struct space_format *space_format(const struct cpu *cpu)
{
    static const struct space_format *const formats[][2] = {
        [S370] = { &s370_format, &s370_format },
        [ESA390] = { &esa390_format, &esa390_functions_format },
        [ZARCH] = { &zarch_format, &zarch_format },
    };
    return formats[cpu->arch->id][control_bit(cpu, 0, CR0_SPACE_FUNCTIONS)];
}

/* ---- ASN translation ------------------------------------------------------------------------- */

enum { LONG_ENTRY = 16, INSTANCE = 11 };   /* words */
enum { CONTROLLED = 2, REUSABLE = 1 };     /* bits of word 1 */

bool reuses_numbers(const struct cpu *cpu)
{
    return space_format(cpu)->wide && control_bit(cpu, 0, CR0_ASN_AND_LX_REUSE) &&
           facility_is_on(&cpu->machine->options, "ASN-and-LX reuse");
}

int read_space_entry(struct cpu *cpu, uint32_t origin, struct address_space *space)
{
    const struct space_format *format = space_format(cpu);
    uint32_t words[8] = { 0 }, count = format->second_words == LONG_ENTRY ? 8 : 4;
    for (uint32_t i = 0; i < count; i++)
        words[i] = real_word(cpu, (origin + 4 * i) & format->real);
    *space = (struct address_space){
        .origin = origin,
        .authority_origin = words[0] & format->authority_origin,
        .authority_length = words[1] >> 4 & 0xFFF, .authorization_index = left_half(words[1]),
        .designation = format->wide ? (uint64_t)words[2] << 32 | words[3] : words[2],
        .linkage_designation = words[format->linkage_place],
        .access_list = words[4], .sequence_number = words[5], .base_space = words[0] & 1,
    };
    if (words[0] & ENTRY_INVALID)
        return PGM_ASX_TRANSLATION;
    if (format->wide) {
        space->instance = real_word(cpu, (origin + 4 * INSTANCE) & format->real);
        space->controlled = words[1] & CONTROLLED;
        space->reusable = words[1] & REUSABLE;
    }
    if (words[0] & format->second_reserved[0] || words[1] & format->second_reserved[1] ||
        space->linkage_designation & format->linkage_reserved)
        program_interrupt(cpu, PGM_ASN_TRANSLATION_SPECIFICATION);
    return 0;
}

int translate_asn(struct cpu *cpu, uint16_t asn, struct address_space *space)
{
    const struct space_format *format = space_format(cpu);
    cpu->translation_exception = asn;
    uint32_t table = ((uint32_t)cpu->cr[14] & format->asn_first_origin) << 12;
    uint32_t first = real_word(cpu, (table + (uint32_t)(asn >> 6) * 4) & format->real);
    if (first & ENTRY_INVALID)
        return PGM_AFX_TRANSLATION;
    if (first & format->first_reserved)
        program_interrupt(cpu, PGM_ASN_TRANSLATION_SPECIFICATION);
    uint32_t entry = (first & format->second_origin) + (asn & 0x3Fu) * 4 * format->second_words;
    return read_space_entry(cpu, entry & format->real, space);
}

bool authorized(struct cpu *cpu, const struct address_space *space, uint16_t index, bool secondary)
{
    if (index >> 4 > space->authority_length)
        return false;
    uint32_t address = (space->authority_origin + (index >> 2)) & space_format(cpu)->real;
    uint32_t byte = real_word(cpu, address & ~3u) >> (24 - 8 * (address & 3));
    return byte & (secondary ? 0x40u : 0x80u) >> 2 * (index & 3);
}

/* ---- subspace groups (SA22 5-66) ------------------------------------------------------------- */

/* Of the dispatchable-unit control table. */
enum { BASE_SPACE = 0, SUBSPACE = 4, SUBSPACE_SEQUENCE = 12, SUBSPACE_ACTIVE = 0x80000000u };

int replace_by_subspace(struct cpu *cpu, uint32_t origin, uint64_t *designation)
{
    const struct space_format *format = space_format(cpu);
    if (!(*designation & format->subspace_group))
        return 0;
    uint32_t table = control_table(cpu), subspace = real_word(cpu, table + SUBSPACE);
    if (!(subspace & SUBSPACE_ACTIVE) ||
        (real_word(cpu, table + BASE_SPACE) & format->second_origin) != origin)
        return 0;
    struct address_space space;
    cpu->exception_access_id = 0;
    if (read_space_entry(cpu, subspace & format->second_origin, &space))
        return PGM_ASTE_VALIDITY;
    if (space.sequence_number != real_word(cpu, table + SUBSPACE_SEQUENCE))
        return PGM_ASTE_SEQUENCE;
    *designation = (space.designation & ~format->subspace_kept) |
                   (*designation & format->subspace_kept);
    return 0;
}

/* ---- switching ------------------------------------------------------------------------------- */

struct address_space other_space(struct cpu *cpu, uint16_t asn)
{
    struct address_space space;
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    int code = translate_asn(cpu, asn, &space);
    if (code)
        program_interrupt(cpu, code);
    return space;
}

void use_subspace(struct cpu *cpu, struct address_space *space)
{
    int code = replace_by_subspace(cpu, space->origin, &space->designation);
    if (code)
        program_interrupt(cpu, code);
}

void need_instance(struct cpu *cpu, const struct address_space *space, uint32_t instance,
                   uint8_t identification)
{
    if (space->instance == instance)
        return;
    cpu->exception_access_id = identification;
    program_interrupt(cpu, PGM_ASTE_INSTANCE);
}

static uint64_t with_left_word(uint64_t v, uint32_t left)
{
    return (uint64_t)left << 32 | (uint32_t)v;
}

void set_instances(struct cpu *cpu, uint32_t primary, uint32_t secondary)
{
    cpu->cr[3] = with_left_word(cpu->cr[3], secondary);
    cpu->cr[4] = with_left_word(cpu->cr[4], primary);
}

uint32_t linkage_of(const struct cpu *cpu, const struct address_space *space)
{
    return space_format(cpu)->by_primary_entry ? space->origin : space->linkage_designation;
}

void make_secondary(struct cpu *cpu, uint16_t asn, uint64_t designation)
{
    set_control_word(cpu, 3, halves(key_mask(cpu), asn));
    set_designation(cpu, 7, designation);
}

void identify_left_space(struct cpu *cpu, uint64_t designation, uint16_t asn)
{
    bool event = designation & space_format(cpu)->space_switch_event;
    cpu->translation_exception = (uint32_t)event << 31 | asn;
}

bool make_primary(struct cpu *cpu, uint16_t asn, const struct address_space *space)
{
    bool event = (cpu->cr[1] | space->designation) & space_format(cpu)->space_switch_event;
    identify_left_space(cpu, cpu->cr[1], primary_asn(cpu));
    set_designation(cpu, 1, space->designation);
    set_control_word(cpu, 4, halves(space->authorization_index, asn));
    set_control_word(cpu, 5, linkage_of(cpu, space));
    return event;
}
