/* DEFSYM's symbols, and putting their values into lines. Private to console/. */
#ifndef CONSOLE_SYMBOLS_H
#define CONSOLE_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>

struct symbols;

struct symbols *symbols_new(void);
void symbols_free(struct symbols *);

/* Names are of letters, digits and _, and their case matters, as in the field. */
bool symbol_name_valid(const char *name);
void symbols_set(struct symbols *, const char *name, const char *value);
bool symbols_delete(struct symbols *, const char *name);

/* The value, of the symbol or else of the environment, or NULL. */
const char *symbols_get(const struct symbols *, const char *name);

/* Symbol i in order of names; false past the end. */
bool symbols_row(const struct symbols *, size_t i, const char **name, const char **value);

/* The line with every $(NAME), $(NAME=default), ${NAME}, ${NAME:=default} replaced; to be
 * freed. An unknown name without a default becomes nothing; the first such is copied to
 * unknown[64], which else is made empty. Values are replaced once, not again. */
char *symbols_expand(const struct symbols *, const char *line, char unknown[64]);

#endif
