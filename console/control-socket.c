#include "console/control-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "console/control.h"
#include "core/event.h"

struct caller {
    struct control_socket *socket;
    struct caller *next;
    int fd;
    struct control_session *session;
};

struct control_socket {
    struct control *control;
    struct events *events;
    int listener;
    char *path, *token;         /* NULL: TCP; NULL: a local socket */
    pthread_mutex_t lock;       /* guards the callers' list */
    struct caller *callers;
};

/* ---- callers: all on the events' thread, but for caller_wake() ------------------------------ */

static void caller_free(struct caller *caller)
{
    events_remove(caller->socket->events, caller->fd);
    control_session_leave(caller->session);
    close(caller->fd);
    free(caller);
}

/* Unless control_socket_free() is about to, on another thread. */
static void drop(struct caller *caller)
{
    struct control_socket *socket = caller->socket;
    bool ours = false;
    pthread_mutex_lock(&socket->lock);
    for (struct caller **p = &socket->callers; *p; p = &(*p)->next)
        if (*p == caller) {
            *p = caller->next;
            ours = true;
            break;
        }
    pthread_mutex_unlock(&socket->lock);
    if (ours)
        caller_free(caller);
}

/* Something is new: have poll() look for room to write, and so the action look at all. */
static void caller_wake(void *context)
{
    struct caller *caller = context;
    events_interest(caller->socket->events, caller->fd, POLLIN | POLLOUT);
}

/* False: the caller has gone. */
static bool caller_read(struct caller *caller)
{
    char bytes[4096];
    ssize_t n = recv(caller->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0)
        control_session_feed(caller->session, bytes, (size_t)n);
    else if (n == 0)
        control_session_feed_end(caller->session);
    return n >= 0 || errno == EAGAIN || errno == EINTR;
}

static bool caller_write(struct caller *caller, bool *more)
{
    char bytes[65536];
    size_t length = control_session_output(caller->session, bytes, sizeof bytes);
    *more = false;
    if (length == 0)
        return true;
    ssize_t n = send(caller->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0)
        control_session_sent(caller->session, (size_t)n);
    *more = n < 0 || (size_t)n < length || length == sizeof bytes;
    return n >= 0 || errno == EAGAIN || errno == EINTR;
}

static void caller_action(void *context, int fd, short ready)
{
    struct caller *caller = context;
    struct events *events = caller->socket->events;
    bool more, busy = control_session_busy(caller->session);
    /* What comes from here on sets the interest anew, after this. */
    events_interest(events, fd, busy ? 0 : POLLIN);
    bool here = !(ready & POLLERR);
    if (here && ready & POLLIN && !busy)
        here = caller_read(caller);
    else if (ready & POLLHUP)
        here = false;
    if (here)
        here = caller_write(caller, &more);
    if (!here || control_session_over(caller->session))
        drop(caller);
    else if (more)
        caller_wake(caller);
}

/* A local caller is the same user, or root: the file's mode says so, and the host too. */
static bool is_welcome(const struct control_socket *socket, int fd)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (!socket->path)
        return true;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static void listener_action(void *context, int fd, short ready)
{
    struct control_socket *socket = context;
    int taken = event_accept(fd, NULL, 0);
    (void)ready;
    if (taken < 0)
        return;
    struct caller *caller = calloc(1, sizeof *caller);
    if (!caller)
        abort();
    *caller = (struct caller){ .socket = socket, .fd = taken };
    if (is_welcome(socket, taken))
        caller->session = control_session_new(socket->control, socket->token, caller_wake, caller);
    if (!caller->session) {
        close(taken);
        free(caller);
        return;
    }
    pthread_mutex_lock(&socket->lock);
    caller->next = socket->callers;
    socket->callers = caller;
    pthread_mutex_unlock(&socket->lock);
    events_add(socket->events, taken, POLLIN | POLLOUT, caller_action, caller);
}

/* ---- the listening socket ------------------------------------------------------------------------ */

static bool somebody_answers(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    if (fd >= 0)
        close(fd);
    return answered;
}

/* The mode is set before anybody can connect: on Linux the file has the socket's. */
static int bind_private(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (fchmod(fd, 0600) == 0 &&
        bind(fd, (const struct sockaddr *)address, sizeof *address) == 0) {
        if (chmod(address->sun_path, 0600) == 0 && listen(fd, 16) == 0)
            return fd;
        unlink(address->sun_path);
    }
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int listen_private(const char *path, char *error, size_t size)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat st;
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(error, size, "the path is longer than %zu characters",
                 sizeof address.sun_path - 1);
        return -1;
    }
    strcpy(address.sun_path, path);
    if (somebody_answers(&address)) {
        snprintf(error, size, "another machine answers there");
        return -1;
    }
    /* What a process that was killed left behind is in the way; a file is not ours. */
    if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path);
    int fd = bind_private(&address);
    if (fd < 0)
        snprintf(error, size, "%s", strerror(errno));
    return fd;
}

struct control_socket *control_socket_new(struct control *control, struct events *events,
                                          const char *where, const char *token, char *error,
                                          size_t size)
{
    bool local = strchr(where, '/');
    int listener = local ? listen_private(where, error, size) : event_listen(where, error, size);
    if (listener < 0)
        return NULL;
    struct control_socket *socket = calloc(1, sizeof *socket);
    if (!socket)
        abort();
    socket->control = control;
    socket->events = events;
    socket->listener = listener;
    socket->path = local ? strdup(where) : NULL;
    socket->token = local ? NULL : strdup(token);
    pthread_mutex_init(&socket->lock, NULL);
    events_add(events, listener, POLLIN, listener_action, socket);
    return socket;
}

bool control_socket_is_local(const struct control_socket *socket) { return socket->path; }
int control_socket_port(const struct control_socket *socket) { return event_port(socket->listener); }

static struct caller *take_caller(struct control_socket *socket)
{
    pthread_mutex_lock(&socket->lock);
    struct caller *caller = socket->callers;
    if (caller)
        socket->callers = caller->next;
    pthread_mutex_unlock(&socket->lock);
    return caller;
}

void control_socket_free(struct control_socket *socket)
{
    if (!socket)
        return;
    events_remove(socket->events, socket->listener);
    close(socket->listener);
    if (socket->path)
        unlink(socket->path);
    for (struct caller *caller; (caller = take_caller(socket));)
        caller_free(caller);
    pthread_mutex_destroy(&socket->lock);
    free(socket->path);
    free(socket->token);
    free(socket);
}
