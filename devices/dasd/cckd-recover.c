/* Images and tables of a damaged compressed file that no table points to any more: they are
 * known by how they begin, and believed if they can be expanded. */
#include <bzlib.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "devices/dasd/ckd-image.h"
#include "devices/dasd/cckd-exam.h"
#include "devices/dasd/fba-image.h"

enum { GROUP_BYTES = CCKD_GROUP * FBA_BLOCK };

/* ---- one image ------------------------------------------------------------------------------ */

/* Expand what begins at `from`, of at most `length` bytes. How many were taken; 0: no image. */
static size_t expand_some(unsigned how, const uint8_t *from, size_t length, uint8_t *to,
                          size_t room, size_t *expanded)
{
    if (how == CCKD_ZLIB) {
        z_stream z = { .next_in = (uint8_t *)from, .avail_in = (unsigned)length, .next_out = to,
                       .avail_out = (unsigned)room };
        if (inflateInit(&z) != Z_OK)
            return 0;
        bool good = inflate(&z, Z_FINISH) == Z_STREAM_END;
        *expanded = z.total_out;
        length = z.total_in;
        inflateEnd(&z);
        return good ? length : 0;
    }
    bz_stream b = { .next_in = (char *)from, .avail_in = (unsigned)length, .next_out = (char *)to,
                    .avail_out = (unsigned)room };
    if (BZ2_bzDecompressInit(&b, 0, 0) != BZ_OK)
        return 0;
    bool good = BZ2_bzDecompress(&b) == BZ_STREAM_END;
    *expanded = b.total_out_lo32;
    length = b.total_in_lo32;
    BZ2_bzDecompressEnd(&b);
    return good ? length : 0;
}

static bool is_track(const struct exam *x, const uint8_t *track, size_t length)
{
    return ckd_track_length(track, length) == length && length <= x->track_size;
}

bool exam_image_is_sound(const struct exam *x, struct exam_eye *eye, const uint8_t *p,
                         size_t length)
{
    unsigned how = p[0] & (x->z.kind->fba ? 0xFF : 0x03);
    size_t room = x->z.kind->fba ? GROUP_BYTES : x->track_size - CKD_HOME_ADDRESS;
    uint8_t *to = eye->buffer + CKD_HOME_ADDRESS;
    size_t n = cckd_expand(&eye->codec, how, p + CCKD_IMAGE_HEADER, length - CCKD_IMAGE_HEADER,
                           to, room);
    if (x->z.kind->fba)
        return n == GROUP_BYTES;
    /* What is behind the end of a track does no harm. */
    return n && (n = ckd_track_length(eye->buffer, CKD_HOME_ADDRESS + n)) != 0
        && is_track(x, eye->buffer, n);
}

/* The length of an image that begins here, 0: none does. */
static size_t image_at(struct exam *x, uint32_t image, const uint8_t *p, size_t left, bool behind)
{
    unsigned how = p[0] & 0x0F;
    size_t expanded, most = left < UINT16_MAX ? left : UINT16_MAX;
    if (how == CCKD_UNCOMPRESSED) {
        if (x->z.kind->fba)       /* nothing tells that it is one but the place */
            return behind && left >= CCKD_IMAGE_HEADER + GROUP_BYTES
                ? CCKD_IMAGE_HEADER + GROUP_BYTES : 0;
        const uint8_t *r0 = p + CKD_HOME_ADDRESS;
        static const uint8_t standard[4] = { 0, 0, 0, 8 };      /* record 0, no key, 8 bytes */
        if (most < CKD_HOME_ADDRESS + CKD_COUNT || memcmp(r0, p + 1, 4) != 0
            || memcmp(r0 + 4, standard, 4) != 0)
            return 0;
        size_t length = ckd_track_length(p, most);
        return length <= x->track_size ? length : 0;
    }
    (void)image;
    static const uint8_t begins[][3] = { [CCKD_ZLIB] = { 0x78 }, [CCKD_BZIP2] = { 'B', 'Z', 'h' } };
    size_t known = how == CCKD_ZLIB ? 1 : 3;
    if (most < CCKD_IMAGE_HEADER + known
        || memcmp(p + CCKD_IMAGE_HEADER, begins[how], known) != 0)
        return 0;
    size_t room = x->z.kind->fba ? GROUP_BYTES : x->track_size - CKD_HOME_ADDRESS;
    size_t taken = expand_some(how, p + CCKD_IMAGE_HEADER, most - CCKD_IMAGE_HEADER,
                               x->eye.buffer + CKD_HOME_ADDRESS, room, &expanded);
    if (taken == 0 || (x->z.kind->fba && expanded != GROUP_BYTES))
        return 0;
    size_t length = ckd_track_length(x->eye.buffer, CKD_HOME_ADDRESS + expanded);
    return x->z.kind->fba || (length && is_track(x, x->eye.buffer, length)) ? CCKD_IMAGE_HEADER + taken
                                                                         : 0;
}

/* Which image a header is of; false: of none of this disk. */
static bool which_image(const struct exam *x, const uint8_t *p, uint32_t *image)
{
    if ((p[0] & 0x0F) > CCKD_BZIP2 || (x->z.kind->fba && p[0] > CCKD_BZIP2) || p[0] >> 4 > 3)
        return false;
    if (x->z.kind->fba)
        *image = get32(p + 1);
    else if (get16(p + 3) >= x->heads)
        return false;
    else
        *image = (uint32_t)get16(p + 1) * x->heads + get16(p + 3);
    return *image < x->z.images;
}

/* ---- a part of the file in no known use --------------------------------------------------------- */

static void take_image(struct exam *x, uint32_t image, uint64_t at, size_t length)
{
    char name[EXAM_NAME];
    exam_tell(x, 301, 'I', "%s recovered, offset 0x%llx length %zu", exam_name(x, image, name),
              (unsigned long long)at, length);
    x->entry[image] = (struct cckd_entry){ at, (uint16_t)length, (uint16_t)length };
    x->state[image] = EXAM_THERE;
    x->job->recovered++;
}

/* With `all` a known image is looked at, too, and of several the one that a table points to is
 * taken. */
static bool search_images(struct exam *x, uint64_t from, uint64_t to, bool all,
                          struct disk_complaint *complaint)
{
    bool behind = true;
    uint64_t next_look = from;
    for (uint64_t at = from; at + CCKD_IMAGE_HEADER < to; ) {
        uint32_t image;
        if (at >= next_look) {
            next_look = at + (1 << 16);
            if (x->job->progress && !tool_progress_at(x->job->progress, 0))
                return complain(complaint, "interrupted");
        }
        const uint8_t *p = x->bytes + at;
        size_t length = which_image(x, p, &image) ? image_at(x, image, p, to - at, behind) : 0;
        if (length == 0) {
            behind = false;
            at++;
            continue;
        }
        if (x->state[image] == EXAM_LOST || (all && x->state[image] != EXAM_THERE))
            take_image(x, image, at, length);
        behind = true;
        at += length;
    }
    return true;
}

/* A level-2 table: each of its entries is empty or points to the image that it is the entry of,
 * and there is one that does. */
static bool is_table(const struct exam *x, uint32_t group, uint64_t at)
{
    const struct cckd_layout *layout = x->z.layout;
    unsigned pointing = 0;
    for (unsigned i = 0; i < CCKD_LEVEL2_COUNT; i++) {
        const uint8_t *p = x->bytes + at + i * layout->entry;
        uint32_t image = group * CCKD_LEVEL2_COUNT + i;
        uint64_t where = exam_number(x, p, layout->width);
        uint64_t length = exam_number(x, p + layout->width, 2);
        if (where == 0 || (layout->width == 4 ? where == UINT32_MAX : where == UINT64_MAX)) {
            if (where == 0 && length > 2)
                return false;
            continue;
        }
        if (image >= x->z.images || length <= CCKD_IMAGE_HEADER
            || !exam_is_inside(x, where, length)
            || !exam_header_fits(x, image, x->bytes + where))
            return false;
        pointing++;
    }
    return pointing > 0;
}

/* Which table would this be? The image that its first entry with one points to tells. No entry
 * before `from` has one. */
static bool which_table(const struct exam *x, uint64_t at, uint64_t from, uint32_t *group)
{
    const struct cckd_layout *layout = x->z.layout;
    for (unsigned i = (unsigned)((from - at) / layout->entry); i < CCKD_LEVEL2_COUNT; i++) {
        uint64_t where = exam_number(x, x->bytes + at + i * layout->entry, layout->width);
        uint32_t image;
        if (where == 0 || (layout->width == 4 ? where == UINT32_MAX : where == UINT64_MAX))
            continue;
        if (!exam_is_inside(x, where, CCKD_IMAGE_HEADER)
            || !which_image(x, x->bytes + where, &image) || image % CCKD_LEVEL2_COUNT != i)
            return false;
        *group = image / CCKD_LEVEL2_COUNT;
        return true;
    }
    return false;
}

static void search_tables(struct exam *x, uint64_t from, uint64_t to)
{
    uint64_t length = (uint64_t)CCKD_LEVEL2_COUNT * x->z.layout->entry;
    uint64_t used = from;                /* from `at` on the first byte that is not zero */
    uint32_t g;
    for (uint64_t at = from; at + length <= to; at++) {
        used = used > at ? used : at;
        while (used < to && x->bytes[used] == 0)
            used++;
        if (used - at >= length)         /* all entries are empty, and so are those of the next */
            at = used - length;
        else if (which_table(x, at, used, &g) && x->level1[g] == 0
                 && x->state[g * CCKD_LEVEL2_COUNT] == EXAM_LOST && is_table(x, g, at)) {
            exam_tell(x, 301, 'I', "level-2 table %u recovered, offset 0x%llx", g,
                      (unsigned long long)at);
            exam_take_table(x, g, at);
            at += length - 1;
        }
    }
}

/* ---- the file -------------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct exam_space *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* All between what is sound. */
static bool each_gap(struct exam *x, bool tables, struct disk_complaint *complaint)
{
    size_t kept = 0, spaces;
    for (size_t i = 0; i < x->spaces; i++)
        if (x->space[i].table || x->state[x->space[i].which] == EXAM_THERE)
            x->space[kept++] = x->space[i];
    x->spaces = spaces = kept;
    qsort(x->space, spaces, sizeof *x->space, by_place);
    uint64_t at = x->data;
    bool good = true;
    for (size_t i = 0; good && i <= spaces; i++) {
        uint64_t end = i < spaces ? x->space[i].at : x->size;
        if (end > at && tables)
            search_tables(x, at, end);
        else if (end > at)
            good = search_images(x, at, end, false, complaint);
        if (i < spaces && x->space[i].end > at)
            at = x->space[i].end;
    }
    return good;
}

static bool any_lost(const struct exam *x)
{
    for (uint32_t i = 0; i < x->z.images; i++)
        if (x->state[i] == EXAM_LOST)
            return true;
    return false;
}

/* Nothing the tables say counts, but for where an image is, if there is more than one. */
static bool search_all(struct exam *x, struct disk_complaint *complaint)
{
    for (uint32_t i = 0; i < x->z.images; i++)
        if (x->state[i] == EXAM_THERE
            && !(exam_header_fits(x, i, x->bytes + x->entry[i].at)
                 && exam_image_is_sound(x, &x->eye, x->bytes + x->entry[i].at, x->entry[i].length)))
            x->state[i] = EXAM_LOST;
    return search_images(x, x->data, x->size, true, complaint);
}

bool exam_recover_tables(struct exam *x, struct disk_complaint *complaint)
{
    return !x->lost_tables || each_gap(x, true, complaint);
}

bool exam_recover_images(struct exam *x, struct disk_complaint *complaint)
{
    bool good = true;
    if (x->job->level >= CCKD_CHECK_SEARCH)
        good = search_all(x, complaint);
    else if (any_lost(x))
        good = each_gap(x, false, complaint);
    if (good && x->job->recovered)
        exam_tell(x, 300, 'I', "%u %s images recovered", x->job->recovered,
                  x->z.kind->fba ? "block group" : "track");
    return good;
}
