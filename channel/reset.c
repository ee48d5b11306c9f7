/* I/O system reset and initial program loading: what System/370's channels and the channel
 * subsystem do alike. */
#include <stdio.h>
#include <string.h>

#include "channel/subchannel.h"
#include "core/bytes.h"
#include "core/messages.h"

/* ---- reset (GA22 4-39, SA22 17-12) ------------------------------------------------------ */

void subchannel_reset_device(struct subchannel *sub)
{
    struct device *dev = sub->device;
    pthread_mutex_lock(&sub->alone);
    memset(dev->sense, 0, sizeof dev->sense);
    if (dev->type->reset)
        dev->type->reset(dev);
    pthread_mutex_unlock(&sub->alone);
}

static void reset_subchannel(struct channels *channels, struct subchannel *sub)
{
    channels_lock(channels);
    subchannel_abandon(sub);
    channels_unlock(channels);
    subchannel_after(sub);
    subchannel_reset_device(sub);
    channels_lock(channels);
    sub->pending = sub->device_works = false;
    sub->csw = (struct csw){ 0 };
    sub->device_status = 0;
    sub->logout = 0;
    interruption_update(sub);
    css_reset_subchannel(sub);
    channels->attend = false;
    channels_unlock(channels);
}

void channels_reset(struct channels *channels, uint32_t first, uint32_t last)
{
    struct device *dev;
    for (uint32_t number = first; (dev = device_hold_from(channels, number)) && dev->number <= last;) {
        reset_subchannel(channels, dev->subchannel);
        number = dev->number + 1u;
        device_done(dev);
    }
    if (dev)
        device_done(dev);
}

void channels_choose_face(struct channels *channels)
{
    bool s370 = architecture_id(channels->machine->arch) == S370;
    channels->face = s370 ? &channel_face : &subsystem_face;
}

/* Here the machine's architecture may have become another one. */
static void reset(void *context)
{
    struct channels *channels = context;
    channels_lock(channels);
    channels->owner = 0;
    for (int i = 0; i < CHANNELS; i++)
        channels->channel[i].available_due = false;
    channels_unlock(channels);
    channels_reset(channels, 0, 0xFFFF);
    channels_lock(channels);
    channels_choose_face(channels);
    css_reset(channels);
    channels->attend = false;
    channels_unlock(channels);
}

/* ---- initial program loading --------------------------------------------------------------- */

/* As if a START I/O had found a CCW that reads 24 bytes to location 0, chained to the
 * one at 8 (GA22 4-44, SA22 17-15). */
static bool load(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct subchannel *sub = subchannel_find(channels, address);
    bool possible = sub && sub->activity == IDLE;
    if (possible) {
        sub->loading = cpu;
        sub->started_fast = false;
        sub->pending = false;
        sub->activity = RUNNING;
        channels->face->update(sub);
        program_start_with(&sub->program, 0x02, CCW_CHAIN_COMMAND | CCW_SUPPRESS_LENGTH, 0, 24, 8);
        channels->started++;
        sub->started++;
        subchannel_queue(sub);
    }
    channels_unlock(channels);
    return possible;
}

/* The subsystem leaves where the program came from: subsystem identification at 184, and an
 * interruption parameter of zero behind it. */
static void leave_identification(struct subchannel *sub)
{
    enum { SUBSYSTEM_ID = 184, LENGTH = 8 };
    struct channels *channels = sub->channels;
    if (channels->face != &subsystem_face)
        return;
    channels_lock(channels);
    css_enable(sub);
    channels_unlock(channels);
    uint8_t *low = storage_absolute(channels->machine, SUBSYSTEM_ID, LENGTH);
    put32(low, css_identification(sub));
    put32(low + 4, 0);
    storage_changed(channels->machine, SUBSYSTEM_ID, LENGTH);
}

void subchannel_loaded(struct subchannel *sub, struct cpu *cpu)
{
    const struct program *p = &sub->program;
    struct device *dev = sub->device;
    unsigned accepted = UNIT_ENDED | UNIT_CONTROL_UNIT_END;
    char error[160];
    if (!(p->unit_status & ~accepted) && p->unit_status & UNIT_CHANNEL_END && !p->channel_status) {
        leave_identification(sub);
        ipl_complete(cpu, dev->number, NULL);
        return;
    }
    int used = snprintf(error, sizeof error, "unit status %02X, channel status %02X, CCW address %06X",
                        p->unit_status, p->channel_status, p->next);
    if (p->unit_status & UNIT_CHECK)
        snprintf(error + used, sizeof error - (size_t)used, ", sense %02X%02X%02X%02X",
                 dev->sense[0], dev->sense[1], dev->sense[2], dev->sense[3]);
    message(dev->messages, HHC00828E, cpu->address, error);
    ipl_complete(cpu, dev->number, error);
}

void reset_functions(struct channels *channels)
{
    channels->machine->io.reset = reset;
    channels->machine->io.load = load;
}
