/* Line-by-line operation: for pipes, services and plain terminals. Every message is a line
 * of standard output, flushed at once, so that what the guest prints and what commands
 * answer stand in the order in which they happened. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/commands.h"
#include "console/signals.h"
#include "core/thread.h"

struct session {
    struct operator *operator;
};

static void print(void *context, const struct message *m)
{
    (void)context;
    fputs(m->text, stdout);
    putchar('\n');
    fflush(stdout);
}

/* ---- input ---------------------------------------------------------------------------------- */

struct input {
    struct session *session;
    char *bytes;
    size_t length, room;
    bool ended;
};

/* Something to read, or the end of the session? */
static bool poll_input(struct input *input, int timeout)
{
    struct pollfd fds[2] = { { STDIN_FILENO, POLLIN, 0 },
                             { input->session->operator->wake[0], POLLIN, 0 } };
    return poll(fds, 2, timeout) > 0;
}

static bool input_ready(void *context)
{
    return poll_input(context, 0);
}

/* Wait for input; in virtual time the machine runs meanwhile, while it can. */
static void wait_for_input(struct input *input)
{
    struct operator *operator = input->session->operator;
    operator_idle(operator, input_ready, input);
    while (!operator_quitting(operator) && !poll_input(input, -1))
        ;
}

static void read_input(struct input *input)
{
    if (input->length + 4096 > input->room) {
        input->room = input->room * 2 + 8192;
        input->bytes = realloc(input->bytes, input->room);
        if (!input->bytes)
            abort();
    }
    ssize_t n = read(STDIN_FILENO, input->bytes + input->length, 4096);
    if (n > 0)
        input->length += (size_t)n;
    else if (n == 0 || errno != EINTR)
        input->ended = true;
}

/* The next line, to be freed; NULL at the end of input or of the session. */
static char *next_line(struct input *input)
{
    struct operator *operator = input->session->operator;
    while (!operator_quitting(operator)) {
        char *end = input->length ? memchr(input->bytes, '\n', input->length) : NULL;
        if (!end && input->ended && input->length == 0)
            return NULL;
        if (end || input->ended) {
            size_t n = end ? (size_t)(end - input->bytes) : input->length;
            char *line = strndup(input->bytes, n);
            if (!line)
                abort();
            size_t used = end ? n + 1 : n;
            input->length -= used;
            memmove(input->bytes, input->bytes + used, input->length);
            size_t length = strlen(line);       /* a NUL ends it, too */
            if (length > 0 && line[length - 1] == '\r')
                line[length - 1] = 0;
            return line;
        }
        wait_for_input(input);
        if (!operator_quitting(operator))
            read_input(input);
    }
    return NULL;
}

static void take_commands(struct session *session)
{
    struct input input = { .session = session };
    struct operator *operator = session->operator;
    char *line;
    while ((line = next_line(&input))) {
        operator_command(operator, line);
        free(line);
        if (!operator->interactive && operator->expectation_failed)
            break;
    }
    if (input.ended && !operator_quitting(operator))
        message(operator->messages, HHC20066I);
    free(input.bytes);
}

/* Without input: until somebody says quit. */
static void stay(struct session *session)
{
    struct operator *operator = session->operator;
    operator_idle(operator, NULL, NULL);
    struct pollfd wake = { operator->wake[0], POLLIN, 0 };
    while (!operator_quitting(operator))
        poll(&wake, 1, -1);
}

/* ---- a person's script runs beside the input ---------------------------------------------------- */

struct beside {
    struct operator *operator;
    const char *path;
};

static void *run_beside(void *context)
{
    struct beside *beside = context;
    operator_script(beside->operator, beside->path);
    return NULL;
}

static void run_session(struct session *session, const struct line_mode_options *options)
{
    struct operator *operator = session->operator;
    bool is_virtual = operator->machine->clock.is_virtual;
    bool beside_input = operator->interactive && !is_virtual && options->script;
    struct beside beside = { operator, options->script };
    pthread_t thread;
    if (beside_input)
        beside_input = thread_create(&thread, NULL, run_beside, &beside) == 0;
    else if (options->script && operator_script(operator, options->script) != COMMAND_DONE &&
             !operator->interactive)
        operator->expectation_failed = true;
    if (operator_quitting(operator) || (operator->expectation_failed && !operator->interactive))
        ;
    else if (options->daemon)
        stay(session);
    else
        take_commands(session);
    operator_quit(operator);
    if (beside_input)
        pthread_join(thread, NULL);
}

int line_mode(struct operator *operator, const struct line_mode_options *options)
{
    struct session session = { .operator = operator };
    struct signals *signals = signals_take(operator, NULL, NULL);
    if (!signals)
        return EXIT_FAILURE;
    operator_set_interactive(operator, !options->daemon && isatty(STDIN_FILENO));
    operator_power_on(operator);
    run_session(&session, options);
    operator_power_off(operator);
    message(operator->messages, HHC01412I, PACKAGE_NAME);
    signals_leave(signals);
    return operator_expectations_held(operator) ? EXIT_SUCCESS : EXIT_FAILURE;
}

void line_mode_listen(struct operator *operator)
{
    messages_listen(operator->messages, print, NULL);
}

void line_mode_unlisten(struct operator *operator)
{
    messages_unlisten(operator->messages, print, NULL);
}
