/* Standard labels of tapes (GC28-6680, "OS Tape Labels"): blocks of 80 characters, in
 * EBCDIC or, with ANSI labels, ASCII. */
#ifndef DEVICES_TAPE_LABEL_H
#define DEVICES_TAPE_LABEL_H

#include "devices/tape/image.h"

enum { LABEL_LENGTH = 80 };

struct tape_label {
    char text[LABEL_LENGTH + 1];   /* in ASCII; what cannot be printed is a dot */
    bool ascii;                /* it is in ASCII on the tape */
};

/* Whether the block is VOL1, HDR1 to 9, EOF, EOV, UHL or UTL. */
bool tape_label_parse(const uint8_t *block, size_t length, struct tape_label *);
bool tape_label_is(const struct tape_label *, const char *kind);    /* "HDR1", "EO" */

struct tape_label_field { const char *kinds, *name, *title; int offset, length; };
/* Fields in order; kinds has the labels that have it, parted by blanks. NULL past the end. */
const struct tape_label_field *tape_label_field(size_t i);
bool tape_label_has(const struct tape_label *, const struct tape_label_field *);

/* The field's text without blanks at its end; no more than `size` bytes. */
char *tape_label_get(const struct tape_label *, int offset, int length, char *text, size_t size);
/* Its number; 0 if it is none. */
unsigned tape_label_number(const struct tape_label *, int offset, int length);

/* Make a label of text in ASCII, padded with blanks. */
void tape_label_make(uint8_t block[LABEL_LENGTH], const char *text);

#endif
