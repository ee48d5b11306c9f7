/* Images of CKD disks: what is written is read again; what others made is read, and what is
 * made here others accept (Debian's hercules tools, where they are installed); a kill at any
 * moment; rubbish. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/dasd-bench.h"

static const struct { const char *name; enum ckd_compression compression; } kinds[] = {
    { "plain", CKD_PLAIN }, { "uncompressed", CKD_UNCOMPRESSED }, { "zlib", CKD_ZLIB },
    { "bzip2", CKD_BZIP2 }
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void create(const char *path, const char *model, unsigned cylinders, unsigned kind)
{
    struct ckd_creation creation = { .geometry = ckd_geometry_find(model),
        .cylinders = cylinders, .compression = kinds[kind].compression,
        .null_track = CKD_NULL_R0 };
    struct disk_complaint why;
    unlink(path);
    check(ckd_image_create(path, &creation, &why), "%s", why.text);
}

/* ---- a volume whose content follows from a number ------------------------------------------- */

/* Records of several lengths, filled with what `version` and the place give. */
static size_t fill_track(uint8_t *track, size_t size, unsigned cylinder, unsigned head,
                         unsigned version)
{
    ckd_track_format(track, cylinder, head);
    unsigned records = (cylinder * 7 + head * 3 + version) % 9;
    for (unsigned r = 1; r <= records; r++) {
        unsigned length = (version * 131 + r * 97 + head * 11) % 900;
        uint8_t *data = ckd_track_append(track, size, cylinder, head, r, r % 3, length);
        for (unsigned i = 0; data && i < length + r % 3; i++)
            data[i] = (uint8_t)(version + (r % 2 ? i * i : r));
    }
    return ckd_track_length(track, size);
}

static bool put_track(struct ckd_image *image, unsigned track, unsigned version,
                      struct disk_complaint *why)
{
    const struct ckd_shape *shape = ckd_image_shape(image);
    uint8_t *bytes = ckd_image_track(image, track, why);
    if (!bytes)
        return false;
    size_t length = fill_track(bytes, shape->track_size, track / shape->heads,
                               track % shape->heads, version);
    return ckd_image_write(image, track, 5, length, true, why);
}

static bool is_version(struct ckd_image *image, unsigned track, unsigned version,
                       struct disk_complaint *why)
{
    static uint8_t expected[65536];
    const struct ckd_shape *shape = ckd_image_shape(image);
    const uint8_t *bytes = ckd_image_track(image, track, why);
    size_t length = fill_track(expected, shape->track_size, track / shape->heads,
                               track % shape->heads, version);
    return bytes && memcmp(bytes, expected, length) == 0;
}

static void write_volume(const char *path, unsigned rounds)
{
    struct disk_complaint why = { "" };
    struct ckd_image *image = ckd_image_open(path, true, &why);
    if (!check(image, "%s", why.text))
        return;
    unsigned tracks = ckd_image_shape(image)->tracks;
    for (unsigned version = 1; version <= rounds; version++)
        for (unsigned t = 0; t < tracks; t++)
            if (!check(put_track(image, t, version + (t % 5 == 0), &why), "%s", why.text))
                break;
    check(ckd_image_close(image, &why), "%s", why.text);
}

static void check_volume(const char *path, unsigned version, const char *what)
{
    struct disk_complaint why = { "" };
    struct ckd_image *image = ckd_image_open(path, false, &why);
    if (!check(image, "%s: %s", what, why.text))
        return;
    unsigned tracks = ckd_image_shape(image)->tracks, bad = 0;
    for (unsigned t = 0; t < tracks; t++)
        bad += !is_version(image, t, version + (t % 5 == 0), &why);
    check(bad == 0, "%s: %u of %u tracks differ (%s)", what, bad, tracks, why.text);
    ckd_image_close(image, &why);
}

static void round_trips(struct bench *b)
{
    for (unsigned k = 0; k < KINDS; k++) {
        snprintf(b->path, sizeof b->path, "%s/rt", b->folder);
        create(b->path, "3330", 20, k);
        write_volume(b->path, 1);
        check_volume(b->path, 1, kinds[k].name);
        write_volume(b->path, 3);                  /* space is freed and used again */
        check_volume(b->path, 3, kinds[k].name);
    }
}

/* ---- with the peer's tools --------------------------------------------------------------------- */

static void peer_accepts(struct bench *b)
{
    if (!have("cckdcdsk"))
        return skip("hercules' tools are not installed");
    for (unsigned k = 1; k < KINDS; k++) {
        snprintf(b->path, sizeof b->path, "%s/ours", b->folder);
        create(b->path, "3330", 20, k);
        peer_finds_nothing(b, b->path, "a new image");
        write_volume(b->path, 3);
        peer_finds_nothing(b, b->path, kinds[k].name);
        int status = shell("cd %s && rm -f back && cckd2ckd ours back >/dev/null 2>&1", b->folder);
        check(status == 0, "cckd2ckd on %s: %d", kinds[k].name, status);
        snprintf(b->path, sizeof b->path, "%s/back", b->folder);
        check_volume(b->path, 3, "what cckd2ckd made of ours");
        shell("cd %s && cckdswap ours >/dev/null 2>&1", b->folder);
        snprintf(b->path, sizeof b->path, "%s/ours", b->folder);
        check_volume(b->path, 3, "bytes swapped by cckdswap");
        write_volume(b->path, 2);
        check_volume(b->path, 2, "written with bytes swapped");
        shell("cd %s && cckdswap ours >/dev/null 2>&1", b->folder);
        peer_finds_nothing(b, b->path, "written with bytes swapped, and swapped back");
    }
}

static void peer_made(struct bench *b)
{
    static const char *const switches[] = { "-z", "-bz2", "-0" };
    if (!have("ckd2cckd"))
        return skip("hercules' tools are not installed");
    snprintf(b->path, sizeof b->path, "%s/ours", b->folder);
    create(b->path, "3330", 20, 0);
    write_volume(b->path, 2);
    for (unsigned i = 0; i < 3; i++) {
        /* Debian's tool fails now and then, whatever it copies. */
        check(shell("cd %s && for i in 1 2 3; do rm -f theirs; dasdcopy %s -o cckd ours theirs "
                    ">/dev/null 2>&1 && exit 0; done; exit 1", b->folder, switches[i]) == 0,
              "dasdcopy %s", switches[i]);
        snprintf(b->path, sizeof b->path, "%s/theirs", b->folder);
        check_volume(b->path, 2, switches[i]);
        write_volume(b->path, 3);
        check_volume(b->path, 3, switches[i]);
        peer_finds_nothing(b, b->path, "theirs, written here");
    }
}

static int quiet_dasdinit(int argc, char **argv)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(freopen("/dev/null", "w", stdout) ? dasdinit_main(argc, argv) : 9);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* dasdinit of both makes the same, up to the owner's name in the label and how null tracks
 * are stored. */
static void same_as_dasdinit(struct bench *b)
{
    if (!have("dasdinit"))
        return skip("hercules' tools are not installed");
    for (size_t i = 0; ckd_geometry_row(i); i++) {
        const struct ckd_geometry *g = ckd_geometry_row(i);
        char a[96], o[96], cylinders[8];
        snprintf(a, sizeof a, "%s/a", b->folder);
        snprintf(o, sizeof o, "%s/o", b->folder);
        snprintf(cylinders, sizeof cylinders, "2");
        if (shell("rm -f %s %s; dasdinit %s %s TEST01 2 >/dev/null 2>&1", a, o, a, g->name) != 0)
            continue;
        char *argv[] = { "dasdinit", o, (char *)g->name, "TEST01", cylinders };
        check(quiet_dasdinit(5, argv) == 0, "dasdinit %s", g->name);
        size_t na = 0, no = 0;
        uint8_t *ba = bench_load(a, &na), *bo = bench_load(o, &no);
        unsigned differ = 0;
        for (size_t at = 0; na == no && at < na; at++)
            differ += ba[at] != bo[at];
        check(na == no && differ <= 10, "%s: %zu and %zu bytes, %u differ", g->name, na, no,
              differ);
        free(ba);
        free(bo);
    }
}

/* ---- a kill ------------------------------------------------------------------------------------------ */

/* Writes tracks, and after each notes in `done` (shared) the version that is now in the file. */
static void write_forever(const char *path, volatile unsigned *done)
{
    struct disk_complaint why;
    struct ckd_image *image = ckd_image_open(path, true, &why);
    if (!image)
        _exit(1);
    unsigned tracks = ckd_image_shape(image)->tracks;
    for (unsigned version = 1;; version++)
        for (unsigned t = 0; t < tracks; t++) {
            if (!put_track(image, t, done[t] + 1, &why))
                _exit(2);
            done[t]++;
        }
}

/* Whatever was told to be done is in the file; the track that was being written is the old,
 * the new, or on a plain image the new with fewer records. */
static void check_after_kill(const char *path, const volatile unsigned *done, bool plain)
{
    struct disk_complaint why = { "" };
    struct ckd_image *image = ckd_image_open(path, true, &why);
    if (!check(image, "after a kill: %s", why.text))
        return;
    unsigned odd = 0, tracks = ckd_image_shape(image)->tracks;
    for (unsigned t = 0; t < tracks; t++)
        if (!is_version(image, t, done[t], &why) && !is_version(image, t, done[t] + 1, &why)) {
            odd++;
            check(ckd_image_track(image, t, &why), "after a kill: %s", why.text);
        }
    check(odd <= plain, "after a kill: %u tracks are neither old nor new", odd);
    check(ckd_image_close(image, &why), "%s", why.text);
}

/* Each track's next version, in peace. */
static void write_once(const char *path, volatile unsigned *done, unsigned tracks)
{
    struct disk_complaint why;
    struct ckd_image *image = ckd_image_open(path, true, &why);
    if (!check(image, "%s", why.text))
        return;
    for (unsigned t = 0; t < tracks; t++)
        if (check(put_track(image, t, done[t] + 1, &why), "%s", why.text))
            done[t]++;
    check(ckd_image_close(image, &why), "%s", why.text);
}

static void kills(struct bench *b)
{
    enum { TRACKS = 3 * 19 };
    unsigned rounds = getenv("DASD_KILLS") ? (unsigned)atoi(getenv("DASD_KILLS")) : 8;
    volatile unsigned *done = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (unsigned k = 0; k < KINDS; k++) {
        snprintf(b->path, sizeof b->path, "%s/kill", b->folder);
        create(b->path, "3330", 3, k);
        memset((void *)done, 0, 4096);
        write_once(b->path, done, TRACKS);
        for (unsigned i = 0; i < rounds; i++) {
            pid_t child = fork();
            if (child == 0)
                write_forever(b->path, done);
            struct timespec nap = { 0, 1000000 + (long)random_below(20000000) };
            nanosleep(&nap, NULL);
            kill(child, SIGKILL);
            int status;
            waitpid(child, &status, 0);
            check(WIFSIGNALED(status), "the writer ended by itself: %d", status);
            check_after_kill(b->path, done, k == 0);
            write_once(b->path, done, TRACKS);    /* whichever it was, now it is known */
        }
        if (k > 0 && have("cckdcdsk"))
            peer_finds_nothing(b, b->path, "an image after kills");
    }
    munmap((void *)done, 4096);
}

/* ---- rubbish -------------------------------------------------------------------------------------------- */

static void write_bytes(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (fwrite(bytes, 1, length, file) != length)
        perror(path);
    fclose(file);
}

/* Opens and reads all it can: no crash, no change of the file. */
static void survive(const char *path)
{
    struct disk_complaint why = { "" };
    struct ckd_image *image = ckd_image_open(path, true, &why);
    if (!image) {
        check(strstr(why.text, path), "the complaint names the file: %s", why.text);
        return;
    }
    unsigned tracks = ckd_image_shape(image)->tracks;
    for (unsigned t = 0; t < tracks; t++) {
        why.text[0] = 0;
        const uint8_t *bytes = ckd_image_track(image, t, &why);
        if (!bytes && !why.text[0])
            check(false, "%s: track %u: no complaint", path, t);
    }
    check(ckd_image_close(image, &why), "%s", why.text);
}

static void rubbish(struct bench *b)
{
    for (unsigned k = 0; k < KINDS; k++) {
        char path[96];
        snprintf(b->path, sizeof b->path, "%s/good", b->folder);
        snprintf(path, sizeof path, "%s/bad", b->folder);
        create(b->path, "2311", 3, k);
        write_volume(b->path, 2);
        size_t length = 0, after = 0;
        uint8_t *good = bench_load(b->path, &length);
        uint8_t *bad = malloc(length);
        for (unsigned i = 0; good && i < 150; i++) {
            memcpy(bad, good, length);
            size_t n = i % 3 == 0 ? random_below((unsigned)length) : length;
            for (unsigned flips = random_below(8); i % 3 && flips; flips--) {
                size_t near = i % 2 ? 1500 : n;
                bad[random_below((unsigned)(near < n ? near : n))] ^= (uint8_t)(1 << random_below(8));
            }
            write_bytes(path, bad, n);
            survive(path);
            uint8_t *now = bench_load(path, &after);
            check(after == n && memcmp(now, bad, n) == 0, "a bad image was changed");
            free(now);
        }
        free(good);
        free(bad);
    }
    static const struct { const char *bytes; const char *says; } wrong[] = {
        { "", "ends too soon" }, { "Hello, world", "ends too soon" }
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct disk_complaint why;
        write_bytes(b->path, (const uint8_t *)wrong[i].bytes, strlen(wrong[i].bytes));
        check(!ckd_image_open(b->path, false, &why) && strstr(why.text, wrong[i].says), "%s",
              why.text);
    }
}

static void locks(struct bench *b)
{
    struct disk_complaint why;
    snprintf(b->path, sizeof b->path, "%s/lock", b->folder);
    create(b->path, "2311", 2, 2);
    struct ckd_image *reader = ckd_image_open(b->path, false, &why);
    struct ckd_image *second = ckd_image_open(b->path, false, &why);
    check(reader && second, "two may read: %s", why.text);
    check(!ckd_image_open(b->path, true, &why) && strstr(why.text, "in use"), "%s", why.text);
    ckd_image_close(reader, &why);
    ckd_image_close(second, &why);
    struct ckd_creation creation = { .geometry = ckd_geometry_find("2311"), .cylinders = 2 };
    check(!ckd_image_create(b->path, &creation, &why) && strstr(why.text, "exists"), "%s", why.text);
}

/* Eight bytes at once, wherever the host's pages end. */
static void stores(struct bench *b)
{
    struct disk_complaint why;
    struct disk_file file;
    uint8_t bytes[3 * 4096], expected[sizeof bytes];
    snprintf(b->path, sizeof b->path, "%s/store", b->folder);
    memset(expected, 0x55, sizeof expected);
    write_bytes(b->path, expected, sizeof expected);
    if (!check(disk_file_open(&file, b->path, true, &why), "%s", why.text))
        return;
    for (unsigned at = 4096 - 9; at < 4096 + 2; at++) {
        uint8_t value[8] = { 1, 2, 3, 4, 5, 6, 7, (uint8_t)at };
        check(disk_file_store(&file, value, at, &why), "%s", why.text);
        memcpy(expected + at, value, sizeof value);
        check(disk_file_read(&file, bytes, sizeof bytes, 0, &why)
              && memcmp(bytes, expected, sizeof bytes) == 0, "store at %u", at);
    }
    disk_file_close(&file);
}

/* More than 2 GB: files NAME_1, NAME_2. Sparse, so that it costs nothing. */
static void splits(struct bench *b)
{
    const struct ckd_geometry *g = ckd_geometry_find("3390-1");
    size_t slot = ckd_track_size(g);
    struct disk_complaint why = { "" };
    for (unsigned i = 1; i <= 2; i++) {
        uint8_t header[512] = "CKD_P370", track[64];
        header[8] = g->heads;
        header[12] = (uint8_t)slot, header[13] = (uint8_t)(slot >> 8);
        header[16] = 0x90;
        header[17] = (uint8_t)i;
        header[18] = i == 1 ? 9 : 0;
        snprintf(b->path, sizeof b->path, "%s/split_%u.disk", b->folder, i);
        FILE *file = fopen(b->path, "wb");
        fwrite(header, 1, 512, file);
        for (unsigned t = 0; t < 10 * 15u; t++) {
            size_t n = ckd_track_format(track, (i - 1) * 10 + t / 15, t % 15);
            fseek(file, (long)(512 + t * slot), SEEK_SET);
            fwrite(track, 1, n, file);
        }
        fclose(file);
        if (truncate(b->path, (off_t)(512 + 150 * slot)) != 0)
            perror(b->path);
    }
    check(!ckd_image_open(b->path, false, &why) && strstr(why.text, "name the first"), "%s", why.text);
    snprintf(b->path, sizeof b->path, "%s/split_1.disk", b->folder);
    struct ckd_image *image = ckd_image_open(b->path, true, &why);
    if (!check(image, "%s", why.text))
        return;
    check(ckd_image_shape(image)->cylinders == 20, "%u cylinders", ckd_image_shape(image)->cylinders);
    ckd_image_close(image, &why);
    write_volume(b->path, 1);
    check_volume(b->path, 1, "two files");
}

int main(void)
{
    struct bench b;
    bench_folder(&b);
    if (!freopen("/dev/null", "r", stdin))
        return 1;
    round_trips(&b);
    peer_accepts(&b);
    peer_made(&b);
    splits(&b);
    stores(&b);
    locks(&b);
    kills(&b);
    rubbish(&b);
    same_as_dasdinit(&b);
    bench_free(&b);
    return checks_done();
}
