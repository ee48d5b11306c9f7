#include "devices/dasd/track-cache.h"

#include <stdlib.h>

void track_cache_init(struct track_cache *c, size_t track_size)
{
    *c = (struct track_cache){ .track_size = track_size, .last = (unsigned)-1 };
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->loaded, NULL);
    pthread_cond_init(&c->wanted, NULL);
}

void track_cache_release(struct track_cache *c)
{
    pthread_mutex_lock(&c->lock);
    c->ends = true;
    pthread_cond_broadcast(&c->wanted);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->readers; i++)
        pthread_join(c->reader[i], NULL);
    for (unsigned s = 0; s < CACHE_SETS; s++)
        for (unsigned w = 0; w < CACHE_WAYS; w++)
            free(c->slot[s][w].bytes);
    pthread_cond_destroy(&c->wanted);
    pthread_cond_destroy(&c->loaded);
    pthread_mutex_destroy(&c->lock);
}

/* ---- slots ----------------------------------------------------------------------------- */

static struct track_slot *find(struct track_cache *c, unsigned track)
{
    struct track_slot *set = c->slot[track % CACHE_SETS];
    for (unsigned w = 0; w < CACHE_WAYS; w++)
        if (set[w].state != TRACK_ABSENT && set[w].track == track)
            return &set[w];
    return NULL;
}

/* The slot that was not used for the longest time, to be loaded. NULL: all are in use, or
 * there is no storage. */
static struct track_slot *make_room(struct track_cache *c, unsigned track)
{
    struct track_slot *set = c->slot[track % CACHE_SETS], *slot = NULL;
    for (unsigned w = 0; w < CACHE_WAYS; w++) {
        if (set[w].state == TRACK_LOADING || &set[w] == c->held)
            continue;
        uint64_t age = set[w].state == TRACK_ABSENT ? 0 : set[w].used;
        if (!slot || age < (slot->state == TRACK_ABSENT ? 0 : slot->used))
            slot = &set[w];
    }
    if (!slot || (!slot->bytes && !(slot->bytes = malloc(c->track_size))))
        return NULL;
    slot->track = track;
    slot->state = TRACK_LOADING;
    return slot;
}

struct track_slot *track_cache_claim(struct track_cache *c, unsigned track)
{
    struct track_slot *slot;
    pthread_mutex_lock(&c->lock);
    c->held = NULL;
    while ((slot = find(c, track)) && slot->state == TRACK_LOADING)
        pthread_cond_wait(&c->loaded, &c->lock);
    c->hits += slot != NULL;
    c->misses += slot == NULL;
    if (!slot)
        slot = make_room(c, track);
    if (slot)
        slot->used = ++c->uses;
    c->held = slot;
    pthread_mutex_unlock(&c->lock);
    return slot;
}

void track_cache_filled(struct track_cache *c, struct track_slot *slot, bool good)
{
    pthread_mutex_lock(&c->lock);
    slot->state = good ? TRACK_THERE : TRACK_ABSENT;
    pthread_cond_broadcast(&c->loaded);
    pthread_mutex_unlock(&c->lock);
}

struct track_slot *track_cache_find(struct track_cache *c, unsigned track)
{
    pthread_mutex_lock(&c->lock);
    struct track_slot *slot = find(c, track);
    if (slot && slot->state != TRACK_THERE)
        slot = NULL;
    pthread_mutex_unlock(&c->lock);
    return slot;
}

void track_cache_forget(struct track_cache *c, unsigned track)
{
    struct track_slot *slot;
    pthread_mutex_lock(&c->lock);
    while ((slot = find(c, track)) && slot->state == TRACK_LOADING)
        pthread_cond_wait(&c->loaded, &c->lock);
    if (slot)
        slot->state = TRACK_ABSENT;
    pthread_mutex_unlock(&c->lock);
}

static bool is_loading(const struct track_cache *c)
{
    for (unsigned s = 0; s < CACHE_SETS; s++)
        for (unsigned w = 0; w < CACHE_WAYS; w++)
            if (c->slot[s][w].state == TRACK_LOADING)
                return true;
    return false;
}

void track_cache_forget_all(struct track_cache *c)
{
    pthread_mutex_lock(&c->lock);
    c->queued = 0;
    c->run = 0;
    while (is_loading(c))
        pthread_cond_wait(&c->loaded, &c->lock);
    for (unsigned s = 0; s < CACHE_SETS; s++)
        for (unsigned w = 0; w < CACHE_WAYS; w++)
            c->slot[s][w].state = TRACK_ABSENT;
    pthread_mutex_unlock(&c->lock);
}

/* ---- reading ahead ------------------------------------------------------------------------ */

static void load_next(struct track_cache *c, void *own)
{
    unsigned track = c->queue[c->first];
    c->first = (c->first + 1) % CACHE_AHEAD;
    c->queued--;
    struct track_slot *slot = find(c, track) ? NULL : make_room(c, track);
    if (!slot)
        return;
    pthread_mutex_unlock(&c->lock);
    bool good = c->loader.load(c->loader.context, track, slot->bytes, own);
    pthread_mutex_lock(&c->lock);
    slot->state = good ? TRACK_THERE : TRACK_ABSENT;
    slot->used = ++c->uses;
    c->ahead += good;
    pthread_cond_broadcast(&c->loaded);
}

static void *read_ahead(void *context)
{
    struct track_cache *c = context;
    void *own = calloc(1, c->loader.own_size);
    pthread_mutex_lock(&c->lock);
    while (own && !c->ends)
        if (c->queued)
            load_next(c, own);
        else
            pthread_cond_wait(&c->wanted, &c->lock);
    pthread_mutex_unlock(&c->lock);
    if (own)
        c->loader.done(own);
    free(own);
    return NULL;
}

/* By half of the window at once: to wake threads for each track costs more than some tracks do. */
static void ask(struct track_cache *c, unsigned track, unsigned tracks, unsigned ahead)
{
    bool goes_on = c->asked > track && c->asked <= track + ahead;
    unsigned from = goes_on ? c->asked + 1 : track + 1;
    bool any = false;
    if (goes_on && c->asked - track > ahead / 2)
        return;
    for (unsigned t = from; t <= track + ahead && t < tracks && c->queued < CACHE_AHEAD; t++) {
        c->queue[(c->first + c->queued++) % CACHE_AHEAD] = t;
        c->asked = t;
        any = true;
    }
    if (any)
        pthread_cond_broadcast(&c->wanted);
}

void track_cache_read_ahead(struct track_cache *c, const struct track_loader *loader,
                            unsigned track, unsigned tracks, unsigned readers, unsigned ahead)
{
    enum { IN_ORDER = 2 };
    if (track == c->last)
        return;
    c->run = track == c->last + 1 ? c->run + 1 : 0;
    c->last = track;
    if (c->run < IN_ORDER || readers == 0)
        return;
    pthread_mutex_lock(&c->lock);
    if (c->readers == 0)                /* they look at it without the lock */
        c->loader = *loader;
    while (c->readers < readers && c->readers < CACHE_READERS
           && pthread_create(&c->reader[c->readers], NULL, read_ahead, c) == 0)
        c->readers++;
    if (c->readers)
        ask(c, track, tracks, ahead < CACHE_AHEAD ? ahead : CACHE_AHEAD);
    pthread_mutex_unlock(&c->lock);
}
