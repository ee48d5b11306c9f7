/* Dynamic address translation by S/370's segment and page tables, and the instructions
 * about it: LRA, PTLB, IPTE, TPROT (GA22 3-18 to 3-32, chapter 10). The tables of ESA/390 and
 * z/Architecture are in dat-esa.c and dat-z.c. */
#include "cpu/spaces.h"

/* ---- what CR0 bits 8-12 select ------------------------------------------------- */

struct table_format {
    uint8_t segment_shift, page_shift;
};

static inline bool table_format(uint32_t control0, struct table_format *format)
{
    static const struct table_format formats[32] = {
        [0x08] = { 16, 11 }, [0x0A] = { 20, 11 }, [0x10] = { 16, 12 }, [0x12] = { 20, 12 },
    };
    *format = formats[control0 >> 19 & 0x1F];
    return format->page_shift;
}

static inline unsigned segment_index(struct table_format format, uint32_t logical)
{
    return (logical & 0xFFFFFF) >> format.segment_shift;
}

static inline unsigned page_index(struct table_format format, uint32_t logical)
{
    return (logical & ((1u << format.segment_shift) - 1)) >> format.page_shift;
}

/* Page-table lengths count in sixteenths of the largest table. */
static inline bool page_in_table(struct table_format format, unsigned index, uint32_t segment_entry)
{
    return index >> (format.segment_shift - format.page_shift - 4) <= segment_entry >> 28;
}

/* ---- entries --------------------------------------------------------------------- */

/* Of the common-segment bit, 2, nothing is to be known: it is about what a TLB may keep. */
enum { SEGMENT_INVALID = 1, SEGMENT_PROTECT = 4 };
#define SEGMENT_ORIGIN   0x00FFFFF8u
#define SEGMENT_RESERVED 0x0F000000u

/* ---- the walk -------------------------------------------------------------------- */

/* The tables that a walk goes through: what selects their format and where they begin.
 * Those of a virtual machine lie in its storage, which is found by tables in turn. */
struct tables {
    uint32_t control0, designation;
    const struct tables *storage;       /* NULL: real storage */
};

static bool virtual_storage(struct cpu *cpu, const struct tables *, uint32_t *address);

/* The walk is written once, and compiled for either kind of storage. */
#define FOR_EACH_KIND static inline __attribute__((always_inline))

/* The translation cache's misses come here: the way through good tables is short. An entry stands on
 * a boundary of its length. */
FOR_EACH_KIND const uint8_t *table_entry(struct cpu *cpu, const struct tables *tables,
                                         uint32_t real)
{
    const struct machine *machine = cpu->machine;
    if (tables->storage && !virtual_storage(cpu, tables->storage, &real))
        return NULL;
    uint64_t absolute = real_to_absolute(cpu, real);
    return storage_is_there(machine, absolute) ? machine->storage + absolute : NULL;
}

static bool ended(struct table_walk *walk, int code, int lra_cc)
{
    walk->code = code;
    walk->lra_cc = lra_cc;
    return false;
}

/* A page-table entry: the frame on the left, then the invalid bit, then bits that must be
 * zero; but with 4K pages those extend the frame to 26 bits of real address where storage
 * is that large (GA22 3-24). The last bit of the entry is the program's. */
FOR_EACH_KIND bool read_page_entry(struct cpu *cpu, const struct tables *tables,
                                   struct table_format format, uint32_t logical,
                                   struct table_walk *walk)
{
    const uint8_t *bytes = table_entry(cpu, tables, (uint32_t)walk->entry);
    if (unlikely(!bytes))
        return ended(walk, PGM_ADDRESSING, 0);
    memcpy(&walk->entries.page, bytes, 4);      /* behind the end of storage there is more */
    walk->entries.page_at = (uint32_t)(bytes - cpu->storage);
    uint32_t entry = get16(&walk->entries.page), invalid = format.page_shift == 11 ? 4 : 8;
    uint32_t reserved = format.page_shift == 11 ? 2 : 6, extension = 0;
    if (unlikely(entry & invalid))
        return ended(walk, PGM_PAGE_TRANSLATION, 2);
    if (format.page_shift == 12 && cpu->machine->options.mainsize > 0x1000000 && !tables->storage)
        extension = (entry & 6) << 23, reserved = 0;
    if (unlikely(entry & reserved))
        return ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
    uint32_t byte_index = (1u << format.page_shift) - 1;
    walk->real = extension | (entry << 8 & ~byte_index) | (logical & byte_index);
    return true;
}

/* False if the walk ends before the page is found. */
FOR_EACH_KIND bool walk_both(struct cpu *cpu, const struct tables *tables, uint32_t logical,
                             struct table_walk *walk)
{
    struct table_format format;
    uint32_t designation = tables->designation;
    if (unlikely(!table_format(tables->control0, &format)))
        return ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
    unsigned index = segment_index(format, logical);
    walk->entry = ((designation & 0x00FFFFC0) + 4 * index) & 0xFFFFFF;
    if (unlikely(index >> 4 > designation >> 24))
        return ended(walk, PGM_SEGMENT_TRANSLATION, 3);
    const uint8_t *bytes = table_entry(cpu, tables, (uint32_t)walk->entry);
    if (unlikely(!bytes))
        return ended(walk, PGM_ADDRESSING, 0);
    memcpy(&walk->entries.segment, bytes, 4);
    walk->entries.segment_at = (uint32_t)(bytes - cpu->storage);
    uint32_t segment = get32(&walk->entries.segment);
    if (unlikely(segment & SEGMENT_INVALID))
        return ended(walk, PGM_SEGMENT_TRANSLATION, 1);
    if (unlikely(segment & SEGMENT_RESERVED))
        return ended(walk, PGM_TRANSLATION_SPECIFICATION, 0);
    walk->protect = segment & SEGMENT_PROTECT;
    index = page_index(format, logical);
    walk->entry = ((segment & SEGMENT_ORIGIN) + 2 * index) & 0xFFFFFF;
    if (unlikely(!page_in_table(format, index, segment)))
        return ended(walk, PGM_PAGE_TRANSLATION, 3);
    return read_page_entry(cpu, tables, format, logical, walk);
}

void s370_walk(struct cpu *cpu, uint64_t designation, uint64_t logical, struct table_walk *walk)
{
    walk_both(cpu, &(struct tables){ (uint32_t)cpu->cr[0], (uint32_t)designation, NULL },
              (uint32_t)logical, walk);
}

/* A virtual machine's storage is described by a word like control register 1, whose last two
 * bits are what control register 0 says of formats: 2K pages, segments of 1M. */
static struct tables storage_tables(uint32_t segments)
{
    uint32_t pages = segments & 2 ? 0x00400000 : 0x00800000;
    return (struct tables){ pages | (segments & 1 ? 0x00100000 : 0), segments & ~3u, NULL };
}

static bool virtual_storage(struct cpu *cpu, const struct tables *storage, uint32_t *address)
{
    struct table_walk walk = { .code = 0 };
    bool found = walk_both(cpu, storage, *address, &walk);
    *address = (uint32_t)walk.real;
    return found;
}

struct table_walk walk_virtual_storage(struct cpu *cpu, uint32_t segments, uint32_t address)
{
    struct table_walk walk = { .code = 0 };
    const struct tables tables = storage_tables(segments);
    walk_both(cpu, &tables, address & 0xFFFFFF, &walk);
    return walk;
}

struct table_walk walk_virtual_tables(struct cpu *cpu, uint32_t segments, uint32_t control0,
                                      uint32_t designation, uint32_t logical)
{
    struct table_walk walk = { .code = 0 };
    const struct tables storage = storage_tables(segments);
    walk_both(cpu, &(struct tables){ control0, designation, &storage }, logical, &walk);
    return walk;
}

/* Segment and page index; what the page does not need is unpredictable: zero. What fails
 * tells the space too (GA22 3-43). */
uint64_t s370_exception_identification(const struct cpu *cpu, uint64_t logical, unsigned space)
{
    return (logical & (cpu->cr[0] & 0x00800000 ? 0xFFF000 : 0xFFF800)) |
           (space == SPACE_CONTROL_SECONDARY ? 0x80000000 : 0);
}

/* ---- for all architectures --------------------------------------------------------- */

struct table_walk walk_tables(struct cpu *cpu, uint64_t designation, uint64_t logical)
{
    struct table_walk walk = { .code = 0 };
    cpu->arch->walk(cpu, designation, logical, &walk);
    return walk;
}

uint64_t designation_of(const struct cpu *cpu, enum space_control space)
{
    static const uint8_t registers[] = { [SPACE_CONTROL_PRIMARY] = 1,
        [SPACE_CONTROL_REGISTERS] = 1, [SPACE_CONTROL_SECONDARY] = 7, [SPACE_CONTROL_HOME] = 13 };
    return cpu->cr[registers[space]];
}

uint64_t current_designation(const struct cpu *cpu)
{
    return designation_of(cpu, cpu->psw.space);
}

int translate_for_display(struct cpu *cpu, uint64_t logical, uint64_t *absolute)
{
    struct table_walk walk = { .real = logical };
    if (psw_dat(&cpu->psw))
        walk = walk_tables(cpu, current_designation(cpu), logical);
    if (walk.code)
        return walk.code;
    *absolute = walk_absolute(cpu, &walk);
    return storage_is_there(cpu->machine, *absolute) ? 0 : PGM_ADDRESSING;
}

/* ---- instructions ------------------------------------------------------------------ */

uint32_t real_word(struct cpu *cpu, uint32_t real)
{
    const uint8_t *bytes = real_storage(cpu, real, 4);
    if (!bytes)
        program_interrupt(cpu, PGM_ADDRESSING);
    return get32(bytes);
}

INSTRUCTION(lra)
{
    uint32_t logical = (uint32_t)address_x2(cpu, op);
    struct access_space space;
    struct table_walk walk = walk_to_operand(cpu, logical, op->b2, &space);
    if (walk.code && !walk.lra_cc)
        program_interrupt(cpu, walk.code);
    cpu->gr[op->r1].w = walk.lra_cc ? walk.entry : (uint32_t)walk.real;
    cpu->psw.cc = (uint8_t)walk.lra_cc;
}

INSTRUCTION(ptlb)
{
    (void)op;
    purge_translations(cpu);
}

/* R1 has a segment-table entry, R2 a logical address of which the page index counts
 * (GA22 10-11). The page-table entry's address is real, but keys and low-address
 * protection hold (6-17). The TLB entries for the page go on every CPU of the configuration. */
INSTRUCTION(ipte)
{
    struct table_format format;
    if (!table_format((uint32_t)cpu->cr[0], &format))
        program_interrupt(cpu, PGM_TRANSLATION_SPECIFICATION);
    uint32_t origin = cpu->gr[op->r1].w & SEGMENT_ORIGIN;
    unsigned index = page_index(format, cpu->gr[op->r2].w);
    uint32_t address = (origin + 2 * index) & 0xFFFFFF;
    struct access access = { cpu->psw.key, SPACE_REAL };
    uint8_t *bytes = cpu->machine->storage + translate(cpu, address, ACCESS_STORE, access);
    put16(bytes, get16(bytes) | (format.page_shift == 11 ? 4 : 8));
    real_changed(cpu, address, 2);
    purge_translations(cpu);
    for (int i = 0; i < cpu->machine->ncpus; i++)
        if (cpu->machine->cpus[i] != cpu)
            cpu_attend(cpu->machine->cpus[i], ATTEND_PURGE);
}

/* What a key may do with a storage key: TPROT's condition code. */
static int protection(uint8_t storage_key, uint8_t access_key, bool stores_barred)
{
    if (access_key != 0 && (storage_key & KEY_ACCESS) != access_key)
        return storage_key & KEY_FETCH ? 2 : 1;
    return stores_barred ? 1 : 0;
}

INSTRUCTION(tprot)
{
    uint64_t logical = address_b1(cpu, op);
    uint8_t key = address_b2(cpu, op) & KEY_ACCESS;
    struct table_walk walk = { .real = logical };
    struct access_space space = { .designation = 0 };
    if (psw_dat(&cpu->psw))
        walk = walk_to_operand(cpu, logical, op->b1, &space);
    if (walk.code && !walk.lra_cc)
        program_interrupt(cpu, walk.code);
    if (walk.lra_cc) {
        cpu->psw.cc = 3;
        return;
    }
    uint64_t absolute = walk_absolute(cpu, &walk);
    if (!storage_is_there(cpu->machine, absolute))
        program_interrupt(cpu, PGM_ADDRESSING);
    bool low = (logical & ~cpu->arch->low_alias) < 512 &&
               control_bit(cpu, 0, CR0_LOW_ADDRESS_PROTECTION) &&
               !(space.designation & cpu->arch->private_space);
    cpu->psw.cc = (uint8_t)protection(cpu->machine->keys[absolute >> BLOCK_SHIFT], key,
                                      walk.protect || low || space.fetch_only);
}
