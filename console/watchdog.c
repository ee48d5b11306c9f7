/* DIAGNOSE 288: a watchdog, as a logical partition has it. If the guest does not say in time that
 * it is well, its first CPU gets a restart interruption. */
#include <stdatomic.h>
#include <stdlib.h>

#include "console/commands.h"
#include "console/turns.h"

/* One thread waits at most; what it waits for may be moved while it does. */
struct watchdog {
    _Atomic uint64_t bites_at;      /* the machine's time; 0: it is off */
    _Atomic bool has_thread;
};

struct watchdog *watchdog_new(void)
{
    struct watchdog *watchdog = calloc(1, sizeof *watchdog);
    if (!watchdog)
        abort();
    return watchdog;
}

void watchdog_free(struct watchdog *watchdog)
{
    free(watchdog);
}

static bool is_off(void *context)
{
    struct watchdog *watchdog = ((struct operator *)context)->watchdog;
    return atomic_load(&watchdog->bites_at) == 0;
}

static void bite(struct operator *operator)
{
    struct cpu *cpu = operator->machine->cpus[0];
    atomic_store(&operator->watchdog->bites_at, 0);
    message(operator->messages, HHC20048W, cpu->address);
    cpu_restart(cpu);
}

static void wait_until_it_bites(struct operator *operator)
{
    struct watchdog *watchdog = operator->watchdog;
    uint64_t now, then;
    while ((then = atomic_load(&watchdog->bites_at)) != 0) {
        now = clock_ns(&operator->machine->clock);
        if (now >= then)
            bite(operator);
        else if (operator_pass(operator, is_off, operator, then - now) == PASSED_QUIT)
            atomic_store(&watchdog->bites_at, 0);
    }
}

/* The guest may begin anew when this thread has just found that it is off. */
static void run(void *context)
{
    struct operator *operator = context;
    struct watchdog *watchdog = operator->watchdog;
    do {
        wait_until_it_bites(operator);
        atomic_store(&watchdog->has_thread, false);
    } while (atomic_load(&watchdog->bites_at) && !atomic_exchange(&watchdog->has_thread, true));
}

/* The function in R1, seconds in R1+1; what it is to do in R3, where 0 is restart. There is nothing
 * to change or cancel before it began. */
bool diagnose_watchdog(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    enum { BEGIN, CHANGE, CANCEL, LEAST_SECONDS = 15, RESTART = 0 };
    struct watchdog *watchdog = operator->watchdog;
    uint64_t function = cpu->gr[r1].d, seconds = cpu->gr[r1 | 1].d;
    if (r1 & 1 || r3 & 1 || function > CANCEL)
        return false;
    if (function == CANCEL)
        return atomic_exchange(&watchdog->bites_at, 0) != 0;
    bool runs = atomic_load(&watchdog->bites_at) != 0;
    if (seconds < LEAST_SECONDS || seconds > UINT32_MAX || (function == CHANGE && !runs) ||
        (function == BEGIN && cpu->gr[r3].d != RESTART))
        return false;
    atomic_store(&watchdog->bites_at,
                 clock_ns(&operator->machine->clock) + seconds * UINT64_C(1000000000));
    if (atomic_exchange(&watchdog->has_thread, true))
        return true;
    if (turns_begin(operator->turns, run, operator))
        return true;
    atomic_store(&watchdog->has_thread, false);
    return false;
}
