/* Shadow files, 64-bit offsets and compressed FBA disks: layers are what they should be, a kill
 * at any moment loses nothing, damage is told and left alone, and Debian's hercules agrees. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/fba-image.h"
#include "tests/unit/dasd-bench.h"

static bool exists(const char *path) { return access(path, F_OK) == 0; }

/* ---- a disk with shadow files ----------------------------------------------------------- */

struct disk {
    char base[96], pattern[96], shadow[1 + CCKD_SHADOWS][96];
};

struct disk_sort { const char *model; unsigned cylinders; bool wide, base_protected; };

static void name_disk(struct disk *d, const struct bench *b, const char *name)
{
    snprintf(d->base, sizeof d->base, "%s/%s", b->folder, name);
    snprintf(d->pattern, sizeof d->pattern, "%s/%s_*.sh", b->folder, name);
    for (unsigned i = 1; i <= CCKD_SHADOWS; i++)
        snprintf(d->shadow[i], sizeof d->shadow[i], "%s/%s_%u.sh", b->folder, name, i);
    shell("rm -f %s*", d->base);
}

static void create(const struct disk *d, const char *model, unsigned cylinders, bool wide)
{
    struct ckd_creation creation = { .geometry = ckd_geometry_find(model), .wide = wide,
        .cylinders = cylinders, .compression = CKD_ZLIB, .null_track = CKD_NULL_R0 };
    struct disk_complaint why;
    check(ckd_image_create(d->base, &creation, &why), "%s", why.text);
}

static struct ckd_image *open_disk(const struct disk *d, bool writable, bool base_protected)
{
    struct disk_complaint why = { "" };
    struct cckd_opening opening = { .shadows = d->pattern, .writable = writable,
                                    .base_protected = base_protected };
    struct ckd_image *image = ckd_image_open_with(d->base, &opening, &why);
    check(image, "%s: %s", d->base, why.text);
    return image;
}

/* A new disk of this name, opened for writing. */
static struct ckd_image *new_disk(struct disk *d, const struct bench *b, const char *name,
                                  const struct disk_sort *sort)
{
    name_disk(d, b, name);
    create(d, sort->model, sort->cylinders, sort->wide);
    return open_disk(d, true, sort->base_protected);
}

static void close_disk(struct ckd_image *image)
{
    struct disk_complaint why = { "" };
    check(ckd_image_close(image, &why), "%s", why.text);
}

/* A track of one record that says its version, and random rest so that lengths differ. */
static bool put_version(struct ckd_image *image, unsigned track, unsigned version,
                        struct disk_complaint *why)
{
    const struct ckd_shape *shape = ckd_image_shape(image);
    unsigned cylinder = track / shape->heads, head = track % shape->heads;
    uint8_t *bytes = ckd_image_track(image, track, why);
    if (!bytes)
        return false;
    ckd_track_format(bytes, cylinder, head);
    unsigned length = 8 + (version * 37 + track * 11) % 3000;
    uint8_t *data = ckd_track_append(bytes, shape->track_size, cylinder, head, 1, 0, length);
    for (unsigned i = 0; i < length; i++)
        data[i] = (uint8_t)(i < 4 ? version >> (24 - 8 * i) : version * 7 + i * i % 251);
    return ckd_image_write(image, track, 5, ckd_track_length(bytes, shape->track_size), true, why);
}

/* 0: the track was never written; -1: it makes no sense. */
static int version_of(struct ckd_image *image, unsigned track)
{
    struct disk_complaint why = { "" };
    const uint8_t *bytes = ckd_image_track(image, track, &why);
    if (!check(bytes, "%s", why.text))
        return -1;
    const uint8_t *data = bytes + 5 + 16 + 8;
    if (data[-8] == 0xFF)
        return 0;
    unsigned version = (unsigned)data[0] << 24 | (unsigned)data[1] << 16
        | (unsigned)data[2] << 8 | data[3];
    unsigned length = (unsigned)data[-2] << 8 | data[-1];
    if (length != 8 + (version * 37 + track * 11) % 3000)
        return -1;
    for (unsigned i = 4; i < length; i++)
        if (data[i] != (uint8_t)(version * 7 + i * i % 251))
            return -1;
    return (int)version;
}

static void put(struct ckd_image *image, unsigned track, unsigned version)
{
    struct disk_complaint why = { "" };
    check(put_version(image, track, version, &why), "%s", why.text);
}

#define HAS(image, track, version) \
    check(version_of(image, track) == (version), "track %u has version %d, not %d", track, \
          version_of(image, track), version)

#define WORKS(call) check(call, "%s", why.text)

static void layers(struct bench *b, bool wide)
{
    struct disk d;
    struct disk_complaint why = { "" };
    struct ckd_image *image = new_disk(&d, b, "layers", &(struct disk_sort){ "3330", 30, wide, false });
    if (!image)
        return;
    check(!exists(d.shadow[1]), "a base that may be written needs no shadow file");
    put(image, 0, 10);
    put(image, 1, 11);
    put(image, 300, 12);
    WORKS(cckd_chain_add(ckd_image_chain(image), &why));
    ckd_image_changed(image);
    HAS(image, 1, 11);
    put(image, 1, 21);
    put(image, 2, 22);
    put(image, 500, 23);
    close_disk(image);
    image = open_disk(&d, true, false);                   /* found again by its name */
    if (!image)
        return;
    HAS(image, 0, 10); HAS(image, 1, 21); HAS(image, 2, 22); HAS(image, 300, 12);
    WORKS(cckd_chain_add(ckd_image_chain(image), &why));
    put(image, 300, 32);
    put(image, 1, 31);
    check(cckd_chain_remove(ckd_image_chain(image), CCKD_THROW_AWAY, &why), "%s", why.text);
    ckd_image_changed(image);
    check(!exists(d.shadow[2]), "it is gone");
    HAS(image, 1, 21); HAS(image, 300, 12);
    WORKS(cckd_chain_add(ckd_image_chain(image), &why));
    put(image, 1, 41);
    WORKS(cckd_file_compact(cckd_chain_top(ckd_image_chain(image)), &why));
    put(image, 3, 43);
    WORKS(cckd_chain_remove(ckd_image_chain(image), CCKD_MERGE, &why));
    WORKS(cckd_chain_remove(ckd_image_chain(image), CCKD_MERGE, &why));
    ckd_image_changed(image);
    check(!exists(d.shadow[1]), "merged into the base");
    check(!cckd_chain_remove(ckd_image_chain(image), CCKD_MERGE, &why)
          && strstr(why.text, "is the base"), "%s", why.text);
    close_disk(image);
    image = ckd_image_open(d.base, true, &why);
    if (!check(image, "%s", why.text))
        return;
    HAS(image, 0, 10); HAS(image, 1, 41); HAS(image, 2, 22); HAS(image, 3, 43);
    HAS(image, 300, 12); HAS(image, 500, 23); HAS(image, 4, 0);
    WORKS(cckd_file_compact(cckd_chain_top(ckd_image_chain(image)), &why));
    struct cckd_file *top = cckd_chain_top(ckd_image_chain(image));
    uint64_t left = 0;
    for (size_t i = 0; i < top->free.count; i++)
        left += top->free.extent[i].length;
    check(left < 200, "%llu bytes are free", (unsigned long long)left);
    ckd_image_changed(image);
    HAS(image, 300, 12);
    close_disk(image);
}

static void protected_base(struct bench *b)
{
    struct disk d;
    struct disk_complaint why = { "" };
    struct ckd_image *image = new_disk(&d, b, "protected", &(struct disk_sort){ "2311", 3, false, true });
    if (!image)
        return;
    check(exists(d.shadow[1]), "a shadow file is made for it at once");
    struct ckd_image *another = ckd_image_open(d.base, false, &why);
    if (check(another, "the base can be shared: %s", why.text))
        close_disk(another);
    put(image, 5, 50);
    struct cckd_chain *chain = ckd_image_chain(image);
    check(!cckd_chain_remove(chain, CCKD_MERGE, &why) && strstr(why.text, "force"), "%s", why.text);
    WORKS(cckd_chain_remove(chain, CCKD_THROW_AWAY, &why));
    ckd_image_changed(image);
    check(exists(d.shadow[1]) && chain->count == 2, "an empty one took its place");
    HAS(image, 5, 0);
    put(image, 5, 51);
    for (unsigned i = 2; i <= CCKD_SHADOWS; i++)
        WORKS(cckd_chain_add(chain, &why));
    check(!cckd_chain_add(chain, &why) && strstr(why.text, "8 shadow files"), "%s", why.text);
    while (chain->count > 2)
        if (!WORKS(cckd_chain_remove(chain, CCKD_MERGE, &why)))
            break;
    WORKS(cckd_chain_remove(chain, CCKD_MERGE_FORCED, &why));
    ckd_image_changed(image);
    HAS(image, 5, 51);
    close_disk(image);
}

static void misfits(struct bench *b)
{
    struct disk d, other;
    struct disk_complaint why = { "" };
    name_disk(&d, b, "misfit");
    name_disk(&other, b, "other");
    create(&d, "2311", 3, false);
    create(&other, "2311", 4, false);
    struct ckd_image *image = open_disk(&other, true, true);
    if (image)
        close_disk(image);
    shell("cp %s %s", other.shadow[1], d.shadow[1]);
    struct cckd_opening opening = { .shadows = d.pattern, .writable = true };
    check(!ckd_image_open_with(d.base, &opening, &why) && strstr(why.text, "another type or size"),
          "%s", why.text);
    check(!ckd_image_open(d.shadow[1], true, &why) && strstr(why.text, "shadow file"), "%s",
          why.text);
    opening.base_protected = true;
    opening.shadows = "/nowhere/at/all_*";
    check(!ckd_image_open_with(d.base, &opening, &why) && strstr(why.text, "can't be made"), "%s",
          why.text);
    opening.shadows = "x/";
    check(!ckd_image_open_with(d.base, &opening, &why) && strstr(why.text, "no name"), "%s",
          why.text);
    char path[32];
    check(cckd_shadow_name("a.b/c_*.d", 3, path, sizeof path) && strcmp(path, "a.b/c_3.d") == 0
          && cckd_shadow_name("a.b/c_x", 8, path, sizeof path) && strcmp(path, "a.b/c_8") == 0
          && !cckd_shadow_name(".d", 1, path, sizeof path), "names: %s", path);
}

/* ---- kills ---------------------------------------------------------------------------------- */

/* Writes, adds, merges and compresses without end; after each write it notes what is now there.
 * Nothing of that but the writes changes what the disk holds. */
static void work_forever(const struct disk *d, volatile unsigned *done, unsigned seed)
{
    struct disk_complaint why;
    struct cckd_opening opening = { .shadows = d->pattern, .writable = true };
    struct ckd_image *image = ckd_image_open_with(d->base, &opening, &why);
    if (!image)
        _exit(1);
    unsigned tracks = ckd_image_shape(image)->tracks;
    struct cckd_chain *chain = ckd_image_chain(image);
    *bench_random() = seed + 1;
    for (unsigned round = 0;; round++) {
        unsigned t = random_below(tracks);
        if (!put_version(image, t, done[t] + 1, &why))
            _exit(2);
        done[t]++;
        bool good = true;
        if (round % 20 == 5 && chain->count < 5)
            good = cckd_chain_add(chain, &why);
        else if (round % 20 == 12 && chain->count > 2)
            good = cckd_chain_remove(chain, CCKD_MERGE, &why);
        else if (round % 40 == 18)
            good = cckd_file_compact(cckd_chain_top(chain), &why);
        if (!good)
            _exit(3);
    }
}

static void check_after_kill(const struct disk *d, volatile unsigned *done)
{
    struct ckd_image *image = open_disk(d, true, false);
    if (!image)
        return;
    unsigned tracks = ckd_image_shape(image)->tracks, odd = 0;
    for (unsigned t = 0; t < tracks; t++) {
        int version = version_of(image, t);
        if (version != (int)done[t] && version != (int)done[t] + 1)
            odd++;
        else
            done[t] = (unsigned)version;
    }
    check(odd == 0, "after a kill %u tracks are neither old nor new", odd);
    close_disk(image);
}

static void kills(struct bench *b, bool wide)
{
    unsigned rounds = getenv("DASD_KILLS") ? (unsigned)atoi(getenv("DASD_KILLS")) : 12;
    volatile unsigned *done = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct disk d;
    name_disk(&d, b, "kill");
    create(&d, "2311", 30, wide);
    for (unsigned i = 0; i < rounds; i++) {
        pid_t child = fork();
        if (child == 0)
            work_forever(&d, done, i);
        struct timespec nap = { 0, 1000000 + (long)random_below(30000000) };
        nanosleep(&nap, NULL);
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        check(WIFSIGNALED(status), "the writer ended by itself: %d", status);
        check_after_kill(&d, done);
    }
    munmap((void *)done, 4096);
}

/* ---- compressed FBA ---------------------------------------------------------------------------- */

static void fill_block(uint8_t *block, uint32_t number, unsigned version)
{
    for (unsigned i = 0; i < FBA_BLOCK; i++)
        block[i] = (uint8_t)(number * 5 + version + i % 7);
}

static void put_blocks(struct fba_image *image, uint32_t first, uint32_t count, unsigned version)
{
    struct disk_complaint why = { "" };
    uint8_t *bytes = malloc((size_t)count * FBA_BLOCK);
    for (uint32_t i = 0; i < count; i++)
        fill_block(bytes + (size_t)i * FBA_BLOCK, first + i, version);
    check(fba_image_write(image, first, count, bytes, &why), "%s", why.text);
    free(bytes);
}

static void check_blocks(struct fba_image *image, uint32_t first, uint32_t count,
                         unsigned version)
{
    struct disk_complaint why = { "" };
    uint8_t block[FBA_BLOCK], expected[FBA_BLOCK];
    unsigned bad = 0;
    for (uint32_t i = first; i < first + count; i++) {
        fill_block(expected, i, version);
        bad += !fba_image_read(image, i, 1, block, &why) || memcmp(block, expected, FBA_BLOCK);
    }
    check(bad == 0, "%u of blocks %u to %u differ %s", bad, first, first + count - 1, why.text);
}

static void fba_disks(struct bench *b, int compression, bool wide)
{
    struct disk d;
    struct disk_complaint why = { "" };
    struct fba_image image;
    enum { BLOCKS = 50000 };
    name_disk(&d, b, "fba");
    struct fba_creation creation = { .blocks = BLOCKS, .volser = "FBA001", .wide = wide,
                                     .compression = compression };
    if (!WORKS(fba_image_create(d.base, &creation, &why)))
        return;
    struct cckd_opening opening = { .shadows = d.pattern, .writable = true };
    if (!check(fba_image_open_with(&image, d.base, &opening, 0, 0, &why), "%s", why.text))
        return;
    check(image.blocks == BLOCKS, "%u blocks", image.blocks);
    put_blocks(&image, 100, 300, 1);
    put_blocks(&image, BLOCKS - 50, 50, 2);
    put_blocks(&image, 31000, 10, 3);
    WORKS(cckd_chain_add(image.chain, &why));
    put_blocks(&image, 200, 30, 4);
    uint8_t block[FBA_BLOCK];
    static const uint8_t label[] = { 0xE5, 0xD6, 0xD3, 0xF1, 0xC6, 0xC2, 0xC1 };
    check(fba_image_read(&image, 1, 1, block, &why) && memcmp(block, label, sizeof label) == 0,
          "the label");
    check(fba_image_read(&image, 7, 1, block, &why) && block[0] == 0, "a block never written");
    WORKS(fba_image_close(&image, &why));
    check(exists(d.shadow[1]), "a shadow file");
    if (!WORKS(fba_image_open_with(&image, d.base, &opening, 0, 0, &why)))
        return;
    check_blocks(&image, 100, 100, 1);
    check_blocks(&image, 200, 30, 4);
    check_blocks(&image, 230, 170, 1);
    check_blocks(&image, BLOCKS - 50, 50, 2);
    check_blocks(&image, 31000, 10, 3);
    WORKS(cckd_chain_remove(image.chain, CCKD_MERGE, &why));
    fba_image_changed(&image);
    check_blocks(&image, 200, 30, 4);
    WORKS(fba_image_close(&image, &why));
}

/* ---- damage -------------------------------------------------------------------------------------- */

static void read_all(const char *path, const struct cckd_opening *opening, bool fba)
{
    struct disk_complaint why = { "" };
    uint8_t block[FBA_BLOCK];
    if (fba) {
        struct fba_image image;
        if (!fba_image_open_with(&image, path, opening, 0, 0, &why)) {
            check(why.text[0], "a complaint");
            return;
        }
        for (uint32_t i = 0; i < image.blocks && i < 600; i += 60)
            if (!fba_image_read(&image, i, 1, block, &why))
                check(why.text[0], "a complaint");
        fba_image_close(&image, &why);
        return;
    }
    struct ckd_image *image = ckd_image_open_with(path, opening, &why);
    if (!image) {
        check(why.text[0], "a complaint");
        return;
    }
    for (unsigned t = 0; t < ckd_image_shape(image)->tracks && t < 600; t++) {
        why.text[0] = 0;
        if (!ckd_image_track(image, t, &why))
            check(why.text[0], "a complaint");
    }
    ckd_image_close(image, &why);
}

static void damage_file(const char *target, const char *path, const struct cckd_opening *opening,
                        bool fba)
{
    size_t length = 0, after = 0;
    uint8_t *good = bench_load(target, &length), *bad = malloc(length + 1);
    for (unsigned i = 0; good && i < 120; i++) {
        memcpy(bad, good, length);
        size_t n = i % 4 == 0 ? random_below((unsigned)length) : length;
        for (unsigned flips = 1 + random_below(6); flips && n; flips--) {
            size_t near = i % 2 && n > 1300 ? 1300 : n;
            bad[random_below((unsigned)near)] ^= (uint8_t)(1 << random_below(8));
        }
        FILE *file = fopen(target, "wb");
        fwrite(bad, 1, n, file);
        fclose(file);
        read_all(path, opening, fba);
        uint8_t *now = bench_load(target, &after);
        check(after == n && memcmp(now, bad, n) == 0, "a bad image was changed");
        free(now);
    }
    FILE *file = fopen(target, "wb");
    if (good)
        fwrite(good, 1, length, file);
    fclose(file);
    free(good);
    free(bad);
}

static void damage(struct bench *b, bool fba, bool wide)
{
    struct disk d;
    struct disk_complaint why = { "" };
    struct fba_image f;
    name_disk(&d, b, "damage");
    struct cckd_opening opening = { .shadows = d.pattern, .writable = true,
                                    .base_protected = true };
    if (fba) {
        struct fba_creation creation = { .blocks = 600, .compression = CKD_ZLIB, .wide = wide };
        WORKS(fba_image_create(d.base, &creation, &why));
        if (!WORKS(fba_image_open(&f, d.base, true, 0, 0, &why)))
            return;
        put_blocks(&f, 0, 400, 1);
        fba_image_close(&f, &why);
        if (!WORKS(fba_image_open_with(&f, d.base, &opening, 0, 0, &why)))
            return;
        put_blocks(&f, 130, 5, 2);
        fba_image_close(&f, &why);
    } else {
        create(&d, "2311", 3, wide);
        struct ckd_image *image = open_disk(&d, true, true);
        if (!image)
            return;
        for (unsigned t = 0; t < 30; t++)
            put(image, t, t + 1);
        WORKS(cckd_chain_remove(ckd_image_chain(image), CCKD_MERGE_FORCED, &why));
        WORKS(cckd_chain_add(ckd_image_chain(image), &why));
        put(image, 3, 99);
        close_disk(image);
    }
    damage_file(d.base, d.base, &opening, fba);
    damage_file(d.shadow[1], d.base, &opening, fba);
}

/* A CCKD64 file beyond 4 GB, sparse: an image there is read, and written again. */
static void beyond_4gb(struct bench *b)
{
    struct disk d;
    struct disk_complaint why = { "" };
    struct ckd_image *image = new_disk(&d, b, "large", &(struct disk_sort){ "3330", 30, true, false });
    if (!image)
        return;
    put(image, 1, 1);
    close_disk(image);
    off_t far = (off_t)6 << 30;
    if (truncate(d.base, far) != 0 || !(image = open_disk(&d, true, false)))
        return;
    struct cckd_file *file = &ckd_image_chain(image)->file[0];
    uint64_t at, got;
    while (file->free.count)               /* leave no room below */
        free_space_take(&file->free, file->free.extent[0].length, 16, false, &at, &got);
    put(image, 1, 2);
    put(image, 400, 3);
    check(cckd_file_entry(file, 1).at >= (uint64_t)far, "it lies beyond");
    close_disk(image);
    if ((image = open_disk(&d, true, false))) {
        HAS(image, 1, 2);
        HAS(image, 400, 3);
        WORKS(cckd_file_compact(cckd_chain_top(ckd_image_chain(image)), &why));
        ckd_image_changed(image);
        HAS(image, 400, 3);
        close_disk(image);
        struct stat status;
        check(stat(d.base, &status) == 0 && status.st_size < 100000, "compressed: %lld bytes",
              (long long)status.st_size);
    }
}

/* ---- with the peer ---------------------------------------------------------------------------------- */

/* Our shadow files: accepted by cckdcdsk, and dasdcopy reads the same volume through them. */
static void peer_reads_shadows(struct bench *b)
{
    struct disk d;
    struct disk_complaint why = { "" };
    struct ckd_image *image = new_disk(&d, b, "peer", &(struct disk_sort){ "3330", 30, false, true });
    if (!image)
        return;
    for (unsigned t = 0; t < 40; t++)
        put(image, t, t + 1);
    WORKS(cckd_chain_add(ckd_image_chain(image), &why));
    for (unsigned t = 20; t < 60; t++)
        put(image, t, t + 101);
    put(image, 400, 7);
    close_disk(image);
    peer_finds_nothing(b, d.base, "a base");
    peer_finds_nothing(b, d.shadow[1], "a shadow file");
    peer_finds_nothing(b, d.shadow[2], "a second shadow file");
    check(shell("dasdcopy -o ckd %s sf=%s %s/flat >/dev/null 2>&1", d.base, d.pattern, b->folder) == 0,
          "dasdcopy with shadow files");
    snprintf(b->path, sizeof b->path, "%s/flat", b->folder);
    image = ckd_image_open(b->path, false, &why);
    if (!check(image, "%s", why.text))
        return;
    for (unsigned t = 0; t < 70; t++)
        HAS(image, t, (int)(t < 20 ? t + 1 : t < 60 ? t + 101 : 0));
    HAS(image, 400, 7);
    close_disk(image);
}

/* The peer adds and merges shadow files of a disk of ours, and we go on with what it left. */
static void peer_works_on_shadows(struct bench *b)
{
    struct disk d;
    struct ckd_image *image = new_disk(&d, b, "both", &(struct disk_sort){ "3330", 30, false, true });
    if (!image)
        return;
    for (unsigned t = 0; t < 40; t++)
        put(image, t, t + 1);
    close_disk(image);
    shell("cd %s && printf 'CPUSERIAL 000001\\nCPUMODEL 0148\\nMAINSIZE 2\\nNUMCPU 1\\n"
          "0150 3330 %s sf=%s\\n' >h.cnf && printf 'sf+150\\npause 1\\nquit\\n' >h.rc &&"
          " sleep 3 | HERCULES_RC=h.rc timeout 10 hercules -f h.cnf >h.log 2>&1", b->folder,
          d.base, d.pattern);
    if (!check(exists(d.shadow[2]), "hercules made a second shadow file"))
        return;
    if (!(image = open_disk(&d, true, true)))
        return;
    HAS(image, 39, 40);
    put(image, 39, 1000);
    put(image, 41, 1001);
    close_disk(image);
    shell("cd %s && printf 'sf-150\\npause 1\\nquit\\n' >h.rc &&"
          " sleep 3 | HERCULES_RC=h.rc timeout 10 hercules -f h.cnf >h.log 2>&1", b->folder);
    check(!exists(d.shadow[2]), "hercules merged it");
    if (!(image = open_disk(&d, true, true)))
        return;
    HAS(image, 0, 1); HAS(image, 38, 39); HAS(image, 39, 1000); HAS(image, 41, 1001);
    close_disk(image);
    peer_finds_nothing(b, d.shadow[1], "what both wrote");
}

static void peer_and_fba(struct bench *b)
{
    struct disk_complaint why = { "" };
    struct fba_image image;
    static const int ways[] = { CKD_UNCOMPRESSED, CKD_ZLIB, CKD_BZIP2 };
    static const char *const switches[] = { "-0", "-z", "-bz2" };
    for (unsigned i = 0; i < 3; i++) {
        shell("cd %s && rm -f cf ff back", b->folder);
        snprintf(b->path, sizeof b->path, "%s/cf", b->folder);
        struct fba_creation creation = { .blocks = 125664, .volser = "CFBA01",
                                         .compression = ways[i] };
        WORKS(fba_image_create(b->path, &creation, &why));
        peer_finds_nothing(b, b->path, "a new compressed FBA disk");
        if (!WORKS(fba_image_open(&image, b->path, true, 0, 0, &why)))
            return;
        put_blocks(&image, 1000, 500, 1);
        put_blocks(&image, 125600, 64, 2);
        WORKS(fba_image_close(&image, &why));
        peer_finds_nothing(b, b->path, "a compressed FBA disk");
        check(shell("cd %s && dasdcopy -o fba cf ff >/dev/null 2>&1 &&"
                    " dasdcopy %s -o cfba ff back >/dev/null 2>&1", b->folder, switches[i]) == 0,
              "dasdcopy %s", switches[i]);
        static const char *const copies[] = { "ff", "back" };
        for (unsigned c = 0; c < 2; c++) {
            snprintf(b->path, sizeof b->path, "%s/%s", b->folder, copies[c]);
            if (!WORKS(fba_image_open(&image, b->path, true, 0, 0, &why)))
                continue;
            check(image.blocks >= 125664, "%u blocks", image.blocks);
            check_blocks(&image, 1000, 500, 1);
            check_blocks(&image, 125600, 64, 2);
            put_blocks(&image, 1100, 10, 5);
            WORKS(fba_image_close(&image, &why));
        }
        peer_finds_nothing(b, b->path, "theirs, written here");
    }
}

/* ---- through the device --------------------------------------------------------------------------------- */

/* The operator works on the files between a search and the update of the record it found: the
 * update takes place, or, when the record may have gone with its file, is refused. */
static void in_a_chain(struct bench *b)
{
    static const enum disk_shadow_action actions[] = { DISK_SHADOW_ADD, DISK_SHADOW_DISPLAY,
        DISK_SHADOW_TRACE, DISK_SHADOW_COMPACT, DISK_SHADOW_CHECK, DISK_SHADOW_MERGE, DISK_SHADOW_ADD,
        DISK_SHADOW_THROW_AWAY };
    static const struct step seek = { 0x07, "0000 0000 0001", 0, CE_DE, 0, 0, 0 },
        search = { 0x31, "0000 0001 01", 0, FOUND, 0, 0, true },
        update = { 0x05, "C1C2C3", 0, CE_DE, 0, 0, 0 };
    uint8_t out[8];
    size_t given;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        b->device.type->begin(&b->device);
        bench_command(b, &seek, 0, true, out, &given);
        unsigned status = 0;
        for (unsigned n = 0; n < 5 && status != FOUND; n++)
            status = bench_command(b, &search, 0x07, true, out, &given);
        check(status == FOUND, "found: %02X", status);
        check(disk_shadow(&b->device, actions[i], 3) == DISK_SHADOW_DONE, "%s", b->said);
        check(actions[i] != DISK_SHADOW_TRACE || strstr(b->said, " image 0000000"), "%s", b->said);
        status = bench_command(b, &update, 0x31, false, out, &given);
        bool thrown = actions[i] == DISK_SHADOW_THROW_AWAY;
        check(status == (thrown ? UC : CE_DE), "action %zu: update gives %02X (%s)", i, status,
              b->said);
        b->device.type->end(&b->device, status);
    }
}

static void statements(struct bench *b)
{
    struct disk d;
    char option[128], description[256];
    name_disk(&d, b, "stmt");
    create(&d, "3330", 3, true);
    snprintf(option, sizeof option, "sf=%s", d.pattern);
    char *argv[] = { d.base, option, "ro" };
    if (!check(bench_attach(b, "3330", 3, argv), "%s", b->said))
        return;
    b->device.type->describe(&b->device, description, sizeof description);
    check(strstr(description, "64-bit, 1 shadow file]"), "%s", description);
    CHAIN(b, "a format write", { 0x07, "0000 0000 0001", 0, CE_DE, 0, 0, 0 },
          { 0x31, "0000 0001 00", 0, FOUND, 0, 0, true },
          { 0x1D, "0000 0001 01 00 0003 C1C2C3", 0, CE_DE, 0, 0, 0 });
    bench_detach(b);
    if (!check(bench_attach(b, "3330", 3, argv), "%s", b->said))
        return;
    in_a_chain(b);
    CHAIN(b, "it is there", { 0x07, "0000 0000 0001", 0, CE_DE, 0, 0, 0 },
          { 0x31, "0000 0001 01", 0, FOUND, 0, 0, true },
          { 0x06, NULL, 3, CE_DE, "C1C2C3", 0, 0 });
    bench_detach(b);
}

int main(void)
{
    struct bench b;
    bench_folder(&b);
    if (!freopen("/dev/null", "r", stdin))
        return 1;
    for (unsigned wide = 0; wide < 2; wide++) {
        layers(&b, wide);
        kills(&b, wide);
        fba_disks(&b, CKD_ZLIB, wide);
        damage(&b, false, wide);
        damage(&b, true, wide);
    }
    fba_disks(&b, CKD_BZIP2, false);
    protected_base(&b);
    misfits(&b);
    beyond_4gb(&b);
    statements(&b);
    if (have("cckdcdsk") && have("hercules")) {
        peer_reads_shadows(&b);
        peer_works_on_shadows(&b);
        peer_and_fba(&b);
    } else {
        skip("hercules is not installed");
    }
    bench_free(&b);
    return checks_done();
}
