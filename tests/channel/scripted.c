#include "tests/channel/scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void present_later(struct device *dev, void *context)
{
    device_present(dev, (unsigned)(uintptr_t)context);
}

static void take_data(struct scripted *own, struct exchange *exchange, size_t length)
{
    size_t room = SCRIPT_BYTES - own->taken_length;
    own->taken_length += exchange_take(exchange, own->taken + own->taken_length,
                                       length < room ? length : room);
}

static unsigned run(struct device *dev, struct exchange *exchange)
{
    struct scripted *own = dev->own;
    own->counted = exchange_count(exchange);
    own->chained = exchange_chained(exchange);
    own->chains = exchange_chains(exchange);
    own->previous = exchange_previous(exchange);
    if (own->next == own->count)
        return UNIT_ENDED;
    struct scripted_action *action = &own->actions[own->next];
    if (action->command && action->command != exchange_command(exchange))
        own->unexpected++;
    if (action->wait && !own->waited) {
        own->waited = 1;
        return UNIT_WAITS;
    }
    own->waited = 0;
    own->next++;
    if (action->gives)
        own->gave += exchange_give(exchange, action->bytes, action->length);
    else if (action->takes)
        take_data(own, exchange, action->length);
    if (action->status & UNIT_CHECK)
        memcpy(dev->sense, action->sense, sizeof action->sense);
    if (action->later)
        device_later(dev, 1000 * action->later_us, present_later,
                     (void *)(uintptr_t)action->later);
    return action->any_status ? action->status : UNIT_ENDED;
}

/* Codes from 80 up are unknown, but for SENSE ID and read backward. */
static const struct device_command commands[] = {
    { 0x03, 0xFF, "no-operation", device_no_operation },
    { 0x04, 0xFF, "sense", device_sense },
    { 0xE4, 0xFF, "sense ID", device_sense_id },
    { 0x00, 0x80, "as the script says", run },
    { 0, 0, NULL, NULL }
};

static bool open_it(struct device *dev, int argc, char *const argv[])
{
    (void)dev;
    return argc == 0 || strcmp(argv[0], "bad") != 0;
}

static void close_it(struct device *dev) { scripted_clear(dev->own); }

static void describe(struct device *dev, char *text, size_t size)
{
    snprintf(text, size, "%d actions", ((struct scripted *)dev->own)->count);
}

static void begin(struct device *dev) { ((struct scripted *)dev->own)->begun++; }

static void end(struct device *dev, unsigned status)
{
    (void)status;
    ((struct scripted *)dev->own)->ended++;
}

static unsigned halt(struct device *dev)
{
    struct scripted *own = dev->own;
    own->halts++;
    own->waited = 0;
    if (own->next < own->count)
        own->next++;
    return own->halt_status ? own->halt_status : UNIT_ENDED;
}

static void reset(struct device *dev) { ((struct scripted *)dev->own)->resets++; }

static unsigned initial_status(struct device *dev, uint8_t command)
{
    struct scripted *own = dev->own;
    unsigned status = command == 0x04 ? 0 : own->initial;
    if (status)
        own->initial = 0;
    if (status & UNIT_CHECK)
        dev->sense[0] = SENSE_INTERVENTION_REQUIRED;
    return status;
}

#define SCRIPTED(name_, class_) { \
    .name = name_, .class = class_, .size = sizeof(struct scripted), \
    .commands = commands, .sense_length = 24, \
    .sense_id = { 0xFF, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC }, .latency_us = 10, \
    .open = open_it, .close = close_it, .describe = describe, .begin = begin, .end = end, \
    .halt = halt, .reset = reset, .initial_status = initial_status \
}

const struct device_type scripted_type = SCRIPTED("TEST", CLASS_OTHER);
const struct device_type scripted_disk = SCRIPTED("TESTDISK", CLASS_DASD);

void scripted_clear(struct scripted *own)
{
    for (int i = 0; i < own->count; i++)
        free(own->actions[i].bytes);
    memset(own, 0, sizeof *own);
}
