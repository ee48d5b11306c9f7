/* Channel-report words: what the subsystem tells of itself and its devices (SA22 17-19). */
#include "channel/subchannel.h"

enum { SOLICITED = 0x40000000, OVERFLOW = 0x20000000, SOURCE_SHIFT = 24, CODE_SHIFT = 16 };

void css_report(struct channels *channels, enum report_source source, enum report_code code,
                bool solicited, uint16_t id)
{
    struct css *css = &channels->css;
    if (css->report_count == MAX_REPORTS) {
        css->reports_lost = true;
        return;
    }
    css->reports[css->report_count++] = (solicited ? SOLICITED : 0) |
        (uint32_t)source << SOURCE_SHIFT | (uint32_t)code << CODE_SHIFT | id;
    css->report_due = true;
    channels->attend = true;
}

/* Who loses reports hears of it with the last one that was kept. */
uint32_t css_take_report(struct channels *channels)
{
    struct css *css = &channels->css;
    if (css->report_count == 0)
        return 0;
    uint32_t report = css->reports[0];
    css->report_count--;
    for (unsigned i = 0; i < css->report_count; i++)
        css->reports[i] = css->reports[i + 1];
    if (css->report_count == 0) {
        report |= css->reports_lost ? OVERFLOW : 0;
        css->reports_lost = false;
        css->report_due = false;
    }
    return report;
}
