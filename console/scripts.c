/* Scripts: their lines, one within another, in the background, cancelled. */
#include "console/scripts.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "console/commands.h"
#include "console/turns.h"

enum { DEEPEST_SCRIPT = 10 };

/* Guarded by the operator's lock, except what the script's own thread alone writes. */
struct script {
    struct script *next;        /* all that run, the youngest first */
    struct script *caller;      /* on the same thread */
    int number;
    const char *path;
    pthread_t thread;
    struct stat file;           /* who it is, whatever it is called */
    bool failed;
    _Atomic bool cancelled;
};

/* ---- which scripts run -------------------------------------------------------------------- */

struct script *script_here(struct operator *operator)
{
    pthread_mutex_lock(&operator->lock);
    struct script *script = operator->running;
    while (script && !pthread_equal(script->thread, pthread_self()))
        script = script->next;
    pthread_mutex_unlock(&operator->lock);
    return script;
}

int script_number(const struct script *script)
{
    return script ? script->number : 0;
}

bool script_cancelled(const struct script *script)
{
    for (; script; script = script->caller)
        if (script->cancelled)
            return true;
    return false;
}

void script_fail(struct script *script)
{
    for (; script; script = script->caller)
        script->failed = true;
}

/* ---- their lines -------------------------------------------------------------------------- */

static void run_lines(struct operator *operator, const struct script *script, FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while (!operator_quitting(operator) && !script->failed && !script_cancelled(script) &&
           (n = getline(&line, &room, file)) >= 0) {
        while (n > 0 && isspace((unsigned char)line[n - 1]))
            line[--n] = 0;
        /* An empty line is the step key for a person, nothing in a script. */
        if (n > 0)
            operator_command(operator, line);
    }
    free(line);
}

/* May it begin? Not too deep, and not what this thread is already in the middle of: a
 * script has no conditions, so it would never end. */
static bool may_begin(struct operator *operator, const struct script *script)
{
    int depth = 1;
    for (const struct script *s = script->caller; s; s = s->caller, depth++)
        if (s->file.st_dev == script->file.st_dev && s->file.st_ino == script->file.st_ino &&
            S_ISREG(s->file.st_mode)) {
            message(operator->messages, HHC20057E, script->path, s->number);
            return false;
        }
    if (depth > DEEPEST_SCRIPT)
        message(operator->messages, HHC20050E, DEEPEST_SCRIPT, script->path);
    return depth <= DEEPEST_SCRIPT;
}

static void enter(struct operator *operator, struct script *script)
{
    pthread_mutex_lock(&operator->lock);
    script->number = ++operator->scripts;
    script->next = operator->running;
    operator->running = script;
    pthread_mutex_unlock(&operator->lock);
    message(operator->messages, HHC02260I, script->number, script->path);
}

static void leave(struct operator *operator, struct script *script)
{
    pthread_mutex_lock(&operator->lock);
    struct script **link = &operator->running;
    while (*link != script)
        link = &(*link)->next;
    *link = script->next;
    pthread_mutex_unlock(&operator->lock);
}

static enum command_result run_file(struct operator *operator, const char *path, FILE *file)
{
    struct script script = { .caller = script_here(operator), .path = path,
                             .thread = pthread_self() };
    if (fstat(fileno(file), &script.file) != 0 || !may_begin(operator, &script))
        return COMMAND_FAILED;
    enter(operator, &script);
    run_lines(operator, &script, file);
    bool cancelled = script_cancelled(&script);
    leave(operator, &script);
    if (ferror(file))
        message(operator->messages, HHC02219E, path, strerror(EISDIR));
    else if (script.failed)
        message(operator->messages, HHC20051E, script.number, path);
    else if (cancelled)
        message(operator->messages, HHC20058I, script.number, path);
    else
        message(operator->messages, HHC02264I, script.number, path);
    return ferror(file) || script.failed || cancelled ? COMMAND_FAILED : COMMAND_DONE;
}

enum command_result operator_script(struct operator *operator, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        message(operator->messages, HHC02219E, path, strerror(errno));
        return COMMAND_FAILED;
    }
    enum command_result result = run_file(operator, path, file);
    fclose(file);
    return result;
}

/* ---- in the background ---------------------------------------------------------------------- */

struct errand {
    struct operator *operator;
    char *path;
};

static void run_errand(void *context)
{
    struct errand *errand = context;
    operator_script(errand->operator, errand->path);
    free(errand->path);
    free(errand);
}

static enum command_result run_in_background(struct operator *operator, const char *path)
{
    struct errand *errand = malloc(sizeof *errand);
    if (!errand)
        abort();
    *errand = (struct errand){ operator, strdup(path) };
    if (turns_begin(operator->turns, run_errand, errand))
        return COMMAND_DONE;
    message(operator->messages, HHC02219E, path, strerror(EAGAIN));
    free(errand->path);
    free(errand);
    return COMMAND_FAILED;
}

/* ---- the commands ----------------------------------------------------------------------------- */

/* Several files run one after the other; & behind them: each in the background. */
enum command_result command_script(struct operator *operator, const struct call *call)
{
    int files = call->argc - 1;
    bool background = files > 0 && strcmp(call->argv[files], "&") == 0;
    enum command_result result = COMMAND_DONE;
    files -= background;
    if (files < 1)
        return COMMAND_WRONG;
    for (int i = 1; i <= files && result == COMMAND_DONE; i++)
        result = background ? run_in_background(operator, call->argv[i])
                            : operator_script(operator, call->argv[i]);
    return result;
}

static void list_scripts(struct operator *operator)
{
    for (const struct script *script = operator->running; script; script = script->next)
        message(operator->messages, HHC20067I, script->number, script->path);
    if (!operator->running)
        message(operator->messages, HHC20068I);
}

/* A number, all of them, or the youngest. */
enum command_result command_cscript(struct operator *operator, const struct call *call)
{
    int64_t number = 0;
    unsigned found = 0;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2 && same_word(call->argv[1], "list")) {
        list_scripts(operator);
        return COMMAND_DONE;
    }
    bool all = call->argc == 2 && strcmp(call->argv[1], "*") == 0;
    if (call->argc == 2 && !all && !parse_decimal(call->argv[1], 1, INT32_MAX, &number))
        return COMMAND_WRONG;
    for (struct script *script = operator->running; script; script = script->next)
        if (all || (number ? script->number == number : !found)) {
            script->cancelled = true;
            found++;
        }
    if (!found)
        message(operator->messages, HHC20069E);
    return found ? COMMAND_DONE : COMMAND_FAILED;
}
