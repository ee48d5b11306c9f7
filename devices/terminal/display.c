/* 3270 displays on a local control unit that is not SNA: 3277 at a 3272, 3278 and 3279 at a
 * 3274 (GA23-0061), and the integrated 3270 console (SYSG), which System/370 sees as one
 * more. The terminal, connected over TCP, has the buffer; here is what the control unit
 * does: the buffer address from command to command, attention, status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/devices.h"
#include "devices/terminal/link.h"
#include "devices/terminal/screen.h"

enum { MOST_INBOUND = 4 };

struct inbound { uint8_t *bytes; size_t length; bool early; };

struct display {
    struct link link;                       /* host's; must be first */
    struct screen screen;
    struct inbound queue[MOST_INBOUND];     /* keys pressed, not yet read; the oldest first */
    unsigned queued;
    bool announced;                         /* attention was presented for the oldest */
    bool busy;                              /* a channel program goes on: see key_pressed() */
    bool greeted;                           /* the greeting is still on the screen */
    bool locked;                            /* the keyboard, by a key that came since it was free */
    struct inbound echo;                    /* the terminal will say this once more */
    struct inbound current;                 /* what the last read gave or goes on giving */
    bool test_request;                      /* the SYS REQ key was pressed */
    enum link_wait stray;                   /* an answer that nobody waits for any more */
};

struct model {
    struct device_type type;                /* must be first */
    int number;                             /* 2 to 5; 0: whatever connects */
    bool alternate;                         /* has an alternate size */
    const char *group;                      /* if the statement names none */
};

static const struct model *model_of(const struct device *device)
{
    return (const struct model *)device->type;
}

/* ---- what the terminal sent ------------------------------------------------------------ */

static void keep(struct inbound *in, const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length);
    if (!copy)
        abort();
    memcpy(copy, bytes, length);
    free(in->bytes);
    *in = (struct inbound){ .bytes = copy, .length = length };
}

static void drop(struct inbound *in)
{
    free(in->bytes);
    *in = (struct inbound){ .bytes = NULL };
}

static void announce(struct device *device)
{
    struct display *d = device->own;
    if (d->queued == 0 || d->announced)
        return;
    d->announced = true;
    device_present(device, UNIT_ATTENTION);
}

static void shift(struct display *d)
{
    d->announced = false;
    memmove(&d->queue[0], &d->queue[1], sizeof d->queue - sizeof d->queue[0]);
    d->queue[--d->queued] = (struct inbound){ .bytes = NULL };
}

/* A write makes data of keys stale: the terminal is asked anew. What answers a structured
 * field was asked for, and stays; so does a key that came too early for this program. */
static void forget_keys(struct display *d)
{
    for (unsigned i = 0; i < d->queued; )
        if (d->queue[i].bytes[0] != AID_STRUCTURED && !d->queue[i].early) {
            d->announced &= i > 0;
            free(d->queue[i].bytes);
            memmove(&d->queue[i], &d->queue[i + 1], (d->queued - i - 1) * sizeof d->queue[0]);
            d->queue[--d->queued] = (struct inbound){ .bytes = NULL };
        } else {
            i++;
        }
    drop(&d->current);
}

static void forget_inbound(struct display *d)
{
    while (d->queued > 0) {
        drop(&d->queue[0]);
        shift(d);
    }
    drop(&d->current);
    drop(&d->echo);
    d->test_request = false;
}

/* Is it what the command waits for? A key that was pressed meanwhile is no buffer. */
static bool answers(const struct display *d, enum link_wait wait, const uint8_t *bytes,
                    size_t length)
{
    return wait == WAIT_MODIFIED ||
           (wait == WAIT_BUFFER && screen_is_buffer(&d->screen, bytes, length));
}

/* Without TN3270E the test-request key comes with the heading that it has on binary
 * synchronous lines: SOH % / STX. A local control unit has an AID and the cursor instead. */
static size_t translate_heading(const struct display *d, uint8_t *to, const uint8_t *bytes,
                                size_t length)
{
    bool is_test = length >= 4 && bytes[0] == 0x01 && (bytes[1] == 0x5B || bytes[1] == 0x6C) &&
                   bytes[2] == 0x61 && bytes[3] == 0x02;
    if (!is_test)
        return 0;
    to[0] = AID_TEST_REQUEST;
    screen_put_address(to + 1, d->screen.cursor);
    memcpy(to + 3, bytes + 4, length - 4);
    return length - 1;
}

static bool is_key(const uint8_t *bytes)
{
    return bytes[0] != AID_NONE && bytes[0] != AID_STRUCTURED;
}

/* A key. While a channel program goes on a real 3277 is next to it, and its operator slower; here
 * the terminal may be far away, and a read of it take as long as a person: the program that
 * unlocks the keyboard at its end would undo a key pressed meanwhile. So such a key is early: it
 * counts as pressed behind the program. */
static void key_pressed(struct device *device, const uint8_t *bytes, size_t length)
{
    struct display *d = device->own;
    if (d->queued == MOST_INBOUND)
        return;
    keep(&d->queue[d->queued], bytes, length);
    d->queue[d->queued++].early = d->busy;
    announce(device);
}

/* The terminal has answered what the running command asked. Of an early key it says nothing;
 * where that was PA or clear there is not even a cursor. */
static void answer_came(struct device *device, const uint8_t *bytes, size_t length)
{
    struct display *d = device->own;
    bool early = d->queued > 0 && d->queue[d->queued - 1].early && bytes[0] != AID_STRUCTURED;
    uint8_t no_key[3] = { AID_NONE };
    screen_put_address(no_key + 1, d->screen.cursor);
    if (early && length < sizeof no_key)
        keep(&d->current, no_key, sizeof no_key);
    else
        keep(&d->current, bytes, length);
    if (early)
        d->current.bytes[0] = AID_NONE;
    d->link.answered = true;
    device_proceed(device);
}

/* A key pressed before the terminal was told that a read modified asks: it looks like the
 * answer, and the answer, which follows, looks like the key. */
static bool crosses(const struct display *d, const uint8_t *bytes)
{
    return d->link.waits == WAIT_MODIFIED && d->busy && !d->locked && !d->test_request &&
           is_key(bytes);
}

static bool echoes(struct display *d, const uint8_t *bytes, size_t length)
{
    bool same = d->echo.bytes && d->echo.length == length &&
                memcmp(d->echo.bytes, bytes, length) == 0;
    if (same)
        drop(&d->echo);
    return same;
}

static void data_came(struct device *device, const uint8_t *bytes, size_t length)
{
    struct display *d = device->own;
    screen_learn(&d->screen, bytes, length);
    if (length >= 3 && bytes[0] != AID_STRUCTURED)
        d->screen.cursor = screen_address(bytes + 1) % screen_size(&d->screen);
    if (echoes(d, bytes, length))
        return;
    if (!d->link.answered && answers(d, d->link.waits, bytes, length)) {
        drop(&d->echo);
        if (crosses(d, bytes)) {
            key_pressed(device, bytes, length);
            keep(&d->echo, bytes, length);
        }
        answer_came(device, bytes, length);
    } else if (answers(d, d->stray, bytes, length) &&
               (d->stray == WAIT_BUFFER || bytes[0] == AID_NONE)) {
        d->stray = WAIT_NOTHING;
    } else if (bytes[0] != AID_NONE) {
        key_pressed(device, bytes, length);
    }
    d->locked |= is_key(bytes);
}

static void record_came(struct device *device, enum telnet_data type, const uint8_t *bytes,
                        size_t length)
{
    if (type != DATA_3270 || length == 0)
        return;
    uint8_t *local = malloc(length);
    if (!local)
        abort();
    size_t n = translate_heading(device->own, local, bytes, length);
    data_came(device, n ? local : bytes, n ? n : length);
    free(local);
}

/* The test-request key has no data of its own: a read asks the terminal for it. */
static void system_request(struct device *device)
{
    struct display *d = device->own;
    d->test_request = true;
    device_present(device, UNIT_ATTENTION);
}

/* What came meanwhile is early no more. */
static void program_is_over(struct display *d)
{
    d->busy = false;
    for (unsigned i = 0; i < d->queued; i++)
        d->queue[i].early = false;
}

static void program_ended(struct device *device, unsigned status)
{
    (void)status;
    program_is_over(device->own);
    announce(device);
}

/* ---- writing ------------------------------------------------------------------------------ */

static unsigned wait_or_end(struct display *d)
{
    return d->link.responds ? link_await(&d->link, WAIT_RESPONSE) : UNIT_ENDED;
}

/* A write goes on at the buffer address if it is chained; alone it begins at the cursor. The
 * terminal knows of no chains: it is told by an order. */
static size_t place_write(struct display *d, const struct exchange *exchange, uint8_t *bytes,
                          const uint8_t *data, size_t length)
{
    if (!exchange_chained(exchange)) {
        d->screen.address = d->screen.cursor;
        return 0;
    }
    if (length == 0 || data[0] == ORDER_SBA)
        return 0;
    bytes[0] = ORDER_SBA;
    screen_put_address(bytes + 1, d->screen.address);
    return 3;
}

/* A 3277 that was just switched on is empty: what a program writes on it without an erase does
 * not stand among the lines of our greeting. An order or a WCC alone leaves them. */
static void end_greeting(struct display *d, uint8_t code, size_t length)
{
    enum { AN_ORDER = 3 };
    bool erases = code != LINE_WRITE;
    if (d->greeted && !erases && length > AN_ORDER) {
        const uint8_t erase[] = { LINE_ERASE_WRITE, 0x40 };
        unsigned address = d->screen.address;
        screen_erase(&d->screen, false);
        d->screen.address = address;
        terminal_session_record(d->link.session, DATA_3270, false, erase, sizeof erase);
    }
    d->greeted &= !erases && length <= AN_ORDER;
}

/* In front of what a program writes: for a command and an order with its address. */
enum { FREE = 6 };

/* bytes: six free ones, then the WCC and data as the program gave them. */
static unsigned send_screen(struct device *device, const struct exchange *exchange, uint8_t code,
                            uint8_t *bytes, size_t length)
{
    struct display *d = device->own;
    uint8_t *data = bytes + FREE + 1, order[3], wcc = bytes[FREE];
    size_t n = length - 1, placed = 0;
    forget_keys(d);
    end_greeting(d, code, n);
    if (code == LINE_WRITE)
        placed = place_write(d, exchange, order, data, n);
    else
        screen_erase(&d->screen, code == LINE_ERASE_WRITE_ALTERNATE);
    d->locked &= !(wcc & WCC_RESTORE);
    size_t good = screen_write(&d->screen, data, n);
    uint8_t *head = data - placed - 2;
    memcpy(data - placed, order, placed);
    head[0] = code;
    head[1] = wcc;
    terminal_session_record(d->link.session, DATA_3270, good == n && d->link.responds, head,
                            placed + 2 + good);
    return good == n ? wait_or_end(d) : device_check(device, SENSE_OPERATION_CHECK);
}

/* bytes: six free ones, then the structured fields. */
static unsigned send_structured(struct display *d, uint8_t *bytes, size_t length)
{
    uint8_t *record = bytes + FREE - 1;
    record[0] = LINE_STRUCTURED;
    forget_keys(d);
    d->greeted = false;
    screen_structured(&d->screen, record + 1, length);
    terminal_session_record(d->link.session, DATA_3270, d->link.responds, record, length + 1);
    return wait_or_end(d);
}

static unsigned write_screen(struct device *device, struct exchange *exchange)
{
    struct display *d = device->own;
    size_t length;
    uint8_t code = link_command(exchange);
    unsigned status = link_before_write(device);
    if (status)
        return status;
    uint8_t *bytes = link_take(exchange, FREE, &length);
    if (code == LINE_STRUCTURED)
        status = send_structured(d, bytes, length);
    else
        status = length ? send_screen(device, exchange, code, bytes, length) : UNIT_ENDED;
    free(bytes);
    return status;
}

/* An immediate operation; the terminal does it without being asked how it went. */
static unsigned erase_all_unprotected(struct device *device, struct exchange *exchange)
{
    struct display *d = device->own;
    (void)exchange;
    if (!d->link.ready)
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    forget_keys(d);
    d->locked = false;
    screen_erase_unprotected(&d->screen);
    terminal_session_record(d->link.session, DATA_3270, false, (uint8_t[]){ LINE_ERASE_ALL }, 1);
    return UNIT_ENDED;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* A read in a chain begins where the command before it left the buffer address; alone, or
 * behind a select without "from position", at the beginning. */
static unsigned first_address(const struct display *d, const struct exchange *exchange)
{
    uint8_t previous = exchange_previous(exchange);
    bool goes_on = exchange_chained(exchange) && previous != SELECT_RM && previous != SELECT_RB;
    return goes_on ? d->screen.address : 0;
}

/* Heading, then the data from the buffer address on. */
static unsigned give(struct display *d, struct exchange *exchange)
{
    const uint8_t *bytes = d->current.bytes;
    size_t length = d->current.length, at = screen_heading(bytes, length);
    unsigned from = first_address(d, exchange);
    exchange_give(exchange, bytes, at);
    if (from > 0 && bytes[0] != AID_STRUCTURED)
        at = screen_find(bytes, length, from);
    size_t given = exchange_give(exchange, bytes + at, length - at);
    if (bytes[0] != AID_STRUCTURED)
        d->screen.address = screen_behind(&d->screen, bytes + at, given, from);
    return UNIT_ENDED;
}

/* Ask the terminal; the answer becomes d->current. */
static unsigned ask(struct display *d, uint8_t code, enum link_wait what)
{
    d->stray = WAIT_NOTHING;
    terminal_session_record(d->link.session, DATA_3270, false, &code, 1);
    return link_await(&d->link, what);
}

static unsigned read_buffer(struct device *device, struct exchange *exchange)
{
    struct display *d = device->own;
    if (!d->link.ready)
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    if (d->link.waits != WAIT_BUFFER)
        return ask(d, LINE_READ_BUFFER, WAIT_BUFFER);
    if (!d->link.answered)
        return UNIT_WAITS;
    link_waits_no_more(&d->link);
    unsigned status = give(d, exchange);
    drop(&d->current);
    return status;
}

static bool goes_on_reading(const struct display *d, const struct exchange *exchange)
{
    uint8_t previous = exchange_previous(exchange);
    return d->current.bytes && exchange_chained(exchange) &&
           (previous == READ_MODIFIED || previous == READ_MODIFIED_ALL);
}

static unsigned read_modified(struct device *device, struct exchange *exchange)
{
    struct display *d = device->own;
    if (!d->link.ready)
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    if (d->link.waits == WAIT_MODIFIED) {
        if (!d->link.answered)
            return UNIT_WAITS;
        link_waits_no_more(&d->link);
        if (d->test_request)
            d->current.bytes[0] = AID_TEST_REQUEST;
        d->test_request = false;
    } else if (goes_on_reading(d, exchange)) {
        /* d->current is still good */
    } else if (d->queued > 0 && !d->queue[0].early && !d->test_request) {
        drop(&d->current);
        d->current = d->queue[0];
        shift(d);
    } else {
        return ask(d, link_command(exchange), WAIT_MODIFIED);
    }
    return give(d, exchange);
}

/* ---- halt and reset --------------------------------------------------------------------------- */

static unsigned halt(struct device *device)
{
    struct display *d = device->own;
    if (!d->link.answered && d->link.waits != WAIT_NOTHING)
        d->stray = d->link.waits;
    link_waits_no_more(&d->link);
    return UNIT_ENDED;
}

/* A program that was abandoned may have left a wait behind. */
static void program_begins(struct device *device)
{
    struct display *d = device->own;
    halt(device);
    program_is_over(d);
    d->busy = true;
}

static void reset(struct device *device)
{
    struct display *d = device->own;
    halt(device);
    forget_inbound(d);
    program_is_over(d);
}

/* ---- a terminal comes and goes ------------------------------------------------------------------ */

static bool connect_display(struct device *device, struct terminal_session *session,
                            const struct terminal_caller *caller)
{
    static const struct { unsigned rows, columns; } sizes[] = {
        [0] = { 24, 80 }, [2] = { 24, 80 }, [3] = { 32, 80 }, [4] = { 43, 80 }, [5] = { 27, 132 }
    };
    struct display *d = device->own;
    const struct model *model = model_of(device);
    if (model->number && caller->model && caller->model != model->number)
        return false;
    if (!link_connect(&d->link, session, caller))
        return false;
    int size = !model->alternate ? 2 : model->number ? model->number : caller->model;
    screen_power_on(&d->screen, 24, 80, sizes[size].rows, sizes[size].columns);
    d->screen.elastic = size == 0;
    if (size == 0)
        terminal_session_bind(session, 0, 0, 0, 0);
    else
        terminal_session_bind(session, 24, 80, sizes[size].rows, sizes[size].columns);
    return true;
}

/* A protected field with a line of text in a row of the greeting. */
static size_t put_line(const struct device *device, uint8_t *bytes, unsigned row, uint8_t attribute,
                       const char *text)
{
    size_t length = strlen(text) < 78 ? strlen(text) : 78;
    bytes[0] = ORDER_SBA;
    screen_put_address(bytes + 1, row * 80);
    bytes[3] = ORDER_SF;
    bytes[4] = attribute;
    memcpy(bytes + 5, text, length);
    codepage_to_guest(&device->machine->codepage, bytes + 5, length);
    return length + 5;
}

static void greet(struct device *device, const char *greeting)
{
    enum { PROTECTED = 0xF0, BRIGHT = 0xF8, OPEN = 0x40 };
    struct display *d = device->own;
    uint8_t bytes[600] = { LINE_ERASE_WRITE, 0xC3 };   /* keyboard restored, no field modified */
    char line[80];
    size_t n = 2;
    n += put_line(device, bytes + n, 1, BRIGHT, greeting);
    snprintf(line, sizeof line, "You are %s from %s.", d->link.type,
             terminal_session_peer(d->link.session));
    n += put_line(device, bytes + n, 3, PROTECTED, line);
    n += put_line(device, bytes + n, 5, PROTECTED,
                  "No program has written on this screen yet. Enter asks for its attention.");
    n += put_line(device, bytes + n, 7, OPEN, "");
    bytes[n++] = ORDER_IC;
    n += put_line(device, bytes + n, 8, PROTECTED, "");
    screen_erase(&d->screen, false);
    screen_write(&d->screen, bytes + 2, n - 2);
    terminal_session_record(d->link.session, DATA_3270, false, bytes, n);
    d->greeted = true;
}

/* Power on: device end (GA23-0061, asynchronous status). */
static void display_ready(struct device *device, bool responds, const char *greeting)
{
    struct display *d = device->own;
    d->link.responds = responds;
    d->link.ready = true;
    d->stray = WAIT_NOTHING;
    d->locked = false;
    forget_inbound(d);
    greet(device, greeting);
    device_present(device, UNIT_DEVICE_END);
}

static bool disconnect_display(struct device *device, struct terminal_session *session)
{
    if (!link_disconnect(device, session))
        return false;
    forget_inbound(device->own);
    return true;
}

const struct terminal_face display_face = {
    .kind = TERMINAL_DISPLAY, .group = link_group, .connect = connect_display,
    .ready = display_ready, .disconnect = disconnect_display, .record = record_came,
    .response = link_response, .system_request = system_request, .drained = link_drained
};

/* ---- attaching ------------------------------------------------------------------------------------ */

static bool open_display(struct device *device, int argc, char *const argv[])
{
    struct display *d = device->own;
    screen_power_on(&d->screen, 24, 80, 24, 80);
    if (!link_open(device, &d->link, argc, argv))
        return false;
    if (!*d->link.access.group && model_of(device)->group)
        strcpy(d->link.access.group, model_of(device)->group);
    return true;
}

static void forget_all(struct device *device, void *context)
{
    struct display *d = device->own;
    *(struct terminal_session **)context = d->link.session;
    forget_inbound(d);
    memset(d, 0, sizeof *d);
}

static void close_display(struct device *device)
{
    link_close(device, forget_all);
}

static void describe(struct device *device, char *text, size_t size)
{
    link_describe(device->own, text, size);
}

/* ---- the types -------------------------------------------------------------------------------------- */

/* 3274 and its displays. */
/* A select prepares the 3274 for the command that follows; nothing is to be prepared here. */
static const struct device_command commands_3274[] = {
    { WRITE, 0xFF, "write", write_screen },
    { ERASE_WRITE, 0xFF, "erase/write", write_screen },
    { ERASE_WRITE_ALTERNATE, 0xFF, "erase/write alternate", write_screen },
    { WRITE_STRUCTURED, 0xFF, "write structured field", write_screen },
    { ERASE_ALL_UNPROTECTED, 0xFF, "erase all unprotected", erase_all_unprotected },
    { READ_BUFFER, 0xFF, "read buffer", read_buffer },
    { READ_MODIFIED, 0xFF, "read modified", read_modified },
    { READ_MODIFIED_ALL, 0xFF, "read modified all", read_modified },
    { SELECT_RM, 0xFF, "select read modified", device_no_operation },
    { SELECT_RB, 0xFF, "select read buffer", device_no_operation },
    { 0x2B, 0xFF, "select read modified from position", device_no_operation },
    { 0x3B, 0xFF, "select read buffer from position", device_no_operation },
    { 0x4B, 0xFF, "select write", device_no_operation },
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0xE4, 0xFF, "sense ID", device_sense_id },
    { 0, 0, NULL, NULL }
};

/* 3272 with 3277s: neither an alternate size nor structured fields nor sense ID (GA27-2749). */
static const struct device_command commands_3272[] = {
    { WRITE, 0xFF, "write", write_screen },
    { ERASE_WRITE, 0xFF, "erase/write", write_screen },
    { ERASE_ALL_UNPROTECTED, 0xFF, "erase all unprotected", erase_all_unprotected },
    { READ_BUFFER, 0xFF, "read buffer", read_buffer },
    { READ_MODIFIED, 0xFF, "read modified", read_modified },
    { SELECT_RM, 0xFF, "select", device_no_operation },
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0, 0, NULL, NULL }
};

#define DISPLAY_TYPE(type_name, command_table, ...)                                             \
    { .name = type_name, .class = CLASS_DISPLAY, .size = sizeof(struct display),                \
      .commands = command_table, .sense_length = 1, .sense_id = { __VA_ARGS__ },                \
      .latency_us = 1000, .open = open_display, .close = close_display, .describe = describe,   \
      .begin = program_begins, .end = program_ended, .halt = halt, .reset = reset,              \
      .initial_status = link_initial_status }

#define DISPLAY(type_name, model_number, number_low, model_byte, group_name)                    \
    { DISPLAY_TYPE(type_name, commands_3274, 0xFF, 0x32, 0x74, 0x1D, 0x32, number_low, model_byte), \
      model_number, true, group_name }

static const struct model models[] = {
    DISPLAY("3270", 0, 0x78, 0x02, NULL),
    { DISPLAY_TYPE("3277", commands_3272, 0), 0, false, NULL },
    DISPLAY("3278", 0, 0x78, 0x02, NULL),
    DISPLAY("3278-2", 2, 0x78, 0x02, NULL),
    DISPLAY("3278-3", 3, 0x78, 0x03, NULL),
    DISPLAY("3278-4", 4, 0x78, 0x04, NULL),
    DISPLAY("3278-5", 5, 0x78, 0x05, NULL),
    DISPLAY("3279", 0, 0x79, 0x02, NULL),
    DISPLAY("3279-2", 2, 0x79, 0x02, NULL),
    DISPLAY("3279-3", 3, 0x79, 0x03, NULL),
    DISPLAY("3279-4", 4, 0x79, 0x04, NULL),
    DISPLAY("3279-5", 5, 0x79, 0x05, NULL),
    DISPLAY("SYSG", 0, 0x78, 0x02, "SYSG"),
};

const struct device_type *const display_types[] = {
    &models[0].type, &models[1].type, &models[2].type, &models[3].type, &models[4].type,
    &models[5].type, &models[6].type, &models[7].type, &models[8].type, &models[9].type,
    &models[10].type, &models[11].type, &models[12].type, NULL
};
