/* The clocks: TOD clock, clock comparator, CPU timer and interval timer (GA22 4-23
 * to 4-31), the last of which is the word at real location 80. */
#include "cpu/control.h"

static uint64_t now_tod(const struct cpu *cpu)
{
    return clock_tod(&cpu->machine->clock);
}

static uint64_t now_ns(const struct cpu *cpu)
{
    return clock_ns(&cpu->machine->clock);
}

/* ---- TOD clock ---------------------------------------------------------------- */

/* A value that no STCK on any CPU has given or will give: the last three bits, some
 * nanoseconds, are the CPU's, and within a CPU each value is greater than the last. */
static uint64_t unique_tod(struct cpu *cpu)
{
    enum { STEP = MAX_CPUS };
    engine_sync_clock(cpu);
    uint64_t tod = (now_tod(cpu) & ~(uint64_t)(STEP - 1)) | cpu->address;
    if (tod <= cpu->last_tod)
        tod = cpu->last_tod + STEP;
    cpu->last_tod = tod;
    return tod;
}

INSTRUCTION(stck)
{
    store8(cpu, address_b2(cpu, op), unique_tod(cpu));
    cpu->psw.cc = 0;
}

INSTRUCTION(stckf)
{
    engine_sync_clock(cpu);
    store8(cpu, address_b2(cpu, op), now_tod(cpu));
    cpu->psw.cc = 0;
}

/* Sixteen bytes: an epoch of zero, the clock, its further bits, which make the value unique
 * and are not zero, and the TOD programmable register (SA22 7-380). */
INSTRUCTION(stcke)
{
    uint8_t bytes[16] = { 0 };
    put64(bytes + 1, unique_tod(cpu));
    bytes[13] = 1;
    put16(bytes + 14, (uint16_t)cpu->tod_programmable);
    store_bytes(cpu, address_b2(cpu, op), bytes, 16);
    cpu->psw.cc = 0;
}

static uint64_t doubleword_operand(struct cpu *cpu, const struct op *op)
{
    uint64_t address = address_b2(cpu, op);
    if (address & 7)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return address;
}

/* The TOD-clock control (the key that enables setting) is always in the enable-set
 * position. There is one clock for all CPUs: it is in synchronism with itself. */
INSTRUCTION(sck)
{
    struct machine *machine = cpu->machine;
    uint64_t tod = fetch8(cpu, doubleword_operand(cpu, op));
    engine_sync_clock(cpu);
    clock_set_tod(&machine->clock, tod);
    cpu->timers_due = UINT32_MAX;
    for (int i = 0; i < machine->ncpus; i++)
        __atomic_store_n(&machine->cpus[i]->last_tod, 0, __ATOMIC_RELAXED);
    cpu->psw.cc = 0;
}

/* PERFORM TIMING FACILITY FUNCTION (SA22 7-310): queries. Our TOD clock is the host's and an offset,
 * which SET CLOCK changes; nobody steers it, so all rates and episodes are zero, and the functions
 * that would are not there. */
enum timing_function { QUERY_FUNCTIONS, QUERY_OFFSET, QUERY_STEERING, QUERY_PHYSICAL_CLOCK,
                       TIMING_QUERIES, FIRST_CONTROL = 64 };

INSTRUCTION(ptff)
{
    static const uint8_t sizes[] = { [QUERY_FUNCTIONS] = 16, [QUERY_OFFSET] = 32,
                                     [QUERY_STEERING] = 56, [QUERY_PHYSICAL_CLOCK] = 8 };
    enum { MODIFIER = 0x80, NOT_AVAILABLE = 3 };
    uint8_t block[56] = { 0 };
    unsigned function = cpu->gr[0].w & 0x7F;
    (void)op;
    if (cpu->gr[0].w & MODIFIER)
        program_interrupt(cpu, PGM_SPECIFICATION);
    if (function >= FIRST_CONTROL && cpu->psw.problem)
        program_interrupt(cpu, PGM_PRIVILEGED);
    cpu->psw.cc = function < TIMING_QUERIES ? 0 : NOT_AVAILABLE;
    if (function >= TIMING_QUERIES)
        return;
    engine_sync_clock(cpu);
    uint64_t offset = (uint64_t)cpu->machine->clock.tod_offset;
    put64(block, now_tod(cpu) - offset);
    if (function == QUERY_OFFSET) {
        put64(block + 8, offset);
        put64(block + 16, offset);      /* the logical partition's is the machine's */
    }
    if (function == QUERY_FUNCTIONS)
        put64(block, ~(UINT64_MAX >> TIMING_QUERIES));
    store_bytes(cpu, cpu->gr[1].d & cpu->address_mask, block, sizes[function]);
}

/* ---- clock comparator ------------------------------------------------------------ */

/* A bit of control register 0 makes clock and comparator signed, so that times before and after
 * the clock's wrap compare rightly. */
bool clock_comparator_due(const struct cpu *cpu)
{
    uint64_t now = now_tod(cpu), then = cpu->clock_comparator;
    return cpu->cr[0] & cpu->arch->signed_comparator ? (int64_t)now > (int64_t)then : now > then;
}

INSTRUCTION(sckc)
{
    cpu->clock_comparator = fetch8(cpu, doubleword_operand(cpu, op));
    cpu->timers_due = UINT32_MAX;   /* the engine is to look, now */
}

INSTRUCTION(stckc)
{
    store8(cpu, doubleword_operand(cpu, op), cpu->clock_comparator);
}

/* ---- CPU timer ---------------------------------------------------------------------- */

static int64_t elapsed_tod(const struct cpu *cpu)
{
    return (int64_t)ns_to_tod(now_ns(cpu));
}

/* The timer wraps from the most negative value to the most positive (GA22, CPU Timer). */
static int64_t wrapping_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

uint64_t cpu_timer(const struct cpu *cpu)
{
    return (uint64_t)(cpu->timers_stand ? cpu->timer_base
                                        : wrapping_add(cpu->timer_base, -elapsed_tod(cpu)));
}

void cpu_set_timer(struct cpu *cpu, uint64_t value)
{
    cpu->timer_base = (int64_t)(cpu->timers_stand ? value : value + (uint64_t)elapsed_tod(cpu));
}

bool cpu_timer_due(const struct cpu *cpu)
{
    return (int64_t)cpu_timer(cpu) < 0;
}

INSTRUCTION(spt)
{
    uint64_t value = fetch8(cpu, doubleword_operand(cpu, op));
    engine_sync_clock(cpu);
    cpu_set_timer(cpu, value);
    cpu->timers_due = UINT32_MAX;
}

INSTRUCTION(stpt)
{
    uint64_t address = doubleword_operand(cpu, op);
    engine_sync_clock(cpu);
    store8(cpu, address, cpu_timer(cpu));
}

/* ---- interval timer -------------------------------------------------------------------- */

/* Bit 23 counts down 300 times a second, so bit 31 does 76,800 times: every 78125/6 ns.
 * The storage of the machine is the timer. What passes is subtracted from whatever is
 * there: a value the program has stored counts from then on. */
enum { INTERVAL_TIMER = 80 };

static uint64_t timer_units(uint64_t ns)
{
    return ns * 6 / 78125;
}

/* The time of the last step, if the timer is not stepped at each unit. */
static uint64_t stepped_ns(const struct cpu *cpu)
{
    uint32_t step = cpu->machine->options.timer_step_ns;
    uint64_t now = now_ns(cpu);
    return step ? now - now % step : now;
}

void timer_refresh(struct cpu *cpu)
{
    uint32_t now = (uint32_t)timer_units(stepped_ns(cpu));
    uint32_t passed = now - cpu->interval_timer_last;
    if (!passed || cpu->timers_stand || !cpu->arch->interval_timer)
        return;
    cpu->interval_timer_last = now;
    uint8_t *timer = real_storage(cpu, INTERVAL_TIMER, 4);
    uint32_t value = get32(timer);
    put32(timer, value - passed);
    real_changed(cpu, INTERVAL_TIMER, 4);
    if (value < 0x80000000 && passed > value)
        atomic_fetch_or(&cpu->pending, ATTEND_INTERVAL_TIMER);
    if (vm_assist_on(cpu))
        vm_assist_interval_timer(cpu, passed);
}

/* Nanoseconds to the step that makes the value, as it was at the last refresh, negative. */
static uint64_t interval_timer_event(struct cpu *cpu)
{
    uint32_t value = get32(real_storage(cpu, INTERVAL_TIMER, 4));
    if (!cpu->arch->interval_timer || value >= 0x80000000)
        return UINT64_MAX;
    uint64_t now = now_ns(cpu), units = timer_units(stepped_ns(cpu));
    uint32_t passed = (uint32_t)units - cpu->interval_timer_last;
    if (passed > value)
        return 0;
    uint64_t at = ((units + (value - passed) + 1) * 78125 + 5) / 6;
    uint32_t step = cpu->machine->options.timer_step_ns;
    if (step)
        at = (at + step - 1) / step * step;
    return at > now ? at - now : 0;
}

/* ---- for the engine ---------------------------------------------------------------------- */

static uint64_t comparator_event(const struct cpu *cpu)
{
    return clock_comparator_due(cpu) ? 0 : tod_to_ns(cpu->clock_comparator - now_tod(cpu)) + 1;
}

static uint64_t cpu_timer_event(const struct cpu *cpu)
{
    return cpu_timer_due(cpu) ? 0 : tod_to_ns(cpu_timer(cpu)) + 1;
}

uint64_t timer_next_event(struct cpu *cpu)
{
    uint64_t next = UINT64_MAX, event;
    if (!psw_external(&cpu->psw))
        return next;
    if (control_bit(cpu, 0, CR0_CLOCK_COMPARATOR) && (event = comparator_event(cpu)) < next)
        next = event;
    if (control_bit(cpu, 0, CR0_CPU_TIMER) && (event = cpu_timer_event(cpu)) < next)
        next = event;
    if (control_bit(cpu, 0, CR0_INTERVAL_TIMER) && (event = interval_timer_event(cpu)) < next)
        next = event;
    return next;
}

void timer_stopped(struct cpu *cpu)
{
    if (cpu->timers_stand)
        return;
    timer_refresh(cpu);
    cpu->timer_base = wrapping_add(cpu->timer_base, -elapsed_tod(cpu));
    cpu->timers_stand = true;
}

void timer_started(struct cpu *cpu)
{
    if (!cpu->timers_stand)
        return;
    cpu->interval_timer_last = (uint32_t)timer_units(stepped_ns(cpu));
    cpu->timer_base = wrapping_add(cpu->timer_base, elapsed_tod(cpu));
    cpu->timers_stand = false;
}
