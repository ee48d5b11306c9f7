/* AWSTAPE: each block of the tape is one or more chunks, each behind a header of six
 * bytes: its length and that of the chunk before it, both little-endian, and two bytes of
 * flags.
 *
 * Writing and crashes: what a block consists of goes into the file behind the place of
 * its first header, which so far reads as zeros, and the header goes last. A header of zeros
 * is the end of recorded data for the reader below; so whenever the emulator is killed,
 * the file ends with the last block that was written completely. A header that
 * promises more than the file has comes from elsewhere, and is reported. */
#include <stdlib.h>
#include <string.h>

#include "devices/tape/image.h"

enum { HEADER = 6, CHUNK_MOST = 65535 };

enum { FLAG_FIRST = 0x80, FLAG_MARK = 0x40, FLAG_LAST = 0x20,
       FLAG_COMPRESSED = 0x03 /* HET: zlib, bzip2 */ };

struct aws {
    struct tape_image image;
    /* Where the blocks and marks up to and including `known` begin: we have come by all
     * of them. starts[known] is where the next may be. */
    uint64_t *starts;
    uint32_t known;
    size_t room;
    /* The length of the last chunk before a position, where writing left it. */
    uint32_t written;
    size_t written_length;
};

struct header { unsigned length, previous; uint8_t flags, flags2; };

static unsigned little(const uint8_t *p) { return p[0] | (unsigned)p[1] << 8; }

static bool get_header(struct tape_image *image, uint64_t offset, struct header *h)
{
    uint8_t bytes[HEADER];
    if (!tape_get(image, offset, bytes, HEADER))
        return false;
    *h = (struct header){ little(bytes), little(bytes + 2), bytes[4], bytes[5] };
    return true;
}

static void make_header(uint8_t bytes[HEADER], size_t length, size_t previous, uint8_t flags)
{
    bytes[0] = (uint8_t)length, bytes[1] = (uint8_t)(length >> 8);
    bytes[2] = (uint8_t)previous, bytes[3] = (uint8_t)(previous >> 8);
    bytes[4] = flags, bytes[5] = 0;
}

/* ---- reading --------------------------------------------------------------------- */

/* What is wrong with a header, or NULL. */
static const char *fault_of(const struct header *h, bool first)
{
    if (h->flags & FLAG_COMPRESSED)
        return "a compressed block (HET): that format is not there yet; hetget or hetupd -d "
               "make an AWSTAPE of it";
    if (h->flags & FLAG_MARK)
        return first && h->length == 0 && !(h->flags & ~FLAG_MARK)
             ? NULL : "a tape mark with a length or other flags";
    if (h->flags & ~(FLAG_FIRST | FLAG_LAST))
        return "flags that AWSTAPE does not have";
    if (!(h->flags & FLAG_FIRST) == first)
        return first ? "a block does not begin with its first chunk"
                     : "a block begins inside another";
    if (h->length == 0)
        return "a chunk without bytes";
    return NULL;
}

static enum tape_result damaged(struct tape_image *image, uint64_t offset, const char *what)
{
    return tape_says(image, TAPE_DAMAGED, "offset X'%llX', block %u: %s",
                     (unsigned long long)offset, image->position + 1, what);
}

/* The header of the next chunk, checked against the file and itself. */
static enum tape_result next_header(struct tape_image *image, uint64_t offset, bool first,
                                    struct header *h)
{
    if (first && offset == image->size)
        return TAPE_VOID;
    if (image->size - offset < HEADER)
        return damaged(image, offset, "the file ends inside a block or header");
    if (!get_header(image, offset, h))
        return TAPE_FAILED;
    if (first && !(h->length | h->previous | h->flags | h->flags2))
        return TAPE_VOID;
    const char *fault = fault_of(h, first);
    if (fault)
        return damaged(image, offset, fault);
    if (image->size - offset - HEADER < h->length)
        return damaged(image, offset, "the file ends inside the block");
    return h->flags & FLAG_MARK ? TAPE_MARK : TAPE_BLOCK;
}

static void learn(struct aws *aws, uint64_t next)
{
    struct tape_image *image = &aws->image;
    image->position++;
    image->offset = next;
    if (image->position <= aws->known)
        return;
    aws->known = image->position;
    if (aws->known >= aws->room) {
        aws->room *= 2;
        aws->starts = realloc(aws->starts, aws->room * sizeof *aws->starts);
        if (!aws->starts)
            abort();
    }
    aws->starts[aws->known] = next;
}

static enum tape_result pass(struct tape_image *image, bool with_bytes)
{
    uint64_t offset = image->offset;
    struct header h = { .flags = 0 };
    image->length = 0;
    for (bool first = true; !(h.flags & FLAG_LAST); first = false) {
        enum tape_result result = next_header(image, offset, first, &h);
        if (result == TAPE_MARK)
            learn((struct aws *)image, offset + HEADER);
        if (result != TAPE_BLOCK)
            return result;
        if (image->length + h.length > TAPE_BLOCK_MOST)
            return damaged(image, offset, "the block has more than 2 megabytes");
        if (with_bytes) {
            tape_room(image, image->length + h.length);
            if (!tape_get(image, offset + HEADER, image->bytes + image->length, h.length))
                return TAPE_FAILED;
        }
        image->length += h.length;
        offset += HEADER + h.length;
    }
    learn((struct aws *)image, offset);
    return TAPE_BLOCK;
}

static enum tape_result aws_read(struct tape_image *image) { return pass(image, true); }
static enum tape_result aws_forward(struct tape_image *image) { return pass(image, false); }

static void go_to(struct tape_image *image, uint32_t position)
{
    image->position = position;
    image->offset = ((struct aws *)image)->starts[position];
}

static enum tape_result aws_backward(struct tape_image *image)
{
    struct header h;
    if (image->position == 0)
        return TAPE_LOAD_POINT;
    go_to(image, image->position - 1);
    if (!get_header(image, image->offset, &h))
        return TAPE_FAILED;
    return h.flags & FLAG_MARK ? TAPE_MARK : TAPE_BLOCK;
}

static void aws_rewind(struct tape_image *image) { go_to(image, 0); }

/* ---- writing --------------------------------------------------------------------- */

/* The length of the chunk before the position, as headers note it: 0 behind a mark. */
static bool previous_length(struct tape_image *image, size_t *length)
{
    const struct aws *aws = (const struct aws *)image;
    struct header h = { .flags = 0 };
    *length = 0;
    if (image->position == 0)
        return true;
    if (image->position == aws->written) {
        *length = aws->written_length;
        return true;
    }
    for (uint64_t at = aws->starts[image->position - 1]; at < image->offset;
         at += HEADER + h.length) {
        if (!get_header(image, at, &h))
            return false;
        *length = h.length;
    }
    return true;
}

/* The next write finds it so; 0 if this one failed. */
static void note_written(struct tape_image *image, bool ok, size_t length)
{
    struct aws *aws = (struct aws *)image;
    aws->written = ok ? image->position : 0;
    aws->written_length = length;
}

/* Everything beyond the position is gone, on tape too. */
static bool make_end(struct tape_image *image)
{
    ((struct aws *)image)->known = image->position;
    return tape_cut(image, image->offset);
}

/* Put `length` bytes of chunks at the position, the first header last. */
static enum tape_result append(struct tape_image *image, const uint8_t *chunks, size_t length,
                               enum tape_result done)
{
    uint64_t end = image->offset + length;
    if (image->most && end > image->most)
        return tape_says(image, TAPE_FULL, "the reel is full at offset X'%llX'",
                         (unsigned long long)image->offset);
    if (!make_end(image))
        return TAPE_FAILED;
    if (!tape_put(image, image->offset + HEADER, chunks + HEADER, length - HEADER) ||
        !tape_put(image, image->offset, chunks, HEADER)) {
        char why[sizeof image->error];
        memcpy(why, image->error, sizeof why);
        image->size = end;
        tape_cut(image, image->offset);
        memcpy(image->error, why, sizeof why);
        return TAPE_FAILED;
    }
    image->size = end;
    learn((struct aws *)image, end);
    return done;
}

static enum tape_result aws_write(struct tape_image *image, const void *bytes, size_t length)
{
    size_t chunks = (length + CHUNK_MOST - 1) / CHUNK_MOST, previous, done = 0, at = 0;
    if (length == 0 || length > TAPE_BLOCK_MOST)
        return tape_says(image, TAPE_FAILED, "a block of %zu bytes cannot be written", length);
    if (!previous_length(image, &previous))
        return TAPE_FAILED;
    uint8_t *made = malloc(length + chunks * HEADER);
    if (!made)
        abort();
    while (done < length) {
        size_t n = length - done < CHUNK_MOST ? length - done : CHUNK_MOST;
        make_header(made + at, n, previous, (uint8_t)((done ? 0 : FLAG_FIRST) |
                                                      (done + n == length ? FLAG_LAST : 0)));
        memcpy(made + at + HEADER, (const char *)bytes + done, n);
        at += HEADER + n;
        done += n;
        previous = n;
    }
    enum tape_result result = append(image, made, at, TAPE_BLOCK);
    free(made);
    note_written(image, result == TAPE_BLOCK, previous);
    return result;
}

static enum tape_result aws_write_mark(struct tape_image *image)
{
    uint8_t mark[HEADER];
    size_t previous;
    if (!previous_length(image, &previous))
        return TAPE_FAILED;
    make_header(mark, 0, previous, FLAG_MARK);
    enum tape_result result = append(image, mark, HEADER, TAPE_MARK);
    note_written(image, result == TAPE_MARK, 0);
    return result;
}

static enum tape_result aws_erase(struct tape_image *image)
{
    return make_end(image) ? TAPE_BLOCK : TAPE_FAILED;
}

/* ---- opening --------------------------------------------------------------------- */

/* A file that begins like a block or a mark; also an empty one, and one that was killed
 * before its first block was complete. */
static bool aws_fits(const char *path, uint64_t size, const uint8_t *start, size_t length)
{
    static const uint8_t zeros[HEADER];
    (void)path;
    if (length < HEADER)
        return size == 0;
    if (memcmp(start, zeros, HEADER) == 0)
        return size <= TAPE_BLOCK_MOST;
    struct header h = { little(start), little(start + 2), start[4], start[5] };
    return h.previous == 0 && ((h.flags & FLAG_COMPRESSED) || !fault_of(&h, true));
}

static bool aws_open(struct tape_image *image)
{
    struct aws *aws = (struct aws *)image;
    struct header h;
    aws->room = 1024;
    aws->starts = calloc(aws->room, sizeof *aws->starts);
    if (!aws->starts)
        abort();
    if (image->size >= HEADER && get_header(image, 0, &h) && (h.flags & FLAG_COMPRESSED)) {
        tape_says(image, TAPE_DAMAGED, "%s", fault_of(&h, true));
        return false;
    }
    return true;
}

static void aws_close(struct tape_image *image)
{
    free(((struct aws *)image)->starts);
}

const struct tape_format tape_aws = {
    .name = "AWSTAPE", .fits = aws_fits, .size = sizeof(struct aws), .open = aws_open,
    .close = aws_close, .read = aws_read, .forward = aws_forward, .backward = aws_backward,
    .rewind = aws_rewind, .write = aws_write, .write_mark = aws_write_mark, .erase = aws_erase,
};
