/* The shadow files of compressed disks: add, remove, compress, check, display. */
#include <string.h>

#include "console/commands.h"
#include "devices/devices.h"

/* One device, or each compressed disk for `*`. */
static enum command_result for_disks(struct operator *operator, const char *word,
                                     enum disk_shadow_action action, int level)
{
    bool failed = false;
    unsigned processed = 0;
    if (strcmp(word, "*") == 0) {
        for (struct device *d = device_from(operator->channels, 0); d;
             d = device_from(operator->channels, d->number + 1u)) {
            enum disk_shadow_answer answer = disk_shadow(d, action, level);
            processed += answer != DISK_SHADOW_NOT_COMPRESSED;
            failed = failed || answer == DISK_SHADOW_FAILED;
        }
        message(operator->messages, HHC00316I, processed);
        return failed ? COMMAND_FAILED : COMMAND_DONE;
    }
    struct device *device = parse_attached(operator, word);
    if (!device)
        return COMMAND_FAILED;
    enum disk_shadow_answer answer = disk_shadow(device, action, level);
    if (answer == DISK_SHADOW_NOT_COMPRESSED)
        message(operator->messages, HHC00317E, device->number);
    return answer == DISK_SHADOW_DONE ? COMMAND_DONE : COMMAND_FAILED;
}

enum command_result command_shadow_add(struct operator *operator, const struct call *call)
{
    return call->argc == 2 ? for_disks(operator, call->argv[1], DISK_SHADOW_ADD, 0)
                           : COMMAND_WRONG;
}

enum command_result command_shadow_remove(struct operator *operator, const struct call *call)
{
    static const struct { const char *word; enum disk_shadow_action action; } ways[] = {
        { "merge", DISK_SHADOW_MERGE }, { "nomerge", DISK_SHADOW_THROW_AWAY },
        { "force", DISK_SHADOW_FORCE }
    };
    if (call->argc == 2)
        return for_disks(operator, call->argv[1], DISK_SHADOW_MERGE, 0);
    for (size_t i = 0; call->argc == 3 && i < sizeof ways / sizeof *ways; i++)
        if (same_word(call->argv[2], ways[i].word))
            return for_disks(operator, call->argv[1], ways[i].action, 0);
    return COMMAND_WRONG;
}

enum command_result command_shadow_compact(struct operator *operator, const struct call *call)
{
    return call->argc == 2 ? for_disks(operator, call->argv[1], DISK_SHADOW_COMPACT, 0)
                           : COMMAND_WRONG;
}

enum command_result command_shadow_display(struct operator *operator, const struct call *call)
{
    return call->argc == 2 ? for_disks(operator, call->argv[1], DISK_SHADOW_DISPLAY, 0)
                           : COMMAND_WRONG;
}

enum command_result command_shadow_check(struct operator *operator, const struct call *call)
{
    enum { LOWEST = -1, USUAL = 2, HIGHEST = 4 };
    int64_t level = USUAL;
    if (call->argc < 2 || call->argc > 3
        || (call->argc == 3 && !parse_decimal(call->argv[2], LOWEST, HIGHEST, &level)))
        return COMMAND_WRONG;
    return for_disks(operator, call->argv[1], DISK_SHADOW_CHECK, (int)level);
}

enum command_result command_shadow_trace(struct operator *operator, const struct call *call)
{
    return call->argc > 2 ? COMMAND_WRONG
                          : for_disks(operator, call->argc == 2 ? call->argv[1] : "*",
                                      DISK_SHADOW_TRACE, 0);
}
