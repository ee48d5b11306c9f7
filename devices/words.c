#include "devices/words.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

bool device_word(const struct device_word *table, const char *word, unsigned *bits)
{
    for (; table->word; table++)
        if (strcasecmp(table->word, word) == 0) {
            *bits = (*bits & ~table->clear) | table->set;
            return true;
        }
    return false;
}

const char *device_value(const char *word, const char *name)
{
    size_t length = strlen(name);
    if (strncasecmp(word, name, length) == 0 && word[length] == '=')
        return word + length + 1;
    return NULL;
}
