/* The control protocol at a Unix or TCP socket. Private to console/. */
#ifndef CONSOLE_CONTROL_SOCKET_H
#define CONSOLE_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

struct control;
struct control_socket;
struct events;

/* Listen at a path (a word with a slash; the file is the user's alone, mode 0600) or at
 * "port" or "host:port", where callers need the token. NULL, and why, if it cannot be had:
 * also when another process answers at the path. */
struct control_socket *control_socket_new(struct control *, struct events *, const char *where,
                                          const char *token, char *error, size_t size);
bool control_socket_is_local(const struct control_socket *);
int control_socket_port(const struct control_socket *);
/* Callers are left, the path is removed. */
void control_socket_free(struct control_socket *);

#endif
