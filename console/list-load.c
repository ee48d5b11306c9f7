/* List-directed loading (`ipl guest.ins`): a text file names files of the host and the
 * absolute addresses where they go; the PSW at 0 is loaded then, as by an IPL. */
#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"

/* A line: a file's name, beside the list's own place unless it begins with a slash, and a
 * hexadecimal address, 0 if there is none. `*` and `#` begin a comment. */
static enum command_result load_line(struct operator *operator, const char *list, unsigned number,
                                     char *line)
{
    char *saved, *name = strtok_r(line, " \t\r\n", &saved);
    if (!name || *name == '*' || *name == '#')
        return COMMAND_DONE;
    char *text = strtok_r(NULL, " \t\r\n", &saved), *end;
    uint64_t address = text ? strtoull(text, &end, 16) : 0;
    if (text && *end) {
        message(operator->messages, HHC20091E, list, number, text);
        return COMMAND_FAILED;
    }
    char directory[PATH_MAX], path[2 * PATH_MAX];
    snprintf(directory, sizeof directory, "%s", list);
    if (*name == '/')
        snprintf(path, sizeof path, "%s", name);
    else
        snprintf(path, sizeof path, "%s/%s", dirname(directory), name);
    return load_core_file(operator, path, address);
}

enum command_result list_load(struct operator *operator, const char *list)
{
    FILE *file = fopen(list, "r");
    enum command_result result = file ? COMMAND_DONE : COMMAND_FAILED;
    char *line = NULL;
    size_t room = 0;
    if (!file)
        message(operator->messages, HHC02219E, list, strerror(errno));
    for (unsigned number = 1; file && result == COMMAND_DONE && getline(&line, &room, file) >= 0;
         number++)
        result = load_line(operator, list, number, line);
    free(line);
    if (file)
        fclose(file);
    return result;
}
