/* Channel paths: which there are, and which are configured; RESET CHANNEL PATH, STORE CHANNEL PATH
 * STATUS (SA22 14-14, 14-22). A path is the first half of device numbers. */
#include <string.h>

#include "channel/subchannel.h"

enum { NOT_OPERATIONAL = 3 };

static bool in_standby(const struct channels *channels, unsigned path)
{
    return channels->css.paths_in_standby[path >> 3] & 0x80 >> (path & 7);
}

uint8_t css_paths_available(const struct subchannel *sub)
{
    return in_standby(sub->channels, css_path_id(sub->device->number)) ? 0 : THE_PATH;
}

bool css_has_path(const struct channels *channels, unsigned path)
{
    for (uint32_t i = 0; i < channels->css.count; i++) {
        const struct subchannel *sub = channels->css.table[i];
        if (sub && css_path_id(sub->device->number) == path)
            return true;
    }
    return false;
}

enum path_state channel_path_state(struct channels *channels, unsigned path)
{
    channels_lock(channels);
    enum path_state state = !css_has_path(channels, path) ? PATH_NOT_THERE
                          : in_standby(channels, path) ? PATH_STANDBY : PATH_CONFIGURED;
    channels_unlock(channels);
    return state;
}

/* ---- reset ---------------------------------------------------------------------------------- */

/* An operation that the reset of its path has cut off. */
static void cut_off(struct subchannel *sub)
{
    subchannel_abandon(sub);
    if (!css_operational(sub))                 /* detached meanwhile */
        return;
    sub->csw = (struct csw){ .channel = CHANNEL_INTERFACE_CHECK };
    css_status(sub, STATUS_ALERT | STATUS_PRIMARY | STATUS_SECONDARY);
}

/* The device has not heard of the start yet, and nothing leads to it any more: deferred condition
 * code 3 (SA22 16-8). */
static void lose_path(struct subchannel *sub)
{
    subchannel_abandon(sub);
    if (!css_operational(sub))
        return;
    sub->csw = (struct csw){ 0 };
    sub->css.path_not_operational = THE_PATH;
    sub->css.control |= SCSW_DEFERRED_3 | SCSW_PATH_NOT_OPERATIONAL;
    css_status(sub, STATUS_ALERT);
}

static bool is_start_pending(const struct subchannel *sub)
{
    return (sub->activity == QUEUED && !sub->program.begun) || sub->activity == AWAITING_DEVICE;
}

static void reset_device_on_path(struct subchannel *sub)
{
    channels_lock(sub->channels);
    if (is_start_pending(sub) && !css_paths_available(sub))
        lose_path(sub);
    else if (sub->activity != IDLE)
        cut_off(sub);
    sub->device_works = sub->css.secondary_due = false;
    sub->device_status = 0;
    channels_unlock(sub->channels);
    subchannel_after(sub);
    subchannel_reset_device(sub);
}

/* All devices of the path; false if there are none. */
static bool reset_devices(struct channels *channels, unsigned path)
{
    struct device *dev;
    uint32_t last = path << 8 | 0xFF;
    bool any = false;
    for (uint32_t number = path << 8; (dev = device_hold_from(channels, number));) {
        bool on_path = dev->number <= last;
        any |= on_path;
        number = dev->number + 1u;
        if (on_path)
            reset_device_on_path(dev->subchannel);
        device_done(dev);
        if (!on_path)
            break;
    }
    return any;
}

/* A report tells when the reset is done: at once. */
int css_reset_path(void *context, struct cpu *cpu, uint32_t path)
{
    struct channels *channels = context;
    (void)cpu;
    if (path > 0xFF)
        return IO_OPERAND;
    if (channel_path_state(channels, path) != PATH_CONFIGURED || !reset_devices(channels, path))
        return NOT_OPERATIONAL;
    channels_lock(channels);
    css_report(channels, REPORT_PATH, REPORT_INITIALIZED, true, (uint16_t)path);
    channels_unlock(channels);
    return 0;
}

static bool uses_path(const struct subchannel *sub)
{
    return sub->activity != IDLE && sub->activity != SUSPENDED && sub->activity != AWAITING_DEVICE;
}

/* A bit for each path that is active. */
int css_store_path_status(void *context, struct cpu *cpu, uint8_t status[32])
{
    struct channels *channels = context;
    (void)cpu;
    memset(status, 0, 32);
    channels_lock(channels);
    for (uint32_t i = 0; i < channels->css.count; i++) {
        const struct subchannel *sub = channels->css.table[i];
        uint8_t path = sub ? css_path_id(sub->device->number) : 0;
        if (sub && uses_path(sub))
            status[path >> 3] |= 0x80 >> (path & 7);
    }
    channels_unlock(channels);
    return 0;
}

/* ---- configuration ------------------------------------------------------------------------- */

void channel_path_configure(struct channels *channels, unsigned path, bool configured)
{
    uint8_t *byte = &channels->css.paths_in_standby[path >> 3], bit = 0x80 >> (path & 7);
    channels_lock(channels);
    *byte = (uint8_t)(configured ? *byte & ~bit : *byte | bit);
    channels_unlock(channels);
    if (!configured)
        reset_devices(channels, path);
}
