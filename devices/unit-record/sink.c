#include "devices/unit-record/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/event.h"
#include "core/messages.h"
#include "devices/rescue.h"

extern char **environ;

void sink_clear(struct sink *sink, struct device *dev)
{
    *sink = (struct sink){ .lock = PTHREAD_MUTEX_INITIALIZER, .dev = dev,
                           .fd = -1, .listener = -1 };
}

static bool fail(struct sink *sink, const char *why)
{
    snprintf(sink->error, sizeof sink->error, "%s", why);
    return false;
}

/* ---- a file ---------------------------------------------------------------------- */

static bool open_file(struct sink *sink, bool append)
{
    struct stat st;
    /* A named pipe without a reader would block us, or refuse. */
    bool fifo = stat(sink->name, &st) == 0 && S_ISFIFO(st.st_mode);
    sink->fd = open(sink->name, (fifo ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND | O_CLOEXEC,
                    0666);
    if (sink->fd < 0 || fstat(sink->fd, &st) < 0)
        return fail(sink, strerror(errno));
    if (S_ISREG(st.st_mode) && flock(sink->fd, LOCK_EX | LOCK_NB) < 0)
        return fail(sink, "another device or emulator writes it");
    sink->emptied = append || !S_ISREG(st.st_mode);
    sink->named = S_ISREG(st.st_mode) && st.st_nlink > 0;
    return true;
}

static bool is_gone(const struct sink *sink) { return sink->named && rescue_is_due(sink->fd); }

/* Without a name it would be gone with all that was written when the device is closed. */
static void rescue(struct sink *sink)
{
    char where[4096];
    struct stat st;
    if (!is_gone(sink) || !sink->emptied || fstat(sink->fd, &st) < 0 || st.st_size == 0)
        return;
    if (rescue_file(sink->fd, sink->name, where, sizeof where, sink->error, sizeof sink->error))
        message(sink->dev->messages, HHC01047W, sink->dev->number, sink->name, where);
    else
        message(sink->dev->messages, HHC01048E, sink->dev->number, sink->name, sink->error);
}

static bool write_file(struct sink *sink, const char *bytes, size_t length)
{
    if (is_gone(sink))
        return fail(sink, "it was removed while it is in use");
    if (!sink->emptied && ftruncate(sink->fd, 0) < 0)
        return fail(sink, strerror(errno));
    sink->emptied = true;
    off_t start = lseek(sink->fd, 0, SEEK_END);
    while (length) {
        ssize_t n = write(sink->fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            fail(sink, strerror(errno));
            if (start >= 0 && ftruncate(sink->fd, start) < 0)
                fail(sink, "part of the output was written, and cannot be taken back");
            return false;
        }
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* ---- a command ------------------------------------------------------------------- */

/* Its standard input is one end of a socket pair, not a pipe: writing to a command that
 * has ended is then an error and no signal. */
static bool start_command(struct sink *sink)
{
    int pair[2];
    if (!sink->dev->machine->options.host_commands)
        return fail(sink, "host commands are not allowed here (shcmdopt enable allows them)");
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return fail(sink, strerror(errno));
    fcntl(pair[0], F_SETFD, FD_CLOEXEC);
    fcntl(pair[1], F_SETFD, FD_CLOEXEC);
    shutdown(pair[0], SHUT_RD);
    char *argv[] = { "sh", "-c", sink->name + 1, NULL };
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pair[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    int wrong = posix_spawn(&sink->command, "/bin/sh", &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(pair[1]);
    sink->fd = pair[0];
    sink->emptied = true;
    if (wrong)
        sink->command = 0;
    return wrong ? fail(sink, strerror(wrong)) : true;
}

/* It has seen the end of its input; one that goes on for long is left to itself. */
static void await_command(pid_t command)
{
    for (int i = 0; i < 500 && waitpid(command, NULL, WNOHANG) == 0; i++)
        clock_host_sleep(10000000);
}

/* Wait until the receiver takes more: a slow printer is slow. */
static bool wait_writable(struct sink *sink)
{
    struct pollfd wait = { .fd = sink->fd, .events = POLLOUT };
    while (poll(&wait, 1, 250) == 0)
        if (sink->dev->machine->quitting)
            return false;
    return true;
}

static bool send_all(struct sink *sink, const char *bytes, size_t length)
{
    while (length) {
        ssize_t n = send(sink->fd, bytes, length, MSG_NOSIGNAL);
        if (n < 0 && (errno == EINTR || (errno == EAGAIN && wait_writable(sink))))
            continue;
        if (n < 0)
            return fail(sink, strerror(errno));
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* ---- a socket: these run on the thread of machine->events ------------------------ */

/* Receivers say nothing; but that they have gone shows as the end of their input. */
static void hear(void *context, int fd, short ready)
{
    struct sink *sink = context;
    char bytes[256];
    (void)ready;
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    pthread_mutex_lock(&sink->lock);
    events_remove(sink->dev->machine->events, fd);
    close(fd);
    sink->fd = -1;
    events_interest(sink->dev->machine->events, sink->listener, POLLIN);
    pthread_mutex_unlock(&sink->lock);
    message(sink->dev->messages, HHC01046I, sink->dev->number);
}

static void take_caller(void *context, int fd, short ready)
{
    struct sink *sink = context;
    char peer[80];
    (void)ready;
    int caller = event_accept(fd, peer, sizeof peer);
    if (caller < 0)
        return;
    pthread_mutex_lock(&sink->lock);
    sink->fd = caller;
    events_interest(sink->dev->machine->events, fd, 0);
    events_add(sink->dev->machine->events, caller, POLLIN, hear, sink);
    pthread_mutex_unlock(&sink->lock);
    message(sink->dev->messages, HHC01045I, sink->dev->number, peer);
    device_present(sink->dev, UNIT_DEVICE_END);
}

static bool listen_for_receiver(struct sink *sink)
{
    struct events *events = sink->dev->machine->events;
    if (!events)
        return fail(sink, "this machine has no sockets");
    sink->listener = event_listen(sink->name, sink->error, sizeof sink->error);
    if (sink->listener < 0)
        return false;
    sink->emptied = true;
    events_add(events, sink->listener, POLLIN, take_caller, sink);
    message(sink->dev->messages, HHC01042I, sink->dev->number, sink->name);
    return true;
}

/* ---- all of them ----------------------------------------------------------------- */

bool sink_open(struct sink *sink, const char *where, bool socket, bool append)
{
    sink->name = strdup(where);
    if (!sink->name)
        abort();
    if (socket ? listen_for_receiver(sink)
               : *where == '|' ? start_command(sink) : open_file(sink, append))
        return true;
    char error[sizeof sink->error];
    memcpy(error, sink->error, sizeof error);
    sink_close(sink);
    memcpy(sink->error, error, sizeof error);
    return false;
}

void sink_close(struct sink *sink)
{
    if (sink->listener >= 0) {
        events_remove(sink->dev->machine->events, sink->listener);
        close(sink->listener);
        if (sink->fd >= 0)
            events_remove(sink->dev->machine->events, sink->fd);
    }
    if (sink->fd >= 0) {
        rescue(sink);
        close(sink->fd);
    }
    if (sink->command)
        await_command(sink->command);
    free(sink->name);
    sink_clear(sink, sink->dev);
}

bool sink_ready(struct sink *sink)
{
    pthread_mutex_lock(&sink->lock);
    bool ready = sink->fd >= 0;
    pthread_mutex_unlock(&sink->lock);
    return ready;
}

bool sink_write(struct sink *sink, const void *bytes, size_t length)
{
    bool ok;
    pthread_mutex_lock(&sink->lock);
    if (sink->fd < 0)
        ok = fail(sink, "nobody is there to take it");
    else if (sink->listener >= 0 || sink->command)
        ok = send_all(sink, bytes, length);
    else
        ok = write_file(sink, bytes, length);
    pthread_mutex_unlock(&sink->lock);
    return ok;
}
