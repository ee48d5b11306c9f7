/* Sockets and their like: one thread that waits, with poll(2), for many file
 * descriptors and for timers, and calls an action when there is something to do. It
 * starts with the first descriptor or timer, so an unused one costs nothing.
 *
 * An action runs on this thread, one at a time, and must not block for long: set the
 * descriptors non-blocking. An action may add and remove descriptors, its own too; it
 * closes its descriptor only after removing it.
 *
 * Who removes a descriptor from another thread waits until its action is not running:
 * afterwards what `context` points to may be freed. So never remove while holding a lock
 * that the action takes. Any thread may call any of these functions. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct events;

/* `ready`: POLLIN, POLLOUT, POLLHUP, POLLERR as poll() answers. */
typedef void event_action(void *context, int fd, short ready);
typedef void event_timer(void *context);

struct events *events_new(void);
void events_free(struct events *);      /* ends the thread; closes no descriptor */

/* Call `action` whenever `fd` is ready for `interest` (POLLIN | POLLOUT; 0: only for
 * POLLHUP and POLLERR). A descriptor is entered once. */
void events_add(struct events *, int fd, short interest, event_action *, void *context);
void events_interest(struct events *, int fd, short interest);
void events_remove(struct events *, int fd);

/* Call `action` once, after `ns` of host time; 0: as soon as may be. */
void events_after(struct events *, uint64_t ns, event_timer *, void *context);
/* Forget all timers of a context; waits as events_remove() does. */
void events_cancel(struct events *, const void *context);

/* True on the thread of these events, inside an action. */
bool events_here(const struct events *);

/* ---- where the descriptors come from --------------------------------------------- */

/* A listening TCP socket, non-blocking: "3505" or "localhost:3505" on the loopback,
 * "*:3505" on all interfaces, "10.1.2.3:3505", "[::1]:3505", "name:3505" on those;
 * port 0: any free one. A word with a slash is the path of a local (Unix) socket. -1 if
 * it cannot be had, and `error` says why, in words that may end a message. */
int event_listen(const char *where, char *error, size_t size);

/* Take a caller from a listening socket, non-blocking, with small packets sent at once.
 * `peer`, if not NULL, gets its address as text. -1: nobody there (any more). */
int event_accept(int listener, char *peer, size_t size);

/* The TCP port of a socket, 0 for a local one. */
int event_port(int fd);

#endif
