#include "devices/dasd/vtoc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/bytes.h"
#include "devices/dasd/cckd-chain.h"

/* ---- records of tracks ------------------------------------------------------------------ */

bool ckd_record_next(const uint8_t *track, size_t *at, struct ckd_record *record)
{
    const uint8_t *count = track + *at;
    if (get64(count) == UINT64_MAX)
        return false;
    record->cylinder = get16(track + 1);
    record->head = get16(track + 3);
    memcpy(record->id, count, sizeof record->id);
    record->overflows = count[0] & 0x80 && record->cylinder < 0x8000;
    record->key_length = count[5];
    record->data_length = get16(count + 6);
    record->key = count + CKD_COUNT;
    record->data = record->key + record->key_length;
    *at += CKD_COUNT + record->key_length + record->data_length;
    return true;
}

/* The record of this number on a track. */
static bool find_record(struct volume *volume, unsigned track, uint8_t number,
                        struct ckd_record *record, struct disk_complaint *complaint)
{
    const uint8_t *bytes = ckd_image_track(volume->image, track, complaint);
    size_t at = CKD_HOME_ADDRESS;
    if (!bytes)
        return false;
    while (ckd_record_next(bytes, &at, record))
        if (record->id[4] == number)
            return true;
    return complain(complaint, "%s: cylinder %u head %u has no record %u",
                    ckd_image_path(volume->image), track / volume->shape->heads,
                    track % volume->shape->heads, number);
}

/* The track of a CCHH; false and a complaint if the volume has none. */
static bool track_of(const struct volume *volume, const uint8_t *cchh, const char *what,
                     unsigned *track, struct disk_complaint *complaint)
{
    unsigned cylinder = get16(cchh), head = get16(cchh + 2);
    if (cylinder >= volume->shape->cylinders || head >= volume->shape->heads)
        return complain(complaint, "%s: %s is at cylinder %u head %u; the volume has %u cylinders"
                        " of %u tracks", ckd_image_path(volume->image), what, cylinder, head,
                        volume->shape->cylinders, volume->shape->heads);
    *track = cylinder * volume->shape->heads + head;
    return true;
}

/* EBCDIC into text, without blanks at its end; what can't be printed is a '?'. */
static void take_text(const struct volume *volume, char *text, const uint8_t *bytes, size_t length)
{
    memcpy(text, bytes, length);
    codepage_to_host(&volume->page, (uint8_t *)text, length);
    for (size_t i = 0; i < length; i++)
        if (text[i] == 0)
            text[i] = ' ';
        else if (text[i] < ' ' || text[i] > '~')
            text[i] = '?';
    while (length > 0 && text[length - 1] == ' ')
        length--;
    text[length] = 0;
}

/* ---- the label ---------------------------------------------------------------------------- */

/* Record 3 of track 0: key VOL1; the label's bytes 4 serial, 11 place of the VTOC, 41 owner. */
static bool read_label(struct volume *volume, uint8_t vtoc[5], struct disk_complaint *complaint)
{
    enum { SERIAL = 4, VTOC = 11, OWNER = 41, LENGTH = 80 };
    static const uint8_t vol1[4] = { 0xE5, 0xD6, 0xD3, 0xF1 };
    const uint8_t *track = ckd_image_track(volume->image, 0, complaint);
    struct ckd_record record;
    size_t at = CKD_HOME_ADDRESS;
    if (!track)
        return false;
    while (ckd_record_next(track, &at, &record)) {
        if (record.data_length < LENGTH || memcmp(record.data, vol1, sizeof vol1) != 0)
            continue;
        take_text(volume, volume->serial, record.data + SERIAL, 6);
        take_text(volume, volume->owner, record.data + OWNER, 10);
        memcpy(vtoc, record.data + VTOC, 5);
        return true;
    }
    return complain(complaint, "%s: cylinder 0 head 0 has no volume label (VOL1)",
                    ckd_image_path(volume->image));
}

/* ---- data set labels ------------------------------------------------------------------------ */

enum { KEY = 44, DATA = 96, EXTENT = 10, FORMAT1_EXTENTS = 61, FORMAT3_EXTENTS = 1, NEXT = 91 };

/* Type (0: none), number, first and last CCHH. */
static bool take_extent(const struct volume *volume, struct dataset *dataset, const uint8_t *bytes,
                        struct disk_complaint *complaint)
{
    struct extent extent;
    char what[80];
    if (bytes[0] == 0)
        return true;
    snprintf(what, sizeof what, "an extent of %s", dataset->name);
    if (!track_of(volume, bytes + 2, what, &extent.first, complaint)
        || !track_of(volume, bytes + 6, what, &extent.last, complaint))
        return false;
    if (extent.first > extent.last)
        return complain(complaint, "%s: %s ends before it begins, cylinder %u head %u",
                        ckd_image_path(volume->image), what, get16(bytes + 2), get16(bytes + 4));
    if (dataset->extents == DATASET_EXTENTS)
        return complain(complaint, "%s: %s has more than %d extents",
                        ckd_image_path(volume->image), dataset->name, DATASET_EXTENTS);
    /* A track for users' labels (type 40) comes first and holds no data. */
    if (bytes[0] == 0x40)
        return true;
    dataset->extent[dataset->extents++] = extent;
    dataset->tracks += extent.last - extent.first + 1;
    return true;
}

static bool take_extents(const struct volume *volume, struct dataset *dataset,
                         const uint8_t *bytes, unsigned count, struct disk_complaint *complaint)
{
    for (unsigned i = 0; i < count; i++)
        if (!take_extent(volume, dataset, bytes + i * EXTENT, complaint))
            return false;
    return true;
}

/* Format-3 labels: 4 extents in the key, 9 behind the format's letter, the next one's CCHHR.
 * A circle of them ends, since each adds to the extents or is the last. */
static bool further_extents(struct volume *volume, struct dataset *dataset, const uint8_t next[5],
                            struct disk_complaint *complaint)
{
    uint8_t place[5];
    memcpy(place, next, sizeof place);
    while (memcmp(place, "\0\0\0\0\0", sizeof place) != 0) {
        struct ckd_record record;
        unsigned track, before = dataset->extents;
        if (!track_of(volume, place, "a format-3 label", &track, complaint)
            || !find_record(volume, track, place[4], &record, complaint))
            return false;
        if (record.key_length != KEY || record.data_length != DATA || record.data[0] != 0xF3)
            return complain(complaint, "%s: cylinder %u head %u record %u should be the format-3"
                            " label of %s", ckd_image_path(volume->image), record.cylinder,
                            record.head, place[4], dataset->name);
        memcpy(place, record.data + NEXT, sizeof place);
        if (!take_extents(volume, dataset, record.key + 4, 4, complaint)
            || !take_extents(volume, dataset, record.data + FORMAT3_EXTENTS, 9, complaint))
            return false;
        if (dataset->extents == before)
            break;
    }
    return true;
}

/* A year since 1900 and a day. */
static unsigned take_date(const uint8_t *bytes)
{
    unsigned year = bytes[0], day = get16(bytes + 1);
    return year || day ? (1900 + year) * 1000 + day % 1000 : 0;
}

static bool take_format1(struct volume *volume, const struct ckd_record *record,
                         struct disk_complaint *complaint)
{
    const size_t batch = 64;
    if (volume->datasets % batch == 0) {
        void *more = realloc(volume->dataset,
                             (volume->datasets + batch) * sizeof *volume->dataset);
        if (!more)
            return complain(complaint, "out of storage");
        volume->dataset = more;
    }
    struct dataset *dataset = &volume->dataset[volume->datasets];
    const uint8_t *f1 = record->data;
    uint8_t next[5];
    memset(dataset, 0, sizeof *dataset);
    take_text(volume, dataset->name, record->key, DATASET_NAME);
    dataset->created = take_date(f1 + 9);
    dataset->expires = take_date(f1 + 12);
    dataset->referred = take_date(f1 + 31);
    dataset->organization = get16(f1 + 38);
    dataset->recfm = f1[40];
    dataset->blksize = get16(f1 + 42);
    dataset->lrecl = get16(f1 + 44);
    dataset->key = f1[46];
    dataset->allocation = f1[50];
    dataset->secondary = (unsigned)f1[51] << 16 | get16(f1 + 52);
    dataset->last_track = get16(f1 + 54);
    dataset->last_record = f1[56];
    volume->datasets++;
    memcpy(next, f1 + NEXT, sizeof next);
    return take_extents(volume, dataset, f1 + FORMAT1_EXTENTS, 3, complaint)
        && further_extents(volume, dataset, next, complaint);
}

/* ---- the VTOC --------------------------------------------------------------------------------- */

/* The format-4 label comes first, and says where the VTOC is. */
static bool read_format4(struct volume *volume, const uint8_t place[5],
                         struct disk_complaint *complaint)
{
    enum { VTOC_EXTENT = 61 };
    struct ckd_record record;
    unsigned track;
    if (memcmp(place, "\0\0\0\0\0", 5) == 0)
        return complain(complaint, "%s: volume %s has no VTOC",
                        ckd_image_path(volume->image), volume->serial);
    if (!track_of(volume, place, "the VTOC", &track, complaint)
        || !find_record(volume, track, place[4], &record, complaint))
        return false;
    if (record.key_length != KEY || record.data_length != DATA || record.data[0] != 0xF4)
        return complain(complaint, "%s: cylinder %u head %u record %u is no VTOC label (format"
                        " 4): the volume has no VTOC, or a damaged one",
                        ckd_image_path(volume->image), record.cylinder, record.head, place[4]);
    const uint8_t *extent = record.data + VTOC_EXTENT;
    if (!track_of(volume, extent + 2, "the VTOC's first track", &volume->vtoc.first, complaint)
        || !track_of(volume, extent + 6, "the VTOC's last track", &volume->vtoc.last, complaint))
        return false;
    if (volume->vtoc.first > volume->vtoc.last || track < volume->vtoc.first
        || track > volume->vtoc.last)
        return complain(complaint, "%s: cylinder %u head %u record %u: the VTOC's extent makes no"
                        " sense", ckd_image_path(volume->image), record.cylinder, record.head,
                        place[4]);
    return true;
}

static bool read_vtoc(struct volume *volume, struct disk_complaint *complaint)
{
    for (unsigned track = volume->vtoc.first; track <= volume->vtoc.last; track++) {
        size_t at = CKD_HOME_ADDRESS;
        for (;;) {       /* format-3 labels come in between: look at the track anew */
            const uint8_t *bytes = ckd_image_track(volume->image, track, complaint);
            struct ckd_record record;
            if (!bytes)
                return false;
            if (!ckd_record_next(bytes, &at, &record))
                break;
            if (record.key_length == KEY && record.data_length == DATA
                && record.data[0] == 0xF1 && !take_format1(volume, &record, complaint))
                return false;
        }
    }
    return true;
}

static bool open_volume(struct volume *volume, const char *path, const char *shadows,
                        bool writable, struct disk_complaint *complaint)
{
    struct cckd_opening opening = { .shadows = shadows, .writable = writable };
    uint8_t vtoc[5];
    *volume = (struct volume){ .image = ckd_image_open_with(path, &opening, complaint) };
    if (!volume->image)
        return false;
    volume->shape = ckd_image_shape(volume->image);
    codepage_default(&volume->page);
    if (read_label(volume, vtoc, complaint) && read_format4(volume, vtoc, complaint)
        && read_vtoc(volume, complaint))
        return true;
    volume_close(volume);
    return false;
}

bool volume_open(struct volume *volume, const char *path, const char *shadows,
                 struct disk_complaint *complaint)
{
    return open_volume(volume, path, shadows, false, complaint);
}

bool volume_open_to_change(struct volume *volume, const char *path, const char *shadows,
                           struct disk_complaint *complaint)
{
    return open_volume(volume, path, shadows, true, complaint);
}

bool volume_close_changed(struct volume *volume, struct disk_complaint *complaint)
{
    free(volume->dataset);
    return ckd_image_close(volume->image, complaint);
}

void volume_close(struct volume *volume)
{
    struct disk_complaint none;      /* it was only read */
    ckd_image_close(volume->image, &none);
    free(volume->dataset);
}

const struct dataset *volume_find(const struct volume *volume, const char *name,
                                  struct disk_complaint *complaint)
{
    for (size_t i = 0; i < volume->datasets; i++)
        if (strcasecmp(volume->dataset[i].name, name) == 0)
            return &volume->dataset[i];
    complain(complaint, "%s: volume %s has no data set %s", ckd_image_path(volume->image),
             volume->serial, name);
    return NULL;
}

/* ---- words --------------------------------------------------------------------------------------- */

const char *dataset_organization(const struct dataset *dataset, char text[4])
{
    static const struct { uint16_t bit; const char *name; } names[] = {
        { 0x8000, "IS" }, { 0x4000, "PS" }, { 0x2000, "DA" }, { 0x0200, "PO" }, { 0x0008, "VS" }
    };
    const char *name = "??";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dataset->organization & names[i].bit)
            name = names[i].name;
    snprintf(text, 4, "%s%s", name, dataset->organization & 0x0100 ? "U" : "");
    return text;
}

const char *dataset_recfm(const struct dataset *dataset, char text[8])
{
    static const char forms[] = { 0, 'V', 'F', 'U' };
    static const struct { uint8_t bit; char letter; } letters[] = {
        { RECFM_OVERFLOW, 'T' }, { RECFM_BLOCKED, 'B' }, { RECFM_SPANNED, 'S' },
        { RECFM_ASA, 'A' }, { RECFM_MACHINE, 'M' }
    };
    int n = 0;
    if (dataset->recfm & RECFM_FORM)
        text[n++] = forms[dataset->recfm >> 6];
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (dataset->recfm & letters[i].bit)
            text[n++] = letters[i].letter;
    text[n] = 0;
    return text;
}
