/* What the files about control share: PSW loading, interruption storing, table walks,
 * real storage by words. Private to cpu/. */
#ifndef CPU_CONTROL_H
#define CPU_CONTROL_H

#include "cpu/architecture.h"
#include "cpu/storage.h"

/* Control-register bits, named as GA22 4-7 numbers them: bit 0 is the leftmost of 32. */
#define CR_BIT(n) (0x80000000u >> (n))
enum cr0_bit {
    CR0_BLOCK_MULTIPLEXING = 0, CR0_SSM_SUPPRESSION = 1, CR0_TOD_SYNC = 2,
    CR0_LOW_ADDRESS_PROTECTION = 3, CR0_EXTRACTION_AUTHORITY = 4, CR0_SECONDARY_SPACE = 5,
    CR0_STORAGE_KEY_EXCEPTION = 7, CR0_ASN_AND_LX_REUSE = 12, CR0_AFP_REGISTERS = 13,
    CR0_SPACE_FUNCTIONS = 15,
    CR0_MALFUNCTION_ALERT = 16, CR0_EMERGENCY_SIGNAL = 17, CR0_EXTERNAL_CALL = 18,
    CR0_CLOCK_COMPARATOR = 20, CR0_CPU_TIMER = 21, CR0_INTERVAL_TIMER = 24,
    CR0_SERVICE_SIGNAL = 22, CR0_INTERRUPT_KEY = 25
};
enum { CR5_SUBSYSTEM_LINKAGE = 0, CR14_CHECK_STOP = 0, CR14_CHANNEL_REPORT = 3, CR14_ASN_TRANSLATION = 12 };

static inline bool control_bit(const struct cpu *cpu, int cr, int bit)
{
    return ((uint32_t)cpu->cr[cr] & CR_BIT(bit)) != 0;
}

/* The left half of a control register, which z/Architecture alone has, stays. */
static inline void set_control_word(struct cpu *cpu, unsigned r, uint32_t word)
{
    cpu->cr[r] = (cpu->cr[r] & 0xFFFFFFFF00000000) | word;
}

/* Sixteen floating-point registers, and binary and decimal floating point with them. */
static inline bool has_all_fpr(const struct cpu *cpu)
{
    return cpu->arch->afp_registers && control_bit(cpu, 0, CR0_AFP_REGISTERS);
}

static inline bool psw_dat(const struct psw *psw)
{
    return psw->extended_control && (psw->system_mask & EC_DAT);
}

/* The access-register mode. */
static inline bool psw_by_registers(const struct psw *psw)
{
    return psw->space == SPACE_CONTROL_REGISTERS && psw_dat(psw);
}

static inline bool psw_per(const struct psw *psw)
{
    return psw->extended_control && (psw->system_mask & EC_PER);
}

/* May any I/O interruption come? In BC mode bits 0-6 are about channels. */
static inline bool psw_io(const struct psw *psw)
{
    return psw->system_mask & (psw->extended_control ? EC_IO : 0xFE);
}

/* Are storage-alteration events enabled? */
static inline bool per_watches_stores(const struct cpu *cpu)
{
    enum { STORING = 0x20000000 };
    return psw_per(&cpu->psw) && (cpu->cr[9] & STORING);
}

/* External interruptions are masked alike in both modes: bit 7. */
static inline bool psw_external(const struct psw *psw)
{
    return psw->system_mask & EC_EXTERNAL;
}

/* ---- psw.c ---- */

/* Make these eight bytes the current PSW. An early exception, if any, is left pending
 * in psw.malformed: take_interruption() sees it first. */
void load_psw(struct cpu *, const uint8_t *bytes);
/* The addressing mode, and what is derived from it. The instruction address stays. */
void set_amode(struct cpu *, enum amode);
/* Replace the system mask, as SSM and STOSM do, and raise what that raises. */
void set_system_mask(struct cpu *, uint8_t mask);

/* The formats, for architecture.c. */
void s370_store_psw(const struct psw *, uint8_t *bytes, uint16_t code, int ilc);
void s370_load_psw(struct psw *, const uint8_t *bytes);
void esa390_store_psw(const struct psw *, uint8_t *bytes, uint16_t code, int ilc);
void esa390_load_psw(struct psw *, const uint8_t *bytes);
void zarch_store_psw(const struct psw *, uint8_t *bytes, uint16_t code, int ilc);
void zarch_load_psw(struct psw *, const uint8_t *bytes);
void zarch_expand_psw(uint8_t bytes[16]);               /* control.c */

/* ---- interrupt.c ---- */

/* The first 4K of real storage, where PSWs and codes are assigned; it is about to be
 * stored into. SET PREFIX sees to it that it is there. */
uint8_t *assigned_storage(struct cpu *);

/* The code of the channel subsystem's interruptions, where such an interruption puts it. */
void store_io_interruption(struct cpu *, const struct io_interruption *);

/* ---- vm-assist.c, cp-assist.c ---- */

/* What a control program says of the virtual machine that it lets run, in control register 6
 * (GA22-7074; SY20-0886, Appendix A). */
enum cr6_bit { CR6_ASSIST = 0, CR6_VIRTUAL_PROBLEM = 1, CR6_NO_KEYS = 2, CR6_SYSTEM_360 = 3,
               CR6_NO_SVC = 4, CR6_SHADOW_TABLES = 5, CR6_CP_ASSIST = 6, CR6_INTERVAL_TIMER = 7,
               CR6_EXTENDED_FACILITY = 29 };

static inline bool vm_assist_on(const struct cpu *cpu)
{
    return unlikely(control_bit(cpu, 6, CR6_ASSIST)) && cpu->psw.problem &&
           cpu->machine->options.ecps_level && cpu->arch->vm_assist;
}

/* By the operator: VM_ASSIST_ bits of the machine's options. */
static inline bool vm_assist_disabled(const struct cpu *cpu, unsigned i)
{
    return atomic_load_explicit(&cpu->machine->options.vm_assists_off, memory_order_relaxed) >> i & 1;
}

/* The instruction that would end with a privileged-operation exception; with SUPERVISOR CALL's
 * interruption; the page-translation exception that a walk has met. True: it is done for the
 * virtual machine, and psw.ia is that of the next instruction, or the translation will
 * succeed. */
bool vm_assist_privileged(struct cpu *, const struct op *);
/* Is the instruction, met in the problem state, to be executed as in the supervisor state? */
bool vm_extended_facility(const struct cpu *, const struct op *);
bool vm_assist_supervisor_call(struct cpu *, const struct op *);
bool vm_assist_page_translation(struct cpu *, uint32_t logical, const struct table_walk *);
/* The interval timer has been stepped by so many units: the virtual machine's, too. */
void vm_assist_interval_timer(struct cpu *, uint32_t units);
const char *cp_assist_name(enum vm_assist);

/* ---- service.c ---- */

bool service_signal_pending(const struct machine *);
/* Take it; false if there is none any more. */
bool take_service_signal(struct machine *, uint32_t *parameter);
bool completion_pending(const struct machine *);
/* Take the oldest; false if there is none any more. */
bool take_completion(struct machine *, struct completion_signal *);

/* ---- reset.c ---- */

/* CPU timer, clock comparator and the registers into their save areas (216, 224, 352-511;
 * z/Architecture's from 4608 on): for machine check and store status. `low` is the prefix
 * area. */
void s370_store_registers(struct cpu *, uint8_t *low);
void esa390_store_registers(struct cpu *, uint8_t *low);
void zarch_store_registers(struct cpu *, uint8_t *low);

/* At power-on and at a clear reset. */
void renew_wrapping_keys(struct machine *);
/* reset.c, machine.c: fill with zeros; what options.standby says is in standby again. */
void clear_storage(void *storage, size_t size);
void assign_at_first(struct machine *);

/* ---- topology.c ---- */

/* The system-information block of the configuration's topology, of zeros before. */
void topology_information(const struct cpu *, uint8_t *block);

/* ---- dat.c ---- */

/* How far a walk through the translation tables came. */
struct table_walk {
    int code;            /* 0, or the program interruption that ended it */
    int lra_cc;          /* LRA's condition code: 0, 1, 2 or 3; its `entry` if not 0 */
    uint64_t entry;      /* real address of the last entry: invalid, or outside its table */
    uint64_t real;
    bool absolute;       /* `real` is of a large frame: absolute already, there is no prefixing */
    bool protect;        /* segment, page or region protection */
    bool no_execute;     /* instruction-execution protection */
    struct table_entries entries;
};
static inline uint64_t walk_absolute(const struct cpu *cpu, const struct table_walk *walk)
{
    return walk->absolute ? walk->real : real_to_absolute(cpu, walk->real);
}
struct table_walk walk_tables(struct cpu *, uint64_t designation, uint64_t logical);
void s370_walk(struct cpu *, uint64_t designation, uint64_t logical, struct table_walk *);
/* The same for a virtual machine, whose storage the segment table at `segments` describes (the
 * word MICRSEG of vm-assist.c): from a real address of its to ours; and from a logical address
 * of its by its own tables to a real address of its. */
struct table_walk walk_virtual_storage(struct cpu *, uint32_t segments, uint32_t address);
struct table_walk walk_virtual_tables(struct cpu *, uint32_t segments, uint32_t control0,
                                      uint32_t designation, uint32_t logical);
void esa390_walk(struct cpu *, uint64_t designation, uint64_t logical, struct table_walk *);
void zarch_walk(struct cpu *, uint64_t designation, uint64_t logical, struct table_walk *);
uint64_t s370_exception_identification(const struct cpu *, uint64_t logical, unsigned space);
uint64_t esa390_exception_identification(const struct cpu *, uint64_t logical, unsigned space);
uint64_t zarch_exception_identification(const struct cpu *, uint64_t logical, unsigned space);

/* Designation of a space: control register 1, 7 or 13. For the access-register mode, which
 * has it elsewhere, that of the primary space. */
uint64_t designation_of(const struct cpu *, enum space_control);
/* storage.c: the space that instructions come from. */
enum space_control instruction_space(const struct cpu *);
/* That of the space that the PSW selects, DAT on or off. */
uint64_t current_designation(const struct cpu *);

/* A word or halfword of a table in real storage; raises an addressing exception. */
uint32_t real_word(struct cpu *, uint32_t real);

/* The absolute address of a 2K or 4K block given by a real address in a register;
 * raises an addressing exception. */
uint64_t real_block(struct cpu *, uint64_t real, uint32_t size);

/* ---- keys.c ---- */

/* The keys of a block of 2K or 4K, by its absolute address. Resetting the reference bits gives
 * what RRB's condition code tells of the state before. */
void set_storage_key(struct cpu *, uint64_t absolute, uint32_t size, uint8_t key);
uint8_t reset_reference_bit(struct cpu *, uint64_t absolute, uint32_t size);

/* ---- per.c ---- */

/* Store PER code and address for those events of the current instruction that are
 * indicated with this program-interruption code, and forget them all. Returns the code,
 * with 0x80 added if there was one. */
int per_present(struct cpu *, uint8_t *assigned, int code);

#endif
