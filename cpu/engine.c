/* The engine's loop: between blocks it counts, looks for what wants attention, takes
 * interruptions, and goes on. */
#include "cpu/blocks.h"

#include "cpu/spaces.h"

/* Instructions between two looks at the clocks when nothing else asks for attention. */
enum { SLICE = 16384 };

_Noreturn void program_interrupt(struct cpu *cpu, enum program_code code)
{
    longjmp(cpu->unwind, code);
}

/* ---- counting ---------------------------------------------------------------- */

static uint64_t executed_since_refill(const struct cpu *cpu)
{
    return (uint64_t)(int64_t)(cpu->refill - cpu->budget);
}

uint64_t cpu_instructions(const struct cpu *cpu)
{
    return cpu->instructions + executed_since_refill(cpu);
}

static void pass_time(struct cpu *cpu)
{
    struct machine *machine = cpu->machine;
    uint64_t count = cpu->instructions - cpu->clocked;
    cpu->clocked = cpu->instructions;
    if (machine->clock.is_virtual)
        clock_advance(&machine->clock,
                      count * CLOCK_NS_PER_INSTRUCTION / (unsigned)machine->ncpus);
}

static void refill(struct cpu *cpu, int32_t budget)
{
    cpu->instructions += executed_since_refill(cpu);
    cpu->refill = cpu->budget = budget;
    pass_time(cpu);
}

void engine_sync_clock(struct cpu *cpu)
{
    if (!cpu->machine->clock.is_virtual)
        return;
    /* The block has paid for what comes after this operation already. */
    int32_t ahead = cpu->op ? cpu->op->left : 0;
    cpu->instructions += executed_since_refill(cpu) - (unsigned)ahead;
    cpu->refill = cpu->budget + ahead;
    pass_time(cpu);
}

/* ---- program interruptions ------------------------------------------------------ */

/* An exception came out of an operation, or out of the fetch of one (cpu->op is NULL).
 * The old PSW's address: of the instruction itself if it is nullified, else of the next
 * one. For a fetch the length is not known: 2 is stored (GA22 6-7 leaves it open). */
static void interrupted(struct cpu *cpu, int code)
{
    const struct op *op = cpu->op;
    int ilc = 2;
    cpu->engine->from = NULL;
    if (op) {
        ilc = op->ilc;
        cpu->psw.ia = instruction_address(op);
        cpu->budget += op->left;
    } else {
        cpu->budget--;      /* it counts, though nothing was fetched: time must pass */
    }
    if (!program_nullifies(code))
        cpu->psw.ia = (cpu->psw.ia + (unsigned)ilc) & cpu->address_mask;
    cpu->op = NULL;
    take_program_interruption(cpu, code, ilc);
}

/* ---- between blocks ----------------------------------------------------------------- */

/* Attend to what other threads asked for; false if the CPU is to leave the loop. */
static bool attend(struct cpu *cpu)
{
    uint32_t pending = atomic_load(&cpu->pending);
    if (pending & ATTEND_INVALIDATE) {
        atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_INVALIDATE);
        engine_take_posted(cpu->engine);
    }
    if (pending & ATTEND_PURGE) {
        atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_PURGE);
        engine_purge(cpu);
        context_changed(cpu);       /* the observer may have begun to watch, or ended */
    }
    if (pending & ATTEND_SERVICE) {      /* another CPU may have taken it */
        atomic_fetch_and(&cpu->pending, ~(uint32_t)ATTEND_SERVICE);
        if (service_signal_pending(cpu->machine) || completion_pending(cpu->machine))
            atomic_fetch_or(&cpu->pending, ATTEND_SERVICE);
    }
    return !(pending & (ATTEND_STOP | ATTEND_QUIT | ATTEND_RESTART | ATTEND_RESET | ATTEND_INITIAL));
}

/* A clock has come due and the masks let its interruption in. CR0 has a mask for each;
 * PSW bit 7 is the external mask in both modes. */
static bool timer_interrupts(const struct cpu *cpu)
{
    return unlikely(cpu->timers_due & cpu->cr[0]) && (cpu->psw.system_mask & EC_EXTERNAL);
}

static void look_at_timers(struct cpu *cpu)
{
    enum { CR0_CLOCK_COMPARATOR = 0x800, CR0_CPU_TIMER = 0x400 };
    timer_refresh(cpu);
    cpu->timers_due = (clock_comparator_due(cpu) ? CR0_CLOCK_COMPARATOR : 0) |
                      (cpu_timer_due(cpu) ? CR0_CPU_TIMER : 0);
}

/* A new PSW may let the same interruption in again, and again: on the hardware nothing but a
 * reset ends such a string (GA22 6-32). Time passes, and the caller may look at it. */
enum { MANY_INTERRUPTIONS = 100 };

/* Does something pend that the PSW does not keep out, whatever control registers say? A system
 * that runs disabled may have an interruption pending for long. */
static bool attention_due(const struct cpu *cpu)
{
    enum { EXTERNAL = ATTEND_INTERRUPT_KEY | ATTEND_MALFUNCTION | ATTEND_EMERGENCY | ATTEND_CALL |
                      ATTEND_INTERVAL_TIMER | ATTEND_SERVICE };
    uint32_t pending = atomic_load_explicit(&cpu->pending, memory_order_relaxed);
    if (likely(!pending))
        return false;
    if (!psw_external(&cpu->psw))
        pending &= ~(uint32_t)EXTERNAL;
    /* A channel report is a machine check. */
    if (!psw_io(&cpu->psw) && !(cpu->psw.machine_check && cpu->arch->channel_reports))
        pending &= ~(uint32_t)ATTEND_IO;
    return pending;
}

static bool budget_used(const struct cpu *cpu)
{
    return cpu->budget < atomic_load_explicit(&cpu->floor, memory_order_relaxed) ||
           cpu->refill == 0;
}

/* Does the PSW let the CPU go on, and neither a request nor a clock keep it from that? */
static bool undisturbed(const struct cpu *cpu)
{
    return !attention_due(cpu) && !cpu->psw.wait && !cpu->psw.malformed && !timer_interrupts(cpu);
}

/* Counters, clocks, requests and interruptions, until the CPU may execute. False: leave. */
static bool look(struct cpu *cpu)
{
    bool expired = budget_used(cpu);
    if (likely(!expired && undisturbed(cpu)))
        return true;
    if (expired || cpu->psw.wait) {
        atomic_store(&cpu->floor, 0);
        refill(cpu, SLICE);
        look_at_timers(cpu);
    } else if (timer_interrupts(cpu)) {
        look_at_timers(cpu);
    }
    int in_a_row = 0;
    do {
        if (!attend(cpu) || !cpu->started)
            return false;
        if (++in_a_row > MANY_INTERRUPTIONS) {
            clock_advance(&cpu->machine->clock, MANY_INTERRUPTIONS * CLOCK_NS_PER_INSTRUCTION);
            return false;
        }
        if (cpu->psw.malformed) {
            cpu->op = NULL;
            cpu->psw.malformed = false;
            take_program_interruption(cpu, PGM_SPECIFICATION, 0);
            continue;
        }
    } while (take_interruption(cpu));
    if (cpu->psw.wait || cpu->instructions >= cpu->until)
        return false;
    if (cpu->engine->flush_wanted)
        engine_forget_all(cpu->engine);
    if (expired && cpu->until - cpu->instructions < SLICE)
        refill(cpu, (int32_t)(cpu->until - cpu->instructions));
    return true;
}

static void run_from(struct cpu *cpu, const struct op *op)
{
    while (op)
        op = op->run(cpu, op);
}

/* What the loop would do in most cases, without going there. In slow mode, and where an
 * instruction stands in two blocks of storage, the operation is alone. */
const struct op *resume(struct cpu *cpu, const struct op *op)
{
    uint64_t ia = cpu->psw.ia;
    const struct jump *jump = jump_for(cpu->engine, ia);
    if (unlikely(jump->ia != ia || jump->context != cpu->code_context || budget_used(cpu) ||
                 !undisturbed(cpu) || cpu->slow || block_of(op)->scratch))
        return NULL;
    cpu->budget -= jump->to->count;
    GO(&jump->to->slots[0].op);
}

/* Slow mode: one instruction, watched. False if the observer stops the CPU. */
static bool step(struct cpu *cpu)
{
    struct observer *observer = &cpu->machine->observer;
    uint8_t bytes[6];
    int length;
    struct block *block = engine_decode_one(cpu->engine, cpu->psw.ia, bytes, &length);
    bool watched = atomic_load(&observer->watching);
    if (watched && observer->before &&
        !observer->before(observer->context, cpu, block->ia, bytes, length)) {
        cpu_stop(cpu);
        return false;
    }
    cpu->branched = false;
    cpu->budget--;
    per_before(cpu, &block->slots[0].op);
    trace_before(cpu, &block->slots[0].op);
    run_from(cpu, &block->slots[0].op);
    cpu->op = NULL;
    per_after(cpu);
    if (watched && observer->after)
        observer->after(observer->context, cpu);
    return true;
}

void engine_run(struct cpu *cpu, uint64_t limit)
{
    cpu->until = limit == UINT64_MAX ? limit : cpu_instructions(cpu) + limit;
    int code = setjmp(cpu->unwind);
    if (code)
        interrupted(cpu, code);
    while (look(cpu)) {
        if (cpu->slow) {
            if (!step(cpu))
                break;
            continue;
        }
        struct block *block = engine_find_block(cpu->engine, cpu->psw.ia);
        cpu->budget -= block->count;
        run_from(cpu, &block->slots[0].op);
        cpu->op = NULL;
    }
    refill(cpu, 0);
}
