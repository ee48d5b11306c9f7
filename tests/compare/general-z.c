/* Random general instructions of z/Architecture, here and under qemu-s390x, which runs
 * problem-state programs. scripts/compare-qemu drives it:
 *
 *   general-z make SEED COUNT [MNEMONIC...] > TESTS   random instructions and operands
 *   general-z run < TESTS > RESULTS                   what our processor makes of them
 *
 * general-z-peer.c is the program for the other side; general-z.h tells the lines. Register 12
 * points into storage, 11 to where a branch leads. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/bytes.h"
#include "cpu/control.h"
#include "cpu/engine.h"
#include "tests/compare/general-z.h"
#include "tests/unit/random.h"

static uint64_t random_state;
static uint64_t random64(void)
{
    return next_random(&random_state) * 0x2545F4914F6CDD1Du;
}
static unsigned below(unsigned limit) { return (unsigned)((random64() >> 20) % limit); }

/* ---- operands ------------------------------------------------------------------------ */

static uint64_t random_value(void)
{
    static const uint64_t special[] = { 0, 1, ~0ull, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
                                        0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000,
                                        0xFFFFFFFF80000000, 0xFFFFFFFF00000000 };
    switch (below(6)) {
    case 0: return special[below(sizeof special / sizeof *special)];
    case 1: return below(300);
    case 2: return -(uint64_t)below(300);
    case 3: return random64() >> below(64);
    case 4: return special[below(sizeof special / sizeof *special)] + below(5) - 2;
    default: return random64();
    }
}

static uint64_t random_address(void) { return DATA_AT + 512 + below(2048); }

/* Pairs of address and length, for what has its operands there. */
static void string_registers(struct general_test *t)
{
    for (int i = 2; i < 10; i += 2) {
        t->gr[i] = random_address() & (below(2) ? ~1ull : ~0ull);
        t->gr[i + 1] = below(4) ? below(40) * 2 : below(80);
        if (!below(3))
            t->gr[i + 1] = t->gr[3];
    }
    t->gr[0] = below(3) ? below(256) : below(10);
    t->gr[1] = random_address() & ~7ull;
}

static bool has_strings(const char *name)
{
    static const char *const names[] = {
        "MVCLE", "CLCLE", "MVCLU", "CLCLU", "MVCL", "CLCL", "MVST", "CLST", "SRST", "SRSTU", "CUSE", "CKSM",
        "TRE", "TROO", "TROT", "TRTO", "TRTT", "TRTE", "TRTRE", "CU12", "CU14", "CU21", "CU24",
        "CU41", "CU42", "PLO", "CSST", "UPT", "CFC" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

static void random_registers(struct general_test *t)
{
    for (int i = 0; i < REGISTERS; i++)
        t->gr[i] = random_value();
    if (below(4) == 0)
        t->gr[1 + below(10)] = t->gr[1 + below(10)];
    if (has_strings(t->mnemonic))
        string_registers(t);
    t->gr[11] = CODE_AT + TARGET;
    t->gr[12] = DATA_AT + 1024 + (below(3) ? 0 : below(64));
    t->gr[13] = 0;
    t->cc = below(4);
    t->seed = random64() | 1;
}

/* ---- instructions ----------------------------------------------------------------------- */

static uint8_t reg(void) { return (uint8_t)below(11); }
static uint8_t two(unsigned high, unsigned low) { return (uint8_t)(high << 4 | (low & 15)); }

/* Base 12, aligned mostly. */
static void put_base(uint8_t *field, unsigned most)
{
    unsigned d = below(most);
    if (below(4))
        d &= ~15u;
    put16(field, (uint16_t)(12u << 12 | d));
}

static void put_long_base(uint8_t *field)
{
    put_base(field, 1024);
    if (!below(4))
        field[2] = 0;
}

static bool random_instruction(const struct instruction *row, struct general_test *t)
{
    uint8_t *c = t->code;
    bool wide = row->opcode > 0xFF;
    uint8_t first = (uint8_t)(wide ? row->opcode >> 8 : row->opcode), second = (uint8_t)row->opcode;
    bool branch = row->flags & BRANCH;
    memset(c, 0, 6);
    c[0] = first;
    if (wide)
        c[1] = second;
    switch ((enum instruction_format)row->format) {
    case FORMAT_RR:
        c[1] = two(reg(), branch ? 11 : reg());
        break;
    case FORMAT_RRE:
        c[3] = two(reg(), branch ? 11 : reg());
        break;
    case FORMAT_RRF:
        c[2] = two(reg(), 0);
        c[3] = two(reg(), reg());
        break;
    case FORMAT_RX:
        c[1] = two(reg(), 0);
        put_base(c + 2, 256);
        if (branch)
            put16(c + 2, 0xB000);
        break;
    case FORMAT_RXY:
        c[1] = two(reg(), 0);
        put_long_base(c + 2);
        if (branch)
            put16(c + 2, 0xB000);
        c[5] = second;
        break;
    case FORMAT_RS: case FORMAT_RS_SHIFT:
        c[1] = two(reg(), row->format == FORMAT_RS ? reg() : 0);
        put_base(c + 2, 256);
        if (branch)
            put16(c + 2, 0xB000);
        if (row->format == FORMAT_RS_SHIFT)
            put16(c + 2, (uint16_t)below(70));
        break;
    case FORMAT_RSY: case FORMAT_RSY_SHIFT:
        c[1] = two(reg(), reg());
        put_long_base(c + 2);
        if (branch)
            put16(c + 2, 0xB000);
        if (row->mnemonic[0] == 'S' && (row->mnemonic[1] == 'L' || row->mnemonic[1] == 'R'))
            put16(c + 2, (uint16_t)below(70));
        if (!strncmp(row->mnemonic, "RLL", 3))
            put16(c + 2, (uint16_t)below(70));
        c[5] = second;
        break;
    case FORMAT_RSL:
        c[1] = two(below(16), 0);
        put_base(c + 2, 256);
        c[5] = second;
        break;
    case FORMAT_SI:
        c[1] = (uint8_t)below(256);
        put_base(c + 2, 256);
        break;
    case FORMAT_SIY:
        c[1] = (uint8_t)below(256);
        put_long_base(c + 2);
        c[5] = second;
        break;
    case FORMAT_SIL:
        put_base(c + 2, 256);
        put16(c + 4, (uint16_t)random_value());
        break;
    case FORMAT_RI:
        c[1] = two(reg(), second);
        put16(c + 2, (uint16_t)random_value());
        break;
    case FORMAT_RIL:
        c[1] = two(reg(), second);
        put32(c + 2, (uint32_t)random_value());
        break;
    case FORMAT_RI_BRANCH:
        c[1] = two(reg(), second);
        put16(c + 2, TARGET / 2);
        break;
    case FORMAT_RIL_BRANCH:
        c[1] = two(reg(), second);
        put32(c + 2, branch ? TARGET / 2
                            : (uint32_t)((DATA_AT - CODE_AT + 512 + (int)below(256) * (below(3) ? 8 : 2)) / 2));
        break;
    case FORMAT_RSI:
        c[1] = two(reg(), reg());
        put16(c + 2, TARGET / 2);
        break;
    case FORMAT_RIE_R: case FORMAT_RIE_RRM:
        c[1] = two(reg(), reg());
        put16(c + 2, TARGET / 2);
        c[4] = row->format == FORMAT_RIE_RRM ? two(below(8) * 2, 0) : 0;
        c[5] = second;
        break;
    case FORMAT_RIE_RIM:
        c[1] = two(reg(), below(8) * 2);
        put16(c + 2, TARGET / 2);
        c[4] = (uint8_t)random_value();
        c[5] = second;
        break;
    case FORMAT_RIE_RRI:
        c[1] = two(reg(), reg());
        put16(c + 2, (uint16_t)random_value());
        c[5] = second;
        break;
    case FORMAT_RIE_TRAP:
        c[1] = two(reg(), 0);
        put16(c + 2, (uint16_t)random_value());
        c[4] = two(below(8) * 2, 0);
        c[5] = second;
        break;
    case FORMAT_RIE_ROTATE:
        c[1] = two(reg(), reg());
        c[2] = (uint8_t)(below(64) | (below(2) && strncmp(row->mnemonic, "RIS", 3) ? 0x80 : 0));
        c[3] = (uint8_t)(below(64) | (below(2) && !strncmp(row->mnemonic, "RIS", 3) ? 0x80 : 0));
        if (strstr(row->mnemonic, "HG") || strstr(row->mnemonic, "LG"))
            c[2] &= 0x9F, c[3] &= 0x9F;
        c[4] = (uint8_t)below(64);
        c[5] = second;
        break;
    case FORMAT_RRS:
        c[1] = two(reg(), reg());
        put16(c + 2, 0xB000);
        c[4] = two(below(8) * 2, 0);
        c[5] = second;
        break;
    case FORMAT_RIS:
        c[1] = two(reg(), below(8) * 2);
        put16(c + 2, 0xB000);
        c[4] = (uint8_t)random_value();
        c[5] = second;
        break;
    case FORMAT_SSF:
        c[1] = two(reg(), second);
        put_base(c + 2, 256);
        put_base(c + 4, 256);
        break;
    case FORMAT_SS_L: case FORMAT_SS_L2: case FORMAT_SS_RRBB: case FORMAT_SS_LL:
        c[1] = (uint8_t)(below(3) ? below(32) : below(256));
        put_base(c + 2, 256);
        put_base(c + 4, 256);
        break;
    default:
        return false;
    }
    if (has_strings(row->mnemonic) && row->format != FORMAT_SSF && row->format != FORMAT_SS_RRBB)
        c[first < 0x20 || first == 0xA8 || first == 0xA9 || first == 0xEB ? 1 : 3] =
            two(2 + 2 * below(4), 2 + 2 * below(4));
    /* What is behind register 13 is the peer's. */
    bool range = !strncmp(row->mnemonic, "LM", 2) || !strncmp(row->mnemonic, "STM", 3);
    if (range && c[1] >> 4 > (c[1] & 15))
        c[1] = (uint8_t)(c[1] << 4 | c[1] >> 4);
    if (range && (c[1] & 15) > 12)
        c[1] &= 0xFB;
    t->length = (unsigned)instruction_length(first);
    return true;
}

/* Problem state, general, and what both sides can have: no access registers, since Linux
 * keeps something there; no clock; no change of the addressing mode. */
static bool is_chosen(const struct instruction *row)
{
    static const char *const others[] = {
        "SVC", "MC", "SPM", "EX", "EXRL", "STCK", "STCKE", "STCKF", "LAM", "STAM", "LAMY", "STAMY",
        "CPYA", "SAR", "EAR", "LAE", "LAEY", "BSM", "BASSM", "SAM24", "SAM31", "SAM64", "EPSW",
        "CMPSC", "UPT", "CFC", "PLO", "LFAS", "STFLE", "ECTG", "ECAG", "MVCOS", "STFPC", "LFPC",
        "MVCSK", "MVCDK", "MVCK", "MVCP", "MVCS", "IVSK", "IAC", "EPAR", "ESAR", "IPK", "SPKA", "PPA",
        "BPP", "BPRP", "NIAI", "PC", "PT", "PR", "SAC", "SSAR", "PTI", "SSAIR", "BSG", "BSA", "TAM" };
    static const char *const facilities[] = { "floating", "precision", "decimal", "dual", "cipher",
                                              "message", "IEEE" };
    if (!(row->archs & ZARCH) || (row->flags & PRIVILEGED) || !row->facility)
        return false;
    if (row->opcode < 0x100 && (row->opcode >> 4 == 2 || row->opcode >> 4 == 3 ||
                                row->opcode >> 4 == 6 || row->opcode >= 0xF8 ||
                                row->opcode == 0xF0 || row->opcode >> 1 == 0x70 / 2))
        return false;
    if (row->opcode >> 8 == 0xB3 || row->opcode >> 8 == 0xED ||
        row->opcode == 0xB244 || row->opcode == 0xB245)
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i], row->mnemonic))
            return false;
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++)
        if (strstr(row->facility, facilities[i]))
            return false;
    return true;
}

static bool named(const char *mnemonic, char **names)
{
    if (!*names)
        return true;
    for (; *names; names++)
        if (!strcasecmp(mnemonic, *names))
            return true;
    return false;
}

static int make(uint64_t seed, unsigned count, char **names)
{
    const struct instruction *chosen[1024], *row;
    unsigned rows = 0;
    for (size_t i = 0; (row = instruction_row(i)) && rows < 1024; i++)
        if (is_chosen(row) && named(row->mnemonic, names))
            chosen[rows++] = row;
    random_state = seed * 0x9E3779B97F4A7C15u | 1;
    while (count && rows) {
        struct general_test t = { .length = 0 };
        row = chosen[below(rows)];
        snprintf(t.mnemonic, sizeof t.mnemonic, "%s", row->mnemonic);
        random_registers(&t);
        if (!random_instruction(row, &t))
            continue;
        print_test(&t);
        count--;
    }
    return 0;
}

/* ---- execution --------------------------------------------------------------------------------------- */

/* LHI 13,n and no instruction: the operation exception ends it. */
static void put_end(uint8_t *at, uint8_t n)
{
    const uint8_t code[] = { 0xA7, 0xD8, 0x00, n, 0x00, 0x00 };
    memcpy(at, code, sizeof code);
}

static void execute(struct cpu *cpu, struct general_test *t)
{
    enum { PROGRAM_CODE = 0x8E, OLD_PSW = 0x150, NEW_PSW = 0x1D0 };
    struct machine *machine = cpu->machine;
    uint8_t *storage = machine->storage, *code = storage + CODE_AT;
    memset(code, 0, 64);
    memcpy(code, t->code, t->length);
    put_end(code + t->length, 1);
    put_end(code + TARGET, 2);
    storage_changed(machine, CODE_AT, 64);
    fill_data(storage + DATA_AT, t->seed);
    for (int i = 0; i < REGISTERS; i++)
        cpu->gr[i].d = t->gr[i];
    cpu->psw = (struct psw){ .ia = CODE_AT, .extended_control = true, .cc = (uint8_t)t->cc,
                             .amode = AMODE_64 };
    set_amode(cpu, AMODE_64);
    static const uint8_t disabled_wait[16] = { 0, 2, 0, 1, 0x80 };
    memcpy(storage + NEW_PSW, disabled_wait, sizeof disabled_wait);
    context_changed(cpu);
    atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_STOP);
    cpu->started = true;
    engine_run(cpu, 1000);
    unsigned end = get16(storage + PROGRAM_CODE);
    struct psw old = { 0 };
    psw_load(cpu->arch, &old, storage + OLD_PSW);
    if (end == PGM_OPERATION && cpu->gr[13].d)
        snprintf(t->ending, sizeof t->ending, "ok%u", old.cc);
    else
        snprintf(t->ending, sizeof t->ending, "%s",
                 end == PGM_DATA || end == PGM_FIXED_DIVIDE ? "fpe"
                 : end == PGM_ADDRESSING || end == PGM_PROTECTION ? "segv" : "ill");
    for (int i = 0; i < REGISTERS; i++)
        t->gr[i] = cpu->gr[i].d;
}

static int run(void)
{
    struct messages *messages = messages_new();
    struct machine_options options = { .architecture = ZARCH, .mainsize = 64 << 20, .numcpu = 1,
                                       .virtual_time = true };
    struct machine *machine = machine_new(&options, messages);
    machine_set_architecture(machine, ZARCH);
    struct general_test t;
    while (read_test(&t)) {
        execute(machine->cpus[0], &t);
        print_result(&t, machine->storage + DATA_AT);
    }
    machine_free(machine);
    messages_free(messages);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && !strcmp(argv[1], "make"))
        return make(strtoull(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10), argv + 4);
    if (argc == 2 && !strcmp(argv[1], "run"))
        return run();
    fprintf(stderr, "usage: general-z make SEED COUNT [MNEMONIC...] | run\n");
    return 2;
}
