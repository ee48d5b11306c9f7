/* Looking at, and meddling with, what a service representative would: subchannels, the
 * translation cache, decoded instructions; machine checks and channel checks by order. */
#include <string.h>

#include "console/commands.h"
#include "console/display.h"
#include "core/bytes.h"

/* ---- machine checks ---------------------------------------------------------------------- */

static const struct condition {
    const char *name;
    uint64_t code;
    bool has_address;
} conditions[] = {
    { "system", MCK_SYSTEM_DAMAGE, false },
    { "instruction", MCK_INSTRUCTION_DAMAGE, false },
    { "recovery", MCK_RECOVERY, false },
    { "timer", MCK_TIMER_DAMAGE, false },
    { "timing", MCK_TIMING_DAMAGE, false },
    { "external", MCK_EXTERNAL_DAMAGE, false },
    { "degradation", MCK_DEGRADATION, false },
    { "warning", MCK_WARNING, false },
    { "storage", MCK_INSTRUCTION_DAMAGE | MCK_STORAGE_ERROR, true },
    { "corrected", MCK_RECOVERY | MCK_STORAGE_CORRECTED, true },
};

enum command_result command_machine_check(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    uint64_t address = 0, last = operator->machine->options.mainsize - 1;
    if (call->argc > 3)
        return COMMAND_WRONG;
    for (size_t i = 0; call->argc > 1 && i < sizeof conditions / sizeof *conditions; i++) {
        const struct condition *condition = &conditions[i];
        if (!same_word(call->argv[1], condition->name))
            continue;
        if (call->argc == 3 && !condition->has_address)
            return COMMAND_WRONG;
        if (call->argc == 3 && !parse_hex(call->argv[2], last, &address)) {
            message(operator->messages, HHC20015E, call->argv[2], last);
            return COMMAND_FAILED;
        }
        cpu_machine_check(cpu, condition->code | (call->argc == 3 ? MCK_FAILING_ADDRESS : 0),
                          (uint32_t)address);
        message(operator->messages, HHC20140I, cpu->address, condition->name);
        return COMMAND_DONE;
    }
    return COMMAND_WRONG;
}

/* ---- channel checks ---------------------------------------------------------------------- */

static const struct malfunction { const char *name; unsigned status; } malfunctions[] = {
    { "data", CHANNEL_DATA_CHECK }, { "control", CHANNEL_CONTROL_CHECK },
    { "interface", CHANNEL_INTERFACE_CHECK }, { "chaining", CHANNEL_CHAINING_CHECK },
    { "off", 0 },
};

static void show_malfunctions(struct operator *operator, const struct device *device)
{
    char text[80] = "";
    unsigned due = device_malfunctions(device);
    for (size_t i = 0; i < sizeof malfunctions / sizeof *malfunctions; i++)
        if (due & malfunctions[i].status) {
            strcat(text, " ");
            strcat(text, malfunctions[i].name);
        }
    message(operator->messages, HHC20141I, device->number, due ? text : " none");
}

enum command_result command_channel_check(struct operator *operator, const struct call *call)
{
    struct device *device;
    if (call->argc < 2 || call->argc > 3)
        return COMMAND_WRONG;
    if (!(device = parse_attached(operator, call->argv[1])))
        return COMMAND_FAILED;
    for (size_t i = 0; call->argc == 3; i++) {
        if (i == sizeof malfunctions / sizeof *malfunctions)
            return COMMAND_WRONG;
        if (same_word(call->argv[2], malfunctions[i].name)) {
            device_malfunction(device, malfunctions[i].status);
            break;
        }
    }
    show_malfunctions(operator, device);
    return COMMAND_DONE;
}

/* ---- a subchannel -------------------------------------------------------------------------- */

static void hex_text(char *text, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        text += sprintf(text, "%s%02X", i && i % 4 == 0 ? " " : "", bytes[i]);
}

static void show_program(struct operator *operator, uint16_t number,
                         const struct device_picture *p)
{
    char text[128];
    snprintf(text, sizeof text, "CCW: command %02X, flags %02X, key %X, %u bytes left at %06X,"
             " %" PRIu64 " moved by the program", p->command, p->flags, p->key >> 4, p->count,
             p->address, p->moved);
    message(operator->messages, HHC20142I, number, text);
    snprintf(text, sizeof text, "Next CCW at %06X; unit status %02X, channel status %02X", p->next,
             p->unit_status, p->channel_status);
    message(operator->messages, HHC20142I, number, text);
}

/* The subchannel-information block: path management, status word, what is the model's. */
static void show_schib(struct operator *operator, const struct device *device, const uint8_t *schib)
{
    static const struct { const char *name; size_t from, length; } parts[] = {
        { "PMCW", 0, 28 }, { "SCSW", 28, 12 }, { "measurement block", 40, 12 }
    };
    char text[160], hex[3 * 28];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        hex_text(hex, schib + parts[i].from, parts[i].length);
        snprintf(text, sizeof text, "Subchannel %04X %s: %s", (unsigned)device_subchannel(device),
                 parts[i].name, hex);
        message(operator->messages, HHC20142I, device->number, text);
    }
}

enum command_result command_ds(struct operator *operator, const struct call *call)
{
    struct device_picture picture;
    struct device *device;
    char text[128], hex[3 * MAX_SENSE];
    if (call->argc != 2)
        return COMMAND_WRONG;
    if (!(device = parse_attached(operator, call->argv[1])))
        return COMMAND_FAILED;
    device_picture(device, &picture);
    snprintf(text, sizeof text, "Subchannel: %s, %" PRIu64 " programs started", picture.activity,
             picture.started);
    message(operator->messages, HHC20142I, device->number, text);
    if (picture.started)
        show_program(operator, device->number, &picture);
    if (picture.has_schib)
        show_schib(operator, device, picture.schib);
    hex_text(hex, picture.csw, 8);
    snprintf(text, sizeof text, "Interruption pending: %s%s", picture.pending ? "CSW " : "no",
             picture.pending ? hex : "");
    message(operator->messages, HHC20142I, device->number, text);
    snprintf(text, sizeof text, "Device: status %02X%s", picture.device_status,
             picture.works ? ", working: device end is to come" : "");
    message(operator->messages, HHC20142I, device->number, text);
    hex_text(hex, picture.sense, sizeof picture.sense);
    snprintf(text, sizeof text, "Sense: %s", hex);
    message(operator->messages, HHC20142I, device->number, text);
    return COMMAND_DONE;
}

/* ---- translation ---------------------------------------------------------------------------- */

/* Only a CPU that stands still has a cache to be looked at. */
static bool refuses_running(struct operator *operator, const struct cpu *cpu, const char *what)
{
    if (!cpu->started)
        return false;
    message(operator->messages, HHC20145E, what, cpu->address);
    return true;
}

enum command_result command_tlb(struct operator *operator, const struct call *call)
{
    const struct cpu *cpu = operator_cpu(operator);
    struct cached_translation row;
    unsigned shown = 0;
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (refuses_running(operator, cpu, "tlb"))
        return COMMAND_FAILED;
    for (unsigned i = 0; i < TRANSLATIONS; i++) {
        char context[16] = "now";
        if (!cpu_translation(cpu, i, &row))
            continue;
        if (row.context)
            snprintf(context, sizeof context, "%u", row.context);
        message(operator->messages, HHC20143I, i, row.logical, row.absolute,
                row.fetch ? 'R' : '-', row.store ? 'W' : '-', context,
                operator->machine->keys[row.absolute >> BLOCK_SHIFT]);
        shown++;
    }
    message(operator->messages, HHC20144I, shown, (unsigned)TRANSLATIONS);
    return COMMAND_DONE;
}

/* What a segment-table designation and control register 0 say (GA22 3-22). */
static void show_space(struct operator *operator, const struct cpu *cpu, const char *name, int cr)
{
    uint32_t cr0 = (uint32_t)cpu->cr[0], designation = (uint32_t)cpu->cr[cr];
    unsigned segment = cr0 >> 19 & 3, page = cr0 >> 22 & 3, entries = ((designation >> 24) + 1) * 16;
    char text[128];
    snprintf(text, sizeof text, "%s space: CR%d=%08X, segment table at %06X, %u entries, %s, %s",
             name, cr, designation, designation & 0xFFFFC0, entries,
             segment == 0 ? "segments of 64K" : segment == 2 ? "segments of 1M" : "segment size invalid",
             page == 1 ? "pages of 2K" : page == 2 ? "pages of 4K" : "page size invalid");
    message(operator->messages, HHC20146I, text);
}

/* What designates the spaces elsewhere is told as it is. */
static void show_designations(struct operator *operator, const struct cpu *cpu)
{
    char text[128];
    snprintf(text, sizeof text, "Primary CR1=%016" PRIX64 ", secondary CR7=%016" PRIX64
             ", home CR13=%016" PRIX64, cpu->cr[1], cpu->cr[7], cpu->cr[13]);
    message(operator->messages, HHC20146I, text);
}

enum command_result command_aea(struct operator *operator, const struct call *call)
{
    static const char *const spaces[] = {
        [SPACE_CONTROL_PRIMARY] = "of the primary space",
        [SPACE_CONTROL_REGISTERS] = "of spaces by access registers",
        [SPACE_CONTROL_SECONDARY] = "of the secondary space, instructions' of either",
        [SPACE_CONTROL_HOME] = "of the home space"
    };
    const struct cpu *cpu = operator_cpu(operator);
    const struct psw *psw = &cpu->psw;
    bool dat = psw->extended_control && psw->system_mask & EC_DAT;
    char text[128];
    if (call->argc > 1)
        return COMMAND_WRONG;
    snprintf(text, sizeof text, "Addresses are %s; key %X, %s state, prefix %06X",
             dat ? spaces[psw->space & 3] : "real", psw->key >> 4,
             psw->problem ? "problem" : "supervisor", (unsigned)cpu->prefix);
    message(operator->messages, HHC20146I, text);
    if (architecture_id(operator->machine->arch) != S370) {
        show_designations(operator, cpu);
        return COMMAND_DONE;
    }
    show_space(operator, cpu, "Primary", 1);
    show_space(operator, cpu, "Secondary", 7);
    return COMMAND_DONE;
}

enum command_result command_aia(struct operator *operator, const struct call *call)
{
    struct cpu *cpu = operator_cpu(operator);
    struct decoded_code code;
    uint64_t absolute;
    char text[128];
    if (call->argc > 1)
        return COMMAND_WRONG;
    if (refuses_running(operator, cpu, "aia"))
        return COMMAND_FAILED;
    int why = display_translate(operator, VIEW_VIRTUAL, cpu->psw.ia, &absolute);
    if (why) {
        snprintf(text, sizeof text, "Instruction address %06" PRIX64 " cannot be fetched from: %s",
                 cpu->psw.ia, display_program_code(why));
        message(operator->messages, HHC20146I, text);
        return COMMAND_DONE;
    }
    snprintf(text, sizeof text, "Instruction address %06" PRIX64 " is absolute %06" PRIX64,
             cpu->psw.ia, absolute);
    message(operator->messages, HHC20146I, text);
    if (cpu_decoded_at(cpu, absolute, &code))
        snprintf(text, sizeof text, "Decoded: %u operations in %u bytes from %06" PRIX64
                 ", absolute %06" PRIX64, code.operations, code.bytes, code.ia, code.absolute);
    else
        snprintf(text, sizeof text, "Nothing is decoded there");
    message(operator->messages, HHC20146I, text);
    return COMMAND_DONE;
}
