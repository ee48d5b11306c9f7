/* The carriage of a printer: a page of lines, and at which lines the twelve channels are,
 * as a tape (1403) or the forms control buffer has it. */
#ifndef DEVICES_UNIT_RECORD_CARRIAGE_H
#define DEVICES_UNIT_RECORD_CARRIAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_LINES = 180 };

struct carriage {
    int lines;                          /* on a page */
    int line;                           /* where the paper stands: 1 .. lines */
    uint16_t channels[MAX_LINES + 1];   /* bit n: the line has channel n */
    bool reports;                       /* channels 9 and 12 are reported to the guest */
    uint16_t passed;                    /* channels met by the last spacing */
};

/* What the field has: 66 lines; channel 1 at line 1, 2 at 7, 3 at 13, and so on every
 * six lines to channel 8 at 43, 10 at 49, 11 at 55, 12 at 61; 9 at 63. */
void carriage_default(struct carriage *);

/* "legacy"; "line=channel,..." (also with :, and parentheses for several channels of a
 * line); or 26 digits: the lines of a page and of channels 1 to 12, two each. False: the
 * text is none of these; the carriage is left alone. */
bool carriage_parse(struct carriage *, const char *text);

/* A forms control buffer as LOAD FCB brings it: a byte a line with the channel in bits
 * 4-7, X'10' in the last. False: it has no end, or a channel above 12. */
bool carriage_load(struct carriage *, const uint8_t *bytes, size_t length);

/* Lines to move down to the next line with the channel, 0 if the paper stands there, and
 * whether that is on the next page. -1: no line has it. */
int carriage_distance(const struct carriage *, int channel, bool *next_page);

void carriage_space(struct carriage *, int lines);
void carriage_skip(struct carriage *, int lines);    /* meets no channels */

#endif
