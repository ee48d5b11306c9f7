/* Terminals over TCP: a listening port, and for each caller a session with a device. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/messages.h"
#include "devices/terminal/session.h"

enum { MOST_SESSIONS = 1024, LISTED_AT_ONCE = 64 };

/* Who says nothing at all for twice this long is no telnet client; who has not come to an end of
 * negotiating after the second time, or stays after being refused, is cut off. */
static const uint64_t SILENCE_NS = 1000000000, NEGOTIATION_NS = 30000000000,
                      FAREWELL_NS = 5000000000, TICK_NS = 1000000000;

/* One who came through terminal_server_enter(), and is not yet received. */
struct entrant {
    struct entrant *next;
    int fd;
    char peer[72];
};

struct terminal_server {
    struct machine *machine;
    struct channels *channels;
    struct events *events;
    struct messages *messages;
    struct tls *tls;
    const struct terminal_console *consoles;
    size_t console_count;
    char system[64];
    int listener;
    pthread_mutex_t lock;           /* guards what follows */
    int idle, interval, count;
    bool ticking;
    struct entrant *entrants;
    struct terminal_session *sessions[MOST_SESSIONS];
};

/* ---- who is to go -------------------------------------------------------------------------- */

/* It is told why, may read it, and then goes. */
static void refuse(struct terminal_session *session, const char *why)
{
    char text[160];
    if (session->refused)
        return;
    session->refused = true;
    if (session->telnet.mode == TELNET_3270) {
        /* Erase/write, keyboard restored, the text in the first line. */
        uint8_t screen[180] = { 0xF5, 0xC2 };
        size_t n = strlen(why) < sizeof screen - 2 ? strlen(why) : sizeof screen - 2;
        memcpy(screen + 2, why, n);
        codepage_to_guest(&session->server->machine->codepage, screen + 2, n);
        terminal_session_record(session, DATA_3270, false, screen, n + 2);
    } else if (session->telnet.mode == TELNET_LINE) {
        snprintf(text, sizeof text, "%s\r\n", why);
        terminal_session_write(session, text, strlen(text));
    }
    session_finish(session);
    session_set_deadline(session, FAREWELL_NS);
}

static void broken(void *context, const char *why)
{
    struct terminal_session *session = context;
    if (!session->refused)
        message(session->server->messages, HHC20070W, session->peer, why);
    refuse(session, "");
}

/* ---- finding a device ------------------------------------------------------------------------ */

/* A number of one to four hexadecimal digits, or -1. */
static int32_t device_number(const char *name)
{
    size_t length = strlen(name);
    if (length < 1 || length > 4 || strspn(name, "0123456789abcdefABCDEF") != length)
        return -1;
    return (int32_t)strtoul(name, NULL, 16);
}

struct meeting {
    struct terminal_session *session;
    const struct terminal_caller *caller;
    bool taken;
};

static void meet(struct device *device, void *context)
{
    struct meeting *meeting = context;
    meeting->taken = terminal_face(device)->connect(device, meeting->session, meeting->caller);
    if (meeting->taken)
        session_give_device(meeting->session, device);
}

static bool try_device(struct terminal_session *session, const struct terminal_caller *caller,
                       struct device *device)
{
    struct meeting meeting = { session, caller, false };
    const struct terminal_face *face = terminal_face(device);
    if (face && face->kind == caller->kind)
        device_alone(device, meet, &meeting);
    return meeting.taken;
}

static bool in_group(const struct device *device, enum terminal_kind kind, const char *group)
{
    const struct terminal_face *face = terminal_face(device);
    return face && face->kind == kind && strcasecmp(face->group(device), group) == 0;
}

/* The first free one that lets this caller in; `any`: there is one that is not free. */
static bool find_in_group(struct terminal_session *session, const struct terminal_caller *caller,
                          bool *any)
{
    struct channels *channels = session->server->channels;
    bool taken = false;
    struct device *device;
    for (uint32_t from = 0; !taken && (device = device_hold_from(channels, from));
         device_done(device)) {
        from = device->number + 1u;
        bool fits = in_group(device, caller->kind, caller->group);
        *any |= fits;
        taken = fits && try_device(session, caller, device);
    }
    return taken;
}

static bool find_by_number(struct terminal_session *session, struct terminal_caller *caller,
                           uint16_t number, enum telnet_reason *reason)
{
    struct device *device = device_hold(session->server->channels, number);
    bool taken = false;
    *reason = REASON_INV_NAME;
    if (!device)
        return false;
    if (terminal_face(device)) {
        caller->numbered = true;
        taken = try_device(session, caller, device);
        *reason = terminal_face(device)->kind == caller->kind ? REASON_DEVICE_IN_USE
                                                              : REASON_TYPE_NAME_ERROR;
    }
    device_done(device);
    return taken;
}

/* Is a device of this number there? Then the name means it, and no group. */
static bool is_terminal(struct channels *channels, int32_t number)
{
    struct device *device = number < 0 ? NULL : device_hold(channels, (uint16_t)number);
    bool is = device && terminal_face(device);
    if (device)
        device_done(device);
    return is;
}

/* The n-th printer of a group is the partner of its n-th display. */
static int32_t partner_of(struct channels *channels, const char *name)
{
    int32_t wanted = device_number(name), partner = -1;
    struct device *device = wanted < 0 ? NULL : device_hold(channels, (uint16_t)wanted);
    char group[17] = "";
    unsigned displays = 0, printers = 0;
    bool known = device && terminal_face(device) &&
                 terminal_face(device)->kind == TERMINAL_DISPLAY;
    if (known)
        snprintf(group, sizeof group, "%s", terminal_face(device)->group(device));
    if (device)
        device_done(device);
    for (uint32_t from = 0; known && (device = device_hold_from(channels, from)); device_done(device)) {
        from = device->number + 1u;
        displays += device->number <= wanted && in_group(device, TERMINAL_DISPLAY, group);
    }
    for (uint32_t from = 0; known && partner < 0 && (device = device_hold_from(channels, from));
         device_done(device)) {
        from = device->number + 1u;
        if (in_group(device, TERMINAL_PRINTER, group) && ++printers == displays)
            partner = device->number;
    }
    return partner;
}

static bool find_device(struct terminal_session *session, struct terminal_caller *caller,
                        enum telnet_reason *reason)
{
    struct channels *channels = session->server->channels;
    const char *name = session->telnet.name;
    int32_t number = device_number(name);
    bool any = false;
    if (session->telnet.associates) {
        number = partner_of(channels, name);
        *reason = REASON_INV_ASSOCIATE;
        return number >= 0 && find_by_number(session, caller, (uint16_t)number, reason);
    }
    if (is_terminal(channels, number))
        return find_by_number(session, caller, (uint16_t)number, reason);
    caller->group = name;
    bool taken = find_in_group(session, caller, &any);
    *reason = any || !*name ? REASON_DEVICE_IN_USE : REASON_INV_NAME;
    return taken;
}

/* ---- what telnet tells -------------------------------------------------------------------------- */

static void send_out(void *context, const uint8_t *bytes, size_t length)
{
    session_send(context, bytes, length);
}

/* "IBM-3278-4-E": 4. */
static int model_of(const char *type)
{
    return strlen(type) > 9 && type[9] >= '2' && type[9] <= '5' ? type[9] - '0'
           : strcasecmp(type, "IBM-DYNAMIC") == 0              ? 0
                                                                : 2;
}

static void describe_caller(const struct terminal_session *session, struct terminal_caller *caller)
{
    const struct telnet *telnet = &session->telnet;
    *caller = (struct terminal_caller){ .address = session->address, .type = telnet->type,
                                        .model = model_of(telnet->type), .group = "" };
    caller->kind = telnet->mode == TELNET_LINE   ? TERMINAL_TYPEWRITER
                   : telnet_is_printer(telnet) ? TERMINAL_PRINTER
                                                 : TERMINAL_DISPLAY;
    snprintf(caller->peer, sizeof caller->peer, "%s", session->peer);
}

static void explain_refusal(const struct terminal_session *session, enum terminal_kind kind,
                            enum telnet_reason reason, char *text, size_t size)
{
    static const char *const kinds[] = { "console", "3270", "3287" };
    const char *name = session->telnet.name;
    if (!*name)
        snprintf(text, size, HHC01028_TEXT, kinds[kind]);
    else if (reason == REASON_INV_NAME || reason == REASON_INV_ASSOCIATE)
        snprintf(text, size, HHC20071_TEXT, name);
    else if (is_terminal(session->server->channels, device_number(name)))
        snprintf(text, size, HHC01030_TEXT, (unsigned)device_number(name));
    else
        snprintf(text, size, HHC01029_TEXT, kinds[kind], name);
}

/* ---- consoles without a device ------------------------------------------------------------------- */

static const struct terminal_console *find_console(const struct terminal_session *session)
{
    const struct terminal_server *server = session->server;
    for (size_t i = 0; session->telnet.mode == TELNET_LINE && i < server->console_count; i++)
        if (strcasecmp(session->telnet.name, server->consoles[i].name) == 0)
            return &server->consoles[i];
    return NULL;
}

static void take_console(struct terminal_session *session, const struct terminal_console *console)
{
    struct terminal_server *server = session->server;
    char text[200];
    session_set_deadline(session, 0);
    telnet_accept(&session->telnet, console->name);
    telnet_echo(&session->telnet);
    message(server->messages, HHC20074I, console->name, session->peer);
    int n = snprintf(text, sizeof text, "%s %s, system %s: %s\r\n", PACKAGE_NAME, PACKAGE_VERSION,
                     server->system, console->what);
    terminal_session_write(session, text, (size_t)n);
    pthread_mutex_lock(&server->lock);
    session->console = console;
    pthread_mutex_unlock(&server->lock);
}

void terminal_server_write(struct terminal_server *server, const struct terminal_console *console,
                           const char *bytes, size_t length)
{
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < MOST_SESSIONS; i++) {
        struct terminal_session *session = server->sessions[i];
        if (session && session->console == console && !session_lags(session))
            terminal_session_write(session, bytes, length);
    }
    pthread_mutex_unlock(&server->lock);
}

static const char not_taken[] = "The line was not taken.\r\n";

/* A line that is typed is shown by us. */
static void edit_line(struct terminal_session *session, uint8_t c)
{
    const struct terminal_console *console = session->console;
    if (c == '\r') {
        terminal_session_write(session, "\r\n", 2);
        session->line[session->length] = 0;
        if (!console->typed(console->context, session->line, session->length))
            terminal_session_write(session, not_taken, sizeof not_taken - 1);
        session->length = 0;
    } else if (c == '\b') {
        if (session->length > 0)
            terminal_session_write(session, "\b \b", 3);
        session->length -= session->length > 0;
    } else if (c >= ' ' && session->length < SESSION_LONGEST_LINE) {
        session->line[session->length++] = (char)c;
        terminal_session_write(session, (const char *)&c, 1);
    }
}

/* The end of a line is CR LF, CR NUL, or either alone. */
static void key_pressed(struct terminal_session *session, uint8_t c)
{
    enum { DELETE = 127 };
    const struct terminal_console *console = session->console;
    bool after_cr = session->after_cr;
    session->after_cr = c == '\r';
    if (after_cr && (c == '\n' || c == 0))
        return;
    char key = c == '\n' ? '\r' : (char)c;
    if (console->by_key)
        console->typed(console->context, &key, 1);
    else
        edit_line(session, c == DELETE ? '\b' : (uint8_t)key);
}

static void asks(void *context)
{
    struct terminal_session *session = context;
    struct terminal_caller caller;
    enum telnet_reason reason;
    char text[120];
    if (session->refused)
        return;
    const struct terminal_console *console = find_console(session);
    if (console) {
        take_console(session, console);
        return;
    }
    describe_caller(session, &caller);
    if (find_device(session, &caller, &reason)) {
        struct device *device = session_borrow(session);
        snprintf(text, sizeof text, "%04X", device ? device->number : 0);
        session_return(session);
        telnet_accept(&session->telnet, text);
        return;
    }
    explain_refusal(session, caller.kind, reason, text, sizeof text);
    if (session->telnet.mode == TELNET_ASKING) {
        telnet_refuse(&session->telnet, reason);    /* it may ask for another one */
        return;
    }
    message(session->server->messages, HHC20072I, session->peer, text);
    refuse(session, text);
}

struct beginning {
    bool responds;
    const char *greeting;
};

static void begin(struct device *device, void *context)
{
    const struct beginning *beginning = context;
    terminal_face(device)->ready(device, beginning->responds, beginning->greeting);
}

/* The part of a BIND that terminals look at: LU type, sizes, and our name for the device
 * (RFC 2355 10.3; the format is that of SNA Formats, BIND). */
static void send_bind(struct terminal_session *session, uint16_t number)
{
    enum { LU_TYPE = 14, SIZES = 20, SIZE_KIND = 24, NAME_LENGTH = 27, NAME = 28, LENGTH = 34 };
    uint8_t bind[LENGTH] = { 0x31, 0x01, 0x03, 0x03, 0xB1, 0x90, 0x30, 0x80, 0x00, 0x00, 0x87,
                             0xF8, 0x87 };
    char name[5];
    snprintf(name, sizeof name, "%04X", number);
    bind[LU_TYPE] = telnet_is_printer(&session->telnet) ? 0x03 : 0x02;
    memcpy(bind + SIZES, session->bind, 4);
    bind[SIZE_KIND] = session->bind[2] ? 0x7F : 0x03;   /* both are given; or ask the terminal */
    bind[NAME_LENGTH] = 4;
    memcpy(bind + NAME, name, 4);
    codepage_to_guest(&session->server->machine->codepage, bind + NAME, 4);
    terminal_session_record(session, DATA_BIND_IMAGE, false, bind, sizeof bind - 2);
}

static void ready(void *context)
{
    struct terminal_session *session = context;
    struct terminal_server *server = session->server;
    struct device *device = session_borrow(session);
    char text[200];
    if (!device)
        return;
    session_set_deadline(session, 0);
    message(server->messages, HHC01018I, device->number, session->peer, device->type->name);
    if (session->telnet.functions & TN3270E_BIND_IMAGE)
        send_bind(session, device->number);
    snprintf(text, sizeof text, "%s %s, system %s: console %04X, a %s", PACKAGE_NAME,
             PACKAGE_VERSION, server->system, device->number, device->type->name);
    struct beginning beginning = { telnet_responds(&session->telnet), text };
    device_alone(device, begin, &beginning);
    session_return(session);
}

struct inbound {
    enum telnet_data type;
    const uint8_t *bytes;
    size_t length;
    bool positive;
    uint8_t code;
};

static void give_record(struct device *device, void *context)
{
    const struct inbound *in = context;
    if (terminal_face(device)->record)
        terminal_face(device)->record(device, in->type, in->bytes, in->length);
}

static void give_response(struct device *device, void *context)
{
    const struct inbound *in = context;
    if (terminal_face(device)->response)
        terminal_face(device)->response(device, in->positive, in->code);
}

static void give_system_request(struct device *device, void *context)
{
    (void)context;
    if (terminal_face(device)->system_request)
        terminal_face(device)->system_request(device);
}

static void to_device(struct terminal_session *session,
                      void (*action)(struct device *, void *), void *context)
{
    struct device *device = session->refused ? NULL : session_borrow(session);
    if (!device)
        return;
    device_alone(device, action, context);
    session_return(session);
}

static void record(void *context, enum telnet_data type, const uint8_t *bytes, size_t length)
{
    struct inbound in = { .type = type, .bytes = bytes, .length = length };
    to_device(context, give_record, &in);
}

static void response(void *context, uint16_t sequence, bool positive, uint8_t code)
{
    struct inbound in = { .positive = positive, .code = code };
    if (session_answers(context, sequence))
        to_device(context, give_response, &in);
}

static void system_request(void *context)
{
    to_device(context, give_system_request, NULL);
}

/* ---- lines --------------------------------------------------------------------------------------- */

static void line_typed(struct terminal_session *session)
{
    session->line[session->length] = 0;
    session->length = 0;
    struct device *device = session_borrow(session);
    if (device && device->type->type_line && !device->type->type_line(device, session->line))
        terminal_session_write(session, not_taken, sizeof not_taken - 1);
    session_return(session);
}

/* The break key. A 3270 has none on a local control unit: its attention is a PA key. */
static void attention(void *context)
{
    struct terminal_session *session = context;
    session->length = 0;
    struct device *device = session->telnet.mode == TELNET_LINE ? session_borrow(session) : NULL;
    if (device && device->type->attention)
        device->type->attention(device);
    if (device)
        session_return(session);
}

static void character_typed(void *context, uint8_t c)
{
    enum { ETX = 3, BACKSPACE = 8, DELETE = 127 };
    struct terminal_session *session = context;
    bool after_cr = session->after_cr;
    if (session->refused)
        return;
    if (session->console) {
        key_pressed(session, c);
        return;
    }
    session->after_cr = c == '\r';
    if (c == '\r' || (c == '\n' && !after_cr))
        line_typed(session);
    else if ((c == BACKSPACE || c == DELETE) && session->length > 0)
        session->length--;
    else if (c == ETX)
        attention(session);
    else if (c >= ' ' && c != DELETE && session->length < SESSION_LONGEST_LINE)
        session->line[session->length++] = (char)c;
}

static const struct telnet_listener listener = {
    .send = send_out, .asks = asks, .ready = ready, .character = character_typed,
    .record = record, .response = response, .attention = attention,
    .system_request = system_request, .broken = broken
};

/* ---- a session comes and goes -------------------------------------------------------------------- */

static void session_gone(struct terminal_session *session)
{
    struct terminal_server *server = session->server;
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < MOST_SESSIONS; i++)
        if (server->sessions[i] == session)
            server->sessions[i] = NULL;
    pthread_mutex_unlock(&server->lock);
}

/* The other side has closed, or the line is lost. */
static void line_lost(struct terminal_session *session)
{
    struct device *device = session_borrow(session);
    if (device)
        message(session->server->messages, HHC01022I, device->number, session->peer,
                device->type->name);
    else if (session->console)
        message(session->server->messages, HHC20075I, session->console->name, session->peer);
    session_return(session);
    session_close(session);
}

static void session_ready(void *context, int fd, short ready)
{
    struct terminal_session *session = context;
    uint8_t bytes[4096];
    (void)fd;
    if (ready & POLLOUT)
        session_flush(session);
    if (!(ready & (POLLIN | POLLHUP | POLLERR)) &&
        !(ready & POLLOUT && session->tls))     /* TLS may have waited to write in order to read */
        return;
    do {
        ssize_t n = session_receive(session, bytes, sizeof bytes);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            line_lost(session);
            return;
        }
        if (n > 0 && !session->refused)
            telnet_receive(&session->telnet, bytes, (size_t)n);
    } while (session_has_more(session));
}

static void silence(void *context)
{
    struct terminal_session *session = ((struct telnet *)context)->context;
    if (telnet_silence(&session->telnet))
        events_after(session->events, SILENCE_NS, silence, &session->telnet);
}

/* Once a second: who is overdue is cut off. */
static void tick(void *context)
{
    struct terminal_server *server = context;
    struct terminal_session *overdue[LISTED_AT_ONCE];
    uint64_t now = clock_host_ns();
    int n = 0, left = 0;
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < MOST_SESSIONS; i++) {
        struct terminal_session *session = server->sessions[i];
        left += session != NULL;
        if (session && n < LISTED_AT_ONCE && session_overdue(session, now))
            overdue[n++] = session;
    }
    server->ticking = left > 0;
    if (server->ticking)
        events_after(server->events, TICK_NS, tick, server);
    pthread_mutex_unlock(&server->lock);
    for (int i = 0; i < n; i++) {
        if (!overdue[i]->refused)
            message(server->messages, HHC20070W, overdue[i]->peer, "it does not answer");
        session_close(overdue[i]);
    }
}

/* False: the house is full of sessions. */
static bool enlist(struct terminal_server *server, struct terminal_session *session)
{
    bool room = false;
    pthread_mutex_lock(&server->lock);
    for (int i = 0; i < MOST_SESSIONS && !room; i++)
        if (!server->sessions[i]) {
            server->sessions[i] = session;
            room = true;
        }
    if (room && !server->ticking) {
        server->ticking = true;
        events_after(server->events, TICK_NS, tick, server);
    }
    pthread_mutex_unlock(&server->lock);
    return room;
}

static uint32_t peer_address(int fd)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &size) != 0 || address.sin_family != AF_INET)
        return INADDR_LOOPBACK;
    return ntohl(address.sin_addr.s_addr);
}

/* Half-open connections end: the other side is asked whether it is there (keep-alive), and
 * what it does not acknowledge is not waited for longer than that. Not for local sockets. */
static void keep_alive(struct terminal_server *server, int fd)
{
    pthread_mutex_lock(&server->lock);
    int on = 1, idle = server->idle, interval = server->interval, count = server->count;
    pthread_mutex_unlock(&server->lock);
    unsigned patience = 1000u * (unsigned)(idle + interval * count);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
#ifdef TCP_USER_TIMEOUT
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
#endif
}

/* If there is nothing but typewriters, nothing but lines need be spoken. (Who wants a console of the
 * machine's own says so in the name of his terminal's type.) */
static bool has_screens(struct channels *channels)
{
    bool has = false;
    struct device *device;
    for (uint32_t from = 0; !has && (device = device_hold_from(channels, from)); device_done(device)) {
        from = device->number + 1u;
        has = terminal_face(device) && terminal_face(device)->kind != TERMINAL_TYPEWRITER;
    }
    return has;
}

static void receive_caller(struct terminal_server *server, int fd, const char *peer,
                           struct tls *tls)
{
    struct terminal_session *session = session_new(server->events, fd, tls);
    session->server = server;
    session->closed_action = session_gone;
    session->address = peer_address(fd);
    snprintf(session->peer, sizeof session->peer, "%s", peer);
    bool room = enlist(server, session);
    events_add(server->events, fd, POLLIN, session_ready, session);
    if (!room) {
        session_close(session);
        return;
    }
    session_set_deadline(session, NEGOTIATION_NS);
    telnet_start(&session->telnet, &listener, session,
                 server->console_count || has_screens(server->channels));
    events_after(server->events, tls ? 5 * SILENCE_NS : SILENCE_NS, silence, &session->telnet);
}

static void caller_ready(void *context, int listening, short ready)
{
    struct terminal_server *server = context;
    char peer[72];
    int fd = event_accept(listening, peer, sizeof peer);
    (void)ready;
    if (fd < 0)
        return;
    keep_alive(server, fd);
    receive_caller(server, fd, peer, server->tls);
}

/* ---- from inside this program ---------------------------------------------------------------- */

static struct entrant *next_entrant(struct terminal_server *server)
{
    pthread_mutex_lock(&server->lock);
    struct entrant *entrant = server->entrants;
    if (entrant)
        server->entrants = entrant->next;
    pthread_mutex_unlock(&server->lock);
    return entrant;
}

static void receive_entrants(void *context)
{
    struct terminal_server *server = context;
    for (struct entrant *entrant; (entrant = next_entrant(server)); free(entrant))
        receive_caller(server, entrant->fd, entrant->peer, NULL);
}

int terminal_server_enter(struct terminal_server *server, const char *peer)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return -1;
    struct entrant *entrant = calloc(1, sizeof *entrant);
    if (!entrant)
        abort();
    entrant->fd = ends[1];
    snprintf(entrant->peer, sizeof entrant->peer, "%s", peer);
    pthread_mutex_lock(&server->lock);
    entrant->next = server->entrants;
    server->entrants = entrant;
    pthread_mutex_unlock(&server->lock);
    events_after(server->events, 0, receive_entrants, server);
    return ends[0];
}

/* ---- the port -------------------------------------------------------------------------------------- */

void terminal_server_keep_alive(struct terminal_server *server, int idle, int interval, int count)
{
    pthread_mutex_lock(&server->lock);
    server->idle = idle;
    server->interval = interval;
    server->count = count;
    pthread_mutex_unlock(&server->lock);
}

struct terminal_server *terminal_server_new(struct machine *machine, struct channels *channels,
                                            const struct terminal_server_options *options,
                                            char *error, size_t size)
{
    struct tls *tls = NULL;
    if (options->certificate && !(tls = tls_new(options->certificate, options->key, error, size)))
        return NULL;
    int fd = event_listen(options->where, error, size);
    if (fd < 0) {
        tls_free(tls);
        return NULL;
    }
    struct terminal_server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->machine = machine;
    server->channels = channels;
    server->events = machine->events;
    server->messages = machine->messages;
    server->tls = tls;
    server->consoles = options->consoles;
    server->console_count = options->console_count;
    server->listener = fd;
    server->idle = options->idle;
    server->interval = options->interval;
    server->count = options->count;
    snprintf(server->system, sizeof server->system, "%s", options->system);
    pthread_mutex_init(&server->lock, NULL);
    events_add(server->events, fd, POLLIN, caller_ready, server);
    return server;
}

int terminal_server_port(const struct terminal_server *server)
{
    return event_port(server->listener);
}

/* A session that hangs up has a timer that would have let it go for its device. */
static void end_session(struct terminal_server *server, struct terminal_session *session)
{
    events_cancel(server->events, session);
    pthread_mutex_lock(&session->lock);
    bool hangs_up = session->hangs_up;
    pthread_mutex_unlock(&session->lock);
    session_close(session);
    if (hangs_up)
        session_release(session);
}

void terminal_server_free(struct terminal_server *server)
{
    if (!server)
        return;
    events_remove(server->events, server->listener);
    events_cancel(server->events, server);
    close(server->listener);
    for (struct entrant *entrant; (entrant = next_entrant(server)); free(entrant))
        close(entrant->fd);
    for (int i = 0; i < MOST_SESSIONS; i++) {
        pthread_mutex_lock(&server->lock);
        struct terminal_session *session = server->sessions[i];
        pthread_mutex_unlock(&server->lock);
        if (session)
            end_session(server, session);
    }
    tls_free(server->tls);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
