/* A host that fails a disk: a full one, one with errors, a limit on files, a file that is removed
 * or in use. The guest gets unit check, the operator a message, and what was acknowledged stays. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "devices/dasd/types.h"
#include "tests/unit/dasd-work.h"

static const struct work_kind kinds[] = {
    { "plain", CKD_PLAIN, .sync = "sync=process" },
    { "plain, host", CKD_PLAIN, .sync = "sync=host" },
    { "plain, none", CKD_PLAIN, .sync = "sync=none" },
    { "CCKD", CKD_ZLIB, .sync = "sync=process" },
    { "CCKD64", CKD_ZLIB, .wide = true, .sync = "sync=process" },
    { "CCKD, host", CKD_ZLIB, .sync = "sync=host" },
    { "CCKD64, host", CKD_ZLIB, .wide = true, .sync = "sync=host" },
    { "CCKD, shadow", CKD_ZLIB, .shadows = true, .sync = "sync=process" },
    { "CCKD64, shadow, host", CKD_ZLIB, .wide = true, .shadows = true, .sync = "sync=host" },
    { "FBA", CKD_PLAIN, .fba = true, .sync = "sync=process" },
    { "FBA, host", CKD_PLAIN, .fba = true, .sync = "sync=host" },
    { "CFBA", CKD_ZLIB, .fba = true, .sync = "sync=process" },
    { "CFBA64, shadow", CKD_ZLIB, .fba = true, .wide = true, .shadows = true, .sync = "sync=process" },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void begin(struct bench *b, const struct work_kind *kind)
{
    work_begin(b, kind);
    if (!check(work_attach(b, kind), "%s: %s", kind->name, b->said))
        exit(1);
    struct disk_complaint why = { .text = "" };
    if (kind->shadows && !cckd_chain_add(disk_chain_of(&b->device), &why))
        exit(!check(false, "%s: %s", kind->name, why.text));
}

/* What the operator is told by. */
static const char *told(const struct work_kind *kind)
{
    return kind->fba ? "HHC00504E" : "HHC00404E";
}

/* The file that is written on. */
static const char *written(const struct bench *b, const struct work_kind *kind)
{
    static char path[sizeof b->folder + 16];
    snprintf(path, sizeof path, "%s/shadow_1", b->folder);
    return kind->shadows ? path : b->path;
}

/* One of 60 units, of an FBA disk far enough apart to be in several groups. */
static unsigned unit(const struct work_kind *kind, unsigned n)
{
    return kind->fba ? 16 * n : n;
}

static void look(struct bench *b, const struct work_kind *kind, struct work_state *w, const char *when)
{
    char why[600];
    check(work_look_all(b, kind, w, why, sizeof why), "%s, %s: %s", kind->name, when, why);
    check(kind->compression == CKD_PLAIN || work_check_all(b, kind, why, sizeof why), "%s, %s: %s",
          kind->name, when, why);
}

/* ---- any deed fails, once or from then on ---------------------------------------------- */

struct spoiler {
    struct disk_tap tap;
    unsigned deeds, from, count;
    int error;
    bool partly;                  /* of a write that fails, half is done */
};

static int spoil(struct disk_tap *tap, enum disk_deed deed, const char *path, const void *bytes,
                 size_t *length, off_t at)
{
    enum { PAGE = 4096 };
    struct spoiler *s = (struct spoiler *)tap;
    (void)path, (void)bytes;
    if (deed == DISK_READ && s->error == ENOSPC)
        return 0;
    unsigned n = __sync_add_and_fetch(&s->deeds, 1);
    if (n < s->from || n >= s->from + s->count)
        return 0;
    /* The kernel does whole pages or none. */
    size_t half = ((size_t)at + *length / 2) / PAGE * PAGE;
    *length = s->partly && half > (size_t)at ? half - (size_t)at : 0;
    return s->error;
}

/* Returns how many writes failed. */
static unsigned spoil_from(const struct work_kind *kind, struct spoiler *s, uint32_t random)
{
    enum { STEPS = 30 };
    struct bench b;
    struct work_state w = { 0 };
    unsigned failed = 0, after = 0;
    begin(&b, kind);
    work_tap(&b.device, &s->tap);
    work_hurry(&b.device, true);
    /* What fails for a moment may do so at the last step: then some more are to show that it goes
     * on. */
    for (unsigned i = 0;
         i < STEPS || (i < 4 * STEPS && s->count <= 4 && failed > 0 && after == 0); i++) {
        unsigned track = unit(kind, work_random(&random) % WORK_TRACKS);
        if (w.begun[track] != w.done[track])
            continue;              /* it failed: the guest does not know what it has */
        if (work_step(&b.device, &w, track)) {
            after += failed > 0;
            continue;
        }
        failed++;
        check(b.device.sense[0] == SENSE_EQUIPMENT_CHECK && strstr(b.said, told(kind)),
              "%s, from deed %u, error %d: sense %02X, %s", kind->name, s->from, s->error,
              b.device.sense[0], b.said);
    }
    check(s->count > 4 || failed == 0 || after > 0, "%s, from deed %u: nothing was written any"
          " more", kind->name, s->from);
    s->count = 0;                 /* there is room again */
    bench_detach(&b);
    /* Where nothing is promised a track may be half of each. */
    if (strcmp(kind->sync, "sync=none") != 0)
        look(&b, kind, &w, "after a failure");
    bench_free(&b);
    return failed;
}

static void test_errors(void)
{
    unsigned failed = 0, runs = 0;
    for (unsigned k = 0; k < KINDS; k++)
        for (unsigned i = 0; i < 9; i++, runs++) {
            bool host = strstr(kinds[k].name, "host") != NULL;
            struct spoiler s = {
                .tap.deed = spoil, .error = i % 2 ? ENOSPC : EIO, .partly = i % 3 == 0,
                .from = (host ? 132 : 4) + i * i, .count = i % 4 == 3 ? 1000000 : i % 4 + 1
            };
            failed += spoil_from(&kinds[k], &s, 77 + i);
        }
    check(failed > runs / 2, "only %u writes failed in %u runs", failed, runs);
}

/* ---- a file that may not grow --------------------------------------------------------------- */

static void test_limit(const struct work_kind *kind)
{
    struct bench b;
    struct work_state w = { 0 };
    struct rlimit old, small;
    struct stat status;
    unsigned failed = 0;
    begin(&b, kind);
    signal(SIGXFSZ, SIG_IGN);      /* as the program does */
    for (unsigned t = 0; t < 10; t++)
        check(work_step(&b.device, &w, unit(kind, t)), "%s: %s", kind->name, b.said);
    getrlimit(RLIMIT_FSIZE, &old);
    stat(written(&b, kind), &status);
    small = old;
    small.rlim_cur = (rlim_t)status.st_size + 100000;
    setrlimit(RLIMIT_FSIZE, &small);
    for (unsigned t = 10; t < WORK_TRACKS; t++)
        failed += !work_step(&b.device, &w, unit(kind, t));
    check(failed > 0, "%s: a full disk took everything", kind->name);
    check(b.device.sense[0] == SENSE_EQUIPMENT_CHECK || !failed, "%s: sense %02X", kind->name,
          b.device.sense[0]);
    check(strstr(b.said, told(kind)) && strstr(b.said, "can't be written"), "%s: %s", kind->name,
          b.said);
    for (unsigned t = 0; t < 10; t++)
        check(work_step(&b.device, &w, unit(kind, t)) || kind->compression != CKD_PLAIN, "%s: %s",
              kind->name, b.said);
    setrlimit(RLIMIT_FSIZE, &old);
    for (unsigned t = 10; t < WORK_TRACKS; t++)
        if (w.begun[unit(kind, t)] == w.done[unit(kind, t)])
            check(work_step(&b.device, &w, unit(kind, t)), "%s, room again: %s", kind->name, b.said);
    bench_detach(&b);
    look(&b, kind, &w, "after a limit");
    bench_free(&b);
}

/* ---- a file that is removed ------------------------------------------------------------------- */

static void test_removed(const struct work_kind *kind)
{
    struct bench b;
    struct work_state w = { 0 };
    begin(&b, kind);
    for (unsigned t = 0; t < 10; t++)
        check(work_step(&b.device, &w, t), "%s: %s", kind->name, b.said);
    check(unlink(written(&b, kind)) == 0, "unlink");
    check(!work_step(&b.device, &w, 3) && b.device.sense[0] == SENSE_INTERVENTION_REQUIRED,
          "%s: sense %02X", kind->name, b.device.sense[0]);
    check(strstr(b.said, "was removed"), "%s: %s", kind->name, b.said);
    bench_detach(&b);
    check(strstr(b.said, "HHC00470W"), "%s: %s", kind->name, b.said);
    look(&b, kind, &w, "after it was removed");
    if (check(work_attach(&b, kind), "%s: %s", kind->name, b.said)) {
        check(work_step(&b.device, &w, 3), "%s: %s", kind->name, b.said);
        bench_detach(&b);
    }
    look(&b, kind, &w, "in use again");
    bench_free(&b);
}

/* ---- two at once -------------------------------------------------------------------------------- */

static void test_locked(const struct work_kind *kind)
{
    struct bench a, second;
    struct disk_complaint why = { .text = "" };
    begin(&a, kind);
    bench_folder(&second);
    memcpy(second.path, a.path, sizeof second.path);
    check(!work_attach(&second, kind), "%s: two have it", kind->name);
    check(strstr(second.said, told(kind)) && strstr(second.said, "in use by another"), "%s: %s",
          kind->name, second.said);
    check(kind->fba || kind->shadows
              || (!ckd_image_open(a.path, false, &why) && strstr(why.text, "that writes on it")),
          "%s: %s", kind->name, why.text);
    struct work_state w = { 0 };
    check(work_step(&a.device, &w, 0), "%s: %s", kind->name, a.said);
    bench_detach(&a);
    check(work_attach(&second, kind), "%s: %s", kind->name, second.said);
    bench_detach(&second);
    bench_free(&second);
    bench_free(&a);
}

/* ---- journals that are not ours -------------------------------------------------------------------- */

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        exit(1);
}

static void put_bytes(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
        exit(1);
}

static void test_journals(void)
{
    struct bench b;
    struct disk_complaint why = { .text = "" };
    struct work_state w = { 0 };
    char journal[128];
    begin(&b, &kinds[0]);
    snprintf(journal, sizeof journal, "%s.journal", b.path);
    check(work_step(&b.device, &w, 0) && work_step(&b.device, &w, 0), "%s", b.said);
    check(access(journal, F_OK) == 0, "no journal while it is in use");
    size_t length = 0;
    uint8_t *bytes = bench_load(journal, &length);
    bench_detach(&b);
    check(access(journal, F_OK) != 0, "a journal is left");
    put_file(journal, "This is somebody's text, and it stays where it is.");
    check(!ckd_image_open(b.path, false, &why) && strstr(why.text, "in the way"), "%s", why.text);
    unlink(journal);
    /* One of another file. */
    bytes[8] ^= 1;
    put_bytes(journal, bytes, length);
    check(!ckd_image_open(b.path, false, &why) && strstr(why.text, "another file"), "%s", why.text);
    /* And one that is older than the file's last change. */
    bytes[8] ^= 1;
    put_bytes(journal, bytes, length);
    struct timespec old[2] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
    utimensat(AT_FDCWD, journal, old, 0);
    check(!ckd_image_open(b.path, false, &why) && strstr(why.text, "written on since"), "%s",
          why.text);
    /* The last byte of what it begins with is its version's: one of another is kept for that. */
    bytes[7]--;
    put_bytes(journal, bytes, length);
    check(!ckd_image_open(b.path, false, &why) && strstr(why.text, "another version of Endicott"),
          "%s", why.text);
    check(access(journal, F_OK) == 0, "the journal of another version is gone");
    unlink(journal);
    look(&b, &kinds[0], &w, "without a journal");
    free(bytes);
    bench_free(&b);
}

/* A folder in which nothing can be made: the disk works, and the operator is told. */
static void test_no_journal(void)
{
    struct bench b;
    struct work_state w = { 0 };
    char journal[128];
    begin(&b, &kinds[0]);
    snprintf(journal, sizeof journal, "%s.journal", b.path);
    check(mkdir(journal, 0700) == 0, "mkdir");
    check(work_step(&b.device, &w, 0), "%s", b.said);
    check(strstr(b.said, "HHC00471W"), "%s", b.said);
    check(work_step(&b.device, &w, 0), "%s", b.said);
    bench_detach(&b);
    rmdir(journal);
    look(&b, &kinds[0], &w, "without a journal");
    bench_free(&b);
}

int main(void)
{
    test_errors();
    for (unsigned k = 0; k < KINDS; k++) {
        if (kinds[k].compression != CKD_PLAIN)
            test_limit(&kinds[k]);
        test_removed(&kinds[k]);
        test_locked(&kinds[k]);
    }
    test_journals();
    test_no_journal();
    return checks_done();
}
