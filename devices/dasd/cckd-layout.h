/* Where a compressed file (cckd-file.h) has what: for those who read and write it, and for those
 * who look into one that is damaged. Private to devices/dasd/. */
#ifndef DEVICES_DASD_CCKD_LAYOUT_H
#define DEVICES_DASD_CCKD_LAYOUT_H

#include <stdint.h>

#include "devices/dasd/cckd-file.h"

/* What 32- and 64-bit offsets put in different places of the second header. The fields from
 * SIZE to IMBEDDED, links of the free chain and level-1 entries are offsets in width. */
enum cckd_field { CCKD_SIZE, CCKD_USED, CCKD_FREE_FIRST, CCKD_FREE_TOTAL, CCKD_FREE_LARGEST,
                  CCKD_FREE_NUMBER, CCKD_FREE_IMBEDDED, CCKD_UNITS, CCKD_NULL_FORMAT,
                  CCKD_COMPRESSION, CCKD_PARAMETER, CCKD_FIELDS };
struct cckd_layout {
    unsigned width;               /* bytes of an offset */
    unsigned entry;               /* of a level-2 entry: offset, two 16-bit numbers, padding */
    unsigned smallest_free;       /* offset of the next, length */
    uint64_t most;                /* where a file ends at the latest */
    uint8_t field[CCKD_FIELDS];
};
extern const struct cckd_layout cckd_layouts[2];      /* 32, 64 bits */

/* The fields that are alike; UNITS, and the device header's numbers, are always little-endian. */
enum { CCKD_VERSION = 0, CCKD_OPTIONS = 3, CCKD_LEVEL1_ENTRIES = 4, CCKD_LEVEL2_ENTRIES = 8 };
enum { CCKD_OPTION_NO_FUDGE = 0x01, CCKD_OPTION_BIG_ENDIAN = 0x02, CCKD_OPTION_WRITTEN = 0x40,
       CCKD_OPTION_OPENED = 0x80 };

/* Places in the file. */
enum { CCKD_SECOND = CCKD_HEADER, CCKD_LEVEL1_AT = 2 * CCKD_HEADER, CCKD_DEVICE_HEADS = 8 };
enum { CCKD_LEVEL2_COUNT = 256, CCKD_LONGEST_LEVEL2 = CCKD_LEVEL2_COUNT * 16 };

#endif
