/* The operator from the inside: what commands work on. Private to console/. */
#ifndef CONSOLE_OPERATOR_H
#define CONSOLE_OPERATOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "channel/channel.h"
#include "console/console.h"
#include "console/event-table.h"
#include "console/history.h"
#include "console/settings.h"
#include "console/symbols.h"
#include "console/tracing.h"
#include "core/messages.h"
#include "cpu/cpu.h"

struct control;
struct control_socket;
struct http;
struct watchdog;
struct block_io;
struct terminal_server;
enum { NO_NUMBER = 0x10000 };       /* not a device number */

/* The time of day in front of the lines of the log. */
enum log_stamp { STAMP_NONE, STAMP_SECONDS, STAMP_MICROSECONDS };

struct operator {
    pthread_mutex_t lock;           /* recursive: one command at a time */
    struct messages *messages;
    struct machine *machine;
    struct channels *channels;
    struct terminal_server *terminals;   /* NULL: no CNSLPORT yet */
    struct control *control;             /* services.c; NULL: nobody can call */
    struct control_socket *control_socket;
    struct http *http;
    struct sclp *sclp;
    struct symbols *symbols;
    struct history *history;
    struct tracing *tracing;
    struct event_table *events;
    struct settings settings;
    int cpu;                        /* the one that commands are for */
    bool powered;                   /* machine_power_on() was called */
    uint32_t last_ipl;              /* device of the last IPL, or NO_NUMBER */
    char last_list[4096];           /* file of the last list-directed IPL, if that came later */
    struct watchdog *watchdog;      /* DIAGNOSE 288 (watchdog.c) */
    struct block_io *block_io;      /* DIAGNOSE 250 (diagnose-blocks.c) */
    _Atomic bool page_faults_shaken;    /* DIAGNOSE 258 (diagnose-devices.c) */
    struct script *running;         /* the scripts (scripts.c) */
    int scripts;                    /* begun ever */
    struct turns *turns;            /* threads beside the session (turns.c) */
    struct rules *rules;            /* the automatic operator (rules.c) */
    struct rexx *rexx;              /* NULL: not loaded yet (rexx.c) */
    struct typed *typed;            /* lines to be had again (typed.c) */
    bool interactive;
    bool expectation_failed;
    bool misconfigured;             /* statements were left out, and no wait was met since */
    double patience;
    _Atomic bool quitting;
    int wake[2];                    /* a pipe that has a byte when the session is to end */
    FILE *log;                      /* of LOG, or NULL */
    _Atomic enum log_stamp log_stamp;
    uint64_t started_ns;
    struct rates *rates;            /* commands-system.c: maxrates */
};

static inline struct cpu *operator_cpu(const struct operator *operator)
{
    return operator->machine->cpus[operator->cpu];
}

/* ---- a command while it runs ------------------------------------------------------ */

struct command;

/* argv[0] is the row's name; `rest` is the line after the verb, as typed. */
struct call {
    const struct command *row;
    int argc;
    char *const *argv;
    const char *rest;
    const _Atomic bool *aside;  /* NULL, or the caller of operator_command_aside() has left */
};

typedef enum command_result command_function(struct operator *, const struct call *);

/* Run a line whose symbols have been replaced; `echo`: show it first. */
enum command_result operator_run(struct operator *, const char *line, bool echo);

/* The line with the values of symbols, to be freed. */
char *operator_expand(struct operator *, const char *line);
/* Cut off a comment: a # after a blank, outside quotes. */
void operator_cut_comment(char *line);

/* DIAGNOSE 8: a guest gives a command; its length and address are in registers (guest.c).
 * False: DIAG8CMD does not allow it. On the CPU's thread. */
bool guest_command(struct operator *, struct cpu *, int r1, int r3);
/* diagnose.c: DIAGNOSE with this code; false: the guest gets a specification exception. */
bool guest_diagnose(struct operator *, struct cpu *, uint32_t code, int r1, int r3);

/* diagnose-load.c, diagnose-partitions.c, watchdog.c: codes 308; 204 and 224; 288. */
bool diagnose_load(struct operator *, struct cpu *, int r1, int r3);
bool diagnose_partitions(struct operator *, struct cpu *, int r1, int r3);
bool diagnose_cpu_types(struct operator *, struct cpu *, int r1, int r3);
bool diagnose_watchdog(struct operator *, struct cpu *, int r1, int r3);
/* diagnose-devices.c, diagnose-blocks.c: codes 24, 258 and 250. */
bool diagnose_device(struct operator *, struct cpu *, int r1, int r3);
bool diagnose_page_faults(struct operator *, struct cpu *, int r1, int r3);
bool diagnose_block_io(struct operator *, struct cpu *, int r1, int r3);
struct watchdog *watchdog_new(void);
void watchdog_free(struct watchdog *);

/* ---- time -------------------------------------------------------------------------- */

/* Let the machine run until `until` says so, or for `ns` of its time; not under the lock. */
enum passing { PASSED_UNTIL, PASSED_TIME, PASSED_NOTHING /* can happen any more */, PASSED_QUIT };
enum passing operator_pass(struct operator *, bool (*until)(void *), void *context, uint64_t ns);

/* Wait until all CPUs, or the one, are stopped; they were asked to. */
bool operator_all_stopped(const struct operator *);
bool operator_wait_stopped(struct operator *, int cpu);   /* -1: all */

/* What a guest has asked of service processor and DIAGNOSE is forgotten: a reset, a load. */
void operator_forget_guest(struct operator *);

/* Is any CPU started? Then say that `what` needs them stopped. */
bool operator_refuses_started(struct operator *, const char *what);

/* What is reported of program interruptions unless OSTAILOR says otherwise. */
void tailor_default(struct settings *);

/* A new machine and channels in place of the old ones, which have no devices yet. */
bool operator_rebuild(struct operator *, bool virtual_time);

/* Give the machine the time of day that the settings ask for. */
void operator_set_clock(struct operator *);

/* Listen at CNSLPORT if there is something that terminals can connect to: a device, or the system
 * console of a machine that has one. */
void operator_open_terminals(struct operator *);
void operator_close_terminals(struct operator *);

/* ---- reading operands ---------------------------------------------------------------- */

bool parse_hex(const char *word, uint64_t limit, uint64_t *value);
bool parse_decimal(const char *word, int64_t lowest, int64_t highest, int64_t *value);
/* "480", "0480", "0:0480": a device number, or a message and false. */
bool parse_device(struct operator *, const char *word, uint16_t *number);
/* A device that there is; else a message and NULL. */
struct device *parse_attached(struct operator *, const char *word);
bool same_word(const char *a, const char *b);       /* case does not matter */

#endif
