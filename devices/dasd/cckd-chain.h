/* A disk of compressed files: the base and up to 8 shadow files. The last one is written; what
 * it does not have is read from the one below it, and so on. All but the last are only read,
 * so that the disk can be had back as it was when a shadow file was made.
 * Private to devices/dasd/. */
#ifndef DEVICES_DASD_CCKD_CHAIN_H
#define DEVICES_DASD_CCKD_CHAIN_H

#include "devices/dasd/cckd-file.h"

enum { CCKD_SHADOWS = 8, CCKD_FILES = 1 + CCKD_SHADOWS };

struct cckd_chain {
    char *pattern;                /* of the shadow files' names; NULL: there are none */
    bool base_protected;          /* the base is to be left as it is */
    unsigned count;
    struct cckd_file file[CCKD_FILES];
    uint8_t *buffer;              /* an image's bytes */
};

/* How a disk is to be opened. */
struct cckd_opening {
    const char *shadows;          /* NULL, or the pattern that `sf=` gave */
    bool writable;                /* the disk */
    bool base_protected;
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

/* An image as the chain has it, header and all, in chain->buffer; *entry tells how long, or
 * with an `at` of 0 which null format it has. */
bool cckd_chain_read(struct cckd_chain *, uint32_t image, struct cckd_entry *,
                     struct disk_complaint *);

/* ---- shadow files ---------------------------------------------------------------------- */

/* A new one, that is written from now on. */
bool cckd_chain_add(struct cckd_chain *, struct disk_complaint *);

/* The last one goes: merged into the one below it, or thrown away. A base that is protected is
 * merged into only with `force`. Where the file below can't be written an empty shadow file
 * takes the place of what was thrown away. Images in caches may be old then. */
enum cckd_removal { CCKD_MERGE, CCKD_MERGE_FORCED, CCKD_THROW_AWAY };
bool cckd_chain_remove(struct cckd_chain *, enum cckd_removal, struct disk_complaint *);

#endif
