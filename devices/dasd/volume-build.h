/* A new CKD volume with data sets on it: one behind the other from the second track on, then
 * the table of contents (VTOC). The layouts are those of IBM's DSCBs, GC26-3830 (OS/VS1 DADSM
 * Logic) and the Debugging Handbook. */
#ifndef DEVICES_DASD_VOLUME_BUILD_H
#define DEVICES_DASD_VOLUME_BUILD_H

#include "core/codepage.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/geometry.h"

enum { BUILD_NAME = 44, BUILD_DIRECTORY_DATA = 256, BUILD_DIRECTORY_KEY = 8 };

/* What a data set is asked to be. */
struct build_set {
    char name[BUILD_NAME + 1];
    uint16_t organization;     /* DS1DSORG: 0x4000 PS, 0x0200 PO, 0x2000 DA, 0x8000 IS */
    uint8_t recfm, option;     /* RECFM_... of vtoc.h; DS1OPTCD */
    unsigned lrecl, blksize, key;
    bool cylinders;            /* the units of the space, else tracks */
    unsigned primary, secondary;          /* 0: what it takes */
    unsigned directory;        /* blocks */
};

/* Where a block is, relative to its data set. */
struct ttr { unsigned track, record; };

struct build_done;             /* a data set that is on the volume */

struct build {
    struct ckd_image *image;
    const struct ckd_geometry *geometry;
    unsigned cylinders;
    char serial[7];
    struct codepage page;
    unsigned next;             /* the first free track */
    /* The data set that is being written. */
    struct build_set set;
    unsigned first;            /* its first track */
    uint8_t *track;            /* the one that is being filled */
    unsigned current, records, used;
    struct ttr last;           /* the last block that counts: DS1LSTAR */
    unsigned balance;          /* what is free behind that */
    struct build_done *done;
    size_t sets;
    unsigned vtoc, vtoc_tracks;           /* where it was asked to be; 0 tracks: at the end */
    struct disk_complaint *complaint;
};

/* On an image that is open for writing and formatted. All here return false with a complaint. */
bool build_begin(struct build *, struct ckd_image *, const struct ckd_geometry *,
                 const char *serial, const struct codepage *, struct disk_complaint *);
void build_free(struct build *);

/* IPL records and the label on the first track; with a program that an IPL loads at address 0,
 * or without one (length 0). */
bool build_label(struct build *, const uint8_t *ipl, size_t length);

/* Begin a data set, at a cylinder if its space is in cylinders; its directory is empty. */
bool build_set_begin(struct build *, const struct build_set *);
/* A block behind the last; its place. `data` NULL: zeros. */
bool build_block(struct build *, const void *key, size_t key_length, const void *data,
                 size_t length, struct ttr *);
/* An end-of-file record: it counts in partitioned data sets. */
bool build_end_of_file(struct build *);
/* Take the tracks that it was asked to have, and those that it needed; a label for it. */
bool build_set_end(struct build *);

/* The bytes of a block that is written, to be read and, with `change`, to be replaced. */
bool build_read(struct build *, struct ttr, uint8_t *data, size_t room, size_t *length);
bool build_change(struct build *, struct ttr, const uint8_t *key, const uint8_t *data,
                  size_t length);

/* Keep these tracks for the VTOC, now. */
bool build_reserve_vtoc(struct build *, bool cylinders, unsigned tracks);
/* The VTOC; the volume is complete. */
bool build_end(struct build *);

/* How many such records a track has room for. */
unsigned build_records_a_track(const struct ckd_geometry *, unsigned key, unsigned data);
/* The device type as unit control blocks have it: X'30502009'. */
uint32_t build_unit_type(const struct ckd_geometry *);

#endif
