/* Updates of storage that other CPUs see as one: COMPARE AND SWAP in its sizes, LOAD AND
 * ADD and its like, pairs of registers in a quadword, PERFORM LOCKED OPERATION (SA22
 * chapter 7). They are the host's atomic operations on the operand's own bytes. */
#include "cpu/control.h"
#include "cpu/general.h"

typedef unsigned __int128 quadword;

/* x86-64 processors all have the instruction, but compilers must be told. */
#if defined(__x86_64__)
#define SIXTEEN_BYTES __attribute__((target("cx16")))
#else
#define SIXTEEN_BYTES
#endif

/* What stands there; it is replaced if it is what was expected. As it is in storage. */
SIXTEEN_BYTES static quadword compare_exchange16(uint8_t *p, quadword expected, quadword new)
{
    return __sync_val_compare_and_swap((quadword *)(void *)p, expected, new);
}

static quadword get128(const uint8_t *p)
{
    return (quadword)get64(p) << 64 | get64(p + 8);
}

static void put128(uint8_t *p, quadword v)
{
    put64(p, (uint64_t)(v >> 64));
    put64(p + 8, (uint64_t)v);
}

static quadword in_storage_order(quadword v)
{
    quadword image;
    put128((uint8_t *)&image, v);
    return image;
}

/* Compare and swap in any size: true, or false and *expected is what was there. */
static bool swap32(uint8_t *p, uint32_t *expected, uint32_t new)
{
    uint32_t image = BIG32(*expected);
    bool equal = __atomic_compare_exchange_n((uint32_t *)(void *)p, &image, BIG32(new), false,
                                             __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    *expected = BIG32(image);
    return equal;
}

static bool swap64(uint8_t *p, uint64_t *expected, uint64_t new)
{
    uint64_t image = BIG64(*expected);
    bool equal = __atomic_compare_exchange_n((uint64_t *)(void *)p, &image, BIG64(new), false,
                                             __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    *expected = BIG64(image);
    return equal;
}

static bool swap128(uint8_t *p, quadword *expected, quadword new)
{
    quadword there = compare_exchange16(p, in_storage_order(*expected), in_storage_order(new));
    quadword before = get128((const uint8_t *)&there);
    bool equal = before == *expected;
    *expected = before;
    return equal;
}

/* ---- compare and swap --------------------------------------------------------------- */

INSTRUCTION(csg)
{
    uint64_t address = address_b2(cpu, op);
    require_aligned(cpu, address, 8);
    cpu->psw.cc = !swap64(interlocked_operand(cpu, address, 8), &G1, G3);
}

static quadword pair128(const struct cpu *cpu, unsigned r)
{
    return (quadword)cpu->gr[r].d << 64 | cpu->gr[r + 1].d;
}

static void set_pair128(struct cpu *cpu, unsigned r, quadword v)
{
    cpu->gr[r].d = (uint64_t)(v >> 64);
    cpu->gr[r + 1].d = (uint64_t)v;
}

INSTRUCTION(cdsg)
{
    uint64_t address = address_b2(cpu, op);
    if ((op->r1 | op->r3) & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    require_aligned(cpu, address, 16);
    quadword expected = pair128(cpu, op->r1);
    bool equal = swap128(interlocked_operand(cpu, address, 16), &expected, pair128(cpu, op->r3));
    cpu->psw.cc = !equal;
    if (!equal)
        set_pair128(cpu, op->r1, expected);
}

/* A quadword and two registers. Loading, too, is one access as others see it: it is
 * exchanged for itself. */
INSTRUCTION(lpq)
{
    uint64_t address = address_x2(cpu, op);
    require_even(cpu, op);
    require_aligned(cpu, address, 16);
    const uint8_t *p = quick_fetch(cpu, address, 16);
    if (!p)
        p = cpu->storage + translate(cpu, address, ACCESS_FETCH, current_access(cpu));
    quadword image = compare_exchange16((uint8_t *)(uintptr_t)p, 0, 0);
    set_pair128(cpu, op->r1, get128((const uint8_t *)&image));
}

INSTRUCTION(stpq)
{
    uint64_t address = address_x2(cpu, op);
    require_even(cpu, op);
    require_aligned(cpu, address, 16);
    uint8_t *p = interlocked_operand(cpu, address, 16);
    quadword old = get128(p);
    while (!swap128(p, &old, pair128(cpu, op->r1)))
        ;
}

/* ---- load and add, and, exclusive or, or ------------------------------------------------------- */

/* The operand, on its boundary, is combined with R3; R1 gets what it was. */
#define LOAD_AND(name, bits, r1, r3, combination, condition)                      \
    INSTRUCTION(name)                                                             \
    {                                                                             \
        uint64_t address = address_b2(cpu, op);                                   \
        require_aligned(cpu, address, bits / 8);                                  \
        uint8_t *p = interlocked_operand(cpu, address, bits / 8);                 \
        uint##bits##_t v = r3, old = get##bits(p), new;                           \
        do                                                                        \
            new = combination;                                                    \
        while (!swap##bits(p, &old, new));                                        \
        r1 = old;                                                                 \
        condition;                                                                \
    }
LOAD_AND(laa, 32, R1, R3, old + v, add32(cpu, op, &new, old, v))
LOAD_AND(laag, 64, G1, G3, old + v, add64(cpu, op, &new, old, v))
LOAD_AND(laal, 32, R1, R3, old + v, add_logical32(cpu, &new, old, v))
LOAD_AND(laalg, 64, G1, G3, old + v, add_logical64(cpu, &new, old, v))
LOAD_AND(lan, 32, R1, R3, old & v, cpu->psw.cc = new != 0)
LOAD_AND(lang, 64, G1, G3, old & v, cpu->psw.cc = new != 0)
LOAD_AND(lax, 32, R1, R3, old ^ v, cpu->psw.cc = new != 0)
LOAD_AND(laxg, 64, G1, G3, old ^ v, cpu->psw.cc = new != 0)
LOAD_AND(lao, 32, R1, R3, old | v, cpu->psw.cc = new != 0)
LOAD_AND(laog, 64, G1, G3, old | v, cpu->psw.cc = new != 0)

/* ---- add an immediate operand to storage ---------------------------------------------------------- */

/* Only on its boundary is the operand updated as one. What it was before. */
#define ADD_TO_STORAGE(bits, bytes)                                               \
    static uint##bits##_t add_to_storage##bits(struct cpu *cpu, const struct op *op) \
    {                                                                             \
        uint64_t address = address_b1(cpu, op);                                   \
        uint##bits##_t v = (uint##bits##_t)extend8(op->i), old;                   \
        if (address & (bytes - 1)) {                                              \
            check_store(cpu, address, bytes);                                     \
            old = fetch##bytes(cpu, address);                                     \
            store##bytes(cpu, address, old + v);                                  \
        } else {                                                                  \
            uint8_t *p = interlocked_operand(cpu, address, bytes);                \
            old = get##bits(p);                                                   \
            while (!swap##bits(p, &old, old + v))                                 \
                ;                                                                 \
        }                                                                         \
        return old;                                                               \
    }
ADD_TO_STORAGE(32, 4)
ADD_TO_STORAGE(64, 8)

INSTRUCTION(asi)
{
    uint32_t sum, old = add_to_storage32(cpu, op);
    add32(cpu, op, &sum, old, (uint32_t)extend8(op->i));
}

INSTRUCTION(agsi)
{
    uint64_t sum, old = add_to_storage64(cpu, op);
    add64(cpu, op, &sum, old, extend8(op->i));
}

/* The immediate operand is signed here, too. */
INSTRUCTION(alsi)
{
    uint32_t sum, old = add_to_storage32(cpu, op);
    add_logical32(cpu, &sum, old, (uint32_t)extend8(op->i));
}

INSTRUCTION(algsi)
{
    uint64_t sum, old = add_to_storage64(cpu, op);
    add_logical64(cpu, &sum, old, extend8(op->i));
}

/* ---- load pair disjoint -------------------------------------------------------------------------------- */

/* Condition code 3 if another CPU changed an operand meanwhile: both are read again. */
INSTRUCTION(lpd)
{
    uint64_t first = address_b1(cpu, op), second = address_b2(cpu, op);
    require_even(cpu, op);
    require_aligned(cpu, first | second, 4);
    uint32_t a = fetch4(in_space_of(cpu, op->b1), first);
    uint32_t b = fetch4(in_space_of(cpu, op->b2), second);
    atomic_thread_fence(memory_order_seq_cst);
    bool same = fetch4(in_space_of(cpu, op->b1), first) == a;
    cpu->psw.cc = same && fetch4(in_space_of(cpu, op->b2), second) == b ? 0 : 3;
    cpu->gr[op->r1].w = a;
    cpu->gr[op->r1 + 1].w = b;
}

INSTRUCTION(lpdg)
{
    uint64_t first = address_b1(cpu, op), second = address_b2(cpu, op);
    require_even(cpu, op);
    require_aligned(cpu, first | second, 8);
    uint64_t a = fetch8(in_space_of(cpu, op->b1), first);
    uint64_t b = fetch8(in_space_of(cpu, op->b2), second);
    atomic_thread_fence(memory_order_seq_cst);
    bool same = fetch8(in_space_of(cpu, op->b1), first) == a;
    cpu->psw.cc = same && fetch8(in_space_of(cpu, op->b2), second) == b ? 0 : 3;
    cpu->gr[op->r1].d = a;
    cpu->gr[op->r1 + 1].d = b;
}

/* ---- values of 4, 8 or 16 bytes ---------------------------------------------------------------------------- */

static quadword get_size(const uint8_t *p, unsigned size)
{
    return size == 4 ? get32(p) : size == 8 ? get64(p) : get128(p);
}

static void put_size(uint8_t *p, unsigned size, quadword v)
{
    if (size == 4)
        put32(p, (uint32_t)v);
    else if (size == 8)
        put64(p, (uint64_t)v);
    else
        put128(p, v);
}

static quadword fetch_size(struct cpu *cpu, uint64_t address, unsigned size)
{
    uint8_t field[16];
    fetch_bytes(cpu, field, address, size);
    return get_size(field, size);
}

/* In a register, two for 16 bytes. */
static quadword register_of_size(const struct cpu *cpu, unsigned r, unsigned size)
{
    return size == 4 ? cpu->gr[r].w : size == 8 ? cpu->gr[r].d : pair128(cpu, r);
}

static void set_register_of_size(struct cpu *cpu, unsigned r, unsigned size, quadword v)
{
    if (size == 4)
        cpu->gr[r].w = (uint32_t)v;
    else if (size == 8)
        cpu->gr[r].d = (uint64_t)v;
    else
        set_pair128(cpu, r, v);
}

static bool swap_size(uint8_t *p, unsigned size, quadword *expected, quadword new)
{
    uint32_t word = (uint32_t)*expected;
    uint64_t doubleword = (uint64_t)*expected;
    bool equal;
    if (size == 16)
        return swap128(p, expected, new);
    if (size == 8) {
        equal = swap64(p, &doubleword, (uint64_t)new);
        *expected = doubleword;
    } else {
        equal = swap32(p, &word, (uint32_t)new);
        *expected = word;
    }
    return equal;
}

/* ---- compare and swap and store ------------------------------------------------------------------------------ */

/* General register 0 has a function code, which is the size of what is swapped, and a store
 * characteristic, the size of what is stored if it was; general register 1 leads to the
 * new values. */
INSTRUCTION(csst)
{
    enum { NEW_VALUE = 0, STORE_VALUE = 16 };
    unsigned function = cpu->gr[0].w & 0xFF, characteristic = cpu->gr[0].w >> 8 & 0xFF;
    uint64_t swapped = address_b1(cpu, op), stored = address_b2(cpu, op);
    uint64_t list = cpu->gr[1].d & cpu->address_mask;
    if (function > 2 || characteristic > 4 || (function == 2 && op->r3 & 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    unsigned size = 4u << function, store_size = 1u << characteristic;
    uint8_t store_value[16];
    require_aligned(cpu, swapped, size);
    require_aligned(cpu, stored, store_size);
    require_aligned(cpu, list, 16);
    quadword new = fetch_size(in_space_of(cpu, 1), list + NEW_VALUE, size);
    fetch_bytes(cpu, store_value, list + STORE_VALUE, store_size);
    check_store(in_space_of(cpu, op->b2), stored, store_size);
    quadword expected = register_of_size(cpu, op->r3, size);
    bool equal = swap_size(interlocked_operand(in_space_of(cpu, op->b1), swapped, size), size,
                           &expected, new);
    cpu->psw.cc = !equal;
    if (equal)
        store_bytes(in_space_of(cpu, op->b2), stored, store_value, store_size);
    else
        set_register_of_size(cpu, op->r3, size, expected);
}

/* ---- perform locked operation --------------------------------------------------------------------------------- */

/* A function code is an operation and a form: 32 bits, 64 in the parameter list, 64 in
 * registers, 128 in the parameter list (SA22 7-302). */
enum { COMPARE_AND_LOAD, COMPARE_AND_SWAP, DOUBLE_COMPARE_AND_SWAP, SWAP_AND_STORE,
       SWAP_AND_DOUBLE_STORE, SWAP_AND_TRIPLE_STORE, LOCKED_OPERATIONS };
enum { FORM_32, FORM_64_LIST, FORM_64_REGISTERS, FORM_128_LIST };

/* Where the list has the fields of an operand: comparison value, or the third operand of
 * COMPARE AND LOAD, and replacement value; the value to be stored and its address. Values
 * of fewer than 16 bytes are at the right of their fields. */
enum { LIST_FIRST = 0, LIST_THIRD = 32, LIST_REPLACEMENT = 16, LIST_STORE = 48, LIST_ADDRESS = 72,
       LIST_STORES_APART = 32 };

struct locked {
    unsigned operation, size;
    bool values_in_list;          /* the first operand's and, if there is one, the third's */
    uint64_t second, list;        /* addresses: operand 2, operand 4 or the list */
    unsigned base, list_base, r3; /* registers that name their spaces; R3 */
    quadword expected, replacement, expected3, replacement3;
    uint8_t *at, *at4;            /* operands 2 and 4 in storage */
    quadword store[3];            /* operands 3, 5, 7 */
    uint8_t *to[3];               /* operands 4, 6, 8 */
    unsigned stores;
};

static quadword list_value(struct cpu *cpu, const struct locked *l, unsigned offset)
{
    return fetch_size(in_space_of(cpu, l->list_base), (l->list + offset + 16 - l->size) & cpu->address_mask, l->size);
}

/* In the access-register mode the list has ALETs in front of its addresses; each goes to access
 * register R3 to be used (SA22 7-303). */
static void load_alet(struct cpu *cpu, const struct locked *l, unsigned offset)
{
    enum { BEFORE_ADDRESS = 4 };
    if (cpu->psw.space != SPACE_CONTROL_REGISTERS || !psw_dat(&cpu->psw))
        return;
    if (l->r3 == 0)
        program_interrupt(cpu, PGM_SPECIFICATION);
    cpu->ar[l->r3] = fetch4(in_space_of(cpu, l->list_base),
                            (l->list + offset - BEFORE_ADDRESS) & cpu->address_mask);
}

static uint64_t list_address(struct cpu *cpu, const struct locked *l, unsigned offset)
{
    uint64_t address = fetch8(in_space_of(cpu, l->list_base), (l->list + offset) & cpu->address_mask);
    address &= cpu->address_mask;
    require_aligned(cpu, address, l->size);
    load_alet(cpu, l, offset);
    return address;
}

static bool has_list(const struct locked *l)
{
    return l->operation >= SWAP_AND_DOUBLE_STORE || l->values_in_list;
}

/* Comparison and replacement values of the first operand and of the third. */
static void find_values(struct cpu *cpu, const struct op *op, struct locked *l)
{
    bool third = l->operation == DOUBLE_COMPARE_AND_SWAP;
    bool replaces = l->operation != COMPARE_AND_LOAD;
    if (l->values_in_list) {
        l->expected = list_value(cpu, l, LIST_FIRST);
        l->replacement = replaces ? list_value(cpu, l, LIST_REPLACEMENT) : 0;
        l->expected3 = third ? list_value(cpu, l, LIST_THIRD) : 0;
        l->replacement3 = third ? list_value(cpu, l, LIST_THIRD + LIST_REPLACEMENT) : 0;
    } else {
        l->expected = register_of_size(cpu, op->r1, l->size);
        l->replacement = replaces ? register_of_size(cpu, op->r1 + 1u, l->size) : 0;
        l->expected3 = register_of_size(cpu, op->r3, l->size);
        l->replacement3 = third ? register_of_size(cpu, op->r3 + 1u, l->size) : 0;
    }
}

static uint8_t *operand_to_fetch(struct cpu *cpu, const struct locked *l, uint64_t address,
                                 unsigned base)
{
    unsigned size = l->size;
    return (uint8_t *)(uintptr_t)fetching_piece(in_space_of(cpu, base), address, &size);
}

/* Every access exception is met here, before anything changes and with no lock held. */
static void find_operands(struct cpu *cpu, struct locked *l)
{
    bool third = l->operation == COMPARE_AND_LOAD || l->operation == DOUBLE_COMPARE_AND_SWAP;
    bool listed = third && l->values_in_list;
    uint64_t fourth = listed ? list_address(cpu, l, LIST_ADDRESS) : l->list;
    unsigned base4 = listed ? l->r3 : l->list_base;
    if (l->operation == COMPARE_AND_LOAD) {
        l->at = operand_to_fetch(cpu, l, l->second, l->base);
        l->at4 = operand_to_fetch(cpu, l, fourth, base4);
    } else {
        l->at = interlocked_operand(in_space_of(cpu, l->base), l->second, l->size);
        if (third)
            l->at4 = interlocked_operand(in_space_of(cpu, base4), fourth, l->size);
    }
    l->stores = l->operation >= SWAP_AND_STORE ? l->operation - SWAP_AND_STORE + 1 : 0;
    for (unsigned i = 0; i < l->stores; i++) {
        bool simple = l->operation == SWAP_AND_STORE && !l->values_in_list;
        unsigned apart = i * LIST_STORES_APART;
        l->store[i] = simple ? l->expected3 : list_value(cpu, l, LIST_STORE + apart);
        uint64_t to = simple ? l->list : list_address(cpu, l, LIST_ADDRESS + apart);
        l->to[i] = interlocked_operand(in_space_of(cpu, simple ? l->list_base : l->r3), to, l->size);
    }
    if (l->values_in_list)
        check_store(in_space_of(cpu, l->list_base), l->list, third ? LIST_THIRD + 16 : 16);
}

/* Unequal: what was there takes the place of the comparison value. */
static void give_back(struct cpu *cpu, const struct op *op, const struct locked *l, bool third,
                      quadword value)
{
    uint8_t field[16];
    put_size(field, l->size, value);
    if (l->values_in_list)
        store_bytes(in_space_of(cpu, l->list_base), (l->list + (third ? LIST_THIRD : LIST_FIRST) + 16 - l->size) &
                             cpu->address_mask, field, l->size);
    else
        set_register_of_size(cpu, third ? op->r3 : op->r1, l->size, value);
}

/* With the lock held: nothing here can fail. The condition code. */
static uint8_t operate(struct locked *l)
{
    quadword there = get_size(l->at, l->size);
    if (there != l->expected) {
        l->expected = there;
        return 1;
    }
    if (l->operation == DOUBLE_COMPARE_AND_SWAP) {
        quadword there4 = get_size(l->at4, l->size);
        if (there4 != l->expected3) {
            l->expected3 = there4;
            return 2;
        }
    }
    for (unsigned i = 0; i < l->stores; i++)
        put_size(l->to[i], l->size, l->store[i]);
    if (l->operation == DOUBLE_COMPARE_AND_SWAP)
        put_size(l->at4, l->size, l->replacement3);
    if (l->operation == COMPARE_AND_LOAD)
        l->expected3 = get_size(l->at4, l->size);
    else
        put_size(l->at, l->size, l->replacement);
    return 0;
}

static void perform_locked_operation(struct cpu *cpu, const struct op *op, unsigned forms)
{
    enum { TEST = 0x100 };
    unsigned code = cpu->gr[0].w & 0xFF, form = code & 3;
    bool valid = code / 4 < LOCKED_OPERATIONS && form < forms;
    if (cpu->gr[0].w & TEST) {
        cpu->psw.cc = valid ? 0 : 3;
        return;
    }
    struct locked l = { .operation = code / 4, .size = form == FORM_32 ? 4 : form == FORM_128_LIST ? 16 : 8,
                        .values_in_list = form == FORM_64_LIST || form == FORM_128_LIST,
                        .second = address_b1(cpu, op), .list = address_b2(cpu, op),
                        .base = op->b1, .list_base = op->b2, .r3 = op->r3 };
    bool pairs = !l.values_in_list && l.operation != COMPARE_AND_LOAD;
    if (!valid || (pairs && op->r1 & 1) ||
        (pairs && l.operation == DOUBLE_COMPARE_AND_SWAP && op->r3 & 1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    require_aligned(cpu, l.second, l.size);
    if (has_list(&l))
        require_aligned(cpu, l.list, 8);
    else if (l.operation != COMPARE_AND_SWAP)
        require_aligned(cpu, l.list, l.size);
    find_values(cpu, op, &l);
    find_operands(cpu, &l);
    pthread_mutex_lock(&cpu->machine->locked_operations);
    cpu->psw.cc = operate(&l);
    pthread_mutex_unlock(&cpu->machine->locked_operations);
    if (cpu->psw.cc)
        give_back(cpu, op, &l, cpu->psw.cc == 2, cpu->psw.cc == 2 ? l.expected3 : l.expected);
    else if (l.operation == COMPARE_AND_LOAD)
        give_back(cpu, op, &l, true, l.expected3);
}

INSTRUCTION(plo)
{
    perform_locked_operation(cpu, op, 4);
}

/* ESA/390 has the first two forms (SA22-7201 7-107). */
INSTRUCTION(plo_esa)
{
    perform_locked_operation(cpu, op, 2);
}
