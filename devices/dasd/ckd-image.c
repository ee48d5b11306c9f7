#include "devices/dasd/ckd-format.h"

#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/geometry.h"

/* ---- opening ---------------------------------------------------------------------------- */

static const struct {
    char id[9];
    bool (*open)(struct ckd_image *, const uint8_t *header, const struct cckd_opening *,
                 struct disk_complaint *);
} formats[] = {
    { "CKD_P370", ckd_plain_open },
    { "CKD_P064", ckd_plain_open },
    { "CKD_C370", ckd_compressed_open },
    { "CKD_C064", ckd_compressed_open },
};

/* What is not the beginning of a CKD disk may be something that is known. */
static bool no_format(const char *path, const uint8_t *header, struct disk_complaint *complaint)
{
    const struct cckd_kind *kind = cckd_kind_of(header);
    if (kind && kind->fba)
        return complain(complaint, "%s holds an FBA disk, not a CKD disk", path);
    if (kind && kind->shadow)
        return complain(complaint, "%s is a shadow file: name its base, and this one by sf=",
                        path);
    return complain(complaint, "%s is no CKD disk image: it does not begin with CKD_P370,"
                    " CKD_C370, CKD_P064 or CKD_C064", path);
}

/* Another type that has such tracks, if this one has not, or NULL: images may give a track more
 * room than it needs. */
static const struct ckd_geometry *other_type(uint16_t type, uint32_t heads, uint32_t track_size)
{
    const struct ckd_geometry *g, *other = NULL;
    for (size_t i = 0; (g = ckd_geometry_row(i)); i++)
        if (g->heads != heads || ckd_track_size(g) != track_size)
            continue;
        else if (g->type == type)
            return NULL;
        else
            other = g;
    return other;
}

/* What all formats have in common in the header. */
static bool read_shape(struct ckd_image *image, const uint8_t *header,
                       struct disk_complaint *complaint)
{
    const char *path = image->path;
    uint16_t type = ckd_geometry_type(header[HEADER_TYPE]);
    if (type == 0)
        return complain(complaint, "%s: its header has an unknown device type, X'%02X'", path,
                        header[HEADER_TYPE]);
    const struct ckd_geometry *geometry = ckd_geometry_fit(type, 0);
    uint32_t heads = little32(header + HEADER_HEADS);
    uint32_t track_size = little32(header + HEADER_TRACK_SIZE);
    if (heads != geometry->heads)
        return complain(complaint, "%s: its header says %u heads, a %04X has %u", path, heads,
                        type, geometry->heads);
    if (track_size < ckd_track_size(geometry) || track_size > 65536 || track_size % 512)
        return complain(complaint, "%s: its header says %u bytes a track, a %04X needs %zu",
                        path, track_size, type, ckd_track_size(geometry));
    const struct ckd_geometry *other = other_type(type, heads, track_size);
    if (other)
        return complain(complaint, "%s: its header says %04X, but tracks of %u bytes are a %04X's",
                        path, type, track_size, other->type);
    image->shape.type = type;
    image->shape.heads = heads;
    image->shape.track_size = track_size;
    return true;
}

bool ckd_image_add_part(struct ckd_image *image, const char *path,
                        struct disk_complaint *complaint)
{
    if (image->parts == CKD_MAX_PARTS)
        return complain(complaint, "%s: an image has %d files at most", path, CKD_MAX_PARTS);
    if (!disk_file_open_tapped(&image->part[image->parts].file, path, image->writable, image->tap,
                               complaint))
        return false;
    image->parts++;
    return true;
}

static bool open_format(struct ckd_image *image, const struct cckd_opening *opening,
                        struct disk_complaint *complaint)
{
    uint8_t header[HEADER_LENGTH];
    if (!ckd_image_add_part(image, image->path, complaint)
        || !disk_file_read(&image->part[0].file, header, sizeof header, 0, complaint))
        return false;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (memcmp(header, formats[i].id, 8) != 0)
            continue;
        if (!read_shape(image, header, complaint)
            || !formats[i].open(image, header, opening, complaint))
            return false;
        image->shape.tracks = image->shape.cylinders * image->shape.heads;
        image->shape.format = image->format->name;
        return true;
    }
    return no_format(image->path, header, complaint);
}

static void release(struct ckd_image *image)
{
    for (unsigned i = 0; i < image->parts; i++)
        disk_file_close(&image->part[i].file);
    ckd_scratch_release(&image->scratch);
    free(image->path);
    free(image);
}

void ckd_scratch_release(struct ckd_scratch *scratch)
{
    cckd_codec_release(&scratch->codec);
    free(scratch->buffer);
    *scratch = (struct ckd_scratch){ 0 };
}

/* The base of a disk with shadow files is only read, and may be shared. */
struct ckd_image *ckd_image_open_with(const char *path, const struct cckd_opening *opening,
                                      struct disk_complaint *complaint)
{
    struct ckd_image *image = calloc(1, sizeof *image);
    if (!image || !(image->path = strdup(path))) {
        free(image);
        complain(complaint, "%s: out of storage", path);
        return NULL;
    }
    image->writable = opening->writable && !opening->base_protected
        && (!opening->shadows || cckd_shadow_count(opening->shadows) == 0);
    image->sync = opening->sync;
    image->tap = opening->tap;
    image->background = opening->background;
    if (open_format(image, opening, complaint)) {
        track_cache_init(&image->cache, image->shape.track_size);
        return image;
    }
    release(image);
    return NULL;
}

struct ckd_image *ckd_image_open(const char *path, bool writable,
                                 struct disk_complaint *complaint)
{
    struct cckd_opening opening = { .writable = writable };
    return ckd_image_open_with(path, &opening, complaint);
}

void ckd_image_changed(struct ckd_image *image)
{
    track_cache_forget_all(&image->cache);
    image->writable = cckd_chain_top(ckd_image_chain(image))->writable;
}

bool ckd_image_close(struct ckd_image *image, struct disk_complaint *complaint)
{
    track_cache_release(&image->cache);
    bool good = image->format->close(image, complaint);
    release(image);
    return good;
}

const struct ckd_shape *ckd_image_shape(const struct ckd_image *image) { return &image->shape; }
const char *ckd_image_path(const struct ckd_image *image) { return image->path; }
bool ckd_image_writable(const struct ckd_image *image) { return image->writable; }

bool ckd_image_flush(struct ckd_image *image, struct disk_complaint *complaint)
{
    return !image->writable || image->format->flush(image, complaint);
}

/* ---- tracks, cached ------------------------------------------------------------------------ */

bool ckd_image_well_formed(const struct ckd_image *image, unsigned track, const uint8_t *bytes,
                           struct disk_complaint *complaint)
{
    unsigned cylinder = track / image->shape.heads, head = track % image->shape.heads;
    if (get16(bytes + 1) != cylinder || get16(bytes + 3) != head)
        return complain(complaint, "%s: cylinder %u head %u begins with a wrong home address,"
                        " %02X%02X%02X%02X", image->path, cylinder, head, bytes[1],
                        bytes[2], bytes[3], bytes[4]);
    if (ckd_track_length(bytes, image->shape.track_size) == 0)
        return complain(complaint, "%s: the records of cylinder %u head %u make no sense",
                        image->path, cylinder, head);
    return true;
}

static bool load(struct ckd_image *image, unsigned track, uint8_t *bytes,
                 struct ckd_scratch *scratch, struct disk_complaint *complaint)
{
    return image->format->read(image, track, bytes, scratch, complaint)
        && ckd_image_well_formed(image, track, bytes, complaint);
}

/* What is wrong with a track is said when its turn comes. */
static bool load_ahead(void *context, unsigned track, uint8_t *bytes, void *own)
{
    struct disk_complaint ignored;
    return load(context, track, bytes, own, &ignored);
}

static void done_ahead(void *own)
{
    ckd_scratch_release(own);
}

static void read_ahead(struct ckd_image *image, unsigned track)
{
    struct track_loader loader = { load_ahead, done_ahead, sizeof(struct ckd_scratch), image };
    struct cckd_chain *chain = image->own;
    if (image->background && image->format->parallel)
        track_cache_read_ahead(&image->cache, &loader, track, image->shape.tracks,
                               chain->tuning.readers, chain->tuning.ahead);
}

static struct track_slot *track_slot(struct ckd_image *image, unsigned track, bool blank,
                                     struct disk_complaint *complaint)
{
    if (track >= image->shape.tracks) {
        complain(complaint, "%s has no track %u", image->path, track);
        return NULL;
    }
    if (!blank)
        read_ahead(image, track);
    struct track_slot *slot = track_cache_claim(&image->cache, track);
    if (!slot) {
        complain(complaint, "%s: out of storage", image->path);
        return NULL;
    }
    if (slot->state == TRACK_THERE)
        return slot;
    bool good = blank || load(image, track, slot->bytes, &image->scratch, complaint);
    track_cache_filled(&image->cache, slot, good);
    return good ? slot : NULL;
}

uint8_t *ckd_image_track(struct ckd_image *image, unsigned track,
                         struct disk_complaint *complaint)
{
    struct track_slot *slot = track_slot(image, track, false, complaint);
    return slot ? slot->bytes : NULL;
}

uint8_t *ckd_image_blank(struct ckd_image *image, unsigned track,
                         struct disk_complaint *complaint)
{
    struct track_slot *slot = track_slot(image, track, true, complaint);
    if (!slot)
        return NULL;
    ckd_track_format(slot->bytes, track / image->shape.heads, track % image->shape.heads);
    memset(slot->bytes + CKD_HOME_ADDRESS, 0xFF, CKD_END);
    return slot->bytes;
}

bool ckd_image_write(struct ckd_image *image, unsigned track, size_t from, size_t to,
                     bool layout, struct disk_complaint *complaint)
{
    struct track_slot *slot = track_cache_find(&image->cache, track);
    if (!slot)
        return complain(complaint, "%s: track %u is no longer in the cache",
                        image->path, track);
    if (!image->writable) {
        ckd_image_forget(image, track);
        return complain(complaint, "%s is open for reading only", image->path);
    }
    if (ckd_image_is_gone(image)) {
        ckd_image_forget(image, track);
        return complain(complaint, "%s was removed while it is in use: nothing is written on it any"
                        " more; DETACH or DEVINIT puts what is on it into a file again",
                        image->path);
    }
    if (image->format->write(image, track, slot->bytes, from, to, layout, complaint))
        return true;
    ckd_image_forget(image, track);
    return false;
}

/* ---- files that were removed --------------------------------------------------------------- */

bool ckd_image_is_gone(const struct ckd_image *image)
{
    for (unsigned i = 0; i < image->parts; i++)
        if (disk_file_is_gone(&image->part[i].file))
            return true;
    return image->parts == 0 && cckd_chain_gone(image->own) != NULL;
}

bool ckd_image_rescue(struct ckd_image *image,
                      void (*tell)(void *, const char *was, const char *is), void *context,
                      struct disk_complaint *complaint)
{
    char where[4096];
    bool good = true;
    for (unsigned i = 0; i < image->parts; i++) {
        const struct disk_file *file = &image->part[i].file;
        if (!disk_file_is_gone(file))
            continue;
        if (!disk_file_rescue(file, where, sizeof where, complaint))
            good = false;
        else
            tell(context, file->path, where);
    }
    return image->parts ? good : cckd_chain_rescue(image->own, tell, context, complaint);
}

bool ckd_image_lacks_journal(struct ckd_image *image)
{
    bool lacks = image->unguarded && image->sync == DISK_SYNC_PROCESS && !image->lack_told;
    image->lack_told |= lacks;
    return lacks;
}

void ckd_image_forget(struct ckd_image *image, unsigned track)
{
    track_cache_forget(&image->cache, track);
}

/* ---- the bytes of a track ---------------------------------------------------------------------- */

static bool at_end(const uint8_t *count)
{
    return get64(count) == UINT64_MAX;
}

size_t ckd_track_length(const uint8_t *track, size_t size)
{
    for (size_t at = CKD_HOME_ADDRESS; at + CKD_COUNT <= size; ) {
        if (at_end(track + at))
            return at + CKD_END;
        at += CKD_COUNT + track[at + 5] + get16(track + at + 6);
    }
    return 0;
}

static void put_count(uint8_t *count, unsigned cylinder, unsigned head, unsigned record,
                      unsigned key, unsigned data)
{
    put16(count, (uint16_t)cylinder);
    put16(count + 2, (uint16_t)head);
    count[4] = (uint8_t)record;
    count[5] = (uint8_t)key;
    put16(count + 6, (uint16_t)data);
}

size_t ckd_track_format(uint8_t *track, unsigned cylinder, unsigned head)
{
    enum { R0 = CKD_HOME_ADDRESS, BEHIND = R0 + CKD_COUNT + 8 };
    memset(track, 0, BEHIND);
    put16(track + 1, (uint16_t)cylinder);
    put16(track + 3, (uint16_t)head);
    put_count(track + R0, cylinder, head, 0, 0, 8);
    memset(track + BEHIND, 0xFF, CKD_END);
    return BEHIND + CKD_END;
}

uint8_t *ckd_track_append(uint8_t *track, size_t size, unsigned cylinder, unsigned head,
                          unsigned record, unsigned key, unsigned data)
{
    size_t length = ckd_track_length(track, size);
    if (length == 0 || length + CKD_COUNT + key + data > size)
        return NULL;
    uint8_t *count = track + length - CKD_END;
    put_count(count, cylinder, head, record, key, data);
    memset(count + CKD_COUNT, 0, key + data);
    memset(count + CKD_COUNT + key + data, 0xFF, CKD_END);
    return count + CKD_COUNT;
}

/* ---- making images --------------------------------------------------------------------------------- */

bool ckd_image_create(const char *path, struct ckd_creation *creation,
                      struct disk_complaint *complaint)
{
    return creation->compression == CKD_PLAIN ? ckd_plain_create(path, creation, complaint)
                                              : ckd_compressed_create(path, creation, complaint);
}
