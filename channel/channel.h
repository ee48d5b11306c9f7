/* The channel room's public face: the contract with devices, and the channels that
 * the configuration and the operator handle.
 *
 * A device sees a command, takes or gives bytes, and answers with a unit status. It
 * never sees guest storage, CCWs or interruptions. "GA22" is the System/370
 * Principles of Operation; "GA22-6974" the I/O interface. */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"

struct channels;
struct device;
struct exchange;

/* Unit status (GA22 12-57). */
enum unit_status {
    UNIT_ATTENTION = 0x80, UNIT_STATUS_MODIFIER = 0x40, UNIT_CONTROL_UNIT_END = 0x20,
    UNIT_BUSY = 0x10, UNIT_CHANNEL_END = 0x08, UNIT_DEVICE_END = 0x04,
    UNIT_CHECK = 0x02, UNIT_EXCEPTION = 0x01,
    /* Usual endings. */
    UNIT_ENDED = UNIT_CHANNEL_END | UNIT_DEVICE_END,
    UNIT_CHECKED = UNIT_ENDED | UNIT_CHECK,
    /* Not a status: the command waits for something outside (a key, a connection). The
     * channel calls the command's function again, with nothing transferred yet, after
     * device_proceed(). */
    UNIT_WAITS = 0x100
};

/* Channel status (GA22 12-58), low byte of CSW bits 32-47. */
enum channel_status {
    CHANNEL_PCI = 0x80, CHANNEL_INCORRECT_LENGTH = 0x40, CHANNEL_PROGRAM_CHECK = 0x20,
    CHANNEL_PROTECTION_CHECK = 0x10, CHANNEL_DATA_CHECK = 0x08, CHANNEL_CONTROL_CHECK = 0x04,
    CHANNEL_INTERFACE_CHECK = 0x02, CHANNEL_CHAINING_CHECK = 0x01
};

/* Sense byte 0, common to all devices. */
enum sense0 {
    SENSE_COMMAND_REJECT = 0x80, SENSE_INTERVENTION_REQUIRED = 0x40, SENSE_BUS_OUT = 0x20,
    SENSE_EQUIPMENT_CHECK = 0x10, SENSE_DATA_CHECK = 0x08, SENSE_OVERRUN = 0x04
};
enum { MAX_SENSE = 32 };

/* ---- what a device does with a command ------------------------------------- */

/* Data from the device to storage (read, sense). Give a record in as many pieces as
 * is handy. Returns how many bytes the channel took: fewer than `length` when its
 * count is used up (the rest is lost; the channel notes the incorrect length). */
size_t exchange_give(struct exchange *, const void *bytes, size_t length);

/* Data from storage to the device (write, control). Returns how many bytes there were:
 * fewer than `length` when the count is used up. Ask for as much as the device could
 * use: what it does not ask for is the residual count. */
size_t exchange_take(struct exchange *, void *bytes, size_t length);

/* A read backward: bytes go to descending addresses; give the last byte first. */

/* Bytes that the current CCWs (data chain included) have room for or hold, as far as it
 * is known without using them: the count of the current CCW that is left. */
size_t exchange_count(const struct exchange *);

/* The command code; whether it was reached by command chaining and from which command
 * (0 if none); whether command chaining follows it. */
uint8_t exchange_command(const struct exchange *);
bool exchange_chained(const struct exchange *);
uint8_t exchange_previous(const struct exchange *);
bool exchange_chains(const struct exchange *);

/* A command that a device type knows. A CCW's code matches if (code & mask) == code of
 * the row; the first match counts. Codes without a row are rejected: unit check alone as
 * the initial status, command reject. `run` returns the unit status. A control command
 * (code ending in binary 11) that moves no data is an immediate operation.
 *
 * The channel clears dev->sense before every command but sense (xxxx0100), no-operation
 * (03) and TEST I/O. */
struct device_command {
    uint8_t code, mask;
    const char *name;
    unsigned (*run)(struct device *, struct exchange *);
};

/* Rows for what most devices share, to end a table with: no-operation 03, sense 04,
 * sense ID E4 and test I/O handled by the channel. */
unsigned device_no_operation(struct device *, struct exchange *);  /* CE DE */
unsigned device_sense(struct device *, struct exchange *);   /* gives dev->sense, clears it */
unsigned device_sense_id(struct device *, struct exchange *);  /* gives type->sense_id */

/* ---- a device type: one file, one table --------------------------------------- */

enum device_class { CLASS_CONSOLE, CLASS_READER, CLASS_PUNCH, CLASS_PRINTER, CLASS_TAPE,
                    CLASS_DASD, CLASS_DISPLAY, CLASS_LINE, CLASS_OTHER };

struct device_type {
    const char *name;             /* "3505", as a configuration has it */
    enum device_class class;
    size_t size;                  /* of the device's own state: device->own, zeroed */
    const struct device_command *commands;   /* ends with a row whose run is NULL */
    uint8_t sense_length;         /* bytes that a SENSE gives */
    uint8_t sense_id[7];          /* FF cu-type model dev-type model; [0] = 0: no such command */
    uint16_t latency_us;          /* how long a command takes in virtual time */

    /* argv: the words of the device statement after the type. Says itself what is wrong
     * (with message()), and returns false; the device is then not attached. Also called
     * for DEVINIT, after close(), with the words of the last successful open if the
     * operator gave none. Called with the device alone; close() is not, because removing
     * a descriptor or timer waits for its action. While open() or close() runs no
     * command is. */
    bool (*open)(struct device *, int argc, char *const argv[]);
    void (*close)(struct device *);
    /* One line for DEVLIST: what is mounted and its state. */
    void (*describe)(struct device *, char *text, size_t size);

    /* All optional (NULL): */
    /* A channel program begins (first command) and ends; `status` its last status. */
    void (*begin)(struct device *);
    void (*end)(struct device *, unsigned status);
    /* HIO/HDV or a reset while a command waits: give up waiting. The status with which
     * the command then ends. */
    unsigned (*halt)(struct device *);
    void (*reset)(struct device *);
    /* The status with which a first command is to be answered at once (busy, not ready
     * with sense set), or 0. TIO sees it too. */
    unsigned (*initial_status)(struct device *, uint8_t command);
    /* The operator types a line for it (consoles); presses its attention key. False: it
     * has no such thing. */
    bool (*type_line)(struct device *, const char *line);
    bool (*attention)(struct device *);
    /* Nothing can be written there: a disk. Called with the device alone. */
    bool (*read_only)(const struct device *);
};

struct device {
    const struct device_type *type;
    uint16_t number;
    char statement[32];           /* the type as it was written */
    uint8_t sense[MAX_SENSE];     /* what SENSE will give */
    void *own;                    /* the type's state */
    struct machine *machine;
    struct channels *channels;
    struct messages *messages;    /* the machine's */
    struct subchannel *subchannel;   /* the channel's side; private to channel/ */
    const struct device_command *command;   /* the row that was looked up last, for this code: */
    uint8_t command_code;                   /* a chain's searches are many, and the same */
    int argc;                     /* the words of its last successful open, for DEVINIT */
    char **argv;
};

/* Set sense byte 0 (clearing the rest) and return UNIT_CHECKED. */
unsigned device_check(struct device *, uint8_t sense0);

/* ---- what a device may call from outside a command (any thread) ------------------ */

/* Run `action` with the device to itself: no command is in progress meanwhile. The way
 * for a socket's or the operator's thread to touch device->own. */
void device_alone(struct device *, void (*action)(struct device *, void *), void *context);

/* What a command with UNIT_WAITS waited for has happened. Call inside device_alone() or
 * from the device's own code. Does nothing if no command waits. */
void device_proceed(struct device *);

/* Unsolicited status: attention, device end from not-ready to ready. An interruption
 * will carry it when the device is idle. */
void device_present(struct device *, unsigned status);

/* Virtual mode or not: have `action` run with the device to itself after a delay of
 * the machine's time (host mode: host time). */
void device_later(struct device *, uint64_t ns, void (*action)(struct device *, void *),
                  void *context);

/* ---- channels: for the configuration and the operator ------------------------------ */

/* The channels of a machine; fills in machine->io. Host mode: a pool of threads runs
 * channel programs. Virtual mode: they run on the machine's thread, by its agenda. */
struct channels *channels_new(struct machine *);
void channels_free(struct channels *);     /* closes and detaches all devices */

enum channel_type { CHANNEL_SELECTOR, CHANNEL_BYTE_MULTIPLEXER, CHANNEL_BLOCK_MULTIPLEXER };
/* Channel 0 is a byte multiplexer, the others block multiplexers unless told otherwise. */
void channel_set_type(struct channels *, int channel, enum channel_type);

/* Channel paths of the channel subsystem: the first half of a device's number. One that is in
 * standby is not available to its subchannels. An I/O system reset configures all. */
enum path_state { PATH_NOT_THERE, PATH_STANDBY, PATH_CONFIGURED };
enum path_state channel_path_state(struct channels *, unsigned path);
/* Going to standby resets the devices of the path. */
void channel_path_configure(struct channels *, unsigned path, bool configured);

/* A new device. NULL, and a message, if the number is taken or its open fails. */
struct device *device_attach(struct channels *, const struct device_type *, uint16_t number,
                             int argc, char *const argv[]);
bool device_detach(struct channels *, uint16_t number);   /* false: no such device */
/* Close and open anew, with new words if there are any; device end is presented on
 * success (not ready to ready). */
bool device_reopen(struct device *, int argc, char *const argv[]);
bool device_renumber(struct channels *, uint16_t from, uint16_t to);
struct device *device_find(struct channels *, uint16_t number);
/* The same for other threads than the operator's: the device stays, closed perhaps, until
 * device_done(), though the operator detach it. */
struct device *device_hold(struct channels *, uint16_t number);
void device_done(struct device *);
/* In order of number: the first with a number >= `from`, or NULL. */
struct device *device_from(struct channels *, uint32_t from);
struct device *device_hold_from(struct channels *, uint32_t from);   /* device_done() follows */
/* One line of the device's I/O state for DEVLIST: "idle", "busy", "pending CE DE". */
void device_state(struct device *, char *text, size_t size);
/* The channel's side of a device that is attached, for DS. */
struct device_picture {
    const char *activity;         /* in words */
    uint64_t started;             /* channel programs, ever: with 0 the next lines mean nothing */
    uint8_t command, flags, key;  /* of the CCW in hand, or the last */
    uint32_t address, next;       /* of its next byte; of the next CCW */
    uint16_t count;               /* what is left of it */
    uint64_t moved;               /* bytes, by the whole program */
    uint8_t unit_status, channel_status;   /* the last of the program */
    bool pending; uint8_t csw[8]; /* an interruption, and what it will store */
    uint8_t device_status;        /* what the device holds besides */
    bool works;                   /* the device has given channel end, device end is to come */
    uint8_t malfunctions;
    uint8_t sense[MAX_SENSE];
    bool has_schib;               /* it is on a channel subsystem: the block as STSCH stores it */
    uint8_t schib[52];
};
void device_picture(struct device *, struct device_picture *);
/* The number of its subchannel, or -1: System/370 has none that a program knows. */
int device_subchannel(const struct device *);
/* Trace channel programs of a device (t+dev) to the message stream. */
void device_trace(struct device *, bool on);
/* Only the operation-request blocks that start them (o+dev). */
void device_trace_orbs(struct device *, bool on);
/* A malfunction for the device's channel programs to meet, once, as soon as it can happen:
 * CHANNEL_CONTROL_CHECK at a CCW, CHANNEL_DATA_CHECK at data, CHANNEL_CHAINING_CHECK at data
 * chaining on input, CHANNEL_INTERFACE_CHECK at an ending status; 0: none any more. Hardware
 * does this by itself; here only the operator, to try what a guest makes of it. */
void device_malfunction(struct device *, unsigned channel_status);
unsigned device_malfunctions(const struct device *);     /* those that are to come */
/* Channel programs started since the beginning, for the I/O rate. */
uint64_t channels_started(const struct channels *);
uint64_t device_started(const struct device *);     /* the same of one device */
/* Host mode: wait until no channel program runs (false after the time-out). For orderly
 * shutdown and tests. */
bool channels_settle(struct channels *, uint64_t host_ns);

/* ---- a test's or tool's exchange, without machine or channel ------------------------ */

/* Run one command of a type on a device that stands alone: bytes for it in `in`, what
 * it gives goes to `out` (room in, length out). Returns the unit status. */
struct lone_exchange {
    const uint8_t *in; size_t in_length;      /* what exchange_take() finds */
    size_t taken;                             /* how much of it was taken */
    uint8_t *out; size_t out_room;            /* where exchange_give() puts it: the count */
    size_t given;                             /* how much was offered, beyond out_room too */
    uint8_t command, previous; bool chained, chains;
};
unsigned device_command_alone(struct device *, struct lone_exchange *);

#endif
