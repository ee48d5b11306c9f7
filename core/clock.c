#include "core/clock.h"

#include <time.h>

/* 1 January 1970 and 1 January 1998, in TOD units since 1 January 1900. */
#define TOD_1970 0x7D91048BCA000000u
#define SECOND ((uint64_t)4096000000u)
#define TOD_1998 (TOD_1970 + 883612800u * SECOND)

static uint64_t host_ns(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t clock_host_tod(void)
{
    return TOD_1970 + ns_to_tod(host_ns(CLOCK_REALTIME));
}

void clock_init(struct clock *clock, bool is_virtual)
{
    clock->is_virtual = is_virtual;
    clock->virtual_ns = 0;
    clock->host_start_ns = host_ns(CLOCK_MONOTONIC);
    clock->tod_offset = 0;
    clock->tod_base = (int64_t)(is_virtual ? TOD_1998 : clock_host_tod());
}

uint64_t clock_ns(const struct clock *clock)
{
    return clock->is_virtual ? clock->virtual_ns
                             : host_ns(CLOCK_MONOTONIC) - clock->host_start_ns;
}

uint64_t clock_tod(const struct clock *clock)
{
    return (uint64_t)clock->tod_base + ns_to_tod(clock_ns(clock));
}

void clock_set_tod(struct clock *clock, uint64_t tod)
{
    int64_t base = (int64_t)(tod - ns_to_tod(clock_ns(clock)));
    clock->tod_offset += base - clock->tod_base;
    clock->tod_base = base;
}

void clock_advance(struct clock *clock, uint64_t ns)
{
    if (clock->is_virtual)
        clock->virtual_ns += ns;
}

uint64_t clock_host_ns(void)
{
    return host_ns(CLOCK_MONOTONIC);
}

void clock_host_sleep(uint64_t ns)
{
    struct timespec t = { (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };
    nanosleep(&t, NULL);
}
