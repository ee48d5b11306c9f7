/* Threads that give commands beside the session: the automatic operator, scripts in the
 * background. In host time they simply run. In virtual time they take turns with the
 * session's thread, one at a time and in the order in which they began: a turn ends where
 * its thread lets time pass, and comes again when what it waits for is there. So the same
 * input gives the same run. Private to console/. */
#ifndef CONSOLE_TURNS_H
#define CONSOLE_TURNS_H

#include "console/operator.h"

struct turns;
struct turn;

struct turns *turns_new(struct operator *);
/* All have ended: turns_end(). */
void turns_free(struct turns *);

/* Begin a thread; false if the host has none. */
bool turns_begin(struct turns *, void (*run)(void *), void *context);

/* In virtual time, and the calling thread is one that takes turns: it; else NULL. */
struct turn *turns_mine(struct turns *);
/* Its turn ends, until `until` or the machine's time has come. */
enum passing turns_pass(struct turn *, bool (*until)(void *), void *context, uint64_t deadline);

/* For the session's thread in virtual time; not under the operator's lock. Is somebody's
 * turn due? When will be the next one's, at the latest (UINT64_MAX: unknown)? Let all who
 * are due have their turns. */
bool turns_due(struct turns *);
uint64_t turns_next(struct turns *);
void turns_give(struct turns *);

/* The session is over (operator_quit() was called): wait until all threads have ended. */
void turns_end(struct turns *);

#endif
