/* What is behind a `struct ckd_image`: private to devices/dasd/. */
#ifndef DEVICES_DASD_CKD_FORMAT_H
#define DEVICES_DASD_CKD_FORMAT_H

#include <sys/types.h>

#include "devices/dasd/ckd-image.h"

/* A file format. Functions return false with a complaint. */
struct ckd_format {
    const char *name;
    /* A track as the file has it, not looked at yet; `bytes` has room for track_size. */
    bool (*read)(struct ckd_image *, unsigned track, uint8_t *bytes, struct ckd_complaint *);
    bool (*write)(struct ckd_image *, unsigned track, const uint8_t *bytes, size_t from,
                  size_t to, bool layout, struct ckd_complaint *);
    bool (*close)(struct ckd_image *, struct ckd_complaint *);
};

enum { CKD_MAX_FILES = 27 };     /* _1 to _9, _A to _Z, fewer than field's limit never come */

struct ckd_file {
    char *path;
    int fd;
    unsigned first, cylinders;    /* those that are in it */
};

struct ckd_slot {
    unsigned track;
    uint64_t used;                /* 0: empty */
    uint8_t *bytes;
};
enum { CKD_SLOTS = 32 };

struct ckd_image {
    struct ckd_shape shape;
    const struct ckd_format *format;
    bool writable;
    unsigned files;
    struct ckd_file file[CKD_MAX_FILES];
    struct ckd_slot slot[CKD_SLOTS];
    uint64_t uses;
    void *own;                    /* the format's */
};

/* The head of every image file, 512 bytes; numbers little-endian. */
enum {
    HEADER_ID = 0, HEADER_HEADS = 8, HEADER_TRACK_SIZE = 12, HEADER_TYPE = 16,
    HEADER_FILE = 17, HEADER_LAST_CYLINDER = 18, HEADER_LENGTH = 512
};

/* The file is open, locked and its first header read; fill in the rest of the image. */
bool ckd_plain_open(struct ckd_image *, const uint8_t *header, struct ckd_complaint *);
bool ckd_compressed_open(struct ckd_image *, const uint8_t *header, struct ckd_complaint *);

bool ckd_plain_create(const char *path, struct ckd_creation *, struct ckd_complaint *);
bool ckd_compressed_create(const char *path, struct ckd_creation *,
                           struct ckd_complaint *);

/* Open and lock one more file of the image. */
bool ckd_file_open(struct ckd_image *, const char *path, struct ckd_complaint *);

/* All of it or nothing: false with a complaint, at the end of the file too. */
bool ckd_file_read(const struct ckd_file *, void *, size_t, off_t, struct ckd_complaint *);
bool ckd_file_write(const struct ckd_file *, const void *, size_t, off_t,
                    struct ckd_complaint *);

/* Eight bytes that are there already, replaced all at once: a kill leaves the old or the new.
 * (Other writes may be cut off by one at the end of any of the kernel's pages.) */
bool ckd_file_store(const struct ckd_file *, const uint8_t bytes[8], off_t,
                    struct ckd_complaint *);

/* Always false, for `return complain(...)`. */
bool complain(struct ckd_complaint *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

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
