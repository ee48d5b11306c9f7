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
    return (struct csw){ .key = p->mode.key, .address = p->next, .unit = (uint8_t)p->unit_status,
                         .channel = p->channel_status, .count = p->count };
}

/* PCI alone: no unit status, and the program goes on. Another PCI before this one is
 * taken replaces it (GA22 12-39). */
static void note_pci(struct subchannel *sub)
{
    const struct program *p = &sub->program;
    sub->csw = (struct csw){ .key = p->mode.key, .address = p->next, .channel = CHANNEL_PCI,
                             .count = p->count };
    sub->pending = true;
    interruption_update(sub);
}

/* The limited channel logout after a malfunction (GA22 12-70): detected by the channel; who
 * caused it; which fields are valid, sequence code, CCW address, channel and device address
 * always; how the operation ended; and how far the current CCW had come. */
uint32_t limited_logout(const struct program *p, uint8_t channel_status)
{
    enum { DETECTED_BY_CHANNEL = 0x04000000, CHANNEL = 0x00400000, CONTROL_UNIT = 0x00080000,
           VALID = 0x00001700, UNIT_STATUS_VALID = 0x00000800,
           ENDED_NORMALLY = 0x40, SELECTIVE_RESET = 0x80, NOT_SENT = 4, ACCEPTED = 2, MOVED = 3 };
    static const struct { uint8_t check; uint32_t source_and_end; } rows[] = {
        { CHANNEL_CONTROL_CHECK, CHANNEL | SELECTIVE_RESET },
        { CHANNEL_INTERFACE_CHECK, CONTROL_UNIT | SELECTIVE_RESET },
        { CHANNEL_DATA_CHECK, CHANNEL | ENDED_NORMALLY },
    };
    uint32_t sequence = !p->selected || p->fetch ? NOT_SENT : p->bytes ? MOVED : ACCEPTED;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (channel_status & rows[i].check)
            return DETECTED_BY_CHANNEL | rows[i].source_and_end | VALID |
                   (p->lost ? 0 : UNIT_STATUS_VALID) | sequence;
    return 0;
}

/* After SIOF: what START I/O would have had as its condition code 1. */
static bool is_deferred(const struct subchannel *sub)
{
    const struct program *p = &sub->program;
    return sub->started_fast && !p->exchange.chained && (p->refused || p->immediate);
}

void interruption_of_end(struct subchannel *sub)
{
    bool pci = sub->program.pci_at_end || (sub->pending && sub->csw.channel & CHANNEL_PCI);
    sub->csw = program_csw(&sub->program);
    sub->csw.channel |= pci ? CHANNEL_PCI : 0;
    sub->csw.key |= is_deferred(sub) ? 1 : 0;
    sub->logout = limited_logout(&sub->program, sub->csw.channel);
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

/* No CCW of System/370's has a suspend flag, and no program asks for the initial status. */
const struct face channel_face = {
    .pci = note_pci, .ended = interruption_of_end, .update = interruption_update
};
