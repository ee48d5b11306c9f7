/* The holes of a card column and the EBCDIC byte that they stand for (GX20-1703, the
 * System/370 reference card: "Code Assignment"). A code has 12 bits, row 12 first: row 12 is
 * X'800', 11 X'400', 0 X'200', 1 X'100', ... 9 X'001'. */
#ifndef DEVICES_UNIT_RECORD_CARD_CODE_H
#define DEVICES_UNIT_RECORD_CARD_CODE_H

#include <stdint.h>

uint16_t card_code(uint8_t ebcdic);

/* The byte, or -1: no byte has these holes. */
int card_character(uint16_t code);

#endif
