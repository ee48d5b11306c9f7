/* The channels from inside: subchannels, the table of devices, and who may touch what.
 * Private to channel/.
 *
 * Locks. channels->lock guards everything here that does not say otherwise; it is held
 * for short, and never while a device's code is called or a CPU is woken. A subchannel's
 * `alone` is the device's own: who holds it runs the device's code. `alone` comes before
 * the lock. A program belongs to the thread that set activity to RUNNING. */
#ifndef CHANNEL_SUBCHANNEL_H
#define CHANNEL_SUBCHANNEL_H

#include "channel/css.h"
#include "channel/program.h"

enum { CHANNELS = 16, MAX_WORKERS = 8, NOBODY = -1 };

enum activity {
    IDLE,
    QUEUED,       /* the program is to be stepped: by a worker, or at a time of the agenda */
    RUNNING,      /* a thread is in it */
    WAITING,      /* a command waits for device_proceed() */
    CHAINING,     /* channel end has come, command chaining awaits device end */
    SUSPENDED,    /* before a CCW with the suspend flag (channel subsystem) */
    AWAITING_DEVICE,   /* not begun: the device owes an end of what was before (subsystem) */
    ENDING        /* virtual mode: the data have moved, the end is to be told at its time */
};

/* A channel-status word, taken apart (GA22 12-55); the SCSW's words 1 and 2 have the same. */
struct csw {
    uint8_t key;              /* key in bits 0-3, deferred condition code in 6-7 */
    uint32_t address;
    uint8_t unit, channel;
    uint16_t count;
};

struct subchannel {
    struct device *device;
    struct channels *channels;
    struct channel *channel;       /* NULL: the number is beyond S/370's channels */
    pthread_mutex_t alone;         /* recursive */
    struct program program;

    enum activity activity;
    bool started_fast;             /* by SIOF, independent of the device */
    bool abandoned;                /* CLRIO or a reset wants the program gone, without a trace */
    _Atomic bool held;             /* being opened anew: a program stays QUEUED */
    bool ended;                    /* subchannel_after() is due: */
    bool tells_device;             /*   type->end() with ... */
    unsigned end_status;           /*   ... this status */
    bool proceeds;                 /* device_proceed() came before the command waits */
    bool device_works;             /* channel end has been given, device end is to come */
    bool pending;                  /* the subchannel holds an interruption, or is status
                                      pending: csw */
    bool called;                   /* host mode: PCI has called the CPU: see give_way() */
    struct csw csw;
    uint32_t logout;               /* limited channel logout to store with it, or 0 */
    uint8_t device_status;         /* what the device itself holds: attention, device end */
    bool counted;                  /* in channel->interruptions */
    struct cpu *loading;           /* the program is IPL's, for this CPU */
    unsigned users;                /* threads that have it outside the lock: see channels.c */
    struct subchannel *next_queued;
    _Atomic uint64_t started;      /* programs, ever */
    int64_t usual_ns;              /* with `alone`: what a turn of its programs took of late */
    struct css_state css;          /* what the channel subsystem has more */
};

/* What becomes of a program's events: System/370's CSW and channels, or the SCSW of the
 * channel subsystem. With the lock. */
struct face {
    void (*pci)(struct subchannel *);         /* a CCW with the PCI flag has taken control */
    void (*accepted)(struct subchannel *);    /* the device has taken the first command */
    void (*suspended)(struct subchannel *);
    void (*ended)(struct subchannel *);
    void (*update)(struct subchannel *);      /* activity, pending or device_status changed */
};
extern const struct face channel_face, subsystem_face;

/* A channel (GA22 12-6). */
struct channel {
    uint8_t number;
    enum channel_type type;
    struct subchannel *working;    /* burst: whose program keeps the channel busy */
    bool available_due;            /* it was found busy: channel-available interruption */
    unsigned interruptions;        /* subchannels with one to present */
    unsigned devices;
};

/* An action that a device wants later. */
struct later {
    struct later *next;            /* in channels->laters */
    bool due;
    struct subchannel *subchannel;
    void (*action)(struct device *, void *);
    void *context;
};

struct channels {
    struct machine *machine;
    pthread_mutex_t lock;
    pthread_cond_t work;           /* the queue has grown, or quitting */
    pthread_cond_t settled;        /* some program has left RUNNING, some user has left */
    pthread_cond_t timer_changed;
    struct channel channel[CHANNELS];
    struct subchannel **numbers[256];    /* [number >> 8][number & 255] */
    _Atomic int owner;             /* address of the CPU that has the channel set, or NOBODY */
    _Atomic uint32_t pending;      /* bit 31-n: channel n has an interruption; no lock to read */
    bool attend;                   /* tell the owner, or all CPUs, when the lock is released */
    const struct face *face;       /* the machine's architecture's, since the last reset */
    struct css css;
    _Atomic uint64_t started;

    /* Host mode. */
    struct subchannel *queue, **queue_end;
    pthread_t workers[MAX_WORKERS];
    int worker_count, idle_workers, queued;
    struct agenda timers;
    struct later *laters;          /* of both modes, newest first */
    pthread_t timer;
    bool has_timer, quitting;
};

/* ---- channels.c -------------------------------------------------------------------- */

static inline void channels_lock(struct channels *channels)
{
    pthread_mutex_lock(&channels->lock);
}
/* Releases the lock, then tells the CPU if an interruption became pending meanwhile. */
void channels_unlock(struct channels *);

/* The subchannel with this number, or NULL. With the lock. */
struct subchannel *subchannel_find(struct channels *, uint32_t number);

/* ---- run.c: programs on their way (all with the lock) ---------------------------------- */

/* Have the program stepped: a worker soon, or the agenda after the device's latency. */
void subchannel_queue(struct subchannel *);
/* With `alone` too: step the program until it waits or ends, at most for a while. Both
 * modes; activity is RUNNING. Returns how it stands; the lock is not held meanwhile. */
enum program_result subchannel_step(struct subchannel *);
/* Host mode: is it quicker to step it on the CPU's thread than to hand it over? With
 * `alone` these two. */
bool subchannel_is_quick(const struct subchannel *);
enum program_result subchannel_step_quick(struct subchannel *);
/* No program any more; whoever waits for that is woken. */
void subchannel_idle(struct subchannel *);
/* Deal with the result: wait, queue again, or end with an interruption. */
void subchannel_settle(struct subchannel *, enum program_result);
/* The program has ended; free what it occupied. */
void subchannel_finish(struct subchannel *);
/* After the lock was released: tell the device, and IPL, if its program has ended. */
void subchannel_after(struct subchannel *);
/* A device end that a chain, or a working device, awaited; or any other status. */
void subchannel_present(struct subchannel *, unsigned status);
/* HIO, HDV, HSCH: no more data, no more commands; the end comes as an interruption. */
void subchannel_halt(struct subchannel *);
/* Stop the program whatever it does, leaving no interruption. Releases the lock for a
 * while and waits for the thread that is in it. Not with `alone`. */
void subchannel_abandon(struct subchannel *);
/* Let no command run, while the device is opened anew; and go on, also with a command
 * that waited. */
void subchannel_hold(struct subchannel *);
void subchannel_let_go(struct subchannel *);
/* Wait, in host mode, until no other thread has the subchannel in its hands. */
void subchannel_wait_unused(struct subchannel *);
/* A timer that is due, taken out of the list; NULL if there is none. (device.c) */
struct later *later_take_due(struct channels *);
void later_forget(struct subchannel *);
void *channels_worker(void *);
void *channels_timer(void *);

/* ---- interruption.c (all with the lock) --------------------------------------------- */

/* The end of a CLEAR I/O's program, as the subchannel's interruption. */
void interruption_of_end(struct subchannel *);
uint32_t limited_logout(const struct program *, uint8_t channel_status);   /* or 0 */
/* The condition of the subchannel, or of its channel, has changed. */
void interruption_update(struct subchannel *);
void interruption_update_channel(struct channels *, struct channel *);
/* Take and clear what the subchannel, else its device, has to present. */
struct csw interruption_take(struct subchannel *);
/* Does the device itself have a status that it can present now? */
bool device_status_presentable(const struct subchannel *);

/* ---- s370.c ------------------------------------------------------------------------- */

/* What CPU and operator ask for: fills in machine->io. */
void s370_face(struct channels *);

/* ---- reset.c: I/O system reset and IPL, of both faces; without the lock --------------- */

void reset_functions(struct channels *);        /* fills in machine->io */
void channels_choose_face(struct channels *);
void subchannel_reset_device(struct subchannel *);
/* The devices with these numbers, and their subchannels. */
void channels_reset(struct channels *, uint32_t first, uint32_t last);
/* The IPL program has ended. */
void subchannel_loaded(struct subchannel *, struct cpu *);

#endif
