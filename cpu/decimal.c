/* Decimal instructions (GA22 chapter 8), and those of the general instructions that
 * move between the binary, packed and zoned formats (chapter 7). The arithmetic is
 * in packed.h; here is what operands, signs, condition codes and exceptions ask for.
 *
 * An invalid digit lets the architecture terminate the operation; all of these
 * suppress it, as an invalid sign requires (GA22 6-18). */
#include "cpu/packed.h"
#include "cpu/storage.h"

/* The slow ways say whose operand it is: of the first, or of the second. They are apart, so that
 * the quick ones carry nothing along for them. */
static struct packed fetch_slowly(struct cpu *cpu, uint64_t address, unsigned length)
{
    uint8_t bytes[16];
    fetch_bytes(in_space_of(cpu, cpu->op->b2), bytes, address, length);
    return packed_load(bytes, length);
}

static struct packed fetch_first_slowly(struct cpu *cpu, uint64_t address, unsigned length)
{
    uint8_t bytes[16];
    fetch_bytes(in_space_of(cpu, cpu->op->b1), bytes, address, length);
    return packed_load(bytes, length);
}

static void check_first(struct cpu *cpu, uint64_t address, unsigned length)
{
    check_store(in_space_of(cpu, cpu->op->b1), address, length);
}

static struct packed check_and_fetch_first(struct cpu *cpu, uint64_t address, unsigned length)
{
    check_first(cpu, address, length);
    return fetch_first_slowly(cpu, address, length);
}

static void fetch_second(struct cpu *cpu, uint8_t *bytes, uint64_t address, unsigned length)
{
    fetch_bytes(in_space_of(cpu, cpu->op->b2), bytes, address, length);
}

static inline struct packed fetch_packed(struct cpu *cpu, uint64_t address, unsigned length)
{
    const uint8_t *p = quick_fetch(cpu, address, length);
    return likely(p) ? packed_load(p, length) : fetch_slowly(cpu, address, length);
}

static inline struct packed fetch_packed_first(struct cpu *cpu, uint64_t address, unsigned length)
{
    const uint8_t *p = quick_fetch(cpu, address, length);
    return likely(p) ? packed_load(p, length) : fetch_first_slowly(cpu, address, length);
}

/* An operand that is fetched and will be stored. *host is its place if it can be
 * stored directly; if not, that it may be stored at all has been checked. */
static inline struct packed fetch_to_update(struct cpu *cpu, uint64_t address, unsigned length,
                                            uint8_t **host)
{
    *host = quick_store(cpu, address, length);
    if (likely(*host))
        return packed_load(*host, length);
    return check_and_fetch_first(cpu, address, length);
}

/* The result's operand is always the first, or the only one. */
static void store_slowly(struct cpu *cpu, uint64_t address, unsigned length, struct packed v)
{
    uint8_t bytes[16];
    packed_store(bytes, length, v);
    store_bytes(in_space_of(cpu, cpu->op->b1), address, bytes, length);
}

static inline void store_packed(struct cpu *cpu, uint8_t *host, uint64_t address,
                                unsigned length, struct packed v)
{
    if (likely(host))
        packed_store(host, length, v);
    else
        store_slowly(cpu, address, length, v);
}

/* Do two operands have a byte in common? Addresses wrap. */
static inline bool overlap(const struct cpu *cpu, uint64_t a, unsigned a_length, uint64_t b,
                           unsigned b_length)
{
    return unlikely(((b - a) & cpu->address_mask) < a_length ||
                    ((a - b) & cpu->address_mask) < b_length) &&
           same_space(cpu, cpu->op->b1, cpu->op->b2);
}

/* How far the second operand reaches to the right of the first. */
static inline uint64_t excess(const struct cpu *cpu, uint64_t a, unsigned a_length, uint64_t b,
                              unsigned b_length)
{
    return (b + b_length - a - a_length) & cpu->address_mask;
}

/* The operands may not overlap but with their rightmost bytes the same; that is
 * recognized as a data exception (GA22 8-2). */
static inline bool overlap_badly(const struct cpu *cpu, uint64_t a, unsigned a_length, uint64_t b,
                                 unsigned b_length)
{
    return overlap(cpu, a, a_length, b, b_length) && excess(cpu, a, a_length, b, b_length);
}

/* Store the result of an addition or a shift and set the condition code. */
static inline void finish(struct cpu *cpu, uint8_t *host, uint64_t address, unsigned length,
                          struct packed v)
{
    if (likely(packed_fits(v, length))) {
        store_packed(cpu, host, address, length, v);
        cpu->psw.cc = packed_zero(v) ? 0 : v.sign == PACKED_MINUS ? 1 : 2;
        return;
    }
    store_packed(cpu, host, address, length, packed_cut(v, length));
    cpu->psw.cc = 3;
    if (cpu->psw.program_mask & MASK_DECIMAL_OVERFLOW)
        program_interrupt(cpu, PGM_DECIMAL_OVERFLOW);
}

static inline void add(struct cpu *cpu, const struct op *op, bool subtract)
{
    unsigned l1 = op->r1 + 1u, l2 = op->r3 + 1u;
    uint64_t a1 = address_b1(cpu, op), a2 = address_b2(cpu, op);
    uint8_t *host;
    struct packed a = fetch_to_update(cpu, a1, l1, &host);
    struct packed b = fetch_packed(cpu, a2, l2);
    if (unlikely(!packed_valid(a) || !packed_valid(b) || overlap_badly(cpu, a1, l1, a2, l2)))
        program_interrupt(cpu, PGM_DATA);
    if (subtract)
        b = packed_signed(b, !packed_negative(b));
    finish(cpu, host, a1, l1, packed_add(a, b));
}

INSTRUCTION(ap) { add(cpu, op, false); }
INSTRUCTION(sp) { add(cpu, op, true); }

INSTRUCTION(zap)
{
    unsigned l1 = op->r1 + 1u, l2 = op->r3 + 1u;
    uint64_t a1 = address_b1(cpu, op), a2 = address_b2(cpu, op);
    uint8_t *host = quick_store(cpu, a1, l1);
    if (unlikely(!host))
        check_first(cpu, a1, l1);
    struct packed v = fetch_packed(cpu, a2, l2);
    /* Here the first operand may also lie to the right (GA22 8-2). */
    if (unlikely(!packed_valid(v) ||
                 (overlap_badly(cpu, a1, l1, a2, l2) && excess(cpu, a1, l1, a2, l2) <= 16)))
        program_interrupt(cpu, PGM_DATA);
    finish(cpu, host, a1, l1, packed_signed(v, packed_negative(v) && !packed_zero(v)));
}

INSTRUCTION(cp)
{
    unsigned l1 = op->r1 + 1u, l2 = op->r3 + 1u;
    uint64_t a1 = address_b1(cpu, op), a2 = address_b2(cpu, op);
    struct packed a = fetch_packed_first(cpu, a1, l1), b = fetch_packed(cpu, a2, l2);
    if (unlikely(!packed_valid(a) || !packed_valid(b) || overlap_badly(cpu, a1, l1, a2, l2)))
        program_interrupt(cpu, PGM_DATA);
    bool negative = packed_negative(a);
    int order = packed_compare_digits(a, b);
    if (negative != packed_negative(b))
        order = !(packed_zero(a) && packed_zero(b));   /* the positive one is greater */
    cpu->psw.cc = order == 0 ? 0 : (order < 0) != negative ? 1 : 2;
}

INSTRUCTION(mp)
{
    unsigned l1 = op->r1 + 1u, l2 = op->r3 + 1u;
    if (unlikely(l2 > 8 || l2 >= l1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t a1 = address_b1(cpu, op), a2 = address_b2(cpu, op);
    uint8_t *host;
    struct packed a = fetch_to_update(cpu, a1, l1, &host);
    struct packed b = fetch_packed(cpu, a2, l2);
    /* As many bytes of zeros in the multiplicand as the multiplier is long: so the
     * product cannot overflow. */
    if (unlikely(!packed_valid(a) || !packed_valid(b) || !packed_fits(a, l1 - l2) ||
                 overlap_badly(cpu, a1, l1, a2, l2)))
        program_interrupt(cpu, PGM_DATA);
    unsigned __int128 product = packed_to_binary(a) * digits_to_binary(b.low);
    bool negative = packed_negative(a) != packed_negative(b);   /* of a zero too */
    store_packed(cpu, host, a1, l1, packed_from_binary(product, negative));
}

/* The quotient and, in the divisor's length, the remainder. */
static void store_divided(struct cpu *cpu, uint8_t *host, uint64_t address, unsigned length,
                          struct packed quotient, struct packed remainder, unsigned remainder_length)
{
    uint8_t bytes[16];
    uint8_t *to = host ? host : bytes;
    packed_store(to, length - remainder_length, quotient);
    packed_store(to + length - remainder_length, remainder_length, remainder);
    if (!host)
        store_bytes(in_space_of(cpu, cpu->op->b1), address, bytes, length);
}

INSTRUCTION(dp)
{
    unsigned l1 = op->r1 + 1u, l2 = op->r3 + 1u;
    if (unlikely(l2 > 8 || l2 >= l1))
        program_interrupt(cpu, PGM_SPECIFICATION);
    uint64_t a1 = address_b1(cpu, op), a2 = address_b2(cpu, op);
    uint8_t *host;
    struct packed a = fetch_to_update(cpu, a1, l1, &host);
    struct packed b = fetch_packed(cpu, a2, l2);
    if (unlikely(!packed_valid(a) || !packed_valid(b) || overlap_badly(cpu, a1, l1, a2, l2)))
        program_interrupt(cpu, PGM_DATA);
    unsigned __int128 dividend = packed_to_binary(a), quotient;
    uint64_t divisor = digits_to_binary(b.low), remainder;
    if (unlikely(divisor == 0))
        program_interrupt(cpu, PGM_DECIMAL_DIVIDE);
    if (likely(!(dividend >> 64))) {
        quotient = (uint64_t)dividend / divisor;
        remainder = (uint64_t)dividend % divisor;
    } else {
        quotient = dividend / divisor;
        remainder = (uint64_t)(dividend - quotient * divisor);
    }
    bool negative = packed_negative(a);
    struct packed result = packed_from_binary(quotient, negative != packed_negative(b));
    if (unlikely(!packed_fits(result, l1 - l2)))
        program_interrupt(cpu, PGM_DECIMAL_DIVIDE);
    store_divided(cpu, host, a1, l1, result, packed_from_binary(remainder, negative), l2);
}

static inline struct packed packed_from_digits(unsigned __int128 digits, uint8_t sign)
{
    return (struct packed){ (uint64_t)(digits >> 64), (uint64_t)digits, sign };
}

/* Shift right by 1..32 digits and add the carry that the rounding digit makes with
 * the last digit that goes. */
static struct packed shift_right(struct packed v, unsigned count, unsigned rounding)
{
    unsigned __int128 digits = (unsigned __int128)v.high << 64 | v.low;
    if (count == 32)
        return (struct packed){ 0, 0, v.sign };
    unsigned last = (unsigned)(digits >> (4 * count - 4)) & 0xF;
    struct packed shifted = packed_from_digits(digits >> 4 * count, v.sign);
    bool carry = last + rounding > 9;
    if (carry) {
        shifted.low = digits_add(shifted.low, 0, &carry);
        shifted.high = digits_add(shifted.high, 0, &carry);
    }
    return shifted;
}

INSTRUCTION(srp)
{
    unsigned length = op->r1 + 1u, rounding = op->r3;
    uint64_t address = address_b1(cpu, op);
    unsigned shift = address_b2(cpu, op) & 0x3F;
    uint8_t *host;
    struct packed v = fetch_to_update(cpu, address, length, &host);
    if (unlikely(!packed_valid(v) || rounding > 9))
        program_interrupt(cpu, PGM_DATA);
    v = packed_signed(v, packed_negative(v));
    bool lost = false;
    if (shift >= 32) {
        v = shift_right(v, 64 - shift, rounding);
    } else {
        unsigned digits = 2 * length - 1, kept = shift < digits ? digits - shift : 0;
        unsigned __int128 all = (unsigned __int128)v.high << 64 | v.low;
        lost = all >> 4 * kept;
        v = packed_cut(packed_from_digits(all << 4 * shift, v.sign), length);
    }
    if (unlikely(lost)) {
        store_packed(cpu, host, address, length, v);
        cpu->psw.cc = 3;
        if (cpu->psw.program_mask & MASK_DECIMAL_OVERFLOW)
            program_interrupt(cpu, PGM_DECIMAL_OVERFLOW);
        return;
    }
    finish(cpu, host, address, length, packed_signed(v, v.sign == PACKED_MINUS && !packed_zero(v)));
}

/* ---- editing (GA22 8-6) ----------------------------------------------------------- */

enum { DIGIT_SELECTOR = 0x20, SIGNIFICANCE_STARTER = 0x21, FIELD_SEPARATOR = 0x22 };

/* Source digits, one at a time. Bytes are fetched only when their left digit is
 * needed: the source has no length of its own. */
struct source {
    struct cpu *cpu;
    uint64_t address;
    unsigned base;
    const uint8_t *host;   /* of all bytes that can be needed, or NULL */
    uint8_t right;         /* right half of the byte of which the left was taken */
    bool have_right;
    bool plus;             /* the digit last taken had a plus sign to its right */
};

static unsigned next_digit(struct source *source)
{
    source->plus = false;
    if (source->have_right) {
        source->have_right = false;
        return source->right;
    }
    uint8_t byte = source->host ? *source->host++
                                : fetch1(in_space_of(source->cpu, source->base), source->address);
    source->address = (source->address + 1) & source->cpu->address_mask;
    unsigned digit = byte >> 4;
    if (digit > 9)
        program_interrupt(source->cpu, PGM_DATA);
    source->right = byte & 0xF;
    source->have_right = source->right <= 9;
    source->plus = !source->have_right && source->right != 0xB && source->right != 0xD;
    return digit;
}

static unsigned count_selectors(const uint8_t *pattern, unsigned length)
{
    unsigned count = 0;
    for (unsigned i = 0; i < length; i++)
        count += (pattern[i] & ~1) == DIGIT_SELECTOR;
    return count;
}

/* Edit the pattern in place; the condition code. *mark, if a digit began to be
 * significant by itself, is the place of the last one that did; else -1. */
static int edit_pattern(uint8_t *pattern, unsigned length, struct source *source, int *mark)
{
    const uint8_t fill = pattern[0];
    bool significant = false, nonzero = false;
    *mark = -1;
    for (unsigned i = 0; i < length; i++) {
        uint8_t c = pattern[i];
        if (c == FIELD_SEPARATOR) {
            pattern[i] = fill;
            significant = nonzero = false;
        } else if (c == DIGIT_SELECTOR || c == SIGNIFICANCE_STARTER) {
            unsigned digit = next_digit(source);
            pattern[i] = significant || digit ? 0xF0 | digit : fill;
            if (!significant && digit)
                *mark = (int)i;
            nonzero |= digit != 0;
            significant = (significant || digit || c == SIGNIFICANCE_STARTER) && !source->plus;
        } else if (!significant) {
            pattern[i] = fill;
        }
    }
    return !nonzero ? 0 : significant ? 1 : 2;
}

static void edit(struct cpu *cpu, const struct op *op, bool marking)
{
    unsigned length = op->i + 1u;
    uint64_t a1 = address_b1(cpu, op), a2 = address_b2(cpu, op);
    uint8_t pattern[256];
    check_store(in_space_of(cpu, op->b1), a1, length);
    fetch_bytes(cpu, pattern, a1, length);
    unsigned selectors = count_selectors(pattern, length);
    struct source source = { .cpu = cpu, .address = a2, .base = op->b2 };
    if (selectors)
        source.host = quick_fetch(cpu, a2, selectors);
    int mark, cc = edit_pattern(pattern, length, &source, &mark);
    store_bytes(in_space_of(cpu, op->b1), a1, pattern, length);
    cpu->psw.cc = (uint8_t)cc;
    if (marking && mark >= 0)
        insert_address(cpu, 1, (a1 + (unsigned)mark) & cpu->address_mask);
}

INSTRUCTION(ed) { edit(cpu, op, false); }
INSTRUCTION(edmk) { edit(cpu, op, true); }

/* ---- conversions (GA22 chapter 7) ------------------------------------------------- */

INSTRUCTION(cvb)
{
    struct packed v = fetch_packed(cpu, address_x2(cpu, op), 8);
    if (unlikely(!packed_valid(v)))
        program_interrupt(cpu, PGM_DATA);
    uint64_t magnitude = digits_to_binary(v.low);
    bool negative = packed_negative(v);
    cpu->gr[op->r1].w = (uint32_t)(negative ? -magnitude : magnitude);
    if (unlikely(magnitude > 0x7FFFFFFFu + (uint64_t)negative))
        program_interrupt(cpu, PGM_FIXED_DIVIDE);   /* completed nevertheless */
}

INSTRUCTION(cvd)
{
    uint64_t address = address_x2(cpu, op);
    int32_t value = (int32_t)cpu->gr[op->r1].w;
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    struct packed v = { 0, digits_from_binary(magnitude), value < 0 ? PACKED_MINUS : PACKED_PLUS };
    store_packed(cpu, quick_store(cpu, address, 8), address, 8, v);
}

/* Operands that overlap are processed a byte at a time from right to left: these two
 * walk them, giving zeros and refusing bytes beyond their left ends. */
struct walk {
    struct cpu *cpu;
    uint64_t address;
    unsigned left, base;
};
static struct walk walk_from_right(struct cpu *cpu, uint64_t address, unsigned base,
                                   unsigned length)
{
    return (struct walk){ cpu, address + length, length, base };
}
static uint8_t walk_fetch(struct walk *walk)
{
    if (!walk->left)
        return 0;
    walk->left--;
    return fetch1(in_space_of(walk->cpu, walk->base), --walk->address & walk->cpu->address_mask);
}
static bool walk_store(struct walk *walk, uint8_t byte)
{
    if (!walk->left)
        return false;
    walk->left--;
    store1(in_space_of(walk->cpu, walk->base), --walk->address & walk->cpu->address_mask, byte);
    return true;
}

static void pack_bytes(struct walk to, struct walk from)
{
    uint8_t last = walk_fetch(&from);
    walk_store(&to, (uint8_t)(last << 4 | last >> 4));
    while (to.left) {
        uint8_t right = walk_fetch(&from) & 0xF;
        uint8_t left = (uint8_t)(walk_fetch(&from) << 4);
        walk_store(&to, left | right);
    }
}

static void unpack_bytes(struct walk to, struct walk from)
{
    uint8_t last = walk_fetch(&from);
    walk_store(&to, (uint8_t)(last << 4 | last >> 4));
    while (to.left) {
        uint8_t two = walk_fetch(&from);
        walk_store(&to, 0xF0 | (two & 0xF));
        walk_store(&to, 0xF0 | two >> 4);
    }
}

static void offset_bytes(struct walk to, struct walk from)
{
    uint8_t low = fetch1(in_space_of(to.cpu, to.base), (to.address - 1) & to.cpu->address_mask) & 0xF;
    while (to.left) {
        uint8_t byte = walk_fetch(&from);
        walk_store(&to, (uint8_t)(byte << 4) | low);
        low = byte >> 4;
    }
}

/* What PACK, UNPK and MVO have in common. Results come as a packed number: its digits
 * shifted by four and the sign code behind them are the 16 bytes to be stored. */
struct conversion {
    uint64_t a1, a2;
    unsigned l1, l2;
    uint8_t *to;              /* NULL: store slowly */
    uint8_t bytes[16];        /* the second operand if it was fetched slowly */
    const uint8_t *from;
};

/* False if the operands overlap and the bytes must be moved one at a time; both are
 * checked then. */
static inline bool begin_conversion(struct cpu *cpu, const struct op *op, struct conversion *c)
{
    c->a1 = address_b1(cpu, op);
    c->a2 = address_b2(cpu, op);
    c->l1 = op->r1 + 1u;
    c->l2 = op->r3 + 1u;
    c->to = quick_store(cpu, c->a1, c->l1);
    c->from = quick_fetch(cpu, c->a2, c->l2);
    if (unlikely(!c->to))
        check_first(cpu, c->a1, c->l1);
    if (unlikely(!c->from)) {
        fetch_second(cpu, c->bytes, c->a2, c->l2);
        c->from = c->bytes;
    }
    return !overlap(cpu, c->a1, c->l1, c->a2, c->l2);
}

INSTRUCTION(pack)
{
    struct conversion c;
    if (unlikely(!begin_conversion(cpu, op, &c))) {
        pack_bytes(walk_from_right(cpu, c.a1, op->b1, c.l1), walk_from_right(cpu, c.a2, op->b2, c.l2));
        return;
    }
    struct packed v = { 0, 0, c.from[c.l2 - 1] >> 4 };
    if (c.l2 <= 8)
        v.low = digits_gather(bytes_load(c.from, c.l2));
    else
        v.low = (uint64_t)digits_gather(bytes_load(c.from, c.l2 - 8)) << 32 |
                digits_gather(get64(c.from + c.l2 - 8));
    store_packed(cpu, c.to, c.a1, c.l1, v);
}

#define ZONES 0xF0F0F0F0F0F0F0F0u

INSTRUCTION(unpk)
{
    struct conversion c;
    if (unlikely(!begin_conversion(cpu, op, &c))) {
        unpack_bytes(walk_from_right(cpu, c.a1, op->b1, c.l1), walk_from_right(cpu, c.a2, op->b2, c.l2));
        return;
    }
    struct packed v = packed_load(c.from, c.l2);
    uint64_t right = digits_spread((uint32_t)v.low) | (ZONES & ~(uint64_t)0xFF) |
                     (uint64_t)v.sign << 4;
    uint64_t left = digits_spread((uint32_t)(v.low >> 32)) | ZONES;
    uint8_t bytes[16], *to = c.to ? c.to : bytes;
    if (c.l1 <= 8) {
        bytes_store(to, c.l1, right);
    } else {
        bytes_store(to, c.l1 - 8, left);
        put64(to + c.l1 - 8, right);
    }
    if (unlikely(!c.to))
        store_bytes(in_space_of(cpu, op->b1), c.a1, bytes, c.l1);
}

INSTRUCTION(mvo)
{
    struct conversion c;
    if (unlikely(!begin_conversion(cpu, op, &c))) {
        check_fetch(in_space_of(cpu, op->b1), (c.a1 + c.l1 - 1) & cpu->address_mask, 1);
        offset_bytes(walk_from_right(cpu, c.a1, op->b1, c.l1), walk_from_right(cpu, c.a2, op->b2, c.l2));
        return;
    }
    uint8_t low = c.to ? c.to[c.l1 - 1]
                       : fetch1(in_space_of(cpu, op->b1), (c.a1 + c.l1 - 1) & cpu->address_mask);
    struct packed v = { 0, 0, low & 0xF };
    if (c.l2 <= 8) {
        v.low = bytes_load(c.from, c.l2);
    } else {
        v.high = bytes_load(c.from, c.l2 - 8);
        v.low = get64(c.from + c.l2 - 8);
    }
    store_packed(cpu, c.to, c.a1, c.l1, v);
}
