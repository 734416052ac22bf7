// SPDX-License-Identifier: BSD-3-Clause
// The emitted file, from top to bottom: what the operators' run halves need (device_source.h), the
// model's constants, then for each instruction its prepared block and its values, then the two
// functions. Nothing of it lies in RAM but the arena; the values of one call are copied to the
// stack right before it, where tensors of the arena get their addresses.
#include "compiler/emit_c/emit_c.h"

#include "base/bytes.h"
#include "compiler/emit_c/bound.h"
#include "compiler/emit_c/device_source.h"
#include "compiler/emit_c/rows.h"
#include "compiler/emit_c/tables.h"
#include "format/pte_schema.h"

#include <inttypes.h>
#include <string.h>

// Bytes on a 32-bit core.
enum { VALUE_BYTES = 16 };

typedef struct emitter {
    wick_arena *arena;
    const wick_emit_c_request *request;
    wick_bound bound;
    wick_device_source *device;
    wick_pool words;  // int32: sizes of tensors, arguments of calls, items of lists of tensors
    wick_pool longs;  // int64: items of lists of integers
    wick_pool orders; // bytes: dim orders
    wick_constants constants;
    wick_text sources;    // definitions taken from the device sources
    wick_text weights;    // constants of the model
    wick_text tables;     // blocks and values
    wick_text calls;      // body of the function
    uint32_t most_values; // of one call
    const char *resets;   // statements that give state its initial values
    bool draws_numbers;   // some call draws random numbers
    size_t table_bytes;
    const char *capitals; // the prefix of macros
} emitter;

// The values of one call, renumbered from 0.
typedef struct call_values {
    wick_text text;    // initializers
    uint32_t *numbers; // in the method
    uint32_t count;
    bool reads_numbers;  // the run half looks at values that are no tensors
    const char *patches; // statements that bind what the caller lends
} call_values;

// "f32[1, 3, 8, 8]", and behind it the dim order where it is not 0, 1, ..: "{0,2,3,1}".
static const char *shape_text(wick_arena *arena, const wick_tensor *tensor)
{
    const char *sizes = "";
    const char *order = "";
    bool is_plain = true;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        sizes = wick_arena_format(arena, "%s%s%" PRId32, sizes, i ? ", " : "", tensor->sizes[i]);
        order = wick_arena_format(arena, "%s%s%u", order, i ? "," : "", tensor->dim_order[i]);
        is_plain = is_plain && tensor->dim_order[i] == i;
    }
    const char *text = wick_arena_format(arena, "%s[%s]", wick_dtype_name(tensor->dtype), sizes);
    return is_plain ? text : wick_arena_format(arena, "%s{%s}", text, order);
}

static const wick_tensor *tensor_of(const emitter *e, uint32_t value)
{
    return &e->bound.method.values[value].tensor;
}

// Address of a tensor as a C expression within the function.
static const char *address_text(emitter *e, uint32_t value)
{
    const wick_place place = wick_bound_place(&e->bound, value);
    switch (place.kind) {
    case WICK_PLACE_ARENA:
    case WICK_PLACE_NOWHERE:
        return place.arena == 0 ? wick_arena_format(e->arena, "frame.arena + %zu", place.at)
                                : wick_arena_format(e->arena, "(uint8_t *)arena_%u + %zu",
                                                    place.arena + 1, place.at);
    case WICK_PLACE_CONSTANT:
        return wick_arena_format(
            e->arena, "&constant_%u",
            wick_constants_add(&e->constants, e->arena, tensor_of(e, value), &e->weights));
    case WICK_PLACE_INPUT:
        return wick_arena_format(e->arena, "in%zu", place.at);
    case WICK_PLACE_OUTPUT:
        return wick_arena_format(e->arena, "out%zu", place.at);
    }
    return "";
}

// Whether the table cannot hold a tensor's address: what lies in an arena behind the first, or what
// the caller lends, is bound by a statement.
static bool is_patched(wick_place place)
{
    return place.kind == WICK_PLACE_INPUT || place.kind == WICK_PLACE_OUTPUT ||
           (place.kind == WICK_PLACE_ARENA && place.arena > 0);
}

// What stands in the table for a tensor's address: a constant's own, else the byte in the arena.
static const char *table_address(emitter *e, uint32_t value, wick_place place)
{
    if (place.kind == WICK_PLACE_CONSTANT) {
        return wick_arena_format(e->arena, "(void *)%s", address_text(e, value));
    }
    return wick_arena_format(e->arena, "(void *)%zu",
                             place.kind == WICK_PLACE_ARENA && place.arena == 0 ? place.at
                                                                                : (size_t)0);
}

static void print_tensor(emitter *e, call_values *v, uint32_t value)
{
    const wick_tensor *tensor = tensor_of(e, value);
    const wick_place place = wick_bound_place(&e->bound, value);
    int64_t sizes[WICK_MAX_RANK];
    int64_t order[WICK_MAX_RANK];
    for (uint32_t i = 0; i < tensor->rank; i++) {
        sizes[i] = tensor->sizes[i];
        order[i] = tensor->dim_order[i];
    }
    wick_text_format(&v->text,
                     "    {.tensor = {%u, %u, %u, %u, orders + %zu, %s, words + %zu}}, // %s\n",
                     tensor->kind, tensor->dtype, tensor->rank, tensor->flags,
                     wick_pool_add(&e->orders, order, tensor->rank), table_address(e, value, place),
                     wick_pool_add(&e->words, sizes, tensor->rank), shape_text(e->arena, tensor));
    if (is_patched(place)) {
        v->patches = wick_arena_format(
            e->arena, "%s    frame.values[%u].tensor.data = (void *)(uintptr_t)%s;\n", v->patches,
            v->count, address_text(e, value));
    }
}

// Number in the call of a value of the method; adds it where it is new. A value that the run half
// does not look at stands for all such, as None.
static uint32_t add_value(emitter *e, call_values *v, uint32_t value);

static const char *list_items(emitter *e, call_values *v, const wick_value *list)
{
    const bool is_tensors = list->kind == WICK_VALUE_TENSOR_LIST;
    const uint32_t width = is_tensors ? 4 : 8;
    int64_t *items = wick_arena_alloc(e->arena, list->list.count + 1, sizeof *items);
    for (uint32_t i = 0; i < list->list.count; i++) {
        const uint8_t *at = list->list.items + (size_t)width * i;
        if (list->kind == WICK_VALUE_REAL_LIST) {
            items[i] = wick_load_i64(at);
        } else {
            const int64_t item = is_tensors ? wick_load_i32(at) : wick_load_i64(at);
            items[i] = item < 0 ? -1 : (int64_t)add_value(e, v, (uint32_t)item);
        }
    }
    return wick_arena_format(
        e->arena, "(const uint8_t *)(%s + %zu)", is_tensors ? "words" : "longs",
        wick_pool_add(is_tensors ? &e->words : &e->longs, items, list->list.count));
}

static const char *byte_items(wick_arena *arena, const wick_value *list)
{
    wick_text text = {.arena = arena};
    wick_text_format(&text, "(const uint8_t *)\"");
    for (uint32_t i = 0; i < list->list.count; i++) {
        wick_text_format(&text, "\\%03o", list->list.items[i]);
    }
    wick_text_format(&text, "\"");
    return wick_text_string(&text);
}

static void print_list(emitter *e, call_values *v, const wick_value *list)
{
    const bool is_bytes = list->kind == WICK_VALUE_STRING || list->kind == WICK_VALUE_BOOL_LIST;
    const char *items = is_bytes ? byte_items(e->arena, list) : list_items(e, v, list);
    wick_text_format(&v->text, "    {.list = {%u, %u, %s}},\n", list->kind, list->list.count,
                     items);
}

static bool is_list(const wick_value *value)
{
    return value->kind == WICK_VALUE_STRING || value->kind > WICK_VALUE_TENSOR;
}

static uint32_t add_value(emitter *e, call_values *v, uint32_t value)
{
    const wick_value *held = &e->bound.method.values[value];
    const bool is_kept = held->kind == WICK_VALUE_TENSOR || held->kind == WICK_VALUE_TENSOR_LIST;
    const uint32_t number = is_kept || v->reads_numbers ? value : UINT32_MAX;
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->numbers[i] == number) {
            return i;
        }
    }
    // Items of a list come before it, because its text needs their numbers.
    const wick_text before = v->text;
    if (number == UINT32_MAX || held->kind == WICK_VALUE_NONE) {
        wick_text_format(&v->text, "    {WICK_VALUE_NONE},\n");
    } else if (held->kind == WICK_VALUE_TENSOR) {
        print_tensor(e, v, value);
    } else if (is_list(held)) {
        v->text = before;
        print_list(e, v, held);
    } else { // the bits of a real number are those of an integer
        wick_text_format(&v->text, "    {.integer = {%u, (int64_t)UINT64_C(%" PRIu64 ")}},\n",
                         held->kind, (uint64_t)held->integer.value);
    }
    v->numbers[v->count] = number;
    return v->count++;
}

// Whether an operator's run half looks at its numbers and lists of numbers; mostly all that it
// needs of them is in its block.
static bool reads_numbers(emitter *e, const char *run)
{
    static const char *const tensor_getters[] = {"wick_call_tensor", "wick_call_optional_tensor",
                                                 "wick_call_tensor_at", "wick_call_list_count",
                                                 NULL};
    return wick_device_source_reaches(e->device, run, "wick_call_value", tensor_getters);
}

static void print_block(emitter *e, uint32_t index, const wick_operator *row, const char *type)
{
    const uint8_t *block = e->bound.method.blocks + e->bound.method.block_offsets[index];
    wick_text_format(&e->tables, "static const union {\n    uint8_t bytes[%u];\n    %s block;\n} ",
                     row->block_bytes, type);
    wick_text_format(&e->tables, "block_%u = {{", index);
    for (uint32_t i = 0; i < row->block_bytes; i++) {
        wick_text_format(&e->tables, "%s%u,", i % 24 == 0 ? "\n    " : " ", block[i]);
    }
    wick_text_format(&e->tables,
                     "\n}};\ntypedef char block_%u_has_the_size[sizeof(%s) == %u ? 1 : -1];\n\n",
                     index, type, row->block_bytes);
    e->table_bytes += row->block_bytes;
}

static uint32_t count_values(const wick_method *method, const wick_call *call)
{
    uint32_t count = call->arg_count;
    for (uint32_t i = 0; i < call->arg_count; i++) {
        const wick_value *value = &method->values[wick_load_i32(call->args + 4 * (size_t)i)];
        count += is_list(value) ? value->list.count : 0;
    }
    return count;
}

// Prints the values of a call; returns where its arguments start in `words`.
static size_t print_values(emitter *e, uint32_t index, const wick_call *call, call_values *v)
{
    int64_t *args = wick_arena_alloc(e->arena, call->arg_count + 1, sizeof *args);
    v->numbers =
        wick_arena_alloc(e->arena, count_values(&e->bound.method, call) + 1, sizeof *v->numbers);
    for (uint32_t i = 0; i < call->arg_count; i++) {
        args[i] = add_value(e, v, wick_load_u32(call->args + 4 * (size_t)i));
    }
    wick_text_format(&e->tables, "static const wick_value values_%u[] = {\n%s};\n\n", index,
                     wick_text_string(&v->text));
    e->most_values = v->count > e->most_values ? v->count : e->most_values;
    e->table_bytes += VALUE_BYTES * v->count;
    return wick_pool_add(&e->words, args, call->arg_count);
}

// Dimensions of the largest tensor among the arguments.
static uint32_t highest_rank(const wick_call *call)
{
    uint32_t rank = 0;
    for (uint32_t i = 0; i < call->arg_count; i++) {
        const wick_value *value = &call->values[wick_load_i32(call->args + 4 * (size_t)i)];
        if (value->kind == WICK_VALUE_TENSOR && value->tensor.rank > rank) {
            rank = value->tensor.rank;
        }
    }
    return rank;
}

static bool has_float64(const wick_call *call)
{
    for (uint32_t i = 0; i < call->arg_count; i++) {
        const wick_value *value = &call->values[wick_load_i32(call->args + 4 * (size_t)i)];
        if (value->kind == WICK_VALUE_TENSOR && value->tensor.dtype == WICK_FLOAT64) {
            return true;
        }
    }
    return false;
}

// The emitted sources are those of a firmware, without arithmetic on float64 (ops/float64.h): only
// operators that move such elements, and never ask whether there is any, are emitted for them.
static wick_status check_arithmetic(emitter *e, const wick_call *call, const char *run,
                                    const char *name, wick_diag *diag)
{
    static const char *const no_stops[] = {NULL};
    if (has_float64(call) &&
        wick_device_source_reaches(e->device, run, "WICK_HAS_FLOAT64", no_stops)) {
        return wick_diag_error(diag, WICK_NOT_SUPPORTED, e->request->path,
                               "emit-c has no form for arithmetic on float64 ('%s'); run this "
                               "program with the runtime, or export the model in float32",
                               name);
    }
    return WICK_OK;
}

static wick_status print_call(emitter *e, uint32_t index, const uint8_t *table, wick_diag *diag)
{
    const wick_method *method = &e->bound.method;
    const wick_operator *op = method->operators[wick_fb_u32(table, WICK_PTE_KERNEL_CALL_OPERATOR)];
    const wick_fb_vector args = wick_fb_items(table, WICK_PTE_KERNEL_CALL_ARGS);
    const wick_call call = {method->values, args.items, wick_fb_count(args), NULL, NULL};
    const wick_emit_c_row *row = wick_emit_c_row_of(op->name, highest_rank(&call));
    if (row == NULL || !wick_device_source_take(e->device, row->block, &e->sources) ||
        !wick_device_source_take(e->device, row->run, &e->sources)) {
        return wick_diag_error(diag, WICK_OPERATOR_MISSING, e->request->path,
                               "there is no source of operator '%s'", op->name);
    }
    WICK_TRY(check_arithmetic(e, &call, row->run, op->name, diag));
    static const char *const no_stops[] = {NULL};
    e->draws_numbers = e->draws_numbers ||
                       wick_device_source_reaches(e->device, row->run, "wick_draw_word", no_stops);
    call_values v = {
        .text = {.arena = e->arena}, .reads_numbers = reads_numbers(e, row->run), .patches = ""};
    wick_text_format(&e->tables, "// %u: %s\n", index, op->name);
    print_block(e, index, op, row->block);
    const size_t at = print_values(e, index, &call, &v);
    wick_text_format(&e->calls,
                     "    bind_call(&frame, values_%u, %u, words + %zu, %u);\n%s"
                     "    status = %s(&frame.call, &block_%u.block); // %s\n"
                     "    if (status != WICK_OK) {\n        return (int)status;\n    }\n",
                     index, v.count, at, call.arg_count, v.patches, row->run, index, op->name);
    return WICK_OK;
}

static wick_status print_calls(emitter *e, wick_diag *diag)
{
    for (uint32_t i = 0; i < e->bound.method.instruction_count; i++) {
        const uint8_t *call;
        if (wick_plan_instruction(&e->bound.plan, i, &call) == WICK_PTE_TYPE_KERNEL_CALL) {
            WICK_TRY(print_call(e, i, call, diag));
        }
    }
    return WICK_OK;
}

// Statements that copy inputs to where the plan has them, or outputs from there.
static void print_copies(emitter *e, bool is_input, wick_text *out)
{
    const wick_method *method = &e->bound.method;
    const uint32_t count = is_input ? method->input_count : method->output_count;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t value =
            is_input ? wick_bound_input(&e->bound, i) : wick_bound_output(&e->bound, i);
        const wick_place place = wick_bound_place(&e->bound, value);
        const size_t size_bytes = wick_tensor_size_bytes(tensor_of(e, value));
        const bool is_own =
            place.at == i && place.kind == (is_input ? WICK_PLACE_INPUT : WICK_PLACE_OUTPUT);
        const char *address = address_text(e, value);
        if (size_bytes == 0 || is_own) {
            wick_text_format(out, "    (void)%s%u;\n", is_input ? "in" : "out", i);
        } else if (is_input) {
            wick_text_format(out, "    memcpy(%s, in%u, %zu);\n", address, i, size_bytes);
        } else {
            wick_text_format(out, "    memcpy(out%u, %s, %zu);\n", i, address, size_bytes);
        }
    }
}

// "const float *in0, float *out0", or the names alone.
static const char *parameters(emitter *e, bool with_types)
{
    const wick_method *method = &e->bound.method;
    const char *text = "";
    for (uint32_t i = 0; i < method->input_count + method->output_count; i++) {
        const bool is_input = i < method->input_count;
        const uint32_t index = is_input ? i : i - method->input_count;
        const uint32_t value =
            is_input ? wick_bound_input(&e->bound, index) : wick_bound_output(&e->bound, index);
        const char *type = wick_arena_format(e->arena, "%s%s *", is_input ? "const " : "",
                                             wick_c_type(tensor_of(e, value)->dtype));
        text = wick_arena_format(e->arena, "%s%s%s%s%u", text, i > 0 ? ", " : "",
                                 with_types ? type : "", is_input ? "in" : "out", index);
    }
    return text;
}

static void print_end(emitter *e, const char *which, uint32_t index, uint32_t value, wick_text *out)
{
    const wick_tensor *tensor = tensor_of(e, value);
    const char *name = wick_arena_format(e->arena, "%s_%s%u", e->capitals, which, index);
    wick_text_format(out, "#define %s_COUNT %zu // %s\n#define %s_BYTES %zu\n", name,
                     wick_tensor_count(tensor), shape_text(e->arena, tensor), name,
                     wick_tensor_size_bytes(tensor));
}

// Arenas of the emitted functions: one at least.
static uint32_t arena_count(const emitter *e)
{
    return e->bound.arena_count > 0 ? e->bound.arena_count : 1;
}

static size_t arena_bytes(const emitter *e, uint32_t index)
{
    const size_t bytes = index < e->bound.arena_count ? e->bound.arena_bytes[index] : 0;
    return bytes > 0 ? bytes : WICK_ARENA_ALIGNMENT;
}

// "" for the only arena, "_1", "_2".. for several.
static const char *arena_suffix(const emitter *e, uint32_t index)
{
    return arena_count(e) == 1 ? "" : wick_arena_format(e->arena, "_%u", index + 1);
}

// "arena", or "arena_1, arena_2", each with `before` before it.
static const char *arenas_text(const emitter *e, const char *before)
{
    const char *text = "";
    for (uint32_t i = 0; i < arena_count(e); i++) {
        text = wick_arena_format(e->arena, "%s%s%sarena%s", text, i > 0 ? ", " : "", before,
                                 arena_suffix(e, i));
    }
    return text;
}

static const char *signatures(emitter *e, const char *separator, const char *which)
{
    const bool is_in = strcmp(which, "_run_in") == 0;
    const char *list = parameters(e, true);
    return wick_arena_format(e->arena, "int %s%s(%s%s%s)%s", e->request->name, which,
                             is_in ? arenas_text(e, "void *") : "", is_in && *list ? ", " : "",
                             *list || is_in ? list : "void", separator);
}

static const char *header_text(emitter *e)
{
    const wick_method *method = &e->bound.method;
    const char *capitals = e->capitals;
    wick_text out = {.arena = e->arena};
    wick_text_format(&out,
                     "// Made by wick emit-c. See NOTICE at the top of the C file.\n"
                     "#ifndef %s_MODEL_H\n#define %s_MODEL_H\n\n#include <stdint.h>\n\n"
                     "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
                     capitals, capitals);
    for (uint32_t i = 0; i < arena_count(e); i++) {
        wick_text_format(&out, "#define %s_ARENA%s_BYTES %zu // RAM of the model%s\n", capitals,
                         arena_suffix(e, i), arena_bytes(e, i),
                         i == 0 ? "; the stack comes on top" : "");
    }
    for (uint32_t i = 0; i < method->input_count; i++) {
        print_end(e, "IN", i, wick_bound_input(&e->bound, i), &out);
    }
    for (uint32_t i = 0; i < method->output_count; i++) {
        print_end(e, "OUT", i, wick_bound_output(&e->bound, i), &out);
    }
    wick_text_format(
        &out,
        "\n// Runs the model once in a static arena of its own. 0, or the number of a "
        "status: only operators\n// that meet a wrong value in the data (an index out of "
        "range) fail.\n%s"
        "\n// The same in the caller's %s_ARENA%s, 8-aligned; what they hold "
        "%s.\n%s%s%s"
        "\n#ifdef __cplusplus\n}\n#endif\n#endif\n",
        signatures(e, ";\n", "_run"), capitals,
        arena_count(e) == 1 ? "_BYTES" : "_1_BYTES and so on",
        *e->resets ? "between\n// two runs is the model's state: reset_in comes first"
                   : "between two runs does not matter",
        signatures(e, ";\n", "_run_in"),
        *e->resets
            ? wick_arena_format(e->arena,
                                "\n// Starts the model's state anew, with its initial values; the "
                                "first run does so too.\nvoid %s_reset(void);\n"
                                "void %s_reset_in(%s);\n",
                                e->request->name, e->request->name, arenas_text(e, "void *"))
            : "",
        e->draws_numbers
            ? wick_arena_format(e->arena,
                                "\n// Starts the random numbers anew; before the first "
                                "call they are those of seed 0.\n"
                                "void %s_seed(uint64_t seed);\n",
                                e->request->name)
            : "");
    return wick_text_string(&out);
}

static const char prologue[] =
    "//\n"
    "// NOTICE  Operators and kernels below are Wick's: SPDX-License-Identifier: BSD-3-Clause\n"
    "//         Weights and shapes are those of the model.\n"
    "// C99 or later, little-endian; no other file is needed but the header. For the same bits on "
    "every\n"
    "// machine build without fast math; gcc and clang are told below not to fuse multiply and "
    "add.\n"
    "#include \"%s\"\n"
    "\n"
    "#include <math.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n"
    "#include <string.h>\n"
    "\n"
    "#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__\n"
    "#    error \"this file is for little-endian machines: its tables are laid out for them\"\n"
    "#endif\n"
    "#if !defined(__GNUC__)\n"
    "#    define __attribute__(list)\n"
    "#    define __builtin_inff() ((float)INFINITY)\n"
    "#    define __builtin_nanf(text) ((float)NAN)\n"
    "#    define __builtin_memcpy memcpy\n"
    "#    define __builtin_assume_aligned(pointer, bytes) (pointer)\n"
    "#endif\n"
    "#if defined(__clang__)\n"
    "#    pragma STDC FP_CONTRACT OFF\n"
    "#elif defined(__GNUC__)\n"
    "#    pragma GCC optimize(\"fp-contract=off\")\n"
    "#    if defined(__thumb__) && !defined(__thumb2__)\n"
    "#        pragma GCC optimize(\"no-ipa-ra\") // wrong code of gcc 12 for Armv6-M with -Os\n"
    "#    endif\n"
    "#endif\n\n";

static const char frame_text[] = "// The values of one call.\n"
                                 "typedef struct call_frame {\n"
                                 "    wick_value values[%u];\n"
                                 "    wick_failure failure;\n"
                                 "    wick_call call;\n"
                                 "    uint8_t *arena;\n"
                                 "} call_frame;\n\n";

static const char bind_text[] =
    "// Copies the values of one call; in the table, data of a tensor in the arena is its byte "
    "there.\n"
    "static void bind_call(call_frame *frame, const wick_value *values, uint32_t count,\n"
    "                      const int32_t *args, uint32_t arg_count)\n"
    "{\n"
    "    for (uint32_t i = 0; i < count; i++) {\n"
    "        wick_value *value = &frame->values[i];\n"
    "        *value = values[i];\n"
    "        if (value->kind == WICK_VALUE_TENSOR && !(value->tensor.flags & "
    "WICK_TENSOR_CONSTANT)) {\n"
    "            value->tensor.data = frame->arena + (uintptr_t)value->tensor.data;\n"
    "        }\n"
    "    }\n"
    "    frame->call.args = (const uint8_t *)args;\n"
    "    frame->call.arg_count = arg_count;\n"
    "}\n\n";

// The state of the random numbers, in RAM beside the arena, and what sets it.
static void print_seed(const emitter *e, wick_text *out)
{
    if (e->draws_numbers) {
        wick_text_format(out,
                         "static wick_random random_state;\n\n"
                         "void %s_seed(uint64_t seed)\n{\n    random_state.seed = seed;\n"
                         "    random_state.block = 0;\n}\n\n",
                         e->request->name);
    }
}

static void print_static_arenas(const emitter *e, const char *indent, wick_text *out)
{
    for (uint32_t i = 0; i < arena_count(e); i++) {
        const char *suffix = arena_suffix(e, i);
        wick_text_format(out,
                         "%sstatic %s%s%s%sunion {\n%s    uint8_t bytes[%s_ARENA%s_BYTES];\n"
                         "%s    uint64_t alignment;\n%s} arena%s;\n",
                         indent, *suffix ? e->capitals : "", *suffix ? "_ARENA" : "", suffix,
                         *suffix ? "_PLACE " : "", indent, e->capitals, suffix, indent, indent,
                         suffix);
    }
}

// Statements that give state its initial values; "" if there is none.
static const char *reset_text(emitter *e)
{
    wick_text out = {.arena = e->arena};
    for (uint32_t i = 0; i < e->bound.method.value_count; i++) {
        if (!wick_bound_is_state(&e->bound, i)) {
            continue;
        }
        const wick_place place = wick_bound_place(&e->bound, i);
        wick_text_format(
            &out, "    memcpy((uint8_t *)arena%s + %zu, &constant_%u, %zu);\n",
            arena_suffix(e, place.arena), place.at,
            wick_constants_add(&e->constants, e->arena, tensor_of(e, i), &e->weights),
            wick_tensor_size_bytes(tensor_of(e, i)));
    }
    return wick_text_string(&out);
}

// State lives in the arenas, which the functions then have in common.
static void print_resets(const emitter *e, wick_text *out)
{
    const char *name = e->request->name;
    wick_text_format(out, "void %s_reset_in(%s)\n{\n", name, arenas_text(e, "void *"));
    for (uint32_t i = 0; i < arena_count(e); i++) {
        wick_text_format(out, "    (void)arena%s;\n", arena_suffix(e, i));
    }
    wick_text_format(out, "%s}\n\n", e->resets);
    print_static_arenas(e, "", out);
    wick_text_format(out,
                     "static bool has_started;\n\nvoid %s_reset(void)\n{\n"
                     "    has_started = true;\n    %s_reset_in(%s);\n}\n\n",
                     name, name, arenas_text(e, "&"));
}

static void print_functions(emitter *e, const char *copies_in, const char *copies_out,
                            wick_text *out)
{
    const char *name = e->request->name;
    const bool has_calls = e->calls.length > 0;
    const char *list = parameters(e, false);
    print_seed(e, out);
    wick_text_format(out, "%s\n{\n    call_frame frame;\n", signatures(e, "", "_run_in"));
    wick_text_format(out, "    frame.arena = arena%s;\n", arena_suffix(e, 0));
    for (uint32_t i = 1; i < arena_count(e); i++) {
        wick_text_format(out, "    (void)arena_%u;\n", i + 1);
    }
    if (has_calls) {
        wick_text_format(out,
                         "    wick_status status;\n    memset(&frame.failure, 0, sizeof "
                         "frame.failure);\n    frame.call.values = frame.values;\n"
                         "    frame.call.failure = &frame.failure;\n"
                         "    frame.call.random = %s;\n",
                         e->draws_numbers ? "&random_state" : "0");
    } else {
        wick_text_format(out, "    (void)frame;\n");
    }
    wick_text_format(out, "%s%s%s    return 0;\n}\n\n", copies_in, wick_text_string(&e->calls),
                     copies_out);
    if (*e->resets != 0) {
        print_resets(e, out);
    }
    wick_text_format(out, "%s\n{\n", signatures(e, "", "_run"));
    if (*e->resets != 0) {
        wick_text_format(out, "    if (!has_started) {\n        %s_reset();\n    }\n", name);
    } else {
        print_static_arenas(e, "    ", out);
    }
    wick_text_format(out, "    return %s_run_in(%s%s%s);\n}\n", name, arenas_text(e, "&"),
                     *list ? ", " : "", list);
}

// With several arenas a firmware says where each static one lies.
static void print_places(const emitter *e, wick_text *out)
{
    for (uint32_t i = 0; arena_count(e) > 1 && i < arena_count(e); i++) {
        wick_text_format(out,
                         "#ifndef %s_ARENA_%u_PLACE // such as "
                         "__attribute__((section(\".fast\")))\n"
                         "#    define %s_ARENA_%u_PLACE\n#endif\n",
                         e->capitals, i + 1, e->capitals, i + 1);
    }
}

static const char *source_text(emitter *e)
{
    wick_text in = {.arena = e->arena};
    wick_text back = {.arena = e->arena};
    wick_text out = {.arena = e->arena};
    print_copies(e, true, &in);
    print_copies(e, false, &back);
    e->resets = reset_text(e);
    wick_text_format(&out, "// Made by wick emit-c.\n");
    wick_text_format(&out, prologue, e->request->header);
    print_places(e, &out);
    wick_text_format(&out, "// ---- operators and kernels\n\n%s", wick_text_string(&e->sources));
    wick_text_format(&out, "// ---- weights\n\n%s// ---- calls\n\n", wick_text_string(&e->weights));
    if (e->calls.length > 0) {
        wick_pool_print(&e->words, "int32_t", "words", &out);
        wick_pool_print(&e->orders, "uint8_t", "orders", &out);
    }
    if (e->longs.count > 0) {
        wick_pool_print(&e->longs, "int64_t", "longs", &out);
    }
    wick_text_format(&out, "%s", wick_text_string(&e->tables));
    wick_text_format(&out, frame_text, e->most_values > 0 ? e->most_values : 1);
    wick_text_format(&out, "%s", e->calls.length > 0 ? bind_text : "");
    print_functions(e, wick_text_string(&in), wick_text_string(&back), &out);
    return wick_text_string(&out);
}

static const char *capitals_of(wick_arena *arena, const char *name)
{
    char *capitals = wick_arena_copy_string(arena, name, strlen(name));
    for (char *p = capitals; *p != '\0'; p++) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
    }
    return capitals;
}

wick_status wick_emit_c(wick_arena *arena, const wick_emit_c_request *request, wick_diag *diag,
                        wick_emit_c_result *result)
{
    static const char *const always[] = {"wick_status", "wick_failure", "wick_value", "wick_call",
                                         "WICK_TENSOR_CONSTANT", "WICK_VALUE_TENSOR"};
    emitter e = {
        .arena = arena,
        .request = request,
        .device = wick_device_source_open(arena),
        .words = {.arena = arena},
        .longs = {.arena = arena},
        .orders = {.arena = arena},
        .sources = {.arena = arena},
        .weights = {.arena = arena},
        .tables = {.arena = arena},
        .calls = {.arena = arena},
        .capitals = capitals_of(arena, request->name),
    };
    WICK_TRY(wick_bound_open(arena, request, diag, &e.bound));
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        wick_device_source_take(e.device, always[i], &e.sources);
    }
    WICK_TRY(print_calls(&e, diag));
    result->source = source_text(&e);
    result->header = header_text(&e);
    result->arena_bytes = 0;
    for (uint32_t i = 0; i < arena_count(&e); i++) {
        result->arena_bytes += arena_bytes(&e, i);
    }
    result->constant_bytes = e.constants.total_bytes;
    result->table_bytes = e.table_bytes + sizeof(int32_t) * e.words.count +
                          sizeof(int64_t) * e.longs.count + e.orders.count;
    return WICK_OK;
}
