/* The messages: the newest at the bottom, or where the operator has scrolled to. */
#include "console/panel/panel.h"
#include "console/panel/text.h"

/* The rows that a line needs, at least one; starts[i] is where row i begins. At most `most`.
 * A row ends with a word if it has a blank in its second half. */
static int fold(const wchar_t *text, int columns, unsigned *starts, int most)
{
    int rows = 0, used = 0;
    unsigned blank = 0;
    starts[rows++] = 0;
    for (unsigned i = 0; text[i]; i++) {
        wchar_t c = text[i];
        int width = text_columns(&c);
        if (used + width > columns && rows < most) {
            bool at_word = blank > starts[rows - 1] + (unsigned)columns / 2 && text[i] != L' ';
            starts[rows] = at_word ? blank + 1 : i;
            i = starts[rows++];
            c = text[i];
            width = text_columns(&c);
            used = 0;
        }
        if (text[i] == L' ')
            blank = i;
        used += width;
    }
    return rows;
}

enum { MOST_ROWS = 256 };       /* of one line */

static int rows_of(struct panel *panel, uint64_t number, int columns)
{
    wchar_t text[SCROLL_WIDEST + 1];
    unsigned starts[MOST_ROWS];
    enum tone tone;
    scroll_line(panel->scroll, number, &tone, text);
    return fold(text, columns, starts, MOST_ROWS);
}

/* The places in a row where the text that was looked for stands shine. */
static void draw_found(struct panel *panel, int row, int columns, wchar_t *text)
{
    const wchar_t *wanted = panel->messages.found;
    size_t length = wcslen(wanted);
    for (wchar_t *at = text; (at = (wchar_t *)text_find(at, wanted)); at += length) {
        int column = 0;
        for (wchar_t *p = text; p < at; p++) {
            wchar_t c = *p;
            column += text_columns(&c);
        }
        wchar_t behind = at[length];
        at[length] = 0;
        tty_put(row, column, columns - column, LOOK_FOUND, at);
        at[length] = behind;
    }
}

/* Rows of one line upward from `bottom`, without its last `hidden` rows; returns the row
 * above it. */
static int draw_line(struct panel *panel, uint64_t number, int hidden, int bottom, struct area area)
{
    wchar_t text[SCROLL_WIDEST + 1];
    unsigned starts[MOST_ROWS + 1];
    enum tone tone;
    unsigned length = scroll_line(panel->scroll, number, &tone, text);
    int rows = fold(text, area.columns, starts, MOST_ROWS);
    starts[rows] = length;
    for (int i = rows - 1 - hidden; i >= 0 && bottom >= area.top; i--, bottom--) {
        wchar_t behind = text[starts[i + 1]];
        text[starts[i + 1]] = 0;
        tty_put(bottom, 0, area.columns, (enum look)tone, text + starts[i]);
        draw_found(panel, bottom, area.columns, text + starts[i]);
        text[starts[i + 1]] = behind;
    }
    return bottom;
}

/* The bottom line; what is no longer kept is no place to stay. */
static uint64_t last_line(struct panel *panel, bool held)
{
    uint64_t first = scroll_first(panel->scroll), end = scroll_end(panel->scroll);
    if (!held)
        return end;
    if (panel->messages.last < first) {
        panel->messages.last = first;
        panel->messages.hidden = 0;
    }
    return panel->messages.last + 1;
}

/* Returns the row above the oldest that was drawn. */
static int draw_from(struct panel *panel, struct area area, bool held)
{
    uint64_t first = scroll_first(panel->scroll), number = last_line(panel, held);
    int bottom = area.top + area.rows - 1, hidden = held ? panel->messages.hidden : 0;
    while (bottom >= area.top && number > first) {
        bottom = draw_line(panel, --number, hidden, bottom, area);
        hidden = 0;
    }
    return bottom;
}

void draw_messages(struct panel *panel, struct area area)
{
    draw_from(panel, area, false);
}

/* ---- scrolling ------------------------------------------------------------------------ */

static int screen_columns(void)
{
    int rows, columns;
    tty_size(&rows, &columns);
    return columns;
}

static int half_page(void)
{
    int rows, columns;
    tty_size(&rows, &columns);
    return rows / 2 - 2;
}

static void hold(struct panel *panel)
{
    uint64_t end = scroll_end(panel->scroll);
    if (panel->messages.held || end == 0)
        return;
    panel->messages.held = true;
    panel->messages.last = end - 1;
    panel->messages.hidden = 0;
}

static void scroll_back(struct panel *panel, int rows)
{
    int columns = screen_columns();
    uint64_t first = scroll_first(panel->scroll);
    hold(panel);
    panel->messages.hidden += rows;
    while (panel->messages.last > first) {
        int has = rows_of(panel, panel->messages.last, columns);
        if (panel->messages.hidden < has)
            break;
        panel->messages.hidden -= has;
        panel->messages.last--;
    }
    if (panel->messages.last <= first)
        panel->messages.hidden = 0;
}

static void scroll_on(struct panel *panel, int rows)
{
    int columns = screen_columns();
    if (!panel->messages.held)
        return;
    panel->messages.hidden -= rows;
    while (panel->messages.hidden < 0 && ++panel->messages.last < scroll_end(panel->scroll))
        panel->messages.hidden += rows_of(panel, panel->messages.last, columns);
    if (panel->messages.last + 1 >= scroll_end(panel->scroll) && panel->messages.hidden <= 0)
        panel->messages.held = false;
}

void messages_find(struct panel *panel, bool older)
{
    uint64_t end = scroll_end(panel->scroll), found;
    uint64_t from = panel->messages.met ? panel->messages.match :
                    panel->messages.held ? panel->messages.last + 1 : end;
    if (!*panel->messages.found)
        panel_notice(panel, "Nothing was looked for yet: F5 or Alt-S asks what to find");
    else if (!scroll_find(panel->scroll, panel->messages.found, from, older, &found))
        panel_notice(panel, "Not found in %s messages: %ls", older ? "older" : "newer",
                     panel->messages.found);
    else {
        panel->messages.met = panel->messages.held = true;
        panel->messages.match = panel->messages.last = found;
        panel->messages.hidden = 0;
        scroll_on(panel, half_page());
        panel->view = &message_view;
    }
}

/* ---- the view ------------------------------------------------------------------------- */

/* Held so far back that the oldest would not be at the top: a little on, then. */
static void draw(struct panel *panel, struct area area)
{
    int blank = draw_from(panel, area, panel->messages.held) - area.top + 1;
    if (!panel->messages.held || blank <= 0)
        return;
    for (int row = 0; row < area.rows; row++)
        tty_fill(area.top + row, LOOK_PLAIN);
    scroll_on(panel, blank);
    draw_from(panel, area, panel->messages.held);
}

static bool press(struct panel *panel, struct press press)
{
    int rows, columns;
    tty_size(&rows, &columns);
    int page = rows > 6 ? rows - 5 : 1;
    bool alt = press.kind == PRESS_ALT;
    if (press.kind == PRESS_PAGE_UP) {
        scroll_back(panel, page);
    } else if (press.kind == PRESS_PAGE_DOWN) {
        scroll_on(panel, page);
    } else if (alt && press.c == L'<') {
        hold(panel);
        panel->messages.last = scroll_first(panel->scroll);
    } else if (alt && press.c == L'>') {
        panel->messages.held = false;
    } else {
        return false;
    }
    panel->messages.met = false;
    return true;
}

const struct view message_view = {
    "Messages", PRESS_F2, "PgUp PgDn", false, draw, press
};
