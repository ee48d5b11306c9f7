/* Which of several pending interruptions comes first in z/Architecture (SA22 6-12, 6-53): all sets of
 * conditions, with all sets of them enabled. What is masked stays pending, and is taken when
 * it is let in. */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "tests/unit/check.h"

enum { SIZE = 1 << 20, EXTERNAL = 0x400, MACHINE_CHECK = 0x480, LOOP = 0x500, LIST = 0x3000 };

/* In order of priority; the bit that lets each in is in control register 0, or 14. */
static const struct { uint16_t code; uint32_t mask; } conditions[] = {
    { 0xFF01, 0x01000000 },     /* machine check: warning */
    { 0x0040, 0x00000040 }, { 0x1200, 0x00008000 }, { 0x1201, 0x00004000 },
    { 0x1202, 0x00002000 }, { 0x1004, 0x00000800 }, { 0x1005, 0x00000400 },
    { 0x2401, 0x00000200 },
};
enum { CONDITIONS = sizeof conditions / sizeof *conditions, CLOCK = 5, TIMER = 6 };

static void put_code(uint8_t *at, const char *hex)
{
    unsigned byte;
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        *at++ = (uint8_t)byte;
}

static void put_psw(uint8_t *at, uint64_t ia)
{
    memset(at, 0, 16);
    at[3] = 1;
    at[4] = 0x80;
    put64(at + 8, ia);
}

/* Each handler notes its code at register 2, sees to it that a clock is not due any more, and goes
 * back. */
static void prepare(struct machine *machine)
{
    uint8_t *s = machine->storage;
    machine_clear_reset(machine);
    put_psw(s + 0x1B0, EXTERNAL);
    put_psw(s + 0x1E0, MACHINE_CHECK);
    /* LH 1,86; STH 1,0(2); LA 2,2(2); CHI 1,1004; BRC 7,*+8; SCKC 600; CHI 1,1005; BRC 7,*+8; SPT 608;
     * LPSWE 130 */
    put_code(s + EXTERNAL, "48100086401020004120" "2002A71E1004A7740004B2060600"
                           "A71E1005A7740004B2080608B2B20130");
    /* MVI 0(2),FF; MVI 1(2),1; LA 2,2(2); LPSWE 160 */
    put_code(s + MACHINE_CHECK, "92FF20009201200141202002B2B20160");
    put_code(s + LOOP, "A7F40000");
    put_code(s + 0x600, "FFFFFFFFFFFFFFFF7FFFFFFFFFFFFFFF");
}

static void make_pending(struct machine *machine, struct cpu *cpu, unsigned set)
{
    cpu->clock_comparator = set & 1 << CLOCK ? 0 : UINT64_MAX;
    cpu_set_timer(cpu, set & 1 << TIMER ? UINT64_MAX : INT64_MAX);
    cpu->malfunction_sources = cpu->emergency_sources = cpu->external_call_source = 2;
    if (set & 1)
        cpu_machine_check(cpu, MCK_WARNING, 0);
    static const uint32_t attentions[] = { 0, ATTEND_INTERRUPT_KEY, ATTEND_MALFUNCTION,
                                           ATTEND_EMERGENCY, ATTEND_CALL };
    for (unsigned i = 1; i <= 4; i++)
        if (set & 1u << i)
            cpu_attend(cpu, attentions[i]);
    if (set & 1 << 7)
        machine_service_signal(machine, 0x1000);
}

static void enable(struct cpu *cpu, unsigned set)
{
    uint32_t cr0 = 0;
    for (unsigned i = 1; i < CONDITIONS; i++)
        cr0 |= set & 1u << i ? conditions[i].mask : 0;
    cpu->cr[0] = cr0;
    cpu->cr[14] = set & 1 ? conditions[0].mask : 0;
    struct psw psw = { .ia = LOOP, .extended_control = true, .amode = AMODE_64, .machine_check = true,
                       .system_mask = EC_EXTERNAL };
    cpu_set_psw(cpu, &psw);
}

static void run(struct machine *machine, struct cpu *cpu)
{
    cpu_start(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 40000);
    cpu_stop(cpu);
    machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + 1000);
}

/* What has come since `from`, and whether that is `set` in order; where the list goes on. */
static unsigned compare(struct machine *machine, struct cpu *cpu, unsigned from, unsigned set,
                        unsigned pending, unsigned enabled)
{
    unsigned at = from;
    for (unsigned i = 0; i < CONDITIONS; i++) {
        if (!(set & 1u << i))
            continue;
        uint16_t came = get16(machine->storage + LIST + at);
        check(came == conditions[i].code, "pending %02X, enabled %02X: %04X came, not %04X", pending,
              enabled, came, conditions[i].code);
        at += 2;
    }
    check(cpu->gr[2].d == LIST + at, "pending %02X, enabled %02X: %d came", pending, enabled,
          (int)(cpu->gr[2].d - LIST - from) / 2);
    return at;
}

int main(void)
{
    struct machine_options options = { .architecture = ZARCH, .mainsize = SIZE, .numcpu = 1,
                                       .virtual_time = true };
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    struct cpu *cpu = machine->cpus[0];
    enum { ALL = (1 << CONDITIONS) - 1 };
    for (unsigned round = 0; round < 1024; round++) {
        unsigned pending = round & ALL, enabled = round * 0x9D >> 3 & ALL;
        if (round < 256)
            enabled = ALL;
        prepare(machine);
        machine_set_architecture(machine, ZARCH);
        cpu_initial_reset(cpu);
        cpu->gr[2].d = LIST;
        make_pending(machine, cpu, pending);
        enable(cpu, enabled);
        run(machine, cpu);
        unsigned at = compare(machine, cpu, 0, pending & enabled, pending, enabled);
        enable(cpu, ALL);
        run(machine, cpu);
        compare(machine, cpu, at, pending & ~enabled, pending, ALL);
    }
    machine_free(machine);
    messages_free(messages);
    return checks_done();
}
