/* The lines typed before, in this run and in earlier ones, and the way back to them. */
#ifndef CONSOLE_PANEL_RECALL_H
#define CONSOLE_PANEL_RECALL_H

#include <stdbool.h>
#include <wchar.h>

struct recall;

enum { RECALL_MOST = 1000 };

/* With the lines of the file, which need not exist yet; NULL: none is kept. New lines are
 * appended to it, so that several sessions can share it; when it holds more than twice as
 * many as are wanted, a new file takes its place. Only its owner may read it. */
struct recall *recall_new(const char *path);
void recall_free(struct recall *);

/* $XDG_STATE_HOME/endicott/history, or under ~/.local/state; directories are made. To be
 * freed; NULL if there is no such place. */
char *recall_usual_path(void);

/* A line was entered: neither an empty one, nor the last one again, nor one that begins with a
 * blank (so that a password need not be kept) is taken. Walks begin at the end anew. */
void recall_add(struct recall *, const wchar_t *line);

/* Walk: the line before or after the present one; NULL at the oldest, or past the newest.
 * `draft` is what was being typed, to come back to from the newest. */
const wchar_t *recall_older(struct recall *, const wchar_t *draft);
const wchar_t *recall_newer(struct recall *);

/* Search: the newest line older than the one found last (`again`), or than now, that
 * contains the text. NULL: none; the place of the search stays. */
const wchar_t *recall_search(struct recall *, const wchar_t *text, bool again);
/* Walks and searches begin at the end anew. */
void recall_rewind(struct recall *);

unsigned recall_count(const struct recall *);

#endif
