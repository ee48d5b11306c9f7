/* The last messages, kept for scripts that wait for one, and for whoever joins late.
 * Private to console/. */
#ifndef CONSOLE_HISTORY_H
#define CONSOLE_HISTORY_H

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/message.h"

struct history;

struct history *history_new(struct messages *);     /* listens from now on */
void history_free(struct history *);

/* What a script waits for: a text that a line contains, or /an extended regular
 * expression/ that it matches. */
struct pattern {
    bool is_regex;
    regex_t regex;
    char *text;
    uint64_t searched;              /* this many lines were looked at already, in vain */
};
/* False, and why, if the regular expression is none. */
bool pattern_make(struct pattern *, const char *word, char *why, unsigned size);
void pattern_free(struct pattern *);

/* The emulator's own messages, as opposed to the lines of one console. */
enum { FROM_EMULATOR = 0x10000 };

/* Look for the pattern in the lines from this console (or FROM_EMULATOR) that came after
 * the last one found there; a line is found only once. Who asks again and again with one
 * pattern, for one console, has only the new lines looked at. */
bool history_find(struct history *, uint32_t device, struct pattern *);

/* The last line from there, for a report: copied, empty if there is none. */
void history_last(struct history *, uint32_t device, char *text, unsigned size);

/* Call with the last `count` messages in order, but for what is on paper elsewhere. */
void history_replay(struct history *, unsigned count, message_listener *, void *context);

/* How many messages there ever were from such a source; of the emulator's, those with this
 * severity (message_severity()), of others ' '. */
uint64_t history_counted(struct history *, enum message_source, char severity);

#endif
