/* What programs and devices have to tell, as the channel subsystem tells it: the SCSW, the
 * interruption requests, and the interruption-response block (SA22 chapter 16). */
#include <string.h>

#include "channel/subchannel.h"
#include "core/bytes.h"

/* ---- interruption requests ----------------------------------------------------------- */

static unsigned subclass(const struct subchannel *sub) { return (sub->css.flags & PMCW_SUBCLASS) >> 11; }

static void update_pending(struct css *css, unsigned isc)
{
    if (css->requests[isc].first)
        atomic_fetch_or(&css->pending, 0x80u >> isc);
    else
        atomic_fetch_and(&css->pending, ~(0x80u >> isc));
}

static void request(struct subchannel *sub)
{
    struct css *css = &sub->channels->css;
    struct css_requests *requests = &css->requests[subclass(sub)];
    sub->channels->attend = true;
    if (sub->css.requested)
        return;
    sub->css.requested = true;
    sub->css.next_requested = NULL;
    if (requests->last)
        requests->last->css.next_requested = sub;
    else
        requests->first = sub;
    requests->last = sub;
    update_pending(css, subclass(sub));
}

void css_withdraw(struct subchannel *sub)
{
    struct css *css = &sub->channels->css;
    struct css_requests *requests = &css->requests[subclass(sub)];
    struct subchannel *before = NULL;
    if (!sub->css.requested)
        return;
    for (struct subchannel *s = requests->first; s != sub; s = s->css.next_requested)
        before = s;
    if (before)
        before->css.next_requested = sub->css.next_requested;
    else
        requests->first = sub->css.next_requested;
    if (requests->last == sub)
        requests->last = before;
    sub->css.requested = false;
    update_pending(css, subclass(sub));
}

/* The oldest request of the lowest-numbered subclass. Its status stays pending. */
struct subchannel *css_take(struct channels *channels, uint8_t subclasses)
{
    uint32_t due = atomic_load(&channels->css.pending) & subclasses;
    if (!due)
        return NULL;
    unsigned isc = (unsigned)__builtin_clz(due) - 24;
    struct subchannel *sub = channels->css.requests[isc].first;
    css_withdraw(sub);
    return sub;
}

/* ---- status ------------------------------------------------------------------------------ */

void css_status(struct subchannel *sub, uint32_t status_control)
{
    sub->css.control |= status_control | STATUS_PENDING;
    sub->pending = true;
    request(sub);
}

static struct csw program_status(const struct program *p)
{
    return (struct csw){ .address = p->next, .unit = (uint8_t)p->unit_status,
                         .channel = p->channel_status, .count = p->count };
}

/* Another PCI before this one is taken replaces it. */
static void css_pci(struct subchannel *sub)
{
    const struct program *p = &sub->program;
    sub->csw = (struct csw){ .address = p->next, .channel = CHANNEL_PCI, .count = p->count };
    css_status(sub, STATUS_INTERMEDIATE);
}

/* Initial-status interruption: the Z bit tells what it is for (SA22 16-13). */
static void css_accepted(struct subchannel *sub)
{
    const struct program *p = &sub->program;
    css_measure_begun(sub);
    if (!(sub->css.control & SCSW_INITIAL_STATUS))
        return;
    sub->csw = (struct csw){ .address = p->next, .count = p->count };
    sub->css.control |= SCSW_ZERO_STATUS;
    css_status(sub, STATUS_INTERMEDIATE);
}

/* The program waits before a CCW with the suspend flag; unless it is to be resumed already. */
static void css_suspended(struct subchannel *sub)
{
    const struct program *p = &sub->program;
    if (sub->css.resume_wanted) {
        sub->css.resume_wanted = false;
        program_resume(&sub->program);
        subchannel_queue(sub);
        return;
    }
    sub->activity = SUSPENDED;
    css_measure_end(sub);
    /* With the PCI flag beside the suspend flag the program is told at any rate (GA22 12-36). */
    uint8_t pci = p->flags & CCW_PCI ? CHANNEL_PCI : sub->csw.channel & CHANNEL_PCI;
    if (sub->css.control & SCSW_SUPPRESS_SUSPENDED && !(p->flags & CCW_PCI))
        return;
    sub->csw = (struct csw){ .address = p->next, .channel = pci };
    css_status(sub, STATUS_INTERMEDIATE);
}

static bool is_unusual(uint8_t unit, uint8_t channel)
{
    enum { USUAL = UNIT_ENDED | UNIT_STATUS_MODIFIER | UNIT_CONTROL_UNIT_END };
    return unit & ~USUAL || channel & ~CHANNEL_PCI;
}

/* Without channel end alone: nothing more is to come from the device. */
static uint32_t ending_status(const struct subchannel *sub)
{
    uint8_t unit = sub->csw.unit;
    bool device_works = unit & UNIT_CHANNEL_END && !(unit & UNIT_DEVICE_END);
    return STATUS_PRIMARY | (device_works ? 0 : STATUS_SECONDARY) |
           (is_unusual(unit, sub->csw.channel) ? STATUS_ALERT : 0);
}

/* A start function has come to its end. If the device never accepted it, that is told by the
 * deferred condition code, and that it is still pending (SA22 16-7). A halt that came before
 * the device heard of it has nothing to tell but itself. */
static void css_ended(struct subchannel *sub)
{
    struct program *p = &sub->program;
    struct css_state *state = &sub->css;
    bool pci = p->pci_at_end || (sub->pending && sub->csw.channel & CHANNEL_PCI);
    bool halted = state->control & FUNCTION_HALT;
    bool accepted = p->begun && !p->refused;
    css_measure_end(sub);
    state->resume_wanted = false;
    sub->csw = program_status(p);
    sub->csw.channel |= pci ? CHANNEL_PCI : 0;
    if (halted && !accepted) {
        sub->csw = (struct csw){ .address = p->next };
        css_status(sub, 0);
        return;
    }
    if (!accepted)
        state->control |= SCSW_DEFERRED_1 | START_PENDING;
    if (state->sense_length)
        state->control |= SCSW_EXTENDED;
    css_status(sub, ending_status(sub) | (state->measurement_check ? STATUS_ALERT : 0));
    state->secondary_due = !(state->control & STATUS_SECONDARY);
    css_update(sub);
}

/* Device end that was still owed comes with, or after, the primary status. */
static void present_secondary(struct subchannel *sub)
{
    uint8_t unit = sub->device_status;
    if (!sub->pending)
        sub->csw = (struct csw){ 0 };
    sub->csw.unit |= unit;
    sub->device_status = 0;
    sub->css.secondary_due = false;
    css_status(sub, STATUS_SECONDARY | (is_unusual(unit, 0) ? STATUS_ALERT : 0));
}

static void present_unsolicited(struct subchannel *sub)
{
    sub->csw = (struct csw){ .unit = sub->device_status };
    sub->device_status = 0;
    sub->css.control = 0;
    css_status(sub, STATUS_ALERT);
}

/* What the device itself holds can be told while its subchannel is idle and enabled. */
void css_update(struct subchannel *sub)
{
    struct css_state *state = &sub->css;
    if (!sub->pending)
        css_withdraw(sub);
    if (!sub->device_status || !(state->flags & PMCW_ENABLED) || sub->activity != IDLE ||
        sub->loading)
        return;
    if (state->secondary_due && sub->device_status & UNIT_DEVICE_END)
        present_secondary(sub);
    else if (!state->secondary_due && !sub->pending)
        present_unsolicited(sub);
}

/* What TEST SUBCHANNEL clears (SA22 14-24): of intermediate status alone just that. */
void css_clear_status(struct subchannel *sub)
{
    struct css_state *state = &sub->css;
    bool intermediate = (state->control & STATUS_CONTROL) == (STATUS_INTERMEDIATE | STATUS_PENDING);
    if (intermediate)
        state->control &= ~(uint32_t)(STATUS_CONTROL | SCSW_ZERO_STATUS);
    else
        state->control = 0;
    sub->csw.channel = 0;
    state->measurement_check = 0;
    state->sense_length = 0;
    sub->pending = false;
    css_update(sub);
}

/* ---- concurrent sense ------------------------------------------------------------------------ */

void css_sense(struct subchannel *sub)
{
    struct css_state *state = &sub->css;
    struct lone_exchange lone = { .out = state->sense, .out_room = sizeof state->sense,
                                  .command = 0x04 };
    bool wanted = state->characteristics & PMCW_CONCURRENT_SENSE;
    if (!wanted || sub->loading || !(sub->program.unit_status & UNIT_CHECK))
        return;
    memset(state->sense, 0, sizeof state->sense);
    unsigned status = device_command_alone(sub->device, &lone);
    size_t given = lone.given < sizeof state->sense ? lone.given : sizeof state->sense;
    state->sense_length = status == UNIT_ENDED ? given : 0;
}

/* ---- storing ----------------------------------------------------------------------------------- */

/* What the start function is at just now. */
static uint32_t activity_control(const struct subchannel *sub)
{
    uint32_t begun = SUBCHANNEL_ACTIVE | DEVICE_ACTIVE, bits = 0;
    switch (sub->activity) {
    case IDLE:
        break;
    case QUEUED: case RUNNING:
        bits = sub->program.begun ? begun : START_PENDING;
        break;
    case WAITING: case CHAINING: case ENDING:
        bits = begun;
        break;
    case SUSPENDED:
        bits = SUSPENDED_ACTIVITY;
        break;
    case AWAITING_DEVICE:
        bits = START_PENDING | DEVICE_ACTIVE;
        break;
    }
    if (sub->activity != IDLE && sub->css.control & FUNCTION_HALT)
        bits |= HALT_PENDING;
    if (sub->css.resume_wanted)
        bits |= RESUME_PENDING;
    return bits | (sub->device_works || sub->css.secondary_due ? DEVICE_ACTIVE : 0);
}

void css_store_scsw(const struct subchannel *sub, uint8_t scsw[12])
{
    put32(scsw, sub->css.control | activity_control(sub));
    put32(scsw + 4, sub->csw.address);
    scsw[8] = sub->csw.unit;
    scsw[9] = sub->csw.channel;
    put16(scsw + 10, sub->csw.count);
}

/* Subchannel logout after a check of the channel's (SA22 16-31): which path was used last,
 * that it is valid, how the operation ended, and the sequence code. */
static uint32_t subchannel_logout(const struct subchannel *sub)
{
    enum { VALID_LAST_PATH = 0x4000, VALID_TERMINATION = 0x2000, VALID_SEQUENCE = 0x1000,
           VALID_UNIT_STATUS = 0x0800, VALID_CCW_ADDRESS = 0x0400, TERMINATED = 0x40,
           NOT_SENT = 4, ACCEPTED = 2, MOVED = 3 };
    const struct program *p = &sub->program;
    uint32_t sequence = !p->selected || p->fetch ? NOT_SENT : p->bytes ? MOVED : ACCEPTED;
    return (uint32_t)sub->css.last_path << 16 | VALID_LAST_PATH | VALID_TERMINATION |
           VALID_SEQUENCE | (p->lost ? 0 : VALID_UNIT_STATUS) | VALID_CCW_ADDRESS | TERMINATED |
           sequence;
}

void css_store_irb(const struct subchannel *sub, uint8_t irb[EXTENDED_IRB_LENGTH])
{
    enum { ESW = 12, ECW = 32, EMW = 64, CHECKS = CHANNEL_DATA_CHECK | CHANNEL_CONTROL_CHECK |
           CHANNEL_INTERFACE_CHECK, CONCURRENT_SENSE = 0x01000000, SENSE_COUNT_SHIFT = 16 };
    const struct css_state *state = &sub->css;
    memset(irb, 0, EXTENDED_IRB_LENGTH);
    css_store_scsw(sub, irb);
    if (!sub->pending || (state->control & STATUS_CONTROL) == STATUS_PENDING)
        return;
    if (sub->csw.channel & CHECKS || state->measurement_check) {
        put32(irb, get32(irb) | SCSW_LOGOUT);
        put32(irb + ESW, subchannel_logout(sub) | state->measurement_check);
    } else if (state->control & FUNCTION_START) {
        irb[ESW + 1] = state->last_path;
        if (state->control & STATUS_PRIMARY)
            put16(irb + ESW + 2, (uint16_t)css_connect_time(sub));
    }
    if (state->sense_length && state->control & SCSW_EXTENDED) {
        put32(irb + ESW + 4, CONCURRENT_SENSE | (uint32_t)state->sense_length << SENSE_COUNT_SHIFT);
        memcpy(irb + ECW, state->sense, state->sense_length);
    }
    if (state->control & STATUS_PRIMARY)
        css_extended_measurement(sub, irb + EMW);
}

const struct face subsystem_face = {
    .pci = css_pci, .accepted = css_accepted, .suspended = css_suspended, .ended = css_ended,
    .update = css_update
};
