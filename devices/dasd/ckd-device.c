/* CKD disks as devices: their types, the statement's options, and what is common to all
 * commands. */
#include "devices/dasd/ckd-device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/message.h"
#include "core/messages.h"
#include "devices/dasd/cckd-chain.h"
#include "devices/dasd/types.h"
#include "devices/words.h"

/* ---- a command ------------------------------------------------------------------------ */

struct command {
    enum generation since;
    unsigned (*run)(struct device *, struct exchange *);
};

/* What belongs to a row of ckd_commands: they are of one list. */
static const struct command *find(const struct device_command *row)
{
    static const struct command commands[] = {
#define COMMAND(code, mask, name, function, since) { since, ckd_##function },
#include "devices/dasd/ckd-commands.def"
#undef COMMAND
    };
    size_t i = (size_t)(row - ckd_commands);
    return i < sizeof commands / sizeof *commands ? &commands[i] : NULL;
}

/* What a command leaves of what the chain had found before it. Searches and format writes
 * find anew. */
static unsigned keeps_found(uint8_t code)
{
    switch (code & 0x7F) {
    case 0x39: case 0x31: case 0x51: case 0x71: case 0x29: case 0x49: case 0x69:   /* search */
    case 0x1D: case 0x01: case 0x15: case 0x19:                         /* format writes */
    case 0x03: case 0x22:                                     /* no operation, read sector */
        return ~0u;
    case 0x06: case 0x0E: case 0x05: case 0x0D: case 0x11:     /* read, write data; erase */
        return FOUND_PLACE;
    }
    return 0;
}

/* Changes are in the file before the channel hears of the chain's end. Within a chain they
 * wait until the head leaves the track: a track that a chain formats is written once. */
static unsigned ckd_run(struct device *dev, struct exchange *x)
{
    struct ckd *c = dev->own;
    const struct command *command = find(dev->command);
    if (!command || c->control_unit->generation < command->since)
        return ckd_reject(dev, INVALID_COMMAND);
    unsigned status = ckd_domain_admit(dev, exchange_command(x));
    if (status == 0) {
        status = command->run(dev, x);
        ckd_domain_advance(c, exchange_command(x), status);
    }
    c->found &= keeps_found(exchange_command(x));
    bool ends = !exchange_chains(x) || (status & (UNIT_CHECK | UNIT_EXCEPTION));
    if (ends && c->changed) {
        unsigned written = ckd_write_out(dev);
        if (written)
            status = written;
    }
    return status;
}

/* The last row matches everything: what is no command is rejected with its format-0 message. */
const struct device_command ckd_commands[] = {
#define COMMAND(code, mask, name, function, since) { code, mask, name, ckd_run },
#include "devices/dasd/ckd-commands.def"
#undef COMMAND
    { 0, 0, "unknown command", ckd_run },
    { 0, 0, NULL, NULL }
};

/* The end of the program before this may not have been heard of yet. */
void ckd_begin(struct device *dev)
{
    struct ckd *c = dev->own;
    ckd_write_out(dev);
    c->file_mask = 0;
    c->file_mask_set = false;
    c->found = 0;
    c->index_points = 0;
    c->passed = NOWHERE;
    c->domain = (struct ckd_domain){ 0 };
}

void ckd_image_replaced(struct device *dev, bool other_contents)
{
    struct ckd *c = dev->own;
    ckd_image_changed(c->image);
    c->read_only = !c->fake_writes && !ckd_image_writable(c->image);
    bool had_track = c->track != NULL;
    c->track = NULL;
    bool ready = !had_track || ckd_ready(dev) == 0;
    if (ready && !other_contents)
        return;
    c->passed = NOWHERE;
    c->found = 0;
    c->domain = (struct ckd_domain){ 0 };
}

void ckd_end(struct device *dev, unsigned status)
{
    (void)status;
    ckd_write_out(dev);
}

/* A system reset: path groups are gone, and whatever a chain had prepared. */
void ckd_reset(struct device *dev)
{
    struct ckd *c = dev->own;
    ckd_begin(dev);
    memset(c->path_group, 0, sizeof c->path_group);
    c->answer_length = 0;
}

/* ---- the statement --------------------------------------------------------------------- */

struct options {
    const char *path, *control_unit;
    const char *shadows;          /* the pattern of sf=, or NULL */
    bool read_only, fake_writes;
    enum disk_sync sync;
    char serial[13];
};

/* Words that mean something elsewhere; here every write is at once, of what was changed. */
static bool meaningless(const char *word)
{
    static const char *const words[] = {
        "lazywrite", "nolazywrite", "fulltrackio", "fulltrkio", "ftio", "nofulltrackio",
        "nofulltrkio", "noftio", "syncio", "nosyncio"
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(word, words[i]) == 0)
            return true;
    return false;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcasecmp(word, a) == 0 || strcasecmp(word, b) == 0 || strcasecmp(word, c) == 0;
}

static bool read_option(struct device *dev, struct options *o, const char *word, int number)
{
    if (is_one_of(word, "readonly", "rdonly", "ro"))
        return o->read_only = true;
    if (is_one_of(word, "fakewrite", "fakewrt", "fw"))
        return o->fake_writes = true;
    if (meaningless(word)) {
        message(dev->messages, HHC00460I, dev->number, word);
        return true;
    }
    if (strncasecmp(word, "cu=", 3) == 0) {
        o->control_unit = word + 3;
        return true;
    }
    if (strncasecmp(word, "ser=", 4) == 0 && strlen(word + 4) <= 12) {
        snprintf(o->serial, sizeof o->serial, "%s", word + 4);
        return true;
    }
    if (strncasecmp(word, "sf=", 3) == 0 && word[3]) {
        o->shadows = word + 3;
        return true;
    }
    const char *sync = device_value(word, "sync");
    if (sync && disk_sync_find(sync, &o->sync))
        return true;
    message(dev->messages, HHC00402E, dev->number, word, number);
    return false;
}

static bool read_statement(struct device *dev, struct options *o, int argc, char *const argv[])
{
    if (argc < 1) {
        message(dev->messages, HHC00400E, dev->number, dev->type->name);
        return false;
    }
    o->path = argv[0];
    for (int i = 1; i < argc; i++)
        if (!read_option(dev, o, argv[i], i + 1))
            return false;
    return true;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* A file that may only be read is a read-only disk. */
static bool is_protected(const char *path)
{
    return access(path, W_OK) != 0 && (errno == EACCES || errno == EROFS || errno == EPERM);
}

/* The model that was named, if the image has its size; else the one that the size fits. */
static bool choose_model(struct device *dev, struct ckd *c)
{
    const struct ckd_geometry *named = ckd_geometry_find(dev->type->name);
    if (named->type != c->shape.type) {
        message(dev->messages, HHC00415E, dev->number, ckd_image_path(c->image), c->shape.type,
                dev->type->name);
        return false;
    }
    c->geometry = ckd_geometry_fit(c->shape.type, c->shape.cylinders);
    if (strchr(dev->type->name, '-') && named->cylinders == c->geometry->cylinders)
        c->geometry = named;
    return true;
}

static bool choose_control_unit(struct device *dev, struct ckd *c, const char *name)
{
    c->control_unit = control_unit_find(name ? name : c->geometry->control_unit);
    if (!c->control_unit)
        message(dev->messages, HHC00416E, dev->number, name);
    return c->control_unit != NULL;
}

static bool open_image(struct device *dev, struct ckd *c, const struct options *o)
{
    struct disk_complaint complaint;
    bool protected = is_protected(o->path);
    struct cckd_tuning tuning = disk_tuning(dev);
    struct cckd_opening opening = {
        .shadows = o->shadows, .base_protected = o->read_only || protected,
        .writable = !o->fake_writes && (o->shadows || !(o->read_only || protected)),
        .sync = o->sync, .background = true, .tuning = &tuning
    };
    c->fake_writes = o->fake_writes;
    c->image = ckd_image_open_with(o->path, &opening, &complaint);
    if (!c->image) {
        message(dev->messages, HHC00404E, dev->number, complaint.text);
        return false;
    }
    c->read_only = !c->fake_writes && !ckd_image_writable(c->image);
    if (o->shadows && !ckd_image_chain(c->image))
        message(dev->messages, HHC00469W, dev->number, o->path);
    if (protected && !o->read_only && c->read_only)
        message(dev->messages, HHC00403W, dev->number, o->path);
    c->shape = *ckd_image_shape(c->image);
    return true;
}

static void tell_rescue(void *context, const char *was, const char *is)
{
    struct device *dev = context;
    message(dev->messages, HHC00470W, dev->number, was, is);
}

void ckd_close(struct device *dev)
{
    struct ckd *c = dev->own;
    struct disk_complaint complaint;
    if (c->image) {
        ckd_write_out(dev);
        if (!ckd_image_rescue(c->image, tell_rescue, dev, &complaint))
            message(dev->messages, HHC00404E, dev->number, complaint.text);
        if (!ckd_image_close(c->image, &complaint))
            message(dev->messages, HHC00404E, dev->number, complaint.text);
    }
    free(c->scratch);
    memset(c, 0, sizeof *c);
}

bool ckd_open(struct device *dev, int argc, char *const argv[])
{
    enum { LONGEST_RECORD = CKD_COUNT + 255 + 65535 };
    struct ckd *c = dev->own;
    struct options o = { 0 };
    if (argc == 0 && dev->argc) {
        argc = dev->argc;
        argv = dev->argv;
    }
    memset(c, 0, sizeof *c);
    if (!read_statement(dev, &o, argc, argv))
        return false;
    c->scratch = malloc(LONGEST_RECORD);
    if (!c->scratch || !open_image(dev, c, &o) || !choose_model(dev, c)
        || !choose_control_unit(dev, c, o.control_unit)) {
        ckd_close(dev);
        return false;
    }
    memcpy(c->serial, o.serial, sizeof c->serial);
    ckd_begin(dev);
    message(dev->messages, HHC00414I, dev->number, o.path, c->geometry->name,
            c->shape.cylinders, c->shape.heads, c->shape.tracks, c->shape.track_size);
    return true;
}

bool ckd_read_only(const struct device *dev)
{
    return ((const struct ckd *)dev->own)->read_only;
}

void ckd_describe(struct device *dev, char *text, size_t size)
{
    struct ckd *c = dev->own;
    char shadows[32] = "";
    if (!c->image) {
        snprintf(text, size, "no file");
        return;
    }
    const struct cckd_chain *chain = ckd_image_chain(c->image);
    if (chain && chain->count > 1)
        snprintf(shadows, sizeof shadows, ", %u shadow file%s", chain->count - 1,
                 chain->count > 2 ? "s" : "");
    snprintf(text, size, "%s [%u cyls, %s%s%s]", ckd_image_path(c->image), c->shape.cylinders,
             c->shape.format, shadows,
                 c->fake_writes ? ", fake writes" : c->read_only ? ", read only" : "");
}
