/* Interruptions: what is pending and allowed, in which order, and what each stores
 * (GA22 chapter 6; locations: 3-44 and on). */
#include "cpu/control.h"

/* Where an interruption leaves its code, and the rest that it stores; what depends on the
 * architecture is in its table. S/370's BC mode has only the CSW. */
enum assigned { CSW = 0x40, EXTERNAL_PARAMETER = 0x80, EXTERNAL_CPU = 0x84, EXTERNAL_CODE = 0x86,
                SVC_CODE = 0x88, PROGRAM_CODE = 0x8C, DATA_EXCEPTION_CODE = 0x90,
                MONITOR_CLASS = 0x94, EXCEPTION_ACCESS = 0xA0, OPERAND_ACCESS = 0xA2, SUBSYSTEM_ID = 0xB8,
                IO_ADDRESS = 0xB9, MACHINE_CHECK_CODE = 0xE8, BREAKING_EVENT = 0x110, WIDE_PARAMETER = 0x11B8 };

uint8_t *assigned_storage(struct cpu *cpu)
{
    uint8_t *low = real_storage(cpu, 0, cpu->arch->prefix_size);
    /* Interruptions store without regard to keys, but they are recorded. */
    uint8_t *key = &cpu->machine->keys[real_to_absolute(cpu, 0) >> BLOCK_SHIFT];
    if ((*key & (KEY_REFERENCE | KEY_CHANGE)) != (KEY_REFERENCE | KEY_CHANGE))
        __atomic_fetch_or(key, KEY_REFERENCE | KEY_CHANGE, __ATOMIC_RELAXED);
    return low;
}

/* An interruption has stored somewhere in the first 512 bytes: is there code? It is asked
 * often, and there hardly ever is. */
static void low_storage_changed(struct cpu *cpu)
{
    uint64_t code[4];
    memcpy(code, &cpu->code_map[real_to_absolute(cpu, 0) >> 6], sizeof code);
    if (code[0] | code[1] | code[2] | code[3])
        real_changed(cpu, 0, 512);
}

/* Old PSW out, new PSW in. The caller has stored the codes that EC mode keeps elsewhere. An
 * observer is told the class by S/370's old PSW. */
static void exchange_psws(struct cpu *cpu, uint8_t *low, enum interruption_class class,
                          uint16_t code, int ilc)
{
    static const uint8_t s370_old[CLASSES] = { 0x08, 0x18, 0x20, 0x28, 0x30, 0x38 };
    struct observer *observer = &cpu->machine->observer;
    void (*note)(void *, struct cpu *, int, uint16_t) =
        __atomic_load_n(&observer->interruption, __ATOMIC_ACQUIRE);
    if (note)
        note(observer->context, cpu, s370_old[class], code);
    psw_store(cpu->arch, &cpu->psw, low + cpu->arch->psw[class].old, code, ilc);
    low_storage_changed(cpu);
    load_psw(cpu, low + cpu->arch->psw[class].new);
}

/* A location of 4 or 8 bytes. */
static void store_wide(const struct cpu *cpu, uint8_t *at, uint64_t value)
{
    if (cpu->arch->wide_codes)
        put64(at, value);
    else
        put32(at, (uint32_t)value);
}

static void forget_attention(struct cpu *cpu, uint32_t reasons)
{
    atomic_fetch_and(&cpu->pending, ~reasons);
}

/* ---- program -------------------------------------------------------------------- */

static bool is_translation(int code)
{
    return code == PGM_SEGMENT_TRANSLATION || code == PGM_PAGE_TRANSLATION ||
           (code >= PGM_ASCE_TYPE && code <= PGM_REGION_THIRD);
}

/* A PER event that is no other's companion nullifies, too: an instruction fetch's. */
bool program_nullifies(int code)
{
    return code == PGM_PER || is_translation(code) || code == PGM_TRACE_TABLE ||
           (code >= PGM_AFX_TRANSLATION && code <= PGM_STACK_OPERATION &&
            code != PGM_ALET_SPECIFICATION);
}

/* An address, ASN or program-call number tells where it was. */
static bool stores_translation_exception(const struct cpu *cpu, int code)
{
    return is_translation(code) || code == PGM_SPACE_SWITCH ||
           (code >= PGM_AFX_TRANSLATION && code <= PGM_LSX_TRANSLATION) ||
           code == PGM_LSTE_SEQUENCE ||
           (code == PGM_PROTECTION && cpu->arch->overrides);
}

/* And the number of an access register in which space (SA22-7201 6-49); but of a malformed
 * ALET there is no word. */
static bool stores_exception_access(const struct cpu *cpu, int code)
{
    return cpu->arch->overrides &&
           (is_translation(code) || code == PGM_PROTECTION ||
            (code >= PGM_ALEN_TRANSLATION && code <= PGM_EXTENDED_AUTHORITY) ||
            code == PGM_ASTE_INSTANCE);
}

/* The new PSW would do nothing but bring the same interruption about again: it is
 * malformed itself, or its first instruction is the one that failed, in the same state. */
static bool loops(const struct psw *old, const struct psw *new, int code, int ilc)
{
    if (new->malformed)
        return true;
    uint64_t wrap = old->amode == AMODE_24 ? 0xFFFFFF : UINT64_MAX;
    uint64_t failed = program_nullifies(code) ? old->ia : (old->ia - (uint64_t)ilc) & wrap;
    return !new->wait && new->ia == failed && new->system_mask == old->system_mask &&
           new->key == old->key && new->extended_control == old->extended_control &&
           new->problem == old->problem && new->space == old->space && new->amode == old->amode;
}

/* It goes to the FPC register, too, if that is there. Decimal instructions set none: 0. */
static void store_data_exception_code(struct cpu *cpu, uint8_t *low)
{
    put32(low + DATA_EXCEPTION_CODE, cpu->data_exception_code);
    if (has_all_fpr(cpu))
        cpu->fpc = (cpu->fpc & ~0xFF00u) | (uint32_t)cpu->data_exception_code << 8;
    cpu->data_exception_code = 0;
}

static void store_program_codes(struct cpu *cpu, uint8_t *low, int code, int ilc)
{
    if (cpu->psw.extended_control)
        put32(low + PROGRAM_CODE, (uint32_t)ilc << 16 | (uint32_t)code);
    if (stores_translation_exception(cpu, code & ~PGM_PER))
        store_wide(cpu, low + cpu->arch->translation_exception, cpu->translation_exception);
    if (stores_exception_access(cpu, code & ~PGM_PER))
        low[EXCEPTION_ACCESS] = cpu->exception_access_id;
    if ((code & ~PGM_PER) == PGM_PAGE_TRANSLATION && cpu->move_page_registers)
        low[OPERAND_ACCESS] = (uint8_t)cpu->move_page_registers;
    cpu->move_page_registers = 0;
    if ((code & ~PGM_PER) == PGM_DATA && cpu->arch->overrides)
        store_data_exception_code(cpu, low);
    if ((code & ~PGM_PER) == PGM_MONITOR) {
        put16(low + MONITOR_CLASS, cpu->monitor_class);
        store_wide(cpu, low + cpu->arch->monitor_code, cpu->monitor_code);
    }
    if (cpu->arch->wide_codes) {
        settle_breaking_event(cpu);
        put64(low + BREAKING_EVENT, cpu->breaking_event);
    }
}

void take_program_interruption(struct cpu *cpu, int code, int ilc_bytes)
{
    struct observer *observer = &cpu->machine->observer;
    uint8_t *low = assigned_storage(cpu);
    int cause = code;
    code = per_present(cpu, low, code);
    if (observer->program_interruption)
        observer->program_interruption(observer->context, cpu, code, ilc_bytes);
    store_program_codes(cpu, low, code, ilc_bytes);
    struct psw old = cpu->psw;
    exchange_psws(cpu, low, CLASS_PROGRAM, (uint16_t)code, ilc_bytes / 2);
    if (loops(&old, &cpu->psw, cause, ilc_bytes)) {
        cpu_attend(cpu, ATTEND_STOP);
        if (observer->stopped)
            observer->stopped(observer->context, cpu);
    }
}

/* ---- supervisor call --------------------------------------------------------------- */

void take_supervisor_call(struct cpu *cpu, uint8_t code, int ilc_bytes, uint64_t old_ia)
{
    uint8_t *low = assigned_storage(cpu);
    cpu->psw.ia = old_ia;
    if (cpu->psw.extended_control)
        put32(low + SVC_CODE, (uint32_t)ilc_bytes << 16 | code);
    exchange_psws(cpu, low, CLASS_SVC, code, ilc_bytes / 2);
}

HANDLER(svc)
{
    cpu->op = op;
    if (unlikely(vm_assist_on(cpu) && vm_assist_supervisor_call(cpu, op)))
        return leave_block(cpu, op);
    take_supervisor_call(cpu, op->i, op->ilc, next_address(cpu, op));
    return leave_block(cpu, op);
}

INSTRUCTION(mc)
{
    if (op->i & 0xF0)
        program_interrupt(cpu, PGM_SPECIFICATION);
    if (!control_bit(cpu, 8, 16 + op->i))
        return;
    cpu->monitor_class = op->i;
    cpu->monitor_code = address_b1(cpu, op);
    program_interrupt(cpu, PGM_MONITOR);
}

/* ---- machine check ------------------------------------------------------------------ */

/* What is not exigent can be masked by its subclass in control register 14, and waits
 * (GA22 11-16). */
static const struct { uint64_t conditions; int mask_bit; } subclasses[] = {
    { MCK_RECOVERY, 4 },
    { MCK_DEGRADATION, 5 },
    { MCK_TIMER_DAMAGE | MCK_TIMING_DAMAGE | MCK_EXTERNAL_DAMAGE, 6 },
    { MCK_WARNING, 7 },
};

static uint64_t machine_checks_pending(const struct cpu *cpu)
{
    return __atomic_load_n(&cpu->machine_check_code, __ATOMIC_SEQ_CST);
}

/* The conditions that would interrupt if PSW bit 13 let them. */
static uint64_t machine_checks_unmasked(const struct cpu *cpu)
{
    uint64_t pending = machine_checks_pending(cpu), unmasked = pending & MCK_EXIGENT;
    for (size_t i = 0; i < sizeof subclasses / sizeof *subclasses; i++)
        if (unmasked & MCK_EXIGENT || control_bit(cpu, 14, subclasses[i].mask_bit))
            unmasked |= pending & subclasses[i].conditions;
    return unmasked;
}

static bool machine_check_allowed(const struct cpu *cpu)
{
    return cpu->psw.machine_check && machine_checks_unmasked(cpu);
}

/* An exigent condition that PSW bit 13 keeps out cannot be put off (GA22 11-10). */
static bool check_stop_due(const struct cpu *cpu)
{
    return !cpu->psw.machine_check && machine_checks_pending(cpu) & MCK_EXIGENT &&
           control_bit(cpu, 14, CR14_CHECK_STOP);
}

void cpu_machine_check(struct cpu *cpu, uint64_t code, uint32_t failing_address)
{
    if (code & MCK_FAILING_ADDRESS)
        __atomic_store_n(&cpu->failing_address, failing_address, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&cpu->machine_check_code, code, __ATOMIC_SEQ_CST);
    cpu_attend(cpu, ATTEND_MACHINE_CHECK);
}

/* The CPU does nothing more until it is reset; the others are told by malfunction alert. */
static void enter_check_stop(struct cpu *cpu)
{
    struct machine *machine = cpu->machine;
    forget_attention(cpu, ATTEND_MACHINE_CHECK);
    cpu->check_stopped = true;
    cpu_attend(cpu, ATTEND_STOP);
    if (machine->observer.stopped)
        machine->observer.stopped(machine->observer.context, cpu);
    for (int i = 0; i < machine->ncpus; i++) {
        struct cpu *other = machine->cpus[i];
        if (other == cpu)
            continue;
        __atomic_fetch_or(&other->malfunction_sources, (uint16_t)(1 << cpu->address),
                          __ATOMIC_SEQ_CST);
        cpu_attend(other, ATTEND_MALFUNCTION);
    }
}

static void store_machine_check(struct cpu *cpu, uint64_t code, uint64_t failing_address)
{
    uint8_t *low = assigned_storage(cpu);
    cpu->arch->store_registers(cpu, low);
    put64(low + MACHINE_CHECK_CODE, code | cpu->arch->machine_check_valid);
    store_wide(cpu, low + cpu->arch->failing_address, failing_address);
    real_changed(cpu, 0xD8, 512 - 0xD8);
    exchange_psws(cpu, low, CLASS_MACHINE_CHECK, 0, 0);
}

/* Conditions that are masked stay behind; what describes them comes with the first. */
static void take_machine_check(struct cpu *cpu)
{
    uint64_t due = machine_checks_unmasked(cpu);
    forget_attention(cpu, ATTEND_MACHINE_CHECK);
    uint64_t code = __atomic_fetch_and(&cpu->machine_check_code, MCK_CONDITIONS & ~due,
                                       __ATOMIC_SEQ_CST);
    if (machine_checks_pending(cpu))
        atomic_fetch_or(&cpu->pending, ATTEND_MACHINE_CHECK);
    store_machine_check(cpu, due | (code & ~MCK_CONDITIONS),
                        code & MCK_FAILING_ADDRESS ? cpu->failing_address : 0);
}

/* Channel report pending floats: the first CPU that is enabled takes it (SA22 11-15). */
static bool channel_report_due(const struct cpu *cpu)
{
    const struct io_port *io = &cpu->machine->io;
    return cpu->psw.machine_check && cpu->arch->channel_reports &&
           control_bit(cpu, 14, CR14_CHANNEL_REPORT) && io->report_pending &&
           io->report_pending(io->context);
}

static bool take_channel_report(struct cpu *cpu)
{
    const struct io_port *io = &cpu->machine->io;
    if (!io->take_report_pending(io->context))
        return false;
    store_machine_check(cpu, MCK_CHANNEL_REPORT, 0);
    return true;
}

/* ---- external ------------------------------------------------------------------------- */

enum { SERVICE_SIGNAL = 0x2401, COMPLETION = 0x2603 };

static bool external_enabled(const struct cpu *cpu, int cr0_bit)
{
    return psw_external(&cpu->psw) && control_bit(cpu, 0, cr0_bit);
}

/* Conditions of one priority that are indicated together (GA22 6-11). */
static uint16_t timer_and_key(const struct cpu *cpu, uint32_t pending)
{
    enum { TOGETHER = ATTEND_VIRTUAL_TIMER | ATTEND_INTERVAL_TIMER | ATTEND_INTERRUPT_KEY };
    uint16_t code = 0;
    if (likely(!(pending & TOGETHER)))
        return 0;
    if (pending & ATTEND_VIRTUAL_TIMER && psw_external(&cpu->psw))
        code |= 0x0100;
    if (pending & ATTEND_INTERVAL_TIMER && external_enabled(cpu, CR0_INTERVAL_TIMER))
        code |= 0x0080;
    if (pending & ATTEND_INTERRUPT_KEY && external_enabled(cpu, CR0_INTERRUPT_KEY))
        code |= 0x0040;
    return code;
}

static uint16_t *signal_senders(struct cpu *cpu, uint16_t code)
{
    return code == 0x1200 ? &cpu->malfunction_sources
         : code == 0x1201 ? &cpu->emergency_sources : &cpu->external_call_source;
}

static bool signalled(const struct cpu *cpu, uint32_t pending, uint32_t reason, uint16_t code)
{
    return pending & reason &&
           __atomic_load_n(signal_senders((struct cpu *)cpu, code), __ATOMIC_SEQ_CST);
}

/* The external-interruption code that is due, or 0. */
static uint16_t external_due(const struct cpu *cpu)
{
    uint32_t pending = atomic_load(&cpu->pending);
    uint16_t code = timer_and_key(cpu, pending);
    if (code || !psw_external(&cpu->psw))
        return code;
    if (control_bit(cpu, 0, CR0_MALFUNCTION_ALERT) &&
        signalled(cpu, pending, ATTEND_MALFUNCTION, 0x1200))
        return 0x1200;
    if (control_bit(cpu, 0, CR0_EMERGENCY_SIGNAL) &&
        signalled(cpu, pending, ATTEND_EMERGENCY, 0x1201))
        return 0x1201;
    if (control_bit(cpu, 0, CR0_EXTERNAL_CALL) && signalled(cpu, pending, ATTEND_CALL, 0x1202))
        return 0x1202;
    if (control_bit(cpu, 0, CR0_CLOCK_COMPARATOR) && clock_comparator_due(cpu))
        return 0x1004;
    if (control_bit(cpu, 0, CR0_CPU_TIMER) && cpu_timer_due(cpu))
        return 0x1005;
    if (control_bit(cpu, 0, CR0_SERVICE_SIGNAL) && pending & ATTEND_SERVICE)
        return service_signal_pending(cpu->machine) ? SERVICE_SIGNAL
             : completion_pending(cpu->machine) ? COMPLETION : 0;
    return 0;
}

/* Take one sender's signal, that of the smallest CPU address. The attention stays as
 * long as others have one pending. */
static uint16_t accept_signal(struct cpu *cpu, uint16_t code)
{
    static const uint32_t attention[] = { ATTEND_MALFUNCTION, ATTEND_EMERGENCY, ATTEND_CALL };
    uint16_t *senders = signal_senders(cpu, code);
    forget_attention(cpu, attention[code - 0x1200]);
    uint16_t sender = (uint16_t)__builtin_ctz(__atomic_load_n(senders, __ATOMIC_SEQ_CST));
    uint16_t others = (uint16_t)(1 << sender ^ 0xFFFF);
    if (__atomic_and_fetch(senders, others, __ATOMIC_SEQ_CST))
        atomic_fetch_or(&cpu->pending, attention[code - 0x1200]);
    return sender;
}

static void take_external(struct cpu *cpu, uint16_t code)
{
    uint8_t *low = assigned_storage(cpu);
    bool from_cpu = code >= 0x1200 && code < SERVICE_SIGNAL;
    uint32_t parameter;
    struct completion_signal completion = { 0, 0, false };
    if (code == SERVICE_SIGNAL) {
        if (!take_service_signal(cpu->machine, &parameter))
            return;     /* another CPU has */
        put32(low + EXTERNAL_PARAMETER, parameter);
    } else if (code == COMPLETION) {
        if (!take_completion(cpu->machine, &completion))
            return;
        if (completion.wide && cpu->arch->id == ZARCH) {
            put64(low + WIDE_PARAMETER, completion.parameter);
            real_changed(cpu, WIDE_PARAMETER, 8);
        } else {
            put32(low + EXTERNAL_PARAMETER, (uint32_t)completion.parameter);
        }
    }
    if (code & 0x100)
        forget_attention(cpu, ATTEND_VIRTUAL_TIMER);
    if (code & 0x80)
        forget_attention(cpu, ATTEND_INTERVAL_TIMER);
    if (code & 0x40)
        forget_attention(cpu, ATTEND_INTERRUPT_KEY);
    if (from_cpu)
        put16(low + EXTERNAL_CPU, accept_signal(cpu, code));
    else if (cpu->psw.extended_control)
        put16(low + EXTERNAL_CPU, completion.subcode);
    if (cpu->psw.extended_control)
        put16(low + EXTERNAL_CODE, code);
    exchange_psws(cpu, low, CLASS_EXTERNAL, code, 0);
}

/* ---- input/output ------------------------------------------------------------------------ */

/* Which channels may interrupt: bit 31-n for channel n. In BC mode PSW bits 0-5 are those
 * of channels 0-5, bit 6 lets control register 2 decide about the others. */
static uint32_t channel_masks(const struct cpu *cpu)
{
    uint32_t cr2 = (uint32_t)cpu->cr[2];
    uint8_t mask = cpu->psw.system_mask;
    if (cpu->psw.extended_control)
        return mask & EC_IO ? cr2 : 0;
    return (uint32_t)(mask & 0xFC) << 24 | (mask & 0x02 ? cr2 & 0x03FFFFFF : 0);
}

/* Which subclasses of the channel subsystem's may. */
static uint8_t subclass_masks(const struct cpu *cpu)
{
    return cpu->psw.system_mask & EC_IO ? (uint8_t)(cpu->cr[6] >> 24) : 0;
}

static bool io_due(const struct cpu *cpu)
{
    const struct io_port *io = &cpu->machine->io;
    if (!cpu->arch->channels)
        return subclass_masks(cpu) && io->subclass_pending &&
               io->subclass_pending(io->context, subclass_masks(cpu));
    uint32_t masks = channel_masks(cpu);
    return masks && io->interruption_pending &&
           io->interruption_pending(io->context, (struct cpu *)cpu, masks);
}

void store_io_interruption(struct cpu *cpu, const struct io_interruption *interruption)
{
    uint8_t codes[12];
    put32(codes, interruption->id);
    put32(codes + 4, interruption->parameter);
    put32(codes + 8, interruption->word);
    memcpy(assigned_storage(cpu) + SUBSYSTEM_ID, codes, cpu->arch->io_codes);
    real_changed(cpu, SUBSYSTEM_ID, cpu->arch->io_codes);
}

static bool take_subsystem_io(struct cpu *cpu)
{
    const struct io_port *io = &cpu->machine->io;
    struct io_interruption interruption;
    if (!io->take_subclass(io->context, subclass_masks(cpu), &interruption))
        return false;
    store_io_interruption(cpu, &interruption);
    exchange_psws(cpu, assigned_storage(cpu), CLASS_IO, (uint16_t)interruption.id, 0);
    return true;
}

static bool take_channel_io(struct cpu *cpu)
{
    const struct io_port *io = &cpu->machine->io;
    uint16_t address;
    uint8_t csw[8];
    if (!io->take_interruption(io->context, cpu, channel_masks(cpu), &address, csw))
        return false;
    uint8_t *low = assigned_storage(cpu);
    memcpy(low + CSW, csw, 8);
    if (cpu->psw.extended_control)
        put24(low + IO_ADDRESS, address);
    exchange_psws(cpu, low, CLASS_IO, address, 0);
    return true;
}

static bool take_io(struct cpu *cpu)
{
    return cpu->arch->channels ? take_channel_io(cpu) : take_subsystem_io(cpu);
}

static bool io_has_something(struct cpu *cpu)
{
    const struct io_port *io = &cpu->machine->io;
    if (cpu->arch->channels)
        return io->interruption_pending && io->interruption_pending(io->context, cpu, 0xFFFFFFFF);
    return (io->subclass_pending && io->subclass_pending(io->context, 0xFF)) ||
           (io->report_pending && io->report_pending(io->context));
}

/* The channels' attention goes when they have nothing more. They may get something
 * while we ask: so forget first, ask then. */
static void settle_io_attention(struct cpu *cpu)
{
    forget_attention(cpu, ATTEND_IO);
    if (io_has_something(cpu))
        atomic_fetch_or(&cpu->pending, ATTEND_IO);
}

/* ---- restart ------------------------------------------------------------------------------ */

void take_restart(struct cpu *cpu)
{
    exchange_psws(cpu, assigned_storage(cpu), CLASS_RESTART, 0, 0);
}

/* ---- what is next ---------------------------------------------------------------------------- */

enum interruption { NOTHING, EARLY_SPECIFICATION, MACHINE_CHECK, CHECK_STOP, CHANNEL_REPORT,
                    EXTERNAL, IO };

static enum interruption next_interruption(const struct cpu *cpu)
{
    uint32_t pending = atomic_load(&cpu->pending);
    /* The only interruption that a stop does not wait for: with a malformed program new
     * PSW they would never end. It comes after the next start. */
    if (cpu->psw.malformed)
        return pending & ATTEND_STOP ? NOTHING : EARLY_SPECIFICATION;
    if (pending & ATTEND_MACHINE_CHECK && machine_check_allowed(cpu))
        return MACHINE_CHECK;
    if (pending & ATTEND_MACHINE_CHECK && check_stop_due(cpu))
        return CHECK_STOP;
    if (pending & ATTEND_IO && channel_report_due(cpu))
        return CHANNEL_REPORT;
    if (external_due(cpu))
        return EXTERNAL;
    return pending & ATTEND_IO && io_due(cpu) ? IO : NOTHING;
}

bool take_interruption(struct cpu *cpu)
{
    bool taken = true;
    switch (next_interruption(cpu)) {
    case NOTHING:
        if (atomic_load(&cpu->pending) & ATTEND_IO)     /* others may have taken it */
            settle_io_attention(cpu);
        return false;
    case EARLY_SPECIFICATION:
        take_program_interruption(cpu, PGM_SPECIFICATION, 0);
        break;
    case MACHINE_CHECK:
        take_machine_check(cpu);
        break;
    case CHECK_STOP:
        enter_check_stop(cpu);
        break;
    case CHANNEL_REPORT:
        taken = take_channel_report(cpu);
        settle_io_attention(cpu);
        break;
    case EXTERNAL:
        take_external(cpu, external_due(cpu));
        break;
    case IO:
        taken = take_io(cpu);
        settle_io_attention(cpu);
        break;
    }
    return taken;
}
