/* Expanded storage: 4K blocks that only PAGE IN and PAGE OUT reach (SA22-7201 10-58, 2-3). A machine
 * that has none has not the instructions either: decode.c. */
#include "cpu/storage.h"

#include <string.h>
#include <sys/mman.h>

#include "cpu/control.h"
#include "cpu/general.h"

enum { FRAME = 4096 };

bool machine_set_expanded(struct machine *machine, uint64_t size)
{
    uint8_t *blocks = NULL;
    if (size) {
        void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED)
            return false;
        blocks = p;
    }
    if (machine->expanded)
        munmap(machine->expanded, machine->options.xpndsize);
    machine->expanded = blocks;
    machine->options.xpndsize = size;
    for (int i = 0; i < machine->ncpus; i++)
        engine_flush(machine->cpus[i]);     /* it has the instructions now, or has not */
    return true;
}

/* The block that R2 numbers, or NULL and the condition code for one that is not there. */
static uint8_t *expanded_block(struct cpu *cpu, const struct op *op)
{
    uint64_t number = R2, count = cpu->machine->options.xpndsize / FRAME;
    cpu->psw.cc = number < count ? 0 : 3;
    return number < count ? cpu->machine->expanded + number * FRAME : NULL;
}

/* The real frame that R1 designates: keys do not protect it, but low-address protection does. */
static uint8_t *frame(struct cpu *cpu, const struct op *op, enum access_type type)
{
    uint64_t real = cpu->gr[op->r1].d & cpu->address_mask & ~(uint64_t)(FRAME - 1);
    struct access access = { 0, SPACE_REAL };
    uint64_t absolute = translate(cpu, real, type, access);
    translate(cpu, real + BLOCK_SIZE, type, access);
    if (type == ACCESS_STORE)
        real_changed(cpu, real, FRAME);
    return cpu->machine->storage + absolute;
}

INSTRUCTION(pgin)
{
    const uint8_t *from = expanded_block(cpu, op);
    if (from)
        memcpy(frame(cpu, op, ACCESS_STORE), from, FRAME);
}

INSTRUCTION(pgout)
{
    uint8_t *to = expanded_block(cpu, op);
    if (to)
        memcpy(to, frame(cpu, op, ACCESS_FETCH), FRAME);
}
