/* `tape check`: whether an image can be read to its end, and whether its standard labels are
 * in order (GC28-6680): which follows which, and what they say of the data between. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "devices/tape/tool.h"

struct check {
    const struct tape_job *job;
    unsigned file;             /* the tape's, from 1 */
    bool labelled, data;       /* in this file: it is one of labels; of data between labels */
    bool expects_data;         /* header labels were in the file before */
    struct tape_label header, header2;
    bool header_seen, header2_seen, trailer_seen;
    uint64_t blocks;           /* of the data set */
    size_t longest;
    unsigned sequence, data_sets, faults;
    char volser[8];
};

static void fault(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void fault(struct check *check, const char *format, ...)
{
    char text[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (check->job->json) {
        printf("%s{", check->faults ? ", " : "");
        tool_json_number(stdout, true, "file", check->file);
        tool_json_field(stdout, false, "fault", text);
        putchar('}');
    } else
        printf("%s: file %u: %s\n", check->job->operands[0], check->file, text);
    check->faults++;
}

/* Fields that a trailer repeats from its header. */
static void compare(struct check *check, const struct tape_label *header,
                    const struct tape_label *trailer)
{
    const struct tape_label_field *field;
    char was[32], is[32];
    for (size_t i = 0; (field = tape_label_field(i)); i++) {
        if (!tape_label_has(header, field) || strncmp(field->name, "blocks", 6) == 0 ||
            strcmp(field->name, "position") == 0)
            continue;
        tape_label_get(header, field->offset, field->length, was, sizeof was);
        tape_label_get(trailer, field->offset, field->length, is, sizeof is);
        if (strcmp(was, is) != 0)
            fault(check, "%.4s has %s '%s', %.4s '%s'", header->text, field->title, was,
                  trailer->text, is);
    }
}

static void header_label(struct check *check, const struct tape_label *label)
{
    unsigned sequence = tape_label_number(label, 31, 4);
    if (check->header_seen && !check->trailer_seen)
        fault(check, "HDR1 without trailer labels of the data set before");
    if (check->data_sets && sequence != check->sequence + 1)
        fault(check, "HDR1 has data set sequence %u, %u should follow", sequence,
              check->sequence + 1);
    check->sequence = sequence;
    check->header = *label;
    check->header_seen = true;
    check->header2_seen = check->trailer_seen = false;
    check->blocks = 0;
    check->longest = 0;
    check->data_sets++;
}

static void trailer_label(struct check *check, const struct tape_label *label)
{
    uint64_t blocks = (uint64_t)tape_label_number(label, 76, 4) * 1000000
                      + tape_label_number(label, 54, 6);
    if (!check->header_seen)
        fault(check, "%.4s without HDR1", label->text);
    else
        compare(check, &check->header, label);
    if (check->header_seen && blocks != check->blocks)
        fault(check, "%.4s counts %" PRIu64 " blocks, %" PRIu64 " are there", label->text, blocks,
              check->blocks);
    check->trailer_seen = true;
}

static void second_label(struct check *check, const struct tape_label *label)
{
    unsigned blksize = tape_label_number(label, 5, 5);
    if (tape_label_is(label, "HDR2")) {
        check->header2 = *label;
        check->header2_seen = true;
        return;
    }
    if (check->header2_seen)
        compare(check, &check->header2, label);
    if (blksize && check->longest > blksize)
        fault(check, "a block of %zu bytes, block size is %u", check->longest, blksize);
}

static void take_label(struct check *check, const struct tape_label *label, uint32_t position)
{
    check->labelled = true;
    if (tape_label_is(label, "VOL1")) {
        tape_label_get(label, 4, 6, check->volser, sizeof check->volser);
        if (position != 1)
            fault(check, "VOL1 is not the first block of the tape");
    } else if (position == 1)
        fault(check, "the first block is %.4s, not VOL1", label->text);
    if (tape_label_is(label, "HDR1"))
        header_label(check, label);
    else if (tape_label_is(label, "EOF1") || tape_label_is(label, "EOV1"))
        trailer_label(check, label);
    else if (strchr("HE", label->text[0]) && label->text[3] == '2')
        second_label(check, label);
}

/* Labels are where they are due: at the beginning, and around data. */
static void take_block(struct check *check, const struct tape_image *image, bool first)
{
    struct tape_label label;
    bool is_label = tape_label_parse(image->bytes, image->length, &label);
    if (is_label && !check->expects_data && (first || check->labelled)) {
        take_label(check, &label, image->position);
        return;
    }
    if (check->labelled)
        fault(check, "a block of %zu bytes among labels", image->length);
    check->blocks++;
    if (image->length > check->longest)
        check->longest = image->length;
}

/* At a tape mark: between header and trailer labels there is a file of data. */
static void file_ends(struct check *check)
{
    bool headers = check->labelled && check->header_seen && !check->trailer_seen;
    check->expects_data = headers && !check->expects_data;
    check->labelled = false;
    check->file++;
}

static enum tape_result walk(struct check *check, struct tape_image *image,
                             struct tool_progress *progress)
{
    enum tape_result result;
    bool first = true;
    while ((result = tape_read(image)) == TAPE_BLOCK || result == TAPE_MARK ||
           result == TAPE_BAD) {
        if (result == TAPE_MARK)
            file_ends(check);
        else {
            if (result == TAPE_BAD)
                fault(check, "%s", image->error);
            take_block(check, image, first);
        }
        first = result == TAPE_MARK;
        if (!tool_progress_at(progress, image->offset))
            break;
    }
    return result;
}

/* IEHINITT's HDR1 of zeros is no data set. */
static bool is_initial(const struct check *check)
{
    return check->data_sets == 1 && tape_label_number(&check->header, 4, 17) == 0 &&
           check->header.text[4] == '0' && check->blocks == 0;
}

static void at_end(struct check *check, const struct tape_image *image, enum tape_result result)
{
    if (result != TAPE_VOID)
        fault(check, "%s", image->error);
    else if (is_initial(check))
        check->data_sets = 0;
    else if (check->header_seen && !check->trailer_seen)
        fault(check, "the last data set has no trailer labels");
}

int tape_check(struct tape_job *job)
{
    struct check check = { .job = job, .file = 1 };
    struct tool_progress progress;
    struct tape_image *image = tape_job_open(job, job->operands[0]);
    if (!image)
        return 1;
    if (job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", job->operands[0]);
        tool_json_field(stdout, false, "format", image->format->name);
        fputs(", \"faults\": [", stdout);
    }
    tool_progress_begin(&progress, job->operands[0], image->size);
    at_end(&check, image, walk(&check, image, &progress));
    tape_close(image);
    tool_progress_end(&progress);
    if (job->json) {
        putchar(']');
        tool_json_field(stdout, false, "volser", check.volser);
        tool_json_number(stdout, false, "data_sets", check.data_sets);
        fputs("}\n", stdout);
    } else if (!check.faults)
        printf("%s: in order; %s%s, %u data sets\n", job->operands[0],
               *check.volser ? "volume " : "no labels", check.volser, check.data_sets);
    return check.faults ? 1 : 0;
}

int tape_labels(struct tape_job *job)
{
    job->letters['l'] = true;
    int status = job->json ? 0 : tape_map(job);
    return status ? status : tape_check(job);
}
