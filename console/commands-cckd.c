/* The command cckd: compressed disks, those that are there and those that come. */
#include <stdio.h>
#include <string.h>

#include "console/commands.h"
#include "devices/devices.h"

/* ---- options ------------------------------------------------------------------------ */

enum { NO_EFFECT = -1, READERS_MOST = 4 };
static const struct option {
    const char *name;
    int least, most;              /* as the field has them */
    int place;                    /* in the settings, or NO_EFFECT */
} options[] = {
    { "gcint", 0, 60, 0 }, { "gcparm", -8, 8, 1 }, { "comp", -1, 2, 2 }, { "compparm", -1, 9, 3 },
    { "ra", 0, 9, 4 }, { "rat", 0, 16, 5 },
    { "debug", 0, 1, NO_EFFECT }, { "dhint", 0, 60, NO_EFFECT }, { "dtax", 0, 1, NO_EFFECT },
    { "freepend", -1, 4, NO_EFFECT },
    { "fsync", 0, 1, NO_EFFECT }, { "gcmsgs", 0, 1, NO_EFFECT }, { "linuxnull", 0, 1, NO_EFFECT },
    { "nosfd", 0, 1, NO_EFFECT }, { "nostress", 0, 1, NO_EFFECT }, { "raq", 0, 16, NO_EFFECT },
    { "trace", 0, 200000, NO_EFFECT }, { "wr", 1, 9, NO_EFFECT }
};

static void put(struct disk_settings *s, int place, int value)
{
    switch (place) {
    case 0: s->collect_seconds = (unsigned)value; break;
    case 1: s->collect_more = value; break;
    case 2: s->compression = value; break;
    case 3: s->parameter = value; break;
    case 4: s->readers = (unsigned)value; break;
    case 5: s->ahead = (unsigned)value; break;
    }
}

static const struct option *find(const char *word, const char *end)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strlen(options[i].name) == (size_t)(end - word)
            && strncasecmp(options[i].name, word, (size_t)(end - word)) == 0)
            return &options[i];
    return NULL;
}

/* One OPTION=N. */
static bool take(struct operator *operator, struct disk_settings *settings, const char *word)
{
    const char *sign = strchr(word, '=');
    const struct option *option = sign ? find(word, sign) : NULL;
    int64_t value;
    if (!option || !parse_decimal(sign + 1, option->least, option->most, &value)) {
        message(operator->messages, HHC00345E, word, option ? option->least : 0,
                option ? option->most : 0);
        return false;
    }
    if (option->place == NO_EFFECT)
        message(operator->messages, HHC20042W, word, "compressed disks have no such setting");
    if (option->place == 4 && value > READERS_MOST) {
        message(operator->messages, HHC20042W, word, "a disk has 4 such threads at most, and gets 4");
        value = READERS_MOST;
    }
    put(settings, option->place, (int)value);
    return true;
}

static struct disk_settings *settings_of(struct operator *operator)
{
    struct disk_settings *settings = &operator->machine->options.disks;
    if (!settings->given)
        *settings = disk_settings_usual();
    return settings;
}

static enum command_result set(struct operator *operator, const struct call *call)
{
    struct disk_settings settings = *settings_of(operator);
    for (int i = 1; i < call->argc; i++) {
        char words[256], *rest = words, *word;
        if ((size_t)snprintf(words, sizeof words, "%s", call->argv[i]) >= sizeof words)
            return COMMAND_WRONG;
        while ((word = strsep(&rest, ",")))
            if (*word && !take(operator, &settings, word))
                return COMMAND_FAILED;
    }
    settings.given = true;
    operator->machine->options.disks = settings;
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        disk_set(d, &settings);
    return COMMAND_DONE;
}

/* ---- showing ----------------------------------------------------------------------------- */

static enum command_result show(struct operator *operator)
{
    const struct disk_settings *s = settings_of(operator);
    char text[160];
    snprintf(text, sizeof text, "gcint=%u,gcparm=%d,comp=%d,compparm=%d,ra=%u,rat=%u",
             s->collect_seconds, s->collect_more, s->compression, s->parameter, s->readers,
             s->ahead);
    message(operator->messages, HHC00346I, text);
    return COMMAND_DONE;
}

static enum command_result statistics(struct operator *operator)
{
    struct disk_statistics s = { 0 };
    unsigned disks = 0;
    for (struct device *d = device_from(operator->channels, 0); d;
         d = device_from(operator->channels, d->number + 1u))
        disks += disk_statistics(d, &s);
    message(operator->messages, HHC00347I, disks, s.reads, s.writes);
    message(operator->messages, HHC00348I, s.hits, s.misses, s.ahead);
    message(operator->messages, HHC00349I, s.waiting, s.compressed);
    message(operator->messages, HHC00350I, s.rounds, s.moved, s.cut);
    return COMMAND_DONE;
}

enum command_result command_cckd(struct operator *operator, const struct call *call)
{
    if (call->argc < 2 || same_word(call->argv[1], "help"))
        return COMMAND_WRONG;
    if (call->argc == 2 && same_word(call->argv[1], "opts"))
        return show(operator);
    if (call->argc == 2 && same_word(call->argv[1], "stats"))
        return statistics(operator);
    return set(operator, call);
}
