/* What the tools for media share: messages, long work that can be interrupted, files that
 * are replaced whole or not at all, JSON. A tool returns its exit status: 0 done, 1 not
 * possible or something is wrong with the medium, 2 wrong words. */
#ifndef DEVICES_TOOL_H
#define DEVICES_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* "NAME: text" on standard error; gives 1. */
int tool_fail(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- words ----------------------------------------------------------------------- */

/* An option, and the member of the command's own struct that it sets. Words are as the field
 * writes them: "-bz2"; two dashes do as well. A table ends with a row without a word. */
struct tool_option {
    const char *word;          /* without its dashes */
    enum tool_option_kind {
        TOOL_FLAG,             /* bool */
        TOOL_CHOICE,           /* int: `value` */
        TOOL_TEXT,             /* const char *: the next word, or what is behind a '=' */
        TOOL_NUMBER            /* uint64_t: likewise, decimal or 0x... */
    } kind;
    size_t member;             /* its offset */
    int value;
    const char *summary;       /* NULL: not shown in the help */
};

/* Take the options out of the words: what is left, argc of them from argv[0] on, are operands.
 * A lone dash is one, and all behind "--" are. False: what is wrong was said. */
bool tool_options(const char *name, const struct tool_option *, void *job, int *argc,
                  char **argv);
void tool_options_help(FILE *, const struct tool_option *);

struct codepage;
/* The page for text unless an option says otherwise: the one that $HERCULES_CP names, as the field's
 * scripts have it, or the default. False: it names none, which was said. */
bool tool_codepage(const char *name, struct codepage *);

/* ---- long work ------------------------------------------------------------------- */

/* A bar on standard error if that is a terminal, else nothing. Between begin and end the
 * signals that end a program wait, so that the work can be undone. */
struct tool_progress {
    const char *what;
    uint64_t total;            /* of whatever units; 0: not known */
    int shown;                 /* percent, -1: nothing yet */
    bool terminal;
    sigset_t before;
};

void tool_progress_begin(struct tool_progress *, const char *what, uint64_t total);
/* False: the user wants the work to end. */
bool tool_progress_at(struct tool_progress *, uint64_t done);
/* The signal that came, if one did, is taken now. */
void tool_progress_end(struct tool_progress *);

/* ---- files that are replaced ----------------------------------------------------- */

/* A new name in the folder of `path`, to be freed. */
char *tool_temporary(const char *path);
/* Give the file its name, over one that is there, when it cannot be lost any more. False
 * and `error`; the temporary file is gone in any case. */
bool tool_replace(char *temporary, const char *path, char *error, size_t size);
/* A file of the host's at `path` may be written: there is none, or `force`. */
bool tool_may_write(const char *path, bool force, char *error, size_t size);

/* ---- JSON ------------------------------------------------------------------------ */

/* In quotes; bytes that are no UTF-8 text as \u00XX. */
void tool_json_text(FILE *, const char *text);
/* "name": "text" and "name": number, each with a comma in front unless `first`. */
void tool_json_field(FILE *, bool first, const char *name, const char *text);
void tool_json_number(FILE *, bool first, const char *name, uint64_t number);

#endif
