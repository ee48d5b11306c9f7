/* Where the socket is, and who may call. */
#include "console/control.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

bool control_token_equal(const char *a, const char *b)
{
    size_t length = strlen(a), other = strlen(b);
    unsigned char different = length != other;
    for (size_t i = 0; i < other; i++)
        different |= (unsigned char)(b[i] ^ a[length ? i % length : 0]);
    return !different;
}

void control_token_make(char token[CONTROL_TOKEN_SIZE])
{
    uint8_t bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        abort();
    for (size_t i = 0; i < sizeof bytes; i++)
        sprintf(token + 2 * i, "%02x", bytes[i]);
}

void control_default_path(char *path, size_t size)
{
    const char *directory = getenv("XDG_RUNTIME_DIR");
    snprintf(path, size, "%s/endicott.sock", directory && *directory ? directory : ".");
}
