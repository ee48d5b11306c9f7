/* One compressed file of the field: numbered images (CKD tracks, or groups of FBA blocks), each
 * by itself compressed, with two levels of tables that tell where each is. A base file has all
 * of a disk; a shadow file has what was written since it was made, and leaves the rest to the
 * files below it (cckd-chain.h). Private to devices/dasd/.
 *
 * The file: a 512-byte header as plain CKD images have it; a second one of 512 bytes; the
 * level-1 table; and then in any order level-2 tables, images and free spaces. Entry n / 256 of
 * the level-1 table tells where the level-2 table is for image n; entry n % 256 there, where
 * the image is. Numbers have the byte order that the second header says. Offsets have 32 or 64
 * bits: the CCKD and the CCKD64 format.
 *
 * A changed image goes to free space; then its level-2 entry is replaced, at once; then what
 * it had before is free. So a kill at any moment leaves the old or the new, and no space is in
 * use that the tables don't show. What is free is worked out from the tables at each open;
 * the chain of free spaces in the file is written at close, for others. */
#ifndef DEVICES_DASD_CCKD_FILE_H
#define DEVICES_DASD_CCKD_FILE_H

#include "devices/dasd/cckd-codec.h"
#include "devices/dasd/disk-file.h"
#include "devices/dasd/free-space.h"

enum {
    CCKD_HEADER = 512,            /* bytes of each of the two headers */
    CCKD_IMAGE_HEADER = 5,        /* compression, then cylinder and head or the group's number */
    CCKD_LONGEST_IMAGE = UINT16_MAX + 1,
    CCKD_GROUP = 120              /* FBA blocks an image */
};

struct cckd_layout;               /* what 32- and 64-bit offsets make different */

/* What the first 8 bytes of a file say. */
struct cckd_kind {
    char id[9];
    bool fba, shadow, wide;       /* wide: 64-bit offsets */
};

/* The kind of file that begins so, or NULL. */
const struct cckd_kind *cckd_kind_of(const uint8_t id[8]);
const struct cckd_kind *cckd_kind_find(bool fba, bool shadow, bool wide);

/* Where an image is. */
struct cckd_entry {
    uint64_t at;                  /* 0: nowhere, it was never written; CCKD_BELOW */
    uint16_t length, size;        /* of the image; taken. Nowhere: its null format, twice */
};
#define CCKD_BELOW UINT64_MAX     /* in a file below this shadow file */
enum { CCKD_NULL_FORMATS = 3 };   /* enum ckd_null_track has so many */

/* Something that was done to a file, for the operator's K. */
struct cckd_event {
    const char *what;
    uint32_t which;               /* cylinder and head, or number of a group of blocks or images */
    uint64_t at;
    uint32_t length;
};
enum { CCKD_EVENTS = 256 };

struct cckd_file {
    struct disk_file file;
    const struct cckd_kind *kind;
    const struct cckd_layout *layout;
    bool writable, big_endian;
    bool touched;                 /* written since the header last said that all is well */
    uint8_t device[CCKD_HEADER], header[CCKD_HEADER];
    uint32_t units;               /* cylinders, or blocks */
    uint32_t images;
    uint8_t null_format;
    uint32_t groups;              /* entries of the level-1 table */
    uint64_t *level1;             /* 0: images never written; CCKD_BELOW */
    struct cckd_entry **level2;   /* the tables that are there */
    struct free_space free;
    uint64_t reads, writes;       /* of images, since the open */
    uint64_t events;              /* so many ever: event i is in event[i % CCKD_EVENTS] */
    struct cckd_event event[CCKD_EVENTS];
};

/* Take over an open file and read its tables; closes it if they are bad. False and a complaint,
 * here and below; a file is not changed before the first write. */
bool cckd_file_open(struct cckd_file *, const struct disk_file *, bool writable,
                    struct disk_complaint *);

/* Finishes what was written (cckd_file_finish) and frees everything. */
bool cckd_file_close(struct cckd_file *, struct disk_complaint *);

/* For other programs: the chain of free spaces, and a header that says that all is well. */
bool cckd_file_finish(struct cckd_file *, struct disk_complaint *);

struct cckd_entry cckd_file_entry(const struct cckd_file *, uint32_t image);

/* An entry's bytes, header and all, entry.length of them. */
bool cckd_file_read(struct cckd_file *, struct cckd_entry, uint8_t *bytes,
                    struct disk_complaint *);

/* An image's new bytes; or none: it is as if never written, with this null format. With the
 * kernel at return. */
bool cckd_file_write(struct cckd_file *, uint32_t image, const uint8_t *bytes, size_t length,
                     struct disk_complaint *);
bool cckd_file_write_null(struct cckd_file *, uint32_t image, unsigned null_format,
                          struct disk_complaint *);

/* Change the lock on the file. If that can't be had all is as before. */
bool cckd_file_set_writable(struct cckd_file *, bool writable, struct disk_complaint *);

/* Put a copy without any free space in the file's place, by one rename. */
bool cckd_file_compact(struct cckd_file *, struct disk_complaint *);

/* Read the tables from the file again: are they sound, and are they what is known here? */
bool cckd_file_check(struct cckd_file *, struct disk_complaint *);

/* A header as a new file has it. */
struct cckd_creation {
    const struct cckd_kind *kind;
    const uint8_t *device;        /* the first header; its first 8 bytes don't matter */
    uint32_t units;
    unsigned null_format;
    enum cckd_compression compression;
    enum disk_sync sync;          /* DISK_SYNC_HOST: at the disk at return */
    struct disk_tap *tap;
};
/* A new file, without images: a shadow file has all below it. Never over a file that is there. */
bool cckd_file_create(const char *path, const struct cckd_creation *, struct disk_complaint *);

/* What a new shadow file over this file is made from. */
struct cckd_creation cckd_file_shadow_of(const struct cckd_file *);

/* What it wants its images to be; the parameter of that (cckd_compress). */
enum cckd_compression cckd_file_compression(const struct cckd_file *);
int cckd_file_parameter(const struct cckd_file *);

/* Read the tables from the file again: what was collected for the journal did not come to be. */
bool cckd_file_reload(struct cckd_file *, struct disk_complaint *);

/* Move what lies last, in `most` bytes, nearer to the beginning; `*moved` counts what was. Then,
 * when that is committed, cut off what is free at the end. */
bool cckd_file_collect(struct cckd_file *, uint64_t most, uint8_t *buffer, unsigned *moved,
                       struct disk_complaint *);
bool cckd_file_trim(struct cckd_file *, struct disk_complaint *);

#endif
