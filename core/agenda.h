/* What is to happen at a set time: a queue of events in order of time, and of
 * entry where times are equal. In virtual mode the machine's I/O completes
 * through it. Not locked: one thread owns an agenda. */
#ifndef CORE_AGENDA_H
#define CORE_AGENDA_H

#include <stddef.h>
#include <stdint.h>

typedef void agenda_action(void *context);

struct agenda_entry {
    uint64_t ns, sequence;
    agenda_action *action;
    void *context;
};

struct agenda {
    struct agenda_entry *heap;
    size_t count, room;
    uint64_t next_sequence;
};

#define AGENDA_NEVER UINT64_MAX

/* Enter an action for the time `ns`, which may lie in the past. */
void agenda_enter(struct agenda *, uint64_t ns, agenda_action *, void *context);

/* Forget every entry for this context. */
void agenda_forget(struct agenda *, const void *context);

/* The time of the first entry, or AGENDA_NEVER. */
uint64_t agenda_next(const struct agenda *);

/* Run, in order, what is due at `now`. Returns how many actions ran. */
size_t agenda_run(struct agenda *, uint64_t now);

void agenda_free(struct agenda *);

#endif
