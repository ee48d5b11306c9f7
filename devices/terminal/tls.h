/* The line to a caller: a socket, or one with TLS on it (OpenSSL, if the build has it). Not
 * for several threads at once: its owner has a lock. */
#ifndef DEVICES_TERMINAL_TLS_H
#define DEVICES_TERMINAL_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls;             /* a certificate and its key */
struct tls_line;        /* a caller's */

/* From PEM files. NULL, and why, if they cannot be used or the build has no TLS. */
struct tls *tls_new(const char *certificate, const char *key, char *error, size_t size);
void tls_free(struct tls *);        /* NULL is allowed */

struct tls_line *tls_line_new(struct tls *, int fd);
void tls_line_free(struct tls_line *);

/* As recv() and send() on a non-blocking socket: -1 and EAGAIN when it must wait, 0 at the
 * end, -1 and another errno when the line is broken. The handshake goes along. */
ssize_t tls_receive(struct tls_line *, void *bytes, size_t length);
ssize_t tls_send(struct tls_line *, const void *bytes, size_t length);
/* Has the last call to wait for POLLOUT, whichever it was? */
bool tls_wants_write(const struct tls_line *);
/* Bytes have been received that poll() does not know of. */
bool tls_has_more(const struct tls_line *);

#endif
