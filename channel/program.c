#include "channel/program.h"

#include <string.h>

#include "channel/trace.h"
#include "core/bytes.h"

enum { COMMAND_TIC = 0x08, COMMAND_READ_BACKWARD = 0x0C };
enum midaw_flag { MIDAW_LAST = 0x80, MIDAW_SKIP = 0x40, MIDAW_INTERRUPT = 0x20 };
enum { LARGE_BLOCK = 4096 };

/* Does the malfunction that the operator asked for happen now? Once. */
static bool malfunctions(struct program *p, uint8_t check)
{
    return p->faults & check && atomic_fetch_and(&p->faults, (uint8_t)~check) & check;
}

/* ---- CCWs ---------------------------------------------------------------------- */

/* Of a CCW and what it points to. */
static uint32_t highest_address(const struct program *p)
{
    return p->mode.format_1 ? 0x7FFFFFFF : 0xFFFFFF;
}

/* In format 1 nothing but the address may be with a TIC (SA22 15-31). */
static bool is_tic(const struct ccw *ccw) { return (ccw->command & 0x0F) == COMMAND_TIC; }

static bool is_good_tic(const struct program *p, const struct ccw *ccw)
{
    bool plain = ccw->command == COMMAND_TIC && !ccw->flags && !ccw->count;
    return (plain || !p->mode.format_1) && !(ccw->address & 7) &&
           ccw->address <= highest_address(p);
}

static bool reads_backward(const struct program *p)
{
    return (p->exchange.command & 0x0F) == COMMAND_READ_BACKWARD;
}

/* Fetch the CCW at p->next, which then is the address behind it. */
static uint8_t fetch_ccw(struct program *p, struct ccw *ccw)
{
    uint8_t bytes[8];
    uint32_t address = p->next;
    p->next = (address + 8) & highest_address(p);
    if (malfunctions(p, CHANNEL_CONTROL_CHECK))
        return CHANNEL_CONTROL_CHECK;
    uint8_t check = (uint8_t)storage_channel_fetch(p->machine, address, bytes, 8, p->mode.key);
    if (check)
        return check;
    *ccw = p->mode.format_1
        ? (struct ccw){ bytes[0], bytes[1], get16(bytes + 2), get32(bytes + 4) }
        : (struct ccw){ bytes[0], bytes[4], get16(bytes + 6), get24(bytes + 1) };
    return 0;
}

/* Go where a TIC points, and fetch from there. Where it points to nothing, the CSW tells
 * of the TIC; where to another TIC, of that one (GA22 12-64). */
static uint8_t follow_tic(struct program *p, struct ccw *ccw)
{
    uint32_t behind = p->next;
    if (!is_good_tic(p, ccw))
        return CHANNEL_PROGRAM_CHECK;
    p->next = ccw->address;
    uint8_t check = fetch_ccw(p, ccw);
    if (check == CHANNEL_PROGRAM_CHECK)
        p->next = behind;
    else if (!check && is_tic(ccw))
        check = CHANNEL_PROGRAM_CHECK;
    return check;
}

/* A count of zero moves nothing, which only format 1 knows, and not in data chaining. */
static bool count_is_valid(const struct program *p, const struct ccw *ccw, bool chains_data)
{
    return ccw->count || (p->mode.format_1 && !chains_data && !(ccw->flags & CCW_CHAIN_DATA));
}

static bool flags_are_valid(const struct program *p, const struct ccw *ccw, bool chains_data)
{
    if (ccw->flags & CCW_SUSPEND && (!p->mode.suspends || chains_data))
        return false;
    return !(ccw->flags & CCW_MODIFIED_INDIRECT) ||
           (p->mode.midaws && !(ccw->flags & CCW_INDIRECT) && !reads_backward(p));
}

/* Make the CCW current. With data chaining the command stays what it was. */
static uint8_t take_ccw(struct program *p, const struct ccw *ccw, bool chains_data)
{
    p->flags = ccw->flags;
    p->count = ccw->count;
    p->address = ccw->address;
    p->block_left = 0;
    p->later_block = p->last_block = p->block_skips = false;
    if (!chains_data)
        p->exchange.command = ccw->command;
    p->exchange.chains = p->flags & CCW_CHAIN_COMMAND && !(p->flags & CCW_CHAIN_DATA);
    if (p->trace)
        trace_ccw(p, ccw);
    bool valid = (chains_data || (ccw->command & 0x0F) != 0) &&
                 flags_are_valid(p, ccw, chains_data) && count_is_valid(p, ccw, chains_data) &&
                 ccw->address <= highest_address(p);
    p->suspended = valid && ccw->flags & CCW_SUSPEND;
    return valid ? 0 : CHANNEL_PROGRAM_CHECK;
}

static uint8_t next_ccw(struct program *p, bool chains_data)
{
    struct ccw ccw;
    uint8_t check = fetch_ccw(p, &ccw);
    if (!check && is_tic(&ccw))
        check = follow_tic(p, &ccw);
    if (check)
        p->count = 0;
    return check ? check : take_ccw(p, &ccw, chains_data);
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

/* A (M)IDAW at p->address, which then is the address behind it. They stand on boundaries
 * of their own length. */
static uint8_t fetch_indirect(struct program *p, uint8_t *bytes, unsigned length)
{
    if (p->address & (length - 1) || p->address > highest_address(p))
        return CHANNEL_PROGRAM_CHECK;
    uint8_t check = (uint8_t)storage_channel_fetch(p->machine, p->address, bytes, length, p->mode.key);
    p->address += length;
    return check;
}

/* The next IDAW: the first may point anywhere, the others to where a block begins, or ends
 * if we read backward (GA22 12-40, SA22 15-34). */
static uint8_t fetch_idaw(struct program *p)
{
    uint8_t idaw[8];
    bool wide = p->mode.wide_idaws;
    uint8_t check = fetch_indirect(p, idaw, wide ? 8 : 4);
    if (check)
        return check;
    p->block = wide ? get64(idaw) : get32(idaw);
    unsigned size = wide && !p->mode.small_blocks ? LARGE_BLOCK : BLOCK_SIZE;
    unsigned within = p->block & (size - 1);
    bool backward = reads_backward(p);
    if ((!wide && idaw[0] & 0x80) || (p->later_block && within != (backward ? size - 1 : 0)))
        return CHANNEL_PROGRAM_CHECK;
    p->block_left = backward ? within + 1 : size - within;
    p->later_block = true;
    return 0;
}

/* The next MIDAW: 5 bytes of zeros, flags, count, address. Its area lies in one 4K block
 * unless it is skipped; the list does not cross a 4K boundary; the last one's end is the
 * CCW's (SA22 15-37). */
static uint8_t fetch_midaw(struct program *p)
{
    uint8_t midaw[16];
    if (p->last_block || (p->later_block && !(p->address & (LARGE_BLOCK - 1))))
        return CHANNEL_PROGRAM_CHECK;
    uint8_t check = fetch_indirect(p, midaw, sizeof midaw);
    if (check)
        return check;
    unsigned count = get16(midaw + 6);
    p->block = get64(midaw + 8);
    p->block_left = count;
    p->block_skips = midaw[5] & MIDAW_SKIP;
    p->last_block = midaw[5] & MIDAW_LAST;
    p->later_block = true;
    bool crosses = !p->block_skips && (p->block & (LARGE_BLOCK - 1)) + count > LARGE_BLOCK;
    bool fits = p->last_block ? count == p->count : count < p->count;
    bool reserved = get32(midaw) || midaw[4] ||
                    midaw[5] & ~(MIDAW_LAST | MIDAW_SKIP | MIDAW_INTERRUPT);
    if (!count || crosses || !fits || reserved)
        return CHANNEL_PROGRAM_CHECK;
    if (midaw[5] & MIDAW_INTERRUPT)
        p->pci(p);
    return 0;
}

static bool beyond_limit(const struct program *p, uint64_t address)
{
    return (p->mode.has_floor && address < p->mode.limit) ||
           (p->mode.has_ceiling && address >= p->mode.limit);
}

/* Where the next byte goes or comes from, and how many bytes lie together there: in what
 * the CCW points to, and in one 2K block. */
static uint8_t locate(struct program *p, uint64_t *address, unsigned *together)
{
    uint8_t indirect = p->flags & (CCW_INDIRECT | CCW_MODIFIED_INDIRECT);
    uint8_t check = 0;
    if (indirect && !p->block_left)
        check = indirect == CCW_INDIRECT ? fetch_idaw(p) : fetch_midaw(p);
    else if (!indirect && p->address > highest_address(p))      /* also: below zero */
        check = CHANNEL_PROGRAM_CHECK;
    if (check)
        return check;
    *address = indirect ? p->block : p->address;
    unsigned within = *address & BLOCK_MASK;
    *together = reads_backward(p) ? within + 1 : BLOCK_SIZE - within;
    if (indirect && *together > p->block_left)
        *together = p->block_left;
    return beyond_limit(p, *address) ? CHANNEL_PROGRAM_CHECK : 0;
}

static void advance(struct program *p, unsigned n)
{
    unsigned step = n;
    p->count -= n;
    p->bytes += n;
    if (!(p->flags & (CCW_INDIRECT | CCW_MODIFIED_INDIRECT))) {
        p->address += reads_backward(p) ? -step : step;
    } else if (p->block_left) {
        p->block += reads_backward(p) ? -(uint64_t)n : n;
        p->block_left -= n;
    }
}

static uint8_t store_data(struct program *p, uint64_t address, const uint8_t *bytes, unsigned n)
{
    if (!reads_backward(p))
        return (uint8_t)storage_channel_store(p->machine, address, bytes, n, p->mode.key);
    uint8_t turned[BLOCK_SIZE];
    for (unsigned i = 0; i < n; i++)
        turned[n - 1 - i] = bytes[i];
    return (uint8_t)storage_channel_store(p->machine, address - (n - 1), turned, n, p->mode.key);
}

/* Is what the device gives thrown away here? A MIDAW says so itself: it is to be fetched. */
static bool skips_all(const struct program *p)
{
    return p->flags & CCW_SKIP && !(p->flags & CCW_MODIFIED_INDIRECT);
}

/* Move up to `length` bytes between the device and the areas of the CCWs; `bytes` is
 * what the device gives, `into` where it takes to: one of them is NULL. */
static size_t move(struct program *p, const uint8_t *bytes, uint8_t *into, size_t length)
{
    size_t done = 0;
    p->asked = true;
    while (done < length && p->count && !p->channel_status && !p->halted) {
        unsigned n = p->count, together = n;
        uint64_t address = 0;
        if (n > length - done)
            n = (unsigned)(length - done);
        uint8_t check = bytes && skips_all(p) ? 0 : locate(p, &address, &together);
        if (n > together)
            n = together;
        bool skips = bytes && (p->flags & CCW_SKIP || p->block_skips);
        if (!check && !skips)
            check = bytes ? store_data(p, address, bytes + done, n)
                          : (uint8_t)storage_channel_fetch(p->machine, address, into + done, n,
                                                           p->mode.key);
        p->channel_status |= check;
        if (check)
            break;
        if (malfunctions(p, CHANNEL_DATA_CHECK))
            p->damaged = true;
        advance(p, n);
        done += n;
        if (!p->count && p->flags & CCW_CHAIN_DATA)
            chain_data(p, bytes != NULL);
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

static void begin_program(struct program *p, const struct program_mode *mode)
{
    static const struct exchange_side side = { give, take, count };
    p->exchange = (struct exchange){ .side = &side };
    p->mode = *mode;
    p->channel_status = 0;
    p->unit_status = 0;
    p->begun = p->fetch = p->refused = p->pci_at_end = p->later_block = p->suspended = false;
    p->block_left = 0;
    p->bytes = 0;
    p->halted = false;
    begin_command(p);
}

uint8_t program_start(struct program *p, const struct program_mode *mode, uint32_t address)
{
    struct ccw ccw;
    begin_program(p, mode);
    p->next = address;
    p->count = 0;
    p->flags = 0;
    if (address & 7 || address > highest_address(p))
        return CHANNEL_PROGRAM_CHECK;
    uint8_t check = fetch_ccw(p, &ccw);
    if (!check && is_tic(&ccw))
        check = CHANNEL_PROGRAM_CHECK;
    return check ? check : take_ccw(p, &ccw, false);
}

void program_start_with(struct program *p, uint8_t command, uint8_t flags, uint32_t address,
                        uint16_t count_, uint32_t next)
{
    struct ccw ccw = { command, flags, count_, address };
    begin_program(p, &(struct program_mode){ 0 });
    take_ccw(p, &ccw, false);
    p->next = next;
}

void program_resume(struct program *p)
{
    p->next = (p->next - 8) & highest_address(p);
    p->suspended = false;
    p->fetch = true;
}

static bool chains_command(const struct program *p)
{
    return p->flags & CCW_CHAIN_COMMAND && !(p->flags & CCW_CHAIN_DATA);
}

/* Format 1 leaves it to the mode whether an immediate operation can have an incorrect
 * length; else it has none (SA22 15-26). */
static bool immediate_is_exempt(const struct program *p)
{
    return p->immediate && (!p->mode.format_1 || p->mode.suppresses_length);
}

/* Incorrect length: the device had more, or less, than the CCWs said (GA22 12-60). Data chaining means that more was expected, whatever SLI
 * says. A device that could take more bytes than there are is no matter of length. */
static bool length_is_incorrect(const struct program *p)
{
    if (immediate_is_exempt(p) || p->halted || p->channel_status || !(p->unit_status & UNIT_CHANNEL_END))
        return false;
    if (p->count == 0 && !p->excess)
        return false;
    return !(p->flags & CCW_SUPPRESS_LENGTH) || p->flags & CCW_CHAIN_DATA;
}

static enum program_result chain_command(struct program *p)
{
    if (p->unit_status & UNIT_STATUS_MODIFIER)
        p->next = (p->next + 8) & highest_address(p);
    p->exchange.chained = true;
    p->exchange.previous = p->exchange.command;
    p->fetch = true;
    return PROGRAM_CONTINUES;
}

/* A command that may turn out to be an immediate operation. */
static bool is_control(const struct program *p) { return (p->exchange.command & 3) == 3; }

static void tell_accepted(struct program *p)
{
    if (p->mode.tells_initial_status && !p->exchange.chained)
        p->accepted(p);
}

static enum program_result conclude(struct program *p, unsigned status)
{
    p->lost = malfunctions(p, CHANNEL_INTERFACE_CHECK);
    p->unit_status = p->lost ? 0 : status & 0xFF;
    p->waits = false;
    p->immediate = is_control(p) && !p->asked && status & UNIT_CHANNEL_END;
    if (is_control(p) && !p->immediate)
        tell_accepted(p);
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
    if (p->fetch || p->suspended)
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
    if (!is_control(p))
        tell_accepted(p);
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
    if (p->suspended)
        return PROGRAM_SUSPENDED;
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
