/* What an operator does with the shadow files of a disk, while it is in use. The device is had
 * alone, so that no command of the guest's is in progress meanwhile. */
#include <stdio.h>
#include <sys/stat.h>

#include "core/message.h"
#include "core/messages.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/ckd-device.h"
#include "devices/dasd/ckd-format.h"
#include "devices/dasd/types.h"
#include "devices/devices.h"

struct request {
    enum disk_shadow_action action;
    int level;
    enum disk_shadow_answer answer;
};

/* Only what was thrown away changes what the disk holds; a chain in progress goes on with
 * anything else. */
static void changed(struct device *dev, enum disk_shadow_action action)
{
    if (action == DISK_SHADOW_CHECK || action == DISK_SHADOW_DISPLAY || action == DISK_SHADOW_TRACE)
        return;
    if (dev->type->commands == ckd_commands)
        ckd_image_replaced(dev, action == DISK_SHADOW_THROW_AWAY);
    else
        fba_image_changed(&((struct fba *)dev->own)->image);
}

static unsigned last_of(const struct cckd_chain *chain) { return chain->count - 1; }

static bool add(struct device *dev, struct cckd_chain *chain)
{
    struct disk_complaint why;
    message(dev->messages, HHC00315I, dev->number);
    if (!cckd_chain_add(chain, &why)) {
        message(dev->messages, HHC00319E, dev->number, why.text);
        return false;
    }
    message(dev->messages, HHC00320I, dev->number, last_of(chain),
            cckd_chain_top(chain)->file.path);
    return true;
}

static bool take_away(struct device *dev, struct cckd_chain *chain,
                      enum disk_shadow_action action)
{
    struct disk_complaint why;
    unsigned was = last_of(chain);
    char path[4096];
    enum cckd_removal how = action == DISK_SHADOW_MERGE ? CCKD_MERGE
        : action == DISK_SHADOW_FORCE ? CCKD_MERGE_FORCED : CCKD_THROW_AWAY;
    snprintf(path, sizeof path, "%s", cckd_chain_top(chain)->file.path);
    if (how != CCKD_THROW_AWAY)
        message(dev->messages, HHC00321I, dev->number);
    if (!cckd_chain_remove(chain, how, &why)) {
        message(dev->messages, HHC00326E, dev->number, why.text);
        return false;
    }
    message(dev->messages, HHC00325I, dev->number, was, path,
            how != CCKD_THROW_AWAY ? "merged" : last_of(chain) == was ? "re-added" : "removed");
    return true;
}

static bool compact(struct device *dev, struct cckd_chain *chain)
{
    struct disk_complaint why;
    const struct cckd_file *top = cckd_chain_top(chain);
    struct stat before, after;
    message(dev->messages, HHC00328I, dev->number);
    bool good = top->writable
        || complain(&why, "%s is open for reading only", top->file.path);
    if (good)
        good = fstat(top->file.fd, &before) == 0 && cckd_chain_compact(chain, &why)
            && fstat(top->file.fd, &after) == 0;
    if (!good) {
        message(dev->messages, HHC00354E, dev->number, why.text);
        return false;
    }
    message(dev->messages, HHC00359I, dev->number, top->file.path,
            (long long)before.st_size - (long long)after.st_size);
    return true;
}

/* ---- checking ------------------------------------------------------------------------ */

/* The images of the last file: from level 3 on expanded, else only read. */
static bool check_image(struct device *dev, struct cckd_chain *chain, uint32_t image,
                        struct cckd_entry e, struct disk_complaint *why)
{
    if (!cckd_file_read(cckd_chain_top(chain), e, chain->buffer, why))
        return false;
    if (dev->type->commands == fba_commands)
        return fba_image_check(&((struct fba *)dev->own)->image, chain->buffer, e.length, image,
                               why);
    return ckd_compressed_check(((struct ckd *)dev->own)->image, chain->buffer, e.length, image,
                                why);
}

static unsigned check_images(struct device *dev, struct cckd_chain *chain)
{
    struct disk_complaint why;
    struct cckd_file *top = cckd_chain_top(chain);
    unsigned bad = 0;
    for (uint32_t i = 0; i < top->images; i++) {
        struct cckd_entry e = cckd_file_entry(top, i);
        if (e.at == 0 || e.at == CCKD_BELOW || check_image(dev, chain, i, e, &why))
            continue;
        bad++;
        message(dev->messages, HHC00353E, dev->number, why.text);
    }
    return bad;
}

static bool check_file(struct device *dev, struct cckd_chain *chain, int level)
{
    enum { TABLES = 1, REBUILD = 4 };
    struct disk_complaint why;
    struct cckd_file *top = cckd_chain_top(chain);
    message(dev->messages, HHC00330I, dev->number, level);
    if (level == REBUILD) {
        message(dev->messages, HHC00353E, dev->number, "level 4 builds a file anew, and is for"
                " a disk that is not in use: detach it, then cckdcdsk -4");
        return false;
    }
    unsigned bad = 0;
    if (!cckd_file_check(top, &why)) {
        bad++;
        message(dev->messages, HHC00353E, dev->number, why.text);
    } else if (level > TABLES) {
        bad += check_images(dev, chain);
    }
    message(dev->messages, HHC00380I, dev->number, top->file.path, level, bad);
    return bad == 0;
}

/* ---- display ---------------------------------------------------------------------------- */

struct totals { uint64_t size, free, spaces, reads, writes; };

static struct totals totals_of(const struct cckd_file *z)
{
    struct totals t = { .spaces = z->free.count, .size = z->free.end, .reads = z->reads,
                        .writes = z->writes };
    for (size_t i = 0; i < z->free.count; i++)
        t.free += z->free.extent[i].length;
    return t;
}

static unsigned percent(struct totals t)
{
    return t.size ? (unsigned)(t.free * 100 / t.size) : 0;
}

static bool display(struct device *dev, struct cckd_chain *chain)
{
    struct totals sum = { 0 };
    for (unsigned i = 0; i < chain->count; i++) {
        struct totals t = totals_of(&chain->file[i]);
        sum.size += t.size, sum.free += t.free, sum.spaces += t.spaces;
        sum.reads += t.reads, sum.writes += t.writes;
    }
    message(dev->messages, HHC00332I, dev->number);
    message(dev->messages, HHC00333I, dev->number);
    message(dev->messages, HHC00336I, dev->number, sum.size, percent(sum), sum.spaces, sum.reads,
            sum.writes);
    for (unsigned i = 0; i < chain->count; i++) {
        const struct cckd_file *z = &chain->file[i];
        struct totals t = totals_of(z);
        message(dev->messages, HHC00338I, dev->number, z->file.path);
        message(dev->messages, HHC00341I, dev->number, i, z->kind->wide ? "64" : "32", t.size,
                percent(t), t.spaces, z->writable ? "rw" : "rd", t.reads, t.writes);
    }
    if (chain->pattern)
        message(dev->messages, HHC00340I, dev->number, chain->pattern);
    return true;
}

/* ---- what was done of late --------------------------------------------------------------- */

static bool trace(struct device *dev, struct cckd_chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++) {
        const struct cckd_file *z = &chain->file[i];
        uint64_t first = z->events > CCKD_EVENTS ? z->events - CCKD_EVENTS : 0;
        for (uint64_t e = first; e < z->events; e++) {
            const struct cckd_event *event = &z->event[e % CCKD_EVENTS];
            message(dev->messages, HHC00396I, dev->number, i, e, event->what, event->which,
                    event->at, event->length);
        }
    }
    return true;
}

/* ---- the face ------------------------------------------------------------------------------- */

static void act(struct device *dev, void *context)
{
    struct request *r = context;
    struct cckd_chain *chain = disk_chain_of(dev);
    bool good = false;
    if (!chain) {
        r->answer = DISK_SHADOW_NOT_COMPRESSED;
        return;
    }
    if (dev->type->commands == ckd_commands)
        ckd_write_out(dev);
    cckd_chain_lock(chain);
    switch (r->action) {
    case DISK_SHADOW_ADD:
        good = add(dev, chain);
        break;
    case DISK_SHADOW_MERGE: case DISK_SHADOW_FORCE: case DISK_SHADOW_THROW_AWAY:
        good = take_away(dev, chain, r->action);
        break;
    case DISK_SHADOW_COMPACT:
        good = compact(dev, chain);
        break;
    case DISK_SHADOW_CHECK:
        good = check_file(dev, chain, r->level);
        break;
    case DISK_SHADOW_DISPLAY:
        good = display(dev, chain);
        break;
    case DISK_SHADOW_TRACE:
        good = trace(dev, chain);
        break;
    }
    cckd_chain_unlock(chain);
    changed(dev, r->action);
    r->answer = good ? DISK_SHADOW_DONE : DISK_SHADOW_FAILED;
}

enum disk_shadow_answer disk_shadow(struct device *dev, enum disk_shadow_action action, int level)
{
    struct request request = { .action = action, .level = level };
    device_alone(dev, act, &request);
    return request.answer;
}
