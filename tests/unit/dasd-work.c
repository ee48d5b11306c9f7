#include "tests/unit/dasd-work.h"

uint32_t work_random(uint32_t *state)
{
    *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
    return *state;
}

/* ---- a disk ----------------------------------------------------------------------------- */

static void pattern_of(const struct bench *b, char *pattern, size_t size)
{
    snprintf(pattern, size, "%s/shadow_*", b->folder);
}

void work_create(const char *path, const struct work_kind *kind)
{
    struct disk_complaint why;
    struct ckd_creation tracks = {
        .geometry = ckd_geometry_find("3390"), .cylinders = WORK_CYLINDERS,
        .compression = kind->compression, .wide = kind->wide, .null_track = CKD_NULL_R0
    };
    struct fba_creation blocks = {
        .blocks = WORK_BLOCKS, .wide = kind->wide,
        .compression = kind->compression == CKD_PLAIN ? -1 : (int)kind->compression
    };
    if (!check(kind->fba ? fba_image_create(path, &blocks, &why)
                         : ckd_image_create(path, &tracks, &why), "%s", why.text))
        exit(1);
}

void work_begin(struct bench *b, const struct work_kind *kind)
{
    bench_folder(b);
    snprintf(b->path, sizeof b->path, "%s/disk", b->folder);
    work_create(b->path, kind);
}

bool work_attach(struct bench *b, const struct work_kind *kind)
{
    char pattern[128], shadows[160], *argv[] = { b->path, (char *)kind->sync, shadows };
    pattern_of(b, pattern, sizeof pattern);
    snprintf(shadows, sizeof shadows, "sf=%s", pattern);
    return bench_attach(b, kind->fba ? "3370" : "3390", kind->shadows ? 3 : 2, argv);
}

static struct ckd_image *ckd_of(struct device *device)
{
    return device->type->commands == ckd_commands ? ((struct ckd *)device->own)->image : NULL;
}

void work_tap(struct device *device, struct disk_tap *tap)
{
    struct ckd_image *image = ckd_of(device);
    struct cckd_chain *chain = disk_chain_of(device);
    if (image) {
        image->tap = tap;
        for (unsigned i = 0; i < image->parts; i++)
            image->part[i].file.tap = tap;
    } else if (!chain)
        ((struct fba *)device->own)->image.file.tap = tap;
    if (!chain)
        return;
    cckd_chain_lock(chain);
    chain->tap = tap;
    for (unsigned i = 0; i < chain->count; i++)
        chain->file[i].file.tap = tap;
    cckd_chain_unlock(chain);
}

void work_hurry(struct device *device, bool collect)
{
    struct cckd_chain *chain = disk_chain_of(device);
    struct cckd_tuning tuning = CCKD_TUNING;
    tuning.settle_ms = 1;
    tuning.collect_ms = collect ? 1 : 0;
    tuning.collect_more = collect ? 8 : 0;
    if (chain)
        cckd_chain_tune(chain, &tuning);
}

bool work_change_shadows(struct device *device, uint32_t *random, struct disk_complaint *why)
{
    struct cckd_chain *chain = disk_chain_of(device);
    bool good = true;
    switch (work_random(random) % 3) {
    case 0:
        good = chain->count == 4 || cckd_chain_add(chain, why);
        break;
    case 1:
        good = chain->count == 1 || cckd_chain_remove(chain, CCKD_MERGE, why);
        break;
    case 2:
        good = cckd_chain_compact(chain, why);
        break;
    }
    if (ckd_of(device))
        ckd_image_replaced(device, false);
    else
        fba_image_changed(&((struct fba *)device->own)->image);
    return good;
}

/* ---- what a generation looks like ---------------------------------------------------------- */

/* Every fourth generation of a track has records of another length. */
static unsigned record_length(uint32_t generation)
{
    static const unsigned lengths[] = { 4096, 900, 27000, 7476, 80 };
    return lengths[generation / 4 % 5];
}

static unsigned records(uint32_t generation)
{
    static const unsigned number[] = { 12, 30, 2, 6, 30 };
    return number[generation / 4 % 5];
}

static void fill(unsigned unit, uint32_t generation, unsigned record, uint8_t *data,
                 unsigned length)
{
    uint32_t seed = (unit + 1) * 2654435761u ^ generation * 40503u ^ record << 20;
    seed += !seed;
    for (unsigned i = 0; i < length; i++)
        data[i] = (uint8_t)(i % 16 < 12 ? generation + i / 64 : work_random(&seed));
}

/* All of a track; its length. */
static size_t make_track(unsigned track, uint32_t generation, uint8_t *bytes)
{
    unsigned cylinder = track / WORK_HEADS, head = track % WORK_HEADS;
    unsigned length = record_length(generation);
    ckd_track_format(bytes, cylinder, head);
    for (unsigned r = 1; generation && r <= records(generation); r++) {
        uint8_t *data = ckd_track_append(bytes, WORK_TRACK_SIZE, cylinder, head, r, 0, length);
        if (!data)
            abort();
        fill(track, generation, r, data, length);
    }
    return ckd_track_length(bytes, WORK_TRACK_SIZE);
}

static size_t make_block(unsigned block, uint32_t generation, uint8_t *bytes)
{
    memset(bytes, 0, FBA_BLOCK);
    if (generation)
        fill(block, generation, 0, bytes, FBA_BLOCK);
    return FBA_BLOCK;
}

/* ---- writing ----------------------------------------------------------------------- */

struct work_chain {
    struct device *device;
    uint8_t previous;
    unsigned status;
};

static bool command(struct work_chain *c, uint8_t code, const uint8_t *in, size_t length,
                    bool chains, unsigned expected)
{
    struct lone_exchange x = { .in = in, .in_length = length, .command = code,
                               .previous = c->previous, .chained = c->previous, .chains = chains };
    c->status = device_command_alone(c->device, &x);
    c->previous = code;
    return c->status == expected;
}

static bool search(struct work_chain *c, unsigned cylinder, unsigned head, unsigned record)
{
    uint8_t id[5];
    put16(id, (uint16_t)cylinder);
    put16(id + 2, (uint16_t)head);
    id[4] = (uint8_t)record;
    for (unsigned i = 0; i < 200; i++)
        if (command(c, 0x31, id, sizeof id, true, FOUND))
            return true;
        else if (c->status != CE_DE)
            return false;
    return false;
}

static bool write_track(struct work_chain *c, const struct work_turn *turn)
{
    static uint8_t field[8 + 65536];
    enum { SEEK = 0x07, WRITE_DATA = 0x05, WRITE_CKD = 0x1D };
    unsigned cylinder = turn->first / WORK_HEADS, head = turn->first % WORK_HEADS;
    unsigned count = records(turn->generation), length = record_length(turn->generation);
    bool formats = turn->from == 0 || turn->from / 4 != turn->generation / 4;
    uint8_t seek[6] = { 0 };
    put16(seek + 2, (uint16_t)cylinder);
    put16(seek + 4, (uint16_t)head);
    bool good = command(c, SEEK, seek, sizeof seek, true, CE_DE)
        && (!formats || search(c, cylinder, head, 0));
    for (unsigned r = 1; good && r <= count; r++) {
        memcpy(field, seek + 2, 4);
        field[4] = (uint8_t)r;
        field[5] = 0;
        put16(field + 6, (uint16_t)length);
        fill(turn->first, turn->generation, r, field + 8, length);
        good = formats
            ? command(c, WRITE_CKD, field, 8 + length, r < count, CE_DE)
            : search(c, cylinder, head, r)
              && command(c, WRITE_DATA, field + 8, length, r < count, CE_DE);
    }
    return good;
}

static bool write_blocks(struct work_chain *c, const struct work_turn *turn)
{
    static uint8_t blocks[WORK_BLOCKS * FBA_BLOCK];
    enum { DEFINE_EXTENT = 0x63, LOCATE = 0x43, WRITE = 0x41, LOCATE_WRITE = 1 };
    uint8_t extent[16] = { 0 }, place[8] = { LOCATE_WRITE };
    put32(extent + 12, WORK_BLOCKS - 1);
    put16(place + 2, (uint16_t)turn->count);
    put32(place + 4, turn->first);
    for (unsigned i = 0; i < turn->count; i++)
        make_block(turn->first + i, turn->generation, blocks + (size_t)i * FBA_BLOCK);
    return command(c, DEFINE_EXTENT, extent, sizeof extent, true, CE_DE)
        && command(c, LOCATE, place, sizeof place, true, CE_DE)
        && command(c, WRITE, blocks, (size_t)turn->count * FBA_BLOCK, false, CE_DE);
}

static void begin(struct work_state *w, struct work_turn *turn)
{
    turn->from = w->done[turn->first];
    for (unsigned u = turn->first; u < turn->first + turn->count; u++) {
        uint32_t last = w->begun[u] > w->done[u] ? w->begun[u] : w->done[u];
        if (turn->generation <= last)
            turn->generation = last + 1;
    }
    for (unsigned u = turn->first; u < turn->first + turn->count; u++)
        w->begun[u] = turn->generation;
    __sync_synchronize();
}

struct work_turn work_next(struct work_state *w, unsigned track)
{
    struct work_turn turn = { .first = track, .count = 1 };
    begin(w, &turn);
    return turn;
}

/* Of blocks so many that they are often of two groups, now and then of three. */
struct work_turn work_choose(const struct work_kind *kind, struct work_state *w, uint32_t *random)
{
    enum { MOST = 200 };
    if (!kind->fba)
        return work_next(w, work_random(random) % WORK_TRACKS);
    struct work_turn turn = { .first = work_random(random) % WORK_BLOCKS,
                              .count = 1 + work_random(random) % MOST };
    if (turn.count > WORK_BLOCKS - turn.first)
        turn.count = WORK_BLOCKS - turn.first;
    begin(w, &turn);
    return turn;
}

bool work_do(struct device *device, struct work_state *w, const struct work_turn *turn)
{
    struct work_chain c = { .device = device };
    device->type->begin(device);
    bool good = ckd_of(device) ? write_track(&c, turn) : write_blocks(&c, turn);
    if (device->type->end)
        device->type->end(device, c.status);
    __sync_synchronize();
    for (unsigned u = turn->first; good && u < turn->first + turn->count; u++)
        w->done[u] = turn->generation;
    return good;
}

bool work_step(struct device *device, struct work_state *w, unsigned track)
{
    struct work_turn turn = work_next(w, track);
    return work_do(device, w, &turn);
}

/* ---- looking ----------------------------------------------------------------------------- */

struct looker {
    const char *unit;             /* its name */
    size_t (*make)(unsigned unit, uint32_t generation, uint8_t *bytes);
};

static bool look(const struct looker *l, const uint8_t *bytes, struct work_state *w, unsigned unit,
                 char *why, size_t size)
{
    static uint8_t wanted[2][WORK_TRACK_SIZE], other[WORK_TRACK_SIZE];
    uint32_t may[2] = { w->done[unit], w->begun[unit] };
    size_t differ[2] = { 0, 0 };
    for (unsigned i = 0; i < 2; i++) {
        size_t length = l->make(unit, may[i], wanted[i]);
        while (differ[i] < length && bytes[differ[i]] == wanted[i][differ[i]])
            differ[i]++;
        if (differ[i] == length) {
            w->done[unit] = w->begun[unit] = may[i];
            return true;
        }
    }
    unsigned is = 0;
    while (is < 50 && memcmp(bytes, other, l->make(unit, is, other)) != 0)
        is++;
    snprintf(why, size, "%s %u is neither generation %u (differs at %zu) nor %u (at %zu),"
             " but %d", l->unit, unit, may[0], differ[0], may[1], differ[1], is < 50 ? (int)is : -1);
    return false;
}

static bool look_at_tracks(const char *path, const struct cckd_opening *opening,
                           struct work_state *w, char *why, size_t size)
{
    static const struct looker track = { "track", make_track };
    struct disk_complaint complaint = { .text = "" };
    struct ckd_image *image = ckd_image_open_with(path, opening, &complaint);
    bool good = image;
    for (unsigned t = 0; good && t < WORK_TRACKS; t++) {
        const uint8_t *bytes = ckd_image_track(image, t, &complaint);
        good = bytes && look(&track, bytes, w, t, why, size);
    }
    if (complaint.text[0])
        snprintf(why, size, "%s", complaint.text);
    if (image)
        ckd_image_close(image, &complaint);
    return good;
}

static bool look_at_blocks(const char *path, const struct cckd_opening *opening,
                           struct work_state *w, char *why, size_t size)
{
    static const struct looker of_blocks = { "block", make_block };
    static uint8_t bytes[WORK_TRACK_SIZE];
    struct disk_complaint complaint = { .text = "" };
    struct fba_image image;
    bool opened = fba_image_open_with(&image, path, opening, 0, 0, &complaint), good = opened;
    for (unsigned b = 0; good && b < WORK_BLOCKS; b++)
        good = fba_image_read(&image, b, 1, bytes, &complaint)
            && look(&of_blocks, bytes, w, b, why, size);
    if (complaint.text[0])
        snprintf(why, size, "%s", complaint.text);
    if (opened)
        fba_image_close(&image, &complaint);
    return good;
}

bool work_look_all(const struct bench *b, const struct work_kind *kind, struct work_state *w,
                   char *why, size_t size)
{
    char pattern[128];
    struct cckd_opening opening = { .shadows = kind->shadows ? pattern : NULL };
    pattern_of(b, pattern, sizeof pattern);
    return kind->fba ? look_at_blocks(b->path, &opening, w, why, size)
                     : look_at_tracks(b->path, &opening, w, why, size);
}

static void work_fault(void *context, unsigned number, char severity, const char *text)
{
    char *why = context;
    if (severity != 'I' && !*why)
        snprintf(why, 300, "check: %u%c %s", number, severity, text);
}

bool work_check(const char *path, char *why, size_t size)
{
    char fault[300] = "";
    struct disk_complaint complaint;
    struct cckd_check job = { .level = CCKD_CHECK_IMAGES, .tell = work_fault, .context = fault };
    if (!cckd_check(path, &job, &complaint)) {
        snprintf(why, size, "%s", complaint.text);
        return false;
    }
    snprintf(why, size, "%s", fault);
    return job.faults == 0 && job.lost == 0;
}

bool work_check_all(const struct bench *b, const struct work_kind *kind, char *why, size_t size)
{
    char pattern[128], path[256];
    pattern_of(b, pattern, sizeof pattern);
    if (kind->compression == CKD_PLAIN)
        return true;
    bool good = work_check(b->path, why, size);
    for (unsigned i = 1; good && kind->shadows && i <= cckd_shadow_count(pattern); i++)
        good = cckd_shadow_name(pattern, i, path, sizeof path) && work_check(path, why, size);
    return good;
}
