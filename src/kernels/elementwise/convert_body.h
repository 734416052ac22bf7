// SPDX-License-Identifier: BSD-3-Clause
// Body of wick_read_*, wick_write_* and wick_round_* for one compute type; included by convert.c
// with
//   NUMBER       the compute type
//   NAMED(stem)  stem with the suffix of that type
//   WHOLE(v)     v as int64
// and READ_* and WRITE_* as in element.def; ELEMENTS names the table to walk.

void NAMED(wick_read)(const wick_elements *elements, const void *data, NUMBER *numbers)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
#define WICK_ELEMENT(name, storage, read, write)               \
    case WICK_##name: {                                        \
        const storage *from = (const storage *)data;           \
        for (uint32_t i = 0; i < count; i++, from += stride) { \
            numbers[i] = (NUMBER)READ_##read(*from);           \
        }                                                      \
        break;                                                 \
    }
#include ELEMENTS
#undef WICK_ELEMENT
    }
}

void NAMED(wick_write)(const wick_elements *elements, const NUMBER *numbers, void *data)
{
    const uint32_t count = elements->count;
    const ptrdiff_t stride = elements->stride;
    switch (elements->dtype) {
#define WICK_ELEMENT(name, storage, read, write)             \
    case WICK_##name: {                                      \
        storage *to = (storage *)data;                       \
        for (uint32_t i = 0; i < count; i++, to += stride) { \
            *to = (storage)WRITE_##write(numbers[i]);        \
        }                                                    \
        break;                                               \
    }
#include ELEMENTS
#undef WICK_ELEMENT
    }
}

void NAMED(wick_round)(uint32_t dtype, uint32_t count, NUMBER *numbers)
{
    const wick_elements one = {dtype, 1, 1};
    union {
        uint64_t widest;
        uint8_t bytes[8];
    } storage;
    for (uint32_t i = 0; i < count; i++) {
        NAMED(wick_write)(&one, &numbers[i], storage.bytes);
        NAMED(wick_read)(&one, storage.bytes, &numbers[i]);
    }
}
