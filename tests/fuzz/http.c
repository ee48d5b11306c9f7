/* Fuzz target: what somebody says to the web server, at a socket of the loopback: requests,
 * WebSocket frames, noise. The first byte chooses what is said before: nothing, or the opening
 * of a WebSocket with a good Host. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console/control.h"
#include "console/http.h"
#include "console/operator.h"
#include "tests/fuzz/fuzz.h"

#define FRAME(text) "\x81\x90\0\0\0\0" text
static const struct { const char *bytes; size_t length; } seeds[] = {
#define SEED(text) { text, sizeof text - 1 }
    SEED("\0GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /page.js HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    SEED("\0GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer no-good\r\n\r\n"),
    SEED("\0POST /control?x=%20 HTTP/1.0\r\nHost: [::1]\r\nContent-Length: 5\r\n\r\nhello"),
    SEED("\0PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
    SEED("\1" FRAME("{\"do\":\"devices\"}") "\x81\x84\1\2\3\4abcd\x89\x80\0\0\0\0\x88\x80\0\0\0\0"),
    SEED("\2" FRAME("not-the-token-ah") "\x82\xFE\0\x80\0\0\0\0"),
};

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    if (i >= (int)(sizeof seeds / sizeof *seeds) || seeds[i].length > size)
        return 0;
    memcpy(bytes, seeds[i].bytes, seeds[i].length);
    return seeds[i].length;
}

static int call(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    /* A port is not to be had again for a minute; each address of the loopback has its own. */
    static uint32_t calls;
    struct sockaddr_in ours = { .sin_family = AF_INET,
                                .sin_addr = { htonl(0x7F010000 + (calls++ & 0xFFFF)) } };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&ours, sizeof ours) != 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        abort();
    return fd;
}

/* What only who has the token is told; what the input itself has comes back in a pong. */
static bool tells_secrets(const char *bytes, size_t n, const uint8_t *input, size_t length)
{
    static const char *const secrets[] = { "endicott_info", "\"ok\":true" };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (memmem(bytes, n, secrets[i], strlen(secrets[i])) &&
            !memmem(input, length, secrets[i], strlen(secrets[i])))
            return true;
    return false;
}

/* What comes back until the server, who sees the end of the input, hangs up; that it does is not
 * waited for longer than a moment. The token must never let anybody in by chance. */
static void listen_to(int fd, const uint8_t *input, size_t length)
{
    char bytes[65536];
    struct pollfd ready = { fd, POLLIN, 0 };
    shutdown(fd, SHUT_WR);
    while (poll(&ready, 1, 20) > 0) {
        ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n <= 0)
            return;
        if (tells_secrets(bytes, (size_t)n, input, length))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const protocols[] = { "endicott-control", "endicott-terminal" };
    static struct operator *operator;       /* of all inputs: a server each would take long */
    static struct http *http;
    if (!operator) {
        char error[128];
        operator = operator_new(false);
        operator_power_on(operator);
        http = http_new(operator, control_new(operator), 0, "a-token-nobody-guesses", error,
                        sizeof error);
        if (!http)
            abort();
    }
    if (length < 1)
        return 0;
    int fd = call(http_port(http));
    if (bytes[0] & 3) {
        char opening[400];
        int n = snprintf(opening, sizeof opening,
                         "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                         "Sec-WebSocket-Protocol: %s\r\n\r\n", protocols[bytes[0] & 1]);
        send(fd, opening, (size_t)n, MSG_NOSIGNAL);
    }
    send(fd, bytes + 1, length - 1, MSG_NOSIGNAL);
    listen_to(fd, bytes, length);
    close(fd);
    return 0;
}
