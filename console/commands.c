/* The table of commands, and how a word finds its row. */
#include "console/commands.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct command commands[] = {
#define X(name, shortest, run, group, flags, syntax, summary, details, example) \
    { name, shortest, flags, group, run, syntax, summary, details, example },
#include "console/commands.def"
#undef X
    { NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL }
};

const char *const command_group_titles[COMMAND_GROUPS] = {
    [GROUP_SYSTEM] = "The system: IPL, start, stop, reset",
    [GROUP_DISPLAY] = "Display and alter",
    [GROUP_DEBUG] = "Tracing, stepping, breakpoints",
    [GROUP_DEVICES] = "Devices",
    [GROUP_SETTINGS] = "The machine's description and settings",
    [GROUP_SCRIPTS] = "Scripts",
    [GROUP_GENERAL] = "General",
    [GROUP_NOTHING] = "Statements of the field that mean nothing here"
};

/* The part of a row's name that its operand follows: up to a sign, or all of it. */
static size_t joined_stem(const char *name)
{
    size_t stem = strcspn(name, "+-");
    return name[stem] ? stem + 1 : stem;
}

/* t+0480, sf- 150, sfd*: a row that takes its operand without a blank. */
static const struct command *find_joined(const char *verb, const char **operand)
{
    for (const struct command *row = commands; row->name; row++) {
        size_t stem = row->flags & JOINED ? joined_stem(row->name) : 0;
        bool sign = stem && strchr("+-", row->name[stem - 1]);
        if (stem == 0 || strncasecmp(row->name, verb, stem) != 0)
            continue;
        if (sign || isxdigit((unsigned char)verb[stem]) || verb[stem] == '*') {
            *operand = verb + stem;
            return row;
        }
    }
    return NULL;
}

const struct command *command_find(const char *verb, unsigned *rivals, const char **operand)
{
    const struct command *found = NULL;
    size_t length = strlen(verb);
    *rivals = 0;
    *operand = NULL;
    for (const struct command *row = commands; row->name; row++)
        if (strcasecmp(row->name, verb) == 0) {
            *rivals = 1;
            return row;
        }
    for (const struct command *row = commands; row->name; row++) {
        if (length < row->shortest || row->flags & JOINED ||
            strncasecmp(row->name, verb, length) != 0)
            continue;
        /* Two names of one command, or a command and its plus form, are no rivals. */
        if (!found || (row->run != found->run && strncmp(row->name, found->name,
                                                         strlen(found->name)) != 0))
            ++*rivals;
        if (!found)
            found = row;
    }
    if (found)
        return *rivals == 1 ? found : NULL;
    return find_joined(verb, operand);
}

unsigned word_distance(const char *a, const char *b, unsigned limit)
{
    enum { LONGEST = 40 };
    unsigned rows[3][LONGEST + 1];
    size_t m = strlen(a), n = strlen(b);
    if (m > LONGEST || n > LONGEST)
        return limit + 1;
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            bool same = toupper((unsigned char)a[i - 1]) == toupper((unsigned char)b[j - 1]);
            unsigned best = up[j - 1] + !same;
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && upper[j - 2] + 1 < best &&
                toupper((unsigned char)a[i - 1]) == toupper((unsigned char)b[j - 2]) &&
                toupper((unsigned char)a[i - 2]) == toupper((unsigned char)b[j - 1]))
                best = upper[j - 2] + 1;
            row[j] = best;
        }
    }
    unsigned distance = rows[m % 3][n];
    return distance > limit ? limit + 1 : distance;
}

const char *command_nearest(const char *word)
{
    unsigned limit = strlen(word) < 4 ? 1 : 3, best = limit + 1;
    const char *nearest = NULL;
    for (const struct command *row = commands; row->name; row++) {
        unsigned distance = word_distance(word, row->name, limit);
        if (distance < best) {
            best = distance;
            nearest = row->name;
        }
    }
    return nearest;
}

/* One word from *p; what it says goes to `out`. */
static char *split_one(const char **p, char *out, bool *unclosed)
{
    char quote = 0;
    for (; **p && (quote || !isspace((unsigned char)**p)); ++*p) {
        if (quote ? **p == quote : **p == '"' || **p == '\'')
            quote = quote ? 0 : **p;
        else
            *out++ = **p;
    }
    if (quote)
        *unclosed = true;
    *out++ = 0;
    return out;
}

char **words_split(const char *line, int *count, bool *unclosed)
{
    size_t length = strlen(line), most = length / 2 + 2;
    char **words = malloc(most * sizeof *words + length + most + 1);
    if (!words)
        abort();
    char *out = (char *)(words + most);
    *count = 0;
    *unclosed = false;
    for (;;) {
        while (isspace((unsigned char)*line))
            line++;
        if (!*line)
            break;
        words[(*count)++] = out;
        out = split_one(&line, out, unclosed);
    }
    words[*count] = NULL;
    return words;
}

void command_usage(struct operator *operator, const struct command *row)
{
    message(operator->messages, HHC02299E, row->name);
    message(operator->messages, HHC20001I, row->name, *row->syntax ? " " : "", row->syntax);
    message(operator->messages, HHC20002I, row->example);
}
