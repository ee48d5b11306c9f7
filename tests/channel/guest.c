/* A System/370 program does I/O: interrupt-driven and by TEST I/O, in BC and EC mode, in
 * host and virtual time. The program is guest.s. With an argument: so many operations,
 * and what one takes. */
#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "core/bytes.h"
#include "tests/unit/check.h"

enum { MAINSIZE = 0x10000, LOADED_AT = 0x400, COUNT = 0x300, MODE = 0x304, SUCCESS = 0 };

static const uint32_t program[] = {
    0x41300078, 0xD2070078, 0x0518D207, 0x00680528, 0xB72205C0, 0x95000304, 0x47800422, 0xD2070078,
    0x05205810, 0x03001B55, 0xD2030048, 0x05B89C00, 0x01A04770, 0x04EA9500, 0x03044770, 0x04428200,
    0x05308200, 0x05389500, 0x03044770, 0x045CD501, 0x003A05C4, 0x477004EE, 0x47F00466, 0xD50100BA,
    0x05C44770, 0x04F2D507, 0x004005B0, 0x477004F6, 0x5A500804, 0x46100428, 0x58100300, 0xD2030048,
    0x05B89C00, 0x01A04770, 0x04FA9D00, 0x01A04720, 0x048A47B0, 0x04FED507, 0x004005B0, 0x47700502,
    0x5A500804, 0x4610047C, 0x9D0001A0, 0x47700506, 0xD2030048, 0x05BC9C00, 0x01A047B0, 0x050AD501,
    0x004405C6, 0x4770050A, 0x92010048, 0x9C0001A0, 0x47B0050E, 0xD5010044, 0x05C84770, 0x050E9C00,
    0x01A147E0, 0x05128200, 0x05408200, 0x05488200, 0x05508200, 0x05588200, 0x05608200, 0x05688200,
    0x05708200, 0x05788200, 0x05808200, 0x05888200, 0x05908200, 0x05980707, 0x00000000, 0x00000446,
    0x00080000, 0x00000446, 0x00020000, 0x0000DEAD, 0xFE020000, 0x00000000, 0x020A0000, 0x00000000,
    0x00020000, 0x00000000, 0x00020000, 0x00000001, 0x00020000, 0x00000002, 0x00020000, 0x00000003,
    0x00020000, 0x00000004, 0x00020000, 0x00000005, 0x00020000, 0x00000006, 0x00020000, 0x00000007,
    0x00020000, 0x00000008, 0x00020000, 0x00000009, 0x00020000, 0x0000000A, 0x00020000, 0x0000000B,
    0x02000800, 0x00000008, 0x03000000, 0x00000001, 0x000005A8, 0x0C000000, 0x000005A0, 0x000005A8,
    0xFFFFFFFF, 0x01A00C00, 0x00200707, 0x07070707,
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
    { 0x02, 0xFF, "read", read_count },
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0, 0, NULL, NULL }
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

/* One that workers serve, and one that the CPU's thread may serve. */
static const struct device_type counters[] = { {
    .name = "COUNTER", .class = CLASS_OTHER, .size = sizeof(uint32_t), .commands = commands, .sense_length = 1,
    .open = open_it, .close = close_it, .describe = describe
}, {
    .name = "QUICK", .class = CLASS_DASD, .size = sizeof(uint32_t), .commands = commands,
    .sense_length = 1, .open = open_it, .close = close_it, .describe = describe
} };

/* ---- the machine ------------------------------------------------------------------------ */

static void load(struct machine *machine, uint32_t count, bool extended)
{
    for (size_t i = 0; i < sizeof program / sizeof *program; i++)
        put32(machine->storage + LOADED_AT + 4 * i, program[i]);
    put32(machine->storage + COUNT, count);
    machine->storage[MODE] = extended;
    put32(machine->storage + 4, LOADED_AT);        /* the restart new PSW */
    storage_changed(machine, 0, 0x1000);
}

static void run(uint32_t count, bool extended, bool is_virtual, bool quick, bool tell)
{
    struct machine_options options = { .mainsize = MAINSIZE, .numcpu = 1, .virtual_time = is_virtual };
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    struct channels *channels = channels_new(machine);
    struct cpu *cpu = machine->cpus[0];
    device_attach(channels, &counters[quick], 0x1A0, 0, NULL);
    load(machine, count, extended);
    machine_power_on(machine);
    uint64_t began = clock_ns(&machine->clock);
    cpu_restart(cpu);
    bool ended = is_virtual
        ? machine_run(machine, NULL, NULL, UINT64_C(3600000000000)) == MACHINE_STOPPED
        : (clock_host_sleep(1000000), cpu_wait_stopped(cpu, UINT64_C(60000000000)));
    uint64_t took = clock_ns(&machine->clock) - began;
    if (!ended && !is_virtual)
        cpu_stop(cpu), cpu_wait_stopped(cpu, UINT64_C(5000000000));
    const char *mode = extended ? "EC" : "BC";
    const char *time = is_virtual ? "virtual" : quick ? "quick host" : "host";
    check(ended && cpu->psw.wait && cpu->psw.ia == SUCCESS, "%s mode, %s time: ended %d at %X", mode,
          time, ended, (unsigned)cpu->psw.ia);
    uint32_t last = 2 * count, sum = (uint32_t)((uint64_t)last * (last + 1) / 2);
    check(cpu->gr[5].w == sum, "%s mode, %s time: sum %u, not %u", mode, time, cpu->gr[5].w, sum);
    check(channels_started(channels) == last + 1, "%u started", (unsigned)channels_started(channels));
    if (tell)
        printf("%s mode, %s time: %.2f us for an operation\n", mode, time, took / 1e3 / last);
    channels_free(channels);
    machine_free(machine);
    messages_free(messages);
}

int main(int argc, char *argv[])
{
    uint32_t count = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 500;
    for (int i = 0; i < 8; i++)
        run(count, i & 1, i & 2, i & 4, argc > 1);
    return checks_done();
}
