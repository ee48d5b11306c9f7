/* Where punched cards and printed lines go: a file, a caller at a socket, or the standard
 * input of a host command. What sink_write() has accepted is in the host's hands: a crash
 * of the emulator does not lose it. */
#ifndef DEVICES_UNIT_RECORD_SINK_H
#define DEVICES_UNIT_RECORD_SINK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "channel/channel.h"

struct sink {
    pthread_mutex_t lock;   /* guards fd: the sockets' thread changes it. Nothing of channel/
                               is called under it */
    struct device *dev;
    char *name;             /* as the statement has it; NULL: nowhere */
    int fd;                 /* -1: nobody takes anything now */
    int listener;           /* -1: not a socket */
    pid_t command;          /* 0: none */
    bool emptied;           /* a file: what it held before is gone */
    bool named;             /* a file that has a name, which it can lose */
    char error[256];        /* why the last call failed */
};

/* An empty sink, before anything else and after sink_close(). */
void sink_clear(struct sink *, struct device *);

/* `where` is a file; a command if it begins with a bar; or, with `socket`, a port or
 * host:port to listen at. A file is emptied when the first output comes, unless `append`.
 * False, and sink->error says why. */
bool sink_open(struct sink *, const char *where, bool socket, bool append);
void sink_close(struct sink *);

bool sink_ready(struct sink *);

/* Write all of it or, false and sink->error, none: a file is cut back to where it was. */
bool sink_write(struct sink *, const void *bytes, size_t length);

#endif
