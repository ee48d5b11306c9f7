/* `tape copy`, `tape split` and `tape update`: blocks and marks from one image to others. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "devices/tape/tool.h"

struct copying {
    const struct tape_job *job;
    struct tape_image *source;
    struct tool_progress progress;
    struct tape_file whole;
    uint64_t marks;
    uint32_t checksum;
    bool quiet;
    bool ended;                /* the source has no more */
    bool empty;                /* and nothing had come of this file */
};

static bool fail(const struct copying *copying, const char *path, const char *why)
{
    tape_job_fail(copying->job, path, why);
    return false;
}

/* One block or mark to `to`. False: it cannot be; said. */
static bool pass_on(struct copying *copying, enum tape_result result, struct tape_output *output)
{
    struct tape_image *from = copying->source, *to = output->image;
    enum tape_result written;
    if (result == TAPE_BAD && !copying->job->bad) {
        fail(copying, from->path, from->error);
        tool_fail(copying->job->name, "--bad copies the bytes that were read of such blocks");
        return false;
    }
    copying->checksum = tape_checksum(copying->checksum, from, result);
    if (result == TAPE_MARK)
        written = tape_write_mark(to);
    else {
        tape_file_count(&copying->whole, from);
        written = tape_write(to, from->bytes, from->length);
    }
    copying->marks += result == TAPE_MARK;
    return written == TAPE_BLOCK || written == TAPE_MARK ||
           fail(copying, output->path, to->error);
}

/* To the next tape mark, with it. */
static bool copy_file(struct copying *copying, struct tape_output *output)
{
    enum tape_result result;
    copying->empty = true;
    do {
        result = tape_read(copying->source);
        if (result == TAPE_VOID) {
            copying->ended = true;
            return true;
        }
        if (result != TAPE_BLOCK && result != TAPE_MARK && result != TAPE_BAD)
            return fail(copying, copying->source->path, copying->source->error);
        if (!pass_on(copying, result, output))
            return false;
        copying->empty = false;
        if (!tool_progress_at(&copying->progress, copying->source->offset))
            return fail(copying, output->path, "interrupted; nothing has been changed");
    } while (result != TAPE_MARK);
    return true;
}

static bool copy_files(struct copying *copying, struct tape_output *output, unsigned long most)
{
    while (most-- > 0 && !copying->ended)
        if (!copy_file(copying, output))
            return false;
    return true;
}

/* From the source's position to a new image, `most` files. */
static bool copy_to(struct copying *copying, const char *path, unsigned long most)
{
    struct tape_output output;
    if (!tape_output_begin(&output, copying->job, path))
        return false;
    if (!copy_files(copying, &output, most)) {
        tape_output_drop(&output);
        return false;
    }
    return tape_output_end(&output, copying->job);
}

static bool begin(struct copying *copying, struct tape_job *job, const char *path)
{
    *copying = (struct copying){ .job = job, .source = tape_job_open(job, path) };
    if (!copying->source)
        return false;
    tool_progress_begin(&copying->progress, path, copying->source->size);
    return true;
}

static void end(struct copying *copying)
{
    tape_close(copying->source);
    tool_progress_end(&copying->progress);
}

static void report(const struct copying *copying, const char *path)
{
    const struct tape_file *whole = &copying->whole;
    if (copying->quiet)
        return;
    if (!copying->job->json) {
        printf("%s: %" PRIu64 " blocks, %" PRIu64 " tape marks, %" PRIu64 " bytes, checksum %08"
               PRIX32 "\n", path, whole->blocks, copying->marks, whole->bytes, copying->checksum);
        return;
    }
    char text[16];
    snprintf(text, sizeof text, "%08" PRIX32, copying->checksum);
    putchar('{');
    tool_json_field(stdout, true, "path", path);
    tool_json_number(stdout, false, "blocks", whole->blocks);
    tool_json_number(stdout, false, "marks", copying->marks);
    tool_json_number(stdout, false, "bytes", whole->bytes);
    tool_json_field(stdout, false, "checksum", text);
    fputs("}\n", stdout);
}

static int copy_whole(struct tape_job *job, const char *from, const char *to, bool quiet)
{
    struct copying copying;
    if (!begin(&copying, job, from))
        return 1;
    copying.quiet = quiet;
    bool ok = copy_to(&copying, to, ~0ul);
    if (ok)
        report(&copying, to);
    end(&copying);
    return ok ? 0 : 1;
}

int tape_copy(struct tape_job *job)
{
    if (job->customary)
        for (int i = 0; i < 2; i++)
            if (strncmp(job->operands[i], "/dev/", 5) == 0)
                return tape_job_fail(job, job->operands[i], "drives of the host are not supported; "
                                     "give two images");
    return copy_whole(job, job->operands[0], job->operands[1], false);
}

/* -r and -c cut anew, -s as strict readers want it; without a destination the source is
 * replaced, when the new one is complete. */
int tape_update(struct tape_job *job)
{
    const char *from = job->operands[0], *to = job->count > 1 ? job->operands[1] : from;
    if (job->letters['s']) {
        job->letters['d'] = true;
        job->chunk = job->chunk ? job->chunk : TAPE_CHUNK_LEAST;
    }
    if (job->count == 1)
        job->force = true;
    if (!job->format && tape_format_for(to) == &tape_aws)
        job->format = &tape_het;
    return copy_whole(job, from, to, job->customary && !job->letters['v']);
}

/* ---- split ------------------------------------------------------------------------- */

static bool counts_are_numbers(const struct tape_job *job)
{
    for (int i = 2; i < job->count; i += 2) {
        char *rest;
        unsigned long n = strtoul(job->operands[i], &rest, 10);
        if (*rest || n == 0) {
            tool_fail(job->name, "%s is no number of files", job->operands[i]);
            return false;
        }
    }
    if (job->count % 2)
        return true;
    tool_fail(job->name, "how many files for %s?", job->operands[job->count - 1]);
    return false;
}

int tape_split(struct tape_job *job)
{
    struct copying copying;
    if (!counts_are_numbers(job))
        return 2;
    if (!begin(&copying, job, job->operands[0]))
        return 1;
    bool ok = true;
    for (int i = 1; ok && i < job->count; i += 2) {
        if (copying.ended) {
            ok = fail(&copying, job->operands[i], "the source has no more files");
            break;
        }
        copying.whole = (struct tape_file){ 0 };
        copying.marks = copying.checksum = 0;
        ok = copy_to(&copying, job->operands[i], strtoul(job->operands[i + 1], NULL, 10));
        if (ok)
            report(&copying, job->operands[i]);
    }
    end(&copying);
    return ok ? 0 : 1;
}
