/* Card readers: decks of every kind, commands of every model. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "devices/unit-record/card-code.h"
#include "tests/unit/lone.h"

enum { CE_DE = 0x0C, UC = 0x02, CHECKED = 0x0E, EXCEPTION = 0x0D };

static struct lone *with_deck(const char *type, const char *name, const void *bytes,
                              size_t length, const char *options)
{
    char words[512], *path = lone_file(name, bytes, length);
    snprintf(words, sizeof words, "\"%s\" %s", path, options);
    free(path);
    return lone_new(type, words);
}

/* The card just given, as text without its trailing blanks. */
static const char *card_text(struct lone *lone)
{
    static char text[80 + 1];
    size_t n = lone->given < 80 ? lone->given : 80;
    memcpy(text, lone->out, n);
    codepage_to_host(&lone->machine.codepage, (uint8_t *)text, n);
    while (n && text[n - 1] == ' ')
        n--;
    text[n] = 0;
    return text;
}

static void expect_card(struct lone *lone, const char *text)
{
    unsigned status = lone_get(lone, 0x02, 80);
    check(status == CE_DE && lone->given == 80 && !strcmp(card_text(lone), text),
          "status %02X, %zu bytes \"%s\" where \"%s\" was due; %s", status, lone->given,
          card_text(lone), text, lone->said[0]);
}

static void expect_end(struct lone *lone, unsigned status, unsigned sense)
{
    unsigned got = lone_get(lone, 0x02, 80);
    check(got == status, "status %02X, not %02X; %s", got, status, lone->said[0]);
    if ((got & UC) && sense)
        check(lone_sense(lone) == sense, "sense %02X, not %02X", lone->out[0], sense);
}

/* ---- decks ----------------------------------------------------------------------- */

static void test_text(void)
{
    static const char deck[] = "//HELLO JOB\r\n\tX\tY\n\n//\nno line end";
    struct lone *lone = with_deck("3505", "text", deck, sizeof deck - 1, "eof");
    expect_card(lone, "//HELLO JOB");
    expect_card(lone, "        X       Y");
    expect_card(lone, "");
    expect_card(lone, "//");
    expect_card(lone, "no line end");
    expect_end(lone, EXCEPTION, 0);
    expect_end(lone, UC, 0x40);
    lone_free(lone);
    lone = with_deck("3505", "ctrl-z", "A\x1A" "B\nC\n\x1A", 7, "ascii intrq");
    expect_card(lone, "A\x1A" "B");
    expect_card(lone, "C");
    expect_end(lone, CHECKED, 0x40);
    lone_free(lone);
}

static void test_ebcdic(void)
{
    uint8_t deck[240];
    memset(deck, 0x40, sizeof deck);
    memcpy(deck, "\x02\xC5\xE2\xC4", 4);
    memcpy(deck + 160, "\xE7", 1);
    struct lone *lone = with_deck("2501", "object", deck, 240, "eof");
    check(lone_get(lone, 0x02, 80) == CE_DE && !memcmp(lone->out, deck, 80), "object card");
    expect_card(lone, "");
    expect_card(lone, "X");
    expect_end(lone, EXCEPTION, 0);
    lone_free(lone);
    lone = with_deck("2501", "short", deck, 163, "eof");
    expect_card(lone, "\x02""ESD");
    expect_card(lone, "");
    expect_end(lone, CHECKED, 0x08);
    check(strstr(lone->said[0], "short, card 3: it has 3 bytes"), "%s", lone->said[0]);
    expect_end(lone, UC, 0x40);
    lone_free(lone);
    lone = with_deck("2501", "short", deck, 163, "eof autopad");
    expect_card(lone, "\x02""ESD");
    expect_card(lone, "");
    check(lone_get(lone, 0x02, 80) == CE_DE && lone->out[0] == 0xE7 && lone->out[79] == 0, "pad");
    expect_end(lone, EXCEPTION, 0);
    lone_free(lone);
}

static void test_long_lines(void)
{
    char deck[300];
    memset(deck, 'x', sizeof deck);
    memcpy(deck, "first\n", 6);
    deck[99] = '\n';
    struct lone *lone = with_deck("3505", "long", deck, 300, "ascii");
    expect_card(lone, "first");
    expect_end(lone, CHECKED, 0x08);
    check(strstr(lone->said[0], "long, line 2: it has 93 columns"), "%s", lone->said[0]);
    expect_end(lone, UC, 0x40);
    lone_free(lone);
    lone = with_deck("3505", "long", deck, 300, "ascii trunc eof");
    expect_card(lone, "first");
    check(lone_get(lone, 0x02, 80) == CE_DE && strlen(card_text(lone)) == 80, "cut");
    check(lone_get(lone, 0x02, 80) == CE_DE && strlen(card_text(lone)) == 80, "cut");
    expect_end(lone, EXCEPTION, 0);
    lone_free(lone);
}

static void test_several(void)
{
    char *a = lone_file("a", "A1\nA2\n", 6), *b = lone_file("b", "B1\n", 3), words[512];
    char *folder = lone_file("folder", NULL, 0), path[512];
    mkdir(folder, 0777);
    for (int i = 2; i >= 0; i--) {
        snprintf(path, sizeof path, "folder/%d.jcl", i);
        char text[8];
        free(lone_file(path, text, (size_t)snprintf(text, sizeof text, "F%d\n", i)));
    }
    free(lone_file("folder/.hidden", "no\n", 3));
    snprintf(words, sizeof words, "%s %s eof", a, b);
    struct lone *lone = lone_new("3505", words);
    expect_card(lone, "A1");
    expect_card(lone, "A2");
    expect_end(lone, EXCEPTION, 0);
    expect_card(lone, "B1");
    expect_end(lone, EXCEPTION, 0);
    expect_end(lone, UC, 0x40);
    lone_free(lone);
    snprintf(words, sizeof words, "%s %s multifile intrq", a, folder);
    lone = lone_new("3505", words);
    static const char *const cards[] = { "A1", "A2", "F0", "F1", "F2" };
    for (size_t i = 0; i < 5; i++)
        expect_card(lone, cards[i]);
    expect_end(lone, CHECKED, 0x40);
    lone_free(lone);
    free(a), free(b), free(folder);
}

static void test_empty(void)
{
    static const char *const nothing[] = { "", "*", "* eof" };
    for (size_t i = 0; i < 3; i++) {
        struct lone *lone = lone_new("3505", nothing[i]);
        expect_end(lone, UC, 0x40);
        check(lone_get(lone, 0x03, 1) == CE_DE, "no-operation");
        lone_free(lone);
    }
    struct lone *lone = with_deck("3505", "empty", "", 0, "eof");
    expect_end(lone, EXCEPTION, 0);
    expect_end(lone, UC, 0x40);
    lone_free(lone);
}

static void test_statements(void)
{
    static const struct { const char *words, *says; } bad[] = {
        { "/no/such/deck", "/no/such/deck: No such file" },
        { "/dev/null ascii ebcdic", "ascii and ebcdic" },
        { "sockdev", "sockdev wants" },
        { "1 2 sockdev", "sockdev wants" },
        { "70000 sockdev", "70000: it should be a port" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lone *lone = lone_new("3505", NULL);
        check(!lone_open(lone, bad[i].words), "\"%s\" was taken", bad[i].words);
        check(strstr(lone->said[0], bad[i].says), "%s", lone->said[0]);
        expect_end(lone, UC, 0x40);
        lone_free(lone);
    }
}

/* ---- commands -------------------------------------------------------------------- */

/* Which codes a model has. */
static void test_codes(void)
{
    static const struct { const char *type; const char *codes; } models[] = {
        { "2501", "02 22 03 04" },
        { "2540R", "02 22 42 62 82 A2 C2 E2 23 63 A3 03 04" },
        { "1442", "02 22 42 62 82 A2 C2 E2 83 C3 03 04" },
        { "3504", "02 22 42 62 C2 E2 23 63 03 04" },
        { "3505", "02 22 42 62 C2 E2 23 63 03 04" },
    };
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (int code = 1; code < 256; code++) {
            if ((code & 0x0F) == 0 || (code & 0x0F) == 0x08)
                continue;      /* TIO, TIC: not a device's */
            char text[4];
            snprintf(text, sizeof text, "%02X", code);
            bool has = strstr(models[m].codes, text);
            struct lone *lone = with_deck(models[m].type, "codes", "card\ncard\n", 10, "");
            unsigned status = lone_get(lone, (uint8_t)code, 200);
            check(status == (has ? CE_DE : UC), "%s %02X: status %02X", models[m].type, code,
                  status);
            if (!has)
                check(lone_sense(lone) == 0x80, "%s %02X: sense", models[m].type, code);
            lone_free(lone);
        }
}

static void test_feeding(void)
{
    struct lone *lone = with_deck("2540R", "feed", "1\n2\n3\n", 6, "eof");
    check(lone_get(lone, 0xC2, 80) == CE_DE && !strcmp(card_text(lone), "1"), "read only");
    check(lone_get(lone, 0xC2, 80) == CHECKED && lone_sense(lone) == 0x02, "unusual");
    check(lone_get(lone, 0x63, 1) == CE_DE, "feed");
    check(lone_get(lone, 0xC2, 80) == CE_DE && !strcmp(card_text(lone), "2"), "read only");
    check(lone_get(lone, 0x23, 1) == CE_DE, "feed");
    check(lone_get(lone, 0x42, 10) == CE_DE && lone->given == 80, "more than the count");
    expect_end(lone, EXCEPTION, 0);
    lone_free(lone);
}

static void test_card_image(void)
{
    struct lone *lone = with_deck("3505", "image", "A0 -Z", 5, "");
    static const uint8_t expected[] = { 0x24, 0, 0x08, 0, 0, 0, 0x10, 0, 0x08, 1, 0, 0 };
    check(lone_get(lone, 0x22, 160) == CE_DE && lone->given == 160, "%zu", lone->given);
    check(!memcmp(lone->out, expected, sizeof expected), "%02X%02X %02X%02X %02X%02X",
          lone->out[0], lone->out[1], lone->out[2], lone->out[3], lone->out[4], lone->out[5]);
    for (int i = 0; i < 256; i++)
        check(card_character(card_code((uint8_t)i)) == i, "%02X", i);
    lone_free(lone);
}

/* ---- a deck of noise: it ends, and nothing breaks -------------------------------- */

static void test_noise(void)
{
    static const char *const options[] = { "", "ascii", "ebcdic", "ascii trunc",
                                           "ebcdic autopad", "trunc autopad eof" };
    uint8_t noise[5000];
    uint32_t seed = 12345;
    for (size_t i = 0; i < 60; i++) {
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
        struct lone *lone = with_deck("3505", "noise", noise, 4000 + i * 7, options[i % 6]);
        int n = 0;
        while (lone_get(lone, 0x02, 80) == CE_DE)
            n++;
        check(n < 5000, "it does not end");
        lone_free(lone);
    }
}

/* ---- a socket -------------------------------------------------------------------- */

static int call(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    return fd;
}

/* Read until the answer is `status`, for the sender's bytes take a moment. */
static unsigned await(struct lone *lone, unsigned status)
{
    unsigned got = 0;
    for (int i = 0; i < 2000 && (got = lone_get(lone, 0x02, 80)) != status; i++)
        clock_host_sleep(1000000);
    return got;
}

static void test_socket(void)
{
    char why[100], words[80];
    int probe = event_listen("0", why, sizeof why), port = event_port(probe);
    close(probe);
    snprintf(words, sizeof words, "localhost:%d sockdev autopad trunc ascii eof", port);
    struct lone *lone = lone_new("3505", words);
    expect_end(lone, UC, 0x40);
    int first = call(port), second = call(port);
    check(send(first, "ONE\nTWO", 7, 0) == 7, "send");
    check(await(lone, CE_DE) == CE_DE && !strcmp(card_text(lone), "ONE"), "%s", card_text(lone));
    check(lone_get(lone, 0x02, 80) == UNIT_WAITS, "half a line");
    check(send(second, "THREE\n", 6, 0) == 6, "send");
    check(send(first, "!\n", 2, 0) == 2, "send");
    check(await(lone, CE_DE) == CE_DE && !strcmp(card_text(lone), "TWO!"), "%s", card_text(lone));
    close(first);
    check(await(lone, EXCEPTION) == EXCEPTION, "end");
    check(await(lone, CE_DE) == CE_DE && !strcmp(card_text(lone), "THREE"), "%s",
          card_text(lone));
    close(second);
    check(await(lone, EXCEPTION) == EXCEPTION, "end");
    /* More than the reader takes in at once; nothing is lost. */
    int third = call(port);
    pid_t sender = fork();
    if (sender == 0) {
        char line[16];
        for (int i = 0; i < 200000; i++)
            if (send(third, line, (size_t)snprintf(line, sizeof line, "%d\n", i), 0) < 0)
                _exit(1);
        _exit(0);
    }
    close(third);
    int n = 0;
    for (unsigned status; (status = lone_get(lone, 0x02, 80)) != EXCEPTION && n < 200000; )
        if (status == CE_DE && atoi(card_text(lone)) == n)
            n++;
        else if (status == CE_DE)
            break;
        else
            clock_host_sleep(100000);
    check(n == 200000, "card %d is \"%s\"", n, card_text(lone));
    lone_free(lone);
}

int main(void)
{
    test_text();
    test_ebcdic();
    test_long_lines();
    test_several();
    test_empty();
    test_statements();
    test_codes();
    test_feeding();
    test_card_image();
    test_noise();
    test_socket();
    lone_clean();
    return checks_done();
}
