/* check, repair, compress, swap: images that may be damaged, or not as one wants them. */
#include <stdlib.h>
#include <string.h>

#include "devices/dasd/cckd-check.h"
#include "devices/dasd/cckd-file.h"
#include "devices/dasd/disk-copy.h"
#include "devices/dasd/tool.h"

/* A file's findings, as they come. */
struct findings { const struct dasd_job *job; const char *path; unsigned told; };

static void tell(void *context, unsigned number, char severity, const char *text)
{
    struct findings *findings = context;
    if (findings->job->json) {
        char id[16];
        snprintf(id, sizeof id, "HHCCU%03u%c", number, severity);
        printf("%s{", findings->told++ ? ", " : "");
        tool_json_field(stdout, true, "id", id);
        tool_json_field(stdout, false, "text", text);
        putchar('}');
    } else if (findings->job->customary)
        printf("HHCCU%03u%c %s: %s\n", number, severity, findings->path, text);
    else
        printf("%s: %s\n", findings->path, text);
}

static void begin_json(const struct dasd_job *job, const char *path)
{
    if (!job->json)
        return;
    putchar('{');
    tool_json_field(stdout, true, "path", path);
    fputs(", \"findings\": [", stdout);
}

static void end_json(const struct dasd_job *job, const struct cckd_check *check, bool written)
{
    if (!job->json)
        return;
    putchar(']');
    tool_json_number(stdout, false, "faults", check->faults);
    tool_json_number(stdout, false, "images", check->images);
    tool_json_number(stdout, false, "recovered", check->recovered);
    tool_json_number(stdout, false, "lost", check->lost);
    tool_json_number(stdout, false, "bytes", check->size);
    tool_json_number(stdout, false, "wasted", check->wasted);
    printf(", \"written\": %s}\n", written ? "true" : "false");
}

/* ---- a plain image ------------------------------------------------------------------------ */

/* A plain image has nothing to look at but its tracks. */
static bool check_plain(const struct dasd_job *job, const char *path, struct cckd_check *check,
                        struct disk_complaint *why)
{
    struct disk_complaint fault, ignored;
    struct disk disk;
    if (!disk_open(&disk, path, NULL, false, why))
        return false;
    bool good = true;
    check->images = disk.units;
    check->progress->total = disk.units;
    for (uint32_t t = 0; good && disk.ckd && job->level != 0 && t < disk.units; t++) {
        if (!ckd_image_track(disk.ckd, t, &fault)) {
            check->faults++;
            check->lost++;
            tell(check->context, 622, 'W', fault.text);
        }
        if (t % 64 == 0 && !tool_progress_at(check->progress, t))
            good = complain(why, "interrupted");
    }
    disk_close(&disk, &ignored);
    return good;
}

static bool is_plain(const char *path, bool *plain, struct disk_complaint *why)
{
    struct disk_file file;
    uint8_t id[8] = { 0 };
    if (!disk_file_open(&file, path, false, why))
        return false;
    struct disk_complaint ignored;
    disk_file_read(&file, id, sizeof id, 0, &ignored);
    disk_file_close(&file);
    *plain = !cckd_check_suits(id);
    return true;
}

/* ---- one file after the other --------------------------------------------------------------- */

typedef bool work(const struct dasd_job *, const char *path, struct cckd_check *, bool *written,
                  struct disk_complaint *);

static int each_file(struct dasd_job *job, work *work)
{
    int status = 0;
    for (int i = 0; i < job->count; i++) {
        struct disk_complaint why;
        struct tool_progress progress;
        struct findings findings = { .job = job, .path = job->operands[i] };
        struct cckd_check check = { .level = job->level < 0 ? 1 : job->level, .tell = tell,
                                    .context = &findings, .progress = &progress };
        bool written = false;
        begin_json(job, job->operands[i]);
        tool_progress_begin(&progress, job->operands[i], 1);
        bool good = work(job, job->operands[i], &check, &written, &why);
        tool_progress_end(&progress);
        end_json(job, &check, written);
        if (!good)
            status = dasd_job_fail(job, &why);
        else if (check.faults && (!written || check.lost) && !job->customary)
            status = 1;
    }
    return status;
}

static void summary(const struct dasd_job *job, const char *path, const struct cckd_check *check)
{
    if (job->json || job->customary)
        return;
    printf("%s: %u images, %llu of %llu bytes hold nothing; ", path, check->images,
           (unsigned long long)check->wasted, (unsigned long long)check->size);
    if (check->faults == 0)
        puts("no faults");
    else
        printf("%u faults, %u images recovered, %u lost\n", check->faults, check->recovered,
               check->lost);
}

static bool check_one(const struct dasd_job *job, const char *path, struct cckd_check *check,
                      bool *written, struct disk_complaint *why)
{
    bool plain;
    (void)written;
    if (!is_plain(path, &plain, why))
        return false;
    if (!(plain ? check_plain(job, path, check, why) : cckd_check(path, check, why)))
        return false;
    if (!plain)
        summary(job, path, check);
    else if (!job->json)
        printf("%s: %u %s, %u faults\n", path, check->images, "tracks or blocks", check->faults);
    return true;
}

int dasd_run_check(struct dasd_job *job) { return each_file(job, check_one); }

static bool repair_one(const struct dasd_job *job, const char *path, struct cckd_check *check,
                       bool *written, struct disk_complaint *why)
{
    if (job->read_only) {
        if (!cckd_check(path, check, why))
            return false;
        if (check->faults && job->customary)
            tell(check->context, 500, 'W', "recovery not completed, file opened read-only");
    } else {
        if (!cckd_repair(path, false, check, why))
            return false;
        *written = check->faults != 0;
        if (*written && job->customary)
            tell(check->context, 104, 'I', "free space rebuilt");
    }
    summary(job, path, check);
    return true;
}

int dasd_run_repair(struct dasd_job *job) { return each_file(job, repair_one); }

/* ---- compress, swap ------------------------------------------------------------------------- */

static bool compress_one(const struct dasd_job *job, const char *path, struct cckd_check *check,
                         bool *written, struct disk_complaint *why)
{
    uint64_t wasted;
    if (!cckd_check(path, check, why))
        return false;
    if (check->faults)
        return complain(why, "%s is damaged: repair it first", path);
    wasted = check->wasted;
    if (wasted == 0) {
        if (job->customary)
            tell(check->context, 103, 'I', "file already compressed");
        else if (!job->json)
            printf("%s: there is nothing to take out\n", path);
        return true;
    }
    if (!cckd_repair(path, true, check, why))
        return false;
    *written = true;
    if (job->customary) {
        char text[80];
        snprintf(text, sizeof text, "compress successful, %llu bytes released",
                 (unsigned long long)wasted);
        tell(check->context, 102, 'I', text);
    } else if (!job->json)
        printf("%s: %llu bytes released\n", path, (unsigned long long)wasted);
    return true;
}

int dasd_run_compress(struct dasd_job *job) { return each_file(job, compress_one); }

static bool swap_one(const struct dasd_job *job, const char *path, struct cckd_check *check,
                     bool *written, struct disk_complaint *why)
{
    char text[60];
    if (!cckd_swap(path, check, why))
        return false;
    *written = true;
    snprintf(text, sizeof text, "converting to %s-endian", check->big_endian ? "little" : "big");
    if (job->customary)
        tell(check->context, 101, 'I', text);
    else if (!job->json)
        printf("%s: %s-endian now\n", path, check->big_endian ? "little" : "big");
    return true;
}

int dasd_run_swap(struct dasd_job *job) { return each_file(job, swap_one); }
