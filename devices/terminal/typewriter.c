/* 1052 and 3215: the operator's typewriter (GA24-3488, GA24-3550). Types ending in -C are
 * typed at the emulator's own panel; the others over TCP, with telnet. */
#include "devices/terminal/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/messages.h"
#include "devices/devices.h"

enum { WRITE = 0x01, WRITE_RETURN = 0x09 };
enum { MOST_LINES = 64, LONGEST_LINE = 32000, PREFIX_SIZE = 9 };

struct typewriter {
    bool at_panel, noprompt;
    char prefix[PREFIX_SIZE];
    struct terminal_access access;      /* who may connect */
    char *lines[MOST_LINES];            /* typed, and not yet read */
    unsigned first, count;
    bool reading;                       /* a read command waits */
    char *text;                         /* the line being written */
    size_t length, room;
    struct terminal_session *session;   /* NULL: nobody is connected */
};

static bool is_typewriter(const struct device *device);

static bool is_ready(const struct typewriter *t)
{
    return t->at_panel || t->session;
}

/* ---- writing ------------------------------------------------------------------------- */

static void add_byte(struct typewriter *t, uint8_t byte)
{
    if (t->length + 3 > t->room) {
        t->room = t->room * 2 + 256;
        t->text = realloc(t->text, t->room);
        if (!t->text)
            abort();
    }
    t->text[t->length++] = (char)byte;
    t->text[t->length] = 0;
}

/* Messages are UTF-8; the code page's host side is ISO 8859-1 or a page like it. */
static void add_character(struct typewriter *t, uint8_t c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        c = ' ';
    if (c >= 0x80) {
        add_byte(t, 0xC0 | c >> 6);
        c = 0x80 | (c & 0x3F);
    }
    add_byte(t, c);
}

/* The line is complete, or the carriage stays where it is. */
static void put_out(struct device *device, bool new_line)
{
    struct typewriter *t = device->own;
    message_from(device->messages, t->at_panel ? MESSAGE_GUEST : MESSAGE_ELSEWHERE, device->number,
                 t->length ? t->text : "");
    if (t->session) {
        terminal_session_write(t->session, t->text, t->length);
        if (new_line)
            terminal_session_write(t->session, "\r\n", 2);
    }
    t->length = 0;
}

static void flush(struct device *device)
{
    struct typewriter *t = device->own;
    if (t->length)
        put_out(device, false);
}

/* EBCDIC controls: new line and line feed end a line, the others move nothing here. */
static void type_out(struct device *device, const uint8_t *bytes, size_t n)
{
    enum { NEW_LINE = 0x15, LINE_FEED = 0x25, FIRST_GRAPHIC = 0x40 };
    struct typewriter *t = device->own;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == NEW_LINE || bytes[i] == LINE_FEED)
            put_out(device, true);
        else if (bytes[i] >= FIRST_GRAPHIC)
            add_character(t, device->machine->codepage.to_host[bytes[i]]);
    }
}

static unsigned write_text(struct device *device, struct exchange *exchange)
{
    uint8_t bytes[512];
    size_t n;
    if (!is_ready(device->own))
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    while ((n = exchange_take(exchange, bytes, sizeof bytes)) > 0) {
        type_out(device, bytes, n);
        if (n < sizeof bytes)
            break;
    }
    if (exchange_command(exchange) == WRITE_RETURN)
        put_out(device, true);
    return UNIT_ENDED;
}

static unsigned sound_alarm(struct device *device, struct exchange *exchange)
{
    struct typewriter *t = device->own;
    (void)exchange;
    if (t->session)
        terminal_session_write(t->session, "\a", 1);
    return UNIT_ENDED;
}

/* ---- reading ------------------------------------------------------------------------- */

static void prompt(struct device *device)
{
    struct typewriter *t = device->own;
    flush(device);
    if (t->at_panel && !t->noprompt)
        message(device->messages, HHC00010A, device->number);
}

/* UTF-8 of two bytes to the one of ISO 8859-1; what is not there becomes ?. */
static size_t to_latin1(const char *line, uint8_t *out, size_t room)
{
    size_t n = 0;
    for (const uint8_t *p = (const uint8_t *)line; *p && n < room; n++) {
        if (*p < 0x80) {
            out[n] = *p++;
        } else if ((*p & 0xFC) == 0xC0 && (p[1] & 0xC0) == 0x80) {
            out[n] = (uint8_t)(p[0] << 6 | (p[1] & 0x3F));
            p += 2;
        } else {
            out[n] = '?';
            do
                p++;
            while ((*p & 0xC0) == 0x80);
        }
    }
    return n;
}

static unsigned read_inquiry(struct device *device, struct exchange *exchange)
{
    struct typewriter *t = device->own;
    if (!is_ready(t))
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    if (t->count == 0) {
        if (!t->reading)
            prompt(device);
        t->reading = true;
        return UNIT_WAITS;
    }
    t->reading = false;
    char *line = t->lines[t->first];
    t->first = (t->first + 1) % MOST_LINES;
    t->count--;
    size_t room = strlen(line);
    uint8_t *bytes = malloc(room + 1);
    if (!bytes)
        abort();
    size_t n = to_latin1(line, bytes, room);
    codepage_to_guest(&device->machine->codepage, bytes, n);
    exchange_give(exchange, bytes, n);
    free(bytes);
    free(line);
    return UNIT_ENDED;
}

/* A channel program has ended: its last line is shown, and lines typed ahead ask to be
 * read. */
static void end_program(struct device *device, unsigned status)
{
    struct typewriter *t = device->own;
    (void)status;
    flush(device);
    if (t->count > 0)
        device_present(device, UNIT_ATTENTION);
}

static void forget_lines(struct typewriter *t)
{
    for (; t->count > 0; t->count--) {
        free(t->lines[t->first]);
        t->first = (t->first + 1) % MOST_LINES;
    }
    t->reading = false;
}

static unsigned halt(struct device *device)
{
    struct typewriter *t = device->own;
    t->reading = false;
    return UNIT_ENDED;
}

static void reset(struct device *device)
{
    struct typewriter *t = device->own;
    t->length = 0;
    forget_lines(t);
}

/* ---- the operator ----------------------------------------------------------------------- */

struct typed {
    const char *line;
    bool taken;
};

/* A line answers the read that waits. Without one it asks for attention and, unless it is
 * empty, stays for the read that follows. */
static void take_line(struct device *device, void *context)
{
    struct typed *typed = context;
    struct typewriter *t = device->own;
    typed->taken = is_ready(t) && t->count < MOST_LINES && strlen(typed->line) <= LONGEST_LINE;
    if (!typed->taken)
        return;
    if (*typed->line || t->reading) {
        char *copy = strdup(typed->line);
        if (!copy)
            abort();
        t->lines[(t->first + t->count++) % MOST_LINES] = copy;
    }
    if (t->reading)
        device_proceed(device);
    else
        device_present(device, UNIT_ATTENTION);
}

static bool type_line(struct device *device, const char *line)
{
    struct typed typed = { line, false };
    device_alone(device, take_line, &typed);
    return typed.taken;
}

static bool press_attention(struct device *device)
{
    struct typewriter *t = device->own;
    if (!is_ready(t))
        return false;
    device_present(device, UNIT_ATTENTION);
    return true;
}

/* ---- attaching --------------------------------------------------------------------------- */

/* At the panel: [prefix] [noprompt]. Over TCP: [group | *] [address [mask]] [noprompt]. */
static bool read_words(struct device *device, struct typewriter *t, int argc, char *const argv[])
{
    int state = 0;
    bool prefixed = false;
    for (int i = 0; i < argc; i++) {
        if (strcasecmp(argv[i], "noprompt") == 0) {
            t->noprompt = true;
        } else if (t->at_panel && !prefixed && *argv[i] && strlen(argv[i]) < PREFIX_SIZE) {
            strcpy(t->prefix, argv[i]);
            prefixed = true;
        } else if (t->at_panel || !terminal_access_word(&t->access, argv[i], true, &state)) {
            message(device->messages, HHC01090E, device->number, argv[i],
                    t->at_panel ? "[prefix] [noprompt]" : "[group | *] [address [mask]] [noprompt]");
            return false;
        }
    }
    return true;
}

static bool open_typewriter(struct device *device, int argc, char *const argv[])
{
    struct typewriter *t = device->own;
    size_t length = strlen(device->type->name);
    t->at_panel = strcmp(device->type->name + length - 2, "-C") == 0;
    strcpy(t->prefix, "/");
    return read_words(device, t, argc, argv);
}

static void forget_all(struct device *device, void *context)
{
    struct typewriter *t = device->own;
    struct terminal_session **session = context;
    *session = t->session;
    forget_lines(t);
    free(t->text);
    *t = (struct typewriter){ .at_panel = t->at_panel };   /* nobody calls there meanwhile */
}

static void close_typewriter(struct device *device)
{
    struct terminal_session *session;
    device_alone(device, forget_all, &session);
    if (session)
        terminal_session_hang_up(session);
}

static void describe(struct device *device, char *text, size_t size)
{
    const struct typewriter *t = device->own;
    if (t->at_panel)
        snprintf(text, size, "at the panel, prefix %s%s", t->prefix,
                 t->noprompt ? ", noprompt" : "");
    else
        snprintf(text, size, "%s%s%s%s", *t->access.group ? "group " : "", t->access.group,
                 *t->access.group ? ", " : "", t->session ? "connected" : "not connected");
}

const char *terminal_prefix(const struct device *device)
{
    const struct typewriter *t = device->own;
    return is_typewriter(device) && t->at_panel ? t->prefix : NULL;
}

bool terminal_is_reading(const struct device *device)
{
    const struct typewriter *t = device->own;
    return is_typewriter(device) && t->reading && t->count == 0;
}

/* ---- a terminal comes and goes -------------------------------------------------------------- */

static const char *group_of(const struct device *device)
{
    return ((const struct typewriter *)device->own)->access.group;
}

static bool take_session(struct device *device, struct terminal_session *session,
                         const struct terminal_caller *caller)
{
    struct typewriter *t = device->own;
    if (t->session || !terminal_access_allows(&t->access, caller->address))
        return false;
    t->session = session;
    return true;
}

/* It greets, and is ready. */
static void session_is_ready(struct device *device, bool responds, const char *greeting)
{
    struct typewriter *t = device->own;
    (void)responds;
    terminal_session_write(t->session, greeting, strlen(greeting));
    terminal_session_write(t->session, "\r\n", 2);
    device_present(device, UNIT_DEVICE_END);
}

static bool lose_session(struct device *device, struct terminal_session *session)
{
    struct typewriter *t = device->own;
    if (t->session != session)
        return false;
    t->session = NULL;
    if (t->reading)             /* it ends with intervention required */
        device_proceed(device);
    t->reading = false;
    return true;
}

const struct terminal_face typewriter_face = {
    .kind = TERMINAL_TYPEWRITER, .group = group_of, .connect = take_session,
    .ready = session_is_ready, .disconnect = lose_session
};

/* ---- the types ------------------------------------------------------------------------------- */

static const struct device_command commands[] = {
    { WRITE, 0xFF, "write", write_text },
    { WRITE_RETURN, 0xFF, "write, auto carrier return", write_text },
    { 0x0A, 0xFF, "read inquiry", read_inquiry },
    { 0x0B, 0xFF, "audible alarm", sound_alarm },
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0xE4, 0xFF, "sense ID", device_sense_id },
    { 0, 0, NULL, NULL }
};

#define TYPEWRITER(variable, type_name, number_high, number_low)                               \
    static const struct device_type variable = {                                               \
        .name = type_name, .class = CLASS_CONSOLE, .size = sizeof(struct typewriter),          \
        .commands = commands, .sense_length = 1,                                               \
        .sense_id = { 0xFF, number_high, number_low, 0x00, number_high, number_low, 0x00 },    \
        .latency_us = 1000, .open = open_typewriter, .close = close_typewriter,                \
        .describe = describe, .end = end_program, .halt = halt, .reset = reset,                \
        .type_line = type_line, .attention = press_attention                                   \
    }

TYPEWRITER(type_1052, "1052", 0x10, 0x52);
TYPEWRITER(type_1052_c, "1052-C", 0x10, 0x52);
TYPEWRITER(type_3215, "3215", 0x32, 0x15);
TYPEWRITER(type_3215_c, "3215-C", 0x32, 0x15);

const struct device_type *const typewriter_types[] = {
    &type_1052, &type_1052_c, &type_3215, &type_3215_c, NULL
};

static bool is_typewriter(const struct device *device)
{
    return device->type->commands == commands;
}
