/* SIMH's .tap ("SIMH Magtape Representation and Handling"): a block is a length of four
 * bytes, little-endian, its bytes, one more if they are odd in number, and the
 * length again. Four bits on top of the length are a class: 0 a good block, 8 a bad
 * one, others private to programs, which are passed over. A length of 0 is a tape mark,
 * FFFFFFFF the end of the medium, FFFFFFFE a piece of an erase gap. Some programs do
 * not pad odd blocks; where the second length is tells.
 *
 * Writing and crashes: zeros would be a tape mark, so the end of the medium is written
 * first, then the block behind it, and the length in front of it last, over the end: a
 * crash leaves the end where it was. */
#include <stdlib.h>
#include <string.h>

#include "devices/tape/image.h"

enum { WORD = 4 };
#define MARK 0u
#define MEDIUM_END 0xFFFFFFFFu
#define GAP 0xFFFFFFFEu
#define LENGTH_MASK 0x0FFFFFFFu

enum { GOOD = 0, PRIVATE_MARKER = 7, BAD = 8, RESERVED_MARKER = 15 };

static uint32_t word_at(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_word(uint8_t *p, uint32_t word)
{
    for (int i = 0; i < WORD; i++)
        p[i] = (uint8_t)(word >> 8 * i);
}

static bool get_word(struct tape_image *image, uint64_t offset, uint32_t *word)
{
    uint8_t bytes[WORD];
    if (!tape_get(image, offset, bytes, WORD))
        return false;
    *word = word_at(bytes);
    return true;
}

/* Where the record that begins at `offset` with `first` ends: behind its second length. */
static enum tape_result find_end(struct tape_image *image, uint64_t offset, uint32_t first,
                                 uint64_t *end)
{
    uint32_t length = first & LENGTH_MASK, last;
    for (unsigned pad = length & 1; ; pad--) {
        uint64_t at = offset + WORD + length + pad;
        if (at + WORD <= image->size) {
            if (!get_word(image, at, &last))
                return TAPE_FAILED;
            if (last == first) {
                *end = at + WORD;
                return TAPE_BLOCK;
            }
        }
        if (pad == 0)
            break;
    }
    return tape_damaged(image, offset, offset + 2 * WORD + length > image->size
                        ? "the file ends inside the block"
                        : "the length before the block is not the one behind it");
}

static enum tape_result take(struct tape_image *image, uint64_t offset, uint32_t first,
                             uint64_t end, bool with_bytes)
{
    uint32_t length = first & LENGTH_MASK;
    if (length > TAPE_BLOCK_MOST)
        return tape_damaged(image, offset, "the block has more than 2 megabytes");
    image->length = image->stored = length;
    if (with_bytes) {
        tape_room(image, length);
        if (!tape_get(image, offset + WORD, image->bytes, length))
            return TAPE_FAILED;
    }
    if (first >> 28 == GOOD)
        return tape_passed(image, end, TAPE_BLOCK);
    tape_damaged(image, offset, "the block is recorded as bad");
    return tape_passed(image, end, TAPE_BAD);
}

/* Gaps, markers and private records before a block belong to it. */
static enum tape_result simh_pass(struct tape_image *image, bool with_bytes)
{
    uint32_t first;
    uint64_t end = 0;
    for (uint64_t offset = image->offset; ; ) {
        if (offset == image->size)
            return TAPE_VOID;
        if (image->size - offset < WORD)
            return tape_damaged(image, offset, "the file ends inside a length");
        if (!get_word(image, offset, &first))
            return TAPE_FAILED;
        unsigned class = first >> 28;
        if (first == MARK)
            return tape_passed(image, offset + WORD, TAPE_MARK);
        if (first == MEDIUM_END)
            return TAPE_VOID;
        if (class == PRIVATE_MARKER || class == RESERVED_MARKER) {
            offset += WORD;
            continue;
        }
        enum tape_result result = find_end(image, offset, first, &end);
        if (result != TAPE_BLOCK)
            return result;
        if ((class == GOOD || class == BAD) && first & LENGTH_MASK)
            return take(image, offset, first, end, with_bytes);
        offset = end;
    }
}

/* ---- writing --------------------------------------------------------------------- */

static enum tape_result simh_write(struct tape_image *image, const void *bytes, size_t length)
{
    size_t padded = length + (length & 1), whole = padded + 2 * WORD;
    uint8_t end[WORD];
    put_word(end, MEDIUM_END);
    uint8_t *made = malloc(whole);
    if (!made)
        abort();
    put_word(made, (uint32_t)length);
    memcpy(made + WORD, bytes, length);
    made[WORD + length] = 0;
    put_word(made + WORD + padded, (uint32_t)length);
    enum tape_result result = tape_append(image, made, whole, WORD, end, TAPE_BLOCK);
    free(made);
    return result;
}

static enum tape_result simh_write_mark(struct tape_image *image)
{
    static const uint8_t mark[WORD];
    return tape_append(image, mark, WORD, WORD, NULL, TAPE_MARK);
}

/* ---- opening --------------------------------------------------------------------- */

/* A block whose lengths agree; or, if its name ends so, what else can begin a tape. */
static bool simh_fits(const char *path, uint64_t size, const uint8_t *start, size_t length)
{
    bool named = tape_ends(path, tape_simh.ending);
    if (length < WORD)
        return false;
    uint32_t first = word_at(start);
    if (first == MARK || first == MEDIUM_END || first == GAP)
        return named;
    size_t n = first & LENGTH_MASK;
    if ((first >> 28 != GOOD && first >> 28 != BAD) || n == 0 || n > size || n > TAPE_BLOCK_MOST)
        return named && first >> 28 != GOOD && first >> 28 != BAD;
    for (size_t pad = 0; pad <= (n & 1); pad++)
        if (n + pad + 2 * WORD <= length && word_at(start + WORD + n + pad) == first)
            return true;
    return named && n + 2 * WORD > length;      /* too long to be seen */
}

const struct tape_format tape_simh = {
    .name = "SIMH", .ending = ".tap", .fits = simh_fits, .size = sizeof(struct tape_image),
    .pass = simh_pass, .write = simh_write, .write_mark = simh_write_mark,
};
