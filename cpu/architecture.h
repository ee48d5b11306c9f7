/* What S/370, ESA/390 and z/Architecture differ in besides their instructions: a table
 * for each, and nobody asks which one it is. Private to cpu/.
 * "GA22" is GA22-7000-10, "SA22" z/Architecture's Principles of Operation, SA22-7832;
 * ESA/390's is SA22-7201. */
#ifndef CPU_ARCHITECTURE_H
#define CPU_ARCHITECTURE_H

#include "cpu/cpu.h"

struct table_walk;

enum interruption_class { CLASS_RESTART, CLASS_EXTERNAL, CLASS_SVC, CLASS_PROGRAM,
                          CLASS_MACHINE_CHECK, CLASS_IO, CLASSES };

struct architecture {
    enum architecture_id id;
    const char *name;
    uint8_t psw_size;               /* bytes: 8 or 16 */
    bool basic_control;             /* a PSW may be of the BC mode */
    bool wide_registers;            /* control instructions, too, use all 64 bits of them */
    bool afp_registers;             /* control register 0 has a bit that gives all sixteen */
    bool vm_assist;                 /* control register 6 is that of VM/370's assists */
    uint32_t prefix_size;           /* bytes of storage that prefixing exchanges: 4K, 8K */
    uint32_t prefix_bits;           /* that SET PREFIX takes from its operand */
    uint64_t low_alias;             /* address bits that low-address protection disregards: it is
                                       for 0-511, in z/Architecture for 4096-4607, too */
    uint64_t private_space;         /* the bit of a designation, 0 if there is none */
    bool overrides;                 /* control register 0 has the protection overrides, and a
                                       protection exception is identified as translation's are */
    bool pages_of_4k;               /* and so many bytes has a storage key's block */
    bool channels;                  /* of System/370's, and no channel subsystem */
    uint8_t io_codes;               /* bytes that the subsystem's interruptions store at 184 */
    bool channel_reports;           /* pending: a machine check, of the channel subsystem */
    uint64_t machine_check_valid;   /* of the interruption code: all that is stored is good */
    void (*store_psw)(const struct psw *, uint8_t *bytes, uint16_t code, int ilc);
    void (*load_psw)(struct psw *, const uint8_t *bytes);
    void (*expand_psw)(uint8_t bytes[16]);  /* what LPSW has loaded, if it is not a whole PSW */
    uint32_t orders;                /* of SIGNAL PROCESSOR: 1 << order */
    /* Store status and machine checks: registers, and where in the area the rest stands; `first`
     * is where an area that STORE STATUS AT ADDRESS designates begins in it; what tells the
     * architecture at 163, or -1. */
    void (*store_registers)(struct cpu *, uint8_t *area);
    struct { uint16_t psw, prefix, first, size; int8_t mode; } status;
    /* Real locations of the PSWs, and of what else interruptions store. */
    struct { uint16_t old, new; } psw[CLASSES];
    uint16_t translation_exception, monitor_code, per_address, failing_address;
    bool wide_codes;                /* those four have 8 bytes, and not 4 */
    bool interval_timer;            /* at location 80 */
    uint64_t signed_comparator;     /* the bit of control register 0 that makes it so */
    uint32_t per_controls;          /* bits of control register 9 that there are: events, what
                                       narrows them, registers */
    uint64_t per_addresses;         /* all of an address that PER compares */
    bool per_modes;                 /* PER 2: stores the modes, too */
    bool instructions_from_primary; /* in the secondary-space and access-register modes */
    /* The way through the tables for one address; segment- or region-table designation. */
    void (*walk)(struct cpu *, uint64_t designation, uint64_t logical, struct table_walk *);
    /* Translation-exception identification for an address in a space. */
    uint64_t (*exception_identification)(const struct cpu *, uint64_t logical, unsigned space);
    bool two_tables;                /* it is always segment and page table: struct table_entries */
    uint64_t initial_cr[16];
};

#endif
