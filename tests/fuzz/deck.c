/* Card decks of any bytes, as a file and in pieces: reading ends, and both agree. The first
 * byte says how the deck is to be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "devices/unit-record/deck.h"
#include "tests/fuzz/fuzz.h"

static void insist(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

static void compare(struct deck *file, struct deck *incoming, const uint8_t *bytes, size_t length)
{
    uint8_t a[CARD_COLUMNS], b[CARD_COLUMNS];
    char error[512];
    size_t fed = 0;
    for (size_t cards = 0; ; cards++) {
        insist(cards <= length + 1, "more cards than bytes");
        enum deck_result one = deck_next(file, a, error, sizeof error), other;
        while ((other = deck_next(incoming, b, error, sizeof error)) == DECK_WAITS) {
            insist(fed <= length, "it waits for ever");
            if (fed == length)
                deck_finish(incoming);
            size_t piece = length - fed < 7 ? length - fed : 7;
            deck_feed(incoming, bytes + fed, piece);
            fed += piece;
        }
        insist(one == other, "both read the same");
        if (one == DECK_END)
            break;
        insist(one != DECK_CARD || !memcmp(a, b, CARD_COLUMNS), "the cards are the same");
        insist(one != DECK_BAD || *error, "bad without a reason");
    }
    insist(deck_cards(file) == deck_cards(incoming), "as many cards");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[40], error[512];
    struct codepage page;
    if (length == 0)
        return 0;
    struct deck_format format = { .encoding = bytes[0] % 3, .trunc = bytes[0] & 4,
                                  .autopad = bytes[0] & 8 };
    codepage_default(&page);
    int fd = memfd_create("deck", 0);
    if (fd < 0 || write(fd, bytes + 1, length - 1) != (ssize_t)length - 1)
        exit(1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct deck *file = deck_open(path, &format, &page, error, sizeof error);
    struct deck *incoming = deck_incoming("incoming", &format, &page);
    insist(file != NULL, "it opens");
    compare(file, incoming, bytes + 1, length - 1);
    deck_close(file);
    deck_close(incoming);
    close(fd);
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    static const char *const decks[] = {
        "\x04//JOB JOB (1),'X'\r\n\tTAB\n//SYSIN DD *\n\n/*\n//\n\x1A",
        "\x08\x61\x61\xD1\xD6\xC2\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40\x40",
        "\x01 a line of text that goes on and on until it is longer than a card, which has no more "
        "than eighty columns\n",
        "\x03 a line of text that goes on and on until it is longer than a card, which has no more "
        "than eighty columns\nshort\n",
    };
    if (i >= 4)
        return 0;
    size_t n = strlen(decks[i]);
    n = n < size ? n : size;
    memcpy(bytes, decks[i], n);
    return n;
}
