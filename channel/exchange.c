/* A device and one command: the part of the channel that every device meets first. */
#include "channel/exchange.h"

#include <string.h>

size_t exchange_give(struct exchange *exchange, const void *bytes, size_t length)
{
    return length ? exchange->side->give(exchange, bytes, length) : 0;
}

size_t exchange_take(struct exchange *exchange, void *bytes, size_t length)
{
    return length ? exchange->side->take(exchange, bytes, length) : 0;
}

size_t exchange_count(const struct exchange *exchange) { return exchange->side->count(exchange); }
uint8_t exchange_command(const struct exchange *exchange) { return exchange->command; }
bool exchange_chained(const struct exchange *exchange) { return exchange->chained; }
uint8_t exchange_previous(const struct exchange *exchange) { return exchange->previous; }
bool exchange_chains(const struct exchange *exchange) { return exchange->chains; }

/* ---- what most devices share ------------------------------------------------------- */

unsigned device_check(struct device *dev, uint8_t sense0)
{
    memset(dev->sense, 0, sizeof dev->sense);
    dev->sense[0] = sense0;
    return UNIT_CHECKED;
}

unsigned device_no_operation(struct device *dev, struct exchange *exchange)
{
    (void)dev, (void)exchange;
    return UNIT_ENDED;
}

unsigned device_sense(struct device *dev, struct exchange *exchange)
{
    size_t length = dev->type->sense_length;
    exchange_give(exchange, dev->sense, length < MAX_SENSE ? length : MAX_SENSE);
    memset(dev->sense, 0, sizeof dev->sense);
    return UNIT_ENDED;
}

unsigned device_sense_id(struct device *dev, struct exchange *exchange)
{
    if (dev->type->sense_id[0] == 0)
        return device_check(dev, SENSE_COMMAND_REJECT);
    exchange_give(exchange, dev->type->sense_id, sizeof dev->type->sense_id);
    return UNIT_ENDED;
}

/* ---- a command at a device ----------------------------------------------------------- */

const struct device_command *device_command_find(struct device *dev, uint8_t command)
{
    if (dev->command && dev->command_code == command)
        return dev->command;
    for (const struct device_command *row = dev->type->commands; row->run; row++)
        if ((command & row->mask) == row->code) {
            dev->command = row;
            dev->command_code = command;
            return row;
        }
    return NULL;
}

/* Sense data stays until a command other than sense, no-operation or TEST I/O (GA22 12-62). */
static bool keeps_sense(uint8_t command)
{
    return command == 0 || command == 0x03 || (command & 0x0F) == 0x04;
}

unsigned device_initial_status(struct device *dev, uint8_t command, bool chained)
{
    if (!keeps_sense(command))
        memset(dev->sense, 0, sizeof dev->sense);
    if (!chained && dev->type->initial_status) {
        unsigned status = dev->type->initial_status(dev, command);
        if (status)
            return status;
    }
    if (command != 0 && !device_command_find(dev, command)) {
        device_check(dev, SENSE_COMMAND_REJECT);
        return UNIT_CHECK;
    }
    return 0;
}

unsigned device_run_command(struct device *dev, struct exchange *exchange)
{
    return device_command_find(dev, exchange->command)->run(dev, exchange);
}

/* ---- a lone exchange --------------------------------------------------------------------- */

struct lone_side {
    struct exchange exchange;
    struct lone_exchange *lone;
};

static size_t lone_give(struct exchange *exchange, const void *bytes, size_t length)
{
    struct lone_exchange *lone = ((struct lone_side *)exchange)->lone;
    size_t room = lone->given < lone->out_room ? lone->out_room - lone->given : 0;
    size_t n = length < room ? length : room;
    if (n)
        memcpy(lone->out + lone->given, bytes, n);
    lone->given += length;
    return n;
}

static size_t lone_take(struct exchange *exchange, void *bytes, size_t length)
{
    struct lone_exchange *lone = ((struct lone_side *)exchange)->lone;
    size_t left = lone->in_length - lone->taken;
    size_t n = length < left ? length : left;
    if (n)
        memcpy(bytes, lone->in + lone->taken, n);
    lone->taken += n;
    return n;
}

static size_t lone_count(const struct exchange *exchange)
{
    const struct lone_exchange *lone = ((const struct lone_side *)exchange)->lone;
    if (lone->in_length)
        return lone->in_length - lone->taken;
    return lone->given < lone->out_room ? lone->out_room - lone->given : 0;
}

unsigned device_command_alone(struct device *dev, struct lone_exchange *lone)
{
    static const struct exchange_side side = { lone_give, lone_take, lone_count };
    struct lone_side frame = {
        .exchange = { &side, lone->command, lone->previous, lone->chained, lone->chains },
        .lone = lone
    };
    unsigned status = device_initial_status(dev, lone->command, lone->chained);
    return status ? status : device_run_command(dev, &frame.exchange);
}
