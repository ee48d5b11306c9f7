/* Access-register translation: from an ALET to an address space, by way of an access list
 * (SA22-7201 5-35 to 5-50, SA22 5-48 to 5-64). What it has found is kept for PURGE ALB to
 * forget. */
#include "cpu/spaces.h"

#include "cpu/general.h"

enum { ALET_RESERVED = 0xFE000000u, LIST_ORIGIN = 0x7FFFFF80, LIST_LENGTH = 0x7F };

/* ---- the effective access list ------------------------------------------------------------ */

enum { TABLE_LIST = 16, ENTRY_LIST = 16 };   /* in the control table, in the primary's entry */

static uint32_t access_list(struct cpu *cpu, uint32_t alet)
{
    if (alet & ALET_PRIMARY_LIST)
        return real_word(cpu, ((uint32_t)cpu->cr[5] & 0x7FFFFFC0) + ENTRY_LIST);
    return real_word(cpu, control_table(cpu) + TABLE_LIST);
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* An access-list entry, its four words taken apart. */
struct list_entry {
    bool invalid, fetch_only, private;
    uint8_t sequence;               /* of the entry itself, to be compared with the ALET's */
    uint16_t authority;             /* of its owner */
    uint32_t space, space_sequence;
};

static struct list_entry read_list_entry(struct cpu *cpu, uint32_t address)
{
    uint32_t first = real_word(cpu, address);
    return (struct list_entry){
        .invalid = first >> 31, .fetch_only = first >> 25 & 1, .private = first >> 24 & 1,
        .sequence = (uint8_t)(first >> 16), .authority = (uint16_t)first,
        .space = real_word(cpu, address + 8) & 0x7FFFFFC0,
        .space_sequence = real_word(cpu, address + 12),
    };
}

/* 0, or the code of an exception. */
static int look_up(struct cpu *cpu, uint32_t alet, uint32_t list, uint16_t authority,
                   struct access_entry *found)
{
    uint32_t number = alet & 0xFFFF;
    if (number >> 3 > (list & LIST_LENGTH))
        return PGM_ALEN_TRANSLATION;
    struct list_entry entry = read_list_entry(cpu, ((list & LIST_ORIGIN) + 16 * number) & 0x7FFFFFFF);
    if (entry.invalid)
        return PGM_ALEN_TRANSLATION;
    if (entry.sequence != (alet >> 16 & 0xFF))
        return PGM_ALE_SEQUENCE;
    struct address_space space;
    if (read_space_entry(cpu, entry.space, &space))
        return PGM_ASTE_VALIDITY;
    if (entry.space_sequence != space.sequence_number)
        return PGM_ASTE_SEQUENCE;
    if (entry.private && entry.authority != authority &&
        !authorized(cpu, &space, authority, true))
        return PGM_EXTENDED_AUTHORITY;
    *found = (struct access_entry){ alet, list, authority, true, entry.fetch_only, entry.space,
                                    space.designation };
    return 0;
}

static struct access_entry *kept_entry(struct cpu *cpu, uint32_t alet)
{
    return &cpu->access_entries[(alet ^ alet >> 24) % ACCESS_ENTRIES];
}

struct access_space find_alet(struct cpu *cpu, uint32_t alet, uint16_t authority)
{
    if (alet == ALET_PRIMARY)
        return (struct access_space){ .designation = cpu->cr[1] };
    if (alet == ALET_SECONDARY)
        return (struct access_space){ .designation = cpu->cr[7] };
    if (alet & ALET_RESERVED)
        return (struct access_space){ .code = PGM_ALET_SPECIFICATION };
    uint32_t list = access_list(cpu, alet);
    struct access_entry *entry = kept_entry(cpu, alet), found = *entry;
    if (!found.valid || found.alet != alet || found.list != list || found.authority != authority) {
        int code = look_up(cpu, alet, list, authority, &found);
        if (code)
            return (struct access_space){ .code = code };
        *entry = found;
    }
    return (struct access_space){ .designation = found.designation, .origin = found.space,
                                  .fetch_only = found.fetch_only };
}

struct access_space translate_alet(struct cpu *cpu, uint32_t alet, uint16_t authority)
{
    struct access_space space = find_alet(cpu, alet, authority);
    space.in_group = space.designation & space_format(cpu)->subspace_group;
    if (!space.code && space.origin)
        space.code = replace_by_subspace(cpu, space.origin, &space.designation);
    return space;
}

void purge_access_entries(struct cpu *cpu)
{
    for (int i = 0; i < ACCESS_ENTRIES; i++)
        cpu->access_entries[i].valid = false;
    forget_spaces(cpu);
}

struct access_space space_by_register(struct cpu *cpu, unsigned r)
{
    struct access_space space = translate_alet(cpu, alet_in(cpu, r), extended_authority(cpu));
    if (space.code) {
        cpu->exception_access_id = (uint8_t)r;
        program_interrupt(cpu, space.code);
    }
    return space;
}

struct table_walk walk_to_operand(struct cpu *cpu, uint64_t logical, unsigned base,
                                  struct access_space *space)
{
    *space = (struct access_space){ .designation = designation_of(cpu, cpu->psw.space) };
    cpu->exception_access_id = 0;
    if (cpu->psw.space == SPACE_CONTROL_REGISTERS) {
        cpu->exception_access_id = base & 15;
        *space = translate_alet(cpu, alet_in(cpu, base), extended_authority(cpu));
    }
    if (space->code)
        return (struct table_walk){ .code = space->code, .lra_cc = 3,
                                    .entry = 0x80000000 | (uint32_t)space->code };
    return walk_tables(cpu, space->designation, logical);
}

/* ---- instructions -------------------------------------------------------------------------- */

INSTRUCTION(palb)
{
    (void)op;
    purge_access_entries(cpu);
}

/* TEST ACCESS: the ALET is that of the register even if it is register 0; R2 has the
 * authority index. */
INSTRUCTION(tar)
{
    if (!has_space_functions(cpu))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    uint32_t alet = cpu->ar[op->r1];
    struct access_space space = translate_alet(cpu, alet, left_half(R2));
    cpu->psw.cc = alet == ALET_PRIMARY ? 0
                : space.code ? 3
                : alet == ALET_SECONDARY || alet & ALET_PRIMARY_LIST ? 2 : 1;
}
