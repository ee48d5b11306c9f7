/* Operands whose address and length are in a pair of registers: MVCL's, MVCLE's and their like.
 * Private to cpu/. */
#ifndef CPU_LONG_OPERAND_H
#define CPU_LONG_OPERAND_H

#include "cpu/storage.h"

struct long_operand {
    unsigned r;                 /* the first register of the pair */
    uint64_t address, length;
};

static inline void advance(const struct cpu *cpu, struct long_operand *o, uint64_t n)
{
    o->address = (o->address + n) & cpu->address_mask;
    o->length -= n;
}

/* As much as lies in the block of the address. */
static inline unsigned piece_of(uint64_t address, uint64_t length)
{
    unsigned room = BLOCK_SIZE - (unsigned)(address & BLOCK_MASK);
    return length < room ? (unsigned)length : room;
}

/* The next piece: as much as lies in one block of either operand. In strings.c. */
/* How many bytes were moved; the shorter operand goes on with `pad`. */
unsigned move_piece(struct cpu *, struct long_operand *to, struct long_operand *from, uint8_t pad);
/* The order, 0 while equal; the first unequal byte is not passed. *done grows by what was. */
int compare_piece(struct cpu *, struct long_operand *a, struct long_operand *b, uint8_t pad,
                  unsigned *done);

#endif
