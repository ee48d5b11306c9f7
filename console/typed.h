/* The lines that somebody typed, to be listed and done again. Private to console/. */
#ifndef CONSOLE_TYPED_H
#define CONSOLE_TYPED_H

struct typed;

struct typed *typed_new(void);
void typed_free(struct typed *);
void typed_add(struct typed *, const char *line);

#endif
