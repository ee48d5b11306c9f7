/* Power cuts, at the layer of files: everything that a workload on a disk with sync=host does to
 * files is recorded; then, for many moments, the files are made as a cut at that moment could
 * have left them: of what was written after a file's last sync any part may be there, sector
 * by sector of 512 bytes, in any order; names that were made, changed or removed since their
 * folder was synced may be so or not. Opened again the disk must have all that was acknowledged
 * by then, each track old or new, and nothing to repair.
 *
 *     tests/unit/dasd-power [MOMENTS]
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/unit/dasd-work.h"

enum { SECTOR = 512, MOST_FILES = 16 };

/* ---- recording --------------------------------------------------------------------------- */

enum { ACKNOWLEDGED = 100, BEGUN };           /* besides enum disk_deed */
struct event {
    int deed;
    char path[128], other[128];   /* other: what it is renamed to */
    uint8_t *bytes;
    size_t length;
    off_t at;
    struct work_turn turn;
};

struct record {
    struct disk_tap tap;
    pthread_mutex_t lock;
    struct event *event;
    size_t count, room;
};

static struct event *add(struct record *r)
{
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 1024;
        r->event = realloc(r->event, r->room * sizeof *r->event);
    }
    struct event *e = &r->event[r->count++];
    *e = (struct event){ 0 };
    return e;
}

static int note(struct disk_tap *tap, enum disk_deed deed, const char *path, const void *bytes,
                size_t *length, off_t at)
{
    struct record *r = (struct record *)tap;
    if (deed == DISK_READ)
        return 0;
    pthread_mutex_lock(&r->lock);
    struct event *e = add(r);
    e->deed = (int)deed;
    snprintf(e->path, sizeof e->path, "%s", path);
    if (deed == DISK_RENAME)
        snprintf(e->other, sizeof e->other, "%s", (const char *)bytes);
    e->at = at;
    e->length = *length;
    if (deed == DISK_WRITE || deed == DISK_STORE) {
        e->bytes = malloc(*length);
        memcpy(e->bytes, bytes, *length);
    }
    pthread_mutex_unlock(&r->lock);
    return 0;
}

static void note_work(struct record *r, int deed, const struct work_turn *turn)
{
    pthread_mutex_lock(&r->lock);
    struct event *e = add(r);
    e->deed = deed;
    e->turn = *turn;
    pthread_mutex_unlock(&r->lock);
}

/* ---- a file as it may be after a cut ----------------------------------------------------------- */

struct cut_file {
    char path[128];
    bool exists, doubtful;        /* is it there; was that not synced */
    uint8_t *bytes;               /* as last synced */
    size_t size, room;
    size_t pending[20000];        /* events since */
    unsigned count;
};

struct cut {
    struct cut_file file[MOST_FILES];
    unsigned files;
    uint32_t random;
};

static struct cut_file *file_of(struct cut *c, const char *path)
{
    for (unsigned i = 0; i < c->files; i++)
        if (strcmp(c->file[i].path, path) == 0)
            return &c->file[i];
    if (c->files == MOST_FILES)
        abort();
    struct cut_file *f = &c->file[c->files++];
    *f = (struct cut_file){ 0 };
    snprintf(f->path, sizeof f->path, "%s", path);
    return f;
}

static void grow(struct cut_file *f, size_t size)
{
    if (size > f->room) {
        f->room = size + size / 2;
        f->bytes = realloc(f->bytes, f->room);
    }
    if (size > f->size)
        memset(f->bytes + f->size, 0, size - f->size);
    f->size = size;
}

static void put(struct cut_file *f, const uint8_t *bytes, size_t length, size_t at)
{
    if (at + length > f->size)
        grow(f, at + length);
    memcpy(f->bytes + at, bytes, length);
}

/* An event comes to be; of a write, `torn`: only some of its sectors. */
static void make(struct cut *c, struct cut_file *f, const struct event *e, bool torn)
{
    if (e->deed == DISK_CUT) {
        if (!torn || work_random(&c->random) & 1)
            grow(f, (size_t)e->at);
        return;
    }
    for (size_t done = 0; done < e->length; ) {
        size_t at = (size_t)e->at + done, piece = SECTOR - at % SECTOR;
        if (piece > e->length - done)
            piece = e->length - done;
        if (!torn || work_random(&c->random) & 1)
            put(f, e->bytes + done, piece, at);
        done += piece;
    }
}

static void sync_file(struct cut *c, struct cut_file *f, const struct record *r)
{
    for (unsigned i = 0; i < f->count; i++)
        make(c, f, &r->event[f->pending[i]], false);
    f->count = 0;
}

/* What was not synced, in any order; as often as not nothing of it at all, or everything. */
static void lose(struct cut *c, struct cut_file *f, const struct record *r)
{
    unsigned how = work_random(&c->random) % 4;
    if (how == 0)
        f->count = 0;
    for (unsigned i = f->count; how != 1 && i > 1; i--) {
        unsigned k = work_random(&c->random) % i;
        size_t event = f->pending[i - 1];
        f->pending[i - 1] = f->pending[k];
        f->pending[k] = event;
    }
    for (unsigned i = 0; i < f->count; i++)
        make(c, f, &r->event[f->pending[i]], how != 1);
    f->count = 0;
    if (f->doubtful && work_random(&c->random) & 1)
        f->exists = !f->exists;
}

static void rename_file(struct cut *c, const struct event *e)
{
    struct cut_file *from = file_of(c, e->path), *to = file_of(c, e->other), was = *to;
    char path[128];
    memcpy(path, to->path, sizeof path);
    *to = *from;
    memcpy(to->path, path, sizeof path);
    memcpy(path, from->path, sizeof path);
    *from = was;
    memcpy(from->path, path, sizeof path);
    from->exists = false;
    to->doubtful = !was.exists;
}

static void follow(struct cut *c, const struct record *r, size_t i)
{
    const struct event *e = &r->event[i];
    struct cut_file *f = e->path[0] ? file_of(c, e->path) : NULL;
    switch (e->deed) {
    case DISK_WRITE: case DISK_STORE: case DISK_CUT:
        if (f->count < sizeof f->pending / sizeof *f->pending)
            f->pending[f->count++] = i;
        else
            abort();
        break;
    case DISK_SYNC:
        sync_file(c, f, r);
        break;
    case DISK_MAKE:
        grow(f, 0);
        f->count = 0;
        f->exists = f->doubtful = true;
        break;
    case DISK_REMOVE:
        f->exists = false;
        f->doubtful = true;
        break;
    case DISK_RENAME:              /* a file that was synced before */
        rename_file(c, e);
        break;
    case DISK_FOLDER_SYNC:
        for (unsigned k = 0; k < c->files; k++)
            c->file[k].doubtful = false;
        break;
    }
}

/* ---- the files, for the host -------------------------------------------------------------------------- */

static void store(const struct cut_file *f)
{
    if (!f->exists) {
        unlink(f->path);
        return;
    }
    /* Over what is there: a file stays the one that its journal knows. */
    int file = open(f->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || write(file, f->bytes, f->size) != (ssize_t)f->size)
        abort();
    close(file);
}

/* What is there from another time. */
static void clear(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *entry;
    char path[512];
    while (d && (entry = readdir(d))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "disk") != 0)
            unlink(path);
    }
    if (d)
        closedir(d);
}

/* A file that was replaced in the recording has another inode now than its journal then knew. */
static void adopt(const char *path)
{
    char journal[256];
    struct stat status;
    uint64_t inode;
    snprintf(journal, sizeof journal, "%s.journal", path);
    int file = open(journal, O_RDWR);
    if (file < 0 || stat(path, &status) != 0) {
        if (file >= 0)
            close(file);
        return;
    }
    inode = status.st_ino;
    uint8_t head[16] = { 0 };
    if (pread(file, head, sizeof head, 0) == sizeof head && head[0]
        && pwrite(file, &inode, sizeof inode, 8) != sizeof inode)
        abort();
    close(file);
}

/* The disk as it may be after the first `events`. */
static void cut_at(const struct record *r, const struct cut_file *base, const char *folder,
                   size_t events, struct work_state *w, uint32_t random)
{
    struct cut *c = calloc(1, sizeof *c);
    c->random = random | 1;
    c->files = 1;
    c->file[0] = *base;
    c->file[0].bytes = malloc(base->size);
    memcpy(c->file[0].bytes, base->bytes, base->size);
    c->file[0].room = base->size;
    memset(w, 0, sizeof *w);
    for (size_t i = 0; i < events; i++) {
        const struct event *e = &r->event[i];
        if (e->deed != BEGUN && e->deed != ACKNOWLEDGED)
            follow(c, r, i);
        else
            for (unsigned u = e->turn.first; u < e->turn.first + e->turn.count; u++)
                (e->deed == BEGUN ? w->begun : w->done)[u] = e->turn.generation;
    }
    clear(folder);
    for (unsigned i = 0; i < c->files; i++) {
        lose(c, &c->file[i], r);
        store(&c->file[i]);
    }
    for (unsigned i = 0; i < c->files; i++)
        adopt(c->file[i].path);
    for (unsigned i = 0; i < c->files; i++)
        free(c->file[i].bytes);
    free(c);
}

/* ---- the test --------------------------------------------------------------------------------------------- */

static const struct work_kind kinds[] = {
    { "plain", CKD_PLAIN, .sync = "sync=host" },
    { "CCKD", CKD_ZLIB, .sync = "sync=host" },
    { "CCKD64", CKD_ZLIB, .wide = true, .sync = "sync=host" },
    { "CCKD, shadows", CKD_ZLIB, .shadows = true, .sync = "sync=host" },
    { "CCKD64, shadows", CKD_ZLIB, .wide = true, .shadows = true, .sync = "sync=host" },
    { "FBA", CKD_PLAIN, .fba = true, .sync = "sync=host" },
    { "CFBA, shadows", CKD_ZLIB, .fba = true, .shadows = true, .sync = "sync=host" },
    /* These promise no such thing: it must show. */
    { "plain, process", CKD_PLAIN, .sync = "sync=process" },
    { "CCKD, process", CKD_ZLIB, .sync = "sync=process" },
    { "FBA, process", CKD_PLAIN, .fba = true, .sync = "sync=process" },
};

static bool holds(const struct work_kind *kind) { return strcmp(kind->sync, "sync=host") == 0; }

static void change_shadows(struct device *device, struct record *r, uint32_t *random)
{
    struct disk_complaint why;
    check(work_change_shadows(device, random, &why), "%s", why.text);
    work_tap(device, &r->tap);
}

static void record(struct bench *b, const struct work_kind *kind, struct record *r,
                   uint32_t *random)
{
    enum { STEPS = 100 };
    struct work_state w = { 0 };
    if (!check(work_attach(b, kind), "%s", b->said))
        exit(1);
    work_tap(&b->device, &r->tap);
    work_hurry(&b->device, true);
    for (unsigned i = 0; i < STEPS; i++) {
        if (kind->shadows && i % 12 == 5)
            change_shadows(&b->device, r, random);
        struct work_turn turn = work_choose(kind, &w, random);
        note_work(r, BEGUN, &turn);
        check(work_do(&b->device, &w, &turn), "%s: %s", kind->name, b->said);
        note_work(r, ACKNOWLEDGED, &turn);
    }
    bench_detach(b);
}

static void forget(struct record *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->event[i].bytes);
    free(r->event);
}

static void try_kind(const struct work_kind *kind, unsigned moments, uint32_t random)
{
    struct bench b;
    struct work_state w;
    struct record r = { .tap.deed = note, .lock = PTHREAD_MUTEX_INITIALIZER };
    struct cut_file *base = calloc(1, sizeof *base);
    char why[600] = "";
    unsigned lost = 0;
    work_begin(&b, kind);
    base->bytes = bench_load(b.path, &base->size);
    base->exists = true;
    snprintf(base->path, sizeof base->path, "%s", b.path);
    record(&b, kind, &r, &random);
    for (unsigned i = 0; i < moments; i++) {
        size_t at = (size_t)work_random(&random) * 65536u % r.count;
        cut_at(&r, base, b.folder, at, &w, work_random(&random));
        bool good = work_look_all(&b, kind, &w, why, sizeof why)
            && work_check_all(&b, kind, why, sizeof why);
        lost += !good;
        if (holds(kind) && !check(good, "%s, cut after %zu of %zu events: %s", kind->name, at,
                                  r.count, why))
            break;
    }
    printf("%s: %zu events, %u cuts, %u left something else than was promised\n", kind->name,
           r.count, moments, lost);
    check(holds(kind) || lost > 0, "%s: nothing was ever lost: does this test see anything?",
          kind->name);
    free(base->bytes);
    free(base);
    forget(&r);
    bench_free(&b);
}

int main(int argc, char *argv[])
{
    enum { SHORT = 40 };
    unsigned moments = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : SHORT;
    uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : (uint32_t)time(NULL) | 1;
    printf("seed %u\n", seed);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        try_kind(&kinds[i], moments, seed + (uint32_t)i);
    return checks_done();
}
