/* TRAP: to a program that the dispatchable-unit control table knows, with all that it needs to know
 * in a save area of the home space (SA22-7201 10-103, SA22 10-172). */
#include "cpu/spaces.h"

/* Of the control table; of the trap control block that it leads to; of the save area. */
enum { TRAP_CONTROL = 44, TRAP_ENABLED = 1, CONTROL_BLOCK = 0x7FFFFFF8 };
enum { BLOCK_OPTIONS = 0, BLOCK_SAVE_AREA = 12, BLOCK_PROGRAM = 20, BLOCK_SIZE_USED = 24 };
enum { WIDE_PSW = 0x00040000, WIDE_REGISTERS = 0x00020000 };
enum { SAVE_FLAGS = 0, SAVE_OPERAND = 8, SAVE_ACCESS = 12, SAVE_PSW = 16, SAVE_REGISTERS = 32,
       SAVE_SHORT = 96, SAVE_LONG = 160 };
#define FLAG_EXECUTED 0x80000000u
#define FLAG_TRAP4    0x40000000u

struct trap {
    uint32_t block, save_area, program, flags, operand;
    bool wide_psw, wide_registers;
};

static struct trap find_trap(struct cpu *cpu)
{
    uint8_t block[BLOCK_SIZE_USED];
    bool allowed = cpu->psw.space == SPACE_CONTROL_PRIMARY ||
                   cpu->psw.space == SPACE_CONTROL_REGISTERS;
    if (!psw_dat(&cpu->psw) || !allowed)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    uint32_t control = real_word(cpu, control_table(cpu) + TRAP_CONTROL);
    if (!(control & TRAP_ENABLED))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    fetch_home(cpu, cpu->psw.key, block, control & CONTROL_BLOCK, sizeof block);
    uint32_t options = space_format(cpu)->wide ? get32(block + BLOCK_OPTIONS) : 0;
    return (struct trap){ .block = control & CONTROL_BLOCK,
                          .save_area = get32(block + BLOCK_SAVE_AREA) & CONTROL_BLOCK,
                          .program = get32(block + BLOCK_PROGRAM) & 0x7FFFFFFF,
                          .wide_psw = options & WIDE_PSW,
                          .wide_registers = options & WIDE_REGISTERS };
}

/* The slot before an EXECUTE's target is the EXECUTE. */
static bool is_executed(const struct op *op)
{
    const struct instruction *before = op->index ? instruction_row(op[-1].row) : NULL;
    return before && before->flags & EXECUTES;
}

/* ESA/390's form where the block does not ask for the wide one. */
static void fill_psw(const struct cpu *cpu, const struct trap *trap, uint64_t next, uint8_t psw[16])
{
    struct psw old = cpu->psw;
    old.ia = next;
    psw_store(trap->wide_psw ? cpu->arch : architecture_of(ESA390), &old, psw, 0, 0);
}

static void fill_save_area(const struct cpu *cpu, const struct trap *trap, uint64_t next,
                           uint8_t area[SAVE_LONG])
{
    put32(area + SAVE_FLAGS, trap->flags);
    put32(area + SAVE_OPERAND, trap->operand);
    put32(area + SAVE_ACCESS, cpu->ar[15]);
    fill_psw(cpu, trap, next, area + SAVE_PSW);
    for (unsigned r = 0; r < 16; r++)
        if (trap->wide_registers)
            put64(area + SAVE_REGISTERS + 8 * r, cpu->gr[r].d);
        else
            put32(area + SAVE_REGISTERS + 4 * r, cpu->gr[r].w);
}

static const struct op *enter_trap(struct cpu *cpu, const struct op *op, uint32_t flags,
                                   uint32_t operand)
{
    uint8_t area[SAVE_LONG] = { 0 };
    struct trap trap = find_trap(cpu);
    unsigned size = trap.wide_registers ? SAVE_LONG : SAVE_SHORT;
    trap.flags = flags | (uint32_t)op->ilc << 16 | (is_executed(op) ? FLAG_EXECUTED : 0);
    trap.operand = operand;
    check_home(cpu, cpu->psw.key, trap.save_area, size);
    if (cpu->psw.amode == AMODE_64 && !trap.wide_psw)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    trace_branch(cpu, trap.program);
    fill_save_area(cpu, &trap, next_address(cpu, op), area);
    store_home(cpu, cpu->psw.key, trap.save_area, area, size);
    set_address(cpu, 15, trap.block);
    set_amode(cpu, AMODE_31);
    cpu->psw.space = SPACE_CONTROL_PRIMARY;
    cpu->psw.ia = trap.program;
    return go_on(cpu, op, false);
}

HANDLER(trap2)
{
    cpu->op = op;
    return enter_trap(cpu, op, 0, 0);
}

HANDLER(trap4)
{
    cpu->op = op;
    return enter_trap(cpu, op, FLAG_TRAP4, (uint32_t)address_b2(cpu, op) & 0x7FFFFFFF);
}
