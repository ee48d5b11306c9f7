/* `tape get`: a data set of a tape as a file of the host. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/codepage.h"
#include "devices/tape/tool.h"

struct getting {
    struct tape_job *job;
    struct tape_image *image;
    struct codepage page;
    struct tool_progress progress;
    FILE *out;
    char recfm;                /* F, V or U */
    unsigned lrecl, blksize;
    char dsn[18];
    uint64_t blocks, records;
};

static bool fail(const struct getting *g, const char *path, const char *why)
{
    tape_job_fail(g->job, path, why);
    return false;
}

static bool damaged(struct getting *g, const char *what)
{
    char text[200];
    snprintf(text, sizeof text, "block %" PRIu64 ": %s", g->blocks + 1, what);
    return fail(g, g->image->path, text);
}

/* ---- finding it -------------------------------------------------------------------- */

/* Behind the next tape mark. */
static bool skip_file(struct getting *g)
{
    enum tape_result result;
    while ((result = tape_forward(g->image)) == TAPE_BLOCK)
        if (!tool_progress_at(&g->progress, g->image->offset))
            return fail(g, g->image->path, "interrupted");
    if (result == TAPE_MARK)
        return true;
    return fail(g, g->image->path, result == TAPE_VOID ? "the tape has no file of this number"
                                                       : g->image->error);
}

static bool read_label(struct getting *g, const char *kind, struct tape_label *label)
{
    enum tape_result result = tape_read(g->image);
    char text[100];
    if (result == TAPE_BLOCK && tape_label_parse(g->image->bytes, g->image->length, label) &&
        tape_label_is(label, kind))
        return true;
    snprintf(text, sizeof text, "block %u should be %s (-n is for tapes without labels)",
             g->image->position + (result != TAPE_BLOCK), kind);
    if (g->image->position > 1 && (result == TAPE_MARK || result == TAPE_VOID))
        return fail(g, g->image->path, "the tape has no data set of this number");
    return fail(g, g->image->path, result == TAPE_DAMAGED || result == TAPE_FAILED
                ? g->image->error : text);
}

/* The header labels of data set `number`: what DCB they tell. */
static bool find_labelled(struct getting *g, unsigned long number)
{
    struct tape_label label;
    if (!read_label(g, "VOL1", &label))
        return false;
    for (unsigned long i = 1; i < number; i++)
        if (!skip_file(g) || !skip_file(g) || !skip_file(g))
            return false;
    if (!read_label(g, "HDR1", &label))
        return false;
    tape_label_get(&label, 4, 17, g->dsn, sizeof g->dsn);
    if (tape_read(g->image) == TAPE_BLOCK &&
        tape_label_parse(g->image->bytes, g->image->length, &label) &&
        tape_label_is(&label, "HDR2")) {
        g->recfm = label.text[4];
        g->blksize = tape_label_number(&label, 5, 5);
        g->lrecl = tape_label_number(&label, 10, 5);
    } else
        tape_backward(g->image);
    return skip_file(g);
}

static bool find(struct getting *g)
{
    char *end;
    unsigned long number = strtoul(g->job->operands[2], &end, 10);
    if (*end || number == 0)
        return fail(g, g->job->operands[2], "it is no number of a file");
    if (!g->job->letters['n'])
        return find_labelled(g, number);
    for (unsigned long i = 1; i < number; i++)
        if (!skip_file(g))
            return false;
    return true;
}

/* RECFM LRECL BLKSIZE on the command line are worth more than the labels. */
static bool take_dcb(struct getting *g)
{
    char **words = g->job->operands + 3;
    int count = g->job->count - 3;
    if (count > 0)
        g->recfm = (char)(words[0][0] & ~0x20);
    for (int i = 1; i < count; i++) {
        char *end;
        unsigned long n = strtoul(words[i], &end, 10);
        if (*end || n > 65535)
            return fail(g, words[i], "it is no length from 0 to 65535");
        *(i == 1 ? &g->lrecl : &g->blksize) = (unsigned)n;
    }
    if (!g->recfm)
        return fail(g, g->job->operands[0], "without labels RECFM, LRECL and BLKSIZE are needed");
    if (!strchr("FVU", g->recfm))
        return fail(g, count > 0 ? words[0] : g->image->path, "RECFM should begin with F, V or U");
    if (g->recfm == 'F' && g->lrecl == 0)
        return fail(g, g->job->operands[0], "RECFM F needs a record length");
    return true;
}

/* ---- writing it -------------------------------------------------------------------- */

static bool put(struct getting *g, uint8_t *bytes, size_t length)
{
    const bool *letters = g->job->letters;
    if (letters['a']) {
        codepage_to_host(&g->page, bytes, length);
        while (letters['s'] && length && bytes[length - 1] == ' ')
            length--;
    }
    g->records++;
    if (fwrite(bytes, 1, length, g->out) == length && (!letters['a'] || putc('\n', g->out) >= 0))
        return true;
    return fail(g, g->job->operands[1], strerror(errno));
}

static bool put_fixed(struct getting *g, uint8_t *bytes, size_t length)
{
    for (size_t at = 0; at < length; at += g->lrecl)
        if (!put(g, bytes + at, length - at < g->lrecl ? length - at : g->lrecl))
            return false;
    return true;
}

/* A block descriptor word with its length; records, each with such a word, too. */
static bool put_variable(struct getting *g, uint8_t *bytes, size_t length)
{
    if (length < 4 || get16(bytes) > length || get16(bytes) < 4)
        return damaged(g, "its descriptor word is not its length (is it RECFM V?)");
    length = get16(bytes);
    for (size_t at = 4; at < length; ) {
        size_t n = length - at >= 4 ? get16(bytes + at) : 0;
        if (n < 4 || n > length - at)
            return damaged(g, "a record descriptor word makes no sense");
        if (!put(g, bytes + at + 4, n - 4))
            return false;
        at += n;
    }
    return true;
}

static bool put_block(struct getting *g)
{
    struct tape_image *image = g->image;
    const bool *letters = g->job->letters;
    if (!letters['a'] && !letters['u']) {
        g->records++;
        return fwrite(image->bytes, 1, image->length, g->out) == image->length ||
               fail(g, g->job->operands[1], strerror(errno));
    }
    return g->recfm == 'F' ? put_fixed(g, image->bytes, image->length)
         : g->recfm == 'V' ? put_variable(g, image->bytes, image->length)
         : put(g, image->bytes, image->length);
}

static bool put_blocks(struct getting *g)
{
    enum tape_result result;
    while ((result = tape_read(g->image)) == TAPE_BLOCK) {
        if (!put_block(g))
            return false;
        g->blocks++;
        if (!tool_progress_at(&g->progress, g->image->offset))
            return fail(g, g->job->operands[1], "interrupted; nothing has been changed");
    }
    return result == TAPE_MARK || result == TAPE_VOID ||
           fail(g, g->image->path, g->image->error);
}

static bool write_out(struct getting *g)
{
    const char *path = g->job->operands[1];
    char error[600], *temporary;
    if (!tool_may_write(path, g->job->force, error, sizeof error)) {
        tool_fail(g->job->name, "%s", error);
        return false;
    }
    temporary = tool_temporary(path);
    g->out = fopen(temporary, "wxe");
    bool ok = g->out || fail(g, temporary, strerror(errno));
    if (g->out) {
        ok = put_blocks(g);
        bool flushed = fflush(g->out) == 0 && fsync(fileno(g->out)) == 0;
        if (ok && !flushed)
            ok = fail(g, path, strerror(errno));
        fclose(g->out);
        if (ok && tool_replace(temporary, path, error, sizeof error))
            return true;
        if (ok) {
            tool_fail(g->job->name, "%s", error);
            return false;
        }
        unlink(temporary);
    }
    free(temporary);
    return false;
}

static void report(const struct getting *g)
{
    if (g->job->json) {
        char recfm[2] = { g->recfm };
        putchar('{');
        tool_json_field(stdout, true, "path", g->job->operands[1]);
        tool_json_field(stdout, false, "dsn", g->dsn);
        tool_json_field(stdout, false, "recfm", recfm);
        tool_json_number(stdout, false, "lrecl", g->lrecl);
        tool_json_number(stdout, false, "blksize", g->blksize);
        tool_json_number(stdout, false, "blocks", g->blocks);
        fputs("}\n", stdout);
    } else if (!g->job->customary)
        printf("%s: %s%sRECFM=%c LRECL=%u BLKSIZE=%u, %" PRIu64 " blocks\n", g->job->operands[1],
               g->dsn, *g->dsn ? ", " : "", g->recfm, g->lrecl, g->blksize, g->blocks);
}

int tape_get_file(struct tape_job *job)
{
    struct getting g = { .job = job, .image = tape_job_open(job, job->operands[0]) };
    if (!g.image)
        return 1;
    if (!tool_codepage(job->name, &g.page)) {
        tape_close(g.image);
        return 2;
    }
    tool_progress_begin(&g.progress, job->operands[0], g.image->size);
    bool ok = find(&g) && take_dcb(&g) && write_out(&g);
    tape_close(g.image);
    tool_progress_end(&g.progress);
    if (ok)
        report(&g);
    return ok ? 0 : 1;
}
