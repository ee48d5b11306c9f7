/* What TSO's TRANSMIT has packed into a deck (SA22-7783, "TSO/E Customization": the format of
 * transmitted data). A sequential data set is there record by record; a partitioned one as
 * IEBCOPY unloads it (devices/dasd/unloaded.h). */
#ifndef DEVICES_UNIT_RECORD_TRANSMIT_H
#define DEVICES_UNIT_RECORD_TRANSMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/codepage.h"

enum { TRANSMIT_PO = 0x0200, TRANSMIT_PS = 0x4000 };
enum { TRANSMIT_F = 0x8000, TRANSMIT_V = 0x4000, TRANSMIT_U = 0xC000 };

/* What the control records say, as far as they have come by. */
struct transmit_set {
    char dsn[48], from[20], to[20], when[20], utility[12];
    unsigned dsorg, recfm, lrecl, blksize, directory;
};

struct transmission;
enum transmit_result { TRANSMIT_RECORD, TRANSMIT_END, TRANSMIT_BAD };

/* NULL and `error`. */
struct transmission *transmit_open(const char *path, const struct codepage *, char *error,
                                   size_t size);
void transmit_close(struct transmission *);

/* The data set's next record, valid until the next call. TRANSMIT_BAD: transmit_error(). */
enum transmit_result transmit_next(struct transmission *, const uint8_t **record, size_t *length);
const char *transmit_error(const struct transmission *);
const struct transmit_set *transmit_set(const struct transmission *);

#endif
