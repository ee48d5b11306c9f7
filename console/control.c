#include "config.h"

#include "console/control.h"

#include <stdlib.h>
#include <string.h>

#include "console/control-state.h"
#include "console/metrics.h"
#include "core/thread.h"

/* What a session is told of unasked. */
enum { WANT_MESSAGES = 1, WANT_PSW = 2, WANT_DEVICES = 4 };

/* Unsent bytes from which on events are dropped and requests wait; requests in a queue. */
enum { MOST_UNSENT = 4 << 20, MOST_WAITING = 64 };
/* How often PSW and devices are looked at while somebody wants to know. */
static const uint64_t SAMPLE_NS = 250000000;

struct request {
    struct request *next;
    char line[];
};

struct control_session {
    struct control *control;
    struct control_session *next;       /* under control->lock */
    char *token;                        /* to be said; NULL: trusted */
    char *line;                         /* of the transport: a request not yet whole */
    size_t line_length;
    pthread_t worker;
    json_t *said;                       /* of the worker: what the current command said */

    pthread_mutex_t lock;               /* guards the rest */
    pthread_cond_t changed;
    struct request *requests, **requests_end;
    unsigned waiting;
    bool working;                       /* a request is being carried out */
    bool fed, over;                     /* no more requests will come; no more output */
    bool stranger;                      /* the token has not been said */
    _Atomic bool left;                  /* the transport has gone: also read without the lock */
    char *out;
    size_t out_length, out_room;
    unsigned wants;
    uint64_t heard;                     /* sequence of the last message queued */
    unsigned lost;                      /* events dropped since the last one queued */
    void (*wake)(void *);
    void *context;
};

struct control {
    struct operator *operator;
    pthread_mutex_t lock;               /* before a session's */
    pthread_cond_t ended;
    struct control_session *sessions;
    unsigned count;
    bool sampling;                      /* the timer runs */
    json_t *psws, *devices;             /* at the last sample; of the events' thread */
    bool ending;
};

/* ---- output ------------------------------------------------------------------------------- */

/* Under the session's lock. */
static void queue_text(struct control_session *session, const char *text)
{
    size_t length = strlen(text);
    if (session->left || session->over)
        return;
    if (session->out_length + length + 1 > session->out_room) {
        session->out_room = 2 * (session->out_length + length) + 1024;
        session->out = realloc(session->out, session->out_room);
        if (!session->out)
            abort();
    }
    memcpy(session->out + session->out_length, text, length);
    session->out[session->out_length + length] = '\n';
    session->out_length += length + 1;
    session->wake(session->context);
}

/* Takes the object. Under the session's lock. */
static void queue_object(struct control_session *session, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    if (text)
        queue_text(session, text);
    free(text);
    json_decref(object);
}

/* An event is dropped when the caller does not read; he is told how many were. */
static void queue_event(struct control_session *session, const char *text)
{
    if (session->out_length > MOST_UNSENT) {
        session->lost++;
        return;
    }
    if (session->lost > 0)
        queue_object(session, json_pack("{ss si}", "event", "lost", "count", (int)session->lost));
    session->lost = 0;
    queue_text(session, text);
}

/* To everybody who wants this kind; takes the object. */
static void tell(struct control *control, unsigned kind, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    pthread_mutex_lock(&control->lock);
    for (struct control_session *s = control->sessions; s && text; s = s->next) {
        pthread_mutex_lock(&s->lock);
        if (s->wants & kind)
            queue_event(s, text);
        pthread_mutex_unlock(&s->lock);
    }
    pthread_mutex_unlock(&control->lock);
    free(text);
}

static json_t *message_event(const struct message *m)
{
    json_t *event = state_message(m);
    json_object_set_new(event, "event", json_string("message"));
    return event;
}

/* Every message, on its speaker's thread: to those who subscribed, and to the session whose
 * command has just said it. */
static void hear(void *context, const struct message *m)
{
    struct control *control = context;
    char *text = NULL;
    pthread_mutex_lock(&control->lock);
    for (struct control_session *s = control->sessions; s; s = s->next) {
        if (pthread_equal(pthread_self(), s->worker) && s->said)
            json_array_append_new(s->said, state_message(m));
        pthread_mutex_lock(&s->lock);
        if (s->wants & WANT_MESSAGES && m->sequence > s->heard) {
            if (!text) {
                json_t *event = message_event(m);
                text = json_dumps(event, JSON_COMPACT);
                json_decref(event);
            }
            s->heard = m->sequence;
            if (text)
                queue_event(s, text);
        }
        pthread_mutex_unlock(&s->lock);
    }
    pthread_mutex_unlock(&control->lock);
    free(text);
}

/* ---- samples: PSWs and devices, while somebody wants them --------------------------------------- */

static unsigned wanted_by_any(struct control *control)
{
    unsigned wants = 0;
    pthread_mutex_lock(&control->lock);
    for (struct control_session *s = control->sessions; s; s = s->next) {
        pthread_mutex_lock(&s->lock);
        wants |= s->wants;
        pthread_mutex_unlock(&s->lock);
    }
    pthread_mutex_unlock(&control->lock);
    return wants & (WANT_PSW | WANT_DEVICES);
}

static json_t *psw_event(json_t *cpu)
{
    json_t *event = json_copy(cpu);
    json_object_set_new(event, "event", json_string("psw"));
    return event;
}

static void sample_psws(struct control *control)
{
    struct machine *machine = control->operator->machine;
    json_t *now = json_array();
    for (int i = 0; i < machine->ncpus; i++)
        json_array_append_new(now, state_cpu(control->operator, machine->cpus[i]));
    for (size_t i = 0; i < json_array_size(now); i++)
        if (!json_equal(json_array_get(now, i), json_array_get(control->psws, i)))
            tell(control, WANT_PSW, psw_event(json_array_get(now, i)));
    json_decref(control->psws);
    control->psws = now;
}

static json_t *find_device(json_t *devices, json_t *number)
{
    size_t i;
    json_t *device;
    json_array_foreach(devices, i, device)
        if (json_equal(json_object_get(device, "device"), number))
            return device;
    return NULL;
}

static json_t *device_event(json_t *device, const char *change)
{
    json_t *event = json_copy(device);
    json_object_set_new(event, "event", json_string("device"));
    json_object_set_new(event, "change", json_string(change));
    return event;
}

static void tell_device(struct control *control, const char *change, json_t *device)
{
    tell(control, WANT_DEVICES, device_event(device, change));
}

static void sample_devices(struct control *control)
{
    json_t *now = state_devices(control->operator), *device;
    size_t i;
    json_array_foreach(now, i, device) {
        json_t *before = find_device(control->devices, json_object_get(device, "device"));
        if (!before)
            tell_device(control, "attached", device);
        else if (!json_equal(before, device))
            tell_device(control, "changed", device);
    }
    json_array_foreach(control->devices, i, device)
        if (!find_device(now, json_object_get(device, "device")))
            tell_device(control, "detached", device);
    json_decref(control->devices);
    control->devices = now;
}

/* On the events' thread. A command that is being carried out is not waited for. */
static void sample(void *context)
{
    struct control *control = context;
    struct operator *operator = control->operator;
    unsigned wants = wanted_by_any(control);
    if (wants && pthread_mutex_trylock(&operator->lock) == 0) {
        if (wants & WANT_PSW)
            sample_psws(control);
        if (wants & WANT_DEVICES)
            sample_devices(control);
        pthread_mutex_unlock(&operator->lock);
    }
    pthread_mutex_lock(&control->lock);
    control->sampling = wants && !control->ending;
    if (control->sampling)
        events_after(operator->machine->events, SAMPLE_NS, sample, control);
    pthread_mutex_unlock(&control->lock);
}

static void start_sampling(struct control *control)
{
    pthread_mutex_lock(&control->lock);
    if (!control->sampling && !control->ending) {
        control->sampling = true;
        events_after(control->operator->machine->events, SAMPLE_NS, sample, control);
    }
    pthread_mutex_unlock(&control->lock);
}

/* ---- requests -------------------------------------------------------------------------------------- */

/* Each puts its answer into `reply`; false: `reply` has an "error" instead. */
typedef bool request_function(struct control_session *, json_t *request, json_t *reply);

static bool refuse(json_t *reply, const char *why)
{
    json_object_set_new(reply, "error", json_text(why));
    return false;
}

static bool do_command(struct control_session *session, json_t *request, json_t *reply)
{
    static const char *const results[] = {
        [COMMAND_DONE] = "done", [COMMAND_FAILED] = "failed", [COMMAND_WRONG] = "wrong",
        [COMMAND_UNKNOWN] = "unknown"
    };
    const char *line = json_string_value(json_object_get(request, "line"));
    if (!line || strpbrk(line, "\n\r"))
        return refuse(reply, "\"command\" needs a \"line\", a text of one line");
    session->said = json_array();
    enum command_result result = operator_command_aside(session->control->operator, line,
                                                        &session->left);
    json_t *said = session->said;
    session->said = NULL;
    json_object_set_new(reply, "result", json_string(results[result]));
    json_object_set_new(reply, "messages", said);
    return result == COMMAND_DONE;
}

static bool do_system(struct control_session *session, json_t *request, json_t *reply)
{
    (void)request;
    json_object_set_new(reply, "system", state_system(session->control->operator));
    return true;
}

static bool do_devices(struct control_session *session, json_t *request, json_t *reply)
{
    (void)request;
    json_object_set_new(reply, "devices", state_devices(session->control->operator));
    return true;
}

static bool do_commands(struct control_session *session, json_t *request, json_t *reply)
{
    (void)session, (void)request;
    json_object_set_new(reply, "commands", state_commands());
    return true;
}

static bool do_metrics(struct control_session *session, json_t *request, json_t *reply)
{
    (void)request;
    char *text = metrics_text(session->control->operator);
    json_object_set_new(reply, "metrics", json_text(text));
    free(text);
    return true;
}

/* The CPU that a request names, else the operator's. */
static struct cpu *wanted_cpu(struct operator *operator, json_t *request)
{
    json_t *number = json_object_get(request, "cpu");
    if (!number)
        return operator_cpu(operator);
    json_int_t i = json_is_integer(number) ? json_integer_value(number) : -1;
    return i >= 0 && i < operator->machine->ncpus ? operator->machine->cpus[i] : NULL;
}

static bool do_registers(struct control_session *session, json_t *request, json_t *reply)
{
    struct operator *operator = session->control->operator;
    struct cpu *cpu = wanted_cpu(operator, request);
    if (!cpu)
        return refuse(reply, "there is no such \"cpu\"");
    json_object_set_new(reply, "registers", state_registers(operator, cpu));
    return true;
}

/* "address": "1F000" and a number that is at most `most`; `first` if it is not given. */
static bool take_range(json_t *request, json_t *reply, const char *name, unsigned first,
                       unsigned most, uint64_t *address, unsigned *count)
{
    const char *word = json_string_value(json_object_get(request, "address"));
    json_t *number = json_object_get(request, name);
    char why[100];
    if (!word || !parse_hex(word, 0xFFFFFFFF, address))
        return refuse(reply, "\"address\" should be a text of hexadecimal digits");
    json_int_t value = number ? json_integer_value(number) : (json_int_t)first;
    if ((number && !json_is_integer(number)) || value < 1 || value > (json_int_t)most) {
        snprintf(why, sizeof why, "\"%s\" should be a number from 1 to %u", name, most);
        return refuse(reply, why);
    }
    *count = (unsigned)value;
    return true;
}

static bool do_storage(struct control_session *session, json_t *request, json_t *reply)
{
    uint64_t address;
    unsigned length;
    char why[100] = "";
    const char *view = json_string_value(json_object_get(request, "view"));
    if (!take_range(request, reply, "length", 256, 65536, &address, &length))
        return false;
    json_t *storage = state_storage(session->control->operator, view ? view : "real", address,
                                    length, why, sizeof why);
    if (!storage)
        return refuse(reply, why);
    json_object_set_new(reply, "storage", storage);
    return true;
}

static bool do_instructions(struct control_session *session, json_t *request, json_t *reply)
{
    uint64_t address;
    unsigned count;
    char why[100] = "";
    if (!take_range(request, reply, "count", 16, 1024, &address, &count))
        return false;
    json_t *list = state_instructions(session->control->operator, address, count, why, sizeof why);
    if (!list)
        return refuse(reply, why);
    json_object_set_new(reply, "instructions", list);
    return true;
}

static void replay(void *context, const struct message *m)
{
    struct control_session *session = context;
    json_t *event = message_event(m);
    char *text = json_dumps(event, JSON_COMPACT);
    if (text)
        queue_event(session, text);
    free(text);
    json_decref(event);
    session->heard = m->sequence;
}

/* "to": some of "messages", "psw", "devices"; 0 if anything else is in it. */
static unsigned take_subjects(json_t *request)
{
    static const struct { const char *word; unsigned want; } subjects[] = {
        { "messages", WANT_MESSAGES }, { "psw", WANT_PSW }, { "devices", WANT_DEVICES }
    };
    unsigned wants = 0;
    size_t i;
    json_t *word;
    json_array_foreach(json_object_get(request, "to"), i, word) {
        unsigned want = 0;
        for (size_t j = 0; j < sizeof subjects / sizeof *subjects; j++)
            if (json_is_string(word) && strcmp(json_string_value(word), subjects[j].word) == 0)
                want = subjects[j].want;
        if (!want)
            return 0;
        wants |= want;
    }
    return wants;
}

static const char *const subjects_wrong =
    "\"to\" should be a list of some of \"messages\", \"psw\" and \"devices\"";

/* Who begins to listen is told first how things stand. With the operator's lock, as all who
 * look at the devices have it: what changes later comes later. */
static void tell_state(struct control_session *session, unsigned wants)
{
    struct operator *operator = session->control->operator;
    json_t *devices = wants & WANT_DEVICES ? state_devices(operator) : NULL, *device;
    size_t i;
    pthread_mutex_lock(&session->lock);
    for (int j = 0; wants & WANT_PSW && j < operator->machine->ncpus; j++) {
        json_t *cpu = state_cpu(operator, operator->machine->cpus[j]);
        queue_object(session, psw_event(cpu));
        json_decref(cpu);
    }
    json_array_foreach(devices, i, device)
        queue_object(session, device_event(device, "attached"));
    session->wants |= wants;
    pthread_mutex_unlock(&session->lock);
    json_decref(devices);
}

/* Messages are replayed under the session's lock: a message that is being said meanwhile
 * comes after them, and once. */
static bool do_subscribe(struct control_session *session, json_t *request, json_t *reply)
{
    unsigned wants = take_subjects(request);
    json_t *last = json_object_get(request, "last");
    json_int_t count = json_integer_value(last);
    if (!wants)
        return refuse(reply, subjects_wrong);
    if (count < 0 || count > 100000 || (last && !json_is_integer(last)))
        return refuse(reply, "\"last\" should be a number from 0 to 100000");
    pthread_mutex_lock(&session->lock);
    bool new_messages = wants & ~session->wants & WANT_MESSAGES;
    unsigned new_state = wants & ~session->wants & (WANT_PSW | WANT_DEVICES);
    session->wants |= wants & WANT_MESSAGES;
    if (new_messages && count > 0)
        history_replay(session->control->operator->history, (unsigned)count, replay, session);
    pthread_mutex_unlock(&session->lock);
    if (new_state) {
        tell_state(session, new_state);
        start_sampling(session->control);
    }
    return true;
}

static bool do_unsubscribe(struct control_session *session, json_t *request, json_t *reply)
{
    unsigned wants = take_subjects(request);
    if (!wants)
        return refuse(reply, subjects_wrong);
    pthread_mutex_lock(&session->lock);
    session->wants &= ~wants;
    pthread_mutex_unlock(&session->lock);
    return true;
}

static const struct {
    const char *name;
    request_function *run;
    bool locked;            /* needs the operator's lock: looks at machine and devices */
} verbs[] = {
    { "command", do_command, false },
    { "commands", do_commands, false },
    { "devices", do_devices, true },
    { "instructions", do_instructions, true },
    { "metrics", do_metrics, true },
    { "registers", do_registers, true },
    { "storage", do_storage, true },
    { "subscribe", do_subscribe, true },
    { "system", do_system, true },
    { "unsubscribe", do_unsubscribe, false },
};

static bool run_verb(struct control_session *session, const char *verb, json_t *request,
                     json_t *reply)
{
    struct operator *operator = session->control->operator;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, verb) != 0)
            continue;
        if (verbs[i].locked)
            pthread_mutex_lock(&operator->lock);
        bool done = verbs[i].run(session, request, reply);
        if (verbs[i].locked)
            pthread_mutex_unlock(&operator->lock);
        return done;
    }
    char why[200] = "\"do\" should be one of";
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        snprintf(why + strlen(why), sizeof why - strlen(why), " %s", verbs[i].name);
    return refuse(reply, why);
}

/* ---- the token ------------------------------------------------------------------------------------- */

/* A stranger's line: the token, or it was his last. */
/* Sessions that have not ended, of strangers or not; the oldest of them. Under control->lock. */
static unsigned count_sessions(struct control *control, bool strangers,
                               struct control_session **oldest)
{
    unsigned count = 0;
    for (struct control_session *s = control->sessions; s; s = s->next) {
        pthread_mutex_lock(&s->lock);
        bool counts = s->stranger == strangers && !s->left && !s->over;
        pthread_mutex_unlock(&s->lock);
        count += counts;
        if (counts)
            *oldest = s;
    }
    return count;
}

/* Is there room among those who may do everything? */
static bool has_room(struct control *control)
{
    struct control_session *oldest;
    return count_sessions(control, false, &oldest) < CONTROL_SESSIONS;
}

static bool admit(struct control_session *session)
{
    struct control *control = session->control;
    pthread_mutex_lock(&control->lock);
    bool room = has_room(control);
    pthread_mutex_lock(&session->lock);
    session->stranger = !room;
    pthread_mutex_unlock(&session->lock);
    pthread_mutex_unlock(&control->lock);
    return room;
}

static bool take_token(struct control_session *session, json_t *request, json_t *reply)
{
    const char *token = json_string_value(json_object_get(request, "token"));
    if (!token)
        return refuse(reply, "the token comes first: {\"token\":\"...\"}");
    if (!control_token_equal(session->token, token))
        return refuse(reply, "this is not the token");
    if (!admit(session))
        return refuse(reply, "too many callers");
    free(session->token);
    session->token = NULL;
    return true;
}

/* ---- a session ------------------------------------------------------------------------------------- */

static void hang_up(struct control_session *session)
{
    pthread_mutex_lock(&session->lock);
    session->over = true;
    if (!session->left)
        session->wake(session->context);
    pthread_mutex_unlock(&session->lock);
}

/* A reply waits until the caller has read most of what he was sent before. */
static void send_reply(struct control_session *session, json_t *reply)
{
    pthread_mutex_lock(&session->lock);
    while (session->out_length > MOST_UNSENT && !session->left)
        pthread_cond_wait(&session->changed, &session->lock);
    queue_object(session, reply);
    pthread_mutex_unlock(&session->lock);
}

static void carry_out(struct control_session *session, const char *line)
{
    json_error_t error;
    json_t *request = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    json_t *reply = json_object();
    const char *verb = json_string_value(json_object_get(request, "do"));
    bool stranger = session->token, done = false;
    if (json_object_get(request, "id"))
        json_object_set(reply, "id", json_object_get(request, "id"));
    if (!json_is_object(request))
        refuse(reply, request ? "a request should be an object: {\"do\":\"system\"}" : error.text);
    else if (stranger)
        done = take_token(session, request, reply);
    else if (!verb)     /* a token that was not needed */
        done = json_object_get(request, "token") || refuse(reply, "\"do\" is missing");
    else
        done = run_verb(session, verb, request, reply);
    json_object_set_new(reply, "ok", json_boolean(done));
    send_reply(session, reply);
    if (stranger && !done)
        hang_up(session);
    json_decref(request);
}

/* The next request; NULL when there will be none. */
static struct request *next_request(struct control_session *session)
{
    pthread_mutex_lock(&session->lock);
    session->working = false;
    while (!session->requests && !(session->fed && !session->wants) && !session->left &&
           !session->over)
        pthread_cond_wait(&session->changed, &session->lock);
    struct request *request = session->left || session->over ? NULL : session->requests;
    session->working = request != NULL;
    if (request) {
        session->requests = request->next;
        if (!session->requests)
            session->requests_end = &session->requests;
        if (session->waiting-- == MOST_WAITING)
            session->wake(session->context);
    }
    pthread_mutex_unlock(&session->lock);
    return request;
}

static void session_free(struct control_session *session)
{
    for (struct request *r; (r = session->requests); free(r))
        session->requests = r->next;
    pthread_mutex_destroy(&session->lock);
    pthread_cond_destroy(&session->changed);
    free(session->token);
    free(session->line);
    free(session->out);
    free(session);
}

/* The session's thread: requests in order, until both the caller and the transport have
 * gone. */
static void *work(void *context)
{
    struct control_session *session = context;
    struct control *control = session->control;
    struct request *request;
    pthread_mutex_lock(&control->lock);     /* until the session is in the list */
    pthread_mutex_unlock(&control->lock);
    while ((request = next_request(session))) {
        carry_out(session, request->line);
        free(request);
    }
    hang_up(session);
    pthread_mutex_lock(&session->lock);
    while (!session->left)
        pthread_cond_wait(&session->changed, &session->lock);
    pthread_mutex_unlock(&session->lock);
    pthread_mutex_lock(&control->lock);
    for (struct control_session **p = &control->sessions; *p; p = &(*p)->next)
        if (*p == session) {
            *p = session->next;
            break;
        }
    session_free(session);
    control->count--;
    pthread_cond_broadcast(&control->ended);
    pthread_mutex_unlock(&control->lock);
    return NULL;
}

static void greet(struct control_session *session)
{
    struct operator *operator = session->control->operator;
    queue_object(session, json_pack("{ss si ss so sb}", "event", "hello", "protocol",
                                    CONTROL_PROTOCOL, "program", PACKAGE_STRING, "system",
                                    json_text(session->token ? "" :
                                              operator->machine->options.lparname),
                                    "token", session->token != NULL));
}

/* Under control->lock. */
static void make_room_for_stranger(struct control *control)
{
    struct control_session *oldest;
    if (count_sessions(control, true, &oldest) < CONTROL_STRANGERS)
        return;
    pthread_mutex_lock(&oldest->lock);
    queue_object(oldest, json_pack("{sb ss}", "ok", 0, "error", "the token was not said in time"));
    oldest->over = true;
    pthread_cond_broadcast(&oldest->changed);
    oldest->wake(oldest->context);
    pthread_mutex_unlock(&oldest->lock);
}

struct control_session *control_session_new(struct control *control, const char *token,
                                            void (*wake)(void *), void *context)
{
    struct control_session *session = calloc(1, sizeof *session);
    if (!session || !(session->line = malloc(CONTROL_LONGEST_LINE + 1)))
        abort();
    session->control = control;
    session->token = token ? strdup(token) : NULL;
    session->stranger = token;
    session->wake = wake;
    session->context = context;
    session->requests_end = &session->requests;
    pthread_mutex_init(&session->lock, NULL);
    pthread_cond_init(&session->changed, NULL);
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_mutex_lock(&control->lock);
    if (token)
        make_room_for_stranger(control);
    bool taken = (token || has_room(control)) && !control->ending &&
                 thread_create(&session->worker, &detached, work, session) == 0;
    if (taken) {
        session->next = control->sessions;
        control->sessions = session;
        control->count++;
    }
    pthread_attr_destroy(&detached);
    if (taken) {
        pthread_mutex_lock(&session->lock);
        greet(session);
        pthread_mutex_unlock(&session->lock);
    }
    pthread_mutex_unlock(&control->lock);
    if (!taken) {
        session_free(session);
        return NULL;
    }
    return session;
}

/* ---- the transport's side ------------------------------------------------------------------------ */

static void add_request(struct control_session *session)
{
    struct request *request = malloc(sizeof *request + session->line_length + 1);
    if (!request)
        abort();
    memcpy(request->line, session->line, session->line_length);
    request->line[session->line_length] = 0;
    request->next = NULL;
    pthread_mutex_lock(&session->lock);
    *session->requests_end = request;
    session->requests_end = &request->next;
    session->waiting++;
    pthread_cond_broadcast(&session->changed);
    pthread_mutex_unlock(&session->lock);
    session->line_length = 0;
}

static void refuse_line(struct control_session *session)
{
    pthread_mutex_lock(&session->lock);
    queue_object(session, json_pack("{sb ss}", "ok", 0, "error",
                                    "a line has at most 65536 bytes"));
    session->over = true;
    pthread_cond_broadcast(&session->changed);
    pthread_mutex_unlock(&session->lock);
}

void control_session_feed(struct control_session *session, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            if (session->line_length > 0)
                add_request(session);
        } else if (session->line_length == CONTROL_LONGEST_LINE) {
            refuse_line(session);
            return;
        } else if (bytes[i] != '\r') {
            session->line[session->line_length++] = bytes[i];
        }
    }
}

void control_session_feed_end(struct control_session *session)
{
    if (session->line_length > 0)
        add_request(session);
    pthread_mutex_lock(&session->lock);
    session->fed = true;
    pthread_cond_broadcast(&session->changed);
    pthread_mutex_unlock(&session->lock);
}

bool control_session_busy(struct control_session *session)
{
    pthread_mutex_lock(&session->lock);
    bool busy = session->waiting >= MOST_WAITING || session->fed || session->over;
    pthread_mutex_unlock(&session->lock);
    return busy;
}

size_t control_session_output(struct control_session *session, char *bytes, size_t size)
{
    pthread_mutex_lock(&session->lock);
    size_t length = session->out_length < size ? session->out_length : size;
    if (length > 0)
        memcpy(bytes, session->out, length);
    pthread_mutex_unlock(&session->lock);
    return length;
}

void control_session_sent(struct control_session *session, size_t length)
{
    pthread_mutex_lock(&session->lock);
    session->out_length -= length;
    memmove(session->out, session->out + length, session->out_length);
    pthread_cond_broadcast(&session->changed);
    pthread_mutex_unlock(&session->lock);
}

bool control_session_over(struct control_session *session)
{
    pthread_mutex_lock(&session->lock);
    bool over = session->over && session->out_length == 0;
    pthread_mutex_unlock(&session->lock);
    return over;
}

void control_session_leave(struct control_session *session)
{
    pthread_mutex_lock(&session->lock);
    session->left = true;
    session->wants = 0;
    pthread_cond_broadcast(&session->changed);
    pthread_mutex_unlock(&session->lock);
}

/* ---- all of them ------------------------------------------------------------------------------------ */

struct control *control_new(struct operator *operator)
{
    struct control *control = calloc(1, sizeof *control);
    if (!control)
        abort();
    control->operator = operator;
    pthread_mutex_init(&control->lock, NULL);
    pthread_cond_init(&control->ended, NULL);
    messages_listen(operator->messages, hear, control);
    return control;
}

static bool is_settled(struct control *control)
{
    bool settled = true;
    pthread_mutex_lock(&control->lock);
    for (struct control_session *s = control->sessions; s; s = s->next) {
        pthread_mutex_lock(&s->lock);
        if (!s->left && (s->working || s->requests || s->out_length > 0))
            settled = false;
        pthread_mutex_unlock(&s->lock);
    }
    pthread_mutex_unlock(&control->lock);
    return settled;
}

void control_settle(struct control *control)
{
    enum { NAPS = 100, NAP_NS = 5000000 };
    for (int i = 0; i < NAPS && !is_settled(control); i++)
        clock_host_sleep(NAP_NS);
}

void control_free(struct control *control)
{
    if (!control)
        return;
    pthread_mutex_lock(&control->lock);
    control->ending = true;
    while (control->count > 0)
        pthread_cond_wait(&control->ended, &control->lock);
    pthread_mutex_unlock(&control->lock);
    events_cancel(control->operator->machine->events, control);
    messages_unlisten(control->operator->messages, hear, control);
    json_decref(control->psws);
    json_decref(control->devices);
    pthread_mutex_destroy(&control->lock);
    pthread_cond_destroy(&control->ended);
    free(control);
}
