/* The table of commands, which are the configuration's statements too. Private to
 * console/. */
#ifndef CONSOLE_COMMANDS_H
#define CONSOLE_COMMANDS_H

#include "console/operator.h"

enum command_group { GROUP_SYSTEM, GROUP_DISPLAY, GROUP_DEBUG, GROUP_DEVICES, GROUP_SETTINGS,
                     GROUP_SCRIPTS, GROUP_GENERAL, GROUP_NOTHING, COMMAND_GROUPS };

enum command_flag {
    JOINED    = 1 << 0,  /* the operand follows without a blank: t+0480 */
    UNLOCKED  = 1 << 1,  /* waits for the machine: runs without the operator's lock */
    SILENT    = 1 << 2,  /* is not echoed */
    STATEMENT = 1 << 3,  /* described with the configuration */
    IN_FILE   = 1 << 4,  /* only in a configuration file */
    NO_GUEST  = 1 << 5,  /* not through DIAGNOSE 8 */
    FREE_TEXT = 1 << 6   /* its operands need not be quoted */
};

struct command {
    const char *name;
    uint8_t shortest;        /* letters that an abbreviation needs */
    uint8_t flags;
    uint8_t group;           /* enum command_group */
    command_function *run;
    const char *syntax;      /* operands; empty: none */
    const char *summary;     /* one line */
    const char *details;     /* more, lines parted by \n; may be empty */
    const char *example;     /* a line to type */
};

extern const struct command commands[];      /* ends with a name of NULL */
extern const char *const command_group_titles[COMMAND_GROUPS];

/* The row for a verb; NULL if there is none or, with *rivals > 1, if it could be
 * several. *operand is set where the verb holds it (t+0480), else NULL. */
const struct command *command_find(const char *verb, unsigned *rivals, const char **operand);

/* The name that looks most like this word, or NULL if none comes near. */
const char *command_nearest(const char *word);

/* Edit distance with transpositions, at most `limit` + 1; case does not matter. */
unsigned word_distance(const char *a, const char *b, unsigned limit);

/* Words of a line: blanks part them, "..." and '...' keep together. NULL-terminated, in
 * one allocation to be freed. *unclosed: a quote was not closed. */
char **words_split(const char *line, int *count, bool *unclosed);

/* Attach the devices of a statement's line: `spec` and `type` are its first words, which
 * are read anew for each device of a group. False, after messages, if any was refused. */
bool configuration_attach(struct operator *, const char *line, const char *spec,
                          const char *type, unsigned *failed);

/* Say how the command is to be used. */
void command_usage(struct operator *, const struct command *);

#define X(name, shortest, run, group, flags, syntax, summary, details, example) \
    command_function run;
#include "console/commands.def"
#undef X

/* commands-system.c: a file of the host into storage, from an absolute address on. */
enum command_result load_core_file(struct operator *, const char *path, uint64_t address);
/* list-load.c: the files that a list names. */
enum command_result list_load(struct operator *, const char *list);

#endif
