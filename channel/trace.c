#include "channel/trace.h"

#include <ctype.h>
#include <stdio.h>

#include "core/bytes.h"
#include "core/messages.h"

enum { SHOWN = 16 };

/* Bytes in hexadecimal, in groups of four. */
static void show_hex(char *text, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        text += sprintf(text, "%s%02X", i && i % 4 == 0 ? " " : "", bytes[i]);
}

/* The data that a write or control command finds: "=>" and its first bytes. */
static void show_data(char *text, size_t size, struct machine *machine, const struct ccw *ccw)
{
    char hex[3 * SHOWN + 1] = "", plain[SHOWN + 1] = "";
    unsigned n = ccw->count < SHOWN ? ccw->count : SHOWN;
    bool has_data = ccw->command & 1 && !(ccw->flags & (CCW_INDIRECT | CCW_MODIFIED_INDIRECT)) && n;
    const uint8_t *data = has_data ? storage_absolute(machine, ccw->address, n) : NULL;
    *text = 0;
    if (!data)
        return;
    show_hex(hex, data, n);
    for (unsigned i = 0; i < n; i++) {
        uint8_t c = machine->codepage.to_host[data[i]];
        plain[i] = c < 0x7F && isprint(c) ? (char)c : '.';
    }
    snprintf(text, size, "=>%s %s", hex, plain);
}

void trace_ccw(const struct program *p, const struct ccw *ccw)
{
    char data[80];
    uint32_t command = (uint32_t)ccw->command << 24, flags = (uint32_t)ccw->flags << 24;
    show_data(data, sizeof data, p->machine, ccw);
    if (p->mode.format_1)
        message(p->device->messages, HHC01315I, p->device->number,
                command | flags >> 8 | ccw->count, ccw->address, data);
    else
        message(p->device->messages, HHC01315I, p->device->number, command | ccw->address,
                flags | ccw->count, data);
}

void trace_status(struct device *dev, unsigned unit, unsigned channel, unsigned count)
{
    message(dev->messages, HHC01312I, dev->number, unit & 0xFF, channel & 0xFF, count & 0xFFFF);
    if (unit & UNIT_CHECK) {
        char sense[3 * MAX_SENSE];
        show_hex(sense, dev->sense, MAX_SENSE);
        message(dev->messages, HHC01313I, dev->number, sense);
    }
}

void trace_csw(struct device *dev, const uint8_t csw[8])
{
    message(dev->messages, HHC01316I, dev->number, csw[0], get16(csw + 4), get16(csw + 6),
            get24(csw + 1));
}

void trace_instruction(struct device *dev, const char *name, int cc)
{
    message(dev->messages, HHC01318I, dev->number, name, cc);
}

/* The flags without key and path mask: ORB word 1, bits 4-15 and 24-31. */
void trace_orb(struct device *dev, const uint8_t *orb)
{
    uint32_t word = get32(orb + 4);
    message(dev->messages, HHC01334I, dev->number, get32(orb), word >> 28, word >> 8 & 0xFF,
            (word >> 8 & 0x0FFF00) | (word & 0xFF), get32(orb + 8));
}

void trace_scsw(struct device *dev, const uint8_t scsw[12])
{
    message(dev->messages, HHC01317I, dev->number, get32(scsw), scsw[8], scsw[9], get16(scsw + 10),
            get32(scsw + 4));
}
