/* What the parts of tests/channel/cases share: a case's machine, and the lines of its script. */
#ifndef TESTS_CHANNEL_CASES_H
#define TESTS_CHANNEL_CASES_H

#include "channel/channel.h"

enum { MAINSIZE = 0x20000, WORDS = 64, LINE = 4096 };

struct bench {
    struct machine *machine;
    struct messages *messages;
    struct channels *channels;
    struct cpu *cpu;
    uint8_t *before;           /* storage as it should be */
    uint8_t *seen;             /* bytes that the case looked at */
    uint32_t mask;
    char folder[32];           /* for the files of devices; empty: not made yet */
    bool is_virtual;
    const char *mode;
    char said[64][128];        /* the last messages */
    int said_count, said_next;
};

struct place { const char *file; int line; char name[128]; };

struct line { struct bench *bench; const struct place *place; int argc; char **argv; };

/* A word that a line may begin with. */
struct verb {
    const char *name;
    int words;                 /* at least so many */
    void (*action)(struct line *);
};
extern const struct verb subsystem_verbs[];      /* ends with a NULL name */

uint32_t case_hex(const char *word);
/* Bytes written as C1C2, or 100*C1C2 (the pattern repeated, hexadecimal count), or
 * 100*+ (00 01 02 ...). To be freed. */
uint8_t *case_bytes(const char *word, size_t *length);
struct device *case_device(struct bench *, const char *word);

/* Count a check, with the line that it belongs to. */
#define expect(line, condition, ...) \
    expect_that((line), (condition), #condition, __VA_ARGS__)
__attribute__((format(printf, 4, 5)))
void expect_that(const struct line *, bool holds, const char *what, const char *format, ...);

#endif
