/* Tape images: files that hold the blocks and tape marks of a reel or cartridge. Used by
 * the drives and by tools; knows nothing of devices. A format is one file, one table
 * (struct tape_format), entered in image.c.
 *
 * A position is the number of blocks and marks before it; 0 is the load point. The end of
 * recorded data is behind the last of them. Writing makes the end of what it wrote
 * the end of recorded data, as on tape. Offsets in messages are in bytes. */
#ifndef DEVICES_TAPE_IMAGE_H
#define DEVICES_TAPE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tape_result {
    TAPE_BLOCK,        /* a block was passed, read or written */
    TAPE_MARK,         /* a tape mark was */
    TAPE_LOAD_POINT,   /* cannot go back: at the load point */
    TAPE_VOID,         /* cannot go on: nothing is recorded from here */
    TAPE_DAMAGED,      /* what is recorded makes no sense; image->error says where */
    TAPE_FULL,         /* writing: the reel is at its end (image->most) */
    TAPE_FAILED        /* the host's file system failed; image->error says how */
};

enum { TAPE_BLOCK_MOST = 1 << 21 };

struct tape_image;

struct tape_format {
    const char *name;
    /* Whether a file with this name, size and beginning can be of this format; the first
     * format of the list that says so gets it. An empty file is an AWSTAPE. */
    bool (*fits)(const char *path, uint64_t size, const uint8_t *start, size_t length);
    size_t size;       /* of the format's own struct, which begins with struct tape_image */
    bool (*open)(struct tape_image *);         /* false and image->error: not usable */
    void (*close)(struct tape_image *);
    /* The next block: image->bytes, image->length. */
    enum tape_result (*read)(struct tape_image *);
    enum tape_result (*forward)(struct tape_image *);   /* the same without the bytes */
    enum tape_result (*backward)(struct tape_image *);
    void (*rewind)(struct tape_image *);
    /* NULL where the format cannot be written; the image is then read-only. */
    enum tape_result (*write)(struct tape_image *, const void *bytes, size_t length);
    enum tape_result (*write_mark)(struct tape_image *);
    enum tape_result (*erase)(struct tape_image *);     /* from here to the end */
};

struct tape_image {
    const struct tape_format *format;
    char *path;
    int fd;
    bool read_only;
    uint64_t size;             /* of the file */
    uint64_t most;             /* no write makes the file larger; 0: no limit */
    uint64_t offset;           /* of the position in the file */
    uint32_t position;
    uint8_t *bytes;            /* of the last block read; valid until the next call */
    size_t length, room;
    char error[400];
};

/* Open a file that another emulator does not hold, made anew if it is not there (*made
 * tells) and may be written. It is opened read-only if asked or if the host allows no
 * more. NULL, and `error` says why. */
struct tape_image *tape_open(const char *path, bool read_only, bool *made,
                             char *error, size_t size);
void tape_close(struct tape_image *);

enum tape_result tape_read(struct tape_image *);
enum tape_result tape_forward(struct tape_image *);
enum tape_result tape_backward(struct tape_image *);
void tape_rewind(struct tape_image *);
enum tape_result tape_write(struct tape_image *, const void *bytes, size_t length);
enum tape_result tape_write_mark(struct tape_image *);
enum tape_result tape_erase(struct tape_image *);
/* Move to a position; TAPE_BLOCK: we are there. */
enum tape_result tape_locate(struct tape_image *, uint32_t position);

/* ---- for formats ----------------------------------------------------------------- */

/* Say what is wrong, for the message: gives `result`. */
enum tape_result tape_says(struct tape_image *, enum tape_result result,
                           const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Have room for a block of this length in image->bytes. */
void tape_room(struct tape_image *, size_t length);
/* Exactly `length` bytes from an offset; false and image->error. */
bool tape_get(struct tape_image *, uint64_t offset, void *bytes, size_t length);
bool tape_put(struct tape_image *, uint64_t offset, const void *bytes, size_t length);
bool tape_cut(struct tape_image *, uint64_t offset);

extern const struct tape_format tape_aws;

#endif
