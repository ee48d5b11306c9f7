/* The telnet machine against scripted byte streams: what it answers and tells, in one piece
 * and byte by byte. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "devices/terminal/telnet.h"
#include "tests/unit/check.h"

/* A terminal of the test's: what was told of it, as text. */
struct heard {
    struct telnet telnet;
    bool refuses;
    char told[4000];
    size_t used;
};

__attribute__((format(printf, 2, 3)))
static void tell(struct heard *h, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(h->told + h->used, sizeof h->told - h->used, format, arguments);
    va_end(arguments);
    h->used += (size_t)n < sizeof h->told - h->used ? (size_t)n : 0;
}

static void on_send(void *context, const uint8_t *bytes, size_t length)
{
    tell(context, "<");
    for (size_t i = 0; i < length; i++)
        tell(context, "%02X", bytes[i]);
    tell(context, ">");
}

static void on_asks(void *context)
{
    struct heard *h = context;
    tell(h, "asks(%s,%s%s)", h->telnet.type, h->telnet.associates ? "+" : "", h->telnet.name);
    if (h->refuses)
        telnet_refuse(&h->telnet, REASON_DEVICE_IN_USE);
    else
        telnet_accept(&h->telnet, "00C0");
}

static void on_ready(void *context) { tell(context, "ready"); }
static void on_character(void *context, uint8_t byte) { tell(context, "'%c'", byte); }
static void on_attention(void *context) { tell(context, "attention"); }
static void on_system_request(void *context) { tell(context, "sysreq"); }
static void on_broken(void *context, const char *why) { tell(context, "broken(%s)", why); }

static void on_record(void *context, enum telnet_data type, const uint8_t *bytes, size_t length)
{
    tell(context, "record(%d:", type);
    for (size_t i = 0; i < length && i < 40; i++)
        tell(context, "%02X", bytes[i]);
    tell(context, ")");
}

static void on_response(void *context, uint16_t sequence, bool positive, uint8_t code)
{
    tell(context, "response(%u,%c,%u)", sequence, positive ? '+' : '-', code);
}

static const struct telnet_listener listener = {
    .send = on_send, .asks = on_asks, .ready = on_ready, .character = on_character,
    .record = on_record, .response = on_response, .attention = on_attention,
    .system_request = on_system_request, .broken = on_broken
};

/* Hexadecimal digits, blanks between them, and text in ' '. */
static size_t assemble(const char *script, uint8_t *bytes)
{
    size_t n = 0;
    while (*script) {
        if (*script == '\'') {
            for (script++; *script != '\''; script++)
                bytes[n++] = (uint8_t)*script;
            script++;
        } else if (*script == ' ') {
            script++;
        } else {
            char pair[3] = { script[0], script[1], 0 };
            bytes[n++] = (uint8_t)strtoul(pair, NULL, 16);
            script += 2;
        }
    }
    return n;
}

enum { LINES_ONLY = 1, REFUSES = 2 };

static void play(const char *name, int how, const char *script, const char *expected)
{
    uint8_t bytes[1000];
    size_t n = assemble(script, bytes);
    for (size_t piece = n; ; piece = 1) {
        struct heard h = { .refuses = how & REFUSES };
        telnet_start(&h.telnet, &listener, &h, !(how & LINES_ONLY));
        for (size_t i = 0; i < n; i += piece)
            telnet_receive(&h.telnet, bytes + i, piece);
        while (telnet_silence(&h.telnet))
            ;
        check(strcmp(h.told, expected) == 0, "%s, in pieces of %zu: %s", name, piece, h.told);
        telnet_end(&h.telnet);
        if (piece <= 1)
            break;
    }
}

#define TYPE_3278 "'IBM-3278-2-E'"
#define E_WILL "FFFB28"
#define E_REQUEST "FFFA28 02 07" TYPE_3278 "FFF0"
#define E_ASKED "<FFFD28><FFFA280802FFF0>"
#define E_GIVEN "asks(IBM-3278-2-E,)<FFFA28020449424D2D333237382D322D450130304330FFF0>"

static void test_conversations(void)
{
    play("all functions", 0,
         E_WILL E_REQUEST "FFFA2803 07 00 02 04FFF0" "00 00 00 0001 7D4040 FFEF",
         E_ASKED E_GIVEN "<FFFA280304000204FFF0>ready" "record(0:7D4040)");
    play("a function that is not supported", 0,
         E_WILL E_REQUEST "FFFA2803 07 00 02 03 04FFF0" "FFFA2803 04 00 02 04FFF0",
         E_ASKED E_GIVEN "<FFFA280307000204FFF0>" "ready");
    play("functions that were not offered", 0,
         E_WILL E_REQUEST "FFFA2803 07 03FFF0" "FFFA2803 04 03FFF0",
         E_ASKED E_GIVEN "<FFFA280307FFF0>" "broken(it has agreed to functions that were not offered)");
    play("a name", 0, E_WILL "FFFA2802 07" TYPE_3278 "01 '0C0' FFF0",
         E_ASKED "asks(IBM-3278-2-E,0C0)<FFFA28020449424D2D333237382D322D450130304330FFF0>");
    play("a printer that associates", 0, E_WILL "FFFA2802 07 'IBM-3287-1' 00 '00C0' FFF0",
         E_ASKED "asks(IBM-3287-1,+00C0)<FFFA28020449424D2D333238372D310130304330FFF0>");
    play("a display that associates", 0, E_WILL "FFFA2802 07" TYPE_3278 "00 '00C0' FFF0",
         E_ASKED "<FFFA2802060507FFF0>");
    play("an unknown type", 0, E_WILL "FFFA2802 07 'VT100' FFF0", E_ASKED "<FFFA2802060504FFF0>");
    play("refused, and asks again", REFUSES, E_WILL E_REQUEST E_REQUEST,
         E_ASKED "asks(IBM-3278-2-E,)<FFFA2802060501FFF0>asks(IBM-3278-2-E,)<FFFA2802060501FFF0>");
    play("functions before the device", 0, E_WILL "FFFA2803 07 00FFF0",
         E_ASKED "broken(its functions are out of turn)");
    play("the device type unasked", 0, "FFFA2802 07" TYPE_3278 "FFF0" E_WILL,
         "<FFFD28><FFFA280802FFF0>");
    play("it takes TN3270E back", 0, E_WILL E_REQUEST "FFFC28",
         E_ASKED E_GIVEN "<FFFE28>broken(it has taken back what was agreed on)"
         "<FFFD18>");
    play("responses", 0,
         E_WILL E_REQUEST "FFFA2803 07 02FFF0" "02 00 00 0001 00 FFEF" "02 00 01 0002 02 FFEF",
         E_ASKED E_GIVEN "<FFFA28030402FFF0>ready" "response(1,+,0)response(2,-,2)");
    play("SYSREQ and ATTN", 0, E_WILL E_REQUEST "FFFA2803 07 04FFF0" "FFF5 FFF4",
         E_ASKED E_GIVEN "<FFFA28030404FFF0>ready" "sysreqattention");
    play("records of nothing and of half a header", 0,
         E_WILL E_REQUEST "FFFA2803 07 04FFF0" "FFEF 00 00 00 FFEF",
         E_ASKED E_GIVEN "<FFFA28030404FFF0>ready");
    play("X'FF' in data is doubled", 0,
         E_WILL E_REQUEST "FFFA2803 07 04FFF0" "00 00 00 0001 7D FFFF 40 FFEF",
         E_ASKED E_GIVEN "<FFFA28030404FFF0>ready" "record(0:7DFF40)");
}

#define C_ASKED "<FFFD28><FFFD18>"
#define C_SENT C_ASKED "<FFFA1801FFF0>"
#define C_OPTIONS "<FFFD19FFFB19><FFFD00FFFB00>"

static void test_classic(void)
{
    play("TN3270", 0,
         "FFFC28 FFFB18 FFFA18 00" TYPE_3278 "FFF0" "FFFB19FFFD19FFFB00FFFD00" "7D4040 FFEF",
         C_SENT C_OPTIONS "asks(IBM-3278-2-E,)ready" "record(0:7D4040)");
    play("TN3270 with a name", 0,
         "FFFC28 FFFB18 FFFA18 00" "'IBM-3278-2-E@0C1'" "FFF0" "FFFB19FFFD19FFFB00FFFD00",
         C_SENT C_OPTIONS "asks(IBM-3278-2-E,0C1)ready");
    play("everything before it is asked", 0,
         "FFFB19 FFFD19 FFFB00 FFFD00 FFFB18 FFFC28 FFFA18 00" TYPE_3278 "FFF0",
         "<FFFD28><FFFD19><FFFB19><FFFD00><FFFB00><FFFD18>" "<FFFA1801FFF0>"
         "asks(IBM-3278-2-E,)ready");
    play("no binary", 0,
         "FFFC28 FFFB18 FFFA18 00" TYPE_3278 "FFF0" "FFFB19FFFD19FFFC00FFFE00",
         C_SENT C_OPTIONS "asks(IBM-3278-2-E,)ready");
    play("another terminal type", 0, "FFFC28 FFFB18 FFFA18 00 'XTERM' FFF0 'a'",
         C_SENT "asks(XTERM,)ready'a'");
    play("no terminal type", 0, "FFFC28 FFFC18 'hi'", C_ASKED "asks(,)ready'h''i'");
    play("options that nobody wants", 0, "FFFB1F FFFD03 FFFC1F FFFE03",
         "<FFFD28><FFFE1F><FFFC03>");
    play("binary is taken back", 0,
         "FFFC28 FFFB18 FFFA18 00" TYPE_3278 "FFF0" "FFFB19FFFD19FFFB00FFFD00" "FFFC00",
         C_SENT C_OPTIONS "asks(IBM-3278-2-E,)ready"
         "<FFFE00>broken(it has taken back what was agreed on)");
    play("a full house", REFUSES,
         "FFFC28 FFFB18 FFFA18 00" TYPE_3278 "FFF0" "FFFB19FFFD19FFFB00FFFD00" "7D4040 FFEF",
         C_SENT C_OPTIONS "asks(IBM-3278-2-E,)");
}

static void test_lines(void)
{
    play("a line only", LINES_ONLY, "'ab' FFF4 FFFB01 FFFF", "asks(,)ready'a''b'attention<FFFE01>'\xFF'");
    play("somebody without telnet", 0, "'ab'", "<FFFD28>asks(,)ready'a''b'");
    play("somebody silent", 0, "", "<FFFD28><FFFD18><FFFD18>asks(,)ready");
    play("a suboption without end", 0, "FFFA18FF00FF18", "<FFFD28><FFFD18><FFFD18>asks(,)ready");
}

/* A client that says nothing to TN3270E, and one that is only slow. */
static void test_silent_to_tn3270e(void)
{
    static const struct { const char *name, *script, *expected; } cases[] = {
        { "silent to TN3270E", "FFFB18 FFFA18 00" TYPE_3278 "FFF0 FFFB19FFFD19 FFFB00FFFD00",
          "<FFFD28><FFFD18><FFFA1801FFF0>" C_OPTIONS "asks(IBM-3278-2-E,)ready" },
        { "slow to TN3270E", "FFFB28 FFFB18", "<FFFD28><FFFD18><FFFA280802FFF0>" }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[1000];
        struct heard h = { 0 };
        telnet_start(&h.telnet, &listener, &h, true);
        check(telnet_silence(&h.telnet), "%s: it is asked again", cases[i].name);
        telnet_receive(&h.telnet, bytes, assemble(cases[i].script, bytes));
        check(!telnet_silence(&h.telnet), "%s: it has been heard", cases[i].name);
        check(strcmp(h.told, cases[i].expected) == 0, "%s: %s", cases[i].name, h.told);
        telnet_end(&h.telnet);
    }
}

/* More than fits: an option of a thousand bytes, a record of 70,000. */
static void test_long(void)
{
    struct heard h = { 0 };
    uint8_t bytes[100];
    telnet_start(&h.telnet, &listener, &h, true);
    telnet_receive(&h.telnet, (uint8_t[]){ 0xFF, 0xFB, 0x28, 0xFF, 0xFA, 0x28, 2, 7 }, 8);
    memset(bytes, 'A', sizeof bytes);
    for (int i = 0; i < 10; i++)
        telnet_receive(&h.telnet, bytes, sizeof bytes);
    telnet_receive(&h.telnet, (uint8_t[]){ 0xFF, 0xF0 }, 2);
    check(strcmp(h.told, E_ASKED) == 0, "a long option: %s", h.told);
    size_t n = assemble(E_REQUEST "FFFA2803 07 02FFF0", bytes);
    telnet_receive(&h.telnet, bytes, n);
    h.told[h.used = 0] = 0;
    memset(bytes, 'A', sizeof bytes);
    for (int i = 0; i < 700; i++)
        telnet_receive(&h.telnet, bytes, sizeof bytes);
    check(strcmp(h.told, "broken(its record is longer than 64K)") == 0, "a long record: %s", h.told);
    telnet_end(&h.telnet);
}

static void test_frames(void)
{
    struct telnet telnet = { .mode = TELNET_3270E, .functions = TN3270E_RESPONSES };
    size_t n;
    uint8_t *frame = telnet_frame(&telnet, DATA_3270, 0x01FF, true, (uint8_t[]){ 0xF5, 0xFF }, 2, &n);
    check(n == 11 && memcmp(frame, (uint8_t[]){ 0, 0, 2, 1, 0xFF, 0xFF, 0xF5, 0xFF, 0xFF, 0xFF, 0xEF },
                            n) == 0, "a frame with a header: %zu", n);
    free(frame);
    telnet.functions = 0;
    frame = telnet_frame(&telnet, DATA_3270, 1, true, (uint8_t[]){ 0xF2 }, 1, &n);
    check(frame[2] == 0, "nobody to respond");
    free(frame);
    telnet.mode = TELNET_3270;
    frame = telnet_frame(&telnet, DATA_3270, 1, true, (uint8_t[]){ 0xF2 }, 1, &n);
    check(n == 3 && memcmp(frame, (uint8_t[]){ 0xF2, 0xFF, 0xEF }, n) == 0, "a frame: %zu", n);
    free(frame);
}

int main(void)
{
    test_conversations();
    test_classic();
    test_lines();
    test_silent_to_tn3270e();
    test_long();
    test_frames();
    return checks_done();
}
