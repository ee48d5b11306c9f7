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

unsigned ckd_define_extent(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t p[16];
    if (exchange_take(x, p, sizeof p) < sizeof p)
        return ckd_reject(dev, COUNT_TOO_SMALL);
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
    return UNIT_ENDED;
}

/* ---- locate record ------------------------------------------------------------------------- */

enum operation { ORIENT = 0x00, WRITE_DATA = 0x01, FORMAT_WRITE = 0x03, READ_DATA = 0x06,
                 WRITE_TRACK = 0x0B, READ_TRACKS = 0x0C, READ = 0x16 };
enum orientation { AT_COUNT, AT_HOME, AT_DATA, AT_INDEX };
enum { LENGTH_GIVEN = 0x80, READ_COUNT_SUFFIX = 0x01 };

/* What each operation may begin with, and the commands of its domain, multi-track bit left
 * out where it does not matter (SA22-1025 4-14 and following). */
static const struct locate_operation {
    uint8_t code, orientations;       /* a bit each */
    bool writes, suffix;
    uint8_t commands[12];
} operations[] = {
    { ORIENT, 0x0F, false, false, { 0 } },
    { WRITE_DATA, 1 << AT_COUNT | 1 << AT_DATA, true, true, { 0x05, 0x0D, 0x85, 0x8D } },
    { FORMAT_WRITE, 1 << AT_COUNT | 1 << AT_HOME | 1 << AT_DATA, true, false,
      { 0x15, 0x1D, 0x9D, 0x11 } },
    { READ_DATA, 1 << AT_COUNT | 1 << AT_HOME | 1 << AT_DATA, false, false,
      { 0x06, 0x86, 0x0E, 0x8E, 0x16, 0x96 } },
    { WRITE_TRACK, 1 << AT_COUNT, true, false, { 0x05, 0x1D, 0x9D, 0x11 } },
    { READ_TRACKS, 1 << AT_COUNT | 1 << AT_HOME, false, false, { 0xDE } },
    { READ, 0x0F, false, true,
      { 0x1A, 0x16, 0x12, 0x92, 0x06, 0x86, 0x0E, 0x8E, 0x1E, 0x9E, 0x5E, 0xDE } },
};

static const struct locate_operation *find_operation(uint8_t code)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (operations[i].code == code)
            return &operations[i];
    return NULL;
}

/* Parameters, 16 bytes: operation, auxiliary, zero, count, seek address, search argument,
 * sector, transfer length factor (SA22-1025 table 4-7). */
static bool valid_location(const struct ckd *c, const uint8_t p[16])
{
    const struct locate_operation *operation = find_operation(p[0] & 0x3F);
    bool suffix = p[1] & READ_COUNT_SUFFIX;
    if (!operation || !(operation->orientations >> (p[0] >> 6) & 1))
        return false;
    if (p[1] & ~(LENGTH_GIVEN | READ_COUNT_SUFFIX) || (suffix && !operation->suffix) || p[2])
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
    unsigned status = ckd_ready(dev);
    if (status)
        return status;
    if (c->track[0] & 0x02 && wanted != AT_HOME)
        return ckd_check(dev, SENSE_TRACK_CONDITION, 0, 0);
    bool found = wanted == AT_INDEX || (wanted == AT_HOME
        ? memcmp(c->track + 1, argument, 4) == 0 : find_record(c, argument));
    if (!found)
        return ckd_check(dev, 0, SENSE1_NO_RECORD_FOUND, 0);
    c->passed = passed[wanted];
    c->index_points = 0;
    return 0;
}

unsigned ckd_locate_record(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t p[16];
    if (exchange_take(x, p, sizeof p) < sizeof p)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    if (!c->domain.extent_defined)
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (!valid_location(c, p))
        return ckd_reject(dev, INVALID_ARGUMENT);
    unsigned track = track_number(c, p + 4);
    if (track < c->domain.first || track > c->domain.last)
        return ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    unsigned status = ckd_move(dev, get16(p + 4), get16(p + 6));
    if (status == 0)
        status = orient(dev, p[0] >> 6, p + 8);
    if (status)
        return status;
    c->domain.operation = p[0] & 0x3F;
    c->domain.auxiliary = p[1];
    c->domain.remaining = p[3] - (c->domain.operation == WRITE_TRACK);
    c->domain.active = c->domain.operation != ORIENT;
    c->domain.first_command = true;
    c->domain.transfer_length = p[1] & LENGTH_GIVEN ? get16(p + 14) : c->domain.block_size;
    return UNIT_ENDED;
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

unsigned ckd_domain_admit(struct device *dev, uint8_t command)
{
    struct ckd *c = dev->own;
    struct ckd_domain *domain = &c->domain;
    if (!domain->active)
        return command == 0x85 || command == 0x8D || command == 0x9D || command == 0xDE
            ? ckd_reject(dev, INVALID_SEQUENCE) : 0;
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
    if (!domain->active || command == 0x47)
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

/* A whole track: R0 and all records, then eight bytes of ones. Each further one is the next
 * track. */
unsigned ckd_read_track(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = c->domain.first_command ? ckd_ready(dev) : ckd_next_head(dev);
    if (status)
        return status;
    size_t length = ckd_track_length(c->track, c->shape.track_size);
    exchange_give(x, c->track + CKD_HOME_ADDRESS, length - CKD_HOME_ADDRESS);
    c->passed = INDEX_POINT;
    return UNIT_ENDED;
}
