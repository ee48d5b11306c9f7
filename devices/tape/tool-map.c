/* `tape map`: what is on a tape; as hetmap and tapemap print it, too. */
#include <inttypes.h>
#include <string.h>

#include "devices/tape/tool.h"

/* What is printed: each kind is a table of its own. */
struct style {
    void (*begin)(const struct tape_job *, const struct tape_image *);
    void (*label)(const struct tape_label *, const struct tape_file *);
    void (*file)(const struct tape_file *);
    void (*end)(const struct tape_job *, const struct tape_file *whole, uint32_t checksum);
};

/* ---- our own ---------------------------------------------------------------------- */

static void own_begin(const struct tape_job *job, const struct tape_image *image)
{
    printf("%s: %s, %" PRIu64 " bytes\n", job->operands[0], image->format->name, image->size);
    printf("%6s %8s %9s %9s %12s %12s\n", "file", "blocks", "shortest", "longest", "bytes",
           "stored");
}

static void own_label(const struct tape_label *label, const struct tape_file *file)
{
    (void)file;
    printf("       %.*s\n", LABEL_LENGTH, label->text);
}

static void own_file(const struct tape_file *file)
{
    printf("%6u %8" PRIu64 " %9zu %9zu %12" PRIu64 " %12" PRIu64 "\n", file->number, file->blocks,
           file->shortest, file->longest, file->bytes, file->stored);
}

static void own_end(const struct tape_job *job, const struct tape_file *whole, uint32_t checksum)
{
    (void)job;
    printf("%6s %8" PRIu64 " %9zu %9zu %12" PRIu64 " %12" PRIu64 "\n", "all", whole->blocks,
           whole->shortest, whole->longest, whole->bytes, whole->stored);
    printf("checksum %08" PRIX32 "\n", checksum);
}

/* ---- as tapemap ---------------------------------------------------------------------- */

static void tapemap_begin(const struct tape_job *job, const struct tape_image *image)
{
    (void)job, (void)image;
}

static void tapemap_label(const struct tape_label *label, const struct tape_file *file)
{
    (void)file;
    printf("%s\n", label->text);
}

/* tapemap leaves users' labels out, hetmap -t does not. */
static void tapemap_system_label(const struct tape_label *label, const struct tape_file *file)
{
    if (label->text[0] != 'U')
        tapemap_label(label, file);
}

static void tapemap_file(const struct tape_file *file)
{
    printf("File %u: Blocks=%" PRIu64 ", block size min=%zu, max=%zu\n", file->number,
           file->blocks, file->shortest, file->longest);
}

static void tapemap_end(const struct tape_job *job, const struct tape_file *whole,
                        uint32_t checksum)
{
    (void)job, (void)whole, (void)checksum;
    printf("End of tape.\n");
}

/* ---- as hetmap ------------------------------------------------------------------------- */

static const char line[] = "---------------------\n";

static void hetmap_begin(const struct tape_job *job, const struct tape_image *image)
{
    (void)image;
    printf("%sFilename            : %s\n", line, job->operands[0]);
}

static void hetmap_label(const struct tape_label *label, const struct tape_file *file)
{
    const struct tape_label_field *field;
    (void)file;
    printf("%sLabel               : '%.4s'\n", line, label->text);
    for (size_t i = 0; (field = tape_label_field(i)); i++)
        if (tape_label_has(label, field))
            printf("%-20s: '%.*s'\n", field->title, field->length, label->text + field->offset);
}

static void hetmap_sizes(const struct tape_file *file)
{
    printf("Uncompressed bytes  : %" PRIu64 "\n", file->bytes);
}

static void hetmap_file(const struct tape_file *file)
{
    printf("%sFile #              : %u\n", line, file->number);
    printf("Blocks              : %" PRIu64 "\n", file->blocks);
    printf("Min Blocksize       : %zu\n", file->shortest);
    printf("Max Blocksize       : %zu\n", file->longest);
    hetmap_sizes(file);
    printf("Min Blocksize-Comp  : %zu\n", file->stored_shortest);
    printf("Max Blocksize-Comp  : %zu\n", file->stored_longest);
    printf("Compressed bytes    : %" PRIu64 "\n", file->stored);
}

static void hetmap_end(const struct tape_job *job, const struct tape_file *whole,
                       uint32_t checksum)
{
    (void)job, (void)checksum;
    printf("%sSummary             :\n", line);
    printf("Files               : %u\n", whole->number);
    printf("Blocks              : %" PRIu64 "\n", whole->blocks);
    hetmap_sizes(whole);
    printf("Compressed bytes    : %" PRIu64 "\n", whole->stored);
    printf("Reduction           : %" PRIu64 "\n", whole->bytes - whole->stored);
}

static void no_label(const struct tape_label *label, const struct tape_file *file)
{
    (void)label, (void)file;
}
static void no_file(const struct tape_file *file) { (void)file; }
static void no_end(const struct tape_job *job, const struct tape_file *whole, uint32_t checksum)
{
    (void)job, (void)whole, (void)checksum;
}

/* A date in a label: a blank or a digit for the century, year, day; zeros are none. */
static void print_date(const char *title, const char *date)
{
    if (strncmp(date + 1, "00000", 5) == 0) {
        printf("%s=0000.000  ", title);
        return;
    }
    printf("%s=%s%.2s.%.3s  ", title, *date == ' ' ? "19" : "20", date + 1, date + 3);
}

/* hetmap -d: a data set is told when its trailer labels come, a file behind its own. */
static void data_set_label(const struct tape_label *label, const struct tape_file *file)
{
    const char *text = label->text;
    char field[20];
    if (tape_label_is(label, "VOL1"))
        printf("vol=%-17.6s  owner=%.10s\n\n", text + 4, text + 41);
    else if (tape_label_is(label, "EOF1") || tape_label_is(label, "EOV1")) {
        printf("seq=%-17u  file#=%u\n", tape_label_number(label, 31, 4), file->number - 1);
        printf("dsn=%-17.17s  ", text + 4);
        print_date("crtdt", text + 41);
        print_date("expdt", text + 47);
        printf("blocks=%u\n", tape_label_number(label, 54, 6));
    } else if (tape_label_is(label, "EOF2") || tape_label_is(label, "EOV2")) {
        snprintf(field, sizeof field, "%c%c%c", text[4], text[38] == ' ' ? 0 : text[38], text[36]);
        printf("job=%-17.17s  recfm=%-8s  lrecl=%-8u  blksize=%-5u\n\n", text + 17, field,
               tape_label_number(label, 10, 5), tape_label_number(label, 5, 5));
    }
}

/* ---- JSON ------------------------------------------------------------------------------- */

static void json_begin(const struct tape_job *job, const struct tape_image *image)
{
    putchar('{');
    tool_json_field(stdout, true, "path", job->operands[0]);
    tool_json_field(stdout, false, "format", image->format->name);
    tool_json_number(stdout, false, "size", image->size);
    fputs(", \"contents\": [", stdout);
}

static void json_label(const struct tape_label *label, const struct tape_file *file)
{
    const struct tape_label_field *field;
    char text[32];
    fputs(file->number == 1 && file->labels == 0 ? "{" : ", {", stdout);
    snprintf(text, sizeof text, "%.4s", label->text);
    tool_json_field(stdout, true, "label", text);
    for (size_t i = 0; (field = tape_label_field(i)); i++)
        if (tape_label_has(label, field))
            tool_json_field(stdout, false, field->name,
                            tape_label_get(label, field->offset, field->length, text, sizeof text));
    putchar('}');
}

static void json_sizes(const struct tape_file *file)
{
    tool_json_number(stdout, false, "blocks", file->blocks);
    tool_json_number(stdout, false, "shortest", file->shortest);
    tool_json_number(stdout, false, "longest", file->longest);
    tool_json_number(stdout, false, "bytes", file->bytes);
    tool_json_number(stdout, false, "stored", file->stored);
}

static void json_file(const struct tape_file *file)
{
    fputs(file->number == 1 && file->labels == 0 ? "{" : ", {", stdout);
    tool_json_number(stdout, true, "file", file->number);
    json_sizes(file);
    putchar('}');
}

static void json_end(const struct tape_job *job, const struct tape_file *whole, uint32_t checksum)
{
    char text[16];
    (void)job;
    putchar(']');
    tool_json_number(stdout, false, "files", whole->number);
    json_sizes(whole);
    snprintf(text, sizeof text, "%08" PRIX32, checksum);
    tool_json_field(stdout, false, "checksum", text);
    fputs("}\n", stdout);
}

/* ---- the walk ------------------------------------------------------------------------- */

static const struct style own = { own_begin, own_label, own_file, own_end };
static const struct style as_tapemap = { tapemap_begin, tapemap_system_label, tapemap_file,
                                         tapemap_end };
static const struct style as_hetmap_t = { tapemap_begin, tapemap_label, tapemap_file,
                                          tapemap_end };
static const struct style as_hetmap = { hetmap_begin, hetmap_label, hetmap_file, hetmap_end };
static const struct style labels_only = { hetmap_begin, hetmap_label, no_file, no_end };
static const struct style files_only = { hetmap_begin, no_label, hetmap_file, hetmap_end };
static const struct style data_sets = { tapemap_begin, data_set_label, no_file, no_end };
static const struct style as_json = { json_begin, json_label, json_file, json_end };

static const struct style *style_of(const struct tape_job *job)
{
    const bool *letters = job->letters;
    if (job->json)
        return &as_json;
    if (letters['d'])
        return &data_sets;
    if (letters['f'])
        return &files_only;
    if (letters['l'])
        return &labels_only;
    if (strcmp(job->name, "tapemap") == 0)
        return &as_tapemap;
    if (letters['t'])
        return &as_hetmap_t;
    return job->customary || letters['a'] ? &as_hetmap : &own;
}

static void add(struct tape_file *whole, const struct tape_file *file)
{
    bool first = whole->blocks == 0;
    whole->number++;
    if (file->blocks == 0)
        return;
    whole->blocks += file->blocks;
    whole->bytes += file->bytes;
    whole->stored += file->stored;
    if (first || file->shortest < whole->shortest)
        whole->shortest = file->shortest;
    if (file->longest > whole->longest)
        whole->longest = file->longest;
}

static void file_ended(const struct style *style, struct tape_file *whole, struct tape_file *file)
{
    add(whole, file);
    style->file(file);
    tape_file_next(file);
}

static enum tape_result walk(struct tape_image *image, const struct style *style,
                             struct tool_progress *progress, struct tape_file *whole,
                             uint32_t *checksum)
{
    struct tape_file file = { .number = 1 };
    struct tape_label label;
    enum tape_result result;
    while ((result = tape_read(image)) == TAPE_BLOCK || result == TAPE_MARK ||
           result == TAPE_BAD) {
        *checksum = tape_checksum(*checksum, image, result);
        if (result == TAPE_MARK)
            file_ended(style, whole, &file);
        else {
            tape_file_count(&file, image);
            if (tape_label_parse(image->bytes, image->length, &label)) {
                style->label(&label, &file);
                file.labels++;
            }
        }
        if (!tool_progress_at(progress, image->offset))
            break;
    }
    if (file.blocks)
        file_ended(style, whole, &file);
    return result;
}

int tape_map(struct tape_job *job)
{
    const struct style *style = style_of(job);
    struct tape_image *image = tape_job_open(job, job->operands[0]);
    struct tape_file whole = { .number = 0 };
    struct tool_progress progress;
    uint32_t checksum = 0;
    if (!image)
        return 1;
    style->begin(job, image);
    tool_progress_begin(&progress, job->operands[0], image->size);
    enum tape_result result = walk(image, style, &progress, &whole, &checksum);
    tool_progress_end(&progress);
    style->end(job, &whole, checksum);
    fflush(stdout);
    int status = result == TAPE_VOID ? 0 : tape_job_fail(job, job->operands[0], image->error);
    tape_close(image);
    return status;
}
