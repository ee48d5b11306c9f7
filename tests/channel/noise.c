/* Channel programs made of noise, and devices that answer with noise: nothing crashes or
 * hangs, every program ends or can be halted, and no byte changes in a block whose key
 * forbids it. Seeded: the same run every time, NOISE=n for more of it. */
#include <ftw.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel/channel.h"
#include "core/bytes.h"
#include "devices/devices.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

/* Devices of the devices room get noise too, in rounds of their own; media are files of a
 * temporary folder. */
struct medium { const char *type, *words; };
static const struct medium media[] = {
    { "3330", "disk.3330" }, { "3390", "disk.3390" }, { "3350", "disk.3350" }, { "2314", "disk.2314" },
    { "3310", "disk.3310" }, { "3420", "tape1" }, { "3480", "tape2" }, { "3590", "tape3" },
    { "3505", "deck ebcdic" }, { "3525", "cards" }, { "1403", "print1" }, { "3211", "print2" },
    { "3203", "print3" }, { "3215-C", "/ noprompt" }, { "1442", "deck ebcdic" }, { "2501", "deck" },
    { "3410", "tape4 ro" }, { "3390", "disk.cckd" }, { "2305", "disk.2305" }, { "3380", "disk.3380" }
};
enum { MEDIA = sizeof media / sizeof *media };

enum { MAINSIZE = 0x10000, KEY = 0x30, FORBIDDEN = 0x40, DEVICES = 4 };

struct noise { uint64_t state; };

static uint32_t draw(struct noise *noise)
{
    return (uint32_t)(next_random(&noise->state) >> 16);
}

static uint32_t below(struct noise *noise, uint32_t limit) { return draw(noise) % limit; }

/* ---- a device without manners ----------------------------------------------------------- */

static unsigned answer(struct noise *noise)
{
    static const unsigned usual[] = { 0x0C, 0x0C, 0x0C, 0x0C, 0x4C, 0x08, 0x0E, 0x0D, 0x100, 0x00 };
    return below(noise, 8) ? usual[below(noise, 10)] : draw(noise) & 0xFF;
}

static void present_noise(struct device *dev, void *context)
{
    (void)context;
    device_proceed(dev);
    device_present(dev, 0x04 | (draw(dev->own) & 0x80));
}

static unsigned run(struct device *dev, struct exchange *exchange)
{
    struct noise *noise = dev->own;
    uint8_t bytes[5000];
    for (uint32_t pieces = below(noise, 4); pieces > 0; pieces--) {
        size_t n = below(noise, 3) ? below(noise, 64) : below(noise, sizeof bytes);
        if (below(noise, 2)) {
            memset(bytes, (int)draw(noise), n);
            exchange_give(exchange, bytes, n);
        } else {
            exchange_take(exchange, bytes, n);
        }
    }
    if (below(noise, 3) == 0)
        device_later(dev, below(noise, 100000), present_noise, NULL);
    return answer(noise);
}

static const struct device_command commands[] = {
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0x00, 0x40, "noise", run },
    { 0, 0, NULL, NULL }
};

static bool open_it(struct device *dev, int argc, char *const argv[])
{
    (void)argc, (void)argv;
    if (((struct noise *)dev->own)->state == 0)
        ((struct noise *)dev->own)->state = 0x9E3779B97F4A7C15u + dev->number;
    return true;
}
static void close_it(struct device *dev) { (void)dev; }
static void describe(struct device *dev, char *text, size_t size) { (void)dev, snprintf(text, size, "noise"); }
static unsigned initial(struct device *dev, uint8_t command)
{
    (void)command;
    return below(dev->own, 10) ? 0 : draw(dev->own) & 0xFF;
}

#define NOISE_TYPE(class_) { \
    .name = "NOISE", .class = class_, .size = sizeof(struct noise), .commands = commands, \
    .sense_length = 24, .latency_us = 5, .open = open_it, .close = close_it, \
    .describe = describe, .initial_status = initial \
}
static const struct device_type noise_types[] = { NOISE_TYPE(CLASS_OTHER), NOISE_TYPE(CLASS_DASD) };

/* ---- programs ------------------------------------------------------------------------------ */

/* Mostly sensible CCWs, so that programs get somewhere; sometimes anything at all. */
static uint8_t known_code(struct noise *noise, const struct device_type *type)
{
    uint32_t rows = 0;
    while (type->commands[rows].run)
        rows++;
    const struct device_command *row = &type->commands[below(noise, rows)];
    return (uint8_t)(row->code | (draw(noise) & ~row->mask));
}

/* The same CCW in format 1, for every second round of the channel subsystem. */
static void turn_to_format_1(uint8_t *ccw)
{
    uint8_t command = ccw[0], flags = ccw[4];
    uint32_t address = get24(ccw + 1);
    uint16_t count = get16(ccw + 6);
    ccw[0] = command;
    ccw[1] = command == 0x08 ? 0 : flags;
    put16(ccw + 2, command == 0x08 ? 0 : count);
    put32(ccw + 4, address);
}

/* `types`: the devices on which the programs may run, or NULL. */
static void make_ccw(struct noise *noise, const struct device_type *const types[], uint8_t *ccw)
{
    static const uint8_t codes[] = { 0x01, 0x02, 0x02, 0x03, 0x04, 0x07, 0x08, 0x0C, 0x31, 0x0B };
    for (int i = 0; i < 8; i++)
        ccw[i] = (uint8_t)draw(noise);
    if (below(noise, 16) == 0)
        return;
    ccw[0] = codes[below(noise, 10)];
    if (types && below(noise, 8))
        ccw[0] = known_code(noise, types[below(noise, DEVICES)]);
    put24(ccw + 1, ccw[0] == 0x08 ? below(noise, 64) * 8 : below(noise, MAINSIZE + 64));
    ccw[4] = (uint8_t)(draw(noise) & 0xFC);
    if (below(noise, 2) || types)
        ccw[4] &= 0x60;
    if (types && below(noise, 4))
        ccw[4] |= 0x60;
    put16(ccw + 6, (uint16_t)(below(noise, 4) ? below(noise, 40) : below(noise, 0x10000)));
}

static void make_storage(struct machine *machine, struct noise *noise,
                         const struct device_type *const types[], bool format_1)
{
    for (uint32_t at = 0; at < 0x200; at += 8) {
        make_ccw(noise, types, machine->storage + at);
        if (format_1)
            turn_to_format_1(machine->storage + at);
    }
    for (uint32_t at = 0x200; at < 0x1000; at += 4)
        put32(machine->storage + at, below(noise, 40) << 11 | (below(noise, 3) ? 0 : draw(noise) & 0x7FF));
    for (uint32_t block = 0; block < MAINSIZE / BLOCK_SIZE; block++)
        machine->keys[block] = block >= 8 && block % 3 == 0 ? FORBIDDEN : KEY;
}

static uint64_t sum_forbidden(const struct machine *machine)
{
    uint64_t sum = 0;
    for (uint32_t at = 0; at < MAINSIZE; at += 8)
        if (machine->keys[at >> BLOCK_SHIFT] >> 4 == FORBIDDEN >> 4)
            sum = sum * 31 + get64(machine->storage + at);
    return sum;
}

/* Time goes by: a few events, or (host mode) whatever happens. */
static void pass_time(struct machine *machine)
{
    if (!machine->clock.is_virtual)
        return;
    for (int i = 0; i < 8 && agenda_next(&machine->agenda) != AGENDA_NEVER; i++) {
        uint64_t now = clock_ns(&machine->clock), next = agenda_next(&machine->agenda);
        clock_advance(&machine->clock, next > now ? next - now : 0);
        agenda_run(&machine->agenda, clock_ns(&machine->clock));
    }
}

/* One step of a program that knows no plan either. */
static void disturb(struct machine *machine, struct channels *channels, struct noise *noise)
{
    struct io_port *io = &machine->io;
    struct cpu *cpu = machine->cpus[0];
    uint32_t address = 0x100 + below(noise, DEVICES);
    uint16_t from;
    uint8_t csw[8];
    put32(machine->storage + 72, (uint32_t)KEY << 24 | below(noise, 64) * 8);
    switch (below(noise, 12)) {
    case 0: io->test_io(io->context, cpu, address); break;
    case 1: io->halt_io(io->context, cpu, address); break;
    case 2: io->clear_io(io->context, cpu, address); break;
    case 3: io->halt_device(io->context, cpu, address); break;
    case 4: device_proceed(device_find(channels, (uint16_t)address)); break;
    case 5: io->start_io(io->context, cpu, address, true); break;
    case 6: io->test_channel(io->context, cpu, address); break;
    case 7: if (below(noise, 20) == 0) io->reset(io->context); break;
    case 8: case 9: io->start_io(io->context, cpu, address, false); break;
    default: io->take_interruption(io->context, cpu, 0xFFFFFFFF, &from, csw);
    }
}

/* The same with the instructions of the channel subsystem. */
static void start_noise(struct machine *machine, struct noise *noise, uint32_t id, bool format_1)
{
    enum { OFTEN = 0x08FE0000 & ~0x00840000, RESERVED = 0x3E };
    struct io_port *io = &machine->io;
    uint8_t orb[32] = { 0 };
    uint32_t word = below(noise, 3) ? 0 : draw(noise) & OFTEN;
    put32(orb + 4, word | (uint32_t)KEY << 24 | (format_1 ? 0x00800000 : 0) | 0xFF00 |
                   (draw(noise) & (below(noise, 30) ? 0xC0 : RESERVED)));
    put32(orb + 8, below(noise, 64) * 8);
    io->start_subchannel(io->context, machine->cpus[0], id, orb);
}

static void modify_noise(struct machine *machine, struct noise *noise, uint32_t id)
{
    struct io_port *io = &machine->io;
    uint8_t schib[52];
    io->store_subchannel(io->context, machine->cpus[0], id, schib);
    schib[4] = (uint8_t)(draw(noise) & 0x38);
    schib[5] |= 0x80;
    schib[27] = (uint8_t)(draw(noise) & 3);
    io->modify_subchannel(io->context, machine->cpus[0], id, schib);
}

static void disturb_subsystem(struct machine *machine, struct channels *channels, struct noise *noise,
                              bool format_1)
{
    struct io_port *io = &machine->io;
    struct cpu *cpu = machine->cpus[0];
    uint32_t unit = below(noise, DEVICES), id = 0x10000 + unit, report;
    struct io_interruption interruption;
    uint8_t block[4096] = { 0, 16, 0, (uint8_t)(2 * below(noise, 9)) };
    switch (below(noise, 16)) {
    case 0: io->halt_subchannel(io->context, cpu, id); break;
    case 1: io->clear_subchannel(io->context, cpu, id); break;
    case 2: io->resume_subchannel(io->context, cpu, id); break;
    case 3: io->cancel_subchannel(io->context, cpu, id); break;
    case 4: device_proceed(device_find(channels, (uint16_t)(0x100 + unit))); break;
    case 5: modify_noise(machine, noise, id); break;
    case 6: io->channel_subsystem_call(io->context, cpu, block); break;
    case 7: if (below(noise, 20) == 0) io->reset(io->context); break;
    case 8: if (below(noise, 20) == 0) io->reset_channel_path(io->context, cpu, 1); break;
    case 9: io->store_channel_report(io->context, cpu, &report); break;
    case 10: case 11: case 12: start_noise(machine, noise, id, format_1); break;
    case 13: io->take_subclass(io->context, 0xFF, &interruption); break;
    default: io->test_subchannel(io->context, cpu, id, block);
    }
}

/* ---- the world outside (host mode): an operator and sockets on a thread of their own ---- */

struct world { struct channels *channels; pthread_t thread; _Atomic bool over; uint64_t seed; bool is_real; };

static void touch(struct device *dev, void *context)
{
    *(uint32_t *)context = draw(dev->own);
}

static void *live(void *context)
{
    struct world *world = context;
    struct noise noise = { world->seed * 77 + 5 };
    char text[80];
    uint32_t drawn;
    while (!world->over) {
        struct device *dev = device_find(world->channels, (uint16_t)(0x100 + below(&noise, DEVICES)));
        switch (below(&noise, 8)) {
        case 0: device_present(dev, 0x80); break;
        case 1: device_alone(dev, touch, &drawn); break;
        case 2: device_state(dev, text, sizeof text); break;
        case 3: device_reopen(dev, 0, NULL); break;
        case 4: device_present(dev, 0x04); break;
        case 5: device_trace(dev, below(&noise, 2)); break;
        default: device_proceed(dev);
        }
    }
    return NULL;
}

static void begin_world(struct world *world, struct channels *channels, uint64_t seed, bool is_virtual)
{
    *world = (struct world){ .channels = channels, .seed = seed, .is_real = !is_virtual };
    if (!is_virtual)
        pthread_create(&world->thread, NULL, live, world);
}

static void end_world(struct world *world)
{
    world->over = true;
    if (world->is_real)
        pthread_join(world->thread, NULL);
}

/* Whatever runs can be brought to an end. (A device may present a status even then.) */
static bool bring_to_end(struct machine *machine, struct channels *channels)
{
    struct io_port *io = &machine->io;
    struct cpu *cpu = machine->cpus[0];
    bool subsystem = architecture_id(machine->arch) != S370;
    for (uint32_t i = 0; i < DEVICES; i++)
        if (subsystem)
            io->clear_subchannel(io->context, cpu, 0x10000 + i);
        else
            io->halt_io(io->context, cpu, 0x100 + i);
    for (int i = 0; i < 20; i++)
        pass_time(machine);
    bool quiet = channels_settle(channels, 5000000000);
    io->reset(io->context);
    char state[80];
    for (uint16_t number = 0x100; number < 0x100 + DEVICES; number++) {
        device_state(device_find(channels, number), state, sizeof state);
        quiet = quiet && (strcmp(state, "idle") == 0 || strncmp(state, "pending", 7) == 0);
    }
    return quiet;
}

/* Four devices of the devices room, in turn; false if one cannot be had. */
static bool attach_media(struct channels *channels, uint64_t seed,
                         const struct device_type *types[DEVICES])
{
    for (unsigned i = 0; i < DEVICES; i++) {
        const struct medium *medium = &media[(seed / 2 + 5 * i) % MEDIA];
        char copy[64], *words[4];
        int n = 0;
        snprintf(copy, sizeof copy, "%s", medium->words);
        for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
            words[n++] = word;
        types[i] = device_type_find(medium->type);
        if (!check(types[i] && device_attach(channels, types[i], (uint16_t)(0x100 + i), n, words),
                   "no %s on %s", medium->type, medium->words))
            return false;
    }
    return true;
}

static void make_disk(const char *name, const char *type, const char *more)
{
    char *words[] = { "dasdinit", (char *)name, (char *)type, "NOISE1", NULL, NULL };
    words[4] = (char *)more;
    check(dasdinit_main(more ? 5 : 4, words) == 0, "no %s", name);
}

static void make_bytes(const char *name, struct noise *noise, size_t length)
{
    FILE *file = fopen(name, "wb");
    for (size_t i = 0; file && i < length; i++)
        putc((int)(draw(noise) & 0xFF), file);
    if (file)
        fclose(file);
}

static void make_media(void)
{
    struct noise noise = { 4711 };
    static const char *const disks[][3] = {
        { "disk.3330", "3330", "3" }, { "disk.3390", "3390", "3" }, { "disk.3350", "3350", "3" },
        { "disk.2314", "2314", "3" }, { "disk.2305", "2305", "3" }, { "disk.3380", "3380", "3" },
        { "disk.3310", "3310", NULL }
    };
    for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
        make_disk(disks[i][0], disks[i][1], disks[i][2]);
    char *words[] = { "dasdinit", "-z", "disk.cckd", "3390", "NOISE2", "3" };
    check(dasdinit_main(6, words) == 0, "no compressed disk");
    make_bytes("deck", &noise, 80 * 50);
    make_bytes("tape4", &noise, 0);
}

static void noise_round(uint64_t seed, bool is_virtual, bool real, bool subsystem, uint64_t *started)
{
    struct machine_options options = { .mainsize = MAINSIZE, .numcpu = 1, .virtual_time = is_virtual,
                                       .architecture = subsystem ? ZARCH : S370 };
    bool format_1 = subsystem && seed & 4;
    struct messages *messages = messages_new();
    struct machine *machine = machine_new(&options, messages);
    struct channels *channels = channels_new(machine);
    struct noise noise = { 0x123456789ABCDEFu * (seed + 1) };
    channel_set_type(channels, 1, (enum channel_type)below(&noise, 3));
    machine->cpus[0]->cr[0] = below(&noise, 2) ? 0x80000000 : 0;
    const struct device_type *types[DEVICES];
    if (real && !attach_media(channels, seed, types))
        exit(1);
    for (uint16_t i = 0; i < DEVICES && !real; i++)
        device_attach(channels, &noise_types[i & 1], (uint16_t)(0x100 + i), 0, NULL);
    make_storage(machine, &noise, real ? types : NULL, format_1);
    for (uint32_t i = 0; i < DEVICES && subsystem; i++)
        modify_noise(machine, &noise, 0x10000 + i);
    uint64_t sum = sum_forbidden(machine);
    struct world world;
    begin_world(&world, channels, seed, is_virtual || real);
    for (int i = 0; i < 200; i++) {
        if (subsystem)
            disturb_subsystem(machine, channels, &noise, format_1);
        else
            disturb(machine, channels, &noise);
        pass_time(machine);
    }
    end_world(&world);
    check(bring_to_end(machine, channels), "seed %llu: something still runs", (unsigned long long)seed);
    check(sum_forbidden(machine) == sum, "seed %llu: a protected block has changed",
          (unsigned long long)seed);
    *started += channels_started(channels);
    channels_free(channels);
    machine_free(machine);
    messages_free(messages);
}

static int forget_file(const char *path, const struct stat *about, int kind, struct FTW *ftw)
{
    (void)about, (void)kind, (void)ftw;
    return remove(path);
}

int main(void)
{
    char folder[] = "/tmp/endicott-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 99;
    make_media();
    const char *times = getenv("NOISE");
    uint64_t rounds = times ? strtoull(times, NULL, 10) : 100;
    uint64_t started = 0;
    for (int kind = 0; kind < 4; kind++)
        for (uint64_t seed = 0; seed < rounds; seed++)
            noise_round(seed, seed % 2 == 0, kind & 1, kind & 2, &started);
    nftw(folder, forget_file, 8, FTW_DEPTH | FTW_PHYS);
    check(started > 20 * rounds, "only %llu programs started", (unsigned long long)started);
    return checks_done();
}
