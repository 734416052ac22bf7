// SPDX-License-Identifier: BSD-3-Clause
#include "quantize_options.h"

#include "compiler/support/text.h"

#include <string.h>

// "2" or "2%"; false if it is no percentage.
static bool parse_percentage(const char *text, double *out)
{
    const char *end;
    *out = wick_text_to_real(text, &end);
    end += *end == '%';
    return end != text && *end == '\0' && *out >= 0 && *out <= 100;
}

// Adds a name to a list of nodes.
static bool keep(const char *name, const char **names, const char *const **list, uint32_t *count)
{
    if (*count == WICK_KEEP_LIMIT) {
        return false;
    }
    names[(*count)++] = name;
    *list = names;
    return true;
}

bool wick_quantize_option(int option, char *value, wick_quantize_arguments *arguments,
                          wick_compile_options *options)
{
    switch (option) {
    case WICK_OPTION_QUANTIZE:
        options->quantize = value;
        return true;
    case WICK_OPTION_CALIBRATION:
        arguments->calibration = value;
        return true;
    case WICK_OPTION_LABELS:
        arguments->labels = value;
        return true;
    case WICK_OPTION_OBSERVER:
        options->observer = value;
        return true;
    case WICK_OPTION_IO:
        options->io = value;
        return true;
    case WICK_OPTION_KEEP_FLOAT:
        return keep(value, arguments->keep_float, &options->keep_float, &options->keep_float_count);
    case WICK_OPTION_KEEP_INT16:
        return keep(value, arguments->keep_int16, &options->keep_int16, &options->keep_int16_count);
    case WICK_OPTION_MAX_DROP:
        options->is_bounded = true;
        return parse_percentage(value, &options->max_drop);
    case WICK_OPTION_QUANTIZE_HTML:
        arguments->html = value;
        return true;
    default:
        return false;
    }
}

static wick_status read_file(wick_job *job, const char *path, wick_array_file *out)
{
    uint8_t *bytes;
    WICK_TRY(wick_job_read(job, path, &bytes, &out->size_bytes));
    out->name = path;
    out->bytes = bytes;
    return WICK_OK;
}

wick_status wick_quantize_read(wick_job *job, const wick_quantize_arguments *arguments,
                               wick_compile_options *options)
{
    const char *rest = arguments->calibration;
    uint32_t count = rest != NULL;
    for (const char *c = rest; c != NULL && *c != '\0'; c++) {
        count += *c == ',';
    }
    wick_array_file *files = wick_arena_alloc(job->arena, count, sizeof *files);
    for (uint32_t i = 0; i < count; i++) {
        const size_t length = strcspn(rest, ",");
        WICK_TRY(read_file(job, wick_arena_copy_string(job->arena, rest, length), &files[i]));
        rest += length + 1;
    }
    options->calibration = files;
    options->calibration_count = count;
    return arguments->labels != NULL ? read_file(job, arguments->labels, &options->labels)
                                     : WICK_OK;
}

const char *wick_quantize_unused(const wick_quantize_arguments *arguments,
                                 const wick_compile_options *options)
{
    const struct {
        bool is_given;
        const char *name;
    } given[] = {
        {arguments->calibration != NULL, "--calibration"},
        {arguments->labels != NULL, "--labels"},
        {arguments->html != NULL, "--quantize-html"},
        {options->observer != NULL, "--observer"},
        {options->io != NULL, "--io"},
        {options->keep_float_count > 0, "--keep-float"},
        {options->keep_int16_count > 0, "--keep-int16"},
        {options->is_bounded, "--max-drop"},
    };
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        if (given[i].is_given && options->quantize == NULL) {
            return given[i].name;
        }
    }
    return NULL;
}
