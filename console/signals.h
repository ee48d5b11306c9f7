/* Signals, which one thread takes for all: the way to an orderly end. Private to console/. */
#ifndef CONSOLE_SIGNALS_H
#define CONSOLE_SIGNALS_H

struct operator;
struct signals;

/* Before any other thread begins, so that none of them is interrupted. */
void signals_block(void);

/* SIGTERM, SIGINT and SIGHUP end the session from now on; SIGPWR is a machine check to all CPUs,
 * a warning. If `other` is not NULL it is called,
 * on a thread of its own, for SIGWINCH and SIGCONT. NULL: the host has no thread left. */
struct signals *signals_take(struct operator *, void (*other)(void *context, int signal),
                             void *context);
void signals_leave(struct signals *);

#endif
