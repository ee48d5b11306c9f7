/* Terminals: the operator's typewriter consoles, at the panel and over TCP. */
#ifndef DEVICES_TERMINAL_TERMINAL_H
#define DEVICES_TERMINAL_TERMINAL_H

#include "channel/channel.h"

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

/* Listen at "port" or "host:port" (event_listen()). NULL, and why, if it cannot be had. */
struct terminal_server *terminal_server_new(struct machine *, struct channels *,
                                            const char *where, const char *system,
                                            char *error, size_t size);
int terminal_server_port(const struct terminal_server *);
void terminal_server_free(struct terminal_server *);    /* NULL is allowed */

/* ---- between server and device --------------------------------------------------------- */

/* A terminal takes the device: false if another has it or its address is not allowed.
 * The device then writes to the session and is not ready without one. */
bool typewriter_connect(struct device *, struct terminal_session *, uint32_t address);
void typewriter_disconnect(struct device *, struct terminal_session *);

/* Bytes for the terminal; never blocks. Any thread. */
void terminal_session_write(struct terminal_session *, const char *bytes, size_t length);
/* The device is going away: say so and hang up. Any thread; does not wait. */
void terminal_session_hang_up(struct terminal_session *);

#endif
