/* What a device may ask for from outside a command. */
#include "channel/exchange.h"

/* A device that stands alone (a test's) has no subchannel: nobody else wants it, and
 * nobody hears what it presents. */

void device_alone(struct device *dev, void (*action)(struct device *, void *), void *context)
{
    action(dev, context);
}

void device_proceed(struct device *dev) { (void)dev; }

void device_present(struct device *dev, unsigned status) { (void)dev, (void)status; }

void device_later(struct device *dev, uint64_t ns, void (*action)(struct device *, void *),
                  void *context)
{
    (void)dev, (void)ns, (void)action, (void)context;
}
