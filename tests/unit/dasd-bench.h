/* A disk on the bench: a small volume in a temporary folder, a device without a machine, and
 * chains of commands for it, written as tables. */
#ifndef TESTS_UNIT_DASD_BENCH_H
#define TESTS_UNIT_DASD_BENCH_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel/channel.h"
#include "core/message.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/geometry.h"
#include "devices/devices.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

enum { CE_DE = UNIT_ENDED, FOUND = UNIT_ENDED | UNIT_STATUS_MODIFIER, UC = UNIT_CHECKED,
       UX = UNIT_ENDED | UNIT_EXCEPTION };

/* A command of a chain. Hex strings may have blanks. */
struct step {
    uint8_t command;
    const char *send;         /* bytes from storage; NULL none */
    unsigned room;            /* the count of a read */
    unsigned status;          /* expected */
    const char *gives;        /* expected bytes, all of them; NULL: not looked at */
    const char *sense;        /* the first sense bytes expected after unit check */
    bool loop;                /* a search with TIC *-8 behind it */
};

struct bench {
    char folder[64], path[96];
    struct messages *messages;
    struct device device;
    char said[512];           /* the last message */
};

/* ---- chance, and the host's commands ------------------------------------------------ */

static inline uint64_t *bench_random(void)
{
    static uint64_t state = 1;
    return &state;
}

static inline unsigned random_below(unsigned n)
{
    uint64_t *state = bench_random();
    return (unsigned)(next_random(state) % n);
}

__attribute__((format(printf, 1, 2)))
static inline int shell(const char *format, ...)
{
    char command[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline bool have(const char *tool)
{
    return shell("command -v %s >/dev/null", tool) == 0;
}

/* ---- a device --------------------------------------------------------------------------- */

static inline size_t unhex(const char *text, uint8_t *bytes, size_t room)
{
    size_t n = 0;
    for (; text && *text && n < room; text++) {
        unsigned byte;
        if (*text == ' ')
            continue;
        sscanf(text, "%2x", &byte);
        bytes[n++] = (uint8_t)byte;
        text++;
    }
    return n;
}

static inline const char *to_hex(const uint8_t *bytes, size_t n)
{
    static char text[2 * 64 + 1];
    text[0] = 0;
    for (size_t i = 0; i < n && i < 64; i++)
        snprintf(text + 2 * i, 3, "%02X", bytes[i]);
    return text;
}

static void bench_hear(void *context, const struct message *m)
{
    struct bench *b = context;
    snprintf(b->said, sizeof b->said, "%s", m->text);
}

static inline void bench_folder(struct bench *b)
{
    *b = (struct bench){ .messages = messages_new() };
    snprintf(b->folder, sizeof b->folder, "/tmp/dasd-test-XXXXXX");
    if (!mkdtemp(b->folder))
        abort();
    messages_listen(b->messages, bench_hear, b);
}

static inline void bench_free(struct bench *b)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", b->folder);
    if (system(command) != 0)
        perror(command);
    messages_free(b->messages);
}

/* A device of this type with the words of its statement, or false. */
static inline bool bench_attach(struct bench *b, const char *type, int argc, char *argv[])
{
    b->device = (struct device){ .type = device_type_find(type), .number = 0x150,
                                 .messages = b->messages };
    if (!check(b->device.type, "no type %s", type))
        return false;
    b->device.own = calloc(1, b->device.type->size);
    bool good = b->device.type->open(&b->device, argc, argv);
    if (!good)
        free(b->device.own);
    return good;
}

static inline void bench_detach(struct bench *b)
{
    b->device.type->close(&b->device);
    free(b->device.own);
}

/* Runs one command; `out` has room for step->room. */
static inline unsigned bench_command(struct bench *b, const struct step *s, uint8_t previous,
                                     bool chains, uint8_t *out, size_t *given)
{
    uint8_t in[4096];
    struct lone_exchange x = {
        .in = in, .in_length = unhex(s->send, in, sizeof in), .out = out, .out_room = s->room,
        .command = s->command, .previous = previous, .chained = previous != 0, .chains = chains
    };
    unsigned status = device_command_alone(&b->device, &x);
    *given = x.given < x.out_room ? x.given : x.out_room;
    return status;
}

static inline void bench_check_step(struct bench *b, const char *name, size_t i,
                                    const struct step *s, unsigned status, const uint8_t *out,
                                    size_t given)
{
    uint8_t expected[4096];
    check(status == s->status, "%s, step %zu (%02X): status %02X, not %02X (sense %s; %s)", name,
          i + 1, s->command, status, s->status, to_hex(b->device.sense, 24), b->said);
    if (s->gives) {
        size_t n = unhex(s->gives, expected, sizeof expected);
        check(given == n && memcmp(out, expected, n) == 0, "%s, step %zu (%02X): gave %zu bytes,"
              " %s", name, i + 1, s->command, given, to_hex(out, given));
    }
    if (s->sense) {
        size_t n = unhex(s->sense, expected, sizeof expected);
        check(memcmp(b->device.sense, expected, n) == 0, "%s, step %zu (%02X): sense %s", name,
              i + 1, s->command, to_hex(b->device.sense, 24));
    }
}

/* A chain from begin to end. Stops where it is not as expected in a way that ends a chain. */
static inline void bench_chain(struct bench *b, const char *name, const struct step *steps,
                               size_t count)
{
    static uint8_t out[65536 + 512];
    const struct device_type *type = b->device.type;
    unsigned status = 0;
    uint8_t previous = 0;
    if (type->begin)
        type->begin(&b->device);
    for (size_t i = 0; i < count; i++) {
        size_t given;
        unsigned rounds = 0;
        do
            status = bench_command(b, &steps[i], previous, i + 1 < count, out, &given);
        while (steps[i].loop && status == CE_DE && ++rounds < 10000);
        bench_check_step(b, name, i, &steps[i], status, out, given);
        previous = steps[i].command;
        if (status & (UNIT_CHECK | UNIT_EXCEPTION))
            break;
    }
    if (type->end)
        type->end(&b->device, status);
}

#define CHAIN(bench, name, ...) \
    do { \
        const struct step steps_[] = { __VA_ARGS__ }; \
        bench_chain(bench, name, steps_, sizeof steps_ / sizeof *steps_); \
    } while (0)

/* The bytes of a file, NUL-terminated; to be freed. */
static inline uint8_t *bench_load(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*length + 1);
    if (fread(bytes, 1, *length, file) != *length)
        *length = 0;
    fclose(file);
    return bytes;
}

/* cckdcdsk's exit status says nothing; what it prints does: nothing, if all is well. */
static inline void peer_finds_nothing(struct bench *b, const char *path, const char *what)
{
    char log[96];
    snprintf(log, sizeof log, "%s/log", b->folder);
    shell("cckdcdsk -3 -ro %s >%s 2>&1", path, log);
    size_t length = 0;
    char *said = (char *)bench_load(log, &length);
    if (said)
        said[length] = 0;
    check(said && length == 0, "cckdcdsk -3 on %s: %s", what, said);
    free(said);
}

#endif
