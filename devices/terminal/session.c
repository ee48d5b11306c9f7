#include "devices/terminal/session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"

/* A command waits when so much is unsent; what a caller that takes nothing costs at most. */
enum { FULL = 64 << 10, MOST_UNSENT = 4 << 20 };
static const uint64_t ANSWER_NS = 20000000000;

struct terminal_session *session_new(struct events *events, int fd, struct tls *tls)
{
    struct terminal_session *session = calloc(1, sizeof *session);
    if (!session)
        abort();
    session->events = events;
    session->fd = fd;
    session->tls = tls ? tls_line_new(tls, fd) : NULL;
    session->holders = 1;
    pthread_mutex_init(&session->lock, NULL);
    pthread_cond_init(&session->returned, NULL);
    return session;
}

void session_release(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    bool last = --session->holders == 0;
    pthread_mutex_unlock(&session->lock);
    if (!last)
        return;
    telnet_end(&session->telnet);
    pthread_mutex_destroy(&session->lock);
    pthread_cond_destroy(&session->returned);
    free(session->unsent);
    free(session);
}

/* ---- the device ----------------------------------------------------------------------- */

struct device *session_borrow(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    struct device *device = session->device;
    session->borrowed = device != NULL;
    pthread_mutex_unlock(&session->lock);
    return device;
}

void session_return(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    session->borrowed = false;
    pthread_cond_broadcast(&session->returned);
    pthread_mutex_unlock(&session->lock);
}

void session_give_device(struct terminal_session *session, struct device *device)
{
    pthread_mutex_lock(&session->lock);
    session->device = device;
    session->holders++;
    pthread_mutex_unlock(&session->lock);
}

struct leaving { struct terminal_session *session; bool left; };

static void leave(struct device *device, void *context)
{
    struct leaving *leaving = context;
    leaving->left = terminal_face(device)->disconnect(device, leaving->session);
}

void session_leave_device(struct terminal_session *session)
{
    struct leaving leaving = { session, false };
    struct device *device = session_borrow(session);
    if (!device)
        return;
    device_alone(device, leave, &leaving);
    session_return(session);
    pthread_mutex_lock(&session->lock);
    if (leaving.left)
        session->device = NULL;
    pthread_mutex_unlock(&session->lock);
    if (leaving.left)
        session_release(session);
}

static void hung_up(void *context)
{
    struct terminal_session *session = context;
    session_close(session);
    session_release(session);
}

void terminal_session_hang_up(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    session->device = NULL;
    session->deadline = 0;
    while (session->borrowed && !events_here(session->events))
        pthread_cond_wait(&session->returned, &session->lock);
    session->hangs_up = true;
    pthread_mutex_unlock(&session->lock);
    if (session->telnet.mode == TELNET_LINE)
        terminal_session_write(session, "\r\nThe device is gone.\r\n", 23);
    events_after(session->events, 0, hung_up, session);
}

const char *terminal_session_peer(const struct terminal_session *session)
{
    return session->peer;
}

/* ---- out ---------------------------------------------------------------------------------- */

static ssize_t put(struct terminal_session *session)
{
    if (session->tls)
        return tls_send(session->tls, session->unsent, session->unsent_length);
    return send(session->fd, session->unsent, session->unsent_length, MSG_NOSIGNAL);
}

/* Send what the socket takes; the rest waits for POLLOUT. Under the session's lock. */
static void send_some(struct terminal_session *session)
{
    ssize_t n = 1;
    while (session->unsent_length > 0 && n > 0) {
        n = put(session);
        if (n <= 0)
            break;
        session->unsent_length -= (size_t)n;
        memmove(session->unsent, session->unsent + n, session->unsent_length);
    }
    /* A broken line: reading will tell; nobody is to be woken for it over and over. */
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        session->unsent_length = 0;
}

/* TLS may have to write to read. */
static void update_interest(struct terminal_session *session)
{
    bool out = session->tls ? tls_wants_write(session->tls) : session->unsent_length > 0;
    events_interest(session->events, session->fd, out ? POLLIN | POLLOUT : POLLIN);
}

void session_send(struct terminal_session *session, const uint8_t *bytes, size_t length)
{
    pthread_mutex_lock(&session->lock);
    if (!session->closed && session->unsent_length + length <= MOST_UNSENT) {
        if (session->unsent_length + length > session->unsent_room) {
            session->unsent_room = session->unsent_length + length + 1024;
            session->unsent = realloc(session->unsent, session->unsent_room);
            if (!session->unsent)
                abort();
        }
        if (length)
            memcpy(session->unsent + session->unsent_length, bytes, length);
        session->unsent_length += length;
        send_some(session);
        if (session->unsent_length > 0)
            update_interest(session);
    }
    pthread_mutex_unlock(&session->lock);
}

static void tell_drained(struct device *device, void *context)
{
    (void)context;
    if (terminal_face(device)->drained)
        terminal_face(device)->drained(device);
}

void session_flush(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    if (!session->closed) {
        send_some(session);
        update_interest(session);
    }
    bool drained = session->starved && session->unsent_length < FULL;
    if (drained)
        session->starved = false;
    pthread_mutex_unlock(&session->lock);
    struct device *device = drained ? session_borrow(session) : NULL;
    if (device) {
        device_alone(device, tell_drained, NULL);
        session_return(session);
    }
}

void terminal_session_write(struct terminal_session *session, const char *bytes, size_t length)
{
    session_send(session, (const uint8_t *)bytes, length);
}

void terminal_session_record(struct terminal_session *session, enum telnet_data type, bool response,
                             const uint8_t *bytes, size_t length)
{
    size_t framed;
    pthread_mutex_lock(&session->lock);
    uint16_t sequence = session->sequence;
    session->sequence = (sequence + 1) & 0x7FFF;
    if (response) {
        session->awaited = sequence;
        session->awaits = true;
    }
    pthread_mutex_unlock(&session->lock);
    uint8_t *frame = telnet_frame(&session->telnet, type, sequence, response, bytes, length,
                                  &framed);
    session_send(session, frame, framed);
    free(frame);
}

bool session_answers(struct terminal_session *session, uint16_t sequence)
{
    pthread_mutex_lock(&session->lock);
    bool answers = session->awaits && sequence == session->awaited;
    session->awaits &= !answers;
    pthread_mutex_unlock(&session->lock);
    return answers;
}

bool session_lags(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    bool lags = session->unsent_length >= FULL || session->closed;
    pthread_mutex_unlock(&session->lock);
    return lags;
}

bool terminal_session_full(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    bool full = session->unsent_length >= FULL && !session->closed;
    session->starved |= full;
    pthread_mutex_unlock(&session->lock);
    return full;
}

void terminal_session_bind(struct terminal_session *session, unsigned default_rows,
                           unsigned default_columns, unsigned alternate_rows,
                           unsigned alternate_columns)
{
    const uint8_t bind[4] = { (uint8_t)default_rows, (uint8_t)default_columns,
                              (uint8_t)alternate_rows, (uint8_t)alternate_columns };
    memcpy(session->bind, bind, sizeof bind);
}

/* ---- in ------------------------------------------------------------------------------------- */

/* A terminal's response and the key after it are two small packets: its TCP holds the second
 * until we acknowledge the first, and ours would take its time (40 ms on Linux). */
static void acknowledge(const struct terminal_session *session)
{
#ifdef TCP_QUICKACK
    int on = 1;
    setsockopt(session->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#else
    (void)session;
#endif
}

ssize_t session_receive(struct terminal_session *session, uint8_t *bytes, size_t length)
{
    acknowledge(session);
    if (!session->tls)
        return recv(session->fd, bytes, length, 0);
    pthread_mutex_lock(&session->lock);
    ssize_t n = tls_receive(session->tls, bytes, length);
    int why = errno;
    if (session->unsent_length > 0)     /* the handshake may be done now */
        send_some(session);
    update_interest(session);
    pthread_mutex_unlock(&session->lock);
    errno = why;
    return n;
}

bool session_has_more(struct terminal_session *session)
{
    if (!session->tls)
        return false;
    pthread_mutex_lock(&session->lock);
    bool more = tls_has_more(session->tls);
    pthread_mutex_unlock(&session->lock);
    return more;
}

/* ---- deadlines -------------------------------------------------------------------------------- */

void session_set_deadline(struct terminal_session *session, uint64_t ns)
{
    pthread_mutex_lock(&session->lock);
    session->deadline = ns ? clock_host_ns() + ns : 0;
    pthread_mutex_unlock(&session->lock);
}

void terminal_session_expect(struct terminal_session *session, bool answer)
{
    session_set_deadline(session, answer ? ANSWER_NS : 0);
}

bool session_overdue(struct terminal_session *session, uint64_t now)
{
    pthread_mutex_lock(&session->lock);
    bool overdue = session->deadline && now >= session->deadline;
    pthread_mutex_unlock(&session->lock);
    return overdue;
}

/* ---- the end ------------------------------------------------------------------------------------ */

void session_finish(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    send_some(session);
    shutdown(session->fd, SHUT_WR);
    pthread_mutex_unlock(&session->lock);
}

void session_close(struct terminal_session *session)
{
    pthread_mutex_lock(&session->lock);
    bool first = !session->closing;
    session->closing = true;
    pthread_mutex_unlock(&session->lock);
    if (!first)
        return;
    events_cancel(session->events, &session->telnet);
    events_remove(session->events, session->fd);
    session_leave_device(session);
    pthread_mutex_lock(&session->lock);
    send_some(session);
    tls_line_free(session->tls);
    session->tls = NULL;
    session->closed = true;
    close(session->fd);
    pthread_mutex_unlock(&session->lock);
    session->closed_action(session);
    session_release(session);
}
