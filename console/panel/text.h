/* Text on its way to a screen and back. Inside the program text is UTF-8; what guests and
 * file names bring may be anything, and nothing of it may steer the terminal. */
#ifndef CONSOLE_PANEL_TEXT_H
#define CONSOLE_PANEL_TEXT_H

#include <stddef.h>
#include <wchar.h>

/* UTF-8 to characters, or ISO 8859-1 if the whole of it is no UTF-8. Controls, and what
 * changes the direction or the look of its neighbours, become '.'. At most room - 1
 * characters, and a zero; returns how many. */
size_t text_decode(const char *bytes, wchar_t *out, size_t room);

/* Characters to UTF-8, to be freed. */
char *text_encode(const wchar_t *, size_t length);

/* How many columns a character takes on a terminal of this locale, 1 or 2. What the locale
 * cannot show is replaced by '?' (*c), what it would not show by itself by '.'. */
int text_columns(wchar_t *c);

#endif
