#include "core/event.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/thread.h"

struct watch {
    int fd;
    short interest;
    event_action *action;
    void *context;
    uint64_t sequence;      /* tells a descriptor's number used anew from the old one */
};

struct timer {
    uint64_t due;           /* clock_host_ns() */
    event_timer *action;
    void *context;
};

struct events {
    pthread_mutex_t lock;
    pthread_cond_t returned;          /* an action has returned */
    pthread_t thread;
    bool running, ending;
    int wake[2];                      /* a pipe: a byte in it ends the poll */
    struct watch *watches;
    size_t count, room;
    struct timer *timers;
    size_t timer_count, timer_room;
    uint64_t sequence;
    int busy_fd;                      /* whose action runs now, or -1 */
    const void *busy_timer;           /* likewise: the context of a timer's action */
    struct pollfd *polled;            /* the thread's own: what it hands to poll() */
    uint64_t *polled_sequence;
};

static void *grown(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 8;
    array = realloc(array, *room * size);
    if (!array)
        abort();
    return array;
}

struct events *events_new(void)
{
    struct events *events = calloc(1, sizeof *events);
    if (!events)
        abort();
    pthread_mutex_init(&events->lock, NULL);
    pthread_cond_init(&events->returned, NULL);
    events->wake[0] = events->wake[1] = events->busy_fd = -1;
    return events;
}

bool events_here(const struct events *events)
{
    return events->running && pthread_equal(pthread_self(), events->thread);
}

static void wake(struct events *events)
{
    if (events->running && !events_here(events) && write(events->wake[1], "", 1) < 0)
        return;     /* the pipe is full of wake-ups already */
}

/* ---- the thread ------------------------------------------------------------------ */

/* What poll() is to look at, and how long at most; the lock is held. */
static size_t prepare(struct events *events, int *timeout_ms)
{
    size_t n = events->count + 1;
    events->polled = realloc(events->polled, n * sizeof *events->polled);
    events->polled_sequence = realloc(events->polled_sequence, n * sizeof(uint64_t));
    if (!events->polled || !events->polled_sequence)
        abort();
    events->polled[0] = (struct pollfd){ .fd = events->wake[0], .events = POLLIN };
    for (size_t i = 0; i < events->count; i++) {
        const struct watch *w = &events->watches[i];
        events->polled[i + 1] = (struct pollfd){ .fd = w->fd, .events = w->interest };
        events->polled_sequence[i + 1] = w->sequence;
    }
    uint64_t now = clock_host_ns(), wait = UINT64_MAX;
    for (size_t i = 0; i < events->timer_count; i++) {
        uint64_t due = events->timers[i].due, left = due > now ? due - now : 0;
        wait = left < wait ? left : wait;
    }
    *timeout_ms = wait == UINT64_MAX ? -1
                : wait > 3600000000000u ? 3600000 : (int)((wait + 999999) / 1000000);
    return n;
}

static void run_timers(struct events *events)
{
    uint64_t now = clock_host_ns();
    for (size_t i = 0; i < events->timer_count; ) {
        if (events->timers[i].due > now) {
            i++;
            continue;
        }
        struct timer timer = events->timers[i];
        memmove(&events->timers[i], &events->timers[i + 1],
                (--events->timer_count - i) * sizeof timer);
        events->busy_timer = timer.context;
        pthread_mutex_unlock(&events->lock);
        timer.action(timer.context);
        pthread_mutex_lock(&events->lock);
        events->busy_timer = NULL;
        pthread_cond_broadcast(&events->returned);
        i = 0;      /* the action may have changed the list; new timers have waited less */
    }
}

static void run_watch(struct events *events, uint64_t sequence, short ready)
{
    for (size_t i = 0; i < events->count; i++) {
        struct watch w = events->watches[i];
        if (w.sequence != sequence)
            continue;
        events->busy_fd = w.fd;
        pthread_mutex_unlock(&events->lock);
        w.action(w.context, w.fd, ready);
        pthread_mutex_lock(&events->lock);
        events->busy_fd = -1;
        pthread_cond_broadcast(&events->returned);
        return;
    }
}

static void *run(void *context)
{
    struct events *events = context;
    pthread_mutex_lock(&events->lock);
    while (!events->ending) {
        int timeout;
        size_t n = prepare(events, &timeout);
        pthread_mutex_unlock(&events->lock);
        int found = poll(events->polled, (nfds_t)n, timeout);
        char bytes[64];
        if (found > 0 && events->polled[0].revents)
            while (read(events->wake[0], bytes, sizeof bytes) == sizeof bytes)
                ;
        pthread_mutex_lock(&events->lock);
        for (size_t i = 1; found > 0 && i < n && !events->ending; i++)
            if (events->polled[i].revents)
                run_watch(events, events->polled_sequence[i], events->polled[i].revents);
        if (!events->ending)
            run_timers(events);
    }
    pthread_mutex_unlock(&events->lock);
    return NULL;
}

/* Start the thread if it does not run yet; the lock is held. */
static void start(struct events *events)
{
    if (events->running)
        return;
    if (pipe(events->wake) < 0)
        abort();
    for (int i = 0; i < 2; i++) {
        fcntl(events->wake[i], F_SETFL, O_NONBLOCK);
        fcntl(events->wake[i], F_SETFD, FD_CLOEXEC);
    }
    if (thread_create(&events->thread, NULL, run, events) != 0)
        abort();
    events->running = true;
}

void events_free(struct events *events)
{
    if (!events)
        return;
    pthread_mutex_lock(&events->lock);
    events->ending = true;
    wake(events);
    pthread_mutex_unlock(&events->lock);
    if (events->running) {
        pthread_join(events->thread, NULL);
        close(events->wake[0]);
        close(events->wake[1]);
    }
    pthread_mutex_destroy(&events->lock);
    pthread_cond_destroy(&events->returned);
    free(events->watches);
    free(events->timers);
    free(events->polled);
    free(events->polled_sequence);
    free(events);
}

/* ---- what is watched ------------------------------------------------------------- */

void events_add(struct events *events, int fd, short interest, event_action *action,
                void *context)
{
    pthread_mutex_lock(&events->lock);
    events->watches = grown(events->watches, events->count, &events->room,
                            sizeof *events->watches);
    events->watches[events->count++] =
        (struct watch){ fd, interest, action, context, ++events->sequence };
    start(events);
    wake(events);
    pthread_mutex_unlock(&events->lock);
}

void events_interest(struct events *events, int fd, short interest)
{
    pthread_mutex_lock(&events->lock);
    for (size_t i = 0; i < events->count; i++)
        if (events->watches[i].fd == fd)
            events->watches[i].interest = interest;
    wake(events);
    pthread_mutex_unlock(&events->lock);
}

void events_remove(struct events *events, int fd)
{
    pthread_mutex_lock(&events->lock);
    for (size_t i = 0; i < events->count; i++)
        if (events->watches[i].fd == fd) {
            memmove(&events->watches[i], &events->watches[i + 1],
                    (--events->count - i) * sizeof *events->watches);
            break;
        }
    wake(events);
    while (events->busy_fd == fd && !events_here(events))
        pthread_cond_wait(&events->returned, &events->lock);
    pthread_mutex_unlock(&events->lock);
}

void events_after(struct events *events, uint64_t ns, event_timer *action, void *context)
{
    pthread_mutex_lock(&events->lock);
    events->timers = grown(events->timers, events->timer_count, &events->timer_room,
                           sizeof *events->timers);
    events->timers[events->timer_count++] =
        (struct timer){ clock_host_ns() + ns, action, context };
    start(events);
    wake(events);
    pthread_mutex_unlock(&events->lock);
}

void events_cancel(struct events *events, const void *context)
{
    pthread_mutex_lock(&events->lock);
    size_t kept = 0;
    for (size_t i = 0; i < events->timer_count; i++)
        if (events->timers[i].context != context)
            events->timers[kept++] = events->timers[i];
    events->timer_count = kept;
    while (context && events->busy_timer == context && !events_here(events))
        pthread_cond_wait(&events->returned, &events->lock);
    pthread_mutex_unlock(&events->lock);
}

/* ---- sockets --------------------------------------------------------------------- */

static void prepare_socket(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int listen_local(const char *path, char *error, size_t size)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(error, size, "the path is longer than %zu characters",
                 sizeof address.sun_path - 1);
        return -1;
    }
    strcpy(address.sun_path, path);
    /* A socket that somebody left behind is in the way of bind(); a file is not ours. */
    struct stat st;
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(fd, 16) < 0) {
        snprintf(error, size, "%s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    prepare_socket(fd);
    return fd;
}

/* Split "host:port" into its parts; a port alone means the loopback. */
static bool take_apart(const char *where, char host[256], char port[16])
{
    const char *colon = strrchr(where, ':'), *number = colon ? colon + 1 : where;
    size_t length = colon ? (size_t)(colon - where) : 0;
    if (length > 1 && where[0] == '[' && where[length - 1] == ']')
        where++, length -= 2;
    size_t digits = strspn(number, "0123456789");
    if (digits == 0 || digits > 5 || number[digits] || length > 255 || atoi(number) > 65535)
        return false;
    snprintf(host, 256, "%.*s", (int)length, where);
    if (!*host)
        strcpy(host, "127.0.0.1");
    snprintf(port, 16, "%s", number);
    return true;
}

static int listen_at(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol), on = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 16) == 0) {
        prepare_socket(fd);
        return fd;
    }
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int event_listen(const char *where, char *error, size_t size)
{
    char host[256], port[16];
    if (strchr(where, '/'))
        return listen_local(where, error, size);
    if (!take_apart(where, host, port)) {
        snprintf(error, size, "it should be a port from 0 to 65535, or host:port");
        return -1;
    }
    struct addrinfo hints = { .ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM,
                              .ai_family = strcmp(host, "*") == 0 ? AF_INET : AF_UNSPEC };
    struct addrinfo *found;
    int wrong = getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, port, &hints, &found);
    if (wrong) {
        snprintf(error, size, "%s", gai_strerror(wrong));
        return -1;
    }
    /* "localhost" may mean ::1 first; what callers of the field use is 127.0.0.1. */
    int fd = -1;
    for (int pass = 0; fd < 0 && pass < 2; pass++)
        for (struct addrinfo *a = found; fd < 0 && a; a = a->ai_next)
            if ((a->ai_family == AF_INET) == (pass == 0))
                fd = listen_at(a);
    if (fd < 0)
        snprintf(error, size, "%s", strerror(errno));
    freeaddrinfo(found);
    return fd;
}

int event_accept(int listener, char *peer, size_t size)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    int fd = accept(listener, (struct sockaddr *)&address, &length);
    if (fd < 0)
        return -1;
    prepare_socket(fd);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);   /* fails for a local one */
    char name[64] = "", port[16] = "";
    if (address.ss_family != AF_UNIX)
        getnameinfo((struct sockaddr *)&address, length, name, sizeof name, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV);
    if (peer && *name)
        snprintf(peer, size, "%s:%s", name, port);
    else if (peer)
        snprintf(peer, size, "a local socket");
    return fd;
}

int event_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}
