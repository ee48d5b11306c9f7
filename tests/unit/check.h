/* The frame of a unit test: a program that makes checks, one by one, and closes with
 *
 *     N passed, N failed[, N skipped]
 *
 * which scripts/test adds up. A check that holds is silent.
 *
 *     int main(void)
 *     {
 *         check(1 + 1 == 2, "1 + 1 is %d", 1 + 1);
 *         return checks_done();
 *     }
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

/* A test is one program of one file: its counts may be the file's. */
static struct { unsigned passed, failed, skipped; } check_counts;

/* Count `condition`; if it does not hold, say where, what, and the message. Gives the
 * condition, so that `if (!check(p, "no device")) return;` reads well. */
#define check(condition, ...) \
    check_that((condition), #condition, __FILE__, __LINE__, __VA_ARGS__)

/* Count a case that cannot be tested here, and say why. */
#define skip(...) check_skip(__VA_ARGS__)

__attribute__((format(printf, 5, 6), unused))
static bool check_that(bool holds, const char *condition, const char *file, int line,
                       const char *format, ...)
{
    if (holds) {
        check_counts.passed++;
        return true;
    }
    check_counts.failed++;
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: not so: %s: ", file, line, condition);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    fflush(stdout);
    return false;
}

__attribute__((format(printf, 1, 2), unused))
static void check_skip(const char *format, ...)
{
    check_counts.skipped++;
    va_list arguments;
    va_start(arguments, format);
    printf("skipped: ");
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

/* The closing line; gives the exit status. Making no check at all is a failure, too. */
__attribute__((unused))
static int checks_done(void)
{
    if (check_counts.passed + check_counts.failed + check_counts.skipped == 0) {
        printf("nothing was checked\n");
        check_counts.failed = 1;
    }
    printf("%u passed, %u failed, %u skipped\n", check_counts.passed, check_counts.failed,
           check_counts.skipped);
    return check_counts.failed != 0;
}

#endif
