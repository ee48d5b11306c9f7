#include "devices/dasd/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "devices/dasd/load-members.h"
#include "devices/dasd/vtoc.h"
#include "devices/unit-record/transmit.h"

/* ---- the IPL program ------------------------------------------------------------------------ */

/* TXT cards: X'02', the letters, at byte 5 an address, at 10 a length, the text at 16. */
bool load_ipl_text(const char *path, uint8_t **text, size_t *length,
                   struct disk_complaint *complaint)
{
    enum { CARD = 80, ADDRESS = 5, LENGTH = 10, TEXT = 16, MOST = 0x7FFF };
    static const uint8_t txt[4] = { 0x02, 0xE3, 0xE7, 0xE3 }, end[4] = { 0x02, 0xC5, 0xD5, 0xC4 };
    uint8_t card[CARD];
    size_t got;
    FILE *file = fopen(path, "rbe");
    *length = 0;
    *text = calloc(1, MOST);
    bool good = (file || complain(complaint, "%s can't be opened: %s", path, strerror(errno)))
        && (*text || complain(complaint, "out of storage"));
    while (good && (got = fread(card, 1, CARD, file)) != 0) {
        unsigned address = get32(card + ADDRESS - 1) & 0xFFFFFF, n = get16(card + LENGTH);
        if (got < CARD || card[0] != 0x02)
            good = complain(complaint, "%s is no object deck: cards of 80 bytes that begin with"
                            " X'02'", path);
        else if (memcmp(card, end, sizeof end) == 0)
            break;
        else if (memcmp(card, txt, sizeof txt) == 0) {
            if (n > CARD - TEXT || address + n > MOST)
                good = complain(complaint, "%s: text of %u bytes at X'%06X' is no IPL program's",
                                path, n, address);
            else
                memcpy(*text + address, card + TEXT, n);
            *length = good && address + n > *length ? address + n : *length;
        }
    }
    if (good && *length == 0)
        good = complain(complaint, "%s has no text", path);
    if (file)
        fclose(file);
    if (good)
        return true;
    free(*text);
    *text = NULL;
    return false;
}

/* ---- records into blocks ---------------------------------------------------------------------- */

/* Records as RECFM, LRECL and BLKSIZE want them. */
struct blocking { struct build *build; uint8_t *block; size_t length; };

static bool flush(struct blocking *k)
{
    const struct build_set *set = &k->build->set;
    if (k->length == 0)
        return true;
    if ((set->recfm & RECFM_FORM) == RECFM_V) {
        put16(k->block, (uint16_t)k->length);
        put16(k->block + 2, 0);
    }
    /* Keys are the first bytes of blocks. */
    size_t key = set->key < k->length ? set->key : 0;
    bool good = build_block(k->build, k->block, key, k->block + key, k->length - key, NULL);
    k->length = 0;
    return good;
}

static bool put_record(struct blocking *k, const uint8_t *record, size_t length)
{
    const struct build_set *set = &k->build->set;
    bool variable = (set->recfm & RECFM_FORM) == RECFM_V;
    size_t own = variable ? length + 4 : length;
    bool full = !(set->recfm & RECFM_BLOCKED) || k->length + own > set->blksize;
    if (k->length && full && !flush(k))
        return false;
    if (variable && k->length == 0)
        k->length = 4;
    if (k->length + own > set->blksize)
        return complain(k->build->complaint, "%s: a record of %zu bytes does not fit into a block of"
                        " %u", set->name, length, set->blksize);
    if (variable) {
        put16(k->block + k->length, (uint16_t)own);
        put16(k->block + k->length + 2, 0);
        k->length += 4;
    }
    memcpy(k->block + k->length, record, length);
    k->length += length;
    return true;
}

/* What is needed before a data set of records can be written. */
static bool can_block(const struct build_set *set, struct disk_complaint *complaint)
{
    unsigned form = set->recfm & RECFM_FORM;
    if (set->blksize == 0 || set->recfm == 0)
        return complain(complaint, "%s: a record format and a block size are needed", set->name);
    if (set->recfm & RECFM_SPANNED && form == RECFM_V)
        return complain(complaint, "%s: spanned records can't be loaded", set->name);
    if (form == RECFM_F && (set->lrecl == 0 || set->blksize % set->lrecl
                            || (!(set->recfm & RECFM_BLOCKED) && set->lrecl != set->blksize)))
        return complain(complaint, "%s: block size %u is no %smultiple of record length %u",
                        set->name, set->blksize, set->recfm & RECFM_BLOCKED ? "" : "once ",
                        set->lrecl);
    return true;
}

static bool blocking_begin(struct blocking *k, struct build *b, const struct build_set *set)
{
    *k = (struct blocking){ .build = b, .block = malloc(1 << 17) };
    if (!k->block)
        return complain(b->complaint, "out of storage");
    if (can_block(set, b->complaint) && build_set_begin(b, set))
        return true;
    free(k->block);
    return false;
}

static bool blocking_end(struct blocking *k, bool good)
{
    good = good && flush(k) && build_end_of_file(k->build) && build_set_end(k->build);
    free(k->block);
    return good;
}

/* ---- SEQ, TEXT, XMSEQ ---------------------------------------------------------------------------- */

static bool is_sequential(const struct build *b, const struct build_set *set)
{
    return set->organization & 0x6000
        || complain(b->complaint, "%s: only a data set of organization PS or DA can be loaded so",
                    set->name);
}

static bool read_failed(const struct build *b, const char *path)
{
    return complain(b->complaint, "%s can't be read: %s", path, strerror(errno));
}

/* The file's bytes in records of LRECL; the last is filled up with zeros. */
static bool load_bytes(struct build *b, const struct layout_statement *s, FILE *file)
{
    struct blocking k;
    uint8_t *record;
    const struct build_set *set = &s->set;
    size_t length = set->lrecl, got;
    if ((set->recfm & RECFM_FORM) != RECFM_F)
        return complain(b->complaint, "%s: SEQ is for record formats F and FB", set->name);
    if (!blocking_begin(&k, b, set))
        return false;
    record = malloc(length);
    bool good = record || complain(b->complaint, "out of storage");
    while (good && (got = fread(record, 1, length, file)) != 0) {
        memset(record + got, 0, length - got);
        good = put_record(&k, record, length);
    }
    if (good && ferror(file))
        good = read_failed(b, s->file);
    free(record);
    return blocking_end(&k, good);
}

/* Each line a record, in EBCDIC; of fixed length ones filled up with blanks. */
static bool load_lines(struct build *b, const struct layout_statement *s, FILE *file)
{
    struct blocking k;
    const struct build_set *set = &s->set;
    unsigned form = set->recfm & RECFM_FORM, line = 0;
    size_t most = form == RECFM_F ? set->lrecl : form == RECFM_V
        ? (set->lrecl && set->lrecl < set->blksize - 4u ? set->lrecl : set->blksize - 4u) - 4u
        : set->blksize, room = 0;
    char *text = NULL;
    ssize_t n;
    if (!blocking_begin(&k, b, set))
        return false;
    uint8_t *record = malloc(1 << 16);
    bool good = record || complain(b->complaint, "out of storage");
    while (good && (n = getline(&text, &room, file)) >= 0) {
        size_t length = (size_t)n;
        line++;
        while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
            length--;
        if (length == 1 && text[0] == 0x1A)
            break;
        if (length > most || length > UINT16_MAX) {
            good = complain(b->complaint, "%s line %u has %zu characters, a record of %s %zu at most",
                            s->file, line, length, set->name, most);
            break;
        }
        memcpy(record, text, length);
        while (length < (form == RECFM_F ? most : 1))
            record[length++] = ' ';
        codepage_to_guest(&b->page, record, length);
        good = put_record(&k, record, length);
    }
    if (good && ferror(file))
        good = read_failed(b, s->file);
    free(text);
    free(record);
    return blocking_end(&k, good);
}

static bool load_file(struct build *b, const struct layout_statement *s)
{
    if (!is_sequential(b, &s->set))
        return false;
    FILE *file = fopen(s->file, "rbe");
    if (!file)
        return complain(b->complaint, "%s can't be opened: %s", s->file, strerror(errno));
    bool good = (s->method == LAYOUT_TEXT ? load_lines : load_bytes)(b, s, file);
    fclose(file);
    return good;
}

/* What the statement does not say is as the transmitted data set was. */
static bool load_transmitted_records(struct build *b, const struct layout_statement *s,
                                     struct transmission *x)
{
    struct blocking k;
    const uint8_t *record;
    size_t length;
    enum transmit_result result = transmit_next(x, &record, &length);
    const struct transmit_set *was = transmit_set(x);
    struct build_set set = s->set;
    if (result == TRANSMIT_BAD)
        return complain(b->complaint, "%s", transmit_error(x));
    if (was->dsorg != TRANSMIT_PS)
        return complain(b->complaint, "%s: %s is no sequential data set: XMIT is the method for it",
                        s->file, was->dsn);
    set.organization = 0x4000;
    set.recfm = (uint8_t)(was->recfm >> 8);
    set.lrecl = was->lrecl;
    set.blksize = was->blksize;
    if (!blocking_begin(&k, b, &set))
        return false;
    bool good = true;
    for (; good && result == TRANSMIT_RECORD; result = transmit_next(x, &record, &length))
        good = put_record(&k, record, length);
    if (good && result == TRANSMIT_BAD)
        good = complain(b->complaint, "%s", transmit_error(x));
    return blocking_end(&k, good);
}

static bool load_transmitted(struct build *b, const struct layout_statement *s)
{
    char error[500];
    struct transmission *x = transmit_open(s->file, &b->page, error, sizeof error);
    if (!x)
        return complain(b->complaint, "%s", error);
    bool good = s->method == LAYOUT_XMSEQ ? load_transmitted_records(b, s, x)
                                          : load_transmitted_members(b, &s->set, s->file, x);
    transmit_close(x);
    return good;
}

/* ---- EMPTY, DIP, CVOL ------------------------------------------------------------------------------- */

static bool load_nothing(struct build *b, const struct build_set *set)
{
    return build_set_begin(b, set)
        && (set->organization & 0x0200 || build_end_of_file(b)) && build_set_end(b);
}

/* The header record of SYS1.LOGREC as IFCDIP00 writes it (GC28-0668, "OS/VS1 SYS1.LOGREC Error
 * Recording"): the limits of the extent, where the next record goes, what a track has room for,
 * and the track that makes a warning due: nine tenths. */
static bool load_header(struct build *b, const struct build_set *set)
{
    enum { LENGTH = 40, LOW = 2, HIGH = 6, NEXT = 11, LEFT = 18, TRACK = 20, LAST = 22, HEADS = 29,
           WARNING = 31, DEVICE = 33, WARNING_TRACK = 34, MARK = 39 };
    const struct ckd_geometry *g = b->geometry;
    uint8_t header[LENGTH] = { 0 };
    struct ttr at;
    if (!build_set_begin(b, set))
        return false;
    unsigned unit = set->cylinders ? g->heads : 1, tracks = (set->primary ? set->primary : 1) * unit;
    unsigned first = b->first, last = first + tracks - 1;
    unsigned warn = first + (tracks * 9 / 10 ? tracks * 9 / 10 - 1 : 0);
    put16(header, 0xFFFF);
    put16(header + LOW, (uint16_t)(first / g->heads));
    put16(header + LOW + 2, (uint16_t)(first % g->heads));
    put16(header + HIGH, (uint16_t)(last / g->heads));
    put16(header + HIGH + 2, (uint16_t)(last % g->heads));
    memcpy(header + NEXT + 2, header + LOW, 4);          /* BBCCHHR of this record */
    header[NEXT + 6] = 1;
    memcpy(header + LAST, header + NEXT, 7);
    put16(header + LEFT, (uint16_t)(g->capacity - ckd_record_space(g, 0, LENGTH, false)));
    put16(header + TRACK, g->capacity);
    put16(header + HEADS, (uint16_t)(g->heads - 1));
    put16(header + WARNING, (uint16_t)(g->capacity * 9u / 10));
    header[DEVICE] = (uint8_t)(0xF0 | (build_unit_type(g) & 0x0F));
    put16(header + WARNING_TRACK, (uint16_t)(warn / g->heads));
    put16(header + WARNING_TRACK + 2, (uint16_t)(warn % g->heads));
    header[MARK] = 0xFF;
    return build_block(b, NULL, 0, header, LENGTH, &at) && build_set_end(b);
}

/* A catalog entry: name, TTR, how many halfwords are behind it, these. */
static uint8_t *put_entry(const struct build *b, uint8_t *p, const char *name, unsigned ttr,
                          unsigned halfwords)
{
    for (unsigned i = 0; i < 8; i++)
        p[i] = *name ? (uint8_t)*name++ : ' ';
    codepage_to_guest(&b->page, p, 8);
    put32(p + 8, ttr << 8 | halfwords);
    return p + 12;
}

static void end_catalog_block(uint8_t *block, uint8_t *p)
{
    memset(p, 0xFF, 8);
    put32(p + 8, 0);
    put16(block, (uint16_t)(p + 12 - block));
}

/* SYSCTLG (GY28-6606, "OS Catalog Management"): the volume's index, with an index SYS1, and that,
 * with the data sets that an IPL of OS/360 looks for. Entries of all ones end both. */
static bool load_catalog(struct build *b, const struct build_set *set)
{
    static const char *const names[] = { "DUMP", "IMAGELIB", "LINKLIB", "NUCLEUS", "PARMLIB",
                                         "PROCLIB", "SAMPLIB", "SYSJOBQE" };
    enum { LENGTH = 256, KEY = 8, CONTROL = 1 };
    uint8_t block[2][LENGTH] = { { 0 } }, ones[KEY], zeros[KEY] = { 0 };
    if (!build_set_begin(b, set))
        return false;
    unsigned a_track = build_records_a_track(b->geometry, KEY, LENGTH);
    unsigned unit = set->cylinders ? b->geometry->heads : 1;
    unsigned tracks = (set->primary ? set->primary : 1) * unit;
    uint8_t *p = block[0] + 2;
    p[7] = CONTROL;                                      /* the index control entry */
    put32(p + 8, 1 << 8 | 5);                            /* this block's TTR; 5 halfwords */
    put32(p + 12, (tracks - 1) << 16 | a_track << 8);    /* the last block */
    put32(p + 16, 3 << 8);                               /* the first that is free */
    p = put_entry(b, p + 22, "SYS1", 2, 0);
    end_catalog_block(block[0], p);
    p = block[1] + 2;
    p[7] = CONTROL;
    put32(p + 8, 2 << 8 | 3);
    put32(p + 12, 2 << 8);
    p += 18;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        p = put_entry(b, p, names[i], 0, 7);
        put16(p, 1);                                     /* volumes */
        put32(p + 2, build_unit_type(b->geometry));
        for (unsigned k = 0, n = (unsigned)strlen(b->serial); k < 6; k++)
            p[6 + k] = k < n ? (uint8_t)b->serial[k] : ' ';
        codepage_to_guest(&b->page, p + 6, 6);
        put16(p + 12, 0);                                /* no file number */
        p += 14;
    }
    end_catalog_block(block[1], p);
    memset(ones, 0xFF, sizeof ones);
    for (unsigned i = 0; i < tracks * a_track; i++)
        if (!build_block(b, i < 2 ? ones : zeros, KEY, i < 2 ? block[i] : NULL, LENGTH, NULL))
            return false;
    return build_set_end(b);
}

/* ---- a statement ------------------------------------------------------------------------------------ */

bool load_statement(struct build *b, const struct layout_statement *s)
{
    unsigned unit = s->set.cylinders ? b->geometry->heads : 1;
    switch (s->method) {
    case LAYOUT_XMIT:
    case LAYOUT_XMSEQ: return load_transmitted(b, s);
    case LAYOUT_VS: return load_unloaded_file(b, &s->set, s->file);
    case LAYOUT_SEQ:
    case LAYOUT_TEXT: return load_file(b, s);
    case LAYOUT_EMPTY: return load_nothing(b, &s->set);
    case LAYOUT_DIP: return load_header(b, &s->set);
    case LAYOUT_CVOL: return load_catalog(b, &s->set);
    case LAYOUT_VTOC:
        return build_reserve_vtoc(b, s->set.cylinders, (s->set.primary ? s->set.primary : 1) * unit);
    }
    return false;
}
