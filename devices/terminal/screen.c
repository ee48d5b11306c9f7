#include "devices/terminal/screen.h"

#include <string.h>

enum { ATTRIBUTE_HERE = 0x80, PROTECTED = 0x20, ATTRIBUTE_BITS = 0x3F, TYPE_FIELD = 0xC0 };

/* ---- addresses ------------------------------------------------------------------------ */

/* 6 bits as a graphic character (GA23-0059, figure of the I/O codes). */
static const uint8_t graphic[64] = {
    0x40, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F,
    0x50, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0x5A, 0x5B, 0x5C, 0x5D, 0x5E, 0x5F,
    0x60, 0x61, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F,
    0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F,
};

unsigned screen_address(const uint8_t bytes[2])
{
    if ((bytes[0] & 0xC0) == 0)
        return (unsigned)bytes[0] << 8 | bytes[1];
    return (bytes[0] & 0x3Fu) << 6 | (bytes[1] & 0x3Fu);
}

void screen_put_address(uint8_t bytes[2], unsigned address)
{
    bytes[0] = address < 4096 ? graphic[address >> 6] : (uint8_t)(address >> 8 & 0x3F);
    bytes[1] = address < 4096 ? graphic[address & 63] : (uint8_t)address;
}

/* ---- the buffer ------------------------------------------------------------------------- */

unsigned screen_size(const struct screen *s)
{
    return s->rows * s->columns;
}

static void clear(struct screen *s)
{
    memset(s->attributes, 0, sizeof s->attributes);
    s->address = s->cursor = 0;
}

void screen_power_on(struct screen *s, unsigned default_rows, unsigned default_columns,
                     unsigned alternate_rows, unsigned alternate_columns)
{
    s->default_rows = s->rows = default_rows;
    s->default_columns = s->columns = default_columns;
    s->alternate_rows = alternate_rows;
    s->alternate_columns = alternate_columns;
    s->elastic = false;
    clear(s);
}

void screen_erase(struct screen *s, bool alternate)
{
    s->rows = alternate ? s->alternate_rows : s->default_rows;
    s->columns = alternate ? s->alternate_columns : s->default_columns;
    clear(s);
}

static bool is_address(const struct screen *s, unsigned address)
{
    return address < (s->elastic ? SCREEN_MOST : screen_size(s));
}

static void advance(struct screen *s)
{
    if (++s->address >= (s->elastic ? SCREEN_MOST : screen_size(s)))
        s->address = 0;
}

static void put_character(struct screen *s)
{
    s->attributes[s->address] = 0;
    advance(s);
}

static void put_attribute(struct screen *s, uint8_t attribute)
{
    s->attributes[s->address] = ATTRIBUTE_HERE | (attribute & ATTRIBUTE_BITS);
    advance(s);
}

static bool is_open_field(const struct screen *s, unsigned address)
{
    return s->attributes[address] && !(s->attributes[address] & PROTECTED);
}

/* Program tab: behind the attribute of the next unprotected field, or to 0 if there is none
 * before the buffer ends (GA23-0059 4.3.8). */
static void program_tab(struct screen *s)
{
    unsigned size = screen_size(s);
    for (unsigned at = s->address; at < size; at++)
        if (is_open_field(s, at)) {
            s->address = at + 1 < size ? at + 1 : 0;
            return;
        }
    s->address = 0;
}

/* Repeat to address: one whole turn if it is where we are. */
static void repeat_to(struct screen *s, unsigned stop)
{
    unsigned turns = SCREEN_MOST;
    do
        put_character(s);
    while (s->address != stop && --turns > 0);
    s->address = stop;
}

/* Pairs of type and value: the one that is the field attribute, if it is there. */
static bool find_attribute(const uint8_t *pairs, size_t count, uint8_t *attribute)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        if (pairs[2 * i] == TYPE_FIELD) {
            *attribute = pairs[2 * i + 1];
            found = true;
        }
    return found;
}

/* ---- orders -------------------------------------------------------------------------------- */

/* How many bytes an order has, its own included; 0 if it is cut short. */
static size_t order_length(const uint8_t *bytes, size_t left)
{
    size_t length = 1;
    switch (bytes[0]) {
    case ORDER_SF: case ORDER_GE:
        length = 2;
        break;
    case ORDER_SBA: case ORDER_EUA: case ORDER_SA:
        length = 3;
        break;
    case ORDER_SFE: case ORDER_MF:
        length = left > 1 ? 2 + 2 * (size_t)bytes[1] : 2;
        break;
    case ORDER_RA:
        length = left > 3 && bytes[3] == ORDER_GE ? 5 : 4;
        break;
    }
    return length <= left ? length : 0;
}

static bool has_address(uint8_t order)
{
    return order == ORDER_SBA || order == ORDER_EUA || order == ORDER_RA;
}

static void extended_field(struct screen *s, const uint8_t *bytes)
{
    uint8_t attribute = 0;
    find_attribute(bytes + 2, bytes[1], &attribute);
    put_attribute(s, attribute);
}

/* Modify field leaves the attribute as it is unless it is named, and moves behind it. */
static void modify_field(struct screen *s, const uint8_t *bytes)
{
    uint8_t attribute;
    if (s->attributes[s->address] && find_attribute(bytes + 2, bytes[1], &attribute))
        put_attribute(s, attribute);
    else
        advance(s);
}

static void execute(struct screen *s, const uint8_t *bytes)
{
    switch (bytes[0]) {
    case ORDER_SBA: case ORDER_EUA:
        s->address = screen_address(bytes + 1);
        break;
    case ORDER_RA:
        repeat_to(s, screen_address(bytes + 1));
        break;
    case ORDER_SF:
        put_attribute(s, bytes[1]);
        break;
    case ORDER_SFE:
        extended_field(s, bytes);
        break;
    case ORDER_MF:
        modify_field(s, bytes);
        break;
    case ORDER_IC:
        s->cursor = s->address;
        break;
    case ORDER_PT:
        program_tab(s);
        break;
    case ORDER_SA:
        break;
    default:
        put_character(s);
    }
}

size_t screen_write(struct screen *s, const uint8_t *bytes, size_t length)
{
    size_t i = 0, n;
    for (; i < length; i += n) {
        n = order_length(bytes + i, length - i);
        if (n == 0 || (has_address(bytes[i]) && !is_address(s, screen_address(bytes + i + 1))))
            break;
        execute(s, bytes + i);
    }
    return i;
}

void screen_erase_unprotected(struct screen *s)
{
    s->address = 0;
    program_tab(s);
    s->cursor = s->address;
}

/* ---- structured fields ------------------------------------------------------------------------ */

/* Outbound 3270DS (40): partition, command, WCC and data as if written alone. */
static void outbound_data(struct screen *s, const uint8_t *field, size_t length)
{
    if (length < 5)
        return;
    uint8_t command = field[4];
    if (command == LINE_ERASE_WRITE || command == LINE_ERASE_WRITE_ALTERNATE)
        screen_erase(s, command == LINE_ERASE_WRITE_ALTERNATE);
    if (command == LINE_ERASE_ALL)
        screen_erase_unprotected(s);
    else if (length > 6)
        screen_write(s, field + 6, length - 6);
}

void screen_structured(struct screen *s, const uint8_t *bytes, size_t length)
{
    enum { ERASE_RESET = 0x03, OUTBOUND_3270DS = 0x40 };
    while (length >= 3) {
        size_t n = (size_t)bytes[0] << 8 | bytes[1];
        if (n == 0 || n > length)       /* 0: to the end of the transmission */
            n = length;
        if (n < 3)
            return;
        if (bytes[2] == ERASE_RESET)
            screen_erase(s, n > 3 && bytes[3] & 0x80);
        else if (bytes[2] == OUTBOUND_3270DS)
            outbound_data(s, bytes, n);
        bytes += n;
        length -= n;
    }
}

/* ---- what a terminal sends ------------------------------------------------------------------------ */

size_t screen_heading(const uint8_t *bytes, size_t length)
{
    (void)bytes;
    return length < 3 ? length : 3;
}

/* One thing of inbound data: its length, and where it leaves the buffer address. */
static size_t inbound_step(const uint8_t *bytes, size_t left, unsigned *address)
{
    size_t n = order_length(bytes, left);
    if (n == 0)
        return left;
    if (bytes[0] == ORDER_SBA)
        *address = screen_address(bytes + 1);
    else if (bytes[0] != ORDER_SA)
        ++*address;
    return n;
}

size_t screen_find(const uint8_t *bytes, size_t length, unsigned from)
{
    size_t at = screen_heading(bytes, length), next;
    unsigned address = 0;
    for (; at < length; at = next) {
        unsigned before = address;
        next = at + inbound_step(bytes + at, length - at, &address);
        /* An address order is of use if it leads to where we want to go. */
        if (bytes[at] == ORDER_SBA ? address >= from : before >= from)
            break;
    }
    return at;
}

unsigned screen_behind(const struct screen *s, const uint8_t *data, size_t length, unsigned from)
{
    unsigned address = from, size = s->elastic ? SCREEN_MOST : screen_size(s);
    for (size_t at = 0; at < length; )
        at += inbound_step(data + at, length - at, &address);
    return address < size ? address : 0;
}

bool screen_is_buffer(const struct screen *s, const uint8_t *bytes, size_t length)
{
    return length >= 3 + screen_size(s) && bytes[3] != ORDER_SBA && bytes[0] != AID_STRUCTURED;
}

void screen_learn(struct screen *s, const uint8_t *bytes, size_t length)
{
    enum { QUERY_REPLY = 0x81, USABLE_AREA = 0x81, LEAST = 9 };
    if (!s->elastic || length < 1 || bytes[0] != AID_STRUCTURED)
        return;
    for (size_t at = 1, n; at + 4 <= length; at += n) {
        n = (size_t)bytes[at] << 8 | bytes[at + 1];
        if (n < 4 || n > length - at)
            return;
        if (bytes[at + 2] != QUERY_REPLY || bytes[at + 3] != USABLE_AREA || n < LEAST + 1)
            continue;
        unsigned columns = (unsigned)bytes[at + 6] << 8 | bytes[at + 7];
        unsigned rows = (unsigned)bytes[at + 8] << 8 | (n > 9 ? bytes[at + 9] : 0);
        if (columns && rows && columns <= SCREEN_MOST && rows <= SCREEN_MOST / columns) {
            s->alternate_rows = rows;
            s->alternate_columns = columns;
            s->elastic = false;
        }
    }
}
