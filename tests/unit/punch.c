/* Card punches. */
#include "devices/unit-record/card-code.h"
#include "tests/unit/lone.h"

enum { CE_DE = 0x0C, UC = 0x02, CHECKED = 0x0E };

static unsigned punch(struct lone *lone, uint8_t command, const char *text)
{
    uint8_t card[200];
    size_t n = strlen(text);
    memcpy(card, text, n);
    codepage_to_guest(&lone->machine.codepage, card, n);
    return lone_give(lone, command, card, n);
}

/* Punch two cards with the options; the file afterwards. */
static void expect_file(const char *type, uint8_t command, const char *options,
                        const char *expected, size_t length)
{
    char *path = lone_file("punched", "before", 6), words[300], got[1000];
    snprintf(words, sizeof words, "%s %s", path, options);
    struct lone *lone = lone_new(type, words);
    check(punch(lone, command, "//JOB") == CE_DE && punch(lone, command, "") == CE_DE, "punch");
    size_t n = lone_slurp(path, got, sizeof got);
    check(n == length && !memcmp(got, expected, n), "%s %s: %zu bytes, not %zu", type, options, n,
          length);
    lone_free(lone);
    free(path);
}

static void test_files(void)
{
    uint8_t ebcdic[166];
    memcpy(ebcdic, "before", 6);
    memset(ebcdic + 6, 0x40, 160);
    memcpy(ebcdic + 6, "\x61\x61\xD1\xD6\xC2", 5);
    expect_file("3525", 0x01, "", (char *)ebcdic + 6, 160);
    expect_file("3525", 0x41, "ebcdic", (char *)ebcdic + 6, 160);
    expect_file("2540P", 0x81, "append", (char *)ebcdic, 166);
    expect_file("1442P", 0x81, "ascii", "//JOB\n\n", 7);
    expect_file("3525", 0x01, "ascii crlf", "//JOB\r\n\r\n", 9);
}

static void test_1442(void)
{
    char *path = lone_file("1442", "", 0), words[300], got[100] = "";
    snprintf(words, sizeof words, "%s ascii", path);
    struct lone *lone = lone_new("1442P", words);
    check(punch(lone, 0x01, "one ") == CE_DE && punch(lone, 0x01, "card") == CE_DE, "columns");
    check(lone_slurp(path, got, sizeof got) == 0, "not fed yet");
    check(lone_get(lone, 0x83, 1) == CE_DE, "feed");
    check(punch(lone, 0x01, "two ") == CE_DE && punch(lone, 0xC1, "writes") == CE_DE, "feed");
    got[lone_slurp(path, got, sizeof got - 1)] = 0;
    check(!strcmp(got, "one card\ntwo writes\n"), "%s", got);
    lone_free(lone);
    free(path);
}

/* Data mode 2, there and back. */
static void test_image(void)
{
    char *path = lone_file("image", "", 0);
    uint8_t image[160], card[100];
    for (int part = 0; part < 4; part++) {
        struct lone *lone = lone_new("3525", path);
        for (int i = 0; i < 80; i++) {
            uint16_t code = card_code((uint8_t)(64 * part + i));
            image[2 * i] = (uint8_t)(code >> 6);
            image[2 * i + 1] = code & 0x3F;
        }
        check(lone_give(lone, 0x21, image, 160) == CE_DE, "punch image");
        check(lone_slurp(path, card, sizeof card) == 80, "one card");
        for (int i = 0; i < 80; i++)
            check(card[i] == (uint8_t)(64 * part + i), "column %d is %02X", i, card[i]);
        image[9] = 0x3F;
        check(lone_give(lone, 0x21, image, 160) == CHECKED && lone_sense(lone) == 0x08, "holes");
        check(strstr(lone->said[0], "column 5"), "%s", lone->said[0]);
        lone_free(lone);
    }
    free(path);
}

static void test_trouble(void)
{
    struct lone *lone = lone_new("3525", "*");
    check(punch(lone, 0x01, "x") == UC && lone_sense(lone) == 0x40, "not ready");
    check(lone_get(lone, 0x03, 1) == CE_DE, "no-operation");
    lone_free(lone);
    static const char *const bad[] = { "/no/such/x", "/dev/null asci", "/dev/null ascii ebcdic" };
    for (int i = 0; i < 3; i++) {
        lone = lone_new("2540P", NULL);
        check(!lone_open(lone, bad[i]) && strstr(lone->said[0], "HHC012"), "%s", bad[i]);
        lone_free(lone);
    }
    if (access("/dev/full", W_OK) == 0) {
        lone = lone_new("3525", "/dev/full");
        check(punch(lone, 0x01, "x") == CHECKED && lone_sense(lone) == 0x40, "full");
        lone_free(lone);
    }
}

/* A file that is removed: the guest is told, and nothing that was punched is lost. */
static void test_removed(void)
{
    char *path = lone_file("removed", "", 0), cards[200];
    struct lone *lone = lone_new("3525", path);
    check(punch(lone, 0x01, "one") == CE_DE, "punch");
    check(unlink(path) == 0, "unlink");
    check(punch(lone, 0x01, "two") == CHECKED && lone_sense(lone) == 0x40 &&
          strstr(lone->said[0], "removed"), "%s", lone->said[0]);
    lone->dev.type->close(&lone->dev);
    check(strstr(lone->said[0], "HHC01047W"), "%s", lone->said[0]);
    check(lone_slurp(path, (uint8_t *)cards, sizeof cards) == 80, "the card is lost");
    check(lone_open(lone, path), "devinit");
    lone_free(lone);
    free(path);
}

static void test_codes(void)
{
    static const struct { const char *type, *codes; } models[] = {
        { "1442P", "01 21 41 61 81 A1 C1 E1 83 C3 03 04" },
        { "2540P", "01 21 41 61 81 A1 03 04" }, { "3525", "01 21 41 61 23 63 03 04" },
    };
    for (size_t m = 0; m < 3; m++)
        for (int code = 1; code < 256; code++) {
            if ((code & 0x0F) == 0 || (code & 0x0F) == 0x08)
                continue;
            char text[4];
            snprintf(text, sizeof text, "%02X", code);
            bool has = strstr(models[m].codes, text);
            struct lone *lone = lone_new(models[m].type, "/dev/null");
            unsigned status = lone_give(lone, (uint8_t)code, "\0\0", 2);
            check(status == (has ? CE_DE : UC), "%s %02X: %02X", models[m].type, code, status);
            if (!has)
                check(lone_sense(lone) == 0x80, "%s %02X: sense", models[m].type, code);
            lone_free(lone);
        }
}

int main(void)
{
    test_files();
    test_1442();
    test_image();
    test_trouble();
    test_removed();
    test_codes();
    lone_clean();
    return checks_done();
}
