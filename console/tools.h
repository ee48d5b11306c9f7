/* Subcommands: `endicott dasdinit ...` runs a tool instead of a machine. */
#ifndef CONSOLE_TOOLS_H
#define CONSOLE_TOOLS_H

struct tool {
    const char *name;       /* also the name of a link to the program that behaves so */
    int (*main)(int argc, char *argv[]);    /* argv[0] is the name */
    const char *summary;    /* NULL: a name of the field's for what another tool does */
};

/* The tool of this name, or NULL; a path before the name does not matter. */
const struct tool *tool_find(const char *name);
const struct tool *tool_row(unsigned i);    /* NULL past the end */

#endif
