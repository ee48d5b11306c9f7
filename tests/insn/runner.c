/* Runs instruction cases:  runner FILE.cases...
 *
 * Prints each case that does not hold, with its file and line, and at the end how many
 * of the instructions have a case; closes with "N passed, N failed". An instruction
 * without a case is a failure if --all is given. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/engine.h"
#include "tests/insn/case.h"

enum { MAX_LINE = 6000, MAX_ROWS = 2048, MAX_FAILURES = 200 };

struct run {
    struct bench *bench;
    unsigned used[MAX_ROWS];   /* by row of the instruction list */
    unsigned passed, failed;
};

/* In each of the case's architectures; of several, in those that have the instruction. */
static void run_in_each(struct run *run, struct test_case *c)
{
    static const enum architecture_id all[] = { S370, ESA390, ZARCH };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!(c->archs & all[i]) || (c->archs != all[i] && !instruction_find(c->code, all[i])))
            continue;
        c->arch = all[i];
        bool good = bench_run(run->bench, c);
        run->passed += good;
        run->failed += !good;
    }
}

static void run_case(struct run *run, const char *file, int line, const char *given, const char *text)
{
    char message[MAX_MESSAGE] = "";
    struct test_case *c = case_parse(file, line, given, text, run->used, message);
    if (!c) {
        printf("%s:%d: %s\n    in: %s\n", file, line, message, text);
        run->failed++;
        return;
    }
    run_in_each(run, c);
    case_free(c);
}

/* Read a line with its continuations; the number of lines read, 0 at the end. */
static int read_line(FILE *f, char line[MAX_LINE])
{
    int count = 0;
    size_t length = 0;
    line[0] = '\0';
    while (length + 2 < MAX_LINE && fgets(line + length, (int)(MAX_LINE - length), f)) {
        count++;
        length += strlen(line + length);
        while (length && (line[length - 1] == '\n' || line[length - 1] == ' '))
            line[--length] = '\0';
        if (!length || line[length - 1] != '\\')
            break;
        line[length - 1] = ' ';
    }
    return count;
}

static bool run_file(struct run *run, const char *file)
{
    FILE *f = fopen(file, "r");
    if (!f) {
        printf("%s: %s\n", file, strerror(errno));
        return false;
    }
    char line[MAX_LINE], given[MAX_LINE] = "";
    int number = 1, count;
    for (; (count = read_line(f, line)); number += count) {
        char *text = line + strspn(line, " \t");
        if (!*text || *text == '#')
            continue;
        if (!strncmp(text, "given", 5) && (text[5] == ' ' || !text[5]))
            strcpy(given, text + 5);
        else
            run_case(run, file, number, given, text);
    }
    fclose(f);
    return true;
}

/* Every instruction of S/370, and what programs in the problem state can use of the others':
 * the control instructions of those have guest programs of their own. */
static bool must_have_case(const struct instruction *row)
{
    return row->archs & S370 || !(row->flags & PRIVILEGED);
}

static unsigned report_coverage(const struct run *run)
{
    unsigned rows = 0, wanted = 0, missing = 0;
    const struct instruction *row;
    for (; rows < MAX_ROWS && (row = instruction_row(rows)); rows++) {
        if (!must_have_case(row))
            continue;
        wanted++;
        if (!run->used[rows])
            printf("%s%s", missing++ ? " " : "no case for: ", row->mnemonic);
    }
    printf("%s%u of %u instructions have cases\n", missing ? "\n" : "", wanted - missing, wanted);
    return missing;
}

int main(int argc, char **argv)
{
    struct run run = { .bench = bench_new() };
    bool all = argc > 1 && !strcmp(argv[1], "--all");
    if (argc < 2 + all) {
        fprintf(stderr, "usage: %s [--all] FILE.cases...\n", argv[0]);
        return 2;
    }
    for (int i = 1 + all; i < argc; i++)
        if (!run_file(&run, argv[i]))
            run.failed++;
    unsigned missing = report_coverage(&run);
    if (all && missing)
        run.failed++;
    bench_free(run.bench);
    printf("%u passed, %u failed\n", run.passed, run.failed);
    return run.failed != 0;
}
