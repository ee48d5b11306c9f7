/* The commands hst and cmdsep. */
#include "console/typed.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"

enum { KEPT = 100 };

struct typed {
    pthread_mutex_t lock;
    char *lines[KEPT];
    int count;                  /* ever typed: line n is lines[n % KEPT] */
};

struct typed *typed_new(void)
{
    struct typed *typed = calloc(1, sizeof *typed);
    if (!typed)
        abort();
    pthread_mutex_init(&typed->lock, NULL);
    return typed;
}

void typed_free(struct typed *typed)
{
    if (!typed)
        return;
    for (int i = 0; i < KEPT; i++)
        free(typed->lines[i]);
    pthread_mutex_destroy(&typed->lock);
    free(typed);
}

/* The same line again, and hst itself, are not kept. */
void typed_add(struct typed *typed, const char *line)
{
    if (strncasecmp(line, "hst", 3) == 0)
        return;
    pthread_mutex_lock(&typed->lock);
    const char *last = typed->count ? typed->lines[(typed->count - 1) % KEPT] : "";
    if (strcmp(last, line) != 0) {
        char **place = &typed->lines[typed->count++ % KEPT];
        free(*place);
        *place = strdup(line);
    }
    pthread_mutex_unlock(&typed->lock);
}

/* Line n, the first ever typed being 1, copied; NULL if it is not kept. */
static char *typed_line(struct typed *typed, int64_t n)
{
    char *line = NULL;
    pthread_mutex_lock(&typed->lock);
    if (n < 0)
        n += typed->count + 1;
    if (n > 0 && n <= typed->count && n > typed->count - KEPT)
        line = strdup(typed->lines[(n - 1) % KEPT]);
    pthread_mutex_unlock(&typed->lock);
    return line;
}

enum command_result command_hst(struct operator *operator, const struct call *call)
{
    struct typed *typed = operator->typed;
    int64_t number;
    char *line;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1 || same_word(call->argv[1], "l")) {
        int count = typed->count;
        for (int n = count > KEPT ? count - KEPT + 1 : 1; n <= count; n++)
            if ((line = typed_line(typed, n))) {
                message(operator->messages, HHC20120I, n, line);
                free(line);
            }
        return COMMAND_DONE;
    }
    if (!parse_decimal(call->argv[1], INT32_MIN, INT32_MAX, &number))
        return COMMAND_WRONG;
    if (!(line = typed_line(typed, number))) {
        message(operator->messages, HHC20121E, call->argv[1]);
        return COMMAND_FAILED;
    }
    enum command_result result = operator_command(operator, line);
    free(line);
    return result;
}

enum command_result command_cmdsep(struct operator *operator, const struct call *call)
{
    char *separator = &operator->settings.separator, text[2] = "";
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        const char *word = call->argv[1];
        bool off = same_word(word, "off");
        if (!off && (strlen(word) != 1 || !ispunct((unsigned char)*word) || strchr(".!#*/-\"'$()=", *word)))
            return COMMAND_WRONG;
        *separator = off ? 0 : *word;
    }
    text[0] = *separator;
    if (call->argc == 2)
        message(operator->messages, HHC02204I, "CMDSEP", *text ? text : "OFF");
    else
        message(operator->messages, HHC02203I, "CMDSEP", *text ? text : "OFF");
    return COMMAND_DONE;
}
