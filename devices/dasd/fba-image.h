/* Images of FBA disks: 512-byte blocks one behind the other, without any header. */
#ifndef DEVICES_DASD_FBA_IMAGE_H
#define DEVICES_DASD_FBA_IMAGE_H

#include "devices/dasd/disk-file.h"

enum { FBA_BLOCK = 512 };

struct fba_image {
    struct disk_file file;
    bool writable;
    uint32_t origin, blocks;      /* the disk's first block in the file; how many there are */
};

/* The file's blocks from `origin` on, `blocks` of them or all (0). False and a complaint. */
bool fba_image_open(struct fba_image *, const char *path, bool writable, uint32_t origin,
                    uint32_t blocks, struct disk_complaint *);
void fba_image_close(struct fba_image *);

/* Whole blocks, which must be within the disk. With the kernel at return. A kill leaves each
 * block old or new. */
bool fba_image_read(struct fba_image *, uint32_t block, uint32_t count, void *,
                    struct disk_complaint *);
bool fba_image_write(struct fba_image *, uint32_t block, uint32_t count, const void *,
                     struct disk_complaint *);

/* A new file, zeros; with a volume label in block 1 if `volser` is given. */
bool fba_image_create(const char *path, uint32_t blocks, const char *volser,
                      struct disk_complaint *);

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
