/* Search and read commands of a CKD disk. */
#include <string.h>

#include "devices/dasd/ckd-device.h"

static bool multitrack(struct exchange *x) { return exchange_command(x) & 0x80; }

/* To the index point: of the next track if the command is a multi-track one. */
static unsigned to_index(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = multitrack(x) ? ckd_next_head(dev) : ckd_original(dev);
    if (status == 0)
        status = ckd_ready(dev);
    if (status == 0)
        c->passed = INDEX_POINT;
    return status;
}

/* ---- search ------------------------------------------------------------------------------ */

/* The argument against a field of the disk's: bits 1-3 of the command say what satisfies. */
static bool satisfied(uint8_t command, const uint8_t *argument, const uint8_t *field, size_t n)
{
    int order = memcmp(field, argument, n);
    bool equal = command & 0x20, high = command & 0x40;
    return n > 0 && ((equal && order == 0) || (high && order > 0));
}

unsigned ckd_search_home_address(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t argument[4];
    unsigned status = to_index(dev, x);
    if (status)
        return status;
    c->passed = HOME_ADDRESS;
    size_t n = exchange_take(x, argument, sizeof argument);
    if (!satisfied(0x20, argument, c->track + 1, n)) {
        /* Going round twice on one track is as vain as on a record. */
        if (!multitrack(x) && ++c->index_points > 2) {
            c->index_points = 0;
            return ckd_check(dev, 0, SENSE1_NO_RECORD_FOUND, 0);
        }
        return UNIT_ENDED;
    }
    c->found = FOUND_HOME_ADDRESS;
    return UNIT_ENDED | UNIT_STATUS_MODIFIER;
}

unsigned ckd_search_id(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t argument[5], id[5];
    unsigned status = ckd_next_count(dev, multitrack(x), true);
    if (status)
        return status;
    memcpy(id, record_count(c), sizeof id);
    if (ckd_has_overflow(c))
        id[0] &= 0x7F;
    size_t n = exchange_take(x, argument, sizeof argument);
    if (!satisfied(exchange_command(x), argument, id, n))
        return UNIT_ENDED;
    if ((exchange_command(x) & 0x7F) == 0x31)
        c->found = FOUND_ID | FOUND_PLACE;
    return UNIT_ENDED | UNIT_STATUS_MODIFIER;
}

/* The key of the record whose count was just met, else of the next one. */
unsigned ckd_search_key(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t argument[256];
    unsigned status = 0;
    if (c->passed != COUNT_FIELD)
        status = ckd_next_count(dev, multitrack(x), false);
    if (status)
        return status;
    c->passed = KEY_FIELD;
    size_t n = exchange_take(x, argument, record_key(c));
    if (!satisfied(exchange_command(x), argument, record_key_bytes(c), n))
        return UNIT_ENDED;
    if ((exchange_command(x) & 0x7F) == 0x29)
        c->found = FOUND_KEY | FOUND_PLACE;
    return UNIT_ENDED | UNIT_STATUS_MODIFIER;
}

/* ---- read ----------------------------------------------------------------------------------- */

static void give_count(struct ckd *c, struct exchange *x)
{
    uint8_t count[CKD_COUNT];
    memcpy(count, record_count(c), sizeof count);
    if (ckd_has_overflow(c))
        count[0] &= 0x7F;
    exchange_give(x, count, sizeof count);
}

static void give_key(struct ckd *c, struct exchange *x)
{
    exchange_give(x, record_key_bytes(c), record_key(c));
    c->passed = KEY_FIELD;
}

/* The data, and those of the record's further segments if it overflows to next tracks.
 * A data length of zero means end of file. */
static unsigned give_data(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    c->passed = DATA_FIELD;
    c->index_points = 0;
    if (record_data(c) == 0)
        return UNIT_ENDED | UNIT_EXCEPTION;
    exchange_give(x, record_data_bytes(c), record_data(c));
    while (ckd_overflows(c)) {
        unsigned status = ckd_next_head(dev);
        if (status == 0)
            status = ckd_next_count(dev, false, false);
        if (status) {
            dev->sense[1] |= SENSE1_OPERATION_INCOMPLETE;
            return status;
        }
        exchange_give(x, record_data_bytes(c), record_data(c));
        c->passed = DATA_FIELD;
    }
    return UNIT_ENDED;
}

unsigned ckd_read_home_address(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = to_index(dev, x);
    if (status)
        return status;
    exchange_give(x, c->track, CKD_HOME_ADDRESS);
    c->passed = HOME_ADDRESS;
    c->index_points = 0;
    return UNIT_ENDED;
}

unsigned ckd_read_r0(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = to_index(dev, x);
    if (status == 0)
        status = ckd_find_r0(dev);
    if (status)
        return status;
    give_count(c, x);
    give_key(c, x);
    return give_data(dev, x);
}

unsigned ckd_read_count(struct device *dev, struct exchange *x)
{
    unsigned status = ckd_next_count(dev, multitrack(x), false);
    if (status)
        return status;
    give_count(dev->own, x);
    return UNIT_ENDED;
}

unsigned ckd_read_data(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = 0;
    if (c->passed != COUNT_FIELD && c->passed != KEY_FIELD)
        status = ckd_next_count(dev, multitrack(x), false);
    return status ? status : give_data(dev, x);
}

unsigned ckd_read_key_data(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = 0;
    if (c->passed != COUNT_FIELD)
        status = ckd_next_count(dev, multitrack(x), false);
    if (status)
        return status;
    give_key(c, x);
    return give_data(dev, x);
}

unsigned ckd_read_ckd(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_next_count(dev, multitrack(x), false);
    if (status)
        return status;
    give_count(c, x);
    give_key(c, x);
    return give_data(dev, x);
}

/* All records from the next one to the track's end; 5E (GA26-1661). */
unsigned ckd_read_multiple_ckd(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_next_count(dev, multitrack(x), false);
    if (status)
        return status;
    for (;;) {
        give_count(c, x);
        exchange_give(x, record_key_bytes(c), record_key(c) + record_data(c));
        c->passed = DATA_FIELD;
        if (get64(c->track + record_end(c)) == UINT64_MAX)
            break;
        c->record = record_end(c);
    }
    c->index_points = 0;
    return UNIT_ENDED;
}

/* Seek to cylinder 0, head 0 and read the data of R1. */
unsigned ckd_read_ipl(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_move(dev, 0, 0);
    c->index_points = 0;
    if (status == 0)
        status = ckd_next_count(dev, false, false);
    return status ? status : give_data(dev, x);
}
