/* What t+dev shows: messages in the field's layout. */
#ifndef CHANNEL_TRACE_H
#define CHANNEL_TRACE_H

#include "channel/program.h"

/* As it stands in storage, in the format of the program. */
void trace_ccw(const struct program *, const struct ccw *);
void trace_status(struct device *, unsigned unit, unsigned channel, unsigned count);
void trace_csw(struct device *, const uint8_t csw[8]);
void trace_orb(struct device *, const uint8_t *orb);
void trace_scsw(struct device *, const uint8_t scsw[12]);
void trace_instruction(struct device *, const char *name, int cc);

#endif
