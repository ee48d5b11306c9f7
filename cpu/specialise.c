/* What decoding asks of general instructions: handlers that need not test what is known
 * already, and handlers for two instructions at once. */
#include "cpu/blocks.h"
#include "cpu/general.h"

op_handler op_icm, op_icm_word, op_stcm, op_stcm_word;
op_handler op_bc, op_bc_always, op_bcr, op_bcr_always, op_bcr_serialize, op_branch_never;
op_handler op_balr, op_balr_stay, op_basr, op_basr_stay, op_bctr, op_bctr_stay, op_bctgr,
    op_bctgr_stay;
op_handler op_brc, op_brc_always;

#define DECLARE(name) op_handler op_##name, op_##name##_bc, op_##name##_brc;
FUSABLE(DECLARE)

op_handler *fuse(const struct op *first, const struct op *second)
{
    static const struct { op_handler *alone, *with_bc, *with_brc; } triples[] = {
#define TRIPLE(name) { op_##name, op_##name##_bc, op_##name##_brc },
        FUSABLE(TRIPLE)
    };
    if (second->run != op_bc && second->run != op_brc)
        return NULL;
    for (size_t i = 0; i < sizeof triples / sizeof *triples; i++)
        if (first->run == triples[i].alone)
            return second->run == op_bc ? triples[i].with_bc : triples[i].with_brc;
    return NULL;
}

/* A branch on condition whose mask is none or all of the conditions. */
static void specialise_condition(struct op *op, uint8_t *flags, op_handler *always)
{
    if (op->r1 == 0) {
        op->run = op_branch_never;
    } else if (op->r1 == 15) {
        op->run = always;
        *flags |= ALWAYS;
    }
}

/* A link whose register 0 means that there is no branch. */
static void specialise_link(struct op *op, uint8_t *flags, op_handler *stay, bool always)
{
    if (op->r2 == 0)
        op->run = stay;
    else if (always)
        *flags |= ALWAYS;
}

void specialise(struct op *op, uint8_t *flags)
{
    if (op->run == op_bc)
        specialise_condition(op, flags, op_bc_always);
    else if (op->run == op_brc)
        specialise_condition(op, flags, op_brc_always);
    else if (op->run == op_bcr && op->r2 == 0)
        op->run = op->r1 >= 14 ? op_bcr_serialize : op_branch_never;
    else if (op->run == op_bcr)
        specialise_condition(op, flags, op_bcr_always);
    else if (op->run == op_balr)
        specialise_link(op, flags, op_balr_stay, true);
    else if (op->run == op_basr)
        specialise_link(op, flags, op_basr_stay, true);
    else if (op->run == op_bctr)
        specialise_link(op, flags, op_bctr_stay, false);
    else if (op->run == op_bctgr)
        specialise_link(op, flags, op_bctgr_stay, false);
    else if (op->run == op_icm && op->r3 == 15)
        op->run = op_icm_word;
    else if (op->run == op_stcm && op->r3 == 15)
        op->run = op_stcm_word;
}
