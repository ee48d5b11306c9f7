#include "devices/dasd/unloaded.h"

#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"

/* COPYR1: a mark, DSORG, BLKSIZE, LRECL, RECFM, KEYLEN, OPTCD; from byte 16 what DEVTYPE said of
 * the device; of OS/VS 52 bytes, later 56. COPYR2: 16 bytes of the data extent block, then its
 * extents. */
enum { COPYR1 = 56, OLD_COPYR1 = 52, COPYR2 = 276, MARK = 0xCA6D0F, DEVTYPE_TRACKS = 16 + 10,
       EXTENT = 16 };
/* A block: flags, extent, BB, CCHHR, key length, data length; key, data. */
enum { BLOCK = 12, CCHHR = 4, DIRECTORY_KEY = 8 };

/* Have `wanted` bytes there that were not taken; 1, 0 at the end, -1. */
static int have(struct unloaded *u, size_t wanted)
{
    while (u->length - u->taken < wanted) {
        const uint8_t *bytes;
        size_t length;
        int result = u->source->next(u->source, &bytes, &length, u->complaint);
        if (result < 0)
            return -1;
        if (result == 0)
            return u->length == u->taken ? 0
                : complain(u->complaint, "the unloaded data set ends inside a block") - 1;
        if (u->taken)
            memmove(u->bytes, u->bytes + u->taken, u->length - u->taken);
        u->length -= u->taken;
        u->taken = 0;
        if (u->length + length > u->room) {
            size_t room = 2 * (u->length + length);
            uint8_t *more = realloc(u->bytes, room);
            if (!more)
                return complain(u->complaint, "out of storage") - 1;
            u->bytes = more;
            u->room = room;
        }
        memcpy(u->bytes + u->length, bytes, length);
        u->length += length;
    }
    return 1;
}

static bool need(struct unloaded *u, size_t wanted)
{
    int result = have(u, wanted);
    return result > 0 || (result == 0 && complain(u->complaint, "the unloaded data set is too short"));
}

/* COPYR2's extents, if they are ones: each has as many tracks as it says. */
static bool take_extents(struct unloaded *u, const uint8_t *r2)
{
    u->extents = r2[0];
    for (unsigned i = 0; i < u->extents && i < UNLOADED_EXTENTS; i++) {
        const uint8_t *e = r2 + EXTENT + i * EXTENT;
        unsigned first = get16(e + 6) * u->tracks_per_cylinder + get16(e + 8);
        unsigned last = get16(e + 10) * u->tracks_per_cylinder + get16(e + 12);
        if (last < first || get16(e + 14) != (uint16_t)(last - first + 1))
            return false;
        u->extent[i].first = first;
        u->extent[i].last = last;
    }
    return u->extents >= 1 && u->extents <= UNLOADED_EXTENTS;
}

static bool take_headers(struct unloaded *u)
{
    if (!need(u, COPYR1 + COPYR2))
        return false;
    const uint8_t *r1 = u->bytes + u->taken;
    if ((get32(r1) & 0xFFFFFF) != MARK || !(get16(r1 + 4) & 0x0200))
        return complain(u->complaint, "it is no partitioned data set unloaded by IEBCOPY: it begins"
                        " with %02X%02X%02X%02X, DSORG %02X%02X", r1[0], r1[1], r1[2], r1[3], r1[4],
                        r1[5]);
    u->organization = get16(r1 + 4);
    u->blksize = get16(r1 + 6);
    u->lrecl = get16(r1 + 8);
    u->recfm = r1[10];
    u->key = r1[11];
    u->option = r1[12];
    u->tracks_per_cylinder = get16(r1 + DEVTYPE_TRACKS);
    if (u->tracks_per_cylinder == 0)
        return complain(u->complaint, "the unloaded data set was on a device without tracks");
    size_t length = take_extents(u, r1 + OLD_COPYR1) ? OLD_COPYR1 : COPYR1;
    if (length == COPYR1 && !take_extents(u, r1 + COPYR1))
        return complain(u->complaint, "the extents of the unloaded data set make no sense");
    u->taken += length + COPYR2;
    return true;
}

/* Until a block without length. */
static bool take_directory(struct unloaded *u)
{
    for (;;) {
        if (!need(u, BLOCK))
            return false;
        const uint8_t *p = u->bytes + u->taken;
        unsigned key = p[9], data = get16(p + 10);
        if (key == 0 && data == 0) {
            u->taken += BLOCK;
            return true;
        }
        if (key != DIRECTORY_KEY || data != UNLOADED_DIRECTORY)
            return complain(u->complaint, "the unloaded directory has a block with a key of %u and"
                            " data of %u bytes", key, data);
        if (!need(u, BLOCK + DIRECTORY_KEY + UNLOADED_DIRECTORY))
            return false;
        uint8_t *more = realloc(u->directory, (u->blocks + 1) * UNLOADED_DIRECTORY);
        if (!more)
            return complain(u->complaint, "out of storage");
        u->directory = more;
        memcpy(more + u->blocks++ * UNLOADED_DIRECTORY,
               u->bytes + u->taken + BLOCK + DIRECTORY_KEY, UNLOADED_DIRECTORY);
        u->taken += BLOCK + DIRECTORY_KEY + UNLOADED_DIRECTORY;
    }
}

bool unloaded_begin(struct unloaded *u, struct unloaded_source *source,
                    struct disk_complaint *complaint)
{
    *u = (struct unloaded){ .source = source, .complaint = complaint };
    if (take_headers(u) && take_directory(u))
        return true;
    unloaded_end(u);
    return false;
}

void unloaded_end(struct unloaded *u)
{
    free(u->bytes);
    free(u->directory);
    u->bytes = u->directory = NULL;
}

/* Which track of the data set a track of its volume was. */
static bool relative(const struct unloaded *u, unsigned track, unsigned *number)
{
    unsigned before = 0;
    for (unsigned i = 0; i < u->extents; i++) {
        if (track >= u->extent[i].first && track <= u->extent[i].last) {
            *number = before + track - u->extent[i].first;
            return true;
        }
        before += u->extent[i].last - u->extent[i].first + 1;
    }
    return false;
}

int unloaded_next(struct unloaded *u, struct unloaded_block *block)
{
    int result = have(u, BLOCK);
    if (result <= 0)
        return result;
    const uint8_t *p = u->bytes + u->taken;
    size_t whole = BLOCK + p[9] + get16(p + 10);
    if (!need(u, whole))
        return -1;
    p = u->bytes + u->taken;
    unsigned track = get16(p + CCHHR) * u->tracks_per_cylinder + get16(p + CCHHR + 2);
    if (!relative(u, track, &block->track)) {
        complain(u->complaint, "an unloaded block says that it was at cylinder %u head %u: that is in"
                 " no extent of the data set", get16(p + CCHHR), get16(p + CCHHR + 2));
        return -1;
    }
    block->record = p[CCHHR + 4];
    block->key_length = p[9];
    block->length = get16(p + 10);
    block->key = p + BLOCK;
    block->data = block->key + block->key_length;
    u->taken += whole;
    return 1;
}
