/* Help, version, messages, the log, the shell, the end. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "console/commands.h"
#include "console/expression.h"
#include "console/rexx.h"

/* ---- help ----------------------------------------------------------------------------------- */

static void say_lines(struct operator *operator, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = strndup(text, n);
        if (!line)
            abort();
        message(operator->messages, HHC20060I, line);
        free(line);
        text += n + (text[n] == '\n');
    }
}

static void help_row(struct operator *operator, const struct command *row)
{
    message(operator->messages, HHC01602I, row->name, row->summary);
    message(operator->messages, HHC20001I, row->name, *row->syntax ? " " : "", row->syntax);
    say_lines(operator, row->details);
    message(operator->messages, HHC20002I, row->example);
}

static void help_group(struct operator *operator, unsigned group)
{
    message(operator->messages, HHC20061I, command_group_titles[group]);
    for (const struct command *row = commands; row->name; row++)
        if (row->group == group)
            message(operator->messages, HHC01602I, row->name, row->summary);
}

enum command_result command_help(struct operator *operator, const struct call *call)
{
    unsigned rivals;
    const char *operand;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1 || same_word(call->argv[1], "all")) {
        unsigned last = call->argc == 1 ? GROUP_NOTHING : COMMAND_GROUPS;
        for (unsigned group = 0; group < last; group++)
            help_group(operator, group);
        message(operator->messages, HHC20062I);
        return COMMAND_DONE;
    }
    const struct command *row = command_find(call->argv[1], &rivals, &operand);
    if (!row) {
        const char *nearest = command_nearest(call->argv[1]);
        message(operator->messages, HHC01600E, call->argv[1]);
        if (nearest)
            message(operator->messages, HHC20003I, nearest);
        return COMMAND_FAILED;
    }
    help_row(operator, row);
    return COMMAND_DONE;
}

enum command_result command_version(struct operator *operator, const struct call *call)
{
    struct messages *messages = operator->messages;
    if (call->argc > 1)
        return COMMAND_WRONG;
    message(messages, HHC01413I, PACKAGE_NAME, PACKAGE_VERSION);
    message(messages, HHC01417I, "Modes: S/370 ESA/390 z/Arch");
    char engines[40];
    snprintf(engines, sizeof engines, "Max CPU Engines: %d", MAX_CPUS);
    message(messages, HHC01417I, engines);
#ifdef ENGINE_LOOPS
    message(messages, HHC01417I, "Engine: decoded blocks, stepped by a loop");
#else
    message(messages, HHC01417I, "Engine: decoded blocks, chained");
#endif
    char library[40], text[64];
    snprintf(text, sizeof text, "Regular expressions: %s",
             expression_library(library, sizeof library));
    message(messages, HHC01417I, text);
    message(messages, HHC01417I, rexx_support());
    message(messages, HHC01417I, "With    ZLIB support");
    message(messages, HHC01417I, "With    CCKD BZIP2 support");
    message(messages, HHC01417I, "With    HET BZIP2 support");
#ifdef HAVE_NETTLE
    message(messages, HHC01417I, "With    message-security assist (nettle)");
#else
    message(messages, HHC01417I, "Without message-security assist");
#endif
#ifdef HAVE_OPENSSL
    message(messages, HHC01417I, "With    TLS support (OpenSSL)");
#else
    message(messages, HHC01417I, "Without TLS support");
#endif
    return COMMAND_DONE;
}

enum command_result command_qpid(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    message(operator->messages, HHC17013I, (int)getpid());
    return COMMAND_DONE;
}

/* ---- messages ------------------------------------------------------------------------------- */

enum command_result command_message(struct operator *operator, const struct call *call)
{
    if (call->argc < 2)
        return COMMAND_WRONG;
    message(operator->messages, HHC20063I, call->rest);
    return COMMAND_DONE;
}

/* MSG and MSGNOH name a receiver first, as VM's do: there is one, whoever is named. */
static const char *after_receiver(const char *rest)
{
    rest += strcspn(rest, " \t");
    return rest + strspn(rest, " \t");
}

enum command_result command_msg(struct operator *operator, const struct call *call)
{
    if (call->argc < 3)
        return COMMAND_WRONG;
    message(operator->messages, HHC20063I, after_receiver(call->rest));
    return COMMAND_DONE;
}

/* No header: the text alone. */
enum command_result command_msgnoh(struct operator *operator, const struct call *call)
{
    if (call->argc < 3)
        return COMMAND_WRONG;
    message_from(operator->messages, MESSAGE_EMULATOR, MESSAGE_NO_DEVICE,
                 after_receiver(call->rest));
    return COMMAND_DONE;
}

/* ---- the log -------------------------------------------------------------------------------- */

/* The host's local time of day, to the second or microsecond. */
static void write_stamp(FILE *file, enum log_stamp stamp)
{
    struct timespec now;
    struct tm local;
    char text[16];
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &local);
    strftime(text, sizeof text, "%H:%M:%S", &local);
    fputs(text, file);
    if (stamp == STAMP_MICROSECONDS)
        fprintf(file, ".%06ld", now.tv_nsec / 1000);
    fputc(' ', file);
}

static void write_log(void *context, const struct message *m)
{
    struct operator *operator = context;
    enum log_stamp stamp = atomic_load(&operator->log_stamp);
    if (stamp != STAMP_NONE)
        write_stamp(operator->log, stamp);
    fprintf(operator->log, "%s\n", m->text);
    fflush(operator->log);
}

static void close_log(struct operator *operator)
{
    if (!operator->log)
        return;
    messages_unlisten(operator->messages, write_log, operator);
    fclose(operator->log);
    operator->log = NULL;
}

bool operator_log_to(struct operator *operator, const char *path)
{
    FILE *file = fopen(path, "a");
    if (!file) {
        message(operator->messages, HHC02219E, path, strerror(errno));
        return false;
    }
    close_log(operator);
    operator->log = file;
    messages_listen(operator->messages, write_log, operator);
    return true;
}

enum command_result command_log(struct operator *operator, const struct call *call)
{
    if (call->argc != 2)
        return COMMAND_WRONG;
    if (!same_word(call->argv[1], "off"))
        return operator_log_to(operator, call->argv[1]) ? COMMAND_DONE : COMMAND_FAILED;
    close_log(operator);
    return COMMAND_DONE;
}

/* The field's DATESTAMP is taken for what it is, though the day is in no line. */
enum command_result command_logopt(struct operator *operator, const struct call *call)
{
    enum log_stamp stamp = atomic_load(&operator->log_stamp);
    for (int i = 1; i < call->argc; i++) {
        if (same_word(call->argv[i], "TIMESTAMP"))
            stamp = STAMP_SECONDS;
        else if (same_word(call->argv[i], "NOTIMESTAMP"))
            stamp = STAMP_NONE;
        else if (!same_word(call->argv[i], "DATESTAMP") && !same_word(call->argv[i], "NODATESTAMP"))
            return COMMAND_WRONG;
    }
    atomic_store(&operator->log_stamp, stamp);
    message(operator->messages, HHC02204I, "LOGOPT", stamp == STAMP_NONE ? "NOTIMESTAMP" : "TIMESTAMP");
    return COMMAND_DONE;
}

/* ---- the shell ------------------------------------------------------------------------------ */

enum command_result command_sh(struct operator *operator, const struct call *call)
{
    if (call->argc < 2)
        return COMMAND_WRONG;
    if (!operator->settings.shell) {
        message(operator->messages, HHC20064E);
        return COMMAND_FAILED;
    }
    FILE *pipe = popen(call->rest, "r");
    if (!pipe) {
        message(operator->messages, HHC02219E, call->rest, strerror(errno));
        return COMMAND_FAILED;
    }
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while ((n = getline(&line, &room, pipe)) >= 0) {
        line[strcspn(line, "\r\n")] = 0;
        message(operator->messages, HHC20060I, line);
    }
    free(line);
    int status = pclose(pipe);
    if (status == 0)
        return COMMAND_DONE;
    message(operator->messages, HHC20065E, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    return COMMAND_FAILED;
}

/* ---- the end -------------------------------------------------------------------------------- */

enum command_result command_quit(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    operator_quit(operator);
    return COMMAND_DONE;
}

enum command_result command_remark(struct operator *operator, const struct call *call)
{
    (void)operator;
    (void)call;
    return COMMAND_DONE;
}

/* Words of the field, of which -verbose and noverbose are terse, and debug tells what emsgloc
 * tells. */
static bool set_level(const char *word, struct message_level *level, enum log_stamp *stamp)
{
    bool off = *word == '-' || strncasecmp(word, "no", 2) == 0;
    const char *name = word + (*word == '-' || *word == '+' ? 1 : off ? 2 : 0);
    if (same_word(word, "on") || same_word(word, "off") || same_word(word, "default")) {
        *level = (struct message_level){ .confirms = !same_word(word, "off") };
        *stamp = STAMP_NONE;
    }
    else if (same_word(name, "verbose"))
        level->confirms = !off;
    else if (same_word(name, "terse"))
        level->confirms = off;
    else if (same_word(name, "emsgloc") || same_word(name, "debug"))
        level->tells_place = !off;
    else if (same_word(name, "time"))
        *stamp = off ? STAMP_NONE : *stamp == STAMP_NONE ? STAMP_SECONDS : *stamp;
    else if (same_word(name, "usecs"))
        *stamp = !off ? STAMP_MICROSECONDS : *stamp == STAMP_NONE ? STAMP_NONE : STAMP_SECONDS;
    else
        return false;
    return true;
}

enum command_result command_msglevel(struct operator *operator, const struct call *call)
{
    static const char *const stamps[] = { [STAMP_NONE] = "", [STAMP_SECONDS] = " time",
                                          [STAMP_MICROSECONDS] = " time usecs" };
    struct message_level level = messages_level(operator->messages);
    enum log_stamp stamp = atomic_load(&operator->log_stamp);
    for (int i = 1; i < call->argc; i++)
        if (!set_level(call->argv[i], &level, &stamp))
            return COMMAND_WRONG;
    messages_set_level(operator->messages, level);
    atomic_store(&operator->log_stamp, stamp);
    message(operator->messages, HHC17012I, level.confirms ? "verbose" : "terse",
            level.tells_place ? " emsgloc" : "", stamps[stamp]);
    return COMMAND_DONE;
}
