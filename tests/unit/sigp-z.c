/* SIGNAL PROCESSOR in ESA/390 and z/Architecture on two CPUs (SA22 4-56 to 4-64): every order, to a
 * CPU in each state; what it does, condition code and status. CPU 0 executes SIGP 4,6,0(8), CPU 1
 * a loop, a wait, or nothing. */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "tests/unit/check.h"

enum { SIZE = 4 << 20, CODE = 0x2000, LOOP = 0x2100, ENDED = 0xE0D, UNUSED = 0x77 };
enum state { STATE_STOPPED, LOOPING, WAITING, STATES };
static const char *const state_names[] = { "stopped", "looping", "waiting" };

struct rig {
    struct machine *machine;
    struct cpu *cpu, *other;
    bool z;
};

static void put_psw(uint8_t *at, bool z, uint64_t ia, bool wait)
{
    memset(at, 0, z ? 16 : 8);
    at[1] = (uint8_t)((wait ? 2 : 0) | (z ? 0 : 8));
    at[4] = 0x80;
    if (z) {
        at[3] = 1;
        put64(at + 8, ia);
    } else {
        put32(at + 4, 0x80000000 | (uint32_t)ia);
    }
}

static struct psw psw_of(const struct rig *rig, uint64_t ia)
{
    return (struct psw){ .ia = ia, .extended_control = true,
                         .amode = rig->z ? AMODE_64 : AMODE_31 };
}

static void step(struct rig *rig)
{
    machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 20000);
}

static void prepare(struct rig *rig, enum state state)
{
    uint8_t *s = rig->machine->storage;
    cpu_stop(rig->other);
    step(rig);
    machine_clear_reset(rig->machine);
    machine_set_architecture(rig->machine, rig->z ? ZARCH : ESA390);
    cpu_initial_reset(rig->cpu);
    cpu_initial_reset(rig->other);
    put_psw(s + (rig->z ? 0x1C0 : 0x60), rig->z, ENDED, true);
    put_psw(s + (rig->z ? 0x1D0 : 0x68), rig->z, 0xBAD, true);
    put_psw(s + (rig->z ? 0x1A0 : 0x00), rig->z, 0xAAA, true);      /* restart */
    memcpy(s + CODE, "\xAE\x46\x80\x00\x0A\x05", 6);                /* SIGP 4,6,0(8); SVC 5 */
    memcpy(s + LOOP, "\xA7\xF4\x00\x00", 4);                        /* BRC 15,* */
    struct psw psw = psw_of(rig, LOOP);
    psw.wait = state == WAITING;
    psw.system_mask = state == WAITING ? EC_IO : 0;                 /* enabled: it goes on waiting */
    rig->other->cr[0] = 0xE0;
    rig->other->gr[3].d = 0x33;
    cpu_set_psw(rig->other, &psw);
    if (state != STATE_STOPPED)
        cpu_start(rig->other);
    step(rig);
}

/* Give the order; the condition code. The status is in register 4 then. */
static unsigned order(struct rig *rig, unsigned number, unsigned to, uint64_t parameter)
{
    struct psw psw = psw_of(rig, CODE);
    cpu_set_psw(rig->cpu, &psw);
    rig->cpu->gr[4].d = UNUSED;
    rig->cpu->gr[5].d = parameter;
    rig->cpu->gr[6].d = to;
    rig->cpu->gr[8].d = number;
    cpu_start(rig->cpu);
    step(rig);
    cpu_stop(rig->cpu);
    check(rig->cpu->psw.ia == ENDED, "order %X: stopped at %llX", number,
          (unsigned long long)rig->cpu->psw.ia);
    const uint8_t *old = rig->machine->storage + (rig->z ? 0x140 : 0x20);
    return old[2] >> 4 & 3;
}

static void expect(struct rig *rig, unsigned number, enum state state, uint64_t parameter,
                   unsigned cc, uint32_t status)
{
    prepare(rig, state);
    unsigned got = order(rig, number, 1, parameter);
    check(got == cc && rig->cpu->gr[4].w == (cc == 1 ? status : UNUSED),
          "%s: order %X to a %s CPU: cc %u, status %X, not cc %u, %X",
          rig->z ? "z/Architecture" : "ESA/390", number, state_names[state], got,
          rig->cpu->gr[4].w, cc, cc == 1 ? status : UNUSED);
}

static void test_orders(struct rig *rig)
{
    const struct cpu *other = rig->other;
    const uint8_t *s = rig->machine->storage;
    enum { INCORRECT_STATE = 0x200, INVALID_PARAMETER = 0x100, CALL_PENDING = 0x80, IS_STOPPED = 0x40,
           NOT_RUNNING = 0x400, INVALID_ORDER = 2 };
    for (enum state state = 0; state < STATES; state++) {
        bool runs = state != STATE_STOPPED;
        expect(rig, 0x01, state, 0, runs ? 0 : 1, IS_STOPPED);
        expect(rig, 0x02, state, 0, 0, 0);
        check(order(rig, 0x02, 1, 0) == 1 &&
              rig->cpu->gr[4].w == CALL_PENDING, "a second external call: %X", rig->cpu->gr[4].w);
        check(order(rig, 0x01, 1, 0) == 1 &&
              rig->cpu->gr[4].w == (uint32_t)(CALL_PENDING | (runs ? 0 : IS_STOPPED)),
              "sense: %X", rig->cpu->gr[4].w);
        check(order(rig, 0x03, 1, 0) == 0 && order(rig, 0x03, 1, 0) == 0, "emergency signals");
        expect(rig, 0x04, state, 0, 0, 0);
        check(other->started, "start");
        expect(rig, 0x05, state, 0, 0, 0);
        check(!other->started && other->psw.ia == LOOP, "stop: %llX",
              (unsigned long long)other->psw.ia);
        expect(rig, 0x06, state, 0, 0, 0);
        check(other->psw.ia == 0xAAA && other->psw.wait, "restart: %llX",
              (unsigned long long)other->psw.ia);
        uint64_t old = rig->z ? get64(s + 0x128) : get32(s + 0x0C) & 0x7FFFFFFF;
        check(old == LOOP, "restart's old PSW: %llX", (unsigned long long)old);
        expect(rig, 0x07, state, 0, 1, INVALID_ORDER);
        expect(rig, 0x08, state, 0, 1, INVALID_ORDER);
        expect(rig, 0x09, state, 0, 0, 0);
        check(!other->started, "stop and store status");
        check(rig->z ? get64(s + 0x1280 + 24) == 0x33 && s[163] == 1 && get64(s + 0x1308) == LOOP
                     : get32(s + 384 + 12) == 0x33 && s[163] == 0 &&
                       (get32(s + 260) & 0x7FFFFFFF) == LOOP, "the status");
        expect(rig, 0x0A, state, 0, 1, INVALID_ORDER);
        expect(rig, 0x0B, state, 0, 0, 0);
        check(!other->started && other->psw.ia == 0 && other->cr[14] == 0xC2000000 &&
              other->gr[3].d == 0x33, "initial CPU reset");
        expect(rig, 0x0C, state, 0, 0, 0);
        check(!other->started && other->psw.ia == LOOP, "CPU reset");
        expect(rig, 0x0D, state, 0x8000, runs ? 1 : 0, INCORRECT_STATE);
        check(other->prefix == (runs ? 0u : 0x8000u), "the prefix: %X", other->prefix);
        expect(rig, 0x0D, state, 0x8FFF, runs ? 1 : 0, INCORRECT_STATE);
        check(other->prefix == (runs ? 0u : 0x8000u), "the prefix: %X", other->prefix);
        expect(rig, 0x0D, state, SIZE, 1, runs ? INCORRECT_STATE : INVALID_PARAMETER);
        expect(rig, 0x0E, state, 0x3000, runs ? 1 : 0, INCORRECT_STATE);
        check(runs || (rig->z ? get64(s + 0x3080 + 24) == 0x33 : get32(s + 0x3000 + 396) == 0x33),
              "the status at 3000");
        expect(rig, 0x0E, state, SIZE, 1, runs ? INCORRECT_STATE : INVALID_PARAMETER);
        expect(rig, 0x12, state, rig->z ? 1 : 0, 1, INVALID_PARAMETER);
        expect(rig, 0x12, state, 3, 1, INVALID_PARAMETER);
        expect(rig, 0x13, state, 0, 0, 0);
        expect(rig, 0x15, state, 0, state == LOOPING ? 0 : 1, NOT_RUNNING);
        expect(rig, 0x14, state, 0, 1, INVALID_ORDER);
        expect(rig, 0xFF, state, 0, 1, INVALID_ORDER);
        prepare(rig, state);
        check(order(rig, 0x01, 2, 0) == 3, "there is no CPU 2");
        check(order(rig, 0x01, 0xFFFF, 0) == 3, "there is no CPU FFFF");
        check(order(rig, 0x01, 0, 0) == 0, "to itself");
    }
}

/* Conditional emergency: to a CPU that is enabled, by its space and by its wait. */
static void test_conditional(struct rig *rig)
{
    for (unsigned how = 0; how < 8; how++) {
        bool wait = how & 1, space = how & 2, zero = how & 4;
        prepare(rig, STATE_STOPPED);
        struct psw psw = psw_of(rig, wait && zero ? 0 : LOOP);
        psw.system_mask = EC_IO | EC_EXTERNAL;
        psw.wait = wait;
        rig->other->cr[0] = 0;
        rig->other->cr[4] = 0x1234;
        rig->other->cr[3] = 0x5678;
        cpu_set_psw(rig->other, &psw);
        cpu_start(rig->other);
        step(rig);
        bool due = wait ? !zero : space;
        unsigned cc = order(rig, 0x13, 1, space ? (zero ? 0x1234 : 0x5678) : 0x9999);
        check(cc == !due && (due || rig->cpu->gr[4].w == 0x200),
              "conditional emergency %u: cc %u, %X", how, cc, rig->cpu->gr[4].w);
        check((rig->other->emergency_sources != 0) == due, "conditional emergency %u", how);
        cpu_stop(rig->other);
    }
}

/* The other architecture, and back; the other CPU must be stopped. */
static void test_switch(struct rig *rig)
{
    prepare(rig, LOOPING);
    check(order(rig, 0x12, 0, rig->z ? 0 : 1) == 1 && rig->cpu->gr[4].w == 0x200,
          "set architecture while another runs: %X", rig->cpu->gr[4].w);
    prepare(rig, STATE_STOPPED);
    struct psw psw = psw_of(rig, CODE);
    psw.amode = AMODE_31;
    uint8_t *s = rig->machine->storage;
    put_psw(s + (rig->z ? 0x60 : 0x1C0), !rig->z, ENDED, true);
    cpu_set_psw(rig->cpu, &psw);
    rig->cpu->gr[6].d = 0;
    rig->cpu->gr[8].d = 0x12;
    rig->cpu->gr[5].d = rig->z ? 0 : 1;
    cpu_start(rig->cpu);
    step(rig);
    check(rig->cpu->psw.ia == ENDED && architecture_id(rig->machine->arch) == (rig->z ? ESA390 : ZARCH),
          "set architecture: %llX", (unsigned long long)rig->cpu->psw.ia);
    cpu_stop(rig->cpu);
}

int main(void)
{
    struct machine_options options = { .architecture = ZARCH, .mainsize = SIZE, .numcpu = 2,
                                       .virtual_time = true };
    struct messages *messages = messages_new();
    struct rig rig = { .machine = machine_new(&options, messages) };
    rig.cpu = rig.machine->cpus[0];
    rig.other = rig.machine->cpus[1];
    for (int z = 0; z < 2; z++) {
        rig.z = z;
        test_orders(&rig);
        test_conditional(&rig);
        test_switch(&rig);
    }
    machine_free(rig.machine);
    messages_free(messages);
    return checks_done();
}
