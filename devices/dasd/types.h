/* What the disks' types are made of. Private to devices/dasd/. */
#ifndef DEVICES_DASD_TYPES_H
#define DEVICES_DASD_TYPES_H

#include "channel/channel.h"

extern const struct device_command ckd_commands[];
bool ckd_open(struct device *, int argc, char *const argv[]);
void ckd_close(struct device *);
void ckd_describe(struct device *, char *text, size_t size);
void ckd_begin(struct device *);
void ckd_end(struct device *, unsigned status);

#endif
