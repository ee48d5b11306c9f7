/* `endicott card`: text into card decks and back, and what is in a deck that TSO's TRANSMIT
 * made (SA22-7783, "TSO/E Customization": the format of transmitted data).
 *
 * Such a deck, cards of 80 columns end to end, is a sequence of segments: a length (with
 * itself), flags (X'80' the first of a record, X'40' the last, X'20' a control record),
 * bytes. A control record is a name, INMR01 to INMR07, and text units: a key, how many
 * values, and each value with its length, all of two bytes. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/codepage.h"
#include "devices/devices.h"
#include "devices/tool.h"
#include "devices/unit-record/deck.h"

struct card_job {
    const char *name;
    bool force, json, ascii, trunc;
    struct codepage page;
    const char *from, *to;
};

/* ---- the file that is made --------------------------------------------------------- */

struct output { FILE *file; char *temporary; const char *path; };

static bool output_begin(struct output *output, const struct card_job *job, const char *path)
{
    char error[600];
    *output = (struct output){ .path = path };
    if (!tool_may_write(path, job->force, error, sizeof error))
        return tool_fail(job->name, "%s", error), false;
    output->temporary = tool_temporary(path);
    output->file = fopen(output->temporary, "wxe");
    if (output->file)
        return true;
    tool_fail(job->name, "%s: %s", output->temporary, strerror(errno));
    free(output->temporary);
    return false;
}

static bool output_end(struct output *output, const struct card_job *job, bool ok)
{
    char error[600];
    bool written = fflush(output->file) == 0 && fsync(fileno(output->file)) == 0;
    if (ok && !written)
        tool_fail(job->name, "%s: %s", output->path, strerror(errno));
    fclose(output->file);
    if (ok && written) {
        ok = tool_replace(output->temporary, output->path, error, sizeof error);
        return ok || (tool_fail(job->name, "%s", error), false);
    }
    unlink(output->temporary);
    free(output->temporary);
    return false;
}

/* ---- ebcdic, ascii ------------------------------------------------------------------ */

static size_t without_blanks(const uint8_t *text, size_t length)
{
    while (length && text[length - 1] == ' ')
        length--;
    return length;
}

static bool put_card(const struct card_job *job, FILE *file, uint8_t *card, bool to_text)
{
    if (!to_text)
        return fwrite(card, 1, CARD_COLUMNS, file) == CARD_COLUMNS;
    codepage_to_host(&job->page, card, CARD_COLUMNS);
    size_t n = without_blanks(card, CARD_COLUMNS);
    return fwrite(card, 1, n, file) == n && putc('\n', file) >= 0;
}

static bool convert_cards(const struct card_job *job, struct deck *deck, struct output *output,
                          bool to_text)
{
    struct tool_progress progress;
    uint8_t card[CARD_COLUMNS];
    char error[400] = "";
    enum deck_result result;
    bool ok = true;
    tool_progress_begin(&progress, job->from, 0);
    while (ok && (result = deck_next(deck, card, error, sizeof error)) == DECK_CARD) {
        if (!put_card(job, output->file, card, to_text))
            snprintf(error, sizeof error, "%s: %s", job->to, strerror(errno)), ok = false;
        else if (!tool_progress_at(&progress, 0))
            snprintf(error, sizeof error, "interrupted; nothing has been changed"), ok = false;
    }
    if (!ok || result != DECK_END)
        ok = false, tool_fail(job->name, "%s", error);
    ok = output_end(output, job, ok);
    tool_progress_end(&progress);
    return ok;
}

static int convert(const struct card_job *job, bool to_text)
{
    struct deck_format format = { .encoding = to_text ? DECK_EBCDIC : DECK_ASCII,
                                  .trunc = job->trunc };
    struct output output;
    char error[400];
    struct deck *deck = deck_open(job->from, &format, &job->page, error, sizeof error);
    if (!deck)
        return tool_fail(job->name, "%s", error);
    bool ok = output_begin(&output, job, job->to) && convert_cards(job, deck, &output, to_text);
    if (ok && job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", job->to);
        tool_json_number(stdout, false, "cards", deck_cards(deck));
        fputs("}\n", stdout);
    }
    deck_close(deck);
    return ok ? 0 : 1;
}

static int card_ebcdic(const struct card_job *job) { return convert(job, false); }
static int card_ascii(const struct card_job *job) { return convert(job, true); }

/* ---- xmi ------------------------------------------------------------------------------ */

enum { FIRST = 0x80, LAST = 0x40, CONTROL = 0x20, RECORD_MOST = 1 << 16 };

struct transmission {
    const struct card_job *job;
    struct deck *deck;
    uint8_t card[CARD_COLUMNS];
    size_t column;             /* the next byte of the card */
    uint64_t offset;           /* and of the deck */
    uint8_t record[RECORD_MOST];
    size_t length;
    bool control, ended;
    /* What the control records say. */
    char dsn[48], from[20], to[20], when[20], utility[12];
    unsigned dsorg, recfm, lrecl, blksize;
    unsigned long records;
};

static bool wrong(struct transmission *x, const char *what)
{
    tool_fail(x->job->name, "%s, offset X'%llX': %s", x->job->from,
              (unsigned long long)x->offset, what);
    return false;
}

static bool next_byte(struct transmission *x, uint8_t *byte)
{
    char error[400];
    if (x->column == CARD_COLUMNS) {
        enum deck_result result = deck_next(x->deck, x->card, error, sizeof error);
        if (result == DECK_BAD)
            return tool_fail(x->job->name, "%s", error), false;
        if (result != DECK_CARD)
            return wrong(x, "the deck ends inside a record");
        x->column = 0;
    }
    *byte = x->card[x->column++];
    x->offset++;
    return true;
}

static bool next_segment(struct transmission *x, bool first, uint8_t *flags)
{
    uint8_t length;
    if (!next_byte(x, &length) || !next_byte(x, flags))
        return false;
    if (length < 2 || !(*flags & FIRST) == first)
        return wrong(x, first ? "a record does not begin here (is it from TRANSMIT?)"
                              : "a record begins inside another");
    if (x->length + length > RECORD_MOST)
        return wrong(x, "a record of more than 64 KB");
    for (unsigned i = 2; i < length; i++)
        if (!next_byte(x, &x->record[x->length++]))
            return false;
    return true;
}

static bool next_record(struct transmission *x)
{
    uint8_t flags = 0;
    x->length = 0;
    for (bool first = true; !(flags & LAST); first = false)
        if (!next_segment(x, first, &flags))
            return false;
    x->control = flags & CONTROL;
    return true;
}

/* A text value; of several, parted by dots, behind what is there. */
static void take_text(struct transmission *x, char *text, size_t size, const uint8_t *bytes,
                      size_t length)
{
    size_t at = strlen(text);
    if (at && at + 1 < size)
        text[at++] = '.';
    for (size_t i = 0; i < length && at + 1 < size; i++) {
        uint8_t c = x->job->page.to_host[bytes[i]];
        text[at++] = (char)(isprint(c) ? c : '?');
    }
    text[at] = 0;
}

static unsigned number(const uint8_t *bytes, size_t length)
{
    unsigned n = 0;
    for (size_t i = 0; i < length; i++)
        n = n << 8 | bytes[i];
    return n;
}

static void take_unit(struct transmission *x, unsigned key, const uint8_t *bytes, size_t length)
{
    enum { INMDSNAM = 0x0002, INMBLKSZ = 0x0030, INMDSORG = 0x003C, INMLRECL = 0x0042,
           INMRECFM = 0x0049, INMTNODE = 0x1001, INMTUID = 0x1002, INMFNODE = 0x1011,
           INMFUID = 0x1012, INMFTIME = 0x1024, INMUTILN = 0x1028 };
    switch (key) {
    case INMDSNAM: take_text(x, x->dsn, sizeof x->dsn, bytes, length); break;
    case INMTNODE:
    case INMTUID:  take_text(x, x->to, sizeof x->to, bytes, length); break;
    case INMFNODE:
    case INMFUID:  take_text(x, x->from, sizeof x->from, bytes, length); break;
    case INMFTIME: take_text(x, x->when, sizeof x->when, bytes, length); break;
    case INMUTILN: *x->utility = 0, take_text(x, x->utility, sizeof x->utility, bytes, length); break;
    case INMDSORG: x->dsorg = number(bytes, length); break;
    case INMRECFM: x->recfm = number(bytes, length); break;
    case INMLRECL: x->lrecl = number(bytes, length); break;
    case INMBLKSZ: x->blksize = number(bytes, length); break;
    }
}

/* The first INMR02 tells of the data set; a second one of how IEBCOPY unloaded it. */
static bool take_control(struct transmission *x)
{
    enum { NAME = 6, FILE_NUMBER = 4 };
    const uint8_t *r = x->record;
    char name[NAME + 1] = "";
    if (x->length < NAME)
        return wrong(x, "a control record without a name");
    take_text(x, name, sizeof name, r, NAME);
    if (strcmp(name, "INMR06") == 0)
        x->ended = true;
    bool data_set = strcmp(name, "INMR02") == 0;
    if ((!data_set || *x->dsn) && strcmp(name, "INMR01") != 0)
        return true;
    for (size_t at = NAME + (data_set ? FILE_NUMBER : 0); at + 4 <= x->length; ) {
        unsigned key = get16(r + at), count = get16(r + at + 2);
        for (at += 4; count > 0; count--) {
            if (at + 2 > x->length || at + 2 + get16(r + at) > x->length)
                return wrong(x, "a text unit is longer than its record");
            take_unit(x, key, r + at + 2, get16(r + at));
            at += 2u + get16(r + at);
        }
    }
    return true;
}

enum { RECFM_F = 0x8000, RECFM_V = 0x4000 };

static const char *recfm_text(unsigned recfm, char text[8])
{
    char *p = text;
    *p++ = (recfm & 0xC000) == 0xC000 ? 'U' : recfm & RECFM_F ? 'F' : 'V';
    if (recfm & 0x1000)
        *p++ = 'B';
    if (recfm & 0x0800)
        *p++ = 'S';
    if (recfm & 0x0400)
        *p++ = 'A';
    if (recfm & 0x0200)
        *p++ = 'M';
    *p = 0;
    return text;
}

static bool put_record(struct transmission *x, FILE *file)
{
    if (x->job->ascii) {
        codepage_to_host(&x->job->page, x->record, x->length);
        x->length = without_blanks(x->record, x->length);
    } else if ((x->recfm & 0xC000) == RECFM_V) {
        uint8_t descriptor[4] = { 0 };
        put16(descriptor, (uint16_t)(x->length + 4));
        if (fwrite(descriptor, 1, 4, file) != 4)
            return wrong(x, strerror(errno));
    }
    if (fwrite(x->record, 1, x->length, file) == x->length &&
        (!x->job->ascii || putc('\n', file) >= 0))
        return true;
    return tool_fail(x->job->name, "%s: %s", x->job->to, strerror(errno)), false;
}

static bool walk(struct transmission *x, FILE *file)
{
    while (!x->ended) {
        if (!next_record(x))
            return false;
        if (x->control) {
            if (!take_control(x))
                return false;
            continue;
        }
        x->records++;
        if (file && x->dsorg == 0x0200)
            return tool_fail(x->job->name, "%s: %s is partitioned: IEBCOPY's unloaded form is "
                             "for a volume (endicott dasd)", x->job->from, x->dsn), false;
        if (file && !put_record(x, file))
            return false;
    }
    return true;
}

static void tell(const struct transmission *x)
{
    char recfm[8];
    const char *dsorg = x->dsorg == 0x4000 ? "PS" : x->dsorg == 0x0200 ? "PO" : "?";
    recfm_text(x->recfm, recfm);
    if (!x->job->json) {
        printf("%s: DSORG=%s RECFM=%s LRECL=%u BLKSIZE=%u, %s, %lu records, from %s to %s\n",
               x->dsn, dsorg, recfm, x->lrecl, x->blksize, x->utility, x->records, x->from, x->to);
        return;
    }
    putchar('{');
    tool_json_field(stdout, true, "dsn", x->dsn);
    tool_json_field(stdout, false, "dsorg", dsorg);
    tool_json_field(stdout, false, "recfm", recfm);
    tool_json_number(stdout, false, "lrecl", x->lrecl);
    tool_json_number(stdout, false, "blksize", x->blksize);
    tool_json_field(stdout, false, "utility", x->utility);
    tool_json_number(stdout, false, "records", x->records);
    tool_json_field(stdout, false, "from", x->from);
    tool_json_field(stdout, false, "to", x->to);
    tool_json_field(stdout, false, "sent", x->when);
    fputs("}\n", stdout);
}

static int card_xmi(const struct card_job *job)
{
    struct deck_format format = { .encoding = DECK_EBCDIC, .autopad = true };
    struct output output;
    char error[400];
    struct transmission *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->job = job;
    x->column = CARD_COLUMNS;
    x->deck = deck_open(job->from, &format, &job->page, error, sizeof error);
    bool ok = x->deck || (tool_fail(job->name, "%s", error), false);
    if (ok && job->to) {
        ok = output_begin(&output, job, job->to);
        ok = ok && output_end(&output, job, walk(x, output.file));
    } else if (ok)
        ok = walk(x, NULL);
    if (ok)
        tell(x);
    deck_close(x->deck);
    free(x);
    return ok ? 0 : 1;
}

/* ---- the command ---------------------------------------------------------------------- */

static const struct card_command {
    const char *name, *customary;
    int least, most;
    int (*run)(const struct card_job *);
    const char *operands, *summary;
} commands[] = {
    { "ebcdic", "txt2card", 2, 2, card_ebcdic, "TEXT DECK",
      "text into a deck of 80-byte EBCDIC cards" },
    { "ascii", "card2txt", 2, 2, card_ascii, "DECK TEXT", "a deck of EBCDIC cards into text" },
    { "xmi", NULL, 1, 2, card_xmi, "DECK [OUT]",
      "what TRANSMIT packed into a deck; a sequential data set into a file" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int usage(FILE *file, int status)
{
    fputs("Usage: endicott card COMMAND [options] ...\n\n", file);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(file, "  %-8s %-12s %s\n", commands[i].name, commands[i].operands,
                commands[i].summary);
    fputs("\n  -c PAGE      code pages, host/guest (819/1047)\n"
          "  -t           cut longer lines (ebcdic)\n"
          "  -a           records as lines of text (xmi)\n"
          "  --force      replace a file that is there\n"
          "  --json       the result as JSON\n", file);
    return status;
}

static int run(const struct card_command *command, const char *name, bool customary, int argc,
               char **argv)
{
    static const struct option longs[] = {
        { "json", no_argument, NULL, 'j' }, { "force", no_argument, NULL, 'f' },
        { "help", no_argument, NULL, 'h' }, { 0 }
    };
    char full[40];
    struct card_job job = { .name = full, .force = customary };
    snprintf(full, sizeof full, "%s%s", customary ? "" : "card ", name);
    argv[0] = full;
    codepage_default(&job.page);
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "c:tah", longs, NULL)) != -1; ) {
        if (c == '?')
            return 2;
        if (c == 'h')
            return usage(stdout, 0);
        if (c == 'c' && !codepage_find(&job.page, optarg))
            return tool_fail(full, "-c %s: no such code page", optarg), 2;
        job.trunc |= c == 't';
        job.ascii |= c == 'a';
        job.force |= c == 'f';
        job.json |= c == 'j';
    }
    int count = argc - optind;
    if (count < command->least || count > command->most)
        return usage(stderr, 2);
    job.from = argv[optind];
    job.to = count > 1 ? argv[optind + 1] : NULL;
    return command->run(&job);
}

int card_main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    for (int i = 0; i < COMMANDS; i++)
        if (commands[i].customary && strcmp(commands[i].customary, name) == 0)
            return run(&commands[i], name, true, argc, argv);
    for (int i = 0; argc > 1 && i < COMMANDS; i++)
        if (strcmp(commands[i].name, argv[1]) == 0)
            return run(&commands[i], commands[i].name, false, argc - 1, argv + 1);
    if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0))
        return usage(stdout, 0);
    if (argc > 1)
        tool_fail("card", "%s is no command", argv[1]);
    return usage(stderr, 2);
}
