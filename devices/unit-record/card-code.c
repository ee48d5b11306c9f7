#include "devices/unit-record/card-code.h"

#include <stddef.h>

enum { R12 = 0x800, R11 = 0x400, R0 = 0x200, R1 = 0x100, R8 = 0x002, R9 = 0x001 };

#define ROW(n) (uint16_t)(R0 >> (n))

/* Columns of the code table are zones, its rows digits. Digits 1 to 7 and 8 to F have
 * zone punches of their own in most columns. */
struct zone { uint16_t low, nine, high; };
static const struct zone zones[16] = {
    /* digits 1-7, 8, and 9      A-F */
    { R12 | R9,       0, R12 | R9 },                /* 0x */
    { R11 | R9,       0, R11 | R9 },
    { R0 | R9,        0, R0 | R9 },
    { R9,             0, R9 },
    { R12 | R0 | R9,  0, R12 },                     /* 4x */
    { R12 | R11 | R9, 0, R11 },
    { R11 | R0 | R9,  0, R0 },
    { R12 | R11 | R0 | R9, 0, 0 },
    { R12 | R0,       1, R12 | R0 },                /* 8x */
    { R12 | R11,      1, R12 | R11 },
    { R11 | R0,       1, R11 | R0 },
    { R12 | R11 | R0, 1, R12 | R11 | R0 },
    { R12,            1, R12 | R0 | R9 },           /* Cx */
    { R11,            1, R12 | R11 | R9 },
    { R0,             1, R11 | R0 | R9 },
    { 0,              1, R12 | R11 | R0 | R9 },
};

/* Digit 0 of each column, and the three places that break the rule. */
static const uint16_t zero_digit[16] = {
    R12 | R0 | R9 | R8 | R1, R12 | R11 | R9 | R8 | R1, R11 | R0 | R9 | R8 | R1,
    R12 | R11 | R0 | R9 | R8 | R1, 0, R12, R11, R12 | R11 | R0,
    R12 | R0 | R8 | R1, R12 | R11 | R8 | R1, R11 | R0 | R8 | R1, R12 | R11 | R0 | R8 | R1,
    R12 | R0, R11 | R0, R0 | R8 | ROW(2), R0,
};

uint16_t card_code(uint8_t ebcdic)
{
    const struct zone *zone = &zones[ebcdic >> 4];
    int digit = ebcdic & 0x0F;
    if (ebcdic == 0x61)
        return R0 | R1;
    if (ebcdic == 0x6A)
        return R12 | R11;
    if (ebcdic == 0xE1)
        return R11 | R0 | R9 | R1;
    if (digit == 0)
        return zero_digit[ebcdic >> 4];
    if (digit <= 8)
        return zone->low | ROW(digit);
    if (digit == 9)     /* a nine, or 8-1 where the nine is in the zone already */
        return zone->nine ? zone->low | R9 : zone->high | R8 | R1;
    return zone->high | R8 | ROW(digit - 8);
}

int card_character(uint16_t code)
{
    for (int i = 0; i < 256; i++)
        if (card_code((uint8_t)i) == code)
            return i;
    return -1;
}
