/* Tape images in every format: what is written is read, forward and backward, killed or
 * cut off at any byte, with any bit flipped; what the formats' descriptions say is in the
 * file; lists of volumes and scratch pools. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "devices/tape/drive.h"
#include "tests/unit/lone.h"

enum { CE_DE = 0x0C, UC = 0x02, CHECKED = 0x0E, EXCEPTION = 0x0D };

static const struct tape_format *const writable[] = { &tape_aws, &tape_het, &tape_fake,
                                                      &tape_simh };
enum { WRITABLE = 4 };

static char *image_path(const struct tape_format *format)
{
    char name[40];
    snprintf(name, sizeof name, "image%s", format->ending);
    char *path = lone_file(name, NULL, 0);
    unlink(path);
    return path;
}

static struct tape_image *opened(const char *path)
{
    char error[400] = "";
    bool made;
    struct tape_image *image = tape_open(path, false, &made, error, sizeof error);
    check(image != NULL, "%s: %s", path, error);
    if (!image)
        exit(1);
    return image;
}

/* Block number i: its length and its bytes, of which every third is as random as can be. */
static size_t block(unsigned i, uint8_t *bytes, size_t most)
{
    size_t length = 1 + i * 7919u % most;
    uint32_t state = i * 2654435761u + 1;
    for (size_t k = 0; k < length; k++) {
        state ^= state << 13, state ^= state >> 17, state ^= state << 5;
        bytes[k] = i % 3 ? (uint8_t)(i + k / 50) : (uint8_t)state;
    }
    return length;
}

/* Every fifth is a mark. */
static bool put(struct tape_image *image, unsigned i, size_t most)
{
    static uint8_t bytes[1 << 18];
    if (i % 5 == 4)
        return tape_write_mark(image) == TAPE_MARK;
    size_t length = block(i, bytes, most);
    return tape_write(image, bytes, length) == TAPE_BLOCK;
}

static bool is(struct tape_image *image, enum tape_result result, unsigned i, size_t most)
{
    static uint8_t bytes[1 << 18];
    if (i % 5 == 4)
        return result == TAPE_MARK;
    size_t length = block(i, bytes, most);
    return result == TAPE_BLOCK && image->length == length && !memcmp(image->bytes, bytes, length);
}

static size_t longest(const struct tape_format *format)
{
    return format->longest ? format->longest : 1 << 18;
}

/* ---- round trips and motion ------------------------------------------------------- */

static void test_round_trip(const struct tape_format *format, const struct tape_compression *how)
{
    enum { BLOCKS = 120 };
    char *path = image_path(format);
    size_t most = longest(format);
    struct tape_image *image = opened(path);
    check(image->format == format, "%s is a %s", path, image->format->name);
    if (how)
        image->compression = *how;
    for (unsigned i = 0; i < BLOCKS; i++)
        check(put(image, i, most), "%s: block %u: %s", format->name, i, image->error);
    tape_close(image);

    image = opened(path);
    check(image->format == format, "%s is read as %s", path, image->format->name);
    for (unsigned i = 0; i < BLOCKS; i++)
        check(is(image, tape_read(image), i, most), "%s: block %u: %s", format->name, i,
              image->error);
    check(tape_read(image) == TAPE_VOID && tape_read(image) == TAPE_VOID, "the end");
    for (unsigned i = BLOCKS; i-- > 0; ) {
        enum tape_result result = tape_backward(image);
        check(result == (i % 5 == 4 ? TAPE_MARK : TAPE_BLOCK) && image->position == i,
              "%s: back to %u", format->name, i);
    }
    check(tape_backward(image) == TAPE_LOAD_POINT, "load point");
    for (unsigned i = 0; i < BLOCKS; i++) {
        unsigned at = i * 37 % BLOCKS;
        check(tape_locate(image, at) == TAPE_BLOCK && is(image, tape_read(image), at, most),
              "%s: locate %u", format->name, at);
    }
    check(tape_locate(image, BLOCKS + 1) == TAPE_VOID, "locate beyond the end");
    tape_close(image);

    /* A new image knows nothing yet: go forward without bytes, write over block 50. */
    image = opened(path);
    for (unsigned i = 0; i < 50; i++)
        check(tape_forward(image) == (i % 5 == 4 ? TAPE_MARK : TAPE_BLOCK), "forward %u", i);
    check(put(image, 77, most) && tape_read(image) == TAPE_VOID, "overwritten: an end");
    tape_close(image);
    image = opened(path);
    for (unsigned i = 0; i < 51; i++)
        check(is(image, tape_read(image), i < 50 ? i : 77, most), "%s: block %u after overwriting",
              format->name, i);
    check(tape_read(image) == TAPE_VOID, "the end after overwriting");
    check(tape_locate(image, 10) == TAPE_BLOCK && tape_erase(image) == TAPE_BLOCK &&
          tape_read(image) == TAPE_VOID, "erased");
    check(tape_write(image, "x", longest(format) == 65535 ? 65536 : TAPE_BLOCK_MOST + 1)
          == TAPE_FAILED && image->position == 10, "too long a block");
    tape_close(image);
    free(path);
}

static void test_round_trips(void)
{
    static const struct tape_compression hows[] = {
        { TAPE_ZLIB, 1, 4096 }, { TAPE_ZLIB, 9, 65535 }, { TAPE_BZIP2, 1, 5000 },
        { TAPE_BZIP2, 9, 65535 }, { TAPE_PLAIN, 4, 4096 } };
    for (int f = 0; f < WRITABLE; f++)
        test_round_trip(writable[f], NULL);
    for (int h = 0; h < 5; h++)
        test_round_trip(&tape_het, &hows[h]);
}

/* ---- what is in the file ----------------------------------------------------------- */

static void write_small(const char *path)
{
    struct tape_image *image = opened(path);
    check(tape_write(image, "abc", 3) == TAPE_BLOCK && tape_write_mark(image) == TAPE_MARK &&
          tape_write(image, "de", 2) == TAPE_BLOCK, "write");
    tape_close(image);
}

static void test_layouts(void)
{
    static const struct { const struct tape_format *format; const char *bytes; size_t n; } cases[] = {
        { &tape_aws, "\3\0\0\0\xA0\0abc\0\0\3\0\x40\0\2\0\0\0\xA0\0de", 23 },
        { &tape_het, "\3\0\0\0\xA0\0abc\0\0\3\0\x40\0\2\0\0\0\xA0\0de", 23 },
        { &tape_fake, "000000030003abc000300000003000000020002de", 41 },
        { &tape_simh, "\3\0\0\0abc\0\3\0\0\0\0\0\0\0\2\0\0\0de\2\0\0\0", 26 },
    };
    uint8_t got[100];
    for (int i = 0; i < 4; i++) {
        char *path = image_path(cases[i].format);
        write_small(path);
        size_t n = lone_slurp(path, got, sizeof got);
        check(n == cases[i].n && !memcmp(got, cases[i].bytes, n), "%s: %zu bytes",
              cases[i].format->name, n);
        free(path);
    }
}

/* A file of given bytes, and what reading it gives: letters are blocks with those bytes,
 * | a mark, ! a bad block, ? damage, . the end. */
static void expect(const char *name, const void *bytes, size_t n, const char *expected)
{
    char *path = lone_file(name, bytes, n), got[200] = "";
    struct tape_image *image = opened(path);
    size_t at = 0;
    for (enum tape_result result = TAPE_MARK; at < 150; ) {
        result = tape_read(image);
        if (result == TAPE_BLOCK)
            at += (size_t)sprintf(got + at, "%.*s ", (int)image->length, image->bytes);
        else
            got[at++] = ".|!?"[result == TAPE_MARK ? 1 : result == TAPE_BAD ? 2
                               : result == TAPE_DAMAGED ? 3 : 0];
        if (result == TAPE_VOID || result == TAPE_DAMAGED || result == TAPE_FAILED)
            break;
    }
    check(strcmp(got, expected) == 0, "%s: \"%s\", not \"%s\": %s", name, got, expected,
          image->error);
    if (strchr(expected, '?'))
        check(strstr(image->error, "offset X'") != NULL, "%s: no offset: %s", name, image->error);
    tape_close(image);
    uint8_t after[1000];
    check(lone_slurp(path, after, sizeof after) == n && !memcmp(after, bytes, n),
          "%s: the image has changed", name);
    free(path);
}
#define EXPECT(name, bytes, expected) expect(name, bytes, sizeof bytes - 1, expected)

static void test_simh(void)
{
    EXPECT("a.tap", "\1\0\0\0a\0\1\0\0\0\0\0\0\0\0\0\0\0", "a ||.");
    EXPECT("unpadded.tap", "\1\0\0\0a\1\0\0\0\3\0\0\0bcd\3\0\0\0\0\0\0\0", "a bcd |.");
    EXPECT("bad.tap", "\2\0\0\x80" "ab\2\0\0\x80\2\0\0\0cd\2\0\0\0", "!cd .");
    EXPECT("gap.tap", "\xFE\xFF\xFF\xFF\xFE\xFF\xFF\xFF\2\0\0\0cd\2\0\0\0\xFE\xFF\xFF\xFF\0\0\0\0",
           "cd |.");
    EXPECT("end.tap", "\2\0\0\0cd\2\0\0\0\xFF\xFF\xFF\xFF\2\0\0\0cd\2\0\0\0", "cd .");
    EXPECT("private.tap", "\2\0\0\x10zz\2\0\0\x10\1\0\0\x70\2\0\0\0cd\2\0\0\0\2\0\0\xE0xx\2\0\0\xE0"
           "\0\0\0\0", "cd |.");
    EXPECT("cut.tap", "\2\0\0\0cd\2\0\0\0\2\0\0\0c", "cd ?");
    EXPECT("cut2.tap", "\2\0\0\0cd\2\0\0\0\2\0", "cd ?");
    EXPECT("other.tap", "\2\0\0\0cd\2\0\0\0\2\0\0\0cd\3\0\0\0", "cd ?");
    EXPECT("named-otherwise", "\2\0\0\0cd\2\0\0\0\0\0\0\0", "cd |.");
    EXPECT("aws-by-content.tap", "\2\0\0\0\xA0\0cd\0\0\2\0\x40\0", "cd |.");
}

static void test_fake(void)
{
    EXPECT("a.fkt", "000000020002ab000200000002000000000000", "ab ||.");
    EXPECT("lower.fkt", "0000000a000aabcdefghij000a0001000bx", "abcdefghij x .");
    EXPECT("xor.fkt", "000000020002ab000200020001cd", "ab ?");
    EXPECT("cut.fkt", "000000020002ab00020003", "ab ?");
    EXPECT("cut2.fkt", "000000020002ab000200030001a", "ab ?");
    EXPECT("named-otherwise.x", "000000020002ab", "ab .");
}

static void test_het_damage(void)
{
    EXPECT("both.het", "\2\0\0\0\xA0\0ab\2\0\2\0\xA3\0cd", "ab ?");
    EXPECT("rubbish.het", "\2\0\0\0\xA0\0ab\2\0\2\0\xA1\0cd", "ab ?");
    EXPECT("rubbish2.het", "\2\0\0\0\xA0\0ab\2\0\2\0\xA2\0cd", "ab ?");
    /* Some write marks that say of themselves that they begin and end. */
    EXPECT("marks.aws", "\2\0\0\0\xA0\0ab\0\0\2\0\x60\0\0\0\0\0\xE0\0", "ab ||.");
    EXPECT("marked.aws", "\2\0\0\0\xA0\0ab\0\0\2\0\x41\0", "ab ?");
}

/* ---- OMA -------------------------------------------------------------------------- */

static void test_oma(void)
{
    free(lone_file("f1", "aaaabbbbcc", 10));
    free(lone_file("f2", "one\r\ntwo\n\nthree\x1A", 16));
    static const char headers[] = "\3\0\0\0\0\0\0\0@HDF\0\0\0\0xyz\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\x10\0\0\0\0\0\0\0@HDF\0\0\0\0" "0123456789abcdef"
        "\xFF\xFF\xFF\xFF\x20\0\0\0@HDF\0\0\0\0";
    free(lone_file("f3", headers, sizeof headers - 1));
    EXPECT("fixed.tdf", "@TDF\nf1 FIXED RECSIZE 4\nEOT\nrubbish\n", "aaaa bbbb cc ||.");
    EXPECT("headers.tdf", "@TDF ; comment\r\nf3 headers\r\nTM\r\n\r\n", "xyz 0123456789abcdef |||.");
    EXPECT("both", "@TDF\n.\\f1 undefined recsize 10\nf3 HEADERS", "aaaabbbbcc |xyz 0123456789abcdef ||.");
    EXPECT("text.tdf", "@TDF\nf2 TEXT\n", "\x96\x95\x85 \xA3\xA6\x96 \x40 \xA3\x88\x99\x85\x85 ||.");
    free(lone_file("f4", headers, 45));
    EXPECT("cut.tdf", "@TDF\nf4 HEADERS\n", "xyz ?");
    free(lone_file("f4", headers, 52));
    EXPECT("cut2.tdf", "@TDF\nf4 HEADERS\n", "xyz ?");
    free(lone_file("f4", headers, 20));
    EXPECT("cut3.tdf", "@TDF\nf1 FIXED RECSIZE 9\nf4 HEADERS\n", "aaaabbbbc c |xyz ?");
    static const struct { const char *text, *says; } bad[] = {
        { "@TDF\n", "no files" }, { "@TDF\nf1\n", "line 2" }, { "@TDF\nf1 FIXED\n", "RECSIZE" },
        { "@TDF\nf1 FIXED RECSIZE 0\n", "RECSIZE" }, { "@TDF\nf1 FIXED RECSIZE x\n", "RECSIZE" },
        { "@TDF\nf1 FIXED RECSIZE 65536\n", "RECSIZE" }, { "@TDF\nf2 TEXT\nf1 LEAD\n", "line 3" },
        { "@TDF\nnone TEXT\n", "line 2" }, { "@TDF\n. TEXT\n", "no file" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char error[400] = "", *path = lone_file("bad.tdf", bad[i].text, strlen(bad[i].text));
        bool made;
        struct tape_image *image = tape_open(path, false, &made, error, sizeof error);
        check(!image && strstr(error, bad[i].says), "%s: %s", bad[i].text, error);
        tape_close(image);
        free(path);
    }
    char *path = lone_file("fixed.tdf", "@TDF\nf1 FIXED RECSIZE 4\n", 24);
    struct tape_image *image = opened(path);
    check(image->read_only && tape_write(image, "x", 1) == TAPE_FAILED &&
          tape_write_mark(image) == TAPE_FAILED, "OMA is read only");
    tape_close(image);
    free(path);
}

/* ---- damage ------------------------------------------------------------------------- */

/* Cut off at each length, and each bit flipped: an end or a message, no change. */
static void hurt(const uint8_t *bytes, size_t n, const struct tape_format *format)
{
    static uint8_t after[4000];
    char error[400], name[40];
    bool made;
    snprintf(name, sizeof name, "hurt%s", format->ending);
    char *path = lone_file(name, bytes, n);
    struct tape_image *image = tape_open(path, false, &made, error, sizeof error);
    if (image) {
        unsigned passed = 0, back = 0;
        enum tape_result result;
        while ((result = tape_read(image)) == TAPE_BLOCK || result == TAPE_MARK ||
               result == TAPE_BAD)
            if (++passed > 2000)
                break;
        check(result == TAPE_VOID || (result == TAPE_DAMAGED && *image->error), "%s: result %d",
              format->name, result);
        while ((result = tape_backward(image)) == TAPE_BLOCK || result == TAPE_MARK)
            back++;
        check(back == passed && result == TAPE_LOAD_POINT, "%s: %u back, %u forward",
              format->name, back, passed);
        tape_close(image);
    } else
        check(*error != 0, "%s: refused without a reason", format->name);
    check(lone_slurp(path, after, sizeof after) == n && !memcmp(after, bytes, n),
          "%s: the image has changed", format->name);
    free(path);
}

static void test_damage(void)
{
    static uint8_t bytes[4000];
    for (int f = 0; f < WRITABLE; f++) {
        char *path = image_path(writable[f]);
        struct tape_image *image = opened(path);
        for (unsigned i = 0; i < 6; i++)
            check(put(image, i, 40), "write");
        tape_close(image);
        size_t n = lone_slurp(path, bytes, sizeof bytes);
        for (size_t length = 0; length < n; length++)
            hurt(bytes, length, writable[f]);
        for (size_t bit = 0; bit < 8 * n; bit++) {
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            hurt(bytes, n, writable[f]);
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        free(path);
    }
}

/* Killed at any moment: what was told written is there, whole; the next drive goes on. */
static void kill_writer(const struct tape_format *format, int after)
{
    int said[2], told = 0;
    char x[64], *path = image_path(format);
    if (pipe(said) < 0)
        exit(1);
    fflush(stdout);
    pid_t writer = fork();
    if (writer == 0) {
        struct tape_image *image = opened(path);
        for (unsigned i = 0; put(image, i, 60000) && write(said[1], "x", 1) == 1; i++)
            ;
        _exit(1);
    }
    close(said[1]);
    for (ssize_t n; told < after && (n = read(said[0], x, sizeof x)) > 0; )
        told += (int)n;
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    for (ssize_t n; (n = read(said[0], x, sizeof x)) > 0; )
        told += (int)n;
    close(said[0]);
    struct tape_image *image = opened(path);
    int found = 0;
    enum tape_result result;
    while ((result = tape_read(image)) == TAPE_BLOCK || result == TAPE_MARK) {
        check(is(image, result, (unsigned)found, 60000), "%s: block %d is torn", format->name,
              found);
        found++;
    }
    check(result == TAPE_VOID && (found == told || found == told + 1), "%s: %d found, %d told: %s",
          format->name, found, told, image->error);
    check(put(image, 1, 60000) && tape_backward(image) == TAPE_BLOCK &&
          is(image, tape_read(image), 1, 60000) && tape_read(image) == TAPE_VOID, "it goes on");
    tape_close(image);
    free(path);
}

static void test_kill(void)
{
    for (int f = 0; f < WRITABLE; f++)
        for (int round = 0; round < 10; round++)
            kill_writer(writable[f], 5 + 17 * round);
}

/* ---- drives ------------------------------------------------------------------------- */

static void test_locks(void)
{
    for (int f = 0; f < WRITABLE; f++) {
        char *path = image_path(writable[f]), error[400];
        bool made;
        struct tape_image *one = opened(path);
        check(!tape_open(path, false, &made, error, sizeof error) &&
              strstr(error, "another drive"), "%s: two writers: %s", writable[f]->name, error);
        tape_close(one);
        check(tape_make(path, writable[f], error, sizeof error) == NULL &&
              strstr(error, "exists"), "made over a file: %s", error);
        free(path);
    }
}

/* A reel that is full refuses a block and has lost nothing. */
static void test_full(void)
{
    static uint8_t bytes[60000];
    for (int f = 0; f < WRITABLE; f++) {
        char *path = image_path(writable[f]);
        struct tape_image *image = opened(path);
        for (unsigned i = 0; i < 4; i++)
            check(put(image, i, 500), "write");
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(i * i >> 3 ^ i >> 7);
        image->most = image->size + 100;
        check(tape_locate(image, 2) == TAPE_BLOCK, "locate");
        image->compression.method = TAPE_PLAIN;
        check(tape_write(image, bytes, sizeof bytes) == TAPE_FULL, "%s: full", writable[f]->name);
        for (unsigned i = 2; i < 4; i++)
            check(is(image, tape_read(image), i, 500), "%s: block %u is still there",
                  writable[f]->name, i);
        check(tape_write(image, bytes, sizeof bytes) == TAPE_FULL && tape_read(image) == TAPE_VOID,
              "%s: full at its end", writable[f]->name);
        tape_close(image);
        free(path);
    }
}

/* The host's disk is full, or the file is removed: equipment check, a message, and what was
 * written before is there afterwards. */
static void test_host_fails(const struct tape_format *format)
{
    enum { BLOCKS = 4, LENGTH = 5000, READ = 0x02, WRITE = 0x01, REWIND_UNLOAD = 0x0F };
    static uint8_t bytes[100000];
    char *path = image_path(format);
    struct lone *lone = lone_new("3490", path);
    struct rlimit old, small;
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        state ^= state << 13, state ^= state >> 17, state ^= state << 5;
        bytes[i] = (uint8_t)state;
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        check(lone_give(lone, WRITE, bytes + i, LENGTH) == CE_DE, "%s: write", format->name);
    signal(SIGXFSZ, SIG_IGN);              /* as the program does */
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = BLOCKS * LENGTH + 10000;
    setrlimit(RLIMIT_FSIZE, &small);
    check(lone_give(lone, WRITE, bytes, 60000) == CHECKED && lone_sense(lone) == 0x10,
          "%s: a full disk", format->name);
    check(strstr(lone->said[0], "HHC00204E") && strstr(lone->said[0], "writing at"), "%s: %s",
          format->name, lone->said[0]);
    setrlimit(RLIMIT_FSIZE, &old);
    check(lone_give(lone, WRITE, bytes + BLOCKS, LENGTH) == CE_DE, "%s: room again",
          format->name);
    check(unlink(path) == 0, "unlink");
    check(lone_give(lone, WRITE, bytes, LENGTH) == CHECKED && lone_sense(lone) == 0x10,
          "%s: a file that was removed", format->name);
    check(strstr(lone->said[0], "HHC00204E") && strstr(lone->said[0], "removed"), "%s: %s",
          format->name, lone->said[0]);
    lone_get(lone, REWIND_UNLOAD, 1);
    check(strstr(lone->said[0], "HHC00205W"), "%s: %s", format->name, lone->said[0]);
    lone_free(lone);
    lone = lone_new("3490", path);
    for (unsigned i = 0; i <= BLOCKS; i++)
        check(lone_get(lone, READ, LENGTH) == CE_DE && memcmp(lone->out, bytes + i, LENGTH) == 0,
              "%s: block %u is lost", format->name, i);
    /* And one that is cut while it is read. */
    lone_get(lone, 0x07, 1);
    check(truncate(path, 100) == 0, "truncate");
    check(lone_get(lone, READ, LENGTH) == CHECKED && strstr(lone->said[0], "HHC00204E"), "%s: %s",
          format->name, lone->said[0]);
    lone_free(lone);
    free(path);
}

static void test_options(void)
{
    static const struct { const char *name, *words; size_t least, most; unsigned flags; } cases[] = {
        { "o.het", "", 10, 200, 0xA1 }, { "o.het", "compress=0", 50006, 50006, 0xA0 },
        { "o.aws", "", 50006, 50006, 0xA0 }, { "o.aws", "compress=1", 10, 200, 0xA1 },
        { "o.aws", "idrc=1 method=2", 10, 200, 0xA2 }, { "o.het", "method=B", 10, 200, 0xA2 },
        { "o.het", "awstape", 50006, 50006, 0xA0 },
        { "o.het", "compress=0 chunksize=5000", 50060, 50060, 0x80 },
        { "o.fkt", "", 50012, 50012, 'C' }, { "o.tap", "compress=1", 50008, 50008, 'x' },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = lone_file(cases[i].name, NULL, 0), words[300];
        unlink(path);
        snprintf(words, sizeof words, "%s %s", path, cases[i].words);
        struct lone *lone = lone_new("3490", words);
        check(lone_write(lone, 'x', 50000) == CE_DE, "write");
        lone_free(lone);
        static uint8_t bytes[70000];
        size_t n = lone_slurp(path, bytes, sizeof bytes);
        check(n >= cases[i].least && n <= cases[i].most && bytes[4] == cases[i].flags,
              "%s %s: %zu bytes, %02X", cases[i].name, cases[i].words, n, bytes[4]);
        free(path);
    }
}

/* A bad block is a data check, with its bytes, and the tape is behind it. */
static void test_bad_block(void)
{
    char *path = lone_file("bad.tap", "\2\0\0\x80" "ab\2\0\0\x80\2\0\0\0cd\2\0\0\0", 20);
    struct lone *lone = lone_new("3420", path);
    check(lone_get(lone, 0x02, 10) == CHECKED && lone->given == 2 && lone_sense(lone) == 0x08 &&
          strstr(lone->said[0], "bad"), "a bad block: %s", lone->said[0]);
    check(lone_get(lone, 0x02, 10) == CE_DE && lone->out[0] == 'c', "the one behind it");
    check(lone_get(lone, 0x27, 1) == CE_DE && lone_get(lone, 0x0C, 10) == CHECKED &&
          lone->given == 2 && lone->out[0] == 'b' && lone_get(lone, 0x27, 1) == CHECKED,
          "backward over it");
    lone_free(lone);
    free(path);
}

static void make_volume(const char *path, const char *text)
{
    unlink(path);
    struct tape_image *image = opened(path);
    if (text)
        check(tape_write(image, text, strlen(text)) == TAPE_BLOCK, "write");
    tape_close(image);
}

/* The tape that a drive has says this, or (NULL) there is none. */
static void expect_volume(struct lone *lone, const char *text)
{
    unsigned status = lone_get(lone, 0x02, 100);
    if (!text)
        check(status == UC || status == CHECKED, "a tape is there: %02X", status);
    else
        check(status == CE_DE && lone->given == strlen(text) &&
              !memcmp(lone->out, text, lone->given), "it is not \"%s\": %02X %s", text, status,
              lone->said[0]);
}

static void unload(struct lone *lone)
{
    lone_get(lone, 0x0F, 1);
    drive_load_next(&lone->dev, NULL);
}

static void test_library(void)
{
    char *a = lone_file("vol-a.aws", NULL, 0), *b = lone_file("vol b#.het", NULL, 0);
    char *c = lone_file("vol-c.tap", NULL, 0), *missing = lone_file("not-there.aws", NULL, 0);
    char text[1000], words[300];
    make_volume(a, "A"), make_volume(b, "B"), make_volume(c, "C");
    unlink(missing);
    snprintf(text, sizeof text, "# a comment\n\n%s\n* ro\n\"%s\"   # protected\n%s nonsense\n%s rw\n",
             a, b, a, c);
    char *list = lone_file("list", text, strlen(text));
    snprintf(words, sizeof words, "@%s", list);
    struct lone *lone = lone_new("3480", words);
    expect_volume(lone, "A");
    check(lone_write(lone, 'x', 5) == CE_DE, "the first may be written");
    unload(lone);
    expect_volume(lone, "B");
    check(lone_write(lone, 'x', 5) == CHECKED, "the second may not");
    unload(lone);
    check(strstr(lone->said[0], "vol-c") && strstr(lone->said[1], "nonsense"), "%s",
          lone->said[0]);
    expect_volume(lone, "C");
    check(lone_write(lone, 'x', 5) == CE_DE, "rw is the last word");
    unload(lone);
    check(strstr(lone->said[0], "no more volumes"), "%s", lone->said[0]);
    expect_volume(lone, NULL);
    lone->dev.type->close(&lone->dev);
    check(lone_open(lone, words), "once more: %s", lone->said[0]);
    expect_volume(lone, "A");

    /* AUTOINIT */
    lone->dev.type->close(&lone->dev);
    lone->machine.options.no_tape_autoinit = true;
    check(!lone_open(lone, missing) && strstr(lone->said[0], "AUTOINIT"), "%s", lone->said[0]);
    lone->machine.options.no_tape_autoinit = false;
    check(lone_open(lone, missing), "%s", lone->said[0]);
    lone_free(lone);
    free(a), free(b), free(c), free(missing), free(list);
}

static void test_scratch(void)
{
    char *folder = lone_file("pool", NULL, 0), path[300], text[400], words[300];
    static const char *const names[] = { "1used.aws", "2blank.aws", "3rubbish", "4label.het" };
    mkdir(folder, 0777);
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (i == 2) {
            FILE *file = fopen(path, "w");
            fputs("this is no tape at all", file);
            fclose(file);
        } else
            make_volume(path, i == 0 ? "used" : NULL);
    }
    struct tape_image *image = opened(path);
    uint8_t label[80];
    memset(label, 0x40, 80);
    memcpy(label, "\xE5\xD6\xD3\xF1", 4);
    tape_write(image, label, 80);
    memset(label, 0xF0, 80);
    memcpy(label, "\xC8\xC4\xD9\xF1", 4);
    tape_write(image, label, 80);
    tape_write_mark(image);
    tape_close(image);

    snprintf(text, sizeof text, "%s\n", folder);
    char *list = lone_file("pool-list", text, strlen(text));
    snprintf(words, sizeof words, "@%s", list);
    struct lone *lone = lone_new("3480", words), *other = lone_new("3480", NULL);
    check(strstr(lone->said[0], "2blank"), "%s", lone->said[0]);
    check(lone_open(other, words) && strstr(other->said[0], "4label"), "%s", other->said[0]);
    check(lone_write(lone, 'x', 100) == CE_DE, "use it");
    other->dev.type->close(&other->dev);
    unload(lone);
    check(strstr(lone->said[0], "4label"), "%s", lone->said[0]);
    check(lone_write(lone, 'x', 100) == CE_DE, "use it");
    unload(lone);
    expect_volume(lone, NULL);
    check(strstr(lone->said[1], "no scratch tape"), "%s", lone->said[1]);
    lone_free(lone);
    lone_free(other);
    free(folder), free(list);
}

int main(void)
{
    test_layouts();
    test_round_trips();
    test_simh();
    test_fake();
    test_het_damage();
    test_oma();
    test_damage();
    test_kill();
    test_locks();
    test_full();
    for (int f = 0; f < WRITABLE; f++)
        test_host_fails(writable[f]);
    test_options();
    test_bad_block();
    test_library();
    test_scratch();
    lone_clean();
    return checks_done();
}
