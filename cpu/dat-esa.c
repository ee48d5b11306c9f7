/* ESA/390's translation tables: 1M segments, 4K pages, entries of four bytes (SA22-7201
 * 3-21 to 3-35). */
#include "cpu/control.h"

enum { STD_PRIVATE = 0x100, STD_LENGTH = 0x7F };
#define STD_ORIGIN 0x7FFFF000u

enum { STE_INVALID = 0x20, STE_COMMON = 0x10, STE_LENGTH = 0x0F };
#define STE_ORIGIN   0x7FFFFFC0u
#define STE_RESERVED 0x80000000u

enum { PTE_INVALID = 0x400, PTE_PROTECT = 0x200 };
#define PTE_FRAME    0x7FFFF000u
#define PTE_RESERVED 0x80000900u

static void ended(struct table_walk *walk, int code, int lra_cc)
{
    walk->code = code;
    walk->lra_cc = lra_cc;
}

/* `kept` is the entry as it stands there. */
static bool read_entry(struct cpu *cpu, struct table_walk *walk, uint32_t *at, uint32_t *kept,
                       uint32_t *entry)
{
    const uint8_t *bytes = real_storage(cpu, walk->entry, 4);
    if (!bytes) {
        ended(walk, PGM_ADDRESSING, 0);
        return false;
    }
    memcpy(kept, bytes, 4);
    *at = (uint32_t)(bytes - cpu->storage);
    *entry = get32(kept);
    return true;
}

void esa390_walk(struct cpu *cpu, uint64_t designation, uint64_t logical, struct table_walk *walk)
{
    enum { TRANSLATION_FORMAT = 0x00F80000, MEGABYTE_4K = 0x00B00000 };
    uint32_t segment, page, index = logical >> 20 & 0x7FF;
    if ((cpu->cr[0] & TRANSLATION_FORMAT) != MEGABYTE_4K) {
        ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
        return;
    }
    /* Table lengths count in 64 bytes, sixteen entries. */
    walk->entry = (designation & STD_ORIGIN) + 4 * index;
    if (index >> 4 > (designation & STD_LENGTH)) {
        ended(walk, PGM_SEGMENT_TRANSLATION, 3);
        return;
    }
    if (!read_entry(cpu, walk, &walk->entries.segment_at, &walk->entries.segment, &segment))
        return;
    if (segment & STE_INVALID) {
        ended(walk, PGM_SEGMENT_TRANSLATION, 1);
        return;
    }
    if (segment & STE_RESERVED || (segment & STE_COMMON && designation & STD_PRIVATE)) {
        ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
        return;
    }
    index = logical >> 12 & 0xFF;
    walk->entry = (segment & STE_ORIGIN) + 4 * index;
    if (index >> 4 > (segment & STE_LENGTH)) {
        ended(walk, PGM_PAGE_TRANSLATION, 3);
        return;
    }
    if (!read_entry(cpu, walk, &walk->entries.page_at, &walk->entries.page, &page))
        return;
    if (page & PTE_INVALID) {
        ended(walk, PGM_PAGE_TRANSLATION, 2);
        return;
    }
    if (page & PTE_RESERVED) {
        ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
        return;
    }
    walk->protect = page & PTE_PROTECT;
    walk->real = (page & PTE_FRAME) | (logical & 0xFFF);
}

/* Bits 1-19 the page, bits 30-31 the space as PSW bits 16-17 name it (SA22-7201 3-52). */
uint64_t esa390_exception_identification(const struct cpu *cpu, uint64_t logical, unsigned space)
{
    (void)cpu;
    return (logical & 0x7FFFF000) | space |
           (space == SPACE_CONTROL_SECONDARY ? 0x80000000 : 0);
}
