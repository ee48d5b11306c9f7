#include "devices/terminal/telnet.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Telnet (RFC 854, 855), END-OF-RECORD (RFC 885). */
enum { ECHO = 1, SUPPRESS_GO_AHEAD = 3 };      /* RFC 857, RFC 858 */
enum { IAC = 255, DONT = 254, DO = 253, WONT = 252, WILL = 251, SB = 250, ABORT_OUTPUT = 245,
       INTERRUPT = 244, BREAK = 243, SE = 240, EOR = 239 };

/* The options that matter here. */
enum { BINARY, TERMINAL_TYPE, END_OF_RECORD, TN3270E };
static const uint8_t option_codes[TELNET_OPTIONS] = { 0, 24, 25, 40 };
enum { TYPE_IS = 0, TYPE_SEND = 1 };

/* Words of TN3270E's negotiation (RFC 2355 7). */
enum { ASSOCIATE, CONNECT, DEVICE_TYPE, FUNCTIONS, IS, REASON, REJECT, REQUEST, SEND };

enum { MOST_REFUSALS = 8, MOST_ROUNDS = 8, HEADER = 5 };

static void settle(struct telnet *t, enum telnet_mode mode);

/* ---- out ------------------------------------------------------------------------------- */

static void send_bytes(struct telnet *t, const uint8_t *bytes, size_t length)
{
    t->listener->send(t->context, bytes, length);
}

static size_t put_verb(uint8_t *bytes, size_t n, uint8_t verb, uint8_t code)
{
    memcpy(bytes + n, (uint8_t[]){ IAC, verb, code }, 3);
    return n + 3;
}

static void send_verb(struct telnet *t, uint8_t verb, uint8_t code)
{
    uint8_t bytes[3];
    send_bytes(t, bytes, put_verb(bytes, 0, verb, code));
}

/* IAC SB option ... IAC SE; no byte of ours is 255. */
static void send_option(struct telnet *t, int option, const uint8_t *bytes, size_t length)
{
    uint8_t all[TELNET_LONGEST_OPTION] = { IAC, SB, option_codes[option] };
    memcpy(all + 3, bytes, length);
    all[3 + length] = IAC;
    all[4 + length] = SE;
    send_bytes(t, all, length + 5);
}

bool telnet_responds(const struct telnet *t)
{
    return t->mode == TELNET_3270E && t->functions & TN3270E_RESPONSES;
}

static uint8_t *double_iac(uint8_t *to, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((*to++ = bytes[i]) == IAC)
            *to++ = IAC;
    return to;
}

uint8_t *telnet_frame(const struct telnet *t, enum telnet_data type, uint16_t sequence,
                      bool response, const uint8_t *bytes, size_t length, size_t *framed)
{
    enum { NO_RESPONSE = 0, ALWAYS_RESPONSE = 2 };
    uint8_t *out = malloc(2 * (length + HEADER) + 2), *p = out;
    if (!out)
        abort();
    if (t->mode == TELNET_3270E) {
        bool asks = response && telnet_responds(t);
        uint8_t header[HEADER] = { (uint8_t)type, 0, asks ? ALWAYS_RESPONSE : NO_RESPONSE,
                                   (uint8_t)(sequence >> 8), (uint8_t)sequence };
        p = double_iac(p, header, HEADER);
    }
    p = double_iac(p, bytes, length);
    *p++ = IAC;
    *p++ = EOR;
    *framed = (size_t)(p - out);
    return out;
}

/* ---- who it is ----------------------------------------------------------------------------- */

bool telnet_is_3270(const struct telnet *t)
{
    return strncasecmp(t->type, "IBM-327", 7) == 0 || strncasecmp(t->type, "IBM-328", 7) == 0 ||
           strcasecmp(t->type, "IBM-DYNAMIC") == 0;
}

bool telnet_is_printer(const struct telnet *t)
{
    return strncasecmp(t->type, "IBM-328", 7) == 0;
}

/* A word of printable characters; what is longer than its place is cut. */
static void copy_word(char *to, size_t size, const uint8_t *from, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length && n < size - 1; i++)
        if (from[i] > ' ' && from[i] < 127)
            to[n++] = (char)from[i];
    to[n] = 0;
}

/* "IBM-3278-2-E@0C0": the type, and the device that is wanted. */
static void note_type(struct telnet *t, const uint8_t *bytes, size_t length)
{
    const uint8_t *at = memchr(bytes, '@', length);
    size_t before = at ? (size_t)(at - bytes) : length;
    copy_word(t->type, sizeof t->type, bytes, before);
    if (at)
        copy_word(t->name, sizeof t->name, at + 1, length - before - 1);
    if (!*t->type)
        strcpy(t->type, "UNKNOWN");
}

/* ---- which options -------------------------------------------------------------------------- */

/* DO and WILL of an option, whichever is not yet asked or agreed on; in one piece, as some
 * clients look at nothing but the first verb of what they read. */
static void ask(struct telnet *t, int option, bool of_him, bool of_us)
{
    struct telnet_option *him = &t->him[option], *us = &t->us[option];
    uint8_t bytes[6];
    size_t n = 0;
    if (of_him && !him->asked && !him->on) {
        him->asked = true;
        n = put_verb(bytes, n, DO, option_codes[option]);
    }
    if (of_us && !us->asked && !us->on) {
        us->asked = true;
        n = put_verb(bytes, n, WILL, option_codes[option]);
    }
    if (n > 0)
        send_bytes(t, bytes, n);
}

/* TN3270 without E: its type first, then records of binary data in both directions. */
static void negotiate_classic(struct telnet *t)
{
    const struct telnet_option *him = t->him, *us = t->us;
    if (him[TERMINAL_TYPE].refused) {
        settle(t, TELNET_LINE);
    } else if (!him[TERMINAL_TYPE].on) {
        ask(t, TERMINAL_TYPE, true, false);
    } else if (!*t->type) {
        if (!t->asked_type)
            send_option(t, TERMINAL_TYPE, (uint8_t[]){ TYPE_SEND }, 1);
        t->asked_type = true;
    } else if (!telnet_is_3270(t) || him[END_OF_RECORD].refused || us[END_OF_RECORD].refused ||
               him[BINARY].refused || us[BINARY].refused) {
        settle(t, TELNET_LINE);
    } else if (him[END_OF_RECORD].on && us[END_OF_RECORD].on && him[BINARY].on && us[BINARY].on) {
        settle(t, TELNET_3270);
    } else if (!him[END_OF_RECORD].on || !us[END_OF_RECORD].on) {
        ask(t, END_OF_RECORD, true, true);
    } else {
        ask(t, BINARY, true, true);
    }
}

static void negotiate(struct telnet *t)
{
    if (t->mode != TELNET_ASKING)
        return;
    if (t->him[TN3270E].on) {
        if (!t->asked_device)
            send_option(t, TN3270E, (uint8_t[]){ SEND, DEVICE_TYPE }, 2);
        t->asked_device = true;
    } else if (t->him[TN3270E].refused || t->silences > 0) {
        negotiate_classic(t);
    } else {
        ask(t, TN3270E, true, false);
    }
}

/* Data, or the choice of what it will be. */
static void settle(struct telnet *t, enum telnet_mode mode)
{
    t->mode = mode;
    t->rounds = 0;
    if (mode == TELNET_3270E && !t->accepted)
        return;
    if (!t->accepted)
        t->listener->asks(t->context);
}

static int option_index(uint8_t code)
{
    for (int i = 0; i < TELNET_OPTIONS; i++)
        if (option_codes[i] == code)
            return i;
    return -1;
}

/* He will, he won't. */
static void his_option(struct telnet *t, bool will, uint8_t code)
{
    int i = option_index(code);
    struct telnet_option *o = i < 0 ? NULL : &t->him[i];
    bool wanted = o && t->offered_3270 && t->mode != TELNET_LINE && !(o->refused && i == TN3270E);
    if (will && !wanted) {
        send_verb(t, DONT, code);
    } else if (will && !o->on) {
        o->on = true;
        if (!o->asked)
            send_verb(t, DO, code);
        o->asked = false;
    } else if (!will && o) {
        if (o->on)
            send_verb(t, DONT, code);
        bool was_on = o->on;
        *o = (struct telnet_option){ .refused = true };
        if (was_on && (t->mode == TELNET_ASKING ? t->accepted : t->mode != TELNET_LINE))
            t->listener->broken(t->context, "it has taken back what was agreed on");
    }
}

void telnet_echo(struct telnet *t)
{
    t->echoes = true;
    send_verb(t, WILL, ECHO);
    send_verb(t, WILL, SUPPRESS_GO_AHEAD);
}

/* We shall, we shall not. */
static void our_option(struct telnet *t, bool shall, uint8_t code)
{
    if (t->echoes && (code == ECHO || code == SUPPRESS_GO_AHEAD))
        return;                             /* we do already, whatever it thinks of it */
    int i = option_index(code);
    bool able = (i == BINARY || i == END_OF_RECORD) && t->offered_3270 && t->mode != TELNET_LINE;
    struct telnet_option *o = i < 0 ? NULL : &t->us[i];
    if (shall && !able) {
        send_verb(t, WONT, code);
    } else if (shall && !o->on) {
        o->on = true;
        if (!o->asked)
            send_verb(t, WILL, code);
        o->asked = false;
    } else if (!shall && o) {
        if (o->on)
            send_verb(t, WONT, code);
        bool was_on = o->on;
        *o = (struct telnet_option){ .refused = true };
        if (was_on && t->mode == TELNET_3270)
            t->listener->broken(t->context, "it has taken back what was agreed on");
    }
}

/* ---- TN3270E ---------------------------------------------------------------------------------- */

static unsigned supported(const struct telnet *t)
{
    return TN3270E_BIND_IMAGE | TN3270E_RESPONSES |
           (telnet_is_printer(t) ? TN3270E_DATA_STREAM_CONTROL : TN3270E_SYSREQ);
}

/* DEVICE-TYPE REQUEST type [CONNECT | ASSOCIATE name] */
static void device_request(struct telnet *t, const uint8_t *bytes, size_t length)
{
    size_t n = 0;
    while (n < length && bytes[n] != CONNECT && bytes[n] != ASSOCIATE)
        n++;
    if (t->accepted || ++t->rounds > MOST_ROUNDS) {
        t->listener->broken(t->context, "it asks for a device again");
        return;
    }
    copy_word(t->type, sizeof t->type, bytes, n);
    t->associates = n < length && bytes[n] == ASSOCIATE;
    *t->name = 0;
    if (n < length)
        copy_word(t->name, sizeof t->name, bytes + n + 1, length - n - 1);
    if (!telnet_is_3270(t))
        telnet_refuse(t, REASON_INV_DEVICE_TYPE);
    else if (t->associates && !telnet_is_printer(t))
        telnet_refuse(t, REASON_UNSUPPORTED);
    else
        t->listener->asks(t->context);
}

static void functions_agreed(struct telnet *t, unsigned functions)
{
    t->functions = functions;
    t->mode = TELNET_3270E;
    t->ready = true;
    t->listener->ready(t->context);
}

static void send_functions(struct telnet *t, uint8_t word, unsigned functions)
{
    uint8_t list[10] = { FUNCTIONS, word };
    size_t n = 2;
    for (uint8_t i = 0; i < 8; i++)
        if (functions >> i & 1)
            list[n++] = i;
    send_option(t, TN3270E, list, n);
}

/* FUNCTIONS REQUEST list, FUNCTIONS IS list: until both name the same ones. */
static void functions_named(struct telnet *t, uint8_t word, const uint8_t *list, size_t length)
{
    unsigned functions = 0;
    bool known = true;
    for (size_t i = 0; i < length; i++)
        if (list[i] < 8 && supported(t) >> list[i] & 1)
            functions |= 1u << list[i];
        else
            known = false;
    if (!t->accepted || ++t->rounds > MOST_ROUNDS)
        t->listener->broken(t->context, "its functions are out of turn");
    else if (word == REQUEST && !known)
        send_functions(t, REQUEST, functions);
    else if (!known)
        t->listener->broken(t->context, "it has agreed to functions that were not offered");
    else {
        if (word == REQUEST)
            send_functions(t, IS, functions);
        functions_agreed(t, functions);
    }
}

static void negotiate_3270e(struct telnet *t, const uint8_t *bytes, size_t length)
{
    if (!t->him[TN3270E].on || t->mode != TELNET_ASKING || length < 2)
        return;
    if (bytes[0] == DEVICE_TYPE && bytes[1] == REQUEST)
        device_request(t, bytes + 2, length - 2);
    else if (bytes[0] == FUNCTIONS && (bytes[1] == REQUEST || bytes[1] == IS))
        functions_named(t, bytes[1], bytes + 2, length - 2);
}

void telnet_accept(struct telnet *t, const char *name)
{
    t->accepted = true;
    if (t->mode != TELNET_ASKING) {
        t->ready = true;
        t->listener->ready(t->context);
        return;
    }
    uint8_t answer[128] = { DEVICE_TYPE, IS };
    size_t n = 2, length = strlen(t->type);
    memcpy(answer + n, t->type, length);
    n += length;
    answer[n++] = CONNECT;
    length = strlen(name) < TELNET_LONGEST_NAME ? strlen(name) : TELNET_LONGEST_NAME;
    memcpy(answer + n, name, length);
    t->rounds = 0;
    send_option(t, TN3270E, answer, n + length);
}

void telnet_refuse(struct telnet *t, enum telnet_reason reason)
{
    if (t->mode != TELNET_ASKING)
        return;
    send_option(t, TN3270E, (uint8_t[]){ DEVICE_TYPE, REJECT, REASON, (uint8_t)reason }, 4);
    if (++t->refusals >= MOST_REFUSALS)
        t->listener->broken(t->context, "it was refused too often");
}

/* ---- in ------------------------------------------------------------------------------------------ */

static void option_received(struct telnet *t)
{
    const uint8_t *o = t->option;
    if (t->option_length < 1 || t->option_length > sizeof t->option || !t->offered_3270)
        return;
    if (o[0] == option_codes[TN3270E]) {
        negotiate_3270e(t, o + 1, t->option_length - 1);
    } else if (o[0] == option_codes[TERMINAL_TYPE] && t->option_length > 1 && o[1] == TYPE_IS &&
               t->mode == TELNET_ASKING && t->him[TERMINAL_TYPE].on && !*t->type) {
        note_type(t, o + 2, t->option_length - 2);
    }
    negotiate(t);
}

static void record_received(struct telnet *t)
{
    const uint8_t *bytes = t->record;
    size_t length = t->record_length;
    t->record_length = 0;
    if (!t->ready || length == 0)
        return;
    if (t->mode == TELNET_3270) {
        t->listener->record(t->context, DATA_3270, bytes, length);
    } else if (t->mode == TELNET_3270E && length >= HEADER) {
        if (bytes[0] == DATA_RESPONSE)
            t->listener->response(t->context, (uint16_t)(bytes[3] << 8 | bytes[4]), bytes[2] == 0,
                                  length > HEADER ? bytes[HEADER] : 0);
        else
            t->listener->record(t->context, (enum telnet_data)bytes[0], bytes + HEADER,
                                length - HEADER);
    }
}

static void data_received(struct telnet *t, uint8_t byte)
{
    if (t->mode == TELNET_ASKING && !t->heard)
        settle(t, TELNET_LINE);
    if (t->mode == TELNET_LINE) {
        if (t->ready)
            t->listener->character(t->context, byte);
        return;
    }
    if (!t->ready)
        return;
    if (t->record_length == t->record_room) {
        if (t->record_room >= TELNET_LONGEST_RECORD) {
            t->record_length = 0;
            t->listener->broken(t->context, "its record is longer than 64K");
            return;
        }
        t->record_room = t->record_room ? 2 * t->record_room : 1024;
        t->record = realloc(t->record, t->record_room);
        if (!t->record)
            abort();
    }
    t->record[t->record_length++] = byte;
}

static void command_received(struct telnet *t, uint8_t byte)
{
    t->state = TELNET_DATA;
    if (byte == IAC)
        data_received(t, byte);
    else if (byte >= WILL)
        t->verb = byte, t->state = TELNET_AFTER_VERB;
    else if (byte == SB)
        t->option_length = 0, t->state = TELNET_IN_OPTION;
    else if (byte == EOR)
        record_received(t);
    else if (t->ready && (byte == INTERRUPT || byte == BREAK))
        t->listener->attention(t->context);
    else if (t->ready && byte == ABORT_OUTPUT)
        t->listener->system_request(t->context);
}

static void verb_received(struct telnet *t, uint8_t code)
{
    t->state = TELNET_DATA;
    t->heard = true;
    if (t->verb == WILL || t->verb == WONT)
        his_option(t, t->verb == WILL, code);
    else
        our_option(t, t->verb == DO, code);
    if (t->offered_3270)
        negotiate(t);
}

static void option_byte(struct telnet *t, uint8_t byte)
{
    if (t->option_length < sizeof t->option)
        t->option[t->option_length] = byte;
    if (t->option_length <= sizeof t->option)
        t->option_length++;
}

static void byte_received(struct telnet *t, uint8_t byte)
{
    switch (t->state) {
    case TELNET_DATA:
        if (byte == IAC)
            t->state = TELNET_AFTER_IAC;
        else
            data_received(t, byte);
        break;
    case TELNET_AFTER_IAC:
        command_received(t, byte);
        break;
    case TELNET_AFTER_VERB:
        verb_received(t, byte);
        break;
    case TELNET_IN_OPTION:
        if (byte == IAC)
            t->state = TELNET_IN_OPTION_IAC;
        else
            option_byte(t, byte);
        break;
    case TELNET_IN_OPTION_IAC:
        t->state = byte == SE ? TELNET_DATA : TELNET_IN_OPTION;
        if (byte == SE)
            option_received(t);
        else
            option_byte(t, byte);
        break;
    }
}

void telnet_receive(struct telnet *t, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        byte_received(t, bytes[i]);
}

/* ---- a life ---------------------------------------------------------------------------------------- */

void telnet_start(struct telnet *t, const struct telnet_listener *listener, void *context,
                  bool offer_3270)
{
    *t = (struct telnet){ .listener = listener, .context = context, .offered_3270 = offer_3270 };
    if (offer_3270)
        negotiate(t);
    else
        settle(t, TELNET_LINE);
}

bool telnet_silence(struct telnet *t)
{
    enum { TIMES_ASKED = 2 };
    if (t->mode != TELNET_ASKING || t->heard)
        return false;
    t->him[TERMINAL_TYPE].asked = false;    /* a slow one may have read both questions as one */
    bool again = ++t->silences <= TIMES_ASKED;
    if (again)
        negotiate(t);
    else
        settle(t, TELNET_LINE);
    return again;
}

void telnet_end(struct telnet *t)
{
    free(t->record);
    t->record = NULL;
    t->record_length = t->record_room = 0;
}
