/* Tracing, stepping, breakpoints, reports of program interruptions. */
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"

/* "addr", "addr-addr", "addr.length"; nothing: everything. */
static bool parse_range(const struct call *call, uint64_t *low, uint64_t *high)
{
    char word[20];
    *low = 0;
    *high = UINT64_MAX;
    if (call->argc == 1)
        return true;
    if (call->argc > 2)
        return false;
    const char *text = call->argv[1];
    size_t length = strcspn(text, "-.:");
    if (length >= sizeof word)
        return false;
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    if (!parse_hex(word, UINT32_MAX, low))
        return false;
    *high = *low;
    if (!text[length])
        return true;
    if (!parse_hex(text + length + 1, UINT32_MAX, high))
        return false;
    if (text[length] == '.')
        *high += *low - 1;
    return *high >= *low;
}

static void show(struct operator *operator, const char *what, enum trace_kind kind)
{
    struct trace_range range;
    if (!tracing_row(operator->tracing, kind, 0, &range)) {
        message(operator->messages, HHC02229I, what, "off", "");
        return;
    }
    for (size_t i = 0; tracing_row(operator->tracing, kind, i, &range); i++) {
        char text[48] = "";
        if (range.high != UINT64_MAX)
            snprintf(text, sizeof text, " range %X-%X", (unsigned)range.low,
                     (unsigned)range.high);
        message(operator->messages, HHC02229I, what, "on", text);
    }
}

static enum command_result switch_on(struct operator *operator, const struct call *call,
                                     const char *what, enum trace_kind kind)
{
    uint64_t low, high;
    if (!parse_range(call, &low, &high) || (kind == TRACE_BREAK && call->argc == 1))
        return COMMAND_WRONG;
    if (!tracing_on(operator->tracing, kind, low, high)) {
        message(operator->messages, HHC20031E, MAX_BREAKPOINTS);
        return COMMAND_FAILED;
    }
    show(operator, what, kind);
    return COMMAND_DONE;
}

enum command_result command_trace_on(struct operator *operator, const struct call *call)
{
    return switch_on(operator, call, "tracing", TRACE_PRINT);
}

enum command_result command_trace_off(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    tracing_off(operator->tracing, TRACE_PRINT);
    show(operator, "tracing", TRACE_PRINT);
    return COMMAND_DONE;
}

enum command_result command_trace_query(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    show(operator, "tracing", TRACE_PRINT);
    return COMMAND_DONE;
}

/* The CPU that commands are for, one by its number, or all. */
static enum command_result trace_cpu(struct operator *operator, const struct call *call, bool on)
{
    int64_t first = operator->cpu, last;
    bool all = call->argc == 2 && same_word(call->argv[1], "*");
    if (call->argc > 2)
        return COMMAND_WRONG;
    last = operator->machine->ncpus - 1;
    if (call->argc == 2 && !all && !parse_decimal(call->argv[1], 0, last, &first)) {
        message(operator->messages, HHC20043E, call->argv[1], "CPU", 0, (int)last);
        return COMMAND_WRONG;
    }
    tracing_cpus(operator->tracing, all ? ~0u : 1u << first, on);
    for (int i = all ? 0 : (int)first; i <= (all ? (int)last : (int)first); i++)
        message(operator->messages, HHC20154I, i, on ? "shown" : "not shown");
    return COMMAND_DONE;
}

enum command_result command_trace_cpu_on(struct operator *operator, const struct call *call)
{
    return trace_cpu(operator, call, true);
}

enum command_result command_trace_cpu_off(struct operator *operator, const struct call *call)
{
    return trace_cpu(operator, call, false);
}

enum command_result command_step_on(struct operator *operator, const struct call *call)
{
    return switch_on(operator, call, "stepping", TRACE_STEP);
}

enum command_result command_step_off(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    tracing_off(operator->tracing, TRACE_STEP);
    show(operator, "stepping", TRACE_STEP);
    return COMMAND_DONE;
}

enum command_result command_step_query(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    show(operator, "stepping", TRACE_STEP);
    return COMMAND_DONE;
}

enum command_result command_break_on(struct operator *operator, const struct call *call)
{
    return switch_on(operator, call, "break", TRACE_BREAK);
}

enum command_result command_break_off(struct operator *operator, const struct call *call)
{
    uint64_t low, high;
    if (!parse_range(call, &low, &high))
        return COMMAND_WRONG;
    if (call->argc == 1) {
        tracing_off(operator->tracing, TRACE_BREAK);
    } else if (!tracing_remove(operator->tracing, low, high)) {
        message(operator->messages, HHC20032E, call->argv[1]);
        return COMMAND_FAILED;
    }
    show(operator, "break", TRACE_BREAK);
    return COMMAND_DONE;
}

enum command_result command_break_clear(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    tracing_off(operator->tracing, TRACE_BREAK);
    show(operator, "break", TRACE_BREAK);
    return COMMAND_DONE;
}

enum command_result command_break_query(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    show(operator, "break", TRACE_BREAK);
    return COMMAND_DONE;
}

enum command_result command_go(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    tracing_off(operator->tracing, TRACE_STEP);
    cpu_start(operator_cpu(operator));
    return COMMAND_DONE;
}

enum command_result command_traceopt(struct operator *operator, const struct call *call)
{
    static const char *const names[] = {
        [REGISTERS_AFTER] = "traditional", [REGISTERS_BEFORE] = "regsfirst",
        [REGISTERS_NONE] = "noregs"
    };
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1) {
        message(operator->messages, HHC02203I, "TRACEOPT",
                names[tracing_registers_now(operator->tracing)]);
        return COMMAND_DONE;
    }
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (same_word(call->argv[1], names[i])) {
            tracing_registers(operator->tracing, (enum trace_registers)i);
            message(operator->messages, HHC02204I, "TRACEOPT", names[i]);
            return COMMAND_DONE;
        }
    return COMMAND_WRONG;
}

/* ---- which program interruptions are reported ----------------------------------------- */

static void report(struct settings *settings, int code, bool on)
{
    unsigned long long bit = 1ull << (code & 63);
    if (on)
        settings->reported[code >> 6 & 1] |= bit;
    else
        settings->reported[code >> 6 & 1] &= ~bit;
}

static void report_all(struct settings *settings, bool on)
{
    settings->reported[0] = settings->reported[1] = on ? ~0ull : 0;
}

/* What each system uses as a matter of course and handles itself. */
struct tailor {
    const char *name;
    bool all;               /* all codes but these, or none but these */
    int codes[8];
};
static const struct tailor tailors[] = {
    { "DEFAULT", true, { PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION, PGM_MONITOR } },
    { "OS/390", true, { PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION,
                        PGM_SPECIAL_OPERATION, PGM_MONITOR } },
    { "Z/OS", true, { PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION,
                      PGM_SPECIAL_OPERATION, PGM_MONITOR } },
    { "VM", true, { PGM_PRIVILEGED, PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION,
                    PGM_MONITOR } },
    { "VSE", true, { PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION, PGM_MONITOR } },
    { "LINUX", true, { PGM_PROTECTION, PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION } },
    { "OPENSOLARIS", true, { PGM_PROTECTION, PGM_SEGMENT_TRANSLATION, PGM_PAGE_TRANSLATION } },
    { "QUIET", false, { 0 } },
    { "NULL", true, { 0 } },
};

static void apply_tailor(struct settings *settings, const struct tailor *tailor)
{
    report_all(settings, tailor->all);
    for (int i = 0; tailor->codes[i]; i++)
        report(settings, tailor->codes[i], !tailor->all);
}

static void show_reported(struct operator *operator)
{
    char text[512] = "";
    size_t used = 0;
    unsigned shown = 0;
    for (int code = 1; code < 128; code++)
        if (operator->settings.reported[code >> 6] >> (code & 63) & 1) {
            shown++;
            used += (size_t)snprintf(text + used, sizeof text - used, " %02X", code);
        }
    message(operator->messages, HHC20033I, shown == 127 ? " all" : shown ? text : " none");
}

void tailor_default(struct settings *settings)
{
    apply_tailor(settings, &tailors[0]);
}

enum command_result command_ostailor(struct operator *operator, const struct call *call)
{
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1) {
        show_reported(operator);
        return COMMAND_DONE;
    }
    const char *word = call->argv[1];
    char sign = *word == '+' || *word == '-' ? *word++ : 0;
    for (size_t i = 0; i < sizeof tailors / sizeof *tailors; i++) {
        const struct tailor *tailor = &tailors[i];
        if (!same_word(word, tailor->name))
            continue;
        if (!sign)
            apply_tailor(&operator->settings, tailor);
        for (int j = 0; sign && tailor->codes[j]; j++)
            report(&operator->settings, tailor->codes[j], (sign == '-') == tailor->all);
        message(operator->messages, HHC02204I, "OSTAILOR", call->argv[1]);
        return COMMAND_DONE;
    }
    return COMMAND_WRONG;
}

enum command_result command_pgmtrace(struct operator *operator, const struct call *call)
{
    uint64_t code;
    for (int i = 1; i < call->argc; i++) {
        const char *word = call->argv[i];
        bool all = same_word(word + (*word == '-' || *word == '+'), "all");
        if (!all && (!parse_hex(word + (*word == '-' || *word == '+'), 0x7F, &code) || code == 0))
            return COMMAND_WRONG;
    }
    for (int i = 1; i < call->argc; i++) {
        const char *word = call->argv[i];
        bool on = *word != '-';
        word += *word == '-' || *word == '+';
        if (same_word(word, "all"))
            report_all(&operator->settings, on);
        else if (parse_hex(word, 0x7F, &code))
            report(&operator->settings, (int)code, on);
    }
    show_reported(operator);
    return COMMAND_DONE;
}
