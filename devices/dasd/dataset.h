/* The records of a data set on a CKD volume, and the directory of a partitioned one. */
#ifndef DEVICES_DASD_DATASET_H
#define DEVICES_DASD_DATASET_H

#include "devices/dasd/vtoc.h"

/* ---- blocks, and the records in them --------------------------------------------------------- */

enum { DATASET_BLOCK = 1 << 16, DATASET_RECORD = 1 << 20 };

enum dataset_result { DATASET_GOT, DATASET_END, DATASET_BAD };

struct dataset_reader {
    struct volume *volume;
    const struct dataset *dataset;
    unsigned track;            /* the one that is read, relative to the data set's first */
    size_t at;                 /* within it */
    unsigned cylinder, head, number;      /* of the last block, for messages */
    uint8_t key[256], *block;  /* of DATASET_BLOCK bytes */
    unsigned key_length;
    size_t length, taken;      /* of the block; what records were made of */
    uint8_t *record;           /* a spanned one is put together here */
    struct disk_complaint *complaint;
};

/* From block `record` of the data set's track `track` (TTR) on. False: out of storage. */
bool dataset_begin(struct dataset_reader *, struct volume *, const struct dataset *,
                   struct disk_complaint *);
bool dataset_point(struct dataset_reader *, unsigned track, unsigned record);
void dataset_end(struct dataset_reader *);

/* Put bytes in the place of those of the block that came last, from byte `at` on: the data set's
 * volume is open to be changed, and the block is in one piece. False and the complaint. */
bool dataset_change(struct dataset_reader *, size_t at, const uint8_t *bytes, size_t length);

/* The next block, in `block` and `length`. DATASET_END: an end-of-file record, or no more tracks.
 * DATASET_BAD: a complaint with cylinder and head. */
enum dataset_result dataset_block(struct dataset_reader *);

/* The next record as RECFM and LRECL tell, valid until the next call: without the length word
 * that a variable one has. */
enum dataset_result dataset_record(struct dataset_reader *, const uint8_t **record,
                                   size_t *length);

/* ---- the directory of a partitioned data set --------------------------------------------------- */

struct member {
    char name[9];
    bool alias;
    unsigned track, record;    /* TTR: where it begins */
    uint8_t user[62], user_length;        /* the user's data of its entry */
};

struct directory { struct member *member; size_t members; };

/* False and a complaint, and nothing to free. */
bool directory_read(struct directory *, struct volume *, const struct dataset *,
                    struct disk_complaint *);
void directory_free(struct directory *);
const struct member *directory_find(const struct directory *, const char *name);

#endif
