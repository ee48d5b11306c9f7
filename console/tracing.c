#include "console/tracing.h"

#include <stdlib.h>
#include <string.h>

#include "console/display.h"
#include "console/operator.h"
#include "core/bytes.h"

static const uint64_t NOWHERE = UINT64_MAX;

struct tracing {
    struct operator *operator;
    pthread_mutex_t lock;           /* guards what follows */
    bool on[TRACE_KINDS];
    struct trace_range range[TRACE_KINDS];
    struct trace_range breakpoints[MAX_BREAKPOINTS];
    size_t breakpoint_count;
    enum trace_registers registers;
    unsigned untraced;              /* CPUs, by bits, whose instructions are not shown */
    uint64_t stopped_at[MAX_CPUS];  /* instruction to pass when the CPU starts again */
    struct checksum sum;
};

/* ---- the checksum: FNV-1a over what a run does visibly, by bytes or by words ---------- */

static const uint64_t FNV_BASIS = 0xCBF29CE484222325u, FNV_PRIME = 0x100000001B3u;

static void add_bytes(struct checksum *sum, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++)
        sum->value = (sum->value ^ p[i]) * FNV_PRIME;
}

static void add_number(struct checksum *sum, uint64_t value)
{
    sum->value = (sum->value ^ value) * FNV_PRIME;
}

static void add_interruption(struct tracing *tracing, struct cpu *cpu, int class, uint16_t code)
{
    uint8_t psw[16];
    psw_store(cpu->arch, &cpu->psw, psw, 0, 0);
    pthread_mutex_lock(&tracing->lock);
    add_number(&tracing->sum, (uint64_t)cpu->address << 32 | (uint64_t)class << 16 | code);
    add_number(&tracing->sum, cpu_instructions(cpu));
    for (unsigned i = 0; i < architecture_psw_size(cpu->arch); i += 8)
        add_number(&tracing->sum, get64(psw + i));
    tracing->sum.interruptions++;
    pthread_mutex_unlock(&tracing->lock);
}

static void interruption(void *context, struct cpu *cpu, int class, uint16_t code)
{
    struct tracing *tracing = context;
    if (cpu->machine->clock.is_virtual)
        add_interruption(tracing, cpu, class, code);
    if (event_table_wants_interruptions(tracing->operator->events))
        event_table_interruption(tracing->operator->events, cpu, class, code);
}

static void hear(void *context, const struct message *m)
{
    struct tracing *tracing = context;
    if (m->source != MESSAGE_GUEST)
        return;
    pthread_mutex_lock(&tracing->lock);
    add_number(&tracing->sum, m->device);
    add_bytes(&tracing->sum, m->text, strlen(m->text));
    tracing->sum.lines++;
    pthread_mutex_unlock(&tracing->lock);
}

void tracing_checksum_start(struct tracing *tracing)
{
    pthread_mutex_lock(&tracing->lock);
    tracing->sum = (struct checksum){ .value = FNV_BASIS };
    pthread_mutex_unlock(&tracing->lock);
}

struct checksum tracing_checksum(struct tracing *tracing)
{
    pthread_mutex_lock(&tracing->lock);
    struct checksum sum = tracing->sum;
    pthread_mutex_unlock(&tracing->lock);
    return sum;
}

/* ---- what the CPU calls --------------------------------------------------------------- */

static bool in_range(const struct trace_range *range, uint64_t ia)
{
    return ia >= range->low && ia <= range->high;
}

static bool at_breakpoint(const struct tracing *tracing, uint64_t ia)
{
    for (size_t i = 0; i < tracing->breakpoint_count; i++)
        if (in_range(&tracing->breakpoints[i], ia))
            return true;
    return false;
}

/* One line for an instruction, and the registers, as the field shows them. */
static void trace_instruction(struct tracing *tracing, struct cpu *cpu, uint64_t ia,
                              const uint8_t bytes[6], int length, enum trace_registers registers)
{
    struct operator *operator = tracing->operator;
    struct psw psw = cpu->psw;
    char psw_text[40], text[64], hex[16] = "", label[8] = "";
    psw.ia = ia;
    display_psw_text(operator->machine->arch, &psw, psw_text);
    disassemble(bytes, ia, operator->machine->arch, text, sizeof text);
    for (int i = 0; i < length; i++)
        sprintf(hex + 2 * i, "%02X", bytes[i]);
    if (operator->machine->ncpus > 1)
        snprintf(label, sizeof label, "CP%02X: ", cpu->address & 0xFF);
    if (registers == REGISTERS_BEFORE)
        display_general(operator, cpu);
    message(operator->messages, HHC02324I, label, psw_text, hex, text);
    display_operands(operator, cpu, bytes, label);
    if (registers == REGISTERS_AFTER)
        display_general(operator, cpu);
}

static bool before(void *context, struct cpu *cpu, uint64_t ia, const uint8_t bytes[6], int length)
{
    struct tracing *tracing = context;
    int number = cpu->address % MAX_CPUS;
    pthread_mutex_lock(&tracing->lock);
    bool pass = tracing->stopped_at[number] == ia;
    bool stop = (tracing->on[TRACE_STEP] && in_range(&tracing->range[TRACE_STEP], ia)) ||
                at_breakpoint(tracing, ia);
    bool print = (tracing->on[TRACE_PRINT] && in_range(&tracing->range[TRACE_PRINT], ia) &&
                  !(tracing->untraced >> number & 1)) || stop;
    enum trace_registers registers = tracing->registers;
    /* What was shown when the CPU stopped before it is not shown again. */
    if (pass && stop)
        print = stop = false;
    tracing->stopped_at[number] = stop ? ia : NOWHERE;
    pthread_mutex_unlock(&tracing->lock);
    if (print)
        trace_instruction(tracing, cpu, ia, bytes, length, registers);
    return !stop;
}

static bool is_reported(const struct settings *settings, int code)
{
    return settings->reported[code >> 6 & 1] >> (code & 63) & 1;
}

static void program_interruption(void *context, struct cpu *cpu, int code, int ilc)
{
    struct tracing *tracing = context;
    struct operator *operator = tracing->operator;
    int plain = code & ~PGM_PER;
    if (plain == 0 || !is_reported(&operator->settings, plain))
        return;
    message(operator->messages, HHC00801I, cpu->address & 0xFF, display_program_code(code), code,
            ilc);
}

static bool diagnose(void *context, struct cpu *cpu, uint32_t code, int r1, int r3)
{
    struct tracing *tracing = context;
    return guest_diagnose(tracing->operator, cpu, code, r1, r3);
}

/* The CPU stopped by itself: a disabled wait, or a new PSW that is no better than the
 * old one. */
static void stopped(void *context, struct cpu *cpu)
{
    struct tracing *tracing = context;
    char text[40];
    display_psw_text(cpu->arch, &cpu->psw, text);
    if (cpu->check_stopped)
        message(tracing->operator->messages, HHC20047W, cpu->address & 0xFF, text);
    else if (cpu->psw.wait)
        message(tracing->operator->messages, HHC00809I, cpu->address & 0xFF, text);
    else
        message(tracing->operator->messages, HHC00803I, cpu->address & 0xFF, text);
}

/* ---- switches ------------------------------------------------------------------------- */

/* Whether anything is watched decides if CPUs run in slow mode. */
static void update(struct tracing *tracing)
{
    struct machine *machine = tracing->operator->machine;
    pthread_mutex_lock(&tracing->lock);
    bool watching = tracing->on[TRACE_PRINT] || tracing->on[TRACE_STEP] ||
                    tracing->breakpoint_count > 0;
    pthread_mutex_unlock(&tracing->lock);
    atomic_store(&machine->observer.watching, watching);
    for (int i = 0; i < machine->ncpus; i++)
        cpu_attend(machine->cpus[i], ATTEND_PURGE);
}

bool tracing_on(struct tracing *tracing, enum trace_kind kind, uint64_t low, uint64_t high)
{
    bool room = true;
    pthread_mutex_lock(&tracing->lock);
    if (kind != TRACE_BREAK) {
        tracing->on[kind] = true;
        tracing->range[kind] = (struct trace_range){ low, high };
    } else if (tracing->breakpoint_count < MAX_BREAKPOINTS) {
        tracing->breakpoints[tracing->breakpoint_count++] = (struct trace_range){ low, high };
    } else {
        room = false;
    }
    pthread_mutex_unlock(&tracing->lock);
    update(tracing);
    return room;
}

void tracing_off(struct tracing *tracing, enum trace_kind kind)
{
    pthread_mutex_lock(&tracing->lock);
    tracing->on[kind] = false;
    if (kind == TRACE_BREAK)
        tracing->breakpoint_count = 0;
    pthread_mutex_unlock(&tracing->lock);
    update(tracing);
}

bool tracing_remove(struct tracing *tracing, uint64_t low, uint64_t high)
{
    size_t kept = 0;
    pthread_mutex_lock(&tracing->lock);
    size_t before_count = tracing->breakpoint_count;
    for (size_t i = 0; i < before_count; i++)
        if (tracing->breakpoints[i].low != low || tracing->breakpoints[i].high != high)
            tracing->breakpoints[kept++] = tracing->breakpoints[i];
    tracing->breakpoint_count = kept;
    pthread_mutex_unlock(&tracing->lock);
    update(tracing);
    return kept < before_count;
}

bool tracing_row(struct tracing *tracing, enum trace_kind kind, size_t i, struct trace_range *range)
{
    pthread_mutex_lock(&tracing->lock);
    bool there = kind == TRACE_BREAK ? i < tracing->breakpoint_count : i == 0 && tracing->on[kind];
    if (there)
        *range = kind == TRACE_BREAK ? tracing->breakpoints[i] : tracing->range[kind];
    pthread_mutex_unlock(&tracing->lock);
    return there;
}

void tracing_cpus(struct tracing *tracing, unsigned cpus, bool on)
{
    pthread_mutex_lock(&tracing->lock);
    tracing->untraced = on ? tracing->untraced & ~cpus : tracing->untraced | cpus;
    pthread_mutex_unlock(&tracing->lock);
}

bool tracing_cpu(struct tracing *tracing, int cpu)
{
    pthread_mutex_lock(&tracing->lock);
    bool traced = !(tracing->untraced >> cpu & 1);
    pthread_mutex_unlock(&tracing->lock);
    return traced;
}

void tracing_registers(struct tracing *tracing, enum trace_registers registers)
{
    pthread_mutex_lock(&tracing->lock);
    tracing->registers = registers;
    pthread_mutex_unlock(&tracing->lock);
}

enum trace_registers tracing_registers_now(struct tracing *tracing)
{
    pthread_mutex_lock(&tracing->lock);
    enum trace_registers registers = tracing->registers;
    pthread_mutex_unlock(&tracing->lock);
    return registers;
}

/* Interruptions are noted for the checksum, which can be the same twice in virtual time only,
 * and for the table of events: it costs as much as the interruption itself. */
void tracing_interruptions(struct tracing *tracing)
{
    struct machine *machine = tracing->operator->machine;
    bool wanted = machine->clock.is_virtual ||
                  event_table_wants_interruptions(tracing->operator->events);
    __atomic_store_n(&machine->observer.interruption, wanted ? interruption : NULL,
                     __ATOMIC_RELEASE);
}

/* ---- its life ------------------------------------------------------------------------- */

void tracing_connect(struct tracing *tracing, struct operator *operator)
{
    struct observer *observer = &operator->machine->observer;
    observer->context = tracing;
    observer->before = before;
    observer->program_interruption = program_interruption;
    observer->stopped = stopped;
    observer->diagnose = diagnose;
    tracing_interruptions(tracing);
    update(tracing);
}

struct tracing *tracing_new(struct operator *operator)
{
    struct tracing *tracing = calloc(1, sizeof *tracing);
    if (!tracing)
        abort();
    tracing->operator = operator;
    pthread_mutex_init(&tracing->lock, NULL);
    for (int i = 0; i < MAX_CPUS; i++)
        tracing->stopped_at[i] = NOWHERE;
    tracing_checksum_start(tracing);
    tracing_connect(tracing, operator);
    messages_listen(operator->messages, hear, tracing);
    return tracing;
}

void tracing_free(struct tracing *tracing)
{
    if (!tracing)
        return;
    messages_unlisten(tracing->operator->messages, hear, tracing);
    pthread_mutex_destroy(&tracing->lock);
    free(tracing);
}
