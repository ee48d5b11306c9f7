/* The control protocol: one JSON object a line, requests and replies, and events for who
 * subscribes (docs/control.md). This is the protocol without a transport: control-socket.c
 * brings it to Unix and TCP sockets, http.c to a WebSocket.
 *
 * Each session has a thread that carries out its requests in order, so that one which
 * waits for the machine is in nobody's way. Private to console/. */
#ifndef CONSOLE_CONTROL_H
#define CONSOLE_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

struct control;
struct control_session;
struct operator;

enum { CONTROL_PROTOCOL = 1, CONTROL_LONGEST_LINE = 65536, CONTROL_SESSIONS = 64,
       CONTROL_STRANGERS = 16, CONTROL_TOKEN_SIZE = 65 };

/* Listens to the messages from now on; NULL where the program was built without a library
 * for JSON. */
struct control *control_new(struct operator *);
/* Give the callers a moment, half a second at most, to get their last replies. */
void control_settle(struct control *);
/* Sessions end when their current command does; all transports have left them already. */
void control_free(struct control *);

/* A caller. Without a token (NULL) he is trusted; else he must say this one first. `wake` is
 * called, on any thread, when there is something new for the transport to look at: output,
 * the end, or room for requests; it must not call back. NULL: too many sessions. Those who
 * have not said their token are counted apart, and the oldest makes room for a new one: they
 * keep nobody out who has it. */
struct control_session *control_session_new(struct control *, const char *token,
                                            void (*wake)(void *), void *context);
/* Bytes from the caller, and their end. */
void control_session_feed(struct control_session *, const char *bytes, size_t length);
void control_session_feed_end(struct control_session *);
/* Should the transport leave off reading for a while? */
bool control_session_busy(struct control_session *);
/* Up to `size` bytes for the caller; they are taken away by control_session_sent(). */
size_t control_session_output(struct control_session *, char *bytes, size_t size);
void control_session_sent(struct control_session *, size_t length);
/* No more output will come, and all was sent: hang up. */
bool control_session_over(struct control_session *);
/* The transport is done with it, the caller perhaps gone. Not called within wake(). */
void control_session_leave(struct control_session *);

/* Compare in a time that tells nothing about how much was right. */
bool control_token_equal(const char *a, const char *b);
/* A new token of 32 hexadecimal digits from the host's random numbers. */
void control_token_make(char token[CONTROL_TOKEN_SIZE]);

/* Where the socket is unless the configuration says otherwise: in $XDG_RUNTIME_DIR, or else
 * the working directory. */
void control_default_path(char *path, size_t size);

#endif
