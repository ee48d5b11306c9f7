/* Images of FBA disks: 512-byte blocks one behind the other, without any header; or groups of
 * 120 blocks in compressed files (cckd-file.h), with shadow files or without. */
#ifndef DEVICES_DASD_FBA_IMAGE_H
#define DEVICES_DASD_FBA_IMAGE_H

#include "devices/dasd/disk-file.h"

struct cckd_chain;
struct cckd_opening;

enum { FBA_BLOCK = 512 };

struct fba_image {
    char *path;
    bool writable;
    uint32_t origin, blocks;      /* the disk's first block in the file; how many there are */
    struct disk_file file;        /* plain */
    struct cckd_chain *chain;     /* compressed; NULL: plain */
    uint8_t *group;               /* the blocks of a group, or NULL: plain */
    uint32_t cached;              /* which; FBA_NO_GROUP */
};
#define FBA_NO_GROUP UINT32_MAX

/* The file's blocks from `origin` on, `blocks` of them or all (0); of a compressed file always
 * all. False and a complaint. */
bool fba_image_open(struct fba_image *, const char *path, bool writable, uint32_t origin,
                    uint32_t blocks, struct disk_complaint *);
/* The same with shadow files (cckd-chain.h), if the image is compressed. */
bool fba_image_open_with(struct fba_image *, const char *path, const struct cckd_opening *,
                         uint32_t origin, uint32_t blocks, struct disk_complaint *);
/* Writes out what is to be written; what was opened is closed even if that did not work. */
bool fba_image_close(struct fba_image *, struct disk_complaint *);

/* The compressed files were changed from outside. */
void fba_image_changed(struct fba_image *);

/* Whole blocks, which must be within the disk. With the kernel at return. A kill leaves each
 * block old or new. */
bool fba_image_read(struct fba_image *, uint32_t block, uint32_t count, void *,
                    struct disk_complaint *);
bool fba_image_write(struct fba_image *, uint32_t block, uint32_t count, const void *,
                     struct disk_complaint *);

/* As for CKD disks (ckd-image.h). */
bool fba_image_is_gone(const struct fba_image *);
bool fba_image_rescue(struct fba_image *, void (*tell)(void *, const char *was, const char *is),
                      void *context, struct disk_complaint *);

/* Do an image's bytes hold this group? */
bool fba_image_check(const struct fba_image *, const uint8_t *bytes, size_t length,
                     uint32_t group, struct disk_complaint *);

struct fba_creation {
    uint32_t blocks;
    const char *volser;           /* NULL: no label */
    int compression;              /* enum cckd_compression, or -1: plain */
    bool wide;                    /* compressed: 64-bit offsets */
};

/* A new file, zeros; with a volume label in block 1 if `volser` is given. */
bool fba_image_create(const char *path, const struct fba_creation *, struct disk_complaint *);

struct fba_geometry {
    const char *name;             /* "3370-A1" */
    uint16_t type;
    uint8_t model, unit_type;
    uint32_t group, position, blocks;   /* blocks a cyclical group, an access position, in all */
    uint16_t control_unit;
};

/* As for CKD: by name or by type alone; the smallest model that holds `blocks`. */
const struct fba_geometry *fba_geometry_find(const char *name);
const struct fba_geometry *fba_geometry_fit(uint16_t type, uint32_t blocks);

#endif
