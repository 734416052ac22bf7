// SPDX-License-Identifier: BSD-3-Clause
// Archives are made here with libzip, then damaged.
#include "base/bytes.h"
#include "compiler/support/fixture.h"
#include "compiler/support/zip.h"

#include <zip.h>

typedef struct image {
    uint8_t *bytes;
    size_t size_bytes;
} image;

static void add(zip_t *archive, const char *name, const void *bytes, size_t size, int method)
{
    zip_source_t *source = zip_source_buffer(archive, bytes, size, 0);
    const zip_int64_t index = zip_file_add(archive, name, source, 0);
    assert_true(index >= 0);
    zip_set_file_compression(archive, (zip_uint64_t)index, method, 0);
}

static image read_back(zip_source_t *source)
{
    zip_stat_t info;
    assert_int_equal(zip_source_stat(source, &info), 0);
    image out = {wick_arena_alloc(arena, info.size, 1), info.size};
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_read(source, out.bytes, info.size), info.size);
    zip_source_close(source);
    zip_source_free(source);
    return out;
}

static uint8_t zeros[100000];

// "a/stored" = "hello", "a/packed" = 100,000 zeros by deflate, "a/empty".
static image make(void)
{
    zip_error_t problem;
    zip_error_init(&problem);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &problem);
    zip_t *archive = zip_open_from_source(source, ZIP_TRUNCATE, &problem);
    assert_non_null(archive);
    zip_source_keep(source);
    add(archive, "a/stored", "hello", 5, ZIP_CM_STORE);
    add(archive, "a/packed", zeros, sizeof zeros, ZIP_CM_DEFLATE);
    add(archive, "a/empty", "", 0, ZIP_CM_STORE);
    assert_int_equal(zip_close(archive), 0);
    return read_back(source);
}

static wick_zip *open_image(const image *from)
{
    wick_zip *zip = NULL;
    if (wick_zip_open(arena, from->bytes, from->size_bytes, "x.pt2", &diag, &zip) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&diag));
    }
    return zip;
}

static wick_status read_member(wick_zip *zip, const char *name, uint8_t **bytes, size_t *size)
{
    uint32_t index = 0;
    assert_true(wick_zip_find(zip, name, &index));
    return wick_zip_read(zip, index, arena, &diag, bytes, size);
}

static void test_zip_members_are_read(void **state)
{
    (void)state;
    const image whole = make();
    wick_zip *zip = open_image(&whole);
    uint8_t *bytes = NULL;
    size_t size = 0;
    uint32_t index = 0;
    assert_int_equal(wick_zip_count(zip), 3);
    assert_string_equal(wick_zip_name(zip, 0), "a/stored");
    assert_int_equal(wick_zip_size_bytes(zip, 1), sizeof zeros);
    assert_false(wick_zip_find(zip, "a/absent", &index));
    assert_int_equal(read_member(zip, "a/stored", &bytes, &size), WICK_OK);
    assert_int_equal(size, 5);
    assert_memory_equal(bytes, "hello", 6);
    assert_int_equal(read_member(zip, "a/packed", &bytes, &size), WICK_OK);
    assert_memory_equal(bytes, zeros, sizeof zeros);
    assert_int_equal(read_member(zip, "a/empty", &bytes, &size), WICK_OK);
    assert_int_equal(size, 0);
    wick_zip_close(zip);
}

static void test_zip_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char text[] = "this is not an archive at all, but a line of text";
    wick_zip *zip = NULL;
    assert_int_equal(wick_zip_open(arena, text, sizeof text, "x.pt2", &diag, &zip),
                     WICK_INVALID_PROGRAM);
    assert_said("error: x.pt2: is not a ZIP archive, or a truncated one: ");
    assert_int_equal(wick_zip_open(arena, text, 0, "x.pt2", &diag, &zip), WICK_INVALID_PROGRAM);
    assert_null(zip);
    wick_zip_close(zip);
}

static void test_zip_with_wrong_checksum_is_refused(void **state)
{
    (void)state;
    const image whole = make();
    uint8_t *bytes = NULL;
    size_t size = 0;
    for (size_t i = 0; i + 5 < whole.size_bytes; i++) {
        if (memcmp(whole.bytes + i, "hello", 5) == 0) {
            whole.bytes[i] = 'j';
        }
    }
    wick_zip *zip = open_image(&whole);
    assert_int_equal(read_member(zip, "a/stored", &bytes, &size), WICK_INVALID_PROGRAM);
    assert_said("x.pt2: member 'a/stored': is truncated, or its checksum is wrong");
    wick_zip_close(zip);
}

// Patches a field of the central directory's entry of a member.
static void patch_entry(const image *whole, const char *name, size_t field, uint32_t value,
                        bool wide)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i + 46 + length <= whole->size_bytes; i++) {
        if (memcmp(whole->bytes + i, "PK\x01\x02", 4) == 0 &&
            memcmp(whole->bytes + i + 46, name, length) == 0) {
            if (wide) {
                wick_store_u32(whole->bytes + i + field, value);
            } else {
                wick_store_u16(whole->bytes + i + field, (uint16_t)value);
            }
            return;
        }
    }
    fail_msg("no entry %s", name);
}

enum { FLAGS = 8, METHOD = 10, UNPACKED_BYTES = 24 };

static void test_zip_member_that_claims_too_much_is_refused(void **state)
{
    (void)state;
    const image whole = make();
    uint8_t *bytes = NULL;
    size_t size = 0;
    patch_entry(&whole, "a/packed", UNPACKED_BYTES, 0x7fffffff, true);
    patch_entry(&whole, "a/stored", UNPACKED_BYTES, 1000, true);
    wick_zip *zip = open_image(&whole);
    assert_int_equal(read_member(zip, "a/packed", &bytes, &size), WICK_INVALID_PROGRAM);
    assert_said("claims 2147483647 bytes, more than an archive of ");
    assert_int_equal(read_member(zip, "a/stored", &bytes, &size), WICK_INVALID_PROGRAM);
    assert_said("claims 1000 bytes");
    wick_zip_close(zip);
}

static void test_zip_member_of_other_methods_is_refused(void **state)
{
    (void)state;
    const image whole = make();
    uint8_t *bytes = NULL;
    size_t size = 0;
    patch_entry(&whole, "a/stored", FLAGS, 1, false);
    patch_entry(&whole, "a/packed", METHOD, 12, false);
    wick_zip *zip = open_image(&whole);
    assert_int_equal(read_member(zip, "a/stored", &bytes, &size), WICK_NOT_SUPPORTED);
    assert_said("member 'a/stored': is encrypted");
    assert_int_equal(read_member(zip, "a/packed", &bytes, &size), WICK_NOT_SUPPORTED);
    assert_said("is packed by method 12; expected stored (0) or deflate (8)");
    wick_zip_close(zip);
}

static void test_zip_reads_together_are_bounded(void **state)
{
    (void)state;
    const image whole = make();
    wick_zip *zip = open_image(&whole);
    wick_status status = WICK_OK;
    int reads = 0;
    for (; reads < 1000 && status == WICK_OK; reads++) {
        wick_arena *scratch = wick_arena_create();
        uint8_t *bytes = NULL;
        size_t size = 0;
        status = wick_zip_read(zip, 1, scratch, &diag, &bytes, &size);
        wick_arena_destroy(scratch);
    }
    assert_int_equal(status, WICK_OUT_OF_RESOURCES);
    assert_in_range(reads, 600, 700); // 64 MiB of 100,000 bytes each
    assert_said("unpack to far more than the archive");
    wick_zip_close(zip);
}

// Any byte changed, any length: refused or read, never worse.
static void test_zip_that_is_damaged_is_handled(void **state)
{
    (void)state;
    const image whole = make();
    for (size_t i = 0; i < 2 * whole.size_bytes; i++) {
        wick_arena *scratch = wick_arena_create();
        wick_diag messages = {.arena = scratch};
        const size_t length = i < whole.size_bytes ? i : whole.size_bytes;
        uint8_t *part = test_malloc(length + 1);
        memcpy(part, whole.bytes, length);
        part[i % whole.size_bytes] ^= 0x55;
        wick_zip *zip = NULL;
        if (wick_zip_open(scratch, part, length, "x", &messages, &zip) == WICK_OK) {
            for (uint32_t k = 0; k < wick_zip_count(zip); k++) {
                uint8_t *bytes = NULL;
                size_t size = 0;
                wick_zip_read(zip, k, scratch, &messages, &bytes, &size);
            }
        }
        wick_zip_close(zip);
        test_free(part);
        wick_arena_destroy(scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_zip_members_are_read),
        TEST(test_zip_that_is_none_is_refused),
        TEST(test_zip_with_wrong_checksum_is_refused),
        TEST(test_zip_member_that_claims_too_much_is_refused),
        TEST(test_zip_member_of_other_methods_is_refused),
        TEST(test_zip_reads_together_are_bounded),
        TEST(test_zip_that_is_damaged_is_handled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
