/* Instruction tracing, stepping and breakpoints, reports of program interruptions, and
 * the checksum of a run: all that hangs on struct observer. Private to console/. */
#ifndef CONSOLE_TRACING_H
#define CONSOLE_TRACING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu;
struct operator;
struct tracing;

enum trace_kind { TRACE_PRINT, TRACE_STEP, TRACE_BREAK, TRACE_KINDS };
enum { MAX_BREAKPOINTS = 32 };

struct trace_range { uint64_t low, high; };

struct tracing *tracing_new(struct operator *);     /* fills in machine->observer */
void tracing_free(struct tracing *);
/* Fill in the observer of the operator's present machine. */
void tracing_connect(struct tracing *, struct operator *);

/* What event_table_wants_interruptions() says has changed. */
void tracing_interruptions(struct tracing *);

/* Switch on for a range of instruction addresses (all of them: 0 to UINT64_MAX) or off.
 * For TRACE_BREAK: adds a range. False: no room for another. */
bool tracing_on(struct tracing *, enum trace_kind, uint64_t low, uint64_t high);
void tracing_off(struct tracing *, enum trace_kind);
/* Take back a breakpoint; false if there is none such. */
bool tracing_remove(struct tracing *, uint64_t low, uint64_t high);
/* Range i of a kind; false past the end. */
bool tracing_row(struct tracing *, enum trace_kind, size_t i, struct trace_range *);

/* Whose instructions a trace shows: of all CPUs unless told otherwise; `cpus` by bits. */
void tracing_cpus(struct tracing *, unsigned cpus, bool on);
bool tracing_cpu(struct tracing *, int cpu);

enum trace_registers { REGISTERS_AFTER, REGISTERS_BEFORE, REGISTERS_NONE };
void tracing_registers(struct tracing *, enum trace_registers);
enum trace_registers tracing_registers_now(struct tracing *);

/* The checksum over interruptions and console lines since the last start. */
struct checksum { uint64_t value, interruptions, lines; };
void tracing_checksum_start(struct tracing *);
struct checksum tracing_checksum(struct tracing *);

#endif
