/* What a 3880 or 3990 tells of itself and its disk, and its subsystem functions. */
#include <stdio.h>
#include <string.h>

#include "core/codepage.h"
#include "devices/dasd/ckd-device.h"

/* ---- read device characteristics (SA22-1025 4-55 and following) ----------------------------- */

static void put_formula(const struct ckd_geometry *g, uint8_t *rdc)
{
    const uint16_t *f = g->factor;
    rdc[22] = g->formula == SEGMENTS ? 2 : g->formula == CELLS ? 1 : 0;
    rdc[23] = (uint8_t)f[0];
    if (g->formula == SEGMENTS) {
        for (unsigned i = 1; i < 5; i++)
            rdc[23 + i] = (uint8_t)f[i];
        rdc[48] = (uint8_t)f[5];
    } else if (g->formula == CELLS) {
        put16(rdc + 24, f[1]);
        put16(rdc + 26, f[2]);
    }
}

unsigned ckd_read_characteristics(struct device *dev, struct exchange *x)
{
    const struct ckd *c = dev->own;
    const struct ckd_geometry *g = c->geometry;
    const struct control_unit *cu = c->control_unit;
    uint8_t rdc[64] = { 0 };
    unsigned alternates = c->shape.cylinders > g->cylinders ? c->shape.cylinders - g->cylinders : 0;
    unsigned primaries = c->shape.cylinders - alternates;
    put16(rdc, cu->type);
    rdc[2] = cu->model;
    put16(rdc + 3, g->type);
    rdc[5] = g->model;
    put32(rdc + 6, cu->features);
    rdc[10] = 0x20;                              /* device class: DASD */
    rdc[11] = g->code;
    put16(rdc + 12, (uint16_t)primaries);
    put16(rdc + 14, g->heads);
    rdc[16] = g->sectors;
    put24(rdc + 17, g->capacity);
    put16(rdc + 20, g->before_r0);
    put_formula(g, rdc);
    if (alternates) {
        put16(rdc + 28, (uint16_t)primaries);
        put16(rdc + 30, (uint16_t)(alternates * g->heads));
    }
    rdc[40] = rdc[41] = g->code;                 /* MDR and OBR record identifiers */
    rdc[42] = cu->function;                      /* control unit type code */
    rdc[43] = 0x02;                              /* parameter length */
    put16(rdc + 44, g->r0_length);
    rdc[47] = 0x01;                              /* track set */
    put16(rdc + 49, g->rps_factor);
    rdc[57] = 0xFF;                              /* no real device behind it */
    exchange_give(x, rdc, sizeof rdc);
    return UNIT_ENDED;
}

/* ---- read configuration data -------------------------------------------------------------------- */

/* A node element descriptor, 32 bytes: flags, then type, model, manufacturer, plant and
 * serial number in EBCDIC, and a tag (SA22-7204). */
static void put_node(const struct ckd *c, uint8_t *node, uint32_t flags, uint16_t type,
                     const char *model, uint16_t tag)
{
    char text[27];
    struct codepage page;
    codepage_default(&page);
    snprintf(text, sizeof text, "  %04X%.3sIBM  %012d", type, model, 0);
    size_t n = strlen(c->serial);
    memcpy(text + 26 - n, c->serial, n);
    put32(node, flags);
    memcpy(node + 4, text, 26);
    codepage_to_guest(&page, node + 4, 26);
    put16(node + 30, tag);
}

static void put_qualifier(const struct device *dev, uint8_t *q)
{
    uint8_t address = (uint8_t)dev->number;
    q[0] = 0x80;                                 /* general node element qualifier */
    q[6] = 0x1E;                                 /* missing-interruption time, seconds */
    put16(q + 8, dev->number >> 8 ? (uint16_t)(dev->number & 0xFF00) : 1);  /* subsystem */
    q[10] = 0x80;
    q[11] = q[12] = q[13] = q[19] = address;
    q[17] = q[18] = 0x80;
}

static void build_configuration(const struct device *dev, uint8_t data[256])
{
    const struct ckd *c = dev->own;
    const struct control_unit *cu = c->control_unit;
    char model[4], cu_model[4];
    snprintf(model, sizeof model, "0%02X", c->geometry->model);
    snprintf(cu_model, sizeof cu_model, "0%02X", cu->model);
    memset(data, 0, 256);
    put_node(c, data, 0xC4010100, c->geometry->type, model,
             (uint16_t)(0x0300 | (dev->number & 0xFF)));                    /* the device */
    put_node(c, data + 32, 0xC4000000, c->geometry->type, model, 0x0300);   /* its string */
    put_node(c, data + 64, 0xD4020000, cu->type, cu_model, 0x0300);         /* the director */
    put_node(c, data + 96, 0xF0000001, cu->type, "   ", 0x0300);            /* the subsystem */
    put_qualifier(dev, data + 224);
}

unsigned ckd_read_configuration(struct device *dev, struct exchange *x)
{
    uint8_t data[256];
    build_configuration(dev, data);
    exchange_give(x, data, sizeof data);
    return UNIT_ENDED;
}

/* ---- subsystem functions -------------------------------------------------------------------------- */

enum { STATUS_LENGTH = 40 };

/* No cache, no pinned tracks, no duplex pairs: all but the addresses is zero. */
static void build_status(const struct device *dev, uint8_t status[STATUS_LENGTH])
{
    memset(status, 0, STATUS_LENGTH);
    status[1] = (uint8_t)dev->number;
    put16(status + 38, (uint16_t)(dev->number & 0xFF00));
}

unsigned ckd_sense_subsystem(struct device *dev, struct exchange *x)
{
    uint8_t status[STATUS_LENGTH];
    build_status(dev, status);
    exchange_give(x, status, sizeof status);
    return UNIT_ENDED;
}

/* ---- what PREPARE FOR READ SUBSYSTEM DATA can prepare, by its suborder ------------------------ */

static size_t prepare_status(const struct device *dev, uint8_t *answer)
{
    build_status(dev, answer);
    return STATUS_LENGTH;
}

/* Feature codes, 256 bytes of bits: what Linux's driver asks before it uses a command. */
static size_t prepare_features(const struct device *dev, uint8_t *answer)
{
    enum { PREFIX_BYTE = 8, PREFIX = 0x01, READ_TRACK_DATA_BYTE = 9, READ_TRACK_DATA = 0x20,
           WRITE_TRACK_DATA_BYTE = 12, WRITE_TRACK_DATA = 0x40, FEATURES = 256 };
    const struct ckd *c = dev->own;
    memset(answer, 0, FEATURES);
    if (c->control_unit->generation >= OF_3990_6) {
        answer[PREFIX_BYTE] = PREFIX;
        answer[READ_TRACK_DATA_BYTE] = READ_TRACK_DATA;
        answer[WRITE_TRACK_DATA_BYTE] = WRITE_TRACK_DATA;
    }
    return FEATURES;
}

static bool is_disk(const struct device *dev, uint16_t number)
{
    struct device *other = dev->channels && number != dev->number
        ? device_hold(dev->channels, number) : NULL;
    bool disk = number == dev->number || (other && other->type->class == CLASS_DASD);
    if (other)
        device_done(other);
    return disk;
}

/* Two bytes for each unit address: what is there and, of an alias, its base. The subsystem's are the disks
 * whose device numbers begin as this one's; there are no aliases. */
static size_t prepare_unit_addresses(const struct device *dev, uint8_t *answer)
{
    enum { UNIT_ADDRESSES = 256, BASE = 1 };
    memset(answer, 0, 2 * UNIT_ADDRESSES);
    for (unsigned unit = 0; unit < UNIT_ADDRESSES; unit++)
        if (is_disk(dev, (uint16_t)((dev->number & 0xFF00) | unit)))
            answer[2 * unit] = BASE;
    return 2 * UNIT_ADDRESSES;
}

/* Nobody sends messages to this host. */
static size_t prepare_message(const struct device *dev, uint8_t *answer)
{
    enum { NO_MESSAGE = 9 };
    (void)dev;
    memset(answer, 0, NO_MESSAGE);
    put16(answer, NO_MESSAGE);
    return NO_MESSAGE;
}

static const struct suborder {
    uint8_t code;
    size_t (*prepare)(const struct device *, uint8_t *answer);
} suborders[] = {
    { 0x00, prepare_status }, { 0x03, prepare_message }, { 0x0E, prepare_unit_addresses },
    { 0x41, prepare_features },
};

/* Orders: 18 prepare for read subsystem data, 1B set special intercept, 1D set system
 * characteristics, B0 set interface identifier (SA22-1025 table 4-34). Bytes: order, flags,
 * four zeros, suborder, what varies with it. */
static unsigned prepare(struct device *dev, const uint8_t order[12])
{
    struct ckd *c = dev->own;
    if (order[1] || get32(order + 2))
        return ckd_reject(dev, INVALID_ARGUMENT);
    for (size_t i = 0; i < sizeof suborders / sizeof *suborders; i++)
        if (suborders[i].code == order[6]) {
            c->answer_length = suborders[i].prepare(dev, c->answer);
            return UNIT_ENDED;
        }
    return ckd_reject(dev, INVALID_ARGUMENT);
}

static unsigned set_interface(struct device *dev, const uint8_t order[12])
{
    struct ckd *c = dev->own;
    uint8_t data[256];
    if (order[1] & 0xFE)
        return ckd_reject(dev, INVALID_ARGUMENT);
    build_configuration(dev, data);
    memcpy(c->answer, data + 64, 32);            /* the director's node */
    memcpy(c->answer + 32, data + 224, 32);
    c->answer_length = order[1] & 1 ? 32 : 64;
    return UNIT_ENDED;
}

unsigned ckd_subsystem_function(struct device *dev, struct exchange *x)
{
    static const struct { uint8_t code, length; } orders[] = {
        { 0x18, 12 }, { 0x1B, 2 }, { 0x1D, 66 }, { 0xB0, 4 }
    };
    struct ckd *c = dev->own;
    uint8_t order[66] = { 0 };
    c->answer_length = 0;
    if (exchange_take(x, order, 2) < 2)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    for (unsigned i = 0; i < 4; i++) {
        if (orders[i].code != order[0])
            continue;
        size_t rest = orders[i].length - 2u;
        if (exchange_take(x, order + 2, rest) < rest)
            return ckd_reject(dev, COUNT_TOO_SMALL);
        return order[0] == 0x18 ? prepare(dev, order)
            : order[0] == 0xB0 ? set_interface(dev, order) : UNIT_ENDED;
    }
    return ckd_reject(dev, INVALID_ARGUMENT);
}

unsigned ckd_read_subsystem(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    if (c->answer_length == 0 || exchange_previous(x) != 0x27)
        return ckd_reject(dev, INVALID_SEQUENCE);
    exchange_give(x, c->answer, c->answer_length);
    c->answer_length = 0;
    return UNIT_ENDED;
}

/* ---- path groups -------------------------------------------------------------------------------------- */

/* One path: a group of one. Function control byte: bit 0 multipath, bits 1-2 establish,
 * disband, resign. */
unsigned ckd_set_path_group(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    uint8_t group[12];
    if (exchange_chained(x) && exchange_previous(x) != 0x5B)
        return ckd_reject(dev, INVALID_SEQUENCE);
    if (exchange_take(x, group, sizeof group) < sizeof group)
        return ckd_reject(dev, COUNT_TOO_SMALL);
    unsigned function = group[0] >> 5 & 3;
    bool another = c->path_group[0] && memcmp(c->path_group + 1, group + 1, 11) != 0;
    if (group[0] & 0x1F || function == 3 || (function == 0 && another))
        return ckd_reject(dev, INVALID_ARGUMENT);
    memcpy(c->path_group, group, sizeof group);
    /* Grouped or ungrouped; multipath if asked for. */
    c->path_group[0] = function == 0 ? (group[0] & 0x80 ? 0xC8 : 0xC0) : 0x80;
    return UNIT_ENDED;
}

unsigned ckd_sense_path_group(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    exchange_give(x, c->path_group, sizeof c->path_group);
    return UNIT_ENDED;
}

/* Must begin a chain. With one path there is nothing to suspend. */
unsigned ckd_suspend_multipath(struct device *dev, struct exchange *x)
{
    return exchange_chained(x) ? ckd_reject(dev, INVALID_SEQUENCE) : UNIT_ENDED;
}
