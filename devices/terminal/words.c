/* The words that the statements of all terminals have in common. */
#include <arpa/inet.h>
#include <string.h>

#include "devices/terminal/terminal.h"

enum { AT_GROUP, AT_ADDRESS, AT_MASK, AT_END };

static bool read_address(const char *word, uint32_t *address)
{
    struct in_addr in;
    if (inet_pton(AF_INET, word, &in) != 1)
        return false;
    *address = ntohl(in.s_addr);
    return true;
}

bool terminal_access_word(struct terminal_access *access, const char *word, bool groups, int *state)
{
    if (*state == AT_GROUP && strcmp(word, "*") == 0) {
        *state = AT_ADDRESS;
    } else if (*state <= AT_ADDRESS && read_address(word, &access->network)) {
        access->mask = UINT32_MAX;
        *state = AT_MASK;
    } else if (*state == AT_MASK && read_address(word, &access->mask)) {
        *state = AT_END;
    } else if (groups && *state == AT_GROUP && *word && strlen(word) < sizeof access->group) {
        strcpy(access->group, word);
        *state = AT_ADDRESS;
    } else {
        return false;
    }
    return true;
}

bool terminal_access_allows(const struct terminal_access *access, uint32_t address)
{
    return (address & access->mask) == (access->network & access->mask);
}
