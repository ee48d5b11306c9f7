/* Chance for a target that makes its own inputs: the same ones every time, from `state` on. */
#ifndef TESTS_FUZZ_CHANCE_H
#define TESTS_FUZZ_CHANCE_H

#include <stdint.h>

#include "tests/unit/random.h"

static uint64_t state;

static unsigned random_below(unsigned n)
{
    return (unsigned)(next_random(&state) >> 11) % n;
}

#endif
