/* Write commands of a CKD disk. What they change is in the image's cache first; it goes to
 * the file when the chain ends or leaves the track, before the channel is told of the end
 * (ckd_run in ckd-device.c). */
#include <string.h>

#include "devices/dasd/ckd-device.h"

/* File mask bits 0-1 (GA26-1592): 00 all but home address and R0, 01 no writes, 10 data and
 * key-data only, 11 all. */
enum { ANYTHING = 0 };
enum write_kind { WRITE_UPDATE, WRITE_FORMAT, WRITE_HOME };

static bool mask_permits(const struct ckd *c, enum write_kind kind)
{
    static const uint8_t permitted[4] = {
        1 << WRITE_UPDATE | 1 << WRITE_FORMAT, 0, 1 << WRITE_UPDATE,
        1 << WRITE_UPDATE | 1 << WRITE_FORMAT | 1 << WRITE_HOME
    };
    return permitted[c->file_mask >> 6] >> kind & 1;
}

/* May the chain write so here: it must have found one of `found` first. */
static unsigned may_write(struct device *dev, enum write_kind kind, unsigned found)
{
    struct ckd *c = dev->own;
    if ((found != ANYTHING && !(c->found & found)) || !mask_permits(c, kind))
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (c->read_only && !c->fake_writes)
        return ckd_check(dev, SENSE_EQUIPMENT_CHECK, SENSE1_WRITE_INHIBITED, 0);
    c->index_points = 0;
    return 0;
}

unsigned ckd_may_update(struct device *dev) { return may_write(dev, WRITE_UPDATE, ANYTHING); }
unsigned ckd_may_write_tracks(struct device *dev) { return may_write(dev, WRITE_HOME, ANYTHING); }

/* What the channel has for a field; zeros behind it if that is less. */
static void take(struct exchange *x, uint8_t *field, size_t length)
{
    size_t n = exchange_take(x, field, length);
    memset(field + n, 0, length - n);
}

/* ---- into records that are there ---------------------------------------------------------- */

static unsigned take_data(struct device *dev, struct exchange *x, bool with_key)
{
    struct ckd *c = dev->own;
    uint8_t *from = with_key ? record_key_bytes(c) : record_data_bytes(c);
    size_t length = record_data(c) + (with_key ? record_key(c) : 0);
    take(x, from, length);
    c->passed = DATA_FIELD;
    return length ? ckd_changed(dev, (size_t)(from - c->track), record_end(c), false) : 0;
}

static unsigned update(struct device *dev, struct exchange *x, bool with_key)
{
    struct ckd *c = dev->own;
    bool end_of_file = record_data(c) == 0;
    unsigned status = take_data(dev, x, with_key);
    while (status == 0 && ckd_overflows(c)) {
        status = ckd_next_head(dev);
        if (status == 0)
            status = ckd_next_count(dev, false, false);
        if (status)
            dev->sense[1] |= SENSE1_OPERATION_INCOMPLETE;
        else
            status = take_data(dev, x, false);
    }
    if (status)
        return status;
    return end_of_file ? UNIT_ENDED | UNIT_EXCEPTION : UNIT_ENDED;
}

/* What follows the record is erased. */
static unsigned end_track(struct device *dev, unsigned status)
{
    struct ckd *c = dev->own;
    memset(c->track + record_end(c), 0xFF, CKD_END);
    unsigned failed = ckd_changed(dev, record_end(c), record_end(c) + CKD_END, true);
    return failed ? failed : status;
}

unsigned ckd_write_data(struct device *dev, struct exchange *x)
{
    unsigned status = may_write(dev, WRITE_UPDATE, FOUND_ID | FOUND_KEY);
    if (status == 0)
        status = ckd_domain_check_length(dev, false);
    if (status)
        return status;
    status = update(dev, x, false);
    return ckd_domain_writes_tracks(dev) && !(status & UNIT_CHECK) ? end_track(dev, status) : status;
}

unsigned ckd_write_key_data(struct device *dev, struct exchange *x)
{
    unsigned status = may_write(dev, WRITE_UPDATE, FOUND_ID);
    if (status == 0)
        status = ckd_domain_check_length(dev, true);
    return status ? status : update(dev, x, true);
}

/* In a domain: the record that was located, then each next one, onto next tracks. */
static unsigned write_update(struct device *dev, struct exchange *x, bool with_key)
{
    struct ckd *c = dev->own;
    unsigned status = may_write(dev, WRITE_UPDATE, FOUND_ID);
    if (status == 0 && c->passed != COUNT_FIELD)
        status = ckd_next_count(dev, true, false);
    if (status == 0)
        status = ckd_domain_check_length(dev, with_key);
    return status ? status : update(dev, x, with_key);
}

unsigned ckd_write_update_data(struct device *dev, struct exchange *x)
{
    return write_update(dev, x, false);
}

unsigned ckd_write_update_key_data(struct device *dev, struct exchange *x)
{
    return write_update(dev, x, true);
}

/* ---- formatting ------------------------------------------------------------------------------- */

static unsigned invalid_track_format(struct device *dev)
{
    return ckd_check(dev, 0, SENSE1_INVALID_TRACK_FORMAT, 0);
}

/* Do the records up to `at` and one more of these lengths fit on the track? */
static bool fits(const struct ckd *c, size_t at, unsigned key, unsigned data)
{
    unsigned space = 0;
    for (size_t r = CKD_HOME_ADDRESS; r < at; ) {
        unsigned k = c->track[r + 5], d = get16(c->track + r + 6);
        if (r == CKD_HOME_ADDRESS)
            space += k + d > 8 ? k + d - 8 : 0;
        else
            space += ckd_record_space(c->geometry, k, d, false);
        r += CKD_COUNT + k + d;
    }
    if (at > CKD_HOME_ADDRESS)
        space += ckd_record_space(c->geometry, key, data, true);
    else
        space += data > 8 ? data - 8 : 0;
    return space <= c->geometry->capacity
        && at + CKD_COUNT + key + data + CKD_END <= c->shape.track_size;
}

/* The record at `at`, as the channel has it; the track ends behind it. */
static unsigned format(struct device *dev, struct exchange *x, size_t at, uint8_t flag)
{
    struct ckd *c = dev->own;
    uint8_t count[CKD_COUNT];
    take(x, count, sizeof count);
    if (!fits(c, at, count[5], get16(count + 6)))
        return invalid_track_format(dev);
    count[0] |= flag;
    c->record = at;
    c->passed = DATA_FIELD;
    memcpy(c->track + at, count, sizeof count);
    take(x, record_key_bytes(c), record_key(c) + record_data(c));
    memset(c->track + record_end(c), 0xFF, CKD_END);
    c->found = FOUND_PLACE;
    unsigned status = ckd_changed(dev, at, record_end(c) + CKD_END, true);
    return status ? status : UNIT_ENDED;
}

/* 1D, and 01 for a segment of a record that overflows to the next track. */
unsigned ckd_write_ckd(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    bool special = exchange_command(x) == 0x01;
    if (special && !ckd_has_overflow(c))
        return ckd_reject(dev, INVALID_COMMAND);
    unsigned status = may_write(dev, WRITE_FORMAT, FOUND_PLACE);
    return status ? status : format(dev, x, record_end(c), special ? 0x80 : 0);
}

/* Behind R0 of the next track, in a domain. */
unsigned ckd_write_ckd_next_track(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = may_write(dev, WRITE_FORMAT, FOUND_PLACE);
    if (status == 0)
        status = ckd_next_head(dev);
    if (status == 0)
        status = ckd_find_r0(dev);
    return status ? status : format(dev, x, record_end(c), 0);
}

unsigned ckd_write_r0(struct device *dev, struct exchange *x)
{
    unsigned status = may_write(dev, WRITE_HOME, FOUND_HOME_ADDRESS);
    return status ? status : format(dev, x, CKD_HOME_ADDRESS, 0);
}

/* Flag, cylinder and head; the track has no record then. That home address stays which
 * names the track's place: the image would be no image with another. */
unsigned ckd_write_home_address(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    struct disk_complaint complaint;
    uint8_t address[CKD_HOME_ADDRESS];
    unsigned status = may_write(dev, WRITE_HOME, ANYTHING);
    if (status)
        return status;
    take(x, address, sizeof address);
    status = ckd_original(dev);
    if (status)
        return status;
    c->track = ckd_image_blank(c->image, ckd_track_number(c), &complaint);
    if (!c->track)
        return ckd_failed(dev, &complaint);
    c->track[0] = address[0] & 0x03;
    c->passed = HOME_ADDRESS;
    c->record = 0;
    c->found = FOUND_HOME_ADDRESS;
    status = ckd_changed(dev, 0, CKD_HOME_ADDRESS + CKD_END, true);
    return status ? status : UNIT_ENDED;
}

/* As write CKD, but nothing is left behind the record that was found. */
unsigned ckd_erase(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t count[CKD_COUNT];
    unsigned status = may_write(dev, WRITE_FORMAT, FOUND_PLACE);
    if (status)
        return status;
    take(x, count, sizeof count);
    exchange_take(x, c->scratch, (size_t)count[5] + get16(count + 6));
    memset(c->track + record_end(c), 0xFF, CKD_END);
    c->passed = DATA_FIELD;
    status = ckd_changed(dev, record_end(c), record_end(c) + CKD_END, true);
    return status ? status : UNIT_ENDED;
}
