/* The service processor. The layout of its control blocks (SCCB) is not in the Principles
 * of Operation; it is that which Linux (drivers/s390/char) and other operating systems use.
 * Numbers in a block are big-endian. A block is worked on where it lies, in storage; the
 * service signal then says that it is done. */
#include "console/sclp.h"
#include "console/sclp-block.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands.h"
#include "core/bytes.h"
#include "devices/terminal/terminal.h"

enum { VARIABLE_LENGTH = 0x80 };        /* third byte of CONTROL: the answer's length may vary */

/* ---- events ----------------------------------------------------------------------------- */

/* Event types; a mask has bit 32-n for type n. */
enum event { EVENT_COMMAND = 0x01, EVENT_MESSAGE = 0x02, EVENT_PRIORITY = 0x09,
             EVENT_IDENTIFICATION = 0x0B, EVENT_VT220 = 0x1A, EVENT_QUIESCE = 0x1D };
#define EVENT_MASK(type) (0x80000000u >> ((type) - 1))

/* An event buffer: length, type, flags, two bytes, then what the type has. */
enum event_header { EVENT_LENGTH = 0, EVENT_TYPE = 2, EVENT_FLAGS = 3, EVENT_HEADER = 6 };
enum { PROCESSED = 0x80 };

static const uint32_t we_receive = EVENT_MASK(EVENT_MESSAGE) | EVENT_MASK(EVENT_IDENTIFICATION) |
                                   EVENT_MASK(EVENT_VT220);
static const uint32_t we_send = EVENT_MASK(EVENT_COMMAND) | EVENT_MASK(EVENT_PRIORITY) |
                                EVENT_MASK(EVENT_VT220) | EVENT_MASK(EVENT_QUIESCE);

enum { MOST_EVENTS = 64, MOST_TEXT = SCLP_LONGEST_LINE, MOST_LINE = 1024 };

/* Something that the guest is to read; keys of the terminal are not ended by CR as its lines are. */
struct input {
    enum event type;
    bool keys;
    size_t length;
    char text[MOST_TEXT + 1];
};

/* By lines, and as a terminal. */
enum console { CONSOLE_LINES, CONSOLE_TERMINAL, CONSOLES };

struct sclp {
    struct operator *operator;
    struct codepage codepage;           /* of the console's text: 500, whatever the guest's is */
    pthread_mutex_t lock;               /* for all below; nobody speaks under it */
    uint32_t guest_receives, guest_sends;
    struct input inputs[MOST_EVENTS];
    unsigned first, count;
    char line[MOST_LINE];               /* what the VT220 has of its line */
    size_t column;
    struct terminal_console consoles[CONSOLES];
    pthread_mutex_t terminals_lock;     /* for the next one; comes after no other */
    struct terminal_server *terminals;  /* NULL: nobody can connect */
};

/* ---- telnet clients --------------------------------------------------------------------- */

static void show(struct sclp *sclp, enum console console, const char *bytes, size_t length)
{
    pthread_mutex_lock(&sclp->terminals_lock);
    if (sclp->terminals)
        terminal_server_write(sclp->terminals, &sclp->consoles[console], bytes, length);
    pthread_mutex_unlock(&sclp->terminals_lock);
}

void sclp_show_at(struct sclp *sclp, struct terminal_server *terminals)
{
    if (!sclp)
        return;
    pthread_mutex_lock(&sclp->terminals_lock);
    sclp->terminals = terminals;
    pthread_mutex_unlock(&sclp->terminals_lock);
}

const struct terminal_console *sclp_consoles(struct sclp *sclp, size_t *count)
{
    *count = CONSOLES;
    return sclp->consoles;
}

/* ---- what the guest says ----------------------------------------------------------------- */

static void say(struct sclp *sclp, const char *line)
{
    message_from(sclp->operator->messages, MESSAGE_GUEST, MESSAGE_SYSTEM_CONSOLE, line);
}

static void say_ebcdic(struct sclp *sclp, const uint8_t *text, size_t length)
{
    char line[MOST_LINE];
    const struct codepage *codepage = &sclp->codepage;
    if (length >= sizeof line)
        length = sizeof line - 1;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = codepage->to_host[text[i]];
        line[i] = c < 0x20 ? ' ' : (char)c;
    }
    line[length] = 0;
    say(sclp, line);
    show(sclp, CONSOLE_LINES, line, length);
    show(sclp, CONSOLE_LINES, "\r\n", 2);
}

/* A message data block: objects, each with a length and a type; a message-text object has
 * flags, and its text behind them. */
static void say_message(struct sclp *sclp, const uint8_t *block, size_t length)
{
    enum { BLOCK_HEADER = 12, OBJECT_TYPE = 2, MESSAGE_TEXT = 4, TEXT = 10 };
    for (size_t at = BLOCK_HEADER; at + 4 <= length;) {
        size_t size = get16(block + at);
        if (size < 4 || at + size > length)
            return;
        if (get16(block + at + OBJECT_TYPE) == MESSAGE_TEXT && size >= TEXT)
            say_ebcdic(sclp, block + at + TEXT, size - TEXT);
        at += size;
    }
}

static void end_line(struct sclp *sclp)
{
    sclp->line[sclp->column] = 0;
    say(sclp, sclp->line);
    sclp->column = 0;
}

/* Characters of a terminal, in ASCII. Lines are what can be shown of them: control sequences
 * are left out. */
static void say_terminal(struct sclp *sclp, const uint8_t *bytes, size_t length)
{
    show(sclp, CONSOLE_TERMINAL, (const char *)bytes, length);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' || sclp->column == MOST_LINE - 1)
            end_line(sclp);
        else if (bytes[i] == '\b' && sclp->column)
            sclp->column--;
        else if (bytes[i] >= 0x20)
            sclp->line[sclp->column++] = (char)bytes[i];
    }
}

/* Control-program identification: words of eight characters, and a level. */
static bool say_identification(struct sclp *sclp, const uint8_t *event, size_t length)
{
    enum { WORDS = 3, WORD = 8, SYSTEM_LEVEL = 40, NEEDED = 64 };
    static const uint8_t places[WORDS] = { 8, 24, 56 };         /* type, name, sysplex */
    char words[WORDS][WORD + 1];
    if (length < NEEDED)
        return false;
    for (int i = 0; i < WORDS; i++) {
        size_t end = 0;
        for (size_t j = 0; j < WORD; j++) {
            uint8_t c = sclp->codepage.to_host[event[places[i] + j]];
            words[i][j] = c < 0x20 || c > 0x7E ? ' ' : (char)c;
            end = words[i][j] == ' ' ? end : j + 1;
        }
        words[i][end] = 0;
    }
    message(sclp->operator->messages, HHC20159I, words[0], words[1], words[2],
            get64(event + SYSTEM_LEVEL));
    return true;
}

static bool write_event(struct sclp *sclp, const uint8_t *event, size_t length)
{
    switch (event[EVENT_TYPE]) {
    case EVENT_MESSAGE:
        say_message(sclp, event + EVENT_HEADER, length - EVENT_HEADER);
        return true;
    case EVENT_IDENTIFICATION:
        return say_identification(sclp, event, length);
    case EVENT_VT220:
        say_terminal(sclp, event + EVENT_HEADER, length - EVENT_HEADER);
        return true;
    default:
        return false;
    }
}

/* A block may have several event buffers; each is marked when it is done. */
static enum sclp_response write_event_data(struct sclp *sclp, uint8_t *block, size_t length)
{
    size_t at = HEADER;
    while (at + EVENT_HEADER <= length) {
        size_t size = get16(block + at + EVENT_LENGTH);
        if (size < EVENT_HEADER || at + size > length)
            return EVENT_SYNTAX;
        if (!write_event(sclp, block + at, size))
            return INVALID_FUNCTION;
        block[at + EVENT_FLAGS] |= PROCESSED;
        at += size;
    }
    return DONE;
}

/* ---- what the guest reads --------------------------------------------------------------------- */

/* A length and a name around what was written behind it. */
struct writer {
    uint8_t *bytes;
    size_t length;
};

static size_t begin_vector(struct writer *w, uint16_t name)
{
    size_t start = w->length;
    put16(w->bytes + start + 2, name);
    w->length += 4;
    return start;
}

static void end_vector(struct writer *w, size_t start)
{
    put16(w->bytes + start, (uint16_t)(w->length - start));
}

static size_t begin_subvector(struct writer *w, uint8_t key)
{
    size_t start = w->length;
    w->bytes[start + 1] = key;
    w->length += 2;
    return start;
}

static void end_subvector(struct writer *w, size_t start)
{
    w->bytes[start] = (uint8_t)(w->length - start);
}

static void put_ebcdic(const struct sclp *sclp, struct writer *w, const char *text)
{
    const struct codepage *codepage = &sclp->codepage;
    while (*text)
        w->bytes[w->length++] = codepage->to_guest[(uint8_t)*text++];
}

/* An operator's line comes as SNA management services carry a text command: a multiple-domain
 * support message unit, in it a control-point one, a text command, a self-defining text
 * message, the text (SNA Formats, GA27-3136). */
static void put_command(const struct sclp *sclp, struct writer *w, const char *text)
{
    enum { MDS_MESSAGE_UNIT = 0x1310, ROUTING = 0x1311, CP_MESSAGE_UNIT = 0x1212,
           OPERATE = 0x8070, TEXT_COMMAND = 0x1320, SELF_DEFINING = 0x31, MESSAGE = 0x30 };
    size_t unit = begin_vector(w, MDS_MESSAGE_UNIT);
    end_vector(w, begin_vector(w, ROUTING));
    size_t control_point = begin_vector(w, CP_MESSAGE_UNIT);
    end_vector(w, begin_vector(w, OPERATE));
    size_t command = begin_vector(w, TEXT_COMMAND);
    size_t defining = begin_subvector(w, SELF_DEFINING);
    size_t message = begin_subvector(w, MESSAGE);
    put_ebcdic(sclp, w, text);
    end_subvector(w, message);
    end_subvector(w, defining);
    end_vector(w, command);
    end_vector(w, control_point);
    end_vector(w, unit);
}

/* The terminal: one byte that says data, then ASCII as typed. */
static void put_keys(struct writer *w, const struct input *input)
{
    w->bytes[w->length++] = 0;
    memcpy(w->bytes + w->length, input->text, input->length);
    w->length += input->length;
    if (!input->keys)
        w->bytes[w->length++] = '\r';
}

/* Shut down within so many units of time: the guest's affair. */
static void put_quiesce(struct writer *w)
{
    memset(w->bytes + w->length, 0, 4);
    w->length += 4;
}

static void put_event(const struct sclp *sclp, struct writer *w, const struct input *input)
{
    size_t start = w->length;
    w->bytes[start + EVENT_TYPE] = (uint8_t)input->type;
    w->length += EVENT_HEADER;
    if (input->type == EVENT_VT220)
        put_keys(w, input);
    else if (input->type == EVENT_QUIESCE)
        put_quiesce(w);
    else
        put_command(sclp, w, input->text);
    put16(w->bytes + start, (uint16_t)(w->length - start));
}

/* The next event; another signal says if there are more. Each fits the least block. */
static enum sclp_response read_event_data(struct sclp *sclp, uint8_t *block, size_t length, bool *more)
{
    uint8_t event[512] = { 0 };
    struct writer w = { event, 0 };
    pthread_mutex_lock(&sclp->lock);
    unsigned count = sclp->count;
    if (count)
        put_event(sclp, &w, &sclp->inputs[sclp->first]);
    bool fits = HEADER + w.length <= length;
    if (count && fits) {
        sclp->first = (sclp->first + 1) % MOST_EVENTS;
        sclp->count--;
        *more = sclp->count > 0;
    }
    pthread_mutex_unlock(&sclp->lock);
    if (!count)
        return NO_EVENTS;
    if (!fits)
        return SHORT_BLOCK;
    memcpy(block + HEADER, event, w.length);
    if (block[CONTROL + 2] & VARIABLE_LENGTH)
        put16(block + LENGTH, (uint16_t)(HEADER + w.length));
    block[CONTROL + 2] &= (uint8_t)~VARIABLE_LENGTH;
    return DONE;
}

/* Which events the guest receives and sends, and which we do. Masks have one to four bytes
 * that count, and as many as it says. */
static enum sclp_response write_event_mask(struct sclp *sclp, uint8_t *block, size_t length)
{
    enum { MASK_LENGTH = 10, MASKS = 12, LONGEST = 1021 };
    if (length < MASKS)
        return SHORT_BLOCK;
    size_t size = get16(block + MASK_LENGTH);
    if (size == 0 || size > LONGEST || MASKS + 4 * size > length)
        return INVALID_MASK_LENGTH;
    uint8_t masks[4][4] = { { 0 } };
    size_t counts = size < 4 ? size : 4;
    for (int i = 0; i < 2; i++)
        memcpy(masks[i], block + MASKS + (size_t)i * size, counts);
    pthread_mutex_lock(&sclp->lock);
    sclp->guest_receives = get32(masks[0]);
    sclp->guest_sends = get32(masks[1]);
    pthread_mutex_unlock(&sclp->lock);
    put32(masks[2], we_receive);
    put32(masks[3], we_send);
    for (int i = 2; i < 4; i++) {
        memset(block + MASKS + (size_t)i * size, 0, size);
        memcpy(block + MASKS + (size_t)i * size, masks[i], counts);
    }
    return DONE;
}

/* ---- the call -------------------------------------------------------------------------------------- */

enum command_word { WRITE_EVENT_DATA = 0x00760005, READ_EVENT_DATA = 0x00770005,
                    WRITE_EVENT_MASK = 0x00780005 };

static enum sclp_response carry_out(struct sclp *sclp, uint32_t command, uint8_t *block,
                               size_t length, bool *more)
{
    switch (command) {
    case WRITE_EVENT_DATA: return write_event_data(sclp, block, length);
    case READ_EVENT_DATA:  return read_event_data(sclp, block, length, more);
    case WRITE_EVENT_MASK: return write_event_mask(sclp, block, length);
    default:               return sclp_configuration(sclp->operator, command, block, length);
    }
}

static bool events_wait(struct sclp *sclp)
{
    pthread_mutex_lock(&sclp->lock);
    bool wait = sclp->count > 0;
    pthread_mutex_unlock(&sclp->lock);
    return wait;
}

static int call(void *context, struct cpu *cpu, uint32_t command, uint64_t address)
{
    enum { STARTED = 0, BUSY = 2, PAGE = 4096 };
    struct sclp *sclp = context;
    struct machine *machine = cpu->machine;
    if (atomic_load(&machine->service_signal) >> 32 & ~(uint64_t)7)
        return BUSY;        /* the last answer has not been taken */
    uint8_t *block = storage_absolute(machine, address, HEADER);
    size_t length = get16(block + LENGTH);
    bool more = events_wait(sclp);
    enum sclp_response response = SHORT_BLOCK;
    if ((address & (PAGE - 1)) + length > PAGE && !sclp_block_may_be_long(command))
        response = BOUNDARY;
    else if (storage_absolute(machine, address, length))
        response = carry_out(sclp, command, block, length, &more);
    put16(block + RESPONSE, (uint16_t)response);
    storage_changed(machine, address, length);
    machine_service_signal(machine, (uint32_t)address | more);
    return STARTED;
}

/* ---- the operator's side ------------------------------------------------------------------------------ */

/* With the lock: room for an input that the guest has asked for, or NULL. */
static struct input *new_input(struct sclp *sclp, enum event type)
{
    if (!(sclp->guest_receives & EVENT_MASK(type)) || sclp->count == MOST_EVENTS)
        return NULL;
    struct input *input = &sclp->inputs[(sclp->first + sclp->count++) % MOST_EVENTS];
    *input = (struct input){ .type = type };
    return input;
}

static bool queue(struct sclp *sclp, enum event type, const char *text)
{
    size_t length = strlen(text);
    if (length > MOST_TEXT)
        return false;
    pthread_mutex_lock(&sclp->lock);
    struct input *input = new_input(sclp, type);
    if (input)
        memcpy(input->text, text, (input->length = length) + 1);
    pthread_mutex_unlock(&sclp->lock);
    if (input)
        machine_service_signal(sclp->operator->machine, 1);
    return input;
}

/* A line from a telnet client. */
static bool type_line(void *context, const char *bytes, size_t length)
{
    (void)length;
    return queue(context, EVENT_COMMAND, bytes);
}

/* Keys that come quicker than the guest reads them go together. */
static bool type_keys(void *context, const char *bytes, size_t length)
{
    struct sclp *sclp = context;
    pthread_mutex_lock(&sclp->lock);
    struct input *last = sclp->count ? &sclp->inputs[(sclp->first + sclp->count - 1) % MOST_EVENTS]
                                     : NULL;
    if (!last || !last->keys || last->length + length > MOST_TEXT)
        last = new_input(sclp, EVENT_VT220);
    if (last) {
        last->keys = true;
        memcpy(last->text + last->length, bytes, length);
        last->length += length;
    }
    pthread_mutex_unlock(&sclp->lock);
    if (last)
        machine_service_signal(sclp->operator->machine, 1);
    return last;
}

/* A guest may have both the line console and the terminal; the line console comes first. */
bool sclp_type(struct sclp *sclp, const char *line)
{
    return queue(sclp, EVENT_COMMAND, line) || queue(sclp, EVENT_VT220, line);
}

bool sclp_is_too_long(struct sclp *sclp, const char *line)
{
    pthread_mutex_lock(&sclp->lock);
    bool asked = sclp->guest_receives & (EVENT_MASK(EVENT_COMMAND) | EVENT_MASK(EVENT_VT220));
    pthread_mutex_unlock(&sclp->lock);
    return asked && strlen(line) > SCLP_LONGEST_LINE;
}

bool sclp_type_priority(struct sclp *sclp, const char *line)
{
    return queue(sclp, EVENT_PRIORITY, line);
}

bool sclp_quiesce(struct sclp *sclp)
{
    return queue(sclp, EVENT_QUIESCE, "");
}

void sclp_reset(struct sclp *sclp)
{
    pthread_mutex_lock(&sclp->lock);
    sclp->guest_receives = sclp->guest_sends = 0;
    sclp->first = sclp->count = 0;
    sclp->column = 0;
    pthread_mutex_unlock(&sclp->lock);
}

void sclp_connect(struct sclp *sclp)
{
    sclp->operator->machine->service = (struct service_port){ sclp, call };
}

struct sclp *sclp_new(struct operator *operator)
{
    struct sclp *sclp = calloc(1, sizeof *sclp);
    if (!sclp)
        abort();
    sclp->operator = operator;
    if (!codepage_find(&sclp->codepage, "500"))
        codepage_default(&sclp->codepage);
    pthread_mutex_init(&sclp->lock, NULL);
    pthread_mutex_init(&sclp->terminals_lock, NULL);
    sclp->consoles[CONSOLE_LINES] = (struct terminal_console){
        "SYSTEM", "the system console, by lines", false, type_line, sclp };
    sclp->consoles[CONSOLE_TERMINAL] = (struct terminal_console){
        "VT220", "the system console, a VT220 terminal", true, type_keys, sclp };
    sclp_connect(sclp);
    return sclp;
}

void sclp_free(struct sclp *sclp)
{
    if (!sclp)
        return;
    if (sclp->operator->machine)
        sclp->operator->machine->service = (struct service_port){ NULL, NULL };
    pthread_mutex_destroy(&sclp->lock);
    pthread_mutex_destroy(&sclp->terminals_lock);
    free(sclp);
}
