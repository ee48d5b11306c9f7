/* `endicott tape`: commands, their options, and what they share. */
#include "devices/tape/tool.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "devices/devices.h"

/* ---- the commands ---------------------------------------------------------------- */

struct tape_command {
    const char *name, *customary;     /* "map", "hetmap" */
    const char *options;              /* letters, as getopt() has them */
    int least, most;                  /* operands */
    int (*run)(struct tape_job *);
    const char *operands, *summary, *help;
};

#define COMPRESSION "  -z -b -d     compress with zlib, with bzip2, not at all (HET)\n" \
                    "  -1 ... -9    fast ... small\n" \
                    "  -c N         chunks of N bytes, 4096 to 65535\n"
#define FORMAT      "  --format F   AWSTAPE, HET, FakeTape or SIMH; else as the name ends:\n" \
                    "               .aws .het .fkt .tap\n"
#define FORCE       "  --force      replace what is there\n"

static const struct tape_command commands[] = {
    { "init", "hetinit", "din", 1, 3, tape_init, "FILE [VOLSER [OWNER]]",
      "make a labelled or blank tape",
      "  -n           without labels; no VOLSER\n"
      "  -d           not compressed\n" FORMAT FORCE },
    { "map", "hetmap", "abdflst", 1, 1, tape_map, "FILE", "list files, blocks and labels",
      "  -a -l -f -d  as hetmap: everything, labels, files, data sets\n"
      "  -t           as tapemap\n" },
    { "map", "tapemap", "abdflst", 1, 1, tape_map, "FILE", "list files, blocks and labels", "" },
    { "copy", "tapecopy", "zbd123456789c:", 2, 2, tape_copy, "SOURCE DEST",
      "copy a tape, from any format into any",
      COMPRESSION FORMAT FORCE
      "  --bad        copy blocks that are recorded as bad, too\n" },
    { "split", "tapesplt", "zbd123456789c:", 3, 999, tape_split, "SOURCE DEST N [DEST N]...",
      "copy N files to each tape", COMPRESSION FORMAT FORCE },
    { "get", "hetget", "anus", 3, 6, tape_get_file, "FILE OUT NUMBER [RECFM LRECL BLKSIZE]",
      "take a data set off a tape",
      "  -a           into ASCII, a record a line\n"
      "  -s           without blanks at the end of lines\n"
      "  -u           records without their descriptor words\n"
      "  -n           NUMBER counts what is between tape marks; no labels\n" FORCE },
    { "update", "hetupd", "zbd123456789c:rsv", 1, 2, tape_update, "SOURCE [DEST]",
      "compress a tape anew", COMPRESSION
      "  -r           chunks anew\n"
      "  -s           chunks of 4096 bytes, not compressed\n"
      "  -v           tell what is done\n" FORMAT },
    { "check", NULL, "", 1, 1, tape_check, "FILE", "check an image and its standard labels", "" },
    { "label", NULL, "", 1, 1, tape_labels, "FILE", "list the labels, and check them", "" },
    { "write", "maketape", "l:B:o:d", 3, 999, tape_write_texts, "FILE VOLSER TEXT[=DSNAME]...",
      "make a labelled tape of text files",
      "  -l N         record length (80)\n"
      "  -B N         block length (LRECL * 10)\n"
      "  -o OWNER     the owner in the volume label\n"
      "  -d           not compressed\n" FORMAT FORCE },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int show_commands(FILE *file, int status)
{
    fputs("Usage: endicott tape COMMAND [options] ...\n\n", file);
    for (int i = 0; i < COMMANDS; i++)
        if (i == 0 || strcmp(commands[i].name, commands[i - 1].name) != 0)
            fprintf(file, "  %-7s %-40s %s\n", commands[i].name, commands[i].operands,
                    commands[i].summary);
    fputs("\n'endicott tape COMMAND --help' tells more. Formats: AWSTAPE, HET, FakeTape, SIMH; OMA\n"
          "to be read. All take --json.\n", file);
    return status;
}

static int show_help(const struct tape_job *job, const struct tape_command *command, FILE *file,
                     int status)
{
    fprintf(file, "Usage: %s%s [options] %s\n%c%s.\n\n%s  --json       the result as JSON\n",
            job->customary ? "" : "endicott ", job->name, command->operands,
            command->summary[0] - 'a' + 'A', command->summary + 1, command->help);
    return status;
}

/* ---- options --------------------------------------------------------------------- */

enum { OPTION_JSON = 256, OPTION_FORCE, OPTION_FORMAT, OPTION_BAD, OPTION_HELP };

static const struct option long_options[] = {
    { "json", no_argument, NULL, OPTION_JSON },   { "force", no_argument, NULL, OPTION_FORCE },
    { "bad", no_argument, NULL, OPTION_BAD },     { "help", no_argument, NULL, OPTION_HELP },
    { "format", required_argument, NULL, OPTION_FORMAT }, { 0 }
};

static bool take_format(struct tape_job *job, const char *name)
{
    job->format = tape_format_named(name);
    if (job->format && job->format->write)
        return true;
    tool_fail(job->name, "--format %s: it should be AWSTAPE, HET, FakeTape or SIMH", name);
    return false;
}

static bool take_number(struct tape_job *job, int letter, const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    bool chunk = letter == 'c';
    if (*text < '0' || *text > '9' || *end || n < (chunk ? TAPE_CHUNK_LEAST : 1u) || n > 65535) {
        tool_fail(job->name, "-%c %s: it should be a number from %d to 65535", letter, text,
                  chunk ? TAPE_CHUNK_LEAST : 1);
        return false;
    }
    if (letter == 'l')
        job->lrecl = (unsigned)n;
    else if (letter == 'B')
        job->blksize = (unsigned)n;
    else
        job->chunk = (unsigned)n;
    return true;
}

/* -1: go on; else the exit status. */
static int read_options(struct tape_job *job, const struct tape_command *command, int argc,
                        char **argv)
{
    char letters[64];
    snprintf(letters, sizeof letters, "h%s", command->options);
    optind = 0;                /* glibc: begin anew */
    for (int c; (c = getopt_long(argc, argv, letters, long_options, NULL)) != -1; ) {
        if (c == '?')
            return 2;
        if (c == 'h' || c == OPTION_HELP)
            return show_help(job, command, stdout, 0);
        if (c == OPTION_FORMAT && !take_format(job, optarg))
            return 2;
        if (c >= '1' && c <= '9')
            job->level = c - '0';
        else if (c == 'o')
            job->owner = optarg;
        else if (c < 128 && optarg && !take_number(job, c, optarg))
            return 2;
        if (c < 128)
            job->letters[c] = true;
        job->json |= c == OPTION_JSON;
        job->force |= c == OPTION_FORCE;
        job->bad |= c == OPTION_BAD;
    }
    job->operands = argv + optind;
    job->count = argc - optind;
    return -1;
}

static int run(const struct tape_command *command, const char *name, bool customary, int argc,
               char **argv)
{
    char full[40];
    snprintf(full, sizeof full, "%s%s", customary ? "" : "tape ", name);
    struct tape_job job = { .name = full, .customary = customary, .force = customary };
    argv[0] = full;
    int status = read_options(&job, command, argc, argv);
    if (status >= 0)
        return status;
    if (job.count < command->least || job.count > command->most)
        return show_help(&job, command, stderr, customary ? 1 : 2);
    return command->run(&job);
}

int tape_main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    for (int i = 0; i < COMMANDS; i++)
        if (commands[i].customary && strcmp(commands[i].customary, name) == 0)
            return run(&commands[i], name, true, argc, argv);
    if (argc < 2)
        return show_commands(stderr, 2);
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return run(&commands[i], commands[i].name, false, argc - 1, argv + 1);
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
        return show_commands(stdout, 0);
    tool_fail("tape", "%s is no command", argv[1]);
    return show_commands(stderr, 2);
}

/* ---- what commands share --------------------------------------------------------- */

int tape_job_fail(const struct tape_job *job, const char *path, const char *why)
{
    return tool_fail(job->name, "%s: %s", path, why);
}

struct tape_image *tape_job_open(const struct tape_job *job, const char *path)
{
    char error[400];
    bool made;
    struct tape_image *image = tape_open(path, true, &made, error, sizeof error);
    if (!image)
        tape_job_fail(job, path, error);
    return image;
}

/* -d is no compression; -z and -b and a level make a HET image of what is not named so. */
static void set_compression(struct tape_compression *how, const struct tape_job *job)
{
    if (job->letters['b'])
        how->method = TAPE_BZIP2;
    if (job->letters['z'] || (job->level && how->method == TAPE_PLAIN && !job->letters['d']))
        how->method = TAPE_ZLIB;
    if (job->letters['d'])
        how->method = TAPE_PLAIN;
    if (job->level)
        how->level = job->level;
    if (job->chunk)
        how->chunk = job->chunk;
}

bool tape_output_begin(struct tape_output *output, const struct tape_job *job, const char *path)
{
    char error[600];
    const struct tape_format *format = job->format ? job->format : tape_format_for(path);
    output->path = path;
    output->image = NULL;
    if (!format->write) {
        tape_job_fail(job, path, "OMA images can only be read");
        return false;
    }
    if (!tool_may_write(path, job->force, error, sizeof error)) {
        tool_fail(job->name, "%s", error);
        return false;
    }
    output->temporary = tool_temporary(path);
    output->image = tape_make(output->temporary, format, error, sizeof error);
    if (!output->image) {
        tape_job_fail(job, output->temporary, error);
        free(output->temporary);
        return false;
    }
    set_compression(&output->image->compression, job);
    return true;
}

bool tape_output_end(struct tape_output *output, const struct tape_job *job)
{
    char error[600];
    if (!tape_sync(output->image)) {
        tape_job_fail(job, output->path, output->image->error);
        tape_output_drop(output);
        return false;
    }
    tape_close(output->image);
    bool ok = tool_replace(output->temporary, output->path, error, sizeof error);
    if (!ok)
        tool_fail(job->name, "%s", error);
    return ok;
}

void tape_output_drop(struct tape_output *output)
{
    if (!output->image)
        return;
    tape_close(output->image);
    unlink(output->temporary);
    free(output->temporary);
    output->image = NULL;
}

uint32_t tape_checksum(uint32_t so_far, const struct tape_image *image, enum tape_result result)
{
    uint32_t length = result == TAPE_MARK ? 0 : (uint32_t)image->length;
    uint8_t head[4] = { (uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8),
                        (uint8_t)length };
    so_far = (uint32_t)crc32(so_far, head, sizeof head);
    return (uint32_t)crc32(so_far, length ? image->bytes : head, length);
}

static void widen(size_t *least, size_t *most, size_t n, bool first)
{
    *least = first || n < *least ? n : *least;
    *most = n > *most ? n : *most;
}

void tape_file_count(struct tape_file *file, const struct tape_image *image)
{
    bool first = file->blocks++ == 0;
    file->bytes += image->length;
    file->stored += image->stored;
    widen(&file->shortest, &file->longest, image->length, first);
    widen(&file->stored_shortest, &file->stored_longest, image->stored, first);
}

void tape_file_next(struct tape_file *file)
{
    *file = (struct tape_file){ .number = file->number + 1, .labels = file->labels };
}
