#include "console/event-table.h"

#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/display.h"

enum { MOST_EVENTS = 1000000, USUAL_EVENTS = 256, TEXT = 72 };

/* Classes; those of interruptions by the real address of their old PSW. */
static const struct event_class { const char *name; int old_psw; } classes[] = {
    { "rst", 0x08 }, { "ext", 0x18 }, { "svc", 0x20 }, { "pgm", 0x28 }, { "mck", 0x30 },
    { "io", 0x38 }, { "log", 0 },
};
enum { CLASSES = sizeof classes / sizeof *classes, LOG = CLASSES - 1, ALL = (1 << CLASSES) - 1 };

struct event {
    uint64_t ns, instructions;
    uint8_t class;
    uint8_t cpu;
    uint16_t code;
    char text[TEXT];            /* the old PSW, or the message */
};

struct event_table {
    struct operator *operator;
    pthread_mutex_t lock;       /* guards what follows */
    struct event *ring;
    uint64_t size, count;       /* count: ever; event i is in ring[i % size] */
    _Atomic unsigned wanted;    /* classes, by bits; 0: nothing is kept */
};

/* ---- keeping ---------------------------------------------------------------------------- */

static void keep(struct event_table *events, const struct event *event)
{
    pthread_mutex_lock(&events->lock);
    if (events->size && events->wanted >> event->class & 1)
        events->ring[events->count++ % events->size] = *event;
    pthread_mutex_unlock(&events->lock);
}

bool event_table_wants_interruptions(const struct event_table *events)
{
    return events->wanted & ~(1u << LOG);
}

void event_table_interruption(struct event_table *events, struct cpu *cpu, int old_psw, uint16_t code)
{
    struct event event = { .ns = clock_ns(&cpu->machine->clock), .cpu = (uint8_t)cpu->address,
                           .instructions = cpu_instructions(cpu), .code = code };
    while (event.class < LOG && classes[event.class].old_psw != old_psw)
        event.class++;
    if (!(events->wanted >> event.class & 1))
        return;
    char psw[40];
    display_psw_text(cpu->arch, &cpu->psw, psw);
    snprintf(event.text, sizeof event.text, "PSW %s", psw);
    keep(events, &event);
}

static void hear(void *context, const struct message *m)
{
    struct event_table *events = context;
    if (!(events->wanted >> LOG & 1) || strncmp(m->text, HHC20150I, 9) == 0)
        return;
    struct event event = { .ns = clock_ns(&events->operator->machine->clock), .class = LOG };
    snprintf(event.text, sizeof event.text, "%s", m->text);
    keep(events, &event);
}

/* ---- its life ---------------------------------------------------------------------------- */

struct event_table *event_table_new(struct operator *operator)
{
    struct event_table *events = calloc(1, sizeof *events);
    if (!events)
        abort();
    events->operator = operator;
    pthread_mutex_init(&events->lock, NULL);
    messages_listen(operator->messages, hear, events);
    return events;
}

void event_table_free(struct event_table *events)
{
    if (!events)
        return;
    messages_unlisten(events->operator->messages, hear, events);
    pthread_mutex_destroy(&events->lock);
    free(events->ring);
    free(events);
}

/* ---- the command ---------------------------------------------------------------------------- */

static bool resize(struct event_table *events, uint64_t size)
{
    struct event *ring = size ? calloc(size, sizeof *ring) : NULL;
    if (size && !ring)
        return false;
    pthread_mutex_lock(&events->lock);
    free(events->ring);
    events->ring = ring;
    events->size = size;
    events->count = 0;
    pthread_mutex_unlock(&events->lock);
    return true;
}

/* "+io", "-log", "svc", "all": the classes that are then wanted. */
static bool choose(const char *word, unsigned *wanted)
{
    bool off = *word == '-';
    word += *word == '-' || *word == '+';
    unsigned bits = same_word(word, "all") ? (unsigned)ALL : 0;
    for (unsigned i = 0; i < CLASSES; i++)
        if (same_word(word, classes[i].name))
            bits = 1u << i;
    *wanted = off ? *wanted & ~bits : *wanted | bits;
    return bits;
}

static void show_settings(struct operator *operator)
{
    const struct event_table *events = operator->events;
    char text[80] = "";
    for (unsigned i = 0; i < CLASSES; i++)
        if (events->wanted >> i & 1) {
            strcat(text, " ");
            strcat(text, classes[i].name);
        }
    message(operator->messages, HHC20151I, *text ? text : " none", events->size);
}

/* A copy of what there is, since others may be kept while it is said. */
static void show_events(struct operator *operator)
{
    struct event_table *events = operator->events;
    pthread_mutex_lock(&events->lock);
    uint64_t size = events->size, count = events->count;
    uint64_t first = count > size ? count - size : 0, n = count - first;
    struct event *copy = calloc(n + 1, sizeof *copy);
    for (uint64_t i = 0; copy && i < n; i++)
        copy[i] = events->ring[(first + i) % size];
    pthread_mutex_unlock(&events->lock);
    if (!copy)
        abort();
    for (uint64_t i = 0; i < n; i++) {
        const struct event *e = &copy[i];
        char what[48] = "";
        if (e->class != LOG)
            snprintf(what, sizeof what, "CP%02X %04X after %" PRIu64 ", ", e->cpu, e->code,
                     e->instructions);
        message(operator->messages, HHC20150I, (double)e->ns / 1e9, classes[e->class].name, what,
                e->text);
    }
    if (n == 0)
        show_settings(operator);
    free(copy);
}

enum command_result command_ptt(struct operator *operator, const struct call *call)
{
    struct event_table *events = operator->events;
    unsigned wanted = events->wanted;
    int64_t size = (int64_t)events->size;
    if (call->argc == 1) {
        show_events(operator);
        return COMMAND_DONE;
    }
    bool query = call->argc == 2 && same_word(call->argv[1], "?");
    for (int i = 1; i < call->argc && !query; i++)
        if (!choose(call->argv[i], &wanted) &&
            !parse_decimal(call->argv[i], 0, MOST_EVENTS, &size))
            return COMMAND_WRONG;
    if (wanted && !size && (uint64_t)size == events->size)
        size = USUAL_EVENTS;
    if ((uint64_t)size != events->size && !resize(events, (uint64_t)size)) {
        message(operator->messages, HHC20152E, size);
        return COMMAND_FAILED;
    }
    events->wanted = size ? wanted : 0;
    tracing_interruptions(operator->tracing);
    show_settings(operator);
    return COMMAND_DONE;
}
