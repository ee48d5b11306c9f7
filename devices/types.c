#include "devices/devices.h"

#include <strings.h>

/* A new family, a folder of its own, is entered here and declared in devices.h. */
static const struct device_type *const *const families[] = {
    unit_record_types,
    tape_types,
    dasd_types,
    terminal_types,
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
