/* Any commands with any data, given to each card device, printer and tape drive. The first
 * byte chooses the type; then come a command, whether it is chained, and a count, and so
 * many bytes of data for a command that takes them. Statuses must be possible ones, and
 * what was rejected must say so. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/lone.h"

static void insist(bool holds, const char *what, unsigned command)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s (command %02X)\n", what, command);
    abort();
}

static const struct device_type *type_number(unsigned i)
{
    unsigned n = 0;
    while (unit_record_types[n])
        n++;
    unsigned tapes = 0;
    while (tape_types[tapes])
        tapes++;
    i %= n + tapes;
    return i < n ? unit_record_types[i] : tape_types[i - n];
}

static void check_status(struct lone *lone, uint8_t command, unsigned status)
{
    unsigned given = status & ~(unsigned)UNIT_WAITS;
    insist(given <= 0xFF && (status == UNIT_WAITS || given), "a status", command);
    if (status & UNIT_CHECK) {
        lone_get(lone, 0x04, 32);
        insist(lone->given == lone->dev.type->sense_length, "sense has its length", command);
    }
}

static void run(struct lone *lone, const uint8_t *bytes, size_t length)
{
    uint8_t previous = 0;
    for (int i = 0; i < 200 && length >= 3; i++) {
        uint8_t command = bytes[0];
        size_t count = (bytes[2] + 1u) * (bytes[1] & 0x40 ? 17 : 1);
        bool writes = command & 1;
        size_t data = writes && count > length - 3 ? length - 3 : writes ? count : 0;
        if ((command & 0x0F) != 0 && (command & 0x0F) != 0x08) {
            unsigned status = lone_chained(lone, bytes[1] & 0x80 ? previous : 0, command,
                                           bytes + 3, data, writes ? 0 : count);
            check_status(lone, command, status);
            previous = command;
        }
        bytes += 3 + data;
        length -= 3 + data;
    }
}

static const char *words_for(const struct device_type *type, char words[300])
{
    static const char deck[] = "//JOB\nCARD 2\nCARD 3\nCARD 4\n";
    static const uint8_t tape[] = { 3, 0, 0, 0, 0xA0, 0, 'a', 'b', 'c', 0, 0, 3, 0, 0x40, 0,
                                    1, 0, 0, 0, 0xA0, 0, 'x' };
    static char *path;
    free(path);
    if (type->class == CLASS_READER)
        path = lone_file("deck", deck, sizeof deck - 1);
    else if (type->class == CLASS_TAPE)
        path = lone_file("tape", tape, sizeof tape);
    else
        path = strdup("/dev/null");
    snprintf(words, 300, "%s%s", path, type->class == CLASS_TAPE ? " maxsize=4000 eotmargin=500"
                                                                 : "");
    return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char words[300];
    static bool cleans;
    if (!cleans)
        cleans = atexit(lone_clean) == 0;
    if (length == 0)
        return 0;
    const struct device_type *type = type_number(bytes[0]);
    struct lone *lone = lone_new(type->name, words_for(type, words));
    run(lone, bytes + 1, length - 1);
    lone_free(lone);
    return 0;
}

/* For each type a chain of its own usual commands. */
size_t fuzz_seed(int i, uint8_t *bytes, size_t size)
{
    static const uint8_t chain[] = {
        0x02, 0, 79,  0x01, 0, 3, 1, 2, 3, 4,  0x1F, 0, 0, 0,  0x0C, 0, 99,  0x63, 0, 3, 1, 2, 3, 0x1C,
        0xE3, 0, 0, 0,  0x91, 0, 1, 0xC1, 0xC2,  0x27, 0, 0, 0,  0x07, 0, 0, 0,  0x12, 0x80, 200,
        0x4F, 0, 3, 1, 0, 0, 1,  0x37, 0, 0, 0,  0xC2, 0, 79,  0x23, 0, 0, 0,  0x0F, 0, 0, 0,  0x02, 0, 9,
    };
    if (i >= 23 || size < sizeof chain + 1)
        return 0;
    bytes[0] = (uint8_t)i;
    memcpy(bytes + 1, chain, sizeof chain);
    return sizeof chain + 1;
}
