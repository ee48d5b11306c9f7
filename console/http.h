/* The web page: its files, the control protocol and 3270 terminals over WebSocket, and
 * /metrics. On this host's own address only. Private to console/. */
#ifndef CONSOLE_HTTP_H
#define CONSOLE_HTTP_H

#include <stddef.h>
#include <stdint.h>

struct control;
struct http;
struct operator;

/* Listen at a port of the loopback; 0: any free one. Who does not know the token gets the
 * page's files, which tell nothing, and nothing else. NULL, and why, if it cannot be. */
struct http *http_new(struct operator *, struct control *, int port, const char *token,
                      char *error, size_t size);
int http_port(const struct http *);
/* Callers are left. Not with the operator's lock. */
void http_free(struct http *);

/* The page's files, made from console/web/ at build time; ends with a name of NULL. */
struct web_file {
    const char *name, *type;
    const uint8_t *bytes;
    size_t length;
};
extern const struct web_file web_files[];

#endif
