#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/cckd-keeper.h"
#include "devices/dasd/disk-journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- names ------------------------------------------------------------------------------ */

bool cckd_shadow_name(const char *pattern, unsigned number, char *path, size_t size)
{
    const char *slash = strrchr(pattern, '/');
    const char *name = slash ? slash + 1 : pattern, *dot = strrchr(name, '.');
    const char *place = (dot ? dot : name + strlen(name)) - 1;
    if (place < name)
        return false;
    int n = snprintf(path, size, "%.*s%u%s", (int)(place - pattern), pattern, number, place + 1);
    return (size_t)n < size;
}

unsigned cckd_shadow_count(const char *pattern)
{
    char path[4096];
    unsigned n = 0;
    while (n < CCKD_SHADOWS && cckd_shadow_name(pattern, n + 1, path, sizeof path)
           && access(path, F_OK) == 0)
        n++;
    return n;
}

static bool name_of(const struct cckd_chain *chain, unsigned number, char *path, size_t size,
                    struct disk_complaint *complaint)
{
    return cckd_shadow_name(chain->pattern, number, path, size)
        || complain(complaint, "%s is no name for shadow files: before its last dot, or at its"
                    " end, there must be a character for their number, as in shadow_*.dsk",
                    chain->pattern);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The same disk as the base? */
static bool fits(const struct cckd_file *shadow, const struct cckd_file *base,
                 struct disk_complaint *complaint)
{
    enum { SHAPE = 8, SHAPE_END = 17 };       /* heads, track size, type */
    if (!shadow->kind->shadow || shadow->kind->fba != base->kind->fba)
        return complain(complaint, "%s is no shadow file of %s: it begins with %.8s",
                        shadow->file.path, base->file.path, shadow->kind->id);
    if (shadow->units != base->units
        || (!base->kind->fba && memcmp(shadow->device + SHAPE, base->device + SHAPE,
                                       SHAPE_END - SHAPE) != 0))
        return complain(complaint, "%s is no shadow file of %s: it is of a disk of another type"
                        " or size (%u %s, not %u)", shadow->file.path, base->file.path,
                        shadow->units, base->kind->fba ? "blocks" : "cylinders", base->units);
    return true;
}

/* A file that is written may have a journal. Against the process' death it needs none. */
static bool guard(const struct cckd_chain *chain, struct cckd_file *file,
                  struct disk_complaint *complaint)
{
    return !file->writable || chain->sync != DISK_SYNC_HOST
        || (disk_file_sync(&file->file, complaint)
            && disk_file_guard(&file->file, DISK_SYNC_HOST, complaint));
}

static bool open_shadow(struct cckd_chain *chain, bool writable,
                        struct disk_complaint *complaint)
{
    struct disk_file file;
    char path[4096];
    struct cckd_file *shadow = &chain->file[chain->count];
    if (!name_of(chain, chain->count, path, sizeof path, complaint))
        return false;
    writable = writable && !(access(path, W_OK) != 0 && (errno == EACCES || errno == EROFS));
    if (!disk_file_open_tapped(&file, path, writable, chain->tap, complaint)
        || !cckd_file_open(shadow, &file, writable, complaint))
        return false;
    chain->count++;
    return guard(chain, shadow, complaint) && fits(shadow, &chain->file[0], complaint);
}

static bool open_files(struct cckd_chain *chain, const struct disk_file *base,
                       bool base_writable, bool writable, struct disk_complaint *complaint)
{
    if (!cckd_file_open(&chain->file[0], base, base_writable, complaint))
        return false;
    chain->count = 1;
    if (!guard(chain, &chain->file[0], complaint))
        return false;
    if (chain->file[0].kind->shadow)
        return complain(complaint, "%s is a shadow file: name its base, and this one by sf=",
                        chain->file[0].file.path);
    unsigned shadows = chain->pattern ? cckd_shadow_count(chain->pattern) : 0;
    while (chain->count <= shadows)
        if (!open_shadow(chain, writable && chain->count == shadows, complaint))
            return false;
    chain->buffer = malloc(CCKD_LONGEST_IMAGE);
    if (!chain->buffer)
        return complain(complaint, "%s: out of storage", chain->file[0].file.path);
    return !writable || !chain->pattern || cckd_chain_top(chain)->writable
        || cckd_chain_add(chain, complaint);
}

static void init_lock(struct cckd_chain *chain)
{
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&chain->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
}

bool cckd_chain_open(struct cckd_chain *chain, const struct disk_file *base, bool base_writable,
                     const struct cckd_opening *o, struct disk_complaint *complaint)
{
    static const struct cckd_tuning usual = CCKD_TUNING;
    *chain = (struct cckd_chain){ .base_protected = o->base_protected, .sync = o->sync,
                                  .tap = o->tap, .tuning = o->tuning ? *o->tuning : usual };
    init_lock(chain);
    if (o->shadows)
        chain->pattern = strdup(o->shadows);
    if (open_files(chain, base, base_writable, o->writable, complaint)
        && (!o->background || !o->writable || cckd_keeper_start(chain, complaint)))
        return true;
    struct disk_complaint ignored;
    cckd_chain_close(chain, &ignored);
    return false;
}

bool cckd_chain_close(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    struct disk_complaint another;
    bool good = true;
    cckd_keeper_stop(chain);
    while (chain->count)
        if (!cckd_file_close(&chain->file[--chain->count], good ? complaint : &another))
            good = false;
    cckd_codec_release(&chain->codec);
    pthread_mutex_destroy(&chain->lock);
    free(chain->buffer);
    free(chain->pattern);
    *chain = (struct cckd_chain){ 0 };
    return good;
}

void cckd_chain_lock(struct cckd_chain *chain) { pthread_mutex_lock(&chain->lock); }
void cckd_chain_unlock(struct cckd_chain *chain) { pthread_mutex_unlock(&chain->lock); }

bool cckd_chain_flush(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    cckd_chain_lock(chain);
    const struct cckd_file *top = cckd_chain_top(chain);
    bool good = !top->writable || disk_file_sync(&top->file, complaint);
    cckd_chain_unlock(chain);
    return good;
}

void cckd_chain_tune(struct cckd_chain *chain, const struct cckd_tuning *tuning)
{
    cckd_chain_lock(chain);
    chain->tuning = *tuning;
    cckd_keeper_wake(chain);
    cckd_chain_unlock(chain);
}

const struct disk_file *cckd_chain_gone(struct cckd_chain *chain)
{
    const struct disk_file *gone = NULL;
    cckd_chain_lock(chain);
    for (unsigned i = 0; i < chain->count && !gone; i++)
        if (disk_file_is_gone(&chain->file[i].file))
            gone = &chain->file[i].file;
    cckd_chain_unlock(chain);
    return gone;
}

bool cckd_chain_rescue(struct cckd_chain *chain,
                       void (*tell)(void *, const char *was, const char *is), void *context,
                       struct disk_complaint *complaint)
{
    char where[4096];
    bool good = true;
    cckd_chain_lock(chain);
    for (unsigned i = 0; i < chain->count; i++) {
        const struct disk_file *file = &chain->file[i].file;
        if (!disk_file_is_gone(file))
            continue;
        if (!disk_file_rescue(file, where, sizeof where, complaint))
            good = false;
        else
            tell(context, file->path, where);
    }
    cckd_chain_unlock(chain);
    return good;
}

/* ---- images -------------------------------------------------------------------------------- */

bool cckd_chain_fetch(struct cckd_chain *chain, uint32_t image, struct cckd_entry *entry,
                      uint8_t *buffer, struct disk_complaint *complaint)
{
    cckd_chain_lock(chain);
    unsigned i = chain->count - 1;
    do
        *entry = cckd_file_entry(&chain->file[i], image);
    while (entry->at == CCKD_BELOW && i-- > 0);
    bool good = entry->at == 0 || cckd_file_read(&chain->file[i], *entry, buffer, complaint);
    cckd_chain_unlock(chain);
    return good;
}

bool cckd_chain_read(struct cckd_chain *chain, uint32_t image, struct cckd_entry *entry,
                     struct disk_complaint *complaint)
{
    return cckd_chain_fetch(chain, image, entry, chain->buffer, complaint);
}

/* All writes of one change at once, if there is a journal. What did not come to be is
 * forgotten here, too. */
static bool finish_change(struct cckd_file *top, bool good, struct disk_complaint *complaint)
{
    struct disk_complaint ignored;
    if (!good)
        disk_file_abandon(&top->file);
    else
        good = disk_file_commit(&top->file, complaint);
    if (!good && disk_file_sync_kind(&top->file) == DISK_SYNC_HOST && !disk_file_owes(&top->file)
        && !cckd_file_reload(top, &ignored))
        top->writable = false;     /* it can't even be read: nothing may be written on it */
    return good;
}

static bool write_image(struct cckd_chain *chain, uint32_t image, const uint8_t *bytes,
                        size_t length, struct disk_complaint *complaint)
{
    struct cckd_file *top = cckd_chain_top(chain);
    disk_file_begin(&top->file);
    return finish_change(top, cckd_file_write(top, image, bytes, length, complaint), complaint);
}

bool cckd_chain_write(struct cckd_chain *chain, uint32_t image,
                      const uint8_t header[CCKD_IMAGE_HEADER], const uint8_t *bytes,
                      size_t length, struct disk_complaint *complaint)
{
    uint8_t *to = chain->buffer;
    unsigned how = CCKD_UNCOMPRESSED;
    memcpy(to, header, CCKD_IMAGE_HEADER);
    cckd_chain_lock(chain);
    bool later = cckd_keeper_takes(chain, image, length);
    cckd_chain_unlock(chain);
    if (later)
        memcpy(to + CCKD_IMAGE_HEADER, bytes, length);
    else
        length = cckd_compress(&chain->codec, cckd_keeper_compression(chain),
                               cckd_keeper_parameter(chain), bytes, length,
                               to + CCKD_IMAGE_HEADER, &how);
    to[0] |= (uint8_t)how;
    cckd_chain_lock(chain);
    bool good = write_image(chain, image, to, CCKD_IMAGE_HEADER + length, complaint);
    cckd_keeper_written(chain, image, good && later);
    cckd_chain_unlock(chain);
    return good;
}

bool cckd_chain_write_null(struct cckd_chain *chain, uint32_t image, unsigned null_format,
                           struct disk_complaint *complaint)
{
    cckd_chain_lock(chain);
    struct cckd_file *top = cckd_chain_top(chain);
    disk_file_begin(&top->file);
    bool good = finish_change(top, cckd_file_write_null(top, image, null_format, complaint),
                              complaint);
    cckd_keeper_written(chain, image, false);
    cckd_chain_unlock(chain);
    return good;
}

/* ---- shadow files ----------------------------------------------------------------------------- */

/* Whole or not there, under its name: a kill leaves at most a file .new, that the next one
 * replaces. */
static bool make_shadow(struct cckd_chain *chain, unsigned number, bool replace,
                        struct disk_complaint *complaint)
{
    struct cckd_creation creation = cckd_file_shadow_of(&chain->file[number - 1]);
    char path[4096], new[4096 + 8];
    if (!name_of(chain, number, path, sizeof path, complaint))
        return false;
    snprintf(new, sizeof new, "%s.new", path);
    unlink(new);
    creation.sync = chain->sync;
    if (!cckd_file_create(new, &creation, complaint))
        return false;
    int error = disk_tapped_name(chain->tap, new, path);
    if (error == 0 && (replace ? rename(new, path) : link(new, path)) != 0)
        error = errno;
    unlink(new);
    if (error)
        return complain(complaint, "%s can't be made: %s", path, strerror(error));
    return chain->sync != DISK_SYNC_HOST || disk_put_names(chain->tap, path, complaint);
}

static bool add(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    struct disk_complaint another;
    struct cckd_file *top = cckd_chain_top(chain);
    if (!chain->pattern)
        return complain(complaint, "%s: its statement has no sf= that names shadow files",
                        chain->file[0].file.path);
    if (chain->count == CCKD_FILES)
        return complain(complaint, "%s: a disk has %d shadow files at most",
                        chain->file[0].file.path, CCKD_SHADOWS);
    if (!cckd_file_finish(top, complaint)
        || !make_shadow(chain, chain->count, false, complaint))
        return false;
    if (!open_shadow(chain, true, complaint)) {
        char path[4096];
        if (name_of(chain, chain->count, path, sizeof path, &another))
            unlink(path);
        return false;
    }
    /* If it can't be: nothing writes on it anyway. */
    cckd_file_set_writable(top, false, &another);
    return true;
}

bool cckd_chain_add(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    cckd_chain_lock(chain);
    cckd_keeper_drain(chain);
    bool good = add(chain, complaint);
    cckd_chain_unlock(chain);
    return good;
}

static bool merge_image(struct cckd_chain *chain, struct cckd_file *upper,
                        struct cckd_file *lower, uint32_t image, struct disk_complaint *complaint)
{
    struct cckd_entry e = cckd_file_entry(upper, image);
    if (e.at == CCKD_BELOW)
        return true;
    if (e.at == 0)
        return cckd_file_write_null(lower, image, e.length, complaint);
    return cckd_file_read(upper, e, chain->buffer, complaint)
        && cckd_file_write(lower, image, chain->buffer, e.length, complaint);
}

/* Whatever the upper file has goes to the lower one. At any time both together are the disk as
 * it was. */
static bool merge(struct cckd_chain *chain, struct cckd_file *upper, struct cckd_file *lower,
                  struct disk_complaint *complaint)
{
    enum { AT_ONCE = 64 };
    bool good = true;
    for (uint32_t i = 0; good && i < upper->images; ) {
        uint32_t last = i + AT_ONCE < upper->images ? i + AT_ONCE : upper->images;
        disk_file_begin(&lower->file);
        while (good && i < last)
            good = merge_image(chain, upper, lower, i++, complaint);
        good = finish_change(lower, good, complaint);
    }
    return good && cckd_file_finish(lower, complaint) && disk_file_sync(&lower->file, complaint);
}

/* Close the last file without a word to it, which is about to go or has gone. */
static void drop_top(struct cckd_chain *chain)
{
    struct disk_complaint ignored;
    struct cckd_file *top = cckd_chain_top(chain);
    top->touched = false;
    cckd_file_close(top, &ignored);
    chain->count--;
}

static bool merge_top(struct cckd_chain *chain, bool force, struct disk_complaint *complaint)
{
    struct cckd_file *top = cckd_chain_top(chain), *below = top - 1;
    struct disk_complaint ignored;
    if (chain->count == 2 && chain->base_protected && !force)
        return complain(complaint, "%s is to be read only: `force` merges into it all the same",
                        below->file.path);
    if (!cckd_file_set_writable(below, true, complaint))
        return false;
    if (!guard(chain, below, complaint) || !merge(chain, top, below, complaint)) {
        cckd_file_set_writable(below, false, &ignored);
        return false;
    }
    if (!disk_file_settle(&top->file, complaint)
        || !disk_file_remove(&top->file, top->file.path, complaint))
        return false;
    drop_top(chain);
    return true;
}

static bool throw_away(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    struct cckd_file *top = cckd_chain_top(chain), *below = top - 1;
    struct disk_complaint why;
    bool left_alone = chain->count == 2 && chain->base_protected;
    if (!left_alone && cckd_file_set_writable(below, true, &why)) {
        if (!guard(chain, below, complaint) || !disk_file_settle(&top->file, complaint)
            || !disk_file_remove(&top->file, top->file.path, complaint))
            return false;
        drop_top(chain);
        return true;
    }
    if (!make_shadow(chain, chain->count - 1, true, complaint))
        return false;
    drop_top(chain);
    return open_shadow(chain, true, complaint);
}

static bool take_away(struct cckd_chain *chain, enum cckd_removal how,
                      struct disk_complaint *complaint)
{
    if (chain->count == 1)
        return complain(complaint, "%s is the base: it can't be removed",
                        chain->file[0].file.path);
    if (!cckd_chain_top(chain)->writable)
        return complain(complaint, "%s is open for reading only", cckd_chain_top(chain)->file.path);
    if (how == CCKD_THROW_AWAY)
        return throw_away(chain, complaint);
    cckd_keeper_drain(chain);
    return merge_top(chain, how == CCKD_MERGE_FORCED, complaint);
}

bool cckd_chain_remove(struct cckd_chain *chain, enum cckd_removal how,
                       struct disk_complaint *complaint)
{
    cckd_chain_lock(chain);
    bool good = take_away(chain, how, complaint);
    cckd_keeper_forget(chain);
    cckd_chain_unlock(chain);
    return good;
}

bool cckd_chain_compact(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    cckd_chain_lock(chain);
    cckd_keeper_drain(chain);
    bool good = cckd_file_compact(cckd_chain_top(chain), complaint);
    cckd_chain_unlock(chain);
    return good;
}
