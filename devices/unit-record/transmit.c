/* Such a deck, cards of 80 columns end to end, is a sequence of segments: a length (with
 * itself), flags (X'80' the first of a record, X'40' the last, X'20' a control record),
 * bytes. A control record is a name, INMR01 to INMR07, and text units: a key, how many
 * values, and each value with its length, all of two bytes. */
#include "devices/unit-record/transmit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "devices/unit-record/deck.h"

enum { FIRST = 0x80, LAST = 0x40, CONTROL = 0x20, RECORD_MOST = 1 << 16 };

struct transmission {
    char path[256];            /* for messages */
    struct codepage page;
    struct deck *deck;
    uint8_t card[CARD_COLUMNS];
    size_t column;             /* the next byte of the card */
    uint64_t offset;           /* and of the deck */
    uint8_t record[RECORD_MOST];
    size_t length;
    bool control, ended;
    struct transmit_set set;
    char error[600];
};

struct transmission *transmit_open(const char *path, const struct codepage *page, char *error,
                                   size_t size)
{
    struct deck_format format = { .encoding = DECK_EBCDIC, .autopad = true };
    struct transmission *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    snprintf(x->path, sizeof x->path, "%s", path);
    x->page = *page;
    x->column = CARD_COLUMNS;
    x->deck = deck_open(path, &format, page, error, size);
    if (x->deck)
        return x;
    free(x);
    return NULL;
}

void transmit_close(struct transmission *x)
{
    if (x)
        deck_close(x->deck);
    free(x);
}

const char *transmit_error(const struct transmission *x) { return x->error; }
const struct transmit_set *transmit_set(const struct transmission *x) { return &x->set; }

static bool wrong(struct transmission *x, const char *what)
{
    snprintf(x->error, sizeof x->error, "%s, offset X'%llX': %s", x->path,
             (unsigned long long)x->offset, what);
    return false;
}

static bool next_byte(struct transmission *x, uint8_t *byte)
{
    if (x->column == CARD_COLUMNS) {
        enum deck_result result = deck_next(x->deck, x->card, x->error, sizeof x->error);
        if (result == DECK_BAD)
            return false;
        if (result != DECK_CARD)
            return wrong(x, "the deck ends inside a record");
        x->column = 0;
    }
    *byte = x->card[x->column++];
    x->offset++;
    return true;
}

static bool next_segment(struct transmission *x, bool first, uint8_t *flags)
{
    uint8_t length;
    if (!next_byte(x, &length) || !next_byte(x, flags))
        return false;
    if (length < 2 || !(*flags & FIRST) == first)
        return wrong(x, first ? "a record does not begin here (is it from TRANSMIT?)"
                              : "a record begins inside another");
    if (x->length + length > RECORD_MOST)
        return wrong(x, "a record of more than 64 KB");
    for (unsigned i = 2; i < length; i++)
        if (!next_byte(x, &x->record[x->length++]))
            return false;
    return true;
}

static bool next_record(struct transmission *x)
{
    uint8_t flags = 0;
    x->length = 0;
    for (bool first = true; !(flags & LAST); first = false)
        if (!next_segment(x, first, &flags))
            return false;
    x->control = flags & CONTROL;
    return true;
}

/* A text value; of several, parted by dots, behind what is there. */
static void take_text(struct transmission *x, char *text, size_t size, const uint8_t *bytes,
                      size_t length)
{
    size_t at = strlen(text);
    if (at && at + 1 < size)
        text[at++] = '.';
    for (size_t i = 0; i < length && at + 1 < size; i++) {
        uint8_t c = x->page.to_host[bytes[i]];
        text[at++] = (char)(isprint(c) ? c : '?');
    }
    text[at] = 0;
}

static unsigned number(const uint8_t *bytes, size_t length)
{
    unsigned n = 0;
    for (size_t i = 0; i < length; i++)
        n = n << 8 | bytes[i];
    return n;
}

static void take_unit(struct transmission *x, unsigned key, const uint8_t *bytes, size_t length)
{
    enum { INMDSNAM = 0x0002, INMDIR = 0x000C, INMBLKSZ = 0x0030, INMDSORG = 0x003C,
           INMLRECL = 0x0042, INMRECFM = 0x0049, INMTNODE = 0x1001, INMTUID = 0x1002,
           INMFNODE = 0x1011, INMFUID = 0x1012, INMFTIME = 0x1024, INMUTILN = 0x1028 };
    struct transmit_set *s = &x->set;
    switch (key) {
    case INMDSNAM: take_text(x, s->dsn, sizeof s->dsn, bytes, length); break;
    case INMTNODE:
    case INMTUID:  take_text(x, s->to, sizeof s->to, bytes, length); break;
    case INMFNODE:
    case INMFUID:  take_text(x, s->from, sizeof s->from, bytes, length); break;
    case INMFTIME: take_text(x, s->when, sizeof s->when, bytes, length); break;
    case INMUTILN: *s->utility = 0, take_text(x, s->utility, sizeof s->utility, bytes, length); break;
    case INMDIR:   s->directory = number(bytes, length); break;
    case INMDSORG: s->dsorg = number(bytes, length); break;
    case INMRECFM: s->recfm = number(bytes, length); break;
    case INMLRECL: s->lrecl = number(bytes, length); break;
    case INMBLKSZ: s->blksize = number(bytes, length); break;
    }
}

/* The first INMR02 tells of the data set; a second one of how IEBCOPY unloaded it. */
static bool take_control(struct transmission *x)
{
    enum { NAME = 6, FILE_NUMBER = 4 };
    const uint8_t *r = x->record;
    char name[NAME + 1] = "";
    if (x->length < NAME)
        return wrong(x, "a control record without a name");
    take_text(x, name, sizeof name, r, NAME);
    if (strcmp(name, "INMR06") == 0)
        x->ended = true;
    bool data_set = strcmp(name, "INMR02") == 0;
    if ((!data_set || *x->set.dsn) && strcmp(name, "INMR01") != 0)
        return true;
    for (size_t at = NAME + (data_set ? FILE_NUMBER : 0); at + 4 <= x->length; ) {
        unsigned key = get16(r + at), count = get16(r + at + 2);
        for (at += 4; count > 0; count--) {
            if (at + 2 > x->length || at + 2 + get16(r + at) > x->length)
                return wrong(x, "a text unit is longer than its record");
            take_unit(x, key, r + at + 2, get16(r + at));
            at += 2u + get16(r + at);
        }
    }
    return true;
}

enum transmit_result transmit_next(struct transmission *x, const uint8_t **record, size_t *length)
{
    while (!x->ended) {
        if (!next_record(x) || (x->control && !take_control(x)))
            return TRANSMIT_BAD;
        if (x->control)
            continue;
        *record = x->record;
        *length = x->length;
        return TRANSMIT_RECORD;
    }
    return TRANSMIT_END;
}
