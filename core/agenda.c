#include "core/agenda.h"

#include <stdbool.h>
#include <stdlib.h>

static bool before(const struct agenda_entry *a, const struct agenda_entry *b)
{
    return a->ns != b->ns ? a->ns < b->ns : a->sequence < b->sequence;
}

static void swap(struct agenda_entry *a, struct agenda_entry *b)
{
    struct agenda_entry t = *a;
    *a = *b;
    *b = t;
}

static void sift_up(struct agenda *agenda, size_t i)
{
    struct agenda_entry *heap = agenda->heap;
    for (; i > 0 && before(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&heap[i], &heap[(i - 1) / 2]);
}

static void sift_down(struct agenda *agenda, size_t i)
{
    struct agenda_entry *heap = agenda->heap;
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < agenda->count; child++)
            if (before(&heap[child], &heap[least]))
                least = child;
        if (least == i)
            return;
        swap(&heap[i], &heap[least]);
        i = least;
    }
}

void agenda_enter(struct agenda *agenda, uint64_t ns, agenda_action *action, void *context)
{
    if (agenda->count == agenda->room) {
        size_t room = agenda->room ? 2 * agenda->room : 16;
        struct agenda_entry *heap = realloc(agenda->heap, room * sizeof *heap);
        if (!heap)
            abort();
        agenda->heap = heap;
        agenda->room = room;
    }
    agenda->heap[agenda->count] =
        (struct agenda_entry){ ns, agenda->next_sequence++, action, context };
    sift_up(agenda, agenda->count++);
}

static struct agenda_entry take(struct agenda *agenda, size_t i)
{
    struct agenda_entry taken = agenda->heap[i];
    agenda->heap[i] = agenda->heap[--agenda->count];
    if (i < agenda->count) {
        sift_down(agenda, i);
        sift_up(agenda, i);
    }
    return taken;
}

void agenda_forget(struct agenda *agenda, const void *context)
{
    for (size_t i = 0; i < agenda->count;)
        if (agenda->heap[i].context == context)
            take(agenda, i), i = 0;
        else
            i++;
}

uint64_t agenda_next(const struct agenda *agenda)
{
    return agenda->count ? agenda->heap[0].ns : AGENDA_NEVER;
}

size_t agenda_run(struct agenda *agenda, uint64_t now)
{
    size_t ran = 0;
    while (agenda->count && agenda->heap[0].ns <= now) {
        struct agenda_entry due = take(agenda, 0);
        due.action(due.context);
        ran++;
    }
    return ran;
}

void agenda_free(struct agenda *agenda)
{
    free(agenda->heap);
    *agenda = (struct agenda){ 0 };
}
