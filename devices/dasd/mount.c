/* mount: a volume's data sets as files of a folder, and members as files of a folder of their
 * data set: to be looked at with the host's own tools. Built if libfuse3 is there. */
#include "config.h"

#include "devices/dasd/tool.h"

#ifdef HAVE_FUSE3

#define FUSE_USE_VERSION 31
#include <fuse3/fuse.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "devices/dasd/dataset.h"

/* A file that was looked at: its bytes are made again each time it is opened, its size is kept. */
struct size { const struct dataset *dataset; char member[9]; off_t bytes; };

struct mount {
    struct dasd_job *job;
    struct volume volume;
    struct directory *directory;          /* of each data set that was looked into */
    bool *read;
    struct size *size;
    size_t sizes;
};

static struct mount *mounted(void) { return fuse_get_context()->private_data; }

/* "/DSNAME" or "/DSNAME/MEMBER". */
struct place { size_t dataset; const struct member *member; bool folder; };

static struct directory *directory_of(struct mount *m, size_t i)
{
    struct disk_complaint why;
    if (!m->read[i] && directory_read(&m->directory[i], &m->volume, &m->volume.dataset[i], &why))
        m->read[i] = true;
    return m->read[i] ? &m->directory[i] : NULL;
}

static int find(struct mount *m, const char *path, struct place *place)
{
    const char *name = path + 1, *slash = strchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) : strlen(name), i = 0;
    *place = (struct place){ .member = NULL };
    while (i < m->volume.datasets && (strlen(m->volume.dataset[i].name) != length
           || strncasecmp(m->volume.dataset[i].name, name, length) != 0))
        i++;
    if (i == m->volume.datasets)
        return -ENOENT;
    bool partitioned = m->volume.dataset[i].organization & 0x0200;
    place->dataset = i;
    place->folder = partitioned && !slash;
    if (!slash)
        return 0;
    struct directory *directory = partitioned ? directory_of(m, i) : NULL;
    if (!directory)
        return partitioned ? -EIO : -ENOTDIR;
    place->member = directory_find(directory, slash + 1);
    return place->member ? 0 : -ENOENT;
}

/* The whole file, to be freed; NULL: it can't be read. */
static char *contents(struct mount *m, const struct place *place, size_t *length)
{
    struct disk_complaint why;
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);
    if (!out)
        return NULL;
    bool good = dasd_put_records(m->job, &m->volume, &m->volume.dataset[place->dataset],
                                 place->member, out, &why);
    if (fclose(out) == 0 && good)
        return bytes;
    free(bytes);
    return NULL;
}

static void remember(struct mount *m, const struct place *place, off_t bytes)
{
    const struct dataset *dataset = &m->volume.dataset[place->dataset];
    struct size *more = realloc(m->size, (m->sizes + 1) * sizeof *more);
    if (!more)
        return;
    m->size = more;
    more[m->sizes] = (struct size){ dataset, "", bytes };
    if (place->member)
        memcpy(more[m->sizes].member, place->member->name, sizeof more->member);
    m->sizes++;
}

static off_t size_of(struct mount *m, const struct place *place)
{
    const struct dataset *dataset = &m->volume.dataset[place->dataset];
    const char *name = place->member ? place->member->name : "";
    for (size_t i = 0; i < m->sizes; i++)
        if (m->size[i].dataset == dataset && strcmp(m->size[i].member, name) == 0)
            return m->size[i].bytes;
    size_t length = 0;
    char *bytes = contents(m, place, &length);
    off_t size = bytes ? (off_t)length : 0;
    free(bytes);
    remember(m, place, size);
    return size;
}

/* ---- what the kernel asks ------------------------------------------------------------------ */

static int get_attributes(const char *path, struct stat *st, struct fuse_file_info *info)
{
    struct mount *m = mounted();
    struct place place;
    (void)info;
    memset(st, 0, sizeof *st);
    st->st_mode = S_IFDIR | 0555;
    st->st_nlink = 2;
    if (strcmp(path, "/") == 0)
        return 0;
    int result = find(m, path, &place);
    if (result < 0 || place.folder)
        return result;
    st->st_mode = S_IFREG | 0444;
    st->st_nlink = 1;
    st->st_size = size_of(m, &place);
    return 0;
}

static int read_folder(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
                       struct fuse_file_info *info, enum fuse_readdir_flags flags)
{
    struct mount *m = mounted();
    struct place place;
    (void)offset, (void)info, (void)flags;
    fill(buffer, ".", NULL, 0, 0);
    fill(buffer, "..", NULL, 0, 0);
    if (strcmp(path, "/") == 0) {
        for (size_t i = 0; i < m->volume.datasets; i++)
            if (!strchr(m->volume.dataset[i].name, '/'))
                fill(buffer, m->volume.dataset[i].name, NULL, 0, 0);
        return 0;
    }
    int result = find(m, path, &place);
    if (result < 0)
        return result;
    const struct directory *directory = place.folder ? directory_of(m, place.dataset) : NULL;
    if (!directory)
        return place.folder ? -EIO : -ENOTDIR;
    for (size_t i = 0; i < directory->members; i++)
        if (directory->member[i].name[0] && !strchr(directory->member[i].name, '/'))
            fill(buffer, directory->member[i].name, NULL, 0, 0);
    return 0;
}

struct open_file { char *bytes; size_t length; };

static int open_file(const char *path, struct fuse_file_info *info)
{
    struct place place;
    int result = find(mounted(), path, &place);
    if (result < 0)
        return result;
    if (place.folder)
        return -EISDIR;
    if ((info->flags & O_ACCMODE) != O_RDONLY)
        return -EROFS;
    struct open_file *file = calloc(1, sizeof *file);
    if (!file)
        return -ENOMEM;
    file->bytes = contents(mounted(), &place, &file->length);
    if (!file->bytes) {
        free(file);
        return -EIO;
    }
    info->fh = (uint64_t)(uintptr_t)file;
    return 0;
}

static int read_bytes(const char *path, char *buffer, size_t size, off_t offset,
                      struct fuse_file_info *info)
{
    const struct open_file *file = (void *)(uintptr_t)info->fh;
    (void)path;
    if (offset < 0 || (size_t)offset >= file->length)
        return 0;
    size_t n = file->length - (size_t)offset;
    n = n < size ? n : size;
    memcpy(buffer, file->bytes + offset, n);
    return (int)n;
}

static int close_file(const char *path, struct fuse_file_info *info)
{
    struct open_file *file = (void *)(uintptr_t)info->fh;
    (void)path;
    free(file->bytes);
    free(file);
    return 0;
}

static const struct fuse_operations operations = {
    .getattr = get_attributes, .readdir = read_folder, .open = open_file, .read = read_bytes,
    .release = close_file
};

/* ---- the command ----------------------------------------------------------------------------- */

static int serve(struct mount *m)
{
    char options[64];
    snprintf(options, sizeof options, "ro,default_permissions,subtype=endicott,fsname=%.6s",
             m->volume.serial[0] ? m->volume.serial : "volume");
    char *words[] = { (char *)m->job->name, m->job->operands[1], (char *)"-s", (char *)"-o", options,
                      (char *)"-f", NULL };
    return fuse_main(m->job->quiet ? 6 : 5, words, &operations, m) == 0 ? 0 : 1;
}

int dasd_run_mount(struct dasd_job *job)
{
    struct disk_complaint why;
    struct mount m = { .job = job };
    if (!volume_open(&m.volume, job->operands[0], job->shadows[0], &why))
        return dasd_job_fail(job, &why);
    m.directory = calloc(m.volume.datasets + 1, sizeof *m.directory);
    m.read = calloc(m.volume.datasets + 1, sizeof *m.read);
    int status = m.directory && m.read ? serve(&m) : tool_fail(job->name, "out of storage");
    for (size_t i = 0; m.read && i < m.volume.datasets; i++)
        if (m.read[i])
            directory_free(&m.directory[i]);
    free(m.directory);
    free(m.read);
    free(m.size);
    volume_close(&m.volume);
    return status;
}

#else

int dasd_run_mount(struct dasd_job *job)
{
    return tool_fail(job->name, "this program was built without libfuse3");
}

#endif
