#include "devices/dasd/control-unit.h"

#include <stddef.h>
#include <strings.h>

static const struct control_unit units[] = {
    { .name = "2841", .type = 0x2841, .generation = OF_2841, .sense_length = 6 },
    { .name = "2314", .type = 0x2314, .generation = OF_2841, .sense_length = 6 },
    { .name = "2835", .type = 0x2835, .generation = OF_3830, .sense_length = 24 },
    { .name = "3830", .type = 0x3830, .model = 0x02, .generation = OF_3830,
      .sense_length = 24 },
    { .name = "3880", .type = 0x3880, .model = 0x05, .generation = OF_3880,
      .sense_length = 24, .features = 0x80000000, .function = 0x09 },
    { .name = "3990", .type = 0x3990, .model = 0xC2, .generation = OF_3990,
      .sense_length = 32, .features = 0xD0000000, .function = 0x10,
      .information_words = { 0x40FA0100 } },
    { .name = "3990-2", .type = 0x3990, .model = 0xC2, .generation = OF_3990,
      .sense_length = 32, .features = 0xD0000000, .function = 0x10,
      .information_words = { 0x40FA0100 } },
    { .name = "3990-3", .type = 0x3990, .model = 0xEC, .generation = OF_3990,
      .sense_length = 32, .features = 0xD0000000, .function = 0x06,
      .information_words = { 0x40FA0100 } },
    { .name = "3990-6", .type = 0x3990, .model = 0xE9, .generation = OF_3990_6,
      .sense_length = 32, .features = 0xD0000002, .function = 0x15,
      .information_words = { 0x40FA0100 } },
    { .name = "2105", .type = 0x2105, .model = 0xE8, .generation = OF_3990_6,
      .sense_length = 32, .features = 0xD0000002, .function = 0x15,
      .information_words = { 0x40FA0100 } },
    { .name = "2107", .type = 0x2107, .model = 0xE8, .generation = OF_3990_6,
      .sense_length = 32, .features = 0xD0000002, .function = 0x15,
      .information_words = { 0x40FA0100 } },
    { .name = "9343", .type = 0x9343, .model = 0xE0, .generation = OF_3880,
      .sense_length = 32, .features = 0x80000000, .function = 0x11 },
};

const struct control_unit *control_unit_find(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcasecmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}
