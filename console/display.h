/* How registers, PSWs and storage are shown: the field's layouts, that tools read from
 * the log. Private to console/. */
#ifndef CONSOLE_DISPLAY_H
#define CONSOLE_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct operator;
struct architecture;
struct psw;

void display_general(struct operator *, const struct cpu *);
void display_control(struct operator *, const struct cpu *);
void display_floating(struct operator *, const struct cpu *);
void display_access(struct operator *, const struct cpu *);

/* "FF060080 8000FFFF": two words, as stored with neither code nor ILC. */
void display_psw_text(const struct architecture *, const struct psw *, char text[40]);

enum storage_view { VIEW_REAL, VIEW_ABSOLUTE, VIEW_VIRTUAL /* as the PSW says */ };

/* An address in a view to an absolute one: 0, or a program-interruption code. */
int display_translate(struct operator *, enum storage_view, uint64_t address,
                      uint64_t *absolute);

/* Messages for bytes `first` to `last`; false if any could not be shown. */
bool display_storage(struct operator *, enum storage_view, uint64_t first, uint64_t last);

/* Store bytes; nothing and false, after a message, unless all of them are there. */
bool display_alter(struct operator *, enum storage_view, uint64_t address,
                   const uint8_t *bytes, unsigned length);

/* Up to six bytes from an address, for disassemble(); how many could be had. */
int display_fetch(struct operator *, enum storage_view, uint64_t address, uint8_t bytes[6]);

bool display_instructions(struct operator *, struct cpu *, bool virtual, uint64_t first,
                          uint64_t last);

const char *display_program_code(int code);

/* The storage operands of an instruction that is about to be executed: a line each. */
void display_operands(struct operator *, struct cpu *, const uint8_t bytes[6], const char *label);

#endif
