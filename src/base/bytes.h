// SPDX-License-Identifier: BSD-3-Clause
// Little-endian loads and stores on byte pointers. Compilers turn them into one instruction where
// the core allows.
#ifndef WICK_BASE_BYTES_H
#define WICK_BASE_BYTES_H

#include <stdint.h>

static inline uint16_t wick_load_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | (uint16_t)(p[1] << 8));
}

static inline uint32_t wick_load_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t wick_load_u64(const uint8_t *p)
{
    return (uint64_t)wick_load_u32(p) | (uint64_t)wick_load_u32(p + 4) << 32;
}

// The same from a 4-aligned address: one load on every core, also where unaligned loads fault
// (Cortex-M0). Sizes and weights are used where they lie in the file, so that Wick is for
// little-endian machines only.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "Wick needs a little-endian machine");
static inline __attribute__((always_inline)) uint32_t wick_load_aligned_u32(const uint8_t *p)
{
    uint32_t value;
    __builtin_memcpy(&value, __builtin_assume_aligned(p, 4), sizeof value);
    return value;
}

static inline int32_t wick_load_i32(const uint8_t *p)
{
    return (int32_t)wick_load_u32(p);
}

static inline int64_t wick_load_i64(const uint8_t *p)
{
    return (int64_t)wick_load_u64(p);
}

static inline double wick_load_f64(const uint8_t *p)
{
    union {
        uint64_t bits;
        double value;
    } u = {wick_load_u64(p)};
    return u.value;
}

static inline void wick_store_u16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static inline void wick_store_u32(uint8_t *p, uint32_t v)
{
    wick_store_u16(p, (uint16_t)v);
    wick_store_u16(p + 2, (uint16_t)(v >> 16));
}

static inline void wick_store_u64(uint8_t *p, uint64_t v)
{
    wick_store_u32(p, (uint32_t)v);
    wick_store_u32(p + 4, (uint32_t)(v >> 32));
}

#endif
