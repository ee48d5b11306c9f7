/* An instruction case: a few instructions, what is given, what is to come of it. The
 * language of the *.cases files is told in tests/insn/README.md. */
#ifndef TESTS_INSN_CASE_H
#define TESTS_INSN_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpu/cpu.h"

enum { MAX_CODE = 64, MAX_PIECES = 48, MAX_MESSAGE = 300 };

/* Fields of the PSW that a case names; each a bit of state.psw_set. */
enum psw_field {
    PSW_CC, PSW_MASK, PSW_KEY, PSW_SYSTEM_MASK, PSW_PROBLEM, PSW_EC, PSW_WAIT,
    PSW_MACHINE_CHECK, PSW_SPACE, PSW_AMODE, PSW_IA, PSW_FIELDS
};

struct piece {               /* bytes of absolute storage */
    uint32_t address;
    unsigned length, at;     /* `at`: where in state.bytes they stand */
};
struct key_piece {           /* the key of the 2K block at this absolute address */
    uint32_t address;
    uint8_t key;
    bool whole_key;          /* reference and change bits are named, too */
};

/* What a case names of the machine, before or after. */
struct state {
    uint64_t r[16], r_bits[16];          /* r_bits, f_bits: which bits of the register */
    uint64_t f[16], f_bits[16];
    uint64_t cr[16];
    uint32_t a[16], fpc;
    uint16_t cr_set, a_set;
    bool fpc_set;
    uint64_t psw[PSW_FIELDS];
    uint32_t psw_set;
    struct piece piece[MAX_PIECES];
    struct key_piece key[MAX_PIECES];
    int pieces, keys;
    int all_keys;                        /* -1, or the key of all blocks */
    uint8_t *bytes;
    unsigned bytes_used;
};

/* How the instructions end. */
enum ending { ENDS_AT_SVC_10, ENDS_WITH_PROGRAM, ENDS_WITH_SVC, ENDS_WITH_EXTERNAL,
              ENDS_WAITING };

struct test_case {
    const char *file, *text;
    int line;
    uint8_t code[MAX_CODE];
    unsigned length;
    unsigned last;                       /* offset of the last instruction */
    uint32_t at, code_at;                /* logical; and absolute, if that differs */
    bool has_code_at;
    uint32_t size, prefix;
    bool key_4k;
    unsigned ecps_level;                 /* of ECPS:VM; 0: not there */
    unsigned archs;                      /* enum architecture_id: where it is to run */
    enum architecture_id arch;           /* the one of them in which it runs now */
    struct state given, expected;
    enum ending ending;
    unsigned ending_code;
    int ilc;                             /* -1: the last instruction's */
};

/* Assemble instructions of an architecture, separated by semicolons, into code[]; `used` counts
 * the rows of the instruction list that occur. The length in bytes, or -1 with a message. */
int assemble_for(enum architecture_id, const char *text, uint8_t code[MAX_CODE], unsigned *last,
                 unsigned *used, char message[MAX_MESSAGE]);
/* Of any: S/370's if it has such an instruction. */
int assemble(const char *text, uint8_t code[MAX_CODE], unsigned *last, unsigned *used,
             char message[MAX_MESSAGE]);

/* Parse one line: `given` are preconditions from a `given` line, or "". NULL with a message
 * if it cannot be understood. */
struct test_case *case_parse(const char *file, int line, const char *given, const char *text,
                             unsigned *used, char message[MAX_MESSAGE]);
void case_free(struct test_case *);

/* The machines on which cases run. */
struct bench;
struct bench *bench_new(void);
void bench_free(struct bench *);

/* Run a case in all the ways an engine has; true if it held. Prints what did not. */
bool bench_run(struct bench *, const struct test_case *);

#endif
