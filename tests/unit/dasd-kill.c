/* Kills a process that writes on a disk, at random moments, and looks at what it left: every
 * record that was acknowledged, every track old or new, nothing to repair.
 *
 *     tests/unit/dasd-kill              a short run: some kills of each kind of disk
 *     tests/unit/dasd-kill 1000         as many of each kind
 *     tests/unit/dasd-kill 1000 CCKD    of the kinds whose names begin so
 *
 * Half of the kills come from outside after a random time. The others come from inside, in
 * the middle of a write: after some of its pages, which is how the kernel leaves one. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/unit/dasd-work.h"

static const struct work_kind kinds[] = {
    { "plain", CKD_PLAIN, .sync = "sync=process" },
    { "plain, host", CKD_PLAIN, .sync = "sync=host" },
    { "CCKD", CKD_ZLIB, .sync = "sync=process" },
    { "CCKD64", CKD_ZLIB, .wide = true, .sync = "sync=process" },
    { "CCKD bzip2", CKD_BZIP2, .sync = "sync=process" },
    { "CCKD, collecting", CKD_ZLIB, .collects = true, .sync = "sync=process" },
    { "CCKD64, collecting", CKD_ZLIB, .wide = true, .collects = true, .sync = "sync=process" },
    { "CCKD, shadows", CKD_ZLIB, .shadows = true, .collects = true, .sync = "sync=process" },
    { "CCKD64, shadows", CKD_ZLIB, .wide = true, .shadows = true, .collects = true,
      .sync = "sync=process" },
    { "CCKD, host", CKD_ZLIB, .shadows = true, .collects = true, .sync = "sync=host" },
    { "FBA", CKD_PLAIN, .fba = true, .sync = "sync=process" },
    { "FBA, host", CKD_PLAIN, .fba = true, .sync = "sync=host" },
    { "CFBA", CKD_ZLIB, .fba = true, .collects = true, .sync = "sync=process" },
    { "CFBA, shadows", CKD_ZLIB, .fba = true, .shadows = true, .collects = true,
      .sync = "sync=process" },
    { "CFBA64, host", CKD_ZLIB, .fba = true, .wide = true, .shadows = true, .collects = true,
      .sync = "sync=host" },
};

struct shared {
    struct work_state work;
    bool running;
    unsigned deeds;               /* since the start */
    uint64_t steps;
};

/* ---- the victim ------------------------------------------------------------------------ */

struct killer {
    struct disk_tap tap;
    unsigned at;                  /* the deed that is not survived */
    uint32_t random;
    struct shared *shared;
};

/* Some whole pages of a write, then the end. What is stored at once is there or not. */
static int count_down(struct disk_tap *tap, enum disk_deed deed, const char *path,
                      const void *bytes, size_t *length, off_t at)
{
    enum { PAGE = 4096 };
    struct killer *k = (struct killer *)tap;
    if (deed == DISK_READ || __sync_add_and_fetch(&k->shared->deeds, 1) != k->at)
        return 0;
    size_t pages = *length / PAGE + 2, cut = work_random(&k->random) % pages * PAGE;
    size_t first = PAGE - (size_t)at % PAGE;
    size_t some = cut == 0 ? 0 : first + cut - PAGE;
    if (deed == DISK_STORE)
        some = cut ? *length : 0;
    int fd = deed == DISK_WRITE || deed == DISK_STORE ? open(path, O_WRONLY) : -1;
    if (fd >= 0 && some > 0 && some <= *length && pwrite(fd, bytes, some, at) < 0)
        perror(path);
    kill(getpid(), SIGKILL);
    pause();
    return 0;
}

static void victim(struct bench *b, const struct work_kind *kind, struct shared *s, uint32_t seed,
                   unsigned deed)
{
    struct killer killer = { .tap.deed = count_down, .at = deed, .random = seed, .shared = s };
    struct disk_complaint ignored;
    if (!work_attach(b, kind)) {
        printf("%s: %s\n", kind->name, b->said);
        fflush(stdout);
        _exit(1);
    }
    work_tap(&b->device, &killer.tap);
    work_hurry(&b->device, kind->collects);
    s->running = true;
    for (;;) {
        if (kind->shadows && work_random(&seed) % 24 == 0)
            work_change_shadows(&b->device, &seed, &ignored);
        struct work_turn turn = work_choose(kind, &s->work, &seed);
        if (!work_do(&b->device, &s->work, &turn)) {
            printf("%s: a write ended with unit check: %s\n", kind->name, b->said);
            fflush(stdout);
            _exit(1);
        }
        s->steps++;
    }
}

/* ---- the kill ---------------------------------------------------------------------------- */

static void nap(unsigned us)
{
    nanosleep(&(struct timespec){ 0, 1000L * us }, NULL);
}

/* Kill it from outside, when it works; it may be dead before. */
static void kill_outside(struct shared *s, pid_t pid, unsigned us)
{
    enum { STEP_US = 100, PATIENCE_US = 60 * 1000 * 1000 };
    siginfo_t dead = { 0 };
    for (unsigned waited = 0; !*(volatile bool *)&s->running && !dead.si_pid
         && waited < PATIENCE_US; waited += STEP_US) {
        nap(STEP_US);
        waitid(P_PID, (id_t)pid, &dead, WEXITED | WNOHANG | WNOWAIT);
    }
    nap(us);
    kill(pid, SIGKILL);
}

/* True if the victim died of it. A host's journal takes its time to be made. */
static bool kill_one(struct bench *b, const struct work_kind *kind, struct shared *s, uint32_t *random)
{
    bool inside = work_random(random) & 1, host = strcmp(kind->sync, "sync=host") == 0;
    unsigned deeds = host ? 400 : 120, longest_us = host ? 40000 : 6000;
    unsigned deed = inside ? work_random(random) % deeds + 1 : 0;
    uint32_t seed = work_random(random);
    int status;
    s->running = false;
    s->deeds = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        victim(b, kind, s, seed, deed);
    if (!inside)
        kill_outside(s, pid, work_random(random) % longest_us);
    bool good = waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    if (!good)
        printf("%s: the victim ended with status %04X\n", kind->name, (unsigned)status);
    return good;
}

static void kill_many(const struct work_kind *kind, unsigned kills, uint32_t random)
{
    struct bench b;
    char why[600] = "";
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                            -1, 0);
    work_begin(&b, kind);
    bool good = true;
    unsigned i;
    for (i = 0; good && i < kills; i++) {
        good = check(kill_one(&b, kind, s, &random), "%s, kill %u: it ended otherwise", kind->name, i)
            /* A journal is made good by the next one who opens the file. */
            && check(work_look_all(&b, kind, &s->work, why, sizeof why)
                     && work_check_all(&b, kind, why, sizeof why), "%s, kill %u: %s", kind->name, i,
                     why);
    }
    printf("%s: %u kills, %llu writes acknowledged\n", kind->name, i, (unsigned long long)s->steps);
    check(s->steps >= kills / 2, "%s: only %llu writes in %u runs", kind->name,
          (unsigned long long)s->steps, i);
    munmap(s, sizeof *s);
    if (good || !getenv("KEEP"))
        bench_free(&b);
    else
        printf("kept in %s\n", b.folder);
}

int main(int argc, char *argv[])
{
    enum { SHORT = 25 };
    unsigned kills = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : SHORT;
    uint32_t seed = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : (uint32_t)time(NULL) | 1;
    printf("seed %u\n", seed);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (argc < 3 || strncmp(kinds[i].name, argv[2], strlen(argv[2])) == 0)
            kill_many(&kinds[i], kills, seed + (uint32_t)i);
    return checks_done();
}
