/* A disk's copy, in any format. */
#ifndef DEVICES_DASD_DISK_COPY_H
#define DEVICES_DASD_DISK_COPY_H

#include "devices/dasd/ckd-image.h"
#include "devices/dasd/fba-image.h"
#include "devices/tool.h"

/* A disk of either kind, to be looked at by a tool. */
struct disk {
    struct ckd_image *ckd;     /* NULL: it is an FBA disk */
    struct fba_image fba;
    const struct ckd_shape *shape;        /* of a CKD disk */
    uint32_t units;            /* tracks, or blocks */
};

/* With the shadow files of this pattern (cckd-chain.h), or without (NULL). */
bool disk_open(struct disk *, const char *path, const char *shadows, bool writable,
               struct disk_complaint *);
bool disk_close(struct disk *, struct disk_complaint *);
const char *disk_path(const struct disk *);
struct cckd_chain *disk_chain(const struct disk *);   /* NULL: it is plain */

/* The formats' names, as the field's tools know them. */
struct disk_format { const char *name; bool fba, compressed, wide; };
const struct disk_format *disk_format_find(const char *name);
const struct disk_format *disk_format_row(size_t i);          /* NULL past the last */
const struct disk_format *disk_format_of(const struct disk *);

struct disk_copying {
    const char *from, *shadows, *to;
    const struct disk_format *format;     /* NULL: the same as the source, or compressed */
    int compression;           /* enum ckd_compression; CKD_PLAIN: the source's, or zlib */
    unsigned cylinders;        /* of the copy; 0: the source's */
    uint32_t blocks;
    bool alternates;           /* the model's cylinders, and its alternate ones */
    bool one_file, force;
    enum disk_sync sync;       /* what the copy survives; DISK_SYNC_NONE is DISK_SYNC_PROCESS */
    struct tool_progress *progress;
    /* On return. */
    char made[4096];
    uint32_t units;            /* tracks or blocks */
    bool fba;
};

/* False and a complaint; what was at `to` is then as it was. */
bool disk_copy(struct disk_copying *, struct disk_complaint *);

#endif
