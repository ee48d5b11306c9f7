/* Program-event recording (GA22 4-16 to 4-23; PER 2, SA22-7201 4-25; PER 3, SA22 4-24). While it is active
 * the engine executes one instruction at a time, with per_before() and per_after() around each. */
#include "cpu/control.h"

/* Event masks in control register 9; the code at location 150 has the same bits. */
enum event { BRANCHING = 0x80, FETCHING = 0x40, STORING = 0x20, REGISTERS = 0x10,
             STORING_REAL = 0x08, EVENTS = 0xF8,
             NULLIFICATION = 0x01 };    /* with FETCHING: before the instruction, and not after it */

/* What else PER 2 has in that register: events only of branches into the area, and of stores
 * only into spaces whose designation says so. */
enum { BRANCH_ADDRESS_CONTROL = 0x00800000, STORAGE_SPACE_CONTROL = 0x00200000,
       DESIGNATION_STORAGE_EVENTS = 0x80 };

static uint32_t enabled_events(const struct cpu *cpu)
{
    return psw_per(&cpu->psw) ? (uint32_t)cpu->cr[9] & cpu->arch->per_controls : 0;
}

bool per_active(const struct cpu *cpu)
{
    return enabled_events(cpu) >> 24 & EVENTS;
}

static bool watched(const struct cpu *cpu, enum event event)
{
    return cpu->per_events & (uint32_t)event << 24;
}

/* The area from control register 10 to and including 11; it may wrap. */
static bool in_area(const struct cpu *cpu, uint64_t from, unsigned length)
{
    uint64_t all = cpu->arch->per_addresses, start = cpu->cr[10] & all;
    uint64_t last = (cpu->cr[11] - start) & all, first = (from - start) & all;
    return first <= last || length - 1 > all - first;
}

/* Addressing and translation mode of an instruction, and that what tells it is valid, as
 * stored behind the code (SA22 4-40). */
static uint8_t modes(const struct psw *psw)
{
    enum { EXTENDED = 0x80, VALID = 0x40, BASIC = 0x20, DAT = 0x10 };
    return (uint8_t)(VALID | (psw->amode == AMODE_64 ? EXTENDED | BASIC : 0) |
                     (psw->amode == AMODE_31 ? BASIC : 0) | (psw_dat(psw) ? DAT : 0) |
                     (psw->space == SPACE_CONTROL_SECONDARY ? 8 : 0) |
                     (psw->space == SPACE_CONTROL_REGISTERS ? 4 : 0) |
                     (psw->space == SPACE_CONTROL_HOME ? 12 : 0));
}

void per_before(struct cpu *cpu, const struct op *op)
{
    cpu->per_code = 0;
    cpu->per_events = enabled_events(cpu);
    if (!cpu->per_events)
        return;
    cpu->per_op = op;
    cpu->per_address = instruction_address(op);
    cpu->per_modes = modes(&cpu->psw);
    cpu->per_gr1 = cpu->gr[1].w;
    cpu->op = op;
    per_fetch(cpu, cpu->per_address);
    cpu->op = NULL;
}

void per_fetch(struct cpu *cpu, uint64_t ia)
{
    if (!watched(cpu, FETCHING) || !in_area(cpu, ia, 1))
        return;
    cpu->per_code |= FETCHING;
    if (!watched(cpu, NULLIFICATION))
        return;
    cpu->per_code = FETCHING | NULLIFICATION;
    program_interrupt(cpu, PGM_PER);
}

void per_store(struct cpu *cpu, uint64_t logical, unsigned length, const struct per_space *space)
{
    if (!watched(cpu, STORING) || !in_area(cpu, logical, length))
        return;
    if (space->translated && cpu->per_events & STORAGE_SPACE_CONTROL &&
        !(space->designation & DESIGNATION_STORAGE_EVENTS))
        return;
    cpu->per_code |= STORING;
    cpu->per_space = space->translated ? space->control : 0;
    cpu->per_access_id = space->access_register;
}

/* Both events must be enabled, and both bits tell it; the area does not count. */
void per_store_real(struct cpu *cpu)
{
    if (watched(cpu, STORING_REAL) && watched(cpu, STORING))
        cpu->per_code |= STORING | STORING_REAL;
}

/* ---- general-register alteration ------------------------------------------------- */

/* Which registers an instruction replaces, whether or not the value is a new one. What is not
 * here replaces none. z/Architecture has no such event: its own instructions are not here. */
enum alteration { ALTERS_R1, ALTERS_PAIR, ALTERS_BOTH_PAIRS, ALTERS_RANGE, ALTERS_R1_IF_CC1,
                  ALTERS_PAIR_IF_CC1, ALTERS_R1_IF_MASK, ALTERS_GR0, ALTERS_GR2,
                  ALTERS_1_AND_2_IF_CC, ALTERS_GR1_IF_CHANGED, ALTERS_3_4_AND_14,
                  ALTERS_14_AND_15, ALTERS_LINKAGE, ALTERS_R1_IF_R1, ALTERS_PAIRS_1_AND_3,
                  ALTERS_R2_PAIR_AND_R1, ALTERS_R1_AND_R2, ALTERS_R1_AND_R2_IF_CC,
                  ALTERS_R1_IF_CC1_R2_IF_CC3, ALTERS_PAIR_AND_R2, ALTERS_0_TO_5_BUT_4, ALTERS_1_TO_3,
                  ALTERS_BOTH_PAIRS_AND_1, ALTERS_BASE };

static const struct { uint16_t opcode; uint8_t alters; } alterations[] = {
    { 0x05, ALTERS_R1 }, { 0x06, ALTERS_R1 }, { 0x09, ALTERS_R1 }, { 0x0D, ALTERS_R1 },
    { 0x0E, ALTERS_BOTH_PAIRS }, { 0x0F, ALTERS_BOTH_PAIRS },
    { 0x10, ALTERS_R1 }, { 0x11, ALTERS_R1 }, { 0x12, ALTERS_R1 }, { 0x13, ALTERS_R1 },
    { 0x14, ALTERS_R1 }, { 0x16, ALTERS_R1 }, { 0x17, ALTERS_R1 }, { 0x18, ALTERS_R1 },
    { 0x1A, ALTERS_R1 }, { 0x1B, ALTERS_R1 }, { 0x1C, ALTERS_PAIR }, { 0x1D, ALTERS_PAIR },
    { 0x1E, ALTERS_R1 }, { 0x1F, ALTERS_R1 },
    { 0x41, ALTERS_R1 }, { 0x43, ALTERS_R1 }, { 0x45, ALTERS_R1 }, { 0x46, ALTERS_R1 },
    { 0x48, ALTERS_R1 }, { 0x4A, ALTERS_R1 }, { 0x4B, ALTERS_R1 }, { 0x4C, ALTERS_R1 },
    { 0x4D, ALTERS_R1 }, { 0x4F, ALTERS_R1 },
    { 0x54, ALTERS_R1 }, { 0x56, ALTERS_R1 }, { 0x57, ALTERS_R1 }, { 0x58, ALTERS_R1 },
    { 0x5A, ALTERS_R1 }, { 0x5B, ALTERS_R1 }, { 0x5C, ALTERS_PAIR }, { 0x5D, ALTERS_PAIR },
    { 0x5E, ALTERS_R1 }, { 0x5F, ALTERS_R1 },
    { 0x86, ALTERS_R1 }, { 0x87, ALTERS_R1 }, { 0x88, ALTERS_R1 }, { 0x89, ALTERS_R1 },
    { 0x8A, ALTERS_R1 }, { 0x8B, ALTERS_R1 }, { 0x8C, ALTERS_PAIR }, { 0x8D, ALTERS_PAIR },
    { 0x8E, ALTERS_PAIR }, { 0x8F, ALTERS_PAIR }, { 0x98, ALTERS_RANGE },
    { 0xAE, ALTERS_R1_IF_CC1 }, { 0xB1, ALTERS_R1 }, { 0xBA, ALTERS_R1_IF_CC1 },
    { 0xBB, ALTERS_PAIR_IF_CC1 }, { 0xBF, ALTERS_R1_IF_MASK },
    { 0xDD, ALTERS_1_AND_2_IF_CC }, { 0xDF, ALTERS_GR1_IF_CHANGED },
    { 0xB20B, ALTERS_GR2 }, { 0xB218, ALTERS_3_4_AND_14 }, { 0xB223, ALTERS_R1 },
    { 0xB224, ALTERS_R1 }, { 0xB226, ALTERS_R1 }, { 0xB227, ALTERS_R1 },
    { 0xB229, ALTERS_R1 }, { 0xB22C, ALTERS_GR0 }, { 0xE502, ALTERS_14_AND_15 },
    /* ESA/390 (SA22-7201 4-29) */
    { 0x0B, ALTERS_R1_IF_R1 }, { 0x0C, ALTERS_R1 }, { 0x51, ALTERS_R1 }, { 0x71, ALTERS_R1 },
    { 0x84, ALTERS_R1 }, { 0x85, ALTERS_R1 }, { 0xA8, ALTERS_PAIRS_1_AND_3 },
    { 0xA9, ALTERS_PAIRS_1_AND_3 }, { 0xA705, ALTERS_R1 }, { 0xA706, ALTERS_R1 },
    { 0xA708, ALTERS_R1 }, { 0xA70A, ALTERS_R1 }, { 0xA70C, ALTERS_R1 },
    { 0xB222, ALTERS_R1 }, { 0x0102, ALTERS_0_TO_5_BUT_4 }, { 0xB21A, ALTERS_1_TO_3 }, { 0xB241, ALTERS_R2_PAIR_AND_R1 }, { 0xB24F, ALTERS_R1 },
    { 0xB252, ALTERS_R1 }, { 0xB255, ALTERS_R1_IF_CC1_R2_IF_CC3 },
    { 0xB257, ALTERS_BOTH_PAIRS }, { 0xB25D, ALTERS_R1_AND_R2_IF_CC },
    { 0xB25E, ALTERS_R1_IF_CC1_R2_IF_CC3 }, { 0xB263, ALTERS_BOTH_PAIRS_AND_1 },
    { 0xB277, ALTERS_BASE }, { 0xB2A5, ALTERS_PAIR },
    { 0xB2A6, ALTERS_BOTH_PAIRS }, { 0xB2A7, ALTERS_BOTH_PAIRS }, { 0xB91F, ALTERS_R1 },
    { 0xB98D, ALTERS_R1_AND_R2 }, { 0xB990, ALTERS_PAIR_AND_R2 },
    { 0xB991, ALTERS_PAIR_AND_R2 }, { 0xB992, ALTERS_PAIR_AND_R2 },
    { 0xB993, ALTERS_PAIR_AND_R2 }, { 0xB996, ALTERS_PAIR }, { 0xB997, ALTERS_PAIR },
    { 0xB998, ALTERS_R1 }, { 0xB999, ALTERS_R1 }, { 0xC000, ALTERS_R1 }, { 0xC005, ALTERS_R1 },
    { 0xE31E, ALTERS_R1 }, { 0xE31F, ALTERS_R1 }, { 0xE396, ALTERS_PAIR },
    { 0xE397, ALTERS_PAIR }, { 0xE398, ALTERS_R1 }, { 0xE399, ALTERS_R1 },
    { 0xEB1D, ALTERS_R1 }, { 0xEB8E, ALTERS_PAIRS_1_AND_3 }, { 0xEB8F, ALTERS_PAIRS_1_AND_3 },
    { 0xE504, ALTERS_LINKAGE }, { 0xE505, ALTERS_LINKAGE }, { 0xE506, ALTERS_LINKAGE },
    { 0xE507, ALTERS_LINKAGE },
};

static uint16_t pair(int r)
{
    return (uint16_t)(0xC000 >> (r & 14));
}

/* A bit for each register from `first` to `last`, as LM counts: bit 0 is register 0. */
static uint16_t range(int first, int last)
{
    uint16_t mask = 0;
    for (int r = first; ; r = (r + 1) & 15) {
        mask |= 0x8000 >> r;
        if (r == last)
            return mask;
    }
}

static uint16_t altered_registers(const struct cpu *cpu, const struct op *op, enum alteration how)
{
    uint8_t cc = cpu->psw.cc;
    uint16_t r1 = (uint16_t)(0x8000 >> op->r1), r2 = (uint16_t)(0x8000 >> op->r2);
    switch (how) {
    case ALTERS_R1:             return r1;
    case ALTERS_PAIR:           return pair(op->r1);
    case ALTERS_BOTH_PAIRS:     return pair(op->r1) | pair(op->r2);
    case ALTERS_RANGE:          return range(op->r1, op->r3);
    case ALTERS_R1_IF_CC1:      return cc == 1 ? r1 : 0;
    case ALTERS_PAIR_IF_CC1:    return cc == 1 ? pair(op->r1) : 0;
    case ALTERS_R1_IF_MASK:     return op->r3 ? r1 : 0;
    case ALTERS_GR0:            return 0x8000;
    case ALTERS_GR2:            return 0x2000;
    case ALTERS_1_AND_2_IF_CC:  return cc ? 0x6000 : 0;
    case ALTERS_GR1_IF_CHANGED: return cpu->gr[1].w != cpu->per_gr1 ? 0x4000 : 0;
    case ALTERS_3_4_AND_14:     return 0x1802;
    case ALTERS_14_AND_15:      return 0x0003;
    case ALTERS_0_TO_5_BUT_4:   return 0xF400;
    case ALTERS_1_TO_3:         return 0x7000;
    case ALTERS_BOTH_PAIRS_AND_1: return pair(op->r1) | pair(op->r2) | 0x4000;
    case ALTERS_BASE:           return (uint16_t)(0x8000 >> (op->b2 & 15));
    case ALTERS_R1_IF_R1:       return op->r1 ? r1 : 0;
    case ALTERS_PAIRS_1_AND_3:  return pair(op->r1) | pair(op->r3);
    case ALTERS_PAIR_AND_R2:    return pair(op->r1) | r2;
    case ALTERS_R2_PAIR_AND_R1: return pair(op->r2) | r1;
    case ALTERS_R1_AND_R2:      return r1 | (op->r2 ? r2 : 0);
    case ALTERS_R1_AND_R2_IF_CC: return cc ? r1 | r2 : 0;
    case ALTERS_R1_IF_CC1_R2_IF_CC3: return cc == 1 ? r1 : cc == 3 ? r2 : 0;
    /* a lock assist: 13, and 12 if it went to the program whose address is in 13 */
    case ALTERS_LINKAGE:        return cpu->gr[13].w ? 0x000C : 0x0004;
    }
    return 0;
}

/* The operation that counts: EXECUTE's target stands behind it. */
static const struct op *subject(const struct cpu *cpu, const struct instruction **row)
{
    const struct op *op = cpu->per_op;
    *row = instruction_row(op->row);
    if (*row && (*row)->flags & EXECUTES)
        *row = instruction_row((++op)->row);
    return op;
}

/* A completed instruction's branch and registers; its fetches and stores are noted. */
static void note_completion(struct cpu *cpu)
{
    if (cpu->branched && watched(cpu, BRANCHING) &&
        (!(cpu->per_events & BRANCH_ADDRESS_CONTROL) || in_area(cpu, cpu->psw.ia, 1)))
        cpu->per_code |= BRANCHING;
    const struct instruction *row;
    const struct op *op = subject(cpu, &row);
    if (!row)
        return;
    /* COMPARE AND SWAP had leave to store, and did not. */
    if ((row->opcode == 0xBA || row->opcode == 0xBB) && cpu->psw.cc == 1)
        cpu->per_code &= (uint8_t)~STORING;
    if (!watched(cpu, REGISTERS))
        return;
    for (size_t i = 0; i < sizeof alterations / sizeof *alterations; i++)
        if (alterations[i].opcode == row->opcode &&
            altered_registers(cpu, op, alterations[i].alters) & cpu->per_events)
            cpu->per_code |= REGISTERS;
}

/* ---- indication -------------------------------------------------------------------- */

enum ending { COMPLETED, TERMINATED, SUPPRESSED };

/* How an instruction ends with a program interruption. What nullifies counts as
 * suppressed here. */
static enum ending ending(int code)
{
    switch (code) {
    case 0: case PGM_FIXED_OVERFLOW: case PGM_DECIMAL_OVERFLOW: case PGM_EXPONENT_OVERFLOW:
    case PGM_EXPONENT_UNDERFLOW: case PGM_SIGNIFICANCE: case PGM_MONITOR: case PGM_SPACE_SWITCH:
        return COMPLETED;
    case PGM_PROTECTION: case PGM_ADDRESSING: case PGM_DATA:
    case PGM_PER:           /* a fetch nullified: that event counts, and alone */
        return TERMINATED;
    default:
        return SUPPRESSED;
    }
}

/* Units of operation before the one that failed did store. */
static bool interruptible(const struct cpu *cpu)
{
    static const uint16_t opcodes[] = {
        0x0E /* MVCL */, 0xA8 /* MVCLE */, 0xB255 /* MVST */, 0xB263 /* CMPSC */, 0xEB8E /* MVCLU */,
        0xB2A5 /* TRE */, 0xB2A6 /* CU21 */, 0xB2A7 /* CU12 */, 0xB990 /* TRTT */, 0xB991, 0xB992,
        0xB993 /* TROO */, 0xB9B0 /* CU14 */, 0xB9B1, 0xB9B2, 0xB9B3 /* CU42 */, 0x0102 /* UPT */,
        0xB91E /* KMAC */, 0xB92A /* KMF */, 0xB92B, 0xB92D, 0xB92E, 0xB92F /* KMC */,
        0xB93E /* KIMD */, 0xB93F /* KLMD */,
    };
    const struct instruction *row;
    subject(cpu, &row);
    for (size_t i = 0; row && i < sizeof opcodes / sizeof *opcodes; i++)
        if (row->opcode == opcodes[i])
            return true;
    return false;
}

/* The space of the store stands in the last bits of the modes if there was translation; an access
 * register's number only if one named it (SA22 4-41). */
static void store_modes(struct cpu *cpu, uint8_t *assigned, uint8_t events)
{
    enum { PER_MODES = 151, PER_ACCESS = 161 };
    bool space = events & STORING && !(events & STORING_REAL) && cpu->per_space;
    assigned[PER_MODES] = cpu->per_modes | (space ? cpu->per_space : 0);
    if (space && cpu->per_space == SPACE_CONTROL_REGISTERS)
        assigned[PER_ACCESS] = cpu->per_access_id;
}

int per_present(struct cpu *cpu, uint8_t *assigned, int code)
{
    enum { PER_CODE = 150, PER_ADDRESS = 152 };
    if (!cpu->per_events)
        return code;
    if (ending(code) == COMPLETED)
        note_completion(cpu);
    else if (ending(code) == SUPPRESSED && !cpu->psw.malformed && !interruptible(cpu))
        cpu->per_code &= FETCHING;
    uint8_t events = cpu->per_code;
    cpu->per_code = 0;
    cpu->per_events = 0;
    if (!events)
        return code;
    assigned[PER_CODE] = events;
    assigned[PER_CODE + 1] = 0;
    if (cpu->arch->per_modes)
        store_modes(cpu, assigned, events);
    if (cpu->arch->wide_codes)
        put64(assigned + PER_ADDRESS, cpu->per_address);
    else
        put32(assigned + PER_ADDRESS, (uint32_t)cpu->per_address);
    return code | PGM_PER;
}

/* A PSW format error that the instruction brought about is indicated together with its
 * events, and has no instruction length (GA22 4-21). */
void per_after(struct cpu *cpu)
{
    if (!cpu->per_events)
        return;
    note_completion(cpu);
    if (!cpu->per_code)
        cpu->per_events = 0;
    else if (cpu->psw.malformed)
        take_program_interruption(cpu, PGM_SPECIFICATION, 0);
    else
        take_program_interruption(cpu, 0, cpu->per_op->ilc);
}
