/* Printers: the layout of a listing, carriage tapes, buffers, and where it goes. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/clock.h"
#include "tests/unit/lone.h"

enum { CE_DE = 0x0C, UC = 0x02, CHECKED = 0x0E, EXCEPTION = 0x0D };

struct step { uint8_t command; const char *text; unsigned status; };

static unsigned print(struct lone *lone, uint8_t command, const char *text)
{
    uint8_t line[200];
    size_t n = text ? strlen(text) : 0;
    if (!text)
        return lone_chained(lone, 0, command, "", 1, 0);
    memcpy(line, text, n);
    codepage_to_guest(&lone->machine.codepage, line, n);
    return lone_give(lone, command, line, n);
}

/* Run steps on a printer that writes a file, and compare the file. */
static void expect_listing(const char *type, const char *options, const struct step *steps,
                           const char *listing)
{
    char *path = lone_file("listing", "old listing\n", 12), words[300], got[8192];
    snprintf(words, sizeof words, "%s %s", path, options);
    struct lone *lone = lone_new(type, words);
    for (; steps->command; steps++) {
        unsigned status = print(lone, steps->command, steps->text);
        unsigned due = steps->status ? steps->status : CE_DE;
        check(status == due, "%s %02X %s: status %02X, not %02X", type, steps->command,
              steps->text ? steps->text : "", status, due);
    }
    size_t n = lone_slurp(path, got, sizeof got - 1);
    got[n] = 0;
    check(!strcmp(got, listing), "%s %s: the listing is\n%s<\nnot\n%s<", type, options, got,
          listing);
    lone_free(lone);
    free(path);
}

#define NL5 "\n\n\n\n\n"
#define NL10 NL5 NL5
#define NL50 NL10 NL10 NL10 NL10 NL10

/* What Hercules 3.13 wrote for the same channel programs. */
static void test_layout(void)
{
    static const struct step steps[] = {
        { 0x09, "A sp1", 0 }, { 0x01, "B sp0", 0 }, { 0x11, "C sp2", 0 }, { 0x19, "D sp3", 0 },
        { 0x89, "E sk1", 0 }, { 0x09, "  F trailing   ", 0 }, { 0x91, "G sk2", 0 },
        { 0x09, "H", 0 }, { 0xC9, "I sk9", 0 }, { 0xE1, "J sk12", 0 }, { 0x09, "K", 0 },
        { 0x0B, NULL, 0 }, { 0x13, NULL, 0 }, { 0x1B, NULL, 0 }, { 0x09, "L", 0 },
        { 0x8B, NULL, 0 }, { 0x09, "M", 0 }, { 0x93, NULL, 0 }, { 0xCB, NULL, 0 },
        { 0xE3, NULL, 0 }, { 0x09, "N", 0 }, { 0x01, "overs", 0 }, { 0x09, "_____", 0 },
        { 0x03, NULL, 0 }, { 0x73, NULL, 0 }, { 0x7B, NULL, 0 }, { 0 }
    };
    static const char listing[] =
        "A sp1\nB sp0\rC sp2\n\nD sp3\n\n\nE sk1\r\f  F trailing\nG sk2" NL5 "H\nI sk9"
        NL50 NL5 "J sk12\f" NL50 NL10 "K\n" NL5 "\nL\n\fM" NL5 NL50 "\n\n\n\n\n\n\n\f" NL50 NL10
        "N\novers\r_____\n";
    expect_listing("1403", "", steps, listing);
    expect_listing("3203", "fcb=legacy", steps, listing);
    expect_listing("3211", "", steps, listing);
}

/* With append the old listing stays; with crlf a return ends each line. */
static void test_options(void)
{
    static const struct step two[] = { { 0x09, "A", 0 }, { 0x01, "B", 0 }, { 0x89, "C", 0 },
                                       { 0x0B, NULL, 0 }, { 0 } };
    expect_listing("1403", "crlf", two, "A\r\nB\r\rC\r\r\f\n");
    expect_listing("1403", "append", two, "old listing\nA\nB\rC\r\f\n");
    expect_listing("3211", "index=5", two, "    A\n    B\r    C\r\f\n");
    expect_listing("1403", "", (struct step [1]){ { 0 } }, "old listing\n");
    static const struct step at[] = { { 0x89, "A", 0 }, { 0x09, "B", 0 }, { 0x8B, NULL, 0 },
                                      { 0x8B, NULL, 0 }, { 0x09, "C", 0 }, { 0x91, "to", 0 },
                                      { 0x91, "at", 0 }, { 0x93, NULL, 0 }, { 0x09, "D", 0 },
                                      { 0 } };
    expect_listing("1403", "", at, "A\rB\n\fC\nto" NL5 "at\rD\n");
}

static void test_tape(void)
{
    /* Ten lines; channel 9 at 4, 12 at 6: noticed by spacing only. */
    static const struct step steps[] = {
        { 0x11, "1", 0 }, { 0x09, "3", CHECKED }, { 0x09, "4", 0 }, { 0x09, "5", EXCEPTION },
        { 0x09, "6", 0 }, { 0x8B, NULL, 0 }, { 0xCB, NULL, 0 }, { 0xE3, NULL, 0 },
        { 0x93, NULL, CHECKED },
    };
    char *path = lone_file("tape", "", 0), words[300];
    snprintf(words, sizeof words, "%s cctape=1=1,4=9,6=12,10=(3,4)", path);
    struct lone *lone = lone_new("1403", words);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        unsigned due = steps[i].status ? steps[i].status : CE_DE;
        unsigned status = print(lone, steps[i].command, steps[i].text);
        check(status == due, "step %zu: %02X, not %02X", i, status, due);
        if (status == CHECKED)
            check(lone_sense(lone) == (i == 1 ? 0x01 : 0x10), "step %zu: sense %02X", i,
                  lone->out[0]);
    }
    lone_free(lone);
    free(path);
    static const char *const bad[] = { "fcb=x", "fcb=1", "fcb=1=13", "fcb=181=1", "fcb=1=1,",
        "fcb=1=(1,2", "lpp=0", "lpp=181", "lpi=7", "lpi=", "index=2", "nonsense", "lpp=5 fcb=9=2",
        "fcb=05060000000000000000000000", "cctape=" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(words, sizeof words, "/dev/null %s", bad[i]);
        lone = lone_new("1403", NULL);
        bool taken = lone_open(lone, words);
        if (strstr(bad[i], "lpp=5"))
            check(taken, "lpp before fcb: the tape counts");
        else
            check(!taken && strstr(lone->said[0], "HHC01102E"), "%s was taken", bad[i]);
        lone_free(lone);
    }
}

/* A channel that the tape has not: the 3211 stops, unless told not to mind. */
static void test_missing_channel(void)
{
    static const struct step checked[] = { { 0x09, "A", 0 }, { 0x91, "B", CHECKED },
                                           { 0x93, NULL, CHECKED }, { 0x09, "C", 0 }, { 0 } };
    static const struct step unchecked[] = { { 0x09, "A", 0 }, { 0x91, "B", 0 },
                                             { 0x93, NULL, 0 }, { 0x09, "C", 0 }, { 0 } };
    expect_listing("3211", "fcb=1=1,66=3", checked, "A\nB\nC\n");
    expect_listing("3211", "fcb=1=1,66=3 nofcbcheck", unchecked, "A\nB\n\nC\n");
}

static void test_fcb(void)
{
    static const uint8_t fcb[] = { 0x01, 0, 0, 0, 0x02, 0, 0, 0, 0, 0x1C };
    static const uint8_t indexed[] = { 0x83, 0x01, 0, 0, 0, 0x02, 0, 0, 0, 0, 0x10 };
    static const uint8_t bad_channel[] = { 0x0D, 0x10 }, no_end[] = { 1, 2, 3 };
    char *path = lone_file("fcb", "", 0), got[300];
    struct lone *lone = lone_new("3211", path);
    check(lone_give(lone, 0x63, fcb, sizeof fcb) == CE_DE, "load FCB");
    check(print(lone, 0x09, "X") == CE_DE && print(lone, 0x91, "Y") == CE_DE, "print");
    check(print(lone, 0xE3, NULL) == CE_DE, "skip to 12");
    check(lone_give(lone, 0x63, indexed, sizeof indexed) == CE_DE, "load FCB");
    check(print(lone, 0x89, "ind") == CE_DE, "print");
    check(lone_give(lone, 0x63, bad_channel, 2) == CHECKED && lone_sense(lone) == 0x02,
          "channel 13");
    check(lone_give(lone, 0x63, no_end, 3) == CHECKED && lone_sense(lone) == 0x02, "no end");
    check(lone_get(lone, 0x12, 180) == CHECKED && lone_sense(lone) == 0x80, "without gate");
    check(lone_get(lone, 0x07, 1) == CE_DE, "gate");
    check(lone_chained(lone, 0x07, 0x12, NULL, 0, 180) == CE_DE && lone->given == 180 &&
          !memcmp(lone->out, indexed, sizeof indexed), "read FCB");
    check(lone_chained(lone, 0x07, 0x02, NULL, 0, 150) == CE_DE && lone->out[0] == 0x89, "PLB");
    check(lone_give(lone, 0xFB, fcb, 10) == CE_DE && lone_chained(lone, 7, 0x0A, NULL, 0, 512) ==
          CE_DE && !memcmp(lone->out, fcb, 10), "UCS buffer");
    got[lone_slurp(path, got, sizeof got - 1)] = 0;
    check(!strcmp(got, "X\nY\n\n\n\n\n\n\n\n  ind\r\f"), "%s", got);
    lone_free(lone);
    free(path);
}

static void test_fold(void)
{
    static const struct step steps[] = { { 0x09, "ab\xE4", 0 }, { 0x43, NULL, 0 },
        { 0x09, "azjs09", 0 }, { 0x23, NULL, 0 }, { 0x09, "z", 0 }, { 0 } };
    expect_listing("3211", "", steps, "ab\xE4\nAZJS09\nz\n");
    char *path = lone_file("ucs", "", 0), got[30];
    struct lone *lone = lone_new("1403", path);
    check(lone_give(lone, 0xF3, "x", 1) == CHECKED && lone_sense(lone) == 0x80, "gate is shut");
    check(lone_chained(lone, 0xEB, 0xF3, "x", 1, 0) == CE_DE, "gate is open");
    check(print(lone, 0x09, "fold") == CE_DE, "print");
    uint8_t nulls[3] = { 0, 0xC1, 0 };
    check(lone_give(lone, 0x09, nulls, 3) == CE_DE, "nulls");
    got[lone_slurp(path, got, sizeof got - 1)] = 0;
    check(!strcmp(got, "FOLD\n A\n"), "%s", got);
    lone_free(lone);
    free(path);
}

/* Which codes a model has. */
static void test_codes(void)
{
#define MOVES "01 09 11 19 0B 13 1B 89 91 99 A1 A9 B1 B9 C1 C9 D1 D9 E1 " \
              "8B 93 9B A3 AB B3 BB C3 CB D3 DB E3 73 7B EB F3 FB 03 04 "
    static const struct { const char *type, *codes; } models[] = {
        { "1403", MOVES }, { "3203", MOVES "63 43 23" },
        { "3211", MOVES "63 43 23 6B 07 02 0A 12 06" },
    };
    for (size_t m = 0; m < 3; m++)
        for (int code = 1; code < 256; code++) {
            if ((code & 0x0F) == 0 || (code & 0x0F) == 0x08)
                continue;
            char text[4];
            snprintf(text, sizeof text, "%02X", code);
            bool has = strstr(models[m].codes, text) && !(m == 2 && code == 0xF3);
            struct lone *lone = lone_new(models[m].type, "/dev/null");
            unsigned status = code & 1 ? lone_give(lone, (uint8_t)code, "A", 1)
                                       : lone_get(lone, (uint8_t)code, 200);
            check(has ? status != UC : status == UC, "%s %02X: status %02X", models[m].type,
                  code, status);
            if (!has)
                check(lone_sense(lone) == 0x80, "%s %02X: sense", models[m].type, code);
            lone_free(lone);
        }
}

static void test_trouble(void)
{
    struct lone *lone = lone_new("1403", "*");
    check(print(lone, 0x09, "x") == UC && lone_sense(lone) == 0x40, "no paper");
    check(print(lone, 0x03, NULL) == CE_DE, "no-operation");
    lone_free(lone);
    lone = lone_new("1403", NULL);
    check(!lone_open(lone, "/no/such/folder/x") && strstr(lone->said[0], "HHC01100E"), "folder");
    lone->machine.options.host_commands = false;
    check(!lone_open(lone, "\"|cat\"") && strstr(lone->said[0], "not allowed here"), "%s",
          lone->said[0]);
    lone_free(lone);
    if (access("/dev/full", W_OK) == 0) {
        lone = lone_new("1403", "/dev/full");
        check(print(lone, 0x09, "x") == CHECKED && lone_sense(lone) == 0x40, "full");
        check(strstr(lone->said[0], "HHC01110E"), "%s", lone->said[0]);
        lone_free(lone);
    }
    char *path = lone_file("twice", "", 0);
    lone = lone_new("1403", path);
    struct lone *other = lone_new("1403", NULL);
    check(!lone_open(other, path) && strstr(other->said[0], "another"), "%s", other->said[0]);
    lone_free(other);
    lone_free(lone);
    free(path);
}

/* A file that is removed: the guest is told, and nothing that was printed is lost; also if its name is
 * another file's now. */
static void test_removed(void)
{
    char *path = lone_file("removed", "", 0), *other = lone_file("removed.rescued1", NULL, 0);
    uint8_t lines[100];
    unlink(other);
    struct lone *lone = lone_new("1403", path);
    check(print(lone, 0x09, "one") == CE_DE, "print");
    check(unlink(path) == 0, "unlink");
    check(print(lone, 0x09, "two") == CHECKED && lone_sense(lone) == 0x40 &&
          strstr(lone->said[0], "removed"), "%s", lone->said[0]);
    FILE *file = fopen(path, "w");
    check(file && fclose(file) == 0, "another file");
    lone->dev.type->close(&lone->dev);
    check(strstr(lone->said[0], "HHC01047W") && strstr(lone->said[0], other), "%s", lone->said[0]);
    size_t n = lone_slurp(other, lines, sizeof lines);
    check(n >= 3 && memcmp(lines, "one", 3) == 0, "the line is lost");
    check(lone_open(lone, path), "devinit");
    lone_free(lone);
    unlink(other);
    free(path);
    free(other);
}

static void test_command(void)
{
    char *path = lone_file("piped", NULL, 0), words[300], got[100] = "";
    snprintf(words, sizeof words, "\"|tr a-z A-Z >'%s'\"", path);
    struct lone *lone = lone_new("1403", words);
    check(print(lone, 0x09, "through a pipe") == CE_DE, "print");
    lone_free(lone);
    got[lone_slurp(path, got, sizeof got - 1)] = 0;
    check(!strcmp(got, "THROUGH A PIPE\n"), "%s", got);
    lone = lone_new("1403", "\"|exit 0\"");
    unsigned status = CE_DE;
    for (int i = 0; i < 1000 && status == CE_DE; i++) {
        status = print(lone, 0x09, "to nobody");
        clock_host_sleep(1000000);
    }
    check(status == CHECKED && lone_sense(lone) == 0x40, "the command has gone");
    lone_free(lone);
    free(path);
}

static void test_socket(void)
{
    char why[100], words[80], got[64] = "";
    int probe = event_listen("0", why, sizeof why), port = event_port(probe);
    close(probe);
    snprintf(words, sizeof words, "localhost:%d sockdev", port);
    struct lone *lone = lone_new("1403", words);
    check(print(lone, 0x09, "x") == UC && lone_sense(lone) == 0x40, "nobody there");
    for (int round = 0; round < 2; round++) {
        struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        check(connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
        for (int i = 0; i < 2000 && print(lone, 0x09, "to a socket") != CE_DE; i++)
            clock_host_sleep(1000000);
        check(recv(fd, got, 12, MSG_WAITALL) == 12 && !memcmp(got, "to a socket\n", 12), "%s", got);
        close(fd);
        unsigned status = CE_DE;
        for (int i = 0; i < 2000 && status == CE_DE; i++) {
            clock_host_sleep(1000000);
            status = print(lone, 0x09, "gone");
        }
        check(status & UC, "still there: %02X", status);
        for (int i = 0; i < 2000 && status != UC; i++) {
            clock_host_sleep(1000000);
            status = print(lone, 0x09, "gone");
        }
    }
    lone_free(lone);
}

int main(void)
{
    test_layout();
    test_options();
    test_tape();
    test_missing_channel();
    test_fcb();
    test_fold();
    test_codes();
    test_trouble();
    test_removed();
    test_command();
    test_socket();
    lone_clean();
    return checks_done();
}
