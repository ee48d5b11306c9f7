/* Define extent, locate record and the commands of its domain: extended CKD, of the 3880 and
 * 3990. "SA22-1025" is the Internal Disk Subsystem Reference Guide, which describes the
 * 3990's commands. */
#include <string.h>

#include "devices/dasd/ckd-device.h"

static unsigned track_number(const struct ckd *c, const uint8_t cchh[4])
{
    return get16(cchh) * c->shape.heads + get16(cchh + 2);
}

static bool is_track(const struct ckd *c, const uint8_t cchh[4])
{
    return get16(cchh) < c->shape.cylinders && get16(cchh + 2) < c->shape.heads;
}

/* ---- define extent ---------------------------------------------------------------------- */

enum { EXTENDED_PARAMETERS = 0x02 };      /* of the attributes, byte 7 */

/* The parameters, 16 bytes: mask, global attributes, block size, 3 zeros, more attributes,
 * first and last track of the extent (SA22-1025 4-8). */
static bool valid_extent(const struct ckd *c, const uint8_t p[16])
{
    enum { RESERVED_MASK = 0x20, ECKD = 0xC0 };
    return (p[1] & ECKD) == ECKD && !(p[0] & RESERVED_MASK)
        && get16(p + 2) <= c->geometry->r1_length + CKD_COUNT
        && is_track(c, p + 8) && is_track(c, p + 12)
        && track_number(c, p + 8) <= track_number(c, p + 12);
}

static unsigned define_extent(struct device *dev, const uint8_t p[16])
{
    struct ckd *c = dev->own;
    if (c->domain.extent_defined || c->file_mask_set)
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (!valid_extent(c, p))
        return ckd_reject(dev, INVALID_ARGUMENT);
    c->file_mask = p[0];
    c->domain = (struct ckd_domain){
        .extent_defined = true, .block_size = get16(p + 2),
        .first = track_number(c, p + 8), .last = track_number(c, p + 12)
    };
    c->passed = NOWHERE;
    c->index_points = 0;
    return 0;
}

/* 16 bytes; a program may offer 32, with parameters that say nothing to a disk of one
 * subsystem: the time for remote copies, priority, records on a track. */
unsigned ckd_define_extent(struct device *dev, struct exchange *x)
{
    uint8_t p[32];
    if (exchange_take(x, p, 16) < 16)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    if (p[7] & EXTENDED_PARAMETERS)
        exchange_take(x, p + 16, 16);
    unsigned status = define_extent(dev, p);
    return status ? status : UNIT_ENDED;
}

/* ---- locate record ------------------------------------------------------------------------- */

/* What LOCATE RECORD EXTENDED names by two codes, 3F and its byte 17, has the second and
 * BEYOND here. */
enum operation { ORIENT = 0x00, WRITE_DATA = 0x01, FORMAT_WRITE = 0x03, READ_DATA = 0x06,
                 WRITE_TRACK = 0x0B, READ_TRACKS = 0x0C, READ = 0x16, EXTENDED_OPERATION = 0x3F,
                 BEYOND = 0x80, WRITE_FULL_TRACKS = BEYOND | 0x11, WRITE_TRACKS_DATA = BEYOND | 0x23 };
enum orientation { AT_COUNT, AT_HOME, AT_DATA, AT_INDEX };
enum { LENGTH_GIVEN = 0x80, READ_COUNT_SUFFIX = 0x01, EXTENDED_RESERVED = 0x02 };
enum { LOCATE_LENGTH = 16, EXTENDED_LENGTH = 20, MAX_EXTENDED_PARAMETERS = 64 };

/* What each operation may begin with, and the commands of its domain, multi-track bit left
 * out where it does not matter (SA22-1025 4-14 and following; GA32-0099). */
static const struct locate_operation {
    uint8_t code, orientations;       /* a bit each */
    bool writes, suffix;
    uint8_t commands[14];
} operations[] = {
    { ORIENT, 0x0F, false, false, { 0 } },
    { WRITE_DATA, 1 << AT_COUNT | 1 << AT_DATA, true, true, { 0x05, 0x0D, 0x85, 0x8D } },
    { FORMAT_WRITE, 1 << AT_COUNT | 1 << AT_HOME | 1 << AT_DATA, true, false,
      { 0x19, 0x15, 0x1D, 0x9D, 0x11 } },
    { READ_DATA, 1 << AT_COUNT | 1 << AT_HOME | 1 << AT_DATA, false, false,
      { 0x06, 0x86, 0x0E, 0x8E, 0x12, 0x92, 0x16, 0x96 } },
    { WRITE_TRACK, 1 << AT_COUNT, true, false, { 0x05, 0x1D, 0x9D, 0x11 } },
    { READ_TRACKS, 1 << AT_COUNT | 1 << AT_HOME, false, false, { 0xDE, 0xA6 } },
    { READ, 0x0F, false, true,
      { 0x1A, 0x16, 0x12, 0x92, 0x06, 0x86, 0x0E, 0x8E, 0x1E, 0x9E, 0x5E, 0xDE } },
    { WRITE_FULL_TRACKS, 1 << AT_COUNT, true, false, { 0x95 } },
    { WRITE_TRACKS_DATA, 1 << AT_COUNT, true, false, { 0xA5 } },
};

static const struct locate_operation *find_operation(uint8_t code)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (operations[i].code == code)
            return &operations[i];
    return NULL;
}

/* Parameters, 16 bytes: operation, auxiliary, zero, count, seek address, search argument,
 * sector, transfer length factor (SA22-1025 table 4-7). LOCATE RECORD EXTENDED has 4 more,
 * count of an imbedded CCW, extended operation, length of extended parameters, and these; its
 * byte 2 is the imbedded CCW. */
static uint8_t operation_code(const uint8_t *p, bool extended)
{
    uint8_t code = p[0] & 0x3F;
    return extended && code == EXTENDED_OPERATION ? BEYOND | p[17] : code;
}

static bool valid_auxiliary(const uint8_t *p, bool extended)
{
    if (extended)
        return !(p[1] & EXTENDED_RESERVED);
    return !(p[1] & ~(LENGTH_GIVEN | READ_COUNT_SUFFIX)) && p[2] == 0;
}

static bool valid_location(const struct ckd *c, const uint8_t *p, bool extended)
{
    const struct locate_operation *operation = find_operation(operation_code(p, extended));
    bool suffix = p[1] & READ_COUNT_SUFFIX;
    if (!operation || !(operation->orientations >> (p[0] >> 6) & 1))
        return false;
    if (!valid_auxiliary(p, extended) || (suffix && !operation->suffix))
        return false;
    if (operation->code == ORIENT ? p[3] != 0 : p[3] < (suffix ? 2 : 1))
        return false;
    if (p[13] != 0xFF && p[13] >= c->geometry->sectors)
        return false;
    return is_track(c, p + 4) && !(p[1] & LENGTH_GIVEN && get16(p + 14) == 0);
}

/* The record with this identifier, R0 too, on the current track. */
static bool find_record(struct ckd *c, const uint8_t id[5])
{
    for (size_t at = CKD_HOME_ADDRESS; get64(c->track + at) != UINT64_MAX; at = record_end(c)) {
        c->record = at;
        if (memcmp(c->track + at, id, 5) == 0)
            return true;
    }
    return false;
}

static unsigned orient(struct device *dev, enum orientation wanted, const uint8_t argument[5])
{
    static const enum passed passed[] = { COUNT_FIELD, HOME_ADDRESS, DATA_FIELD, INDEX_POINT };
    struct ckd *c = dev->own;
    unsigned status = wanted == AT_HOME ? ckd_ready(dev) : ckd_usable(dev);
    if (status)
        return status;
    bool found = wanted == AT_INDEX || (wanted == AT_HOME
        ? memcmp(c->track + 1, argument, 4) == 0 : find_record(c, argument));
    if (!found)
        return ckd_check(dev, 0, SENSE1_NO_RECORD_FOUND, 0);
    c->passed = passed[wanted];
    c->index_points = 0;
    return 0;
}

static unsigned locate(struct device *dev, const uint8_t *p, bool extended)
{
    struct ckd *c = dev->own;
    if (!c->domain.extent_defined)
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (!valid_location(c, p, extended))
        return ckd_reject(dev, INVALID_ARGUMENT);
    unsigned track = track_number(c, p + 4);
    if (track < c->domain.first || track > c->domain.last)
        return ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    unsigned status = ckd_move(dev, get16(p + 4), get16(p + 6));
    if (status == 0)
        status = orient(dev, p[0] >> 6, p + 8);
    if (status)
        return status;
    c->domain.operation = operation_code(p, extended);
    c->domain.auxiliary = p[1];
    c->domain.remaining = p[3] - (c->domain.operation == WRITE_TRACK);
    c->domain.active = c->domain.operation != ORIENT;
    c->domain.first_command = true;
    c->domain.transfer_length = p[1] & LENGTH_GIVEN ? get16(p + 14) : c->domain.block_size;
    return 0;
}

unsigned ckd_locate_record(struct device *dev, struct exchange *x)
{
    uint8_t p[LOCATE_LENGTH];
    if (exchange_take(x, p, sizeof p) < sizeof p)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    unsigned status = locate(dev, p, false);
    return status ? status : UNIT_ENDED;
}

/* The extended parameters are a map of the tracks to be written, which the count tells. */
static bool take_extended(struct exchange *x, uint8_t p[EXTENDED_LENGTH])
{
    uint8_t parameters[MAX_EXTENDED_PARAMETERS];
    if (exchange_take(x, p, EXTENDED_LENGTH) < EXTENDED_LENGTH)
        return false;
    size_t length = get16(p + 18);
    return length <= sizeof parameters && exchange_take(x, parameters, length) == length;
}

unsigned ckd_locate_record_extended(struct device *dev, struct exchange *x)
{
    uint8_t p[EXTENDED_LENGTH];
    if (!take_extended(x, p))
        return ckd_reject(dev, COUNT_TOO_SMALL);
    unsigned status = locate(dev, p, true);
    return status ? status : UNIT_ENDED;
}

/* PREFIX: 12 bytes of its own, then what DEFINE EXTENT has with all its parameters, then, in
 * format 1, what LOCATE RECORD EXTENDED has. It begins a chain. */
unsigned ckd_prefix(struct device *dev, struct exchange *x)
{
    enum { OWN = 12, EXTENT = 32, EXTENT_VALID = 0x80, VERIFY_BASE = 0x20 };
    uint8_t p[OWN + EXTENT], location[EXTENDED_LENGTH];
    if (exchange_chained(x))
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (exchange_take(x, p, sizeof p) < sizeof p)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    bool locates = p[0] == 1, other = p[1] & VERIFY_BASE && p[2] != (uint8_t)dev->number;
    if (p[0] > 1 || other || (locates && !(p[1] & EXTENT_VALID)))
        return ckd_reject(dev, INVALID_ARGUMENT);
    if (locates && !take_extended(x, location))
        return ckd_reject(dev, COUNT_TOO_SMALL);
    if (!locates)                  /* room for what is not used */
        exchange_take(x, location, EXTENDED_LENGTH);
    unsigned status = p[1] & EXTENT_VALID ? define_extent(dev, p + OWN) : 0;
    if (status == 0 && locates)
        status = locate(dev, location, true);
    return status ? status : UNIT_ENDED;
}

/* ---- the domain -------------------------------------------------------------------------------- */

static bool permits(const struct ckd_domain *domain, uint8_t command)
{
    const struct locate_operation *operation = find_operation(domain->operation);
    if (domain->auxiliary & READ_COUNT_SUFFIX && domain->remaining == 1)
        return (command & 0x7F) == 0x12;
    if (domain->operation == WRITE_TRACK && command == 0x9D && domain->remaining == 0)
        return false;
    for (size_t i = 0; i < sizeof operation->commands; i++)
        if (command != 0 && operation->commands[i] == command)
            return true;
    return false;
}

/* Commands that make sense in the domain of a locate record alone. */
static bool needs_domain(uint8_t command)
{
    static const uint8_t commands[] = { 0x85, 0x8D, 0x9D, 0xDE, 0xA6, 0xA5, 0x95 };
    return memchr(commands, command, sizeof commands) != NULL;
}

bool ckd_domain_writes_tracks(const struct device *dev)
{
    const struct ckd *c = dev->own;
    return c->domain.active && c->domain.operation == WRITE_TRACK;
}

unsigned ckd_domain_admit(struct device *dev, uint8_t command)
{
    struct ckd *c = dev->own;
    struct ckd_domain *domain = &c->domain;
    if (!domain->active)
        return needs_domain(command) ? ckd_reject(dev, INVALID_SEQUENCE) : 0;
    if (!permits(domain, command)) {
        domain->active = false;
        bool complete = domain->operation == WRITE_TRACK && domain->remaining == 0;
        return complete && command != 0x9D ? 0 : ckd_reject(dev, INVALID_SEQUENCE);
    }
    /* Here the locate record has found what a write needs. */
    c->found = c->passed >= COUNT_FIELD ? FOUND_ID | FOUND_PLACE
        : c->passed == HOME_ADDRESS ? FOUND_HOME_ADDRESS : 0;
    return 0;
}

/* A command of the domain is done. What remains are records, or where whole tracks are
 * written tracks behind the first: only a command that goes on to the next one is counted. */
void ckd_domain_advance(struct ckd *c, uint8_t command, unsigned status)
{
    struct ckd_domain *domain = &c->domain;
    bool located = command == 0x47 || command == 0x4B || command == 0xE7;
    if (!domain->active || located)
        return;
    bool by_tracks = domain->operation == WRITE_TRACK;
    domain->first_command = false;
    if ((!by_tracks || command == 0x9D) && --domain->remaining == 0 && !by_tracks)
        domain->active = false;
    if (status & UNIT_CHECK)
        domain->active = false;
}

/* An update must know the length of what it updates (SA22-1025, write data). */
unsigned ckd_domain_check_length(struct device *dev, bool with_key)
{
    struct ckd *c = dev->own;
    unsigned wanted = c->domain.transfer_length, there = record_data(c);
    if (!c->domain.active)
        return 0;
    if (c->domain.operation == WRITE_TRACK)
        wanted = 8;
    if (with_key)
        there += record_key(c);
    return wanted == there ? 0 : ckd_check(dev, 0, SENSE1_INVALID_TRACK_FORMAT, 0);
}

/* ---- whole tracks, one a command ---------------------------------------------------------------- */

/* The track that was located; each further command is for the next one. */
static unsigned next_track(struct device *dev)
{
    struct ckd *c = dev->own;
    unsigned status = c->domain.first_command ? 0 : ckd_next_head(dev);
    return status ? status : ckd_usable(dev);
}

/* R0 and all records, then eight bytes of ones. */
unsigned ckd_read_track(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = next_track(dev);
    if (status)
        return status;
    size_t length = ckd_track_length(c->track, c->shape.track_size);
    exchange_give(x, c->track + CKD_HOME_ADDRESS, length - CKD_HOME_ADDRESS);
    c->passed = INDEX_POINT;
    return UNIT_ENDED;
}

/* The next record of this track, R0 left out; the first of the track that was located is the
 * record that was. False at the track's end. */
static bool next_record(struct ckd *c)
{
    bool located = c->passed == COUNT_FIELD && c->record > CKD_HOME_ADDRESS;
    if (!located) {
        bool before = c->passed < COUNT_FIELD;
        c->record = before ? CKD_HOME_ADDRESS : record_end(c);
        if (before && get64(c->track + c->record) != UINT64_MAX)
            c->record = record_end(c);
    }
    c->passed = COUNT_FIELD;
    return get64(c->track + c->record) != UINT64_MAX;
}

/* The data of a track's records, one behind the other. Of the last track the transfer length
 * says how much. */
unsigned ckd_read_track_data(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = next_track(dev);
    bool last = c->domain.remaining == 1 && c->domain.auxiliary & LENGTH_GIVEN;
    size_t left = last ? c->domain.transfer_length : SIZE_MAX;
    if (status)
        return status;
    while (left && next_record(c)) {
        size_t n = record_data(c) < left ? record_data(c) : left;
        exchange_give(x, record_data_bytes(c), n);
        left -= n;
        c->passed = DATA_FIELD;
    }
    return UNIT_ENDED;
}

/* Data for a track's records, as much as the channel has; each has the length that was told. */
unsigned ckd_write_track_data(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_may_update(dev);
    if (status == 0)
        status = next_track(dev);
    size_t n, wanted = c->domain.transfer_length;
    while (status == 0 && (n = exchange_take(x, c->scratch, wanted)) > 0) {
        if (!next_record(c) || record_data(c) != wanted)
            return ckd_check(dev, 0, SENSE1_INVALID_TRACK_FORMAT, 0);
        memset(c->scratch + n, 0, wanted - n);
        memcpy(record_data_bytes(c), c->scratch, wanted);
        c->passed = DATA_FIELD;
        status = ckd_changed(dev, (size_t)(record_data_bytes(c) - c->track), record_end(c), false);
    }
    return status ? status : UNIT_ENDED;
}

/* Do these bytes make the records of the current track, R0 first? Their length without an end
 * that may be there, or 0. */
static size_t track_records(const struct ckd *c, const uint8_t *bytes, size_t n)
{
    size_t at = 0;
    unsigned space = 0;
    while (n - at >= CKD_COUNT && get64(bytes + at) != UINT64_MAX) {
        unsigned key = bytes[at + 5], data = get16(bytes + at + 6);
        if (at == 0 && bytes[4] != 0)
            return 0;
        space += at ? ckd_record_space(c->geometry, key, data, false) : 0;
        at += CKD_COUNT + key + data;
        if (at > n)
            return 0;
    }
    bool fits = space <= c->geometry->capacity &&
                CKD_HOME_ADDRESS + at + CKD_END <= c->shape.track_size;
    return fits ? at : 0;
}

/* A track as READ TRACK gives it. */
unsigned ckd_write_full_track(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_may_write_tracks(dev);
    if (status == 0)
        status = next_track(dev);
    if (status)
        return status;
    size_t n = exchange_take(x, c->scratch, c->shape.track_size);
    size_t length = track_records(c, c->scratch, n);
    if (length == 0)
        return ckd_check(dev, 0, SENSE1_INVALID_TRACK_FORMAT, 0);
    memcpy(c->track + CKD_HOME_ADDRESS, c->scratch, length);
    memset(c->track + CKD_HOME_ADDRESS + length, 0xFF, CKD_END);
    c->record = CKD_HOME_ADDRESS;
    c->passed = INDEX_POINT;
    status = ckd_changed(dev, CKD_HOME_ADDRESS, CKD_HOME_ADDRESS + length + CKD_END, true);
    return status ? status : UNIT_ENDED;
}
