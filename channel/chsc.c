/* CHANNEL SUBSYSTEM CALL. IBM publishes no description of it: the requests here, and their
 * layouts, are those that Linux's drivers/s390/cio/chsc.c shows to exist. A request is a
 * length and a code of 2 bytes each and its parameters; the response stands behind it and
 * begins with a length, a response code, and a word. */
#include <string.h>

#include "channel/subchannel.h"
#include "core/bytes.h"

enum { BLOCK_LENGTH = 4096, RESPONSE_HEAD = 8, SHORTEST = 8 };
enum response_code { DONE = 1, INVALID_REQUEST = 3, NOT_PROVIDED = 4, NO_EVENT = 5 };

/* Where a response's body may go, how much of it there is room for and was put there. */
struct response { uint8_t *body; size_t room, length; };

static uint8_t *add(struct response *r, size_t length)
{
    if (r->length + length > r->room)
        return NULL;
    uint8_t *place = r->body + r->length;
    memset(place, 0, length);
    r->length += length;
    return place;
}

/* ---- store subchannel description -------------------------------------------------------- */

static void describe_subchannel(const struct subchannel *sub, uint16_t number, uint8_t *d)
{
    enum { SUBCHANNEL_VALID = 0x80, DEVICE_VALID = 0x40 };
    put16(d + 6, number);
    d[0] = SUBCHANNEL_VALID;
    if (!sub)
        return;
    d[0] |= DEVICE_VALID;
    d[1] = (uint8_t)sub->device->number;           /* unit address */
    put16(d + 2, sub->device->number);
    d[4] = THE_PATH;
    d[8] = css_path_id(sub->device->number);       /* and no link address is valid */
}

static enum response_code store_subchannels(struct channels *channels, const uint8_t *request,
                                            struct response *r)
{
    uint32_t first = get16(request + 6), last = get16(request + 10);
    if (get16(request + 4) || first > last)        /* another subchannel set, or format */
        return INVALID_REQUEST;
    for (uint32_t n = first; n <= last && n < channels->css.count; n++) {
        uint8_t *d = add(r, 32);
        if (!d)
            break;
        describe_subchannel(css_find(channels, n), (uint16_t)n, d);
    }
    return DONE;
}

/* ---- store channel-path description --------------------------------------------------------- */

/* Kinds of path, as the description has them. */
enum path_kind { PATH_UNKNOWN = 0, PATH_BYTE = 1, PATH_BLOCK = 2 };

static unsigned path_kind(const struct channels *channels, unsigned path)
{
    if (path >= CHANNELS)
        return PATH_BLOCK;
    return channels->channel[path].type == CHANNEL_BYTE_MULTIPLEXER ? PATH_BYTE : PATH_BLOCK;
}

/* Format 0 has 8 bytes, format 1 has 32, which begin alike. */
static enum response_code store_paths(struct channels *channels, const uint8_t *request,
                                      struct response *r)
{
    enum { VALID = 0x80, PARAMETERS_VALID = 0x20 };
    unsigned format = request[6] & 0x0F, first = request[7], last = request[11];
    if (get32(request + 12) || first > last || format > 1)
        return INVALID_REQUEST;
    for (unsigned path = first; path <= last; path++) {
        if (!css_has_path(channels, path))
            continue;
        uint8_t *d = add(r, format == 1 ? 32 : 8);
        if (!d)
            break;
        d[0] = VALID;
        d[2] = (uint8_t)path_kind(channels, path);
        d[3] = (uint8_t)path;
        if (format == 1)
            put16(d + 16, (uint16_t)path);          /* channel identifier */
    }
    return DONE;
}

/* ---- store channel-subsystem characteristics --------------------------------------------------- */

/* Two strings of bits: general ones, and CHSC's own, of which there are none. */
static enum response_code store_characteristics(struct channels *channels, const uint8_t *request,
                                                struct response *r)
{
    static const uint8_t general_bits[] = {
        12,        /* devices come and go while the machine runs */
        46,        /* channel-path descriptions of format 1 */
        48         /* measurement blocks of format 1 */
    };
    enum { GENERAL = 2040, OWN = 2032 };
    (void)channels;
    if (get32(request + 4) || get32(request + 8) || get32(request + 12))
        return INVALID_REQUEST;
    uint8_t *general = add(r, GENERAL);
    if (!general || !add(r, OWN))
        return INVALID_REQUEST;
    for (size_t i = 0; i < sizeof general_bits; i++)
        general[general_bits[i] / 8] |= 0x80 >> general_bits[i] % 8;
    return DONE;
}

/* ---- others ---------------------------------------------------------------------------------------- */

/* Link incidents and their like do not happen here. */
static enum response_code store_event(struct channels *channels, const uint8_t *request,
                                      struct response *r)
{
    (void)channels, (void)request, (void)r;
    return NO_EVENT;
}

/* Several subchannel sets, or more than one subsystem, are facilities to be enabled by those
 * who want them: here there are none. */
static enum response_code set_domain(struct channels *channels, const uint8_t *request,
                                     struct response *r)
{
    enum { NO_SUCH_FACILITY = 0x0101 };
    (void)channels, (void)request, (void)r;
    return (enum response_code)NO_SUCH_FACILITY;
}

/* `length`: what the request must be, in bytes. */
static const struct request {
    uint16_t code, length;
    enum response_code (*serve)(struct channels *, const uint8_t *request, struct response *);
} requests[] = {
    { 0x0002, 0x0010, store_paths },
    { 0x0004, 0x0010, store_subchannels },
    { 0x000E, 0x0010, store_event },
    { 0x0010, 0x0010, store_characteristics },
    { 0x0031, 0x0400, set_domain },
};

bool css_call(struct channels *channels, uint8_t block[BLOCK_LENGTH])
{
    unsigned length = get16(block), code = get16(block + 2);
    if (length < SHORTEST || length & 7 || length > BLOCK_LENGTH - RESPONSE_HEAD)
        return false;
    uint8_t *head = block + length;
    struct response r = { .body = head + RESPONSE_HEAD, .room = BLOCK_LENGTH - RESPONSE_HEAD - length };
    enum response_code result = NOT_PROVIDED;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (requests[i].code == code)
            result = requests[i].length == length ? requests[i].serve(channels, block, &r)
                                                  : INVALID_REQUEST;
    if (result != DONE)
        r.length = 0;
    memset(head, 0, RESPONSE_HEAD);
    put16(head, (uint16_t)(RESPONSE_HEAD + r.length));
    put16(head + 2, (uint16_t)result);
    if (code == 0x0002 && result == DONE)
        head[7] = block[6] & 0x0F;                  /* the format of what follows */
    return true;
}
