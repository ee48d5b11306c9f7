/* Programs made of noise: every instruction of the list in the supervisor state of each
 * architecture, with registers, control registers, tables and new PSWs to match. Nothing
 * crashes, hangs or reads beside storage (the sanitizers see to that), and a program does the
 * same in blocks as one instruction at a time. Seeded: the same run every time.
 *
 *     tests/channel/wild [PROGRAMS [FIRST]]
 *
 * WILD=yes says which one is run. */
#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "core/bytes.h"
#include "cpu/architecture.h"
#include "cpu/engine.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

enum { SIZE = 1 << 20, CODE = 0x2000, CODE_SIZE = 0x1000, TABLES = 0x8000, TABLES_SIZE = 0x8000,
       INSTRUCTIONS = 3000 };

struct noise { uint64_t state; };

static uint32_t draw(struct noise *noise)
{
    return (uint32_t)(next_random(&noise->state) >> 16);
}
static uint32_t below(struct noise *noise, uint32_t limit) { return draw(noise) % limit; }
static uint64_t draw64(struct noise *noise) { return (uint64_t)draw(noise) << 32 | draw(noise); }

/* ---- values ---------------------------------------------------------------------------- */

/* Small numbers, addresses in and about storage, and anything. */
static uint64_t value(struct noise *noise)
{
    switch (below(noise, 8)) {
    case 0: return below(noise, 300);
    case 1: return draw64(noise);
    case 2: return SIZE - below(noise, 64);
    case 3: return TABLES + (below(noise, TABLES_SIZE) & ~0xFFFu);
    case 4: return CODE + below(noise, CODE_SIZE);
    default: return below(noise, 0x10000);
    }
}

/* The bytes of an instruction of the list: where its opcode stands depends on its format. */
static bool has_row(const uint8_t bytes[6], enum architecture_id arch, const struct instruction *row)
{
    return instruction_find(bytes, arch) == row;
}

static bool put_instruction(struct noise *noise, const struct instruction *row,
                            enum architecture_id arch, uint8_t bytes[6])
{
    for (int i = 0; i < 6; i++)
        bytes[i] = (uint8_t)draw(noise);
    if (below(noise, 4))
        bytes[4] &= 0x0F;                       /* displacements that stay near */
    if (row->opcode < 0x100) {
        bytes[0] = (uint8_t)row->opcode;
        return has_row(bytes, arch, row);
    }
    uint8_t drawn = bytes[1], last = bytes[5], second = (uint8_t)row->opcode;
    bytes[0] = (uint8_t)(row->opcode >> 8);
    bytes[1] = second;
    if (has_row(bytes, arch, row))
        return true;
    bytes[1] = drawn;
    bytes[5] = second;
    if (has_row(bytes, arch, row))
        return true;
    bytes[5] = last;
    bytes[1] = (drawn & 0xF0) | (second & 0x0F);
    return has_row(bytes, arch, row);
}

static unsigned rows_in_all(void)
{
    unsigned n = 0;
    while (instruction_row(n))
        n++;
    return n;
}

/* The service processor and DIAGNOSE belong to the console. */
static void fill_code(struct noise *noise, struct machine *machine, uint8_t *at, unsigned size)
{
    unsigned rows = rows_in_all();
    uint8_t bytes[6];
    for (unsigned used = 0; used + 6 <= size;) {
        const struct instruction *row = instruction_row(below(noise, rows));
        if (!(row->archs & machine->options.architecture) || strcmp(row->mnemonic, "SERVC") == 0 ||
            !put_instruction(noise, row, machine->options.architecture, bytes))
            continue;
        int length = instruction_length(bytes[0]);
        memcpy(at + used, bytes, (size_t)length);
        used += (unsigned)length;
    }
}

/* ---- a machine in some state --------------------------------------------------------------- */

static uint64_t code_address(struct noise *noise) { return CODE + (below(noise, CODE_SIZE) & ~1u); }

/* PSWs that mostly can be: another each time an interruption comes. */
static void put_psw(struct noise *noise, enum architecture_id arch, uint8_t *at)
{
    uint8_t dat = below(noise, 4) ? 0 : 4, key = below(noise, 3) ? 0 : (uint8_t)(draw(noise) & 0xF0);
    uint8_t state = (below(noise, 4) ? 0 : 1) | (below(noise, 6) ? 0 : 4);
    memset(at, 0, arch == ZARCH ? 16 : 8);
    at[0] = dat | (below(noise, 4) ? 0 : 0x40);
    at[1] = key | state | 8;
    at[2] = (uint8_t)(draw(noise) & (dat ? 0xF0 : 0x30));
    if (arch == ZARCH) {
        at[1] &= 0xF7;
        unsigned mode = below(noise, 3);        /* 64, 31, 24 bits */
        at[3] = mode == 0;
        at[4] = mode < 2 ? 0x80 : 0;
        put64(at + 8, code_address(noise));
        return;
    }
    if (arch == S370 && below(noise, 2))
        at[0] = at[1] = at[2] = 0;              /* BC mode */
    put32(at + 4, (uint32_t)code_address(noise) | (arch == ESA390 && below(noise, 2) ? 0x80000000 : 0));
}

static void put_new_psws(struct noise *noise, enum architecture_id arch, uint8_t *storage)
{
    if (arch == ZARCH)
        for (unsigned at = 0x1A0; at < 0x200; at += 16)
            put_psw(noise, arch, storage + at);
    else
        for (unsigned at = 0x58; at < 0x80; at += 8)
            put_psw(noise, arch, storage + at);
}

/* Words that can be entries of tables: pointers to other tables, valid at times. */
static void fill_tables(struct noise *noise, enum architecture_id arch, uint8_t *storage)
{
    for (unsigned at = TABLES; at < TABLES + TABLES_SIZE; at += 8) {
        uint64_t entry = TABLES + (below(noise, TABLES_SIZE) & ~0x3Fu);
        if (arch == ZARCH)
            put64(storage + at, entry | (draw(noise) & 0x1F) | (below(noise, 8) ? 0 : draw64(noise)));
        else if (below(noise, 4))
            put64(storage + at, entry << 32 | (TABLES + (below(noise, TABLES_SIZE) & ~0x3Fu)));
        else
            put64(storage + at, draw64(noise));
    }
}

static void set_registers(struct noise *noise, struct cpu *cpu, enum architecture_id arch)
{
    for (int r = 0; r < 16; r++) {
        cpu->gr[r].d = value(noise);
        cpu->ar[r] = below(noise, 4) ? below(noise, 3) : draw(noise);
        cpu->fpr[r] = draw64(noise);
    }
    for (int i = 0; i < 16; i++)
        if (below(noise, 3))
            cpu->cr[i] = value(noise) | (draw(noise) & 0x1F);
    cpu->cr[0] = (cpu->cr[0] & 0x07000000) | (draw(noise) & 0x10BF0000);
    if (arch == S370)
        cpu->cr[0] = (cpu->cr[0] & ~(uint64_t)0x00F80000) | 0x00800000 | (draw(noise) & 0x00180000);
    if (below(noise, 4))
        cpu->cr[9] = 0;
    if (arch != ZARCH)
        for (int i = 0; i < 16; i++)
            cpu->cr[i] &= 0xFFFFFFFF;
}

/* No timer is to interrupt: when it would is a matter of turns, not of instructions. */
static void make(struct machine *machine, uint64_t seed)
{
    struct noise noise = { seed * 0x9E3779B97F4A7C15u + 1 };
    struct cpu *cpu = machine->cpus[0];
    enum architecture_id arch = machine->options.architecture;
    if (arch != S370)
        machine_set_architecture(machine, arch);
    machine->clock.virtual_ns = 0;
    cpu->last_tod = 0;
    cpu_initial_reset(cpu);
    memset(machine->storage, 0, SIZE);
    memset(machine->keys, 0, SIZE >> BLOCK_SHIFT);
    fill_code(&noise, machine, machine->storage + CODE, CODE_SIZE);
    fill_tables(&noise, arch, machine->storage);
    put_new_psws(&noise, arch, machine->storage);
    for (unsigned at = 0x4000; at < 0x6000; at += 8)
        put64(machine->storage + at, draw64(&noise));
    storage_changed(machine, 0, SIZE);
    set_registers(&noise, cpu, arch);
    cpu->clock_comparator = UINT64_MAX;
    uint8_t psw[16];
    put_psw(&noise, arch, psw);
    psw_load(machine->arch, &cpu->psw, psw);
    cpu->psw.ia = code_address(&noise);
    context_changed(cpu);
}

static uint64_t run(struct machine *machine, uint64_t seed)
{
    struct cpu *cpu = machine->cpus[0];
    make(machine, seed);
    uint64_t before = cpu_instructions(cpu);
    cpu_start(cpu);
    machine_run(machine, NULL, NULL, INSTRUCTIONS * CLOCK_NS_PER_INSTRUCTION);
    cpu_stop(cpu);
    return cpu_instructions(cpu) - before;
}

static struct machine *machine_of(enum architecture_id arch, bool slow, struct messages *messages)
{
    struct machine_options options = { .architecture = arch, .mainsize = SIZE, .numcpu = 1,
        .virtual_time = true, .extended_facility = true, .ecps_level = arch == S370 ? 20 : 0 };
    struct machine *machine = machine_new(&options, messages);
    atomic_store(&machine->observer.watching, slow);
    return machine;
}

/* Both runs ended by themselves or in the same place: all of storage is to be the same. In
 * blocks a run that is cut off goes a few instructions further. */
static void compare(const struct machine *fast, const struct machine *slow, uint64_t seed,
                    uint64_t n, uint64_t m)
{
    if (n != m && n >= INSTRUCTIONS && m >= INSTRUCTIONS)
        return;
    unsigned at = 0;
    while (at < SIZE - 1 && fast->storage[at] == slow->storage[at])
        at++;
    const struct psw *a = &fast->cpus[0]->psw, *b = &slow->cpus[0]->psw;
    check(n == m && a->ia == b->ia && fast->storage[at] == slow->storage[at],
          "%s, program %llu: %llu instructions in blocks, %llu one by one; PSW at %llX and %llX; "
          "storage at %X is %02X and %02X", fast->arch->name, (unsigned long long)seed,
          (unsigned long long)n, (unsigned long long)m, (unsigned long long)a->ia,
          (unsigned long long)b->ia, at, fast->storage[at], slow->storage[at]);
}

int main(int argc, char *argv[])
{
    uint64_t programs = argc > 1 ? strtoull(argv[1], NULL, 0) : 300;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    static const enum architecture_id archs[] = { S370, ESA390, ZARCH };
    struct messages *messages = messages_new();
    for (int i = 0; i < 3; i++) {
        struct machine *fast = machine_of(archs[i], false, messages);
        struct machine *slow = machine_of(archs[i], true, messages);
        struct channels *channels[] = { channels_new(fast), channels_new(slow) };
        uint64_t executed = 0;
        for (uint64_t seed = first; seed < first + programs; seed++) {
            if (getenv("WILD"))
                fprintf(stderr, "%s %llu\n", fast->arch->name, (unsigned long long)seed);
            uint64_t n = run(fast, seed), m = run(slow, seed);
            executed += n;
            compare(fast, slow, seed, n, m);
        }
        check(executed > 20 * programs, "%s: only %llu instructions", fast->arch->name,
              (unsigned long long)executed);
        channels_free(channels[0]);
        channels_free(channels[1]);
        machine_free(fast);
        machine_free(slow);
    }
    messages_free(messages);
    return checks_done();
}
