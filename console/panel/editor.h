/* A line that is being typed: characters, a cursor, what was killed last. It knows neither
 * keys nor screens. */
#ifndef CONSOLE_PANEL_EDITOR_H
#define CONSOLE_PANEL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

enum { EDITOR_MOST = 1024 };         /* characters of a line */

struct editor {
    wchar_t text[EDITOR_MOST + 1];   /* with a zero behind it */
    size_t length, cursor;           /* the cursor stands before text[cursor] */
    wchar_t killed[EDITOR_MOST + 1]; /* for yank */
};

void editor_clear(struct editor *);
/* The whole line anew; the cursor goes behind it. */
void editor_set(struct editor *, const wchar_t *text);
/* False if there is no room for it: nothing has changed then. */
bool editor_insert(struct editor *, const wchar_t *text, size_t length);
/* Put `text` in the place of the characters from `start` to the cursor. */
bool editor_replace(struct editor *, size_t start, const wchar_t *text);

/* What a key does. A word is letters and digits; editor_kill_blank_word's ends at blanks. */
typedef void editor_action(struct editor *);
editor_action editor_left, editor_right, editor_home, editor_end;
editor_action editor_word_left, editor_word_right;
editor_action editor_delete, editor_backspace, editor_transpose;
editor_action editor_kill_line, editor_kill_to_end, editor_kill_to_start;
editor_action editor_kill_word_left, editor_kill_word_right, editor_kill_blank_word, editor_yank;

#endif
