/* z/Architecture's translation tables: up to three levels of region tables, 1M segments, 4K
 * pages, entries of eight bytes; with enhanced DAT frames of 1M and 2G (SA22 3-41 to 3-56). */
#include "cpu/spaces.h"

#include "cpu/general.h"

/* An address-space-control element, and what region- and segment-table entries have in
 * the same bits. */
enum { ASCE_PRIVATE = 0x100, ASCE_REAL_SPACE = 0x20, ENTRY_PROTECT = 0x200,
       ENTRY_NO_EXECUTE = 0x100, TABLE_ENTRY_INVALID = 0x20, ENTRY_COMMON = 0x10 };
enum { FORMAT_CONTROL = 0x400 };
enum { PTE_INVALID = 0x400, PTE_PROTECT = 0x200, PTE_NO_EXECUTE = 0x100, PTE_RESERVED = 0x800 };

enum level { SEGMENT, REGION_THIRD, REGION_SECOND, REGION_FIRST };

static unsigned table_type(uint64_t entry) { return entry >> 2 & 3; }
static unsigned table_offset(uint64_t entry) { return entry >> 6 & 3; }
static unsigned table_length(uint64_t entry) { return entry & 3; }

static bool ended(struct table_walk *walk, int code, int lra_cc)
{
    walk->code = code;
    walk->lra_cc = lra_cc;
    return false;
}

static unsigned index_at(uint64_t logical, enum level level)
{
    return logical >> (20 + 11 * level) & 0x7FF;
}

/* Bits of the address on the left of what the designated table translates must be zeros. */
static bool address_fits(uint64_t logical, enum level level)
{
    unsigned bits = 31 + 11 * level;
    return bits >= 64 || !(logical >> bits);
}

static int translation_code(enum level level)
{
    static const uint8_t codes[] = { PGM_SEGMENT_TRANSLATION, PGM_REGION_THIRD,
                                     PGM_REGION_SECOND, PGM_REGION_FIRST };
    return codes[level];
}

/* Enhanced DAT and instruction-execution protection are enabled in control register 0. */
static bool enhanced(const struct cpu *cpu) { return cpu->cr[0] & 0x00800000; }
static bool execution_protected(const struct cpu *cpu) { return cpu->cr[0] & 0x00100000; }

static inline bool read_entry(struct cpu *cpu, struct table_walk *walk, uint64_t *entry)
{
    uint64_t absolute = real_to_absolute(cpu, walk->entry);
    if (unlikely(!storage_is_there(cpu->machine, absolute)))
        return ended(walk, PGM_ADDRESSING, 0);
    *entry = get64(cpu->machine->storage + absolute);
    return true;
}

/* A frame of 1M or 2G, which the entry itself designates by its absolute address (SA22 chapter 3,
 * Enhanced DAT). */
static void in_large_frame(const struct cpu *cpu, uint64_t entry, enum level level,
                           uint64_t logical, struct table_walk *walk)
{
    uint64_t byte_index = ((uint64_t)1 << (20 + 11 * level)) - 1;
    walk->no_execute = entry & ENTRY_NO_EXECUTE && execution_protected(cpu);
    walk->real = (entry & ~byte_index) | (logical & byte_index);
    walk->absolute = true;
}

static uint64_t page_entry_address(uint64_t segment, uint64_t logical)
{
    return (segment & ~(uint64_t)0x7FF) + 8 * (logical >> 12 & 0xFF);
}

static void read_page(struct cpu *cpu, uint64_t segment, uint64_t logical,
                      struct table_walk *walk)
{
    uint64_t page;
    walk->entry = page_entry_address(segment, logical);
    if (!read_entry(cpu, walk, &page))
        return;
    if (page & PTE_INVALID) {
        ended(walk, PGM_PAGE_TRANSLATION, 2);
        return;
    }
    if (page & PTE_RESERVED) {
        ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
        return;
    }
    walk->protect |= (page & PTE_PROTECT) != 0;
    walk->no_execute = page & PTE_NO_EXECUTE && execution_protected(cpu);
    walk->real = (page & ~(uint64_t)0xFFF) | (logical & 0xFFF);
}

/* How far the region and segment tables lead: to an entry that designates a page table or, if it
 * is `large`, a frame. */
struct table_end {
    uint64_t entry;
    enum level level;
    bool large;
    bool invalid;
};

/* False if the walk has ended before, at this level. */
static inline __attribute__((always_inline)) bool walk_to_end(struct cpu *cpu, uint64_t designation,
                                                              uint64_t logical,
                                                              struct table_walk *walk,
                                                              struct table_end *end)
{
    enum level level = table_type(designation);
    uint64_t entry = designation;
    bool large = false;
    if (!address_fits(logical, level))
        return ended(walk, PGM_ASCE_TYPE, 3);
    for (;; level--) {
        unsigned index = index_at(logical, level), quarter = index >> 9;
        end->level = level;
        walk->entry = (entry & ~(uint64_t)0xFFF) + 8 * index;
        if (quarter > table_length(entry) ||
            (level != table_type(designation) && quarter < table_offset(entry)))
            return ended(walk, translation_code(level), 3);
        if (!read_entry(cpu, walk, &entry))
            return false;
        end->invalid = entry & TABLE_ENTRY_INVALID;
        if (end->invalid)
            return ended(walk, translation_code(level), level == SEGMENT ? 1 : 3);
        large = entry & FORMAT_CONTROL && level <= REGION_THIRD && enhanced(cpu);
        if (table_type(entry) != level ||
            ((level == SEGMENT || large) && entry & ENTRY_COMMON && designation & ASCE_PRIVATE))
            return ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
        if (entry & ENTRY_PROTECT && (level == SEGMENT || enhanced(cpu)))
            walk->protect = true;
        if (large || level == SEGMENT)
            break;
    }
    *end = (struct table_end){ entry, level, large, false };
    return true;
}

void zarch_walk(struct cpu *cpu, uint64_t designation, uint64_t logical, struct table_walk *walk)
{
    struct table_end end;
    if (designation & ASCE_REAL_SPACE)
        walk->real = logical;
    else if (!walk_to_end(cpu, designation, logical, walk, &end))
        return;
    else if (end.large)
        in_large_frame(cpu, end.entry, end.level, logical, walk);
    else
        read_page(cpu, end.entry, logical, walk);
}

/* ---- LOAD PAGE-TABLE-ENTRY ADDRESS (SA22 10-57) ------------------------------------------------ */

/* By M4: a space by its control register, by the access register R2, or as the PSW has it. */
static struct access_space space_by_mask(struct cpu *cpu, const struct op *op)
{
    enum { BY_ACCESS_REGISTER = 1, BY_PSW = 4 };
    static const uint8_t spaces[] = { SPACE_CONTROL_PRIMARY, SPACE_CONTROL_REGISTERS,
                                      SPACE_CONTROL_SECONDARY, SPACE_CONTROL_HOME };
    if (op->i > BY_PSW)
        program_interrupt(cpu, PGM_SPECIFICATION);
    unsigned space = op->i == BY_PSW ? cpu->psw.space : spaces[op->i];
    if (space == SPACE_CONTROL_REGISTERS)
        return translate_alet(cpu, alet_in(cpu, op->r2), extended_authority(cpu));
    return (struct access_space){ .designation = designation_of(cpu, space) };
}

/* An entry that leads no further is told by its address, with the type of its table in the last
 * two bits; what has no entry by its exception. */
INSTRUCTION(lptea)
{
    struct access_space space = space_by_mask(cpu, op);
    struct table_walk walk = { .code = space.code, .lra_cc = 3 };
    struct table_end end = { .invalid = false };
    uint64_t logical = cpu->gr[op->r2].d & cpu->address_mask;
    if (!walk.code && space.designation & ASCE_REAL_SPACE)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    bool found = !walk.code && walk_to_end(cpu, space.designation, logical, &walk, &end);
    if (!found && !walk.lra_cc)
        program_interrupt(cpu, walk.code);
    if (found && !end.large) {
        cpu->gr[op->r1].d = page_entry_address(end.entry, logical);
        cpu->psw.cc = walk.protect;
    } else if (found || end.invalid) {
        cpu->gr[op->r1].d = walk.entry | end.level;
        cpu->psw.cc = 2;
    } else {
        cpu->gr[op->r1].d = (unsigned)walk.code;
        cpu->psw.cc = 3;
    }
}

/* Bits 0-51 the page, bits 62-63 the space as PSW bits 16-17 name it (SA22 3-74). */
uint64_t zarch_exception_identification(const struct cpu *cpu, uint64_t logical, unsigned space)
{
    (void)cpu;
    return (logical & ~(uint64_t)0xFFF) | space;
}
