/* CKD_C370: a 512-byte header as for plain images, a second one of 512 bytes, the level-1
 * table, and then in any order level-2 tables, track images and free spaces. Entry t / 256 of
 * the level-1 table tells where the level-2 table is for track t; entry t % 256 there, where
 * the track's image is: the home address with the compression in its first byte, then the
 * rest of the track, compressed. Numbers have the byte order that the second header says.
 *
 * A changed track goes to free space; then its level-2 entry is replaced, at once; then what
 * it had before is free. So a kill at any moment leaves the old or the new, and no space is in
 * use that the tables don't show. What is free is worked out from the tables at each open;
 * the chain of free spaces in the file is written at close, for others. */
#include <bzlib.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "core/bytes.h"
#include "devices/dasd/ckd-format.h"
#include "devices/dasd/free-space.h"
#include "devices/dasd/geometry.h"

/* The second header, from 512 on. */
enum {
    SECOND = 512, VERSION = 0, OPTIONS = 3, LEVEL1_ENTRIES = 4, LEVEL2_ENTRIES = 8, SIZE = 12,
    USED = 16, FREE_FIRST = 20, FREE_TOTAL = 24, FREE_LARGEST = 28, FREE_NUMBER = 32,
    FREE_IMBEDDED = 36, CYLINDERS = 40, NULL_FORMAT = 44, COMPRESSION = 45, PARAMETER = 46,
    SECOND_LENGTH = 512, LEVEL1_AT = 1024
};
enum { OPTION_NO_FUDGE = 0x01, OPTION_BIG_ENDIAN = 0x02, OPTION_WRITTEN = 0x40,
       OPTION_OPENED = 0x80 };
enum { LEVEL2_COUNT = 256, ENTRY = 8, LEVEL2_LENGTH = LEVEL2_COUNT * ENTRY };
enum { TRACK_HEADER = CKD_HOME_ADDRESS, COMPRESSION_MASK = 0x03, FLAG_SHIFT = 4,
       TOO_SHORT_TO_COMPRESS = 512, SMALLEST_FREE = 8 };

struct entry { uint32_t at; uint16_t length, size; };

struct compressed {
    bool big_endian, touched;
    uint8_t header[SECOND_LENGTH];
    unsigned level1_entries;
    uint32_t *level1;             /* 0: a group of tracks never written */
    struct entry **level2;        /* the tables that are there, by group */
    struct free_space free;
    uint8_t *buffer;              /* a track's image */
};

/* ---- numbers ----------------------------------------------------------------------------- */

static uint32_t number32(const struct compressed *z, const uint8_t *p)
{
    return z->big_endian ? get32(p) : little32(p);
}

static uint16_t number16(const struct compressed *z, const uint8_t *p)
{
    return z->big_endian ? get16(p) : (uint16_t)(p[0] | p[1] << 8);
}

static void put_number32(const struct compressed *z, uint8_t *p, uint32_t v)
{
    if (z->big_endian)
        put32(p, v);
    else
        put_little32(p, v);
}

static void put_number16(const struct compressed *z, uint8_t *p, uint16_t v)
{
    p[z->big_endian ? 1 : 0] = (uint8_t)v;
    p[z->big_endian ? 0 : 1] = (uint8_t)(v >> 8);
}

static struct entry unpack_entry(const struct compressed *z, const uint8_t *p)
{
    return (struct entry){ number32(z, p), number16(z, p + 4), number16(z, p + 6) };
}

static void pack_entry(const struct compressed *z, uint8_t *p, struct entry e)
{
    put_number32(z, p, e.at);
    put_number16(z, p + 4, e.length);
    put_number16(z, p + 6, e.size);
}

/* ---- opening ------------------------------------------------------------------------------- */

/* Space that the tables say is in use; what is not is free. */
static bool use(struct ckd_image *image, const char *what, unsigned which, uint64_t at,
                uint64_t length, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    enum free_space_answer answer = free_space_use(&z->free, at, length);
    if (answer == FREE_SPACE_TAKEN)
        return true;
    return complain(complaint, "%s: %s %u at %llu, %llu bytes, %s; `cckdcdsk -3` may repair it",
                    image->part[0].file.path, what, which, (unsigned long long)at,
                    (unsigned long long)length, answer == FREE_SPACE_OVERLAP
                    ? "overlaps something else" : answer == FREE_SPACE_BEYOND
                    ? "lies beyond the file's end" : "finds no storage here");
}

static bool read_level2(struct ckd_image *image, unsigned group, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    uint8_t table[LEVEL2_LENGTH];
    uint32_t at = z->level1[group];
    if (!use(image, "level-2 table", group, at, LEVEL2_LENGTH, complaint)
        || !disk_file_read(&image->part[0].file, table, sizeof table, at, complaint))
        return false;
    z->level2[group] = calloc(LEVEL2_COUNT, sizeof **z->level2);
    if (!z->level2[group])
        return complain(complaint, "%s: out of storage", image->part[0].file.path);
    for (unsigned i = 0; i < LEVEL2_COUNT; i++) {
        struct entry e = unpack_entry(z, table + i * ENTRY);
        if (e.size < e.length)
            e.size = e.length;
        z->level2[group][i] = e;
        unsigned track = group * LEVEL2_COUNT + i;
        if (e.at == UINT32_MAX)
            return complain(complaint, "%s: track %u is in a file below this one: it is a"
                            " shadow file", image->part[0].file.path, track);
        if (e.at && e.length <= TRACK_HEADER)
            return complain(complaint, "%s: the image of track %u has %u bytes only",
                            image->part[0].file.path, track, e.length);
        if (e.at && !use(image, "the image of track", track, e.at, e.size, complaint))
            return false;
    }
    return true;
}

static bool read_tables(struct ckd_image *image, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    size_t length = 4u * z->level1_entries;
    uint8_t *table = malloc(length);
    z->level1 = calloc(z->level1_entries, sizeof *z->level1);
    z->level2 = calloc(z->level1_entries, sizeof *z->level2);
    z->buffer = malloc(UINT16_MAX + 1);
    if (!table || !z->level1 || !z->level2 || !z->buffer) {
        free(table);
        return complain(complaint, "%s: out of storage", image->part[0].file.path);
    }
    bool good = use(image, "header", 1, 0, LEVEL1_AT + length, complaint)
        && disk_file_read(&image->part[0].file, table, length, LEVEL1_AT, complaint);
    for (unsigned g = 0; good && g < z->level1_entries; g++) {
        z->level1[g] = number32(z, table + 4 * g);
        if (z->level1[g] != 0)
            good = read_level2(image, g, complaint);
    }
    free(table);
    return good;
}

static bool check_header(struct ckd_image *image, uint64_t size, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    const char *path = image->part[0].file.path;
    z->big_endian = z->header[OPTIONS] & OPTION_BIG_ENDIAN;
    z->level1_entries = number32(z, z->header + LEVEL1_ENTRIES);
    uint32_t cylinders = little32(z->header + CYLINDERS);
    if (number32(z, z->header + LEVEL2_ENTRIES) != LEVEL2_COUNT)
        return complain(complaint, "%s: its header says %u entries a level-2 table, not %d",
                        path, number32(z, z->header + LEVEL2_ENTRIES), LEVEL2_COUNT);
    if (cylinders < 1 || cylinders > 65536)
        return complain(complaint, "%s: its header says %u cylinders", path, cylinders);
    unsigned groups = (cylinders * image->shape.heads + LEVEL2_COUNT - 1) / LEVEL2_COUNT;
    if (z->level1_entries < groups || LEVEL1_AT + 4ull * z->level1_entries > size)
        return complain(complaint, "%s: its header says %u entries in the level-1 table; the"
                        " tracks need %u, and %llu bytes are there", path, z->level1_entries,
                        groups, (unsigned long long)size);
    image->shape.cylinders = cylinders;
    return true;
}

static void release(struct compressed *z)
{
    for (unsigned g = 0; z->level2 && g < z->level1_entries; g++)
        free(z->level2[g]);
    free(z->level1);
    free(z->level2);
    free(z->buffer);
    free_space_release(&z->free);
    free(z);
}

static const struct ckd_format compressed_format;

bool ckd_compressed_open(struct ckd_image *image, const uint8_t *header,
                         struct disk_complaint *complaint)
{
    (void)header;
    off_t size = image->part[0].file.size;
    struct compressed *z = image->own = calloc(1, sizeof *z);
    image->format = &compressed_format;
    if (!z)
        return complain(complaint, "%s: out of storage", image->part[0].file.path);
    if (disk_file_read(&image->part[0].file, z->header, SECOND_LENGTH, SECOND, complaint)
        && check_header(image, (uint64_t)size, complaint)
        && free_space_init(&z->free, (uint64_t)size)
        && read_tables(image, complaint))
        return true;
    release(z);
    image->own = NULL;
    return false;
}

/* ---- reading ----------------------------------------------------------------------------------- */

/* A track that was never written. */
static void null_track(const struct ckd_image *image, unsigned track, unsigned format,
                       uint8_t *bytes)
{
    enum { LINUX_BLOCKS = 12, LINUX_BLOCK = 4096 };
    unsigned cylinder = track / image->shape.heads, head = track % image->shape.heads;
    size_t size = image->shape.track_size;
    ckd_track_format(bytes, cylinder, head);
    if (format == CKD_NULL_EMPTY_R1)
        ckd_track_append(bytes, size, cylinder, head, 1, 0, 0);
    for (unsigned r = 1; format == CKD_NULL_LINUX && r <= LINUX_BLOCKS; r++)
        ckd_track_append(bytes, size, cylinder, head, r, 0, LINUX_BLOCK);
}

/* What a track's image holds behind its header, to `bytes`; its length, or 0 if it is bad. */
static size_t expand(unsigned compression, const uint8_t *from, size_t length, uint8_t *bytes,
                     size_t room)
{
    if (compression == CKD_UNCOMPRESSED) {
        if (length > room)
            return 0;
        memcpy(bytes, from, length);
        return length;
    }
    if (compression == CKD_ZLIB) {
        uLongf expanded = room;
        return uncompress(bytes, &expanded, from, length) == Z_OK ? expanded : 0;
    }
    if (compression == CKD_BZIP2) {
        unsigned expanded = (unsigned)room;
        return BZ2_bzBuffToBuffDecompress((char *)bytes, &expanded, (char *)from,
                                          (unsigned)length, 0, 0) == BZ_OK ? expanded : 0;
    }
    return 0;
}

static bool compressed_read(struct ckd_image *image, unsigned track, uint8_t *bytes,
                            struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    const char *path = image->part[0].file.path;
    unsigned group = track / LEVEL2_COUNT;
    struct entry e = { 0, z->header[NULL_FORMAT], 0 };
    if (z->level2[group])
        e = z->level2[group][track % LEVEL2_COUNT];
    if (e.at == 0) {
        null_track(image, track, e.length, bytes);
        return true;
    }
    if (!disk_file_read(&image->part[0].file, z->buffer, e.length, e.at, complaint))
        return false;
    size_t length = expand(z->buffer[0] & COMPRESSION_MASK, z->buffer + TRACK_HEADER,
                           (size_t)e.length - TRACK_HEADER, bytes + CKD_HOME_ADDRESS,
                           image->shape.track_size - CKD_HOME_ADDRESS);
    if (length == 0)
        return complain(complaint, "%s: the image of track %u can't be expanded", path, track);
    memcpy(bytes, z->buffer, TRACK_HEADER);
    bytes[0] = z->buffer[0] >> FLAG_SHIFT & 0x03;
    /* Nothing of the slot's former tenant may pass for this track's end. */
    memset(bytes + CKD_HOME_ADDRESS + length, 0, image->shape.track_size - CKD_HOME_ADDRESS - length);
    return true;
}

/* ---- writing -------------------------------------------------------------------------------------- */

/* From the first change to the close the header says that the file is open, and no free
 * spaces: those it had may be in use by then. */
static bool touch(struct ckd_image *image, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    if (z->touched)
        return true;
    z->header[OPTIONS] |= OPTION_OPENED | OPTION_WRITTEN;
    memset(z->header + FREE_FIRST, 0, CYLINDERS - FREE_FIRST);
    z->touched = disk_file_write(&image->part[0].file, z->header, SECOND_LENGTH, SECOND, complaint);
    return z->touched;
}

/* The track's image with its header, in z->buffer; its length. */
static size_t compress_track(struct compressed *z, const uint8_t *bytes, size_t length)
{
    const uint8_t *from = bytes + CKD_HOME_ADDRESS;
    size_t n = length - CKD_HOME_ADDRESS;
    unsigned how = z->header[COMPRESSION];
    int16_t parameter = (int16_t)number16(z, z->header + PARAMETER);
    bool good = false;
    memcpy(z->buffer, bytes, TRACK_HEADER);
    if (n < TOO_SHORT_TO_COMPRESS)
        how = CKD_UNCOMPRESSED;
    if (how == CKD_ZLIB) {
        uLongf room = n - 1;
        int level = parameter >= 1 && parameter <= 9 ? parameter : Z_BEST_SPEED;
        good = compress2(z->buffer + TRACK_HEADER, &room, from, n, level) == Z_OK;
        length = TRACK_HEADER + room;
    } else if (how == CKD_BZIP2) {
        unsigned room = (unsigned)n - 1;
        int blocks = parameter >= 1 && parameter <= 9 ? parameter : 1;
        good = BZ2_bzBuffToBuffCompress((char *)z->buffer + TRACK_HEADER, &room, (char *)from,
                                        (unsigned)n, blocks, 0, 0) == BZ_OK;
        length = TRACK_HEADER + room;
    }
    if (!good) {                                  /* not wanted, or it would not shrink */
        how = CKD_UNCOMPRESSED;
        length = TRACK_HEADER + n;
        memcpy(z->buffer + TRACK_HEADER, from, n);
    }
    z->buffer[0] = (uint8_t)(how | bytes[0] << FLAG_SHIFT);
    return length;
}

/* The null format that a track is, or -1. */
static int which_null(const struct ckd_image *image, unsigned track, const uint8_t *bytes,
                      size_t length)
{
    static const enum ckd_null_track candidates[] = { CKD_NULL_R0, CKD_NULL_EMPTY_R1 };
    uint8_t null[64];
    struct ckd_image small = { .shape = { .heads = image->shape.heads,
                                          .track_size = sizeof null } };
    for (unsigned i = 0; length <= sizeof null && i < 2; i++) {
        null_track(&small, track, candidates[i], null);
        if (ckd_track_length(null, sizeof null) == length && memcmp(null, bytes, length) == 0)
            return candidates[i];
    }
    return -1;
}

/* Space for `length` bytes; for a table, without a rest that can't be a free space. */
static bool allocate(struct ckd_image *image, size_t length, bool exact, uint32_t *at,
                     uint16_t *size, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    uint64_t place, got;
    if (!free_space_take(&z->free, length, SMALLEST_FREE, exact, &place, &got))
        return complain(complaint, "%s: out of storage", image->part[0].file.path);
    if (place + got > UINT32_MAX || got > UINT16_MAX) {
        free_space_give(&z->free, place, got);
        return complain(complaint, "%s is full: a compressed image ends at 4 GB",
                        image->part[0].file.path);
    }
    *at = (uint32_t)place;
    *size = (uint16_t)got;
    return true;
}

/* A level-2 table for a group that had none, with one entry; then it is entered in the first. */
static bool new_group(struct ckd_image *image, unsigned group, unsigned index, struct entry e,
                      struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    uint8_t table[LEVEL2_LENGTH], number[4];
    uint32_t at;
    uint16_t size;
    unsigned null = z->header[NULL_FORMAT];
    struct entry *entries = calloc(LEVEL2_COUNT, sizeof *entries);
    if (!entries || !allocate(image, LEVEL2_LENGTH, true, &at, &size, complaint)) {
        free(entries);
        return false;
    }
    for (unsigned i = 0; i < LEVEL2_COUNT; i++) {
        entries[i] = i == index ? e : (struct entry){ 0, (uint16_t)null, (uint16_t)null };
        pack_entry(z, table + i * ENTRY, entries[i]);
    }
    put_number32(z, number, at);
    if (!disk_file_write(&image->part[0].file, table, sizeof table, at, complaint)
        || !disk_file_write(&image->part[0].file, number, 4, LEVEL1_AT + 4 * (off_t)group,
                           complaint)) {
        free_space_give(&z->free, at, size);
        free(entries);
        return false;
    }
    z->level1[group] = at;
    z->level2[group] = entries;
    return true;
}

/* Replace a track's entry, and free what it pointed to. */
static bool enter(struct ckd_image *image, unsigned track, struct entry e,
                  struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    unsigned group = track / LEVEL2_COUNT, index = track % LEVEL2_COUNT;
    uint8_t packed[ENTRY];
    if (!z->level2[group])
        return new_group(image, group, index, e, complaint);
    pack_entry(z, packed, e);
    if (!disk_file_store(&image->part[0].file, packed, z->level1[group] + (off_t)index * ENTRY,
                        complaint))
        return false;
    struct entry old = z->level2[group][index];
    z->level2[group][index] = e;
    if (old.at)
        free_space_give(&z->free, old.at, old.size);
    return true;
}

static bool compressed_write(struct ckd_image *image, unsigned track, const uint8_t *bytes,
                             size_t from, size_t to, bool layout,
                             struct disk_complaint *complaint)
{
    (void)from, (void)to, (void)layout;
    struct compressed *z = image->own;
    size_t length = ckd_track_length(bytes, image->shape.track_size);
    int null = which_null(image, track, bytes, length);
    struct entry e = { 0, (uint16_t)null, (uint16_t)null };
    if (!touch(image, complaint))
        return false;
    if (null < 0) {
        e.length = (uint16_t)(length = compress_track(z, bytes, length));
        if (!allocate(image, length, false, &e.at, &e.size, complaint))
            return false;
        if (!disk_file_write(&image->part[0].file, z->buffer, length, e.at, complaint)) {
            free_space_give(&z->free, e.at, e.size);
            return false;
        }
    }
    if (enter(image, track, e, complaint))
        return true;
    if (e.at)
        free_space_give(&z->free, e.at, e.size);
    return false;
}

/* ---- closing ----------------------------------------------------------------------------------------- */

static uint32_t imbedded(const struct compressed *z)
{
    uint32_t sum = 0;
    for (unsigned g = 0; g < z->level1_entries; g++)
        for (unsigned i = 0; z->level2[g] && i < LEVEL2_COUNT; i++)
            if (z->level2[g][i].at)
                sum += z->level2[g][i].size - z->level2[g][i].length;
    return sum;
}

/* What is too short for a link of the chain is lost to it. */
static void drop_crumbs(struct free_space *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->extent[i].length >= SMALLEST_FREE)
            f->extent[n++] = f->extent[i];
    f->count = n;
}

/* The chain through the free spaces, the file's end cut off where it is free, and last the
 * header that says that all is well. */
static bool finish(struct ckd_image *image, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    const struct disk_file *file = &image->part[0].file;
    uint64_t size = free_space_trim(&z->free), total = 0, largest = 0;
    drop_crumbs(&z->free);
    const struct free_extent *extent = z->free.extent;
    size_t count = z->free.count;
    uint8_t packed[8];
    for (size_t i = 0; i < count; i++) {
        put_number32(z, packed, i + 1 < count ? (uint32_t)extent[i + 1].at : 0);
        put_number32(z, packed + 4, (uint32_t)extent[i].length);
        if (!disk_file_write(file, packed, sizeof packed, (off_t)extent[i].at, complaint))
            return false;
        total += extent[i].length;
        largest = extent[i].length > largest ? extent[i].length : largest;
    }
    if (ftruncate(file->fd, (off_t)size) != 0)
        return complain(complaint, "%s can't be cut to %llu bytes: %s", file->path,
                        (unsigned long long)size, strerror(errno));
    uint32_t lost = imbedded(z);
    put_number32(z, z->header + SIZE, (uint32_t)size);
    put_number32(z, z->header + USED, (uint32_t)(size - total - lost));
    put_number32(z, z->header + FREE_FIRST, count ? (uint32_t)extent[0].at : 0);
    put_number32(z, z->header + FREE_TOTAL, (uint32_t)total + lost);
    put_number32(z, z->header + FREE_LARGEST, (uint32_t)largest);
    put_number32(z, z->header + FREE_NUMBER, (uint32_t)count);
    put_number32(z, z->header + FREE_IMBEDDED, lost);
    z->header[OPTIONS] &= (uint8_t)~OPTION_OPENED;
    return disk_file_write(file, z->header, SECOND_LENGTH, SECOND, complaint);
}

static bool compressed_close(struct ckd_image *image, struct disk_complaint *complaint)
{
    struct compressed *z = image->own;
    bool good = !z->touched || finish(image, complaint);
    release(z);
    return good;
}

static const struct ckd_format compressed_format = {
    .name = "compressed", .read = compressed_read, .write = compressed_write,
    .close = compressed_close
};

/* ---- a new image ----------------------------------------------------------------------------------------- */

bool ckd_compressed_create(const char *path, struct ckd_creation *creation,
                           struct disk_complaint *complaint)
{
    const struct ckd_geometry *g = creation->geometry;
    uint32_t groups = (creation->cylinders * g->heads + LEVEL2_COUNT - 1u) / LEVEL2_COUNT;
    size_t size = LEVEL1_AT + 4 * groups;
    uint8_t *bytes = calloc(1, size), *second = bytes ? bytes + SECOND : NULL;
    struct disk_file file;
    if (!bytes)
        return complain(complaint, "%s: out of storage", path);
    memcpy(bytes, "CKD_C370", 8);
    put_little32(bytes + HEADER_HEADS, g->heads);
    put_little32(bytes + HEADER_TRACK_SIZE, (uint32_t)ckd_track_size(g));
    bytes[HEADER_TYPE] = (uint8_t)g->type;
    memcpy(second + VERSION, "\0\3\1", 3);
    second[OPTIONS] = OPTION_NO_FUDGE | OPTION_WRITTEN;
    put_little32(second + LEVEL1_ENTRIES, groups);
    put_little32(second + LEVEL2_ENTRIES, LEVEL2_COUNT);
    put_little32(second + SIZE, (uint32_t)size);
    put_little32(second + USED, (uint32_t)size);
    put_little32(second + CYLINDERS, creation->cylinders);
    second[NULL_FORMAT] = (uint8_t)creation->null_track;
    second[COMPRESSION] = (uint8_t)creation->compression;
    second[PARAMETER] = second[PARAMETER + 1] = 0xFF;        /* -1: whoever writes chooses */
    snprintf(creation->made, sizeof creation->made, "%s", path);
    bool good = disk_file_create(&file, path, complaint)
        && disk_file_created(&file, disk_file_write(&file, bytes, size, 0, complaint), complaint);
    free(bytes);
    return good;
}
