/* Channel-subsystem monitoring (SA22 17-1): what a start function took, added up in the
 * guest's storage or stored with its status.
 *
 * A program here has three times: from START SUBCHANNEL to the device's first command,
 * function pending; from there to its end, device connect; there is no disconnected time. */
#include "channel/subchannel.h"
#include "core/bytes.h"

enum { CONNECT_UNIT_NS = 128000, EXTENDED_UNIT_NS = 500 };

/* A measurement block's fields, by format: 32 bytes, or 64. */
static const struct measurement_block {
    unsigned length, starts, samples, connect, pending;
    bool narrow_counts;
} blocks[] = {
    { .length = 32, .starts = 0, .samples = 2, .connect = 4, .pending = 8, .narrow_counts = true },
    { .length = 64, .starts = 0, .samples = 4, .connect = 8, .pending = 12 },
};

static uint64_t now(const struct subchannel *sub) { return clock_ns(&sub->channels->machine->clock); }

void css_measure_start(struct subchannel *sub)
{
    sub->css.starts++;
    sub->css.started_ns = now(sub);
    sub->css.pending_ns = sub->css.connect_ns = 0;
}

void css_measure_begun(struct subchannel *sub)
{
    sub->css.pending_ns = now(sub) - sub->css.started_ns;
}

static void add(uint8_t *field, bool narrow, uint32_t value)
{
    if (narrow)
        put16(field, (uint16_t)(get16(field) + value));
    else
        put32(field, get32(field) + value);
}

/* Where the block cannot be, the subchannel has none from now on, and its program hears of it by
 * the subchannel logout (SA22 17-6, 16-32). */
static void give_up_block(struct subchannel *sub, int channel_status)
{
    enum { BLOCK_PROGRAM_CHECK = 0x20000000, BLOCK_PROTECTION_CHECK = 0x08000000 };
    sub->css.flags &= (uint16_t)~PMCW_MEASURE_BLOCK;
    sub->css.measurement_check = channel_status & CHANNEL_PROTECTION_CHECK ? BLOCK_PROTECTION_CHECK
                                                                           : BLOCK_PROGRAM_CHECK;
}

static void update_block(struct subchannel *sub)
{
    struct channels *channels = sub->channels;
    const struct css_state *state = &sub->css;
    const struct css *css = &channels->css;
    bool format_1 = state->characteristics & PMCW_BLOCK_FORMAT_1;
    const struct measurement_block *b = &blocks[format_1];
    uint64_t at = format_1 ? state->measurement_address
                           : css->measurement_origin + 32u * state->measurement_index;
    uint8_t block[64];
    int status = storage_channel_fetch(channels->machine, at, block, b->length, css->measurement_key);
    if (status) {
        give_up_block(sub, status);
        return;
    }
    add(block + b->starts, b->narrow_counts, state->starts);
    add(block + b->samples, b->narrow_counts, 1);
    add(block + b->connect, false, (uint32_t)(state->connect_ns / CONNECT_UNIT_NS));
    add(block + b->pending, false, (uint32_t)(state->pending_ns / CONNECT_UNIT_NS));
    status = storage_channel_store(channels->machine, at, block, b->length, css->measurement_key);
    if (status)
        give_up_block(sub, status);
}

void css_measure_end(struct subchannel *sub)
{
    const struct css *css = &sub->channels->css;
    uint64_t total = now(sub) - sub->css.started_ns;
    sub->css.connect_ns = total - sub->css.pending_ns;
    if (css->measures_blocks && sub->css.flags & PMCW_MEASURE_BLOCK)
        update_block(sub);
    sub->css.starts = 0;
}

unsigned css_connect_time(const struct subchannel *sub)
{
    bool measured = sub->channels->css.measures_connect && sub->css.flags & PMCW_MEASURE_CONNECT;
    uint64_t units = sub->css.connect_ns / CONNECT_UNIT_NS;
    return !measured ? 0 : units > 0xFFFF ? 0xFFFF : (unsigned)units;
}

void css_extended_measurement(const struct subchannel *sub, uint8_t words[32])
{
    put32(words, (uint32_t)(sub->css.connect_ns / EXTENDED_UNIT_NS));
    put32(words + 4, (uint32_t)(sub->css.pending_ns / EXTENDED_UNIT_NS));
}
