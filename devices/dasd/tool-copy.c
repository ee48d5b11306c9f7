/* copy, merge: an image in another format; shadow files back into what they cast it on. */
#include <stdlib.h>
#include <string.h>

#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/disk-copy.h"
#include "devices/dasd/tool.h"

/* ---- copy --------------------------------------------------------------------------------- */

/* Without -o the field's dasdcopy makes a compressed image of a plain one, and the other way
 * round. dasdcopy64 writes 64-bit offsets. With -z, -bz2 or -0 the copy is compressed whoever makes
 * it. */
static const struct disk_format *format_by_options(const struct dasd_job *job,
                                                  struct disk_complaint *why)
{
    struct disk_complaint ignored;
    struct disk disk;
    char name[8];
    if (!disk_open(&disk, job->operands[0], job->shadows[0], false, why))
        return NULL;
    const struct disk_format *own = disk_format_of(&disk);
    disk_close(&disk, &ignored);
    bool compressed = job->compression != CKD_PLAIN || !own->compressed;
    bool wide = (job->customary ? job->wide : own->wide) && (compressed || !own->fba);
    snprintf(name, sizeof name, "%s%s%s", compressed ? "C" : "", own->fba ? "FBA" : "CKD",
             wide ? "64" : "");
    return disk_format_find(name);
}

static const struct disk_format *find_format(const struct dasd_job *job,
                                             struct disk_complaint *why)
{
    char name[12];
    if (!job->format)
        return job->customary || job->compression != CKD_PLAIN ? format_by_options(job, why) : NULL;
    snprintf(name, sizeof name, "%.8s%s", job->format,
             job->wide && !strstr(job->format, "64") ? "64" : "");
    const struct disk_format *format = disk_format_find(name);
    if (!format && !(format = disk_format_find(job->format)))
        complain(why, "%s is no format: CKD CKD64 CCKD CCKD64 FBA CFBA CFBA64", job->format);
    return format;
}

static void tell_copy(const struct dasd_job *job, const struct disk_copying *copying)
{
    if (job->quiet)
        return;
    if (job->customary) {
        printf("HHCDC010I %s successfully completed.\n", job->name);
        return;
    }
    if (!job->json) {
        printf("%s: %u %s, %s\n", copying->made, copying->units,
               copying->fba ? "blocks" : "tracks", copying->format->name);
        return;
    }
    putchar('{');
    tool_json_field(stdout, true, "path", copying->made);
    tool_json_field(stdout, false, "format", copying->format->name);
    tool_json_number(stdout, false, copying->fba ? "blocks" : "tracks", copying->units);
    puts("}");
}

int dasd_run_copy(struct dasd_job *job)
{
    struct disk_complaint why = { .text = "" };
    struct tool_progress progress;
    struct disk_copying copying = {
        .from = job->operands[0], .shadows = job->shadows[0], .to = job->operands[1],
        .compression = job->compression, .alternates = job->alternates,
        .one_file = job->one_file, .force = job->force, .sync = job->sync, .progress = &progress,
        .cylinders = job->cylinders < 65537 ? (unsigned)job->cylinders : 65537,
        .blocks = job->blocks < UINT32_MAX ? (uint32_t)job->blocks : UINT32_MAX
    };
    copying.format = find_format(job, &why);
    if (why.text[0])
        return dasd_job_fail(job, &why);
    if (copying.format && !copying.format->compressed && job->compression != CKD_PLAIN)
        return tool_fail(job->name, "%s has no compression", copying.format->name), 2;
    tool_progress_begin(&progress, copying.from, 1);
    bool good = disk_copy(&copying, &why);
    tool_progress_end(&progress);
    if (!good)
        return dasd_job_fail(job, &why);
    tell_copy(job, &copying);
    return 0;
}

/* ---- merge ---------------------------------------------------------------------------------- */

/* One file after the other, the last first: at any time all that are there are the disk. */
static bool merge(struct dasd_job *job, struct cckd_chain *chain, unsigned *merged,
                  struct disk_complaint *why)
{
    struct tool_progress progress;
    unsigned all = job->raw ? 1 : chain->count - 1;
    bool good = true;
    tool_progress_begin(&progress, job->operands[0], all);
    for (*merged = 0; good && *merged < all && chain->count > 1; ++*merged) {
        good = tool_progress_at(&progress, *merged)
            || complain(why, "interrupted after %u of %u shadow files; the disk is whole", *merged,
                        all);
        good = good && cckd_chain_remove(chain, job->force ? CCKD_MERGE_FORCED : CCKD_MERGE, why);
    }
    tool_progress_end(&progress);
    return good;
}

int dasd_run_merge(struct dasd_job *job)
{
    struct disk_complaint why, another;
    struct disk disk;
    unsigned merged = 0;
    if (!job->shadows[0])
        return tool_fail(job->name, "sf=PATTERN is missing: it names the shadow files"), 2;
    if (!disk_open(&disk, job->operands[0], job->shadows[0], true, &why))
        return dasd_job_fail(job, &why);
    struct cckd_chain *chain = disk_chain(&disk);
    bool good = chain && chain->count > 1
        ? merge(job, chain, &merged, &why)
        : complain(&why, "%s has no shadow files %s", job->operands[0], job->shadows[0]);
    good = disk_close(&disk, good ? &why : &another) && good;
    if (!good)
        return dasd_job_fail(job, &why);
    if (job->json)
        printf("{\"merged\": %u}\n", merged);
    else
        printf("%s: %u shadow file%s merged\n", job->operands[0], merged, merged == 1 ? "" : "s");
    return 0;
}
