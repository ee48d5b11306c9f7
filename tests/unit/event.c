/* core/event: descriptors, timers, and taking them off while they are busy. */
#include "core/event.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "core/clock.h"
#include "tests/unit/check.h"

struct echo {
    struct events *events;
    atomic_int accepted, bytes, gone, timers, wrong;
    atomic_bool inside, freed;
};

static void wait_for(atomic_int *what, int value)
{
    for (int i = 0; i < 2000 && *what < value; i++)
        clock_host_sleep(1000000);
}

static void echo_back(void *context, int fd, short ready)
{
    struct echo *echo = context;
    char bytes[64];
    ssize_t n = read(fd, bytes, sizeof bytes);
    (void)ready;
    echo->wrong += !events_here(echo->events);
    if (n <= 0) {
        events_remove(echo->events, fd);
        close(fd);
        echo->gone++;
    } else if (write(fd, bytes, (size_t)n) == n)
        echo->bytes += (int)n;
}

static void take_caller(void *context, int fd, short ready)
{
    struct echo *echo = context;
    char peer[80] = "";
    (void)ready;
    int caller = event_accept(fd, peer, sizeof peer);
    if (caller < 0)
        return;
    echo->wrong += strncmp(peer, "127.0.0.1:", 10) != 0;
    events_add(echo->events, caller, POLLIN, echo_back, echo);
    echo->accepted++;
}

static int call(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect to %d", port);
    return fd;
}

static void test_listeners(void)
{
    char why[128] = "";
    struct echo echo = { .events = events_new() };
    int a = event_listen("0", why, sizeof why), b = event_listen("localhost:0", why, sizeof why);
    if (!check(a >= 0 && b >= 0, "listen: %s", why))
        return;
    events_add(echo.events, a, POLLIN, take_caller, &echo);
    events_add(echo.events, b, POLLIN, take_caller, &echo);
    int callers[20];
    for (int i = 0; i < 20; i++) {
        callers[i] = call(event_port(i & 1 ? a : b));
        check(write(callers[i], "hello", 5) == 5, "write");
    }
    for (int i = 0; i < 20; i++) {
        char back[6] = "";
        check(recv(callers[i], back, 5, MSG_WAITALL) == 5 && !strcmp(back, "hello"), "%s", back);
        close(callers[i]);
    }
    wait_for(&echo.gone, 20);
    check(echo.wrong == 0, "%d actions ran elsewhere, or for nobody", echo.wrong);
    check(echo.accepted == 20 && echo.bytes == 100 && echo.gone == 20, "%d %d %d",
          echo.accepted, echo.bytes, echo.gone);
    events_remove(echo.events, a);
    events_remove(echo.events, b);
    close(a);
    close(b);
    events_free(echo.events);
}

static void test_bad_addresses(void)
{
    static const char *const bad[] = { "", "x", "70000", "host:", ":", "1:2:x", "12a",
                                       "256.1.1.1:3000", "no/such/folder/x" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char why[128] = "";
        int fd = event_listen(bad[i], why, sizeof why);
        check(fd < 0 && *why, "\"%s\" was taken", bad[i]);
    }
    char why[128] = "", where[32];
    int fd = event_listen("0", why, sizeof why);
    snprintf(where, sizeof where, "%d", event_port(fd));
    check(event_listen(where, why, sizeof why) < 0 && *why, "one port twice");
    close(fd);
}

static void tick(void *context)
{
    struct echo *echo = context;
    if (++echo->timers < 5)
        events_after(echo->events, 1000000, tick, echo);
}

static void test_timers(void)
{
    struct echo echo = { .events = events_new() }, other = { .events = echo.events };
    events_after(echo.events, 0, tick, &echo);
    events_after(echo.events, 60000000000u, tick, &other);
    wait_for(&echo.timers, 5);
    check(echo.timers == 5, "%d", echo.timers);
    events_cancel(echo.events, &other);
    events_free(echo.events);
    check(other.timers == 0, "%d", other.timers);
}

static void slow(void *context, int fd, short ready)
{
    struct echo *echo = context;
    char byte;
    (void)ready;
    echo->wrong += read(fd, &byte, 1) != 1;
    echo->inside = true;
    clock_host_sleep(30000000);
    echo->wrong += echo->freed;
    echo->inside = false;
}

/* events_remove() from another thread waits for the action. */
static void test_removal(void)
{
    struct echo echo = { .events = events_new() };
    int pair[2];
    check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
    events_add(echo.events, pair[0], POLLIN, slow, &echo);
    check(write(pair[1], "x", 1) == 1, "write");
    while (!echo.inside)
        clock_host_sleep(100000);
    events_remove(echo.events, pair[0]);
    check(!echo.inside, "the action still runs");
    echo.freed = true;
    check(echo.wrong == 0, "removed while the action ran");
    close(pair[0]);
    close(pair[1]);
    events_free(echo.events);
}

int main(void)
{
    struct events *unused = events_new();
    events_free(unused);
    test_listeners();
    test_bad_addresses();
    test_timers();
    test_removal();
    return checks_done();
}
