/* Tape drives on AWSTAPE images: commands and sense of every model, images that are
 * written, cut off and damaged. */
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/lone.h"

enum { CE = 0x08, CE_DE = 0x0C, UC = 0x02, CHECKED = 0x0E, EXCEPTION = 0x0D };

static const char *const models[] = { "3410", "3411", "3420", "3422", "3430", "3480", "3490",
                                      "3590", "8809", "9347", "9348" };
enum { MODELS = 11, FIRST_CARTRIDGE = 5, FIRST_SMALL = 8 };

/* ---- images ---------------------------------------------------------------------- */

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

/* ---- steps ----------------------------------------------------------------------- */

/* A command, its status, what a read gives ("A100": 100 bytes of A), sense bytes 0 and 1. */
struct step { uint8_t command; unsigned status; const char *gives; int sense0, sense1; };

static void run(struct lone *lone, const char *what, const struct step *s, size_t n)
{
    for (size_t i = 0; i < n; i++, s++) {
        unsigned status = lone_get(lone, s->command, 260000);
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
 * the fault, but for what IBM's table of the 3420's has otherwise. */
static void test_sense(void)
{
    static const struct { const char *type, *tape, *options; uint8_t commands[4];
                          const char *sense; } cases[] = {
        { "3420", "A9", "", { 0 }, "0048000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x02 }, "0040000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x02, 0x02 }, "1040000000C003600000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x27 }, "0048000200C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "ro", { 0x1F }, "804A000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0xE4 }, "8048000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9", "", { 0x0F }, "4022000000C003000000000000800100010000FFFF000000" },
        { "3420", "A9 B9", "", { 0x02, 0x1F }, "0044000000C003" },          /* write status */
        { "3420", "A9 B9", "", { 0x02, 0x1F, 0x27 }, "0040000200C003" },    /* backward */
        { "3420", "A9 B9", "", { 0xC3, 0x02 }, "0040000400C003" },          /* 1600 bpi */
        { "3480", "A9 B9", "", { 0x02, 0x1F }, "0044200000000020" },
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
        check(!strncmp(text, cases[i].sense, strlen(cases[i].sense)),
              "case %zu, %s: sense %s, not %s", i, cases[i].type, text, cases[i].sense);
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

/* ---- writing --------------------------------------------------------------------- */

static void test_writing(void)
{
    struct bytes *b = picture("");
    for (int m = 0; m < MODELS; m++) {
        struct lone *lone = mounted(models[m], b, "");
        check(lone_write(lone, 'A', 100) == CE_DE && lone_write(lone, 'B', 65535) == CE_DE &&
              lone_write(lone, 'C', 65536) == CE_DE && lone_write(lone, 'D', 200000) == CE_DE, "write");
        check(lone_get(lone, 0x1F, 1) == CE_DE && lone_write(lone, 'E', 1) == CE_DE, "mark");
        static const struct step back[] = {
            { 0x27, CE_DE, NULL, 0, 0 }, { 0x27, EXCEPTION, NULL, 0, 0 },
            { 0x27, CE_DE, NULL, 0, 0 }, { 0x02, CE_DE, "D200000", 0, 0 },
            { 0x07, CE, NULL, 0, 0 }, { 0x02, CE_DE, "A100", 0, 0 },
            { 0x02, CE_DE, "B65535", 0, 0 }, { 0x02, CE_DE, "C65536", 0, 0 }, { 0x02, CE_DE, "D200000", 0, 0 },
            { 0x02, EXCEPTION, NULL, 0, 0 }, { 0x02, CE_DE, "E1", 0, 0 },
            { 0x02, CHECKED, NULL, -1, 0 },
            /* Writing in the middle makes an end. */
            { 0x07, CE, NULL, 0, 0 }, { 0x37, CE_DE, NULL, 0, 0 }, { 0x1F, CE_DE, NULL, 0, 0 },
            { 0x37, CHECKED, NULL, -1, 0 }, { 0x27, EXCEPTION, NULL, 0, 0 },
            { 0x27, CE_DE, NULL, 0, 0 }, { 0x17, CE_DE, NULL, 0, 0 },
        };
        lone->taken = 0;
        RUN(lone, "after writing", back);
        check(lone_chained(lone, 0x17, 0x97, NULL, 0, 1) == CE_DE, "data security erase");
        lone_free(lone);
        struct stat st;
        check(stat(tape_path, &st) == 0 && st.st_size == 0, "%ld bytes are left", (long)st.st_size);
    }
}

/* The file is byte for byte what the format says. */
static void test_layout(void)
{
    struct lone *lone = mounted("3420", picture(""), "");
    check(lone_write(lone, 'A', 100) == CE_DE && lone_get(lone, 0x1F, 1) == CE_DE &&
          lone_get(lone, 0x1F, 1) == CE_DE && lone_write(lone, 'B', 70000) == CE_DE &&
          lone_write(lone, 'C', 5) == CE_DE, "write");
    lone_free(lone);
    struct bytes *b = picture("A100 ||");
    chunk(b, 65535, 0x80, 'B');
    chunk(b, 4465, 0x20, 'B');
    chunk(b, 5, 0xA0, 'C');
    static uint8_t got[200000];
    size_t n = lone_slurp(tape_path, got, sizeof got);
    check(n == b->n && !memcmp(got, b->at, n), "%zu bytes, not %zu", n, b->n);
    /* And the lengths of predecessors are right after opening it anew, too. */
    lone = lone_new("3420", tape_path);
    for (int i = 0; i < 4; i++)
        lone_get(lone, 0x37, 1);
    check(lone_write(lone, 'C', 5) == CE_DE, "write");
    lone_free(lone);
    n = lone_slurp(tape_path, got, sizeof got);
    check(n == b->n && !memcmp(got, b->at, n), "%zu bytes, not %zu", n, b->n);
}

static void test_end_of_reel(void)
{
    struct lone *lone = mounted("3420", picture(""), "maxsize=1000 eotmargin=500");
    check(lone_write(lone, 'A', 100) == CE_DE, "before the marker");
    check(lone_write(lone, 'A', 600) == EXCEPTION, "past the marker");
    lone_sense(lone);
    check(lone->out[4] & 0x20, "tape indicate");
    check(lone_write(lone, 'A', 600) == CHECKED && lone_sense(lone) == 0x10, "the end");
    check(lone_get(lone, 0x1F, 1) == EXCEPTION, "a mark fits");
    check(lone_get(lone, 0x27, 1) == EXCEPTION && lone_get(lone, 0x0C, 600) == CE_DE &&
          lone->given == 600, "read it back");
    lone_free(lone);
    static const struct { const char *option; int largest; } sizes[] = {
        { "maxsizeK=1 eotmargin=0", 1018 }, { "maxsize=1K eotmargin=0", 1018 } };
    for (int i = 0; i < 2; i++) {
        lone = mounted("3480", picture(""), sizes[i].option);
        check(lone_write(lone, 'x', (size_t)sizes[i].largest + 1) == CHECKED, "%s", sizes[i].option);
        check(lone_write(lone, 'x', (size_t)sizes[i].largest) == EXCEPTION, "%s", sizes[i].option);
        lone_free(lone);
    }
}

/* ---- mounting -------------------------------------------------------------------- */

static void test_statements(void)
{
    static const struct { const char *words, *says; } bad[] = {
        { "%s nonsense", "HHC00223E" }, { "%s maxsize=x", "maxsize=x" },
        { "%s maxsize=", "maxsize" },
        { "%s readonly=2", "0 or 1" }, { "%s idrc=2", "0 or 1" }, { "%s compress=", "0 or 1" },
        { "%s method=3", "bzip2" }, { "%s level=0", "from 1" }, { "%s chunksize=4095", "65535" },
        { "@/no/such/list", "No such" }, { "@/dev/null", "names no tapes" }, { "/no/such/tape", "HHC00202E" }, { "/tmp", "HHC00202E" },
        { "/dev/null", "regular" },
    };
    struct lone *lone = mounted("3420", picture("A10 |"), "");
    struct lone *other = lone_new("3420", NULL);
    check(!lone_open(other, tape_path) && strstr(other->said[0], "another drive"), "%s",
          other->said[0]);
    lone_free(lone);
    char words[300];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(words, sizeof words, bad[i].words, tape_path);
        check(!lone_open(other, words) && strstr(other->said[0], bad[i].says), "\"%s\": %s",
              bad[i].words, other->said[0]);
    }
    static const char *const good[] = { "awstape", "ro", "rw ring", "noring", "readonly=1",
        "maxsize=10M eotmargin=64K", "maxsizeM=5", "compress=0 idrc=0", "idrc method=b level=9 chunksize=4096", "deonirq noautomount" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(words, sizeof words, "%s %s", tape_path, good[i]);
        check(lone_open(other, words), "\"%s\": %s", good[i], other->said[0]);
        other->dev.type->close(&other->dev);
    }
    check(lone_open(other, "*") && lone_get(other, 0x02, 9) == UC && lone_sense(other) == 0x40,
          "no tape");
    check(lone_get(other, 0x03, 1) == CE_DE, "no-operation");
    /* Two readers may share one image. */
    lone = lone_new("3420", NULL);
    snprintf(words, sizeof words, "%s ro", tape_path);
    other->dev.type->close(&other->dev);
    check(lone_open(lone, words) && lone_open(other, words), "two readers: %s", other->said[0]);
    lone_free(lone);
    lone_free(other);
    /* A tape that is not there is made. */
    unlink(tape_path);
    lone = lone_new("3420", tape_path);
    check(strstr(lone->said[0], "HHC00203I"), "%s", lone->said[0]);
    check(lone_get(lone, 0x02, 10) == CHECKED && lone_sense(lone) == 0x10, "void");
    lone_free(lone);
}

/* ---- damage ---------------------------------------------------------------------- */

/* Read all there is; how many blocks and marks, and the last status. */
static int read_all(struct lone *lone, unsigned *last)
{
    int n = 0;
    while ((*last = lone_get(lone, 0x02, 1000)) == CE_DE || *last == EXCEPTION)
        n++;
    return n;
}

/* Cut off at each length: whole blocks are read, then a data check that says where; the
 * image stays as it is. */
static void test_cut(void)
{
    static uint8_t got[1000];
    struct bytes b = *picture("A20 B30 | C10 ||");
    static const size_t ends[] = { 0, 26, 62, 68, 84, 90, 96 };
    for (size_t length = 0; length <= 96; length++) {
        struct bytes cut = b;
        cut.n = length;
        int whole = 0;
        while (ends[whole + 1] <= length && whole < 5)
            whole++;
        whole += length == 96;
        free(tape_path);
        tape_path = lone_file("cut", cut.at, cut.n);
        struct lone *lone = lone_new("3480", NULL);
        if (!lone_open(lone, tape_path)) {
            check(length > 0 && length < 6, "%zu: %s", length, lone->said[0]);
            lone_free(lone);
            continue;
        }
        unsigned last;
        int n = read_all(lone, &last);
        bool even = ends[whole] == length;
        check(n == whole && last == CHECKED, "cut at %zu: %d read, not %d", length, n, whole);
        unsigned sense = lone_sense(lone), code = lone->out[3];
        check(sense == 0x08 && code == (even ? 0x31 : 0x23), "cut at %zu: sense %02X, %02X", length,
              sense, code);
        char offset[40];
        snprintf(offset, sizeof offset, "offset X'%zX'", ends[whole]);
        check(even || strstr(lone->said[0], offset), "cut at %zu: %s", length, lone->said[0]);
        lone_free(lone);
        check(lone_slurp(tape_path, got, sizeof got) == length && !memcmp(got, b.at, length),
              "the image has changed");
    }
}

/* Each bit of it flipped, on its own: no crash, no change, an end. */
static void test_flips(void)
{
    static uint8_t got[1000];
    struct bytes b = *picture("A20 B30 | C10 ||");
    for (size_t bit = 0; bit < 8 * b.n; bit++) {
        struct bytes bad = b;
        bad.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        free(tape_path);
        tape_path = lone_file("flipped", bad.at, bad.n);
        struct lone *lone = lone_new("3490", NULL);
        if (lone_open(lone, tape_path)) {
            unsigned last;
            int n = read_all(lone, &last);
            check(n <= 20 && last == CHECKED, "bit %zu: %d", bit, n);
            while (lone_get(lone, 0x27, 1) != CHECKED)
                check(n-- >= 0, "bit %zu: backwards without end", bit);
        }
        lone_free(lone);
        check(lone_slurp(tape_path, got, sizeof got) == b.n && !memcmp(got, bad.at, b.n),
              "the image has changed");
    }
}

/* Killed at any moment: every block that was told written is there, whole, and nothing
 * else. */
static void test_kill(void)
{
    for (int round = 0; round < 12; round++) {
        int said[2];
        free(tape_path);
        tape_path = lone_file("killed", "", 0);
        if (pipe(said) < 0)
            exit(1);
        fflush(stdout);
        pid_t writer = fork();
        if (writer == 0) {
            struct lone *lone = lone_new("3420", tape_path);
            for (unsigned i = 0; ; i++) {
                static uint8_t block[150000];
                memset(block, (int)(i | 1), sizeof block);
                unsigned ok = i % 5 == 4 ? lone_get(lone, 0x1F, 1)
                                         : lone_give(lone, 0x01, block, 1 + i * 7919 % 149999);
                if (ok != CE_DE || write(said[1], "x", 1) != 1)
                    _exit(1);
            }
        }
        close(said[1]);
        int told = 0;
        char x[64];
        for (ssize_t n; told < 20 + 13 * round && (n = read(said[0], x, sizeof x)) > 0; )
            told += (int)n;
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
        for (ssize_t n; (n = read(said[0], x, sizeof x)) > 0; )
            told += (int)n;
        close(said[0]);
        struct lone *lone = lone_new("3420", tape_path);
        unsigned status, found = 0;
        for (; (status = lone_get(lone, 0x02, 200000)) == CE_DE || status == EXCEPTION; found++) {
            check((status == EXCEPTION) == (found % 5 == 4), "block %u", found);
            size_t length = 1 + found * 7919 % 149999;
            if (status == CE_DE)
                check(lone->given == length && lone->out[0] == (uint8_t)(found | 1) &&
                      lone->out[length - 1] == (uint8_t)(found | 1), "block %u is torn", found);
        }
        check(status == CHECKED && lone_sense(lone) == 0x10, "void: %02X %s", status,
              lone->said[0]);
        check(found == (unsigned)told || found == (unsigned)told + 1, "%u found, %d told", found,
              told);
        lone_free(lone);
    }
}

/* ---- cartridges ------------------------------------------------------------------ */

static void expect_bytes(struct lone *lone, uint8_t command, const char *hex)
{
    char text[300] = "";
    check(lone_get(lone, command, 128) == CE_DE, "%02X", command);
    for (size_t i = 0; i < lone->given && i < 140; i++)
        sprintf(text + 2 * i, "%02X", lone->out[i]);
    check(!strncmp(text, hex, strlen(hex)), "%s %02X gives %s, not %s", lone->dev.type->name,
          command, text, hex);
}

static void test_cartridge(void)
{
    static const uint8_t group[12] = { 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    static const uint8_t other[12] = { 0x00, 9 };
    static const uint8_t resign[12] = { 0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    for (int m = FIRST_CARTRIDGE; m < FIRST_SMALL; m++) {
        bool is_3590 = m == FIRST_SMALL - 1;
        struct lone *lone = mounted(models[m], picture("A10 B20 | C30 |"), "");
        expect_bytes(lone, 0x22, is_3590 ? "0000000000000000" : "0100000001000000");
        lone_get(lone, 0x02, 10);
        expect_bytes(lone, 0x22, is_3590 ? "0000000100000001" : "0100000101000001");
        check(lone_give(lone, 0x4F, is_3590 ? "\0\0\0\3" : "\1\0\0\3", 4) == CE_DE, "locate");
        check(lone_get(lone, 0x02, 30) == CE_DE && lone->given == 30, "behind locate");
        check(lone_give(lone, 0x4F, "\0\0\0\0", 4) == CE_DE, "locate 0");
        check(lone_give(lone, 0x4F, "\1\0\0", 3) == CHECKED, "a short ID");
        check(lone_give(lone, 0x4F, is_3590 ? "\0\0\0\x63" : "\1\0\0\x63", 4) == CHECKED &&
              lone_sense(lone) == 0x10 && lone->out[3] == 0x44, "no such block");
        expect_bytes(lone, 0x34, "000000000000000000000000");
        check(lone_give(lone, 0xAF, group, 12) == CE_DE, "set path group");
        check(lone_give(lone, 0xAF, other, 12) == CHECKED && lone_sense(lone) == 0x80, "another");
        check(lone_give(lone, 0xB7, group + 1, 11) == CE_DE, "assign");
        expect_bytes(lone, 0x34, "980102030405060708090A0B");
        check(lone_give(lone, 0xC7, group + 1, 11) == CE_DE, "unassign");
        check(lone_give(lone, 0xAF, resign, 12) == CE_DE, "resign");
        expect_bytes(lone, 0x34, "00000000");
        check(lone_give(lone, 0xAF, group, 12) == CE_DE, "set path group");
        lone->dev.type->reset(&lone->dev);
        expect_bytes(lone, 0x34, "000000000000000000000000");
        check(lone_give(lone, 0xAF, other, 5) == CHECKED, "short");
        check(lone_give(lone, 0x9F, "\x80\xC8\xC5\xD3\xD3\xD6\x40\x40\x40"
                        "\xE3\xC1\xD7\xC5\x40\x40\x40\x40", 17) == CE_DE && strstr(lone->said[0], "\"HELLO   \" / \"TAPE    \""), "%s",
              lone->said[0]);
        check(lone_give(lone, 0xDB, "\x20", 1) == CE_DE, "mode set");
        check(lone_get(lone, 0x43, 1) == CE_DE, "synchronize");
        check(lone_give(lone, 0xE3, other, 12) == CE_DE, "set password");
        check(lone_give(lone, 0xE3, resign, 12) == CHECKED, "wrong password");
        lone_free(lone);
    }
    struct lone *lone = mounted("3490", picture("A10 B20 | C30 |"), "");
    expect_bytes(lone, 0xE4, "FF349050349050");
    expect_bytes(lone, 0x64, "349050349050000002C08080");
    expect_bytes(lone, 0xFA, "CC010200F0F0F3F4F9F0C3F1F0");
    lone_free(lone);
    lone = mounted("3590", picture("A10 B20 | C30 |"), "");
    lone_get(lone, 0x3F, 1);
    check(lone_get(lone, 0x0A, 20) == EXCEPTION, "read previous: a mark");
    check(lone_get(lone, 0x0A, 20) == CE_DE && lone->out[0] == 'B', "read previous");
    check(lone_get(lone, 0x0A, 20) == CE_DE && lone->out[0] == 'A', "read previous");
    check(lone_get(lone, 0x3E, 9) == CHECKED, "without order");
    check(lone_give(lone, 0x77, "\x18\0\0\0\0\0\3\0\0\0\0\0", 12) == CE_DE, "order");
    check(lone_chained(lone, 0x77, 0x3E, NULL, 0, 9) == CE_DE && lone->given == 9, "no message");
    lone_free(lone);
}

/* ---- the peer's tools, where they are installed ---------------------------------- */

static bool shell(const char *format, ...)
{
    char command[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return system(command) == 0;
}

static void test_peer(void)
{
    if (!shell("command -v hetmap hetinit hetget >/dev/null")) {
        skip("the peer's hetmap, hetinit and hetget are not installed");
        return;
    }
    /* What we write, it reads. */
    struct lone *lone = mounted("3490", picture(""), "");
    for (int i = 1; i <= 200; i++)
        check(lone_write(lone, (char)('a' + i % 26), (size_t)i * 997 % 65535 + 1) == CE_DE, "write");
    check(lone_get(lone, 0x1F, 1) == CE_DE && lone_write(lone, 'x', 80) == CE_DE &&
          lone_write(lone, 'y', 80) == CE_DE, "write");
    check(lone_get(lone, 0x1F, 1) == CE_DE && lone_get(lone, 0x1F, 1) == CE_DE, "marks");
    lone_free(lone);
    check(shell("hetmap '%s' 2>&1 | sed -n '/^Summary/,$p' | grep -q '^Blocks *: 202$'", tape_path),
          "hetmap counts other blocks");
    uint8_t got[200], expected[160];
    check(shell("hetget -n '%s' '%s.out' 2 F 80 80 >/dev/null 2>&1", tape_path, tape_path),
          "hetget");
    char out[200];
    snprintf(out, sizeof out, "%s.out", tape_path);
    memset(expected, 'x', 80);
    memset(expected + 80, 'y', 80);
    size_t n = lone_slurp(out, got, sizeof got);
    check(n == 160 && !memcmp(got, expected, 160), "hetget took %zu bytes", n);
    /* What it writes, we read. */
    unlink(tape_path);
    check(shell("hetinit -d '%s' TAPE01 ENDI >/dev/null 2>&1", tape_path), "hetinit");
    lone = lone_new("3420", tape_path);
    check(lone_get(lone, 0x02, 80) == CE_DE && lone->given == 80 &&
          !memcmp(lone->out, "\xE5\xD6\xD3\xF1\xE3\xC1\xD7\xC5\xF0\xF1", 10), "VOL1");
    check(lone_get(lone, 0x02, 80) == CE_DE && lone_get(lone, 0x02, 80) == EXCEPTION, "HDR1, mark");
    lone_free(lone);
}

/* ---- the starter tape of OS/VS1 -------------------------------------------------- */

static void test_starter(void)
{
    static const char name[] = "vs1r60_starter_3330.aws.gz";
    char command[1200], *tape = lone_file("starter", NULL, 0);
    snprintf(command, sizeof command,
             "g=\"${ENDICOTT_GUESTS:-${srcdir:-.}/../shared/guests/osvs1}\"; "
             "f=\"$g/%s\"; test -f \"$f\" || f=\"$g/osvs1/%s\"; gunzip -c \"$f\" >'%s' 2>/dev/null",
             name, name, tape);
    if (system(command) != 0) {
        skip("the OS/VS1 starter tape is not here");
        free(tape);
        return;
    }
    struct lone *lone = lone_new("3420", NULL);
    snprintf(command, sizeof command, "%s ro", tape);
    check(lone_open(lone, command), "%s", lone->said[0]);
    int files = 0, blocks = 0, first = 0, eighty = 0;
    unsigned status;
    while ((status = lone_get(lone, 0x02, 65535)) == CE_DE || status == EXCEPTION) {
        files += status == EXCEPTION;
        blocks += status == CE_DE;
        first += status == CE_DE && files == 0;
        eighty += status == CE_DE && files == 0 && lone->given == 80;
    }
    check(status == CHECKED && files > 1 && first == 739 && eighty == 739,
          "%d files, %d blocks, %d and %d cards in the first", files, blocks, first, eighty);
    for (int k = files + blocks; k > 0; k--) {
        status = lone_get(lone, 0x0C, 65535);
        check(status == CE_DE || status == EXCEPTION, "backward: %02X", status);
    }
    check(lone_get(lone, 0x0C, 9) == CHECKED, "load point");
    lone_free(lone);
    free(tape);
}

int main(void)
{
    test_motion();
    test_sense();
    test_codes();
    test_writing();
    test_layout();
    test_end_of_reel();
    test_statements();
    test_cut();
    test_flips();
    test_kill();
    test_cartridge();
    test_peer();
    test_starter();
    free(tape_path);
    lone_clean();
    return checks_done();
}
