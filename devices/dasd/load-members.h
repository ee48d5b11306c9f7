/* Partitioned data sets onto a new volume: all that has a place in one is put right, since each
 * block has another place then: directories, their users' data, note lists. */
#ifndef DEVICES_DASD_LOAD_MEMBERS_H
#define DEVICES_DASD_LOAD_MEMBERS_H

#include "devices/dasd/unloaded.h"
#include "devices/dasd/volume-build.h"
#include "devices/unit-record/transmit.h"

/* `wanted` says the name and the space; the rest is as it was. */
bool load_transmitted_members(struct build *, const struct build_set *wanted, const char *path,
                              struct transmission *);
/* A file with the records of what IEBCOPY wrote, one behind the other. */
bool load_unloaded_file(struct build *, const struct build_set *wanted, const char *path);

/* The records of a transmission as a source of unloaded ones. */
struct transmitted_source { struct unloaded_source source; struct transmission *transmission; };
int transmitted_next(struct unloaded_source *, const uint8_t **, size_t *,
                     struct disk_complaint *);

#endif
