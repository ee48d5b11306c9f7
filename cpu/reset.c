/* Resets and store status (GA22 4-32 to 4-37). */
#include <sys/mman.h>
#include <unistd.h>

#include "cpu/control.h"

enum {
    CONDITIONS = ATTEND_MACHINE_CHECK | ATTEND_INTERRUPT_KEY | ATTEND_MALFUNCTION | ATTEND_EMERGENCY |
                 ATTEND_CALL | ATTEND_INTERVAL_TIMER | ATTEND_VIRTUAL_TIMER | ATTEND_SERVICE,
    ORDERS = ATTEND_RESTART | ATTEND_STORE_STATUS | ATTEND_RESET | ATTEND_INITIAL
};

/* CPU reset: what the CPU was about to do is forgotten; registers and storage stay. */
static void reset(struct cpu *cpu, uint32_t forgotten)
{
    atomic_fetch_and(&cpu->pending, ~forgotten);
    cpu->malfunction_sources = cpu->emergency_sources = cpu->external_call_source = 0;
    __atomic_store_n(&cpu->machine_check_code, 0, __ATOMIC_SEQ_CST);
    cpu->failing_address = 0;
    cpu->per_code = 0;
    cpu->loading = false;
    cpu->check_stopped = false;
    timer_stopped(cpu);
    engine_flush(cpu);
}

static void initial_reset(struct cpu *cpu, uint32_t forgotten)
{
    reset(cpu, forgotten);
    cpu->psw = (struct psw){ .ia = 0 };
    cpu->prefix = 0;
    cpu_set_timer(cpu, 0);
    cpu->clock_comparator = 0;
    cpu->fpc = 0;
    cpu->tod_programmable = 0;
    cpu->program_parameter = 0;
    cpu->breaking_event = 1;
    cpu->last_branch = NULL;
    cpu->psw.extended_control = !cpu->arch->basic_control;
    memcpy(cpu->cr, cpu->arch->initial_cr, sizeof cpu->cr);
    set_amode(cpu, AMODE_24);
    context_changed(cpu);
}

void cpu_reset(struct cpu *cpu) { reset(cpu, CONDITIONS | ORDERS); }
void cpu_initial_reset(struct cpu *cpu) { initial_reset(cpu, CONDITIONS | ORDERS); }

void cpu_ordered_reset(struct cpu *cpu, bool initial)
{
    if (initial)
        initial_reset(cpu, CONDITIONS);
    else
        reset(cpu, CONDITIONS);
}

static void io_reset(struct machine *machine)
{
    if (machine->io.reset)
        machine->io.reset(machine->io.context);
    atomic_store(&machine->service_signal, 0);
    machine_forget_completions(machine, -1);
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
void clear_storage(void *storage, size_t size)
{
#ifdef __linux__
    if (madvise(storage, size, MADV_DONTNEED) == 0)
        return;
#endif
    memset(storage, 0, size);
}

/* New keys that no program sees, for PCKMO (SA22 3-13). In virtual time whatever a program can tell
 * is the same at each run; and where the host has no entropy at all, a wrapped key is as safe as a
 * clear one. */
void renew_wrapping_keys(struct machine *machine)
{
    struct { uint8_t dea[sizeof machine->dea_wrapping_key], aes[sizeof machine->aes_wrapping_key]; }
        keys;
    memset(&keys, 0x5A, sizeof keys);
    if (!machine->options.virtual_time && getentropy(&keys, sizeof keys) != 0)
        memset(&keys, 0xA5, sizeof keys);
    memcpy(machine->dea_wrapping_key, keys.dea, sizeof keys.dea);
    memcpy(machine->aes_wrapping_key, keys.aes, sizeof keys.aes);
}

void machine_clear_reset(struct machine *machine)
{
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *cpu = machine->cpus[i];
        cpu_initial_reset(cpu);
        memset(cpu->gr, 0, sizeof cpu->gr);
        memset(cpu->fpr, 0, sizeof cpu->fpr);
        memset(cpu->ar, 0, sizeof cpu->ar);
    }
    io_reset(machine);
    clear_storage(machine->storage, machine->options.mainsize);
    memset(machine->keys, 0, machine->options.mainsize >> BLOCK_SHIFT);
    assign_at_first(machine);
    renew_wrapping_keys(machine);
}

/* ---- store status ------------------------------------------------------------------- */

/* SA22-7201 4-54; GA22 4-41 has no access registers. z/Architecture: SA22 4-67. Where PSW and prefix
 * stand is in the architecture's table. */
enum save_area { SAVE_CPU_TIMER = 216, SAVE_CLOCK_COMPARATOR = 224, SAVE_ACCESS = 288,
                 SAVE_FLOATING = 352, SAVE_GENERAL = 384, SAVE_CONTROL = 448 };
enum z_save_area { Z_FLOATING = 0x1200, Z_GENERAL = 0x1280, Z_FPC = 0x131C,
                   Z_TOD_PROGRAMMABLE = 0x1324, Z_CPU_TIMER = 0x1328,
                   Z_CLOCK_COMPARATOR = 0x1331, Z_ACCESS = 0x1340, Z_CONTROL = 0x1380 };

void zarch_store_registers(struct cpu *cpu, uint8_t *low)
{
    for (int i = 0; i < 16; i++) {
        put64(low + Z_FLOATING + 8 * i, cpu->fpr[i]);
        put64(low + Z_GENERAL + 8 * i, cpu->gr[i].d);
        put64(low + Z_CONTROL + 8 * i, cpu->cr[i]);
        put32(low + Z_ACCESS + 4 * i, cpu->ar[i]);
    }
    put32(low + Z_FPC, cpu->fpc);
    put32(low + Z_TOD_PROGRAMMABLE, cpu->tod_programmable);
    put64(low + Z_CPU_TIMER, cpu_timer(cpu));
    /* Bits 0-55 of it, from an odd location on. */
    low[Z_CLOCK_COMPARATOR - 1] = 0;
    uint8_t comparator[8];
    put64(comparator, cpu->clock_comparator);
    memcpy(low + Z_CLOCK_COMPARATOR, comparator, 7);
}

void s370_store_registers(struct cpu *cpu, uint8_t *low)
{
    put64(low + SAVE_CPU_TIMER, cpu_timer(cpu));
    put64(low + SAVE_CLOCK_COMPARATOR, cpu->clock_comparator);
    for (int i = 0; i < 4; i++)
        put64(low + SAVE_FLOATING + 8 * i, cpu->fpr[2 * i]);
    for (int i = 0; i < 16; i++) {
        put32(low + SAVE_GENERAL + 4 * i, cpu->gr[i].w);
        put32(low + SAVE_CONTROL + 4 * i, (uint32_t)cpu->cr[i]);
    }
}

void esa390_store_registers(struct cpu *cpu, uint8_t *low)
{
    s370_store_registers(cpu, low);
    for (int i = 0; i < 16; i++)
        put32(low + SAVE_ACCESS + 4 * i, cpu->ar[i]);
}

/* `area` is as the prefix area; where the architecture's mode stands may be before it. */
static void store_status(struct cpu *cpu, uint8_t *area, bool with_mode)
{
    enum { ARCHITECTURE_MODE = 163 };
    const struct architecture *arch = cpu->arch;
    arch->store_registers(cpu, area);
    psw_store(arch, &cpu->psw, area + arch->status.psw, 0, 0);
    put32(area + arch->status.prefix, cpu->prefix);
    if (with_mode && arch->status.mode >= 0)
        area[ARCHITECTURE_MODE] = (uint8_t)arch->status.mode;
}

void cpu_store_status(struct cpu *cpu)
{
    store_status(cpu, storage_absolute(cpu->machine, 0, 8192), true);
    storage_changed(cpu->machine, 0, cpu->arch->status.size);
}

bool cpu_store_status_at(struct cpu *cpu, uint64_t address)
{
    enum { AREA = 512 };
    uint16_t first = cpu->arch->status.first;
    uint8_t *area = storage_absolute(cpu->machine, address, AREA);
    if (!area)
        return false;
    store_status(cpu, area - first, first == 0);
    storage_changed(cpu->machine, address, AREA);
    return true;
}
