/* REXX programs that give the operator's commands. Regina is loaded when the first one is
 * to run; nothing is run that nobody asked for. Private to console/. */
#ifndef CONSOLE_REXX_H
#define CONSOLE_REXX_H

#include <stddef.h>

struct rexx;
struct operator;

void rexx_free(struct rexx *);      /* NULL is fine */

/* The session is over: programs end. Any thread. */
void rexx_halt(struct rexx *);

/* Is it built in? For `version`. */
const char *rexx_support(void);

#endif
