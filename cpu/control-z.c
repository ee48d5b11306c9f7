/* Control instructions that ESA/390 and z/Architecture have besides S/370's (SA22 chapter 10):
 * PSW, control registers, real storage, translation tables, spaces. */
#include "cpu/spaces.h"

static uint64_t aligned(struct cpu *cpu, uint64_t address, unsigned boundary)
{
    if (address & (boundary - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    return address;
}

/* An address from a register. */
static uint64_t register_address(const struct cpu *cpu, unsigned r)
{
    return cpu->gr[r].d & cpu->address_mask;
}

/* ---- PSW ------------------------------------------------------------------------ */

HANDLER(lpswe)
{
    uint8_t bytes[16];
    cpu->op = op;
    fetch_bytes(cpu, bytes, aligned(cpu, address_b2(cpu, op), 8), 16);
    load_psw(cpu, bytes);
    break_sequence(cpu, op);
    return leave_block(cpu, op);
}

/* ---- control registers of 64 bits ---------------------------------------------------- */

static unsigned register_count(const struct op *op)
{
    return ((op->r3 - op->r1) & 15u) + 1;
}

INSTRUCTION(lctlg)
{
    uint8_t doublewords[128];
    unsigned count = register_count(op);
    fetch_bytes(cpu, doublewords, aligned(cpu, address_b2(cpu, op), 8), 8 * count);
    for (unsigned i = 0; i < count; i++)
        cpu->cr[(op->r1 + i) & 15] = get64(doublewords + 8 * i);
    context_changed(cpu);
}

INSTRUCTION(stctg)
{
    uint8_t doublewords[128];
    unsigned count = register_count(op);
    for (unsigned i = 0; i < count; i++)
        put64(doublewords + 8 * i, cpu->cr[(op->r1 + i) & 15]);
    store_bytes(cpu, aligned(cpu, address_b2(cpu, op), 8), doublewords, 8 * count);
}

/* ---- real storage ---------------------------------------------------------------------- */

/* Keys and low-address protection hold, translation does not. */
static uint8_t *real_operand(struct cpu *cpu, const struct op *op, unsigned size,
                             enum access_type type)
{
    uint64_t real = aligned(cpu, register_address(cpu, op->r2), size);
    return cpu->machine->storage +
           translate(cpu, real, type, (struct access){ cpu->psw.key, SPACE_REAL });
}

INSTRUCTION(lura) { cpu->gr[op->r1].w = get32(real_operand(cpu, op, 4, ACCESS_FETCH)); }
INSTRUCTION(lurag) { cpu->gr[op->r1].d = get64(real_operand(cpu, op, 8, ACCESS_FETCH)); }

INSTRUCTION(stura)
{
    put32(real_operand(cpu, op, 4, ACCESS_STORE), cpu->gr[op->r1].w);
    real_changed(cpu, register_address(cpu, op->r2), 4);
    per_store_real(cpu);
}

INSTRUCTION(sturg)
{
    put64(real_operand(cpu, op, 8, ACCESS_STORE), cpu->gr[op->r1].d);
    real_changed(cpu, register_address(cpu, op->r2), 8);
    per_store_real(cpu);
}

/* ---- purging ------------------------------------------------------------------------------- */

/* On every CPU of the configuration. */
static void purge_everywhere(struct cpu *cpu)
{
    purge_translations(cpu);
    for (int i = 0; i < cpu->machine->ncpus; i++)
        if (cpu->machine->cpus[i] != cpu)
            cpu_attend(cpu->machine->cpus[i], ATTEND_PURGE);
}

/* The last bits of R2 ask for purging if the swap was done: 63 the ALB and the TLB. */
enum { PURGE = 3 };

INSTRUCTION(csp)
{
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t address = register_address(cpu, op->r2) & ~(uint64_t)3;
    uint32_t *p = (uint32_t *)(void *)interlocked_operand(in_space_of(cpu, op->r2), address, 4);
    uint32_t expected = BIG32(cpu->gr[op->r1].w), new = BIG32(cpu->gr[op->r1 + 1].w);
    bool equal = __atomic_compare_exchange_n(p, &expected, new, false, __ATOMIC_SEQ_CST,
                                             __ATOMIC_SEQ_CST);
    cpu->psw.cc = !equal;
    if (!equal)
        cpu->gr[op->r1].w = BIG32(expected);
    else if (cpu->gr[op->r2].w & PURGE)
        purge_everywhere(cpu);
}

INSTRUCTION(cspg)
{
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t address = register_address(cpu, op->r2) & ~(uint64_t)7;
    uint64_t *p = (uint64_t *)(void *)interlocked_operand(in_space_of(cpu, op->r2), address, 8);
    uint64_t expected = BIG64(cpu->gr[op->r1].d), new = BIG64(cpu->gr[op->r1 + 1].d);
    bool equal = __atomic_compare_exchange_n(p, &expected, new, false, __ATOMIC_SEQ_CST,
                                             __ATOMIC_SEQ_CST);
    cpu->psw.cc = !equal;
    if (!equal)
        cpu->gr[op->r1].d = BIG64(expected);
    else if (cpu->gr[op->r2].w & PURGE)
        purge_everywhere(cpu);
}



/* A word or doubleword of a table in real storage becomes invalid. Keys do not protect it,
 * nor does low-address protection (SA22 10-42); what tables do is known to all CPUs. */
static void invalidate(struct cpu *cpu, uint64_t real, unsigned size, uint64_t bit)
{
    uint8_t *entry = real_storage(cpu, real, size);
    if (!entry)
        program_interrupt(cpu, PGM_ADDRESSING);
    if (size == 8)
        __atomic_fetch_or((uint64_t *)(void *)entry, BIG64(bit), __ATOMIC_SEQ_CST);
    else
        __atomic_fetch_or((uint32_t *)(void *)entry, BIG32((uint32_t)bit), __ATOMIC_SEQ_CST);
    real_changed(cpu, real, size);
}

/* R1: page-table origin as a segment-table entry has it. R2: page index, where an address has
 * it. R3: how many pages more (IPTE-range facility). */
INSTRUCTION(ipte_esa)
{
    enum { PTE_INVALID = 0x400 };
    uint32_t origin = cpu->gr[op->r1].w & 0x7FFFFFC0, index = cpu->gr[op->r2].w >> 12 & 0xFF;
    invalidate(cpu, (origin + 4 * index) & 0x7FFFFFFF, 4, PTE_INVALID);
    purge_everywhere(cpu);
}

INSTRUCTION(ipte_z)
{
    enum { PTE_INVALID = 0x400 };
    uint64_t origin = cpu->gr[op->r1].d & ~(uint64_t)0x7FF;
    unsigned index = cpu->gr[op->r2].d >> 12 & 0xFF;
    unsigned more = op->r3 ? cpu->gr[op->r3].w & 0xFF : 0;
    if (index + more > 0xFF)
        program_interrupt(cpu, PGM_SPECIFICATION);
    for (unsigned i = 0; i <= more; i++)
        invalidate(cpu, origin + 8 * (index + i), 8, PTE_INVALID);
    purge_everywhere(cpu);
}

/* Region- or segment-table entries, as many as R2 says and one, from that on which R2's
 * index for the table's type designates; or only what an ASCE, in R3, has made (SA22 10-30). */
INSTRUCTION(idte)
{
    enum { CLEAR_BY_ASCE = 0x800, MORE = 0x7FF, RESERVED = 0xFF000, ENTRY_INVALID = 0x20 };
    uint64_t r1 = cpu->gr[op->r1].d, r2 = cpu->gr[op->r2].d;
    if (r2 & RESERVED)
        program_interrupt(cpu, PGM_SPECIFICATION);
    if (!(r2 & CLEAR_BY_ASCE)) {
        unsigned level = r1 >> 2 & 3, index = r2 >> (20 + 11 * level) & 0x7FF;
        for (unsigned i = 0; i <= (r2 & MORE); i++)
            invalidate(cpu, (r1 & ~(uint64_t)0xFFF) + 8 * ((index + i) & 0x7FF), 8,
                       ENTRY_INVALID);
    }
    purge_everywhere(cpu);
}

/* COMPARE AND REPLACE DAT TABLE ENTRY: R1 and R1+1 are the comparand and what takes its place,
 * R2 has a table's origin and type, R2+1 an address that designates the entry (SA22 10-17). */
INSTRUCTION(crdte)
{
    enum { NOT_A_PAGE = 0x10 };
    if (op->r1 & 1 || op->r2 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t table = cpu->gr[op->r2].d, address = cpu->gr[op->r2 + 1].d, entry;
    if (table & NOT_A_PAGE)
        entry = (table & ~(uint64_t)0xFFF) + 8 * (address >> (20 + 11 * (table >> 2 & 3)) & 0x7FF);
    else
        entry = (table & ~(uint64_t)0x7FF) + 8 * (address >> 12 & 0xFF);
    uint8_t *bytes = real_storage(cpu, entry, 8);
    if (!bytes)
        program_interrupt(cpu, PGM_ADDRESSING);
    uint64_t expected = BIG64(cpu->gr[op->r1].d), new = BIG64(cpu->gr[op->r1 + 1].d);
    bool equal = __atomic_compare_exchange_n((uint64_t *)(void *)bytes, &expected, new, false,
                                             __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    cpu->psw.cc = !equal;
    if (!equal) {
        cpu->gr[op->r1].d = BIG64(expected);
        return;
    }
    real_changed(cpu, entry, 8);
    purge_everywhere(cpu);
}

/* ---- LOAD REAL ADDRESS ------------------------------------------------------------------------ */

/* An entry's address beyond 31 bits, or a failure that has no entry: condition code 3, and the
 * interruption code with bit 32 of the register (SA22 10-49). */
static void load_real_address(struct cpu *cpu, const struct op *op, bool wide)
{
    uint64_t logical = address_x2(cpu, op);
    struct access_space space;
    struct table_walk walk = walk_to_operand(cpu, logical, op->b2, &space);
    if (walk.code && !walk.lra_cc)
        program_interrupt(cpu, walk.code);
    int cc = walk.lra_cc;
    uint64_t result = cc ? walk.entry : walk.real;
    if (cc == 3 || (cc && !wide && result > 0x7FFFFFFF)) {
        cc = 3;
        cpu->gr[op->r1].w = 0x80000000 | (uint32_t)walk.code;
    } else if (wide) {
        cpu->gr[op->r1].d = result;
    } else if (result > 0x7FFFFFFF) {
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    } else {
        cpu->gr[op->r1].w = (uint32_t)result;
    }
    cpu->psw.cc = (uint8_t)cc;
}

INSTRUCTION(lra_z) { load_real_address(cpu, op, cpu->psw.amode == AMODE_64); }
INSTRUCTION(lrag) { load_real_address(cpu, op, true); }

INSTRUCTION(strag)
{
    uint64_t to = aligned(cpu, address_b1(cpu, op), 8), logical = address_b2(cpu, op);
    struct access_space space;
    struct table_walk walk = walk_to_operand(cpu, logical, op->b2, &space);
    if (walk.code) {
        cpu->translation_exception =
            cpu->arch->exception_identification(cpu, logical, cpu->psw.space);
        program_interrupt(cpu, walk.code);
    }
    store8(in_space_of(cpu, op->b1), to, walk.real);
}

/* ---- spaces ---------------------------------------------------------------------------------------- */

/* An operand-access control of register 0: which key and which space an operand of MOVE WITH
 * OPTIONAL SPECIFICATIONS has (SA22 10-62). */
static struct access optional_access(struct cpu *cpu, uint32_t control)
{
    enum { HAS_KEY = 2, HAS_SPACE = 1 };
    static const uint8_t spaces[] = { [SPACE_CONTROL_PRIMARY] = SPACE_PRIMARY,
        [SPACE_CONTROL_REGISTERS] = SPACE_REGISTERS, [SPACE_CONTROL_SECONDARY] = SPACE_SECONDARY,
        [SPACE_CONTROL_HOME] = SPACE_HOME };
    unsigned space = control & HAS_SPACE ? control >> 6 & 3 : cpu->psw.space;
    struct access access = { cpu->psw.key, spaces[space] };
    if (control & HAS_KEY)
        access.key = control >> 8 & KEY_ACCESS;
    if (control & HAS_KEY && cpu->psw.problem &&
        !((uint32_t)cpu->cr[3] & CR_BIT(access.key >> 4)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    if (access.space == SPACE_SECONDARY && !control_bit(cpu, 0, CR0_SECONDARY_SPACE))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    return access;
}

/* The first operand may not be moved into the home space by a program in the problem state. */
static void may_store_home(struct cpu *cpu, uint32_t control, struct access to)
{
    if (control & 1 && to.space == SPACE_HOME && cpu->psw.problem)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

/* All of the source is fetched, and all of the destination found to be there, before anything
 * is stored. */
INSTRUCTION(mvcos)
{
    enum { AT_MOST = 4096 };
    uint8_t bytes[AT_MOST];
    uint32_t controls = cpu->gr[0].w;
    if (!psw_dat(&cpu->psw))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    struct access to = optional_access(cpu, controls >> 16);
    struct access from = optional_access(cpu, controls & 0xFFFF);
    may_store_home(cpu, controls >> 16, to);
    uint64_t length = cpu->psw.amode == AMODE_64 ? cpu->gr[op->r3].d : cpu->gr[op->r3].w;
    uint64_t target = address_b1(cpu, op), source = address_b2(cpu, op);
    unsigned n = length > AT_MOST ? (unsigned)AT_MOST : (unsigned)length, done;
    for (done = 0; done < n; done += BLOCK_SIZE)
        fetch_bytes_as(in_space_of(cpu, op->b2), from, bytes + done,
                       (source + done) & cpu->address_mask,
                       n - done < BLOCK_SIZE ? n - done : BLOCK_SIZE);
    if (n)
        check_store_as(in_space_of(cpu, op->b1), to, target, n);
    for (done = 0; done < n; done += BLOCK_SIZE)
        store_bytes_as(cpu, to, (target + done) & cpu->address_mask, bytes + done,
                       n - done < BLOCK_SIZE ? n - done : BLOCK_SIZE);
    cpu->psw.cc = length > AT_MOST ? 3 : 0;
}

/* A key that a register names; in the problem state the key mask must allow it. */
static uint8_t permitted_key(struct cpu *cpu, uint32_t named)
{
    uint8_t key = named & KEY_ACCESS;
    if (cpu->psw.problem && !((uint32_t)cpu->cr[3] & CR_BIT(key >> 4)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    return key;
}

/* MOVE WITH SOURCE KEY, MOVE WITH DESTINATION KEY: key in register 1, length less one in 0. */
static void move_with_keys(struct cpu *cpu, const struct op *op, struct access to,
                           struct access from)
{
    uint8_t bytes[256];
    unsigned length = (cpu->gr[0].w & 0xFF) + 1;
    fetch_bytes_as(in_space_of(cpu, op->b2), from, bytes, address_b2(cpu, op), length);
    store_bytes_as(in_space_of(cpu, op->b1), to, address_b1(cpu, op), bytes, length);
}

INSTRUCTION(mvcsk)
{
    struct access from = { permitted_key(cpu, cpu->gr[1].w), SPACE_CURRENT };
    move_with_keys(cpu, op, current_access(cpu), from);
}

INSTRUCTION(mvcdk)
{
    struct access to = { permitted_key(cpu, cpu->gr[1].w), SPACE_CURRENT };
    move_with_keys(cpu, op, to, current_access(cpu));
}

/* MOVE PAGE (SA22 7-283): general register 0 may say a key for one of the operands, and that a page
 * which is not there is told by the condition code. Which registers were meant is then stored
 * with the exception. */
enum move_page { MOVE_PAGE_RESERVED = 0xF000, TO_HAS_KEY = 0x800, FROM_HAS_KEY = 0x400,
                 TELL_BY_CODE = 0x100 };

static bool page_is_missing(struct cpu *cpu, uint64_t page, unsigned r)
{
    struct access_space space;
    return psw_dat(&cpu->psw) && cpu->gr[0].w & TELL_BY_CODE &&
           walk_to_operand(cpu, page, r, &space).code == PGM_PAGE_TRANSLATION;
}

INSTRUCTION(mvpg)
{
    enum { PAGE = 4096, HALF = PAGE / 2 };
    uint32_t controls = cpu->gr[0].w;
    struct access to = current_access(cpu), from = to;
    uint64_t to_page = register_address(cpu, op->r1) & ~(uint64_t)(PAGE - 1);
    uint64_t from_page = register_address(cpu, op->r2) & ~(uint64_t)(PAGE - 1);
    uint8_t page[PAGE];
    if (controls & MOVE_PAGE_RESERVED || (controls & TO_HAS_KEY && controls & FROM_HAS_KEY))
        program_interrupt(cpu, PGM_SPECIFICATION);
    if (controls & (TO_HAS_KEY | FROM_HAS_KEY))
        *(controls & TO_HAS_KEY ? &to.key : &from.key) = permitted_key(cpu, controls);
    cpu->move_page_registers = (uint16_t)(0x100 | op->r1 << 4 | op->r2);
    uint8_t cc = page_is_missing(cpu, from_page, op->r2) ? 2 :
                 page_is_missing(cpu, to_page, op->r1) ? 1 : 0;
    if (cc == 0) {
        fetch_bytes_as(in_space_of(cpu, op->r2), from, page, from_page, HALF);
        fetch_bytes_as(cpu, from, page + HALF, from_page + HALF, HALF);
        check_store_as(in_space_of(cpu, op->r1), to, to_page, PAGE);
        store_bytes_as(cpu, to, to_page, page, HALF);
        store_bytes_as(cpu, to, to_page + HALF, page + HALF, HALF);
    }
    cpu->move_page_registers = 0;
    cpu->psw.cc = cc;
}

/* ---- clocks ------------------------------------------------------------------------------------------ */

/* The TOD programmable register: the right half of register 0's low word. */
INSTRUCTION(sckpf)
{
    (void)op;
    if (cpu->gr[0].w & 0xFFFF0000)
        program_interrupt(cpu, PGM_SPECIFICATION);
    cpu->tod_programmable = cpu->gr[0].w;
}

INSTRUCTION(lpp)
{
    cpu->program_parameter = fetch8(cpu, aligned(cpu, address_b2(cpu, op), 8));
}

/* EXTRACT CPU TIME: the first operand less the CPU timer, the second operand, the third. */
INSTRUCTION(ectg)
{
    uint64_t then = fetch8(in_space_of(cpu, op->b1), address_b1(cpu, op));
    uint64_t sum = fetch8(in_space_of(cpu, op->b2), address_b2(cpu, op));
    uint64_t third = fetch8(in_space_of(cpu, op->r3), cpu->gr[op->r3].d & cpu->address_mask);
    engine_sync_clock(cpu);
    cpu->gr[0].d = then - cpu_timer(cpu);
    cpu->gr[1].d = sum;
    cpu->gr[op->r3].d = third;
}
