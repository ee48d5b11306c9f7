/* A device that does as a test says: each command takes the next action off its script. */
#ifndef TESTS_CHANNEL_SCRIPTED_H
#define TESTS_CHANNEL_SCRIPTED_H

#include "channel/channel.h"

enum { SCRIPT_ACTIONS = 16, SCRIPT_BYTES = 16384 };

struct scripted_action {
    uint8_t command;           /* the code expected; 0: any */
    bool wait;                 /* UNIT_WAITS until it has been proceeded */
    bool takes, gives, any_status;
    uint8_t *bytes;            /* what it gives */
    size_t length;             /* how much it gives, or asks for */
    unsigned status;           /* what it answers, maybe 0 */
    uint8_t sense[8];          /* with unit check */
    unsigned later;            /* a status to present itself, after later_us */
    uint64_t later_us;
};

struct scripted {
    struct scripted_action actions[SCRIPT_ACTIONS];
    int count, next, waited;
    uint8_t taken[SCRIPT_BYTES];
    size_t taken_length;
    size_t gave;               /* what exchange_give() returned in all */
    unsigned initial;          /* the next initial status, given once */
    unsigned halt_status;      /* how a halted wait ends; 0: UNIT_ENDED */
    int begun, ended, resets, halts, unexpected;
    size_t counted;            /* exchange_count() at the last command */
    bool chained, chains;
    uint8_t previous;
};

extern const struct device_type scripted_type;
/* The same as a disk, so that the CPU's thread may serve it. */
extern const struct device_type scripted_disk;

/* Free what the script holds and start anew. */
void scripted_clear(struct scripted *);

#endif
