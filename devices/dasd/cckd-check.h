/* Compressed files (cckd-file.h) that may be damaged: what is wrong with one, and another one
 * made of all that is sound in it. Private to devices/dasd/. */
#ifndef DEVICES_DASD_CCKD_CHECK_H
#define DEVICES_DASD_CCKD_CHECK_H

#include "devices/dasd/disk-file.h"
#include "devices/tool.h"

/* How much is looked at: 0 headers and tables; 1 free space, too; 2 the images' headers, too; 3
 * all images, expanded; 4 does not believe the tables: whatever looks like an image counts. */
enum { CCKD_CHECK_TABLES, CCKD_CHECK_FREE, CCKD_CHECK_HEADERS, CCKD_CHECK_IMAGES,
       CCKD_CHECK_SEARCH };

struct cckd_check {
    int level;
    /* A finding: the number and the letter that the field's message has, and a sentence. */
    void (*tell)(void *context, unsigned number, char severity, const char *text);
    void *context;
    struct tool_progress *progress;
    /* On return. */
    unsigned faults;           /* all that is not as it should be */
    unsigned images;           /* tracks or block groups that the file has */
    unsigned recovered;        /* found again where no table pointed */
    unsigned lost;             /* not to be had any more */
    bool opened;               /* its last user did not close it: no fault */
    bool big_endian, shadow;
    uint64_t size, wasted;     /* bytes of the file; those that hold nothing */
};

/* Does a file that begins so belong here, even if a few bits are wrong? */
bool cckd_check_suits(const uint8_t id[8]);

/* False and a complaint: it can't be looked at, or it is no compressed file at all. */
bool cckd_check(const char *path, struct cckd_check *, struct disk_complaint *);

/* What a part of the file holds. */
enum cckd_part_kind { CCKD_PART_HEADERS, CCKD_PART_LEVEL1, CCKD_PART_LEVEL2, CCKD_PART_IMAGE,
                      CCKD_PART_FREE, CCKD_PART_KINDS };
struct cckd_part {
    enum cckd_part_kind kind;
    uint32_t which;            /* the table's number, the image's */
    uint64_t at, length;
    uint64_t spare;            /* behind it, and kept for it to grow into: not in `length` */
    bool overlaps;             /* the one before it */
};

/* All of the file, part by part, in order of place; the check is one of headers, tables and free
 * space, whatever its level says. `heads`, on return: tracks of a cylinder; 1 if FBA. */
bool cckd_map(const char *path, struct cckd_check *, uint32_t *heads,
              void (*each)(void *context, const struct cckd_part *), void *context,
              struct disk_complaint *);

/* Put in the file's place one with all that the check found sound, and without free space: whole
 * or not at all. `always`: even if there are no faults. */
bool cckd_repair(const char *path, bool always, struct cckd_check *, struct disk_complaint *);

/* Put in the file's place one with numbers in the other byte order. */
bool cckd_swap(const char *path, struct cckd_check *, struct disk_complaint *);

#endif
