/* How the word at the cursor could go on: a command, a device, a file, a word of the
 * command's syntax. What is possible is read from the table of commands. */
#ifndef CONSOLE_PANEL_COMPLETE_H
#define CONSOLE_PANEL_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "console/panel/snapshot.h"

enum { COMPLETE_MOST = 400 };

struct completion {
    size_t start;               /* where in the line the word begins that would be replaced */
    unsigned count;
    wchar_t *words[COMPLETE_MOST];  /* what could stand there, in order */
    wchar_t *common;            /* what all of them begin with */
    bool open;                  /* the word goes on (a directory): no blank behind it */
};

/* The candidates for the word that ends at the cursor. */
void complete(struct completion *, const wchar_t *line, size_t cursor, const struct snapshot *);
void completion_clear(struct completion *);

#endif
