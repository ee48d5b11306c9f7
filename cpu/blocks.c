/* Blocks: decoding runs of instructions, finding them again, and forgetting them when
 * their bytes change. docs/internals.md has the reasons. */
#include "cpu/blocks.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "cpu/control.h"
#include "cpu/spaces.h"

enum { ARENA_SIZE = 48 << 20, ARENA_SLACK = 64 << 10 };

/* ---- the handlers that are no instructions ------------------------------------- */

/* End of a block after which the engine must look up. */
HANDLER(leave)
{
    cpu->psw.ia = instruction_address(op) & cpu->address_mask;
    return resume(cpu, op);
}

/* End of a block that goes on sequentially. */
HANDLER(fall)
{
    return go_on_at(cpu, op, instruction_address(op) & cpu->address_mask);
}

static op_handler op_stale;

/* ---- memory ------------------------------------------------------------------------ */

static void *map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED)
        abort();
    return p;
}

struct engine *engine_new(struct cpu *cpu)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (!engine)
        abort();
    engine->cpu = cpu;
    engine->arena = map(ARENA_SIZE);
    engine->line_count = cpu->machine->options.mainsize >> 6;
    engine->lines = map(engine->line_count * sizeof *engine->lines);
    engine->kept = map((cpu->machine->options.mainsize >> BLOCK_SHIFT) + 1);
    engine->cell_room = 1 << 20;
    engine->cells = map(engine->cell_room * sizeof *engine->cells);
    engine->cell_count = 1;
    engine->context_count = 1;
    engine->scratch = calloc(1, sizeof(struct block) + 8 * sizeof(union slot));
    if (!engine->scratch)
        abort();
    engine->scratch->scratch = true;
    pthread_mutex_init(&engine->lock, NULL);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    munmap(engine->arena, ARENA_SIZE);
    munmap(engine->lines, engine->line_count * sizeof *engine->lines);
    munmap(engine->kept, (engine->line_count >> (BLOCK_SHIFT - 6)) + 1);
    munmap(engine->cells, engine->cell_room * sizeof *engine->cells);
    free(engine->scratch);
    pthread_mutex_destroy(&engine->lock);
    free(engine);
}

/* ---- the map of decoded halfwords ------------------------------------------------------- */

static uint32_t halfwords(uint64_t line, uint64_t from, uint64_t to)
{
    uint64_t start = line << 6, end = start + 64;
    if (from > start)
        start = from;
    if (to < end)
        end = to;
    if (start >= end)
        return 0;
    unsigned first = (start & 63) >> 1, last = (unsigned)((end - 1) & 63) >> 1;
    return (uint32_t)((2ull << last) - (1ull << first));
}

bool code_in_lines(const struct machine *machine, uint64_t absolute, uint64_t length)
{
    for (uint64_t line = absolute >> 6; line <= (absolute + length - 1) >> 6; line++)
        if (__atomic_load_n(&machine->code_map[line], __ATOMIC_RELAXED) &
            halfwords(line, absolute, absolute + length))
            return true;
    return false;
}

_Static_assert(MAX_CPUS <= 8, "code_holders has a bit for each");

/* Several CPUs may hold code of a line: a bit for each says which (machine->code_holders), so
 * that whoever is the last to forget it clears the line's bits. */
static void mark_code(struct cpu *cpu, uint64_t absolute, uint64_t length)
{
    struct machine *machine = cpu->machine;
    pthread_mutex_lock(&machine->code_lock);
    for (uint64_t line = absolute >> 6; line <= (absolute + length - 1) >> 6; line++) {
        __atomic_fetch_or(&machine->code_holders[line], (uint8_t)(1u << cpu->address),
                          __ATOMIC_SEQ_CST);
        __atomic_fetch_or(&machine->code_map[line], halfwords(line, absolute, absolute + length),
                          __ATOMIC_RELAXED);
    }
    pthread_mutex_unlock(&machine->code_lock);
}

static unsigned holders_of(const struct machine *machine, uint64_t absolute, uint64_t length)
{
    unsigned holders = 0;
    for (uint64_t line = absolute >> 6; line <= (absolute + length - 1) >> 6; line++)
        holders |= __atomic_load_n(&machine->code_holders[line], __ATOMIC_SEQ_CST);
    return holders;
}

/* Of a line this CPU holds these halfwords still. */
static void keep_code(struct cpu *cpu, uint64_t line, uint32_t bits)
{
    struct machine *machine = cpu->machine;
    uint8_t me = (uint8_t)(1u << cpu->address);
    pthread_mutex_lock(&machine->code_lock);
    if (!bits)
        __atomic_fetch_and(&machine->code_holders[line], (uint8_t)~me, __ATOMIC_SEQ_CST);
    if (!(machine->code_holders[line] & ~me))
        __atomic_store_n(&machine->code_map[line], bits, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&machine->code_lock);
}

/* ---- forgetting --------------------------------------------------------------------------- */

void engine_forget_all(struct engine *engine)
{
    settle_breaking_event(engine->cpu);
    for (uint32_t i = 1; i < engine->cell_count; i++) {
        struct block *block = engine->cells[i].block;
        for (uint64_t line = block->absolute >> 6;
             line <= (block->absolute + block->bytes - 1) >> 6; line++)
            if (engine->lines[line]) {
                engine->lines[line] = 0;
                keep_code(engine->cpu, line, 0);
            }
    }
    memset(engine->buckets, 0, sizeof engine->buckets);
    memset(engine->jumps, 0, sizeof engine->jumps);
    memset(engine->cpu->translations, 0, sizeof engine->cpu->translations);
    engine->cell_count = 1;
    engine->used = 0;
    engine->context_count = 1;
    memset(engine->recent, 0, sizeof engine->recent);
    engine->from = NULL;
    engine->flush_wanted = false;
    purge_access_entries(engine->cpu);
    context_changed(engine->cpu);
}

static unsigned slots_of(const struct op *op)
{
    return op->slots;
}

/* Behind a block's slots: for each halfword of its code the slot of the instruction that
 * begins there. */
enum { NO_SLOT = 0xFF };

static uint8_t *slot_map(const struct block *block)
{
    return (uint8_t *)(uintptr_t)(block->slots + block->slot_count);
}

static void empty(struct block *block, unsigned slot)
{
    struct op *op = &block->slots[slot].op;
    op->run = op_stale;
    if (unlikely(op->after_fused))
        op[-1].run = op_stale;
}

/* Empty the operations of a block that lie in the range: they decode themselves anew
 * when they are reached. Nothing else of the block is touched: it may be running. */
static void empty_operations(struct block *block, uint64_t from, uint64_t to)
{
    const uint8_t *slot_at = slot_map(block);
    unsigned start = from > block->absolute ? (unsigned)(from - block->absolute) >> 1 : 0;
    unsigned end = (unsigned)(to - block->absolute + 1) >> 1;
    if (end > block->bytes / 2u)
        end = block->bytes / 2u;
    while (start > 0 && slot_at[start] == NO_SLOT)
        start--;
    for (unsigned halfword = start; halfword < end; halfword++)
        if (slot_at[halfword] != NO_SLOT)
            empty(block, slot_at[halfword]);
}

static struct block **bucket_of(struct engine *engine, uint64_t absolute, uint64_t ia)
{
    uint64_t hash = (absolute >> 1) * 0x9E3779B97F4A7C15u ^ ia * 0xC2B2AE3D27D4EB4Fu;
    return &engine->buckets[hash >> 40 & (BUCKETS - 1)];
}

/* What stands at the front of a dead block, to lead on to its successor: if it was met by a jump,
 * not to itself. */
static HANDLER(dead)
{
    const struct block *block = block_of(op);
    struct jump *jump = jump_for(cpu->engine, block->ia);
    if (jump->to == block)
        *jump = (struct jump){ 0 };
    return op_fall(cpu, op);
}

static void remove_from_lines(struct engine *engine, struct block *block)
{
    for (uint64_t line = block->absolute >> 6;
         line <= (block->absolute + block->bytes - 1) >> 6; line++) {
        uint32_t bits = 0;
        for (uint32_t *at = &engine->lines[line]; *at;) {
            struct line_cell *cell = &engine->cells[*at];
            if (cell->block == block) {
                *at = cell->next;
                continue;
            }
            bits |= halfwords(line, cell->block->absolute,
                              cell->block->absolute + cell->block->bytes);
            at = &cell->next;
        }
        keep_code(engine->cpu, line, bits);
    }
}

/* A block dies: nobody finds it any more, and who still has a link or jump to it is led
 * on by what it now begins with. Not while it runs. */
static void kill(struct engine *engine, struct block *block)
{
    for (struct block **at = bucket_of(engine, block->absolute, block->ia); *at; at = &(*at)->next)
        if (*at == block) {
            *at = block->next;
            break;
        }
    remove_from_lines(engine, block);
    block->slots[0].op = (struct op){ .run = op_dead, .row = UINT16_MAX,
                                      .left = (uint8_t)block->count };
    block->slots[1].link = (struct link){ 0 };
    block->count = (uint16_t)(block->count ? block->count : 1);
}

void engine_forget_code(struct engine *engine, uint64_t absolute, uint64_t length)
{
    for (uint64_t line = absolute >> 6;
         line <= (absolute + length - 1) >> 6 && line < engine->line_count; line++)
        for (uint32_t i = engine->lines[line], next; i; i = next) {
            struct block *block = engine->cells[i].block;
            next = engine->cells[i].next;
            if (block->absolute < absolute + length && block->absolute + block->bytes > absolute)
                kill(engine, block);
        }
}

static void post(struct engine *engine, uint64_t absolute, uint64_t length)
{
    pthread_mutex_lock(&engine->lock);
    if (engine->posted_count < MAX_POSTED) {
        engine->posted[engine->posted_count].address = absolute;
        engine->posted[engine->posted_count].length = length;
    }
    if (engine->posted_count <= MAX_POSTED)
        engine->posted_count++;
    pthread_mutex_unlock(&engine->lock);
    cpu_attend(engine->cpu, ATTEND_INVALIDATE);
}

void engine_take_posted(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    unsigned count = engine->posted_count;
    engine->posted_count = 0;
    if (count > MAX_POSTED)
        engine_forget_all(engine);
    for (unsigned i = 0; i < count && count <= MAX_POSTED; i++)
        engine_forget_code(engine, engine->posted[i].address, engine->posted[i].length);
    pthread_mutex_unlock(&engine->lock);
}

void storage_changed(struct machine *machine, uint64_t absolute, uint64_t length)
{
    if (!length || !code_in(machine, absolute, length))
        return;
    unsigned holders = holders_of(machine, absolute, length);
    for (int i = 0; i < machine->ncpus; i++)
        if (holders >> i & 1)
            post(machine->cpus[i]->engine, absolute, length);
}

static bool overlaps(const struct block *block, uint64_t absolute, uint64_t length)
{
    return absolute + length - 1 - block->absolute < block->bytes + length - 1;
}

/* Where a branch leads to, a block begins that others go on into, so that a store may hit
 * several. The one that begins last is to have the code for itself from now on: the others
 * die, and when they are decoded again they end before it. */
static void leave_alone(struct engine *engine, uint64_t line, uint64_t absolute, uint64_t length,
                        const struct block *running)
{
    struct block *last = NULL;
    for (uint32_t i = engine->lines[line]; i; i = engine->cells[i].next) {
        struct block *block = engine->cells[i].block;
        if (overlaps(block, absolute, length) && (!last || block->absolute > last->absolute))
            last = block;
    }
    if (!last)
        return;
    for (uint32_t i = engine->lines[line], next; i; i = next) {
        struct block *block = engine->cells[i].block;
        next = engine->cells[i].next;
        if (block->absolute < last->absolute && block != running &&
            overlaps(block, absolute, length)) {
            last->alone = true;
            kill(engine, block);
        }
    }
}

/* A block is hit again and again without being executed: it is data by now. */
static void hit(struct engine *engine, struct block *block, const struct block *running,
                uint64_t absolute, uint64_t length)
{
    if (block != running && ++block->hits > 4)
        kill(engine, block);
    else
        empty_operations(block, absolute, absolute + length);
}

/* Empty what a store has hit in a line. */
static void stored_in_line(struct engine *engine, uint64_t line, uint64_t absolute, uint64_t length,
                           const struct block *running)
{
    unsigned blocks = 0;
    for (uint32_t i = engine->lines[line], next; i; i = next) {
        struct block *block = engine->cells[i].block;
        next = engine->cells[i].next;
        if (!overlaps(block, absolute, length))
            continue;
        hit(engine, block, running, absolute, length);
        blocks++;
    }
    if (unlikely(blocks > 1))
        leave_alone(engine, line, absolute, length, running);
}

static void tell_others(const struct cpu *cpu, uint64_t absolute, uint64_t length)
{
    unsigned holders = holders_of(cpu->machine, absolute, length);
    for (int i = 0; i < cpu->machine->ncpus; i++)
        if (cpu->machine->cpus[i] != cpu && holders >> i & 1)
            post(cpu->machine->cpus[i]->engine, absolute, length);
}

void code_stored(struct cpu *cpu, uint64_t absolute, uint64_t length)
{
    const struct block *running = cpu->op ? block_of(cpu->op) : NULL;
    uint64_t line = absolute >> 6, last = (absolute + length - 1) >> 6;
    do
        stored_in_line(cpu->engine, line, absolute, length, running);
    while (unlikely(line++ != last));
    if (unlikely(cpu->machine->ncpus > 1))
        tell_others(cpu, absolute, length);
}

static void forget_known_states(struct engine *engine)
{
    memset(engine->known, 0xFF, sizeof engine->known);
}

void engine_flush(struct cpu *cpu)
{
    cpu->engine->flush_wanted = true;
    forget_known_states(cpu->engine);
    cpu->context = CONTEXT_UNCACHED;
    cpu->code_context = CONTEXT_UNCACHED;
    atomic_store_explicit(&cpu->floor, INT32_MAX, memory_order_relaxed);
}

/* ---- contexts ----------------------------------------------------------------------------------- */

/* In the access-register mode operands have a context of their own, in which nothing is ever
 * kept: so they go the slow way, where a register tells which context is meant; select-space.c
 * makes that one the current one the next time. */
enum { CONTEXT_DAT = 1 << 9, CONTEXT_REGISTERS = 1 << 11, CONTEXT_FETCH_ONLY = 1 << 12 };

static inline struct context_key context_key(const struct cpu *cpu, uint64_t designation,
                                              uint8_t key, unsigned more)
{
    /* Low-address protection and its like, key size, translation format, enhanced DAT. */
    enum { CR0_BITS = 0x13F80000 };
    return (struct context_key){
        designation,
        key | (uint64_t)cpu->psw.problem << 8 | (uint64_t)per_watches_stores(cpu) << 10 | more |
            (cpu->cr[0] & CR0_BITS) << 16
    };
}

static inline struct context_key key_of_space(const struct cpu *cpu, enum space_control space)
{
    if (!psw_dat(&cpu->psw))
        return context_key(cpu, 0, cpu->psw.key, 0);
    if (space == SPACE_CONTROL_REGISTERS)
        return context_key(cpu, 0, cpu->psw.key, CONTEXT_DAT | CONTEXT_REGISTERS);
    return context_key(cpu, designation_of(cpu, space), cpu->psw.key, CONTEXT_DAT);
}

/* What the access-register mode has decoded is its own. */
static inline struct context_key key_of_instructions(const struct cpu *cpu, enum space_control from)
{
    struct context_key key = key_of_space(cpu, from);
    if (psw_by_registers(&cpu->psw))
        key.rest |= CONTEXT_REGISTERS;
    return key;
}

/* Numbers are never used again before a flush, so whatever carries a retired one is
 * simply never met. */
static bool is_retired(const struct engine *engine, const struct context *context)
{
    return context->key.rest & CONTEXT_DAT && context->epoch != engine->epoch;
}

/* The number of what a key stands for, a new one if need be; 0 if there are no more. */
static inline unsigned context_number(struct engine *engine, struct context_key key)
{
    uint64_t hash = (key.designation ^ key.rest * 0x9E3779B97F4A7C15u) * 0xC2B2AE3D27D4EB4Fu;
    uint16_t *first = &engine->recent[hash >> 56 & ~(uint64_t)(NEIGHBOURS - 1)], *recent = first;
    uint16_t number = (uint16_t)engine->context_count, place = number;
    for (; recent < first + NEIGHBOURS && *recent; recent++) {
        const struct context *known = &engine->contexts[*recent];
        if (known->key.designation != key.designation || known->key.rest != key.rest)
            continue;
        if (!is_retired(engine, known))
            return *recent;
        place = known->place;
        break;
    }
    if (number == CONTEXT_UNCACHED)
        return 0;
    if (recent == first + NEIGHBOURS)
        recent = first + number % NEIGHBOURS;
    *recent = number;
    engine->contexts[number] = (struct context){ key, engine->epoch, place };
    engine->context_count++;
    return number;
}

static void use_contexts(struct cpu *cpu, unsigned operands, unsigned instructions)
{
    cpu->context = operands;
    cpu->code_context = instructions;
    cpu->context_spread = spread_of(cpu->engine, operands);
    cpu->code_spread = spread_of(cpu->engine, instructions);
}

/* What counts of the PSW. */
static inline uint32_t psw_state(const struct psw *psw)
{
    return (psw->system_mask & (EC_DAT | EC_PER)) | (uint32_t)psw->problem |
           (uint32_t)psw->key << 8 | (uint32_t)psw->space << 16 |
           (uint32_t)psw->extended_control << 18;
}

static inline struct known_state *known_state(struct engine *engine, uint32_t state)
{
    /* Problem state, translation and space; with a key, elsewhere. */
    return &engine->known[((state & 5) | (state >> 15 & 2) | (state >> 14 & 8)) ^ (state >> 12 & 15)];
}

static void find_contexts(struct cpu *cpu)
{
    struct engine *engine = cpu->engine;
    enum space_control fetched_from = instruction_space(cpu);
    cpu->slow = atomic_load(&cpu->machine->observer.watching) ||
                (psw_per(&cpu->psw) && per_active(cpu)) ||
                (cpu->cr[12] && tracing_branches(cpu));
    cpu->fpr_missing = has_all_fpr(cpu) ? 0 : 9;
    if (engine->flush_wanted)
        return;
    unsigned number = context_number(engine, key_of_space(cpu, cpu->psw.space)), code = number;
    if (fetched_from != cpu->psw.space)
        code = context_number(engine, key_of_instructions(cpu, fetched_from));
    if (!number || !code) {
        engine_flush(cpu);
        return;
    }
    use_contexts(cpu, number, code);
    if (!cpu->slow) {
        uint32_t state = psw_state(&cpu->psw);
        *known_state(engine, state) = (struct known_state){ state, (uint16_t)number, (uint16_t)code };
    }
}

void context_changed(struct cpu *cpu)
{
    forget_known_states(cpu->engine);
    if (unlikely(cpu->register_spaces_kept))
        forget_spaces(cpu);
    find_contexts(cpu);
}

/* Programs change between few states of the PSW, and that often. */
void psw_changed(struct cpu *cpu)
{
    uint32_t state = psw_state(&cpu->psw);
    const struct known_state *known = known_state(cpu->engine, state);
    if (unlikely(known->state != state)) {
        find_contexts(cpu);
        return;
    }
    cpu->slow = false;
    use_contexts(cpu, known->context, known->code_context);
}

unsigned context_for(struct cpu *cpu, uint64_t designation, uint8_t key, bool fetch_only)
{
    if (cpu->engine->flush_wanted)
        return 0;
    return context_number(cpu->engine,
                          context_key(cpu, designation, key,
                                      CONTEXT_DAT | (fetch_only ? CONTEXT_FETCH_ONLY : 0)));
}

/* All contexts retire for good: what was translated in them cannot be revived. */
static void retire_contexts(struct cpu *cpu)
{
    memset(cpu->engine->recent, 0, sizeof cpu->engine->recent);
    context_changed(cpu);
}

void engine_purge(struct cpu *cpu)
{
    purge_access_entries(cpu);
    retire_contexts(cpu);
}

/* Those with translation on retire. */
void purge_translations(struct cpu *cpu)
{
    cpu->engine->epoch++;
    context_changed(cpu);
}

/* The translations of a block, whatever the context; if there is code in it, also the
 * links and jumps that avoid a fetch's check of the key. Most blocks have neither. */
static void forget_block_here(struct cpu *cpu, uint64_t absolute)
{
    uint8_t *kept = &cpu->engine->kept[absolute >> BLOCK_SHIFT];
    if (!*kept)
        return;
    *kept = 0;
    for (struct translation *t = cpu->translations; t < cpu->translations + TRANSLATIONS; t++)
        if (((t->read_tag + t->offset) & ~(uint64_t)BLOCK_MASK) == absolute)
            t->read_tag = t->write_tag = 0;
    for (uint64_t line = absolute >> 6; line < (absolute + BLOCK_SIZE) >> 6; line++)
        if (cpu->engine->lines[line]) {
            retire_contexts(cpu);
            return;
        }
}

void forget_storage_block(struct cpu *cpu, uint64_t absolute)
{
    struct machine *machine = cpu->machine;
    absolute &= ~(uint64_t)BLOCK_MASK;
    if (absolute < machine->options.mainsize)
        forget_block_here(cpu, absolute);
    for (int i = 0; i < machine->ncpus; i++)
        if (machine->cpus[i] != cpu)
            cpu_attend(machine->cpus[i], ATTEND_PURGE);
}

/* ---- decoding ------------------------------------------------------------------------------------- */

/* Decode the instruction's bytes into the slots at `op`; the flags that hold for it. */
static uint8_t decode_slots(const struct cpu *cpu, const uint8_t bytes[6], uint64_t ia, struct op *op)
{
    const struct instruction *row = decode(bytes, ia, cpu, op);
    if (!row)
        return ENDS_BLOCK;
    uint8_t flags = row->flags;
    if (op->run == row->run)
        specialise(op, &flags);
    for (unsigned i = 1; i < op->slots; i++)
        op[i] = (struct op){ .row = UINT16_MAX };
    return flags;
}

/* An operation whose bytes have changed decodes itself anew, in place if what is there
 * now has the same length and slots, and else as a new block. */
static const struct op *op_stale(struct cpu *cpu, const struct op *stale)
{
    enum { STRUCTURE = BRANCH | ENDS_BLOCK | EXECUTES };
    struct op *op = (struct op *)(uintptr_t)stale;
    struct block *block = block_of(op);
    const struct instruction *before = instruction_row(op->row);
    uint8_t bytes[6];
    struct op fresh;
    /* More bytes than it has do no harm, and there are some behind the end of storage. */
    memcpy(bytes, cpu->storage + block->absolute + op->offset, sizeof bytes);
    const struct instruction *row = before;
    if (likely(before && before->opcode == bytes[0]))
        decode_as(before, bytes, instruction_address(op), cpu, &fresh);
    else
        row = decode(bytes, instruction_address(op), cpu, &fresh);
    if (row && fresh.run == row->run) {
        uint8_t flags = row->flags;
        specialise(&fresh, &flags);
    }
    /* A branch that is taken always now may stand in the middle: it gives back what is
     * left of the block as any other. */
    if (row && before && fresh.length == op->length &&
        ((row->flags ^ before->flags) & STRUCTURE) == 0) {
        fresh.offset = op->offset;
        fresh.index = op->index;
        fresh.left = op->left;
        *op = fresh;
        block->hits = 0;
        GO(op);
    }
    cpu->budget += op->left + 1;
    cpu->psw.ia = instruction_address(op);
    kill(cpu->engine, block);
    return NULL;
}

/* The bytes of the instruction at `ia`, which may lie in two blocks of storage. */
static int fetch_instruction(struct cpu *cpu, uint64_t ia, uint8_t bytes[6], uint64_t *absolute)
{
    cpu->op = NULL;
    if (ia & 1)
        program_interrupt(cpu, PGM_SPECIFICATION);
    *absolute = translate(cpu, ia, ACCESS_INSTRUCTION, current_access(cpu));
    bytes[0] = cpu->storage[*absolute];
    int length = instruction_length(bytes[0]);
    int first = (int)(BLOCK_SIZE - (*absolute & BLOCK_MASK));
    if (first > length)
        first = length;
    memcpy(bytes, cpu->storage + *absolute, (size_t)first);
    if (first < length) {
        uint64_t rest = translate(cpu, (ia + (unsigned)first) & cpu->address_mask,
                                  ACCESS_INSTRUCTION, current_access(cpu));
        memcpy(bytes + first, cpu->storage + rest, (size_t)(length - first));
    }
    return length;
}

static void add_end(struct block *block, unsigned slot, unsigned offset, op_handler *run)
{
    block->slots[slot].op = (struct op){ .run = run, .offset = (uint16_t)offset,
                                         .index = (uint8_t)slot, .row = UINT16_MAX };
    block->slots[slot + 1].link = (struct link){ 0 };
}

static void engine_decode_into_scratch(struct engine *engine, const uint8_t bytes[6], int length)
{
    struct block *block = engine->scratch;
    struct op *op = &block->slots[0].op;
    block->count = 1;
    block->bytes = (uint16_t)length;
    decode_slots(engine->cpu, bytes, block->ia, op);
    for (unsigned i = 0; i < slots_of(op); i++)
        block->slots[i].op.index = (uint8_t)i;
    add_end(block, slots_of(op), (unsigned)length, op_leave);
}


struct block *engine_decode_one(struct engine *engine, uint64_t ia, uint8_t bytes[6], int *length)
{
    uint64_t absolute;
    memset(bytes, 0, 6);
    *length = fetch_instruction(engine->cpu, ia, bytes, &absolute);
    *engine->scratch = (struct block){ .ia = ia, .absolute = absolute, .scratch = true };
    engine_decode_into_scratch(engine, bytes, *length);
    return engine->scratch;
}

/* Number the instructions from the end: how many come after each. */
static void count_what_is_left(struct block *block)
{
    struct op *op = &block->slots[0].op;
    for (int left = block->count - 1; left >= 0; left--) {
        op->left = (uint8_t)left;
        op += slots_of(op);
    }
}

static void map_slots(struct block *block)
{
    uint8_t *slot_at = slot_map(block);
    memset(slot_at, NO_SLOT, block->bytes / 2u);
    const struct op *op = &block->slots[0].op;
    for (int i = 0; i < block->count; i++, op += slots_of(op))
        slot_at[op->offset / 2u] = op->index;
}

/* Does a block begin here that is to have its code for itself? */
static bool is_anothers(const struct engine *engine, uint64_t absolute)
{
    for (uint32_t i = engine->lines[absolute >> 6]; i; i = engine->cells[i].next) {
        const struct block *block = engine->cells[i].block;
        if (block->absolute == absolute && block->alone)
            return true;
    }
    return false;
}

/* Decode from `ia` on, to the end of the 2K block of storage at most. The first
 * instruction's bytes are given: it may lie in two, and then stands alone. */
static void decode_block(struct engine *engine, struct block *block, const uint8_t first[6],
                         int first_length)
{
    struct cpu *cpu = engine->cpu;
    unsigned offset = 0, slot = 0;
    unsigned room = BLOCK_SIZE - (unsigned)(block->absolute & BLOCK_MASK);
    const uint8_t *code = cpu->storage + block->absolute;
    uint8_t flags = 0;
    struct op *previous = NULL;
    do {
        uint8_t bytes[6] = { 0 };
        unsigned length = (unsigned)instruction_length(offset ? code[offset] : first[0]);
        if (offset && offset + length > room)
            break;
        memcpy(bytes, offset ? code + offset : first, offset ? length : (unsigned)first_length);
        struct op *op = &block->slots[slot].op;
        flags = decode_slots(cpu, bytes, block->ia + offset, op);
        op->offset = (uint16_t)offset;
        unsigned end = slot + slots_of(op);
        for (; slot < end; slot++)
            block->slots[slot].op.index = (uint8_t)slot;
        op_handler *fused = previous ? fuse(previous, op) : NULL;
        if (fused) {
            previous->run = fused;
            op->after_fused = 1;
        }
        previous = op;
        offset += length;
        block->count++;
    } while (offset < room && block->count < MAX_BLOCK && !(flags & (ENDS_BLOCK | ALWAYS)) &&
             !is_anothers(engine, block->absolute + offset));
    block->bytes = (uint16_t)offset;
    block->slot_count = (uint16_t)(slot + 2);
    map_slots(block);
    add_end(block, slot, offset, flags & ENDS_BLOCK ? op_leave : op_fall);
    count_what_is_left(block);
}

static void enter_in_lines(struct engine *engine, struct block *block)
{
    for (uint64_t line = block->absolute >> 6;
         line <= (block->absolute + block->bytes - 1) >> 6 && line < engine->line_count; line++) {
        engine->cells[engine->cell_count] = (struct line_cell){ block, engine->lines[line] };
        engine->lines[line] = engine->cell_count++;
    }
    mark_code(engine->cpu, block->absolute, block->bytes);
}

static size_t block_size(const struct block *block)
{
    return (sizeof *block + block->slot_count * sizeof(union slot) + block->bytes / 2u + 63) &
           ~(size_t)63;
}

/* An instruction that lies in two 2K blocks: are they apart in storage? Then what is
 * decoded holds for this visit only. If not, the mapping of the second is checked. */
static bool lies_apart(struct cpu *cpu, uint64_t ia, uint64_t absolute)
{
    uint64_t room = BLOCK_SIZE - (absolute & BLOCK_MASK);
    if ((uint64_t)instruction_length(cpu->storage[absolute]) <= room)
        return false;
    return translate(cpu, (ia + room) & cpu->address_mask, ACCESS_INSTRUCTION,
                     current_access(cpu)) != absolute + room;
}

static struct block *find_by_absolute(struct engine *engine, uint64_t ia, uint64_t absolute)
{
    struct cpu *cpu = engine->cpu;
    uint32_t mode = cpu->psw.problem | (uint32_t)psw_by_registers(&cpu->psw) << 1;
    bool apart = lies_apart(cpu, ia, absolute);
    struct block **bucket = bucket_of(engine, absolute, ia);
    for (struct block *block = *bucket; block && !apart; block = block->next)
        if (block->absolute == absolute && block->ia == ia && block->mode == mode)
            return block;
    uint8_t first[6];
    int length = fetch_instruction(cpu, ia, first, &absolute);
    struct block *block = apart ? engine->scratch
                                : (struct block *)(engine->arena + engine->used);
    *block = (struct block){ .ia = ia, .absolute = absolute, .mode = mode, .scratch = apart };
    if (apart) {
        engine_decode_into_scratch(engine, first, length);
        return block;
    }
    decode_block(engine, block, first, length);
    engine->used += block_size(block);
    block->next = *bucket;
    *bucket = block;
    enter_in_lines(engine, block);
    return block;
}

static bool nearly_full(const struct engine *engine)
{
    return engine->used > ARENA_SIZE - ARENA_SLACK ||
           engine->cell_count > engine->cell_room - 2 * MAX_BLOCK;
}

/* A link stands behind the operation that branches. What is in its fourth word is EXECUTE's. */
static void set_link(const struct cpu *cpu, struct link *link, struct block *to)
{
    const struct op *op = (const struct op *)link - 1;
    link->target = to->ia;
    link->context = (uint32_t)cpu->code_context;
    link->cost = to->count - op->left;
    link->to = &to->slots[0].op;
}

struct block *engine_find_block(struct engine *engine, uint64_t ia)
{
    struct cpu *cpu = engine->cpu;
    if (engine->flush_wanted || nearly_full(engine))
        engine_forget_all(engine);
    struct jump *jump = jump_for(engine, ia);
    struct block *block = jump->ia == ia && jump->context == cpu->code_context ? jump->to : NULL;
    if (!block) {
        cpu->op = NULL;
        if (ia & 1)
            program_interrupt(cpu, PGM_SPECIFICATION);
        uint64_t absolute = translate(cpu, ia, ACCESS_INSTRUCTION, current_access(cpu));
        block = find_by_absolute(engine, ia, absolute);
        if (block->scratch) {
            engine->from = NULL;
            return block;
        }
        *jump = (struct jump){ ia, (uint32_t)cpu->code_context, block };
    }
    if (engine->from) {
        set_link(cpu, engine->from, block);
        engine->from = NULL;
    }
    return block;
}

const struct op *branch_slow(struct cpu *cpu, const struct op *op, uint64_t target)
{
    struct engine *engine = cpu->engine;
    struct block *block = block_of(op);
    cpu->psw.ia = target;
    cpu->budget += op->left;
    if (block->scratch) {
        settle_breaking_event(cpu);
        cpu->branched = op->run != op_leave;
        return NULL;
    }
    if (cpu->slow || engine->flush_wanted || (target & 1))
        return NULL;
    struct jump *jump = jump_for(engine, target);
    struct link *link = (struct link *)(op + 1);
    if (jump->ia == target && jump->context == cpu->code_context) {
        cpu->budget -= op->left;        /* the link's cost has it */
        set_link(cpu, link, jump->to);
        return follow(cpu, link);
    }
    engine->from = link;
    return NULL;
}

const struct op *enter_slow(struct cpu *cpu, const struct op *first)
{
    const struct block *to = block_of(first);
    cpu->budget += to->count;
    cpu->psw.ia = to->ia;
    return NULL;
}

/* ---- for the operator ------------------------------------------------------------------ */

bool cpu_decoded_at(const struct cpu *cpu, uint64_t absolute, struct decoded_code *code)
{
    const struct engine *engine = cpu->engine;
    uint32_t cell = absolute >> 6 < engine->line_count ? engine->lines[absolute >> 6] : 0;
    for (; cell; cell = engine->cells[cell].next) {
        const struct block *block = engine->cells[cell].block;
        if (absolute - block->absolute >= block->bytes)
            continue;
        *code = (struct decoded_code){ .ia = block->ia, .absolute = block->absolute,
                                       .bytes = block->bytes, .operations = block->count };
        return true;
    }
    return false;
}

bool cpu_translation(const struct cpu *cpu, unsigned i, struct cached_translation *row)
{
    enum { CONTEXT_MASK = CONTEXTS - 1 };
    const struct translation *t = &cpu->translations[i];
    uint64_t tag = t->read_tag ? t->read_tag : t->write_tag;
    unsigned context = tag & CONTEXT_MASK;
    if (context == 0)
        return false;
    *row = (struct cached_translation){
        .logical = tag & ~(uint64_t)CONTEXT_MASK,
        .absolute = (tag & ~(uint64_t)CONTEXT_MASK) + t->offset,
        .context = context == cpu->context ? 0 : context,
        .fetch = t->read_tag != 0, .store = t->write_tag != 0
    };
    return true;
}
