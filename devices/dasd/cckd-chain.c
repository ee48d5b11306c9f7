#include "devices/dasd/cckd-chain.h"

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

static bool open_shadow(struct cckd_chain *chain, bool writable,
                        struct disk_complaint *complaint)
{
    struct disk_file file;
    char path[4096];
    struct cckd_file *shadow = &chain->file[chain->count];
    if (!name_of(chain, chain->count, path, sizeof path, complaint))
        return false;
    writable = writable && !(access(path, W_OK) != 0 && (errno == EACCES || errno == EROFS));
    if (!disk_file_open(&file, path, writable, complaint)
        || !cckd_file_open(shadow, &file, writable, complaint))
        return false;
    chain->count++;
    return fits(shadow, &chain->file[0], complaint);
}

static bool open_files(struct cckd_chain *chain, const struct disk_file *base,
                       bool base_writable, bool writable, struct disk_complaint *complaint)
{
    if (!cckd_file_open(&chain->file[0], base, base_writable, complaint))
        return false;
    chain->count = 1;
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

bool cckd_chain_open(struct cckd_chain *chain, const struct disk_file *base, bool base_writable,
                     const struct cckd_opening *o, struct disk_complaint *complaint)
{
    *chain = (struct cckd_chain){ .base_protected = o->base_protected };
    if (o->shadows)
        chain->pattern = strdup(o->shadows);
    if (open_files(chain, base, base_writable, o->writable, complaint))
        return true;
    struct disk_complaint ignored;
    cckd_chain_close(chain, &ignored);
    return false;
}

bool cckd_chain_close(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    struct disk_complaint another;
    bool good = true;
    while (chain->count)
        if (!cckd_file_close(&chain->file[--chain->count], good ? complaint : &another))
            good = false;
    free(chain->buffer);
    free(chain->pattern);
    *chain = (struct cckd_chain){ 0 };
    return good;
}

bool cckd_chain_flush(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    const struct cckd_file *top = cckd_chain_top(chain);
    return !top->writable || disk_file_sync(&top->file, complaint);
}

bool cckd_chain_read(struct cckd_chain *chain, uint32_t image, struct cckd_entry *entry,
                     struct disk_complaint *complaint)
{
    unsigned i = chain->count - 1;
    do
        *entry = cckd_file_entry(&chain->file[i], image);
    while (entry->at == CCKD_BELOW && i-- > 0);
    return entry->at == 0 || cckd_file_read(&chain->file[i], *entry, chain->buffer, complaint);
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
    if (!cckd_file_create(new, &creation, complaint))
        return false;
    bool good = (replace ? rename(new, path) : link(new, path)) == 0
        || complain(complaint, "%s can't be made: %s", path, strerror(errno));
    unlink(new);
    return good;
}

bool cckd_chain_add(struct cckd_chain *chain, struct disk_complaint *complaint)
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

/* Whatever the upper file has goes to the lower one. At any time both together are the disk as
 * it was. */
static bool merge(struct cckd_chain *chain, struct cckd_file *upper, struct cckd_file *lower,
                  struct disk_complaint *complaint)
{
    for (uint32_t i = 0; i < upper->images; i++) {
        struct cckd_entry e = cckd_file_entry(upper, i);
        if (e.at == CCKD_BELOW)
            continue;
        if (e.at == 0 ? !cckd_file_write_null(lower, i, e.length, complaint)
                      : !cckd_file_read(upper, e, chain->buffer, complaint)
                        || !cckd_file_write(lower, i, chain->buffer, e.length, complaint))
            return false;
    }
    return cckd_file_finish(lower, complaint) && disk_file_sync(&lower->file, complaint);
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
    if (!merge(chain, top, below, complaint)) {
        cckd_file_set_writable(below, false, &ignored);
        return false;
    }
    if (unlink(top->file.path) != 0)
        return complain(complaint, "%s is merged, but can't be removed: %s", top->file.path,
                        strerror(errno));
    drop_top(chain);
    return true;
}

static bool throw_away(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    struct cckd_file *top = cckd_chain_top(chain), *below = top - 1;
    struct disk_complaint why;
    bool left_alone = chain->count == 2 && chain->base_protected;
    if (!left_alone && cckd_file_set_writable(below, true, &why)) {
        if (unlink(top->file.path) != 0)
            return complain(complaint, "%s can't be removed: %s", top->file.path, strerror(errno));
        drop_top(chain);
        return true;
    }
    if (!make_shadow(chain, chain->count - 1, true, complaint))
        return false;
    drop_top(chain);
    return open_shadow(chain, true, complaint);
}

bool cckd_chain_remove(struct cckd_chain *chain, enum cckd_removal how,
                       struct disk_complaint *complaint)
{
    if (chain->count == 1)
        return complain(complaint, "%s is the base: it can't be removed",
                        chain->file[0].file.path);
    if (!cckd_chain_top(chain)->writable)
        return complain(complaint, "%s is open for reading only", cckd_chain_top(chain)->file.path);
    return how == CCKD_THROW_AWAY ? throw_away(chain, complaint)
                                  : merge_top(chain, how == CCKD_MERGE_FORCED, complaint);
}
