/* The service processor's control blocks (SCCB), for sclp.c and sclp-machine.c. */
#ifndef CONSOLE_SCLP_BLOCK_H
#define CONSOLE_SCLP_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct operator;

enum sclp_header { LENGTH = 0, FUNCTION = 2, CONTROL = 3, RESPONSE = 6, HEADER = 8 };

enum sclp_response {
    INFORMATION = 0x0010, DONE = 0x0020, BOUNDARY = 0x0100, NOTHING_TO_DO = 0x0120,
    INVALID_COMMAND = 0x01F0, SHORT_BLOCK = 0x0300, IN_STANDBY = 0x0410, NO_EVENTS = 0x62F0,
    INVALID_MASK_LENGTH = 0x74F0, EVENT_SYNTAX = 0x73F0, INVALID_FUNCTION = 0x40F0,
    NO_SUCH_RESOURCE = 0x09F0
};

/* sclp-machine.c: what the machine consists of, and what of it is configured. All other commands
 * are invalid. The block is of `length` bytes, at least a header. */
enum sclp_response sclp_configuration(struct operator *, uint32_t command, uint8_t *block,
                                      size_t length);
/* The block may lie in several pages: commands that give information (facility 140). */
bool sclp_block_may_be_long(uint32_t command);

#endif
