/* Storage as an instruction sees it: logical addresses, with translation,
 * protection, prefixing, reference and change recording. Private to cpu/.
 *
 * All functions raise program interruptions at cpu->op; nothing is stored unless
 * all of the operand may be stored. Addresses wrap at the addressing mode's size. */
#ifndef CPU_STORAGE_H
#define CPU_STORAGE_H

#include <stdatomic.h>
#include <string.h>

#include "cpu/architecture.h"
#include "cpu/engine.h"

/* Which space and key an access uses. Instructions use the PSW's (SPACE_CURRENT)
 * but for MVCP, MVCS, MVCK and their like. SPACE_REGISTERS is the space that an access
 * register names, which is the current one in the access-register mode. */
struct access {
    uint8_t key;                      /* 0x00..0xF0 */
    enum { SPACE_CURRENT, SPACE_PRIMARY, SPACE_SECONDARY, SPACE_HOME, SPACE_REGISTERS,
           SPACE_REAL } space;
};

enum access_type { ACCESS_FETCH = 1, ACCESS_STORE = 2, ACCESS_INSTRUCTION = 4 };

/* ---- the order of accesses ----------------------------------------------------- */

/* Other CPUs see a CPU's accesses in the order of its program, but that a fetch may come
 * before an earlier store (SA22-7832 chapter 5, Sequence of Storage References). x86-64
 * has this order of itself; on other hosts an access waits for those before it. */
#if defined(__x86_64__)
static inline void order_fetch(void) {}
static inline void order_store(void) {}
#else
static inline void order_fetch(void) { atomic_thread_fence(memory_order_acquire); }
static inline void order_store(void) { atomic_thread_fence(memory_order_release); }
#endif
static inline void order_access(enum access_type type)
{
    if (type == ACCESS_STORE)
        order_store();
    else
        order_fetch();
}

/* Operands moved within storage, `n` bytes in one piece each that do not overlap destructively:
 * other CPUs see each doubleword on its boundary change at once (SA22-7832 chapter 5, Storage-
 * Operand Consistency), however the operands lie. To a doubleword boundary the host's own
 * function stores so. */
void move_by_doublewords(uint8_t *to, const uint8_t *from, size_t n);

static inline bool moves_by_doublewords(const struct cpu *cpu, const uint8_t *to, size_t n)
{
    return unlikely((uintptr_t)to & 7 && n > 8) && cpu->machine->ncpus > 1;
}

static inline void move_within_storage(const struct cpu *cpu, uint8_t *to, const uint8_t *from,
                                       size_t n)
{
    if (moves_by_doublewords(cpu, to, n) && (size_t)(to - from) >= n)
        move_by_doublewords(to, from, n);
    else
        memmove(to, from, n);
}

/* ---- inline fast path: NULL if the slow one must be taken ------------------- */

_Static_assert(sizeof(struct translation) == 1 << TRANSLATION_SHIFT, "a translation's distance");

static inline const struct translation *translation_at(const struct cpu *cpu, uint64_t a,
                                                       uint64_t spread)
{
    /* Its distance in bytes: an index would have to be shifted at each access. */
    uint64_t distance = ((a >> (BLOCK_SHIFT - TRANSLATION_SHIFT)) ^ spread) &
                        ((TRANSLATIONS - 1) << TRANSLATION_SHIFT);
    return (const void *)((const char *)cpu->translations + distance);
}

static inline const struct translation *translation_for(const struct cpu *cpu, uint64_t a)
{
    return translation_at(cpu, a, cpu->context_spread);
}

static inline uint8_t *host_address(const struct translation *t, uint64_t a)
{
    uint8_t *p = (uint8_t *)(uintptr_t)(a + t->host);
    if (!p)
        __builtin_unreachable();
    return p;
}

/* Host address of an operand of 1..256 bytes to be fetched, if its blocks' common
 * translation is cached. */
static inline const uint8_t *quick_fetch(const struct cpu *cpu, uint64_t a, unsigned length)
{
    const struct translation *t = translation_for(cpu, a);
    if (unlikely(t->read_tag != (((a + length - 1) & ~(uint64_t)BLOCK_MASK) | cpu->context)))
        return NULL;
    order_fetch();
    return host_address(t, a);
}

/* The same for a target of EXECUTE, which is where instructions come from. */
static inline const uint8_t *quick_fetch_code(const struct cpu *cpu, uint64_t a, unsigned length)
{
    const struct translation *t = translation_at(cpu, a, cpu->code_spread);
    if (unlikely(t->read_tag != (((a + length - 1) & ~(uint64_t)BLOCK_MASK) | cpu->code_context)))
        return NULL;
    order_fetch();
    return host_address(t, a);
}

/* The same for an operand of 1..64 bytes to be stored; NULL too if the engine may
 * hold any of these bytes decoded. */
static inline uint8_t *quick_store(const struct cpu *cpu, uint64_t a, unsigned length)
{
    const struct translation *t = translation_for(cpu, a);
    if (unlikely(t->write_tag != (((a + length - 1) & ~(uint64_t)BLOCK_MASK) | cpu->context)))
        return NULL;
    uint64_t absolute = a + t->offset;
    uint64_t code;
    memcpy(&code, &cpu->code_map[absolute >> 6], 8);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    code = code << 32 | code >> 32;
#endif
    if (unlikely(code >> (absolute >> 1 & 31) & ((2ull << (length >> 1)) - 1)))
        return NULL;
    order_store();
    return host_address(t, a);
}

/* ---- the whole path ------------------------------------------------------------ */

/* In the access-register mode an operand's space is that of its base register. Where an
 * instruction has one operand its format tells the register; one that has several, or is
 * flagged SAYS_SPACE in the list, says so at each access: fetch1(in_space_of(cpu, op->b2), a).
 * Only the slow way asks, so only the slow way need say it. */
static inline struct cpu *in_space_of(struct cpu *cpu, unsigned base)
{
    cpu->access_register = (uint8_t)base;
    return cpu;
}

/* Are two operands in one space, as far as their registers tell? If not, they never overlap. */
bool same_space(const struct cpu *, unsigned base1, unsigned base2);

/* Absolute address of one logical address after translation, protection and
 * recording of the access; valid for the rest of its 2K block. */
uint64_t translate(struct cpu *, uint64_t logical, enum access_type, struct access);
struct access current_access(const struct cpu *);

uint8_t fetch1(struct cpu *, uint64_t);
uint16_t fetch2(struct cpu *, uint64_t);
uint32_t fetch4(struct cpu *, uint64_t);
uint64_t fetch8(struct cpu *, uint64_t);
void store1(struct cpu *, uint64_t, uint8_t);
void store2(struct cpu *, uint64_t, uint16_t);
void store4(struct cpu *, uint64_t, uint32_t);
void store8(struct cpu *, uint64_t, uint64_t);

/* Up to 2048 bytes. The store is checked whole before any byte is stored. */
void fetch_bytes(struct cpu *, void *to, uint64_t from, unsigned length);
void store_bytes(struct cpu *, uint64_t to, const void *from, unsigned length);
void fetch_bytes_as(struct cpu *, struct access, void *to, uint64_t from, unsigned length);
void store_bytes_as(struct cpu *, struct access, uint64_t to, const void *from, unsigned length);
/* From the space of instructions, by the rules for fetching them. */
void fetch_code(struct cpu *, void *to, uint64_t from, unsigned length);

/* Raise what an access to these 1..2048 bytes would raise, moving nothing. */
void check_fetch(struct cpu *, uint64_t, unsigned length);
void check_store(struct cpu *, uint64_t, unsigned length);
/* Of any length. */
void check_store_as(struct cpu *, struct access, uint64_t, unsigned length);

/* Host address of the first *length bytes of an operand; *length is cut to what lies in
 * the same 2K block. For operands that are worked off piece by piece (MVCL, CLCL). */
const uint8_t *fetching_piece(struct cpu *, uint64_t, unsigned *length);
uint8_t *storing_piece(struct cpu *, uint64_t, unsigned *length);

/* Real storage: prefixing and the addressing check; no keys, no translation. For
 * tables and the interruption areas. The field may not cross a 4K boundary. */
uint8_t *real_storage(struct cpu *, uint64_t real, unsigned length);   /* NULL: not there */
static inline uint64_t real_to_absolute(const struct cpu *cpu, uint64_t real)
{
    if (likely(!cpu->prefix))
        return real;
    uint64_t byte = real & (cpu->arch->prefix_size - 1), area = real ^ byte;
    if (area == 0)
        return byte | cpu->prefix;
    return area == cpu->prefix ? byte : real;
}

/* After storing through real_storage(). */
void real_changed(struct cpu *, uint64_t real, unsigned length);

/* Host atomics for CS, CDS, TS: host address of an aligned operand that may be stored,
 * with fetch and store access checked and code in it forgotten. */
uint8_t *interlocked_operand(struct cpu *, uint64_t, unsigned length);

/* ---- dat.c: what storage.c asks of it --------------------------------------- */

struct table_walk;      /* control.h: how a logical address went through the tables */

/* ---- interrupt.c, per.c, timer.c: what the engine asks of them ------------------ */

/* Store old PSW and codes for a program interruption and load the new PSW. The engine
 * calls it after an unwind; psw.ia and cc are as the interruption leaves them. */
void take_program_interruption(struct cpu *, int code, int ilc_bytes);
/* Does a program interruption with this code, PER's bit aside, nullify the instruction: is
 * the old PSW's address its own? */
bool program_nullifies(int code);
/* The highest-priority interruption that is pending and allowed: take it. False if
 * there is none. Called between instructions with psw.ia right. */
bool take_interruption(struct cpu *);
/* The restart interruption: old PSW to 8, new PSW from 0. Also for a stopped CPU. */
void take_restart(struct cpu *);
/* machine.c: do what ATTEND_STOP, _RESTART, _RESET and _STORE_STATUS ask for; on the
 * CPU's own thread, between instructions. */
void cpu_serve(struct cpu *);
void take_supervisor_call(struct cpu *, uint8_t code, int ilc_bytes, uint64_t old_ia);

/* Bring the interval timer at 80 up to date, raise ATTEND_INTERVAL_TIMER when it went
 * negative. Called when the budget is refilled and before the CPU waits. */
void timer_refresh(struct cpu *);
/* Nanoseconds from now to the next clock-comparator, CPU-timer or interval-timer
 * event that could interrupt; UINT64_MAX if none. */
uint64_t timer_next_event(struct cpu *);
/* The CPU's own time stands still while it is stopped: call at the stop, and at the
 * start again. */
void timer_stopped(struct cpu *);
void timer_started(struct cpu *);
bool clock_comparator_due(const struct cpu *);
bool cpu_timer_due(const struct cpu *);

/* After an instruction in slow mode: note PER events, and take a PER interruption if
 * there is one to take. storage.c tells of stores through per_store(). */
bool per_active(const struct cpu *);
void per_before(struct cpu *, const struct op *);
void per_fetch(struct cpu *, uint64_t ia);              /* EXECUTE has fetched its target */
struct per_space {
    bool translated;                /* else what follows means nothing */
    uint8_t control;                /* enum space_control */
    uint8_t access_register;        /* that named it, or 0 */
    uint64_t designation;
};
void per_store(struct cpu *, uint64_t logical, unsigned length, const struct per_space *);
void per_store_real(struct cpu *);                      /* STORE USING REAL ADDRESS */
void per_after(struct cpu *);

#endif
