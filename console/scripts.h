/* Scripts that are running. A script belongs to the thread that runs it: the session's,
 * a rule's, or one of its own in the background. Private to console/. */
#ifndef CONSOLE_SCRIPTS_H
#define CONSOLE_SCRIPTS_H

#include <stdbool.h>

struct operator;
struct script;

/* The innermost script that the calling thread runs, or NULL. It stays until it ends. */
struct script *script_here(struct operator *);

/* Its number, as messages name it; 0 for NULL. */
int script_number(const struct script *);

/* Has somebody cancelled it, or one that called it? Then what it waits for is over. Any
 * thread. */
bool script_cancelled(const struct script *);

/* What it waited for did not happen: it ends, and those that called it. */
void script_fail(struct script *);

#endif
