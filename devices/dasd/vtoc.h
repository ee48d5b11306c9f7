/* What is on a CKD volume: its label, its table of contents (VTOC), its data sets and where
 * they are. IBM's layouts: OS/VS2 System Programming Library: Debugging Handbook and DFSMS
 * Using Data Sets describe the labels, "DSCB" there. */
#ifndef DEVICES_DASD_VTOC_H
#define DEVICES_DASD_VTOC_H

#include "core/codepage.h"
#include "devices/dasd/ckd-image.h"

/* Extents: 3 in a format-1 label, 13 in each format-3 label that it points to. */
enum { DATASET_NAME = 44, DATASET_EXTENTS = 123 };

/* Tracks of the volume, counted from 0, both included. */
struct extent { unsigned first, last; };

enum { RECFM_U = 0xC0, RECFM_F = 0x80, RECFM_V = 0x40, RECFM_FORM = 0xC0, RECFM_OVERFLOW = 0x20,
       RECFM_BLOCKED = 0x10, RECFM_SPANNED = 0x08, RECFM_ASA = 0x04, RECFM_MACHINE = 0x02 };

struct dataset {
    char name[DATASET_NAME + 1];
    uint16_t organization;     /* DS1DSORG */
    uint8_t recfm, key;        /* RECFM_...; length of keys */
    unsigned lrecl, blksize;
    unsigned created;          /* year * 1000 + day, 0: none; so are the next two */
    unsigned expires, referred;
    uint8_t allocation;        /* DS1SCALO's first byte: 0xC0 cylinders, 0x80 tracks */
    unsigned secondary;
    unsigned last_track;       /* DS1LSTAR: the last that was written, relative to the first */
    uint8_t last_record;
    unsigned extents, tracks;
    struct extent extent[DATASET_EXTENTS];
};

struct volume {
    struct ckd_image *image;
    const struct ckd_shape *shape;
    struct codepage page;      /* of names */
    char serial[7], owner[11];
    struct extent vtoc;
    struct dataset *dataset;   /* in the order of the VTOC */
    size_t datasets;
};

/* Open an image to read it, with shadow files (NULL: none), its label and its VTOC. A complaint
 * says the file, cylinder, head and record of what is wrong. */
bool volume_open(struct volume *, const char *path, const char *shadows,
                 struct disk_complaint *);
/* The same, and its tracks may be written. */
bool volume_open_to_change(struct volume *, const char *path, const char *shadows,
                           struct disk_complaint *);
void volume_close(struct volume *);
bool volume_close_changed(struct volume *, struct disk_complaint *);

/* The data set of this name, whatever its case; NULL and a complaint if there is none. */
const struct dataset *volume_find(const struct volume *, const char *name,
                                  struct disk_complaint *);

/* "PS", "PO", "DA", "IS", "VS", "PSU"; "??" what is not known. */
const char *dataset_organization(const struct dataset *, char text[4]);
/* "FBA", "VBS", "U"; "" if none is given. */
const char *dataset_recfm(const struct dataset *, char text[8]);

/* ---- records of tracks ------------------------------------------------------------------ */

/* A record, in the cache's track: valid until the next call that reads one. */
struct ckd_record {
    unsigned cylinder, head;   /* of the track */
    uint8_t id[5];             /* of the count: CCHHR */
    uint8_t key_length;
    uint16_t data_length;
    bool overflows;            /* goes on in the next track's first record */
    const uint8_t *key, *data;
};

/* The record at `*at` of a well formed track, which goes behind it; false at the end. Begin with
 * CKD_HOME_ADDRESS, where R0 is. */
bool ckd_record_next(const uint8_t *track, size_t *at, struct ckd_record *);

#endif
