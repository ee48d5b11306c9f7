/* What a 3270 display and a 3287 printer have in common: the session of the terminal that is
 * their body. It is the first member of the device's own state. */
#ifndef DEVICES_TERMINAL_LINK_H
#define DEVICES_TERMINAL_LINK_H

#include "devices/terminal/terminal.h"

/* CCW commands (GA23-0061). */
enum { WRITE = 0x01, ERASE_WRITE = 0x05, ERASE_WRITE_ALTERNATE = 0x0D, WRITE_STRUCTURED = 0x11,
       ERASE_ALL_UNPROTECTED = 0x0F, READ_BUFFER = 0x02, READ_MODIFIED = 0x06,
       READ_MODIFIED_ALL = 0x0E, SELECT_RM = 0x0B, SELECT_RB = 0x1B };
enum { SENSE_OPERATION_CHECK = 0x01 };

/* What the command in progress waits for. */
enum link_wait { WAIT_NOTHING, WAIT_RESPONSE, WAIT_MODIFIED, WAIT_BUFFER };

struct link {
    struct terminal_access access;
    struct terminal_session *session;   /* NULL: nobody is connected */
    bool ready;                         /* negotiation is over */
    bool responds;                      /* it answers whether a record was good */
    char type[TELNET_LONGEST_TYPE + 1]; /* what it says it is */
    enum link_wait waits;
    bool answered;
    uint8_t response_sense;             /* 0: positive */
};

/* The words of the statement: [group] [address [mask]]. False, and a message. */
bool link_open(struct device *, struct link *, int argc, char *const argv[]);
/* Forget the terminal and let it go. Not with the device alone. */
void link_close(struct device *, void (*forget)(struct device *, void *));
void link_describe(const struct link *, char *text, size_t size);

const char *link_group(const struct device *);
/* Is it free, and may this caller have it? Takes the session if so. */
bool link_connect(struct link *, struct terminal_session *, const struct terminal_caller *);
bool link_disconnect(struct device *, struct terminal_session *);
void link_response(struct device *, bool positive, uint8_t code);
void link_drained(struct device *);

/* Wait: what to return from the command. */
unsigned link_await(struct link *, enum link_wait);
void link_waits_no_more(struct link *);
/* Unit check with intervention required if nobody is there: for device_type.initial_status. */
unsigned link_initial_status(struct device *, uint8_t command);

/* What the command in progress is called over the line (LINE_WRITE and so on). */
uint8_t link_command(const struct exchange *);
/* At the beginning of a write: 0, or its status; it waits for an answer, or has it, or nobody is
 * there. */
unsigned link_before_write(struct device *);
/* All bytes of a write, behind `before` bytes left free; free it. */
uint8_t *link_take(struct exchange *, size_t before, size_t *length);

#endif
