/* CKD_P370 and CKD_P064: a 512-byte header, then a slot of fixed size for each track, cylinder by
 * cylinder. A volume beyond 2 GB may be split at whole cylinders into files NAME_1.EXT,
 * NAME_2.EXT and so on, each with a header that says its number and last cylinder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/ckd-format.h"
#include "devices/dasd/geometry.h"

static const char sequence[] = "123456789ABCDEFGHIJKLMNOPQR";

/* The character in a path that says which file of several it is: before the last dot of
 * the file's name, or at its end. NULL if the path has no place for one. */
static char *sequence_place(char *path)
{
    char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    char *dot = strrchr(name, '.');
    char *place = (dot ? dot : name + strlen(name)) - 1;
    return place > name && place[-1] == '_' ? place : NULL;
}

static bool read_header(struct ckd_image *image, unsigned i, const uint8_t *header,
                        struct disk_complaint *complaint)
{
    struct ckd_part *part = &image->part[i];
    const char *path = part->file.path;
    size_t cylinder = image->shape.track_size * image->shape.heads;
    off_t tracks = part->file.size - HEADER_LENGTH;
    if (tracks <= 0 || tracks % (off_t)cylinder)
        return complain(complaint, "%s has %lld bytes: not a header and whole cylinders of %u"
                        " tracks of %zu bytes; it was cut off, or is no plain CKD image",
                        path, (long long)part->file.size, image->shape.heads,
                        image->shape.track_size);
    part->first = image->shape.cylinders;
    part->cylinders = (unsigned)(tracks / (off_t)cylinder);
    image->shape.cylinders += part->cylinders;
    unsigned last = header[HEADER_LAST_CYLINDER] | header[HEADER_LAST_CYLINDER + 1] << 8;
    if (last && last != image->shape.cylinders - 1)
        return complain(complaint, "%s: its header says that it ends with cylinder %u, its size"
                        " says %u", path, last, image->shape.cylinders - 1);
    if (image->shape.cylinders > 65536)
        return complain(complaint, "%s: more than 65536 cylinders", path);
    return true;
}

static bool same_shape(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, HEADER_FILE) == 0;
}

/* The second and further files, until one whose header says that it is the last. */
static bool open_further(struct ckd_image *image, const uint8_t *first,
                         struct disk_complaint *complaint)
{
    uint8_t header[HEADER_LENGTH];
    char path[4096];
    snprintf(path, sizeof path, "%s", image->part[0].file.path);
    char *place = sequence_place(path);
    if (!place || *place != sequence[0])
        return complain(complaint, "%s is the first of several files: its name should end in"
                        " _1 before the dot", path);
    for (unsigned i = 1; sequence[i]; i++) {
        *place = sequence[i];
        if (!ckd_image_add_part(image, path, complaint)
            || !disk_file_read(&image->part[i].file, header, sizeof header, 0, complaint))
            return false;
        if (!same_shape(first, header) || header[HEADER_FILE] != i + 1)
            return complain(complaint, "%s is not file %u of the volume that begins with %s",
                            path, i + 1, image->part[0].file.path);
        if (!read_header(image, i, header, complaint))
            return false;
        if (get16(header + HEADER_LAST_CYLINDER) == 0)
            return true;
    }
    return complain(complaint, "%s: no file says that it is the last", image->part[0].file.path);
}

/* ---- tracks --------------------------------------------------------------------------- */

/* Which file a track is in, and where. */
static const struct disk_file *place_of(const struct ckd_image *image, unsigned track, off_t *at)
{
    const struct ckd_part *part = image->part;
    unsigned cylinder = track / image->shape.heads;
    while (cylinder >= part->first + part->cylinders)
        part++;
    *at = HEADER_LENGTH
        + (off_t)(track - part->first * image->shape.heads) * (off_t)image->shape.track_size;
    return &part->file;
}

/* A slot's end is seldom used: as much is read as the track before had, and the rest only if
 * this one goes on there. */
static bool plain_read(struct ckd_image *image, unsigned track, uint8_t *bytes,
                       struct ckd_scratch *scratch, struct disk_complaint *complaint)
{
    enum { SECTOR = 512 };
    off_t at;
    const struct disk_file *file = place_of(image, track, &at);
    size_t size = image->shape.track_size, first = image->usual ? image->usual : size;
    (void)scratch;
    if (!disk_file_read(file, bytes, first, at, complaint))
        return false;
    size_t length = ckd_track_length(bytes, first);
    if (length == 0 && first < size) {
        if (!disk_file_read(file, bytes + first, size - first, at + (off_t)first, complaint))
            return false;
        length = ckd_track_length(bytes, size);
    }
    image->usual = (length + SECTOR - 1) / SECTOR * SECTOR;
    return true;
}

/* Without a journal the track ends before the first new record until everything behind its
 * count is there: so a kill leaves a track with fewer records at worst, as loss of power left it
 * on a drive. */
static bool write_layout(const struct disk_file *file, const uint8_t *bytes, size_t from,
                         size_t to, off_t slot, struct disk_complaint *complaint)
{
    static const uint8_t end[CKD_END] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    size_t behind = from + CKD_COUNT;
    return disk_file_store(file, end, slot + (off_t)from, complaint)
        && (to <= behind || disk_file_write(file, bytes + behind, to - behind,
                                           slot + (off_t)behind, complaint))
        && disk_file_store(file, bytes + from, slot + (off_t)from, complaint);
}

static bool write_unguarded(const struct disk_file *file, const uint8_t *bytes, size_t from,
                            size_t to, bool layout, off_t slot, struct disk_complaint *complaint)
{
    if (!layout)
        return disk_file_write(file, bytes + from, to - from, slot + (off_t)from, complaint);
    /* A slot begins at a multiple of 512: the home address is within a page. */
    if (from == 0 && !disk_file_write(file, bytes, CKD_HOME_ADDRESS, slot, complaint))
        return false;
    return write_layout(file, bytes, from ? from : CKD_HOME_ADDRESS, to, slot, complaint);
}

/* The kernel lets a kill come between two pages of a write, not within one: only what is on
 * several goes by the journal, if the host's own death is not to be survived as well. */
static bool is_at_once(const struct ckd_image *image, off_t at, size_t length)
{
    enum { HOST_PAGE = 4096 };
    return image->sync == DISK_SYNC_PROCESS
        && at / HOST_PAGE == (at + (off_t)length - 1) / HOST_PAGE;
}

static bool plain_write(struct ckd_image *image, unsigned track, const uint8_t *bytes,
                        size_t from, size_t to, bool layout, struct disk_complaint *complaint)
{
    off_t slot, at;
    const struct disk_file *file = place_of(image, track, &slot);
    at = slot + (off_t)from;
    if (is_at_once(image, at, to - from))
        return disk_file_write(file, bytes + from, to - from, at, complaint);
    if (image->sync == DISK_SYNC_NONE
        || (image->sync == DISK_SYNC_PROCESS && !disk_file_collects(file, complaint))) {
        image->unguarded = true;
        return write_unguarded(file, bytes, from, to, layout, slot, complaint);
    }
    disk_file_begin(file);
    if (disk_file_write(file, bytes + from, to - from, at, complaint))
        return disk_file_commit(file, complaint);
    disk_file_abandon(file);
    return false;
}

static bool plain_flush(struct ckd_image *image, struct disk_complaint *complaint)
{
    for (unsigned i = 0; i < image->parts; i++)
        if (!disk_file_sync(&image->part[i].file, complaint))
            return false;
    return true;
}

static bool plain_close(struct ckd_image *image, struct disk_complaint *complaint)
{
    struct disk_complaint another;
    bool good = true;
    for (unsigned i = 0; i < image->parts; i++)
        if (!disk_file_settle(&image->part[i].file, good ? complaint : &another))
            good = false;
    return good;
}

static const struct ckd_format plain = {
    .name = "plain", .read = plain_read, .write = plain_write, .flush = plain_flush,
    .close = plain_close
};

static const struct ckd_format wide = {
    .name = "plain, 64-bit", .read = plain_read, .write = plain_write, .flush = plain_flush,
    .close = plain_close
};

static bool guard(struct ckd_image *image, struct disk_complaint *complaint)
{
    for (unsigned i = 0; image->writable && i < image->parts; i++) {
        struct disk_file *file = &image->part[i].file;
        if ((image->sync == DISK_SYNC_HOST && !disk_file_sync(file, complaint))
            || !disk_file_guard(file, image->sync, complaint))
            return false;
    }
    return true;
}

bool ckd_plain_open(struct ckd_image *image, const uint8_t *header,
                    const struct cckd_opening *opening, struct disk_complaint *complaint)
{
    image->format = memcmp(header, "CKD_P064", 8) == 0 ? &wide : &plain;
    if (opening->shadows && cckd_shadow_count(opening->shadows))
        return complain(complaint, "%s is a plain image, and shadow files are there for it; only"
                        " a compressed one has any", image->path);
    if (header[HEADER_FILE] > 1)
        return complain(complaint, "%s is file %u of its volume: name the first one",
                        image->part[0].file.path, header[HEADER_FILE]);
    return read_header(image, 0, header, complaint)
        && (header[HEADER_FILE] == 0 || get16(header + HEADER_LAST_CYLINDER) == 0
            || open_further(image, header, complaint))
        && guard(image, complaint);
}

/* ---- a new image -------------------------------------------------------------------------- */

static size_t slot_size(const struct ckd_creation *creation)
{
    return creation->track_size ? creation->track_size : ckd_track_size(creation->geometry);
}

static void make_header(uint8_t *header, const struct ckd_creation *creation)
{
    memset(header, 0, HEADER_LENGTH);
    memcpy(header, creation->wide ? "CKD_P064" : "CKD_P370", 8);
    put_little32(header + HEADER_HEADS, creation->geometry->heads);
    put_little32(header + HEADER_TRACK_SIZE, (uint32_t)slot_size(creation));
    header[HEADER_TYPE] = (uint8_t)creation->geometry->type;
}

static bool fill_cylinder(const struct ckd_creation *creation, unsigned cylinder, uint8_t *bytes,
                          struct disk_complaint *complaint)
{
    unsigned heads = creation->geometry->heads;
    size_t slot = slot_size(creation);
    if (creation->source)
        memset(bytes, 0, slot * heads);
    for (unsigned h = 0; h < heads; h++)
        if (!creation->source)
            ckd_track_format(bytes + h * slot, cylinder, h);
        else if (!creation->source->track(creation->source, cylinder * heads + h,
                                          bytes + h * slot, complaint))
            return false;
    return true;
}

static bool write_cylinders(const struct disk_file *file, const struct ckd_creation *creation,
                            unsigned first, unsigned cylinders,
                            struct disk_complaint *complaint)
{
    size_t size = slot_size(creation) * creation->geometry->heads;
    uint8_t *bytes = calloc(1, size);
    if (!bytes)
        return complain(complaint, "%s: out of storage", file->path);
    bool good = true;
    for (unsigned c = 0; good && c < cylinders; c++)
        good = fill_cylinder(creation, first + c, bytes, complaint)
            && disk_file_write(file, bytes, size, HEADER_LENGTH + (off_t)c * (off_t)size,
                               complaint);
    free(bytes);
    return good;
}

static bool create_file(const char *path, const struct ckd_creation *creation, uint8_t *header,
                        unsigned first, unsigned cylinders, struct disk_complaint *complaint)
{
    struct disk_file file;
    off_t size = HEADER_LENGTH
        + (off_t)cylinders * creation->geometry->heads * (off_t)slot_size(creation);
    return disk_file_create(&file, path, complaint)
        && disk_file_created(&file, disk_file_reserve(&file, size, complaint)
                             && disk_file_write(&file, header, HEADER_LENGTH, 0, complaint)
                             && write_cylinders(&file, creation, first, cylinders, complaint),
                             complaint);
}

/* NAME.EXT becomes NAME_1.EXT where it has no place for a number. */
bool ckd_part_name(const char *path, unsigned part, char *name, size_t size)
{
    const char *last = strrchr(path, '/');
    const char *dot = strrchr(last ? last : path, '.');
    int length = snprintf(name, size, "%s", path);
    if ((size_t)length < size && !sequence_place(name))
        length = snprintf(name, size, "%.*s_1%s", (int)(dot ? dot - path : (long)strlen(path)),
                          path, dot ? dot : "");
    if ((size_t)length >= size || part >= CKD_MAX_PARTS)
        return false;
    *sequence_place(name) = sequence[part];
    return true;
}

static bool create_parts(const char *path, struct ckd_creation *creation, uint8_t *header,
                         unsigned most, struct disk_complaint *complaint)
{
    char name[sizeof creation->made];
    for (unsigned first = 0; first < creation->cylinders; creation->parts++) {
        if (!ckd_part_name(path, creation->parts, name, sizeof name))
            return complain(complaint, "%s: the name is too long, or there are too many cylinders"
                            " for %d files of 2 GB", path, CKD_MAX_PARTS);
        unsigned left = creation->cylinders - first, here = left < most ? left : most;
        unsigned last = here < left ? first + here - 1 : 0;
        header[HEADER_FILE] = (uint8_t)(creation->parts + 1);
        header[HEADER_LAST_CYLINDER] = (uint8_t)last;
        header[HEADER_LAST_CYLINDER + 1] = (uint8_t)(last >> 8);
        if (!create_file(name, creation, header, first, here, complaint))
            return false;
        first += here;
    }
    ckd_part_name(path, 0, creation->made, sizeof creation->made);
    return true;
}

bool ckd_plain_create(const char *path, struct ckd_creation *creation,
                      struct disk_complaint *complaint)
{
    uint8_t header[HEADER_LENGTH];
    char name[sizeof creation->made];
    off_t cylinder = (off_t)slot_size(creation) * creation->geometry->heads;
    unsigned most = (unsigned)((INT32_MAX - HEADER_LENGTH) / cylinder);
    make_header(header, creation);
    snprintf(creation->made, sizeof creation->made, "%s", path);
    creation->parts = 0;
    if (creation->one_file || creation->wide || creation->cylinders <= most)
        return create_file(path, creation, header, 0, creation->cylinders, complaint);
    if (create_parts(path, creation, header, most, complaint))
        return true;
    while (creation->parts > 0 && ckd_part_name(path, --creation->parts, name, sizeof name))
        unlink(name);
    return false;
}
