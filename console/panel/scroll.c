#include "console/panel/scroll.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "console/panel/text.h"

struct scroll {
    pthread_mutex_t lock;
    unsigned room;
    uint64_t end;           /* the number of the next line */
    struct line {
        enum tone tone;
        char *text;
    } lines[];
};

enum tone message_tone(enum message_source source, const char *text)
{
    if (source == MESSAGE_ECHO)
        return TONE_ECHO;
    if (source == MESSAGE_GUEST)
        return *text == '*' || *text == '@' ? TONE_URGENT : TONE_GUEST;
    switch (message_severity(text)) {
    case 'S': case 'E': return TONE_ERROR;
    case 'W': return TONE_WARNING;
    case 'D': return TONE_DEBUG;
    case 'A': return TONE_URGENT;
    default: return TONE_PLAIN;
    }
}

struct scroll *scroll_new(unsigned lines)
{
    struct scroll *scroll = calloc(1, sizeof *scroll + lines * sizeof(struct line));
    if (!scroll)
        abort();
    scroll->room = lines;
    pthread_mutex_init(&scroll->lock, NULL);
    return scroll;
}

void scroll_free(struct scroll *scroll)
{
    if (!scroll)
        return;
    for (unsigned i = 0; i < scroll->room; i++)
        free(scroll->lines[i].text);
    pthread_mutex_destroy(&scroll->lock);
    free(scroll);
}

void scroll_add(struct scroll *scroll, enum message_source source, const char *text)
{
    char *copy = strndup(text, SCROLL_WIDEST * 4);
    if (!copy)
        abort();
    pthread_mutex_lock(&scroll->lock);
    struct line *line = &scroll->lines[scroll->end++ % scroll->room];
    free(line->text);
    *line = (struct line){ message_tone(source, copy), copy };
    pthread_mutex_unlock(&scroll->lock);
}

uint64_t scroll_end(struct scroll *scroll)
{
    pthread_mutex_lock(&scroll->lock);
    uint64_t end = scroll->end;
    pthread_mutex_unlock(&scroll->lock);
    return end;
}

uint64_t scroll_first(struct scroll *scroll)
{
    uint64_t end = scroll_end(scroll);
    return end > scroll->room ? end - scroll->room : 0;
}

unsigned scroll_line(struct scroll *scroll, uint64_t number, enum tone *tone,
                     wchar_t text[SCROLL_WIDEST + 1])
{
    unsigned length = 0;
    *text = 0;
    *tone = TONE_PLAIN;
    pthread_mutex_lock(&scroll->lock);
    if (number < scroll->end && scroll->end - number <= scroll->room) {
        const struct line *line = &scroll->lines[number % scroll->room];
        *tone = line->tone;
        length = (unsigned)text_decode(line->text, text, SCROLL_WIDEST + 1);
    }
    pthread_mutex_unlock(&scroll->lock);
    return length;
}

const wchar_t *text_find(const wchar_t *line, const wchar_t *text)
{
    for (; *text && *line; line++) {
        size_t i = 0;
        while (text[i] && towlower((wint_t)line[i]) == towlower((wint_t)text[i]))
            i++;
        if (!text[i])
            return line;
    }
    return NULL;
}

bool scroll_find(struct scroll *scroll, const wchar_t *text, uint64_t from, bool older,
                 uint64_t *found)
{
    wchar_t line[SCROLL_WIDEST + 1];
    enum tone tone;
    uint64_t first = scroll_first(scroll), end = scroll_end(scroll);
    if (from > end)
        from = end;
    while (older ? from-- > first : ++from < end) {
        scroll_line(scroll, from, &tone, line);
        if (text_find(line, text)) {
            *found = from;
            return true;
        }
    }
    return false;
}
