/* The service processor that SERVICE CALL (SERVC) reaches: what the machine consists of, the
 * system console, shutting down. Private to console/. */
#ifndef CONSOLE_SCLP_H
#define CONSOLE_SCLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct operator;
struct sclp;
struct terminal_console;
struct terminal_server;

/* Connects itself to the operator's machine (and to the next one, if it is made anew). */
struct sclp *sclp_new(struct operator *);
void sclp_free(struct sclp *);
void sclp_connect(struct sclp *);

/* Forget what the guest has asked for and what it has not yet read: system reset, IPL. */
void sclp_reset(struct sclp *);

/* The length of a text command is a byte, which counts the four that two vectors begin with. */
enum { SCLP_LONGEST_LINE = 251 };

/* Type a line at the system console. False if the guest has not asked for such lines, too many
 * wait, or it is too long. */
bool sclp_type(struct sclp *, const char *line);
/* The guest would take such lines, but not this one. */
bool sclp_is_too_long(struct sclp *, const char *line);
/* The same as a priority message. */
bool sclp_type_priority(struct sclp *, const char *line);
/* The system console for telnet clients: by lines, and as a VT220 terminal. They stay as long as the
 * service processor does. */
const struct terminal_console *sclp_consoles(struct sclp *, size_t *count);
/* Show there what the guest writes; NULL: nowhere any more. */
void sclp_show_at(struct sclp *, struct terminal_server *);

/* Ask the guest to shut down; false if it has not asked to be told. */
bool sclp_quiesce(struct sclp *);

/* sclp-machine.c: in what portions storage is told, given and taken; main storage and standby storage have to
 * be multiples of it if there is both. */
uint64_t sclp_storage_increment(uint64_t mainsize, uint64_t standby);

#endif
