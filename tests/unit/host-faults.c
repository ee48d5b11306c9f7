/* A host that fails in the middle of things, for all media that are no disks (for those:
 * dasd-faults): this program's own calls stand in for the C library's. The Nth read or write of a
 * file fails, once or from then on, at once or when half of its bytes are through, for each N.
 * The guest is told, the operator is, and what was acknowledged is there afterwards. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "devices/tape/drive.h"
#include "tests/unit/lone.h"

enum { CE_DE = 0x0C, CHECKED = 0x0E, INTERVENTION = 0x40, EQUIPMENT = 0x10, FOR_EVER = 1 << 30 };

/* ---- the host ------------------------------------------------------------------------- */

static struct host {
    bool reads;                /* reading fails, else all that changes a file */
    bool partly;               /* the call before the one that fails does half of its work */
    unsigned from, count;      /* calls that fail, from 1 on; count 0: the host is well */
    int error;
    unsigned calls, failed;
} host;

static void spoil(bool reads, unsigned from, unsigned count, bool partly)
{
    host = (struct host){ .reads = reads, .partly = partly, .from = from, .count = count,
                          .error = from % 2 || reads ? EIO : ENOSPC };
}

static void heal(void) { host.count = 0; }

/* How many of its bytes a call may move; 0 and errno: it fails. No host stops within a header of a
 * few bytes. */
static size_t allowed(int fd, bool reads, size_t length)
{
    enum { AT_ONCE = 16 };
    struct stat status;
    if (host.count == 0 || reads != host.reads || fstat(fd, &status) != 0
        || !S_ISREG(status.st_mode))
        return length;
    unsigned n = ++host.calls;
    if (n + 1 == host.from && host.partly && length > AT_ONCE)
        return length / 2;
    if (n < host.from || n - host.from >= host.count)
        return length;
    host.failed++;
    errno = host.error;
    return 0;
}

ssize_t pread(int fd, void *bytes, size_t length, off_t at)
{
    size_t n = allowed(fd, true, length);
    return n == 0 && length ? -1 : pread64(fd, bytes, n, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
    size_t n = allowed(fd, false, length);
    return n == 0 && length ? -1 : pwrite64(fd, bytes, n, at);
}

ssize_t read(int fd, void *bytes, size_t length)
{
    size_t n = allowed(fd, true, length);
    return n == 0 && length ? -1 : readv(fd, &(struct iovec){ bytes, n }, 1);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    size_t n = allowed(fd, false, length);
    return n == 0 && length ? -1 : writev(fd, &(struct iovec){ (void *)bytes, n }, 1);
}

int ftruncate(int fd, off_t length)
{
    return allowed(fd, false, 1) == 0 ? -1 : ftruncate64(fd, length);
}

/* ---- tapes ------------------------------------------------------------------------------ */

static const struct tape_format *const writable[] = { &tape_aws, &tape_het, &tape_fake,
                                                      &tape_simh };
enum { FORMATS = 4, ITEMS = 8, MARK_EVERY = 3 };

static bool is_mark(unsigned i) { return i % MARK_EVERY == 2; }
static size_t block_length(unsigned i) { return 900 + 1700 * i; }

static unsigned write_item(struct lone *lone, unsigned i)
{
    return is_mark(i) ? lone_get(lone, 0x1F, 1)
                      : lone_write(lone, (char)('A' + i), block_length(i));
}

/* What is written over something else begins in its middle. */
static struct lone *fresh_tape(const char *path)
{
    unlink(path);
    struct lone *lone = lone_new("3490", path);
    for (unsigned i = 0; i < 3; i++)
        check(lone_write(lone, 'z', 3000) == CE_DE, "%s", lone->said[0]);
    lone_get(lone, 0x07, 1);
    return lone;
}

static void expect_items(const char *path, const char *when, unsigned items, bool ends)
{
    struct lone *lone = lone_new("3490", path);
    for (unsigned i = 0; i < items; i++) {
        unsigned status = lone_get(lone, 0x02, 65536);
        bool good = is_mark(i) ? status == (CE_DE | 0x01)
            : status == CE_DE && lone->given == block_length(i) && lone->out[0] == 'A' + i
              && lone->out[lone->given - 1] == 'A' + i;
        check(good, "%s, %s: item %u of %u: status %02X, %zu bytes; %s", path, when, i, items,
              status, lone->given, lone->said[0]);
    }
    check(!ends || lone_get(lone, 0x02, 65536) == CHECKED, "%s, %s: there is more", path, when);
    lone_free(lone);
}

/* Returns whether the host had to do so much that something failed. With `gives_up` the drive is
 * closed while nothing works. */
static bool write_tape(const struct tape_format *format, const char *path, bool gives_up)
{
    char when[80];
    struct host plan = host;
    heal();
    struct lone *lone = fresh_tape(path);
    host = plan;
    snprintf(when, sizeof when, "%s %u%s%s", host.count == FOR_EVER ? "from" : "at", host.from,
             host.partly ? ", half done" : "", gives_up ? ", closed" : "");
    unsigned done = 0;
    while (done < ITEMS) {
        unsigned status = write_item(lone, done);
        if (status == CE_DE) {
            done++;
            continue;
        }
        host.count = host.count == FOR_EVER ? FOR_EVER : 0;
        if (!check(status == CHECKED && lone_sense(lone) == EQUIPMENT
                   && strstr(lone->said[0], "HHC00204E")
                   && strstr(lone->said[0], strerror(host.error)),
                   "%s, %s: status %02X; %s", format->name, when, status, lone->said[0])
            || gives_up)
            break;
        heal();                    /* and the guest does it again */
    }
    bool failed = host.failed > 0;
    lone_free(lone);
    heal();
    check(done == ITEMS || gives_up, "%s, %s: %u of %u", format->name, when, done, ITEMS);
    expect_items(path, when, done, done > 0);
    return failed;
}

static void test_tape_writes(const struct tape_format *format, const char *path)
{
    for (unsigned variant = 0; variant < 8; variant++) {
        bool failed = true;
        unsigned from = 1;
        for (; failed; from++) {
            spoil(false, from, variant & 1 ? FOR_EVER : 1, variant & 2);
            failed = write_tape(format, path, variant & 4);
        }
        check(from > ITEMS, "%s: only %u calls could fail", format->name, from - 1);
    }
}

static void test_tape_reads(const struct tape_format *format, const char *path)
{
    struct lone *lone = fresh_tape(path);
    for (unsigned i = 0; i < ITEMS; i++)
        check(write_item(lone, i) == CE_DE, "%s", lone->said[0]);
    bool failed = true;
    for (unsigned from = 1; failed; from++) {
        lone_get(lone, 0x07, 1);
        spoil(true, from, 1, from % 2);
        for (unsigned i = 0; i < ITEMS; i++) {
            unsigned status = lone_get(lone, 0x02, 65536);
            if (status == CHECKED) {
                check(lone_sense(lone) == EQUIPMENT && strstr(lone->said[0], strerror(EIO)),
                      "%s, read %u: %s", format->name, from, lone->said[0]);
                status = lone_get(lone, 0x02, 65536);
            }
            check(is_mark(i) ? status == (CE_DE | 0x01)
                  : status == CE_DE && lone->given == block_length(i) && lone->out[0] == 'A' + i,
                  "%s, read %u: item %u: status %02X; %s", format->name, from, i, status,
                  lone->said[0]);
        }
        failed = host.failed > 0;
        heal();
    }
    lone_free(lone);
    /* The file can't even be looked at. */
    lone = lone_new("3490", NULL);
    spoil(true, 1, FOR_EVER, false);
    check(!lone_open(lone, path) || !strstr(lone->said[0], "no format"), "%s", lone->said[0]);
    check(strstr(lone->said[0], strerror(EIO)), "%s: %s", format->name, lone->said[0]);
    heal();
    lone_free(lone);
    expect_items(path, "after reading", ITEMS, true);
}

static void test_tapes(void)
{
    for (unsigned f = 0; f < FORMATS; f++) {
        char name[40];
        snprintf(name, sizeof name, "image%s", writable[f]->ending);
        char *path = lone_file(name, NULL, 0);
        test_tape_writes(writable[f], path);
        test_tape_reads(writable[f], path);
        free(path);
    }
}

/* ---- printers and punches ------------------------------------------------------------------ */

/* A line or a card; its text goes to `text`. */
static unsigned put_line(struct lone *lone, uint8_t command, unsigned i, char text[16])
{
    uint8_t bytes[16];
    int n = snprintf(text, 16, "LINE %u", i);
    memcpy(bytes, text, (size_t)n);
    codepage_to_guest(&lone->machine.codepage, bytes, (size_t)n);
    text[n] = '\n';
    text[n + 1] = 0;
    return lone_give(lone, command, bytes, (size_t)n);
}

/* Whether anything failed. */
static bool put_lines(const char *type, const char *options, uint8_t command, const char *message)
{
    enum { LINES = 5 };
    char *path = lone_file("lines", "old\n", 4), words[300], expected[200] = "", got[400], text[16];
    struct host plan = host;
    snprintf(words, sizeof words, "%s %s", path, options);
    heal();
    struct lone *lone = lone_new(type, words);
    host = plan;
    for (unsigned i = 0; i < LINES; i++) {
        unsigned status = put_line(lone, command, i, text);
        if (status != CE_DE) {
            heal();
            check(status == CHECKED && lone_sense(lone) == INTERVENTION
                  && strstr(lone->said[0], message), "%s, call %u: status %02X; %s", type, host.from,
                  status, lone->said[0]);
            status = put_line(lone, command, i, text);
        }
        check(status == CE_DE, "%s, call %u: %s", type, host.from, lone->said[0]);
        strcat(expected, text);
    }
    heal();
    lone_free(lone);
    got[lone_slurp(path, got, sizeof got - 1)] = 0;
    /* What can't be taken back stands in front of its line. */
    if (plan.count == 1)
        check(!strcmp(got, expected), "%s, call %u:\n%s", type, plan.from, got);
    const char *at = got;
    for (unsigned i = 0; i < LINES && at; i++) {
        snprintf(text, sizeof text, "LINE %u\n", i);
        at = strstr(at, text);
    }
    check(at != NULL, "%s, call %u: a line is lost:\n%s", type, plan.from, got);
    free(path);
    return host.failed > 0;
}

static void test_lines(const char *type, const char *options, uint8_t command, const char *message)
{
    for (unsigned variant = 0; variant < 4; variant++) {
        bool failed = true;
        unsigned from = 1;
        for (; failed; from++) {
            spoil(false, from, variant & 1 ? FOR_EVER : 1, variant & 2);
            failed = put_lines(type, options, command, message);
        }
        check(from > 5, "%s: only %u calls could fail", type, from - 1);
    }
}

/* ---- readers --------------------------------------------------------------------------------- */

/* The cards before the place that can't be read come, then the guest and the operator are told;
 * put in again, it is read whole. */
static void test_reader(void)
{
    enum { CARDS = 3000 };
    char *deck = malloc(CARDS * 80), *path;
    for (unsigned i = 0; i < CARDS; i++) {
        char card[81];
        snprintf(card, sizeof card, "%-80u", i);
        memcpy(deck + i * 80, card, 80);
    }
    path = lone_file("deck", deck, CARDS * 80);
    char words[300];
    snprintf(words, sizeof words, "%s ebcdic eof", path);
    for (unsigned from = 1, failed = 1; failed; from++) {
        struct lone *lone = lone_new("3505", words);
        spoil(true, from, FOR_EVER, from % 2);
        unsigned cards = 0, status;
        while ((status = lone_get(lone, 0x02, 80)) == CE_DE)
            cards += check(memcmp(lone->out, deck + 80 * cards, 80) == 0, "card %u", cards);
        failed = host.failed;
        heal();
        if (failed) {
            check(cards < CARDS && status == CHECKED && lone_sense(lone) == EQUIPMENT
                  && strstr(lone->said[0], "HHC01201E") && strstr(lone->said[0], strerror(EIO)),
                  "read %u: %u cards, status %02X; %s", from, cards, status, lone->said[0]);
            lone->dev.type->close(&lone->dev);
            check(lone_open(lone, words), "%s", lone->said[0]);
            for (cards = 0; lone_get(lone, 0x02, 80) == CE_DE; )
                cards++;
        }
        check(cards == CARDS, "read %u: %u cards", from, cards);
        lone_free(lone);
    }
    free(deck);
    free(path);
}

int main(void)
{
    test_tapes();
    test_lines("1403", "", 0x09, "HHC01110E");
    test_lines("3525", "ascii", 0x01, "HHC01204E");
    test_reader();
    lone_clean();
    return checks_done();
}
