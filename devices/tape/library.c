#include "devices/tape/library.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct entry {
    char *path;                /* "*": words for all */
    char *words[TAPE_WORDS_MOST];
    int count;
};

struct tape_library {
    struct entry *entries;
    size_t count, next;
    bool in_pool;              /* the entry before `next` is a pool that is not used up */
};

/* ---- the list -------------------------------------------------------------------- */

static void *grown(void *array, size_t count, size_t size)
{
    array = realloc(array, (count + 1) * size);
    if (!array)
        abort();
    memset((char *)array + count * size, 0, size);
    return array;
}

static char *copy_of(const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        abort();
    return copy;
}

/* The next word of a line, which stands in "" if it has blanks; NULL at the end, or a comment. */
static char *next_word(char **line)
{
    const char *ends = " \t\r\n";
    char *word = *line + strspn(*line, ends);
    if (!*word || *word == '#')
        return NULL;
    if (*word == '"') {
        word++;
        ends = "\"\r\n";
    }
    char *behind = word + strcspn(word, ends);
    *line = *behind ? behind + 1 : behind;
    *behind = 0;
    return word;
}

/* False: the line has too many words. */
static bool take_line(struct tape_library *library, char *line)
{
    char *word = next_word(&line);
    if (!word)
        return true;
    library->entries = grown(library->entries, library->count, sizeof *library->entries);
    struct entry *entry = &library->entries[library->count++];
    entry->path = copy_of(word);
    while ((word = next_word(&line))) {
        if (entry->count == TAPE_WORDS_MOST)
            return false;
        entry->words[entry->count++] = copy_of(word);
    }
    return true;
}

struct tape_library *tape_library_open(const char *path, char *error, size_t size)
{
    FILE *file = fopen(path, "re");
    struct stat st;
    if (!file || fstat(fileno(file), &st) < 0 || (S_ISDIR(st.st_mode) && (errno = EISDIR))) {
        snprintf(error, size, "%s", strerror(errno));
        if (file)
            fclose(file);
        return NULL;
    }
    struct tape_library *library = calloc(1, sizeof *library);
    char *line = NULL;
    size_t room = 0, number = 0, volumes = 0;
    bool ok = true;
    if (!library)
        abort();
    while (ok && getline(&line, &room, file) >= 0) {
        number++;
        ok = take_line(library, line);
    }
    for (size_t i = 0; i < library->count; i++)
        volumes += strcmp(library->entries[i].path, "*") != 0;
    if (!ok)
        snprintf(error, size, "line %zu has more than %d words", number, TAPE_WORDS_MOST + 1);
    else if (volumes == 0)
        snprintf(error, size, "the list names no tapes");
    free(line);
    fclose(file);
    if (ok && volumes)
        return library;
    tape_library_close(library);
    return NULL;
}

void tape_library_close(struct tape_library *library)
{
    if (!library)
        return;
    for (size_t i = 0; i < library->count; i++) {
        for (int k = 0; k < library->entries[i].count; k++)
            free(library->entries[i].words[k]);
        free(library->entries[i].path);
    }
    free(library->entries);
    free(library);
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void add_words(struct tape_volume *volume, const struct entry *entry)
{
    for (int i = 0; i < entry->count && volume->argc < 2 * TAPE_WORDS_MOST; i++)
        volume->argv[volume->argc++] = entry->words[i];
}

bool tape_library_next(struct tape_library *library, struct tape_volume *volume)
{
    const struct entry *all = NULL;
    size_t i = library->in_pool ? library->next - 1 : library->next;
    while (i < library->count && strcmp(library->entries[i].path, "*") == 0)
        i++;
    if (i >= library->count)
        return false;
    for (size_t k = 0; k < i; k++)
        if (strcmp(library->entries[k].path, "*") == 0)
            all = &library->entries[k];
    *volume = (struct tape_volume){ .path = library->entries[i].path };
    volume->is_pool = library->in_pool = is_folder(volume->path);
    if (all)
        add_words(volume, all);
    add_words(volume, &library->entries[i]);
    library->next = i + 1;
    return true;
}

void tape_library_skip(struct tape_library *library) { library->in_pool = false; }

/* ---- the scratch pool ------------------------------------------------------------ */

/* A volume label, or the header label of zeros that IEHINITT writes behind it. */
static bool is_initial_label(const struct tape_image *image)
{
    static const uint8_t volume[] = { 0xE5, 0xD6, 0xD3, 0xF1 };      /* VOL1 */
    static const uint8_t header[] = { 0xC8, 0xC4, 0xD9, 0xF1 };      /* HDR1 */
    enum { LABEL = 80, ZERO = 0xF0 };
    if (image->length != LABEL)
        return false;
    if (image->position == 1)
        return memcmp(image->bytes, volume, sizeof volume) == 0;
    if (image->position != 2 || memcmp(image->bytes, header, sizeof header) != 0)
        return false;
    for (int i = sizeof header; i < LABEL; i++)
        if (image->bytes[i] != ZERO)
            return false;
    return true;
}

static bool is_scratch(struct tape_image *image)
{
    enum { MARKS_MOST = 8 };
    enum tape_result result;
    while ((result = tape_read(image)) == TAPE_BLOCK || result == TAPE_MARK)
        if (image->position > MARKS_MOST || (result == TAPE_BLOCK && !is_initial_label(image)))
            return false;
    tape_rewind(image);
    return result == TAPE_VOID;
}

static struct tape_image *scratch_image(const char *folder, const char *name)
{
    char *path, error[400];
    bool made;
    struct stat st;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        abort();
    struct tape_image *image = NULL;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        image = tape_open(path, false, &made, error, sizeof error);
    free(path);
    if (image && !image->read_only && is_scratch(image))
        return image;
    tape_close(image);
    return NULL;
}

struct tape_image *tape_scratch_open(const char *folder, char *error, size_t size)
{
    struct dirent **names;
    struct tape_image *image = NULL;
    int n = scandir(folder, &names, NULL, alphasort);
    if (n < 0) {
        snprintf(error, size, "%s", strerror(errno));
        return NULL;
    }
    for (int i = 0; i < n; i++) {
        if (!image && names[i]->d_name[0] != '.')
            image = scratch_image(folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    if (!image)
        snprintf(error, size, "no scratch tape is left in this folder");
    return image;
}
