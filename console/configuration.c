/* The configuration language of the field: one statement a line, which is a command of
 * the table or begins with a device number. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/commands.h"
#include "devices/devices.h"

enum { DEEPEST_INCLUDE = 16, MOST_DEVICES = 65536, LONGEST_LINE = 1 << 20 };

/* What was wrong in a file and those it includes. The field's machines come up without a
 * statement that nobody knows, and so do ours; not if a file cannot be read, or is no text. */
struct tally { unsigned left_out, unreadable; };

struct reader {
    struct operator *operator;
    const char *name;               /* of the file, for messages */
    unsigned line;
    int depth;
    struct tally *tally;
};

static void read_file(struct operator *, const char *path, int depth, struct tally *);

static void say_here(const struct reader *reader, const char *format, va_list arguments)
{
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    message(reader->operator->messages, HHC20101E, reader->name, reader->line, text);
    free(text);
}

__attribute__((format(printf, 2, 3)))
static void errorf_here(struct reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_here(reader, format, arguments);
    va_end(arguments);
    reader->tally->left_out++;
}

__attribute__((format(printf, 2, 3)))
static void unreadable_here(struct reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_here(reader, format, arguments);
    va_end(arguments);
    reader->tally->unreadable++;
}

static void not_text_here(struct reader *reader)
{
    unreadable_here(reader, "the line has characters that are no text: is this a configuration file?");
}

/* ---- device statements ------------------------------------------------------------ */

struct device_range { uint16_t first; unsigned count; };

/* A number, or a range 0400-040F, or a count 0480.4; *p moves behind it. */
static bool read_range(const char **p, struct device_range *range)
{
    char *end;
    if (!isxdigit((unsigned char)**p))
        return false;
    unsigned long first = strtoul(*p, &end, 16), count = 1;
    if (end - *p > 4)
        return false;
    *p = end;
    if (**p == '-' || **p == '.') {
        int base = *(*p)++ == '-' ? 16 : 10;
        if (!isxdigit((unsigned char)**p))
            return false;
        count = strtoul(*p, &end, base);
        if (end - *p > 5)
            return false;
        *p = end;
        if (base == 16)
            count = count < first ? 0 : count - first + 1;
    }
    *range = (struct device_range){ (uint16_t)first, (unsigned)count };
    return count >= 1 && first + count <= MOST_DEVICES;
}

/* "[0:]00C0,00C2-00C4,0400.32": how many ranges, or 0 if it is no such word. */
static int read_group(const char *word, struct device_range ranges[], int most)
{
    const char *p = strncmp(word, "0:", 2) == 0 ? word + 2 : word;
    int count = 0;
    do {
        if (count == most || !read_range(&p, &ranges[count++]))
            return 0;
    } while (*p++ == ',');
    return p[-1] ? 0 : count;
}

/* Does a line begin like a device statement? Its digits can spell a command (B, BC): what
 * follows decides, or four digits do. */
static bool is_device_statement(char *const *words, int count)
{
    struct device_range ranges[256];
    unsigned rivals;
    const char *operand;
    if (!isxdigit((unsigned char)words[0][0]) || read_group(words[0], ranges, 256) == 0)
        return false;
    if (count > 1 && device_type_find(words[1]))
        return true;
    return strcspn(words[0], ",-.") >= 3 && !command_find(words[0], &rivals, &operand);
}

static void set_number_symbols(struct symbols *symbols, uint16_t number)
{
    static const struct { const char *name, *format; } forms[] = {
        { "CUU", "%03X" }, { "CCUU", "%04X" }, { "DEVN", "%04X" },
        { "cuu", "%03x" }, { "ccuu", "%04x" }, { "devn", "%04x" },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char text[8];
        snprintf(text, sizeof text, forms[i].format, number);
        symbols_set(symbols, forms[i].name, text);
    }
}

static const char *nearest_type(const char *word)
{
    const struct device_type *type;
    const char *nearest = NULL;
    unsigned best = 3;
    for (size_t i = 0; (type = device_type_row(i)); i++) {
        unsigned distance = word_distance(word, type->name, 2);
        if (distance < best) {
            best = distance;
            nearest = type->name;
        }
    }
    return nearest;
}

/* Attach one device of a group; the line is expanded anew for $(CUU). */
static bool attach_one(struct operator *operator, const char *line, uint16_t number)
{
    bool unclosed;
    int count;
    set_number_symbols(operator->symbols, number);
    char *expanded = operator_expand(operator, line);
    operator_cut_comment(expanded);
    char **words = words_split(expanded, &count, &unclosed);
    const struct device_type *type = count > 1 ? device_type_find(words[1]) : NULL;
    struct device *device = type ? device_attach(operator->channels, type, number,
                                                 count - 2, words + 2) : NULL;
    if (device)
        snprintf(device->statement, sizeof device->statement, "%s", words[1]);
    free(words);
    free(expanded);
    return device != NULL;
}

/* A drive whose tape cannot be mounted is there without one, as the field has it: the guest's
 * tables have the drive, and the operator mounts a tape later. */
static bool attach_empty(struct reader *reader, const char *type_name, uint16_t number)
{
    struct operator *operator = reader->operator;
    const struct device_type *type = device_type_find(type_name);
    const struct device *there = device_from(operator->channels, number);
    if (type->class != CLASS_TAPE || (there && there->number == number))
        return false;
    struct device *device = device_attach(operator->channels, type, number, 0, NULL);
    if (!device)
        return false;
    snprintf(device->statement, sizeof device->statement, "%s", type_name);
    message(operator->messages, HHC20110W, reader->name, reader->line, number);
    return true;
}

static unsigned attach_ranges(struct operator *operator, const char *line, const char *type,
                              const struct device_range *ranges, int count, struct reader *reader)
{
    unsigned failed = 0;
    for (int i = 0; i < count; i++)
        for (unsigned j = 0; j < ranges[i].count; j++) {
            uint16_t number = (uint16_t)(ranges[i].first + j);
            failed += !attach_one(operator, line, number) &&
                      !(reader && attach_empty(reader, type, number));
        }
    return failed;
}

/* `reader`: of the configuration in which the statement stands, or NULL. Such a statement is its
 * author's own word: a printer's "|command" needs no SHCMDOPT there. */
static bool attach(struct operator *operator, const char *line, const char *spec,
                   const char *type, unsigned *failed, struct reader *reader)
{
    struct device_range ranges[256];
    int count = read_group(spec, ranges, 256);
    *failed = 0;
    if (count == 0) {
        message(operator->messages, HHC20102E, spec);
        return false;
    }
    if (!device_type_find(type)) {
        const char *nearest = nearest_type(type);
        message(operator->messages, HHC01462E, ranges[0].first, type);
        if (nearest)
            message(operator->messages, HHC20103I, nearest);
        return false;
    }
    bool *commands = &operator->machine->options.host_commands, before = *commands;
    *commands |= reader != NULL;
    *failed = attach_ranges(operator, line, type, ranges, count, reader);
    *commands = before;
    return *failed == 0;
}

bool configuration_attach(struct operator *operator, const char *line, const char *spec,
                          const char *type, unsigned *failed)
{
    return attach(operator, line, spec, type, failed, NULL);
}

static void device_statement(struct reader *reader, const char *line, char *const *words, int count)
{
    unsigned failed;
    if (count < 2)
        errorf_here(reader, "device %s has no type: write for example '%s 3505 deck.jcl'",
                    words[0], words[0]);
    else if (device_type_is_absent(words[1]))
        message(reader->operator->messages, HHC20107W, reader->name, reader->line, words[1],
                words[0]);
    else if (!attach(reader->operator, line, words[0], words[1], &failed, reader)) {
        if (failed)     /* the field's machines come up without a volume that is not there */
            message(reader->operator->messages, HHC20108W, reader->name, reader->line, failed, line);
        else
            errorf_here(reader, "device statement '%s' was not accepted", line);
    }
}

/* ---- statements of the file itself --------------------------------------------------- */

static void include(struct reader *reader, int count, char *const *words)
{
    struct operator *operator = reader->operator;
    FILE *probe;
    if (count != 2) {
        errorf_here(reader, "INCLUDE needs one file name");
    } else if (reader->depth >= DEEPEST_INCLUDE) {
        unreadable_here(reader, "files are included more than %d deep: %s", DEEPEST_INCLUDE, words[1]);
    } else if (!(probe = fopen(words[1], "r"))) {
        if (operator->settings.ignore_include_errors)
            message(operator->messages, HHC20104W, reader->name, reader->line, words[1],
                    strerror(errno));
        else
            unreadable_here(reader, "cannot include %s: %s", words[1], strerror(errno));
    } else {
        fclose(probe);
        read_file(operator, words[1], reader->depth + 1, reader->tally);
    }
}

static void ignore(struct reader *reader, int count, char *const *words)
{
    if (count == 2 && same_word(words[1], "INCLUDE_ERRORS"))
        reader->operator->settings.ignore_include_errors = true;
    else
        errorf_here(reader, "IGNORE knows INCLUDE_ERRORS only");
}

/* ---- a line ------------------------------------------------------------------------------ */

static void command_statement(struct reader *reader, const char *line, char *const *words,
                              int count)
{
    struct operator *operator = reader->operator;
    unsigned rivals;
    const char *operand;
    const struct command *row = command_find(words[0], &rivals, &operand);
    if (same_word(words[0], "INCLUDE")) {
        include(reader, count, words);
    } else if (same_word(words[0], "IGNORE")) {
        ignore(reader, count, words);
    } else if (!row && rivals < 2) {
        const char *nearest = command_nearest(words[0]);
        if (nearest)
            errorf_here(reader, "unknown statement '%s'; the nearest known one is '%s'",
                        words[0], nearest);
        else
            errorf_here(reader, "unknown statement '%s'", words[0]);
    } else if (operator_run(operator, line, false) != COMMAND_DONE) {
        errorf_here(reader, "statement '%s' was not accepted", line);
    }
}

static bool has_control_characters(const char *line)
{
    for (; *line; line++)
        if ((unsigned char)*line < ' ' && !isspace((unsigned char)*line))
            return true;
    return false;
}

static void read_line(struct reader *reader, char *line)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";      /* some editors begin so */
    if (strncmp(line, byte_order_mark, 3) == 0)
        line += 3;
    while (isspace((unsigned char)*line))
        line++;
    if (!*line || *line == '#' || *line == '*')
        return;
    if (has_control_characters(line)) {
        not_text_here(reader);
        return;
    }
    operator_cut_comment(line);
    char *expanded = operator_expand(reader->operator, line);
    bool unclosed;
    int count;
    char **words = words_split(expanded, &count, &unclosed);
    if (unclosed)
        errorf_here(reader, "a quotation mark is not closed: %s", expanded);
    else if (count > 0 && is_device_statement(words, count))
        device_statement(reader, line, words, count);
    else if (count > 0)
        command_statement(reader, expanded, words, count);
    free(words);
    free(expanded);
}

/* ---- a file --------------------------------------------------------------------------------- */

/* Lines that end with \ go on in the next. */
static void read_stream(struct reader *reader, FILE *file)
{
    char *line = NULL, *whole = NULL;
    size_t room = 0, length = 0;
    ssize_t n;
    unsigned at = 0;
    while ((n = getline(&line, &room, file)) >= 0 && !operator_quitting(reader->operator)) {
        at++;
        if ((size_t)n != strlen(line)) {
            reader->line = at;
            not_text_here(reader);
            continue;
        }
        while (n > 0 && isspace((unsigned char)line[n - 1]))
            line[--n] = 0;
        bool more = n > 0 && line[n - 1] == '\\';
        if (more)
            line[--n] = 0;
        if (!whole)
            reader->line = at;
        whole = realloc(whole, length + (size_t)n + 1);
        if (!whole)
            abort();
        memcpy(whole + length, line, (size_t)n + 1);
        length += (size_t)n;
        if (more && length < LONGEST_LINE)
            continue;
        read_line(reader, whole);
        free(whole);
        whole = NULL;
        length = 0;
    }
    if (whole)
        read_line(reader, whole);
    free(whole);
    free(line);
}

static void read_file(struct operator *operator, const char *path, int depth, struct tally *tally)
{
    struct reader reader = { operator, path, 0, depth, tally };
    FILE *file = fopen(path, "r");
    if (!file) {
        message(operator->messages, HHC20105E, path, strerror(errno));
        tally->unreadable++;
        return;
    }
    read_stream(&reader, file);
    if (ferror(file)) {
        message(operator->messages, HHC20105E, path, strerror(EISDIR));
        tally->unreadable++;
    }
    fclose(file);
}

/* A configuration may be a REXX program, whose first line is a comment that says so; its
 * commands are the statements, `attach` the devices. */
static bool is_rexx(const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    bool is = file && fgets(line, sizeof line, file) && strncmp(line, "/*", 2) == 0 &&
              strcasestr(line, "REXX");
    if (file)
        fclose(file);
    return is;
}

static void run_rexx(struct operator *operator, const char *path, struct tally *tally)
{
    char *line;
    if (asprintf(&line, "exec \"%s\"", path) < 0)
        abort();
    tally->unreadable += operator_run(operator, line, false) != COMMAND_DONE;
    free(line);
}

bool configuration_read(struct operator *operator, const char *path)
{
    struct tally tally = { 0, 0 };
    if (is_rexx(path))
        run_rexx(operator, path, &tally);
    else
        read_file(operator, path, 0, &tally);
    if (tally.unreadable)
        message(operator->messages, HHC20106E, tally.unreadable + tally.left_out, path);
    else if ((operator->misconfigured = tally.left_out > 0))
        message(operator->messages, HHC20109W, tally.left_out, path);
    return tally.unreadable == 0;
}

unsigned configuration_text(struct operator *operator, const char *name, const char *text)
{
    struct tally tally = { 0, 0 };
    struct reader reader = { operator, name, 0, 0, &tally };
    FILE *file = fmemopen((void *)text, strlen(text), "r");
    if (!file)
        return *text != 0;
    read_stream(&reader, file);
    fclose(file);
    return tally.unreadable + tally.left_out;
}
