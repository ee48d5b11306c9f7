/* What is behind a `struct ckd_image`: private to devices/dasd/. */
#ifndef DEVICES_DASD_CKD_FORMAT_H
#define DEVICES_DASD_CKD_FORMAT_H

#include "devices/dasd/cckd-codec.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/track-cache.h"

struct cckd_opening;

/* What a thread that reads tracks has for itself. All zeros: nothing yet. */
struct ckd_scratch {
    struct cckd_codec codec;
    uint8_t *buffer;
};
void ckd_scratch_release(struct ckd_scratch *);

/* A file format. Functions return false with a complaint. */
struct ckd_format {
    const char *name;
    bool parallel;                /* read() may be called by any thread, and takes its time */
    /* A track as the file has it, not looked at yet; `bytes` has room for track_size. */
    bool (*read)(struct ckd_image *, unsigned track, uint8_t *bytes, struct ckd_scratch *,
                 struct disk_complaint *);
    bool (*write)(struct ckd_image *, unsigned track, const uint8_t *bytes, size_t from,
                  size_t to, bool layout, struct disk_complaint *);
    bool (*flush)(struct ckd_image *, struct disk_complaint *);
    bool (*close)(struct ckd_image *, struct disk_complaint *);
};

enum { CKD_MAX_PARTS = 27 };      /* _1 to _9, _A to _R */

struct ckd_part {
    struct disk_file file;
    unsigned first, cylinders;    /* those that are in it */
};

struct ckd_image {
    char *path;                   /* as the open had it */
    struct ckd_shape shape;
    const struct ckd_format *format;
    bool writable;
    unsigned parts;
    struct ckd_part part[CKD_MAX_PARTS];
    enum disk_sync sync;
    struct disk_tap *tap;
    bool background;              /* threads may read ahead */
    bool unguarded, lack_told;    /* plain: no journal could be made; it was said */
    size_t usual;                 /* plain: bytes that the track read last had; 0: not known */
    struct track_cache cache;
    struct ckd_scratch scratch;   /* of the thread that has the image */
    void *own;                    /* the format's */
};

/* The head of every image file, 512 bytes; numbers little-endian. */
enum {
    HEADER_ID = 0, HEADER_HEADS = 8, HEADER_TRACK_SIZE = 12, HEADER_TYPE = 16,
    HEADER_FILE = 17, HEADER_LAST_CYLINDER = 18, HEADER_LENGTH = 512
};

/* The file is open, locked and its first header read; fill in the rest of the image. */
bool ckd_plain_open(struct ckd_image *, const uint8_t *header, const struct cckd_opening *,
                    struct disk_complaint *);
bool ckd_compressed_open(struct ckd_image *, const uint8_t *header, const struct cckd_opening *,
                         struct disk_complaint *);

bool ckd_plain_create(const char *path, struct ckd_creation *, struct disk_complaint *);
bool ckd_compressed_create(const char *path, struct ckd_creation *,
                           struct disk_complaint *);

/* Is what an image's bytes hold this track, and one that makes sense? */
bool ckd_compressed_check(struct ckd_image *, const uint8_t *bytes, size_t length,
                          unsigned track, struct disk_complaint *);
bool ckd_image_well_formed(const struct ckd_image *, unsigned track, const uint8_t *bytes,
                           struct disk_complaint *);

/* Open and lock one more file of the image. */
bool ckd_image_add_part(struct ckd_image *, const char *path, struct disk_complaint *);

static inline uint32_t little32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void put_little32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v; p[1] = (uint8_t)(v >> 8); p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
}

#endif
