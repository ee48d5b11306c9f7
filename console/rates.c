#include "console/rates.h"

#include <stdlib.h>

#include "console/operator.h"

static const uint64_t SECOND_NS = 1000000000;

struct rates {
    struct operator *operator;
    pthread_mutex_t lock;
    struct events *events;
    uint64_t ns, instructions, ios;     /* at the last sample */
    struct rate now, highest;
};

static void sample(void *context)
{
    struct rates *rates = context;
    struct machine *machine = rates->operator->machine;
    uint64_t ns = clock_ns(&machine->clock), instructions = 0;
    for (int i = 0; i < machine->ncpus; i++)
        instructions += cpu_instructions(machine->cpus[i]);
    uint64_t ios = channels_started(rates->operator->channels);
    double seconds = (double)(ns - rates->ns) / 1e9;
    pthread_mutex_lock(&rates->lock);
    if (seconds > 0 && instructions >= rates->instructions) {
        rates->now.mips = (double)(instructions - rates->instructions) / seconds / 1e6;
        rates->now.ios = (double)(ios - rates->ios) / seconds;
    }
    if (rates->now.mips > rates->highest.mips)
        rates->highest.mips = rates->now.mips;
    if (rates->now.ios > rates->highest.ios)
        rates->highest.ios = rates->now.ios;
    rates->ns = ns;
    rates->instructions = instructions;
    rates->ios = ios;
    pthread_mutex_unlock(&rates->lock);
    events_after(rates->events, SECOND_NS, sample, rates);
}

struct rates *rates_new(struct operator *operator)
{
    struct rates *rates = calloc(1, sizeof *rates);
    if (!rates)
        abort();
    rates->operator = operator;
    pthread_mutex_init(&rates->lock, NULL);
    return rates;
}

void rates_start(struct rates *rates)
{
    struct machine *machine = rates->operator->machine;
    if (machine->clock.is_virtual || rates->events)
        return;
    rates->events = machine->events;
    rates->ns = clock_ns(&machine->clock);
    events_after(rates->events, SECOND_NS, sample, rates);
}

void rates_stop(struct rates *rates)
{
    if (rates && rates->events)
        events_cancel(rates->events, rates);
    if (rates)
        rates->events = NULL;
}

void rates_free(struct rates *rates)
{
    if (!rates)
        return;
    rates_stop(rates);
    pthread_mutex_destroy(&rates->lock);
    free(rates);
}

struct rate rates_now(struct rates *rates)
{
    pthread_mutex_lock(&rates->lock);
    struct rate rate = rates->now;
    pthread_mutex_unlock(&rates->lock);
    return rate;
}

struct rate rates_highest(struct rates *rates, bool reset)
{
    pthread_mutex_lock(&rates->lock);
    struct rate rate = rates->highest;
    if (reset)
        rates->highest = (struct rate){ 0 };
    pthread_mutex_unlock(&rates->lock);
    return rate;
}
