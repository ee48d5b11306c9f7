/* The disk tools on files of any bytes: as an image, as a control file of `dasd create`, as what
 * TRANSMIT or IEBCOPY made. They end, with a status of theirs; those that only look leave the
 * file as it is, and a repair leaves something that needs none. The last byte says which tool. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/devices.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS = 12 };

struct run { int (*main)(int, char **); const char *words[WORDS]; };

static const struct run looking[] = {
    { dasd_main, { "dasd", "info", "--sum", "--json", "x" } },
    { dasd_main, { "dasd", "check", "-3", "--json", "x" } },
    { dasd_main, { "dasd", "check", "-4", "x" } },
    { dasd_main, { "dasd", "ls", "--json", "x" } },
    { dasd_main, { "dasdls", "-hdr", "-caldt", "-refdt", "-expdt", "x" } },
    { dasd_main, { "dasd", "show", "x", "0", "0" } },
    { dasd_main, { "dasd", "map", "--json", "x" } },
    { dasd_main, { "cckddiag", "-d", "-c", "-1", "-r", "3", "-2", "-t", "-x", "x" } },
    { dasd_main, { "dasd", "diff", "x", "x" } },
    { dasd_main, { "dasd", "copy", "-o", "CCKD", "-r", "x", "y" } },
    { dasd_main, { "dasd", "copy", "-o", "CFBA64", "-r", "x", "y" } },
    { dasd_main, { "dasd", "pdsu", "--force", "x", "A.PDS", "folder" } },
    { dasd_main, { "dasd", "cat", "x", "A.TEXT" } },
};
static const struct run changing[] = {
    { dasd_main, { "dasd", "isup", "--json", "x" } },
    { dasd_main, { "dasd", "serial", "x", "CHANGE" } },
    { dasd_main, { "dasd", "swap", "x" } },
    { dasd_main, { "dasd", "compress", "x" } },
};
static const struct run repairing = { dasd_main, { "dasd", "repair", "-3", "x" } };
static const struct run checking = { dasd_main, { "dasd", "check", "-3", "x" } };
static const struct run loading[] = {
    { dasd_main, { "dasd", "create", "--force", "-0", "-f", "xmit.ctl", "y" } },
    { dasd_main, { "dasd", "create", "--force", "-0", "-f", "vs.ctl", "y" } },
    { card_main, { "card", "xmi", "--force", "-a", "x", "folder" } },
};
static const struct run control = { dasd_main, { "dasd", "create", "--force", "-0", "-f", "x", "y" } };

static int run(const struct run *run)
{
    char *argv[WORDS + 1] = { NULL }, *words[WORDS + 1];
    int argc = 0;
    for (; argc < WORDS && run->words[argc]; argc++)
        argv[argc] = strdup(run->words[argc]);
    memcpy(words, argv, sizeof words);
    int status = run->main(argc, words);
    fflush(stdout);
    if (status < 0 || status > 2)
        abort();
    while (argc > 0)
        free(argv[--argc]);
    return status;
}

enum { LOOKING = sizeof looking / sizeof *looking, CHANGING = sizeof changing / sizeof *changing,
       LOADING = sizeof loading / sizeof *loading, ALL = LOOKING + CHANGING + LOADING + 2 };

/* Has a line a third word of more than three digits? A volume of that many cylinders would take
 * seconds to make. */
static bool asks_for_much(const uint8_t *bytes, size_t length)
{
    unsigned word = 0, digits = 0;
    bool inside = false;
    for (size_t i = 0; i < length; i++) {
        bool blank = bytes[i] <= ' ';
        word = bytes[i] == '\n' ? 0 : word + (!blank && !inside);
        digits = !blank && word == 3 && bytes[i] >= '0' && bytes[i] <= '9' ? digits + 1 : 0;
        inside = !blank;
        if (digits > 3)
            return true;
    }
    return false;
}

static void run_one(const uint8_t *bytes, size_t length, unsigned which)
{
    static const char xmit[] = "fuzz01 2311 8\na.pds xmit x\n", vs[] = "fuzz01 2311 8\na.pds vs x\n";
    if (which < LOOKING) {
        run(&looking[which]);
        if (!fuzz_is("x", bytes, length))
            abort();
    } else if (which < LOOKING + CHANGING)
        run(&changing[which - LOOKING]);
    else if (which < LOOKING + CHANGING + LOADING) {
        fuzz_put("xmit.ctl", (const uint8_t *)xmit, sizeof xmit - 1);
        fuzz_put("vs.ctl", (const uint8_t *)vs, sizeof vs - 1);
        run(&loading[which - LOOKING - CHANGING]);
    } else if (which == ALL - 1) {
        if (run(&repairing) == 0 && memcmp(bytes, "CKD_C", 5) == 0 && run(&checking) != 0)
            abort();               /* it said that all is well now */
    } else if (!memchr(bytes, '/', length) && length < 4096 && !asks_for_much(bytes, length))
        run(&control);             /* no names that lead out of here */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > 1 << 17 || length-- < 9 || fuzz_too_large(bytes, length))
        return 0;
    fuzz_enter();
    if (mkdir("folder", 0700) < 0)
        exit(1);
    fuzz_put("x", bytes, length);
    struct fuzz_silence was = fuzz_silence();
    run_one(bytes, length, bytes[length] % ALL);
    fuzz_speak(was);
    fuzz_empty();
    return 0;
}

/* ---- good inputs -------------------------------------------------------------------------- */

static size_t image_seed(int i, uint8_t *bytes, size_t size)
{
    static const char text[] = "fuzz01 2311 6\na.text text t trk 1 0 0 ps fb 80 400\n"
        "a.pds empty trk 2 0 3 po fb 80 400\nsys1.svclib empty trk 1 0 1 po u 0 1024\n";
    static const char *const formats[] = { "-z", "-0", "-bz2", "-64" };
    fuzz_enter();
    fuzz_put("c", (const uint8_t *)text, sizeof text - 1);
    fuzz_put("t", (const uint8_t *)"one line\nanother\n", 17);
    struct run make = { dasd_main, { "dasd", "create", "-q", formats[i], i == 3 ? "-z" : "-q",
                                     "-f", "c", "y" } };
    if (run(&make) != 0)
        abort();
    FILE *file = fopen("y", "rb");
    size_t n = fread(bytes, 1, size, file);
    fclose(file);
    fuzz_empty();
    return n;
}

/* A library of one member as IEBCOPY unloads it, on a device of 10 tracks a cylinder. */
static size_t unloaded_seed(uint8_t *p)
{
    enum { COPYR1 = 56, COPYR2 = 276, DIRECTORY = 12 + 8 + 256, BLOCK = 12 + 80 };
    memset(p, 0, COPYR1 + COPYR2 + DIRECTORY + 12 + BLOCK + 12);
    static const uint8_t head[] = { 0, 0xCA, 0x6D, 0x0F, 2, 0, 0, 80, 0, 80, 0x80, 0 };
    memcpy(p, head, sizeof head);
    p[27] = 10;
    uint8_t *q = p + COPYR1;
    q[0] = 1;
    q[16 + 13] = 4;                  /* head 0 to 4 of cylinder 0: five tracks */
    q[16 + 15] = 5;
    q += COPYR2;
    q[9] = 8;
    q[10] = 1;
    memset(q + 12, 0xC1, 8);
    q[20] = 0, q[21] = 14 + 12;
    memset(q + 22, 0xC1, 8);
    q[31] = 1, q[32] = 1;            /* track 1, record 1 */
    memset(q + 34, 0xFF, 8);
    q += DIRECTORY + 12;
    q[7] = 1, q[8] = 1, q[11] = 80;
    memset(q + 12, 0xC2, 80);
    q += BLOCK;
    q[7] = 1, q[8] = 2;
    return (size_t)(q + 12 - p);
}

/* That in a deck, in segments of at most 253 bytes, each record one of the source's. */
static size_t segments(uint8_t *to, const uint8_t *from, size_t length, uint8_t flags)
{
    size_t n = 0;
    for (size_t at = 0; at < length; ) {
        size_t part = length - at < 253 ? length - at : 253;
        to[n] = (uint8_t)(part + 2);
        to[n + 1] = (uint8_t)(flags | (at == 0 ? 0x80 : 0) | (at + part == length ? 0x40 : 0));
        memcpy(to + n + 2, from + at, part);
        n += part + 2;
        at += part;
    }
    return n;
}

static size_t deck_seed(uint8_t *bytes, size_t size)
{
    static const uint8_t r02[] = { 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF2, 0, 0, 0, 1, 0, 0x3C, 0, 1,
                                   0, 2, 2, 0, 0, 2, 0, 1, 0, 2, 0xC1, 0xC2 };
    static const uint8_t r06[] = { 0xC9, 0xD5, 0xD4, 0xD9, 0xF0, 0xF6 };
    uint8_t unloaded[1024];
    size_t length = unloaded_seed(unloaded), n = 0;
    if (size < 4096)
        return 0;
    n += segments(bytes, r02, sizeof r02, 0x20);
    n += segments(bytes + n, unloaded, length, 0);
    n += segments(bytes + n, r06, sizeof r06, 0x20);
    while (n % 80)
        bytes[n++] = 0;
    return n;
}

static size_t plain_seed(int i, uint8_t *bytes, size_t size)
{
    static const char layout[] = "# a volume\nfuzz02 3330 2\na.text text t trk 1 0 0 ps fb 80 800\n"
        "a.b empty cyl 1 1 5 po u 0 13030\nsysctlg cvol trk 1 0 0 ps f 256 256 8\nv vtoc trk 2\n"
        "sys1.logrec dip trk 3\nd empty trk 1 0 0 da f 176 176 8\n";
    if (i < 4)
        return image_seed(i, bytes, size);
    if (i == 4)
        return unloaded_seed(bytes);
    if (i == 5)
        return deck_seed(bytes, size);
    if (i == 6) {
        memcpy(bytes, layout, sizeof layout - 1);
        return sizeof layout - 1;
    }
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    return fuzz_with_each(i, ALL, plain_seed, bytes, size);
}
