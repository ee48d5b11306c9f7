/* Address spaces and how programs go from one to another: access-register translation
 * (art.c), ASN translation and authorization (asn.c), PROGRAM CALL and its like (das.c), the
 * linkage stack (stack.c), the trace table (trace.c). Private to cpu/.
 * GA22 3-13 to 3-18; SA22-7201 and SA22-7832 chapters 3, 5 and 10. */
#ifndef CPU_SPACES_H
#define CPU_SPACES_H

#include "cpu/control.h"

/* What architectures differ in about the tables of address spaces. ESA/390 has two sets:
 * without the address-space-function control (control register 0 bit 15) those of System/370
 * with longer addresses. Origins are masks of the words in which they stand; places are
 * words of an entry. */
struct space_format {
    uint32_t real;                  /* bits of a real address */
    uint32_t asn_first_origin;      /* bits of control register 14, which stand 12 to the left */
    uint32_t first_reserved;        /* of an ASN-first-table entry */
    uint32_t second_origin;
    uint8_t second_words;           /* of an ASN-second-table entry: 4 or 16 */
    uint32_t second_reserved[2];    /* of its first two words */
    uint32_t authority_origin;
    bool wide;                      /* space and registers are designated by doublewords */
    uint8_t linkage_place;          /* of the linkage-table designation */
    uint32_t linkage_reserved;      /* of that designation */
    bool by_primary_entry;          /* control register 5 designates the primary space's
                                       entry: address-space functions */
    uint64_t space_switch_event;    /* the bit of a designation */
    uint64_t subspace_kept;         /* of a designation that a subspace's takes the place of */
    uint32_t linkage_origin, entry_origin, entry_reserved;
    uint8_t entry_words;            /* of an entry-table entry: 4 or 8 */
    struct { uint8_t keys, new_keys, parameter; } entry_place;
    bool short_addresses;           /* 24 bits, and no addressing mode */
    uint64_t subspace_group;        /* the bit of a designation; 0: there are none */
    uint8_t last_space_code;        /* that SET ADDRESS SPACE CONTROL knows */
};

const struct space_format *space_format(const struct cpu *);
static inline bool has_space_functions(const struct cpu *cpu)
{
    return space_format(cpu)->by_primary_entry;
}

/* ---- what the control registers hold ------------------------------------------------ */

static inline uint16_t left_half(uint64_t word) { return (uint16_t)(word >> 16); }
static inline uint16_t right_half(uint64_t word) { return (uint16_t)word; }
static inline uint32_t halves(uint16_t left, uint16_t right)
{
    return (uint32_t)left << 16 | right;
}

static inline uint16_t key_mask(const struct cpu *cpu) { return left_half(cpu->cr[3]); }
static inline uint16_t secondary_asn(const struct cpu *cpu) { return right_half(cpu->cr[3]); }
static inline uint16_t authorization_index(const struct cpu *cpu) { return left_half(cpu->cr[4]); }
static inline uint16_t primary_asn(const struct cpu *cpu) { return right_half(cpu->cr[4]); }
static inline uint16_t extended_authority(const struct cpu *cpu) { return left_half(cpu->cr[8]); }
static inline uint32_t secondary_instance(const struct cpu *cpu) { return (uint32_t)(cpu->cr[3] >> 32); }
static inline uint32_t primary_instance(const struct cpu *cpu) { return (uint32_t)(cpu->cr[4] >> 32); }

static inline void set_key_mask(struct cpu *cpu, unsigned mask)
{
    set_control_word(cpu, 3, halves((uint16_t)mask, secondary_asn(cpu)));
}

/* A designation of a space: all of the register where it has 64 bits. */
static inline void set_designation(struct cpu *cpu, unsigned r, uint64_t designation)
{
    if (space_format(cpu)->wide)
        cpu->cr[r] = designation;
    else
        set_control_word(cpu, r, (uint32_t)designation);
}

/* An address of 24 or 31 bits with the mode in front, as programs keep it. */
static inline uint32_t mode_and_address(const struct cpu *cpu, uint64_t address)
{
    return (uint32_t)address | (cpu->psw.amode == AMODE_31 ? 0x80000000 : 0);
}

/* The dispatchable-unit control table. */
static inline uint32_t control_table(const struct cpu *cpu) { return cpu->cr[2] & 0x7FFFFFC0; }

/* ---- asn.c --------------------------------------------------------------------------- */

enum { ENTRY_INVALID = 0x80000000u };

/* What an ASN-second-table entry says. */
struct address_space {
    uint32_t origin;                /* real address of the entry */
    uint32_t authority_origin, authority_length;
    uint16_t authorization_index;
    uint64_t designation;
    uint32_t linkage_designation, access_list, sequence_number;
    uint32_t instance;              /* of the number: ASTEIN */
    bool base_space;
    bool controlled, reusable;      /* which instructions may go there by its number alone */
};

/* Is ASN-and-LX reuse installed, and enabled in control register 0? */
bool reuses_numbers(const struct cpu *);

/* The entry at a real address: 0, or ASX-translation if it is invalid. */
int read_space_entry(struct cpu *, uint32_t origin, struct address_space *);
/* 0, or the code of an AFX- or ASX-translation exception, which is the caller's to raise;
 * what else can be wrong is raised here. */
int translate_asn(struct cpu *, uint16_t asn, struct address_space *);
/* The authority table has two bits for each authorization index: primary, secondary. */
bool authorized(struct cpu *, const struct address_space *, uint16_t index, bool secondary);
/* What control registers 1 and 7 get: in a subspace group, perhaps a subspace's. 0, or the
 * code of an exception. */
int replace_by_subspace(struct cpu *, uint32_t origin, uint64_t *designation);

/* A translated space for the instructions that switch to it, and then its subspace: both raise
 * what goes wrong. */
struct address_space other_space(struct cpu *, uint16_t asn);
void use_subspace(struct cpu *, struct address_space *);
/* The number must be in use for the space that the instance tells: or an ASTE-instance exception,
 * which identifies what was translated, by EXCEPTION_PRIMARY or EXCEPTION_SECONDARY, or 0. */
enum { EXCEPTION_PRIMARY = 0x20, EXCEPTION_SECONDARY = 0x10 };
void need_instance(struct cpu *, const struct address_space *, uint32_t instance,
                   uint8_t identification);
/* What control registers 3 and 4 say of the instances of their numbers. */
void set_instances(struct cpu *, uint32_t primary, uint32_t secondary);
/* What control register 5 has for a primary space. */
uint32_t linkage_of(const struct cpu *, const struct address_space *);
void make_secondary(struct cpu *, uint16_t asn, uint64_t designation);
/* Tells whether a space-switch event is due, which identifies the space that was left. */
bool make_primary(struct cpu *, uint16_t asn, const struct address_space *);
void identify_left_space(struct cpu *, uint64_t designation, uint16_t asn);

/* ---- das.c ----------------------------------------------------------------------------- */

/* What PROGRAM CALL's operand address says. Where linkage indexes are reused its bit 44 tells
 * whether the number has the bits on the left of that one, too (SA22 5-46). */
struct call_number {
    uint32_t number;                /* 20 or 31 bits */
    uint32_t identification;        /* as a translation exception tells it, with bit 44 */
    bool long_form;
};

/* The end of an instruction that goes on at psw.ia, perhaps in another space or state. */
const struct op *go_on(struct cpu *, const struct op *, bool space_switch_event);
/* Is there a space-switch event on the way into the home space, or out of it? */
bool home_space_event(struct cpu *, enum space_control from, enum space_control to);

/* ---- stack.c --------------------------------------------------------------------------- */

enum state_entry { STATE_BRANCH, STATE_PROGRAM_CALL };

/* Where the next entry goes: behind the descriptor at `before`; `back` is what a new section's
 * header gets to lead back to the one before, or 0. Raises what can go wrong; nothing changes. */
struct stack_place { uint64_t before, back; };
struct stack_place find_stack_place(struct cpu *);
/* Form a state entry there. `back` is the PSW in it; `called` are its bytes 144 to 151. */
void push_state(struct cpu *, struct stack_place, enum state_entry, const struct psw *back,
                uint64_t called);

/* Of the home space, whatever the PSW says of spaces and addressing modes; a store is checked
 * whole by check_home() only. */
void fetch_home(struct cpu *, uint8_t key, uint8_t *to, uint64_t from, unsigned length);
void check_home(struct cpu *, uint8_t key, uint64_t to, unsigned length);
void store_home(struct cpu *, uint8_t key, uint64_t to, const uint8_t *from, unsigned length);

/* ---- trace.c ---------------------------------------------------------------------------- */

/* Does control register 12 ask for entries about branches or modes? Then the CPU is in slow
 * mode, and each instruction comes by here before it is executed. */
bool tracing_branches(const struct cpu *);
void trace_before(struct cpu *, const struct op *);
/* The entries of ASN tracing, if that is on. Raises what goes wrong, and nothing has changed. */
void trace_program_call(struct cpu *, struct call_number, uint64_t next, enum amode);
void trace_program_transfer(struct cpu *, uint16_t asn, uint64_t r2, bool with_instance);
void trace_program_return(struct cpu *, bool of_call, uint16_t asn, const struct psw *to,
                          uint64_t next);
void trace_set_secondary(struct cpu *, uint16_t asn, bool with_instance);
void trace_subspace_branch(struct cpu *, uint32_t alet, uint64_t to);
/* To go on as this PSW says, at whatever address and mode. */
void trace_resume(struct cpu *, const struct psw *to, uint64_t next);
/* A branch that an instruction makes which is none of the branch instructions. */
void trace_branch(struct cpu *, uint64_t to);

/* ---- art.c ---------------------------------------------------------------------------- */

/* What access-register translation makes of an ALET. */
struct access_space {
    int code;                       /* 0, or the program interruption that ended it */
    uint64_t designation;
    bool fetch_only;                /* access-list-controlled protection */
    bool in_group;                  /* of subspaces: which one it is may change at any time */
    uint32_t origin;                /* of the ASN-second-table entry; 0 for ALETs 0 and 1 */
};
enum { ALET_PRIMARY = 0, ALET_SECONDARY = 1, ALET_PRIMARY_LIST = 0x01000000 };

/* Access register 0, and none, stand for ALET 0. */
static inline uint32_t alet_in(const struct cpu *cpu, unsigned r)
{
    return r & 15 ? cpu->ar[r & 15] : ALET_PRIMARY;
}
struct access_space translate_alet(struct cpu *, uint32_t alet, uint16_t authority);
/* The same but for the subspace that may take a base space's place. */
struct access_space find_alet(struct cpu *, uint32_t alet, uint16_t authority);
/* That which an access register names; raises what can go wrong. */
struct access_space space_by_register(struct cpu *, unsigned r);
/* The walk for LRA and its like: in the space that the PSW selects, by the access register
 * with the number of the operand's base where that counts. */
struct table_walk walk_to_operand(struct cpu *, uint64_t logical, unsigned base,
                                  struct access_space *);
void purge_access_entries(struct cpu *);

/* ---- select-space.c -------------------------------------------------------------------- */

/* What is known of the space that a base register's access register names; 16: no base. */
static inline const struct register_space *known_space(const struct cpu *cpu, unsigned base)
{
    const struct register_space *space = &cpu->register_spaces[base];
    uint32_t alet = base == 16 ? ALET_PRIMARY : cpu->ar[base];
    return space->alet == alet && space->owner == (uint32_t)cpu->code_context ? space : NULL;
}
/* The space of access register `r` has its translations there: in the access-register mode. */
void keep_space(struct cpu *, unsigned r, uint64_t context);
void forget_spaces(struct cpu *);

#endif
