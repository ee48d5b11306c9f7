/* The tape and card tools on files of any bytes: they end, with a status of theirs, and leave the
 * file as it is. The last byte says which tool. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "devices/devices.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS = 8 };

static const struct { int (*main)(int, char **); const char *words[WORDS]; } runs[] = {
    { tape_main, { "tape", "map", "--json", "x.tap" } },
    { tape_main, { "hetmap", "-d", "x.tap" } },
    { tape_main, { "tape", "check", "x.tap" } },
    { tape_main, { "tape", "copy", "--force", "--bad", "x.tap", "y.het" } },
    { tape_main, { "tape", "get", "--force", "-as", "x.tap", "y", "1" } },
    { tape_main, { "tape", "get", "--force", "-nu", "x.tap", "y", "1", "V" } },
    { card_main, { "card", "xmi", "--force", "-a", "x.tap", "y" } },
    { card_main, { "card", "ascii", "--force", "x.tap", "y" } },
};
enum { ALL = sizeof runs / sizeof *runs };

static void run(size_t i)
{
    char *argv[WORDS + 1] = { NULL };
    int argc = 0;
    for (; argc < WORDS && runs[i].words[argc]; argc++)
        argv[argc] = strdup(runs[i].words[argc]);
    char *words[WORDS + 1];
    memcpy(words, argv, sizeof words);      /* tools put words in another order */
    int status = runs[i].main(argc, words);
    if (status < 0 || status > 2)
        abort();
    while (argc > 0)
        free(argv[--argc]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > 1 << 19 || length-- < 1)
        return 0;
    fuzz_enter();
    fuzz_put("x.tap", bytes, length);
    struct fuzz_silence was = fuzz_silence();
    run(bytes[length] % ALL);
    if (!fuzz_is("x.tap", bytes, length))
        abort();
    fuzz_speak(was);
    unlink("x.tap");
    unlink("y");
    unlink("y.het");
    fuzz_empty();
    return 0;
}

/* A labelled tape of a data set, as AWSTAPE; a transmitted data set. */
static size_t put_block(uint8_t *p, unsigned previous, const char *text, size_t length)
{
    uint8_t header[6] = { (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)previous, 0,
                          length ? 0xA0 : 0x40, 0 };
    memcpy(p, header, 6);
    memset(p + 6, ' ', length);
    memcpy(p + 6, text, strlen(text));
    return 6 + length;
}

static size_t plain_seed(int i, uint8_t *bytes, size_t size)
{
    static const char *const blocks[] = {
        "VOL1VOL001", "HDR1MY.DATA           VOL00100010001", "HDR2V0020000100", "",
        "some data", "", "EOF1MY.DATA           VOL00100010001                       000001",
        "EOF2V0020000100", "", "" };
    static const uint8_t sent[] = {
        18, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF1, 0x10, 0x11, 0, 1, 0, 4, 0xD5, 0xD6, 0xC4, 0xC5,
        22, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF2, 0, 0, 0, 1, 0, 0x3C, 0, 1, 0, 2, 0x40, 0, 0, 2,
        6, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 8, 0xE0, 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF6 };
    size_t n = 0;
    if (i == 1 && size >= sizeof sent) {
        memcpy(bytes, sent, sizeof sent);
        return sizeof sent;
    }
    for (size_t k = 0; i == 0 && k < 10 && n + 86 <= size; k++)
        n += put_block(bytes + n, k && *blocks[k - 1] ? 80 : 0, blocks[k], *blocks[k] ? 80 : 0);
    return n;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    return fuzz_with_each(i, ALL, plain_seed, bytes, size);
}
