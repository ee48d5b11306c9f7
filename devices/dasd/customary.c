/* dasdls, dasdcat, dasdpdsu, dasdseq: what `endicott dasd` does, with the words and the
 * output that the field's tools of these names have. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "devices/dasd/customary.h"
#include "devices/dasd/dataset.h"

static int fail(const char *name, const struct disk_complaint *why)
{
    return tool_fail(name, "%s", why->text);
}

static void lower(char *to, const char *from)
{
    while ((*to++ = (char)tolower((unsigned char)*from++)))
        ;
}

/* `sf=PATTERN` behind an image; *i goes to the next word. */
static const char *shadows_at(char **argv, int argc, int *i)
{
    return *i < argc && strncmp(argv[*i], "sf=", 3) == 0 ? argv[(*i)++] + 3 : NULL;
}

/* ---- dasdls ---------------------------------------------------------------------------------- */

struct listing {
    bool info, header, calendar, referred, expires;
    int names, years;          /* columns of names; years added to dates */
};

/* "-WORD" or "-WORD=N", with N or a default into *value. */
static bool with_number(const char *word, const char *option, int *value, int usual)
{
    size_t n = strlen(option);
    if (strncmp(word, option, n) != 0 || (word[n] && word[n] != '='))
        return false;
    *value = word[n] ? atoi(word + n + 1) : usual;
    return true;
}

static bool take_listing(struct listing *l, const char *word)
{
    const struct { const char *word; bool *flag; } flags[] = {
        { "-info", &l->info }, { "-hdr", &l->header }, { "-caldt", &l->calendar },
        { "-refdt", &l->referred }, { "-expdt", &l->expires }
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strcmp(word, flags[i].word) == 0)
            return l->info = *flags[i].flag = true;
    bool known = with_number(word, "-dsnl", &l->names, 26)
        || with_number(word, "-yroffs", &l->years, 28);
    l->info |= known;
    return known;
}

static void print_date(const struct listing *l, unsigned date)
{
    static const char *const months[] = { "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG",
                                          "SEP", "OCT", "NOV", "DEC" };
    static const unsigned lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int width = l->calendar ? 9 : 5, year = (int)(date / 1000) + l->years;
    unsigned day = date % 1000, month = 0;
    if (date == 0) {
        printf(" %*s", width, "");
        return;
    }
    if (!l->calendar) {
        printf(" %02d%03u", year % 100, day);
        return;
    }
    while (month < 11) {
        unsigned length = lengths[month] + (month == 1 && year % 4 == 0 && year % 100 != 0);
        if (day <= length)
            break;
        day -= length;
        month++;
    }
    printf(" %04d%s%02u", year, months[month], day);
}

static void print_listing(const struct listing *l, const struct dataset *d)
{
    char organization[4], recfm[8];
    if (!l->info) {
        printf("%-44s\n", d->name);
        return;
    }
    printf("%-*.*s", l->names, l->names, d->name);
    print_date(l, d->created);
    if (l->referred)
        print_date(l, d->referred);
    if (l->expires)
        print_date(l, d->expires);
    unsigned used = d->last_track || d->last_record ? d->last_track + 1 : 0;
    printf(" %-3s %-5s %5u %5u %3u %5u %3u%% %3u\n", dataset_organization(d, organization),
           dataset_recfm(d, recfm), d->lrecl, d->blksize, d->key, d->tracks,
           d->tracks ? used * 100 / d->tracks : 0, d->extents);
}

static void print_header(const struct listing *l)
{
    int date = l->calendar ? 9 : 5;
    printf("%-*s %-*s", l->names, "DSNAME", date, "CREDT");
    if (l->referred)
        printf(" %-*s", date, "REFDT");
    if (l->expires)
        printf(" %-*s", date, "EXPDT");
    puts(" ORG RECFM LRECL BLKSZ KEY  TRKS USED EXT");
}

static int run_dasdls(int argc, char **argv)
{
    struct listing l = { .names = 44 };
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++)
        if (!take_listing(&l, argv[i]))
            return tool_fail("dasdls", "%s is no option: -info -hdr -caldt -refdt -expdt -dsnl[=n]"
                             " -yroffs[=n]", argv[i]), 2;
    if (l.names < 1 || l.names > 44)
        l.names = 44;
    if (i == argc)
        return tool_fail("dasdls", "usage: dasdls [options] image [sf=shadow-files]..."), 2;
    int status = 0;
    while (i < argc) {
        struct disk_complaint why;
        struct volume volume;
        const char *path = argv[i++], *shadows = shadows_at(argv, argc, &i);
        if (!volume_open(&volume, path, shadows, &why)) {
            status = fail("dasdls", &why);
            continue;
        }
        printf("%s: VOLSER=%s\n", path, volume.serial);
        if (l.header)
            print_header(&l);
        for (size_t d = 0; d < volume.datasets; d++)
            print_listing(&l, &volume.dataset[d]);
        volume_close(&volume);
    }
    return status;
}

/* ---- members ---------------------------------------------------------------------------------- */

/* How a member's blocks are put out. */
enum form { AS_IT_IS, AS_TEXT, AS_CARDS, AS_LISTED_CARDS };
struct putting { FILE *out; enum form form; struct codepage page; };

/* Columns 1 to 72 of each card, without blanks at their end. */
static void put_cards(const struct putting *p, const uint8_t *block, size_t length)
{
    enum { CARD = 80, TEXT = 72 };
    for (size_t at = 0; at + CARD <= length; at += CARD) {
        size_t n = TEXT;
        while (n && block[at + n - 1] == 0x40)
            n--;
        if (p->form == AS_LISTED_CARDS)
            fputs("| ", p->out);
        for (size_t i = 0; i < n; i++)
            putc(p->page.to_host[block[at + i]], p->out);
        putc('\n', p->out);
    }
}

static bool put_member(const struct putting *p, struct volume *volume,
                       const struct dataset *dataset, const struct member *member,
                       struct disk_complaint *why)
{
    struct dataset_reader reader;
    enum dataset_result result = DATASET_BAD;
    if (!dataset_begin(&reader, volume, dataset, why))
        return false;
    if (dataset_point(&reader, member->track, member->record))
        while ((result = dataset_block(&reader)) == DATASET_GOT) {
            if (p->form >= AS_CARDS) {
                if (reader.length % 80) {
                    result = DATASET_BAD;
                    complain(why, "%s: a block of %zu bytes is no multiple of a card's 80",
                             dataset->name, reader.length);
                    break;
                }
                put_cards(p, reader.block, reader.length);
            } else
                for (size_t i = 0; i < reader.length; i++)
                    putc(p->form == AS_TEXT ? p->page.to_host[reader.block[i]] : reader.block[i],
                         p->out);
        }
    dataset_end(&reader);
    return result == DATASET_END;
}

/* ---- dasdcat ------------------------------------------------------------------------------------ */

static bool cat_members(struct putting *p, struct volume *volume, const struct dataset *dataset,
                        const struct directory *directory, const char *spec,
                        struct disk_complaint *why)
{
    char name[9];
    bool all = strcmp(spec, "*") == 0, names = strcmp(spec, "?") == 0, good = true;
    for (size_t i = 0; (all || names) && good && i < directory->members; i++) {
        const struct member *member = &directory->member[i];
        if (names) {
            lower(name, member->name);
            puts(name);
            continue;
        }
        printf("> Member %s\n", member->name);
        good = put_member(p, volume, dataset, member, why);
    }
    if (all || names)
        return good;
    const struct member *member = directory_find(directory, spec);
    return member ? put_member(p, volume, dataset, member, why)
                  : complain(why, "Member %s not found in %s", spec, dataset->name);
}

/* pdsname/spec[:flags] */
static bool cat_one(struct volume *volume, const char *word, struct disk_complaint *why)
{
    char name[DATASET_NAME + 32];
    struct putting p = { .out = stdout, .form = AS_IT_IS };
    struct directory directory;
    tool_codepage("dasdcat", &p.page);
    snprintf(name, sizeof name, "%s", word);
    char *spec = strchr(name, '/');
    if (!spec)
        return complain(why, "%s: a member is wanted: %s/member, %s/* or %s/?", name, name, name,
                        name);
    *spec++ = 0;
    char *flags = strchr(spec, ':');
    if (flags) {
        *flags++ = 0;
        if (strchr(flags, 'c'))
            p.form = strcmp(spec, "*") == 0 ? AS_LISTED_CARDS : AS_CARDS;
        else if (strchr(flags, 'a'))
            p.form = AS_TEXT;
    }
    const struct dataset *dataset = volume_find(volume, name, why);
    if (!dataset || !directory_read(&directory, volume, dataset, why))
        return false;
    bool good = cat_members(&p, volume, dataset, &directory, spec, why);
    directory_free(&directory);
    return good;
}

static int run_dasdcat(int argc, char **argv)
{
    struct disk_complaint why;
    struct volume volume;
    bool opened = false;
    int status = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-i") == 0 && i + 1 < argc) {
            const char *path = argv[++i];
            int next = i + 1;
            const char *shadows = shadows_at(argv, argc, &next);
            i = next - 1;
            if (opened)
                volume_close(&volume);
            opened = volume_open(&volume, path, shadows, &why);
            if (!opened)
                return fail("dasdcat", &why);
        } else if (!opened)
            return tool_fail("dasdcat", "usage: dasdcat -i image [sf=shadow-files] pdsname/spec[:"
                             "flags]... with spec member, * or ?, flags c or a"), 2;
        else if (!cat_one(&volume, argv[i], &why))
            status = fail("dasdcat", &why);
    }
    if (opened)
        volume_close(&volume);
    else
        return tool_fail("dasdcat", "usage: dasdcat -i image [sf=shadow-files] pdsname/spec..."), 2;
    return status;
}

/* ---- dasdpdsu ------------------------------------------------------------------------------------- */

/* Each member into member.mac of this folder. */
static bool unload(struct putting *p, struct volume *volume, const struct dataset *dataset,
                   const struct member *member, struct disk_complaint *why)
{
    char name[9], path[16], error[400];
    lower(name, member->name);
    if (!name[0] || name[0] == '.' || strchr(name, '/'))
        return complain(why, "member name '%s' makes no file name", member->name);
    snprintf(path, sizeof path, "%s.mac", name);
    char *temporary = tool_temporary(path);
    p->out = fopen(temporary, "wxe");
    if (!p->out) {
        complain(why, "%s: %s", temporary, strerror(errno));
        free(temporary);
        return false;
    }
    bool good = put_member(p, volume, dataset, member, why);
    if (fclose(p->out) != 0 && good)
        good = complain(why, "%s: %s", path, strerror(errno));
    if (!good) {
        unlink(temporary);
        free(temporary);
        return false;
    }
    return tool_replace(temporary, path, error, sizeof error) || complain(why, "%s", error);
}

static int run_dasdpdsu(int argc, char **argv)
{
    struct disk_complaint why;
    struct volume volume;
    struct directory directory;
    struct putting p = { .form = AS_IT_IS };
    int i = 2;
    const char *shadows = shadows_at(argv, argc, &i);
    bool ascii = i + 1 < argc && strcasecmp(argv[i + 1], "ascii") == 0;
    tool_codepage("dasdpdsu", &p.page);
    if (i >= argc || i + 1 + ascii != argc)
        return tool_fail("dasdpdsu", "usage: dasdpdsu image [sf=shadow-files] pdsname [ascii]"), 2;
    if (!volume_open(&volume, argv[1], shadows, &why))
        return fail("dasdpdsu", &why);
    p.form = ascii ? AS_CARDS : AS_IT_IS;
    const struct dataset *dataset = volume_find(&volume, argv[i], &why);
    bool good = dataset && directory_read(&directory, &volume, dataset, &why);
    if (good) {
        for (size_t m = 0; good && m < directory.members; m++)
            good = unload(&p, &volume, dataset, &directory.member[m], &why);
        directory_free(&directory);
    }
    volume_close(&volume);
    return good ? 0 : fail("dasdpdsu", &why);
}

/* ---- dasdseq --------------------------------------------------------------------------------------- */

static bool put_sequence(struct volume *volume, const struct dataset *dataset, bool ascii,
                         FILE *out, unsigned long *count, struct disk_complaint *why)
{
    struct dataset_reader reader;
    struct codepage page;
    enum dataset_result result;
    const uint8_t *record;
    size_t length;
    tool_codepage("dasdseq", &page);
    if (!dataset_begin(&reader, volume, dataset, why))
        return false;
    while ((result = dataset_record(&reader, &record, &length)) == DATASET_GOT) {
        while (ascii && length && record[length - 1] == 0x40)
            length--;
        for (size_t i = 0; i < length; i++)
            putc(ascii ? page.to_host[record[i]] : record[i], out);
        if (ascii)
            putc('\n', out);
        ++*count;
    }
    dataset_end(&reader);
    return result == DATASET_END;
}

static bool write_sequence(struct volume *volume, const char *name, bool ascii,
                           unsigned long *count, struct disk_complaint *why)
{
    char error[400];
    const struct dataset *dataset = volume_find(volume, name, why);
    if (!dataset)
        return false;
    if (dataset->organization & 0x0200)
        return complain(why, "%s is partitioned: dasdpdsu unloads it", name);
    char *temporary = tool_temporary(name);
    FILE *out = fopen(temporary, "wxe");
    bool good = out ? put_sequence(volume, dataset, ascii, out, count, why)
                    : complain(why, "%s: %s", temporary, strerror(errno));
    if (out && fclose(out) != 0 && good)
        good = complain(why, "%s: %s", name, strerror(errno));
    if (good)
        return tool_replace(temporary, name, error, sizeof error) || complain(why, "%s", error);
    unlink(temporary);
    free(temporary);
    return false;
}

/* The file has the data set's name, as it was written. */
static int run_dasdseq(int argc, char **argv)
{
    struct disk_complaint why;
    struct volume volume;
    unsigned long count = 0;
    bool ascii = false;
    int kept = 1;
    for (int i = 1; i < argc; i++)
        if (strcasecmp(argv[i], "-ascii") == 0 || (i > 2 && strcasecmp(argv[i], "ascii") == 0))
            ascii = true;
        else
            argv[kept++] = argv[i];
    int i = 2;
    const char *shadows = shadows_at(argv, kept, &i);
    if (kept < 3 || i + 1 != kept || argv[1][0] == '-')
        return tool_fail("dasdseq", "usage: dasdseq [-ascii] image [sf=shadow-files] dsname"), 2;
    if (!volume_open(&volume, argv[1], shadows, &why))
        return fail("dasdseq", &why);
    bool good = write_sequence(&volume, argv[i], ascii, &count, &why);
    volume_close(&volume);
    if (!good)
        return fail("dasdseq", &why);
    fprintf(stderr, "dasdseq wrote %lu records to %s\n", count, argv[i]);
    return 0;
}

/* ---- the names --------------------------------------------------------------------------------------- */

static const struct { const char *name; int (*run)(int, char **); } tools[] = {
    { "dasdls", run_dasdls }, { "dasdcat", run_dasdcat }, { "dasdpdsu", run_dasdpdsu },
    { "dasdseq", run_dasdseq },
    { "cckddiag", dasd_run_cckddiag }, { "cckddiag64", dasd_run_cckddiag }
};

int dasd_run_customary(const char *name, int argc, char **argv)
{
    struct codepage page;          /* looked at here, so that the tools need not fail */
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
        if (strcmp(tools[i].name, name) == 0)
            return tool_codepage(name, &page) ? tools[i].run(argc, argv) : 2;
    return -1;
}
