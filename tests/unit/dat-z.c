/* z/Architecture's translation against a second reading of the manual (SA22 3-41 to 3-56, 3-74):
 * random tables of all levels, with lengths, offsets, invalid and protected entries, large frames,
 * entries of a wrong type; what LRAG, LG, STG and a branch then do. Then invalidation: what was
 * translated must not be found any more, in all of its forms. */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

enum { SIZE = 16 << 20, CODE = 0x2000, RESULT = 0x3000, TABLES = 0x100000, FRAMES = 0x400000,
       FAILED = 0xBAD, ENDED = 0xE0D };
enum { CR0_EDAT = 0x00800000, CR0_IEP = 0x00100000, CR0_LOW_ADDRESS = 0x10000000 };
#define REAL_SPACE UINT64_C(0x20)

struct rig {
    struct machine *machine;
    struct cpu *cpu;
    uint64_t seed;
    uint64_t next_table;
};

static uint64_t next(struct rig *rig)
{
    return next_random(&rig->seed);
}

static unsigned below(struct rig *rig, unsigned n) { return (unsigned)(next(rig) >> 20) % n; }
static bool one_in(struct rig *rig, unsigned n) { return below(rig, n) == 0; }

static uint64_t read8(const struct rig *rig, uint64_t at)
{
    return get64(rig->machine->storage + at);
}

static void write8(struct rig *rig, uint64_t at, uint64_t v)
{
    put64(rig->machine->storage + at, v);
}

/* ---- tables ------------------------------------------------------------------------------------ */

/* Each table has entries for one way only, in all of its four quarters that exist; the rest of
 * storage for tables is invalid entries. Levels: 0 page, 1 segment, 2 .. 4 regions. */
static const unsigned shift_of[] = { 12, 20, 31, 42, 53 };

static uint64_t take_frame(struct rig *rig)
{
    return FRAMES + (uint64_t)below(rig, 64) * 0x10000 + (uint64_t)below(rig, 16) * 0x1000;
}

static uint64_t build(struct rig *rig, unsigned level, uint64_t address, bool fine);

static uint64_t make_entry(struct rig *rig, unsigned level, uint64_t address, bool fine)
{
    uint64_t entry;
    if (level == 0) {
        entry = take_frame(rig);
        entry |= one_in(rig, 6) ? 0x200 : 0;
        entry |= one_in(rig, 6) ? 0x100 : 0;
        if (!fine)
            entry |= one_in(rig, 10) ? 0x400 : one_in(rig, 30) ? 0x800 : 0;
        return entry;
    }
    bool large = level <= 2 && one_in(rig, 4);
    if (large) {
        entry = level == 1 ? 0x400000 + (uint64_t)below(rig, 8) * 0x100000 : 0;
        entry |= 0x400;
        entry |= one_in(rig, 4) ? 0x100 : 0;
        entry |= (uint64_t)below(rig, 1 << 10) << 12 & (level == 1 ? 0xFF000 : 0x3FF000);
    } else {
        entry = build(rig, level - 1, address, fine);
    }
    entry |= (level - 1) << 2;
    entry |= one_in(rig, 8) ? 0x200 : 0;
    if (!fine) {
        entry |= one_in(rig, 20) ? 0x20 : 0;
        entry ^= one_in(rig, 30) ? 4 : 0;
        entry |= one_in(rig, 20) ? 0x10 : 0;
    }
    return entry;
}

/* A table for the address; what designates it: its origin, offset and length. */
static uint64_t build(struct rig *rig, unsigned level, uint64_t address, bool fine)
{
    uint64_t at = rig->next_table, designation = at;
    unsigned bytes = level ? 0x4000 : 0x800, index = address >> shift_of[level] & (level ? 0x7FF : 0xFF);
    rig->next_table += level ? 0x4000 : 0x1000;
    for (unsigned i = 0; i < bytes; i += 8)
        write8(rig, at + i, level ? 0x20 : 0x400);
    write8(rig, at + 8 * index, make_entry(rig, level, address, fine));
    if (level) {
        unsigned quarter = index >> 9, length = 3, offset = 0;
        if (one_in(rig, 3))
            length = fine ? quarter : below(rig, 4);
        if (one_in(rig, 3))
            offset = fine ? quarter : below(rig, 4);
        designation |= offset << 6 | length;
    }
    return designation;
}

/* ---- the second reading ------------------------------------------------------------------------------ */

struct outcome {
    unsigned code;              /* 0 or the program interruption */
    unsigned cc;                /* of LRA */
    uint64_t address;           /* real; or of the entry, for LRA */
    bool protected, no_execute;
};

static struct outcome stop(unsigned code, unsigned cc, uint64_t address)
{
    return (struct outcome){ .code = code, .cc = cc, .address = address };
}

static struct outcome translated(const struct rig *rig, uint64_t asce, uint64_t a, uint64_t cr0)
{
    static const unsigned codes[] = { 0x11, 0x10, 0x3B, 0x3A, 0x39 };
    bool edat = cr0 & CR0_EDAT, iep = cr0 & CR0_IEP, private = asce & 0x100;
    struct outcome out = { 0 };
    unsigned top = 1 + (asce >> 2 & 3);
    if (asce & REAL_SPACE)
        return stop(0, 0, a);
    if (top < 4 && a >> (shift_of[top] + 11) != 0)
        return stop(0x38, 3, 0);
    uint64_t origin = asce & ~UINT64_C(0xFFF);
    unsigned lowest = 0, highest = asce & 3;
    for (unsigned level = top; level >= 1; level--) {
        unsigned index = a >> shift_of[level] & 0x7FF;
        if (index / 512 < lowest || index / 512 > highest)
            return stop(codes[level], 3, 0);
        uint64_t at = origin + 8 * index, entry = read8(rig, at);
        if (entry & 0x20)
            return stop(codes[level], level == 1 ? 1 : 3, at);
        if ((entry >> 2 & 3) != level - 1)
            return stop(0x12, 0, 0);
        bool large = edat && level <= 2 && entry & 0x400;
        if (private && entry & 0x10 && (level == 1 || large))
            return stop(0x12, 0, 0);
        out.protected |= (level == 1 || edat) && entry & 0x200;
        if (large) {
            uint64_t inside = (UINT64_C(1) << shift_of[level]) - 1;
            out.no_execute = iep && entry & 0x100;
            out.address = (entry & ~inside) | (a & inside);
            return out;
        }
        origin = entry & ~UINT64_C(0xFFF);
        lowest = entry >> 6 & 3;
        highest = entry & 3;
        if (level == 1)
            origin = entry & ~UINT64_C(0x7FF);
    }
    uint64_t at = origin + 8 * (a >> 12 & 0xFF), page = read8(rig, at);
    if (page & 0x400)
        return stop(0x11, 2, at);
    if (page & 0x800)
        return stop(0x12, 0, 0);
    out.protected |= (page & 0x200) != 0;
    out.no_execute = iep && page & 0x100;
    out.address = (page & ~UINT64_C(0xFFF)) | (a & 0xFFF);
    return out;
}

/* ---- running an instruction ----------------------------------------------------------------------------- */

enum { HOME = 3, SECONDARY = 2, PRIMARY = 0 };

/* From `ia` to the stop, by an interruption to a disabled wait. */
static void run(struct rig *rig, uint64_t ia, bool dat, unsigned space)
{
    struct cpu *cpu = rig->cpu;
    uint8_t *s = rig->machine->storage;
    memset(s + 0x1C0, 0, 32);
    s[0x1C1] = s[0x1D1] = 2;                            /* wait */
    s[0x1C3] = s[0x1D3] = 1, s[0x1C4] = s[0x1D4] = 0x80;
    put32(s + 0x1CC, ENDED);
    put32(s + 0x1DC, FAILED);
    memset(s + 0x8C, 0, 4);
    memset(s + 0xA8, 0, 8);
    storage_changed(rig->machine, 0, 0x2000);
    struct psw psw = { .ia = ia, .extended_control = true, .amode = AMODE_64, .space = (uint8_t)space,
                       .system_mask = dat ? EC_DAT : 0 };
    cpu_set_psw(cpu, &psw);
    cpu_attend(cpu, ATTEND_PURGE);
    cpu_start(cpu);
    machine_run(rig->machine, NULL, NULL, clock_ns(&rig->machine->clock) + 20000);
    cpu_stop(cpu);
}

static void code(struct rig *rig, const char *hex)
{
    uint8_t *at = rig->machine->storage + CODE;
    memset(at, 0, 64);
    for (; hex[0] && hex[1]; hex += 2) {
        unsigned byte;
        sscanf(hex, "%2x", &byte);
        *at++ = (uint8_t)byte;
    }
    storage_changed(rig->machine, CODE, 64);
}

static unsigned program_code(const struct rig *rig)
{
    return rig->cpu->psw.ia == FAILED ? get16(rig->machine->storage + 0x8E) : 0;
}

static void set_spaces(struct rig *rig, uint64_t asce, uint64_t cr0)
{
    rig->cpu->cr[0] = 0x040000E0 | cr0;                 /* with secondary-space control */
    rig->cpu->cr[1] = REAL_SPACE;
    rig->cpu->cr[7] = asce;
    rig->cpu->cr[13] = asce;
}

/* What a protection exception or a translation exception leaves at 168. */
static uint64_t identification(uint64_t a, unsigned space, bool store)
{
    return (a & ~UINT64_C(0xFFF)) | space | (store ? 0x400 : 0x800);
}

static bool identifies(unsigned code)
{
    return code == 0x10 || code == 0x11 || (code >= 0x38 && code <= 0x3B);
}

/* ---- one set of tables, and all that is done with it ------------------------------------------------------ */

static void lra(struct rig *rig, uint64_t asce, uint64_t a, uint64_t cr0, const char *what)
{
    struct outcome o = translated(rig, asce, a, cr0);
    struct cpu *cpu = rig->cpu;
    set_spaces(rig, asce, cr0);
    code(rig, "E31020000003" "0A05");                   /* LRAG 1,0(,2); SVC 5 */
    cpu->gr[1].d = 0x1234567800000000;
    cpu->gr[2].d = a;
    run(rig, CODE, true, SECONDARY);
    unsigned cc = rig->machine->storage[0x142] >> 4 & 3;
    if (o.code && !o.cc) {
        check(program_code(rig) == o.code, "%s: LRAG %016llX: code %X, not %X", what,
              (unsigned long long)a, program_code(rig), o.code);
        return;
    }
    uint64_t expected = o.cc == 3 ? 0x1234567880000000 | o.code : o.address;
    check(cpu->psw.ia == ENDED && cc == o.cc && cpu->gr[1].d == expected,
          "%s: LRAG %016llX: code %X, cc %u, %016llX, not cc %u, %016llX", what,
          (unsigned long long)a, program_code(rig), cc, (unsigned long long)cpu->gr[1].d, o.cc,
          (unsigned long long)expected);
}

static void access_it(struct rig *rig, uint64_t asce, uint64_t a, uint64_t cr0, bool store,
                      const char *what)
{
    struct outcome o = translated(rig, asce, a, cr0);
    struct cpu *cpu = rig->cpu;
    unsigned code_due = o.code ? o.code : store && o.protected ? 4 : o.address + 8 > SIZE ? 5 : 0;
    /* An address that is not there goes before what its key and tables forbid. */
    if (!o.code && o.address + 8 > SIZE)
        code_due = 5;
    set_spaces(rig, asce, cr0);
    code(rig, store ? "E31020000024" "0A05" : "E31020000004" "0A05");     /* STG or LG 1,0(,2) */
    cpu->gr[1].d = 0x1122334455667788 + a;
    cpu->gr[2].d = a;
    if (!code_due)
        write8(rig, o.address, 0x8877665544332211 ^ a);
    run(rig, CODE, true, SECONDARY);
    check(program_code(rig) == code_due, "%s: %s %016llX: code %X, not %X", what,
          store ? "STG" : "LG", (unsigned long long)a, program_code(rig), code_due);
    if (!code_due && store)
        check(read8(rig, o.address) == 0x1122334455667788 + a, "%s: STG %016llX", what,
              (unsigned long long)a);
    else if (!code_due)
        check(cpu->gr[1].d == (0x8877665544332211 ^ a), "%s: LG %016llX", what,
              (unsigned long long)a);
    uint64_t tea = read8(rig, 0xA8), expected = identification(a, SECONDARY, store);
    if (identifies(code_due))
        check(tea == expected, "%s: %016llX at 168, not %016llX", what, (unsigned long long)tea,
              (unsigned long long)expected);
    if (code_due == 4)
        check(tea == (expected | 4), "%s: protection: %016llX, not %016llX", what,
              (unsigned long long)tea, (unsigned long long)expected | 4);
}

/* An instruction is fetched from there, in the home-space mode: SVC 5. */
static void fetch(struct rig *rig, uint64_t asce, uint64_t a, uint64_t cr0, const char *what)
{
    a &= ~UINT64_C(1);
    struct outcome o = translated(rig, asce, a, cr0);
    unsigned code_due = o.code ? o.code : o.address + 8 > SIZE ? 5 : o.no_execute ? 4 : 0;
    set_spaces(rig, asce, cr0);
    if (!code_due) {
        put16(rig->machine->storage + o.address, 0x0A05);
        storage_changed(rig->machine, o.address, 2);
    }
    run(rig, a, true, HOME);
    check(program_code(rig) == code_due && (code_due || rig->cpu->psw.ia == ENDED),
          "%s: fetch from %016llX: code %X, not %X", what, (unsigned long long)a,
          program_code(rig), code_due);
    uint64_t expected = identification(a, HOME, false) | (code_due == 4 ? 0x84 : 0);
    if (code_due == 4)
        check((read8(rig, 0xA8) & ~UINT64_C(4)) == (expected & ~UINT64_C(4)),
              "%s: execution: %016llX, not %016llX", what,
              (unsigned long long)read8(rig, 0xA8), (unsigned long long)expected);
}

static void random_tables(struct rig *rig, unsigned round)
{
    unsigned top = 1 + below(rig, 4);
    uint64_t a = next(rig), cr0 = 0;
    if (top < 4 && !one_in(rig, 12))
        a &= (UINT64_C(1) << (shift_of[top] + 11)) - 1;
    a &= ~UINT64_C(7);
    if ((a & 0xFFF) > 0xFF0)
        a -= 0x100;
    cr0 |= one_in(rig, 4) ? 0 : CR0_EDAT;
    cr0 |= one_in(rig, 3) ? 0 : CR0_IEP;
    rig->next_table = TABLES;
    uint64_t asce = build(rig, top, a, one_in(rig, 2));
    asce = (asce & ~UINT64_C(0xC0)) | (top - 1) << 2 | (one_in(rig, 4) ? 0x100 : 0);
    char what[40];
    snprintf(what, sizeof what, "tables %u", round);
    lra(rig, asce, a, cr0, what);
    access_it(rig, asce, a, cr0, false, what);
    access_it(rig, asce, a, cr0, true, what);
    fetch(rig, asce, a, cr0, what);
    uint64_t other = a ^ UINT64_C(1) << (12 + below(rig, 52));
    lra(rig, asce, other, cr0, what);
    access_it(rig, asce, other, cr0, one_in(rig, 2), what);
}

/* ---- invalidation ------------------------------------------------------------------------------------------- */

/* LG 1,0(,2), the invalidation, LG 1,0(,2) again: the first is all right, the second must find the
 * entry invalid. `hex` may use registers 4 to 9. */
static void invalidation(struct rig *rig, uint64_t asce, uint64_t a, const char *hex, unsigned due,
                         const char *what)
{
    char program[100];
    snprintf(program, sizeof program, "E31020000004" "%s" "E31020000004" "0A05", hex);
    set_spaces(rig, asce, CR0_EDAT);
    code(rig, program);
    rig->cpu->gr[2].d = a;
    run(rig, CODE, true, SECONDARY);
    check(program_code(rig) == due && get32(rig->machine->storage + 0x15C) > CODE,
          "%s: code %X, not %X, at %X", what, program_code(rig), due,
          get32(rig->machine->storage + 0x15C));
}

struct path { uint64_t asce, entry[5]; };      /* entry[n]: where that of level n is */

/* All five levels, nothing wrong. */
static struct path whole_path(struct rig *rig, uint64_t a)
{
    struct path path;
    rig->next_table = TABLES;
    uint64_t below_it = FRAMES;
    for (unsigned level = 0; level <= 4; level++) {
        uint64_t at = rig->next_table;
        unsigned index = a >> shift_of[level] & (level ? 0x7FF : 0xFF);
        rig->next_table += 0x4000;
        for (unsigned i = 0; i < 0x4000; i += 8)
            write8(rig, at + i, level ? 0x20 : 0x400);
        path.entry[level] = at + 8 * index;
        write8(rig, path.entry[level], below_it);
        below_it = at | (level ? 3 | (level > 1 || level == 1 ? (level) << 2 : 0) : 0);
    }
    path.asce = (path.entry[4] & ~UINT64_C(0x3FFF)) | 3 << 2 | 3;
    return path;
}

static void test_invalidation(struct rig *rig)
{
    static const unsigned codes[] = { 0x11, 0x10, 0x3B, 0x3A, 0x39 };
    for (unsigned round = 0; round < 20; round++) {
        uint64_t a = next(rig) & ~UINT64_C(0xFFF);
        uint64_t *gr4 = &rig->cpu->gr[4].d, *gr5 = &rig->cpu->gr[5].d, *gr6 = &rig->cpu->gr[6].d;
        struct path path = whole_path(rig, a);
        *gr4 = path.entry[0] & ~UINT64_C(0x7FF);
        *gr5 = a;
        *gr6 = 0;
        invalidation(rig, path.asce, a, "B2210045", 0x11, "IPTE 4,5");
        check(read8(rig, path.entry[0]) == (FRAMES | 0x400), "the page's entry");
        for (unsigned level = 1; level <= 4; level++) {
            path = whole_path(rig, a);
            uint64_t before = read8(rig, path.entry[level]);
            *gr4 = (path.entry[level] & ~UINT64_C(0x3FFF)) | (level - 1) << 2;
            *gr5 = (a >> shift_of[level] & 0x7FF) << shift_of[level];
            invalidation(rig, path.asce, a, "B98E6045", codes[level], "IDTE 4,6,5");
            check(read8(rig, path.entry[level]) == (before | 0x20), "level %u's entry", level);
        }
        /* by ASCE only: the tables stay, and are read again */
        path = whole_path(rig, a);
        *gr4 = 0;
        *gr5 = 0x800;
        *gr6 = path.asce;
        invalidation(rig, path.asce, a, "B98E6045", 0, "IDTE by ASCE");
        /* a range of pages that ends at ours */
        unsigned index = a >> 12 & 0xFF, before = index < 5 ? index : 5;
        path = whole_path(rig, a);
        *gr4 = path.entry[0] & ~UINT64_C(0x7FF);
        *gr5 = a - before * UINT64_C(0x1000);
        *gr6 = before;
        invalidation(rig, path.asce, a, "B2216045", 0x11, "IPTE 4,5,6");
        /* CSPG in the primary space makes the page's entry invalid, and purges, as R2 says */
        path = whole_path(rig, a);
        *gr4 = FRAMES;
        *gr5 = FRAMES | 0x400;
        rig->cpu->gr[6].d = path.entry[0] | 1;
        set_spaces(rig, path.asce, CR0_EDAT);
        code(rig, "E31020000004" "B2790000" "B98A0046" "B2790100" "E31020000004" "0A05");
        rig->cpu->gr[2].d = a;
        rig->cpu->gr[1].d = 0;
        run(rig, CODE, true, SECONDARY);
        check(program_code(rig) == 0x11, "CSPG: code %X", program_code(rig));
        /* CRDTE the same */
        path = whole_path(rig, a);
        *gr4 = FRAMES;
        *gr5 = FRAMES | 0x400;
        rig->cpu->gr[6].d = path.entry[0] & ~UINT64_C(0x7FF);
        rig->cpu->gr[7].d = a;
        invalidation(rig, path.asce, a, "B98F0046", 0x11, "CRDTE 4,6");
    }
    /* What is reserved must be zeros. */
    struct path path = whole_path(rig, 0x5000);
    for (unsigned bit = 44; bit <= 51; bit++) {
        rig->cpu->gr[4].d = path.entry[1] & ~UINT64_C(0x3FFF);
        rig->cpu->gr[5].d = UINT64_C(1) << (63 - bit);
        rig->cpu->gr[6].d = 0;
        set_spaces(rig, path.asce, CR0_EDAT);
        code(rig, "B98E6045" "0A05");
        run(rig, CODE, true, PRIMARY);
        check(program_code(rig) == 6, "IDTE with bit %u: code %X", bit, program_code(rig));
    }
    rig->cpu->gr[4].d = path.entry[0] & ~UINT64_C(0x7FF);
    rig->cpu->gr[5].d = 0xF0000;
    rig->cpu->gr[6].d = 0x10;
    code(rig, "B2216045" "0A05");
    run(rig, CODE, true, PRIMARY);
    check(program_code(rig) == 6, "IPTE beyond the table: code %X", program_code(rig));
}

/* ---- prefixing ---------------------------------------------------------------------------------------------- */

/* A large frame is designated by its absolute address (SA22 chapter 3, Enhanced DAT): what it shows
 * of the prefix areas is not exchanged, what pages show of them is. */
static void prefixed(struct rig *rig, uint64_t asce, uint64_t cr0, const char *what)
{
    enum { PREFIX = 0x6000, WITHIN = 0x1800 };
    struct cpu *cpu = rig->cpu;
    uint8_t *s = rig->machine->storage;
    const uint64_t at_zero = 0xA0A1A2A3A4A5A6A7, at_prefix = 0xB0B1B2B3B4B5B6B7;
    bool large = cr0 & CR0_EDAT;
    set_spaces(rig, asce, cr0);
    code(rig, "B2103000" "E31020000004" "E35040000024" "0A05"); /* SPX 0(3); LG 1,0(,2); STG 5,0(,4) */
    put32(s + RESULT, PREFIX);
    cpu->gr[2].d = WITHIN;
    cpu->gr[3].d = RESULT;
    cpu->gr[4].d = WITHIN + 8;
    memcpy(s + PREFIX, s, 0x2000);
    write8(rig, WITHIN, at_zero);
    write8(rig, PREFIX + WITHIN, at_prefix);
    write8(rig, WITHIN + 8, 0);
    write8(rig, PREFIX + WITHIN + 8, 0);
    run(rig, CODE, true, SECONDARY);
    check(cpu->psw.ia == ENDED && cpu->gr[1].d == (large ? at_zero : at_prefix), "%s: %016llX", what,
          (unsigned long long)cpu->gr[1].d);
    check(read8(rig, WITHIN + 8) == (large ? cpu->gr[5].d : 0) &&
          read8(rig, PREFIX + WITHIN + 8) == (large ? 0 : cpu->gr[5].d), "%s: STG", what);
    cpu->prefix = 0;
}

static void test_prefix(struct rig *rig)
{
    uint64_t segments = TABLES, thirds = TABLES + 0x4000, pages = TABLES + 0x8000;
    for (unsigned i = 0; i < 2048; i++) {
        write8(rig, segments + 8 * i, 0x20);
        write8(rig, thirds + 8 * i, 0x24);
    }
    for (unsigned i = 0; i < 256; i++)
        write8(rig, pages + 8 * i, i << 12);
    rig->cpu->gr[5].d = 0x5555555566666666;
    write8(rig, segments, pages);
    prefixed(rig, segments | 3, 0, "pages");
    write8(rig, segments, 0x400);
    prefixed(rig, segments | 3, CR0_EDAT, "a frame of 1M");
    write8(rig, thirds, 0x404);
    prefixed(rig, thirds | 7, CR0_EDAT, "a frame of 2G");
}

int main(void)
{
    struct machine_options options = { .architecture = ZARCH, .mainsize = SIZE, .numcpu = 1,
                                       .virtual_time = true };
    struct messages *messages = messages_new();
    struct rig rig = { .machine = machine_new(&options, messages), .seed = 0x9E3779B97F4A7C15 };
    rig.cpu = rig.machine->cpus[0];
    machine_set_architecture(rig.machine, ZARCH);
    cpu_initial_reset(rig.cpu);
    for (unsigned round = 0; round < 1500; round++)
        random_tables(&rig, round);
    test_invalidation(&rig);
    test_prefix(&rig);
    machine_free(rig.machine);
    messages_free(messages);
    return checks_done();
}
