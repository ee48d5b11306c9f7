/* A writing workload for a CKD disk, that knows afterwards what must be there. Each track has a
 * generation: a number that all its bytes follow from. A chain of commands makes the next one
 * of a track, by formatting it or by writing its records anew; the status it ends with is the
 * acknowledgement. What is on the disk later must be the last generation that was
 * acknowledged, or one that was begun after it: never a bit of each. */
#ifndef TESTS_UNIT_DASD_WORK_H
#define TESTS_UNIT_DASD_WORK_H

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/cckd-check.h"
#include "devices/dasd/ckd-device.h"
#include "devices/dasd/ckd-format.h"
#include "tests/unit/dasd-bench.h"

enum { WORK_CYLINDERS = 4, WORK_HEADS = 15, WORK_TRACKS = WORK_CYLINDERS * WORK_HEADS,
       WORK_TRACK_SIZE = 56832 };

struct work_state {
    uint32_t begun[WORK_TRACKS], done[WORK_TRACKS];
};

static inline uint32_t work_random(uint32_t *state)
{
    *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
    return *state;
}

/* Every fourth generation has records of another length. */
static inline unsigned work_record_length(uint32_t generation)
{
    static const unsigned lengths[] = { 4096, 900, 27000, 7476, 80 };
    return lengths[generation / 4 % 5];
}

static inline unsigned work_records(uint32_t generation)
{
    static const unsigned records[] = { 12, 30, 2, 6, 30 };
    return records[generation / 4 % 5];
}

static inline void work_data(unsigned track, uint32_t generation, unsigned record, uint8_t *data)
{
    unsigned length = work_record_length(generation);
    uint32_t seed = (track + 1) * 2654435761u ^ generation * 40503u ^ record << 20;
    seed += !seed;
    for (unsigned i = 0; i < length; i++)
        data[i] = (uint8_t)(i % 16 < 12 ? generation + i / 64 : work_random(&seed));
}

/* All of a track; its length. */
static inline size_t work_track(unsigned track, uint32_t generation, uint8_t *bytes)
{
    unsigned cylinder = track / WORK_HEADS, head = track % WORK_HEADS;
    ckd_track_format(bytes, cylinder, head);
    for (unsigned r = 1; generation && r <= work_records(generation); r++) {
        uint8_t *data = ckd_track_append(bytes, WORK_TRACK_SIZE, cylinder, head, r, 0,
                                         work_record_length(generation));
        if (!data)
            abort();
        work_data(track, generation, r, data);
    }
    return ckd_track_length(bytes, WORK_TRACK_SIZE);
}

/* ---- writing ----------------------------------------------------------------------- */

struct work_chain {
    struct device *device;
    uint8_t previous;
    unsigned status;
};

static inline bool work_command(struct work_chain *c, uint8_t code, const uint8_t *in,
                                size_t length, bool chains, unsigned expected)
{
    struct lone_exchange x = { .in = in, .in_length = length, .command = code,
                               .previous = c->previous, .chained = c->previous, .chains = chains };
    c->status = device_command_alone(c->device, &x);
    c->previous = code;
    return c->status == expected;
}

static inline bool work_search(struct work_chain *c, unsigned cylinder, unsigned head,
                               unsigned record)
{
    uint8_t id[5];
    put16(id, (uint16_t)cylinder);
    put16(id + 2, (uint16_t)head);
    id[4] = (uint8_t)record;
    for (unsigned i = 0; i < 200; i++)
        if (work_command(c, 0x31, id, sizeof id, true, FOUND))
            return true;
        else if (c->status != CE_DE)
            return false;
    return false;
}

/* Write a generation of a track by a chain of commands; true if the guest would take it for
 * written. */
static inline bool work_write(struct device *device, unsigned track, uint32_t from,
                              uint32_t generation)
{
    static uint8_t field[8 + 65536];
    enum { SEEK = 0x07, WRITE_DATA = 0x05, WRITE_CKD = 0x1D };
    unsigned cylinder = track / WORK_HEADS, head = track % WORK_HEADS;
    unsigned records = work_records(generation), length = work_record_length(generation);
    bool formats = from == 0 || from / 4 != generation / 4;
    struct work_chain c = { .device = device };
    device->type->begin(device);
    uint8_t seek[6] = { 0 };
    put16(seek + 2, (uint16_t)cylinder);
    put16(seek + 4, (uint16_t)head);
    bool good = work_command(&c, SEEK, seek, sizeof seek, true, CE_DE)
        && (!formats || work_search(&c, cylinder, head, 0));
    for (unsigned r = 1; good && r <= records; r++) {
        memcpy(field, seek + 2, 4);
        field[4] = (uint8_t)r;
        field[5] = 0;
        put16(field + 6, (uint16_t)length);
        work_data(track, generation, r, field + 8);
        good = formats
            ? work_command(&c, WRITE_CKD, field, 8 + length, r < records, CE_DE)
            : work_search(&c, cylinder, head, r)
              && work_command(&c, WRITE_DATA, field + 8, length, r < records, CE_DE);
    }
    device->type->end(device, c.status);
    return good;
}

/* The next generation of some track, or of this one. False: unit check. */
static inline bool work_step(struct device *device, struct work_state *w, unsigned track)
{
    uint32_t from = w->done[track], next = (w->begun[track] > from ? w->begun[track] : from) + 1;
    w->begun[track] = next;
    __sync_synchronize();
    if (!work_write(device, track, from, next))
        return false;
    __sync_synchronize();
    w->done[track] = next;
    return true;
}

/* ---- looking ----------------------------------------------------------------------------- */

/* Is the track what it may be? Then that is what it is from now on. */
static inline bool work_look(struct ckd_image *image, struct work_state *w, unsigned track,
                             char *why, size_t size)
{
    static uint8_t wanted[2][WORK_TRACK_SIZE];
    struct disk_complaint complaint;
    const uint8_t *bytes = ckd_image_track(image, track, &complaint);
    if (!bytes) {
        snprintf(why, size, "%s", complaint.text);
        return false;
    }
    uint32_t may[2] = { w->done[track], w->begun[track] };
    for (unsigned i = 0; i < 2; i++) {
        size_t length = work_track(track, may[i], wanted[i]);
        if (memcmp(bytes, wanted[i], length) == 0) {
            w->done[track] = w->begun[track] = may[i];
            return true;
        }
    }
    static uint8_t other[WORK_TRACK_SIZE];
    unsigned is = 0;
    while (is < 50 && memcmp(bytes, other, work_track(track, is, other)) != 0)
        is++;
    size_t differ[2] = { 0, 0 };
    for (unsigned i = 0; i < 2; i++)
        while (differ[i] < WORK_TRACK_SIZE && bytes[differ[i]] == wanted[i][differ[i]])
            differ[i]++;
    snprintf(why, size, "track %u is neither generation %u (differs at %zu) nor %u (at %zu),"
             " but %d", track, may[0], differ[0], may[1], differ[1], is < 50 ? (int)is : -1);
    return false;
}

static inline bool work_look_all(const char *path, const char *shadows, struct work_state *w,
                                 char *why, size_t size)
{
    struct disk_complaint complaint;
    struct cckd_opening opening = { .shadows = shadows };
    struct ckd_image *image = ckd_image_open_with(path, &opening, &complaint);
    if (!image) {
        snprintf(why, size, "%s", complaint.text);
        return false;
    }
    bool good = true;
    for (unsigned t = 0; good && t < WORK_TRACKS; t++)
        good = work_look(image, w, t, why, size);
    ckd_image_close(image, &complaint);
    return good;
}

static void work_fault(void *context, unsigned number, char severity, const char *text)
{
    char *why = context;
    if (severity != 'I' && !*why)
        snprintf(why, 300, "check: %u%c %s", number, severity, text);
}

/* The strictest check of a compressed file finds nothing to repair. */
static inline bool work_check(const char *path, char *why, size_t size)
{
    char fault[300] = "";
    struct disk_complaint complaint;
    struct cckd_check job = { .level = CCKD_CHECK_IMAGES, .tell = work_fault, .context = fault };
    if (!cckd_check(path, &job, &complaint)) {
        snprintf(why, size, "%s", complaint.text);
        return false;
    }
    snprintf(why, size, "%s", fault);
    return job.faults == 0 && job.lost == 0;
}

/* ---- a new volume ------------------------------------------------------------------------------ */

static inline void work_create(const char *path, enum ckd_compression compression, bool wide)
{
    struct disk_complaint complaint;
    struct ckd_creation creation = {
        .geometry = ckd_geometry_find("3390"), .cylinders = WORK_CYLINDERS,
        .compression = compression, .wide = wide, .null_track = CKD_NULL_R0
    };
    if (!check(ckd_image_create(path, &creation, &complaint), "%s", complaint.text))
        exit(1);
}

/* The tap of every file that a device's image has. */
static inline void work_tap(struct device *device, struct disk_tap *tap)
{
    struct ckd_image *image = ((struct ckd *)device->own)->image;
    struct cckd_chain *chain = ckd_image_chain(image);
    image->tap = tap;
    for (unsigned i = 0; i < image->parts; i++)
        image->part[i].file.tap = tap;
    if (!chain)
        return;
    cckd_chain_lock(chain);
    chain->tap = tap;
    for (unsigned i = 0; i < chain->count; i++)
        chain->file[i].file.tap = tap;
    cckd_chain_unlock(chain);
}

/* What the background does comes quickly here. */
static inline void work_hurry(struct device *device, bool collect)
{
    struct cckd_chain *chain = ckd_image_chain(((struct ckd *)device->own)->image);
    struct cckd_tuning tuning = CCKD_TUNING;
    tuning.settle_ms = 1;
    tuning.collect_ms = collect ? 1 : 0;
    tuning.collect_more = collect ? 8 : 0;
    if (chain)
        cckd_chain_tune(chain, &tuning);
}

#endif
