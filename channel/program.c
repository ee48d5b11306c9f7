#include "channel/program.h"

#include <string.h>

#include "channel/trace.h"
#include "core/bytes.h"

enum { COMMAND_TIC = 0x08, COMMAND_READ_BACKWARD = 0x0C, IDAW_INVALID = 0x80 };
enum { HIGHEST_ADDRESS = 0xFFFFFF };     /* of a format-0 CCW and what it points to */

/* Does the malfunction that the operator asked for happen now? Once. */
static bool malfunctions(struct program *p, uint8_t check)
{
    return p->faults & check && atomic_fetch_and(&p->faults, (uint8_t)~check) & check;
}

/* ---- CCWs ---------------------------------------------------------------------- */

static bool is_tic(uint8_t command) { return (command & 0x0F) == COMMAND_TIC; }

static bool reads_backward(const struct program *p)
{
    return (p->exchange.command & 0x0F) == COMMAND_READ_BACKWARD;
}

/* Fetch the CCW at p->next, which then is the address behind it. */
static uint8_t fetch_ccw(struct program *p, uint8_t ccw[8])
{
    uint32_t address = p->next;
    p->next = (address + 8) & HIGHEST_ADDRESS;
    if (malfunctions(p, CHANNEL_CONTROL_CHECK))
        return CHANNEL_CONTROL_CHECK;
    return (uint8_t)storage_channel_fetch(p->machine, address, ccw, 8, p->key);
}

/* Go where a TIC points, and fetch from there. Where it points to nothing, the CSW tells
 * of the TIC; where to another TIC, of that one (GA22 12-64). */
static uint8_t follow_tic(struct program *p, uint8_t ccw[8])
{
    uint32_t behind = p->next;
    p->next = get24(ccw + 1);
    uint8_t check = p->next & 7 ? CHANNEL_PROGRAM_CHECK : fetch_ccw(p, ccw);
    if (check == CHANNEL_PROGRAM_CHECK)
        p->next = behind;
    else if (!check && is_tic(ccw[0]))
        check = CHANNEL_PROGRAM_CHECK;
    return check;
}

/* Make the CCW current. With data chaining the command stays what it was. */
static uint8_t take_ccw(struct program *p, const uint8_t ccw[8], bool chains_data)
{
    p->flags = ccw[4];
    p->count = get16(ccw + 6);
    p->address = get24(ccw + 1);
    p->block_left = 0;
    p->later_block = false;
    if (!chains_data)
        p->exchange.command = ccw[0];
    p->exchange.chains = p->flags & CCW_CHAIN_COMMAND && !(p->flags & CCW_CHAIN_DATA);
    if (p->trace)
        trace_ccw(p->device, p->machine, ccw);
    bool valid = (chains_data || (ccw[0] & 0x0F) != 0) && !(p->flags & CCW_INVALID) && p->count != 0;
    return valid ? 0 : CHANNEL_PROGRAM_CHECK;
}

static uint8_t next_ccw(struct program *p, bool chains_data)
{
    uint8_t ccw[8];
    uint8_t check = fetch_ccw(p, ccw);
    if (!check && is_tic(ccw[0]))
        check = follow_tic(p, ccw);
    if (check)
        p->count = 0;
    return check ? check : take_ccw(p, ccw, chains_data);
}

/* ---- data ------------------------------------------------------------------------ */

/* A chaining check is an overrun on input: the next CCW is not there in time (GA22 12-61). */
static void chain_data(struct program *p, bool input)
{
    if (input && malfunctions(p, CHANNEL_CHAINING_CHECK)) {
        p->channel_status |= CHANNEL_CHAINING_CHECK;
        return;
    }
    p->channel_status |= next_ccw(p, true);
    if (!p->channel_status && p->flags & CCW_PCI)
        p->pci(p);
}

/* The next IDAW: the first may point anywhere, the others to where a 2K block begins, or
 * ends if we read backward (GA22 12-40). */
static uint8_t fetch_idaw(struct program *p)
{
    uint8_t idaw[4];
    if (p->address & 3 || p->address > HIGHEST_ADDRESS)
        return CHANNEL_PROGRAM_CHECK;
    uint8_t check = (uint8_t)storage_channel_fetch(p->machine, p->address, idaw, 4, p->key);
    if (check)
        return check;
    p->address += 4;
    p->block = get32(idaw);
    unsigned within = p->block & BLOCK_MASK;
    bool backward = reads_backward(p);
    if (idaw[0] & IDAW_INVALID || (p->later_block && within != (backward ? BLOCK_MASK : 0)))
        return CHANNEL_PROGRAM_CHECK;
    p->block_left = backward ? within + 1 : BLOCK_SIZE - within;
    p->later_block = true;
    return 0;
}

/* Where the next byte goes or comes from, and how many bytes lie together there. */
static uint8_t locate(struct program *p, uint32_t *address, unsigned *together)
{
    if (p->flags & CCW_INDIRECT) {
        uint8_t check = p->block_left ? 0 : fetch_idaw(p);
        *address = p->block;
        *together = p->block_left;
        return check;
    }
    if (p->address > HIGHEST_ADDRESS)      /* also: below zero */
        return CHANNEL_PROGRAM_CHECK;
    unsigned within = p->address & BLOCK_MASK;
    *address = p->address;
    *together = reads_backward(p) ? within + 1 : BLOCK_SIZE - within;
    return 0;
}

static void advance(struct program *p, unsigned n)
{
    uint32_t step = reads_backward(p) ? -n : n;
    p->count -= n;
    p->bytes += n;
    if (!(p->flags & CCW_INDIRECT)) {
        p->address += step;
    } else if (p->block_left) {
        p->block += step;
        p->block_left -= n;
    }
}

static uint8_t store_data(struct program *p, uint32_t address, const uint8_t *bytes, unsigned n)
{
    if (!reads_backward(p))
        return (uint8_t)storage_channel_store(p->machine, address, bytes, n, p->key);
    uint8_t turned[BLOCK_SIZE];
    for (unsigned i = 0; i < n; i++)
        turned[n - 1 - i] = bytes[i];
    return (uint8_t)storage_channel_store(p->machine, address - (n - 1), turned, n, p->key);
}

/* Move up to `length` bytes between the device and the areas of the CCWs; `bytes` is
 * what the device gives, `into` where it takes to: one of them is NULL. */
static size_t move(struct program *p, const uint8_t *bytes, uint8_t *into, size_t length)
{
    size_t done = 0;
    bool skips = bytes && p->flags & CCW_SKIP;
    p->asked = true;
    while (done < length && p->count && !p->channel_status && !p->halted) {
        unsigned n = p->count, together = n;
        uint32_t address = 0;
        if (n > length - done)
            n = (unsigned)(length - done);
        uint8_t check = skips ? 0 : locate(p, &address, &together);
        if (n > together)
            n = together;
        if (!check && !skips)
            check = bytes ? store_data(p, address, bytes + done, n)
                          : (uint8_t)storage_channel_fetch(p->machine, address, into + done, n, p->key);
        p->channel_status |= check;
        if (check)
            break;
        if (malfunctions(p, CHANNEL_DATA_CHECK))
            p->damaged = true;
        advance(p, n);
        done += n;
        if (!p->count && p->flags & CCW_CHAIN_DATA) {
            chain_data(p, bytes != NULL);
            skips = bytes && p->flags & CCW_SKIP;
        }
    }
    return done;
}

static size_t give(struct exchange *exchange, const void *bytes, size_t length)
{
    struct program *p = (struct program *)exchange;
    size_t moved = move(p, bytes, NULL, length);
    if (moved < length && !p->halted)
        p->excess = true;
    return moved;
}

static size_t take(struct exchange *exchange, void *bytes, size_t length)
{
    return move((struct program *)exchange, NULL, bytes, length);
}

static size_t count(const struct exchange *exchange)
{
    return ((const struct program *)exchange)->count;
}

/* ---- commands ------------------------------------------------------------------------- */

static void begin_command(struct program *p)
{
    p->asked = p->excess = p->selected = p->waits = p->immediate = p->damaged = p->lost = false;
}

static void begin_program(struct program *p, uint8_t key)
{
    static const struct exchange_side side = { give, take, count };
    p->exchange = (struct exchange){ .side = &side };
    p->key = key;
    p->channel_status = 0;
    p->unit_status = 0;
    p->begun = p->fetch = p->refused = p->pci_at_end = p->later_block = false;
    p->block_left = 0;
    p->bytes = 0;
    p->halted = false;
    begin_command(p);
}

uint8_t program_start(struct program *p, uint8_t key, uint32_t address)
{
    uint8_t ccw[8];
    begin_program(p, key);
    p->next = address;
    p->count = 0;
    p->flags = 0;
    if (address & 7)
        return CHANNEL_PROGRAM_CHECK;
    uint8_t check = fetch_ccw(p, ccw);
    if (!check && is_tic(ccw[0]))
        check = CHANNEL_PROGRAM_CHECK;
    return check ? check : take_ccw(p, ccw, false);
}

void program_start_with(struct program *p, uint8_t command, uint8_t flags, uint32_t address,
                        uint16_t count_, uint32_t next)
{
    uint8_t ccw[8] = { command };
    begin_program(p, 0);
    put24(ccw + 1, address);
    ccw[4] = flags;
    put16(ccw + 6, count_);
    take_ccw(p, ccw, false);
    p->next = next;
}

static bool chains_command(const struct program *p)
{
    return p->flags & CCW_CHAIN_COMMAND && !(p->flags & CCW_CHAIN_DATA);
}

/* Incorrect length: the device had more, or less, than the CCWs said (GA22 12-60). Never
 * of an immediate operation. Data chaining means that more was expected, whatever SLI
 * says. A device that could take more bytes than there are is no matter of length. */
static bool length_is_incorrect(const struct program *p)
{
    if (p->immediate || p->halted || p->channel_status || !(p->unit_status & UNIT_CHANNEL_END))
        return false;
    if (p->count == 0 && !p->excess)
        return false;
    return !(p->flags & CCW_SUPPRESS_LENGTH) || p->flags & CCW_CHAIN_DATA;
}

static enum program_result chain_command(struct program *p)
{
    if (p->unit_status & UNIT_STATUS_MODIFIER)
        p->next = (p->next + 8) & HIGHEST_ADDRESS;
    p->exchange.chained = true;
    p->exchange.previous = p->exchange.command;
    p->fetch = true;
    return PROGRAM_CONTINUES;
}

static enum program_result conclude(struct program *p, unsigned status)
{
    p->lost = malfunctions(p, CHANNEL_INTERFACE_CHECK);
    p->unit_status = p->lost ? 0 : status & 0xFF;
    p->waits = false;
    p->immediate = (p->exchange.command & 3) == 3 && !p->asked && status & UNIT_CHANNEL_END;
    /* A command that was accepted ends with channel end, unless a check comes first. */
    if (p->lost || !(status & (UNIT_CHANNEL_END | UNIT_CHECK | UNIT_EXCEPTION | UNIT_BUSY)))
        p->channel_status |= CHANNEL_INTERFACE_CHECK;
    if (length_is_incorrect(p))
        p->channel_status |= CHANNEL_INCORRECT_LENGTH;
    if (p->damaged)     /* the transfer went on to its end */
        p->channel_status |= CHANNEL_DATA_CHECK;
    if (p->trace)
        trace_status(p->device, p->unit_status, p->channel_status, p->count);
    unsigned chainable = UNIT_ENDED | UNIT_STATUS_MODIFIER | UNIT_CONTROL_UNIT_END;
    if (!chains_command(p) || p->channel_status || status & ~chainable || p->halted)
        return PROGRAM_ENDED;
    return status & UNIT_DEVICE_END ? chain_command(p) : PROGRAM_AWAITS_DEVICE_END;
}

enum program_result program_device_end(struct program *p, unsigned status)
{
    unsigned chainable = UNIT_DEVICE_END | UNIT_STATUS_MODIFIER | UNIT_CONTROL_UNIT_END;
    p->unit_status |= status & 0xFF;
    return p->halted || status & ~chainable ? PROGRAM_ENDED : chain_command(p);
}

/* What a halt makes of a program that is between commands or has one that waits. The data
 * of a command in progress has already been cut off by move(). */
static enum program_result halt(struct program *p)
{
    struct device *dev = p->device;
    unsigned status = UNIT_ENDED;
    if (p->waits && dev->type->halt)
        status = dev->type->halt(dev);
    if (p->fetch)
        return PROGRAM_ENDED;
    return conclude(p, status);
}

bool program_select(struct program *p)
{
    unsigned status = device_initial_status(p->device, p->exchange.command, p->exchange.chained);
    if (status) {
        p->refused = !p->exchange.chained;
        p->pci_at_end = p->flags & CCW_PCI;
        p->unit_status = status & 0xFF;
        if (p->trace)
            trace_status(p->device, p->unit_status, p->channel_status, p->count);
        return false;
    }
    p->selected = true;
    if (!p->begun && p->device->type->begin)
        p->device->type->begin(p->device);
    p->begun = true;
    if (p->flags & CCW_PCI)
        p->pci(p);
    return true;
}

enum program_result program_step(struct program *p)
{
    if (p->halted)
        return halt(p);
    if (p->fetch) {
        p->channel_status |= next_ccw(p, false);
        if (p->channel_status)
            return PROGRAM_ENDED;
        p->fetch = false;
        begin_command(p);
    }
    if (!p->selected && !program_select(p))
        return PROGRAM_ENDED;
    p->waits = false;
    unsigned status = device_run_command(p->device, &p->exchange);
    if (status & UNIT_WAITS) {
        p->waits = true;
        return PROGRAM_WAITS;
    }
    return conclude(p, status);
}
