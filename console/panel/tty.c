/* Curses, and giving the terminal back in a crash. */
#include "config.h"

#define NCURSES_WIDECHAR 1

#include "console/panel/tty.h"

#include <curses.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#undef columns         /* term.h's name of a capability */

#include "console/panel/text.h"

/* ---- colours -------------------------------------------------------------------------- */

/* What can be read on a dark background cannot always on a light one. */
static const struct { short dark, light; attr_t colour, plain; } looks[LOOKS] = {
    [LOOK_PLAIN] = { -1, -1, A_NORMAL, A_NORMAL },
    [LOOK_GUEST] = { COLOR_GREEN, COLOR_BLUE, A_NORMAL, A_NORMAL },
    [LOOK_URGENT] = { -1, -1, A_BOLD, A_BOLD },
    [LOOK_ECHO] = { COLOR_CYAN, COLOR_GREEN, A_NORMAL, A_BOLD },
    [LOOK_DEBUG] = { COLOR_BLUE, COLOR_CYAN, A_NORMAL, A_NORMAL },
    [LOOK_WARNING] = { COLOR_YELLOW, COLOR_MAGENTA, A_NORMAL, A_UNDERLINE },
    [LOOK_ERROR] = { COLOR_RED, COLOR_RED, A_BOLD, A_BOLD | A_UNDERLINE },
    [LOOK_BAR] = { -1, -1, A_REVERSE, A_REVERSE },
    [LOOK_BAR_STRONG] = { -1, -1, A_REVERSE | A_BOLD, A_REVERSE | A_BOLD },
    [LOOK_BAR_WARNING] = { COLOR_YELLOW, COLOR_MAGENTA, A_REVERSE, A_REVERSE | A_UNDERLINE },
    [LOOK_LABEL] = { COLOR_CYAN, COLOR_BLUE, A_NORMAL, A_NORMAL },
    [LOOK_STRONG] = { -1, -1, A_BOLD, A_BOLD },
    [LOOK_FOUND] = { COLOR_YELLOW, COLOR_MAGENTA, A_REVERSE, A_REVERSE },
    [LOOK_SELECTED] = { -1, -1, A_REVERSE, A_REVERSE }
};

/* What is set; like curses' own state the terminal's, of which there is one. */
static enum panel_colours chosen = COLOURS_NO;

/* NO_COLOR: see no-color.org. */
static void choose_colours(void)
{
    const char *refused = getenv("NO_COLOR");
    if ((refused && *refused) || !has_colors() || start_color() == ERR)
        return;
    if (use_default_colors() == ERR)
        assume_default_colors(COLOR_WHITE, COLOR_BLACK);
    tty_colours(COLOURS_DARK);
}

void tty_colours(enum panel_colours wanted)
{
    if (COLOR_PAIRS <= LOOKS || wanted == chosen)
        return;
    for (short i = 0; i < LOOKS && wanted != COLOURS_NO; i++)
        if (looks[i].dark >= 0)
            init_pair((short)(i + 1), wanted == COLOURS_LIGHT ? looks[i].light : looks[i].dark, -1);
    chosen = wanted;
    clearok(curscr, TRUE);
}

static void use_look(enum look look)
{
    bool colours = chosen != COLOURS_NO;
    bool coloured = colours && looks[look].dark >= 0;
    attr_set(colours ? looks[look].colour : looks[look].plain, (short)(coloured ? look + 1 : 0),
             NULL);
}

/* ---- the terminal, given back whatever happens ---------------------------------------- */

/* A signal handler can reach nothing but what is static. Written while no handler is set. */
static struct {
    struct termios modes;
    char bytes[256];            /* what makes the terminal an ordinary one again */
    size_t length;
    volatile sig_atomic_t ours; /* it is in our hands */
} found;

/* The handler's stack on this thread; the others have theirs of core/thread.h. */
static char signal_stack[64 << 10];
static stack_t usual_stack;

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT };
enum { CRASHES = sizeof crashes / sizeof *crashes };
static struct sigaction usual[CRASHES];

/* Async-signal-safe: write() and tcsetattr() only. */
static void give_back(void)
{
    if (!found.ours)
        return;
    found.ours = 0;
    if (write(STDOUT_FILENO, found.bytes, found.length) >= 0)
        tcsetattr(STDIN_FILENO, TCSANOW, &found.modes);
}

/* What would have happened without us happens next: the fault comes again, or the signal
 * that somebody sent is sent once more. */
static void crash(int number)
{
    give_back();
    for (int i = 0; i < CRASHES; i++)
        if (crashes[i] == number)
            sigaction(number, &usual[i], NULL);
    raise(number);
}

static int keep_byte(int c)
{
    if (found.length < sizeof found.bytes)
        found.bytes[found.length++] = (char)c;
    return c;
}

static void prepare_give_back(void)
{
    static const char *const names[] = { "rmkx", "sgr0", "op", "cnorm", "rmcup" };
    found.length = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *string = tigetstr(names[i]);
        if (string && string != (char *)-1)
            tputs(string, 1, keep_byte);
    }
    keep_byte('\r');
    keep_byte('\n');
}

static void catch_crashes(bool on)
{
    stack_t own = { .ss_sp = signal_stack, .ss_size = sizeof signal_stack };
    struct sigaction action = { .sa_handler = crash, .sa_flags = SA_ONSTACK };
    sigfillset(&action.sa_mask);
    sigaltstack(on ? &own : &usual_stack, on ? &usual_stack : NULL);
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i], on ? &action : &usual[i], on ? &usual[i] : NULL);
}

/* ---- open and close ------------------------------------------------------------------- */

bool tty_possible(void)
{
    const char *kind = getenv("TERM");
    int error;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !kind || !*kind)
        return false;
    if (setupterm(kind, STDOUT_FILENO, &error) == ERR)
        return false;
    char *cup = tigetstr("cup");
    bool possible = cup && cup != (char *)-1;
    del_curterm(cur_term);
    return possible;
}

/* What most terminals send, whatever TERM says of them: by the rules of the VT220 and of
 * xterm. */
enum { WORD_LEFT = KEY_MAX + 1, WORD_RIGHT };

static const struct { const char *sequence; int code; } usual_keys[] = {
    { "\033[1;5D", WORD_LEFT }, { "\033[1;3D", WORD_LEFT },
    { "\033[1;5C", WORD_RIGHT }, { "\033[1;3C", WORD_RIGHT },
    { "\033[A", KEY_UP }, { "\033[B", KEY_DOWN }, { "\033[C", KEY_RIGHT }, { "\033[D", KEY_LEFT },
    { "\033[H", KEY_HOME }, { "\033[F", KEY_END }, { "\033OH", KEY_HOME }, { "\033OF", KEY_END },
    { "\033[1~", KEY_HOME }, { "\033[4~", KEY_END }, { "\033[3~", KEY_DC },
    { "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE },
    { "\033OP", KEY_F(1) }, { "\033OQ", KEY_F(2) }, { "\033OR", KEY_F(3) }, { "\033OS", KEY_F(4) },
    { "\033[11~", KEY_F(1) }, { "\033[12~", KEY_F(2) }, { "\033[13~", KEY_F(3) },
    { "\033[14~", KEY_F(4) }, { "\033[15~", KEY_F(5) }, { "\033[17~", KEY_F(6) },
    { "\033[18~", KEY_F(7) }, { "\033[19~", KEY_F(8) }, { "\033[20~", KEY_F(9) },
    { "\033[21~", KEY_F(10) }
};

static void define_usual_keys(void)
{
    for (size_t i = 0; i < sizeof usual_keys / sizeof *usual_keys; i++)
        if (key_defined(usual_keys[i].sequence) == 0)
            define_key(usual_keys[i].sequence, usual_keys[i].code);
}

static void take_modes(void)
{
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
}

bool tty_open(void)
{
    setlocale(LC_CTYPE, "");
    if (tcgetattr(STDIN_FILENO, &found.modes) != 0)
        return false;
    if (!getenv("ESCDELAY"))
        set_escdelay(100);      /* a key's sequence may come in pieces over a network */
    if (!newterm(NULL, stdout, stdin))
        return false;
    signal(SIGTSTP, SIG_IGN);   /* curses' own way to stop is not safe among threads */
    choose_colours();
    take_modes();
    define_usual_keys();
    prepare_give_back();
    found.ours = 1;
    catch_crashes(true);
    atexit(give_back);
    return true;
}

/* A terminal with one screen only goes on below what the panel has left there. */
static void leave_screen(void)
{
    move(getmaxy(stdscr) - 1, 0);
    clrtoeol();
    refresh();
    endwin();
}

void tty_close(void)
{
    if (!found.ours)
        return;
    catch_crashes(false);
    leave_screen();
    found.ours = 0;
    signal(SIGTSTP, SIG_DFL);
}

void tty_suspend(void)
{
    leave_screen();
    kill(getpid(), SIGSTOP);
    take_modes();
    tty_redraw();
}

void tty_size(int *rows, int *columns)
{
    *rows = getmaxy(stdscr);
    *columns = getmaxx(stdscr);
}

void tty_fit(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
}

void tty_redraw(void)
{
    reset_prog_mode();
    clearok(curscr, TRUE);
}

/* ---- drawing -------------------------------------------------------------------------- */

void tty_erase(void) { erase(); }

int tty_put(int row, int column, int width, enum look look, const wchar_t *text)
{
    int used = 0;
    use_look(look);
    for (; *text; text++) {
        wchar_t c[2] = { *text, 0 };
        int columns = text_columns(c);
        if (used + columns > width)
            break;
        mvaddnwstr(row, column + used, c, 1);
        used += columns;
    }
    attr_set(A_NORMAL, 0, NULL);
    return used;
}

int tty_print(int row, int column, int width, enum look look, const char *format, ...)
{
    char bytes[1024];
    wchar_t text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bytes, sizeof bytes, format, arguments);
    va_end(arguments);
    text_decode(bytes, text, sizeof text / sizeof *text);
    return tty_put(row, column, width, look, text);
}

void tty_fill(int row, enum look look)
{
    use_look(look);
    for (int column = 0; column < getmaxx(stdscr); column++)
        mvaddch(row, column, ' ');
    attr_set(A_NORMAL, 0, NULL);
}

void tty_show(int row, int column)
{
    move(row, column);
    refresh();
}

/* ---- keys ----------------------------------------------------------------------------- */

static const struct { wint_t code; enum press_kind kind; } function_keys[] = {
    { KEY_UP, PRESS_UP }, { KEY_DOWN, PRESS_DOWN }, { KEY_LEFT, PRESS_LEFT },
    { KEY_RIGHT, PRESS_RIGHT }, { WORD_LEFT, PRESS_WORD_LEFT }, { WORD_RIGHT, PRESS_WORD_RIGHT },
    { KEY_SLEFT, PRESS_WORD_LEFT }, { KEY_SRIGHT, PRESS_WORD_RIGHT },
    { KEY_HOME, PRESS_HOME }, { KEY_END, PRESS_END }, { KEY_FIND, PRESS_HOME },
    { KEY_SELECT, PRESS_END }, { KEY_A1, PRESS_HOME }, { KEY_C1, PRESS_END },
    { KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
    { KEY_A3, PRESS_PAGE_UP }, { KEY_C3, PRESS_PAGE_DOWN },
    { KEY_DC, PRESS_DELETE }, { KEY_BACKSPACE, PRESS_BACKSPACE }, { KEY_ENTER, PRESS_ENTER },
    { KEY_BTAB, PRESS_TAB }
};

static struct press press_function(wint_t code)
{
    if (code >= (wint_t)KEY_F(1) && code <= (wint_t)KEY_F(10))
        return (struct press){ PRESS_F1 + (code - (wint_t)KEY_F(1)), 0 };
    for (size_t i = 0; i < sizeof function_keys / sizeof *function_keys; i++)
        if (function_keys[i].code == code)
            return (struct press){ function_keys[i].kind, 0 };
    return (struct press){ PRESS_CHARACTER, 0 };    /* unknown: a character that is none */
}

static struct press press_of(wint_t c)
{
    if (c == '\r' || c == '\n')
        return (struct press){ PRESS_ENTER, 0 };
    if (c == '\t')
        return (struct press){ PRESS_TAB, 0 };
    if (c == 127 || c == 8)
        return (struct press){ PRESS_BACKSPACE, 0 };
    if (c < 32)
        return (struct press){ PRESS_CONTROL, (wchar_t)(c + 64) };
    return (struct press){ PRESS_CHARACTER, (wchar_t)c };
}

/* Nothing was read: is there nothing, or is nobody there any more? */
static struct press press_nothing(void)
{
    struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };
    int bytes = 0;
    bool gone = poll(&fd, 1, 0) > 0 &&
                (fd.revents & (POLLHUP | POLLERR | POLLNVAL) ||
                 (ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && bytes == 0));
    return (struct press){ gone ? PRESS_GONE : PRESS_NONE, 0 };
}

/* The rest of a sequence that nobody knows is no text: up to a byte from @ to ~
 * (ECMA-48, 5.4). */
static struct press press_unknown(void)
{
    wint_t c;
    while (get_wch(&c) == OK && (c < 0x40 || c > 0x7E))
        ;
    return (struct press){ PRESS_CHARACTER, 0 };
}

/* After Esc: alone, or Alt and a key. */
static struct press press_escape(void)
{
    wint_t c;
    int result = get_wch(&c);
    if (result == ERR)
        return (struct press){ PRESS_ESCAPE, 0 };
    if (result == KEY_CODE_YES)
        return press_function(c);
    if (c == '[' || c == 'O')
        return press_unknown();
    struct press press = press_of(c);
    if (press.kind == PRESS_CHARACTER)
        press.kind = PRESS_ALT;
    else if (press.kind == PRESS_BACKSPACE)
        press = (struct press){ PRESS_ALT, 127 };
    return press;
}

struct press tty_press(void)
{
    wint_t c;
    int result = get_wch(&c);
    if (result == ERR)
        return press_nothing();
    if (result == KEY_CODE_YES)
        return press_function(c);
    return c == 27 ? press_escape() : press_of(c);
}
