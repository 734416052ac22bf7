// SPDX-License-Identifier: BSD-3-Clause
// wick diff: what two programs do differently, method by method.
#include "command.h"

#include "compiler/fbs/fbs.h"
#include "compiler/fbs/lines.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = 1 << 24 }; // of the table of the longest common subsequence

typedef struct side {
    const char *path;
    json_t *root;
} side;

static const json_t *method_named(const json_t *program, const char *name)
{
    size_t index;
    const json_t *method;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        if (strcmp(json_string_value(json_object_get(method, "name")), name) == 0) {
            return method;
        }
    }
    return NULL;
}

// table[i][k]: lines that a[i..] and b[k..] have in common, in order.
static uint32_t *common_lines(wick_arena *arena, const wick_fbs_lines *a, const wick_fbs_lines *b)
{
    const size_t width = (size_t)b->count + 1;
    uint32_t *table = wick_arena_alloc(arena, ((size_t)a->count + 1) * width, sizeof *table);
    for (uint32_t i = a->count; i-- > 0;) {
        for (uint32_t k = b->count; k-- > 0;) {
            const uint32_t down = table[(i + 1) * width + k];
            const uint32_t right = table[i * width + k + 1];
            table[i * width + k] = strcmp(a->lines[i], b->lines[k]) == 0
                                       ? table[(i + 1) * width + k + 1] + 1
                                   : down > right ? down
                                                  : right;
        }
    }
    return table;
}

// Prints the lines that only one side has, in order; returns how many.
static uint32_t print_lines(const wick_fbs_lines *a, const wick_fbs_lines *b, const uint32_t *table)
{
    const size_t width = (size_t)b->count + 1;
    uint32_t i = 0;
    uint32_t k = 0;
    uint32_t count = 0;
    while (i < a->count || k < b->count) {
        if (i < a->count && k < b->count && strcmp(a->lines[i], b->lines[k]) == 0) {
            i++;
            k++;
            continue;
        }
        const bool is_removed = k == b->count || (i < a->count && table[(i + 1) * width + k] >=
                                                                      table[i * width + k + 1]);
        printf("  %c %s\n", is_removed ? '-' : '+', is_removed ? a->lines[i] : b->lines[k]);
        i += is_removed;
        k += !is_removed;
        count++;
    }
    return count;
}

static uint32_t diff_memories(const json_t *a, const json_t *b)
{
    const json_t *ours = json_object_get(a, "non_const_buffer_sizes");
    const json_t *theirs = json_object_get(b, "non_const_buffer_sizes");
    const size_t count = json_array_size(ours) > json_array_size(theirs) ? json_array_size(ours)
                                                                         : json_array_size(theirs);
    uint32_t differences = 0;
    for (size_t i = 1; i < count; i++) {
        const long long before = json_integer_value(json_array_get(ours, i));
        const long long after = json_integer_value(json_array_get(theirs, i));
        if (before != after) {
            printf("  arena %zu: %lld -> %lld bytes\n", i, before, after);
            differences++;
        }
    }
    return differences;
}

static wick_status diff_method(wick_job *job, const side sides[2], const json_t *methods[2],
                               uint32_t *differences)
{
    const wick_fbs_lines a = wick_fbs_method_lines(job->arena, sides[0].root, methods[0]);
    const wick_fbs_lines b = wick_fbs_method_lines(job->arena, sides[1].root, methods[1]);
    if (((uint64_t)a.count + 1) * ((uint64_t)b.count + 1) > MAX_CELLS) {
        return wick_diag_error(&job->diag, WICK_OUT_OF_RESOURCES, sides[0].path,
                               "methods of %u and %u lines are too long to compare", a.count,
                               b.count);
    }
    *differences += diff_memories(methods[0], methods[1]);
    *differences += print_lines(&a, &b, common_lines(job->arena, &a, &b));
    return WICK_OK;
}

// Methods of `sides[of]`: those that the other side lacks are differences, the others are compared
// once.
static wick_status diff_methods(wick_job *job, const side sides[2], uint32_t of,
                                uint32_t *differences)
{
    size_t index;
    const json_t *method;
    json_array_foreach(json_object_get(sides[of].root, "execution_plan"), index, method)
    {
        const char *name = json_string_value(json_object_get(method, "name"));
        const json_t *other = method_named(sides[1 - of].root, name);
        if (other == NULL) {
            printf("%c method %s\n", of == 0 ? '-' : '+', name);
            ++*differences;
        } else if (of == 0) {
            const json_t *methods[2] = {method, other};
            printf("  method %s\n", name);
            WICK_TRY(diff_method(job, sides, methods, differences));
        }
    }
    return WICK_OK;
}

static wick_status open_side(wick_job *job, side *s)
{
    wick_program program;
    WICK_TRY(wick_job_read_program(job, s->path, &program));
    return wick_fbs_read(job->arena, program.bytes, program.size_bytes, s->path, &job->diag,
                         &s->root);
}

static wick_status diff_programs(wick_job *job, side sides[2], uint32_t *differences)
{
    WICK_TRY(open_side(job, &sides[0]));
    WICK_TRY(open_side(job, &sides[1]));
    printf("- %s\n+ %s\n", sides[0].path, sides[1].path);
    WICK_TRY(diff_methods(job, sides, 0, differences));
    WICK_TRY(diff_methods(job, sides, 1, differences));
    printf("%u differences\n", *differences);
    return WICK_OK;
}

wick_exit wick_command_diff(int argc, char **argv)
{
    static const struct option long_options[] = {{"help", no_argument, NULL, 'h'}, {0}};
    for (int option; (option = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
        return option == 'h' ? wick_command_help("diff")
                             : wick_usage_error("diff", "that option is not known");
    }
    if (argc - optind != 2) {
        return wick_usage_error("diff", "give two .pte files, found %d", argc - optind);
    }
    side sides[2] = {{argv[optind], NULL}, {argv[optind + 1], NULL}};
    uint32_t differences = 0;
    wick_job job;
    wick_job_open(&job);
    const wick_status status = diff_programs(&job, sides, &differences);
    json_decref(sides[0].root);
    json_decref(sides[1].root);
    const wick_exit code = wick_job_close(&job, status);
    return code == WICK_EXIT_OK && differences != 0 ? WICK_EXIT_MISMATCH : code;
}
