/* The one source of time. Nothing else in the program reads the host's clocks.
 *
 * In host mode time passes as on the host. In virtual mode it passes only when
 * somebody advances it: the machine, by the instructions it has executed and by
 * the events it waits for. The same input then gives the same times. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds that one instruction takes in virtual mode. */
enum { CLOCK_NS_PER_INSTRUCTION = 20 };

struct clock {
    bool is_virtual;
    uint64_t virtual_ns;     /* machine's: nanoseconds since the clock's start */
    uint64_t host_start_ns;  /* host's: CLOCK_MONOTONIC when the clock was made */
    int64_t tod_base;        /* machine's: the TOD value at the clock's start */
    int64_t tod_offset;      /* machine's: what clock_set_tod() has added to it */
};

/* A clock that starts now. In virtual mode every clock starts at the same TOD,
 * 1 January 1998 00:00 UTC, unless clock_set_tod says otherwise. */
void clock_init(struct clock *, bool is_virtual);

/* Nanoseconds since the clock's start. Never runs backwards. */
uint64_t clock_ns(const struct clock *);

/* The time of day as the TOD clock shows it: bit 51 is a microsecond, the epoch
 * is 1 January 1900 (GA22-7000, Time-of-Day Clock). Not unique from call to
 * call: STCK sees to that. */
uint64_t clock_tod(const struct clock *);

/* Move the epoch so that the TOD shows `tod` at this moment. */
void clock_set_tod(struct clock *, uint64_t tod);

/* Let virtual time pass. Does nothing in host mode. */
void clock_advance(struct clock *, uint64_t ns);

/* The host's time of day in TOD units, whatever the mode: for log files only. */
uint64_t clock_host_tod(void);

/* The host's monotonic nanoseconds, whatever the mode: for time-outs of sockets only. */
uint64_t clock_host_ns(void);

/* Put the calling thread to sleep, in host time whatever the mode. */
void clock_host_sleep(uint64_t ns);

/* TOD units (2^-12 microseconds) to nanoseconds and back. */
static inline uint64_t tod_to_ns(uint64_t tod)
{
    return (uint64_t)((unsigned __int128)tod * 125 >> 9);
}
static inline uint64_t ns_to_tod(uint64_t ns)
{
    return (uint64_t)(((unsigned __int128)ns << 9) / 125);
}

#endif
