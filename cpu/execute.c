/* EXECUTE (GA22 7-21). The target is decoded into the slot behind, and stays there: the
 * next time its bytes are compared, so that no store into it need be watched. */
#include "cpu/blocks.h"
#include "cpu/spaces.h"

/* The third slot: a link if the target is a branch, else an operation that leads on and
 * has no displacements. Over those lie the bytes that were decoded, on the left, and on the
 * right what is known of them: at first neither bit is there. */
struct target_slots {
    struct op target;
    union {
        struct link link;
        struct op behind;
        struct { uint64_t run, operands, bytes; } kept;
    };
};
_Static_assert(offsetof(struct op, d1) == 16 && offsetof(struct op, row) == 24 &&
               offsetof(struct link, unused) == 16, "the bytes lie over nothing that is used");

/* The second byte may be another one: it is the operation's I, a length or mask. */
enum { DECODED = 1, ANY_SECOND_BYTE = 2 };
static const uint64_t SECOND_BYTE = 0xFFull << 48;

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

/* Six bytes at the left; those behind a short target may be others than what is there. */
static uint64_t fetch_target(struct cpu *cpu, uint64_t address)
{
    uint8_t bytes[8] = { 0 };
    const uint8_t *p = quick_fetch_code(cpu, address, 8);
    if (p)
        return get64(p) & ~(uint64_t)0xFFFF;
    fetch_code(cpu, bytes, address, 2);
    int length = instruction_length(bytes[0]);
    if (length > 2)
        fetch_code(cpu, bytes + 2, (address + 2) & cpu->address_mask, (unsigned)length - 2);
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

static bool is_execute(uint64_t image)
{
    enum { EX = 0x44, EXRL = 0xC60 };
    return image >> 56 == EX || (image >> 52 & 0xFF0) + (image >> 48 & 0xF) == EXRL;
}

/* What may be kept of it: nothing if there is a relative address, which counts from the target. */
static uint64_t kept_bytes(const struct instruction *row, uint64_t image)
{
    if (row && is_relative(row))
        return 0;
    if (row && (row->format == FORMAT_SS_L || row->format == FORMAT_SI))
        return (image & ~SECOND_BYTE) | DECODED | ANY_SECOND_BYTE;
    return image | DECODED;
}

static void decode_target(struct cpu *cpu, const struct op *op, struct target_slots *slots,
                          uint64_t image, uint64_t address)
{
    uint8_t bytes[8], flags = 0;
    put64(bytes, image);
    const struct instruction *row = decode(bytes, address, cpu, &slots->target);
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
    slots->kept.bytes = kept_bytes(row, image);
}

/* A target that is not at hand, or another one than the last time. In slow mode every one. */
static const struct op *execute_anew(struct cpu *cpu, const struct op *op, uint64_t address)
{
    struct target_slots *slots = (struct target_slots *)(uintptr_t)(op + 1);
    if (address & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t image = fetch_target(cpu, address);
    if (cpu->per_events)
        per_fetch(cpu, address);
    if (op->r1)
        image |= (uint64_t)(cpu->gr[op->r1].w & 0xFF) << 48;
    if (is_execute(image))
        program_interrupt(cpu, PGM_EXECUTE);
    decode_target(cpu, op, slots, image, address);
    if (cpu->slow)
        trace_before(cpu, &slots->target);
    GO(&slots->target);
}

static inline const struct op *execute(struct cpu *cpu, const struct op *op, uint64_t address)
{
    struct target_slots *slots = (struct target_slots *)(uintptr_t)(op + 1);
    cpu->op = op;
    const uint8_t *p = quick_fetch_code(cpu, address, 8);
    if (unlikely(!p || (address & 1)))
        return execute_anew(cpu, op, address);
    /* The bytes behind a short target are compared, too: at worst it is decoded again. */
    uint64_t image = get64(p) & ~(uint64_t)0xFFFF;
    if (op->r1)
        image |= (uint64_t)(cpu->gr[op->r1].w & 0xFF) << 48;
    if (likely(slots->kept.bytes == ((image & ~SECOND_BYTE) | DECODED | ANY_SECOND_BYTE)))
        slots->target.i = (uint8_t)(image >> 48);
    else if (unlikely(slots->kept.bytes != (image | DECODED)))
        return execute_anew(cpu, op, address);
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
