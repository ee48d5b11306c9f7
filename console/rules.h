/* The automatic operator: rules that give a command when a message appears. Every message
 * is looked at: the emulator's, the guests' console lines, and the echoes of commands,
 * because the field's scripts speak to their rules by comments. Private to console/. */
#ifndef CONSOLE_RULES_H
#define CONSOLE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "console/expression.h"

struct operator;
struct rules;
enum { MOST_RULES = 128 };

struct rules *rules_new(struct operator *);     /* listens from now on */
void rules_free(struct rules *);                /* after rules_stop() */

/* The machine lives: commands are given from now on, on a thread of their own, in the
 * order of the messages that caused them. */
void rules_start(struct rules *);
/* The session is over: no more commands. */
void rules_stop(struct rules *);

/* Is the calling thread giving a rule's command? */
bool rules_here(struct rules *);

/* What a command becomes by a match: $1 to $99 are groups, $& or $0 the match, $` and $'
 * what is before and behind it, $$ a dollar sign. To be freed. */
char *rules_substitute(const char *command, const char *subject, const struct span spans[],
                       int groups);

/* The target as an expression: a dollar sign before a letter or digit, which as an anchor
 * could never match, is a dollar sign; \< and \>, which PCRE2 has not, are \b. To be freed. */
char *rules_target(const char *text);

#endif
