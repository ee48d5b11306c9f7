/* Tape drives on AWSTAPE images: commands and sense of every model, images that are
 * written, cut off and damaged. */
#include <sys/file.h>
#include <sys/stat.h>
#include <fcntl.h>

#include "tests/unit/lone.h"

enum { CE = 0x08, CE_DE = 0x0C, UC = 0x02, CHECKED = 0x0E, EXCEPTION = 0x0D };

static const char *const models[] = { "3410", "3411", "3420", "3422", "3430", "3480", "3490",
                                      "3590", "8809", "9347", "9348" };
enum { MODELS = 11, FIRST_CARTRIDGE = 5, FIRST_SMALL = 8 };

/* ---- images ------------------------------------------------------------------------- */

struct bytes { uint8_t at[200000]; size_t n; unsigned previous; };

static void chunk(struct bytes *b, size_t length, unsigned flags, uint8_t fill)
{
    uint8_t h[6] = { (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)b->previous,
                     (uint8_t)(b->previous >> 8), (uint8_t)flags, 0 };
    memcpy(b->at + b->n, h, 6);
    memset(b->at + b->n + 6, fill, length);
    b->n += 6 + length;
    b->previous = (unsigned)length;
}

/* A tape from a picture: a letter and a length is a block, a | a mark: "A100 B200 | C50 ||". */
static struct bytes *picture(const char *text)
{
    static struct bytes b;
    b.n = b.previous = 0;
    while (*text) {
        if (*text == '|')
            chunk(&b, 0, 0x40, 0), text++;
        else if (*text == ' ')
            text++;
        else {
            char letter = *text++;
            chunk(&b, strtoul(text, (char **)&text, 10), 0xA0, (uint8_t)letter);
        }
    }
    return &b;
}

static char *tape_path;

static struct lone *mounted(const char *type, const struct bytes *b, const char *options)
{
    char words[300];
    free(tape_path);
    tape_path = lone_file("tape", b->at, b->n);
    snprintf(words, sizeof words, "%s %s", tape_path, options);
    return lone_new(type, words);
}

/* ---- steps ------------------------------------------------------------------------------ */

/* A command, its status, what a read gives ("A100": 100 bytes of A), sense bytes 0 and 1. */
struct step { uint8_t command; unsigned status; const char *gives; int sense0, sense1; };

static void run(struct lone *lone, const char *what, const struct step *s, size_t n)
{
    for (size_t i = 0; i < n; i++, s++) {
        unsigned status = lone_get(lone, s->command, 65536);
        check(status == s->status, "%s %s, step %zu: %02X gives %02X, not %02X; %s", what,
              lone->dev.type->name, i, s->command, status, s->status, lone->said[0]);
        if (s->gives) {
            size_t length = strtoul(s->gives + 1, NULL, 10);
            check(lone->given == length && lone->out[0] == (uint8_t)s->gives[0] &&
                  lone->out[length - 1] == (uint8_t)s->gives[0], "%s, step %zu: %zu bytes of %c",
                  what, i, lone->given, lone->out[0]);
        }
        if (s->status & UC && s->sense0 >= 0) {
            lone_sense(lone);
            check(lone->out[0] == s->sense0 && lone->out[1] == s->sense1,
                  "%s %s, step %zu: sense %02X%02X, not %02X%02X", what, lone->dev.type->name, i,
                  lone->out[0], lone->out[1], s->sense0, s->sense1);
        }
    }
}
#define RUN(lone, what, steps) run(lone, what, steps, sizeof steps / sizeof *steps)

/* The same for all models, as Hercules 3.13 answered. */
static void test_motion(void)
{
    static const struct step steps[] = {
        { 0x02, CE_DE, "A100", 0, 0 }, { 0x02, CE_DE, "B200", 0, 0 },
        { 0x02, EXCEPTION, NULL, 0, 0 }, { 0x02, CE_DE, "C50", 0, 0 },
        { 0x02, EXCEPTION, NULL, 0, 0 }, { 0x07, CE, NULL, 0, 0 }, { 0x07, CE_DE, NULL, 0, 0 },
        { 0x3F, CE_DE, NULL, 0, 0 }, { 0x3F, CE_DE, NULL, 0, 0 }, { 0x3F, CE_DE, NULL, 0, 0 },
        { 0x3F, CHECKED, NULL, -1, 0 }, { 0x02, CHECKED, NULL, -1, 0 },
        { 0x27, EXCEPTION, NULL, 0, 0 }, { 0x2F, CE_DE, NULL, 0, 0 },
        { 0x27, CE_DE, NULL, 0, 0 }, { 0x02, CE_DE, "C50", 0, 0 }, { 0x07, CE, NULL, 0, 0 },
        { 0x27, CHECKED, NULL, -1, 0 }, { 0x2F, CHECKED, NULL, -1, 0 },
        { 0x37, CE_DE, NULL, 0, 0 }, { 0x37, CE_DE, NULL, 0, 0 }, { 0x37, EXCEPTION, NULL, 0, 0 },
    };
    static const struct step backward[] = {
        { 0x3F, CE_DE, NULL, 0, 0 }, { 0x0C, EXCEPTION, NULL, 0, 0 }, { 0x0C, CE_DE, "B200", 0, 0 },
        { 0x0C, CE_DE, "A100", 0, 0 }, { 0x0C, CHECKED, NULL, 0x00, 0x48 },
    };
    for (int m = 0; m < MODELS; m++) {
        struct lone *lone = mounted(models[m], picture("A100 B200 | C50 ||"), "");
        RUN(lone, "motion", steps);
        lone_free(lone);
        if (m >= FIRST_SMALL)
            continue;
        lone = mounted(models[m], picture("A100 B200 | C50 ||"), "");
        RUN(lone, "backward", backward);
        lone_free(lone);
    }
}

/* Sense bytes, whole, for each family and fault: as Hercules 3.13 had them where it knows
 * the fault. */
static void test_sense(void)
{
    static const struct { const char *type, *tape, *options; uint8_t commands[4];
                          const char *sense; } cases[] = {
        { "3420", "A9", "", { 0 }, "0048000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x02 }, "0040000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x02, 0x02 }, "1040000000C003600000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x27 }, "0048000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "ro", { 0x1F }, "804A000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0xE4 }, "8048000001C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x0F }, "4022000000C003000000000000800100010000FFFF000000" },
        { "3410", "A9", "", { 0 }, "004800000040220000" },
        { "3410", "A9", "", { 0x02, 0x02 }, "104000000040226000" },
        { "8809", "A9", "", { 0x27 }, "8048000D" },
        { "8809", "A9", "ro", { 0x01 }, "804A000B" },
        { "8809", "A9", "", { 0x0C }, "8048000C" },
        { "9347", "A9", "", { 0x0F }, "40220006" },
        { "3480", "A9", "", { 0 }, "0048200000000020" },
        { "3480", "A9", "", { 0x02, 0x02 }, "0840203100000020" },
        { "3480", "A9", "", { 0x27 }, "0048203900000020" },
        { "3480", "A9", "ro", { 0x1F }, "804A203000000020" },
        { "3480", "A9", "", { 0x0F }, "4042202B00000022" },
        { "3480", "A9", "", { 0x0F, 0x02 }, "4042204300000020" },
        { "3480", "A9", "", { 0xFA }, "8048202700000020" },
        { "3490", "A9", "", { 0 }, "004820000000002000000000000000000000000000000000"
                                   "000600EC00180000" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lone *lone = mounted(cases[i].type, picture(cases[i].tape), cases[i].options);
        for (int k = 0; k < 4 && cases[i].commands[k]; k++)
            lone_get(lone, cases[i].commands[k], 100);
        lone_sense(lone);
        char text[80] = "";
        for (size_t k = 0; k < lone->given; k++)
            sprintf(text + 2 * k, "%02X", lone->out[k]);
        check(!strncmp(text, cases[i].sense, strlen(cases[i].sense)), "case %zu, %s: sense %s, not %s",
              i, cases[i].type, text, cases[i].sense);
        lone_free(lone);
    }
}

/* Which codes a model has. */
static void test_codes(void)
{
#define BASIC "01 02 03 04 07 0F 17 1F 27 2F 37 3F 97 "
#define SEVEN "13 23 2B 33 3B 53 63 6B 73 7B 93 A3 AB B3 BB "
#define CARTRIDGE BASIC "0C 22 24 34 43 4F 9F AF B7 C7 DB E3 5B 64 E4 "
    static const char *const codes[MODELS] = {
        BASIC SEVEN "0C 1B C3 CB EB F3", BASIC SEVEN "0C 1B C3 CB EB F3",
        BASIC SEVEN "0C 1B C3 CB D3 EB F3 D4 F4", BASIC "0C C3 CB D3 EB F3 D4 F4 E4",
        BASIC "0C C3 CB D3 EB F3 D4 F4 E4", CARTRIDGE, CARTRIDGE "FA",
        CARTRIDGE "FA 0A 77 3E", BASIC SEVEN "C3 CB D3 EB F3 D4 F4 A4",
        BASIC SEVEN "C3 CB D3 EB F3 D4 F4 A4 E4", BASIC SEVEN "C3 CB D3 EB F3 D4 F4 A4 E4",
    };
    for (int m = 0; m < MODELS; m++)
        for (int code = 1; code < 256; code++) {
            if ((code & 0x0F) == 0 || (code & 0x0F) == 0x08)
                continue;
            char text[4];
            snprintf(text, sizeof text, "%02X", code);
            bool has = strstr(codes[m], text);
            struct lone *lone = mounted(models[m], picture("A9 B9 | C9 |"), "");
            unsigned status = lone_get(lone, (uint8_t)code, 100);
            check((status != UC) == has, "%s %02X: status %02X", models[m], code, status);
            if (!has) {
                lone_sense(lone);
                check(lone->out[0] == 0x80 && lone->out[1] == 0x48, "%s %02X: sense %02X%02X",
                      models[m], code, lone->out[0], lone->out[1]);
            }
            lone_free(lone);
        }
}

int main(void)
{
    test_motion();
    test_sense();
    test_codes();
    free(tape_path);
    lone_clean();
    return checks_done();
}
