/* Control units of CKD disks: what cu= names, and each model's usual one. */
#ifndef DEVICES_DASD_CONTROL_UNIT_H
#define DEVICES_DASD_CONTROL_UNIT_H

#include <stdint.h>

/* Each knows the commands of those before it. */
enum generation {
    OF_2841,      /* 2841, 2314: 6 bytes of sense, no sectors */
    OF_3830,      /* 3830, 2835: 24 bytes */
    OF_3880,      /* and sense ID, define extent, locate record, device characteristics */
    OF_3990,      /* 32 bytes; and subsystem functions */
    OF_3990_6     /* and prefix, locate record extended, whole tracks of data: these came one
                     after the other with the 3990-6, 2105 and 2107, and a program asks for
                     them by the features */
};

struct control_unit {
    const char *name;
    uint16_t type;
    uint8_t model;
    enum generation generation;
    uint8_t sense_length;
    uint32_t features;            /* read device characteristics bytes 6-9 */
    uint8_t function, feature_code, type_code;
    uint32_t information_words[2];   /* sense ID bytes 8 and following; 0: none */
};

/* NULL: no control unit of that name. */
const struct control_unit *control_unit_find(const char *name);

#endif
