/* convert: a CKD volume in the HDR-30 format, the .CKD files of other emulators, into ours.
 *
 * An HDR-30 file is all tracks of a volume, alternate ones too, in slots of one size; it may be
 * compressed by gzip. A slot begins with 48 bytes, of which the first two are the device's code,
 * those at 16 the cylinder, those at 18 the head; then come the records: four zeros, the count field
 * (cylinder, head, record, key length, data length), key and data, zeros to a multiple of four. A
 * head of zeros ends the track. Numbers are big-endian. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/bytes.h"
#include "devices/dasd/disk-copy.h"
#include "devices/dasd/disk-output.h"
#include "devices/dasd/geometry.h"
#include "devices/dasd/tool.h"

enum { TRACK_HEAD = 48, RECORD_HEAD = 12, LARGEST_SLOT = 0xE400 };

/* What the codes mean; cylinders without the alternate ones. */
static const struct hdr30_model {
    uint8_t code;
    uint16_t type, cylinders, slot;
} models[] = {
    { 0x01, 0x3330, 404, 0x3400 }, { 0x02, 0x3330, 808, 0x3400 },
    { 0x03, 0x3340, 350, 0x2400 }, { 0x04, 0x3340, 700, 0x2400 },
    { 0x05, 0x3350, 555, 0x4C00 }, { 0x06, 0x3375, 959, 0x9000 },
    { 0x08, 0x3380, 885, 0xBC00 }, { 0x09, 0x3380, 1770, 0xBC00 },
    { 0x0A, 0x3380, 2655, 0xBC00 },
    { 0x0B, 0x3390, 1113, 0xE400 }, { 0x0C, 0x3390, 2226, 0xE400 },
    { 0x0D, 0x3390, 3339, 0xE400 }, { 0x13, 0x3390, 10017, 0xE400 },
    { 0x12, 0x2314, 200, 0x2000 },
    { 0x14, 0x9345, 1440, 0xBC00 }, { 0x15, 0x9345, 2156, 0xBC00 },
};

struct conversion {
    struct ckd_source source;     /* first */
    const char *path;
    gzFile file;
    const struct hdr30_model *model;
    const struct ckd_geometry *geometry;
    struct tool_progress *progress;
    bool ahead;                   /* the slot has been read, but not been asked for yet */
    uint64_t at;                  /* where it begins, expanded */
    uint8_t slot[LARGEST_SLOT];
};

static bool fill_slot(struct conversion *c, size_t from, size_t to, struct disk_complaint *why)
{
    int n = gzread(c->file, c->slot + from, (unsigned)(to - from)), number;
    if (n == (int)(to - from))
        return true;
    if (n >= 0)
        return complain(why, "%s ends too soon: %zu bytes wanted at %llu, %d are there", c->path,
                        to - from, (unsigned long long)(c->at + from), n);
    return complain(why, "%s can't be read: %s", c->path, gzerror(c->file, &number));
}

/* ---- records ------------------------------------------------------------------------------ */

/* The next record of the slot, in ours as `count`, key and data of `length` bytes. 0: there is none;
 * -1: it makes no sense. */
static int next_record(const struct conversion *c, size_t *at, uint8_t count[CKD_COUNT],
                       const uint8_t **bytes, size_t *length)
{
    static const uint8_t none[RECORD_HEAD];
    const uint8_t *head = c->slot + *at;
    if (*at + RECORD_HEAD > c->model->slot || memcmp(head, none, RECORD_HEAD) == 0)
        return 0;
    *length = (size_t)head[9] + get16(head + 10);
    if (memcmp(head, none, 4) != 0 || *length > c->model->slot - *at - RECORD_HEAD)
        return -1;
    memcpy(count, head + 4, CKD_COUNT);
    *bytes = head + RECORD_HEAD;
    *at += RECORD_HEAD + (*length + 3) / 4 * 4;
    return 1;
}

/* ckd_source: tracks are asked for in their order. */
static bool next_track(struct ckd_source *source, unsigned track, uint8_t *bytes,
                       struct disk_complaint *why)
{
    struct conversion *c = (struct conversion *)source;
    unsigned cylinder = track / c->geometry->heads, head = track % c->geometry->heads;
    uint8_t count[CKD_COUNT];
    const uint8_t *from;
    size_t at = TRACK_HEAD, to = CKD_HOME_ADDRESS, length, size = ckd_track_size(c->geometry);
    int found;
    if (track % 64 == 0 && !tool_progress_at(c->progress, track))
        return complain(why, "interrupted");
    c->at = (uint64_t)track * c->model->slot;
    if (!c->ahead && !fill_slot(c, 0, c->model->slot, why))
        return false;
    c->ahead = false;
    if (get16(c->slot + 16) != cylinder || get16(c->slot + 18) != head)
        return complain(why, "%s: at %llu should be cylinder %u head %u, but it is %u, %u", c->path,
                        (unsigned long long)c->at, cylinder, head, get16(c->slot + 16),
                        get16(c->slot + 18));
    ckd_track_format(bytes, cylinder, head);
    while ((found = next_record(c, &at, count, &from, &length)) > 0) {
        if (to + CKD_COUNT + length + CKD_END > size)
            return complain(why, "%s: the records of cylinder %u head %u are more than a track of a"
                            " %04X holds", c->path, cylinder, head, c->model->type);
        memcpy(bytes + to, count, CKD_COUNT);
        memcpy(bytes + to + CKD_COUNT, from, length);
        to += CKD_COUNT + length;
    }
    if (found < 0)
        return complain(why, "%s: the record at %llu, of cylinder %u head %u, makes no sense",
                        c->path, (unsigned long long)(c->at + at), cylinder, head);
    memset(bytes + to, 0xFF, CKD_END);
    return true;
}

/* ---- a volume ---------------------------------------------------------------------------------- */

static bool know_model(struct conversion *c, struct disk_complaint *why)
{
    unsigned code = get16(c->slot);
    if (memcmp(c->slot, "CKD_", 4) == 0)
        return complain(why, "%s is a disk image as it is: 'dasd copy' makes another format of it",
                        c->path);
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        if (models[i].code == code) {
            c->model = &models[i];
            c->geometry = ckd_geometry_fit(c->model->type, c->model->cylinders);
            return true;
        }
    return complain(why, "%s is no HDR-30 image: it begins with device code %04X, which is unknown",
                    c->path, code);
}

/* What record 3 of the first track says. */
static void find_volser(const struct conversion *c, char volser[7])
{
    static const uint8_t vol1[4] = { 0xE5, 0xD6, 0xD3, 0xF1 };
    uint8_t count[CKD_COUNT];
    const uint8_t *bytes;
    size_t at = TRACK_HEAD, length;
    strcpy(volser, "(NONE)");
    while (next_record(c, &at, count, &bytes, &length) > 0)
        if (count[4] == 3 && count[5] == 4 && length >= 14 && memcmp(bytes, vol1, 4) == 0
            && memcmp(bytes + 4, vol1, 4) == 0) {
            struct codepage page;
            codepage_default(&page);
            for (size_t i = 0; i < 6; i++)
                volser[i] = (char)page.to_host[bytes[8 + i]];
        }
}

static bool open_it(struct conversion *c, struct disk_complaint *why)
{
    bool standard = strcmp(c->path, "-") == 0;
    c->file = standard ? gzdopen(0, "rb") : gzopen(c->path, "rb");
    if (!c->file)
        return complain(why, "%s can't be opened: %s", c->path, strerror(errno));
    c->ahead = true;
    return fill_slot(c, 0, TRACK_HEAD, why) && know_model(c, why)
        && fill_slot(c, TRACK_HEAD, c->model->slot, why);
}

static bool find_format(const struct dasd_job *job, struct ckd_creation *creation,
                        struct disk_complaint *why)
{
    const struct disk_format *format = disk_format_find(job->format ? job->format : "CKD");
    if (!format || format->fba)
        return complain(why, "%s is no format: CKD CKD64 CCKD CCKD64", job->format);
    if (!format->compressed && job->compression != CKD_PLAIN)
        return complain(why, "%s has no compression", format->name);
    creation->wide = format->wide;
    creation->compression = !format->compressed ? CKD_PLAIN
        : job->compression != CKD_PLAIN ? (enum ckd_compression)job->compression : CKD_ZLIB;
    return true;
}

static bool make(const struct dasd_job *job, struct conversion *c, struct ckd_creation *creation,
                 struct disk_output *output, struct disk_complaint *why)
{
    if (!disk_output_begin(output, job->operands[1], job->force, NULL, why))
        return false;
    if (!ckd_image_create(output->temporary, creation, why)) {
        disk_output_drop(output);
        return false;
    }
    c->progress->total = 0;
    output->sync = job->sync;
    return disk_output_end(output, creation->parts, why);
}

static bool convert(const struct dasd_job *job, struct conversion *c, struct disk_complaint *why)
{
    struct ckd_creation creation = { .source = &c->source, .one_file = job->one_file,
                                     .null_track = CKD_NULL_R0 };
    struct disk_output output;
    char volser[7];
    if (!find_format(job, &creation, why) || !open_it(c, why))
        return false;
    creation.geometry = c->geometry;
    creation.cylinders = c->model->cylinders;
    c->progress->total = (uint64_t)c->model->cylinders * c->geometry->heads;
    find_volser(c, volser);
    if (job->customary)
        fprintf(stderr, "Converting %04X volume %s: %u cyls, %u trks/cyl, %zu bytes/track\n",
                c->model->type, volser, c->model->cylinders, c->geometry->heads,
                ckd_track_size(c->geometry));
    if (!make(job, c, &creation, &output, why))
        return false;
    if (job->customary)
        fprintf(stderr, "%u cylinders successfully written to file %s\n"
                "DASD conversion successfully completed.\n", creation.cylinders, output.made);
    else if (job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", output.made);
        tool_json_field(stdout, false, "volser", volser);
        tool_json_number(stdout, false, "cylinders", creation.cylinders);
        puts("}");
    } else if (!job->quiet)
        printf("%s: volume %s, a %s of %u cylinders\n", output.made, volser, c->geometry->name,
               creation.cylinders);
    return true;
}

int dasd_run_convert(struct dasd_job *job)
{
    struct disk_complaint why;
    struct tool_progress progress;
    struct conversion *c = calloc(1, sizeof *c);
    if (!c)
        return tool_fail(job->name, "out of storage");
    *c = (struct conversion){ .source.track = next_track, .path = job->operands[0],
                              .progress = &progress };
    tool_progress_begin(&progress, job->operands[0], 1);
    bool good = convert(job, c, &why);
    tool_progress_end(&progress);
    if (c->file)
        gzclose(c->file);
    free(c);
    return good ? 0 : dasd_job_fail(job, &why);
}
