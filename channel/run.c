/* Channel programs on their way: on worker threads in host mode, by the machine's agenda
 * in virtual mode. Here programs are stepped, halted, abandoned, and ended. */
#include "channel/subchannel.h"

#include <stdlib.h>
#include <time.h>

#include "core/thread.h"

/* A program that loops gives way to others after so many commands (host mode); on a CPU's
 * thread sooner. */
enum { COMMANDS_AT_A_TIME = 4096, COMMANDS_ON_CPU = 100 };
/* To hand a program to a worker and to wake the CPU again costs some 10 to 30 us. A device
 * on a file whose programs took less than this of late is served by the CPU's thread. */
enum { QUICK_NS = 30000 };
/* After PCI (host mode): a look at the CPU every so often, for so long at most, until it has
 * taken the interruption and executed so many instructions, or waits. */
enum { LOOK_NS = 20 * 1000, LOOKS = 200, PCI_INSTRUCTIONS = 10000 };
/* Virtual time: what a byte takes, and a command of a type that does not say. */
enum { NS_PER_BYTE = 20, DEFAULT_LATENCY_US = 10 };

static bool is_virtual(const struct channels *channels)
{
    return channels->machine->clock.is_virtual;
}

/* ---- queueing -------------------------------------------------------------------- */

static void run_due(void *context);

static uint64_t command_latency(const struct subchannel *sub)
{
    unsigned us = sub->device->type->latency_us;
    return 1000ull * (us ? us : DEFAULT_LATENCY_US);
}

static void enter_agenda(struct subchannel *sub, uint64_t delay)
{
    struct machine *machine = sub->channels->machine;
    agenda_enter(&machine->agenda, clock_ns(&machine->clock) + delay, run_due, sub);
}

static void wake_worker(struct channels *channels)
{
    bool enough = channels->queued <= channels->idle_workers;
    if (!enough && channels->worker_count < MAX_WORKERS &&
        thread_create(&channels->workers[channels->worker_count], NULL, channels_worker,
                       channels) == 0)
        channels->worker_count++;
    else
        pthread_cond_signal(&channels->work);
}

void subchannel_queue(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    sub->activity = QUEUED;
    sub->proceeds = false;
    if (sub->held)
        return;
    if (is_virtual(channels)) {
        enter_agenda(sub, command_latency(sub));
        return;
    }
    sub->next_queued = NULL;
    *channels->queue_end = sub;
    channels->queue_end = &sub->next_queued;
    channels->queued++;
    wake_worker(channels);
}

static struct subchannel *unqueue(struct channels *channels)
{
    struct subchannel *sub = channels->queue;
    channels->queue = sub->next_queued;
    channels->queued--;
    if (!channels->queue)
        channels->queue_end = &channels->queue;
    return sub;
}

/* Take a queued program out of the queue or agenda. */
static void withdraw(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    if (is_virtual(channels)) {
        agenda_forget(&channels->machine->agenda, sub);
        return;
    }
    struct subchannel **at = &channels->queue;
    while (*at && *at != sub)
        at = &(*at)->next_queued;
    if (!*at)
        return;
    channels->queued--;
    if (!(*at = sub->next_queued))
        channels->queue_end = at;
}

/* ---- stepping ----------------------------------------------------------------------- */

static enum program_result step(struct subchannel *sub, int limit)
{
    const struct clock *clock = &sub->channels->machine->clock;
    uint64_t began = clock_ns(clock);
    enum program_result result;
    do
        result = program_step(&sub->program);
    while (result == PROGRAM_CONTINUES && --limit > 0 && !sub->called);
    if (result == PROGRAM_ENDED)
        css_sense(sub);
    int64_t took = (int64_t)(clock_ns(clock) - began);
    /* Where the host let the thread wait once, this is no slow device. */
    if (took > 2 * QUICK_NS)
        took = 2 * QUICK_NS;
    sub->usual_ns += sub->usual_ns ? (took - sub->usual_ns) / 4 : took;
    return result;
}

bool subchannel_is_quick(const struct subchannel *sub)
{
    enum device_class class = sub->device->type->class;
    return !is_virtual(sub->channels) && !sub->called && (class == CLASS_DASD || class == CLASS_TAPE) &&
           sub->usual_ns > 0 && sub->usual_ns < QUICK_NS;
}

enum program_result subchannel_step_quick(struct subchannel *sub)
{
    return step(sub, COMMANDS_ON_CPU);
}

enum program_result subchannel_step(struct subchannel *sub)
{
    return step(sub, is_virtual(sub->channels) ? 1 : COMMANDS_AT_A_TIME);
}

/* Device end, if the device gave it meanwhile, lets a chain go on. */
static enum program_result chain_if_ended(struct subchannel *sub)
{
    if (!(sub->device_status & UNIT_DEVICE_END) && !sub->program.halted)
        return PROGRAM_AWAITS_DEVICE_END;
    unsigned status = sub->device_status;
    sub->device_status = 0;
    return program_device_end(&sub->program, status);
}

void subchannel_idle(struct subchannel *sub)
{
    sub->activity = IDLE;
    pthread_cond_broadcast(&sub->channels->settled);
}

void subchannel_settle(struct subchannel *sub, enum program_result result)
{
    struct channels *channels = sub->channels;
    subchannel_idle(sub);
    if (sub->abandoned)
        return;
    if (result == PROGRAM_AWAITS_DEVICE_END)
        result = chain_if_ended(sub);
    switch (result) {
    case PROGRAM_CONTINUES:
        subchannel_queue(sub);
        break;
    case PROGRAM_WAITS:
        if (sub->proceeds || sub->program.halted)
            subchannel_queue(sub);
        else
            sub->activity = WAITING;
        break;
    case PROGRAM_AWAITS_DEVICE_END:
        sub->activity = CHAINING;
        break;
    case PROGRAM_SUSPENDED:
        if (sub->program.halted)
            subchannel_finish(sub);
        else
            channels->face->suspended(sub);
        break;
    case PROGRAM_ENDED:
        if (is_virtual(channels) && sub->program.bytes) {
            sub->activity = ENDING;
            enter_agenda(sub, NS_PER_BYTE * sub->program.bytes);
        } else {
            subchannel_finish(sub);
        }
    }
}

/* From here on the program's struct may be used for the next one. */
static void note_end(struct subchannel *sub)
{
    subchannel_idle(sub);
    sub->called = false;
    sub->ended = true;
    sub->tells_device = sub->program.begun;
    sub->end_status = sub->program.unit_status;
}

static void release_channel(struct subchannel *sub)
{
    struct channel *channel = sub->channel;
    if (channel && channel->working == sub) {
        channel->working = NULL;
        interruption_update_channel(sub->channels, channel);
    }
}

void subchannel_finish(struct subchannel *sub)
{
    unsigned status = sub->program.unit_status;
    note_end(sub);
    release_channel(sub);
    if (status & UNIT_CHANNEL_END && !(status & UNIT_DEVICE_END))
        sub->device_works = !(sub->device_status & UNIT_DEVICE_END);
    if (!sub->loading)
        sub->channels->face->ended(sub);
}

void subchannel_after(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    struct device *dev = sub->device;
    channels_lock(channels);
    bool ended = sub->ended, tells = sub->tells_device;
    unsigned status = sub->end_status;
    struct cpu *loading = ended ? sub->loading : NULL;
    sub->ended = false;
    if (loading)
        sub->loading = NULL;
    channels_unlock(channels);
    if (!ended)
        return;
    if (tells && dev->type->end) {
        pthread_mutex_lock(&sub->alone);
        dev->type->end(dev, status);
        pthread_mutex_unlock(&sub->alone);
    }
    if (loading)
        subchannel_loaded(sub, loading);
}

/* Has the CPU taken the PCI, and had the time to do something about it? `since` is its
 * instruction count when that was first seen, 0 before. */
static bool has_answered(struct subchannel *sub, uint64_t *since)
{
    const struct machine *machine = sub->channels->machine;
    int owner = sub->channels->owner;
    const struct cpu *cpu = owner != NOBODY && owner < machine->ncpus ? machine->cpus[owner] : NULL;
    channels_lock(sub->channels);
    bool taken = !sub->pending;
    channels_unlock(sub->channels);
    if (!taken || !cpu)
        return !cpu;
    uint64_t now = cpu_instructions(cpu);
    if (*since == 0)
        *since = now;
    return now - *since >= PCI_INSTRUCTIONS || cpu_waiting(cpu);
}

/* PCI calls the CPU to look at, and to change, what the program has yet to do (GA22 12-39).
 * To the program that asked for it a record takes milliseconds; here, where it takes
 * microseconds, the channel leaves it the time to do so. (OS/VS1 formats its page data set
 * so, and gives up if it finds itself overtaken.) */
static void give_way(struct subchannel *sub)
{
    uint64_t since = 0;
    for (int i = 0; sub->called && i < LOOKS && !has_answered(sub, &since); i++)
        clock_host_sleep(LOOK_NS);
    sub->called = false;
}

/* One turn of a program that activity shows as RUNNING; neither lock is held. The device
 * hears of the end before it can be given another program. */
static void run(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    give_way(sub);
    pthread_mutex_lock(&sub->alone);
    enum program_result result = subchannel_step(sub);
    channels_lock(channels);
    subchannel_settle(sub, result);
    channels_unlock(channels);
    subchannel_after(sub);
    pthread_mutex_unlock(&sub->alone);
}

/* The agenda's time for a program has come. */
static void run_due(void *context)
{
    struct subchannel *sub = context;
    struct channels *channels = sub->channels;
    channels_lock(channels);
    bool ending = sub->activity == ENDING;
    if (ending)
        subchannel_finish(sub);
    else
        sub->activity = RUNNING;
    channels_unlock(channels);
    if (ending)
        subchannel_after(sub);
    else
        run(sub);
}

void *channels_worker(void *context)
{
    struct channels *channels = context;
    channels_lock(channels);
    while (!channels->quitting) {
        if (!channels->queue) {
            channels->idle_workers++;
            pthread_cond_wait(&channels->work, &channels->lock);
            channels->idle_workers--;
            continue;
        }
        struct subchannel *sub = unqueue(channels);
        sub->activity = RUNNING;
        sub->users++;
        pthread_mutex_unlock(&channels->lock);
        run(sub);
        channels_lock(channels);
        sub->users--;
        pthread_cond_broadcast(&channels->settled);
    }
    pthread_mutex_unlock(&channels->lock);
    return NULL;
}

/* ---- what happens to a program from outside -------------------------------------------- */

void subchannel_present(struct subchannel *sub, unsigned status)
{
    if (sub->activity == CHAINING && status & UNIT_DEVICE_END) {
        enum program_result result = program_device_end(&sub->program, status & 0xFF);
        subchannel_settle(sub, result);
        return;
    }
    if (status & UNIT_DEVICE_END)
        sub->device_works = false;
    if (status & UNIT_DEVICE_END && sub->activity == AWAITING_DEVICE) {
        status &= ~(unsigned)UNIT_DEVICE_END;
        subchannel_queue(sub);
    }
    sub->device_status |= status & 0xFF;
    sub->channels->face->update(sub);
}

void subchannel_halt(struct subchannel *sub)
{
    sub->program.halted = true;
    if (sub->activity == WAITING) {
        subchannel_queue(sub);
    } else if (sub->activity == CHAINING || sub->activity == SUSPENDED ||
               sub->activity == AWAITING_DEVICE) {
        subchannel_finish(sub);
    }
}

void subchannel_hold(struct subchannel *sub)
{
    while (sub->activity == RUNNING)
        pthread_cond_wait(&sub->channels->settled, &sub->channels->lock);
    if (sub->activity == QUEUED)
        withdraw(sub);
    sub->held = true;
}

void subchannel_let_go(struct subchannel *sub)
{
    sub->held = false;
    if (sub->activity == QUEUED || sub->activity == WAITING)
        subchannel_queue(sub);
}

void subchannel_wait_unused(struct subchannel *sub)
{
    while (sub->users || sub->activity == RUNNING)
        pthread_cond_wait(&sub->channels->settled, &sub->channels->lock);
}

static void give_up_waiting(struct subchannel *sub)
{
    struct device *dev = sub->device;
    if (!dev->type->halt)
        return;
    sub->activity = RUNNING;
    channels_unlock(sub->channels);
    pthread_mutex_lock(&sub->alone);
    dev->type->halt(dev);
    pthread_mutex_unlock(&sub->alone);
    channels_lock(sub->channels);
    subchannel_idle(sub);
}

void subchannel_abandon(struct subchannel *sub)
{
    if (sub->activity == IDLE)
        return;
    sub->abandoned = true;
    sub->program.halted = true;
    if (sub->activity == RUNNING)
        while (sub->activity == RUNNING)
            pthread_cond_wait(&sub->channels->settled, &sub->channels->lock);
    else if (sub->activity == WAITING)
        give_up_waiting(sub);
    else if (sub->activity == QUEUED || sub->activity == ENDING)
        withdraw(sub);
    note_end(sub);
    sub->abandoned = false;
    sub->loading = NULL;
    release_channel(sub);
    sub->channels->face->update(sub);
}

/* ---- the timer thread of host mode ---------------------------------------------------- */

static uint64_t host_time(const struct channels *channels, uint64_t ns)
{
    return channels->machine->clock.host_start_ns + ns;
}

static void wait_for_timer(struct channels *channels)
{
    uint64_t next = agenda_next(&channels->timers);
    if (next == AGENDA_NEVER) {
        pthread_cond_wait(&channels->timer_changed, &channels->lock);
        return;
    }
    uint64_t at = host_time(channels, next);
    struct timespec until = { (time_t)(at / 1000000000), (long)(at % 1000000000) };
    pthread_cond_timedwait(&channels->timer_changed, &channels->lock, &until);
}

/* Run one action that has become due. */
static bool run_laters(struct channels *channels)
{
    struct later *later = later_take_due(channels);
    if (!later)
        return false;
    struct subchannel *sub = later->subchannel;
    sub->users++;
    channels_unlock(channels);
    device_alone(sub->device, later->action, later->context);
    free(later);
    channels_lock(channels);
    sub->users--;
    pthread_cond_broadcast(&channels->settled);
    return true;
}

void *channels_timer(void *context)
{
    struct channels *channels = context;
    channels_lock(channels);
    while (!channels->quitting) {
        agenda_run(&channels->timers, clock_ns(&channels->machine->clock));
        if (!run_laters(channels))
            wait_for_timer(channels);
    }
    pthread_mutex_unlock(&channels->lock);
    return NULL;
}
