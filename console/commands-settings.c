/* The machine's description: statements of the configuration, and commands too. Without
 * an operand each tells what is set. */
#include <stdlib.h>
#include <string.h>
#include <ctype.h>
#include <strings.h>

#include "console/commands.h"
#include "console/sclp.h"
#include "core/bytes.h"
#include "devices/terminal/terminal.h"
#include "devices/terminal/tls.h"

static enum command_result now_set(struct operator *operator, const char *name, const char *value)
{
    message(operator->messages, HHC02204I, name, value);
    return COMMAND_DONE;
}

static enum command_result show(struct operator *operator, const char *name, const char *value)
{
    message(operator->messages, HHC02203I, name, value);
    return COMMAND_DONE;
}

/* The field's message comes last, where its tools look for it; so the usage comes first. */
static enum command_result invalid(struct operator *operator, const struct call *call,
                                   const char *value, const char *name)
{
    message(operator->messages, HHC20001I, call->row->name, " ", call->row->syntax);
    message(operator->messages, HHC20002I, call->row->example);
    message(operator->messages, HHC01451E, value, name);
    return COMMAND_FAILED;
}

static bool is_one_of(const char *word, const char *const list[])
{
    for (int i = 0; list[i]; i++)
        if (same_word(word, list[i]))
            return true;
    return false;
}

/* ---- storage --------------------------------------------------------------------------- */

static const uint64_t KB = 1024, MB = 1024 * 1024;

/* "16M", "64K", "16388K", "1G": the largest unit that divides it. */
static void size_text(uint64_t bytes, char text[24])
{
    if (bytes % (1024 * MB) == 0)
        snprintf(text, 24, "%uG", (unsigned)(bytes / (1024 * MB)));
    else if (bytes % MB == 0)
        snprintf(text, 24, "%uM", (unsigned)(bytes / MB));
    else
        snprintf(text, 24, "%uK", (unsigned)(bytes / KB));
}

/* A number of megabytes, or with B, K, M, G behind it. Zero: no such size. */
static uint64_t parse_size(const char *word)
{
    static const struct { char letter; uint64_t unit; } units[] = {
        { 'B', 1 }, { 'K', 1024 }, { 'M', 1024 * 1024 }, { 'G', 1024 * 1024 * 1024 },
    };
    char *end;
    size_t digits = strspn(word, "0123456789");
    if (digits == 0 || digits > 12)
        return 0;
    uint64_t value = strtoull(word, &end, 10);
    if (!*end)
        return value * MB;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if ((*end & ~0x20) == units[i].letter && !end[1])
            return value * units[i].unit;
    return 0;
}

static enum command_result show_mainsize(struct operator *operator)
{
    const struct machine_options *options = &operator->machine->options;
    char text[24];
    size_text(options->mainsize - options->standby, text);
    message(operator->messages, HHC17003I, "MAIN", text, "mainsize");
    return COMMAND_DONE;
}

static enum command_result show_standbysize(struct operator *operator)
{
    char text[24] = "0M";
    if (operator->machine->options.standby)
        size_text(operator->machine->options.standby, text);
    message(operator->messages, HHC17003I, "STANDBY", text, "standbysize");
    return COMMAND_DONE;
}

static bool resize(struct operator *operator, uint64_t mainsize, int numcpu)
{
    if (!machine_resize(operator->machine, mainsize, numcpu)) {
        char text[24];
        size_text(mainsize, text);
        message(operator->messages, HHC01430S, text);
        return false;
    }
    if (operator->cpu >= numcpu)
        operator->cpu = 0;
    return true;
}

/* Main storage and what is in standby behind it, which come in whole increments if there is both. */
static bool resize_parts(struct operator *operator, uint64_t size, uint64_t standby)
{
    struct machine_options *options = &operator->machine->options;
    uint64_t before = options->standby, unit = sclp_storage_increment(size, standby);
    if (standby) {
        size = (size + unit - 1) / unit * unit;
        standby = (standby + unit - 1) / unit * unit;
    }
    options->standby = standby;
    if (resize(operator, size + standby, operator->machine->ncpus))
        return true;
    options->standby = before;
    return false;
}

/* In bytes, of the architecture: GA22, SA22. The field's scripts know them so. */
static uint64_t least_mainsize(enum architecture_id id)
{
    return id == S370 ? 4 * KB : MB;
}

static uint64_t greatest_mainsize(enum architecture_id id)
{
    uint64_t most = (uint64_t)MAX_MAINSIZE_MB * MB;
    return id != ESA390 || most < 2048 * MB ? most : 2048 * MB;
}

/* Storage of a size that the other architecture cannot have. */
static void fit_mainsize(struct operator *operator, enum architecture_id id)
{
    struct machine *machine = operator->machine;
    uint64_t standby = machine->options.standby, size = machine->options.mainsize - standby;
    uint64_t least = least_mainsize(id), most = greatest_mainsize(id);
    uint64_t fits = size < least ? least : size > most ? most : size;
    char text[24];
    if (fits == size || !resize_parts(operator, fits, standby))
        return;
    size_text(fits, text);
    message(operator->messages, HHC17006W, size < fits ? "increased" : "decreased", text,
            size < fits ? "minimum" : "maximum");
    show_mainsize(operator);
}

enum command_result command_mainsize(struct operator *operator, const struct call *call)
{
    const enum architecture_id chosen = operator->machine->options.architecture;
    const enum architecture_id id = chosen ? chosen : S370;
    const uint64_t least = least_mainsize(id), most = greatest_mainsize(id);
    /* The field lets a second word say whether storage is locked in the host's. */
    if (call->argc > 3)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show_mainsize(operator);
    uint64_t size = (parse_size(call->argv[1]) + 4095) & ~UINT64_C(4095);
    if (size == 0 || size > most)
        return invalid(operator, call, call->argv[1], call->argv[0]);
    if (operator_refuses_started(operator, "mainsize"))
        return COMMAND_FAILED;
    if (!resize_parts(operator, size < least ? least : size, operator->machine->options.standby))
        return COMMAND_FAILED;
    return show_mainsize(operator);
}

enum command_result command_standbysize(struct operator *operator, const struct call *call)
{
    const struct machine_options *options = &operator->machine->options;
    const uint64_t most = (uint64_t)MAX_MAINSIZE_MB * MB;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show_standbysize(operator);
    bool none = same_word(call->argv[1], "0");
    uint64_t size = none ? 0 : parse_size(call->argv[1]);
    if ((size == 0 && !none) || size % MB || size > most)
        return invalid(operator, call, call->argv[1], call->argv[0]);
    if (operator_refuses_started(operator, "standbysize") ||
        !resize_parts(operator, options->mainsize - options->standby, size))
        return COMMAND_FAILED;
    return show_standbysize(operator);
}

/* ---- architecture -------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum architecture_id id;
} architectures[] = {
    { "S/370", S370 }, { "S370", S370 }, { "370", S370 },
    { "ESA/390", ESA390 }, { "ESA390", ESA390 }, { "ESA", ESA390 }, { "S/390", ESA390 },
    { "390", ESA390 },
    { "z/Arch", ZARCH }, { "z", ZARCH }, { "ESAME", ZARCH }, { "z/Architecture", ZARCH },
};

/* Of another architecture are the initial control registers, too. */
static void set_architecture(struct machine *machine, enum architecture_id id)
{
    if (architecture_id(machine->arch) == id)
        return;
    machine_set_architecture(machine, id);
    for (int cpu = 0; cpu < machine->ncpus; cpu++)
        cpu_initial_reset(machine->cpus[cpu]);
}

static bool switches_facility(const struct call *call)
{
    static const char *const words[] = { "ENABLE", "DISABLE", "QUERY", NULL };
    return call->argc > 1 && is_one_of(call->argv[1], words);
}

/* A machine of z/Architecture has ESA/390 as well: an IPL begins in it. With ENABLE and its like
 * it was the field's FACILITY for a while. */
enum command_result command_archlvl(struct operator *operator, const struct call *call)
{
    struct machine *machine = operator->machine;
    if (switches_facility(call))
        return command_facility(operator, call);
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show(operator, "ARCHLVL", architecture_name(machine->arch));
    for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) {
        if (!same_word(call->argv[1], architectures[i].word))
            continue;
        if (operator_refuses_started(operator, "archlvl"))
            return COMMAND_FAILED;
        machine->options.architecture = architectures[i].id;
        set_architecture(machine, architectures[i].id);
        symbols_set(operator->symbols, "ARCHMODE", architecture_name(machine->arch));
        for (int cpu = 0; cpu < machine->ncpus; cpu++)
            message(operator->messages, HHC00811I, cpu, architecture_name(machine->arch));
        now_set(operator, "ARCHLVL", architecture_name(machine->arch));
        fit_mainsize(operator, architectures[i].id);
        return COMMAND_DONE;
    }
    return invalid(operator, call, call->argv[1], "ARCHLVL");
}

/* ---- storage that is expanded, CPUs ------------------------------------------------------------ */

static enum command_result show_xpndsize(struct operator *operator)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64 "M", operator->machine->options.xpndsize / MB);
    message(operator->messages, HHC17003I, "EXPANDED", text, "xpndsize");
    return COMMAND_DONE;
}

enum command_result command_qstor(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    show_mainsize(operator);
    return show_xpndsize(operator);
}

enum command_result command_xpndsize(struct operator *operator, const struct call *call)
{
    struct machine *machine = operator->machine;
    if (call->argc > 3)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show_xpndsize(operator);
    uint64_t size = same_word(call->argv[1], "0") ? 0 : parse_size(call->argv[1]) / MB * MB;
    if (size > MAX_MAINSIZE_MB * MB || (size == 0 && !same_word(call->argv[1], "0")))
        return invalid(operator, call, call->argv[1], "XPNDSIZE");
    if (operator_refuses_started(operator, "xpndsize"))
        return COMMAND_WRONG;
    if (!machine_set_expanded(machine, size))
        return invalid(operator, call, call->argv[1], "XPNDSIZE");
    if (size && machine->options.architecture == S370)
        message(operator->messages, HHC20042W, "XPNDSIZE", "S/370 has no expanded storage");
    return show_xpndsize(operator);
}

/* ---- CPUs ------------------------------------------------------------------------------------ */

static enum command_result number_setting(struct operator *operator, const struct call *call,
                                          const char *name, int low, int high, int *value)
{
    int64_t number;
    char text[24];
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        if (!parse_decimal(call->argv[1], low, high, &number)) {
            message(operator->messages, HHC20043E, call->argv[1], name, low, high);
            return COMMAND_WRONG;
        }
        *value = (int)number;
    }
    snprintf(text, sizeof text, "%d", *value);
    return call->argc == 2 ? now_set(operator, name, text) : show(operator, name, text);
}

enum command_result command_numcpu(struct operator *operator, const struct call *call)
{
    int count = operator->machine->ncpus, before = count;
    if (call->argc > 1 && operator_refuses_started(operator, "numcpu"))
        return COMMAND_FAILED;
    enum command_result result = number_setting(operator, call, "NUMCPU", 1, MAX_CPUS, &count);
    if (count != before && !resize(operator, operator->machine->options.mainsize, count))
        return COMMAND_FAILED;
    return result;
}

enum command_result command_maxcpu(struct operator *operator, const struct call *call)
{
    return number_setting(operator, call, "MAXCPU", 1, 128, &operator->settings.maxcpu);
}

/* A value of so many hexadecimal digits. */
static enum command_result hex_setting(struct operator *operator, const struct call *call,
                                       const char *name, int digits, uint32_t *value)
{
    uint64_t number;
    char text[24];
    if (call->argc > 1) {
        uint64_t limit = (UINT64_C(1) << 4 * digits) - 1;
        if (!parse_hex(call->argv[1], limit, &number) || strlen(call->argv[1]) > (size_t)digits)
            return invalid(operator, call, call->argv[1], name);
        *value = (uint32_t)number;
    }
    snprintf(text, sizeof text, "%0*X", digits, *value);
    return call->argc > 1 ? now_set(operator, name, text) : show(operator, name, text);
}

enum command_result command_cpuserial(struct operator *operator, const struct call *call)
{
    if (call->argc > 2)
        return COMMAND_WRONG;
    return hex_setting(operator, call, "CPUSERIAL", 6, &operator->machine->options.cpuserial);
}

enum command_result command_cpumodel(struct operator *operator, const struct call *call)
{
    uint32_t value = operator->machine->options.cpumodel;
    if (call->argc > 2)
        return COMMAND_WRONG;
    enum command_result result = hex_setting(operator, call, "CPUMODEL", 4, &value);
    operator->machine->options.cpumodel = (uint16_t)value;
    return result;
}

enum command_result command_cpuverid(struct operator *operator, const struct call *call)
{
    uint32_t value = operator->machine->options.cpuverid;
    if (call->argc > 3 || (call->argc == 3 && !same_word(call->argv[2], "FORCE")))
        return COMMAND_WRONG;
    enum command_result result = hex_setting(operator, call, "CPUVERID", 2, &value);
    operator->machine->options.cpuverid = (uint8_t)value;
    if (call->argc > 1)
        operator->machine->options.cpuverid_forced = call->argc == 3;
    return result;
}

enum command_result command_qcpuid(struct operator *operator, const struct call *call)
{
    if (call->argc > 1)
        return COMMAND_WRONG;
    message(operator->messages, HHC17004I,
            (unsigned long long)cpu_identification(operator_cpu(operator)));
    return COMMAND_DONE;
}

/* ---- names ------------------------------------------------------------------------------------- */

/* In capital letters, up to `most` of them; `value` has room for a NUL behind them. */
static bool take_name(const char *word, char *value, size_t most)
{
    size_t length = strlen(word);
    if (length > most)
        return false;
    for (size_t i = 0; i <= length; i++)
        value[i] = word[i] >= 'a' && word[i] <= 'z' ? (char)(word[i] - 32) : word[i];
    return true;
}

static enum command_result name_setting(struct operator *operator, const struct call *call,
                                        const char *name, char *value, size_t most)
{
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show(operator, name, value);
    if (!take_name(call->argv[1], value, most))
        return invalid(operator, call, call->argv[1], name);
    return now_set(operator, name, value);
}

enum command_result command_lparname(struct operator *operator, const struct call *call)
{
    return name_setting(operator, call, "LPARNAME", operator->machine->options.lparname, 8);
}

enum command_result command_loadparm(struct operator *operator, const struct call *call)
{
    return name_setting(operator, call, "LOADPARM", operator->settings.loadparm, 8);
}

/* What STORE SYSTEM INFORMATION tells of the machine: capital letters and digits. */
static bool is_plain_name(const char *word)
{
    return word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")] == 0;
}

enum command_result command_manufacturer(struct operator *operator, const struct call *call)
{
    if (call->argc == 2 && !is_plain_name(call->argv[1]))
        return invalid(operator, call, call->argv[1], "MANUFACTURER");
    return name_setting(operator, call, "MANUFACTURER", operator->machine->options.manufacturer, 16);
}

enum command_result command_plant(struct operator *operator, const struct call *call)
{
    if (call->argc == 2 && !is_plain_name(call->argv[1]))
        return invalid(operator, call, call->argv[1], "PLANT");
    return name_setting(operator, call, "PLANT", operator->machine->options.plant, 4);
}

enum command_result command_model(struct operator *operator, const struct call *call)
{
    enum { MODELS = 4, LENGTH = 16 };
    char (*models)[LENGTH + 1] = operator->machine->options.models, text[MODELS * (LENGTH + 1) + 1];
    if (call->argc > MODELS + 1)
        return COMMAND_WRONG;
    for (int i = 1; i < call->argc; i++)
        if (!is_plain_name(call->argv[i]) || strlen(call->argv[i]) > LENGTH)
            return invalid(operator, call, call->argv[i], "MODEL");
    for (int i = 0; call->argc > 1 && i < MODELS; i++)
        take_name(i + 1 < call->argc ? call->argv[i + 1] : "", models[i], LENGTH);
    snprintf(text, sizeof text, "%s%s%s%s%s%s%s", models[0], *models[1] ? " " : "", models[1],
             *models[2] ? " " : "", models[2], *models[3] ? " " : "", models[3]);
    return call->argc > 1 ? now_set(operator, "MODEL", text) : show(operator, "MODEL", text);
}

/* BASIC: no partition. A number of two digits' worth needs the format that has room for them. */
enum command_result command_lparnum(struct operator *operator, const struct call *call)
{
    struct machine_options *options = &operator->machine->options;
    uint32_t value = options->lparnum;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2 && same_word(call->argv[1], "BASIC")) {
        options->partition = false;
        return now_set(operator, "LPARNUM", "BASIC");
    }
    if (call->argc == 1 && !options->partition)
        return show(operator, "LPARNUM", "BASIC");
    enum command_result result = hex_setting(operator, call, "LPARNUM", 2, &value);
    if (call->argc == 2 && result == COMMAND_DONE) {
        options->partition = true;
        options->lparnum = (uint8_t)value;
        options->cpuidfmt = value > 15 ? 1 : options->cpuidfmt;
    }
    return result;
}

enum command_result command_cpuidfmt(struct operator *operator, const struct call *call)
{
    struct machine_options *options = &operator->machine->options;
    const char *word = call->argc == 2 ? call->argv[1] : "";
    bool basic = same_word(word, "BASIC");
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show(operator, "CPUIDFMT", options->cpuidfmt ? "1" : "0");
    if (!basic && strcmp(word, "0") != 0 && strcmp(word, "1") != 0)
        return invalid(operator, call, word, "CPUIDFMT");
    options->cpuidfmt = word[0] == '1';
    return now_set(operator, "CPUIDFMT", options->cpuidfmt ? "1" : "0");
}

enum command_result command_codepage(struct operator *operator, const struct call *call)
{
    if (call->argc > 2)
        return COMMAND_WRONG;
    struct codepage *page = &operator->machine->codepage;
    if (call->argc == 2 && !codepage_find(page, call->argv[1]))
        return invalid(operator, call, call->argv[1], "CODEPAGE");
    return call->argc == 2 ? now_set(operator, "CODEPAGE", page->name)
                           : show(operator, "CODEPAGE", page->name);
}

/* ---- the time of day ------------------------------------------------------------------------------ */

enum command_result command_sysepoch(struct operator *operator, const struct call *call)
{
    struct settings *s = &operator->settings;
    int64_t year, offset = s->year_offset;
    char text[40];
    if (call->argc > 3)
        return COMMAND_WRONG;
    if (call->argc > 1) {
        if (!parse_decimal(call->argv[1], 1900, 2100, &year))
            return invalid(operator, call, call->argv[1], "SYSEPOCH");
        if (call->argc == 3 && !parse_decimal(call->argv[2], -142, 142, &offset))
            return invalid(operator, call, call->argv[2], "SYSEPOCH");
        s->epoch = (int)year;
        s->year_offset = (int)offset;
        operator_set_clock(operator);
    }
    snprintf(text, sizeof text, "%d %+d", s->epoch, s->year_offset);
    return call->argc > 1 ? now_set(operator, "SYSEPOCH", text) : show(operator, "SYSEPOCH", text);
}

enum command_result command_yroffset(struct operator *operator, const struct call *call)
{
    enum command_result result = number_setting(operator, call, "YROFFSET", -142, 142,
                                                &operator->settings.year_offset);
    if (call->argc > 1)
        operator_set_clock(operator);
    return result;
}

/* +hhmm or -hhmm, east of Greenwich positive. */
enum command_result command_tzoffset(struct operator *operator, const struct call *call)
{
    int64_t value;
    char text[24];
    int *minutes = &operator->settings.zone_minutes;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        if (!parse_decimal(call->argv[1], -2359, 2359, &value) || labs((long)value) % 100 > 59)
            return invalid(operator, call, call->argv[1], "TZOFFSET");
        *minutes = (int)(value / 100 * 60 + value % 100);
        operator_set_clock(operator);
    }
    snprintf(text, sizeof text, "%c%02d%02d", *minutes < 0 ? '-' : '+', abs(*minutes) / 60,
             abs(*minutes) % 60);
    return call->argc > 1 ? now_set(operator, "TZOFFSET", text) : show(operator, "TZOFFSET", text);
}

enum command_result command_virtualtime(struct operator *operator, const struct call *call)
{
    bool is_virtual = operator->machine->clock.is_virtual;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 1)
        return show(operator, "VIRTUALTIME", is_virtual ? "ON" : "OFF");
    bool on = same_word(call->argv[1], "ON");
    if (!on && !same_word(call->argv[1], "OFF"))
        return invalid(operator, call, call->argv[1], "VIRTUALTIME");
    if (on != is_virtual) {
        if (operator->powered || device_from(operator->channels, 0)) {
            message(operator->messages, HHC20044E);
            return COMMAND_FAILED;
        }
        if (!operator_rebuild(operator, on))
            return COMMAND_FAILED;
    }
    return now_set(operator, "VIRTUALTIME", on ? "ON" : "OFF");
}

static void show_facility(struct operator *operator, const char *name, unsigned instructions)
{
    bool on = facility_is_installed(operator->machine, name);
    message(operator->messages, HHC20153I, name, on ? "enabled" : "disabled", instructions);
}

/* All, or the one: false if there is none such. */
static bool show_facilities(struct operator *operator, const char *wanted)
{
    const char *name;
    unsigned instructions, shown = 0;
    for (size_t i = 0; (name = facility_row(operator->machine, i, &instructions)); i++)
        if (!*wanted || same_word(wanted, "all") || same_word(wanted, name)) {
            show_facility(operator, name, instructions);
            shown++;
        }
    return shown;
}

/* query, enable, disable: the first letters are enough. */
static bool abbreviates(const char *word, const char *whole)
{
    return *word && strncasecmp(word, whole, strlen(word)) == 0;
}

/* The name, which may have blanks and need not be quoted. */
static void facility_name(const struct call *call, char *name, size_t size)
{
    size_t used = 0;
    name[0] = 0;
    for (int i = 2; i < call->argc && used < size; i++)
        used += (size_t)snprintf(name + used, size - used, "%s%s", i > 2 ? " " : "", call->argv[i]);
}

/* The field calls facilities by the bit, BIT44, 44 or 044_PFPO, or by names of its own with
 * underscores, HERC_370_EXTENSION. The bit, or -1. */
static int bit_of(const char *name)
{
    const char *digits = name + (strncasecmp(name, "BIT", 3) == 0 ? 3 : 0);
    return *digits >= '0' && *digits <= '9' ? atoi(digits) : -1;
}

/* Our name for it, or NULL: this machine has nothing of the kind that could be switched. */
static const char *ours_for(const struct operator *operator, const char *name)
{
    int bit = bit_of(name);
    if (bit < 0)
        return strchr(name, '_') ? NULL : name;
    const char *ours = facility_of_bit(operator->machine, (unsigned)bit);
    return ours && strcmp(ours, "base") != 0 ? ours : NULL;
}

/* A bit of the list that no instructions of its own belong to. */
static bool bit_alone(struct operator *operator, const char *name, bool query, bool on)
{
    int bit = bit_of(name);
    if (bit < 0 || (!query && !facility_hide_bit(operator->machine, (unsigned)bit, !on)))
        return false;
    message(operator->messages, HHC20156I, bit,
            facility_bit(operator->machine, (unsigned)bit) ? "enabled" : "disabled");
    return true;
}

static void show_list(struct operator *operator)
{
    enum { BYTES = 32, DOUBLEWORD = 8 };
    uint8_t list[BYTES];
    facility_bits(operator->machine, list, BYTES);
    for (unsigned i = 0; i < BYTES; i += DOUBLEWORD)
        message(operator->messages, HHC20157I, 8 * i, get64(list + i));
}

enum command_result command_facility(struct operator *operator, const struct call *call)
{
    char name[80];
    facility_name(call, name, sizeof name);
    bool query = call->argc == 1 || abbreviates(call->argv[1], "query");
    bool on = !query && abbreviates(call->argv[1], "enable");
    if (!query && !on && !abbreviates(call->argv[1], "disable"))
        return COMMAND_WRONG;
    if (!query && operator_refuses_started(operator, "facility"))
        return COMMAND_FAILED;
    if (query && same_word(name, "raw")) {
        show_list(operator);
        return COMMAND_DONE;
    }
    const char *ours = ours_for(operator, name);
    if (!ours) {
        if (bit_alone(operator, name, query, on))
            return COMMAND_DONE;
        message(operator->messages, HHC20042W, name, "this machine has nothing of the kind to switch");
        return COMMAND_DONE;
    }
    if (!query && !facility_switch(operator->machine, ours, on))
        return invalid(operator, call, name, "FACILITY");
    return show_facilities(operator, ours) ? COMMAND_DONE : invalid(operator, call, name, "FACILITY");
}

enum command_result command_timerint(struct operator *operator, const struct call *call)
{
    _Atomic uint32_t *step = &operator->machine->options.timer_step_ns;
    char text[24] = "DEFAULT";
    int64_t us = 0;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        if (!same_word(call->argv[1], "DEFAULT") && !parse_decimal(call->argv[1], 1, 1000000, &us))
            return invalid(operator, call, call->argv[1], "TIMERINT");
        *step = (uint32_t)us * 1000;
    }
    if (*step)
        snprintf(text, sizeof text, "%u", (unsigned)(*step / 1000));
    return call->argc == 2 ? now_set(operator, "TIMERINT", text) : show(operator, "TIMERINT", text);
}

/* ---- switches ------------------------------------------------------------------------------------------ */

/* ENABLE or DISABLE, then a second pair of words: both DIAG8CMD and SHCMDOPT. */
static enum command_result pair_setting(struct operator *operator, const struct call *call,
                                        const char *name, bool *first, const char *yes,
                                        const char *no, bool *second)
{
    char text[40];
    bool a = *first, b = *second;
    for (int i = 1; i < call->argc; i++) {
        if (same_word(call->argv[i], "ENABLE") || same_word(call->argv[i], "ENABLED"))
            a = true;
        else if (same_word(call->argv[i], "DISABLE") || same_word(call->argv[i], "DISABLED"))
            a = false;
        else if (same_word(call->argv[i], yes))
            b = true;
        else if (same_word(call->argv[i], no))
            b = false;
        else
            return invalid(operator, call, call->argv[i], name);
    }
    *first = a;
    *second = b;
    snprintf(text, sizeof text, "%-8s %s", a ? "ENABLE" : "DISABLE", b ? yes : no);
    return call->argc > 1 ? now_set(operator, name, text) : show(operator, name, text);
}

enum command_result command_diag8cmd(struct operator *operator, const struct call *call)
{
    return pair_setting(operator, call, "DIAG8CMD", &operator->settings.diag8, "ECHO", "NOECHO",
                        &operator->settings.diag8_echo);
}

enum command_result command_shcmdopt(struct operator *operator, const struct call *call)
{
    enum command_result result = pair_setting(operator, call, "SHCMDOPT", &operator->settings.shell,
                                              "DIAG8", "NODIAG8",
                                              &operator->settings.shell_diag8);
    operator->machine->options.host_commands = operator->settings.shell;
    return result;
}

enum command_result command_autoinit(struct operator *operator, const struct call *call)
{
    bool *off = &operator->machine->options.no_tape_autoinit;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        if (!same_word(call->argv[1], "ON") && !same_word(call->argv[1], "OFF"))
            return invalid(operator, call, call->argv[1], "AUTOINIT");
        *off = same_word(call->argv[1], "OFF");
    }
    return call->argc == 2 ? now_set(operator, "AUTOINIT", *off ? "off" : "on")
                           : show(operator, "AUTOINIT", *off ? "off" : "on");
}

enum command_result command_pgmprdos(struct operator *operator, const struct call *call)
{
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        bool licensed = same_word(call->argv[1], "LICENSED") || same_word(call->argv[1], "LICENCED");
        if (!licensed && !same_word(call->argv[1], "RESTRICTED"))
            return invalid(operator, call, call->argv[1], "PGMPRDOS");
        operator->settings.licensed = licensed;
    }
    const char *text = operator->settings.licensed ? "LICENSED" : "RESTRICTED";
    return call->argc == 2 ? now_set(operator, "PGMPRDOS", text)
                           : show(operator, "PGMPRDOS", text);
}

/* ---- the panel -------------------------------------------------------------------------- */

static bool set_rate(struct settings *s, const char *word)
{
    int64_t number;
    if (same_word(word, "FAST"))
        number = 50;
    else if (same_word(word, "SLOW"))
        number = 500;
    else if (!parse_decimal(word, 1, 5000, &number))
        return false;
    s->panrate_ms = (int)number;
    return true;
}

static const char *const colours[] = {
    [COLOURS_NO] = "NO", [COLOURS_DARK] = "DARK", [COLOURS_LIGHT] = "LIGHT"
};

static bool set_colours(struct settings *s, const char *word)
{
    for (int i = 0; i < (int)(sizeof colours / sizeof *colours); i++)
        if (same_word(word, colours[i])) {
            s->panel_colours = (enum panel_colours)i;
            return true;
        }
    return false;
}

/* Printable, and what fits. */
static bool set_title(struct settings *s, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < length; i++)
        if (word[i] < ' ' || word[i] == 0x7F)
            return false;
    if (length >= sizeof s->panel_title)
        return false;
    strcpy(s->panel_title, word);
    return true;
}

static bool set_panel(struct operator *operator, const char *word)
{
    static const struct {
        const char *name;
        bool (*set)(struct settings *, const char *);
    } options[] = { { "RATE=", set_rate }, { "MSGCOLOR=", set_colours }, { "TITLE=", set_title } };
    if (same_word(word, "FULLPATH") || same_word(word, "NAMEONLY")) {
        message(operator->messages, HHC20042W, word, "files are shown as the statement has them");
        return true;
    }
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        size_t length = strlen(options[i].name);
        if (strncasecmp(word, options[i].name, length) == 0)
            return options[i].set(&operator->settings, word + length);
    }
    return false;
}

enum command_result command_panopt(struct operator *operator, const struct call *call)
{
    const struct settings *s = &operator->settings;
    char text[128];
    for (int i = 1; i < call->argc; i++)
        if (!set_panel(operator, call->argv[i]))
            return invalid(operator, call, call->argv[i], "PANOPT");
    snprintf(text, sizeof text, "RATE=%d MSGCOLOR=%s%s%s", s->panrate_ms, colours[s->panel_colours],
             *s->panel_title ? " TITLE=" : "", s->panel_title);
    return call->argc > 1 ? now_set(operator, "PANOPT", text) : show(operator, "PANOPT", text);
}

enum command_result command_pantitle(struct operator *operator, const struct call *call)
{
    struct settings *s = &operator->settings;
    char title[256] = "";
    for (int i = 1; i < call->argc; i++)        /* the field's files have it without quotes, too */
        snprintf(title + strlen(title), sizeof title - strlen(title), "%s%s", i > 1 ? " " : "",
                 call->argv[i]);
    if (call->argc > 1 && !set_title(s, title))
        return invalid(operator, call, title, "PANTITLE");
    return call->argc > 1 ? now_set(operator, "PANTITLE", s->panel_title)
                           : show(operator, "PANTITLE", s->panel_title);
}

enum command_result command_panrate(struct operator *operator, const struct call *call)
{
    char text[24];
    const int *rate = &operator->settings.panrate_ms;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2 && !set_rate(&operator->settings, call->argv[1]))
        return invalid(operator, call, call->argv[1], "PANRATE");
    snprintf(text, sizeof text, "%d", *rate);
    return call->argc == 2 ? now_set(operator, "PANRATE", text) : show(operator, "PANRATE", text);
}

static void cnslport_text(const struct settings *s, char *text, size_t size)
{
    if (*s->tls_certificate)
        snprintf(text, size, "%s TLS %s %s", s->cnslport, s->tls_certificate, s->tls_key);
    else
        snprintf(text, size, "%s", *s->cnslport ? s->cnslport : "none");
}

/* Can TLS be had with these files? Better said now than when the first terminal calls. */
static bool tls_is_usable(struct operator *operator, const char *certificate, const char *key)
{
    char error[300];
    struct tls *tls = tls_new(certificate, key, error, sizeof error);
    if (!tls)
        message(operator->messages, HHC20073E, error);
    tls_free(tls);
    return tls != NULL;
}

/* [HOST:]PORT [TLS CERTIFICATE KEY] */
enum command_result command_cnslport(struct operator *operator, const struct call *call)
{
    struct settings *s = &operator->settings;
    char text[600];
    if (call->argc > 2 && (call->argc != 5 || !same_word(call->argv[2], "TLS") ||
                           strlen(call->argv[3]) >= sizeof s->tls_certificate ||
                           strlen(call->argv[4]) >= sizeof s->tls_key))
        return COMMAND_WRONG;
    if (call->argc > 1) {
        /* ":PORT" is a port alone: the host was a symbol that is not defined. */
        const char *place = call->argv[1] + (*call->argv[1] == ':');
        const char *colon = strrchr(place, ':');
        int64_t number;
        if (strlen(place) >= sizeof s->cnslport || colon == place ||
            !parse_decimal(colon ? colon + 1 : place, 0, 65535, &number))
            return invalid(operator, call, call->argv[1], "CNSLPORT");
        if (call->argc == 5 && !tls_is_usable(operator, call->argv[3], call->argv[4]))
            return COMMAND_FAILED;
        strcpy(s->cnslport, place);
        strcpy(s->tls_certificate, call->argc == 5 ? call->argv[3] : "");
        strcpy(s->tls_key, call->argc == 5 ? call->argv[4] : "");
        operator_close_terminals(operator);
        operator_open_terminals(operator);
    }
    cnslport_text(s, text, sizeof text);
    return call->argc > 1 ? now_set(operator, "CNSLPORT", text) : show(operator, "CNSLPORT", text);
}

/* (IDLE,INTERVAL,COUNT), as the field writes it; the parentheses may be left out. */
enum command_result command_conkpalv(struct operator *operator, const struct call *call)
{
    enum { LONGEST = 32767, MOST_PROBES = 127 };
    struct settings *s = &operator->settings;
    char text[48], behind;
    int idle, interval, count;
    if (call->argc > 2)
        return COMMAND_WRONG;
    if (call->argc == 2) {
        const char *word = call->argv[1];
        bool parted = sscanf(word, "(%d,%d,%d)%c", &idle, &interval, &count, &behind) == 3 ||
                      sscanf(word, "%d,%d,%d%c", &idle, &interval, &count, &behind) == 3;
        if (!parted || idle < 1 || idle > LONGEST || interval < 1 || interval > LONGEST ||
            count < 1 || count > MOST_PROBES)
            return invalid(operator, call, word, "CONKPALV");
        s->keep_idle = idle;
        s->keep_interval = interval;
        s->keep_count = count;
        if (operator->terminals)
            terminal_server_keep_alive(operator->terminals, idle, interval, count);
    }
    snprintf(text, sizeof text, "(%d,%d,%d)", s->keep_idle, s->keep_interval, s->keep_count);
    return call->argc == 2 ? now_set(operator, "CONKPALV", text) : show(operator, "CONKPALV", text);
}

/* ---- symbols ------------------------------------------------------------------------------------------------ */

enum command_result command_defsym(struct operator *operator, const struct call *call)
{
    const char *name, *value;
    if (call->argc == 1) {
        for (size_t i = 0; symbols_row(operator->symbols, i, &name, &value); i++)
            message(operator->messages, HHC02199I, name, value);
        return COMMAND_DONE;
    }
    if (!symbol_name_valid(call->argv[1])) {
        message(operator->messages, HHC20045E, call->argv[1]);
        return COMMAND_WRONG;
    }
    if (call->argc > 3)
        return COMMAND_WRONG;
    symbols_set(operator->symbols, call->argv[1], call->argc == 3 ? call->argv[2] : "");
    return COMMAND_DONE;
}

enum command_result command_delsym(struct operator *operator, const struct call *call)
{
    if (call->argc != 2)
        return COMMAND_WRONG;
    if (!symbols_delete(operator->symbols, call->argv[1])) {
        message(operator->messages, HHC20046E, call->argv[1]);
        return COMMAND_FAILED;
    }
    return COMMAND_DONE;
}

/* ---- what means nothing here ---------------------------------------------------------------------------------- */

/* A statement or command that turnkey systems have and that has nothing to act on here;
 * the row's text says why. It is no error. */
enum command_result command_nothing(struct operator *operator, const struct call *call)
{
    message(operator->messages, HHC20042W, call->argv[0], call->row->summary);
    return COMMAND_DONE;
}

/* ---- ECPS:VM ---------------------------------------------------------------------------------------------------- */

/* What the field has assists for, and we have not: the control program does it by program. */
static const char *const assists_elsewhere[] = {
    "FREE", "FRET", "DNCCW", "FCCWS", "DISP0", "DISP1", "DISP2", "DFCCW", "CCWGN", "LCSPG",
    "VIST", "VIPT", "UXCCW", "PMASS", "LINK", "RETRN", "SIO", "LCTL", "DIAG", "IUCV", NULL
};

enum { VM_ASSISTS_ALL = (1u << CP_ASSISTS) - 1, ALL_ASSISTS = (1u << VM_ASSISTS) - 1 };

/* The assists by name, or all of a kind. 0: there is none of that name. */
static uint32_t assists_named(const char *name)
{
    const char *assist;
    if (same_word(name, "ALL") || same_word(name, "SASSIST"))
        return ALL_ASSISTS;
    if (same_word(name, "VMA"))
        return VM_ASSISTS_ALL;
    if (same_word(name, "CPA"))
        return ALL_ASSISTS & ~(uint32_t)VM_ASSISTS_ALL;
    for (unsigned i = 0; (assist = vm_assist_name(i)); i++)
        if (same_word(name, assist))
            return 1u << i;
    return 0;
}

static enum command_result ecpsvm_show(struct operator *operator)
{
    unsigned level = operator->machine->options.ecps_level;
    char text[24];
    snprintf(text, sizeof text, "level %u", level);
    return show(operator, "ECPSVM", level ? text : "disabled");
}

static const char *kind_of_assist(unsigned i)
{
    return i < CP_ASSISTS ? "VM ASSIST" : "CP ASSIST";
}

static void switch_assists(struct operator *operator, uint32_t assists, bool on)
{
    struct machine *machine = operator->machine;
    if (on)
        atomic_fetch_and(&machine->options.vm_assists_off, ~assists);
    else
        atomic_fetch_or(&machine->options.vm_assists_off, assists);
    for (unsigned i = 0; i < VM_ASSISTS; i++)
        if (assists >> i & 1)
            message(operator->messages, HHC01707I, kind_of_assist(i), vm_assist_name(i),
                    on ? "enabled" : "disabled");
}

/* All the names are looked up before any is acted on. */
static enum command_result ecpsvm_switch(struct operator *operator, const struct call *call, bool on)
{
    uint32_t assists = call->argc > 2 ? 0 : ALL_ASSISTS;
    for (int i = 2; i < call->argc; i++) {
        uint32_t named = assists_named(call->argv[i]);
        if (!named && !is_one_of(call->argv[i], assists_elsewhere))
            return invalid(operator, call, call->argv[i], "ECPSVM");
        assists |= named;
    }
    switch_assists(operator, assists, on);
    for (int i = 2; i < call->argc; i++)
        if (is_one_of(call->argv[i], assists_elsewhere))
            message(operator->messages, HHC01711I, call->argv[i]);
    return COMMAND_DONE;
}

static struct vm_assist_count assist_count(const struct machine *machine, unsigned i)
{
    struct vm_assist_count sum = { 0, 0 };
    for (int cpu = 0; cpu < machine->ncpus; cpu++) {
        sum.calls += machine->cpus[cpu]->vm_assists[i].calls;
        sum.done += machine->cpus[cpu]->vm_assists[i].done;
    }
    return sum;
}

static void show_count(struct operator *operator, const char *name, struct vm_assist_count count)
{
    uint64_t ratio = count.calls ? count.done * 100 / count.calls : 100;
    message(operator->messages, HHC01701I, name, count.calls, count.done, ratio);
}

/* The assists from `first` up to `end`; how many of them have never been called. */
static unsigned show_assists(struct operator *operator, unsigned first, unsigned end)
{
    struct vm_assist_count total = { 0, 0 };
    unsigned never = 0;
    message(operator->messages, HHC01702I);
    message(operator->messages, HHC01706I, kind_of_assist(first), "Calls", "Hits", "Ratio");
    message(operator->messages, HHC01702I);
    for (unsigned i = first; i < end; i++) {
        struct vm_assist_count count = assist_count(operator->machine, i);
        total.calls += count.calls, total.done += count.done;
        if (count.calls)
            show_count(operator, vm_assist_name(i), count);
        never += !count.calls;
    }
    show_count(operator, "Total", total);
    message(operator->messages, HHC01702I);
    return never;
}

static enum command_result ecpsvm_stats(struct operator *operator)
{
    unsigned never = show_assists(operator, 0, CP_ASSISTS);
    never += show_assists(operator, CP_ASSISTS, VM_ASSISTS);
    message(operator->messages, HHC01704I, never);
    return COMMAND_DONE;
}

static enum command_result ecpsvm_set(struct operator *operator, unsigned level)
{
    if (operator_refuses_started(operator, "ecpsvm"))
        return COMMAND_FAILED;
    vm_assist_set_level(operator->machine, level);
    return ecpsvm_show(operator);
}

/* Behind YES or the level: whether the assists of free storage are to serve a CP that traps its
 * misuse, too. Such a CP takes these assists out by itself when it is started, and so they do not. */
static int without_trap(const struct call *call)
{
    static const char *const options[] = { "TRAP", "NOTRAP", NULL };
    return call->argc - (call->argc > 2 && is_one_of(call->argv[call->argc - 1], options));
}

/* The field's shortest forms. */
static bool subcommand(const char *word, const char *name, size_t shortest)
{
    size_t length = strlen(word);
    return length >= shortest && length <= strlen(name) && !strncasecmp(word, name, length);
}

/* "LEVEL 20", or the number alone as old configurations have it. */
static enum command_result ecpsvm_level(struct operator *operator, const struct call *call,
                                        const char *number)
{
    int64_t level;
    if (!number)
        return ecpsvm_show(operator);
    if (!parse_decimal(number, 1, 255, &level))
        return invalid(operator, call, number, "ECPSVM");
    return ecpsvm_set(operator, (unsigned)level);
}

static enum command_result ecpsvm_nothing(struct operator *operator)
{
    message(operator->messages, HHC20042W, "ECPSVM DEBUG", "the trace (t+) shows each instruction");
    return COMMAND_DONE;
}

enum command_result command_ecpsvm(struct operator *operator, const struct call *call)
{
    static const char *const off[] = { "NO", "OFF", NULL }, *const on[] = { "YES", "ON", NULL };
    enum { USUAL_LEVEL = 20 };
    const char *word = call->argc > 1 ? call->argv[1] : "QUERY";
    int argc = without_trap(call);
    if (subcommand(word, "ENABLE", 2))
        return ecpsvm_switch(operator, call, true);
    if (subcommand(word, "DISABLE", 2))
        return ecpsvm_switch(operator, call, false);
    if (subcommand(word, "DEBUG", 5) || subcommand(word, "NODEBUG", 3))
        return ecpsvm_nothing(operator);
    if (subcommand(word, "LEVEL", 1) && argc <= 3)
        return ecpsvm_level(operator, call, argc == 3 ? call->argv[2] : NULL);
    if (is_one_of(word, on) && argc == 2)
        return ecpsvm_set(operator, USUAL_LEVEL);
    if (isdigit((unsigned char)*word) && argc == 2)
        return ecpsvm_level(operator, call, word);
    if (call->argc <= 2 && same_word(word, "QUERY"))
        return ecpsvm_show(operator);
    if (call->argc <= 2 && subcommand(word, "STATS", 2))
        return ecpsvm_stats(operator);
    if (argc == 2 && is_one_of(word, off))
        return ecpsvm_set(operator, 0);
    return invalid(operator, call, call->argv[call->argc - 1], "ECPSVM");
}
