/* The access-register mode: where an operation's operands are. Decoding in that mode gives each
 * operation that comes to storage one of the handlers below. It makes the context of the operand's
 * space the current one, if the slow way has found it before, and leaves the rest to the operation's
 * own handler, whose quick way to storage then is that of any mode. Where operands are in
 * several spaces, or a space is not known yet, it is a context in which nothing is kept. */
#include "cpu/blocks.h"
#include "cpu/spaces.h"

#include <string.h>

static inline void select_space(struct cpu *cpu, const struct register_space *space)
{
    cpu->context = space ? space->context : CONTEXT_UNCACHED;
    if (space)
        cpu->context_spread = space->spread;
}

#define OWN_HANDLER instruction_list[op->row].run(cpu, op)

static HANDLER(with_b1)
{
    select_space(cpu, known_space(cpu, op->b1));
    return OWN_HANDLER;
}

static HANDLER(with_b2)
{
    select_space(cpu, known_space(cpu, op->b2));
    return OWN_HANDLER;
}

static HANDLER(with_both)
{
    const struct register_space *first = known_space(cpu, op->b1), *second = known_space(cpu, op->b2);
    select_space(cpu, first && second && first->context == second->context ? first : NULL);
    return OWN_HANDLER;
}

static HANDLER(with_others)
{
    select_space(cpu, NULL);
    return OWN_HANDLER;
}

/* NULL: it does not come to storage, but perhaps to what a relative address designates, which is
 * not in a space by a register. */
op_handler *selecting_handler(const struct instruction *row)
{
    enum { MVCL = 0x0E, CLCL = 0x0F, LA = 0x41, LAY = 0xE371 };
    if (row->flags & (BRANCH | EXECUTES) || row->opcode == LA || row->opcode == LAY)
        return NULL;
    if (row->flags & SAYS_SPACE)
        return op_with_others;
    switch ((enum instruction_format)row->format) {
    case FORMAT_RX: case FORMAT_RXE: case FORMAT_RXF: case FORMAT_RXY:
    case FORMAT_RS: case FORMAT_RSY: case FORMAT_S:
        return op_with_b2;
    case FORMAT_SI: case FORMAT_SIY: case FORMAT_SIL: case FORMAT_RSL: case FORMAT_RSL_LONG:
    case FORMAT_SS_LI:
        return op_with_b1;
    case FORMAT_SS_L: case FORMAT_SS_L2: case FORMAT_SS_LL:
        return op_with_both;
    case FORMAT_RR:
        return row->opcode == MVCL || row->opcode == CLCL ? op_with_others : NULL;
    case FORMAT_I: case FORMAT_IE: case FORMAT_RS_SHIFT: case FORMAT_RSY_SHIFT: case FORMAT_RI:
    case FORMAT_RIL: case FORMAT_RI_BRANCH: case FORMAT_RIL_BRANCH: case FORMAT_RSI:
    case FORMAT_RIE_R: case FORMAT_RIE_RRM: case FORMAT_RIE_RIM: case FORMAT_RIE_RRI:
    case FORMAT_RIE_TRAP: case FORMAT_RIE_ROTATE:
        return NULL;
    default:
        return op_with_others;
    }
}

void keep_space(struct cpu *cpu, unsigned r, uint64_t context)
{
    struct register_space *space = &cpu->register_spaces[r ? r : 16];
    if (!context || cpu->code_context == CONTEXT_UNCACHED)
        return;
    *space = (struct register_space){ .alet = alet_in(cpu, r), .owner = (uint32_t)cpu->code_context,
                                      .context = context,
                                      .spread = spread_of(cpu->engine, (unsigned)context) };
    cpu->register_spaces_kept = true;
}

void forget_spaces(struct cpu *cpu)
{
    memset(cpu->register_spaces, 0, sizeof cpu->register_spaces);
    cpu->register_spaces_kept = false;
}
