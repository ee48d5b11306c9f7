#include "console/panel/editor.h"

#include <string.h>
#include <wctype.h>

void editor_clear(struct editor *e)
{
    e->length = e->cursor = 0;
    e->text[0] = 0;
}

void editor_set(struct editor *e, const wchar_t *text)
{
    e->length = wcsnlen(text, EDITOR_MOST);
    wmemmove(e->text, text, e->length);
    e->text[e->length] = 0;
    e->cursor = e->length;
}

bool editor_insert(struct editor *e, const wchar_t *text, size_t length)
{
    if (length > EDITOR_MOST - e->length)
        return false;
    wmemmove(e->text + e->cursor + length, e->text + e->cursor, e->length - e->cursor + 1);
    wmemcpy(e->text + e->cursor, text, length);
    e->cursor += length;
    e->length += length;
    return true;
}

static void remove_range(struct editor *e, size_t from, size_t to)
{
    wmemmove(e->text + from, e->text + to, e->length - to + 1);
    e->length -= to - from;
    e->cursor = from;
}

bool editor_replace(struct editor *e, size_t start, const wchar_t *text)
{
    size_t length = wcslen(text), old = e->cursor - start;
    if (length > old && length - old > EDITOR_MOST - e->length)
        return false;
    remove_range(e, start, e->cursor);
    return editor_insert(e, text, length);
}

/* ---- motion ------------------------------------------------------------------------- */

static bool word_at(const struct editor *e, size_t i) { return iswalnum((wint_t)e->text[i]) != 0; }

static size_t word_start(const struct editor *e)
{
    size_t i = e->cursor;
    while (i > 0 && !word_at(e, i - 1))
        i--;
    while (i > 0 && word_at(e, i - 1))
        i--;
    return i;
}

static size_t word_end(const struct editor *e)
{
    size_t i = e->cursor;
    while (i < e->length && !word_at(e, i))
        i++;
    while (i < e->length && word_at(e, i))
        i++;
    return i;
}

void editor_left(struct editor *e) { e->cursor -= e->cursor > 0; }
void editor_right(struct editor *e) { e->cursor += e->cursor < e->length; }
void editor_home(struct editor *e) { e->cursor = 0; }
void editor_end(struct editor *e) { e->cursor = e->length; }
void editor_word_left(struct editor *e) { e->cursor = word_start(e); }
void editor_word_right(struct editor *e) { e->cursor = word_end(e); }

/* ---- taking away, and back ------------------------------------------------------------ */

void editor_delete(struct editor *e)
{
    if (e->cursor < e->length)
        remove_range(e, e->cursor, e->cursor + 1);
}

void editor_backspace(struct editor *e)
{
    if (e->cursor > 0)
        remove_range(e, e->cursor - 1, e->cursor);
}

/* The two characters before the cursor, or around it, change places. */
void editor_transpose(struct editor *e)
{
    if (e->cursor == 0 || e->length < 2)
        return;
    if (e->cursor == e->length)
        e->cursor--;
    wchar_t c = e->text[e->cursor];
    e->text[e->cursor] = e->text[e->cursor - 1];
    e->text[e->cursor - 1] = c;
    e->cursor++;
}

static void kill_range(struct editor *e, size_t from, size_t to)
{
    if (from == to)
        return;
    wmemcpy(e->killed, e->text + from, to - from);
    e->killed[to - from] = 0;
    remove_range(e, from, to);
}

void editor_kill_line(struct editor *e) { kill_range(e, 0, e->length); }
void editor_kill_to_end(struct editor *e) { kill_range(e, e->cursor, e->length); }
void editor_kill_to_start(struct editor *e) { kill_range(e, 0, e->cursor); }
void editor_kill_word_left(struct editor *e) { kill_range(e, word_start(e), e->cursor); }
void editor_kill_word_right(struct editor *e) { kill_range(e, e->cursor, word_end(e)); }

void editor_kill_blank_word(struct editor *e)
{
    size_t i = e->cursor;
    while (i > 0 && e->text[i - 1] == L' ')
        i--;
    while (i > 0 && e->text[i - 1] != L' ')
        i--;
    kill_range(e, i, e->cursor);
}

void editor_yank(struct editor *e)
{
    editor_insert(e, e->killed, wcslen(e->killed));
}
