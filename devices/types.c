#include "devices/devices.h"

#include <strings.h>

/* A new family, a folder of its own, is entered here and declared in devices.h. */
static const struct device_type *const *const families[] = {
    unit_record_types,
    tape_types,
    dasd_types,
    typewriter_types,
    display_types,
    printer_3287_types,
};

const struct device_type *device_type_row(size_t i)
{
    for (size_t f = 0; f < sizeof families / sizeof *families; f++)
        for (const struct device_type *const *type = families[f]; *type; type++)
            if (i-- == 0)
                return *type;
    return NULL;
}

const struct device_type *device_type_find(const char *name)
{
    const struct device_type *type;
    for (size_t i = 0; (type = device_type_row(i)); i++)
        if (strcasecmp(type->name, name) == 0)
            return type;
    return NULL;
}

/* What a Hercules configuration may name and Endicott does not have: lines, networks,
 * channel-to-channel adapters, service equipment. */
static const char *const field_types[] = {
    "2703", "2860", "2870", "2880", "3088", "3172", "3270", "3287", "3705", "8232", "9032",
    "AUSC", "CTCA", "CTCE", "CTCI", "CTCI-W32", "CTCT", "DUMMY", "HCHAN", "LCS", "OSA", "OSD",
    "PTP", "QETH", "SYSG", "TCPH", "TCPNJE", "TLNT", "UDPH", "VMNET", "ZFCP",
};

bool device_type_is_absent(const char *name)
{
    for (size_t i = 0; i < sizeof field_types / sizeof *field_types; i++)
        if (strcasecmp(field_types[i], name) == 0)
            return !device_type_find(name);
    return false;
}
