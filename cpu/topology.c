/* The configuration-topology facility (SA22 10-97, 10-140): which CPUs lie together. Ours all lie in
 * one socket, each a dedicated one, in horizontal polarization: the host decides where they run. */
#include "cpu/control.h"

INSTRUCTION(ptf)
{
    enum { HORIZONTAL, VERTICAL, CHECK, REJECTED = 2, NO_REASON = 0, IN_EFFECT = 1 };
    uint64_t *r1 = &cpu->gr[op->r1].d;
    if (*r1 & ~(uint64_t)0xFF || (*r1 & 0xFF) > CHECK)
        program_interrupt(cpu, PGM_SPECIFICATION);
    if (*r1 == CHECK) {
        cpu->psw.cc = atomic_load(&cpu->machine->topology_changed);
        return;
    }
    *r1 |= (*r1 == HORIZONTAL ? IN_EFFECT : NO_REASON) << 8;
    cpu->psw.cc = REJECTED;
}

void cpu_configure(struct cpu *cpu, bool online)
{
    if (!online)
        cpu_stop(cpu);
    cpu->offline = !online;
    atomic_store(&cpu->machine->topology_changed, true);
}

/* SYSIB 15.1.2: an entry for the socket, and one for CPUs of the same kind with a bit each. */
void topology_information(const struct cpu *cpu, uint8_t *block)
{
    enum { LENGTH = 2, MOST_SOCKETS = 8, MOST_CPUS = 9, LEVELS = 11, SOCKET = 16, CPUS = 24,
           END = 40 };
    enum { ENTRY_LEVEL = 0, SOCKET_ID = 7, ENTRY_FLAGS = 4, CPU_MASK = 8, DEDICATED = 4 };
    struct machine *machine = cpu->machine;
    uint64_t mask = 0;
    atomic_store(&machine->topology_changed, false);
    for (int i = 0; i < machine->ncpus; i++)
        if (!machine->cpus[i]->offline)
            mask |= UINT64_C(0x8000000000000000) >> machine->cpus[i]->address;
    put16(block + LENGTH, END);
    block[MOST_SOCKETS] = 1;
    block[MOST_CPUS] = (uint8_t)machine->ncpus;
    block[LEVELS] = 2;
    block[SOCKET + ENTRY_LEVEL] = 1;
    block[SOCKET + SOCKET_ID] = 1;
    block[CPUS + ENTRY_FLAGS] = DEDICATED;
    put64(block + CPUS + CPU_MASK, mask);
}
