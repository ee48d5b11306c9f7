/* isup: what IEHIOSUP does on a running OS/360 (GC28-6586, "Utilities"), and what has to be done
 * before the first IPL of a volume that was made on the host: the modules of open, close and end
 * of volume in SYS1.SVCLIB have tables that tell where in the library their successors are.
 *
 * A module's text is one record. Its last four bytes are the number of its SVC, as in the
 * modules' names ("019"), and where its table is, in doublewords. An entry is two characters that
 * make a name with that number (IGG019 and 0P), TTR of the text of that module, and its length
 * in doublewords; an entry of zeros is the last. */
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"
#include "devices/dasd/dataset.h"
#include "devices/dasd/tool.h"

enum { TRAILER = 4, ENTRY = 6, LONGEST = 0x7F8, UNIT = 8 };

struct isup {
    struct dasd_job *job;
    struct volume volume;
    const struct dataset *library;
    struct directory directory;
    unsigned modules, entries, changed, missing;
    struct disk_complaint why;
};

/* What load modules have in their directory entries: TTR of the text, at byte 10 the storage they
 * take, at 13 the length of their first text record. */
struct module { unsigned track, record, storage, text; };

static bool get_module(const struct member *member, struct module *module)
{
    enum { STORAGE = 10, TEXT = 13, LEAST = 15 };
    const uint8_t *user = member->user;
    if (member->user_length < LEAST)
        return false;
    *module = (struct module){ get16(user), user[2],
                               (unsigned)user[STORAGE] << 16 | get16(user + STORAGE + 1),
                               get16(user + TEXT) };
    return true;
}

/* Executors: IFG0, IGG0 and a number of three digits that a digit follows; the SVC routines
 * themselves, IGC0 and zeros. IGG019AA and its like are access methods. */
static bool is_executor(const char *name)
{
    bool routine = strncmp(name, "IGC00", 5) == 0;
    bool executor = (strncmp(name, "IFG0", 4) == 0 || strncmp(name, "IGG0", 4) == 0)
        && name[6] >= '0' && name[6] <= '9';
    return strlen(name) == 8 && (routine || executor);
}

static void say(struct isup *x, const char *module, const char *name, const uint8_t old[4],
                const uint8_t new[4])
{
    if (x->job->json || (!x->job->customary && new && memcmp(old, new, 4) == 0))
        return;
    printf("%sIn member %s: %s TTRL=%02X%02X%02X%02X", x->job->customary ? "HHCDS019I " : "", module,
           name, old[0], old[1], old[2], old[3]);
    if (!new)
        printf(" ** Member %s not found **", name);
    else if (memcmp(old, new, 4) != 0)
        printf(" replaced by TTRL=%02X%02X%02X%02X%s", new[0], new[1], new[2], new[3],
               old[3] == new[3] ? "" : " ****");
    putchar('\n');
}

/* An SVC routine's successors are IGG modules, or IFG ones where the library has any for this
 * SVC: OS/VS renamed them. */
static const char *prefix_of(const struct isup *x, const char *module, const char *svc)
{
    if (strncmp(module, "IGC", 3) != 0)
        return strncmp(module, "IFG", 3) == 0 ? "IFG" : "IGG";
    for (size_t i = 0; i < x->directory.members; i++) {
        const char *name = x->directory.member[i].name;
        if (strncmp(name, "IFG", 3) == 0 && strncmp(name + 3, svc, 3) == 0)
            return "IFG";
    }
    return "IGG";
}

/* The entry's successor, as it should be. */
static bool resolve(struct isup *x, const char *module, const uint8_t *svc, uint8_t entry[ENTRY])
{
    char name[9];
    struct module target;
    uint8_t ebcdic[5], ttrl[4];
    memcpy(ebcdic, svc, 3);
    memcpy(ebcdic + 3, entry, 2);
    codepage_to_host(&x->job->page, ebcdic, sizeof ebcdic);
    snprintf(name, sizeof name, "%.3s%.5s", prefix_of(x, module, (char *)ebcdic),
             (char *)ebcdic);
    const struct member *found = directory_find(&x->directory, name);
    x->entries++;
    if (!found || !get_module(found, &target)) {
        x->missing++;
        say(x, module, name, entry + 2, NULL);
        return false;
    }
    put16(ttrl, (uint16_t)target.track);
    ttrl[2] = (uint8_t)target.record;
    ttrl[3] = (uint8_t)(target.storage / UNIT);
    say(x, module, name, entry + 2, ttrl);
    if (memcmp(entry + 2, ttrl, sizeof ttrl) == 0)
        return false;
    memcpy(entry + 2, ttrl, sizeof ttrl);
    x->changed++;
    return true;
}

/* False: it makes no sense; why is told, and the module left alone. */
static bool walk_table(struct isup *x, const char *name, struct dataset_reader *reader)
{
    size_t length = reader->length, first, at;
    const uint8_t *trailer = reader->block + length - TRAILER;
    static const uint8_t last[2] = { 0, 0 };
    bool changed = false;
    for (int i = 0; i < 3; i++)
        if (trailer[i] < 0xF0 || trailer[i] > 0xF9)
            return complain(&x->why, "Member %s skipped: it does not end with its SVC's number", name);
    first = at = (size_t)trailer[3] * UNIT;
    while (at + ENTRY + TRAILER <= length && memcmp(reader->block + at, last, sizeof last) != 0)
        at += ENTRY;
    if (at + sizeof last + TRAILER > length)
        return complain(&x->why, "Member %s XCTL table improperly terminated", name);
    for (size_t entry = first; entry < at; entry += ENTRY)
        changed |= resolve(x, name, trailer, reader->block + entry);
    return !changed || dataset_change(reader, first, reader->block + first, at - first);
}

static void process(struct isup *x, const struct member *member)
{
    struct dataset_reader reader;
    struct module module = { 0, 0, 0, 0 };
    bool good = get_module(member, &module)
        || complain(&x->why, "Member %s has no load module's directory entry", member->name);
    if (good && (module.storage != module.text || module.text < UNIT || module.text > LONGEST
                 || module.text % UNIT))
        good = complain(&x->why, "Member %s text record length %04X is not valid", member->name,
                        module.text);
    if (good && dataset_begin(&reader, &x->volume, x->library, &x->why)) {
        good = dataset_point(&reader, module.track, module.record)
            && dataset_block(&reader) == DATASET_GOT;
        if (good && reader.length != module.text)
            good = complain(&x->why, "Member %s text record length %04zX does not match length %04X in"
                            " directory", member->name, reader.length, module.text);
        good = good && walk_table(x, member->name, &reader);
        dataset_end(&reader);
    }
    if (good)
        x->modules++;
    else if (!x->job->json)
        printf("%s\n", x->why.text);
}

static bool run(struct isup *x)
{
    struct disk_complaint *why = &x->why;
    x->library = volume_find(&x->volume, "SYS1.SVCLIB", why);
    if (!x->library || !directory_read(&x->directory, &x->volume, x->library, why))
        return false;
    for (size_t i = 0; i < x->directory.members; i++)
        if (!x->directory.member[i].alias && is_executor(x->directory.member[i].name))
            process(x, &x->directory.member[i]);
    directory_free(&x->directory);
    return true;
}

int dasd_run_isup(struct dasd_job *job)
{
    struct disk_complaint another;
    struct isup x = { .job = job };
    if (!volume_open_to_change(&x.volume, job->operands[0], job->shadows[0], &x.why))
        return dasd_job_fail(job, &x.why);
    bool good = run(&x);
    good = volume_close_changed(&x.volume, good ? &x.why : &another) && good;
    if (!good)
        return dasd_job_fail(job, &x.why);
    if (job->json)
        printf("{\"modules\": %u, \"entries\": %u, \"changed\": %u, \"missing\": %u}\n", x.modules,
               x.entries, x.changed, x.missing);
    else if (!job->customary)
        printf("%u modules, %u entries: %u changed, %u without a module\n", x.modules, x.entries,
               x.changed, x.missing);
    return 0;
}
