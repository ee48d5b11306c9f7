/* The interpreter of channel programs. It knows CCWs, storage and the device, and nothing
 * of how a program was started or how its end is told: that is a face's (s370.c), and
 * running it on the right thread at the right time is run.c's. */
#ifndef CHANNEL_PROGRAM_H
#define CHANNEL_PROGRAM_H

#include <stdatomic.h>

#include "channel/exchange.h"

/* CCW flags (GA22 12-29). */
enum ccw_flag {
    CCW_CHAIN_DATA = 0x80, CCW_CHAIN_COMMAND = 0x40, CCW_SUPPRESS_LENGTH = 0x20, CCW_SKIP = 0x10,
    CCW_PCI = 0x08, CCW_INDIRECT = 0x04, CCW_INVALID = 0x03
};

enum program_result {
    PROGRAM_CONTINUES,            /* step again */
    PROGRAM_WAITS,                /* the command waits (UNIT_WAITS): step again to proceed */
    PROGRAM_AWAITS_DEVICE_END,    /* program_device_end() goes on with the chain */
    PROGRAM_ENDED
};

struct program {
    struct exchange exchange;     /* must be first: what the device sees */
    struct machine *machine;      /* host's */
    struct device *device;        /* host's */
    /* A CCW with the PCI flag has taken control. */
    void (*pci)(struct program *);

    /* The current CCW. */
    uint8_t key;                  /* 0x00..0xF0 */
    uint8_t flags;
    uint16_t count;               /* what is left of it */
    uint32_t address;             /* of the next byte, or of the next IDAW */
    uint32_t next;                /* where the CCW after it is: the CSW's CCW address */
    /* Within an IDAW's block: the next byte's address, how many are left. */
    uint32_t block;
    unsigned block_left;
    bool later_block;             /* an IDAW of this CCW has been used up: boundaries count */

    uint8_t channel_status;       /* without PCI, which the face keeps */
    unsigned unit_status;         /* of the last command */
    bool fetch;                   /* command chaining: the next CCW is yet to be fetched */
    bool begun;                   /* the device has accepted the first command */
    bool selected;                /* the device has accepted the current command */
    bool waits;                   /* the current command returned UNIT_WAITS */
    bool asked;                   /* the device has asked for or offered bytes */
    bool excess;                  /* it offered more than there was room for */
    bool refused;                 /* ended by its first command's initial status */
    bool immediate;               /* the last command ended as an immediate operation */
    bool pci_at_end;              /* PCI of a CCW whose command was not accepted */
    uint64_t bytes;               /* moved since the start */
    _Atomic bool trace;           /* any thread: show what goes on */
    _Atomic bool halted;          /* any thread: take no more data, start no more commands */
    _Atomic uint8_t faults;       /* any thread: channel status of malfunctions that are to come */
    bool damaged;                 /* bytes of the current command were: channel-data check */
    bool lost;                    /* so was its status: interface-control check */
};

/* Fetch and check the first CCW. 0, or the channel status: program or protection check;
 * nothing has been started then. */
uint8_t program_start(struct program *, uint8_t key, uint32_t address);

/* Start with a CCW that is in no storage (IPL); it is followed by the one at `next`. */
void program_start_with(struct program *, uint8_t command, uint8_t flags, uint32_t address,
                        uint16_t count, uint32_t next);

/* Offer the current command to the device: true if it accepts. If not the program has
 * ended: unit_status is the initial status. The device's lock is held. */
bool program_select(struct program *);

/* Execute one command. The device's lock is held. */
enum program_result program_step(struct program *);

/* The device end that a chain awaited, with whatever status came along. */
enum program_result program_device_end(struct program *, unsigned status);

#endif
