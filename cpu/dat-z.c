/* z/Architecture's translation tables: up to three levels of region tables, 1M segments, 4K
 * pages, entries of eight bytes; with enhanced DAT frames of 1M and 2G (SA22 3-41 to 3-56). */
#include "cpu/control.h"

/* An address-space-control element, and what region- and segment-table entries have in
 * the same bits. */
enum { ASCE_PRIVATE = 0x100, ASCE_REAL_SPACE = 0x20, ENTRY_PROTECT = 0x200,
       ENTRY_NO_EXECUTE = 0x100, ENTRY_INVALID = 0x20, ENTRY_COMMON = 0x10 };
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
    if (unlikely(absolute > cpu->machine->options.mainsize - 8))
        return ended(walk, PGM_ADDRESSING, 0);
    *entry = get64(cpu->machine->storage + absolute);
    return true;
}

/* A frame of 1M or 2G, which the entry itself designates. */
static void in_large_frame(const struct cpu *cpu, uint64_t entry, enum level level,
                           uint64_t logical, struct table_walk *walk)
{
    uint64_t byte_index = ((uint64_t)1 << (20 + 11 * level)) - 1;
    walk->no_execute = entry & ENTRY_NO_EXECUTE && execution_protected(cpu);
    walk->real = (entry & ~byte_index) | (logical & byte_index);
}

static void read_page(struct cpu *cpu, uint64_t segment, uint64_t logical,
                      struct table_walk *walk)
{
    uint64_t page;
    walk->entry = (segment & ~(uint64_t)0x7FF) + 8 * (logical >> 12 & 0xFF);
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

void zarch_walk(struct cpu *cpu, uint64_t designation, uint64_t logical, struct table_walk *walk)
{
    enum level level = table_type(designation);
    uint64_t entry = designation;
    bool large = false;
    if (designation & ASCE_REAL_SPACE) {
        walk->real = logical;
        return;
    }
    if (!address_fits(logical, level)) {
        ended(walk, PGM_ASCE_TYPE, 3);
        return;
    }
    for (;; level--) {
        unsigned index = index_at(logical, level), quarter = index >> 9;
        walk->entry = (entry & ~(uint64_t)0xFFF) + 8 * index;
        if (quarter > table_length(entry) ||
            (level != table_type(designation) && quarter < table_offset(entry))) {
            ended(walk, translation_code(level), 3);
            return;
        }
        if (!read_entry(cpu, walk, &entry))
            return;
        if (entry & ENTRY_INVALID) {
            ended(walk, translation_code(level), level == SEGMENT ? 1 : 3);
            return;
        }
        large = entry & FORMAT_CONTROL && level <= REGION_THIRD && enhanced(cpu);
        if (table_type(entry) != level ||
            ((level == SEGMENT || large) && entry & ENTRY_COMMON && designation & ASCE_PRIVATE)) {
            ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
            return;
        }
        if (entry & ENTRY_PROTECT && (level == SEGMENT || enhanced(cpu)))
            walk->protect = true;
        if (large || level == SEGMENT)
            break;
    }
    if (large)
        in_large_frame(cpu, entry, level, logical, walk);
    else
        read_page(cpu, entry, logical, walk);
}

/* Bits 0-51 the page, bits 62-63 the space as PSW bits 16-17 name it (SA22 3-74). */
uint64_t zarch_exception_identification(const struct cpu *cpu, uint64_t logical, unsigned space)
{
    (void)cpu;
    return (logical & ~(uint64_t)0xFFF) | space;
}
