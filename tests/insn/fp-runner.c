/* Cases of floating-point instructions of ESA/390 and z/Architecture, a line each, in the language
 * of README.md as far as they need it:
 *
 *   ADBR 1,2 | f1=3FF0000000000000 f2=4000000000000000 -> f1=4008000000000000 cc=2
 *
 * f1=3F800000   a floating-point register, or with eight digits its left half
 * r3=8000       a general register, 64 bits; register 5 points to the storage of `m`
 * m=C1C2        bytes of storage there, up to 48
 * fpc=F8000000  the floating-point-control register
 * mask=F cc=2   program mask, condition code
 * afp=0         the additional floating-point registers are not enabled
 * pgm=6 dxc=8   expected: a program interruption, and its data-exception code (which the FPC
 *               register has, too, without being named)
 *
 * Everything that is not named behind the arrow must be as it was. Each case is run in
 * z/Architecture and, if the instruction is there, in ESA/390. A row of the instruction list that
 * belongs to floating point and has no case is a failure. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/architecture.h"
#include "cpu/engine.h"
#include "tests/insn/case.h"

enum { STORAGE = 48, CODE_AT = 0x2000, STORAGE_AT = 0x3000, AFP = 0x40000, MAX_ROWS = 2048 };

struct fp_state {
    uint64_t f[16], r[16];
    uint32_t fpc;
    uint8_t m[STORAGE], cc, mask;
    bool no_afp;
    int program, dxc;           /* 0, -1: none */
};

struct context {
    const char *file;
    int line;
    unsigned passed, failed;
    unsigned used[MAX_ROWS];
};

/* ---- reading -------------------------------------------------------------------------------------- */

static bool read_bytes(const char *text, uint8_t *to)
{
    size_t digits = strspn(text, "0123456789ABCDEFabcdef");
    if (!digits || digits % 2 || digits > 2 * STORAGE)
        return false;
    for (size_t i = 0; i < digits / 2; i++) {
        unsigned byte;
        sscanf(text + 2 * i, "%2x", &byte);
        to[i] = (uint8_t)byte;
    }
    return true;
}

static bool read_word(struct fp_state *s, const char *word)
{
    const char *equals = strchr(word, '=');
    if (!equals)
        return false;
    uint64_t v = strtoull(equals + 1, NULL, 16);
    unsigned n = (unsigned)atoi(word + 1);
    if (!strncmp(word, "fpc=", 4))
        s->fpc = (uint32_t)v;
    else if (!strncmp(word, "cc=", 3))
        s->cc = (uint8_t)v;
    else if (!strncmp(word, "mask=", 5))
        s->mask = (uint8_t)v;
    else if (!strncmp(word, "afp=", 4))
        s->no_afp = !v;
    else if (!strncmp(word, "pgm=", 4))
        s->program = (int)v;
    else if (!strncmp(word, "dxc=", 4))
        s->program = PGM_DATA, s->dxc = (int)v;
    else if (!strncmp(word, "m=", 2))
        return read_bytes(word + 2, s->m);
    else if (word[0] == 'f' && isdigit((unsigned char)word[1]) && n < 16)
        s->f[n] = strlen(equals + 1) == 8 ? v << 32 | (uint32_t)s->f[n] : v;
    else if (word[0] == 'r' && isdigit((unsigned char)word[1]) && n < 16)
        s->r[n] = v;
    else
        return false;
    return true;
}

static bool read_words(struct fp_state *s, char *text)
{
    for (char *word = strtok(text, " \t\n"); word; word = strtok(NULL, " \t\n"))
        if (!read_word(s, word)) {
            printf("not understood: %s\n", word);
            return false;
        }
    return true;
}

static void default_state(struct fp_state *s)
{
    *s = (struct fp_state){ .dxc = -1 };
    for (unsigned n = 0; n < 16; n++) {
        s->f[n] = 0xE0E0E0E0D0D0D0D0u + 0x0101010101010101u * n;
        s->r[n] = 0x1111111111111111u * n;
    }
    s->r[5] = STORAGE_AT;
    memset(s->m, 0x0A, sizeof s->m);
}

/* ---- execution ---------------------------------------------------------------------------------------- */

/* Real addresses that the two architectures assign. */
struct layout {
    enum architecture_id id;
    unsigned old_psw, old_address, old_cc, new_psw;
    int address_size;
};
static const struct layout layouts[] = {
    { ZARCH, 0x150, 0x158, 0x152, 0x1D0, 8 },
    { ESA390, 0x28, 0x2C, 0x2A, 0x68, 4 },
};
enum { PROGRAM_CODE = 0x8E, DXC = 0x93 };

static void prepare(struct cpu *cpu, const struct layout *layout, const struct fp_state *s,
                    const uint8_t *code, unsigned length)
{
    uint8_t *storage = cpu->machine->storage;
    if (cpu->machine->arch->id != layout->id)
        machine_set_architecture(cpu->machine, layout->id);
    memset(storage, 0, 0x200);
    put32(storage + layout->new_psw, layout->id == ZARCH ? 0x00020001 : 0x000A0000);   /* a wait */
    put32(storage + layout->new_psw + 4, 0x80000000);
    memcpy(storage + CODE_AT, code, length);
    put16(storage + CODE_AT + length, 0);           /* an operation exception ends it */
    storage_changed(cpu->machine, CODE_AT, length + 2);
    memcpy(storage + STORAGE_AT, s->m, STORAGE);
    memcpy(cpu->fpr, s->f, sizeof s->f);
    for (int i = 0; i < 16; i++)
        cpu->gr[i].d = s->r[i];
    cpu->fpc = s->fpc;
    cpu->cr[0] = (cpu->cr[0] & ~(uint64_t)AFP) | (s->no_afp ? 0 : AFP);
    bool z = layout->id == ZARCH;
    cpu->psw = (struct psw){ .ia = CODE_AT, .extended_control = true, .cc = s->cc,
                             .program_mask = s->mask, .amode = z ? AMODE_64 : AMODE_31 };
    cpu->address_mask = z ? UINT64_MAX : 0x7FFFFFFF;
    cpu->high_kept = z ? 0 : 0xFFFFFFFF00000000u;
    context_changed(cpu);
    atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_STOP);
    cpu->started = true;
}

static void take(struct cpu *cpu, const struct layout *layout, struct fp_state *s, unsigned length)
{
    const uint8_t *storage = cpu->machine->storage;
    *s = (struct fp_state){ .dxc = -1 };
    memcpy(s->f, cpu->fpr, sizeof s->f);
    for (int i = 0; i < 16; i++)
        s->r[i] = cpu->gr[i].d;
    s->fpc = cpu->fpc;
    memcpy(s->m, storage + STORAGE_AT, STORAGE);
    s->program = get16(storage + PROGRAM_CODE);
    uint64_t address = layout->address_size == 8 ? get64(storage + layout->old_address)
                                                 : get32(storage + layout->old_address) & 0x7FFFFFFF;
    if (s->program == PGM_OPERATION && address == CODE_AT + length + 2u)
        s->program = 0;
    if (s->program == PGM_DATA)
        s->dxc = storage[DXC];
    s->cc = storage[layout->old_cc] >> 4 & 3;
    s->mask = storage[layout->old_cc] & 15;
}

/* ---- comparison ------------------------------------------------------------------------------------------ */

static bool same(const char *text, const char *where, const struct fp_state *is, const struct fp_state *want)
{
    char difference[2000] = "";
    size_t n = 0;
#define DIFFER(...) n += (size_t)snprintf(difference + n, sizeof difference - n, __VA_ARGS__)
    for (int i = 0; i < 16; i++) {
        if (is->f[i] != want->f[i])
            DIFFER("    f%d is %016" PRIX64 ", not %016" PRIX64 "\n", i, is->f[i], want->f[i]);
        if (is->r[i] != want->r[i])
            DIFFER("    r%d is %016" PRIX64 ", not %016" PRIX64 "\n", i, is->r[i], want->r[i]);
    }
    if (is->fpc != want->fpc)
        DIFFER("    fpc is %08" PRIX32 ", not %08" PRIX32 "\n", is->fpc, want->fpc);
    for (int i = 0; i < STORAGE; i++)
        if (is->m[i] != want->m[i])
            DIFFER("    m[%d] is %02X, not %02X\n", i, is->m[i], want->m[i]);
    if (is->cc != want->cc || is->mask != want->mask)
        DIFFER("    cc is %d, not %d\n", is->cc, want->cc);
    if (is->program != want->program || is->dxc != want->dxc)
        DIFFER("    pgm is %d dxc %d, not %d dxc %d\n", is->program, is->dxc, want->program, want->dxc);
    if (n)
        printf("%s (%s)\n%s", text, where, difference);
    return !n;
}

static void count(struct context *c, bool holds)
{
    c->passed += holds;
    c->failed += !holds;
}

static void run_case(struct context *c, struct cpu *cpu, const char *text)
{
    char copy[1000], message[MAX_MESSAGE];
    snprintf(copy, sizeof copy, "%s", text);
    char *given = strchr(copy, '|'), *expected = strstr(copy, "->");
    uint8_t code[MAX_CODE];
    unsigned last;
    struct fp_state before, wanted, after;
    default_state(&before);
    if (given && expected) {
        *given = 0;
        expected[0] = 0;
        int length = assemble(copy, code, &last, NULL, message);
        const struct instruction *row = instruction_find(code, ZARCH);
        if (length > 0 && row && read_words(&before, given + 1)) {
            wanted = before;
            if (read_words(&wanted, expected + 2)) {
                if (wanted.dxc >= 0 && !wanted.no_afp)
                    wanted.fpc = (wanted.fpc & ~0xFF00u) | (uint32_t)wanted.dxc << 8;
                c->used[row - instruction_row(0)]++;
                for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
                    if (!(row->archs & layouts[i].id))
                        continue;
                    prepare(cpu, &layouts[i], &before, code, (unsigned)length);
                    engine_run(cpu, 10);
                    take(cpu, &layouts[i], &after, (unsigned)length);
                    after.no_afp = wanted.no_afp;
                    count(c, same(text, layouts[i].id == ZARCH ? "z/Architecture" : "ESA/390",
                                  &after, &wanted));
                }
                return;
            }
        }
    }
    printf("%s:%d: this is no case: %s\n", c->file, c->line, text);
    count(c, false);
}

static void run_file(struct context *c, struct cpu *cpu, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[1000];
    c->file = path;
    c->line = 0;
    if (!file) {
        printf("%s: cannot be read\n", path);
        count(c, false);
        return;
    }
    while (fgets(line, sizeof line, file)) {
        c->line++;
        line[strcspn(line, "\n")] = 0;
        if (line[0] && line[0] != '#')
            run_case(c, cpu, line);
    }
    fclose(file);
}

/* The facilities whose instructions must all have cases. */
static bool is_ours(const struct instruction *row)
{
    static const char *const facilities[] = {
        "binary floating point", "decimal floating point", "floating-point extension",
        "floating-point-support", "IEEE-exception simulation", "HFP extensions", "square root",
        "HFP multiply-and-add/subtract", "HFP unnormalized extensions", "PFPO",
        "decimal-floating-point zoned conversion" };
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++)
        if (!strcmp(row->facility, facilities[i]))
            return true;
    return false;
}

static void check_coverage(struct context *c)
{
    const struct instruction *row;
    for (size_t i = 0; (row = instruction_row(i)); i++)
        if (is_ours(row) && !c->used[i]) {
            printf("%s has no case\n", row->mnemonic);
            count(c, false);
        }
}

int main(int argc, char **argv)
{
    struct machine_options options = { .architecture = ZARCH, .mainsize = 0x100000, .numcpu = 1,
                                       .virtual_time = true };
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    struct context *c = calloc(1, sizeof *c);
    if (!machine || !c)
        return 1;
    for (int i = 1; i < argc; i++)
        run_file(c, machine->cpus[0], argv[i]);
    check_coverage(c);
    printf("%u passed, %u failed\n", c->passed, c->failed);
    bool failed = c->failed;
    free(c);
    machine_free(machine);
    messages_free(messages);
    return failed;
}
