#include "devices/unit-record/carriage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void carriage_default(struct carriage *carriage)
{
    static const uint8_t at[13] = { 0, 1, 7, 13, 19, 25, 31, 37, 43, 63, 49, 55, 61 };
    *carriage = (struct carriage){ .lines = 66, .line = 1 };
    for (int channel = 1; channel <= 12; channel++)
        carriage->channels[at[channel]] = (uint16_t)(1 << channel);
}

static bool parse_digits(struct carriage *made, const char *text)
{
    int at[13];
    for (int i = 0; i < 13; i++)
        at[i] = (text[2 * i] - '0') * 10 + text[2 * i + 1] - '0';
    made->lines = at[0];
    for (int channel = 1; channel <= 12; channel++) {
        if (at[channel] > made->lines)
            return false;
        if (at[channel])
            made->channels[at[channel]] |= (uint16_t)(1 << channel);
    }
    return made->lines > 0;
}

/* A number in a range, at *text, which moves on behind it; -1: there is none. */
static int parse_number(const char **text, int most)
{
    char *end;
    if (!isdigit((unsigned char)**text))
        return -1;
    long value = strtol(*text, &end, 10);
    *text = end;
    return value >= 1 && value <= most ? (int)value : -1;
}

/* line=channel or line=(channel,channel...), parted by commas. */
static bool parse_pairs(struct carriage *made, const char *text)
{
    do {
        int line = parse_number(&text, MAX_LINES);
        if (line < 0 || (*text != '=' && *text != ':'))
            return false;
        bool several = *++text == '(';
        text += several;
        do {
            int channel = parse_number(&text, 12);
            if (channel < 0)
                return false;
            made->channels[line] |= (uint16_t)(1 << channel);
        } while (several && *text == ',' && *text++);
        if (several && *text++ != ')')
            return false;
        if (line > made->lines)
            made->lines = line;
    } while (*text == ',' && *text++);
    return *text == 0;
}

bool carriage_parse(struct carriage *carriage, const char *text)
{
    struct carriage made = { .lines = carriage->lines, .line = 1, .reports = true };
    size_t length = strlen(text);
    char inner[512];
    if (strcasecmp(text, "legacy") == 0) {
        carriage_default(carriage);
        return true;
    }
    if (length > 2 && length < sizeof inner && text[0] == '(' && text[length - 1] == ')') {
        memcpy(inner, text + 1, length - 2);
        inner[length - 2] = 0;
        text = inner;
    }
    bool digits = length == 26 && strspn(text, "0123456789") == 26;
    if (!(digits ? parse_digits(&made, text) : parse_pairs(&made, text)))
        return false;
    *carriage = made;
    return true;
}

bool carriage_load(struct carriage *carriage, const uint8_t *bytes, size_t length)
{
    struct carriage made = { .line = carriage->line, .reports = true };
    bool ended = false;
    for (size_t i = 0; i < length && i < MAX_LINES && !ended; i++) {
        int channel = bytes[i] & 0x0F;
        if (channel > 12 || (bytes[i] & 0xE0))
            return false;
        if (channel)
            made.channels[i + 1] = (uint16_t)(1 << channel);
        made.lines = (int)i + 1;
        ended = bytes[i] & 0x10;
    }
    if (!ended)
        return false;
    if (made.line > made.lines)
        made.line = 1;
    *carriage = made;
    return true;
}

int carriage_distance(const struct carriage *carriage, int channel, bool *next_page)
{
    for (int i = 0; i < carriage->lines; i++) {
        int line = carriage->line + i;
        *next_page = line > carriage->lines;
        if (*next_page)
            line -= carriage->lines;
        if (carriage->channels[line] & (1 << channel))
            return i;
    }
    return -1;
}

void carriage_skip(struct carriage *carriage, int lines)
{
    carriage->line = (carriage->line - 1 + lines) % carriage->lines + 1;
}

void carriage_space(struct carriage *carriage, int lines)
{
    carriage->passed = 0;
    while (lines--) {
        carriage_skip(carriage, 1);
        carriage->passed |= carriage->channels[carriage->line];
    }
}
