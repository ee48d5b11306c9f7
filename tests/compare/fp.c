/* Random floating-point instructions, here and under qemu-s390x, which runs problem-state
 * programs. scripts/compare-qemu drives it:
 *
 *   fp make SEED COUNT > TESTS      random instructions and operands
 *   fp run < TESTS > RESULTS        what our processor makes of them
 *
 * fp-peer.c is the program for the other side. A test is a line: mnemonic, instruction, FPC
 * register, 16 floating-point registers, general registers 0-3, 16 bytes of storage, to which
 * register 5 points; all hexadecimal. A result is a line: how it ended (`ok CC`, `data DXC`,
 * `ill 0`), then the same without instruction. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/engine.h"
#include "tests/compare/fp.h"

static uint64_t random_state;
static uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545F4914F6CDD1Du;
}
static unsigned below(unsigned limit) { return (unsigned)((random64() >> 20) % limit); }

/* ---- operands --------------------------------------------------------------------------------- */

/* The left word of a number with so many bits of exponent, and words to go with it. */
static void random_number(int exponent_bits, uint64_t *high, uint64_t *low)
{
    unsigned top = (1u << exponent_bits) - 1, exponent;
    switch (below(6)) {
    case 0: exponent = below(3); break;
    case 1: exponent = top - below(3); break;
    case 2: case 3: exponent = top / 2 + below(64) - 31; break;
    default: exponent = below(top + 1);
    }
    uint64_t f = random64(), g = random64();
    switch (below(6)) {
    case 0: f = g = 0; break;
    case 1: f = g = ~0ull; break;
    case 2: f = ~0ull << below(64), g = 0; break;
    case 3: f = 1ull << below(64), g = 0; break;
    case 4: f <<= 30, g = 0; break;
    }
    *high = (uint64_t)below(2) << 63 | (uint64_t)(exponent & top) << (63 - exponent_bits) |
            f >> (exponent_bits + 1);
    *low = g;
}

static void random_registers(struct fp_test *t)
{
    static const int8_t bits[] = { 8, 11, 15 };
    int kind = (int)below(3);
    for (int i = 0; i < 16; i++)
        if (!(i & 2))
            random_number(bits[kind], &t->fpr[i], &t->fpr[i + 2]);
    if (kind < 2)
        for (int i = 0; i < 16; i++)
            if (i & 2)
                random_number(bits[kind], &t->fpr[i], &t->data[0]);
    random_number(bits[kind], &t->data[0], &t->data[1]);
    for (int i = 0; i < 4; i++) {
        t->gr[i] = random64() >> below(64);
        if (below(2))
            t->gr[i] = -t->gr[i];
    }
    static const uint8_t masks[] = { 0, 0, 0, 0xF8, 0x80, 0x40, 0x20, 0x10, 0x08 };
    static const uint8_t rounding[] = { 0, 0, 0, 1, 2, 3, 7 };
    t->fpc = (uint32_t)masks[below(sizeof masks)] << 24 | (below(3) ? 0 : below(32) << 19) |
             rounding[below(sizeof rounding)];
}

/* ---- instructions ------------------------------------------------------------------------------- */

/* Those whose R1 or R2 is a general register; SFPC and its like. */
static bool general_r1(const char *name)
{
    return (name[0] == 'C' && (name[1] == 'F' || name[1] == 'G' ||
            (name[1] == 'L' && (name[2] == 'F' || name[2] == 'G')))) ||
           !strcmp(name, "LGDR") || strstr(name, "FPC") || !strcmp(name, "SFASR");
}
static bool general_r2(const char *name)
{
    size_t n = strlen(name);
    return (name[0] == 'C' && n > 4 && (name[n - 3] == 'F' || name[n - 3] == 'G')) ||
           !strcmp(name, "LDGR");
}

static unsigned random_register(bool general)
{
    return general ? below(4) : below(2) ? below(16) & ~2u : below(16);
}

static bool random_instruction(const struct instruction *row, struct fp_test *t)
{
    static const uint8_t methods[] = { 0, 0, 1, 3, 4, 5, 6, 7, 2, 8 };
    uint8_t *c = t->code, r1 = (uint8_t)random_register(general_r1(row->mnemonic)),
            r2 = (uint8_t)random_register(general_r2(row->mnemonic)),
            r3 = (uint8_t)random_register(false);
    unsigned m3 = methods[below(sizeof methods)], m4 = below(4) ? 0 : below(16);
    put16(c, row->opcode);
    switch ((enum instruction_format)row->format) {
    case FORMAT_RRE:
        c[3] = (uint8_t)(r1 << 4 | r2);
        t->length = 4;
        return true;
    case FORMAT_RRF:
        if (!strncmp(row->mnemonic, "DI", 2) || !strcmp(row->mnemonic, "CPSDR"))
            c[2] = (uint8_t)(r3 << 4 | (row->mnemonic[0] == 'D' ? m3 : 0));
        else
            c[2] = (uint8_t)(m3 << 4 | m4);
        c[3] = (uint8_t)(r1 << 4 | r2);
        t->length = 4;
        return true;
    case FORMAT_RRD:
        c[2] = (uint8_t)(r1 << 4);
        c[3] = (uint8_t)(r3 << 4 | r2);
        t->length = 4;
        return true;
    case FORMAT_RXE:
    case FORMAT_RXF:
        c[0] = 0xED, c[5] = (uint8_t)row->opcode;
        c[1] = (uint8_t)((row->format == FORMAT_RXE ? r1 : r3) << 4);
        put16(c + 2, row->mnemonic[0] == 'T' ? (uint16_t)below(0x1000) : 0x5000);
        c[4] = row->format == FORMAT_RXF ? (uint8_t)(r1 << 4) : 0;
        t->length = 6;
        return true;
    case FORMAT_S:
        put16(c + 2, strncmp(row->mnemonic, "SRN", 3) ? 0x5000 : (uint16_t)below(16));
        t->length = 4;
        return true;
    default:
        return false;
    }
}

/* What QEMU has: binary floating point and what goes with it. */
static bool is_chosen(const struct instruction *row)
{
    static const char *const facilities[] = { "binary floating point", "floating-point extension",
                                              "floating-point-support",
                                              "IEEE-exception simulation" };
    if (!(row->archs & ZARCH) || (row->opcode >> 8 == 0xB9))
        return false;
    /* Not there: DIVIDE TO INTEGER, the hexadecimal conversions; LFPC of what is no FPC. */
    static const char *const missing[] = { "DIEBR", "DIDBR", "TBEDR", "TBDR", "THDER", "THDR" };
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (!strcmp(row->mnemonic, missing[i]))
            return false;
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++)
        if (!strcmp(row->facility, facilities[i]))
            return true;
    return false;
}

static int make(uint64_t seed, unsigned count)
{
    const struct instruction *chosen[512], *row;
    unsigned rows = 0;
    for (size_t i = 0; (row = instruction_row(i)) && rows < 512; i++)
        if (is_chosen(row))
            chosen[rows++] = row;
    random_state = seed * 0x9E3779B97F4A7C15u | 1;
    while (count) {
        struct fp_test t = { .length = 0 };
        row = chosen[below(rows)];
        snprintf(t.mnemonic, sizeof t.mnemonic, "%s", row->mnemonic);
        random_registers(&t);
        if (!random_instruction(row, &t))
            continue;
        fp_print_test(&t);
        count--;
    }
    return 0;
}

/* ---- execution --------------------------------------------------------------------------------------- */

/* Behind the instruction stands none: the old PSW of the operation exception is how it left. */
enum { CODE = 0x2000, DATA = 0x3000, PROGRAM_CODE = 0x8E, DXC = 0x93, OLD_PSW = 0x150,
       NEW_PSW = 0x1D0, AFP = 0x40000 };

static void execute(struct cpu *cpu, struct fp_test *t)
{
    struct machine *machine = cpu->machine;
    uint8_t *storage = machine->storage;
    memcpy(storage + CODE, t->code, t->length);
    put16(storage + CODE + t->length, 0);
    storage_changed(machine, CODE, 8);
    put64(storage + DATA, t->data[0]);
    put64(storage + DATA + 8, t->data[1]);
    memcpy(cpu->fpr, t->fpr, sizeof t->fpr);
    for (int i = 0; i < 4; i++)
        cpu->gr[i].d = t->gr[i];
    cpu->gr[5].d = DATA;
    cpu->fpc = t->fpc;
    cpu->psw = (struct psw){ .ia = CODE, .extended_control = true, .amode = AMODE_64 };
    cpu->address_mask = UINT64_MAX;
    cpu->high_kept = 0;
    context_changed(cpu);
    atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_STOP);
    cpu->started = true;
    engine_run(cpu, 100);
    uint16_t code = get16(storage + PROGRAM_CODE);
    if (code == PGM_OPERATION && get64(storage + OLD_PSW + 8) == CODE + t->length + 2u)
        snprintf(t->ending, sizeof t->ending, "ok %u", storage[OLD_PSW + 2] >> 4 & 3u);
    else if (code == PGM_DATA)
        snprintf(t->ending, sizeof t->ending, "data %02x", storage[DXC]);
    else
        snprintf(t->ending, sizeof t->ending, "ill 0");
    memcpy(t->fpr, cpu->fpr, sizeof t->fpr);
    for (int i = 0; i < 4; i++)
        t->gr[i] = cpu->gr[i].d;
    t->fpc = cpu->fpc;
    t->data[0] = get64(storage + DATA);
    t->data[1] = get64(storage + DATA + 8);
}

static int run(void)
{
    struct machine_options options = { .architecture = ZARCH, .mainsize = 0x100000, .numcpu = 1,
                                       .virtual_time = true };
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    if (!machine)
        return 1;
    machine_set_architecture(machine, ZARCH);
    struct cpu *cpu = machine->cpus[0];
    put64(machine->storage + NEW_PSW, 0x0002000180000000u);     /* a disabled wait */
    cpu->cr[0] |= AFP;
    struct fp_test t;
    while (fp_read_test(&t)) {
        execute(cpu, &t);
        fp_print_result(&t);
    }
    machine_free(machine);
    messages_free(messages);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "make"))
        return make(strtoull(argv[2], NULL, 10), (unsigned)atoi(argv[3]));
    if (argc == 2 && !strcmp(argv[1], "run"))
        return run();
    fprintf(stderr, "fp make SEED COUNT | fp run\n");
    return 2;
}
