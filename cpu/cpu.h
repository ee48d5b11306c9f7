/* The processor room's public face: machine, CPU, PSW, storage, and the table
 * through which the CPU asks for I/O.
 *
 * Addresses: "logical" as a program gives them, "real" after translation,
 * "absolute" after prefixing. Storage is addressed by absolute addresses. Values in
 * registers and parameters are in host byte order, bytes in storage are big-endian.
 * "GA22" is the System/370 Principles of Operation, GA22-7000-10. */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/agenda.h"
#include "core/clock.h"
#include "core/codepage.h"
#include "core/event.h"
#include "core/message.h"

struct cpu;
struct engine;
struct instruction;
struct machine;
struct op;

enum { MAX_CPUS = 8 };
enum { MAX_MAINSIZE_MB = 65536 };

/* The architectures, as the instruction list names those that have an instruction. */
enum architecture_id { S370 = 1, ESA390 = 2, ZARCH = 4 };

/* The unit of protection, translation and caching: S/370's key block and its
 * smaller page. A 4K page or key block is two of them. */
enum { BLOCK_SHIFT = 11, BLOCK_SIZE = 1 << BLOCK_SHIFT, BLOCK_MASK = BLOCK_SIZE - 1 };

/* A storage key as machine->keys holds it, one for each 2K block (GA22 3-8). */
enum { KEY_ACCESS = 0xF0, KEY_FETCH = 0x08, KEY_REFERENCE = 0x04, KEY_CHANGE = 0x02 };

/* Program interruption codes (GA22 6-8, and Appendix of codes). */
enum program_code {
    PGM_OPERATION = 0x01, PGM_PRIVILEGED = 0x02, PGM_EXECUTE = 0x03,
    PGM_PROTECTION = 0x04, PGM_ADDRESSING = 0x05, PGM_SPECIFICATION = 0x06,
    PGM_DATA = 0x07, PGM_FIXED_OVERFLOW = 0x08, PGM_FIXED_DIVIDE = 0x09,
    PGM_DECIMAL_OVERFLOW = 0x0A, PGM_DECIMAL_DIVIDE = 0x0B,
    PGM_EXPONENT_OVERFLOW = 0x0C, PGM_EXPONENT_UNDERFLOW = 0x0D,
    PGM_SIGNIFICANCE = 0x0E, PGM_FLOAT_DIVIDE = 0x0F,
    PGM_SEGMENT_TRANSLATION = 0x10, PGM_PAGE_TRANSLATION = 0x11,
    PGM_TRANSLATION_SPECIFICATION = 0x12, PGM_SPECIAL_OPERATION = 0x13,
    PGM_ASN_TRANSLATION_SPECIFICATION = 0x17, PGM_SPACE_SWITCH = 0x1C,
    PGM_PC_TRANSLATION_SPECIFICATION = 0x1F, PGM_AFX_TRANSLATION = 0x20,
    PGM_ASX_TRANSLATION = 0x21, PGM_LX_TRANSLATION = 0x22, PGM_EX_TRANSLATION = 0x23,
    PGM_PRIMARY_AUTHORITY = 0x24, PGM_SECONDARY_AUTHORITY = 0x25,
    PGM_MONITOR = 0x40, PGM_PER = 0x80,
    /* ESA/390 and z/Architecture (SA22 6-45) */
    PGM_OPERAND = 0x15, PGM_TRACE_TABLE = 0x16, PGM_HFP_SQUARE_ROOT = 0x1D,
    PGM_LFX_TRANSLATION = 0x26, PGM_LSX_TRANSLATION = 0x27,
    PGM_ALET_SPECIFICATION = 0x28, PGM_ALEN_TRANSLATION = 0x29, PGM_ALE_SEQUENCE = 0x2A,
    PGM_ASTE_VALIDITY = 0x2B, PGM_ASTE_SEQUENCE = 0x2C, PGM_EXTENDED_AUTHORITY = 0x2D,
    PGM_LSTE_SEQUENCE = 0x2E, PGM_ASTE_INSTANCE = 0x2F, PGM_STACK_FULL = 0x30,
    PGM_STACK_EMPTY = 0x31, PGM_STACK_SPECIFICATION = 0x32, PGM_STACK_TYPE = 0x33,
    PGM_STACK_OPERATION = 0x34, PGM_ASCE_TYPE = 0x38, PGM_REGION_FIRST = 0x39,
    PGM_REGION_SECOND = 0x3A, PGM_REGION_THIRD = 0x3B, PGM_CRYPTO_OPERATION = 0x119
};

/* Program mask bits as they stand in psw.program_mask (GA22 4-4). */
enum { MASK_FIXED_OVERFLOW = 8, MASK_DECIMAL_OVERFLOW = 4,
       MASK_EXPONENT_UNDERFLOW = 2, MASK_SIGNIFICANCE = 1 };

/* The PSW, taken apart; both formats (GA22 4-3) come from and go to it. While a
 * block runs, `ia` is stale: instruction_address() in engine.h tells where we are. */
struct psw {
    uint64_t ia;            /* address of the next instruction */
    uint8_t system_mask;    /* bits 0-7. BC: channels 0-5, rest, external.
                               EC: 0 R 000 T I E */
    uint8_t key;            /* access key in bits 0-3, zeros below: 0x00 .. 0xF0 */
    bool extended_control;  /* bit 12: EC mode; always so but in S/370 */
    bool machine_check;     /* bit 13 */
    bool wait;              /* bit 14 */
    bool problem;           /* bit 15 */
    uint8_t space;          /* enum space_control: bits 16-17; S/370's EC mode has bit 16 */
    uint8_t amode;          /* enum amode */
    uint8_t cc;             /* 0..3 */
    uint8_t program_mask;   /* 0..15, see MASK_ */
    bool malformed;         /* an early specification exception is due (GA22 6-7) */
    uint64_t reserved;      /* bits of the left half that should be zero and are not: the
                               old PSW shows them */
    uint64_t reserved_right;/* and of a z/Architecture PSW's second doubleword, or of ESA/390's
                               second word: the addressing mode was not a valid one */
};
enum space_control { SPACE_CONTROL_PRIMARY, SPACE_CONTROL_REGISTERS, SPACE_CONTROL_SECONDARY,
                     SPACE_CONTROL_HOME };
enum amode { AMODE_24, AMODE_31, AMODE_64 };
enum { EC_PER = 0x40, EC_DAT = 0x04, EC_IO = 0x02, EC_EXTERNAL = 0x01 };

/* A general register: 64 bits, of which S/370 and ESA/390 use the low word. */
union general_register {
    uint64_t d;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    struct { uint32_t w, high; };
#else
    struct { uint32_t high, w; };
#endif
};

/* Reasons for a CPU to leave its blocks and look up: cpu->pending. Any thread may
 * set one, with cpu_attend(). */
enum attention {
    ATTEND_STOP        = 1 << 0,   /* stop at the end of this unit of operation */
    ATTEND_RESTART     = 1 << 1,
    ATTEND_IO          = 1 << 2,   /* the channels have, or may have, an interruption */
    ATTEND_MACHINE_CHECK = 1 << 3,
    ATTEND_INTERRUPT_KEY = 1 << 4, /* external 0040 */
    ATTEND_MALFUNCTION = 1 << 5,   /* external 1200 */
    ATTEND_EMERGENCY   = 1 << 6,   /* external 1201 */
    ATTEND_CALL        = 1 << 7,   /* external 1202 */
    ATTEND_INTERVAL_TIMER = 1 << 8,/* external 0080 */
    ATTEND_INVALIDATE  = 1 << 9,   /* another thread stored into code we hold */
    ATTEND_PURGE       = 1 << 10,  /* another CPU changed a key or a page: forget translations */
    ATTEND_QUIT        = 1 << 11,  /* the CPU's thread ends */
    ATTEND_STORE_STATUS= 1 << 12,  /* with STOP: store status once stopped */
    ATTEND_RESET       = 1 << 13,  /* SIGP: CPU reset, or initial CPU reset with the next */
    ATTEND_INITIAL     = 1 << 14,
    ATTEND_VIRTUAL_TIMER = 1 << 16,/* external 0100: the interval timer of a virtual machine */
    ATTEND_SERVICE     = 1 << 15   /* external 2401, for whichever CPU takes it first */
};

/* Bits of the machine-check-interruption code (GA22 11-16): what has happened, and to what. */
#define MCK_SYSTEM_DAMAGE       0x8000000000000000ull
#define MCK_INSTRUCTION_DAMAGE  0x4000000000000000ull
#define MCK_RECOVERY            0x2000000000000000ull
#define MCK_TIMER_DAMAGE        0x1000000000000000ull   /* the interval timer */
#define MCK_TIMING_DAMAGE       0x0800000000000000ull   /* TOD clock, comparator, CPU timer */
#define MCK_EXTERNAL_DAMAGE     0x0400000000000000ull
#define MCK_DEGRADATION         0x0100000000000000ull
#define MCK_WARNING             0x0080000000000000ull
#define MCK_CHANNEL_REPORT      0x0040000000000000ull   /* the channel subsystem has one to give */
#define MCK_EXIGENT             0xC000000000000000ull   /* cannot be put off */
#define MCK_CONDITIONS          0xFF80000000000000ull
#define MCK_STORAGE_ERROR       0x0000800000000000ull   /* uncorrected */
#define MCK_STORAGE_CORRECTED   0x0000400000000000ull
#define MCK_FAILING_ADDRESS     0x0000008000000000ull   /* there is one */

/* What the translation cache knows about a 2K block of a context (storage.h). A tag
 * is the block's logical address with the context's number in the low 11 bits;
 * `offset` takes a logical address to an absolute one, `host` to the host's. */
struct translation {
    uint64_t read_tag, write_tag;
    uint64_t offset;
    uint64_t host;
};
enum { TRANSLATIONS = 2048, TRANSLATION_SHIFT = 5 };   /* each of 32 bytes */

/* What the virtual-machine assist does (vm-assist.c), and from CP_ASSISTS on the CP assists
 * (cp-assist.c); and how often. */
enum vm_assist {
    VM_ASSIST_SVC, VM_ASSIST_SSM, VM_ASSIST_LPSW, VM_ASSIST_STNSM, VM_ASSIST_STOSM,
    VM_ASSIST_STCTL, VM_ASSIST_LRA, VM_ASSIST_ISK, VM_ASSIST_SSK, VM_ASSIST_RRB, VM_ASSIST_IPK,
    VM_ASSIST_SPKA, VM_ASSIST_SHADOW_TABLES, VM_ASSIST_INTERVAL_TIMER,
    CP_ASSISTS,
    CP_ASSIST_LCKPG = CP_ASSISTS, CP_ASSIST_ULKPG, CP_ASSIST_SCNVU, CP_ASSIST_TRBRG,
    CP_ASSIST_TRLOK, CP_ASSIST_SCNRU, CP_ASSIST_STEVL, CP_ASSIST_FREEX, CP_ASSIST_FRETX, VM_ASSISTS
};
struct vm_assist_count {
    uint64_t calls, done;   /* done: the control program was not asked */
};

/* What access-register translation has found for an ALET in an access list: the ALB. */
struct access_entry {
    uint32_t alet, list;            /* the access list's designation */
    uint16_t authority;             /* extended authorization index it was found with */
    bool valid, fetch_only;
    uint32_t space;                 /* real address of the ASN-second-table entry */
    uint64_t designation;           /* of the space, as that entry has it */
};
enum { ACCESS_ENTRIES = 16 };

/* The context in which the translations of an access register's space are kept, for an ALET and
 * while the context of instructions is that of the access-register mode in which it was found. */
struct register_space {
    uint32_t alet, owner;
    uint64_t context, spread;
};

struct cpu {
    /* --- hot: what instruction handlers touch --- */
    union general_register gr[17];  /* machine's; gr[16] is always zero: a base or index 0 */
    int32_t budget;                 /* derived: instructions left before looking up */
    _Atomic int32_t floor;          /* derived: look up when budget < floor */
    uint64_t address_mask;          /* derived: 0x00FFFFFF, 0x7FFFFFFF or all ones */
    uint64_t high_kept;             /* derived: what of a register an address put into it leaves:
                                       the left half, in the 64-bit mode nothing */
    uint64_t context;               /* derived: number of the context, 1 .. 2047 */
    uint64_t code_context;          /* derived: that of instruction fetching: the same unless
                                       instructions and operands come from different spaces */
    uint64_t context_spread;        /* derived: where the context's translations are kept */
    uint64_t code_spread;           /* derived: and those of code_context */
    uint8_t *storage;               /* host's: machine->storage */
    uint32_t *code_map;             /* host's: machine->code_map */
    const struct op *op;            /* derived: the operation being executed */
    const struct op *last_branch;   /* derived: it broke the sequence since breaking_event was set,
                                       or NULL */
    struct psw psw;                 /* machine's */
    uint64_t fpr[16];               /* machine's; S/370 has 0, 2, 4, 6 */
    uint32_t fpc;                   /* machine's: floating-point-control register */
    uint8_t fpr_missing;            /* derived: bits that a floating-point register's number may
                                       not have: 9 if there are but four, else 0 */
    uint8_t access_register;        /* derived: for the operand that comes next, of an instruction
                                       that has several: in_space_of() */
    struct translation translations[TRANSLATIONS];  /* derived */

    /* --- machine's --- */
    const struct architecture *arch;/* derived: machine->arch */
    uint64_t cr[16];
    uint32_t ar[16];                /* access registers */
    uint64_t program_parameter;     /* of LPP: for whoever samples what the CPU does */
    uint32_t tod_programmable;      /* TOD programmable register: 16 bits */
    uint32_t prefix;                /* absolute address, multiple of 4096 */
    uint16_t address;               /* CPU address */
    bool offline;                   /* not configured: cannot be started, SIGP finds none */
    bool started;                   /* operating or load state, not stopped */
    bool loading;                   /* IPL in progress, or it has failed */
    bool load_failed;
    bool check_stopped;             /* an exigent machine check found them masked: only a
                                       reset lets it start again */
    uint64_t clock_comparator;      /* TOD units, compared unsigned */
    int64_t timer_base;             /* CPU timer = timer_base - time passed (timer.c) */
    bool timers_stand;              /* stopped: the CPU timer is timer_base, both timers stand */
    uint64_t last_tod;              /* last value STCK gave, for uniqueness */
    /* Who sent what is pending: 1 << CPU address; other CPUs set them, atomically. */
    uint16_t external_call_source, emergency_sources, malfunction_sources;
    uint64_t machine_check_code;    /* MCIC of what ATTEND_MACHINE_CHECK announces; any thread
                                       adds to it, atomically */
    uint32_t failing_address;       /* of storage, with it */
    uint64_t instructions;          /* executed up to the last refill of the budget */
    uint64_t clocked;               /* how many of them the virtual clock has seen */
    _Atomic uint32_t pending;       /* enum attention */
    uint8_t per_code;               /* PER events met by the current instruction, bits as stored */
    uint8_t per_modes;              /* its addressing and translation mode, as stored */
    uint8_t per_space, per_access_id;   /* of the store: enum space_control, access register */
    uint64_t per_address;           /* instruction that caused them */
    uint32_t per_events;            /* control register 9 if PER was on when it began */
    const struct op *per_op;        /* derived: the operation itself */
    uint32_t per_gr1;               /* register 1 as it was then: has EDMK changed it? */
    uint64_t translation_exception; /* TEA as stored at 144 or 168 */
    uint8_t exception_access_id;    /* access register of it, as stored at 160 */
    uint8_t data_exception_code;    /* DXC */
    uint16_t move_page_registers;   /* MVPG's, as stored at 162, or'ed with 0x100; 0: no MVPG */
    uint64_t breaking_event;        /* breaking-event-address register: see settle_breaking_event() */
    uint16_t monitor_class; uint64_t monitor_code;

    /* --- derived --- */
    int32_t refill;                 /* what the budget was set to */
    uint32_t timers_due;            /* subclass masks in CR0 of clock comparator, CPU timer if due */
    uint64_t until;                 /* engine_run()'s limit */
    bool slow;                      /* one instruction at a time: PER, tracing, stepping */
    bool branched;                  /* slow: the last instruction was a successful branch */
    struct engine *engine;          /* blocks and contexts */
    uint32_t interval_timer_last;   /* timer.c */
    struct vm_assist_count vm_assists[VM_ASSISTS];
    struct access_entry access_entries[ACCESS_ENTRIES];
    struct register_space register_spaces[17];      /* by base: 16 stands for none, ALET 0 */
    bool register_spaces_kept;

    /* --- host's --- */
    struct machine *machine;
    jmp_buf unwind;
    pthread_t thread;
    bool has_thread;
    pthread_cond_t wake;            /* with machine->lock */
};

/* An I/O interruption of the channel subsystem as it is stored at 184: subsystem-identification
 * word, interruption parameter and, in z/Architecture, interruption-identification word. */
struct io_interruption { uint32_t id, parameter, word; };

/* What a function of the port gives for an operand exception, instead of a condition code. */
enum { IO_OPERAND = -1 };

/* How the CPU reaches the channels: filled in by channel/. The functions are called
 * on the CPU's thread, in supervisor state, with the operand address computed; they
 * return the condition code. `context` is channel/'s. CSW and logout are stored by
 * the callee through storage_absolute(). */
struct io_port {
    void *context;
    int (*start_io)(void *context, struct cpu *, uint32_t address, bool fast_release);
    int (*test_io)(void *context, struct cpu *, uint32_t address);
    int (*clear_io)(void *context, struct cpu *, uint32_t address);
    int (*halt_io)(void *context, struct cpu *, uint32_t address);
    int (*halt_device)(void *context, struct cpu *, uint32_t address);
    int (*test_channel)(void *context, struct cpu *, uint32_t address);
    int (*clear_channel)(void *context, struct cpu *, uint32_t address);
    int (*store_channel_id)(void *context, struct cpu *, uint32_t address);
    int (*connect_channel_set)(void *context, struct cpu *, uint32_t address);
    int (*disconnect_channel_set)(void *context, struct cpu *, uint32_t address);
    /* An enabled interruption if there is one: its address in *address, its CSW in
     * csw[8], and it is cleared. `masks`: bit 31-n is set if channel n is enabled. */
    bool (*take_interruption)(void *context, struct cpu *, uint32_t masks,
                              uint16_t *address, uint8_t csw[8]);
    /* Is there an interruption that these masks would let in? */
    bool (*interruption_pending)(void *context, struct cpu *, uint32_t masks);
    void (*reset)(void *context);     /* I/O system reset (GA22 4-39) */
    /* The first half of IPL: read 24 bytes to location 0 and run the channel
     * program there; the CPU is in load state meanwhile. Calls ipl_complete(). */
    bool (*load)(void *context, struct cpu *, uint32_t address);

    /* The channel subsystem, of ESA/390 and z/Architecture. `id` is general register 1, the
     * subsystem-identification word. Blocks are bytes of the host's that the instruction
     * has fetched, or will store if the condition code is not 3: it sees to alignment and
     * access beforehand. IO_OPERAND: nothing was done. */
    int (*start_subchannel)(void *context, struct cpu *, uint32_t id, const uint8_t orb[32]);
    int (*test_subchannel)(void *context, struct cpu *, uint32_t id, uint8_t irb[96]);
    unsigned (*response_length)(void *context, uint32_t id);  /* of the IRB: 64 or 96 */
    int (*store_subchannel)(void *context, struct cpu *, uint32_t id, uint8_t schib[52]);
    int (*modify_subchannel)(void *context, struct cpu *, uint32_t id, const uint8_t schib[52]);
    int (*halt_subchannel)(void *context, struct cpu *, uint32_t id);
    int (*clear_subchannel)(void *context, struct cpu *, uint32_t id);
    int (*resume_subchannel)(void *context, struct cpu *, uint32_t id);
    int (*cancel_subchannel)(void *context, struct cpu *, uint32_t id);
    int (*reset_channel_path)(void *context, struct cpu *, uint32_t gr1);
    int (*set_address_limit)(void *context, struct cpu *, uint32_t gr1);
    int (*set_channel_monitor)(void *context, struct cpu *, uint32_t gr1, uint64_t gr2);
    int (*store_path_status)(void *context, struct cpu *, uint8_t status[32]);
    int (*store_channel_report)(void *context, struct cpu *, uint32_t *report);
    /* The request in the block is replaced by request and response. */
    int (*channel_subsystem_call)(void *context, struct cpu *, uint8_t block[4096]);
    /* The first interruption of these subclasses (80 >> n for subclass n, as in control
     * register 6) if there is one; its request is cleared. Is there one? Any thread. */
    bool (*take_subclass)(void *context, uint8_t subclasses, struct io_interruption *);
    bool (*subclass_pending)(void *context, uint8_t subclasses);
    /* Is the machine check "channel report pending" due? Any CPU may take it: true once. */
    bool (*report_pending)(void *context);
    bool (*take_report_pending)(void *context);
};

/* The service processor, which SERVICE CALL reaches: filled in by console/. Called on the
 * CPU's thread with a command word and the absolute address of the control block, of which
 * eight bytes are there; its length in the first two is eight or more; returns the condition code. The answer comes by
 * machine_service_signal(). */
struct service_port {
    void *context;
    int (*call)(void *context, struct cpu *, uint32_t command, uint64_t block);
};

/* The traces, breakpoints and displays of the operator hang on the slow mode. */
struct observer {
    void *context;
    /* Slow mode is wanted on all CPUs, for `before` and `after`. Who changes it makes them
     * look up with cpu_attend(cpu, ATTEND_PURGE). */
    _Atomic bool watching;
    /* Before an instruction in slow mode; false: stop the CPU before it. */
    bool (*before)(void *context, struct cpu *, uint64_t ia, const uint8_t bytes[6], int length);
    /* After it, if it ended without interruption. */
    void (*after)(void *context, struct cpu *);
    /* A program interruption is about to be taken; the old PSW is in cpu->psw. */
    void (*program_interruption)(void *context, struct cpu *, int code, int ilc);
    /* An interruption is about to be taken; `class` is the real address of the class's old
     * PSW (0x18 external .. 0x38 I/O, 0x08 restart), `code` as stored. The old PSW is in
     * cpu->psw. For checksums of a run. Set and taken back atomically. */
    void (*interruption)(void *context, struct cpu *, int class, uint16_t code);
    /* The CPU entered the stopped state by itself: disabled wait, interruption loop. */
    void (*stopped)(void *context, struct cpu *);
    /* DIAGNOSE with the code that the machine's options allow the guest (008 ...).
     * False: the machine has no such DIAGNOSE; a specification exception follows. */
    bool (*diagnose)(void *context, struct cpu *, uint32_t code, int r1, int r3);
};

/* What the operator set for compressed disks (the command cckd), for those that come. */
struct disk_settings {
    bool given;                 /* else the rest does not count */
    unsigned collect_seconds;   /* between two rounds of garbage collection; 0: none */
    int collect_more;           /* how much each does: a power of 2 */
    int compression, parameter; /* 0 none, 1 zlib, 2 bzip2, and its level; -1: as the file says */
    unsigned readers, ahead;    /* threads that read ahead, and how many tracks */
};

/* The CPU's identity and the machine's size, by the configuration's names. */
struct machine_options {
    enum architecture_id architecture;  /* the greatest that the machine has: z/Architecture
                                   brings ESA/390 along. 0: S370 */
    uint64_t mainsize;          /* bytes, a multiple of 4096 */
    uint64_t standby;           /* of them, the last so many are in standby after a clear reset;
                                   then both are multiples of 1M */
    uint64_t xpndsize;          /* of expanded storage, bytes: see machine_set_expanded() */
    int numcpu;
    uint32_t cpuserial;         /* 6 digits */
    uint16_t cpumodel;          /* 4 digits: 0x3032 */
    uint8_t cpuverid;
    bool cpuverid_forced;       /* z/Architecture has it, too: else it has 00 there */
    bool partition;             /* logical; lparnum is its number, 1 to 3F */
    uint8_t lparnum;
    uint8_t cpuidfmt;           /* of ESA/390's and z/Architecture's CPU identification: 0, 1 */
    char lparname[9];           /* LPARNAME */
    char manufacturer[17], plant[5];    /* STSI's: capital letters and digits; empty: Endicott's own */
    char models[4][17];         /* the model, its capacity, permanent and temporary capacity */
    bool virtual_time;
    bool host_commands;         /* a device statement may start a program of the host */
    bool no_tape_autoinit;      /* a tape image that is not there is an error, not a new one */
    struct disk_settings disks;
    bool extended_facility;     /* S/370 extended facility and its MVS assists */
    unsigned ecps_level;        /* of VM/370's extended control-program support (ECPS:VM), which
                                   brings the virtual-machine assist; 0: neither is there */
    _Atomic uint32_t vm_assists_off;    /* by the operator: 1 << enum vm_assist */
    const char *without[17];    /* facilities of the instruction list that are switched off, then
                                   NULL */
    uint8_t hidden_bits[24];    /* of STFLE's list, though what they stand for is there */
    _Atomic uint32_t timer_step_ns;     /* the interval timer is stepped so often; 0: at each unit */
    bool key_4k;                /* storage keys for 4K blocks; no configuration statement
                                   of the field asks for it: its S/370 has 2K keys */
};

struct machine {
    struct machine_options options;
    const struct architecture *arch;    /* of all CPUs: SIGP may switch it */
    uint8_t *storage;           /* machine's: options.mainsize bytes */
    uint8_t *keys;              /* machine's: a key a 2K block */
    uint8_t *expanded;          /* machine's: options.xpndsize bytes; NULL: there is none */
    uint8_t dea_wrapping_key[24], aes_wrapping_key[32];     /* machine's: PCKMO; new at each
                                   clear reset */
    uint8_t *assigned;          /* machine's: not 0 for a megabyte that programs may use; NULL:
                                   all of storage. See machine_assign_storage() */
    uint64_t whole;             /* derived: below this address all is there */
    bool standby_attached;      /* machine's: the program has asked for what is in standby */
    uint8_t *unusable;          /* machine's: not 0 for a frame of 4K that TEST BLOCK finds so;
                                   NULL: every frame is usable */
    uint32_t *code_map;         /* derived: a bit a halfword: an engine holds it decoded */
    uint8_t *code_holders;      /* derived: for 64 bytes, which CPUs' engines hold code of them */
    pthread_mutex_t code_lock;  /* guards code_holders, and clearing bits of code_map */
    struct clock clock;
    struct agenda agenda;       /* virtual mode: what I/O is to complete when */
    struct messages *messages;
    struct events *events;      /* host's: the thread that waits for sockets */
    struct codepage codepage;
    struct cpu *cpus[MAX_CPUS];
    int ncpus;
    struct io_port io;
    struct service_port service;
    _Atomic uint64_t service_signal;    /* service.c: parameter and whether it is pending */
    struct completion *completions;     /* service.c: guarded by the lock; whether there are any */
    pthread_mutex_t completions_lock;
    _Atomic bool has_completions;
    struct observer observer;
    pthread_mutex_t lock;       /* guards started/loading/waiting of all CPUs */
    pthread_mutex_t locked_operations;  /* PERFORM LOCKED OPERATION: one at a time */
    pthread_cond_t changed;     /* some CPU stopped, started, or entered the wait state */
    _Atomic bool topology_changed;      /* a CPU came or went since STSI was asked for it */
    _Atomic bool quitting;
};

/* ---- machine.c ---------------------------------------------------------- */

/* A machine in the state of a power-on reset: storage and registers zero, CPUs
 * stopped. NULL if the host has not the storage. Listeners and I/O are the caller's
 * to add before anything is started. `messages` stays the caller's. */
struct machine *machine_new(const struct machine_options *, struct messages *);

/* Stop the CPUs' threads and free everything. Devices must be gone already. */
void machine_free(struct machine *);

/* Change the storage size or the number of CPUs; all CPUs must be stopped. False if
 * the host has not the storage; nothing has changed then. Storage is cleared. */
bool machine_resize(struct machine *, uint64_t mainsize, int numcpu);

/* The service processor gives a part of storage to the program, or takes it: what is taken is no
 * place for anybody, an addressing exception, and comes back as zeros. In whole megabytes; only
 * where options.standby says that storage comes and goes. */
void machine_assign_storage(struct machine *, uint64_t address, uint64_t size, bool assign);

/* Is there storage at the absolute address? */
static inline bool storage_is_there(const struct machine *machine, uint64_t absolute)
{
    return absolute < machine->whole ||
           (absolute < machine->options.mainsize && machine->assigned[absolute >> 20]);
}

/* Expanded storage of so many bytes, a multiple of 4096, all zeros; 0: none. All CPUs must be
 * stopped. False if the host has not the storage; nothing has changed then. */
bool machine_set_expanded(struct machine *, uint64_t size);

/* Host mode: start a thread for each CPU. Virtual mode: nothing to do. */
void machine_power_on(struct machine *);

/* Virtual mode: let the machine run until `until` says so (it is asked between
 * slices of work and whenever a message was sent), every CPU is stopped, or nothing
 * can ever happen any more (all CPUs wait and the agenda is empty), or the virtual
 * clock reaches `deadline_ns`. */
enum machine_result { MACHINE_UNTIL, MACHINE_STOPPED, MACHINE_IDLE, MACHINE_DEADLINE };
enum machine_result machine_run(struct machine *, bool (*until)(void *), void *context,
                                uint64_t deadline_ns);

/* ---- operator functions: any thread, in host mode or between machine_run()s --- */

void cpu_start(struct cpu *);           /* not out of the check-stop state */
void cpu_stop(struct cpu *);            /* asks; see cpu_wait_stopped() */
bool cpu_wait_stopped(struct cpu *, uint64_t host_ns);   /* false on time-out */
void cpu_set_psw(struct cpu *, const struct psw *);     /* of a stopped CPU */
void cpu_restart(struct cpu *);         /* the restart key: PSW exchange, then start */
void cpu_attend(struct cpu *, uint32_t reasons);

/* Any thread: a machine-check condition, MCK_ bits; the interruption comes when the CPU is
 * enabled for it. Validity is added by the interruption. */
void cpu_machine_check(struct cpu *, uint64_t code, uint32_t failing_address);
/* Configure a CPU, or take it out of the configuration; it is stopped then. Any thread. */
void cpu_configure(struct cpu *, bool online);
bool cpu_waiting(const struct cpu *);   /* enabled or disabled wait state, not stopped */
uint64_t cpu_instructions(const struct cpu *);  /* executed so far; exact when stopped */

/* Resets (GA22 4-38): the CPUs must be stopped. */
void machine_system_reset(struct machine *);        /* system-reset-normal key */
void machine_clear_reset(struct machine *);         /* system-reset-clear key */
void cpu_reset(struct cpu *);
void cpu_initial_reset(struct cpu *);
/* One that SIGP ordered: orders stay pending, and the CPU busy, until they are served. */
void cpu_ordered_reset(struct cpu *, bool initial);

/* Store status into the low storage of absolute zero (GA22 4-41). */
void cpu_store_status(struct cpu *);
/* The same, from an absolute address on: where z/Architecture's area, 512 bytes from 4608 on,
 * would begin. False if it is not in storage. */
bool cpu_store_status_at(struct cpu *, uint64_t address);

/* IPL from a device: all CPUs are stopped and reset; with `clear`, storage too. False if the channels refuse
 * (no such device). The CPU loads its PSW and starts when ipl_complete() is called. */
bool machine_ipl(struct machine *, int cpu, uint32_t device, bool clear);

/* IPL without a device: begin stops and resets as an IPL does and puts the CPU into the load
 * state; the caller fills storage; end loads the PSW at 0 and starts, or gives up. */
struct cpu *machine_ipl_begin(struct machine *, int cpu, bool clear);
void machine_ipl_end(struct cpu *, bool start);

/* The second half of IPL, called by channel/ when the initial program is in: the
 * device's address goes to location 2 (BC) or 184 (EC), or the channel subsystem has put
 * the subchannel's identification there; the PSW at 0 is loaded. If
 * `error` is not NULL the load failed: the CPU stays in the load state's light. */
void ipl_complete(struct cpu *, uint16_t device, const char *error);

/* What the engine has decoded at an absolute address; the CPU must be stopped. */
struct decoded_code {
    uint64_t ia, absolute;  /* where its block begins */
    unsigned bytes, operations;
};
bool cpu_decoded_at(const struct cpu *, uint64_t absolute, struct decoded_code *);
/* Row i of the translation cache, if it is in use: false if not. `context`: 0 if it is the
 * one in which the CPU is. The CPU must be stopped. */
struct cached_translation {
    uint64_t logical, absolute;     /* of the 2K block */
    unsigned context;
    bool fetch, store;
};
bool cpu_translation(const struct cpu *, unsigned i, struct cached_translation *);
/* ---- service.c ------------------------------------------------------------------- */

/* Make a service signal pending for all CPUs; one will take it. `parameter`: the control
 * block's address, or'ed with 1 if there are events to be read. Any thread. */
void machine_service_signal(struct machine *, uint32_t parameter);

/* What was begun for the program on its behalf (DIAGNOSE 250) has ended: external interruption 2603,
 * masked as the service signal is, one for each, for any CPU. The parameter is stored as eight
 * bytes at 4536 or as four at 128. */
struct completion_signal {
    uint64_t parameter;
    uint16_t subcode;
    bool wide;
};
/* Any thread; so for the next. */
void machine_completion(struct machine *, uint16_t owner, const struct completion_signal *);
/* How many of an owner's have not been presented yet. */
unsigned machine_completions(struct machine *, uint16_t owner);
/* Those of one owner, or of all (-1), are not presented any more. */
void machine_forget_completions(struct machine *, int owner);

/* ---- storage.c: storage from outside the CPU ------------------------------- */

/* Host address of `length` bytes of absolute storage; NULL if any is not there.
 * For the machine's own fields (CSW, PSWs, displays): no keys, no reference bits.
 * After storing through it call storage_changed(). */
uint8_t *storage_absolute(struct machine *, uint64_t address, uint64_t length);

/* Tell the engines that bytes of storage have changed; any thread. */
void storage_changed(struct machine *, uint64_t address, uint64_t length);

/* A channel's access: protection by `key` (0x00..0xF0), reference and change bits.
 * 0, or the channel-status bit: 0x10 protection check, 0x20 program check (address).
 * Nothing is moved if any of the bytes may not be. Any thread. */
int storage_channel_fetch(struct machine *, uint64_t address, void *to, size_t length, uint8_t key);
int storage_channel_store(struct machine *, uint64_t address, const void *from, size_t length,
                          uint8_t key);

/* ---- architecture.c ------------------------------------------------------------- */

/* What STORE CPU ID stores: control.c. */
uint64_t cpu_identification(const struct cpu *);

/* What architectures differ in, besides their instructions: architecture.h. */
const struct architecture *architecture_of(enum architecture_id);
const char *architecture_name(const struct architecture *);      /* "S/370" */
enum architecture_id architecture_id(const struct architecture *);
/* Bytes of a PSW: 8 or 16. */
unsigned architecture_psw_size(const struct architecture *);
/* Switch all CPUs, which must be stopped or be the caller's own: PSWs, prefixes and
 * control registers become what the other architecture makes of them (SIGP's rules). */
void machine_set_architecture(struct machine *, enum architecture_id);

/* ---- psw.c ------------------------------------------------------------------- */

/* The bytes of a PSW as an architecture stores it, 8 or 16; `interruption_code` is for bits
 * 16-31 of a BC-mode PSW, `ilc` in halfwords for its bits 32-33. */
void psw_store(const struct architecture *, const struct psw *, uint8_t *bytes,
               uint16_t interruption_code, int ilc);
/* Take a PSW apart. Sets psw->malformed where an early exception is due. */
void psw_load(const struct architecture *, struct psw *, const uint8_t *bytes);

/* ---- decode.c ------------------------------------------------------------------ */

/* Disassemble up to 6 bytes: "58101000 L     1,0(0,1)" without the hex; returns the
 * instruction's length 2, 4 or 6. Operation unknown: text "?". */
int disassemble(const uint8_t bytes[6], uint64_t ia, const struct architecture *, char *text,
                size_t size);

/* Addresses of the storage operands of an instruction, as its registers are now: how many
 * there are, 0 to 2. Branch addresses count, results of LOAD ADDRESS do not. */
int operand_addresses(const struct cpu *, const uint8_t bytes[6], uint64_t addresses[2]);

/* The instruction list, for the documentation and tests: row i or NULL past the end. */
const struct instruction *instruction_row(size_t i);

/* Facilities by the names of the instruction list. Row i of those that the architecture has,
 * in order of the list, and how many instructions are of it; NULL past the end. */
const char *facility_row(const struct machine *, size_t i, unsigned *instructions);
bool facility_is_on(const struct machine_options *, const char *name);    /* not switched off */
/* Has the machine an instruction of it? What the description must ask for may be missing, too. */
bool facility_is_installed(const struct machine *, const char *name);
/* The name of the one that a bit of STFLE's list is the first to stand for; NULL: none. */
const char *facility_of_bit(const struct machine *, unsigned bit);
/* A bit of the list. Several may stand for one facility: with the first, its instructions go,
 * the others are the operator's to hide. False: the list has no such bit. */
bool facility_bit(const struct machine *, unsigned bit);        /* on? */
bool facility_hide_bit(struct machine *, unsigned bit, bool hidden);
/* STFLE's list as it is now: `bytes` of `list`, of which 24 are enough for all. */
void facility_bits(const struct machine *, uint8_t *list, size_t bytes);
/* CPUs must be stopped. False: the architecture has none of this name, it is the base, or 16
 * are off already. Case does not matter. */
bool facility_switch(struct machine *, const char *name, bool on);

/* ---- vm-assist.c --------------------------------------------------------------- */

/* The field's name for an assist; NULL past the end. */
const char *vm_assist_name(unsigned i);
/* Install or remove (0) extended control-program support; CPUs must be stopped. */
void vm_assist_set_level(struct machine *, unsigned level);

/* ---- timer.c ------------------------------------------------------------------- */

uint64_t cpu_timer(const struct cpu *);                /* S/370 CPU timer, TOD units */
void cpu_set_timer(struct cpu *, uint64_t value);

/* ---- dat.c --------------------------------------------------------------------- */

/* What an operator's display of virtual storage does: translate without exceptions,
 * reference bits or caching. 0 and *absolute, or a program interruption code. */
int translate_for_display(struct cpu *, uint64_t logical, uint64_t *absolute);

#endif
