/* EXECUTE (GA22 7-21). The target is decoded into the slot behind, and stays there: the
 * next time its bytes are compared, so that no store into it need be watched. */
#include "cpu/blocks.h"
#include "cpu/storage.h"

/* The third slot: a link if the target is a branch, else an operation that leads on and
 * has no displacements. Over those lie the bytes that were decoded. */
struct target_slots {
    struct op target;
    union {
        struct link link;
        struct op behind;
        struct { uint64_t run, to, bytes; } kept;
    };
};
_Static_assert(offsetof(struct op, d1) == 16 && offsetof(struct op, row) == 24 &&
               offsetof(struct link, unused) == 16, "the bytes lie over nothing that is used");

HANDLER(behind_target)
{
    CONTINUE;
}

/* After a target that ends a block: the modes have changed. */
HANDLER(leave_behind_target)
{
    cpu->psw.ia = (instruction_address(op) + block_of(op)->slots[op->index - 2].op.length) &
                  cpu->address_mask;
    return leave_block(cpu, op);
}

static uint64_t fetch_target(struct cpu *cpu, uint64_t address)
{
    uint8_t bytes[8] = { 0 };
    const uint8_t *p = quick_fetch(cpu, address, 6);
    if (likely(p != NULL)) {
        memcpy(bytes, p, 6);
        return get64(bytes);
    }
    fetch_bytes(cpu, bytes, address, 2);
    int length = instruction_length(bytes[0]);
    if (length > 2)
        fetch_bytes(cpu, bytes + 2, (address + 2) & cpu->address_mask, (unsigned)length - 2);
    return get64(bytes);
}

static bool is_relative(const struct instruction *row)
{
    switch (row->format) {
    case FORMAT_RI_BRANCH: case FORMAT_RIL_BRANCH: case FORMAT_RSI: case FORMAT_RIE_R:
    case FORMAT_RIE_RRM: case FORMAT_RIE_RIM:
        return true;
    default:
        return false;
    }
}

/* False if what is decoded holds for this address only: a relative address counts from
 * the target, and operations count it from EXECUTE. */
static bool decode_target(struct cpu *cpu, const struct op *op, struct target_slots *slots,
                          uint64_t image, uint64_t address)
{
    uint8_t bytes[8], flags = 0;
    put64(bytes, image);
    const struct instruction *row = decode(bytes, cpu, &slots->target);
    if (row) {
        flags = row->flags;
        if (slots->target.run == row->run)
            specialise(&slots->target, &flags);
    }
    slots->target.ilc = op->ilc;
    slots->target.offset = op->offset;
    slots->target.index = (uint8_t)(op->index + 1);
    slots->target.left = op->left;
    if (flags & BRANCH)
        slots->link = (struct link){ 0 };
    else
        slots->behind = (struct op){
            .run = flags & ENDS_BLOCK ? op_leave_behind_target : op_behind_target,
            .offset = op->offset, .index = (uint8_t)(op->index + 2), .left = op->left
        };
    if (!row || !is_relative(row))
        return true;
    slots->target.relative += (int64_t)(address - instruction_address(op));
    return false;
}

/* The usual case of a change: another length or mask, which is the operation's I. */
static bool only_immediate_differs(const struct target_slots *slots, uint64_t image)
{
    const uint64_t second_byte = 0xFFull << 48;
    const struct instruction *row = instruction_row(slots->target.row);
    return slots->target.run && row && ((slots->kept.bytes ^ image) & ~second_byte) == 0 &&
           (row->format == FORMAT_SS_L || row->format == FORMAT_SI);
}

static bool is_execute(uint64_t image)
{
    enum { EX = 0x44, EXRL = 0xC60 };
    return image >> 56 == EX || (image >> 52 & 0xFF0) + (image >> 48 & 0xF) == EXRL;
}

static inline const struct op *execute(struct cpu *cpu, const struct op *op, uint64_t address)
{
    struct target_slots *slots = (struct target_slots *)(void *)(op + 1);
    cpu->op = op;
    if (address & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t image = fetch_target(cpu, address);
    if (unlikely(cpu->per_events))
        per_fetch(cpu, address);
    if (op->r1)
        image |= (uint64_t)(cpu->gr[op->r1].w & 0xFF) << 48;
    if (unlikely(is_execute(image)))
        program_interrupt(cpu, PGM_EXECUTE);
    /* The bytes behind a short target are compared too: at worst it is decoded again. */
    if (slots->kept.bytes != image || !slots->target.run) {
        bool keep = true;
        if (only_immediate_differs(slots, image))
            slots->target.i = (uint8_t)(image >> 48);
        else
            keep = decode_target(cpu, op, slots, image, address);
        slots->kept.bytes = keep ? image : ~image;
    }
    GO(&slots->target);
}

HANDLER(ex)
{
    return execute(cpu, op, address_x2(cpu, op));
}

HANDLER(exrl)
{
    return execute(cpu, op, address_relative(cpu, op));
}
