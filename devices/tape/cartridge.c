/* What the cartridge drives 3480, 3490 and 3590 have beside the reels' commands (GA32-0042,
 * GA32-0219, GA32-0329). There is one path to a drive here, so path groups and assignment
 * are remembered and told, and never keep anyone out. */
#include "devices/tape/drive.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/messages.h"

static const uint8_t nobody[11];

/* ---- block IDs ------------------------------------------------------------------- */

/* 3480, 3490: a segment number and 22 bits; 3590: 32 bits. */
static uint32_t block_id(const struct device *dev)
{
    uint32_t position = ((const struct drive *)dev->own)->image->position;
    return dev->type == &tape_3590 ? position : 0x01000000 | (position & 0x3FFFFF);
}

/* The ID at the channel and at the tape: nothing stays in a buffer, they are the same. */
unsigned cartridge_read_block_id(struct device *dev, struct exchange *exchange)
{
    uint8_t ids[8];
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    put32(ids, block_id(dev));
    put32(ids + 4, block_id(dev));
    exchange_give(exchange, ids, sizeof ids);
    return UNIT_ENDED;
}

unsigned cartridge_locate(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    uint8_t id[4];
    unsigned status = drive_absent(dev);
    if (status)
        return status;
    if (exchange_take(exchange, id, sizeof id) < sizeof id)
        return drive_fault(dev, FAULT_REJECT);
    uint32_t position = dev->type == &tape_3590 ? get32(id) : get32(id) & 0x3FFFFF;
    switch (tape_locate(drive->image, position)) {
    case TAPE_BLOCK:
        return UNIT_ENDED;
    case TAPE_DAMAGED:
    case TAPE_FAILED:
        message(dev->messages, HHC00204E, dev->number, drive->image->path,
                drive->image->format->name, drive->image->error);
        return drive_fault(dev, FAULT_DATA);
    default:
        return drive_fault(dev, FAULT_LOCATE);
    }
}

/* 3590: the block before the position, in forward order, and stay before it. */
unsigned cartridge_read_previous(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    unsigned status = drive_back_block(dev, exchange);
    if (status != UNIT_ENDED)
        return status;
    status = drive_read(dev, exchange);
    if (status == UNIT_ENDED)
        tape_backward(drive->image);
    return status;
}

/* ---- modes ----------------------------------------------------------------------- */

unsigned cartridge_mode_set(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    if (exchange_take(exchange, &drive->mode, 1) < 1)
        return drive_fault(dev, FAULT_REJECT);
    return UNIT_ENDED;
}

/* Whatever was written is in the file already. */
unsigned cartridge_synchronize(struct device *dev, struct exchange *exchange)
{
    (void)exchange;
    unsigned status = drive_absent(dev);
    return status ? status : UNIT_ENDED;
}

/* Valid only in a chain that has not yet reconnected; there is never more than one path. */
unsigned cartridge_suspend(struct device *dev, struct exchange *exchange)
{
    (void)dev, (void)exchange;
    return UNIT_ENDED;
}

/* A format byte and two messages of eight characters. */
unsigned cartridge_load_display(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    uint8_t bytes[17];
    if (exchange_take(exchange, bytes, sizeof bytes) < sizeof bytes)
        return drive_fault(dev, FAULT_REJECT);
    codepage_to_host(&dev->machine->codepage, bytes + 1, 16);
    for (int i = 0; i < 16; i++) {
        uint8_t c = bytes[1 + i];
        drive->display[i / 8][i % 8] = (char)(c >= ' ' && c < 0x7F ? c : ' ');
    }
    message(dev->messages, HHC00210I, dev->number, drive->display[0], drive->display[1]);
    return UNIT_ENDED;
}

/* ---- who may use the drive ------------------------------------------------------- */

/* Byte 0: X'80' grouped, X'10' assigned, X'08' multipath. */
unsigned cartridge_sense_path_group(struct device *dev, struct exchange *exchange)
{
    const struct drive *drive = dev->own;
    uint8_t bytes[12] = { (uint8_t)((drive->grouped ? 0x80 : 0) | (drive->assigned ? 0x10 : 0) |
                                    (drive->multipath ? 0x08 : 0)) };
    memcpy(bytes + 1, drive->path_group, sizeof drive->path_group);
    exchange_give(exchange, bytes, sizeof bytes);
    return UNIT_ENDED;
}

/* Byte 0, bits 1-2: establish, disband, resign; bit 0: multipath mode. A group's ID is
 * set once: another one is rejected until the group is disbanded. */
unsigned cartridge_set_path_group(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    uint8_t bytes[12];
    if (exchange_take(exchange, bytes, sizeof bytes) < sizeof bytes)
        return drive_fault(dev, FAULT_REJECT);
    bool known = memcmp(drive->path_group, nobody, sizeof nobody) != 0;
    if (memcmp(bytes + 1, nobody, sizeof nobody) == 0 ||
        (known && memcmp(bytes + 1, drive->path_group, sizeof nobody) != 0))
        return drive_fault(dev, FAULT_REJECT);
    switch (bytes[0] & 0x60) {
    case 0x00:
        memcpy(drive->path_group, bytes + 1, sizeof drive->path_group);
        drive->grouped = true;
        drive->multipath = bytes[0] & 0x80;
        return UNIT_ENDED;
    case 0x20:
    case 0x40:
        memset(drive->path_group, 0, sizeof drive->path_group);
        drive->grouped = drive->multipath = drive->assigned = false;
        return UNIT_ENDED;
    }
    return drive_fault(dev, FAULT_REJECT);
}

/* An ID of zeros means: this path alone. */
static unsigned set_assigned(struct device *dev, struct exchange *exchange, bool assigned)
{
    struct drive *drive = dev->own;
    uint8_t id[11];
    if (exchange_take(exchange, id, sizeof id) < sizeof id)
        return drive_fault(dev, FAULT_REJECT);
    if (memcmp(id, nobody, sizeof id) != 0 && drive->grouped &&
        memcmp(id, drive->path_group, sizeof id) != 0)
        return drive_fault(dev, FAULT_REJECT);
    drive->assigned = assigned;
    return UNIT_ENDED;
}

unsigned cartridge_assign(struct device *dev, struct exchange *exchange)
{
    return set_assigned(dev, exchange, true);
}

unsigned cartridge_unassign(struct device *dev, struct exchange *exchange)
{
    return set_assigned(dev, exchange, false);
}

/* Byte 0: X'00' set the password, X'80' enable with it, X'40' disable with it. */
unsigned cartridge_control_access(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    uint8_t bytes[12];
    if (exchange_take(exchange, bytes, sizeof bytes) < sizeof bytes ||
        memcmp(bytes + 1, nobody, sizeof nobody) == 0)
        return drive_fault(dev, FAULT_REJECT);
    bool same = drive->password_set &&
                memcmp(bytes + 1, drive->password, sizeof drive->password) == 0;
    if (bytes[0] == 0x00 && (!drive->password_set || same)) {
        memcpy(drive->password, bytes + 1, sizeof drive->password);
        drive->password_set = true;
        return UNIT_ENDED;
    }
    if ((bytes[0] == 0x80 || bytes[0] == 0x40) && same)
        return UNIT_ENDED;
    return drive_fault(dev, FAULT_REJECT);
}

/* ---- what the drive tells of itself ---------------------------------------------- */

/* Counts of temporary errors since the last reading: there are none. */
unsigned cartridge_read_log(struct device *dev, struct exchange *exchange)
{
    static const uint8_t log[32];
    (void)dev;
    exchange_give(exchange, log, sizeof log);
    return UNIT_ENDED;
}

/* Facilities, and the numbers under which error records are filed. */
struct facts { uint8_t facilities[4], mdr, obr; const char *type, *model; };

static const struct facts *facts_of(const struct device *dev)
{
    static const struct facts facts[] = {
        { { 0x00, 0x00, 0x02, 0xC0 }, 0x41, 0x80, "003480", "B22" },
        { { 0x00, 0x00, 0x02, 0xC0 }, 0x42, 0x81, "003490", "C10" },
        { { 0x00, 0x00, 0x4E, 0xC4 }, 0x46, 0x83, "003590", "B1A" },
    };
    return &facts[dev->type == &tape_3480 ? 0 : dev->type == &tape_3490 ? 1 : 2];
}

unsigned cartridge_characteristics(struct device *dev, struct exchange *exchange)
{
    const struct facts *facts = facts_of(dev);
    uint8_t bytes[64] = { 0 };
    memcpy(bytes, dev->type->sense_id + 1, 6);
    memcpy(bytes + 6, facts->facilities, 4);
    bytes[10] = bytes[11] = 0x80;       /* class: tape */
    memcpy(bytes + 24, dev->type->sense_id + 1, 6);
    bytes[40] = facts->mdr;
    bytes[41] = facts->obr;
    exchange_give(exchange, bytes, sizeof bytes);
    return UNIT_ENDED;
}

/* A node element descriptor: what it is, type and model, maker and plant, serial number. */
static void describe_node(const struct device *dev, uint8_t node[32], uint32_t kind)
{
    const struct facts *facts = facts_of(dev);
    char text[40];
    snprintf(text, sizeof text, "%s%sEND01%012X", facts->type, facts->model, dev->number);
    put32(node, kind);
    memcpy(node + 4, text, 26);
    codepage_to_guest(&dev->machine->codepage, node + 4, 26);
}

/* The drive, its control unit, and the qualifier of both. */
unsigned cartridge_configuration(struct device *dev, struct exchange *exchange)
{
    uint8_t bytes[128] = { 0 };
    describe_node(dev, bytes, 0xCC010200);
    describe_node(dev, bytes + 32, 0xC4020000);
    describe_node(dev, bytes + 96, 0xEC000000);
    exchange_give(exchange, bytes, sizeof bytes);
    return UNIT_ENDED;
}

/* PERFORM SUBSYSTEM FUNCTION: the one order that is there is X'18', prepare for READ
 * SUBSYSTEM DATA, with X'03', attention message. */
unsigned cartridge_perform_function(struct device *dev, struct exchange *exchange)
{
    struct drive *drive = dev->own;
    uint8_t order[12] = { 0 };
    size_t n = exchange_take(exchange, order, sizeof order);
    if (n < 7 || order[0] != 0x18 || order[6] != 0x03)
        return drive_fault(dev, FAULT_REJECT);
    drive->message_asked = true;
    return UNIT_ENDED;
}

/* Chained from it: a message of nine bytes that says that there is none. */
unsigned cartridge_subsystem_data(struct device *dev, struct exchange *exchange)
{
    static const uint8_t no_message[9] = { 0x00, 0x09 };
    struct drive *drive = dev->own;
    if (exchange_previous(exchange) != 0x77 || !drive->message_asked)
        return drive_fault(dev, FAULT_REJECT);
    drive->message_asked = false;
    exchange_give(exchange, no_message, sizeof no_message);
    return UNIT_ENDED;
}
