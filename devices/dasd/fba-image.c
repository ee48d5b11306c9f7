#include "devices/dasd/fba-image.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/codepage.h"

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

/* ---- files ---------------------------------------------------------------------------- */

/* A file of another kind must not be taken for blocks. */
static const char *another_kind(const char id[8])
{
    static const struct { const char *id, *kind; } kinds[] = {
        { "CKD_P370", "a CKD disk" }, { "CKD_C370", "a compressed CKD disk" },
        { "CKD_S370", "a shadow file of a CKD disk" },
        { "FBA_C370", "a compressed FBA disk; those are not there yet" },
        { "FBA_S370", "a shadow file of an FBA disk; those are not there yet" },
        { "FBA_C064", "a 64-bit compressed FBA disk; those are not there yet" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (memcmp(id, kinds[i].id, 8) == 0)
            return kinds[i].kind;
    return NULL;
}

static bool choose_blocks(struct fba_image *image, uint32_t origin, uint32_t blocks,
                          struct disk_complaint *complaint)
{
    uint64_t there = (uint64_t)image->file.size / FBA_BLOCK;
    if (image->file.size % FBA_BLOCK || there > UINT32_MAX)
        return complain(complaint, "%s has %lld bytes: not a whole number of blocks of 512",
                        image->file.path, (long long)image->file.size);
    if (origin >= there || blocks > there - origin)
        return complain(complaint, "%s has %llu blocks: %u from block %u on are not all there",
                        image->file.path, (unsigned long long)there, blocks, origin);
    image->origin = origin;
    image->blocks = blocks ? blocks : (uint32_t)there - origin;
    return true;
}

bool fba_image_open(struct fba_image *image, const char *path, bool writable, uint32_t origin,
                    uint32_t blocks, struct disk_complaint *complaint)
{
    char id[8];
    *image = (struct fba_image){ .writable = writable };
    if (!disk_file_open(&image->file, path, writable, complaint))
        return false;
    if (disk_file_read(&image->file, id, sizeof id, 0, complaint)
        && (!another_kind(id) || complain(complaint, "%s holds %s", path, another_kind(id)))
        && choose_blocks(image, origin, blocks, complaint))
        return true;
    disk_file_close(&image->file);
    return false;
}

void fba_image_close(struct fba_image *image) { disk_file_close(&image->file); }

static off_t place(const struct fba_image *image, uint32_t block)
{
    return ((off_t)image->origin + block) * FBA_BLOCK;
}

bool fba_image_read(struct fba_image *image, uint32_t block, uint32_t count, void *bytes,
                    struct disk_complaint *complaint)
{
    return disk_file_read(&image->file, bytes, (size_t)count * FBA_BLOCK, place(image, block),
                          complaint);
}

bool fba_image_write(struct fba_image *image, uint32_t block, uint32_t count, const void *bytes,
                     struct disk_complaint *complaint)
{
    return disk_file_write(&image->file, bytes, (size_t)count * FBA_BLOCK, place(image, block),
                           complaint);
}

/* ---- a new image -------------------------------------------------------------------------- */

bool fba_image_create(const char *path, uint32_t blocks, const char *volser,
                      struct disk_complaint *complaint)
{
    struct disk_file file;
    struct codepage page;
    uint8_t label[FBA_BLOCK] = "VOL1      ";
    if (!disk_file_create(&file, path, complaint))
        return false;
    bool good = ftruncate(file.fd, (off_t)blocks * FBA_BLOCK) == 0
        || complain(complaint, "%s can't have %u blocks", path, blocks);
    if (good && volser && blocks > 1) {
        for (size_t i = 0; i < 6 && volser[i]; i++)
            label[4 + i] = (uint8_t)toupper((unsigned char)volser[i]);
        codepage_default(&page);
        codepage_to_guest(&page, label, 10);
        good = disk_file_write(&file, label, sizeof label, FBA_BLOCK, complaint);
    }
    return disk_file_created(&file, good, complaint);
}
