#include "console/turns.h"

#include <stdlib.h>

#include "core/thread.h"

struct turn {
    struct turns *turns;
    struct turn *next;
    void (*run)(void *);
    void *context;
    pthread_t thread;
    bool is_virtual;            /* takes turns, does not just run */
    bool running, ended;        /* guarded by turns->lock */
    /* What it waits for, written in its own turn, read between turns. */
    bool (*until)(void *);
    void *until_context;
    uint64_t deadline;
    bool met;
};

struct turns {
    struct operator *operator;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct turn *first;         /* in the order of their beginning */
    bool giving;
};

struct turns *turns_new(struct operator *operator)
{
    struct turns *turns = calloc(1, sizeof *turns);
    if (!turns)
        abort();
    turns->operator = operator;
    pthread_mutex_init(&turns->lock, NULL);
    pthread_cond_init(&turns->changed, NULL);
    return turns;
}

/* Take out and free those that have ended. */
static void reap(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    for (struct turn **link = &turns->first, *turn; (turn = *link);) {
        if (!turn->ended) {
            link = &turn->next;
            continue;
        }
        *link = turn->next;
        pthread_join(turn->thread, NULL);
        free(turn);
    }
    pthread_mutex_unlock(&turns->lock);
}

void turns_free(struct turns *turns)
{
    if (!turns)
        return;
    reap(turns);
    pthread_cond_destroy(&turns->changed);
    pthread_mutex_destroy(&turns->lock);
    free(turns);
}

/* ---- on the threads ---------------------------------------------------------------------- */

static void wait_for_turn(struct turn *turn)
{
    while (!turn->running)
        pthread_cond_wait(&turn->turns->changed, &turn->turns->lock);
}

static void *begin(void *context)
{
    struct turn *turn = context;
    struct turns *turns = turn->turns;
    pthread_mutex_lock(&turns->lock);
    if (turn->is_virtual)
        wait_for_turn(turn);
    pthread_mutex_unlock(&turns->lock);
    turn->run(turn->context);
    pthread_mutex_lock(&turns->lock);
    turn->ended = true;
    turn->running = false;
    pthread_cond_broadcast(&turns->changed);
    pthread_mutex_unlock(&turns->lock);
    return NULL;
}

bool turns_begin(struct turns *turns, void (*run)(void *), void *context)
{
    struct turn *turn = calloc(1, sizeof *turn);
    if (!turn)
        abort();
    if (!turns->operator->machine->clock.is_virtual)
        reap(turns);
    turn->turns = turns;
    turn->run = run;
    turn->context = context;
    turn->is_virtual = turns->operator->machine->clock.is_virtual;
    pthread_mutex_lock(&turns->lock);
    bool begun = thread_create(&turn->thread, NULL, begin, turn) == 0;
    if (begun) {
        struct turn **link = &turns->first;
        while (*link)
            link = &(*link)->next;
        *link = turn;
    } else {
        free(turn);
    }
    pthread_mutex_unlock(&turns->lock);
    return begun;
}

struct turn *turns_mine(struct turns *turns)
{
    struct turn *mine = NULL;
    pthread_mutex_lock(&turns->lock);
    for (struct turn *turn = turns->first; turn && !mine; turn = turn->next)
        if (turn->is_virtual && !turn->ended && pthread_equal(turn->thread, pthread_self()))
            mine = turn;
    pthread_mutex_unlock(&turns->lock);
    return mine;
}

enum passing turns_pass(struct turn *turn, bool (*until)(void *), void *context,
                        uint64_t deadline)
{
    struct turns *turns = turn->turns;
    if (operator_quitting(turns->operator))
        return PASSED_QUIT;
    pthread_mutex_lock(&turns->lock);
    turn->until = until;
    turn->until_context = context;
    turn->deadline = deadline;
    turn->met = false;
    turn->running = false;
    pthread_cond_broadcast(&turns->changed);
    wait_for_turn(turn);
    pthread_mutex_unlock(&turns->lock);
    if (turn->met)
        return PASSED_UNTIL;
    return operator_quitting(turns->operator) ? PASSED_QUIT : PASSED_TIME;
}

/* ---- on the session's thread --------------------------------------------------------------- */

/* Nobody else runs: what the threads wait for can be looked at without the lock, which
 * their conditions do not expect to be held. */
static bool is_due(struct turns *turns, struct turn *turn)
{
    if (!turn->is_virtual || turn->ended)
        return false;
    turn->met = turn->met || (turn->until && turn->until(turn->until_context));
    return turn->met || operator_quitting(turns->operator) ||
           clock_ns(&turns->operator->machine->clock) >= turn->deadline;
}

bool turns_due(struct turns *turns)
{
    for (struct turn *turn = turns->first; turn && !turns->giving; turn = turn->next)
        if (is_due(turns, turn))
            return true;
    return false;
}

uint64_t turns_next(struct turns *turns)
{
    uint64_t next = UINT64_MAX;
    for (struct turn *turn = turns->first; turn && !turns->giving; turn = turn->next)
        if (turn->is_virtual && !turn->ended && turn->deadline < next)
            next = turn->deadline;
    return next;
}

static void give_one(struct turns *turns, struct turn *turn)
{
    pthread_mutex_lock(&turns->lock);
    turn->running = true;
    pthread_cond_broadcast(&turns->changed);
    while (turn->running)
        pthread_cond_wait(&turns->changed, &turns->lock);
    pthread_mutex_unlock(&turns->lock);
}

/* Somebody's turn may be another's cause: round and round, until nobody is due. */
static void give_all(struct turns *turns)
{
    bool given = true;
    while (given) {
        given = false;
        for (struct turn *turn = turns->first; turn; turn = turn->next)
            if (is_due(turns, turn)) {
                give_one(turns, turn);
                given = true;
            }
    }
}

/* Not again from inside: a turn's own thread, or what it calls. */
static bool claim(struct turns *turns)
{
    pthread_mutex_lock(&turns->lock);
    bool free = !turns->giving;
    turns->giving = true;
    pthread_mutex_unlock(&turns->lock);
    return free;
}

void turns_give(struct turns *turns)
{
    if (!turns->first || !claim(turns))
        return;
    give_all(turns);
    pthread_mutex_lock(&turns->lock);
    turns->giving = false;
    pthread_mutex_unlock(&turns->lock);
    reap(turns);
}

void turns_end(struct turns *turns)
{
    turns_give(turns);
    pthread_mutex_lock(&turns->lock);
    for (struct turn *turn = turns->first; turn; turn = turn->next)
        while (!turn->ended)
            pthread_cond_wait(&turns->changed, &turns->lock);
    pthread_mutex_unlock(&turns->lock);
    reap(turns);
}
