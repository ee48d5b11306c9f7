/* The instructions of the channel subsystem (SA22 chapter 14), and the table of its
 * subchannels. */
#include "channel/css.h"

#include <stdlib.h>
#include <string.h>

#include "channel/subchannel.h"
#include "channel/trace.h"
#include "core/bytes.h"

enum { IDENTIFICATION = 0x00010000, MAX_SUBCHANNELS = 65536, NOT_OPERATIONAL = 3 };

/* ---- the table ---------------------------------------------------------------------- */

struct subchannel *css_find(struct channels *channels, uint32_t number)
{
    return number < channels->css.count ? channels->css.table[number] : NULL;
}

uint32_t css_identification(const struct subchannel *sub) { return IDENTIFICATION | sub->css.number; }

/* The smallest number that is free: programs look for subchannels until there is none. */
bool css_enter(struct channels *channels, struct subchannel *sub)
{
    struct css *css = &channels->css;
    uint32_t number = 0;
    while (number < css->count && css->table[number])
        number++;
    if (number == css->count) {
        struct subchannel **table = NULL;
        if (number < MAX_SUBCHANNELS)
            table = realloc(css->table, (number + 1) * sizeof *table);
        if (!table)
            return false;
        css->table = table;
        css->table[css->count++] = NULL;
    }
    uint8_t path = css_path_id(sub->device->number);
    if (channels->face == &subsystem_face && !css_has_path(channels, path))
        css_report(channels, REPORT_PATH, REPORT_INITIALIZED, false, path);
    css->table[number] = sub;
    sub->css.number = (uint16_t)number;
    css_reset_subchannel(sub);
    if (channels->face == &subsystem_face)
        css_report(channels, REPORT_SUBCHANNEL, REPORT_PARAMETERS, false, sub->css.number);
    return true;
}

/* A path comes with its first device, and goes with its last. */

void css_leave(struct channels *channels, struct subchannel *sub)
{
    css_withdraw(sub);
    sub->css.flags = 0;
    channels->css.table[sub->css.number] = NULL;
    if (channels->face != &subsystem_face)
        return;
    uint8_t path = css_path_id(sub->device->number);
    css_report(channels, REPORT_SUBCHANNEL, REPORT_PARAMETERS, false, sub->css.number);
    if (!css_has_path(channels, path))
        css_report(channels, REPORT_PATH, REPORT_GONE, false, path);
}

/* ---- reset (SA22 17-12) ------------------------------------------------------------------ */

void css_reset(struct channels *channels)
{
    struct css *css = &channels->css;
    css->report_count = 0;
    css->reports_lost = false;
    css->report_due = false;
    css->address_limit = 0;
    css->measures_blocks = css->measures_connect = false;
    css->measurement_key = 0;
    css->measurement_origin = 0;
    memset(css->paths_in_standby, 0, sizeof css->paths_in_standby);
}

void css_reset_subchannel(struct subchannel *sub)
{
    uint16_t number = sub->css.number;
    css_withdraw(sub);
    sub->css = (struct css_state){ .number = number, .flags = PMCW_NUMBER_VALID,
                                   .path_mask = THE_PATH, .paths_operational = 0xFF };
}

void css_enable(struct subchannel *sub)
{
    sub->css.flags |= PMCW_ENABLED;
    sub->css.last_path = THE_PATH;
    css_update(sub);
}

/* ---- whom an instruction means ------------------------------------------------------------- */

/* An instruction: the subchannel, kept from being freed until end(). */
struct call { struct channels *channels; struct subchannel *sub; };

static bool is_identification(uint32_t id) { return id >> 16 == IDENTIFICATION >> 16; }

/* With the lock on return. */
static struct call begin(void *context, uint32_t id)
{
    struct call call = { context, NULL };
    channels_lock(call.channels);
    call.sub = css_find(call.channels, id & 0xFFFF);
    if (call.sub)
        call.sub->users++;
    return call;
}

/* `name` is what a trace shows: NULL for what only looks. */
static int end(struct call call, const char *name, int cc)
{
    struct subchannel *sub = call.sub;
    channels_unlock(call.channels);
    if (!sub)
        return cc;
    subchannel_after(sub);
    if (name && sub->program.trace)
        trace_instruction(sub->device, name, cc);
    channels_lock(call.channels);
    sub->users--;
    pthread_cond_broadcast(&call.channels->settled);
    channels_unlock(call.channels);
    return cc;
}

bool css_operational(const struct subchannel *sub) { return sub && sub->css.flags & PMCW_ENABLED; }

static uint32_t status_control(const struct subchannel *sub) { return sub->css.control & STATUS_CONTROL; }

/* ---- START SUBCHANNEL ------------------------------------------------------------------------ */

static bool valid_orb(const uint8_t *orb)
{
    return !(get32(orb + 4) & (ORB_RESERVED | ORB_TRANSPORT)) && !(orb[8] & 0x80);
}

static struct program_mode mode_of(const struct subchannel *sub, uint32_t orb)
{
    bool limited = orb & ORB_ADDRESS_LIMIT;
    return (struct program_mode){
        .key = (uint8_t)(orb >> 24 & 0xF0),
        .format_1 = orb & ORB_FORMAT_1,
        .suspends = orb & ORB_SUSPEND,
        .tells_initial_status = true,
        .wide_idaws = orb & ORB_WIDE_IDAWS,
        .small_blocks = orb & ORB_SMALL_BLOCKS,
        .midaws = orb & ORB_MIDAWS,
        .suppresses_length = orb & ORB_SUPPRESS_LENGTH,
        .has_floor = limited && (sub->css.flags & PMCW_LIMIT) == PMCW_AT_LEAST,
        .has_ceiling = limited && (sub->css.flags & PMCW_LIMIT) == PMCW_BELOW,
        .limit = sub->channels->css.address_limit
    };
}

static void accept_orb(struct subchannel *sub, const uint8_t *orb)
{
    enum { TO_SCSW = SCSW_KEY | SCSW_SUSPEND | SCSW_FORMAT_1 | SCSW_PREFETCH |
           SCSW_INITIAL_STATUS | SCSW_ADDRESS_LIMIT | SCSW_SUPPRESS_SUSPENDED };
    struct css_state *state = &sub->css;
    state->parameter = get32(orb);
    state->control = (get32(orb + 4) & TO_SCSW) | FUNCTION_START;
    state->sense_length = 0;
    state->resume_wanted = false;
    state->starts = 0;
    state->measurement_check = 0;
    state->last_path = THE_PATH;
    state->path_not_operational = 0;
    sub->csw = (struct csw){ 0 };
    sub->program.halted = false;
    sub->channels->started++;
    sub->started++;
    css_measure_start(sub);
}

/* Let the program be run: by this CPU's thread if the device is so quick that handing it over
 * would take longer. */
static void set_going(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    enum program_result result = PROGRAM_CONTINUES;
    sub->activity = RUNNING;
    channels_unlock(channels);
    pthread_mutex_lock(&sub->alone);
    if (!sub->held && subchannel_is_quick(sub))
        result = subchannel_step_quick(sub);
    channels_lock(channels);
    subchannel_settle(sub, result);
    channels_unlock(channels);
    subchannel_after(sub);
    pthread_mutex_unlock(&sub->alone);
    channels_lock(channels);
}

/* cc 0 is given already; whatever is wrong with the program is told as its status. */
static void start(struct subchannel *sub, const uint8_t *orb)
{
    struct program *p = &sub->program;
    struct program_mode mode = mode_of(sub, get32(orb + 4));
    if (p->trace || p->trace_orbs)
        trace_orb(sub->device, orb);
    accept_orb(sub, orb);
    uint8_t check = program_start(p, &mode, get32(orb + 8));
    if (check) {
        p->channel_status = check;
        subchannel_finish(sub);
    } else if (p->suspended) {
        subchannel_settle(sub, PROGRAM_SUSPENDED);
    } else if (sub->device_works) {
        sub->activity = AWAITING_DEVICE;
    } else {
        set_going(sub);
    }
}

static int start_subchannel(void *context, struct cpu *cpu, uint32_t id, const uint8_t *orb)
{
    (void)cpu;
    if (!is_identification(id) || !valid_orb(orb))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    int cc = 0;
    if (!css_operational(sub))
        cc = NOT_OPERATIONAL;
    else if (sub->pending)
        cc = 1;
    else if (sub->css.control & FUNCTION_CONTROL)
        cc = 2;
    else if (!(orb[6] & sub->css.path_mask & css_paths_available(sub)))
        cc = NOT_OPERATIONAL;
    else
        start(sub, orb);
    return end(call, "start subchannel", cc);
}

/* ---- RESUME, CANCEL, HALT, CLEAR SUBCHANNEL ---------------------------------------------------- */

static bool resumable(const struct subchannel *sub)
{
    uint32_t control = sub->css.control;
    return (control & FUNCTION_CONTROL) == FUNCTION_START && control & SCSW_SUSPEND &&
           !sub->css.resume_wanted && sub->activity != IDLE;
}

/* The CCW is fetched anew: if it still has the suspend flag, the suspension goes on. */
static void resume(struct subchannel *sub)
{
    if (sub->activity != SUSPENDED) {
        sub->css.resume_wanted = true;
        sub->css.starts++;
        return;
    }
    css_measure_start(sub);
    program_resume(&sub->program);
    set_going(sub);
}

static int resume_subchannel(void *context, struct cpu *cpu, uint32_t id)
{
    (void)cpu;
    if (!is_identification(id))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    int cc = !css_operational(sub) ? NOT_OPERATIONAL : sub->pending ? 1 : !resumable(sub) ? 2 : 0;
    if (cc == 0)
        resume(sub);
    return end(call, "resume subchannel", cc);
}

/* What the device has not heard of yet, or is suspended from, can be taken back. */
static bool cancellable(const struct subchannel *sub)
{
    bool unheard = sub->activity == QUEUED && !sub->program.begun;
    return (sub->css.control & FUNCTION_CONTROL) == FUNCTION_START &&
           (unheard || sub->activity == SUSPENDED || sub->activity == AWAITING_DEVICE);
}

static int cancel_subchannel(void *context, struct cpu *cpu, uint32_t id)
{
    (void)cpu;
    if (!is_identification(id))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    int cc = !css_operational(sub) ? NOT_OPERATIONAL : sub->pending ? 1 : !cancellable(sub) ? 2 : 0;
    if (cc == 0) {
        bool device_works = sub->device_works;
        subchannel_abandon(sub);
        sub->device_works = device_works;
        sub->css.control = 0;
        css_update(sub);
    }
    return end(call, "cancel subchannel", cc);
}

static void halt(struct subchannel *sub)
{
    sub->pending = false;
    sub->css.control = (sub->css.control & ~(uint32_t)STATUS_CONTROL) | FUNCTION_HALT;
    css_withdraw(sub);
    sub->css.last_path = THE_PATH;
    if (sub->activity == IDLE)
        css_status(sub, 0);
    else
        subchannel_halt(sub);
}

static int halt_subchannel(void *context, struct cpu *cpu, uint32_t id)
{
    (void)cpu;
    if (!is_identification(id))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    int cc = 0;
    if (!css_operational(sub))
        cc = NOT_OPERATIONAL;
    else if (sub->pending && status_control(sub) != (STATUS_INTERMEDIATE | STATUS_PENDING))
        cc = 1;
    else if (sub->css.control & (FUNCTION_HALT | FUNCTION_CLEAR))
        cc = 2;
    else
        halt(sub);
    return end(call, "halt subchannel", cc);
}

/* Whatever there was is gone, the status that was pending too. */
static int clear_subchannel(void *context, struct cpu *cpu, uint32_t id)
{
    (void)cpu;
    if (!is_identification(id))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    if (!css_operational(sub))
        return end(call, "clear subchannel", NOT_OPERATIONAL);
    sub->css.control = FUNCTION_CLEAR;
    subchannel_abandon(sub);
    if (!css_operational(sub))                 /* detached meanwhile */
        return end(call, "clear subchannel", NOT_OPERATIONAL);
    sub->device_works = sub->css.secondary_due = sub->css.resume_wanted = false;
    sub->css.sense_length = 0;
    sub->css.control = FUNCTION_CLEAR;
    sub->css.path_not_operational = 0;
    sub->css.last_path = THE_PATH;
    sub->csw = (struct csw){ 0 };
    css_status(sub, 0);
    return end(call, "clear subchannel", 0);
}

/* ---- TEST SUBCHANNEL ------------------------------------------------------------------------------ */

static unsigned response_length(void *context, uint32_t id)
{
    struct call call = begin(context, id);
    bool extended = call.sub && call.sub->css.characteristics & PMCW_EXTENDED_MEASUREMENT;
    end(call, NULL, 0);
    return extended ? EXTENDED_IRB_LENGTH : IRB_LENGTH;
}

static int test_subchannel(void *context, struct cpu *cpu, uint32_t id, uint8_t *irb)
{
    (void)cpu;
    if (!is_identification(id))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    if (!css_operational(sub))
        return end(call, "test subchannel", NOT_OPERATIONAL);
    int cc = !sub->pending;
    css_store_irb(sub, irb);
    if (sub->program.trace)
        trace_scsw(sub->device, irb);
    if (sub->pending) {
        css_withdraw(sub);
        css_clear_status(sub);
    }
    return end(call, "test subchannel", cc);
}

/* ---- STORE and MODIFY SUBCHANNEL ---------------------------------------------------------------------- */

/* The subchannel-information block: 28 bytes of path management, the SCSW, 12 of the model's,
 * where the measurement block's address is (SA22 15-1). A number that no device has now is
 * a subchannel that is not valid. */
void css_store_schib(const struct subchannel *sub, uint8_t schib[SCHIB_LENGTH])
{
    memset(schib, 0, SCHIB_LENGTH);
    if (!sub)
        return;
    const struct css_state *state = &sub->css;
    put32(schib, state->parameter);
    put16(schib + 4, state->flags);
    put16(schib + 6, sub->device->number);
    schib[8] = state->path_mask;
    schib[9] = state->path_not_operational;
    schib[10] = state->last_path;
    schib[11] = THE_PATH;                          /* installed */
    put16(schib + 12, state->measurement_index);
    schib[14] = state->paths_operational;
    schib[15] = css_paths_available(sub);
    schib[16] = css_path_id(sub->device->number);
    put32(schib + 24, state->characteristics);
    css_store_scsw(sub, schib + 28);
    put64(schib + 40, state->measurement_address);
}

static int store_subchannel(void *context, struct cpu *cpu, uint32_t id, uint8_t *schib)
{
    struct channels *channels = context;
    (void)cpu;
    if (!is_identification(id))
        return IO_OPERAND;
    struct call call = begin(context, id);
    bool there = (id & 0xFFFF) < channels->css.count;
    css_store_schib(call.sub, schib);
    return end(call, NULL, there ? 0 : NOT_OPERATIONAL);
}

static bool valid_schib(const uint8_t *schib)
{
    uint32_t characteristics = get32(schib + 24);
    return !(get16(schib + 4) & PMCW_RESERVED) && !(characteristics & ~7u) &&
           (get16(schib + 4) & PMCW_LIMIT) != PMCW_LIMIT &&
           !(characteristics & PMCW_BLOCK_FORMAT_1 && schib[47] & 0x3F);
}

static void modify(struct subchannel *sub, const uint8_t *schib)
{
    enum { CHANGEABLE = PMCW_SUBCLASS | PMCW_ENABLED | PMCW_LIMIT | PMCW_MEASURE_BLOCK |
           PMCW_MEASURE_CONNECT | PMCW_MULTIPATH };
    struct css_state *state = &sub->css;
    state->parameter = get32(schib);
    state->flags = (uint16_t)((state->flags & ~CHANGEABLE) | (get16(schib + 4) & CHANGEABLE));
    state->path_mask = schib[8];
    state->paths_operational = schib[14];
    state->measurement_index = get16(schib + 12);
    state->characteristics = get32(schib + 24);
    if (state->characteristics & PMCW_BLOCK_FORMAT_1)
        state->measurement_address = get64(schib + 40);
    css_update(sub);
}

/* A subchannel that is not valid stays as it is. */
static int modify_subchannel(void *context, struct cpu *cpu, uint32_t id, const uint8_t *schib)
{
    struct channels *channels = context;
    (void)cpu;
    if (!is_identification(id) || !valid_schib(schib))
        return IO_OPERAND;
    struct call call = begin(context, id);
    struct subchannel *sub = call.sub;
    int cc = 0;
    if ((id & 0xFFFF) >= channels->css.count)
        cc = NOT_OPERATIONAL;
    else if (sub && sub->pending)
        cc = 1;
    else if (sub && sub->css.control & FUNCTION_CONTROL)
        cc = 2;
    else if (sub)
        modify(sub, schib);
    return end(call, "modify subchannel", cc);
}

/* ---- the subsystem's own settings ---------------------------------------------------------------------- */

static int set_address_limit(void *context, struct cpu *cpu, uint32_t limit)
{
    struct channels *channels = context;
    (void)cpu;
    if (limit & 0x8000FFFF)
        return IO_OPERAND;
    channels_lock(channels);
    channels->css.address_limit = limit;
    channels_unlock(channels);
    return 0;
}

/* SET CHANNEL MONITOR: register 1 has the key and what is to be measured, register 2 where the
 * measurement blocks begin. */
static int set_channel_monitor(void *context, struct cpu *cpu, uint32_t what, uint64_t origin)
{
    enum { BLOCKS = 2, CONNECT = 1, RESERVED = 0x0FFFFFFC };
    struct channels *channels = context;
    (void)cpu;
    if (what & RESERVED || (what & BLOCKS && origin & 0x1F))
        return IO_OPERAND;
    channels_lock(channels);
    channels->css.measures_blocks = what & BLOCKS;
    channels->css.measures_connect = what & CONNECT;
    channels->css.measurement_key = (uint8_t)(what >> 24 & 0xF0);
    if (what & BLOCKS)
        channels->css.measurement_origin = origin;
    channels_unlock(channels);
    return 0;
}

static int store_channel_report(void *context, struct cpu *cpu, uint32_t *report)
{
    struct channels *channels = context;
    (void)cpu;
    channels_lock(channels);
    *report = css_take_report(channels);
    channels_unlock(channels);
    return *report ? 0 : 1;
}

static int channel_subsystem_call(void *context, struct cpu *cpu, uint8_t *block)
{
    struct channels *channels = context;
    (void)cpu;
    channels_lock(channels);
    bool understood = css_call(channels, block);
    channels_unlock(channels);
    return understood ? 0 : IO_OPERAND;
}

/* ---- interruptions ----------------------------------------------------------------------------------------- */

static bool subclass_pending(void *context, uint8_t subclasses)
{
    struct channels *channels = context;
    return atomic_load(&channels->css.pending) & subclasses;
}

static bool take_subclass(void *context, uint8_t subclasses, struct io_interruption *interruption)
{
    struct channels *channels = context;
    channels_lock(channels);
    struct subchannel *sub = css_take(channels, subclasses);
    if (sub)
        *interruption = (struct io_interruption){
            .id = css_identification(sub), .parameter = sub->css.parameter,
            .word = (uint32_t)(sub->css.flags & PMCW_SUBCLASS) << 16
        };
    channels_unlock(channels);
    return sub != NULL;
}

static bool report_pending(void *context)
{
    struct channels *channels = context;
    return atomic_load(&channels->css.report_due);
}

static bool take_report_pending(void *context)
{
    struct channels *channels = context;
    return atomic_exchange(&channels->css.report_due, false);
}

void css_instructions(struct channels *channels)
{
    struct io_port *io = &channels->machine->io;
    io->start_subchannel = start_subchannel;
    io->test_subchannel = test_subchannel;
    io->response_length = response_length;
    io->store_subchannel = store_subchannel;
    io->modify_subchannel = modify_subchannel;
    io->halt_subchannel = halt_subchannel;
    io->clear_subchannel = clear_subchannel;
    io->resume_subchannel = resume_subchannel;
    io->cancel_subchannel = cancel_subchannel;
    io->reset_channel_path = css_reset_path;
    io->set_address_limit = set_address_limit;
    io->set_channel_monitor = set_channel_monitor;
    io->store_path_status = css_store_path_status;
    io->store_channel_report = store_channel_report;
    io->channel_subsystem_call = channel_subsystem_call;
    io->take_subclass = take_subclass;
    io->subclass_pending = subclass_pending;
    io->report_pending = report_pending;
    io->take_report_pending = take_report_pending;
}
