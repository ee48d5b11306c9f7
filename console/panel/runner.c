#include "console/panel/runner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/console.h"
#include "core/thread.h"

struct task {
    struct task *next;
    bool is_script;
    char text[];
};

struct runner {
    struct operator *operator;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct task *first, **end;
    const struct task *doing;
    _Atomic bool wanted;        /* a task waits, or the end */
    bool ending;
};

static bool is_wanted(void *context)
{
    return ((struct runner *)context)->wanted;
}

/* The next task, or NULL at the end. The lock is held. */
static struct task *next_task(struct runner *runner)
{
    while (!runner->first && !runner->ending) {
        runner->wanted = false;
        pthread_mutex_unlock(&runner->lock);
        operator_idle(runner->operator, is_wanted, runner);
        pthread_mutex_lock(&runner->lock);
        if (!runner->first && !runner->ending)
            pthread_cond_wait(&runner->changed, &runner->lock);
    }
    struct task *task = runner->ending ? NULL : runner->first;
    if (task && !(runner->first = task->next))
        runner->end = &runner->first;
    return task;
}

static void *run(void *context)
{
    struct runner *runner = context;
    struct task *task;
    pthread_mutex_lock(&runner->lock);
    while ((task = next_task(runner))) {
        runner->doing = task;
        pthread_mutex_unlock(&runner->lock);
        if (task->is_script)
            operator_script(runner->operator, task->text);
        else
            operator_command(runner->operator, task->text);
        pthread_mutex_lock(&runner->lock);
        runner->doing = NULL;
        free(task);
    }
    pthread_mutex_unlock(&runner->lock);
    return NULL;
}

struct runner *runner_new(struct operator *operator)
{
    struct runner *runner = calloc(1, sizeof *runner);
    if (!runner)
        abort();
    runner->operator = operator;
    runner->end = &runner->first;
    pthread_mutex_init(&runner->lock, NULL);
    pthread_cond_init(&runner->changed, NULL);
    if (thread_create(&runner->thread, NULL, run, runner) == 0)
        return runner;
    pthread_cond_destroy(&runner->changed);
    pthread_mutex_destroy(&runner->lock);
    free(runner);
    return NULL;
}

void runner_free(struct runner *runner)
{
    if (!runner)
        return;
    pthread_mutex_lock(&runner->lock);
    runner->ending = true;
    runner->wanted = true;
    pthread_cond_signal(&runner->changed);
    pthread_mutex_unlock(&runner->lock);
    pthread_join(runner->thread, NULL);
    for (struct task *task = runner->first, *next; task; task = next) {
        next = task->next;
        free(task);
    }
    pthread_cond_destroy(&runner->changed);
    pthread_mutex_destroy(&runner->lock);
    free(runner);
}

static void add_task(struct runner *runner, bool is_script, const char *text)
{
    struct task *task = calloc(1, sizeof *task + strlen(text) + 1);
    if (!task)
        abort();
    task->is_script = is_script;
    strcpy(task->text, text);
    pthread_mutex_lock(&runner->lock);
    *runner->end = task;
    runner->end = &task->next;
    runner->wanted = true;
    pthread_cond_signal(&runner->changed);
    pthread_mutex_unlock(&runner->lock);
}

void runner_line(struct runner *runner, const char *line) { add_task(runner, false, line); }
void runner_script(struct runner *runner, const char *path) { add_task(runner, true, path); }

void runner_doing(struct runner *runner, char *text, size_t size)
{
    pthread_mutex_lock(&runner->lock);
    const struct task *task = runner->doing;
    snprintf(text, size, "%s%s", task && task->is_script ? "script " : "", task ? task->text : "");
    pthread_mutex_unlock(&runner->lock);
}
