/* Resets and store status (GA22 4-32 to 4-37). */
#include <sys/mman.h>

#include "cpu/control.h"

/* CPU reset: what the CPU was about to do is forgotten; registers and storage stay. */
void cpu_reset(struct cpu *cpu)
{
    enum { LOCAL = ATTEND_MACHINE_CHECK | ATTEND_INTERRUPT_KEY | ATTEND_MALFUNCTION |
                   ATTEND_EMERGENCY | ATTEND_CALL | ATTEND_INTERVAL_TIMER | ATTEND_RESTART |
                   ATTEND_STORE_STATUS | ATTEND_RESET | ATTEND_INITIAL };
    atomic_fetch_and(&cpu->pending, ~(uint32_t)LOCAL);
    cpu->malfunction_sources = cpu->emergency_sources = cpu->external_call_source = 0;
    __atomic_store_n(&cpu->machine_check_code, 0, __ATOMIC_SEQ_CST);
    cpu->failing_address = 0;
    cpu->per_code = 0;
    cpu->loading = false;
    cpu->check_stopped = false;
    timer_stopped(cpu);
    engine_flush(cpu);
}

void cpu_initial_reset(struct cpu *cpu)
{
    cpu_reset(cpu);
    cpu->psw = (struct psw){ .ia = 0 };
    cpu->prefix = 0;
    cpu_set_timer(cpu, 0);
    cpu->clock_comparator = 0;
    memset(cpu->cr, 0, sizeof cpu->cr);
    cpu->cr[0] = 0x000000E0;
    cpu->cr[2] = 0xFFFFFFFF;
    cpu->cr[14] = 0xC2000000;
    cpu->cr[15] = 512;
    context_changed(cpu);
}

static void io_reset(struct machine *machine)
{
    if (machine->io.reset)
        machine->io.reset(machine->io.context);
    for (int i = 0; i < machine->ncpus; i++)
        atomic_fetch_and(&machine->cpus[i]->pending, ~(uint32_t)ATTEND_IO);
}

/* The system-reset-normal key performs a program reset where there is a store-status
 * facility: the registers remain for it. */
void machine_system_reset(struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++)
        cpu_reset(machine->cpus[i]);
    io_reset(machine);
}

/* Storage comes from mmap(): pages that are given back come again as zeros, and storage
 * that no program ever touches costs nothing. */
static void clear_storage(void *storage, size_t size)
{
#ifdef __linux__
    if (madvise(storage, size, MADV_DONTNEED) == 0)
        return;
#endif
    memset(storage, 0, size);
}

void machine_clear_reset(struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        cpu_initial_reset(cpu);
        memset(cpu->gr, 0, sizeof cpu->gr);
        memset(cpu->fpr, 0, sizeof cpu->fpr);
    }
    io_reset(machine);
    clear_storage(machine->storage, machine->options.mainsize);
    memset(machine->keys, 0, machine->options.mainsize >> BLOCK_SHIFT);
}

/* ---- store status ------------------------------------------------------------------- */

enum save_area { SAVE_CPU_TIMER = 216, SAVE_CLOCK_COMPARATOR = 224, SAVE_PSW = 256,
                 SAVE_PREFIX = 264, SAVE_FLOATING = 352, SAVE_GENERAL = 384,
                 SAVE_CONTROL = 448 };

void store_registers(struct cpu *cpu, uint8_t *low)
{
    put64(low + SAVE_CPU_TIMER, cpu_timer(cpu));
    put64(low + SAVE_CLOCK_COMPARATOR, cpu->clock_comparator);
    for (int i = 0; i < 4; i++)
        put64(low + SAVE_FLOATING + 8 * i, cpu->fpr[2 * i]);
    for (int i = 0; i < 16; i++)
        put32(low + SAVE_GENERAL + 4 * i, cpu->gr[i].w);
    for (int i = 0; i < 16; i++)
        put32(low + SAVE_CONTROL + 4 * i, (uint32_t)cpu->cr[i]);
}

void cpu_store_status(struct cpu *cpu)
{
    uint8_t *low = storage_absolute(cpu->machine, 0, 4096);
    store_registers(cpu, low);
    psw_store(&cpu->psw, low + SAVE_PSW, 0, 0);
    put32(low + SAVE_PREFIX, cpu->prefix);
    storage_changed(cpu->machine, SAVE_CPU_TIMER, 512 - SAVE_CPU_TIMER);
}
