/* The terminal: cells and keys. Only this file's neighbour knows curses; only one thread
 * may call it. Whatever ends the program, the terminal is given back as it was found. */
#ifndef CONSOLE_PANEL_TTY_H
#define CONSOLE_PANEL_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "console/settings.h"

/* How a text looks; with and without colour. The first are those of enum tone. */
enum look { LOOK_PLAIN, LOOK_GUEST, LOOK_URGENT, LOOK_ECHO, LOOK_DEBUG, LOOK_WARNING, LOOK_ERROR,
            LOOK_BAR, LOOK_BAR_STRONG, LOOK_BAR_WARNING, LOOK_LABEL, LOOK_STRONG, LOOK_FOUND,
            LOOK_SELECTED, LOOKS };

enum press_kind {
    PRESS_NONE,             /* nothing more for now */
    PRESS_GONE,             /* the terminal is gone */
    PRESS_CHARACTER,        /* c */
    PRESS_CONTROL,          /* Ctrl and c, a capital letter or one of [\]^_ */
    PRESS_ALT,              /* Alt and c, or Esc and then c */
    PRESS_ESCAPE, PRESS_ENTER, PRESS_TAB, PRESS_BACKSPACE, PRESS_DELETE,
    PRESS_UP, PRESS_DOWN, PRESS_LEFT, PRESS_RIGHT, PRESS_WORD_LEFT, PRESS_WORD_RIGHT,
    PRESS_HOME, PRESS_END, PRESS_PAGE_UP, PRESS_PAGE_DOWN,
    PRESS_F1, PRESS_F2, PRESS_F3, PRESS_F4, PRESS_F5, PRESS_F6, PRESS_F7, PRESS_F8, PRESS_F9,
    PRESS_F10
};

struct press {
    enum press_kind kind;
    wchar_t c;
};

/* Can a panel be had here: terminals at both ends, of a kind that can move its cursor? */
bool tty_possible(void);

/* Take the terminal. False if it cannot be had after all. */
bool tty_open(void);
void tty_close(void);

void tty_size(int *rows, int *columns);
void tty_fit(void);          /* the window has another size */
void tty_redraw(void);       /* somebody else wrote to the terminal, or it was stopped */

/* Colours for this background, or none; at the beginning those for a dark one. Without effect
 * where the terminal has none, or NO_COLOR is set. */
void tty_colours(enum panel_colours);

void tty_erase(void);
/* Characters from a column on, cut at `width` columns; returns the columns used. */
int tty_put(int row, int column, int width, enum look, const wchar_t *text);
/* The same of a text that is ASCII, or at least UTF-8. */
int tty_print(int row, int column, int width, enum look, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void tty_fill(int row, enum look);   /* a row of blanks */
/* The cursor goes there, and what was drawn becomes visible. */
void tty_show(int row, int column);

/* The next key that was pressed; does not wait. */
struct press tty_press(void);

/* Ctrl-Z: give the terminal back and stop the whole program; returns when it goes on. */
void tty_suspend(void);

#endif
