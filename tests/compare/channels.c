/* Random channel programs, such as operating systems have, for a device of one type; executed here
 * and by another emulator on copies of the same media, and compared. scripts/compare-channels
 * drives it:
 *
 *   channels device TYPE                       the device's number
 *   channels make SEED TYPE COUNT PROGRAM IMAGE [NUMBER...]
 *                                              an image of storage: PROGRAM (of channels.s) and a
 *                                              table of tests; the numbered ones are left out
 *   channels ended IMAGE RESULT                the number of the test that has not ended, if any
 *   channels diff IMAGE OURS THEIRS [EACH]     what the two left differently: of each kind of
 *                                              difference EACH examples (1)
 *
 * A test of the table is 2048 bytes: device (2), condition code (1), how it was given up (1), CSW
 * (8), CSW of the sense command (8), sense bytes (24), CCWs (from 64), what they read and write
 * (behind them). The table ends with a device 0. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "tests/unit/random.h"

enum {
    TABLE = 0x10000, SIZE = 2048, MOST_TESTS = 3000, IMAGE_SIZE = TABLE + SIZE * (MOST_TESTS + 1),
    CONDITION = 2, GIVEN_UP = 3, CSW = 8, SENSE = 24, BEGIN = 64, DATA = 256, MOST_CCWS = 16,
    CHAINS_DATA = 0x80, CHAINS = 0x40, SUPPRESSES = 0x20, SKIPS = 0x10,      /* flags of CCWs */
    UNIT_CHECK = 0x02, ENDED = 0x0C, INCORRECT_LENGTH = 0x40                 /* of CSWs */
};

/* ---- chance ------------------------------------------------------------------------------ */

static unsigned below(uint64_t *seed, unsigned limit)
{
    return (unsigned)((next_random(seed) >> 20) % limit);
}
static bool chance(uint64_t *seed, unsigned percent) { return below(seed, 100) < percent; }

#define ONE_OF(seed, ...) \
    ((const unsigned[]){ __VA_ARGS__ })[below(seed, sizeof (const unsigned[]){ __VA_ARGS__ } / sizeof(unsigned))]

/* ---- a channel program ------------------------------------------------------------------- */

struct program {
    uint64_t *seed;
    uint8_t *test;
    uint32_t address;               /* of the test, in the guest's storage */
    unsigned ccws, used;            /* used: bytes behind the CCWs */
};

static void put_ccw(struct program *p, unsigned code, uint32_t address, unsigned flags, unsigned count)
{
    uint8_t *ccw = p->test + BEGIN + 8 * p->ccws++;
    put32(ccw, code << 24 | address);
    put32(ccw + 4, flags << 24 | count);
}

static bool fits(const struct program *p, unsigned length)
{
    return p->ccws < MOST_CCWS && DATA + p->used + length <= SIZE;
}

/* A command with the bytes that it gives, or room for what it brings; command chaining. */
static void give(struct program *p, unsigned code, const void *bytes, unsigned length, unsigned flags)
{
    if (!fits(p, length))
        return;
    memcpy(p->test + DATA + p->used, bytes, length);
    put_ccw(p, code, p->address + DATA + p->used, flags ^ CHAINS, length);
    p->used += length;
}

static void bring(struct program *p, unsigned code, unsigned room, unsigned count, unsigned flags)
{
    if (!fits(p, room))
        return;
    put_ccw(p, code, p->address + DATA + p->used, flags ^ CHAINS, count);
    p->used += room;
}

static void control(struct program *p, unsigned code) { bring(p, code, 1, 1, SUPPRESSES); }

static void loop_to(struct program *p, unsigned ccw)
{
    if (p->ccws < MOST_CCWS)
        put_ccw(p, 0x08, p->address + BEGIN + 8 * ccw, 0, 0);
}

static void noise(struct program *p, uint8_t *bytes, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        bytes[i] = (uint8_t)below(p->seed, 256);
}

/* ---- count-key-data disks ------------------------------------------------------------------ */

struct place { unsigned cylinder, head, record; };

static void put_track(uint8_t *bytes, unsigned cylinder, unsigned head)
{
    put16(bytes, (uint16_t)cylinder);
    put16(bytes + 2, (uint16_t)head);
}

static void put_place(uint8_t *bytes, const struct place *place)
{
    put_track(bytes, place->cylinder, place->head);
    bytes[4] = (uint8_t)place->record;
}

static void seek(struct program *p, const struct place *to)
{
    uint8_t address[6] = { 0 };
    put_track(address + 2, to->cylinder, to->head);
    if (chance(p->seed, 25)) {
        uint8_t mask = (uint8_t)ONE_OF(p->seed, 0xC0, 0xC0, 0x80, 0x00, 0x40, 0xD8);
        give(p, 0x1F, &mask, 1, 0);
    }
    give(p, chance(p->seed, 80) ? 0x07 : 0x0B, address, 6, 0);
}

static void search(struct program *p, unsigned code, const struct place *what)
{
    uint8_t argument[5];
    unsigned here = p->ccws;
    put_place(argument, what);
    give(p, code, argument, (code & 0x7F) == 0x39 ? 4 : 5, 0);
    loop_to(p, here);
}

/* Count, key and data of a new record, in one piece or in two. */
static void write_count(struct program *p, const struct place *at)
{
    uint8_t bytes[8 + 8 + 256] = { 0 };
    unsigned key = ONE_OF(p->seed, 0, 0, 0, 8, 4), data = ONE_OF(p->seed, 80, 80, 100, 0, 256, 20);
    put_place(bytes, at);
    bytes[5] = (uint8_t)key;
    put16(bytes + 6, (uint16_t)data);
    noise(p, bytes + 8, key + data);
    if (key + data == 0 || chance(p->seed, 75)) {
        give(p, 0x1D, bytes, 8 + key + data, 0);
    } else if (fits(p, 8 + key + data) && p->ccws + 2 <= MOST_CCWS) {
        give(p, 0x1D, bytes, 8, CHAINS | CHAINS_DATA);
        give(p, 0, bytes + 8, key + data, 0);
    }
}

static void format_track(struct program *p, struct place *at)
{
    static const uint8_t standard_r0[16] = { [7] = 8 };
    uint8_t r0[16];
    struct place whole = { at->cylinder, at->head, 0 };
    if (chance(p->seed, 20)) {
        search(p, 0x39, at);
        memcpy(r0, standard_r0, sizeof r0);
        put_place(r0, &whole);
        give(p, 0x15, r0, sizeof r0, 0);
    } else {
        whole.record = chance(p->seed, 75) ? 0 : at->record;
        search(p, chance(p->seed, 80) ? 0x31 : 0xB1, &whole);
    }
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2, 3, 5); n--;) {
        whole.record = chance(p->seed, 90) ? whole.record + 1 : below(p->seed, 8);
        write_count(p, &whole);
    }
}

static void use_records(struct program *p, const struct place *at)
{
    uint8_t bytes[300];
    if (chance(p->seed, 70)) {
        search(p, ONE_OF(p->seed, 0x31, 0x31, 0x31, 0x51, 0x71, 0xB1), at);
    } else {
        noise(p, bytes, 8);
        give(p, ONE_OF(p->seed, 0x29, 0x49, 0x69), bytes, ONE_OF(p->seed, 8, 8, 4), SUPPRESSES);
    }
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2, 3); n--;) {
        if (chance(p->seed, 60)) {
            bring(p, ONE_OF(p->seed, 0x06, 0x06, 0x0E, 0x1E, 0x12, 0x16, 0x86), 300,
                  ONE_OF(p->seed, 8, 80, 100, 108, 5, 16),
                  ONE_OF(p->seed, 0, SUPPRESSES, SUPPRESSES, SUPPRESSES | SKIPS));
        } else {
            unsigned length = ONE_OF(p->seed, 80, 100, 8, 88, 20, 300);
            noise(p, bytes, length);
            give(p, chance(p->seed, 70) ? 0x05 : 0x0D, bytes, length, ONE_OF(p->seed, 0, SUPPRESSES));
        }
    }
}

static void read_on(struct program *p)
{
    for (unsigned n = ONE_OF(p->seed, 1, 2, 3, 5); n--;)
        bring(p, ONE_OF(p->seed, 0x06, 0x0E, 0x1E, 0x12, 0x16, 0x03, 0x86, 0x92, 0x9E, 0x96, 0x8E),
              300, ONE_OF(p->seed, 8, 24, 80, 100, 300, 5, 1), ONE_OF(p->seed, 0, SUPPRESSES));
}

/* Define extent, locate record and what belongs to it. */
static void locate(struct program *p, const struct place *at, unsigned cylinders, unsigned heads)
{
    uint8_t extent[16] = { 0 }, record[16] = { 0 }, bytes[8 + 100];
    unsigned count = ONE_OF(p->seed, 1, 1, 1, 2, 3), operation = ONE_OF(p->seed, 0x06, 0x06, 0x01, 0x03, 0x16);
    extent[0] = (uint8_t)ONE_OF(p->seed, 0x00, 0x40, 0x80, 0xC0, 0xC0);
    extent[1] = (uint8_t)ONE_OF(p->seed, 0x00, 0xC0);
    put_track(extent + 8, at->cylinder, at->head);
    put_track(extent + 12, chance(p->seed, 50) ? cylinders - 1 : at->cylinder, heads - 1);
    give(p, 0x63, extent, 16, 0);
    record[0] = (uint8_t)operation;
    record[3] = (uint8_t)count;
    put_track(record + 4, at->cylinder, at->head);
    put_place(record + 8, at);
    record[13] = 0xFF;
    put16(record + 14, operation == 0x01 ? 80 : 0);
    give(p, 0x47, record, 16, 0);
    for (struct place next = *at; count--;) {
        if (operation == 0x01) {
            noise(p, bytes, 80);
            give(p, chance(p->seed, 50) ? 0x85 : 0x05, bytes, 80, SUPPRESSES);
        } else if (operation == 0x03) {
            next.record++;
            memset(bytes, 0, 8);
            put_place(bytes, &next);
            put16(bytes + 6, 80);
            noise(p, bytes + 8, 80);
            give(p, chance(p->seed, 50) ? 0x9D : 0x1D, bytes, 88, 0);
        } else {
            bring(p, ONE_OF(p->seed, 0x06, 0x86, 0x0E, 0x1E), 300, 300, SUPPRESSES);
        }
    }
}

struct type;
static void disk(struct program *p, const struct type *type);

/* ---- fixed-block disks, tapes, cards, printers -------------------------------------------------- */

static void blocks(struct program *p, const struct type *type)
{
    uint8_t extent[16] = { 0 }, place[8] = { 0 }, bytes[1024];
    (void)type;
    extent[0] = (uint8_t)ONE_OF(p->seed, 0xC0, 0xC0, 0x00, 0x40);
    put32(extent + 4, ONE_OF(p->seed, 0, 10, 1000));
    put32(extent + 12, 20);
    give(p, 0x63, extent, 16, 0);
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2); n--;) {
        bool writes = chance(p->seed, 50);
        unsigned count = ONE_OF(p->seed, 1, 2);
        place[0] = writes ? (uint8_t)ONE_OF(p->seed, 1, 5) : 6;
        place[3] = (uint8_t)count;
        put32(place + 4, ONE_OF(p->seed, 0, 1, 3, 19, 20));
        give(p, 0x43, place, 8, 0);
        noise(p, bytes, sizeof bytes);
        if (writes)
            give(p, 0x41, bytes, 512 * count, SUPPRESSES);
        else
            bring(p, 0x42, 512 * count, ONE_OF(p->seed, 512, 100), SUPPRESSES);
    }
}

static void tape(struct program *p, const struct type *type)
{
    uint8_t bytes[300];
    (void)type;
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2, 3, 4); n--;) {
        unsigned code = ONE_OF(p->seed, 0x01, 0x01, 0x01, 0x02, 0x02, 0x02, 0x0C, 0x1F, 0x27, 0x27, 0x2F,
                               0x37, 0x3F, 0x17, 0x03);
        if (code == 0x01) {
            noise(p, bytes, sizeof bytes);
            give(p, code, bytes, ONE_OF(p->seed, 18, 20, 80, 100, 300), 0);
        } else if (code == 0x02 || code == 0x0C) {
            bring(p, code, 300, ONE_OF(p->seed, 18, 80, 100, 300), ONE_OF(p->seed, 0, SUPPRESSES));
        } else {
            control(p, code);
        }
    }
}

static void printer(struct program *p, const struct type *type)
{
    static const unsigned letters[] = { 0x40, 0xC1, 0xC2, 0xC3, 0xD1, 0xF1, 0xF2, 0x4B };
    uint8_t line[132];
    (void)type;
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2, 3); n--;) {
        unsigned code = ONE_OF(p->seed, 0x01, 0x09, 0x11, 0x19, 0x89, 0x0B, 0x13, 0x1B, 0x8B, 0x03);
        for (unsigned i = 0; i < sizeof line; i++)
            line[i] = (uint8_t)letters[below(p->seed, 8)];
        if (code & 0x02)
            control(p, code);
        else
            give(p, code, line, ONE_OF(p->seed, 1, 20, 80, 132), SUPPRESSES);
    }
}

static void reader(struct program *p, const struct type *type)
{
    (void)type;
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2); n--;)
        bring(p, ONE_OF(p->seed, 0x02, 0x02, 0x02, 0x42, 0x03), 100, ONE_OF(p->seed, 80, 80, 40, 100),
              ONE_OF(p->seed, 0, SUPPRESSES, SUPPRESSES | SKIPS));
}

static void punch(struct program *p, const struct type *type)
{
    uint8_t card[80];
    (void)type;
    for (unsigned n = ONE_OF(p->seed, 1, 1, 2); n--;) {
        memset(card, 0xC1 + (int)below(p->seed, 9), sizeof card);
        give(p, ONE_OF(p->seed, 0x01, 0x01, 0x41), card, ONE_OF(p->seed, 80, 80, 40), SUPPRESSES);
    }
}

/* ---- the types ------------------------------------------------------------------------------------ */

static const struct type {
    const char *name;
    unsigned device;
    void (*draw)(struct program *, const struct type *);
    unsigned cylinders, heads;
    bool locates, has_sectors;
} types[] = {
    { "2311", 0x190, disk, 200, 10, false, false }, { "2314", 0x191, disk, 200, 20, false, false },
    { "3330", 0x192, disk, 404, 19, false, true },  { "3340", 0x193, disk, 348, 12, false, true },
    { "3350", 0x194, disk, 555, 30, false, true },  { "3375", 0x195, disk, 959, 12, true, true },
    { "3380", 0x196, disk, 885, 15, true, true },   { "3390", 0x197, disk, 1113, 15, true, true },
    { "2305", 0x198, disk, 48, 8, false, true },    { "9345", 0x199, disk, 1440, 15, true, true },
    { "3310", 0x240, blocks, 0, 0, false, false },  { "3370", 0x241, blocks, 0, 0, false, false },
    { "3420", 0x580, tape, 0, 0, false, false },    { "3480", 0x581, tape, 0, 0, false, false },
    { "1403", 0x00E, printer, 0, 0, false, false }, { "3211", 0x00F, printer, 0, 0, false, false },
    { "3505", 0x00C, reader, 0, 0, false, false },  { "2501", 0x013, reader, 0, 0, false, false },
    { "3525", 0x00D, punch, 0, 0, false, false }
};

static void disk(struct program *p, const struct type *type)
{
    struct place at = {
        ONE_OF(p->seed, 0, 0, 1, 1, 1, 2, 2, 3, type->cylinders - 1),
        ONE_OF(p->seed, 0, 0, 0, 1, 1, 1, 2, type->heads - 1),
        ONE_OF(p->seed, 1, 1, 2, 2, 3, 3, 4, 5, 0)
    };
    if (chance(p->seed, 3))
        at.cylinder = type->cylinders + below(p->seed, 3);
    if (type->locates && chance(p->seed, 40)) {
        locate(p, &at, type->cylinders, type->heads);
        return;
    }
    seek(p, &at);
    if (type->has_sectors && chance(p->seed, 15)) {
        uint8_t sector = (uint8_t)ONE_OF(p->seed, 0, 0, 10, 0xFF, 59);
        give(p, 0x23, &sector, 1, 0);
    }
    unsigned what = below(p->seed, 10);
    if (what < 3)
        format_track(p, &at);
    else if (what < 7)
        use_records(p, &at);
    else
        read_on(p);
}

static const struct type *find_type(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    fprintf(stderr, "%s: no type to draw programs for; there are", name);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        fprintf(stderr, " %s", types[i].name);
    fprintf(stderr, "\n");
    exit(2);
}

/* ---- files ------------------------------------------------------------------------------------------ */

static uint8_t *load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *image = calloc(1, IMAGE_SIZE);
    if (!file || !image) {
        perror(path);
        exit(2);
    }
    *size = fread(image, 1, IMAGE_SIZE, file);
    fclose(file);
    return image;
}

static bool left_out(char **numbers, unsigned test)
{
    for (; *numbers; numbers++)
        if (strtoul(*numbers, NULL, 10) == test)
            return true;
    return false;
}

static int make(char **argv)
{
    uint64_t seed = strtoull(argv[0], NULL, 10) * 0x9E3779B97F4A7C15u + 1;
    const struct type *type = find_type(argv[1]);
    unsigned count = (unsigned)strtoul(argv[2], NULL, 10);
    size_t size;
    if (count > MOST_TESTS)
        count = MOST_TESTS;
    uint8_t *image = load(argv[3], &size);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *test = image + TABLE + i * SIZE;
        struct program p = { &seed, test, TABLE + i * SIZE, 0, 0 };
        type->draw(&p, type);
        if (left_out(argv + 5, i)) {
            memset(test, 0, SIZE);
            p.ccws = 0;
            put_ccw(&p, 0x03, p.address + DATA, SUPPRESSES, 1);
        }
        test[BEGIN + 8 * (p.ccws - 1) + 4] &= (uint8_t)~(CHAINS | CHAINS_DATA);
        put16(test, (uint16_t)type->device);
    }
    FILE *file = fopen(argv[4], "wb");
    if (!file || fwrite(image, TABLE + SIZE * (count + 1), 1, file) != 1 || fclose(file)) {
        perror(argv[4]);
        return 2;
    }
    return 0;
}

static int ended(char **argv)
{
    size_t size;
    uint8_t *result = load(argv[1], &size);
    for (unsigned i = 0; TABLE + (i + 1) * SIZE <= size; i++)
        if (result[TABLE + i * SIZE + GIVEN_UP])
            printf("%u\n", i);
    return 0;
}

/* ---- what differs --------------------------------------------------------------------------------------- */

/* What counts of a result: of a program that ended in unit check only the command, the statuses and
 * the first two sense bytes, for residual counts differ by the models of channels. */
struct outcome {
    unsigned condition, given_up, ccw, status, channel, residual, sense;
};

static struct outcome outcome_of(const uint8_t *test, uint32_t address)
{
    const uint8_t *csw = test + CSW;
    uint32_t next = get32(csw) & 0xFFFFFF;
    struct outcome o = { test[CONDITION], test[GIVEN_UP], 0, csw[4], csw[5], get16(csw + 6), 0 };
    if (next >= address + BEGIN + 8 && next <= address + BEGIN + 8 * MOST_CCWS)
        o.ccw = (next - address - BEGIN) / 8 - 1;
    if (o.status & UNIT_CHECK) {
        o.sense = get16(test + SENSE);
        o.channel &= ~(unsigned)INCORRECT_LENGTH;
        o.residual = 0;
    }
    return o;
}

/* The peer has condition code 0 and an interruption where a machine ends at once, with code 1. */
static void allow_at_once(struct outcome *ours, const struct outcome *theirs)
{
    if (ours->condition == 1 && theirs->condition == 0 && theirs->ccw == 0 &&
        (ours->status | ENDED) == (theirs->status | ENDED)) {
        unsigned sense = ours->sense;
        *ours = *theirs;
        ours->sense = sense;
    }
}

static void print_ccws(const uint8_t *test, uint32_t address)
{
    for (unsigned i = 0; i < MOST_CCWS; i++) {
        const uint8_t *ccw = test + BEGIN + 8 * i;
        uint32_t at = get32(ccw) & 0xFFFFFF;
        printf("    %u  %02X %06X %02X %u ", i, ccw[0], at, ccw[4], get16(ccw + 6));
        for (unsigned k = 0; ccw[0] != 0x08 && k < 16 && k < get16(ccw + 6); k++)
            printf("%02X", test[at - address + k]);
        if (ccw[0] == 0x08)
            printf("to %u", (at - address - BEGIN) / 8);
        printf("\n");
        if (ccw[0] != 0x08 && !(ccw[4] & (CHAINS | CHAINS_DATA)))
            return;
    }
}

static void print_outcome(const char *whose, const struct outcome *o, const uint8_t *test)
{
    printf("  %s: condition code %u, CCW %u, status %02X%02X, residual count %u", whose, o->condition,
           o->ccw, o->status, o->channel, get16(test + CSW + 6));
    if (o->given_up)
        printf(", given up (%02X)", o->given_up);
    for (unsigned i = 0; o->status & UNIT_CHECK && i < 8; i++)
        printf("%s%02X", i ? "" : ", sense ", test[SENSE + i]);
    printf("\n");
}

static unsigned first_difference(const uint8_t *a, const uint8_t *b)
{
    unsigned at = BEGIN;
    while (at < SIZE && a[at] == b[at])
        at++;
    return at;
}

/* Differences are of a kind if the same commands ended with the same status and sense. */
static bool same_kind(const unsigned a[6], const unsigned b[6])
{
    return memcmp(a, b, 6 * sizeof a[0]) == 0;
}

static int diff(char **argv)
{
    size_t size, sizes;
    uint8_t *image = load(argv[0], &size), *ours = load(argv[1], &sizes), *theirs = load(argv[2], &sizes);
    unsigned each = argv[3] ? (unsigned)strtoul(argv[3], NULL, 10) : 1, tests = 0, different = 0;
    static unsigned kinds[MOST_TESTS][6], seen[MOST_TESTS], count;
    for (uint32_t at = TABLE; at + SIZE <= size && get16(image + at); at += SIZE, tests++) {
        struct outcome a = outcome_of(ours + at, at), b = outcome_of(theirs + at, at);
        allow_at_once(&a, &b);
        unsigned byte = first_difference(ours + at, theirs + at);
        if (memcmp(&a, &b, sizeof a) == 0 && byte == SIZE)
            continue;
        unsigned kind[6] = { image[at + BEGIN + 8 * a.ccw], image[at + BEGIN + 8 * b.ccw],
                             a.status << 8 | a.channel, b.status << 8 | b.channel, a.sense, b.sense };
        unsigned k = 0;
        while (k < count && !same_kind(kinds[k], kind))
            k++;
        if (k == count)
            memcpy(kinds[count++], kind, sizeof kind);
        different++;
        if (seen[k]++ >= each)
            continue;
        printf("test %u:\n", tests);
        print_ccws(image + at, at);
        print_outcome("ours", &a, ours + at);
        print_outcome("theirs", &b, theirs + at);
        if (byte < SIZE)
            printf("  first different byte: %u, ours %02X, theirs %02X, before %02X\n", byte,
                   ours[at + byte], theirs[at + byte], image[at + byte]);
    }
    printf("%u programs, %u differ, in %u ways\n", tests, different, count);
    return different != 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "device") == 0)
        return printf("%04X\n", find_type(argv[2])->device) < 0;
    if (argc >= 7 && strcmp(argv[1], "make") == 0)
        return make(argv + 2);
    if (argc == 4 && strcmp(argv[1], "ended") == 0)
        return ended(argv + 2);
    if (argc >= 5 && strcmp(argv[1], "diff") == 0)
        return diff(argv + 2);
    fprintf(stderr, "usage: see the head of tests/compare/channels.c\n");
    return 2;
}
