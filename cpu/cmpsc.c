/* COMPRESSION CALL (SA22 7-47; "ESA/390 Data Compression", SA22-7208): strings of bytes become
 * symbols of 9 to 13 bits, indexes of entries in a dictionary, and back. */
#include "cpu/general.h"

enum { MAX_STRING = 260, MAX_ENTRIES = 127, CPU_DETERMINED = 4096 };

struct coder {
    struct cpu *cpu;
    uint64_t dictionary;
    unsigned symbol_bits, bit;      /* bit: the next one in the byte at the operand's address */
    bool wide_siblings;             /* format-1 sibling descriptors */
    bool translates;                /* symbols, by the table at `table` */
    uint64_t table;
    unsigned r1, r2;
    uint64_t to, to_length, from, from_length;
};

static _Noreturn void data_exception(struct cpu *cpu)
{
    program_interrupt(cpu, PGM_DATA);
}

/* General register 0 has the controls, 1 the dictionary's address, the translation table's
 * place in it, and the number of the bit at which symbols go on. */
static bool read_controls(struct cpu *cpu, const struct op *op, struct coder *c)
{
    enum { EXPAND = 0x100, WIDE_SIBLINGS = 0x200, TRANSLATE = 0x10000 };
    uint32_t controls = cpu->gr[0].w, place = cpu->gr[1].w;
    unsigned size = controls >> 12 & 15;
    require_even_pairs(cpu, op);
    if (size < 1 || size > 5)
        program_interrupt(cpu, PGM_SPECIFICATION);
    *c = (struct coder){
        .cpu = cpu, .symbol_bits = size + 8, .bit = place & 7,
        .dictionary = cpu->gr[1].d & cpu->address_mask & ~(uint64_t)0xFFF,
        .wide_siblings = controls & WIDE_SIBLINGS,
        .translates = controls & TRANSLATE && !(controls & EXPAND),
        .r1 = op->r1, .r2 = op->r2,
        .to = cpu->gr[op->r1].d & cpu->address_mask, .to_length = length_in(cpu, op->r1 + 1u),
        .from = cpu->gr[op->r2].d & cpu->address_mask, .from_length = length_in(cpu, op->r2 + 1u),
    };
    c->table = c->dictionary + ((place & 0xFF8) << 4);
    return controls & EXPAND;
}

/* What is done so far: an exception or another CPU may come now. */
static void put_back(struct coder *c)
{
    struct cpu *cpu = c->cpu;
    set_address(cpu, c->r1, c->to);
    set_length(cpu, c->r1 + 1, c->to_length);
    set_address(cpu, c->r2, c->from);
    set_length(cpu, c->r2 + 1, c->from_length);
    cpu->gr[1].w = (cpu->gr[1].w & ~7u) | c->bit;
}

static void fetch_entry(const struct coder *c, unsigned index, uint8_t entry[8])
{
    fetch_bytes(in_space_of(c->cpu, 1), entry, (c->dictionary + 8 * (uint64_t)index) & c->cpu->address_mask, 8);
}

/* ---- symbols in a string of bits ------------------------------------------------------ */

/* Bytes that a symbol lies in, from the present bit on. */
static unsigned symbol_bytes(const struct coder *c)
{
    return (c->bit + c->symbol_bits + 7) / 8;
}

static void pass_symbol(struct coder *c, uint64_t *address, uint64_t *length)
{
    unsigned whole = (c->bit + c->symbol_bits) / 8;
    *address = (*address + whole) & c->cpu->address_mask;
    *length -= whole;
    c->bit = (c->bit + c->symbol_bits) & 7;
}

static unsigned get_symbol(const struct coder *c)
{
    uint8_t bytes[4] = { 0 };
    fetch_bytes(in_space_of(c->cpu, c->r2), bytes, c->from, symbol_bytes(c));
    return get32(bytes) << c->bit >> (32 - c->symbol_bits);
}

/* The bits in front of the symbol stay, those behind it become zeros. */
static void put_symbol(const struct coder *c, unsigned symbol)
{
    uint8_t bytes[4] = { 0 };
    if (c->bit)
        bytes[0] = fetch1(in_space_of(c->cpu, c->r1), c->to) & (uint8_t)(0xFF00 >> c->bit);
    put32(bytes, get32(bytes) | symbol << (32 - c->symbol_bits - c->bit));
    store_bytes(in_space_of(c->cpu, c->r1), c->to, bytes, symbol_bytes(c));
}

/* ---- expansion ---------------------------------------------------------------------------- */

/* The string that a symbol stands for: each entry has some of its bytes and leads to the one
 * that comes before, up to one that none precedes. */
static unsigned expand_symbol(const struct coder *c, unsigned symbol, uint8_t string[MAX_STRING + 8])
{
    unsigned length = 0;
    uint8_t entry[8];
    fetch_entry(c, symbol, entry);
    for (unsigned entries = 1; entry[0] >> 5; entries++) {
        unsigned n = entry[0] >> 5, offset = entry[7];
        if (n > 5 || entries > MAX_ENTRIES)
            data_exception(c->cpu);
        memcpy(string + offset, entry + 2, n);
        if (offset + n > length)
            length = offset + n;
        fetch_entry(c, get16(entry) & 0x1FFF, entry);
    }
    unsigned n = entry[0] & 7;
    if (!n || length > MAX_STRING)
        data_exception(c->cpu);
    memcpy(string, entry + 1, n);
    return length > n ? length : n;
}

static uint8_t expand(struct coder *c)
{
    uint8_t string[MAX_STRING + 8];
    for (unsigned done = 0; done < CPU_DETERMINED; done++) {
        if (c->from_length * 8 < c->bit + c->symbol_bits)
            return 0;
        unsigned n = expand_symbol(c, get_symbol(c), string);
        if (c->to_length < n)
            return 1;
        store_bytes(in_space_of(c->cpu, c->r1), c->to, string, n);
        c->to = (c->to + n) & c->cpu->address_mask;
        c->to_length -= n;
        pass_symbol(c, &c->from, &c->from_length);
        put_back(c);
    }
    return 3;
}

/* ---- compression ------------------------------------------------------------------------------ */

/* A character entry taken apart. `extra` are characters that must follow for the entry to be
 * the right one; `child` are the first ones of its children. */
struct character_entry {
    unsigned children, extras, child_index;
    bool more;                      /* children, in sibling descriptors */
    uint8_t extra[4], child[5];
    uint8_t examine;                /* a bit for each child, from the left: has it more to say? */
    uint8_t examine_last;           /* two bits: of a sibling descriptor's last two */
};

static struct character_entry take_apart(const struct coder *c, const uint8_t e[8])
{
    unsigned count = e[0] >> 5;
    bool one_extra = e[1] & 0x20;
    struct character_entry entry = { .child_index = get16(e + 1) & 0x1FFF,
                                     .examine = (uint8_t)(e[0] << 3),
                                     .examine_last = e[1] >> 6 };
    entry.extras = count <= 1 ? e[1] >> 5 : one_extra;
    entry.more = count > 1 && count + one_extra == 6;
    entry.children = count - entry.more;
    if (count > 6 || (count > 1 && count + one_extra > 6) || entry.extras > 4)
        data_exception(c->cpu);
    memcpy(entry.extra, e + 3, entry.extras);
    memcpy(entry.child, e + 3 + entry.extras, entry.children);
    return entry;
}

/* The characters of the source that have been matched so far. */
struct match {
    unsigned symbol, length;
    struct character_entry entry;
};

static bool next_is(const struct coder *c, unsigned at, uint8_t character)
{
    return at < c->from_length &&
           fetch1(in_space_of(c->cpu, c->r2), (c->from + at) & c->cpu->address_mask) == character;
}

/* The child at `index`, whose first character has been found. If there is nothing else about
 * it, it is the end of the search; otherwise its further characters must follow, too. */
static bool match_child(const struct coder *c, struct match *m, unsigned index, bool examine,
                        bool *last)
{
    uint8_t bytes[8];
    *last = !examine;
    if (!examine) {
        m->symbol = index;
        m->length++;
        return true;
    }
    fetch_entry(c, index, bytes);
    struct character_entry child = take_apart(c, bytes);
    for (unsigned i = 0; i < child.extras; i++)
        if (!next_is(c, m->length + 1 + i, child.extra[i]))
            return false;
    m->symbol = index;
    m->length += 1 + child.extras;
    m->entry = child;
    return true;
}

/* Sibling descriptors follow the children in the dictionary; format 1 goes on in the expansion
 * dictionary behind it. */
struct siblings {
    unsigned count, examine;        /* a bit for each, from the left of 16 */
    bool more;
    uint8_t character[14];
};

static struct siblings fetch_siblings(const struct coder *c, unsigned index, uint8_t examine_last)
{
    uint8_t bytes[16];
    struct siblings s = { .count = 0 };
    fetch_entry(c, index, bytes);
    if (c->wide_siblings) {
        fetch_entry(c, index + (1u << c->symbol_bits), bytes + 8);
        s.count = bytes[0] >> 4;
        s.more = s.count == 15;
        if (s.more)
            s.count = 14;
        s.examine = (unsigned)get16(bytes) << 4 | (unsigned)examine_last << 2;
        memcpy(s.character, bytes + 2, 14);
    } else {
        s.count = bytes[0] >> 5;
        s.more = s.count == 0;
        if (s.more)
            s.count = 7;
        s.examine = (unsigned)(bytes[0] & 0x1F) << 11 | (unsigned)examine_last << 9;
        memcpy(s.character, bytes + 1, 7);
    }
    if (!s.count)
        data_exception(c->cpu);
    return s;
}

static bool match_siblings(const struct coder *c, struct match *m, bool *last)
{
    unsigned index = m->entry.child_index + m->entry.children;
    uint8_t examine_last = m->entry.examine_last;
    for (unsigned total = m->entry.children;;) {
        struct siblings s = fetch_siblings(c, index, examine_last);
        for (unsigned i = 0; i < s.count; i++)
            if (next_is(c, m->length, s.character[i]) &&
                match_child(c, m, index + 1 + i, s.examine << i & 0x8000, last))
                return true;
        total += s.count + 1;
        if (total > MAX_STRING)
            data_exception(c->cpu);
        if (!s.more)
            return false;
        index += s.count + 1;
        examine_last = 3;           /* the entry has bits for the first descriptor only */
    }
}

static bool match_further(const struct coder *c, struct match *m, bool *last)
{
    for (unsigned i = 0; i < m->entry.children; i++)
        if (next_is(c, m->length, m->entry.child[i]) &&
            match_child(c, m, m->entry.child_index + i, m->entry.examine << i & 0x80, last))
            return true;
    return m->entry.more && match_siblings(c, m, last);
}

static struct match longest_match(const struct coder *c)
{
    uint8_t bytes[8];
    bool last = false;
    struct match m = { .symbol = fetch1(c->cpu, c->from), .length = 1 };
    fetch_entry(c, m.symbol, bytes);
    m.entry = take_apart(c, bytes);
    while (!last && m.entry.children && match_further(c, &m, &last))
        if (m.length > MAX_STRING)
            data_exception(c->cpu);
    return m;
}

static uint8_t compress(struct coder *c)
{
    for (unsigned done = 0; done < CPU_DETERMINED; done++) {
        if (!c->from_length)
            return 0;
        if (c->to_length * 8 < c->bit + c->symbol_bits)
            return 1;
        struct match m = longest_match(c);
        unsigned symbol = m.symbol;
        if (c->translates)
            symbol = fetch2(in_space_of(c->cpu, 1), (c->table + 2 * symbol) & c->cpu->address_mask) &
                     ((1u << c->symbol_bits) - 1);
        put_symbol(c, symbol);
        pass_symbol(c, &c->to, &c->to_length);
        c->from = (c->from + m.length) & c->cpu->address_mask;
        c->from_length -= m.length;
        put_back(c);
    }
    return 3;
}

INSTRUCTION(cmpsc)
{
    struct coder c;
    bool expands = read_controls(cpu, op, &c);
    uint8_t cc = expands ? expand(&c) : compress(&c);
    put_back(&c);
    cpu->psw.cc = cc;
}
