/* The machine: its storage and CPUs, the threads that run them or, in virtual time, the
 * one loop that does, and the operator's keys. */
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "core/thread.h"
#include "cpu/blocks.h"
#include "cpu/control.h"

/* ---- storage ------------------------------------------------------------------- */

static void *map_storage(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* A little more than needed, so that a test of 64 bits at the end stays inside. */
static size_t code_map_size(uint64_t mainsize)
{
    return (size_t)(mainsize >> 6) * 4 + 64;
}

static void find_whole(struct machine *machine)
{
    uint64_t megabyte = 0, megabytes = machine->options.mainsize >> 20;
    while (megabyte < megabytes && machine->assigned[megabyte])
        megabyte++;
    machine->whole = megabyte << 20;
}

/* After a clear reset, what is in standby is so again. */
void assign_at_first(struct machine *machine)
{
    uint64_t megabytes = machine->options.mainsize >> 20, standby = machine->options.standby >> 20;
    machine->standby_attached = false;
    machine->whole = machine->options.mainsize - machine->options.standby;
    if (!machine->assigned)
        return;
    memset(machine->assigned, 1, megabytes - standby);
    memset(machine->assigned + megabytes - standby, 0, standby);
}

void machine_assign_storage(struct machine *machine, uint64_t address, uint64_t size, bool assign)
{
    if (!machine->assigned || size > machine->options.mainsize ||
        address > machine->options.mainsize - size)
        return;
    if (!assign)
        memset(machine->assigned + (address >> 20), 0, size >> 20);
    find_whole(machine);
    for (int i = 0; i < machine->ncpus; i++)
        cpu_attend(machine->cpus[i], ATTEND_PURGE);
    clear_storage(machine->storage + address, size);
    storage_changed(machine, address, size);
    if (assign)
        memset(machine->assigned + (address >> 20), 1, size >> 20);
    find_whole(machine);
}

static bool make_storage(struct machine *machine, uint64_t mainsize)
{
    machine->storage = map_storage(mainsize + BLOCK_SIZE);
    machine->keys = map_storage((mainsize >> BLOCK_SHIFT) + 1);
    machine->code_map = map_storage(code_map_size(mainsize));
    machine->code_holders = map_storage(mainsize >> 6);
    machine->unusable = machine->assigned = NULL;
    machine->options.mainsize = mainsize;
    if (machine->options.standby && !(machine->assigned = calloc(mainsize >> 20, 1)))
        return false;
    assign_at_first(machine);
    return machine->storage && machine->keys && machine->code_map && machine->code_holders;
}

static void unmap(void *p, size_t size)
{
    if (p)
        munmap(p, size);
}

static void free_storage(struct machine *machine)
{
    uint64_t mainsize = machine->options.mainsize;
    unmap(machine->storage, mainsize + BLOCK_SIZE);
    unmap(machine->keys, (mainsize >> BLOCK_SHIFT) + 1);
    unmap(machine->code_map, code_map_size(mainsize));
    unmap(machine->code_holders, mainsize >> 6);
    free(machine->unusable);
    free(machine->assigned);
}

/* ---- CPUs --------------------------------------------------------------------------- */

static struct cpu *cpu_new(struct machine *machine, int address)
{
    struct cpu *cpu = aligned_alloc(64, (sizeof *cpu + 63) & ~(size_t)63);
    if (!cpu)
        abort();
    memset(cpu, 0, sizeof *cpu);
    cpu->machine = machine;
    cpu->address = (uint16_t)address;
    cpu->storage = machine->storage;
    cpu->code_map = machine->code_map;
    cpu->arch = machine->arch;
    cpu->engine = engine_new(cpu);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&cpu->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    cpu_initial_reset(cpu);
    context_changed(cpu);
    return cpu;
}

static void end_thread(struct cpu *cpu)
{
    if (!cpu->has_thread)
        return;
    cpu_attend(cpu, ATTEND_QUIT);
    pthread_join(cpu->thread, NULL);
    cpu->has_thread = false;
}

static void cpu_free(struct cpu *cpu)
{
    end_thread(cpu);
    engine_free(cpu->engine);
    pthread_cond_destroy(&cpu->wake);
    free(cpu);
}

static void free_cpus(struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++)
        end_thread(machine->cpus[i]);
    for (int i = 0; i < machine->ncpus; i++)
        cpu_free(machine->cpus[i]);
    machine->ncpus = 0;
}

static void make_cpus(struct machine *machine, int count)
{
    for (int i = 0; i < count; i++) {
        machine->cpus[i] = cpu_new(machine, i);
        machine->ncpus = i + 1;
    }
    machine->options.numcpu = count;
}

struct machine *machine_new(const struct machine_options *options, struct messages *messages)
{
    struct machine *machine = calloc(1, sizeof *machine);
    if (!machine)
        return NULL;
    machine->options = *options;
    machine->messages = messages;
    machine->arch = architecture_of(options->architecture);
    clock_init(&machine->clock, options->virtual_time);
    codepage_default(&machine->codepage);
    pthread_mutex_init(&machine->lock, NULL);
    pthread_mutex_init(&machine->code_lock, NULL);
    pthread_mutex_init(&machine->locked_operations, NULL);
    pthread_mutex_init(&machine->completions_lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&machine->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (!make_storage(machine, options->mainsize) ||
        !machine_set_expanded(machine, options->xpndsize)) {
        machine_free(machine);
        return NULL;
    }
    make_cpus(machine, options->numcpu);
    renew_wrapping_keys(machine);
    return machine;
}

void machine_free(struct machine *machine)
{
    if (!machine)
        return;
    atomic_store(&machine->quitting, true);
    free_cpus(machine);
    free_storage(machine);
    machine_set_expanded(machine, 0);
    agenda_free(&machine->agenda);
    pthread_mutex_destroy(&machine->lock);
    pthread_mutex_destroy(&machine->code_lock);
    pthread_mutex_destroy(&machine->locked_operations);
    machine_forget_completions(machine, -1);
    pthread_mutex_destroy(&machine->completions_lock);
    pthread_cond_destroy(&machine->changed);
    free(machine);
}

bool machine_resize(struct machine *machine, uint64_t mainsize, int numcpu)
{
    struct machine old = *machine;
    bool threads = machine->ncpus && machine->cpus[0]->has_thread;
    if (machine->io.reset)      /* no channel program may use the old storage */
        machine->io.reset(machine->io.context);
    if (!make_storage(machine, mainsize)) {
        free_storage(machine);
        machine->storage = old.storage;
        machine->keys = old.keys;
        machine->code_map = old.code_map;
        machine->code_holders = old.code_holders;
        machine->unusable = old.unusable;
        machine->assigned = old.assigned;
        machine->whole = old.whole;
        machine->options = old.options;
        return false;
    }
    make_cpus(machine, numcpu);
    /* The channels let go of the old storage, and of the CPU that they belonged to. */
    if (machine->io.reset)
        machine->io.reset(machine->io.context);
    free_cpus(&old);
    free_storage(&old);
    if (threads)
        machine_power_on(machine);
    return true;
}

/* ---- requests to a CPU ------------------------------------------------------------------ */

void cpu_attend(struct cpu *cpu, uint32_t reasons)
{
    atomic_fetch_or(&cpu->pending, reasons);
    atomic_store(&cpu->floor, INT32_MAX);
    if (cpu->has_thread) {
        pthread_mutex_lock(&cpu->machine->lock);
        pthread_cond_signal(&cpu->wake);
        pthread_mutex_unlock(&cpu->machine->lock);
    }
}

/* What has been `served` is not pending any more: in one with the state that has come of it, for who
 * sees a CPU that is not busy may start it. */
static void settle(struct cpu *cpu, bool started, uint32_t served)
{
    pthread_mutex_lock(&cpu->machine->lock);
    cpu->started = started;
    atomic_fetch_and(&cpu->pending, ~served);
    if (started)
        timer_started(cpu);
    else
        timer_stopped(cpu);
    pthread_cond_broadcast(&cpu->machine->changed);
    pthread_cond_signal(&cpu->wake);
    pthread_mutex_unlock(&cpu->machine->lock);
}

static void set_started(struct cpu *cpu, bool started) { settle(cpu, started, 0); }

void cpu_start(struct cpu *cpu)
{
    if (cpu->check_stopped || cpu->offline)
        return;
    settle(cpu, true, ATTEND_STOP);
}

void cpu_stop(struct cpu *cpu)
{
    cpu_attend(cpu, ATTEND_STOP);
    if (!cpu->has_thread && cpu->op == NULL && cpu->machine->clock.is_virtual)
        cpu_serve(cpu);
}

void cpu_restart(struct cpu *cpu)
{
    if (cpu->offline)
        return;
    cpu_attend(cpu, ATTEND_RESTART);
    if (!cpu->has_thread && cpu->op == NULL && cpu->machine->clock.is_virtual)
        cpu_serve(cpu);
}

bool cpu_waiting(const struct cpu *cpu)
{
    return cpu->started && cpu->psw.wait;
}

static struct timespec later(uint64_t host_ns)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t ns = (uint64_t)t.tv_nsec + host_ns % 1000000000u;
    t.tv_sec += (time_t)(host_ns / 1000000000u + ns / 1000000000u);
    t.tv_nsec = (long)(ns % 1000000000u);
    return t;
}

bool cpu_wait_stopped(struct cpu *cpu, uint64_t host_ns)
{
    struct timespec deadline = later(host_ns);
    pthread_mutex_lock(&cpu->machine->lock);
    int error = 0;
    while ((cpu->started || (atomic_load(&cpu->pending) & (ATTEND_STOP | ATTEND_RESTART))) &&
           error == 0)
        error = pthread_cond_timedwait(&cpu->machine->changed, &cpu->machine->lock, &deadline);
    bool stopped = !cpu->started;
    pthread_mutex_unlock(&cpu->machine->lock);
    return stopped;
}

/* What was asked for, done on the CPU's own thread between instructions: in this order,
 * for a restart starts what a stop has stopped. */
void cpu_serve(struct cpu *cpu)
{
    uint32_t served = ATTEND_STOP | ATTEND_STORE_STATUS | ATTEND_RESET | ATTEND_INITIAL |
                      ATTEND_RESTART;
    uint32_t asked = atomic_load(&cpu->pending) & served;
    if (!asked)
        return;
    if (asked & ATTEND_STOP)
        cpu->started = false;
    if (asked & ATTEND_STORE_STATUS)
        cpu_store_status(cpu);
    if (asked & (ATTEND_RESET | ATTEND_INITIAL)) {      /* the latter alone: it came after the other */
        cpu->started = false;
        cpu_ordered_reset(cpu, asked & ATTEND_INITIAL);
        context_changed(cpu);
    }
    if (asked & ATTEND_RESTART && !cpu->check_stopped) {
        take_restart(cpu);
        cpu->started = true;
    }
    settle(cpu, cpu->started, asked);
}

/* ---- running -------------------------------------------------------------------------------- */

/* No interruption can end this wait (GA22 4-6 calls it disabled). */
static bool wait_is_disabled(const struct cpu *cpu)
{
    const struct psw *psw = &cpu->psw;
    uint8_t enabling = psw->extended_control ? EC_IO | EC_EXTERNAL : 0xFF;
    return psw->wait && !(psw->system_mask & enabling) && !psw->machine_check;
}

static void stop_by_itself(struct cpu *cpu)
{
    struct observer *observer = &cpu->machine->observer;
    if (observer->stopped)
        observer->stopped(observer->context, cpu);
    set_started(cpu, false);
}

static void execute(struct cpu *cpu, uint64_t limit)
{
    engine_run(cpu, limit);
    cpu_serve(cpu);
    if (cpu->started && wait_is_disabled(cpu))
        stop_by_itself(cpu);
}

/* Sleep until somebody wants attention or one of the CPU's timers is due. */
static void sleep_in_wait_state(struct cpu *cpu)
{
    uint64_t ns = timer_next_event(cpu);
    if (ns > 1000000000u)
        ns = 1000000000u;
    struct timespec deadline = later(ns);
    pthread_mutex_lock(&cpu->machine->lock);
    while (cpu->started && atomic_load(&cpu->floor) == 0 &&
           pthread_cond_timedwait(&cpu->wake, &cpu->machine->lock, &deadline) == 0)
        ;
    pthread_mutex_unlock(&cpu->machine->lock);
}

static void sleep_while_stopped(struct cpu *cpu)
{
    uint32_t wanted = ATTEND_STOP | ATTEND_RESTART | ATTEND_RESET | ATTEND_INITIAL |
                      ATTEND_STORE_STATUS | ATTEND_QUIT;
    pthread_mutex_lock(&cpu->machine->lock);
    while (!cpu->started && !(atomic_load(&cpu->pending) & wanted))
        pthread_cond_wait(&cpu->wake, &cpu->machine->lock);
    pthread_mutex_unlock(&cpu->machine->lock);
}

static void *cpu_thread(void *argument)
{
    struct cpu *cpu = argument;
    while (!(atomic_load(&cpu->pending) & ATTEND_QUIT)) {
        cpu_serve(cpu);
        if (!cpu->started) {
            sleep_while_stopped(cpu);
            continue;
        }
        execute(cpu, UINT64_MAX);
        if (cpu->started && cpu->psw.wait && !(atomic_load(&cpu->pending) & ATTEND_QUIT))
            sleep_in_wait_state(cpu);
    }
    return NULL;
}

void machine_power_on(struct machine *machine)
{
    if (machine->clock.is_virtual)
        return;
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        if (!cpu->has_thread && thread_create(&cpu->thread, NULL, cpu_thread, cpu) == 0)
            cpu->has_thread = true;
    }
}

/* ---- virtual time ------------------------------------------------------------------------------ */

enum { VIRTUAL_SLICE = 4096 };

/* How many instructions fit before the next thing that is to happen. */
static uint64_t slice_for(const struct machine *machine, struct cpu *cpu, uint64_t deadline_ns)
{
    uint64_t now = clock_ns(&machine->clock), next = agenda_next(&machine->agenda);
    uint64_t timer = timer_next_event(cpu);
    if (deadline_ns < next)
        next = deadline_ns;
    if (timer < UINT64_MAX - now && now + timer < next)
        next = now + timer;
    uint64_t count = next <= now ? 1 : (next - now + CLOCK_NS_PER_INSTRUCTION - 1) /
                                           CLOCK_NS_PER_INSTRUCTION;
    return count > VIRTUAL_SLICE ? VIRTUAL_SLICE : count;
}

static bool execute_all(struct machine *machine, uint64_t deadline_ns)
{
    bool any = false;
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        uint64_t before = cpu_instructions(cpu);
        cpu_serve(cpu);
        if (!cpu->started)
            continue;
        execute(cpu, slice_for(machine, cpu, deadline_ns));
        any |= cpu_instructions(cpu) != before;
    }
    return any;
}

/* Nobody executes: the next event comes at once. False if there is none. */
static bool skip_idle_time(struct machine *machine, uint64_t deadline_ns)
{
    uint64_t now = clock_ns(&machine->clock), next = agenda_next(&machine->agenda);
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        uint64_t timer = cpu->started ? timer_next_event(cpu) : UINT64_MAX;
        if (timer < UINT64_MAX - now && now + timer < next)
            next = now + timer;
    }
    if (next == AGENDA_NEVER)
        return false;
    if (next > deadline_ns)
        next = deadline_ns;
    clock_advance(&machine->clock, next > now ? next - now : 0);
    return true;
}

static bool any_started(const struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++)
        if (machine->cpus[i]->started || machine->cpus[i]->loading ||
            (atomic_load(&machine->cpus[i]->pending) &
             (ATTEND_RESTART | ATTEND_RESET | ATTEND_STORE_STATUS)))
            return true;
    return false;
}

enum machine_result machine_run(struct machine *machine, bool (*until)(void *), void *context,
                                uint64_t deadline_ns)
{
    for (;;) {
        if (until && until(context))
            return MACHINE_UNTIL;
        if (agenda_run(&machine->agenda, clock_ns(&machine->clock)))
            continue;
        if (clock_ns(&machine->clock) >= deadline_ns)
            return MACHINE_DEADLINE;
        if (!any_started(machine) && agenda_next(&machine->agenda) == AGENDA_NEVER)
            return MACHINE_STOPPED;
        if (!execute_all(machine, deadline_ns) && agenda_next(&machine->agenda) > clock_ns(&machine->clock) &&
            !skip_idle_time(machine, deadline_ns)) {
            if (until && until(context))
                return MACHINE_UNTIL;
            return any_started(machine) ? MACHINE_IDLE : MACHINE_STOPPED;
        }
    }
}

/* ---- initial program loading -------------------------------------------------------------------- */

static void stop_all(struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++)
        cpu_stop(machine->cpus[i]);
    for (int i = 0; i < machine->ncpus; i++)
        if (machine->cpus[i]->has_thread)
            cpu_wait_stopped(machine->cpus[i], UINT64_C(10000000000));
}

static void set_loading(struct cpu *cpu, bool loading)
{
    pthread_mutex_lock(&cpu->machine->lock);
    cpu->loading = loading;
    cpu->load_failed = false;
    pthread_mutex_unlock(&cpu->machine->lock);
}

struct cpu *machine_ipl_begin(struct machine *machine, int number, bool clear)
{
    struct cpu *cpu = machine->cpus[number];
    stop_all(machine);
    if (clear)
        machine_clear_reset(machine);
    else
        machine_system_reset(machine);
    if (machine->options.architecture == ZARCH)
        machine_set_architecture(machine, ESA390);
    cpu_initial_reset(cpu);
    context_changed(cpu);
    set_loading(cpu, true);
    return cpu;
}

bool machine_ipl(struct machine *machine, int number, uint32_t device, bool clear)
{
    if (!machine->io.load)
        return false;
    struct cpu *cpu = machine_ipl_begin(machine, number, clear);
    if (machine->io.load(machine->io.context, cpu, device))
        return true;
    set_loading(cpu, false);
    return false;
}

void machine_ipl_end(struct cpu *cpu, bool start)
{
    if (start)
        load_psw(cpu, cpu->machine->storage);
    set_loading(cpu, false);
    if (!start)
        return;
    cpu_attend(cpu, ATTEND_PURGE);
    cpu_start(cpu);
}

void ipl_complete(struct cpu *cpu, uint16_t device, const char *error)
{
    struct machine *machine = cpu->machine;
    if (error) {            /* it stays in the load state (GA22 4-44) */
        pthread_mutex_lock(&machine->lock);
        cpu->load_failed = true;
        pthread_mutex_unlock(&machine->lock);
        return;
    }
    psw_load(cpu->arch, &cpu->psw, machine->storage);
    if (cpu->arch->channels && cpu->psw.extended_control)
        put24(machine->storage + 185, device);
    else if (cpu->arch->channels)
        put16(machine->storage + 2, device);
    storage_changed(machine, 0, 192);
    machine_ipl_end(cpu, true);
}
