#include "devices/dasd/free-space.h"

#include <stdlib.h>
#include <string.h>

static bool insert(struct free_space *f, size_t i, uint64_t at, uint64_t length)
{
    if (f->count == f->room) {
        size_t room = f->room ? 2 * f->room : 64;
        struct free_extent *extent = realloc(f->extent, room * sizeof *extent);
        if (!extent)
            return false;
        f->extent = extent;
        f->room = room;
    }
    memmove(f->extent + i + 1, f->extent + i, (f->count - i) * sizeof *f->extent);
    f->extent[i] = (struct free_extent){ at, length };
    f->count++;
    return true;
}

static void delete(struct free_space *f, size_t i)
{
    f->count--;
    memmove(f->extent + i, f->extent + i + 1, (f->count - i) * sizeof *f->extent);
}

bool free_space_init(struct free_space *f, uint64_t size)
{
    *f = (struct free_space){ .end = size };
    return size == 0 || insert(f, 0, 0, size);
}

void free_space_release(struct free_space *f)
{
    free(f->extent);
    *f = (struct free_space){ 0 };
}

/* The first extent that ends behind `at`. */
static size_t find(const struct free_space *f, uint64_t at)
{
    size_t low = 0, high = f->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->extent[middle].at + f->extent[middle].length <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum free_space_answer free_space_use(struct free_space *f, uint64_t at, uint64_t length)
{
    if (at > f->end || length > f->end - at)
        return FREE_SPACE_BEYOND;
    size_t i = find(f, at);
    if (i == f->count || f->extent[i].at > at
        || f->extent[i].at + f->extent[i].length < at + length)
        return FREE_SPACE_OVERLAP;
    struct free_extent whole = f->extent[i];
    uint64_t before = at - whole.at, behind = whole.length - before - length;
    if (before && behind && !insert(f, i + 1, at + length, behind))
        return FREE_SPACE_NO_STORAGE;
    if (before)
        f->extent[i].length = before;
    else if (behind)
        f->extent[i] = (struct free_extent){ at + length, behind };
    else
        delete(f, i);
    return FREE_SPACE_TAKEN;
}

bool free_space_take(struct free_space *f, uint64_t length, uint64_t smallest, bool exact,
                     uint64_t *at, uint64_t *got)
{
    for (size_t i = 0; i < f->count; i++) {
        struct free_extent *e = &f->extent[i];
        if (e->length < length)
            continue;
        uint64_t rest = e->length - length;
        if (exact && rest > 0 && rest < smallest)
            continue;
        *at = e->at;
        *got = rest < smallest ? e->length : length;
        e->at += *got;
        e->length -= *got;
        if (e->length == 0)
            delete(f, i);
        return true;
    }
    *at = f->end;
    *got = length;
    f->end += length;
    return true;
}

bool free_space_below(const struct free_space *f, uint64_t length, uint64_t limit)
{
    for (size_t i = 0; i < f->count && f->extent[i].at < limit; i++)
        if (f->extent[i].length >= length)
            return true;
    return false;
}

void free_space_give(struct free_space *f, uint64_t at, uint64_t length)
{
    size_t i = find(f, at);
    bool joins_next = i < f->count && f->extent[i].at == at + length;
    bool joins_last = i > 0 && f->extent[i - 1].at + f->extent[i - 1].length == at;
    if (joins_last) {
        f->extent[i - 1].length += length + (joins_next ? f->extent[i].length : 0);
        if (joins_next)
            delete(f, i);
    } else if (joins_next) {
        f->extent[i] = (struct free_extent){ at, f->extent[i].length + length };
    } else {
        insert(f, i, at, length);
    }
}

uint64_t free_space_trim(struct free_space *f)
{
    if (f->count && f->extent[f->count - 1].at + f->extent[f->count - 1].length == f->end)
        f->end = f->extent[--f->count].at;
    return f->end;
}
