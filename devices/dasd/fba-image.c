#include "devices/dasd/fba-image.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/codepage.h"
#include "devices/dasd/cckd-chain.h"

/* ---- models ------------------------------------------------------------------------ */

static const struct fba_geometry models[] = {
#define FBA_MODEL(name, type, model, unit_type, group, position, blocks, control_unit) \
    { name, type, model, unit_type, group, position, blocks, control_unit },
#include "devices/dasd/fba-models.def"
#undef FBA_MODEL
};
enum { MODELS = sizeof models / sizeof *models };

const struct fba_geometry *fba_geometry_find(const char *name)
{
    for (size_t i = 0; i < MODELS; i++)
        if (strcasecmp(models[i].name, name) == 0)
            return &models[i];
    for (size_t i = 0; i < MODELS; i++)
        if (strlen(name) == 4 && strncmp(models[i].name, name, 4) == 0)
            return &models[i];
    return NULL;
}

const struct fba_geometry *fba_geometry_fit(uint16_t type, uint32_t blocks)
{
    const struct fba_geometry *fit = NULL;
    for (size_t i = 0; i < MODELS; i++) {
        const struct fba_geometry *row = &models[i];
        if (row->type != type)
            continue;
        bool holds = row->blocks >= blocks, fit_holds = fit && fit->blocks >= blocks;
        if (!fit || (holds && (!fit_holds || row->blocks < fit->blocks))
            || (!holds && !fit_holds && row->blocks > fit->blocks))
            fit = row;
    }
    return fit;
}

/* ---- opening -------------------------------------------------------------------------- */

/* A file of another kind must not be taken for blocks. */
static bool no_blocks(const char *path, const uint8_t id[8], struct disk_complaint *complaint)
{
    const struct cckd_kind *kind = cckd_kind_of(id);
    if (kind && kind->fba && kind->shadow)
        return !complain(complaint, "%s is a shadow file: name its base, and this one by sf=",
                         path);
    if (memcmp(id, "CKD_P370", 8) == 0 || memcmp(id, "CKD_P064", 8) == 0
        || (kind && !kind->fba))
        return !complain(complaint, "%s holds a CKD disk%s", path,
                         kind && kind->shadow ? "'s shadow file" : "");
    return false;
}

static bool open_plain(struct fba_image *image, uint32_t origin, uint32_t blocks,
                       const struct cckd_opening *opening, struct disk_complaint *complaint)
{
    const char *path = image->path;
    uint64_t there = (uint64_t)image->file.size / FBA_BLOCK;
    if (image->file.size % FBA_BLOCK || there > UINT32_MAX)
        return complain(complaint, "%s has %lld bytes: not a whole number of blocks of 512", path,
                        (long long)image->file.size);
    if (origin >= there || blocks > there - origin)
        return complain(complaint, "%s has %llu blocks: %u from block %u on are not all there",
                        path, (unsigned long long)there, blocks, origin);
    if (opening->shadows && cckd_shadow_count(opening->shadows))
        return complain(complaint, "%s is a plain image, and shadow files are there for it; only"
                        " a compressed one has any", path);
    image->origin = origin;
    image->blocks = blocks ? blocks : (uint32_t)there - origin;
    return true;
}

static bool open_compressed(struct fba_image *image, uint32_t origin, uint32_t blocks,
                            const struct cckd_opening *opening, struct disk_complaint *complaint)
{
    struct disk_file base = image->file;
    image->file = (struct disk_file){ .fd = -1 };             /* the chain has it now */
    image->chain = calloc(1, sizeof *image->chain);
    image->group = malloc(CCKD_GROUP * FBA_BLOCK);
    if (!image->chain || !image->group) {
        disk_file_close(&base);
        return complain(complaint, "%s: out of storage", image->path);
    }
    if (!cckd_chain_open(image->chain, &base, image->writable, opening, complaint))
        return false;
    image->blocks = image->chain->file[0].units;
    if (origin || (blocks && blocks != image->blocks))
        return complain(complaint, "%s is compressed: it is one disk of %u blocks, not to be"
                        " had in parts", image->path, image->blocks);
    fba_image_changed(image);
    return true;
}

void fba_image_changed(struct fba_image *image)
{
    image->cached = FBA_NO_GROUP;
    image->writable = cckd_chain_top(image->chain)->writable;
}

static bool open_kind(struct fba_image *image, uint32_t origin, uint32_t blocks,
                      const struct cckd_opening *opening, struct disk_complaint *complaint)
{
    uint8_t id[8];
    if (!disk_file_open_tapped(&image->file, image->path, image->writable, opening->tap,
                               complaint))
        return false;
    if (!disk_file_read(&image->file, id, sizeof id, 0, complaint)
        || no_blocks(image->path, id, complaint))
        return false;
    if (cckd_kind_of(id))
        return open_compressed(image, origin, blocks, opening, complaint);
    return open_plain(image, origin, blocks, opening, complaint)
        && (!image->writable || opening->sync != DISK_SYNC_HOST
            || (disk_file_sync(&image->file, complaint)
                && disk_file_guard(&image->file, DISK_SYNC_HOST, complaint)));
}

bool fba_image_open_with(struct fba_image *image, const char *path,
                         const struct cckd_opening *opening, uint32_t origin, uint32_t blocks,
                         struct disk_complaint *complaint)
{
    *image = (struct fba_image){ .path = strdup(path), .file.fd = -1 };
    image->writable = opening->writable && !opening->base_protected
        && (!opening->shadows || cckd_shadow_count(opening->shadows) == 0);
    if (!image->path)
        return complain(complaint, "%s: out of storage", path);
    if (open_kind(image, origin, blocks, opening, complaint))
        return true;
    struct disk_complaint ignored;
    fba_image_close(image, &ignored);
    return false;
}

bool fba_image_open(struct fba_image *image, const char *path, bool writable, uint32_t origin,
                    uint32_t blocks, struct disk_complaint *complaint)
{
    struct cckd_opening opening = { .writable = writable };
    return fba_image_open_with(image, path, &opening, origin, blocks, complaint);
}

bool fba_image_close(struct fba_image *image, struct disk_complaint *complaint)
{
    bool good = true;
    if (image->chain && image->chain->count)
        good = cckd_chain_close(image->chain, complaint);
    if (image->file.fd >= 0) {
        good = disk_file_settle(&image->file, complaint) && good;
        disk_file_close(&image->file);
    }
    free(image->chain);
    free(image->group);
    free(image->path);
    *image = (struct fba_image){ .file.fd = -1 };
    return good;
}

/* ---- plain ---------------------------------------------------------------------------- */

static off_t place(const struct fba_image *image, uint32_t block)
{
    return ((off_t)image->origin + block) * FBA_BLOCK;
}

/* ---- compressed ------------------------------------------------------------------------ */

enum { GROUP_BYTES = CCKD_GROUP * FBA_BLOCK };

/* An image's header: the compression, the group's number. */
static bool expand_group(const struct fba_image *image, const uint8_t *from, size_t length,
                         uint32_t group, uint8_t *to, struct disk_complaint *complaint)
{
    if (get32(from + 1) != group)
        return complain(complaint, "%s: the image of block group %u says that it is %u's",
                        image->path, group, get32(from + 1));
    return cckd_expand(&image->chain->codec, from[0], from + CCKD_IMAGE_HEADER, length - CCKD_IMAGE_HEADER, to,
                       GROUP_BYTES) == GROUP_BYTES
        || complain(complaint, "%s: the image of block group %u can't be expanded", image->path,
                    group);
}

bool fba_image_check(const struct fba_image *image, const uint8_t *bytes, size_t length,
                     uint32_t group, struct disk_complaint *complaint)
{
    uint8_t *to = malloc(GROUP_BYTES);
    bool good = to ? expand_group(image, bytes, length, group, to, complaint)
                   : complain(complaint, "%s: out of storage", image->path);
    free(to);
    return good;
}

static bool load_group(struct fba_image *image, uint32_t group, struct disk_complaint *complaint)
{
    struct cckd_entry e;
    if (image->cached == group)
        return true;
    image->cached = FBA_NO_GROUP;
    if (!cckd_chain_read(image->chain, group, &e, complaint))
        return false;
    if (e.at == 0 && e.length >= CCKD_NULL_FORMATS)
        return complain(complaint, "%s: the entry of block group %u says that it is empty, and has"
                        " %u bytes", image->path, group, e.length);
    if (e.at == 0)
        memset(image->group, 0, GROUP_BYTES);
    else if (!expand_group(image, image->chain->buffer, e.length, group, image->group, complaint))
        return false;
    image->cached = group;
    return true;
}

static bool store_group(struct fba_image *image, uint32_t group,
                        struct disk_complaint *complaint)
{
    uint8_t header[CCKD_IMAGE_HEADER] = { 0 };
    const uint8_t *from = image->group;
    if (from[0] == 0 && memcmp(from, from + 1, GROUP_BYTES - 1) == 0)
        return cckd_chain_write_null(image->chain, group, 0, complaint);
    put32(header + 1, group);
    return cckd_chain_write(image->chain, group, header, from, GROUP_BYTES, complaint);
}

/* Blocks [block, block + count) in pieces of one group each: copied from it, or to it. */
static bool each_group(struct fba_image *image, uint32_t block, uint32_t count, uint8_t *out,
                       const uint8_t *in, struct disk_complaint *complaint)
{
    while (count) {
        uint32_t group = block / CCKD_GROUP, within = block % CCKD_GROUP;
        uint32_t n = CCKD_GROUP - within < count ? CCKD_GROUP - within : count;
        if (!load_group(image, group, complaint))
            return false;
        uint8_t *bytes = image->group + (size_t)within * FBA_BLOCK;
        size_t length = (size_t)n * FBA_BLOCK;
        if (out) {
            memcpy(out, bytes, length);
            out += length;
        } else {
            memcpy(bytes, in, length);
            in += length;
            if (!store_group(image, group, complaint)) {
                image->cached = FBA_NO_GROUP;
                return false;
            }
        }
        block += n;
        count -= n;
    }
    return true;
}

/* ---- either ------------------------------------------------------------------------------ */

bool fba_image_read(struct fba_image *image, uint32_t block, uint32_t count, void *bytes,
                    struct disk_complaint *complaint)
{
    if (image->chain)
        return each_group(image, block, count, bytes, NULL, complaint);
    return disk_file_read(&image->file, bytes, (size_t)count * FBA_BLOCK, place(image, block),
                          complaint);
}

bool fba_image_is_gone(const struct fba_image *image)
{
    return image->chain ? cckd_chain_gone(image->chain) != NULL
                        : disk_file_is_gone(&image->file);
}

bool fba_image_rescue(struct fba_image *image,
                      void (*tell)(void *, const char *was, const char *is), void *context,
                      struct disk_complaint *complaint)
{
    char where[4096];
    if (image->chain)
        return cckd_chain_rescue(image->chain, tell, context, complaint);
    if (!disk_file_is_gone(&image->file))
        return true;
    if (!disk_file_rescue(&image->file, where, sizeof where, complaint))
        return false;
    tell(context, image->file.path, where);
    return true;
}

bool fba_image_write(struct fba_image *image, uint32_t block, uint32_t count, const void *bytes,
                     struct disk_complaint *complaint)
{
    if (fba_image_is_gone(image))
        return complain(complaint, "%s was removed while it is in use: nothing is written on it any"
                        " more; DETACH or DEVINIT puts what is on it into a file again",
                        image->path);
    if (image->chain)
        return each_group(image, block, count, NULL, bytes, complaint);
    return disk_file_write(&image->file, bytes, (size_t)count * FBA_BLOCK, place(image, block),
                           complaint);
}

/* ---- a new image -------------------------------------------------------------------------- */

static bool create_file(const char *path, const struct fba_creation *creation,
                        struct disk_complaint *complaint)
{
    struct disk_file file;
    uint8_t device[CCKD_HEADER] = { 0 };
    if (creation->compression >= 0)
        return cckd_file_create(path, &(struct cckd_creation){
            .kind = cckd_kind_find(true, false, creation->wide), .device = device,
            .units = creation->blocks, .compression = (enum cckd_compression)creation->compression
        }, complaint);
    if (!disk_file_create(&file, path, complaint))
        return false;
    bool good = ftruncate(file.fd, (off_t)creation->blocks * FBA_BLOCK) == 0
        || complain(complaint, "%s can't have %u blocks", path, creation->blocks);
    return disk_file_created(&file, good, complaint);
}

bool fba_image_create(const char *path, const struct fba_creation *creation,
                      struct disk_complaint *complaint)
{
    struct codepage page;
    struct fba_image image;
    struct disk_complaint another;
    uint8_t label[FBA_BLOCK] = "VOL1      ";
    const char *volser = creation->volser;
    if (!create_file(path, creation, complaint))
        return false;
    if (!volser || creation->blocks < 2)
        return true;
    for (size_t i = 0; i < 6 && volser[i]; i++)
        label[4 + i] = (uint8_t)toupper((unsigned char)volser[i]);
    codepage_default(&page);
    codepage_to_guest(&page, label, 10);
    if (!fba_image_open(&image, path, true, 0, 0, complaint))
        return false;
    bool good = fba_image_write(&image, 1, 1, label, complaint);
    good = fba_image_close(&image, good ? complaint : &another) && good;
    if (!good)
        unlink(path);
    return good;
}
