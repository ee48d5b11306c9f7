/* The engine against itself: random programs that branch about, execute and overwrite
 * their own instructions must do the same whether they run in blocks, in blocks met a
 * second time, or one instruction at a time. The slow mode decodes every instruction
 * from storage as it is reached, so it is the judge of the fast one. */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

enum { CODE = 0x1000, CODE_SIZE = 0x1200, DATA = 0x4000, SIZE = 1 << 20, LIMIT = 4000 };

struct random {
    uint64_t state;
};

static uint32_t next(struct random *random)
{
    return (uint32_t)(next_random(&random->state) >> 16);
}

static uint32_t below(struct random *random, uint32_t n)
{
    return next(random) % n;
}

/* Register 12 points to the code, 11 to data, 13 into the middle of the code. */
static unsigned generate(struct random *random, uint8_t *at)
{
    static const uint8_t rr[] = { 0x12, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1E };
    static const uint8_t rx[] = { 0x41, 0x43, 0x48, 0x49, 0x4A, 0x54, 0x55, 0x58, 0x59, 0x5A,
                                  0x5B, 0x5E, 0x50, 0x40, 0x42, 0x50, 0x40, 0x42 };
    static const uint8_t si[] = { 0x91, 0x92, 0x94, 0x95, 0x96, 0x97, 0x92 };
    static const uint8_t ss[] = { 0xD2, 0xD5, 0xD7, 0xD1, 0xDC, 0xD2 };
    static const uint8_t bases[] = { 11, 11, 11, 12, 13 };
    uint8_t base = bases[below(random, sizeof bases)];
    uint32_t displacement = below(random, 0x7F0);
    uint8_t r = (uint8_t)below(random, 11);
    switch (below(random, 12)) {
    case 0: case 1: case 2:
        at[0] = rr[below(random, sizeof rr)];
        at[1] = (uint8_t)(r << 4 | below(random, 14));
        return 2;
    case 3: case 4: case 5:
        at[0] = rx[below(random, sizeof rx)];
        at[1] = (uint8_t)(r << 4);
        put16(at + 2, (uint16_t)(base << 12 | displacement));
        return 4;
    case 6: case 7:
        at[0] = si[below(random, sizeof si)];
        at[1] = (uint8_t)next(random);
        put16(at + 2, (uint16_t)(base << 12 | displacement));
        return 4;
    case 8:
        at[0] = ss[below(random, sizeof ss)];
        at[1] = (uint8_t)below(random, 12);
        put16(at + 2, (uint16_t)(base << 12 | displacement));
        put16(at + 4, (uint16_t)(11 << 12 | below(random, 0xF00)));
        return 6;
    case 9:   /* EX of something in the code */
        at[0] = 0x44;
        at[1] = (uint8_t)(r << 4);
        put16(at + 2, (uint16_t)(12 << 12 | (displacement & ~1u)));
        return 4;
    case 10:  /* BC within the first half, BCT at times */
        at[0] = below(random, 4) ? 0x47 : 0x46;
        at[1] = (uint8_t)(below(random, 16) << 4);
        put16(at + 2, (uint16_t)((below(random, 2) ? 12 : 13) << 12 | (displacement & ~1u)));
        return 4;
    default:  /* BAL */
        at[0] = 0x45;
        at[1] = (uint8_t)(r << 4);
        put16(at + 2, (uint16_t)(12 << 12 | (displacement & ~1u)));
        return 4;
    }
}

static void fill(struct machine *machine, uint64_t seed)
{
    struct random random = { seed * 0x9E3779B97F4A7C15u + 1 };
    uint8_t *storage = machine->storage;
    struct cpu *cpu = machine->cpus[0];
    machine->clock.virtual_ns = 0;              /* STCK must answer the same */
    cpu->last_tod = 0;
    cpu_initial_reset(cpu);
    memset(storage, 0, 0x10000);
    for (unsigned at = CODE; at < CODE + CODE_SIZE - 8;)
        at += generate(&random, storage + at);
    for (unsigned i = 0; i < 0x1000; i++)
        storage[DATA + i] = (uint8_t)next(&random);
    put32(storage + 0x68, 0x00020000);          /* program new PSW: disabled wait */
    put32(storage + 0x6C, 0x00000BAD);
    storage_changed(machine, 0, 0x10000);
    for (int r = 0; r < 11; r++)
        cpu->gr[r].w = next(&random) & 15;
    cpu->gr[11].w = DATA;
    cpu->gr[12].w = CODE;
    cpu->gr[13].w = CODE + CODE_SIZE / 2;
    cpu->gr[14].w = CODE + 0x100;
    cpu->gr[15].w = CODE + 0x200;
    cpu->psw = (struct psw){ .ia = CODE };
}

/* Run a program; true if it came to its end, a program interruption. */
static bool run(struct machine *machine, uint64_t seed, uint64_t *executed)
{
    struct cpu *cpu = machine->cpus[0];
    uint64_t before = cpu_instructions(cpu);
    fill(machine, seed);
    cpu_start(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + LIMIT * CLOCK_NS_PER_INSTRUCTION);
    *executed = cpu_instructions(cpu) - before;
    bool ended = !cpu->started;
    cpu_stop(cpu);
    return ended;
}

static struct machine *make(struct messages *messages, bool slow)
{
    struct machine_options options = { .mainsize = SIZE, .numcpu = 1, .virtual_time = true,
                                       .extended_facility = true };
    struct machine *machine = machine_new(&options, messages);
    atomic_store(&machine->observer.watching, slow);
    return machine;
}

static void compare(const struct machine *a, const struct machine *b, uint64_t seed,
                    const char *which)
{
    const struct cpu *x = a->cpus[0], *y = b->cpus[0];
    for (int r = 0; r < 16; r++)
        check(x->gr[r].w == y->gr[r].w, "program %d, %s: register %d is %08X, should be %08X",
              (int)seed, which, r, x->gr[r].w, y->gr[r].w);
    unsigned at = 0;
    while (at < 0x10000 && (a->storage[at] == b->storage[at] || at >> 2 == 0x50 >> 2))
        at++;
    check(at == 0x10000, "program %d, %s: storage at %04X is %02X, should be %02X", (int)seed,
          which, at, a->storage[at], b->storage[at]);
    check(x->psw.cc == y->psw.cc, "program %d, %s: cc", (int)seed, which);
}

/* Two CPUs execute the same loop, and one of them changes it: the other executes what has
 * become of it, and when both have forgotten the code nobody is told of stores any more. */
static void test_two_cpus(struct messages *messages)
{
    enum { LOOP = 0x2000, ELSEWHERE = 0x3000, TURN = 200000 };
    struct machine_options options = { .mainsize = SIZE, .numcpu = 2, .virtual_time = true };
    struct machine *machine = machine_new(&options, messages);
    const uint32_t *map = &machine->code_map[LOOP >> 6];
    const uint8_t *holders = &machine->code_holders[LOOP >> 6];
    put32(machine->storage + LOOP, 0x41101001);            /* LA 1,1(0,1) */
    put32(machine->storage + LOOP + 4, 0x07F20000);        /* BR 2 */
    for (int i = 0; i < 2; i++) {
        machine->cpus[i]->psw = (struct psw){ .ia = LOOP };
        machine->cpus[i]->gr[2].w = LOOP;
        cpu_start(machine->cpus[i]);
    }
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + TURN);
    check(*holders == 3 && *map == 7, "both hold it: %02X, %08X", *holders, *map);
    /* The first goes elsewhere and changes the loop's step. */
    struct cpu *writer = machine->cpus[0], *reader = machine->cpus[1];
    put32(machine->storage + ELSEWHERE, 0x92052003);       /* MVI 3(2),5 */
    put32(machine->storage + ELSEWHERE + 4, 0x07F40000);   /* BR 4 */
    cpu_stop(writer);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + TURN);
    uint32_t before = reader->gr[1].w;
    writer->psw.ia = ELSEWHERE;
    writer->gr[4].w = ELSEWHERE + 4;
    cpu_start(writer);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + TURN);
    check(reader->gr[1].w - before > 5, "the other goes on: %08X", reader->gr[1].w);
    uint32_t steps = reader->gr[1].w;
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + TURN);
    check((reader->gr[1].w - steps) % 5 == 0, "by fives: %u", reader->gr[1].w - steps);
    /* Both leave, and a channel stores. */
    cpu_stop(reader);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + TURN);
    reader->psw.ia = ELSEWHERE + 4;
    reader->gr[4].w = ELSEWHERE + 4;
    cpu_start(reader);
    storage_changed(machine, LOOP, 8);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + TURN);
    check(*holders == 0 && *map == 0, "nobody holds it: %02X, %08X", *holders, *map);
    machine_free(machine);
}

int main(void)
{
    struct messages *messages = messages_new();
    test_two_cpus(messages);
    struct machine *fast = make(messages, false), *slow = make(messages, true);
    unsigned compared = 0;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        uint64_t in_fast, in_slow, again;
        bool fast_ended = run(fast, seed, &in_fast), slow_ended = run(slow, seed, &in_slow);
        if (!fast_ended || !slow_ended)
            continue;
        compared++;
        compare(fast, slow, seed, "blocks");
        check(in_fast == in_slow, "program %d: %d instructions in blocks, %d one by one",
              (int)seed, (int)in_fast, (int)in_slow);
        run(fast, seed, &again);
        compare(fast, slow, seed, "blocks met again");
        check(again == in_slow, "program %d: %d instructions in blocks met again, not %d",
              (int)seed, (int)again, (int)in_slow);
    }
    check(compared > 200, "only %u programs ended by themselves", compared);
    machine_free(fast);
    machine_free(slow);
    messages_free(messages);
    return checks_done();
}
