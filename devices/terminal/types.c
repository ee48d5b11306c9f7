/* Which of the families of terminals a device belongs to. */
#include "devices/devices.h"
#include "devices/terminal/terminal.h"

static bool is_in(const struct device_type *const types[], const struct device_type *type)
{
    for (; *types; types++)
        if (*types == type)
            return true;
    return false;
}

const struct terminal_face *terminal_face(const struct device *device)
{
    if (is_in(display_types, device->type))
        return &display_face;
    if (is_in(printer_3287_types, device->type))
        return &printer_3287_face;
    return is_in(typewriter_types, device->type) && !terminal_prefix(device) ? &typewriter_face
                                                                              : NULL;
}

bool terminal_is_remote(const struct device *device)
{
    return terminal_face(device) != NULL;
}
