// SPDX-License-Identifier: BSD-3-Clause
// Tensors that a program names and has outside: a data file (.ptd) beside it, or regions of the
// caller.
//
//   WICK_TRY(wick_data_open(&data, ptd, ptd_bytes, &failure));
//   WICK_TRY(wick_program_open_with_data(&program, pte, pte_bytes, &data, &failure));
//   ... requirements, init and all else as ever
#ifndef WICK_DATA_H
#define WICK_DATA_H

#include "wick/program.h"

#ifdef __cplusplus
extern "C" {
#endif

// Bytes of one tensor, dense in its dim order.
typedef struct wick_data_region {
    const char *name; // fully qualified, as in the state dict
    const void *bytes;
    size_t size_bytes; // exactly those of the tensor
} wick_data_region;

// Where names are looked up. Opened from a file, or `(wick_data){.regions = .., .region_count = ..}`.
typedef struct wick_data {
    const wick_data_region *regions; // of the caller; NULL: a file
    uint32_t region_count;
    const struct wick_data *next; // asked for names that this one lacks; NULL: none
    // The file, as wick_data_open found it:
    const uint8_t *bytes;
    size_t flatbuffer_bytes;
    size_t segment_base_offset;
    size_t segment_data_bytes;
} wick_data;

// Checks every entry of a .ptd file ("FT01"): names, layouts and segments lie inside. Copies
// nothing. Linear time, bounded stack.
// Errors  INVALID_EXTERNAL_DATA (failure->detail: byte position)
wick_status wick_data_open(wick_data *data, const void *bytes, size_t size_bytes,
                           wick_failure *failure);

// wick_program_open for a program that has tensors outside, constants or initial values of state:
// each is there under its name with the same type, shape and dim order (as far as a file says them),
// with enough bytes and aligned to its elements. `data` may be NULL: then no tensor may be outside.
// `data` and all of its bytes must outlive the program's methods. A name is searched for from the
// first entry on, when the program is opened and when a method is initialized.
// Errors  those of wick_program_open; NOT_FOUND: no data of that name; INVALID_EXTERNAL_DATA: not
//         what the program expects. failure->detail is the position of the tensor in the program.
wick_status wick_program_open_with_data(wick_program *program, const void *bytes, size_t size_bytes,
                                        const wick_data *data, wick_failure *failure);

#ifdef __cplusplus
}
#endif
#endif
