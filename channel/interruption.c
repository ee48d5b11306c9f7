/* Interruption conditions: what is pending, where, and who is told. */
#include "channel/subchannel.h"

static uint32_t channel_bit(const struct channel *channel) { return 0x80000000u >> channel->number; }

bool device_status_presentable(const struct subchannel *sub)
{
    return sub->device_status && sub->activity == IDLE && !sub->pending &&
           !(sub->channel && sub->channel->working);
}

static void update_bit(struct channels *channels, struct channel *channel)
{
    if (channel->interruptions || (channel->available_due && !channel->working))
        atomic_fetch_or(&channels->pending, channel_bit(channel));
    else
        atomic_fetch_and(&channels->pending, ~channel_bit(channel));
}

void interruption_update(struct subchannel *sub)
{
    struct channel *channel = sub->channel;
    bool has = sub->pending || device_status_presentable(sub);
    if (!channel)
        return;
    if (has)
        sub->channels->attend = true;
    if (has != sub->counted) {
        channel->interruptions += has ? 1 : -1u;
        sub->counted = has;
    }
    update_bit(sub->channels, channel);
}

/* The channel has become free: what was held back behind it can be presented. */
void interruption_update_channel(struct channels *channels, struct channel *channel)
{
    struct subchannel **subs = channels->numbers[channel->number];
    for (int unit = 0; subs && unit < 256; unit++)
        if (subs[unit])
            interruption_update(subs[unit]);
    if (channel->available_due && !channel->working)
        channels->attend = true;
    update_bit(channels, channel);
}

static struct csw program_csw(const struct program *p)
{
    return (struct csw){ .key = p->key, .address = p->next, .unit = (uint8_t)p->unit_status,
                         .channel = p->channel_status, .count = p->count };
}

/* PCI alone: no unit status, and the program goes on. Another PCI before this one is
 * taken replaces it (GA22 12-39). */
void interruption_of_pci(struct subchannel *sub)
{
    const struct program *p = &sub->program;
    sub->csw = (struct csw){ .key = p->key, .address = p->next, .channel = CHANNEL_PCI,
                             .count = p->count };
    sub->pending = true;
    interruption_update(sub);
}

/* The limited channel logout after an interface-control check (GA22 12-70): detected by
 * the channel, caused by the control unit; sequence code, unit status, CCW address,
 * channel and device address are valid; selective reset. */
static uint32_t limited_logout(const struct program *p)
{
    enum { DETECTED_BY_CHANNEL = 0x04000000, CONTROL_UNIT = 0x00080000, VALID = 0x00001F00,
           SELECTIVE_RESET = 0x80, ACCEPTED = 2, DATA_MOVED = 3 };
    if (!(p->channel_status & CHANNEL_INTERFACE_CHECK))
        return 0;
    return DETECTED_BY_CHANNEL | CONTROL_UNIT | VALID | SELECTIVE_RESET |
           (p->bytes ? DATA_MOVED : ACCEPTED);
}

void interruption_of_end(struct subchannel *sub, bool deferred)
{
    bool pci = sub->program.pci_at_end || (sub->pending && sub->csw.channel & CHANNEL_PCI);
    sub->csw = program_csw(&sub->program);
    sub->csw.channel |= pci ? CHANNEL_PCI : 0;
    sub->csw.key |= deferred ? 1 : 0;
    sub->logout = limited_logout(&sub->program);
    sub->pending = true;
    interruption_update(sub);
}

struct csw interruption_take(struct subchannel *sub)
{
    struct csw csw = { 0 };
    if (sub->pending) {
        csw = sub->csw;
        sub->pending = false;
    } else {
        csw.unit = sub->device_status;
        sub->device_status = 0;
    }
    interruption_update(sub);
    return csw;
}
