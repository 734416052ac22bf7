// SPDX-License-Identifier: BSD-3-Clause
#include "wick/program.h"

#include "format/pte_read.h"
#include "format/pte_verify.h"

wick_status wick_program_open(wick_program *program, const void *bytes, size_t size_bytes,
                              wick_failure *failure)
{
    program->bind = 0;
    program->data = 0;
    return wick_pte_verify(bytes, size_bytes, program, failure);
}

static wick_fb_vector plans_of(const wick_program *program)
{
    return wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_EXECUTION_PLAN);
}

uint32_t wick_program_method_count(const wick_program *program)
{
    return wick_fb_count(plans_of(program));
}

const char *wick_program_method_name(const wick_program *program, uint32_t index)
{
    return wick_fb_string(wick_fb_table_at(plans_of(program), index), WICK_PTE_PLAN_NAME);
}
