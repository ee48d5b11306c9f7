/* Card readers: 2501, 2540R, 1442, 3504, 3505.
 *
 * Cards come from files that are read one after another, or from jobs sent to a TCP
 * port. A card stands at the read station until it is fed; without one the reader is not
 * ready. Manuals: GA24-3312 (2540 and 2821), GA21-9124 (3505), A21-9026 (2501), A21-9025
 * (1442). */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/event.h"
#include "core/messages.h"
#include "devices/unit-record/card-code.h"
#include "devices/unit-record/deck.h"
#include "devices/unit-record/unit-record.h"
#include "devices/words.h"

/* Bytes of a job that are taken in before the guest asks for them: the sender waits. */
enum { INCOMING_MOST = 1 << 20, INCOMING_FEW = 1 << 16 };

enum { OPTION_ASCII = 1, OPTION_EBCDIC = 2, OPTION_TRUNC = 4, OPTION_AUTOPAD = 8,
       OPTION_EOF = 16, OPTION_MULTIFILE = 32, OPTION_SOCKET = 64 };

static const struct device_word reader_words[] = {
    { "ascii", OPTION_ASCII, 0 },      { "ebcdic", OPTION_EBCDIC, 0 },
    { "trunc", OPTION_TRUNC, 0 },      { "autopad", OPTION_AUTOPAD, 0 },
    { "eof", OPTION_EOF, 0 },          { "intrq", 0, OPTION_EOF },
    { "multifile", OPTION_MULTIFILE, 0 }, { "sockdev", OPTION_SOCKET, 0 },
    { 0 }
};

/* `lock` guards what the sockets' thread touches too: deck, caller, peer, jammed. Nothing
 * of channel/ is called under it. */
struct reader {
    pthread_mutex_t lock;
    unsigned options;
    struct deck_format format;
    /* host's: the hopper */
    char **names;
    size_t count, next;         /* names[next..count) are still to be read */
    struct deck *deck;          /* the one being read */
    bool jammed;                /* a bad card: not ready until the operator acts */
    int listener, caller;       /* OPTION_SOCKET; -1: none */
    char peer[80];
    /* machine's: the read station */
    uint8_t card[CARD_COLUMNS];
    bool loaded, was_read;      /* a card is there; a read without feeding has read it */
    unsigned long cards;
};

/* Sense byte 0, bit 6 of the 2540: the command does not fit the one before. */
enum { SENSE_UNUSUAL_COMMAND = 0x02 };

/* ---- the hopper ------------------------------------------------------------------ */

static void add_name(struct reader *reader, const char *folder, const char *name)
{
    char *path;
    if (asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0)
        abort();
    reader->names = realloc(reader->names, (reader->count + 1) * sizeof *reader->names);
    if (!reader->names)
        abort();
    reader->names[reader->count++] = path;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A folder's decks in order of their names; hidden files are none. */
static bool add_folder(struct device *dev, const char *path)
{
    struct reader *reader = dev->own;
    size_t first = reader->count;
    DIR *folder = opendir(path);
    if (!folder) {
        message(dev->messages, HHC01200E, dev->number, path, strerror(errno));
        return false;
    }
    for (struct dirent *entry; (entry = readdir(folder)); )
        if (entry->d_name[0] != '.')
            add_name(reader, path, entry->d_name);
    closedir(folder);
    qsort(reader->names + first, reader->count - first, sizeof *reader->names, by_name);
    size_t kept = first;
    for (size_t i = first; i < reader->count; i++) {
        struct stat st;
        if (stat(reader->names[i], &st) == 0 && S_ISDIR(st.st_mode))
            free(reader->names[i]);
        else
            reader->names[kept++] = reader->names[i];
    }
    reader->count = kept;
    return true;
}

static bool add_deck(struct device *dev, const char *path)
{
    struct stat st;
    if (strcmp(path, "*") == 0)
        return true;
    if (stat(path, &st) < 0 || access(path, R_OK) < 0) {
        message(dev->messages, HHC01200E, dev->number, path, strerror(errno));
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return add_folder(dev, path);
    add_name(dev->own, "", path);
    return true;
}

/* Take the next deck in hand; false: there is none, or it cannot be read. */
static bool next_deck(struct device *dev)
{
    struct reader *reader = dev->own;
    char error[512];
    if (reader->deck)
        return true;
    if (reader->jammed || reader->next == reader->count)
        return false;
    reader->deck = deck_open(reader->names[reader->next++], &reader->format,
                             &dev->machine->codepage, error, sizeof error);
    if (!reader->deck) {
        message(dev->messages, HHC01201E, dev->number, error);
        reader->jammed = true;
    }
    return reader->deck != NULL;
}

static void drop_deck(struct device *dev)
{
    struct reader *reader = dev->own;
    deck_close(reader->deck);
    reader->deck = NULL;
    if (reader->listener >= 0 && reader->caller < 0)
        events_interest(dev->machine->events, reader->listener, POLLIN);
}

static bool has_more(const struct reader *reader)
{
    return reader->loaded || reader->deck ||
           (!reader->jammed && reader->next < reader->count);
}

/* ---- jobs from a socket: these run on the thread of machine->events -------------- */

static void hang_up(struct device *dev)
{
    struct reader *reader = dev->own;
    if (reader->caller < 0)
        return;
    events_remove(dev->machine->events, reader->caller);
    close(reader->caller);
    reader->caller = -1;
}

/* Bytes of a job; true: they begin a deck. */
static bool feed_deck(struct device *dev, const uint8_t *bytes, size_t n)
{
    struct reader *reader = dev->own;
    bool begins = !reader->deck;
    if (begins)
        reader->deck = deck_incoming(reader->peer, &reader->format, &dev->machine->codepage);
    deck_feed(reader->deck, bytes, n);
    if (deck_waiting(reader->deck) > INCOMING_MOST)
        events_interest(dev->machine->events, reader->caller, 0);
    return begins;
}

static void end_job(struct device *dev)
{
    struct reader *reader = dev->own;
    hang_up(dev);
    if (reader->deck)
        deck_finish(reader->deck);
    else
        events_interest(dev->machine->events, reader->listener, POLLIN);
}

static void take_bytes(void *context, int fd, short ready)
{
    struct device *dev = context;
    struct reader *reader = dev->own;
    uint8_t bytes[16384];
    bool begins = false;
    (void)ready;
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0)
        message(dev->messages, HHC01202W, dev->number, reader->peer, strerror(errno));
    pthread_mutex_lock(&reader->lock);
    if (n > 0 && !reader->jammed)
        begins = feed_deck(dev, bytes, (size_t)n);
    else if (n <= 0)
        end_job(dev);
    pthread_mutex_unlock(&reader->lock);
    if (begins)
        device_present(dev, UNIT_DEVICE_END);
    device_proceed(dev);
}

/* One job at a time: the next caller waits until this one's deck has been read. */
static void take_caller(void *context, int fd, short ready)
{
    struct device *dev = context;
    struct reader *reader = dev->own;
    (void)ready;
    pthread_mutex_lock(&reader->lock);
    if (reader->caller < 0 && !reader->deck)
        reader->caller = event_accept(fd, reader->peer, sizeof reader->peer);
    if (reader->caller >= 0) {
        reader->jammed = false;
        events_interest(dev->machine->events, fd, 0);
        events_add(dev->machine->events, reader->caller, POLLIN, take_bytes, dev);
    }
    pthread_mutex_unlock(&reader->lock);
}

static bool listen_for_jobs(struct device *dev, const char *where)
{
    struct reader *reader = dev->own;
    char error[256];
    if (!dev->machine->events) {
        message(dev->messages, HHC01200E, dev->number, where, "this machine has no sockets");
        return false;
    }
    reader->listener = event_listen(where, error, sizeof error);
    if (reader->listener < 0) {
        message(dev->messages, HHC01200E, dev->number, where, error);
        return false;
    }
    events_add(dev->machine->events, reader->listener, POLLIN, take_caller, dev);
    message(dev->messages, HHC01042I, dev->number, where);
    return true;
}

/* ---- cards ----------------------------------------------------------------------- */

/* The end of a deck: what the command that met it answers, or 0 to go on. The operator of
 * the hopper is quick: a next deck is put in as soon as it is missed, which makes the
 * reader ready again. */
static unsigned deck_ended(struct device *dev, bool *made_ready)
{
    struct reader *reader = dev->own;
    drop_deck(dev);
    if ((reader->options & OPTION_MULTIFILE) && has_more(reader))
        return 0;
    if (reader->options & OPTION_EOF)
        return UNIT_ENDED | UNIT_EXCEPTION;
    *made_ready = has_more(reader);
    return device_check(dev, SENSE_INTERVENTION_REQUIRED);
}

static unsigned deck_jams(struct device *dev, const char *error)
{
    struct reader *reader = dev->own;
    message(dev->messages, HHC01201E, dev->number, error);
    unsigned sense = deck_failed(reader->deck) ? SENSE_EQUIPMENT_CHECK : SENSE_DATA_CHECK;
    reader->jammed = true;
    drop_deck(dev);
    return device_check(dev, sense);
}

/* Take a card from the deck; 0, or the status that says why there is none. */
static unsigned take_card(struct device *dev, bool *made_ready)
{
    struct reader *reader = dev->own;
    char error[512];
    while (next_deck(dev)) {
        unsigned status = 0;
        switch (deck_next(reader->deck, reader->card, error, sizeof error)) {
        case DECK_CARD:
            reader->loaded = true;
            reader->was_read = false;
            return 0;
        case DECK_WAITS:
            return UNIT_WAITS;
        case DECK_BAD:
            return deck_jams(dev, error);
        case DECK_END:
            if ((status = deck_ended(dev, made_ready)))
                return status;
        }
    }
    return device_check(dev, SENSE_INTERVENTION_REQUIRED);
}

/* Bring a card to the read station if none is there. */
static unsigned bring_card(struct device *dev)
{
    struct reader *reader = dev->own;
    bool made_ready = false;
    if (reader->loaded)
        return 0;
    pthread_mutex_lock(&reader->lock);
    unsigned status = take_card(dev, &made_ready);
    if (reader->caller >= 0 && (!reader->deck || deck_waiting(reader->deck) < INCOMING_FEW))
        events_interest(dev->machine->events, reader->caller, POLLIN);
    pthread_mutex_unlock(&reader->lock);
    if (made_ready)
        device_present(dev, UNIT_DEVICE_END);
    return status;
}

static void feed_card(struct reader *reader)
{
    reader->loaded = false;
    reader->cards++;
}

/* Data mode 2, the card image: two bytes a column, six rows each, from the low end of the
 * byte (GA24-3312, "Column Binary"). */
static void give_card(struct reader *reader, struct exchange *exchange)
{
    uint8_t image[2 * CARD_COLUMNS];
    if (!(exchange_command(exchange) & 0x20)) {
        exchange_give(exchange, reader->card, CARD_COLUMNS);
        return;
    }
    for (int i = 0; i < CARD_COLUMNS; i++) {
        uint16_t code = card_code(reader->card[i]);
        image[2 * i] = (uint8_t)(code >> 6);
        image[2 * i + 1] = code & 0x3F;
    }
    exchange_give(exchange, image, sizeof image);
}

static unsigned read_and_feed(struct device *dev, struct exchange *exchange)
{
    unsigned status = bring_card(dev);
    if (status)
        return status;
    give_card(dev->own, exchange);
    feed_card(dev->own);
    return UNIT_ENDED;
}

/* The card stays until it is fed. */
static unsigned read_only(struct device *dev, struct exchange *exchange)
{
    struct reader *reader = dev->own;
    unsigned status = bring_card(dev);
    if (status)
        return status;
    give_card(reader, exchange);
    reader->was_read = true;
    return UNIT_ENDED;
}

/* The 2540 has no card image to give again: a second read without feeding is an unusual
 * command (GA24-3312, "Sense Byte"). */
static unsigned read_once(struct device *dev, struct exchange *exchange)
{
    const struct reader *reader = dev->own;
    if (reader->loaded && reader->was_read)
        return device_check(dev, SENSE_UNUSUAL_COMMAND);
    return read_only(dev, exchange);
}

/* Feed and select a stacker: what follows a read without feeding. Without one, the card
 * goes by unread. */
static unsigned feed(struct device *dev, struct exchange *exchange)
{
    (void)exchange;
    unsigned status = bring_card(dev);
    if (status)
        return status;
    feed_card(dev->own);
    return UNIT_ENDED;
}

static unsigned reader_initial_status(struct device *dev, uint8_t command)
{
    bool moves_cards = (command & 0x03) == 0x02 || ((command & 0x03) == 0x03 && command != 0x03);
    struct reader *reader = dev->own;
    pthread_mutex_lock(&reader->lock);
    bool ready = has_more(reader);
    pthread_mutex_unlock(&reader->lock);
    if (!moves_cards || ready)
        return 0;
    device_check(dev, SENSE_INTERVENTION_REQUIRED);
    return UNIT_CHECK;
}

static unsigned reader_halt(struct device *dev)
{
    (void)dev;
    return UNIT_ENDED;
}

/* ---- the device statement -------------------------------------------------------- */

static void empty(struct reader *reader)
{
    *reader = (struct reader){ .lock = PTHREAD_MUTEX_INITIALIZER, .listener = -1, .caller = -1,
                               .cards = reader->cards };
}

static void reader_close(struct device *dev)
{
    struct reader *reader = dev->own;
    if (reader->listener >= 0) {     /* first: it makes callers */
        events_remove(dev->machine->events, reader->listener);
        close(reader->listener);
        reader->listener = -1;
    }
    hang_up(dev);
    deck_close(reader->deck);
    for (size_t i = 0; i < reader->count; i++)
        free(reader->names[i]);
    free(reader->names);
    empty(reader);
}

static const char *conflict(const struct reader *reader, size_t names)
{
    if ((reader->options & OPTION_ASCII) && (reader->options & OPTION_EBCDIC))
        return "ascii and ebcdic exclude each other";
    if ((reader->options & OPTION_SOCKET) && names != 1)
        return "sockdev wants one port or host:port";
    if ((reader->options & OPTION_SOCKET) && (reader->options & OPTION_MULTIFILE))
        return "sockdev and multifile exclude each other";
    return NULL;
}

static bool fill_hopper(struct device *dev, int argc, char *const argv[])
{
    struct reader *reader = dev->own;
    unsigned unused = 0;
    for (int i = 0; i < argc; i++)
        if (!device_word(reader_words, argv[i], &unused) &&
            !(reader->options & OPTION_SOCKET ? listen_for_jobs(dev, argv[i])
                                              : add_deck(dev, argv[i])))
            return false;
    return true;
}

static bool reader_open(struct device *dev, int argc, char *const argv[])
{
    struct reader *reader = dev->own;
    size_t names = 0;
    empty(reader);
    for (int i = 0; i < argc; i++)
        names += !device_word(reader_words, argv[i], &reader->options);
    const char *wrong = conflict(reader, names);
    if (wrong) {
        message(dev->messages, HHC01203E, dev->number, wrong);
        reader_close(dev);
        return false;
    }
    reader->format.encoding = reader->options & OPTION_ASCII ? DECK_ASCII
                            : reader->options & OPTION_EBCDIC ? DECK_EBCDIC : DECK_DETECT;
    reader->format.trunc = reader->options & OPTION_TRUNC;
    reader->format.autopad = reader->options & OPTION_AUTOPAD;
    if (fill_hopper(dev, argc, argv))
        return true;
    reader_close(dev);
    return false;
}

static void reader_describe(struct device *dev, char *text, size_t size)
{
    struct reader *reader = dev->own;
    const char *name = reader->deck ? deck_name(reader->deck)
                     : reader->next < reader->count ? reader->names[reader->next] : "*";
    size_t n = (size_t)snprintf(text, size, "%s", name);
    for (const struct device_word *w = reader_words; w->word && n < size; w++)
        if (w->set & reader->options)
            n += (size_t)snprintf(text + n, size - n, " %s", w->word);
    if (n < size && reader->count > reader->next + 1)
        n += (size_t)snprintf(text + n, size - n, " (%zu more)",
                              reader->count - reader->next - !reader->deck);
    if (n < size)
        snprintf(text + n, size - n, " IO[%lu]", reader->cards);
}

/* ---- the models ------------------------------------------------------------------ */

#define COMMON \
    { 0x03, 0xFF, "no-operation", device_no_operation }, \
    { 0x04, 0xFF, "sense", device_sense }, \
    { 0 }

/* Command codes are SSDF ....: S stacker, D data mode 2, F (with SS = 11) no feed. */
static const struct device_command commands_2501[] = {
    { 0x02, 0xDF, "read", read_and_feed },
    COMMON
};
static const struct device_command commands_2540[] = {
    { 0xC2, 0xDF, "read", read_once },
    { 0x02, 0x1F, "read, feed and select stacker", read_and_feed },
    { 0x23, 0xBF, "feed and select stacker", feed },
    { 0xA3, 0xFF, "feed and select stacker RP3", feed },
    COMMON
};
static const struct device_command commands_3505[] = {
    { 0xC2, 0xDF, "read", read_only },
    { 0x02, 0x9F, "read, feed and select stacker", read_and_feed },
    { 0x23, 0xBF, "feed and select stacker", feed },
    COMMON
};
/* The 1442 reads a card while it passes; its stacker bits may go with the read. */
static const struct device_command commands_1442[] = {
    { 0x02, 0x1F, "read", read_and_feed },
    { 0x83, 0xBF, "feed and select stacker", feed },
    COMMON
};

#define READER(id, rows, senses) { \
    .name = id, .class = CLASS_READER, .size = sizeof(struct reader), .commands = rows, \
    .sense_length = senses, .latency_us = 2000, .open = reader_open, .close = reader_close, \
    .describe = reader_describe, .halt = reader_halt, \
    .initial_status = reader_initial_status }

const struct device_type reader_2501 = READER("2501", commands_2501, 1);
const struct device_type reader_2540 = READER("2540R", commands_2540, 1);
const struct device_type reader_1442 = READER("1442", commands_1442, 1);
const struct device_type reader_1442r = READER("1442R", commands_1442, 1);
const struct device_type reader_3504 = READER("3504", commands_3505, 4);
const struct device_type reader_3505 = READER("3505", commands_3505, 4);
