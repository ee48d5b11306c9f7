/* Fuzz target: what a caller sends, through telnet and TN3270E. */
#include <stdlib.h>
#include <string.h>

#include "devices/terminal/telnet.h"
#include "tests/fuzz/fuzz.h"

struct caller {
    struct telnet telnet;
    unsigned asked, records, sent;
    bool accepts;
};

static void on_send(void *context, const uint8_t *bytes, size_t length)
{
    struct caller *caller = context;
    for (size_t i = 0; i < length; i++)
        caller->sent += bytes[i];       /* all of them can be read */
}

static void on_asks(void *context)
{
    struct caller *caller = context;
    if (strlen(caller->telnet.type) > TELNET_LONGEST_TYPE ||
        strlen(caller->telnet.name) > TELNET_LONGEST_NAME)
        abort();
    if (caller->accepts || ++caller->asked > 2)
        telnet_accept(&caller->telnet, "00C0");
    else
        telnet_refuse(&caller->telnet, REASON_DEVICE_IN_USE);
}

static void on_ready(void *context)
{
    struct caller *caller = context;
    if (!caller->telnet.ready || caller->telnet.mode == TELNET_ASKING)
        abort();
}

static void on_character(void *context, uint8_t byte) { (void)context, (void)byte; }
static void on_nothing(void *context) { (void)context; }
static void on_broken(void *context, const char *why) { (void)context, (void)why; }

static void on_record(void *context, enum telnet_data type, const uint8_t *bytes, size_t length)
{
    struct caller *caller = context;
    size_t framed;
    if (!caller->telnet.ready || length > TELNET_LONGEST_RECORD)
        abort();
    free(telnet_frame(&caller->telnet, type, (uint16_t)++caller->records, true, bytes, length,
                      &framed));
}

static void on_response(void *context, uint16_t sequence, bool positive, uint8_t code)
{
    (void)context, (void)sequence, (void)positive, (void)code;
}

static const struct telnet_listener listener = {
    .send = on_send, .asks = on_asks, .ready = on_ready, .character = on_character,
    .record = on_record, .response = on_response, .attention = on_nothing,
    .system_request = on_nothing, .broken = on_broken
};

/* The first byte: whether devices are given, and how large the pieces are. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;
    struct caller caller = { .accepts = bytes[0] & 1 };
    size_t piece = (bytes[0] >> 2) + 1u, i;
    telnet_start(&caller.telnet, &listener, &caller, !(bytes[0] & 2));
    for (i = 1; i + piece < length; i += piece)
        telnet_receive(&caller.telnet, bytes + i, piece);
    telnet_receive(&caller.telnet, bytes + i, length - i);
    telnet_silence(&caller.telnet);
    telnet_end(&caller.telnet);
    return 0;
}

size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
#define SEED(text) { text, sizeof text - 1 }
    static const struct { const char *bytes; size_t length; } seeds[] = {
        SEED("\x81\xFF\xFB\x28\xFF\xFA\x28\x02\x07IBM-3278-2-E\x01" "0C0\xFF\xF0"
             "\xFF\xFA\x28\x03\x07\x00\x02\x04\xFF\xF0\x00\x00\x00\x00\x01\x7D\x40\x40\xFF\xEF"
             "\x02\x00\x00\x00\x02\x00\xFF\xEF\xFF\xF5"),
        SEED("\x11\xFF\xFC\x28\xFF\xFB\x18\xFF\xFA\x18\x00IBM-3279-4-E@GROUP\xFF\xF0"
             "\xFF\xFB\x19\xFF\xFD\x19\xFF\xFB\x00\xFF\xFD\x00\x7D\x40\x40\x11\x40\x40\xC1\xFF\xEF"),
        SEED("\x00\xFF\xFB\x28\xFF\xFA\x28\x02\x07IBM-3287-1\x00" "00C0\xFF\xF0"
             "\xFF\xFA\x28\x02\x07IBM-DYNAMIC\xFF\xF0\xFF\xFA\x28\x03\x04\x02\xFF\xF0"
             "\xFF\xFC\x28\xFF\xFB\x18"),
        SEED("\x03hello\r\n\xFF\xF4\xFF\xFD\x01\xFF\xFA\x18\x01\xFF\xF0quit\r\n"),
    };
    if (i >= (int)(sizeof seeds / sizeof *seeds) || seeds[i].length > size)
        return 0;
    memcpy(bytes, seeds[i].bytes, seeds[i].length);
    return seeds[i].length;
}
