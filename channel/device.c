/* What a device may ask for from outside a command. A device that stands alone (a test's)
 * has no subchannel: nobody else wants it, and nobody hears what it presents. */
#include <stdio.h>
#include <stdlib.h>

#include "channel/subchannel.h"
#include "core/thread.h"

void device_alone(struct device *dev, void (*action)(struct device *, void *), void *context)
{
    if (dev->subchannel)
        pthread_mutex_lock(&dev->subchannel->alone);
    action(dev, context);
    if (dev->subchannel)
        pthread_mutex_unlock(&dev->subchannel->alone);
}

void device_proceed(struct device *dev)
{
    struct subchannel *sub = dev->subchannel;
    if (!sub)
        return;
    channels_lock(sub->channels);
    if (sub->activity == WAITING)
        subchannel_queue(sub);
    else if (sub->activity == RUNNING)
        sub->proceeds = true;
    channels_unlock(sub->channels);
}

void device_present(struct device *dev, unsigned status)
{
    struct subchannel *sub = dev->subchannel;
    if (!sub)
        return;
    channels_lock(sub->channels);
    subchannel_present(sub, status);
    channels_unlock(sub->channels);
    subchannel_after(sub);
}

/* ---- later ------------------------------------------------------------------------- */

static void unlink_later(struct channels *channels, struct later *later)
{
    struct later **at = &channels->laters;
    while (*at != later)
        at = &(*at)->next;
    *at = later->next;
}

/* Host mode: the timer thread finds it (with the lock). */
static void later_due(void *context)
{
    struct later *later = context;
    later->due = true;
}

/* Virtual mode: it is done at once, on the machine's thread. */
static void later_now(void *context)
{
    struct later *later = context;
    struct channels *channels = later->subchannel->channels;
    channels_lock(channels);
    unlink_later(channels, later);
    channels_unlock(channels);
    device_alone(later->subchannel->device, later->action, later->context);
    free(later);
}

struct later *later_take_due(struct channels *channels)
{
    struct later *oldest = NULL;
    for (struct later *later = channels->laters; later; later = later->next)
        if (later->due)
            oldest = later;
    if (oldest)
        unlink_later(channels, oldest);
    return oldest;
}

void later_forget(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    struct later **at = &channels->laters;
    while (*at) {
        struct later *later = *at;
        if (later->subchannel != sub) {
            at = &later->next;
            continue;
        }
        agenda_forget(&channels->timers, later);
        agenda_forget(&channels->machine->agenda, later);
        *at = later->next;
        free(later);
    }
}

static void start_timer(struct channels *channels)
{
    if (!channels->has_timer)
        channels->has_timer = thread_create(&channels->timer, NULL, channels_timer, channels) == 0;
    pthread_cond_signal(&channels->timer_changed);
}

void device_later(struct device *dev, uint64_t ns, void (*action)(struct device *, void *),
                  void *context)
{
    struct subchannel *sub = dev->subchannel;
    if (!sub)
        return;
    struct channels *channels = sub->channels;
    struct machine *machine = channels->machine;
    uint64_t at = clock_ns(&machine->clock) + ns;
    struct later *later = malloc(sizeof *later);
    if (!later)
        abort();
    channels_lock(channels);
    *later = (struct later){ .next = channels->laters, .subchannel = sub, .action = action,
                             .context = context };
    channels->laters = later;
    if (machine->clock.is_virtual) {
        agenda_enter(&machine->agenda, at, later_now, later);
    } else {
        agenda_enter(&channels->timers, at, later_due, later);
        start_timer(channels);
    }
    channels_unlock(channels);
}

/* ---- for the operator ------------------------------------------------------------------ */

static void list_status(char *text, size_t size, unsigned unit, unsigned channel)
{
    static const char *const unit_names[] = { "UX", "UC", "DE", "CE", "BUSY", "CUE", "SM", "ATTN" };
    static const char *const channel_names[] = { "CHC", "IFCC", "CCC", "CDC", "PROTC", "PROGC",
                                                 "IL", "PCI" };
    size_t used = 0;
    *text = 0;
    for (int bit = 15; bit >= 0; bit--) {
        bool set = bit < 8 ? channel >> bit & 1 : unit >> (bit - 8) & 1;
        const char *name = bit < 8 ? channel_names[bit] : unit_names[bit - 8];
        if (set && used < size)
            used += (size_t)snprintf(text + used, size - used, " %s", name);
    }
}

void device_state(struct device *dev, char *text, size_t size)
{
    struct subchannel *sub = dev->subchannel;
    char status[80];
    if (!sub) {
        snprintf(text, size, "idle");
        return;
    }
    channels_lock(sub->channels);
    unsigned unit = sub->pending ? sub->csw.unit : sub->device_status;
    list_status(status, sizeof status, unit, sub->pending ? sub->csw.channel : 0);
    if (sub->activity == WAITING)
        snprintf(text, size, "waiting");
    else if (sub->activity != IDLE)
        snprintf(text, size, "busy");
    else if (sub->pending || sub->device_status)
        snprintf(text, size, "pending%s", status);
    else
        snprintf(text, size, sub->device_works ? "working" : "idle");
    channels_unlock(sub->channels);
}

uint64_t device_started(const struct device *dev)
{
    return dev->subchannel ? dev->subchannel->started : 0;
}

void device_trace(struct device *dev, bool on)
{
    if (dev->subchannel)
        dev->subchannel->program.trace = on;
}

void device_trace_orbs(struct device *dev, bool on)
{
    if (dev->subchannel)
        dev->subchannel->program.trace_orbs = on;
}

void device_malfunction(struct device *dev, unsigned channel_status)
{
    if (!dev->subchannel)
        return;
    if (channel_status)
        atomic_fetch_or(&dev->subchannel->program.faults, (uint8_t)channel_status);
    else
        atomic_store(&dev->subchannel->program.faults, 0);
}

unsigned device_malfunctions(const struct device *dev)
{
    return dev->subchannel ? dev->subchannel->program.faults : 0;
}
