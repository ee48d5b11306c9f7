/* In place of http.c, where there is no library for it. */
#include "console/http.h"

#include <stdio.h>

struct http *http_new(struct operator *operator, struct control *control, int port,
                      const char *token, char *error, size_t size)
{
    (void)operator, (void)control, (void)port, (void)token;
    snprintf(error, size, "this program was built without libwebsockets");
    return NULL;
}

int http_port(const struct http *http) { return http ? -1 : 0; }
void http_free(struct http *http) { (void)http; }
