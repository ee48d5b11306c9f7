/* What the operator sets for compressed disks, and what he is told of them. */
#include "devices/dasd/cckd-keeper.h"
#include "devices/dasd/ckd-device.h"
#include "devices/dasd/ckd-format.h"
#include "devices/dasd/types.h"
#include "devices/devices.h"

struct disk_settings disk_settings_usual(void)
{
    static const struct cckd_tuning usual = CCKD_TUNING;
    return (struct disk_settings){
        .given = true, .collect_seconds = usual.collect_ms / 1000,
        .collect_more = usual.collect_more, .compression = usual.compression,
        .parameter = usual.parameter, .readers = usual.readers, .ahead = usual.ahead
    };
}

static struct cckd_tuning tuning_from(const struct disk_settings *s)
{
    struct cckd_tuning tuning = CCKD_TUNING;
    if (!s->given)
        return tuning;
    tuning.collect_ms = s->collect_seconds * 1000;
    tuning.collect_more = s->collect_more;
    tuning.compression = s->compression;
    tuning.parameter = s->parameter;
    tuning.readers = s->readers;
    tuning.ahead = s->ahead;
    return tuning;
}

struct cckd_tuning disk_tuning(const struct device *dev)
{
    static const struct disk_settings none = { .given = false };
    return tuning_from(dev->machine ? &dev->machine->options.disks : &none);
}

struct cckd_chain *disk_chain_of(struct device *dev)
{
    if (dev->type->commands == ckd_commands) {
        struct ckd *c = dev->own;
        return c->image ? ckd_image_chain(c->image) : NULL;
    }
    struct fba *f = dev->own;
    return dev->type->commands == fba_commands && f->opened ? f->image.chain : NULL;
}

static void set(struct device *dev, void *context)
{
    struct cckd_chain *chain = disk_chain_of(dev);
    struct cckd_tuning tuning = tuning_from(context);
    if (chain)
        cckd_chain_tune(chain, &tuning);
}

void disk_set(struct device *dev, const struct disk_settings *settings)
{
    struct disk_settings copy = *settings;
    if (dev->type->class == CLASS_DASD)
        device_alone(dev, set, &copy);
}

struct question { struct disk_statistics *sum; bool answered; };

static void add(struct device *dev, void *context)
{
    struct question *q = context;
    struct disk_statistics *s = q->sum;
    struct cckd_chain *chain = disk_chain_of(dev);
    if (!chain)
        return;
    q->answered = true;
    cckd_chain_lock(chain);
    for (unsigned i = 0; i < chain->count; i++) {
        s->reads += chain->file[i].reads;
        s->writes += chain->file[i].writes;
    }
    struct cckd_keeper_counts counts = cckd_keeper_counts(chain);
    cckd_chain_unlock(chain);
    s->waiting += counts.waiting;
    s->compressed += counts.compressed;
    s->moved += counts.moved;
    s->rounds += counts.rounds;
    s->cut += counts.cut;
    if (dev->type->commands != ckd_commands)
        return;
    const struct track_cache *cache = &((struct ckd *)dev->own)->image->cache;
    s->hits += cache->hits;
    s->misses += cache->misses;
    s->ahead += cache->ahead;
}

bool disk_statistics(struct device *dev, struct disk_statistics *sum)
{
    struct question q = { .sum = sum };
    if (dev->type->class == CLASS_DASD)
        device_alone(dev, add, &q);
    return q.answered;
}
