#include "devices/devices.h"

const struct device_type *const unit_record_types[] = { NULL };
