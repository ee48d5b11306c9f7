/* System/370's face of the channels: the I/O instructions, the CSW, the interruptions,
 * and IPL (GA22 chapter 12). */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "channel/subchannel.h"
#include "channel/trace.h"
#include "core/bytes.h"
#include "core/messages.h"

/* Assigned storage locations (GA22 3-36), real addresses. */
enum { CSW = 64, CSW_STATUS = 68, CAW = 72, CHANNEL_ID = 168, LIMITED_LOGOUT = 176 };
enum { BLOCK_MULTIPLEXING = 0x80000000u };     /* control register 0, bit 0 */

/* ---- low storage ------------------------------------------------------------------ */

static uint8_t *low_storage(struct cpu *cpu, unsigned at, unsigned length)
{
    return storage_absolute(cpu->machine, cpu->prefix + at, length);
}

static void low_storage_changed(struct cpu *cpu, unsigned at, unsigned length)
{
    storage_changed(cpu->machine, cpu->prefix + at, length);
}

static void encode_csw(const struct csw *csw, uint8_t bytes[8])
{
    put32(bytes, csw->address);
    bytes[0] = csw->key;
    bytes[4] = csw->unit;
    bytes[5] = csw->channel;
    put16(bytes + 6, csw->count);
}

static void store_csw(struct cpu *cpu, struct subchannel *sub, const struct csw *csw)
{
    uint8_t *to = low_storage(cpu, CSW, 8);
    encode_csw(csw, to);
    low_storage_changed(cpu, CSW, 8);
    if (sub->program.trace)
        trace_csw(sub->device, to);
}

/* Only the status half: the rest of the old CSW stays. */
static void store_status(struct cpu *cpu, struct subchannel *sub, unsigned unit, unsigned channel)
{
    uint8_t *to = low_storage(cpu, CSW_STATUS, 2);
    to[0] = (uint8_t)unit;
    to[1] = (uint8_t)channel;
    low_storage_changed(cpu, CSW_STATUS, 2);
    if (sub->program.trace)
        trace_csw(sub->device, to - 4);
}

static void store_logout(struct cpu *cpu, struct subchannel *sub)
{
    if (!sub->logout)
        return;
    put32(low_storage(cpu, LIMITED_LOGOUT, 4), sub->logout);
    low_storage_changed(cpu, LIMITED_LOGOUT, 4);
    sub->logout = 0;
}

/* ---- states of the I/O system (GA22 12-9); with the lock ---------------------------- */

static bool multiplexes(const struct cpu *cpu)
{
    return cpu->cr[0] & BLOCK_MULTIPLEXING;
}

static bool has_channels(const struct channels *channels, const struct cpu *cpu)
{
    return channels->owner == cpu->address;
}

static bool others_have_channels(const struct channels *channels, const struct cpu *cpu)
{
    return channels->owner != NOBODY && !has_channels(channels, cpu);
}

/* The addressed subchannel, if this CPU has the channels and the number is in use. It
 * stays, though the operator detach the device, until done_with() it. */
static struct subchannel *addressed(struct channels *channels, struct cpu *cpu, uint32_t address)
{
    struct subchannel *sub = subchannel_find(channels, address & 0xFFFF);
    if (!sub || !sub->channel || !has_channels(channels, cpu))
        return NULL;
    sub->users++;
    return sub;
}

static void done_with(struct channels *channels, struct subchannel *sub)
{
    if (!sub)
        return;
    channels_lock(channels);
    sub->users--;
    pthread_cond_broadcast(&channels->settled);
    channels_unlock(channels);
}

static struct channel *addressed_channel(struct channels *channels, struct cpu *cpu, uint32_t address)
{
    unsigned number = address >> 8 & 0xFF;
    bool there = has_channels(channels, cpu) && number < CHANNELS && channels->channel[number].devices;
    return there ? &channels->channel[number] : NULL;
}

/* Channel working (WXX). Who finds a block multiplexer so will hear when it is not. */
static bool channel_works(struct cpu *cpu, struct channel *channel)
{
    if (!channel->working)
        return false;
    if (channel->type == CHANNEL_BLOCK_MULTIPLEXER && multiplexes(cpu))
        channel->available_due = true;
    return true;
}

/* A selector channel has one subchannel: what one device left pending occupies it. */
static bool other_pending(struct channels *channels, const struct subchannel *sub)
{
    struct subchannel **subs = channels->numbers[sub->channel->number];
    if (sub->channel->type != CHANNEL_SELECTOR || sub->channel->interruptions == 0)
        return false;
    for (int unit = 0; unit < 256; unit++)
        if (subs[unit] && subs[unit] != sub && subs[unit]->pending)
            return true;
    return false;
}

static bool subchannel_works(const struct subchannel *sub) { return sub->activity != IDLE; }

/* ---- START I/O ------------------------------------------------------------------------- */

/* Whether the state of things lets a program start: 0; or condition code 1 with the
 * status stored, or 2. */
static int start_permitted(struct channels *channels, struct cpu *cpu, struct subchannel *sub)
{
    if (channel_works(cpu, sub->channel) || other_pending(channels, sub) ||
        subchannel_works(sub) || sub->pending)
        return 2;
    if (!sub->device_works && !sub->device_status)
        return 0;
    unsigned status = sub->device_works ? 0 : sub->device_status;
    if (!sub->device_works)
        sub->device_status = 0;
    interruption_update(sub);
    store_status(cpu, sub, status | UNIT_BUSY, 0);
    return 1;
}

static void occupy(struct cpu *cpu, struct subchannel *sub)
{
    struct channel *channel = sub->channel;
    bool burst = channel->type == CHANNEL_SELECTOR ||
                 (channel->type == CHANNEL_BLOCK_MULTIPLEXER && !multiplexes(cpu));
    sub->activity = RUNNING;
    if (burst) {
        channel->working = sub;
        interruption_update_channel(sub->channels, channel);
    } else {
        interruption_update(sub);
    }
}

/* The start came to nothing, or to an immediate end: condition code 1. With the lock. */
static int end_at_start(struct cpu *cpu, struct subchannel *sub, unsigned unit, unsigned channel)
{
    subchannel_finish(sub);
    bool pci = sub->pending && sub->csw.channel & CHANNEL_PCI;
    sub->pending = false;
    interruption_update(sub);
    store_status(cpu, sub, unit, channel | (pci ? CHANNEL_PCI : 0));
    return 1;
}

/* Fetch CAW and first CCW: 0 or the channel status. */
static uint8_t fetch_start(struct cpu *cpu, struct subchannel *sub)
{
    uint32_t caw = get32(low_storage(cpu, CAW, 4));
    if (caw & 0x0F000000)
        return CHANNEL_PROGRAM_CHECK;
    struct program_mode mode = { .key = (uint8_t)(caw >> 24) };
    return program_start(&sub->program, &mode, caw & 0xFFFFFF);
}

/* A command that may turn out to be an immediate operation. */
static bool is_control(const struct program *p) { return (p->exchange.command & 3) == 3; }

/* Offer the first command to the device while the CPU waits, and execute it if it might
 * be immediate: its status then belongs to the instruction. Execute more if the device is
 * so quick that handing it over would take longer. */
static int start_with_device(struct cpu *cpu, struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    struct program *p = &sub->program;
    enum program_result result = PROGRAM_CONTINUES;
    int cc = 0;
    pthread_mutex_lock(&sub->alone);
    bool held = sub->held;        /* being opened anew: what it says comes later */
    bool accepted = held || program_select(p);
    if (!held && accepted && is_control(p))
        result = program_step(p);
    if (!held && accepted && result == PROGRAM_CONTINUES && subchannel_is_quick(sub))
        result = subchannel_step_quick(sub);
    channels_lock(channels);
    if (!accepted || (result == PROGRAM_ENDED && p->immediate && !p->exchange.chained))
        cc = end_at_start(cpu, sub, p->unit_status, p->pci_at_end ? CHANNEL_PCI : 0);
    else
        subchannel_settle(sub, result);
    channels_unlock(channels);
    subchannel_after(sub);
    pthread_mutex_unlock(&sub->alone);
    return cc;
}

/* Independently of the device: what it says comes with an interruption. */
static int start_fast(struct subchannel *sub)
{
    enum program_result result = PROGRAM_CONTINUES;
    pthread_mutex_lock(&sub->alone);
    if (!sub->held && subchannel_is_quick(sub))
        result = subchannel_step_quick(sub);
    channels_lock(sub->channels);
    subchannel_settle(sub, result);
    channels_unlock(sub->channels);
    subchannel_after(sub);
    pthread_mutex_unlock(&sub->alone);
    return 0;
}

static int start(struct cpu *cpu, struct subchannel *sub, bool fast)
{
    uint8_t check = fetch_start(cpu, sub);
    if (check) {
        channels_lock(sub->channels);
        subchannel_idle(sub);
        if (sub->channel->working == sub)
            sub->channel->working = NULL;
        interruption_update_channel(sub->channels, sub->channel);
        store_status(cpu, sub, 0, check);
        sub->logout = limited_logout(&sub->program, check);
        store_logout(cpu, sub);
        channels_unlock(sub->channels);
        return 1;
    }
    sub->channels->started++;
    sub->started++;
    sub->started_fast = fast && sub->channel->type == CHANNEL_BLOCK_MULTIPLEXER && multiplexes(cpu);
    return sub->started_fast ? start_fast(sub) : start_with_device(cpu, sub);
}

static int start_io(void *context, struct cpu *cpu, uint32_t address, bool fast)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct subchannel *sub = addressed(channels, cpu, address);
    int cc = sub ? start_permitted(channels, cpu, sub) : 3;
    if (cc == 0)
        occupy(cpu, sub);
    channels_unlock(channels);
    if (cc == 0)
        cc = start(cpu, sub, fast);
    if (sub && sub->program.trace)
        trace_instruction(sub->device, fast ? "start I/O fast release" : "start I/O", cc);
    done_with(channels, sub);
    return cc;
}

/* ---- TEST I/O, CLEAR I/O ------------------------------------------------------------------ */

/* What the device answers to the selection alone. Without the lock. */
static unsigned ask_device(struct subchannel *sub)
{
    pthread_mutex_lock(&sub->alone);
    unsigned status = sub->held ? 0 : device_initial_status(sub->device, 0, false);
    pthread_mutex_unlock(&sub->alone);
    return status & 0xFF;
}

/* Programs test in a loop and count its turns to find a device that hangs: an OS/VS1 that
 * waits so for its sense bytes gives up after some milliseconds of a fast CPU. A turn of
 * the loop must not pass while the worker only waits to be dispatched by the host. */
static void let_worker_run(struct channels *channels, const struct subchannel *sub)
{
    enum { PATIENCE_NS = 500000, SECOND_NS = 1000000000 };
    if (channels->machine->clock.is_virtual ||
        (sub->activity != QUEUED && sub->activity != RUNNING))
        return;
    uint64_t ns = channels->machine->clock.host_start_ns + clock_ns(&channels->machine->clock) +
                  PATIENCE_NS;
    struct timespec until = { (time_t)(ns / SECOND_NS), (long)(ns % SECOND_NS) };
    pthread_cond_timedwait(&channels->settled, &channels->lock, &until);
}

static int test(struct channels *channels, struct cpu *cpu, struct subchannel *sub)
{
    struct csw csw = { 0 };
    let_worker_run(channels, sub);
    if (!sub->channel)          /* detached meanwhile */
        return 3;
    if (channel_works(cpu, sub->channel) || other_pending(channels, sub) || subchannel_works(sub))
        return 2;
    if (sub->pending || device_status_presentable(sub)) {
        csw = interruption_take(sub);
        store_logout(cpu, sub);
    } else if (sub->device_works) {
        csw.unit = UNIT_BUSY;
    } else {
        channels_unlock(channels);
        csw.unit = (uint8_t)ask_device(sub);
        channels_lock(channels);
        if (csw.unit == 0)
            return 0;
    }
    store_csw(cpu, sub, &csw);
    return 1;
}

static int test_io(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct subchannel *sub = addressed(channels, cpu, address);
    int cc = sub ? test(channels, cpu, sub) : 3;
    channels_unlock(channels);
    if (sub && sub->program.trace)
        trace_instruction(sub->device, "test I/O", cc);
    done_with(channels, sub);
    return cc;
}

/* Discontinue what the subchannel does and store how far it got. */
static int clear(struct channels *channels, struct cpu *cpu, struct subchannel *sub)
{
    struct csw csw;
    (void)channels;
    if (subchannel_works(sub)) {
        subchannel_abandon(sub);
        sub->device_works = false;
        interruption_of_end(sub);
        sub->csw.unit = 0;
    }
    if (!sub->pending)
        return 0;
    csw = interruption_take(sub);
    store_logout(cpu, sub);
    store_csw(cpu, sub, &csw);
    return 1;
}

/* CLEAR I/O does what TEST I/O does on a selector channel, and when block multiplexing
 * is off. */
static int clear_io(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct subchannel *sub = addressed(channels, cpu, address);
    bool tests = sub && (sub->channel->type == CHANNEL_SELECTOR || !multiplexes(cpu));
    int cc = !sub ? 3 : tests ? test(channels, cpu, sub) : clear(channels, cpu, sub);
    channels_unlock(channels);
    if (sub) {
        subchannel_after(sub);
        if (sub->program.trace)
            trace_instruction(sub->device, "clear I/O", cc);
    }
    done_with(channels, sub);
    return cc;
}

/* ---- HALT I/O, HALT DEVICE ------------------------------------------------------------------ */

static int halt(struct channels *channels, struct cpu *cpu, struct subchannel *sub, bool device_only)
{
    struct subchannel *working = sub->channel->working;
    if (working) {
        if (!device_only || working == sub)
            subchannel_halt(working);
        return 2;
    }
    if (!subchannel_works(sub) && (sub->pending || other_pending(channels, sub)))
        return 0;
    if (subchannel_works(sub))
        subchannel_halt(sub);
    store_status(cpu, sub, 0, 0);
    return 1;
}

static int halt_either(void *context, struct cpu *cpu, uint32_t address, bool device_only)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct subchannel *sub = addressed(channels, cpu, address);
    struct subchannel *working = sub ? sub->channel->working : NULL;
    if (working)
        working->users++;
    int cc = sub ? halt(channels, cpu, sub, device_only) : 3;
    channels_unlock(channels);
    if (sub)
        subchannel_after(working ? working : sub);
    if (sub && sub->program.trace)
        trace_instruction(sub->device, device_only ? "halt device" : "halt I/O", cc);
    done_with(channels, working);
    done_with(channels, sub);
    return cc;
}

static int halt_io(void *context, struct cpu *cpu, uint32_t address)
{
    return halt_either(context, cpu, address, false);
}

static int halt_device(void *context, struct cpu *cpu, uint32_t address)
{
    return halt_either(context, cpu, address, true);
}

/* ---- channels and channel sets ----------------------------------------------------------------- */

static int test_channel(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct channel *channel = addressed_channel(channels, cpu, address);
    int cc = 0;
    if (!channel)
        cc = 3;
    else if (channel_works(cpu, channel))
        cc = 2;
    else if (channel->type != CHANNEL_BYTE_MULTIPLEXER && channel->interruptions)
        cc = 1;
    channels_unlock(channels);
    return cc;
}

static int store_channel_id(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct channel *channel = addressed_channel(channels, cpu, address);
    if (channel) {
        put32(low_storage(cpu, CHANNEL_ID, 4), (uint32_t)channel->type << 28);
        low_storage_changed(cpu, CHANNEL_ID, 4);
    }
    channels_unlock(channels);
    return channel ? 0 : 3;
}

/* There is one channel set, number 0, at the start connected to CPU 0. */
static int connect_channel_set(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    int cc = 3;
    channels_lock(channels);
    if ((address & 0xFFFF) == 0) {
        cc = others_have_channels(channels, cpu);
        if (cc == 0) {
            channels->owner = cpu->address;
            channels->attend = true;
        }
    }
    channels_unlock(channels);
    return cc;
}

static int disconnect_channel_set(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    int cc = 3;
    channels_lock(channels);
    if ((address & 0xFFFF) == 0) {
        cc = others_have_channels(channels, cpu);
        if (cc == 0)
            channels->owner = NOBODY;
    }
    channels_unlock(channels);
    return cc;
}

/* ---- interruptions -------------------------------------------------------------------------------- */

static struct subchannel *first_pending(struct channels *channels, struct channel *channel)
{
    struct subchannel **subs = channels->numbers[channel->number];
    for (int unit = 0; subs && channel->interruptions && unit < 256; unit++)
        if (subs[unit] && subs[unit]->counted)
            return subs[unit];
    return NULL;
}

static bool interruption_pending(void *context, struct cpu *cpu, uint32_t masks)
{
    struct channels *channels = context;
    return has_channels(channels, cpu) && atomic_load(&channels->pending) & masks;
}

static void present(struct channels *channels, struct cpu *cpu, struct subchannel *sub,
                    uint8_t bytes[8])
{
    struct csw csw = interruption_take(sub);
    encode_csw(&csw, bytes);
    store_logout(cpu, sub);
    (void)channels;
    if (sub->program.trace)
        trace_csw(sub->device, bytes);
}

/* Channel by channel, and on a channel by unit address. Last, if nothing else has told
 * that a block multiplexer is free again, the channel-available interruption. */
static bool take_interruption(void *context, struct cpu *cpu, uint32_t masks, uint16_t *address,
                              uint8_t csw[8])
{
    struct channels *channels = context;
    bool taken = false;
    channels_lock(channels);
    uint32_t pending = has_channels(channels, cpu) ? atomic_load(&channels->pending) & masks : 0;
    if (pending) {
        struct channel *channel = &channels->channel[__builtin_clz(pending)];
        struct subchannel *sub = first_pending(channels, channel);
        *address = sub ? sub->device->number : (uint16_t)(channel->number << 8);
        memset(csw, 0, 8);
        if (!channel->working)
            channel->available_due = false;
        if (sub)
            present(channels, cpu, sub, csw);
        else
            interruption_update_channel(channels, channel);
        taken = true;
    }
    channels->attend |= atomic_load(&channels->pending) != 0;
    channels_unlock(channels);
    return taken;
}

/* ---- reset of a channel ---------------------------------------------------------------- */

/* CLEAR CHANNEL: an I/O system reset of one channel and its devices. */
static int clear_channel(void *context, struct cpu *cpu, uint32_t address)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct channel *channel = addressed_channel(channels, cpu, address);
    if (channel)
        channel->available_due = false;
    channels_unlock(channels);
    if (!channel)
        return 3;
    channels_reset(channels, channel->number << 8, channel->number << 8 | 0xFF);
    return 0;
}

void s370_face(struct channels *channels)
{
    channels->machine->io = (struct io_port){
        .context = channels,
        .start_io = start_io,
        .test_io = test_io,
        .clear_io = clear_io,
        .halt_io = halt_io,
        .halt_device = halt_device,
        .test_channel = test_channel,
        .clear_channel = clear_channel,
        .store_channel_id = store_channel_id,
        .connect_channel_set = connect_channel_set,
        .disconnect_channel_set = disconnect_channel_set,
        .take_interruption = take_interruption,
        .interruption_pending = interruption_pending
    };
}
