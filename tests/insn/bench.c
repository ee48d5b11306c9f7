/* Runs cases on machines that are kept from one to the next: sets what a case gives, lets
 * the engine run, and compares everything with what the case names. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "cpu/architecture.h"
#include "cpu/control.h"
#include "cpu/engine.h"
#include "cpu/spaces.h"
#include "cpu/storage.h"
#include "tests/insn/case.h"

/* What stands everywhere in storage: wherever execution goes, SVC 10 ends it, and the old
 * PSW tells where that was. */
enum { FILL = 0x0A, MAX_MACHINES = 12, MAX_INSTRUCTIONS = 20000 };

/* Addresses in the new PSWs, all disabled waits: they tell which interruption it was. */
enum { AT_EXTERNAL = 0xE00, AT_SVC = 0xE10, AT_PROGRAM = 0xE20, AT_MACHINE_CHECK = 0xE30,
       AT_IO = 0xE40 };

/* Each case runs in all of these ways: decoded anew, from the cache, and stepping. */
enum way { FRESH, CACHED, STEPPING, WAYS };
static const char *const way_names[WAYS] = { "fresh", "cached", "stepping" };

struct rig {
    struct machine *machine;
    uint8_t *image;            /* storage as the case gives it */
    uint32_t size;
    bool key_4k;
    unsigned ecps_level;
    enum architecture_id arch;
};

struct bench {
    struct messages *messages;
    struct rig rig[MAX_MACHINES];
    int rigs;
};

struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench->messages = messages_new();
    return bench;
}

void bench_free(struct bench *bench)
{
    for (int i = 0; i < bench->rigs; i++) {
        machine_free(bench->rig[i].machine);
        free(bench->rig[i].image);
    }
    messages_free(bench->messages);
    free(bench);
}

static int nothing_there(void *context, struct cpu *cpu, uint32_t address)
{
    (void)context, (void)cpu, (void)address;
    return 3;
}
static int nothing_to_start(void *context, struct cpu *cpu, uint32_t address, bool fast)
{
    (void)fast;
    return nothing_there(context, cpu, address);
}

static const struct io_port no_io = {
    .start_io = nothing_to_start, .test_io = nothing_there, .clear_io = nothing_there,
    .halt_io = nothing_there, .halt_device = nothing_there, .test_channel = nothing_there,
    .store_channel_id = nothing_there, .connect_channel_set = nothing_there,
    .disconnect_channel_set = nothing_there,
};

static struct rig *find_rig(struct bench *bench, const struct test_case *c)
{
    for (int i = 0; i < bench->rigs; i++)
        if (bench->rig[i].size == c->size && bench->rig[i].key_4k == c->key_4k &&
            bench->rig[i].ecps_level == c->ecps_level &&
            bench->rig[i].arch == c->arch)
            return &bench->rig[i];
    if (bench->rigs == MAX_MACHINES)
        return NULL;
    struct machine_options options = { .architecture = c->arch, .mainsize = c->size,
        .xpndsize = c->arch == S370 ? 0 : 8192, .numcpu = 1, .virtual_time = true,
                                       .cpuserial = 0x123456, .cpumodel = 0x3033, .cpuverid = 0xFD,
                                       .extended_facility = true, .key_4k = c->key_4k,
                                       .ecps_level = c->ecps_level };
    struct rig *rig = &bench->rig[bench->rigs];
    *rig = (struct rig){ machine_new(&options, bench->messages), malloc(c->size), c->size,
                         c->key_4k, c->ecps_level, c->arch };
    if (!rig->machine || !rig->image)
        return NULL;
    machine_set_architecture(rig->machine, c->arch);
    rig->machine->io = no_io;
    bench->rigs++;
    return rig;
}

/* ---- before ------------------------------------------------------------------------- */

/* All of a register in z/Architecture; elsewhere nobody sees the left half. */
static uint64_t default_register(const struct test_case *c, int n)
{
    uint64_t v = n ? 0x1111111111111111u * (unsigned)n : 0xF0F0F0F0F0F0F0F0u;
    return c->arch == ZARCH ? v : (uint32_t)v;
}
static uint32_t default_access_register(int n) { return 0xA0A0A0A0u + (unsigned)n; }
static uint64_t default_fpr(int n) { return 0xE0E0E0E0D0D0D0D0u + 0x0101010101010101u * (unsigned)n; }
static uint64_t default_control(const struct test_case *c, int n)
{
    return n == 15 ? 0 : architecture_of(c->arch)->initial_cr[n];
}

static void put_new_psw(const struct test_case *c, uint8_t *low, enum interruption_class class,
                        uint32_t address)
{
    struct psw psw = { .ia = address, .wait = true, .extended_control = c->arch != S370 };
    psw_store(architecture_of(c->arch), &psw, low + architecture_of(c->arch)->psw[class].new, 0, 0);
}

static void paint_image(struct rig *rig, const struct test_case *c)
{
    memset(rig->image, FILL, rig->size);
    uint8_t *low = rig->image + c->prefix;
    put_new_psw(c, low, CLASS_EXTERNAL, AT_EXTERNAL);
    put_new_psw(c, low, CLASS_SVC, AT_SVC);
    put_new_psw(c, low, CLASS_PROGRAM, AT_PROGRAM);
    put_new_psw(c, low, CLASS_MACHINE_CHECK, AT_MACHINE_CHECK);
    put_new_psw(c, low, CLASS_IO, AT_IO);
    memset(low + 0x50, 0, 4);           /* the interval timer */
    uint32_t code_at = c->has_code_at ? c->code_at : c->at;
    memcpy(rig->image + code_at, c->code, c->length);
    for (int i = 0; i < c->given.pieces; i++) {
        const struct piece *p = &c->given.piece[i];
        memcpy(rig->image + p->address, c->given.bytes + p->at, p->length);
    }
}

static bool fits(const struct test_case *c, const struct state *s)
{
    for (int i = 0; i < s->pieces; i++)
        if (s->piece[i].address + (uint64_t)s->piece[i].length > c->size)
            return false;
    return (c->has_code_at ? c->code_at : c->at) + (uint64_t)c->length <= c->size &&
           c->prefix + 4096u <= c->size;
}

/* Only what differs is copied, so that decoded code survives where it did not change. */
static void restore_storage(struct rig *rig)
{
    struct machine *machine = rig->machine;
    for (uint32_t a = 0; a < rig->size; a += 64) {
        if (!(a & BLOCK_MASK))
            while (a < rig->size && !memcmp(machine->storage + a, rig->image + a, BLOCK_SIZE))
                a += BLOCK_SIZE;
        if (a >= rig->size)
            break;
        for (uint32_t b = a; b < a + 64; b += 2)
            if (memcmp(machine->storage + b, rig->image + b, 2)) {
                memcpy(machine->storage + b, rig->image + b, 2);
                storage_changed(machine, b, 2);
            }
    }
}

static uint8_t given_key(const struct test_case *c, const struct state *s, uint32_t address,
                         uint8_t otherwise)
{
    uint8_t key = s->all_keys >= 0 ? (uint8_t)s->all_keys : otherwise;
    uint32_t unit = c->key_4k ? ~0xFFFu : ~(uint32_t)BLOCK_MASK;
    for (int i = 0; i < s->keys; i++)
        if ((s->key[i].address & unit) == (address & unit))
            key = s->key[i].key;
    return key;
}

static void restore_keys(struct rig *rig, const struct test_case *c)
{
    for (uint32_t a = 0; a < rig->size; a += BLOCK_SIZE) {
        uint8_t *key = &rig->machine->keys[a >> BLOCK_SHIFT];
        uint8_t given = given_key(c, &c->given, a, 0);
        if (*key != given) {
            *key = given;
            forget_storage_block(rig->machine->cpus[0], a);
        }
    }
}

static void apply_psw(struct psw *psw, const struct state *s)
{
    const uint64_t *v = s->psw;
    unsigned set = s->psw_set;
    if (set & 1u << PSW_CC) psw->cc = (uint8_t)v[PSW_CC];
    if (set & 1u << PSW_MASK) psw->program_mask = (uint8_t)v[PSW_MASK];
    if (set & 1u << PSW_KEY) psw->key = (uint8_t)(v[PSW_KEY] << 4);
    if (set & 1u << PSW_SYSTEM_MASK) psw->system_mask = (uint8_t)v[PSW_SYSTEM_MASK];
    if (set & 1u << PSW_PROBLEM) psw->problem = v[PSW_PROBLEM];
    if (set & 1u << PSW_EC) psw->extended_control = v[PSW_EC];
    if (set & 1u << PSW_WAIT) psw->wait = v[PSW_WAIT];
    if (set & 1u << PSW_MACHINE_CHECK) psw->machine_check = v[PSW_MACHINE_CHECK];
    if (set & 1u << PSW_SPACE) psw->space = (uint8_t)v[PSW_SPACE];
    if (set & 1u << PSW_AMODE) psw->amode = (uint8_t)v[PSW_AMODE];
    if (set & 1u << PSW_IA) psw->ia = v[PSW_IA];
}

static struct psw given_psw(const struct test_case *c)
{
    struct psw psw = { .ia = c->at, .extended_control = c->arch != S370,
                       .amode = c->arch == ZARCH ? AMODE_64 : c->arch == ESA390 ? AMODE_31 : AMODE_24 };
    apply_psw(&psw, &c->given);
    return psw;
}

static uint64_t given_register(const struct test_case *c, int n)
{
    return (c->given.r[n] & c->given.r_bits[n]) | (default_register(c, n) & ~c->given.r_bits[n]);
}
static uint64_t given_control(const struct test_case *c, int n)
{
    return c->given.cr_set & 1 << n ? c->given.cr[n] : default_control(c, n);
}
static uint32_t given_access_register(const struct test_case *c, int n)
{
    return c->given.a_set & 1 << n ? c->given.a[n] : default_access_register(n);
}
static uint64_t given_fpr(const struct test_case *c, int n)
{
    return (c->given.f[n] & c->given.f_bits[n]) | (default_fpr(n) & ~c->given.f_bits[n]);
}

static void set_registers(struct cpu *cpu, const struct test_case *c)
{
    for (int n = 0; n < 16; n++) {
        cpu->gr[n].d = given_register(c, n);
        cpu->cr[n] = given_control(c, n);
        cpu->fpr[n] = given_fpr(c, n);
        cpu->ar[n] = given_access_register(c, n);
    }
    cpu->fpc = c->given.fpc;
    cpu->psw = given_psw(c);
    set_amode(cpu, cpu->psw.amode);
}

static void prepare(struct rig *rig, const struct test_case *c, enum way way)
{
    struct machine *machine = rig->machine;
    struct cpu *cpu = machine->cpus[0];
    if (cpu->prefix != c->prefix) {
        cpu->prefix = c->prefix;
        engine_flush(cpu);
    }
    restore_storage(rig);
    restore_keys(rig, c);
    uint32_t code_at = c->has_code_at ? c->code_at : c->at;
    if (way != CACHED)
        storage_changed(machine, code_at, c->length);
    set_registers(cpu, c);
    atomic_store(&machine->observer.watching, way == STEPPING);
    purge_translations(cpu);
    purge_access_entries(cpu);
    context_changed(cpu);
    atomic_fetch_and(&cpu->pending, ~(uint32_t)(ATTEND_STOP | ATTEND_INTERVAL_TIMER));
    cpu->clock_comparator = UINT64_MAX;
    cpu_set_timer(cpu, INT64_MAX);
    cpu->timers_due = 0;
    cpu->per_code = 0;
    cpu->started = true;
}

/* ---- after --------------------------------------------------------------------------- */

struct differences {
    char text[2000];
    size_t used;
    int count;
};

static void __attribute__((format(printf, 2, 3))) differ(struct differences *d, const char *format, ...)
{
    d->count++;
    if (d->count > 12)
        return;
    va_list arguments;
    va_start(arguments, format);
    d->used += (size_t)snprintf(d->text + d->used, sizeof d->text - d->used, "    ");
    d->used += (size_t)vsnprintf(d->text + d->used, sizeof d->text - d->used, format, arguments);
    d->used += (size_t)snprintf(d->text + d->used, sizeof d->text - d->used, "\n");
    va_end(arguments);
}

static void compare_registers(const struct cpu *cpu, const struct test_case *c, struct differences *d)
{
    for (int n = 0; n < 16; n++) {
        uint64_t r = (c->expected.r[n] & c->expected.r_bits[n]) |
                     (given_register(c, n) & ~c->expected.r_bits[n]);
        if (cpu->gr[n].d != r)
            differ(d, "r%d is %08llX, not %08llX", n, (unsigned long long)cpu->gr[n].d,
                   (unsigned long long)r);
        uint64_t cr = c->expected.cr_set & 1 << n ? c->expected.cr[n] : given_control(c, n);
        if ((c->arch == ZARCH ? cpu->cr[n] : (uint32_t)cpu->cr[n]) != cr)
            differ(d, "cr%d is %08llX, not %08llX", n, (unsigned long long)cpu->cr[n],
                   (unsigned long long)cr);
        uint32_t a = c->expected.a_set & 1 << n ? c->expected.a[n] : given_access_register(c, n);
        if (cpu->ar[n] != a)
            differ(d, "a%d is %08X, not %08X", n, cpu->ar[n], a);
        uint64_t bits = c->expected.f_bits[n];
        uint64_t f = (c->expected.f[n] & bits) | (given_fpr(c, n) & ~bits);
        if (cpu->fpr[n] != f)
            differ(d, "f%d is %016llX, not %016llX", n, (unsigned long long)cpu->fpr[n],
                   (unsigned long long)f);
    }
    uint32_t fpc = c->expected.fpc_set ? c->expected.fpc : c->given.fpc;
    if (cpu->fpc != fpc)
        differ(d, "fpc is %08X, not %08X", cpu->fpc, fpc);
    if (cpu->gr[16].d)
        differ(d, "the register that is always zero is %llX", (unsigned long long)cpu->gr[16].d);
}

/* Bytes that an interruption stores, whatever the case says of them. */
static bool assigned(const struct test_case *c, uint32_t address)
{
    enum { ANY = S370 | ESA390 | ZARCH, OLD = S370 | ESA390, NEW = ESA390 | ZARCH };
    static const struct { uint8_t archs, ending; uint16_t first, last; } areas[] = {
        { OLD, ENDS_AT_SVC_10, 0x20, 0x27 }, { ANY, ENDS_AT_SVC_10, 0x88, 0x8B },
        { OLD, ENDS_WITH_SVC, 0x20, 0x27 }, { ANY, ENDS_WITH_SVC, 0x88, 0x8B },
        { OLD, ENDS_WITH_PROGRAM, 0x28, 0x2F }, { ANY, ENDS_WITH_PROGRAM, 0x8C, 0x8F },
        { OLD, ENDS_WITH_EXTERNAL, 0x18, 0x1F }, { ANY, ENDS_WITH_EXTERNAL, 0x84, 0x87 },
        { ZARCH, ENDS_AT_SVC_10, 0x140, 0x14F }, { ZARCH, ENDS_WITH_SVC, 0x140, 0x14F },
        { ZARCH, ENDS_WITH_EXTERNAL, 0x130, 0x13F }, { ZARCH, ENDS_WITH_PROGRAM, 0x150, 0x15F },
        /* breaking-event address, data-exception code, identification of the access */
        { ZARCH, ENDS_WITH_PROGRAM, 0x110, 0x117 }, { NEW, ENDS_WITH_PROGRAM, 0x90, 0x93 },
        { NEW, ENDS_WITH_PROGRAM, 0xA0, 0xA0 }, { ZARCH, ENDS_WITH_PROGRAM, 0xA8, 0xAF },
    };
    uint32_t at = address - c->prefix;
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
        if (areas[i].archs & c->arch && areas[i].ending == c->ending && at >= areas[i].first &&
            at <= areas[i].last)
            return true;
    return at >= 0x50 && at <= 0x53;    /* the interval timer, if time passes */
}

/* What the byte should be; the last piece that names it counts. */
static int expected_byte(const struct rig *rig, const struct test_case *c, uint32_t address)
{
    for (int i = c->expected.pieces - 1; i >= 0; i--) {
        const struct piece *p = &c->expected.piece[i];
        if (address - p->address < p->length)
            return c->expected.bytes[p->at + address - p->address];
    }
    return assigned(c, address) ? -1 : rig->image[address];
}

static void compare_bytes(const struct rig *rig, const struct test_case *c, uint32_t from,
                          uint32_t to, struct differences *d)
{
    for (uint32_t a = from; a < to; a++) {
        int expected = expected_byte(rig, c, a);
        if (expected >= 0 && rig->machine->storage[a] != expected)
            differ(d, "m%X is %02X, not %02X", a, rig->machine->storage[a], (unsigned)expected);
    }
}

static void compare_storage(const struct rig *rig, const struct test_case *c, struct differences *d)
{
    for (uint32_t a = 0; a < rig->size; a += BLOCK_SIZE)
        if (memcmp(rig->machine->storage + a, rig->image + a, BLOCK_SIZE))
            compare_bytes(rig, c, a, a + BLOCK_SIZE, d);
    /* Bytes that should have changed and did not, in blocks that are as they were. */
    for (int i = 0; i < c->expected.pieces; i++) {
        const struct piece *p = &c->expected.piece[i];
        for (uint32_t a = p->address; a < p->address + p->length; a++) {
            uint32_t block = a & ~(uint32_t)BLOCK_MASK;
            if (!memcmp(rig->machine->storage + block, rig->image + block, BLOCK_SIZE))
                compare_bytes(rig, c, a, a + 1, d);
        }
    }
}

static void compare_keys(const struct rig *rig, const struct test_case *c, struct differences *d)
{
    for (uint32_t a = 0; a < rig->size; a += BLOCK_SIZE) {
        uint8_t given = given_key(c, &c->given, a, 0);
        uint8_t expected = given_key(c, &c->expected, a, given);
        bool whole = false;
        for (int i = 0; i < c->expected.keys; i++)
            whole |= c->expected.key[i].whole_key &&
                     c->expected.key[i].address >> BLOCK_SHIFT == a >> BLOCK_SHIFT;
        uint8_t bits = whole ? 0xFE : KEY_ACCESS | KEY_FETCH;
        uint8_t key = rig->machine->keys[a >> BLOCK_SHIFT];
        if ((key ^ expected) & bits)
            differ(d, "the key at %X is %02X, not %02X", a, key & bits, expected & bits);
    }
}

static bool nullifies(unsigned code)
{
    return code == PGM_SEGMENT_TRANSLATION || code == PGM_PAGE_TRANSLATION ||
           code == PGM_TRACE_TABLE ||
           (code >= PGM_AFX_TRANSLATION && code <= PGM_REGION_THIRD &&
            code != PGM_ALET_SPECIFICATION);
}

static uint64_t wrapped(struct psw psw, uint64_t address)
{
    return address & (psw.amode == AMODE_24 ? 0xFFFFFF : psw.amode == AMODE_31 ? 0x7FFFFFFF
                                                                               : UINT64_MAX);
}

static struct psw expected_psw(const struct test_case *c)
{
    struct psw psw = given_psw(c);
    bool back = c->ending == ENDS_WITH_PROGRAM && nullifies(c->ending_code & 0x7F);
    psw.ia = wrapped(psw, c->at + (uint64_t)(back ? c->last : c->length));
    if (c->ending == ENDS_WAITING)
        psw.wait = true;
    apply_psw(&psw, &c->expected);
    return psw;
}

static void compare_psw(struct psw is, struct psw want, struct differences *d)
{
    const struct { const char *name; uint64_t is, want; } fields[] = {
        { "cc", is.cc, want.cc }, { "mask", is.program_mask, want.program_mask },
        { "key", is.key >> 4, want.key >> 4 }, { "sysmask", is.system_mask, want.system_mask },
        { "problem", is.problem, want.problem },
        { "ec", is.extended_control, want.extended_control }, { "wait", is.wait, want.wait },
        { "machinecheck", is.machine_check, want.machine_check },
        { "space", is.space, want.space }, { "amode", is.amode, want.amode },
        { "ia", is.ia, want.ia },
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].is != fields[i].want)
            differ(d, "%s is %llX, not %llX", fields[i].name, (unsigned long long)fields[i].is,
                   (unsigned long long)fields[i].want);
}

/* How it ended: by the address in the PSW that waits. */
static const struct end_place {
    uint32_t address;
    enum ending ending;
    enum interruption_class class;
    uint16_t ec_code;
    const char *name;
} end_places[] = {
    { AT_SVC, ENDS_WITH_SVC, CLASS_SVC, 0x88, "supervisor-call" },
    { AT_PROGRAM, ENDS_WITH_PROGRAM, CLASS_PROGRAM, 0x8C, "program" },
    { AT_EXTERNAL, ENDS_WITH_EXTERNAL, CLASS_EXTERNAL, 0x84, "external" },
    { AT_MACHINE_CHECK, ENDS_WAITING, CLASS_MACHINE_CHECK, 0, "machine-check" },
    { AT_IO, ENDS_WAITING, CLASS_IO, 0, "I/O" },
};

static const struct end_place *end_place(const struct cpu *cpu)
{
    for (size_t i = 0; i < sizeof end_places / sizeof *end_places; i++)
        if (cpu->psw.wait && cpu->psw.ia == end_places[i].address)
            return &end_places[i];
    return NULL;
}

static void compare_interruption(const struct rig *rig, const struct test_case *c,
                                 const struct end_place *place, struct differences *d)
{
    const uint8_t *low = rig->machine->storage + c->prefix;
    const uint8_t *old = low + architecture_of(c->arch)->psw[place->class].old;
    struct psw psw = { 0 };
    psw_load(architecture_of(c->arch), &psw, old);
    bool ec = c->arch != S370 || old[1] & 0x08;
    unsigned code = ec ? get16(low + place->ec_code + 2) : get16(old + 2);
    unsigned ilc = ec ? low[place->ec_code + 1] >> 1 : old[4] >> 6;
    bool by_svc_10 = c->ending == ENDS_AT_SVC_10;
    unsigned expected_code = by_svc_10 ? FILL : c->ending_code;
    enum ending expected = by_svc_10 ? ENDS_WITH_SVC : c->ending;
    if (place->ending != expected || code != expected_code) {
        differ(d, "a %s interruption %X came, from %06llX", place->name, code,
               (unsigned long long)psw.ia);
        return;
    }
    unsigned expected_ilc = c->ilc >= 0 ? (unsigned)c->ilc : (c->length - c->last) / 2;
    if (!by_svc_10 && place->ending != ENDS_WITH_EXTERNAL && ilc != expected_ilc)
        differ(d, "ilc is %u, not %u", ilc, expected_ilc);
    if (by_svc_10)
        psw.ia = wrapped(psw, psw.ia - 2);
    compare_psw(psw, expected_psw(c), d);
}

static void compare(const struct rig *rig, const struct test_case *c, struct differences *d)
{
    const struct cpu *cpu = rig->machine->cpus[0];
    const struct end_place *place = end_place(cpu);
    if (place)
        compare_interruption(rig, c, place, d);
    else if (c->ending == ENDS_WAITING && cpu->psw.wait)
        compare_psw(cpu->psw, expected_psw(c), d);
    else
        differ(d, "it did not end; at %06llX", (unsigned long long)cpu->psw.ia);
    compare_registers(cpu, c, d);
    compare_storage(rig, c, d);
    compare_keys(rig, c, d);
}

bool bench_run(struct bench *bench, const struct test_case *c)
{
    struct rig *rig = find_rig(bench, c);
    if (!rig || !fits(c, &c->given) || !fits(c, &c->expected)) {
        printf("%s:%d: storage of %X is too small for this case\n", c->file, c->line, c->size);
        return false;
    }
    paint_image(rig, c);
    for (int way = 0; way < WAYS; way++) {
        struct differences d = { .count = 0 };
        prepare(rig, c, way);
        engine_run(rig->machine->cpus[0], MAX_INSTRUCTIONS);
        compare(rig, c, &d);
        if (d.count) {
            printf("%s:%d: %s (%s)\n%s", c->file, c->line, c->text, way_names[way], d.text);
            return false;
        }
    }
    return true;
}
