/* What t+dev shows: messages in the field's layout. */
#ifndef CHANNEL_TRACE_H
#define CHANNEL_TRACE_H

#include "channel/channel.h"

void trace_ccw(struct device *, struct machine *, const uint8_t ccw[8]);
void trace_status(struct device *, unsigned unit, unsigned channel, unsigned count);
void trace_csw(struct device *, const uint8_t csw[8]);
void trace_instruction(struct device *, const char *name, int cc);

#endif
