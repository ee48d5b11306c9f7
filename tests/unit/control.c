/* System/370 control: PSWs, interruptions, translation, clocks, keys, PER, resets, by
 * small programs run on a machine in virtual time. GA22 is the manual. */
#include "cpu/control.h"
#include "tests/unit/check.h"

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

static void put(uint32_t address, const char *hex)
{
    uint8_t *to = machine->storage + address;
    while (*hex) {
        unsigned byte;
        if (*hex == ' ') {
            hex++;
            continue;
        }
        sscanf(hex, "%2x", &byte);
        *to++ = (uint8_t)byte;
        hex += 2;
    }
}

static uint32_t word(uint32_t address) { return get32(machine->storage + address); }
static uint64_t doubleword(uint32_t address) { return get64(machine->storage + address); }

/* A fresh state: every new PSW is a disabled wait that names its class in its address. */
static void prepare(void)
{
    machine_clear_reset(machine);
    for (uint32_t location = 0x58; location <= 0x78; location += 8)
        put64(machine->storage + location, 0x0002000000000E00 | location);
    put64(machine->storage + 0xD00, 0x0002000000000000 | DONE);
}

/* Run the program from PROGRAM on under this PSW (its address is filled in); the address
 * in the PSW where it came to rest. */
static uint32_t run_psw(uint64_t psw, const char *program)
{
    uint8_t bytes[8];
    put(PROGRAM, program);
    put64(bytes, psw | PROGRAM);
    psw_load(&cpu->psw, bytes);
    engine_flush(cpu);
    cpu_start(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 1000000000u);
    return (uint32_t)cpu->psw.ia;
}

#define BC_PSW 0x0000000000000000u
#define EC_PSW 0x0008000000000000u
#define END " 82000D00"

static void runs_to(uint32_t address, uint64_t psw, const char *program, const char *what)
{
    uint32_t ia = run_psw(psw, program);
    check(ia == address, "%s: at %06X, not %06X; program old PSW %016llX, code %08X", what, ia,
          address, (unsigned long long)doubleword(0x28), word(0x8C));
}

/* The program ends by itself. */
static void completes(uint64_t psw, const char *program, const char *what)
{
    runs_to(DONE, psw, program, what);
}

/* It meets this program interruption, in EC mode. */
static void interrupted(int code, int ilc, uint64_t psw, const char *program, const char *what)
{
    runs_to(0xE68, psw, program, what);
    check(word(0x8C) == (uint32_t)(ilc << 17 | code), "%s: interruption %08X", what, word(0x8C));
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
        psw_load(&psw, bytes);
        check(psw.malformed == cases[i].malformed, "case %zu", i);
        psw_store(&psw, bytes, cases[i].code, cases[i].ilc);
        check(get64(bytes) == cases[i].out, "case %zu: %016llX", i,
              (unsigned long long)get64(bytes));
    }
}

int main(void)
{
    messages = messages_new();
    new_machine(options());
    test_psw();
    prepare();
    completes(EC_PSW, "1B11" END, "smoke");
    prepare();
    interrupted(1, 1, EC_PSW, "0000" END, "operation");
    machine_free(machine);
    messages_free(messages);
    return checks_done();
}
