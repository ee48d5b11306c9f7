#include "devices/unit-record/deck.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 65536, DETECTION = 2 * CARD_COLUMNS, TAB = 8 };
enum { LINE_FEED = '\n', CARRIAGE_RETURN = '\r', CTRL_Z = 0x1A, BLANK = 0x40 };

struct deck {
    char *name;
    struct deck_format format;
    struct codepage codepage;
    int fd;                     /* -1: incoming */
    bool ended;                 /* no bytes will come after those in `bytes` */
    int failed;                 /* errno of a read() that failed */
    uint8_t *bytes;
    size_t from, to, room;      /* bytes[from..to) are not yet read */
    unsigned long cards, lines;
    /* An ASCII line that is being read. */
    uint8_t card[CARD_COLUMNS];
    size_t column;              /* beyond 80 too: how long the line is */
    bool ctrl_z;                /* one was met; it counts unless the deck ends here */
};

static struct deck *deck_new(const char *name, const struct deck_format *format,
                             const struct codepage *codepage, int fd)
{
    struct deck *deck = calloc(1, sizeof *deck);
    if (!deck || !(deck->name = strdup(name)))
        abort();
    deck->format = *format;
    deck->codepage = *codepage;
    deck->fd = fd;
    return deck;
}

struct deck *deck_open(const char *path, const struct deck_format *format,
                       const struct codepage *codepage, char *error, size_t size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || (S_ISDIR(st.st_mode) && (errno = EISDIR))) {
        snprintf(error, size, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    return deck_new(path, format, codepage, fd);
}

struct deck *deck_incoming(const char *name, const struct deck_format *format,
                           const struct codepage *codepage)
{
    return deck_new(name, format, codepage, -1);
}

void deck_close(struct deck *deck)
{
    if (!deck)
        return;
    if (deck->fd >= 0)
        close(deck->fd);
    free(deck->name);
    free(deck->bytes);
    free(deck);
}

const char *deck_name(const struct deck *deck) { return deck->name; }
unsigned long deck_cards(const struct deck *deck) { return deck->cards; }
size_t deck_waiting(const struct deck *deck) { return deck->to - deck->from; }
void deck_finish(struct deck *deck) { deck->ended = true; }

/* ---- bytes ----------------------------------------------------------------------- */

/* Room for `more` bytes behind those that wait. */
static void make_room(struct deck *deck, size_t more)
{
    if (deck->from) {
        memmove(deck->bytes, deck->bytes + deck->from, deck->to - deck->from);
        deck->to -= deck->from;
        deck->from = 0;
    }
    if (deck->room - deck->to >= more)
        return;
    deck->room = deck->to + more;
    deck->bytes = realloc(deck->bytes, deck->room);
    if (!deck->bytes)
        abort();
}

void deck_feed(struct deck *deck, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    make_room(deck, length);
    memcpy(deck->bytes + deck->to, bytes, length);
    deck->to += length;
}

/* Have `wanted` bytes wait if the file has as many. */
static void fill(struct deck *deck, size_t wanted)
{
    while (deck->fd >= 0 && !deck->ended && deck_waiting(deck) < wanted) {
        make_room(deck, CHUNK);
        ssize_t n = read(deck->fd, deck->bytes + deck->to, CHUNK);
        if (n > 0)
            deck->to += (size_t)n;
        else if (n == 0 || errno != EINTR) {
            deck->ended = true;
            deck->failed = n < 0 ? errno : 0;
        }
    }
}

/* ---- ASCII or EBCDIC? ------------------------------------------------------------ */

static bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte < 0x7F) || byte == '\t' || byte == LINE_FEED ||
           byte == CARRIAGE_RETURN || byte == '\f' || byte == CTRL_Z;
}

/* The habit of the field: a deck is text if its first two cards' worth of bytes are.
 * False: not enough of it has come in to tell. */
static bool detect(struct deck *deck)
{
    if (deck->format.encoding != DECK_DETECT)
        return true;
    fill(deck, DETECTION);
    size_t n = deck_waiting(deck);
    if (n < DETECTION && !deck->ended)
        return false;
    deck->format.encoding = DECK_ASCII;
    for (size_t i = 0; i < n && i < DETECTION; i++)
        if (!is_text(deck->bytes[deck->from + i]))
            deck->format.encoding = DECK_EBCDIC;
    return true;
}

/* ---- cards ----------------------------------------------------------------------- */

static enum deck_result bad(struct deck *deck, char *error, size_t size, const char *unit,
                            unsigned long number, const char *what)
{
    snprintf(error, size, "%s, %s %lu: %s", deck->name, unit, number, what);
    return DECK_BAD;
}

static enum deck_result next_record(struct deck *deck, uint8_t card[CARD_COLUMNS],
                                    char *error, size_t size)
{
    fill(deck, CARD_COLUMNS);
    size_t n = deck_waiting(deck);
    if (n < CARD_COLUMNS) {
        if (!deck->ended)
            return DECK_WAITS;
        if (n == 0 || deck->failed)
            return DECK_END;
        if (!deck->format.autopad) {
            char what[160];
            snprintf(what, sizeof what, "it has %zu bytes instead of 80 (say autopad to fill it "
                     "with zeros, or ascii if the deck is text)", n);
            deck->from = deck->to;
            return bad(deck, error, size, "card", deck->cards + 1, what);
        }
    }
    n = n < CARD_COLUMNS ? n : CARD_COLUMNS;
    memset(card, 0, CARD_COLUMNS);
    memcpy(card, deck->bytes + deck->from, n);
    deck->from += n;
    deck->cards++;
    return DECK_CARD;
}

static void put_column(struct deck *deck, uint8_t byte)
{
    if (deck->column < CARD_COLUMNS)
        deck->card[deck->column] = deck->codepage.to_guest[byte];
    deck->column++;
}

/* One character of a text deck; true: it ends a line. */
static bool take_character(struct deck *deck, uint8_t byte)
{
    if (deck->ctrl_z)
        put_column(deck, CTRL_Z);
    deck->ctrl_z = byte == CTRL_Z;
    if (byte == '\t') {
        do
            put_column(deck, ' ');
        while (deck->column % TAB);
    } else if (byte != LINE_FEED && byte != CARRIAGE_RETURN && byte != CTRL_Z)
        put_column(deck, byte);
    return byte == LINE_FEED;
}

/* The line that take_character() has put together, as a card. */
static enum deck_result end_line(struct deck *deck, uint8_t card[CARD_COLUMNS],
                                 char *error, size_t size)
{
    size_t columns = deck->column, filled = columns < CARD_COLUMNS ? columns : CARD_COLUMNS;
    deck->column = 0;
    deck->lines++;
    if (columns > CARD_COLUMNS && !deck->format.trunc) {
        char what[160];
        snprintf(what, sizeof what, "it has %zu columns, a card has 80 (say trunc to cut it, "
                 "or ebcdic if the deck is not text)", columns);
        return bad(deck, error, size, "line", deck->lines, what);
    }
    memset(card, BLANK, CARD_COLUMNS);
    memcpy(card, deck->card, filled);
    deck->cards++;
    return DECK_CARD;
}

static enum deck_result next_line(struct deck *deck, uint8_t card[CARD_COLUMNS],
                                  char *error, size_t size)
{
    for (;;) {
        fill(deck, 1);
        if (deck->from == deck->to) {
            if (!deck->ended)
                return DECK_WAITS;
            return deck->column && !deck->failed ? end_line(deck, card, error, size) : DECK_END;
        }
        if (take_character(deck, deck->bytes[deck->from++]))
            return end_line(deck, card, error, size);
    }
}

bool deck_failed(const struct deck *deck) { return deck->failed != 0; }

enum deck_result deck_next(struct deck *deck, uint8_t card[CARD_COLUMNS],
                           char *error, size_t size)
{
    if (!detect(deck))
        return DECK_WAITS;
    enum deck_result result = deck->format.encoding == DECK_ASCII
                            ? next_line(deck, card, error, size)
                            : next_record(deck, card, error, size);
    if (result == DECK_END && deck->failed)
        return bad(deck, error, size, "card", deck->cards + 1, strerror(deck->failed));
    return result;
}
