/* CONVERT UTF-8, UTF-16, UTF-32 TO each other (SA22 chapter 7). */
#include "cpu/general.h"

enum { CPU_DETERMINED = 1 << 14 };

enum form { UTF8, UTF16, UTF32 };

struct text {
    enum form form;
    unsigned r;
    uint64_t address, length;
};

static struct text text_in(const struct cpu *cpu, enum form form, unsigned r)
{
    uint64_t length = cpu->psw.amode == AMODE_64 ? cpu->gr[r + 1].d : cpu->gr[r + 1].w;
    return (struct text){ form, r, cpu->gr[r].d & cpu->address_mask, length };
}

static void put_back(struct cpu *cpu, const struct text *t)
{
    set_address(cpu, t->r, t->address);
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[t->r + 1].d = t->length;
    else
        cpu->gr[t->r + 1].w = (uint32_t)t->length;
}

static void advance(const struct cpu *cpu, struct text *t, unsigned n)
{
    t->address = (t->address + n) & cpu->address_mask;
    t->length -= n;
}

/* A character as it was found: its number, and of how many bytes it was. */
struct character {
    uint32_t code;
    unsigned bytes;
};

/* What comes of looking for one. */
enum found { FOUND, SOURCE_ENDS, INVALID };

/* ---- UTF-8 ------------------------------------------------------------------------- */

/* By the first byte alone, unless well-formedness is asked for. */
static unsigned bytes_by_first(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3
         : first < 0xF8 ? 4 : 0;
}

static bool well_formed(const uint8_t *b, unsigned n)
{
    if (n == 2 && b[0] < 0xC2)
        return false;
    if (n == 4 && b[0] > 0xF4)
        return false;
    for (unsigned i = 1; i < n; i++)
        if ((b[i] & 0xC0) != 0x80)
            return false;
    return !(b[0] == 0xE0 && b[1] < 0xA0) && !(b[0] == 0xED && b[1] > 0x9F) &&
           !(b[0] == 0xF0 && b[1] < 0x90) && !(b[0] == 0xF4 && b[1] > 0x8F);
}

static enum found next_utf8(struct cpu *cpu, const struct text *from, bool check,
                            struct character *c)
{
    uint8_t b[4] = { 0 };
    if (!from->length)
        return SOURCE_ENDS;
    b[0] = fetch1(in_space_of(cpu, from->r), from->address);
    c->bytes = bytes_by_first(b[0]);
    if (!c->bytes || (check && (b[0] == 0xC0 || b[0] == 0xC1 || b[0] > 0xF4)))
        return INVALID;
    if (from->length < c->bytes)
        return SOURCE_ENDS;
    fetch_bytes(in_space_of(cpu, from->r), b, from->address, c->bytes);
    if (check && c->bytes > 1 && !well_formed(b, c->bytes))
        return INVALID;
    c->code = c->bytes == 1 ? b[0] : b[0] & (0x7Fu >> c->bytes);
    for (unsigned i = 1; i < c->bytes; i++)
        c->code = c->code << 6 | (b[i] & 0x3F);
    return FOUND;
}

static unsigned to_utf8(uint8_t *b, uint32_t code)
{
    unsigned n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (unsigned i = n - 1; i > 0; i--, code >>= 6)
        b[i] = (uint8_t)(0x80 | (code & 0x3F));
    b[0] = (uint8_t)(n == 1 ? code : (0xF00u >> n & 0xFF) | code);
    return n;
}

/* ---- UTF-16 -------------------------------------------------------------------------- */

static enum found next_utf16(struct cpu *cpu, const struct text *from, bool check,
                             struct character *c)
{
    if (from->length < 2)
        return SOURCE_ENDS;
    c->code = fetch2(in_space_of(cpu, from->r), from->address);
    c->bytes = 2;
    if (c->code >> 10 != 0xD800 >> 10)
        return FOUND;
    c->bytes = 4;
    if (from->length < 4)
        return SOURCE_ENDS;
    uint32_t low = fetch2(in_space_of(cpu, from->r), (from->address + 2) & cpu->address_mask);
    if (check && low >> 10 != 0xDC00 >> 10)
        return INVALID;
    c->code = ((c->code & 0x3FF) << 10 | (low & 0x3FF)) + 0x10000;
    return FOUND;
}

/* Four bytes of UTF-8 always become a pair. */
static unsigned to_utf16(uint8_t *b, const struct character *c)
{
    if (c->code < 0x10000 && c->bytes != 4) {
        put16(b, (uint16_t)c->code);
        return 2;
    }
    uint32_t rest = c->code - 0x10000;
    put16(b, (uint16_t)(0xD800 | (rest >> 10 & 0x3FF)));
    put16(b + 2, (uint16_t)(0xDC00 | (rest & 0x3FF)));
    return 4;
}

/* ---- UTF-32 -------------------------------------------------------------------------- */

static enum found next_utf32(struct cpu *cpu, const struct text *from, struct character *c)
{
    if (from->length < 4)
        return SOURCE_ENDS;
    c->code = fetch4(in_space_of(cpu, from->r), from->address);
    c->bytes = 4;
    return c->code > 0x10FFFF || c->code >> 10 == 0xD800 >> 10 ? INVALID : FOUND;
}

/* ---- from one to another --------------------------------------------------------------- */

static enum found next(struct cpu *cpu, const struct text *from, bool check, struct character *c)
{
    return from->form == UTF8    ? next_utf8(cpu, from, check, c)
           : from->form == UTF16 ? next_utf16(cpu, from, check, c)
                                 : next_utf32(cpu, from, c);
}

static unsigned encode(enum form form, uint8_t bytes[4], const struct character *c)
{
    if (form == UTF8)
        return to_utf8(bytes, c->code);
    if (form == UTF16)
        return to_utf16(bytes, c);
    put32(bytes, c->code);
    return 4;
}

/* One character; a condition code, or 3 to go on. */
static uint8_t convert_one(struct cpu *cpu, struct text *to, struct text *from, bool check)
{
    struct character c = { 0, 0 };
    uint8_t bytes[4];
    enum found found = next(cpu, from, check, &c);
    if (found != FOUND)
        return found == INVALID ? 2 : 0;
    if (from->form == UTF32)
        c.bytes = c.code < 0x10000 ? 2 : 4;
    unsigned n = encode(to->form, bytes, &c);
    if (to->length < n)
        return 1;
    store_bytes(in_space_of(cpu, to->r), to->address, bytes, n);
    advance(cpu, to, n);
    advance(cpu, from, from->form == UTF32 ? 4 : c.bytes);
    put_back(cpu, to);
    put_back(cpu, from);
    return 3;
}

/* M3's last bit asks for well-formedness (ETF3 enhancement). */
static void convert(struct cpu *cpu, const struct op *op, enum form from_form, enum form to_form)
{
    require_even_pairs(cpu, op);
    struct text to = text_in(cpu, to_form, op->r1), from = text_in(cpu, from_form, op->r2);
    uint8_t cc = 3;
    for (unsigned done = 0; cc == 3 && done < CPU_DETERMINED; done++)
        cc = convert_one(cpu, &to, &from, op->r3 & 1);
    put_back(cpu, &to);
    put_back(cpu, &from);
    cpu->psw.cc = cc;
}

INSTRUCTION(cu12) { convert(cpu, op, UTF8, UTF16); }
INSTRUCTION(cu14) { convert(cpu, op, UTF8, UTF32); }
INSTRUCTION(cu21) { convert(cpu, op, UTF16, UTF8); }
INSTRUCTION(cu24) { convert(cpu, op, UTF16, UTF32); }
INSTRUCTION(cu41) { convert(cpu, op, UTF32, UTF8); }
INSTRUCTION(cu42) { convert(cpu, op, UTF32, UTF16); }
