/* General instructions on strings of bytes in storage (GA22 chapter 7): moves, logic,
 * comparison, translation, and the interruptible MVCL and CLCL. */
#include "cpu/general.h"
#include "cpu/long-operand.h"

/* ---- operands of up to 256 bytes, in one or two pieces --------------------------- */

struct span {
    uint8_t *first, *second;
    unsigned split;          /* bytes in the first piece */
};

static inline uint8_t *byte_of(const struct span *span, unsigned i)
{
    return i < span->split ? span->first + i : span->second + (i - span->split);
}

static struct span span_to_fetch(struct cpu *cpu, uint64_t address, unsigned base, unsigned length)
{
    struct span span = { .split = length };
    span.first = (uint8_t *)fetching_piece(in_space_of(cpu, base), address, &span.split);
    if (span.split < length) {
        unsigned rest = length - span.split;
        span.second = (uint8_t *)fetching_piece(cpu, (address + span.split) & cpu->address_mask,
                                                &rest);
    }
    return span;
}

static struct span span_to_store(struct cpu *cpu, uint64_t address, unsigned base, unsigned length)
{
    check_store(in_space_of(cpu, base), address, length);
    struct span span = { .split = length };
    span.first = storing_piece(cpu, address, &span.split);
    if (span.split < length) {
        unsigned rest = length - span.split;
        span.second = storing_piece(cpu, (address + span.split) & cpu->address_mask, &rest);
    }
    return span;
}

/* As quick_store() for up to 256 bytes. */
static inline uint8_t *quick_store_long(const struct cpu *cpu, uint64_t a, unsigned length)
{
    if (likely(length <= 64))
        return quick_store(cpu, a, length);
    const struct translation *t = translation_for(cpu, a);
    if (unlikely(t->write_tag != (((a + length - 1) & ~(uint64_t)BLOCK_MASK) | cpu->context)))
        return NULL;
    uint64_t absolute = a + t->offset, code = 0;
    for (uint64_t line = absolute >> 6; line <= (absolute + length - 1) >> 6; line++)
        code |= cpu->code_map[line];
    if (unlikely(code))
        return NULL;
    order_store();
    return host_address(t, a);
}

/* ---- moving ---------------------------------------------------------------------------- */

static inline void copy_small(uint8_t *to, const uint8_t *from, unsigned n)
{
    uint64_t a, b;
    if (n >= 8) {
        memcpy(&a, from, 8);
        memcpy(&b, from + n - 8, 8);
        memcpy(to, &a, 8);
        memcpy(to + n - 8, &b, 8);
    } else if (n >= 4) {
        uint32_t c, d;
        memcpy(&c, from, 4);
        memcpy(&d, from + n - 4, 4);
        memcpy(to, &c, 4);
        memcpy(to + n - 4, &d, 4);
    } else {
        uint8_t first = from[0], middle = from[n >> 1], last = from[n - 1];
        to[0] = first;
        to[n >> 1] = middle;
        to[n - 1] = last;
    }
}

void move_by_doublewords(uint8_t *to, const uint8_t *from, size_t n)
{
    typedef uint64_t __attribute__((may_alias)) doubleword;
    size_t i = 0;
    uint64_t value;
    for (; i < n && (uintptr_t)(to + i) & 7; i++)
        to[i] = from[i];
    for (; n - i >= sizeof value; i += sizeof value) {
        memcpy(&value, from + i, sizeof value);
        __atomic_store_n((doubleword *)(void *)(to + i), value, __ATOMIC_RELAXED);
    }
    for (; i < n; i++)
        to[i] = from[i];
}

/* Byte by byte from left to right, which propagates the first bytes if the operands
 * overlap so. `to - from` in 1..n-1 is the destructive case. */
static void move(uint8_t *to, const uint8_t *from, unsigned n)
{
    if ((size_t)(to - from) - 1 >= n - 1u) {
        memmove(to, from, n);
    } else if (to == from + 1) {
        memset(to, from[0], n);
    } else {
        for (unsigned i = 0; i < n; i++)
            to[i] = from[i];
    }
}

INSTRUCTION(mvc_slow)
{
    unsigned n = op->i + 1u;
    struct span from = span_to_fetch(cpu, address_b2(cpu, op), op->b2, n);
    struct span to = span_to_store(cpu, address_b1(cpu, op), op->b1, n);
    for (unsigned i = 0; i < n; i++)
        *byte_of(&to, i) = *byte_of(&from, i);
}

HANDLER(mvc)
{
    unsigned n = op->i + 1u;
    const uint8_t *from = quick_fetch(cpu, address_b2(cpu, op), n);
    uint8_t *to = quick_store_long(cpu, address_b1(cpu, op), n);
    if (unlikely(!from || !to))
        return op_mvc_slow(cpu, op);
    bool propagates = (size_t)(to - from) - 1 < n - 1u;
    if (moves_by_doublewords(cpu, to, n) && !propagates)
        move_by_doublewords(to, from, n);
    else if (n <= 16 && !propagates)
        copy_small(to, from, n);
    else
        move(to, from, n);
    CONTINUE;
}

INSTRUCTION(mvcin)
{
    unsigned n = op->i + 1u;
    uint64_t last = address_b2(cpu, op);
    struct span from = span_to_fetch(cpu, (last - (n - 1)) & cpu->address_mask, op->b2, n);
    struct span to = span_to_store(cpu, address_b1(cpu, op), op->b1, n);
    for (unsigned i = 0; i < n; i++)
        *byte_of(&to, i) = *byte_of(&from, n - 1 - i);
}

/* MVN, MVZ, NC, OC, XC: a byte of each operand at a time. */
#define COMBINING(name, result, condition)                                        \
    INSTRUCTION(name##_slow)                                                      \
    {                                                                             \
        unsigned n = op->i + 1u;                                                  \
        uint8_t all = 0;                                                          \
        struct span from = span_to_fetch(cpu, address_b2(cpu, op), op->b2, n);            \
        struct span to = span_to_store(cpu, address_b1(cpu, op), op->b1, n);              \
        for (unsigned i = 0; i < n; i++) {                                        \
            uint8_t a = *byte_of(&to, i), b = *byte_of(&from, i);                 \
            all |= *byte_of(&to, i) = (uint8_t)(result);                          \
        }                                                                         \
        condition;                                                                \
    }                                                                             \
    HANDLER(name)                                                                 \
    {                                                                             \
        unsigned n = op->i + 1u;                                                  \
        uint8_t all = 0;                                                          \
        const uint8_t *from = quick_fetch(cpu, address_b2(cpu, op), n);           \
        uint8_t *to = quick_store_long(cpu, address_b1(cpu, op), n);              \
        if (unlikely(!from || !to))                                               \
            return op_##name##_slow(cpu, op);                                     \
        for (unsigned i = 0; i < n; i++) {                                        \
            uint8_t a = to[i], b = from[i];                                       \
            all |= to[i] = (uint8_t)(result);                                     \
        }                                                                         \
        condition;                                                                \
        CONTINUE;                                                                 \
    }
COMBINING(mvn, (a & 0xF0) | (b & 0x0F), (void)all)
COMBINING(mvz, (a & 0x0F) | (b & 0xF0), (void)all)
COMBINING(nc, a & b, cpu->psw.cc = all != 0)
COMBINING(oc, a | b, cpu->psw.cc = all != 0)
COMBINING(xc_bytes, a ^ b, cpu->psw.cc = all != 0)

/* XC is mostly used to clear a field with itself. */
HANDLER(xc)
{
    unsigned n = op->i + 1u;
    uint64_t a = address_b1(cpu, op);
    if (a == address_b2(cpu, op)) {
        uint8_t *to = quick_store_long(cpu, a, n);
        if (likely(to != NULL)) {
            memset(to, 0, n);
            cpu->psw.cc = 0;
            CONTINUE;
        }
    }
    return op_xc_bytes(cpu, op);
}

/* ---- comparing ------------------------------------------------------------------------------ */

INSTRUCTION(clc_slow)
{
    uint8_t first[256], second[256];
    unsigned n = op->i + 1u;
    fetch_bytes(in_space_of(cpu, op->b1), first, address_b1(cpu, op), n);
    fetch_bytes(in_space_of(cpu, op->b2), second, address_b2(cpu, op), n);
    cpu->psw.cc = cc_of_order(memcmp(first, second, n));
}

static inline uint64_t get_some(const uint8_t *p, unsigned n)
{
    uint64_t v = 0;
    if (n >= 4)
        return (uint64_t)get32(p) << 32 | get32(p + n - 4);
    for (unsigned i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

HANDLER(clc)
{
    unsigned n = op->i + 1u;
    const uint8_t *first = quick_fetch(cpu, address_b1(cpu, op), n);
    const uint8_t *second = quick_fetch(cpu, address_b2(cpu, op), n);
    if (unlikely(!first || !second))
        return op_clc_slow(cpu, op);
    if (n <= 8) {
        uint64_t a = get_some(first, n), b = get_some(second, n);
        cpu->psw.cc = (uint8_t)((a < b) | (a > b) << 1);
    } else {
        cpu->psw.cc = cc_of_order(memcmp(first, second, n));
    }
    CONTINUE;
}

/* ---- translating ------------------------------------------------------------------------------ */

/* Only the table entries that are used need be accessible, and nothing is stored before
 * all have been found so. Then byte by byte in place, for the table may overlap. */
INSTRUCTION(tr_slow)
{
    uint8_t bytes[256];
    unsigned n = op->i + 1u;
    uint64_t table = address_b2(cpu, op);
    check_store(in_space_of(cpu, op->b1), address_b1(cpu, op), n);
    fetch_bytes(cpu, bytes, address_b1(cpu, op), n);
    for (unsigned i = 0; i < n; i++)
        fetch1(in_space_of(cpu, op->b2), (table + bytes[i]) & cpu->address_mask);
    struct span to = span_to_store(cpu, address_b1(cpu, op), op->b1, n);
    for (unsigned i = 0; i < n; i++)
        *byte_of(&to, i) = fetch1(in_space_of(cpu, op->b2),
                                  (table + *byte_of(&to, i)) & cpu->address_mask);
}

HANDLER(tr)
{
    unsigned n = op->i + 1u;
    const uint8_t *table = quick_fetch(cpu, address_b2(cpu, op), 256);
    uint8_t *to = quick_store_long(cpu, address_b1(cpu, op), n);
    if (unlikely(!table || !to))
        return op_tr_slow(cpu, op);
    for (unsigned i = 0; i < n; i++)
        to[i] = table[to[i]];
    CONTINUE;
}

static void found_function_byte(struct cpu *cpu, uint64_t address, uint8_t function, bool last)
{
    insert_address(cpu, 1, address);
    cpu->gr[2].w = (cpu->gr[2].w & 0xFFFFFF00) | function;
    cpu->psw.cc = last ? 2 : 1;
}

INSTRUCTION(trt_slow)
{
    unsigned n = op->i + 1u;
    uint64_t at = address_b1(cpu, op), table = address_b2(cpu, op);
    for (unsigned i = 0; i < n; i++) {
        uint64_t address = (at + i) & cpu->address_mask;
        uint8_t argument = fetch1(in_space_of(cpu, op->b1), address);
        uint8_t function = fetch1(in_space_of(cpu, op->b2), (table + argument) & cpu->address_mask);
        if (function) {
            found_function_byte(cpu, address, function, i == n - 1);
            return;
        }
    }
    cpu->psw.cc = 0;
}

HANDLER(trt)
{
    unsigned n = op->i + 1u, i = 0;
    const uint8_t *table = quick_fetch(cpu, address_b2(cpu, op), 256);
    const uint8_t *bytes = quick_fetch(cpu, address_b1(cpu, op), n);
    if (unlikely(!table || !bytes))
        return op_trt_slow(cpu, op);
    while (i < n && !table[bytes[i]])
        i++;
    if (i < n)
        found_function_byte(cpu, address_b1(cpu, op) + i, table[bytes[i]], i == n - 1);
    else
        cpu->psw.cc = 0;
    CONTINUE;
}

/* ---- the long ones ------------------------------------------------------------------------------ */

static struct long_operand long_operand(const struct cpu *cpu, unsigned r)
{
    return (struct long_operand){ r, cpu->gr[r].d & cpu->address_mask,
                                  cpu->gr[r + 1].w & 0x00FFFFFF };
}

static void put_back(struct cpu *cpu, const struct long_operand *o)
{
    set_address(cpu, o->r, o->address & cpu->address_mask);
    cpu->gr[o->r + 1].w = (cpu->gr[o->r + 1].w & 0xFF000000) | (uint32_t)o->length;
}

/* The destination is used as a source after it was moved into (GA22 7-26). */
static bool destructive(const struct cpu *cpu, const struct long_operand *to,
                        const struct long_operand *from)
{
    uint64_t n = to->length < from->length ? to->length : from->length;
    if (n < 2 || !same_space(cpu, to->r, from->r))
        return false;
    uint64_t distance = (to->address - from->address) & cpu->address_mask;
    return distance > 0 && distance < n;
}

unsigned move_piece(struct cpu *cpu, struct long_operand *to, struct long_operand *from,
                    uint8_t pad)
{
    unsigned n = piece_of(to->address, to->length);
    if (from->length) {
        n = piece_of(from->address, from->length < n ? from->length : n);
        const uint8_t *source = fetching_piece(in_space_of(cpu, from->r), from->address, &n);
        uint8_t *target = storing_piece(in_space_of(cpu, to->r), to->address, &n);
        move_within_storage(cpu, target, source, n);
        advance(cpu, from, n);
    } else {
        memset(storing_piece(in_space_of(cpu, to->r), to->address, &n), pad, n);
    }
    advance(cpu, to, n);
    return n;
}

HANDLER(mvcl)
{
    require_even_pairs(cpu, op);
    struct long_operand to = long_operand(cpu, op->r1), from = long_operand(cpu, op->r2);
    uint8_t pad = (uint8_t)(cpu->gr[op->r2 + 1].w >> 24);
    uint8_t cc = (uint8_t)((to.length < from.length) | (to.length > from.length) << 1);
    if (destructive(cpu, &to, &from)) {
        put_back(cpu, &to);
        put_back(cpu, &from);
        cpu->psw.cc = 3;
        CONTINUE;
    }
    while (to.length) {
        move_piece(cpu, &to, &from, pad);
        put_back(cpu, &to);
        put_back(cpu, &from);
        if (to.length && wanted_elsewhere(cpu))
            return suspend(cpu, op);
    }
    put_back(cpu, &to);
    put_back(cpu, &from);
    cpu->psw.cc = cc;
    CONTINUE;
}

int compare_piece(struct cpu *cpu, struct long_operand *a, struct long_operand *b,
                  uint8_t pad, unsigned *done)
{
    uint64_t longest = a->length > b->length ? a->length : b->length;
    unsigned n = longest < BLOCK_SIZE ? (unsigned)longest : BLOCK_SIZE, i = 0;
    const uint8_t *first = NULL, *second = NULL;
    if (a->length) {
        n = piece_of(a->address, a->length < n ? a->length : n);
        first = fetching_piece(in_space_of(cpu, a->r), a->address, &n);
    }
    if (b->length) {
        n = piece_of(b->address, b->length < n ? b->length : n);
        second = fetching_piece(in_space_of(cpu, b->r), b->address, &n);
    }
    int order = 0;
    while (i < n && !(order = (first ? first[i] : pad) - (second ? second[i] : pad)))
        i++;
    if (first)
        advance(cpu, a, i);
    if (second)
        advance(cpu, b, i);
    *done += i;
    return order;
}

HANDLER(clcl)
{
    require_even_pairs(cpu, op);
    struct long_operand a = long_operand(cpu, op->r1), b = long_operand(cpu, op->r2);
    uint8_t pad = (uint8_t)(cpu->gr[op->r2 + 1].w >> 24);
    unsigned done = 0;
    int order = 0;
    while ((a.length || b.length) && !order) {
        order = compare_piece(cpu, &a, &b, pad, &done);
        put_back(cpu, &a);
        put_back(cpu, &b);
        if (!order && (a.length || b.length) && wanted_elsewhere(cpu))
            return suspend(cpu, op);
    }
    put_back(cpu, &a);
    put_back(cpu, &b);
    cpu->psw.cc = cc_of_order(order);
    CONTINUE;
}
