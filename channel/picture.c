/* The channel's side of a device, for the operator to look at. */
#include <string.h>

#include "channel/subchannel.h"
#include "core/bytes.h"

static const char *activity_name(const struct subchannel *sub)
{
    static const char *const names[] = {
        [IDLE] = "idle", [QUEUED] = "to be executed", [RUNNING] = "executing a command",
        [WAITING] = "waiting for the device", [CHAINING] = "waiting for device end to chain",
        [SUSPENDED] = "suspended", [AWAITING_DEVICE] = "waiting for device end to begin",
        [ENDING] = "ending"
    };
    return names[sub->activity];
}

static void take_program(struct device_picture *picture, const struct program *p)
{
    picture->command = p->exchange.command;
    picture->flags = p->flags;
    picture->key = p->mode.key;
    picture->address = p->flags & CCW_INDIRECT && p->block_left ? (uint32_t)p->block : p->address;
    picture->count = p->count;
    picture->next = p->next;
    picture->moved = p->bytes;
    picture->unit_status = (uint8_t)p->unit_status;
    picture->channel_status = p->channel_status;
}

/* With the device alone: no command changes its program meanwhile. */
static void look(struct device *dev, void *context)
{
    struct device_picture *picture = context;
    struct subchannel *sub = dev->subchannel;
    channels_lock(sub->channels);
    *picture = (struct device_picture){
        .activity = activity_name(sub), .pending = sub->pending, .works = sub->device_works,
        .device_status = sub->device_status, .started = sub->started,
        .malfunctions = (uint8_t)device_malfunctions(dev)
    };
    take_program(picture, &sub->program);
    put32(picture->csw, sub->csw.address);
    picture->csw[0] = sub->csw.key;
    picture->csw[4] = sub->csw.unit;
    picture->csw[5] = sub->csw.channel;
    put16(picture->csw + 6, sub->csw.count);
    memcpy(picture->sense, dev->sense, sizeof picture->sense);
    picture->has_schib = device_subchannel(dev) >= 0;
    if (picture->has_schib)
        css_store_schib(sub, picture->schib);
    channels_unlock(sub->channels);
}

void device_picture(struct device *dev, struct device_picture *picture)
{
    device_alone(dev, look, picture);
}

int device_subchannel(const struct device *dev)
{
    const struct subchannel *sub = dev->subchannel;
    return sub && sub->channels->face == &subsystem_face ? sub->css.number : -1;
}
