/* The tape drives as a configuration has them, and which commands each has. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/messages.h"
#include "devices/tape/drive.h"
#include "devices/words.h"

/* ---- the device statement -------------------------------------------------------- */

enum { OPTION_PROTECT = 1, OPTION_AWS = 2, OPTION_COMPRESS = 4, OPTION_PLAIN = 8,
       OPTION_METHOD = 16, OPTION_LEVEL = 32, OPTION_CHUNK = 64 };

static const struct device_word tape_words[] = {
    { "awstape", OPTION_AWS, 0 },
    { "ro", OPTION_PROTECT, 0 },     { "noring", OPTION_PROTECT, 0 },
    { "rw", 0, OPTION_PROTECT },     { "ring", 0, OPTION_PROTECT },
    { "idrc", OPTION_COMPRESS, OPTION_PLAIN },
    { "compress", OPTION_COMPRESS, OPTION_PLAIN },
    { "idrc=1", OPTION_COMPRESS, OPTION_PLAIN },
    { "compress=1", OPTION_COMPRESS, OPTION_PLAIN },
    { "idrc=0", OPTION_PLAIN, OPTION_COMPRESS },
    { "compress=0", OPTION_PLAIN, OPTION_COMPRESS },
    { "readonly=1", OPTION_PROTECT, 0 }, { "readonly=0", 0, OPTION_PROTECT },
    { "deonirq", 0, 0 },             { "noautomount", 0, 0 },
    { "deonirq=0", 0, 0 },           { "deonirq=1", 0, 0 },
    { "--no-erg", 0, 0 },            { "--blkid-22", 0, 0 }, { "--blkid-32", 0, 0 },
    { 0 }
};

static bool refuse(struct device *dev, const char *word, const char *why)
{
    message(dev->messages, HHC00223E, dev->number, word, why);
    return false;
}

/* A size in bytes, with K or M; `unit` is what a bare number counts. False: it is none. */
static bool parse_size(const char *text, uint64_t unit, uint64_t *bytes)
{
    char *end;
    if (!isdigit((unsigned char)*text))
        return false;
    unsigned long long n = strtoull(text, &end, 10);
    int letter = toupper((unsigned char)*end);
    unit = letter == 'K' ? 1024 : letter == 'M' ? 1024 * 1024 : unit;
    if (letter == 'K' || letter == 'M')
        end++;
    *bytes = n * unit;
    return !*end && n < (1ull << 40);
}

static bool take_number(const char *text, unsigned least, unsigned most, unsigned *number)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    *number = (unsigned)n;
    return isdigit((unsigned char)*text) && !*end && n >= least && n <= most;
}

/* How HET images are compressed. NULL: the word is none of these; else what should be
 * there, "" if it is right. */
static const char *take_compression(struct drive *drive, const char *word)
{
    const char *value;
    unsigned n;
    if ((value = device_value(word, "compress")) || (value = device_value(word, "idrc")))
        return "it should be 0 or 1";
    if ((value = device_value(word, "method"))) {
        if (strlen(value) != 1 || !strchr("12ZzBb", *value))
            return "it should be 1 or Z (zlib), or 2 or B (bzip2)";
        drive->compression.method = strchr("1Zz", *value) ? TAPE_ZLIB : TAPE_BZIP2;
        drive->options |= OPTION_METHOD;
        return "";
    }
    if ((value = device_value(word, "level"))) {
        if (!take_number(value, 1, 9, &n))
            return "it should be from 1 (fast) to 9 (small)";
        drive->compression.level = (int)n;
        drive->options |= OPTION_LEVEL;
        return "";
    }
    if ((value = device_value(word, "chunksize"))) {
        if (!take_number(value, TAPE_CHUNK_LEAST, TAPE_CHUNK_MOST, &n))
            return "it should be from 4096 to 65535 bytes";
        drive->compression.chunk = n;
        drive->options |= OPTION_CHUNK;
        return "";
    }
    return NULL;
}

/* Likewise, how long the reel is. */
static const char *take_length(struct drive *drive, const char *word)
{
    static const char size[] = "it should be a number of bytes, or one with K or M";
    const char *value;
    if ((value = device_value(word, "maxsize")) || (value = device_value(word, "strictsize")))
        return parse_size(value, 1, &drive->most) ? "" : size;
    if ((value = device_value(word, "maxsizeK")))
        return parse_size(value, 1024, &drive->most) ? "" : "it is not a number";
    if ((value = device_value(word, "maxsizeM")))
        return parse_size(value, 1024 * 1024, &drive->most) ? "" : "it is not a number";
    if ((value = device_value(word, "eotmargin")))
        return parse_size(value, 1, &drive->margin) ? "" : size;
    return device_value(word, "readonly") ? "it should be 0 or 1" : NULL;
}

static bool take_words(struct device *dev, int argc, char *const argv[])
{
    struct drive *drive = dev->own;
    for (int i = 0; i < argc; i++) {
        if (device_word(tape_words, argv[i], &drive->options))
            continue;
        const char *wrong = take_length(drive, argv[i]);
        if (!wrong)
            wrong = take_compression(drive, argv[i]);
        if (!wrong)
            wrong = "the options are awstape, ro, rw, ring, noring, readonly=, maxsize=, maxsizeK=, "
                    "maxsizeM=, eotmargin=, compress=, method=, level= and chunksize=";
        if (*wrong)
            return refuse(dev, argv[i], wrong);
    }
    return true;
}

/* ---- mounting -------------------------------------------------------------------- */

/* What was said of compression holds for images in which it can be, and makes a HET
 * image of a new AWSTAPE. */
static void set_compression(const struct drive *drive)
{
    struct tape_compression *how = &drive->image->compression;
    unsigned options = drive->options;
    if (options & OPTION_METHOD)
        how->method = drive->compression.method;
    else if (options & OPTION_COMPRESS && how->method == TAPE_PLAIN)
        how->method = TAPE_ZLIB;
    if (options & OPTION_LEVEL)
        how->level = drive->compression.level;
    if (options & OPTION_CHUNK)
        how->chunk = drive->compression.chunk;
    if (options & (OPTION_PLAIN | OPTION_AWS))
        how->method = TAPE_PLAIN;
}

static bool mounted(struct device *dev, const char *path, bool made, const char *error)
{
    struct drive *drive = dev->own;
    if (!drive->image) {
        message(dev->messages, HHC00202E, dev->number, path, error);
        return false;
    }
    drive->protect = drive->image->read_only;
    drive->image->most = drive->most;
    set_compression(drive);
    if (made)
        message(dev->messages, HHC00203I, dev->number, drive->image->path,
                drive->image->format->name);
    else
        message(dev->messages, HHC00200I, dev->number, drive->image->path,
                drive->image->format->name, drive->protect ? "read-only" : "with ring");
    return true;
}

/* A drive that the host has: /dev/nst0 and its like, also where there is none now, so that no
 * image of that name is made; Windows' are \\.\Tape0. */
static bool is_drive_of_host(const char *path)
{
    static const char *const names[] = { "/dev/st", "/dev/nst", "/dev/tape", "/dev/ntape", "/dev/rmt",
                                         "\\\\.\\" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(path, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static bool mount(struct device *dev, const char *path)
{
    struct drive *drive = dev->own;
    char error[400] = "it is not there, and AUTOINIT is off";
    bool made = false;
    if (is_drive_of_host(path))
        return mounted(dev, path, false, "drives of the host are not supported: copy the tape to an image");
    if (!dev->machine->options.no_tape_autoinit || access(path, F_OK) == 0)
        drive->image = tape_open(path, drive->options & OPTION_PROTECT, &made, error,
                                 sizeof error);
    return mounted(dev, path, made, error);
}

/* A volume of the list: its words hold for it alone. False: there are no more. */
static bool mount_listed(struct device *dev)
{
    struct drive *drive = dev->own;
    struct tape_volume volume;
    char error[400];
    while (tape_library_next(drive->library, &volume)) {
        struct drive before = *drive;
        bool ok = take_words(dev, volume.argc, volume.argv);
        if (ok && volume.is_pool) {
            drive->image = tape_scratch_open(volume.path, error, sizeof error);
            ok = mounted(dev, volume.path, false, error);
            if (!ok)
                tape_library_skip(drive->library);
        } else if (ok)
            ok = mount(dev, volume.path);
        drive->options = before.options;
        drive->compression = before.compression;
        drive->most = before.most;
        drive->margin = before.margin;
        if (ok)
            return true;
    }
    message(dev->messages, HHC20250I, dev->number);
    return false;
}

void drive_load_next(struct device *dev, void *context)
{
    const struct drive *drive = dev->own;
    (void)context;
    if (drive->library && !drive->image && mount_listed(dev))
        device_present(dev, UNIT_DEVICE_END);
}

/* How long a loader takes, in the machine's time. */
enum { LOAD_NS = 20000000 };

void drive_next_volume(struct device *dev)
{
    if (((const struct drive *)dev->own)->library)
        device_later(dev, LOAD_NS, drive_load_next, NULL);
}

bool drive_open(struct device *dev, int argc, char *const argv[])
{
    struct drive *drive = dev->own;
    char error[400];
    *drive = (struct drive){ .margin = 128 * 1024, .blocks = drive->blocks };
    if (argc > 1 && !take_words(dev, argc - 1, argv + 1))
        return false;
    if (argc == 0 || strcmp(argv[0], "*") == 0)
        return true;
    if (*argv[0] != '@')
        return mount(dev, argv[0]);
    drive->library = tape_library_open(argv[0] + 1, error, sizeof error);
    if (!drive->library) {
        message(dev->messages, HHC00202E, dev->number, argv[0], error);
        return false;
    }
    if (mount_listed(dev))
        return true;
    drive_close(dev);
    return false;
}

void drive_close(struct device *dev)
{
    struct drive *drive = dev->own;
    drive_dismount(dev);
    tape_library_close(drive->library);
    free(drive->block);
    drive->library = NULL;
    drive->block = NULL;
}

/* A system reset ends assignments and path groups; the tape stays where it is. */
void drive_reset(struct device *dev)
{
    struct drive *drive = dev->own;
    drive->assigned = drive->grouped = drive->multipath = drive->message_asked = false;
    memset(drive->path_group, 0, sizeof drive->path_group);
    drive->mode = 0;
}

void drive_describe(struct device *dev, char *text, size_t size)
{
    const struct drive *drive = dev->own;
    if (!drive->image)
        snprintf(text, size, "* IO[%lu]", drive->blocks);
    else
        snprintf(text, size, "%s %s %s, block %u%s IO[%lu]", drive->image->path,
                 drive->image->format->name, drive->protect ? "ro" : "rw",
                 drive->image->position, drive->image->position ? "" : " (load point)",
                 drive->blocks);
}

/* ---- commands -------------------------------------------------------------------- */

#define BASIC \
    { 0x01, 0xFF, "write", drive_write }, \
    { 0x02, 0xFF, "read", drive_read }, \
    { 0x03, 0xFF, "no-operation", device_no_operation }, \
    { 0x04, 0xFF, "sense", drive_sense }, \
    { 0x07, 0xFF, "rewind", drive_rewind }, \
    { 0x0F, 0xFF, "rewind and unload", drive_unload }, \
    { 0x17, 0xFF, "erase gap", drive_erase_gap }, \
    { 0x1F, 0xFF, "write tape mark", drive_write_mark }, \
    { 0x27, 0xFF, "backspace block", drive_back_block }, \
    { 0x2F, 0xFF, "backspace file", drive_back_file }, \
    { 0x37, 0xFF, "forward space block", drive_forward_block }, \
    { 0x3F, 0xFF, "forward space file", drive_forward_file }, \
    { 0x97, 0xFF, "data security erase", drive_data_security_erase }

#define BACKWARD { 0x0C, 0xFF, "read backward", drive_read_backward }
#define TRACK_IN_ERROR { 0x1B, 0xFF, "request track in error", drive_track_in_error }
#define MODE(code, text) { code, 0xFF, text, drive_mode_set }

/* 7 tracks: density in bits 0-1 (200, 556, 800), then odd or even parity, data converter,
 * translator in bits 2-4 (GA32-0020, "Mode Set"). */
#define SEVEN_TRACK \
    MODE(0x13, "mode set 200, odd, converter"), MODE(0x23, "mode set 200, even"), \
    MODE(0x2B, "mode set 200, even, translator"), MODE(0x33, "mode set 200, odd"), \
    MODE(0x3B, "mode set 200, odd, translator"), \
    MODE(0x53, "mode set 556, odd, converter"), MODE(0x63, "mode set 556, even"), \
    MODE(0x6B, "mode set 556, even, translator"), MODE(0x73, "mode set 556, odd"), \
    MODE(0x7B, "mode set 556, odd, translator"), \
    MODE(0x93, "mode set 800, odd, converter"), MODE(0xA3, "mode set 800, even"), \
    MODE(0xAB, "mode set 800, even, translator"), MODE(0xB3, "mode set 800, odd"), \
    MODE(0xBB, "mode set 800, odd, translator")

#define NINE_TRACK \
    MODE(0xC3, "mode set 1600"), MODE(0xCB, "mode set 800"), MODE(0xD3, "mode set 6250"), \
    MODE(0xEB, "mode set"), MODE(0xF3, "mode set")

static const struct device_command commands_3410[] = {
    BASIC, BACKWARD, TRACK_IN_ERROR, SEVEN_TRACK, MODE(0xC3, "mode set 1600"),
    MODE(0xCB, "mode set 800"), MODE(0xEB, "mode set"), MODE(0xF3, "mode set"), { 0 }
};
static const struct device_command commands_3420[] = {
    BASIC, BACKWARD, TRACK_IN_ERROR, SEVEN_TRACK, NINE_TRACK,
    { 0xD4, 0xFF, "sense and reserve", drive_sense },
    { 0xF4, 0xFF, "sense and release", drive_sense }, { 0 }
};
static const struct device_command commands_3422[] = {
    BASIC, BACKWARD, NINE_TRACK,
    { 0xD4, 0xFF, "sense and reserve", drive_sense },
    { 0xF4, 0xFF, "sense and release", drive_sense },
    { 0xE4, 0xFF, "sense ID", device_sense_id }, { 0 }
};
/* These cannot read backward. */
#define STREAMER \
    BASIC, SEVEN_TRACK, NINE_TRACK, \
    { 0xA4, 0xFF, "read buffered log", cartridge_read_log }, \
    { 0xD4, 0xFF, "sense and reserve", drive_sense }, \
    { 0xF4, 0xFF, "sense and release", drive_sense }

static const struct device_command commands_8809[] = { STREAMER, { 0 } };
static const struct device_command commands_9347[] = {
    STREAMER, { 0xE4, 0xFF, "sense ID", device_sense_id }, { 0 }
};

#define CARTRIDGE \
    { 0x22, 0xFF, "read block ID", cartridge_read_block_id }, \
    { 0x24, 0xFF, "read buffered log", cartridge_read_log }, \
    { 0x34, 0xFF, "sense path group ID", cartridge_sense_path_group }, \
    { 0x43, 0xFF, "synchronize", cartridge_synchronize }, \
    { 0x4F, 0xFF, "locate block", cartridge_locate }, \
    { 0x9F, 0xFF, "load display", cartridge_load_display }, \
    { 0xAF, 0xFF, "set path group ID", cartridge_set_path_group }, \
    { 0xB7, 0xFF, "assign", cartridge_assign }, \
    { 0xC7, 0xFF, "unassign", cartridge_unassign }, \
    { 0xDB, 0xFF, "mode set", cartridge_mode_set }, \
    { 0xE3, 0xFF, "control access", cartridge_control_access }, \
    { 0x5B, 0xFF, "suspend multipath reconnection", cartridge_suspend }, \
    { 0x64, 0xFF, "read device characteristics", cartridge_characteristics }, \
    { 0xE4, 0xFF, "sense ID", device_sense_id }

static const struct device_command commands_3480[] = { BASIC, BACKWARD, CARTRIDGE, { 0 } };
static const struct device_command commands_3490[] = {
    BASIC, BACKWARD, CARTRIDGE,
    { 0xFA, 0xFF, "read configuration data", cartridge_configuration }, { 0 }
};
static const struct device_command commands_3590[] = {
    BASIC, BACKWARD, CARTRIDGE,
    { 0xFA, 0xFF, "read configuration data", cartridge_configuration },
    { 0x0A, 0xFF, "read previous", cartridge_read_previous },
    { 0x77, 0xFF, "perform subsystem function", cartridge_perform_function },
    { 0x3E, 0xFF, "read subsystem data", cartridge_subsystem_data }, { 0 }
};

/* ---- the models ------------------------------------------------------------------ */

#define DRIVE(id, rows, senses, ...) { \
    .name = id, .class = CLASS_TAPE, .size = sizeof(struct drive), .commands = rows, \
    .sense_length = senses, .sense_id = __VA_ARGS__, .latency_us = 1000, .open = drive_open, \
    .close = drive_close, .describe = drive_describe, .reset = drive_reset, \
    .initial_status = drive_initial_status }

const struct device_type tape_3410 = DRIVE("3410", commands_3410, 9, { 0 });
const struct device_type tape_3411 = DRIVE("3411", commands_3410, 9, { 0 });
const struct device_type tape_3420 = DRIVE("3420", commands_3420, 24, { 0 });
const struct device_type tape_3422 =
    DRIVE("3422", commands_3422, 24, { 0xFF, 0x34, 0x22, 0x01, 0x34, 0x22, 0x01 });
const struct device_type tape_3430 =
    DRIVE("3430", commands_3422, 24, { 0xFF, 0x34, 0x22, 0x01, 0x34, 0x30, 0x01 });
const struct device_type tape_3480 =
    DRIVE("3480", commands_3480, 24, { 0xFF, 0x34, 0x80, 0x31, 0x34, 0x80, 0x31 });
const struct device_type tape_3490 =
    DRIVE("3490", commands_3490, 32, { 0xFF, 0x34, 0x90, 0x50, 0x34, 0x90, 0x50 });
const struct device_type tape_3590 =
    DRIVE("3590", commands_3590, 32, { 0xFF, 0x35, 0x90, 0x50, 0x35, 0x90, 0x10 });
const struct device_type tape_8809 = DRIVE("8809", commands_8809, 32, { 0 });
const struct device_type tape_9347 =
    DRIVE("9347", commands_9347, 32, { 0xFF, 0x93, 0x47, 0x01, 0x93, 0x47, 0x01 });
const struct device_type tape_9348 =
    DRIVE("9348", commands_9347, 32, { 0xFF, 0x93, 0x48, 0x01, 0x93, 0x48, 0x01 });
