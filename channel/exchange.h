/* What is behind a device's `struct exchange`: a channel program's current command, or a
 * test's lone_exchange. Private to channel/. */
#ifndef CHANNEL_EXCHANGE_H
#define CHANNEL_EXCHANGE_H

#include "channel/channel.h"

/* The functions that differ. */
struct exchange_side {
    size_t (*give)(struct exchange *, const void *bytes, size_t length);
    size_t (*take)(struct exchange *, void *bytes, size_t length);
    size_t (*count)(const struct exchange *);
};

/* The first member of struct program and of a lone exchange's frame. */
struct exchange {
    const struct exchange_side *side;
    uint8_t command, previous;
    bool chained, chains;
};

/* The table row for a command code, or NULL. */
const struct device_command *device_command_find(struct device *, uint8_t command);

/* Start a command at a device: its initial status if it has one to give at once (also
 * unit check alone for a code that it does not know), else the status of its run. */
unsigned device_initial_status(struct device *, uint8_t command, bool chained);
unsigned device_run_command(struct device *, struct exchange *);

#endif
