/* 3287 printers on a 3274 that is not SNA (GA27-3153): TN3270E printer sessions. The program
 * writes into the printer's buffer; a write with "start printer" prints, and its device end
 * comes when the terminal says that it is done. */
#include <stdlib.h>
#include <string.h>

#include "devices/devices.h"
#include "devices/terminal/link.h"
#include "devices/terminal/screen.h"

/* A printout without a next page for so long is complete. */
static const uint64_t JOB_NS = 5000000000;

struct printer_3287 {
    struct link link;               /* host's; must be first */
    bool prints;                    /* device end is owed */
    unsigned printed;               /* counts, so that a timer knows whether it is the last */
};

static void end_job(struct device *device, void *context)
{
    struct printer_3287 *p = device->own;
    if (p->link.ready && p->printed == (unsigned)(uintptr_t)context)
        terminal_session_record(p->link.session, DATA_PRINT_EOJ, false, NULL, 0);
}

/* Printing is over, well or not: the device end that is owed. */
static void end_printing(struct device *device, uint8_t sense)
{
    struct printer_3287 *p = device->own;
    p->prints = false;
    link_waits_no_more(&p->link);
    if (sense)
        device_check(device, sense);
    device_present(device, UNIT_DEVICE_END | (sense ? UNIT_CHECK : 0));
    if (p->link.responds)
        device_later(device, JOB_NS, end_job, (void *)(uintptr_t)++p->printed);
}

static void response(struct device *device, bool positive, uint8_t code)
{
    struct printer_3287 *p = device->own;
    link_response(device, positive, code);
    if (p->prints && p->link.answered)
        end_printing(device, p->link.response_sense);
}

/* It may take its time: paper is slow. So there is no deadline, but the connection's own. */
static unsigned await_printer(struct printer_3287 *p)
{
    link_await(&p->link, WAIT_RESPONSE);
    terminal_session_expect(p->link.session, false);
    return UNIT_WAITS;
}

static unsigned write_buffer(struct device *device, struct exchange *exchange)
{
    struct printer_3287 *p = device->own;
    size_t length;
    uint8_t code = link_command(exchange);
    unsigned status = link_before_write(device);
    if (status)
        return status;
    uint8_t *bytes = link_take(exchange, 1, &length);
    bytes[0] = code;
    bool starts = code != LINE_STRUCTURED && length > 0 && bytes[1] & WCC_START_PRINTER;
    terminal_session_record(p->link.session, DATA_3270, p->link.responds, bytes, length + 1);
    free(bytes);
    if (!p->link.responds)
        return UNIT_ENDED;
    p->prints = starts;
    unsigned wait = await_printer(p);
    return starts ? UNIT_CHANNEL_END : wait;
}

static unsigned erase_all_unprotected(struct device *device, struct exchange *exchange)
{
    struct printer_3287 *p = device->own;
    (void)exchange;
    if (!p->link.ready)
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    terminal_session_record(p->link.session, DATA_3270, false, (uint8_t[]){ LINE_ERASE_ALL }, 1);
    return UNIT_ENDED;
}

static unsigned halt(struct device *device)
{
    link_waits_no_more(device->own);
    return UNIT_ENDED;
}

/* A program that was abandoned may have left a wait behind. */
static void program_begins(struct device *device)
{
    link_waits_no_more(device->own);
}

static void reset(struct device *device)
{
    struct printer_3287 *p = device->own;
    p->prints = false;
    link_waits_no_more(&p->link);
}

/* ---- a terminal comes and goes -------------------------------------------------------- */

static bool connect_printer(struct device *device, struct terminal_session *session,
                            const struct terminal_caller *caller)
{
    struct printer_3287 *p = device->own;
    if (!link_connect(&p->link, session, caller))
        return false;
    terminal_session_bind(session, 24, 80, 24, 80);
    return true;
}

/* No greeting: it would cost paper. */
static void printer_ready(struct device *device, bool responds, const char *greeting)
{
    struct printer_3287 *p = device->own;
    (void)greeting;
    p->link.responds = responds;
    p->link.ready = true;
    device_present(device, UNIT_DEVICE_END);
}

static bool disconnect_printer(struct device *device, struct terminal_session *session)
{
    struct printer_3287 *p = device->own;
    if (!link_disconnect(device, session))
        return false;
    if (p->prints)
        end_printing(device, SENSE_INTERVENTION_REQUIRED);
    return true;
}

const struct terminal_face printer_3287_face = {
    .kind = TERMINAL_PRINTER, .group = link_group, .connect = connect_printer,
    .ready = printer_ready, .disconnect = disconnect_printer, .response = response,
    .drained = link_drained
};

/* ---- attaching -------------------------------------------------------------------------- */

static bool open_printer(struct device *device, int argc, char *const argv[])
{
    struct printer_3287 *p = device->own;
    return link_open(device, &p->link, argc, argv);
}

static void forget_all(struct device *device, void *context)
{
    struct printer_3287 *p = device->own;
    *(struct terminal_session **)context = p->link.session;
    memset(p, 0, sizeof *p);
}

static void close_printer(struct device *device)
{
    link_close(device, forget_all);
}

static void describe(struct device *device, char *text, size_t size)
{
    link_describe(device->own, text, size);
}

static const struct device_command commands[] = {
    { WRITE, 0xFF, "write", write_buffer },
    { ERASE_WRITE, 0xFF, "erase/write", write_buffer },
    { ERASE_WRITE_ALTERNATE, 0xFF, "erase/write alternate", write_buffer },
    { WRITE_STRUCTURED, 0xFF, "write structured field", write_buffer },
    { ERASE_ALL_UNPROTECTED, 0xFF, "erase all unprotected", erase_all_unprotected },
    { 0x0B, 0x8F, "select", device_no_operation },
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0xE4, 0xFF, "sense ID", device_sense_id },
    { 0, 0, NULL, NULL }
};

static const struct device_type type_3287 = {
    .name = "3287", .class = CLASS_PRINTER, .size = sizeof(struct printer_3287),
    .commands = commands, .sense_length = 1,
    .sense_id = { 0xFF, 0x32, 0x74, 0x1D, 0x32, 0x87, 0x01 }, .latency_us = 1000,
    .open = open_printer, .close = close_printer, .describe = describe, .begin = program_begins,
    .halt = halt, .reset = reset, .initial_status = link_initial_status
};

const struct device_type *const printer_3287_types[] = { &type_3287, NULL };
