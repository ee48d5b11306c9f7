/* A writing workload for a disk, that knows afterwards what must be there. Each unit, a track of
 * a CKD disk or a block of an FBA disk, has a generation: a number that all its bytes follow from.
 * A chain of commands makes the next one of a unit (by formatting a track, by writing its
 * records anew, by writing blocks); the status it ends with is the acknowledgement. What is on the
 * disk later must be the last generation that was acknowledged, or one that was begun after it:
 * never a bit of each. */
#ifndef TESTS_UNIT_DASD_WORK_H
#define TESTS_UNIT_DASD_WORK_H

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/cckd-check.h"
#include "devices/dasd/ckd-device.h"
#include "devices/dasd/ckd-format.h"
#include "devices/dasd/types.h"
#include "tests/unit/dasd-bench.h"

enum { WORK_CYLINDERS = 4, WORK_HEADS = 15, WORK_TRACKS = WORK_CYLINDERS * WORK_HEADS,
       WORK_TRACK_SIZE = 56832, WORK_BLOCKS = 1000, WORK_UNITS = WORK_BLOCKS };

/* A kind of disk, and what else is done to it. */
struct work_kind {
    const char *name;
    enum ckd_compression compression;
    bool wide, fba, shadows, collects;
    const char *sync;             /* a word of the statement: "sync=process" */
};

struct work_state {
    uint32_t begun[WORK_UNITS], done[WORK_UNITS];
};

/* What a chain writes: these units, as this generation. */
struct work_turn {
    unsigned first, count;
    uint32_t from, generation;
};

uint32_t work_random(uint32_t *state);

/* ---- a disk ------------------------------------------------------------------------- */

/* A folder, names and a new disk; `pattern` is for its shadow files. */
void work_begin(struct bench *, const struct work_kind *);
void work_create(const char *path, const struct work_kind *);
/* False: what is wrong is in bench->said. */
bool work_attach(struct bench *, const struct work_kind *);
/* The tap of every file that a device's image has. */
void work_tap(struct device *, struct disk_tap *);
/* What the background does comes quickly here. */
void work_hurry(struct device *, bool collect);
/* Add a shadow file, merge one, or take free space out, with the device alone. */
bool work_change_shadows(struct device *, uint32_t *random, struct disk_complaint *);

/* ---- writing ------------------------------------------------------------------------- */

/* Some units, and their next generation, which is begun. */
struct work_turn work_choose(const struct work_kind *, struct work_state *, uint32_t *random);
/* The next generation of this track. */
struct work_turn work_next(struct work_state *, unsigned track);
/* Write it; true if the guest would take it for written, and then it is done. */
bool work_do(struct device *, struct work_state *, const struct work_turn *);
bool work_step(struct device *, struct work_state *, unsigned track);

/* ---- looking ----------------------------------------------------------------------------- */

/* Is each unit what it may be? Then that is what it is from now on. False, and why. */
bool work_look_all(const struct bench *, const struct work_kind *, struct work_state *, char *why,
                   size_t size);
/* The strictest check of a compressed file finds nothing to repair. */
bool work_check(const char *path, char *why, size_t size);
/* The same of the base and the shadow files that there are. */
bool work_check_all(const struct bench *, const struct work_kind *, char *why, size_t size);

#endif
