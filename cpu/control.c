/* Control instructions that are neither about storage keys, translation, clocks, other
 * CPUs nor dual address spaces (GA22 chapter 10). All privileged but SPKA and IPK, which
 * check for themselves. */
#include "cpu/control.h"

/* Operand addresses that must be on a boundary. */
static uint64_t aligned_b2(struct cpu *cpu, const struct op *op, unsigned boundary)
{
    uint64_t address = address_b2(cpu, op);
    if (address & (boundary - 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    return address;
}

/* ---- PSW ------------------------------------------------------------------------ */

/* In z/Architecture LPSW's operand is a PSW of ESA/390's, in which bit 12 must be one
 * and bit 31 makes the mode the 64-bit one (SA22 10-46). */
void zarch_expand_psw(uint8_t bytes[16])
{
    uint32_t address = get32(bytes + 4);
    put64(bytes + 8, address & 0x7FFFFFFF);
    put32(bytes + 4, address & 0x80000000);
    bytes[1] ^= 0x08;
}

HANDLER(lpsw)
{
    uint8_t bytes[16];
    cpu->op = op;
    put64(bytes, fetch8(cpu, aligned_b2(cpu, op, 8)));
    if (cpu->arch->expand_psw)
        cpu->arch->expand_psw(bytes);
    load_psw(cpu, bytes);
    break_sequence(cpu, op);
    return leave_block(cpu, op);
}

INSTRUCTION(ssm)
{
    if (control_bit(cpu, 0, CR0_SSM_SUPPRESSION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    set_system_mask(cpu, fetch1(cpu, address_b2(cpu, op)));
}

INSTRUCTION(stnsm)
{
    store1(cpu, address_b1(cpu, op), cpu->psw.system_mask);
    set_system_mask(cpu, cpu->psw.system_mask & op->i);
}

INSTRUCTION(stosm)
{
    store1(cpu, address_b1(cpu, op), cpu->psw.system_mask);
    set_system_mask(cpu, cpu->psw.system_mask | op->i);
}

/* In the problem state a key may be set if the PSW-key mask, control register 3 bits
 * 0-15, has its bit. */
HANDLER(spka)
{
    cpu->op = op;
    uint8_t key = address_b2(cpu, op) & KEY_ACCESS;
    if (cpu->psw.problem && !control_bit(cpu, 3, key >> 4))
        return op_privileged(cpu, op);
    cpu->psw.key = key;
    psw_changed(cpu);
    CONTINUE;
}

HANDLER(ipk)
{
    cpu->op = op;
    if (cpu->psw.problem && !control_bit(cpu, 0, CR0_EXTRACTION_AUTHORITY))
        return op_privileged(cpu, op);
    cpu->gr[2].w = (cpu->gr[2].w & ~0xFFu) | cpu->psw.key;
    CONTINUE;
}

/* ---- control registers --------------------------------------------------------------- */

static unsigned register_count(const struct op *op)
{
    return ((op->r3 - op->r1) & 15u) + 1;
}

/* Words are loaded as they are; they are examined when they are used. */
INSTRUCTION(lctl)
{
    uint8_t words[64];
    unsigned count = register_count(op);
    fetch_bytes(cpu, words, aligned_b2(cpu, op, 4), 4 * count);
    for (unsigned i = 0; i < count; i++)
        set_control_word(cpu, (op->r1 + i) & 15, get32(words + 4 * i));
    context_changed(cpu);
}

INSTRUCTION(stctl)
{
    uint8_t words[64];
    unsigned count = register_count(op);
    for (unsigned i = 0; i < count; i++)
        put32(words + 4 * i, (uint32_t)cpu->cr[(op->r1 + i) & 15]);
    store_bytes(cpu, aligned_b2(cpu, op, 4), words, 4 * count);
}

/* ---- prefix and identity --------------------------------------------------------------- */

INSTRUCTION(spx)
{
    uint32_t prefix = fetch4(cpu, aligned_b2(cpu, op, 4)) & cpu->arch->prefix_bits;
    if (!storage_absolute(cpu->machine, prefix, cpu->arch->prefix_size))
        program_interrupt(cpu, PGM_ADDRESSING);
    cpu->prefix = prefix;
    engine_flush(cpu);
}

INSTRUCTION(stpx)
{
    store4(cpu, aligned_b2(cpu, op, 4), cpu->prefix);
}

INSTRUCTION(stap)
{
    uint64_t address = aligned_b2(cpu, op, 2);
    store2(cpu, address, cpu->address);
}

/* S/370: the serial number; in a multiprocessor its first digit is the CPU's address. */
static uint32_t identification_s370(const struct cpu *cpu)
{
    uint32_t serial = cpu->machine->options.cpuserial & 0xFFFFFF;
    if (cpu->machine->ncpus > 1)
        serial = (serial & 0x0FFFFF) | (uint32_t)cpu->address << 20;
    return serial;
}

/* What followed (SA22 10-135): the CPU's address and the partition's number, a digit each; in
 * format 1 the partition's number alone. */
static uint32_t identification(const struct cpu *cpu)
{
    const struct machine_options *options = &cpu->machine->options;
    uint32_t serial = options->cpuserial, address = cpu->address & 15u;
    if (!options->partition)
        return (serial & 0x0FFFFF) | address << 20;
    if (options->cpuidfmt == 0)
        return (serial & 0xFFFF) | address << 20 | (options->lparnum & 15u) << 16;
    return (serial & 0xFFFF) | (uint32_t)options->lparnum << 16;
}

uint64_t cpu_identification(const struct cpu *cpu)
{
    const struct machine_options *options = &cpu->machine->options;
    bool s370 = cpu->arch->id == S370, has_version = options->cpuverid_forced || cpu->arch->id != ZARCH;
    bool format1 = !s370 && options->partition && options->cpuidfmt == 1;
    return (uint64_t)(has_version ? options->cpuverid : 0) << 56 |
           (uint64_t)(s370 ? identification_s370(cpu) : identification(cpu)) << 32 |
           (uint64_t)options->cpumodel << 16 | (format1 ? 0x8000 : 0);
}

/* Behind the model S/370 has the length of the machine-check extended logout: there is none. */
INSTRUCTION(stidp)
{
    store8(cpu, aligned_b2(cpu, op, 8), cpu_identification(cpu));
}

/* ---- DIAGNOSE --------------------------------------------------------------------------- */

INSTRUCTION(diagnose)
{
    struct observer *observer = &cpu->machine->observer;
    uint32_t code = (uint32_t)address_b2(cpu, op);
    if (!observer->diagnose ||
        !observer->diagnose(observer->context, cpu, code, op->r1, op->r3))
        program_interrupt(cpu, PGM_SPECIFICATION);
}
