/* The commands of `endicott tape`. Private to devices/tape/. */
#ifndef DEVICES_TAPE_TOOL_H
#define DEVICES_TAPE_TOOL_H

#include <zlib.h>

#include "devices/tape/image.h"
#include "devices/tape/label.h"
#include "devices/tool.h"

/* What a command was asked to do. Options that mean different things to different
 * commands are letters in `letters`. */
struct tape_job {
    const char *name;          /* for messages: "tape map", "hetmap" */
    bool customary;            /* called by a customary name: behave so */
    bool json, force, bad;
    const struct tape_format *format;         /* --format, or NULL */
    int level;                 /* 0: not given */
    unsigned chunk, lrecl, blksize;       /* likewise */
    const char *owner;
    bool letters[128];         /* the options of one letter that were given */
    char **operands;
    int count;
};

int tape_init(struct tape_job *);
int tape_map(struct tape_job *);
int tape_copy(struct tape_job *);
int tape_split(struct tape_job *);
int tape_update(struct tape_job *);
int tape_get_file(struct tape_job *);
int tape_check(struct tape_job *);
int tape_labels(struct tape_job *);
int tape_write_texts(struct tape_job *);

/* ---- tool.c ---------------------------------------------------------------------- */

/* "NAME: FILE: text"; 1. */
int tape_job_fail(const struct tape_job *, const char *path, const char *why);
/* Open an image to read it; says why not. */
struct tape_image *tape_job_open(const struct tape_job *, const char *path);

/* An image that gets its name when it is complete. */
struct tape_output {
    struct tape_image *image;
    char *temporary;
    const char *path;
};

/* In the format that --format, or else the name, says; compressed as the job says. Says what
 * is wrong. */
bool tape_output_begin(struct tape_output *, const struct tape_job *, const char *path);
bool tape_output_end(struct tape_output *, const struct tape_job *);
void tape_output_drop(struct tape_output *);

/* A checksum of what is on a tape, whatever its format: of lengths, bytes and marks. */
uint32_t tape_checksum(uint32_t so_far, const struct tape_image *, enum tape_result);

/* What a file between tape marks has. */
struct tape_file {
    unsigned number;
    unsigned labels;           /* of the tape so far */
    uint64_t blocks, bytes, stored;
    size_t shortest, longest, stored_shortest, stored_longest;
};

void tape_file_count(struct tape_file *, const struct tape_image *);
/* The next file. */
void tape_file_next(struct tape_file *);

#endif
