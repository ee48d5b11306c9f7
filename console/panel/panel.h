/* The panel from the inside: what its views share. Everything here belongs to the one
 * thread that draws, except for what has a lock of its own (scroll, runners). */
#ifndef CONSOLE_PANEL_PANEL_H
#define CONSOLE_PANEL_PANEL_H

#include <stdatomic.h>
#include <stdint.h>

#include "console/operator.h"
#include "console/panel/complete.h"
#include "console/panel/editor.h"
#include "console/panel/recall.h"
#include "console/panel/runner.h"
#include "console/panel/tty.h"
#include "console/panel/scroll.h"
#include "console/panel/snapshot.h"

struct panel;

/* A part of the screen: rows from `top`, all columns. */
struct area { int top, rows, columns; };

/* A view: a row of the table in panel.c. */
struct view {
    const char *name;
    enum press_kind key;
    const char *keys;           /* its own keys, for the key-help line */
    bool with_messages;         /* the last messages stand below it */
    void (*draw)(struct panel *, struct area);
    /* False: the key means nothing here. */
    bool (*press)(struct panel *, struct press);
};

extern const struct view message_view, device_view, cpu_view, help_view;

/* What the line at the bottom is for. */
enum prompt { PROMPT_COMMAND, PROMPT_FIND, PROMPT_RECALL, PROMPT_STORAGE, PROMPTS };

struct panel {
    struct operator *operator;
    struct runner *runner, *scripts;    /* the same in virtual time */
    struct scroll *scroll;
    struct recall *recall;
    int wake[2];                        /* a pipe: there is something to draw */
    _Atomic bool woken, resized, continued;

    struct snapshot now;
    struct snapshot_wish wish;
    bool stale;                         /* a command has the machine to itself */

    const struct view *view;
    enum prompt prompt;
    struct editor line, question;       /* the command; the answer to any other prompt */
    struct completion candidates;       /* shown until the next key */
    char notice[160];                   /* shown until the next key */

    struct {
        bool held;                      /* scrolled back: new messages do not move it */
        uint64_t last;                  /* held: the line at the bottom, */
        int hidden;                     /*   and how many of its rows are below it */
        wchar_t found[EDITOR_MOST + 1]; /* what was looked for, */
        bool met;                       /*   and found: */
        uint64_t match;                 /*   there */
    } messages;
    struct { uint32_t selected; unsigned top; int rows; } devices;
    struct { int top, rows; } help;
    int storage_rows;
};

/* Give a line to the operator, as if it had been typed. */
void panel_command(struct panel *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Put a line where commands are typed, for the operator to go on with. */
void panel_propose(struct panel *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One line to the operator, until the next key. */
void panel_notice(struct panel *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void panel_ask(struct panel *, enum prompt);

/* The last messages, from the bottom of the area up (view-messages.c). */
void draw_messages(struct panel *, struct area);
/* Look for the text in older messages, or newer ones. */
void messages_find(struct panel *, bool older);
/* An answer to "Storage at": "1A000", "real 1A000", "gr13", "psw". */
bool storage_choose(struct panel *, const char *answer);

/* The keys of the command line, for the help view: NULL past the end. */
struct key_row {
    enum press_kind kind;
    wchar_t c;
    editor_action *action;
    const char *name, *effect;
};
const struct key_row *panel_key_row(unsigned);

#endif
