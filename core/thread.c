#include "core/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* Enough for the registers of any processor, and for a handler that does little. */
enum { SIGNAL_STACK = 64 << 10 };

struct start {
    void *(*run)(void *);
    void *context;
};

static void *begin(void *context)
{
    struct start start = *(struct start *)context;
    stack_t own = { .ss_sp = malloc(SIGNAL_STACK), .ss_size = SIGNAL_STACK }, before;
    free(context);
    bool has = own.ss_sp && sigaltstack(&own, &before) == 0;
    void *result = start.run(start.context);
    if (has)
        sigaltstack(&before, NULL);
    free(own.ss_sp);
    return result;
}

int thread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                  void *context)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return EAGAIN;
    *start = (struct start){ run, context };
    int error = pthread_create(thread, attributes, begin, start);
    if (error)
        free(start);
    return error;
}
