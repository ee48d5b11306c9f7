#include "console/history.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 16384, SOURCES = 128 };

struct line {
    uint64_t sequence;
    enum message_source source;
    uint32_t device;
    char *text;
};

/* How far a source has been searched. */
struct cursor {
    uint32_t device;
    uint64_t sequence;
};

struct history {
    pthread_mutex_t lock;
    struct messages *messages;
    struct line lines[KEPT];
    uint64_t count;                 /* ever heard: line i is in lines[i % KEPT] */
    uint64_t counted[4][128];       /* by source and severity */
    struct cursor cursors[SOURCES];
    size_t cursor_count;
};

/* Only the emulator's own messages have a severity. */
static unsigned char counted_letter(enum message_source source, const char *text)
{
    return source == MESSAGE_EMULATOR ? (unsigned char)message_severity(text) & 0x7F : ' ';
}

static void hear(void *context, const struct message *m)
{
    struct history *history = context;
    pthread_mutex_lock(&history->lock);
    struct line *line = &history->lines[history->count++ % KEPT];
    free(line->text);
    line->sequence = m->sequence;
    line->source = m->source;
    line->device = m->device;
    line->text = strdup(m->text);
    history->counted[m->source][counted_letter(m->source, m->text)]++;
    pthread_mutex_unlock(&history->lock);
}

struct history *history_new(struct messages *messages)
{
    struct history *history = calloc(1, sizeof *history);
    if (!history)
        abort();
    pthread_mutex_init(&history->lock, NULL);
    history->messages = messages;
    messages_overhear(messages, hear, history);
    return history;
}

void history_free(struct history *history)
{
    if (!history)
        return;
    messages_unlisten(history->messages, hear, history);
    for (size_t i = 0; i < KEPT; i++)
        free(history->lines[i].text);
    pthread_mutex_destroy(&history->lock);
    free(history);
}

bool pattern_make(struct pattern *pattern, const char *word, char *why, unsigned size)
{
    size_t length = strlen(word);
    *pattern = (struct pattern){ 0 };
    pattern->is_regex = length > 2 && word[0] == '/' && word[length - 1] == '/';
    if (!pattern->is_regex)
        return (pattern->text = strdup(word)) != NULL;
    char *expression = strndup(word + 1, length - 2);
    int error = regcomp(&pattern->regex, expression, REG_EXTENDED | REG_NOSUB);
    if (error)
        regerror(error, &pattern->regex, why, size);
    free(expression);
    return error == 0;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern->is_regex)
        regfree(&pattern->regex);
    free(pattern->text);
}

static bool matches(const struct pattern *pattern, const char *text)
{
    return pattern->is_regex ? regexec(&pattern->regex, text, 0, NULL, 0) == 0
                             : strstr(text, pattern->text) != NULL;
}

static struct cursor *cursor_for(struct history *history, uint32_t device)
{
    for (size_t i = 0; i < history->cursor_count; i++)
        if (history->cursors[i].device == device)
            return &history->cursors[i];
    if (history->cursor_count == SOURCES)   /* the oldest makes room */
        memmove(&history->cursors[0], &history->cursors[1],
                --history->cursor_count * sizeof history->cursors[0]);
    struct cursor *cursor = &history->cursors[history->cursor_count++];
    *cursor = (struct cursor){ device, 0 };
    return cursor;
}

static bool is_guests(const struct line *line)
{
    return line->source == MESSAGE_GUEST || line->source == MESSAGE_ELSEWHERE;
}

static bool is_from(const struct line *line, uint32_t device)
{
    return device == FROM_EMULATOR ? line->source == MESSAGE_EMULATOR
                                   : is_guests(line) && line->device == device;
}

static uint64_t first_kept(const struct history *history)
{
    return history->count > KEPT ? history->count - KEPT : 0;
}

bool history_find(struct history *history, uint32_t device, struct pattern *pattern)
{
    bool found = false;
    pthread_mutex_lock(&history->lock);
    struct cursor *cursor = cursor_for(history, device);
    uint64_t *next = &pattern->searched;
    if (*next < first_kept(history))
        *next = first_kept(history);
    while (*next < history->count && !found) {
        const struct line *line = &history->lines[(*next)++ % KEPT];
        if (line->sequence > cursor->sequence && is_from(line, device) &&
            line->text && matches(pattern, line->text)) {
            cursor->sequence = line->sequence;
            found = true;
        }
    }
    pthread_mutex_unlock(&history->lock);
    return found;
}

void history_last(struct history *history, uint32_t device, char *text, unsigned size)
{
    text[0] = 0;
    pthread_mutex_lock(&history->lock);
    for (uint64_t i = history->count; i > first_kept(history); i--) {
        const struct line *line = &history->lines[(i - 1) % KEPT];
        if (is_from(line, device) && line->text) {
            snprintf(text, size, "%s", line->text);
            break;
        }
    }
    pthread_mutex_unlock(&history->lock);
}

void history_replay(struct history *history, unsigned count, message_listener *call,
                    void *context)
{
    pthread_mutex_lock(&history->lock);
    uint64_t first = first_kept(history);
    if (history->count - first > count)
        first = history->count - count;
    for (uint64_t i = first; i < history->count; i++) {
        const struct line *line = &history->lines[i % KEPT];
        struct message m = { line->sequence, line->source, line->device, line->text };
        if (line->text && line->source != MESSAGE_ELSEWHERE)
            call(context, &m);
    }
    pthread_mutex_unlock(&history->lock);
}

uint64_t history_counted(struct history *history, enum message_source source, char severity)
{
    pthread_mutex_lock(&history->lock);
    uint64_t count = history->counted[source][severity & 0x7F];
    pthread_mutex_unlock(&history->lock);
    return count;
}
