// SPDX-License-Identifier: BSD-3-Clause
#include "fuzz/subject.h"
#include "support/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size_bytes, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size_bytes, size_t max_size,
                               unsigned int seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes)
{
    uint8_t *copy = test_copy(data, size_bytes);
    wick_fuzz_the_subject.run(copy, size_bytes);
    free(copy);
    return 0;
}

// Half of the mutations are libFuzzer's own, half know the format.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size_bytes, size_t max_size, unsigned int seed)
{
    if (wick_fuzz_the_subject.mutate == 0 || (seed & 1) != 0) {
        return LLVMFuzzerMutate(data, size_bytes, max_size);
    }
    return wick_fuzz_the_subject.mutate(data, size_bytes, max_size, seed);
}
