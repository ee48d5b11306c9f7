/* One bit of a compressed image is wrong: the file is refused, or the tracks that it concerns are,
 * in words; or it does no harm. A track that reads as another one, with nobody told, may only be
 * where the format has nothing to tell by.
 *
 *     tests/unit/dasd-flips             one bit of some, all over the files
 *     tests/unit/dasd-flips all         every bit */
#include <fcntl.h>
#include <sys/stat.h>

#include "devices/dasd/cckd-layout.h"
#include "tests/unit/dasd-work.h"

static const struct work_kind kinds[] = {
    { "CCKD, zlib", CKD_ZLIB, .wide = false }, { "CCKD64, zlib", CKD_ZLIB, .wide = true },
    { "CCKD, bzip2", CKD_BZIP2, .wide = false }, { "CCKD64, bzip2", CKD_BZIP2, .wide = true },
};

struct sample {
    struct bench bench;
    struct ckd_shape shape;
    uint8_t *tracks;              /* all, as they are */
    uint8_t *what;                /* of each byte of the file: enum part */
    size_t size;
    int file;
    unsigned refused, told, harmless, silent;
};

/* What a byte of the file is, as far as its wrong bits may go unnoticed. */
enum part {
    TOLD = 0,                     /* they may not */
    RAW,                          /* an image that is stored as it is has no checksum */
    FLAG,                         /* nor has the flag byte of a home address */
    CYLINDERS,                    /* nor do they say how many they are in another place */
    NULL_FORMAT                   /* 0 and 1, 1 and 2 are one bit apart: an empty track or another */
};

static void fill(struct sample *s)
{
    struct disk_complaint why;
    struct ckd_image *image = ckd_image_open(s->bench.path, true, &why);
    if (!image)
        exit(1);
    for (unsigned t = 0; t < WORK_TRACKS; t += 1 + t % 3) {
        uint8_t *track = ckd_image_track(image, t, &why);
        if (t % 5 == 4) {          /* too short to be compressed */
            ckd_track_format(track, t / WORK_HEADS, t % WORK_HEADS);
            memcpy(ckd_track_append(track, WORK_TRACK_SIZE, t / WORK_HEADS, t % WORK_HEADS, 1, 0, 40),
                   "Neither is this compressed", 26);
        } else {                   /* few bytes, so that the file is small */
            ckd_track_format(track, t / WORK_HEADS, t % WORK_HEADS);
            for (unsigned r = 1; r < 12; r++)
                memset(ckd_track_append(track, WORK_TRACK_SIZE, t / WORK_HEADS, t % WORK_HEADS, r,
                                        0, 200 + t), (int)(r * t), 190);
        }
        check(ckd_image_write(image, t, 0, ckd_track_length(track, WORK_TRACK_SIZE), true, &why),
              "%s", why.text);
    }
    check(ckd_image_close(image, &why), "%s", why.text);
}

static void mark(struct sample *s, uint64_t at, size_t length, enum part part)
{
    memset(s->what + at, (int)part, length);
}

/* Read all of the sound file, and what is where in it. */
static void know(struct sample *s)
{
    struct disk_complaint why;
    struct stat status;
    struct ckd_image *image = ckd_image_open(s->bench.path, false, &why);
    stat(s->bench.path, &status);
    s->size = (size_t)status.st_size;
    s->what = calloc(1, s->size);
    s->tracks = calloc(WORK_TRACKS, WORK_TRACK_SIZE);
    s->shape = *ckd_image_shape(image);
    for (unsigned t = 0; t < WORK_TRACKS; t++)
        memcpy(s->tracks + (size_t)t * WORK_TRACK_SIZE, ckd_image_track(image, t, &why),
               WORK_TRACK_SIZE);
    const struct cckd_file *z = &ckd_image_chain(image)->file[0];
    mark(s, CCKD_SECOND + z->layout->field[CCKD_NULL_FORMAT], 1, NULL_FORMAT);
    mark(s, CCKD_SECOND + z->layout->field[CCKD_UNITS], 4, CYLINDERS);
    for (unsigned t = 0; t < WORK_TRACKS; t++) {
        struct cckd_entry e = cckd_file_entry(z, t);
        uint64_t entry = z->level1[0] + t * z->layout->entry;
        uint8_t first;
        if (e.at == 0) {
            mark(s, entry + z->layout->width, 4, NULL_FORMAT);
            continue;
        }
        disk_file_read(&z->file, &first, 1, (off_t)e.at, &why);
        if ((first & 0x03) == CCKD_UNCOMPRESSED)
            mark(s, e.at + CCKD_IMAGE_HEADER, e.length - CCKD_IMAGE_HEADER, RAW);
        mark(s, e.at, 1, FLAG);
    }
    ckd_image_close(image, &why);
}

/* False: a track is not what it was, and nobody said so. */
static bool read_all(struct sample *s, char *what, size_t size)
{
    struct disk_complaint why = { .text = "" };
    struct ckd_image *image = ckd_image_open(s->bench.path, false, &why);
    bool silent = false, told = false;
    if (!image) {
        s->refused++;
        check(why.text[0], "refused without a word");
        return true;
    }
    const struct ckd_shape *shape = ckd_image_shape(image);
    if (shape->tracks != s->shape.tracks || shape->type != s->shape.type) {
        snprintf(what, size, "it has %u tracks", shape->tracks);
        silent = true;
    }
    for (unsigned t = 0; !silent && t < WORK_TRACKS; t++) {
        const uint8_t *right = s->tracks + (size_t)t * WORK_TRACK_SIZE;
        const uint8_t *track = ckd_image_track(image, t, &why);
        told = told || !track;
        if (track && memcmp(track, right, ckd_track_length(right, WORK_TRACK_SIZE)) != 0) {
            snprintf(what, size, "track %u is another", t);
            silent = true;
        }
    }
    ckd_image_close(image, &why);
    s->told += told && !silent;
    s->harmless += !told && !silent;
    s->silent += silent;
    return !silent;
}

static void ignore(void *context, unsigned number, char severity, const char *text)
{
    (void)context, (void)number, (void)severity, (void)text;
}

static void flip(struct sample *s, const struct work_kind *kind, size_t bit)
{
    struct disk_complaint why;
    struct cckd_check job = { .level = CCKD_CHECK_IMAGES, .tell = ignore };
    char what[200] = "";
    off_t at = (off_t)(bit / 8);
    uint8_t right, wrong;
    if (pread(s->file, &right, 1, at) != 1)
        exit(1);
    wrong = right ^ (uint8_t)(1 << bit % 8);
    if (pwrite(s->file, &wrong, 1, at) != 1)
        exit(1);
    bool good = read_all(s, what, sizeof what);
    check(good || s->what[at] != TOLD, "%s: byte %lld of %zu is %02X, not %02X: %s", kind->name,
          (long long)at, s->size, wrong, right, what);
    cckd_check(s->bench.path, &job, &why);
    if (pwrite(s->file, &right, 1, at) != 1)
        exit(1);
}

static void try_kind(const struct work_kind *kind, bool all)
{
    enum { SOME = 400 };
    struct sample s = { 0 };
    work_begin(&s.bench, kind);
    fill(&s);
    know(&s);
    s.file = open(s.bench.path, O_RDWR);
    size_t bits = s.size * 8, step = all ? 1 : bits / SOME | 1;
    for (size_t bit = 0; bit < bits; bit += step)
        flip(&s, kind, bit);
    /* The beginning is dense. */
    for (size_t bit = 0; !all && bit < 2200 * 8; bit += 13)
        flip(&s, kind, bit);
    printf("%s: %zu bytes; %u flips were refused, %u told of, %u harmless, %u silent where nothing"
           " can tell\n", kind->name, s.size, s.refused, s.told, s.harmless, s.silent);
    check(s.refused && s.told && s.harmless, "%s: not all was seen", kind->name);
    close(s.file);
    free(s.what);
    free(s.tracks);
    bench_free(&s.bench);
}

int main(int argc, char *argv[])
{
    bool all = argc > 1 && strcmp(argv[1], "all") == 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        try_kind(&kinds[i], all);
    return checks_done();
}
