#include "core/message.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/messages.h"

enum { MAX_LISTENERS = 32 };

struct messages {
    pthread_mutex_t lock;
    struct message_level level;
    uint64_t sequence;
    int count;
    struct {
        message_listener *call;
        void *context;
        bool overhears;
    } listeners[MAX_LISTENERS];
};

struct messages *messages_new(void)
{
    struct messages *messages = calloc(1, sizeof *messages);
    if (!messages)
        abort();
    pthread_mutex_init(&messages->lock, NULL);
    messages->level.confirms = true;
    return messages;
}

void messages_free(struct messages *messages)
{
    if (!messages)
        return;
    pthread_mutex_destroy(&messages->lock);
    free(messages);
}

static void add_listener(struct messages *messages, message_listener *call, void *context,
                         bool overhears)
{
    pthread_mutex_lock(&messages->lock);
    if (messages->count < MAX_LISTENERS) {
        messages->listeners[messages->count].call = call;
        messages->listeners[messages->count].overhears = overhears;
        messages->listeners[messages->count++].context = context;
    }
    pthread_mutex_unlock(&messages->lock);
}

void messages_listen(struct messages *messages, message_listener *call, void *context)
{
    add_listener(messages, call, context, false);
}

void messages_overhear(struct messages *messages, message_listener *call, void *context)
{
    add_listener(messages, call, context, true);
}

void messages_unlisten(struct messages *messages, message_listener *call, void *context)
{
    pthread_mutex_lock(&messages->lock);
    int kept = 0;
    for (int i = 0; i < messages->count; i++)
        if (messages->listeners[i].call != call || messages->listeners[i].context != context)
            messages->listeners[kept++] = messages->listeners[i];
    messages->count = kept;
    pthread_mutex_unlock(&messages->lock);
}

static void say_line(struct messages *messages, enum message_source source,
                     uint32_t device, const char *line)
{
    struct message m = { ++messages->sequence, source, device, line };
    for (int i = 0; i < messages->count; i++)
        if (source != MESSAGE_ELSEWHERE || messages->listeners[i].overhears)
            messages->listeners[i].call(messages->listeners[i].context, &m);
}

void message_from(struct messages *messages, enum message_source source,
                  uint32_t device, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        abort();
    pthread_mutex_lock(&messages->lock);
    char *line = copy;
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        say_line(messages, source, device, line);
    }
    if (*line || line == copy)
        say_line(messages, source, device, line);
    pthread_mutex_unlock(&messages->lock);
    free(copy);
}

void messages_set_level(struct messages *messages, struct message_level level)
{
    pthread_mutex_lock(&messages->lock);
    messages->level = level;
    pthread_mutex_unlock(&messages->lock);
}

struct message_level messages_level(struct messages *messages)
{
    pthread_mutex_lock(&messages->lock);
    struct message_level level = messages->level;
    pthread_mutex_unlock(&messages->lock);
    return level;
}

/* Without the way from the build's folder to the sources: from the room on. */
static const char *source_name(const char *file)
{
    static const char *const rooms[] = { "/core/", "/cpu/", "/channel/", "/devices/", "/console/" };
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        for (const char *at; (at = strstr(file, rooms[i])); )
            file = at + 1;
    return file;
}

void message_at(struct messages *messages, const char *function, const char *file, int line,
                const char *format, ...)
{
    enum { IDENTIFIER = 9 };
    struct message_level level = messages_level(messages);
    va_list arguments;
    char *text, *place;
    if (!level.confirms && strncmp(format, HHC02204I, IDENTIFIER) == 0)
        return;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    va_end(arguments);
    if (level.tells_place && strchr("EWS", message_severity(text))) {
        if (asprintf(&place, "%s\n" HHC00007I, text, function, source_name(file), line) < 0)
            abort();
        free(text);
        text = place;
    }
    message_from(messages, MESSAGE_EMULATOR, MESSAGE_NO_DEVICE, text);
    free(text);
}

char message_severity(const char *text)
{
    size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    if (length == 9 && strncmp(text, "HHC", 3) == 0 && strchr("SEWIDA", text[8]))
        return text[8];
    return ' ';
}
