#include "console/panel/complete.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "console/commands.h"
#include "console/panel/text.h"
#include "devices/devices.h"

/* Kinds of words that an operand can be, by the names that syntaxes have for them. */
enum kind { FILES = 1, DEVICES = 2, COMMANDS = 4, TYPES = 8, CLASSES = 16 };

static const struct { const char *name; enum kind kind; } placeholders[] = {
    { "DEVICE", DEVICES }, { "FILE", FILES }, { "OPERANDS", FILES }, { "COMMAND", COMMANDS },
    { "TYPE", TYPES }, { "CLASS", CLASSES }
};

static const char *const classes[] = {
    "CON", "RDR", "PCH", "PRT", "TAPE", "DASD", "DSP", "LINE", "OTHER"
};

static unsigned kind_of(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++)
        if (strlen(placeholders[i].name) == length &&
            strncmp(placeholders[i].name, name, length) == 0)
            return placeholders[i].kind;
    return 0;
}

/* ---- candidates ----------------------------------------------------------------------- */

static void add(struct completion *c, const char *text)
{
    if (c->count == COMPLETE_MOST)
        return;
    size_t room = strlen(text) + 1;
    wchar_t *word = malloc(room * sizeof *word);
    if (!word)
        abort();
    text_decode(text, word, room);
    c->words[c->count++] = word;
}

static void add_if(struct completion *c, const char *text, const char *word)
{
    if (strncasecmp(text, word, strlen(word)) == 0)
        add(c, text);
}

static void add_commands(struct completion *c, const char *word)
{
    for (const struct command *row = commands; row->name; row++)
        if (row->group != GROUP_NOTHING && !(row->flags & (IN_FILE | JOINED)))
            add_if(c, row->name, word);
}

/* 1F, 01F and 001F all mean 001F. `before` stands in front of the number: t+001F. */
static void add_devices(struct completion *c, const char *before, const char *word,
                        const struct snapshot *snapshot)
{
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        char text[16], digits[8];
        size_t zeros;
        snprintf(digits, sizeof digits, "%04X", snapshot->devices[i].number);
        for (zeros = 0; zeros < 3 && digits[zeros] == '0'; zeros++)
            ;
        for (size_t skip = 0; skip <= zeros; skip++)
            if (strncasecmp(digits + skip, word, strlen(word)) == 0) {
                snprintf(text, sizeof text, "%.2s%s", before, digits);
                add(c, text);
                break;
            }
    }
}

static void add_types(struct completion *c, const char *word)
{
    const struct device_type *type;
    for (size_t i = 0; (type = device_type_row(i)); i++)
        add_if(c, type->name, word);
}

/* A name with blanks is quoted, and a directory goes on with its own files. */
static void add_file(struct completion *c, const char *directory, const char *name)
{
    char path[4096];
    struct stat status;
    if (snprintf(path, sizeof path, "%s%s", directory, name) >= (int)sizeof path)
        return;
    bool is_directory = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    if (strpbrk(path, " \t#'") && !strchr(path, '"')) {
        char quoted[4100];
        snprintf(quoted, sizeof quoted, "\"%s%s", path, is_directory ? "/" : "\"");
        add(c, quoted);
        c->open |= is_directory;
        return;
    }
    if (is_directory && strlen(path) + 1 < sizeof path)
        strcat(path, "/");
    c->open |= is_directory;
    add(c, path);
}

static void add_files(struct completion *c, const char *word)
{
    if (*word == '"' || *word == '\'')
        word++;
    const char *slash = strrchr(word, '/');
    size_t length = slash ? (size_t)(slash - word) + 1 : 0;
    char *directory = strndup(word, length);
    const char *name = word + length;
    DIR *d = directory ? opendir(*directory ? directory : ".") : NULL;
    for (struct dirent *entry; d && (entry = readdir(d));)
        if (strncmp(entry->d_name, name, strlen(name)) == 0 &&
            (*entry->d_name != '.' || *name == '.') && strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0)
            add_file(c, directory, entry->d_name);
    if (d)
        closedir(d);
    free(directory);
}

/* ---- what the syntax allows ----------------------------------------------------------- */

/* The next word of a syntax: letters and minus signs. */
static const char *syntax_word(const char **p, size_t *length)
{
    while (**p && !isalpha((unsigned char)**p))
        ++*p;
    const char *word = *p;
    while (isalpha((unsigned char)**p) || (*p > word && (**p == '-' || **p == '_')))
        ++*p;
    *length = (size_t)(*p - word);
    return *length ? word : NULL;
}

/* Do the words before and after this gap take turns? Then they are one operand. */
static bool alternatives(const char *end, const char *next)
{
    return memchr(end, '|', (size_t)(next - end)) != NULL;
}

/* Kinds of the operand at this position (1 is the first); what stands last with dots behind
 * it goes on. After a word that the syntax has (`console DEVICE`) what follows it there. */
static unsigned allowed(const char *syntax, int position, const char *previous)
{
    unsigned kinds = 0, after = 0;
    int at = 0;
    bool follows = false;
    const char *p = syntax, *end = syntax, *word;
    for (size_t length; (word = syntax_word(&p, &length)); end = p) {
        unsigned kind = kind_of(word, length);
        at += at == 0 || !alternatives(end, word);
        if (follows)
            after |= kind;
        if (at == position || (at < position && strncmp(p, "...", 3) == 0))
            kinds |= kind;
        follows = previous && islower((unsigned char)*word) && strlen(previous) == length &&
                  strncasecmp(previous, word, length) == 0;
    }
    return after ? after : kinds;
}

/* The words that are written in small letters stand for themselves. */
static void add_literals(struct completion *c, const char *syntax, const char *word)
{
    const char *literal;
    for (size_t length; (literal = syntax_word(&syntax, &length));) {
        char text[32];
        snprintf(text, sizeof text, "%.*s", (int)(length < 31 ? length : 31), literal);
        if (islower((unsigned char)*text))
            add_if(c, text, word);
    }
}

static void complete_operand(struct completion *c, const char *verb, int position,
                             const char *previous, const char *word,
                             const struct snapshot *snapshot)
{
    unsigned rivals;
    const char *operand;
    const struct command *row = command_find(verb, &rivals, &operand);
    unsigned kinds = row ? allowed(row->syntax, position, position > 1 ? previous : NULL) : FILES;
    if (strchr(word, '/') || *word == '"' || *word == '\'')
        kinds |= FILES;
    if (kinds & COMMANDS)
        add_commands(c, word);
    if (kinds & DEVICES)
        add_devices(c, "", word, snapshot);
    if (kinds & TYPES)
        add_types(c, word);
    for (size_t i = 0; kinds & CLASSES && i < sizeof classes / sizeof *classes; i++)
        add_if(c, classes[i], word);
    if (kinds & FILES)
        add_files(c, word);
    if (row)
        add_literals(c, row->syntax, word);
}

/* ---- the line ------------------------------------------------------------------------- */

static bool goes_to_console(const char *line, const struct snapshot *snapshot)
{
    for (unsigned i = 0; i < snapshot->device_count; i++) {
        const char *prefix = snapshot->devices[i].prefix;
        if (*prefix && strncmp(line, prefix, strlen(prefix)) == 0)
            return true;
    }
    return false;
}

static int compare_words(const void *a, const void *b)
{
    return wcscmp(*(wchar_t *const *)a, *(wchar_t *const *)b);
}

static void settle(struct completion *c)
{
    unsigned kept = 0;
    qsort(c->words, c->count, sizeof *c->words, compare_words);
    for (unsigned i = 0; i < c->count; i++)
        if (kept && wcscmp(c->words[kept - 1], c->words[i]) == 0)
            free(c->words[i]);
        else
            c->words[kept++] = c->words[i];
    c->count = kept;
    if (kept == 0)
        return;
    c->common = wcsdup(c->words[0]);
    if (!c->common)
        abort();
    for (unsigned i = 1; i < kept; i++) {
        size_t n = 0;
        while (c->common[n] && c->common[n] == c->words[i][n])
            n++;
        c->common[n] = 0;
    }
}

/* Where the word that ends at the cursor begins: after the last blank that is not quoted. */
static size_t word_begin(const wchar_t *line, size_t cursor)
{
    size_t start = 0;
    wchar_t quote = 0;
    for (size_t i = 0; i < cursor; i++) {
        if (quote ? line[i] == quote : line[i] == L'"' || line[i] == L'\'')
            quote = quote ? 0 : line[i];
        else if (line[i] == L' ' && !quote)
            start = i + 1;
    }
    return start;
}

void complete(struct completion *c, const wchar_t *line, size_t cursor,
              const struct snapshot *snapshot)
{
    bool unclosed;
    int count;
    *c = (struct completion){ .start = word_begin(line, cursor) };
    char *before = text_encode(line, c->start);
    char *word = text_encode(line + c->start, cursor - c->start);
    char **words = words_split(before, &count, &unclosed);
    bool joined = strncasecmp(word, "t+", 2) == 0 || strncasecmp(word, "t-", 2) == 0;
    if (goes_to_console(count ? before : word, snapshot))
        ;       /* what a guest would understand we do not know */
    else if (count > 0)
        complete_operand(c, words[0], count, words[count - 1], word, snapshot);
    else if (joined && word[2])
        add_devices(c, word, word + 2, snapshot);
    else
        add_commands(c, word);
    settle(c);
    free(words);
    free(word);
    free(before);
}

void completion_clear(struct completion *c)
{
    for (unsigned i = 0; i < c->count; i++)
        free(c->words[i]);
    free(c->common);
    *c = (struct completion){ 0 };
}
