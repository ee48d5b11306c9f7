/* A program of ESA/390, and of z/Architecture, uses the channel subsystem's instructions: it
 * finds a subchannel, does I/O by interruption and by TEST PENDING INTERRUPTION, meets operand
 * exceptions, and hears of a device that comes by a machine check. The program is
 * subsystem-guest.s. With an argument: so many operations, and what one takes. */
#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "core/bytes.h"
#include "tests/unit/check.h"

enum { MAINSIZE = 0x10000, LOADED_AT = 0x2000, COUNT = 0x300, MODE = 0x304, WAIT_IO = 0x320,
       WAIT_REPORT = 0x330, DONE = 0x340, REPORT = 0x368, SUCCESS = 0xCAFE, FAILURE = 0xDEAD };

static const uint32_t program[] = {
    0x00002010, 0x00002168, 0x0000228E, 0x00002260, 0x0DC05BC0, 0xC28A5810, 0xC2A4B234, 0x04004770,
    0xC29AD501, 0x0406C310, 0x4780C034, 0x41101001, 0x47F0C01A, 0xD2030400, 0xC2A89218, 0x04049680,
    0x0405B232, 0x04004770, 0xC29AB234, 0x0400D503, 0x0400C2A8, 0x4770C29A, 0xB766C2B0, 0xB7EEC2B4,
    0xB2360000, 0x4770C29A, 0xB2350380, 0x47B0C29A, 0xB2390380, 0x47B0C29A, 0xD5030380, 0xC2B84770,
    0xC29AB238, 0x000047D0, 0xC29AB276, 0x000047D0, 0xC29A41A0, 0x00151841, 0x1F1141B0, 0xC0A6B233,
    0xC2C047F0, 0xC29A41B0, 0xC0B2B230, 0x000047F0, 0xC29A4110, 0x010041B0, 0xC0C2B23B, 0x000047F0,
    0xC29A41B0, 0xC0D24110, 0x0001B237, 0x000047F0, 0xC29A41B0, 0xC0E24110, 0x0004B23C, 0x000047F0,
    0xC29A4110, 0x0077B23B, 0x000047E0, 0xC29A41A0, 0x00061814, 0x41B0C100, 0xB2350381, 0x47F0C29A,
    0x41B0C10C, 0xB23A0384, 0x47F0C29A, 0x41B0C11C, 0x5830C2A0, 0xB25F0030, 0x47F0C29A, 0xB23A0380,
    0x1F11B237, 0x00001F22, 0xB23C0000, 0x18145830, 0xC30CD20F, 0x3000C2F8, 0xB25F0030, 0x4770C29A,
    0xD5033010, 0xC3084770, 0xC29A5820, 0x03001F55, 0xB233C2C0, 0x4770C29A, 0x95000304, 0x4770C164,
    0x82000320, 0xB2B20320, 0x591000B8, 0x4770C29A, 0xD50300BC, 0xC2AC4770, 0xC29A9500, 0x03044780,
    0xC18CD503, 0x00C0C2E0, 0x4770C29A, 0xB2350380, 0x4770C29A, 0xD50B0380, 0xC2E44770, 0xC29A5A50,
    0x03144620, 0xC1505820, 0x0300B233, 0xC2C04770, 0xC29AD207, 0x00B8C2B8, 0xB2360000, 0x4780C1B8,
    0x47B0C29A, 0x591000B8, 0x4770C29A, 0xD50300BC, 0xC2AC4770, 0xC29AB235, 0x03804770, 0xC29A5A50,
    0x0314B233, 0xC2C04770, 0xC29AB236, 0x04004780, 0xC1EA5910, 0x04004770, 0xC29AD503, 0x0404C2AC,
    0x4770C29A, 0xB2350380, 0x4770C29A, 0x5A500314, 0x4620C1AA, 0xB2300000, 0x4770C29A, 0xB2350380,
    0x4770C29A, 0xD5030380, 0xC2F04770, 0xC29AB231, 0x00004770, 0xC29AB235, 0x03804770, 0xC29AD503,
    0x0380C2F4, 0x4770C29A, 0xB2360000, 0x4770C29A, 0x95000304, 0x4770C25C, 0x82000330, 0xB2B20330,
    0x914000E9, 0x4780C29A, 0xB2390380, 0x4770C29A, 0xD2030368, 0x0380B239, 0x038047B0, 0xC29A9500,
    0x03044770, 0xC28A8200, 0x0340B2B2, 0x03404830, 0x008E193A, 0x4770C29A, 0x07FB0AFF, 0x00000012,
    0x00006001, 0x00010000, 0x12345678, 0x9ABCDEF0, 0x10000000, 0x10000000, 0x00000000, 0x00000000,
    0x9ABCDEF0, 0x0080FF00, 0x00002318, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
    0x18000000, 0x00804007, 0x00002320, 0x0C000000, 0x00001001, 0x00002001, 0x00100010, 0x00000000,
    0x00000000, 0x00000000, 0x0FF00001, 0x00006000, 0x01A00707, 0x07070707, 0x02200008, 0x00000310,
};

/* ---- a device that counts its reads -------------------------------------------------- */

static unsigned read_count(struct device *dev, struct exchange *exchange)
{
    uint8_t bytes[8] = { 0 };
    put32(bytes + 4, ++*(uint32_t *)dev->own);
    exchange_give(exchange, bytes, sizeof bytes);
    return UNIT_ENDED;
}

static const struct device_command commands[] = {
    { 0x02, 0xFF, "read", read_count }, { 0, 0, NULL, NULL }
};

static bool open_it(struct device *dev, int argc, char *const argv[])
{
    return (void)dev, (void)argc, (void)argv, true;
}
static void close_it(struct device *dev) { (void)dev; }
static void describe(struct device *dev, char *text, size_t size)
{
    (void)dev;
    snprintf(text, size, "counter");
}

#define COUNTER(name_, class_) { \
    .name = name_, .class = class_, .size = sizeof(uint32_t), .commands = commands, \
    .sense_length = 1, .open = open_it, .close = close_it, .describe = describe \
}
/* One that workers serve, and one that the CPU's thread may serve. */
static const struct device_type counters[] = {
    COUNTER("COUNTER", CLASS_OTHER), COUNTER("QUICK", CLASS_DASD)
};

/* ---- PSWs ------------------------------------------------------------------------------ */

enum mask { MASK_NONE = 0x00, MASK_IO = 0x02 };
enum state { STATE_RUN = 0x08, STATE_WAIT = 0x0A, STATE_REPORT = 0x0E };     /* bits 12-15 */

/* 31-bit addressing; ESA/390's has its bit 12 one, z/Architecture's has it zero. */
static void put_psw(struct machine *machine, bool z, unsigned at, uint8_t mask, uint8_t state,
                    uint32_t address)
{
    uint8_t *psw = machine->storage + at;
    memset(psw, 0, z ? 16 : 8);
    psw[0] = mask;
    psw[1] = z ? state & 7 : state;
    psw[4] = 0x80;
    if (z)
        put64(psw + 8, address);
    else
        put32(psw + 4, 0x80000000 | address);
}

static void load(struct machine *machine, uint32_t count, bool z)
{
    /* restart, I/O, program, machine check, supervisor call: new PSWs */
    static const unsigned places[2][5] = { { 0x000, 0x078, 0x068, 0x070, 0x060 },
                                           { 0x1A0, 0x1F0, 0x1D0, 0x1E0, 0x1C0 } };
    for (size_t i = 0; i < sizeof program / sizeof *program; i++)
        put32(machine->storage + LOADED_AT + 4 * i, program[i]);
    for (int i = 0; i < 4; i++)
        put_psw(machine, z, places[z][i], MASK_NONE, STATE_RUN, program[i]);
    put_psw(machine, z, places[z][4], MASK_NONE, STATE_WAIT, FAILURE);
    put_psw(machine, z, WAIT_IO, MASK_IO, STATE_WAIT, 0);
    put_psw(machine, z, WAIT_REPORT, MASK_NONE, STATE_REPORT, 0);
    put_psw(machine, z, DONE, MASK_NONE, STATE_WAIT, SUCCESS);
    put32(machine->storage + COUNT, count);
    machine->storage[MODE] = z;
    storage_changed(machine, 0, 0x3000);
}

/* ---- a run -------------------------------------------------------------------------------- */

struct run { struct machine *machine; struct channels *channels; bool z, is_virtual, quick; };

/* The program waits for a report. */
static bool awaits_report(void *context)
{
    struct run *run = context;
    const struct cpu *cpu = run->machine->cpus[0];
    return cpu->psw.wait && cpu->psw.machine_check;
}

static bool let_run_until_report(struct run *run)
{
    if (run->is_virtual)
        return machine_run(run->machine, awaits_report, run, UINT64_C(3600000000000)) == MACHINE_UNTIL;
    for (int i = 0; i < 60000 && run->machine->cpus[0]->psw.ia != FAILURE; i++) {
        if (awaits_report(run))
            return true;
        clock_host_sleep(1000000);
    }
    return false;
}

static bool let_run_to_end(struct run *run)
{
    if (run->is_virtual)
        return machine_run(run->machine, NULL, NULL, UINT64_C(3600000000000)) == MACHINE_STOPPED;
    return cpu_wait_stopped(run->machine->cpus[0], UINT64_C(60000000000));
}

static void run(uint32_t count, bool z, bool is_virtual, bool quick, bool tell)
{
    struct machine_options options = { .mainsize = MAINSIZE, .numcpu = 2, .virtual_time = is_virtual,
                                       .architecture = z ? ZARCH : ESA390 };
    struct messages *messages = messages_new();
    struct run r = { machine_new(&options, messages), NULL, z, is_virtual, quick };
    struct cpu *cpu = r.machine->cpus[0];
    char name[64];
    snprintf(name, sizeof name, "%s, %s time", z ? "z/Architecture" : "ESA/390",
             is_virtual ? "virtual" : quick ? "quick host" : "host");
    r.channels = channels_new(r.machine);
    device_attach(r.channels, &counters[quick], 0x00C, 0, NULL);
    device_attach(r.channels, &counters[quick], 0x1A0, 0, NULL);
    machine_clear_reset(r.machine);
    load(r.machine, count, z);
    machine_power_on(r.machine);
    uint64_t began = clock_ns(&r.machine->clock);
    cpu_restart(cpu);
    bool waits = let_run_until_report(&r);
    uint64_t took = clock_ns(&r.machine->clock) - began;
    check(waits, "%s: stopped at %X, register 1 %X", name, (unsigned)cpu->psw.ia, cpu->gr[1].w);
    device_attach(r.channels, &counters[quick], 0x1A5, 0, NULL);
    bool ended = let_run_to_end(&r);
    if (!ended && !is_virtual)
        cpu_stop(cpu), cpu_wait_stopped(cpu, UINT64_C(5000000000));
    check(ended && cpu->psw.wait && cpu->psw.ia == SUCCESS, "%s: ended %d at %X", name, ended,
          (unsigned)cpu->psw.ia);
    uint32_t last = 3 * count, sum = (uint32_t)((uint64_t)last * (last + 1) / 2);
    check(cpu->gr[5].w == sum, "%s: sum %u, not %u", name, cpu->gr[5].w, sum);
    check(get32(r.machine->storage + REPORT) == 0x03040002, "%s: report %08X", name,
          get32(r.machine->storage + REPORT));
    check(channels_started(r.channels) == last, "%u started", (unsigned)channels_started(r.channels));
    if (tell)
        printf("%s: %.2f us for an operation\n", name, took / 1e3 / last);
    channels_free(r.channels);
    machine_free(r.machine);
    messages_free(messages);
}

int main(int argc, char *argv[])
{
    uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 500;
    for (int i = 0; i < 8; i++)
        run(count, i & 1, i & 2, i & 4, argc > 1);
    return checks_done();
}
