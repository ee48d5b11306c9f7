/* Random floating-point instructions, here and under qemu-s390x, which runs problem-state
 * programs. scripts/compare-qemu drives it:
 *
 *   fp make SEED COUNT [FAMILY] > TESTS     random instructions and operands
 *   fp run < TESTS > RESULTS                what our processor makes of them
 *   fp image GUEST < TESTS > IMAGE          storage for fp-guest.s on another emulator
 *   fp results IMAGE < TESTS > RESULTS      what that left
 *
 * FAMILY is binary, decimal or hexadecimal. fp-peer.c is the program for QEMU's side. A test is a line: mnemonic, instruction, FPC
 * register, 16 floating-point registers, general registers 0-3, 16 bytes of storage, to which
 * register 5 points; all hexadecimal. A result is a line: how it ended (`ok CC`, `data DXC`,
 * `pgm CODE`), then the same without instruction. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/architecture.h"
#include "cpu/dfp-arith.h"
#include "cpu/engine.h"
#include "tests/compare/fp.h"
#include "tests/unit/random.h"

static uint64_t random_state;
static uint64_t random64(void)
{
    return next_random(&random_state) * 0x2545F4914F6CDD1Du;
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

static const struct dfp_format *const decimal_formats[] = { &dfp_short, &dfp_long, &dfp_extended };

/* Any digits, and now and then any bits. */
static void random_decimal(const struct dfp_format *f, uint64_t *high, uint64_t *low)
{
    int high_end = f->biased_max - f->bias;
    struct dfp_number n = { DFP_FINITE, below(2), (int)below(40) - 20, 0 };
    for (int i = (int)below((unsigned)f->digits + 1); i > 0; i--)
        n.coefficient = n.coefficient * 10 + (below(3) ? below(10) : below(2) * 9);
    switch (below(8)) {
    case 0: n.exponent = -f->bias + (int)below(40); break;
    case 1: n.exponent = high_end - (int)below(40); break;
    case 2: n.exponent = (int)below((unsigned)f->biased_max + 1) - f->bias; break;
    case 3:
        if (!below(3)) {
            n.class = (uint8_t)(1 + below(3));
            n.coefficient %= dfp_power(f->digits - 1);
        }
    }
    uint128 v = dfp_assemble(f, n) << (128 - f->width);
    *high = (uint64_t)(v >> 64);
    *low = (uint64_t)v;
}

static void random_hexadecimal(uint64_t *high, uint64_t *low)
{
    uint64_t f = random64(), g = random64();
    unsigned characteristic = below(4) ? 60 + below(12) : below(128);
    switch (below(6)) {
    case 0: f = g = 0; break;
    case 1: f = g = ~0ull; break;
    case 2: f >>= below(56), f &= 0x00FFFFFFFFFFFFFFu; break;
    case 3: f = ~0ull << below(56), g = 0; break;
    case 4: f &= 0x00FFFFFF00000000u, g = 0; break;
    }
    uint64_t sign = (uint64_t)below(2) << 63;
    *high = sign | (uint64_t)characteristic << 56 | (f & 0x00FFFFFFFFFFFFFFu);
    *low = sign | (uint64_t)((characteristic - 14) & 0x7F) << 56 | (g & 0x00FFFFFFFFFFFFFFu);
}

enum family { BINARY, DECIMAL, HEXADECIMAL };

static void random_value(enum family family, int kind, uint64_t *high, uint64_t *low)
{
    static const int8_t bits[] = { 8, 11, 15 };
    if (family == BINARY)
        random_number(bits[kind], high, low);
    else if (family == DECIMAL)
        random_decimal(decimal_formats[kind], high, low);
    else
        random_hexadecimal(high, low);
}

static void random_registers(enum family family, struct fp_test *t)
{
    int kind = (int)below(3);
    uint64_t unused;
    for (int i = 0; i < 16; i++)
        if (!(i & 2))
            random_value(family, kind, &t->fpr[i], &t->fpr[i + 2]);
    if (kind < 2)
        for (int i = 0; i < 16; i++)
            if (i & 2)
                random_value(family, kind, &t->fpr[i], &unused);
    random_value(family, kind, &t->data[0], &t->data[1]);
    for (int i = 0; i < 4; i++) {
        t->gr[i] = random64() >> below(64);
        if (below(2))
            t->gr[i] = -t->gr[i];
    }
    static const uint8_t masks[] = { 0, 0, 0, 0xF8, 0x80, 0x40, 0x20, 0x10, 0x08 };
    static const uint8_t rounding[] = { 0, 0, 0, 1, 2, 3, 7 };
    t->fpc = (uint32_t)masks[below(sizeof masks)] << 24 | (below(3) ? 0 : below(32) << 19) |
             (family == DECIMAL ? below(8) << 4 : rounding[below(sizeof rounding)]);
    if (family == HEXADECIMAL)
        t->fpc = 0;
}

/* ---- instructions ------------------------------------------------------------------------------- */

/* Those whose R1 or R2 is a general register; SFPC and its like. */
static bool general_r1(const char *name)
{
    return (name[0] == 'C' && (name[1] == 'F' || name[1] == 'G' ||
            (name[1] == 'L' && (name[2] == 'F' || name[2] == 'G')))) ||
           !strcmp(name, "LGDR") || strstr(name, "FPC") || !strcmp(name, "SFASR") ||
           (name[0] == 'E' && name[3] == 'T') || !strncmp(name, "CU", 2) || !strncmp(name, "CS", 2);
}
static bool general_r2(const char *name)
{
    size_t n = strlen(name);
    return (name[0] == 'C' && n > 4 && strchr("FGUS", name[n - 3])) ||
           (name[0] == 'C' && n == 4 && (name[2] == 'F' || name[2] == 'G') && name[3] == 'R') ||
           !strcmp(name, "LDGR") || !strncmp(name, "RR", 2) || !strncmp(name, "IE", 2);
}

/* Of the format RRF, those with R3 and no M3. */
static bool has_r3(const char *name)
{
    static const char *const names[] = { "ADTR", "AXTR", "SDTR", "SXTR", "MDTR", "MXTR", "DDTR",
        "DXTR", "QADTR", "QAXTR", "RRDTR", "RRXTR", "IEDTR", "IEXTR", "DIEBR", "DIDBR" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static unsigned random_register(bool general)
{
    return general ? below(4) : below(2) ? below(16) & ~2u : below(16);
}

static bool address_is_operand(const char *name)
{
    return name[0] == 'T' || (name[3] == 'T' && name[0] == 'S' && (name[1] == 'L' || name[1] == 'R'));
}

static bool random_instruction(const struct instruction *row, enum family family, struct fp_test *t)
{
    static const uint8_t methods[] = { 0, 0, 1, 3, 4, 5, 6, 7, 2, 8 };
    uint8_t *c = t->code, r1 = (uint8_t)random_register(general_r1(row->mnemonic)),
            r2 = (uint8_t)random_register(general_r2(row->mnemonic)),
            r3 = (uint8_t)random_register(false);
    unsigned m3 = methods[below(sizeof methods)], m4 = below(4) ? 0 : below(16);
    if (family == DECIMAL)              /* what was there before the floating-point extension */
        m3 = below(2) ? 0 : 8 + below(8);
    put16(c, row->opcode);
    switch ((enum instruction_format)row->format) {
    case FORMAT_RRE:
        c[3] = (uint8_t)(r1 << 4 | r2);
        t->length = 4;
        return true;
    case FORMAT_RRF:
        if (!strcmp(row->mnemonic, "CPSDR"))
            c[2] = (uint8_t)(r3 << 4);
        else if (has_r3(row->mnemonic))
            c[2] = (uint8_t)(r3 << 4 | (row->mnemonic[1] == 'D' || row->mnemonic[1] == 'X' ? 0 : m3));
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
        put16(c + 2, address_is_operand(row->mnemonic) ? (uint16_t)below(0x1000) : 0x5000);
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

/* A family's facilities. Binary: what QEMU has, which is not DIVIDE TO INTEGER, nor the
 * hexadecimal conversions. */
static bool is_chosen(const struct instruction *row, enum family family)
{
    static const char *const facilities[][8] = {
        [BINARY] = { "binary floating point", "floating-point extension",
                     "floating-point-support", "IEEE-exception simulation" },
        [DECIMAL] = { "decimal floating point" },
        [HEXADECIMAL] = { "floating point", "extended precision", "square root", "HFP extensions",
                          "HFP multiply-and-add/subtract", "HFP unnormalized extensions" } };
    static const char *const missing[] = { "DIEBR", "DIDBR", "TBEDR", "TBDR", "THDER", "THDR" };
    if (!(row->archs & ZARCH) || row->opcode >> 8 == 0xB9)
        return false;
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (!strcmp(row->mnemonic, missing[i]))
            return false;
    for (size_t i = 0; i < 8 && facilities[family][i]; i++)
        if (!strcmp(row->facility, facilities[family][i]))
            return true;
    return false;
}

static int make(uint64_t seed, unsigned count, enum family family)
{
    const struct instruction *chosen[512], *row;
    unsigned rows = 0;
    for (size_t i = 0; (row = instruction_row(i)) && rows < 512; i++)
        if (is_chosen(row, family))
            chosen[rows++] = row;
    random_state = seed * 0x9E3779B97F4A7C15u | 1;
    while (count) {
        struct fp_test t = { .length = 0 };
        row = chosen[below(rows)];
        snprintf(t.mnemonic, sizeof t.mnemonic, "%s", row->mnemonic);
        random_registers(family, &t);
        if (!random_instruction(row, family, &t))
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
        snprintf(t->ending, sizeof t->ending, "pgm %x", code);
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

/* ---- another emulator ------------------------------------------------------------------------------------ */

enum { IMAGE = 0x1000000, GUEST = 0x800, FAILED = 0xF00, LIMIT = 0x10000, TEST = 512,
       MAX_TESTS = (IMAGE - LIMIT) / TEST };

static uint8_t *read_file(const char *path, size_t room)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = calloc(1, room);
    if (!file || !bytes || !fread(bytes, 1, room, file)) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

static int make_image(const char *guest)
{
    uint8_t *image = calloc(1, IMAGE), *program = read_file(guest, 0x800);
    struct fp_test t;
    unsigned at = LIMIT;
    memcpy(image + GUEST, program, 0x800);
    put64(image + 0x1A0, 0x0000000180000000u);              /* restart */
    put64(image + 0x1A8, GUEST);
    put64(image + 0x1D0, 0x0000000180000000u);              /* program */
    put64(image + 0x1D8, get64(image + FAILED));
    for (; at < IMAGE && fp_read_test(&t); at += TEST) {
        uint8_t *p = image + at;
        memcpy(p, t.code, t.length);
        for (unsigned i = t.length; i < 6; i += 2)
            put16(p + i, 0x0700);
        put32(p + 8, t.fpc);
        for (int i = 0; i < 4; i++)
            put64(p + 16 + 8 * i, t.gr[i]);
        put64(p + 48, t.data[0]);
        put64(p + 56, t.data[1]);
        for (int i = 0; i < 16; i++)
            put64(p + 64 + 8 * i, t.fpr[i]);
    }
    put64(image + FAILED + 8, at);
    fwrite(image, 1, at, stdout);
    return 0;
}

static int print_results(const char *path)
{
    uint8_t *image = read_file(path, IMAGE);
    struct fp_test t;
    for (unsigned at = LIMIT; at < IMAGE && fp_read_test(&t); at += TEST) {
        const uint8_t *p = image + at;
        uint32_t status = get32(p + 192);
        if (status != UINT32_MAX)
            snprintf(t.ending, sizeof t.ending, "ok %u", status >> 28 & 3);
        else if ((p[199] & 0x7F) == PGM_DATA)
            snprintf(t.ending, sizeof t.ending, "data %02x", p[203]);
        else
            snprintf(t.ending, sizeof t.ending, "pgm %x", p[199]);
        t.fpc = get32(p + 204);
        for (int i = 0; i < 4; i++)
            t.gr[i] = get64(p + 208 + 8 * i);
        for (int i = 0; i < 16; i++)
            t.fpr[i] = get64(p + 256 + 8 * i);
        t.data[0] = get64(p + 48);
        t.data[1] = get64(p + 56);
        fp_print_result(&t);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const families[] = { "binary", "decimal", "hexadecimal" };
    if (argc >= 4 && !strcmp(argv[1], "make"))
        for (int i = 0; i < 3; i++)
            if (argc == 4 || !strcmp(argv[4], families[i]))
                return make(strtoull(argv[2], NULL, 10), (unsigned)atoi(argv[3]), (enum family)i);
    if (argc == 2 && !strcmp(argv[1], "run"))
        return run();
    if (argc == 3 && !strcmp(argv[1], "image"))
        return make_image(argv[2]);
    if (argc == 3 && !strcmp(argv[1], "results"))
        return print_results(argv[2]);
    fprintf(stderr, "fp make SEED COUNT [FAMILY] | run | image GUEST | results IMAGE\n");
    return 2;
}
