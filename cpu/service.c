/* SERVICE CALL, and the external interruption by which the service processor answers: the
 * machine's side. What the commands do is console/sclp.c's affair. Neither is in the
 * Principles of Operation; operating systems know them. */
#include <stdlib.h>

#include "cpu/control.h"

enum { PENDING = 1 };   /* beside the parameter, in machine->service_signal */

/* Control blocks begin on a doubleword below 2G with their length, which counts a header of eight
 * bytes. */
#define BLOCK_ADDRESS UINT64_C(0x7FFFFFF8)
enum { BLOCK_HEADER = 8 };

/* R1 has the command word, R2 the address of the service-call control block, which is neither in the
 * prefix area nor where that would be without prefixing: real or absolute is all one. */
INSTRUCTION(servc)
{
    const struct service_port *service = &cpu->machine->service;
    uint32_t command = cpu->gr[op->r1].w;
    uint64_t real = cpu->arch->wide_registers ? cpu->gr[op->r2].d : cpu->gr[op->r2].w;
    uint64_t area = real & ~(uint64_t)(cpu->arch->prefix_size - 1);
    if (real & ~BLOCK_ADDRESS || area == 0 || area == cpu->prefix)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint8_t *block = storage_absolute(cpu->machine, real, BLOCK_HEADER);
    if (!block)
        program_interrupt(cpu, PGM_ADDRESSING);
    if (get16(block) < BLOCK_HEADER)
        program_interrupt(cpu, PGM_SPECIFICATION);
    cpu->psw.cc = (uint8_t)(service->call ? service->call(service->context, cpu, command, real)
                                          : 3);
}

/* One signal at a time: a second takes the first one's place, and keeps its address if it has
 * none of its own (an event that waits is a bit of the parameter). */
void machine_service_signal(struct machine *machine, uint32_t parameter)
{
    uint64_t before = atomic_load(&machine->service_signal), after;
    do
        after = (uint64_t)(parameter | (uint32_t)(before >> 32)) << 32 | PENDING;
    while (!atomic_compare_exchange_weak(&machine->service_signal, &before, after));
    for (int i = 0; i < machine->ncpus; i++)
        cpu_attend(machine->cpus[i], ATTEND_SERVICE);
}

bool service_signal_pending(const struct machine *machine)
{
    return atomic_load(&((struct machine *)(uintptr_t)machine)->service_signal) & PENDING;
}

bool take_service_signal(struct machine *machine, uint32_t *parameter)
{
    uint64_t signal = atomic_exchange(&machine->service_signal, 0);
    *parameter = (uint32_t)(signal >> 32);
    return signal & PENDING;
}

/* ---- what a control program does for its guest ------------------------------------------- */

/* The ends of what DIAGNOSE 250 began, oldest first. */
struct completion {
    struct completion *next;
    uint16_t owner;
    struct completion_signal signal;
};

void machine_completion(struct machine *machine, uint16_t owner, const struct completion_signal *signal)
{
    struct completion *new = malloc(sizeof *new);
    if (!new)
        abort();
    *new = (struct completion){ NULL, owner, *signal };
    pthread_mutex_lock(&machine->completions_lock);
    struct completion **last = &machine->completions;
    while (*last)
        last = &(*last)->next;
    *last = new;
    atomic_store(&machine->has_completions, true);
    pthread_mutex_unlock(&machine->completions_lock);
    for (int i = 0; i < machine->ncpus; i++)
        cpu_attend(machine->cpus[i], ATTEND_SERVICE);
}

unsigned machine_completions(struct machine *machine, uint16_t owner)
{
    unsigned n = 0;
    pthread_mutex_lock(&machine->completions_lock);
    for (const struct completion *c = machine->completions; c; c = c->next)
        n += c->owner == owner;
    pthread_mutex_unlock(&machine->completions_lock);
    return n;
}

bool completion_pending(const struct machine *machine)
{
    return atomic_load(&((struct machine *)(uintptr_t)machine)->has_completions);
}

/* With the lock: take one out of the list. */
static void unlink_completion(struct machine *machine, struct completion **at)
{
    struct completion *gone = *at;
    *at = gone->next;
    free(gone);
    atomic_store(&machine->has_completions, machine->completions != NULL);
}

bool take_completion(struct machine *machine, struct completion_signal *signal)
{
    pthread_mutex_lock(&machine->completions_lock);
    bool is = machine->completions;
    if (is) {
        *signal = machine->completions->signal;
        unlink_completion(machine, &machine->completions);
    }
    pthread_mutex_unlock(&machine->completions_lock);
    return is;
}

void machine_forget_completions(struct machine *machine, int owner)
{
    pthread_mutex_lock(&machine->completions_lock);
    for (struct completion **at = &machine->completions; *at;)
        if (owner < 0 || (*at)->owner == owner)
            unlink_completion(machine, at);
        else
            at = &(*at)->next;
    pthread_mutex_unlock(&machine->completions_lock);
}
