/* endicott dasdinit: makes an empty disk image, with the words that the field's tool of
 * this name takes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/codepage.h"
#include "devices/dasd/ckd-image.h"
#include "devices/dasd/fba-image.h"
#include "devices/dasd/geometry.h"
#include "devices/devices.h"
#include "devices/tool.h"

static const char usage[] =
    "Usage: endicott dasdinit [options] file type[-model] [volser] [size]\n"
    "Makes an empty disk image; never over a file that is there.\n"
    "\n"
    "  -z       compressed with zlib\n"
    "  -bz2     compressed with bzip2\n"
    "  -0       in the compressed format, but not compressed\n"
    "  -a       with the alternate cylinders of the model\n"
    "  -r       raw: without IPL records and volume label; give no volser\n"
    "  -64      with 64-bit offsets, for more than 4 GB; dasdinit64 does it by itself\n"
    "  -lfs     plain: one file, even if larger than 2 GB\n"
    "  --json   tell the result as JSON\n"
    "  -linux   tracks as Linux's dasdfmt leaves them (compressed 3390 only)\n"
    "\n"
    "  type     CKD: 2305 2311 2314 3330 3340 3350 3375 3380 3390 9345\n"
    "           FBA: 0671 3310 3370 9313 9332 9335 9336 (size in blocks of 512)\n"
    "\n"
    "Example: endicott dasdinit -z -a dliba1.150 3330 DLIBA1\n";

struct request {
    struct ckd_creation creation;
    const struct fba_geometry *fba;   /* NULL: it is a CKD disk */
    uint32_t blocks;
    const char *path, *volser;
    bool alternates, raw, json;
};

static int fail(const char *format, const char *word)
{
    fputs("dasdinit: ", stderr);
    fprintf(stderr, format, word);
    fputs("\n'endicott dasdinit' alone shows how it is used\n", stderr);
    return 1;
}

static bool read_option(struct request *request, const char *word)
{
    struct ckd_creation *creation = &request->creation;
    if (strcmp(word, "-z") == 0)
        creation->compression = CKD_ZLIB;
    else if (strcmp(word, "-bz2") == 0)
        creation->compression = CKD_BZIP2;
    else if (strcmp(word, "-0") == 0)
        creation->compression = CKD_UNCOMPRESSED;
    else if (strcmp(word, "-a") == 0)
        request->alternates = true;
    else if (strcmp(word, "-r") == 0)
        request->raw = true;
    else if (strcmp(word, "-64") == 0)
        creation->wide = true;
    else if (strcmp(word, "-lfs") == 0)
        creation->one_file = true;
    else if (strcmp(word, "-json") == 0 || strcmp(word, "--json") == 0)
        request->json = true;
    else if (strcmp(word, "-linux") == 0)
        creation->null_track = CKD_NULL_LINUX;
    else
        return false;
    return true;
}

static bool is_volser(const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)word[i]) && !strchr("@#$-", word[i]))
            return false;
    return n >= 1 && n <= 6;
}

enum { LINUX_BLOCKS = 12, LINUX_BLOCK = 4096 };          /* dasdfmt's, of a 3390 track */

/* ---- track 0 ------------------------------------------------------------------------- */

static void put_text(uint8_t *field, const char *text, size_t length)
{
    struct codepage page;
    codepage_default(&page);
    for (size_t i = 0, n = strlen(text); i < length; i++)
        field[i] = (uint8_t)(i < n ? toupper((unsigned char)text[i]) : ' ');
    codepage_to_guest(&page, field, length);
}

/* IPL1: a PSW that waits with code 00000F (no IPL program here), and a CCW to read nothing;
 * IPL2; the volume label. What IBCDASDI leaves on a volume without an IPL program, and
 * dasdinit does; the VTOC is for the guest's utilities to make. */
static bool label(struct ckd_image *image, const char *volser, bool for_linux,
                  struct disk_complaint *complaint)
{
    enum { KEY = 4, IPL1 = 24, IPL2 = 144, LABEL = 80, OWNER = 41 };
    static const uint8_t ipl1[IPL1] = { 0, 6, 0, 0, 0, 0, 0, 15, 3, 0, 0, 0, 0, 0, 0, 1 };
    static const struct { const char *key; unsigned length; } records[] = {
        { "IPL1", IPL1 }, { "IPL2", IPL2 }, { "VOL1", LABEL }
    };
    size_t size = ckd_image_shape(image)->track_size;
    uint8_t *track = ckd_image_track(image, 0, complaint), *record[3];
    if (!track)
        return false;
    ckd_track_format(track, 0, 0);
    for (unsigned i = 0; i < 3; i++) {
        record[i] = ckd_track_append(track, size, 0, 0, i + 1, KEY, records[i].length);
        put_text(record[i], records[i].key, KEY);
        record[i] += KEY;
    }
    memcpy(record[0], ipl1, sizeof ipl1);
    uint8_t *volume = record[2];
    put_text(volume, "VOL1", LABEL);
    put_text(volume + 4, volser, 6);
    memcpy(volume + 11, "\0\0\0\1\1", 5);          /* where the VTOC will be: CCHHR */
    put_text(volume + OWNER, "ENDICOTT", 10);
    for (unsigned r = 4; for_linux && r <= LINUX_BLOCKS; r++)
        ckd_track_append(track, size, 0, 0, r, 0, LINUX_BLOCK);
    return ckd_image_write(image, 0, 0, ckd_track_length(track, size), true, complaint);
}

/* The VTOC that dasdfmt leaves on track 1: a format-4 label that describes the disk, a
 * format-5 label that says all from track 2 on is free, and empty ones (GC26-7402). */
static bool linux_vtoc(struct ckd_image *image, const struct ckd_creation *creation,
                       struct disk_complaint *complaint)
{
    enum { KEY = 44, DATA = 96 };
    const struct ckd_geometry *g = creation->geometry;
    uint8_t *track = ckd_image_track(image, 1, complaint), *label[LINUX_BLOCKS];
    size_t size = ckd_image_shape(image)->track_size;
    if (!track)
        return false;
    ckd_track_format(track, 0, 1);
    for (unsigned r = 1; r <= LINUX_BLOCKS; r++)
        label[r - 1] = ckd_track_append(track, size, 0, 1, r, KEY, DATA);
    uint8_t *f4 = label[0] + KEY, *f5 = label[1];
    memset(label[0], 0x04, KEY);
    f4[0] = 0xF4;
    put16(f4 + 6, LINUX_BLOCKS - 2);                     /* labels that are left */
    f4[15] = 0x01;                                       /* one extent */
    put16(f4 + 18, (uint16_t)creation->cylinders);
    put16(f4 + 20, g->heads);
    put16(f4 + 22, g->capacity);
    f4[27] = 0x30;                                       /* device flags */
    f4[30] = LINUX_BLOCKS;                               /* blocks a track */
    f4[61] = 0x01;                                       /* the VTOC's extent: track 1 */
    put16(f4 + 65, 1);
    put16(f4 + 69, 1);
    memset(f5, 0x05, 4);
    put16(f5 + 4, 2);                                    /* free from track 2: cylinders, tracks */
    put16(f5 + 6, (uint16_t)(creation->cylinders - 1));
    f5[8] = (uint8_t)(g->heads - 2);
    f5[KEY] = 0xF5;
    return ckd_image_write(image, 1, 0, ckd_track_length(track, size), true, complaint);
}

static bool make(struct request *request, struct disk_complaint *complaint)
{
    if (!ckd_image_create(request->path, &request->creation, complaint))
        return false;
    if (request->raw)
        return true;
    struct ckd_image *image = ckd_image_open(request->creation.made, true, complaint);
    if (!image)
        return false;
    bool for_linux = request->creation.null_track == CKD_NULL_LINUX;
    bool labelled = label(image, request->volser, for_linux, complaint)
        && (!for_linux || linux_vtoc(image, &request->creation, complaint));
    struct disk_complaint at_close;
    bool closed = ckd_image_close(image, labelled ? complaint : &at_close);
    return labelled && closed;
}

static bool tell_json(const struct request *request, const char *path, const char *unit,
                      uint64_t number)
{
    putchar('{');
    tool_json_field(stdout, true, "path", path);
    tool_json_field(stdout, false, "type", request->fba ? request->fba->name
                                                        : request->creation.geometry->name);
    tool_json_number(stdout, false, unit, number);
    tool_json_field(stdout, false, "volser", request->volser ? request->volser : "");
    puts("}");
    return true;
}

static bool make_fba(const struct request *request, struct disk_complaint *complaint)
{
    struct fba_creation creation = {
        .blocks = request->blocks, .volser = request->volser,
        .compression = request->creation.compression, .wide = request->creation.wide
    };
    if (!fba_image_create(request->path, &creation, complaint))
        return false;
    if (request->json)
        return tell_json(request, request->path, "blocks", request->blocks);
    printf("%s: a %s of %u blocks%s%s\n", request->path, request->fba->name, request->blocks,
           request->volser ? ", volume " : "", request->volser ? request->volser : "");
    return true;
}

static bool make_ckd(struct request *request, struct disk_complaint *complaint)
{
    const struct ckd_creation *creation = &request->creation;
    if (!make(request, complaint))
        return false;
    if (request->json)
        return tell_json(request, creation->made, "cylinders", creation->cylinders);
    printf("%s: a %s of %u cylinders, %u tracks each, %zu bytes a track%s%s\n", creation->made,
           creation->geometry->name, creation->cylinders, creation->geometry->heads,
           ckd_track_size(creation->geometry), request->volser ? ", volume " : "",
           request->volser ? request->volser : "");
    return true;
}

/* ---- the command ------------------------------------------------------------------------ */

/* The size that the model has, or that was asked for. */
static bool read_size(struct request *request, const char *word)
{
    struct ckd_creation *creation = &request->creation;
    unsigned long most = request->fba ? UINT32_MAX : 65536, n;
    char *end;
    if (!word) {
        if (request->fba)
            request->blocks = request->fba->blocks;
        else
            creation->cylinders = creation->geometry->cylinders
                + (request->alternates ? creation->geometry->alternates : 0u);
        return true;
    }
    n = strtoul(word, &end, 10);
    if (!isdigit((unsigned char)*word) || *end || n < 1 || n > most)
        return false;
    request->blocks = (uint32_t)n;
    creation->cylinders = (unsigned)n;
    return true;
}

static int read_operands(struct request *request, int argc, char **argv)
{
    struct ckd_creation *creation = &request->creation;
    int wanted = request->raw ? 2 : 3;
    if (argc < wanted)
        return fail("%s is missing", argc < 1 ? "the file" : argc < 2 ? "the type"
                                   : "the volume serial (or -r)");
    if (argc > wanted + 1)
        return fail("%s is one word too many", argv[wanted + 1]);
    request->path = argv[0];
    creation->geometry = ckd_geometry_find(argv[1]);
    request->fba = creation->geometry ? NULL : fba_geometry_find(argv[1]);
    if (!creation->geometry && !request->fba)
        return fail("%s is no type of disk that can be made here", argv[1]);
    if (!request->raw && !is_volser(request->volser = argv[2]))
        return fail("%s is no volume serial: 1 to 6 letters, digits, @ # $ or -", argv[2]);
    if (!read_size(request, argc > wanted ? argv[wanted] : NULL))
        return fail("%s is no number of cylinders, 1 to 65536, or of blocks", argv[wanted]);
    if (creation->null_track == CKD_NULL_LINUX
        && (creation->compression == CKD_PLAIN || request->fba || creation->geometry->type != 0x3390))
        return fail("%s is for compressed 3390 images", "-linux");
    return 0;
}

int dasdinit_main(int argc, char **argv)
{
    struct request request = { .creation = { .compression = CKD_PLAIN,
                                               .null_track = CKD_NULL_R0 } };
    struct disk_complaint complaint;
    int i = 1;
    if (argc < 2) {
        fputs(usage, stderr);
        return 1;
    }
    size_t name = strlen(argv[0]);
    request.creation.wide = name > 2 && strcmp(argv[0] + name - 2, "64") == 0;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)
            return fputs(usage, stdout), 0;
        if (!read_option(&request, argv[i]))
            return fail("%s is no option", argv[i]);
    }
    int bad = read_operands(&request, argc - i, argv + i);
    if (bad)
        return bad;
    if (request.fba ? make_fba(&request, &complaint) : make_ckd(&request, &complaint))
        return 0;
    fprintf(stderr, "dasdinit: %s\n", complaint.text);
    return 1;
}
