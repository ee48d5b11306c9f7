/* Terminals over TCP: a listening port, and for each caller a session with a device. */
#include "config.h"
#include "devices/terminal/terminal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONGEST_LINE = 4000, MOST_UNSENT = 1 << 20, MOST_SESSIONS = 256 };

/* Telnet (RFC 854). */
enum { IAC = 255, DONT = 254, DO = 253, WONT = 252, WILL = 251, SB = 250, INTERRUPT = 244,
       BREAK = 243, SE = 240 };
enum telnet_state { PLAIN, AFTER_IAC, AFTER_VERB, IN_OPTION, IN_OPTION_IAC };

struct terminal_session {
    struct terminal_server *server;
    int fd;
    uint32_t device;                /* its number */
    enum telnet_state state;
    uint8_t verb;
    bool after_cr;
    char line[LONGEST_LINE + 1];    /* being typed */
    size_t length;
    pthread_mutex_t lock;           /* guards what follows */
    char *unsent;
    size_t unsent_length;
    bool hung_up;                   /* nothing more is taken; it closes soon */
};

struct terminal_server {
    struct machine *machine;
    struct channels *channels;
    struct events *events;
    char system[64];
    int listener;
    pthread_mutex_t lock;           /* guards the list */
    struct terminal_session *sessions[MOST_SESSIONS];
};

static void session_ready(void *context, int fd, short ready);

/* ---- sending ------------------------------------------------------------------------- */

/* Send what the socket takes; the rest waits for POLLOUT. Under the session's lock. */
static void send_some(struct terminal_session *session)
{
    while (session->unsent_length > 0) {
        ssize_t n = send(session->fd, session->unsent, session->unsent_length, MSG_NOSIGNAL);
        if (n <= 0)
            break;
        session->unsent_length -= (size_t)n;
        memmove(session->unsent, session->unsent + n, session->unsent_length);
    }
}

static void update_interest(struct terminal_session *session)
{
    short interest = session->unsent_length > 0 ? POLLIN | POLLOUT : POLLIN;
    events_interest(session->server->events, session->fd, interest);
}

void terminal_session_write(struct terminal_session *session, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    pthread_mutex_lock(&session->lock);
    if (!session->hung_up && session->unsent_length + length <= MOST_UNSENT) {
        char *more = realloc(session->unsent, session->unsent_length + length);
        if (more) {
            session->unsent = more;
            memcpy(more + session->unsent_length, bytes, length);
            session->unsent_length += length;
        }
        send_some(session);
        update_interest(session);
    }
    pthread_mutex_unlock(&session->lock);
}

static void send_text(struct terminal_session *session, const char *text)
{
    terminal_session_write(session, text, strlen(text));
}

/* ---- the end of a session --------------------------------------------------------------- */

static void leave_device(struct device *device, void *context)
{
    typewriter_disconnect(device, context);
}

/* Its device, which the operator may be detaching: device_done() follows. */
static struct device *hold_device(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    uint32_t number = session->device;
    pthread_mutex_unlock(&session->lock);
    return number <= 0xFFFF ? device_hold(session->server->channels, (uint16_t)number) : NULL;
}

static void session_free(struct terminal_session *session)
{
    struct terminal_server *server = session->server;
    events_cancel(server->events, session);
    events_remove(server->events, session->fd);
    struct device *device = hold_device(session);
    if (device) {
        device_alone(device, leave_device, session);
        device_done(device);
    }
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < MOST_SESSIONS; i++)
        if (server->sessions[i] == session)
            server->sessions[i] = NULL;
    pthread_mutex_unlock(&server->lock);
    pthread_mutex_lock(&session->lock);
    send_some(session);
    pthread_mutex_unlock(&session->lock);
    close(session->fd);
    pthread_mutex_destroy(&session->lock);
    free(session->unsent);
    free(session);
}

static void session_end(void *context)
{
    session_free(context);
}

void terminal_session_hang_up(struct terminal_session *session)
{
    send_text(session, "\r\nThe device is gone.\r\n");
    pthread_mutex_lock(&session->lock);
    session->hung_up = true;
    session->device = 0x10000;
    pthread_mutex_unlock(&session->lock);
    events_after(session->server->events, 0, session_end, session);
}

/* ---- receiving ------------------------------------------------------------------------------ */

static void line_typed(struct terminal_session *session)
{
    session->line[session->length] = 0;
    session->length = 0;
    struct device *device = hold_device(session);
    if (!device)
        return;
    if (device->type->type_line && !device->type->type_line(device, session->line))
        send_text(session, "The line was not taken.\r\n");
    device_done(device);
}

static void attention(struct terminal_session *session)
{
    struct device *device = hold_device(session);
    session->length = 0;
    if (!device)
        return;
    if (device->type->attention)
        device->type->attention(device);
    device_done(device);
}

static void character_typed(struct terminal_session *session, uint8_t c)
{
    enum { ETX = 3, BACKSPACE = 8, DELETE = 127 };
    bool after_cr = session->after_cr;
    session->after_cr = c == '\r';
    if (c == '\r' || (c == '\n' && !after_cr))
        line_typed(session);
    else if ((c == BACKSPACE || c == DELETE) && session->length > 0)
        session->length--;
    else if (c == ETX)
        attention(session);
    else if (c >= ' ' && c != DELETE && session->length < LONGEST_LINE)
        session->line[session->length++] = (char)c;
}

/* We offer no option and want none: the terminal edits and echoes its own line. */
static void refuse_option(struct terminal_session *session, uint8_t option)
{
    char answer[3] = { (char)IAC, session->verb == WILL ? (char)DONT : (char)WONT, (char)option };
    if (session->verb == WILL || session->verb == DO)
        terminal_session_write(session, answer, sizeof answer);
}

static void telnet_command(struct terminal_session *session, uint8_t byte)
{
    session->state = PLAIN;
    if (byte == IAC)
        character_typed(session, byte);
    else if (byte >= WILL)
        session->verb = byte, session->state = AFTER_VERB;
    else if (byte == SB)
        session->state = IN_OPTION;
    else if (byte == INTERRUPT || byte == BREAK)
        attention(session);
}

static void byte_received(struct terminal_session *session, uint8_t byte)
{
    switch (session->state) {
    case PLAIN:
        if (byte == IAC)
            session->state = AFTER_IAC;
        else
            character_typed(session, byte);
        break;
    case AFTER_IAC:
        telnet_command(session, byte);
        break;
    case AFTER_VERB:
        refuse_option(session, byte);
        session->state = PLAIN;
        break;
    case IN_OPTION:
        if (byte == IAC)
            session->state = IN_OPTION_IAC;
        break;
    case IN_OPTION_IAC:
        session->state = byte == SE ? PLAIN : IN_OPTION;
        break;
    }
}

static void session_ready(void *context, int fd, short ready)
{
    struct terminal_session *session = context;
    uint8_t bytes[2048];
    if (ready & POLLOUT) {
        pthread_mutex_lock(&session->lock);
        send_some(session);
        update_interest(session);
        pthread_mutex_unlock(&session->lock);
    }
    if (!(ready & (POLLIN | POLLHUP | POLLERR)))
        return;
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        session_free(session);
        return;
    }
    for (ssize_t i = 0; i < n; i++)
        byte_received(session, bytes[i]);
}

/* ---- a caller ---------------------------------------------------------------------------------- */

struct meeting {
    struct terminal_session *session;
    uint32_t address;
    bool taken;
};

static void meet(struct device *device, void *context)
{
    struct meeting *meeting = context;
    meeting->taken = typewriter_connect(device, meeting->session, meeting->address);
}

static uint32_t peer_address(int fd)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &size) != 0 || address.sin_family != AF_INET)
        return INADDR_LOOPBACK;
    return ntohl(address.sin_addr.s_addr);
}

/* The first free device that lets this caller in. */
static struct device *find_device(struct terminal_session *session)
{
    struct terminal_server *server = session->server;
    struct meeting meeting = { session, peer_address(session->fd), false };
    for (struct device *d = device_from(server->channels, 0); d;
         d = device_from(server->channels, d->number + 1u)) {
        if (!terminal_is_remote(d))
            continue;
        device_alone(d, meet, &meeting);
        if (meeting.taken)
            return d;
    }
    return NULL;
}

static void greet(struct terminal_session *session, const struct device *device)
{
    char text[160];
    snprintf(text, sizeof text, "%s %s, system %s: console %04X, a %s\r\n", PACKAGE_NAME,
             PACKAGE_VERSION, session->server->system, device->number, device->type->name);
    send_text(session, text);
}

static bool enlist(struct terminal_server *server, struct terminal_session *session)
{
    bool room = false;
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < MOST_SESSIONS && !room; i++)
        if (!server->sessions[i]) {
            server->sessions[i] = session;
            room = true;
        }
    pthread_mutex_unlock(&server->lock);
    return room;
}

static void device_on(struct device *device, void *context)
{
    (void)context;
    device_present(device, UNIT_DEVICE_END);    /* not ready to ready */
}

static void caller_ready(void *context, int listener, short ready)
{
    struct terminal_server *server = context;
    int fd = event_accept(listener, NULL, 0);
    (void)ready;
    if (fd < 0)
        return;
    struct terminal_session *session = calloc(1, sizeof *session);
    if (!session)
        abort();
    session->server = server;
    session->fd = fd;
    session->device = 0x10000;
    pthread_mutex_init(&session->lock, NULL);
    events_add(server->events, fd, POLLIN, session_ready, session);
    struct device *device = enlist(server, session) ? find_device(session) : NULL;
    if (!device) {
        send_text(session, "No console is free.\r\n");
        session_free(session);
        return;
    }
    session->device = device->number;
    greet(session, device);
    device_alone(device, device_on, NULL);
}

/* ---- the port -------------------------------------------------------------------------------------- */

struct terminal_server *terminal_server_new(struct machine *machine, struct channels *channels,
                                            const char *where, const char *system,
                                            char *error, size_t size)
{
    int listener = event_listen(where, error, size);
    if (listener < 0)
        return NULL;
    struct terminal_server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->machine = machine;
    server->channels = channels;
    server->events = machine->events;
    server->listener = listener;
    snprintf(server->system, sizeof server->system, "%s", system);
    pthread_mutex_init(&server->lock, NULL);
    events_add(server->events, listener, POLLIN, caller_ready, server);
    return server;
}

int terminal_server_port(const struct terminal_server *server)
{
    return event_port(server->listener);
}

void terminal_server_free(struct terminal_server *server)
{
    if (!server)
        return;
    events_remove(server->events, server->listener);
    close(server->listener);
    for (int i = 0; i < MOST_SESSIONS; i++)
        if (server->sessions[i])
            session_free(server->sessions[i]);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
