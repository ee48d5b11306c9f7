/* DIAGNOSE 8, by which a guest gives the operator's commands, as VM's CP takes them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/commands.h"

enum { MOST_COMMAND = 255, RESPONSE_WANTED = 0x40 };

/* What the machine says on this thread while the command runs. */
struct response {
    pthread_t thread;
    char *text;
    size_t length;
};

static void hear(void *context, const struct message *m)
{
    struct response *response = context;
    if (!pthread_equal(response->thread, pthread_self()) || m->source != MESSAGE_EMULATOR)
        return;
    size_t n = strlen(m->text);
    char *text = realloc(response->text, response->length + n + 2);
    if (!text)
        return;
    memcpy(text + response->length, m->text, n);
    text[response->length + n] = '\n';
    response->text = text;
    response->length += n + 1;
}

static bool fetch_text(struct operator *operator, struct cpu *cpu, uint32_t address,
                       unsigned length, char *text)
{
    for (unsigned i = 0; i < length; i++) {
        uint64_t absolute;
        const uint8_t *byte;
        if (translate_for_display(cpu, (address + i) & cpu->address_mask, &absolute) ||
            !(byte = storage_absolute(operator->machine, absolute, 1)))
            return false;
        text[i] = (char)operator->machine->codepage.to_host[*byte];
    }
    text[length] = 0;
    return true;
}

/* The response goes where R1+1 says; R3+1 has the room and gets the length. Condition
 * code 1: it did not fit, and R3+1 has what is left out. */
static void store_response(struct operator *operator, struct cpu *cpu, int r1, int r3,
                           struct response *response)
{
    uint32_t address = cpu->gr[r1 + 1].w, room = cpu->gr[r3 + 1].w;
    size_t n = response->length < room ? response->length : room;
    for (size_t i = 0; i < n; i++) {
        uint64_t absolute;
        uint8_t *byte;
        if (translate_for_display(cpu, (address + i) & cpu->address_mask, &absolute) ||
            !(byte = storage_absolute(operator->machine, absolute, 1)))
            break;
        char c = response->text[i];
        *byte = c == '\n' ? 0x15 : operator->machine->codepage.to_guest[(uint8_t)c];
        storage_changed(operator->machine, absolute, 1);
    }
    cpu->psw.cc = n < response->length;
    cpu->gr[r3 + 1].w = (uint32_t)(n < response->length ? response->length - n : n);
}

/* Commands that act on the host, or would wait for the very CPU that gives them, are not
 * for guests; shell commands need SHCMDOPT's leave. */
static bool is_allowed(struct operator *operator, const char *line)
{
    char verb[32];
    unsigned rivals;
    const char *operand;
    snprintf(verb, sizeof verb, "%.*s", (int)strcspn(line, " \t"), line);
    const struct command *row = command_find(verb, &rivals, &operand);
    if (!row || !(row->flags & NO_GUEST))
        return true;
    return strcmp(row->name, "sh") == 0 && operator->settings.shell_diag8;
}

static enum command_result run_for_guest(struct operator *operator, const char *line)
{
    if (!is_allowed(operator, line)) {
        message(operator->messages, HHC20030E, line);
        return COMMAND_FAILED;
    }
    return operator_run(operator, line, operator->settings.diag8_echo);
}

bool guest_command(struct operator *operator, struct cpu *cpu, int r1, int r3)
{
    if (!operator->settings.diag8)
        return false;
    char line[MOST_COMMAND + 1];
    uint32_t length = cpu->gr[r3].w & 0xFFFFFF;
    bool wanted = cpu->gr[r3].w >> 24 & RESPONSE_WANTED;
    if (length > MOST_COMMAND || (wanted && (r1 == 15 || r3 == 15 || r1 + 1 == r3)))
        return false;
    if (!fetch_text(operator, cpu, cpu->gr[r1].w, length, line))
        return false;
    char *start = line + strspn(line, " ");
    struct response response = { .thread = pthread_self() };
    enum command_result result = COMMAND_DONE;
    if (*start) {
        if (wanted)
            messages_listen(operator->messages, hear, &response);
        result = run_for_guest(operator, start);
        if (wanted)
            messages_unlisten(operator->messages, hear, &response);
    }
    cpu->psw.cc = 0;
    if (wanted)
        store_response(operator, cpu, r1, r3, &response);
    cpu->gr[r3].w = result == COMMAND_DONE ? 0 : 1;
    free(response.text);
    return true;
}
