/* The channel subsystem's instructions, executed one by one by a CPU of ESA/390 and of z/Architecture
 * (SA22 chapters 14 to 17): each in every state of a subchannel, with every exception, with every
 * reserved bit; CCW flags, indirect lists and interruption subclasses against a model. */
#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "core/bytes.h"
#include "tests/channel/scripted.h"
#include "tests/unit/check.h"

enum { SIZE = 1 << 20, CODE = 0x2000, HANDLER = 0x2100, LOOP = 0x2200, OPERAND = 0x3000, PROGRAM = 0x5000,
       LIST = 0x6000, ENDED = 0xE0D, BAD = 0xBAD, DEVICES = 8, FIRST = 0x0100, STEP = 0x0100 };
enum { PGM_PRIVILEGED_OPERATION = 2, PROTECTION = 4, ADDRESSING = 5, SPECIFICATION = 6,
       OPERAND_EXCEPTION = 0x15, INTERRUPTED = 0x100 };

struct rig {
    struct machine *machine;
    struct channels *channels;
    struct cpu *cpu;
    bool z;
};

static const char *name(const struct rig *rig) { return rig->z ? "z/Architecture" : "ESA/390"; }

/* ---- executing ----------------------------------------------------------------------------- */

static void put_psw(uint8_t *at, bool z, uint64_t ia, uint8_t mask, bool wait)
{
    memset(at, 0, z ? 16 : 8);
    at[0] = mask;
    at[1] = (uint8_t)((wait ? 2 : 0) | (z ? 0 : 8));
    at[4] = 0x80;
    if (z)
        put64(at + 8, ia);
    else
        put32(at + 4, 0x80000000 | (uint32_t)ia);
}

/* One instruction and SVC, which begin with nothing of I/O going on meanwhile. Gives the condition
 * code, or INTERRUPTED and a program-interruption code. */
static unsigned execute(struct rig *rig, uint32_t instruction, uint32_t id, uint64_t operand,
                        struct psw psw)
{
    struct machine *machine = rig->machine;
    struct cpu *cpu = rig->cpu;
    uint8_t *s = machine->storage;
    put_psw(s + (rig->z ? 0x1C0 : 0x60), rig->z, ENDED, 0, true);
    put_psw(s + (rig->z ? 0x1D0 : 0x68), rig->z, BAD, 0, true);
    put32(s + CODE, instruction);
    put16(s + CODE + 4, 0x0A05);
    storage_changed(machine, 0, 0x3000);
    psw.ia = CODE;
    psw.extended_control = true;
    psw.amode = AMODE_31;
    cpu_set_psw(cpu, &psw);
    cpu->gr[1].d = id;
    cpu->gr[2].d = operand;
    cpu_start(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 300);
    cpu_stop(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 20);
    if (cpu->psw.ia == ENDED)
        return s[rig->z ? 0x142 : 0x22] >> 4 & 3;
    check(cpu->psw.ia == BAD, "%s: %08X ended at %llX", name(rig), instruction,
          (unsigned long long)cpu->psw.ia);
    return INTERRUPTED | get16(s + 0x8E);
}

enum io_instruction { SSCH, TSCH, MSCH, STSCH, HSCH, CSCH, RSCH, XSCH, BY_SUBCHANNEL,
                   TPI = BY_SUBCHANNEL, STCRW, STCPS, RCHP, SAL, SCHM, INSTRUCTIONS };
static const struct {
    const char *name;
    uint32_t code;
    unsigned boundary, length;      /* of the operand in storage; 0: there is none */
    bool stores;
} instructions[] = {
    [SSCH] = { "SSCH", 0xB2332000, 4, 12, false }, [TSCH] = { "TSCH", 0xB2352000, 4, 64, true },
    [MSCH] = { "MSCH", 0xB2322000, 4, 52, false }, [STSCH] = { "STSCH", 0xB2342000, 4, 52, true },
    [HSCH] = { "HSCH", 0xB2310000, 0, 0, false }, [CSCH] = { "CSCH", 0xB2300000, 0, 0, false },
    [RSCH] = { "RSCH", 0xB2380000, 0, 0, false }, [XSCH] = { "XSCH", 0xB2760000, 0, 0, false },
    [TPI] = { "TPI", 0xB2362000, 4, 8, true }, [STCRW] = { "STCRW", 0xB2392000, 4, 4, true },
    [STCPS] = { "STCPS", 0xB23A2000, 32, 32, true }, [RCHP] = { "RCHP", 0xB23B0000, 0, 0, false },
    [SAL] = { "SAL", 0xB2370000, 0, 0, false }, [SCHM] = { "SCHM", 0xB23C0000, 0, 0, false },
};

static unsigned issue(struct rig *rig, enum io_instruction i, uint32_t id)
{
    return execute(rig, instructions[i].code, id, OPERAND, (struct psw){ 0 });
}

/* Let devices work until nothing is to come. */
static void settle(struct rig *rig)
{
    struct machine *machine = rig->machine;
    for (int i = 0; i < 1000 && agenda_next(&machine->agenda) != AGENDA_NEVER; i++) {
        uint64_t now = clock_ns(&machine->clock), next = agenda_next(&machine->agenda);
        clock_advance(&machine->clock, next > now ? next - now : 0);
        agenda_run(&machine->agenda, clock_ns(&machine->clock));
    }
}

/* ---- a machine, and its subchannels ------------------------------------------------------------ */

static uint16_t number_of(unsigned device) { return (uint16_t)(FIRST + STEP * device); }

static struct scripted *script(struct rig *rig, unsigned device)
{
    return device_find(rig->channels, number_of(device))->own;
}

static struct scripted_action *add_action(struct rig *rig, unsigned device)
{
    struct scripted *own = script(rig, device);
    return &own->actions[own->count++];
}

static void prepare(struct rig *rig)
{
    struct machine *machine = rig->machine;
    machine_clear_reset(machine);
    machine_set_architecture(machine, rig->z ? ZARCH : ESA390);
    machine->io.reset(machine->io.context);
    cpu_initial_reset(rig->cpu);
    rig->cpu->cr[6] = 0;
    for (unsigned i = 0; i < DEVICES; i++)
        scripted_clear(script(rig, i));
}

/* The SCHIB as STSCH stores it, at OPERAND. */
static uint8_t *schib(struct rig *rig, uint32_t id)
{
    issue(rig, STSCH, id);
    return rig->machine->storage + OPERAND;
}

static uint32_t scsw(struct rig *rig, uint32_t id) { return get32(schib(rig, id) + 28); }

static void enable(struct rig *rig, unsigned device, unsigned subclass)
{
    uint8_t *at = schib(rig, 0x10000 + device);
    put32(at, 0xABCD0000 | device);
    at[4] = (uint8_t)(subclass << 3);
    at[5] |= 0x80;
    check(issue(rig, MSCH, 0x10000 + device) == 0, "%s: MSCH %u", name(rig), device);
}

static void put_orb(struct rig *rig, uint32_t parameter, uint32_t word1, uint32_t address)
{
    uint8_t *at = rig->machine->storage + OPERAND;
    memset(at, 0, 32);
    put32(at, parameter);
    put32(at + 4, word1);
    put32(at + 8, address);
}

static void put_ccw(struct rig *rig, unsigned at, uint8_t command, uint8_t flags, uint16_t count,
                    uint32_t address)
{
    uint8_t *ccw = rig->machine->storage + at;
    ccw[0] = command;
    ccw[1] = flags;
    put16(ccw + 2, count);
    put32(ccw + 4, address);
}

static unsigned start(struct rig *rig, uint32_t id, uint32_t word1)
{
    put_orb(rig, 0xABCD0000 | (id & 0xFF), word1, PROGRAM);
    return issue(rig, SSCH, id);
}

/* ---- every instruction in every state -------------------------------------------------------------- */

enum state { NOT_PROVIDED, NOT_VALID, NOT_ENABLED, IDLE, STARTING, ACTIVE, SUSPENDABLE, WORKING, PRIMARY,
             ALL_ENDED, ALERT, HALTED, CLEARED, AT_PCI, SUSPENDED_TELLS, SUSPENDED, RESUMING, HALTING,
             STATES };
enum { THE = 0x10003 };                 /* the subchannel that all is done to */

/* The SCSW's first word in the state; condition codes in the order of enum io_instruction. */
static const struct { const char *name; uint32_t scsw; uint8_t cc[BY_SUBCHANNEL + 1]; } states[] = {
    [NOT_PROVIDED]    = { "not provided",        0,          { 3, 3, 3, 3, 3, 3, 3, 3, 0 } },
    [NOT_VALID]       = { "not valid",           0,          { 3, 3, 0, 0, 3, 3, 3, 3, 0 } },
    [NOT_ENABLED]     = { "not enabled",         0,          { 3, 3, 0, 0, 3, 3, 3, 3, 0 } },
    [IDLE]            = { "idle",                0,          { 0, 1, 0, 0, 0, 0, 2, 2, 0 } },
    [STARTING]        = { "start pending",       0x00804400, { 2, 1, 2, 0, 0, 0, 2, 0, 0 } },
    [ACTIVE]          = { "active",              0x008040C0, { 2, 1, 2, 0, 0, 0, 2, 2, 0 } },
    [SUSPENDABLE]     = { "active, suspendable", 0x088040C0, { 2, 1, 2, 0, 0, 0, 0, 2, 0 } },
    [WORKING]         = { "device active",       0x00000040, { 0, 1, 0, 0, 0, 0, 2, 2, 0 } },
    [PRIMARY]         = { "primary status",      0x00804045, { 1, 0, 1, 0, 1, 0, 1, 1, 1 } },
    [ALL_ENDED]       = { "secondary status",    0x00804007, { 1, 0, 1, 0, 1, 0, 1, 1, 1 } },
    [ALERT]           = { "alert status",        0x00000011, { 1, 0, 1, 0, 1, 0, 1, 1, 1 } },
    [HALTED]          = { "halted",              0x00002001, { 1, 0, 1, 0, 1, 0, 1, 1, 1 } },
    [CLEARED]         = { "cleared",             0x00001001, { 1, 0, 1, 0, 1, 0, 1, 1, 1 } },
    [AT_PCI]          = { "intermediate status", 0x008040C9, { 1, 0, 1, 0, 0, 0, 1, 1, 1 } },
    [SUSPENDED_TELLS] = { "suspended, status",   0x08804029, { 1, 0, 1, 0, 0, 0, 1, 1, 1 } },
    [SUSPENDED]       = { "suspended",           0x08804020, { 2, 1, 2, 0, 0, 0, 0, 0, 0 } },
    [RESUMING]        = { "resume pending",      0x088048C0, { 2, 1, 2, 0, 0, 0, 2, 2, 0 } },
    [HALTING]         = { "halt pending",        0x00806600, { 2, 1, 2, 0, 2, 0, 2, 2, 0 } },
};

/* Bring the subchannel into the state; which one it is. */
static uint32_t enter(struct rig *rig, enum state state)
{
    prepare(rig);
    uint8_t flags = state == AT_PCI ? 0x28 : state == SUSPENDED || state == SUSPENDED_TELLS ? 0x22 : 0x20;
    uint32_t word1 = state == SUSPENDED || state == SUSPENDED_TELLS || state == SUSPENDABLE ||
                     state == RESUMING ? 0x0880FF00 : 0x0080FF00;
    put_ccw(rig, PROGRAM, 0x01, flags, 1, 0x7000);
    if (state == NOT_PROVIDED)
        return 0x10000 + 4 * DEVICES;
    if (state == NOT_VALID) {
        device_detach(rig->channels, number_of(THE & 0xFF));
        return THE;
    }
    if (state == NOT_ENABLED)
        return THE;
    enable(rig, THE & 0xFF, 0);
    struct scripted_action *action = add_action(rig, THE & 0xFF);
    switch (state) {
    case STARTING: case HALTING:
        start(rig, THE, word1);
        if (state == HALTING)
            issue(rig, HSCH, THE);
        break;
    case ACTIVE: case AT_PCI: case SUSPENDABLE: case RESUMING:
        action->wait = true;
        start(rig, THE, word1);
        settle(rig);
        if (state == RESUMING)
            issue(rig, RSCH, THE);
        break;
    case WORKING: case PRIMARY:
        action->any_status = true;
        action->status = UNIT_CHANNEL_END;
        start(rig, THE, word1);
        settle(rig);
        if (state == WORKING)
            issue(rig, TSCH, THE);
        break;
    case ALL_ENDED: case SUSPENDED: case SUSPENDED_TELLS:
        start(rig, THE, word1);
        settle(rig);
        if (state == SUSPENDED)
            issue(rig, TSCH, THE);
        break;
    case ALERT:
        device_present(device_find(rig->channels, number_of(THE & 0xFF)), UNIT_ATTENTION);
        break;
    case HALTED:
        issue(rig, HSCH, THE);
        break;
    case CLEARED:
        issue(rig, CSCH, THE);
        break;
    default:
        break;
    }
    return THE;
}

/* What an instruction that is not carried out leaves, and what the others lead to. */
static void check_after(struct rig *rig, enum state state, enum io_instruction i, uint32_t id, unsigned cc)
{
    uint32_t word = scsw(rig, id), before = states[state].scsw;
    const char *instruction = instructions[i].name;
    bool intermediate = (before & 0x1F) == 0x09;
    if (state == NOT_PROVIDED)
        return;
    if (cc != 0 || i == STSCH) {
        check(word == before, "%s, %s: %s makes %08X of %08X", name(rig), states[state].name, instruction,
              word, before);
        return;
    }
    if (i == TSCH) {
        uint32_t left = intermediate ? before & ~0x1Fu : state == PRIMARY ? 0x40 : 0;
        check(word == left, "%s, %s: TSCH leaves %08X", name(rig), states[state].name, word);
    } else if (i == CSCH) {
        check(word == 0x00001001, "%s, %s: CSCH leaves %08X", name(rig), states[state].name, word);
    } else if (i == XSCH) {
        settle(rig);
        check(scsw(rig, id) == 0, "%s, %s: XSCH leaves %08X", name(rig), states[state].name, word);
    } else if (i == HSCH) {
        settle(rig);
        word = scsw(rig, id);
        bool started = before & 0x4000;
        check((word & 0x7FA1) == (started ? 0x6001 : 0x2001), "%s, %s: HSCH leaves %08X", name(rig),
              states[state].name, word);
    } else if (i == RSCH) {
        settle(rig);
        word = scsw(rig, id);
        check(word == (state == SUSPENDED ? 0x08804029 : 0x088048C0), "%s, %s: RSCH leaves %08X",
              name(rig), states[state].name, word);
    } else if (i == SSCH) {
        check((word & 0x00807400) == 0x00804400, "%s, %s: SSCH leaves %08X", name(rig),
              states[state].name, word);
    }
}

static void test_states(struct rig *rig)
{
    for (enum state state = 0; state < STATES; state++)
        for (enum io_instruction i = 0; i <= BY_SUBCHANNEL; i++) {
            uint32_t id = enter(rig, state);
            uint8_t *operand = rig->machine->storage + OPERAND;
            if (state != NOT_PROVIDED)
                check(scsw(rig, id) == states[state].scsw, "%s: %s is %08X", name(rig),
                      states[state].name, scsw(rig, id));
            if (i == SSCH)
                put_orb(rig, 0, 0x0080FF00, PROGRAM);
            else if (i == MSCH)
                schib(rig, id);
            else
                memset(operand, 0xEE, 96);
            rig->cpu->cr[6] = 0xFF000000;
            unsigned cc = issue(rig, i, id);
            rig->cpu->cr[6] = 0;
            check(cc == states[state].cc[i], "%s, %s: %s gives %X", name(rig), states[state].name,
                  instructions[i].name, cc);
            if (cc == 3 && instructions[i].stores)
                check(get32(operand) == 0xEEEEEEEE, "%s, %s: %s stores", name(rig), states[state].name,
                      instructions[i].name);
            if (i == TPI && cc == 1)
                check(get32(operand) == id && get32(operand + 4) == 0xABCD0003, "%s, %s: TPI %08X %08X",
                      name(rig), states[state].name, get32(operand), get32(operand + 4));
            if (i == TPI)           /* the status stays pending */
                check(state == NOT_PROVIDED || scsw(rig, id) == states[state].scsw, "%s, %s: TPI",
                      name(rig), states[state].name);
            else
                check_after(rig, state, i, id, cc);
            if (state == NOT_VALID)
                device_attach(rig->channels, &scripted_type, number_of(THE & 0xFF), 0, NULL);
        }
}

/* ---- exceptions -------------------------------------------------------------------------------------- */

static void expect_exception(struct rig *rig, enum io_instruction i, const char *why, unsigned code,
                             unsigned got)
{
    check(got == (INTERRUPTED | code), "%s: %s, %s: %X", name(rig), instructions[i].name, why, got);
}

static void test_exceptions(struct rig *rig)
{
    prepare(rig);
    for (enum io_instruction i = 0; i < INSTRUCTIONS; i++) {
        uint32_t code = instructions[i].code;
        expect_exception(rig, i, "problem state", PGM_PRIVILEGED_OPERATION,
                         execute(rig, code, THE, OPERAND, (struct psw){ .problem = true }));
        for (unsigned at = 1; at < instructions[i].boundary; at++)
            expect_exception(rig, i, "boundary", SPECIFICATION,
                             execute(rig, code, THE, OPERAND + at, (struct psw){ 0 }));
        if (!instructions[i].length)
            continue;
        expect_exception(rig, i, "beyond storage", ADDRESSING,
                         execute(rig, code, THE, SIZE, (struct psw){ 0 }));
        if (instructions[i].length > instructions[i].boundary)
            expect_exception(rig, i, "its end beyond storage", ADDRESSING,
                             execute(rig, code, THE, SIZE - instructions[i].boundary, (struct psw){ 0 }));
        for (unsigned page = 0; page < 2; page++)
            rig->machine->keys[(OPERAND >> 11) + page] = 0x18;      /* key 1, fetch protection */
        expect_exception(rig, i, "protection", PROTECTION,
                         execute(rig, code, THE, OPERAND, (struct psw){ .key = 0x20 }));
        for (unsigned page = 0; page < 2; page++)
            rig->machine->keys[(OPERAND >> 11) + page] = 0;
    }
}

/* Register 1's first half must be 0001, for RCHP, SAL and SCHM certain bits zero. */
static void test_operands(struct rig *rig)
{
    prepare(rig);
    for (enum io_instruction i = 0; i < BY_SUBCHANNEL; i++)
        for (unsigned bit = 16; bit < 32; bit++) {
            put_orb(rig, 0, 0x0080FF00, PROGRAM);
            if (i == MSCH)
                schib(rig, THE);
            expect_exception(rig, i, "identification", OPERAND_EXCEPTION,
                             issue(rig, i, THE ^ 1u << bit));
        }
    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t word = 1u << bit;
        unsigned want = bit >= 8 ? INTERRUPTED | OPERAND_EXCEPTION : 3, got = issue(rig, RCHP, word);
        if (bit < 8 && word <= DEVICES)
            want = 0;
        check(got == want, "%s: RCHP %08X: %X", name(rig), word, got);
        got = issue(rig, SAL, word);
        check((got == (INTERRUPTED | OPERAND_EXCEPTION)) == (bit < 16 || bit == 31), "%s: SAL %08X: %X",
              name(rig), word, got);
        got = execute(rig, instructions[SCHM].code, word, 0, (struct psw){ 0 });
        check((got == (INTERRUPTED | OPERAND_EXCEPTION)) == (bit >= 2 && bit < 28), "%s: SCHM %08X: %X",
              name(rig), word, got);
        got = execute(rig, instructions[SCHM].code, 2, word, (struct psw){ 0 });
        check((got == (INTERRUPTED | OPERAND_EXCEPTION)) == (bit < 5), "%s: SCHM to %08X: %X", name(rig),
              word, got);
    }
    issue(rig, SAL, 0);
    issue(rig, SCHM, 0);
}

/* Each bit of an ORB and of a path-management-control word alone. */
static void test_reserved(struct rig *rig)
{
    const uint32_t orb_reserved = 0x0004003E, pmcw_reserved = 0xC7000000;
    const uint32_t fixed = 0x00030000 | 0xFFFF;                 /* timing, valid; the device's number */
    for (unsigned bit = 0; bit < 32; bit++) {
        prepare(rig);
        enable(rig, THE & 0xFF, 0);
        put_ccw(rig, PROGRAM, 0x01, 0x20, 1, 0x7000);
        put_orb(rig, 0, 0x0080FF00 ^ 1u << bit, PROGRAM);
        unsigned want = orb_reserved & 1u << bit ? INTERRUPTED | OPERAND_EXCEPTION : bit == 15 ? 3 : 0;
        unsigned got = issue(rig, SSCH, THE);
        check(got == want, "%s: SSCH, bit %u of word 1: %X", name(rig), 31 - bit, got);
        prepare(rig);
        enable(rig, THE & 0xFF, 0);
        put_orb(rig, 0, 0x0080FF00, PROGRAM ^ 1u << bit);
        got = issue(rig, SSCH, THE);
        check(got == (bit == 31 ? INTERRUPTED | OPERAND_EXCEPTION : 0), "%s: SSCH, bit %u of word 2: %X",
              name(rig), 31 - bit, got);
        for (unsigned word = 1; word < 7; word += 5) {          /* words 1 and 6 */
            prepare(rig);
            uint8_t *at = schib(rig, THE);
            uint32_t before = get32(at + 4 * word), bits = before ^ 1u << bit;
            put32(at + 4 * word, bits);
            bool reserved = word == 1 ? pmcw_reserved & 1u << bit : bit > 2;
            got = issue(rig, MSCH, THE);
            check(got == (reserved ? INTERRUPTED | OPERAND_EXCEPTION : 0), "%s: MSCH, bit %u of word %u: %X",
                  name(rig), 31 - bit, word, got);
            bool changes = !reserved && !(word == 1 && fixed & 1u << bit);
            check(get32(schib(rig, THE) + 4 * word) == (changes ? bits : before),
                  "%s: MSCH, bit %u of word %u: %08X", name(rig), 31 - bit, word,
                  get32(schib(rig, THE) + 4 * word));
        }
    }
    /* Words 3 to 7 are there only if the ORB says so: a short one may stand at the end of storage. */
    prepare(rig);
    enable(rig, THE & 0xFF, 0);
    for (unsigned extended = 0; extended < 2; extended++) {
        put_orb(rig, 0, 0x0080FF00 | extended, PROGRAM);
        memcpy(rig->machine->storage + SIZE - 12, rig->machine->storage + OPERAND, 12);
        unsigned got = execute(rig, instructions[SSCH].code, THE, SIZE - 12, (struct psw){ 0 });
        check(got == (extended ? INTERRUPTED | ADDRESSING : 0), "%s: a short ORB: %X", name(rig), got);
        issue(rig, CSCH, THE);
        issue(rig, TSCH, THE);
    }
}

/* ---- CCW flags ------------------------------------------------------------------------------------------ */

/* What the flags of a first CCW make of it (SA22 15-27 to 15-31). */
static bool is_invalid(unsigned flags, bool suspends, bool midaws)
{
    return (flags & 0x02 && !suspends) || (flags & 0x01 && (!midaws || flags & 0x04));
}

static void test_flags(struct rig *rig)
{
    uint8_t *s = rig->machine->storage;
    for (unsigned n = 0; n < 2048; n++) {
        unsigned flags = n & 0xFF;
        bool format_1 = n & 0x100, suspends = n & 0x200, midaws = n & 0x400;
        prepare(rig);
        enable(rig, THE & 0xFF, 0);
        put32(s + LIST, 0x7000);                                /* an IDAW ... */
        put64(s + LIST + 0x10, 0x0000000000800001);             /* ... and a MIDAW */
        put64(s + LIST + 0x18, 0x7000);
        uint32_t address = flags & 0x04 ? LIST : flags & 0x01 ? LIST + 0x10 : 0x7000;
        if (format_1) {
            put_ccw(rig, PROGRAM, 0x02, (uint8_t)flags, 1, address);
            put_ccw(rig, PROGRAM + 8, 0x02, 0x20, 1, 0x7001);
        } else {
            put64(s + PROGRAM, UINT64_C(0x02) << 56 | (uint64_t)address << 32 | flags << 24 | 1);
            put64(s + PROGRAM + 8, UINT64_C(0x0200700120000001));
        }
        struct scripted_action *action = add_action(rig, THE & 0xFF);
        action->gives = true;
        action->bytes = malloc(1);
        action->bytes[0] = 0x5A;
        action->length = 1;
        s[0x7000] = 0;
        uint32_t word1 = 0xFF00 | (format_1 ? 0x00800000 : 0) | (suspends ? 0x08000000 : 0) |
                         (midaws ? 0x40 : 0);
        check(start(rig, THE, word1) == 0, "%s: SSCH %X", name(rig), n);
        settle(rig);
        check(issue(rig, TSCH, THE) == 0, "%s: TSCH %X", name(rig), n);
        const uint8_t *irb = s + OPERAND;
        bool bad = is_invalid(flags, suspends, midaws), suspended = !bad && flags & 0x02;
        check((irb[9] & 0x20) == (bad ? 0x20 : 0), "%s, flags %X: channel status %02X", name(rig), n, irb[9]);
        check((irb[3] & 0x1F) == (suspended ? 0x09 : irb[3] & 0x1F) && ((irb[3] & 0x20) != 0) == suspended,
              "%s, flags %X: status control %02X", name(rig), n, irb[3]);
        bool moved = !bad && !suspended && !(flags & 0x10);
        check(s[0x7000] == (moved ? 0x5A : 0), "%s, flags %X: %02X", name(rig), n, s[0x7000]);
        if (!bad && !suspended)
            check((irb[9] & 0x80) == (flags & 0x08 ? 0x80 : 0), "%s, flags %X: PCI %02X", name(rig), n,
                  irb[9]);
    }
}

/* ---- indirect lists ----------------------------------------------------------------------------------------- */

static uint32_t seed = 20261122;
static unsigned chance(unsigned below)
{
    seed = seed * 1664525 + 1013904223;
    return (unsigned)((uint64_t)(seed >> 8) * below >> 24);
}

enum { AREA = 0x10000, AREA_SIZE = 0x40000 };
static uint8_t model[AREA_SIZE];

/* Lay the bytes where a list of IDAWs says; how many entries it has. */
static void lay_idaws(struct rig *rig, const uint8_t *bytes, unsigned length, bool wide, unsigned block)
{
    uint8_t *list = rig->machine->storage + LIST;
    unsigned at = chance(AREA_SIZE / block) * block + chance(block);
    for (unsigned done = 0, i = 0; done < length; i++) {
        if (wide)
            put64(list + 8 * i, AREA + at);
        else
            put32(list + 4 * i, AREA + at);
        unsigned n = block - at % block < length - done ? block - at % block : length - done;
        memcpy(model + at, bytes + done, n);
        done += n;
        at = chance(AREA_SIZE / block) * block;
    }
}

static void lay_midaws(struct rig *rig, const uint8_t *bytes, unsigned length)
{
    uint8_t *list = rig->machine->storage + LIST;
    for (unsigned done = 0, i = 0; done < length; i++) {
        unsigned n = 1 + chance(900), at = chance(AREA_SIZE), skips = chance(4) == 0;
        if (n > length - done)
            n = length - done;
        if (at % 4096 + n > 4096)
            at = at / 4096 * 4096;
        put64(list + 16 * i, (uint64_t)((done + n == length ? 0x80 : 0) | (skips ? 0x40 : 0)) << 16 | n);
        put64(list + 16 * i + 8, AREA + at);
        if (!skips)
            memcpy(model + at, bytes + done, n);
        done += n;
    }
}

static void test_lists(struct rig *rig)
{
    static const struct { const char *name; uint32_t word1; uint8_t flag; unsigned block; } kinds[] = {
        { "IDAWs of format 1", 0x0080FF00, 0x24, 2048 }, { "IDAWs of format 2", 0x0082FF00, 0x24, 4096 },
        { "IDAWs of format 2, 2K", 0x0083FF00, 0x24, 2048 }, { "MIDAWs", 0x0080FF40, 0x21, 0 },
    };
    uint8_t *s = rig->machine->storage;
    for (unsigned n = 0; n < 400; n++) {
        unsigned kind = n % 4, length = 1 + chance(8000), wide = kind == 1 || kind == 2;
        prepare(rig);
        enable(rig, THE & 0xFF, 0);
        memset(model, 0, sizeof model);
        struct scripted_action *action = add_action(rig, THE & 0xFF);
        action->gives = true;
        action->bytes = malloc(length);
        action->length = length;
        for (unsigned i = 0; i < length; i++)
            action->bytes[i] = (uint8_t)(1 + chance(255));
        if (kind == 3)
            lay_midaws(rig, action->bytes, length);
        else
            lay_idaws(rig, action->bytes, length, wide, kinds[kind].block);
        put_ccw(rig, PROGRAM, 0x02, kinds[kind].flag, (uint16_t)length, LIST);
        start(rig, THE, kinds[kind].word1);
        settle(rig);
        issue(rig, TSCH, THE);
        check(s[OPERAND + 8] == 0x0C && s[OPERAND + 9] == 0 && get16(s + OPERAND + 10) == 0,
              "%s: %s, %u bytes: status %08X", name(rig), kinds[kind].name, length,
              get32(s + OPERAND + 8));
        check(memcmp(s + AREA, model, AREA_SIZE) == 0, "%s: %s, %u bytes: they differ", name(rig),
              kinds[kind].name, length);
    }
}

/* ---- interruptions -------------------------------------------------------------------------------------------- */

/* The handler notes identification and parameter at register 3, and (z/Architecture) the word behind
 * them: MVC 0(12,3),184; LA 3,12(3); LPSW(E) old. */
static void put_handler(struct rig *rig)
{
    uint8_t *s = rig->machine->storage;
    put_psw(s + (rig->z ? 0x1F0 : 0x78), rig->z, HANDLER, 0, false);
    memcpy(s + HANDLER, "\xD2\x0B\x30\x00\x00\xB8\x41\x30\x30\x0C", 10);
    put32(s + HANDLER + 10, rig->z ? 0xB2B20170 : 0x82000038);
    put32(s + LOOP, 0xA7F40000);
    storage_changed(rig->machine, 0, 0x3000);
}

/* All subclasses pend; those that control register 6 lets in come in order, and no others. */
static void test_subclasses(struct rig *rig)
{
    uint8_t *s = rig->machine->storage;
    for (unsigned mask = 0; mask < 256; mask++) {
        prepare(rig);
        put_handler(rig);
        unsigned turned = mask % DEVICES;
        for (unsigned i = 0; i < DEVICES; i++) {
            enable(rig, i, (i + turned) % 8);
            device_present(device_find(rig->channels, number_of(i)), UNIT_ATTENTION);
        }
        memset(s + LIST, 0, 12 * DEVICES + 12);
        struct psw psw = { .ia = LOOP, .extended_control = true, .amode = AMODE_31, .system_mask = EC_IO };
        cpu_set_psw(rig->cpu, &psw);
        rig->cpu->cr[6] = mask << 24;
        rig->cpu->gr[3].d = LIST;
        cpu_start(rig->cpu);
        machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 20000);
        cpu_stop(rig->cpu);
        machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 100);
        unsigned at = LIST;
        for (unsigned subclass = 0; subclass < 8; subclass++) {
            unsigned device = (subclass + 8 - turned) % 8;
            if (!(mask & 0x80u >> subclass))
                continue;
            check(get32(s + at) == 0x10000 + device && get32(s + at + 4) == (0xABCD0000 | device) &&
                  (!rig->z || get32(s + at + 8) == subclass << 27),
                  "%s, mask %02X: %08X %08X %08X, not subclass %u", name(rig), mask, get32(s + at),
                  get32(s + at + 4), get32(s + at + 8), subclass);
            at += 12;
        }
        check(rig->cpu->gr[3].d == at, "%s, mask %02X: %d came", name(rig), mask,
              (int)(rig->cpu->gr[3].d - LIST) / 12);
        for (unsigned i = 0; i < DEVICES; i++)
            check(scsw(rig, 0x10000 + i) == 0x11, "%s: what has interrupted stays pending", name(rig));
    }
}

/* TPI's two places: the operand, or the interruption's own. */
static void test_tpi(struct rig *rig)
{
    uint8_t *s = rig->machine->storage;
    for (unsigned mask = 0; mask < 256; mask++)
        for (unsigned low = 0; low < 2; low++) {
            prepare(rig);
            enable(rig, 5, 2);
            enable(rig, 6, 6);
            for (unsigned i = 5; i < 7; i++)
                device_present(device_find(rig->channels, number_of(i)), UNIT_ATTENTION);
            memset(s + 0xB8, 0xEE, 12);
            memset(s + OPERAND, 0xEE, 12);
            rig->cpu->cr[6] = mask << 24;
            unsigned cc = execute(rig, 0xB2362000, 0, low ? 0 : OPERAND, (struct psw){ 0 });
            rig->cpu->cr[6] = 0;
            unsigned device = mask & 0x20 ? 5 : mask & 0x02 ? 6 : 0;
            const uint8_t *place = s + (low ? 0xB8 : OPERAND), *other = s + (low ? OPERAND : 0xB8);
            check(cc == (device != 0), "%s: TPI, mask %02X: condition code %u", name(rig), mask, cc);
            check(get32(place) == (device ? 0x10000 + device : 0xEEEEEEEE) &&
                  get32(place + 4) == (device ? 0xABCD0000 | device : 0xEEEEEEEE),
                  "%s: TPI, mask %02X: %08X %08X", name(rig), mask, get32(place), get32(place + 4));
            uint32_t word = device == 5 ? 2u << 27 : 6u << 27;
            check(get32(place + 8) == (device && low && rig->z ? word : 0xEEEEEEEE),
                  "%s: TPI, mask %02X: %08X", name(rig), mask, get32(place + 8));
            check(get32(other) == 0xEEEEEEEE, "%s: TPI stores elsewhere", name(rig));
        }
}

/* ---- measurement ------------------------------------------------------------------------------------------------- */

static void monitor(struct rig *rig, uint32_t key, uint32_t origin)
{
    unsigned cc = execute(rig, instructions[SCHM].code, key | 2, origin, (struct psw){ 0 });
    check(!(cc & INTERRUPTED), "%s: SCHM", name(rig));
    enable(rig, THE & 0xFF, 0);
    uint8_t *at = schib(rig, THE);
    at[5] |= 0x10;
    put16(at + 12, 3);
    check(issue(rig, MSCH, THE) == 0, "%s: MSCH", name(rig));
}

static void test_measurement(struct rig *rig)
{
    uint8_t *s = rig->machine->storage;
    const uint8_t *irb = s + OPERAND;
    /* START and RESUME SUBCHANNELs are counted, and samples: at a suspension and at the end. */
    prepare(rig);
    monitor(rig, 0, LIST);
    put_ccw(rig, PROGRAM, 0x01, 0x62, 1, 0x7000);
    put_ccw(rig, PROGRAM + 8, 0x01, 0x22, 1, 0x7000);
    start(rig, THE, 0x0880FF00);
    settle(rig);
    check(get32(s + LIST + 0x60) == 0x00010001, "%s: suspended: %08X", name(rig), get32(s + LIST + 0x60));
    issue(rig, TSCH, THE);
    s[PROGRAM + 1] = 0x60;
    check(issue(rig, RSCH, THE) == 0, "%s: RSCH", name(rig));
    settle(rig);
    check(get32(s + LIST + 0x60) == 0x00020002, "%s: resumed: %08X", name(rig), get32(s + LIST + 0x60));
    issue(rig, TSCH, THE);
    s[PROGRAM + 9] = 0x20;
    issue(rig, RSCH, THE);
    settle(rig);
    check(issue(rig, TSCH, THE) == 0 && irb[3] == 0x07, "%s: ended", name(rig));
    check(get32(s + LIST + 0x60) == 0x00030003, "%s: ended: %08X", name(rig), get32(s + LIST + 0x60));
    /* No place for the block: logout, and no more of it. */
    for (unsigned outside = 0; outside < 2; outside++) {
        prepare(rig);
        s[LIST + 0x60] = 0;
        if (!outside)
            rig->machine->keys[LIST >> 11] = 0x10;
        monitor(rig, 0x20000000, outside ? SIZE : LIST);
        put_ccw(rig, PROGRAM, 0x01, 0x20, 1, 0x7000);
        for (unsigned time = 0; time < 2; time++) {
            start(rig, THE, 0x0080FF00);
            settle(rig);
            check(issue(rig, TSCH, THE) == 0, "%s: TSCH", name(rig));
            check(irb[3] == (time ? 0x07 : 0x17) && irb[0] == (time ? 0 : 0x04),
                  "%s: SCSW %08X", name(rig), get32(irb));
            check((get32(irb + 12) & 0x7F000000) == (time ? 0u : outside ? 0x20000000u : 0x08000000u),
                  "%s: logout %08X", name(rig), get32(irb + 12));
        }
        check(!(schib(rig, THE)[5] & 0x10), "%s: the block is not given up", name(rig));
        check(get32(s + LIST + 0x60) == 0, "%s: the block is changed", name(rig));
        rig->machine->keys[LIST >> 11] = 0;
    }
}

/* ---- reports ---------------------------------------------------------------------------------------------------------- */

/* More reports than there is room for: the last that was kept tells. */
static void test_overflow(struct rig *rig)
{
    const uint8_t *operand = rig->machine->storage + OPERAND;
    prepare(rig);
    for (unsigned i = 0; i < 40; i++) {
        device_attach(rig->channels, &scripted_type, 0x0150, 0, NULL);
        device_detach(rig->channels, 0x0150);
    }
    for (unsigned i = 0; i < 64; i++) {
        unsigned cc = issue(rig, STCRW, 0);
        check(cc == 0 && get32(operand) == (0x03040000 + DEVICES) + (i == 63 ? 0x20000000u : 0),
              "%s: report %u: %08X", name(rig), i, get32(operand));
    }
    check(issue(rig, STCRW, 0) == 1 && get32(operand) == 0, "%s: no more: %08X", name(rig), get32(operand));
}

/* Whether the machine check comes: PSW bit 13 and control register 14's bit 3 let it in. */
static void test_report_pending(struct rig *rig)
{
    uint8_t *s = rig->machine->storage;
    for (unsigned how = 0; how < 4; how++) {
        bool psw_mask = how & 1, cr_mask = how & 2;
        prepare(rig);
        put_psw(s + (rig->z ? 0x1E0 : 0x70), rig->z, ENDED, 0, true);
        put32(s + LOOP, 0xA7F40000);
        storage_changed(rig->machine, 0, 0x3000);
        device_attach(rig->channels, &scripted_type, 0x0150, 0, NULL);
        struct psw psw = { .ia = LOOP, .extended_control = true, .amode = AMODE_31,
                           .machine_check = psw_mask };
        cpu_set_psw(rig->cpu, &psw);
        rig->cpu->cr[14] = cr_mask ? 0x10000000 : 0;
        cpu_start(rig->cpu);
        machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 20000);
        cpu_stop(rig->cpu);
        machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 100);
        bool came = rig->cpu->psw.ia == ENDED;
        check(came == (how == 3), "%s: masks %u: %llX", name(rig), how,
              (unsigned long long)rig->cpu->psw.ia);
        check(!came || s[0xE9] & 0x40, "%s: machine-check code %02X", name(rig), s[0xE9]);
        device_detach(rig->channels, 0x0150);
    }
}

int main(void)
{
    struct machine_options options = { .architecture = ZARCH, .mainsize = SIZE, .numcpu = 1,
                                       .virtual_time = true };
    struct messages *messages = messages_new();
    struct rig rig = { .machine = machine_new(&options, messages) };
    rig.cpu = rig.machine->cpus[0];
    rig.channels = channels_new(rig.machine);
    for (unsigned i = 0; i < DEVICES; i++)
        device_attach(rig.channels, &scripted_type, number_of(i), 0, NULL);
    for (int z = 0; z < 2; z++) {
        rig.z = z;
        test_states(&rig);
        test_exceptions(&rig);
        test_operands(&rig);
        test_reserved(&rig);
        test_flags(&rig);
        test_lists(&rig);
        test_subclasses(&rig);
        test_tpi(&rig);
        test_measurement(&rig);
        test_overflow(&rig);
        test_report_pending(&rig);
    }
    channels_free(rig.channels);
    machine_free(rig.machine);
    messages_free(messages);
    return checks_done();
}
