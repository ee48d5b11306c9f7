/* The MVS assists of the System/370 extended facility (GA22-7079, System/370 Assists for
 * MVS): what MVS's supervisor did often, made an instruction. They know the layout of MVS's
 * control blocks.
 *
 * The lock assists do the simple case, a lock that is free or that nobody waits for. For
 * all else they go to a program of MVS's, by an address in front of its lock interface
 * table. FIX PAGE and SVC ASSIST leave it to the program always, as a model may: fixing
 * goes the manual's simplified execution path, a supervisor call is one that is not
 * assisted. The instructions that make trace entries (E508-E50D) are not provided. */
#include "cpu/control.h"

/* The second operand stands in the prefixed save area, which MVS has at 2F4: the CPU's
 * identification, the indicators of the locks it holds (the operand), and the address of
 * the lock interface table. */
enum { CPU_IDENTIFICATION = -4, LOCK_INTERFACE_TABLE = 4 };
enum { LOCAL_LOCK_HELD = 1, CMS_LOCK_HELD = 2 };

/* The first operand is the address of the address-space control block (ASCB). */
enum { ASCB_LOCAL_LOCK = 0x80 };

/* Behind a lock: who is suspended for it. */
enum { SUSPEND_QUEUE = 4 };

/* Addresses of programs, in front of the lock interface table. */
enum lock_exit { OBTAIN_LOCAL = -16, RELEASE_LOCAL = -12, OBTAIN_CMS = -8, RELEASE_CMS = -4 };

/* What a lock assist has to do with. */
struct locking {
    uint64_t indicators;             /* address of the second operand */
    uint32_t ascb, held, cpu;        /* ASCB's address, the indicators, this CPU */
};

static uint64_t word_address(struct cpu *cpu, uint64_t address)
{
    if (address & 3)
        program_interrupt(cpu, PGM_SPECIFICATION);
    return address;
}

static uint64_t displaced(const struct cpu *cpu, uint64_t address, int distance)
{
    return (address + (uint64_t)(int64_t)distance) & cpu->address_mask;
}

static struct locking locking(struct cpu *cpu, const struct op *op)
{
    uint64_t first = word_address(cpu, address_b1(cpu, op));
    uint64_t second = word_address(cpu, address_b2(cpu, op));
    return (struct locking){
        .indicators = second, .ascb = fetch4(cpu, first), .held = fetch4(cpu, second),
        .cpu = fetch4(cpu, displaced(cpu, second, CPU_IDENTIFICATION))
    };
}

/* Replace a lock's word if it still is what we found. Both words are accessible for
 * storing before either is changed. */
static bool replace_lock(struct cpu *cpu, const struct locking *l, uint64_t lock, uint32_t from,
                         uint32_t to)
{
    check_store(cpu, l->indicators, 4);
    uint32_t *word = (uint32_t *)(void *)interlocked_operand(cpu, lock, 4);
    uint32_t expected = BIG32(from);
    return __atomic_compare_exchange_n(word, &expected, BIG32(to), false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

static bool obtain(struct cpu *cpu, const struct locking *l, uint64_t lock, uint32_t owner,
                   uint32_t indicator)
{
    if (fetch4(cpu, lock) || !replace_lock(cpu, l, lock, 0, owner))
        return false;
    store4(cpu, l->indicators, l->held | indicator);
    return true;
}

static bool release(struct cpu *cpu, const struct locking *l, uint64_t lock, uint32_t owner,
                    uint32_t indicator)
{
    uint32_t found = fetch4(cpu, lock);
    uint32_t suspended = fetch4(cpu, displaced(cpu, lock, SUSPEND_QUEUE));
    if (found != owner || suspended || !replace_lock(cpu, l, lock, owner, 0))
        return false;
    store4(cpu, l->indicators, l->held & ~indicator);
    return true;
}

static const struct op *go_to(struct cpu *cpu, const struct op *op, uint32_t address)
{
    cpu->psw.ia = address & cpu->address_mask;
    return leave_block(cpu, op);
}

/* Done: register 13 is zero, and the next instruction follows. Not done: it is the address
 * of the program that does it, which goes back by register 12. */
static const struct op *finish(struct cpu *cpu, const struct op *op, const struct locking *l,
                               bool done, enum lock_exit exit)
{
    uint32_t next = (uint32_t)next_address(cpu, op), program = 0;
    if (!done) {
        uint32_t table = fetch4(cpu, displaced(cpu, l->indicators, LOCK_INTERFACE_TABLE));
        program = fetch4(cpu, displaced(cpu, table, exit));
        cpu->gr[12].w = next;
    }
    cpu->gr[13].w = program;
    return go_to(cpu, op, done ? next : program);
}

static uint64_t local_lock(struct cpu *cpu, const struct locking *l)
{
    return word_address(cpu, displaced(cpu, l->ascb, ASCB_LOCAL_LOCK));
}

/* There are several cross-memory-services locks; register 11 designates one. */
static uint64_t cms_lock(struct cpu *cpu)
{
    return word_address(cpu, cpu->gr[11].w & cpu->address_mask);
}

HANDLER(obtain_local)
{
    cpu->op = op;
    struct locking l = locking(cpu, op);
    bool done = !(l.held & LOCAL_LOCK_HELD) &&
                obtain(cpu, &l, local_lock(cpu, &l), l.cpu, LOCAL_LOCK_HELD);
    return finish(cpu, op, &l, done, OBTAIN_LOCAL);
}

HANDLER(release_local)
{
    cpu->op = op;
    struct locking l = locking(cpu, op);
    bool done = (l.held & (LOCAL_LOCK_HELD | CMS_LOCK_HELD)) == LOCAL_LOCK_HELD &&
                release(cpu, &l, local_lock(cpu, &l), l.cpu, LOCAL_LOCK_HELD);
    return finish(cpu, op, &l, done, RELEASE_LOCAL);
}

/* Who holds a CMS lock holds the local lock, too; the lock's word names the address space. */
HANDLER(obtain_cms)
{
    cpu->op = op;
    struct locking l = locking(cpu, op);
    bool done = (l.held & (LOCAL_LOCK_HELD | CMS_LOCK_HELD)) == LOCAL_LOCK_HELD &&
                obtain(cpu, &l, cms_lock(cpu), l.ascb, CMS_LOCK_HELD);
    return finish(cpu, op, &l, done, OBTAIN_CMS);
}

HANDLER(release_cms)
{
    cpu->op = op;
    struct locking l = locking(cpu, op);
    bool done = l.held & CMS_LOCK_HELD &&
                release(cpu, &l, cms_lock(cpu), l.ascb, CMS_LOCK_HELD);
    return finish(cpu, op, &l, done, RELEASE_CMS);
}

/* The second operand is the address of a list of addresses; one of them is that of the
 * program that fixes the page, and goes back by register 14. */
HANDLER(fix_page)
{
    enum { FIXING_PROGRAM = 0x34 };
    cpu->op = op;
    uint32_t list = fetch4(cpu, address_b2(cpu, op));
    uint32_t program = fetch4(cpu, displaced(cpu, list, FIXING_PROGRAM));
    cpu->gr[14].w = (uint32_t)next_address(cpu, op);
    cpu->gr[15].w = program;
    return go_to(cpu, op, program);
}

/* A call that is not assisted goes on with the next instruction, and nothing has changed. */
INSTRUCTION(svc_assist)
{
    (void)cpu, (void)op;
}
