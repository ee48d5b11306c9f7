/* Fields of a control program's on which an assist works: by real address, whatever their keys,
 * reference and change recorded as if a program had made the access. NULL, false: the field is
 * not in storage. */
#ifndef REAL_FIELD_H
#define REAL_FIELD_H

#include "core/bytes.h"
#include "cpu/storage.h"

static inline uint8_t *real_field(struct cpu *cpu, uint32_t real, unsigned length, uint8_t recorded)
{
    uint8_t *field = real_storage(cpu, real & 0xFFFFFF, length);
    uint8_t *key = &cpu->machine->keys[real_to_absolute(cpu, real & 0xFFFFFF) >> BLOCK_SHIFT];
    if (field && (*key & recorded) != recorded)
        __atomic_fetch_or(key, recorded, __ATOMIC_RELAXED);
    return field;
}

static inline uint8_t *to_fetch(struct cpu *cpu, uint32_t real, unsigned length)
{
    return real_field(cpu, real, length, KEY_REFERENCE);
}

static inline uint8_t *to_store(struct cpu *cpu, uint32_t real, unsigned length)
{
    return real_field(cpu, real, length, KEY_REFERENCE | KEY_CHANGE);
}

/* Not on a word boundary: it is none of the control program's. */
static inline bool fetch_word(struct cpu *cpu, uint32_t real, uint32_t *word)
{
    const uint8_t *field = real & 3 ? NULL : to_fetch(cpu, real, 4);
    if (field)
        *word = get32(field);
    return field;
}

#endif
