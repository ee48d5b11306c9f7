/* `tape init`: a tape as IEHINITT makes it; `tape write`: one with text files as data sets. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/codepage.h"
#include "devices/tape/tool.h"

/* ---- labels ---------------------------------------------------------------------- */

static bool is_volser(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("@#$-", text[i]))
            return false;
    return n >= 1 && n <= 6;
}

static void upper(char *to, size_t size, const char *text)
{
    size_t i = 0;
    for (; text[i] && i + 1 < size; i++)
        to[i] = (char)toupper((unsigned char)text[i]);
    to[i] = 0;
}

static bool put_label(struct tape_image *image, const char *text)
{
    uint8_t block[LABEL_LENGTH];
    tape_label_make(block, text);
    return tape_write(image, block, sizeof block) == TAPE_BLOCK;
}

static bool put_mark(struct tape_image *image) { return tape_write_mark(image) == TAPE_MARK; }

/* VOL1: the serial in columns 5 to 10, the owner in 42 to 51. */
static bool put_volume_label(struct tape_image *image, const char *volser, const char *owner)
{
    char text[LABEL_LENGTH + 1], serial[8], name[16];
    upper(serial, sizeof serial, volser);
    upper(name, sizeof name, owner);
    snprintf(text, sizeof text, "VOL1%-6s%31s%-10.10s", serial, "", name);
    return put_label(image, text);
}

/* HDR1 of 76 zeros, which the first data set will overwrite. */
static bool put_initial_header(struct tape_image *image)
{
    char text[LABEL_LENGTH + 1];
    memset(text, '0', LABEL_LENGTH);
    memcpy(text, "HDR1", 4);
    text[LABEL_LENGTH] = 0;
    return put_label(image, text);
}

static int finish(struct tape_output *output, struct tape_job *job, bool ok)
{
    if (ok)
        return tape_output_end(output, job) ? 0 : 1;
    tape_job_fail(job, output->path, output->image->error);
    tape_output_drop(output);
    return 1;
}

/* ---- init ------------------------------------------------------------------------- */

int tape_init(struct tape_job *job)
{
    struct tape_output output;
    bool unlabelled = job->letters['n'];
    const char *volser = job->count > 1 ? job->operands[1] : "";
    if (!unlabelled && !is_volser(volser)) {
        tool_fail(job->name, "%s: a volume serial is needed, 1 to 6 letters, digits, @ # $ or -; "
                  "or -n for a tape without labels", *volser ? volser : job->operands[0]);
        return job->customary ? 1 : 2;
    }
    if (unlabelled && job->count > 1)
        return tool_fail(job->name, "%s: a tape without labels has no volume serial", volser);
    if (job->customary && tape_format_for(job->operands[0]) == &tape_aws && !job->format)
        job->format = &tape_het;
    if (!tape_output_begin(&output, job, job->operands[0]))
        return 1;
    struct tape_image *image = output.image;
    bool ok = unlabelled ? put_mark(image) && put_mark(image)
            : put_volume_label(image, volser, job->count > 2 ? job->operands[2] : "") &&
              put_initial_header(image) && put_mark(image);
    const char *name = image->format->name;
    int status = finish(&output, job, ok);
    if (status == 0 && job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", job->operands[0]);
        tool_json_field(stdout, false, "format", name);
        tool_json_field(stdout, false, "volser", volser);
        fputs("}\n", stdout);
    } else if (status == 0 && !job->customary)
        printf("%s: %s, %s%s\n", job->operands[0], name, unlabelled ? "no labels" : "volume ",
               volser);
    return status;
}

/* ---- write ------------------------------------------------------------------------ */

struct writing {
    struct tape_job *job;
    struct tape_image *image;
    struct codepage page;
    char volser[8], system_date[16];
    unsigned lrecl, blksize, sequence;
    uint8_t *block;
    size_t filled;
    unsigned blocks;
};

static bool put_data_set_labels(struct writing *w, const char *kind, const char *dsn)
{
    char text[120];
    snprintf(text, sizeof text, "%s1%-17.17s%-6s0001%04u      %s 000000%06u%-13s", kind, dsn,
             w->volser, w->sequence % 10000, w->system_date, w->blocks % 1000000, "ENDICOTT");
    if (!put_label(w->image, text))
        return false;
    snprintf(text, sizeof text, "%s2F%05u%05u30%-17s  %2sB", kind, w->blksize, w->lrecl,
             "ENDICOTT/WRITE", "");
    return put_label(w->image, text) && put_mark(w->image);
}

static bool flush_block(struct writing *w)
{
    if (w->filled == 0)
        return true;
    bool ok = tape_write(w->image, w->block, w->filled) == TAPE_BLOCK;
    w->blocks++;
    w->filled = 0;
    return ok;
}

/* A line as a record, with blanks behind it. */
static bool put_record(struct writing *w, const char *line, size_t length)
{
    uint8_t *record = w->block + w->filled;
    memset(record, ' ', w->lrecl);
    memcpy(record, line, length);
    codepage_to_guest(&w->page, record, w->lrecl);
    w->filled += w->lrecl;
    return w->filled + w->lrecl <= w->blksize || flush_block(w);
}

static bool put_lines(struct writing *w, FILE *file, const char *path)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok = true;
    for (unsigned long number = 1; ok && (n = getline(&line, &room, file)) >= 0; number++) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        if ((size_t)n > w->lrecl) {
            tape_says(w->image, TAPE_FAILED, "%s, line %lu: it has %zd characters, a record has "
                      "%u (-l N)", path, number, n, w->lrecl);
            ok = false;
        } else
            ok = put_record(w, line, (size_t)n);
    }
    free(line);
    return ok && flush_block(w);
}

/* The name of a data set that was given, or made of the file's. */
static void name_data_set(char dsn[18], const char *path, const char *given)
{
    const char *slash = strrchr(path, '/');
    upper(dsn, 18, given ? given : slash ? slash + 1 : path);
}

static bool put_text(struct writing *w, const char *operand)
{
    const char *equals = strrchr(operand, '=');
    char path[4096], dsn[18];
    snprintf(path, sizeof path, "%.*s", equals ? (int)(equals - operand) : 4095, operand);
    name_data_set(dsn, path, equals ? equals + 1 : NULL);
    FILE *file = fopen(path, "re");
    if (!file) {
        tape_says(w->image, TAPE_FAILED, "%s: %s", path, strerror(errno));
        return false;
    }
    w->sequence++;
    w->blocks = 0;
    bool ok = put_data_set_labels(w, "HDR", dsn) && put_lines(w, file, path);
    if (ok && ferror(file)) {
        tape_says(w->image, TAPE_FAILED, "%s: %s", path, strerror(errno));
        ok = false;
    }
    fclose(file);
    return ok && put_mark(w->image) && put_data_set_labels(w, "EOF", dsn);
}

/* Today, as labels have it: a blank for 19, 0 for 20; year, day of the year. */
static void label_date(char text[16])
{
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    snprintf(text, 16, "%c%02d%03d", tm.tm_year < 100 ? ' ' : '0', tm.tm_year % 100,
             (tm.tm_yday + 1) % 1000);
}

int tape_write_texts(struct tape_job *job)
{
    struct writing w = { .job = job, .lrecl = job->lrecl ? job->lrecl : 80 };
    struct tape_output output;
    w.blksize = job->blksize ? job->blksize : w.lrecl <= 3276 ? w.lrecl * 10 : w.lrecl;
    if (w.blksize < w.lrecl || w.blksize % w.lrecl)
        return tool_fail(job->name, "-B %u: it should be a multiple of the record length %u",
                         w.blksize, w.lrecl), 2;
    if (!is_volser(job->operands[1]))
        return tool_fail(job->name, "%s is no volume serial: 1 to 6 letters, digits, @ # $ or -",
                         job->operands[1]), 2;
    upper(w.volser, sizeof w.volser, job->operands[1]);
    label_date(w.system_date);
    if (!tool_codepage(job->name, &w.page))
        return 2;
    if (!tape_output_begin(&output, job, job->operands[0]))
        return 1;
    w.image = output.image;
    w.block = malloc(w.blksize + w.lrecl);
    if (!w.block)
        abort();
    bool ok = put_volume_label(w.image, w.volser, job->owner ? job->owner : "");
    for (int i = 2; ok && i < job->count; i++)
        ok = put_text(&w, job->operands[i]);
    ok = ok && put_mark(w.image);
    free(w.block);
    int status = finish(&output, job, ok);
    if (status == 0 && !job->customary && !job->json)
        printf("%s: volume %s, %u data sets\n", job->operands[0], w.volser, w.sequence);
    else if (status == 0 && job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", job->operands[0]);
        tool_json_field(stdout, false, "volser", w.volser);
        tool_json_number(stdout, false, "data_sets", w.sequence);
        fputs("}\n", stdout);
    }
    return status;
}
