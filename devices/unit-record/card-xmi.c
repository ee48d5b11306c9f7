/* `endicott card xmi`: what is in a deck that TRANSMIT made; a sequential data set into a file,
 * the members of a partitioned one into a folder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/bytes.h"
#include "devices/dasd/unloaded.h"
#include "devices/dasd/load-members.h"
#include "devices/unit-record/card-tool.h"
#include "devices/unit-record/transmit.h"

enum { FORM = 0xC0, FIXED = 0x80, VARIABLE = 0x40, BLOCKED = 0x10, SPANNED = 0x08 };

static const char *recfm_text(unsigned recfm, char text[8])
{
    static const struct { unsigned bit; char letter; } letters[] = {
        { 0x1000, 'B' }, { 0x0800, 'S' }, { 0x0400, 'A' }, { 0x0200, 'M' }
    };
    char *p = text;
    *p++ = (recfm & TRANSMIT_U) == TRANSMIT_U ? 'U' : recfm & TRANSMIT_F ? 'F' : 'V';
    for (unsigned i = 0; i < 4; i++)
        if (recfm & letters[i].bit)
            *p++ = letters[i].letter;
    *p = 0;
    return text;
}

static void tell(const struct card_job *job, const struct transmit_set *set, const char *what,
                 unsigned long count)
{
    char recfm[8];
    const char *dsorg = set->dsorg == TRANSMIT_PS ? "PS" : set->dsorg == TRANSMIT_PO ? "PO" : "?";
    recfm_text(set->recfm, recfm);
    if (!job->json) {
        printf("%s: DSORG=%s RECFM=%s LRECL=%u BLKSIZE=%u, %s, %lu %s, from %s to %s\n", set->dsn,
               dsorg, recfm, set->lrecl, set->blksize, set->utility, count, what, set->from,
               set->to);
        return;
    }
    putchar('{');
    tool_json_field(stdout, true, "dsn", set->dsn);
    tool_json_field(stdout, false, "dsorg", dsorg);
    tool_json_field(stdout, false, "recfm", recfm);
    tool_json_number(stdout, false, "lrecl", set->lrecl);
    tool_json_number(stdout, false, "blksize", set->blksize);
    tool_json_field(stdout, false, "utility", set->utility);
    tool_json_number(stdout, false, what, count);
    tool_json_field(stdout, false, "from", set->from);
    tool_json_field(stdout, false, "to", set->to);
    tool_json_field(stdout, false, "sent", set->when);
    fputs("}\n", stdout);
}

/* ---- records ------------------------------------------------------------------------------- */

/* As text a line, without the blanks at its end; else as it is, of variable length behind its
 * descriptor word. */
static bool put_record(const struct card_job *job, FILE *file, bool variable,
                       const uint8_t *record, size_t length)
{
    if (job->ascii) {
        while (length && record[length - 1] == 0x40)
            length--;
        for (size_t i = 0; i < length; i++)
            putc(job->page.to_host[record[i]], file);
        putc('\n', file);
    } else {
        uint8_t descriptor[4] = { 0 };
        put16(descriptor, (uint16_t)(length + 4));
        if (variable)
            fwrite(descriptor, 1, sizeof descriptor, file);
        fwrite(record, 1, length, file);
    }
    return !ferror(file) || (tool_fail(job->name, "%s: %s", job->to, strerror(errno)), false);
}

static bool unpack_records(const struct card_job *job, struct transmission *x,
                           enum transmit_result result, const uint8_t *record, size_t length,
                           FILE *file, unsigned long *count)
{
    const struct transmit_set *set = transmit_set(x);
    bool variable = (set->recfm & TRANSMIT_U) == TRANSMIT_V;
    for (; result == TRANSMIT_RECORD; result = transmit_next(x, &record, &length)) {
        ++*count;
        if (file && !put_record(job, file, variable, record, length))
            return false;
    }
    return result == TRANSMIT_END || (tool_fail(job->name, "%s", transmit_error(x)), false);
}

/* ---- members ------------------------------------------------------------------------------- */

/* The first record was looked at already, to see what the data set is. */
struct first_record {
    struct transmitted_source rest;
    const uint8_t *record;
    size_t length;
    bool taken;
};

static int next(struct unloaded_source *source, const uint8_t **bytes, size_t *length,
                struct disk_complaint *complaint)
{
    struct first_record *first = (struct first_record *)source;
    if (first->taken || first->length == 0)
        return transmitted_next(source, bytes, length, complaint);
    first->taken = true;
    *bytes = first->record;
    *length = first->length;
    return 1;
}

/* The name of the member whose first block was there: its own rather than an alias. */
static bool member_at(const struct card_job *job, const struct unloaded *u, unsigned track,
                      unsigned record, char name[9])
{
    enum { NAME = 8, ENTRY = 12 };
    bool found = false;
    for (size_t i = 0; i < u->blocks; i++) {
        const uint8_t *block = u->directory + i * UNLOADED_DIRECTORY;
        unsigned used = get16(block), at = 2;
        while (at + ENTRY <= used && used <= UNLOADED_DIRECTORY && block[at] != 0xFF) {
            const uint8_t *entry = block + at;
            bool alias = entry[11] & 0x80;
            if (get16(entry + 8) == track && entry[10] == record && !(alias && found)) {
                memcpy(name, entry, NAME);
                codepage_to_host(&job->page, (uint8_t *)name, NAME);
                name[8] = 0;
                for (int k = NAME - 1; k >= 0 && name[k] == ' '; k--)
                    name[k] = 0;
                found = true;
                if (!alias)
                    return true;
            }
            at += ENTRY + (entry[11] & 0x1F) * 2u;
        }
    }
    return found;
}

static bool put_block(const struct card_job *job, const struct unloaded *u, FILE *file,
                      const uint8_t *data, size_t length)
{
    size_t lrecl = u->recfm & BLOCKED && u->lrecl ? u->lrecl : length;
    if ((u->recfm & FORM) == FIXED) {
        for (size_t at = 0; at < length; at += lrecl)
            if (!put_record(job, file, false, data + at,
                            length - at < lrecl ? length - at : lrecl))
                return false;
        return true;
    }
    if ((u->recfm & FORM) != VARIABLE)
        return put_record(job, file, false, data, length);
    for (size_t at = 4; at + 4 <= length; at += get16(data + at)) {
        size_t own = get16(data + at);
        if (own < 4 || own > length - at || (u->recfm & SPANNED && data[at + 2] & 3))
            return tool_fail(job->name, "%s: a record's length word says %zu, and %zu bytes are left"
                             " in its block (spanned records can't be unpacked)", job->from, own,
                             length - at), false;
        if (!put_record(job, file, true, data + at + 4, own - 4))
            return false;
    }
    return true;
}

static bool is_file_name(const char *name)
{
    return name[0] && name[0] != '.' && !strchr(name, '/');
}

/* The blocks up to the end-of-file record; `block` is the first. */
static bool unpack_member(const struct card_job *job, struct unloaded *u,
                          struct unloaded_block *block, struct disk_complaint *why)
{
    char name[9] = "", path[4096];
    struct card_output output = { .file = NULL };
    int result = 1;
    if (!member_at(job, u, block->track, block->record, name))
        return tool_fail(job->name, "%s: no member begins at track %u record %u", job->from,
                         block->track, block->record), false;
    if (job->to) {
        if (!is_file_name(name) || (size_t)snprintf(path, sizeof path, "%s/%s", job->to, name)
                                   >= sizeof path)
            return tool_fail(job->name, "member name '%s' makes no file name", name), false;
        if (!card_output_begin(&output, job, path))
            return false;
    }
    bool good = true;
    for (; good && result > 0 && block->length; result = unloaded_next(u, block))
        good = !output.file || put_block(job, u, output.file, block->data, block->length);
    if (good && result <= 0)
        tool_fail(job->name, "%s: %s", job->from, result < 0 ? why->text
                  : "the last member has no end"), good = false;
    return output.file ? card_output_end(&output, job, good) : good;
}

static bool unpack_members(const struct card_job *job, struct transmission *x,
                           const uint8_t *record, size_t length, unsigned long *count)
{
    struct first_record source = { { { next }, x }, record, length, false };
    struct disk_complaint why;
    struct unloaded u;
    struct unloaded_block block;
    int result;
    struct stat status;
    if (job->to && (stat(job->to, &status) != 0 || !S_ISDIR(status.st_mode)))
        return tool_fail(job->name, "%s must be a folder: the data set is partitioned", job->to),
               false;
    if (!unloaded_begin(&u, &source.rest.source, &why))
        return tool_fail(job->name, "%s: %s", job->from, why.text), false;
    bool good = true;
    while (good && (result = unloaded_next(&u, &block)) > 0) {
        if (block.length == 0)
            continue;                    /* a member without records */
        good = unpack_member(job, &u, &block, &why);
        ++*count;
    }
    if (good && result < 0)
        tool_fail(job->name, "%s: %s", job->from, why.text), good = false;
    unloaded_end(&u);
    return good;
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool unpack(const struct card_job *job, struct transmission *x)
{
    const uint8_t *record = NULL;
    size_t length = 0;
    unsigned long count = 0;
    struct card_output output = { .file = NULL };
    enum transmit_result result = transmit_next(x, &record, &length);
    if (result == TRANSMIT_BAD)
        return tool_fail(job->name, "%s", transmit_error(x)), false;
    if (transmit_set(x)->dsorg == TRANSMIT_PO && result == TRANSMIT_RECORD) {
        if (!unpack_members(job, x, record, length, &count))
            return false;
        tell(job, transmit_set(x), "members", count);
        return true;
    }
    if (job->to && !card_output_begin(&output, job, job->to))
        return false;
    bool good = unpack_records(job, x, result, record, length, output.file, &count);
    if (output.file)
        good = card_output_end(&output, job, good);
    if (good)
        tell(job, transmit_set(x), "records", count);
    return good;
}

int card_xmi(const struct card_job *job)
{
    char error[500];
    struct transmission *x = transmit_open(job->from, &job->page, error, sizeof error);
    if (!x)
        return tool_fail(job->name, "%s", error);
    bool good = unpack(job, x);
    transmit_close(x);
    return good ? 0 : 1;
}
