// SPDX-License-Identifier: BSD-3-Clause
#define _XOPEN_SOURCE 700 // mkdtemp, setrlimit
#include "compiler/support/file.h"
#include "compiler/support/fixture.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/wick-file-test-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static const char *in_folder(const char *name)
{
    return wick_arena_format(arena, "%s/%s", folder, name);
}

static int files_in_folder(void)
{
    int count = 0;
    DIR *listing = opendir(folder);
    while (readdir(listing)) {
        count++;
    }
    closedir(listing);
    return count - 2;
}

static void test_file_written_reads_back(void **state)
{
    (void)state;
    const char *path = in_folder("a.bin");
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(wick_file_write(path, "first", 5, &diag), WICK_OK);
    assert_int_equal(wick_file_write(path, "a\0b", 3, &diag), WICK_OK);
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(wick_file_read(arena, path, 3, &diag, &bytes, &size), WICK_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(bytes, "a\0b", 4); // a zero follows
    assert_int_equal(wick_file_write(path, "", 0, &diag), WICK_OK);
    assert_int_equal(wick_file_read(arena, path, 3, &diag, &bytes, &size), WICK_OK);
    assert_int_equal(size, 0);
    unlink(path);
}

static void test_file_that_is_absent_is_not_found(void **state)
{
    (void)state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    const char *path = in_folder("absent");
    assert_int_equal(wick_file_read(arena, path, 9, &diag, &bytes, &size), WICK_NOT_FOUND);
    assert_said("absent: cannot read: No such file or directory");
}

static void test_file_that_is_a_folder_is_refused(void **state)
{
    (void)state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(wick_file_read(arena, folder, 9, &diag, &bytes, &size), WICK_ACCESS_FAILED);
    assert_said("is a folder, expected a file");
}

static void test_file_above_the_limit_is_refused(void **state)
{
    (void)state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    const char *path = in_folder("large");
    assert_int_equal(wick_file_write(path, "1234", 4, &diag), WICK_OK);
    assert_int_equal(wick_file_read(arena, path, 3, &diag, &bytes, &size), WICK_OUT_OF_RESOURCES);
    assert_said("larger than the limit of 3 bytes");
    unlink(path);
}

static void test_file_without_size_is_read_to_its_limit(void **state)
{
    (void)state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_int_equal(wick_file_read(arena, "/dev/zero", 100000, &diag, &bytes, &size),
                     WICK_OUT_OF_RESOURCES);
    assert_int_equal(wick_file_read(arena, "/dev/null", 9, &diag, &bytes, &size), WICK_OK);
    assert_int_equal(size, 0);
}

static void test_write_that_fails_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(wick_file_write(in_folder("no/such/file"), "x", 1, &diag), WICK_ACCESS_FAILED);
    assert_said("cannot write: No such file or directory");
    const char *taken = in_folder("taken");
    mkdir(taken, 0700);
    assert_int_equal(wick_file_write(taken, "x", 1, &diag), WICK_ACCESS_FAILED);
    rmdir(taken);
    assert_int_equal(files_in_folder(), 0);
}

// The file that was there stays whole when there is no room for the new one.
static void test_write_without_room_keeps_the_old_file(void **state)
{
    (void)state;
    const char *path = in_folder("kept");
    uint8_t *bytes = NULL;
    size_t size = 0;
    struct rlimit before;
    assert_int_equal(wick_file_write(path, "old", 3, &diag), WICK_OK);
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){4, before.rlim_max});
    const wick_status status = wick_file_write(path, "new text", 8, &diag);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status, WICK_ACCESS_FAILED);
    assert_said("kept: cannot write: File too large");
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(wick_file_read(arena, path, 9, &diag, &bytes, &size), WICK_OK);
    assert_string_equal((const char *)bytes, "old");
    unlink(path);
}

static void test_write_to_a_device_does_not_replace_it(void **state)
{
    (void)state;
    struct stat info;
    assert_int_equal(wick_file_write("/dev/null", "x", 1, &diag), WICK_OK);
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
    assert_int_equal(wick_file_write("/dev/full", "x", 1, &diag), WICK_ACCESS_FAILED);
    assert_said("/dev/full: cannot write: No space left on device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_file_written_reads_back),
        TEST(test_file_that_is_absent_is_not_found),
        TEST(test_file_that_is_a_folder_is_refused),
        TEST(test_file_above_the_limit_is_refused),
        TEST(test_file_without_size_is_read_to_its_limit),
        TEST(test_write_that_fails_leaves_nothing),
        TEST(test_write_without_room_keeps_the_old_file),
        TEST(test_write_to_a_device_does_not_replace_it),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
