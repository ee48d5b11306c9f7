/* The engine's contract with instruction handlers: what a decoded operation is, how
 * a handler is written, how it ends. Private to cpu/. docs/internals.md explains the
 * design; general.c is full of examples. */
#ifndef CPU_ENGINE_H
#define CPU_ENGINE_H

#include "core/bytes.h"
#include "cpu/cpu.h"

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* A handler executes one operation and ends with CONTINUE, take_branch() or
 * leave_block(). It must not look at the instruction stream: everything it needs is
 * in the operation. */
typedef const struct op *op_handler(struct cpu *, const struct op *);

/* A decoded operation. Register numbers are 0-15; a base or index of zero is 16,
 * whose register is always zero. */
struct op {
    op_handler *run;
    uint8_t r1, r2, r3, x2;  /* r1 also M1, L1 - 1 of two lengths; r3 also L2 - 1, M3 */
    uint8_t b1, b2;
    uint8_t i;               /* I2, or the length code L of an SS operation */
    uint8_t ilc;             /* bytes: 2, 4, 6 */
    union {
        struct {
            int32_t d1, d2;  /* displacements; d2 also a wide immediate */
        };
        uint64_t address;    /* that a relative one comes to; not cut to the addressing mode */
    };
    uint16_t row;            /* in the instruction list */
    uint16_t offset;         /* bytes from the block's first instruction */
    uint8_t index;           /* slots from the block's first slot */
    uint8_t left;            /* instructions in the block after this one */
    uint8_t slots : 4;       /* that the instruction takes */
    uint8_t after_fused : 1; /* the handler of the slot before does this one, too */
    uint8_t length;          /* bytes in storage (EXECUTE's target has another ilc) */
};
_Static_assert(sizeof(struct op) == 32, "a decoded operation is half a cache line");

struct block;

/* Where a branch led to the last time; it stands in the slot after a branch. */
struct link {
    uint64_t target;         /* instruction address */
    uint32_t context;        /* cpu->code_context then; 0: this link leads nowhere */
    int32_t cost;            /* to the budget: that block's count less what is left of this one */
    uint64_t unused;
    const struct op *to;     /* the block's first operation */
};

union slot {
    struct op op;
    struct link link;
};

struct block {
    uint64_t ia;             /* logical address of the first instruction */
    uint64_t absolute;       /* and its absolute address */
    uint32_t mode;           /* what decoding depended on */
    uint16_t count;          /* instructions: taken from the budget at entry */
    uint16_t bytes;
    struct block *next;      /* in the hash chain */
    uint16_t hits;           /* stores into it since it was last executed there */
    uint16_t slot_count;
    bool scratch;            /* one instruction, for one visit: keeps no links */
    bool alone;              /* stores hit it and others that went on into it: they end before it */
    union slot slots[];
};

static inline struct block *block_of(const struct op *op)
{
    return (struct block *)((char *)(op - op->index) - offsetof(struct block, slots));
}

/* The logical address of the operation's instruction (of EXECUTE for its target). */
static inline uint64_t instruction_address(const struct op *op)
{
    return block_of(op)->ia + op->offset;
}

/* The address of the next sequential instruction, wrapped to the addressing mode:
 * what BALR puts into R1 (without ILC, CC and mask). */
static inline uint64_t next_address(const struct cpu *cpu, const struct op *op)
{
    return (instruction_address(op) + op->ilc) & cpu->address_mask;
}

#ifdef ENGINE_LOOPS
#define GO(next) return (next)
#else
/* The empty statement hides where the operation comes from: gcc would go and fetch its handler
 * by the old pointer, which takes two more instructions. */
#define GO(next)                                                                 \
    do {                                                                         \
        const struct op *next_ = (next);                                         \
        __asm__("" : "+r"(next_));                                               \
        return next_->run(cpu, next_);                                           \
    } while (0)
#endif

/* On to the next operation of the block. */
#define CONTINUE GO(op + 1)
/* The same for an operation that has a link slot: a branch not taken. */
#define CONTINUE_AFTER_LINK GO(op + 2)

/* The two ways to write a handler.
 *
 * HANDLER: the whole of it; ends with CONTINUE and its like. Anything that can raise
 * a program interruption must set cpu->op = op first. For what is hot.
 *
 * INSTRUCTION: just the effect; the rest is supplied. It may raise exceptions and
 * simply returns when done. For everything else. Instructions that change what
 * decoding or interruptions depend on (PSW, control registers, keys) have the flag
 * ENDS_BLOCK in the list: the engine looks up after them. */
#define HANDLER(name) \
    const struct op *op_##name(struct cpu *cpu, const struct op *op)
#define INSTRUCTION(name)                                                        \
    static inline void do_##name(struct cpu *cpu, const struct op *op);          \
    HANDLER(name)                                                                \
    {                                                                            \
        cpu->op = op;                                                            \
        do_##name(cpu, op);                                                      \
        CONTINUE;                                                                \
    }                                                                            \
    static inline void do_##name(struct cpu *cpu, const struct op *op)

/* Raise a program interruption at the current operation: cpu->op. Never returns. What
 * the architecture calls nullified is backed up to the instruction; the caller sees
 * to it that registers and storage are as the manual says. */
_Noreturn void program_interrupt(struct cpu *, enum program_code);

/* Operand addresses in the current addressing mode. */
static inline uint64_t address_b1(const struct cpu *cpu, const struct op *op)
{
    return (cpu->gr[op->b1].d + (uint64_t)(int64_t)op->d1) & cpu->address_mask;
}
static inline uint64_t address_b2(const struct cpu *cpu, const struct op *op)
{
    return (cpu->gr[op->b2].d + (uint64_t)(int64_t)op->d2) & cpu->address_mask;
}
static inline uint64_t address_x2(const struct cpu *cpu, const struct op *op)
{
    return (cpu->gr[op->b2].d + cpu->gr[op->x2].d + (uint64_t)(int64_t)op->d2) &
           cpu->address_mask;
}
/* A relative address: decoding knew where the instruction is. */
static inline uint64_t address_relative(const struct cpu *cpu, const struct op *op)
{
    return op->address & cpu->address_mask;
}

/* An address becomes the contents of a general register: all of it in the 64-bit mode,
 * else the right half, whose bits on the left are zeros (GA22 7-26; SA22 5-8). */
static inline void set_address(struct cpu *cpu, unsigned r, uint64_t address)
{
    if (cpu->high_kept)
        cpu->gr[r].w = (uint32_t)address;
    else
        cpu->gr[r].d = address;
}

/* The same for TRT and EDMK, which leave the left byte of a 24-bit address as it was. */
static inline void insert_address(struct cpu *cpu, unsigned r, uint64_t address)
{
    uint64_t kept = cpu->psw.amode == AMODE_24 ? ~(uint64_t)0xFFFFFF : cpu->high_kept;
    cpu->gr[r].d = (cpu->gr[r].d & kept) | address;
}

/* A successful branch, from an operation with a link slot; `target` is cut to the
 * addressing mode by the caller. Odd targets are found at the next fetch. */
const struct op *branch_slow(struct cpu *, const struct op *, uint64_t target);
const struct op *enter_slow(struct cpu *, const struct op *first);

static inline const struct op *follow(struct cpu *cpu, const struct link *link)
{
    if (unlikely((cpu->budget -= link->cost) <
                 atomic_load_explicit(&cpu->floor, memory_order_relaxed)))
        return enter_slow(cpu, link->to);
    GO(link->to);
}

/* Go on at another block, from an operation with a link slot. */
static inline const struct op *go_on_at(struct cpu *cpu, const struct op *op, uint64_t target)
{
    const struct link *link = (const struct link *)(op + 1);
    if (likely(link->target == target) && likely(link->context == (uint32_t)cpu->code_context))
        return follow(cpu, link);
    return branch_slow(cpu, op, target);
}

static inline const struct op *take_branch(struct cpu *cpu, const struct op *op, uint64_t target)
{
    cpu->last_branch = op;
    return go_on_at(cpu, op, target);
}

/* The operation has broken the sequence (breaking events, SA22 4-35). A branch does not take
 * the time to find its address: it leaves itself in cpu->last_branch, as long as its block
 * is there. */
static inline void break_sequence(struct cpu *cpu, const struct op *op)
{
    cpu->breaking_event = instruction_address(op);
    cpu->last_branch = NULL;
}

static inline void settle_breaking_event(struct cpu *cpu)
{
    if (cpu->last_branch)
        break_sequence(cpu, cpu->last_branch);
}

/* On to the block at psw.ia if it is known and nothing wants attention; else to the engine's
 * loop. Nothing of the block that `op` is in must be left in the budget. */
const struct op *resume(struct cpu *cpu, const struct op *op);

/* Leave the block after this operation completed; psw.ia is the caller's to have set.
 * For LPSW and whatever else does not go on sequentially. */
static inline const struct op *leave_block(struct cpu *cpu, const struct op *op)
{
    cpu->budget += op->left;
    return resume(cpu, op);
}

/* The context must be found anew: address translation, key, or state changed. Called
 * by whatever changes the PSW's mode bits or control registers 0, 1, 2, 5, 7-11. */
void context_changed(struct cpu *);
/* The same if nothing but the PSW has changed since it was called last. */
void psw_changed(struct cpu *);
/* The context of operands in a space that is not the current one, or for another key: its
 * number, or 0 if there is none to be had. Translation is on. */
unsigned context_for(struct cpu *, uint64_t designation, uint8_t key, bool fetch_only);
/* PTLB: forget what was translated by tables. */
void purge_translations(struct cpu *);
/* A key or a page's mapping changed, on any CPU: forget translations of the absolute
 * 2K block, here and, by asking, on the other CPUs (waits for their answer is not
 * needed: they look before their next block). */
void forget_storage_block(struct cpu *, uint64_t absolute);
/* Forget all blocks and contexts: prefix, storage size or architecture changed. */
void engine_flush(struct cpu *);

/* The two entries that a translation was made of: absolute addresses, and the words that were
 * there, as bytes are. Walks of more than two, and none, leave page_at zero. */
struct table_entries {
    uint32_t segment_at, page_at;
    uint32_t segment, page;
};

/* Before reading the clock in an instruction: let virtual time reach this instruction.
 * (In host mode time passes by itself.) */
void engine_sync_clock(struct cpu *);

struct engine *engine_new(struct cpu *);
void engine_free(struct engine *);
/* Execute until the CPU is stopped, waits, or has executed `limit` instructions. */
void engine_run(struct cpu *, uint64_t limit);

/* ---- decode.c ------------------------------------------------------------ */

enum instruction_flag {
    BRANCH     = 1 << 0,   /* has a link slot */
    ENDS_BLOCK = 1 << 1,   /* the engine looks up after it */
    PRIVILEGED = 1 << 2,   /* privileged-operation exception in problem state */
    ALWAYS     = 1 << 3,   /* with BRANCH: nothing follows in the block */
    EXECUTES   = 1 << 4,   /* EXECUTE: two more slots for its target */
    EXTENDED   = 1 << 5,   /* of the S/370 extended facility: options.extended_facility */
    ECPS       = 1 << 6,   /* of VM/370's extended control-program support: options.ecps_level */
    SAYS_SPACE = 1 << 7    /* its handler calls in_space_of(), other than its format would say */
};

/* The privileged-operation exception, or what an assist makes of it; cpu->op is set. */
op_handler op_privileged;

/* Formats, and what decoding puts where: what is named as the manual names it stands in
 * the field of that name, a mask M1 or M3 in r1 or r3, an immediate operand in `i` if it has
 * eight bits and else, sign-extended, in d2; what a relative address comes to is in `address`. */
enum instruction_format {
    FORMAT_E, FORMAT_I, FORMAT_IE,           /* IE: I1 in r1, I2 in r2 */
    FORMAT_RR, FORMAT_RRE,
    FORMAT_RRF,                              /* R1 R2, R3 or M3 in r3, M4 in i */
    FORMAT_RRD,                              /* R1 R3 R2 of MAER and its like */
    FORMAT_RX, FORMAT_RXE,                   /* RXE: M3 in r3 */
    FORMAT_RXF, FORMAT_RXY,
    FORMAT_RS, FORMAT_RS_SHIFT, FORMAT_RSY, FORMAT_RSY_SHIFT,
    FORMAT_RSL,                              /* D1(L1,B1): L1 in i */
    FORMAT_RSL_LONG,                         /* R1 D1(L1,B1) M3, L1 of eight bits: CDZT */
    FORMAT_SI, FORMAT_SIY, FORMAT_SIL,
    FORMAT_S,
    FORMAT_RI, FORMAT_RIL, FORMAT_RI_BRANCH, FORMAT_RIL_BRANCH,
    FORMAT_RSI, FORMAT_RIE_R,                /* R1 R3 and a relative address: BRXH, BRXHG */
    FORMAT_RIE_RRM,                          /* R1 R2 M3 and a relative address: CRJ */
    FORMAT_RIE_RIM,                          /* R1 I2 M3 and a relative address: CIJ */
    FORMAT_RIE_RRI,                          /* R1 R3 and I2 of 16 bits: AHIK */
    FORMAT_RIE_TRAP,                         /* R1 I2 M3: CIT */
    FORMAT_RIE_ROTATE,                       /* R1 R2, I3 in i, I4 in x2, I5 in r3, the bits from
                                                I3 to I4 in `address`: RISBG */
    FORMAT_RRS, FORMAT_RIS,                  /* D4(B4) in b2, d2 */
    FORMAT_MII, FORMAT_SMI,                  /* branch prediction: what counts is not there */
    FORMAT_SSF,                              /* D1(B1) D2(B2) R3, in r1 and r3: MVCOS, LPD */
    FORMAT_SS_L, FORMAT_SS_L2, FORMAT_SS_LL, FORMAT_SS_RR, FORMAT_SS_LI,
    FORMAT_SS_RRBB,                          /* R1 D2(B2) R3 D4(B4): PLO, LMD; in b1, d1, b2, d2 */
    FORMAT_SSE
};

struct instruction {
    const char *mnemonic;
    uint16_t opcode;         /* 00xx: one byte; else two */
    uint8_t format, archs;
    const char *facility;
    uint8_t flags;
    op_handler *run;
};

/* What stands in instructions.def; an operation's row is its place there, if it has one. */
extern const struct instruction instruction_list[];

/* The row for an instruction in an architecture, or NULL. */
const struct instruction *instruction_find(const uint8_t bytes[6], enum architecture_id);
/* Is it there, or has the machine's description switched its facility off? */
bool instruction_installed(const struct instruction *, const struct machine_options *);
/* Decode up to 6 bytes, from `ia`, into the operation; sets run, operands, row, length and
 * ilc. An operation that this machine has not or, in problem state, a privileged one gets a
 * handler that raises the exception. Returns the row or NULL. */
const struct instruction *decode(const uint8_t bytes[6], uint64_t ia, const struct cpu *,
                                 struct op *);
/* select-space.c: the handler that an operation begins with in the access-register mode, or NULL. */
op_handler *selecting_handler(const struct instruction *);
/* The same if the row is known: the opcode is the same as before. */
void decode_as(const struct instruction *, const uint8_t bytes[6], uint64_t ia, const struct cpu *,
               struct op *);
static inline int instruction_length(uint8_t first)
{
    return first < 0x40 ? 2 : first < 0xC0 ? 4 : 6;
}

#endif
