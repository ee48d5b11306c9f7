/* `endicott dasd`: tools for disk images. */
#include "config.h"

#include "devices/dasd/tool.h"

#include <stdlib.h>
#include <string.h>

#include "devices/dasd/ckd-image.h"
#include "devices/dasd/customary.h"
#include "devices/devices.h"

int dasd_job_fail(const struct dasd_job *job, const struct disk_complaint *why)
{
    return tool_fail(job->name, "%s", why->text);
}

/* ---- options ------------------------------------------------------------------------------ */

#define AT(member) offsetof(struct dasd_job, member), 0
#define CHOICE(member, value) TOOL_CHOICE, offsetof(struct dasd_job, member), value
#define HELP { "help", TOOL_FLAG, AT(help), NULL }, { "h", TOOL_FLAG, AT(help), NULL }
#define JSON { "json", TOOL_FLAG, AT(json), "the result as JSON" }
#define FORCE { "force", TOOL_FLAG, AT(force), "replace files that are there" }
#define TEXT { "c", TOOL_TEXT, AT(page_name), "code page of the text, as 819/1047 (which it is) or 037" }
#define COMPRESSIONS \
    { "z", CHOICE(compression, CKD_ZLIB), "compressed with zlib" }, \
    { "bz2", CHOICE(compression, CKD_BZIP2), "compressed with bzip2" }, \
    { "0", CHOICE(compression, CKD_UNCOMPRESSED), "in the compressed format, but not compressed" }
#define ONE_FILE { "lfs", TOOL_FLAG, AT(one_file), "plain: one file, even if larger than 2 GB" }
#define ALTERNATES \
    { "a", TOOL_FLAG, AT(alternates), "with all cylinders of the model, alternate ones too" }
#define SYNC \
    { "sync", TOOL_TEXT, AT(sync_name), "host: end when a new file is at the medium, too" }
#define QUIET { "q", TOOL_FLAG, AT(quiet), "print nothing" }
/* The field's word for it, and ours. */
#define REPLACE \
    { "r", TOOL_FLAG, AT(force), "replace the file if it is there" }, \
    { "force", TOOL_FLAG, AT(force), NULL }
#define END { NULL, TOOL_FLAG, 0, 0, NULL }

static const struct tool_option ls_options[] = { JSON, HELP, END };
static const struct tool_option text_options[] = {
    { "r", TOOL_FLAG, AT(raw), "raw: bytes as they are, no lines" }, TEXT, FORCE, JSON, HELP, END
};
static const struct tool_option copy_options[] = {
    { "o", TOOL_TEXT, AT(format), "format: CKD CKD64 CCKD CCKD64 FBA CFBA CFBA64" },
    COMPRESSIONS,
    { "cyls", TOOL_NUMBER, AT(cylinders), "cylinders of the copy, if more" },
    { "blks", TOOL_NUMBER, AT(blocks), "blocks of the copy, if more" },
    ALTERNATES,
    ONE_FILE,
    REPLACE,
    SYNC,
    QUIET,
    JSON, HELP, END
};
static const struct tool_option convert_options[] = {
    { "o", TOOL_TEXT, AT(format), "format: CKD (which it is) CKD64 CCKD CCKD64" },
    COMPRESSIONS, ONE_FILE, REPLACE, SYNC, QUIET, JSON, HELP, END
};
static const struct tool_option merge_options[] = {
    { "1", TOOL_FLAG, AT(raw), "the last shadow file only" },
    { "force", TOOL_FLAG, AT(force), "into a base that is to be read only, too" },
    JSON, HELP, END
};
static const struct tool_option diff_options[] = {
    { "q", TOOL_FLAG, AT(quiet), "print nothing: the exit status tells" }, JSON, HELP, END
};
static const struct tool_option info_options[] = {
    { "sum", TOOL_FLAG, AT(sum), "a checksum of all tracks or blocks, the same in all formats" },
    JSON, HELP, END
};
static const struct tool_option check_options[] = {
    { "0", CHOICE(level, 0), "look at headers and tables only" },
    { "1", CHOICE(level, 1), "at free space, too (as it does)" },
    { "2", CHOICE(level, 2), "at the images' headers, too" },
    { "3", CHOICE(level, 3), "at all images, expanded" },
    { "4", CHOICE(level, 4), "at whatever looks like an image, and not at the tables" },
    { "f", TOOL_FLAG, AT(force), NULL },      /* the field's, for files that were left open */
    { "ro", TOOL_FLAG, AT(read_only), NULL },
    JSON, HELP, END
};
static const struct tool_option map_options[] = {
    { "q", TOOL_FLAG, AT(quiet), "the sums alone" }, JSON, HELP, END
};
static const struct tool_option create_options[] = {
    { "f", TOOL_TEXT, AT(control), "control file, as dasdload's" },
    COMPRESSIONS,
    { "64", TOOL_FLAG, AT(wide), "with 64-bit offsets" },
    ALTERNATES,
    ONE_FILE,
    SYNC,
    QUIET,
    TEXT, FORCE, JSON, HELP, END
};
static const struct tool_option load_options[] = {
    COMPRESSIONS,
    ALTERNATES,
    ONE_FILE,
    HELP, END
};
static const struct tool_option show_options[] = {
    { "q", TOOL_FLAG, AT(quiet), "the records alone, not their bytes" }, TEXT, JSON, HELP, END
};
static const struct tool_option plain_options[] = { TEXT, JSON, HELP, END };
static const struct tool_option mount_options[] = {
    { "r", TOOL_FLAG, AT(raw), "raw: bytes as they are, no lines" },
    { "f", TOOL_FLAG, AT(quiet), "stay in the foreground" }, TEXT, HELP, END
};

/* ---- commands ----------------------------------------------------------------------------- */

static const struct dasd_command {
    const char *name;
    int least, most;           /* operands */
    int (*run)(struct dasd_job *);
    const struct tool_option *options;
    const char *operands, *summary;
} commands[] = {
    { "ls", 1, 1, dasd_run_ls, ls_options, "VOLUME", "list the data sets" },
    { "cat", 2, 999, dasd_run_cat, text_options, "VOLUME DSNAME[(MEMBER)]...",
      "print data sets and members" },
    { "seq", 3, 3, dasd_run_seq, text_options, "VOLUME DSNAME FILE",
      "unload a sequential data set" },
    { "pdsu", 3, 3, dasd_run_pdsu, text_options, "VOLUME DSNAME FOLDER",
      "unload all members, a file each" },
    { "create", 1, 4, dasd_run_create, create_options, "IMAGE TYPE VOLSER [CYLINDERS]",
      "make a volume; -f CONTROL IMAGE: with data sets" },
    { "load", 2, 3, dasd_run_load, load_options, "CONTROL IMAGE [LEVEL]", NULL },
    { "info", 1, 1, dasd_run_info, info_options, "IMAGE", "format, size, space, volume" },
    { "copy", 2, 2, dasd_run_copy, copy_options, "IMAGE COPY", "copy, into any format" },
    { "convert", 2, 2, dasd_run_convert, convert_options, "HDR30-FILE IMAGE",
      "make an image of another emulator's .CKD file" },
    { "diff", 2, 2, dasd_run_diff, diff_options, "IMAGE IMAGE",
      "compare two disks by track, whatever their formats" },
    { "check", 1, 999, dasd_run_check, check_options, "IMAGE...", "look for damage" },
    { "map", 1, 1, dasd_run_map, map_options, "IMAGE",
      "where everything is in a compressed image" },
    { "repair", 1, 999, dasd_run_repair, check_options, "IMAGE...",
      "make a compressed image of what is sound in it" },
    { "compress", 1, 999, dasd_run_compress, check_options, "IMAGE...",
      "take the free space out of a compressed image" },
    { "swap", 1, 999, dasd_run_swap, check_options, "IMAGE...",
      "turn the byte order of a compressed image" },
    { "show", 1, 3, dasd_run_show, show_options, "IMAGE [CYLINDER HEAD|BLOCK]",
      "a track's records, or a block, in hexadecimal" },
    { "serial", 1, 2, dasd_run_serial, plain_options, "IMAGE [VOLSER]",
      "tell the volume's serial, or change it" },
    { "mount", 2, 2, dasd_run_mount, mount_options, "VOLUME FOLDER",
      "data sets and members as files, until fusermount3 -u FOLDER" },
    { "isup", 1, 1, dasd_run_isup, plain_options, "IMAGE",
      "OS/360: put the tables of SYS1.SVCLIB right" },
    { "merge", 1, 1, dasd_run_merge, merge_options, "IMAGE sf=PATTERN",
      "merge shadow files into the image" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct dasd_command *find_command(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* The field's names: a command, and what the name says by itself. */
static const struct customary {
    const char *name, *command, *format;
} customary[] = {
    { "dasdcopy", "copy", NULL }, { "dasdcopy64", "copy", NULL },
    { "ckd2cckd", "copy", "CCKD" }, { "cckd2ckd", "copy", "CKD" },
    { "fba2cfba", "copy", "CFBA" }, { "cfba2fba", "copy", "FBA" },
    { "ckd2cckd64", "copy", "CCKD64" }, { "cckd642ckd", "copy", "CKD" },
    { "fba2cfba64", "copy", "CFBA64" }, { "cfba642fba", "copy", "FBA" },
    { "convto64", "copy", "CCKD64" },
    { "dasdconv", "convert", "CKD" }, { "dasdconv64", "convert", "CKD64" },
    { "dasdisup", "isup", NULL }, { "dasdser", "serial", NULL }, { "dasdlist", "show", NULL },
    { "dasdload", "load", NULL }, { "dasdload64", "load", NULL },
    { "cckdmap", "map", NULL },
    { "cckdcdsk", "repair", NULL }, { "cckdcdsk64", "repair", NULL },
    { "cckdcomp", "compress", NULL }, { "cckdcomp64", "compress", NULL },
    { "cckdswap", "swap", NULL }, { "cckdswap64", "swap", NULL },
};
enum { CUSTOMARY = sizeof customary / sizeof *customary };

static int show_help(FILE *file, int status)
{
    fputs("Usage: endicott dasd COMMAND [options] ...\n\n", file);
    for (int i = 0; i < COMMANDS; i++)
        if (commands[i].summary)
            fprintf(file, "  %-8s %-27s %s\n", commands[i].name,
                    commands[i].operands, commands[i].summary);
    fputs("  init     FILE TYPE VOLSER [SIZE]      make an empty image (endicott dasdinit)\n\n"
          "sf=PATTERN behind an image names its shadow files, as a device statement does.\n"
          "'endicott dasd COMMAND --help' tells its options.\n", file);
    return status;
}

static int command_help(const struct dasd_command *command, const char *name, FILE *file,
                        int status)
{
    fprintf(file, "Usage: %s [options] %s\n\n", name, command->operands);
    tool_options_help(file, command->options);
    return status;
}

/* `sf=PATTERN` belongs to the operand in front of it. */
static bool take_shadows(struct dasd_job *job, int words)
{
    job->shadows = calloc((size_t)words + 1, sizeof *job->shadows);
    if (!job->shadows)
        abort();
    for (int i = 0; i < words; i++)
        if (strncmp(job->operands[i], "sf=", 3) != 0)
            job->operands[job->count++] = job->operands[i];
        else if (job->count == 0 || !job->operands[i][3])
            return false;
        else
            job->shadows[job->count - 1] = job->operands[i] + 3;
    return true;
}

static int run(const struct dasd_command *command, struct dasd_job *job, int argc, char **argv)
{
    job->compression = CKD_PLAIN;
    job->level = -1;
    if (!tool_codepage(job->name, &job->page) || !tool_options(job->name, command->options, job, &argc, argv))
        return 2;
    if (job->help)
        return command_help(command, job->name, stdout, 0);
    if (job->page_name && !codepage_find(&job->page, job->page_name))
        return tool_fail(job->name, "%s is no code page that is known here", job->page_name), 2;
    if (job->sync_name && !disk_sync_find(job->sync_name, &job->sync))
        return tool_fail(job->name, "-sync is process, host or none, not %s", job->sync_name), 2;
    job->operands = argv;
    bool good = take_shadows(job, argc) && job->count >= command->least
        && job->count <= command->most;
    int status = good ? command->run(job) : command_help(command, job->name, stderr, 2);
    free(job->shadows);
    return status;
}

static bool is_customary(const char *name)
{
    for (int i = 0; i < CUSTOMARY; i++)
        if (strcmp(customary[i].name, name) == 0)
            return true;
    return false;
}

/* The field's tools say who they are if asked by -v alone. */
static int tell_version(const char *name)
{
    if (!is_customary(name))
        return -1;
    printf("%s of %s\n", name, PACKAGE_STRING);
    return 0;
}

static int run_customary(const char *name, int argc, char **argv)
{
    int status = argc == 2 && strcmp(argv[1], "-v") == 0 ? tell_version(name)
               : dasd_run_customary(name, argc, argv);
    if (status >= 0)
        return status;
    for (int i = 0; i < CUSTOMARY; i++)
        if (strcmp(customary[i].name, name) == 0) {
            struct dasd_job job = { .name = name, .customary = true,
                                    .format = customary[i].format };
            job.wide = strcmp(name, "dasdcopy64") == 0 || strcmp(name, "dasdload64") == 0;
            return run(find_command(customary[i].command), &job, argc - 1, argv + 1);
        }
    return -1;
}

int dasd_main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    int status = run_customary(slash ? slash + 1 : argv[0], argc, argv);
    char name[20];
    if (status >= 0)
        return status;
    if (argc < 2)
        return show_help(stderr, 2);
    if (strcmp(argv[1], "init") == 0)
        return dasdinit_main(argc - 1, argv + 1);
    const struct dasd_command *command = find_command(argv[1]);
    if (command) {
        struct dasd_job job = { .name = name };
        snprintf(name, sizeof name, "dasd %s", command->name);
        return run(command, &job, argc - 2, argv + 2);
    }
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)
        return show_help(stdout, 0);
    tool_fail("dasd", "%s is no command", argv[1]);
    return show_help(stderr, 2);
}
