/* A caller's session: the bytes that go out and come in, and its life. Private to
 * devices/terminal.
 *
 * A session is closed on the sockets' thread; its memory stays until both the server and
 * the device have let it go. The sockets' thread borrows the device for each use, so that a
 * device that goes away can wait for it. */
#ifndef DEVICES_TERMINAL_SESSION_H
#define DEVICES_TERMINAL_SESSION_H

#include <pthread.h>

#include "core/event.h"
#include "devices/terminal/terminal.h"
#include "devices/terminal/tls.h"

enum { SESSION_LONGEST_LINE = 4000 };

struct terminal_session {
    /* Set once. */
    struct terminal_server *server;
    struct events *events;
    int fd;
    char peer[72];
    uint32_t address;
    void (*closed_action)(struct terminal_session *);   /* the server's: take it off the list */
    /* The sockets' thread's own. */
    struct telnet telnet;
    char line[SESSION_LONGEST_LINE + 1];                /* being typed */
    size_t length;
    bool after_cr;
    const struct terminal_console *console;             /* instead of a device, or NULL */
    bool refused;                   /* it was told to go; it may read that, and then goes */
    pthread_mutex_t lock;           /* guards what follows */
    pthread_cond_t returned;
    struct tls_line *tls;
    struct device *device;
    bool borrowed;                  /* the sockets' thread uses the device */
    unsigned holders;
    bool hangs_up, closing, closed;
    uint64_t deadline;              /* clock_host_ns(), 0: none */
    uint16_t sequence, awaited;     /* of records out; the one to be answered */
    bool awaits;
    uint8_t *unsent;
    size_t unsent_length, unsent_room;
    bool starved;                   /* the device waits for room */
    uint8_t bind[4];                /* rows and columns: default, alternate */
};

struct terminal_session *session_new(struct events *, int fd, struct tls *);
void session_close(struct terminal_session *);
void session_release(struct terminal_session *);

/* The device, for a while; NULL if there is none (any more). */
struct device *session_borrow(struct terminal_session *);
void session_return(struct terminal_session *);
/* The device has taken the session; or it lets it go again by `disconnect`. */
void session_give_device(struct terminal_session *, struct device *);
void session_leave_device(struct terminal_session *);

/* Bytes as they are. */
void session_send(struct terminal_session *, const uint8_t *bytes, size_t length);
void session_flush(struct terminal_session *);
/* As recv(). */
ssize_t session_receive(struct terminal_session *, uint8_t *bytes, size_t length);
bool session_has_more(struct terminal_session *);
/* No more is sent; what has been goes its way. */
void session_finish(struct terminal_session *);
/* Does this response answer the record that asked for one? */
bool session_answers(struct terminal_session *, uint16_t sequence);
void session_set_deadline(struct terminal_session *, uint64_t ns);
/* Is so much unsent that more had better be left out? */
bool session_lags(struct terminal_session *);
bool session_overdue(struct terminal_session *, uint64_t now);

#endif
