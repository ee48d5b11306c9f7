/* The words of a device statement that are options by themselves: "eof", "trunc", "ro". */
#ifndef DEVICES_WORDS_H
#define DEVICES_WORDS_H

#include <stdbool.h>

struct device_word {
    const char *word;
    unsigned set, clear;    /* bits that it sets and clears */
};

/* Whether `word` is in the table (which ends with a NULL word), whatever its case; if so,
 * its bits are set and cleared. */
bool device_word(const struct device_word *table, const char *word, unsigned *bits);

/* The value of a word like "maxsize=10": what stands behind the sign if the name is
 * this one, whatever its case, or NULL. */
const char *device_value(const char *word, const char *name);

#endif
