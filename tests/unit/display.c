/* A display's keys against a channel program that goes on: none is lost, none comes twice. The
 * device stands alone; the test is the channel, and the terminal. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cpu/cpu.h"
#include "devices/devices.h"
#include "devices/terminal/link.h"
#include "devices/terminal/session.h"
#include "tests/unit/check.h"

static const uint8_t restore[] = { 0xC3 }, no_restore[] = { 0xC0 };
static const uint8_t none[] = { 0x60, 0xC1, 0xD1 }, pa2[] = { 0x6E };
static const uint8_t enter[] = { 0x7D, 0xC1, 0xD3, 0x11, 0xC1, 0xD1, 0x84, 0xA3 };

static struct machine machine;
static struct terminal_session *session;
static int line[2];                 /* ours, the terminal's */
static struct device *display;
static uint8_t given[4096];
static size_t count;                /* of what the last read gave */

static void at_close(struct terminal_session *ended) { (void)ended; }

/* A 3277 and its terminal, which has been greeted. */
static void switch_on(void)
{
    struct terminal_caller caller = { .kind = TERMINAL_DISPLAY, .type = "IBM-3278-2-E", .model = 2 };
    if (!check(socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0, "no socket"))
        exit(1);
    machine = (struct machine){ .messages = messages_new(), .events = events_new() };
    codepage_default(&machine.codepage);
    display = calloc(1, sizeof *display);
    *display = (struct device){ .type = device_type_find("3277"), .number = 0x010,
                                .machine = &machine, .messages = machine.messages };
    display->own = calloc(1, display->type->size);
    session = session_new(machine.events, line[0], NULL);
    session->closed_action = at_close;
    session->telnet.mode = TELNET_3270E;
    check(display->type->open(display, 0, NULL), "no display");
    check(display_face.connect(display, session, &caller), "not connected");
    session_give_device(session, display);
    display_face.ready(display, false, "greeting");
}

static void switch_off(void)
{
    display_face.disconnect(display, session);
    session_release(session);
    session_release(session);
    display->type->close(display);
    free(display->own);
    free(display);
    events_free(machine.events);
    messages_free(machine.messages);
    close(line[0]);
    close(line[1]);
}

/* A command, the first of a program or behind `previous`; its status. */
static unsigned command(uint8_t code, uint8_t previous, const uint8_t *bytes, size_t length)
{
    if (previous == 0)
        display->type->begin(display);
    struct lone_exchange x = { .in = bytes, .in_length = length, .out = given,
                               .out_room = sizeof given, .command = code, .previous = previous,
                               .chained = previous != 0 };
    unsigned status = device_command_alone(display, &x);
    count = x.given;
    return status;
}

/* A command that waits is called again once the terminal has answered. */
static unsigned again(uint8_t code)
{
    struct lone_exchange x = { .out = given, .out_room = sizeof given, .command = code,
                               .previous = SELECT_RM, .chained = true };
    unsigned status = device_command_alone(display, &x);
    count = x.given;
    return status;
}

static void end(void) { display->type->end(display, UNIT_ENDED); }
static void comes(const uint8_t *bytes, size_t length)
{
    display_face.record(display, DATA_3270, bytes, length);
}

#define SAYS(bytes) comes(bytes, sizeof bytes)
#define GAVE(bytes) (count == sizeof bytes && memcmp(given, bytes, sizeof bytes) == 0)

/* The program waits for the screen, as OS/VS1's console does at device end, and unlocks. */
static void key_while_the_buffer_is_read(void)
{
    uint8_t buffer[3 + 1920] = { 0x7D, 0xC1, 0xD3 };
    switch_on();
    command(SELECT_RM, 0, NULL, 0);
    check(command(READ_BUFFER, SELECT_RM, NULL, 0) == UNIT_WAITS, "the terminal was not asked");
    SAYS(enter);
    SAYS(buffer);
    check(again(READ_BUFFER) == UNIT_ENDED && count == sizeof buffer, "%zu bytes", count);
    check(given[0] == 0x60, "the program was told of a key of later: AID %02X", given[0]);
    command(WRITE, READ_BUFFER, restore, sizeof restore);
    end();
    check(command(READ_MODIFIED, 0, NULL, 0) == UNIT_ENDED && GAVE(enter), "the key is lost");
    end();
    check(command(READ_MODIFIED, 0, NULL, 0) == UNIT_WAITS, "the key comes twice");
    switch_off();
}

/* The key is sent before the terminal hears of the read, whose answer says the same. */
static void key_crosses_a_read(const uint8_t *key, size_t length, const char *name)
{
    switch_on();
    command(SELECT_RM, 0, NULL, 0);
    check(command(READ_MODIFIED, SELECT_RM, NULL, 0) == UNIT_WAITS, "the terminal was not asked");
    comes(key, length);
    check(again(READ_MODIFIED) == UNIT_ENDED && count >= 3 && given[0] == 0x60,
          "%s: the program was told of a key of later: AID %02X", name, given[0]);
    comes(key, length);
    command(WRITE, READ_MODIFIED, restore, sizeof restore);
    end();
    check(command(READ_MODIFIED, 0, NULL, 0) == UNIT_ENDED && count == length &&
              memcmp(given, key, length) == 0, "%s is lost", name);
    end();
    check(command(READ_MODIFIED, 0, NULL, 0) == UNIT_WAITS, "%s comes twice", name);
    switch_off();
}

/* A write before the read makes a key stale: the terminal is asked, and its answer given. */
static void key_before_a_write(void)
{
    switch_on();
    SAYS(enter);
    command(WRITE, 0, no_restore, sizeof no_restore);
    check(command(READ_MODIFIED, WRITE, NULL, 0) == UNIT_WAITS, "a stale key");
    SAYS(enter);
    check(again(READ_MODIFIED) == UNIT_ENDED && GAVE(enter), "the answer was %02X", given[0]);
    end();
    command(WRITE, 0, restore, sizeof restore);
    end();
    check(command(READ_MODIFIED, 0, NULL, 0) == UNIT_WAITS, "a key from nowhere");
    SAYS(none);
    check(again(READ_MODIFIED) == UNIT_ENDED && GAVE(none), "the answer was %02X", given[0]);
    end();
    SAYS(enter);
    check(command(READ_MODIFIED, 0, NULL, 0) == UNIT_ENDED && GAVE(enter), "the second key");
    switch_off();
}

/* Is this what the terminal was sent since the last call? */
static bool sent(const uint8_t *bytes, size_t length)
{
    uint8_t came[1000];
    ssize_t n = recv(line[1], came, sizeof came, MSG_DONTWAIT);
    return n == (ssize_t)length && memcmp(came, bytes, length) == 0;
}

/* What is written without an erase does not stand among the greeting's lines. */
static void greeting(void)
{
    static const uint8_t text[] = { 0xC3, 0x11, 0xC1, 0x50, 0xC8, 0xC9 };
    static const uint8_t alone[] = { 0, 0, 0, 0, 1, 0xF1, 0xC3, 0xFF, 0xEF };
    static const uint8_t erased[] = { 0, 0, 0, 0, 2, 0xF5, 0x40, 0xFF, 0xEF,
                                      0, 0, 0, 0, 3, 0xF1, 0xC3, 0x11, 0xC1, 0x50, 0xC8, 0xC9, 0xFF, 0xEF };
    static const uint8_t again[] = { 0, 0, 0, 0, 4, 0xF1, 0xC3, 0x11, 0xC1, 0x50, 0xC8, 0xC9, 0xFF, 0xEF };
    switch_on();
    sent((const uint8_t[]){ 0 }, 1);        /* the greeting itself */
    command(WRITE, 0, restore, sizeof restore);
    check(sent(alone, sizeof alone), "the greeting stays under a WCC");
    command(WRITE, 0, text, sizeof text);
    check(sent(erased, sizeof erased), "the greeting goes when a text comes");
    command(WRITE, 0, text, sizeof text);
    check(sent(again, sizeof again), "it goes once");
    switch_off();
}

int main(void)
{
    greeting();
    key_while_the_buffer_is_read();
    key_crosses_a_read(enter, sizeof enter, "Enter");
    key_crosses_a_read(pa2, sizeof pa2, "PA2");
    key_before_a_write();
    return checks_done();
}
