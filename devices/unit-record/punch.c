/* Card punches: 1442P, 2540P, 3525.
 *
 * A punched card is a record of 80 EBCDIC bytes in the file, or with `ascii` a line of
 * text without its trailing blanks. Manuals: GA24-3312 (2540 and 2821), GA21-9124 (3525),
 * A21-9025 (1442). */
#include <stdio.h>
#include <string.h>

#include "core/messages.h"
#include "devices/unit-record/card-code.h"
#include "devices/unit-record/deck.h"
#include "devices/unit-record/sink.h"
#include "devices/unit-record/unit-record.h"
#include "devices/words.h"

enum { OPTION_ASCII = 1, OPTION_EBCDIC = 2, OPTION_APPEND = 4, OPTION_CRLF = 8,
       OPTION_SOCKET = 16 };

static const struct device_word punch_words[] = {
    { "ascii", OPTION_ASCII, 0 },    { "ebcdic", OPTION_EBCDIC, 0 },
    { "append", OPTION_APPEND, 0 },  { "noclear", OPTION_APPEND, 0 },
    { "crlf", OPTION_CRLF, 0 },      { "sockdev", OPTION_SOCKET, 0 },
    { 0 }
};

struct punch {
    struct sink sink;       /* host's */
    unsigned options;
    /* machine's: the card at the punch station */
    uint8_t card[CARD_COLUMNS];
    int column;             /* 1442: how far it is punched */
    unsigned long cards;
};

enum { BLANK = 0x40 };

static void new_card(struct punch *punch)
{
    memset(punch->card, BLANK, sizeof punch->card);
    punch->column = 0;
}

/* ---- punching -------------------------------------------------------------------- */

/* Data mode 2: two bytes a column. False, and the status: a column is no character. */
static bool punch_image(struct device *dev, const uint8_t *image, size_t bytes, unsigned *status)
{
    struct punch *punch = dev->own;
    for (size_t i = 0; i + 1 < bytes; i += 2) {
        uint16_t holes = (uint16_t)((image[i] & 0x3F) << 6 | (image[i + 1] & 0x3F));
        int character = card_character(holes);
        if (character < 0) {
            message(dev->messages, HHC01205E, dev->number, punch->column + 1, holes);
            *status = device_check(dev, SENSE_DATA_CHECK);
            return false;
        }
        punch->card[punch->column++] = (uint8_t)character;
    }
    return true;
}

/* Punch the data into what is left of the card. */
static unsigned punch_columns(struct device *dev, struct exchange *exchange)
{
    struct punch *punch = dev->own;
    uint8_t data[2 * CARD_COLUMNS];
    size_t left = (size_t)(CARD_COLUMNS - punch->column);
    unsigned status = 0;
    if (exchange_command(exchange) & 0x20) {
        size_t n = exchange_take(exchange, data, 2 * left);
        return punch_image(dev, data, n, &status) ? 0 : status;
    }
    size_t n = exchange_take(exchange, data, left);
    memcpy(punch->card + punch->column, data, n);
    punch->column += (int)n;
    return 0;
}

/* The card leaves for the file. */
static unsigned stack(struct device *dev)
{
    struct punch *punch = dev->own;
    uint8_t out[CARD_COLUMNS + 2];
    size_t n = CARD_COLUMNS;
    memcpy(out, punch->card, n);
    if (punch->options & OPTION_ASCII) {
        while (n && out[n - 1] == BLANK)
            n--;
        codepage_to_host(&dev->machine->codepage, out, n);
        if (punch->options & OPTION_CRLF)
            out[n++] = '\r';
        out[n++] = '\n';
    }
    if (sink_write(&punch->sink, out, n)) {
        new_card(punch);
        punch->cards++;
        return UNIT_ENDED;
    }
    message(dev->messages, HHC01204E, dev->number, punch->sink.name ? punch->sink.name : "*",
            punch->sink.error);
    new_card(punch);       /* the guest punches it again */
    return device_check(dev, SENSE_INTERVENTION_REQUIRED);
}

/* ---- commands -------------------------------------------------------------------- */

static unsigned punch_and_feed(struct device *dev, struct exchange *exchange)
{
    unsigned status = punch_columns(dev, exchange);
    if (!status)
        return stack(dev);
    new_card(dev->own);
    return status;
}

/* 1442: the next write goes on where this one ends. */
static unsigned punch_only(struct device *dev, struct exchange *exchange)
{
    struct punch *punch = dev->own;
    int column = punch->column;
    unsigned status = punch_columns(dev, exchange);
    if (!status)
        return UNIT_ENDED;
    memset(punch->card + column, BLANK, sizeof punch->card - (size_t)column);
    punch->column = column;
    return status;
}

static unsigned feed(struct device *dev, struct exchange *exchange)
{
    (void)exchange;
    return stack(dev);
}

static unsigned punch_initial_status(struct device *dev, uint8_t command)
{
    struct punch *punch = dev->own;
    if (!(command & 0x01) || command == 0x03 || sink_ready(&punch->sink))
        return 0;
    device_check(dev, SENSE_INTERVENTION_REQUIRED);
    return UNIT_CHECK;
}

/* ---- the device statement -------------------------------------------------------- */

static void punch_close(struct device *dev)
{
    sink_close(&((struct punch *)dev->own)->sink);
}

static bool punch_open(struct device *dev, int argc, char *const argv[])
{
    struct punch *punch = dev->own;
    *punch = (struct punch){ .cards = punch->cards };
    new_card(punch);
    sink_clear(&punch->sink, dev);
    for (int i = 1; i < argc; i++)
        if (!device_word(punch_words, argv[i], &punch->options)) {
            message(dev->messages, HHC01206E, dev->number, argv[i],
                    "the options are ascii, ebcdic, append, noclear, crlf and sockdev");
            return false;
        }
    if ((punch->options & OPTION_ASCII) && (punch->options & OPTION_EBCDIC)) {
        message(dev->messages, HHC01203E, dev->number, "ascii and ebcdic exclude each other");
        return false;
    }
    if (argc == 0 || strcmp(argv[0], "*") == 0)
        return true;
    if (sink_open(&punch->sink, argv[0], punch->options & OPTION_SOCKET,
                  punch->options & OPTION_APPEND))
        return true;
    message(dev->messages, HHC01200E, dev->number, argv[0], punch->sink.error);
    return false;
}

static void punch_describe(struct device *dev, char *text, size_t size)
{
    struct punch *punch = dev->own;
    size_t n = (size_t)snprintf(text, size, "%s", punch->sink.name ? punch->sink.name : "*");
    for (const struct device_word *w = punch_words; w->word && n < size; w++)
        if ((w->set & punch->options) && strcmp(w->word, "noclear") != 0)
            n += (size_t)snprintf(text + n, size - n, " %s", w->word);
    if (n < size)
        snprintf(text + n, size - n, " IO[%lu]", punch->cards);
}

/* ---- the models ------------------------------------------------------------------ */

#define COMMON \
    { 0x03, 0xFF, "no-operation", device_no_operation }, \
    { 0x04, 0xFF, "sense", device_sense }, { 0 }

/* Command codes are SSDF ....: S stacker, D data mode 2; F of the 1442 feeds. */
static const struct device_command commands_1442[] = {
    { 0x81, 0x9F, "write, feed and select stacker", punch_and_feed },
    { 0x01, 0x9F, "write", punch_only },
    { 0x83, 0xBF, "feed and select stacker", feed },
    COMMON
};
static const struct device_command commands_2540[] = {
    { 0x01, 0x9F, "write, feed and select stacker", punch_and_feed },
    { 0x81, 0xDF, "write, feed and select stacker RP3", punch_and_feed },
    COMMON
};
static const struct device_command commands_3525[] = {
    { 0x01, 0x9F, "write, feed and select stacker", punch_and_feed },
    { 0x23, 0xBF, "feed and select stacker", feed },
    COMMON
};

#define PUNCH(id, rows, senses) { \
    .name = id, .class = CLASS_PUNCH, .size = sizeof(struct punch), .commands = rows, \
    .sense_length = senses, .latency_us = 2000, .open = punch_open, .close = punch_close, \
    .describe = punch_describe, .initial_status = punch_initial_status }

const struct device_type punch_1442 = PUNCH("1442P", commands_1442, 1);
const struct device_type punch_2540 = PUNCH("2540P", commands_2540, 1);
const struct device_type punch_3525 = PUNCH("3525", commands_3525, 4);
