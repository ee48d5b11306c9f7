/* Storage keys: SSK, ISK, RRB for 2K blocks; ISKE, SSKE, RRBE, TB for 4K blocks; IVSK.
 * (GA22 3-7 and chapter 10.)
 *
 * A machine with the storage-key 4K-byte-block facility (options.key_4k) has a single
 * key for 4K; here both halves then hold it, and reference and change are what
 * either half recorded. Without it, the 4K instructions work on two keys. */
#include "cpu/control.h"

uint64_t real_block(struct cpu *cpu, uint64_t real, uint32_t size)
{
    uint64_t absolute = real_to_absolute(cpu, real & ~(uint64_t)(size - 1));
    if (absolute >= cpu->machine->options.mainsize)
        program_interrupt(cpu, PGM_ADDRESSING);
    return absolute & ~(uint64_t)(size - 1);
}

/* The keys from `first` on of a block of this size, as one: ISK, RRB. */
static uint8_t key_of(struct cpu *cpu, uint64_t absolute, uint32_t size)
{
    const uint8_t *keys = &cpu->machine->keys[absolute >> BLOCK_SHIFT];
    uint8_t key = __atomic_load_n(&keys[0], __ATOMIC_RELAXED);
    if (size == 4096)
        key |= __atomic_load_n(&keys[1], __ATOMIC_RELAXED) & (KEY_REFERENCE | KEY_CHANGE);
    return key;
}

static void set_key(struct cpu *cpu, uint64_t absolute, uint32_t size, uint8_t key)
{
    for (uint64_t block = absolute; block < absolute + size; block += BLOCK_SIZE) {
        __atomic_store_n(&cpu->machine->keys[block >> BLOCK_SHIFT], key, __ATOMIC_RELAXED);
        forget_storage_block(cpu, block);
    }
}

/* Reset the reference bits; what RRB's condition code tells of the state before. */
static uint8_t reset_reference(struct cpu *cpu, uint64_t absolute, uint32_t size)
{
    uint8_t before = 0;
    for (uint64_t block = absolute; block < absolute + size; block += BLOCK_SIZE) {
        before |= __atomic_fetch_and(&cpu->machine->keys[block >> BLOCK_SHIFT],
                                     (uint8_t)~KEY_REFERENCE, __ATOMIC_RELAXED);
        forget_storage_block(cpu, block);
    }
    return before >> 1 & 3;
}

/* ---- 2K ------------------------------------------------------------------------------ */

/* The size of the block that SSK, ISK and RRB work on: 4K-byte-block machines have
 * them only by leave of the storage-key-exception control. */
static uint32_t small_block(struct cpu *cpu)
{
    if (!cpu->machine->options.key_4k)
        return BLOCK_SIZE;
    if (!control_bit(cpu, 0, CR0_STORAGE_KEY_EXCEPTION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    return 4096;
}

static uint64_t small_block_address(struct cpu *cpu, const struct op *op, uint32_t size)
{
    uint32_t real = cpu->gr[op->r2].w;
    if (real & 15)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return real_block(cpu, real & 0xFFFFFF, size);
}

INSTRUCTION(ssk)
{
    uint32_t size = small_block(cpu);
    uint64_t block = small_block_address(cpu, op, size);
    set_key(cpu, block, size, cpu->gr[op->r1].w & 0xFE);
}

INSTRUCTION(isk)
{
    uint32_t size = small_block(cpu);
    uint64_t block = small_block_address(cpu, op, size);
    uint8_t key = key_of(cpu, block, size) & (cpu->psw.extended_control ? 0xFE : 0xF8);
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
}

INSTRUCTION(rrb)
{
    uint32_t size = small_block(cpu);
    uint64_t block = real_block(cpu, (uint32_t)address_b2(cpu, op), size);
    cpu->psw.cc = reset_reference(cpu, block, size);
}

/* ---- 4K: R2 has a 31-bit real address ----------------------------------------------- */

static uint64_t large_block_address(struct cpu *cpu, const struct op *op)
{
    return real_block(cpu, cpu->gr[op->r2].w & 0x7FFFFFFF, 4096);
}

INSTRUCTION(sske)
{
    set_key(cpu, large_block_address(cpu, op), 4096, cpu->gr[op->r1].w & 0xFE);
}

INSTRUCTION(iske)
{
    uint8_t key = key_of(cpu, large_block_address(cpu, op), 4096) & 0xFE;
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
}

INSTRUCTION(rrbe)
{
    cpu->psw.cc = reset_reference(cpu, large_block_address(cpu, op), 4096);
}

/* The block is cleared, usable or not; the operator says which are not. Keys and segments do not
 * protect it, low-address protection does. */
INSTRUCTION(tb)
{
    uint32_t real = cpu->gr[op->r2].w & 0x7FFFF000;
    uint64_t block = real_block(cpu, real, 4096);
    if (real == 0 && control_bit(cpu, 0, CR0_LOW_ADDRESS_PROTECTION))
        program_interrupt(cpu, PGM_PROTECTION);
    memset(cpu->machine->storage + block, 0, 4096);
    storage_changed(cpu->machine, block, 4096);
    cpu->gr[0].w = 0;
    cpu->psw.cc = cpu->machine->unusable && cpu->machine->unusable[block / 4096];
}

/* ---- IVSK ------------------------------------------------------------------------------ */

INSTRUCTION(ivsk)
{
    if (!psw_dat(&cpu->psw))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (cpu->psw.problem && !control_bit(cpu, 0, CR0_EXTRACTION_AUTHORITY))
        program_interrupt(cpu, PGM_PRIVILEGED);
    uint64_t logical = cpu->gr[op->r2].d & cpu->address_mask;
    struct table_walk walk = walk_tables(cpu, current_designation(cpu), logical);
    if (walk.code) {
        cpu->translation_exception =
            cpu->arch->exception_identification(cpu, logical, cpu->psw.space);
        program_interrupt(cpu, walk.code);
    }
    uint64_t absolute = real_block(cpu, walk.real, BLOCK_SIZE);
    uint8_t key = cpu->machine->keys[absolute >> BLOCK_SHIFT] & (KEY_ACCESS | KEY_FETCH);
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
}
