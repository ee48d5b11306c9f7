/* Fuzz target: the automatic operator's rules. An input is a target, a command and lines,
 * parted by line feeds. With libFuzzer (clang -fsanitize=fuzzer -DLIBFUZZER) inputs come
 * from there; else this is a test that makes its own, the same ones every time:
 *
 *     tests/fuzz/rules [ROUNDS [SEED]] */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/expression.h"
#include "console/rules.h"
#include "tests/unit/check.h"

/* What a match gives lies inside the line, and the command grows no further than it can. */
static void try_line(const struct expression *expression, const char *command, const char *line)
{
    struct span spans[MOST_GROUPS];
    long length = (long)strlen(line);
    int groups = expression_search(expression, line, spans);
    if (groups == 0)
        return;
    for (int i = 0; i < groups; i++)
        if (spans[i].start < -1 || spans[i].end < spans[i].start || spans[i].end > length)
            abort();
    char *text = rules_substitute(command, line, spans, groups);
    if (strlen(text) > strlen(command) * (strlen(line) + 1))
        abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 3), why[200];
    memcpy(text, data, size);
    memcpy(text + size, "\n\n", 3);
    char *command = text + strcspn(text, "\n");
    if (*command)
        *command++ = 0;
    char *line = command + strcspn(command, "\n");
    if (*line)
        *line++ = 0;
    char *target = rules_target(text);
    struct expression *expression = expression_make(target, why, sizeof why);
    while (expression && *line) {
        char *end = line + strcspn(line, "\n");
        if (*end)
            *end++ = 0;
        try_line(expression, command, line);
        line = end;
    }
    expression_free(expression);
    free(target);
    free(text);
    return 0;
}

#ifndef LIBFUZZER

#include "tests/fuzz/chance.h"

static void add_words(char *text, size_t size, unsigned most)
{
    static const char *const words[] = {
        "IEA101A", "(", ")", "|", "*", "+", "?", "[", "]", "[^ ]", ".", "^", "$", "$HASP", "\\", "\\d",
        "{2,3}", "{9999}", "(a*)*", "(a|aa)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "$1", "$12", "$99", "$$",
        "$&", "$`", "$'", "$0", " ", "0:01F", "\xC3\xA4", "\xFF", "(?i)", "(?<n>x)", "\\1", "(?R)", "HHC00010A",
    };
    size_t used = strlen(text);
    for (unsigned n = random_below(most); n > 0 && used + 40 < size; n--) {
        if (random_below(8))
            used += (size_t)sprintf(text + used, "%s", words[random_below(sizeof words / sizeof *words)]);
        else
            text[used++] = (char)(1 + random_below(255));
        text[used] = 0;
    }
}

int main(int argc, char *argv[])
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 20000;
    state = argc > 2 ? strtoull(argv[2], NULL, 0) | 1 : 0x9E3779B97F4A7C15u;
    for (unsigned i = 0; i < rounds; i++) {
        char text[1000] = "";
        add_words(text, 300, 8);
        strcat(text, "\n");
        add_words(text, 600, 8);
        for (unsigned n = random_below(4); n > 0; n--) {
            strcat(text, "\n");
            add_words(text, sizeof text - 10, 10);
        }
        LLVMFuzzerTestOneInput((const uint8_t *)text, strlen(text));
    }
    check(true, "%u rounds", rounds);
    return checks_done();
}

#endif
