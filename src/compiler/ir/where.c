// SPDX-License-Identifier: BSD-3-Clause
// Which line of the user's Python a node came from.
#include "compiler/ir/where.h"

#include "compiler/ir/ir.h"

#include <stdlib.h>
#include <string.h>

// Files of torch/nn that stand in stack traces; exporters often strip the folder from the name.
static const char *const torch_files[] = {
    "_functions.py",
    "activation.py",
    "batchnorm.py",
    "channelshuffle.py",
    "container.py",
    "conv.py",
    "dropout.py",
    "embedding.py",
    "flatten.py",
    "fold.py",
    "functional.py",
    "instancenorm.py",
    "linear.py",
    "module.py",
    "normalization.py",
    "padding.py",
    "pixelshuffle.py",
    "pooling.py",
    "rnn.py",
    "sparse.py",
    "transformer.py",
    "upsampling.py",
    "_tensor.py",
    "runtime_assert.py",
    NULL,
};

static const char frame_start[] = "File \"";
static const char frame_middle[] = "\", line ";

// The next `File "..", line N, in f` frame at or after *at; false if there is none.
static bool next_frame(const char **at, wick_ir_frame *frame)
{
    const char *end = *at;
    do {
        const char *file = strstr(end, frame_start);
        if (!file) {
            return false;
        }
        frame->path = file + sizeof frame_start - 1;
        end = frame->path + strcspn(frame->path, "\"\n");
    } while (strncmp(end, frame_middle, sizeof frame_middle - 1) != 0);
    const char *line = end + sizeof frame_middle - 1;
    frame->path_length = (size_t)(end - frame->path);
    frame->line = strtoul(line, NULL, 10);
    const char *text = line + strcspn(line, "\n");
    text += strspn(text, "\n \t");
    const bool is_frame = strncmp(text, frame_start, sizeof frame_start - 1) == 0;
    frame->text = text;
    frame->text_length = is_frame ? 0 : strcspn(text, "\n"); // a frame may come without its text
    *at = text;
    return true;
}

static const char *file_name(const wick_ir_frame *frame, size_t *length)
{
    const char *name = frame->path;
    for (size_t i = 0; i < frame->path_length; i++) {
        if (frame->path[i] == '/' || frame->path[i] == '\\') {
            name = frame->path + i + 1;
        }
    }
    *length = frame->path_length - (size_t)(name - frame->path);
    return name;
}

static bool contains(const wick_ir_frame *frame, const char *part)
{
    const size_t length = strlen(part);
    for (size_t i = 0; i + length <= frame->path_length; i++) {
        if (memcmp(frame->path + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_torch(const wick_ir_frame *frame)
{
    size_t length = 0;
    const char *name = file_name(frame, &length);
    if (contains(frame, "<eval_with_key>")) {
        return true; // code that torch made
    }
    if (name != frame->path) {
        return contains(frame, "-packages/torch/") || contains(frame, "torch/nn/");
    }
    for (const char *const *file = torch_files; *file; file++) {
        if (strlen(*file) == length && memcmp(*file, name, length) == 0) {
            return true;
        }
    }
    return false;
}

bool wick_ir_user_frame(const char *stack_trace, wick_ir_frame *out)
{
    bool found = false;
    bool found_user = false;
    const char *at = stack_trace ? stack_trace : "";
    for (wick_ir_frame frame; next_frame(&at, &frame);) {
        const bool is_user = !is_torch(&frame);
        if (is_user || !found_user) {
            *out = frame;
        }
        found = true;
        found_user = found_user || is_user;
    }
    if (found) {
        out->path = file_name(out, &out->path_length);
    }
    return found;
}

const char *wick_ir_node_where(wick_arena *arena, const wick_ir_node *node)
{
    wick_ir_frame frame;
    if (!wick_ir_user_frame(node->stack_trace, &frame)) {
        return wick_arena_format(arena, "node '%s' (%s)", node->name, node->op->name);
    }
    return wick_arena_format(arena, "node '%s' (%s) at %.*s:%lu%s%.*s", node->name, node->op->name,
                             (int)frame.path_length, frame.path, frame.line,
                             frame.text_length > 0 ? ": " : "", (int)frame.text_length, frame.text);
}

wick_status wick_ir_node_error(wick_diag *diag, const wick_ir_node *node, wick_status status,
                               const char *format, ...)
{
    va_list list;
    va_start(list, format);
    wick_diag_error_list(diag, status, wick_ir_node_where(diag->arena, node), format, list);
    va_end(list);
    return status;
}
