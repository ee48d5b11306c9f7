#include "devices/dasd/volume-build.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "core/clock.h"
#include "devices/dasd/vtoc.h"

/* What a format-1 label is made from, at the end. */
struct build_done {
    struct build_set set;
    unsigned first, tracks;
    struct ttr last;
    unsigned balance;
};

static void put_text(const struct build *b, uint8_t *field, const char *text, size_t length)
{
    for (size_t i = 0, n = strlen(text); i < length; i++)
        field[i] = (uint8_t)(i < n ? toupper((unsigned char)text[i]) : ' ');
    codepage_to_guest(&b->page, field, length);
}

static unsigned heads(const struct build *b) { return b->geometry->heads; }

/* ---- devices --------------------------------------------------------------------------------- */

/* What format-4 labels say of a type, DS4DEVTK to DS4DEVTL: track length, overhead of a record,
 * of the last record, without a key, flags, tolerance (in 512ths). The newer types have their
 * own formulas instead. And its code in unit control blocks. */
static const struct device {
    uint16_t type;
    const char *model;         /* NULL: any */
    uint8_t constants[8];
    uint32_t unit;
} devices[] = {
    { 0x2305, "2305-2", { 0x3A, 0x0A, 0x01, 0x21, 0x5B, 0x01, 0x02, 0x00 }, 0x30002007 },
    { 0x2305, NULL, { 0x38, 0xE8, 0x7A, 0x7A, 0xCA, 0x01, 0x02, 0x00 }, 0x30002006 },
    { 0x2311, NULL, { 0x0E, 0x29, 0x51, 0x14, 0x14, 0x01, 0x02, 0x19 }, 0x30002001 },
    { 0x2314, NULL, { 0x1C, 0x7E, 0x92, 0x2D, 0x2D, 0x01, 0x02, 0x16 }, 0x30C02008 },
    { 0x3330, "3330-11", { 0x33, 0x6D, 0xBF, 0xBF, 0x38, 0x01, 0x02, 0x00 }, 0x3050200D },
    { 0x3330, "3330-2", { 0x33, 0x6D, 0xBF, 0xBF, 0x38, 0x01, 0x02, 0x00 }, 0x3050200D },
    { 0x3330, NULL, { 0x33, 0x6D, 0xBF, 0xBF, 0x38, 0x01, 0x02, 0x00 }, 0x30502009 },
    { 0x3340, NULL, { 0x21, 0x57, 0xF2, 0xF2, 0x4B, 0x01, 0x02, 0x00 }, 0x3050200A },
    { 0x3350, NULL, { 0x4B, 0x36, 0x0B, 0x0B, 0x52, 0x01, 0x02, 0x00 }, 0x3050200B },
    { 0x3375, NULL, { 0x8C, 0xA0, 0x00, 0x00, 0x00, 0x30, 0x00, 0x00 }, 0x3050200C },
    { 0x3380, NULL, { 0xBB, 0x60, 0x00, 0x00, 0x00, 0x30, 0x00, 0x00 }, 0x3050200E },
    { 0x3390, NULL, { 0xE5, 0xA2, 0x00, 0x00, 0x00, 0x30, 0x00, 0x00 }, 0x3050200F },
    { 0x9345, NULL, { 0xBC, 0x98, 0x00, 0x00, 0x00, 0x30, 0x00, 0x00 }, 0x30502004 },
};

static const struct device *device_of(const struct ckd_geometry *g)
{
    const struct device *d = devices;
    while (d->type != g->type || (d->model && strcmp(d->model, g->name) != 0))
        d++;
    return d;
}

uint32_t build_unit_type(const struct ckd_geometry *g) { return device_of(g)->unit; }

unsigned build_records_a_track(const struct ckd_geometry *g, unsigned key, unsigned data)
{
    unsigned n = 0, used = 0;
    while (used + ckd_record_space(g, key, data, true) <= g->capacity) {
        used += ckd_record_space(g, key, data, false);
        n++;
    }
    return n;
}

/* ---- tracks ----------------------------------------------------------------------------------- */

static bool write_track(struct build *b, unsigned track, const uint8_t *from)
{
    size_t length = ckd_track_length(from, ckd_image_shape(b->image)->track_size);
    uint8_t *bytes = ckd_image_blank(b->image, track, b->complaint);
    if (!bytes)
        return false;
    memcpy(bytes, from, length);
    return ckd_image_write(b->image, track, 0, length, true, b->complaint);
}

static void begin_track(struct build *b, unsigned track)
{
    ckd_track_format(b->track, track / heads(b), track % heads(b));
    b->current = track;
    b->records = b->used = 0;
}

static bool is_full(struct build *b, unsigned track)
{
    unsigned usable = b->cylinders < b->geometry->cylinders ? b->cylinders
                                                            : b->geometry->cylinders;
    return track >= usable * heads(b)
        && !complain(b->complaint, "the volume is full: %s needs more than its %u cylinders",
                     b->set.name, usable);
}

static bool next_track(struct build *b)
{
    if (!write_track(b, b->current, b->track) || is_full(b, b->current + 1))
        return false;
    begin_track(b, b->current + 1);
    return true;
}

bool build_block(struct build *b, const void *key, size_t key_length, const void *data,
                 size_t length, struct ttr *ttr)
{
    const struct ckd_geometry *g = b->geometry;
    size_t size = ckd_image_shape(b->image)->track_size;
    unsigned space = ckd_record_space(g, (unsigned)key_length, (unsigned)length, true);
    if (space > g->capacity)
        return complain(b->complaint, "%s: a block of %zu bytes is too long for a track of a %s",
                        b->set.name, length, g->name);
    if ((b->used + space > g->capacity || b->records == 255) && !next_track(b))
        return false;
    uint8_t *bytes = ckd_track_append(b->track, size, b->current / heads(b), b->current % heads(b),
                                      b->records + 1, (unsigned)key_length, (unsigned)length);
    if (!bytes)
        return complain(b->complaint, "%s: track %u has no room for a block of %zu bytes",
                        b->set.name, b->current, length);
    if (key_length)
        memcpy(bytes, key, key_length);
    if (data)
        memcpy(bytes + key_length, data, length);
    b->used += ckd_record_space(g, (unsigned)key_length, (unsigned)length, false);
    b->records++;
    struct ttr at = { b->current - b->first, b->records };
    if (length || b->set.organization & 0x0200) {
        b->last = at;
        b->balance = b->used < g->capacity ? g->capacity - b->used : 0;
    }
    if (ttr)
        *ttr = at;
    return true;
}

bool build_end_of_file(struct build *b)
{
    return build_block(b, NULL, 0, NULL, 0, NULL);
}

/* ---- blocks that are written -------------------------------------------------------------------- */

static bool find(struct build *b, struct ttr ttr, struct ckd_record *record, size_t *at)
{
    unsigned track = b->first + ttr.track;
    const uint8_t *bytes = track == b->current ? b->track
                         : ckd_image_track(b->image, track, b->complaint);
    *at = CKD_HOME_ADDRESS;
    while (bytes && ckd_record_next(bytes, at, record))
        if (record->id[4] == ttr.record)
            return true;
    return bytes && complain(b->complaint, "%s: there is no block at track %u, record %u",
                             b->set.name, ttr.track, ttr.record);
}

bool build_read(struct build *b, struct ttr ttr, uint8_t *data, size_t room, size_t *length)
{
    struct ckd_record record;
    size_t at;
    if (!find(b, ttr, &record, &at))
        return false;
    *length = record.data_length < room ? record.data_length : room;
    memcpy(data, record.data, *length);
    return true;
}

bool build_change(struct build *b, struct ttr ttr, const uint8_t *key, const uint8_t *data,
                  size_t length)
{
    struct ckd_record record;
    size_t end;
    if (!find(b, ttr, &record, &end))
        return false;
    if (length > record.data_length)
        return complain(b->complaint, "%s: the block at track %u, record %u has %u bytes, not %zu",
                        b->set.name, ttr.track, ttr.record, record.data_length, length);
    if (key)
        memcpy((uint8_t *)record.key, key, record.key_length);
    memcpy((uint8_t *)record.data, data, length);
    unsigned track = b->first + ttr.track;
    size_t from = end - record.data_length - record.key_length;
    return track == b->current
        || ckd_image_write(b->image, track, from, end, false, b->complaint);
}

/* ---- a volume ------------------------------------------------------------------------------------- */

bool build_begin(struct build *b, struct ckd_image *image, const struct ckd_geometry *geometry,
                 const char *serial, const struct codepage *page,
                 struct disk_complaint *complaint)
{
    *b = (struct build){ .image = image, .geometry = geometry, .page = *page, .next = 1,
                         .cylinders = ckd_image_shape(image)->cylinders,
                         .track = malloc(ckd_image_shape(image)->track_size),
                         .complaint = complaint };
    snprintf(b->serial, sizeof b->serial, "%s", serial);
    return b->track || complain(complaint, "out of storage");
}

void build_free(struct build *b)
{
    free(b->track);
    free(b->done);
}

/* IPL1 brings IPL2 to X'3A98' and goes on there; that finds the program, one record, and reads
 * it to location 0. Where no program is, the PSW waits with code 00000F. */
enum { IPL1 = 24, IPL2 = 144, LABEL = 80, KEY = 4, IPL_AT = 0x3A98 };
static const uint8_t ipl1_none[IPL1] = { 0, 6, 0, 0, 0, 0, 0, 15, 3, 0, 0, 0, 0, 0, 0, 1 };
static const uint8_t ipl1_program[IPL1] = {
    0, 0, 0, 0, 0, 0, 0, 0,
    0x06, 0x00, 0x3A, 0x98, 0x60, 0x00, 0x00, 0x60,      /* read IPL2, chained */
    0x08, 0x00, 0x3A, 0x98, 0x00, 0x00, 0x00, 0x00       /* transfer there */
};
static const uint8_t ipl2_program[32] = {
    0x07, 0x00, 0x3A, 0xB8, 0x40, 0x00, 0x00, 0x06,      /* seek */
    0x31, 0x00, 0x3A, 0xBE, 0x40, 0x00, 0x00, 0x05,      /* search ID equal */
    0x08, 0x00, 0x3A, 0xA0, 0x00, 0x00, 0x00, 0x00,      /* back to the search */
    0x06, 0x00, 0x00, 0x00, 0x20, 0x00, 0x7F, 0xFF       /* read, whatever the length */
};

static bool label_block(struct build *b, const char *key, const uint8_t *data, size_t length,
                        struct ttr *ttr)
{
    uint8_t bytes[KEY];
    put_text(b, bytes, key, KEY);
    return build_block(b, bytes, KEY, data, length, ttr);
}

bool build_label(struct build *b, const uint8_t *ipl, size_t length)
{
    enum { SERIAL = 4, VTOC = 11, OWNER = 41, SEEK = 32, SEARCH = 38 };
    uint8_t ipl2[IPL2] = { 0 }, label[LABEL];
    struct ttr at = { 0, 4 };
    b->first = 0;
    snprintf(b->set.name, sizeof b->set.name, "the IPL program");
    begin_track(b, 0);
    if (length) {
        unsigned used = ckd_record_space(b->geometry, KEY, IPL1, false)
            + ckd_record_space(b->geometry, KEY, IPL2, false)
            + ckd_record_space(b->geometry, KEY, LABEL, false);
        if (used + ckd_record_space(b->geometry, 0, (unsigned)length, true)
            > b->geometry->capacity)
            at = (struct ttr){ 1, 1 };
        memcpy(ipl2, ipl2_program, sizeof ipl2_program);
        put16(ipl2 + SEEK + 4, (uint16_t)at.track);
        put16(ipl2 + SEARCH + 2, (uint16_t)at.track);
        ipl2[SEARCH + 4] = (uint8_t)at.record;
    }
    put_text(b, label, "VOL1", LABEL);
    put_text(b, label + SERIAL, b->serial, 6);
    memset(label + VTOC, 0, 5);
    put_text(b, label + OWNER, "ENDICOTT", 10);
    if (!label_block(b, "IPL1", length ? ipl1_program : ipl1_none, IPL1, NULL)
        || !label_block(b, "IPL2", ipl2, IPL2, NULL) || !label_block(b, "VOL1", label, LABEL, NULL)
        || (length && !build_block(b, NULL, 0, ipl, length, NULL))
        || !write_track(b, b->current, b->track))
        return false;
    b->next = b->current + 1;
    return true;
}

/* ---- data sets --------------------------------------------------------------------------------------- */

static bool empty_directory(struct build *b)
{
    uint8_t data[BUILD_DIRECTORY_DATA] = { 0 }, key[BUILD_DIRECTORY_KEY];
    for (unsigned i = 0; i < b->set.directory; i++) {
        memset(data, 0, sizeof data);
        memset(key, i == 0 ? 0xFF : 0, sizeof key);
        if (i == 0) {                    /* used: 14 bytes, the last entry is all ones */
            put16(data, 14);
            memset(data + 2, 0xFF, 8);
        }
        if (!build_block(b, key, sizeof key, data, sizeof data, NULL))
            return false;
    }
    return build_end_of_file(b);
}

bool build_set_begin(struct build *b, const struct build_set *set)
{
    b->set = *set;
    if (set->cylinders)
        b->next = (b->next + heads(b) - 1) / heads(b) * heads(b);
    if (is_full(b, b->next))
        return false;
    b->first = b->next;
    b->last = (struct ttr){ 0, 0 };
    b->balance = b->geometry->capacity;
    begin_track(b, b->first);
    return !(set->organization & 0x0200) || empty_directory(b);
}

static bool remember(struct build *b, unsigned tracks)
{
    struct build_done *more = realloc(b->done, (b->sets + 1) * sizeof *b->done);
    if (!more)
        return complain(b->complaint, "out of storage");
    b->done = more;
    for (size_t i = 0; i < b->sets; i++)
        if (strcmp(more[i].set.name, b->set.name) == 0)
            return complain(b->complaint, "%s is on the volume twice", b->set.name);
    more[b->sets++] = (struct build_done){ b->set, b->first, tracks, b->last, b->balance };
    return true;
}

bool build_set_end(struct build *b)
{
    unsigned tracks = b->current - b->first + 1, unit = b->set.cylinders ? heads(b) : 1;
    if (tracks < b->set.primary * (uint64_t)unit) {
        if (b->set.primary > UINT16_MAX || is_full(b, b->first + b->set.primary * unit - 1))
            return complain(b->complaint, "the volume is full: %s was to have %u %s", b->set.name,
                            b->set.primary, b->set.cylinders ? "cylinders" : "tracks");
        tracks = b->set.primary * unit;
    }
    tracks = (tracks + unit - 1) / unit * unit;
    if (is_full(b, b->first + tracks - 1) || !write_track(b, b->current, b->track)
        || !remember(b, tracks))
        return false;
    b->next = b->first + tracks;
    return true;
}

/* ---- the VTOC ------------------------------------------------------------------------------------------ */

enum { DSCB_KEY = 44, DSCB_DATA = 96, EXTENT = 10 };

static void put_cchh(const struct build *b, uint8_t *p, unsigned track)
{
    put16(p, (uint16_t)(track / heads(b)));
    put16(p + 2, (uint16_t)(track % heads(b)));
}

/* Type 1: tracks; X'81': on whole cylinders. */
static void put_extent(const struct build *b, uint8_t *p, unsigned number, unsigned first,
                       unsigned tracks, bool cylinders)
{
    p[0] = cylinders ? 0x81 : 0x01;
    p[1] = (uint8_t)number;
    put_cchh(b, p + 2, first);
    put_cchh(b, p + 6, first + tracks - 1);
}

/* Years since 1900 and the day of the year. */
static void put_today(uint8_t *p)
{
    const uint64_t second = UINT64_C(4096000000);
    uint64_t days = clock_host_tod() / second / 86400;
    unsigned year = 1900, length = 365;
    while (days >= length) {
        days -= length;
        year++;
        length = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365;
    }
    p[0] = (uint8_t)(year - 1900);
    put16(p + 1, (uint16_t)(days + 1));
}

static void make_format1(const struct build *b, const struct build_done *done, uint8_t *key,
                         uint8_t *f1)
{
    const struct build_set *set = &done->set;
    memset(f1, 0, DSCB_DATA);
    put_text(b, key, set->name, DSCB_KEY);
    f1[0] = 0xF1;
    put_text(b, f1 + 1, b->serial, 6);
    put16(f1 + 7, 1);                                    /* volume sequence number */
    put_today(f1 + 9);
    f1[15] = 1;                                          /* extents */
    put_text(b, f1 + 18, "ENDICOTT", 13);
    put16(f1 + 38, set->organization);
    f1[40] = set->recfm;
    f1[41] = set->option;
    put16(f1 + 42, (uint16_t)set->blksize);
    put16(f1 + 44, (uint16_t)set->lrecl);
    f1[46] = (uint8_t)set->key;
    f1[49] = 0x80;                                       /* the last volume */
    f1[50] = set->cylinders ? 0xC0 : 0x80;
    f1[51] = (uint8_t)(set->secondary >> 16);
    put16(f1 + 52, (uint16_t)set->secondary);
    put16(f1 + 54, (uint16_t)done->last.track);
    f1[56] = (uint8_t)done->last.record;
    put16(f1 + 57, (uint16_t)done->balance);
    put_extent(b, f1 + 61, 0, done->first, done->tracks, set->cylinders);
}

static void make_format4(const struct build *b, unsigned free_labels, struct ttr last_format1,
                         uint8_t *key, uint8_t *f4)
{
    const struct ckd_geometry *g = b->geometry;
    unsigned alternates = b->cylinders > g->cylinders ? b->cylinders - g->cylinders : 0;
    memset(key, 0x04, DSCB_KEY);
    memset(f4, 0, DSCB_DATA);
    f4[0] = 0xF4;
    put_cchh(b, f4 + 1, b->vtoc + last_format1.track);
    f4[5] = (uint8_t)last_format1.record;
    put16(f4 + 6, (uint16_t)free_labels);
    put16(f4 + 8, (uint16_t)(b->cylinders - alternates));         /* the next alternate track */
    put16(f4 + 12, (uint16_t)(alternates * heads(b)));
    /* More tracks than a format-5 label can count: the system finds free space by itself. */
    f4[14] = b->cylinders * heads(b) > UINT16_MAX ? 0x80 : 0;
    f4[15] = 1;                                          /* extents */
    put16(f4 + 18, (uint16_t)b->cylinders);
    put16(f4 + 20, (uint16_t)heads(b));
    memcpy(f4 + 22, device_of(g)->constants, 8);
    f4[30] = (uint8_t)build_records_a_track(g, DSCB_KEY, DSCB_DATA);
    f4[31] = (uint8_t)build_records_a_track(g, BUILD_DIRECTORY_KEY, BUILD_DIRECTORY_DATA);
    put_extent(b, f4 + 61, 0, b->vtoc, b->vtoc_tracks, false);
}

/* Free space: first track, whole cylinders, and tracks that are left. */
enum { FREE_EXTENT = 5, FREE_IN_KEY = 8, FREE_EXTENTS = 26 };
struct gaps { unsigned count, first[FREE_EXTENTS], tracks[FREE_EXTENTS]; };

static void add_gap(struct gaps *gaps, unsigned from, unsigned to)
{
    if (to <= from || gaps->count == FREE_EXTENTS)
        return;
    gaps->first[gaps->count] = from;
    gaps->tracks[gaps->count++] = to - from;
}

/* Data sets and the VTOC are in order of their places. */
static void find_gaps(const struct build *b, struct gaps *gaps)
{
    unsigned primary = b->cylinders < b->geometry->cylinders ? b->cylinders
                                                             : b->geometry->cylinders;
    unsigned at = b->sets || b->vtoc_tracks ? 0 : 1;
    *gaps = (struct gaps){ .count = 0 };
    bool vtoc_passed = false;
    for (size_t i = 0; i <= b->sets; i++) {
        unsigned first = i < b->sets ? b->done[i].first : b->next;
        if (!vtoc_passed && b->vtoc < first) {
            if (at)
                add_gap(gaps, at, b->vtoc);
            at = b->vtoc + b->vtoc_tracks;
            vtoc_passed = true;
        }
        if (at && i < b->sets)
            add_gap(gaps, at, first);
        if (i < b->sets)
            at = b->done[i].first + b->done[i].tracks;
    }
    add_gap(gaps, at, primary * heads(b));
}

static void make_format5(const struct build *b, uint8_t *key, uint8_t *f5)
{
    struct gaps gaps;
    memset(key, 0, DSCB_KEY);
    memset(key, 0x05, 4);
    memset(f5, 0, DSCB_DATA);
    f5[0] = 0xF5;
    if (b->cylinders * heads(b) > UINT16_MAX)
        return;
    find_gaps(b, &gaps);
    for (unsigned i = 0; i < gaps.count; i++) {
        uint8_t *p = i < FREE_IN_KEY ? key + 4 + i * FREE_EXTENT
                                     : f5 + 1 + (i - FREE_IN_KEY) * FREE_EXTENT;
        unsigned first = gaps.first[i], end = first + gaps.tracks[i];
        unsigned whole = (first + heads(b) - 1) / heads(b) * heads(b);
        /* Cylinders count only if they are whole ones of the disk. */
        unsigned cylinders = end > whole ? (end - whole) / heads(b) : 0;
        put16(p, (uint16_t)first);
        put16(p + 2, (uint16_t)cylinders);
        p[4] = (uint8_t)(end - first - cylinders * heads(b));
    }
}

bool build_reserve_vtoc(struct build *b, bool cylinders, unsigned tracks)
{
    if (cylinders)
        b->next = (b->next + heads(b) - 1) / heads(b) * heads(b);
    snprintf(b->set.name, sizeof b->set.name, "the VTOC");
    if (b->vtoc_tracks)
        return complain(b->complaint, "there is a VTOC already");
    if (is_full(b, b->next + tracks - 1))
        return false;
    b->vtoc = b->next;
    b->vtoc_tracks = tracks;
    b->next += tracks;
    return true;
}

static bool write_labels(struct build *b)
{
    uint8_t key[DSCB_KEY], data[DSCB_DATA];
    unsigned a_track = build_records_a_track(b->geometry, DSCB_KEY, DSCB_DATA);
    unsigned all = a_track * b->vtoc_tracks, used = (unsigned)b->sets + 2;
    struct ttr last = { (used - 1) / a_track, (used - 1) % a_track + 1 };
    b->first = b->vtoc;
    begin_track(b, b->vtoc);
    make_format4(b, all - used, b->sets ? last : (struct ttr){ 0, 0 }, key, data);
    if (!build_block(b, key, sizeof key, data, sizeof data, NULL))
        return false;
    make_format5(b, key, data);
    if (!build_block(b, key, sizeof key, data, sizeof data, NULL))
        return false;
    for (size_t i = 0; i < b->sets; i++) {
        make_format1(b, &b->done[i], key, data);
        if (!build_block(b, key, sizeof key, data, sizeof data, NULL))
            return false;
    }
    memset(key, 0, sizeof key);
    for (unsigned i = used; i < all; i++)
        if (!build_block(b, key, sizeof key, NULL, sizeof data, NULL))
            return false;
    return write_track(b, b->current, b->track);
}

/* Where the VTOC is, in the volume label. */
static bool point_to_vtoc(struct build *b)
{
    enum { VTOC = 11 };
    uint8_t label[LABEL];
    size_t length;
    b->first = 0;
    b->current = UINT32_MAX;
    if (!build_read(b, (struct ttr){ 0, 3 }, label, sizeof label, &length))
        return false;
    put_cchh(b, label + VTOC, b->vtoc);
    label[VTOC + 4] = 1;
    return build_change(b, (struct ttr){ 0, 3 }, NULL, label, length);
}

bool build_end(struct build *b)
{
    unsigned a_track = build_records_a_track(b->geometry, DSCB_KEY, DSCB_DATA);
    unsigned least = ((unsigned)b->sets + 2 + a_track - 1) / a_track;
    if (!b->vtoc_tracks && !build_reserve_vtoc(b, false, least))
        return false;
    if (least > b->vtoc_tracks)
        return complain(b->complaint, "a VTOC of %u tracks has no room for %zu data sets: %u are"
                        " needed", b->vtoc_tracks, b->sets, least);
    snprintf(b->set.name, sizeof b->set.name, "the VTOC");
    return write_labels(b) && point_to_vtoc(b);
}
