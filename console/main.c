/* The command line. */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/console.h"
#include "console/signals.h"
#include "console/tools.h"

struct arguments {
    const char *configuration, *script, *log;
    bool daemon, plain, virtual_time;
    double patience;
    const char *symbols[64];
    int symbol_count;
    bool ignored['z' + 1];      /* options of the field that have no effect */
};

static const struct { char letter; const char *why; } without_effect[] = {
    { 'b', "terminals are greeted with a line of text" },
    { 'l', "everything is built in, there are no modules" },
    { 'p', "everything is built in, there are no modules" },
    { 'v', "msglevel says how much is said" },
};

static const char help_text[] =
    "Usage: %s [OPTIONS]\n"
    "       %s TOOL [OPERANDS]\n"
    "\n"
    "Run a mainframe from its description.\n"
    "\n"
    "  -f, --config FILE     the machine's description (endicott.cnf or hercules.cnf of this\n"
    "                        directory, or else a built-in machine); 'none': no devices\n"
    "  -r, --rcfile FILE     commands to run first (endicott.rc or hercules.rc, if there)\n"
    "  -o, --logfile FILE    write every message to a file, too\n"
    "      --plain           line by line on a terminal, too, instead of the panel\n"
    "  -d, --daemon          no terminal and no standard input: until 'quit' or a signal\n"
    "  -s, --defsym NAME=VALUE   define a symbol for $(NAME)\n"
    "  -V, --virtual         virtual time: the same input gives the same run\n"
    "  -t, --test FACTOR     multiply the time limits of runtest\n"
    "      --version         program and version\n"
    "      --help            this text\n"
    "\n"
    "On a terminal there is a panel: F1 explains it.\n"
    "Without a terminal commands come from standard input, a line each; the exit status\n"
    "is 0 only if every 'wait' ended with what it waited for.\n";

static void print_help(const char *program)
{
    printf(help_text, program, program);
    if (tool_row(0))
        printf("\nTools:\n");
    for (unsigned i = 0; tool_row(i); i++)
        if (tool_row(i)->summary)
            printf("  %-12s %s\n", tool_row(i)->name, tool_row(i)->summary);
    printf("They behave as the tools of these names, called by them:\n ");
    for (unsigned i = 0; tool_row(i); i++)
        if (!tool_row(i)->summary)
            printf(" %s", tool_row(i)->name);
    putchar('\n');
}

enum { OPTION_VERSION = 256, OPTION_HELP, OPTION_COMMANDS, OPTION_STATEMENTS, OPTION_PLAIN };

static const struct option long_options[] = {
    { "config", required_argument, NULL, 'f' },
    { "rcfile", required_argument, NULL, 'r' },
    { "logfile", required_argument, NULL, 'o' },
    { "plain", no_argument, NULL, OPTION_PLAIN },
    { "daemon", no_argument, NULL, 'd' },
    { "NoUI", no_argument, NULL, 'd' },
    { "defsym", required_argument, NULL, 's' },
    { "virtual", no_argument, NULL, 'V' },
    { "test", optional_argument, NULL, 't' },
    { "modpath", required_argument, NULL, 'p' },
    { "ldmod", required_argument, NULL, 'l' },
    { "verbose", no_argument, NULL, 'v' },
    { "herclogo", required_argument, NULL, 'b' },
    { "externalgui", no_argument, NULL, 'e' },
    { "version", no_argument, NULL, OPTION_VERSION },
    { "help", no_argument, NULL, OPTION_HELP },
    { "document-commands", no_argument, NULL, OPTION_COMMANDS },
    { "document-configuration", no_argument, NULL, OPTION_STATEMENTS },
    { NULL, 0, NULL, 0 }
};

static void wrong(const char *program, const char *what, const char *argument)
{
    fprintf(stderr, "%s: %s '%s'\nTry '%s --help'.\n", program, what, argument, program);
    exit(EXIT_FAILURE);
}

static void read_patience(struct arguments *arguments, const char *program, const char *text)
{
    char *end;
    if (!text)
        return;
    arguments->patience = strtod(text, &end);
    if (*end || !(arguments->patience > 0) || arguments->patience > 1000)
        wrong(program, "a factor from above 0 to 1000 is needed, not", text);
}

static void read_arguments(struct arguments *arguments, int argc, char *argv[])
{
    int option;
    while ((option = getopt_long(argc, argv, "f:r:o:dns:Vt::p:l:b:evh", long_options, NULL)) >= 0)
        switch (option) {
        case 'f': arguments->configuration = optarg; break;
        case 'r': arguments->script = optarg; break;
        case 'o': arguments->log = optarg; break;
        case 'd': case 'n': arguments->daemon = true; break;
        case OPTION_PLAIN: arguments->plain = true; break;
        case 'V': arguments->virtual_time = true; break;
        case 't': read_patience(arguments, argv[0], optarg); break;
        case 'p': case 'l': case 'v': case 'b': arguments->ignored[option] = true; break;
        case 'e': wrong(argv[0], "another program's panel uses the control socket; there is no", "-e"); break;
        case 's':
            if (arguments->symbol_count == 64)
                wrong(argv[0], "too many symbols:", optarg);
            arguments->symbols[arguments->symbol_count++] = optarg;
            break;
        case OPTION_VERSION: printf("%s\n", PACKAGE_STRING); exit(EXIT_SUCCESS);
        case 'h': case OPTION_HELP: print_help(argv[0]); exit(EXIT_SUCCESS);
        case OPTION_COMMANDS: commands_markdown(stdout); exit(EXIT_SUCCESS);
        case OPTION_STATEMENTS: configuration_markdown(stdout); exit(EXIT_SUCCESS);
        default: fprintf(stderr, "Try '%s --help'.\n", argv[0]); exit(EXIT_FAILURE);
        }
    if (optind < argc)
        wrong(argv[0], "unknown operand", argv[optind]);
}

/* The first of these that is there: an environment variable's file, or a usual name. */
static const char *usual_file(const char *variable, const char *ours, const char *field)
{
    const char *named = getenv(variable);
    if (named && *named)
        return named;
    if (access(ours, R_OK) == 0)
        return ours;
    return access(field, R_OK) == 0 ? field : NULL;
}

/* Without a description: the machine that is installed with the program, with Nestor in its
 * card reader. Its files are found by the symbol NESTOR. */
static bool configure_default(struct operator *operator, struct arguments *arguments)
{
    operator_define(operator, "NESTOR=" PKGDATADIR "/nestor");
    if (!arguments->script)
        arguments->script = PKGDATADIR "/nestor/start.rc";
    return configuration_read(operator, PKGDATADIR "/nestor/machine.cnf");
}

static bool configure(struct operator *operator, struct arguments *arguments)
{
    const char *path = arguments->configuration;
    if (!path)
        path = usual_file("HERCULES_CNF", "endicott.cnf", "hercules.cnf");
    if (!path)
        return configure_default(operator, arguments);
    if (strcasecmp(path, "none") == 0)
        return true;
    return configuration_read(operator, path);
}

/* What the command line and the environment of the field say beside. */
static void heed_customs(struct operator *operator, const struct arguments *arguments)
{
    const char *page = getenv("HERCULES_CP");
    char line[80];
    for (size_t i = 0; i < sizeof without_effect / sizeof *without_effect; i++)
        if (arguments->ignored[(int)without_effect[i].letter])
            operator_remark(operator, (char[]){ '-', without_effect[i].letter, 0 },
                            without_effect[i].why);
    if (page && *page && (size_t)snprintf(line, sizeof line, "-codepage %s", page) < sizeof line)
        operator_command(operator, line);
}

static int run_machine(struct arguments *arguments)
{
    signals_block();
    struct operator *operator = operator_new(arguments->virtual_time);
    if (!operator) {
        fprintf(stderr, "The host has not enough storage.\n");
        return EXIT_FAILURE;
    }
    line_mode_listen(operator);
    if (arguments->log && !operator_log_to(operator, arguments->log)) {
        operator_free(operator);
        return EXIT_FAILURE;
    }
    operator_command(operator, "-version");
    heed_customs(operator, arguments);
    for (int i = 0; i < arguments->symbol_count; i++)
        if (!operator_define(operator, arguments->symbols[i])) {
            fprintf(stderr, "-s needs NAME=VALUE, not '%s'\n", arguments->symbols[i]);
            operator_free(operator);
            return EXIT_FAILURE;
        }
    operator_set_patience(operator, arguments->patience);
    operator_offer_control(operator);
    int status = EXIT_FAILURE;
    if (configure(operator, arguments)) {
        struct line_mode_options options = { arguments->script, arguments->daemon };
        if (!options.script)
            options.script = usual_file("HERCULES_RC", "endicott.rc", "hercules.rc");
        bool panel = !options.daemon && !arguments->plain && panel_possible();
        status = panel ? panel_mode(operator, options.script) : line_mode(operator, &options);
    }
    operator_free(operator);
    return status;
}

int main(int argc, char *argv[])
{
    struct arguments arguments = { .patience = 1.0 };
    const struct tool *tool = tool_find(argv[0]);
    if (tool)
        return tool->main(argc, argv);
    if (argc > 1 && argv[1][0] != '-') {
        tool = tool_find(argv[1]);
        if (!tool)
            wrong(argv[0], "no such tool:", argv[1]);
        return tool->main(argc - 1, argv + 1);
    }
    read_arguments(&arguments, argc, argv);
    return run_machine(&arguments);
}
