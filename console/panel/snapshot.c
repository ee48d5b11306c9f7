#include "console/panel/snapshot.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/http.h"
#include "console/operator.h"
#include "devices/terminal/terminal.h"

static const uint64_t SECOND_NS = 1000000000;

/* ---- the CPU -------------------------------------------------------------------------- */

static enum cpu_state state_of(const struct cpu *cpu)
{
    if (cpu->loading)
        return CPU_LOAD;
    if (!cpu->started)
        return CPU_MANUAL;
    return cpu_waiting(cpu) ? CPU_WAIT : CPU_RUNNING;
}

static void take_cpu(struct snapshot *s, const struct operator *operator)
{
    const struct cpu *cpu = operator_cpu(operator);
    struct cpu_row *row = &s->cpu;
    row->address = cpu->address;
    row->state = state_of(cpu);
    row->psw = cpu->psw;
    row->prefix = cpu->prefix;
    display_psw_text(cpu->arch, &row->psw, row->psw_text);
    for (int i = 0; i < 16; i++) {
        row->gr[i] = cpu->gr[i].w;
        row->cr[i] = (uint32_t)cpu->cr[i];
    }
    for (int i = 0; i < 4; i++)
        row->fpr[i] = cpu->fpr[2 * i];
}

static void take_instructions(struct snapshot *s, struct operator *operator, unsigned wanted)
{
    uint64_t ia = s->cpu.psw.ia;
    s->instruction_count = 0;
    while (s->instruction_count < wanted) {
        struct instruction_line *line = &s->instructions[s->instruction_count];
        uint8_t bytes[6];
        int had = display_fetch(operator, VIEW_VIRTUAL, ia, bytes);
        int length = disassemble(bytes, ia, operator->machine->arch, line->text,
                                 sizeof line->text);
        if (had < length)
            break;
        line->address = ia;
        for (int i = 0; i < length; i++)
            sprintf(line->hex + 2 * i, "%02X", bytes[i]);
        ia = (ia + (unsigned)length) & 0xFFFFFF;
        s->instruction_count++;
    }
}

static void take_storage(struct snapshot *s, struct operator *operator,
                         const struct snapshot_wish *wish)
{
    const struct machine *machine = operator->machine;
    uint64_t address = wish->base == FROM_ADDRESS ? wish->address :
                       wish->base == FROM_PSW ? s->cpu.psw.ia : s->cpu.gr[wish->base & 15];
    address &= 0xFFFFF0;
    for (s->storage_count = 0; s->storage_count < wish->storage; s->storage_count++) {
        struct storage_line *line = &s->storage[s->storage_count];
        uint64_t absolute;
        line->address = address;
        line->present = display_translate(operator, wish->view, address, &absolute) == 0;
        if (line->present)
            memcpy(line->bytes, storage_absolute(operator->machine, absolute, 16), 16);
        for (int i = 0; i < 16; i++) {
            unsigned char c = machine->codepage.to_host[line->bytes[i]];
            line->text[i] = c < 0x80 && isprint(c) ? (char)c : '.';
        }
        line->text[16] = 0;
        address = (address + 16) & 0xFFFFFF;
    }
}

/* ---- devices -------------------------------------------------------------------------- */

static const char *const class_names[] = {
    [CLASS_CONSOLE] = "console", [CLASS_READER] = "card reader", [CLASS_PUNCH] = "card punch",
    [CLASS_PRINTER] = "printer", [CLASS_TAPE] = "tape drive", [CLASS_DASD] = "disk",
    [CLASS_DISPLAY] = "display", [CLASS_LINE] = "line", [CLASS_OTHER] = "device"
};

static void take_device(struct device_row *row, struct device *device)
{
    const char *prefix = terminal_prefix(device);
    row->number = device->number;
    snprintf(row->type, sizeof row->type, "%s",
             *device->statement ? device->statement : device->type->name);
    row->name = class_names[device->type->class];
    row->started = device_started(device);
    snprintf(row->prefix, sizeof row->prefix, "%s", prefix ? prefix : "");
    device_state(device, row->state, sizeof row->state);
    if (device->type->describe)
        device->type->describe(device, row->mounted, sizeof row->mounted);
}

/* A device that was there before keeps its rate until the next is due. */
static void take_devices(struct snapshot *s, struct operator *operator)
{
    struct device_row *old = s->devices, *rows = NULL;
    unsigned count = 0, room = 0;
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u)) {
        if (count == room) {
            room = room * 2 + 16;
            rows = realloc(rows, room * sizeof *rows);
            if (!rows)
                abort();
        }
        struct device_row *row = &rows[count++];
        *row = (struct device_row){ 0 };
        take_device(row, d);
        const struct device_row *before = snapshot_device(s, d->number);
        bool known = before && before->started <= row->started;
        row->counted = known ? before->counted : row->started;
        row->rate = known ? before->rate : 0;
    }
    s->devices = rows;
    s->device_count = count;
    free(old);
}

const struct device_row *snapshot_device(const struct snapshot *s, uint16_t number)
{
    unsigned low = 0, high = s->device_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (s->devices[middle].number == number)
            return &s->devices[middle];
        if (s->devices[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- rates ---------------------------------------------------------------------------- */

/* By the host's second, in virtual time, too: it is a person who looks. */
static void take_rates(struct snapshot *s, const struct operator *operator)
{
    uint64_t now = clock_host_ns(), instructions = 0, ios = channels_started(operator->channels);
    for (int i = 0; i < operator->machine->ncpus; i++)
        instructions += cpu_instructions(operator->machine->cpus[i]);
    if (s->rated_ns && now - s->rated_ns < SECOND_NS)
        return;
    double seconds = (double)(now - s->rated_ns) / 1e9;
    bool goes_on = s->rated_ns && instructions >= s->rated_instructions && ios >= s->rated_ios;
    s->mips = goes_on ? (double)(instructions - s->rated_instructions) / seconds / 1e6 : 0;
    s->ios = goes_on ? (double)(ios - s->rated_ios) / seconds : 0;
    for (unsigned i = 0; i < s->device_count; i++) {
        struct device_row *row = &s->devices[i];
        row->rate = s->rated_ns ? (double)(row->started - row->counted) / seconds : 0;
        row->counted = row->started;
    }
    s->rated_ns = now;
    s->rated_instructions = instructions;
    s->rated_ios = ios;
}

void terminal_invitation(const struct operator *operator, char *text, size_t size)
{
    const struct settings *settings = &operator->settings;
    const char *colon = strrchr(settings->cnslport, ':');
    size_t length = colon ? (size_t)(colon - settings->cnslport) : 0;
    char host[sizeof settings->cnslport] = "localhost";
    *text = 0;
    if (!operator->terminals)
        return;
    if (length > 0 && strncmp(settings->cnslport, "*:", 2) != 0 &&
        strncmp(settings->cnslport, "0.0.0.0:", 8) != 0) {
        memcpy(host, settings->cnslport, length);
        host[length] = 0;
    }
    snprintf(text, size, "c3270 %s%s:%d", *settings->tls_certificate ? "L:" : "", host,
             terminal_server_port(operator->terminals));
}

bool snapshot_take(struct snapshot *s, struct operator *operator, const struct snapshot_wish *wish)
{
    if (pthread_mutex_trylock(&operator->lock) != 0)
        return false;
    s->cpus = operator->machine->ncpus;
    strcpy(s->system, *operator->settings.panel_title ? operator->settings.panel_title
                                                       : operator->machine->options.lparname);
    terminal_invitation(operator, s->terminals, sizeof s->terminals);
    s->page_port = operator->http ? http_port(operator->http) : 0;
    s->others_run = false;
    for (int i = 0; i < s->cpus; i++)
        if (i != operator->cpu && state_of(operator->machine->cpus[i]) == CPU_RUNNING)
            s->others_run = true;
    take_cpu(s, operator);
    take_instructions(s, operator, wish->instructions);
    take_storage(s, operator, wish);
    take_devices(s, operator);
    take_rates(s, operator);
    pthread_mutex_unlock(&operator->lock);
    return true;
}

void snapshot_clear(struct snapshot *s)
{
    free(s->devices);
    *s = (struct snapshot){ 0 };
}
