/* What has happened of late: a table in memory of interruptions and messages, which costs
 * little while it is kept and nothing while it is not. Private to console/. */
#ifndef CONSOLE_EVENT_TABLE_H
#define CONSOLE_EVENT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct event_table;
struct operator;

struct event_table *event_table_new(struct operator *);      /* keeps nothing yet */
void event_table_free(struct event_table *);

/* Is there a class of interruptions that it wants? */
bool event_table_wants_interruptions(const struct event_table *);
/* An interruption, as struct observer has it; any CPU's thread. */
void event_table_interruption(struct event_table *, struct cpu *, int class, uint16_t code);

#endif
