#include "devices/terminal/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/messages.h"
#include "devices/terminal/screen.h"

/* More than any screen with all its orders, and than a structured field's 32K. */
enum { MOST_WRITTEN = 1 << 18, CHUNK = 8192 };

bool link_open(struct device *device, struct link *link, int argc, char *const argv[])
{
    int state = 0;
    for (int i = 0; i < argc; i++)
        if (!terminal_access_word(&link->access, argv[i], true, &state)) {
            message(device->messages, HHC01090E, device->number, argv[i],
                    "[group | *] [address [mask]]");
            return false;
        }
    return true;
}

void link_close(struct device *device, void (*forget)(struct device *, void *))
{
    struct terminal_session *session = NULL;
    device_alone(device, forget, &session);
    if (session)
        terminal_session_hang_up(session);
}

void link_describe(const struct link *link, char *text, size_t size)
{
    size_t used = 0;
    *text = 0;
    if (*link->access.group)
        used = (size_t)snprintf(text, size, "group %s, ", link->access.group);
    if (used >= size)
        return;
    if (link->session)
        snprintf(text + used, size - used, "%s %s", link->type, terminal_session_peer(link->session));
    else
        snprintf(text + used, size - used, "not connected");
}

/* ---- a terminal comes and goes ------------------------------------------------------- */

const char *link_group(const struct device *device)
{
    return ((const struct link *)device->own)->access.group;
}

bool link_connect(struct link *link, struct terminal_session *session,
                  const struct terminal_caller *caller)
{
    if (link->session || !terminal_access_allows(&link->access, caller->address))
        return false;
    link->session = session;
    link->ready = false;
    snprintf(link->type, sizeof link->type, "%s", caller->type);
    return true;
}

bool link_disconnect(struct device *device, struct terminal_session *session)
{
    struct link *link = device->own;
    if (link->session != session)
        return false;
    link->session = NULL;
    link->ready = false;
    link->waits = WAIT_NOTHING;
    link->answered = false;
    device_proceed(device);         /* a command that waits ends with intervention required */
    return true;
}

void link_drained(struct device *device)
{
    device_proceed(device);
}

/* ---- waiting ----------------------------------------------------------------------------- */

void link_response(struct device *device, bool positive, uint8_t code)
{
    static const uint8_t senses[] = { SENSE_COMMAND_REJECT, SENSE_INTERVENTION_REQUIRED,
                                      SENSE_OPERATION_CHECK, SENSE_INTERVENTION_REQUIRED };
    struct link *link = device->own;
    if (link->waits != WAIT_RESPONSE)
        return;
    link->answered = true;
    link->response_sense = positive             ? 0
                           : code < sizeof senses ? senses[code]
                                                  : SENSE_OPERATION_CHECK;
    device_proceed(device);
}

unsigned link_await(struct link *link, enum link_wait what)
{
    link->waits = what;
    link->answered = false;
    terminal_session_expect(link->session, true);
    return UNIT_WAITS;
}

void link_waits_no_more(struct link *link)
{
    if (link->waits != WAIT_NOTHING && link->session)
        terminal_session_expect(link->session, false);
    link->waits = WAIT_NOTHING;
    link->answered = false;
}

unsigned link_initial_status(struct device *device, uint8_t command)
{
    enum { TEST_IO = 0x00, SENSE = 0x04, SENSE_ID = 0xE4 };
    const struct link *link = device->own;
    if (link->ready || command == TEST_IO || command == SENSE || command == SENSE_ID)
        return 0;
    device_check(device, SENSE_INTERVENTION_REQUIRED);
    return UNIT_CHECK;
}

/* ---- writing ----------------------------------------------------------------------------- */

uint8_t link_command(const struct exchange *exchange)
{
    static const uint8_t names[256] = {
        [WRITE] = LINE_WRITE, [ERASE_WRITE] = LINE_ERASE_WRITE,
        [ERASE_WRITE_ALTERNATE] = LINE_ERASE_WRITE_ALTERNATE,
        [WRITE_STRUCTURED] = LINE_STRUCTURED, [ERASE_ALL_UNPROTECTED] = LINE_ERASE_ALL,
        [READ_BUFFER] = LINE_READ_BUFFER, [READ_MODIFIED] = LINE_READ_MODIFIED,
        [READ_MODIFIED_ALL] = LINE_READ_MODIFIED_ALL
    };
    return names[exchange_command(exchange)];
}

/* The terminal has answered the last write, or has gone. */
static unsigned end_write(struct device *device)
{
    struct link *link = device->own;
    if (!link->answered)
        return UNIT_WAITS;
    uint8_t sense = link->response_sense;
    link_waits_no_more(link);
    return sense ? device_check(device, sense) : UNIT_ENDED;
}

unsigned link_before_write(struct device *device)
{
    const struct link *link = device->own;
    if (!link->ready)
        return device_check(device, SENSE_INTERVENTION_REQUIRED);
    if (link->waits == WAIT_RESPONSE)
        return end_write(device);
    return terminal_session_full(link->session) ? UNIT_WAITS : 0;
}

uint8_t *link_take(struct exchange *exchange, size_t before, size_t *length)
{
    size_t room = before + CHUNK, used = before, n;
    uint8_t *bytes = malloc(room);
    while (bytes && (n = exchange_take(exchange, bytes + used, room - used)) == room - used) {
        used = room;
        if (used >= MOST_WRITTEN)
            break;
        bytes = realloc(bytes, room *= 2);
    }
    if (!bytes)
        abort();
    if (used < room)
        used += n;
    *length = used - before;
    return bytes;
}
