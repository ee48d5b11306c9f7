/* Storage keys: SSK, ISK, RRB for 2K blocks; ISKE, SSKE, RRBE, TB for 4K blocks; IVSK.
 * (GA22 3-7 and chapter 10.)
 *
 * A machine with the storage-key 4K-byte-block facility (options.key_4k) has a single
 * key for 4K; here both halves then hold it, and reference and change are what
 * either half recorded. Without it, the 4K instructions work on two keys. */
#include "cpu/spaces.h"

uint64_t real_block(struct cpu *cpu, uint64_t real, uint32_t size)
{
    uint64_t absolute = real_to_absolute(cpu, real & ~(uint64_t)(size - 1));
    if (!storage_is_there(cpu->machine, absolute))
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

void set_storage_key(struct cpu *cpu, uint64_t absolute, uint32_t size, uint8_t key)
{
    for (uint64_t block = absolute; block < absolute + size; block += BLOCK_SIZE) {
        __atomic_store_n(&cpu->machine->keys[block >> BLOCK_SHIFT], key, __ATOMIC_RELAXED);
        forget_storage_block(cpu, block);
    }
}

uint8_t reset_reference_bit(struct cpu *cpu, uint64_t absolute, uint32_t size)
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
    set_storage_key(cpu, block, size, cpu->gr[op->r1].w & 0xFE);
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
    cpu->psw.cc = reset_reference_bit(cpu, block, size);
}

/* ---- 4K: R2 has a 31-bit real address ----------------------------------------------- */

static uint64_t large_block_address(struct cpu *cpu, const struct op *op)
{
    return real_block(cpu, cpu->gr[op->r2].w & 0x7FFFFFFF, 4096);
}

INSTRUCTION(sske)
{
    set_storage_key(cpu, large_block_address(cpu, op), 4096, cpu->gr[op->r1].w & 0xFE);
}

INSTRUCTION(iske)
{
    uint8_t key = key_of(cpu, large_block_address(cpu, op), 4096) & 0xFE;
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
}

INSTRUCTION(rrbe)
{
    cpu->psw.cc = reset_reference_bit(cpu, large_block_address(cpu, op), 4096);
}

/* ---- ESA/390 and z/Architecture: keys of 4K blocks ------------------------------------ */

static uint64_t block_address(struct cpu *cpu, unsigned r)
{
    return real_block(cpu, cpu->gr[r].d & cpu->address_mask, 4096);
}

/* SET STORAGE KEY EXTENDED's M3: nonquiescing (which asks nothing of us), reference and
 * change bits to be disregarded, multiple blocks (SA22 10-117). Of multiple blocks the condition
 * code says only that all have been gone through: 3. */
enum { BYPASS_REFERENCE = 4, BYPASS_CHANGE = 2, MULTIPLE_BLOCKS = 1 };

/* Conditional setting: condition code 0 if what counts is so already. */
static int set_key_conditionally(struct cpu *cpu, const struct op *op, uint64_t block, uint8_t key)
{
    uint8_t before = key_of(cpu, block, 4096) & 0xFE, counts = 0xFE;
    if (op->r3 & BYPASS_REFERENCE)
        counts &= (uint8_t)~KEY_REFERENCE;
    if (op->r3 & BYPASS_CHANGE)
        counts &= (uint8_t)~KEY_CHANGE;
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & 0xFFFF00FF) | (uint32_t)before << 8;
    if (!((before ^ key) & counts))
        return 0;
    set_storage_key(cpu, block, 4096, key);
    return 1;
}

INSTRUCTION(sske_z)
{
    bool multiple = op->r3 & MULTIPLE_BLOCKS && cpu->arch->wide_registers;
    bool conditional = op->r3 & (BYPASS_REFERENCE | BYPASS_CHANGE);
    uint8_t key = cpu->gr[op->r1].w & 0xFE;
    uint64_t real = cpu->gr[op->r2].d & cpu->address_mask & ~(uint64_t)0xFFF;
    do {
        uint64_t block = multiple ? real : real_to_absolute(cpu, real);
        if (!storage_is_there(cpu->machine, block))
            program_interrupt(cpu, PGM_ADDRESSING);
        if (conditional)
            cpu->psw.cc = (uint8_t)set_key_conditionally(cpu, op, block, key);
        else
            set_storage_key(cpu, block, 4096, key);
        real += 4096;
    } while (multiple && real & 0xFFFFF);
    if (multiple && conditional)
        cpu->psw.cc = 3;
    if (multiple)           /* within the block it stays where it was */
        set_address(cpu, op->r2, (real & cpu->address_mask) | (cpu->gr[op->r2].w & 0xFFF));
}

INSTRUCTION(iske_z)
{
    uint8_t key = key_of(cpu, block_address(cpu, op->r2), 4096) & 0xFE;
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
}

INSTRUCTION(rrbe_z)
{
    cpu->psw.cc = reset_reference_bit(cpu, block_address(cpu, op->r2), 4096);
}

/* PERFORM FRAME MANAGEMENT FUNCTION: keys and contents of 4K, or of what is left of 1M or
 * 2G (SA22 10-97). */
INSTRUCTION(pfmf)
{
    enum { SET_KEY = 0x20000, CLEAR = 0x10000, SIZE = 0x7000, RESERVED = 0xFFFC0101 };
    uint32_t control = cpu->gr[op->r1].w, size = (control & SIZE) >> 12;
    if (control & RESERVED || size > 2)
        program_interrupt(cpu, PGM_SPECIFICATION);
    static const uint64_t frames[] = { 4096, 1 << 20, UINT64_C(1) << 31 };
    uint64_t real = cpu->gr[op->r2].d & cpu->address_mask & ~(uint64_t)0xFFF, start = real;
    if (size == 0 && real < 512 && control & CLEAR &&
        control_bit(cpu, 0, CR0_LOW_ADDRESS_PROTECTION))
        program_interrupt(cpu, PGM_PROTECTION);
    uint64_t end = (real & ~(frames[size] - 1)) + frames[size];
    for (; real < end; real += 4096) {
        uint64_t block = size ? real : real_to_absolute(cpu, real);
        if (!storage_is_there(cpu->machine, block))
            program_interrupt(cpu, PGM_ADDRESSING);
        if (control & CLEAR) {
            memset(cpu->machine->storage + block, 0, 4096);
            storage_changed(cpu->machine, block, 4096);
        }
        if (control & SET_KEY)
            set_storage_key(cpu, block, 4096, control & 0xFE);
    }
    if (size && end != start)
        set_address(cpu, op->r2, end & cpu->address_mask);
}

/* RESET REFERENCE BITS MULTIPLE: of 64 blocks; R1 gets what they were. */
INSTRUCTION(rrbm)
{
    uint64_t real = cpu->gr[op->r2].d & cpu->address_mask & ~(uint64_t)0x3FFFF, bits = 0;
    for (int i = 0; i < 64; i++) {
        uint64_t block = real_block(cpu, real + 4096 * (unsigned)i, 4096);
        bits = bits << 1 | reset_reference_bit(cpu, block, 4096) >> 1;
    }
    cpu->gr[op->r1].d = bits;
}

/* TEST BLOCK: the address is as long as the mode has it. */
INSTRUCTION(tb_z)
{
    uint64_t real = cpu->gr[op->r2].d & cpu->address_mask & ~(uint64_t)0xFFF;
    uint64_t block = real_block(cpu, real, 4096);
    if ((real & ~cpu->arch->low_alias) == 0 && control_bit(cpu, 0, CR0_LOW_ADDRESS_PROTECTION))
        program_interrupt(cpu, PGM_PROTECTION);
    memset(cpu->machine->storage + block, 0, 4096);
    storage_changed(cpu->machine, block, 4096);
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[0].d = 0;
    else
        cpu->gr[0].w = 0;
    cpu->psw.cc = cpu->machine->unusable && cpu->machine->unusable[block / 4096];
}

/* ---- S/370's ------------------------------------------------------------------------------ */

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
    struct access_space space;
    struct table_walk walk = walk_to_operand(cpu, logical, op->r2, &space);
    if (walk.code) {
        cpu->translation_exception =
            cpu->arch->exception_identification(cpu, logical, cpu->psw.space);
        program_interrupt(cpu, walk.code);
    }
    uint64_t absolute = walk_absolute(cpu, &walk);
    if (!storage_is_there(cpu->machine, absolute))
        program_interrupt(cpu, PGM_ADDRESSING);
    uint8_t key = cpu->machine->keys[absolute >> BLOCK_SHIFT] & (KEY_ACCESS | KEY_FETCH);
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & ~0xFFu) | key;
}
