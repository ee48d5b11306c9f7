/* What the service processor tells of the machine, and configures: CPUs, storage, channel paths. */
#include <string.h>

#include "console/commands.h"
#include "console/sclp.h"
#include "console/sclp-block.h"
#include "core/bytes.h"

/* Commands; two digits of some are an operand: a CPU's address, a storage element, a path. */
enum command_word {
    READ_CPUS = 0x00010001, READ_SYSTEM = 0x00020001, READ_SYSTEM_FORCED = 0x00120001,
    READ_PATHS = 0x00030001, READ_STORAGE = 0x00040001, ATTACH_STORAGE = 0x00080001,
    UNASSIGN_STORAGE = 0x000C0001, ASSIGN_STORAGE = 0x000D0001,
    DECONFIGURE_PATH = 0x000E0001, CONFIGURE_PATH = 0x000F0001,
    DECONFIGURE_CPU = 0x00100001, CONFIGURE_CPU = 0x00110001,
    OPERAND = 0x0000FF00
};

static unsigned operand(uint32_t command) { return (command & OPERAND) >> 8; }

/* ---- increments of storage ------------------------------------------------------------------ */

/* Of 1M or more, so that 16 bits are enough to number them; and if they can be configured, so
 * that a list of all has room in a page. */
enum { MOST_INCREMENTS = 0xFFFF, MOST_LISTED = 1020 };

uint64_t sclp_storage_increment(uint64_t mainsize, uint64_t standby)
{
    uint64_t size = 1 << 20, most = standby ? MOST_LISTED : MOST_INCREMENTS;
    while ((mainsize + size - 1) / size + (standby + size - 1) / size > most)
        size *= 2;
    return size;
}

static uint64_t increment_of(const struct machine *machine)
{
    uint64_t standby = machine->options.standby;
    return sclp_storage_increment(machine->options.mainsize - standby, standby);
}

/* ---- the system, and its CPUs ----------------------------------------------------------------- */

enum { CPU_ENTRY = 16 };

static void put_cpu_entry(const struct cpu *cpu, uint8_t *entry)
{
    memset(entry, 0, CPU_ENTRY);
    entry[0] = (uint8_t)cpu->address;
}

/* The guest is told how long the block would have to be. */
static enum sclp_response too_short(uint8_t *block, size_t needed)
{
    put16(block + LENGTH, (uint16_t)needed);
    return SHORT_BLOCK;
}

/* A machine with standby storage can configure it. */
enum facility { PATH_INFORMATION = 0, PATH_CONFIGURATION = 2, CPU_INFORMATION = 4,
                CPU_CONFIGURATION = 5, STORAGE_ELEMENTS = 16, STORAGE_INFORMATION = 17,
                STORAGE_CONFIGURATION = 18 };

static uint64_t facilities(const struct machine *machine)
{
    static const uint8_t of_all[] = { PATH_INFORMATION, PATH_CONFIGURATION, CPU_INFORMATION,
                                      CPU_CONFIGURATION };
    static const uint8_t of_storage[] = { STORAGE_ELEMENTS, STORAGE_INFORMATION,
                                          STORAGE_CONFIGURATION };
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof of_all; i++)
        bits |= UINT64_C(1) << (63 - of_all[i]);
    for (size_t i = 0; machine->options.standby && i < sizeof of_storage; i++)
        bits |= UINT64_C(1) << (63 - of_storage[i]);
    return bits;
}

static enum sclp_response read_system(struct operator *operator, uint8_t *block, size_t length)
{
    enum { INCREMENTS = 8, INCREMENT_SIZE = 10, CPUS = 16, CPU_OFFSET = 18, LOADPARM = 24,
           EXPANDED_INCREMENTS = 32, EXPANDED_BLOCKS = 36, FACILITIES = 48, INCREMENT_SIZE_2 = 100, INCREMENTS_2 = 104, HIGHEST_CPU = 120,
           ENTRIES = 128 };
    const struct machine *machine = operator->machine;
    size_t needed = ENTRIES + (size_t)machine->ncpus * CPU_ENTRY;
    if (length < needed)
        return too_short(block, needed);
    memset(block + HEADER, 0, length - HEADER);
    uint64_t size = increment_of(machine);
    put16(block + INCREMENTS, (uint16_t)(machine->options.mainsize / size));
    block[INCREMENT_SIZE] = (uint8_t)(size >> 20);
    put16(block + CPUS, (uint16_t)machine->ncpus);
    put16(block + CPU_OFFSET, ENTRIES);
    for (int i = 0; i < 8; i++) {
        const char *text = operator->settings.loadparm;
        char c = strlen(text) > (size_t)i ? text[i] : ' ';
        block[LOADPARM + i] = machine->codepage.to_guest[(uint8_t)c];
    }
    put32(block + EXPANDED_INCREMENTS, (uint32_t)(machine->options.xpndsize >> 20));
    if (machine->options.xpndsize)
        put32(block + EXPANDED_BLOCKS, (1 << 20) / 4096);
    put64(block + FACILITIES, facilities(machine));
    put16(block + HIGHEST_CPU, (uint16_t)(machine->ncpus - 1));
    for (int i = 0; i < machine->ncpus; i++)
        put_cpu_entry(machine->cpus[i], block + ENTRIES + i * CPU_ENTRY);
    return INFORMATION;
}

static enum sclp_response read_cpus(struct operator *operator, uint8_t *block, size_t length)
{
    enum { CONFIGURED = 8, CONFIGURED_OFFSET = 10, STANDBY = 12, STANDBY_OFFSET = 14,
           ENTRIES = 16 };
    const struct machine *machine = operator->machine;
    size_t needed = ENTRIES + (size_t)machine->ncpus * CPU_ENTRY;
    if (length < needed)
        return too_short(block, needed);
    memset(block + HEADER, 0, length - HEADER);
    unsigned counts[2] = { 0, 0 };
    uint8_t *entry = block + ENTRIES;
    for (int standby = 0; standby < 2; standby++) {
        put16(block + (standby ? STANDBY_OFFSET : CONFIGURED_OFFSET), (uint16_t)(entry - block));
        for (int i = 0; i < machine->ncpus; i++) {
            if (machine->cpus[i]->offline != (standby != 0))
                continue;
            put_cpu_entry(machine->cpus[i], entry);
            entry += CPU_ENTRY;
            counts[standby]++;
        }
    }
    put16(block + CONFIGURED, (uint16_t)counts[0]);
    put16(block + STANDBY, (uint16_t)counts[1]);
    return INFORMATION;
}

static enum sclp_response configure_cpu(struct operator *operator, unsigned address, bool online)
{
    struct machine *machine = operator->machine;
    if (address >= (unsigned)machine->ncpus)
        return NO_SUCH_RESOURCE;
    cpu_configure(machine->cpus[address], online);
    return DONE;
}

/* ---- storage ------------------------------------------------------------------------------------ */

/* Two elements: main storage, and what is in standby until it is attached. Increments are numbered
 * from 1, all through. A list's entry is a number, and which part of the element that is. */
enum element { ELEMENT_MAIN = 0, ELEMENT_STANDBY = 1, ELEMENTS = 2 };
enum storage_block { HIGHEST_ELEMENT = 8, ASSIGNED = 10, STANDBY = 12, LIST = 16, LISTED = 4 };

struct increments { uint64_t size; unsigned first, count; };

static struct increments increments_of(const struct machine *machine, enum element element)
{
    uint64_t size = increment_of(machine), standby = machine->options.standby / size;
    uint64_t main = machine->options.mainsize / size - standby;
    if (element == ELEMENT_MAIN)
        return (struct increments){ size, 1, (unsigned)main };
    return (struct increments){ size, (unsigned)main + 1, (unsigned)standby };
}

static bool is_assigned(const struct machine *machine, uint64_t size, unsigned number)
{
    return machine->assigned[(number - 1) * size >> 20];
}

/* The element's increments that are assigned; how many there are. */
static unsigned list_assigned(const struct machine *machine, struct increments increments,
                              uint8_t *list)
{
    unsigned listed = 0;
    for (unsigned i = 0; i < increments.count; i++)
        if (is_assigned(machine, increments.size, increments.first + i))
            put32(list + LISTED * listed++, (increments.first + i) << 16 | (i + 1));
    return listed;
}

static enum sclp_response read_storage(struct operator *operator, unsigned element, uint8_t *block,
                                       size_t length)
{
    const struct machine *machine = operator->machine;
    if (!machine->options.standby || element >= ELEMENTS)
        return machine->options.standby ? NO_SUCH_RESOURCE : INVALID_COMMAND;
    struct increments increments = increments_of(machine, element);
    size_t needed = LIST + LISTED * (size_t)increments.count;
    if (length < needed)
        return too_short(block, needed);
    memset(block + HEADER, 0, length - HEADER);
    unsigned assigned = list_assigned(machine, increments, block + LIST);
    bool attached = element == ELEMENT_MAIN || machine->standby_attached;
    put16(block + HIGHEST_ELEMENT, ELEMENT_STANDBY);
    put16(block + ASSIGNED, (uint16_t)assigned);
    put16(block + STANDBY, (uint16_t)(increments.count - assigned));
    return attached ? INFORMATION : IN_STANDBY;
}

/* All of the element is assigned then, and listed: programs unassign what they do not want yet. */
static enum sclp_response attach_storage(struct operator *operator, unsigned element,
                                         uint8_t *block, size_t length)
{
    struct machine *machine = operator->machine;
    if (!machine->options.standby || element >= ELEMENTS)
        return machine->options.standby ? NO_SUCH_RESOURCE : INVALID_COMMAND;
    if (element == ELEMENT_MAIN || machine->standby_attached)
        return NOTHING_TO_DO;
    struct increments increments = increments_of(machine, element);
    size_t needed = LIST + LISTED * (size_t)increments.count;
    if (length < needed)
        return too_short(block, needed);
    machine->standby_attached = true;
    machine_assign_storage(machine, (increments.first - 1) * increments.size,
                           increments.count * increments.size, true);
    memset(block + HEADER, 0, length - HEADER);
    put16(block + ASSIGNED, (uint16_t)list_assigned(machine, increments, block + LIST));
    return DONE;
}

static enum sclp_response assign_storage(struct operator *operator, const uint8_t *block,
                                         size_t length, bool assign)
{
    enum { NUMBER = 8, NEEDED = 10 };
    struct machine *machine = operator->machine;
    if (!machine->options.standby)
        return INVALID_COMMAND;
    if (length < NEEDED)
        return SHORT_BLOCK;
    struct increments standby = increments_of(machine, ELEMENT_STANDBY);
    unsigned number = get16(block + NUMBER);
    unsigned last = machine->standby_attached ? standby.first + standby.count - 1
                                               : standby.first - 1;
    if (number == 0 || number > last)
        return NO_SUCH_RESOURCE;
    if (is_assigned(machine, standby.size, number) == assign)
        return NOTHING_TO_DO;
    machine_assign_storage(machine, (number - 1) * standby.size, standby.size, assign);
    return DONE;
}

/* ---- channel paths -------------------------------------------------------------------------------- */

/* Three masks of a bit for each path. */
static enum sclp_response read_paths(struct operator *operator, uint8_t *block, size_t length)
{
    enum { RECOGNIZED = 8, IN_STANDBY_MASK = 40, CONFIGURED = 72, NEEDED = 112 };
    if (length < NEEDED)
        return too_short(block, NEEDED);
    memset(block + HEADER, 0, length - HEADER);
    for (unsigned path = 0; path < 256; path++) {
        enum path_state state = channel_path_state(operator->channels, path);
        uint8_t bit = 0x80 >> (path & 7);
        if (state == PATH_NOT_THERE)
            continue;
        block[RECOGNIZED + path / 8] |= bit;
        block[(state == PATH_STANDBY ? IN_STANDBY_MASK : CONFIGURED) + path / 8] |= bit;
    }
    return INFORMATION;
}

static enum sclp_response configure_path(struct operator *operator, unsigned path, bool online)
{
    enum path_state state = channel_path_state(operator->channels, path);
    if (state == PATH_NOT_THERE)
        return NO_SUCH_RESOURCE;
    if ((state == PATH_CONFIGURED) == online)
        return NOTHING_TO_DO;
    channel_path_configure(operator->channels, path, online);
    return DONE;
}

/* ---- which ------------------------------------------------------------------------------------------ */

bool sclp_block_may_be_long(uint32_t command)
{
    return command == READ_SYSTEM || command == READ_SYSTEM_FORCED || command == READ_CPUS;
}

enum sclp_response sclp_configuration(struct operator *operator, uint32_t command, uint8_t *block,
                                      size_t length)
{
    switch (command) {
    case READ_SYSTEM: case READ_SYSTEM_FORCED: return read_system(operator, block, length);
    case READ_CPUS:        return read_cpus(operator, block, length);
    case READ_PATHS:       return read_paths(operator, block, length);
    case ASSIGN_STORAGE:   return assign_storage(operator, block, length, true);
    case UNASSIGN_STORAGE: return assign_storage(operator, block, length, false);
    default: break;
    }
    switch (command & ~(uint32_t)OPERAND) {
    case CONFIGURE_CPU:    return configure_cpu(operator, operand(command), true);
    case DECONFIGURE_CPU:  return configure_cpu(operator, operand(command), false);
    case CONFIGURE_PATH:   return configure_path(operator, operand(command), true);
    case DECONFIGURE_PATH: return configure_path(operator, operand(command), false);
    case READ_STORAGE:     return read_storage(operator, operand(command), block, length);
    case ATTACH_STORAGE:   return attach_storage(operator, operand(command), block, length);
    default:               return INVALID_COMMAND;
    }
}
