/* The engine's memory of decoded code, and what storage.c must know of it. Private to
 * engine.c, blocks.c and storage.c. */
#ifndef CPU_BLOCKS_H
#define CPU_BLOCKS_H

#include "cpu/engine.h"

/* Context numbers: 0 is never used, the last means "keep nothing": it serves when the
 * numbers are used up, until the engine has flushed. */
enum { CONTEXTS = 2048, CONTEXT_UNCACHED = CONTEXTS - 1 };

enum { NEIGHBOURS = 4 };
enum { JUMPS = 4096, BUCKETS = 16384, MAX_POSTED = 64, MAX_BLOCK = 48 };

struct jump {
    uint64_t ia;
    uint64_t context;        /* 0: none */
    struct block *to;
};

/* What a context stands for: everything that the way from a logical address to decoded
 * code or to an operand depends on, besides storage itself. */
struct context_key {
    uint64_t designation;    /* segment tables in use, 0 with DAT off */
    uint64_t rest;           /* key, state, the bits of CR0 that matter, PER */
};

/* A context after PTLB has another number, but the same place: the number that the first with its
 * key had. */
struct context {
    struct context_key key;
    uint64_t epoch;          /* when it was made: see struct engine */
    uint16_t place;
};

/* The contexts that belong to a state of the PSW, as long as nothing else changes. */
struct known_state {
    uint32_t state;          /* what counts of the PSW; all ones: none */
    uint16_t context, code_context;
};
enum { KNOWN_STATES = 16 };

/* Blocks that have code in a 64-byte line of storage: list cells, by index. */
struct line_cell {
    struct block *block;
    uint32_t next;
};

struct engine {
    struct cpu *cpu;
    char *arena;             /* blocks, one after another; all are forgotten together */
    size_t used;
    struct block *buckets[BUCKETS];
    struct jump jumps[JUMPS];
    struct context contexts[CONTEXTS];
    unsigned context_count;
    uint64_t epoch;          /* how often translations by tables were purged */
    uint16_t recent[256];    /* contexts by a hash of their keys, NEIGHBOURS of a hash */
    struct table_entries entries[TRANSLATIONS];     /* what each translation was made of */
    struct known_state known[KNOWN_STATES];
    bool flush_wanted;
    struct link *from;       /* the link that the block found next belongs to */
    uint32_t *lines;         /* first cell of each line of storage, 0 if none */
    uint64_t line_count;
    struct line_cell *cells;
    uint32_t cell_count, cell_room;
    uint8_t *kept;           /* for each 2K block: may be in translations, or has code */
    struct block *scratch;   /* slow mode's one-instruction block */

    pthread_mutex_t lock;    /* guards what follows: other threads post here */
    struct { uint64_t address, length; } posted[MAX_POSTED];
    unsigned posted_count;   /* more than MAX_POSTED: flush */
};

/* Where the block at this address in the present context is remembered. Spaces use the same
 * addresses, a monitor in a monitor's machine the very same program: they are not to meet. */
static inline struct jump *jump_for(struct engine *engine, uint64_t ia)
{
    enum { SPREAD = 6 };
    return &engine->jumps[(ia >> 1 ^ engine->cpu->code_context << SPREAD) & (JUMPS - 1)];
}

/* Where a context's translations are kept: spaces use the same addresses, and are not all to
 * meet in the same place. */
static inline uint64_t spread_of(const struct engine *engine, unsigned context)
{
    return (uint64_t)engine->contexts[context].place * 0x9E5u << TRANSLATION_SHIFT;
}

/* Does any CPU hold code of these bytes decoded? Exact to the halfword. */
bool code_in_lines(const struct machine *, uint64_t absolute, uint64_t length);
static inline bool code_in(const struct machine *machine, uint64_t absolute, uint64_t length)
{
    unsigned within = absolute & 63;
    if (unlikely(within + length > 64))
        return code_in_lines(machine, absolute, length);
    unsigned first = within >> 1, last = (within + (unsigned)length - 1) >> 1;
    uint32_t bits = __atomic_load_n(&machine->code_map[absolute >> 6], __ATOMIC_RELAXED);
    return bits & (uint32_t)((2ull << last) - (1ull << first));
}
/* This CPU stores into code: its own operations are emptied, other CPUs are told. */
void code_stored(struct cpu *, uint64_t absolute, uint64_t length);
/* Between blocks: forget code in a range, all of a block if any of it is hit. */
void engine_forget_code(struct engine *, uint64_t absolute, uint64_t length);
void engine_forget_all(struct engine *);
/* Forget translations and links, not decoded code. */
void engine_purge(struct cpu *);
void engine_take_posted(struct engine *);

/* The block at psw.ia in the present context, decoded if need be. May raise program
 * interruptions (cpu->op is NULL then: the exception belongs to the fetch). */
struct block *engine_find_block(struct engine *, uint64_t ia);
/* The one instruction at `ia` for slow mode; its bytes for the observer. */
struct block *engine_decode_one(struct engine *, uint64_t ia, uint8_t bytes[6], int *length);

op_handler op_leave, op_fall;

/* specialise.c: specialised and fused handlers. The flags that hold for the operation are
 * adjusted; fuse() gives the handler for both, or NULL. */
void specialise(struct op *, uint8_t *flags);
op_handler *fuse(const struct op *first, const struct op *second);

#endif
