/* Program-event recording, PER 2 and 3: each of the programs below is one instruction, of which the
 * table says what it fetches, stores and branches to. It is run with many areas around these
 * addresses, with several events enabled, in each addressing mode, with translation off and on, and
 * what is indicated must be what the Principles of Operation say (SA22 4-24 to 4-42; SA22-7201
 * 4-25). */
#include <string.h>

#include "core/bytes.h"
#include "cpu/architecture.h"
#include "cpu/control.h"
#include "cpu/engine.h"
#include "tests/unit/check.h"

enum { SIZE = 0x40000, HERE = 0x5000, STORE = 0x3000, TARGET = 0x4000, BEHIND = 0x5010,
       SVC_NEW = 0x7000,
       LOADED = 0x6000, NEW_PSWS = 0x6800, STOPPED = 0x7F00, FILL = 0x0A, SEGMENTS = 0x10000,
       PAGES = 0x11000 };

enum how { COMPLETES, STOPS };      /* STOPS: suppressed or terminated, and nothing was stored */

struct program {
    const char *name;
    unsigned archs;
    uint8_t code[6];
    uint64_t target;                /* of EXECUTE: also fetched from; or 0 */
    uint8_t target_code[6];
    uint64_t branch;                /* where it branches to, or 0 */
    unsigned stored;                /* bytes at STORE, or 0 */
    bool real;                      /* by a real address */
    int interruption;               /* another program interruption, or 0 */
    enum how how;
    uint64_t next;                  /* where it goes on without being a branch; 0: behind itself */
    bool problem;
};

enum { BOTH = ESA390 | ZARCH };

static const struct program programs[] = {
    { "LR 1,2", BOTH, { 0x18, 0x12 }, .stored = 0 },
    { "LGR 1,2", ZARCH, { 0xB9, 0x04, 0x00, 0x12 }, .stored = 0 },
    { "CLCLE 2,6,0", BOTH, { 0xA9, 0x26 }, .stored = 0 },
    { "BCR 15,2", BOTH, { 0x07, 0xF2 }, .branch = STORE },
    { "BCR 15,0", BOTH, { 0x07, 0xF0 }, .stored = 0 },
    { "BC 8,0(,2)", BOTH, { 0x47, 0x80, 0x20, 0x00 }, .branch = STORE },
    { "BC 7,0(,2)", BOTH, { 0x47, 0x70, 0x20, 0x00 }, .stored = 0 },
    { "BALR 1,2", BOTH, { 0x05, 0x12 }, .branch = STORE },
    { "BALR 1,0", BOTH, { 0x05, 0x10 }, .stored = 0 },
    { "BASSM 1,2", BOTH, { 0x0C, 0x12 }, .branch = STORE },
    { "BSM 0,2", BOTH, { 0x0B, 0x02 }, .branch = STORE },
    { "BCT 1,0(,2)", BOTH, { 0x46, 0x10, 0x20, 0x00 }, .stored = 0 },
    { "BCT 3,0(,2)", BOTH, { 0x46, 0x30, 0x20, 0x00 }, .branch = STORE },
    { "BXLE 1,4,0(2)", BOTH, { 0x87, 0x14, 0x20, 0x00 }, .stored = 0 },
    { "BXH 1,4,0(2)", BOTH, { 0x86, 0x14, 0x20, 0x00 }, .branch = STORE },
    { "BRC 15,*+16", BOTH, { 0xA7, 0xF4, 0x00, 0x08 }, .branch = BEHIND },
    { "BRAS 1,*+16", BOTH, { 0xA7, 0x15, 0x00, 0x08 }, .branch = BEHIND },
    { "BRASL 1,*+16", BOTH, { 0xC0, 0x15, 0x00, 0x00, 0x00, 0x08 }, .branch = BEHIND },
    { "CRJ 1,1,8,*+16", ZARCH, { 0xEC, 0x11, 0x00, 0x08, 0x80, 0x76 }, .branch = BEHIND },
    { "CRB 1,2,8,0(2)", ZARCH, { 0xEC, 0x12, 0x20, 0x00, 0x80, 0xF6 }, .stored = 0 },
    { "EX of BCR 15,2", BOTH, { 0x44, 0x00, 0x40, 0x00 }, .target = TARGET,
      .target_code = { 0x07, 0xF2 }, .branch = STORE },
    { "EX of MVI", BOTH, { 0x44, 0x00, 0x40, 0x00 }, .target = TARGET,
      .target_code = { 0x92, 0x05, 0x20, 0x00 }, .stored = 1 },
    { "EX of MVCL", BOTH, { 0x44, 0x00, 0x40, 0x00 }, .target = TARGET,
      .target_code = { 0x0E, 0x26 }, .stored = 8 },
    { "EX of AR, overflow", BOTH, { 0x44, 0x00, 0x40, 0x00 }, .target = TARGET,
      .target_code = { 0x1A, 0xBB },
      .interruption = PGM_FIXED_OVERFLOW },
    { "EX of an odd address", BOTH, { 0x44, 0x00, 0x40, 0x01 }, .interruption = PGM_SPECIFICATION,
      .how = STOPS },
    { "EX of EX", BOTH, { 0x44, 0x00, 0x40, 0x00 }, .target = TARGET,
      .target_code = { 0x44, 0x00, 0x40, 0x00 },
      .interruption = PGM_EXECUTE, .how = STOPS },
    { "EXRL of STH", ZARCH, { 0xC6, 0x00, 0x00, 0x00, 0x00, 0x08 }, .target = BEHIND,
      .target_code = { 0x40, 0x50, 0x20, 0x00 },
      .stored = 2 },
    { "EXRL of BRC", ZARCH, { 0xC6, 0x00, 0x00, 0x00, 0x00, 0x08 }, .target = BEHIND,
      .target_code = { 0x07, 0xF2 }, .branch = STORE },
    { "STC", BOTH, { 0x42, 0x50, 0x20, 0x00 }, .stored = 1 },
    { "ST", BOTH, { 0x50, 0x50, 0x20, 0x00 }, .stored = 4 },
    { "STM 1,3", BOTH, { 0x90, 0x13, 0x20, 0x00 }, .stored = 12 },
    { "STG", ZARCH, { 0xE3, 0x50, 0x20, 0x00, 0x00, 0x24 }, .stored = 8 },
    { "STCM, mask 5", BOTH, { 0xBE, 0x55, 0x20, 0x00 }, .stored = 2 },
    { "STOC, condition met", ZARCH, { 0xEB, 0x58, 0x20, 0x00, 0x00, 0xF3 }, .stored = 4 },
    { "STOC, condition not met", ZARCH, { 0xEB, 0x54, 0x20, 0x00, 0x00, 0xF3 }, .stored = 0 },
    { "MVC", BOTH, { 0xD2, 0x07, 0x20, 0x00, 0x60, 0x00 }, .stored = 8 },
    { "XC of itself", BOTH, { 0xD7, 0x03, 0x20, 0x00, 0x20, 0x00 }, .stored = 4 },
    { "TR", BOTH, { 0xDC, 0x03, 0x20, 0x00, 0x60, 0x00 }, .stored = 4 },
    { "CLC", BOTH, { 0xD5, 0x03, 0x20, 0x00, 0x60, 0x00 }, .stored = 0 },
    { "CVD", BOTH, { 0x4E, 0x50, 0x20, 0x00 }, .stored = 8 },
    { "TS", BOTH, { 0x93, 0x00, 0x20, 0x00 }, .stored = 1 },
    { "CS, equal", BOTH, { 0xBA, 0xEF, 0x20, 0x00 }, .stored = 4 },
    { "CS, unequal", BOTH, { 0xBA, 0x56, 0x20, 0x00 }, .stored = 0 },
    { "MVCL", BOTH, { 0x0E, 0x26 }, .stored = 8 },
    { "MVCL of nothing", BOTH, { 0x0E, 0xC6 }, .stored = 0 },
    { "MVCLE", BOTH, { 0xA8, 0x26 }, .stored = 8 },
    { "MVST", BOTH, { 0xB2, 0x55, 0x00, 0x26 }, .stored = 4 },
    { "MVPG", BOTH, { 0xB2, 0x54, 0x00, 0x24 }, .stored = 4096 },
    { "STNSM", BOTH, { 0xAC, 0xFF, 0x20, 0x00 }, .stored = 1 },
    { "STCTL", BOTH, { 0xB6, 0x22, 0x20, 0x00 }, .stored = 4 },
    { "STURA", BOTH, { 0xB2, 0x46, 0x00, 0x52 }, .stored = 4, .real = true },
    { "STURG", ZARCH, { 0xB9, 0x25, 0x00, 0x52 }, .stored = 8, .real = true },
    { "LURA", BOTH, { 0xB2, 0x4B, 0x00, 0x52 }, .stored = 0 },
    { "SVC 5", BOTH, { 0x0A, 0x05 }, .next = SVC_NEW },
    { "LPSW", BOTH, { 0x82, 0x00, 0x80, 0x00 }, .next = LOADED },
    { "LPSWE", ZARCH, { 0xB2, 0xB2, 0x80, 0x40 }, .next = LOADED },
    { "no operation", BOTH, { 0x00, 0x00 }, .interruption = PGM_OPERATION, .how = STOPS },
    { "SSM in the problem state", BOTH, { 0x80, 0x00, 0x20, 0x00 }, .interruption = PGM_PRIVILEGED,
      .how = STOPS, .problem = true },
    { "DR by zero", BOTH, { 0x1D, 0x4D }, .interruption = PGM_FIXED_DIVIDE, .how = STOPS },
    { "AR, overflow", BOTH, { 0x1A, 0xBB }, .interruption = PGM_FIXED_OVERFLOW },
    { "L, not there", BOTH, { 0x58, 0x50, 0x90, 0x00 }, .interruption = PGM_ADDRESSING, .how = STOPS },
    { "ST, not there", BOTH, { 0x50, 0x50, 0x90, 0x00 }, .interruption = PGM_ADDRESSING, .how = STOPS },
    { "MC", BOTH, { 0xAF, 0x03, 0x20, 0x00 }, .interruption = PGM_MONITOR },
};

/* Events as control register 9 has them in its fifth byte, and the controls behind. */
enum { BRANCHING = 0x80, FETCHING = 0x40, STORING = 0x20, STORING_REAL = 0x08, NULLIFICATION = 0x01 };
#define BRANCH_ADDRESS 0x00800000u
#define STORAGE_SPACE  0x00200000u

static const uint32_t controls[] = {
    0x80000000, 0x40000000, 0x20000000, 0xE0000000, 0x28000000, 0xE8000000, 0x08000000,
    0x80000000 | BRANCH_ADDRESS, 0xE8000000 | BRANCH_ADDRESS, 0x20000000 | STORAGE_SPACE,
    0xE8000000 | STORAGE_SPACE, 0x41000000, 0xE9000000,
};

struct mode {
    enum architecture_id arch;
    enum amode amode;
    bool dat, told;                 /* told: the space's designation says that stores are */
};

struct area { uint64_t start, end; };

static bool inside(const struct area *area, uint64_t address)
{
    if (area->start <= area->end)
        return area->start <= address && address <= area->end;
    return address >= area->start || address <= area->end;
}

static bool any_inside(const struct area *area, uint64_t from, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        if (inside(area, from + i))
            return true;
    return false;
}

/* ---- what must come of it --------------------------------------------------------------- */

struct outcome { int code; uint8_t events; uint64_t ia; };

static unsigned length_of(const struct program *p)
{
    return (unsigned)instruction_length(p->code[0]);
}

static struct outcome foreseen(const struct program *p, const struct mode *mode, uint32_t control,
                               const struct area *area)
{
    uint8_t enabled = (uint8_t)(control >> 24), events = 0;
    if (mode->arch != ZARCH)
        enabled &= (uint8_t)~NULLIFICATION;
    if (enabled & FETCHING && (inside(area, HERE) || (p->target && inside(area, p->target))))
        events |= FETCHING;
    if (events && enabled & NULLIFICATION)
        return (struct outcome){ PGM_PER, FETCHING | NULLIFICATION, HERE };
    if (p->how == COMPLETES) {
        bool may = !(control & STORAGE_SPACE) || !mode->dat || mode->told;
        if (p->real && enabled & STORING && enabled & STORING_REAL)
            events |= STORING | STORING_REAL;
        if (!p->real && enabled & STORING && may && any_inside(area, STORE, p->stored))
            events |= STORING;
        if (p->branch && enabled & BRANCHING && (!(control & BRANCH_ADDRESS) || inside(area, p->branch)))
            events |= BRANCHING;
    }
    uint64_t ia = p->branch ? p->branch : p->next ? p->next : HERE + length_of(p);
    return (struct outcome){ p->interruption | (events ? PGM_PER : 0), events, ia };
}

static uint8_t modes_of(const struct mode *mode)
{
    static const uint8_t amodes[] = { [AMODE_24] = 0, [AMODE_31] = 0x20, [AMODE_64] = 0xA0 };
    return (uint8_t)(0x40 | amodes[mode->amode] | (mode->dat ? 0x10 : 0));
}

/* ---- running it ---------------------------------------------------------------------------- */

static void put_psw(struct machine *machine, uint64_t at, const struct architecture *arch,
                    struct psw psw)
{
    psw_store(arch, &psw, machine->storage + at, 0, 0);
}

static void make_storage(struct machine *machine)
{
    const struct architecture *arch = machine->arch;
    memset(machine->storage, FILL, SIZE);
    put_psw(machine, arch->psw[CLASS_PROGRAM].new, arch,
            (struct psw){ .ia = STOPPED, .wait = true, .extended_control = true });
    put_psw(machine, arch->psw[CLASS_SVC].new, arch,
            (struct psw){ .ia = SVC_NEW, .amode = AMODE_31, .extended_control = true });
    const struct psw loaded = { .ia = LOADED, .amode = AMODE_31, .extended_control = true };
    put_psw(machine, NEW_PSWS, architecture_of(ESA390), loaded);
    put_psw(machine, NEW_PSWS + 0x40, arch, loaded);
    for (uint32_t i = 0; i < 16; i++)
        put32(machine->storage + SEGMENTS + 4 * i, i ? 0x20 : PAGES | 15);
    for (uint32_t i = 0; i < 256; i++)
        put32(machine->storage + PAGES + 4 * i, i << 12);
}

/* What a program changes: its code, and what it stores. */
static void prepare_storage(struct machine *machine, const struct program *p)
{
    uint8_t *storage = machine->storage;
    memset(storage + STORE, FILL, 32);
    memset(storage + STORE + 0x100, FILL, 16);
    storage[STORE + 0x103] = 0;
    memset(storage + HERE, FILL, 32);
    memcpy(storage + HERE, p->code, length_of(p));
    if (p->target)
        memcpy(storage + p->target, p->target_code, sizeof p->target_code);
    storage_changed(machine, HERE, 32);
    storage_changed(machine, TARGET, 8);
    storage_changed(machine, STORE, 0x300);
}

static void prepare_cpu(struct cpu *cpu, const struct program *p, const struct mode *mode,
                        uint32_t control, const struct area *area)
{
    static const uint32_t registers[16] = { 0, 1, STORE, 8, TARGET, 8, STORE + 0x100, 8, NEW_PSWS,
                                            SIZE, 2, 0x7FFFFFFF, STORE + 0x180, 0, 0x0A0A0A0A, 0x1234 };
    for (int r = 0; r < 16; r++)
        cpu->gr[r].d = registers[r];
    memcpy(cpu->cr, cpu->arch->initial_cr, sizeof cpu->cr);
    cpu->cr[0] |= mode->arch == ESA390 ? 0x00B00000 : 0;
    cpu->cr[1] = (mode->arch == ESA390 ? SEGMENTS : 0x20) | (mode->told ? 0x80 : 0);
    cpu->cr[8] = 0x1000;
    cpu->cr[9] = control;
    cpu->cr[10] = area->start;
    cpu->cr[11] = area->end;
    cpu->psw = (struct psw){ .ia = HERE, .system_mask = EC_PER | (mode->dat ? EC_DAT : 0),
                             .extended_control = true, .problem = p->problem,
                             .program_mask = MASK_FIXED_OVERFLOW, .amode = mode->amode };
    set_amode(cpu, mode->amode);
    context_changed(cpu);
    atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_STOP);
    cpu->per_code = 0;
    cpu->started = true;
}

/* One instruction is enough. */
static bool before(void *context, struct cpu *cpu, uint64_t ia, const uint8_t bytes[6], int length)
{
    unsigned *count = context;
    (void)cpu, (void)ia, (void)bytes, (void)length;
    return (*count)++ == 0;
}

static struct outcome found(const struct cpu *cpu)
{
    const struct architecture *arch = cpu->arch;
    const uint8_t *low = cpu->machine->storage;
    struct psw old;
    if (!cpu->psw.wait)
        return (struct outcome){ 0, 0, cpu->psw.ia };
    psw_load(arch, &old, low + arch->psw[CLASS_PROGRAM].old);
    int code = get16(low + 0x8E);
    return (struct outcome){ code, code & PGM_PER ? low[0x96] : 0, old.ia };
}

static void run(struct cpu *cpu, const struct program *p, const struct mode *mode, uint32_t control,
                const struct area *area)
{
    uint8_t *low = cpu->machine->storage;
    prepare_storage(cpu->machine, p);
    prepare_cpu(cpu, p, mode, control, area);
    unsigned count = 0;
    cpu->machine->observer.context = &count;
    engine_run(cpu, 10);
    struct outcome want = foreseen(p, mode, control, area), is = found(cpu);
    uint64_t address = cpu->arch->wide_codes ? get64(low + 0x98) : get32(low + 0x98);
    bool told = !want.events || (address == HERE && low[0x97] == modes_of(mode));
    check(is.code == want.code && is.events == want.events && is.ia == want.ia && told,
          "%s, %s, %d%s%s, control %08X, area %llX-%llX: code %02X events %02X at %llX, not %02X %02X "
          "%llX; modes %02X, address %llX", p->name, architecture_name(cpu->arch), mode->amode,
          mode->dat ? " DAT" : "", mode->told ? " told" : "", control, (unsigned long long)area->start,
          (unsigned long long)area->end, (unsigned)is.code, is.events, (unsigned long long)is.ia,
          (unsigned)want.code, want.events, (unsigned long long)want.ia, low[0x97],
          (unsigned long long)address);
}

/* Areas around some bytes: them, their ends, what is beside them, and such that wrap. */
static void run_around(struct cpu *cpu, const struct program *p, const struct mode *mode, uint64_t at,
                       unsigned length)
{
    uint64_t last = at + length - 1, top = mode->arch == ZARCH ? UINT64_MAX : 0x7FFFFFFF;
    const struct area areas[] = {
        { at, last }, { at, at }, { last, last }, { at - 1, at - 1 }, { last + 1, last + 1 },
        { last + 1, at - 1 }, { last, at - 1 }, { last + 1, at }, { top, at }, { top, at - 1 }, { at, 0 },
        { last + 1, 0 }, { 0, top },
    };
    for (size_t a = 0; a < sizeof areas / sizeof *areas; a++)
        for (size_t c = 0; c < sizeof controls / sizeof *controls; c++)
            run(cpu, p, mode, controls[c], &areas[a]);
}

static void run_all(struct cpu *cpu, const struct mode *mode)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        const struct program *p = &programs[i];
        if (!(p->archs & mode->arch))
            continue;
        run_around(cpu, p, mode, HERE, length_of(p));
        if (p->target)
            run_around(cpu, p, mode, p->target, 1);
        if (p->stored || p->branch)
            run_around(cpu, p, mode, STORE, p->stored ? p->stored : 1);
    }
}

static void test_architecture(enum architecture_id id, struct messages *messages)
{
    struct machine_options options = { .architecture = id, .mainsize = SIZE, .numcpu = 1,
                                       .virtual_time = true };
    struct machine *machine = machine_new(&options, messages);
    machine_set_architecture(machine, id);
    make_storage(machine);
    machine->observer.watching = true;
    machine->observer.before = before;
    for (unsigned amode = AMODE_24; amode <= (id == ZARCH ? AMODE_64 : AMODE_31); amode++)
        for (unsigned dat = 0; dat < 3; dat++)
            run_all(machine->cpus[0], &(struct mode){ id, amode, dat > 0, dat > 1 });
    machine_free(machine);
}

int main(void)
{
    struct messages *messages = messages_new();
    test_architecture(ESA390, messages);
    test_architecture(ZARCH, messages);
    messages_free(messages);
    return checks_done();
}
