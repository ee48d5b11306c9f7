/* The state of the machine as JSON. Private to console/. */
#ifndef CONSOLE_CONTROL_STATE_H
#define CONSOLE_CONTROL_STATE_H

#include <jansson.h>

#include "console/operator.h"

/* A string of JSON from bytes that should be UTF-8; what is not is taken for Latin-1. */
json_t *json_text(const char *bytes);

json_t *state_message(const struct message *);
json_t *state_system(struct operator *);
/* "running", "wait", "stopped", "load", "disabled wait". */
const char *state_of_cpu(const struct cpu *);
json_t *state_cpu(struct operator *, const struct cpu *);         /* PSW, state, instructions */
json_t *state_registers(struct operator *, const struct cpu *);   /* the same and registers */
json_t *state_devices(struct operator *);
/* The rows of the table of commands. */
json_t *state_commands(void);

/* Storage and instructions in it: NULL, and why, for an address that is not there. */
json_t *state_storage(struct operator *, const char *view, uint64_t address, unsigned length,
                      char *why, size_t size);
json_t *state_instructions(struct operator *, uint64_t address, unsigned count, char *why,
                           size_t size);

#endif
