#include "devices/devices.h"
#include "devices/unit-record/unit-record.h"

const struct device_type *const unit_record_types[] = {
    &reader_3505, &reader_3504, &reader_2501, &reader_1442, &reader_1442r, &reader_2540,
    &punch_3525, &punch_2540, &punch_1442,
    &printer_1403, &printer_3203, &printer_3211,
    NULL
};
