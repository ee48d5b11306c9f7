#include "config.h"

#include "console/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/operator.h"
#include "console/rates.h"

/* A label's value: backslash, quote and line end are escaped. */
static void label(FILE *out, const char *name, const char *value)
{
    fprintf(out, "%s=\"", name);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            fputc('\\', out);
        if (*value == '\n')
            fputs("\\n", out);
        else if ((unsigned char)*value >= 0x80)     /* labels are UTF-8 */
            fputc('?', out);
        else
            fputc(*value, out);
    }
    fputc('"', out);
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP endicott_%s %s\n# TYPE endicott_%s %s\n", name, help, name, type);
}

static void system_metrics(FILE *out, struct operator *operator)
{
    struct machine *machine = operator->machine;
    struct rate rate = rates_now(operator->rates);
    head(out, "info", "gauge", "The program and the system.");
    fprintf(out, "endicott_info{version=\"" PACKAGE_VERSION "\",architecture=\"%s\",",
            architecture_name(machine->arch));
    label(out, "system", operator->machine->options.lparname);
    fputs("} 1\n", out);
    head(out, "uptime_seconds", "gauge", "Time since the program began, on the machine's clock.");
    fprintf(out, "endicott_uptime_seconds %.3f\n",
            (double)(clock_ns(&machine->clock) - operator->started_ns) / 1e9);
    head(out, "storage_bytes", "gauge", "Size of main storage.");
    fprintf(out, "endicott_storage_bytes %llu\n", (unsigned long long)(machine->options.mainsize - machine->options.standby));
    head(out, "instructions_per_second", "gauge", "Over the last second.");
    fprintf(out, "endicott_instructions_per_second %.0f\n", rate.mips * 1e6);
    head(out, "ios_per_second", "gauge", "Channel programs started, over the last second.");
    fprintf(out, "endicott_ios_per_second %.0f\n", rate.ios);
}

static void cpu_metrics(FILE *out, struct operator *operator)
{
    struct machine *machine = operator->machine;
    static const char *const states[] = { "running", "wait", "stopped", "load" };
    head(out, "instructions_total", "counter", "Instructions executed.");
    for (int i = 0; i < machine->ncpus; i++)
        fprintf(out, "endicott_instructions_total{cpu=\"%d\"} %llu\n", i,
                (unsigned long long)cpu_instructions(machine->cpus[i]));
    head(out, "cpu_state", "gauge", "1 for the state that the CPU is in.");
    for (int i = 0; i < machine->ncpus; i++) {
        const struct cpu *cpu = machine->cpus[i];
        int state = cpu->loading ? 3 : !cpu->started ? 2 : cpu->psw.wait;
        for (int j = 0; j < 4; j++)
            fprintf(out, "endicott_cpu_state{cpu=\"%d\",state=\"%s\"} %d\n", i, states[j],
                    j == state);
    }
}

static void device_metrics(FILE *out, struct operator *operator)
{
    head(out, "device_ios_total", "counter", "Channel programs started, for each device.");
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u)) {
        fprintf(out, "endicott_device_ios_total{device=\"%04X\",", d->number);
        label(out, "type", d->type->name);
        fprintf(out, "} %llu\n", (unsigned long long)device_started(d));
    }
    head(out, "ios_total", "counter", "Channel programs started.");
    fprintf(out, "endicott_ios_total %llu\n",
            (unsigned long long)channels_started(operator->channels));
}

static void message_metrics(FILE *out, struct operator *operator)
{
    static const struct { char letter; const char *word; } severities[] = {
        { 'S', "severe" }, { 'E', "error" }, { 'W', "warning" }, { 'I', "information" },
        { 'A', "action" }, { 'D', "debug" }
    };
    head(out, "messages_total", "counter", "Messages of the emulator, for each severity.");
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
        fprintf(out, "endicott_messages_total{severity=\"%s\"} %llu\n", severities[i].word,
                (unsigned long long)history_counted(operator->history, MESSAGE_EMULATOR,
                                                    severities[i].letter));
    head(out, "console_lines_total", "counter", "Lines that guests wrote on consoles.");
    fprintf(out, "endicott_console_lines_total %llu\n",
            (unsigned long long)history_counted(operator->history, MESSAGE_GUEST, ' '));
}

char *metrics_text(struct operator *operator)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    system_metrics(out, operator);
    cpu_metrics(out, operator);
    device_metrics(out, operator);
    message_metrics(out, operator);
    if (fclose(out) != 0)
        abort();
    return text;
}
