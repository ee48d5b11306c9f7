/* The messages that the panel can show: the last so many lines, with a lock, because any
 * thread may speak while one draws. Text stays as it came; text.h makes it fit to show. */
#ifndef CONSOLE_PANEL_SCROLL_H
#define CONSOLE_PANEL_SCROLL_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "core/message.h"

struct scroll;

/* How a line is to look; what colour that is, tty.c knows. */
enum tone { TONE_PLAIN, TONE_GUEST, TONE_URGENT, TONE_ECHO, TONE_DEBUG, TONE_WARNING, TONE_ERROR };

enum { SCROLL_WIDEST = 2048 };       /* characters of a line; more is cut */

/* Of a message: by the last letter of its identifier; what a guest marks with an asterisk or
 * an at sign awaits the operator. */
enum tone message_tone(enum message_source, const char *text);

struct scroll *scroll_new(unsigned lines);
void scroll_free(struct scroll *);

/* Any thread. */
void scroll_add(struct scroll *, enum message_source, const char *text);

/* Lines are numbered from 0, forever; those from first to end - 1 are kept. */
uint64_t scroll_first(struct scroll *);
uint64_t scroll_end(struct scroll *);

/* A line's tone and its characters, at most SCROLL_WIDEST; returns how many. A line that
 * is not kept is empty. */
unsigned scroll_line(struct scroll *, uint64_t number, enum tone *,
                     wchar_t text[SCROLL_WIDEST + 1]);

/* The nearest line before (`older`) or after `from` that contains the text, whatever its
 * case; false if there is none. */
bool scroll_find(struct scroll *, const wchar_t *text, uint64_t from, bool older, uint64_t *found);

/* Where in `line` is `text`, whatever its case? NULL: nowhere. An empty text is nowhere. */
const wchar_t *text_find(const wchar_t *line, const wchar_t *text);

#endif
