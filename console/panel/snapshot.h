/* The machine at one moment, as the panel shows it. Taken under the operator's lock, so
 * that devices and CPUs do not go meanwhile; read without. */
#ifndef CONSOLE_PANEL_SNAPSHOT_H
#define CONSOLE_PANEL_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "console/display.h"
#include "cpu/cpu.h"

struct operator;

enum cpu_state { CPU_MANUAL, CPU_LOAD, CPU_WAIT, CPU_RUNNING };

struct cpu_row {
    unsigned address;
    enum cpu_state state;
    struct psw psw;         /* of a running CPU: as of its last look up, some microseconds ago */
    char psw_text[40];
    uint32_t gr[16], cr[16], prefix;
    uint64_t fpr[4];        /* 0, 2, 4, 6 */
};

struct device_row {
    uint16_t number;
    char type[32];          /* "3505" */
    const char *name;       /* what kind of thing it is: "card reader" */
    char state[64];         /* "idle", "busy", "pending CE DE" */
    char mounted[256];      /* as the device describes itself; not to be trusted */
    char prefix[16];        /* of a console at the panel */
    uint64_t started, counted;  /* channel programs: ever, and when the rate was taken */
    double rate;            /* started in a second */
};

enum { SNAPSHOT_LINES = 64 };

struct instruction_line { uint64_t address; char hex[16], text[64]; };
struct storage_line { uint64_t address; bool present; uint8_t bytes[16]; char text[17]; };

/* What of it is wanted, beyond registers and devices. */
struct snapshot_wish {
    unsigned instructions, storage;     /* lines, at most SNAPSHOT_LINES */
    enum storage_view view;
    int base;                           /* storage from register 0..15, or one of these: */
    uint64_t address;
};
enum { FROM_PSW = -1, FROM_ADDRESS = -2 };

struct snapshot {
    int cpus;
    struct cpu_row cpu;                 /* the one that commands are for */
    bool others_run;             /* a CPU that is not shown is running */
    char system[64];            /* the panel's title, or the name of the partition */
    struct device_row *devices;
    unsigned device_count;
    double mips, ios;                   /* by the second of the host */
    char terminals[96];                 /* how one connects: "c3270 localhost:3270"; or "" */
    int page_port;                      /* of the web page; 0: there is none */
    unsigned instruction_count, storage_count;
    struct instruction_line instructions[SNAPSHOT_LINES];
    struct storage_line storage[SNAPSHOT_LINES];
    uint64_t rated_ns, rated_instructions, rated_ios;   /* when the rates were taken */
};

/* False if a command has the machine to itself: the snapshot stays as it was. */
bool snapshot_take(struct snapshot *, struct operator *, const struct snapshot_wish *);
void snapshot_clear(struct snapshot *);

/* The command that connects a terminal from this host; empty if none can be. Under the
 * operator's lock. */
void terminal_invitation(const struct operator *, char *text, size_t size);

/* The row of this number, or NULL. */
const struct device_row *snapshot_device(const struct snapshot *, uint16_t number);

#endif
