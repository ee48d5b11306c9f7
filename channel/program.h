/* The interpreter of channel programs. It knows CCWs, storage and the device, and nothing
 * of how a program was started or how its end is told: that is a face's (s370.c, css.c), and
 * running it on the right thread at the right time is run.c's. "SA22" is the
 * z/Architecture Principles of Operation, SA22-7832. */
#ifndef CHANNEL_PROGRAM_H
#define CHANNEL_PROGRAM_H

#include <stdatomic.h>

#include "channel/exchange.h"

/* CCW flags (GA22 12-29, SA22 15-27). The last two are invalid unless the mode permits. */
enum ccw_flag {
    CCW_CHAIN_DATA = 0x80, CCW_CHAIN_COMMAND = 0x40, CCW_SUPPRESS_LENGTH = 0x20, CCW_SKIP = 0x10,
    CCW_PCI = 0x08, CCW_INDIRECT = 0x04, CCW_SUSPEND = 0x02, CCW_MODIFIED_INDIRECT = 0x01
};

/* How a program's CCWs are to be read. All zero is System/370's way; the rest is what an
 * operation-request block asks for (SA22 15-23). */
struct program_mode {
    uint8_t key;                  /* 0x00..0xF0 */
    bool format_1;                /* CCWs with 31-bit addresses */
    bool suspends;                /* the suspend flag is permitted */
    bool tells_initial_status;    /* p->accepted is wanted */
    bool wide_idaws;              /* format-2 IDAWs, of 8 bytes ... */
    bool small_blocks;            /* ... for blocks of 2K, not 4K */
    bool midaws;
    bool suppresses_length;       /* with format 1: immediate operations have no incorrect length */
    bool has_floor, has_ceiling;  /* address-limit checking: data addresses are at least, */
    uint64_t limit;               /* or below, this */
};

/* A CCW of either format, taken apart. */
struct ccw { uint8_t command, flags; uint16_t count; uint32_t address; };

enum program_result {
    PROGRAM_CONTINUES,            /* step again */
    PROGRAM_WAITS,                /* the command waits (UNIT_WAITS): step again to proceed */
    PROGRAM_AWAITS_DEVICE_END,    /* program_device_end() goes on with the chain */
    PROGRAM_SUSPENDED,            /* before a CCW with the suspend flag: see program_resume() */
    PROGRAM_ENDED
};

struct program {
    struct exchange exchange;     /* must be first: what the device sees */
    struct machine *machine;      /* host's */
    struct device *device;        /* host's */
    /* A CCW with the PCI flag has taken control. */
    void (*pci)(struct program *);
    /* The device has accepted the first command, which is no immediate operation; called
     * if the mode says so. */
    void (*accepted)(struct program *);

    struct program_mode mode;

    /* The current CCW. */
    uint8_t flags;
    uint16_t count;               /* what is left of it */
    uint32_t address;             /* of the next byte, or of the next (M)IDAW */
    uint32_t next;                /* where the CCW after it is: the CSW's CCW address */
    /* Within an IDAW's or MIDAW's block: the next byte's address, how many are left. */
    uint64_t block;
    unsigned block_left;
    bool block_skips;             /* a MIDAW's skip flag */
    bool last_block;              /* a MIDAW's last flag */
    bool later_block;             /* an IDAW of this CCW has been used up: boundaries count */

    uint8_t channel_status;       /* without PCI, which the face keeps */
    unsigned unit_status;         /* of the last command */
    bool suspended;               /* the current CCW has the suspend flag: it waits */
    bool fetch;                   /* command chaining: the next CCW is yet to be fetched */
    _Atomic bool begun;           /* the device has accepted the first command */
    bool selected;                /* the device has accepted the current command */
    bool waits;                   /* the current command returned UNIT_WAITS */
    bool asked;                   /* the device has asked for or offered bytes */
    bool excess;                  /* it offered more than there was room for */
    bool refused;                 /* ended by its first command's initial status */
    bool immediate;               /* the last command ended as an immediate operation */
    bool pci_at_end;              /* PCI of a CCW whose command was not accepted */
    uint64_t bytes;               /* moved since the start */
    _Atomic bool trace, trace_orbs; /* any thread: show what goes on, or only what starts it */
    _Atomic bool halted;          /* any thread: take no more data, start no more commands */
    _Atomic uint8_t faults;       /* any thread: channel status of malfunctions that are to come */
    bool damaged;                 /* bytes of the current command were: channel-data check */
    bool lost;                    /* so was its status: interface-control check */
};

/* Fetch and check the first CCW. 0, or the channel status: program or protection check;
 * nothing has been started then. p->suspended: it has the suspend flag. */
uint8_t program_start(struct program *, const struct program_mode *, uint32_t address);

/* A suspended program is to go on: the next step fetches the CCW anew. */
void program_resume(struct program *);

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
