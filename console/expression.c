#include "config.h"

#include "console/expression.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_PCRE2_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Enough for any sane rule on a line of a console, and less than 10 ms. */
enum { MOST_STEPS = 100000 };

struct expression {
    pcre2_code *code;
    pcre2_match_context *limits;
};

struct expression *expression_make(const char *text, char *why, size_t size)
{
    int error;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
    if (!code) {
        PCRE2_UCHAR said[160];
        pcre2_get_error_message(error, said, sizeof said);
        snprintf(why, size, "%s (at character %zu)", (const char *)said, (size_t)at + 1);
        return NULL;
    }
    struct expression *expression = malloc(sizeof *expression);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (!expression || !limits)
        abort();
    pcre2_set_match_limit(limits, MOST_STEPS);
    *expression = (struct expression){ code, limits };
    return expression;
}

void expression_free(struct expression *expression)
{
    if (!expression)
        return;
    pcre2_match_context_free(expression->limits);
    pcre2_code_free(expression->code);
    free(expression);
}

int expression_search(const struct expression *expression, const char *subject,
                      struct span spans[MOST_GROUPS])
{
    pcre2_match_data *data = pcre2_match_data_create(MOST_GROUPS, NULL);
    if (!data)
        abort();
    int count = pcre2_match(expression->code, (PCRE2_SPTR)subject, strlen(subject), 0, 0, data,
                            expression->limits);
    uint32_t groups = 0;
    pcre2_pattern_info(expression->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    int all = groups + 1 > MOST_GROUPS ? MOST_GROUPS : (int)groups + 1;
    const PCRE2_SIZE *vector = pcre2_get_ovector_pointer(data);
    for (int i = 0; i < all && count >= 0; i++) {
        bool took_part = (count == 0 || i < count) && vector[2 * i] != PCRE2_UNSET &&
                         vector[2 * i] <= vector[2 * i + 1];
        spans[i] = took_part ? (struct span){ (long)vector[2 * i], (long)vector[2 * i + 1] }
                             : (struct span){ -1, -1 };
    }
    pcre2_match_data_free(data);
    return count >= 0 ? all : 0;
}

const char *expression_library(char *text, size_t size)
{
    char version[64] = "";
    pcre2_config(PCRE2_CONFIG_VERSION, version);
    snprintf(text, size, "PCRE2 %.*s", (int)strcspn(version, " "), version);
    return text;
}

#else

#include <regex.h>

struct expression {
    regex_t regex;
};

struct expression *expression_make(const char *text, char *why, size_t size)
{
    struct expression *expression = malloc(sizeof *expression);
    if (!expression)
        abort();
    int error = regcomp(&expression->regex, text, REG_EXTENDED);
    if (!error)
        return expression;
    regerror(error, &expression->regex, why, size);
    free(expression);
    return NULL;
}

void expression_free(struct expression *expression)
{
    if (!expression)
        return;
    regfree(&expression->regex);
    free(expression);
}

int expression_search(const struct expression *expression, const char *subject,
                      struct span spans[MOST_GROUPS])
{
    regmatch_t matches[MOST_GROUPS];
    if (regexec(&expression->regex, subject, MOST_GROUPS, matches, 0) != 0)
        return 0;
    int all = expression->regex.re_nsub + 1 > MOST_GROUPS ? MOST_GROUPS
                                                          : (int)expression->regex.re_nsub + 1;
    for (int i = 0; i < all; i++)
        spans[i] = (struct span){ matches[i].rm_so, matches[i].rm_eo };
    return all;
}

const char *expression_library(char *text, size_t size)
{
    snprintf(text, size, "POSIX");
    return text;
}

#endif
