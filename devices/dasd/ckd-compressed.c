/* CKD disks in compressed files (cckd-file.h), with shadow files or without: an image is a
 * track, its home address with the compression in the first byte, then the rest of the track,
 * compressed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/ckd-format.h"
#include "devices/dasd/geometry.h"

enum { TRACK_HEADER = CKD_HOME_ADDRESS, COMPRESSION_MASK = 0x03, FLAG_SHIFT = 4 };

/* ---- opening ------------------------------------------------------------------------------- */

static const struct ckd_format compressed_format, wide_format;

bool ckd_compressed_open(struct ckd_image *image, const uint8_t *header,
                         const struct cckd_opening *opening, struct disk_complaint *complaint)
{
    struct cckd_chain *chain = image->own = calloc(1, sizeof *chain);
    image->format = cckd_kind_of(header)->wide ? &wide_format : &compressed_format;
    if (!chain)
        return complain(complaint, "%s: out of storage", image->path);
    struct disk_file base = image->part[0].file;
    image->parts = 0;                             /* the chain has it now */
    if (!cckd_chain_open(chain, &base, image->writable, opening, complaint)) {
        free(chain);
        image->own = NULL;
        return false;
    }
    image->shape.cylinders = chain->file[0].units;
    image->writable = cckd_chain_top(chain)->writable;
    return true;
}

static bool compressed_close(struct ckd_image *image, struct disk_complaint *complaint)
{
    bool good = cckd_chain_close(image->own, complaint);
    free(image->own);
    return good;
}

static bool compressed_flush(struct ckd_image *image, struct disk_complaint *complaint)
{
    return cckd_chain_flush(image->own, complaint);
}

struct cckd_chain *ckd_image_chain(struct ckd_image *image)
{
    return image->format == &compressed_format || image->format == &wide_format ? image->own
                                                                                : NULL;
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

/* The track that `length` bytes of an image are, to `bytes`. */
static bool expand_track(const struct ckd_image *image, struct cckd_codec *codec, unsigned track,
                         const uint8_t *from, size_t length, uint8_t *bytes,
                         struct disk_complaint *complaint)
{
    size_t size = image->shape.track_size - CKD_HOME_ADDRESS;
    size_t n = cckd_expand(codec, from[0] & COMPRESSION_MASK, from + TRACK_HEADER,
                           length - TRACK_HEADER, bytes + CKD_HOME_ADDRESS, size);
    if (n == 0)
        return complain(complaint, "%s: the image of track %u can't be expanded", image->path,
                        track);
    memcpy(bytes, from, TRACK_HEADER);
    bytes[0] = from[0] >> FLAG_SHIFT & 0x03;
    /* Nothing of the slot's former tenant may pass for this track's end. */
    memset(bytes + CKD_HOME_ADDRESS + n, 0, size - n);
    return true;
}

static bool compressed_read(struct ckd_image *image, unsigned track, uint8_t *bytes,
                            struct ckd_scratch *scratch, struct disk_complaint *complaint)
{
    struct cckd_entry e;
    if (!scratch->buffer && !(scratch->buffer = malloc(CCKD_LONGEST_IMAGE)))
        return complain(complaint, "%s: out of storage", image->path);
    if (!cckd_chain_fetch(image->own, track, &e, scratch->buffer, complaint))
        return false;
    if (e.at != 0)
        return expand_track(image, &scratch->codec, track, scratch->buffer, e.length, bytes,
                            complaint);
    if (e.length >= CCKD_NULL_FORMATS)
        return complain(complaint, "%s: the entry of track %u says that it is empty in format %u,"
                        " which is unknown", image->path, track, e.length);
    null_track(image, track, e.length, bytes);
    return true;
}

bool ckd_compressed_check(struct ckd_image *image, const uint8_t *from, size_t length,
                          unsigned track, struct disk_complaint *complaint)
{
    uint8_t *bytes = malloc(image->shape.track_size);
    bool good = bytes
        ? expand_track(image, &image->scratch.codec, track, from, length, bytes, complaint)
          && ckd_image_well_formed(image, track, bytes, complaint)
        : complain(complaint, "%s: out of storage", image->path);
    free(bytes);
    return good;
}

/* ---- writing -------------------------------------------------------------------------------------- */

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

static bool compressed_write(struct ckd_image *image, unsigned track, const uint8_t *bytes,
                             size_t from, size_t to, bool layout,
                             struct disk_complaint *complaint)
{
    (void)from, (void)to, (void)layout;
    uint8_t header[TRACK_HEADER];
    size_t length = ckd_track_length(bytes, image->shape.track_size);
    int null = which_null(image, track, bytes, length);
    if (null >= 0)
        return cckd_chain_write_null(image->own, track, (unsigned)null, complaint);
    memcpy(header, bytes, TRACK_HEADER);
    header[0] = (uint8_t)(bytes[0] << FLAG_SHIFT);
    return cckd_chain_write(image->own, track, header, bytes + CKD_HOME_ADDRESS,
                            length - CKD_HOME_ADDRESS, complaint);
}

static const struct ckd_format compressed_format = {
    .name = "compressed", .parallel = true, .read = compressed_read, .write = compressed_write,
    .flush = compressed_flush, .close = compressed_close
};

static const struct ckd_format wide_format = {
    .name = "compressed, 64-bit", .parallel = true, .read = compressed_read, .write = compressed_write,
    .flush = compressed_flush, .close = compressed_close
};

/* ---- a new image ----------------------------------------------------------------------------------------- */

static bool write_tracks(struct ckd_image *image, struct ckd_source *source,
                         struct disk_complaint *complaint)
{
    for (unsigned t = 0; t < image->shape.tracks; t++) {
        uint8_t *bytes = ckd_image_blank(image, t, complaint);
        if (!bytes || !source->track(source, t, bytes, complaint)
            || !ckd_image_well_formed(image, t, bytes, complaint)
            || !ckd_image_write(image, t, 0, ckd_track_length(bytes, image->shape.track_size),
                                true, complaint))
            return false;
    }
    return true;
}

static bool fill(const char *path, struct ckd_source *source, struct disk_complaint *complaint)
{
    struct disk_complaint another;
    struct ckd_image *image = ckd_image_open(path, true, complaint);
    bool good = image && write_tracks(image, source, complaint);
    if (image && !ckd_image_close(image, good ? complaint : &another))
        good = false;
    if (!good)
        unlink(path);
    return good;
}

bool ckd_compressed_create(const char *path, struct ckd_creation *creation,
                           struct disk_complaint *complaint)
{
    const struct ckd_geometry *g = creation->geometry;
    uint8_t header[HEADER_LENGTH] = { 0 };
    put_little32(header + HEADER_HEADS, g->heads);
    put_little32(header + HEADER_TRACK_SIZE,
                 (uint32_t)(creation->track_size ? creation->track_size : ckd_track_size(g)));
    header[HEADER_TYPE] = (uint8_t)g->type;
    struct cckd_creation file = {
        .kind = cckd_kind_find(false, false, creation->wide), .device = header,
        .units = creation->cylinders, .null_format = creation->null_track,
        .compression = (enum cckd_compression)creation->compression
    };
    snprintf(creation->made, sizeof creation->made, "%s", path);
    creation->parts = 0;
    return cckd_file_create(path, &file, complaint)
        && (!creation->source || fill(path, creation->source, complaint));
}
