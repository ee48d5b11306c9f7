/* The devices: a list to page, and to act on. */
#include "console/panel/panel.h"

#include <string.h>

/* Columns of the table; a narrow screen has not all of them. */
enum { WIDE = 60 };

static void draw_row(const struct device_row *row, int at, struct area area, bool selected)
{
    bool wide = area.columns >= WIDE, idle = strcmp(row->state, "idle") == 0;
    enum look look = selected ? LOOK_SELECTED : LOOK_PLAIN;
    char rate[16] = "";
    if (row->rate >= 0.5)
        snprintf(rate, sizeof rate, "%.0f", row->rate);
    if (selected)
        tty_fill(at, look);
    tty_print(at, 0, 4, selected ? look : LOOK_STRONG, "%04X", row->number);
    tty_print(at, 5, 8, look, "%s", row->type);
    int column = 14;
    if (wide) {
        tty_print(at, column, 11, look, "%s", row->name);
        column += 12;
    }
    tty_print(at, column, 14, selected || idle ? look : LOOK_URGENT, "%s", row->state);
    column += 15;
    if (wide) {
        tty_print(at, column, 6, look, "%6s", rate);
        column += 7;
    }
    tty_print(at, column, area.columns - column, look, "%s", row->mounted);
}

static void draw_head(struct area area)
{
    bool wide = area.columns >= WIDE;
    tty_print(area.top, 0, area.columns, LOOK_LABEL, "%s", wide ?
                 "No.  Type     Name        State             I/O/s Mounted" :
                 "No.  Type     State          Mounted");
}

/* The row of the selected device, or of the first behind where it was. */
static unsigned selected_row(struct panel *panel)
{
    unsigned i = 0, count = panel->now.device_count;
    while (i + 1 < count && panel->now.devices[i].number < panel->devices.selected)
        i++;
    if (i < count)
        panel->devices.selected = panel->now.devices[i].number;
    return i;
}

static void draw(struct panel *panel, struct area area)
{
    unsigned selected = selected_row(panel), *top = &panel->devices.top;
    unsigned rows = area.rows > 1 ? (unsigned)area.rows - 1 : 1;
    panel->devices.rows = (int)rows;
    draw_head(area);
    if (panel->now.device_count == 0)
        tty_print(area.top + 1, 0, area.columns, LOOK_PLAIN,
                     "There are no devices: attach adds some.");
    if (selected < *top)
        *top = selected;
    if (selected >= *top + rows)
        *top = selected - rows + 1;
    for (unsigned i = *top; i < panel->now.device_count && i < *top + rows; i++)
        draw_row(&panel->now.devices[i], area.top + 1 + (int)(i - *top), area, i == selected);
}

static void select_row(struct panel *panel, int by)
{
    int count = (int)panel->now.device_count, row = (int)selected_row(panel) + by;
    if (count == 0)
        return;
    row = row < 0 ? 0 : row >= count ? count - 1 : row;
    panel->devices.selected = panel->now.devices[row].number;
}

enum action { MOUNT, DETACH, ATTENTION };

/* What changes the machine for good is proposed, and waits for Enter. */
static void act(struct panel *panel, enum action action)
{
    if (panel->now.device_count == 0) {
        panel_notice(panel, "There are no devices");
        return;
    }
    unsigned number = panel->now.devices[selected_row(panel)].number;
    switch (action) {
    case MOUNT:
        panel_propose(panel, "devinit %04X ", number);
        panel_notice(panel, "Mount on %04X: type a file (Tab completes), then Enter", number);
        break;
    case DETACH:
        panel_propose(panel, "detach %04X", number);
        panel_notice(panel, "Enter takes %04X away; Ctrl-C does not", number);
        break;
    case ATTENTION:
        panel_command(panel, "i %04X", number);
        break;
    }
}

static bool press(struct panel *panel, struct press press)
{
    int page = panel->devices.rows > 1 ? panel->devices.rows - 1 : 1;
    switch (press.kind) {
    case PRESS_UP: select_row(panel, -1); return true;
    case PRESS_DOWN: select_row(panel, 1); return true;
    case PRESS_PAGE_UP: select_row(panel, -page); return true;
    case PRESS_PAGE_DOWN: select_row(panel, page); return true;
    case PRESS_F7: act(panel, MOUNT); return true;
    case PRESS_F8: act(panel, DETACH); return true;
    case PRESS_F9: act(panel, ATTENTION); return true;
    case PRESS_ALT:
        switch (press.c) {
        case L'<': select_row(panel, -0x10000); return true;
        case L'>': select_row(panel, 0x10000); return true;
        case L'm': act(panel, MOUNT); return true;
        case L'x': act(panel, DETACH); return true;
        case L'a': act(panel, ATTENTION); return true;
        default: return false;
        }
    default: return false;
    }
}

const struct view device_view = {
    "Devices", PRESS_F3, "F7 Mount F8 Detach F9 Attn", true, draw, press
};
