/* The channels of a machine and the table of its devices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "channel/subchannel.h"
#include "core/messages.h"

/* System/370's channels interrupt the CPU that has them; the subsystem any that is enabled. */
static void attend(struct channels *channels, const struct face *face)
{
    struct machine *machine = channels->machine;
    int owner = channels->owner;
    for (int i = 0; i < machine->ncpus; i++)
        if (face == &subsystem_face || i == owner)
            cpu_attend(machine->cpus[i], ATTEND_IO);
}

void channels_unlock(struct channels *channels)
{
    const struct face *face = channels->face;
    bool tell = channels->attend;
    channels->attend = false;
    pthread_mutex_unlock(&channels->lock);
    if (tell)
        attend(channels, face);
}

/* ---- making and freeing -------------------------------------------------------------- */

struct channels *channels_new(struct machine *machine)
{
    struct channels *channels = calloc(1, sizeof *channels);
    if (!channels)
        return NULL;
    channels->machine = machine;
    channels->queue_end = &channels->queue;
    pthread_mutex_init(&channels->lock, NULL);
    pthread_cond_init(&channels->work, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&channels->settled, &monotonic);
    pthread_cond_init(&channels->timer_changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (int i = 0; i < CHANNELS; i++) {
        channels->channel[i].number = (uint8_t)i;
        channels->channel[i].type = i ? CHANNEL_BLOCK_MULTIPLEXER : CHANNEL_BYTE_MULTIPLEXER;
    }
    channels_choose_face(channels);
    s370_face(channels);
    css_instructions(channels);
    reset_functions(channels);
    return channels;
}

static void end_threads(struct channels *channels)
{
    channels_lock(channels);
    channels->quitting = true;
    pthread_cond_broadcast(&channels->work);
    pthread_cond_broadcast(&channels->timer_changed);
    pthread_mutex_unlock(&channels->lock);
    for (int i = 0; i < channels->worker_count; i++)
        pthread_join(channels->workers[i], NULL);
    if (channels->has_timer)
        pthread_join(channels->timer, NULL);
}

void channels_free(struct channels *channels)
{
    if (!channels)
        return;
    struct device *dev;
    while ((dev = device_from(channels, 0)))
        device_detach(channels, dev->number);
    end_threads(channels);
    for (int i = 0; i < 256; i++)
        free(channels->numbers[i]);
    free(channels->css.table);
    agenda_free(&channels->timers);
    pthread_mutex_destroy(&channels->lock);
    pthread_cond_destroy(&channels->work);
    pthread_cond_destroy(&channels->settled);
    pthread_cond_destroy(&channels->timer_changed);
    channels->machine->io = (struct io_port){ 0 };
    free(channels);
}

void channel_set_type(struct channels *channels, int channel, enum channel_type type)
{
    if (channel >= 0 && channel < CHANNELS)
        channels->channel[channel].type = type;
}

uint64_t channels_started(const struct channels *channels) { return channels->started; }

/* ---- the table of devices ---------------------------------------------------------------- */

struct subchannel *subchannel_find(struct channels *channels, uint32_t number)
{
    struct subchannel **row = number <= 0xFFFF ? channels->numbers[number >> 8] : NULL;
    return row ? row[number & 0xFF] : NULL;
}

struct device *device_find(struct channels *channels, uint16_t number)
{
    channels_lock(channels);
    struct subchannel *sub = subchannel_find(channels, number);
    channels_unlock(channels);
    return sub ? sub->device : NULL;
}

/* With the lock: the first device with a number >= `from`. */
static struct subchannel *first_from(struct channels *channels, uint32_t from)
{
    for (uint32_t number = from; number <= 0xFFFF; number++)
        if (!channels->numbers[number >> 8])
            number |= 0xFF;
        else if (subchannel_find(channels, number))
            return subchannel_find(channels, number);
    return NULL;
}

struct device *device_from(struct channels *channels, uint32_t from)
{
    channels_lock(channels);
    struct subchannel *sub = first_from(channels, from);
    channels_unlock(channels);
    return sub ? sub->device : NULL;
}

struct device *device_hold_from(struct channels *channels, uint32_t from)
{
    channels_lock(channels);
    struct subchannel *sub = first_from(channels, from);
    if (sub)
        sub->users++;
    channels_unlock(channels);
    return sub ? sub->device : NULL;
}

/* With the lock. False if the number is taken. */
static bool enter(struct channels *channels, struct subchannel *sub, uint16_t number)
{
    struct subchannel ***row = &channels->numbers[number >> 8];
    if (!*row && !(*row = calloc(256, sizeof **row)))
        return false;
    if ((*row)[number & 0xFF])
        return false;
    sub->device->number = number;
    if (!css_enter(channels, sub))
        return false;
    (*row)[number & 0xFF] = sub;
    sub->channel = number >> 8 < CHANNELS ? &channels->channel[number >> 8] : NULL;
    if (sub->channel)
        sub->channel->devices++;
    return true;
}

static void leave(struct channels *channels, struct subchannel *sub)
{
    uint16_t number = sub->device->number;
    sub->pending = false;
    sub->device_status = 0;
    interruption_update(sub);
    css_leave(channels, sub);
    channels->numbers[number >> 8][number & 0xFF] = NULL;
    if (sub->channel)
        sub->channel->devices--;
    sub->channel = NULL;
}

/* ---- words --------------------------------------------------------------------------------- */

static void free_words(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    free(argv);
}

static char **copy_words(int argc, char *const argv[])
{
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    for (int i = 0; copy && i < argc; i++)
        if (!(copy[i] = strdup(argv[i]))) {
            free_words(i, copy);
            return NULL;
        }
    return copy;
}

/* Open with words that are kept if it succeeds. `argv` may be the device's own. */
static bool open_with(struct device *dev, int argc, char *const argv[])
{
    char **words = copy_words(argc, argv);
    if (!words || !dev->type->open(dev, argc, words)) {
        free_words(words ? argc : 0, words);
        return false;
    }
    free_words(dev->argc, dev->argv);
    dev->argc = argc;
    dev->argv = words;
    return true;
}

/* ---- attaching and detaching ------------------------------------------------------------------ */

static void note_pci(struct program *program)
{
    struct subchannel *sub = program->device->subchannel;
    channels_lock(sub->channels);
    if (!sub->abandoned && !sub->loading) {
        sub->channels->face->pci(sub);
        sub->called = !sub->channels->machine->clock.is_virtual;
    }
    channels_unlock(sub->channels);
}

static void note_accepted(struct program *program)
{
    struct subchannel *sub = program->device->subchannel;
    channels_lock(sub->channels);
    if (!sub->abandoned)
        sub->channels->face->accepted(sub);
    channels_unlock(sub->channels);
}

static void free_device(struct device *dev)
{
    if (dev->subchannel)
        pthread_mutex_destroy(&dev->subchannel->alone);
    free_words(dev->argc, dev->argv);
    free(dev->own);
    free(dev->subchannel);
    free(dev);
}

static struct device *make_device(struct channels *channels, const struct device_type *type)
{
    struct device *dev = calloc(1, sizeof *dev);
    struct subchannel *sub = calloc(1, sizeof *sub);
    void *own = calloc(1, type->size ? type->size : 1);
    if (!dev || !sub || !own) {
        free(dev), free(sub), free(own);
        return NULL;
    }
    *dev = (struct device){ .type = type, .own = own, .machine = channels->machine,
                            .channels = channels, .messages = channels->machine->messages,
                            .subchannel = sub };
    snprintf(dev->statement, sizeof dev->statement, "%s", type->name);
    sub->device = dev;
    sub->channels = channels;
    sub->program.machine = channels->machine;
    sub->program.device = dev;
    sub->program.pci = note_pci;
    sub->program.accepted = note_accepted;
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&sub->alone, &recursive);
    pthread_mutexattr_destroy(&recursive);
    return dev;
}

struct device *device_attach(struct channels *channels, const struct device_type *type,
                             uint16_t number, int argc, char *const argv[])
{
    if (device_find(channels, number)) {
        message(channels->machine->messages, HHC01461E, number);
        return NULL;
    }
    struct device *dev = make_device(channels, type);
    if (!dev)
        return NULL;
    struct subchannel *sub = dev->subchannel;
    dev->number = number;
    pthread_mutex_lock(&sub->alone);
    bool opened = open_with(dev, argc, argv);
    pthread_mutex_unlock(&sub->alone);
    channels_lock(channels);
    bool entered = opened && enter(channels, sub, number);
    if (entered)
        channels->face->update(sub);   /* open may have presented a status */
    channels_unlock(channels);
    if (entered)
        return dev;
    if (opened)
        type->close(dev);
    later_forget(sub);
    message(channels->machine->messages, HHC01463E, number);
    free_device(dev);
    return NULL;
}

struct device *device_hold(struct channels *channels, uint16_t number)
{
    channels_lock(channels);
    struct subchannel *sub = subchannel_find(channels, number);
    if (sub)
        sub->users++;
    channels_unlock(channels);
    return sub ? sub->device : NULL;
}

void device_done(struct device *dev)
{
    struct channels *channels = dev->channels;
    channels_lock(channels);
    dev->subchannel->users--;
    pthread_cond_broadcast(&channels->settled);
    channels_unlock(channels);
}

bool device_detach(struct channels *channels, uint16_t number)
{
    channels_lock(channels);
    struct subchannel *sub = subchannel_find(channels, number);
    if (!sub) {
        channels_unlock(channels);
        return false;
    }
    subchannel_abandon(sub);
    leave(channels, sub);
    later_forget(sub);
    subchannel_wait_unused(sub);
    channels_unlock(channels);
    struct device *dev = sub->device;
    dev->type->close(dev);
    channels_lock(channels);
    later_forget(sub);
    subchannel_wait_unused(sub);
    channels_unlock(channels);
    free_device(dev);
    return true;
}

/* Closing may wait for a socket's action that wants the device alone: so not with `alone`. */
bool device_reopen(struct device *dev, int argc, char *const argv[])
{
    struct channels *channels = dev->channels;
    struct subchannel *sub = dev->subchannel;
    channels_lock(channels);
    subchannel_hold(sub);
    channels_unlock(channels);
    dev->type->close(dev);
    pthread_mutex_lock(&sub->alone);
    bool opened = open_with(dev, argc ? argc : dev->argc, argc ? argv : dev->argv);
    bool restored = opened || (argc && open_with(dev, dev->argc, dev->argv));
    pthread_mutex_unlock(&sub->alone);
    channels_lock(channels);
    subchannel_let_go(sub);
    channels_unlock(channels);
    if (opened) {
        device_present(dev, UNIT_DEVICE_END);
    } else if (!restored) {
        message(channels->machine->messages, HHC01465W, dev->number, dev->type->name);
        device_detach(channels, dev->number);
    }
    return opened;
}

bool device_renumber(struct channels *channels, uint16_t from, uint16_t to)
{
    channels_lock(channels);
    struct subchannel *sub = subchannel_find(channels, from);
    bool possible = sub && !subchannel_find(channels, to);
    if (possible) {
        subchannel_abandon(sub);
        leave(channels, sub);
        possible = enter(channels, sub, to) || (enter(channels, sub, from), false);
    }
    channels_unlock(channels);
    if (sub)
        subchannel_after(sub);
    return possible;
}

/* ---- waiting for quiet ------------------------------------------------------------------------- */

static bool is_quiet(struct channels *channels)
{
    for (uint32_t number = 0; number <= 0xFFFF; number++) {
        if (!channels->numbers[number >> 8]) {
            number |= 0xFF;
            continue;
        }
        struct subchannel *sub = subchannel_find(channels, number);
        if (sub && (sub->activity == RUNNING || sub->activity == QUEUED || sub->users))
            return false;
    }
    return true;
}

bool channels_settle(struct channels *channels, uint64_t host_ns)
{
    const struct clock *clock = &channels->machine->clock;
    if (clock->is_virtual)
        return true;
    uint64_t at = clock->host_start_ns + clock_ns(clock) + host_ns;
    struct timespec until = { (time_t)(at / 1000000000), (long)(at % 1000000000) };
    bool quiet;
    channels_lock(channels);
    while (!(quiet = is_quiet(channels)))
        if (pthread_cond_timedwait(&channels->settled, &channels->lock, &until) != 0)
            break;
    channels_unlock(channels);
    return quiet;
}
