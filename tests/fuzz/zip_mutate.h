// SPDX-License-Identifier: BSD-3-Clause
// Mutations that reach behind the container: a member of a ZIP archive is changed and the archive
// written anew with the right sizes and checksums, so that what reads the members sees the change.
// Members named *.json change by token, archives inside of the archive by this same function.
#ifndef WICK_TESTS_FUZZ_ZIP_MUTATE_H
#define WICK_TESTS_FUZZ_ZIP_MUTATE_H

#include <stddef.h>
#include <stdint.h>

// New size, at most max_size; the same input and seed give the same result. What is no ZIP of
// stored members changes by byte.
size_t wick_zip_mutate(uint8_t *data, size_t size, size_t max_size, uint32_t seed);

#endif
