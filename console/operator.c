/* The operator: its life, and the path of a command from line to function. */
#include "config.h"

#include "console/operator.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "console/block-io.h"
#include "console/commands.h"
#include "console/rates.h"
#include "console/rexx.h"
#include "console/rules.h"
#include "console/scripts.h"
#include "console/turns.h"
#include "console/typed.h"
#include "console/sclp.h"
#include "console/services.h"
#include "devices/devices.h"
#include "devices/terminal/terminal.h"

enum { SECOND_NS = 1000000000, MILLISECOND_NS = 1000000 };
static const uint64_t SECONDS_1900_TO_1970 = 2208988800u;

/* Ten seconds for a CPU to come to the end of an instruction is more than enough. */
static const uint64_t STOP_PATIENCE_NS = 10ull * SECOND_NS;

static const struct machine_options first_options = {
    .mainsize = 2u << 20, .numcpu = 1, .cpuserial = 0x000001, .cpumodel = 0x3032,
    .extended_facility = true, .lparname = "ENDICOTT", .partition = true, .lparnum = 1
};

static void set_defaults(struct operator *operator)
{
    struct settings *s = &operator->settings;
    s->epoch = 1900;
    s->maxcpu = MAX_CPUS;
    s->keep_idle = 3;
    s->keep_interval = 1;
    s->keep_count = 10;
    s->panrate_ms = 500;
    s->panel_colours = COLOURS_DARK;
    s->shell = false;
    s->diag8_echo = true;
    operator->patience = 1.0;
    operator->last_ipl = NO_NUMBER;
    tailor_default(s);
}

static bool power_up(struct operator *operator, const struct machine_options *options)
{
    struct machine *machine = machine_new(options, operator->messages);
    if (!machine)
        return false;
    operator->machine = machine;
    if (!machine->events)
        machine->events = events_new();
    operator->channels = channels_new(machine);
    return true;
}

struct operator *operator_new(bool virtual_time)
{
    struct operator *operator = calloc(1, sizeof *operator);
    if (!operator)
        return NULL;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&operator->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    if (pipe(operator->wake) != 0) {
        free(operator);
        return NULL;
    }
    operator->messages = messages_new();
    operator->symbols = symbols_new();
    operator->history = history_new(operator->messages);
    operator->watchdog = watchdog_new();
    operator->block_io = block_io_new();
    operator->turns = turns_new(operator);
    operator->typed = typed_new();
    operator->rules = rules_new(operator);
    set_defaults(operator);
    struct machine_options options = first_options;
    options.virtual_time = virtual_time;
    if (!power_up(operator, &options)) {
        operator_free(operator);
        return NULL;
    }
    operator->events = event_table_new(operator);
    operator->tracing = tracing_new(operator);
    operator->sclp = sclp_new(operator);
    operator->rates = rates_new(operator);
    operator->started_ns = clock_ns(&operator->machine->clock);
    return operator;
}

/* An IPL that completes meanwhile starts its CPU again: ask until all have stopped. */
static void stop_finally(struct operator *operator)
{
    struct machine *machine = operator->machine;
    bool stopped = false;
    for (uint64_t waited = 0; !stopped && waited < STOP_PATIENCE_NS; waited += SECOND_NS / 10) {
        for (int i = 0; i < machine->ncpus; i++)
            cpu_stop(machine->cpus[i]);
        if (!operator->powered)
            return;
        if (machine->clock.is_virtual) {
            operator_wait_stopped(operator, -1);
            return;
        }
        stopped = true;
        for (int i = 0; i < machine->ncpus; i++)
            stopped &= cpu_wait_stopped(machine->cpus[i], SECOND_NS / 10);
    }
}

static void power_down(struct operator *operator)
{
    if (!operator->machine)
        return;
    stop_finally(operator);
    channels_settle(operator->channels, SECOND_NS);
    operator_close_terminals(operator);
    rates_stop(operator->rates);
    channels_free(operator->channels);
    events_free(operator->machine->events);
    operator->machine->events = NULL;
    machine_free(operator->machine);
    operator->channels = NULL;
    operator->machine = NULL;
}

/* Rules give no more commands; scripts in the background come to their end. */
static void end_helpers(struct operator *operator)
{
    operator_quit(operator);
    rules_stop(operator->rules);
    turns_end(operator->turns);
}

void operator_free(struct operator *operator)
{
    if (!operator)
        return;
    end_helpers(operator);
    power_down(operator);
    rules_free(operator->rules);
    typed_free(operator->typed);
    rexx_free(operator->rexx);
    turns_free(operator->turns);
    rates_free(operator->rates);
    watchdog_free(operator->watchdog);
    block_io_free(operator->block_io);
    sclp_free(operator->sclp);
    tracing_free(operator->tracing);
    event_table_free(operator->events);
    history_free(operator->history);
    symbols_free(operator->symbols);
    messages_free(operator->messages);
    if (operator->log)
        fclose(operator->log);
    pthread_mutex_destroy(&operator->lock);
    close(operator->wake[0]);
    close(operator->wake[1]);
    free(operator);
}

bool operator_rebuild(struct operator *operator, bool virtual_time)
{
    struct machine_options options = operator->machine->options;
    struct codepage page = operator->machine->codepage;
    options.virtual_time = virtual_time;
    power_down(operator);
    if (!power_up(operator, &options)) {
        options.virtual_time = !virtual_time;
        if (!power_up(operator, &options))
            abort();
        return false;
    }
    operator->machine->codepage = page;
    tracing_connect(operator->tracing, operator);
    sclp_connect(operator->sclp);
    operator_set_clock(operator);
    return true;
}

void operator_open_terminals(struct operator *operator)
{
    const char *where = operator->settings.cnslport;
    bool wanted = false;
    char error[400];
    if (operator->terminals || !*where || !operator->powered)
        return;
    for (struct device *d = device_from(operator->channels, 0); d && !wanted;
         d = device_from(operator->channels, d->number + 1u))
        wanted = terminal_is_remote(d);
    bool consoles = operator->machine->options.architecture != S370;
    if (!wanted && (!consoles || operator->machine->clock.is_virtual))
        return;
    if (operator->machine->clock.is_virtual) {      /* who knows when they would type? */
        message(operator->messages, HHC01000W, where, "in virtual time nobody can");
        return;
    }
    const struct settings *s = &operator->settings;
    struct terminal_server_options options = {
        .where = where, .system = operator->machine->options.lparname,
        .certificate = *s->tls_certificate ? s->tls_certificate : NULL, .key = s->tls_key,
        .idle = s->keep_idle, .interval = s->keep_interval, .count = s->keep_count
    };
    if (consoles)
        options.consoles = sclp_consoles(operator->sclp, &options.console_count);
    operator->terminals = terminal_server_new(operator->machine, operator->channels, &options,
                                              error, sizeof error);
    if (operator->terminals)
        message(operator->messages, HHC01024I, terminal_server_port(operator->terminals));
    else
        message(operator->messages, HHC01000W, where, error);
    sclp_show_at(operator->sclp, operator->terminals);
}

void operator_close_terminals(struct operator *operator)
{
    sclp_show_at(operator->sclp, NULL);
    terminal_server_free(operator->terminals);
    operator->terminals = NULL;
}

void operator_forget_guest(struct operator *operator)
{
    if (operator->sclp)
        sclp_reset(operator->sclp);
    block_io_reset(operator->block_io);
    operator->page_faults_shaken = false;
}

void operator_power_on(struct operator *operator)
{
    machine_power_on(operator->machine);
    operator->powered = true;
    rates_start(operator->rates);
    rules_start(operator->rules);
    operator_open_terminals(operator);
    services_open(operator);
    for (int i = 0; i < operator->machine->ncpus; i++)
        message(operator->messages, HHC00811I, i, architecture_name(operator->machine->arch));
}

void operator_power_off(struct operator *operator)
{
    services_close(operator);
    end_helpers(operator);
    pthread_mutex_lock(&operator->lock);
    stop_finally(operator);
    channels_settle(operator->channels, SECOND_NS);
    operator_close_terminals(operator);
    for (struct device *d; (d = device_from(operator->channels, 0));)
        device_detach(operator->channels, d->number);
    pthread_mutex_unlock(&operator->lock);
}

struct machine *operator_machine(struct operator *operator)
{
    return operator->machine;
}

void operator_power_fails(struct operator *operator)
{
    struct machine *machine = operator->machine;
    for (int i = 0; i < machine->ncpus; i++)
        cpu_machine_check(machine->cpus[i], MCK_WARNING, 0);
    message(operator->messages, HHC20149W);
}

void operator_quit(struct operator *operator)
{
    if (!atomic_exchange(&operator->quitting, true) && write(operator->wake[1], "", 1) < 0)
        perror("quit");     /* an empty pipe takes a byte */
    rexx_halt(operator->rexx);
}

bool operator_quitting(const struct operator *operator) { return operator->quitting; }
void operator_set_interactive(struct operator *operator, bool on) { operator->interactive = on; }
void operator_set_patience(struct operator *operator, double f) { operator->patience = f; }

bool operator_expectations_held(const struct operator *operator)
{
    return !operator->expectation_failed && !operator->misconfigured;
}

void operator_remark(struct operator *operator, const char *what, const char *why)
{
    message(operator->messages, HHC20042W, what, why);
}

bool operator_define(struct operator *operator, const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals - assignment >= 64)
        return false;
    char name[64] = "";
    memcpy(name, assignment, (size_t)(equals - assignment));
    if (!symbol_name_valid(name))
        return false;
    symbols_set(operator->symbols, name, equals + 1);
    return true;
}

/* ---- the time of day ------------------------------------------------------------ */

/* The field counts a year as 365 days and a quarter, rounded: so the date stays. */
static int64_t days_of_years(int years)
{
    int64_t size = years < 0 ? -years : years;
    int64_t days = (size * 1461 + 2) / 4;
    return years < 0 ? -days : days;
}

/* Days from 1 January 1900 to 1 January of a later or earlier year. */
static int64_t days_since_1900(int year)
{
    int64_t y = year - 1;
    int64_t leap = y / 4 - y / 100 + y / 400 - (1899 / 4 - 1899 / 100 + 1899 / 400);
    return (int64_t)(year - 1900) * 365 + leap;
}

void operator_set_clock(struct operator *operator)
{
    static const int64_t day = INT64_C(86400) * 1000000 * 4096;
    const struct settings *s = &operator->settings;
    struct clock *clock = &operator->machine->clock;
    bool is_virtual = clock->is_virtual;
    uint64_t now = ns_to_tod(clock_ns(clock)) + (uint64_t)clock->tod_base;
    if (is_virtual) {
        struct clock fresh;
        clock_init(&fresh, true);
        now = clock_tod(&fresh) + ns_to_tod(clock_ns(clock));
    } else {
        now = clock_host_tod();
    }
    int64_t days = -days_since_1900(s->epoch);
    if (!is_virtual)    /* a virtual clock starts in 1998: no year is too late for the guest */
        days += days_of_years(s->year_offset);
    int64_t zone = (int64_t)s->zone_minutes * 60 * 1000000 * 4096;
    clock_set_tod(clock, now + (uint64_t)(days * day) + (uint64_t)zone);
}

/* ---- time passes ------------------------------------------------------------------ */

struct pass {
    struct operator *operator;
    bool (*until)(void *);
    void *context;
    bool met;               /* `until` is not asked again: a line is found only once */
};

static bool pass_over(void *context)
{
    struct pass *pass = context;
    pass->met = pass->met || (pass->until && pass->until(pass->context));
    return pass->met || operator_quitting(pass->operator);
}

/* Whoever takes turns with this thread has to be let go on, too. */
static bool pass_pauses(void *context)
{
    struct pass *pass = context;
    return pass_over(pass) || turns_due(pass->operator->turns);
}

static enum passing pass_virtually(struct pass *pass, uint64_t deadline)
{
    struct operator *operator = pass->operator;
    struct clock *clock = &operator->machine->clock;
    for (;;) {
        turns_give(operator->turns);
        uint64_t turn = turns_next(operator->turns);
        enum machine_result result = machine_run(operator->machine, pass_pauses, pass,
                                                 turn < deadline ? turn : deadline);
        if (pass->met)
            return PASSED_UNTIL;
        if (operator_quitting(operator))
            return PASSED_QUIT;
        if (turns_due(operator->turns))
            continue;
        if (clock_ns(clock) >= deadline)
            return PASSED_TIME;
        if (result != MACHINE_STOPPED && result != MACHINE_IDLE)
            continue;
        if (turn > deadline || turn == UINT64_MAX)
            return PASSED_NOTHING;
        clock_advance(clock, turn - clock_ns(clock));
    }
}

enum passing operator_pass(struct operator *operator, bool (*until)(void *), void *context,
                           uint64_t ns)
{
    struct pass pass = { operator, until, context, false };
    struct clock *clock = &operator->machine->clock;
    uint64_t now = clock_ns(clock), deadline = ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
    if (clock->is_virtual) {
        struct turn *turn = turns_mine(operator->turns);
        return turn ? turns_pass(turn, until, context, deadline) : pass_virtually(&pass, deadline);
    }
    uint64_t nap = MILLISECOND_NS / 10;
    for (;;) {
        if (operator_quitting(operator))
            return PASSED_QUIT;
        if (until && until(context))
            return PASSED_UNTIL;
        now = clock_ns(clock);
        if (now >= deadline)
            return PASSED_TIME;
        clock_host_sleep(deadline - now < nap ? deadline - now : nap);
        if (nap < 5 * MILLISECOND_NS)
            nap += nap / 4;
    }
}

void operator_idle(struct operator *operator, bool (*until)(void *), void *context)
{
    struct pass pass = { operator, until, context, false };
    if (operator->machine->clock.is_virtual)
        pass_virtually(&pass, UINT64_MAX);
}

bool operator_all_stopped(const struct operator *operator)
{
    for (int i = 0; i < operator->machine->ncpus; i++)
        if (operator->machine->cpus[i]->started)
            return false;
    return true;
}

struct stop_watch {
    struct operator *operator;
    int cpu;
};

static bool stopped(void *context)
{
    const struct stop_watch *watch = context;
    if (watch->cpu >= 0)
        return !watch->operator->machine->cpus[watch->cpu]->started;
    return operator_all_stopped(watch->operator);
}

/* A guest's own command (DIAGNOSE 8) cannot wait for the CPU that gave it. */
static bool on_cpu_thread(const struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++)
        if (machine->cpus[i]->has_thread &&
            pthread_equal(machine->cpus[i]->thread, pthread_self()))
            return true;
    return false;
}

bool operator_wait_stopped(struct operator *operator, int cpu)
{
    struct stop_watch watch = { operator, cpu };
    struct machine *machine = operator->machine;
    if (on_cpu_thread(machine))
        return true;
    if (machine->clock.is_virtual) {
        machine_run(machine, stopped, &watch, UINT64_MAX);
        return stopped(&watch);
    }
    for (int i = 0; i < machine->ncpus; i++)
        if ((cpu < 0 || cpu == i) && !cpu_wait_stopped(machine->cpus[i], STOP_PATIENCE_NS))
            return false;
    return true;
}

bool operator_refuses_started(struct operator *operator, const char *what)
{
    if (operator_all_stopped(operator))
        return false;
    message(operator->messages, HHC02235E, what);
    return true;
}

/* ---- from a line to its function ------------------------------------------------------ */

static void say_echo(struct operator *operator, const char *line)
{
    char *text;
    if (asprintf(&text, HHC01603I, line) < 0)
        abort();
    message_from(operator->messages, MESSAGE_ECHO, MESSAGE_NO_DEVICE, text);
    free(text);
}

static void say_unknown(struct operator *operator, const char *verb, unsigned rivals)
{
    const char *nearest = command_nearest(verb);
    if (rivals < 2) {
        message(operator->messages, HHC01600E, verb);
        if (nearest)
            message(operator->messages, HHC20003I, nearest);
        return;
    }
    char names[256] = "";
    size_t length = strlen(verb), used = 0;
    for (const struct command *row = commands; row->name && used < 200; row++)
        if (length >= row->shortest && strncasecmp(row->name, verb, length) == 0)
            used += (size_t)snprintf(names + used, sizeof names - used, " %s", row->name);
    message(operator->messages, HHC20004E, verb, names);
}

/* Lines that begin with a console's prefix go to that console, as they are. */
static struct device *console_for(struct operator *operator, const char *line, const char **text)
{
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u)) {
        const char *prefix = terminal_prefix(d);
        size_t length = prefix ? strlen(prefix) : 0;
        if (length > 0 && strncmp(line, prefix, length) == 0) {
            *text = line + length;
            return d;
        }
    }
    return NULL;
}

/* A blank and # begin a comment, unless they are quoted. */
void operator_cut_comment(char *line)
{
    char quote = 0;
    for (char *p = line; *p; p++) {
        if (quote ? *p == quote : *p == '"' || *p == '\'')
            quote = quote ? 0 : *p;
        else if (*p == '#' && !quote && p > line && isspace((unsigned char)p[-1])) {
            *p = 0;
            break;
        }
    }
    size_t length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = 0;
}

static enum command_result run_row(struct operator *operator, const struct command *row,
                                   const char *rest, const char *operand,
                                   const _Atomic bool *aside)
{
    char *whole = NULL;
    bool unclosed;
    int argc;
    if (asprintf(&whole, "%s %s %s", row->name, operand ? operand : "", rest) < 0)
        abort();
    char **argv = words_split(whole, &argc, &unclosed);
    struct call call = { row, argc, argv, rest, aside };
    enum command_result result = COMMAND_WRONG;
    if (!(row->flags & UNLOCKED))
        pthread_mutex_lock(&operator->lock);
    if (unclosed && row->group != GROUP_GENERAL && !(row->flags & FREE_TEXT))
        message(operator->messages, HHC20005E, rest);
    else
        result = row->run(operator, &call);
    if (!(row->flags & UNLOCKED))
        pthread_mutex_unlock(&operator->lock);
    if (result == COMMAND_WRONG)
        command_usage(operator, row);
    free(argv);
    free(whole);
    return result;
}

/* An empty line: the next step, where stepping has stopped the CPU. */
static enum command_result run_empty(struct operator *operator)
{
    struct trace_range range;
    if (!tracing_row(operator->tracing, TRACE_STEP, 0, &range))
        return COMMAND_DONE;
    return operator_run(operator, "start", false);
}

static enum command_result type_at(struct operator *operator, struct device *console,
                                   const char *line, const char *text)
{
    message_from(operator->messages, MESSAGE_ECHO, console->number, line);
    if (console->type->type_line && console->type->type_line(console, text))
        return COMMAND_DONE;
    message(operator->messages, HHC20006E, console->number);
    return COMMAND_FAILED;
}

static enum command_result run_line(struct operator *operator, const char *line, bool echo,
                                    const _Atomic bool *aside)
{
    const char *text, *operand;
    struct device *console;
    pthread_mutex_lock(&operator->lock);        /* it stays while we type */
    if ((console = console_for(operator, line, &text))) {
        enum command_result result = type_at(operator, console, line, text);
        pthread_mutex_unlock(&operator->lock);
        return result;
    }
    pthread_mutex_unlock(&operator->lock);
    char verb[64];
    unsigned rivals;
    size_t length = strchr(".*!", *line) && *line ? 1 : strcspn(line, " \t");
    snprintf(verb, sizeof verb, "%.*s", (int)(length < 63 ? length : 63), line);
    const struct command *row = command_find(verb, &rivals, &operand);
    if (echo && !(row && row->flags & SILENT))
        say_echo(operator, line);
    if (!row) {
        say_unknown(operator, verb, rivals);
        return COMMAND_UNKNOWN;
    }
    if (row->flags & IN_FILE) {
        message(operator->messages, HHC20007E, row->name);
        return COMMAND_FAILED;
    }
    return run_row(operator, row, line + length + strspn(line + length, " \t"), operand, aside);
}

enum command_result operator_run(struct operator *operator, const char *line, bool echo)
{
    return run_line(operator, line, echo, NULL);
}

/* ---- symbols that the system defines -------------------------------------------------- */

static void set_hex(struct symbols *symbols, const char *name, const char *format, unsigned value)
{
    char text[24];
    snprintf(text, sizeof text, format, value);
    symbols_set(symbols, name, text);
}

static void set_host_symbols(struct symbols *symbols)
{
    struct utsname host;
    if (uname(&host) == 0) {
        symbols_set(symbols, "HOSTNAME", host.nodename);
        symbols_set(symbols, "HOSTOS", host.sysname);
        symbols_set(symbols, "HOSTOSREL", host.release);
        symbols_set(symbols, "HOSTOSVER", host.version);
        symbols_set(symbols, "HOSTARCH", host.machine);
    }
    set_hex(symbols, "HOSTNUMCPUS", "%u", (unsigned)sysconf(_SC_NPROCESSORS_ONLN));
}

/* The names that the field has for what the machine is. */
static void refresh_symbols(struct operator *operator)
{
    struct symbols *symbols = operator->symbols;
    const struct machine_options *options = &operator->machine->options;
    char text[128];
    symbols_set(symbols, "ARCHMODE", architecture_name(operator->machine->arch));
    symbols_set(symbols, "CSS", "0");
    symbols_set(symbols, "VERSION", PACKAGE_VERSION);
    set_hex(symbols, "CPUMODEL", "%04X", options->cpumodel);
    set_hex(symbols, "CPUSERIAL", "%06X", options->cpuserial);
    set_hex(symbols, "CPUVERID", "%02X", options->cpuverid);
    set_hex(symbols, "LPARNUM", "%02X", options->lparnum);
    symbols_set(symbols, "LPARNAME", operator->machine->options.lparname);
    snprintf(text, sizeof text, "%016" PRIX64, cpu_identification(operator_cpu(operator)));
    symbols_set(symbols, "CPUID", text);
    set_host_symbols(symbols);
    time_t now = (time_t)(tod_to_ns(clock_host_tod()) / SECOND_NS - SECONDS_1900_TO_1970);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(text, sizeof text, "%y%m%d", &tm);
    symbols_set(symbols, "DATE", text);
    strftime(text, sizeof text, "%H%M%S", &tm);
    symbols_set(symbols, "TIME", text);
}

char *operator_expand(struct operator *operator, const char *line)
{
    char unknown[64];
    pthread_mutex_lock(&operator->lock);
    if (strstr(line, "$(") || strstr(line, "${"))
        refresh_symbols(operator);
    char *expanded = symbols_expand(operator->symbols, line, unknown);
    pthread_mutex_unlock(&operator->lock);
    if (*unknown)
        message(operator->messages, HHC20008W, unknown);
    return expanded;
}

/* One command, with its leading blanks. */
static enum command_result run_one(struct operator *operator, const char *line,
                                   const _Atomic bool *left)
{
    line += strspn(line, " \t");
    char *expanded = operator_expand(operator, line);
    const char *text, *start = expanded;
    bool echo = *start != '-' || !isalpha((unsigned char)start[1]);
    if (!echo)
        start++;
    if (!console_for(operator, start, &text))
        operator_cut_comment(expanded);
    enum command_result result = run_line(operator, start, echo, left);
    free(expanded);
    /* What it has caused comes before the session's next command. */
    if (!left && operator->machine->clock.is_virtual && !turns_mine(operator->turns))
        turns_give(operator->turns);
    return result;
}

/* CMDSEP: one after the other, whatever becomes of them. */
static enum command_result run_parts(struct operator *operator, const char *line,
                                     const _Atomic bool *left)
{
    enum command_result result = COMMAND_DONE;
    char *parts = strdup(line), *rest = parts, *part;
    char separator[2] = { operator->settings.separator, 0 };
    if (!parts)
        abort();
    while ((part = strsep(&rest, separator))) {
        if (!part[strspn(part, " \t")])
            continue;
        enum command_result this = run_one(operator, part, left);
        if (this != COMMAND_DONE)
            result = this;
    }
    free(parts);
    return result;
}

/* A person's, not a script's or a rule's. */
static bool is_typed(struct operator *operator)
{
    return !script_here(operator) && !rules_here(operator->rules);
}

enum command_result operator_command(struct operator *operator, const char *line)
{
    return operator_command_aside(operator, line, NULL);
}

enum command_result operator_command_aside(struct operator *operator, const char *line,
                                           const _Atomic bool *left)
{
    const char *text;
    while (isspace((unsigned char)*line))
        line++;
    if (!*line)
        return run_empty(operator);
    if (*line == '#')
        return COMMAND_DONE;
    if (!left && is_typed(operator))
        typed_add(operator->typed, line);
    pthread_mutex_lock(&operator->lock);        /* consoles stay while we look at them */
    bool whole = !operator->settings.separator || *line == '*' ||
                 !strchr(line, operator->settings.separator) || console_for(operator, line, &text);
    pthread_mutex_unlock(&operator->lock);
    return whole ? run_one(operator, line, left) : run_parts(operator, line, left);
}

/* ---- reading operands ---------------------------------------------------------------------- */

bool same_word(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

bool parse_hex(const char *word, uint64_t limit, uint64_t *value)
{
    if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
        word += 2;
    size_t digits = strspn(word, "0123456789abcdefABCDEF");
    if (digits == 0 || word[digits] || digits > 16)
        return false;
    *value = strtoull(word, NULL, 16);
    return *value <= limit;
}

bool parse_decimal(const char *word, int64_t lowest, int64_t highest, int64_t *value)
{
    const char *digits = word + (*word == '-' || *word == '+');
    size_t count = strspn(digits, "0123456789");
    if (count == 0 || digits[count] || count > 18)
        return false;
    *value = strtoll(word, NULL, 10);
    return *value >= lowest && *value <= highest;
}

bool parse_device(struct operator *operator, const char *word, uint16_t *number)
{
    const char *digits = strncmp(word, "0:", 2) == 0 ? word + 2 : word;
    uint64_t value;
    if (!parse_hex(digits, 0xFFFF, &value)) {
        message(operator->messages, HHC20009E, word);
        return false;
    }
    *number = (uint16_t)value;
    return true;
}

struct device *parse_attached(struct operator *operator, const char *word)
{
    uint16_t number;
    if (!parse_device(operator, word, &number))
        return NULL;
    struct device *device = device_find(operator->channels, number);
    if (!device)
        message(operator->messages, HHC02200E, number);
    return device;
}
