#include "devices/devices.h"
#include "devices/tape/drive.h"

const struct device_type *const tape_types[] = {
    &tape_3410, &tape_3411, &tape_3420, &tape_3422, &tape_3430, &tape_3480, &tape_3490,
    &tape_3590, &tape_8809, &tape_9347, &tape_9348,
    NULL
};
