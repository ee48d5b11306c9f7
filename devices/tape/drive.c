/* The commands that all tape drives have: reading, writing, and moving the tape. */
#include "devices/tape/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/messages.h"

/* How long a tape takes to rewind, in the machine's time: long enough to be overlapped,
 * short enough not to be waited for. */
enum { REWIND_NS = 2000000 };

bool drive_near_end(const struct drive *drive)
{
    return drive->image && drive->most && drive->image->offset + drive->margin >= drive->most;
}

unsigned drive_absent(struct device *dev)
{
    const struct drive *drive = dev->own;
    return drive->image ? 0 : drive_fault(dev, FAULT_UNLOADED);
}

static unsigned unwritable(struct device *dev)
{
    unsigned status = drive_absent(dev);
    if (!status && ((struct drive *)dev->own)->protect)
        status = drive_fault(dev, FAULT_PROTECTED);
    return status;
}

/* What the sense bytes tell of the last command that moved the tape. */
static void note_motion(struct device *dev, const struct exchange *exchange)
{
    ((struct drive *)dev->own)->motion = exchange_command(exchange);
}

/* What the guest is told of a result; a mark is told where `mark` says how. */
static unsigned answer(struct device *dev, enum tape_result result, unsigned mark)
{
    const struct drive *drive = dev->own;
    switch (result) {
    case TAPE_BLOCK:      return UNIT_ENDED;
    case TAPE_MARK:       return mark;
    case TAPE_LOAD_POINT: return drive_fault(dev, FAULT_LOAD_POINT);
    case TAPE_VOID:       return drive_fault(dev, FAULT_VOID);
    case TAPE_FULL:       return drive_fault(dev, FAULT_FULL);
    case TAPE_BAD:
    case TAPE_DAMAGED:
    case TAPE_FAILED:
        message(dev->messages, HHC00204E, dev->number, drive->image->path,
                drive->image->format->name, drive->image->error);
        break;
    }
    return drive_fault(dev, result == TAPE_FAILED ? FAULT_EQUIPMENT : FAULT_DATA);
}

static const unsigned FILE_END = UNIT_ENDED | UNIT_EXCEPTION;

/* ---- data ------------------------------------------------------------------------ */

unsigned drive_read(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    note_motion(dev, exchange);
    enum tape_result result = tape_read(drive->image);
    if (result == TAPE_BLOCK || result == TAPE_BAD) {
        exchange_give(exchange, drive->image->bytes, drive->image->length);
        drive->blocks++;
    }
    return answer(dev, result, FILE_END);
}

/* The block before the position, its last byte first. */
unsigned drive_read_backward(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    note_motion(dev, exchange);
    enum tape_result result = tape_backward(drive->image);
    if (result != TAPE_BLOCK)
        return answer(dev, result, FILE_END);
    result = tape_read(drive->image);
    if (result != TAPE_BLOCK && result != TAPE_BAD)
        return answer(dev, result, FILE_END);
    uint8_t *bytes = drive->image->bytes;
    for (size_t i = 0, j = drive->image->length - 1; i < j; i++, j--) {
        uint8_t byte = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = byte;
    }
    exchange_give(exchange, bytes, drive->image->length);
    drive->blocks++;
    enum tape_result back = tape_backward(drive->image);
    return answer(dev, result == TAPE_BAD ? result : back, FILE_END);
}

/* The end of the reel is told when writing passes the reflective marker. */
static unsigned written(struct device *dev, enum tape_result result)
{
    unsigned status = answer(dev, result, UNIT_ENDED);
    return status == UNIT_ENDED && drive_near_end(dev->own) ? FILE_END : status;
}

unsigned drive_write(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    unsigned status = unwritable(dev);
    if (status)
        return status;
    if (!drive->block && !(drive->block = malloc(TAPE_BLOCK_MOST)))
        abort();
    size_t length = exchange_take(exchange, drive->block, TAPE_BLOCK_MOST);
    if (length == 0)
        return UNIT_ENDED;
    drive->blocks++;
    note_motion(dev, exchange);
    return written(dev, tape_write(drive->image, drive->block, length));
}

unsigned drive_write_mark(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    unsigned status = unwritable(dev);
    if (status)
        return status;
    note_motion(dev, exchange);
    return written(dev, tape_write_mark(drive->image));
}

/* An image has no length of tape to erase: a gap makes what lies behind it unreadable
 * only when something is written there, which makes an end of it anyway. */
unsigned drive_erase_gap(struct device *dev, struct exchange *exchange)
{
    unsigned status = unwritable(dev);
    if (status)
        return status;
    note_motion(dev, exchange);
    return written(dev, TAPE_BLOCK);
}

/* Everything from here to the end of the reel; chained from ERASE GAP only (GA32-0020). */
unsigned drive_data_security_erase(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    unsigned status = unwritable(dev);
    if (status)
        return status;
    if (exchange_previous(exchange) != 0x17)
        return drive_fault(dev, FAULT_REJECT);
    note_motion(dev, exchange);
    return answer(dev, tape_erase(drive->image), UNIT_ENDED);
}

/* ---- motion ---------------------------------------------------------------------- */

static unsigned move(struct device *dev, const struct exchange *exchange,
                     enum tape_result (*step)(struct tape_image *), bool whole_file)
{
    struct drive *drive = dev->own;
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    note_motion(dev, exchange);
    enum tape_result result;
    do
        result = step(drive->image);
    while (whole_file && result == TAPE_BLOCK);
    return answer(dev, result, whole_file ? UNIT_ENDED : FILE_END);
}

unsigned drive_forward_block(struct device *dev, struct exchange *exchange)
{
    return move(dev, exchange, tape_forward, false);
}

unsigned drive_forward_file(struct device *dev, struct exchange *exchange)
{
    return move(dev, exchange, tape_forward, true);
}

unsigned drive_back_block(struct device *dev, struct exchange *exchange)
{
    return move(dev, exchange, tape_backward, false);
}

unsigned drive_back_file(struct device *dev, struct exchange *exchange)
{
    return move(dev, exchange, tape_backward, true);
}

static void rewound(struct device *dev, void *context)
{
    (void)context;
    device_present(dev, UNIT_DEVICE_END);
}

/* The channel is free at once, the drive when the tape is back. */
unsigned drive_rewind(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    (void)exchange;
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    drive->motion = 0;
    if (drive->image->position == 0)
        return UNIT_ENDED;
    tape_rewind(drive->image);
    device_later(dev, REWIND_NS, rewound, NULL);
    return UNIT_CHANNEL_END;
}

void drive_dismount(struct device *dev)
{
    struct drive *drive = dev->own;
    char where[4096];
    if (drive->image && tape_is_gone(drive->image)) {
        if (tape_rescue(drive->image, where, sizeof where))
            message(dev->messages, HHC00205W, dev->number, drive->image->path, where);
        else
            message(dev->messages, HHC00204E, dev->number, drive->image->path,
                    drive->image->format->name, drive->image->error);
    }
    tape_close(drive->image);
    drive->image = NULL;
}

/* The drive is not ready afterwards, and says so (GA32-0020: control unit end, device end
 * and unit check; a 3480 without the first). */
unsigned drive_unload(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    (void)exchange;
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    message(dev->messages, HHC00201I, dev->number, drive->image->path,
            drive->image->format->name);
    drive_dismount(dev);
    drive->motion = 0;
    drive_next_volume(dev);
    drive_fault(dev, FAULT_UNLOADING);
    return drive_is_cartridge(dev) ? UNIT_CHECKED : UNIT_CHECKED | UNIT_CONTROL_UNIT_END;
}

/* ---- modes ----------------------------------------------------------------------- */

/* Density and, on seven tracks, parity and translation: an image has none of them. */
unsigned drive_mode_set(struct device *dev, struct exchange *exchange)
{
    ((struct drive *)dev->own)->mode = exchange_command(exchange);
    return UNIT_ENDED;
}

/* REQUEST TRACK IN ERROR takes the byte that the sense data had (GA32-0020). */
unsigned drive_track_in_error(struct device *dev, struct exchange *exchange)
{
    uint8_t tracks;
    (void)dev;
    exchange_take(exchange, &tracks, 1);
    return UNIT_ENDED;
}

/* Without a tape whatever would move or read it is answered at once. */
unsigned drive_initial_status(struct device *dev, uint8_t command)
{
    static const uint8_t moves[] = { 0x01, 0x02, 0x06, 0x07, 0x0A, 0x0C, 0x0F, 0x17, 0x1F, 0x22,
                                     0x27, 0x2F, 0x37, 0x3F, 0x43, 0x4F, 0x97 };
    if (((struct drive *)dev->own)->image || !memchr(moves, command, sizeof moves))
        return 0;
    drive_fault(dev, FAULT_UNLOADED);
    return UNIT_CHECK;
}
