/* Lines on their way to the operator, on a thread of their own, so that the screen lives
 * while a command waits. One after the other, in the order in which they were given. */
#ifndef CONSOLE_PANEL_RUNNER_H
#define CONSOLE_PANEL_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

struct operator;
struct runner;

/* In virtual time the machine runs on this thread whenever no line is to be done: then
 * there is one runner only. NULL if the host has no thread left. */
struct runner *runner_new(struct operator *);
/* After operator_quit(): what is not begun is forgotten, what runs is waited for. */
void runner_free(struct runner *);

void runner_line(struct runner *, const char *line);
void runner_script(struct runner *, const char *path);

/* What it is doing, or an empty text. */
void runner_doing(struct runner *, char *text, size_t size);

#endif
