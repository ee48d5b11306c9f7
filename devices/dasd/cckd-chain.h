/* A disk of compressed files: the base and up to 8 shadow files. The last one is written; what
 * it does not have is read from the one below it, and so on. All but the last are only read,
 * so that the disk can be had back as it was when a shadow file was made.
 * Private to devices/dasd/. */
#ifndef DEVICES_DASD_CCKD_CHAIN_H
#define DEVICES_DASD_CCKD_CHAIN_H

#include <pthread.h>

#include "devices/dasd/cckd-file.h"

enum { CCKD_SHADOWS = 8, CCKD_FILES = 1 + CCKD_SHADOWS };

/* What can be set of the work in the background. */
struct cckd_tuning {
    unsigned settle_ms;           /* a track is compressed when it was left alone so long */
    unsigned collect_ms;          /* between two rounds of garbage collection; 0: none */
    int collect_more;             /* how much each does: twice as much for each 1, half for -1 */
    int compression, parameter;   /* in place of what the file says; -1: that */
    unsigned readers, ahead;      /* threads that read ahead, and how many tracks */
};
#define CCKD_TUNING { .settle_ms = 500, .collect_ms = 10000, .compression = -1, \
                      .parameter = -1, .readers = 2, .ahead = 8 }

struct cckd_keeper;
struct cckd_chain {
    pthread_mutex_t lock;         /* recursive: the files, their tables, the keeper */
    char *pattern;                /* of the shadow files' names; NULL: there are none */
    bool base_protected;          /* the base is to be left as it is */
    enum disk_sync sync;
    struct disk_tap *tap;
    struct cckd_tuning tuning;
    struct cckd_keeper *keeper;   /* works in the background; NULL: nobody does */
    unsigned count;
    struct cckd_file file[CCKD_FILES];
    struct cckd_codec codec;      /* of the thread that has the disk */
    uint8_t *buffer;              /* an image's bytes: that thread's, too */
};

/* How a disk is to be opened. */
struct cckd_opening {
    const char *shadows;          /* NULL, or the pattern that `sf=` gave */
    bool writable;                /* the disk */
    bool base_protected;
    bool background;              /* compress, collect garbage, read ahead on other threads */
    enum disk_sync sync;
    const struct cckd_tuning *tuning;     /* NULL: the usual */
    struct disk_tap *tap;         /* NULL: nobody */
};

/* The name of shadow file `number`: the pattern with the digit in the place of the character
 * before the last dot of the file's name, or of the last one. False if it has no such place. */
bool cckd_shadow_name(const char *pattern, unsigned number, char *path, size_t size);

/* How many shadow files there are of this pattern: 1, 2 and so on, until one is missing. */
unsigned cckd_shadow_count(const char *pattern);

/* The kinds that the chain's files have; false, with a complaint, here and below. Takes over
 * the base, which is open for writing if it is the last file and may be. If the last file may
 * not be written, but the disk is to be, a new shadow file is made. */
bool cckd_chain_open(struct cckd_chain *, const struct disk_file *base, bool base_writable,
                     const struct cckd_opening *, struct disk_complaint *);
bool cckd_chain_close(struct cckd_chain *, struct disk_complaint *);
bool cckd_chain_flush(struct cckd_chain *, struct disk_complaint *);

static inline struct cckd_file *cckd_chain_top(struct cckd_chain *chain)
{
    return &chain->file[chain->count - 1];
}

/* While nothing may change below: for those who use the files themselves. */
void cckd_chain_lock(struct cckd_chain *);
void cckd_chain_unlock(struct cckd_chain *);

/* An image as the chain has it, header and all, in chain->buffer; *entry tells how long, or
 * with an `at` of 0 which null format it has. */
bool cckd_chain_read(struct cckd_chain *, uint32_t image, struct cckd_entry *,
                     struct disk_complaint *);
/* The same from any thread, to a buffer of CCKD_LONGEST_IMAGE. */
bool cckd_chain_fetch(struct cckd_chain *, uint32_t image, struct cckd_entry *, uint8_t *buffer,
                      struct disk_complaint *);

/* A new image: its header, without the compression in the first byte, and `length` bytes. It
 * survives what the chain's `sync` says at return. With a keeper it is written as it is,
 * and compressed later. */
bool cckd_chain_write(struct cckd_chain *, uint32_t image, const uint8_t header[CCKD_IMAGE_HEADER],
                      const uint8_t *bytes, size_t length, struct disk_complaint *);
bool cckd_chain_write_null(struct cckd_chain *, uint32_t image, unsigned null_format,
                           struct disk_complaint *);

/* A copy of the last file without free space takes its place. */
bool cckd_chain_compact(struct cckd_chain *, struct disk_complaint *);

/* Files that were removed behind our back: the first one, or NULL; put what is in them into files
 * again. */
const struct disk_file *cckd_chain_gone(struct cckd_chain *);
bool cckd_chain_rescue(struct cckd_chain *, void (*tell)(void *, const char *was, const char *is),
                       void *context, struct disk_complaint *);

void cckd_chain_tune(struct cckd_chain *, const struct cckd_tuning *);

/* ---- shadow files ---------------------------------------------------------------------- */

/* A new one, that is written from now on. */
bool cckd_chain_add(struct cckd_chain *, struct disk_complaint *);

/* The last one goes: merged into the one below it, or thrown away. A base that is protected is
 * merged into only with `force`. Where the file below can't be written an empty shadow file
 * takes the place of what was thrown away. Images in caches may be old then. */
enum cckd_removal { CCKD_MERGE, CCKD_MERGE_FORCED, CCKD_THROW_AWAY };
bool cckd_chain_remove(struct cckd_chain *, enum cckd_removal, struct disk_complaint *);

#endif
