/* Pauses, and waiting for what the machine does. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/display.h"
#include "console/scripts.h"
#include "devices/terminal/terminal.h"

static const uint64_t SECOND_NS = 1000000000;

/* ---- pause ------------------------------------------------------------------------------- */

/* Seconds with up to nine decimals, below 100,000. */
static bool parse_seconds(const char *word, uint64_t *ns)
{
    char *end;
    if (!isdigit((unsigned char)*word) && *word != '.')
        return false;
    double seconds = strtod(word, &end);
    bool right = !*end && seconds >= 0 && seconds < 100000;
    if (right)
        *ns = (uint64_t)(seconds * 1e9);
    return right;
}

/* Its script has been cancelled, or who asked from beside has left: who waits need not wait
 * any longer. */
struct waiter {
    struct script *script;          /* NULL if none waits */
    const _Atomic bool *aside;      /* struct call */
};

static bool is_given_up(const struct waiter *waiter)
{
    return script_cancelled(waiter->script) || (waiter->aside && *waiter->aside);
}

static bool has_given_up(void *context)
{
    return is_given_up(context);    /* on whatever thread this is asked */
}

enum command_result command_pause(struct operator *operator, const struct call *call)
{
    uint64_t ns;
    if (call->argc != 2 || !parse_seconds(call->argv[1], &ns))
        return COMMAND_WRONG;
    struct clock *clock = &operator->machine->clock;
    uint64_t until = clock_ns(clock) + ns;
    struct script *script = script_here(operator);
    struct waiter waiter = { script, call->aside };
    if (script)
        message(operator->messages, HHC02262I, script_number(script), ns / 1000000);
    enum passing how = operator_pass(operator, has_given_up, &waiter, ns);
    /* With nothing to do it came back early. */
    if (clock->is_virtual && how == PASSED_NOTHING && clock_ns(clock) < until)
        clock_advance(clock, until - clock_ns(clock));
    if (script && how != PASSED_QUIT && how != PASSED_UNTIL)
        message(operator->messages, HHC02263I, script_number(script));
    return COMMAND_DONE;
}

/* ---- wait ------------------------------------------------------------------------------------ */

struct condition {
    struct operator *operator;
    struct waiter waiter;
    bool (*holds)(struct condition *);
    struct pattern pattern;
    uint32_t device;
    uint64_t address;
};

/* Under the lock: another command may be detaching the device. */
static bool holds(void *context)
{
    struct condition *condition = context;
    pthread_mutex_lock(&condition->operator->lock);
    bool held = condition->holds(condition) || is_given_up(&condition->waiter);
    pthread_mutex_unlock(&condition->operator->lock);
    return held;
}

static bool line_appeared(struct condition *c)
{
    return history_find(c->operator->history, c->device, &c->pattern);
}

static bool console_reads(struct condition *c)
{
    const struct device *device = device_find(c->operator->channels, (uint16_t)c->device);
    return device && terminal_is_reading(device);
}

static bool device_is_idle(struct condition *c)
{
    struct device *device = device_find(c->operator->channels, (uint16_t)c->device);
    char state[128] = "";
    if (device)
        device_state(device, state, sizeof state);
    return strncmp(state, "idle", 4) == 0;
}

/* Neither running nor about to: a restart or a load is under way for a moment. */
static bool has_stopped(const struct cpu *cpu)
{
    return !cpu->started && !cpu->loading && !(cpu->pending & ATTEND_RESTART);
}

static bool all_stopped(void *context)
{
    const struct operator *operator = context;
    for (int i = 0; i < operator->machine->ncpus; i++)
        if (!has_stopped(operator->machine->cpus[i]))
            return false;
    return true;
}

static bool is_stopped(struct condition *c)
{
    return all_stopped(c->operator);
}

static bool is_disabled_wait(struct condition *c)
{
    const struct cpu *cpu = operator_cpu(c->operator);
    return has_stopped(cpu) && cpu->psw.wait;
}

static bool is_waiting(struct condition *c)
{
    const struct cpu *cpu = operator_cpu(c->operator);
    return cpu->psw.wait && (cpu->started || has_stopped(cpu));
}

static bool is_waiting_at(struct condition *c)
{
    return (is_waiting(c) || has_stopped(operator_cpu(c->operator))) &&
           operator_cpu(c->operator)->psw.ia == c->address;
}

static bool is_running(struct condition *c)
{
    const struct cpu *cpu = operator_cpu(c->operator);
    return cpu->started && !cpu->psw.wait;
}

static bool make_psw_condition(struct condition *c, const char *word)
{
    if (same_word(word, "disabled"))
        c->holds = is_disabled_wait;
    else if (same_word(word, "wait"))
        c->holds = is_waiting;
    else if (same_word(word, "stopped"))
        c->holds = is_stopped;
    else if (same_word(word, "running"))
        c->holds = is_running;
    else if (parse_hex(word, 0xFFFFFFFF, &c->address))
        c->holds = is_waiting_at;
    else
        return false;
    c->address &= 0x00FFFFFF;
    return true;
}

static bool make_pattern(struct condition *c, const char *word)
{
    char why[128];
    c->holds = line_appeared;
    if (pattern_make(&c->pattern, word, why, sizeof why))
        return true;
    message(c->operator->messages, HHC20052E, word, why);
    return false;
}

/* The condition of a wait command: how many words it took, 0 if they are wrong, -1 if a
 * message has said what is. */
static int make_condition(struct condition *c, const struct call *call)
{
    const char *kind = call->argc > 1 ? call->argv[1] : "";
    struct device *device;
    if (same_word(kind, "psw") && call->argc > 2)
        return make_psw_condition(c, call->argv[2]) ? 2 : 0;
    if (same_word(kind, "message") && call->argc > 2) {
        c->device = FROM_EMULATOR;
        return make_pattern(c, call->argv[2]) ? 2 : -1;
    }
    bool console = same_word(kind, "console"), input = same_word(kind, "input");
    bool idle = same_word(kind, "device");
    if ((!console && !input && !idle) || call->argc < 3 + !input)
        return 0;
    if (console && same_word(call->argv[2], "system")) {
        c->device = MESSAGE_SYSTEM_CONSOLE;
        return make_pattern(c, call->argv[3]) ? 3 : -1;
    }
    if (!(device = parse_attached(c->operator, call->argv[2])))
        return -1;
    c->device = device->number;
    if (input) {
        c->holds = console_reads;
        return 2;
    }
    if (console)
        return make_pattern(c, call->argv[3]) ? 3 : -1;
    c->holds = device_is_idle;
    return same_word(call->argv[3], "idle") ? 3 : 0;
}

static void report_failure(struct operator *operator, const struct condition *c, const char *name,
                           enum passing how)
{
    char last[512] = "", psw[40];
    history_last(operator->history, c->device, last, sizeof last);
    message(operator->messages, HHC20053E, name,
            how == PASSED_NOTHING ? "nothing can happen any more" :
            how == PASSED_QUIT ? "the session ends" : "the time is over");
    if (c->holds == line_appeared)
        message(operator->messages, HHC20054I, last);
    display_psw_text(operator->machine->arch, &operator_cpu(operator)->psw, psw);
    message(operator->messages, HHC20055I, psw, operator_cpu(operator)->started ? "started" : "stopped");
}

/* The session has failed, and its scripts, or those that a thread of their own runs, end. Who
 * asks from beside is only told. */
static enum command_result in_vain(struct operator *operator, const struct call *call,
                                   enum command_result result)
{
    if (!call->aside)
        operator->expectation_failed = true;
    script_fail(script_here(operator));
    return result;
}

enum command_result command_wait(struct operator *operator, const struct call *call)
{
    struct condition c = { .operator = operator, .waiter = { script_here(operator), call->aside } };
    uint64_t ns = 30 * SECOND_NS;
    /* The field's: until all CPUs have stopped, or the time is over. */
    if (call->argc == 2 && parse_seconds(call->argv[1], &ns)) {
        operator_pass(operator, all_stopped, operator, ns);
        return COMMAND_DONE;
    }
    int used = make_condition(&c, call);
    if (used < 0)
        return in_vain(operator, call, COMMAND_FAILED);
    enum command_result result = COMMAND_WRONG;
    int i = 1 + used;
    const char *name = call->rest;
    bool right = used > 0;
    if (right && i < call->argc && !same_word(call->argv[i], "name"))
        right = parse_seconds(call->argv[i++], &ns);
    if (right && i < call->argc) {
        right = i + 2 == call->argc && same_word(call->argv[i], "name");
        name = call->argv[call->argc - 1];
    }
    if (right) {
        enum passing how = operator_pass(operator, holds, &c, ns);
        result = how == PASSED_UNTIL ? COMMAND_DONE : COMMAND_FAILED;
        if (result == COMMAND_FAILED)
            report_failure(operator, &c, name, how);
    }
    pattern_free(&c.pattern);
    if (result != COMMAND_DONE)
        return in_vain(operator, call, result);
    operator->misconfigured = false;
    return result;
}

/* ---- runtest: the field's test scripts --------------------------------------------------------- */

/* Old PSWs in low storage (GA22 3-48), to start again from. Those of z/Architecture, twice as
 * long, stand in the same order from 130 on (SA22 3-55). */
enum { FIRST_OLD = 0x18, FIRST_OLD_Z = 0x130, RESTART_NEW = 0, RESTART_NEW_Z = 0x1A0 };
static const struct { const char *word; int old_psw; } test_starts[] = {
    { "restart", 0 }, { "external", 0x18 }, { "svc", 0x20 }, { "program", 0x28 },
    { "machine", 0x30 }, { "io", 0x38 }
};

static void start_test(struct operator *operator, int old_psw, bool start)
{
    struct cpu *cpu = operator_cpu(operator);
    unsigned size = architecture_psw_size(cpu->arch);
    uint8_t *low = storage_absolute(operator->machine, cpu->prefix, 512);
    int from = size == 16 ? FIRST_OLD_Z + 2 * (old_psw - FIRST_OLD) : old_psw;
    int to = size == 16 ? RESTART_NEW_Z : RESTART_NEW;
    if (old_psw) {
        memcpy(low + to, low + from, size);
        storage_changed(operator->machine, cpu->prefix + (unsigned)to, size);
    }
    if (start)
        cpu_start(cpu);
    else
        cpu_restart(cpu);
}

static void run_test(struct operator *operator, uint64_t limit)
{
    int number = script_number(script_here(operator));
    struct messages *messages = operator->messages;
    uint64_t begin = clock_ns(&operator->machine->clock);
    message(messages, HHC02333I, number);
    enum passing how = operator_pass(operator, all_stopped, operator, limit);
    uint64_t took = clock_ns(&operator->machine->clock) - begin;
    if (how != PASSED_UNTIL && !all_stopped(operator)) {
        message(messages, HHC02332E, number);
        for (int i = 0; i < operator->machine->ncpus; i++)
            cpu_stop(operator->machine->cpus[i]);
        operator_wait_stopped(operator, -1);
    } else {
        message(messages, HHC02334I, number);
    }
    message(messages, HHC02338I, number, (unsigned)(took / SECOND_NS),
            (unsigned)(took % SECOND_NS / 1000));
}

enum command_result command_runtest(struct operator *operator, const struct call *call)
{
    uint64_t limit = 30 * SECOND_NS;
    int old_psw = 0, i = 1;
    bool start = false;
    if (i < call->argc && isalpha((unsigned char)call->argv[i][0])) {
        bool known = start = same_word(call->argv[i], "start");
        for (size_t j = 0; j < sizeof test_starts / sizeof *test_starts; j++)
            if (same_word(call->argv[i], test_starts[j].word)) {
                known = true;
                old_psw = test_starts[j].old_psw;
            }
        if (!known)
            return COMMAND_WRONG;
        i++;
    }
    if (i < call->argc && (!parse_seconds(call->argv[i++], &limit) || limit < SECOND_NS / 1000 ||
                           limit > 300 * SECOND_NS))
        return COMMAND_WRONG;
    if (i < call->argc)
        return COMMAND_WRONG;
    limit = (uint64_t)((double)limit * operator->patience);
    int number = script_number(script_here(operator));
    message(operator->messages, HHC02336I, number);
    message(operator->messages, HHC02339I, number, (unsigned)(limit / SECOND_NS),
            (unsigned)(limit % SECOND_NS / 1000000));
    start_test(operator, old_psw, start);
    run_test(operator, limit);
    return COMMAND_DONE;
}

/* ---- the checksum of a run ------------------------------------------------------------------------ */

enum command_result command_checksum(struct operator *operator, const struct call *call)
{
    bool start = call->argc == 2 && same_word(call->argv[1], "start");
    if (call->argc > 1 && !start)
        return COMMAND_WRONG;
    uint64_t instructions = 0;
    struct checksum sum = tracing_checksum(operator->tracing);
    for (int i = 0; i < operator->machine->ncpus; i++)
        instructions += cpu_instructions(operator->machine->cpus[i]);
    if (start)
        tracing_checksum_start(operator->tracing);
    else
        message(operator->messages, HHC20056I, sum.value, instructions, sum.interruptions,
                sum.lines);
    return COMMAND_DONE;
}
