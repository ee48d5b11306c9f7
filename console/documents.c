/* The guide's pages about commands and statements, made from the table. */
#include <ctype.h>
#include <string.h>

#include "console/commands.h"

static void put_upper(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(toupper((unsigned char)*text), out);
}

/* Text with the characters that Markdown would take for its own. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("*_<>|`[]", *text))
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void put_row(FILE *out, const struct command *row, bool statement)
{
    fputs("### ", out);
    if (statement)
        put_upper(out, row->name);
    else
        put_text(out, row->name);
    fputs("\n\n    ", out);
    if (statement)
        put_upper(out, row->name);
    else
        fputs(row->name, out);
    fprintf(out, "%s%s\n\n", *row->syntax ? " " : "", row->syntax);
    put_text(out, row->summary);
    fputs(".", out);
    if (*row->details) {
        fputs(" ", out);
        put_text(out, row->details);
    }
    fprintf(out, "\n\nExample: `%s`\n\n", row->example);
}

void commands_markdown(FILE *out)
{
    fputs("# Commands\n\nMade from console/commands.def. Case does not matter; a unique "
          "abbreviation of a name will do.\n\n", out);
    for (unsigned group = 0; group < GROUP_NOTHING; group++) {
        fprintf(out, "## %s\n\n", command_group_titles[group]);
        for (const struct command *row = commands; row->name; row++)
            if (row->group == group && !(row->flags & IN_FILE))
                put_row(out, row, false);
    }
}

static const char introduction[] =
    "# The configuration file\n\nMade from console/commands.def.\n\n"
    "A line is one statement. `#` and `*` in front make a comment, and so does `#` after a "
    "blank. A line that ends with `\\` goes on in the next. Words with blanks are quoted. "
    "`$(NAME)` and `${NAME}` stand for the value of a symbol (DEFSYM, `-s`, or the "
    "environment), `$(NAME=other)` and `${NAME:=other}` for `other` if it has none. Symbols that are "
    "always there: ARCHMODE, CPUID, CPUMODEL, CPUSERIAL, CPUVERID, CSS, DATE, HOSTARCH, HOSTNAME, "
    "HOSTNUMCPUS, HOSTOS, HOSTOSREL, HOSTOSVER, LPARNAME, LPARNUM, TIME, VERSION.\n\n"
    "A statement that is unknown or wrong is left out, with a message, and the machine starts. A "
    "file whose first line is a comment `/* REXX */`, or the like, is a REXX program: its commands "
    "are the statements, `attach` the devices.\n\n"
    "A line that begins with a device number describes devices:\n\n"
    "    000C      3505   deck.jcl ascii eof\n"
    "    0480.4    3420\n"
    "    00C0,00C2 3270\n"
    "    0400-040F 3270\n\n"
    "Within the line `$(CUU)` and `$(CCUU)` are the device's number in three and four "
    "digits. Any command may stand in the file, too; these describe the machine:\n\n";

void configuration_markdown(FILE *out)
{
    fputs(introduction, out);
    for (const struct command *row = commands; row->name; row++)
        if (row->flags & STATEMENT && row->group != GROUP_NOTHING)
            put_row(out, row, true);
    fputs("## Statements that mean nothing here\n\nThey are accepted with a remark.\n\n", out);
    for (const struct command *row = commands; row->name; row++)
        if (row->group == GROUP_NOTHING) {
            fputs("- ", out);
            put_upper(out, row->name);
            fputs(": ", out);
            put_text(out, row->summary);
            fputs("\n", out);
        }
}
