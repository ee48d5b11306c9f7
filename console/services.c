#include "config.h"

#include "console/services.h"

#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/control-socket.h"
#include "console/control.h"
#include "console/http.h"

static bool can_serve(struct operator *operator, const char *what)
{
    if (operator->machine->clock.is_virtual) {
        message(operator->messages, HHC20081W, what, "in virtual time nobody can");
        return false;
    }
    if (!operator->control)
        operator->control = control_new(operator);
    if (!operator->control)
        message(operator->messages, HHC20081W, what, "this program was built without jansson");
    return operator->control;
}

/* Without a token in the configuration each session has a new one. */
static void need_token(char token[CONTROL_TOKEN_SIZE])
{
    if (!*token)
        control_token_make(token);
}

static void open_control(struct operator *operator)
{
    struct settings *s = &operator->settings;
    char path[sizeof s->control], error[128];
    bool usual = same_word(s->control, "default");
    if (!*s->control || operator->control_socket)
        return;
    if (usual && operator->machine->clock.is_virtual)
        return;
    if (usual)
        control_default_path(path, sizeof path);
    else
        strcpy(path, s->control);
    if (!can_serve(operator, path))
        return;
    need_token(s->token);
    operator->control_socket = control_socket_new(operator->control, operator->machine->events,
                                                  path, s->token, error, sizeof error);
    if (!operator->control_socket)
        message(operator->messages, HHC20081W, path, error);
    else if (control_socket_is_local(operator->control_socket))
        message(operator->messages, HHC20080I, path);
    else
        message(operator->messages, HHC20082I, control_socket_port(operator->control_socket),
                s->token);
}

static void open_http(struct operator *operator)
{
    struct settings *s = &operator->settings;
    char where[40], error[128];
    if (!s->http || operator->http)
        return;
    snprintf(where, sizeof where, "HTTP port %d", s->http_port);
    if (!can_serve(operator, where))
        return;
    need_token(s->token);
    operator->http = http_new(operator, operator->control, s->http_port, s->token, error,
                              sizeof error);
    if (operator->http)
        message(operator->messages, HHC20084I, http_port(operator->http), s->token);
    else
        message(operator->messages, HHC20081W, where, error);
}

void services_open(struct operator *operator)
{
    if (!operator->powered)
        return;
    open_control(operator);
    open_http(operator);
}

void services_close(struct operator *operator)
{
    if (operator->control)
        control_settle(operator->control);
    http_free(operator->http);
    operator->http = NULL;
    control_socket_free(operator->control_socket);
    operator->control_socket = NULL;
    control_free(operator->control);
    operator->control = NULL;
}

void operator_offer_control(struct operator *operator)
{
#ifdef HAVE_JANSSON
    strcpy(operator->settings.control, "default");
#else
    (void)operator;
#endif
}

/* ---- CONTROL --------------------------------------------------------------------------- */

static bool is_place(const char *word)
{
    const char *colon = strrchr(word, ':');
    int64_t port;
    if (strchr(word, '/'))
        return true;
    return parse_decimal(colon ? colon + 1 : word, 0, 65535, &port) && colon != word;
}

static bool is_token(const char *word)
{
    size_t length = strlen(word);
    return length >= 8 && length < CONTROL_TOKEN_SIZE && strspn(word,
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") == length;
}

static bool set_token(struct operator *operator, const char *word)
{
    if (!is_token(word)) {
        message(operator->messages, HHC20083E, CONTROL_TOKEN_SIZE - 1);
        return false;
    }
    strcpy(operator->settings.token, word);
    return true;
}

enum command_result command_control(struct operator *operator, const struct call *call)
{
    struct settings *s = &operator->settings;
    int i = 1;
    if (call->argc == 1) {
        message(operator->messages, HHC02203I, "CONTROL", *s->control ? s->control : "off");
        return COMMAND_DONE;
    }
    const char *place = same_word(call->argv[1], "token") ? NULL : call->argv[i++];
    if (place && (strlen(place) >= sizeof s->control ||
                  (!same_word(place, "off") && !same_word(place, "default") && !is_place(place))))
        return COMMAND_WRONG;
    if (i < call->argc && (i + 2 != call->argc || !same_word(call->argv[i], "token")))
        return COMMAND_WRONG;
    if (i < call->argc && !set_token(operator, call->argv[i + 1]))
        return COMMAND_FAILED;
    if (place)
        strcpy(s->control, same_word(place, "off") ? "" : place);
    control_socket_free(operator->control_socket);
    operator->control_socket = NULL;
    services_open(operator);
    if (!operator->powered || !*s->control)
        message(operator->messages, HHC02204I, "CONTROL", *s->control ? s->control : "off");
    return COMMAND_DONE;
}

/* ---- HTTP, with the field's words ------------------------------------------------------- */

static enum command_result show_http(struct operator *operator)
{
    char text[24] = "off";
    if (operator->settings.http)
        snprintf(text, sizeof text, "PORT %d", operator->settings.http_port);
    message(operator->messages, HHC02203I, "HTTP", text);
    return COMMAND_DONE;
}

/* The server's thread may want the operator's lock while it ends, so we have not got it. */
static void reopen_http(struct operator *operator)
{
    pthread_mutex_lock(&operator->lock);
    struct http *old = operator->http;
    operator->http = NULL;
    pthread_mutex_unlock(&operator->lock);
    http_free(old);
    pthread_mutex_lock(&operator->lock);
    services_open(operator);
    pthread_mutex_unlock(&operator->lock);
}

/* AUTH's password is the token; there is no access without one. NOAUTH may have a user and a
 * password behind it, as in the field's sample configuration. */
static bool set_access(struct operator *operator, int argc, char *const *argv)
{
    if (argc == 0)
        return true;
    if ((argc == 1 || argc == 3) && same_word(argv[0], "noauth")) {
        message(operator->messages, HHC20042W, "NOAUTH", "the page always wants the token");
        return true;
    }
    if (argc != 3 || !same_word(argv[0], "auth"))
        return false;
    if (!set_token(operator, argv[2]))
        message(operator->messages, HHC20042W, "AUTH", "the password is no token; one is made, and shown");
    return true;
}

static enum command_result set_port(struct operator *operator, int argc, char *const *argv)
{
    int64_t port;
    if (argc == 0 || !parse_decimal(argv[0], 0, 65535, &port))
        return COMMAND_WRONG;
    if (!set_access(operator, argc - 1, argv + 1))
        return COMMAND_WRONG;
    operator->settings.http = true;
    operator->settings.http_port = (int)port;
    reopen_http(operator);
    return operator->powered ? COMMAND_DONE : show_http(operator);
}

enum command_result command_http(struct operator *operator, const struct call *call)
{
    const char *word = call->argc > 1 ? call->argv[1] : "";
    if (call->argc == 1)
        return show_http(operator);
    if (same_word(word, "port"))
        return set_port(operator, call->argc - 2, call->argv + 2);
    if (same_word(word, "root")) {
        message(operator->messages, HHC20042W, "HTTP ROOT", "the page is part of the program");
        return COMMAND_DONE;
    }
    if (same_word(word, "token") && call->argc == 3) {
        if (!set_token(operator, call->argv[2]))
            return COMMAND_FAILED;
    } else if (same_word(word, "start") && call->argc == 2 && operator->settings.http_port) {
        operator->settings.http = true;
    } else if (same_word(word, "stop") && call->argc == 2) {
        operator->settings.http = false;
    } else {
        return COMMAND_WRONG;
    }
    reopen_http(operator);
    return COMMAND_DONE;
}

enum command_result command_httpport(struct operator *operator, const struct call *call)
{
    return set_port(operator, call->argc - 1, call->argv + 1);
}
