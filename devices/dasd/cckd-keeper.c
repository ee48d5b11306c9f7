#include "devices/dasd/cckd-keeper.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"

/* Images that may wait: from SOON on without regard to how long they were left alone. */
enum { SOON = 1024, MOST = 4096 };

/* What one who compresses needs. */
struct press {
    struct cckd_codec codec;
    uint8_t *from, *to;
    uint32_t working;             /* the image that is compressed now; UINT32_MAX: none */
    bool rewritten;               /* and it was written meanwhile */
};

struct cckd_keeper {
    pthread_t thread;
    pthread_cond_t wake;
    bool ends;

    uint64_t *since;              /* for each image: when it was written last, if it waits */
    uint32_t *queue;              /* a ring of `images`: those that wait, as they came */
    uint32_t images, first, waiting;

    struct press own, drains;     /* the thread's; of whoever drains */

    uint64_t next_round;          /* of garbage collection */
    struct cckd_keeper_counts counts;
};

static const struct cckd_file *top_of(const struct cckd_chain *chain)
{
    return &chain->file[chain->count - 1];
}

enum cckd_compression cckd_keeper_compression(const struct cckd_chain *chain)
{
    int chosen = chain->tuning.compression;
    return chosen < 0 ? cckd_file_compression(top_of(chain))
                      : (enum cckd_compression)chosen;
}

int cckd_keeper_parameter(const struct cckd_chain *chain)
{
    int chosen = chain->tuning.parameter;
    return chosen < 0 ? cckd_file_parameter(top_of(chain)) : chosen;
}

struct cckd_keeper_counts cckd_keeper_counts(const struct cckd_chain *chain)
{
    if (!chain->keeper)
        return (struct cckd_keeper_counts){ 0 };
    struct cckd_keeper_counts counts = chain->keeper->counts;
    counts.waiting = chain->keeper->waiting;
    return counts;
}

/* ---- what waits ------------------------------------------------------------------------- */

/* Against the host's death an image costs a sync, beside which its compression is nothing. */
bool cckd_keeper_takes(const struct cckd_chain *chain, uint32_t image, size_t length)
{
    const struct cckd_keeper *k = chain->keeper;
    enum { WORTH_IT = 512 };
    return k && chain->sync != DISK_SYNC_HOST && length >= WORTH_IT
        && cckd_keeper_compression(chain) != CCKD_UNCOMPRESSED
        && (k->waiting < MOST || k->since[image]);
}

void cckd_keeper_written(struct cckd_chain *chain, uint32_t image, bool later)
{
    struct cckd_keeper *k = chain->keeper;
    if (!k)
        return;
    if (image == k->own.working)
        k->own.rewritten = true;
    if (image == k->drains.working)
        k->drains.rewritten = true;
    if (!later) {
        k->since[image] = 0;       /* if it is in the queue it is passed over */
        return;
    }
    bool queued = k->since[image] != 0;
    if (!queued && k->waiting == k->images)    /* full of those to be passed over */
        return;
    k->since[image] = clock_host_ns() | 1;
    if (queued)
        return;
    k->queue[(k->first + k->waiting++) % k->images] = image;
    if (k->waiting == 1 || k->waiting == SOON)
        pthread_cond_signal(&k->wake);
}

static uint32_t take(struct cckd_keeper *k)
{
    uint32_t image = k->queue[k->first];
    k->first = (k->first + 1) % k->images;
    k->waiting--;
    return image;
}

void cckd_keeper_forget(struct cckd_chain *chain)
{
    struct cckd_keeper *k = chain->keeper;
    if (!k)
        return;
    k->own.rewritten = k->drains.rewritten = true;
    while (k->waiting)
        k->since[take(k)] = 0;
}

/* ---- compressing -------------------------------------------------------------------------- */

/* Bits 0-1 of an image's first byte, or all of it, for blocks. */
static unsigned how_of(const struct cckd_file *file, uint8_t first)
{
    return file->kind->fba ? first : first & 0x03;
}

/* The image as it is now, in p->from; false: it is not there, or compressed already. */
static bool get_image(struct cckd_chain *chain, uint32_t image, struct press *p,
                      struct cckd_entry *e)
{
    struct cckd_file *top = cckd_chain_top(chain);
    struct disk_complaint ignored;
    *e = cckd_file_entry(top, image);
    chain->keeper->since[image] = 0;
    return e->at != 0 && e->at != CCKD_BELOW && top->writable
        && cckd_file_read(top, *e, p->from, &ignored)
        && how_of(top, p->from[0]) == CCKD_UNCOMPRESSED;
}

/* Its compressed bytes in p->to; 0: it would not shrink. */
static size_t press(struct press *p, enum cckd_compression wanted, int parameter, size_t length)
{
    unsigned how;
    memcpy(p->to, p->from, CCKD_IMAGE_HEADER);
    length = cckd_compress(&p->codec, wanted, parameter, p->from + CCKD_IMAGE_HEADER,
                           length - CCKD_IMAGE_HEADER, p->to + CCKD_IMAGE_HEADER, &how);
    p->to[0] |= (uint8_t)how;
    return how == CCKD_UNCOMPRESSED ? 0 : CCKD_IMAGE_HEADER + length;
}

/* What can't be written, on a full disk perhaps, stays as it is. */
static void put_image(struct cckd_chain *chain, uint32_t image, const struct press *p,
                      size_t length)
{
    struct disk_complaint ignored;
    if (length && cckd_file_write(cckd_chain_top(chain), image, p->to, length, &ignored))
        chain->keeper->counts.compressed++;
}

/* The lock is let go of meanwhile, and who writes the image then is right. */
static void compress_image(struct cckd_chain *chain, uint32_t image, struct press *p)
{
    struct cckd_entry e;
    if (!get_image(chain, image, p, &e))
        return;
    enum cckd_compression wanted = cckd_keeper_compression(chain);
    int parameter = cckd_keeper_parameter(chain);
    p->working = image;
    p->rewritten = false;
    cckd_chain_unlock(chain);
    size_t length = press(p, wanted, parameter, e.length);
    cckd_chain_lock(chain);
    p->working = UINT32_MAX;
    if (!p->rewritten)
        put_image(chain, image, p, length);
}

static void drain_image(struct cckd_chain *chain, uint32_t image)
{
    struct press *p = &chain->keeper->drains;
    struct cckd_entry e;
    if (get_image(chain, image, p, &e))
        put_image(chain, image, p, press(p, cckd_keeper_compression(chain),
                                         cckd_keeper_parameter(chain), e.length));
}

void cckd_keeper_drain(struct cckd_chain *chain)
{
    struct cckd_keeper *k = chain->keeper;
    if (!k)
        return;
    if (k->own.working != UINT32_MAX) {
        k->own.rewritten = true;   /* what the thread is at is done here instead */
        drain_image(chain, k->own.working);
    }
    while (k->waiting) {
        uint32_t image = take(k);
        if (k->since[image])
            drain_image(chain, image);
    }
}

/* ---- collecting garbage ----------------------------------------------------------------------- */

static uint64_t free_bytes(const struct cckd_file *file)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < file->free.count; i++)
        sum += file->free.extent[i].length;
    return sum;
}

/* Worth it from 1/16 of the file on; the more is asked for, the less has to be free. */
static bool is_worth_it(const struct cckd_file *file, int more)
{
    enum { SHARE = 4, LEAST = 65536 };
    uint64_t share = file->free.end >> (SHARE + (more > 0 ? more : 0));
    uint64_t bytes = free_bytes(file);
    return file->writable && bytes > 0 && bytes >= share
        && (bytes >= LEAST || more > 0 || file->free.end < LEAST);
}

static bool collect_piece(struct cckd_chain *chain, uint64_t piece, unsigned *moved)
{
    struct cckd_keeper *k = chain->keeper;
    struct cckd_file *top = cckd_chain_top(chain);
    struct disk_complaint ignored;
    uint64_t before = top->free.end;
    disk_file_begin(&top->file);
    bool good = cckd_file_collect(top, piece, k->own.from, moved, &ignored);
    if (good)
        good = disk_file_commit(&top->file, &ignored) && cckd_file_trim(top, &ignored);
    else
        disk_file_abandon(&top->file);
    if (!good && disk_file_sync_kind(&top->file) == DISK_SYNC_HOST
        && !disk_file_owes(&top->file) && !cckd_file_reload(top, &ignored))
        top->writable = false;
    k->counts.moved += *moved;
    k->counts.cut += before > top->free.end ? before - top->free.end : 0;
    return good;
}

/* A round, piece by piece, so that nobody waits for long. */
static void collect(struct cckd_chain *chain)
{
    enum { PIECE = 256 * 1024, PIECES = 16 };
    struct cckd_keeper *k = chain->keeper;
    int more = chain->tuning.collect_more;
    unsigned pieces = more >= 0 ? PIECES << more : PIECES >> -more, moved = 1;
    k->counts.rounds++;
    for (unsigned i = 0; (i == 0 || i < pieces) && moved && !k->ends && !k->waiting
         && is_worth_it(cckd_chain_top(chain), more); i++) {
        if (!collect_piece(chain, PIECE, &moved))
            return;
        cckd_chain_unlock(chain);
        cckd_chain_lock(chain);
    }
}

/* ---- the thread -------------------------------------------------------------------------------- */

static uint64_t ms(unsigned n) { return (uint64_t)n * 1000000; }

static void sleep_until(struct cckd_chain *chain, uint64_t then)
{
    struct timespec until = { .tv_sec = (time_t)(then / 1000000000),
                              .tv_nsec = (long)(then % 1000000000) };
    if (then == UINT64_MAX)
        pthread_cond_wait(&chain->keeper->wake, &chain->lock);
    else
        pthread_cond_timedwait(&chain->keeper->wake, &chain->lock, &until);
}

/* One whose time has come; or when the next one's will. All come by once at most: those that
 * were written again go behind the others. */
static bool next_image(struct cckd_chain *chain, uint32_t *image, uint64_t now, uint64_t *then)
{
    struct cckd_keeper *k = chain->keeper;
    uint64_t settle = ms(chain->tuning.settle_ms);
    for (uint32_t n = k->waiting; n > 0; n--) {
        *image = take(k);
        uint64_t since = k->since[*image];
        if (since && (k->ends || k->waiting >= SOON || now >= since + settle))
            return true;
        if (!since)
            continue;
        k->queue[(k->first + k->waiting++) % k->images] = *image;
        if (since + settle < *then)
            *then = since + settle;
    }
    return false;
}

static void *keep(void *context)
{
    struct cckd_chain *chain = context;
    struct cckd_keeper *k = chain->keeper;
    cckd_chain_lock(chain);
    k->next_round = clock_host_ns() + ms(chain->tuning.collect_ms);
    while (!k->ends || k->waiting) {
        uint64_t now = clock_host_ns(), then = UINT64_MAX;
        uint32_t image;
        if (next_image(chain, &image, now, &then)) {
            compress_image(chain, image, &k->own);
            continue;
        }
        if (!k->ends && chain->tuning.collect_ms && now >= k->next_round) {
            collect(chain);
            k->next_round = clock_host_ns() + ms(chain->tuning.collect_ms);
        }
        if (chain->tuning.collect_ms && k->next_round < then)
            then = k->next_round;
        if (!k->ends)
            sleep_until(chain, then);
    }
    cckd_chain_unlock(chain);
    return NULL;
}

static bool press_init(struct press *p)
{
    p->from = malloc(CCKD_LONGEST_IMAGE);
    p->to = malloc(CCKD_LONGEST_IMAGE);
    p->working = UINT32_MAX;
    return p->from && p->to;
}

static void press_release(struct press *p)
{
    cckd_codec_release(&p->codec);
    free(p->from);
    free(p->to);
}

static void release(struct cckd_keeper *k)
{
    pthread_cond_destroy(&k->wake);
    press_release(&k->own);
    press_release(&k->drains);
    free(k->since);
    free(k->queue);
    free(k);
}

bool cckd_keeper_start(struct cckd_chain *chain, struct disk_complaint *complaint)
{
    struct cckd_keeper *k = calloc(1, sizeof *k);
    const char *path = chain->file[0].file.path;
    if (!k)
        return complain(complaint, "%s: out of storage", path);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&k->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    k->images = chain->file[0].images;
    k->since = calloc(k->images, sizeof *k->since);
    k->queue = calloc(k->images, sizeof *k->queue);
    bool good = press_init(&k->own) && press_init(&k->drains) && k->since && k->queue;
    chain->keeper = k;
    if (good && pthread_create(&k->thread, NULL, keep, chain) == 0)
        return true;
    chain->keeper = NULL;
    release(k);
    return complain(complaint, "%s: out of storage for what works in the background", path);
}

void cckd_keeper_stop(struct cckd_chain *chain)
{
    struct cckd_keeper *k = chain->keeper;
    if (!k)
        return;
    cckd_chain_lock(chain);
    k->ends = true;
    pthread_cond_signal(&k->wake);
    while (k->waiting) {           /* with the thread, side by side */
        uint32_t image = take(k);
        if (k->since[image])
            compress_image(chain, image, &k->drains);
    }
    cckd_chain_unlock(chain);
    pthread_join(k->thread, NULL);
    chain->keeper = NULL;
    release(k);
}

void cckd_keeper_wake(struct cckd_chain *chain)
{
    if (!chain->keeper)
        return;
    chain->keeper->next_round = clock_host_ns() + ms(chain->tuning.collect_ms);
    pthread_cond_signal(&chain->keeper->wake);
}
