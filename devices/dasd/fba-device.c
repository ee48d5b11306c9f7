/* FBA disks: 3310, 3370, 9313, 9332, 9335, 9336, 0671. A chain says which blocks it may touch
 * (define extent) and which it is about to (locate), then reads or writes them. After the
 * IBM 3370 Direct Access Storage Description, GA26-1657. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/message.h"
#include "core/messages.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/types.h"
#include "devices/words.h"

enum { SENSE_LENGTH = 24, MOST_BLOCKS = 64 };
enum { SENSE1_FILE_PROTECTED = 0x04, SENSE1_WRITE_INHIBITED = 0x02 };
enum { INVALID_COMMAND = 1, INVALID_SEQUENCE = 2, COUNT_TOO_SMALL = 3, INVALID_ARGUMENT = 4 };

/* Locate's operations (byte 0, bits 4-7). */
enum { LOCATE_NONE = 0, LOCATE_WRITE = 1, LOCATE_REPLICATED = 2, LOCATE_FORMAT = 4,
       LOCATE_WRITE_CHECK = 5, LOCATE_READ = 6 };

/* ---- sense --------------------------------------------------------------------------- */

static unsigned check(struct device *dev, uint8_t sense0, uint8_t sense1, uint8_t byte7)
{
    struct fba *f = dev->own;
    device_check(dev, sense0);
    dev->sense[1] = sense1;
    dev->sense[4] = dev->number & 0x0F;
    dev->sense[7] = byte7;
    put32(dev->sense + 8, f->next);
    return UNIT_CHECKED;
}

static unsigned reject(struct device *dev, uint8_t message)
{
    return check(dev, SENSE_COMMAND_REJECT, 0, message);
}

static unsigned failed(struct device *dev, const struct disk_complaint *complaint)
{
    message(dev->messages, HHC00504E, dev->number, complaint->text);
    if (fba_image_is_gone(&((struct fba *)dev->own)->image))
        return check(dev, SENSE_INTERVENTION_REQUIRED, 0, 0);
    return check(dev, SENSE_EQUIPMENT_CHECK, 0x80, 0x10);
}

/* ---- define extent, locate ---------------------------------------------------------------- */

/* 16 bytes: mask (bits 0-1: 00 no format writes, 01 no writes, 11 all), a zero, the size of a
 * block (zero: what the disk has); the extent's first block on the disk; then the numbers that
 * the data set gives to its first and last (GC26-4581; Linux's driver tells the size). */
static unsigned define_extent(struct device *dev, struct exchange *x)
{
    struct fba *f = dev->own;
    uint8_t p[16];
    if (exchange_take(x, p, sizeof p) < sizeof p)
        return reject(dev, COUNT_TOO_SMALL);
    if (f->extent_defined)
        return reject(dev, INVALID_SEQUENCE);
    uint32_t start = get32(p + 4), first = get32(p + 8), last = get32(p + 12);
    unsigned size = get16(p + 2);
    if (p[0] & 0x33 || (p[0] & 0xC0) == 0x80 || p[1] || (size && size != FBA_BLOCK) || last < first
        || start >= f->image.blocks || last - first >= f->image.blocks - start)
        return reject(dev, INVALID_ARGUMENT);
    f->extent_defined = true;
    f->mask = p[0];
    f->start = start;
    f->first = first;
    f->last = last;
    return UNIT_ENDED;
}

/* 8 bytes: operation, replication count, block count, number of the first block in the data
 * set. With replication the blocks are there several times: any one of them serves. */
static unsigned locate(struct device *dev, struct exchange *x)
{
    struct fba *f = dev->own;
    uint8_t p[8];
    if (exchange_take(x, p, sizeof p) < sizeof p)
        return reject(dev, COUNT_TOO_SMALL);
    if (!f->extent_defined)
        return reject(dev, INVALID_SEQUENCE);
    unsigned operation = p[0] & 0x0F, count = get16(p + 2), replicas = p[1];
    uint32_t block = get32(p + 4);
    bool known = operation == LOCATE_WRITE || operation == LOCATE_REPLICATED
        || operation == LOCATE_FORMAT || operation == LOCATE_WRITE_CHECK
        || operation == LOCATE_READ;
    if (!known || p[0] & 0xF0 || count == 0)
        return reject(dev, INVALID_ARGUMENT);
    uint64_t touched = operation == LOCATE_REPLICATED && replicas ? replicas : count;
    if (operation == LOCATE_REPLICATED && touched % count)
        return reject(dev, INVALID_ARGUMENT);
    if (block < f->first || block + touched - 1 > f->last)
        return check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    bool writes = operation == LOCATE_WRITE || operation == LOCATE_WRITE_CHECK
        || operation == LOCATE_FORMAT;
    if ((writes && (f->mask & 0xC0) == 0x40) || (operation == LOCATE_FORMAT && f->mask < 0xC0))
        return reject(dev, INVALID_SEQUENCE);
    f->operation = (uint8_t)operation;
    f->next = f->start + (block - f->first);
    f->remaining = (uint16_t)count;
    return UNIT_ENDED;
}

/* ---- read, write ------------------------------------------------------------------------------- */

static uint32_t piece(const struct fba *f)
{
    return f->remaining < MOST_BLOCKS ? f->remaining : MOST_BLOCKS;
}

static void advance(struct fba *f, uint32_t blocks)
{
    f->next += blocks;
    f->remaining = (uint16_t)(f->remaining - blocks);
    if (f->remaining == 0)
        f->operation = LOCATE_NONE;
}

static unsigned fba_read(struct device *dev, struct exchange *x)
{
    struct fba *f = dev->own;
    struct disk_complaint complaint;
    if (f->operation != LOCATE_READ && f->operation != LOCATE_REPLICATED)
        return reject(dev, INVALID_SEQUENCE);
    while (f->operation) {
        uint32_t n = piece(f);
        if (!fba_image_read(&f->image, f->next, n, f->buffer, &complaint))
            return failed(dev, &complaint);
        advance(f, n);
        if (exchange_give(x, f->buffer, (size_t)n * FBA_BLOCK) < (size_t)n * FBA_BLOCK)
            break;
    }
    f->operation = LOCATE_NONE;
    return UNIT_ENDED;
}

/* A block that the channel has only a part of is filled up with zeros. */
static unsigned fba_write(struct device *dev, struct exchange *x)
{
    struct fba *f = dev->own;
    struct disk_complaint complaint;
    if (f->operation == LOCATE_NONE || f->operation == LOCATE_READ
        || f->operation == LOCATE_REPLICATED)
        return reject(dev, INVALID_SEQUENCE);
    if (!f->image.writable && !f->fake_writes)
        return check(dev, SENSE_EQUIPMENT_CHECK, SENSE1_WRITE_INHIBITED, 0);
    while (f->operation) {
        size_t wanted = (size_t)piece(f) * FBA_BLOCK;
        size_t got = exchange_take(x, f->buffer, wanted);
        uint32_t blocks = (uint32_t)((got + FBA_BLOCK - 1) / FBA_BLOCK);
        memset(f->buffer + got, 0, (size_t)blocks * FBA_BLOCK - got);
        if (blocks && !f->fake_writes
            && !fba_image_write(&f->image, f->next, blocks, f->buffer, &complaint))
            return failed(dev, &complaint);
        advance(f, blocks);
        if (got < wanted)
            break;
    }
    f->operation = LOCATE_NONE;
    return UNIT_ENDED;
}

/* Block 0; the chain may then touch the whole disk. */
static unsigned read_ipl(struct device *dev, struct exchange *x)
{
    struct fba *f = dev->own;
    struct disk_complaint complaint;
    if (f->extent_defined)
        return reject(dev, INVALID_SEQUENCE);
    if (!fba_image_read(&f->image, 0, 1, f->buffer, &complaint))
        return failed(dev, &complaint);
    f->extent_defined = true;
    f->mask = 0;
    f->start = f->first = 0;
    f->last = f->image.blocks - 1;
    exchange_give(x, f->buffer, FBA_BLOCK);
    return UNIT_ENDED;
}

/* ---- what it is -------------------------------------------------------------------------------------- */

static unsigned read_characteristics(struct device *dev, struct exchange *x)
{
    const struct fba *f = dev->own;
    uint8_t rdc[32] = { 0x30, 0x08, 0x21 };      /* operation modes, features, class */
    rdc[3] = f->geometry->unit_type;
    put16(rdc + 4, FBA_BLOCK);
    put32(rdc + 6, f->geometry->group);
    put32(rdc + 10, f->geometry->position);
    put32(rdc + 14, f->image.blocks);
    exchange_give(x, rdc, sizeof rdc);
    return UNIT_ENDED;
}

static unsigned sense_id(struct device *dev, struct exchange *x)
{
    const struct fba *f = dev->own;
    uint8_t id[7] = { 0xFF, [3] = 0x01 };
    put16(id + 1, f->geometry->control_unit);
    put16(id + 4, f->geometry->type);
    id[6] = f->geometry->model;
    exchange_give(x, id, sizeof id);
    return UNIT_ENDED;
}

/* The file is locked, so nobody else can have the disk: they only answer with the sense. */
static unsigned reserve(struct device *dev, struct exchange *x)
{
    struct fba *f = dev->own;
    return f->extent_defined ? reject(dev, INVALID_SEQUENCE) : device_sense(dev, x);
}

static unsigned read_buffered_log(struct device *dev, struct exchange *x)
{
    uint8_t log[SENSE_LENGTH] = { [7] = 0x60 };
    (void)dev;
    exchange_give(x, log, sizeof log);
    return UNIT_ENDED;
}

static unsigned unknown(struct device *dev, struct exchange *x)
{
    (void)x;
    return reject(dev, INVALID_COMMAND);
}

const struct device_command fba_commands[] = {
    { 0x02, 0xFF, "read IPL", read_ipl },
    { 0x03, 0xFF, "no operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0x14, 0xFF, "unconditional reserve", reserve },
    { 0x41, 0xFF, "write", fba_write },
    { 0x42, 0xFF, "read", fba_read },
    { 0x43, 0xFF, "locate", locate },
    { 0x63, 0xFF, "define extent", define_extent },
    { 0x64, 0xFF, "read device characteristics", read_characteristics },
    { 0x94, 0xFF, "device release", reserve },
    { 0xA4, 0xFF, "read and reset buffered log", read_buffered_log },
    { 0xB4, 0xFF, "device reserve", reserve },
    { 0xE4, 0xFF, "sense ID", sense_id },
    { 0, 0, "unknown command", unknown },
    { 0, 0, NULL, NULL }
};

/* ---- the statement -------------------------------------------------------------------------------- */

enum { OPTION_READ_ONLY = 1, OPTION_FAKE = 2, OPTION_NONE = 4 };

struct options {
    unsigned bits;
    uint32_t number[2];           /* origin, blocks */
    unsigned numbers;
    const char *shadows;          /* the pattern of sf=, or NULL */
    enum disk_sync sync;
};

static bool read_option(struct device *dev, struct options *o, const char *word, int argument)
{
    static const struct device_word words[] = {
        { "ro", OPTION_READ_ONLY, 0 }, { "rdonly", OPTION_READ_ONLY, 0 },
        { "readonly", OPTION_READ_ONLY, 0 }, { "fakewrite", OPTION_FAKE, 0 },
        { "fakewrt", OPTION_FAKE, 0 }, { "fw", OPTION_FAKE, 0 }, { "syncio", OPTION_NONE, 0 },
        { "nosyncio", OPTION_NONE, 0 }, { NULL, 0, 0 }
    };
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    if (word[0] >= '0' && word[0] <= '9' && *end == 0 && number <= UINT32_MAX && o->numbers < 2) {
        o->number[o->numbers++] = (uint32_t)number;
        return true;
    }
    if (device_word(words, word, &o->bits))
        return true;
    const char *shadows = device_value(word, "sf");
    if (shadows && *shadows) {
        o->shadows = shadows;
        return true;
    }
    const char *sync = device_value(word, "sync");
    if (sync && disk_sync_find(sync, &o->sync))
        return true;
    message(dev->messages, HHC00503E, dev->number, word, argument);
    return false;
}

static bool open_image(struct device *dev, struct fba *f, const char *path,
                       const struct options *o)
{
    struct disk_complaint complaint;
    bool protected = access(path, W_OK) != 0 && (errno == EACCES || errno == EROFS);
    bool base_protected = protected || o->bits & OPTION_READ_ONLY;
    struct cckd_tuning tuning = disk_tuning(dev);
    struct cckd_opening opening = {
        .shadows = o->shadows, .base_protected = base_protected,
        .writable = !(o->bits & OPTION_FAKE) && (o->shadows || !base_protected),
        .sync = o->sync, .background = true, .tuning = &tuning
    };
    if (!fba_image_open_with(&f->image, path, &opening, o->number[0], o->number[1],
                             &complaint)) {
        message(dev->messages, HHC00504E, dev->number, complaint.text);
        return false;
    }
    f->opened = true;
    f->fake_writes = o->bits & OPTION_FAKE;
    if (o->shadows && !f->image.chain)
        message(dev->messages, HHC00469W, dev->number, path);
    if (protected && !(o->bits & OPTION_READ_ONLY) && !f->image.writable)
        message(dev->messages, HHC00403W, dev->number, path);
    return true;
}

static void tell_rescue(void *context, const char *was, const char *is)
{
    struct device *dev = context;
    message(dev->messages, HHC00470W, dev->number, was, is);
}

void fba_close(struct device *dev)
{
    struct fba *f = dev->own;
    struct disk_complaint complaint;
    if (f->opened && !fba_image_rescue(&f->image, tell_rescue, dev, &complaint))
        message(dev->messages, HHC00504E, dev->number, complaint.text);
    if (f->opened && !fba_image_close(&f->image, &complaint))
        message(dev->messages, HHC00504E, dev->number, complaint.text);
    free(f->buffer);
    memset(f, 0, sizeof *f);
}

bool fba_open(struct device *dev, int argc, char *const argv[])
{
    struct fba *f = dev->own;
    struct options o = { 0 };
    if (argc == 0 && dev->argc) {
        argc = dev->argc;
        argv = dev->argv;
    }
    memset(f, 0, sizeof *f);
    if (argc < 1) {
        message(dev->messages, HHC00400E, dev->number, dev->type->name);
        return false;
    }
    for (int i = 1; i < argc; i++)
        if (!read_option(dev, &o, argv[i], i + 1))
            return false;
    f->buffer = malloc((size_t)MOST_BLOCKS * FBA_BLOCK);
    if (!f->buffer || !open_image(dev, f, argv[0], &o)) {
        fba_close(dev);
        return false;
    }
    const struct fba_geometry *named = fba_geometry_find(dev->type->name);
    f->geometry = fba_geometry_fit(named->type, f->image.blocks);
    if (strchr(dev->type->name, '-') && named->blocks == f->geometry->blocks)
        f->geometry = named;
    message(dev->messages, HHC00507I, dev->number, argv[0], f->geometry->name, f->image.origin,
            f->image.blocks);
    return true;
}

bool fba_read_only(const struct device *dev)
{
    const struct fba *f = dev->own;
    return !f->image.writable && !f->fake_writes;
}

void fba_describe(struct device *dev, char *text, size_t size)
{
    struct fba *f = dev->own;
    if (!f->opened)
        snprintf(text, size, "no file");
    else
        snprintf(text, size, "%s [%u blocks%s]", f->image.path, f->image.blocks,
                 f->fake_writes ? ", fake writes" : f->image.writable ? "" : ", read only");
}

void fba_begin(struct device *dev)
{
    struct fba *f = dev->own;
    f->extent_defined = false;
    f->operation = LOCATE_NONE;
    f->remaining = 0;
}
