#include "devices/devices.h"

const struct device_type *const tape_types[] = { NULL };
