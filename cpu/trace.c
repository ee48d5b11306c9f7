/* The trace table: TRACE, and the entries that branches, mode switches and switches of the
 * address space leave by themselves (SA22-7201 4-10 to 4-15, SA22 4-10 to 4-24). */
#include "cpu/spaces.h"

#include "cpu/general.h"

/* ---- formats ------------------------------------------------------------------------------ */

/* Control register 12: which entries are to be made, and where the next one goes. */
enum { BRANCH_TRACE_31 = 31, BRANCH_TRACE_64 = 63, MODE_TRACE_64 = 62 };
enum { ASN_TRACE = 2, EXPLICIT_TRACE = 1 };

static bool is_wide(const struct cpu *cpu) { return cpu->arch->psw_size == 16; }

static bool control_12(const struct cpu *cpu, unsigned bit_from_right)
{
    return cpu->arch->overrides && cpu->cr[12] >> bit_from_right & 1;
}

static bool branch_trace(const struct cpu *cpu)
{
    return control_12(cpu, is_wide(cpu) ? BRANCH_TRACE_64 : BRANCH_TRACE_31);
}

static bool mode_trace(const struct cpu *cpu)
{
    return is_wide(cpu) && control_12(cpu, MODE_TRACE_64);
}

static bool asn_trace(const struct cpu *cpu)
{
    return cpu->arch->overrides && cpu->cr[12] & ASN_TRACE;
}

static uint64_t address_bits(const struct cpu *cpu)
{
    return is_wide(cpu) ? 0x3FFFFFFFFFFFFFFC : 0x7FFFFFFC;
}

/* An entry as it grows. Its first byte tells what it is and, on the right, how many words
 * follow the first one. */
struct entry {
    uint8_t bytes[12 + 16 * 8];
    unsigned length;
};

static void add_word(struct entry *entry, uint32_t word)
{
    put32(entry->bytes + entry->length, word);
    entry->length += 4;
}

static void add_doubleword(struct entry *entry, uint64_t doubleword)
{
    put64(entry->bytes + entry->length, doubleword);
    entry->length += 8;
}

/* An address in the 64-bit mode takes a word if that is enough. */
static bool is_long(uint64_t address) { return address >> 32; }

static void add_address(struct entry *entry, uint64_t address)
{
    if (is_long(address))
        add_doubleword(entry, address);
    else
        add_word(entry, (uint32_t)address);
}

/* ---- storing an entry ------------------------------------------------------------------------ */

/* An entry that would reach the end of its 4K makes a trace-table exception instead. */
static void store_entry(struct cpu *cpu, const struct entry *entry)
{
    enum { PAGE = 4096 };
    uint64_t at = cpu->cr[12] & address_bits(cpu);
    if ((at & ~cpu->arch->low_alias) < 512 && control_bit(cpu, 0, CR0_LOW_ADDRESS_PROTECTION)) {
        cpu->translation_exception = at & ~(uint64_t)(PAGE - 1);
        cpu->exception_access_id = 0;
        program_interrupt(cpu, PGM_PROTECTION);
    }
    uint8_t *to = real_storage(cpu, at, entry->length);
    if (!to)
        program_interrupt(cpu, PGM_ADDRESSING);
    if ((at ^ (at + entry->length)) & ~(uint64_t)(PAGE - 1))
        program_interrupt(cpu, PGM_TRACE_TABLE);
    memcpy(to, entry->bytes, entry->length);
    real_changed(cpu, at, entry->length);
    uint8_t *key = &cpu->machine->keys[real_to_absolute(cpu, at) >> BLOCK_SHIFT];
    __atomic_fetch_or(key, KEY_REFERENCE | KEY_CHANGE, __ATOMIC_RELAXED);
    cpu->cr[12] = (cpu->cr[12] & ~address_bits(cpu)) | (at + entry->length);
}

static void finish_entry(struct cpu *cpu, struct entry *entry, unsigned kind)
{
    entry->bytes[0] = (uint8_t)(kind << 4 | (entry->length / 4 - 1));
    store_entry(cpu, entry);
}

/* ---- branches and modes ------------------------------------------------------------------------- */

void trace_branch(struct cpu *cpu, uint64_t to)
{
    enum { LONG_BRANCH = 0x00C00000 };
    struct entry entry = { .length = 0 };
    if (!branch_trace(cpu))
        return;
    if (cpu->psw.amode == AMODE_64 && to >> 31) {
        add_word(&entry, LONG_BRANCH);
        add_doubleword(&entry, to);
        finish_entry(cpu, &entry, 5);
        return;
    }
    add_word(&entry, (uint32_t)to | (cpu->psw.amode == AMODE_24 ? 0 : 0x80000000));
    store_entry(cpu, &entry);
}

/* To or from the 64-bit mode. `address`: of the next instruction, or of the branch's target
 * with the mode in front. */
static void trace_mode(struct cpu *cpu, bool branches, bool to_64, uint64_t address)
{
    enum { BRANCHES = 0x00800000, LONG = 0x00400000, SWITCH = 0x00200000, TO_64 = 0x00100000 };
    struct entry entry = { .length = 0 };
    bool is_64 = branches ? to_64 : !to_64;
    bool is_long_address = is_64 && address >> 31;
    add_word(&entry, SWITCH | (branches ? BRANCHES : 0) | (is_long_address ? LONG : 0) |
                         (to_64 ? TO_64 : 0));
    if (is_long_address)
        add_doubleword(&entry, address);
    else
        add_word(&entry, (uint32_t)address);
    finish_entry(cpu, &entry, 5);
}

bool tracing_branches(const struct cpu *cpu)
{
    return branch_trace(cpu) || mode_trace(cpu);
}

/* To another addressing mode. */
static void trace_branch_to(struct cpu *cpu, enum amode amode, uint64_t to)
{
    enum amode now = cpu->psw.amode;
    cpu->psw.amode = (uint8_t)amode;
    trace_branch(cpu, to);
    cpu->psw.amode = (uint8_t)now;
}

void trace_resume(struct cpu *cpu, const struct psw *to, uint64_t next)
{
    bool from_64 = cpu->psw.amode == AMODE_64, to_64 = to->amode == AMODE_64;
    if (!mode_trace(cpu) || from_64 == to_64)
        trace_branch_to(cpu, to->amode, to->ia);
    else if (branch_trace(cpu))
        trace_mode(cpu, true, to_64, to->ia | (to->amode == AMODE_31 ? 0x80000000 : 0));
    else
        trace_mode(cpu, false, to_64, from_64 ? next : mode_and_address(cpu, next));
}

/* BASSM and BSM take the mode from the target's address. */
static void trace_mode_and_branch(struct cpu *cpu, const struct op *op, bool counts_as_branch)
{
    uint64_t to = G2;
    bool from_64 = cpu->psw.amode == AMODE_64, to_64 = is_wide(cpu) && to & 1;
    if (!op->r2)
        return;
    if (mode_trace(cpu) && from_64 != to_64) {
        trace_mode(cpu, true, to_64, to_64 ? to & ~(uint64_t)1 : (uint32_t)to);
        return;
    }
    if (!counts_as_branch || !branch_trace(cpu))
        return;
    enum amode amode = to_64 ? AMODE_64 : to >> 31 & 1 ? AMODE_31 : AMODE_24;
    trace_branch_to(cpu, amode,
                    to_64 ? to & ~(uint64_t)1 : to & (amode == AMODE_31 ? 0x7FFFFFFF : 0xFFFFFF));
}

static void trace_new_mode(struct cpu *cpu, const struct op *op, bool to_64)
{
    if (mode_trace(cpu) && (cpu->psw.amode == AMODE_64) != to_64)
        trace_mode(cpu, false, to_64,
                   cpu->psw.amode == AMODE_64 ? next_address(cpu, op)
                                              : mode_and_address(cpu, next_address(cpu, op)));
}

void trace_before(struct cpu *cpu, const struct op *op)
{
    enum { BALR = 0x05, BASR = 0x0D, BASSM = 0x0C, BSM = 0x0B, SAM24 = 0x010C, SAM31 = 0x010D,
           SAM64 = 0x010E };
    const struct instruction *row = instruction_row(op->row);
    if (!row || !tracing_branches(cpu))
        return;
    cpu->op = op;
    switch (row->opcode) {
    case BALR: case BASR:
        if (op->r2)
            trace_branch(cpu, branch_register(cpu, op));
        break;
    case BASSM:
        trace_mode_and_branch(cpu, op, true);
        break;
    case BSM:
        trace_mode_and_branch(cpu, op, false);
        break;
    case SAM24: case SAM31:
        trace_new_mode(cpu, op, false);
        break;
    case SAM64:
        trace_new_mode(cpu, op, true);
        break;
    default:
        break;
    }
    cpu->op = NULL;
}

/* ---- address spaces ------------------------------------------------------------------------------- */

enum { PROGRAM_CALL = 2, PROGRAM_TRANSFER_OR_RETURN = 3, SET_SECONDARY = 1, SUBSPACE_BRANCH = 4 };

static uint32_t key_and(const struct cpu *cpu, uint8_t rest, uint16_t half)
{
    return (uint32_t)(cpu->psw.key | rest) << 16 | half;
}

/* A number of more than 20 bits stands behind the return address; then there is room for what the
 * new addressing mode will be. */
static void trace_long_call(struct cpu *cpu, struct call_number call, uint64_t next, enum amode to)
{
    enum { LONG_NUMBER = 8, LONG_ADDRESS = 4, FROM_64 = 2, TO_64 = 1 };
    struct entry entry = { .length = 0 };
    bool from_64 = cpu->psw.amode == AMODE_64;
    uint8_t form = LONG_NUMBER | (from_64 ? FROM_64 : 0) | (to == AMODE_64 ? TO_64 : 0);
    if (from_64 && is_long(next))
        form |= LONG_ADDRESS;
    add_word(&entry, key_and(cpu, form, 0));
    if (from_64)
        add_address(&entry, next | cpu->psw.problem);
    else
        add_word(&entry, mode_and_address(cpu, next) | cpu->psw.problem);
    add_word(&entry, call.identification);
    finish_entry(cpu, &entry, PROGRAM_CALL);
}

void trace_program_call(struct cpu *cpu, struct call_number call, uint64_t next, enum amode to)
{
    struct entry entry = { .length = 0 };
    if (mode_trace(cpu) && (cpu->psw.amode == AMODE_64) != (to == AMODE_64))
        trace_mode(cpu, false, to == AMODE_64,
                   cpu->psw.amode == AMODE_64 ? next : mode_and_address(cpu, next));
    if (!asn_trace(cpu))
        return;
    if (call.long_form) {
        trace_long_call(cpu, call, next, to);
        return;
    }
    add_word(&entry, key_and(cpu, (uint8_t)(call.number >> 16), (uint16_t)call.number));
    if (cpu->psw.amode == AMODE_64)
        add_doubleword(&entry, next | cpu->psw.problem);
    else
        add_word(&entry, mode_and_address(cpu, next) | cpu->psw.problem);
    finish_entry(cpu, &entry, PROGRAM_CALL);
}

/* An address with what tells of it: was it in the 64-bit mode, and does it take two words? */
enum { IN_64 = 2, TWO_WORDS = 1 };

static unsigned form_of(uint64_t address, enum amode amode)
{
    return amode != AMODE_64 ? 0 : is_long(address) ? IN_64 | TWO_WORDS : IN_64;
}

static void add_with_mode(struct entry *entry, uint64_t address, enum amode amode)
{
    if (amode == AMODE_64)
        add_address(entry, address);
    else
        add_word(entry, (uint32_t)address | (amode == AMODE_31 ? 0x80000000 : 0));
}

void trace_program_transfer(struct cpu *cpu, uint16_t asn, uint64_t r2, bool with_instance)
{
    struct entry entry = { .length = 0 };
    if (!asn_trace(cpu))
        return;
    unsigned form = form_of(r2, cpu->psw.amode);
    add_word(&entry, key_and(cpu, (uint8_t)(form << 2 | with_instance), asn));
    add_address(&entry, cpu->psw.amode == AMODE_64 ? r2 : (uint32_t)r2);
    finish_entry(cpu, &entry, PROGRAM_TRANSFER_OR_RETURN);
}

/* From an entry of BRANCH AND STACK only the mode tells. */
void trace_program_return(struct cpu *cpu, bool of_call, uint16_t asn, const struct psw *to,
                          uint64_t next)
{
    struct entry entry = { .length = 0 };
    enum amode from = cpu->psw.amode;
    if (mode_trace(cpu) && (from == AMODE_64) != (to->amode == AMODE_64))
        trace_mode(cpu, false, to->amode == AMODE_64,
                   from == AMODE_64 ? next : mode_and_address(cpu, next));
    if (!of_call || !asn_trace(cpu))
        return;
    unsigned form = form_of(to->ia, to->amode) << 2 | form_of(next, from);
    add_word(&entry, key_and(cpu, (uint8_t)form, asn));
    add_with_mode(&entry, to->ia | to->problem, to->amode);
    add_with_mode(&entry, next, from);
    finish_entry(cpu, &entry, PROGRAM_TRANSFER_OR_RETURN);
}

void trace_set_secondary(struct cpu *cpu, uint16_t asn, bool with_instance)
{
    struct entry entry = { .length = 0 };
    if (!asn_trace(cpu))
        return;
    add_word(&entry, (uint32_t)with_instance << 16 | asn);
    finish_entry(cpu, &entry, SET_SECONDARY);
}

void trace_subspace_branch(struct cpu *cpu, uint32_t alet, uint64_t to)
{
    struct entry entry = { .length = 0 };
    if (!asn_trace(cpu)) {
        trace_branch(cpu, to);
        return;
    }
    add_word(&entry, (alet >> 1 & 0x00800000) | (alet & 0x007FFFFF));
    if (cpu->psw.amode == AMODE_64)
        add_doubleword(&entry, to);
    else
        add_word(&entry, mode_and_address(cpu, to));
    finish_entry(cpu, &entry, SUBSPACE_BRANCH);
}

/* ---- TRACE ------------------------------------------------------------------------------------------ */

/* Bit 0 of the operand, a word in storage, says that there is to be none. The clock is the one
 * that STORE CLOCK would store, not made unique. */
static bool traces_explicitly(struct cpu *cpu, const struct op *op, uint32_t *operand)
{
    if (!(cpu->cr[12] & EXPLICIT_TRACE))
        return false;
    uint64_t address = address_b2(cpu, op);
    require_aligned(cpu, address, 4);
    *operand = fetch4(cpu, address);
    return !(*operand >> 31);
}

/* Bits 4 to 7 of the entry: how many registers, less one. */
static void finish_explicit(struct cpu *cpu, const struct op *op, struct entry *entry)
{
    enum { EXPLICIT = 0x70 };
    entry->bytes[0] = (uint8_t)(EXPLICIT | (count_of_registers(op) - 1));
    atomic_thread_fence(memory_order_seq_cst);
    store_entry(cpu, entry);
}

INSTRUCTION(trace)
{
    uint32_t operand;
    struct entry entry = { .length = 0 };
    if (!traces_explicitly(cpu, op, &operand))
        return;
    engine_sync_clock(cpu);
    add_doubleword(&entry, clock_tod(&cpu->machine->clock) & 0x0000FFFFFFFFFFFF);
    add_word(&entry, operand);
    for (unsigned i = 0, r = op->r1; i < count_of_registers(op); i++, r = (r + 1) & 15)
        add_word(&entry, cpu->gr[r].w);
    finish_explicit(cpu, op, &entry);
}

/* The clock's bits 0 to 79, and registers of 64 bits. */
INSTRUCTION(tracg)
{
    enum { WIDE_REGISTERS = 0x80 };
    uint32_t operand;
    struct entry entry = { .length = 0 };
    if (!traces_explicitly(cpu, op, &operand))
        return;
    engine_sync_clock(cpu);
    uint64_t tod = clock_tod(&cpu->machine->clock);
    add_doubleword(&entry, tod >> 16);
    add_word(&entry, (uint32_t)(tod << 16));
    entry.bytes[1] = WIDE_REGISTERS;
    add_word(&entry, operand);
    for (unsigned i = 0, r = op->r1; i < count_of_registers(op); i++, r = (r + 1) & 15)
        add_doubleword(&entry, cpu->gr[r].d);
    finish_explicit(cpu, op, &entry);
}
