/* The disks that a configuration can name: a type alone, or with its model. */
#include "devices/dasd/types.h"

#include "devices/dasd/ckd-device.h"
#include "devices/devices.h"

#define CKD(type_name) \
    &(const struct device_type){ \
        .name = type_name, .class = CLASS_DASD, .size = sizeof(struct ckd), \
        .commands = ckd_commands, .sense_length = MAX_SENSE, .latency_us = 200, \
        .open = ckd_open, .close = ckd_close, .describe = ckd_describe, .read_only = ckd_read_only, \
        .begin = ckd_begin, .end = ckd_end, .reset = ckd_reset },

#define FBA(type_name) \
    &(const struct device_type){ \
        .name = type_name, .class = CLASS_DASD, .size = sizeof(struct fba), \
        .commands = fba_commands, .sense_length = 24, .latency_us = 200, .open = fba_open, \
        .close = fba_close, .describe = fba_describe, \
        .read_only = fba_read_only, .begin = fba_begin },

const struct device_type *const dasd_types[] = {
    CKD("2305") CKD("2311") CKD("2314") CKD("3330") CKD("3340")
    CKD("3350") CKD("3375") CKD("3380") CKD("3390") CKD("9345")
#define MODEL(name, ...) CKD(name)
#include "devices/dasd/models.def"
#undef MODEL
    FBA("3310") FBA("3370") FBA("9313") FBA("9332") FBA("9335") FBA("9336") FBA("0671")
#define FBA_MODEL(name, ...) FBA(name)
#include "devices/dasd/fba-models.def"
#undef FBA_MODEL
    NULL
};
