/* One thread of libwebsockets' serves everything here. Other threads reach it through
 * lws_cancel_service() alone. */
#include "config.h"

#include "console/http.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libwebsockets.h>

#include "console/control.h"
#include "console/metrics.h"
#include "console/operator.h"
#include "core/thread.h"
#include "devices/terminal/terminal.h"

enum { PIECE = 4096, MOST_UNSENT = 256 * 1024, MOST_DESCRIPTORS = 256 };

/* Which of lws's protocols; the order of protocols[]. */
enum { PAGES, CONTROL, TERMINAL, LINE };

/* Bytes on their way. */
struct stretch {
    uint8_t *bytes;
    size_t length, room;
};

/* A caller, as the protocol that he speaks knows him. */
struct page { uint8_t *text; size_t length; };          /* an answer that is due */

struct talker {                         /* the control protocol */
    struct talker *next;
    struct http *http;
    struct control_session *session;
};

struct bridge {                         /* a terminal: the browser's end */
    struct http *http;
    struct lws *browser;
    struct lws *line;                   /* the terminal server's end; NULL: not yet, or gone */
    int fd;                             /* of the line */
    bool known;                         /* the token has been said */
    bool hung_up;                       /* the server has: close when all is sent */
    char first[CONTROL_TOKEN_SIZE];     /* the token as far as it has come */
    struct stretch to_browser, to_line;
};

struct http {
    struct operator *operator;
    struct control *control;
    char token[CONTROL_TOKEN_SIZE];
    struct lws_context *context;
    struct lws_vhost *vhost;
    pthread_t thread;
    _Atomic bool ending;
    struct talker *talkers;
};

static void append(struct stretch *stretch, const void *bytes, size_t length)
{
    if (stretch->length + length > stretch->room) {
        stretch->room = 2 * (stretch->length + length);
        stretch->bytes = realloc(stretch->bytes, stretch->room);
        if (!stretch->bytes)
            abort();
    }
    if (length > 0)
        memcpy(stretch->bytes + stretch->length, bytes, length);
    stretch->length += length;
}

static void remove_first(struct stretch *stretch, size_t length)
{
    stretch->length -= length;
    memmove(stretch->bytes, stretch->bytes + length, stretch->length);
}

/* ---- who may ask ------------------------------------------------------------------------ */

/* The name that the browser was given must be this host's: a foreign name that leads here
 * (DNS rebinding) makes a foreign page ours. Any port: there may be a tunnel. */
static bool host_is_ours(struct lws *wsi, char *host, int size)
{
    static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
    if (lws_hdr_copy(wsi, host, size, WSI_TOKEN_HOST) <= 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) == 0 && (!host[length] || host[length] == ':'))
            return true;
    }
    return false;
}

/* A browser tells whose page asks; a program need not tell. */
static bool origin_is_ours(struct lws *wsi, const char *host)
{
    char origin[160];
    if (lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) <= 0)
        return true;
    return lws_hdr_copy(wsi, origin, sizeof origin, WSI_TOKEN_ORIGIN) > 0 &&
           strncmp(origin, "http://", 7) == 0 && strcasecmp(origin + 7, host) == 0;
}

static bool caller_is_welcome(struct lws *wsi)
{
    char host[140];
    return host_is_ours(wsi, host, sizeof host) && origin_is_ours(wsi, host);
}

/* "Authorization: Bearer TOKEN". */
static bool has_token(struct http *http, struct lws *wsi)
{
    char words[CONTROL_TOKEN_SIZE + 16];
    return lws_hdr_copy(wsi, words, sizeof words, WSI_TOKEN_HTTP_AUTHORIZATION) > 0 &&
           strncasecmp(words, "Bearer ", 7) == 0 && control_token_equal(http->token, words + 7);
}

/* ---- files and metrics ---------------------------------------------------------------------- */

static const struct { const char *name, *value; } always[] = {
    { "content-security-policy:",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
      "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
    { "x-content-type-options:", "nosniff" },
    { "x-frame-options:", "DENY" },
    { "referrer-policy:", "no-referrer" },
    { "cross-origin-resource-policy:", "same-origin" },
    { "cross-origin-opener-policy:", "same-origin" },
    { "cache-control:", "no-store" },
};

static int send_head(struct lws *wsi, unsigned status, const char *type, size_t length)
{
    uint8_t buffer[LWS_PRE + 2048], *start = buffer + LWS_PRE, *p = start;
    uint8_t *end = buffer + sizeof buffer - 1;
    if (lws_add_http_common_headers(wsi, status, type, length, &p, end))
        return 1;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (lws_add_http_header_by_name(wsi, (const unsigned char *)always[i].name,
                                        (const unsigned char *)always[i].value,
                                        (int)strlen(always[i].value), &p, end))
            return 1;
    return lws_finalize_write_http_header(wsi, start, &p, end);
}

/* The answer is written when there is room for it. */
static int answer(struct lws *wsi, struct page *page, unsigned status, const char *type,
                  const void *bytes, size_t length)
{
    page->text = malloc(LWS_PRE + length + 1);
    if (!page->text)
        abort();
    memcpy(page->text + LWS_PRE, bytes, length);
    page->length = length;
    if (send_head(wsi, status, type, length))
        return 1;
    lws_callback_on_writable(wsi);
    return 0;
}

static int refuse(struct lws *wsi, struct page *page, unsigned status, const char *why)
{
    return answer(wsi, page, status, "text/plain; charset=utf-8", why, strlen(why));
}

static int answer_metrics(struct http *http, struct lws *wsi, struct page *page)
{
    if (!has_token(http, wsi))
        return refuse(wsi, page, 401, "the token is wanted: Authorization: Bearer TOKEN\n");
    pthread_mutex_lock(&http->operator->lock);
    char *text = metrics_text(http->operator);
    pthread_mutex_unlock(&http->operator->lock);
    int result = answer(wsi, page, 200, "text/plain; version=0.0.4", text, strlen(text));
    free(text);
    return result;
}

static int answer_request(struct http *http, struct lws *wsi, struct page *page, const char *path)
{
    if (!caller_is_welcome(wsi))
        return refuse(wsi, page, 403, "this page is for this host's own browsers\n");
    if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) <= 0)
        return refuse(wsi, page, 405, "GET is all there is\n");
    if (strcmp(path, "/metrics") == 0)
        return answer_metrics(http, wsi, page);
    for (const struct web_file *file = web_files; file->name; file++)
        if (strcmp(path + 1, strcmp(path, "/") == 0 ? "" : file->name) == 0)
            return answer(wsi, page, 200, file->type, file->bytes, file->length);
    return refuse(wsi, page, 404, "there is no such page\n");
}

static int pages_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                          size_t length)
{
    struct page *page = user;
    (void)length;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return answer_request(lws_context_user(lws_get_context(wsi)), wsi, page, in);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        if (!page || !page->text)
            return 0;
        lws_write(wsi, page->text + LWS_PRE, page->length, LWS_WRITE_HTTP_FINAL);
        free(page->text);
        page->text = NULL;
        return lws_http_transaction_completed(wsi) ? -1 : 0;
    case LWS_CALLBACK_CLOSED_HTTP:
        if (page) {
            free(page->text);
            page->text = NULL;
        }
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return 1;       /* a WebSocket that is neither for control nor a terminal */
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_RAW_ADOPT:
        return -1;
    default:
        return 0;
    }
}

/* ---- the control protocol ------------------------------------------------------------------------ */

static void talker_wake(void *context)
{
    const struct talker *talker = context;
    lws_cancel_service(talker->http->context);
}

static int talker_write(struct lws *wsi, struct talker *talker)
{
    uint8_t piece[LWS_PRE + PIECE];
    size_t length = control_session_output(talker->session, (char *)piece + LWS_PRE, PIECE);
    if (length > 0) {
        if (lws_write(wsi, piece + LWS_PRE, length, LWS_WRITE_BINARY) < (int)length)
            return -1;
        control_session_sent(talker->session, length);
        lws_callback_on_writable(wsi);
    }
    lws_rx_flow_control(wsi, !control_session_busy(talker->session));
    return control_session_over(talker->session) ? -1 : 0;
}

static void talker_leave(struct talker *talker)
{
    if (!talker->session)
        return;
    for (struct talker **p = &talker->http->talkers; *p; p = &(*p)->next)
        if (*p == talker) {
            *p = talker->next;
            break;
        }
    control_session_leave(talker->session);
    talker->session = NULL;
}

static int talker_begin(struct lws *wsi, struct talker *talker, struct http *http)
{
    talker->http = http;
    talker->session = control_session_new(http->control, http->token, talker_wake, talker);
    if (!talker->session)
        return -1;
    talker->next = http->talkers;
    http->talkers = talker;
    lws_callback_on_writable(wsi);
    return 0;
}

/* A message of the WebSocket is a line. */
static int control_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                            void *in, size_t length)
{
    struct talker *talker = user;
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return !caller_is_welcome(wsi);
    case LWS_CALLBACK_ESTABLISHED:
        return talker_begin(wsi, talker, lws_context_user(lws_get_context(wsi)));
    case LWS_CALLBACK_RECEIVE:
        control_session_feed(talker->session, in, length);
        if (lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0)
            control_session_feed(talker->session, "\n", 1);
        lws_rx_flow_control(wsi, !control_session_busy(talker->session));
        lws_callback_on_writable(wsi);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return talker_write(wsi, talker);
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        lws_callback_on_writable_all_protocol(lws_get_context(wsi), lws_get_protocol(wsi));
        return 0;
    case LWS_CALLBACK_CLOSED:
        talker_leave(talker);
        return 0;
    default:
        return 0;
    }
}

/* ---- terminals: what the browser says goes to the terminal server ----------------------------- */

/* A socket to it, or -1 and why not. */
static int enter_terminals(struct operator *operator, const char **why)
{
    int fd = -1;
    pthread_mutex_lock(&operator->lock);
    *why = operator->terminals ? "the host has no more sockets"
                               : "no terminals: CNSLPORT, or no device for one";
    if (operator->terminals)
        fd = terminal_server_enter(operator->terminals, "the web page");
    pthread_mutex_unlock(&operator->lock);
    return fd;
}

static int close_because(struct lws *wsi, const char *why)
{
    lws_close_reason(wsi, LWS_CLOSE_STATUS_POLICY_VIOLATION, (unsigned char *)why, strlen(why));
    return -1;
}

static int bridge_connect(struct lws *wsi, struct bridge *bridge)
{
    const char *why;
    lws_sock_file_fd_type end = { .filefd = enter_terminals(bridge->http->operator, &why) };
    if (end.filefd < 0)
        return close_because(wsi, why);
    bridge->fd = end.filefd;
    bridge->line = lws_adopt_descriptor_vhost(bridge->http->vhost, LWS_ADOPT_RAW_FILE_DESC, end,
                                              "endicott-line", NULL);
    if (!bridge->line)
        return close_because(wsi, "too many terminals");
    lws_set_opaque_user_data(bridge->line, bridge);
    bridge->known = true;
    return 0;
}

/* The first message is the token; the rest are the terminal's bytes. */
static int from_browser(struct lws *wsi, struct bridge *bridge, const void *bytes, size_t length)
{
    bool whole = lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;
    if (bridge->known) {
        append(&bridge->to_line, bytes, length);
        if (bridge->line)
            lws_callback_on_writable(bridge->line);
        lws_rx_flow_control(wsi, bridge->to_line.length < MOST_UNSENT);
        return 0;
    }
    size_t used = strlen(bridge->first);
    if (used + length >= sizeof bridge->first)
        return close_because(wsi, "this is not the token");
    memcpy(bridge->first + used, bytes, length);
    bridge->first[used + length] = 0;
    if (!whole)
        return 0;
    if (!control_token_equal(bridge->http->token, bridge->first))
        return close_because(wsi, "this is not the token");
    return bridge_connect(wsi, bridge);
}

static int to_browser(struct lws *wsi, struct bridge *bridge)
{
    uint8_t piece[LWS_PRE + PIECE];
    struct stretch *stretch = &bridge->to_browser;
    size_t length = stretch->length < PIECE ? stretch->length : PIECE;
    if (length == 0)
        return bridge->hung_up ? -1 : 0;
    memcpy(piece + LWS_PRE, stretch->bytes, length);
    if (lws_write(wsi, piece + LWS_PRE, length, LWS_WRITE_BINARY) < (int)length)
        return -1;
    remove_first(stretch, length);
    if (bridge->line && stretch->length < MOST_UNSENT)
        lws_rx_flow_control(bridge->line, 1);
    lws_callback_on_writable(wsi);
    return 0;
}

static int terminal_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                             void *in, size_t length)
{
    struct bridge *bridge = user;
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return !caller_is_welcome(wsi);
    case LWS_CALLBACK_ESTABLISHED:
        bridge->http = lws_context_user(lws_get_context(wsi));
        bridge->browser = wsi;
        lws_set_timer_usecs(wsi, 10 * LWS_USEC_PER_SEC);
        return 0;
    case LWS_CALLBACK_TIMER:
        return bridge->known ? 0 : -1;
    case LWS_CALLBACK_RECEIVE:
        return from_browser(wsi, bridge, in, length);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return to_browser(wsi, bridge);
    case LWS_CALLBACK_CLOSED:
        if (bridge->line) {
            lws_set_opaque_user_data(bridge->line, NULL);
            lws_set_timeout(bridge->line, 1, LWS_TO_KILL_ASYNC);
        }
        free(bridge->to_browser.bytes);
        free(bridge->to_line.bytes);
        return 0;
    default:
        return 0;
    }
}

/* ---- the other end of a terminal's bridge --------------------------------------------------------- */

static int from_line(struct lws *wsi, struct bridge *bridge)
{
    uint8_t bytes[PIECE];
    ssize_t n = read(bridge->fd, bytes, sizeof bytes);
    if (n <= 0)
        return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    append(&bridge->to_browser, bytes, (size_t)n);
    if (bridge->to_browser.length >= MOST_UNSENT)
        lws_rx_flow_control(wsi, 0);
    lws_callback_on_writable(bridge->browser);
    return 0;
}

static int to_line(struct lws *wsi, struct bridge *bridge)
{
    struct stretch *stretch = &bridge->to_line;
    if (stretch->length == 0)
        return 0;
    ssize_t n = send(bridge->fd, stretch->bytes, stretch->length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        return -1;
    if (n > 0)
        remove_first(stretch, (size_t)n);
    if (stretch->length > 0)
        lws_callback_on_writable(wsi);
    lws_rx_flow_control(bridge->browser, stretch->length < MOST_UNSENT);
    return 0;
}

static int line_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                         size_t length)
{
    (void)user, (void)in, (void)length;
    struct bridge *bridge = NULL;
    if (reason == LWS_CALLBACK_RAW_RX_FILE || reason == LWS_CALLBACK_RAW_WRITEABLE_FILE ||
        reason == LWS_CALLBACK_RAW_CLOSE_FILE)
        bridge = lws_get_opaque_user_data(wsi);
    switch (reason) {
    case LWS_CALLBACK_RAW_RX_FILE:
        return bridge ? from_line(wsi, bridge) : -1;
    case LWS_CALLBACK_RAW_WRITEABLE_FILE:
        return bridge ? to_line(wsi, bridge) : -1;
    case LWS_CALLBACK_RAW_CLOSE_FILE:
        if (bridge) {
            bridge->line = NULL;
            bridge->hung_up = true;
            lws_callback_on_writable(bridge->browser);
        }
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return 1;
    default:
        return 0;
    }
}

/* ---- the server -------------------------------------------------------------------------------------- */

static const struct lws_protocols protocols[] = {
    [PAGES] = { "http", pages_callback, sizeof(struct page), PIECE, PAGES, NULL, 0 },
    [CONTROL] = { "endicott-control", control_callback, sizeof(struct talker), PIECE, CONTROL,
                  NULL, 0 },
    [TERMINAL] = { "endicott-terminal", terminal_callback, sizeof(struct bridge), PIECE,
                   TERMINAL, NULL, 0 },
    [LINE] = { "endicott-line", line_callback, 0, PIECE, LINE, NULL, 0 },
    { NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void *serve(void *context)
{
    struct http *http = context;
    while (!http->ending && lws_service(http->context, 0) >= 0)
        ;
    return NULL;
}

/* Is the port to be had? The library would not say. */
static bool port_is_free(int port, char *error, size_t size)
{
    char where[24], why[128];
    snprintf(where, sizeof where, "127.0.0.1:%d", port);
    int fd = event_listen(where, why, sizeof why);
    if (fd < 0) {
        snprintf(error, size, "%s", why);
        return false;
    }
    close(fd);
    return true;
}

struct http *http_new(struct operator *operator, struct control *control, int port,
                      const char *token, char *error, size_t size)
{
    if (!port_is_free(port, error, size))
        return NULL;
    struct http *http = calloc(1, sizeof *http);
    if (!http)
        abort();
    http->operator = operator;
    http->control = control;
    snprintf(http->token, sizeof http->token, "%s", token);
    lws_set_log_level(0, NULL);
    struct lws_context_creation_info info = {
        .port = port, .iface = "127.0.0.1", .protocols = protocols, .gid = (gid_t)-1,
        .uid = (uid_t)-1, .user = http, .fd_limit_per_thread = MOST_DESCRIPTORS,
        .options = LWS_SERVER_OPTION_DISABLE_IPV6 | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME |
                   LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .server_string = "Endicott", .timeout_secs = 10, .keepalive_timeout = 5,
    };
    http->context = lws_create_context(&info);
    if (http->context)
        http->vhost = lws_create_vhost(http->context, &info);
    if (!http->vhost || thread_create(&http->thread, NULL, serve, http) != 0) {
        snprintf(error, size, "the web server did not start");
        if (http->context)
            lws_context_destroy(http->context);
        free(http);
        return NULL;
    }
    return http;
}

int http_port(const struct http *http)
{
    return lws_get_vhost_listen_port(http->vhost);
}

void http_free(struct http *http)
{
    if (!http)
        return;
    http->ending = true;
    lws_cancel_service(http->context);
    pthread_join(http->thread, NULL);
    while (http->talkers)           /* they wake the context while they live */
        talker_leave(http->talkers);
    lws_context_destroy(http->context);
    free(http);
}
