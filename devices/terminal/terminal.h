/* Terminals: typewriter consoles at the panel and over TCP, 3270 displays and printers.
 * The server (server.c) listens, speaks telnet, and brings a caller and a device together;
 * what they then say to each other goes through `struct terminal_face`. */
#ifndef DEVICES_TERMINAL_TERMINAL_H
#define DEVICES_TERMINAL_TERMINAL_H

#include "channel/channel.h"
#include "devices/terminal/telnet.h"

struct terminal_server;
struct terminal_session;

/* The characters that, in front of a line typed at the panel, send it to this console;
 * NULL if the device is not a console at the panel. */
const char *terminal_prefix(const struct device *);

/* Does a read command wait for a line? */
bool terminal_is_reading(const struct device *);

/* Can somebody connect to this device over TCP? */
bool terminal_is_remote(const struct device *);

/* ---- the port where terminals connect (server.c) ------------------------------------- */

/* A console of the machine's own, with no device behind it. Telnet clients ask for it by its name;
 * several may have it at a time. */
struct terminal_console {
    const char *name;               /* no device's number, no group */
    const char *what;               /* for the greeting */
    bool by_key;                    /* keys come as they are pressed, and the guest shows them; else
                                       lines do, which the server shows while they are typed */
    /* On the sockets' thread. False: it was not taken. */
    bool (*typed)(void *context, const char *bytes, size_t length);
    void *context;
};

struct terminal_server_options {
    const char *where;              /* "port" or "host:port" (event_listen()) */
    const char *system;             /* its name, for the greeting */
    const char *certificate, *key;  /* TLS: the names of PEM files, or NULL */
    /* Keep-alive, in seconds: quiet until the first probe, between probes; how many. */
    int idle, interval, count;
    const struct terminal_console *consoles;    /* they stay where they are */
    size_t console_count;
};

/* Listen. NULL, and why, if it cannot be done. */
struct terminal_server *terminal_server_new(struct machine *, struct channels *,
                                            const struct terminal_server_options *,
                                            char *error, size_t size);
int terminal_server_port(const struct terminal_server *);
/* A terminal of this program's own (the web page's), without the port and its TLS: a connected,
 * non-blocking socket, or -1. `peer`: where it calls from, as text. Any thread. */
int terminal_server_enter(struct terminal_server *, const char *peer);
/* For those who connect from now on. */
void terminal_server_keep_alive(struct terminal_server *, int idle, int interval, int count);
/* For all who have this console; who does not keep up misses some. Any thread, never blocks. */
void terminal_server_write(struct terminal_server *, const struct terminal_console *,
                           const char *bytes, size_t length);
void terminal_server_free(struct terminal_server *);    /* NULL is allowed */

/* ---- between server and device --------------------------------------------------------- */

enum terminal_kind { TERMINAL_TYPEWRITER, TERMINAL_DISPLAY, TERMINAL_PRINTER };

/* Who calls. */
struct terminal_caller {
    enum terminal_kind kind;
    uint32_t address;               /* IPv4, host byte order */
    char peer[72];                  /* address and port, as text */
    const char *type;               /* "IBM-3278-2-E"; "" if it has not said */
    int model;                      /* 2 to 5; 0: IBM-DYNAMIC */
    bool numbered;                  /* it asks for this device by its number */
    const char *group;              /* the group it asks for, or "" */
};

/* What a terminal's device does. All are called with the device to themselves. */
struct terminal_face {
    enum terminal_kind kind;
    const char *(*group)(const struct device *);        /* "" if it is in none */
    /* A terminal takes the device: false if another has it or it may not. */
    bool (*connect)(struct device *, struct terminal_session *, const struct terminal_caller *);
    /* Negotiation is over: it may be used. `greeting` is a text of lines. */
    void (*ready)(struct device *, bool responds, const char *greeting);
    /* It is gone: true if this session was the device's, which now forgets it. */
    bool (*disconnect)(struct device *, struct terminal_session *);
    /* The rest may be NULL: a record has come, or a response to one that asked for it; a key
     * has been pressed; there is room again after terminal_session_full(). */
    void (*record)(struct device *, enum telnet_data, const uint8_t *bytes, size_t length);
    void (*response)(struct device *, bool positive, uint8_t code);
    void (*system_request)(struct device *);
    void (*drained)(struct device *);
};

/* NULL: no terminal, or one at the panel. */
const struct terminal_face *terminal_face(const struct device *);

/* Bytes of text for the terminal; never blocks. Any thread. */
void terminal_session_write(struct terminal_session *, const char *bytes, size_t length);
/* A record; `response`: it is to be answered, if it can. */
void terminal_session_record(struct terminal_session *, enum telnet_data, bool response,
                             const uint8_t *bytes, size_t length);
/* Is so much unsent that a command should wait? If so `drained` is called in time. */
bool terminal_session_full(struct terminal_session *);
/* The device waits for the terminal, or no longer does: who is silent for too long is cut
 * off. */
void terminal_session_expect(struct terminal_session *, bool answer);
/* The size of the screen, for the BIND image; before `ready` returns. */
void terminal_session_bind(struct terminal_session *, unsigned default_rows,
                           unsigned default_columns, unsigned alternate_rows,
                           unsigned alternate_columns);
/* The device is going away, and has forgotten the session: say so and hang up. Any thread.
 * When it returns the server does not use the device any more. Not with the device alone. */
void terminal_session_hang_up(struct terminal_session *);
/* Where it calls from, as text. */
const char *terminal_session_peer(const struct terminal_session *);

/* ---- the words of a device statement (words.c) --------------------------------------- */

/* Who may connect: [group] [address [mask]]. */
struct terminal_access {
    char group[17];
    uint32_t network, mask;             /* host byte order; mask 0: everybody */
};

/* Take the next word: true if it was a group, an address or a mask. `state` counts from 0. */
bool terminal_access_word(struct terminal_access *, const char *word, bool groups, int *state);
bool terminal_access_allows(const struct terminal_access *, uint32_t address);

/* ---- the families ----------------------------------------------------------------------- */

extern const struct terminal_face typewriter_face, display_face, printer_3287_face;

#endif
