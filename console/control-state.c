#include "config.h"

#include "console/control-state.h"

#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/display.h"
#include "console/rates.h"
#include "core/bytes.h"

/* ---- text ----------------------------------------------------------------------------- */

json_t *json_text(const char *bytes)
{
    json_t *string = json_string(bytes);
    if (string)
        return string;
    size_t length = strlen(bytes), used = 0;
    char *text = malloc(2 * length + 1);
    if (!text)
        abort();
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x80)
            text[used++] = (char)(0xC0 | c >> 6);
        text[used++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c);
    }
    string = json_stringn(text, used);
    free(text);
    return string;
}

static json_t *json_hex(uint64_t value, int digits)
{
    char text[20];
    snprintf(text, sizeof text, "%0*llX", digits, (unsigned long long)value);
    return json_string(text);
}

json_t *state_message(const struct message *m)
{
    static const char *const sources[] = {
        [MESSAGE_EMULATOR] = "emulator", [MESSAGE_GUEST] = "guest", [MESSAGE_ECHO] = "echo"
    };
    char severity[2] = { message_severity(m->text), 0 };
    json_t *object = json_pack("{sI ss ss so}", "sequence", (json_int_t)m->sequence,
                               "source", sources[m->source], "severity", severity,
                               "text", json_text(m->text));
    if (m->device < MESSAGE_NO_DEVICE)
        json_object_set_new(object, "device", json_hex(m->device, 4));
    return object;
}

/* ---- the system and its CPUs ------------------------------------------------------------ */

json_t *state_system(struct operator *operator)
{
    struct machine *machine = operator->machine;
    struct rate rate = rates_now(operator->rates);
    uint64_t instructions = 0;
    json_t *cpus = json_array();
    for (int i = 0; i < machine->ncpus; i++) {
        instructions += cpu_instructions(machine->cpus[i]);
        json_array_append_new(cpus, state_cpu(operator, machine->cpus[i]));
    }
    double seconds = (double)(clock_ns(&machine->clock) - operator->started_ns) / 1e9;
    return json_pack("{so ss ss sf sI sI sf sf sI so so}",
                     "system", json_text(operator->machine->options.lparname),
                     "program", PACKAGE_STRING,
                     "architecture", architecture_name(machine->arch), "uptime", seconds,
                     "instructions", (json_int_t)instructions,
                     "ios", (json_int_t)channels_started(operator->channels),
                     "mips", rate.mips, "iorate", rate.ios,
                     "mainsize", (json_int_t)(machine->options.mainsize - machine->options.standby),
                     "selected", json_integer(operator->cpu), "cpus", cpus);
}

/* Nothing but machine checks could end this wait state. */
static bool is_disabled(const struct psw *psw)
{
    uint8_t mask = psw->extended_control ? EC_IO | EC_EXTERNAL : 0xFF;
    return psw->wait && !(psw->system_mask & mask);
}

const char *state_of_cpu(const struct cpu *cpu)
{
    if (cpu->loading)
        return "load";
    if (!cpu->started)
        return is_disabled(&cpu->psw) ? "disabled wait" : "stopped";
    return cpu->psw.wait ? "wait" : "running";
}

json_t *state_cpu(struct operator *operator, const struct cpu *cpu)
{
    char psw[40];
    (void)operator;
    display_psw_text(cpu->arch, &cpu->psw, psw);
    return json_pack("{si ss so ss sI}", "cpu", (int)cpu->address, "psw", psw,
                     "address", json_hex(cpu->psw.ia, 6), "state", state_of_cpu(cpu),
                     "instructions", (json_int_t)cpu_instructions(cpu));
}

json_t *state_registers(struct operator *operator, const struct cpu *cpu)
{
    json_t *state = state_cpu(operator, cpu);
    json_t *general = json_array(), *control = json_array(), *floating = json_array();
    for (int i = 0; i < 16; i++) {
        json_array_append_new(general, json_hex(cpu->gr[i].w, 8));
        json_array_append_new(control, json_hex((uint32_t)cpu->cr[i], 8));
    }
    for (int i = 0; i < 8; i += 2)
        json_array_append_new(floating, json_hex(cpu->fpr[i], 16));
    json_object_set_new(state, "general", general);
    json_object_set_new(state, "control", control);
    json_object_set_new(state, "floating", floating);
    json_object_set_new(state, "prefix", json_hex(cpu->prefix, 8));
    return state;
}

/* ---- devices -------------------------------------------------------------------------------- */

static json_t *state_device(struct device *device)
{
    static const char *const classes[] = {
        [CLASS_CONSOLE] = "CON", [CLASS_READER] = "RDR", [CLASS_PUNCH] = "PCH",
        [CLASS_PRINTER] = "PRT", [CLASS_TAPE] = "TAPE", [CLASS_DASD] = "DASD",
        [CLASS_DISPLAY] = "DSP", [CLASS_LINE] = "LINE", [CLASS_OTHER] = "OTHER"
    };
    char description[512] = "", state[128] = "";
    if (device->type->describe)
        device->type->describe(device, description, sizeof description);
    device_state(device, state, sizeof state);
    return json_pack("{so so ss so so sI}", "device", json_hex(device->number, 4),
                     "type", json_text(*device->statement ? device->statement
                                                          : device->type->name),
                     "class", classes[device->type->class], "state", json_text(state),
                     "description", json_text(description),
                     "ios", (json_int_t)device_started(device));
}

json_t *state_devices(struct operator *operator)
{
    json_t *devices = json_array();
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        json_array_append_new(devices, state_device(d));
    return devices;
}

/* ---- storage --------------------------------------------------------------------------------- */

static bool absolute_address(struct operator *operator, enum storage_view view, uint64_t address,
                             uint64_t *absolute, char *why, size_t size)
{
    int code = display_translate(operator, view, address, absolute);
    if (code)
        snprintf(why, size, "address %08llX: %s", (unsigned long long)address,
                 display_program_code(code));
    return code == 0;
}

json_t *state_storage(struct operator *operator, const char *view, uint64_t address,
                      unsigned length, char *why, size_t size)
{
    enum storage_view how = *view == 'a' ? VIEW_ABSOLUTE : *view == 'v' ? VIEW_VIRTUAL : VIEW_REAL;
    char *hex = malloc(2 * length + 1), *text = malloc(length + 1);
    const struct codepage *page = &operator->machine->codepage;
    if (!hex || !text)
        abort();
    unsigned i = 0;
    hex[0] = 0;
    for (; i < length; i++) {
        uint64_t absolute;
        if (!absolute_address(operator, how, address + i, &absolute, why, size))
            break;
        uint8_t byte = operator->machine->storage[absolute];
        unsigned char c = page->to_host[byte];
        sprintf(hex + 2 * i, "%02X", byte);
        text[i] = c >= 0x20 && c < 0x7F ? (char)c : '.';
    }
    json_t *storage = NULL;
    if (i > 0 || length == 0)       /* what there is of it */
        storage = json_pack("{so ss ss%}", "address", json_hex(address, 8), "bytes", hex, "text",
                            text, (size_t)i);
    free(hex);
    free(text);
    return storage;
}

json_t *state_instructions(struct operator *operator, uint64_t address, unsigned count, char *why,
                           size_t size)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < count; i++) {
        uint8_t bytes[6] = { 0 };
        char text[128], hex[13] = "";
        uint64_t absolute;
        for (unsigned j = 0; j < 6; j++) {
            if (!absolute_address(operator, VIEW_VIRTUAL, address + j, &absolute, why, size))
                break;
            bytes[j] = operator->machine->storage[absolute];
        }
        if (!absolute_address(operator, VIEW_VIRTUAL, address, &absolute, why, size))
            break;
        int length = disassemble(bytes, address, operator->machine->arch, text, sizeof text);
        for (int j = 0; j < length; j++)
            sprintf(hex + 2 * j, "%02X", bytes[j]);
        json_array_append_new(list, json_pack("{so ss so}", "address", json_hex(address, 6),
                                              "bytes", hex, "text", json_text(text)));
        address = (address + (unsigned)length) & 0x00FFFFFF;
    }
    if (json_array_size(list) > 0)
        return list;
    json_decref(list);
    return NULL;
}

/* ---- the table of commands ------------------------------------------------------------------- */

json_t *state_commands(void)
{
    json_t *list = json_array();
    for (const struct command *row = commands; row->name; row++)
        if (row->group != GROUP_NOTHING)
            json_array_append_new(list, json_pack("{ss ss ss ss}", "name", row->name, "operands",
                                                  row->syntax, "summary", row->summary,
                                                  "example", row->example));
    return list;
}
