/* SERVICE CALL, and the external interruption by which the service processor answers: the
 * machine's side. What the commands do is console/sclp.c's affair. Neither is in the
 * Principles of Operation; operating systems know them. */
#include "cpu/control.h"

enum { PENDING = 1 };   /* beside the parameter, in machine->service_signal */

/* R1 has the command word, R2 the real address of the service-call control block. */
INSTRUCTION(servc)
{
    const struct service_port *service = &cpu->machine->service;
    uint32_t command = cpu->gr[op->r1].w;
    uint64_t real = cpu->gr[op->r2].d & 0x7FFFFFFF;
    if (real & 7)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t block = real_to_absolute(cpu, real);
    if (!storage_absolute(cpu->machine, block, 8))
        program_interrupt(cpu, PGM_ADDRESSING);
    cpu->psw.cc = (uint8_t)(service->call ? service->call(service->context, cpu, command, block)
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
