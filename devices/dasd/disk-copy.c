#include "devices/dasd/disk-copy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/disk-output.h"
#include "devices/dasd/geometry.h"

/* ---- a disk of either kind --------------------------------------------------------------- */

/* CKD images say so in their first bytes; all else is taken for blocks. */
static bool is_ckd(const char *path, bool *ckd, struct disk_complaint *complaint)
{
    struct disk_file file;
    uint8_t id[8] = { 0 };
    if (!disk_file_open(&file, path, false, complaint))
        return false;
    bool good = file.size >= (off_t)sizeof id
        ? disk_file_read(&file, id, sizeof id, 0, complaint)
        : complain(complaint, "%s has %lld bytes only: no disk image", path, (long long)file.size);
    *ckd = memcmp(id, "CKD_", 4) == 0;
    disk_file_close(&file);
    return good;
}

bool disk_open(struct disk *disk, const char *path, const char *shadows, bool writable,
               struct disk_complaint *complaint)
{
    /* Who reads has threads that read ahead. */
    struct cckd_opening opening = { .shadows = shadows, .writable = writable,
                                    .background = !writable };
    bool ckd;
    *disk = (struct disk){ .ckd = NULL };
    if (!is_ckd(path, &ckd, complaint))
        return false;
    if (!ckd) {
        if (!fba_image_open_with(&disk->fba, path, &opening, 0, 0, complaint))
            return false;
        disk->units = disk->fba.blocks;
        return true;
    }
    disk->ckd = ckd_image_open_with(path, &opening, complaint);
    if (!disk->ckd)
        return false;
    disk->shape = ckd_image_shape(disk->ckd);
    disk->units = disk->shape->tracks;
    return true;
}

bool disk_close(struct disk *disk, struct disk_complaint *complaint)
{
    return disk->ckd ? ckd_image_close(disk->ckd, complaint)
                     : fba_image_close(&disk->fba, complaint);
}

const char *disk_path(const struct disk *disk)
{
    return disk->ckd ? ckd_image_path(disk->ckd) : disk->fba.path;
}

struct cckd_chain *disk_chain(const struct disk *disk)
{
    return disk->ckd ? ckd_image_chain(disk->ckd) : disk->fba.chain;
}

/* ---- formats ---------------------------------------------------------------------------------- */

static const struct disk_format formats[] = {
    { "CKD", false, false, false }, { "CKD64", false, false, true },
    { "CCKD", false, true, false }, { "CCKD64", false, true, true },
    { "FBA", true, false, false },
    { "CFBA", true, true, false }, { "CFBA64", true, true, true },
};
enum { FORMATS = sizeof formats / sizeof *formats };

const struct disk_format *disk_format_row(size_t i) { return i < FORMATS ? &formats[i] : NULL; }

const struct disk_format *disk_format_find(const char *name)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (strcasecmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

static const struct disk_format *format_with(bool fba, bool compressed, bool wide)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i].fba == fba && formats[i].compressed == compressed && formats[i].wide == wide)
            return &formats[i];
    return NULL;
}

const struct disk_format *disk_format_of(const struct disk *disk)
{
    struct cckd_chain *chain = disk_chain(disk);
    bool wide = chain ? chain->file[0].kind->wide
              : disk->ckd && strcmp(disk->shape->format, "plain, 64-bit") == 0;
    return format_with(!disk->ckd, chain != NULL, wide);
}

/* ---- copying ---------------------------------------------------------------------------------- */

struct copy {
    struct ckd_source source;  /* first */
    struct disk from;
    struct disk_copying *job;
    struct ckd_creation creation;
    int compression;
};

static bool go_on(struct copy *copy, uint32_t done, struct disk_complaint *complaint)
{
    return !copy->job->progress || tool_progress_at(copy->job->progress, done)
        || complain(complaint, "interrupted; %s is as it was", copy->job->to);
}

/* ckd_source: a track of the old disk; behind its last one an empty one. */
static bool next_track(struct ckd_source *source, unsigned track, uint8_t *bytes,
                       struct disk_complaint *complaint)
{
    struct copy *copy = (struct copy *)source;
    const struct ckd_shape *shape = copy->from.shape;
    if (track % 64 == 0 && !go_on(copy, track, complaint))
        return false;
    if (track >= shape->tracks) {
        ckd_track_format(bytes, track / shape->heads, track % shape->heads);
        return true;
    }
    const uint8_t *from = ckd_image_track(copy->from.ckd, track, complaint);
    if (from)
        memcpy(bytes, from, ckd_track_length(from, shape->track_size));
    return from != NULL;
}

static bool plan_cylinders(struct copy *copy, struct disk_complaint *complaint)
{
    const struct ckd_shape *shape = copy->from.shape;
    struct disk_copying *job = copy->job;
    const struct ckd_geometry *geometry = ckd_geometry_fit(shape->type, shape->cylinders);
    unsigned cylinders = job->cylinders ? job->cylinders : shape->cylinders;
    if (!job->cylinders && job->alternates)
        cylinders = (unsigned)geometry->cylinders + geometry->alternates;
    if (cylinders < shape->cylinders)
        return complain(complaint, "%s has %u cylinders, and the copy was to have %u: it can only"
                        " be the same or more", job->from, shape->cylinders, cylinders);
    if (cylinders > 65536)
        return complain(complaint, "%u cylinders are too many: 65536 at most", cylinders);
    copy->creation = (struct ckd_creation){
        .geometry = geometry, .track_size = shape->track_size, .cylinders = cylinders,
        .source = &copy->source, .null_track = CKD_NULL_R0,
        .compression = job->format->compressed ? (enum ckd_compression)copy->compression
                                               : CKD_PLAIN,
        .one_file = job->one_file, .wide = job->format->wide
    };
    job->units = cylinders * shape->heads;
    return true;
}

static bool copy_ckd(struct copy *copy, const char *temporary, struct disk_complaint *complaint)
{
    copy->source.track = next_track;
    if (copy->job->progress)
        copy->job->progress->total = copy->job->units;
    return ckd_image_create(temporary, &copy->creation, complaint);
}

static bool plan_blocks(struct copy *copy, struct disk_complaint *complaint)
{
    struct disk_copying *job = copy->job;
    job->units = job->blocks ? job->blocks : copy->from.units;
    return job->units >= copy->from.units
        || complain(complaint, "%s has %u blocks, and the copy was to have %u: it can only be the"
                    " same or more", job->from, copy->from.units, job->units);
}

static bool copy_blocks(struct copy *copy, struct fba_image *to, struct disk_complaint *complaint)
{
    enum { PIECE = CCKD_GROUP };
    static const uint8_t zeros[PIECE * FBA_BLOCK];
    uint8_t bytes[PIECE * FBA_BLOCK];
    for (uint32_t at = 0; at < copy->from.units; at += PIECE) {
        uint32_t n = copy->from.units - at < PIECE ? copy->from.units - at : PIECE;
        if (!go_on(copy, at, complaint)
            || !fba_image_read(&copy->from.fba, at, n, bytes, complaint))
            return false;
        if (memcmp(bytes, zeros, (size_t)n * FBA_BLOCK) != 0
            && !fba_image_write(to, at, n, bytes, complaint))
            return false;
    }
    return true;
}

static bool copy_fba(struct copy *copy, const char *temporary, struct disk_complaint *complaint)
{
    struct disk_complaint another;
    struct fba_image to;
    struct fba_creation creation = {
        .blocks = copy->job->units, .wide = copy->job->format->wide,
        .compression = copy->job->format->compressed ? copy->compression : -1
    };
    if (copy->job->progress)
        copy->job->progress->total = copy->from.units;
    if (!fba_image_create(temporary, &creation, complaint))
        return false;
    bool good = fba_image_open(&to, temporary, true, 0, 0, complaint);
    if (good) {
        good = copy_blocks(copy, &to, complaint);
        good = fba_image_close(&to, good ? complaint : &another) && good;
    }
    if (!good)
        unlink(temporary);
    return good;
}

/* What was not asked for is as the source has it. */
static bool plan(struct copy *copy, struct disk_complaint *complaint)
{
    struct disk_copying *job = copy->job;
    struct cckd_chain *chain = disk_chain(&copy->from);
    job->fba = !copy->from.ckd;
    if (!job->format)
        job->format = disk_format_of(&copy->from);
    if (job->format->fba != job->fba)
        return complain(complaint, "%s is %s disk: there is no way to make it %s", job->from,
                        job->fba ? "an FBA" : "a CKD", job->format->name);
    copy->compression = job->compression;
    if (copy->compression == CKD_PLAIN)
        copy->compression = chain ? (int)cckd_file_shadow_of(&chain->file[0]).compression : (int)CKD_ZLIB;
    return job->fba ? plan_blocks(copy, complaint) : plan_cylinders(copy, complaint);
}

static bool copy_to(struct copy *copy, struct disk_complaint *complaint)
{
    struct disk_copying *job = copy->job;
    struct disk_output output;
    if (!plan(copy, complaint)
        || !disk_output_begin(&output, job->to, job->force, job->from, complaint))
        return false;
    if (!(job->fba ? copy_fba : copy_ckd)(copy, output.temporary, complaint)) {
        disk_output_drop(&output);
        return false;
    }
    output.sync = job->sync;
    bool good = disk_output_end(&output, copy->creation.parts, complaint);
    memcpy(job->made, output.made, sizeof job->made);
    return good;
}

bool disk_copy(struct disk_copying *job, struct disk_complaint *complaint)
{
    struct disk_complaint ignored;          /* it was only read */
    struct copy copy = { .job = job };
    if (!disk_open(&copy.from, job->from, job->shadows, false, complaint))
        return false;
    bool good = copy_to(&copy, complaint);
    disk_close(&copy.from, &ignored);
    return good;
}
