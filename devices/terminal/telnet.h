/* Telnet as a mainframe speaks it, without a socket: bytes go in, bytes come out, and what
 * they mean is told by a table of functions. Three kinds of terminal come by:
 *
 *   TELNET_LINE     typewriters: lines of text (RFC 854); no option is agreed on
 *   TELNET_3270     TN3270 (RFC 1576): TERMINAL-TYPE, BINARY and END-OF-RECORD agreed on
 *   TELNET_3270E    TN3270E (RFC 2355): a header before each record
 *
 * A terminal names the device it wants in TN3270E's device-type request or, in the others,
 * behind an @ in its terminal type ("IBM-3278-2-E@0C0"). */
#ifndef DEVICES_TERMINAL_TELNET_H
#define DEVICES_TERMINAL_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum telnet_mode { TELNET_ASKING, TELNET_LINE, TELNET_3270, TELNET_3270E };

/* Functions of TN3270E, as bits (RFC 2355 7.2.2). */
enum telnet_function {
    TN3270E_BIND_IMAGE = 1 << 0, TN3270E_DATA_STREAM_CONTROL = 1 << 1, TN3270E_RESPONSES = 1 << 2,
    TN3270E_SCS_CONTROL = 1 << 3, TN3270E_SYSREQ = 1 << 4
};

/* Data types of a record (RFC 2355 8.1.1). Without TN3270E all records are 3270 data. */
enum telnet_data {
    DATA_3270 = 0, DATA_SCS = 1, DATA_RESPONSE = 2, DATA_BIND_IMAGE = 3, DATA_UNBIND = 4,
    DATA_NVT = 5, DATA_REQUEST = 6, DATA_SSCP_LU = 7, DATA_PRINT_EOJ = 8
};

/* Why a device is refused (RFC 2355 7.1.6). */
enum telnet_reason {
    REASON_CONN_PARTNER, REASON_DEVICE_IN_USE, REASON_INV_ASSOCIATE, REASON_INV_NAME,
    REASON_INV_DEVICE_TYPE, REASON_TYPE_NAME_ERROR, REASON_UNKNOWN_ERROR, REASON_UNSUPPORTED
};

/* What the terminal did. All are called within telnet_receive(), telnet_start() or
 * telnet_silence(). */
struct telnet_listener {
    void (*send)(void *context, const uint8_t *bytes, size_t length);
    /* It has said what it is: type, name, associates. Answer with telnet_accept() or
     * telnet_refuse(); a TN3270E terminal may ask again after a refusal. */
    void (*asks)(void *context);
    /* Negotiation is over: data may flow in both directions. */
    void (*ready)(void *context);
    void (*character)(void *context, uint8_t byte);                   /* TELNET_LINE */
    void (*record)(void *context, enum telnet_data, const uint8_t *bytes, size_t length);
    /* A response to the record that had this number: negative with a code of RFC 2355 8.1.4
     * (0 command reject, 1 intervention required, 2 operation check, 3 component
     * disconnected). */
    void (*response)(void *context, uint16_t sequence, bool positive, uint8_t code);
    void (*attention)(void *context);          /* interrupt process, break */
    void (*system_request)(void *context);     /* abort output */
    /* It has broken the protocol beyond repair. */
    void (*broken)(void *context, const char *why);
};

enum { TELNET_OPTIONS = 4, TELNET_LONGEST_TYPE = 40, TELNET_LONGEST_NAME = 32 };
enum { TELNET_LONGEST_RECORD = 65536, TELNET_LONGEST_OPTION = 256 };

struct telnet_option { bool asked, on, refused; };

struct telnet {
    const struct telnet_listener *listener;
    void *context;
    enum telnet_mode mode;
    bool ready;
    /* What the terminal is and wants. */
    char type[TELNET_LONGEST_TYPE + 1], name[TELNET_LONGEST_NAME + 1];
    bool associates;                        /* a printer that asks for its display's partner */
    unsigned functions;                     /* agreed on */
    /* The parser. */
    enum { TELNET_DATA, TELNET_AFTER_IAC, TELNET_AFTER_VERB, TELNET_IN_OPTION,
           TELNET_IN_OPTION_IAC } state;
    uint8_t verb;
    uint8_t option[TELNET_LONGEST_OPTION];
    size_t option_length;                   /* beyond the array: too long */
    uint8_t *record;
    size_t record_length, record_room;
    /* The negotiation. */
    struct telnet_option him[TELNET_OPTIONS], us[TELNET_OPTIONS];
    bool offered_3270, heard, asked_type, asked_device, accepted;
    unsigned refusals, rounds;
    unsigned silences;                      /* how often it said nothing at all in answer */
    bool echoes;
};

/* Begin: offer to speak TN3270E and TN3270, or nothing but lines. */
void telnet_start(struct telnet *, const struct telnet_listener *, void *context, bool offer_3270);
void telnet_end(struct telnet *);

void telnet_receive(struct telnet *, const uint8_t *bytes, size_t length);
/* Nothing has come for a while. If nothing ever has, it may be a TN3270 terminal that says
 * nothing to options that it does not know: it is asked for its type, twice. True: this is to be
 * called again after a while; the third time it is a terminal of lines. */
bool telnet_silence(struct telnet *);

/* The answer to `asks`: the device is given, and its name; or not, and why. */
void telnet_accept(struct telnet *, const char *name);
void telnet_refuse(struct telnet *, enum telnet_reason);

/* To a terminal of lines: it is to send each key at once, and leave it to us to show them. */
void telnet_echo(struct telnet *);

bool telnet_is_printer(const struct telnet *);      /* IBM-3287 and its like */
bool telnet_is_3270(const struct telnet *);         /* a type of the 3270 family */

/* Can records be answered? */
bool telnet_responds(const struct telnet *);

/* A record as it goes over the line, in memory of its own (free it). With `response` the
 * terminal is asked to answer. When `ready` has been called any thread may do this. */
uint8_t *telnet_frame(const struct telnet *, enum telnet_data, uint16_t sequence, bool response,
                      const uint8_t *bytes, size_t length, size_t *framed);

#endif
