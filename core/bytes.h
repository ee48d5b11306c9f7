/* Big-endian fields in storage, on tracks and in control blocks.
 * Any alignment; the caller vouches for the length. */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BIG16(v) __builtin_bswap16(v)
#define BIG32(v) __builtin_bswap32(v)
#define BIG64(v) __builtin_bswap64(v)
#else
#define BIG16(v) (v)
#define BIG32(v) (v)
#define BIG64(v) (v)
#endif

static inline uint16_t get16(const void *p) { uint16_t v; memcpy(&v, p, 2); return BIG16(v); }
static inline uint32_t get32(const void *p) { uint32_t v; memcpy(&v, p, 4); return BIG32(v); }
static inline uint64_t get64(const void *p) { uint64_t v; memcpy(&v, p, 8); return BIG64(v); }
static inline uint32_t get24(const void *p)
{
    const uint8_t *b = p;
    return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];
}

static inline void put16(void *p, uint16_t v) { v = BIG16(v); memcpy(p, &v, 2); }
static inline void put32(void *p, uint32_t v) { v = BIG32(v); memcpy(p, &v, 4); }
static inline void put64(void *p, uint64_t v) { v = BIG64(v); memcpy(p, &v, 8); }
static inline void put24(void *p, uint32_t v)
{
    uint8_t *b = p;
    b[0] = (uint8_t)(v >> 16); b[1] = (uint8_t)(v >> 8); b[2] = (uint8_t)v;
}

#endif
