/* What the disks' types are made of. Private to devices/dasd/. */
#ifndef DEVICES_DASD_TYPES_H
#define DEVICES_DASD_TYPES_H

#include "channel/channel.h"
#include "devices/dasd/fba-image.h"

struct cckd_chain;
struct cckd_tuning;
/* The compressed files of a disk in use; NULL: it is plain, or no disk. */
struct cckd_chain *disk_chain_of(struct device *);
/* As the operator wants it. */
struct cckd_tuning disk_tuning(const struct device *);

extern const struct device_command ckd_commands[];
bool ckd_open(struct device *, int argc, char *const argv[]);
void ckd_close(struct device *);
void ckd_describe(struct device *, char *text, size_t size);
bool ckd_read_only(const struct device *);
void ckd_begin(struct device *);
void ckd_end(struct device *, unsigned status);
void ckd_reset(struct device *);
/* The image's files were changed from outside; with other contents, no head is over a record
 * any more. */
void ckd_image_replaced(struct device *, bool other_contents);

/* An FBA disk drive. */
struct fba {
    /* Host's. */
    struct fba_image image;
    bool opened, fake_writes;
    uint8_t *buffer;
    const struct fba_geometry *geometry;

    /* Machine's: the chain. */
    bool extent_defined;
    uint8_t mask;
    uint32_t start;               /* the extent's first block on the disk */
    uint32_t first, last;         /* the data set's numbers of its first and last block */
    uint8_t operation;            /* that a locate announced; 0: none */
    uint32_t next;                /* the next block on the disk, and how many are to come */
    uint16_t remaining;
};
extern const struct device_command fba_commands[];
bool fba_open(struct device *, int argc, char *const argv[]);
void fba_close(struct device *);
void fba_describe(struct device *, char *text, size_t size);
bool fba_read_only(const struct device *);
void fba_begin(struct device *);

#endif
