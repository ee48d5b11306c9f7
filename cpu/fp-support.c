/* Floating-point-support instructions (SA22 chapter 9): what concerns all radixes, and the
 * floating-point-control register. */
#include "cpu/fp.h"

/* ---- registers ----------------------------------------------------------------------------------- */

#define SIGN (1ull << 63)

INSTRUCTION(lxr)
{
    require_pair(cpu, op->r1 | op->r2);
    require_registers(cpu, op->r1 | op->r2);
    put_pair(cpu, op->r1, get_pair(cpu, op->r2));
}
INSTRUCTION(lzer)
{
    require_registers(cpu, op->r1);
    put_left(cpu, op->r1, 0);
}
HANDLER(lzdr)
{
    cpu->op = op;
    require_registers(cpu, op->r1);
    cpu->fpr[op->r1] = 0;
    CONTINUE;
}
INSTRUCTION(lzxr)
{
    require_pair(cpu, op->r1);
    require_registers(cpu, op->r1);
    put_pair(cpu, op->r1, 0);
}
HANDLER(ldgr)
{
    cpu->op = op;
    require_registers(cpu, op->r1);
    cpu->fpr[op->r1] = cpu->gr[op->r2].d;
    CONTINUE;
}
HANDLER(lgdr)
{
    cpu->op = op;
    require_registers(cpu, op->r2);
    cpu->gr[op->r1].d = cpu->fpr[op->r2];
    CONTINUE;
}
INSTRUCTION(lpdfr)
{
    require_registers(cpu, op->r1 | op->r2);
    cpu->fpr[op->r1] = cpu->fpr[op->r2] & ~SIGN;
}
INSTRUCTION(lndfr)
{
    require_registers(cpu, op->r1 | op->r2);
    cpu->fpr[op->r1] = cpu->fpr[op->r2] | SIGN;
}
INSTRUCTION(lcdfr)
{
    require_registers(cpu, op->r1 | op->r2);
    cpu->fpr[op->r1] = cpu->fpr[op->r2] ^ SIGN;
}
INSTRUCTION(cpsdr)
{
    require_registers(cpu, op->r1 | op->r2 | op->r3);
    cpu->fpr[op->r1] = (cpu->fpr[op->r3] & SIGN) | (cpu->fpr[op->r2] & ~SIGN);
}

/* ---- the FPC register ------------------------------------------------------------------------------ */

/* Bits that are assigned. Of the BFP rounding modes 4 to 6 are not. */
#define FPC_ASSIGNED 0xFCFCFF77u

static inline void require_valid_fpc(struct cpu *cpu, uint32_t v)
{
    unsigned rounding = fpc_bfp_rounding(v);
    if ((v & ~FPC_ASSIGNED) || (rounding >= 4 && rounding != ROUND_FOR_SHORTER))
        program_interrupt(cpu, PGM_SPECIFICATION);
}

INSTRUCTION(efpc)
{
    require_bfp(cpu);
    cpu->gr[op->r1].w = cpu->fpc;
}
INSTRUCTION(sfpc)
{
    require_bfp(cpu);
    require_valid_fpc(cpu, cpu->gr[op->r1].w);
    cpu->fpc = cpu->gr[op->r1].w;
}
INSTRUCTION(lfpc)
{
    require_bfp(cpu);
    uint32_t v = fetch_word(cpu, address_b2(cpu, op));
    require_valid_fpc(cpu, v);
    cpu->fpc = v;
}
INSTRUCTION(stfpc)
{
    require_bfp(cpu);
    store4(cpu, address_b2(cpu, op), cpu->fpc);
}

/* The data-exception codes of simulated IEEE exceptions end in ones. */
static uint8_t simulated_exception(unsigned signals)
{
    enum { SIMULATED = 3 };
    static const uint8_t order[] = { IEEE_INVALID, IEEE_DIVIDE, IEEE_OVERFLOW, IEEE_UNDERFLOW,
                                     IEEE_INEXACT, IEEE_QUANTUM };
    for (size_t i = 0; i < sizeof order; i++) {
        if (!(signals & order[i]))
            continue;
        bool ranged = order[i] & (IEEE_OVERFLOW | IEEE_UNDERFLOW);
        return (uint8_t)(order[i] | (ranged ? signals & IEEE_INEXACT : 0) | SIMULATED);
    }
    return 0;
}

/* The new contents come with the old flags; an old flag whose mask is on now traps. */
static void set_and_signal(struct cpu *cpu, uint32_t v)
{
    require_valid_fpc(cpu, v);
    uint32_t flags = cpu->fpc & FPC_FLAGS;
    cpu->fpc = v | flags;
    uint8_t dxc = simulated_exception(flags >> FPC_FLAGS_SHIFT & v >> FPC_MASKS_SHIFT);
    if (dxc)
        data_exception(cpu, dxc);
}
INSTRUCTION(sfasr)
{
    require_bfp(cpu);
    set_and_signal(cpu, cpu->gr[op->r1].w);
}
INSTRUCTION(lfas)
{
    require_bfp(cpu);
    set_and_signal(cpu, fetch_word(cpu, address_b2(cpu, op)));
}

/* The address is the operand. */
INSTRUCTION(srnm)
{
    require_bfp(cpu);
    cpu->fpc = (cpu->fpc & ~FPC_BFP_ROUNDING) | (uint32_t)(address_b2(cpu, op) & 3);
}
INSTRUCTION(srnmb)
{
    require_bfp(cpu);
    unsigned rounding = address_b2(cpu, op) & 0xFF;
    if (rounding >= 4 && rounding != ROUND_FOR_SHORTER)
        program_interrupt(cpu, PGM_SPECIFICATION);
    cpu->fpc = (cpu->fpc & ~FPC_BFP_ROUNDING) | rounding;
}
INSTRUCTION(srnmt)
{
    require_dfp(cpu);
    cpu->fpc = (cpu->fpc & ~FPC_DFP_ROUNDING) | (uint32_t)(address_b2(cpu, op) & 7) << 4;
}
