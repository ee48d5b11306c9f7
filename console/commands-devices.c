/* Devices: list, attach, detach, mount, attention, traces. */
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "console/http.h"
#include "console/sclp.h"
#include "devices/devices.h"

static void list_device(struct operator *operator, struct device *device)
{
    char description[512] = "", state[128] = "";
    if (device->type->describe)
        device->type->describe(device, description, sizeof description);
    device_state(device, state, sizeof state);
    if (device_subchannel(device) >= 0)
        snprintf(state + strlen(state), sizeof state - strlen(state), ", subchannel %04X",
                 (unsigned)device_subchannel(device));
    message(operator->messages, HHC02279I, device->number,
            *device->statement ? device->statement : device->type->name, description, state);
}

static bool is_wanted(const struct device *device, const char *word)
{
    static const char *const classes[] = {
        [CLASS_CONSOLE] = "CON", [CLASS_READER] = "RDR", [CLASS_PUNCH] = "PCH",
        [CLASS_PRINTER] = "PRT", [CLASS_TAPE] = "TAPE", [CLASS_DASD] = "DASD",
        [CLASS_DISPLAY] = "DSP", [CLASS_LINE] = "LINE", [CLASS_OTHER] = "OTHER"
    };
    uint64_t number;
    if (parse_hex(word, 0xFFFF, &number) && device->number == number)
        return true;
    return same_word(word, device->type->name) || same_word(word, classes[device->type->class]);
}

enum command_result command_devlist(struct operator *operator, const struct call *call)
{
    unsigned shown = 0;
    if (call->argc > 2)
        return COMMAND_WRONG;
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        if (call->argc == 1 || is_wanted(d, call->argv[1])) {
            list_device(operator, d);
            shown++;
        }
    if (shown == 0)
        message(operator->messages, HHC02312W);
    return COMMAND_DONE;
}

static bool has_medium(struct device *device, char *text, size_t size)
{
    static const bool takes[] = { [CLASS_READER] = true, [CLASS_PUNCH] = true,
        [CLASS_PRINTER] = true, [CLASS_TAPE] = true, [CLASS_DASD] = true, [CLASS_OTHER] = false };
    unsigned class = device->type->class;
    text[0] = 0;
    if (class >= sizeof takes / sizeof *takes || !takes[class] || !device->type->describe)
        return false;
    device->type->describe(device, text, size);
    return *text && *text != '*';       /* * is for nothing */
}

enum command_result command_mounted(struct operator *operator, const struct call *call)
{
    char text[512];
    unsigned shown = 0;
    if (call->argc > 1)
        return COMMAND_WRONG;
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        if (has_medium(d, text, sizeof text)) {
            list_device(operator, d);
            shown++;
        }
    if (shown == 0)
        message(operator->messages, HHC02312W);
    return COMMAND_DONE;
}

enum command_result command_devinit(struct operator *operator, const struct call *call)
{
    if (call->argc < 2)
        return COMMAND_WRONG;
    struct device *device = parse_attached(operator, call->argv[1]);
    if (!device)
        return COMMAND_FAILED;
    if (!device_reopen(device, call->argc - 2, call->argv + 2)) {
        message(operator->messages, HHC20034E, device->number);
        return COMMAND_FAILED;
    }
    message(operator->messages, HHC02245I, device->number);
    return COMMAND_DONE;
}

enum command_result command_attach(struct operator *operator, const struct call *call)
{
    unsigned failed;
    if (call->argc < 3)
        return COMMAND_WRONG;
    bool done = configuration_attach(operator, call->rest, call->argv[1], call->argv[2], &failed);
    operator_open_terminals(operator);
    return done ? COMMAND_DONE : COMMAND_FAILED;
}

enum command_result command_detach(struct operator *operator, const struct call *call)
{
    if (call->argc != 2)
        return COMMAND_WRONG;
    struct device *device = parse_attached(operator, call->argv[1]);
    if (!device)
        return COMMAND_FAILED;
    uint16_t number = device->number;
    if (!device_detach(operator->channels, number)) {
        message(operator->messages, HHC02200E, number);
        return COMMAND_FAILED;
    }
    message(operator->messages, HHC20035I, number);
    return COMMAND_DONE;
}

enum command_result command_define(struct operator *operator, const struct call *call)
{
    uint16_t to;
    if (call->argc != 3)
        return COMMAND_WRONG;
    struct device *device = parse_attached(operator, call->argv[1]);
    if (!device || !parse_device(operator, call->argv[2], &to))
        return COMMAND_FAILED;
    uint16_t from = device->number;
    if (device_find(operator->channels, to)) {
        message(operator->messages, HHC20036E, to);
        return COMMAND_FAILED;
    }
    if (!device_renumber(operator->channels, from, to)) {
        message(operator->messages, HHC20034E, from);
        return COMMAND_FAILED;
    }
    message(operator->messages, HHC20037I, from, to);
    return COMMAND_DONE;
}

enum command_result command_attention(struct operator *operator, const struct call *call)
{
    if (call->argc != 2)
        return COMMAND_WRONG;
    struct device *device = parse_attached(operator, call->argv[1]);
    if (!device)
        return COMMAND_FAILED;
    if (device->type->attention) {
        if (!device->type->attention(device)) {
            message(operator->messages, HHC20034E, device->number);
            return COMMAND_FAILED;
        }
    } else {
        device_present(device, UNIT_ATTENTION);
    }
    message(operator->messages, HHC20038I, device->number);
    return COMMAND_DONE;
}

/* t+dev, t-dev: trace a device's channel programs. */
static enum command_result trace_device(struct operator *operator, const struct call *call, bool on)
{
    if (call->argc != 2)
        return COMMAND_WRONG;
    struct device *device = parse_attached(operator, call->argv[1]);
    if (!device)
        return COMMAND_FAILED;
    device_trace(device, on);
    message(operator->messages, HHC20039I, device->number, on ? "on" : "off");
    return COMMAND_DONE;
}

enum command_result command_trace_device_on(struct operator *operator, const struct call *call)
{
    return trace_device(operator, call, true);
}

enum command_result command_trace_device_off(struct operator *operator, const struct call *call)
{
    return trace_device(operator, call, false);
}

static enum command_result trace_orbs(struct operator *operator, const struct call *call, bool on)
{
    if (call->argc != 2)
        return COMMAND_WRONG;
    struct device *device = parse_attached(operator, call->argv[1]);
    if (!device)
        return COMMAND_FAILED;
    device_trace_orbs(device, on);
    message(operator->messages, HHC20158I, device->number, on ? "on" : "off");
    return COMMAND_DONE;
}

enum command_result command_trace_orbs_on(struct operator *operator, const struct call *call)
{
    return trace_orbs(operator, call, true);
}

enum command_result command_trace_orbs_off(struct operator *operator, const struct call *call)
{
    return trace_orbs(operator, call, false);
}

static struct device *first_console(struct operator *operator)
{
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        if (d->type->type_line)
            return d;
    return NULL;
}

/* .text: a line for the system console, if the guest has asked for such lines; else for the
 * first console, unless one has the prefix for its own. */
enum command_result command_reply(struct operator *operator, const struct call *call)
{
    struct device *console = first_console(operator);
    if (sclp_type(operator->sclp, call->rest))
        return COMMAND_DONE;
    if (sclp_is_too_long(operator->sclp, call->rest)) {
        message(operator->messages, HHC20155E, SCLP_LONGEST_LINE);
        return COMMAND_FAILED;
    }
    if (!console || !console->type->type_line(console, call->rest)) {
        message(operator->messages, HHC20040E);
        return COMMAND_FAILED;
    }
    return COMMAND_DONE;
}

/* ---- forms, ports ---------------------------------------------------------------------- */

enum command_result command_fcb(struct operator *operator, const struct call *call)
{
    struct device *device;
    char text[1600];
    if (call->argc < 2)
        return COMMAND_WRONG;
    if (!(device = parse_attached(operator, call->argv[1])))
        return COMMAND_FAILED;
    if (!printer_describe_forms(device, text, sizeof text)) {
        message(operator->messages, HHC20147E, device->number);
        return COMMAND_FAILED;
    }
    if (call->argc > 2 && !printer_change_forms(device, call->argc - 2, call->argv + 2))
        return COMMAND_FAILED;
    printer_describe_forms(device, text, sizeof text);
    message(operator->messages, HHC20142I, device->number, text);
    return COMMAND_DONE;
}

static void show_server(struct operator *operator, const char *name, bool listens,
                        const char *port)
{
    if (listens)
        message(operator->messages, HHC17001I, name, port);
    else
        message(operator->messages, HHC17002I, name);
}

/* Who takes calls where: terminals, those who call the operator, readers and printers. */
enum command_result command_qports(struct operator *operator, const struct call *call)
{
    const struct settings *s = &operator->settings;
    char port[24] = "";
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (operator->http)
        snprintf(port, sizeof port, "%d", http_port(operator->http));
    show_server(operator, "Console", operator->terminals, s->cnslport);
    show_server(operator, "Control", operator->control_socket, s->control);
    show_server(operator, "HTTP", operator->http, port);
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        for (int i = 1; i < d->argc; i++)
            if (same_word(d->argv[i], "sockdev"))
                message(operator->messages, HHC20148I, d->number, d->type->name, d->argv[0]);
    return COMMAND_DONE;
}

/* !text: a priority message. */
enum command_result command_priority(struct operator *operator, const struct call *call)
{
    if (sclp_type_priority(operator->sclp, call->rest))
        return COMMAND_DONE;
    message(operator->messages, HHC20040E);
    return COMMAND_FAILED;
}
