/* The virtual-machine assist of System/370 (GA22-7074, Virtual-Machine Assist and Shadow-Table-
 * Bypass Assist; SY20-0886, VM/370 System Logic, Appendix A): the CPU does for a virtual machine
 * some of what would otherwise interrupt it for the control program to do. What is not done
 * here, because the machine's state needs the control program's eye, is interrupted as ever:
 * each of these functions returns false then, and has changed nothing.
 *
 * The CP assists, the instructions E6xx, are in cp-assist.c. */
#include "cpu/control.h"
#include "cpu/real-field.h"

/* ---- the virtual machine pointer list, MICBLOK ----------------------------------------- */

/* Control register 6 has its address: a word each. All that it leads to is accessed by real
 * address and without regard to keys. */
enum { MICRSEG = 0,         /* the segment table of the machine's storage: as control register 1,
                               with bit 30 for pages of 2K and bit 31 for segments of 1M */
       MICCREG = 4,         /* where its control registers are */
       MICVPSW = 8,         /* where its PSW is; bit 0: an interruption of its is pending */
       MICVTMR = 16 };      /* where its interval timer is */

struct guest {
    uint32_t segments, controls, psw_address;
    bool pending;
    uint8_t *psw;           /* the virtual PSW: condition code, program mask and address in it are
                               old, the CPU's own are the machine's */
};

static bool list_word(struct cpu *cpu, unsigned displacement, uint32_t *word)
{
    return fetch_word(cpu, ((uint32_t)cpu->cr[6] & 0xFFFFF8) + displacement, word);
}

static bool find_guest(struct cpu *cpu, struct guest *guest)
{
    uint32_t word;
    if (!list_word(cpu, MICRSEG, &guest->segments) || !list_word(cpu, MICCREG, &guest->controls) ||
        !list_word(cpu, MICVPSW, &word))
        return false;
    guest->pending = word & 0x80000000;
    guest->psw_address = word & 0xFFFFF8;
    guest->psw = to_fetch(cpu, guest->psw_address, 8);
    return guest->psw;
}

static bool control_register(struct cpu *cpu, const struct guest *guest, unsigned r,
                             uint32_t *value)
{
    return fetch_word(cpu, guest->controls + 4 * r, value);
}

/* ---- the virtual PSW ---------------------------------------------------------------------- */

enum { MODE_EC = 0x08, MODE_WAIT = 0x02, MODE_PROBLEM = 0x01 };     /* of its second byte */

static bool extended(const struct guest *guest)
{
    return guest->psw[1] & MODE_EC;
}

static bool translates(const struct guest *guest)
{
    return extended(guest) && guest->psw[0] & EC_DAT;
}

static void change_psw(struct cpu *cpu, const struct guest *guest, const uint8_t *bytes,
                       unsigned length)
{
    memcpy(to_store(cpu, guest->psw_address, length), bytes, length);
    real_changed(cpu, guest->psw_address, length);
}

/* A pending interruption may have waited for such a mask. */
static bool lets_in(const struct guest *guest, uint8_t mask)
{
    uint8_t enabled = mask & ~guest->psw[0] & (extended(guest) ? EC_IO | EC_EXTERNAL : 0xFF);
    return guest->pending && enabled;
}

/* May this be its system mask? In the EC mode neither DAT nor PER can change here, and what
 * must be zero is. */
static bool mask_acceptable(const struct guest *guest, uint8_t mask)
{
    enum { RESERVED = 0xB8 };
    uint8_t changed = mask ^ guest->psw[0];
    return !(extended(guest) && (mask & RESERVED || changed & (EC_DAT | EC_PER))) &&
           !lets_in(guest, mask);
}

static bool new_psw_acceptable(const struct guest *guest, const uint8_t *new)
{
    if (new[1] & MODE_WAIT || (new[1] ^ guest->psw[1]) & MODE_EC || new[7] & 1)
        return false;
    if (extended(guest) && (new[0] & 0xF8 || new[2] & 0xC0 || new[3] || new[4] ||
                            guest->psw[0] & EC_PER || (new[0] ^ guest->psw[0]) & EC_DAT))
        return false;
    return !lets_in(guest, new[0]);
}

/* The machine goes on with this PSW. */
static void load_virtual_psw(struct cpu *cpu, const struct guest *guest, const uint8_t *new)
{
    uint8_t condition = new[extended(guest) ? 2 : 4];
    change_psw(cpu, guest, new, 8);
    cpu->psw.ia = get24(new + 5);
    cpu->psw.cc = condition >> 4 & 3;
    cpu->psw.program_mask = condition & 15;
    cpu->psw.key = new[1] & KEY_ACCESS;
    cpu->cr[6] &= ~(uint64_t)CR_BIT(CR6_VIRTUAL_PROBLEM);
    if (new[1] & MODE_PROBLEM)
        cpu->cr[6] |= CR_BIT(CR6_VIRTUAL_PROBLEM);
    context_changed(cpu);
}

static bool real_per(const struct cpu *cpu)
{
    return cpu->psw.extended_control && cpu->psw.system_mask & EC_PER;
}

/* ---- PSW and masks -------------------------------------------------------------------------- */

static bool assist_lpsw(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    uint8_t new[8];
    uint64_t address = address_b2(cpu, op);
    if (address & 7 || real_per(cpu))
        return false;
    fetch_bytes(cpu, new, address, 8);
    if (!new_psw_acceptable(guest, new))
        return false;
    load_virtual_psw(cpu, guest, new);
    return true;
}

static bool assist_ssm(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    uint32_t control0;
    if (!control_register(cpu, guest, 0, &control0) || control0 & CR_BIT(CR0_SSM_SUPPRESSION))
        return false;
    uint8_t mask = fetch1(cpu, address_b2(cpu, op));
    if (!mask_acceptable(guest, mask))
        return false;
    change_psw(cpu, guest, &mask, 1);
    return true;
}

static bool store_then(struct cpu *cpu, const struct op *op, const struct guest *guest,
                       uint8_t mask)
{
    uint8_t before = guest->psw[0];
    if (!mask_acceptable(guest, mask))
        return false;
    store1(cpu, address_b1(cpu, op), before);
    change_psw(cpu, guest, &mask, 1);
    return true;
}

static bool assist_stnsm(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    return store_then(cpu, op, guest, guest->psw[0] & op->i);
}

static bool assist_stosm(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    return store_then(cpu, op, guest, guest->psw[0] | op->i);
}

static bool assist_ipk(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    (void)op;
    cpu->gr[2].w = (cpu->gr[2].w & ~0xFFu) | (guest->psw[1] & KEY_ACCESS);
    return true;
}

static bool assist_spka(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    uint8_t key = address_b2(cpu, op) & KEY_ACCESS;
    uint8_t half[2] = { guest->psw[0], (guest->psw[1] & ~KEY_ACCESS) | key };
    change_psw(cpu, guest, half, 2);
    cpu->psw.key = key;
    context_changed(cpu);
    return true;
}

/* ---- control registers, translation ------------------------------------------------------------ */

static bool assist_stctl(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    uint8_t words[64];
    uint64_t address = address_b2(cpu, op);
    unsigned count = ((op->r3 - op->r1) & 15u) + 1;
    for (unsigned i = 0; i < count; i++) {
        uint32_t value;
        if (!control_register(cpu, guest, (op->r1 + i) & 15, &value))
            return false;
        put32(words + 4 * i, value);
    }
    if (address & 3)
        return false;
    store_bytes(cpu, address, words, 4 * count);
    return true;
}

static bool guest_walk(struct cpu *cpu, const struct guest *guest, uint32_t logical,
                       struct table_walk *walk)
{
    uint32_t control0, designation;
    if (!control_register(cpu, guest, 0, &control0) ||
        !control_register(cpu, guest, 1, &designation))
        return false;
    *walk = walk_virtual_tables(cpu, guest->segments, control0, designation, logical);
    return true;
}

static bool assist_lra(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    struct table_walk walk;
    if (!guest_walk(cpu, guest, (uint32_t)address_x2(cpu, op), &walk) ||
        (walk.code && !walk.lra_cc))
        return false;
    cpu->gr[op->r1].w = (uint32_t)(walk.lra_cc ? walk.entry : walk.real);
    cpu->psw.cc = (uint8_t)walk.lra_cc;
    return true;
}

/* The page-table entry that hardware missed becomes what both tables, the machine's and the
 * control program's, make of it. Entries beyond a table's end are not the assist's affair. */
bool vm_assist_page_translation(struct cpu *cpu, uint32_t logical, const struct table_walk *missed)
{
    enum { FORMAT = 0x00F80000, PAGES_4K = 0x00800000, ENTRY_INVALID = 2 };
    struct vm_assist_count *count = &cpu->vm_assists[VM_ASSIST_SHADOW_TABLES];
    struct table_walk walk;
    struct guest guest;
    uint32_t control0, real0 = (uint32_t)cpu->cr[0];
    if (!control_bit(cpu, 6, CR6_SHADOW_TABLES) || missed->lra_cc != ENTRY_INVALID ||
        vm_assist_disabled(cpu, VM_ASSIST_SHADOW_TABLES))
        return false;
    count->calls++;
    if (!find_guest(cpu, &guest) || !translates(&guest) ||
        !control_register(cpu, &guest, 0, &control0) || (control0 ^ real0) & FORMAT ||
        (control0 & PAGES_4K && guest.segments & 2))
        return false;
    if (!guest_walk(cpu, &guest, logical, &walk) || walk.code)
        return false;
    walk = walk_virtual_storage(cpu, guest.segments, (uint32_t)walk.real);
    uint8_t *entry = to_store(cpu, (uint32_t)missed->entry, 2);
    if (walk.code || !entry)
        return false;
    uint32_t frame = (uint32_t)walk.real >> 8 & (control0 & PAGES_4K ? 0xFFF0 : 0xFFF8);
    put16(entry, (uint16_t)(frame | (walk.real >> 23 & 6)));
    real_changed(cpu, (uint32_t)missed->entry, 2);
    count->done++;
    return true;
}

/* ---- storage keys --------------------------------------------------------------------------------- */

/* What the control program keeps of a page: in front of a page table stands the address of its
 * swap table, eight bytes a page. The first has the bits of the real key that were reset, for
 * either half of the page; the third and fourth are the halves' keys as the machine set them. */
struct page_keys {
    uint8_t *swap;          /* the entry */
    uint32_t swap_address;
    uint8_t *virtual;       /* the key of the half that the machine means */
    uint8_t kept_shift;     /* of its reference and change bits in the first byte */
    bool present;           /* the page is in storage, this block of it at `absolute` */
    uint64_t absolute;
};

static bool find_page_keys(struct cpu *cpu, const struct guest *guest, uint32_t address,
                           struct page_keys *keys)
{
    enum { ENTRY_INVALID = 2, PAGES_2K = 2, SEGMENTS_1M = 1 };
    struct table_walk walk = walk_virtual_storage(cpu, guest->segments, address);
    if (guest->segments & PAGES_2K ||
        (walk.code && (walk.code != PGM_PAGE_TRANSLATION || walk.lra_cc != ENTRY_INVALID)))
        return false;
    uint32_t page = address >> 12 & (guest->segments & SEGMENTS_1M ? 0xFF : 0xF), swap;
    if (!fetch_word(cpu, (uint32_t)walk.entry - 2 * page - 4, &swap))
        return false;
    bool second = address & BLOCK_SIZE;
    keys->swap_address = (swap + 8 * page) & 0xFFFFFC;
    keys->swap = to_fetch(cpu, keys->swap_address, 4);
    if (!keys->swap)
        return false;
    keys->virtual = keys->swap + (second ? 3 : 2);
    keys->kept_shift = second ? 0 : 2;
    keys->present = !walk.code;
    keys->absolute = real_to_absolute(cpu, walk.real & ~(uint64_t)BLOCK_MASK);
    return keys->absolute < cpu->machine->options.mainsize;
}

/* The address of an ISK or SSK. Machines whose keys are for 4K have no use for such halves. */
static bool key_operand(struct cpu *cpu, const struct op *op, const struct guest *guest,
                        struct page_keys *keys)
{
    uint32_t address = cpu->gr[op->r2].w;
    return !control_bit(cpu, 6, CR6_NO_KEYS) && !cpu->machine->options.key_4k && !(address & 15) &&
           find_page_keys(cpu, guest, address & 0xFFFFFF, keys);
}

static uint8_t recorded(struct cpu *cpu, const struct page_keys *keys)
{
    const uint8_t *key = &cpu->machine->keys[keys->absolute >> BLOCK_SHIFT];
    return keys->present ? __atomic_load_n(key, __ATOMIC_RELAXED) & (KEY_REFERENCE | KEY_CHANGE)
                         : 0;
}

/* What of the real key is about to be lost goes into the swap table, and there the machine's
 * key is replaced. */
static void keep(struct cpu *cpu, const struct page_keys *keys, uint8_t real, uint8_t key)
{
    to_store(cpu, keys->swap_address, 4);
    keys->swap[0] |= (uint8_t)(real >> 1 << keys->kept_shift);
    *keys->virtual = key;
    real_changed(cpu, keys->swap_address, 4);
}

static bool assist_isk(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    struct page_keys keys;
    if (!key_operand(cpu, op, guest, &keys))
        return false;
    uint8_t key = (*keys.virtual | recorded(cpu, &keys)) & (extended(guest) ? 0xFE : 0xF8);
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
    return true;
}

static bool assist_ssk(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    struct page_keys keys;
    if (!key_operand(cpu, op, guest, &keys) || !keys.present)
        return false;
    uint8_t key = cpu->gr[op->r1].w & 0xFE;
    keep(cpu, &keys, recorded(cpu, &keys), key);
    set_storage_key(cpu, keys.absolute, BLOCK_SIZE, key & (KEY_ACCESS | KEY_FETCH));
    return true;
}

static bool assist_rrb(struct cpu *cpu, const struct op *op, const struct guest *guest)
{
    struct page_keys keys;
    if (control_bit(cpu, 6, CR6_NO_KEYS) || cpu->machine->options.key_4k ||
        !find_page_keys(cpu, guest, (uint32_t)address_b2(cpu, op), &keys))
        return false;
    uint8_t real = recorded(cpu, &keys), before = *keys.virtual | real;
    keep(cpu, &keys, real, *keys.virtual & (uint8_t)~KEY_REFERENCE);
    if (keys.present)
        reset_reference_bit(cpu, keys.absolute, BLOCK_SIZE);
    cpu->psw.cc = before >> 1 & 3;
    return true;
}

/* ---- which is which ---------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint16_t opcode;            /* 0: no privileged instruction */
    bool system_370;            /* not for a machine that is a System/360 */
    bool (*assist)(struct cpu *, const struct op *, const struct guest *);
} assists[CP_ASSISTS] = {
    [VM_ASSIST_LPSW]  = { "LPSW",  0x82,   false, assist_lpsw },
    [VM_ASSIST_SSM]   = { "SSM",   0x80,   false, assist_ssm },
    [VM_ASSIST_LRA]   = { "LRA",   0xB1,   true,  assist_lra },
    [VM_ASSIST_STNSM] = { "STNSM", 0xAC,   true,  assist_stnsm },
    [VM_ASSIST_STOSM] = { "STOSM", 0xAD,   true,  assist_stosm },
    [VM_ASSIST_STCTL] = { "STCTL", 0xB6,   true,  assist_stctl },
    [VM_ASSIST_ISK]   = { "ISK",   0x09,   false, assist_isk },
    [VM_ASSIST_SSK]   = { "SSK",   0x08,   false, assist_ssk },
    [VM_ASSIST_RRB]   = { "RRB",   0xB213, true,  assist_rrb },
    [VM_ASSIST_IPK]   = { "IPK",   0xB20B, true,  assist_ipk },
    [VM_ASSIST_SPKA]  = { "SPKA",  0xB20A, true,  assist_spka },
    [VM_ASSIST_SVC]   = { "SVC",   0,      false, NULL },
    [VM_ASSIST_SHADOW_TABLES] = { "SHADOW", 0, false, NULL },
    [VM_ASSIST_INTERVAL_TIMER] = { "VTIMER", 0, false, NULL },
};

const char *vm_assist_name(unsigned i)
{
    return i < CP_ASSISTS ? assists[i].name : i < VM_ASSISTS ? cp_assist_name(i) : NULL;
}

static bool assisted(struct cpu *cpu, const struct op *op, unsigned i)
{
    struct guest guest;
    if (vm_assist_disabled(cpu, i))
        return false;
    cpu->vm_assists[i].calls++;
    if ((assists[i].system_370 && control_bit(cpu, 6, CR6_SYSTEM_360)) ||
        !find_guest(cpu, &guest))
        return false;
    cpu->psw.ia = next_address(cpu, op);
    if (!assists[i].assist(cpu, op, &guest))
        return false;
    cpu->vm_assists[i].done++;
    return true;
}

/* Only in the machine's supervisor state. */
bool vm_assist_privileged(struct cpu *cpu, const struct op *op)
{
    uint16_t opcode = instruction_row(op->row)->opcode;
    if (control_bit(cpu, 6, CR6_VIRTUAL_PROBLEM))
        return false;
    for (unsigned i = 0; i < CP_ASSISTS; i++)
        if (assists[i].opcode == opcode)
            return assisted(cpu, op, i);
    return false;
}

/* The virtual-machine extended-facility assist (GA22-7072): in the machine's supervisor state the
 * MVS assists are executed as they are, since what they work on is all in its own storage. It
 * asks for nothing but its bit. */
bool vm_extended_facility(const struct cpu *cpu, const struct op *op)
{
    enum { FIRST = 0xE502, LAST = 0xE507 };
    uint16_t opcode = instruction_row(op->row)->opcode;
    return cpu->arch->vm_assist && opcode >= FIRST && opcode <= LAST &&
           control_bit(cpu, 6, CR6_EXTENDED_FACILITY) && !control_bit(cpu, 6, CR6_VIRTUAL_PROBLEM);
}

/* ---- SUPERVISOR CALL ------------------------------------------------------------------------------------ */

enum { SVC_OLD = 0x20, SVC_NEW = 0x60, SVC_CODE = 0x88, PAGE_0_FIELDS = 0x90,
       SVC_OF_CP = 76 };        /* VM/370 records errors by it */

/* The old PSW is the machine's, with what the CPU has of it. */
static void store_old_psw(struct cpu *cpu, const struct op *op, const struct guest *guest,
                          uint8_t *page)
{
    uint8_t condition = (uint8_t)(cpu->psw.cc << 4 | cpu->psw.program_mask);
    uint8_t *old = page + SVC_OLD;
    memcpy(old, guest->psw, 2);
    put32(old + 4, (uint32_t)next_address(cpu, op));
    if (extended(guest)) {
        old[2] = condition;
        old[3] = 0;
        put32(page + SVC_CODE, (uint32_t)op->ilc << 16 | op->i);
    } else {
        put16(old + 2, op->i);
        old[4] = (uint8_t)(op->ilc / 2 << 6 | condition);
    }
}

static bool supervisor_call(struct cpu *cpu, const struct op *op)
{
    struct guest guest;
    uint8_t new[8];
    if (op->i == SVC_OF_CP || real_per(cpu) || !find_guest(cpu, &guest))
        return false;
    struct table_walk walk = walk_virtual_storage(cpu, guest.segments, 0);
    uint8_t *page = walk.code || walk.protect
                        ? NULL : to_fetch(cpu, (uint32_t)walk.real, PAGE_0_FIELDS);
    if (!page || !new_psw_acceptable(&guest, memcpy(new, page + SVC_NEW, 8)))
        return false;
    to_store(cpu, (uint32_t)walk.real, PAGE_0_FIELDS);
    store_old_psw(cpu, op, &guest, page);
    real_changed(cpu, (uint32_t)walk.real, PAGE_0_FIELDS);
    load_virtual_psw(cpu, &guest, new);
    return true;
}

bool vm_assist_supervisor_call(struct cpu *cpu, const struct op *op)
{
    if (control_bit(cpu, 6, CR6_NO_SVC) || vm_assist_disabled(cpu, VM_ASSIST_SVC))
        return false;
    cpu->vm_assists[VM_ASSIST_SVC].calls++;
    bool done = supervisor_call(cpu, op);
    cpu->vm_assists[VM_ASSIST_SVC].done += done;
    return done;
}

/* ---- the machine's interval timer --------------------------------------------------------------------- */

/* Its interruption is given to the control program always, as may be: code 0100. */
void vm_assist_interval_timer(struct cpu *cpu, uint32_t units)
{
    uint32_t address;
    uint8_t *timer;
    if (!control_bit(cpu, 6, CR6_INTERVAL_TIMER) ||
        vm_assist_disabled(cpu, VM_ASSIST_INTERVAL_TIMER))
        return;
    cpu->vm_assists[VM_ASSIST_INTERVAL_TIMER].calls++;
    if (!list_word(cpu, MICVTMR, &address) || !(timer = to_store(cpu, address & ~3u, 4)))
        return;
    uint32_t value = get32(timer);
    put32(timer, value - units);
    real_changed(cpu, address & ~3u, 4);
    if (value < 0x80000000 && units > value)
        atomic_fetch_or(&cpu->pending, ATTEND_VIRTUAL_TIMER);
    cpu->vm_assists[VM_ASSIST_INTERVAL_TIMER].done++;
}

/* ---- the operator ------------------------------------------------------------------------------------------ */

void vm_assist_set_level(struct machine *machine, unsigned level)
{
    machine->options.ecps_level = level;
    for (int i = 0; i < machine->ncpus; i++)
        engine_flush(machine->cpus[i]);
}
