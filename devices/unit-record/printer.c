/* Printers: 1403, 3203, 3211.
 *
 * A listing is text: a line feed for each line that the paper moves, a carriage return
 * where lines are printed over each other, a form feed where the paper goes to the next
 * page by a skip. It is laid out byte for byte as the field's listings are. Manuals:
 * GA24-3312 (2821 and 1403), GA24-3543 (3211), GA33-1515 (3203). */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/messages.h"
#include "devices/unit-record/carriage.h"
#include "devices/unit-record/sink.h"
#include "devices/unit-record/unit-record.h"
#include "devices/words.h"

enum { OPTION_CRLF = 1, OPTION_APPEND = 2, OPTION_SOCKET = 4, OPTION_UNCHECKED = 8 };

static const struct device_word printer_words[] = {
    { "crlf", OPTION_CRLF, 0 },       { "append", OPTION_APPEND, 0 },
    { "noclear", OPTION_APPEND, 0 },  { "sockdev", OPTION_SOCKET, 0 },
    { "fcbcheck", 0, OPTION_UNCHECKED }, { "nofcbcheck", OPTION_UNCHECKED, 0 },
    { "optprint", 0, 0 },             /* what it is without a word */
    { 0 }
};

/* Sense byte 0, beside the common bits. */
enum { SENSE_LOAD_CHECK = 0x02, SENSE_CHANNEL_9 = 0x01 };

enum { LINE_MOST = 150, UCS_MOST = 512 };

struct printer {
    struct sink sink;       /* host's */
    unsigned options;
    /* machine's */
    struct carriage carriage;
    int index;              /* 3211: columns by which lines are moved to the right */
    int lpi;
    bool fold;              /* lower case is printed as upper case */
    bool checks_data;       /* unprintable characters are to be reported */
    uint8_t ucs[UCS_MOST], fcb[MAX_LINES + 1], plb[LINE_MOST];
    unsigned long lines;
};

static size_t print_positions(const struct device *dev)
{
    return dev->type == &printer_3211 ? 150 : 132;
}

/* ---- text ------------------------------------------------------------------------ */

/* A piece of the listing that is put together and then written at once. */
struct text {
    uint8_t bytes[LINE_MOST + 40 + 2 * MAX_LINES];
    size_t length;
};

static void put(struct text *text, uint8_t byte, int times)
{
    while (times-- > 0)
        text->bytes[text->length++] = byte;
}

static void put_line(const struct device *dev, struct text *text, const uint8_t *line, size_t n)
{
    struct printer *printer = dev->own;
    put(text, ' ', printer->index);
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = printer->fold && ((line[i] >= 0x81 && line[i] <= 0x89) ||
                                         (line[i] >= 0x91 && line[i] <= 0x99) ||
                                         (line[i] >= 0xA2 && line[i] <= 0xA9))
                     ? line[i] | 0x40 : line[i];
        put(text, byte == 0 ? ' ' : dev->machine->codepage.to_host[byte], 1);
    }
    while (text->length && text->bytes[text->length - 1] == ' ')
        text->length--;
    if (printer->options & OPTION_CRLF)
        put(text, '\r', 1);
}

/* Hand it over; on failure the guest is told, and the paper has not moved. */
static unsigned emit(struct device *dev, const struct text *text)
{
    struct printer *printer = dev->own;
    if (text->length == 0 || sink_write(&printer->sink, text->bytes, text->length))
        return 0;
    message(dev->messages, HHC01110E, dev->number,
            printer->sink.name ? printer->sink.name : "*", printer->sink.error);
    return device_check(dev, SENSE_INTERVENTION_REQUIRED);
}

/* ---- the carriage's movements ---------------------------------------------------- */

/* Channels 9 and 12 are noticed by spacing, not by skipping (GA24-3312, "Carriage
 * Control"). A printer with the built-in tape keeps silent about them. */
static unsigned space(struct device *dev, struct text *text, int lines)
{
    struct printer *printer = dev->own;
    put(text, lines ? '\n' : '\r', lines ? lines : 1);
    unsigned status = emit(dev, text);
    if (status)
        return status;
    carriage_space(&printer->carriage, lines);
    if (!printer->carriage.reports)
        return UNIT_ENDED;
    unsigned end = printer->carriage.passed & 1 << 12 ? UNIT_ENDED | UNIT_EXCEPTION : UNIT_ENDED;
    if (printer->carriage.passed & 1 << 9)
        end |= device_check(dev, SENSE_CHANNEL_9);
    return end;
}

/* `printed`: a line stands in the text already; if the paper does not move the next one
 * goes over it. */
static unsigned skip(struct device *dev, struct text *text, int channel, bool printed)
{
    struct printer *printer = dev->own;
    struct carriage *carriage = &printer->carriage;
    bool next_page;
    int distance = carriage_distance(carriage, channel, &next_page);
    if (distance < 0) {     /* the paper would run without end: the 3211 stops it */
        bool unchecked = printer->options & OPTION_UNCHECKED;
        unsigned status = printed || unchecked ? space(dev, text, 1) : 0;
        if (unchecked)
            return status;
        return status & UNIT_CHECK ? status : device_check(dev, SENSE_EQUIPMENT_CHECK);
    }
    if (printed && (channel == 1 || distance == 0))
        put(text, '\r', 1);
    if (next_page) {
        put(text, '\f', 1);
        put(text, '\n', (carriage->line - 1 + distance) % carriage->lines);
    } else
        put(text, '\n', distance);
    unsigned status = emit(dev, text);
    if (status)
        return status;
    carriage_skip(carriage, distance);
    return UNIT_ENDED;
}

/* Bits 0-4 of the code say how the paper moves: 0nnnn spaces, 1nnnn skips. */
static unsigned move(struct device *dev, struct text *text, uint8_t command, bool printed)
{
    int n = command >> 3 & 0x0F;
    return command & 0x80 ? skip(dev, text, n, printed) : space(dev, text, n);
}

/* ---- commands -------------------------------------------------------------------- */

static unsigned write_line(struct device *dev, struct exchange *exchange)
{
    struct printer *printer = dev->own;
    struct text text = { .length = 0 };
    size_t n = exchange_take(exchange, printer->plb, print_positions(dev));
    memset(printer->plb + n, 0x40, sizeof printer->plb - n);
    put_line(dev, &text, printer->plb, n);
    unsigned status = move(dev, &text, exchange_command(exchange), true);
    if (!(status & UNIT_CHECK))
        printer->lines++;
    return status;
}

static unsigned control(struct device *dev, struct exchange *exchange)
{
    struct text text = { .length = 0 };
    return move(dev, &text, exchange_command(exchange), false);
}

static unsigned block_data_check(struct device *dev, struct exchange *exchange)
{
    ((struct printer *)dev->own)->checks_data = exchange_command(exchange) == 0x7B;
    return UNIT_ENDED;
}

static unsigned fold(struct device *dev, struct exchange *exchange)
{
    ((struct printer *)dev->own)->fold = exchange_command(exchange) == 0x43;
    return UNIT_ENDED;
}

/* Printable characters: kept for whoever reads the buffer back. The text file has them all. */
static unsigned load_ucs(struct device *dev, struct exchange *exchange)
{
    struct printer *printer = dev->own;
    memset(printer->ucs, 0, sizeof printer->ucs);
    exchange_take(exchange, printer->ucs, dev->type == &printer_3211 ? 512
                                        : dev->type == &printer_3203 ? 304 : 240);
    printer->fold = exchange_command(exchange) == 0xF3;
    return UNIT_ENDED;
}

/* The 1403's buffer is locked unless the gate is opened by the command before. */
static unsigned load_ucs_1403(struct device *dev, struct exchange *exchange)
{
    if (exchange_previous(exchange) != 0xEB)
        return device_check(dev, SENSE_COMMAND_REJECT);
    return load_ucs(dev, exchange);
}

/* 3211: an index byte, X'80' or X'C0' and a number of columns, may stand before the lines.
 * 3203: X'10' in the first line means eight lines an inch. */
static unsigned load_fcb(struct device *dev, struct exchange *exchange)
{
    struct printer *printer = dev->own;
    struct carriage carriage = printer->carriage;
    uint8_t bytes[MAX_LINES + 1];
    size_t n = exchange_take(exchange, bytes, sizeof bytes);
    bool indexed = dev->type == &printer_3211 && n && (bytes[0] & 0x80);
    bool eight = dev->type == &printer_3203 && n > 1 && (bytes[0] & 0x10);
    uint8_t first = bytes[indexed];
    if (eight)
        bytes[0] &= 0xEF;
    if (n == 0 || !carriage_load(&carriage, bytes + indexed, n - indexed))
        return device_check(dev, SENSE_LOAD_CHECK);
    int index = indexed ? bytes[0] & 0x1F : 0;
    printer->index = index ? index - 1 : 0;
    printer->lpi = eight ? 8 : 6;
    printer->carriage = carriage;
    bytes[indexed] = first;
    memset(printer->fcb, 0, sizeof printer->fcb);
    memcpy(printer->fcb, bytes, n);
    return UNIT_ENDED;
}

/* 3211: the buffers can be read behind a DIAGNOSTIC GATE only (GA24-3543). */
static unsigned read_buffer(struct device *dev, struct exchange *exchange)
{
    struct printer *printer = dev->own;
    if (exchange_previous(exchange) != 0x07)
        return device_check(dev, SENSE_COMMAND_REJECT);
    switch (exchange_command(exchange)) {
    case 0x02: exchange_give(exchange, printer->plb, print_positions(dev)); break;
    case 0x0A: exchange_give(exchange, printer->ucs, UCS_MOST); break;
    case 0x12: exchange_give(exchange, printer->fcb, MAX_LINES); break;
    }
    return UNIT_ENDED;
}

/* The check bits of the print line's positions: ours never print wrongly. */
static unsigned check_read(struct device *dev, struct exchange *exchange)
{
    static const uint8_t checks[LINE_MOST];
    if (exchange_previous(exchange) != 0x07)
        return device_check(dev, SENSE_COMMAND_REJECT);
    exchange_give(exchange, checks, print_positions(dev));
    return UNIT_ENDED;
}

static unsigned printer_initial_status(struct device *dev, uint8_t command)
{
    struct printer *printer = dev->own;
    bool moves_paper = (command & 0x05) == 0x01 && command != 0x03;
    if (!moves_paper || sink_ready(&printer->sink))
        return 0;
    device_check(dev, SENSE_INTERVENTION_REQUIRED);
    return UNIT_CHECK;
}

/* ---- the device statement -------------------------------------------------------- */

static bool refuse(struct device *dev, const char *word, const char *why)
{
    message(dev->messages, HHC01102E, dev->number, word, why);
    return false;
}

/* A number behind a sign, or -1. */
static int number(const char *value, int least, int most)
{
    char *end;
    long n = strtol(value, &end, 10);
    return end != value && !*end && n >= least && n <= most ? (int)n : -1;
}

/* A word of the form name=value; *known: it is one. */
static bool take_value(struct device *dev, const char *word, bool *known)
{
    struct printer *printer = dev->own;
    const char *value;
    int n;
    *known = true;
    if ((value = device_value(word, "fcb")) || (value = device_value(word, "cctape")))
        return carriage_parse(&printer->carriage, value) ||
               refuse(dev, word, "it should be legacy, line=channel pairs with commas "
                                 "(1=1,7=2,61=12), or 26 digits");
    if ((value = device_value(word, "lpp"))) {
        if ((n = number(value, 1, MAX_LINES)) < 0)
            return refuse(dev, word, "it should be a number of lines, 1 to 180");
        printer->carriage.lines = n;
        return true;
    }
    if ((value = device_value(word, "lpi"))) {
        if ((n = number(value, 6, 8)) < 0 || n == 7)
            return refuse(dev, word, "it should be 6 or 8 lines an inch");
        printer->lpi = n;
        return true;
    }
    if ((value = device_value(word, "index"))) {
        if ((n = number(value, 0, 31)) < 0 || dev->type != &printer_3211)
            return refuse(dev, word, "it should be 0 to 31, and only a 3211 has it");
        printer->index = n ? n - 1 : 0;
        return true;
    }
    *known = false;
    return true;
}

/* Channels beyond the last line would never be met. */
static bool fits(struct device *dev)
{
    struct printer *printer = dev->own;
    for (int line = printer->carriage.lines + 1; line <= MAX_LINES; line++)
        if (printer->carriage.channels[line] && printer->carriage.reports)
            return refuse(dev, "lpp=", "the carriage tape is longer than the page");
    return true;
}

static bool take_words(struct device *dev, int argc, char *const argv[], const char **where)
{
    struct printer *printer = dev->own;
    for (int i = 0; i < argc; i++) {
        bool known = i > 0 && device_word(printer_words, argv[i], &printer->options);
        if (i > 0 && !known && !take_value(dev, argv[i], &known))
            return false;
        if (!known && i > 0)
            return refuse(dev, argv[i], "the options are append, noclear, crlf, sockdev, fcb=, "
                                        "cctape=, [no]fcbcheck, lpp=, lpi= and index=");
        if (i == 0)
            *where = argv[i];
    }
    return fits(dev);
}

static void printer_close(struct device *dev)
{
    sink_close(&((struct printer *)dev->own)->sink);
}

static bool printer_open(struct device *dev, int argc, char *const argv[])
{
    struct printer *printer = dev->own;
    const char *where = NULL;
    *printer = (struct printer){ .lpi = 6, .lines = printer->lines };
    sink_clear(&printer->sink, dev);
    carriage_default(&printer->carriage);
    if (!take_words(dev, argc, argv, &where))
        return false;
    if (!where || strcmp(where, "*") == 0)
        return true;
    if (sink_open(&printer->sink, where, printer->options & OPTION_SOCKET,
                  printer->options & OPTION_APPEND))
        return true;
    message(dev->messages, HHC01100E, dev->number, where, printer->sink.error);
    return false;
}

static void printer_describe(struct device *dev, char *text, size_t size)
{
    struct printer *printer = dev->own;
    snprintf(text, size, "%s%s%s%s%s IO[%lu]", printer->sink.name ? printer->sink.name : "*",
             printer->options & OPTION_CRLF ? " crlf" : "",
             printer->options & OPTION_APPEND ? " append" : "",
             printer->options & OPTION_SOCKET ? " sockdev" : "",
             printer->sink.fd < 0 ? " not ready" : "", printer->lines);
}

/* ---- the operator changes the forms ------------------------------------------------- */

static bool is_printer(const struct device *dev)
{
    return dev->type == &printer_1403 || dev->type == &printer_3203 || dev->type == &printer_3211;
}

struct forms { int argc; char *const *argv; bool good; };

/* The words of the statement, or a carriage alone; all of them or none. */
static void change_forms(struct device *dev, void *context)
{
    struct forms *forms = context;
    struct printer *printer = dev->own;
    struct carriage carriage = printer->carriage;
    int index = printer->index, lpi = printer->lpi;
    forms->good = true;
    for (int i = 0; i < forms->argc && forms->good; i++) {
        bool known;
        forms->good = take_value(dev, forms->argv[i], &known);
        if (forms->good && !known)
            forms->good = carriage_parse(&printer->carriage, forms->argv[i]) ||
                          refuse(dev, forms->argv[i], "it should be legacy, line=channel pairs, 26 "
                                                      "digits, lpp=, lpi= or index=");
    }
    forms->good = forms->good && fits(dev);
    if (forms->good)
        return;
    printer->carriage = carriage;
    printer->index = index;
    printer->lpi = lpi;
}

bool printer_change_forms(struct device *dev, int argc, char *const argv[])
{
    struct forms forms = { .argc = argc, .argv = argv };
    if (!is_printer(dev))
        return false;
    device_alone(dev, change_forms, &forms);
    return forms.good;
}

struct forms_text { char *text; size_t size; };

static void describe_forms(struct device *dev, void *context)
{
    struct forms_text *to = context;
    const struct printer *printer = dev->own;
    const struct carriage *carriage = &printer->carriage;
    size_t used = (size_t)snprintf(to->text, to->size, "%d lines, %d an inch, index %d, at line %d;",
                                   carriage->lines, printer->lpi,
                                   printer->index ? printer->index + 1 : 0, carriage->line);
    char before = ' ';
    for (int line = 1; line <= MAX_LINES; line++)
        for (int channel = 1; channel <= 12; channel++)
            if (carriage->channels[line] & 1 << channel && used < to->size) {
                used += (size_t)snprintf(to->text + used, to->size - used, "%c%d=%d", before, line,
                                         channel);
                before = ',';
            }
}

bool printer_describe_forms(struct device *dev, char *text, size_t size)
{
    struct forms_text to = { text, size };
    if (is_printer(dev))
        device_alone(dev, describe_forms, &to);
    return is_printer(dev);
}

/* ---- the models ------------------------------------------------------------------ */

#define COMMON \
    { 0x03, 0xFF, "no-operation", device_no_operation }, \
    { 0x04, 0xFF, "sense", device_sense }

#define ALL_CHANNELS(base, text, run) \
    { base + 0x08, 0xFF, text, run }, { base + 0x10, 0xFF, text, run }, \
    { base + 0x18, 0xFF, text, run }, { base + 0x20, 0xFF, text, run }, \
    { base + 0x28, 0xFF, text, run }, { base + 0x30, 0xFF, text, run }, \
    { base + 0x38, 0xFF, text, run }, { base + 0x40, 0xFF, text, run }, \
    { base + 0x48, 0xFF, text, run }, { base + 0x50, 0xFF, text, run }, \
    { base + 0x58, 0xFF, text, run }, { base + 0x60, 0xFF, text, run }

#define WRITES_AND_MOVES \
    { 0x01, 0xE7, "write and space", write_line }, \
    ALL_CHANNELS(0x81, "write and skip", write_line), \
    { 0x0B, 0xFF, "space 1", control }, { 0x13, 0xFF, "space 2", control }, \
    { 0x1B, 0xFF, "space 3", control }, \
    ALL_CHANNELS(0x83, "skip", control), \
    { 0x73, 0xFF, "block data check", block_data_check }, \
    { 0x7B, 0xFF, "allow data check", block_data_check }, \
    { 0xEB, 0xFF, "UCS gate load", device_no_operation }

static const struct device_command commands_1403[] = {
    WRITES_AND_MOVES,
    { 0xF3, 0xFF, "load UCS buffer and fold", load_ucs_1403 },
    { 0xFB, 0xFF, "load UCS buffer", load_ucs_1403 },
    COMMON, { 0 }
};
static const struct device_command commands_3203[] = {
    WRITES_AND_MOVES,
    { 0x63, 0xFF, "load FCB", load_fcb },
    { 0xF3, 0xFF, "load UCS buffer and fold", load_ucs },
    { 0xFB, 0xFF, "load UCS buffer", load_ucs },
    { 0x43, 0xFF, "fold", fold }, { 0x23, 0xFF, "unfold", fold },
    COMMON, { 0 }
};
/* The cover of ours opens and shuts in one go. */
static const struct device_command commands_3211[] = {
    WRITES_AND_MOVES,
    { 0x63, 0xFF, "load FCB", load_fcb },
    { 0xFB, 0xFF, "load UCS buffer", load_ucs },
    { 0x43, 0xFF, "fold", fold }, { 0x23, 0xFF, "unfold", fold },
    { 0x6B, 0xFF, "raise cover", device_no_operation },
    { 0x07, 0xFF, "diagnostic gate", device_no_operation },
    { 0x02, 0xFF, "read print line buffer", read_buffer },
    { 0x0A, 0xFF, "read UCS buffer", read_buffer },
    { 0x12, 0xFF, "read FCB", read_buffer },
    { 0x06, 0xFF, "check read", check_read },
    COMMON, { 0 }
};

#define PRINTER(id, rows, senses) { \
    .name = id, .class = CLASS_PRINTER, .size = sizeof(struct printer), .commands = rows, \
    .sense_length = senses, .latency_us = 2000, .open = printer_open, \
    .close = printer_close, .describe = printer_describe, \
    .initial_status = printer_initial_status }

const struct device_type printer_1403 = PRINTER("1403", commands_1403, 1);
const struct device_type printer_3203 = PRINTER("3203", commands_3203, 5);
const struct device_type printer_3211 = PRINTER("3211", commands_3211, 6);
