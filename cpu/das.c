/* Programs that go from one address space to another: PC, PT, SSAR, LASP, the moves between
 * spaces, and what sets and tells the space (GA22 chapter 10; SA22 chapter 10). The formats of
 * tables are asn.c's, the linkage stack is stack.c's. System/370's DAS tracing is not provided. */
#include "cpu/spaces.h"

static void need_dat(struct cpu *cpu)
{
    if (!psw_dat(&cpu->psw))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

/* In the problem state some instructions need the extraction-authority control. */
static void need_extraction_authority(struct cpu *cpu)
{
    need_dat(cpu);
    if (cpu->psw.problem && !control_bit(cpu, 0, CR0_EXTRACTION_AUTHORITY))
        program_interrupt(cpu, PGM_PRIVILEGED);
}

/* Go on at psw.ia; a space-switch event interrupts when the instruction is complete. */
static const struct op *complete(struct cpu *cpu, const struct op *op, bool event)
{
    context_changed(cpu);
    if (event)
        take_program_interruption(cpu, PGM_SPACE_SWITCH, op->ilc);
    return leave_block(cpu, op);
}

const struct op *go_on(struct cpu *cpu, const struct op *op, bool event)
{
    cpu->branched = true;
    return complete(cpu, op, event);
}

/* The linkage-table designation, which must say that there is a subsystem linkage. */
static uint32_t linkage_designation(struct cpu *cpu)
{
    const struct space_format *format = space_format(cpu);
    uint32_t designation = (uint32_t)cpu->cr[5];
    if (format->by_primary_entry)
        designation = real_word(cpu, (designation & 0x7FFFFFC0) + 4u * format->linkage_place);
    if (!(designation & CR_BIT(CR5_SUBSYSTEM_LINKAGE)))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    return designation;
}

/* ---- PROGRAM CALL -------------------------------------------------------------------- */

struct entry {
    uint16_t key_mask, asn, new_keys;
    uint64_t address, parameter;
    bool problem, extended;        /* extended: the 64-bit mode */
    enum amode amode;
    /* what only a long entry has */
    bool stacking, sets_key, replaces_keys, sets_authority, registers_mode, new_secondary;
    uint8_t key;
    uint16_t authority;
    uint32_t space;                /* its ASN-second-table entry */
};

/* Bit 44 of the address: bits 32 to 43 count, too. */
static struct call_number called_number(const struct cpu *cpu, uint64_t address)
{
    enum { BIT_44 = 0x00080000 };
    uint32_t word = (uint32_t)address;
    if (!reuses_numbers(cpu) || !(word & BIT_44))
        return (struct call_number){ word & 0xFFFFF, word & 0xFFFFF, false };
    return (struct call_number){ (word & 0xFFF00000) >> 1 | (word & 0x7FFFF), word, true };
}

/* Where linkage indexes are reused there are two tables: of 64 words for each step of the first
 * index's left part, which the designation counts; and of 32 doublewords. An entry of the second
 * one has a number that register 15 must know, but for zero (SA22 5-50). */
static uint32_t reused_linkage_entry(struct cpu *cpu, uint32_t number)
{
    enum { TABLE_LENGTH = 0xFF, TABLE_ORIGIN = 0x7FFFFF00 };
    uint32_t designation = linkage_designation(cpu);
    if (number >> 19 > (designation & TABLE_LENGTH))
        program_interrupt(cpu, PGM_LFX_TRANSLATION);
    uint32_t first = real_word(cpu, ((designation & TABLE_ORIGIN) + 4 * (number >> 13)) & 0x7FFFFFFF);
    if (first & ENTRY_INVALID)
        program_interrupt(cpu, PGM_LFX_TRANSLATION);
    uint32_t address = (first & TABLE_ORIGIN) + 8 * (number >> 8 & 0x1F);
    uint32_t entry = real_word(cpu, address), sequence = real_word(cpu, address + 4);
    if (entry & ENTRY_INVALID)
        program_interrupt(cpu, PGM_LSX_TRANSLATION);
    if (sequence && sequence != cpu->gr[15].high)
        program_interrupt(cpu, PGM_LSTE_SEQUENCE);
    return entry;
}

static uint32_t linkage_entry(struct cpu *cpu, uint32_t number)
{
    const struct space_format *format = space_format(cpu);
    uint32_t designation = linkage_designation(cpu), index = number >> 8;
    if (index >> 5 > (designation & 0x7F))
        program_interrupt(cpu, PGM_LX_TRANSLATION);
    uint32_t address = (designation & format->linkage_origin) + 4 * index;
    uint32_t entry = real_word(cpu, address & format->real);
    if (entry & ENTRY_INVALID)
        program_interrupt(cpu, PGM_LX_TRANSLATION);
    if (entry & format->entry_reserved)
        program_interrupt(cpu, PGM_PC_TRANSLATION_SPECIFICATION);
    return entry;
}

/* Where the program begins, and in which mode and state. */
static void read_address(struct cpu *cpu, const uint32_t words[8], struct entry *entry)
{
    uint32_t right = words[1];
    entry->problem = right & 1;
    if (entry->extended) {
        entry->amode = AMODE_64;
        entry->address = ((uint64_t)words[0] << 32 | right) & ~(uint64_t)1;
        return;
    }
    entry->amode = right >> 31 && !space_format(cpu)->short_addresses ? AMODE_31 : AMODE_24;
    entry->address = right & 0x7FFFFFFE;
    if (entry->amode == AMODE_24 && right & 0xFF000000)
        program_interrupt(cpu, PGM_PC_TRANSLATION_SPECIFICATION);
}

static struct entry take_apart(struct cpu *cpu, const uint32_t words[8])
{
    const struct space_format *format = space_format(cpu);
    uint32_t keys = words[format->entry_place.keys], options = words[4];
    struct entry entry = {
        .key_mask = left_half(keys), .asn = right_half(keys),
        .new_keys = left_half(words[format->entry_place.new_keys]),
        .parameter = words[format->entry_place.parameter],
        .stacking = options >> 31, .extended = format->wide && options & 0x40000000,
        .sets_key = options & 0x10000000, .replaces_keys = options & 0x08000000,
        .sets_authority = options & 0x04000000, .registers_mode = options & 0x02000000,
        .new_secondary = options & 0x01000000, .key = options >> 16 & KEY_ACCESS,
        .authority = right_half(options), .space = words[5] & 0x7FFFFFC0,
    };
    if (entry.extended)
        entry.parameter |= (uint64_t)words[format->entry_place.parameter - 1] << 32;
    read_address(cpu, words, &entry);
    return entry;
}

static struct entry entry_for(struct cpu *cpu, struct call_number call)
{
    const struct space_format *format = space_format(cpu);
    cpu->translation_exception = call.identification;
    uint32_t linkage = reuses_numbers(cpu) ? reused_linkage_entry(cpu, call.number)
                                           : linkage_entry(cpu, call.number);
    uint32_t index = call.number & 0xFF, words[8] = { 0 };
    if (index >> 2 > (linkage & 0x3F))
        program_interrupt(cpu, PGM_EX_TRANSLATION);
    uint32_t address = (linkage & format->entry_origin) + 4u * format->entry_words * index;
    for (uint32_t i = 0; i < format->entry_words; i++)
        words[i] = real_word(cpu, (address + 4 * i) & format->real);
    return take_apart(cpu, words);
}

/* The called program's space: a long entry says where its entry is. */
static struct address_space called_space(struct cpu *cpu, const struct entry *entry)
{
    struct address_space space;
    if (!has_space_functions(cpu)) {
        space = other_space(cpu, entry->asn);
        use_subspace(cpu, &space);
        return space;
    }
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    cpu->translation_exception = entry->asn;
    int code = read_space_entry(cpu, entry->space, &space);
    if (code)
        program_interrupt(cpu, code);
    use_subspace(cpu, &space);
    return space;
}

/* The called space's and the call's identification in a state entry; the number says whether the
 * program that is called is in the 64-bit mode. */
static uint64_t called_by(const struct cpu *cpu, const struct entry *entry,
                          const struct address_space *space, uint32_t number)
{
    uint64_t called = 0;
    uint32_t identifies = reuses_numbers(cpu) ? space->instance : space->sequence_number;
    if (entry->asn)
        called = halves(entry->asn, right_half(identifies));
    return called << 32 | (entry->extended ? 0x80000000 : 0) | number;
}

/* A basic call leaves what PROGRAM TRANSFER wants, in general registers 3 and 14. */
static void leave_return(struct cpu *cpu, uint64_t next)
{
    cpu->gr[3].w = halves(key_mask(cpu), primary_asn(cpu));
    if (cpu->psw.amode == AMODE_64)
        cpu->gr[14].d = next | cpu->psw.problem;
    else
        cpu->gr[14].w = mode_and_address(cpu, next) | cpu->psw.problem;
}

static void may_call_basic(struct cpu *cpu, const struct entry *entry)
{
    if (cpu->psw.space != SPACE_CONTROL_PRIMARY ||
        entry->extended != (cpu->psw.amode == AMODE_64))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

static void call_basic(struct cpu *cpu, const struct entry *entry, uint64_t next)
{
    leave_return(cpu, next);
    set_key_mask(cpu, key_mask(cpu) | entry->new_keys);
}

static void call_stacking(struct cpu *cpu, const struct entry *entry, struct stack_place place,
                          uint64_t called, uint64_t next)
{
    struct psw back = cpu->psw;
    back.ia = next;
    push_state(cpu, place, STATE_PROGRAM_CALL, &back, called);
    if (entry->sets_key)
        cpu->psw.key = entry->key;
    set_key_mask(cpu, (entry->replaces_keys ? 0 : key_mask(cpu)) | entry->new_keys);
    if (entry->sets_authority)
        set_control_word(cpu, 8, halves(entry->authority, right_half(cpu->cr[8])));
    cpu->psw.space = entry->registers_mode ? SPACE_CONTROL_REGISTERS : SPACE_CONTROL_PRIMARY;
}

/* The control registers: the caller's primary space becomes the secondary one, or the called
 * one is both. Tells whether a space-switch event is due. */
static bool switch_spaces(struct cpu *cpu, const struct entry *entry,
                          const struct address_space *space)
{
    uint32_t caller = primary_instance(cpu), called = entry->asn ? space->instance : caller;
    bool both = entry->asn && entry->stacking && entry->new_secondary;
    make_secondary(cpu, primary_asn(cpu), cpu->cr[1]);
    bool event = entry->asn && make_primary(cpu, entry->asn, space);
    if (both)
        make_secondary(cpu, entry->asn, cpu->cr[1]);
    if (reuses_numbers(cpu))
        set_instances(cpu, called, both ? called : caller);
    return event;
}

HANDLER(pc)
{
    cpu->op = op;
    need_dat(cpu);
    if (cpu->psw.space != SPACE_CONTROL_PRIMARY && cpu->psw.space != SPACE_CONTROL_REGISTERS)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    struct call_number call = called_number(cpu, address_b2(cpu, op));
    uint64_t next = next_address(cpu, op);
    struct entry entry = entry_for(cpu, call);
    if (cpu->psw.problem && !(entry.key_mask & key_mask(cpu)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    struct address_space space = { .origin = 0 };
    if (entry.asn)
        space = called_space(cpu, &entry);
    struct stack_place place = { 0, 0 };
    if (entry.stacking)
        place = find_stack_place(cpu);
    else
        may_call_basic(cpu, &entry);
    trace_program_call(cpu, call, next, entry.amode);
    if (entry.stacking)
        call_stacking(cpu, &entry, place, called_by(cpu, &entry, &space, call.number), next);
    else
        call_basic(cpu, &entry, next);
    if (entry.extended)
        cpu->gr[4].d = entry.parameter;
    else
        cpu->gr[4].w = (uint32_t)entry.parameter;
    bool event = switch_spaces(cpu, &entry, &space);
    cpu->psw.ia = entry.address;
    cpu->psw.problem = entry.problem;
    set_amode(cpu, entry.amode);
    return go_on(cpu, op, event);
}

/* ---- PROGRAM TRANSFER, with and without instance ------------------------------------------- */

/* In R2: where to go on, in which mode and state. */
struct destination {
    uint64_t address;
    bool problem;
    enum amode amode;
};

static struct destination destination_in(struct cpu *cpu, unsigned r)
{
    uint32_t word = cpu->gr[r].w;
    bool problem = word & 1;
    if (cpu->psw.problem && !problem)
        program_interrupt(cpu, PGM_PRIVILEGED);
    if (cpu->psw.amode == AMODE_64)
        return (struct destination){ cpu->gr[r].d & ~(uint64_t)1, problem, AMODE_64 };
    enum amode amode = word >> 31 && !space_format(cpu)->short_addresses ? AMODE_31 : AMODE_24;
    if (amode == AMODE_24 && word & 0xFF000000)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return (struct destination){ word & 0x7FFFFFFE, problem, amode };
}

/* A number in R1: with its instance, the left word, or alone, which a space whose number can be
 * used again does not accept. */
struct named_space { uint16_t asn; uint32_t instance; bool with_instance; };

static struct named_space space_named(const struct cpu *cpu, unsigned r, bool with_instance)
{
    return (struct named_space){ right_half(cpu->gr[r].w), cpu->gr[r].high, with_instance };
}

static void accepts(struct cpu *cpu, const struct address_space *space, struct named_space named)
{
    bool refused = named.with_instance ? space->controlled && cpu->psw.problem
                                       : space->reusable && reuses_numbers(cpu);
    if (refused)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (named.with_instance)
        need_instance(cpu, space, named.instance, 0);
}

/* Another space than the primary one, for which there is authority. */
static struct address_space authorized_space(struct cpu *cpu, struct named_space named,
                                             bool secondary)
{
    struct address_space space = other_space(cpu, named.asn);
    accepts(cpu, &space, named);
    if (!authorized(cpu, &space, authorization_index(cpu), secondary))
        program_interrupt(cpu, secondary ? PGM_SECONDARY_AUTHORITY : PGM_PRIMARY_AUTHORITY);
    use_subspace(cpu, &space);
    return space;
}

static const struct op *transfer(struct cpu *cpu, const struct op *op, bool with_instance)
{
    cpu->op = op;
    need_dat(cpu);
    if (cpu->psw.space != SPACE_CONTROL_PRIMARY)
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    linkage_designation(cpu);
    struct destination to = destination_in(cpu, op->r2);
    struct named_space named = space_named(cpu, op->r1, with_instance);
    struct address_space space = { .instance = primary_instance(cpu) };
    bool switches = named.asn != primary_asn(cpu);
    if (switches)
        space = authorized_space(cpu, named, false);
    trace_program_transfer(cpu, named.asn, cpu->gr[op->r2].d, with_instance);
    bool event = switches && make_primary(cpu, named.asn, &space);
    set_key_mask(cpu, key_mask(cpu) & left_half(cpu->gr[op->r1].w));
    make_secondary(cpu, named.asn, cpu->cr[1]);
    if (with_instance || reuses_numbers(cpu))
        set_instances(cpu, space.instance, space.instance);
    cpu->psw.ia = to.address;
    cpu->psw.problem = to.problem;
    set_amode(cpu, to.amode);
    return go_on(cpu, op, event);
}

HANDLER(pt) { return transfer(cpu, op, false); }
HANDLER(pti) { return transfer(cpu, op, true); }

/* ---- SET SECONDARY ASN, with and without instance ---------------------------------------- */

static void set_secondary(struct cpu *cpu, struct named_space named)
{
    struct address_space space = { .designation = cpu->cr[1], .instance = primary_instance(cpu) };
    need_dat(cpu);
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (named.asn != primary_asn(cpu))
        space = authorized_space(cpu, named, true);
    trace_set_secondary(cpu, named.asn, named.with_instance);
    make_secondary(cpu, named.asn, space.designation);
    if (named.with_instance || reuses_numbers(cpu))
        set_instances(cpu, primary_instance(cpu), space.instance);
    context_changed(cpu);
}

INSTRUCTION(ssar) { set_secondary(cpu, space_named(cpu, op->r1, false)); }
INSTRUCTION(ssair) { set_secondary(cpu, space_named(cpu, op->r1, true)); }

/* ---- LOAD ADDRESS SPACE PARAMETERS ---------------------------------------------------------- */

enum lasp_function { FORCE_TRANSLATION = 4, USE_GIVEN_INDEX = 2, SKIP_AUTHORIZATION = 1 };

/* What is to become of the control registers. */
struct lasp {
    uint16_t keys, secondary, index, primary;          /* the first operand */
    uint64_t primary_designation, secondary_designation;
    uint32_t primary_instance, secondary_instance;     /* where numbers are reused */
    uint32_t linkage;                                  /* control register 5 */
};

/* One doubleword, or two with the instances in front. */
static struct lasp fetch_parameters(struct cpu *cpu, const struct op *op, uint64_t address)
{
    uint64_t numbers = fetch8(in_space_of(cpu, op->b1), address);
    struct lasp lasp = { .keys = (uint16_t)(numbers >> 48), .secondary = (uint16_t)(numbers >> 32) };
    if (reuses_numbers(cpu)) {
        uint64_t first = numbers;
        numbers = fetch8(in_space_of(cpu, op->b1), (address + 8) & cpu->address_mask);
        lasp = (struct lasp){ .keys = left_half(first), .secondary = right_half(first),
                              .secondary_instance = (uint32_t)(first >> 32),
                              .primary_instance = (uint32_t)(numbers >> 32) };
    }
    lasp.index = left_half(numbers);
    lasp.primary = right_half(numbers);
    return lasp;
}

/* A space, or false if there is none of this number and instance. */
static bool find_space(struct cpu *cpu, uint16_t asn, uint32_t instance,
                       struct address_space *space)
{
    return !translate_asn(cpu, asn, space) &&
           !(reuses_numbers(cpu) && space->instance != instance) &&
           !replace_by_subspace(cpu, space->origin, &space->designation);
}

/* Steps of LASP: condition code 0 if the next may follow. */
static int find_primary(struct cpu *cpu, struct lasp *lasp, unsigned functions)
{
    struct address_space space = { .authorization_index = authorization_index(cpu) };
    lasp->primary_designation = cpu->cr[1];
    lasp->linkage = (uint32_t)cpu->cr[5];
    if (lasp->primary != primary_asn(cpu) || functions & FORCE_TRANSLATION) {
        if (!find_space(cpu, lasp->primary, lasp->primary_instance, &space))
            return 1;
        if ((space.designation | cpu->cr[1]) & space_format(cpu)->space_switch_event)
            return 3;
        lasp->primary_designation = space.designation;
        lasp->linkage = linkage_of(cpu, &space);
    } else {
        lasp->primary_instance = primary_instance(cpu);
    }
    if (!(functions & USE_GIVEN_INDEX))
        lasp->index = space.authorization_index;
    return 0;
}

static int find_secondary(struct cpu *cpu, struct lasp *lasp, unsigned functions)
{
    if (lasp->secondary == lasp->primary) {
        lasp->secondary_designation = lasp->primary_designation;
        lasp->secondary_instance = lasp->primary_instance;
        return 0;
    }
    if (lasp->secondary == secondary_asn(cpu) && !(functions & FORCE_TRANSLATION) &&
        functions & SKIP_AUTHORIZATION) {
        lasp->secondary_designation = cpu->cr[7];
        lasp->secondary_instance = secondary_instance(cpu);
        return 0;
    }
    struct address_space space;
    if (!find_space(cpu, lasp->secondary, lasp->secondary_instance, &space))
        return 2;
    lasp->secondary_designation = space.designation;
    bool test = !(functions & SKIP_AUTHORIZATION);
    return test && !authorized(cpu, &space, lasp->index, true) ? 2 : 0;
}

INSTRUCTION(lasp)
{
    uint64_t address = address_b1(cpu, op);
    unsigned functions = address_b2(cpu, op) & 7;
    if (!control_bit(cpu, 14, CR14_ASN_TRANSLATION))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (address & 7)
        program_interrupt(cpu, PGM_SPECIFICATION);
    struct lasp lasp = fetch_parameters(cpu, op, address);
    int cc = find_primary(cpu, &lasp, functions);
    if (cc == 0)
        cc = find_secondary(cpu, &lasp, functions);
    cpu->psw.cc = (uint8_t)cc;
    if (cc)
        return;
    set_designation(cpu, 1, lasp.primary_designation);
    set_control_word(cpu, 3, halves(lasp.keys, lasp.secondary));
    set_control_word(cpu, 4, halves(lasp.index, lasp.primary));
    set_control_word(cpu, 5, lasp.linkage);
    set_designation(cpu, 7, lasp.secondary_designation);
    if (reuses_numbers(cpu))
        set_instances(cpu, lasp.primary_instance, lasp.secondary_instance);
    context_changed(cpu);
}

/* ---- moves ---------------------------------------------------------------------------------------- */

/* The third operand's key, which a program in the problem state must be allowed to use. */
static uint8_t given_key(struct cpu *cpu, const struct op *op)
{
    uint8_t key = cpu->gr[op->r3].w & KEY_ACCESS;
    if (cpu->psw.problem && !(key_mask(cpu) & 0x8000 >> (key >> 4)))
        program_interrupt(cpu, PGM_PRIVILEGED);
    return key;
}

/* Up to 256 bytes, as if one by one; condition code 3 if there are more to move. */
static void move(struct cpu *cpu, const struct op *op, struct access to, struct access from)
{
    uint8_t bytes[256];
    uint64_t true_length = cpu->psw.amode == AMODE_64 ? cpu->gr[op->r1].d : cpu->gr[op->r1].w;
    unsigned length = true_length < 256 ? (unsigned)true_length : 256;
    uint64_t target = address_b1(cpu, op), source = address_b2(cpu, op);
    fetch_bytes_as(in_space_of(cpu, op->b2), from, bytes, source, length);
    uint64_t distance = (target - source) & cpu->address_mask;
    if (to.space == from.space && same_space(cpu, op->b1, op->b2))
        for (unsigned i = 0; distance && distance + i < length; i++)
            bytes[distance + i] = bytes[i];
    store_bytes_as(in_space_of(cpu, op->b1), to, target, bytes, length);
    cpu->psw.cc = true_length > 256 ? 3 : 0;
}

INSTRUCTION(mvck)
{
    struct access from = { given_key(cpu, op), SPACE_CURRENT };
    move(cpu, op, current_access(cpu), from);
}

static void need_secondary_space(struct cpu *cpu)
{
    if (!psw_dat(&cpu->psw) || !control_bit(cpu, 0, CR0_SECONDARY_SPACE))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
}

INSTRUCTION(mvcp)
{
    need_secondary_space(cpu);
    struct access secondary = { given_key(cpu, op), SPACE_SECONDARY };
    move(cpu, op, (struct access){ cpu->psw.key, SPACE_PRIMARY }, secondary);
}

INSTRUCTION(mvcs)
{
    need_secondary_space(cpu);
    struct access secondary = { given_key(cpu, op), SPACE_SECONDARY };
    move(cpu, op, secondary, (struct access){ cpu->psw.key, SPACE_PRIMARY });
}

/* ---- the space itself -------------------------------------------------------------------------------- */

/* Either space's control makes the event, which is told after the instruction (SA22 6-48). */
bool home_space_event(struct cpu *cpu, enum space_control from, enum space_control to)
{
    uint64_t event = space_format(cpu)->space_switch_event;
    bool home = from == SPACE_CONTROL_HOME;
    if (home == (to == SPACE_CONTROL_HOME) || !((cpu->cr[1] | cpu->cr[13]) & event))
        return false;
    identify_left_space(cpu, home ? cpu->cr[13] : cpu->cr[1], home ? 0 : primary_asn(cpu));
    return true;
}

/* The codes of SET and INSERT ADDRESS SPACE CONTROL; the PSW has the spaces in another order. */
static const uint8_t spaces_by_code[] = { SPACE_CONTROL_PRIMARY, SPACE_CONTROL_SECONDARY,
                                          SPACE_CONTROL_REGISTERS, SPACE_CONTROL_HOME };
enum { CODE_SECONDARY = 1, CODE_REGISTERS = 2, CODE_HOME = 3 };

static const struct op *set_space(struct cpu *cpu, const struct op *op, bool secondary_control)
{
    unsigned code = address_b2(cpu, op) >> 8 & 15;
    if (!psw_dat(&cpu->psw))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (code > space_format(cpu)->last_space_code)
        program_interrupt(cpu, PGM_SPECIFICATION);
    if ((secondary_control && !control_bit(cpu, 0, CR0_SECONDARY_SPACE)) ||
        (code == CODE_REGISTERS && !has_space_functions(cpu)))
        program_interrupt(cpu, PGM_SPECIAL_OPERATION);
    if (code == CODE_HOME && cpu->psw.problem)
        program_interrupt(cpu, PGM_PRIVILEGED);
    enum space_control to = spaces_by_code[code];
    bool event = home_space_event(cpu, cpu->psw.space, to);
    cpu->psw.space = to;
    cpu->psw.ia = next_address(cpu, op);
    context_changed(cpu);
    return complete(cpu, op, event);
}

/* System/370 asks for the secondary-space control for any space. */
HANDLER(sac_s370) { return cpu->op = op, set_space(cpu, op, true); }
HANDLER(sac)
{
    cpu->op = op;
    return set_space(cpu, op, (address_b2(cpu, op) >> 8 & 15) == CODE_SECONDARY);
}

INSTRUCTION(iac)
{
    need_extraction_authority(cpu);
    unsigned code = 0;
    while (spaces_by_code[code] != cpu->psw.space)
        code++;
    cpu->gr[op->r1].w = (cpu->gr[op->r1].w & 0xFFFF00FF) | code << 8;
    cpu->psw.cc = (uint8_t)code;
}

INSTRUCTION(epar)
{
    need_extraction_authority(cpu);
    cpu->gr[op->r1].w = primary_asn(cpu);
}

INSTRUCTION(esar)
{
    need_extraction_authority(cpu);
    cpu->gr[op->r1].w = secondary_asn(cpu);
}

INSTRUCTION(epair)
{
    need_extraction_authority(cpu);
    cpu->gr[op->r1].d = (uint64_t)primary_instance(cpu) << 32 | primary_asn(cpu);
}

INSTRUCTION(esair)
{
    need_extraction_authority(cpu);
    cpu->gr[op->r1].d = (uint64_t)secondary_instance(cpu) << 32 | secondary_asn(cpu);
}

/* EXTRACT AND SET EXTENDED AUTHORITY: the index in bits 48 to 63 of R1 becomes the extended
 * authorization index, whose last value comes in front of it. */
INSTRUCTION(esea)
{
    uint16_t index = right_half(cpu->gr[op->r1].w);
    cpu->gr[op->r1].w = halves(extended_authority(cpu), index);
    set_control_word(cpu, 8, halves(index, right_half(cpu->cr[8])));
    context_changed(cpu);       /* access registers may name other spaces now */
}
