#include "devices/dasd/layout.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "devices/dasd/vtoc.h"

bool layout_open(struct layout *layout, const char *path, struct disk_complaint *complaint)
{
    *layout = (struct layout){ .path = path, .file = fopen(path, "re") };
    return layout->file || complain(complaint, "%s can't be opened: %s", path, strerror(errno));
}

void layout_close(struct layout *layout)
{
    if (layout->file)
        fclose(layout->file);
}

__attribute__((format(printf, 3, 4)))
static bool wrong(const struct layout *layout, struct disk_complaint *complaint,
                  const char *format, ...)
{
    char text[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return complain(complaint, "%s line %u: %s", layout->path, layout->line, text);
}

/* ---- statements -------------------------------------------------------------------------- */

/* The next line that is no comment and not empty; 0 at the end. */
static int read_line(struct layout *layout, struct disk_complaint *complaint)
{
    while (fgets(layout->text, sizeof layout->text, layout->file)) {
        size_t n = strlen(layout->text);
        layout->line++;
        if (n == sizeof layout->text - 1 && layout->text[n - 1] != '\n') {
            wrong(layout, complaint, "the line is too long: %zu characters at most",
                  sizeof layout->text - 2);
            return -1;
        }
        n = strcspn(layout->text, "\r\n\x1A");
        layout->text[n] = 0;
        size_t first = strspn(layout->text, " \t");
        if (layout->text[first] && layout->text[0] != '#' && layout->text[0] != '*')
            return 1;
    }
    return 0;
}

enum { WORDS = 14 };
struct words { char text[2048], *word[WORDS]; int count; };

static void split(struct words *words, const char *line)
{
    char *state = NULL;
    words->count = 0;
    snprintf(words->text, sizeof words->text, "%s", line);
    for (char *word = strtok_r(words->text, " \t", &state); word && words->count < WORDS;
         word = strtok_r(NULL, " \t", &state))
        words->word[words->count++] = word;
}

static bool number(const char *word, unsigned long most, unsigned *value)
{
    char *end;
    unsigned long n = strtoul(word, &end, 10);
    *value = (unsigned)n;
    return isdigit((unsigned char)*word) && !*end && n <= most;
}

static bool is_name(const char *word, size_t most, const char *more)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)word[i]) && !strchr(more, word[i]))
            return false;
    return n >= 1 && n <= most;
}

static void upper(char *to, const char *from)
{
    while ((*to++ = (char)toupper((unsigned char)*from++)))
        ;
}

/* ---- the volume ---------------------------------------------------------------------------- */

/* volser devtype[-model] [cyls [ipltext]] */
bool layout_volume(struct layout *layout, struct layout_volume *volume,
                   struct disk_complaint *complaint)
{
    struct words words;
    int result = read_line(layout, complaint);
    *volume = (struct layout_volume){ .cylinders = 0 };
    if (result < 0)
        return false;
    split(&words, layout->text);
    if (result == 0 || words.count < 2)
        return complain(complaint, "%s: the volume statement is missing: volser type [cylinders"
                        " [ipltext]]", layout->path);
    if (!is_name(words.word[0], 6, "@#$-"))
        return wrong(layout, complaint, "%s is no volume serial: 1 to 6 letters, digits, @ # $ or"
                     " -", words.word[0]);
    upper(volume->serial, words.word[0]);
    volume->geometry = ckd_geometry_find(words.word[1]);
    if (!volume->geometry)
        return wrong(layout, complaint, "device type %s is not known: it must be that of a CKD"
                     " disk, as 3330 or 3390-3", words.word[1]);
    if (words.count > 2 && strcmp(words.word[2], "*") != 0
        && !number(words.word[2], 65536, &volume->cylinders))
        return wrong(layout, complaint, "%s is no number of cylinders, 1 to 65536, nor *",
                     words.word[2]);
    if (words.count > 3)
        snprintf(volume->ipl, sizeof volume->ipl, "%s", words.word[3]);
    return true;
}

/* ---- a data set ------------------------------------------------------------------------------- */

static const struct { const char *name; enum layout_method method; bool file; } methods[] = {
    { "XMIT", LAYOUT_XMIT, true }, { "VS", LAYOUT_VS, true }, { "SEQ", LAYOUT_SEQ, true },
    { "XMSEQ", LAYOUT_XMSEQ, true }, { "TEXT", LAYOUT_TEXT, true },
    { "EMPTY", LAYOUT_EMPTY, false }, { "DIP", LAYOUT_DIP, false },
    { "CVOL", LAYOUT_CVOL, false }, { "VTOC", LAYOUT_VTOC, false },
};
enum { METHODS = sizeof methods / sizeof *methods };

static const struct { const char *name; uint16_t value; } organizations[] = {
    { "PS", 0x4000 }, { "PO", 0x0200 }, { "DA", 0x2000 }, { "IS", 0x8000 }, { "PSU", 0x4100 },
    { "POU", 0x0300 }, { "DAU", 0x2100 }
};
enum { ORGANIZATIONS = sizeof organizations / sizeof *organizations };

static bool read_recfm(const char *word, uint8_t *recfm)
{
    static const struct { char letter; uint8_t bits; } letters[] = {
        { 'F', RECFM_F }, { 'V', RECFM_V }, { 'U', RECFM_U }, { 'B', RECFM_BLOCKED },
        { 'S', RECFM_SPANNED }, { 'A', RECFM_ASA }, { 'M', RECFM_MACHINE }, { 'T', RECFM_OVERFLOW }
    };
    *recfm = 0;
    for (size_t at = 0; word[at]; at++) {
        size_t i = 0;
        while (i < 8 && letters[i].letter != toupper((unsigned char)word[at]))
            i++;
        /* The form comes first, the others each once. */
        if (i == 8 || (i < 3) != (at == 0) || (at && *recfm & letters[i].bits))
            return false;
        *recfm |= letters[i].bits;
    }
    return *recfm != 0;
}

static bool read_units(const struct layout *layout, const char *word, struct build_set *set,
                       struct disk_complaint *complaint)
{
    set->cylinders = strcasecmp(word, "CYL") == 0;
    return set->cylinders || strcasecmp(word, "TRK") == 0
        || wrong(layout, complaint, "%s is no unit of space: TRK or CYL", word);
}

static bool read_organization(const struct layout *layout, const char *word,
                              struct build_set *set, struct disk_complaint *complaint)
{
    for (int i = 0; i < ORGANIZATIONS; i++)
        if (strcasecmp(organizations[i].name, word) == 0) {
            set->organization = organizations[i].value;
            return true;
        }
    return wrong(layout, complaint, "%s is no organization: PS, PO, DA or IS", word);
}

/* units pri sec dir dsorg recfm lrecl blksize keylen, each if those in front of it are there. */
static bool read_attributes(const struct layout *layout, char *const *word, int count,
                            struct build_set *set, struct disk_complaint *complaint)
{
    const struct { const char *name; unsigned *value; unsigned long most; } numbers[] = {
        [1] = { "a primary space", &set->primary, 65535 },
        [2] = { "a secondary space", &set->secondary, 0xFFFFFF },
        [3] = { "a number of directory blocks", &set->directory, 65535 },
        [6] = { "a record length", &set->lrecl, 65535 },
        [7] = { "a block size", &set->blksize, 65535 },
        [8] = { "a key length", &set->key, 255 },
    };
    for (int i = 0; i < count; i++) {
        bool good = i == 0 ? read_units(layout, word[i], set, complaint)
                  : i == 4 ? read_organization(layout, word[i], set, complaint)
                  : i == 5 ? read_recfm(word[i], &set->recfm)
                             || wrong(layout, complaint, "%s is no record format: F, FB, V, VB, VBS"
                                      ", U, with A or M", word[i])
                  : i == 9 ? wrong(layout, complaint, "%s is one word too many", word[i])
                  : number(word[i], numbers[i].most, numbers[i].value)
                    || wrong(layout, complaint, "%s is not %s, at most %lu", word[i],
                             numbers[i].name, numbers[i].most);
        if (!good)
            return false;
    }
    return true;
}

int layout_next(struct layout *layout, struct layout_statement *s,
                struct disk_complaint *complaint)
{
    struct words words;
    int result = read_line(layout, complaint), i = 0;
    if (result <= 0)
        return result;
    *s = (struct layout_statement){ .method = LAYOUT_EMPTY };
    split(&words, layout->text);
    if (words.count < 2)
        return wrong(layout, complaint, "a data set's name, and how to load it, are needed") - 1;
    if (!is_name(words.word[0], BUILD_NAME, "@#$-.{"))
        return wrong(layout, complaint, "%s is no data set name", words.word[0]) - 1;
    upper(s->set.name, words.word[0]);
    while (i < METHODS && strcasecmp(methods[i].name, words.word[1]) != 0)
        i++;
    if (i == METHODS)
        return wrong(layout, complaint, "%s is no method: XMIT, VS, SEQ, XMSEQ, TEXT, EMPTY, DIP,"
                     " CVOL or VTOC", words.word[1]) - 1;
    s->method = methods[i].method;
    if (methods[i].file && words.count < 3)
        return wrong(layout, complaint, "%s needs the name of a file", methods[i].name) - 1;
    if (methods[i].file)
        snprintf(s->file, sizeof s->file, "%s", words.word[2]);
    int taken = methods[i].file ? 3 : 2;
    return read_attributes(layout, words.word + taken, words.count - taken, &s->set, complaint)
        ? 1 : -1;
}
