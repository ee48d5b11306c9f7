/* create: a new volume with a table of contents, and with data sets if a control file says
 * so. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "devices/dasd/disk-output.h"
#include "devices/dasd/fba-image.h"
#include "devices/dasd/load.h"
#include "devices/dasd/tool.h"
#include "devices/devices.h"

/* A blank volume; what is made of it. */
struct creating {
    struct ckd_source source;  /* first */
    struct dasd_job *job;
    struct ckd_creation creation;
    struct layout_volume volume;
    struct layout layout;      /* if there is a control file */
    struct tool_progress progress;
    unsigned message_level;    /* of the field's dasdload */
};

static bool go_on(struct creating *c, unsigned at, struct disk_complaint *why)
{
    return tool_progress_at(&c->progress, at) || complain(why, "interrupted; nothing was made");
}

static bool blank_track(struct ckd_source *source, unsigned track, uint8_t *bytes,
                        struct disk_complaint *why)
{
    struct creating *c = (struct creating *)source;
    unsigned heads = c->volume.geometry->heads;
    ckd_track_format(bytes, track / heads, track % heads);
    return track % 64 || go_on(c, track, why);
}

/* ---- what is said --------------------------------------------------------------------------- */

/* The field's dasdload tells more with each of its levels. */
__attribute__((format(printf, 3, 4)))
static void say(const struct creating *c, unsigned level, const char *format, ...)
{
    va_list arguments;
    if (!c->job->customary || c->message_level < level)
        return;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

/* ---- data sets ------------------------------------------------------------------------------- */

static bool located(const struct layout *layout, struct disk_complaint *why)
{
    char text[400];
    snprintf(text, sizeof text, "%.399s", why->text);
    return complain(why, "%s line %u: %s", layout->path, layout->line, text);
}

static bool load_sets(struct creating *c, struct build *b, struct disk_complaint *why)
{
    struct layout_statement statement;
    unsigned heads = c->volume.geometry->heads;
    int result;
    while ((result = layout_next(&c->layout, &statement, why)) > 0) {
        say(c, 1, "--------- %s", c->layout.text);
        if (!go_on(c, b->next, why))
            return false;
        if (!load_statement(b, &statement))
            return located(&c->layout, why);
        bool vtoc = statement.method == LAYOUT_VTOC;
        unsigned first = vtoc ? b->vtoc : b->first, tracks = b->next - first;
        say(c, 1, "HHCDL012I Creating dataset %s at cyl %u head %u", statement.set.name,
            first / heads, first % heads);
        say(c, 2, "HHCDL013I Dataset %s contains %u track%s", statement.set.name, tracks,
            tracks == 1 ? "" : "s");
    }
    return result == 0;
}

static bool put_label(struct creating *c, struct build *b, struct disk_complaint *why)
{
    uint8_t *text = NULL;
    size_t length = 0;
    bool good = (!c->volume.ipl[0] || load_ipl_text(c->volume.ipl, &text, &length, why))
        && build_label(b, text, length);
    free(text);
    return good;
}

/* Without a control file: a VTOC behind the label, to the end of the first cylinder. */
static bool empty_vtoc(struct creating *c, struct build *b)
{
    unsigned heads = c->volume.geometry->heads;
    return build_reserve_vtoc(b, false, heads > 1 ? heads - 1 : 1);
}

static bool fill(struct creating *c, struct ckd_image *image, struct disk_complaint *why)
{
    struct build b;
    unsigned heads = c->volume.geometry->heads;
    if (!build_begin(&b, image, c->volume.geometry, c->volume.serial, &c->job->page, why))
        return false;
    bool good = put_label(c, &b, why)
        && (c->layout.file ? load_sets(c, &b, why) : empty_vtoc(c, &b)) && build_end(&b);
    if (good && c->layout.file) {
        say(c, 1, "HHCDL057I VTOC starts at cyl %u head %u and is %u track%s", b.vtoc / heads,
            b.vtoc % heads, b.vtoc_tracks, b.vtoc_tracks == 1 ? "" : "s");
        say(c, 1, "HHCDL014I Free space starts at cyl %u head %u", b.next / heads, b.next % heads);
    }
    build_free(&b);
    return good;
}

static bool make(struct creating *c, const char *temporary, struct disk_complaint *why)
{
    struct disk_complaint another;
    if (!ckd_image_create(temporary, &c->creation, why))
        return false;
    struct ckd_image *image = ckd_image_open(c->creation.made, true, why);
    bool good = image && fill(c, image, why);
    if (image && !ckd_image_close(image, good ? why : &another))
        good = false;
    return good;
}

/* ---- the volume -------------------------------------------------------------------------------- */

static void remove_made(const struct creating *c, const char *temporary)
{
    char name[4096];
    if (c->creation.parts == 0)
        remove(temporary);
    for (unsigned i = 0; i < c->creation.parts; i++)
        if (ckd_part_name(temporary, i, name, sizeof name))
            remove(name);
}

static bool create(struct creating *c, const char *path, char made[4096],
                   struct disk_complaint *why)
{
    struct disk_output output;
    struct dasd_job *job = c->job;
    const struct ckd_geometry *g = c->volume.geometry;
    unsigned cylinders = c->volume.cylinders ? c->volume.cylinders
        : g->cylinders + (job->alternates ? g->alternates : 0u);
    c->source.track = blank_track;
    c->creation = (struct ckd_creation){
        .geometry = g, .cylinders = cylinders, .source = &c->source,
        .compression = (enum ckd_compression)job->compression, .null_track = CKD_NULL_R0,
        .one_file = job->one_file, .wide = job->wide
    };
    c->progress.total = (uint64_t)cylinders * g->heads;
    if (!disk_output_begin(&output, path, job->force, NULL, why))
        return false;
    if (!make(c, output.temporary, why)) {
        remove_made(c, output.temporary);
        disk_output_drop(&output);
        return false;
    }
    output.sync = job->sync;
    bool good = disk_output_end(&output, c->creation.parts, why);
    memcpy(made, output.made, sizeof output.made);
    return good;
}

static int run(struct creating *c, const char *path)
{
    struct disk_complaint why;
    char made[4096];
    struct dasd_job *job = c->job;
    const struct ckd_geometry *g = c->volume.geometry;
    say(c, 0, "HHCDL006I Creating %.4s volume %s: %u trks/cyl, %zu bytes/track", g->name,
        c->volume.serial, g->heads, ckd_track_size(g));
    tool_progress_begin(&c->progress, path, 1);
    bool good = create(c, path, made, &why);
    tool_progress_end(&c->progress);
    if (!good)
        return dasd_job_fail(job, &why);
    if (job->customary) {
        say(c, 0, "HHCDL016I Total of %u cylinders written to %s", c->creation.cylinders, made);
        return 0;
    }
    if (job->quiet)
        return 0;
    job->operands[0] = made;
    job->shadows[0] = NULL;
    return dasd_run_ls(job);
}

/* ---- the words ------------------------------------------------------------------------------------ */

static int run_layout(struct creating *c, const char *control, const char *path)
{
    struct disk_complaint why;
    if (!layout_open(&c->layout, control, &why))
        return dasd_job_fail(c->job, &why);
    int status = layout_volume(&c->layout, &c->volume, &why) ? run(c, path)
                                                             : dasd_job_fail(c->job, &why);
    layout_close(&c->layout);
    return status;
}

/* FILE TYPE VOLSER [SIZE]; or with -f CONTROL only FILE. */
int dasd_run_create(struct dasd_job *job)
{
    struct creating c = { .job = job };
    char **word = job->operands;
    char *end;
    if (job->control)
        return job->count == 1 ? run_layout(&c, job->control, word[0])
            : (tool_fail(job->name, "with -f the control file says all but the image's name"), 2);
    if (job->count < 3)
        return tool_fail(job->name, "the image, the type and the volume serial are needed"), 2;
    c.volume.geometry = ckd_geometry_find(word[1]);
    if (!c.volume.geometry)
        return tool_fail(job->name, fba_geometry_find(word[1])
                         ? "%s is an FBA disk, which has no such table: dasd init makes it"
                         : "%s is no type of disk that can be made here", word[1]), 2;
    size_t n = strlen(word[2]);
    if (n < 1 || n > 6 || strspn(word[2], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789@#$-") != n)
        return tool_fail(job->name, "%s is no volume serial: 1 to 6 letters, digits, @ # $ or -",
                         word[2]), 2;
    strcpy(c.volume.serial, word[2]);
    if (job->count > 3) {
        unsigned long size = strtoul(word[3], &end, 10);
        if (*end || size < 1 || size > 65536)
            return tool_fail(job->name, "%s is no number of cylinders, 1 to 65536", word[3]), 2;
        c.volume.cylinders = (unsigned)size;
    }
    return run(&c, word[0]);
}

/* The field's: dasdload [options] CONTROL FILE [LEVEL]. */
int dasd_run_load(struct dasd_job *job)
{
    struct creating c = { .job = job, .message_level = 1 };
    if (job->count > 2)
        c.message_level = (unsigned)strtoul(job->operands[2], NULL, 10);
    return run_layout(&c, job->operands[0], job->operands[1]);
}
