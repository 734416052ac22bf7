// SPDX-License-Identifier: BSD-3-Clause
// einsum: every operand gets one dimension for each label, those of the result first; then operands
// are joined from the left, each pair by one bmm over the labels that nothing later reads.
//
// Before  %y = aten::einsum("bij,bjk->bik", [%a, %b])
// After   bmm of views of %a and %b
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

enum { LETTERS = 128, NO_DIM = 255, MAX_OPERANDS = 16 };

typedef struct einsum {
    const wick_builder *builder;
    const char *terms[MAX_OPERANDS]; // labels of each operand
    uint32_t lengths[MAX_OPERANDS];
    uint32_t count;
    const char *result; // labels of the result; NULL: those that occur once, in order of alphabet
    uint32_t result_length;
    uint8_t dims[LETTERS]; // dimension of a label among all
    uint32_t dots;         // dimensions that "..." stands for, and where they start
    uint32_t dots_at;
    uint32_t rank, kept; // dimensions in all, and of them in the result
    wick_ir_value *operands[MAX_OPERANDS];
} einsum;

static wick_status refuse(const einsum *e, const char *what)
{
    return wick_ir_node_error(e->builder->context->diag, e->builder->node, WICK_NOT_SUPPORTED, "%s",
                              what);
}

// The equation without blanks, "..." as one '.'.
static const char *squeeze(wick_arena *arena, const char *equation)
{
    char *out = wick_arena_copy_string(arena, equation, strlen(equation));
    char *to = out;
    for (const char *from = equation; *from != '\0'; from++) {
        if (strncmp(from, "...", 3) == 0) {
            from += 2;
        }
        if (*from != ' ') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return out;
}

static bool is_label(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool are_labels(const char *text, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (!is_label(text[i]) && text[i] != '.') {
            return false;
        }
    }
    return true;
}

// Splits "ij,jk->ik".
static bool parse(einsum *e, const char *equation)
{
    const char *arrow = strstr(equation, "->");
    const char *end = arrow != NULL ? arrow : equation + strlen(equation);
    e->result = arrow != NULL ? arrow + 2 : NULL;
    e->result_length = arrow != NULL ? (uint32_t)strlen(e->result) : 0;
    const char *at = equation;
    for (e->count = 0; e->count < MAX_OPERANDS; e->count++) {
        const char *stop = memchr(at, ',', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        e->terms[e->count] = at;
        e->lengths[e->count] = (uint32_t)(stop - at);
        if (!are_labels(at, e->lengths[e->count])) {
            return false;
        }
        if (stop == end) {
            e->count++;
            return arrow == NULL || are_labels(e->result, e->result_length);
        }
        at = stop + 1;
    }
    return false;
}

// Dimensions of the operand that '.' stands for.
static bool count_dots(einsum *e, uint32_t operand)
{
    uint32_t letters = 0;
    for (uint32_t i = 0; i < e->lengths[operand]; i++) {
        letters += is_label(e->terms[operand][i]);
    }
    const uint32_t dots = e->lengths[operand] - letters;
    const uint32_t rank = e->operands[operand]->type.rank;
    if (letters > rank || dots > 1 || (dots == 0 && letters != rank)) {
        return false;
    }
    e->dots = rank - letters > e->dots ? rank - letters : e->dots;
    return true;
}

static uint32_t count_label(const einsum *e, char label)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < e->count; k++) {
        for (uint32_t i = 0; i < e->lengths[k]; i++) {
            count += e->terms[k][i] == label;
        }
    }
    return count;
}

static void place_dots(einsum *e)
{
    e->dots_at = e->rank;
    e->rank += e->dots;
}

// Labels of the result, as it says or as the rule for a missing "->" does.
static void place_result(einsum *e)
{
    if (e->result == NULL) {
        place_dots(e);
    }
    for (uint32_t i = 0; i < e->result_length; i++) {
        if (e->result[i] == '.') {
            place_dots(e);
        } else {
            e->dims[(uint8_t)e->result[i]] = (uint8_t)e->rank++;
        }
    }
    for (uint32_t c = 'A'; e->result == NULL && c <= 'z'; c++) {
        if (count_label(e, (char)c) == 1) {
            e->dims[c] = (uint8_t)e->rank++;
        }
    }
    e->kept = e->rank;
}

// The labels that are summed over come behind those of the result.
static void place_summed(einsum *e)
{
    if (e->result != NULL && memchr(e->result, '.', e->result_length) == NULL) {
        place_dots(e);
    }
    for (uint32_t c = 'A'; c <= 'z'; c++) {
        if (count_label(e, (char)c) > 0 && e->dims[c] == NO_DIM) {
            e->dims[c] = (uint8_t)e->rank++;
        }
    }
}

// The operand with a dimension for each label, of size 1 where it lacks it. NULL if a label stands
// twice in it.
static wick_ir_value *spread(const einsum *e, uint32_t operand)
{
    wick_ir_value *value = e->operands[operand];
    int64_t sources[WICK_MAX_RANK];
    int64_t order[WICK_MAX_RANK];
    int64_t sizes[WICK_MAX_RANK];
    uint32_t source = 0;
    for (uint32_t d = 0; d < e->rank; d++) {
        sources[d] = -1;
        sizes[d] = 1;
    }
    const uint32_t own_dots = value->type.rank + 1 - e->lengths[operand];
    for (uint32_t i = 0; i < e->lengths[operand]; i++) {
        const char label = e->terms[operand][i];
        const uint32_t run = label == '.' ? own_dots : 1;
        const uint32_t first =
            label == '.' ? e->dots_at + e->dots - own_dots : e->dims[(uint8_t)label];
        for (uint32_t k = 0; k < run; k++, source++) {
            if (sources[first + k] >= 0) {
                return NULL;
            }
            sources[first + k] = source;
            sizes[first + k] = value->type.sizes[source];
        }
    }
    uint32_t count = 0;
    for (uint32_t d = 0; d < e->rank; d++) {
        if (sources[d] >= 0) {
            order[count++] = sources[d];
        }
    }
    return wick_build_view(e->builder, wick_build_permute(e->builder, value, order), e->rank,
                           sizes);
}

// Sums over the dimensions in `mask`, which become 1.
static wick_ir_value *build_sum(const einsum *e, wick_ir_value *value, uint32_t mask)
{
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    wick_ir_type type = value->type;
    for (uint32_t d = 0; d < e->rank; d++) {
        if ((mask >> d & 1) != 0 && type.sizes[d] != 1) {
            dims[count++] = d;
            type.sizes[d] = 1;
        }
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(e->builder->graph, dims, count),
                                wick_ir_arg_bool(true),
                                {.kind = WICK_IR_DTYPE, .integer = value->type.dtype}};
    return count == 0 ? value : wick_build(e->builder, "aten::sum.dim_IntList", &type, args, 4);
}

// How a dimension takes part in the product of two operands.
typedef enum role { BATCH, LEFT, RIGHT, SUMMED, ROLES } role;

static role role_of(const wick_ir_type *a, const wick_ir_type *b, uint32_t dim, bool is_summed)
{
    if (is_summed) {
        return SUMMED;
    }
    return a->sizes[dim] != 1 && b->sizes[dim] == 1   ? LEFT
           : a->sizes[dim] == 1 && b->sizes[dim] != 1 ? RIGHT
                                                      : BATCH;
}

// The value as [batch, x, y] with the dimensions of these roles in x and y.
static wick_ir_value *view_3d(const einsum *e, wick_ir_value *value, const role *roles, role x,
                              role y)
{
    const role order[] = {BATCH, x, y, x == LEFT ? RIGHT : LEFT};
    int64_t dims[WICK_MAX_RANK];
    int64_t sizes[] = {1, 1, 1, 1};
    uint32_t count = 0;
    for (uint32_t part = 0; part < 4; part++) {
        for (uint32_t d = 0; d < e->rank; d++) {
            if (roles[d] == order[part]) {
                dims[count++] = d;
                sizes[part] =
                    wick_size_multiply(e->builder->graph->sizes, sizes[part], value->type.sizes[d]);
            }
        }
    }
    return wick_build_view(e->builder, wick_build_permute(e->builder, value, dims), 3, sizes);
}

// [batch, left, right] with all dimensions at their places again.
static wick_ir_value *view_back(const einsum *e, wick_ir_value *value, const role *roles,
                                const int64_t *sizes)
{
    int64_t dims[WICK_MAX_RANK];
    int64_t back[WICK_MAX_RANK];
    int64_t ordered[WICK_MAX_RANK];
    uint32_t count = 0;
    for (role part = BATCH; part < ROLES; part++) {
        for (uint32_t d = 0; d < e->rank; d++) {
            if (roles[d] == part) {
                ordered[count] = sizes[d];
                dims[count++] = d;
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        back[dims[i]] = i;
    }
    return wick_build_permute(e->builder, wick_build_view(e->builder, value, e->rank, ordered),
                              back);
}

// Product of two operands, summed over the dimensions in `mask`.
static wick_ir_value *build_pair(const einsum *e, wick_ir_value *a, wick_ir_value *b, uint32_t mask)
{
    role roles[WICK_MAX_RANK];
    int64_t sizes[WICK_MAX_RANK];
    uint32_t only_a = 0;
    uint32_t only_b = 0;
    for (uint32_t d = 0; d < e->rank; d++) {
        only_a |= b->type.sizes[d] == 1 ? mask & 1u << d : 0;
        only_b |= a->type.sizes[d] == 1 ? mask & 1u << d : 0;
    }
    a = build_sum(e, a, only_a);
    b = build_sum(e, b, only_b);
    for (uint32_t d = 0; d < e->rank; d++) {
        roles[d] = role_of(&a->type, &b->type, d, (mask >> d & 1) != 0);
        sizes[d] = roles[d] == SUMMED      ? 1
                   : a->type.sizes[d] != 1 ? a->type.sizes[d]
                                           : b->type.sizes[d];
    }
    wick_ir_value *left = view_3d(e, a, roles, LEFT, SUMMED);
    wick_ir_value *right = view_3d(e, b, roles, SUMMED, RIGHT);
    const int64_t product_sizes[] = {left->type.sizes[0], left->type.sizes[1],
                                     right->type.sizes[2]};
    const wick_ir_type type = wick_ir_type_tensor((wick_dtype)a->type.dtype, 3, product_sizes);
    return view_back(e, wick_build_product(e->builder, "aten::bmm", &type, left, right), roles,
                     sizes);
}

// Dimensions behind the result's that no operand from `next` on has.
static uint32_t summed_before(const einsum *e, uint32_t next)
{
    uint32_t mask = 0;
    for (uint32_t d = e->kept; d < e->rank; d++) {
        bool is_read = false;
        for (uint32_t k = next; k < e->count; k++) {
            is_read = is_read || e->operands[k]->type.sizes[d] != 1;
        }
        mask |= is_read ? 0 : 1u << d;
    }
    return mask;
}

// The result that a missing "->" stands for, written out: "." and the labels that occur once.
static void write_result(einsum *e)
{
    char *out = wick_arena_alloc(e->builder->graph->arena, LETTERS, 1);
    uint32_t length = 0;
    if (e->dots > 0) {
        out[length++] = '.';
    }
    for (uint32_t c = 'A'; c <= 'z'; c++) {
        if (is_label((char)c) && count_label(e, (char)c) == 1) {
            out[length++] = (char)c;
        }
    }
    e->result = out;
    e->result_length = length;
}

// Positions of a label that stands twice in a term.
static bool find_twice(const einsum *e, uint32_t operand, uint32_t *first, uint32_t *second)
{
    const char *term = e->terms[operand];
    for (uint32_t i = 0; i < e->lengths[operand]; i++) {
        for (uint32_t j = i + 1; j < e->lengths[operand]; j++) {
            if (term[i] == term[j]) {
                *first = i;
                *second = j;
                return true;
            }
        }
    }
    return false;
}

// Dimension of the operand that a position in its term stands for.
static uint32_t dim_at(const einsum *e, uint32_t operand, uint32_t position)
{
    const char *dot = memchr(e->terms[operand], '.', position);
    const uint32_t letters = e->lengths[operand] - 1u;
    return dot != NULL ? position - 1 + e->operands[operand]->type.rank - letters : position;
}

// The diagonal of the dimensions of one label; its label moves to the end. False if they differ.
static bool take_diagonal(einsum *e, uint32_t operand, uint32_t first, uint32_t second)
{
    wick_ir_value *value = e->operands[operand];
    const uint32_t row = dim_at(e, operand, first), col = dim_at(e, operand, second);
    wick_ir_type type = value->type;
    char *term = wick_arena_alloc(e->builder->graph->arena, e->lengths[operand], 1);
    uint32_t count = 0;
    if (value->type.sizes[row] != value->type.sizes[col]) {
        return false;
    }
    for (uint32_t d = 0; d < value->type.rank; d++) {
        if (d != row && d != col) {
            type = wick_type_with_dim(e->builder, &type, count++, &value->type, d);
        }
    }
    type = wick_type_with_dim(e->builder, &type, count, &value->type, row);
    type.rank--;
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_int(0), wick_ir_arg_int(row),
                                wick_ir_arg_int(col)};
    e->operands[operand] = wick_build(e->builder, "aten::diagonal_copy", &type, args, 4);
    count = 0;
    for (uint32_t i = 0; i < e->lengths[operand]; i++) {
        if (i != first && i != second) {
            term[count++] = e->terms[operand][i];
        }
    }
    term[count++] = e->terms[operand][first];
    e->terms[operand] = term;
    e->lengths[operand] = count;
    return true;
}

static bool take_diagonals(einsum *e)
{
    uint32_t first = 0;
    uint32_t second = 0;
    for (uint32_t k = 0; k < e->count; k++) {
        while (find_twice(e, k, &first, &second)) {
            if (e->result == NULL) {
                write_result(e);
            }
            if (!take_diagonal(e, k, first, second)) {
                return false;
            }
        }
    }
    return true;
}

static wick_status read_einsum(einsum *e)
{
    const wick_ir_node *node = e->builder->node;
    const wick_ir_arg *tensors = wick_argument(node, "tensors");
    const wick_ir_arg *equation = wick_argument(node, "equation");
    memset(e->dims, NO_DIM, sizeof e->dims);
    if (equation->kind != WICK_IR_STRING || tensors->kind != WICK_IR_VALUES ||
        !parse(e, squeeze(e->builder->graph->arena, equation->string)) ||
        tensors->count != e->count) {
        return refuse(e, "the equation is not one term for each of up to 16 operands");
    }
    for (uint32_t k = 0; k < e->count; k++) {
        e->operands[k] = tensors->list.values[k];
        if (e->operands[k] == NULL || e->operands[k]->type.kind != WICK_VALUE_TENSOR ||
            !count_dots(e, k)) {
            return refuse(e, "a term has not one label for each dimension of its operand");
        }
    }
    if (!take_diagonals(e)) {
        return refuse(e, "a label stands twice in one term, for dimensions of different sizes");
    }
    place_result(e);
    place_summed(e);
    return e->rank <= WICK_MAX_RANK ? WICK_OK : refuse(e, "there are more than 16 labels");
}

wick_status wick_rewrite_einsum(const wick_builder *builder)
{
    einsum e = {.builder = builder};
    WICK_TRY(read_einsum(&e));
    for (uint32_t k = 0; k < e.count; k++) {
        e.operands[k] = spread(&e, k);
        if (e.operands[k] == NULL) {
            return refuse(&e, "a label stands twice in one term: take torch.diagonal first");
        }
    }
    wick_ir_value *result = e.operands[0];
    for (uint32_t k = 1; k < e.count; k++) {
        result = build_pair(&e, result, e.operands[k], summed_before(&e, k + 1));
    }
    result = build_sum(&e, result, summed_before(&e, e.count));
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_replace(builder, 0, wick_build_view(builder, result, type->rank, type->sizes));
    return WICK_OK;
}
