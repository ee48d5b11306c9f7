/* Help: the keys, and where to read on. Keys of the command line come from their table. */
#include "console/panel/panel.h"

static const char *const before[] = {
    "The line below takes commands: help lists them, help ipl explains one, quit",
    "ends the program. What begins with a console's prefix, / mostly, is typed at",
    "that console. While stepping an empty line executes the next instruction.",
    "",
    "F1 Alt-1  this help                 F5 Alt-S  find a text in the messages",
    "F2 Alt-2  messages                  F6 Alt-N  find it again, further back",
    "F3 Alt-3  devices                   Alt-P     find it again, newer",
    "F4 Alt-4  CPU and storage           Ctrl-L    draw the screen anew",
    "Esc       back to the messages;     Ctrl-Z    stop the program for a while;",
    "          from there to devices               the guest stops with it",
    "",
    "Messages: PgUp PgDn scroll, Alt-< is the oldest kept, Alt-> the newest.",
    "Devices:  Up Down PgUp PgDn choose one. F7 Alt-M mount: the command is begun",
    "          for you, a file is missing. F8 Alt-X detach: Enter does it.",
    "          F9 Alt-A presses the attention key.",
    "CPU:      storage is shown where the PSW points, or where F7 Alt-A says: 1A00,",
    "          real 1A000, abs 1A000, gr13, psw. Up Down PgUp PgDn move it; F8 Alt-C",
    "          goes back to the PSW. The command cpu 1 shows another CPU.",
    "",
    "The command line:",
};

static unsigned line_count(void)
{
    unsigned n = sizeof before / sizeof *before, keys = 0;
    while (panel_key_row(keys))
        keys++;
    return n + keys;
}

static void draw_line(int row, struct area area, unsigned line)
{
    unsigned lines = sizeof before / sizeof *before;
    if (line < lines) {
        tty_print(row, 0, area.columns, LOOK_PLAIN, "%s", before[line]);
        return;
    }
    const struct key_row *key = panel_key_row(line - lines);
    tty_print(row, 2, area.columns - 2, LOOK_STRONG, "%s", key->name);
    tty_print(row, 24, area.columns - 24, LOOK_PLAIN, "%s", key->effect);
}

static void draw(struct panel *panel, struct area area)
{
    int lines = (int)line_count(), most = lines > area.rows ? lines - area.rows : 0;
    panel->help.rows = area.rows;
    if (panel->help.top > most)
        panel->help.top = most;
    for (int i = 0; i < area.rows && panel->help.top + i < lines; i++)
        draw_line(area.top + i, area, (unsigned)(panel->help.top + i));
}

static bool press(struct panel *panel, struct press press)
{
    int by = 0, page = panel->help.rows > 1 ? panel->help.rows - 1 : 1;
    switch (press.kind) {
    case PRESS_UP: by = -1; break;
    case PRESS_DOWN: by = 1; break;
    case PRESS_PAGE_UP: by = -page; break;
    case PRESS_PAGE_DOWN: by = page; break;
    default: return false;
    }
    panel->help.top += by;
    if (panel->help.top < 0)
        panel->help.top = 0;
    return true;
}

const struct view help_view = { "Help", PRESS_F1, "PgUp PgDn  Esc Back", false, draw, press };
