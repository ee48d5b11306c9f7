/* A CKD disk drive with its control unit's part: what the command functions share. Private
 * to devices/dasd/.
 *
 * "GA26-1592" is the Reference Manual for IBM 3830 Storage Control and 3330, "GA26-1661" the
 * IBM 3880 Storage Control Description, "GA32-0099" the IBM 3990 Storage Control Reference. */
#ifndef DEVICES_DASD_CKD_DEVICE_H
#define DEVICES_DASD_CKD_DEVICE_H

#include "channel/channel.h"
#include "core/bytes.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/control-unit.h"
#include "devices/dasd/geometry.h"

/* What has passed under the head last, on the current track. */
enum passed { NOWHERE, INDEX_POINT, HOME_ADDRESS, COUNT_FIELD, KEY_FIELD, DATA_FIELD };

/* What the chain has found, that a write command may follow. */
enum found {
    FOUND_HOME_ADDRESS = 1,    /* search HA equal; write HA */
    FOUND_ID = 2,              /* search ID equal */
    FOUND_KEY = 4,             /* search key equal */
    FOUND_PLACE = 8            /* a record that format writes may follow */
};

/* Define extent and locate record: what a chain may touch and what it is about to do. */
struct ckd_domain {
    bool extent_defined;
    uint16_t block_size;
    unsigned first, last;          /* tracks, cylinder * heads + head, of the extent */
    bool active;                   /* between a locate record and its last command */
    uint8_t operation;             /* locate record byte 0, bits 2-7 */
    uint8_t auxiliary;
    unsigned remaining;            /* records or tracks still to come */
    uint16_t transfer_length;
    bool first_command;            /* none of the domain's commands has come yet */
};

struct ckd {
    /* Host's. */
    struct ckd_image *image;
    bool read_only, fake_writes;
    char serial[13];
    uint8_t *scratch;              /* a record's key and data */

    /* Derived from the image and the options. */
    const struct ckd_geometry *geometry;
    const struct control_unit *control_unit;
    struct ckd_shape shape;

    /* Machine's: the access mechanism. */
    unsigned cylinder, head;
    unsigned alternate;            /* 0, or the number of the track that stands in for that one */
    uint8_t *track;                /* the track under the head in the image's cache, or NULL */
    enum passed passed;
    size_t record;                 /* where the record last met begins on the track */
    unsigned index_points;         /* passed since the last that was of use */

    /* Machine's: the chain. */
    uint8_t file_mask;
    bool file_mask_set;
    unsigned found;                /* enum found */
    struct ckd_domain domain;
    uint8_t answer[512];           /* what perform subsystem function prepared to be read */
    size_t answer_length;
    uint8_t path_group[12];        /* state byte and the identifier that was set */

    /* Machine's: changes on the current track that are not in the file yet. */
    bool changed, layout_changed;
    size_t changed_from, changed_to;
};

/* ---- sense -------------------------------------------------------------------------------- */

enum {
    SENSE_TRACK_CONDITION = 0x02, SENSE_SEEK_CHECK = 0x01,              /* byte 0 */
    SENSE1_PERMANENT = 0x80, SENSE1_INVALID_TRACK_FORMAT = 0x40,
    SENSE1_END_OF_CYLINDER = 0x20, SENSE1_OLD_INVALID_SEQUENCE = 0x10,
    SENSE1_NO_RECORD_FOUND = 0x08, SENSE1_FILE_PROTECTED = 0x04,
    SENSE1_WRITE_INHIBITED = 0x02, SENSE1_OPERATION_INCOMPLETE = 0x01
};

/* Messages of format 0, programming errors (GA26-1592, sense byte 7). */
enum format0 {
    MESSAGE_NONE = 0, INVALID_COMMAND = 1, INVALID_SEQUENCE = 2, COUNT_TOO_SMALL = 3,
    INVALID_ARGUMENT = 4, DIAGNOSTIC_NOT_PERMITTED = 5
};

/* Unit check with this sense: the status, UNIT_CHECKED. */
unsigned ckd_check(struct device *, uint8_t sense0, uint8_t sense1, uint8_t byte7);
unsigned ckd_reject(struct device *, enum format0 why);
unsigned ckd_sense(struct device *, struct exchange *);

/* A host's error: says it, and gives an equipment check. */
unsigned ckd_failed(struct device *, const struct disk_complaint *);

/* ---- the access mechanism (ckd-motion.c). Functions that can fail give 0 or a status ---------- */

/* Put the heads on a track; nothing has passed yet. */
unsigned ckd_move(struct device *, unsigned cylinder, unsigned head);
/* The next head of the cylinder, for multi-track commands and record overflow. */
unsigned ckd_next_head(struct device *);
/* Have the current track's bytes at hand, as ckd->track. */
unsigned ckd_ready(struct device *);
/* The same, of the track that is to be used: if it is defective, of its alternate, or there
 * is a track condition check. Commands for the home address and R0 want the original. */
unsigned ckd_usable(struct device *);
unsigned ckd_original(struct device *);
/* The number in the image of the track under the head. */
unsigned ckd_track_number(const struct ckd *);
/* Changes of the current track to the file. */
unsigned ckd_write_out(struct device *);
/* Bytes [from, to) of the current track were changed; `layout` as in ckd_image_write(). */
unsigned ckd_changed(struct device *, size_t from, size_t to, bool layout);

/* R0 is the record last met, or no record found. */
unsigned ckd_find_r0(struct device *);
/* The next count field, R0's only if asked for. At the track's end go on at its beginning, or
 * on the next track. */
unsigned ckd_next_count(struct device *, bool multitrack, bool with_r0);

/* The record last met. */
static inline uint8_t *record_count(const struct ckd *c) { return c->track + c->record; }
static inline unsigned record_key(const struct ckd *c) { return record_count(c)[5]; }
static inline unsigned record_data(const struct ckd *c) { return get16(record_count(c) + 6); }
static inline uint8_t *record_key_bytes(const struct ckd *c) { return record_count(c) + CKD_COUNT; }
static inline uint8_t *record_data_bytes(const struct ckd *c)
{
    return record_key_bytes(c) + record_key(c);
}
static inline size_t record_end(const struct ckd *c)
{
    return c->record + CKD_COUNT + record_key(c) + record_data(c);
}
/* Record overflow: the first bit of a count, on the types that have it. */
bool ckd_overflows(const struct ckd *);
bool ckd_has_overflow(const struct ckd *);

/* ---- the domain of a locate record (ckd-locate.c) ------------------------------------------------ */

/* May the command come now? 0 or a status. */
unsigned ckd_domain_admit(struct device *, uint8_t command);
/* It came, and ended with this status. */
void ckd_domain_advance(struct ckd *, uint8_t command, unsigned status);
/* Has the record the length that an update in a domain must expect? 0 or a status. */
unsigned ckd_domain_check_length(struct device *, bool with_key);
/* In a domain that writes whole tracks: record 0 is updated, and nothing is left behind it. */
bool ckd_domain_writes_tracks(const struct device *);

/* ---- ckd-write.c: do mask and image let data be written over, or whole tracks? 0 or a status --- */

unsigned ckd_may_update(struct device *);
unsigned ckd_may_write_tracks(struct device *);

/* ---- commands, by ckd-commands.def ----------------------------------------------------------------- */

#define COMMAND(code, mask, name, function, since) \
    unsigned ckd_##function(struct device *, struct exchange *);
#include "devices/dasd/ckd-commands.def"
#undef COMMAND

#endif
