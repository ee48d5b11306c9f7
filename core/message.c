#include "core/message.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LISTENERS = 32 };

struct messages {
    pthread_mutex_t lock;
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

void message(struct messages *messages, const char *format, ...)
{
    va_list arguments;
    char *text;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    va_end(arguments);
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
