/* Regular expressions: PCRE2's where configure found it, else POSIX extended ones.
 * Private to console/. */
#ifndef CONSOLE_EXPRESSION_H
#define CONSOLE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

struct expression;

/* Where a group matched: from start up to but not including end; both -1 if it did not
 * take part. Group 0 is the whole match. */
struct span { long start, end; };
enum { MOST_GROUPS = 100 };

/* NULL, and why, if the text is no regular expression. */
struct expression *expression_make(const char *text, char *why, size_t size);
void expression_free(struct expression *);

/* Search the subject. The number of groups, 1 or more, of which spans has what matched;
 * 0 if nothing did. An expression that takes too long to decide has not matched. */
int expression_search(const struct expression *, const char *subject,
                      struct span spans[MOST_GROUPS]);

/* "PCRE2 10.42" or "POSIX": for `version`. */
const char *expression_library(char *text, size_t size);

#endif
