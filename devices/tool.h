/* What the tools for media share: messages, long work that can be interrupted, files that
 * are replaced whole or not at all, JSON. A tool returns its exit status: 0 done, 1 not
 * possible or something is wrong with the medium, 2 wrong words. */
#ifndef DEVICES_TOOL_H
#define DEVICES_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* "NAME: text" on standard error; gives 1. */
int tool_fail(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

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
