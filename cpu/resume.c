/* RESUME PROGRAM: back to a program that was interrupted, with part of a PSW and the last of its
 * registers, which hold the save area's address until then (SA22-7201 10-78, SA22 10-111). */
#include "cpu/spaces.h"

#include "cpu/general.h"

/* The parameter list behind the instruction: flags, and where in the save area the fields are. */
struct parameters {
    uint16_t flags, psw, access_register, general_register, left_word;
};
enum { LIST = 8, LIST_WITH_LEFT_WORD = 10 };
enum { WIDE_PSW = 4, WIDE_REGISTER = 2, DISJOINT = 1, FLAGS = 7 };

/* What is to become of register B2. */
struct resumed {
    struct psw psw;
    uint32_t access_register;
    uint64_t general_register;
};

/* Behind the instruction itself: EXECUTE's next instruction is somewhere else. */
static uint64_t list_address(const struct cpu *cpu, const struct op *op)
{
    const struct op *executes = op->index ? op - 1 : op;
    const struct instruction *row = instruction_row(executes->row);
    if (!(row->flags & EXECUTES))
        return next_address(cpu, op);
    uint64_t target = row->format == FORMAT_RX ? address_x2(cpu, executes)
                                               : address_relative(cpu, executes);
    return (target + op->length) & cpu->address_mask;
}

static struct parameters fetch_list(struct cpu *cpu, const struct op *op)
{
    uint8_t list[LIST_WITH_LEFT_WORD];
    uint64_t address = list_address(cpu, op);
    fetch_code(cpu, list, address, LIST);
    struct parameters p = { get16(list), get16(list + 2), get16(list + 4), get16(list + 6), 0 };
    if (p.flags & ~(space_format(cpu)->wide ? FLAGS : 0))
        program_interrupt(cpu, PGM_SPECIFICATION);
    if ((p.flags & (WIDE_REGISTER | DISJOINT)) == (WIDE_REGISTER | DISJOINT)) {
        fetch_code(cpu, list + LIST, (address + LIST) & cpu->address_mask, 2);
        p.left_word = get16(list + LIST);
    }
    return p;
}

static bool address_fits(uint64_t address, enum amode amode)
{
    return !(address & 1) && (amode == AMODE_64 || !(address >> (amode == AMODE_31 ? 31 : 24)));
}

/* Space, condition code, program mask, addressing mode and address; the rest stays. */
static struct psw resumed_psw(struct cpu *cpu, const uint8_t bytes[16], bool wide)
{
    struct psw psw = cpu->psw;
    bool extended = bytes[3] & 1 && space_format(cpu)->wide, basic = bytes[4] & 0x80;
    psw.space = bytes[2] >> 6;
    psw.cc = bytes[2] >> 4 & 3;
    psw.program_mask = bytes[2] & 15;
    psw.amode = extended ? AMODE_64 : basic ? AMODE_31 : AMODE_24;
    psw.ia = wide ? get64(bytes + 8) : get32(bytes + 4) & 0x7FFFFFFF;
    if ((extended && !basic) || !address_fits(psw.ia, psw.amode))
        program_interrupt(cpu, PGM_SPECIFICATION);
    if (psw_dat(&psw) && psw.space == SPACE_CONTROL_REGISTERS && !has_space_functions(cpu))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (psw_dat(&psw) && psw.space == SPACE_CONTROL_HOME && psw.problem)
        program_interrupt(cpu, PGM_PRIVILEGED);
    return psw;
}

static uint64_t fetch_register(struct cpu *cpu, const struct parameters *p, uint64_t area, unsigned b)
{
    uint64_t at = (area + p->general_register) & cpu->address_mask;
    if (!(p->flags & WIDE_REGISTER))
        return (uint64_t)cpu->gr[b].high << 32 | fetch4(cpu, at);
    if (!(p->flags & DISJOINT))
        return fetch8(cpu, at);
    uint64_t left = fetch4(cpu, (area + p->left_word) & cpu->address_mask);
    return left << 32 | fetch4(cpu, at);
}

static struct resumed fetch_fields(struct cpu *cpu, const struct op *op)
{
    struct parameters p = fetch_list(cpu, op);
    struct resumed resumed;
    uint8_t psw[16];
    uint64_t area = address_b2(cpu, op);
    bool wide = p.flags & WIDE_PSW;
    fetch_bytes(cpu, psw, (area + p.psw) & cpu->address_mask, wide ? 16 : 8);
    resumed.access_register = fetch4(cpu, (area + p.access_register) & cpu->address_mask);
    resumed.general_register = fetch_register(cpu, &p, area, op->b2 & 15);
    resumed.psw = resumed_psw(cpu, psw, wide);
    return resumed;
}

HANDLER(rp)
{
    cpu->op = op;
    struct resumed resumed = fetch_fields(cpu, op);
    unsigned b = op->b2 & 15;
    trace_resume(cpu, &resumed.psw, next_address(cpu, op));
    bool event = psw_dat(&cpu->psw) && home_space_event(cpu, cpu->psw.space, resumed.psw.space);
    cpu->ar[b] = resumed.access_register;
    cpu->gr[b].d = resumed.general_register;
    break_sequence(cpu, op);
    cpu->psw = resumed.psw;
    set_amode(cpu, resumed.psw.amode);
    return go_on(cpu, op, event);
}
