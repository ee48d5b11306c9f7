/* System/370 control: PSWs, interruptions, translation, clocks, keys, PER, resets, by
 * small programs run on a machine in virtual time. GA22 is the manual. */
#include "cpu/control.h"
#include "tests/insn/case.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

/* ---- a machine and a program ---------------------------------------------------- */

enum { PROGRAM = 0x1000, DONE = 0xD0E };   /* programs end with LPSW of a wait, address DONE */

static struct machine *machine;
static struct cpu *cpu;
static struct messages *messages;

static struct machine_options options(void)
{
    return (struct machine_options){ .mainsize = 1 << 20, .numcpu = 1, .cpuserial = 0x123456,
                                     .cpumodel = 0x3032, .cpuverid = 0xFD, .virtual_time = true,
                                     .extended_facility = true };
}

static void new_machine(struct machine_options o)
{
    if (machine)
        machine_free(machine);
    machine = machine_new(&o, messages);
    cpu = machine->cpus[0];
}

/* Instructions, in the language of the instruction cases. */
static void put(uint32_t address, const char *instructions)
{
    static unsigned used[2048];
    uint8_t code[MAX_CODE];
    unsigned last;
    char message[MAX_MESSAGE] = "";
    int length = assemble(instructions, code, &last, used, message);
    if (check(length > 0, "%s: %s", instructions, message))
        memcpy(machine->storage + address, code, (size_t)length);
}

static void put_word(uint32_t address, uint32_t value) { put32(machine->storage + address, value); }
static void put_doubleword(uint32_t address, uint64_t value)
{
    put64(machine->storage + address, value);
}
static uint32_t word(uint32_t address) { return get32(machine->storage + address); }
static uint64_t doubleword(uint32_t address) { return get64(machine->storage + address); }

static uint16_t halfword(uint32_t address) { return get16(machine->storage + address); }

enum { EXTERNAL = 0xE58, SVC = 0xE60, PROGRAM_CHECK = 0xE68, MACHINE_CHECK = 0xE70, IO = 0xE78 };
#define BC_PSW 0x0000000000000000u
#define EC_PSW 0x0008000000000000u
#define END_PSW 0xD00          /* `LPSW 0xD00(0)` ends a program at DONE */

static void new_psws(uint32_t prefix)
{
    for (uint32_t location = 0x58; location <= 0x78; location += 8)
        put_doubleword(prefix + location, 0x0002000000000E00 | location);
}

/* A fresh state: every new PSW is a disabled wait that names its class in its address. */
static void prepare(void)
{
    machine_clear_reset(machine);
    new_psws(0);
    put_doubleword(END_PSW, 0x0002000000000000 | DONE);
    machine->io = (struct io_port){ .context = NULL };
    machine->observer = (struct observer){ .context = NULL };
}

static void set_psw(struct cpu *c, uint64_t psw, uint32_t ia)
{
    uint8_t bytes[8];
    put64(bytes, psw | ia);
    psw_load(c->arch, &c->psw, bytes);
    engine_flush(c);
}

static void go_for(uint64_t ns)
{
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + ns);
}

/* Start it and let it run until it waits, disabled, or for a second. */
static uint32_t go(void)
{
    cpu_start(cpu);
    go_for(1000000000u);
    return (uint32_t)cpu->psw.ia;
}

/* Run a program from PROGRAM on, under this PSW, with what the test has set before. */
static uint32_t run(uint64_t psw, const char *program)
{
    put(PROGRAM, program);
    set_psw(cpu, psw, PROGRAM);
    return go();
}

static void comes_to(uint32_t expected, uint32_t ia, const char *what)
{
    check(ia == expected, "%s: at %06X, not %06X; program old PSW %016llX, code %08X", what, ia,
          expected, (unsigned long long)doubleword(0x28), word(0x8C));
}

static void is64(uint64_t value, uint64_t expected, const char *what)
{
    check(value == expected, "%s: %016llX, not %016llX", what, (unsigned long long)value,
          (unsigned long long)expected);
}

/* ---- PSWs ------------------------------------------------------------------------ */

static void test_psw(void)
{
    static const struct { uint64_t in; uint16_t code; int ilc; uint64_t out; bool malformed; }
    cases[] = {
        { 0xFFF500009F123456, 0x1234, 2, 0xFFF512349F123456, false },  /* BC: code, ILC */
        { 0x0005FFFF3F000000, 0, 0, 0x000500003F000000, false },
        { 0x47FF3F0000FFFFFE, 0x1234, 2, 0x47FF3F0000FFFFFE, false },  /* EC: R T I E */
        { 0x070C800000001000, 0, 0, 0x070C800000001000, false },
        { 0x8008000000001000, 1, 1, 0x8008000000001000, true },
        { 0x1008000000001000, 1, 1, 0x1008000000001000, true },
        { 0x0008400000001000, 1, 1, 0x0008400000001000, true },
        { 0x0008000100001000, 1, 1, 0x0008000100001000, true },
        { 0x0008000080001000, 1, 1, 0x0008000080001000, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[8];
        struct psw psw;
        put64(bytes, cases[i].in);
        psw_load(architecture_of(S370), &psw, bytes);
        check(psw.malformed == cases[i].malformed, "case %zu", i);
        psw_store(architecture_of(S370), &psw, bytes, cases[i].code, cases[i].ilc);
        check(get64(bytes) == cases[i].out, "case %zu: %016llX", i,
              (unsigned long long)get64(bytes));
    }
}

/* Early exceptions come whatever the wait bit says, before what the PSW would let in. */
static void test_early_exception(void)
{
    prepare();
    put_doubleword(0x2000, 0x810A000000003000);
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY);
    comes_to(PROGRAM_CHECK, run(BC_PSW, "L 2,8(0); LPSW 0(2)"), "early, R2 is 0 here");
    prepare();
    put_word(0x8, 0x2000);
    put_doubleword(0x2000, 0x810A000000003000);
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY);
    comes_to(PROGRAM_CHECK, run(BC_PSW, "L 2,8(0); LPSW 0(2)"), "early");
    is64(doubleword(0x28), 0x810A000000003000, "the malformed PSW");
    is64(word(0x8C), 0x00000006, "code, no length");
}

/* ---- interruption loops ------------------------------------------------------------- */

static int stops;
static void count_stop(void *context, struct cpu *c)
{
    (void)context, (void)c;
    stops++;
}

static void loops_at(uint64_t new_psw, const char *program, bool loops, const char *what)
{
    prepare();
    stops = 0;
    machine->observer.stopped = count_stop;
    put_doubleword(0x68, new_psw);
    run(BC_PSW, program);
    check(!cpu->started, "%s: stopped", what);
    check(stops == 1, "%s: the observer was told %d times", what, stops);
    check(loops == !cpu->psw.wait, "%s: PSW %06llX", what, (unsigned long long)cpu->psw.ia);
}

static void test_loops(void)
{
    loops_at(0x0000000000002000, "X'0000'", true, "operation exception at the new PSW");
    loops_at(0x0000000000200000, "X'0000'", true, "addressing exception at the new PSW");
    loops_at(0x0000000000002001, "X'0000'", true, "odd new PSW");
    loops_at(0x8008000000002000, "X'0000'", true, "malformed new PSW");
    loops_at(0x0002000000001000, "X'0000'", false, "a wait at the failing address is none");
    loops_at(0x0000000000001002, "X'0000'; LPSW 0xD00(0)", false, "a handler right behind");
}

/* ---- facilities ------------------------------------------------------------------------ */

/* Without the extended facility its instructions are not there, in either state. */
static void test_extended_facility(void)
{
    static const char *const instructions[] = {
        "IPTE 2,3", "TPROT 0(2),0(3)", "SVCA 0(2),0(3)", "OBTLL 0(2),0(3)", "FIXPG 0(2),0(3)"
    };
    struct machine_options o = options();
    o.extended_facility = false;
    new_machine(o);
    for (size_t i = 0; i < 2 * (sizeof instructions / sizeof *instructions); i++) {
        prepare();
        comes_to(PROGRAM_CHECK, run(i & 1 ? BC_PSW | 1ull << 48 : BC_PSW, instructions[i / 2]),
                 instructions[i / 2]);
        is64(halfword(0x2A), PGM_OPERATION, instructions[i / 2]);
    }
    new_machine(options());
}

/* ---- external interruptions ---------------------------------------------------------- */

static void test_external(void)
{
    prepare();
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY);
    put_word(0x84, 0x11112222);
    comes_to(EXTERNAL, run(0x0100000000000000, "BCR 0,0"), "interrupt key");
    is64(doubleword(0x18), 0x0100004000001000, "BC old PSW");
    is64(word(0x84), 0x11112222, "BC: the CPU address stays");
    prepare();
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY | ATTEND_INTERVAL_TIMER);
    put_word(0x84, 0x11112222);
    comes_to(EXTERNAL, run(EC_PSW | 0x0100000000000000, "BCR 0,0"), "key and timer");
    is64(doubleword(0x18), 0x0108000000001000, "EC old PSW");
    is64(word(0x84), 0x000000C0, "both at once");
    check(!(atomic_load(&cpu->pending) & (ATTEND_INTERRUPT_KEY | ATTEND_INTERVAL_TIMER)),
          "both are cleared");
    prepare();
    cpu->cr[0] = 0x80;
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY | ATTEND_INTERVAL_TIMER);
    comes_to(EXTERNAL, run(0x0100000000000000, "BCR 0,0"), "one is masked");
    is64(halfword(0x1A), 0x0080, "only the timer");
    check(atomic_load(&cpu->pending) & ATTEND_INTERRUPT_KEY, "the key is still pending");
    prepare();
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY);
    comes_to(DONE, run(BC_PSW, "LPSW 0xD00(0)"), "PSW bit 7 off");
    prepare();
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY);
    put_word(0x300, 0x01000000);
    comes_to(EXTERNAL, run(BC_PSW, "SSM 0x300(0); BCR 0,0"), "SSM lets it in");
    is64(doubleword(0x18), 0x0100004000001004, "right behind SSM");
}

/* Interruptions of several classes: the new PSW of one decides about the next. */
static bool one_io(void *context, struct cpu *c, uint32_t masks, uint16_t *address, uint8_t csw[8])
{
    uint32_t *channels = context;
    (void)c;
    if (!(*channels & masks))
        return false;
    int channel = __builtin_clz(*channels & masks);
    *channels &= ~(0x80000000u >> channel);
    *address = (uint16_t)(channel << 8 | 0x5F);
    put64(csw, 0x3000123408000042);
    return true;
}
static bool any_io(void *context, struct cpu *c, uint32_t masks)
{
    (void)c;
    return *(uint32_t *)context & masks;
}

static void io_pending(uint32_t *channels, uint32_t which)
{
    prepare();
    *channels = which;
    machine->io = (struct io_port){ .context = channels, .take_interruption = one_io,
                                    .interruption_pending = any_io };
    cpu_attend(cpu, ATTEND_IO);
}

static void test_io(void)
{
    uint32_t channels;
    io_pending(&channels, 0x90000000);
    comes_to(IO, run(0x9000000000000000, "BCR 0,0"), "BC: channels 0 and 3");
    is64(doubleword(0x38), 0x9000005F00001000, "BC old PSW");
    is64(doubleword(0x40), 0x3000123408000042, "CSW");
    check(channels == 0x10000000, "one at a time");
    check(atomic_load(&cpu->pending) & ATTEND_IO, "and there is more");
    io_pending(&channels, 0x20000000);
    comes_to(DONE, run(0xDE00000000000000, "LPSW 0xD00(0)"), "BC: channel 2 is masked");
    io_pending(&channels, 0x02000000);
    comes_to(IO, run(0x0200000000000000, "BCR 0,0"), "BC: channel 6, by bit 6");
    is64(halfword(0x3A), 0x065F, "its address");
    io_pending(&channels, 0x02000000);
    cpu->cr[2] = 0xFDFFFFFF;
    comes_to(DONE, run(0x0200000000000000, "LPSW 0xD00(0)"), "BC: channel 6, but for CR2");
    io_pending(&channels, 0x80000000);
    cpu->cr[2] = 0;
    comes_to(IO, run(0x8000000000000000, "BCR 0,0"), "BC: CR2 says nothing of channel 0");
    io_pending(&channels, 0x40000000);
    comes_to(IO, run(EC_PSW | 0x0200000000000000, "BCR 0,0"), "EC: channel 1");
    is64(doubleword(0x38), 0x0208000000001000, "EC old PSW");
    is64(word(0xB8), 0x0000015F, "EC I/O address");
    io_pending(&channels, 0x40000000);
    cpu->cr[2] = 0xBFFFFFFF;
    comes_to(DONE, run(EC_PSW | 0x0200000000000000, "LPSW 0xD00(0)"), "EC: masked by CR2");
    io_pending(&channels, 0x40000000);
    comes_to(DONE, run(EC_PSW | 0x0100000000000000, "LPSW 0xD00(0)"), "EC: masked by bit 6");
    /* External comes before I/O; its new PSW lets I/O in. */
    io_pending(&channels, 0x80000000);
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY);
    put_doubleword(0x58, 0x8000000000003000);
    comes_to(IO, run(0x8100000000000000, "BCR 0,0"), "external, then I/O");
    is64(doubleword(0x18), 0x8100004000001000, "external old PSW");
    is64(doubleword(0x38), 0x8000005F00003000, "I/O old PSW: the external new one");
    /* A wait ends. */
    io_pending(&channels, 0);
    put_doubleword(0x2000, 0x0202000000003000);
    put(PROGRAM, "L 2,0x300(0); LPSW 0(2)");
    put_word(0x300, 0x2000);
    set_psw(cpu, BC_PSW, PROGRAM);
    cpu_start(cpu);
    go_for(1000000);
    check(cpu_waiting(cpu), "it waits");
    channels = 0x01000000;
    cpu_attend(cpu, ATTEND_IO);
    go_for(1000000);
    comes_to(IO, (uint32_t)cpu->psw.ia, "out of the wait");
    is64(doubleword(0x38), 0x0202075F00003000, "old PSW with the wait bit");
}

/* ---- machine check, restart, store status, resets -------------------------------------- */

static void test_machine_check(void)
{
    prepare();
    cpu->machine_check_code = 0x0400000000000000;      /* external damage */
    cpu->gr[5].w = 0x55555555;
    cpu->fpr[2] = 0x4110000000000000;
    cpu_attend(cpu, ATTEND_MACHINE_CHECK);
    comes_to(MACHINE_CHECK, run(0x0004000000000000, "BCR 0,0"), "external damage");
    is64(doubleword(0x30), 0x0004000000001000, "old PSW");
    is64(doubleword(0xE8), 0x04000F1D00030000, "its code, and all is valid");
    is64(word(384 + 20), 0x55555555, "register 5");
    is64(doubleword(352 + 8), 0x4110000000000000, "floating-point register 2");
    is64(word(448 + 56), 0xC2000000, "control register 14");
    prepare();
    cpu->machine_check_code = 0x2000000000000000;      /* system recovery */
    cpu_attend(cpu, ATTEND_MACHINE_CHECK);
    comes_to(DONE, run(0x0004000000000000, "LPSW 0xD00(0)"), "recovery is masked in CR14");
    prepare();
    cpu->machine_check_code = 0x2000000000000000;
    cpu->cr[14] |= 0x08000000;
    cpu_attend(cpu, ATTEND_MACHINE_CHECK);
    comes_to(MACHINE_CHECK, run(0x0004000000000000, "LPSW 0xD00(0)"), "recovery, unmasked");
    prepare();
    cpu->machine_check_code = 0x0400000000000000;
    cpu_attend(cpu, ATTEND_MACHINE_CHECK);
    comes_to(DONE, run(BC_PSW, "LPSW 0xD00(0)"), "PSW bit 13 off");
    check(atomic_load(&cpu->pending) & ATTEND_MACHINE_CHECK, "external damage stays pending");
}

/* Of several conditions those interrupt that are not masked; the others wait. */
static void test_machine_check_masks(void)
{
    prepare();
    cpu->cr[14] = cpu->cr[14] & 0xF0FFFFFF;
    cpu_machine_check(cpu, MCK_WARNING, 0);
    cpu_machine_check(cpu, MCK_DEGRADATION, 0);
    comes_to(DONE, run(0x0004000000000000, "LPSW 0xD00(0)"), "both masked");
    prepare();
    cpu->cr[14] = (cpu->cr[14] & 0xF0FFFFFF) | 0x01000000;
    cpu_machine_check(cpu, MCK_WARNING, 0);
    cpu_machine_check(cpu, MCK_DEGRADATION, 0);
    comes_to(MACHINE_CHECK, run(0x0004000000000000, "LPSW 0xD00(0)"), "warning");
    is64(doubleword(0xE8), 0x00800F1D00030000, "warning alone");
    check(cpu->machine_check_code == MCK_DEGRADATION, "degradation waits");
    check(atomic_load(&cpu->pending) & ATTEND_MACHINE_CHECK, "and is pending");
    prepare();
    cpu->cr[14] &= 0xF0FFFFFF;
    cpu_machine_check(cpu, MCK_WARNING, 0);
    cpu_machine_check(cpu, MCK_INSTRUCTION_DAMAGE | MCK_STORAGE_ERROR | MCK_FAILING_ADDRESS, 0x4800);
    comes_to(MACHINE_CHECK, run(0x0004000000000000, "LPSW 0xD00(0)"), "storage");
    is64(doubleword(0xE8), 0x40808F9D00030000, "what is exigent takes the others along");
    is64(word(0xF8), 0x4800, "failing-storage address");
    check(cpu->machine_check_code == 0, "nothing is left");
}

static const uint64_t ALL_VALID = 0x00000F1D00030000;
enum { INSTRUCTION_DAMAGE = 0x40 };    /* bits 0-7 of the code: instruction-processing damage */

static void damage(void)
{
    prepare();
    cpu->machine_check_code = (uint64_t)INSTRUCTION_DAMAGE << 56;
    cpu_attend(cpu, ATTEND_MACHINE_CHECK);
}

/* Exigent conditions need no subclass mask, and do not wait. */
static void test_check_stop(void)
{
    damage();
    cpu->cr[14] &= 0x80FFFFFF;
    comes_to(MACHINE_CHECK, run(0x0004000000000000, "LPSW 0xD00(0)"), "instruction damage");
    is64(doubleword(0xE8), (uint64_t)INSTRUCTION_DAMAGE << 56 | ALL_VALID, "its code");
    damage();
    stops = 0;
    machine->observer.stopped = count_stop;
    comes_to(PROGRAM, run(BC_PSW, "LPSW 0xD00(0)"), "check stop: nothing was executed");
    check(!cpu->started && cpu->check_stopped && stops == 1, "check-stop state");
    cpu_start(cpu);
    check(!cpu->started, "the start key does not end it");
    cpu_restart(cpu);
    go_for(1000000);
    check(!cpu->started && cpu->psw.ia == PROGRAM, "nor does the restart key");
    machine_system_reset(machine);
    comes_to(DONE, go(), "a reset does");
    damage();
    cpu->cr[14] &= 0x7FFFFFFF;
    comes_to(DONE, run(BC_PSW, "LPSW 0xD00(0)"), "check-stop control off: it stays pending");
}

static void test_restart(void)
{
    prepare();
    put_doubleword(0x00, 0x0000000000003000);
    put(0x3000, "LPSW 0xD00(0)");
    set_psw(cpu, 0x00F5000000000000, 0x123456);
    cpu->psw.cc = 2;
    cpu_restart(cpu);
    go_for(1000000);
    comes_to(DONE, (uint32_t)cpu->psw.ia, "restart starts a stopped CPU");
    is64(doubleword(0x08), 0x00F5000020123456, "restart old PSW");
}

static void test_store_status(void)
{
    prepare();
    for (int i = 0; i < 16; i++)
        cpu->gr[i].w = 0x01010101u * (unsigned)i;
    cpu->fpr[6] = 0x0123456789ABCDEF;
    cpu->clock_comparator = 0x1111222233334444;
    cpu_set_timer(cpu, 0x5555666677778888);
    cpu->prefix = 0x3000;
    set_psw(cpu, EC_PSW, 0xABCDEF);
    cpu_store_status(cpu);
    is64(doubleword(216), 0x5555666677778888, "CPU timer");
    is64(doubleword(224), 0x1111222233334444, "clock comparator");
    is64(doubleword(256), 0x0008000000ABCDEF, "PSW");
    is64(word(264), 0x3000, "prefix");
    is64(doubleword(352 + 24), 0x0123456789ABCDEF, "floating-point register 6");
    is64(word(384 + 60), 0x0F0F0F0F, "register 15");
    is64(word(448), 0xE0, "control register 0");
    is64(word(448 + 60), 512, "control register 15");
}

static int io_resets;
static void count_reset(void *context)
{
    (void)context;
    io_resets++;
}

static void test_resets(void)
{
    prepare();
    machine->io.reset = count_reset;
    io_resets = 0;
    set_psw(cpu, EC_PSW, 0x1234);
    cpu->prefix = 0x3000;
    cpu->cr[0] = cpu->cr[2] = cpu->cr[14] = 0x77;
    cpu->gr[1].w = 5;
    cpu->clock_comparator = 1;
    put_word(0x4000, 0xC1C2C3C4);
    machine->keys[8] = 0x30;
    cpu_attend(cpu, ATTEND_INTERRUPT_KEY | ATTEND_IO | ATTEND_CALL);
    cpu->external_call_source = 1;
    machine_system_reset(machine);
    check(cpu->psw.ia == 0x1234 && cpu->prefix == 0x3000 && cpu->cr[0] == 0x77, "they stay");
    check(!(atomic_load(&cpu->pending) & (ATTEND_INTERRUPT_KEY | ATTEND_IO | ATTEND_CALL)),
          "pending interruptions go");
    check(cpu->external_call_source == 0 && io_resets == 1, "and the channels are reset");
    cpu_initial_reset(cpu);
    check(cpu->psw.ia == 0 && !cpu->psw.extended_control && cpu->prefix == 0, "PSW and prefix");
    check(cpu->clock_comparator == 0 && cpu_timer(cpu) == 0, "clocks");
    check(cpu->cr[0] == 0xE0 && cpu->cr[2] == 0xFFFFFFFF && cpu->cr[14] == 0xC2000000 &&
          cpu->cr[15] == 512 && cpu->cr[1] == 0, "control registers");
    check(cpu->gr[1].w == 5 && word(0x4000) == 0xC1C2C3C4 && machine->keys[8] == 0x30,
          "storage and general registers stay");
    machine_clear_reset(machine);
    check(cpu->gr[1].w == 0 && word(0x4000) == 0 && machine->keys[8] == 0, "all is clear");
    check(io_resets == 2, "the channels too");
}

/* ---- prefixing ----------------------------------------------------------------------------- */

static void test_prefix(void)
{
    prepare();
    put_word(0x300, 0x00006000);
    put_word(0x6300, 0xC1C2C3C4);
    new_psws(0x6000);
    run(EC_PSW, "SPX 0x300(0); L 1,0x300(0); L 3,0xFFC(0); STPX 0x304(0); SVC 7");
    comes_to(SVC, (uint32_t)cpu->psw.ia, "supervisor call");
    check(cpu->gr[1].w == 0xC1C2C3C4, "location 300 is at 6300: %08X", cpu->gr[1].w);
    is64(word(0x6304), 0x6000, "STPX");
    is64(doubleword(0x6020), 0x0008000000001012, "old PSW");
    is64(word(0x6088), 0x00020007, "code");
}

/* ---- clocks ---------------------------------------------------------------------------------- */

static void test_tod(void)
{
    prepare();
    run(BC_PSW, "STCK 0x300(0); STCK 0x308(0); STCK 0x313(0); LPSW 0xD00(0)");
    check(doubleword(0x300) < doubleword(0x308) && doubleword(0x308) < doubleword(0x313),
          "each greater than the last");
    /* 20 ns are 81.92 units, of which the last three bits are the CPU's. */
    uint64_t apart = doubleword(0x308) - doubleword(0x300);
    check(apart == 80 || apart == 88, "20 ns an instruction: %u", (unsigned)apart);
    prepare();
    put_doubleword(0x300, 0xB123456789ABC000);
    run(BC_PSW, "SCK 0x300(0); STCK 0x308(0); LPSW 0xD00(0)");
    check(doubleword(0x308) - doubleword(0x300) < 4096, "it is set: %016llX",
          (unsigned long long)doubleword(0x308));
}

static void test_clock_comparator(void)
{
    prepare();
    uint64_t now = clock_tod(&machine->clock), due = now + ns_to_tod(5000000);
    put_doubleword(0x300, due);
    cpu->cr[0] = 0x800;
    uint64_t start = clock_ns(&machine->clock);
    put_doubleword(0x308, 0x010A000000000AAA);
    comes_to(EXTERNAL, run(EC_PSW, "SCKC 0x300(0); LPSW 0x308(0)"), "from an enabled wait");
    is64(doubleword(0x18), 0x010A000000000AAA, "old PSW");
    is64(word(0x84), 0x00001004, "code");
    uint64_t took = clock_ns(&machine->clock) - start;
    check(took >= 5000000 && took < 5001000, "it took %llu ns", (unsigned long long)took);
    prepare();
    put_doubleword(0x300, clock_tod(&machine->clock) + ns_to_tod(100000));
    cpu->cr[0] = 0x800;
    start = clock_ns(&machine->clock);
    comes_to(EXTERNAL, run(EC_PSW | 0x0100000000000000, "SCKC 0x300(0); BCR 15,0; X'0000'"),
             "out of a loop at 0");
}

static void test_cpu_timer(void)
{
    prepare();
    put_doubleword(0x300, ns_to_tod(2000000));
    cpu->cr[0] = 0x400;
    put_word(0x308, 1000);
    put_doubleword(0x310, 0);
    put(PROGRAM, "SPT 0x300(0); L 1,0x308(0); BALR 2,0; BCTR 1,2; STPT 0x310(0); LPSW 0xD00(0)");
    set_psw(cpu, BC_PSW, PROGRAM);
    comes_to(DONE, go(), "no interruption while it is positive");
    uint64_t left = doubleword(0x310), spent = ns_to_tod(2000000) - left;
    check(spent >= ns_to_tod(1000 * 20) && spent < ns_to_tod(1010 * 20), "spent %llu",
          (unsigned long long)spent);
    uint64_t stopped = cpu_timer(cpu);
    clock_advance(&machine->clock, 1000000);
    is64(cpu_timer(cpu), stopped, "it stands while the CPU is stopped");
    prepare();
    put_doubleword(0x300, ns_to_tod(1000000));
    cpu->cr[0] = 0x400;
    put_doubleword(0x308, 0x010A000000000AAA);
    comes_to(EXTERNAL, run(EC_PSW, "SPT 0x300(0); LPSW 0x308(0)"), "from an enabled wait");
    is64(word(0x84), 0x00001005, "code");
    check((int64_t)cpu_timer(cpu) < 0 && (int64_t)cpu_timer(cpu) > -1000000, "just negative");
}

static void test_interval_timer(void)
{
    /* 300 x 256 units a second: 76,800 units of bit 31 */
    prepare();
    put_word(0x50, 7680);
    uint64_t start = clock_ns(&machine->clock);
    put_doubleword(0x308, 0x010A000000000AAA);
    comes_to(EXTERNAL, run(EC_PSW, "LPSW 0x308(0)"), "interval timer");
    is64(word(0x84), 0x00000080, "code");
    uint64_t took = clock_ns(&machine->clock) - start;
    check(took >= 100000000 && took < 100050000, "a tenth of a second: %llu ns",
          (unsigned long long)took);
    check((int32_t)word(0x50) < 0 && (int32_t)word(0x50) >= -4, "just negative: %08X", word(0x50));
    /* In BC mode, out of a loop; at first it is masked. */
    prepare();
    put_word(0x50, 76);
    put_doubleword(0x308, 0x0100000000001000);
    start = clock_ns(&machine->clock);
    put(PROGRAM, "BCTR 7,0; BCR 15,8");
    put(0x2000, "BCTR 7,0; LTR 7,7; BCR 8,9; BCR 15,8; LPSW 0x308(0)");
    cpu->gr[7].w = 50000;
    cpu->gr[8].w = 0x2000;
    cpu->gr[9].w = 0x2008;
    set_psw(cpu, BC_PSW, 0x2000);
    comes_to(EXTERNAL, go(), "interval timer in BC mode");
    is64(halfword(0x1A), 0x0080, "code in the old PSW");
    check((int32_t)word(0x50) < 0, "negative: %08X", word(0x50));
    is64(cpu->gr[7].w, 0, "it was pending until it was let in");
    check(!(atomic_load(&cpu->pending) & ATTEND_INTERVAL_TIMER), "and is no more");
    /* Stepped 300 times a second by TIMERINT: it is late by less than a step. */
    prepare();
    machine->options.timer_step_ns = 3333000;
    put_word(0x50, 7680);
    put_doubleword(0x308, 0x010A000000000AAA);
    start = clock_ns(&machine->clock);
    comes_to(EXTERNAL, run(EC_PSW, "LPSW 0x308(0)"), "interval timer, stepped");
    took = clock_ns(&machine->clock) - start;
    check(clock_ns(&machine->clock) % 3333000 < 50000, "at a step: %llu",
          (unsigned long long)clock_ns(&machine->clock));
    check(took > 96000000 && took < 103500000, "a tenth of a second: %llu ns",
          (unsigned long long)took);
    machine->options.timer_step_ns = 0;
    /* A program that loads it in a loop sees it move; what it stores counts from there. */
    prepare();
    put_word(0x50, 0x00010000);
    put_word(0x300, 0x7000);
    put(PROGRAM, "L 1,0x50(0); BALR 2,0; C 1,0x50(0); BCR 8,2; L 3,0x300(0); ST 3,0x50(0); BALR 2,0; "
                 "C 3,0x50(0); BCR 8,2; L 4,0x50(0); LPSW 0xD00(0)");
    set_psw(cpu, BC_PSW, PROGRAM);
    comes_to(DONE, go(), "it moves");
    check(cpu->gr[4].w < 0x7000 && cpu->gr[4].w > 0x6F00, "from what was stored: %08X", cpu->gr[4].w);
    /* Going on from a negative value is no event. */
    prepare();
    put_word(0x50, 0x80000005);
    put_doubleword(0x308, 0x010A000000000AAA);
    run(EC_PSW, "LPSW 0x308(0)");
    check(cpu_waiting(cpu), "no interruption from a negative value");
    cpu_stop(cpu);
    go_for(1000000);
    uint32_t value = word(0x50);
    clock_advance(&machine->clock, 1000000);
    timer_refresh(cpu);
    is64(word(0x50), value, "it stands while the CPU is stopped");
}

/* That of a virtual machine: counts with the real one while the machine runs, and interrupts the
 * control program with a code of its own. */
static void test_virtual_timer(void)
{
    struct machine_options o = options();
    o.ecps_level = 20;
    new_machine(o);
    prepare();
    put_word(0x3010, 0x3400);
    put_word(0x3400, 76);
    put_word(0x50, 0x7FFFFFFF);
    cpu->cr[6] = 0x81003000;
    put(0x2000, "BCTR 7,8; LPSW 0xD00(0)");
    cpu->gr[7].w = 200000;
    cpu->gr[8].w = 0x2000;
    comes_to(EXTERNAL, (set_psw(cpu, EC_PSW | 0x0101000000000000, 0x2000), go()), "virtual timer");
    is64(word(0x84), 0x00000100, "code");
    check((int32_t)word(0x3400) < 0 && (int32_t)word(0x3400) > -30, "negative: %08X", word(0x3400));
    check(!(atomic_load(&cpu->pending) & ATTEND_VIRTUAL_TIMER), "it is not pending any more");
    /* Not in the control program; not if control register 6 does not want it. */
    static const struct { uint64_t psw; uint32_t cr6; } still[] = {
        { EC_PSW, 0x81003000 }, { EC_PSW | 1ull << 48, 0x80003000 }, { EC_PSW | 1ull << 48, 0x01003000 }
    };
    for (size_t i = 0; i < sizeof still / sizeof *still; i++) {
        prepare();
        put_word(0x3010, 0x3400);
        put_word(0x3400, 76);
        put_word(0x50, 0x7FFFFFFF);
        cpu->cr[6] = still[i].cr6;
        put(0x2000, "BCTR 7,8; X'0000'");
        cpu->gr[7].w = 200000;
        cpu->gr[8].w = 0x2000;
        comes_to(PROGRAM_CHECK, (set_psw(cpu, still[i].psw, 0x2000), go()), "no virtual timer");
        is64(word(0x3400), 76, "it stands");
    }
    new_machine(options());
}

/* ---- interruptible instructions -------------------------------------------------------------- */

static struct { int calls, interrupt_at; uint32_t length; } watch;

/* Before each unit of operation: the third time there is an interruption. */
static bool interrupt_third(void *context, struct cpu *c, uint64_t ia, const uint8_t bytes[6],
                            int length)
{
    (void)context, (void)length, (void)ia;
    if (bytes[0] != 0x0E && bytes[0] != 0x0F)
        return true;
    atomic_store(&c->floor, 1);          /* somebody wants attention: one piece at a time */
    if (++watch.calls == 3) {
        watch.length = c->gr[3].w & 0xFFFFFF;
        cpu_attend(c, ATTEND_INTERRUPT_KEY);
    }
    return true;
}

/* MVCL or CLCL of 16K at 20001 and 30003; the interruption's program goes back by LPSW. */
static void interrupted_in(const char *instruction, uint32_t pieces, const char *what)
{
    prepare();
    memset(&watch, 0, sizeof watch);
    machine->observer = (struct observer){ .before = interrupt_third };
    atomic_store(&machine->observer.watching, true);
    cpu_attend(cpu, ATTEND_PURGE);
    for (uint32_t i = 0; i < 0x4000; i++)
        machine->storage[0x30003 + i] = (uint8_t)(i * 7);
    if (instruction[0] == 'C')
        memcpy(machine->storage + 0x20001, machine->storage + 0x30003, 0x4000);
    cpu->gr[2].w = 0x20001;
    cpu->gr[4].w = 0x30003;
    cpu->gr[3].w = cpu->gr[5].w = 0x4000;
    put_doubleword(0x58, EC_PSW | 0x3000);
    put(0x3000, "ST 3,0x400(0); ST 2,0x404(0); LPSW 0x18(0)");
    comes_to(DONE, run(EC_PSW | 0x0100000000000000, instruction), what);
    is64(doubleword(0x18), 0x0108000000001000, "the old PSW designates the instruction");
    check(word(0x400) && word(0x400) < 0x4000, "%s: in the middle: %08X", what, word(0x400));
    is64(word(0x404), 0x20001 + 0x4000 - word(0x400), "as far as the length tells");
    is64(cpu->gr[3].w, 0, "the length is used up");
    is64(cpu->gr[2].w, 0x24001, "first address");
    is64(cpu->gr[4].w, 0x34003, "second address");
    check(!memcmp(machine->storage + 0x20001, machine->storage + 0x30003, 0x4000), "%s: bytes", what);
    check(watch.calls > (int)pieces, "%s: %d pieces", what, watch.calls);
    atomic_store(&machine->observer.watching, false);
    cpu_attend(cpu, ATTEND_PURGE);
}

static void test_interruptible(void)
{
    interrupted_in("MVCL 2,4; LPSW 0xD00(0)", 8, "MVCL");
    interrupted_in("CLCL 2,4; LPSW 0xD00(0)", 8, "CLCL");
}

/* ---- two CPUs ------------------------------------------------------------------------------------ */

/* CPU 0 signals CPU 1 with this order; the condition code. `r1` afterwards in gr[1]. */
static int signal(int order)
{
    char program[80];
    snprintf(program, sizeof program, "LR 3,5; SIGP 1,3,%d(0); LPSW 0xD00(0)", order);
    cpu->gr[5].w = 1;
    cpu->gr[1].w = 0xFFFFFFFF;
    put(PROGRAM, program);
    put64(machine->storage + END_PSW, 0x0002000000000000 | DONE);
    set_psw(cpu, BC_PSW, PROGRAM);
    cpu_start(cpu);
    /* The PSW that ends it loses the condition code; take it before. */
    uint32_t ia = PROGRAM;
    int cc = -1;
    for (int i = 0; i < 3 && ia < PROGRAM + 6; i++) {
        engine_run(cpu, 1);
        ia = (uint32_t)cpu->psw.ia;
    }
    cc = cpu->psw.cc;
    cpu->started = false;
    return cc;
}

static void test_sigp(void)
{
    struct machine_options two = options();
    two.numcpu = 2;
    new_machine(two);
    prepare();
    struct cpu *other = machine->cpus[1];
    put(0x2000, "BCR 15,4");
    other->gr[4].w = 0x2000;
    set_psw(other, BC_PSW, 0x2000);
    check(signal(1) == 1 && cpu->gr[1].w == 0x40, "sense: stopped: %X", cpu->gr[1].w);
    check(signal(4) == 0, "start");
    go_for(1000000);
    check(other->started && cpu_instructions(other) > 100, "it runs");
    check(signal(1) == 0 && cpu->gr[1].w == 0xFFFFFFFF, "sense: nothing to tell");
    check(signal(2) == 0, "external call");
    check(signal(2) == 1 && cpu->gr[1].w == 0x80, "external call, one is pending");
    check(signal(1) == 1 && cpu->gr[1].w == 0x80, "sense: external call pending");
    check(signal(3) == 0 && signal(3) == 0, "emergency signal, twice");
    check(signal(5) == 0, "stop");
    check(signal(1) == 2, "busy until it has stopped");
    go_for(1000000);
    check(!other->started, "stopped");
    check(signal(1) == 1 && cpu->gr[1].w == 0xC0, "sense: stopped, call pending");
    put_doubleword(0x58, 0x0002000000000E58);
    other->cr[0] = 0x6000;
    set_psw(other, EC_PSW | 0x0100000000000000, 0x2000);
    check(signal(4) == 0, "start");
    go_for(1000000);
    is64(word(0x84), 0x00001201, "emergency signal first, from CPU 0");
    check(!other->started && other->psw.ia == EXTERNAL, "interrupted");
    set_psw(other, EC_PSW | 0x0100000000000000, 0x2000);
    check(signal(4) == 0, "start");
    go_for(1000000);
    is64(word(0x84), 0x00001202, "then the external call");
    put_doubleword(0x00, 0x0000000000002000);
    set_psw(other, EC_PSW, 0xABCDE0);
    check(signal(6) == 0, "restart");
    go_for(1000000);
    check(other->started && other->psw.ia == 0x2000, "restarted at %06llX",
          (unsigned long long)other->psw.ia);
    is64(doubleword(8), 0x0008000000ABCDE0, "restart old PSW");
    other->gr[9].w = 0x99999999;
    check(signal(9) == 0, "stop and store status");
    go_for(1000000);
    check(!other->started, "stopped");
    is64(word(384 + 36), 0x99999999, "its register 9 is stored");
    is64(word(256 + 4) & 0xFFFFFF, 0x2000, "and its PSW");
    check(signal(12) == 0, "CPU reset");
    go_for(1000000);
    check(other->psw.ia == 0x2000 && other->cr[0] == 0x6000, "CPU reset leaves the registers");
    check(signal(11) == 0, "initial CPU reset");
    go_for(1000000);
    check(other->psw.ia == 0 && other->cr[0] == 0xE0 && other->gr[9].w == 0x99999999,
          "cleared: %06llX %08llX %08X", (unsigned long long)other->psw.ia,
          (unsigned long long)other->cr[0], other->gr[9].w);
    machine->io.reset = count_reset;
    io_resets = 0;
    check(signal(8) == 0 && signal(7) == 0, "program resets");
    check(io_resets == 0, "CPU 1 has no channels");
    go_for(1000000);
    check(signal(10) == 1 && cpu->gr[1].w == 2, "invalid order");
    check(cpu->prefix == 0 && machine->cpus[0]->address == 0 && other->address == 1, "addresses");
    /* A CPU that is in the check-stop state tells so; the other is alerted. */
    other->machine_check_code = (uint64_t)INSTRUCTION_DAMAGE << 56;
    set_psw(other, BC_PSW, 0x2000);
    cpu_attend(other, ATTEND_MACHINE_CHECK);
    check(signal(4) == 0, "start");
    go_for(1000000);
    check(signal(1) == 1 && cpu->gr[1].w == 0x10, "sense: check stop: %X", cpu->gr[1].w);
    check(signal(4) == 1 && cpu->gr[1].w == 0x10, "start: check stop");
    check(signal(2) == 1 && cpu->gr[1].w == 0x10, "external call: check stop");
    put_doubleword(0x58, 0x0002000000000E58);
    cpu->cr[0] = 0x8000;
    comes_to(EXTERNAL, run(EC_PSW | 0x0100000000000000, "BCR 0,0"), "malfunction alert");
    is64(word(0x84), 0x00011200, "from CPU 1");
    check(signal(12) == 0, "CPU reset");
    go_for(1000000);
    check(signal(1) == 1 && cpu->gr[1].w == 0x40, "stopped: %X", cpu->gr[1].w);
    put_word(0x300, 0);
    put(PROGRAM, "STIDP 0x300(0); STAP 0x308(0)");
    set_psw(other, BC_PSW, PROGRAM);
    other->started = true;
    engine_run(other, 2);
    other->started = false;
    is64(doubleword(0x300), 0xFD12345630320000, "CPU 1's number");
    is64(halfword(0x308), 1, "and address");
}

/* ---- two CPUs on threads of their own ------------------------------------------------------------ */

enum { OTHER_PREFIX = 0x10000, WAITING_PSW = 0x320, ROUNDS = 2000 };

static void new_threads(void)
{
    struct machine_options two = options();
    two.numcpu = 2;
    two.virtual_time = false;
    new_machine(two);
    prepare();
    machine_power_on(machine);
    machine->cpus[1]->prefix = OTHER_PREFIX;
    new_psws(OTHER_PREFIX);
    for (uint32_t prefix = 0; prefix <= OTHER_PREFIX; prefix += OTHER_PREFIX) {
        put_doubleword(prefix + END_PSW, 0x0002000000000000 | DONE);
        put_doubleword(prefix + WAITING_PSW, 0x010A000000000AAA);
    }
}

static void start_at(struct cpu *c, uint64_t psw, uint32_t ia)
{
    set_psw(c, psw, ia);
    cpu_start(c);
}

static void both_are_done(const char *what)
{
    for (int i = 0; i < 2; i++)
        if (check(cpu_wait_stopped(machine->cpus[i], 20000000000u), "%s: CPU %d runs on", what, i))
            comes_to(DONE, (uint32_t)machine->cpus[i]->psw.ia, what);
}

static void test_interlocked_update(void)
{
    new_threads();
    put(0x2000, "L 2,0(,10); LR 3,2; AR 3,1; CS 2,3,0(10); BC 4,4(,12); BCT 8,0(,12); LPSW 0xD00(0)");
    for (int i = 0; i < 2; i++) {
        struct cpu *c = machine->cpus[i];
        c->gr[1].w = 1;
        c->gr[8].w = 100000;
        c->gr[10].w = 0x4000;
        c->gr[12].w = 0x2000;
    }
    start_at(machine->cpus[0], BC_PSW, 0x2000);
    start_at(machine->cpus[1], BC_PSW, 0x2000);
    both_are_done("interlocked update");
    is64(word(0x4000), 200000, "their sum");
}

/* One CPU wakes the other with an emergency signal, is woken by it, and so on. */
static void test_signals_between_threads(void)
{
    new_threads();
    put(0x2000, "SIGP 1,3,3(0); LPSW 0x320(0)");
    put(0x2100, "LPSW 0x320(0)");
    put(0x3000, "BCTR 7,0; LTR 7,7; BC 8,0x10(,12); SIGP 1,3,3(0); LPSW 0x320(0); LPSW 0xD00(0)");
    put(0x3100, "BCTR 7,0; SIGP 1,3,3(0); LTR 7,7; BC 8,0x10(,12); LPSW 0x320(0); LPSW 0xD00(0)");
    put_doubleword(0x58, EC_PSW | 0x3000);
    put_doubleword(OTHER_PREFIX + 0x58, EC_PSW | 0x3100);
    for (int i = 0; i < 2; i++) {
        struct cpu *c = machine->cpus[i];
        c->cr[0] = 0x4000;
        c->gr[3].w = (uint32_t)!i;
        c->gr[7].w = ROUNDS;
        c->gr[12].w = i ? 0x3100 : 0x3000;
    }
    start_at(machine->cpus[1], EC_PSW, 0x2100);
    start_at(machine->cpus[0], EC_PSW, 0x2000);
    both_are_done("emergency signals");
    is64(word(0x84), 0x00011201, "from CPU 1");
    is64(word(OTHER_PREFIX + 0x84), 0x00001201, "from CPU 0");
}

/* A key is set on one CPU while the other fetches: it must stop fetching, by protection. */
static void test_key_on_other_cpu(void)
{
    new_threads();
    struct cpu *other = machine->cpus[1];
    put(0x2000, "L 1,0(,10); BCR 15,12");
    other->gr[10].w = 0x4000;
    other->gr[12].w = 0x2000;
    machine->keys[4] = machine->keys[2] = 0x10;
    start_at(other, 0x0010000000000000, 0x2000);
    while (cpu_instructions(other) < 100000)
        clock_host_sleep(100000);
    put(0x2800, "SSK 1,10; LPSW 0xD00(0)");
    cpu->gr[1].w = 0x28;
    cpu->gr[10].w = 0x4000;
    start_at(cpu, BC_PSW, 0x2800);
    check(cpu_wait_stopped(other, 20000000000u), "it fetches on");
    comes_to(PROGRAM_CHECK, (uint32_t)other->psw.ia, "protection");
    is64(doubleword(OTHER_PREFIX + 0x28) >> 32, 0x00100004, "old PSW");
}

/* ---- noise ------------------------------------------------------------------------------------- */

/* Two CPUs execute random bytes in random states: nothing of it may harm the emulator. Every
 * interruption leads to more noise. */
static void test_noise(void)
{
    enum { RUNS = 150 };
    struct machine_options two = options();
    two.numcpu = 2;
    two.mainsize = 256 << 10;
    new_machine(two);
    uint64_t seed = 370;
    for (int run = 0; run < RUNS; run++) {
        prepare();
        for (uint32_t a = 0; a < two.mainsize; a += 8)
            put_doubleword(a, next_random(&seed) & (next_random(&seed) | 0x00FF00FF00FF00FF));
        for (uint32_t block = 0; block < two.mainsize >> BLOCK_SHIFT; block++)
            machine->keys[block] = run % 3 ? 0 : (uint8_t)next_random(&seed) & 0xF8;
        for (uint32_t at = 0x58; at <= 0x78; at += 8)
            put_doubleword(at, (next_random(&seed) & 0x07F90F0000000000) | (next_random(&seed) & 0x3FFFE));
        for (int i = 0; i < 2; i++) {
            struct cpu *c = machine->cpus[i];
            for (int r = 0; r < 16; r++) {
                c->gr[r].w = (uint32_t)next_random(&seed) & 0x3FFFF;
                c->cr[r] = (uint32_t)next_random(&seed);
            }
            c->cr[0] = (c->cr[0] & ~0x00F80000u) | 0x00400000;
            c->cr[1] = 0x00010000 | (uint32_t)next_random(&seed) % 64 << 6;
            set_psw(c, next_random(&seed) & 0x07F90F0000000000, (uint32_t)next_random(&seed) & 0x3FFFE);
            cpu_start(c);
        }
        go_for(200000);
        check(cpu->prefix < two.mainsize, "run %d: prefix", run);
        atomic_store(&machine->observer.watching, false);
    }
}

int main(void)
{
    messages = messages_new();
    new_machine(options());
    test_psw();
    test_early_exception();
    test_loops();
    test_extended_facility();
    test_external();
    test_io();
    test_machine_check();
    test_machine_check_masks();
    test_check_stop();
    test_restart();
    test_store_status();
    test_resets();
    test_prefix();
    test_tod();
    test_clock_comparator();
    test_cpu_timer();
    test_interval_timer();
    test_virtual_timer();
    test_interruptible();
    test_sigp();
    test_noise();
    test_interlocked_update();
    test_signals_between_threads();
    test_key_on_other_cpu();
    machine_free(machine);
    messages_free(messages);
    return checks_done();
}
