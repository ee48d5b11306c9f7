/* Sense bytes of the tape drives. Four families: 3420 with 3422 and 3430 (24 bytes; GA32-0020,
 * and "3420/3803 Status/Sense Bytes" of the 3420's maintenance manual),
 * 3410 (9 bytes; GA32-0022), 8809 and 9347 (32 bytes, an error recovery code in byte
 * 3), 3480 and its successors (24 or 32 bytes, likewise; GA32-0042). What bits the manuals
 * leave to the model are as the field's emulators give them. */
#include <string.h>

#include "devices/tape/drive.h"

/* Byte 1: how the drive stands. */
enum { READY = 0x40, NOT_READY = 0x20, AT_LOAD_POINT = 0x08, WRITE_STATUS = 0x04,
       FILE_PROTECTED = 0x02 };

/* For each fault: byte 0; the byte that tells more in each family. */
struct fault_bytes {
    uint8_t sense0;
    uint8_t reel3, reel4, reel7;     /* 3420 and 3410: bytes 3, 4 (3410 alone), 7 */
    uint8_t small0, small3;          /* 8809: bytes 0 and 3 */
    uint8_t cartridge0, cartridge3;  /* 3480: bytes 0 and 3, the error recovery action code */
};

static const struct fault_bytes fault_bytes[] = {
    [FAULT_NONE]       = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
    [FAULT_REJECT]     = { 0x80, 0x00, 0x01, 0x00, 0x80, 0x0C, 0x80, 0x27 },
    [FAULT_UNLOADED]   = { 0x40, 0x00, 0x00, 0x00, 0x40, 0x06, 0x40, 0x43 },
    [FAULT_UNLOADING]  = { 0x40, 0x00, 0x00, 0x00, 0x40, 0x06, 0x40, 0x2B },
    [FAULT_PROTECTED]  = { 0x80, 0x00, 0x00, 0x00, 0x80, 0x0B, 0x80, 0x30 },
    [FAULT_LOAD_POINT] = { 0x00, 0x00, 0x00, 0x00, 0x80, 0x0D, 0x00, 0x39 },
    [FAULT_VOID]       = { 0x10, 0x00, 0x00, 0x60, 0x10, 0x10, 0x08, 0x31 },
    [FAULT_DATA]       = { 0x08, 0xC0, 0x00, 0x00, 0x08, 0x09, 0x08, 0x23 },
    [FAULT_EQUIPMENT]  = { 0x10, 0x00, 0x00, 0x60, 0x10, 0x10, 0x10, 0x36 },
    [FAULT_FULL]       = { 0x10, 0x00, 0x00, 0x60, 0x10, 0x10, 0x10, 0x38 },
    [FAULT_LOCATE]     = { 0x10, 0x00, 0x00, 0x60, 0x10, 0x10, 0x10, 0x44 },
};

static bool is_3410(const struct device *dev)
{
    return dev->type == &tape_3410 || dev->type == &tape_3411;
}

static bool is_small(const struct device *dev)
{
    return dev->type == &tape_8809 || dev->type == &tape_9347 || dev->type == &tape_9348;
}

bool drive_is_cartridge(const struct device *dev)
{
    return dev->type == &tape_3480 || dev->type == &tape_3490 || dev->type == &tape_3590;
}

/* Write status lasts until another command moves the tape. */
static bool writes(const struct drive *drive)
{
    return drive->motion == 0x01 || drive->motion == 0x1F || drive->motion == 0x17 ||
           drive->motion == 0x97;
}

static bool moves_backward(const struct drive *drive)
{
    return drive->motion == 0x0C || drive->motion == 0x27 || drive->motion == 0x2F;
}

static uint8_t drive_stands(const struct drive *drive)
{
    if (!drive->image)
        return NOT_READY | FILE_PROTECTED;
    return (uint8_t)(READY | (drive->image->position == 0 ? AT_LOAD_POINT : 0) |
                     (writes(drive) ? WRITE_STATUS : 0) | (drive->protect ? FILE_PROTECTED : 0));
}

static void reel_sense(struct device *dev, const struct fault_bytes *fault)
{
    uint8_t *sense = dev->sense;
    enum { SET_TO_1600 = 0x04, BACKWARD = 0x02, TAPE_INDICATE = 0x20, TAPE_INDICATE_3410 = 0x40,
           MODE_1600 = 0xC3 };
    const struct drive *drive = dev->own;
    sense[3] = (uint8_t)(fault->reel3 | (drive->mode == MODE_1600 ? SET_TO_1600 : 0) |
                         (moves_backward(drive) ? BACKWARD : 0));
    sense[4] = is_3410(dev) ? fault->reel4 : 0;
    if (drive_near_end(drive))
        sense[4] |= is_3410(dev) ? TAPE_INDICATE_3410 : TAPE_INDICATE;
    sense[5] = is_3410(dev) ? 0x40 : 0xC0;     /* new subsystem, the drive's model */
    sense[6] = is_3410(dev) ? 0x22 : 0x03;
    sense[7] = fault->reel7;
    if (!is_3410(dev)) {                       /* features, and both units' numbers */
        sense[13] = 0x80;
        sense[14] = sense[16] = 0x01;
        sense[19] = sense[20] = 0xFF;          /* all drives are ready */
    }
}

static void small_sense(struct device *dev, const struct fault_bytes *fault)
{
    dev->sense[0] = fault->small0;
    dev->sense[3] = fault->small3;
    dev->sense[4] = drive_near_end(dev->own) ? 0x40 : 0;
}

/* Bytes 7: the format of what follows, X'20' as a rule, X'22' with the statistics of a
 * cartridge that leaves. */
static void cartridge_sense(struct device *dev, const struct fault_bytes *fault)
{
    static const uint8_t tail_3490[] = { 0x00, 0x06, 0x00, 0xEC, 0x00, 0x18, 0x00, 0x00 };
    dev->sense[0] = fault->cartridge0;
    dev->sense[2] = 0x20;
    dev->sense[3] = fault->cartridge3;
    dev->sense[7] = fault->cartridge3 == 0x2B ? 0x22 : 0x20;
    if (dev->type != &tape_3480)
        memcpy(dev->sense + 24, tail_3490, sizeof tail_3490);
}

unsigned drive_fault(struct device *dev, enum tape_fault why)
{
    const struct fault_bytes *fault = &fault_bytes[why];
    device_check(dev, fault->sense0);
    dev->sense[1] = drive_stands(dev->own);
    if (drive_is_cartridge(dev) && !((struct drive *)dev->own)->image)
        dev->sense[1] = READY | FILE_PROTECTED;
    if (drive_is_cartridge(dev))
        cartridge_sense(dev, fault);
    else if (is_small(dev))
        small_sense(dev, fault);
    else
        reel_sense(dev, fault);
    return UNIT_CHECKED;
}

/* With nothing to report, the state of the drive. A code without a row in the drive's
 * table was rejected by the channel, which knows byte 0 only. */
unsigned drive_sense(struct device *dev, struct exchange *exchange)
{
    static const uint8_t nothing[MAX_SENSE];
    if (memcmp(dev->sense, nothing, MAX_SENSE) == 0)
        drive_fault(dev, FAULT_NONE);
    else if (dev->sense[0] == SENSE_COMMAND_REJECT && dev->sense[1] == 0)
        drive_fault(dev, FAULT_REJECT);
    return device_sense(dev, exchange);
}
