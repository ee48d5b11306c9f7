/* Card decks: the host's files (or what comes in through a socket) as cards of 80
 * EBCDIC columns. Used by the readers and by tools; knows nothing of devices.
 *
 * An EBCDIC deck is a sequence of 80-byte records. An ASCII deck is text: a line is a
 * card, tabs go to every eighth column, CR and a Ctrl-Z at the very end are dropped. */
#ifndef DEVICES_UNIT_RECORD_DECK_H
#define DEVICES_UNIT_RECORD_DECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/codepage.h"

enum { CARD_COLUMNS = 80 };

struct deck_format {
    enum { DECK_DETECT, DECK_ASCII, DECK_EBCDIC } encoding;
    bool trunc;        /* cut longer lines instead of reporting them */
    bool autopad;      /* fill the last EBCDIC record with binary zeros if it is short */
};

enum deck_result {
    DECK_CARD,         /* a card */
    DECK_END,          /* there are no more */
    DECK_WAITS,        /* incoming: the next card has not come in yet */
    DECK_BAD           /* unreadable: `error` has file, line or card, and what is wrong */
};

struct deck;

/* NULL, and `error` says why, if the file cannot be read. The code page's tables are
 * copied. */
struct deck *deck_open(const char *path, const struct deck_format *, const struct codepage *,
                       char *error, size_t size);
void deck_close(struct deck *);

/* The next card into `card`. */
enum deck_result deck_next(struct deck *, uint8_t card[CARD_COLUMNS], char *error, size_t size);

/* Was it the host that could not read it? */
bool deck_failed(const struct deck *);

/* A deck whose bytes come in pieces, until deck_finish(). */
struct deck *deck_incoming(const char *name, const struct deck_format *,
                           const struct codepage *);
void deck_feed(struct deck *, const void *bytes, size_t length);
void deck_finish(struct deck *);
/* Bytes that have come in and are not yet read. */
size_t deck_waiting(const struct deck *);

const char *deck_name(const struct deck *);
/* Cards read so far. */
unsigned long deck_cards(const struct deck *);

#endif
