#include "devices/dasd/disk-output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices/dasd/ckd-image.h"
#include "devices/tool.h"

static bool same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
        && first.st_ino == second.st_ino;
}

bool disk_output_begin(struct disk_output *output, const char *path, bool force,
                       const char *source, struct disk_complaint *complaint)
{
    struct disk_file there;
    *output = (struct disk_output){ .path = path };
    if (!tool_may_write(path, force, complaint->text, sizeof complaint->text))
        return false;
    if (access(path, F_OK) == 0 && !(source && same_file(source, path))) {
        if (!disk_file_open(&there, path, true, complaint))
            return false;
        disk_file_close(&there);
    }
    output->temporary = tool_temporary(path);
    return true;
}

static bool write_out(const char *path, struct disk_complaint *complaint)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (!good)
        complain(complaint, "%s can't be written out: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

static bool replace(const char *from, const char *to, struct disk_complaint *complaint)
{
    char *name = strdup(from);
    if (!name)
        abort();
    return tool_replace(name, to, complaint->text, sizeof complaint->text);
}

/* Where nothing is replaced a power cut can take the new image only, as it can what `cp` made; to
 * wait for some gigabytes of it is the user's choice. */
static bool put_in_place(const struct disk_output *output, const char *from, const char *to,
                         struct disk_complaint *complaint)
{
    bool lasting = output->sync == DISK_SYNC_HOST || access(to, F_OK) == 0;
    if (!lasting && rename(from, to) == 0)
        return true;
    if (!lasting)
        complain(complaint, "%s: %s", to, strerror(errno));
    else if (write_out(from, complaint))
        return replace(from, to, complaint);
    unlink(from);
    return false;
}

/* The last part first: what has the name that people give is complete. */
bool disk_output_end(struct disk_output *output, unsigned parts, struct disk_complaint *complaint)
{
    char from[4096];
    bool good = true;
    for (unsigned i = parts; i-- > 0; )
        if (!ckd_part_name(output->temporary, i, from, sizeof from)
            || !ckd_part_name(output->path, i, output->made, sizeof output->made))
            good = complain(complaint, "%s: the name is too long", output->path);
        else if (!good)
            unlink(from);
        else
            good = put_in_place(output, from, output->made, complaint);
    if (parts == 0) {
        snprintf(output->made, sizeof output->made, "%s", output->path);
        good = put_in_place(output, output->temporary, output->path, complaint);
    }
    disk_output_drop(output);
    return good;
}

void disk_output_drop(struct disk_output *output)
{
    free(output->temporary);
    output->temporary = NULL;
}
