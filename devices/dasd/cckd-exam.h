/* The inside of cckd-check.h: a file that is looked at, and what is known of it. */
#ifndef DEVICES_DASD_CCKD_EXAM_H
#define DEVICES_DASD_CCKD_EXAM_H

#include "core/bytes.h"
#include "devices/dasd/cckd-check.h"
#include "devices/dasd/cckd-layout.h"

enum exam_state { EXAM_NOWHERE, EXAM_THERE, EXAM_LOST };
enum { EXAM_NAME = 64, EXAM_BUFFER = 2 * CCKD_LONGEST_IMAGE };

/* A part of the file that a table says is in use. */
struct exam_space { uint64_t at, end; uint32_t which; bool table; };

/* What one who expands images needs. */
struct exam_eye {
    uint8_t *buffer;           /* of EXAM_BUFFER bytes */
    struct cckd_codec codec;
};

struct exam {
    const char *path;
    struct disk_file file;
    const uint8_t *bytes;      /* the file, mapped */
    uint64_t size, data;       /* its length; the end of the level-1 table */
    struct cckd_check *job;
    struct cckd_file z;        /* the headers, put right; nothing else */
    uint32_t heads, track_size;
    uint64_t *level1;          /* where the tables are that are believed; 0: there is none */
    struct cckd_entry *entry;
    enum exam_state *state;
    bool *doubted;             /* an image that overlaps something */
    bool *unsound;             /* one that can't be expanded, of those that were looked at */
    bool lost_tables;
    struct exam_space *space;  /* in order of place */
    size_t spaces;
    struct exam_eye eye;
};

void exam_tell(struct exam *, unsigned number, char severity, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const char *exam_name(const struct exam *, uint32_t image, char name[EXAM_NAME]);
bool exam_is_inside(const struct exam *, uint64_t at, uint64_t length);
bool exam_header_fits(const struct exam *, uint32_t image, const uint8_t *header);
void exam_take_table(struct exam *, uint32_t group, uint64_t at);

static inline uint64_t exam_number(const struct exam *x, const uint8_t *p, unsigned width)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < width; i++)
        v = v << 8 | p[x->z.big_endian ? i : width - 1 - i];
    return v;
}

static inline uint64_t exam_field(const struct exam *x, enum cckd_field field)
{
    return exam_number(x, x->z.header + x->z.layout->field[field], x->z.layout->width);
}

/* cckd-headers.c: into x->z; what is wrong with them is told, and put right if it can be. */
bool exam_read_headers(struct exam *, struct disk_complaint *);

/* cckd-recover.c */
/* Do `length` bytes hold this image, whole and well formed? */
bool exam_image_is_sound(const struct exam *, struct exam_eye *, const uint8_t *, size_t length);
/* Look for what is lost where nothing else is; at the highest level, for everything. */
bool exam_recover_tables(struct exam *, struct disk_complaint *);
bool exam_recover_images(struct exam *, struct disk_complaint *);

#endif
