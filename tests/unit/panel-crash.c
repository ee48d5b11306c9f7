/* The terminal is given back in a crash: on a pseudo-terminal, a process that opens the panel's
 * terminal and then dies, of a signal or of a full stack, on its first thread or another. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "console/panel/tty.h"
#include "core/thread.h"
#include "tests/unit/check.h"

/* ---- ways to die ------------------------------------------------------------------------- */

static void by_segv(void) { kill(getpid(), SIGSEGV); }
static void by_abort(void) { abort(); }

/* No compiler may make a loop of it. */
static int fall(volatile char *above, int depth)
{
    volatile char frame[4096];
    frame[0] = above ? above[0] : 1;
    frame[sizeof frame - 1] = (char)depth;
    return depth < 0 ? 0 : fall(frame, depth + 1) + frame[0];
}

static void by_full_stack(void) { fall(NULL, 0); }

static void *fall_on_thread(void *context)
{
    (void)context;
    by_full_stack();
    return NULL;
}

static void by_full_stack_of_a_thread(void)
{
    pthread_t thread;
    if (thread_create(&thread, NULL, fall_on_thread, NULL) == 0)
        pthread_join(thread, NULL);
}

/* ---- a terminal -------------------------------------------------------------------------- */

static void die_on_terminal(const char *name, void (*die)(void))
{
    struct rlimit small = { 1 << 20, 1 << 20 }, none = { 0, 0 };
    setsid();
    int fd = open(name, O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_STACK, &small);
    setenv("TERM", "xterm", 1);
    if (!tty_open())
        _exit(77);
    tty_put(0, 0, 10, LOOK_PLAIN, L"the panel");
    tty_show(0, 0);
    die();
    _exit(78);
}

/* What the terminal is sent until the child has gone and nothing is left; its status. What does
 * not fit is read and forgotten, so that the child never waits for us. */
static int hear(int fd, pid_t child, char *bytes, size_t size)
{
    size_t length = 0;
    int status = 0;
    bool gone = false, heard = true;
    while (!gone || heard) {
        char piece[4096];
        struct pollfd ready = { fd, POLLIN, 0 };
        gone = gone || waitpid(child, &status, WNOHANG) == child;
        heard = poll(&ready, 1, gone ? 0 : 10) > 0;
        ssize_t n = heard ? read(fd, piece, sizeof piece) : 0;
        if (heard && n <= 0)
            break;
        size_t fits = (size_t)n < size - 1 - length ? (size_t)n : size - 1 - length;
        memcpy(bytes + length, piece, fits);
        length += fits;
    }
    bytes[length] = 0;
    return status;
}

/* AddressSanitizer tells of the signal, and exits. */
static bool is_death_by(int status, int signal)
{
#if defined(__SANITIZE_ADDRESS__)
    const bool tells = true;
#elif defined(__has_feature)
    const bool tells = __has_feature(address_sanitizer);
#else
    const bool tells = false;
#endif
    return tells && WIFEXITED(status) ? WEXITSTATUS(status) < 77
                                      : WIFSIGNALED(status) && WTERMSIG(status) == signal;
}

static void crash(const char *how, void (*die)(void), int signal)
{
    char bytes[65536];
    struct termios before, after;
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(fd);
    unlockpt(fd);
    int other = open(ptsname(fd), O_RDWR | O_NOCTTY);   /* the modes stay while it is open */
    tcgetattr(other, &before);
    pid_t child = fork();
    if (child == 0)
        die_on_terminal(ptsname(fd), die);
    int status = hear(fd, child, bytes, sizeof bytes);
    tcgetattr(other, &after);
    close(other);
    close(fd);
    check(is_death_by(status, signal), "%s: status %x", how, status);
    const char *panel = strstr(bytes, "the panel"), *back = panel ? strstr(panel, "\033[?1049l") : NULL;
    check(panel, "%s: there was a panel", how);
    check(back, "%s: its screen is gone", how);
    check(before.c_lflag == after.c_lflag && before.c_iflag == after.c_iflag &&
          before.c_oflag == after.c_oflag, "%s: modes %x, were %x", how, after.c_lflag, before.c_lflag);
}

int main(void)
{
    crash("kill -SEGV", by_segv, SIGSEGV);
    crash("abort", by_abort, SIGABRT);
    crash("a full stack", by_full_stack, SIGSEGV);
    crash("a thread's full stack", by_full_stack_of_a_thread, SIGSEGV);
    return checks_done();
}
