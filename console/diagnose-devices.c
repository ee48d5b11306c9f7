/* DIAGNOSE 24: what a device is, in CP's words (VM/370 System Programmer's Guide, GC20-1807); and
 * 258, page-fault handshaking, as Linux asks for it (arch/s390/mm/fault.c). */
#include <string.h>
#include <strings.h>

#include "console/commands.h"
#include "core/bytes.h"

/* ---- 24 ----------------------------------------------------------------------------------- */

/* CP's classes, and types in them; a name here is the first characters of a device type's. */
static const struct cp_type { const char *name; uint8_t class, type; } cp_types[] = {
    { "1052", 0x80, 0x00 }, { "3215", 0x80, 0x00 }, { "3210", 0x80, 0x00 },
    { "3277", 0x40, 0x04 }, { "3270", 0x40, 0x01 }, { "3278", 0x40, 0x01 }, { "3279", 0x40, 0x01 },
    { "SYSG", 0x40, 0x01 }, { "3284", 0x40, 0x02 }, { "3286", 0x40, 0x02 }, { "3287", 0x40, 0x02 },
    { "2501", 0x20, 0x81 }, { "2540R", 0x20, 0x82 }, { "3505", 0x20, 0x84 },
    { "2540P", 0x10, 0x82 }, { "3525", 0x10, 0x84 }, { "1403", 0x10, 0x41 }, { "3211", 0x10, 0x42 },
    { "1443", 0x10, 0x44 }, { "3203", 0x10, 0x48 },
    { "2401", 0x08, 0x80 }, { "2415", 0x08, 0x40 }, { "2420", 0x08, 0x20 }, { "3420", 0x08, 0x10 },
    { "3410", 0x08, 0x08 }, { "3411", 0x08, 0x08 }, { "8809", 0x08, 0x04 }, { "3430", 0x08, 0x02 },
    { "3480", 0x08, 0x01 },
    { "2311", 0x04, 0x80 }, { "2314", 0x04, 0x40 }, { "3380", 0x04, 0x20 }, { "3330", 0x04, 0x10 },
    { "3350", 0x04, 0x08 }, { "3375", 0x04, 0x04 }, { "2305", 0x04, 0x02 }, { "3340", 0x04, 0x01 },
    { "3390", 0x04, 0x82 },
    { "3310", 0x01, 0x01 }, { "3370", 0x01, 0x02 }, { "9336", 0x01, 0x40 },
};

/* What CP has no name for is of a special class. */
static struct cp_type cp_type_of(const struct device *dev)
{
    for (size_t i = 0; i < sizeof cp_types / sizeof *cp_types; i++)
        if (strncasecmp(dev->type->name, cp_types[i].name, strlen(cp_types[i].name)) == 0)
            return cp_types[i];
    static const uint8_t classes[] = {
        [CLASS_CONSOLE] = 0x80, [CLASS_READER] = 0x20, [CLASS_PUNCH] = 0x10, [CLASS_PRINTER] = 0x10,
        [CLASS_TAPE] = 0x08, [CLASS_DASD] = 0x04, [CLASS_DISPLAY] = 0x40, [CLASS_LINE] = 0x02,
        [CLASS_OTHER] = 0x02,
    };
    return (struct cp_type){ "", classes[dev->type->class], 0 };
}

/* The operator's console: the first typewriter, else the first display; held, or NULL. */
static struct device *hold_console(struct operator *operator)
{
    static const enum device_class classes[] = { CLASS_CONSOLE, CLASS_DISPLAY };
    struct device *dev;
    for (int i = 0; i < 2; i++)
        for (uint32_t from = 0; (dev = device_hold_from(operator->channels, from)); device_done(dev)) {
            if (dev->type->class == classes[i])
                return dev;
            from = dev->number + 1u;
        }
    return NULL;
}

/* R1 has a device number, or -1 for the console, and gets its number then. R3: the virtual device;
 * behind it the real one, which here is the same. Condition code 3: there is none. */
bool diagnose_device(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    enum { CONSOLE_CLASS = 0x80, GRAPHIC_CLASS = 0x40, CONSOLE_LINE = 150, SCREEN_LINE = 80 };
    uint32_t number = cpu->gr[r1].w;
    bool console = number == UINT32_MAX;
    struct device *dev = console ? hold_console(operator)
                       : number <= 0xFFFF ? device_hold(operator->channels, (uint16_t)number) : NULL;
    cpu->psw.cc = dev ? 0 : 3;
    if (!dev)
        return true;
    struct cp_type type = cp_type_of(dev);
    uint32_t what = (uint32_t)type.class << 24 | (uint32_t)type.type << 16;
    unsigned line = type.class == CONSOLE_CLASS ? CONSOLE_LINE
                  : type.class == GRAPHIC_CLASS ? SCREEN_LINE : 0;
    if (console)
        cpu->gr[r1].w = dev->number;
    cpu->gr[r3].w = what;
    if (r3 != 15)
        cpu->gr[r3 + 1].w = what | (uint32_t)dev->type->sense_id[6] << 8 | line;
    device_done(dev);
    return true;
}

/* ---- 258 ------------------------------------------------------------------------------------- */

/* R1: the address of a parameter block, which establishes or cancels handshaking. A page of the guest's
 * never is elsewhere, so no interruption comes of it. R3 gets the answer. */
bool diagnose_page_faults(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    enum { CODE = 0, FUNCTION = 2, LENGTH = 4, VERSION = 6, BLOCK = 40, TOKEN = 0, CANCEL = 1,
           DOUBLEWORDS = 5, NEWEST = 2 };
    enum { DONE = 0, NOTHING_TO_CANCEL = 4, ALREADY = 8 };
    uint64_t address = cpu->gr[r1].d & cpu->address_mask;
    const uint8_t *block = storage_absolute(operator->machine, address, BLOCK);
    if (!block || address & 7 || get16(block + CODE) != 0x258 || get16(block + FUNCTION) > CANCEL ||
        get16(block + LENGTH) != DOUBLEWORDS || get16(block + VERSION) > NEWEST)
        return false;
    bool establish = get16(block + FUNCTION) == TOKEN;
    bool before = atomic_exchange(&operator->page_faults_shaken, establish);
    cpu->gr[r3].d = establish ? (before ? ALREADY : DONE) : (before ? DONE : NOTHING_TO_CANCEL);
    return true;
}
