// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/fixture.h"
#include "compiler/support/npy.h"

// A version 1 file of this header and so many bytes of data 0, 1, 2, ..
static uint8_t *image(const char *header, size_t data_bytes, size_t *size_bytes)
{
    const size_t length = strlen(header);
    *size_bytes = 10 + length + data_bytes;
    uint8_t *bytes = wick_arena_alloc(arena, *size_bytes, 1);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (uint8_t)length;
    bytes[9] = (uint8_t)(length >> 8);
    memcpy(bytes + 10, header, length);
    for (size_t i = 0; i < data_bytes; i++) {
        bytes[10 + length + i] = (uint8_t)i;
    }
    return bytes;
}

static void test_npy_is_read(void **state)
{
    (void)state;
    size_t size = 0;
    wick_npy array;
    const uint8_t *bytes =
        image("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }   \n", 8, &size);
    assert_int_equal(wick_npy_parse(arena, bytes, size, "x", &diag, &array), WICK_OK);
    assert_int_equal(array.dtype, WICK_FLOAT32);
    assert_int_equal(array.rank, 2);
    assert_int_equal(array.sizes[0], 2);
    assert_int_equal(array.size_bytes, 8);
    assert_int_equal((uintptr_t)array.data % 16, 0);
    assert_int_equal(array.data[7], 7);
    bytes = image("{\"shape\":(),\"fortran_order\":False,\"descr\":\"|b1\"}", 1, &size);
    assert_int_equal(wick_npy_parse(arena, bytes, size, "x", &diag, &array), WICK_OK);
    assert_int_equal(array.dtype, WICK_BOOL);
    assert_int_equal(array.rank, 0);
    bytes = image("{'descr': '<i8', 'fortran_order': False, 'shape': (3, 0), }", 0, &size);
    assert_int_equal(wick_npy_parse(arena, bytes, size, "x", &diag, &array), WICK_OK);
    assert_int_equal(array.size_bytes, 0);
}

static void test_npy_of_every_type_round_trips(void **state)
{
    (void)state;
    static const uint8_t dtypes[] = {
#define WICK_DTYPE(name, code, bytes, text, serde) code,
#include "wick/dtype.def"
#undef WICK_DTYPE
    };
    static const uint8_t data[48] = {1, 0, 1, 7};
    for (size_t i = 0; i < sizeof dtypes; i++) {
        for (uint32_t rank = 0; rank < 4; rank++) {
            wick_npy array = {.dtype = dtypes[i], .rank = rank, .sizes = {3, 2, 1}, .data = data};
            array.size_bytes = wick_dtype_size_bytes(dtypes[i]) * (rank == 0   ? 1u
                                                                   : rank == 1 ? 3u
                                                                               : 6u);
            size_t size = 0;
            wick_npy again;
            const uint8_t *bytes = wick_npy_write(arena, &array, &size);
            assert_int_equal((size - array.size_bytes) % 64, 0);
            assert_int_equal(wick_npy_parse(arena, bytes, size, "x", &diag, &again), WICK_OK);
            assert_int_equal(again.dtype, array.dtype);
            assert_int_equal(again.rank, rank);
            assert_memory_equal(again.sizes, array.sizes, rank * sizeof(int64_t));
            assert_memory_equal(again.data, data, array.size_bytes);
        }
    }
}

static const struct {
    const char *header;
    wick_status status;
    const char *message;
} broken[] = {
    {"", WICK_INVALID_ARGUMENT, "broken .npy header: expected '{'"},
    {"{'descr': '<f4', 'shape': (1,)}", WICK_INVALID_ARGUMENT, "descr, fortran_order and shape"},
    {"{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}", WICK_NOT_SUPPORTED,
     "is in Fortran order; save numpy.ascontiguousarray(array)"},
    {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", WICK_NOT_SUPPORTED, "big-endian"},
    {"{'descr': '<m8', 'fortran_order': False, 'shape': (1,)}", WICK_NOT_SUPPORTED,
     "elements are of type '<m8'; expected f2, f4"},
    {"{'descr': '', 'fortran_order': False, 'shape': (1,)}", WICK_NOT_SUPPORTED, "of type ''"},
    {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", WICK_NOT_SUPPORTED,
     "holds records"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", WICK_NOT_SUPPORTED, "'|O'"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", WICK_INVALID_ARGUMENT, "a size"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}", WICK_INVALID_ARGUMENT, "',' or"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", WICK_INVALID_ARGUMENT,
     "holds 4 bytes of data, the header announces 8"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2)}", WICK_INVALID_ARGUMENT,
     "holds 4 bytes of data, the header announces 0"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
     WICK_INVALID_ARGUMENT, "too large"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
     WICK_INVALID_ARGUMENT, "a size"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': "
     "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}",
     WICK_NOT_SUPPORTED, "more than 16 dimensions"},
    {"{'descr': '<f4', 'descr': '<f4'}", WICK_INVALID_ARGUMENT, "one each of"},
    {"{'a_key_that_is_longer_than_any_there_is': 1}", WICK_INVALID_ARGUMENT, "short quoted word"},
};

static void test_npy_that_is_broken_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        size_t size = 0;
        wick_npy array;
        diag = (wick_diag){.arena = arena};
        const uint8_t *bytes = image(broken[i].header, 4, &size);
        assert_int_equal(wick_npy_parse(arena, bytes, size, "x", &diag, &array), broken[i].status);
        assert_said(broken[i].message);
    }
}

static void test_npy_of_any_length_is_refused_not_overrun(void **state)
{
    (void)state;
    size_t size = 0;
    wick_npy array;
    const uint8_t *whole =
        image("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, &size);
    for (size_t length = 0; length < size; length++) {
        uint8_t *part = test_malloc(length + 1); // exact, so that a sanitizer sees an overrun
        memcpy(part, whole, length);
        diag = (wick_diag){.arena = arena};
        assert_int_not_equal(wick_npy_parse(arena, part, length, "x", &diag, &array), WICK_OK);
        test_free(part);
    }
    static const uint8_t future[] = "\x93NUMPY\x09\x00\x00\x00\x00\x00";
    assert_int_equal(wick_npy_parse(arena, future, 12, "x", &diag, &array), WICK_NOT_SUPPORTED);
    static const uint8_t huge[] = "\x93NUMPY\x02\x00\xff\xff\xff\xff";
    assert_int_equal(wick_npy_parse(arena, huge, 12, "x", &diag, &array), WICK_INVALID_ARGUMENT);
    assert_said("claims a .npy header of 4294967295 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_npy_is_read),
        TEST(test_npy_of_every_type_round_trips),
        TEST(test_npy_that_is_broken_is_refused),
        TEST(test_npy_of_any_length_is_refused_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
