/* Fuzz target: configuration files and command lines. With libFuzzer
 * (clang -fsanitize=fuzzer -DLIBFUZZER) inputs come from there; else this is a test that
 * makes its own from words of the language, the same ones every time:
 *
 *     tests/fuzz/console [ROUNDS [SEED]]
 *
 * Files are written only in a directory of its own. What would reach out of it, to the
 * shell, other directories or the network, is taken out of the input. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/commands.h"
#include "tests/unit/check.h"

static bool forbidden(const char *line)
{
    return strcasestr(line, "shcmdopt") || strcasestr(line, "sock") || strchr(line, '|');
}

/* Time passes only while nothing runs: a guest of noise may loop for ever. */
static bool takes_time(const char *line)
{
    line += strspn(line, "- \t");
    return strncasecmp(line, "pau", 3) == 0 || strncasecmp(line, "wait", 4) == 0 ||
           strncasecmp(line, "cpu", 3) == 0 || strncasecmp(line, "scr", 3) == 0 || strchr(line, '$');
}

static void tame(char *line)
{
    for (char *p = line; *p; p++)
        if ((*p == '/' && p > line) || *p == ':')
            *p = '_';
}

static void run_line(struct operator *operator, char *line)
{
    tame(line);
    if (!forbidden(line) && (!takes_time(line) || operator_all_stopped(operator)))
        operator_command(operator, line);
}

static struct operator *make(void)
{
    struct operator *operator = operator_new(true);
    operator_set_patience(operator, 1e-5);
    return operator;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses: a configuration, or commands. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    char *text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    struct operator *operator = make();
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = 0;
        if (data[0] & 1) {
            run_line(operator, line);
        } else {
            tame(line);
            if (!forbidden(line) && !takes_time(line))
                configuration_text(operator, "fuzz", line);
        }
    }
    operator_free(operator);
    free(text);
    return 0;
}

#ifndef LIBFUZZER

#include "tests/fuzz/chance.h"

static const char *const words[] = {
    "0", "1", "FF", "200", "0-", "200-2FF", "0.10", "0=00", "FFFFFFFF", "01F", "000C", "0480.4",
    "3505", "3215-C", "3215", "1403", "3350", "3420", "clear", "on", "off", "enable", "yes", "x",
    "'", "\"", "#", "*", "$(", "${A:=", ")", "}", "=", ",", "-", "+", "\\", "ia=200", "5=1",
    "r", "psw", "idle", "name", "status", "8M", "64K", "2G", "037", "819", "1900", "-28", "noprompt",
    "console", "message", "input", "device", "disabled", "wait", "\xC3\xA4", "\x01", "A", "%s", "all",
};

static void random_line(char *line, size_t size)
{
    static const char *const fields[] = { " ", "", "  ", "\t" };
    size_t rows = 0, used = 0;
    while (commands[rows].name)
        rows++;
    if (random_below(4))
        used = (size_t)snprintf(line, size, "%s", commands[random_below((unsigned)rows)].name);
    else
        line[0] = 0;
    for (unsigned n = random_below(6); n > 0; n--)
        used += (size_t)snprintf(line + used, size - used, "%s%s",
                                 fields[random_below(8) ? 0 : random_below(4)],
                                 words[random_below(sizeof words / sizeof *words)]);
    for (unsigned n = random_below(8) ? 0 : 3; n > 0 && used > 0; n--)
        line[random_below((unsigned)used)] = (char)(1 + random_below(255));
    for (size_t i = 0; i < used; i++)
        if (line[i] == '\n' || line[i] == 0)
            line[i] = ' ';
}

static void one_round(void)
{
    char text[2000] = "";
    size_t used = 1;
    text[0] = (char)random_below(256);
    for (unsigned n = 1 + random_below(12); n > 0; n--) {
        random_line(text + used, 120);
        used += strlen(text + used);
        text[used++] = '\n';
        text[used] = 0;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)text, used);
}

static void leave_directory(const char *directory)
{
    struct dirent *entry;
    DIR *files = opendir(directory);
    while (files && (entry = readdir(files)))
        if (entry->d_type == DT_REG)
            unlink(entry->d_name);
    closedir(files);
    if (chdir("/") == 0)
        rmdir(directory);
}

int main(int argc, char *argv[])
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 400;
    char directory[] = "/tmp/endicott-XXXXXX";
    state = argc > 2 ? strtoull(argv[2], NULL, 0) | 1 : 0x9E3779B97F4A7C15u;
    if (!check(mkdtemp(directory) && chdir(directory) == 0, "%s", directory))
        return checks_done();
    for (unsigned i = 0; i < rounds; i++) {
        one_round();
        check(true, "round %u", i);
    }
    leave_directory(directory);
    return checks_done();
}

#endif
