/* How fast the machine is: instructions and I/O by the second. Private to console/. */
#ifndef CONSOLE_RATES_H
#define CONSOLE_RATES_H

#include <stdbool.h>
#include <stdint.h>

struct operator;
struct rates;

struct rate { double mips, ios; };

struct rates *rates_new(struct operator *);
void rates_free(struct rates *);
/* Take a sample every second from now on (host mode). */
void rates_start(struct rates *);
void rates_stop(struct rates *);             /* before the machine goes */
struct rate rates_now(struct rates *);      /* of the last second sampled */
/* The highest second, of instructions and of I/O, since the last reset; and reset. */
struct rate rates_highest(struct rates *, bool reset);

#endif
