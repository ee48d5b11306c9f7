/* The types of this folder. Private to devices/. */
#ifndef DEVICES_UNIT_RECORD_UNIT_RECORD_H
#define DEVICES_UNIT_RECORD_UNIT_RECORD_H

#include "channel/channel.h"

extern const struct device_type reader_2501, reader_2540, reader_1442, reader_1442r,
                                reader_3504, reader_3505;
extern const struct device_type punch_1442, punch_2540, punch_3525;
extern const struct device_type printer_1403, printer_3203, printer_3211;

#endif
