/* FakeTape, of the Flex-ES systems: each block is behind a header of twelve characters,
 * ASCII hexadecimal digits: the length of the block before it, its own, and the
 * exclusive-or of both. A tape mark is a header with the length 0.
 *
 * A block's bytes are written first and the header last, as AWSTAPE's are; a header
 * that reads as binary zeros is the end of recorded data. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/tape/image.h"

enum { HEADER = 12, DIGITS = 4, LONGEST = 0xFFFF };

struct fake {
    struct tape_image image;
    uint32_t written;          /* position behind the last write, and that block's length */
    size_t written_length;
};

/* The three numbers of a header, or false. */
static bool parse(const uint8_t *bytes, unsigned *previous, unsigned *length)
{
    unsigned numbers[3] = { 0 };
    for (int i = 0; i < HEADER; i++) {
        if (!isxdigit(bytes[i]))
            return false;
        numbers[i / DIGITS] = numbers[i / DIGITS] * 16
            + (unsigned)(isdigit(bytes[i]) ? bytes[i] - '0' : toupper(bytes[i]) - 'A' + 10);
    }
    *previous = numbers[0];
    *length = numbers[1];
    return numbers[2] == (numbers[0] ^ numbers[1]);
}

static enum tape_result fake_pass(struct tape_image *image, bool with_bytes)
{
    static const uint8_t zeros[HEADER];
    uint8_t header[HEADER];
    uint64_t offset = image->offset;
    unsigned previous, length;
    if (offset == image->size)
        return TAPE_VOID;
    if (image->size - offset < HEADER)
        return tape_damaged(image, offset, "the file ends inside a header");
    if (!tape_get(image, offset, header, HEADER))
        return TAPE_FAILED;
    if (memcmp(header, zeros, HEADER) == 0)
        return TAPE_VOID;
    if (!parse(header, &previous, &length))
        return tape_damaged(image, offset, "it should be a header of 12 hexadecimal digits, the "
                            "last four the exclusive-or of the others");
    if (length == 0)
        return tape_passed(image, offset + HEADER, TAPE_MARK);
    if (image->size - offset - HEADER < length)
        return tape_damaged(image, offset, "the file ends inside the block");
    image->length = image->stored = length;
    tape_room(image, length);
    if (with_bytes && !tape_get(image, offset + HEADER, image->bytes, length))
        return TAPE_FAILED;
    return tape_passed(image, offset + HEADER + length, TAPE_BLOCK);
}

/* The length of what is before the position, for its successor's header. */
static bool previous_length(struct tape_image *image, size_t *length)
{
    const struct fake *fake = (const struct fake *)image;
    uint8_t header[HEADER];
    unsigned previous, own = 0;
    bool ok = true;
    if (image->position == 0)
        own = 0;
    else if (image->position == fake->written)
        own = (unsigned)fake->written_length;
    else
        ok = tape_get(image, image->places[image->position - 1].offset, header, HEADER) &&
             parse(header, &previous, &own);
    *length = own;
    return ok;
}

static enum tape_result put(struct tape_image *image, const void *bytes, size_t length)
{
    struct fake *fake = (struct fake *)image;
    size_t previous;
    if (!previous_length(image, &previous))
        return TAPE_FAILED;
    uint8_t *made = malloc(HEADER + length + 1);
    if (!made)
        abort();
    snprintf((char *)made, HEADER + 1, "%04X%04X%04X", (unsigned)previous, (unsigned)length,
             (unsigned)(previous ^ length));
    if (length)
        memcpy(made + HEADER, bytes, length);
    enum tape_result result = tape_append(image, made, HEADER + length, HEADER, NULL,
                                          length ? TAPE_BLOCK : TAPE_MARK);
    free(made);
    fake->written = result == TAPE_BLOCK || result == TAPE_MARK ? image->position : 0;
    fake->written_length = length;
    return result;
}

static enum tape_result fake_write(struct tape_image *image, const void *bytes, size_t length)
{
    return put(image, bytes, length);
}

static enum tape_result fake_write_mark(struct tape_image *image) { return put(image, NULL, 0); }

/* Zeros only: killed before the first block was complete; of that the name decides. */
static bool fake_fits(const char *path, uint64_t size, const uint8_t *start, size_t length)
{
    static const uint8_t zeros[HEADER];
    unsigned previous, own;
    if (length < HEADER)
        return false;
    if (memcmp(start, zeros, HEADER) == 0)
        return tape_ends(path, tape_fake.ending) && size <= TAPE_BLOCK_MOST;
    return parse(start, &previous, &own) && previous == 0;
}

const struct tape_format tape_fake = {
    .name = "FakeTape", .ending = ".fkt", .fits = fake_fits, .longest = LONGEST,
    .size = sizeof(struct fake),
    .pass = fake_pass, .write = fake_write, .write_mark = fake_write_mark,
};
