/* Data sets onto a new volume, from files of the host. */
#ifndef DEVICES_DASD_LOAD_H
#define DEVICES_DASD_LOAD_H

#include "devices/dasd/layout.h"

/* One statement of a control file. False and a complaint. */
bool load_statement(struct build *, const struct layout_statement *);

/* The IPL text of an object deck: its bytes, to be freed, from location 0 on. */
bool load_ipl_text(const char *path, uint8_t **text, size_t *length, struct disk_complaint *);

#endif
