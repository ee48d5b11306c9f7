/* Translations after PTLB: random programs change page- and segment-table entries, storage keys,
 * spaces and the PSW key, purge, and go on fetching and storing. On one machine they run as ever;
 * on another each instruction finds an empty translation cache. Storage, keys and all interruptions
 * must be the same. System/370 with pages of 2K and 4K, ESA/390. */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/cpu.h"
#include "tests/unit/check.h"
#include "tests/unit/random.h"

/* Below WINDOW everything is real = virtual; there are PAGES pages of each space's own. */
enum { SIZE = 1 << 20, HANDLER = 0x1000, CODE = 0x2000, END = 0x200, POOL = 0x4000, LOG = 0x5000,
       TABLES = 0x8000, SPACE_TABLES = 0x1000, SPACES = 2, FRAMES = 0x80000, FRAME_COUNT = 4,
       PAGES = 4, SLOT = 24, SLOTS = 160, ROUNDS = 150 };

/* How the tables look. */
struct format {
    const char *name;
    enum architecture_id architecture;
    uint32_t control0, window;
    unsigned page_shift, entry_size;
    uint32_t invalid, protect;          /* of a page-table entry */
    uint32_t segment_length, segment_protect;
};
static const struct format formats[] = {
    { "S/370, 4K pages", S370, 0x00800000, 0x20000, 12, 2, 0x8, 0, 0xF0000000, 4 },
    { "S/370, 2K pages", S370, 0x00400000, 0x20000, 11, 2, 0x4, 0, 0xF0000000, 4 },
    { "ESA/390", ESA390, 0x00B00000, 0x200000, 12, 4, 0x400, 0x200, 0xF, 0 },
};

static uint64_t seed = 0x9E3779B97F4A7C15;
static unsigned below(unsigned n)
{
    return (unsigned)(next_random(&seed) >> 20) % n;
}

/* ---- tables: two segments of identity, and the window's -------------------------------------- */

static uint32_t segments_of(unsigned space) { return TABLES + space * SPACE_TABLES; }
static uint32_t low_pages_of(unsigned space, unsigned segment)
{
    return segments_of(space) + 0x100 + segment * 0x100;
}
static uint32_t window_pages_of(unsigned space) { return segments_of(space) + 0x700; }

static uint32_t page_entry(const struct format *f, uint32_t frame)
{
    if (f->entry_size == 4)
        return frame;
    return f->page_shift == 12 ? frame >> 8 : frame >> 8 & 0xFFF8;
}

static void put_entry(const struct format *f, uint8_t *at, uint32_t entry)
{
    if (f->entry_size == 4)
        put32(at, entry);
    else
        put16(at, (uint16_t)entry);
}

static uint32_t random_entry(const struct format *f)
{
    uint32_t entry = page_entry(f, FRAMES + below(FRAME_COUNT) * 0x1000 +
                                       (f->page_shift == 11 ? below(2) * 0x800 : 0));
    return entry | (below(5) ? 0 : f->invalid) | (below(4) ? 0 : f->protect);
}

static uint32_t window_segment(const struct format *f, unsigned space, bool protect)
{
    return window_pages_of(space) | f->segment_length | (protect ? f->segment_protect : 0);
}

static void make_tables(const struct format *f, uint8_t *storage)
{
    unsigned pages = f->architecture == ESA390 ? 256 : 0x10000 >> f->page_shift;
    for (unsigned space = 0; space < SPACES; space++) {
        uint8_t *segments = storage + segments_of(space);
        for (unsigned i = 0; i < 2; i++) {
            put32(segments + 4 * i, low_pages_of(space, i) | f->segment_length);
            for (unsigned page = 0; page < pages && page < 0x100 / f->entry_size; page++)
                put_entry(f, storage + low_pages_of(space, i) + page * f->entry_size,
                          page_entry(f, (i * pages + page) << f->page_shift));
        }
        put32(segments + 8, window_segment(f, space, false));
        for (unsigned page = 0; page < PAGES; page++)
            put_entry(f, storage + window_pages_of(space) + page * f->entry_size, random_entry(f));
    }
}

/* ---- programs ---------------------------------------------------------------------------------- */

/* Registers: 3 the next slot, 5 the log, 10 CODE, 11 POOL, 12 and 13 the spaces' tables. */
struct program {
    uint8_t *at;
    uint8_t *storage;
    unsigned pooled;
};

static void emit(struct program *p, uint32_t word)
{
    put32(p->at, word);
    p->at += 4;
}

static unsigned pool(struct program *p, uint32_t word)
{
    unsigned offset = p->pooled;
    put32(p->storage + POOL + offset, word);
    p->pooled += 4;
    return offset;
}

static void load(struct program *p, unsigned r, uint32_t word)
{
    emit(p, 0x5800B000 | r << 20 | pool(p, word));
}

static void change_table(struct program *p, const struct format *f)
{
    unsigned space = below(SPACES), length = f->entry_size;
    uint32_t at = window_pages_of(space) + below(PAGES) * f->entry_size, entry = random_entry(f);
    if (!below(6)) {
        at = segments_of(space) + 8, length = 4;
        entry = window_segment(f, space, below(2));
    }
    entry <<= 32 - 8 * length;
    emit(p, 0xD200C000 | (length - 1) << 16 | space << 12 | (at - segments_of(space)));  /* MVC */
    put16(p->at, (uint16_t)(0xB000 | pool(p, entry)));
    p->at += 2;
    emit(p, 0xB20D0000);                                            /* PTLB */
}

static void change_key(struct program *p, const struct format *f)
{
    static const uint8_t keys[] = { 0x00, 0x10, 0x18, 0x20, 0x28, 0x16, 0x14 };
    load(p, 7, FRAMES + below(2 * FRAME_COUNT) * 0x800);
    load(p, 9, keys[below(sizeof keys)]);
    if (f->architecture == S370 && below(2))
        put16(p->at, 0x0897), p->at += 2;                           /* SSK */
    else
        emit(p, below(3) ? 0xB22B0097 : 0xB22A0007);                /* SSKE, RRBE */
}

static void access_window(struct program *p, const struct format *f)
{
    load(p, 7, f->window + (below(PAGES) << f->page_shift) + below(1 << (f->page_shift - 2)) * 4);
    emit(p, below(2) ? 0x50607000 : 0x5E607000);                    /* ST, AL */
}

static void make_program(const struct format *f, uint8_t *storage)
{
    struct program p = { .storage = storage };
    for (unsigned i = 0; i < SLOTS; i++) {
        p.at = storage + CODE + i * SLOT;
        emit(&p, 0x4130A000 | (i + 1) * SLOT);                      /* LA */
        unsigned what = below(16);
        if (what < 2)
            change_table(&p, f);
        else if (what < 3)
            change_key(&p, f);
        else if (what < 4)
            emit(&p, 0xB711B000 | pool(&p, segments_of(below(SPACES))));    /* LCTL */
        else if (what < 5)
            emit(&p, 0xB20A0000 | below(3) << 4);                   /* SPKA */
        else if (what < 6)
            emit(&p, 0xB20D0000);
        else
            access_window(&p, f);
        put16(p.at, 0x07F3);                                        /* BR 3 */
    }
    put32(storage + CODE + SLOTS * SLOT, 0x82000000 | END);
}

static void put_psw(const struct format *f, uint8_t *at, uint32_t left, uint32_t address)
{
    put32(at, left | 0x00080000);
    put32(at + 4, address | (f->architecture == ESA390 ? 0x80000000 : 0));
}

static struct machine *prepare(const struct format *f, struct messages *messages)
{
    struct machine_options options = { .architecture = f->architecture, .mainsize = SIZE,
                                       .numcpu = 1, .virtual_time = true };
    static const uint8_t handler[] = { 0xD2, 0x03, 0x50, 0x00, 0x00, 0x8C,  /* MVC 0(4,5),140 */
                                       0x41, 0x55, 0x00, 0x04, 0x07, 0xF3 };
    struct machine *machine = machine_new(&options, messages);
    struct cpu *cpu = machine->cpus[0];
    machine_set_architecture(machine, f->architecture);
    cpu_initial_reset(cpu);
    memset(machine->keys, 0x10, FRAMES >> 11);
    put_psw(f, machine->storage + 0x68, 0x04000000, HANDLER);
    put_psw(f, machine->storage + END, 0x00020000, 0);
    memcpy(machine->storage + HANDLER, handler, sizeof handler);
    make_tables(f, machine->storage);
    make_program(f, machine->storage);
    cpu->cr[0] = f->control0;
    cpu->cr[1] = segments_of(0);
    cpu->gr[5].w = LOG, cpu->gr[10].w = CODE, cpu->gr[11].w = POOL;
    cpu->gr[12].w = segments_of(0), cpu->gr[13].w = segments_of(1);
    struct psw psw = { .ia = CODE, .extended_control = true, .system_mask = EC_DAT,
                       .amode = f->architecture == ESA390 ? AMODE_31 : AMODE_24 };
    cpu_set_psw(cpu, &psw);
    cpu_attend(cpu, ATTEND_PURGE);
    cpu_start(cpu);
    return machine;
}

static bool ended(const struct machine *machine) { return machine->cpus[0]->psw.wait; }

static void run(struct machine *machine, bool purging)
{
    for (unsigned i = 0; i < 20 * SLOTS && !ended(machine); i++) {
        machine_run(machine, NULL, NULL, clock_ns(&machine->clock) + (purging ? 20 : 20000));
        if (purging)
            cpu_attend(machine->cpus[0], ATTEND_PURGE);
    }
}

/* ESA/390's keys are those of 4K: what one half has recorded the other need not. */
static bool same_keys(const struct format *f, const uint8_t *a, const uint8_t *b)
{
    unsigned step = f->architecture == ESA390 ? 2 : 1;
    for (unsigned i = 0; i < SIZE >> 11; i += step)
        if ((a[i] | a[i + step - 1]) != (b[i] | b[i + step - 1]))
            return false;
    return true;
}

int main(void)
{
    struct messages *messages = messages_new();
    uint64_t interruptions = 0;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            uint64_t kept = seed;
            struct machine *one = prepare(&formats[i], messages);
            uint64_t after = seed;
            seed = kept;
            struct machine *other = prepare(&formats[i], messages);
            check(seed == after, "the same program twice");
            run(one, false);
            run(other, true);
            check(ended(one) && ended(other), "%s, round %u: it ends", formats[i].name, round);
            check(memcmp(one->storage, other->storage, SIZE) == 0, "%s, round %u: storage",
                  formats[i].name, round);
            check(same_keys(&formats[i], one->keys, other->keys), "%s, round %u: keys",
                  formats[i].name, round);
            interruptions += one->cpus[0]->gr[5].w - LOG;
            machine_free(one);
            machine_free(other);
        }
    check(interruptions > 100 * ROUNDS, "there were interruptions: %llu bytes of them",
          (unsigned long long)interruptions);
    messages_free(messages);
    return checks_done();
}
