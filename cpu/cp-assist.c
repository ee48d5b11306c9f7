/* The CP assists of VM/370's extended control-program support (ECPS:VM): instructions E6xx that
 * stand in CP in front of what they do. One that does its part goes on where CP's routine would
 * have returned to; one that does not goes on behind itself, to CP's own program, and has changed
 * nothing that this would not do all the same. So whatever is out of the ordinary is CP's.
 *
 * Operation codes and what switches them: VM/370 System Logic and Problem Determination, SY20-0886,
 * Appendix A; control blocks: VM/370 Data Areas and Control Block Logic, SY20-0884; what the operands
 * are and which registers are given back: the field's practice with VM/370 Release 6. Lists and
 * blocks are accessed by real address whatever their keys. What each does was compared with the
 * field's emulator. Those not here (dispatching, translation of channel programs, shadow tables) always
 * go on behind themselves: see docs/differences.md. */
#include "cpu/control.h"
#include "cpu/real-field.h"

static bool fetch_half(struct cpu *cpu, uint32_t real, uint16_t *half)
{
    const uint8_t *field = to_fetch(cpu, real, 2);
    if (field)
        *half = get16(field);
    return field;
}

static bool fetch_byte(struct cpu *cpu, uint32_t real, uint8_t *byte)
{
    const uint8_t *field = to_fetch(cpu, real, 1);
    if (field)
        *byte = *field;
    return field;
}

static bool store_word(struct cpu *cpu, uint32_t real, uint32_t word)
{
    uint8_t *field = to_store(cpu, real, 4);
    if (!field)
        return false;
    put32(field, word);
    real_changed(cpu, real & 0xFFFFFF, 4);
    return true;
}

/* CP's routine would return by this register. */
static bool go_back(struct cpu *cpu, unsigned r)
{
    cpu->psw.ia = cpu->gr[r].w & cpu->address_mask;
    return true;
}

/* ---- the core table: 16 bytes for each page frame ------------------------------------------------ */

enum { CORLCNT = 4,                 /* how often the frame is locked */
       CORFLAG = 8 };
enum { CORIOLCK = 0x80,             /* it is locked, CORLCNT times */
       CORSHARE = 0x08,             /* its page is shared by several machines */
       CORCP = 0x02 };              /* it is CP's own */

/* The frame's entry; a word at `table_pointer` has the table's address. */
static uint8_t *core_entry(struct cpu *cpu, uint32_t table_pointer, uint32_t frame, uint32_t *address)
{
    enum { ENTRY_SIZE = 16 };
    uint32_t table;
    if (!fetch_word(cpu, table_pointer, &table))
        return NULL;
    *address = (table + (frame >> 12) * ENTRY_SIZE) & 0xFFFFFF;
    return to_fetch(cpu, *address, ENTRY_SIZE);
}

static void change_lock(struct cpu *cpu, uint32_t entry, uint32_t count, uint8_t flags)
{
    uint8_t *core = to_store(cpu, entry, CORFLAG + 1);
    put32(core + CORLCNT, count);
    core[CORFLAG] = flags;
    real_changed(cpu, entry, CORFLAG + 1);
}

static bool lock(struct cpu *cpu, uint32_t table_pointer, uint32_t frame)
{
    uint32_t entry;
    const uint8_t *core = core_entry(cpu, table_pointer, frame, &entry);
    if (!core)
        return false;
    uint8_t flags = core[CORFLAG];
    change_lock(cpu, entry, flags & CORIOLCK ? get32(core + CORLCNT) + 1 : 1, flags | CORIOLCK);
    return true;
}

/* LOCK PAGE: pointer to the core table; the frame. */
static bool assist_lckpg(struct cpu *cpu, uint32_t table_pointer, uint32_t frame)
{
    if (!lock(cpu, table_pointer, frame))
        return false;
    cpu->psw.cc = 0;
    return go_back(cpu, 14);
}

/* UNLOCK PAGE: the size of storage that the core table describes, and behind it the pointer to
 * the table; the frame. */
static bool assist_ulkpg(struct cpu *cpu, uint32_t list, uint32_t frame)
{
    uint32_t size, entry;
    const uint8_t *core;
    if (!fetch_word(cpu, list, &size) || frame + 4095 > size ||
        !(core = core_entry(cpu, list + 4, frame, &entry)) || !(core[CORFLAG] & CORIOLCK))
        return false;
    uint32_t count = get32(core + CORLCNT) - 1;
    uint8_t flags = core[CORFLAG];
    change_lock(cpu, entry, count, count ? flags : flags & (uint8_t)~(CORIOLCK | CORCP));
    return go_back(cpu, 14);
}

/* ---- the page that a machine's address means ---------------------------------------------------------- */

static bool frame_changed(struct cpu *cpu, uint32_t real)
{
    const uint8_t *keys = &cpu->machine->keys[real_to_absolute(cpu, real & 0xFFF000) >> BLOCK_SHIFT];
    return (__atomic_load_n(&keys[0], __ATOMIC_RELAXED) |
            __atomic_load_n(&keys[1], __ATOMIC_RELAXED)) & KEY_CHANGE;
}

/* The machine's address is in register 1, its segment table's in control register 1. A page that
 * is not there CP brings, and a shared one that somebody has changed it must part. */
static bool page_at_hand(struct cpu *cpu, uint32_t table_pointer, uint32_t *real)
{
    uint32_t entry;
    if (cpu->gr[1].w > 0xFFFFFF)
        return false;
    struct table_walk walk = walk_tables(cpu, cpu->cr[1], cpu->gr[1].w);
    if (walk.code)
        return false;
    *real = (uint32_t)walk.real;
    const uint8_t *core = core_entry(cpu, table_pointer, *real, &entry);
    return core && real_storage(cpu, *real & 0xFFF000, 4096) &&
           !(core[CORFLAG] & CORSHARE && frame_changed(cpu, *real));
}

static bool page_found(struct cpu *cpu, uint32_t real, uint32_t exit)
{
    cpu->gr[2].w = real;
    cpu->psw.cc = 0;
    cpu->psw.ia = exit;
    return true;
}

/* Pointer to the core table; where to go on, with the page's real address in register 2. */
static bool assist_trbrg(struct cpu *cpu, uint32_t table_pointer, uint32_t exit)
{
    uint32_t real;
    return page_at_hand(cpu, table_pointer, &real) && page_found(cpu, real, exit);
}

static bool assist_trlok(struct cpu *cpu, uint32_t table_pointer, uint32_t exit)
{
    uint32_t real;
    return page_at_hand(cpu, table_pointer, &real) && lock(cpu, table_pointer, real) &&
           page_found(cpu, real, exit);
}

/* ---- a device's blocks -------------------------------------------------------------------------------------- */

/* One of the 16 halfwords of a table: the displacement of a block. Negative: there is none. */
static bool block_address(struct cpu *cpu, uint32_t table, unsigned i, uint32_t blocks_pointer,
                          uint32_t *block)
{
    uint16_t displacement;
    if (!fetch_half(cpu, table + 2 * i, &displacement) || displacement & 0x8000 ||
        !fetch_word(cpu, blocks_pointer, block))
        return false;
    *block += displacement;
    return true;
}

/* SCAN VIRTUAL UNIT: the VMBLOK's table of channels; its pointers to the blocks of channels,
 * control units and devices. The device's number is in register 1, the blocks go to 6, 7, 8. */
static bool assist_scnvu(struct cpu *cpu, uint32_t channels, uint32_t pointers)
{
    enum { TABLE = 8 };              /* VCHCUTBL, VCUDVTBL */
    uint32_t device = cpu->gr[1].w, blocks[3];
    if (device > 0xFFF ||
        !block_address(cpu, channels, device >> 8, pointers, &blocks[0]) ||
        !block_address(cpu, blocks[0] + TABLE, device >> 4 & 15, pointers + 4, &blocks[1]) ||
        !block_address(cpu, blocks[1] + TABLE, device & 15, pointers + 8, &blocks[2]))
        return false;
    for (unsigned i = 0; i < 3; i++)
        cpu->gr[6 + i].w = blocks[i];
    cpu->psw.cc = 0;
    return go_back(cpu, 14);
}

/* The real control unit of a device: its address may be that of a group of 8, or of 16. */
static bool real_control_unit(struct cpu *cpu, uint32_t device, uint32_t channel, uint32_t pointer,
                              uint32_t *unit)
{
    enum { RCHCUTBL = 0x20 };
    unsigned group = device >> 3 & 31;
    return block_address(cpu, channel + RCHCUTBL, group, pointer, unit) ||
           block_address(cpu, channel + RCHCUTBL, group & 30, pointer, unit);
}

/* Is this the device's RDEVBLOK? The first halfwords of the blocks make up the device's number. */
static bool blocks_of(struct cpu *cpu, uint32_t device, const uint32_t blocks[3])
{
    uint16_t number = 0, part;
    for (unsigned i = 0; i < 3; i++) {
        if (!fetch_half(cpu, blocks[i], &part))
            return false;
        number |= part;
    }
    return number == device;
}

/* The block of a device; a table of displacements in doublewords is in the control unit's. */
static bool real_device(struct cpu *cpu, uint32_t device, uint32_t unit, uint32_t pointer,
                        uint32_t *block)
{
    enum { RCUDVTBL = 0x28 };
    uint16_t index;
    if (!fetch_half(cpu, unit + RCUDVTBL + 2 * (device & 15), &index) || index & 0x8000 ||
        !fetch_word(cpu, pointer, block))
        return false;
    *block += 8u * index;
    return true;
}

/* SCAN REAL UNIT: the device's number; pointers to the table of channels, and to the blocks of
 * channels, control units and devices. For a subordinate control unit the primary's block goes
 * to register 7. */
static bool assist_scnru(struct cpu *cpu, uint32_t device, uint32_t pointers)
{
    enum { RCUTYPE = 5, RCUSUB = 0x40, RCUPRIME = 0x10 };
    uint32_t channels, blocks[3];
    uint8_t type;
    if (device > 0xFFF || !fetch_word(cpu, pointers, &channels) ||
        !block_address(cpu, channels, device >> 8, pointers + 4, &blocks[0]) ||
        !real_control_unit(cpu, device, blocks[0], pointers + 8, &blocks[1]) ||
        !real_device(cpu, device, blocks[1], pointers + 12, &blocks[2]) ||
        !blocks_of(cpu, device, blocks) || !fetch_byte(cpu, blocks[1] + RCUTYPE, &type) ||
        (type & RCUSUB && !fetch_word(cpu, blocks[1] + RCUPRIME, &blocks[1])))
        return false;
    for (unsigned i = 0; i < 3; i++)
        cpu->gr[6 + i].w = blocks[i];
    cpu->gr[15].w = 0;
    cpu->psw.cc = 0;
    return go_back(cpu, 14);
}

/* ---- free storage ------------------------------------------------------------------------------------------- */

/* In CP's page 0: whether free storage is traced. Then it is CP's, with the entry of its trace table. */
static bool traced(struct cpu *cpu)
{
    enum { TRACFLG1 = 0x400, TRACE_FREE = 0x04 };
    uint8_t flags;
    return !fetch_byte(cpu, TRACFLG1, &flags) || flags & TRACE_FREE;
}

/* Subpools: chains of blocks of a size. The list: the largest size for which there is one, in
 * doublewords, then the chains. A byte for each size, at `indexes` + size, tells which. */
struct subpool {
    uint32_t chain, first;          /* where the chain begins; its first block */
};

static bool find_subpool(struct cpu *cpu, uint32_t list, uint32_t indexes, struct subpool *subpool)
{
    uint32_t size = cpu->gr[0].w, largest;
    uint8_t index;
    if (traced(cpu) || !size || !fetch_word(cpu, list, &largest) || size > largest ||
        !fetch_byte(cpu, indexes + size, &index))
        return false;
    subpool->chain = (list + 4 + index) & 0xFFFFFF;
    return fetch_word(cpu, subpool->chain, &subpool->first);
}

/* Get a block: the subpools; the indexes. Register 0 has the size, 1 gets the address. */
static bool assist_freex(struct cpu *cpu, uint32_t list, uint32_t indexes)
{
    struct subpool subpool;
    uint32_t second;
    if (!find_subpool(cpu, list, indexes, &subpool) || !subpool.first ||
        !fetch_word(cpu, subpool.first, &second) || !store_word(cpu, subpool.chain, second))
        return false;
    cpu->gr[1].w = subpool.first;
    cpu->psw.cc = 0;
    return go_back(cpu, 14);
}

/* Give the block in register 1 back: the subpools; the pointer to the core table, what the entry of a
 * frame of free storage has for a pointer ("FREE"), a word, and the indexes. */
static bool assist_fretx(struct cpu *cpu, uint32_t list, uint32_t fret_list)
{
    enum { FREE_MARK = 4, INDEXES = 11 };
    struct subpool subpool;
    uint32_t block = cpu->gr[1].w & 0xFFFFFF, entry, mark;
    const uint8_t *core = core_entry(cpu, fret_list, block, &entry);
    if (!core || !fetch_word(cpu, fret_list + FREE_MARK, &mark) || get32(core) != mark ||
        core[CORFLAG] != CORCP || !find_subpool(cpu, list, fret_list + INDEXES, &subpool) ||
        (subpool.first & 0xFFFFFF) == block || !to_store(cpu, block, 4) ||
        !store_word(cpu, subpool.chain, block))
        return false;
    store_word(cpu, block, subpool.first);
    return go_back(cpu, 14);
}

/* ---- the instructions -------------------------------------------------------------------------------------- */

/* STORE ECPS LEVEL: a word, by CP's key. It has no program behind it. */
static bool assist_stevl(struct cpu *cpu, uint32_t address, uint32_t unused)
{
    (void)unused;
    store4(cpu, address, cpu->machine->options.ecps_level);
    return true;
}

/* By the second byte of the operation code. */
static const struct {
    const char *name;               /* the field's */
    bool (*assist)(struct cpu *, uint32_t first, uint32_t second);
    enum vm_assist count;
} assists[] = {
    [0x02] = { "LCKPG", assist_lckpg, CP_ASSIST_LCKPG },
    [0x03] = { "ULKPG", assist_ulkpg, CP_ASSIST_ULKPG },
    [0x06] = { "SCNVU", assist_scnvu, CP_ASSIST_SCNVU },
    [0x08] = { "TRBRG", assist_trbrg, CP_ASSIST_TRBRG },
    [0x09] = { "TRLOK", assist_trlok, CP_ASSIST_TRLOK },
    [0x0E] = { "SCNRU", assist_scnru, CP_ASSIST_SCNRU },
    [0x12] = { "STEVL", assist_stevl, CP_ASSIST_STEVL },
    [0x14] = { "FREEX", assist_freex, CP_ASSIST_FREEX },
    [0x15] = { "FRETX", assist_fretx, CP_ASSIST_FRETX },
};

const char *cp_assist_name(enum vm_assist wanted)
{
    for (size_t i = 0; i < sizeof assists / sizeof *assists; i++)
        if (assists[i].name && assists[i].count == wanted)
            return assists[i].name;
    return NULL;
}

HANDLER(cp_assist)
{
    unsigned i = instruction_row(op->row)->opcode & 0xFF;
    cpu->op = op;
    uint32_t first = (uint32_t)address_b1(cpu, op), second = (uint32_t)address_b2(cpu, op);
    cpu->psw.ia = next_address(cpu, op);
    if (control_bit(cpu, 6, CR6_CP_ASSIST) && !vm_assist_disabled(cpu, assists[i].count)) {
        struct vm_assist_count *count = &cpu->vm_assists[assists[i].count];
        count->calls++;
        count->done += assists[i].assist(cpu, first, second);
    }
    return leave_block(cpu, op);
}

/* Where there is no assist: CP does it. */
INSTRUCTION(cp_alone)
{
    (void)cpu, (void)op;
}
