/* The linkage stack: entries in the home space that PROGRAM CALL and BRANCH AND STACK form and
 * PROGRAM RETURN takes off again (SA22-7201 5-63 to 5-84, SA22 5-68 to 5-86). */
#include "cpu/spaces.h"

#include "cpu/general.h"

/* ---- formats ----------------------------------------------------------------------------------- */

enum entry_type { TYPE_HEADER, TYPE_TRAILER, TYPE_BRANCH, TYPE_PROGRAM_CALL, TYPES };

/* A state entry's fields, by their distance from its beginning; the entry descriptor is its last
 * eight bytes. Header and trailer are eight bytes with an address, and a descriptor. */
struct stack_format {
    uint16_t size;
    uint8_t types[TYPES];
    uint8_t register_size;
    uint8_t access_registers;
    uint8_t psw_rest;                  /* a PSW's second doubleword; 0: there is none */
    uint8_t last_extraction;           /* code of EXTRACT STACKED STATE */
    uint64_t address, valid;           /* of another section, in header and trailer */
};
enum { ENTRY_KEYS = 128, ENTRY_PSW = 136, ENTRY_CALLED = 144, ENTRY_MODIFIABLE = 152,
       ENTRY_INSTANCES = 176, MAX_ENTRY = 296, DESCRIPTOR = 8 };

static const struct stack_format short_format = {
    .size = 168, .types = { 1, 2, 4, 5 }, .register_size = 4, .access_registers = 64,
    .last_extraction = 3, .address = 0x7FFFFFF8, .valid = 0x80000000,
};
static const struct stack_format long_format = {
    .size = 296, .types = { 9, 10, 12, 13 }, .register_size = 8, .access_registers = 224,
    .psw_rest = 168, .last_extraction = 5, .address = ~(uint64_t)7, .valid = 1,
};

static const struct stack_format *stack_format(const struct cpu *cpu)
{
    return space_format(cpu)->wide ? &long_format : &short_format;
}

/* ---- the stack in the home space ---------------------------------------------------------------- */

static uint64_t in_stack(const struct cpu *cpu, uint64_t address)
{
    return space_format(cpu)->wide ? address : address & 0x7FFFFFFF;
}

/* Block by block: the addressing mode has no say in how addresses wrap. */
static unsigned piece_of(uint64_t address, unsigned length)
{
    unsigned room = BLOCK_SIZE - (unsigned)(address & BLOCK_MASK);
    return length < room ? length : room;
}

void fetch_home(struct cpu *cpu, uint8_t key, uint8_t *to, uint64_t from, unsigned length)
{
    for (unsigned n; length; length -= n, to += n, from += n) {
        from = in_stack(cpu, from);
        n = piece_of(from, length);
        fetch_bytes_as(cpu, (struct access){ key, SPACE_HOME }, to, from, n);
    }
}

void check_home(struct cpu *cpu, uint8_t key, uint64_t to, unsigned length)
{
    for (unsigned n; length; length -= n, to += n) {
        to = in_stack(cpu, to);
        n = piece_of(to, length);
        check_store_as(cpu, (struct access){ key, SPACE_HOME }, to, n);
    }
}

void store_home(struct cpu *cpu, uint8_t key, uint64_t to, const uint8_t *from, unsigned length)
{
    for (unsigned n; length; length -= n, to += n, from += n) {
        to = in_stack(cpu, to);
        n = piece_of(to, length);
        store_bytes_as(cpu, (struct access){ key, SPACE_HOME }, to, from, n);
    }
}

/* Keys do not protect the stack. */
static void fetch_stack(struct cpu *cpu, uint8_t *to, uint64_t from, unsigned length)
{
    fetch_home(cpu, 0, to, from, length);
}

static void check_stack(struct cpu *cpu, uint64_t to, unsigned length)
{
    check_home(cpu, 0, to, length);
}

static void store_stack(struct cpu *cpu, uint64_t to, const uint8_t *from, unsigned length)
{
    store_home(cpu, 0, to, from, length);
}

/* ---- entry descriptors ------------------------------------------------------------------------------ */

struct descriptor {
    uint8_t type, section;
    bool suppresses;                   /* PROGRAM RETURN stops here */
    uint16_t free, next_size;          /* bytes left in the section; of the entry behind */
};

static struct descriptor fetch_descriptor(struct cpu *cpu, uint64_t address)
{
    uint8_t b[DESCRIPTOR];
    fetch_stack(cpu, b, address, sizeof b);
    return (struct descriptor){ b[0] & 0x7F, b[1], b[0] >> 7, get16(b + 2), get16(b + 4) };
}

static void put_descriptor(uint8_t b[DESCRIPTOR], const struct descriptor *d)
{
    b[0] = (uint8_t)(d->suppresses << 7 | d->type);
    b[1] = d->section;
    put16(b + 2, d->free);
    put16(b + 4, d->next_size);
}

static bool is_type(const struct cpu *cpu, const struct descriptor *d, enum entry_type type)
{
    return d->type == stack_format(cpu)->types[type];
}

/* The address in a header or trailer, in front of its descriptor. In ESA/390 the first word is
 * the control program's. */
static uint64_t fetch_link(struct cpu *cpu, uint64_t address)
{
    uint8_t b[8];
    fetch_stack(cpu, b, address, sizeof b);
    return space_format(cpu)->wide ? get64(b) : get32(b + 4);
}

static void store_link(struct cpu *cpu, uint64_t address, uint64_t link)
{
    uint8_t b[8];
    put64(b, link);
    if (space_format(cpu)->wide)
        store_stack(cpu, address, b, 8);
    else
        store_stack(cpu, address + 4, b + 4, 4);
}

/* ---- forming an entry --------------------------------------------------------------------------------- */

static _Noreturn void stack_exception(struct cpu *cpu, enum program_code code)
{
    program_interrupt(cpu, code);
}

struct stack_place find_stack_place(struct cpu *cpu)
{
    const struct stack_format *format = stack_format(cpu);
    struct stack_place place = { .before = cpu->cr[15] & format->address };
    struct descriptor before = fetch_descriptor(cpu, place.before);
    if (before.free < format->size) {
        if (before.free & 7)
            stack_exception(cpu, PGM_STACK_SPECIFICATION);
        uint64_t link = fetch_link(cpu, place.before + DESCRIPTOR + before.free);
        if (!(link & format->valid))
            stack_exception(cpu, PGM_STACK_FULL);
        place.back = place.before | format->valid;
        place.before = link & format->address;
        before = fetch_descriptor(cpu, place.before);
        if (before.free < format->size)
            stack_exception(cpu, PGM_STACK_SPECIFICATION);
        check_stack(cpu, place.before - DESCRIPTOR, DESCRIPTOR);
    }
    check_stack(cpu, place.before, DESCRIPTOR + format->size);
    return place;
}

static void fill_state(const struct cpu *cpu, uint8_t *entry, const struct psw *back,
                       uint64_t called)
{
    const struct stack_format *format = stack_format(cpu);
    uint8_t psw[16] = { 0 };
    for (unsigned r = 0; r < 16; r++) {
        if (format->register_size == 8)
            put64(entry + 8 * r, cpu->gr[r].d);
        else
            put32(entry + 4 * r, cpu->gr[r].w);
        put32(entry + format->access_registers + 4 * r, cpu->ar[r]);
    }
    put32(entry + ENTRY_KEYS, (uint32_t)cpu->cr[3]);
    put32(entry + ENTRY_KEYS + 4, halves(extended_authority(cpu), primary_asn(cpu)));
    psw_store(cpu->arch, back, psw, 0, 0);
    memcpy(entry + ENTRY_PSW, psw, 8);
    if (format->psw_rest)
        memcpy(entry + format->psw_rest, psw + 8, 8);
    put64(entry + ENTRY_CALLED, called);
    if (reuses_numbers(cpu)) {
        put32(entry + ENTRY_INSTANCES, secondary_instance(cpu));
        put32(entry + ENTRY_INSTANCES + 4, primary_instance(cpu));
    }
}

void push_state(struct cpu *cpu, struct stack_place place, enum state_entry kind,
                const struct psw *back, uint64_t called)
{
    const struct stack_format *format = stack_format(cpu);
    uint8_t entry[MAX_ENTRY] = { 0 }, descriptor[DESCRIPTOR] = { 0 };
    struct descriptor before = fetch_descriptor(cpu, place.before);
    struct descriptor new = {
        .type = format->types[kind == STATE_BRANCH ? TYPE_BRANCH : TYPE_PROGRAM_CALL],
        .section = before.section, .free = (uint16_t)(before.free - format->size) };
    fill_state(cpu, entry, back, called);
    put_descriptor(entry + format->size - DESCRIPTOR, &new);
    before.next_size = format->size;
    put_descriptor(descriptor, &before);
    if (place.back)
        store_link(cpu, place.before - DESCRIPTOR, place.back);
    store_stack(cpu, place.before, descriptor, 6);
    store_stack(cpu, place.before + DESCRIPTOR, entry, format->size);
    cpu->cr[15] = in_stack(cpu, place.before + format->size);
}

/* ---- the current state entry ---------------------------------------------------------------------------- */

struct state {
    uint64_t at;                       /* its beginning */
    bool program_call;
};

/* The last state entry of the stack, which may be in the section before. `returning`: it is to be
 * taken off. */
static struct state current_state(struct cpu *cpu, bool returning)
{
    const struct stack_format *format = stack_format(cpu);
    uint64_t address = cpu->cr[15] & format->address;
    struct descriptor d = fetch_descriptor(cpu, address);
    if (is_type(cpu, &d, TYPE_HEADER)) {
        if (returning && d.suppresses)
            stack_exception(cpu, PGM_STACK_OPERATION);
        uint64_t link = fetch_link(cpu, address - DESCRIPTOR);
        if (!(link & format->valid))
            stack_exception(cpu, PGM_STACK_EMPTY);
        address = link & format->address;
        d = fetch_descriptor(cpu, address);
        if (is_type(cpu, &d, TYPE_HEADER))
            stack_exception(cpu, PGM_STACK_SPECIFICATION);
    }
    if (!is_type(cpu, &d, TYPE_BRANCH) && !is_type(cpu, &d, TYPE_PROGRAM_CALL))
        stack_exception(cpu, PGM_STACK_TYPE);
    if (returning && d.suppresses)
        stack_exception(cpu, PGM_STACK_OPERATION);
    return (struct state){ in_stack(cpu, address + DESCRIPTOR - format->size),
                           is_type(cpu, &d, TYPE_PROGRAM_CALL) };
}

/* Which translation modes allow the instructions. */
static void need_stack(struct cpu *cpu, bool home_too)
{
    bool allowed = cpu->psw.space == SPACE_CONTROL_PRIMARY ||
                   cpu->psw.space == SPACE_CONTROL_REGISTERS ||
                   (home_too && cpu->psw.space == SPACE_CONTROL_HOME);
    if (!psw_dat(&cpu->psw) || !has_space_functions(cpu) || !allowed)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

/* ---- BRANCH AND STACK ------------------------------------------------------------------------------------ */

/* The PSW to return to: register R1 has address and mode, or they are the present ones. */
static struct psw way_back(const struct cpu *cpu, const struct op *op)
{
    struct psw back = cpu->psw;
    uint64_t to = G1;
    back.ia = next_address(cpu, op);
    if (!op->r1)
        return back;
    if (space_format(cpu)->wide && to & 1) {
        back.amode = AMODE_64;
        back.ia = to & ~(uint64_t)1;
    } else {
        back.amode = to >> 31 & 1 ? AMODE_31 : AMODE_24;
        back.ia = to & (back.amode == AMODE_31 ? 0x7FFFFFFF : 0x00FFFFFF);
    }
    return back;
}

HANDLER(bakr)
{
    cpu->op = op;
    need_stack(cpu, false);
    struct psw back = way_back(cpu, op);
    uint64_t to = op->r2 ? branch_register(cpu, op) : next_address(cpu, op);
    struct stack_place place = find_stack_place(cpu);
    if (op->r2)
        trace_branch(cpu, to);
    push_state(cpu, place, STATE_BRANCH, &back,
               cpu->psw.amode == AMODE_64 ? to | 1 : mode_and_address(cpu, to));
    cpu->psw.ia = to;
    cpu->branched = op->r2 != 0;
    return leave_block(cpu, op);
}

/* ---- PROGRAM RETURN --------------------------------------------------------------------------------------- */

/* What an entry of PROGRAM CALL has to say about spaces. */
struct return_spaces {
    uint16_t primary_asn, secondary_asn;
    bool switches;
    struct address_space primary;
    uint64_t secondary;                /* designation */
    uint32_t primary_instance, secondary_instance;
};

/* As PROGRAM CALL found it, and not another space that has got its number since. */
static struct address_space space_left(struct cpu *cpu, uint16_t asn, uint32_t instance,
                                       uint8_t identification)
{
    struct address_space space = other_space(cpu, asn);
    if (reuses_numbers(cpu))
        need_instance(cpu, &space, instance, identification);
    return space;
}

static struct return_spaces find_spaces(struct cpu *cpu, const uint8_t *entry)
{
    struct return_spaces spaces = { .primary_asn = get16(entry + ENTRY_KEYS + 6),
                                    .secondary_asn = get16(entry + ENTRY_KEYS + 2),
                                    .secondary_instance = get32(entry + ENTRY_INSTANCES),
                                    .primary_instance = get32(entry + ENTRY_INSTANCES + 4) };
    spaces.primary = (struct address_space){ .designation = cpu->cr[1],
                                             .authorization_index = authorization_index(cpu) };
    spaces.switches = spaces.primary_asn != primary_asn(cpu);
    if (spaces.switches) {
        spaces.primary = space_left(cpu, spaces.primary_asn, spaces.primary_instance,
                                    EXCEPTION_PRIMARY);
        use_subspace(cpu, &spaces.primary);
    }
    spaces.secondary = spaces.primary.designation;
    if (spaces.secondary_asn == spaces.primary_asn)
        return spaces;
    struct address_space secondary = space_left(cpu, spaces.secondary_asn,
                                                spaces.secondary_instance, EXCEPTION_SECONDARY);
    if (!authorized(cpu, &secondary, spaces.primary.authorization_index, true))
        program_interrupt(cpu, PGM_SECONDARY_AUTHORITY);
    use_subspace(cpu, &secondary);
    spaces.secondary = secondary.designation;
    return spaces;
}

/* Tells whether a space-switch event is due. */
static bool return_to_spaces(struct cpu *cpu, const uint8_t *entry,
                             const struct return_spaces *spaces)
{
    bool event = spaces->switches && make_primary(cpu, spaces->primary_asn, &spaces->primary);
    set_key_mask(cpu, get16(entry + ENTRY_KEYS));
    make_secondary(cpu, spaces->secondary_asn, spaces->secondary);
    if (reuses_numbers(cpu))
        set_instances(cpu, spaces->primary_instance, spaces->secondary_instance);
    set_control_word(cpu, 8, halves(get16(entry + ENTRY_KEYS + 4), right_half(cpu->cr[8])));
    return event;
}

static void restore_register(struct cpu *cpu, const uint8_t *entry, unsigned r, bool whole)
{
    const struct stack_format *format = stack_format(cpu);
    const uint8_t *at = entry + format->register_size * r;
    if (format->register_size == 4)
        cpu->gr[r].w = get32(at);
    else if (whole)
        cpu->gr[r].d = get64(at);
    else
        cpu->gr[r].w = get32(at + 4);
    cpu->ar[r] = get32(entry + format->access_registers + 4 * r);
}

/* All of the PSW but the PER mask. */
static struct psw saved_psw(const struct cpu *cpu, const uint8_t *entry)
{
    const struct stack_format *format = stack_format(cpu);
    uint8_t bytes[16];
    struct psw psw;
    memcpy(bytes, entry + ENTRY_PSW, 8);
    if (format->psw_rest)
        memcpy(bytes + 8, entry + format->psw_rest, 8);
    psw_load(cpu->arch, &psw, bytes);
    psw.system_mask = (uint8_t)((psw.system_mask & ~EC_PER) | (cpu->psw.system_mask & EC_PER));
    return psw;
}

HANDLER(pr)
{
    enum { NEXT_SIZE = 4 };
    static const uint8_t none[2] = { 0 };
    uint8_t entry[MAX_ENTRY];
    cpu->op = op;
    need_stack(cpu, false);
    struct state state = current_state(cpu, true);
    uint64_t before = in_stack(cpu, state.at - DESCRIPTOR);
    fetch_stack(cpu, entry, state.at, stack_format(cpu)->size);
    check_stack(cpu, before + NEXT_SIZE, sizeof none);
    struct psw psw = saved_psw(cpu, entry);
    struct return_spaces spaces = { .switches = false };
    if (state.program_call)
        spaces = find_spaces(cpu, entry);
    trace_program_return(cpu, state.program_call, spaces.primary_asn, &psw, next_address(cpu, op));
    bool event = state.program_call && return_to_spaces(cpu, entry, &spaces);
    store_stack(cpu, before + NEXT_SIZE, none, sizeof none);
    cpu->cr[15] = before;
    for (unsigned r = 2; r <= 14; r++)
        restore_register(cpu, entry, r, true);
    cpu->psw = psw;
    set_amode(cpu, psw.amode);
    return go_on(cpu, op, event);
}

/* ---- looking into the current entry ------------------------------------------------------------------------- */

static void extract_registers(struct cpu *cpu, const struct op *op, bool whole)
{
    uint8_t entry[MAX_ENTRY];
    need_stack(cpu, true);
    struct state state = current_state(cpu, false);
    fetch_stack(cpu, entry, state.at, stack_format(cpu)->size);
    for (unsigned r = op->r1;; r = (r + 1) & 15) {
        restore_register(cpu, entry, r, whole);
        if (r == op->r2)
            break;
    }
}

INSTRUCTION(ereg) { extract_registers(cpu, op, false); }
INSTRUCTION(eregg) { extract_registers(cpu, op, true); }

/* The PSW as ESA/390 has it. */
static uint64_t short_psw(const uint8_t *entry)
{
    enum { BIT_12 = 0x00080000 };
    uint32_t left = get32(entry + ENTRY_PSW), mode = get32(entry + ENTRY_PSW + 4) & 0x80000000;
    uint32_t address = get32(entry + long_format.psw_rest + 4) & 0x7FFFFFFF;
    return (uint64_t)(left | BIT_12) << 32 | mode | address;
}

INSTRUCTION(esta)
{
    enum { KEYS, PSW, CALLED, MODIFIABLE, LONG_PSW, INSTANCES };
    static const uint8_t places[] = { [KEYS] = ENTRY_KEYS, [PSW] = ENTRY_PSW,
                                      [CALLED] = ENTRY_CALLED, [MODIFIABLE] = ENTRY_MODIFIABLE,
                                      [INSTANCES] = ENTRY_INSTANCES };
    const struct stack_format *format = stack_format(cpu);
    uint8_t entry[MAX_ENTRY];
    unsigned code = R2 & 0xFF;
    need_stack(cpu, true);
    if (op->r1 & 1 || code > format->last_extraction ||
        (code == INSTANCES && !facility_is_on(&cpu->machine->options, "ASN-and-LX reuse")))
        program_interrupt(cpu, PGM_SPECIFICATION);
    struct state state = current_state(cpu, false);
    fetch_stack(cpu, entry, state.at, format->size);
    cpu->psw.cc = state.program_call;
    if (code == LONG_PSW) {
        G1 = get64(entry + ENTRY_PSW);
        cpu->gr[op->r1 + 1].d = get64(entry + format->psw_rest);
        return;
    }
    uint64_t v = code == PSW && format->psw_rest ? short_psw(entry) : get64(entry + places[code]);
    R1 = (uint32_t)(v >> 32);
    cpu->gr[op->r1 + 1].w = (uint32_t)v;
}

INSTRUCTION(msta)
{
    uint8_t area[8];
    need_stack(cpu, true);
    if (op->r1 & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    struct state state = current_state(cpu, false);
    put32(area, R1);
    put32(area + 4, cpu->gr[op->r1 + 1].w);
    check_stack(cpu, state.at + ENTRY_MODIFIABLE, sizeof area);
    store_stack(cpu, state.at + ENTRY_MODIFIABLE, area, sizeof area);
}
