/* SIGNAL PROCESSOR (GA22 4-38 to 4-42). What the addressed CPU is to do it does on its own
 * thread: the order is set as a request for attention, and accepted with that. */
#include "cpu/control.h"

enum order { SENSE = 1, EXTERNAL_CALL, EMERGENCY_SIGNAL, START, STOP, RESTART,
             INITIAL_PROGRAM_RESET, PROGRAM_RESET, STOP_AND_STORE_STATUS,
             INITIAL_CPU_RESET = 0x0B, CPU_RESET,
             /* ESA/390 and z/Architecture (SA22 4-56) */
             SET_PREFIX = 0x0D, STORE_STATUS_AT_ADDRESS = 0x0E, SET_ARCHITECTURE = 0x12,
             CONDITIONAL_EMERGENCY = 0x13, SENSE_RUNNING_STATUS = 0x15 };

enum status { NOT_RUNNING = 0x400, INCORRECT_STATE = 0x200, INVALID_PARAMETER = 0x100,
               EXTERNAL_CALL_PENDING = 0x80, STOPPED = 0x40, CHECK_STOPPED = 0x10,
              INVALID_ORDER = 0x02 };

enum { ACCEPTED, STATUS_STORED, BUSY, NOT_OPERATIONAL };

static uint32_t sense(const struct cpu *target)
{
    bool call = __atomic_load_n(&target->external_call_source, __ATOMIC_SEQ_CST) != 0;
    return (call ? EXTERNAL_CALL_PENDING : 0) | (target->check_stopped ? CHECK_STOPPED : 0) |
           (target->started || target->check_stopped ? 0 : STOPPED);
}

/* Only one external call can be pending: who finds none puts itself there. */
static uint32_t external_call(struct cpu *cpu, struct cpu *target)
{
    uint16_t none = 0;
    if (!__atomic_compare_exchange_n(&target->external_call_source, &none,
                                     (uint16_t)(1 << cpu->address), false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST))
        return EXTERNAL_CALL_PENDING;
    cpu_attend(target, ATTEND_CALL);
    return 0;
}

static void emergency_signal(struct cpu *cpu, struct cpu *target)
{
    __atomic_fetch_or(&target->emergency_sources, (uint16_t)(1 << cpu->address),
                      __ATOMIC_SEQ_CST);
    cpu_attend(target, ATTEND_EMERGENCY);
}

/* The channels are all those of CPU 0: its program reset resets them too. */
static void program_reset(struct cpu *target, uint32_t reasons)
{
    struct io_port *io = &target->machine->io;
    if (target->address == 0 && io->reset)
        io->reset(io->context);
    cpu_attend(target, reasons);
}

/* ---- ESA/390 and z/Architecture ------------------------------------------------------ */

/* A parameter comes in the odd register of the pair that R1 is in. */
static uint32_t set_prefix(struct cpu *target, uint64_t parameter)
{
    uint32_t prefix = (uint32_t)parameter & target->arch->prefix_bits;
    if (target->started)
        return INCORRECT_STATE;
    if (!storage_absolute(target->machine, prefix, target->arch->prefix_size))
        return INVALID_PARAMETER;
    target->prefix = prefix;
    engine_flush(target);
    return 0;
}

static uint32_t store_status_at(struct cpu *target, uint64_t parameter)
{
    enum { ALIGNMENT = 512 };
    uint64_t address = parameter & 0x7FFFFFFF & ~(uint64_t)(ALIGNMENT - 1);
    if (target->started)
        return INCORRECT_STATE;
    if (!cpu_store_status_at(target, address))
        return INVALID_PARAMETER;
    return 0;
}

/* All other CPUs are stopped, and the architecture is another one that the machine has. */
static uint32_t set_architecture(struct cpu *cpu, uint64_t parameter)
{
    struct machine *machine = cpu->machine;
    enum architecture_id id = (parameter & 0xFF) == 0 ? ESA390 : ZARCH;
    if ((parameter & 0xFF) > 2 || machine->options.architecture != ZARCH ||
        machine->arch->id == id)
        return INVALID_PARAMETER;
    for (int i = 0; i < machine->ncpus; i++)
        if (machine->cpus[i] != cpu && machine->cpus[i]->started)
            return INCORRECT_STATE;
    machine_set_architecture(machine, id);
    return 0;
}

/* Only to a CPU that might wait for long: it is disabled, it waits, or it is in the space that the
 * parameter names (SA22 4-59). */
static uint32_t conditional_emergency(struct cpu *cpu, struct cpu *target, uint64_t parameter)
{
    enum { BOTH = EC_IO | EC_EXTERNAL };
    uint16_t asn = (uint16_t)parameter;
    const struct psw *psw = &target->psw;
    bool disabled = (psw->system_mask & BOTH) != BOTH, waits = psw->wait;
    bool there = asn == (uint16_t)target->cr[4] || asn == (uint16_t)target->cr[3];
    if (!disabled && !(waits ? psw->ia != 0 : there))
        return INCORRECT_STATE;
    emergency_signal(cpu, target);
    return 0;
}

/* What ESA/390 added. */
static uint32_t execute_later_order(struct cpu *cpu, struct cpu *target, enum order order,
                                    uint64_t parameter)
{
    switch (order) {
    case SET_PREFIX:              return set_prefix(target, parameter);
    case STORE_STATUS_AT_ADDRESS: return store_status_at(target, parameter);
    case SET_ARCHITECTURE:        return set_architecture(cpu, parameter);
    case CONDITIONAL_EMERGENCY:   return conditional_emergency(cpu, target, parameter);
    case SENSE_RUNNING_STATUS:    return target->started && !target->psw.wait ? 0 : NOT_RUNNING;
    default:                      return INVALID_ORDER;
    }
}

/* ---- all ------------------------------------------------------------------------------- */

/* Do what is ordered; the status bits that precluded it. */
static uint32_t execute_order(struct cpu *cpu, struct cpu *target, enum order order,
                              uint64_t parameter)
{
    if (order > 31 || !(cpu->arch->orders >> order & 1))
        return INVALID_ORDER;
    switch (order) {
    case SENSE:                 return sense(target);
    case EXTERNAL_CALL:         return external_call(cpu, target);
    case EMERGENCY_SIGNAL:      emergency_signal(cpu, target); return 0;
    case START:                 if (!target->started) cpu_start(target); return 0;
    case STOP:                  cpu_attend(target, ATTEND_STOP); return 0;
    case RESTART:               cpu_attend(target, ATTEND_RESTART); return 0;
    case INITIAL_PROGRAM_RESET: program_reset(target, ATTEND_RESET | ATTEND_INITIAL); return 0;
    case PROGRAM_RESET:         program_reset(target, ATTEND_RESET); return 0;
    case STOP_AND_STORE_STATUS: cpu_attend(target, ATTEND_STOP | ATTEND_STORE_STATUS); return 0;
    case INITIAL_CPU_RESET:     cpu_attend(target, ATTEND_RESET | ATTEND_INITIAL); return 0;
    case CPU_RESET:             cpu_attend(target, ATTEND_RESET); return 0;
    default:                    return execute_later_order(cpu, target, order, parameter);
    }
}

static bool is_reset(enum order order)
{
    return order == INITIAL_PROGRAM_RESET || order == PROGRAM_RESET ||
           order == INITIAL_CPU_RESET || order == CPU_RESET;
}

/* It has not yet done what was last asked of it. */
static bool busy(const struct cpu *target)
{
    return atomic_load(&target->pending) &
           (ATTEND_STOP | ATTEND_STORE_STATUS | ATTEND_RESTART | ATTEND_RESET | ATTEND_INITIAL);
}

INSTRUCTION(sigp)
{
    unsigned address = cpu->gr[op->r3].w & 0xFFFF;
    enum order order = address_b2(cpu, op) & 0xFF;
    if (address >= (unsigned)cpu->machine->ncpus || cpu->machine->cpus[address]->offline) {
        cpu->psw.cc = NOT_OPERATIONAL;
        return;
    }
    struct cpu *target = cpu->machine->cpus[address];
    if (busy(target) && !is_reset(order)) {
        cpu->psw.cc = BUSY;
        return;
    }
    bool stuck = target->check_stopped && !is_reset(order);
    uint64_t parameter = cpu->gr[op->r1 | 1].d;
    uint32_t status = stuck ? sense(target) : execute_order(cpu, target, order, parameter);
    cpu->psw.cc = status ? STATUS_STORED : ACCEPTED;
    if (status)
        cpu->gr[op->r1].w = status;
}
