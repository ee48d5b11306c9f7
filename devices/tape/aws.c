/* AWSTAPE and HET: each block of the tape is one or more chunks, each behind a header of six
 * bytes: its length and that of the chunk before it, both little-endian, and two bytes of
 * flags. In a HET image the flags may say that the block is compressed: all of it, and
 * then cut into chunks. The two differ in nothing else, and either is read as both.
 *
 * Writing and crashes: what a block consists of goes into the file behind the place of
 * its first header, which so far reads as zeros, and the header goes last. A header of zeros
 * is the end of recorded data for the reader below; so whenever the emulator is killed,
 * the file ends with the last block that was written completely. A header that
 * promises more than the file has comes from elsewhere, and is reported. */
#include <bzlib.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "devices/tape/image.h"

enum { HEADER = 6 };

enum { FLAG_FIRST = 0x80, FLAG_MARK = 0x40, FLAG_LAST = 0x20,
       FLAG_BZIP2 = 0x02, FLAG_ZLIB = 0x01, FLAGS_COMPRESSED = FLAG_BZIP2 | FLAG_ZLIB };

struct aws {
    struct tape_image image;
    /* The length of the last chunk before a position, where writing left it. */
    uint32_t written;
    size_t written_length;
    uint8_t *squeezed;         /* room for a compressed block */
    size_t squeezed_room;
};

struct header { unsigned length, previous; uint8_t flags, flags2; };

static unsigned little(const uint8_t *p) { return p[0] | (unsigned)p[1] << 8; }

static struct header header_of(const uint8_t bytes[HEADER])
{
    return (struct header){ little(bytes), little(bytes + 2), bytes[4], bytes[5] };
}

static bool get_header(struct tape_image *image, uint64_t offset, struct header *h)
{
    uint8_t bytes[HEADER];
    if (!tape_get(image, offset, bytes, HEADER))
        return false;
    *h = header_of(bytes);
    return true;
}

static void make_header(uint8_t bytes[HEADER], size_t length, size_t previous, uint8_t flags)
{
    bytes[0] = (uint8_t)length, bytes[1] = (uint8_t)(length >> 8);
    bytes[2] = (uint8_t)previous, bytes[3] = (uint8_t)(previous >> 8);
    bytes[4] = flags, bytes[5] = 0;
}

/* ---- reading --------------------------------------------------------------------- */

/* What is wrong with a header, or NULL. A mark may be the first and last of itself. */
static const char *fault_of(const struct header *h, bool first)
{
    if (h->flags & FLAG_MARK)
        return first && h->length == 0 && !(h->flags & ~(FLAG_MARK | FLAG_FIRST | FLAG_LAST))
             ? NULL : "a tape mark with a length or other flags";
    if (h->flags & ~(FLAG_FIRST | FLAG_LAST | FLAGS_COMPRESSED))
        return "flags that neither AWSTAPE nor HET has";
    if ((h->flags & FLAGS_COMPRESSED) == FLAGS_COMPRESSED)
        return "a block compressed with zlib and with bzip2 at once";
    if (!(h->flags & FLAG_FIRST) == first)
        return first ? "a block does not begin with its first chunk"
                     : "a block begins inside another";
    if (h->length == 0)
        return "a chunk without bytes";
    return NULL;
}

/* The header of the next chunk, checked against the file and itself. */
static enum tape_result next_header(struct tape_image *image, uint64_t offset, bool first,
                                    struct header *h)
{
    unsigned before = h->flags & FLAGS_COMPRESSED;
    if (first && offset == image->size)
        return TAPE_VOID;
    if (image->size - offset < HEADER)
        return tape_damaged(image, offset, "the file ends inside a block or header");
    if (!get_header(image, offset, h))
        return TAPE_FAILED;
    if (first && !(h->length | h->previous | h->flags | h->flags2))
        return TAPE_VOID;
    const char *fault = fault_of(h, first);
    if (!fault && !first && (h->flags & FLAGS_COMPRESSED) != before)
        fault = "a block is compressed in part";
    if (fault)
        return tape_damaged(image, offset, fault);
    if (image->size - offset - HEADER < h->length)
        return tape_damaged(image, offset, "the file ends inside the block");
    return h->flags & FLAG_MARK ? TAPE_MARK : TAPE_BLOCK;
}

static void squeezed_room(struct aws *aws, size_t length)
{
    if (aws->squeezed_room >= length)
        return;
    aws->squeezed = realloc(aws->squeezed, length);
    aws->squeezed_room = length;
    if (!aws->squeezed)
        abort();
}

/* The block in image->bytes is what decompression makes of it. */
static bool expand(struct aws *aws, uint8_t flags)
{
    struct tape_image *image = &aws->image;
    squeezed_room(aws, image->length);
    memcpy(aws->squeezed, image->bytes, image->length);
    tape_room(image, TAPE_BLOCK_MOST);
    if (flags & FLAG_ZLIB) {
        uLongf length = TAPE_BLOCK_MOST;
        int rc = uncompress(image->bytes, &length, aws->squeezed, image->length);
        image->length = length;
        return rc == Z_OK && length > 0;
    }
    unsigned length = TAPE_BLOCK_MOST;
    int rc = BZ2_bzBuffToBuffDecompress((char *)image->bytes, &length, (char *)aws->squeezed,
                                        (unsigned)image->length, 0, 0);
    image->length = length;
    return rc == BZ_OK && length > 0;
}

static enum tape_result aws_pass(struct tape_image *image, bool with_bytes)
{
    uint64_t offset = image->offset;
    struct header h = { .flags = 0 };
    image->length = image->stored = 0;
    for (bool first = true; !(h.flags & FLAG_LAST); first = false) {
        enum tape_result result = next_header(image, offset, first, &h);
        if (result == TAPE_MARK)
            return tape_passed(image, offset + HEADER, TAPE_MARK);
        if (result != TAPE_BLOCK)
            return result;
        if (image->length + h.length > TAPE_BLOCK_MOST)
            return tape_damaged(image, offset, "the block has more than 2 megabytes");
        if (with_bytes) {
            tape_room(image, image->length + h.length);
            if (!tape_get(image, offset + HEADER, image->bytes + image->length, h.length))
                return TAPE_FAILED;
        }
        image->length += h.length;
        offset += HEADER + h.length;
    }
    image->stored = image->length;
    if (with_bytes && h.flags & FLAGS_COMPRESSED && !expand((struct aws *)image, h.flags))
        return tape_damaged(image, image->offset, h.flags & FLAG_ZLIB
                            ? "the block cannot be decompressed (zlib)"
                            : "the block cannot be decompressed (bzip2)");
    return tape_passed(image, offset, TAPE_BLOCK);
}

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
    for (uint64_t at = image->places[image->position - 1].offset; at < image->offset;
         at += HEADER + h.length) {
        if (!get_header(image, at, &h))
            return false;
        *length = h.length;
    }
    return true;
}

/* The next write finds it so; 0 if this one failed. */
static enum tape_result note_written(struct tape_image *image, enum tape_result result,
                                     size_t length)
{
    struct aws *aws = (struct aws *)image;
    bool ok = result == TAPE_BLOCK || result == TAPE_MARK;
    aws->written = ok ? image->position : 0;
    aws->written_length = length;
    return result;
}

/* What is to be written of a block, and its flags: compressed, if that is smaller. */
static uint8_t squeeze(struct aws *aws, const void **bytes, size_t *length)
{
    const struct tape_compression *how = &aws->image.compression;
    if (how->method == TAPE_PLAIN)
        return 0;
    squeezed_room(aws, *length);
    if (how->method == TAPE_ZLIB) {
        uLongf size = *length;
        if (compress2(aws->squeezed, &size, *bytes, *length, how->level) != Z_OK ||
            size >= *length)
            return 0;
        *length = size;
    } else {
        unsigned size = (unsigned)*length;
        if (BZ2_bzBuffToBuffCompress((char *)aws->squeezed, &size, (char *)(uintptr_t)*bytes,
                                     (unsigned)*length, how->level, 0, 0) != BZ_OK ||
            size >= *length)
            return 0;
        *length = size;
    }
    *bytes = aws->squeezed;
    return how->method == TAPE_ZLIB ? FLAG_ZLIB : FLAG_BZIP2;
}

static enum tape_result aws_write(struct tape_image *image, const void *bytes, size_t length)
{
    uint8_t compressed = squeeze((struct aws *)image, &bytes, &length);
    size_t most = image->compression.chunk, chunks = (length + most - 1) / most;
    size_t previous, done = 0, at = 0;
    if (!previous_length(image, &previous))
        return TAPE_FAILED;
    uint8_t *made = malloc(length + chunks * HEADER);
    if (!made)
        abort();
    while (done < length) {
        size_t n = length - done < most ? length - done : most;
        make_header(made + at, n, previous,
                    (uint8_t)(compressed | (done ? 0 : FLAG_FIRST) |
                              (done + n == length ? FLAG_LAST : 0)));
        memcpy(made + at + HEADER, (const char *)bytes + done, n);
        at += HEADER + n;
        done += n;
        previous = n;
    }
    enum tape_result result = tape_append(image, made, at, HEADER, NULL, TAPE_BLOCK);
    free(made);
    return note_written(image, result, previous);
}

static enum tape_result aws_write_mark(struct tape_image *image)
{
    uint8_t mark[HEADER];
    size_t previous;
    if (!previous_length(image, &previous))
        return TAPE_FAILED;
    make_header(mark, 0, previous, FLAG_MARK);
    return note_written(image, tape_append(image, mark, HEADER, HEADER, NULL, TAPE_MARK), 0);
}

/* ---- opening --------------------------------------------------------------------- */

/* A file that begins like a block or a mark; also one that was killed before its first
 * block was complete. */
static bool aws_fits(const char *path, uint64_t size, const uint8_t *start, size_t length)
{
    static const uint8_t zeros[HEADER];
    (void)path;
    if (length < HEADER)
        return false;
    if (memcmp(start, zeros, HEADER) == 0)
        return size <= TAPE_BLOCK_MOST;
    struct header h = header_of(start);
    return h.previous == 0 && !fault_of(&h, true);
}

/* Its name says so, or its first block is compressed. */
static bool het_fits(const char *path, uint64_t size, const uint8_t *start, size_t length)
{
    return aws_fits(path, size, start, length) &&
           (tape_ends(path, tape_het.ending) || start[4] & FLAGS_COMPRESSED);
}

static void aws_close(struct tape_image *image)
{
    free(((struct aws *)image)->squeezed);
}

const struct tape_format tape_aws = {
    .name = "AWSTAPE", .ending = ".aws", .fits = aws_fits, .size = sizeof(struct aws),
    .close = aws_close, .pass = aws_pass, .write = aws_write, .write_mark = aws_write_mark,
};

const struct tape_format tape_het = {
    .name = "HET", .ending = ".het", .fits = het_fits, .size = sizeof(struct aws),
    .close = aws_close, .pass = aws_pass, .write = aws_write, .write_mark = aws_write_mark,
};
