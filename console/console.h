/* The console room's public face: the operator, who knows the machine's description and
 * its commands. Panel, scripts, sockets and guests (DIAGNOSE 8) all act through it.
 *
 * Locks: one command runs at a time, under the operator's lock; commands that wait for
 * the machine (pause, wait, script, runtest, stop) hold it only in between. */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct operator;

/* An operator with a machine in its power-on state: 2 MB, one CPU, no devices. NULL if
 * the host has not the storage. */
struct operator *operator_new(bool virtual_time);

/* Stop the CPUs, close the devices, free everything. */
void operator_free(struct operator *);

struct machine *operator_machine(struct operator *);

/* ---- commands ------------------------------------------------------------------- */

enum command_result {
    COMMAND_DONE,
    COMMAND_FAILED,     /* a message has told why */
    COMMAND_WRONG,      /* operands are wrong; the reader was shown the right ones */
    COMMAND_UNKNOWN
};

/* Do what a line says: echo it, put in the values of symbols, find its row in the table,
 * run it. The answer is complete in the message stream when this returns. Any thread. */
enum command_result operator_command(struct operator *, const char *line);

/* The same for somebody beside the session, at a socket: a `wait` in vain is the caller's
 * affair alone, no failure of the session's, and it and `pause` end early when the caller
 * sets *left. */
enum command_result operator_command_aside(struct operator *, const char *line,
                                           const _Atomic bool *left);

/* The lines of a script, until its end, `quit`, or a failed wait. */
enum command_result operator_script(struct operator *, const char *path);

/* ---- the machine's description ------------------------------------------------------ */

/* Read a configuration file. Each error has become a message with file and line. A statement
 * that is unknown or wrong is left out; false if the machine must not be started, since a
 * file could not be read or is no text. */
bool configuration_read(struct operator *, const char *path);

/* The same with a text in storage; `name` stands for the file's in messages. Returns how many
 * errors there were. */
unsigned configuration_text(struct operator *, const char *name, const char *text);

/* What was asked for has no effect here, and why. */
void operator_remark(struct operator *, const char *what, const char *why);

/* NAME=value, as `-s` and DEFSYM define it. False without '='. */
bool operator_define(struct operator *, const char *assignment);

/* ---- the life of a session ------------------------------------------------------------ */

/* The description is complete: CPUs and channels begin to live, terminals can connect. */
void operator_power_on(struct operator *);
/* CPUs stop, devices are closed. Only messages are left. */
void operator_power_off(struct operator *);

/* Write every message to a file, too. False, after a message, if it cannot be written. */
bool operator_log_to(struct operator *, const char *path);

/* Somebody said quit, or a signal did: waits end, the main program leaves its loop. */
void operator_quit(struct operator *);
/* The host's power is about to fail: a machine check, warning, to all CPUs. */
void operator_power_fails(struct operator *);
bool operator_quitting(const struct operator *);

/* Let virtual time pass, until `until` says so or nothing can happen any more: how the
 * machine runs while the operator has nothing to say. Returns at once in host mode. */
void operator_idle(struct operator *, bool (*until)(void *), void *context);

/* Did every `wait` so far end with what it waited for? Not if there was none and statements of
 * the configuration are left out: nothing then shows that the machine is the one that is meant. */
bool operator_expectations_held(const struct operator *);

/* After a failed wait, should the program end? Only people at a terminal stay. */
void operator_set_interactive(struct operator *, bool);

/* Unless the configuration says otherwise, programs can give commands at the control socket's
 * default place. */
void operator_offer_control(struct operator *);

/* `-t`: a factor for the time limits of runtest. */
void operator_set_patience(struct operator *, double factor);

/* ---- line-by-line operation (line-mode.c) ------------------------------------------------ */

struct line_mode_options {
    const char *script;     /* commands to run first, or NULL */
    bool daemon;            /* no standard input */
};

/* Messages go to standard output from now on, or no longer. */
void line_mode_listen(struct operator *);
void line_mode_unlisten(struct operator *);

/* Power on, run the session with commands from the script and from standard input, power
 * off. Returns the exit status. */
int line_mode(struct operator *, const struct line_mode_options *);

/* ---- the panel (panel/panel.c) --------------------------------------------------------------- */

/* Is there a terminal that the panel can have? */
bool panel_possible(void);

/* As line_mode(), with a full screen, and commands from the keyboard. `script`, which may be
 * NULL, runs beside them. */
int panel_mode(struct operator *, const char *script);

/* ---- documentation, made from the tables --------------------------------------------------- */

#include <stdio.h>
void commands_markdown(FILE *);
void configuration_markdown(FILE *);

#endif
