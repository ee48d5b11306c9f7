/* The channel subsystem from inside: what a subchannel is to a program of ESA/390 or
 * z/Architecture. Private to channel/. "SA22" is SA22-7832, chapters 13 to 17. All functions
 * are called with the lock of subchannel.h unless they say otherwise. */
#ifndef CHANNEL_CSS_H
#define CHANNEL_CSS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channels;
struct cpu;
struct device;
struct subchannel;

enum { SCHIB_LENGTH = 52, ORB_LENGTH = 32, IRB_LENGTH = 64, EXTENDED_IRB_LENGTH = 96,
       SUBCLASSES = 8, MAX_REPORTS = 64, MAX_CONCURRENT_SENSE = 32 };

/* Word 0 of the subchannel-status word (SA22 16-6). */
enum scsw_control {
    SCSW_KEY = 0xF0000000u, SCSW_SUSPEND = 0x08000000, SCSW_LOGOUT = 0x04000000,
    SCSW_DEFERRED_1 = 0x01000000, SCSW_DEFERRED_3 = 0x03000000,
    SCSW_FORMAT_1 = 0x00800000, SCSW_PREFETCH = 0x00400000, SCSW_INITIAL_STATUS = 0x00200000,
    SCSW_ADDRESS_LIMIT = 0x00100000, SCSW_SUPPRESS_SUSPENDED = 0x00080000,
    SCSW_ZERO_STATUS = 0x00040000, SCSW_EXTENDED = 0x00020000,
    SCSW_PATH_NOT_OPERATIONAL = 0x00010000,
    /* function control */
    FUNCTION_START = 0x4000, FUNCTION_HALT = 0x2000, FUNCTION_CLEAR = 0x1000,
    /* activity control */
    RESUME_PENDING = 0x0800, START_PENDING = 0x0400, HALT_PENDING = 0x0200,
    CLEAR_PENDING = 0x0100, SUBCHANNEL_ACTIVE = 0x0080, DEVICE_ACTIVE = 0x0040,
    SUSPENDED_ACTIVITY = 0x0020,
    /* status control */
    STATUS_ALERT = 0x10, STATUS_INTERMEDIATE = 0x08, STATUS_PRIMARY = 0x04,
    STATUS_SECONDARY = 0x02, STATUS_PENDING = 0x01,
    STATUS_CONTROL = 0x1F,
    FUNCTION_CONTROL = 0x7000
};

/* ORB word 1 (SA22 15-23). */
enum orb_control {
    ORB_SUSPEND = 0x08000000, ORB_FORMAT_1 = 0x00800000, ORB_PREFETCH = 0x00400000,
    ORB_INITIAL_STATUS = 0x00200000, ORB_ADDRESS_LIMIT = 0x00100000,
    ORB_SUPPRESS_SUSPENDED = 0x00080000, ORB_TRANSPORT = 0x00040000,
    ORB_WIDE_IDAWS = 0x00020000, ORB_SMALL_BLOCKS = 0x00010000, ORB_PATHS = 0x0000FF00,
    ORB_SUPPRESS_LENGTH = 0x00000080, ORB_MIDAWS = 0x00000040, ORB_RESERVED = 0x0000003E
};

/* Bytes 4 and 5 of the path-management-control word, and its word 6 (SA22 15-2). */
enum pmcw_flag {
    PMCW_SUBCLASS = 0x3800, PMCW_ENABLED = 0x0080, PMCW_LIMIT = 0x0060, PMCW_AT_LEAST = 0x0020,
    PMCW_BELOW = 0x0040, PMCW_MEASURE_BLOCK = 0x0010, PMCW_MEASURE_CONNECT = 0x0008,
    PMCW_MULTIPATH = 0x0004, PMCW_TIMING = 0x0002, PMCW_NUMBER_VALID = 0x0001,
    PMCW_RESERVED = 0xC700
};
enum pmcw_characteristic {
    PMCW_BLOCK_FORMAT_1 = 0x4, PMCW_EXTENDED_MEASUREMENT = 0x2, PMCW_CONCURRENT_SENSE = 0x1
};
enum { THE_PATH = 0x80 };     /* every device has one channel path, the first */

/* Machine's: what the subsystem knows of a device beside struct subchannel, whose `csw` has
 * the SCSW's words 1 and 2. */
struct css_state {
    uint16_t number;
    /* the PMCW's, and so on, as a program may modify them */
    uint32_t parameter;
    uint16_t flags;
    uint8_t path_mask, paths_operational;
    uint8_t last_path, path_not_operational;
    uint16_t measurement_index;
    uint32_t characteristics;
    uint64_t measurement_address;
    /* the start function */
    uint32_t control;              /* SCSW word 0, but for the activity that can be seen */
    bool secondary_due;            /* channel end was told, device end is to come */
    bool resume_wanted;            /* RESUME SUBCHANNEL came before there was a suspension */
    bool suppresses_suspended;
    uint8_t sense[MAX_CONCURRENT_SENSE];
    size_t sense_length;
    uint64_t started_ns, pending_ns, connect_ns;     /* machine's time, see css-measure.c */
    unsigned starts;               /* START and RESUME SUBCHANNELs that are yet to be counted */
    uint32_t measurement_check;    /* no place for the measurement block: its bit of the logout */
    /* the interruption request */
    bool requested;
    struct subchannel *next_requested;
};

struct css_requests { struct subchannel *first, *last; };

struct css {
    struct subchannel **table;     /* by number; NULL: no device has it */
    uint32_t count;
    struct css_requests requests[SUBCLASSES];
    _Atomic uint32_t pending;      /* 80 >> n: subclass n has a request; no lock to read */
    uint32_t reports[MAX_REPORTS]; /* channel-report words, oldest first */
    unsigned report_count;
    bool reports_lost;
    _Atomic bool report_due;       /* the machine check is to come; no lock to read */
    uint32_t address_limit;
    bool measures_blocks, measures_connect;
    uint8_t measurement_key;
    uint64_t measurement_origin;
    uint8_t paths_in_standby[32];  /* a bit for each */
};

/* ---- css.c ------------------------------------------------------------------------- */

/* Fill in the instructions of machine->io. */
void css_instructions(struct channels *);
/* The subchannel with this number, or NULL. */
struct subchannel *css_find(struct channels *, uint32_t number);
/* A device gets a subchannel, or loses it. False: there is no number left. */
bool css_enter(struct channels *, struct subchannel *);
void css_leave(struct channels *, struct subchannel *);
/* I/O system reset of the subsystem, and of a subchannel. */
void css_reset(struct channels *);
void css_reset_subchannel(struct subchannel *);
/* IPL has ended well: the subchannel remains enabled. */
void css_enable(struct subchannel *);
uint32_t css_identification(const struct subchannel *);
/* The subchannel-information block; of NULL, of a number that no device has. */
void css_store_schib(const struct subchannel *, uint8_t schib[SCHIB_LENGTH]);

bool css_operational(const struct subchannel *);        /* also of NULL */

static inline uint8_t css_path_id(uint16_t device) { return (uint8_t)(device >> 8); }

/* ---- css-status.c -------------------------------------------------------------------- */

/* What the device itself has to present, or whether it may, has changed. */
void css_update(struct subchannel *);
/* Status pending with these bits of the status-control field, beside those there are. */
void css_status(struct subchannel *, uint32_t status_control);
/* The SCSW as it is to be stored; the whole IRB; and forget what TEST SUBCHANNEL clears. */
void css_store_scsw(const struct subchannel *, uint8_t scsw[12]);
void css_store_irb(const struct subchannel *, uint8_t irb[EXTENDED_IRB_LENGTH]);
void css_clear_status(struct subchannel *);
/* Interruption requests. */
void css_withdraw(struct subchannel *);
struct subchannel *css_take(struct channels *, uint8_t subclasses);
/* Without the lock, with `alone`: take the sense bytes of a program that ended with unit check. */
void css_sense(struct subchannel *);

/* ---- css-report.c --------------------------------------------------------------------- */

enum report_source { REPORT_SUBCHANNEL = 3, REPORT_PATH = 4 };
enum report_code { REPORT_INITIALIZED = 2, REPORT_PARAMETERS = 4, REPORT_GONE = 6 };
void css_report(struct channels *, enum report_source, enum report_code, bool solicited, uint16_t id);
uint32_t css_take_report(struct channels *);      /* 0: there is none */

/* ---- css-path.c ------------------------------------------------------------------------ */

uint8_t css_paths_available(const struct subchannel *);     /* THE_PATH, or 0 */
bool css_has_path(const struct channels *, unsigned path);
/* For machine->io: without the lock. */
int css_reset_path(void *channels, struct cpu *, uint32_t path);
int css_store_path_status(void *channels, struct cpu *, uint8_t status[32]);

/* ---- css-measure.c ---------------------------------------------------------------------- */

/* A start function begins, or goes on after a suspension; the device has taken a command; it has
 * come to its end, or to a suspension. */
void css_measure_start(struct subchannel *);
void css_measure_begun(struct subchannel *);
void css_measure_end(struct subchannel *);
unsigned css_connect_time(const struct subchannel *);   /* in units of 128 us, for the ESW */
void css_extended_measurement(const struct subchannel *, uint8_t words[32]);

/* ---- chsc.c ------------------------------------------------------------------------------- */

/* CHANNEL SUBSYSTEM CALL: the block has a request, and is to have a response. False: the
 * request's length is none. */
bool css_call(struct channels *, uint8_t block[4096]);

#endif
