/* Motion and control commands of a CKD disk: seeks, file mask, sectors, sense, sharing. */
#include <string.h>

#include "devices/dasd/ckd-device.h"

unsigned ckd_no_operation(struct device *dev, struct exchange *x)
{
    (void)dev, (void)x;
    return UNIT_ENDED;
}

/* ---- seeks ------------------------------------------------------------------------------ */

/* File mask bits 3-4 (GA26-1592): 00 all seeks, 01 cylinder and head, 10 head only,
 * 11 none. */
static bool seek_permitted(const struct ckd *c, uint8_t command)
{
    unsigned permits = c->file_mask >> 3 & 3;
    return permits == 0 || (permits == 1 && command != 0x07) || (permits == 2 && command == 0x1B);
}

static bool within_extent(const struct ckd *c, unsigned cylinder, unsigned head)
{
    unsigned track = cylinder * c->shape.heads + head;
    return !c->domain.extent_defined || (track >= c->domain.first && track <= c->domain.last);
}

/* 07, 0B, 1B: BBCCHH; a bin other than 0 is the 2321's. */
unsigned ckd_seek(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t address[6] = { 0 };
    if (!seek_permitted(c, exchange_command(x)))
        return ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    if (exchange_take(x, address, sizeof address) < sizeof address)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    unsigned cylinder = exchange_command(x) == 0x1B ? c->cylinder : get16(address + 2);
    unsigned head = get16(address + 4);
    if (get16(address) != 0 || cylinder >= c->shape.cylinders || head >= c->shape.heads)
        return ckd_reject(dev, INVALID_ARGUMENT);
    if (!within_extent(c, cylinder, head))
        return ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    c->index_points = 0;
    unsigned status = ckd_move(dev, cylinder, head);
    return status ? status : UNIT_ENDED;
}

unsigned ckd_recalibrate(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    if (!seek_permitted(c, 0x07) || !within_extent(c, 0, 0))
        return ckd_check(dev, 0, SENSE1_FILE_PROTECTED, 0);
    (void)x;
    c->index_points = 0;
    unsigned status = ckd_move(dev, 0, 0);
    return status ? status : UNIT_ENDED;
}

/* The 2321's; a no-operation elsewhere. */
unsigned ckd_restore(struct device *dev, struct exchange *x)
{
    return ckd_no_operation(dev, x);
}

/* ---- file mask, sectors -------------------------------------------------------------------- */

unsigned ckd_set_file_mask(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t mask, reserved = c->control_unit->generation == OF_3830 ? 0x22 : 0x20;
    if (exchange_take(x, &mask, 1) < 1)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    if (c->file_mask_set || c->domain.extent_defined)
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (mask & reserved)
        return ckd_reject(dev, INVALID_ARGUMENT);
    c->file_mask = mask;
    c->file_mask_set = true;
    return UNIT_ENDED;
}

/* 255 means: no waiting for a sector. */
unsigned ckd_set_sector(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t sector;
    if (c->geometry->sectors == 0)
        return ckd_reject(dev, INVALID_COMMAND);
    if (exchange_take(x, &sector, 1) < 1)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    if (sector >= c->geometry->sectors && sector != 255)
        return ckd_reject(dev, INVALID_ARGUMENT);
    c->index_points = 0;
    return UNIT_ENDED;
}

/* The sector at which the record last worked on begins. */
unsigned ckd_read_sector(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t sector = 0;
    if (c->geometry->sectors == 0)
        return ckd_reject(dev, INVALID_COMMAND);
    if (c->track && c->passed >= COUNT_FIELD && c->record > CKD_HOME_ADDRESS) {
        unsigned space = 0;
        for (size_t at = CKD_HOME_ADDRESS; at < c->record; ) {
            const uint8_t *count = c->track + at;
            space += ckd_record_space(c->geometry, count[5], get16(count + 6), false);
            at += CKD_COUNT + count[5] + get16(count + 6);
        }
        sector = (uint8_t)ckd_sector(c->geometry, space);
    }
    exchange_give(x, &sector, 1);
    return UNIT_ENDED;
}

/* Passes over a count field that can't be read, taking its lengths from the channel
 * (GA26-1592): to recover what is behind it. Bytes: key length, data length. */
unsigned ckd_space_count(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t lengths[3];
    exchange_take(x, lengths, sizeof lengths);
    unsigned status = ckd_next_count(dev, false, false);
    if (status)
        return status;
    c->index_points = 0;
    return UNIT_ENDED;
}

/* ---- sense ID, sharing, logs ------------------------------------------------------------------ */

unsigned ckd_sense_id(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t id[20] = { 0xFF };
    size_t length = 7;
    put16(id + 1, c->control_unit->type);
    id[3] = c->control_unit->model;
    put16(id + 4, c->geometry->type);
    id[6] = c->geometry->model;
    for (unsigned i = 0; i < 2 && c->control_unit->information_words[i]; i++) {
        length = 8 + 4 * (i + 1);
        put32(id + 8 + 4 * i, c->control_unit->information_words[i]);
    }
    exchange_give(x, id, length);
    return UNIT_ENDED;
}

/* One emulator has the disk to itself (its file is locked): reserve and release only answer
 * with the sense bytes, as they should. They must be the chain's first command but for
 * others of their kind (GA26-1592). */
unsigned ckd_reserve(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    if (c->file_mask_set || c->domain.extent_defined)
        return ckd_reject(dev, INVALID_SEQUENCE);
    return ckd_sense(dev, x);
}

/* Usage and error counts since the last time: none were kept, none occurred. */
unsigned ckd_read_buffered_log(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t log[32] = { 0 };
    log[7] = 0x60;                                     /* format 6: statistics */
    exchange_give(x, log, c->control_unit->sense_length);
    return UNIT_ENDED;
}
