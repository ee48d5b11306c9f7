/* Damaged compressed images: each bit of one flipped, alone: it is harmless, or it is told of
 * when a track is read or when the file is checked, but for what the format has no means to
 * tell. And what a repair makes of damage.
 *
 *     tests/unit/dasd-check [all]        a part of the bits, or all of them: minutes */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-check.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/geometry.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/check.h"

enum { CYLINDERS = 30, HEADS = 10, TRACKS = CYLINDERS * HEADS, MOST = 1 << 18, TRACK = 4096 };

static char good_path[64], bad_path[64];
static uint8_t good[MOST];
static size_t good_size;
static uint8_t tracks[TRACKS][TRACK];
static size_t lengths[TRACKS];

static void write_file(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        abort();
}

/* 30 cylinders of a 2311, two level-2 tables: some tracks compressed, some too short for that,
 * most never written. */
static void make_image(bool wide, enum ckd_compression compression)
{
    struct ckd_creation creation = { .geometry = ckd_geometry_find("2311"), .wide = wide,
        .cylinders = CYLINDERS, .compression = compression, .null_track = CKD_NULL_R0 };
    struct disk_complaint why;
    unlink(good_path);
    check(ckd_image_create(good_path, &creation, &why), "%s", why.text);
    struct ckd_image *image = ckd_image_open(good_path, true, &why);
    for (unsigned t = 0; t < TRACKS; t += 13) {
        uint8_t *track = ckd_image_track(image, t, &why);
        size_t size = ckd_image_shape(image)->track_size;
        unsigned length = t % 2 ? 80 : 1800;
        uint8_t *data = ckd_track_append(track, size, t / HEADS, t % HEADS, 1, 0, length);
        for (unsigned i = 0; i < length; i++)
            data[i] = (uint8_t)(t + i / 7);
        check(ckd_image_write(image, t, 0, ckd_track_length(track, size), true, &why), "%s",
              why.text);
    }
    check(ckd_image_close(image, &why), "%s", why.text);
    FILE *file = fopen(good_path, "rb");
    good_size = fread(good, 1, sizeof good, file);
    fclose(file);
    image = ckd_image_open(good_path, false, &why);
    for (unsigned t = 0; t < TRACKS; t++) {
        uint8_t *track = ckd_image_track(image, t, &why);
        lengths[t] = ckd_track_length(track, TRACK);
        memcpy(tracks[t], track, lengths[t]);
    }
    ckd_image_close(image, &why);
}

/* How many tracks of the image are others than they were; -1: it says that something is wrong. */
static int differences(const char *path)
{
    struct disk_complaint why = { "" };
    struct ckd_image *image = ckd_image_open(path, false, &why);
    int different = 0;
    if (!image)
        return why.text[0] ? -1 : 1;
    if (ckd_image_shape(image)->tracks != TRACKS)
        different = 1;
    for (unsigned t = 0; t < TRACKS && t < ckd_image_shape(image)->tracks && different >= 0; t++) {
        const uint8_t *track = ckd_image_track(image, t, &why);
        if (!track)
            different = why.text[0] ? -1 : 1;
        else if (ckd_track_length(track, TRACK) != lengths[t]
                 || memcmp(track, tracks[t], lengths[t]) != 0)
            different++;
    }
    struct disk_complaint ignored;
    ckd_image_close(image, &ignored);
    return different;
}

static unsigned faults(const char *path, unsigned *lost)
{
    struct cckd_check job = { .level = CCKD_CHECK_IMAGES };
    struct disk_complaint why = { "" };
    if (!cckd_check(path, &job, &why))
        return why.text[0] ? 1 : 0;
    if (lost)
        *lost = job.lost;
    return job.faults;
}

/* What the format has no means to tell: what an empty track looks like, the number of
 * cylinders, the bytes of a track that is not compressed. */
static bool can_not_tell(size_t at, bool wide)
{
    unsigned width = wide ? 8 : 4, entry = wide ? 16 : 8;
    size_t units = 512 + (wide ? 12 : 40), null = 512 + (wide ? 72 : 44);
    if ((at >= units && at < units + 4) || at == null)
        return true;
    for (unsigned g = 0; g < 2; g++) {
        uint64_t table = 0;
        for (unsigned i = width; i-- > 0; )
            table = table << 8 | good[1024 + g * width + i];
        for (unsigned i = 0; i < 256; i++) {
            const uint8_t *e = good + table + i * entry;
            uint64_t where = 0;
            for (unsigned k = width; k-- > 0; )
                where = where << 8 | e[k];
            unsigned length = e[width] | (unsigned)e[width + 1] << 8;
            size_t entry_at = table + i * entry;
            if (where == 0 && at >= entry_at && at < entry_at + entry)
                return true;
            if (where != 0 && (good[where] & 3) == 0 && at >= where && at < where + length)
                return true;
            /* The home address's flag. */
            if (where != 0 && at == where)
                return true;
        }
    }
    return false;
}

/* Of a header, and more than zeros that nobody reads. */
static bool in_use(size_t at)
{
    return at < 32 || (at >= 512 && at < 600) || (at >= 1024 && at < 1048);
}

static void put_byte(int file, size_t at, uint8_t byte)
{
    if (pwrite(file, &byte, 1, (off_t)at) != 1)
        abort();
}

/* Every so many bytes; of headers every bit. */
static void flip_bits(const char *name, bool wide, enum ckd_compression compression, size_t step)
{
    unsigned harmless = 0, told = 0, silent = 0;
    make_image(wide, compression);
    check(differences(good_path) == 0 && faults(good_path, NULL) == 0, "%s: a sound image", name);
    write_file(bad_path, good, good_size);
    int file = open(bad_path, O_WRONLY);
    for (size_t at = 0; at < good_size; at += in_use(at) ? 1 : step) {
        bool all = step == 1 || in_use(at);
        for (unsigned bit = all ? 0 : at / step % 8; bit < (all ? 8 : at / step % 8 + 1); bit++) {
            put_byte(file, at, good[at] ^ (uint8_t)(1 << bit));
            int result = differences(bad_path);
            if (result == 0)
                harmless++;
            else if (result < 0 || faults(bad_path, NULL))
                told++;
            else if (can_not_tell(at, wide))
                silent++;
            else
                check(false, "%s: byte %zu bit %u: a wrong track, and nobody says so", name, at,
                      bit);
        }
        put_byte(file, at, good[at]);
    }
    close(file);
    check(told > 0 && harmless > 0, "%s: harmless %u, told %u, can't be told %u", name, harmless,
          told, silent);
}

/* ---- repairs ------------------------------------------------------------------------------ */

static bool repair(int level, struct cckd_check *job)
{
    struct disk_complaint why;
    *job = (struct cckd_check){ .level = level };
    bool good = cckd_repair(bad_path, false, job, &why);
    check(good, "%s", why.text);
    return good;
}

static void test_repairs(bool wide)
{
    struct cckd_check job;
    unsigned width = wide ? 8 : 4;
    make_image(wide, CKD_ZLIB);
    static uint8_t bytes[MOST];

    memcpy(bytes, good, good_size);                 /* a table that nothing points to */
    memset(bytes + 1024 + width, 0xEE, width);
    write_file(bad_path, bytes, good_size);
    if (repair(CCKD_CHECK_IMAGES, &job))
        check(differences(bad_path) == 0 && job.lost == 0, "a lost table is found: %u lost",
              job.lost);

    memcpy(bytes, good, good_size);                 /* all tables */
    memset(bytes + 1024, 0xEE, 2 * width);
    write_file(bad_path, bytes, good_size);
    if (repair(CCKD_CHECK_IMAGES, &job))
        check(differences(bad_path) == 0, "both are");

    memcpy(bytes, good, good_size);                 /* an image */
    uint64_t table = 0;
    for (unsigned i = width; i-- > 0; )
        table = table << 8 | good[1024 + i];
    const uint8_t *e = good + table;
    uint64_t where = 0;
    for (unsigned i = width; i-- > 0; )
        where = where << 8 | e[i];
    bytes[where + 20] ^= 0x40;
    write_file(bad_path, bytes, good_size);
    check(faults(bad_path, NULL) > 0, "a damaged image is told of");
    if (repair(CCKD_CHECK_IMAGES, &job))
        check(job.lost == 1 && differences(bad_path) == 1 && faults(bad_path, NULL) == 0,
              "it is lost, and nothing else: %u lost, %d differ", job.lost,
              differences(bad_path));

    memcpy(bytes, good, good_size);                 /* the headers, but for what tells the rest */
    memset(bytes + 512 + CCKD_CHECK_IMAGES, 0x40, 1);
    memset(bytes + 8, 0, 4);
    write_file(bad_path, bytes, good_size);
    if (repair(CCKD_CHECK_HEADERS, &job))
        check(job.faults > 0 && differences(bad_path) == 0, "heads are known by the type");

    memcpy(bytes, good, good_size);                 /* nothing but images */
    memset(bytes + 1024, 0, 2 * width);
    write_file(bad_path, bytes, good_size);
    job = (struct cckd_check){ .level = CCKD_CHECK_SEARCH };
    struct disk_complaint why;
    check(cckd_repair(bad_path, true, &job, &why), "%s", why.text);
    check(differences(bad_path) == 0 && job.recovered == 24, "all images are found: %u",
          job.recovered);

    write_file(bad_path, good, good_size);
    job = (struct cckd_check){ .level = CCKD_CHECK_IMAGES };
    check(cckd_swap(bad_path, &job, &why), "%s", why.text);
    check(differences(bad_path) == 0 && faults(bad_path, NULL) == 0, "big-endian");
    check(cckd_swap(bad_path, &job, &why) && job.big_endian, "and back");
    FILE *file = fopen(bad_path, "rb");
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    check(n == good_size && memcmp(bytes, good, n) == 0, "as it was");

    /* What has no sense at all is refused, and left alone. */
    memset(bytes, 0xA5, good_size);
    write_file(bad_path, bytes, good_size);
    job = (struct cckd_check){ .level = CCKD_CHECK_SEARCH };
    check(!cckd_repair(bad_path, false, &job, &why), "rubbish");
}

int main(int argc, char *argv[])
{
    size_t step = argc > 1 && strcmp(argv[1], "all") == 0 ? 1 : 11;

    char folder[FUZZ_FOLDER];
    fuzz_folder(folder);
    snprintf(good_path, sizeof good_path, "%s/good", folder);
    snprintf(bad_path, sizeof bad_path, "%s/bad", folder);
    flip_bits("zlib", false, CKD_ZLIB, step);
    flip_bits("bzip2", false, CKD_BZIP2, step);
    flip_bits("zlib, 64-bit", true, CKD_ZLIB, step);
    test_repairs(false);
    test_repairs(true);
    unlink(good_path);
    unlink(bad_path);
    rmdir(folder);
    return checks_done();
}
