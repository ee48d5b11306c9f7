/* Which parts of a file are free: extents in order of their place, none touching another. */
#ifndef DEVICES_DASD_FREE_SPACE_H
#define DEVICES_DASD_FREE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct free_extent { uint64_t at, length; };

struct free_space {
    struct free_extent *extent;
    size_t count, room;
    uint64_t end;                 /* of the file: behind it everything can be had */
};

/* A file of this size, all free. False: out of storage, here and below. */
bool free_space_init(struct free_space *, uint64_t size);
void free_space_release(struct free_space *);

enum free_space_answer { FREE_SPACE_TAKEN, FREE_SPACE_OVERLAP, FREE_SPACE_BEYOND,
                         FREE_SPACE_NO_STORAGE };

/* Take a given part of the file. */
enum free_space_answer free_space_use(struct free_space *, uint64_t at, uint64_t length);

/* Take `length` bytes anywhere, the first place that does; at the file's end if none does. A
 * rest of less than `smallest` is taken too, unless `exact`: then such a place does not do. */
bool free_space_take(struct free_space *, uint64_t length, uint64_t smallest, bool exact,
                     uint64_t *at, uint64_t *got);

/* Would free_space_take(), not exact, find a place before `limit`? */
bool free_space_below(const struct free_space *, uint64_t length, uint64_t limit);

/* Give back. Never fails: if there is no storage to remember it, it is lost until the next
 * open. */
void free_space_give(struct free_space *, uint64_t at, uint64_t length);

/* The end of the file's last part in use; what was free behind it no longer counts. */
uint64_t free_space_trim(struct free_space *);

#endif
