/* Fuzz target: the 3270 data stream, both ways, at a display that stands alone. The input is a
 * list of turns: what happens, a length, and that many bytes. */
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "devices/devices.h"
#include "devices/terminal/link.h"
#include "devices/terminal/screen.h"
#include "devices/terminal/session.h"
#include "tests/fuzz/fuzz.h"

static void insist(bool holds)
{
    if (!holds)
        abort();
}

static void at_close(struct terminal_session *session) { (void)session; }

/* A session that leads nowhere: what is sent is lost. */
static struct terminal_session *make_session(struct machine *machine)
{
    struct terminal_session *session = session_new(machine->events, -1, NULL);
    session->closed_action = at_close;
    session->telnet.mode = TELNET_3270E;
    session->telnet.functions = TN3270E_RESPONSES;
    return session;
}

/* The state of the device begins with its link, then its screen. */
struct display_head {
    struct link link;
    struct screen screen;
};

static void check_state(const struct device *device)
{
    const struct display_head *d = device->own;
    insist(d->screen.address < SCREEN_MOST && d->screen.cursor < SCREEN_MOST);
    insist(d->screen.elastic || d->screen.address < screen_size(&d->screen) ||
           d->screen.address == 0);
}

/* A command in a chain behind `previous`. */
static void command(struct device *device, uint8_t code, uint8_t previous, const uint8_t *bytes,
                    size_t length)
{
    static uint8_t out[5000];
    const struct display_head *d = device->own;
    /* The channel calls a command that waits again; before another one it halts. */
    bool same = code == 0x06 || code == 0x0E ? d->link.waits == WAIT_MODIFIED
                : code == 0x02               ? d->link.waits == WAIT_BUFFER
                                             : d->link.waits == WAIT_RESPONSE;
    if (d->link.waits != WAIT_NOTHING && !same)
        device->type->halt(device);
    if (previous == 0 && !same)
        device->type->begin(device);
    struct lone_exchange x = { .in = bytes, .in_length = length, .out = out, .out_room = 3 + length,
                               .command = code, .previous = previous, .chained = previous != 0 };
    unsigned status = device_command_alone(device, &x);
    insist(status & (UNIT_WAITS | UNIT_CHANNEL_END | UNIT_CHECK));
    check_state(device);
}

static void turn(struct device *device, uint8_t what, const uint8_t *bytes, size_t length)
{
    static const uint8_t codes[] = { 0x01, 0x05, 0x0D, 0x11, 0x02, 0x06, 0x0E, 0x0F, 0x0B, 0x2B,
                                     0x04, 0x03 };
    enum { COMMANDS = sizeof codes };
    static const uint8_t previous[] = { 0, 0x01, 0x06, 0x0B };
    uint8_t which = what % 16;
    if (which < COMMANDS)
        command(device, codes[which], previous[what >> 6], bytes, length);
    else if (which == 12)
        display_face.record(device, what & 0x40 ? DATA_SCS : DATA_3270, bytes, length);
    else if (which == 13)
        display_face.response(device, what & 0x40, what >> 5);
    else if (which == 14)
        device->type->halt(device);
    else
        display_face.system_request(device);
    check_state(device);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const types[] = { "3270", "3277", "3278", "3279-5" };
    if (length < 2)
        return 0;
    struct machine machine = { .messages = messages_new(), .events = events_new() };
    codepage_default(&machine.codepage);
    struct device device = { .type = device_type_find(types[bytes[0] & 3]), .number = 0x0C0,
                             .machine = &machine, .messages = machine.messages };
    device.own = calloc(1, device.type->size);
    struct terminal_caller caller = { .kind = TERMINAL_DISPLAY, .type = "IBM-3278-2-E",
                                      .model = bytes[1] % 5 ? (int)(bytes[1] % 5) + 1 : 0 };
    if ((bytes[0] & 3) == 3)
        caller.model = 5;
    insist(device.type->open(&device, 0, NULL));
    struct terminal_session *session = make_session(&machine);
    insist(display_face.connect(&device, session, &caller));
    session_give_device(session, &device);
    display_face.ready(&device, bytes[0] & 4, "greeting");
    for (size_t at = 2; at + 2 <= length; ) {
        uint8_t what = bytes[at];
        size_t n = (size_t)(bytes[at + 1]) < length - at - 2 ? bytes[at + 1] : length - at - 2;
        turn(&device, what, bytes + at + 2, n);
        at += 2 + n;
    }
    display_face.disconnect(&device, session);
    session_release(session);
    session_release(session);
    device.type->close(&device);
    free(device.own);
    events_free(machine.events);
    messages_free(machine.messages);
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
#define SEED(...) { { __VA_ARGS__ }, sizeof (uint8_t[]){ __VA_ARGS__ } }
    static const struct { uint8_t bytes[120]; size_t length; } seeds[] = {
        /* erase/write with orders; Enter; read modified, chained once more */
        SEED(0, 1, 1, 20, 0xC3, 0x11, 0xC1, 0x50, 0x1D, 0x40, 0x13, 0xC1, 0x3C, 0xC2, 0x60, 0x5C,
             0x05, 0x12, 0x40, 0x40, 0x08, 0xAD, 0x28, 0x42, 12, 9, 0x7D, 0xC1, 0xD1, 0x11, 0xC1,
             0xD1, 0xC1, 0xC2, 0xC3, 5, 4, 0, 0, 0, 0, 0x85, 30, 0),
        /* with responses: alternate, extended field, structured field, query reply, read */
        SEED(6, 4, 2, 12, 0xC3, 0x29, 2, 0xC0, 0x40, 0x42, 0xF1, 0x2C, 1, 0xC0, 0x40, 0xC1, 13, 0,
             3, 5, 0, 5, 1, 0xFF, 2, 0x4D, 0, 12, 14, 0x88, 0, 10, 0x81, 0x81, 1, 0, 0, 80, 0, 43,
             0, 0, 0, 5, 8, 1, 2, 3, 4, 5, 6, 7, 8),
        /* IBM-DYNAMIC: it learns its size; a write behind a write; halted while it waits */
        SEED(0, 0, 12, 13, 0x88, 0, 12, 0x81, 0x81, 1, 0, 0, 160, 0, 62, 0, 0, 2, 7, 0xC3, 0x11,
             0x26, 0x00, 0xC1, 0xC2, 0xC3, 0x40, 3, 0, 0xC1, 0xC2, 4, 0, 14, 0, 15, 0, 5, 0,
             12, 3, 0x60, 0x40, 0x40),
    };
    if (i >= (int)(sizeof seeds / sizeof *seeds) || seeds[i].length > size)
        return 0;
    memcpy(bytes, seeds[i].bytes, seeds[i].length);
    return seeds[i].length;
}
