/* A device that stands alone, without channel or CPU, and what it answers. Include after
 * check.h. */
#ifndef TESTS_UNIT_LONE_H
#define TESTS_UNIT_LONE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/cpu.h"
#include "devices/devices.h"
#include "tests/unit/check.h"

struct lone {
    struct machine machine;
    struct device dev;
    char said[16][400];          /* the last messages, said[0] the newest */
    uint8_t out[1 << 18];      /* room at most */        /* what the last command gave */
    size_t given, taken;
};

__attribute__((unused))
static void lone_hear(void *context, const struct message *m)
{
    struct lone *lone = context;
    memmove(lone->said[1], lone->said[0], sizeof lone->said - sizeof lone->said[0]);
    snprintf(lone->said[0], sizeof lone->said[0], "%s", m->text);
}

/* The words of a statement behind the type, parted by blanks; a word may stand in "". */
__attribute__((unused))
static bool lone_open(struct lone *lone, const char *words)
{
    char *copy = strdup(words), *argv[32];
    int argc = 0;
    for (char *p = copy; *p && argc < 32; ) {
        while (*p == ' ')
            p++;
        if (!*p)
            break;
        char end = *p == '"' ? '"' : ' ';
        p += end == '"';
        argv[argc++] = p;
        while (*p && *p != end)
            p++;
        if (*p)
            *p++ = 0;
    }
    bool ok = lone->dev.type->open(&lone->dev, argc, argv);
    free(copy);
    return ok;
}

__attribute__((unused))
static struct lone *lone_new(const char *type, const char *words)
{
    struct lone *lone = calloc(1, sizeof *lone);
    lone->machine.messages = messages_new();
    lone->machine.events = events_new();
    codepage_default(&lone->machine.codepage);
    lone->machine.options.host_commands = true;
    messages_listen(lone->machine.messages, lone_hear, lone);
    lone->dev.type = device_type_find(type);
    if (!check(lone->dev.type != NULL, "no type %s", type))
        exit(1);
    lone->dev.number = 0x00C;
    lone->dev.machine = &lone->machine;
    lone->dev.messages = lone->machine.messages;
    lone->dev.own = calloc(1, lone->dev.type->size);
    if (words)
        check(lone_open(lone, words), "%s %s: %s", type, words, lone->said[0]);
    return lone;
}

__attribute__((unused))
static void lone_free(struct lone *lone)
{
    lone->dev.type->close(&lone->dev);
    events_free(lone->machine.events);
    messages_free(lone->machine.messages);
    free(lone->dev.own);
    free(lone);
}

/* A command in a chain: `previous` 0 for the first. */
__attribute__((unused))
static unsigned lone_chained(struct lone *lone, uint8_t previous, uint8_t command,
                             const void *in, size_t in_length, size_t room)
{
    struct lone_exchange x = { .in = in, .in_length = in_length, .out = lone->out,
                               .out_room = room, .command = command, .previous = previous,
                               .chained = previous != 0 };
    memset(lone->out, 0xEE, room < sizeof lone->out ? room + 16 : room);
    unsigned status = device_command_alone(&lone->dev, &x);
    lone->given = x.given;
    lone->taken = x.taken;
    return status;
}

__attribute__((unused))
static unsigned lone_give(struct lone *lone, uint8_t command, const void *in, size_t length)
{
    return lone_chained(lone, 0, command, in, length, 0);
}

__attribute__((unused))
static unsigned lone_get(struct lone *lone, uint8_t command, size_t room)
{
    return lone_chained(lone, 0, command, NULL, 0, room);
}

/* Sense byte 0. */
__attribute__((unused))
static unsigned lone_sense(struct lone *lone)
{
    check(lone_get(lone, 0x04, 32) == UNIT_ENDED, "sense");
    return lone->out[0];
}

/* A file to work with, in a folder of the test's own. */
__attribute__((unused))
static const char *lone_folder(void)
{
    static char folder[64];
    if (!*folder) {
        strcpy(folder, "/tmp/endicott-test-XXXXXX");
        if (!mkdtemp(folder))
            exit(1);
    }
    return folder;
}

__attribute__((unused))
static char *lone_file(const char *name, const void *bytes, size_t length)
{
    char *path;
    if (asprintf(&path, "%s/%s", lone_folder(), name) < 0)
        abort();
    if (bytes) {
        unlink(path);     /* some file systems flush a file that is emptied and rewritten */
        FILE *file = fopen(path, "wb");
        if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
            exit(1);
    }
    return path;
}

__attribute__((unused))
static size_t lone_slurp(const char *path, void *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t n = fread(bytes, 1, size, file);
    fclose(file);
    return n;
}

__attribute__((unused))
static void lone_clean(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", lone_folder());
    if (system(command) != 0)
        exit(1);
}

/* A block of so many of a letter, to a tape. */
__attribute__((unused))
static unsigned lone_write(struct lone *lone, char letter, size_t length)
{
    static uint8_t block[300000];
    memset(block, letter, length);
    return lone_give(lone, 0x01, block, length);
}

#endif
