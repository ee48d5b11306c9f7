/* ls, cat, seq, pdsu: what is on a CKD volume, and taking it off. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "devices/dasd/dataset.h"
#include "devices/dasd/tool.h"

/* ---- ls ------------------------------------------------------------------------------------ */

static void print_extent(const struct volume *volume, const struct extent *extent)
{
    unsigned heads = volume->shape->heads;
    printf(" %u.%u-%u.%u", extent->first / heads, extent->first % heads, extent->last / heads,
           extent->last % heads);
}

static void list(const struct volume *volume)
{
    char organization[4], recfm[8];
    printf("%s: volume %s, a %04X of %u cylinders, %zu data sets\n",
           ckd_image_path(volume->image), volume->serial, volume->shape->type,
           volume->shape->cylinders, volume->datasets);
    printf("%-44s %-5s %-5s %5s %7s %6s  %s\n", "data set", "dsorg", "recfm", "lrecl", "blksize",
           "tracks", "extents (cylinder.head)");
    for (size_t i = 0; i < volume->datasets; i++) {
        const struct dataset *d = &volume->dataset[i];
        printf("%-44s %-5s %-5s %5u %7u %6u ", d->name, dataset_organization(d, organization),
               dataset_recfm(d, recfm), d->lrecl, d->blksize, d->tracks);
        for (unsigned e = 0; e < d->extents; e++)
            print_extent(volume, &d->extent[e]);
        putchar('\n');
    }
}

static void json_extents(const struct volume *volume, const struct dataset *dataset)
{
    unsigned heads = volume->shape->heads;
    printf(", \"extents\": [");
    for (unsigned e = 0; e < dataset->extents; e++) {
        const struct extent *extent = &dataset->extent[e];
        printf("%s[%u, %u, %u, %u]", e ? ", " : "", extent->first / heads, extent->first % heads,
               extent->last / heads, extent->last % heads);
    }
    fputs("]}", stdout);
}

static void list_json(const struct volume *volume)
{
    char organization[4], recfm[8];
    putchar('{');
    tool_json_field(stdout, true, "path", ckd_image_path(volume->image));
    tool_json_field(stdout, false, "volume", volume->serial);
    tool_json_number(stdout, false, "cylinders", volume->shape->cylinders);
    tool_json_number(stdout, false, "heads", volume->shape->heads);
    fputs(", \"datasets\": [", stdout);
    for (size_t i = 0; i < volume->datasets; i++) {
        const struct dataset *d = &volume->dataset[i];
        fputs(i ? ", {" : "{", stdout);
        tool_json_field(stdout, true, "name", d->name);
        tool_json_field(stdout, false, "dsorg", dataset_organization(d, organization));
        tool_json_field(stdout, false, "recfm", dataset_recfm(d, recfm));
        tool_json_number(stdout, false, "lrecl", d->lrecl);
        tool_json_number(stdout, false, "blksize", d->blksize);
        tool_json_number(stdout, false, "tracks", d->tracks);
        json_extents(volume, d);
    }
    puts("]}");
}

int dasd_run_ls(struct dasd_job *job)
{
    struct disk_complaint why;
    struct volume volume;
    if (!volume_open(&volume, job->operands[0], job->shadows[0], &why))
        return dasd_job_fail(job, &why);
    if (job->json)
        list_json(&volume);
    else
        list(&volume);
    volume_close(&volume);
    return 0;
}

/* ---- records into a file -------------------------------------------------------------------- */

/* An element of an array, as text or (raw) in hexadecimal. */
static void put_json_record(const struct dasd_job *job, FILE *out, const uint8_t *record,
                            size_t length, bool first)
{
    fputs(first ? "\"" : ", \"", out);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)job->page.to_host[record[i]];
        if (job->raw)
            fprintf(out, "%02X", record[i]);
        else if (c < ' ' || c >= 127 || c == '"' || c == '\\')
            fprintf(out, "\\u%04X", c);
        else
            putc(c, out);
    }
    putc('"', out);
}

/* As text: a line for each record, without blanks at its end. Raw: as they are. */
static void put_record(const struct dasd_job *job, FILE *out, const uint8_t *record, size_t length,
                       bool first)
{
    static const uint8_t blank = 0x40;
    if (job->raw && !job->json_records) {
        fwrite(record, 1, length, out);
        return;
    }
    while (!job->raw && length > 0 && record[length - 1] == blank)
        length--;
    if (job->json_records) {
        put_json_record(job, out, record, length, first);
        return;
    }
    for (size_t i = 0; i < length; i++)
        putc(job->page.to_host[record[i]], out);
    putc('\n', out);
}

bool dasd_put_records(const struct dasd_job *job, struct volume *volume,
                      const struct dataset *dataset, const struct member *member, FILE *out,
                      struct disk_complaint *why)
{
    struct dataset_reader reader;
    enum dataset_result result = DATASET_BAD;
    const uint8_t *record;
    size_t length, records = 0;
    if (!dataset_begin(&reader, volume, dataset, why))
        return false;
    if (!member || dataset_point(&reader, member->track, member->record))
        while ((result = dataset_record(&reader, &record, &length)) == DATASET_GOT)
            put_record(job, out, record, length, records++ == 0);
    dataset_end(&reader);
    return result == DATASET_END;
}

/* Into a file that gets its name when it is complete. */
static bool unload(const struct dasd_job *job, struct volume *volume,
                   const struct dataset *dataset, const struct member *member, const char *path,
                   struct disk_complaint *why)
{
    if (!tool_may_write(path, job->force, why->text, sizeof why->text))
        return false;
    char *temporary = tool_temporary(path);
    FILE *out = fopen(temporary, "wx");
    if (!out) {
        complain(why, "%s: %s", temporary, strerror(errno));
        free(temporary);
        return false;
    }
    bool good = dasd_put_records(job, volume, dataset, member, out, why);
    if (good && (fflush(out) || ferror(out)))
        good = complain(why, "%s: %s", path, strerror(errno));
    if (fclose(out) && good)
        good = complain(why, "%s: %s", path, strerror(errno));
    if (good)
        return tool_replace(temporary, path, why->text, sizeof why->text);
    unlink(temporary);
    free(temporary);
    return false;
}

/* ---- cat, seq, pdsu --------------------------------------------------------------------------- */

/* DSNAME or DSNAME(MEMBER). */
static bool print_one(const struct dasd_job *job, struct volume *volume, const char *word,
                      struct disk_complaint *why)
{
    char name[DATASET_NAME + 12];
    snprintf(name, sizeof name, "%s", word);
    char *wanted = strchr(name, '(');
    if (wanted) {
        *wanted++ = 0;
        wanted[strcspn(wanted, ")")] = 0;
    }
    const struct dataset *dataset = volume_find(volume, name, why);
    struct directory directory;
    if (!dataset)
        return false;
    if (!wanted && dataset->organization & 0x0200)
        return complain(why, "%s is partitioned: name a member, %s(MEMBER)", name, name);
    if (!wanted)
        return dasd_put_records(job, volume, dataset, NULL, stdout, why);
    if (!directory_read(&directory, volume, dataset, why))
        return false;
    const struct member *member = directory_find(&directory, wanted);
    bool good = member ? dasd_put_records(job, volume, dataset, member, stdout, why)
                       : complain(why, "%s has no member %s", name, wanted);
    directory_free(&directory);
    return good;
}

int dasd_run_cat(struct dasd_job *job)
{
    struct disk_complaint why;
    struct volume volume;
    bool good = true;
    if (!volume_open(&volume, job->operands[0], job->shadows[0], &why))
        return dasd_job_fail(job, &why);
    job->json_records = job->json;
    for (int i = 1; good && i < job->count; i++) {
        if (job->json) {
            fputs(i == 1 ? "[{" : "]}, {", stdout);
            tool_json_field(stdout, true, "name", job->operands[i]);
            fputs(", \"records\": [", stdout);
        }
        good = print_one(job, &volume, job->operands[i], &why);
    }
    if (job->json)
        puts("]}]");
    volume_close(&volume);
    if (good && (fflush(stdout) || ferror(stdout)))
        return tool_fail(job->name, "standard output: %s", strerror(errno));
    return good ? 0 : dasd_job_fail(job, &why);
}

int dasd_run_seq(struct dasd_job *job)
{
    struct disk_complaint why;
    struct volume volume;
    if (!volume_open(&volume, job->operands[0], job->shadows[0], &why))
        return dasd_job_fail(job, &why);
    const struct dataset *dataset = volume_find(&volume, job->operands[1], &why);
    bool good = dataset != NULL;
    if (good && dataset->organization & 0x0200)
        good = complain(&why, "%s is partitioned: dasd pdsu unloads it", dataset->name);
    good = good && unload(job, &volume, dataset, NULL, job->operands[2], &why);
    volume_close(&volume);
    struct stat status;
    if (good && job->json && stat(job->operands[2], &status) == 0) {
        putchar('{');
        tool_json_field(stdout, true, "path", job->operands[2]);
        tool_json_number(stdout, false, "bytes", (uint64_t)status.st_size);
        puts("}");
    }
    return good ? 0 : dasd_job_fail(job, &why);
}

/* A file MEMBER in the folder; a name never leaves it. */
static bool unload_member(struct dasd_job *job, struct volume *volume,
                          const struct dataset *dataset, const struct member *member,
                          struct disk_complaint *why)
{
    char path[4096];
    if (member->name[0] == 0 || member->name[0] == '.' || strchr(member->name, '/'))
        return complain(why, "%s: member name '%s' makes no file name", dataset->name,
                        member->name);
    if (snprintf(path, sizeof path, "%s/%s", job->operands[2], member->name) >= (int)sizeof path)
        return complain(why, "%s: the name is too long", job->operands[2]);
    return unload(job, volume, dataset, member, path, why);
}

static bool unload_all(struct dasd_job *job, struct volume *volume, const struct dataset *dataset,
                       struct disk_complaint *why)
{
    struct directory directory;
    struct tool_progress progress;
    bool good = true;
    if (!directory_read(&directory, volume, dataset, why))
        return false;
    tool_progress_begin(&progress, dataset->name, directory.members);
    for (size_t i = 0; good && i < directory.members; i++)
        good = tool_progress_at(&progress, i)
            ? unload_member(job, volume, dataset, &directory.member[i], why)
            : complain(why, "interrupted after %zu of %zu members", i, directory.members);
    tool_progress_end(&progress);
    if (good && job->json)
        printf("{\"members\": %zu}\n", directory.members);
    else if (good)
        printf("%s: %zu members\n", dataset->name, directory.members);
    directory_free(&directory);
    return good;
}

int dasd_run_pdsu(struct dasd_job *job)
{
    struct disk_complaint why;
    struct volume volume;
    if (!volume_open(&volume, job->operands[0], job->shadows[0], &why))
        return dasd_job_fail(job, &why);
    const struct dataset *dataset = volume_find(&volume, job->operands[1], &why);
    bool good = dataset && unload_all(job, &volume, dataset, &why);
    volume_close(&volume);
    return good ? 0 : dasd_job_fail(job, &why);
}
