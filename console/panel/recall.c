#include "console/panel/recall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/panel/editor.h"
#include "console/panel/scroll.h"
#include "console/panel/text.h"

struct recall {
    char *path;
    wchar_t *lines[RECALL_MOST];     /* oldest first */
    unsigned count;
    unsigned at;                     /* where a walk or a search stands; count: not begun */
    wchar_t draft[EDITOR_MOST + 1];
};

/* ---- the file ------------------------------------------------------------------------- */

static bool make_directories(const char *path)
{
    char *copy = strdup(path);
    bool done = copy != NULL;
    for (char *slash = copy; done && (slash = strchr(slash + 1, '/'));) {
        *slash = 0;
        done = mkdir(copy, 0700) == 0 || errno == EEXIST;
        *slash = '/';
    }
    free(copy);
    return done;
}

char *recall_usual_path(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *path = NULL;
    int made = -1;
    if (state && *state == '/')
        made = asprintf(&path, "%s/endicott/history", state);
    else if (home && *home == '/')
        made = asprintf(&path, "%s/.local/state/endicott/history", home);
    if (made < 0)
        return NULL;
    if (make_directories(path))
        return path;
    free(path);
    return NULL;
}

static void append(const struct recall *recall, const wchar_t *line)
{
    if (!recall->path)
        return;
    int fd = open(recall->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    char *bytes = text_encode(line, wcslen(line));
    size_t length = strlen(bytes);
    bytes[length] = '\n';       /* in one write, so that sessions do not mix their lines */
    if (write(fd, bytes, length + 1) < 0)
        length = 0;             /* a history that cannot be kept is no error */
    free(bytes);
    close(fd);
}

/* A file with the kept lines alone takes the place of one that has grown. */
static void rewrite(const struct recall *recall)
{
    char *fresh;
    if (asprintf(&fresh, "%s.%d", recall->path, (int)getpid()) < 0)
        return;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file) {
        for (unsigned i = 0; i < recall->count; i++) {
            char *bytes = text_encode(recall->lines[i], wcslen(recall->lines[i]));
            fprintf(file, "%s\n", bytes);
            free(bytes);
        }
        bool good = !ferror(file);
        if (fclose(file) != 0 || !good || rename(fresh, recall->path) != 0)
            unlink(fresh);
    }
    free(fresh);
}

/* ---- the lines ------------------------------------------------------------------------ */

static void keep(struct recall *recall, const wchar_t *line)
{
    if (recall->count == RECALL_MOST) {
        free(recall->lines[0]);
        memmove(recall->lines, recall->lines + 1, --recall->count * sizeof *recall->lines);
    }
    wchar_t *copy = wcsdup(line);
    if (!copy)
        abort();
    recall->lines[recall->count++] = copy;
}

static void load(struct recall *recall)
{
    FILE *file = recall->path ? fopen(recall->path, "re") : NULL;
    wchar_t text[EDITOR_MOST + 1];
    char *line = NULL;
    size_t room = 0, lines = 0;
    if (!file)
        return;
    while (getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\r\n")] = 0;
        lines++;
        if (text_decode(line, text, EDITOR_MOST + 1) > 0)
            keep(recall, text);
    }
    free(line);
    fclose(file);
    if (lines > 2 * RECALL_MOST)
        rewrite(recall);
}

struct recall *recall_new(const char *path)
{
    struct recall *recall = calloc(1, sizeof *recall);
    if (!recall)
        abort();
    recall->path = path ? strdup(path) : NULL;
    load(recall);
    recall->at = recall->count;
    return recall;
}

void recall_free(struct recall *recall)
{
    if (!recall)
        return;
    for (unsigned i = 0; i < recall->count; i++)
        free(recall->lines[i]);
    free(recall->path);
    free(recall);
}

void recall_add(struct recall *recall, const wchar_t *line)
{
    bool again = recall->count > 0 && wcscmp(recall->lines[recall->count - 1], line) == 0;
    if (*line && *line != L' ' && !again) {
        keep(recall, line);
        append(recall, line);
    }
    recall->at = recall->count;
}

const wchar_t *recall_older(struct recall *recall, const wchar_t *draft)
{
    if (recall->at == 0)
        return NULL;
    if (recall->at == recall->count)
        wcsncpy(recall->draft, draft, EDITOR_MOST);
    return recall->lines[--recall->at];
}

const wchar_t *recall_newer(struct recall *recall)
{
    if (recall->at == recall->count)
        return NULL;
    return ++recall->at == recall->count ? recall->draft : recall->lines[recall->at];
}

const wchar_t *recall_search(struct recall *recall, const wchar_t *text, bool again)
{
    unsigned i = again || recall->at == recall->count ? recall->at : recall->at + 1;
    while (i-- > 0)
        if (text_find(recall->lines[i], text)) {
            recall->at = i;
            return recall->lines[i];
        }
    return NULL;
}

void recall_rewind(struct recall *recall) { recall->at = recall->count; }
unsigned recall_count(const struct recall *recall) { return recall->count; }
