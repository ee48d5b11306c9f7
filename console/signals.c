#include "console/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "console/console.h"
#include "core/thread.h"

struct signals {
    struct operator *operator;
    void (*other)(void *context, int signal);
    void *context;
    pthread_t thread;
};

static sigset_t taken(void)
{
    static const int list[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 /* ours: the session is over */,
                                SIGWINCH, SIGCONT,
#ifdef SIGPWR
                                SIGPWR,
#endif
    };
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        sigaddset(&set, list[i]);
    return set;
}

void signals_block(void)
{
    sigset_t set = taken();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);      /* a file that may not grow: the write tells */
}

/* The host's power fails: the warning condition was made for that (GA22 11-19). */
static bool is_power(int signal)
{
#ifdef SIGPWR
    return signal == SIGPWR;
#else
    (void)signal;
    return false;
#endif
}

static void *wait_for_signals(void *context)
{
    struct signals *signals = context;
    sigset_t set = taken();
    int signal;
    while (sigwait(&set, &signal) == 0 && signal != SIGUSR1) {
        if (is_power(signal))
            operator_power_fails(signals->operator);
        else if (signal != SIGWINCH && signal != SIGCONT)
            operator_quit(signals->operator);
        else if (signals->other)
            signals->other(signals->context, signal);
    }
    return NULL;
}

struct signals *signals_take(struct operator *operator, void (*other)(void *, int), void *context)
{
    struct signals *signals = calloc(1, sizeof *signals);
    if (!signals)
        abort();
    *signals = (struct signals){ .operator = operator, .other = other, .context = context };
    signals_block();
    if (thread_create(&signals->thread, NULL, wait_for_signals, signals) == 0)
        return signals;
    free(signals);
    return NULL;
}

void signals_leave(struct signals *signals)
{
    pthread_kill(signals->thread, SIGUSR1);
    pthread_join(signals->thread, NULL);
    free(signals);
}
