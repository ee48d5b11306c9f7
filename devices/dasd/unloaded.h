/* A partitioned data set as IEBCOPY unloads it (SC26-7414, "DFSMSdfp Utilities": the format of
 * unload data sets): two records that say what it was and where it was, the blocks of its
 * directory, and then the blocks of all members with the places they had. */
#ifndef DEVICES_DASD_UNLOADED_H
#define DEVICES_DASD_UNLOADED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/dasd/disk-file.h"

/* Where its bytes come from: record by record, of any length that is not 0. 1: one is there, 0:
 * no more, -1: a complaint. */
struct unloaded_source {
    int (*next)(struct unloaded_source *, const uint8_t **bytes, size_t *length,
                struct disk_complaint *);
};

enum { UNLOADED_EXTENTS = 16, UNLOADED_DIRECTORY = 256 };

struct unloaded {
    struct unloaded_source *source;
    struct disk_complaint *complaint;
    /* What it was. */
    unsigned organization, blksize, lrecl, tracks_per_cylinder;
    uint8_t recfm, key, option;
    unsigned extents;
    struct { unsigned first, last; } extent[UNLOADED_EXTENTS];      /* tracks of its volume */
    /* The directory's blocks, UNLOADED_DIRECTORY bytes each, the last used one last. */
    uint8_t *directory;
    size_t blocks;
    /* The bytes that have come and were not taken. */
    uint8_t *bytes;
    size_t length, taken, room;
};

/* A block of a member: where it was, relative to the data set's first track. */
struct unloaded_block {
    unsigned track, record;
    uint8_t key_length;
    size_t length;             /* 0: an end-of-file record, that ends a member */
    const uint8_t *key, *data; /* valid until the next call */
};

/* Reads all that is in front of the members. False and a complaint. */
bool unloaded_begin(struct unloaded *, struct unloaded_source *, struct disk_complaint *);
/* 1, 0 or -1 as the source. */
int unloaded_next(struct unloaded *, struct unloaded_block *);
void unloaded_end(struct unloaded *);

#endif
