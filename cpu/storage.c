/* The one place where a logical address becomes a place in storage: translation,
 * prefixing, addressing and protection checks, reference and change recording, the
 * filling of the translation cache, and word to the engine when code is stored into.
 * GA22 chapter 3. */
#include "cpu/storage.h"

#include "cpu/blocks.h"
#include "cpu/control.h"
#include "cpu/spaces.h"

/* ---- real and absolute -------------------------------------------------------- */

uint8_t *storage_absolute(struct machine *machine, uint64_t address, uint64_t length)
{
    uint64_t size = machine->options.mainsize;
    if (length > size || address > size - length)
        return NULL;
    if (address + length > machine->whole && machine->assigned && length)
        for (uint64_t megabyte = address >> 20; megabyte <= (address + length - 1) >> 20; megabyte++)
            if (!machine->assigned[megabyte])
                return NULL;
    return machine->storage + address;
}

uint8_t *real_storage(struct cpu *cpu, uint64_t real, unsigned length)
{
    return storage_absolute(cpu->machine, real_to_absolute(cpu, real), length);
}

void real_changed(struct cpu *cpu, uint64_t real, unsigned length)
{
    uint64_t absolute = real_to_absolute(cpu, real);
    if (code_in(cpu->machine, absolute, length))
        storage_changed(cpu->machine, absolute, length);
}

/* ---- keys ------------------------------------------------------------------------ */

static bool key_permits(uint8_t storage_key, uint8_t key, enum access_type type)
{
    return key == 0 || (storage_key & KEY_ACCESS) == key ||
           (type != ACCESS_STORE && !(storage_key & KEY_FETCH));
}

/* What control register 0 excepts from key-controlled protection since ESA/370: blocks of
 * key 9, and fetches from the first 2K of a space that is not private (SA22 3-12). */
static bool protection_overridden(const struct cpu *cpu, uint64_t logical, uint8_t storage_key,
                                  enum access_type type, bool private)
{
    enum { STORAGE_PROTECTION_OVERRIDE = 0x01000000, FETCH_PROTECTION_OVERRIDE = 0x02000000 };
    if (!cpu->arch->overrides)
        return false;
    return (cpu->cr[0] & STORAGE_PROTECTION_OVERRIDE && (storage_key & KEY_ACCESS) == 0x90) ||
           (cpu->cr[0] & FETCH_PROTECTION_OVERRIDE && type != ACCESS_STORE && logical < 2048 &&
            !private);
}

/* Other threads record too: the bits are set atomically, and only if missing. */
static void record(uint8_t *key, uint8_t bits)
{
    if ((__atomic_load_n(key, __ATOMIC_RELAXED) & bits) != bits)
        __atomic_fetch_or(key, bits, __ATOMIC_RELAXED);
}

/* ---- translation --------------------------------------------------------------------- */

struct access current_access(const struct cpu *cpu)
{
    return (struct access){ cpu->psw.key, SPACE_CURRENT };
}

enum space_control instruction_space(const struct cpu *cpu)
{
    bool primary = cpu->arch->instructions_from_primary && cpu->psw.space != SPACE_CONTROL_HOME;
    return primary ? SPACE_CONTROL_PRIMARY : cpu->psw.space;
}

static enum space_control space_of(const struct cpu *cpu, struct access access,
                                   enum access_type type)
{
    switch (access.space) {
    case SPACE_PRIMARY:   return SPACE_CONTROL_PRIMARY;
    case SPACE_SECONDARY: return SPACE_CONTROL_SECONDARY;
    case SPACE_HOME:      return SPACE_CONTROL_HOME;
    case SPACE_REGISTERS: return SPACE_CONTROL_REGISTERS;
    default:              return type == ACCESS_INSTRUCTION ? instruction_space(cpu)
                                                            : cpu->psw.space;
    }
}

/* ---- which access register ----------------------------------------------------------- */

/* That of the operand which the operation at hand now comes to (SA22 5-48): by the format, or
 * as in_space_of() has said. */
static unsigned operand_register(const struct cpu *cpu)
{
    const struct instruction *row = cpu->op ? instruction_row(cpu->op->row) : NULL;
    if (!row || row->flags & SAYS_SPACE)
        return cpu->access_register;
    switch ((enum instruction_format)row->format) {
    case FORMAT_RX: case FORMAT_RXE: case FORMAT_RXF: case FORMAT_RXY:
    case FORMAT_RS: case FORMAT_RSY: case FORMAT_S:
        return cpu->op->b2;
    case FORMAT_SI: case FORMAT_SIY: case FORMAT_SIL: case FORMAT_RSL: case FORMAT_RSL_LONG:
    case FORMAT_SS_LI:
        return cpu->op->b1;
    default:
        return cpu->access_register;
    }
}

bool same_space(const struct cpu *cpu, unsigned base1, unsigned base2)
{
    return !psw_by_registers(&cpu->psw) || alet_in(cpu, base1) == alet_in(cpu, base2);
}

/* Low-address protection (GA22 3-12) is about effective addresses, but not in a space that
 * is private. */
static bool low_address_protected(const struct cpu *cpu, uint64_t logical, bool private)
{
    enum { LOW_ADDRESS_PROTECTION = 0x10000000 };
    return cpu->cr[0] & LOW_ADDRESS_PROTECTION && (logical & ~cpu->arch->low_alias) < 512 &&
           !private;
}

/* How an access stands: found out step by step. */
struct looking {
    uint64_t logical;
    enum access_type type;
    struct access access;
    enum space_control space;
    bool dat, private, fetch_only;
    uint8_t access_register;        /* that named the space, or 0 */
    uint64_t designation;
    uint64_t context;               /* in which the translation is kept; 0: it is not */
    struct table_walk walk;
};

/* Which access failed: bit 53 for a store, 52 for a fetch (access-exception
 * fetch/store-indication facility, SA22 3-75). */
static _Noreturn void access_exception(struct cpu *cpu, const struct looking *looking,
                                       enum program_code code, uint64_t how)
{
    cpu->translation_exception =
        cpu->arch->exception_identification(cpu, looking->logical, looking->space) | how;
    if (cpu->arch->wide_codes)
        cpu->translation_exception |= looking->type == ACCESS_STORE ? 0x400 : 0x800;
    cpu->exception_access_id = looking->access_register;
    program_interrupt(cpu, code);
}

static void protect(struct cpu *cpu, const struct looking *looking, uint8_t storage_key)
{
    enum { BY_TABLES = 4, EXECUTION = 0x80 };
    bool store = looking->type == ACCESS_STORE;
    if (!key_permits(storage_key, looking->access.key, looking->type) &&
        !protection_overridden(cpu, looking->logical, storage_key, looking->type,
                               looking->private))
        access_exception(cpu, looking, PGM_PROTECTION, 0);
    if (store && (looking->walk.protect || looking->fetch_only))
        access_exception(cpu, looking, PGM_PROTECTION, BY_TABLES);
    if (looking->type == ACCESS_INSTRUCTION && looking->walk.no_execute)
        access_exception(cpu, looking, PGM_PROTECTION, EXECUTION);
}

static const struct translation *translation_in(const struct cpu *cpu, uint64_t logical,
                                                uint64_t context)
{
    return translation_at(cpu, logical, spread_of(cpu->engine, (unsigned)context));
}

/* A block of which a store was allowed may be stored into without asking again: its
 * change bit is on. Low-address protection and PER need to see each store. */
static inline void keep_block(struct cpu *cpu, const struct looking *looking, uint64_t logical,
                              uint64_t absolute, uint8_t storage_key)
{
    uint64_t block = logical & ~(uint64_t)BLOCK_MASK;
    struct translation *t =
        (struct translation *)(uintptr_t)translation_in(cpu, logical, looking->context);
    bool storable = !looking->walk.protect && !looking->fetch_only && storage_key & KEY_CHANGE &&
                    (key_permits(storage_key, looking->access.key, ACCESS_STORE) ||
                     protection_overridden(cpu, logical, storage_key, ACCESS_STORE, false)) &&
                    !low_address_protected(cpu, block, looking->private) &&
                    !per_watches_stores(cpu);
    t->read_tag = block | looking->context;
    t->write_tag = storable ? t->read_tag : 0;
    t->offset = (absolute & ~(uint64_t)BLOCK_MASK) - block;
    t->host = (uint64_t)(uintptr_t)cpu->storage + t->offset;
    cpu->engine->entries[t - cpu->translations] = looking->walk.entries;
    cpu->engine->kept[absolute >> BLOCK_SHIFT] = 1;
}

/* Since ESA/390 pages and the blocks of storage keys have 4K: what holds for one half of them
 * holds for the other. The first pages are apart: some protection is for parts of them. */
static __attribute__((noinline)) void keep_other_half(struct cpu *cpu, const struct looking *looking,
                                                      uint64_t absolute)
{
    const uint8_t *keys = &cpu->machine->keys[absolute >> BLOCK_SHIFT & ~(uint64_t)1];
    if (looking->logical >= 8192 && ((keys[0] ^ keys[1]) & (KEY_ACCESS | KEY_FETCH)) == 0)
        keep_block(cpu, looking, looking->logical ^ BLOCK_SIZE, absolute ^ BLOCK_SIZE,
                   keys[~(absolute >> BLOCK_SHIFT) & 1]);
}

static void keep_translation(struct cpu *cpu, const struct looking *looking, uint64_t absolute,
                             uint8_t storage_key)
{
    if (!looking->context || looking->context == CONTEXT_UNCACHED)
        return;
    keep_block(cpu, looking, looking->logical, absolute, storage_key);
    if (cpu->arch->pages_of_4k)
        keep_other_half(cpu, looking, absolute);
}

/* An access as nearly all are: the quick way has looked for its translation in vain. */
static inline bool is_plain(const struct cpu *cpu, enum access_type type, struct access access)
{
    return access.space == SPACE_CURRENT && access.key == cpu->psw.key &&
           (type == ACCESS_INSTRUCTION || !psw_by_registers(&cpu->psw));
}

static inline void look_plainly(struct cpu *cpu, struct looking *looking)
{
    bool code = looking->type == ACCESS_INSTRUCTION;
    looking->space = code ? instruction_space(cpu) : cpu->psw.space;
    looking->context = code ? cpu->code_context : cpu->context;
    looking->dat = psw_dat(&cpu->psw);
    if (looking->dat)
        looking->designation = designation_of(cpu, looking->space);
}

/* In its context, is there a translation already? */
static bool is_kept(const struct cpu *cpu, const struct looking *looking, uint64_t *absolute)
{
    const struct translation *t = translation_in(cpu, looking->logical, looking->context);
    uint64_t tag = (looking->logical & ~(uint64_t)BLOCK_MASK) | looking->context;
    *absolute = looking->logical + t->offset;
    return looking->context && (looking->type == ACCESS_STORE ? t->write_tag : t->read_tag) == tag;
}

/* By the register of an operand whose space is known, and whose translation is kept there. */
static bool is_known(struct cpu *cpu, struct looking *looking, uint64_t *absolute)
{
    if (looking->access.space != SPACE_CURRENT || looking->access.key != cpu->psw.key)
        return false;
    unsigned base = looking->access_register ? looking->access_register : 16;
    const struct register_space *space = known_space(cpu, base);
    if (!space)
        return false;
    looking->context = space->context;
    return is_kept(cpu, looking, absolute);
}

/* Another space, or another key: its designation, and the context in which translations to it
 * are kept. True if there is one already. */
static bool look_elsewhere(struct cpu *cpu, struct looking *looking, uint64_t *absolute)
{
    struct access access = looking->access;
    looking->space = space_of(cpu, access, looking->type);
    looking->dat = access.space != SPACE_REAL && psw_dat(&cpu->psw);
    if (!looking->dat)
        return false;
    if (looking->space == SPACE_CONTROL_REGISTERS) {
        looking->access_register = operand_register(cpu) & 15;
        if (is_known(cpu, looking, absolute) && !per_watches_stores(cpu))
            return true;
        struct access_space named = space_by_register(cpu, looking->access_register);
        looking->designation = named.designation;
        looking->fetch_only = named.fetch_only;
        looking->context = context_for(cpu, named.designation, access.key, named.fetch_only);
        if (!named.in_group && access.space == SPACE_CURRENT && access.key == cpu->psw.key)
            keep_space(cpu, looking->access_register, looking->context);
    } else {
        looking->designation = designation_of(cpu, looking->space);
        looking->context = context_for(cpu, looking->designation, access.key, false);
    }
    return is_kept(cpu, looking, absolute);
}

static uint64_t translate_anew(struct cpu *cpu, uint64_t logical, enum access_type type,
                               struct access access)
{
    uint64_t absolute;
    struct looking looking = { .logical = logical, .type = type, .access = access,
                               .walk.real = logical };
    if (likely(is_plain(cpu, type, access)))
        look_plainly(cpu, &looking);
    else if (look_elsewhere(cpu, &looking, &absolute)) {
        order_access(type);
        return absolute;
    }
    looking.private = looking.designation & cpu->arch->private_space;
    if (type == ACCESS_STORE && low_address_protected(cpu, logical, looking.private))
        access_exception(cpu, &looking, PGM_PROTECTION, 0);
    if (looking.dat) {
        cpu->arch->walk(cpu, looking.designation, logical, &looking.walk);
        if (looking.walk.code == PGM_PAGE_TRANSLATION && vm_assist_on(cpu) &&
            vm_assist_page_translation(cpu, (uint32_t)logical, &looking.walk))
            looking.walk = walk_tables(cpu, looking.designation, logical);
        if (looking.walk.code)
            access_exception(cpu, &looking, looking.walk.code, 0);
    }
    absolute = walk_absolute(cpu, &looking.walk);
    if (!storage_is_there(cpu->machine, absolute))
        program_interrupt(cpu, PGM_ADDRESSING);
    uint8_t *key = &cpu->machine->keys[absolute >> BLOCK_SHIFT];
    protect(cpu, &looking, *key);
    record(key, type == ACCESS_STORE ? KEY_REFERENCE | KEY_CHANGE : KEY_REFERENCE);
    keep_translation(cpu, &looking, absolute, *key);
    order_access(type);
    return absolute;
}

static inline bool entry_is(const struct cpu *cpu, uint32_t at, uint32_t entry)
{
    return memcmp(cpu->storage + at, &entry, sizeof entry) == 0;
}

static inline void give_tag(struct translation *t, uint64_t tag)
{
    t->read_tag = tag;
    t->write_tag = t->write_tag ? tag : 0;
}

/* After PTLB, which only retired its context's number, a translation stands where it stood. It is
 * fetched from the tables again, and if it is what it was the rest has not changed either: not
 * what a context is about, and not the storage key, or the translation would not be there. The
 * same entries may have led to the other half of a 4K page, its neighbour. */
static inline __attribute__((always_inline)) bool revive(struct cpu *cpu, uint64_t logical,
                                                         enum access_type type,
                                                         uint64_t *absolute)
{
    const struct engine *engine = cpu->engine;
    bool code = type == ACCESS_INSTRUCTION;
    uint64_t context = code ? cpu->code_context : cpu->context;
    uint64_t spread = code ? cpu->code_spread : cpu->context_spread;
    struct translation *t = (struct translation *)(uintptr_t)translation_at(cpu, logical, spread);
    uint64_t block = logical & ~(uint64_t)BLOCK_MASK;
    uint64_t before = (type == ACCESS_STORE ? t->write_tag : t->read_tag) ^ block;
    const struct table_entries *entries = &engine->entries[t - cpu->translations];
    if (before >= CONTEXTS || !before || !entries->page_at ||
        engine->contexts[before].place != engine->contexts[context].place)
        return false;
    if (!entry_is(cpu, entries->segment_at, entries->segment) ||
        !entry_is(cpu, entries->page_at, entries->page))
        return false;
    give_tag(t, block | context);
    struct translation *half = &cpu->translations[(t - cpu->translations) ^ 1];
    if (half->read_tag == ((block ^ BLOCK_SIZE) | before) &&
        memcmp(entries, &engine->entries[half - cpu->translations], sizeof *entries) == 0)
        give_tag(half, (block ^ BLOCK_SIZE) | context);
    *absolute = logical + t->offset;
    return true;
}

uint64_t translate(struct cpu *cpu, uint64_t logical, enum access_type type, struct access access)
{
    uint64_t absolute;
    if (cpu->arch->two_tables && is_plain(cpu, type, access) &&
        revive(cpu, logical, type, &absolute)) {
        order_access(type);
        return absolute;
    }
    return translate_anew(cpu, logical, type, access);
}

/* ---- operands of any length up to a block's, in one or two pieces ------------------- */

struct operand {
    uint8_t *piece[2];
    unsigned length[2];
};

static void note_store(struct cpu *cpu, uint64_t absolute, unsigned length)
{
    if (unlikely(code_in(cpu->machine, absolute, length)))
        code_stored(cpu, absolute, length);
}

/* Stores into code come here with their translation at hand. */
static uint64_t known_or_translated(struct cpu *cpu, uint64_t logical, enum access_type type,
                                    struct access access)
{
    const struct translation *t = translation_for(cpu, logical);
    uint64_t tag = (logical & ~(uint64_t)BLOCK_MASK) | cpu->context;
    if (t->write_tag == tag && access.space == SPACE_CURRENT && access.key == cpu->psw.key &&
        type != ACCESS_INSTRUCTION) {
        order_access(type);
        return logical + t->offset;
    }
    return translate(cpu, logical, type, access);
}

static void tell_per(struct cpu *cpu, uint64_t logical, unsigned length, struct access access)
{
    uint64_t absolute;
    struct looking looking = { .logical = logical, .type = ACCESS_STORE, .access = access };
    if (is_plain(cpu, ACCESS_STORE, access))
        look_plainly(cpu, &looking);
    else
        look_elsewhere(cpu, &looking, &absolute);
    per_store(cpu, logical, length,
              &(struct per_space){ looking.dat, (uint8_t)looking.space, looking.access_register,
                                   looking.designation });
}

static struct operand find_operand(struct cpu *cpu, struct access access, enum access_type type,
                                   uint64_t logical, unsigned length)
{
    unsigned room = BLOCK_SIZE - (unsigned)(logical & BLOCK_MASK);
    unsigned first = length < room ? length : room, second = length - first;
    uint64_t absolute = known_or_translated(cpu, logical, type, access), absolute2 = 0;
    if (second)
        absolute2 = translate(cpu, (logical + first) & cpu->address_mask, type, access);
    if (type == ACCESS_STORE) {
        if (unlikely(per_watches_stores(cpu)))
            tell_per(cpu, logical, length, access);
        note_store(cpu, absolute, first);
        if (second)
            note_store(cpu, absolute2, second);
    }
    return (struct operand){ { cpu->storage + absolute, cpu->storage + absolute2 },
                             { first, second } };
}

void fetch_bytes_as(struct cpu *cpu, struct access access, void *to, uint64_t from,
                    unsigned length)
{
    if (!length)
        return;
    struct operand o = find_operand(cpu, access, ACCESS_FETCH, from, length);
    memcpy(to, o.piece[0], o.length[0]);
    if (o.length[1])
        memcpy((uint8_t *)to + o.length[0], o.piece[1], o.length[1]);
}

void store_bytes_as(struct cpu *cpu, struct access access, uint64_t to, const void *from,
                    unsigned length)
{
    if (!length)
        return;
    struct operand o = find_operand(cpu, access, ACCESS_STORE, to, length);
    memcpy(o.piece[0], from, o.length[0]);
    if (o.length[1])
        memcpy(o.piece[1], (const uint8_t *)from + o.length[0], o.length[1]);
}

void fetch_code(struct cpu *cpu, void *to, uint64_t from, unsigned length)
{
    struct operand o = find_operand(cpu, current_access(cpu), ACCESS_INSTRUCTION, from, length);
    memcpy(to, o.piece[0], o.length[0]);
    if (o.length[1])
        memcpy((uint8_t *)to + o.length[0], o.piece[1], o.length[1]);
}

void fetch_bytes(struct cpu *cpu, void *to, uint64_t from, unsigned length)
{
    const uint8_t *p = length - 1 < 256 ? quick_fetch(cpu, from, length) : NULL;
    if (likely(p != NULL))
        memcpy(to, p, length);
    else
        fetch_bytes_as(cpu, current_access(cpu), to, from, length);
}

void store_bytes(struct cpu *cpu, uint64_t to, const void *from, unsigned length)
{
    uint8_t *p = length - 1 < 64 ? quick_store(cpu, to, length) : NULL;
    if (likely(p != NULL))
        memcpy(p, from, length);
    else
        store_bytes_as(cpu, current_access(cpu), to, from, length);
}

void check_fetch(struct cpu *cpu, uint64_t from, unsigned length)
{
    find_operand(cpu, current_access(cpu), ACCESS_FETCH, from, length);
}

void check_store(struct cpu *cpu, uint64_t to, unsigned length)
{
    check_store_as(cpu, current_access(cpu), to, length);
}

void check_store_as(struct cpu *cpu, struct access access, uint64_t to, unsigned length)
{
    unsigned first = BLOCK_SIZE - (unsigned)(to & BLOCK_MASK);
    translate(cpu, to, ACCESS_STORE, access);
    for (; length > first; first += BLOCK_SIZE)
        translate(cpu, (to + first) & cpu->address_mask, ACCESS_STORE, access);
}

/* An operand that lies in one block needs no copy. */
static inline bool in_one_block(uint64_t a, unsigned length)
{
    return (a & BLOCK_MASK) <= BLOCK_SIZE - length;
}

/* An operand to be stored that quick_store() would not have: mostly because it is code. */
static uint8_t *operand_in_one_block(struct cpu *cpu, uint64_t logical, unsigned length)
{
    uint64_t absolute = known_or_translated(cpu, logical, ACCESS_STORE, current_access(cpu));
    if (unlikely(per_watches_stores(cpu)))
        tell_per(cpu, logical, length, current_access(cpu));
    note_store(cpu, absolute, length);
    return cpu->storage + absolute;
}

#define FETCH(bytes, type, get)                                                          \
    type fetch##bytes(struct cpu *cpu, uint64_t from)                                    \
    {                                                                                    \
        uint8_t value[bytes];                                                            \
        const uint8_t *p = quick_fetch(cpu, from, bytes);                                \
        if (p)                                                                           \
            return get(p);                                                               \
        if (in_one_block(from, bytes))                                                   \
            return get(cpu->storage + translate(cpu, from, ACCESS_FETCH, current_access(cpu))); \
        fetch_bytes_as(cpu, current_access(cpu), value, from, bytes);                    \
        return get(value);                                                               \
    }
#define STORE(bytes, type, put)                                                          \
    void store##bytes(struct cpu *cpu, uint64_t to, type v)                              \
    {                                                                                    \
        uint8_t value[bytes];                                                            \
        uint8_t *p = quick_store(cpu, to, bytes);                                        \
        if (!p && in_one_block(to, bytes))                                               \
            p = operand_in_one_block(cpu, to, bytes);                                    \
        put(value, v);                                                                   \
        if (p)                                                                           \
            memcpy(p, value, bytes);                                                     \
        else                                                                             \
            store_bytes_as(cpu, current_access(cpu), to, value, bytes);                  \
    }
static uint8_t get8(const void *p) { return *(const uint8_t *)p; }
static void put8(void *p, uint8_t v) { *(uint8_t *)p = v; }
FETCH(1, uint8_t, get8)
FETCH(2, uint16_t, get16)
FETCH(4, uint32_t, get32)
FETCH(8, uint64_t, get64)
STORE(1, uint8_t, put8)
STORE(2, uint16_t, put16)
STORE(4, uint32_t, put32)
STORE(8, uint64_t, put64)

uint8_t *interlocked_operand(struct cpu *cpu, uint64_t logical, unsigned length)
{
    uint8_t *p = quick_store(cpu, logical, length);
    return p ? p : operand_in_one_block(cpu, logical, length);
}

uint8_t *storing_piece(struct cpu *cpu, uint64_t logical, unsigned *length)
{
    unsigned first = BLOCK_SIZE - (unsigned)(logical & BLOCK_MASK);
    if (*length > first)
        *length = first;
    return find_operand(cpu, current_access(cpu), ACCESS_STORE, logical, *length).piece[0];
}

const uint8_t *fetching_piece(struct cpu *cpu, uint64_t logical, unsigned *length)
{
    unsigned first = BLOCK_SIZE - (unsigned)(logical & BLOCK_MASK);
    if (*length > first)
        *length = first;
    return find_operand(cpu, current_access(cpu), ACCESS_FETCH, logical, *length).piece[0];
}

/* ---- channels -------------------------------------------------------------------------- */

enum { STATUS_PROTECTION = 0x10, STATUS_PROGRAM = 0x20 };

static int channel_check(struct machine *machine, uint64_t address, size_t length, uint8_t key,
                         enum access_type type)
{
    if (!storage_absolute(machine, address, length))
        return STATUS_PROGRAM;
    for (uint64_t block = address >> BLOCK_SHIFT; block <= (address + length - 1) >> BLOCK_SHIFT;
         block++)
        if (!key_permits(machine->keys[block], key, type))
            return STATUS_PROTECTION;
    for (uint64_t block = address >> BLOCK_SHIFT; block <= (address + length - 1) >> BLOCK_SHIFT;
         block++)
        record(&machine->keys[block],
               type == ACCESS_STORE ? KEY_REFERENCE | KEY_CHANGE : KEY_REFERENCE);
    return 0;
}

int storage_channel_fetch(struct machine *machine, uint64_t address, void *to, size_t length,
                          uint8_t key)
{
    if (!length)
        return 0;
    int status = channel_check(machine, address, length, key, ACCESS_FETCH);
    if (!status)
        memcpy(to, machine->storage + address, length);
    return status;
}

int storage_channel_store(struct machine *machine, uint64_t address, const void *from,
                          size_t length, uint8_t key)
{
    if (!length)
        return 0;
    int status = channel_check(machine, address, length, key, ACCESS_STORE);
    if (!status) {
        memcpy(machine->storage + address, from, length);
        storage_changed(machine, address, length);
    }
    return status;
}
