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
    TAPE_BAD,          /* a block was passed that is recorded as unreadable (SIMH): the bytes
                          that were read of it are there, image->error says where */
    TAPE_LOAD_POINT,   /* cannot go back: at the load point */
    TAPE_VOID,         /* cannot go on: nothing is recorded from here */
    TAPE_DAMAGED,      /* what is recorded makes no sense; image->error says where */
    TAPE_FULL,         /* writing: the reel is at its end (image->most) */
    TAPE_FAILED        /* the host's file system failed; image->error says how */
};

enum { TAPE_BLOCK_MOST = 1 << 21 };

/* How the blocks of a HET image are written: a compressed block is cut into chunks of at
 * most `chunk` bytes; one that compression does not make smaller stays as it is. */
struct tape_compression {
    enum { TAPE_PLAIN, TAPE_ZLIB, TAPE_BZIP2 } method;
    int level;                 /* 1 fast to 9 small */
    unsigned chunk;            /* TAPE_CHUNK_LEAST to TAPE_CHUNK_MOST */
};

enum { TAPE_CHUNK_LEAST = 4096, TAPE_CHUNK_MOST = 65535 };

struct tape_image;

struct tape_format {
    const char *name;
    const char *ending;        /* of the names of new files, ".het" */
    /* Whether a file with this beginning can be of this format: the first format of the
     * list that says so gets it. Of a file with nothing in it its name decides. */
    bool (*fits)(const char *path, uint64_t size, const uint8_t *start, size_t length);
    size_t longest;    /* block that can be written; 0: TAPE_BLOCK_MOST */
    size_t size;       /* of the format's own struct, which begins with struct tape_image */
    bool (*open)(struct tape_image *);         /* false and image->error: not usable */
    void (*close)(struct tape_image *);
    /* The next block or mark, with its bytes or without; tells tape_passed(). Without the
     * bytes the length may be that of the compressed block. */
    enum tape_result (*pass)(struct tape_image *, bool with_bytes);
    /* NULL where the format cannot be written; the image is then read-only. They use
     * tape_append(). */
    enum tape_result (*write)(struct tape_image *, const void *bytes, size_t length);
    enum tape_result (*write_mark)(struct tape_image *);
};

/* Where a block or mark begins, and which it is. */
struct tape_place { uint64_t offset : 63; bool mark : 1; };

struct tape_image {
    const struct tape_format *format;
    char *path;
    int fd;
    bool read_only;
    bool nameless;             /* the file had no name when it was opened: it can't be removed */
    uint64_t size;             /* of the file */
    uint64_t most;             /* no write makes the file larger; 0: no limit */
    struct tape_compression compression;       /* for HET */
    uint64_t offset;           /* of the position in the file */
    uint32_t position;
    /* The blocks and marks that we have come by: places[position] is the next one's
     * place, and places[known] where there may be one more. */
    struct tape_place *places;
    uint32_t known;
    size_t places_room;
    uint8_t *bytes;            /* of the last block read; valid until the next call */
    size_t length, room;
    size_t stored;             /* how many bytes of the file hold it, without headers */
    char error[400];
};

/* Open a file that another emulator does not hold, made anew if it is not there (*made
 * tells) and may be written. It is opened read-only if asked or if the host allows no
 * more. NULL, and `error` says why. */
struct tape_image *tape_open(const char *path, bool read_only, bool *made,
                             char *error, size_t size);
/* A new file of this format; NULL and `error` if it is there already or cannot be made. */
struct tape_image *tape_make(const char *path, const struct tape_format *,
                             char *error, size_t size);
/* False: what was written may be lost; `error` says why. */
bool tape_sync(struct tape_image *);
/* The image's file was removed while it is in use: nothing is written on it any more. Put what is on
 * it into a file again, whose name comes into `where`. False: it was not, or `error` says why. */
bool tape_is_gone(const struct tape_image *);
bool tape_rescue(struct tape_image *, char *where, size_t size);
void tape_close(struct tape_image *);

/* The format of a name ("het", "awstape", "simh") or of a new file's name; NULL: none. */
const struct tape_format *tape_format_named(const char *name);
const struct tape_format *tape_format_for(const char *path);
const struct tape_format *tape_format_row(size_t i);     /* NULL past the end */

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
/* TAPE_DAMAGED, with the offset and the number of the block at the position. */
enum tape_result tape_damaged(struct tape_image *, uint64_t offset, const char *what);
/* The block or mark at the position was passed, the next is at this offset: gives `what`. */
enum tape_result tape_passed(struct tape_image *, uint64_t next, enum tape_result what);
/* Have room for a block of this length in image->bytes. */
void tape_room(struct tape_image *, size_t length);
/* Exactly `length` bytes from an offset; false and image->error. */
bool tape_get(struct tape_image *, uint64_t offset, void *bytes, size_t length);
bool tape_put(struct tape_image *, uint64_t offset, const void *bytes, size_t length);
bool tape_cut(struct tape_image *, uint64_t offset);
/* Make the position the end, and put bytes there. The first `head` of them are written last,
 * so that a crash leaves zeros in their place, or what `meanwhile` has. All or nothing
 * is left; if it is TAPE_FULL, nothing has changed. Tells tape_passed(). */
enum tape_result tape_append(struct tape_image *, const uint8_t *bytes, size_t length,
                             size_t head, const uint8_t *meanwhile, enum tape_result what);
/* Whether the name ends so, whatever its case. */
bool tape_ends(const char *path, const char *ending);

extern const struct tape_format tape_aws, tape_het, tape_fake, tape_simh, tape_oma;

#endif
