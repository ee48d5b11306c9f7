/* Runs the *.cases in tests/channel: channel programs and I/O instructions with what must come of
 * them, each case on a machine of its own, in virtual time, in host time, and with quick devices. cases.txt in the
 * same directory explains the language. After each case all of storage must be as it was,
 * but for what the case looked at. */
#include <ftw.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel/channel.h"
#include "core/bytes.h"
#include "devices/devices.h"
#include "tests/channel/cases.h"
#include "tests/channel/scripted.h"
#include "tests/unit/check.h"

static const uint16_t numbers[] = { 0x00C, 0x00D, 0x1A0, 0x1A1, 0x2A0 };

/* ---- a machine for a case --------------------------------------------------------- */

/* Virtual time; host time; host time with devices that the CPU's thread serves. */
enum mode { VIRTUAL, HOST, QUICK };
static const char *const mode_names[] = { "virtual", "host", "quick" };

/* A disk is known to be quick when it has been so. */
static void warm(struct bench *bench, struct device *dev)
{
    struct io_port *io = &bench->machine->io;
    put32(bench->machine->storage + 72, 0x1000);
    put32(bench->machine->storage + 0x1000, 0x02000000);
    put32(bench->machine->storage + 0x1004, 0x20000001);
    for (int i = 0; i < 3; i++) {
        io->start_io(io->context, bench->cpu, dev->number, false);
        channels_settle(bench->channels, 2000000000);
        io->test_io(io->context, bench->cpu, dev->number);
    }
    memset(bench->machine->storage, 0, 0x2000);
    scripted_clear(dev->own);
}

static void hear(void *context, const struct message *m)
{
    struct bench *bench = context;
    if (bench->said_count < 64)
        snprintf(bench->said[bench->said_count++], sizeof *bench->said, "%s", m->text);
}

static void bench_open(struct bench *bench, enum mode mode)
{
    bool is_virtual = mode == VIRTUAL;
    struct machine_options options = { .mainsize = MAINSIZE, .numcpu = 2, .virtual_time = is_virtual };
    memset(bench, 0, sizeof *bench);
    bench->messages = messages_new();
    messages_listen(bench->messages, hear, bench);
    bench->machine = machine_new(&options, bench->messages);
    bench->channels = channels_new(bench->machine);
    bench->cpu = bench->machine->cpus[0];
    bench->cpu->cr[0] = 0x80000000;
    bench->mask = 0xFFFFFFFF;
    bench->is_virtual = is_virtual;
    bench->mode = mode_names[mode];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct device *dev = device_attach(bench->channels, mode == QUICK ? &scripted_disk : &scripted_type,
                                           numbers[i], 0, NULL);
        if (mode == QUICK)
            warm(bench, dev);
    }
    for (int i = 0x300; i < MAINSIZE; i++)
        bench->machine->storage[i] = (uint8_t)(0x40 + i % 7);
    bench->before = malloc(MAINSIZE);
    memcpy(bench->before, bench->machine->storage, MAINSIZE);
    bench->seen = calloc(1, MAINSIZE);
}

static int forget_file(const char *path, const struct stat *about, int kind, struct FTW *ftw)
{
    (void)about, (void)kind, (void)ftw;
    return remove(path);
}

static void bench_close(struct bench *bench)
{
    channels_free(bench->channels);
    if (*bench->folder)
        nftw(bench->folder, forget_file, 8, FTW_DEPTH | FTW_PHYS);
    machine_free(bench->machine);
    messages_free(bench->messages);
    free(bench->before);
    free(bench->seen);
}

static void put(struct bench *bench, uint32_t at, const void *bytes, size_t length)
{
    memcpy(bench->machine->storage + at, bytes, length);
    memcpy(bench->before + at, bytes, length);
}

/* Let happen what is under way. */
static void let_run(struct bench *bench, bool one_step)
{
    struct machine *machine = bench->machine;
    if (!bench->is_virtual && one_step) {
        clock_host_sleep(1000000);
        return;
    }
    if (!bench->is_virtual) {
        for (int i = 0; i < 3; i++) {
            clock_host_sleep(300000);
            channels_settle(bench->channels, 2000000000);
        }
        return;
    }
    for (int i = 0; i < 1000 && agenda_next(&machine->agenda) != AGENDA_NEVER; i++) {
        uint64_t now = clock_ns(&machine->clock), next = agenda_next(&machine->agenda);
        clock_advance(&machine->clock, next > now ? next - now : 0);
        agenda_run(&machine->agenda, clock_ns(&machine->clock));
        if (one_step)
            break;
    }
}

/* ---- words ------------------------------------------------------------------------------ */

uint32_t case_hex(const char *word) { return (uint32_t)strtoul(word, NULL, 16); }

/* Bytes written as C1C2, or 100*C1C2 (the pattern repeated, hexadecimal count), or
 * 100*+ (00 01 02 ...). To be freed. */
uint8_t *case_bytes(const char *word, size_t *length)
{
    const char *star = strchr(word, '*');
    const char *digits = star ? star + 1 : word;
    size_t unit = strlen(digits) / 2, times = star ? case_hex(word) : 1;
    if (*digits == '+') {
        *length = times;
        uint8_t *bytes = malloc(times + 1);
        for (size_t i = 0; i < times; i++)
            bytes[i] = (uint8_t)i;
        return bytes;
    }
    *length = unit * times;
    uint8_t *bytes = malloc(*length + 1);
    for (size_t i = 0; i < *length; i++)
        sscanf(digits + 2 * (i % unit), "%2hhx", &bytes[i]);
    return bytes;
}

struct device *case_device(struct bench *bench, const char *word)
{
    struct device *dev = device_find(bench->channels, (uint16_t)case_hex(word));
    if (!dev) {
        printf("a case speaks of device %s, which is not there\n", word);
        exit(1);
    }
    return dev;
}

/* ---- what a line asks for ------------------------------------------------------------------- */

void expect_that(const struct line *line, bool holds, const char *what, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const struct place *place = line->place;
    check_that(holds, what, place->file, place->line, "%s (%s): %s", place->name,
               line->bench->mode, text);
}

static void do_put(struct line *line)
{
    size_t length;
    uint8_t *bytes = case_bytes(line->argv[2], &length);
    put(line->bench, case_hex(line->argv[1]), bytes, length);
    free(bytes);
}

/* ccw ADDRESS CODE DATA FLAGS COUNT */
static void do_ccw(struct line *line)
{
    uint8_t ccw[8] = { (uint8_t)case_hex(line->argv[2]) };
    put24(ccw + 1, case_hex(line->argv[3]));
    ccw[4] = (uint8_t)case_hex(line->argv[4]);
    put16(ccw + 6, (uint16_t)case_hex(line->argv[5]));
    put(line->bench, case_hex(line->argv[1]), ccw, 8);
}

static void do_key(struct line *line)
{
    line->bench->machine->keys[case_hex(line->argv[1]) >> BLOCK_SHIFT] = (uint8_t)case_hex(line->argv[2]);
}

static void do_keyis(struct line *line)
{
    uint8_t key = line->bench->machine->keys[case_hex(line->argv[1]) >> BLOCK_SHIFT];
    expect(line, key == case_hex(line->argv[2]), "key is %02X", key);
}

static void do_type(struct line *line)
{
    static const char *const names[] = { "selector", "byte", "block" };
    for (int i = 0; i < 3; i++)
        if (strcmp(line->argv[2], names[i]) == 0)
            channel_set_type(line->bench->channels, (int)case_hex(line->argv[1]), (enum channel_type)i);
}

static void do_cr0(struct line *line) { line->bench->cpu->cr[0] = case_hex(line->argv[1]); }
static void do_mask(struct line *line) { line->bench->mask = case_hex(line->argv[1]); }
static void do_prefix(struct line *line) { line->bench->cpu->prefix = case_hex(line->argv[1]); }
static void do_cpu(struct line *line)
{
    line->bench->cpu = line->bench->machine->cpus[case_hex(line->argv[1])];
}

/* on DEVICE CODE [wait] [give BYTES | take COUNT] [status SS] [sense BYTES] [later US SS] */
static void do_on(struct line *line)
{
    struct scripted *own = case_device(line->bench, line->argv[1])->own;
    struct scripted_action *action = &own->actions[own->count++];
    *action = (struct scripted_action){ .command = (uint8_t)case_hex(line->argv[2]) };
    for (int i = 3; i < line->argc; i++) {
        const char *word = line->argv[i];
        if (strcmp(word, "wait") == 0) {
            action->wait = true;
        } else if (strcmp(word, "give") == 0) {
            action->gives = true;
            action->bytes = case_bytes(line->argv[++i], &action->length);
        } else if (strcmp(word, "take") == 0) {
            action->takes = true;
            action->length = case_hex(line->argv[++i]);
        } else if (strcmp(word, "status") == 0) {
            action->any_status = true;
            action->status = case_hex(line->argv[++i]);
        } else if (strcmp(word, "sense") == 0) {
            size_t length;
            uint8_t *sense = case_bytes(line->argv[++i], &length);
            memcpy(action->sense, sense, length < 8 ? length : 8);
            free(sense);
        } else if (strcmp(word, "later") == 0) {
            action->later_us = case_hex(line->argv[++i]);
            action->later = case_hex(line->argv[++i]);
        } else {
            expect(line, false, "unknown word %s", word);
        }
    }
}

static void do_initial(struct line *line)
{
    ((struct scripted *)case_device(line->bench, line->argv[1])->own)->initial = case_hex(line->argv[2]);
}
static void do_haltwith(struct line *line)
{
    ((struct scripted *)case_device(line->bench, line->argv[1])->own)->halt_status = case_hex(line->argv[2]);
}
static void do_present(struct line *line)
{
    device_present(case_device(line->bench, line->argv[1]), case_hex(line->argv[2]));
}
static void do_proceed(struct line *line) { device_proceed(case_device(line->bench, line->argv[1])); }
static void do_run(struct line *line) { let_run(line->bench, false); }
static void do_step(struct line *line) { let_run(line->bench, true); }
/* resize: new storage and CPUs; what is under way is gone */
static void do_resize(struct line *line)
{
    struct bench *bench = line->bench;
    expect(line, machine_resize(bench->machine, MAINSIZE, 2), "not resized");
    bench->cpu = bench->machine->cpus[0];
    bench->cpu->cr[0] = 0x80000000;
    memset(bench->before, 0, MAINSIZE);
}
static void do_reset(struct line *line)
{
    line->bench->machine->io.reset(line->bench->machine->io.context);
}

/* ---- devices of the devices room, and their files -------------------------------- */

/* "@name" is a file in the case's folder; other words are what they are. */
static const char *path_of(struct bench *bench, const char *word, char *path, size_t size)
{
    if (*word != '@')
        return word;
    if (!*bench->folder) {
        snprintf(bench->folder, sizeof bench->folder, "/tmp/endicott-XXXXXX");
        if (!mkdtemp(bench->folder))
            abort();
    }
    snprintf(path, size, "%s/%s", bench->folder, word + 1);
    return path;
}

/* file @NAME BYTES: append */
static void do_file(struct line *line)
{
    char path[256];
    size_t length;
    uint8_t *bytes = case_bytes(line->argv[2], &length);
    FILE *file = fopen(path_of(line->bench, line->argv[1], path, sizeof path), "ab");
    expect(line, file && fwrite(bytes, 1, length, file) == length, "%s is not written", path);
    if (file)
        fclose(file);
    free(bytes);
}

/* holds @NAME BYTES: the whole file */
static void do_holds(struct line *line)
{
    char path[256];
    size_t length;
    uint8_t *want = case_bytes(line->argv[2], &length), found[SCRIPT_BYTES];
    FILE *file = fopen(path_of(line->bench, line->argv[1], path, sizeof path), "rb");
    size_t n = file ? fread(found, 1, sizeof found, file) : 0, at = 0;
    while (at < n && at < length && found[at] == want[at])
        at++;
    expect(line, n == length && at == n, "%zu bytes, different at %zX: %02X", n, at, found[at]);
    if (file)
        fclose(file);
    free(want);
}

/* disk @NAME TYPE [VOLUME CYLINDERS]: a new image, as by `endicott dasdinit` */
static void do_disk(struct line *line)
{
    char path[256];
    char *words[WORDS] = { "dasdinit" };
    for (int i = 1; i < line->argc; i++)
        words[i] = line->argv[i];
    words[1] = (char *)path_of(line->bench, line->argv[1], path, sizeof path);
    char volume[] = "TEST01";
    if (line->argc == 3)
        words[3] = volume;
    int status = dasdinit_main(line->argc == 3 ? 4 : line->argc, words);
    expect(line, status == 0, "dasdinit ends with %d", status);
}

/* device NUMBER TYPE WORDS */
static void do_device(struct line *line)
{
    static char paths[WORDS][256];
    char *words[WORDS];
    for (int i = 3; i < line->argc; i++)
        words[i - 3] = (char *)path_of(line->bench, line->argv[i], paths[i], sizeof paths[i]);
    const struct device_type *type = device_type_find(line->argv[2]);
    expect(line, type && device_attach(line->bench->channels, type, (uint16_t)case_hex(line->argv[1]),
                                       line->argc - 3, words), "no device %s", line->argv[1]);
}

/* types DEVICE TEXT: the operator types it */
static void do_types(struct line *line)
{
    struct device *dev = case_device(line->bench, line->argv[1]);
    const char *text = line->argc > 2 ? line->argv[2] : "";
    expect(line, dev->type->type_line && dev->type->type_line(dev, text), "it takes no lines");
}

/* fault DEVICE CHANNEL-STATUS: a malfunction that is to come */
static void do_fault(struct line *line)
{
    device_malfunction(case_device(line->bench, line->argv[1]), case_hex(line->argv[2]));
}

static void do_detach(struct line *line)
{
    uint16_t number = (uint16_t)case_hex(line->argv[1]);
    expect(line, device_detach(line->bench->channels, number), "no device %03X", number);
}
static void do_attach(struct line *line)
{
    device_attach(line->bench->channels, &scripted_type, (uint16_t)case_hex(line->argv[1]), 0, NULL);
}
static void do_reopen(struct line *line)
{
    struct device *dev = case_device(line->bench, line->argv[1]);
    device_reopen(dev, line->argc - 2, line->argv + 2);
}
static void do_rename(struct line *line)
{
    expect(line, device_renumber(line->bench->channels, (uint16_t)case_hex(line->argv[1]),
                                 (uint16_t)case_hex(line->argv[2])), "not renumbered");
}

/* state DEVICE WORDS */
static void do_state(struct line *line)
{
    char text[128], want[128] = "";
    for (int i = 2; i < line->argc; i++) {
        strcat(want, i > 2 ? " " : "");
        strcat(want, line->argv[i]);
    }
    device_state(case_device(line->bench, line->argv[1]), text, sizeof text);
    expect(line, strcmp(text, want) == 0, "state is \"%s\"", text);
}

static void do_trace(struct line *line) { device_trace(case_device(line->bench, line->argv[1]), true); }

/* says WORDS: the next message that was said */
static void do_says(struct line *line)
{
    struct bench *bench = line->bench;
    char want[256] = "";
    for (int i = 1; i < line->argc; i++) {
        strcat(want, i > 1 ? " " : "");
        strcat(want, line->argv[i]);
    }
    const char *said = bench->said_next < bench->said_count ? bench->said[bench->said_next++] : "nothing";
    expect(line, strcmp(said, want) == 0, "said \"%s\"", said);
}

/* The I/O instructions: NAME ADDRESS [CAW] = CC [STATUS | CSW] */
static void do_instruction(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    const char *name = line->argv[0];
    uint32_t address = case_hex(line->argv[1]);
    uint8_t *low = bench->machine->storage + bench->cpu->prefix;
    int at = 2, cc;
    if (strcmp(name, "sio") == 0 || strcmp(name, "siof") == 0) {
        put32(low + 72, case_hex(line->argv[at++]));
        cc = io->start_io(io->context, bench->cpu, address, name[3] == 'f');
    } else {
        static const char *const names[] = { "tio", "clrio", "hio", "hdv", "tch", "stidc", "concs",
                                             "discs", "clrch" };
        int (*const calls[])(void *, struct cpu *, uint32_t) = {
            io->test_io, io->clear_io, io->halt_io, io->halt_device, io->test_channel,
            io->store_channel_id, io->connect_channel_set, io->disconnect_channel_set,
            io->clear_channel
        };
        cc = -1;
        for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
            if (strcmp(name, names[i]) == 0)
                cc = calls[i](io->context, bench->cpu, address);
    }
    at++;                                       /* = */
    expect(line, cc == (int)case_hex(line->argv[at]), "condition code %d, CSW %08X %08X", cc,
           get32(low + 64), get32(low + 68));
    if (++at >= line->argc)
        return;
    size_t length;
    uint8_t *want = case_bytes(line->argv[at], &length);
    const uint8_t *found = strcmp(name, "stidc") == 0 ? low + 168 : length == 2 ? low + 68 : low + 64;
    expect(line, memcmp(found, want, length) == 0, "stored %08X %08X", get32(low + 64),
           get32(low + 68));
    free(want);
}

/* int DEVICE CSW: the next interruption is this one. */
static void do_int(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint16_t address = 0;
    uint8_t csw[8] = { 0 };
    size_t length;
    /* On a busy host, threads may need their time. */
    for (int i = 0; i < 2000 && !bench->is_virtual &&
                    !io->interruption_pending(io->context, bench->cpu, bench->mask); i++)
        clock_host_sleep(1000000);
    bool pending = io->interruption_pending(io->context, bench->cpu, bench->mask);
    bool taken = io->take_interruption(io->context, bench->cpu, bench->mask, &address, csw);
    uint8_t *want = case_bytes(line->argv[2], &length);
    expect(line, pending == taken, "pending %d, taken %d", pending, taken);
    expect(line, taken && address == case_hex(line->argv[1]) && memcmp(csw, want, 8) == 0,
           "interruption %d of %03X, CSW %08X %08X", taken, address, get32(csw), get32(csw + 4));
    free(want);
}

static void do_noint(struct line *line)
{
    struct bench *bench = line->bench;
    struct io_port *io = &bench->machine->io;
    uint16_t address = 0;
    uint8_t csw[8] = { 0 };
    bool pending = io->interruption_pending(io->context, bench->cpu, bench->mask);
    bool taken = io->take_interruption(io->context, bench->cpu, bench->mask, &address, csw);
    expect(line, !pending && !taken, "interruption of %03X, CSW %08X %08X", address, get32(csw),
           get32(csw + 4));
}

static void do_mem(struct line *line)
{
    struct bench *bench = line->bench;
    size_t length;
    uint32_t at = case_hex(line->argv[1]);
    uint8_t *want = case_bytes(line->argv[2], &length);
    size_t i = 0;
    while (i < length && bench->machine->storage[at + i] == want[i])
        i++;
    expect(line, i == length, "at %X: %02X", (unsigned)(at + i), bench->machine->storage[at + i]);
    memset(bench->seen + at, 1, length);
    free(want);
}

static void do_taken(struct line *line)
{
    struct scripted *own = case_device(line->bench, line->argv[1])->own;
    size_t length = 0;
    uint8_t *want = line->argc > 2 ? case_bytes(line->argv[2], &length) : NULL;
    expect(line, own->taken_length == length && (!length || memcmp(own->taken, want, length) == 0),
           "%zu bytes: %02X%02X%02X%02X", own->taken_length, own->taken[0], own->taken[1],
           own->taken[2], own->taken[3]);
    own->taken_length = 0;
    free(want);
}

/* counts DEVICE NAME NUMBER ... */
static void do_counts(struct line *line)
{
    const struct scripted *own = case_device(line->bench, line->argv[1])->own;
    const struct { const char *name; size_t value; } values[] = {
        { "done", (size_t)own->next }, { "begun", (size_t)own->begun },
        { "ended", (size_t)own->ended }, { "resets", (size_t)own->resets },
        { "halts", (size_t)own->halts }, { "gave", own->gave }, { "count", own->counted },
        { "chained", own->chained }, { "chains", own->chains }, { "previous", own->previous }
    };
    expect(line, own->unexpected == 0, "%d commands came out of order", own->unexpected);
    for (int i = 2; i + 1 < line->argc; i += 2)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++)
            if (strcmp(line->argv[i], values[v].name) == 0)
                expect(line, values[v].value == case_hex(line->argv[i + 1]), "%s is %zX",
                       values[v].name, values[v].value);
}

/* ipl DEVICE = 1 | 0 */
static void do_ipl(struct line *line)
{
    struct bench *bench = line->bench;
    bool begun = machine_ipl(bench->machine, 0, case_hex(line->argv[1]), false);
    expect(line, begun == (line->argv[3][0] == '1'), "IPL gives %d", begun);
    let_run(bench, false);
}

/* psw SYSTEM-MASK ADDRESS, or psw none: what IPL has loaded */
static void do_psw(struct line *line)
{
    const struct cpu *cpu = line->bench->machine->cpus[0];
    if (strcmp(line->argv[1], "none") == 0)
        expect(line, cpu->loading && !cpu->started, "the CPU has started");
    else
        expect(line, !cpu->loading && cpu->psw.system_mask == case_hex(line->argv[1]) &&
               cpu->psw.ia == case_hex(line->argv[2]), "PSW mask %02X address %X", cpu->psw.system_mask,
               (unsigned)cpu->psw.ia);
}

static const struct verb verbs[] = {
    { "put", 3, do_put }, { "ccw", 6, do_ccw }, { "key", 3, do_key }, { "keyis", 3, do_keyis },
    { "type", 3, do_type },
    { "cr0", 2, do_cr0 }, { "mask", 2, do_mask }, { "prefix", 2, do_prefix }, { "cpu", 2, do_cpu },
    { "on", 3, do_on }, { "initial", 3, do_initial }, { "haltwith", 3, do_haltwith },
    { "present", 3, do_present }, { "proceed", 2, do_proceed },
    { "run", 1, do_run }, { "step", 1, do_step }, { "reset", 1, do_reset }, { "resize", 1, do_resize },
    { "detach", 2, do_detach }, { "attach", 2, do_attach }, { "reopen", 2, do_reopen },
    { "rename", 3, do_rename }, { "state", 3, do_state },
    { "sio", 5, do_instruction }, { "siof", 5, do_instruction }, { "tio", 4, do_instruction },
    { "clrio", 4, do_instruction }, { "hio", 4, do_instruction }, { "hdv", 4, do_instruction },
    { "tch", 4, do_instruction }, { "stidc", 4, do_instruction }, { "concs", 4, do_instruction },
    { "discs", 4, do_instruction }, { "clrch", 4, do_instruction },
    { "fault", 3, do_fault },
    { "int", 3, do_int }, { "noint", 1, do_noint }, { "mem", 3, do_mem }, { "taken", 2, do_taken },
    { "counts", 4, do_counts }, { "file", 3, do_file }, { "holds", 3, do_holds }, { "disk", 3, do_disk },
    { "device", 3, do_device }, { "types", 2, do_types }, { "trace", 2, do_trace }, { "says", 2, do_says },
    { "ipl", 4, do_ipl }, { "psw", 2, do_psw }, { NULL, 0, NULL }
};

static bool do_verb(struct line *line, const struct verb *table)
{
    for (const struct verb *verb = table; verb->name; verb++)
        if (strcmp(line->argv[0], verb->name) == 0 && line->argc >= verb->words) {
            verb->action(line);
            return true;
        }
    return false;
}

static void do_line(struct line *line)
{
    if (!do_verb(line, verbs) && !do_verb(line, subsystem_verbs))
        expect(line, false, "not a line of a case: %s", line->argv[0]);
}

/* ---- files ----------------------------------------------------------------------------- */

static int split(char *text, char *words[WORDS])
{
    int n = 0;
    char *comment = strchr(text, '#');
    if (comment)
        *comment = 0;
    for (char *word = strtok(text, " \t\n"); word && n < WORDS; word = strtok(NULL, " \t\n"))
        words[n++] = word;
    return n;
}

/* Storage that nobody looked at is as it was. The CSW, the CAW, the channel's ID and
 * logout may have changed. */
static void close_case(struct bench *bench, struct place *place)
{
    struct line line = { .bench = bench, .place = place };
    memset(bench->seen + 64, 1, 12);
    memset(bench->seen + bench->machine->cpus[0]->prefix + 64, 1, 12);
    memset(bench->seen + 80, 1, 4);        /* the interval timer */
    memset(bench->seen + 168, 1, 12);
    int at = 0;
    while (at < MAINSIZE && (bench->seen[at] || bench->machine->storage[at] == bench->before[at]))
        at++;
    expect(&line, at == MAINSIZE, "storage at %X has changed to %02X", at,
           bench->machine->storage[at < MAINSIZE ? at : 0]);
    bench_close(bench);
}

static void run_file(const char *name, enum mode mode)
{
    FILE *file = fopen(name, "r");
    char text[LINE];
    char *words[WORDS];
    struct bench bench;
    bool open = false;
    struct place place = { .file = name };
    if (!check(file, "%s cannot be read", name))
        return;
    while (fgets(text, sizeof text, file)) {
        place.line++;
        if (strncmp(text, "case ", 5) == 0) {
            if (open)
                close_case(&bench, &place);
            bool only_virtual = strstr(text, "[virtual]");
            snprintf(place.name, sizeof place.name, "%.*s", (int)strcspn(text + 5, "\n"), text + 5);
            open = mode == VIRTUAL || !only_virtual;
            if (open)
                bench_open(&bench, mode);
            continue;
        }
        int n = split(text, words);
        struct line line = { &bench, &place, n, words };
        if (n && open)
            do_line(&line);
    }
    if (open)
        close_case(&bench, &place);
    fclose(file);
}

int main(int argc, char *argv[])
{
    char pattern[4096];
    const char *top = getenv("srcdir");
    glob_t files = { 0 };
    snprintf(pattern, sizeof pattern, "%s/tests/channel/*.cases", top ? top : ".");
    if (argc > 1)
        glob(argv[1], 0, NULL, &files);
    else
        glob(pattern, 0, NULL, &files);
    check(files.gl_pathc > 0, "no cases: %s", pattern);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        run_file(files.gl_pathv[i], VIRTUAL);
        run_file(files.gl_pathv[i], HOST);
        run_file(files.gl_pathv[i], QUICK);
    }
    globfree(&files);
    return checks_done();
}
