/* Densely packed decimal: ten bits for three digits (SA22-7832 chapter 20). Private to cpu/. */
#ifndef CPU_DPD_H
#define CPU_DPD_H

#include <stdint.h>

/* The value, 0 to 999, of each declet, canonical or not; and the canonical declet of each value. */
extern const uint16_t dpd_values[1024];
extern const uint16_t dpd_declets[1000];

#endif
