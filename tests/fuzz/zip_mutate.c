// SPDX-License-Identifier: BSD-3-Clause
#include "fuzz/zip_mutate.h"

#include "fuzz/subject.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    END_RECORD_BYTES = 22,
    CENTRAL_BYTES = 46,
    LOCAL_BYTES = 30,
    MAX_MEMBERS = 512,
    MAX_DEPTH = 2,
    GROWTH_BYTES = 4096, // that one mutation may add
};

typedef struct bytes {
    uint8_t *data;
    size_t size;
} bytes;

typedef struct member {
    const uint8_t *name;
    uint16_t name_bytes;
    const uint8_t *data;
    size_t size;
} member;

typedef struct archive {
    member members[MAX_MEMBERS];
    uint32_t count;
} archive;

static uint32_t below(wick_fuzz_random *random, size_t limit)
{
    return wick_fuzz_below(random, (uint32_t)limit);
}

static uint32_t load(const uint8_t *p, int count)
{
    uint32_t value = 0;
    for (int k = 0; k < count; k++) {
        value |= (uint32_t)p[k] << 8 * k;
    }
    return value;
}

static uint8_t *store(uint8_t *p, size_t value, int count)
{
    for (int k = 0; k < count; k++) {
        *p++ = (uint8_t)(value >> 8 * k);
    }
    return p;
}

static uint32_t crc32(const uint8_t *data, size_t size)
{
    uint32_t crc = ~0u;
    for (size_t k = 0; k < size; k++) {
        crc ^= data[k];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
    }
    return ~crc;
}

// The central directory entry at `at` as a member; false if it is broken or packed.
static bool read_member(const uint8_t *data, size_t size, size_t at, member *out, size_t *next)
{
    if (at + CENTRAL_BYTES > size || load(data + at, 4) != 0x02014b50 ||
        load(data + at + 10, 2) != 0) {
        return false;
    }
    const size_t bytes_in_member = load(data + at + 24, 4);
    const size_t name_bytes = load(data + at + 28, 2);
    const size_t local = load(data + at + 42, 4);
    *next = at + CENTRAL_BYTES + name_bytes + load(data + at + 30, 2) + load(data + at + 32, 2);
    if (*next > size || local + LOCAL_BYTES > size) {
        return false;
    }
    const size_t start =
        local + LOCAL_BYTES + load(data + local + 26, 2) + load(data + local + 28, 2);
    if (start > size || bytes_in_member > size - start) {
        return false;
    }
    *out = (member){data + at + CENTRAL_BYTES, (uint16_t)name_bytes, data + start, bytes_in_member};
    return true;
}

static bool read_archive(const uint8_t *data, size_t size, archive *out)
{
    out->count = 0;
    if (size < END_RECORD_BYTES) {
        return false;
    }
    size_t end = size - END_RECORD_BYTES;
    while (end > 0 && load(data + end, 4) != 0x06054b50) {
        end--;
    }
    const size_t count = load(data + end + 10, 2);
    size_t at = load(data + end + 16, 4);
    if (load(data + end, 4) != 0x06054b50 || count == 0 || count > MAX_MEMBERS) {
        return false;
    }
    for (; out->count < count; out->count++) {
        if (!read_member(data, size, at, &out->members[out->count], &at)) {
            return false;
        }
    }
    return true;
}

static size_t archive_bytes(const archive *from)
{
    size_t size = END_RECORD_BYTES;
    for (uint32_t k = 0; k < from->count; k++) {
        size +=
            LOCAL_BYTES + CENTRAL_BYTES + 2u * from->members[k].name_bytes + from->members[k].size;
    }
    return size;
}

// What local and central headers share: version needed to the length of the extra field.
static uint8_t *put_shared(uint8_t *p, const member *from, uint32_t crc)
{
    p = store(p, 20, 2);
    p = store(p, 0, 2 + 2 + 4); // flags, stored, time
    p = store(p, crc, 4);
    p = store(p, from->size, 4);
    p = store(p, from->size, 4);
    p = store(p, from->name_bytes, 2);
    return store(p, 0, 2);
}

static uint8_t *put_bytes(uint8_t *p, const uint8_t *from, size_t size)
{
    memcpy(p, from, size);
    return p + size;
}

// Writes archive_bytes(from) bytes.
static void write_archive(const archive *from, uint8_t *out)
{
    uint32_t locals[MAX_MEMBERS];
    uint32_t crcs[MAX_MEMBERS];
    uint8_t *p = out;
    for (uint32_t k = 0; k < from->count; k++) {
        const member *at = &from->members[k];
        locals[k] = (uint32_t)(p - out);
        crcs[k] = crc32(at->data, at->size);
        p = put_shared(store(p, 0x04034b50, 4), at, crcs[k]);
        p = put_bytes(p, at->name, at->name_bytes);
        p = put_bytes(p, at->data, at->size);
    }
    const size_t central = (size_t)(p - out);
    for (uint32_t k = 0; k < from->count; k++) {
        p = put_shared(store(store(p, 0x02014b50, 4), 20, 2), &from->members[k], crcs[k]);
        p = store(p, 0, 2 + 2 + 2); // comment, disk, internal attributes
        p = store(p, 0, 4);         // external attributes
        p = put_bytes(store(p, locals[k], 4), from->members[k].name, from->members[k].name_bytes);
    }
    const size_t central_bytes = (size_t)(p - out) - central;
    p = store(store(p, 0x06054b50, 4), 0, 4);
    p = store(store(p, from->count, 2), from->count, 2);
    p = store(store(store(p, central_bytes, 4), central, 4), 0, 2);
}

// Replaces `count` bytes at `at` by `with`, up to the capacity that GROWTH_BYTES leaves.
static void splice(bytes *text, size_t capacity, size_t at, size_t count, const void *with,
                   size_t with_bytes)
{
    if (text->size - count + with_bytes > capacity) {
        return;
    }
    uint8_t *copy = malloc(with_bytes + 1); // `with` may lie in the text
    if (!copy) {
        return;
    }
    memcpy(copy, with, with_bytes);
    memmove(text->data + at + with_bytes, text->data + at + count, text->size - at - count);
    memcpy(text->data + at, copy, with_bytes);
    text->size = text->size - count + with_bytes;
    free(copy);
}

static void mutate_byte(bytes *text, size_t capacity, wick_fuzz_random *random)
{
    static const uint8_t special[] = {0, 1, 0x7f, 0x80, 0xff, '"', '{', '['};
    const size_t at = below(random, text->size);
    const uint8_t byte = (uint8_t)below(random, 256);
    switch (below(random, 5)) {
    case 0:
        text->data[at] ^= (uint8_t)(1u << below(random, 8));
        break;
    case 1:
        text->data[at] = special[below(random, sizeof special)];
        break;
    case 2:
        splice(text, capacity, at, 1, "", 0);
        break;
    case 3:
        splice(text, capacity, at, 0, &byte, 1);
        break;
    default:
        text->data[at] = byte;
        break;
    }
}

// A run of digits at or after a random place; false if there is none.
static bool find_number(const bytes *text, wick_fuzz_random *random, size_t *at, size_t *count)
{
    size_t k = below(random, text->size);
    while (k < text->size && (text->data[k] < '0' || text->data[k] > '9')) {
        k++;
    }
    *at = k;
    while (k < text->size && text->data[k] >= '0' && text->data[k] <= '9') {
        k++;
    }
    *count = k - *at;
    return *count > 0;
}

static bool find_string(const bytes *text, wick_fuzz_random *random, size_t *at, size_t *count)
{
    size_t k = below(random, text->size);
    while (k < text->size && text->data[k] != '"') {
        k++;
    }
    *at = k++;
    while (k < text->size && text->data[k] != '"') {
        k++;
    }
    *count = k + 1 - *at;
    return k < text->size;
}

// From an opening bracket to the one that closes it.
static bool find_group(const bytes *text, wick_fuzz_random *random, size_t *at, size_t *count)
{
    size_t k = below(random, text->size);
    while (k < text->size && text->data[k] != '{' && text->data[k] != '[') {
        k++;
    }
    *at = k;
    for (size_t depth = 0; k < text->size; k++) {
        const uint8_t c = text->data[k];
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (depth == 0) {
            *count = k + 1 - *at;
            return true;
        }
    }
    return false;
}

static void mutate_number(bytes *text, size_t capacity, wick_fuzz_random *random)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "2",
                                          "3",
                                          "7",
                                          "16",
                                          "17",
                                          "127",
                                          "255",
                                          "65536",
                                          "2147483647",
                                          "2147483648",
                                          "4294967296",
                                          "1099511627776",
                                          "4611686018427387904",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "0.5",
                                          "1e308",
                                          "null",
                                          "true",
                                          "[]",
                                          "{}",
                                          "\"NaN\"",
                                          "\"x\""};
    const char *with = numbers[below(random, sizeof numbers / sizeof *numbers)];
    size_t at = 0;
    size_t count = 0;
    if (find_number(text, random, &at, &count)) {
        splice(text, capacity, at, count, with, strlen(with));
    }
}

typedef bool (*finder)(const bytes *text, wick_fuzz_random *random, size_t *at, size_t *count);

// Puts a second token of the kind in place of a first.
static void mutate_token(bytes *text, size_t capacity, wick_fuzz_random *random, finder find)
{
    size_t at = 0;
    size_t count = 0;
    size_t from = 0;
    size_t from_count = 0;
    if (find(text, random, &at, &count) && find(text, random, &from, &from_count)) {
        splice(text, capacity, at, count, text->data + from, from_count);
    }
}

static void mutate_tag(bytes *text, size_t capacity, wick_fuzz_random *random)
{
    static const char *const tags[] = {"as_none",
                                       "as_tensor",
                                       "as_tensors",
                                       "as_int",
                                       "as_ints",
                                       "as_float",
                                       "as_floats",
                                       "as_string",
                                       "as_sym_int",
                                       "as_sym_ints",
                                       "as_scalar_type",
                                       "as_device",
                                       "as_bool",
                                       "as_bools",
                                       "as_graph",
                                       "as_optional_tensor",
                                       "as_optional_tensors",
                                       "as_sym_float",
                                       "as_sym_bool",
                                       "as_name",
                                       "as_expr",
                                       "name",
                                       "torch.ops.aten.add.Tensor",
                                       "torch.ops.aten.add_.Tensor",
                                       "torch.ops.aten.cat.default",
                                       "torch.ops.aten.conv2d.default",
                                       "torch.ops.aten.split.Tensor",
                                       "torch.ops.higher_order.cond",
                                       "torch.ops.higher_order.wrap_with_set_grad_enabled",
                                       "torch.ops.aten._assert_scalar.default",
                                       "_operator.getitem",
                                       "user_input",
                                       "constant_input",
                                       "buffer",
                                       "parameter",
                                       "buffer_mutation"};
    const char *with = tags[below(random, sizeof tags / sizeof *tags)];
    size_t at = 0;
    size_t count = 0;
    if (find_string(text, random, &at, &count) && count >= 2) {
        splice(text, capacity, at + 1, count - 2, with, strlen(with));
    }
}

static void mutate_json(bytes *text, size_t capacity, wick_fuzz_random *random)
{
    size_t at = 0;
    size_t count = 0;
    switch (below(random, 8)) {
    case 0:
        mutate_byte(text, capacity, random);
        break;
    case 1:
    case 2:
        mutate_number(text, capacity, random);
        break;
    case 3:
        mutate_token(text, capacity, random, find_string);
        break;
    case 4:
        mutate_token(text, capacity, random, find_group);
        break;
    case 5:
        mutate_tag(text, capacity, random);
        break;
    case 6:
        mutate_token(text, capacity, random, find_number);
        break;
    default: // leaves an object or a list out
        if (find_group(text, random, &at, &count)) {
            splice(text, capacity, at, count, text->data[at] == '{' ? "{}" : "[]", 2);
        }
        break;
    }
}

static bool ends_with(const member *at, const char *suffix)
{
    const size_t length = strlen(suffix);
    return at->name_bytes >= length &&
           memcmp(at->name + at->name_bytes - length, suffix, length) == 0;
}

// JSON and archives more often than weights.
static uint32_t choose_member(const archive *from, wick_fuzz_random *random)
{
    uint32_t chosen = 0;
    for (int attempt = 0; attempt < 8; attempt++) {
        chosen = below(random, from->count);
        const member *at = &from->members[chosen];
        if (at->size > 0 &&
            (ends_with(at, ".json") || ends_with(at, ".pt") || ends_with(at, ".pkl"))) {
            break;
        }
    }
    return chosen;
}

static size_t mutate(uint8_t *data, size_t size, size_t max_size, wick_fuzz_random *random,
                     int depth);

static void mutate_member(const member *chosen, bytes *text, size_t capacity,
                          wick_fuzz_random *random, int depth)
{
    if (ends_with(chosen, ".pt") && depth < MAX_DEPTH) {
        text->size = mutate(text->data, text->size, capacity, random, depth + 1);
        return;
    }
    const size_t rounds = 1 + below(random, 4);
    for (size_t k = 0; k < rounds && text->size > 0; k++) {
        if (ends_with(chosen, ".json")) {
            mutate_json(text, capacity, random);
        } else {
            mutate_byte(text, capacity, random);
        }
    }
}

static size_t mutate_plainly(uint8_t *data, size_t size, size_t max_size, wick_fuzz_random *random)
{
    bytes text = {data, size};
    if (size > 0) {
        mutate_byte(&text, max_size, random);
    }
    return text.size;
}

// Recursion ends at MAX_DEPTH: an archive in an archive.
static size_t mutate(uint8_t *data, size_t size, size_t max_size, wick_fuzz_random *random,
                     int depth)
{
    archive *parts = malloc(sizeof *parts);
    size_t result = 0;
    uint8_t *written = NULL;
    bytes text = {0};
    if (!parts || below(random, 16) == 0 || !read_archive(data, size, parts)) {
        free(parts);
        return mutate_plainly(data, size, max_size, random);
    }
    member *chosen = &parts->members[choose_member(parts, random)];
    text.size = chosen->size;
    text.data = malloc(text.size + GROWTH_BYTES);
    if (text.data) {
        memcpy(text.data, chosen->data, chosen->size);
        mutate_member(chosen, &text, chosen->size + GROWTH_BYTES, random, depth);
        chosen->data = text.data;
        chosen->size = text.size;
        result = archive_bytes(parts);
        written = result <= max_size ? malloc(result) : NULL;
    }
    if (written) {
        write_archive(parts, written);
        memcpy(data, written, result);
    } else {
        result = mutate_plainly(data, size, max_size, random);
    }
    free(written);
    free(text.data);
    free(parts);
    return result;
}

size_t wick_zip_mutate(uint8_t *data, size_t size, size_t max_size, uint32_t seed)
{
    wick_fuzz_random random = {seed};
    return mutate(data, size, max_size, &random, 0);
}
