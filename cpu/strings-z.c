/* General instructions of ESA/390 and z/Architecture on strings whose lengths or ends are in
 * registers (SA22 chapter 7). Each may end with condition code 3 after as much as the CPU
 * likes; the program then executes it again. */
#include "cpu/general.h"
#include "cpu/long-operand.h"

/* After so many bytes the CPU ends with condition code 3: time and others want a look. */
enum { CPU_DETERMINED = 1 << 16 };

/* Lengths, too, are by the addressing mode. */
static struct long_operand long_operand(const struct cpu *cpu, unsigned r)
{
    uint64_t length = cpu->psw.amode == AMODE_64 ? cpu->gr[r + 1].d : cpu->gr[r + 1].w;
    return (struct long_operand){ r, cpu->gr[r].d & cpu->address_mask, length };
}

static void put_back(struct cpu *cpu, const struct long_operand *o)
{
    set_address(cpu, o->r, o->address);
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[o->r + 1].d = o->length;
    else
        cpu->gr[o->r + 1].w = (uint32_t)o->length;
}

static void require_even_r1_r3(struct cpu *cpu, const struct op *op)
{
    if ((op->r1 | op->r3) & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
}

static uint8_t cc_of_lengths(const struct long_operand *a, const struct long_operand *b)
{
    return a->length < b->length ? 1 : a->length > b->length ? 2 : 0;
}

/* ---- MVCLE, CLCLE -------------------------------------------------------------------- */

/* The padding character is the address of the second operand. */
static uint16_t padding(const struct cpu *cpu, const struct op *op)
{
    return (uint16_t)(cpu->gr[op->b2].w + (uint32_t)op->d2);
}

INSTRUCTION(mvcle)
{
    require_even_r1_r3(cpu, op);
    struct long_operand to = long_operand(cpu, op->r1), from = long_operand(cpu, op->r3);
    uint8_t pad = (uint8_t)padding(cpu, op), cc = cc_of_lengths(&to, &from);
    for (unsigned done = 0; to.length && done < CPU_DETERMINED;) {
        done += move_piece(cpu, &to, &from, pad);
        put_back(cpu, &to);
        put_back(cpu, &from);
    }
    put_back(cpu, &to);
    put_back(cpu, &from);
    cpu->psw.cc = to.length ? 3 : cc;
}

INSTRUCTION(clcle)
{
    require_even_r1_r3(cpu, op);
    struct long_operand a = long_operand(cpu, op->r1), b = long_operand(cpu, op->r3);
    uint8_t pad = (uint8_t)padding(cpu, op);
    int order = 0;
    for (unsigned done = 0; (a.length || b.length) && !order && done < CPU_DETERMINED;) {
        order = compare_piece(cpu, &a, &b, pad, &done);
        put_back(cpu, &a);
        put_back(cpu, &b);
    }
    put_back(cpu, &a);
    put_back(cpu, &b);
    cpu->psw.cc = !order && (a.length || b.length) ? 3 : cc_of_order(order);
}

/* ---- MVCLU, CLCLU: characters of two bytes ------------------------------------------------ */

static void require_even_lengths(struct cpu *cpu, const struct long_operand *a,
                                 const struct long_operand *b)
{
    if ((a->length | b->length) & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
}

/* The next character, the padding if there is none. */
static uint16_t next_character(struct cpu *cpu, struct long_operand *from, uint16_t pad)
{
    if (!from->length)
        return pad;
    uint16_t c = fetch2(in_space_of(cpu, from->r), from->address);
    return c;
}

static void pass_character(const struct cpu *cpu, struct long_operand *o)
{
    if (o->length)
        advance(cpu, o, 2);
}

INSTRUCTION(mvclu)
{
    require_even_r1_r3(cpu, op);
    struct long_operand to = long_operand(cpu, op->r1), from = long_operand(cpu, op->r3);
    uint16_t pad = padding(cpu, op);
    uint8_t cc = cc_of_lengths(&to, &from);
    require_even_lengths(cpu, &to, &from);
    for (unsigned done = 0; to.length && done < CPU_DETERMINED; done += 2) {
        uint16_t c = next_character(cpu, &from, pad);
        store2(in_space_of(cpu, to.r), to.address, c);
        pass_character(cpu, &from);
        pass_character(cpu, &to);
        put_back(cpu, &to);
        put_back(cpu, &from);
    }
    put_back(cpu, &to);
    put_back(cpu, &from);
    cpu->psw.cc = to.length ? 3 : cc;
}

INSTRUCTION(clclu)
{
    require_even_r1_r3(cpu, op);
    struct long_operand a = long_operand(cpu, op->r1), b = long_operand(cpu, op->r3);
    uint16_t pad = padding(cpu, op);
    int order = 0;
    require_even_lengths(cpu, &a, &b);
    for (unsigned done = 0; (a.length || b.length) && done < CPU_DETERMINED; done += 2) {
        order = next_character(cpu, &a, pad) - next_character(cpu, &b, pad);
        if (order)
            break;
        pass_character(cpu, &a);
        pass_character(cpu, &b);
        put_back(cpu, &a);
        put_back(cpu, &b);
    }
    put_back(cpu, &a);
    put_back(cpu, &b);
    cpu->psw.cc = !order && (a.length || b.length) ? 3 : cc_of_order(order);
}

/* ---- strings with an ending character ------------------------------------------------------- */

/* The character in general register 0, of one byte or two; what is left of it is zero. */
static uint16_t character_in_gr0(struct cpu *cpu, unsigned bytes)
{
    if (cpu->gr[0].w >> 8 * bytes)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return (uint16_t)cpu->gr[0].w;
}

INSTRUCTION(mvst)
{
    uint8_t ending = (uint8_t)character_in_gr0(cpu, 1);
    uint64_t to = address_in(cpu, op->r1), from = address_in(cpu, op->r2);
    for (unsigned done = 0, n; done < CPU_DETERMINED; done += n) {
        n = piece_of(to, BLOCK_SIZE);
        const uint8_t *source = fetching_piece(in_space_of(cpu, op->r2), from, &n);
        const uint8_t *end = memchr(source, ending, n);
        if (end)
            n = (unsigned)(end - source) + 1;
        uint8_t *target = storing_piece(in_space_of(cpu, op->r1), to, &n);
        move_within_storage(cpu, target, source, n);
        to = (to + n) & cpu->address_mask;
        from = (from + n) & cpu->address_mask;
        if (end) {
            set_address(cpu, op->r1, (to - 1) & cpu->address_mask);
            cpu->psw.cc = 1;
            return;
        }
        set_address(cpu, op->r1, to);
        set_address(cpu, op->r2, from);
    }
    cpu->psw.cc = 3;
}

/* Of two strings, the one that ends first is low. */
static int order_of_characters(uint8_t a, uint8_t b, uint8_t ending)
{
    if (a == b)
        return 0;
    return a == ending ? -1 : b == ending ? 1 : a - b;
}

INSTRUCTION(clst)
{
    uint8_t ending = (uint8_t)character_in_gr0(cpu, 1);
    uint64_t a = address_in(cpu, op->r1), b = address_in(cpu, op->r2);
    for (unsigned done = 0; done < CPU_DETERMINED;) {
        unsigned n = BLOCK_SIZE;
        const uint8_t *first = fetching_piece(in_space_of(cpu, op->r1), a, &n);
        const uint8_t *second = fetching_piece(in_space_of(cpu, op->r2), b, &n);
        for (unsigned i = 0; i < n; i++) {
            int order = order_of_characters(first[i], second[i], ending);
            if (order) {
                set_address(cpu, op->r1, (a + i) & cpu->address_mask);
                set_address(cpu, op->r2, (b + i) & cpu->address_mask);
                cpu->psw.cc = cc_of_order(order);
                return;
            }
            if (first[i] == ending) {
                cpu->psw.cc = 0;
                return;
            }
        }
        a = (a + n) & cpu->address_mask;
        b = (b + n) & cpu->address_mask;
        done += n;
    }
    set_address(cpu, op->r1, a);
    set_address(cpu, op->r2, b);
    cpu->psw.cc = 3;
}

/* Search from R2 on, up to but not including R1. */
INSTRUCTION(srst)
{
    uint8_t wanted = (uint8_t)character_in_gr0(cpu, 1);
    uint64_t end = address_in(cpu, op->r1), at = address_in(cpu, op->r2);
    for (unsigned done = 0, n; done < CPU_DETERMINED; done += n) {
        if (at == end) {
            cpu->psw.cc = 2;
            return;
        }
        n = piece_of(at, (end - at) & cpu->address_mask);
        const uint8_t *piece = fetching_piece(in_space_of(cpu, op->r2), at, &n);
        const uint8_t *found = memchr(piece, wanted, n);
        if (found) {
            set_address(cpu, op->r1, at + (uint64_t)(found - piece));
            cpu->psw.cc = 1;
            return;
        }
        at = (at + n) & cpu->address_mask;
    }
    set_address(cpu, op->r2, at);
    cpu->psw.cc = 3;
}

/* The same for characters of two bytes; a last odd byte is none. */
INSTRUCTION(srstu)
{
    uint16_t wanted = character_in_gr0(cpu, 2);
    uint64_t end = address_in(cpu, op->r1), at = address_in(cpu, op->r2);
    for (unsigned done = 0; done < CPU_DETERMINED; done += 2) {
        if (((end - at) & cpu->address_mask) < 2) {
            cpu->psw.cc = 2;
            return;
        }
        if (fetch2(in_space_of(cpu, op->r2), at) == wanted) {
            set_address(cpu, op->r1, at);
            cpu->psw.cc = 1;
            return;
        }
        at = (at + 2) & cpu->address_mask;
    }
    set_address(cpu, op->r2, at);
    cpu->psw.cc = 3;
}

/* ---- COMPARE UNTIL SUBSTRING EQUAL -------------------------------------------------------------- */

static uint8_t next_byte(struct cpu *cpu, const struct long_operand *o, uint8_t pad)
{
    return o->length ? fetch1(in_space_of(cpu, o->r), o->address) : pad;
}

static void pass_byte(const struct cpu *cpu, struct long_operand *o)
{
    if (o->length)
        advance(cpu, o, 1);
}

/* The registers are left at the first of the equal bytes that were found last, and else
 * behind what was compared. */
INSTRUCTION(cuse)
{
    require_even_pairs(cpu, op);
    unsigned wanted = cpu->gr[0].w & 0xFF, equal = 0;
    uint8_t pad = (uint8_t)cpu->gr[1].w;
    struct long_operand a = long_operand(cpu, op->r1), b = long_operand(cpu, op->r2);
    struct long_operand first_a = a, first_b = b;
    unsigned done = 0;
    while (equal < wanted && (a.length || b.length) && (equal || done < CPU_DETERMINED / 16)) {
        bool same = next_byte(cpu, &a, pad) == next_byte(cpu, &b, pad);
        if (same && !equal++)
            first_a = a, first_b = b;
        if (!same)
            equal = 0;
        pass_byte(cpu, &a);
        pass_byte(cpu, &b);
        done++;
    }
    put_back(cpu, equal ? &first_a : &a);
    put_back(cpu, equal ? &first_b : &b);
    cpu->psw.cc = equal == wanted ? 0 : a.length || b.length ? 3 : equal ? 1 : 2;
}

/* ---- CHECKSUM --------------------------------------------------------------------------------------- */

/* Words are added, a carry out of the left comes in at the right; a last word that is not
 * whole has zeros behind it. */
INSTRUCTION(cksm)
{
    if (op->r2 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    struct long_operand from = long_operand(cpu, op->r2);
    for (unsigned done = 0; from.length && done < CPU_DETERMINED;) {
        uint8_t bytes[64] = { 0 };
        unsigned n = from.length < sizeof bytes ? (unsigned)from.length : sizeof bytes;
        uint64_t sum = R1;
        fetch_bytes(in_space_of(cpu, from.r), bytes, from.address, n);
        for (unsigned i = 0; i < n; i += 4)
            sum += get32(bytes + i);
        sum = (sum & UINT32_MAX) + (sum >> 32);
        R1 = (uint32_t)(sum + (sum >> 32));
        advance(cpu, &from, n);
        put_back(cpu, &from);
        done += n;
    }
    put_back(cpu, &from);
    cpu->psw.cc = from.length ? 3 : 0;
}
