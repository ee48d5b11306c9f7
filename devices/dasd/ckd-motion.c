/* A CKD drive's access mechanism, the track under its head, and sense data. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/messages.h"
#include "devices/dasd/ckd-device.h"

/* ---- sense -------------------------------------------------------------------------- */

/* Sense byte 6 of 24: the head, and what byte 5 had no room for of the cylinder. */
static uint8_t high_cylinder_and_head(const struct ckd *c)
{
    unsigned high = c->cylinder >> 8;
    switch (c->geometry->type) {
    case 0x3375: case 0x3380: case 0x3390: case 0x9345:
        return (uint8_t)(high << 4 | c->head);
    case 0x3330:
        if (c->shape.cylinders <= 411)
            return (uint8_t)((high & 1) << 6 | c->head);
    }
    return (uint8_t)((high & 3) << 5 | c->head);
}

static void place_in_sense(struct device *dev)
{
    struct ckd *c = dev->own;
    dev->sense[4] = dev->number & 0x0F;
    dev->sense[5] = (uint8_t)c->cylinder;
    dev->sense[6] = high_cylinder_and_head(c);
    if (c->control_unit->sense_length == 32) {
        dev->sense[27] = 0x80;
        put16(dev->sense + 29, (uint16_t)c->cylinder);
        dev->sense[31] = (uint8_t)c->head;
    }
}

/* Older control units have no format and message, and other bits for two conditions. */
static void make_old(struct device *dev, uint8_t byte7)
{
    if (byte7 == INVALID_SEQUENCE)
        dev->sense[1] |= SENSE1_OLD_INVALID_SEQUENCE;
    if (byte7 == INVALID_ARGUMENT)
        dev->sense[0] = SENSE_SEEK_CHECK;
    if (dev->sense[1] & SENSE1_INVALID_TRACK_FORMAT)       /* there: track overrun */
        dev->sense[0] |= SENSE_DATA_CHECK;
}

unsigned ckd_check(struct device *dev, uint8_t sense0, uint8_t sense1, uint8_t byte7)
{
    struct ckd *c = dev->own;
    device_check(dev, sense0);
    dev->sense[1] = sense1;
    if (c->control_unit->generation == OF_2841) {
        make_old(dev, byte7);
    } else {
        dev->sense[7] = byte7;
        place_in_sense(dev);
    }
    return UNIT_CHECKED;
}

unsigned ckd_reject(struct device *dev, enum format0 why)
{
    return ckd_check(dev, SENSE_COMMAND_REJECT, 0, (uint8_t)why);
}

unsigned ckd_failed(struct device *dev, const struct disk_complaint *complaint)
{
    message(dev->messages, HHC00404E, dev->number, complaint->text);
    if (ckd_image_is_gone(((struct ckd *)dev->own)->image))
        return ckd_check(dev, SENSE_INTERVENTION_REQUIRED, 0, 0);
    return ckd_check(dev, SENSE_EQUIPMENT_CHECK, SENSE1_PERMANENT, 0x10);
}

unsigned ckd_sense(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    exchange_give(x, dev->sense, c->control_unit->sense_length);
    memset(dev->sense, 0, sizeof dev->sense);
    return UNIT_ENDED;
}

static bool at_track_end(const struct ckd *c, size_t at)
{
    return get64(c->track + at) == UINT64_MAX;
}

/* ---- motion ----------------------------------------------------------------------------- */

unsigned ckd_track_number(const struct ckd *c)
{
    return c->alternate ? c->alternate : c->cylinder * c->shape.heads + c->head;
}

unsigned ckd_move(struct device *dev, unsigned cylinder, unsigned head)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_write_out(dev);
    c->cylinder = cylinder;
    c->head = head;
    c->alternate = 0;
    c->track = NULL;
    c->passed = NOWHERE;
    c->record = 0;
    return status;
}

/* In the domain of a locate record the extent is the limit, across cylinders; elsewhere the
 * cylinder is, and the file mask counts. */
static unsigned beyond_limit(struct device *dev, unsigned next)
{
    struct ckd *c = dev->own;
    bool outside = c->domain.extent_defined && next > c->domain.last;
    if (c->domain.active)
        return !outside ? 0 : ckd_check(dev, 0, SENSE1_FILE_PROTECTED
                                        | SENSE1_OPERATION_INCOMPLETE, 0);
    if ((c->file_mask & 0x18) == 0x18)
        return ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    if (c->head + 1 >= c->shape.heads)
        return ckd_check(dev, 0, SENSE1_END_OF_CYLINDER, 0);
    return outside ? ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0) : 0;
}

unsigned ckd_next_head(struct device *dev)
{
    struct ckd *c = dev->own;
    unsigned next = c->cylinder * c->shape.heads + c->head + 1;
    unsigned status = beyond_limit(dev, next);
    if (status == 0)
        status = ckd_move(dev, next / c->shape.heads, next % c->shape.heads);
    if (status)
        return status;
    c->passed = INDEX_POINT;
    return ckd_ready(dev);
}

unsigned ckd_ready(struct device *dev)
{
    struct ckd *c = dev->own;
    struct disk_complaint complaint;
    if (!c->track)
        c->track = ckd_image_track(c->image, ckd_track_number(c), &complaint);
    return c->track ? 0 : ckd_failed(dev, &complaint);
}

/* ---- defective tracks -------------------------------------------------------------------- */

enum { FLAG_DEFECTIVE = 0x02 };

/* From the 3375 on the control unit goes to the alternate by itself (GA26-1664). */
static bool goes_to_alternates(const struct ckd *c)
{
    unsigned type = c->geometry->type;
    return type == 0x3375 || type == 0x3380 || type == 0x3390 || type == 0x9345;
}

/* R0's count names the alternate; if it names the track itself there is none. */
static unsigned alternate_of(const struct ckd *c)
{
    const uint8_t *r0 = c->track + CKD_HOME_ADDRESS;
    unsigned cylinder = get16(r0), head = get16(r0 + 2), track = cylinder * c->shape.heads + head;
    bool other = !at_track_end(c, CKD_HOME_ADDRESS) && track != ckd_track_number(c);
    return other && cylinder < c->shape.cylinders && head < c->shape.heads ? track : 0;
}

unsigned ckd_usable(struct device *dev)
{
    struct ckd *c = dev->own;
    unsigned status = ckd_ready(dev);
    if (status || !(c->track[0] & FLAG_DEFECTIVE))
        return status;
    unsigned alternate = goes_to_alternates(c) && !c->alternate ? alternate_of(c) : 0;
    if (!alternate)
        return ckd_check(dev, SENSE_TRACK_CONDITION, 0, 0);
    status = ckd_write_out(dev);
    c->alternate = alternate;
    c->track = NULL;
    c->passed = c->passed == NOWHERE ? NOWHERE : INDEX_POINT;
    c->record = 0;
    return status ? status : ckd_usable(dev);
}

unsigned ckd_original(struct device *dev)
{
    struct ckd *c = dev->own;
    return c->alternate ? ckd_move(dev, c->cylinder, c->head) : 0;
}

/* ---- changes ------------------------------------------------------------------------------- */

/* What waits to be written is one range: of data written over in place, or of a new layout,
 * which goes from its first count to the track's end. */
static void add_change(struct ckd *c, size_t from, size_t to, bool layout)
{
    bool within = c->changed && c->layout_changed && !layout;
    if (!c->changed || from < c->changed_from)
        c->changed_from = from;
    if (!c->changed || layout || (!within && to > c->changed_to))
        c->changed_to = to;
    c->layout_changed = layout || within;
    c->changed = true;
}

unsigned ckd_changed(struct device *dev, size_t from, size_t to, bool layout)
{
    struct ckd *c = dev->own;
    unsigned status = 0;
    if (c->changed && !c->fake_writes) {
        /* The two kinds don't mix, unless the new layout holds the data. */
        bool mixed = layout ? !c->layout_changed && from > c->changed_from
                            : c->layout_changed && from < c->changed_from;
        if (mixed)
            status = ckd_write_out(dev);
        else if (layout && !c->layout_changed)
            c->changed = false;
    }
    if (status == 0)
        add_change(c, from, to, layout);
    return status;
}

static void forget_track(struct ckd *c)
{
    c->track = NULL;
    c->passed = NOWHERE;
}

unsigned ckd_write_out(struct device *dev)
{
    struct ckd *c = dev->own;
    struct disk_complaint complaint;
    unsigned track = ckd_track_number(c);
    if (!c->changed)
        return 0;
    c->changed = false;
    if (c->fake_writes) {
        ckd_image_forget(c->image, track);
        forget_track(c);
        return 0;
    }
    bool good = ckd_image_write(c->image, track, c->changed_from, c->changed_to,
                                c->layout_changed, &complaint);
    if (ckd_image_lacks_journal(c->image))
        message(dev->messages, HHC00471W, dev->number, ckd_image_path(c->image));
    if (good)
        return 0;
    forget_track(c);
    return ckd_failed(dev, &complaint);
}

/* ---- records ----------------------------------------------------------------------------------- */

bool ckd_has_overflow(const struct ckd *c)
{
    return c->geometry->type <= 0x3350 && c->geometry->type >= 0x2311;
}

bool ckd_overflows(const struct ckd *c)
{
    return ckd_has_overflow(c) && (record_count(c)[0] & 0x80);
}

/* The track's end: its index point comes next. */
static unsigned pass_index(struct device *dev, bool multitrack)
{
    struct ckd *c = dev->own;
    if (multitrack)
        return ckd_next_head(dev);
    /* Twice around with nothing found, and no other command in between (GA26-1592, no
     * record found). */
    if (++c->index_points >= 2) {
        c->index_points = 0;
        return ckd_check(dev, 0, SENSE1_NO_RECORD_FOUND, 0);
    }
    c->passed = INDEX_POINT;
    return 0;
}

unsigned ckd_next_count(struct device *dev, bool multitrack, bool with_r0)
{
    struct ckd *c = dev->own;
    unsigned status;
    while ((status = ckd_usable(dev)) == 0) {
        size_t at = c->passed < COUNT_FIELD ? CKD_HOME_ADDRESS : record_end(c);
        if (at_track_end(c, at)) {
            if ((status = pass_index(dev, multitrack)))
                return status;
            continue;
        }
        c->record = at;
        c->passed = COUNT_FIELD;
        if (at > CKD_HOME_ADDRESS || with_r0)
            return 0;
    }
    return status;
}

unsigned ckd_find_r0(struct device *dev)
{
    struct ckd *c = dev->own;
    if (at_track_end(c, CKD_HOME_ADDRESS))
        return ckd_check(dev, 0, SENSE1_NO_RECORD_FOUND, 0);
    c->record = CKD_HOME_ADDRESS;
    c->passed = COUNT_FIELD;
    return 0;
}
