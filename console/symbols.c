#include "console/symbols.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct symbol {
    char *name, *value;
};

struct symbols {
    struct symbol *rows;    /* in order of names */
    size_t count, room;
};

static void *must(void *storage)
{
    if (!storage)
        abort();
    return storage;
}

struct symbols *symbols_new(void)
{
    return must(calloc(1, sizeof(struct symbols)));
}

void symbols_free(struct symbols *symbols)
{
    if (!symbols)
        return;
    for (size_t i = 0; i < symbols->count; i++) {
        free(symbols->rows[i].name);
        free(symbols->rows[i].value);
    }
    free(symbols->rows);
    free(symbols);
}

static bool name_character(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool symbol_name_valid(const char *name)
{
    size_t length = 0;
    while (name_character(name[length]))
        length++;
    return length > 0 && length < 64 && !name[length];
}

/* The place of a name, or where it belongs. */
static size_t place_of(const struct symbols *symbols, const char *name, bool *there)
{
    size_t i = 0;
    while (i < symbols->count && strcmp(symbols->rows[i].name, name) < 0)
        i++;
    *there = i < symbols->count && strcmp(symbols->rows[i].name, name) == 0;
    return i;
}

void symbols_set(struct symbols *symbols, const char *name, const char *value)
{
    bool there;
    size_t i = place_of(symbols, name, &there);
    char *copy = must(strdup(value));
    if (there) {
        free(symbols->rows[i].value);
        symbols->rows[i].value = copy;
        return;
    }
    if (symbols->count == symbols->room) {
        symbols->room = symbols->room * 2 + 16;
        symbols->rows = must(realloc(symbols->rows, symbols->room * sizeof *symbols->rows));
    }
    memmove(&symbols->rows[i + 1], &symbols->rows[i],
            (symbols->count - i) * sizeof *symbols->rows);
    symbols->rows[i] = (struct symbol){ must(strdup(name)), copy };
    symbols->count++;
}

bool symbols_delete(struct symbols *symbols, const char *name)
{
    bool there;
    size_t i = place_of(symbols, name, &there);
    if (!there)
        return false;
    free(symbols->rows[i].name);
    free(symbols->rows[i].value);
    symbols->count--;
    memmove(&symbols->rows[i], &symbols->rows[i + 1],
            (symbols->count - i) * sizeof *symbols->rows);
    return true;
}

const char *symbols_get(const struct symbols *symbols, const char *name)
{
    bool there;
    size_t i = place_of(symbols, name, &there);
    return there ? symbols->rows[i].value : getenv(name);
}

bool symbols_row(const struct symbols *symbols, size_t i, const char **name, const char **value)
{
    if (i >= symbols->count)
        return false;
    *name = symbols->rows[i].name;
    *value = symbols->rows[i].value;
    return true;
}

struct text {
    char *bytes;
    size_t length, room;
};

static void append(struct text *text, const char *bytes, size_t n)
{
    if (text->length + n + 1 > text->room) {
        text->room = (text->length + n) * 2 + 64;
        text->bytes = must(realloc(text->bytes, text->room));
    }
    memcpy(text->bytes + text->length, bytes, n);
    text->length += n;
    text->bytes[text->length] = 0;
}

/* A reference at `start`, which is "$(" or "${": its end, or NULL if it is none. */
static const char *reference_end(const char *start, char name[64],
                                 const char **standby, size_t *standby_length)
{
    char close = start[1] == '(' ? ')' : '}';
    const char *p = start + 2;
    size_t n = 0;
    while (name_character(*p) && n < 63)
        name[n++] = *p++;
    name[n] = 0;
    *standby = NULL;
    if (p[0] == ':' && p[1] == '=')
        p++;
    if (*p == '=') {
        const char *end = strchr(p, close);
        if (!end || n == 0)
            return NULL;
        *standby = p + 1;
        *standby_length = (size_t)(end - p) - 1;
        return end + 1;
    }
    return *p == close && n > 0 ? p + 1 : NULL;
}

char *symbols_expand(const struct symbols *symbols, const char *line, char unknown[64])
{
    struct text out = { 0 };
    append(&out, "", 0);
    unknown[0] = 0;
    while (*line) {
        char name[64];
        const char *standby, *end;
        size_t standby_length = 0;
        if (line[0] != '$' || (line[1] != '(' && line[1] != '{') ||
            !(end = reference_end(line, name, &standby, &standby_length))) {
            append(&out, line++, 1);
            continue;
        }
        const char *value = symbols_get(symbols, name);
        if (value)
            append(&out, value, strlen(value));
        else if (standby)
            append(&out, standby, standby_length);
        else if (!unknown[0])
            memcpy(unknown, name, sizeof name);
        line = end;
    }
    return out.bytes;
}
