// SPDX-License-Identifier: BSD-3-Clause
// The operators that the compiler knows: ops.def and composite.def, their schemas parsed at first
// use.
#include "compiler/ir/schema.h"
#include "ops/op.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
    const char *name;
    const char *schema;
    uint32_t traits;
    int32_t row;
} row;

enum {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) ROW_##id,
#include "ops/ops.def"
#undef WICK_OP
    OPS_DEF_COUNT
};

static const row rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {functional, schema, traits, ROW_##id},
#include "ops/ops.def"
#undef WICK_OP
#define WICK_COMPOSITE(id, name, schema, rewrite, detail) {name, schema, 0, -1},
#include "compiler/ir/composite.def"
#undef WICK_COMPOSITE
#define WICK_CONTROL(name, schema) {name, schema, 0, -1},
#include "compiler/ir/control.def"
#undef WICK_CONTROL
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static const row functional_rows[] = {
#define WICK_FUNCTIONAL(name, schema) {name, schema, 0, 0},
#include "compiler/ir/functional.def"
#undef WICK_FUNCTIONAL
};

typedef struct op_table {
    wick_arena *arena;
    wick_map *by_name;
    wick_ir_op ops[ROW_COUNT];
} op_table;

// Schema of the functional form: the row's own without the outs, unless functional.def has another.
static const char *functional_schema(const row *of)
{
    for (size_t i = 0; of->row >= 0 && i < sizeof functional_rows / sizeof *functional_rows; i++) {
        if (strcmp(functional_rows[i].name, of->name) == 0) {
            return functional_rows[i].schema;
        }
    }
    return of->schema;
}

static wick_ir_op make_op(wick_arena *arena, const row *from)
{
    const wick_schema *schema = wick_schema_parse(arena, functional_schema(from));
    if (!schema) {
        fprintf(stderr, "wick: the schema of %s does not parse: %s\n", from->name, from->schema);
        abort(); // a broken table, which the tests find
    }
    return (wick_ir_op){
        .name = from->name,
        .traits = from->traits,
        .row = from->row,
        .parameter_count = schema->parameter_count - schema->out_count,
        .parameters = schema->parameters,
        .return_count = schema->return_count,
        .is_view = strncmp(from->schema, "(Tensor(a) ", strlen("(Tensor(a) ")) == 0 ||
                   strncmp(from->schema, "(Tensor(a -> *) ", strlen("(Tensor(a -> *) ")) == 0,
    };
}

static op_table *make_table(void)
{
    wick_arena *arena = wick_arena_create();
    if (!arena) {
        return NULL;
    }
    op_table *table = wick_arena_alloc(arena, 1, sizeof *table);
    table->arena = arena;
    table->by_name = wick_map_create(arena);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        table->ops[i] = make_op(arena, &rows[i]);
        if (!wick_map_get(table->by_name, rows[i].name)) {
            wick_map_put(table->by_name, rows[i].name, &table->ops[i]);
        }
    }
    return table;
}

// Made once for the process and never changed after: whoever loses the race throws its copy away.
static const op_table *table_get(void)
{
    static _Atomic(op_table *) shared;
    op_table *table = atomic_load(&shared);
    if (table) {
        return table;
    }
    op_table *made = make_table();
    if (!made) {
        fputs("wick: out of memory\n", stderr);
        abort();
    }
    if (!atomic_compare_exchange_strong(&shared, &table, made)) {
        wick_arena_destroy(made->arena);
        return table;
    }
    return made;
}

// Takes "_" off the name before the overload: "aten::add_.Tensor" gives "aten::add.Tensor". False
// if there is none. `out` holds `capacity` characters.
static bool functional_name(const char *name, char *out, size_t capacity)
{
    const char *space = strstr(name, "::");
    const char *base = space ? space + 2 : name;
    const size_t end = (size_t)(base - name) + strcspn(base, ".");
    const size_t length = strlen(name);
    if (length >= capacity || end == 0 || name[end - 1] != '_') {
        return false;
    }
    memcpy(out, name, end - 1);
    memcpy(out + end - 1, name + end, length - end + 1);
    return true;
}

// The operator of an in-place name that is no row itself.
static const wick_ir_op *find_in_place(const op_table *table, const char *name)
{
    char plain[128];
    return functional_name(name, plain, sizeof plain) ? wick_map_get(table->by_name, plain) : NULL;
}

const wick_ir_op *wick_ir_op_find(const char *name)
{
    const op_table *table = table_get();
    const wick_ir_op *op = wick_map_get(table->by_name, name);
    return op ? op : find_in_place(table, name);
}

bool wick_ir_op_is_in_place(const char *name)
{
    const op_table *table = table_get();
    return !wick_map_get(table->by_name, name) && find_in_place(table, name);
}

const wick_ir_op *wick_ir_op_all(uint32_t *count)
{
    *count = ROW_COUNT;
    return table_get()->ops;
}

bool wick_ir_op_writes(const wick_ir_op *op)
{
    return (op->row >= 0 || strcmp(op->name, "wick::set_") == 0) && op->return_count == 1 &&
           op->parameter_count > 0 && op->parameters[0].is_written;
}

int32_t wick_ir_op_parameter(const wick_ir_op *op, const char *name)
{
    for (uint32_t i = 0; i < op->parameter_count; i++) {
        if (strcmp(op->parameters[i].name, name) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}
