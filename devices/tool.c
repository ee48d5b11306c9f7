#include "devices/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codepage.h"

int tool_fail(const char *name, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "%s: ", name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return 1;
}

/* ---- words ----------------------------------------------------------------------- */

/* The row for a word with its dashes; *value is what is behind a '='. */
static const struct tool_option *find_option(const struct tool_option *table, const char *word,
                                             const char **value)
{
    word += word[1] == '-' ? 2 : 1;
    size_t length = strcspn(word, "=");
    *value = word[length] ? word + length + 1 : NULL;
    for (const struct tool_option *o = table; o->word; o++)
        if (strlen(o->word) == length && memcmp(o->word, word, length) == 0)
            return o;
    return NULL;
}

static bool take_number(uint64_t *number, const char *text)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, strncasecmp(text, "0x", 2) == 0 ? 16 : 10);
    return *text >= '0' && *text <= '9' && *end == 0 && errno == 0;
}

static bool take_option(const char *name, const struct tool_option *o, void *job,
                        const char *value)
{
    void *member = (char *)job + o->member;
    switch (o->kind) {
    case TOOL_FLAG: *(bool *)member = true; return true;
    case TOOL_CHOICE: *(int *)member = o->value; return true;
    case TOOL_TEXT: *(const char **)member = value; return true;
    case TOOL_NUMBER:
        if (take_number(member, value))
            return true;
        tool_fail(name, "-%s needs a number, not %s", o->word, value);
        return false;
    }
    return false;
}

bool tool_options(const char *name, const struct tool_option *table, void *job, int *argc,
                  char **argv)
{
    int kept = 0;
    bool ended = false;
    for (int i = 0; i < *argc; i++) {
        const char *value = NULL;
        if (ended || argv[i][0] != '-' || !argv[i][1]) {
            argv[kept++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            ended = true;
            continue;
        }
        const struct tool_option *o = find_option(table, argv[i], &value);
        bool wants = o && (o->kind == TOOL_TEXT || o->kind == TOOL_NUMBER);
        if (!o || (value && !wants)) {
            tool_fail(name, "%s is no option here", argv[i]);
            return false;
        }
        if (wants && !value && ++i == *argc) {
            tool_fail(name, "-%s needs a word behind it", o->word);
            return false;
        }
        if (!take_option(name, o, job, value ? value : argv[i]))
            return false;
    }
    *argc = kept;
    return true;
}

void tool_options_help(FILE *file, const struct tool_option *table)
{
    static const char *const shows[] = { [TOOL_TEXT] = " WORD", [TOOL_NUMBER] = " N" };
    for (const struct tool_option *o = table; o->word; o++) {
        const char *wants = o->kind >= TOOL_TEXT ? shows[o->kind] : "";
        int width = (int)(strlen(o->word) + strlen(wants));
        if (o->summary)
            fprintf(file, "  -%s%s%*s %s\n", o->word, wants, width < 12 ? 12 - width : 0, "",
                    o->summary);
    }
}

bool tool_codepage(const char *name, struct codepage *page)
{
    const char *wanted = getenv("HERCULES_CP");
    codepage_default(page);
    if (!wanted || !*wanted || codepage_find(page, wanted))
        return true;
    tool_fail(name, "$HERCULES_CP: %s is no code page that is known here", wanted);
    return false;
}

/* ---- long work ------------------------------------------------------------------- */

static sigset_t ending_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

void tool_progress_begin(struct tool_progress *progress, const char *what, uint64_t total)
{
    sigset_t ending = ending_signals();
    *progress = (struct tool_progress){ .what = what, .total = total, .shown = -1,
                                        .terminal = isatty(STDERR_FILENO) };
    sigprocmask(SIG_BLOCK, &ending, &progress->before);
}

static void draw(const struct tool_progress *progress, int percent)
{
    enum { WIDTH = 40 };
    char bar[WIDTH + 1];
    int filled = percent * WIDTH / 100;
    memset(bar, '.', WIDTH);
    memset(bar, '#', (size_t)filled);
    bar[WIDTH] = 0;
    fprintf(stderr, "\r%s [%s] %3d%%", progress->what, bar, percent);
}

bool tool_progress_at(struct tool_progress *progress, uint64_t done)
{
    sigset_t pending;
    if (progress->terminal && progress->total) {
        int percent = done >= progress->total ? 100 : (int)(done * 100 / progress->total);
        if (percent != progress->shown)
            draw(progress, percent);
        progress->shown = percent;
    }
    sigpending(&pending);
    return !sigismember(&pending, SIGINT) && !sigismember(&pending, SIGTERM) &&
           !sigismember(&pending, SIGHUP);
}

void tool_progress_end(struct tool_progress *progress)
{
    if (progress->terminal && progress->shown >= 0)
        fputs("\r\033[K", stderr);
    sigprocmask(SIG_SETMASK, &progress->before, NULL);
}

/* ---- files that are replaced ----------------------------------------------------- */

char *tool_temporary(const char *path)
{
    char *name;
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    if (asprintf(&name, "%.*s.%s.%ld", folder, path, path + folder, (long)getpid()) < 0)
        abort();
    return name;
}

/* The folder, so that the name lasts, too. */
static void sync_folder(const char *path)
{
    char *copy = strdup(path), *slash = copy ? strrchr(copy, '/') : NULL;
    if (slash)
        *(slash == copy ? slash + 1 : slash) = 0;
    int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

bool tool_replace(char *temporary, const char *path, char *error, size_t size)
{
    struct stat st;
    if (stat(path, &st) == 0)              /* it keeps its permissions */
        chmod(temporary, st.st_mode & 07777);
    bool ok = rename(temporary, path) == 0;
    if (ok)
        sync_folder(path);
    else {
        snprintf(error, size, "%s: %s", path, strerror(errno));
        unlink(temporary);
    }
    free(temporary);
    return ok;
}

bool tool_may_write(const char *path, bool force, char *error, size_t size)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return true;
    if (!S_ISREG(st.st_mode)) {
        snprintf(error, size, "%s is no regular file", path);
        return false;
    }
    if (!force)
        snprintf(error, size, "%s is there already (--force replaces it)", path);
    return force;
}

/* ---- JSON ------------------------------------------------------------------------ */

/* How many bytes at p are one UTF-8 character; 0: none. */
static int character(const unsigned char *p)
{
    int n = *p < 0x80 ? 1 : *p >= 0xC2 && *p < 0xE0 ? 2 : *p >= 0xE0 && *p < 0xF0 ? 3
          : *p >= 0xF0 && *p < 0xF5 ? 4 : 0;
    for (int i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

void tool_json_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (const unsigned char *p = (const unsigned char *)text; *p; ) {
        int n = character(p);
        if (n == 0 || *p < ' ' || *p == 0x7F)
            fprintf(file, "\\u%04X", *p), n = 1;
        else if (*p == '"' || *p == '\\')
            fprintf(file, "\\%c", *p);
        else
            fwrite(p, 1, (size_t)n, file);
        p += n;
    }
    fputc('"', file);
}

void tool_json_field(FILE *file, bool first, const char *name, const char *text)
{
    fprintf(file, "%s\"%s\": ", first ? "" : ", ", name);
    tool_json_text(file, text);
}

void tool_json_number(FILE *file, bool first, const char *name, uint64_t number)
{
    fprintf(file, "%s\"%s\": %" PRIu64, first ? "" : ", ", name, number);
}
