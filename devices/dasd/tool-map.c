/* map: where everything is in a compressed image. */
#include <string.h>

#include "devices/dasd/cckd-check.h"
#include "devices/dasd/tool.h"

static const struct { const char *name, *json; } kinds[CCKD_PART_KINDS] = {
    [CCKD_PART_HEADERS] = { "headers", "headers" },
    [CCKD_PART_LEVEL1] = { "level-1 table", "level1" },
    [CCKD_PART_LEVEL2] = { "level-2 table", "level2" },
    [CCKD_PART_IMAGE] = { NULL, "image" },
    [CCKD_PART_FREE] = { "free", "free" },
};

struct map {
    const struct dasd_job *job;
    uint32_t *heads;
    unsigned told;
    uint64_t number[CCKD_PART_KINDS], bytes[CCKD_PART_KINDS], spare, largest;
};

static void count(struct map *m, const struct cckd_part *part)
{
    m->number[part->kind]++;
    m->bytes[part->kind] += part->length;
    m->spare += part->spare;
    if (part->kind == CCKD_PART_FREE && part->length > m->largest)
        m->largest = part->length;
}

static void put_json(struct map *m, const struct cckd_part *part)
{
    printf("%s{", m->told++ ? ", " : "");
    tool_json_field(stdout, true, "kind", kinds[part->kind].json);
    tool_json_number(stdout, false, "offset", part->at);
    tool_json_number(stdout, false, "length", part->length);
    if (part->spare)
        tool_json_number(stdout, false, "spare", part->spare);
    if (part->kind == CCKD_PART_LEVEL2 || part->kind == CCKD_PART_IMAGE)
        tool_json_number(stdout, false, "number", part->which);
    printf("%s}", part->overlaps ? ", \"overlaps\": true" : "");
}

static void put_line(const struct map *m, const struct cckd_part *part)
{
    printf("%12llX %10llu  ", (unsigned long long)part->at, (unsigned long long)part->length);
    if (part->kind == CCKD_PART_IMAGE && *m->heads == 1)
        printf("block group %u", part->which);
    else if (part->kind == CCKD_PART_IMAGE)
        printf("track %u (cylinder %u head %u)", part->which, part->which / *m->heads,
               part->which % *m->heads);
    else
        fputs(kinds[part->kind].name, stdout);
    if (part->kind == CCKD_PART_LEVEL2)
        printf(" %u", part->which);
    if (part->spare)
        printf(", and %llu to grow into", (unsigned long long)part->spare);
    puts(part->overlaps ? ", over what is in front" : "");
}

static void each(void *context, const struct cckd_part *part)
{
    struct map *m = context;
    count(m, part);
    if (m->job->json)
        put_json(m, part);
    else if (!m->job->quiet)
        put_line(m, part);
}

static void summary(const struct map *m, const char *path, const struct cckd_check *check)
{
    printf("%s: %llu bytes; %llu level-2 tables of %llu, %llu images of %llu and %llu to grow"
           " into, %llu free spaces of %llu (the largest %llu)\n", path,
           (unsigned long long)check->size,
           (unsigned long long)m->number[CCKD_PART_LEVEL2],
           (unsigned long long)m->bytes[CCKD_PART_LEVEL2],
           (unsigned long long)m->number[CCKD_PART_IMAGE],
           (unsigned long long)m->bytes[CCKD_PART_IMAGE], (unsigned long long)m->spare,
           (unsigned long long)m->number[CCKD_PART_FREE],
           (unsigned long long)m->bytes[CCKD_PART_FREE], (unsigned long long)m->largest);
    if (check->faults)
        printf("%s: %u faults: endicott dasd check tells which\n", path, check->faults);
}

int dasd_run_map(struct dasd_job *job)
{
    const char *path = job->operands[0];
    uint32_t heads = 1;
    struct disk_complaint why;
    struct tool_progress progress;
    struct cckd_check check = { .progress = &progress };
    struct map map = { .job = job, .heads = &heads };
    if (job->json) {
        putchar('{');
        tool_json_field(stdout, true, "path", path);
        fputs(", \"parts\": [", stdout);
    }
    tool_progress_begin(&progress, path, 1);
    bool good = cckd_map(path, &check, &heads, each, &map, &why);
    tool_progress_end(&progress);
    if (job->json) {
        putchar(']');
        tool_json_number(stdout, false, "bytes", check.size);
        tool_json_number(stdout, false, "heads", heads);
        tool_json_number(stdout, false, "faults", check.faults);
        puts("}");
    } else if (good)
        summary(&map, path, &check);
    return !good ? dasd_job_fail(job, &why) : check.faults && !job->customary;
}
